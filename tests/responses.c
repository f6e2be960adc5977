// Responses: what is understood, what is called an error, and what never happens: a cut body taken
// for a whole one, an error body given to the sink, a secret in an error.
#include "private.h"
#include "check.h"

#define TOKEN        "tok3n-CANARY-7f3a9b"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

// ---- an exchange from a script -----------------------------------------------------------------

static pinbulk_body request_body;
static char request_memory[1024];

// A status request, or a result request from byte `from` on.
static pinbulk_request a_request(pinbulk_operation operation, uint64_t from)
{
    static pinbulk_api api;
    pinbulk_request request;
    pinbulk_error error;
    pinbulk_result result;
    memset(&error, 0, sizeof error);
    api.token = pinbulk_text_of(TOKEN);
    if (operation == PINBULK_OPERATION_RESULT)
        result = pinbulk_request_result(
            &request, &api, pinbulk_text_of("https://files.example/f?X-Amz-Signature=CANARY"), from,
            pinbulk_text_of("\"e1\""), request_memory, sizeof request_memory, &error);
    else if (operation == PINBULK_OPERATION_STATUS)
        result = pinbulk_request_status(&request, &api, pinbulk_text_of("549755885175"),
                                        pinbulk_text_of("2680"), 0, request_memory,
                                        sizeof request_memory, &error);
    else
        result =
            pinbulk_request_download(&request, &api, pinbulk_text_of("549755885175"), &request_body,
                                     request_memory, sizeof request_memory, &error);
    CHECK_INT(result, PINBULK_OK);
    return request;
}

// What a transport does. Headers are lines "name: value\n". Memory is a block of exactly its size.
struct exchange {
    int status;
    const char *headers;
    const char *body;
    size_t length; // of the body; 0: of the text
    pinbulk_reached reached;
    size_t memory;           // 0: enough
    size_t first, rest;      // sizes of the first and of the other chunks; 0: whole
    const struct file *file; // a sink
    uint64_t limit;
    uint64_t from;
    int (*cancel)(void *ctx);
    void *cancel_ctx;
};

// A sink that remembers.
struct file {
    char bytes[256];
    size_t length;
    size_t accepts; // bytes, then it fails
    int restarts, refuses_restart, writes;
};

static pinbulk_result file_write(void *ctx, const void *data, size_t length)
{
    struct file *file = (struct file *)ctx;
    file->writes++;
    CHECK(length > 0);
    if (file->length + length > file->accepts || file->length + length > sizeof file->bytes)
        return PINBULK_BAD_STATE;
    memcpy(file->bytes + file->length, data, length);
    file->length += length;
    return PINBULK_OK;
}

static pinbulk_result file_restart(void *ctx)
{
    struct file *file = (struct file *)ctx;
    if (file->refuses_restart)
        return PINBULK_BAD_STATE;
    file->restarts++;
    file->length = 0;
    return PINBULK_OK;
}

static struct played {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_result ended;
    struct file file;
    char *memory;
} played;

static void feed_headers(pinbulk_response *response, const char *lines)
{
    while (lines != NULL && *lines) {
        const char *colon = strchr(lines, ':'), *end = strchr(lines, '\n');
        size_t name_length = (size_t)(colon - lines), value_length = (size_t)(end - colon - 1);
        char *name = (char *)malloc(name_length + 1), *value = (char *)malloc(value_length + 1);
        memcpy(name + 1, lines, name_length);
        memcpy(value + 1, colon + 1, value_length);
        pinbulk_response_header(response, name + 1, name_length, value + 1, value_length);
        free(name);
        free(value);
        lines = end + 1;
    }
}

// Leaves request, response, sink and the result of the end in `played`.
static pinbulk_response *play(pinbulk_operation operation, struct exchange exchange)
{
    pinbulk_outcome outcome;
    size_t at = 0, length = exchange.length;
    size_t memory = exchange.memory ? exchange.memory : 1024;
    if (exchange.body != NULL && length == 0)
        length = strlen(exchange.body);
    free(played.memory);
    memset(&played, 0, sizeof played);
    played.memory = (char *)malloc(memory);
    played.request = a_request(operation, exchange.from);
    pinbulk_response_init(&played.response, &played.request, played.memory, memory);
    if (exchange.file != NULL) {
        pinbulk_sink sink;
        played.file = *exchange.file;
        sink.ctx = &played.file;
        sink.write = file_write;
        sink.restart = played.file.refuses_restart == 2 ? NULL : file_restart;
        pinbulk_response_set_sink(&played.response, sink, exchange.limit);
    }
    played.response.cancel = exchange.cancel;
    played.response.cancel_ctx = exchange.cancel_ctx;
    memset(&outcome, 0, sizeof outcome);
    outcome.reached = exchange.reached;
    if (exchange.reached < PINBULK_REACHED_CLOSED)
        outcome.text = "the connection was reset";
    if (exchange.status != 0)
        CHECK_INT(pinbulk_response_begin(&played.response, exchange.status), PINBULK_OK);
    feed_headers(&played.response, exchange.headers);
    while (at < length) {
        size_t size = at == 0 && exchange.first ? exchange.first
                      : exchange.rest           ? exchange.rest
                                                : length - at;
        char *chunk;
        pinbulk_result result;
        if (size > length - at)
            size = length - at;
        chunk = (char *)malloc(size);
        memcpy(chunk, exchange.body + at, size);
        result = pinbulk_response_body(&played.response, chunk, size);
        free(chunk);
        at += size;
        if (result != PINBULK_OK) {
            outcome.reached = PINBULK_REACHED_RESPONSE;
            break;
        }
    }
    played.ended = pinbulk_response_end(&played.response, outcome);
    return &played.response;
}

// What a parser made of the response, on one line, to compare and to read.
static char seen[2048];

static void see_members(const pinbulk_members *extra)
{
    size_t i, used = strlen(seen);
    for (i = 0; i < extra->count; i++)
        used += (size_t)snprintf(seen + used, sizeof seen - used, " +%.*s=%.*s",
                                 (int)extra->items[i].name.length, extra->items[i].name.data,
                                 (int)extra->items[i].json.length, extra->items[i].json.data);
}

static void check_clean(const char *text)
{
    CHECK(strstr(text, "CANARY") == NULL);
    for (; *text; text++)
        CHECK((unsigned char)*text >= ' ' && *text != '\x7f');
}

static void see_error(pinbulk_result result, const pinbulk_error *error)
{
    char line[1024];
    CHECK_INT(error->result, result);
    CHECK_INT(error->http_status, played.response.status);
    CHECK_INT(error->reached, played.response.reached);
    CHECK(pinbulk_error_text(error, line, sizeof line) < sizeof line);
    check_clean(line);
    check_clean(error->message);
    check_clean(error->path);
    check_clean(error->rid);
    snprintf(seen, sizeof seen, "%s %d code=%d %s|%s|%s", pinbulk_result_name(result) + 8,
             error->http_status, (int)error->api_code, error->message, error->path, error->rid);
}

static const char *parse_in(pinbulk_operation operation, size_t arena_size)
{
    static const pinbulk_error none;
    pinbulk_error error = none;
    pinbulk_arena arena;
    pinbulk_result result;
    arena.memory = malloc(arena_size ? arena_size : 1);
    arena.size = arena_size;
    arena.used = 0;
    seen[0] = '\0';
    if (operation == PINBULK_OPERATION_RESULT) {
        result = pinbulk_response_fetched(&played.response, &error);
        if (result == PINBULK_OK)
            snprintf(seen, sizeof seen, "OK");
    } else if (operation == PINBULK_OPERATION_STATUS) {
        pinbulk_status status;
        memset(&status, 0xa5, sizeof status);
        result = pinbulk_response_status(&played.response, &status, &arena, &error);
        if (result == PINBULK_OK) {
            snprintf(seen, sizeof seen, "OK status=%.*s/%x", (int)status.status.length,
                     status.status.text, (unsigned)status.status.value);
            if (status.result_url.state == PINBULK_SET)
                snprintf(seen + strlen(seen), sizeof seen - strlen(seen), " url=%.*s",
                         (int)status.result_url.length, status.result_url.text);
            if (status.workload_id.state == PINBULK_SET)
                snprintf(seen + strlen(seen), sizeof seen - strlen(seen), " workload=%" PRId64,
                         status.workload_id.value);
            see_members(&status.extra);
        } else {
            static const pinbulk_status zero;
            CHECK(memcmp(&status, &zero, sizeof zero) == 0);
            CHECK_INT(arena.used, 0);
        }
    } else {
        pinbulk_submitted submitted;
        memset(&submitted, 0xa5, sizeof submitted);
        result = pinbulk_response_submitted(&played.response, &submitted, &arena, &error);
        if (result == PINBULK_OK) {
            snprintf(seen, sizeof seen, "OK id=%.*s", (int)submitted.request_id.length,
                     submitted.request_id.text);
            see_members(&submitted.extra);
        } else {
            static const pinbulk_submitted zero;
            CHECK(memcmp(&submitted, &zero, sizeof zero) == 0);
            CHECK_INT(arena.used, 0);
        }
    }
    if (result == PINBULK_OK)
        CHECK(memcmp(&error, &none, sizeof none) == 0);
    else
        see_error(result, &error);
    free(arena.memory);
    return seen;
}

