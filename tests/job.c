// The job: the retry decision, the state machine from submission to result, and the blocking
// driver. Jobs run here against a host that plays scripts and writes down what it sees as one line
// of text.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "check.h"

#include <limits.h>

#define TOKEN  "pina_CANARY"             // must reach the API, and nothing else
#define SIGNED "X-Amz-Signature=SIGNARY" // must reach the store, and nothing else
#define URL    "https://store.example/f?" SIGNED
#define FILE10 "0123456789"

// ---- scripts ------------------------------------------------------------------------------------

// A script is one reply for each line:
//   STATUS[HOW] [[HEADER; HEADER] ]BODY     HOW: nothing, a body with Content-Length; `*` chunked;
//   `~` ended by the
//                                           connection; `/` chunked, broken off before the last
//                                           chunk; -N broken off, the last N bytes of the body are
//                                           missing
//   !REACHED[!]                             no response; with a second `!` repeating is pointless
//   Fx[HOW]                                 version x of the result file from a store that honours
//   Range
#define ACCEPTED  "200 {\"request_id\":\"7\"}\n"
#define RUNNING   "200 {\"status\":\"RUNNING\"}\n"
#define SUCCEEDED "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"" URL "\"}\n"
#define FAILED    "200 {\"status\":\"FAILED\",\"result_url\":\"" URL "\"}\n"
#define WHOLE     "200 [ETag: \"a\"] " FILE10 "\n"
#define EXPIRED   "403 <Error><Code>AccessDenied</Code></Error>\n"

static const char *const reached_names[] = {"UNKNOWN",  "NOTHING", "HEAD",    "BODY",
                                            "RESPONSE", "CLOSED",  "COMPLETE"};

typedef enum { DOWNLOAD, UPSERT, ATTACH } kind;

// The transport of a script, and what it saw.
typedef struct host {
    pinbulk_job job;
    pinbulk_job_config config;
    char memory[4096];
    const char *script; // what is left of it
    size_t chunk;       // bytes of a body delivered at once; 0: all
    uint64_t now, exchange_time;
    char trace[4096];
    unsigned exchanges, ended_events, token_calls, sleeps;
    char stored[256]; // the file in the store, when it was last sent from its start
    char file[256];   // what the sink has
    size_t file_length;
    int no_restart;
    const char *next_token; // what the token callback gives; NULL: refuses
    // Cancelling: `tick` counts every occasion there is.
    long tick, cancel_at; // cancel_at: 0 never
    int cancel_by_callback, cancelled;
    unsigned sends, sends_at_cancel;
    int too_late;      // to cancel: the job had ended, or did not ask again before its end
    int sink_fails_at; // byte
    // Judged by the host, not by the job.
    unsigned risky_upserts; // whose body may have left and that were not refused
    int exhausted, leaked, frozen;
} host;

static host h; // large, and tests use one at a time

static int contains(const char *text, size_t length, const char *needle)
{
    size_t size = strlen(needle), i;
    for (i = 0; i + size <= length; i++)
        if (memcmp(text + i, needle, size) == 0)
            return 1;
    return 0;
}

static void no_secret(const char *text, size_t length)
{
    if (contains(text, length, "CANARY") || contains(text, length, "SIGNARY"))
        h.leaked = 1;
}

static void note(const char *text)
{
    size_t used = strlen(h.trace), length = strlen(text);
    if (used + length + 2 > sizeof h.trace)
        return;
    if (used)
        h.trace[used++] = ' ';
    memcpy(h.trace + used, text, length + 1);
}

static void tick(void)
{
    if (++h.tick != h.cancel_at)
        return;
    h.cancelled = 1;
    h.sends_at_cancel = h.sends;
    h.too_late = h.cancel_by_callback || h.job.phase == PINBULK_PHASE_DONE ||
                 h.job.phase == PINBULK_PHASE_FAILED;
    if (!h.cancel_by_callback)
        pinbulk_job_cancel(&h.job);
}

static int on_cancelled(void *ctx)
{
    (void)ctx;
    tick();
    if (h.cancelled && h.cancel_by_callback)
        h.too_late = 0;
    return h.cancelled && h.cancel_by_callback;
}

static void on_event(void *ctx, const pinbulk_event *event)
{
    char text[160], *before = strrchr(h.trace, ' ');
    const char *total = "?";
    size_t i;
    (void)ctx;
    tick();
    no_secret(event->request_id.data, event->request_id.length);
    switch (event->kind) {
    case PINBULK_EVENT_SENDING:
        break;
    case PINBULK_EVENT_SUBMITTED:
        snprintf(text, sizeof text, "+%.*s", (int)event->request_id.length, event->request_id.data);
        note(text);
        break;
    case PINBULK_EVENT_STATUS:
        CHECK(event->status != NULL);
        CHECK_INT(event->status->result_url.length, 0);
        CHECK(event->status->result_url.text == NULL);
        no_secret(event->status->status.text, event->status->status.length);
        snprintf(text, sizeof text, "%.*s", (int)event->status->status.length,
                 event->status->status.text);
        note(text);
        for (i = 0; i < event->status->extra.count; i++) {
            const pinbulk_member *member = &event->status->extra.items[i];
            no_secret(member->name.data, member->name.length);
            no_secret(member->json.data, member->json.length);
            snprintf(text, sizeof text, "(%.*s:%.*s)", (int)member->name.length, member->name.data,
                     (int)member->json.length, member->json.data);
            note(text);
        }
        break;
    case PINBULK_EVENT_BYTES: // a row of them counts as the last one
        if (before && strchr("0123456789", before[1]))
            *before = 0;
        if (event->total != UINT64_MAX) {
            snprintf(text, sizeof text, "%d", (int)event->total);
            total = text;
        }
        {
            char line[192];
            snprintf(line, sizeof line, "%d/%s", (int)event->bytes, total);
            note(line);
        }
        break;
    case PINBULK_EVENT_RESTARTED:
        note("restarted");
        break;
    case PINBULK_EVENT_WAITING:
        snprintf(text, sizeof text, "~%lu", (unsigned long)event->wait);
        note(text);
        break;
    case PINBULK_EVENT_DONE:
        note("done");
        h.ended_events++;
        break;
    case PINBULK_EVENT_FAILED:
        note("failed");
        h.ended_events++;
        break;
    }
}

static pinbulk_result on_token(void *ctx, pinbulk_text *token)
{
    (void)ctx;
    tick();
    h.token_calls++;
    note("token?");
    *token = pinbulk_text_of(h.next_token);
    return h.next_token ? PINBULK_OK : PINBULK_UNAUTHORIZED;
}

static pinbulk_result on_write(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    tick();
    if (h.sink_fails_at && h.file_length + length >= (size_t)h.sink_fails_at)
        return PINBULK_NO_SPACE;
    CHECK(h.file_length + length <= sizeof h.file);
    if (h.file_length + length <= sizeof h.file)
        memcpy(h.file + h.file_length, data, length);
    h.file_length += length;
    return PINBULK_OK;
}

static pinbulk_result on_restart(void *ctx)
{
    (void)ctx;
    tick();
    h.file_length = 0;
    return PINBULK_OK;
}

// What leaves towards whom: the token only to the API, the signature only to the store.
static void look_at_request(const pinbulk_request *request)
{
    int to_api = pinbulk_text_equal(request->authority, pinbulk_text_of("api.pinterest.com"));
    char text[64] = "FETCH";
    unsigned i, tokens = 0;
    CHECK(to_api || pinbulk_text_equal(request->authority, pinbulk_text_of("store.example")));
    CHECK_INT(to_api, request->operation != PINBULK_OPERATION_RESULT);
    CHECK(!contains(request->url.data, request->url.length, "CANARY"));
    CHECK_INT(contains(request->url.data, request->url.length, SIGNED), !to_api);
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        CHECK(!contains(header->value.data, header->value.length, "SIGNARY"));
        if (contains(header->value.data, header->value.length, "CANARY")) {
            tokens++;
            CHECK(header->secret);
        }
        if (pinbulk_text_equal(header->name, pinbulk_text_of("Range")))
            snprintf(text, sizeof text, "FETCH@%.*s", (int)header->value.length - 7,
                     header->value.data + 6);
    }
    CHECK_INT(tokens, to_api);
    if (to_api)
        snprintf(text, sizeof text, "%s", request->method);
    note(text);
}

static pinbulk_outcome outcome(pinbulk_reached reached, int permanent)
{
    pinbulk_outcome end = {PINBULK_REACHED_UNKNOWN, 0, "the connection broke"};
    end.reached = reached;
    end.permanent = (uint8_t)permanent;
    if (reached >= PINBULK_REACHED_CLOSED)
        end.text = NULL;
    return end;
}

// What an honest store says: version a is "0123456789", version b "abcdefgh".
static void serve_file(const pinbulk_request *request, char *line, size_t size)
{
    const char *file = line[1] == 'a' ? FILE10 : "abcdefgh";
    unsigned i, from = 0, same = 0, length = (unsigned)strlen(file);
    char version = line[1], how[8];
    snprintf(how, sizeof how, "%.7s", line + 2);
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        if (pinbulk_text_equal(header->name, pinbulk_text_of("Range")))
            from = (unsigned)atoi(header->value.data + 6);
        if (pinbulk_text_equal(header->name, pinbulk_text_of("If-Range")))
            same = header->value.data[1] == version;
    }
    if (request->operation != PINBULK_OPERATION_RESULT)
        snprintf(line, size, "500 {}");
    else if (!same)
        snprintf(line, size, "200%s [ETag: \"%c\"] %s", how, version, file);
    else if (from >= length)
        snprintf(line, size, "416 [Content-Range: bytes */%u] ", length);
    else
        snprintf(line, size, "206%s [ETag: \"%c\"; Content-Range: bytes %u-%u/%u] %s", how, version,
                 from, length - 1, length, file + from);
}

// Takes the next line off the script; when there is none, nothing can be reached any more.
static void next_line(char *line, size_t size)
{
    size_t length = strcspn(h.script, "\n");
    if (!*h.script) {
        h.exhausted = 1;
        snprintf(line, size, "!NOTHING");
        return;
    }
    snprintf(line, size, "%.*s", (int)length, h.script);
    h.script += length + (h.script[length] == '\n');
}

// Delivers the headers in brackets; returns what follows them.
static const char *deliver_headers(pinbulk_response *response, const char *at)
{
    while (*at == ' ')
        at++;
    if (*at != '[')
        return at;
    while (*at != ']') {
        const char *name = at + 1 + strspn(at + 1, " "), *colon = strchr(name, ':');
        const char *end = colon + strcspn(colon, ";]");
        pinbulk_response_header(response, name, (size_t)(colon - name), colon + 1,
                                (size_t)(end - colon - 1));
        at = end;
    }
    return at + 1 + (at[1] == ' ');
}

static pinbulk_outcome deliver(pinbulk_response *response, const char *line)
{
    char *body_at = NULL, number[24];
    int status = (int)strtol(line, &body_at, 10);
    char how = *body_at;
    long lost = how == '-' ? strtol(body_at + 1, &body_at, 10) : 0;
    const char *body;
    size_t length, at, part;
    int framed = how != '*' && how != '~' && how != '/';
    if (!framed)
        body_at++;
    if (pinbulk_response_begin(response, status) != PINBULK_OK)
        return outcome(PINBULK_REACHED_RESPONSE, 0);
    body = deliver_headers(response, body_at);
    length = strlen(body);
    if (status == 200 && h.job.request.operation == PINBULK_OPERATION_RESULT &&
        !strstr(line, "Encoding"))
        snprintf(h.stored, sizeof h.stored, "%s", body);
    if (framed) {
        snprintf(number, sizeof number, "%u", (unsigned)length);
        pinbulk_response_header(response, "content-length", 14, number, strlen(number));
    }
    length -= (size_t)lost < length ? (size_t)lost : length;
    for (at = 0; at < length; at += part) {
        char *exact;
        pinbulk_result result;
        part = h.chunk && h.chunk < length - at ? h.chunk : length - at;
        tick();
        if (pinbulk_response_cancelled(response))
            return outcome(PINBULK_REACHED_RESPONSE, 0);
        exact = (char *)malloc(part); // so that sanitizers see every byte read too many
        memcpy(exact, body + at, part);
        result = pinbulk_response_body(response, exact, part);
        free(exact);
        if (result != PINBULK_OK)
            return outcome(PINBULK_REACHED_RESPONSE, 0);
    }
    if (lost || how == '/')
        return outcome(PINBULK_REACHED_RESPONSE, 0);
    return outcome(how == '~' ? PINBULK_REACHED_CLOSED : PINBULK_REACHED_COMPLETE, 0);
}

