// cc -I. examples/many_jobs.c -o many_jobs -levent -lmbedtls -lmbedx509 -lmbedcrypto
//
// Follows many jobs at once, in one thread, over a few connections:
//
//     PINTEREST_ACCESS_TOKEN=... ./many_jobs 100 3600 <jobs >rest
//
// A hundred jobs run at a time, each for an hour at most (six when no number is given); when one
// ends, the next line begins, which may still be on its way. A line is one of
//
//     download AD_ACCOUNT_ID [TEXT]        its campaigns, or those with TEXT in their name
//     upsert AD_ACCOUNT_ID NAME            creates a campaign, paused
//     attach AD_ACCOUNT_ID REQUEST_ID      takes up what was submitted before
//
// Standard error tells what became of each. Standard output gets what is left to do, after an
// interrupt or a failure, as lines of the same form: what the service has accepted is to be
// attached. At the first interrupt upserts that are being sent still come to their end, because one
// that is broken off may be applied or not; the second one breaks them off, too. Then the rest
// of the input is copied to its end.
//
// PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only if it is this machine.
// SSL_CERT_FILE replaces Debian's authorities. Ends with 0 when all is done, with 1 when something
// is left, and with 3 when nobody can know what became of an upsert.
//
// The loop is libevent's: an event of it happens once, has a time limit, and can be given another
// socket each time, which is just what pinbulk_http1_step asks for. It is one that can wait for
// files, too, because standard input may be one. Names are looked up by getaddrinfo, which blocks
// the loop as long as that takes.
#define _POSIX_C_SOURCE 200809L

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"
#define PINBULK_MBEDTLS_IMPLEMENTATION
#include "adapters/pinbulk_mbedtls.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTIONS 16    // open at once; the jobs take turns
#define MEMORY      8192  // of a job, for URLs, headers and replies
#define WINDOW      16384 // the largest record of a result file
#define LINE        512   // the longest line of the input, with its end
#define JOBS_MAX    100000
#define SECONDS_MAX 1000000000

typedef enum state { FREE = 0, PAUSED, WAITING, EXCHANGING } state;

typedef struct connection connection;

// A job and all that it needs. Nothing is allocated for one while the loop runs.
typedef struct slot {
    state state;
    struct slot *next;                          // when FREE or WAITING: in the list of these
    struct event timer;                         // when PAUSED
    connection *connection;                     // when EXCHANGING
    char operation[16], account[32], text[256]; // its line
    pinbulk_job job;
    // what it sends
    pinbulk_download download;
    pinbulk_enum kind;
    pinbulk_campaign_filter filter;
    pinbulk_upsert upsert;
    pinbulk_create create;
    pinbulk_campaign campaign;
    // what comes
    pinbulk_reading reading;
    uint64_t entities;
    char memory[MEMORY], window[WINDOW], path[256], columns[1024];
} slot;

struct connection {
    pinbulk_mbedtls tls; // and in it pinbulk_http1, which speaks plain http as well
    struct event event;  // when it waits for its socket
    slot *slot;          // whose exchange it carries; NULL: it is free
    connection *next;    // that is free
};

static struct event_base *loop;
static struct event interrupts, input_event;
static struct input {
    char bytes[LINE]; // that were read, and not taken yet
    size_t used;
    int ended;
    int skipping; // the rest of a line that is too long
} input;
static pinbulk_transport host; // for its clock and its random numbers
static const char *token, *base_url;
static slot *slots, *free_slots, *first_waiting, *last_waiting;
static connection connections[CONNECTIONS], *free_connections;
static int slot_count, running, interrupted;
static uint64_t deadline;              // of each job, in milliseconds; 0: that of the library
static unsigned done, failed, unknown; // jobs
static uint64_t entities;

static uint64_t now(void)
{
    return host.now(host.ctx);
}

static struct timeval span(uint64_t milliseconds)
{
    struct timeval time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_usec = (suseconds_t)(milliseconds % 1000 * 1000);
    return time;
}

// ---- how a job begins --------------------------------------------------------------------------

// A record, as soon as its last byte is here. This is the place for what a program is about.
static pinbulk_result take(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    (void)reading;
    if (!record->is_error)
        ((slot *)ctx)->entities++;
    return PINBULK_OK;
}

