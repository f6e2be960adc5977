// Record and replay: what is written, that no secret is, that a replayed job does what the recorded
// one did, which texts are refused, and what is said of a request that differs.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#define PINBULK_REPLAY_IMPLEMENTATION
#include "../adapters/pinbulk_replay.h"
#include "check.h"

#define TOKEN   "canary.token.7d1f-0123456789"
#define ACCOUNT "549755885175"

// ---- what is written ----------------------------------------------------------------------------

static struct {
    char text[CHECK_SMALL ? 4500 : 200000];
    size_t length, most; // of which `most` are taken
} file;

static pinbulk_result write_file(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > file.most - file.length)
        return PINBULK_SINK_FAILED;
    memcpy(file.text + file.length, data, length);
    file.length += length;
    file.text[file.length] = '\0';
    return PINBULK_OK;
}

static const pinbulk_sink file_sink = {NULL, write_file, NULL};

static void clear_file(void)
{
    file.length = 0;
    file.most = sizeof file.text - 1;
    file.text[0] = '\0';
}

// A service that answers with what it is told.
static struct {
    int status;
    const char *headers[8][2];
    const char *body;
    size_t length, piece;
    pinbulk_outcome outcome;
} service;

static pinbulk_outcome serve(void *ctx, const pinbulk_request *request, pinbulk_response *response)
{
    size_t i, at, size;
    (void)ctx, (void)request;
    if (service.status == 0)
        return service.outcome;
    pinbulk_response_begin(response, service.status);
    for (i = 0; i < 8 && service.headers[i][0]; i++)
        pinbulk_response_header(response, service.headers[i][0], strlen(service.headers[i][0]),
                                service.headers[i][1], strlen(service.headers[i][1]));
    for (at = 0; at < service.length; at += size) {
        size = service.length - at < service.piece ? service.length - at : service.piece;
        pinbulk_response_body(response, service.body + at, size);
    }
    return service.outcome;
}

static struct {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_body body;
    char memory[CHECK_SMALL ? 1024 : 2048], reply[CHECK_SMALL ? 1024 : 4096];
    char file[CHECK_SMALL ? 1024 : 4096];
    size_t file_length;
} one;

static pinbulk_result take(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    memcpy(one.file + one.file_length, data, length);
    one.file_length += length;
    return PINBULK_OK;
}

static void make_request(pinbulk_operation operation, const void *body, size_t length)
{
    pinbulk_api api = {.token = pinbulk_text_of(TOKEN)};
    pinbulk_text account = pinbulk_text_of(ACCOUNT), none = {0, NULL};
    pinbulk_sink sink = {NULL, take, NULL};
    pinbulk_result result;
    if (operation == PINBULK_OPERATION_UPSERT) {
        pinbulk_body_init_memory(&one.body, body, length);
        result = pinbulk_request_upsert(&one.request, &api, account, &one.body, one.memory,
                                        sizeof one.memory, NULL);
    } else if (operation == PINBULK_OPERATION_STATUS) {
        result = pinbulk_request_status(&one.request, &api, account, pinbulk_text_of("77"), 0,
                                        one.memory, sizeof one.memory, NULL);
    } else {
        result = pinbulk_request_result(
            &one.request, &api,
            pinbulk_text_of("https://files.example/secret-path?X-Amz-Signature=secret"), 0, none,
            one.memory, sizeof one.memory, NULL);
    }
    CHECK_INT(result, PINBULK_OK);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    one.file_length = 0;
    if (operation == PINBULK_OPERATION_RESULT)
        pinbulk_response_set_sink(&one.response, sink, 0);
}

static void serve_body(int status, const char *body, size_t length)
{
    memset(&service, 0, sizeof service);
    service.status = status;
    service.body = body;
    service.length = length;
    service.piece = 1000;
    service.outcome.reached = PINBULK_REACHED_COMPLETE;
}

// Records one exchange, which must not be changed by it.
static void record(void)
{
    pinbulk_replay_recorder recorder;
    pinbulk_transport inner = {NULL, serve, NULL, NULL, NULL}, transport;
    pinbulk_outcome outcome;
    clear_file();
    pinbulk_replay_record(&recorder, &inner, file_sink);
    transport = pinbulk_replay_recorder_transport(&recorder);
    CHECK(transport.now == NULL && transport.sleep == NULL && transport.random == NULL);
    outcome = transport.exchange(transport.ctx, &one.request, &one.response);
    CHECK_INT(outcome.reached, service.outcome.reached);
    CHECK(outcome.text == service.outcome.text);
    CHECK_INT(recorder.result, PINBULK_OK);
    CHECK_INT(recorder.exchanges, 1);
    CHECK_INT(one.response.received, service.length);
}