static pinbulk_outcome exchange(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response)
{
    static char line[CHECK_SMALL ? 4096 : 8192];
    char body[256];
    size_t got = 1;
    unsigned reached = PINBULK_REACHED_COMPLETE;
    int upsert = request->operation == PINBULK_OPERATION_UPSERT, refused;
    pinbulk_outcome end;
    (void)ctx;
    h.exchanges++;
    h.now += h.exchange_time;
    look_at_request(request);
    next_line(line, sizeof line);
    if (line[0] == 'F')
        serve_file(request, line, sizeof line);
    if (line[0] == '!')
        for (reached = 0; strncmp(line + 1, reached_names[reached], strlen(reached_names[reached]));
             reached++) {
        }
    if (reached == PINBULK_REACHED_NOTHING || reached == PINBULK_REACHED_HEAD)
        return outcome((pinbulk_reached)reached, line[strlen(line) - 1] == '!');
    CHECK(!upsert || h.risky_upserts == 0); // the one thing that must never happen
    while (request->body && got)
        CHECK_INT(pinbulk_body_read(request->body, body, sizeof body, &got), PINBULK_OK);
    h.risky_upserts += (unsigned)upsert;
    tick();
    if (pinbulk_response_cancelled(response))
        return outcome(PINBULK_REACHED_BODY, 0);
    if (line[0] == '!')
        return outcome((pinbulk_reached)reached, line[strlen(line) - 1] == '!');
    end = deliver(response, line);
    refused = line[0] == '4' && strncmp(line, "408", 3) != 0;
    h.risky_upserts -= (unsigned)(upsert && refused);
    return end;
}

// ---- running ------------------------------------------------------------------------------------

static uint64_t host_now(void *ctx)
{
    (void)ctx;
    return h.now;
}

static void host_sleep(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    tick();
    CHECK(milliseconds > 0 && milliseconds <= 250);
    h.sleeps++;
    h.now += h.frozen ? 0 : milliseconds;
}

static void prepare(const char *script)
{
    memset(&h, 0, sizeof h);
    h.script = script;
    h.now = 1000000;
    h.next_token = "pina_CANARY.2";
    h.config.api.token = pinbulk_text_of(TOKEN);
    h.config.account = pinbulk_text_of("549755885175");
    h.config.memory = h.memory;
    h.config.memory_size = sizeof h.memory;
    h.config.event = on_event;
    h.config.cancelled = on_cancelled;
    h.config.token = on_token;
    h.config.fetch = 1;
    h.config.sink.write = on_write;
    h.config.sink.restart = on_restart;
}

static pinbulk_result start(kind what)
{
    static pinbulk_download download;
    static pinbulk_upsert upsert;
    if (h.no_restart)
        h.config.sink.restart = NULL;
    switch (what) {
    case DOWNLOAD:
        return pinbulk_job_init_download(&h.job, &h.config, &download);
    case UPSERT:
        return pinbulk_job_init_upsert(&h.job, &h.config, &upsert);
    case ATTACH:
        break;
    }
    return pinbulk_job_init_attach(&h.job, &h.config, pinbulk_text_of("7"));
}

// What must be so at every end, whatever the script.
static void check_end(pinbulk_todo todo)
{
    const pinbulk_error *error = &h.job.error;
    const char *wiped = h.memory + h.job.request_id.length;
    char line[512];
    size_t i, dirty = 0;
    CHECK_INT(h.ended_events, 1);
    CHECK_INT(h.leaked, 0);
    if (h.config.inflate == NULL && h.config.sink.write == on_write)
        CHECK_INT(h.job.bytes, h.file_length);
    no_secret(line, pinbulk_error_text(error, line, sizeof line));
    no_secret(error->message, sizeof error->message);
    CHECK_INT(h.leaked, 0);
    for (i = 0; i < h.config.memory_size - h.job.request_id.length; i++)
        dirty += wiped[i] != 0;
    CHECK_INT(dirty, 0);
    CHECK(h.job.config.api.token.data == NULL);
    if (todo == PINBULK_TODO_FAILED) {
        CHECK(error->result != PINBULK_OK);
        CHECK(error->message[0] || error->path[0] || error->result == PINBULK_REQUEST_FAILED ||
              error->result == PINBULK_EMPTY_BODY);
        CHECK_INT(h.job.phase, PINBULK_PHASE_FAILED);
    } else {
        CHECK_INT(error->result, PINBULK_OK);
        CHECK_INT(h.job.phase, PINBULK_PHASE_DONE);
    }
    CHECK_INT(pinbulk_job_next(&h.job, h.now, 0), todo); // and it stays so
    CHECK_INT(h.ended_events, 1);
}

// Runs the job to its end by an event loop; `random` goes to the job.
static pinbulk_result run_random(uint64_t random)
{
    long steps;
    for (steps = 0; steps < 5000; steps++) {
        pinbulk_todo todo;
        pinbulk_outcome end;
        tick();
        todo = pinbulk_job_next(&h.job, h.now, random ? (uint32_t)check_random(&random) : 0);
        switch (todo) {
        case PINBULK_TODO_SEND:
            CHECK(h.now < h.job.until);
            h.sends++;
            tick();
            end = exchange(NULL, &h.job.request, &h.job.response);
            tick();
            pinbulk_job_exchanged(&h.job, end);
            break;
        case PINBULK_TODO_WAIT:
            CHECK(h.job.wait > 0);
            CHECK(h.job.wait < h.job.until - h.now + 1);
            h.now += h.job.wait;
            break;
        case PINBULK_TODO_DONE:
        case PINBULK_TODO_FAILED:
            check_end(todo);
            return h.job.error.result;
        }
    }
    CHECK_FAIL("the job does not end");
    return PINBULK_RESULT_COUNT;
}

static pinbulk_result run(void)
{
    return run_random(0);
}

// ---- scenarios: the rules as a table ------------------------------------------------------------

typedef struct scenario {
    const char *name;
    kind what;
    const char *script;
    const char *trace;
    pinbulk_result result;
    const char *message; // a part of it
} scenario;

#define S200        "{\"status\":\"SUCCEEDED\"}"
#define MANY(reply) reply reply reply reply reply reply