// The file begins again.
static pinbulk_result forget(void *ctx)
{
    ((slot *)ctx)->entities = 0;
    return PINBULK_OK;
}

static void init_reading(slot *s)
{
    pinbulk_reading_config config = {0};
    config.records.window = s->window;
    config.records.window_size = sizeof s->window;
    config.records.path = s->path;
    config.records.path_size = sizeof s->path;
    config.records.columns = s->columns;
    config.records.columns_size = sizeof s->columns;
    config.ctx = s;
    config.record = take;
    config.restart = forget;
    s->entities = 0;
    pinbulk_reading_init(&s->reading, &config);
}

static void init_download(slot *s, const pinbulk_job_config *config)
{
    memset(&s->download, 0, sizeof s->download);
    memset(&s->filter, 0, sizeof s->filter);
    s->kind = pinbulk_enum_set(PINBULK_ENTITY_TYPE_CAMPAIGN);
    s->download.entity_types = pinbulk_enum_list_set(&s->kind, 1);
    s->filter.name = pinbulk_string_of(s->text);
    if (s->text[0] != '\0')
        s->download.campaign_filter = pinbulk_campaign_filter_ref_set(&s->filter);
    pinbulk_job_init_download(&s->job, config, &s->download);
}

static void init_upsert(slot *s, const pinbulk_job_config *config)
{
    memset(&s->upsert, 0, sizeof s->upsert);
    memset(&s->create, 0, sizeof s->create);
    memset(&s->campaign, 0, sizeof s->campaign);
    s->campaign.ad_account_id = pinbulk_string_of(s->account);
    s->campaign.name = pinbulk_string_of(s->text);
    s->campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    s->campaign.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    s->create.campaigns = pinbulk_campaign_list_set(&s->campaign, 1);
    s->upsert.create = pinbulk_create_ref_set(&s->create);
    pinbulk_job_init_upsert(&s->job, config, &s->upsert);
}

// What is wrong with a job is told by its first step.
static void init_job(slot *s)
{
    pinbulk_job_config config = {0};
    config.api.token = pinbulk_text_of(token);
    if (base_url != NULL)
        config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = base_url != NULL;
    config.account = pinbulk_text_of(s->account);
    config.memory = s->memory;
    config.memory_size = sizeof s->memory;
    config.policy.deadline = deadline;
    config.fetch = 1;
    config.sink = pinbulk_reading_sink(&s->reading);
    if (strcmp(s->operation, "download") == 0)
        init_download(s, &config);
    else if (strcmp(s->operation, "upsert") == 0)
        init_upsert(s, &config);
    else
        pinbulk_job_init_attach(&s->job, &config, pinbulk_text_of(s->text));
}

// Takes a line apart. 0: it is none of the three.
static int parse(slot *s, const char *line)
{
    int end = 0;
    s->text[0] = '\0';
    if (sscanf(line, "%15s %31s %n%255[^\n]%n", s->operation, s->account, &end, s->text, &end) < 2)
        return 0;
    return line[end] == '\0' && (strcmp(s->operation, "download") == 0 ||
                                 (s->text[0] != '\0' && (strcmp(s->operation, "upsert") == 0 ||
                                                         strcmp(s->operation, "attach") == 0)));
}

// ---- how it ends -------------------------------------------------------------------------------

static void print_line(FILE *file, const slot *s)
{
    fprintf(file, "%s %s%s%s", s->operation, s->account, s->text[0] != '\0' ? " " : "", s->text);
}

// Account and request id are enough to take a request up again, here or elsewhere.
static void print_rest(const slot *s)
{
    const pinbulk_text *id = &s->job.request_id;
    if (id->length != 0)
        printf("attach %s %.*s", s->account, (int)id->length, id->data);
    else
        print_line(stdout, s);
    putchar('\n');
}

