// The task of examples/firmware on this machine: power is lost before every byte that is written to
// the retained memory, in FRAM and in flash, and an upsert must be neither forgotten nor sent
// twice. And what the task forgets at which end, and what it refuses.
//
// Link with examples/firmware/pinbulk.c.
#include "examples/firmware/task.c"
#include "tests/check.h"
#include <setjmp.h>

static const char *const tokens[] = {"pina_1", NULL};

// ---- the board ---------------------------------------------------------------------------------

static jmp_buf power_up;
static long writes_left; // until power is lost; less than 0: it never is
static int is_flash;
static uint64_t clock_now;

uint64_t board_clock(void)
{
    return clock_now += 10;
}

void board_stack_mark(void)
{
}

static void write_byte(char *to, char byte)
{
    if (writes_left-- == 0)
        longjmp(power_up, 1);
    *to = byte;
}

void board_keep(void *retained, const void *data, size_t length)
{
    size_t i;
    if (is_flash) { // erased in no order
        write_byte((char *)retained, '\xff');
        memset(retained, 0xff, length);
    }
    for (i = 0; i < length; i++)
        write_byte((char *)retained + i, ((const char *)data)[i]);
}

void console_bytes(const char *data, size_t length)
{
    (void)data, (void)length;
}

void console_text(const char *text)
{
    (void)text;
}

void console_number(uint32_t number)
{
    (void)number;
}

// ---- the service -------------------------------------------------------------------------------

static struct {
    const char *submitting, *following; // what it answers; NULL: the connection breaks
    unsigned applied;                   // upserts; the last one is request-N
    int other;                          // it was asked for another request than the last
    char sent[65536];
    size_t sent_length;
    char reply[256];
    size_t given;
} service;

#define OK(json)     "200 OK\r\n\r\n" json
#define RUNNING      OK("{\"status\":\"RUNNING\"}")
#define SUCCEEDED    OK("{\"status\":\"SUCCEEDED\"}")
#define FAILED       OK("{\"status\":\"FAILED\"}")
#define SUBMITTED    "200 OK\r\n\r\n"
#define UNAUTHORIZED "401 Unauthorized\r\n\r\n{\"code\":2}"
#define NOT_FOUND    "404 Not Found\r\n\r\n{\"code\":3}"
#define TOO_OFTEN    "429 Too Many Requests\r\n\r\n{\"code\":8}"

static void answer(void)
{
    const char *reply = service.following;
    char target[40];
    snprintf(target, sizeof target, "/request-%u HTTP", service.applied);
    if (service.sent[0] == 'P') {
        reply = service.submitting;
        service.applied += reply == NULL || strcmp(reply, SUBMITTED) == 0;
    } else if (strstr(service.sent, target) == NULL) {
        service.other = 1;
    }
    service.reply[0] = '\0';
    if (reply != NULL)
        snprintf(service.reply, sizeof service.reply, "HTTP/1.1 %s", reply);
    if (reply != NULL && service.sent[0] == 'P' && strcmp(reply, SUBMITTED) == 0)
        snprintf(service.reply, sizeof service.reply,
                 "HTTP/1.1 " SUBMITTED "{\"request_id\":\"request-%u\"}", service.applied);
}

static pinbulk_http1_io line_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                     uint16_t port, uint32_t wait)
{
    (void)ctx, (void)scheme, (void)host, (void)port, (void)wait;
    service.sent_length = service.given = 0;
    return PINBULK_HTTP1_IO_TLS;
}

static pinbulk_http1_io line_send(void *ctx, const void *data, size_t length, size_t *sent,
                                  uint32_t wait)
{
    (void)ctx, (void)wait;
    if (length > sizeof service.sent - 1 - service.sent_length)
        return PINBULK_HTTP1_IO_FAILED;
    memcpy(service.sent + service.sent_length, data, length);
    service.sent_length += length;
    service.sent[service.sent_length] = '\0';
    *sent = length;
    return PINBULK_HTTP1_IO_BYTES;
}

static pinbulk_http1_io line_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    size_t left;
    (void)ctx, (void)wait;
    if (service.given == 0)
        answer();
    left = strlen(service.reply) - service.given;
    if (left == 0)
        return service.given == 0 ? PINBULK_HTTP1_IO_FAILED : PINBULK_HTTP1_IO_END;
    *got = left < size ? left : size;
    memcpy(data, service.reply + service.given, *got);
    service.given += *got;
    return PINBULK_HTTP1_IO_BYTES;
}

static void line_close(void *ctx)
{
    (void)ctx;
}

static const char *line_reason(void *ctx)
{
    (void)ctx;
    return "the line broke";
}

pinbulk_http1_stream uart_stream(void)
{
    pinbulk_http1_stream stream = {NULL,      line_connect, line_send,
                                   line_recv, line_close,   line_reason};
    return stream;
}

// ---- the tests ---------------------------------------------------------------------------------

static void clear(void)
{
    memset(&service, 0, sizeof service);
    service.submitting = SUBMITTED;
    service.following = SUCCEEDED;
    memset(&kept_account, 0xff, sizeof kept_account);
    memset(&kept_request_id, 0xff, sizeof kept_request_id);
    writes_left = -1;
    CHECK_INT(task_look(), TASK_NOTHING);
    memset(&kept_account, 0, sizeof kept_account);
    memset(&kept_request_id, 0, sizeof kept_request_id);
    CHECK_INT(task_look(), TASK_NOTHING);
}