#define UPSERT_HEAD                                                                 \
    "pinbulk-replay 1\n\n> POST https://api.pinterest.com/v5/ad_accounts/" ACCOUNT  \
    "/bulk/upsert\n> Authorization: ****\n> Accept: application/json\n"             \
    "> Content-Type: application/json\n> User-Agent: pinbulk/" PINBULK_VERSION "\n" \
    "> Accept-Encoding: identity\n"

#define RESULT_HEAD                                               \
    "pinbulk-replay 1\n\n> GET https://replaced.invalid/result\n" \
    "> User-Agent: pinbulk/" PINBULK_VERSION "\n> Accept-Encoding: identity\n"

static void a_recording_can_be_read(void)
{
    static const char *const headers[][2] = {{"Content-Length", "2"},
                                             {"x-pinterest-rid", "rid-1"},
                                             {"Retry-After", "7"},
                                             {"x-userendpoint-ratelimit-remaining", "99"},
                                             {"Set-Cookie", "secret"}};
    make_request(PINBULK_OPERATION_UPSERT, "{\"a\":1}", 7);
    serve_body(200, "{}", 2);
    memcpy(service.headers, headers, sizeof headers);
    record();
    CHECK_TEXT(file.text, file.length,
               UPSERT_HEAD ">\n> {\"a\":1}\n< 200\n< Content-Length: 2\n< x-pinterest-rid: rid-1\n"
                           "< Retry-After: 7\n< x-userendpoint-ratelimit-remaining: 99\n<\n< {}\n"
                           "= complete\n");

    make_request(PINBULK_OPERATION_RESULT, NULL, 0);
    serve_body(200, "{}", 2);
    memcpy(service.headers[0], &(const char *const[]){"ETag", "\"e\""}, sizeof service.headers[0]);
    record();
    CHECK_TEXT(file.text, file.length, RESULT_HEAD "< 200\n< ETag: \"e\"\n<\n< {}\n= complete\n");
    CHECK_TEXT(one.file, one.file_length, "{}");

    make_request(PINBULK_OPERATION_UPSERT, "x", 1);
    memset(&service, 0, sizeof service);
    service.outcome.reached = PINBULK_REACHED_BODY;
    service.outcome.permanent = 1;
    service.outcome.text = "the connection broke";
    record();
    CHECK_TEXT(file.text, file.length,
               UPSERT_HEAD ">\n> x\n= body permanent: the connection broke\n");
}

static void bodies_in_lines(void)
{
    static const struct {
        const char *body, *lines;
    } cases[] = {
        {"", ""},
        {"a", "< a\n"},
        {"a\n", "< a\n<\n"},
        {"\n", "<\n<\n"},
        {"\n\n", "<\n<\n<\n"},
        {"a\nb", "< a\n< b\n"},
        {"a\r\nb", "< a\n<% 0D\n< b\n"},
        {"\r\n", "<% 0D\n<\n"},
        {"a\rb", "< a\n<% 0D\n<+ b\n"},
        {"\x01\x02z", "<% 01 02\n<+ z\n"},
        {" a b", "<  a b\n"},
        {"a  ", "< a\n<% 20 20\n"},
        {"a \nb ", "< a\n<% 20\n< b\n<% 20\n"},
        {"  ", "<% 20 20\n"},
        {"a\tb\x7f\xc3\xa9", "< a\n<% 09\n<+ b\n<% 7F\n<+ \xc3\xa9\n"},
        {"# > < = +", "< # > < = +\n"},
    };
    char want[1000];
    size_t i, piece;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (piece = 1; piece < 4; piece++) {
            make_request(PINBULK_OPERATION_RESULT, NULL, 0);
            serve_body(200, cases[i].body, strlen(cases[i].body));
            service.piece = piece;
            record();
            snprintf(want, sizeof want, RESULT_HEAD "< 200\n<\n%s= complete\n", cases[i].lines);
            CHECK_TEXT(file.text, file.length, want);
        }
}

// ---- secrets ------------------------------------------------------------------------------------