static const scenario scenarios[] = {
    {"a download from end to end", DOWNLOAD, ACCEPTED RUNNING SUCCEEDED WHOLE,
     "POST +7 ~2000 GET RUNNING ~3000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"an upsert from end to end", UPSERT, ACCEPTED SUCCEEDED WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"taking up a request: the first status call is made at once", ATTACH, RUNNING SUCCEEDED WHOLE,
     "GET RUNNING ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"201 and any other 2xx is success", DOWNLOAD, "201 {\"request_id\":\"7\"}\n" SUCCEEDED WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"polling grows by one half up to two minutes", DOWNLOAD,
     ACCEPTED MANY(RUNNING) MANY(RUNNING) SUCCEEDED WHOLE,
     "POST +7 ~2000 GET RUNNING ~3000 GET RUNNING ~4500 GET RUNNING ~6750 GET RUNNING ~10125 GET "
     "RUNNING ~15188 GET RUNNING ~22782 GET RUNNING ~34173 GET RUNNING ~51260 GET RUNNING ~76890 "
     "GET RUNNING ~115335 GET RUNNING ~120000 GET RUNNING ~120000 GET SUCCEEDED FETCH 10/10 done",
     PINBULK_OK, ""},
    {"Retry-After of a status reply is honoured", DOWNLOAD,
     ACCEPTED "200 [Retry-After: 300] {\"status\":\"RUNNING\"}\n" SUCCEEDED WHOLE,
     "POST +7 ~2000 GET RUNNING ~300000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"a status that is not known is shown and waited for", DOWNLOAD,
     ACCEPTED "200 {\"status\":\"RESTING\"}\n" SUCCEEDED WHOLE,
     "POST +7 ~2000 GET RESTING ~3000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"unknown members are shown, unless they hold a signed URL", DOWNLOAD,
     ACCEPTED "200 {\"status\":\"RUNNING\",\"a\":1,\"b\":\"" URL "\",\"c\":{\"result_url\":2},"
              "\"d\":[\"s?SIGNATURE=SIGNARY\"],\"e\":\"x\"}\n" SUCCEEDED WHOLE,
     "POST +7 ~2000 GET RUNNING (a:1) (e:\"x\") ~3000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK,
     ""},

    // Repeating.
    {"a download is repeated after anything that may pass", DOWNLOAD,
     "!NOTHING\n!HEAD\n!BODY\n!UNKNOWN\n408 {}\n" ACCEPTED SUCCEEDED WHOLE,
     "POST ~1000 POST ~2000 POST ~4000 POST ~8000 POST ~16000 POST +7 ~2000 GET SUCCEEDED FETCH "
     "10/10 done",
     PINBULK_OK, ""},
    {"also when its reply broke off or is empty", DOWNLOAD,
     "200-3 {\"request_id\":\"7\"}\n200 \n200~ {\"request_\n" ACCEPTED SUCCEEDED WHOLE,
     "POST ~1000 POST ~2000 POST ~4000 POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK,
     ""},
    {"six attempts are enough", DOWNLOAD, MANY("503 {\"code\":1,\"message\":\"busy\"}\n"),
     "POST ~1000 POST ~2000 POST ~4000 POST ~8000 POST ~16000 POST failed", PINBULK_SERVER_ERROR,
     "busy"},
    {"a status call is repeated as well, and its attempts are its own", DOWNLOAD,
     "500 {}\n" ACCEPTED "500 {}\n!BODY\n" RUNNING "429 {}\n" SUCCEEDED WHOLE,
     "POST ~1000 POST +7 ~2000 GET ~1000 GET ~2000 GET RUNNING ~3000 GET ~1000 GET SUCCEEDED FETCH "
     "10/10 done",
     PINBULK_OK, ""},
    {"Retry-After is a minimum", DOWNLOAD,
     "429 [Retry-After: 90] {}\n503 [Retry-After: 1] {}\n" ACCEPTED SUCCEEDED WHOLE,
     "POST ~90000 POST ~2000 POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"Retry-After beyond the deadline", DOWNLOAD, "429 [Retry-After: 86400] {}\n", "POST failed",
     PINBULK_RATE_LIMITED, ""},
    {"Retry-After beyond the deadline, after another failure", DOWNLOAD,
     "503 [Retry-After: 86400] {\"message\":\"busy\"}\n", "POST failed", PINBULK_DEADLINE, "busy"},
    {"Retry-After beyond the deadline, of a status reply", DOWNLOAD,
     ACCEPTED "200 [Retry-After: 86400] {\"status\":\"RUNNING\"}\n",
     "POST +7 ~2000 GET RUNNING failed", PINBULK_DEADLINE, "pinbulk_job_init_attach"},
    {"a refusal is not repeated", DOWNLOAD, "400 {\"code\":5,\"message\":\"bad date\"}\n",
     "POST failed", PINBULK_REFUSED, "bad date"},
    {"a redirect is not followed", DOWNLOAD, "302 [Location: https://store.example/] \n",
     "POST failed", PINBULK_UNEXPECTED, "redirects"},
    {"a spam block is never repeated", DOWNLOAD, "429 {\"message\":\"blocked for SPAM\"}\n",
     "POST failed", PINBULK_SPAM_BLOCKED, "SPAM"},
    {"a certificate that is refused is not tried again", DOWNLOAD, "!NOTHING!\n", "POST failed",
     PINBULK_TRANSPORT_FAILED, "broke"},
    {"a web page is no reply", DOWNLOAD, "200 [Content-Type: text/html] <html>\n", "POST failed",
     PINBULK_NOT_JSON, ""},
    {"a reply without request_id", DOWNLOAD, "200 {}\n", "POST failed", PINBULK_UNEXPECTED,
     "request_id"},
    {"a status reply without status", DOWNLOAD, ACCEPTED "200 {}\n", "POST +7 ~2000 GET failed",
     PINBULK_UNEXPECTED, "status"},
    {"a request that is not known", ATTACH, "404 {\"message\":\"no such request\"}\n", "GET failed",
     PINBULK_NOT_FOUND, "no such request"},

    // Upserts.
    {"an upsert is repeated while nothing of its body left", UPSERT,
     "!NOTHING\n!HEAD\n429 {}\n" ACCEPTED SUCCEEDED WHOLE,
     "POST ~1000 POST ~2000 POST ~4000 POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK,
     ""},
    {"an upsert that cannot be sent was not applied", UPSERT, MANY("!NOTHING\n"),
     "POST ~1000 POST ~2000 POST ~4000 POST ~8000 POST ~16000 POST failed",
     PINBULK_TRANSPORT_FAILED, "broke"},
    {"an upsert whose reply is lost", UPSERT, "!BODY\n", "POST failed", PINBULK_MAYBE_APPLIED,
     "do not repeat it blindly: download the entities and compare (the connection broke)"},
    {"an upsert that got who knows how far", UPSERT, "!UNKNOWN\n", "POST failed",
     PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert after whose body the certificate is refused", UPSERT, "!BODY!\n", "POST failed",
     PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert and 5xx", UPSERT, "502 {\"message\":\"bad gateway\"}\n", "POST failed",
     PINBULK_MAYBE_APPLIED, "compare (bad gateway)"},
    {"an upsert and 408", UPSERT, "408 {}\n", "POST failed", PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert and a redirect", UPSERT, "303 \n", "POST failed", PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert whose reply broke off", UPSERT, "200-1 {\"request_id\":\"7\"}\n", "POST failed",
     PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert with an empty reply", UPSERT, "200 \n", "POST failed", PINBULK_MAYBE_APPLIED,
     "compare"},
    {"an upsert with a reply that makes no sense", UPSERT, "200 {\"request_id\":7}\n",
     "POST failed", PINBULK_MAYBE_APPLIED, "compare"},
    {"an upsert that is refused", UPSERT, "400 {\"code\":5,\"message\":\"name?\"}\n", "POST failed",
     PINBULK_REFUSED, "name?"},
    {"an upsert whose refusal broke off", UPSERT, "403-9 {\"code\":5,\"message\":\"no role\"}\n",
     "POST failed", PINBULK_FORBIDDEN, ""},
    {"an upsert that is blocked as spam", UPSERT,
     "429 {\"message\":\"slow\",\"message_detail\":\"Spam!\"}\n", "POST failed",
     PINBULK_SPAM_BLOCKED, "Spam!"},
    {"an upsert without result file", UPSERT, ACCEPTED "200 " S200 "\n",
     "POST +7 ~2000 GET SUCCEEDED done", PINBULK_OK, ""},
    {"a download without result file", DOWNLOAD, ACCEPTED "200 " S200 "\n",
     "POST +7 ~2000 GET SUCCEEDED failed", PINBULK_UNEXPECTED, "without a result_url"},
    {"nobody knows what was taken up, so a result file is expected", ATTACH, "200 " S200 "\n",
     "GET SUCCEEDED failed", PINBULK_UNEXPECTED, "without a result_url"},

    // The token.
    {"401: another token, once", UPSERT, "401 {}\n" ACCEPTED SUCCEEDED WHOLE,
     "POST token? POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"401 twice", UPSERT, "401 {}\n401 {\"message\":\"Authentication failed.\"}\n",
     "POST token? POST failed", PINBULK_UNAUTHORIZED, "Authentication failed."},
    {"401, and every request may ask again", DOWNLOAD,
     "401 {}\n" ACCEPTED "401 {}\n" RUNNING "401 {}\n" SUCCEEDED WHOLE,
     "POST token? POST +7 ~2000 GET token? GET RUNNING ~3000 GET token? GET SUCCEEDED FETCH 10/10 "
     "done",
     PINBULK_OK, ""},
    {"401, and not again after a failure of the same request", DOWNLOAD, "401 {}\n500 {}\n401 {}\n",
     "POST token? POST ~2000 POST failed", PINBULK_UNAUTHORIZED, ""},

    // The request failed.
    {"a request that failed, with reasons", UPSERT, ACCEPTED FAILED WHOLE,
     "POST +7 ~2000 GET FAILED FETCH 10/10 failed", PINBULK_REQUEST_FAILED, "was fetched"},
    {"a request that failed, without", UPSERT, ACCEPTED "200 {\"status\":\"FAILED\"}\n",
     "POST +7 ~2000 GET FAILED failed", PINBULK_REQUEST_FAILED, ""},
    {"a request that failed, with reasons that cannot be fetched", UPSERT,
     ACCEPTED FAILED MANY("500 \n"),
     "POST +7 ~2000 GET FAILED FETCH ~1000 FETCH ~2000 FETCH ~4000 FETCH ~8000 FETCH ~16000 FETCH "
     "failed",
     PINBULK_REQUEST_FAILED, "could not be fetched"},

    // The result file.
    {"it is resumed when its tag is strong", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206 [ETag: \"a\"; Content-Range: bytes 4-9/10] 456789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 10/10 done", PINBULK_OK, ""},
    {"and again, since bytes came each time", DOWNLOAD,
     ACCEPTED SUCCEEDED
     "200-9 [ETag: \"a\"] 0123456789\n206-8 [Content-Range: bytes 1-9/10] 123456789\n"
     "500 \n206-5 [Content-Range: bytes 2-9/*] 23456789\n206 [Content-Range: bytes 5-9/*] 56789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 1/10 ~1000 FETCH@1 2/10 ~1000 FETCH@2 ~2000 FETCH@2 5/10 "
     "~1000 FETCH@5 10/10 done",
     PINBULK_OK, ""},
    {"a part may be smaller than what was asked for", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n206 [Content-Range: bytes 4-6/10] 456\n"
                        "206 [Content-Range: bytes 7-9/*] 789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 7/10 ~1000 FETCH@7 10/10 done",
     PINBULK_OK, ""},
    {"and when its total is not told again either", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n206 [Content-Range: bytes 4-6/*] 456\n"
                        "206 [Content-Range: bytes 7-9/*] 789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 7/10 ~1000 FETCH@7 10/10 done",
     PINBULK_OK, ""},
    {"a weak tag proves nothing: from the start", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: W/\"a\"] 0123456789\n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 restarted FETCH 10/10 done", PINBULK_OK, ""},
    {"it comes whole although a part was asked for", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n200 [ETag: \"b\"] abcdefgh\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 restarted 8/8 done", PINBULK_OK, ""},
    {"it comes whole, and breaks off in its turn", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n200-3 [ETag: \"b\"] abcdefgh\n"
                        "206 [Content-Range: bytes 5-7/8] fgh\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 restarted 5/8 ~1000 FETCH@5 8/8 done",
     PINBULK_OK, ""},
    {"it comes whole, and breaks off before its first byte", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n200-8 [ETag: \"b\"] abcdefgh\nFb\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 8/8 done",
     PINBULK_OK, ""},
    {"a part of another file breaks off before its first byte", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206-6 [ETag: \"b\"; Content-Range: bytes 4-9/10] xxxxxx\nFb\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 FETCH@4 restarted 8/8 done",
     PINBULK_OK, ""},
    {"a part of another file by its tag", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206 [ETag: \"b\"; Content-Range: bytes 4-9/10] xxxxxx\n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 10/10 done",
     PINBULK_OK, ""},
    {"a part of another file by its length", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206 [Content-Range: bytes 4-10/11] xxxxxxx\n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 10/10 done",
     PINBULK_OK, ""},
    {"another part than was asked for", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206 [Content-Range: bytes 3-9/10] 3456789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 failed", PINBULK_UNEXPECTED,
     "another part"},
    {"only the end of the response was missing", DOWNLOAD,
     ACCEPTED SUCCEEDED "200/ [ETag: \"a\"] 0123456789\n416 [Content-Range: bytes */10] \n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 10/? ~1000 FETCH@10 done", PINBULK_OK, ""},
    {"416: the file has become shorter", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n416 [Content-Range: bytes */3] \n"
                        "200 [ETag: \"b\"] abc\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 3/3 done",
     PINBULK_OK, ""},
    {"416: it ends where the last response broke off, and was longer", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n416 [Content-Range: bytes */4] \n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 10/10 done",
     PINBULK_OK, ""},
    {"416: of another file", DOWNLOAD,
     ACCEPTED SUCCEEDED "200/ [ETag: \"a\"] 0123456789\n"
                        "416 [ETag: \"b\"; Content-Range: bytes */10] \n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 10/? ~1000 FETCH@10 ~2000 restarted FETCH 10/10 done",
     PINBULK_OK, ""},
    {"more came than the file has", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n"
                        "206 [Content-Range: bytes 4-14/*] 456789abcde\n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 15/10 ~1000 restarted FETCH 10/10 done",
     PINBULK_OK, ""},
    {"its URL has expired", DOWNLOAD, ACCEPTED SUCCEEDED EXPIRED SUCCEEDED WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
    {"its URL expires in the midst", DOWNLOAD,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n400 \n" SUCCEEDED
                        "206 [Content-Range: bytes 4-9/10] 456789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 GET SUCCEEDED FETCH@4 10/10 done",
     PINBULK_OK, ""},
    {"its URLs are never accepted", DOWNLOAD,
     ACCEPTED SUCCEEDED EXPIRED SUCCEEDED "404 \n" SUCCEEDED "410 \n" SUCCEEDED EXPIRED,
     "POST +7 ~2000 GET SUCCEEDED FETCH GET SUCCEEDED FETCH GET SUCCEEDED FETCH GET SUCCEEDED "
     "FETCH failed",
     PINBULK_RESULT_INCOMPLETE, "fresh URLs are not accepted either (AccessDenied)"},
    {"its URL goes for good", UPSERT,
     ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] 0123456789\n403 \n200 " S200 "\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 GET SUCCEEDED failed",
     PINBULK_UNEXPECTED, "without a result_url"},
    {"it cannot be fetched", DOWNLOAD, ACCEPTED SUCCEEDED MANY("503 \n"),
     "POST +7 ~2000 GET SUCCEEDED FETCH ~1000 FETCH ~2000 FETCH ~4000 FETCH ~8000 FETCH ~16000 "
     "FETCH failed",
     PINBULK_RESULT_INCOMPLETE, "no reason"},
    {"it always breaks off at the same place", DOWNLOAD,
     ACCEPTED SUCCEEDED MANY("200-6 0123456789\n"),
     "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 restarted FETCH 4/10 ~2000 restarted FETCH 4/10 "
     "~4000 restarted FETCH 4/10 ~8000 restarted FETCH 4/10 ~16000 restarted FETCH 4/10 failed",
     PINBULK_RESULT_INCOMPLETE, "broke"},
    {"it is encoded", DOWNLOAD, ACCEPTED SUCCEEDED "200 [Content-Encoding: gzip] 0123456789\n",
     "POST +7 ~2000 GET SUCCEEDED FETCH failed", PINBULK_ENCODED_BODY, "gzip"},
    {"its URL must not be used", DOWNLOAD,
     ACCEPTED "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"http://store.example/f?" SIGNED
              "\"}\n",
     "POST +7 ~2000 GET SUCCEEDED failed", PINBULK_UNSAFE_URL, "plain http"},
    {"its URL comes with escapes", DOWNLOAD,
     ACCEPTED
     "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"https:\\/\\/store.example/f?a=b\\u0026" SIGNED
     "\"}\n" WHOLE,
     "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
};

static void check_scenario(const scenario *s)
{
    pinbulk_result result;
    start(s->what);
    result = run();
    if (result != s->result || strcmp(h.trace, s->trace) != 0 ||
        !strstr(h.job.error.message, s->message) || h.exhausted || *h.script)
        CHECK_FAIL("%s (chunk %u):\n  %s\n  %s\n  %s instead of %s: %s%s", s->name,
                   (unsigned)h.chunk, h.trace, s->trace, pinbulk_result_name(result),
                   pinbulk_result_name(s->result), h.job.error.message,
                   *h.script ? "; the script is not used up" : "");
    if (result == PINBULK_OK) {
        CHECK_INT(h.job.unproven, 0);
        CHECK_INT(h.job.no_result, strstr(s->trace, "FETCH") == NULL);
    }
    check_count++;
}

// Every reply is delivered at once and byte by byte; that makes no difference.
static void scenarios_end_as_the_table_says(void)
{
    size_t i, chunk;
    for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        for (chunk = 0; chunk <= 2; chunk++) {
            prepare(scenarios[i].script);
            h.chunk = chunk;
            check_scenario(&scenarios[i]);
        }
}

// Without `restart` only what can be resumed is.
static void without_restart_a_file_that_begins_again_is_a_failure(void)
{
    static const scenario cases[] = {
        {"resumed", DOWNLOAD, ACCEPTED SUCCEEDED "Fa-6\nFa\n",
         "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 10/10 done", PINBULK_OK, ""},
        {"no strong tag", DOWNLOAD, ACCEPTED SUCCEEDED "200-6 0123456789\n",
         "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 failed", PINBULK_RESULT_INCOMPLETE,
         "the sink has no restart (the connection broke)"},
        {"whole again", DOWNLOAD, ACCEPTED SUCCEEDED "Fa-6\nFb\n",
         "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 failed",
         PINBULK_RESULT_CHANGED, "the sink has no restart"},
        {"a part of another file", DOWNLOAD,
         ACCEPTED SUCCEEDED "Fa-6\n206 [ETag: \"b\"; Content-Range: bytes 4-9/10] xxxxxx\n",
         "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 failed",
         PINBULK_RESULT_CHANGED, "the parts do not belong to one file"},
        {"nothing had come yet", DOWNLOAD, ACCEPTED SUCCEEDED "200-10 0123456789\n" WHOLE,
         "POST +7 ~2000 GET SUCCEEDED FETCH ~1000 FETCH 10/10 done", PINBULK_OK, ""}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        prepare(cases[i].script);
        h.no_restart = 1;
        check_scenario(&cases[i]);
    }
}

static void a_file_ended_by_the_connection_is_unproven(void)
{
    prepare(ACCEPTED SUCCEEDED "Fa~\n");
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(h.job.unproven, 1);
    prepare(ACCEPTED SUCCEEDED "Fa*\n"); // the last chunk proves it
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(h.job.unproven, 0);
    prepare(ACCEPTED FAILED "Fa-3\n!NOTHING!\n"); // of a failed request as well
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_REQUEST_FAILED);
    CHECK_INT(h.job.unproven, 1);
}

static void the_sink_can_fail_and_the_file_can_be_too_large(void)
{
    int at;
    for (at = 1; at <= 10; at++) {
        prepare(ACCEPTED SUCCEEDED "Fa-6\nFa\n");
        h.chunk = 1;
        h.sink_fails_at = at;
        start(DOWNLOAD);
        CHECK_INT(run(), PINBULK_SINK_FAILED);
        CHECK_INT(h.job.bytes, at - 1);
        prepare(ACCEPTED SUCCEEDED "Fa-6\nFa*\n");
        h.config.result_limit = (uint64_t)at;
        start(DOWNLOAD);
        CHECK_INT(run(), at < 10 ? PINBULK_TOO_LARGE : PINBULK_OK);
        CHECK(h.file_length <= (size_t)at);
    }
}

// ---- gzip through the hook of the host ----------------------------------------------------------

// A hook whose gzip is digits: it makes letters of them, 9 is the end, and '#' is damage.
static struct {
    unsigned begun;
    int ended, fails_to_begin;
} hook;

static pinbulk_result hook_begin(void *ctx)
{
    (void)ctx;
    tick();
    hook.begun++;
    hook.ended = 0;
    return hook.fails_to_begin ? PINBULK_NO_SPACE : PINBULK_OK;
}

static pinbulk_result hook_write(void *ctx, const void *data, size_t length, pinbulk_sink to)
{
    const char *at = (const char *)data;
    size_t i;
    (void)ctx;
    for (i = 0; i < length; i++) {
        char letter = (char)(at[i] - '0' + 'A');
        pinbulk_result result;
        if (at[i] == '#' || hook.ended)
            return PINBULK_UNEXPECTED;
        hook.ended = at[i] == '9';
        result = to.write(to.ctx, &letter, 1);
        if (result != PINBULK_OK)
            return result;
    }
    return to.write(to.ctx, NULL, 0);
}

static pinbulk_result hook_end(void *ctx)
{
    (void)ctx;
    return hook.ended ? PINBULK_OK : PINBULK_TRUNCATED;
}

static const pinbulk_inflate inflate = {NULL, hook_begin, hook_write, hook_end};

static void prepare_hook(const char *script)
{
    prepare(script);
    memset(&hook, 0, sizeof hook);
    h.config.inflate = &inflate;
}

#define GZIP  "[ETag: \"a\"; Content-Encoding: gzip] "
#define GZIP4 "[ETag: \"a\"; Content-Encoding: gzip; Content-Range: bytes 4-9/10] 456789\n"

static void gzip_goes_through_the_hook(void)
{
    static const struct {
        scenario scenario;
        unsigned begun;
        const char *file;
    } cases[] = {
        {{"whole", DOWNLOAD, ACCEPTED SUCCEEDED "200 " GZIP FILE10 "\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"another name for it", DOWNLOAD,
          ACCEPTED SUCCEEDED "200 [Content-Encoding: identity, X-GZIP] " FILE10 "\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"not encoded", DOWNLOAD, ACCEPTED SUCCEEDED WHOLE,
          "POST +7 ~2000 GET SUCCEEDED FETCH 10/10 done", PINBULK_OK, ""},
         0,
         FILE10},
        {{"resumed, and the hook goes on where it was", DOWNLOAD,
          ACCEPTED SUCCEEDED "200-6 " GZIP FILE10 "\n206 " GZIP4,
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 10/10 done", PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"resumed at a fresh URL", DOWNLOAD,
          ACCEPTED SUCCEEDED "200-6 " GZIP FILE10 "\n" EXPIRED SUCCEEDED "206 " GZIP4,
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 GET SUCCEEDED FETCH@4 10/10 done",
          PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"no strong tag: the hook begins again", DOWNLOAD,
          ACCEPTED SUCCEEDED "200-6 [Content-Encoding: gzip] 0123456789\n200 " GZIP FILE10 "\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 restarted FETCH 10/10 done", PINBULK_OK,
          ""},
         2,
         "ABCDEFGHIJ"},
        {{"the rest comes in another form", DOWNLOAD,
          ACCEPTED SUCCEEDED "200-6 " GZIP FILE10
                             "\n206 [ETag: \"a\"; Content-Range: bytes 4-9/10] 456789\n" WHOLE,
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 10/10 done",
          PINBULK_OK, ""},
         1,
         FILE10},
        {{"the rest alone is gzip", DOWNLOAD,
          ACCEPTED SUCCEEDED "Fa-6\n206 " GZIP4 "200 " GZIP FILE10 "\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 ~2000 restarted FETCH 10/10 done",
          PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"encoded twice", DOWNLOAD,
          ACCEPTED SUCCEEDED "200 [Content-Encoding: br, gzip] 0123456789\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH failed", PINBULK_ENCODED_BODY, "br"},
         0,
         ""},
        {{"another encoding", DOWNLOAD,
          ACCEPTED SUCCEEDED "200 [Content-Encoding: br] 0123456789\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH failed", PINBULK_ENCODED_BODY, "br"},
         0,
         ""},
        {{"the file is gzip itself", DOWNLOAD,
          ACCEPTED SUCCEEDED "200-6 [ETag: \"a\"] \x1f"
                             "123456789\n206 [ETag: \"a\"; Content-Range: bytes "
                             "4-9/10] 456789\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/10 ~1000 FETCH@4 10/10 done", PINBULK_OK, ""},
         1,
         "0BCDEFGHIJ"},
        {{"its end proves it when nothing else does", DOWNLOAD,
          ACCEPTED SUCCEEDED "200~ " GZIP FILE10 "\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 10/? done", PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"and without its end the rest is fetched", DOWNLOAD,
          ACCEPTED SUCCEEDED "200~ " GZIP "0123\n206 " GZIP4,
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/? ~1000 FETCH@4 10/10 done", PINBULK_OK, ""},
         1,
         "ABCDEFGHIJ"},
        {{"the file in the store has no end", DOWNLOAD, ACCEPTED SUCCEEDED "200 " GZIP "0123\n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/4 failed", PINBULK_RESULT_INCOMPLETE,
          "the gzip body has no end"},
         1,
         "ABCD"},
        {{"it has none, and only the second look tells", DOWNLOAD,
          ACCEPTED SUCCEEDED "200~ " GZIP "0123\n416 [Content-Range: bytes */4] \n",
          "POST +7 ~2000 GET SUCCEEDED FETCH 4/? ~1000 FETCH@4 failed", PINBULK_RESULT_INCOMPLETE,
          "the gzip body has no end"},
         1,
         "ABCD"},
    };
    size_t i, chunk;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        for (chunk = 0; chunk <= 2; chunk++) {
            prepare_hook(cases[i].scenario.script);
            h.chunk = chunk;
            check_scenario(&cases[i].scenario);
            CHECK_INT(hook.begun, cases[i].begun);
            CHECK_TEXT(h.file, h.file_length, cases[i].file);
        }
    // Without a hook a file that is gzip itself goes to the sink as it is.
    prepare(ACCEPTED SUCCEEDED "200 \x1f"
                               "123456789\n");
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_TEXT(h.file, h.file_length,
               "\x1f"
               "123456789");
}

static void what_fails_behind_the_hook_is_told_apart(void)
{
    int at;
    prepare_hook(ACCEPTED SUCCEEDED "200 " GZIP "0123#56789\n");
    h.chunk = 1;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_ENCODED_BODY);
    CHECK(strstr(h.job.error.message, "could not unpack") != NULL);
    prepare_hook(ACCEPTED SUCCEEDED "200 " GZIP FILE10 "\n");
    hook.fails_to_begin = 1;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_ENCODED_BODY);
    for (at = 1; at <= 11; at++) {
        prepare_hook(ACCEPTED SUCCEEDED "200 " GZIP FILE10 "\n");
        h.chunk = 1;
        h.sink_fails_at = at;
        start(DOWNLOAD);
        CHECK_INT(run(), at <= 10 ? PINBULK_SINK_FAILED : PINBULK_OK);
        prepare_hook(ACCEPTED SUCCEEDED "200* " GZIP FILE10 "\n");
        h.chunk = 1;
        h.config.result_limit = (uint64_t)at;
        start(DOWNLOAD);
        CHECK_INT(run(), at < 10 ? PINBULK_TOO_LARGE : PINBULK_OK);
    }
}

static pinbulk_result hook_doubles(void *ctx, const void *data, size_t length, pinbulk_sink to)
{
    (void)ctx;
    to.write(to.ctx, data, length); // and what it says is lost
    h.sink_fails_at = 0;
    hook.ended = 1;
    to.write(to.ctx, data, length);
    return PINBULK_OK;
}

// A small body that becomes a large file.
static void the_limit_holds_for_what_comes_out_of_the_hook(void)
{
    pinbulk_inflate doubles = inflate;
    doubles.write = hook_doubles;
    prepare_hook(ACCEPTED SUCCEEDED "200 " GZIP FILE10 "\n");
    h.config.inflate = &doubles;
    h.config.result_limit = 19;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_TOO_LARGE);
    CHECK(strstr(h.job.error.message, "unpacked") != NULL);
    // One that does not tell that the sink failed.
    prepare_hook(ACCEPTED SUCCEEDED "200 " GZIP FILE10 "\n");
    h.config.inflate = &doubles;
    h.sink_fails_at = 1;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_SINK_FAILED);
}

// ---- the ready-made sink ------------------------------------------------------------------------

static struct {
    pinbulk_reading reading;
    char window[64], path[64], columns[64];
    char trace[512];
    pinbulk_result stops_with; // what the program says to a record that holds "stop"
    int restarts;
} r;

static pinbulk_result on_record(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    size_t used = strlen(r.trace), i;
    CHECK(ctx == &r && reading == &r.reading);
    tick();
    snprintf(r.trace + used, sizeof r.trace - used, "%s%s", used ? " " : "",
             reading->what == PINBULK_RECORDS_SKIPPED ? "skipped"
                                                      : pinbulk_kind_name(record->kind));
    for (i = 0; i < reading->error_count && i < PINBULK_READING_ERRORS; i++) {
        used = strlen(r.trace);
        snprintf(r.trace + used, sizeof r.trace - used, "!%s", reading->errors[i].message);
    }
    return contains(record->raw.data, record->raw.length, "stop") ? r.stops_with : PINBULK_OK;
}

static pinbulk_result on_records_void(void *ctx)
{
    CHECK(ctx == &r);
    r.restarts++;
    r.trace[0] = 0;
    return PINBULK_OK;
}

static void prepare_reading(const char *script, pinbulk_records_format format)
{
    pinbulk_reading_config config;
    prepare(script);
    memset(&r, 0, sizeof r);
    memset(&config, 0, sizeof config);
    config.records.window = r.window;
    config.records.window_size = sizeof r.window;
    config.records.path = r.path;
    config.records.path_size = sizeof r.path;
    config.records.columns = r.columns;
    config.records.columns_size = sizeof r.columns;
    config.records.format = format;
    config.records.oversize = PINBULK_OVERSIZE_SKIP;
    config.ctx = &r;
    config.record = on_record;
    config.restart = on_records_void;
    config.guess = 1;
    CHECK_INT(pinbulk_reading_init(&r.reading, &config), PINBULK_OK);
    h.config.sink = pinbulk_reading_sink(&r.reading);
}

#define LONG60     "012345678901234567890123456789012345678901234567890123456789"
#define PART(text) "206 [ETag: \"a\"; Content-Range: bytes 21-25/26] " text "\n"

static void a_result_file_is_read_as_it_comes(void)
{
    static const struct {
        const char *script;
        pinbulk_records_format format;
        pinbulk_result result; // of the end
        const char *message;   // of its error, a part; or of the summary
        const char *trace;     // of the records
        int proven, restarts;
    } cases[] = {
        {"200 {\"ads\":[{},{\"exceptions\":[{\"message\":\"no\"}]}]}\n", PINBULK_FORMAT_AUTO,
         PINBULK_OK, "succeeded with 1 error in 1 of 2 records", "ad ad!no", 1, 0},
        {"200 [X: y] [{\"match_type\":1},{\"error\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}]\n",
         PINBULK_FORMAT_AUTO, PINBULK_OK, "succeeded with 5 errors in 1 of 2 records",
         "keyword unknown!a!b!c!d", 1, 0},
        {"200 {\"ads\":[{\"x\":\"" LONG60 "\"},{}]}\n", PINBULK_FORMAT_AUTO, PINBULK_OK,
         "succeeded with 0 errors in 0 of 2 records, 1 skipped as too large", "skipped ad", 1, 0},
        {"200 [X: y] []\n", PINBULK_FORMAT_AUTO, PINBULK_OK,
         "succeeded with 0 errors in 0 of 0 records", "", 1, 0},
        // No length: the end of the document proves it; of a table nothing does.
        {"200~ {\"ads\":[{}]}\n", PINBULK_FORMAT_AUTO, PINBULK_OK,
         "succeeded with 0 errors in 0 of 1 record", "ad", 1, 0},
        {"200~ {\"ads\":[{}],\n", PINBULK_FORMAT_AUTO, PINBULK_TRUNCATED, "too early", "ad", 0, 0},
        {"200~ id,match_type\r1,x\r2\n", PINBULK_FORMAT_AUTO, PINBULK_OK,
         "succeeded with 0 errors in 0 of 2 records; nothing proves that the file is whole",
         "keyword keyword", 0, 0},
        {"200* id,match_type\r1,x\n", PINBULK_FORMAT_CSV, PINBULK_OK,
         "succeeded with 0 errors in 0 of 1 record", "keyword", 1, 0},
        {"200~ {}{}\n", PINBULK_FORMAT_AUTO, PINBULK_OK, "nothing proves", "unknown unknown", 0, 0},
        // Broken off: resumed, or begun again.
        {"200-5 [ETag: \"a\"] {\"ads\":[{},{},{},{\"a\":1}]}\n" PART(":1}]}"), PINBULK_FORMAT_AUTO,
         PINBULK_OK, "0 of 4 records", "ad ad ad ad", 1, 0},
        {"200-9 {\"ads\":[{},{},{\"a\":1}]}\n200 {\"ads\":[{}]}\n", PINBULK_FORMAT_AUTO, PINBULK_OK,
         "0 of 1 record", "ad", 1, 1},
        // What the record stream says is the reason, and not that the sink failed.
        {"200 {\"ads\":[{]}\n", PINBULK_FORMAT_AUTO, PINBULK_BAD_JSON, "bracket", "", 0, 0},
        {"200 <html>\n", PINBULK_FORMAT_AUTO, PINBULK_NOT_JSON, "web page", "", 0, 0},
        {"200 a,b\r1,\"2\"x\r\n", PINBULK_FORMAT_CSV, PINBULK_BAD_CSV, "behind the quote", "", 0,
         0},
        {"200 [X: y] [{},{\"stop\":1},{}]\n", PINBULK_FORMAT_AUTO, PINBULK_UNEXPECTED,
         "stopped at this record", "unknown unknown", 0, 0},
        // And what the job says, when there was nothing wrong with what came.
        {"404 \n404 \n404 \n404 \n", PINBULK_FORMAT_AUTO, PINBULK_RESULT_INCOMPLETE, "fresh URLs",
         "", 0, 0},
    };
    size_t i, chunk;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        for (chunk = 0; chunk <= 2; chunk++) {
            static char script[2048];
            pinbulk_error error;
            char line[160];
            pinbulk_result result;
            const char *file = cases[i].script;
            snprintf(script, sizeof script, "%s%s%s", ACCEPTED SUCCEEDED, file, "");
            if (file[0] == '4')
                snprintf(script, sizeof script,
                         ACCEPTED SUCCEEDED "404 \n" SUCCEEDED "404 \n" SUCCEEDED "404 \n" SUCCEEDED
                                            "404 \n");
            prepare_reading(script, cases[i].format);
            r.stops_with = PINBULK_UNEXPECTED;
            h.chunk = chunk;
            start(DOWNLOAD);
            run();
            memset(&error, 0, sizeof error);
            result = pinbulk_reading_end(&r.reading, &h.job, &error);
            pinbulk_reading_text(&r.reading, line, sizeof line);
            if (result != cases[i].result || strcmp(r.trace, cases[i].trace) != 0 ||
                !strstr(result == PINBULK_OK ? line : error.message, cases[i].message))
                CHECK_FAIL("%s gives %s (%s), %s: %s", file, r.trace, line,
                           pinbulk_result_name(result), error.message);
            CHECK_INT(error.result, result);
            CHECK_INT(r.reading.proven, cases[i].proven);
            CHECK_INT(r.restarts, cases[i].restarts);
        }
}

static void a_reading_knows_a_job_without_a_file(void)
{
    pinbulk_error error;
    prepare_reading(ACCEPTED "200 " S200 "\n", PINBULK_FORMAT_AUTO);
    start(UPSERT); // whose result has no file
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, NULL), PINBULK_OK);
    CHECK(r.reading.whole && r.reading.proven);
    prepare_reading(ACCEPTED SUCCEEDED, PINBULK_FORMAT_AUTO);
    h.config.fetch = 0;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, NULL), PINBULK_OK);
    // A failed request has a file all the same: its last row is delivered.
    prepare_reading(ACCEPTED FAILED "200 id,error\r1,Bad\n", PINBULK_FORMAT_CSV);
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_REQUEST_FAILED);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, &error), PINBULK_REQUEST_FAILED);
    CHECK_TEXT(r.trace, strlen(r.trace), "unknown!Bad");
    CHECK(r.reading.whole && h.job.fetched);
    // One that broke off has no last row, but half of one.
    prepare_reading(ACCEPTED FAILED "200-2 id,error\r1,Good\r2,Bad\n500!\n", PINBULK_FORMAT_CSV);
    h.config.policy.attempts = 1;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_REQUEST_FAILED);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, &error), PINBULK_REQUEST_FAILED);
    CHECK_TEXT(r.trace, strlen(r.trace), "unknown!Good");
    CHECK(!r.reading.whole && !h.job.fetched);
    // What the program said of the file of a failed request is in the reading.
    prepare_reading(ACCEPTED FAILED "200 [X: y] [{\"stop\":1}]\n", PINBULK_FORMAT_AUTO);
    r.stops_with = PINBULK_UNEXPECTED;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_REQUEST_FAILED);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, &error), PINBULK_REQUEST_FAILED);
    CHECK_INT(r.reading.error.result, PINBULK_UNEXPECTED);
    // No format has files of no bytes.
    prepare_reading(ACCEPTED SUCCEEDED "200 \n", PINBULK_FORMAT_AUTO);
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, &error), PINBULK_TRUNCATED);
    // A job that is still under way.
    prepare_reading(ACCEPTED SUCCEEDED, PINBULK_FORMAT_AUTO);
    start(DOWNLOAD);
    CHECK_INT(pinbulk_reading_end(&r.reading, &h.job, &error), PINBULK_BAD_STATE);
    // Bytes from elsewhere.
    prepare_reading("", PINBULK_FORMAT_AUTO);
    CHECK_INT(h.config.sink.write(h.config.sink.ctx, "[{}", 3), PINBULK_OK);
    CHECK_INT(h.config.sink.write(h.config.sink.ctx, "]", 1), PINBULK_OK);
    CHECK_INT(pinbulk_reading_end(&r.reading, NULL, &error), PINBULK_OK);
    CHECK(r.reading.whole && r.reading.proven);
    // Without `restart` of the program the file cannot begin again.
    CHECK_INT(pinbulk_reading_init(NULL, NULL), PINBULK_BAD_ARGUMENT);
    r.reading.config.restart = NULL;
    CHECK(pinbulk_reading_sink(&r.reading).restart == NULL);
}

