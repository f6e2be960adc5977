// HTTP/1.1 over a byte stream: what the encoder writes, which responses the parser takes and which
// it refuses, and what the driver does with a stream that does everything a stream may do.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "../adapters/pinbulk_http1.h"
#include "check.h"

#define TOKEN   "pina_canary_7d1f"
#define ACCOUNT "549755885175"

// ---- requests -----------------------------------------------------------------------------------

static struct {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_body body;
    char memory[2048], reply[4096];
} one;

static const char small_body[] = "{\"create\":{}}";

static void make_request(pinbulk_operation operation, const char *base_url)
{
    pinbulk_api api = {.token = pinbulk_text_of(TOKEN),
                       .base_url = pinbulk_text_of(base_url),
                       .allow_loopback_http = 1};
    pinbulk_text account = pinbulk_text_of(ACCOUNT), none = {0, NULL};
    pinbulk_result result = PINBULK_OK;
    pinbulk_refresh refresh = {
        pinbulk_text_of("1"), pinbulk_text_of(TOKEN), pinbulk_text_of(TOKEN), {0, NULL}, 0};
    pinbulk_body_init_memory(&one.body, small_body, sizeof small_body - 1);
    switch (operation) {
    case PINBULK_OPERATION_DOWNLOAD:
        result = pinbulk_request_download(&one.request, &api, account, &one.body, one.memory,
                                          sizeof one.memory, NULL);
        break;
    case PINBULK_OPERATION_UPSERT:
        result = pinbulk_request_upsert(&one.request, &api, account, &one.body, one.memory,
                                        sizeof one.memory, NULL);
        break;
    case PINBULK_OPERATION_STATUS:
        result = pinbulk_request_status(&one.request, &api, account, pinbulk_text_of("77"), 0,
                                        one.memory, sizeof one.memory, NULL);
        break;
    case PINBULK_OPERATION_TOKEN:
        result = pinbulk_request_token(&one.request, &api, &refresh, &one.body, one.memory,
                                       sizeof one.memory, NULL);
        break;
    case PINBULK_OPERATION_RESULT:
        result = pinbulk_request_result(&one.request, &api, pinbulk_text_of(base_url), 0, none,
                                        one.memory, sizeof one.memory, NULL);
        break;
    }
    CHECK_INT(result, PINBULK_OK);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
}

#define BASE "https://api.pinterest.com/v5"

static const char upsert_head[] = "POST /v5/ad_accounts/" ACCOUNT "/bulk/upsert HTTP/1.1\r\n"
                                  "Host: api.pinterest.com\r\n"
                                  "Authorization: Bearer " TOKEN "\r\n"
                                  "Accept: application/json\r\n"
                                  "Content-Type: application/json\r\n"
                                  "User-Agent: pinbulk/" PINBULK_VERSION "\r\n"
                                  "Accept-Encoding: identity\r\n"
                                  "Content-Length: 13\r\n"
                                  "\r\n";

// Reads a whole request in portions of `size`; returns its length.
static size_t encode(int keep, size_t size, char *text, size_t room)
{
    pinbulk_http1_encoder encoder;
    size_t used = 0, got;
    CHECK_INT(pinbulk_http1_encoder_init(&encoder, &one.request, keep), PINBULK_OK);
    CHECK_INT(encoder.head_left, encoder.head_length);
    do {
        size_t before = used;
        CHECK(used + size <= room);
        CHECK_INT(pinbulk_http1_encoder_read(&encoder, text + used, size, &got), PINBULK_OK);
        CHECK(got <= size);
        used += got;
        // a portion is of the head or of the body
        CHECK(used <= encoder.head_length || before >= encoder.head_length);
        CHECK_INT(encoder.head_left + encoder.body_left,
                  encoder.head_length + encoder.body_length - used);
    } while (got > 0);
    CHECK_INT(used, encoder.head_length + encoder.body_length);
    return used;
}

static void request_in_portions_of_every_size(void)
{
    char text[2048], want[2048];
    size_t size;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    snprintf(want, sizeof want, "%s%s", upsert_head, small_body);
    for (size = 1; size <= 600; size++)
        CHECK_TEXT(text, encode(1, size, text, sizeof text), want);
}

static void request_head_is_counted_first(void)
{
    pinbulk_http1_encoder encoder;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    CHECK_INT(pinbulk_http1_encoder_init(&encoder, &one.request, 1), PINBULK_OK);
    CHECK_INT(encoder.head_length, sizeof upsert_head - 1);
    CHECK_INT(encoder.body_length, sizeof small_body - 1);
}