static void finish(slot *s)
{
    pinbulk_error error = {0};
    char line[512];
    if (pinbulk_reading_end(&s->reading, &s->job, &error) == PINBULK_OK) {
        pinbulk_reading_text(&s->reading, line, sizeof line);
        done++;
        entities += s->entities;
    } else {
        pinbulk_error_text(&error, line, sizeof line);
        if (error.result == PINBULK_MAYBE_APPLIED)
            unknown++;
        else
            failed++;
        if (error.result != PINBULK_MAYBE_APPLIED && error.result != PINBULK_REQUEST_FAILED)
            print_rest(s);
    }
    print_line(stderr, s);
    fprintf(stderr, ": %s\n", line);
    s->state = FREE;
    s->next = free_slots;
    free_slots = s;
    running--;
}

// ---- what a job does next ----------------------------------------------------------------------

static void wake(evutil_socket_t socket, short what, void *ctx);

static void step(slot *s)
{
    struct timeval time;
    switch (pinbulk_job_next(&s->job, now(), host.random(host.ctx))) {
    case PINBULK_TODO_SEND: // behind those that wait for a connection already
        s->state = WAITING;
        s->next = NULL;
        if (first_waiting == NULL)
            first_waiting = s;
        else
            last_waiting->next = s;
        last_waiting = s;
        return;
    case PINBULK_TODO_WAIT: // for the next status call, a Retry-After, the end of a bad time
        s->state = PAUSED;
        time = span(s->job.wait);
        evtimer_assign(&s->timer, loop, wake, s);
        evtimer_add(&s->timer, &time);
        return;
    case PINBULK_TODO_DONE:
    case PINBULK_TODO_FAILED:
        finish(s);
        return;
    }
}

// Takes a connection from a job whose exchange has ended.
static void exchanged(connection *c)
{
    slot *s = c->slot;
    c->slot = NULL;
    c->next = free_connections;
    free_connections = c;
    pinbulk_job_exchanged(&s->job, c->tls.http.outcome);
    if (interrupted > 0)
        pinbulk_job_cancel(&s->job);
    step(s);
}

static void begin_exchanges(void);
static void begin_jobs(void);

// Something happened to a connection, or it has waited long enough.
static void go_on(evutil_socket_t socket, short what, void *ctx)
{
    connection *c = (connection *)ctx;
    pinbulk_http1 *http = &c->tls.http;
    uint64_t time = now(), until = c->slot->job.until; // the deadline of the job
    pinbulk_http1_todo todo = PINBULK_HTTP1_DONE;
    struct timeval limit;
    (void)socket;
    if (time < until)
        todo = pinbulk_http1_step(http, time);
    else
        pinbulk_http1_close(http);
    if (todo == PINBULK_HTTP1_DONE) {
        exchanged(c);
        begin_jobs();
        begin_exchanges();
        return;
    }
    if (http->until < until)
        until = http->until;
    limit = span(todo == PINBULK_HTTP1_AGAIN || until < time ? 0 : until - time);
    what = todo == PINBULK_HTTP1_READ         ? EV_READ
           : todo == PINBULK_HTTP1_WRITE      ? EV_WRITE
           : todo == PINBULK_HTTP1_READ_WRITE ? EV_READ | EV_WRITE
                                              : 0;
    event_assign(&c->event, loop, what != 0 ? c->tls.socket : -1, what, go_on, c);
    event_add(&c->event, &limit);
}

// Gives free connections to the jobs that have waited longest. The first step of each is the
// loop's, so that this cannot call itself.
static void begin_exchanges(void)
{
    static const struct timeval soon = {0, 0};
    while (free_connections != NULL && first_waiting != NULL) {
        connection *c = free_connections;
        slot *s = first_waiting;
        free_connections = c->next;
        first_waiting = s->next;
        c->slot = s;
        s->connection = c;
        s->state = EXCHANGING;
        pinbulk_http1_begin(&c->tls.http, &s->job.request, &s->job.response);
        event_assign(&c->event, loop, -1, 0, go_on, c);
        event_add(&c->event, &soon);
    }
}

static void wake(evutil_socket_t socket, short what, void *ctx)
{
    (void)socket, (void)what;
    step((slot *)ctx);
    begin_jobs();
    begin_exchanges();
}

// ---- which jobs there are ----------------------------------------------------------------------

static void drop_input(size_t length)
{
    input.used -= length;
    memmove(input.bytes, input.bytes + length, input.used);
}