static pinbulk_result run(void)
{
    char text[512];
    while (task_step() != TASK_ENDED)
        clock_now += task.job.wait;
    return task_result(text, sizeof text);
}

static pinbulk_result run_upsert(void)
{
    task_upsert("linen", 3, tokens);
    return run();
}

// Two upserts, each to its end. What is left of the second must not be the first one's.
static unsigned upserts; // that have ended

static void two_upserts(void)
{
    for (; upserts < 2; upserts++)
        CHECK_INT(run_upsert(), PINBULK_OK);
}

static void power_is_lost_at_every_write(void)
{
    static long at;
    static unsigned lefts[TASK_UNCERTAIN + 1];
    for (is_flash = 0; is_flash < 2; is_flash++) {
        memset(lefts, 0, sizeof lefts);
        for (at = 0;; at++) {
            clear();
            upserts = 0;
            writes_left = at;
            if (setjmp(power_up) == 0) {
                two_upserts();
                break; // it was not lost any more
            }
            writes_left = -1;
            memset(&task, 0x5a, sizeof task);
            lefts[task_look()]++;
            switch (task_look()) {
            case TASK_NOTHING: // it was not sent, or it had ended
                CHECK(service.applied == upserts || strstr(service.reply, "SUCCEEDED") != NULL);
                break;
            case TASK_REQUEST:
                CHECK_INT(service.applied, upserts + 1);
                task_attach(tokens);
                CHECK_INT(run(), PINBULK_UNEXPECTED); // there is no result file
                CHECK_INT(service.other, 0);
                break;
            case TASK_UNCERTAIN:
                task_upsert("linen", 3, tokens);
                CHECK_INT(run(), PINBULK_BAD_STATE);
                CHECK_INT(task_look(), TASK_UNCERTAIN);
                break;
            }
        }
        CHECK_INT(service.applied, 2);
        CHECK_INT(task_look(), TASK_NOTHING);
        CHECK(at > 4 * (long)sizeof kept_account);
        CHECK(lefts[TASK_NOTHING] > 0 && lefts[TASK_REQUEST] > 0 && lefts[TASK_UNCERTAIN] > 0);
    }
}

// What is left after an end: what goes on without the program, or may do so.
static void what_an_end_leaves(void)
{
    static const struct {
        const char *submitting, *following;
        pinbulk_result result;
        task_left left;
    } cases[] = {
        {SUBMITTED, SUCCEEDED, PINBULK_OK, TASK_NOTHING},
        {SUBMITTED, FAILED, PINBULK_REQUEST_FAILED, TASK_NOTHING},
        {SUBMITTED, NOT_FOUND, PINBULK_NOT_FOUND, TASK_NOTHING},
        {SUBMITTED, UNAUTHORIZED, PINBULK_UNAUTHORIZED, TASK_REQUEST},
        {SUBMITTED, RUNNING, PINBULK_DEADLINE, TASK_REQUEST},
        {SUBMITTED, NULL, PINBULK_TRANSPORT_FAILED, TASK_REQUEST},
        {UNAUTHORIZED, NULL, PINBULK_UNAUTHORIZED, TASK_NOTHING},
        {TOO_OFTEN, NULL, PINBULK_RATE_LIMITED, TASK_NOTHING},
        {NULL, NULL, PINBULK_MAYBE_APPLIED, TASK_UNCERTAIN},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        clear();
        service.submitting = cases[i].submitting;
        service.following = cases[i].following;
        CHECK_INT(run_upsert(), cases[i].result);
        CHECK_INT(task_look(), cases[i].left);
        if (cases[i].left == TASK_NOTHING)
            continue;
        CHECK_INT(run_upsert(), PINBULK_BAD_STATE);
        CHECK_INT(task_look(), cases[i].left);
        if (cases[i].left == TASK_REQUEST) {
            service.following = FAILED;
            task_attach(tokens);
            CHECK_INT(run(), PINBULK_REQUEST_FAILED);
            CHECK_INT(service.other, 0);
        } else {
            task_attach(tokens);
            CHECK_INT(run(), PINBULK_BAD_STATE);
            CHECK_INT(task_look(), TASK_UNCERTAIN);
            task_forget();
        }
        CHECK_INT(task_look(), TASK_NOTHING);
    }
}

static void what_is_sent_has_limits(void)
{
    static const char longest[] = "a word of twenty-eight chars";
    static char longer[] = "a word of twenty-eight chars.";
    clear();
    CHECK_INT(sizeof longest - 1, TASK_WORD_MAX);
    task_upsert(longest, TASK_COUNT_MAX, tokens);
    CHECK_INT(run(), PINBULK_OK);
    CHECK(strstr(service.sent, "HTTP/1.1") != NULL);
    clear();
    task_upsert(longer, 1, tokens);
    CHECK_INT(run(), PINBULK_BAD_ARGUMENT);
    task_upsert("linen", TASK_COUNT_MAX + 1, tokens);
    CHECK_INT(run(), PINBULK_BAD_ARGUMENT);
    CHECK_INT(service.sent_length, 0);
}

int main(void)
{
    RUN(power_is_lost_at_every_write);
    RUN(what_an_end_leaves);
    RUN(what_is_sent_has_limits);
    return check_report();
}