static void request_without_a_body(void)
{
    char text[2048];
    size_t length;
    make_request(PINBULK_OPERATION_RESULT, "http://127.0.0.1:8080/a?b=%2F");
    CHECK_TEXT(text, encode(1, 100, text, sizeof text),
               "GET /a?b=%2F HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
               "User-Agent: pinbulk/" PINBULK_VERSION "\r\nAccept-Encoding: identity\r\n\r\n");
    CHECK_TEXT(text, encode(0, 100, text, sizeof text),
               "GET /a?b=%2F HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
               "User-Agent: pinbulk/" PINBULK_VERSION "\r\nAccept-Encoding: identity\r\n"
               "Connection: close\r\n\r\n");
    make_request(PINBULK_OPERATION_RESULT, "http://[::1]:8080/a");
    length = encode(1, 100, text, sizeof text - 1);
    text[length] = '\0';
    CHECK(strstr(text, "\r\nHost: [::1]:8080\r\n"));
    // a POST always says how long it is
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    one.request.body = NULL;
    length = encode(0, 100, text, sizeof text - 1);
    text[length] = '\0';
    CHECK(strstr(text, "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
}

static void request_starts_again(void)
{
    char text[2048], again[2048];
    size_t length;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    length = encode(1, 7, text, sizeof text);
    CHECK_INT(encode(1, 600, again, sizeof again), length);
    CHECK(memcmp(text, again, length) == 0);
}

static int refused_request(void)
{
    pinbulk_http1_encoder encoder;
    return pinbulk_http1_encoder_init(&encoder, &one.request, 1) == PINBULK_BAD_ARGUMENT;
}

// The builders never make these.
static void request_with_bytes_that_must_not_be_sent(void)
{
    static const char *const own[] = {"Host", "content-length", "Transfer-Encoding", "CONNECTION"};
    static const char bad[] = {'\r', '\n', '\0', '\x7f', '\x80', '\t', '\x1f'};
    char copy[300];
    size_t i, k;
    make_request(PINBULK_OPERATION_STATUS, BASE);
    CHECK(!refused_request());
    for (i = 0; i < sizeof bad; i++) {
        pinbulk_text *const texts[] = {&one.request.target, &one.request.authority,
                                       &one.request.headers[0].name, &one.request.headers[0].value};
        for (k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            pinbulk_text whole = *texts[k];
            memcpy(copy, whole.data, whole.length);
            copy[whole.length / 2] = bad[i];
            texts[k]->data = copy;
            if (!refused_request())
                CHECK_FAIL("byte %d in text %d is accepted", bad[i], (int)k);
            *texts[k] = whole;
            CHECK(!refused_request());
        }
    }
    for (i = 0; i < sizeof own / sizeof own[0]; i++) {
        make_request(PINBULK_OPERATION_STATUS, BASE);
        one.request.headers[1].name = pinbulk_text_of(own[i]);
        CHECK(refused_request());
    }
    make_request(PINBULK_OPERATION_STATUS, BASE);
    one.request.headers[1].name = pinbulk_text_of("");
    CHECK(refused_request());
    make_request(PINBULK_OPERATION_STATUS, BASE);
    one.request.target = pinbulk_text_of("v5");
    CHECK(refused_request());
    one.request.target = pinbulk_text_of("/a b");
    CHECK(refused_request());
    one.request.target = pinbulk_text_of("");
    CHECK(refused_request());
    make_request(PINBULK_OPERATION_STATUS, BASE);
    one.request.method = "GET /";
    CHECK(refused_request());
    one.request.method = NULL;
    CHECK(refused_request());
    make_request(PINBULK_OPERATION_STATUS, BASE);
    one.request.header_count = PINBULK_HEADERS_MAX + 1;
    CHECK(refused_request());
}

// The Host header names the server that the connection goes to, and no other.
static void host_is_that_of_the_connection(void)
{
    static const struct {
        const char *scheme, *host, *authority;
        uint16_t port;
        int fits;
    } cases[] = {{"https", "a.example", "a.example", 443, 1},
                 {"https", "a.example", "a.example:8443", 8443, 1},
                 {"http", "127.0.0.1", "127.0.0.1", 80, 1},
                 {"https", "::1", "[::1]", 443, 1},
                 {"https", "::1", "[::1]:444", 444, 1},
                 {"https", "a.example", "b.example", 443, 0},
                 {"https", "a.example", "a.example", 8443, 0},
                 {"https", "a.example", "a.example", 80, 0},
                 {"http", "a.example", "a.example", 443, 0},
                 {"https", "a.example", "a.example:443x", 443, 0},
                 {"https", "a.example", "a.example:44", 443, 0},
                 {"https", "a.example", "a.example:", 443, 0},
                 {"https", "a.example", "a.example.other", 443, 0},
                 {"https", "a.example", "user@a.example", 443, 0},
                 {"https", "a.example", "", 443, 0},
                 {"https", "", "", 443, 0},
                 {"https", "::1", "[::1", 443, 0},
                 {"https", "::1", "[::1]444", 444, 0}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_request(PINBULK_OPERATION_STATUS, BASE);
        one.request.scheme = pinbulk_text_of(cases[i].scheme);
        one.request.host = pinbulk_text_of(cases[i].host);
        one.request.authority = pinbulk_text_of(cases[i].authority);
        one.request.port = cases[i].port;
        if (refused_request() == cases[i].fits)
            CHECK_FAIL("%s for %s:%u", cases[i].authority, cases[i].host, cases[i].port);
        check_count++;
    }
}

static pinbulk_result broken_next(void *ctx, const void **item)
{
    static pinbulk_campaign campaign;
    int *calls = (int *)ctx;
    campaign.ad_account_id = pinbulk_string_of(ACCOUNT);
    campaign.name = pinbulk_string_of("Spring");
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    *item = *calls % 2 == 0 ? &campaign : NULL;
    return ++*calls > 2 ? PINBULK_SOURCE_FAILED : PINBULK_OK; // works once: when it is counted
}

static pinbulk_result broken_rewind(void *ctx)
{
    (void)ctx;
    return PINBULK_OK;
}

// Makes `one` an upsert whose body cannot be read a second time.
static void make_broken_upsert(const char *base_url)
{
    static int calls;
    static pinbulk_source source;
    static pinbulk_create create;
    static pinbulk_upsert upsert;
    calls = 0;
    source = (pinbulk_source){&calls, broken_next, broken_rewind, NULL};
    create.campaigns = pinbulk_campaign_list_set(NULL, 0);
    create.campaigns.source = &source;
    upsert.create = pinbulk_create_ref_set(&create);
    make_request(PINBULK_OPERATION_UPSERT, base_url);
    CHECK_INT(pinbulk_body_init_upsert(&one.body, &upsert, NULL, NULL), PINBULK_OK);
}

static void request_whose_body_fails(void)
{
    pinbulk_http1_encoder encoder;
    char text[4096];
    size_t got;
    make_broken_upsert(BASE);
    CHECK_INT(pinbulk_http1_encoder_init(&encoder, &one.request, 1), PINBULK_OK);
    CHECK_INT(pinbulk_http1_encoder_read(&encoder, text, sizeof text, &got), PINBULK_OK);
    CHECK_INT(got, encoder.head_length);
    CHECK_INT(pinbulk_http1_encoder_read(&encoder, text, sizeof text, &got), PINBULK_SOURCE_FAILED);
    CHECK_INT(got, 0);
}

// ---- responses ----------------------------------------------------------------------------------

// What became of a response.
typedef struct parsed {
    pinbulk_http1_state state;
    pinbulk_http1_parser parser;
    size_t consumed, received;
    char line[4096];
} parsed;

// Feeds the text in two or more pieces: up to `cut`, then up to `cut2`, then the rest in pieces of
// `piece`. `end`: the connection ends after that.
static void parse(parsed *p, const char *text, size_t length, size_t cut, size_t cut2, size_t piece,
                  size_t line_size, int end)
{
    size_t at = 0;
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    memset(p, 0, sizeof *p);
    CHECK_INT(pinbulk_http1_parser_init(&p->parser, &one.request, &one.response, p->line, line_size,
                                        NULL),
              PINBULK_OK);
    p->state = PINBULK_HTTP1_MORE;
    while (at < length) {
        size_t size = at < cut ? cut - at : at < cut2 ? cut2 - at : piece, used = SIZE_MAX;
        char copy[4096]; // so that a byte after the piece is not there
        if (size > length - at)
            size = length - at;
        memcpy(copy, text + at, size);
        p->state = pinbulk_http1_parser_feed(&p->parser, copy, size, &used);
        CHECK(used <= size);
        CHECK(p->state != PINBULK_HTTP1_MORE || used == size);
        p->consumed += used;
        at += size;
    }
    if (end)
        p->state = pinbulk_http1_parser_end(&p->parser);
    p->received = (size_t)one.response.received;
    CHECK((p->parser.text != NULL) == (p->state == PINBULK_HTTP1_BROKEN));
    CHECK(!p->parser.reusable || p->parser.reached == PINBULK_REACHED_COMPLETE);
    CHECK((p->parser.reached >= PINBULK_REACHED_CLOSED) == (p->state == PINBULK_HTTP1_WHOLE));
    CHECK((p->parser.reached == PINBULK_REACHED_UNKNOWN) == (p->parser.status == 0));
    CHECK_INT(p->parser.status, one.response.status);
}

enum { KEEP = 1, CLOSE = 0 };

// Responses that are accepted: all of the text, and with `end` the end of the connection.
static const struct {
    const char *text;
    int status;
    const char *body;
    pinbulk_reached reached;
    int reusable, end;
} accepted[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", PINBULK_REACHED_COMPLETE, KEEP,
     0},
    {"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, "", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 429 Too \t Many \xc3\xa9\r\nContent-Length: 1\r\n\r\nx", 429, "x",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.9 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 999 Odd\r\nContent-Length: 1\r\n\r\nx", 999, "x", PINBULK_REACHED_COMPLETE, KEEP, 0},
    // header values: white space around them, none at all, bytes above 127
    {"HTTP/1.1 200 OK\r\ncontent-length:\t 1 \t\r\nX:\r\nY: \t\r\nZ: a\tb \xff\r\n\r\nx", 200, "x",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~09azAZ: x\r\nContent-Length: 1\r\n\r\nx", 200, "x",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    // lengths
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2 ,2\t, 02\r\n\r\n{}", 200, "{}", PINBULK_REACHED_COMPLETE,
     KEEP, 0},
    {"HTTP/1.1 200 OK\r\nContent-Length: 000000000000000000000000000002\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    // chunks
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING:\tCHUNKed \r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200,
     "{}", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
     "chunked\r\n\r\na\r\n0123456789\r\nB\r\n\r\n\r\n"
     "\r\n0\r\n\r\n\r\n00\r\n\r\n",
     200, "0123456789\r\n\r\n\r\n0\r\n\r\n", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000002;a=b\r\n{}\r\n"
     "0 \t;a=\"x;y\" ; b\r\n\r\n",
     200, "{}", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Pinterest-RID: "
     "late\r\n"
     "Content-Length: 77\r\nTransfer-Encoding: gzip\r\n\r\n",
     200, "{}", PINBULK_REACHED_COMPLETE, KEEP, 0},
    // the end of the connection
    {"HTTP/1.1 200 OK\r\n\r\n{}", 200, "{}", PINBULK_REACHED_CLOSED, CLOSE, 1},
    {"HTTP/1.1 200 OK\r\n\r\n", 200, "", PINBULK_REACHED_CLOSED, CLOSE, 1},
    {"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n{}\r\n\r\n", 200, "{}\r\n\r\n",
     PINBULK_REACHED_CLOSED, CLOSE, 1},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", PINBULK_REACHED_COMPLETE, CLOSE,
     1},
    // what ends with the connection although it has a length
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", 200, "{}", PINBULK_REACHED_COMPLETE, CLOSE,
     0},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, CLOSE, 0},
    {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, CLOSE, 0},
    {"HTTP/1.1 200 OK\r\nConnection: Keep-Alive, ,CLOSE\r\nContent-Length: 2\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, CLOSE, 0},
    {"HTTP/1.1 200 OK\r\nConnection: keep-alive, closed\r\nContent-Length: 2\r\n\r\n{}", 200, "{}",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    // no body, whatever the headers say
    {"HTTP/1.1 204 No Content\r\n\r\n", 204, "", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 204, "", PINBULK_REACHED_COMPLETE,
     KEEP, 0},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, "", PINBULK_REACHED_COMPLETE,
     CLOSE, 0},
    {"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "",
     PINBULK_REACHED_COMPLETE, CLOSE, 0},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", PINBULK_REACHED_COMPLETE,
     KEEP, 0},
    {"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, "",
     PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n", 205, "", PINBULK_REACHED_COMPLETE, KEEP, 0},
    // interim responses
    {"HTTP/1.1 100 Continue\r\nX-Pinterest-RID: early\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
     200, "{}", PINBULK_REACHED_COMPLETE, KEEP, 0},
    {"HTTP/1.1 102 Processing\r\nConnection: close\r\n\r\n"
     "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
     200, "{}", PINBULK_REACHED_COMPLETE, KEEP, 0},
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void check_accepted(size_t number, const parsed *p, size_t length)
{
    if (p->state != PINBULK_HTTP1_WHOLE || p->parser.reached != accepted[number].reached ||
        p->parser.reusable != accepted[number].reusable || p->consumed != length ||
        p->parser.status != accepted[number].status ||
        p->received != strlen(accepted[number].body) ||
        memcmp(one.response.body, accepted[number].body, p->received) != 0)
        CHECK_FAIL(
            "accepted[%d]: state %d, reached %d, reusable %d, %d of %d bytes, body \"%.*s\": "
            "%s",
            (int)number, p->state, p->parser.reached, p->parser.reusable, (int)p->consumed,
            (int)length, (int)p->received, one.response.body, p->parser.text ? p->parser.text : "");
    CHECK(one.response.rid[0] == '\0'); // neither of interim responses nor of trailers
}

static void accepted_at_every_cut(void)
{
    static parsed p;
    size_t i, cut, cut2;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(accepted); i++) {
        size_t length = strlen(accepted[i].text);
        for (cut = 0; cut <= length; cut += check_step(3))
            for (cut2 = cut; cut2 <= length;
                 cut2 += check_scaled(100) > 50 ? 1 : 17 * check_step(3)) {
                parse(&p, accepted[i].text, length, cut, cut2, length, 128, accepted[i].end);
                check_accepted(i, &p, length);
            }
        for (cut = 1; cut < 20; cut++) {
            parse(&p, accepted[i].text, length, 0, 0, cut, 128, accepted[i].end);
            check_accepted(i, &p, length);
        }
    }
}