static void secrets_are_replaced(void)
{
    static const struct {
        const char *body, *recorded;
    } cases[] = {
        {"{\"result_url\":\"https://files.example/a?sig=s\",\"x\":1}",
         "{\"result_url\":\"https://replaced.invalid/result\",\"x\":1}"},
        {"{\"result_url\" : \"a\\\"b\\\\\",\"y\":\"z\"}",
         "{\"result_url\" : \"https://replaced.invalid/result\",\"y\":\"z\"}"},
        {"{\"result_url\":null,\"result_urls\":\"b\"}",
         "{\"result_url\":null,\"result_urls\":\"b\"}"},
        {"{\"t\":\"pina_ABC.d-e_f\",\"u\":1}", "{\"t\":\"pina_****\",\"u\":1}"},
        {"PINR.abc pina_ x", "PINR.**** pina_ x"},
        {"authorization: bearer abc/+=, next", "authorization: bearer ****, next"},
        {"you sent " TOKEN "!", "you sent ****!"},
        {"cut canary.t", "cut ****"},
        {"canary.x", "canary.x"},
        {"https://a.example/b?X-Amz-Credential=AK%2F1&x=2&X-Amz-Signature=0af&y=3",
         "https://a.example/b?X-Amz-Credential=****&x=2&X-Amz-Signature=****&y=3"},
        {"https://a.example/b?sig=abc&d=e", "https://a.example/b?sig=****&d=e"},
        {"{\"name\":\"a pinata, a signature\"}", "{\"name\":\"a pinata, a signature\"}"},
        // as JSON may escape them
        {"{\"u\":\"?x\\u003d1\\u0026X-Amz-Signature\\u003dDEADBEEF\\u0026y\\u003d3\"}",
         "{\"u\":\"?x\\u003d1\\u0026X-Amz-Signature\\u003d****\\u0026y\\u003d3\"}"},
        {"{\"u\":\"?a\\u0026sig\\u003Dab\\u002fcd\\u003d\"}",
         "{\"u\":\"?a\\u0026sig\\u003D****\"}"},
        {"token=pina\\u005fAAAA", "token=pina\\u005f****"},
        {"token=pina_AA\\u005fAA\\/A.", "token=pina_****"},
        {"bearer\\u0020a\\/b\\u002bc!", "bearer\\u0020****!"},
        {"{\"result\\u005furl\":\"https:\\/\\/files.example\"}",
         "{\"result\\u005furl\":\"https://replaced.invalid/result\"}"},
        {"\\u0063anary\\u002etoken\\u002E7d1f-0123456789 x", "**** x"},
        {"\\u0063\\u0061\\u006e\\u0061\\u0072\\u0079\\u002e\\u0074oken x", "**** x"},
        {"signature\\u0", "signature\\u0"},
        {"signature\\u00g0a signature\\u003", "signature\\u00g0a signature\\u003"},
        {"pina\\u00dfABC pina\\u205fABC", "pina\\u00dfABC pina\\u205fABC"},
    };
    char want[1000];
    size_t i, piece;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (piece = 1; piece < 50; piece++) {
            make_request(PINBULK_OPERATION_UPSERT, cases[i].body, strlen(cases[i].body));
            serve_body(200, cases[i].body, strlen(cases[i].body));
            service.piece = piece;
            record();
            snprintf(want, sizeof want, UPSERT_HEAD ">\n> %s\n< 200\n<\n< %s\n= complete\n",
                     cases[i].recorded, cases[i].recorded);
            CHECK_TEXT(file.text, file.length, want);
            // The caller gets them as they are.
            CHECK(check_holds(one.response.body, one.response.body_used, cases[i].body));
        }
}

// ---- replaying ----------------------------------------------------------------------------------

static pinbulk_replay replay;

// Replays one exchange of a text.
static pinbulk_outcome replay_one(const char *text, const pinbulk_replay_config *config)
{
    pinbulk_transport transport;
    CHECK_INT(pinbulk_replay_init(&replay, text, strlen(text), config), PINBULK_OK);
    transport = pinbulk_replay_transport(&replay);
    return transport.exchange(transport.ctx, &one.request, &one.response);
}