// Reads once, which waits when nothing is there.
static void read_input(void)
{
    ssize_t got = read(STDIN_FILENO, input.bytes + input.used, sizeof input.bytes - input.used);
    char *end;
    if (got < 0 && errno == EINTR)
        return;
    if (got > 0)
        input.used += (size_t)got;
    else
        input.ended = 1;
    if (input.skipping) {
        end = (char *)memchr(input.bytes, '\n', input.used);
        input.skipping = end == NULL;
        drop_input(end != NULL ? (size_t)(end + 1 - input.bytes) : input.used);
    }
}

// Takes a line, without its end. 0: none is here yet. -1: it is too long or holds a NUL, and the
// line is its beginning.
static int take_line(char line[LINE])
{
    const char *end = (const char *)memchr(input.bytes, '\n', input.used);
    size_t length = end != NULL ? (size_t)(end - input.bytes) : input.used;
    if (end == NULL && input.used < LINE && (!input.ended || input.used == 0))
        return 0;
    input.skipping = length == LINE;
    if (input.skipping)
        length--;
    memcpy(line, input.bytes, length);
    line[length] = '\0';
    drop_input(end != NULL ? length + 1 : input.used);
    return input.skipping || strlen(line) < length ? -1 : 1;
}

static void more_input(evutil_socket_t socket, short what, void *ctx)
{
    (void)socket, (void)what, (void)ctx;
    read_input();
    begin_jobs();
    begin_exchanges();
}

// Begins a job for each free slot, as long as there are lines. With the last one the loop ends:
// nothing is left that it could wait for.
static void begin_jobs(void)
{
    char line[LINE];
    int got;
    while (free_slots != NULL && interrupted == 0 && (got = take_line(line)) != 0) {
        slot *s = free_slots;
        if (got < 0 || !parse(s, line)) {
            fprintf(stderr, "no job: %s\n", line);
            failed++;
            continue;
        }
        free_slots = s->next;
        running++;
        init_reading(s);
        init_job(s);
        step(s);
    }
    if (interrupted > 0 || input.ended)
        event_del(&input_event);
    else if (free_slots != NULL)
        event_add(&input_event, NULL);
    if (running == 0 && (interrupted > 0 || input.ended))
        event_del(&interrupts);
}

// After an interrupt. What is known is written before it waits for more. Returns whether there was
// a rest.
static int copy_rest(void)
{
    int some = 0;
    for (;;) {
        some |= input.used > 0;
        fwrite(input.bytes, 1, input.used, stdout);
        input.used = 0;
        fflush(stdout);
        if (input.ended)
            return some;
        read_input();
    }
}

static void stop(slot *s)
{
    static const pinbulk_outcome never_sent = {PINBULK_REACHED_NOTHING, 0, "it was interrupted"};
    pinbulk_job_cancel(&s->job);
    switch (s->state) {
    case EXCHANGING:
        event_del(&s->connection->event);
        pinbulk_http1_close(&s->connection->tls.http);
        exchanged(s->connection);
        break;
    case WAITING:
        pinbulk_job_exchanged(&s->job, never_sent);
        step(s);
        break;
    case PAUSED:
        event_del(&s->timer);
        step(s);
        break;
    case FREE:
        break;
    }
}

static void interrupt(evutil_socket_t number, short what, void *ctx)
{
    int i;
    (void)number, (void)what, (void)ctx;
    interrupted++;
    first_waiting = NULL; // all of them are stopped
    for (i = 0; i < slot_count; i++)
        if (interrupted > 1 || slots[i].state != EXCHANGING || !slots[i].job.request.once)
            stop(&slots[i]);
    begin_jobs();
}

// ---- the program -------------------------------------------------------------------------------

// The most memory that the process ever had, in bytes; 0 where Linux does not tell.
static uint64_t peak(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    unsigned long kilobytes = 0;
    char line[128];
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        sscanf(line, "VmHWM: %lu", &kilobytes);
    if (file != NULL)
        fclose(file);
    return (uint64_t)kilobytes * 1024;
}