// A response that is cut off is never taken for a whole one, unless its end is that of the
// connection.
static void cut_off_at_every_byte(void)
{
    static parsed p;
    size_t i, length;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(accepted); i++) {
        const char *text = accepted[i].text;
        const char *body = strstr(text, "\r\n\r\n");
        for (length = 0; length < strlen(text); length++) {
            parse(&p, text, length, 0, 0, length, 128, 0);
            CHECK_INT(p.state, PINBULK_HTTP1_MORE);
            parse(&p, text, length, 0, 0, length, 128, 1);
            if (accepted[i].reached == PINBULK_REACHED_CLOSED &&
                length >= (size_t)(body + 4 - text)) {
                CHECK_INT(p.state, PINBULK_HTTP1_WHOLE);
                CHECK_INT(p.parser.reached, PINBULK_REACHED_CLOSED);
            } else {
                CHECK_INT(p.state, PINBULK_HTTP1_BROKEN);
                CHECK(strstr(p.parser.text, "closed"));
            }
        }
    }
}

static void surplus_after_the_response(void)
{
    static parsed p;
    size_t i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(accepted); i++) {
        char text[1024];
        size_t length = strlen(accepted[i].text);
        if (accepted[i].end)
            continue;
        snprintf(text, sizeof text, "%sH", accepted[i].text);
        parse(&p, text, length + 1, 0, 0, length + 1, 128, 0);
        CHECK_INT(p.consumed, length);
        CHECK_INT(p.parser.reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(p.parser.reusable, 0);
        CHECK_INT(p.received, strlen(accepted[i].body));
    }
}

// However the body is framed that there would be.
static void response_to_head_has_no_body(void)
{
    static parsed p;
    static const char *const texts[] = {"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                        "HTTP/1.1 200 OK\r\n\r\n"};
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    size_t i;
    for (i = 0; i < COUNT_OF(texts); i++) {
        size_t length = strlen(texts[i]);
        make_request(PINBULK_OPERATION_STATUS, BASE);
        one.request.method = "HEAD";
        parse(&p, texts[i], length, 0, 0, 99, 128, 0);
        CHECK_INT(p.state, PINBULK_HTTP1_WHOLE);
        CHECK_INT(p.parser.reusable, 1);
        CHECK_INT(p.consumed, length);
        CHECK_INT(pinbulk_response_end(&one.response, outcome), PINBULK_OK);
        one.request.method = "GET";
        parse(&p, texts[i], length, 0, 0, 99, 128, 0);
        CHECK_INT(p.state, PINBULK_HTTP1_MORE);
    }
}

static void headers_are_handed_on(void)
{
    static parsed p;
    static const char text[] = "HTTP/1.1 206 Partial\r\nETag: \t\"abc\" \r\n"
                               "CONTENT-RANGE: bytes 0-1/9\r\nRetry-After: 7\r\n"
                               "Content-Length: 2\r\nx-pinterest-rid: 12\r\n\r\n{}";
    size_t cut;
    make_request(PINBULK_OPERATION_RESULT, "https://files.example/a");
    for (cut = 0; cut < sizeof text; cut++) {
        parse(&p, text, sizeof text - 1, cut, cut, 1, 128, 0);
        CHECK_TEXT(one.response.etag, strlen(one.response.etag), "\"abc\"");
        CHECK_INT(one.response.range_to, 1);
        CHECK_INT(one.response.range_total, 9);
        CHECK_INT(one.response.retry_after, 7);
        CHECK_INT(one.response.content_length, 2);
        CHECK_TEXT(one.response.rid, strlen(one.response.rid), "12");
    }
}

// Responses that are refused, with a word of the reason.
#define OK "HTTP/1.1 200 OK\r\n"

static const struct {
    const char *text, *word;
    int status; // that was known by then
} refused[] = {
    // status lines
    {"\r\nHTTP/1.1 200 OK\r\n", "status line", 0},
    {" HTTP/1.1 200 OK\r\n", "status line", 0},
    {"HTTP/1.1  200 OK\r\n", "status line", 0},
    {"HTTP/1.1\t200 OK\r\n", "status line", 0},
    {"HTTP/1.1 20 OK\r\n", "status line", 0},
    {"HTTP/1.1 2x0 OK\r\n", "status line", 0},
    {"HTTP/1.1 +20 OK\r\n", "status line", 0},
    {"HTTP/1.1 2000 OK\r\n", "status line", 0},
    {"HTTP/1.1 099 OK\r\n", "status line", 0},
    {"HTTP/1.1 200OK\r\n", "status line", 0},
    {"HTTP/1.1 200\tOK\r\n", "status line", 0},
    {"HTTP/1.1 \r\n", "status line", 0},
    {"HTTP/2 200 OK\r\n", "status line", 0},
    {"HTTP/2.0 200 OK\r\n", "status line", 0},
    {"HTTP/1.x 200 OK\r\n", "status line", 0},
    {"HTTP/1. 200 OK\r\n", "status line", 0},
    {"http/1.1 200 OK\r\n", "status line", 0},
    {"ICY 200 OK\r\n\r\n\r\n", "status line", 0},
    {"SSH-2.0-something\r\n", "status line", 0},
    {"{\"code\":1}\r\n", "status line", 0},
    // line ends and control characters
    {"HTTP/1.1 200 OK\n", "without a carriage return", 0},
    {"HTTP/1.1 200 OK\r\r\n", "carriage return", 0},
    {"HTTP/1.1 200 \rOK\r\n", "carriage return", 0},
    {"HTTP/1.1 200 O\x01K\r\n", "control character", 0},
    {OK "A: b\nContent-Length: 0\r\n\r\n", "without a carriage return", 200},
    {OK "A: b\rContent-Length: 0\r\n\r\n", "carriage return", 200},
    {OK "A: b\r\r\n\r\n", "carriage return", 200},
    {OK "A: \x7f\r\n\r\n", "control character", 200},
    {OK "A: \x1b[0m\r\n\r\n", "control character", 200},
    {OK "\n", "without a carriage return", 200},
    {OK "\r\r\n", "carriage return", 200},
    // header lines
    {OK " A: b\r\n", "next line", 200},
    {OK "A: b\r\n c\r\n", "next line", 200},
    {OK "A: b\r\n\tc\r\n", "next line", 200},
    {OK "A: b\r\n \r\n", "next line", 200},
    {OK "Content-Length : 2\r\n", "no header", 200},
    {OK "Content-Length\t: 2\r\n", "no header", 200},
    {OK "Transfer-Encoding : chunked\r\n", "no header", 200},
    {OK "Content Length: 2\r\n", "no header", 200},
    {OK ": 2\r\n", "no header", 200},
    {OK "no colon\r\n", "no header", 200},
    {OK "a(b): c\r\n", "no header", 200},
    {OK "\xc3\xa9: c\r\n", "no header", 200},
    // lengths
    {OK "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "different lengths", 200},
    {OK "Content-Length: 2, 3\r\n", "different lengths", 200},
    {OK "Content-Length: 2,\r\n", "no number", 200},
    {OK "Content-Length: ,2\r\n", "no number", 200},
    {OK "Content-Length:\r\n", "no number", 200},
    {OK "Content-Length: -2\r\n", "no number", 200},
    {OK "Content-Length: +2\r\n", "no number", 200},
    {OK "Content-Length: 0x2\r\n", "no number", 200},
    {OK "Content-Length: 2 2\r\n", "no number", 200},
    {OK "Content-Length: 2.0\r\n", "no number", 200},
    {OK "Content-Length: 18446744073709551615\r\n", "no number", 200},
    {OK "Content-Length: 18446744073709551616\r\n", "no number", 200},
    {OK "Content-Length: 99999999999999999999999\r\n", "no number", 200},
    // encodings
    {OK "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "both", 200},
    {OK "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "both", 200},
    {OK "Transfer-Encoding: gzip, chunked\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: chunked, gzip\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: chunked, chunked\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: identity\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding:\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: xchunked\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: chunked;q=1\r\n", "other than chunked", 200},
    {OK "Transfer-Encoding: \vchunked\r\n", "control character", 200},
    {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", "other than chunked", 200},
    // chunks
    {OK "Transfer-Encoding: chunked\r\n\r\n\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\nx\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n0x2\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n 2\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2 \r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2 2\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n;a\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n00000000000000002\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n", "without a carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r{}\r\n", "carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2;a\n{}\r\n", "without a carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2;a\x01\r\n", "control character", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2;a\rb\r\n{}\r\n", "carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}}", "longer than its size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\n", "without a carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\r", "carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n\r\n", "proper size", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\rC: d\r\n", "carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\n", "without a carriage return", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n0\r\n A: b\r\n", "next line", 200},
    {OK "Transfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n", "no header", 200},
    // interim responses
    {"HTTP/1.1 101 Switching Protocols\r\n", "another protocol", 0},
    {"HTTP/1.1 100 Continue\r\nContent-Length: 2\r\n\r\n", "interim", 0},
    {"HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", "interim", 0},
    {"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n", "interim", 0},
    {"HTTP/1.1 100 Continue\r\n\r\n\r\n", "status line", 0},
    {"HTTP/1.1 100 Continue\r\n folded\r\n", "next line", 0},
};

// The reason is the same however the bytes are cut, and it stays.
static void refused_at_every_cut(void)
{
    static parsed p;
    size_t i, cut;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(refused); i++) {
        const char *text = refused[i].text;
        size_t length = strlen(text);
        for (cut = 0; cut <= length; cut += check_step(3)) {
            parse(&p, text, length, cut, cut, length, 128, 0);
            if (p.state != PINBULK_HTTP1_BROKEN || !strstr(p.parser.text, refused[i].word))
                CHECK_FAIL("refused[%d], cut at %d: state %d, %s", (int)i, (int)cut, p.state,
                           p.parser.text ? p.parser.text : "no reason");
            CHECK_INT(p.parser.status, refused[i].status);
            CHECK_INT(p.parser.reusable, 0);
        }
        // it stays broken, and says the same
        size_t used = 1;
        const char *reason = p.parser.text;
        CHECK_INT(pinbulk_http1_parser_feed(&p.parser, OK, 5, &used), PINBULK_HTTP1_BROKEN);
        CHECK_INT(used, 0);
        CHECK_INT(pinbulk_http1_parser_end(&p.parser), PINBULK_HTTP1_BROKEN);
        CHECK(p.parser.text == reason);
    }
}

static void a_nul_in_the_head_is_refused(void)
{
    static parsed p;
    static const char text[] = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\n{}";
    size_t i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < sizeof text - 1; i++) {
        char copy[sizeof text];
        memcpy(copy, text, sizeof text);
        copy[i] = '\0';
        parse(&p, copy, sizeof text - 1, 0, 0, 1, 128, 0);
        CHECK_INT(p.state, i < sizeof text - 3 ? PINBULK_HTTP1_BROKEN : PINBULK_HTTP1_WHOLE);
    }
}

// ---- limits -------------------------------------------------------------------------------------

static pinbulk_http1_state parse_limited(parsed *p, const char *text, uint32_t head,
                                         uint32_t headers)
{
    pinbulk_http1_limits limits = {head, headers};
    size_t used;
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    pinbulk_http1_parser_init(&p->parser, &one.request, &one.response, p->line, 128, &limits);
    p->state = pinbulk_http1_parser_feed(&p->parser, text, strlen(text), &used);
    return p->state;
}

// The limit is the number of bytes and lines that pass; one less refuses.
static void limits_are_exact(void)
{
    static const struct {
        const char *text;
        uint32_t head, headers;
    } cases[] = {
        {OK "A: b\r\nContent-Length: 2\r\n\r\n{}", 17 + 6 + 19 + 2, 2},
        {"HTTP/1.1 100 C\r\nA: b\r\n\r\n" OK "Content-Length: 2\r\n\r\n{}",
         16 + 6 + 2 + 17 + 19 + 2, 2},
        {OK "Transfer-Encoding: chunked\r\n\r\n2;ab\r\n{}\r\n0\r\nA: b\r\n\r\n",
         17 + 28 + 2 + 4 + 6 + 2, 2}, // sizes of chunks are not counted, extensions are
    };
    static parsed p;
    size_t i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(cases); i++) {
        CHECK_INT(parse_limited(&p, cases[i].text, cases[i].head, cases[i].headers),
                  PINBULK_HTTP1_WHOLE);
        CHECK_INT(parse_limited(&p, cases[i].text, cases[i].head - 1, 0), PINBULK_HTTP1_BROKEN);
        CHECK(strstr(p.parser.text, "above the limit"));
        CHECK_INT(parse_limited(&p, cases[i].text, 0, cases[i].headers - 1), PINBULK_HTTP1_BROKEN);
        CHECK(strstr(p.parser.text, "more headers"));
    }
}

// Feeds one text again and again until the response is broken; returns how many bytes that took.
static uint32_t endless(const char *start, const char *again, uint32_t most)
{
    static parsed p;
    size_t used;
    uint32_t sum = (uint32_t)strlen(start);
    pinbulk_http1_state state;
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    pinbulk_http1_parser_init(&p.parser, &one.request, &one.response, p.line, 128, NULL);
    state = pinbulk_http1_parser_feed(&p.parser, start, strlen(start), &used);
    while (state == PINBULK_HTTP1_MORE && sum < most) {
        state = pinbulk_http1_parser_feed(&p.parser, again, strlen(again), &used);
        sum += (uint32_t)used;
    }
    return sum;
}

static void nothing_is_endless_but_a_body(void)
{
    static const char *const cases[][2] = {
        {"", "x"},
        {"HTTP/1.1 200 ", "x"},
        {"", "HTTP/1.1 100 Continue\r\n\r\n"},
        {OK, "A: b\r\n"},
        {OK "A: ", "x"},
        {OK "A", "x"},
        {OK "Transfer-Encoding: chunked\r\n\r\n2;", "x"},
        {OK "Transfer-Encoding: chunked\r\n\r\n2", " "},
        {OK "Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"},
        {OK "Transfer-Encoding: chunked\r\n\r\n", "0"},
    };
    size_t i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = 0; i < COUNT_OF(cases); i++)
        CHECK(endless(cases[i][0], cases[i][1], 200000) <= UINT32_C(65536) + 60);
    // extensions add up over the chunks
    CHECK(endless(OK "Transfer-Encoding: chunked\r\n\r\n", "1;aaaaaaaaaaaa\r\nx\r\n", 200000) <
          200000);
}