static void without_fetch_the_job_ends_with_the_request(void)
{
    prepare(ACCEPTED SUCCEEDED);
    h.config.fetch = 0;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    CHECK_INT(h.job.no_result, 0);
    CHECK(strcmp(h.trace, "POST +7 ~2000 GET SUCCEEDED done") == 0);
    CHECK_TEXT(h.job.request_id.data, h.job.request_id.length, "7");
    prepare(ACCEPTED FAILED);
    h.config.fetch = 0;
    start(UPSERT);
    CHECK_INT(run(), PINBULK_REQUEST_FAILED);
}

static void without_another_token_401_ends_the_job(void)
{
    prepare("401 {\"message\":\"expired\"}\n");
    h.next_token = NULL;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_UNAUTHORIZED);
    CHECK(strstr(h.job.error.message, "no other token was given (expired)") != NULL);
    prepare("401 {\"message\":\"expired\"}\n");
    h.config.token = NULL;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_UNAUTHORIZED);
    CHECK_INT(h.exchanges, 1);
    prepare("401 {}\n"); // a token that would change the request is not sent
    h.next_token = "pina_CANARY\r\nX: y";
    start(UPSERT);
    CHECK_INT(run(), PINBULK_BAD_ARGUMENT);
    CHECK(strcmp(h.job.error.path, "token") == 0);
    CHECK_INT(h.exchanges, 1);
}

