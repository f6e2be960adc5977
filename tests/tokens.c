// tokens.c: a new access token from a refresh token: the request, the reply, and the job's token
// call.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "check.h"

#define SECRET  "s3cret/CANARY"
#define REFRESH "pinr.CANARY+old"
#define ACCESS  "pina_CANARY-new"

static char memory[2048];
static pinbulk_body body;
static pinbulk_request request;
static pinbulk_error error;

static pinbulk_refresh a_refresh(void)
{
    pinbulk_refresh refresh;
    memset(&refresh, 0, sizeof refresh);
    refresh.app_id = pinbulk_text_of("1234567");
    refresh.app_secret = pinbulk_text_of(SECRET);
    refresh.refresh_token = pinbulk_text_of(REFRESH);
    return refresh;
}

static pinbulk_result build(const pinbulk_refresh *refresh, const char *base_url, size_t size)
{
    pinbulk_api api;
    memset(&api, 0, sizeof api);
    memset(&error, 0, sizeof error);
    api.base_url = pinbulk_text_of(base_url);
    return pinbulk_request_token(&request, &api, refresh, &body, memory, size, &error);
}

static const char *header(const char *name)
{
    unsigned i;
    for (i = 0; i < request.header_count; i++)
        if (pinbulk_text_equal(request.headers[i].name, pinbulk_text_of(name)))
            return request.headers[i].value.data;
    return "";
}

static const char *form(void)
{
    static char text[1024];
    size_t got;
    CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
    CHECK_INT(pinbulk_body_read(&body, text, sizeof text - 1, &got), PINBULK_OK);
    CHECK_INT(got, pinbulk_body_length(&body));
    text[got] = '\0';
    return text;
}

// ---- the request --------------------------------------------------------------------------------

static void the_request(void)
{
    pinbulk_refresh refresh = a_refresh();
    unsigned i;
    CHECK_INT(build(&refresh, NULL, sizeof memory), PINBULK_OK);
    CHECK_TEXT(request.method, strlen(request.method), "POST");
    CHECK_TEXT(request.url.data, request.url.length, "https://api.pinterest.com/v5/oauth/token");
    CHECK_TEXT(request.target.data, request.target.length, "/v5/oauth/token");
    CHECK_INT(request.operation, PINBULK_OPERATION_TOKEN);
    CHECK_INT(request.body_secret, 1);
    CHECK(strcmp(header("Authorization"), "Basic MTIzNDU2NzpzM2NyZXQvQ0FOQVJZ") == 0);
    CHECK(strcmp(header("Content-Type"), "application/x-www-form-urlencoded") == 0);
    CHECK(strcmp(header("Accept"), "application/json") == 0);
    for (i = 0; i < request.header_count; i++)
        CHECK_INT(request.headers[i].secret, i == 0);
    CHECK(strcmp(form(), "grant_type=refresh_token&refresh_token=pinr.CANARY%2Bold") == 0);

    refresh.scope = pinbulk_text_of("ads:read,ads:write");
    refresh.continuous_refresh = 1;
    CHECK_INT(build(&refresh, "https://example.org/v6/", sizeof memory), PINBULK_OK);
    CHECK_TEXT(request.url.data, request.url.length, "https://example.org/v6/oauth/token");
    CHECK(strcmp(form(), "grant_type=refresh_token&refresh_token=pinr.CANARY%2Bold"
                         "&scope=ads%3Aread%2Cads%3Awrite&continuous_refresh=true") == 0);
}

// The examples of RFC 4648 and RFC 7617, with the colon between id and secret.
static void credentials_are_base64(void)
{
    static const char *const cases[][3] = {
        {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"a", "b", "YTpi"},
        {"a", "bc", "YTpiYw=="},
        {"a", "bcd", "YTpiY2Q="},
        {"ab", "cde", "YWI6Y2Rl"},
        {"~~", "~~", "fn46fn4="}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        pinbulk_refresh refresh = a_refresh();
        char expected[40];
        refresh.app_id = pinbulk_text_of(cases[i][0]);
        refresh.app_secret = pinbulk_text_of(cases[i][1]);
        CHECK_INT(build(&refresh, NULL, sizeof memory), PINBULK_OK);
        snprintf(expected, sizeof expected, "Basic %s", cases[i][2]);
        CHECK_TEXT(header("Authorization"), strlen(header("Authorization")), expected);
    }
}

static void check_no_secret(void)
{
    char line[512];
    pinbulk_error_text(&error, line, sizeof line);
    CHECK(strstr(line, "CANARY") == NULL);
}