// The memory for a line is as large as its longest header that matters.
static void headers_longer_than_the_memory(void)
{
    static const struct {
        const char *before;
        int needed;
    } cases[] = {{"X-Filler: ", 0},         {"ETag: \"", 0},        {"Content-Length: ", 1},
                 {"Connection: close,", 1}, {"Content-Range: ", 1}, {"content-encoding: ", 1},
                 {"Transfer-Encoding: ", 1}};
    static parsed p;
    char text[8192], zeros[4096];
    size_t i, size, length;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    memset(zeros, '0', sizeof zeros);
    for (i = 0; i < COUNT_OF(cases); i++)
        for (size = 128; size < 300; size += 13) {
            length =
                (size_t)snprintf(text, sizeof text, OK "%s%.*s\r\nRetry-After: 5\r\n\r\n",
                                 cases[i].before, (int)(size + 1 - strlen(cases[i].before)), zeros);
            parse(&p, text, length, 0, 0, length, size, 0);
            CHECK_INT(p.state, cases[i].needed ? PINBULK_HTTP1_BROKEN : PINBULK_HTTP1_MORE);
            if (cases[i].needed)
                CHECK(strstr(p.parser.text, "longer than the memory"));
            else
                CHECK_INT(one.response.retry_after, 5);
            if (strcmp(cases[i].before, "Content-Length: ") == 0) { // one byte less fits
                parse(&p, text, length, 0, 0, length, size + 1, 0);
                CHECK_INT(p.parser.reached, PINBULK_REACHED_COMPLETE);
            }
        }
    // a name alone, and a reason phrase
    length = (size_t)snprintf(text, sizeof text, OK "%.*s: x\r\n", 128, zeros);
    parse(&p, text, length, 0, 0, length, 128, 0);
    CHECK_INT(p.state, PINBULK_HTTP1_BROKEN);
    length = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 %.*s\r\nContent-Length: 0\r\n\r\n",
                              4000, zeros);
    parse(&p, text, length, 0, 0, length, 128, 0);
    CHECK_INT(p.parser.reached, PINBULK_REACHED_COMPLETE);
    CHECK_INT(pinbulk_http1_parser_init(&p.parser, &one.request, &one.response, p.line, 127, NULL),
              PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_http1_parser_init(&p.parser, &one.request, &one.response, NULL, 128, NULL),
              PINBULK_BAD_ARGUMENT);
}

static void body_that_the_response_refuses(void)
{
    static parsed p;
    char text[200];
    size_t length = (size_t)snprintf(text, sizeof text, OK "Content-Length: %u\r\n\r\nx",
                                     (unsigned)sizeof one.reply + 1);
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    parse(&p, text, length, 0, 0, length, 128, 0);
    CHECK_INT(p.state, PINBULK_HTTP1_BROKEN);
    CHECK(p.parser.text == pinbulk_result_text(PINBULK_TOO_LARGE));
}

// ---- random responses against a model -----------------------------------------------------------

// A response that was made with knowledge of what it must come to.
typedef struct model {
    char text[3000], body[1000];
    size_t length, body_length;
    pinbulk_reached reached;
    int reusable;
} model;

static uint64_t seed = 1;

static unsigned any(unsigned below)
{
    return (unsigned)(check_random(&seed) % below);
}

static void add(model *m, const char *text, size_t length)
{
    memcpy(m->text + m->length, text, length);
    m->length += length;
}

static void addf(model *m, const char *format, unsigned number)
{
    m->length += (size_t)snprintf(m->text + m->length, sizeof m->text - m->length, format, number);
}

static void make_model(model *m)
{
    static const char *const headers[] = {"A: b\r\n", "Server: x y\r\n", "Date:\r\n",
                                          "X-A: a, close\r\n", "Connection: keep-alive\r\n"};
    unsigned form = any(3), close = any(4) == 0, at = 0, i;
    memset(m, 0, sizeof *m);
    while (any(4) == 0)
        addf(m, "HTTP/1.1 1%02u x\r\nA: b\r\n\r\n", 2 + any(90));
    m->body_length = any(300);
    for (i = 0; i < m->body_length; i++)
        m->body[i] = "\r\n0:; aF"[any(8)];
    addf(m, "HTTP/1.1 %u x\r\n", 200 + any(4));
    if (close)
        addf(m, "Connection: close\r\n", 0);
    for (i = any(6); i > 0; i--)
        addf(m, headers[any(5)], 0);
    m->reached = form == 2 ? PINBULK_REACHED_CLOSED : PINBULK_REACHED_COMPLETE;
    m->reusable = form != 2 && !close;
    if (form == 0)
        addf(m, "Content-Length: %u\r\n\r\n", (unsigned)m->body_length);
    if (form == 1)
        addf(m, "Transfer-Encoding: chunked\r\n\r\n", 0);
    if (form == 2)
        addf(m, "\r\n", 0);
    while (form == 1 && at < m->body_length) {
        unsigned size = 1 + any((unsigned)m->body_length - at);
        addf(m, any(2) ? "%x" : "%06X", size);
        addf(m, any(3) ? "\r\n" : ";a=b\r\n", 0);
        add(m, m->body + at, size);
        addf(m, "\r\n", 0);
        at += size;
    }
    if (form == 1)
        addf(m, any(2) ? "0\r\n\r\n" : "000\r\nX: y\r\n\r\n", 0);
    else
        add(m, m->body, m->body_length);
}