static void errors_say_which_exchange_it_was(void)
{
    prepare("503 {}\n404 [x-pinterest-rid: 4711] {\"code\":50,\"message\":\"unknown\"}\n");
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_NOT_FOUND);
    CHECK_INT(h.job.error.attempt, 2);
    CHECK_INT(h.job.error.http_status, 404);
    CHECK_INT(h.job.error.api_code, 50);
    CHECK_INT(h.job.error.reached, PINBULK_REACHED_COMPLETE);
    CHECK(strcmp(h.job.error.rid, "4711") == 0);
    CHECK(strcmp(h.job.error.message, "unknown") == 0);
}

// ---- every failure at every step ----------------------------------------------------------------

#define STEPS 3
static const char *const good[STEPS] = {ACCEPTED, SUCCEEDED, "Fa\n"};

// The good script with one more reply before a step.
static void script_with(char *script, size_t size, int step, const char *extra)
{
    int i;
    *script = 0;
    for (i = 0; i < STEPS; i++)
        snprintf(script + strlen(script), size - strlen(script), "%s%s", i == step ? extra : "",
                 good[i]);
}

static void check_whole(void)
{
    CHECK_TEXT(h.file, h.file_length, FILE10);
    CHECK_INT(h.job.unproven, 0);
}

static void a_lost_exchange_is_repeated_unless_it_may_have_been_an_upsert(void)
{
    char script[1024], extra[32];
    int step, permanent, reached, what;
    for (what = DOWNLOAD; what <= UPSERT; what++)
        for (step = 0; step < STEPS; step++)
            for (reached = 0; reached <= PINBULK_REACHED_COMPLETE; reached++)
                for (permanent = 0; permanent < 2; permanent++) {
                    int nothing =
                        reached == PINBULK_REACHED_NOTHING || reached == PINBULK_REACHED_HEAD;
                    pinbulk_result want = permanent ? PINBULK_TRANSPORT_FAILED : PINBULK_OK;
                    if (what == UPSERT && step == 0 && !nothing)
                        want = PINBULK_MAYBE_APPLIED;
                    snprintf(extra, sizeof extra, "!%s%s\n", reached_names[reached],
                             permanent ? "!" : "");
                    script_with(script, sizeof script, step, extra);
                    prepare(script);
                    start((kind)what);
                    CHECK_INT(run(), want);
                    if (want == PINBULK_OK)
                        check_whole();
                }
}