// Every byte comes back, and every portion is as large as it was told to be.
static void bodies_come_back(void)
{
    char body[700], digits[8];
    uint64_t seed = 1;
    long round;
    for (round = check_scaled(3000); round > 0; round--) {
        size_t length = check_random(&seed) % sizeof body, i;
        pinbulk_replay_config config = {0, check_random(&seed) % 20};
        for (i = 0; i < length; i++)
            body[i] = (char)(check_random(&seed) % 4 ? "ab \n\r\t#<"[check_random(&seed) % 8]
                                                     : (char)check_random(&seed));
        make_request(PINBULK_OPERATION_RESULT, NULL, 0);
        serve_body(200, body, length);
        service.piece = 1 + check_random(&seed) % 50;
        snprintf(digits, sizeof digits, "%u", (unsigned)length);
        service.headers[0][0] = "Content-Length";
        service.headers[0][1] = digits;
        record();
        make_request(PINBULK_OPERATION_RESULT, NULL, 0);
        one.request.target = pinbulk_text_of("/result");
        CHECK_INT(replay_one(file.text, &config).reached, PINBULK_REACHED_COMPLETE);
        CHECK_INT(one.file_length, length);
        CHECK(memcmp(one.file, body, length) == 0);
        CHECK_INT(pinbulk_replay_left(&replay), 0);
    }
}

#define STATUS_HEAD \
    "pinbulk-replay 1\n> GET https://api.pinterest.com/v5/ad_accounts/" ACCOUNT "/bulk/77\n"

static void what_was_received_comes_back(void)
{
    make_request(PINBULK_OPERATION_STATUS, NULL, 0);
    CHECK_INT(replay_one(STATUS_HEAD "< 429\n< Retry-After: 7\n< x-pinterest-rid:rid\n"
                                     "< Content-Length: 999\n<\n< {\"code\":1}\n= complete\n",
                         NULL)
                  .reached,
              PINBULK_REACHED_COMPLETE);
    CHECK_INT(one.response.status, 429);
    CHECK_INT(one.response.retry_after, 7);
    CHECK_TEXT(one.response.rid, strlen(one.response.rid), "rid");
    CHECK_INT(one.response.content_length, 10); // of the body as it stands
    CHECK_TEXT(one.response.body, one.response.body_used, "{\"code\":1}");
}

static void how_it_ended_comes_back(void)
{
    static const struct {
        const char *lines;
        pinbulk_reached reached;
        int permanent;
        const char *text;
    } cases[] = {
        {"= nothing: no connection\n", PINBULK_REACHED_NOTHING, 0, "no connection"},
        {"= nothing permanent: a certificate: bad\n", PINBULK_REACHED_NOTHING, 1,
         "a certificate: bad"},
        {"= head\n", PINBULK_REACHED_HEAD, 0, "it was recorded so"},
        {"= body\n", PINBULK_REACHED_BODY, 0, "it was recorded so"},
        {"= unknown\n", PINBULK_REACHED_UNKNOWN, 0, "it was recorded so"},
        {"< 200\n= response: it broke\n", PINBULK_REACHED_RESPONSE, 0, "it broke"},
        {"< 200\n<\n< {}\n= closed\n", PINBULK_REACHED_CLOSED, 0, NULL},
        {"< 204\n= complete\n", PINBULK_REACHED_COMPLETE, 0, NULL},
    };
    char text[1000];
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, STATUS_HEAD "%s", cases[i].lines);
        make_request(PINBULK_OPERATION_STATUS, NULL, 0);
        pinbulk_outcome outcome = replay_one(text, NULL);
        CHECK_INT(outcome.reached, cases[i].reached);
        CHECK_INT(outcome.permanent, cases[i].permanent);
        CHECK((outcome.text == NULL) == (cases[i].text == NULL));
        if (outcome.text && cases[i].text)
            CHECK_TEXT(outcome.text, strlen(outcome.text), cases[i].text);
    }
    // a length that was not reached still says so
    make_request(PINBULK_OPERATION_STATUS, NULL, 0);
    pinbulk_outcome outcome =
        replay_one(STATUS_HEAD "< 200\n< Content-Length: 9\n<\n< {}\n= response\n", NULL);
    CHECK_INT(pinbulk_response_end(&one.response, outcome), PINBULK_TRUNCATED);
    CHECK_INT(one.response.content_length, 9);
}