static void random_responses_come_to_what_they_were_made_of(void)
{
    static parsed p;
    static model m;
    long i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = check_scaled(20000); i > 0; i--) {
        size_t cut, cut2;
        make_model(&m);
        cut = any((unsigned)m.length + 1);
        cut2 = cut + any((unsigned)(m.length - cut) + 1);
        parse(&p, m.text, m.length, cut, cut2, 1 + any(50), 128,
              m.reached == PINBULK_REACHED_CLOSED);
        if (p.parser.reached != m.reached || p.parser.reusable != m.reusable ||
            p.received != m.body_length || memcmp(one.response.body, m.body, m.body_length) != 0 ||
            p.consumed != m.length)
            CHECK_FAIL("not what it was made of (%s): %.*s", p.parser.text ? p.parser.text : "",
                       (int)m.length, m.text);
    }
}

// One byte changed, added or taken away: however it is cut, it comes to the same.
static void damaged_responses_do_not_depend_on_cuts(void)
{
    static parsed whole, cut;
    static model m;
    long i;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    for (i = check_scaled(20000); i > 0; i--) {
        char first[sizeof one.reply];
        size_t at;
        make_model(&m);
        at = any((unsigned)m.length);
        switch (any(3)) {
        case 0:
            m.text[at] = (char)any(256);
            break;
        case 1:
            memmove(m.text + at, m.text + at + 1, --m.length - at);
            break;
        default:
            memmove(m.text + at + 1, m.text + at, m.length++ - at);
            m.text[at] = "\r\n \t0:;,"[any(8)];
            break;
        }
        parse(&whole, m.text, m.length, 0, 0, m.length, 128, 0);
        memcpy(first, one.reply, whole.received);
        parse(&cut, m.text, m.length, any(200), 200 + any(200), 1 + any(9), 128, 0);
        CHECK_INT(cut.state, whole.state);
        CHECK(cut.parser.text == whole.parser.text);
        CHECK_INT(cut.consumed, whole.consumed);
        CHECK_INT(cut.received, whole.received);
        CHECK(memcmp(first, one.reply, cut.received) == 0);
    }
}

// ---- the driver, on a stream in memory ----------------------------------------------------------

// A server and the stream to it. Everything is counted, and every call can be made to do anything.
static struct {
    // the server: what it sends on each connection once the request is whole, one reply for each
    // request; `early`: already when so many bytes of it came
    const char *replies[4];
    unsigned reply_count;
    pinbulk_http1_io then; // after the last reply; 0: silence
    size_t early;
    // the stream
    pinbulk_http1_io connected;  // what connect comes to
    size_t send_most, recv_most; // bytes in one call; 0: any number
    int block;                   // every call first says that it has to wait
    int tls_like;                // and then for the other direction
    unsigned break_at;           // the call of this number, from 1 ...
    pinbulk_http1_io break_with; // ... comes to this, and all after it, too
    size_t send_until;           // bytes that are taken, then sending has to wait; 0: all
    uint32_t wait_time;          // milliseconds that pass in a call that has to wait
    const char *reason;
    // what happened
    unsigned calls, connects, closes, sends, waits;
    int open, blocked[3], broken, broken_kind; // kind: of the first call that broke
    char sent[4096];                           // on this connection
    size_t sent_length, offered;
    size_t request_start; // in `sent`
    size_t replied;       // bytes of the reply that were given
    unsigned reply;       // that is given
    char host[300], scheme[8];
    uint16_t port;
    uint64_t clock;
} sim;

static pinbulk_http1 http;
static char http_memory[8192];

enum { SIM_CONNECT, SIM_SEND, SIM_RECV };

// Whether this call is to break or to wait; otherwise 0 (which is IO_FAILED, never asked for here).
static int sim_special(uint32_t wait, int kind, pinbulk_http1_io *io)
{
    sim.calls++;
    if (sim.break_at != 0 && sim.calls >= sim.break_at) {
        *io = sim.break_with;
        if (!sim.broken)
            sim.broken_kind = kind;
        sim.broken = 1;
        return 1;
    }
    sim.blocked[kind] = sim.block && !sim.blocked[kind];
    if (!sim.blocked[kind])
        return 0;
    if (wait > 0)
        sim.clock += sim.wait_time;
    sim.waits++;
    *io = (kind != SIM_RECV) != sim.tls_like ? PINBULK_HTTP1_IO_WRITE : PINBULK_HTTP1_IO_READ;
    return 1;
}

static pinbulk_http1_io sim_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                    uint16_t port, uint32_t wait)
{
    pinbulk_http1_io io;
    CHECK(ctx == &sim);
    CHECK(scheme.data[scheme.length] == '\0' && host.data[host.length] == '\0');
    if (!sim.open) {
        sim.connects++;
        sim.sent_length = sim.request_start = sim.replied = sim.reply = 0;
        snprintf(sim.host, sizeof sim.host, "%s", host.data);
        snprintf(sim.scheme, sizeof sim.scheme, "%s", scheme.data);
        sim.port = port;
    }
    CHECK(strcmp(sim.host, host.data) == 0 && sim.port == port);
    sim.open = 1;
    if (sim_special(wait, SIM_CONNECT, &io))
        return io;
    return sim.connected;
}

static pinbulk_http1_io sim_send(void *ctx, const void *data, size_t length, size_t *sent,
                                 uint32_t wait)
{
    pinbulk_http1_io io;
    CHECK(ctx == &sim && sim.open && length > 0);
    sim.sends++;
    if (sim.sent_length + length - sim.request_start > sim.offered)
        sim.offered = sim.sent_length + length - sim.request_start;
    if (sim_special(wait, SIM_SEND, &io))
        return io;
    if (sim.send_until && sim.sent_length >= sim.send_until) {
        sim.clock += wait > 0 ? sim.wait_time : 0;
        return PINBULK_HTTP1_IO_WRITE;
    }
    if (sim.send_most && length > sim.send_most)
        length = sim.send_most;
    if (sim.send_until && length > sim.send_until - sim.sent_length)
        length = sim.send_until - sim.sent_length;
    CHECK(sim.sent_length + length <= sizeof sim.sent);
    memcpy(sim.sent + sim.sent_length, data, length);
    sim.sent_length += length;
    *sent = length;
    return PINBULK_HTTP1_IO_BYTES;
}

// The length of the request that began at request_start; 0: it is not whole.
static size_t sim_request_length(void)
{
    char text[sizeof sim.sent + 1];
    size_t length = sim.sent_length - sim.request_start, body = 0;
    const char *end, *counted;
    memcpy(text, sim.sent + sim.request_start, length);
    text[length] = '\0';
    end = strstr(text, "\r\n\r\n");
    if (sim.early && length >= sim.early)
        return length;
    if (!end)
        return 0;
    counted = strstr(text, "\r\nContent-Length: ");
    if (counted)
        body = (size_t)atoi(counted + 18);
    return length >= (size_t)(end + 4 - text) + body ? length : 0;
}

static pinbulk_http1_io sim_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    pinbulk_http1_io io;
    size_t left, request;
    CHECK(ctx == &sim && sim.open && size > 0);
    if (sim_special(wait, SIM_RECV, &io))
        return io;
    request = sim_request_length();
    if (sim.reply < sim.reply_count && request > 0) {
        left = strlen(sim.replies[sim.reply]) - sim.replied;
        if (left > size)
            left = size;
        if (sim.recv_most && left > sim.recv_most)
            left = sim.recv_most;
        memcpy(data, sim.replies[sim.reply] + sim.replied, left);
        sim.replied += left;
        if (sim.replies[sim.reply][sim.replied] == '\0') {
            sim.reply++;
            sim.replied = 0;
            sim.request_start += request;
        }
        *got = left;
        if (left > 0)
            return PINBULK_HTTP1_IO_BYTES;
    }
    if (sim.reply == sim.reply_count && sim.then != PINBULK_HTTP1_IO_FAILED)
        return sim.then;
    sim.clock += wait > 0 ? sim.wait_time : 0;
    return PINBULK_HTTP1_IO_READ;
}

static void sim_close(void *ctx)
{
    CHECK(ctx == &sim && sim.open);
    sim.open = 0;
    sim.closes++;
}

static const char *sim_reason(void *ctx)
{
    CHECK(ctx == &sim);
    return sim.reason;
}

static uint64_t sim_now(void *ctx)
{
    uint64_t now = sim.clock;
    CHECK(ctx == &sim);
    sim.clock += check_step(20);
    return now;
}

static void sim_sleep(void *ctx, uint32_t milliseconds)
{
    CHECK(ctx == &sim);
    sim.clock += milliseconds;
}

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static const pinbulk_http1_stream sim_stream = {&sim,     sim_connect, sim_send,
                                                sim_recv, sim_close,   sim_reason};

static pinbulk_http1_config sim_config(size_t memory)
{
    pinbulk_http1_config config = {.stream = sim_stream,
                                   .memory = http_memory,
                                   .memory_size = memory,
                                   .ctx = &sim,
                                   .now = sim_now,
                                   .sleep = sim_sleep};
    return config;
}

// A fresh server that answers, and a fresh driver.
static void begin(const char *reply)
{
    pinbulk_http1_config config = sim_config(2048);
    memset(&sim, 0, sizeof sim);
    sim.connected = PINBULK_HTTP1_IO_TLS;
    sim.wait_time = 250;
    sim.replies[0] = sim.replies[1] = sim.replies[2] = sim.replies[3] = reply;
    sim.reply_count = reply ? 4 : 0;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
}

// What all exchanges have in common.
static pinbulk_outcome ended(pinbulk_outcome outcome)
{
    CHECK(!check_holds(http_memory, sizeof http_memory, TOKEN));
    CHECK((outcome.text == NULL) == (outcome.reached >= PINBULK_REACHED_CLOSED));
    CHECK(sim.open <= (outcome.reached == PINBULK_REACHED_COMPLETE));
    CHECK_INT(sim.connects - sim.closes, sim.open);
    CHECK_INT(http.connections, sim.connects);
    return outcome;
}