static void a_truncated_reply_is_never_taken_for_a_whole_one(void)
{
    static const char *const replies[STEPS] = {
        "{\"request_id\":\"7\"}", "{\"status\":\"SUCCEEDED\",\"result_url\":\"" URL "\"}", FILE10};
    char script[1024], extra[512];
    int step, what, lost, how;
    for (what = DOWNLOAD; what <= UPSERT; what++)
        for (step = 0; step < STEPS; step++) {
            int length = (int)strlen(replies[step]);
            for (lost = 1; lost <= length; lost += (int)check_step(7))
                for (how = 0; how < 3; how++) {
                    pinbulk_result want =
                        what == UPSERT && step == 0 ? PINBULK_MAYBE_APPLIED : PINBULK_OK;
                    if (how == 0) // shorter than its Content-Length
                        snprintf(extra, sizeof extra, "200-%d %s\n", lost, replies[step]);
                    else // without a length: the connection breaks, or closes as if all were said
                        snprintf(extra, sizeof extra, "200%c %.*s\n", how == 1 ? '/' : '~',
                                 length - lost, replies[step]);
                    script_with(script, sizeof script, step, extra);
                    prepare(script);
                    start((kind)what);
                    CHECK_INT(run(), want);
                    if (want == PINBULK_OK && step == 2 && how == 2 && lost < length)
                        CHECK_INT(h.job.unproven, 1); // nothing can tell, and the job says so
                    else if (want == PINBULK_OK)
                        check_whole();
                }
        }
}

// ---- cancelling and the deadline ----------------------------------------------------------------

// Where the job ends when it is stopped for `reason` before its own end.
static void check_stopped(pinbulk_result got, pinbulk_result reason)
{
    int known = h.job.request_id.length != 0;
    if (h.risky_upserts && !known) {
        CHECK_INT(got, PINBULK_MAYBE_APPLIED);
        CHECK(strstr(h.job.error.message, "compare") != NULL);
        return;
    }
    CHECK_INT(got, reason);
    if (h.job.request_failed)
        CHECK(strstr(h.job.error.message, "had ended as FAILED") != NULL);
    else if (known)
        CHECK(strstr(h.job.error.message, "pinbulk_job_init_attach") != NULL);
    else if (h.job.kind == PINBULK_OPERATION_UPSERT)
        CHECK(strstr(h.job.error.message, "the upsert was not applied") != NULL);
    else
        CHECK(strstr(h.job.error.message, "can be submitted again") != NULL);
}

// In every scenario, at every occasion that a host has, from inside and from outside.
static void a_job_can_be_cancelled_at_any_point(void)
{
    size_t i, by_callback;
    long at, runs = 0;
    for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        for (by_callback = 0; by_callback < 2; by_callback++)
            for (at = 1;; at += check_step(31), runs++) {
                pinbulk_result result;
                prepare(scenarios[i].script);
                h.chunk = 64;
                h.cancel_at = at;
                h.cancel_by_callback = (int)by_callback;
                start(scenarios[i].what);
                result = run();
                if (!h.cancelled)
                    break;
                if (h.too_late) {
                    CHECK_INT(result, scenarios[i].result);
                } else {
                    check_stopped(result, PINBULK_CANCELLED);
                    CHECK_INT(h.sends, h.sends_at_cancel);
                }
            }
    CHECK(runs > (long)(1000 / check_step(40)));
}

// In every scenario, with deadlines before and after each of its moments.
static void the_deadline_holds_at_every_step(void)
{
    size_t i;
    for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        uint64_t deadline, whole, step;
        prepare(scenarios[i].script);
        h.exchange_time = 250;
        start(scenarios[i].what);
        run();
        whole = h.now - 1000000;
        step = (whole / 400 + 1) * check_step(300);
        for (deadline = 1; deadline <= whole + 5000; deadline += step) {
            pinbulk_result result;
            prepare(scenarios[i].script);
            h.exchange_time = 250;
            h.config.policy.deadline = deadline;
            start(scenarios[i].what);
            result = run();
            CHECK(h.now - 1000000 <= deadline + 250); // an exchange may last longer: see the driver
            if (result == PINBULK_DEADLINE || result == PINBULK_MAYBE_APPLIED)
                check_stopped(result, PINBULK_DEADLINE);
            else if (result != PINBULK_RATE_LIMITED)
                CHECK_INT(result, scenarios[i].result);
        }
    }
}

// A last status call is made shortly before the deadline, so that its answer still counts.
static void the_last_status_call_is_made_in_time(void)
{
    prepare(ACCEPTED MANY(RUNNING) MANY(RUNNING));
    h.config.policy.deadline = 20000;
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_DEADLINE);
    CHECK(strcmp(h.trace, "POST +7 ~2000 GET RUNNING ~3000 GET RUNNING ~4500 GET RUNNING ~6750 GET "
                          "RUNNING ~1750 GET RUNNING failed") == 0);
}

static void extreme_clocks_do_no_harm(void)
{
    static const uint64_t times[] = {0, UINT64_MAX - 2500, UINT64_MAX / 2};
    size_t i;
    for (i = 0; i < 3; i++) {
        prepare(ACCEPTED SUCCEEDED WHOLE);
        h.now = times[i];
        h.config.policy.deadline = i == 2 ? UINT64_MAX : 0;
        start(DOWNLOAD);
        CHECK_INT(run(), PINBULK_OK);
    }
    prepare(ACCEPTED SUCCEEDED WHOLE); // one that goes back: waiting takes longer, nothing else
    start(DOWNLOAD);
    CHECK_INT(pinbulk_job_next(&h.job, 5000, 0), PINBULK_TODO_SEND);
    pinbulk_job_exchanged(&h.job, exchange(NULL, &h.job.request, &h.job.response));
    CHECK_INT(pinbulk_job_next(&h.job, 5000, 0), PINBULK_TODO_WAIT);
    CHECK_INT(pinbulk_job_next(&h.job, 4000, 0), PINBULK_TODO_WAIT);
    CHECK_INT(h.job.wait, 2000);
    CHECK_INT(pinbulk_job_next(&h.job, 6999, 0), PINBULK_TODO_WAIT);
    CHECK_INT(h.job.wait, 1);
    CHECK_INT(pinbulk_job_next(&h.job, 7000, 0), PINBULK_TODO_SEND);
}

// A day of polling stays below the 1,000 requests of trial access.
static void polling_fits_trial_access(void)
{
    uint64_t now = 0, day = UINT64_C(24) * 60 * 60 * 1000;
    unsigned requests = 0;
    prepare("");
    h.config.policy.deadline = UINT64_MAX;
    h.config.event = NULL;
    start(ATTACH);
    while (now < day) {
        if (pinbulk_job_next(&h.job, now, 0) == PINBULK_TODO_SEND) {
            h.script = RUNNING;
            pinbulk_job_exchanged(&h.job, exchange(NULL, &h.job.request, &h.job.response));
            requests++;
        } else {
            now += h.job.wait;
        }
    }
    CHECK(requests > 700 && requests < 750);
}

// ---- random scripts -----------------------------------------------------------------------------

// Whatever a service and a network do: the job ends, no secret leaves, no upsert is repeated that
// may be applied (the host checks that), and what is called whole is whole.
static void random_scripts_break_no_rule(void)
{
    static const char *const pool[] = {ACCEPTED,
                                       ACCEPTED,
                                       ACCEPTED,
                                       RUNNING,
                                       RUNNING,
                                       SUCCEEDED,
                                       SUCCEEDED,
                                       SUCCEEDED,
                                       FAILED,
                                       "Fa\n",
                                       "Fa\n",
                                       "Fb\n",
                                       "Fa-1\n",
                                       "Fa-4\n",
                                       "Fa-6\n",
                                       "Fb-7\n",
                                       "Fb-3\n",
                                       "Fa-10\n",
                                       "Fb-8\n",
                                       "Fb-8\n",
                                       "Fa/\n",
                                       "Fb*\n",
                                       "Fa~\n",
                                       EXPIRED,
                                       "!NOTHING\n",
                                       "!HEAD\n",
                                       "!BODY\n",
                                       "!UNKNOWN\n",
                                       "!COMPLETE\n",
                                       "!HEAD!\n",
                                       "429 {}\n",
                                       "429 [Retry-After: 7] {}\n",
                                       "429 {\"message\":\"spam\"}\n",
                                       "401 {}\n",
                                       "408 {}\n",
                                       "500 {}\n",
                                       "503 [Retry-After: 100] {}\n",
                                       "400 {}\n",
                                       "404 {}\n",
                                       "307 \n",
                                       "204 \n",
                                       "200 \n",
                                       "200 {\n",
                                       "200 [Content-Encoding: br] xx\n",
                                       "200 <html>\n",
                                       "200-2 {\"request_id\":\"7\"}\n",
                                       "206 [Content-Range: bytes 2-3/4] xx\n",
                                       "416 \n",
                                       "416 [Content-Range: bytes */10] \n",
                                       "100 \n",
                                       "200 {\"status\":\"SUCCEEDED\",\"x\":\"" URL
                                       "\",\"request_id\":\"8\"}\n"};
    char script[8192];
    uint64_t seed = 2024;
    long run_number, runs = check_scaled(100000), done = 0, maybe = 0;
    for (run_number = 0; run_number < runs; run_number++) {
        pinbulk_result result;
        kind what = (kind)(check_random(&seed) % 3);
        int lines = (int)(check_random(&seed) % 40);
        strcpy(script,
               check_random(&seed) % 4 ? what == ATTACH ? SUCCEEDED : ACCEPTED SUCCEEDED : "");
        while (lines-- > 0)
            strcat(script, pool[check_random(&seed) % (sizeof pool / sizeof *pool)]);
        prepare(script);
        h.chunk = check_random(&seed) % 5;
        h.no_restart = check_random(&seed) % 4 == 0;
        h.config.fetch = check_random(&seed) % 8 != 0;
        if (check_random(&seed) % 8 == 0)
            h.cancel_at = (long)(check_random(&seed) % 100);
        h.cancel_by_callback = (int)(check_random(&seed) % 2);
        h.exchange_time = check_random(&seed) % 3 * 100;
        if (check_random(&seed) % 8 == 0)
            h.config.policy.deadline = check_random(&seed) % 100000 + 1;
        start(what);
        result = run_random(check_random(&seed) | 1);
        CHECK_INT(result == PINBULK_MAYBE_APPLIED, h.risky_upserts && !h.job.request_id.length);
        if (result == PINBULK_OK && h.config.fetch && !h.job.no_result && !h.job.unproven)
            CHECK_TEXT(h.file, h.file_length, h.stored);
        done += result == PINBULK_OK;
        maybe += result == PINBULK_MAYBE_APPLIED;
        if (check_bad) {
            printf("script:\n%s%s\n", script, h.trace);
            return;
        }
    }
    CHECK(done > runs / 10);
    CHECK(maybe > runs / 100);
}

// ---- the driver ---------------------------------------------------------------------------------

static uint32_t host_random(void *ctx)
{
    (void)ctx;
    return 0;
}

static const pinbulk_transport transport = {NULL, exchange, host_now, host_sleep, host_random};

static void the_driver_does_what_an_event_loop_does(void)
{
    size_t i;
    for (i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        const scenario *s = &scenarios[i];
        prepare(s->script);
        start(s->what);
        CHECK_INT(pinbulk_job_run(&h.job, &transport), s->result);
        CHECK_TEXT(h.trace, strlen(h.trace), s->trace);
        check_end(s->result == PINBULK_OK ? PINBULK_TODO_DONE : PINBULK_TODO_FAILED);
    }
}

static void the_driver_notices_cancelling_while_it_waits(void)
{
    long at;
    for (at = 1;; at++) {
        pinbulk_result result;
        prepare(ACCEPTED RUNNING SUCCEEDED WHOLE);
        h.cancel_at = at;
        start(DOWNLOAD);
        result = pinbulk_job_run(&h.job, &transport);
        if (!h.cancelled)
            break;
        if (!h.too_late)
            check_stopped(result, PINBULK_CANCELLED);
    }
    CHECK(at > 40); // 20 of them in 5 seconds of waiting
}