// What people do to a text: comments, empty lines, line ends of another system.
static void edited_by_people(void)
{
    char text[400], crlf[440];
    size_t i, length = 0;
    snprintf(text, sizeof text, "%s",
             "pinbulk-replay 1\n\n\n# first\n> GET "
             "http://127.0.0.1:8080/v5/ad_accounts/" ACCOUNT "/bulk/77\n\n# second\n< 200\n<\n"
             "< {\n# third\n\n< }\n<+ \n=complete");
    for (i = 0; text[i] != '\0'; i++) {
        if (text[i] == '\n')
            crlf[length++] = '\r';
        crlf[length++] = text[i];
    }
    crlf[length] = '\0';
    make_request(PINBULK_OPERATION_STATUS, NULL, 0);
    CHECK_INT(replay_one(text, NULL).reached, PINBULK_REACHED_COMPLETE);
    CHECK_TEXT(one.response.body, one.response.body_used, "{\n}");
    make_request(PINBULK_OPERATION_STATUS, NULL, 0);
    CHECK_INT(replay_one(crlf, NULL).reached, PINBULK_REACHED_COMPLETE);
    CHECK_TEXT(one.response.body, one.response.body_used, "{\n}");
}

static void texts_that_are_no_recording(void)
{
    static const struct {
        const char *text;
        unsigned line;
        const char *word;
    } cases[] = {
        {"", 1, "version"},
        {"\npinbulk-replay 1\n", 1, "version"},
        {"pinbulk-replay 2\n", 1, "version"},
        {"pinbulk-replay 1 \n", 1, "version"},
        {"pinbulk-replay 1\nGET /\n", 2, "begins with none"},
        {"pinbulk-replay 1\n= complete\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n< 200\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n> GET /a\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n> GET\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n>\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n> GET https://a.example\n", 2, "begins with > METHOD URL"},
        {"pinbulk-replay 1\n>+ GET https://a/b\n", 2, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n> header\n", 3, "a header has"},
        {"pinbulk-replay 1\n> GET https://a/b\n> : b\n", 3, "a header has"},
        {"pinbulk-replay 1\n> GET https://a/b\n> {\"a\":1}\n", 3, "after a line that is > alone"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 200\n< {\"request_id\":\"77\"}\n= complete\n", 4,
         "after a line that is < alone"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 200\n< A B: c\n= complete\n", 4, "a header has"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 100\n= complete\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n= complete\n", 3, "a whole response has"},
        {"pinbulk-replay 1\n> GET https://a/b\n>\n> {}\n= closed\n", 5, "a whole response has"},
        {"pinbulk-replay 1\n> GET https://a/b\n>% 20\n", 3, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n>x\n", 3, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n>\n>% 0\n", 4, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n>\n>% 0 0\n", 4, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n>\n>% 0G\n", 4, "does not fit"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 20\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 099\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< :00\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 2/0\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 2:0\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 20/\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 20:\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 200 OK\n", 3, "three digits"},
        {"pinbulk-replay 1\n> GET https://a/b\n< 200\n> A: b\n", 4, "no = line"},
        {"pinbulk-replay 1\n> GET https://a/b\n= done\n", 3, "unknown, nothing"},
        {"pinbulk-replay 1\n> GET https://a/b\n= complete so\n", 3, "unknown, nothing"},
        {"pinbulk-replay 1\n> GET https://a/b\n=\n", 3, "unknown, nothing"},
        {"pinbulk-replay 1\n> GET https://a/b\n", 2, "no = line"},
        {"pinbulk-replay 1\n> GET https://a/b\n= head\n\n> GET https://a/b\n", 5, "no = line"},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pinbulk_result result =
            pinbulk_replay_init(&replay, cases[i].text, strlen(cases[i].text), NULL);
        if (result != PINBULK_BAD_ARGUMENT || replay.line != cases[i].line ||
            !strstr(replay.text, cases[i].word))
            CHECK_FAIL("case %d: %s, line %u: %s", (int)i, pinbulk_result_name(result), replay.line,
                       replay.text);
        check_count++;
    }
    CHECK_INT(pinbulk_replay_init(&replay, "pinbulk-replay 1", 16, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_replay_left(&replay), 0);
}

static void a_request_that_differs(void)
{
    static const struct {
        const char *lines, *word; // NULL: it does not differ
    } cases[] = {
        {"> POST https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n>\n> {\"a\":1}\n", NULL},
        {"> GET https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n>\n> {\"a\":1}\n",
         "the method differs"},
        {"> POST https://x.example/v5/ad_accounts/1/bulk/upsert\n>\n> {\"a\":1}\n",
         "the target differs"},
        {"> POST https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n>\n> {\"a\":2}\n",
         "the body differs at byte 5"},
        {"> POST https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n>\n> {\"a\":1\n",
         "the body differs at byte 6"},
        {"> POST https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n>\n> {\"a\":1}\n>\n",
         "the body differs at byte 7"},
        {"> POST https://x.example/v5/ad_accounts/" ACCOUNT "/bulk/upsert\n> A: b\n",
         "the body differs at byte 0"},
    };
    static const pinbulk_replay_config lenient = {1, 0};
    char text[1000];
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text,
                 "pinbulk-replay 1\n%s< 200\n<\n< {}\n= complete\n> GET https://a/b\n= head\n",
                 cases[i].lines);
        make_request(PINBULK_OPERATION_UPSERT, "{\"a\":1}", 7);
        pinbulk_outcome outcome = replay_one(text, NULL);
        CHECK_INT(outcome.reached,
                  cases[i].word ? PINBULK_REACHED_NOTHING : PINBULK_REACHED_COMPLETE);
        CHECK_INT(outcome.permanent, cases[i].word != NULL);
        CHECK_INT(replay.exchanges, cases[i].word == NULL);
        CHECK_INT(pinbulk_replay_left(&replay), cases[i].word ? 2 : 1);
        if (cases[i].word) {
            CHECK(strstr(outcome.text, "exchange 1 of the recording, line 2: "));
            CHECK(strstr(outcome.text, cases[i].word));
        }
        make_request(PINBULK_OPERATION_UPSERT, "{\"a\":1}", 7);
        CHECK_INT(replay_one(text, &lenient).reached, PINBULK_REACHED_COMPLETE);
        CHECK_TEXT(one.response.body, one.response.body_used, "{}");
    }
}

static void a_request_after_the_last(void)
{
    pinbulk_transport transport = pinbulk_replay_transport(&replay);
    int i;
    make_request(PINBULK_OPERATION_STATUS, NULL, 0);
    CHECK_INT(replay_one(STATUS_HEAD "= head\n", NULL).reached, PINBULK_REACHED_HEAD);
    for (i = 0; i < 2; i++) {
        pinbulk_outcome outcome = transport.exchange(transport.ctx, &one.request, &one.response);
        CHECK_INT(outcome.reached, PINBULK_REACHED_NOTHING);
        CHECK_INT(outcome.permanent, 1);
        CHECK(strstr(outcome.text, "exchange 2") && strstr(outcome.text, "no more exchanges"));
    }
}

// ---- whole jobs ---------------------------------------------------------------------------------

static struct {
    char file[CHECK_SMALL ? 400 : 65536];
    size_t length;
    char events[CHECK_SMALL ? 800 : 20000];
    size_t events_length;
} shown;

static pinbulk_result take_file(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > sizeof shown.file - shown.length)
        return PINBULK_SINK_FAILED;
    memcpy(shown.file + shown.length, data, length);
    shown.length += length;
    return PINBULK_OK;
}

static pinbulk_result restart_file(void *ctx)
{
    (void)ctx;
    shown.length = 0;
    return PINBULK_OK;
}

static void show_event(void *ctx, const pinbulk_event *event)
{
    (void)ctx;
    if (event->kind == PINBULK_EVENT_BYTES || event->kind == PINBULK_EVENT_WAITING)
        return; // portions and chance
    shown.events_length += (size_t)snprintf(
        shown.events + shown.events_length, sizeof shown.events - shown.events_length,
        "%d %d %u %u %" PRIu64 " %d %s %.*s\n", event->kind, event->phase, event->attempt,
        event->polls, event->bytes, event->http_status, pinbulk_result_name(event->result),
        (int)event->request_id.length, event->request_id.data ? event->request_id.data : "");
}

static pinbulk_result run_job(const pinbulk_transport *transport, const char *name)
{
    static char memory[CHECK_SMALL ? 2048 : 8192];
    static pinbulk_job job;
    pinbulk_download everything;
    pinbulk_campaign campaign;
    pinbulk_create create;
    pinbulk_upsert upsert;
    pinbulk_job_config config = {.api = {.token = pinbulk_text_of(TOKEN)},
                                 .account = pinbulk_text_of(ACCOUNT),
                                 .memory = memory,
                                 .memory_size = sizeof memory,
                                 .fetch = 1,
                                 .sink = {NULL, take_file, restart_file},
                                 .event = show_event};
    memset(&everything, 0, sizeof everything);
    memset(&campaign, 0, sizeof campaign);
    memset(&create, 0, sizeof create);
    memset(&upsert, 0, sizeof upsert);
    campaign.ad_account_id = pinbulk_string_of(ACCOUNT);
    campaign.name = pinbulk_string_of(name);
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    shown.length = shown.events_length = 0;
    if (name)
        pinbulk_job_init_upsert(&job, &config, &upsert);
    else
        pinbulk_job_init_download(&job, &config, &everything);
    return pinbulk_job_run(&job, transport);
}

static char sandbox_memory[CHECK_SMALL ? 16384 : 262144]; // the least
static pinbulk_sandbox sandbox;

static void begin_sandbox(void)
{
    pinbulk_sandbox_config config;
    memset(&config, 0, sizeof config);
    config.token = pinbulk_text_of(TOKEN);
    config.account = pinbulk_text_of(ACCOUNT);
    config.memory = sandbox_memory;
    config.memory_size = sizeof sandbox_memory;
    config.running = 2;
    config.url_uses = 1;
    CHECK_INT(pinbulk_sandbox_init(&sandbox, &config), PINBULK_OK);
}

// The replayed jobs end as the recorded ones did, with the same events and the same file.
static void jobs_do_what_they_did(void)
{
    static const struct {
        pinbulk_operation operation;
        pinbulk_sandbox_fault fault;
        int64_t number;
    } cases[] = {{PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 503},
                 {PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_UNREACHABLE, 0},
                 {PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_LOST_REPLY, 0},
                 {PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 0},
                 {PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_RATE_LIMITED, 7},
                 {PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_SPAM, 0},
                 {PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_HTML, 502},
                 {PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_TRUNCATED, 5},
                 {PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 20},
                 {PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_STATUS, 403},
                 {PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_FAILED, 0}};
    static char events[2][sizeof shown.events], files[2][sizeof shown.file];
    size_t i, lengths[2];
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pinbulk_replay_recorder recorder;
        pinbulk_transport inner, transport;
        pinbulk_result results[2];
        int job;
        begin_sandbox();
        clear_file();
        inner = pinbulk_sandbox_transport(&sandbox);
        pinbulk_replay_record(&recorder, &inner, file_sink);
        transport = pinbulk_replay_recorder_transport(&recorder);
        pinbulk_sandbox_misbehave(&sandbox, cases[i].operation, cases[i].fault, 1, cases[i].number);
        for (job = 0; job < 2; job++) {
            results[job] = run_job(&transport, job == 0 ? "Spring" : NULL);
            memcpy(events[job], shown.events, shown.events_length + 1);
            memcpy(files[job], shown.file, shown.length);
            lengths[job] = shown.length;
        }
        CHECK_INT(recorder.result, PINBULK_OK);
        CHECK(recorder.exchanges >= 3);
        CHECK(strstr(file.text, TOKEN) == NULL && strstr(file.text, "canary") == NULL);
        CHECK(strstr(file.text, "files.sandbox.invalid") == NULL);
        CHECK_INT(pinbulk_replay_init(&replay, file.text, file.length, NULL), PINBULK_OK);
        CHECK_INT(pinbulk_replay_left(&replay), recorder.exchanges);
        transport = pinbulk_replay_transport(&replay);
        for (job = 0; job < 2; job++) {
            CHECK_INT(run_job(&transport, job == 0 ? "Spring" : NULL), results[job]);
            CHECK_TEXT(shown.events, shown.events_length, events[job]);
            CHECK_INT(shown.length, lengths[job]);
            CHECK(memcmp(shown.file, files[job], shown.length) == 0);
        }
        CHECK_INT(pinbulk_replay_left(&replay), 0);
        CHECK_INT(replay.exchanges, recorder.exchanges);
        // another campaign is another request
        CHECK_INT(pinbulk_replay_init(&replay, file.text, file.length, NULL), PINBULK_OK);
        CHECK_INT(run_job(&transport, "Autumn"), PINBULK_TRANSPORT_FAILED);
        CHECK(strstr(replay.text, "exchange 1 of the recording") && strstr(replay.text, "body"));
    }
}