static pinbulk_outcome blocking(void)
{
    pinbulk_transport transport = pinbulk_http1_transport(&http);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    sim.offered = 0;
    return ended(transport.exchange(transport.ctx, &one.request, &one.response));
}

// The same without blocking: the loop calls again when the stream is as the step asked for, which
// here is always.
static pinbulk_outcome stepping(void)
{
    pinbulk_http1_todo todo;
    uint32_t steps = 0;
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    sim.offered = 0;
    pinbulk_http1_begin(&http, &one.request, &one.response);
    while ((todo = pinbulk_http1_step(&http, sim.clock)) != PINBULK_HTTP1_DONE &&
           steps++ < 100000) {
        CHECK(todo >= PINBULK_HTTP1_READ && todo <= PINBULK_HTTP1_AGAIN);
        CHECK(http.until >= sim.clock);
        sim.clock++;
    }
    CHECK_INT(todo, PINBULK_HTTP1_DONE);
    CHECK_INT(pinbulk_http1_step(&http, sim.clock), PINBULK_HTTP1_DONE);
    return ended(http.outcome);
}

static pinbulk_outcome either(int blocks)
{
    return blocks ? blocking() : stepping();
}

static void exchange_and_what_is_sent(void)
{
    int blocks;
    char want[2048];
    snprintf(want, sizeof want, "%s%s", upsert_head, small_body);
    for (blocks = 0; blocks < 2; blocks++) {
        begin(ANSWER);
        make_request(PINBULK_OPERATION_UPSERT, BASE);
        CHECK_INT(either(blocks).reached, PINBULK_REACHED_COMPLETE);
        CHECK_TEXT(sim.sent, sim.sent_length, want);
        CHECK_TEXT(one.response.body, one.response.body_used, "{}");
        CHECK_TEXT(sim.host, strlen(sim.host), "api.pinterest.com");
        CHECK_TEXT(sim.scheme, strlen(sim.scheme), "https");
        CHECK_INT(sim.port, 443);
        CHECK_INT(sim.open, 1);
        pinbulk_http1_close(&http);
        CHECK_INT(sim.open, 0);
        pinbulk_http1_close(&http);
        CHECK_INT(sim.closes, 1);
    }
}

// Short writes, short reads, waiting at every call in either direction, and memory of every size.
static void every_way_to_move_the_same_bytes(void)
{
    size_t send_most, recv_most, memory;
    int block, blocks;
    char want[2048];
    snprintf(want, sizeof want, "%s%s", upsert_head, small_body);
    for (memory = PINBULK_HTTP1_MEMORY_MIN;
         memory<1300; memory += check_scaled(100)> 50 ? 1 : 97 * check_step(9))
        for (send_most = 0; send_most < 8; send_most += 1 + send_most)
            for (recv_most = 0; recv_most < 8; recv_most += 1 + recv_most)
                for (block = 0; block < 3; block++)
                    for (blocks = 0; blocks < 2; blocks++) {
                        pinbulk_http1_config config = sim_config(memory);
                        begin(ANSWER);
                        config.stream.reason = NULL;
                        CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
                        sim.send_most = send_most;
                        sim.recv_most = recv_most;
                        sim.block = block > 0;
                        sim.tls_like = block > 1;
                        sim.wait_time = 1;
                        make_request(PINBULK_OPERATION_UPSERT, BASE);
                        CHECK_INT(either(blocks).reached, PINBULK_REACHED_COMPLETE);
                        CHECK_TEXT(sim.sent, sim.sent_length, want);
                        CHECK_TEXT(one.response.body, one.response.body_used, "{}");
                        CHECK_INT(sim.open, 1);
                    }
}

// What is known of an exchange that broke, from outside.
static pinbulk_reached least(void)
{
    if (one.response.status != 0)
        return PINBULK_REACHED_RESPONSE;
    if (sim.offered > sizeof upsert_head - 1)
        return PINBULK_REACHED_BODY;
    return sim.offered > 0 ? PINBULK_REACHED_HEAD : PINBULK_REACHED_NOTHING;
}

// What is said of a call that broke: each kind of it in its own words, and of a time limit others.
static const char *word_of_break(pinbulk_http1_io way)
{
    static const char *const words[][2] = {{"no connection", "connecting took too long"},
                                           {"broke while sending", "takes no bytes"},
                                           {"broke while receiving", "came in time"}};
    if (sim.broken_kind == SIM_RECV && way == PINBULK_HTTP1_IO_END)
        return "was closed";
    return words[sim.broken_kind][way == PINBULK_HTTP1_IO_TIMEOUT];
}

// Every call of the stream fails in every way. How far the exchange got is said exactly: not too
// low, or an upsert would be sent twice, and not too high; and why it failed.
static void every_call_breaks(void)
{
    static const pinbulk_http1_io ways[] = {PINBULK_HTTP1_IO_FAILED, PINBULK_HTTP1_IO_END,
                                            PINBULK_HTTP1_IO_TIMEOUT, PINBULK_HTTP1_IO_REFUSED,
                                            (pinbulk_http1_io)77};
    static const char *const replies[] = {
        ANSWER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n{}"};
    size_t way, reply, small;
    int block, blocks;
    for (reply = 0; reply < COUNT_OF(replies); reply++)
        for (way = 0; way < COUNT_OF(ways); way++)
            for (small = 0; small < 2; small++)
                for (block = 0; block < 2; block++)
                    for (blocks = 0; blocks < 2; blocks++) {
                        unsigned call;
                        for (call = 1;; call += check_step(29)) {
                            pinbulk_outcome outcome;
                            begin(replies[reply]);
                            sim.then = PINBULK_HTTP1_IO_END;
                            sim.reply_count = 1;
                            sim.break_at = call;
                            sim.break_with = ways[way];
                            sim.send_most = sim.recv_most = small ? 3 : 0;
                            sim.block = block;
                            sim.wait_time = 1;
                            make_request(PINBULK_OPERATION_UPSERT, BASE);
                            outcome = either(blocks);
                            if (!sim.broken)
                                break;
                            // a close-delimited body ends with the connection
                            if (ways[way] == PINBULK_HTTP1_IO_END && reply == 2 &&
                                one.response.received > 0)
                                CHECK_INT(outcome.reached, PINBULK_REACHED_CLOSED);
                            else if (outcome.reached != PINBULK_REACHED_CLOSED)
                                CHECK_INT(outcome.reached, least());
                            if (outcome.text && !strstr(outcome.text, word_of_break(ways[way])))
                                CHECK_FAIL("\"%s\" says nothing of: %s", outcome.text,
                                           word_of_break(ways[way]));
                            CHECK_INT(sim.connects, 1);
                            CHECK_INT(outcome.permanent,
                                      sim.sends == 0 && ways[way] == PINBULK_HTTP1_IO_REFUSED);
                        }
                        CHECK(call > 4);
                    }
}

static void stream_that_says_why(void)
{
    static const char why[] = "the certificate has expired";
    begin(ANSWER);
    sim.connected = PINBULK_HTTP1_IO_REFUSED;
    sim.reason = why;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    pinbulk_outcome outcome = blocking();
    CHECK(outcome.text == why);
    CHECK_INT(outcome.permanent, 1);
    CHECK_INT(outcome.reached, PINBULK_REACHED_NOTHING);
}

// A stream that counts wrongly cannot make the driver read or skip what is not there.
static pinbulk_http1_io count_wrongly(void *ctx, void *data, size_t size, size_t *got,
                                      uint32_t wait)
{
    (void)ctx, (void)data, (void)wait;
    *got = sim.early ? 0 : size + 1;
    return PINBULK_HTTP1_IO_BYTES;
}

static pinbulk_http1_io send_wrongly(void *ctx, const void *data, size_t size, size_t *sent,
                                     uint32_t wait)
{
    (void)ctx, (void)data, (void)wait;
    *sent = sim.early ? 0 : size + 1;
    return PINBULK_HTTP1_IO_BYTES;
}

static void stream_that_counts_wrongly(void)
{
    int zero, sends;
    for (zero = 0; zero < 2; zero++)
        for (sends = 0; sends < 2; sends++) {
            pinbulk_http1_config config = sim_config(2048);
            begin(ANSWER);
            if (sends)
                config.stream.send = send_wrongly;
            else
                config.stream.recv = count_wrongly;
            CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
            sim.early = (size_t)zero;
            make_request(PINBULK_OPERATION_UPSERT, BASE);
            pinbulk_outcome outcome = blocking();
            CHECK_INT(outcome.reached, sends ? PINBULK_REACHED_HEAD : PINBULK_REACHED_BODY);
            CHECK(strstr(outcome.text, "counts wrongly"));
        }
}

static void config_that_cannot_be_used(void)
{
    pinbulk_http1_config config = sim_config(PINBULK_HTTP1_MEMORY_MIN);
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
    config.memory_size--;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
    config = sim_config(2048);
    config.memory = NULL;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
    config = sim_config(2048);
    config.stream.connect = NULL;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
    config = sim_config(2048);
    config.stream.send = NULL;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
    config = sim_config(2048);
    config.stream.recv = NULL;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
    config = sim_config(2048);
    config.stream.close = NULL;
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_BAD_ARGUMENT);
}

// ---- origins and schemes ------------------------------------------------------------------------

static void https_needs_a_stream_that_is_tls(void)
{
    int blocks;
    for (blocks = 0; blocks < 2; blocks++) {
        begin(ANSWER);
        sim.connected = PINBULK_HTTP1_IO_PLAIN;
        make_request(PINBULK_OPERATION_UPSERT, BASE);
        pinbulk_outcome outcome = either(blocks);
        CHECK_INT(outcome.reached, PINBULK_REACHED_NOTHING);
        CHECK_INT(outcome.permanent, 1);
        CHECK_INT(sim.sends, 0);
        CHECK(strstr(outcome.text, "not TLS"));
    }
    begin(ANSWER); // bytes are nothing that connect can come to
    sim.connected = PINBULK_HTTP1_IO_BYTES;
    CHECK_INT(blocking().reached, PINBULK_REACHED_NOTHING);
    CHECK_INT(sim.sends, 0);
}