// It knows the time during an exchange, and breaks it off.
static void the_driver_holds_the_deadline_during_an_exchange(void)
{
    uint64_t deadline;
    for (deadline = 1; deadline < 200; deadline++) {
        prepare("200 {\"request_id\":\"7\"}\n");
        h.exchange_time = deadline;
        h.config.policy.deadline = deadline;
        start(deadline % 2 ? UPSERT : DOWNLOAD);
        check_stopped(pinbulk_job_run(&h.job, &transport), PINBULK_DEADLINE);
        CHECK_INT(h.exchanges, 1);
        if (deadline % 2 && h.job.error.http_status == 0) // it says why no reply came
            CHECK(strstr(h.job.error.message, "the deadline has passed") != NULL);
    }
    prepare(ACCEPTED SUCCEEDED WHOLE);
    h.exchange_time = 10000;
    h.config.policy.deadline = 25000;
    start(DOWNLOAD);
    CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_DEADLINE);
    CHECK_INT(h.file_length, 0);
}

static void a_clock_that_stands_still_is_an_error(void)
{
    prepare(ACCEPTED RUNNING SUCCEEDED WHOLE);
    h.frozen = 1;
    start(DOWNLOAD);
    CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_BAD_ARGUMENT);
    CHECK(strstr(h.job.error.message, "clock") != NULL);
    CHECK(h.sleeps <= 1001);
}