static const char *parse(pinbulk_operation operation)
{
    return parse_in(operation, 1024);
}

#define CHECK_SEEN(got, want) CHECK_TEXT(got, strlen(got), want)

// A complete exchange with a status and a body.
static struct exchange reply(int status, const char *headers, const char *body)
{
    struct exchange exchange;
    memset(&exchange, 0, sizeof exchange);
    exchange.status = status;
    exchange.headers = headers;
    exchange.body = body;
    exchange.reached = PINBULK_REACHED_COMPLETE;
    return exchange;
}

static const struct file whole_file = {{0}, 0, sizeof whole_file.bytes, 0, 0, 0};

// An exchange with a sink, which has `from` bytes already.
static struct exchange part(int status, const char *headers, const char *body, uint64_t from)
{
    struct exchange exchange = reply(status, headers, body);
    exchange.file = &whole_file;
    exchange.from = from;
    return exchange;
}

// ---- success -----------------------------------------------------------------------------------

static void submissions(void)
{
    static const struct {
        int status;
        const char *body, *want;
    } cases[] = {
        {200, "{\"request_id\":\"2680059592705\"}", "OK id=2680059592705"},
        {201, "{\"request_id\":\"2680059592705\"}", "OK id=2680059592705"},
        {202, " {\"request_id\" : \"a, b\" }\r\n", "OK id=a, b"},
        {299, "{\"request_id\":\"x\",\"new\":{\"a\":[1]}}", "OK id=x +new={\"a\":[1]}"},
        {200, "{\"code\":7,\"request_id\":\"x\"}", "OK id=x +code=7"},
        {200, "{}", "UNEXPECTED 200 code=0 the reply has no request_id||"},
        {200, "{\"request_id\":\"\"}", "UNEXPECTED 200 code=0 the reply has no request_id||"},
        {200, "{\"request_id\":null}", "UNEXPECTED 200 code=0 the reply has no request_id||"},
        {200, "{\"request_id\":12}", "UNEXPECTED 200 code=0 the reply has no request_id||"},
        {200, "{\"data\":{\"request_id\":\"x\"}}",
         "UNEXPECTED 200 code=0 the reply has no request_id||"},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        play(PINBULK_OPERATION_DOWNLOAD, reply(cases[i].status, "", cases[i].body));
        CHECK_INT(played.ended, PINBULK_OK);
        CHECK_SEEN(parse(PINBULK_OPERATION_DOWNLOAD), cases[i].want);
    }
}

static void status_replies(void)
{
    static const struct {
        const char *body, *want;
    } cases[] = {
        {"{\"status\":\"RUNNING\"}", "OK status=RUNNING/301"},
        {"{\"status\":\"SUCCEEDED\",\"result_url\":\"https://a/?b\",\"workload_id\":12}",
         "OK status=SUCCEEDED/302 url=https://a/?b workload=12"},
        {"{\"workload_id\":-1,\"status\":\"FAILED\"}", "OK status=FAILED/303 workload=-1"},
        {"{\"status\":\"PAUSED_BY_MOON\"}", "OK status=PAUSED_BY_MOON/0"},
        {"{\"status\":\"RUNNING\",\"result_url\":null,\"details\":[{\"x\":1}]}",
         "OK status=RUNNING/301 +details=[{\"x\":1}]"},
        {"{\"status\":\"RUNNING\",\"workload_id\":\"7\"}",
         "OK status=RUNNING/301 +workload_id=\"7\""},
        {"{}", "UNEXPECTED 200 code=0 the reply has no status||"},
        {"{\"status\":\"\"}", "UNEXPECTED 200 code=0 the reply has no status||"},
        {"{\"status\":null}", "UNEXPECTED 200 code=0 the reply has no status||"},
        {"{\"status\":3}", "UNEXPECTED 200 code=0 the reply has no status||"},
        {"{\"result_url\":\"https://a/\"}", "UNEXPECTED 200 code=0 the reply has no status||"},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        play(PINBULK_OPERATION_STATUS, reply(200, "", cases[i].body));
        CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), cases[i].want);
    }
}

// A reply is judged by what it is, not by what it is called.
static void json_called_html(void)
{
    const char *headers = "Content-Type: text/html\n";
    play(PINBULK_OPERATION_UPSERT, reply(200, headers, " {\"request_id\":\"1\"}"));
    CHECK_SEEN(parse(PINBULK_OPERATION_UPSERT), "OK id=1");
    play(PINBULK_OPERATION_UPSERT, reply(429, headers, "{\"message\":\"spam\"}"));
    CHECK_SEEN(parse(PINBULK_OPERATION_UPSERT), "SPAM_BLOCKED 429 code=0 spam||");
}

// ---- replies that are none ---------------------------------------------------------------------

static void unusable_replies(void)
{
    static const struct {
        const char *headers, *body;
        const char *begin; // of what is seen
    } cases[] = {
        {"", "", "EMPTY_BODY 200 "},
        {"", " \r\n\t", "EMPTY_BODY 200 "},
        {"Content-Length: 0\n", "", "EMPTY_BODY 200 "},
        {"Content-Type: text/html; charset=utf-8\n", "Log in",
         "NOT_JSON 200 code=0 it is a web page"},
        {"", "<!DOCTYPE html><title>Log in</title>", "NOT_JSON 200 code=0 it is a web page"},
        {"", "\n<html>", "NOT_JSON 200 code=0 it is a web page"},
        {"", "oops", "NOT_JSON 200 "},
        {"", "{\"status\":\"RUNNING\"} x", "NOT_JSON 200 "},
        {"", "{\"status\":\"RUNNING\",}", "NOT_JSON 200 "},
        {"", "\xef\xbb\xbf{\"status\":\"RUNNING\"}", "NOT_JSON 200 "},
        {"", "{\"status\":\"\xff\"}", "NOT_JSON 200 "},
        {"", "{\"status\":\"RUNNING\"", "TRUNCATED 200 "},
        {"Content-Length: 21\n", "{\"status\":\"RUNNING\"}", "TRUNCATED 200 "},
        {"", "[]", "UNEXPECTED 200 "},
        {"", "\"RUNNING\"", "UNEXPECTED 200 "},
        {"", "null", "UNEXPECTED 200 "},
        {"Content-Encoding: gzip\n", "{\"status\":\"RUNNING\"}", "ENCODED_BODY 200 code=0 gzip|"},
        {"Content-Encoding: br\n", "\x0b\x02\x80", "ENCODED_BODY 200 code=0 br|"},
        {"Content-Encoding: identity, deflate\n", "x", "ENCODED_BODY 200 code=0 deflate|"},
        {"Content-Length: 19\n", "{\"status\":\"RUNNING\"}", "UNEXPECTED 200 "},
        {"Content-Length: 20\nContent-Length: 21\n", "{\"status\":\"RUNNING\"}", "UNEXPECTED 200 "},
        {"Content-Length: 20, 21\n", "{\"status\":\"RUNNING\"}", "UNEXPECTED 200 "},
        {"Content-Length: 99999999999\n", "{\"status\":\"RUNNING\"}", "TOO_LARGE 200 "},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        play(PINBULK_OPERATION_STATUS, reply(200, cases[i].headers, cases[i].body));
        parse(PINBULK_OPERATION_STATUS);
        seen[strlen(cases[i].begin)] = '\0';
        CHECK_SEEN(seen, cases[i].begin);
    }
}

// Every cut of a reply is an error of its own, whatever the transport makes of it; of what has no
// length only the JSON itself can tell.
static void truncated_replies(void)
{
    static const char body[] = "{\"status\":\"SUCCEEDED\",\"result_url\":\"https://a/?b\"}";
    static const pinbulk_reached reached[] = {PINBULK_REACHED_RESPONSE, PINBULK_REACHED_CLOSED,
                                              PINBULK_REACHED_COMPLETE, PINBULK_REACHED_UNKNOWN};
    size_t cut, i;
    int with_length;
    for (with_length = 0; with_length < 2; with_length++) {
        for (i = 0; i < COUNT(reached); i++) {
            for (cut = 0; cut <= strlen(body); cut++) {
                char headers[32] = "";
                struct exchange exchange;
                const char *want = "TRUNCATED 200";
                if (with_length)
                    snprintf(headers, sizeof headers, "Content-Length: %d\n", (int)strlen(body));
                exchange = reply(200, headers, cut ? body : NULL);
                exchange.length = cut;
                exchange.reached = reached[i];
                play(PINBULK_OPERATION_STATUS, exchange);
                parse(PINBULK_OPERATION_STATUS);
                if (cut == strlen(body) && (with_length || reached[i] >= PINBULK_REACHED_CLOSED))
                    want = "OK status=SUCCEEDED";
                else if (cut == 0 && !with_length && reached[i] >= PINBULK_REACHED_CLOSED)
                    want = "EMPTY_BODY 200";
                seen[strlen(want)] = '\0';
                CHECK_SEEN(seen, want);
            }
        }
    }
}