// Nothing of a token request is in the recording, whatever the tokens look like and whatever the
// service says to them, and it can be replayed.
static void token_requests_are_secret(void)
{
    static const struct {
        int status;
        const char *reply, *replayed;
        pinbulk_result result;
    } cases[] = {
        {200,
         "{\"access_token\":\"CANARY-access\",\"refresh_token\":\"CANARY-refresh\","
         "\"expires_in\":5}",
         "replaced", PINBULK_OK},
        {400, "{\"message\":\"refresh_token CANARY-old of client 123 secret CANARY-app is wrong\"}",
         NULL, PINBULK_REFUSED},
        {401, "{\"code\":2,\"message\":\"CANARY-app\"}", NULL, PINBULK_UNAUTHORIZED},
        {302, "CANARY-old", NULL, PINBULK_UNEXPECTED},
    };
    static char memory[4096];
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pinbulk_replay_recorder recorder;
        pinbulk_transport inner = {NULL, serve, NULL, NULL, NULL}, recording, replaying;
        pinbulk_replay replay;
        pinbulk_refresh refresh;
        pinbulk_tokens tokens;
        pinbulk_error error;
        pinbulk_api api;
        memset(&refresh, 0, sizeof refresh);
        memset(&api, 0, sizeof api);
        refresh.app_id = pinbulk_text_of("123");
        refresh.app_secret = pinbulk_text_of("CANARY-app");
        refresh.refresh_token = pinbulk_text_of("CANARY-old");
        serve_body(cases[i].status, cases[i].reply, strlen(cases[i].reply));
        clear_file();
        pinbulk_replay_record(&recorder, &inner, file_sink);
        recording = pinbulk_replay_recorder_transport(&recorder);
        CHECK_INT(pinbulk_token_refresh(&recording, &api, &refresh, memory, sizeof memory, &tokens,
                                        &error),
                  cases[i].result);
        if (cases[i].replayed)
            CHECK_TEXT(tokens.access_token.text, tokens.access_token.length, "CANARY-access");
        CHECK(strstr(file.text, "/oauth/token") != NULL);
        CHECK(strstr(file.text, "CANARY") == NULL);
        CHECK(strstr(file.text, "Q0FOQVJZ") == NULL); // in base64
        CHECK_INT(pinbulk_replay_init(&replay, file.text, file.length, NULL), PINBULK_OK);
        replaying = pinbulk_replay_transport(&replay);
        CHECK_INT(pinbulk_token_refresh(&replaying, &api, &refresh, memory, sizeof memory, &tokens,
                                        &error),
                  cases[i].result);
        if (cases[i].replayed)
            CHECK_TEXT(tokens.access_token.text, tokens.access_token.length, cases[i].replayed);
        CHECK_INT(pinbulk_replay_left(&replay), 0);
    }
}