static void foreign_bytes_are_refused_by_name(void)
{
    static const char *const names[] = {"app_id", "app_secret", "refresh_token", "scope"};
    int which, byte;
    for (which = 0; which < 4; which++)
        for (byte = 0; byte < 256; byte++) {
            char text[] = "CANARY?";
            pinbulk_refresh refresh = a_refresh();
            pinbulk_text *texts[4];
            int good = byte > 0x20 && byte < 0x7f && !(which == 0 && byte == ':');
            texts[0] = &refresh.app_id;
            texts[1] = &refresh.app_secret;
            texts[2] = &refresh.refresh_token;
            texts[3] = &refresh.scope;
            text[6] = (char)byte;
            texts[which]->data = text;
            texts[which]->length = 7;
            if (byte == ' ') // a space may stand inside
                continue;
            CHECK_INT(build(&refresh, NULL, sizeof memory),
                      good ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
            CHECK_TEXT(error.path, strlen(error.path), good ? "" : names[which]);
            check_no_secret();
        }
    for (which = 0; which < 3; which++) {
        pinbulk_refresh refresh = a_refresh();
        if (which == 0)
            refresh.app_id.length = 0;
        else if (which == 1)
            refresh.app_secret.length = 0;
        else
            refresh.refresh_token.length = 0;
        CHECK_INT(build(&refresh, NULL, sizeof memory), PINBULK_BAD_ARGUMENT);
        CHECK_TEXT(error.path, strlen(error.path), names[which]);
    }
}

static void only_to_a_safe_base(void)
{
    pinbulk_refresh refresh = a_refresh();
    CHECK_INT(build(&refresh, "http://example.org", sizeof memory), PINBULK_UNSAFE_URL);
    CHECK_INT(build(&refresh, "https://u@example.org", sizeof memory), PINBULK_UNSAFE_URL);
    CHECK_INT(build(&refresh, "https://example.org/?a=b", sizeof memory), PINBULK_UNSAFE_URL);
    check_no_secret();
    CHECK_INT(request.header_count, 0);
    {
        pinbulk_api api;
        memset(&api, 0, sizeof api);
        CHECK_INT(
            pinbulk_request_token(&request, &api, &refresh, NULL, memory, sizeof memory, &error),
            PINBULK_BAD_ARGUMENT);
    }
}

static void every_memory_size(void)
{
    pinbulk_refresh refresh = a_refresh();
    size_t size, enough = 0, most;
    refresh.scope = pinbulk_text_of("ads:read");
    for (size = 0; size <= 700; size++) {
        pinbulk_result result = build(&refresh, NULL, size);
        if (result == PINBULK_OK && !enough)
            enough = size;
        CHECK_INT(result, enough ? PINBULK_OK : PINBULK_NO_SPACE);
        if (!enough)
            CHECK_INT(request.header_count, 0);
    }
    most = 512 + 3 * strlen("https://api.pinterest.com/v5") +
           3 * (refresh.refresh_token.length + refresh.scope.length) +
           2 * (refresh.app_id.length + refresh.app_secret.length);
    CHECK(enough > 0 && enough <= most); // as documented
}

// ---- the reply ----------------------------------------------------------------------------------

static struct {
    int status;
    const char *reply;
    pinbulk_reached reached;
    unsigned exchanges, basic, bearer_new;
} service;

static int has_header(const pinbulk_request *sent, const char *begin)
{
    unsigned i;
    for (i = 0; i < sent->header_count; i++)
        if (strcmp(sent->headers[i].name.data, "Authorization") == 0)
            return strncmp(sent->headers[i].value.data, begin, strlen(begin)) == 0;
    return 0;
}

// The API: 401 for every token but the new one.
static pinbulk_outcome exchange(void *ctx, const pinbulk_request *sent, pinbulk_response *response)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    const char *reply = service.reply;
    int status = service.status;
    (void)ctx;
    service.exchanges++;
    CHECK_TEXT(sent->host.data, sent->host.length, "api.pinterest.com");
    if (sent->operation == PINBULK_OPERATION_TOKEN) {
        service.basic += (unsigned)has_header(sent, "Basic ");
        outcome.reached = service.reached;
    } else {
        int accepted = has_header(sent, "Bearer " ACCESS);
        service.bearer_new += (unsigned)accepted;
        status = accepted ? 200 : 401;
        reply = accepted ? "{\"request_id\":\"7\",\"status\":\"SUCCEEDED\"}"
                         : "{\"code\":2,\"message\":\"Authentication failed.\"}";
    }
    if (outcome.reached == PINBULK_REACHED_COMPLETE) {
        pinbulk_response_begin(response, status);
        pinbulk_response_body(response, reply, strlen(reply));
    }
    return outcome;
}