// With every size of the memory there is the same reply, or it is too large.
static void every_memory_size(void)
{
    static const char body[] = "{\"status\":\"RUNNING\",\"workload_id\":12}";
    char headers[32];
    size_t memory, rest;
    snprintf(headers, sizeof headers, "Content-Length: %d\n", (int)strlen(body));
    for (rest = 0; rest < 3; rest++) {
        for (memory = 1; memory < sizeof body + 8; memory++) {
            struct exchange exchange = reply(200, rest ? "" : headers, body);
            exchange.memory = memory;
            exchange.rest = rest;
            play(PINBULK_OPERATION_STATUS, exchange);
            parse(PINBULK_OPERATION_STATUS);
            if (memory >= strlen(body)) {
                CHECK_SEEN(seen, "OK status=RUNNING/301 workload=12");
            } else {
                CHECK_SEEN(seen,
                           "TOO_LARGE 200 code=0 the reply is larger than the memory for it||");
                CHECK_INT(played.ended, PINBULK_TOO_LARGE);
                CHECK(played.response.body_used <= memory);
            }
        }
    }
}

// With every size of the arena there is the same reply, or it is too small and stays as it was.
static void every_arena_size(void)
{
    size_t size, least = 0;
    for (size = 0; size < 512; size++) {
        play(PINBULK_OPERATION_STATUS,
             reply(200, "",
                   "{\"status\":\"RUN\\u004eING\",\"details\":[1],\"more\":{\"a\":\"\\n\"}}"));
        parse_in(PINBULK_OPERATION_STATUS, size);
        if (strncmp(seen, "OK", 2) == 0) {
            CHECK_SEEN(seen, "OK status=RUNNING/301 +details=[1] +more={\"a\":\"\\n\"}");
            least = least ? least : size;
        } else {
            CHECK(strncmp(seen, "NO_SPACE 200", 12) == 0);
            CHECK_INT(least, 0);
        }
    }
    CHECK(least > 0 && least < 300); // "a few hundred bytes"
}

// ---- errors of the service ---------------------------------------------------------------------

static void error_statuses(void)
{
    static const struct {
        int status;
        const char *headers, *body, *want;
    } cases[] = {
        {401, "x-pinterest-rid: 8842\n",
         "{\"code\":2,\"message\":\"Authentication failed.\",\"status\":\"failure\"}",
         "UNAUTHORIZED 401 code=2 Authentication failed.||8842"},
        {403, "", "{\"code\":29,\"message\":\"You are not permitted.\"}",
         "FORBIDDEN 403 code=29 You are not permitted.||"},
        {404, "", "{\"code\":-1,\"message\":\"Not here\"}", "NOT_FOUND 404 code=-1 Not here||"},
        {400, "", "{\"code\":1,\"message\":\"a\",\"message_detail\":\"b\"}",
         "REFUSED 400 code=1 a: b||"},
        {400, "", "{\"message_detail\":\"b\",\"message\":\"a\"}", "REFUSED 400 code=0 b: a||"},
        {408, "", "{\"message\":\"slow\"}", "REFUSED 408 code=0 slow||"},
        {422, "", "{\"message\":\"\",\"message_detail\":\"b\"}", "REFUSED 422 code=0 b||"},
        {499, "", "", "REFUSED 499 code=0 the service gave no reason||"},
        {500, "", "{\"code\":10,\"message\":\"Sorry!\"}", "SERVER_ERROR 500 code=10 Sorry!||"},
        {502, "Content-Type: text/html\n", "<html><h1>Bad gateway</h1>",
         "SERVER_ERROR 502 code=0 a web page instead of a reason||"},
        {503, "", "upstream",
         "SERVER_ERROR 503 code=0 the reason the service gave is not readable||"},
        {599, "", "  ", "SERVER_ERROR 599 code=0 the reason the service gave is not readable||"},
        {500, "Content-Encoding: gzip\n", "{\"message\":\"x\"}",
         "SERVER_ERROR 500 code=0 the reason the service gave is not readable||"},
        {301, "Location: https://evil.com/\n", "",
         "UNEXPECTED 301 code=0 redirects are not followed||"},
        {304, "Content-Length: 10\n", "", "UNEXPECTED 304 code=0 redirects are not followed||"},
        {100, "", "", "UNEXPECTED 100 code=0 no such status is expected||"},
        {600, "", "", "UNEXPECTED 600 code=0 the service gave no reason||"},
        {999, "", "{\"message\":\"m\"}", "UNEXPECTED 999 code=0 m||"},
        // storage
        {403, "Content-Type: application/xml\n",
         "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code>"
         "<Message>Request has expired</Message><Expires>x</Expires></Error>",
         "FORBIDDEN 403 code=0 AccessDenied: Request has expired||"},
        {403, "", "<Error><Message>Request has exp", "FORBIDDEN 403 code=0 Request has exp||"},
        {403, "", "<Error><Code></Code>", "FORBIDDEN 403 code=0 a web page instead of a reason||"},
        {403, "", "<Error><Cod", "FORBIDDEN 403 code=0 a web page instead of a reason||"},
        // odd bodies: what can be read of them
        {400, "", "{\"message\":\"first\",\"code\":7,\"x\":", "REFUSED 400 code=7 first||"},
        {400, "", "{\"message\":\"first\"} trailing", "REFUSED 400 code=0 first||"},
        {400, "", "{\"code\":\"7\",\"message\":[\"a\"],\"message_detail\":{\"message\":\"b\"}}",
         "REFUSED 400 code=0 the reason the service gave is not readable||"},
        {400, "", "{\"code\":1e1,\"message\":null}",
         "REFUSED 400 code=10 the reason the service gave is not readable||"},
        {400, "", "{\"code\":99999999999999999999,\"message\":\"m\"}", "REFUSED 400 code=0 m||"},
        {400, "", "{\"code\":1.5,\"message\":\"m\"}", "REFUSED 400 code=0 m||"},
        {400, "", "{\"x\":{\"message\":\"in\"},\"y\":[{\"code\":3}],\"message\":\"out\"}",
         "REFUSED 400 code=0 out||"},
        {400, "", "[{\"code\":3,\"message\":\"m\"}]",
         "REFUSED 400 code=0 the reason the service gave is not readable||"},
        {400, "", "\"message\"",
         "REFUSED 400 code=0 the reason the service gave is not readable||"},
        {400, "", "{\"a name that is much longer than any that matters here\":1,\"message\":\"m\"}",
         "REFUSED 400 code=0 m||"},
        {400, "",
         "{\"a name that is much longer than the message\":1,\"mess\\u0061ge\":\"\\u006d\"}",
         "REFUSED 400 code=0 m||"},
        {400, "", "{\"message\":\"a text that is longer than the buffer of the reader: \\u00e9!\"}",
         "REFUSED 400 code=0 a text that is longer than the buffer of the reader: \xc3\xa9!||"},
        // control characters stay outside
        {400, "", "{\"message\":\"a\\nb\\u0000c\\u001b[31md\\u007fe\\u0085f\"}",
         "REFUSED 400 code=0 a?b?c?[31md?e??f||"},
        {403, "x-pinterest-rid: a\rb\n", "<Error><Message>a\r\nb\xff</Message>",
         "FORBIDDEN 403 code=0 a??b?||a?b"},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        int kind;
        for (kind = PINBULK_OPERATION_DOWNLOAD; kind <= PINBULK_OPERATION_RESULT; kind++) {
            pinbulk_operation operation = (pinbulk_operation)kind;
            struct exchange exchange = reply(cases[i].status, cases[i].headers, cases[i].body);
            if (operation == PINBULK_OPERATION_RESULT)
                exchange.file = &whole_file;
            play(operation, exchange);
            CHECK_SEEN(parse(operation), cases[i].want);
            CHECK_INT(played.file.writes, 0);
            CHECK_INT(played.response.position, 0);
        }
    }
}