// Requests that the builders refuse to make.
static void http_is_for_loopback_only(void)
{
    static const struct {
        const char *host;
        int passes;
    } cases[] = {
        {"127.0.0.1", 1},         {"localhost", 1},    {"127.255.0.9", 1}, {"example.invalid", 0},
        {"127.0.0.1.example", 0}, {"127.1", 0},        {"128.0.0.1", 0},   {"1...", 0},
        {"localhost.invalid", 0}, {"192.168.127.1", 0}};
    size_t i;
    for (i = 0; i < COUNT_OF(cases); i++) {
        begin(ANSWER);
        sim.connected = PINBULK_HTTP1_IO_PLAIN;
        make_request(PINBULK_OPERATION_STATUS, "http://localhost");
        one.request.host = one.request.authority = pinbulk_text_of(cases[i].host);
        pinbulk_outcome outcome = blocking();
        CHECK_INT(outcome.reached,
                  cases[i].passes ? PINBULK_REACHED_COMPLETE : PINBULK_REACHED_NOTHING);
        CHECK_INT(outcome.permanent, !cases[i].passes);
        CHECK_INT(sim.connects, cases[i].passes);
    }
    begin(ANSWER);
    make_request(PINBULK_OPERATION_STATUS, "http://localhost");
    one.request.scheme = pinbulk_text_of("ftp");
    CHECK_INT(blocking().permanent, 1);
    CHECK_INT(sim.connects, 0);
}

static void request_that_must_not_be_sent(void)
{
    begin(ANSWER);
    make_request(PINBULK_OPERATION_STATUS, BASE);
    one.request.headers[1].value = pinbulk_text_of("a\r\nAuthorization: b");
    pinbulk_outcome outcome = blocking();
    CHECK_INT(outcome.reached, PINBULK_REACHED_NOTHING);
    CHECK_INT(outcome.permanent, 1);
    CHECK_INT(sim.connects, 0);
}

static void body_that_fails_while_it_is_sent(void)
{
    begin(ANSWER);
    make_broken_upsert(BASE);
    pinbulk_outcome outcome = blocking();
    CHECK_INT(outcome.reached, PINBULK_REACHED_HEAD); // no byte of the body left
    CHECK_INT(outcome.permanent, 1);
    CHECK(outcome.text == pinbulk_result_text(PINBULK_SOURCE_FAILED));
    CHECK_INT(sim.open, 0);
}

// ---- connections --------------------------------------------------------------------------------

static pinbulk_reached ask(pinbulk_operation operation, const char *url)
{
    make_request(operation, url);
    return blocking().reached;
}

static void connection_is_used_again(void)
{
    begin(ANSWER);
    CHECK_INT(ask(PINBULK_OPERATION_UPSERT, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(ask(PINBULK_OPERATION_DOWNLOAD, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.connects, 1);
    CHECK_INT(ask(PINBULK_OPERATION_UPSERT, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.connects, 2); // an upsert begins on one of its own
    CHECK_INT(sim.closes, 1);
}

// The token goes nowhere but to the origin of its request.
static void connection_belongs_to_one_origin(void)
{
    static const char *const urls[] = {BASE,
                                       "https://api.pinterest.com:8443/v5",
                                       "https://api.pinterest.co/v5",
                                       "https://api.pinterest.com.example/v5",
                                       "http://localhost/v5",
                                       "https://localhost:80/v5"};
    size_t i, k;
    for (i = 0; i < COUNT_OF(urls); i++)
        for (k = 0; k < COUNT_OF(urls); k++) {
            begin(ANSWER);
            CHECK_INT(ask(PINBULK_OPERATION_STATUS, urls[i]), PINBULK_REACHED_COMPLETE);
            CHECK_INT(ask(PINBULK_OPERATION_STATUS, urls[k]), PINBULK_REACHED_COMPLETE);
            CHECK_INT(sim.connects, i == k ? 1 : 2);
            CHECK(strncmp(strstr(urls[k], "://") + 3, sim.host, strlen(sim.host)) == 0);
        }
}

static void connection_to_a_long_name_is_not_kept(void)
{
    char url[300] = "https://";
    size_t i;
    for (i = 8; i < 8 + PINBULK_HTTP1_HOST_MAX; i++)
        url[i] = i % 32 == 31 ? '.' : 'a';
    url[i] = '\0';
    begin(ANSWER);
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, url), PINBULK_REACHED_COMPLETE);
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, url), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.connects, 1);
    url[i] = 'b';
    url[i + 1] = '\0';
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, url), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.open, 0);
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, url), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.connects, 3);
}

static void connection_that_is_not_kept(void)
{
    static const char *const replies[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"};
    size_t i;
    for (i = 0; i < COUNT_OF(replies); i++) {
        begin(replies[i]);
        CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
        CHECK_INT(sim.open, 0);
    }
    for (i = 0; i < COUNT_OF(refused); i++) { // what follows might be taken for another response
        begin(refused[i].text);
        sim.then = PINBULK_HTTP1_IO_END;
        CHECK(ask(PINBULK_OPERATION_STATUS, BASE) <= PINBULK_REACHED_RESPONSE);
        CHECK_INT(sim.open, 0);
    }
    begin(ANSWER);
    http.config.close = 1;
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.open, 0);
    CHECK(strstr(sim.sent, "\r\nConnection: close\r\n\r\n"));
    begin(ANSWER);
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
    sim.clock += 15000; // idle for too long
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
    CHECK_INT(sim.connects, 2);
}

// The server has closed it in the meantime, or says something unasked: nothing is sent there.
static void connection_that_died_while_idle(void)
{
    static const pinbulk_http1_io ends[] = {PINBULK_HTTP1_IO_END, PINBULK_HTTP1_IO_FAILED,
                                            PINBULK_HTTP1_IO_TIMEOUT, PINBULK_HTTP1_IO_BYTES};
    size_t i;
    for (i = 0; i < COUNT_OF(ends); i++) {
        unsigned sends;
        begin(ANSWER);
        CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_COMPLETE);
        sends = sim.sends;
        sim.break_at = sim.calls + 1;
        sim.break_with = ends[i];
        make_request(PINBULK_OPERATION_DOWNLOAD, BASE);
        pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
        pinbulk_http1_begin(&http, &one.request, &one.response);
        // the first call of the step looks at the connection; then the stream works again
        while (pinbulki_http1_step(&http, sim.clock, 250) != PINBULK_HTTP1_DONE)
            sim.break_at = 0;
        CHECK_INT(http.outcome.reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(sim.connects, 2);
        CHECK_INT(sim.sends, sends + 2); // head and body, once
    }
}

// The server closed it, and the first send finds out. Nothing was accepted: the request goes out on
// a new connection. After that, nothing is sent twice.
static void connection_that_dies_under_a_request(void)
{
    static const pinbulk_operation operations[] = {
        PINBULK_OPERATION_STATUS, PINBULK_OPERATION_DOWNLOAD, PINBULK_OPERATION_RESULT};
    size_t i;
    unsigned call;
    for (i = 0; i < COUNT_OF(operations); i++)
        for (call = 1; call < 4; call++) { // send, the next send or recv, and so on
            unsigned before;
            pinbulk_http1_todo todo = PINBULK_HTTP1_AGAIN;
            begin(ANSWER);
            CHECK_INT(ask(PINBULK_OPERATION_STATUS, "https://a.example"), PINBULK_REACHED_COMPLETE);
            make_request(operations[i], "https://a.example");
            pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
            pinbulk_http1_begin(&http, &one.request, &one.response);
            before = sim.calls;
            sim.send_most = 50;
            sim.break_at = before + 1 + call; // the first call only looks
            sim.break_with = PINBULK_HTTP1_IO_END;
            while (todo != PINBULK_HTTP1_DONE) {
                if (sim.closes > 0)
                    sim.break_at = 0;
                todo = pinbulki_http1_step(&http, sim.clock, 250);
            }
            if (call == 1) {
                CHECK_INT(http.outcome.reached, PINBULK_REACHED_COMPLETE);
                CHECK_INT(sim.connects, 2);
            } else {
                CHECK_INT(http.outcome.reached, PINBULK_REACHED_HEAD);
                CHECK_INT(sim.connects, 1);
            }
        }
}

// A new connection that takes nothing is not tried again.
static void new_connection_that_takes_nothing(void)
{
    begin(ANSWER);
    sim.break_at = 2;
    sim.break_with = PINBULK_HTTP1_IO_END;
    CHECK_INT(ask(PINBULK_OPERATION_STATUS, BASE), PINBULK_REACHED_HEAD);
    CHECK_INT(sim.connects, 1);
}

// ---- a server that answers before it has everything ---------------------------------------------