// 0: it is no number from 1 on, or above `most`.
static unsigned long number_of(const char *name, const char *text, unsigned long most)
{
    char *end = NULL;
    unsigned long number = 0;
    errno = 0;
    if (text[0] >= '0' && text[0] <= '9')
        number = strtoul(text, &end, 10);
    if (number > 0 && number <= most && errno == 0 && *end == '\0')
        return number;
    fprintf(stderr, "%s is a number from 1 to %lu, not \"%s\"\n", name, most, text);
    return 0;
}

// One whose events can be of files.
static struct event_base *new_loop(void)
{
    struct event_config *config = event_config_new();
    struct event_base *base = NULL;
    if (config != NULL && event_config_require_features(config, EV_FEATURE_FDS) == 0)
        base = event_base_new_with_config(config);
    if (config != NULL)
        event_config_free(config);
    if (base == NULL)
        fprintf(stderr, "no event loop\n");
    return base;
}

static int init_connections(void)
{
    pinbulk_mbedtls_config config = {0};
    int i;
    config.ca_file = getenv("SSL_CERT_FILE");
    for (i = 0; i < CONNECTIONS; i++) {
        connection *c = &connections[i];
        if (pinbulk_mbedtls_init(&c->tls, &config) != PINBULK_OK) {
            fprintf(stderr, "%s\n", c->tls.reason);
            return 0;
        }
        config.same = &connections[0].tls; // the authorities are read once
        c->next = free_connections;
        free_connections = c;
    }
    host = pinbulk_mbedtls_transport(&connections[0].tls);
    return 1;
}

// Writing to all of it takes the memory from the system now: jobs that begin can end.
static int init_slots(void)
{
    int i;
    slots = (slot *)malloc((size_t)slot_count * sizeof *slots);
    if (slots == NULL) {
        fprintf(stderr, "no memory\n");
        return 0;
    }
    memset(slots, 1, (size_t)slot_count * sizeof *slots);
    for (i = slot_count - 1; i >= 0; i--) {
        slots[i].state = FREE;
        slots[i].next = free_slots;
        free_slots = &slots[i];
    }
    return 1;
}

static void report(uint64_t before)
{
    uint64_t grown = peak() - before;
    fprintf(stderr, "%u done, %u failed, %u unknown: %llu entities\n", done, failed, unknown,
            (unsigned long long)entities);
    fprintf(
        stderr, "memory of a job: %u bytes (job %u, reading %u, buffers %u); of a connection: %u\n",
        (unsigned)sizeof(slot), (unsigned)sizeof(pinbulk_job), (unsigned)sizeof(pinbulk_reading),
        (unsigned)(sizeof slots->memory + sizeof slots->window + sizeof slots->path +
                   sizeof slots->columns),
        (unsigned)sizeof(connection));
    fprintf(stderr, "measured: %llu bytes for each of %d jobs\n",
            (unsigned long long)grown / (unsigned)slot_count, slot_count);
}

int main(int argc, char **argv)
{
    uint64_t before;
    int i, left;

    token = getenv("PINTEREST_ACCESS_TOKEN");
    base_url = getenv("PINTEREST_API_URI");
    if (argc < 2 || argc > 3 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s NUMBER [SECONDS] <jobs >rest\n", argv[0]);
        return 2;
    }
    slot_count = (int)number_of("NUMBER", argv[1], JOBS_MAX);
    if (argc > 2)
        deadline = number_of("SECONDS", argv[2], SECONDS_MAX) * UINT64_C(1000);
    if (slot_count == 0 || (argc > 2 && deadline == 0))
        return 2;
    input.ended = fcntl(STDIN_FILENO, F_GETFD) < 0; // before something else gets its number
    loop = new_loop();
    if (loop == NULL || !init_connections())
        return 1;
    before = peak();
    if (!init_slots())
        return 1;
    evsignal_assign(&interrupts, loop, SIGINT, interrupt, NULL);
    event_add(&interrupts, NULL);
    event_assign(&input_event, loop, STDIN_FILENO, EV_READ, more_input, NULL);

    begin_jobs();
    begin_exchanges();
    event_base_dispatch(loop);
    left = copy_rest();

    report(before);
    for (i = CONNECTIONS - 1; i >= 0; i--)
        pinbulk_mbedtls_free(&connections[i].tls);
    event_base_free(loop);
    free(slots);
    if (unknown > 0)
        return 3;
    return failed > 0 || left || ferror(stdout);
}