// "spam", in any case and anywhere in the body: a second try of what is blocked makes it worse.
static void spam_blocks(void)
{
    static const struct {
        const char *body;
        pinbulk_result result;
    } cases[] = {
        {"{\"code\":8,\"message\":\"You have exceeded your rate limit.\"}", PINBULK_RATE_LIMITED},
        {"{\"code\":8,\"message\":\"This looks like spam\"}", PINBULK_SPAM_BLOCKED},
        {"{\"message_detail\":\"Blocked: SPAM.\"}", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"x\",\"message_detail\":\"antiSpAmming\"}", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"sspspaspam\"}", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"spam\",\"x\":", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"spam\"} x", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"spam\",\"message\":\"other\"}", PINBULK_SPAM_BLOCKED},
        {"{\"message\":\"spa\",\"message_detail\":\"m\"}", PINBULK_RATE_LIMITED},
        {"{\"message\":\"sp am\"}", PINBULK_RATE_LIMITED},
        {"{\"message\":{\"message\":\"spam\"}}", PINBULK_SPAM_BLOCKED},
        {"[{\"message\":\"spam\"}]", PINBULK_SPAM_BLOCKED},
        {"{\"error\":{\"message\":\"blocked as spam\"}}", PINBULK_SPAM_BLOCKED},
        {"<html>Spam</html>", PINBULK_SPAM_BLOCKED},
        {"spam", PINBULK_SPAM_BLOCKED},
        {"spa", PINBULK_RATE_LIMITED},
        {"", PINBULK_RATE_LIMITED},
    };
    size_t i, before;
    for (i = 0; i < COUNT(cases); i++) {
        static const pinbulk_error none;
        pinbulk_error error = none;
        pinbulk_arena arena;
        pinbulk_submitted object;
        memset(&arena, 0, sizeof arena);
        play(PINBULK_OPERATION_UPSERT, reply(429, "", cases[i].body));
        CHECK_INT(pinbulk_response_submitted(&played.response, &object, &arena, &error),
                  cases[i].result);
        CHECK_INT(error.result, cases[i].result);
        CHECK_INT(pinbulk_response_submitted(&played.response, &object, &arena, NULL),
                  cases[i].result);
    }
    // Wherever it stands.
    for (before = 0; before < 400; before += check_step(9)) {
        char body[512] = "{\"message\":\"";
        memset(body + 12, 'x', before);
        strcpy(body + 12 + before, "spam\"}");
        play(PINBULK_OPERATION_STATUS, reply(429, "", body));
        CHECK(strncmp(parse(PINBULK_OPERATION_STATUS), "SPAM_BLOCKED 429", 16) == 0);
    }
    // Only 429 blocks.
    play(PINBULK_OPERATION_STATUS, reply(400, "", "{\"message\":\"spam\"}"));
    CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), "REFUSED 400 code=0 spam||");
}

// An error stays the error that its status says, however its body is cut or too large.
static void cut_errors(void)
{
    static const char body[] =
        "{\"code\":3,\"message\":\"Not you\",\"message_detail\":\"spam, perhaps\"}";
    size_t cut, memory;
    for (cut = 0; cut <= strlen(body); cut++) {
        struct exchange exchange = reply(401, "Content-Length: 64\n", cut ? body : NULL);
        exchange.length = cut;
        exchange.reached = PINBULK_REACHED_RESPONSE;
        play(PINBULK_OPERATION_STATUS, exchange);
        parse(PINBULK_OPERATION_STATUS);
        CHECK(strncmp(seen, "UNAUTHORIZED 401 code=", 22) == 0);
        if (cut > 30)
            CHECK(strncmp(seen + 22, "3 Not you", 9) == 0);
    }
    for (memory = 1; memory <= sizeof body; memory++) {
        struct exchange exchange = reply(401, "", body);
        exchange.memory = memory;
        play(PINBULK_OPERATION_STATUS, exchange);
        CHECK_INT(played.ended, memory < strlen(body) ? PINBULK_TOO_LARGE : PINBULK_OK);
        parse(PINBULK_OPERATION_STATUS);
        CHECK(strncmp(seen, "UNAUTHORIZED 401 code=", 22) == 0);
        if (memory > 30)
            CHECK(strncmp(seen + 22, "3 Not you", 9) == 0);
    }
}

// What the service repeats of a request does not get through.
static void secrets_stay_secret(void)
{
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"invalid token " TOKEN ".", "invalid token ****."},
        {TOKEN TOKEN, "********"},
        {"x" TOKEN "x", "x****x"},
        {"tok3n-CANARY cut short", "**** cut short"},
        {"tok3n-CA", "****"},
        {"tok3n-C", "tok3n-C"}, // too short to be told from a word
        {"pina_CANARY1 and pinr.eyCANARY/2=", "pina_**** and pinr.****"},
        {"PINA_CANARY", "PINA_****"},
        {"Authorization: Bearer CANARY==", "Authorization: Bearer ****"},
        {"bearer CANARY, BEARER CANARY", "bearer **** BEARER ****"},
        {"see https://files.example/f?X-Amz-Signature=CANARY%20&x=y now",
         "see https://files.example/f?**** now"},
        {"what? nothing", "what? nothing"},
        {"pina_", "pina_"},
        {"pina_ bearer ", "pina_ bearer "},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        char body[256], want[256], headers[256];
        snprintf(want, sizeof want, "REFUSED 400 code=0 %s||", cases[i].shown);
        snprintf(body, sizeof body, "{\"message\":\"%s\"}", cases[i].text);
        play(PINBULK_OPERATION_STATUS, reply(400, "", body));
        CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), want);
        snprintf(body, sizeof body, "<Error><Message>%s</Message>", cases[i].text);
        play(PINBULK_OPERATION_STATUS, reply(400, "", body));
        CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), want);
        snprintf(headers, sizeof headers, "X-Pinterest-Rid: %s\nContent-Encoding: %s\n",
                 cases[i].text, cases[i].text);
        play(PINBULK_OPERATION_STATUS, reply(200, headers, "{}"));
        check_clean(played.response.rid);
        check_clean(played.response.encoding);
        CHECK(strncmp(parse(PINBULK_OPERATION_STATUS), "ENCODED_BODY", 12) == 0);
        snprintf(body, sizeof body, "{\"status\":\"RUNNING\",\"%s\":01}", cases[i].text);
        play(PINBULK_OPERATION_STATUS, reply(200, "", body));
        CHECK(strncmp(parse(PINBULK_OPERATION_STATUS), "NOT_JSON", 8) == 0);
    }
    // Wherever the message is cut.
    for (i = 0; i < 300; i += check_step(9)) {
        char body[512] = "{\"message\":\"";
        memset(body + 12, 'x', i);
        strcpy(body + 12 + i, TOKEN "\"}");
        play(PINBULK_OPERATION_STATUS, reply(400, "", body));
        parse(PINBULK_OPERATION_STATUS);
        CHECK(i < 100 || strstr(seen, "tok3n-CA") == NULL);
        CHECK(i < 160 || strstr(seen, "xxx...||") != NULL);
    }
    // A text that secrets make shorter does not lose its tail unseen.
    for (i = 0; i < 12; i++) {
        char body[1024] = "{\"message\":\"";
        size_t k;
        for (k = 0; k < i; k++)
            strcat(body, TOKEN " ");
        memset(body + strlen(body), 'x', 150);
        strcat(body, "end\"}");
        play(PINBULK_OPERATION_STATUS, reply(400, "", body));
        parse(PINBULK_OPERATION_STATUS);
        CHECK(strstr(seen, "...||") != NULL || strstr(seen, "xend||") != NULL);
    }
}

// ---- headers -----------------------------------------------------------------------------------