static void refusal_before_the_body_is_sent(void)
{
    int blocks;
    for (blocks = 0; blocks < 2; blocks++) {
        begin("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}");
        sim.early = sim.send_until = 100; // and takes no more
        make_request(PINBULK_OPERATION_UPSERT, BASE);
        CHECK_INT(either(blocks).reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(one.response.status, 413);
        CHECK_INT(sim.open, 0); // half a request was sent there
    }
}

// ... and closes, so that sending fails: the answer is still read.
static void refusal_and_then_a_closed_connection(void)
{
    unsigned call;
    for (call = 3; call < 5; call++) {
        pinbulk_http1_todo todo = PINBULK_HTTP1_AGAIN;
        begin("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}");
        sim.early = sim.send_most = 100;
        sim.break_at = call; // connect, send, send
        sim.break_with = PINBULK_HTTP1_IO_FAILED;
        make_request(PINBULK_OPERATION_UPSERT, BASE);
        pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
        pinbulk_http1_begin(&http, &one.request, &one.response);
        while (todo != PINBULK_HTTP1_DONE) {
            if (sim.broken)
                sim.break_at = 0;
            todo = pinbulki_http1_step(&http, sim.clock, 250);
        }
        CHECK_INT(http.outcome.reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(one.response.status, 413);
        CHECK_INT(sim.open, 0);
    }
}

// A success that begins early does not stop the rest of the body.
static void answer_that_begins_early(void)
{
    begin("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    sim.early = 100;
    sim.send_most = 60;
    sim.block = 1;
    sim.recv_most = 3;
    sim.wait_time = 1;
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    CHECK_INT(stepping().reached, PINBULK_REACHED_COMPLETE);
    CHECK_INT(one.response.status, 200);
}

// ---- time and cancelling ------------------------------------------------------------------------

static void time_limits(void)
{
    static const struct {
        uint32_t connect, idle, total;
        int connects;
        pinbulk_reached reached;
        const char *word;
        uint64_t least, most;
    } cases[] = {
        {1000, 0, 0, 0, PINBULK_REACHED_NOTHING, "connecting", 1000, 1600},
        {0, 0, 700, 0, PINBULK_REACHED_NOTHING, "exchange", 700, 1300},
        {0, 2000, 0, 1, PINBULK_REACHED_BODY, "no byte", 2000, 2600},
        {0, 5000, 3000, 1, PINBULK_REACHED_BODY, "exchange", 3000, 3600},
        {0, 0, 0, 0, PINBULK_REACHED_NOTHING, "connecting", 30000, 31000},
        {0, 0, 0, 1, PINBULK_REACHED_BODY, "no byte", 120000, 121000},
    };
    size_t i;
    int blocks;
    for (i = 0; i < COUNT_OF(cases); i++)
        for (blocks = 0; blocks < 2; blocks++) {
            pinbulk_http1_config config = sim_config(2048);
            pinbulk_outcome outcome;
            config.connect_timeout = cases[i].connect;
            config.idle_timeout = cases[i].idle;
            config.total_timeout = cases[i].total;
            begin(NULL);
            sim.then = PINBULK_HTTP1_IO_READ;
            sim.clock = 123456;
            if (!cases[i].connects)
                sim.connected = PINBULK_HTTP1_IO_WRITE;
            CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
            make_request(PINBULK_OPERATION_UPSERT, BASE);
            pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
            sim.offered = 0;
            if (blocks) {
                sim.wait_time = 250;
                if (!cases[i].connects)
                    sim.block = 1;
                outcome = blocking();
                CHECK(sim.clock >= 123456 + cases[i].least && sim.clock < 123456 + cases[i].most);
            } else { // a loop that sleeps until `until`
                pinbulk_http1_begin(&http, &one.request, &one.response);
                while (pinbulk_http1_step(&http, sim.clock) != PINBULK_HTTP1_DONE) {
                    CHECK(http.until > sim.clock);
                    sim.clock = http.until;
                }
                CHECK_INT(sim.clock, 123456 + cases[i].least);
                outcome = ended(http.outcome);
            }
            CHECK_INT(outcome.reached, cases[i].reached);
            CHECK_INT(outcome.permanent, 0);
            CHECK(strstr(outcome.text, cases[i].word));
        }
}

// Bytes that come slowly are no silence, but the whole exchange has its limit.
static void slowness_is_limited_too(void)
{
    pinbulk_http1_config config = sim_config(2048);
    config.idle_timeout = 1000;
    config.total_timeout = 20000;
    begin(ANSWER);
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
    sim.recv_most = 1;
    sim.block = 1;
    sim.wait_time = 250; // a byte in each
    make_request(PINBULK_OPERATION_STATUS, BASE);
    CHECK_INT(blocking().reached, PINBULK_REACHED_COMPLETE);
    CHECK(sim.clock > 8000);
    sim.wait_time = 900;
    make_request(PINBULK_OPERATION_STATUS, BASE);
    CHECK_INT(blocking().reached, PINBULK_REACHED_RESPONSE);
    CHECK(sim.clock < 35000);
}

static int cancel_at_call(void *ctx)
{
    return sim.calls >= *(unsigned *)ctx;
}

static void cancelled_at_every_call(void)
{
    unsigned call;
    int blocks;
    for (blocks = 0; blocks < 2; blocks++)
        for (call = 0; call < 8; call++) {
            begin(ANSWER);
            sim.recv_most = 10;
            make_request(PINBULK_OPERATION_UPSERT, BASE);
            pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
            one.response.cancel = cancel_at_call;
            one.response.cancel_ctx = &call;
            pinbulk_http1_begin(&http, &one.request, &one.response);
            sim.offered = 0;
            while (pinbulki_http1_step(&http, sim.clock, blocks ? 250 : 0) != PINBULK_HTTP1_DONE)
                ;
            CHECK_INT(ended(http.outcome).reached, least());
            CHECK(http.outcome.text == pinbulk_result_text(PINBULK_CANCELLED));
            CHECK(sim.calls <= call + 1);
        }
}

// An event loop gives an exchange up at any time.
static void given_up_at_every_step(void)
{
    unsigned steps, i;
    for (steps = 0; steps < 20; steps++) {
        begin(ANSWER);
        sim.block = 1;
        sim.recv_most = 10;
        make_request(PINBULK_OPERATION_UPSERT, BASE);
        pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
        pinbulk_http1_begin(&http, &one.request, &one.response);
        sim.offered = 0;
        for (i = 0; i < steps; i++)
            if (pinbulk_http1_step(&http, sim.clock) == PINBULK_HTTP1_DONE)
                break;
        pinbulk_http1_close(&http);
        CHECK_INT(sim.open, 0);
        if (i == steps)
            CHECK_INT(ended(http.outcome).reached, least());
        else
            CHECK_INT(http.outcome.reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(pinbulk_http1_step(&http, sim.clock), PINBULK_HTTP1_DONE);
        // and begins another one
        sim.block = 0;
        CHECK_INT(ask(PINBULK_OPERATION_UPSERT, BASE), PINBULK_REACHED_COMPLETE);
    }
}

// What an event loop is told to wait for.
static void what_to_wait_for(void)
{
    begin(NULL);
    make_request(PINBULK_OPERATION_UPSERT, BASE);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    pinbulk_http1_begin(&http, &one.request, &one.response);
    sim.connected = PINBULK_HTTP1_IO_WRITE;
    CHECK_INT(pinbulk_http1_step(&http, 0), PINBULK_HTTP1_WRITE);
    sim.connected = PINBULK_HTTP1_IO_READ; // a handshake
    CHECK_INT(pinbulk_http1_step(&http, 0), PINBULK_HTTP1_READ);
    sim.connected = PINBULK_HTTP1_IO_TLS;
    sim.send_until = 100; // the server takes no more, but may refuse
    CHECK_INT(pinbulk_http1_step(&http, 0), PINBULK_HTTP1_READ_WRITE);
    sim.send_until = 0;
    CHECK_INT(pinbulk_http1_step(&http, 0), PINBULK_HTTP1_READ);
    pinbulk_http1_close(&http);
}

// A server that never stops sending cannot hold an event loop.
static void step_is_bounded(void)
{
    unsigned before;
    begin("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789012345678901234567890123456789");
    sim.recv_most = 1;
    make_request(PINBULK_OPERATION_STATUS, BASE);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    pinbulk_http1_begin(&http, &one.request, &one.response);
    before = sim.calls;
    CHECK_INT(pinbulk_http1_step(&http, 0), PINBULK_HTTP1_AGAIN);
    CHECK(sim.calls - before <= 16);
    CHECK(http.until > 0);
    pinbulk_http1_close(&http);
}

int main(void)
{
    RUN(request_in_portions_of_every_size);
    RUN(request_head_is_counted_first);
    RUN(request_without_a_body);
    RUN(request_starts_again);
    RUN(request_with_bytes_that_must_not_be_sent);
    RUN(host_is_that_of_the_connection);
    RUN(request_whose_body_fails);
    RUN(accepted_at_every_cut);
    RUN(cut_off_at_every_byte);
    RUN(surplus_after_the_response);
    RUN(response_to_head_has_no_body);
    RUN(headers_are_handed_on);
    RUN(refused_at_every_cut);
    RUN(a_nul_in_the_head_is_refused);
    RUN(limits_are_exact);
    RUN(nothing_is_endless_but_a_body);
    RUN(headers_longer_than_the_memory);
    RUN(body_that_the_response_refuses);
    RUN(random_responses_come_to_what_they_were_made_of);
    RUN(damaged_responses_do_not_depend_on_cuts);
    RUN(exchange_and_what_is_sent);
    RUN(every_way_to_move_the_same_bytes);
    RUN(every_call_breaks);
    RUN(stream_that_says_why);
    RUN(stream_that_counts_wrongly);
    RUN(config_that_cannot_be_used);
    RUN(https_needs_a_stream_that_is_tls);
    RUN(http_is_for_loopback_only);
    RUN(request_that_must_not_be_sent);
    RUN(body_that_fails_while_it_is_sent);
    RUN(connection_is_used_again);
    RUN(connection_belongs_to_one_origin);
    RUN(connection_to_a_long_name_is_not_kept);
    RUN(connection_that_is_not_kept);
    RUN(connection_that_died_while_idle);
    RUN(connection_that_dies_under_a_request);
    RUN(new_connection_that_takes_nothing);
    RUN(refusal_before_the_body_is_sent);
    RUN(refusal_and_then_a_closed_connection);
    RUN(answer_that_begins_early);
    RUN(time_limits);
    RUN(slowness_is_limited_too);
    RUN(cancelled_at_every_call);
    RUN(given_up_at_every_step);
    RUN(what_to_wait_for);
    RUN(step_is_bounded);
    return check_report();
}