// What no response proves is not recorded as a whole one: every recording can be replayed.
static void transports_that_say_too_much(void)
{
    static const int statuses[] = {0, 100};
    size_t i;
    for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        make_request(PINBULK_OPERATION_UPSERT, "{}", 2);
        serve_body(statuses[i], "", 0);
        record();
        CHECK_TEXT(file.text, file.length, UPSERT_HEAD ">\n> {}\n= unknown\n");
        CHECK_INT(pinbulk_replay_init(&replay, file.text, file.length, NULL), PINBULK_OK);
    }
}

static void recorder_whose_file_is_full(void)
{
    pinbulk_replay_recorder recorder;
    pinbulk_transport inner, transport;
    begin_sandbox();
    clear_file();
    file.most = 1000;
    inner = pinbulk_sandbox_transport(&sandbox);
    pinbulk_replay_record(&recorder, &inner, file_sink);
    transport = pinbulk_replay_recorder_transport(&recorder);
    CHECK_INT(run_job(&transport, "Spring"), PINBULK_OK); // it is the job that counts
    CHECK_INT(recorder.result, PINBULK_SINK_FAILED);
    CHECK(file.length <= 1000);
}

int main(void)
{
    RUN(a_recording_can_be_read);
    RUN(bodies_in_lines);
    RUN(secrets_are_replaced);
    RUN(bodies_come_back);
    RUN(what_was_received_comes_back);
    RUN(how_it_ended_comes_back);
    RUN(edited_by_people);
    RUN(texts_that_are_no_recording);
    RUN(a_request_that_differs);
    RUN(a_request_after_the_last);
    RUN(jobs_do_what_they_did);
    RUN(token_requests_are_secret);
    RUN(transports_that_say_too_much);
    RUN(recorder_whose_file_is_full);
    return check_report();
}