static void headers_are_read(void)
{
    enum { LENGTH, FROM, TO, TOTAL, RETRY, LIMIT, REMAINING, RESET, DATE, HTML };
    static const struct {
        const char *headers;
        int what;
        int64_t value; // -1: not known
    } cases[] = {
        {"", LENGTH, -1},
        {"Content-Length: 0\n", LENGTH, 0},
        {"content-length:42\n", LENGTH, 42},
        {"CONTENT-LENGTH: \t 42 \t\n", LENGTH, 42},
        {"Content-Length: 9223372036854775807\n", LENGTH, INT64_MAX},
        {"Content-Length: 00042\n", LENGTH, 42},
        {"Content-Length: 42, 42\n", LENGTH, 42},
        {"Content-Length: 42\nContent-Length: 42\n", LENGTH, 42},
        {"Content-Length: x\nContent-Length: 42\n", LENGTH, 42},
        {"Content-Length: 42\nContent-Length: x\n", LENGTH, 42},
        {"Content-Length:\n", LENGTH, -1},
        {"Content-Length: -1\n", LENGTH, -1},
        {"Content-Length: +1\n", LENGTH, -1},
        {"Content-Length: 0x10\n", LENGTH, -1},
        {"Content-Length: 4 2\n", LENGTH, -1},
        {"Content-Length: 42;\n", LENGTH, -1},
        {"Content-Length: 18446744073709551616\n", LENGTH, -1},
        {"Content-Length: 99999999999999999999999999999999999999999\n", LENGTH, -1},
        {"Content-Lengthx: 42\n", LENGTH, -1},
        {"ontent-Length: 42\n", LENGTH, -1},
        {"Content-Length : 42\n", LENGTH, -1},
        {": 42\n", LENGTH, -1},

        {"Content-Range: bytes 5-9/10\n", FROM, 5},
        {"Content-Range: bytes 5-9/10\n", TO, 9},
        {"Content-Range: bytes 5-9/10\n", TOTAL, 10},
        {"content-range: BYTES 5-9/10\n", FROM, 5},
        {"Content-Range: bytes 5-9/*\n", FROM, 5},
        {"Content-Range: bytes 5-9/*\n", TOTAL, -1},
        {"Content-Range: bytes */10\n", FROM, -1},
        {"Content-Range: bytes */10\n", TOTAL, 10},
        {"Content-Range: bytes */*\n", TOTAL, -1},
        {"Content-Range: bytes 0-0/1\n", TO, 0},
        {"Content-Range: bytes 9-5/10\n", FROM, -1},
        {"Content-Range: bytes 5-10/10\n", FROM, -1},
        {"Content-Range: bytes 5-10/10\n", TOTAL, -1},
        {"Content-Range: bytes 5-/10\n", FROM, -1},
        {"Content-Range: bytes -5/10\n", FROM, -1},
        {"Content-Range: bytes 5/10\n", FROM, -1},
        {"Content-Range: bytes 5-9\n", FROM, -1},
        {"Content-Range: bytes=5-9/10\n", FROM, -1},
        {"Content-Range: items 5-9/10\n", FROM, -1},
        {"Content-Range: bytes\n", FROM, -1},
        {"Content-Range:\n", FROM, -1},
        {"Content-Range: bytes 5-9/x\n", FROM, -1},
        {"Content-Range: bytes x-9/10\n", FROM, -1},
        {"Content-Range: bytes 5-18446744073709551615/*\n", FROM, -1},
        {"Content-Range: bytes 18446744073709551616-18446744073709551617/*\n", FROM, -1},

        {"Retry-After: 120\n", RETRY, 120},
        {"retry-after: 0\n", RETRY, 0},
        {"Retry-After: 2147483647\n", RETRY, INT32_MAX},
        {"Retry-After: 2147483648\n", RETRY, INT32_MAX},
        {"Retry-After: 999999999999999999999999\n", RETRY, INT32_MAX},
        {"Retry-After: 1\nRetry-After: 7\nRetry-After: 3\n", RETRY, 7},
        {"Retry-After: -1\n", RETRY, -1},
        {"Retry-After: 1.5\n", RETRY, -1},
        {"Retry-After: 1s\n", RETRY, -1},
        {"Retry-After: soon\n", RETRY, -1},
        {"Retry-After:\n", RETRY, -1},
        {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\n", RETRY, -1}, // from when?
        {"Date: Fri, 31 Dec 1999 23:59:00 GMT\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\n", RETRY,
         59},
        {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\nDate: Fri, 31 Dec 1999 23:59:00 GMT\n", RETRY,
         59},
        {"Retry-After: Friday, 31-Dec-99 23:59:59 GMT\nDate: Fri Dec 31 23:59:00 1999\n", RETRY,
         59},
        {"Date: Fri, 31 Dec 1999 23:59:59 GMT\nRetry-After: Fri, 31 Dec 1999 23:59:00 GMT\n", RETRY,
         0},
        {"Date: Thu, 01 Jan 1970 00:00:00 GMT\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT\n", RETRY,
         INT32_MAX},
        {"Date: no date\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\n", RETRY, -1},

        {"x-userendpoint-ratelimit-limit: 1000\n", LIMIT, 1000},
        {"X-UserEndpoint-RateLimit-Remaining: 0\n", REMAINING, 0},
        {"x-userendpoint-ratelimit-reset-seconds: 60\n", RESET, 60},
        {"x-userendpoint-ratelimit-limit: 99999999999999999999\n", LIMIT, INT64_MAX},
        {"x-userendpoint-ratelimit-limit: many\n", LIMIT, -1},
        {"x-userendpoint-ratelimit-limit: 5\nx-userendpoint-ratelimit-limit: many\n", LIMIT, 5},
        {"x-userendpoint-ratelimit-remaining: -3\n", REMAINING, -1},
        {"x-userendpoint-ratelimit-reset: 60\n", RESET, -1},

        {"Date: Sun, 06 Nov 1994 08:49:37 GMT\n", DATE, 784111777},
        {"Content-Type: text/html\n", HTML, 1},
        {"content-type: TEXT/HTML;charset=x\n", HTML, 1},
        {"Content-Type: application/xhtml+xml\n", HTML, 1},
        {"Content-Type: application/json\n", HTML, 0},
        {"Content-Type: text/plain\n", HTML, 0},
        {"Content-Type: text/ht\n", HTML, 0},
        {"Content-Type:\n", HTML, 0},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        pinbulk_response *response =
            play(PINBULK_OPERATION_STATUS, reply(200, cases[i].headers, NULL));
        int64_t got[] = {(int64_t)response->content_length,
                         (int64_t)response->range_from,
                         (int64_t)response->range_to,
                         (int64_t)response->range_total,
                         response->retry_after,
                         response->rate_limit,
                         response->rate_remaining,
                         response->rate_reset,
                         response->date,
                         response->html};
        CHECK_INT(got[cases[i].what], cases[i].value);
        if (got[cases[i].what] != cases[i].value)
            CHECK_FAIL("in %s", cases[i].headers);
    }
}

static void dates(void)
{
    static const struct {
        const char *text;
        int64_t seconds; // -1: none
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun Nov 06 08:49:37 1994", 784111777},
        {"Wed Nov 16 08:49:37 1994", 784975777},
        {"sun, 06 nov 1994 08:49:37 GMT", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Thu, 01 Jan 1970 00:00:01 GMT", 1},
        {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
        {"Thu, 29 Feb 2024 12:00:00 GMT", 1709208000},
        {"Thu, 29 Feb 2000 00:00:00 GMT", 951782400},
        {"Wed, 01 Mar 2000 00:00:00 GMT", 951868800},
        {"Mon, 01 Mar 2100 00:00:00 GMT", 4107542400},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
        {"Monday, 01-Jan-69 00:00:00 GMT", 3124224000}, // 2069
        {"Thursday, 01-Jan-70 00:00:00 GMT", 0},
        {"Fri, 29 Feb 2100 00:00:00 GMT", -1},
        {"Wed, 29 Feb 2023 00:00:00 GMT", -1},
        {"Thu, 30 Feb 2024 00:00:00 GMT", -1},
        {"Thu, 31 Apr 2024 00:00:00 GMT", -1},
        {"Thu, 32 Jan 2024 00:00:00 GMT", -1},
        {"Thu, 00 Jan 2024 00:00:00 GMT", -1},
        {"Thu, 01 Jan 2024 24:00:00 GMT", -1},
        {"Thu, 01 Jan 2024 00:60:00 GMT", -1},
        {"Thu, 01 Jan 2024 00:00:61 GMT", -1},
        {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
        {"Sun,  6 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 94 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 8:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:49 GMT", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 08:49:37 +0100", -1},
        {"Sun, 06 Nox 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov -994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 19941 08:49:37 GMT", -1},
        {"Sunday, 06-Nov-1994 08:49:37 GMT", -1},
        {"Sunday, 06-Nov- 08:49:37 GMT", -1},
        {"Sun Nov 6 08:49:37 1994", -1},
        {"Sun Nov   6 08:49:37 1994", -1},
        {"Sun Nov  6 08:49:37 1994 GMT", -1},
        {"1994-11-06T08:49:37Z", -1},
        {"784111777", -1},
        {"-1", -1},
        {"Sun", -1},
        {"", -1},
    };
    size_t i, cut;
    for (i = 0; i < COUNT(cases); i++) {
        char header[128];
        snprintf(header, sizeof header, "Date: %s\n", cases[i].text);
        CHECK_INT(play(PINBULK_OPERATION_STATUS, reply(200, header, NULL))->date, cases[i].seconds);
    }
    for (i = 0; i < 3; i++) { // no part of a date is a date
        for (cut = 0; cut < strlen(cases[i].text); cut++) {
            char header[128];
            snprintf(header, sizeof header, "Date: %.*s\n", (int)cut, cases[i].text);
            CHECK_INT(play(PINBULK_OPERATION_STATUS, reply(200, header, NULL))->date, -1);
        }
    }
}

// Every day from 1970 to 2400 follows the one before.
static void calendar(void)
{
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int last = check_step(2) == 1 ? 2400 : 2100, step = (int)check_step(27);
    int64_t want = 0;
    int year, month, day;
    for (year = 1970; year <= last; year++) {
        for (month = 0; month < 12; month++) {
            for (day = 1; day <= 31; day++) {
                char text[64];
                pinbulk_text date;
                int64_t seconds;
                if (day > 1 && day < 28 && day % step != 0) { // every month has it
                    want += 86400;
                    continue;
                }
                snprintf(text, sizeof text, "Xyz, %02d %s %04d 00:00:00 GMT", day, names[month],
                         year);
                date = pinbulk_text_of(text);
                seconds = private_header_date(date);
                if (seconds < 0)
                    continue;
                CHECK_INT(seconds, want);
                want += 86400;
            }
        }
    }
    CHECK_INT(want, last == 2400 ? INT64_C(13601088000) : INT64_C(4133980800)); // New Year
}

static void etags(void)
{
    static const struct {
        const char *headers, *etag;
        int strong;
    } cases[] = {
        {"", "", 0},
        {"ETag: \"9b2c\"\n", "\"9b2c\"", 1},
        {"etag: \"\"\n", "\"\"", 1},
        {"ETag: W/\"9b2c\"\n", "W/\"9b2c\"", 0},
        {"ETag: W/\"\"\n", "W/\"\"", 0},
        {"ETag: \"a\"\nETag: \"a\"\n", "\"a\"", 1},
        {"ETag: \"a\"\nETag: \"b\"\n", "\"a\"", 0},
        {"ETag: \"a\"\nETag: \"b\"\nETag: \"a\"\n", "\"a\"", 0},
        {"ETag: \"a\"\nETag: W/\"a\"\n", "\"a\"", 0},
        {"ETag: w/\"a\"\n", "", 0},
        {"ETag: W/a\n", "", 0},
        {"ETag: W/\n", "", 0},
        {"ETag: a\n", "", 0},
        {"ETag: \"a\n", "", 0},
        {"ETag: \"\n", "", 0},
        {"ETag: \"a\"b\"\n", "", 0},
        {"ETag: \"a b\"\n", "", 0},
        {"ETag: \"a\rb\"\n", "", 0},
        {"ETag: \"\xc3\xa9\"\n", "", 0},
        {"ETag:\n", "", 0},
        // 79 characters fit, 80 do not
        {"ETag: "
         "\"12345678901234567890123456789012345678901234567890123456789012345678901234567\"\n",
         "\"12345678901234567890123456789012345678901234567890123456789012345678901234567\"", 1},
        {"ETag: "
         "\"123456789012345678901234567890123456789012345678901234567890123456789012345678\"\n",
         "", 0},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        play(PINBULK_OPERATION_STATUS, reply(200, cases[i].headers, NULL));
        CHECK_SEEN(played.response.etag, cases[i].etag);
        CHECK_INT(played.response.etag_strong, cases[i].strong);
    }
}

static void encodings_and_rids(void)
{
    static const struct {
        const char *headers, *encoding, *rid;
    } cases[] = {
        {"", "", ""},
        {"Content-Encoding: gzip\n", "gzip", ""},
        {"content-encoding: IDENTITY\n", "", ""},
        {"Content-Encoding:\n", "", ""},
        {"Content-Encoding: identity , ,identity\n", "", ""},
        {"Content-Encoding: br, ,\n", "br", ""},
        {"Content-Encoding: identity\nContent-Encoding: br\n", "br", ""},
        {"Content-Encoding: br\nContent-Encoding: identity\n", "br", ""},
        {"Content-Encoding: an-encoding-with-a-name\n", "an-encoding-...", ""},
        {"x-pinterest-rid: 1234567890\n", "", "1234567890"},
        {"X-PINTEREST-RID:  a b \n", "", "a b"},
        {"x-pinterest-rid: a\nx-pinterest-rid:\n", "", "a"},
        {"x-pinterest-rid:\nx-pinterest-rid: a\nx-pinterest-rid: b\n", "", "a"},
        {"x-pinterest-rid: 123456789012345678901234567890123456789012345678\n", "",
         "12345678901234567890123456789012345678901234..."},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        play(PINBULK_OPERATION_STATUS, reply(200, cases[i].headers, NULL));
        CHECK_SEEN(played.response.encoding, cases[i].encoding);
        CHECK_SEEN(played.response.rid, cases[i].rid);
    }
}

// ---- result files ------------------------------------------------------------------------------

static void fetched_files(void)
{
    static const struct {
        int status;
        const char *headers, *body;
        uint64_t from, limit;
        pinbulk_reached reached;
        // what follows
        const char *begin, *file;
        int position, restarts, proven;
    } cases[] = {
        // whole files
        {200, "Content-Length: 5\n", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "OK", "12345", 5, 0,
         1},
        {200, "", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "OK", "12345", 5, 0, 1},
        {200, "Content-Length: 5\n", "12345", 0, 0, PINBULK_REACHED_CLOSED, "OK", "12345", 5, 0, 1},
        {200, "Content-Length: 5\n", "12345", 0, 0, PINBULK_REACHED_RESPONSE, "OK", "12345", 5, 0,
         1},
        {200, "Content-Length: 0\n", "", 0, 0, PINBULK_REACHED_COMPLETE, "OK", "", 0, 0, 1},
        {200, "Content-Type: text/csv\nContent-Encoding: identity\n", "12345", 0, 0,
         PINBULK_REACHED_COMPLETE, "OK", "12345", 5, 0, 1},
        {206, "Content-Range: bytes 0-4/5\n", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "OK",
         "12345", 5, 0, 1},
        // nothing proves that they are whole
        {200, "", "12345", 0, 0, PINBULK_REACHED_CLOSED, "OK", "12345", 5, 0, 0},
        {206, "Content-Range: bytes 5-9/*\n", "67890", 5, 0, PINBULK_REACHED_COMPLETE, "OK",
         "67890", 10, 0, 0},
        // cut
        {200, "Content-Length: 6\n", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "TRUNCATED 200",
         "12345", 5, 0, 0},
        {200, "", "12345", 0, 0, PINBULK_REACHED_RESPONSE, "TRUNCATED 200", "12345", 5, 0, 0},
        {200, "", "12345", 0, 0, PINBULK_REACHED_UNKNOWN, "TRUNCATED 200", "12345", 5, 0, 0},
        {200, "", "", 0, 0, PINBULK_REACHED_CLOSED, "TRUNCATED 200", "", 0, 0, 0},
        {206, "Content-Range: bytes 5-9/10\n", "6789", 5, 0, PINBULK_REACHED_COMPLETE,
         "TRUNCATED 206", "6789", 9, 0, 0},
        {206, "Content-Range: bytes 5-7/10\n", "678", 5, 0, PINBULK_REACHED_COMPLETE,
         "TRUNCATED 206", "678", 8, 0, 0},
        {206, "Content-Range: bytes 0-2/5\n", "123", 0, 0, PINBULK_REACHED_COMPLETE,
         "TRUNCATED 206", "123", 3, 0, 0},
        // the rest of a file
        {206, "Content-Range: bytes 5-9/10\n", "67890", 5, 0, PINBULK_REACHED_COMPLETE, "OK",
         "67890", 10, 0, 1},
        {206, "Content-Range: bytes 5-9/10\n", "67890", 5, 0, PINBULK_REACHED_RESPONSE, "OK",
         "67890", 10, 0, 1},
        // from its start again
        {200, "", "12345", 3, 0, PINBULK_REACHED_COMPLETE, "OK", "12345", 5, 1, 1},
        {200, "", "12", 3, 0, PINBULK_REACHED_RESPONSE, "TRUNCATED 200", "12", 2, 1, 0},
        {200, "", "", 3, 0, PINBULK_REACHED_COMPLETE, "OK", "", 0, 1, 1},
        {200, "", "", 3, 0, PINBULK_REACHED_RESPONSE, "TRUNCATED 200", "", 3, 0, 0},
        {200, "", "", 3, 0, PINBULK_REACHED_CLOSED, "TRUNCATED 200", "", 3, 0, 0},
        {200, "Content-Length: 5\n", "", 3, 0, PINBULK_REACHED_COMPLETE, "TRUNCATED 200", "", 3, 0,
         0},
        // another part than asked for
        {206, "Content-Range: bytes 4-9/10\n", "567890", 5, 0, PINBULK_REACHED_COMPLETE,
         "UNEXPECTED 206", "", 5, 0, 0},
        {206, "Content-Range: bytes 6-9/10\n", "7890", 5, 0, PINBULK_REACHED_COMPLETE,
         "UNEXPECTED 206", "", 5, 0, 0},
        {206, "", "67890", 5, 0, PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 5, 0, 0},
        {206, "", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 0, 0, 0},
        {206, "Content-Range: bytes 5-9/10\nContent-Range: bytes 6-9/10\n", "67890", 5, 0,
         PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 5, 0, 0},
        {206, "Content-Type: multipart/byteranges; boundary=x\n", "--x\r\n", 5, 0,
         PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 5, 0, 0},
        // lengths that do not fit
        {206, "Content-Range: bytes 5-9/10\nContent-Length: 6\n", "678901", 5, 0,
         PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 5, 0, 0},
        {206, "Content-Range: bytes 5-9/10\nContent-Length: 4\n", "6789", 5, 0,
         PINBULK_REACHED_COMPLETE, "UNEXPECTED 206", "", 5, 0, 0},
        {206, "Content-Range: bytes 5-9/10\n", "678901", 5, 0, PINBULK_REACHED_COMPLETE,
         "UNEXPECTED 206", "67890", 10, 0, 0},
        {200, "Content-Length: 5\n", "123456", 0, 0, PINBULK_REACHED_COMPLETE, "UNEXPECTED 200",
         "12345", 5, 0, 0},
        {200, "Content-Length: 5\nContent-Length: 6\n", "123456", 0, 0, PINBULK_REACHED_COMPLETE,
         "UNEXPECTED 200", "", 0, 0, 0},
        // limits
        {200, "", "12345", 0, 5, PINBULK_REACHED_COMPLETE, "OK", "12345", 5, 0, 1},
        {200, "", "123456", 0, 5, PINBULK_REACHED_COMPLETE, "TOO_LARGE 200", "12345", 5, 0, 0},
        {200, "Content-Length: 6\n", "123456", 0, 5, PINBULK_REACHED_COMPLETE, "TOO_LARGE 200", "",
         0, 0, 0},
        {206, "Content-Range: bytes 5-9/10\n", "67890", 5, 10, PINBULK_REACHED_COMPLETE, "OK",
         "67890", 10, 0, 1},
        {206, "Content-Range: bytes 5-9/10\n", "67890", 5, 9, PINBULK_REACHED_COMPLETE,
         "TOO_LARGE 206", "", 5, 0, 0},
        {206, "Content-Range: bytes 5-9/10\n", "67890", 5, 4, PINBULK_REACHED_COMPLETE,
         "TOO_LARGE 206", "", 5, 0, 0},
        // not for the sink
        {200, "Content-Encoding: gzip\n", "12345", 0, 0, PINBULK_REACHED_COMPLETE,
         "ENCODED_BODY 200 code=0 gzip", "", 0, 0, 0},
        {200, "Content-Encoding: gzip\n", "12345", 3, 0, PINBULK_REACHED_COMPLETE,
         "ENCODED_BODY 200 code=0 gzip", "", 3, 0, 0},
        {200, "Content-Encoding: gzip\n", "", 3, 0, PINBULK_REACHED_COMPLETE,
         "ENCODED_BODY 200 code=0 gzip", "", 3, 0, 0},
        {201, "", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "UNEXPECTED 201", "", 0, 0, 0},
        {204, "", "", 3, 0, PINBULK_REACHED_COMPLETE, "UNEXPECTED 204", "", 3, 0, 0},
        {302, "Location: https://a/\n", "12345", 0, 0, PINBULK_REACHED_COMPLETE,
         "UNEXPECTED 302 code=0 redirects", "", 0, 0, 0},
        {403, "", "<Error><Code>AccessDenied</Code>", 5, 0, PINBULK_REACHED_COMPLETE,
         "FORBIDDEN 403 code=0 AccessDenied", "", 5, 0, 0},
        {416, "Content-Range: bytes */5\n", "", 5, 0, PINBULK_REACHED_COMPLETE, "REFUSED 416", "",
         5, 0, 0},
        {500, "", "12345", 0, 0, PINBULK_REACHED_COMPLETE, "SERVER_ERROR 500", "", 0, 0, 0},
    };
    size_t i, rest;
    for (i = 0; i < COUNT(cases); i++) {
        for (rest = 0; rest < 4; rest++) { // the same whatever the chunks
            struct exchange exchange =
                part(cases[i].status, cases[i].headers, cases[i].body, cases[i].from);
            exchange.limit = cases[i].limit;
            exchange.reached = cases[i].reached;
            exchange.rest = rest;
            play(PINBULK_OPERATION_RESULT, exchange);
            parse(PINBULK_OPERATION_RESULT);
            CHECK_INT(played.ended == PINBULK_OK, played.response.result == PINBULK_OK);
            seen[strlen(cases[i].begin)] = '\0';
            CHECK_SEEN(seen, cases[i].begin);
            CHECK_TEXT(played.file.bytes, played.file.length, cases[i].file);
            CHECK_INT(played.response.position, cases[i].position);
            CHECK_INT(played.file.restarts, cases[i].restarts);
            CHECK_INT(played.response.restarted, cases[i].restarts);
            CHECK_INT(played.response.proven, cases[i].proven);
        }
    }
}

static void sinks_that_cannot_restart(void)
{
    struct file file = whole_file;
    struct exchange exchange = part(200, "", "12345", 3);
    exchange.file = &file;
    file.refuses_restart = 1;
    play(PINBULK_OPERATION_RESULT, exchange);
    CHECK(strncmp(parse(PINBULK_OPERATION_RESULT), "SINK_FAILED 200", 15) == 0);
    CHECK_INT(played.file.writes, 0);
    CHECK_INT(played.response.position, 3);
    file.refuses_restart = 2;
    play(PINBULK_OPERATION_RESULT, exchange);
    CHECK(strncmp(parse(PINBULK_OPERATION_RESULT), "RESULT_CHANGED 200", 18) == 0);
    CHECK_INT(played.file.writes, 0);
    CHECK_INT(played.response.position, 3);
}

// A sink that fails ends the response at once and is not called again.
static void sinks_that_fail(void)
{
    size_t accepts, rest;
    for (accepts = 0; accepts < 8; accepts++) {
        for (rest = 0; rest < 4; rest++) {
            struct file file = whole_file;
            struct exchange exchange = part(200, "", "12345678", 0);
            exchange.file = &file;
            exchange.rest = rest;
            file.accepts = accepts;
            play(PINBULK_OPERATION_RESULT, exchange);
            CHECK_INT(played.ended, PINBULK_SINK_FAILED);
            CHECK_SEEN(parse(PINBULK_OPERATION_RESULT),
                       "SINK_FAILED 200 code=0 the sink refused bytes||");
            CHECK_INT(played.response.position, rest ? accepts / rest * rest : 0);
            CHECK_INT(played.response.position, played.file.length);
            CHECK_INT(played.file.writes, rest ? accepts / rest + 1 : 1);
        }
    }
}

// ---- how exchanges end -------------------------------------------------------------------------

static void ends_without_a_response(void)
{
    int reached;
    for (reached = PINBULK_REACHED_UNKNOWN; reached <= PINBULK_REACHED_COMPLETE; reached++) {
        struct exchange exchange = reply(0, NULL, NULL);
        exchange.reached = (pinbulk_reached)reached;
        play(PINBULK_OPERATION_UPSERT, exchange);
        CHECK_INT(played.ended, PINBULK_TRANSPORT_FAILED);
        parse(PINBULK_OPERATION_UPSERT);
        CHECK_SEEN(seen, reached < PINBULK_REACHED_CLOSED
                             ? "TRANSPORT_FAILED 0 code=0 the connection was reset||"
                             : "TRANSPORT_FAILED 0 code=0 no response came||");
        // Claims about a response that was not delivered are not believed.
        CHECK_INT(played.response.reached,
                  reached < PINBULK_REACHED_RESPONSE ? reached : PINBULK_REACHED_UNKNOWN);
    }
}

// A response was there, so the request had left, whatever the transport thinks.
static void ends_with_a_response(void)
{
    int reached;
    for (reached = PINBULK_REACHED_UNKNOWN; reached <= PINBULK_REACHED_COMPLETE; reached++) {
        struct exchange exchange = reply(200, "", "{\"request_id\":\"1\"}");
        exchange.reached = (pinbulk_reached)reached;
        play(PINBULK_OPERATION_UPSERT, exchange);
        parse(PINBULK_OPERATION_UPSERT);
        if (reached >= PINBULK_REACHED_CLOSED) {
            CHECK_SEEN(seen, "OK id=1");
            CHECK_INT(played.response.reached, reached);
        } else {
            CHECK_SEEN(seen, "TRUNCATED 200 code=0 the connection was reset||");
            CHECK_INT(played.response.reached, PINBULK_REACHED_RESPONSE);
        }
        exchange.headers = "Content-Length: 18\n";
        play(PINBULK_OPERATION_UPSERT, exchange);
        CHECK_SEEN(parse(PINBULK_OPERATION_UPSERT), "OK id=1");
        CHECK_INT(played.response.reached, PINBULK_REACHED_COMPLETE);
    }
}

// Texts of headers are kept whole or not at all, in front of the body.
static void texts_of_headers_take_memory(void)
{
    size_t memory;
    for (memory = 1; memory < 200; memory++) {
        struct exchange exchange =
            reply(200, "ETag: \"abc\"\nX-Pinterest-Rid: 1\nContent-Encoding: br\n", "0123456789");
        const size_t etag = memory >= 6 ? 6 : 0;
        const size_t rid = memory - etag >= PINBULK_ERROR_RID_MAX ? PINBULK_ERROR_RID_MAX : 0;
        const size_t encoding = memory - etag - rid >= 16 ? 16 : 0;
        exchange.memory = memory;
        play(PINBULK_OPERATION_STATUS, exchange);
        CHECK_SEEN(played.response.etag, etag ? "\"abc\"" : "");
        CHECK_INT(played.response.etag_strong, etag != 0);
        CHECK_SEEN(played.response.rid, rid ? "1" : "");
        CHECK_SEEN(played.response.encoding, encoding ? "br" : "");
        CHECK_INT(played.response.encodings, 1);
        CHECK_INT(played.response.body_size, memory - etag - rid - encoding);
        CHECK_INT(played.ended, played.response.body_size < 10 ? PINBULK_TOO_LARGE : PINBULK_OK);
        if (played.ended == PINBULK_OK)
            CHECK(strncmp(parse(PINBULK_OPERATION_STATUS), "ENCODED_BODY", 12) == 0);
    }
}

static void calls_out_of_order(void)
{
    pinbulk_request request = a_request(PINBULK_OPERATION_STATUS, 0);
    pinbulk_response response;
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    pinbulk_status status;
    pinbulk_arena arena = {NULL, 0, 0};
    pinbulk_error error;
    char memory[64];
    memset(&error, 0, sizeof error);
    pinbulk_response_init(&response, &request, memory, sizeof memory);
    CHECK_INT(pinbulk_response_header(&response, "Date", 4, "", 0), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_body(&response, "x", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_begin(&response, 99), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_response_begin(&response, 1000), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_response_begin(&response, -200), PINBULK_BAD_ARGUMENT);
    CHECK_INT(response.status, 0);
    // One status after another: the last one counts, and nothing stays of the first.
    CHECK_INT(pinbulk_response_begin(&response, 103), PINBULK_OK);
    feed_headers(&response, "Content-Length: 7\nContent-Length: 8\nRetry-After: 5\nETag: \"a\"\n"
                            "x-pinterest-rid: r\nContent-Encoding: br\nContent-Type: text/html\n");
    CHECK_INT(response.result, PINBULK_UNEXPECTED);
    CHECK_INT(pinbulk_response_begin(&response, 200), PINBULK_OK);
    CHECK_INT(response.status, 200);
    CHECK_INT(response.result, PINBULK_OK);
    CHECK(response.content_length == UINT64_MAX);
    CHECK_INT(response.retry_after, -1);
    CHECK_INT(response.etag[0] | response.rid[0] | response.encoding[0], 0);
    CHECK(response.body == memory && response.body_size == sizeof memory);
    CHECK_INT(response.etag_strong | response.html, 0);
    CHECK_INT(pinbulk_response_body(&response, NULL, 0), PINBULK_OK);
    CHECK_INT(pinbulk_response_begin(&response, 200), PINBULK_OK);
    CHECK_INT(pinbulk_response_body(&response, "{\"status\":", 10), PINBULK_OK);
    CHECK_INT(pinbulk_response_begin(&response, 200), PINBULK_BAD_STATE);
    // Trailers change nothing.
    CHECK_INT(pinbulk_response_header(&response, "Content-Length", 14, "3", 1), PINBULK_OK);
    CHECK(response.content_length == UINT64_MAX);
    CHECK_INT(pinbulk_response_body(&response, "\"RUNNING\"}", 10), PINBULK_OK);
    CHECK_INT(pinbulk_response_status(&response, &status, &arena, &error), PINBULK_BAD_STATE);
    CHECK_INT(error.result, PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_fetched(&response, NULL), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_end(&response, outcome), PINBULK_OK);
    CHECK_INT(pinbulk_response_end(&response, outcome), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_body(&response, "x", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_header(&response, "Date", 4, "", 0), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_response_begin(&response, 200), PINBULK_BAD_STATE);
    CHECK_INT(response.body_used, 20);
    CHECK_INT(pinbulk_response_fetched(&response, NULL), PINBULK_UNEXPECTED); // there was no sink
    // No memory at all.
    pinbulk_response_init(&response, &request, NULL, 100);
    CHECK_INT(pinbulk_response_begin(&response, 404), PINBULK_OK);
    CHECK_INT(pinbulk_response_body(&response, "x", 1), PINBULK_TOO_LARGE);
    CHECK_INT(pinbulk_response_end(&response, outcome), PINBULK_TOO_LARGE);
    CHECK_INT(pinbulk_response_status(&response, &status, &arena, &error), PINBULK_NOT_FOUND);
}

static int count_down(void *ctx)
{
    return --*(int *)ctx < 0;
}

static void cancelled_at_every_chunk(void)
{
    int after;
    for (after = 0; after < 22; after++) {
        int left = after;
        struct exchange exchange = reply(200, "", "{\"status\":\"RUNNING\"}");
        exchange.cancel = count_down;
        exchange.cancel_ctx = &left;
        exchange.rest = 1;
        play(PINBULK_OPERATION_STATUS, exchange);
        if (after < 20) {
            CHECK_INT(played.ended, PINBULK_CANCELLED);
            CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), "CANCELLED 200 code=0 ||");
            CHECK_INT(played.response.received, after);
        } else {
            CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), "OK status=RUNNING/301");
        }
    }
    { // also when the status is an error
        int left = 1;
        struct exchange exchange = reply(500, "", "{\"message\":\"m\"}");
        exchange.cancel = count_down;
        exchange.cancel_ctx = &left;
        exchange.rest = 1;
        play(PINBULK_OPERATION_STATUS, exchange);
        CHECK_SEEN(parse(PINBULK_OPERATION_STATUS), "CANCELLED 500 code=0 ||");
    }
    play(PINBULK_OPERATION_STATUS, reply(200, "", "{}"));
    CHECK_INT(pinbulk_response_cancelled(&played.response), 0);
}

// ---- every cut ---------------------------------------------------------------------------------

static void same_for_every_cut(void)
{
    static const struct {
        pinbulk_operation operation;
        int status;
        const char *headers, *body;
    } cases[] = {
        {PINBULK_OPERATION_DOWNLOAD, 201, "", "{\"request_id\":\"a, b\\u00e9\",\"x\":[1,{}]}"},
        {PINBULK_OPERATION_STATUS, 200, "Content-Length: 61\n",
         "{\"status\":\"SUCCEEDED\",\"result_url\":\"https://a/?b\",\"details\":0}"},
        {PINBULK_OPERATION_STATUS, 200, "", "{\"status\":\"SUCCEEDED\",\"result_url\":\"htt"},
        {PINBULK_OPERATION_STATUS, 200, "Content-Length: 10\n", "{\"status\":\"SUCCEEDED\"}"},
        {PINBULK_OPERATION_STATUS, 200, "", "<html>"},
        {PINBULK_OPERATION_STATUS, 429, "",
         "{\"code\":8,\"message\":\"no\",\"message_detail\":\"spam\"}"},
        {PINBULK_OPERATION_STATUS, 500, "Content-Length: 9\n", "{\"message\":\"abcdefg\"}"},
        {PINBULK_OPERATION_RESULT, 206, "Content-Range: bytes 0-9/10\n", "1234567890"},
        {PINBULK_OPERATION_RESULT, 200, "", "1234567890abcdef"}, // above the limit
        {PINBULK_OPERATION_RESULT, 403, "",
         "<Error><Code>AccessDenied</Code><Message>m</Message></Error>"},
    };
    size_t i, cut;
    for (i = 0; i < COUNT(cases); i++) {
        struct exchange exchange = reply(cases[i].status, cases[i].headers, cases[i].body);
        char want[2048];
        struct played whole;
        if (cases[i].operation == PINBULK_OPERATION_RESULT) {
            exchange.file = &whole_file;
            exchange.limit = 12;
        }
        play(cases[i].operation, exchange);
        strcpy(want, parse(cases[i].operation));
        whole = played;
        for (cut = 0; cut <= strlen(cases[i].body); cut++) {
            exchange.first = cut;
            exchange.rest = cut == 0; // 0 stands for: one byte at a time
            play(cases[i].operation, exchange);
            CHECK_SEEN(parse(cases[i].operation), want);
            CHECK_INT(played.ended, whole.ended);
            CHECK_INT(played.response.received, whole.response.received);
            CHECK_INT(played.response.position, whole.response.position);
            CHECK_INT(played.response.reached, whole.response.reached);
            CHECK_INT(played.response.body_used, whole.response.body_used);
            CHECK_INT(played.file.length, whole.file.length);
            CHECK(memcmp(played.file.bytes, whole.file.bytes, whole.file.length) == 0);
        }
    }
}

int main(void)
{
    RUN(submissions);
    RUN(status_replies);
    RUN(json_called_html);
    RUN(unusable_replies);
    RUN(truncated_replies);
    RUN(every_memory_size);
    RUN(every_arena_size);
    RUN(error_statuses);
    RUN(spam_blocks);
    RUN(cut_errors);
    RUN(secrets_stay_secret);
    RUN(headers_are_read);
    RUN(dates);
    RUN(calendar);
    RUN(etags);
    RUN(encodings_and_rids);
    RUN(fetched_files);
    RUN(sinks_that_cannot_restart);
    RUN(sinks_that_fail);
    RUN(ends_without_a_response);
    RUN(ends_with_a_response);
    RUN(texts_of_headers_take_memory);
    RUN(calls_out_of_order);
    RUN(cancelled_at_every_chunk);
    RUN(same_for_every_cut);
    free(played.memory);
    return check_report();
}