static uint64_t now(void *ctx)
{
    static uint64_t clock;
    (void)ctx;
    return clock++;
}

static void sleeps(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    (void)milliseconds;
}

static const pinbulk_transport transport = {NULL, exchange, now, sleeps, NULL};

static pinbulk_result refresh_in(char *work, size_t size, int status, const char *reply,
                                 pinbulk_reached reached, pinbulk_tokens *tokens)
{
    pinbulk_refresh refresh = a_refresh();
    pinbulk_api api;
    memset(&api, 0, sizeof api);
    memset(&service, 0, sizeof service);
    memset(&error, 0, sizeof error);
    service.status = status;
    service.reply = reply;
    service.reached = reached;
    return pinbulk_token_refresh(&transport, &api, &refresh, work, size, tokens, &error);
}

static pinbulk_result refresh_with(int status, const char *reply, pinbulk_reached reached,
                                   pinbulk_tokens *tokens)
{
    return refresh_in(memory, sizeof memory, status, reply, reached, tokens);
}

// Nothing is sent before there is memory for the request, at whatever address the memory begins.
static void every_size_of_memory_for_the_exchange(void)
{
    static const char reply[] = "{\"access_token\":\"" ACCESS "\"}";
    const size_t state = sizeof(pinbulk_request) + sizeof(pinbulk_response) + sizeof(pinbulk_body);
    pinbulk_result result = PINBULK_NO_SPACE;
    pinbulk_tokens tokens;
    size_t size;
    CHECK_INT(refresh_in(NULL, 0, 200, reply, PINBULK_REACHED_COMPLETE, &tokens), PINBULK_NO_SPACE);
    for (size = 0; size < state + 2400; size += check_step(7)) {
        const size_t skew = size % 8;
        char *work = (char *)malloc(skew + size + 1);
        result = refresh_in(work + skew, size, 200, reply, PINBULK_REACHED_COMPLETE, &tokens);
        CHECK(result == PINBULK_OK || result == PINBULK_TOO_LARGE || result == PINBULK_NO_SPACE);
        CHECK_INT(error.result, result);
        CHECK(service.exchanges == 1 || result == PINBULK_NO_SPACE);
        CHECK(size > state || service.exchanges == 0);
        if (result == PINBULK_OK)
            CHECK_TEXT(tokens.access_token.text, tokens.access_token.length, ACCESS);
        check_no_secret();
        free(work);
    }
    CHECK_INT(result, PINBULK_OK);
}

static void the_reply(void)
{
    pinbulk_tokens tokens;
    CHECK_INT(refresh_with(200,
                           "{\"response_type\":\"refresh_token\",\"access_token\":\"" ACCESS
                           "\",\"token_type\":\"bearer\",\"expires_in\":2592000,"
                           "\"scope\":\"ads:read\",\"refresh_token\":\"pinr.CANARY-next\","
                           "\"refresh_token_expires_in\":5184000}",
                           PINBULK_REACHED_COMPLETE, &tokens),
              PINBULK_OK);
    CHECK_TEXT(tokens.access_token.text, tokens.access_token.length, ACCESS);
    CHECK_TEXT(tokens.refresh_token.text, tokens.refresh_token.length, "pinr.CANARY-next");
    CHECK_INT(tokens.expires_in.value, 2592000);
    CHECK_INT(tokens.refresh_token_expires_in.value, 5184000);
    CHECK_INT(tokens.refresh_token_expires_at.state, PINBULK_ABSENT);
    CHECK_INT(tokens.extra.count, 1);
    CHECK_INT(service.exchanges, 1);
    CHECK_INT(service.basic, 1);
}