static void a_transport_must_be_whole(void)
{
    int missing;
    for (missing = 0; missing < 5; missing++) {
        pinbulk_transport broken = transport;
        prepare(ACCEPTED SUCCEEDED WHOLE);
        start(DOWNLOAD);
        if (missing == 0)
            broken.exchange = NULL;
        if (missing == 1)
            broken.now = NULL;
        if (missing == 2)
            broken.sleep = NULL;
        if (missing == 4)
            broken.random = NULL; // that is allowed
        CHECK_INT(pinbulk_job_run(&h.job, missing == 3 ? NULL : &broken),
                  missing == 4 ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
        CHECK_INT(h.exchanges, missing == 4 ? 3 : 0);
        CHECK_INT(h.job.error.result, missing == 4 ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
    }
    // Why a job ended is not forgotten.
    prepare("!BODY\n");
    start(UPSERT);
    CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_MAYBE_APPLIED);
    CHECK_INT(pinbulk_job_run(&h.job, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(h.job.error.result, PINBULK_MAYBE_APPLIED);
}

// ---- calls out of order -------------------------------------------------------------------------

static void calls_out_of_order_fail_clearly(void)
{
    pinbulk_job none;
    int what;
    memset(&none, 0, sizeof none);
    CHECK_INT(pinbulk_job_next(&none, 0, 0), PINBULK_TODO_FAILED);
    CHECK_INT(none.error.result, PINBULK_BAD_STATE);
    memset(&none, 0, sizeof none);
    CHECK_INT(pinbulk_job_run(&none, &transport), PINBULK_BAD_STATE);

    // The end of an exchange that never began.
    prepare(ACCEPTED SUCCEEDED WHOLE);
    start(UPSERT);
    pinbulk_job_exchanged(&h.job, outcome(PINBULK_REACHED_NOTHING, 0));
    CHECK_INT(run(), PINBULK_BAD_STATE);
    CHECK_INT(h.exchanges, 0);

    // Going on during an exchange: what the exchange brings is still taken.
    for (what = DOWNLOAD; what <= UPSERT; what++) {
        prepare(ACCEPTED SUCCEEDED WHOLE);
        start((kind)what);
        CHECK_INT(pinbulk_job_next(&h.job, h.now, 0), PINBULK_TODO_SEND);
        CHECK_INT(pinbulk_job_next(&h.job, h.now, 0), PINBULK_TODO_FAILED);
        CHECK_INT(h.job.error.result, what == UPSERT ? PINBULK_MAYBE_APPLIED : PINBULK_BAD_STATE);
        CHECK_INT(h.ended_events, 0);
        pinbulk_job_exchanged(&h.job, exchange(NULL, &h.job.request, &h.job.response));
        CHECK_INT(run(), PINBULK_BAD_STATE);
        CHECK_TEXT(h.job.request_id.data, h.job.request_id.length, "7");
        CHECK_INT(h.exchanges, 1);
    }

    // After the end nothing changes any more.
    prepare(ACCEPTED SUCCEEDED WHOLE);
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
    pinbulk_job_exchanged(&h.job, outcome(PINBULK_REACHED_NOTHING, 0));
    pinbulk_job_cancel(&h.job);
    CHECK_INT(pinbulk_job_next(&h.job, h.now, 0), PINBULK_TODO_DONE);
}

static pinbulk_event_kind calls_back_at;

static void calls_back(void *ctx, const pinbulk_event *event)
{
    on_event(ctx, event);
    if (event->kind != calls_back_at)
        return;
    CHECK_INT(pinbulk_job_next(&h.job, h.now, 0),
              event->kind == PINBULK_EVENT_DONE ? PINBULK_TODO_DONE : PINBULK_TODO_FAILED);
    pinbulk_job_exchanged(&h.job, outcome(PINBULK_REACHED_NOTHING, 0));
}

static void callbacks_cannot_drive_the_job(void)
{
    int event;
    for (event = PINBULK_EVENT_SENDING; event <= PINBULK_EVENT_FAILED; event++) {
        prepare(ACCEPTED SUCCEEDED "200-6 0123456789\n" WHOLE);
        calls_back_at = (pinbulk_event_kind)event;
        h.config.event = calls_back;
        start(DOWNLOAD);
        CHECK_INT(run(), event >= PINBULK_EVENT_DONE ? PINBULK_OK : PINBULK_BAD_STATE);
    }
}

// ---- starting -----------------------------------------------------------------------------------

static void what_is_wrong_with_the_config_is_said_at_once(void)
{
    static pinbulk_download download;
    int wrong;
    for (wrong = 0; wrong < 10; wrong++) {
        pinbulk_result result, want = PINBULK_BAD_ARGUMENT;
        const char *path = "";
        prepare("");
        if (wrong == 1)
            h.config.memory = NULL;
        if (wrong == 2)
            h.config.sink.write = NULL;
        if (wrong == 3 || wrong == 4) {
            h.config.account = pinbulk_text_of(wrong == 3 ? "12x" : "1234567890123456789");
            path = "account";
        }
        if (wrong == 5 || wrong == 6) {
            h.config.api.token = pinbulk_text_of(wrong == 5 ? "" : "pina_CANARY x");
            path = "token";
        }
        if (wrong == 7) {
            h.config.api.base_url = pinbulk_text_of("http://api.pinterest.com/v5");
            want = PINBULK_UNSAFE_URL;
            path = "base_url";
        }
        if (wrong == 8) {
            h.config.memory_size = 100;
            want = PINBULK_NO_SPACE;
        }
        result = pinbulk_job_init_download(&h.job, wrong == 0 ? NULL : &h.config,
                                           wrong == 9 ? NULL : &download);
        CHECK_INT(result, want);
        CHECK_INT(h.job.error.result, want);
        CHECK_TEXT(h.job.error.path, strlen(h.job.error.path), path);
        CHECK(h.job.error.message[0] != 0);
        CHECK_INT(h.ended_events, wrong != 0);
        CHECK_INT(pinbulk_job_next(&h.job, 0, 0), PINBULK_TODO_FAILED);
        CHECK_INT(pinbulk_job_run(&h.job, &transport), want);
        CHECK_INT(h.exchanges, 0);
        CHECK_INT(h.leaked, 0);
        CHECK(!contains(h.memory, sizeof h.memory, "CANARY"));
    }
    prepare("");
    CHECK_INT(pinbulk_job_init_upsert(&h.job, &h.config, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_job_init_attach(&h.job, &h.config, pinbulk_text_of("")),
              PINBULK_BAD_ARGUMENT);
    CHECK(strcmp(h.job.error.path, "request_id") == 0);
}

static void an_object_that_is_wrong_is_refused_before_anything_is_sent(void)
{
    pinbulk_campaign campaign;
    pinbulk_update update;
    pinbulk_upsert upsert;
    memset(&campaign, 0, sizeof campaign);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    campaign.name = pinbulk_string_of("no id");
    update.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    prepare("");
    CHECK_INT(pinbulk_job_init_upsert(&h.job, &h.config, &upsert), PINBULK_MISSING);
    CHECK(strncmp(h.job.error.path, "update.campaigns[0]", 19) == 0);
    CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_MISSING);
    CHECK_INT(h.exchanges, 0);
}

// A length that no text can have is not copied, however the sums come out.
static void a_request_id_of_any_length_is_safe(void)
{
    static volatile size_t huge = SIZE_MAX; // so that the compiler does not see through it
    size_t less;
    for (less = 0; less < 300; less++) {
        pinbulk_text id = pinbulk_text_of("7");
        prepare("");
        id.length = huge - less;
        CHECK_INT(pinbulk_job_init_attach(&h.job, &h.config, id), PINBULK_NO_SPACE);
        CHECK_INT(h.job.request_id.length, 0);
    }
}

// A text of an absurd length, with which the size of the request comes round to a small number, is
// refused, by its size or by its content, and nothing is written beyond the memory.
static void a_size_that_overflows_is_refused(void)
{
    static volatile size_t huge = SIZE_MAX;
    size_t less;
    for (less = 0; less < 1200; less++) {
        char *memory = (char *)malloc(700);
        prepare("");
        h.config.memory = memory;
        h.config.memory_size = 700;
        h.config.api.user_agent.data = "x\ny";
        h.config.api.user_agent.length = huge - less;
        CHECK(start(ATTACH) != PINBULK_OK);
        free(memory);
    }
}

// The result URL takes the place of texts of headers.
static void no_header_of_a_reply_shows_the_result_url(void)
{
    static char script[4096], filler[1001];
    size_t length;
    for (length = 1; length < sizeof filler; length += check_step(97)) {
        memset(filler, 'x', length);
        filler[length] = 0;
        snprintf(script, sizeof script,
                 ACCEPTED "200 [x-pinterest-rid: 12345; ETag: \"a\"] {\"status\":\"SUCCEEDED\","
                          "\"result_url\":\"https://store.example/" SIGNED "%s\"}\n",
                 filler);
        prepare(script);
        start(DOWNLOAD);
        while (h.job.phase != PINBULK_PHASE_FETCH) {
            pinbulk_todo todo = pinbulk_job_next(&h.job, h.now, 0);
            if (todo == PINBULK_TODO_SEND)
                pinbulk_job_exchanged(&h.job, exchange(NULL, &h.job.request, &h.job.response));
            else if (todo == PINBULK_TODO_WAIT)
                h.now += h.job.wait;
            else
                break;
        }
        CHECK_INT(h.job.phase, PINBULK_PHASE_FETCH);
        CHECK_INT(h.job.response.rid[0], 0);
        CHECK_INT(h.job.response.etag[0], 0);
        CHECK_INT(h.job.response.encoding[0], 0);
        CHECK_INT((int64_t)h.job.response.body_used, 0);
    }
}

static void finds(void *ctx, const pinbulk_error *finding)
{
    CHECK(finding == &h.job.error);
    CHECK_INT(finding->result, PINBULK_BAD_PATTERN);
    CHECK_TEXT(finding->path, strlen(finding->path), "update.keywords[0].id");
    ++*(int *)ctx;
}

// Findings are told by the job's error, and are no failure.
static void findings_are_told_when_the_job_is_made(void)
{
    pinbulk_keyword keyword;
    pinbulk_update update;
    pinbulk_upsert upsert;
    int found = 0;
    memset(&keyword, 0, sizeof keyword);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    keyword.id = pinbulk_string_of("x");
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    prepare(ACCEPTED SUCCEEDED WHOLE);
    h.config.encode.warn = finds;
    h.config.encode.warn_ctx = &found;
    CHECK_INT(pinbulk_job_init_upsert(&h.job, &h.config, &upsert), PINBULK_OK);
    CHECK_INT(found, 1);
    CHECK_INT(h.job.error.result, PINBULK_OK);
    CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_OK);
    CHECK_INT(found, 1);
}

// The number in the message is what is needed: one byte less is too little.
static void memory_that_is_too_small_is_refused_with_the_size_it_needs(void)
{
    static const char needs[] = "config.memory is too small, it needs ";
    size_t size, needed = 0;
    int what;
    for (what = DOWNLOAD; what <= ATTACH; what++)
        for (size = 1; size < 2000; size += check_step(31)) {
            pinbulk_result result;
            prepare(what == ATTACH ? RUNNING : ACCEPTED RUNNING);
            h.config.memory_size = size;
            h.config.fetch = 0;
            h.config.policy.deadline = 3000;
            result = start((kind)what);
            if (result == PINBULK_OK) {
                CHECK(size >= needed);
                result = run(); // never too small for an upsert's reply, but perhaps for the next
                                // request
                CHECK(result == PINBULK_DEADLINE || result == PINBULK_NO_SPACE);
                continue;
            }
            CHECK_INT(result, PINBULK_NO_SPACE);
            CHECK(strncmp(h.job.error.message, needs, strlen(needs)) == 0);
            needed = (size_t)strtoul(h.job.error.message + strlen(needs), NULL, 10);
            CHECK(needed > size);
        }
    CHECK(needed > 600 && needed < 1000); // to take a request up, which has no body
}

// What the header says is enough, at any address.
static void memory_of_the_documented_size_is_enough(void)
{
    size_t length;
    char script[CHECK_SMALL ? 4000 : 16384], url[3001];
    for (length = 100; length <= 3000; length += 50) {
        const size_t size = 1536 + strlen(TOKEN) + 2 * length, skew = length / 50 % 16;
        char *memory = (char *)malloc(skew + size);
        memset(url, 'x', length);
        memcpy(url, "https://store.example/", 22);
        memcpy(url + length - 40, "?" SIGNED "                 ", 40);
        memset(url + length - 40 + 1 + strlen(SIGNED), 'y', 39 - strlen(SIGNED));
        url[length] = 0;
        snprintf(
            script, sizeof script,
            "200 {\"request_id\":\"549763856477-1660864560-1407e16a-c586-4add-94df-d0b160bec0ff, "
            "549763856477-1660864560-d0b160bec0ff\"}\n"
            "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"https:\\/%s\"}\n" WHOLE,
            url + 7);
        prepare(script);
        h.config.memory = memory + skew;
        h.config.memory_size = size;
        h.config.event = NULL;
        CHECK_INT(start(UPSERT), PINBULK_OK);
        CHECK_INT(pinbulk_job_run(&h.job, &transport), PINBULK_OK);
        check_whole();
        CHECK(!contains(memory + skew, size, "SIGNARY"));
        free(memory);
    }
}

static void a_reply_beyond_the_memory_is_an_error_not_a_cut(void)
{
    char script[CHECK_SMALL ? 5000 : 8192], filler[4000];
    memset(filler, ' ', sizeof filler - 1);
    filler[sizeof filler - 1] = 0;
    snprintf(script, sizeof script, "200 {\"request_id\":%s\"7\"}\n", filler);
    prepare(script);
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_TOO_LARGE);
    prepare(script);
    start(UPSERT);
    CHECK_INT(run(), PINBULK_MAYBE_APPLIED);
    snprintf(script, sizeof script, "503 %s\n" ACCEPTED SUCCEEDED WHOLE, filler);
    prepare(script); // of an error the status is enough
    start(DOWNLOAD);
    CHECK_INT(run(), PINBULK_OK);
}

// ---- the retry decision -------------------------------------------------------------------------

// The rules in other words: what may be repeated when the response, if any, was not the end of it.
static int may_repeat(int operation, int reached, int status, int spam)
{
    char harmless[1000], upsert[1000];
    memset(harmless, 0, sizeof harmless);
    memset(upsert, 0, sizeof upsert);
    harmless[0] = harmless[408] = 1;
    memset(harmless + 500, 1, 100);
    memset(harmless + 200, reached < PINBULK_REACHED_CLOSED, 100);
    upsert[0] = reached == PINBULK_REACHED_NOTHING || reached == PINBULK_REACHED_HEAD;
    harmless[429] = upsert[429] = (char)!spam;
    switch (operation) {
    case PINBULK_OPERATION_DOWNLOAD:
    case PINBULK_OPERATION_STATUS:
    case PINBULK_OPERATION_RESULT:
        return harmless[status];
    default:
        return upsert[status];
    }
}

static void the_retry_decision_follows_the_rules_everywhere(void)
{
    static const unsigned attempts[] = {0, 1, 2, 5, 6, 7, UINT_MAX};
    int operation, reached, status, spam, permitted;
    size_t i;
    for (operation = 0; operation <= 5; operation++)
        for (reached = 0; reached <= PINBULK_REACHED_COMPLETE; reached++)
            for (status = 0; status < 1000;
                 status += status >= 400 && status < 430 ? 1 : (int)check_step(25))
                for (spam = 0; spam < 2; spam++) {
                    permitted = may_repeat(operation, reached, status, spam);
                    for (i = 0; i < sizeof attempts / sizeof *attempts; i++)
                        CHECK_INT(pinbulk_retry_delay(NULL, (pinbulk_operation)operation,
                                                      attempts[i], (pinbulk_reached)reached, status,
                                                      spam, -1, 0) >= 0,
                                  permitted && attempts[i] < 6);
                }
}

static int64_t delay(const pinbulk_policy *policy, unsigned attempt, int64_t after, uint32_t random)
{
    return pinbulk_retry_delay(policy, PINBULK_OPERATION_STATUS, attempt, PINBULK_REACHED_BODY, 0,
                               0, after, random);
}

static void delays_double_up_to_the_largest_and_are_spread_by_half(void)
{
    static const uint32_t values[] = {1, 2, 3, 1000, 60000, UINT32_MAX - 1, UINT32_MAX};
    static const unsigned attempts[] = {1, 2, 3, 10, 31, 32, 33, 64, 65, 10000, UINT_MAX - 1};
    pinbulk_policy policy;
    uint64_t seed = 1;
    size_t first, largest, i, k;
    memset(&policy, 0, sizeof policy);
    policy.attempts = UINT32_MAX;
    for (first = 0; first < 7; first++)
        for (largest = 0; largest < 7; largest++)
            for (i = 0; i < sizeof attempts / sizeof *attempts; i++) {
                int64_t whole = values[first];
                unsigned n;
                for (n = 1; n < attempts[i] && whole < values[largest]; n++)
                    whole *= 2;
                if (whole > values[largest])
                    whole = values[largest];
                policy.first_delay = values[first];
                policy.largest_delay = values[largest];
                CHECK_INT(delay(&policy, attempts[i], -1, 0), whole);
                for (k = 0; k < 20; k++) {
                    int64_t got = delay(&policy, attempts[i], -1, (uint32_t)check_random(&seed));
                    CHECK(got <= whole && got * 2 >= whole && got > 0);
                }
            }
    CHECK_INT(delay(NULL, 1, -1, 0), 1000);
    CHECK_INT(delay(NULL, 5, -1, 0), 16000);
    for (i = 0; i < 2; i++) { // 15 random bits, low or high ones, spread as well as 32
        int64_t least = 1000, most = 500;
        uint32_t n;
        for (n = 0; n < 32768; n++) {
            int64_t got = delay(NULL, 1, -1, n << 17 * i);
            least = got < least ? got : least;
            most = got > most ? got : most;
        }
        CHECK_INT(least, 500);
        CHECK_INT(most, 1000);
    }
}

static void retry_after_is_a_minimum_and_does_not_overflow(void)
{
    CHECK_INT(delay(NULL, 1, 0, 0), 1000);
    CHECK_INT(delay(NULL, 1, 1, 400), 1000);
    CHECK_INT(delay(NULL, 1, 2, 0), 2000);
    CHECK_INT(delay(NULL, 3, 2, 0), 4000);
    CHECK_INT(delay(NULL, 1, 86400, 0), 86400000);
    CHECK_INT(delay(NULL, 1, INT64_MAX / 1000, 0), INT64_MAX / 1000 * 1000);
    CHECK_INT(delay(NULL, 1, INT64_MAX / 1000 + 1, 0), INT64_MAX);
    CHECK_INT(delay(NULL, 1, INT64_MAX, 0), INT64_MAX);
    CHECK_INT(delay(NULL, 1, INT64_MIN, 0), 1000);
}

// ---- secrets ------------------------------------------------------------------------------------

// A service that says everything it knows: the token and the URL, everywhere it can.
static void a_service_that_repeats_secrets_does_not_make_them_public(void)
{
    static const char *const scripts[] = {
        "400 {\"message\":\"bad token " TOKEN "\"}\n",
        "400 [x-pinterest-rid: " TOKEN "] {\"message\":\"Bearer " TOKEN " for " URL "\"}\n",
        "200 {\"request_id\":7,\"" TOKEN "\":\"" URL "\"}\n",
        ACCEPTED "400 {\"message\":\"see " URL "\",\"message_detail\":\"" TOKEN "\"}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"at\":\"" URL "\"}\n" SUCCEEDED "403 <Code>" URL
                 "</Code>\n" SUCCEEDED "403 \n" SUCCEEDED "403 \n" SUCCEEDED "403 <Message>" URL
                 "</Message>\n",
        ACCEPTED "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"ftp://x/?" SIGNED "\"}\n",
        ACCEPTED "200 {\"status\":\"SUCCEEDED\",\"result_url\":\"https://" SIGNED "@x/\"}\n",
        ACCEPTED "200 {\"status\":\"SUCCEEDED\",\"result_url\":[\"" URL "\"]}\n",
        ACCEPTED "200 {\"result_url\":\"" URL "\",\"result_url\":\"" URL "\"}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"https://x/f?SIGNARY\":1}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"at\":\"https:\\/\\/x\\/f?s\\u003dSIGNARY\"}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"at\":[\"https://x/f?se=1&s=SIGNARY\"]}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"query\":\"a\\u0026sig\\u003dSIGNARY\"}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"query\":\"a&Sig=SIGNARY\"}\n",
        ACCEPTED "200 {\"status\":\"RUNNING\",\"Signature\":\"SIGNARY\"}\n"};
    size_t i, chunk;
    int what;
    for (i = 0; i < sizeof scripts / sizeof *scripts; i++)
        for (chunk = 0; chunk < 3; chunk++)
            for (what = DOWNLOAD; what <= UPSERT; what++) {
                prepare(scripts[i]);
                h.chunk = chunk;
                start((kind)what);
                run(); // check_end and the host look for the secrets
            }
}

int main(void)
{
    RUN(the_retry_decision_follows_the_rules_everywhere);
    RUN(delays_double_up_to_the_largest_and_are_spread_by_half);
    RUN(retry_after_is_a_minimum_and_does_not_overflow);
    RUN(scenarios_end_as_the_table_says);
    RUN(without_restart_a_file_that_begins_again_is_a_failure);
    RUN(a_file_ended_by_the_connection_is_unproven);
    RUN(the_sink_can_fail_and_the_file_can_be_too_large);
    RUN(gzip_goes_through_the_hook);
    RUN(what_fails_behind_the_hook_is_told_apart);
    RUN(the_limit_holds_for_what_comes_out_of_the_hook);
    RUN(a_result_file_is_read_as_it_comes);
    RUN(a_reading_knows_a_job_without_a_file);
    RUN(without_fetch_the_job_ends_with_the_request);
    RUN(without_another_token_401_ends_the_job);
    RUN(errors_say_which_exchange_it_was);
    RUN(a_lost_exchange_is_repeated_unless_it_may_have_been_an_upsert);
    RUN(a_truncated_reply_is_never_taken_for_a_whole_one);
    RUN(a_job_can_be_cancelled_at_any_point);
    RUN(the_deadline_holds_at_every_step);
    RUN(the_last_status_call_is_made_in_time);
    RUN(extreme_clocks_do_no_harm);
    RUN(polling_fits_trial_access);
    RUN(random_scripts_break_no_rule);
    RUN(the_driver_does_what_an_event_loop_does);
    RUN(the_driver_notices_cancelling_while_it_waits);
    RUN(the_driver_holds_the_deadline_during_an_exchange);
    RUN(a_clock_that_stands_still_is_an_error);
    RUN(a_transport_must_be_whole);
    RUN(calls_out_of_order_fail_clearly);
    RUN(callbacks_cannot_drive_the_job);
    RUN(what_is_wrong_with_the_config_is_said_at_once);
    RUN(an_object_that_is_wrong_is_refused_before_anything_is_sent);
    RUN(a_request_id_of_any_length_is_safe);
    RUN(a_size_that_overflows_is_refused);
    RUN(no_header_of_a_reply_shows_the_result_url);
    RUN(findings_are_told_when_the_job_is_made);
    RUN(memory_that_is_too_small_is_refused_with_the_size_it_needs);
    RUN(memory_of_the_documented_size_is_enough);
    RUN(a_reply_beyond_the_memory_is_an_error_not_a_cut);
    RUN(a_service_that_repeats_secrets_does_not_make_them_public);
    return check_report();
}