static void replies_without_a_token_are_errors(void)
{
    static const struct {
        int status;
        const char *reply;
        pinbulk_reached reached;
        pinbulk_result result;
    } cases[] = {
        {401, "{\"code\":2,\"message\":\"Authentication failed.\"}", PINBULK_REACHED_COMPLETE,
         PINBULK_UNAUTHORIZED},
        {400, "{\"error\":\"invalid_grant\"}", PINBULK_REACHED_COMPLETE, PINBULK_REFUSED},
        {400, "{\"code\":3,\"message\":\"" REFRESH " of app, " SECRET ", Basic CANARY\"}",
         PINBULK_REACHED_COMPLETE, PINBULK_REFUSED},
        {429, "{}", PINBULK_REACHED_COMPLETE, PINBULK_RATE_LIMITED},
        {503, "", PINBULK_REACHED_COMPLETE, PINBULK_SERVER_ERROR},
        {200, "{}", PINBULK_REACHED_COMPLETE, PINBULK_UNEXPECTED},
        {200, "{\"access_token\":\"\"}", PINBULK_REACHED_COMPLETE, PINBULK_UNEXPECTED},
        {200, "", PINBULK_REACHED_COMPLETE, PINBULK_EMPTY_BODY},
        {200, "<html>", PINBULK_REACHED_COMPLETE, PINBULK_NOT_JSON},
        {200, "{\"access_token\":\"" ACCESS, PINBULK_REACHED_COMPLETE, PINBULK_TRUNCATED},
        {0, "", PINBULK_REACHED_NOTHING, PINBULK_TRANSPORT_FAILED},
    };
    pinbulk_tokens tokens;
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(refresh_with(cases[i].status, cases[i].reply, cases[i].reached, &tokens),
                  cases[i].result);
        CHECK_INT(error.result, cases[i].result);
        CHECK_INT(error.attempt, 1);
        CHECK_INT(tokens.access_token.state, PINBULK_ABSENT);
        CHECK_INT(service.exchanges, 1);
        check_no_secret();
    }
}

// A token request whose reply was lost may have used the refresh token up.
static void it_is_repeated_like_an_upsert(void)
{
    int reached;
    for (reached = PINBULK_REACHED_UNKNOWN; reached <= PINBULK_REACHED_RESPONSE; reached++)
        CHECK_INT(pinbulk_retry_delay(NULL, PINBULK_OPERATION_TOKEN, 1, (pinbulk_reached)reached, 0,
                                      0, -1, 0) >= 0,
                  reached == PINBULK_REACHED_NOTHING || reached == PINBULK_REACHED_HEAD);
    CHECK_INT(pinbulk_retry_delay(NULL, PINBULK_OPERATION_TOKEN, 1, PINBULK_REACHED_COMPLETE, 503,
                                  0, -1, 0),
              -1);
}

// ---- in a job -----------------------------------------------------------------------------------

static char kept_token[64];

static pinbulk_result new_token(void *ctx, pinbulk_text *token)
{
    pinbulk_tokens tokens;
    pinbulk_result result = refresh_with(200, (const char *)ctx, PINBULK_REACHED_COMPLETE, &tokens);
    if (result != PINBULK_OK)
        return result;
    CHECK(tokens.access_token.length < sizeof kept_token);
    memcpy(kept_token, tokens.access_token.text, tokens.access_token.length);
    token->data = kept_token;
    token->length = tokens.access_token.length;
    memset(memory, 0, sizeof memory);
    return PINBULK_OK;
}

static pinbulk_result run(const char *reply)
{
    static char job_memory[4096];
    static pinbulk_job job;
    pinbulk_job_config config;
    pinbulk_download everything;
    pinbulk_result result;
    memset(&config, 0, sizeof config);
    memset(&everything, 0, sizeof everything);
    memset(&service, 0, sizeof service);
    config.api.token = pinbulk_text_of("pina_CANARY-old");
    config.account = pinbulk_text_of("1");
    config.memory = job_memory;
    config.memory_size = sizeof job_memory;
    config.ctx = (void *)(size_t)reply;
    config.token = new_token;
    pinbulk_job_init_download(&job, &config, &everything);
    result = pinbulk_job_run(&job, &transport);
    error = job.error;
    check_no_secret();
    return result;
}

static void a_job_goes_on_with_a_new_token(void)
{
    CHECK_INT(run("{\"access_token\":\"" ACCESS "\"}"), PINBULK_OK);
    CHECK_INT(service.bearer_new, 2); // submission and status
    CHECK_INT(run("{\"error\":\"invalid_grant\"}"), PINBULK_UNAUTHORIZED);
    CHECK_INT(service.bearer_new, 0);
}

int main(void)
{
    RUN(the_request);
    RUN(credentials_are_base64);
    RUN(foreign_bytes_are_refused_by_name);
    RUN(only_to_a_safe_base);
    RUN(every_memory_size);
    RUN(every_size_of_memory_for_the_exchange);
    RUN(the_reply);
    RUN(replies_without_a_token_are_errors);
    RUN(it_is_repeated_like_an_upsert);
    RUN(a_job_goes_on_with_a_new_token);
    return check_report();
}
