// The libcurl adapter against real servers: what it sends, what it reports, and how far it says an
// exchange got. Link with -lcurl -lmicrohttpd -pthread; certificates are made with the openssl
// tool.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "../adapters/pinbulk_curl.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#include <malloc.h>
#include "check.h"
#include "server.h"
#include "sandbox_server.h"

#define ACCOUNT SANDBOX_ACCOUNT

// What libcurl allocates, to see that the header line with the token is wiped before it is freed.
static int lines_freed_with_token;

static void *zeroed(size_t size)
{
    return calloc(1, size);
}

static void look_and_free(void *memory)
{
    static const char line[] = "Authorization: Bearer " CANARY;
    if (memory && malloc_usable_size(memory) >= sizeof line &&
        memcmp(memory, line, sizeof line) == 0)
        __atomic_add_fetch(&lines_freed_with_token, 1, __ATOMIC_SEQ_CST);
    free(memory);
}

static const char *folder; // of the certificates
static char ca_file[256];

// ---- one exchange -------------------------------------------------------------------------------

// A request, its response, and what the adapter said of it.
static struct {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_outcome outcome;
    pinbulk_body body;
    char memory[2048], reply[4096];
} one;

// A time limit that no test reaches, so that no failure can hang.
static pinbulk_curl new_curl(uint32_t idle_timeout)
{
    pinbulk_curl_config config = {
        .ca_file = ca_file, .idle_timeout = idle_timeout, .total_timeout = 20000};
    pinbulk_curl curl;
    CHECK_INT(pinbulk_curl_init(&curl, &config), PINBULK_OK);
    return curl;
}

static const char small_body[] = "{\"create\":{}}";
static char large_body[4 << 20];

// Makes a request of the API at `base_url`, or of a result file with that URL.
static void make_request(pinbulk_operation operation, const char *base_url)
{
    pinbulk_api api = {.token = pinbulk_text_of(CANARY),
                       .base_url = pinbulk_text_of(base_url),
                       .allow_loopback_http = 1};
    pinbulk_text account = pinbulk_text_of(ACCOUNT), none = {0, NULL};
    pinbulk_error error = {0};
    pinbulk_result result = PINBULK_OK;
    pinbulk_refresh refresh = {
        pinbulk_text_of("1"), pinbulk_text_of("s"), pinbulk_text_of("t"), {0, NULL}, 0};
    pinbulk_body_init_memory(&one.body, small_body, sizeof small_body - 1);
    switch (operation) {
    case PINBULK_OPERATION_DOWNLOAD:
        result = pinbulk_request_download(&one.request, &api, account, &one.body, one.memory,
                                          sizeof one.memory, &error);
        break;
    case PINBULK_OPERATION_UPSERT:
        result = pinbulk_request_upsert(&one.request, &api, account, &one.body, one.memory,
                                        sizeof one.memory, &error);
        break;
    case PINBULK_OPERATION_STATUS:
        result = pinbulk_request_status(&one.request, &api, account, pinbulk_text_of("77"), 0,
                                        one.memory, sizeof one.memory, &error);
        break;
    case PINBULK_OPERATION_TOKEN:
        result = pinbulk_request_token(&one.request, &api, &refresh, &one.body, one.memory,
                                       sizeof one.memory, &error);
        break;
    case PINBULK_OPERATION_RESULT:
        result = pinbulk_request_result(&one.request, &api, pinbulk_text_of(base_url), 0, none,
                                        one.memory, sizeof one.memory, &error);
        break;
    }
    CHECK_INT(result, PINBULK_OK);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
}

// Sends what make_request made.
static pinbulk_reached send_request(pinbulk_curl *curl)
{
    pinbulk_transport transport = pinbulk_curl_transport(curl);
    one.outcome = transport.exchange(transport.ctx, &one.request, &one.response);
    CHECK(curl->exchange.headers == NULL); // the token does not stay
    CHECK((one.outcome.text == NULL) == (one.outcome.reached >= PINBULK_REACHED_CLOSED));
    CHECK(one.outcome.text == NULL || strstr(one.outcome.text, "://") == NULL);
    CHECK(one.outcome.text != curl_easy_strerror(CURLE_OK));
    return one.outcome.reached;
}

static pinbulk_reached exchange(pinbulk_curl *curl, pinbulk_operation operation, const char *url)
{
    make_request(operation, url);
    return send_request(curl);
}

static void check_reply(int status, const char *body)
{
    CHECK_INT(one.response.status, status);
    CHECK_TEXT(one.response.body, one.response.body_used, body);
}

// ---- what is sent -------------------------------------------------------------------------------

// Remembers a request and answers with {}.
static struct {
    char method[8], target[256], authorization[64], accept[64], content_type[64], expect[16],
        host[64];
    char encoding[64], length[24], body[64];
} seen;

static void copy_header(char *to, size_t size, const server_request *request, const char *name)
{
    const char *value = server_header(request, name);
    snprintf(to, size, "%s", value ? value : "(none)");
}

static void remember(void *ctx, const server_request *request, server_reply *reply)
{
    (void)ctx;
    snprintf(seen.method, sizeof seen.method, "%s", request->method);
    snprintf(seen.target, sizeof seen.target, "%s", request->target);
    snprintf(seen.body, sizeof seen.body, "%s", request->body);
    copy_header(seen.authorization, sizeof seen.authorization, request, "Authorization");
    copy_header(seen.accept, sizeof seen.accept, request, "Accept");
    copy_header(seen.content_type, sizeof seen.content_type, request, "Content-Type");
    copy_header(seen.expect, sizeof seen.expect, request, "Expect");
    copy_header(seen.host, sizeof seen.host, request, "Host");
    copy_header(seen.encoding, sizeof seen.encoding, request, "Accept-Encoding");
    copy_header(seen.length, sizeof seen.length, request, "Content-Length");
    server_add_header(reply, "X-Pinterest-RID", "rid-1");
    server_set_body(reply, "{}", 2);
}

static void request_goes_out_as_it_is(void)
{
    server server;
    pinbulk_curl curl = new_curl(0);
    char number[24];
    server_start(&server, remember, NULL, NULL, NULL);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_COMPLETE);
    check_reply(200, "{}");
    CHECK_TEXT(one.response.rid, strlen(one.response.rid), "rid-1");
    CHECK_INT(one.outcome.permanent, 0);
    CHECK_TEXT(seen.method, strlen(seen.method), "POST");
    CHECK_TEXT(seen.target, strlen(seen.target), "/ad_accounts/" ACCOUNT "/bulk/upsert");
    CHECK_TEXT(seen.authorization, strlen(seen.authorization), "Bearer " CANARY);
    CHECK_TEXT(seen.accept, strlen(seen.accept), "application/json");
    CHECK_TEXT(seen.content_type, strlen(seen.content_type), "application/json");
    CHECK_TEXT(seen.expect, strlen(seen.expect), "(none)");
    CHECK_TEXT(seen.body, strlen(seen.body), small_body);
    snprintf(number, sizeof number, "%u", (unsigned)sizeof small_body - 1);
    CHECK_TEXT(seen.length, strlen(seen.length), number);
    CHECK(strcmp(seen.host, server.url + strlen("http://")) == 0);

    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
    CHECK_TEXT(seen.method, strlen(seen.method), "GET");
    CHECK_TEXT(seen.length, strlen(seen.length), "(none)");
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static void result_url_goes_out_byte_for_byte(void)
{
    static const char *const targets[] = {"/a/../b/./c%2f%2Fd?X-Amz-Signature=ab%2b%2B~!*'()&x=%41",
                                          "/(...)/?q=a;b:c@d/e?f", "/"};
    server server;
    pinbulk_curl curl = new_curl(0);
    char url[512];
    size_t i;
    server_start(&server, remember, NULL, NULL, NULL);
    for (i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        snprintf(url, sizeof url, "%s%s", server.url, targets[i]);
        CHECK_INT(exchange(&curl, PINBULK_OPERATION_RESULT, url), PINBULK_REACHED_COMPLETE);
        CHECK_TEXT(seen.target, strlen(seen.target), targets[i]);
        CHECK_TEXT(seen.authorization, strlen(seen.authorization), "(none)");
        CHECK_TEXT(seen.encoding, strlen(seen.encoding), "identity");
        CHECK(strcmp(seen.accept, "*/*") != 0); // libcurl's own
    }
    CHECK_INT(COUNT(server.canaries), 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static void progress_counts(void *ctx, uint64_t sent, uint64_t received)
{
    uint64_t *most = (uint64_t *)ctx;
    most[0] = sent > most[0] ? sent : most[0];
    most[1] = received > most[1] ? received : most[1];
}

static void count_body(void *ctx, const server_request *request, server_reply *reply)
{
    *(size_t *)ctx = request->length;
    copy_header(seen.expect, sizeof seen.expect, request, "Expect");
    reply->length = 3000;
}

static void large_body_and_progress(void)
{
    server server;
    size_t length = 0;
    uint64_t most[2] = {0, 0};
    pinbulk_curl_config config = {.progress = progress_counts, .ctx = most};
    pinbulk_curl curl;
    CHECK_INT(pinbulk_curl_init(&curl, &config), PINBULK_OK);
    server_start(&server, count_body, &length, NULL, NULL);
    make_request(PINBULK_OPERATION_UPSERT, server.url);
    pinbulk_body_init_memory(&one.body, large_body, sizeof large_body);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_COMPLETE);
    CHECK_INT(length, sizeof large_body);
    CHECK_TEXT(seen.expect, strlen(seen.expect), "(none)");
    CHECK_INT(most[0], sizeof large_body);
    CHECK_INT(most[1], 3000);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

// ---- certificates and schemes -------------------------------------------------------------------

static void only_the_good_certificate_passes(void)
{
    static const struct {
        const char *name, *host;
        int authority, passes;
    } cases[] = {{"good", "127.0.0.1", 1, 1},       {"good", "localhost", 1, 1},
                 {"good", "127.0.0.1", 0, 0},       {"wrong_host", "127.0.0.1", 1, 0},
                 {"wrong_host", "localhost", 1, 0}, {"expired", "127.0.0.1", 1, 0},
                 {"unknown", "127.0.0.1", 1, 0}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server server;
        pinbulk_curl curl = new_curl(0);
        char url[64];
        if (!cases[i].authority)
            curl.config.ca_file = NULL;
        server_start(&server, remember, NULL, folder, cases[i].name);
        snprintf(url, sizeof url, "https://%s:%u", cases[i].host, server.port);
        exchange(&curl, PINBULK_OPERATION_UPSERT, url);
        CHECK_INT(one.outcome.reached,
                  cases[i].passes ? PINBULK_REACHED_COMPLETE : PINBULK_REACHED_NOTHING);
        CHECK_INT(one.outcome.permanent, !cases[i].passes);
        CHECK_INT(COUNT(server.requests), cases[i].passes);
        CHECK_INT(COUNT(server.canaries), cases[i].passes);
        CHECK(cases[i].passes || (one.outcome.text && (strstr(one.outcome.text, "certificate") ||
                                                       // the machine has none of authorities
                                                       (!cases[i].authority &&
                                                        strstr(one.outcome.text, "authorities")))));
        pinbulk_curl_free(&curl);
        server_stop(&server);
    }
}

static void missing_authorities_file(void)
{
    server server;
    pinbulk_curl curl = new_curl(0);
    curl.config.ca_file = "/nowhere/ca.pem";
    server_start(&server, remember, NULL, folder, "good");
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 1);
    CHECK_INT(COUNT(server.requests), 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

// Requests that the builders refuse to make: the adapter refuses them too.
static void http_is_for_loopback_only(void)
{
    static const char *const hosts[] = {"example.invalid",
                                        "127.0.0.1.example.invalid",
                                        "127.1",
                                        "128.0.0.1",
                                        "1...",
                                        "localhost.invalid",
                                        "192.168.127.1",
                                        "",
                                        "::2"};
    server server;
    pinbulk_curl curl = new_curl(0);
    size_t i;
    server_start(&server, remember, NULL, NULL, NULL);
    for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        make_request(PINBULK_OPERATION_STATUS, server.url);
        one.request.host = pinbulk_text_of(hosts[i]);
        CHECK_INT(send_request(&curl), PINBULK_REACHED_NOTHING);
        CHECK_INT(one.outcome.permanent, 1);
    }
    make_request(PINBULK_OPERATION_STATUS, server.url);
    one.request.scheme = pinbulk_text_of("ftp");
    CHECK_INT(send_request(&curl), PINBULK_REACHED_NOTHING);
    make_request(PINBULK_OPERATION_STATUS, server.url);
    one.request.scheme = pinbulk_text_of("https"); // but the URL says http
    CHECK_INT(send_request(&curl), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 1);
    char url[128];
    snprintf(url, sizeof url, "http://user:password@127.0.0.1:%u/", server.port);
    make_request(PINBULK_OPERATION_STATUS, server.url);
    one.request.url = pinbulk_text_of(url);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 1);
    CHECK_INT(COUNT(server.connections), 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

// ---- redirects and proxies ----------------------------------------------------------------------

static void redirect(void *ctx, const server_request *request, server_reply *reply)
{
    (void)request;
    server_add_header(reply, "Location", ((server *)ctx)->url);
    reply->status = 307;
    server_set_body(reply, "elsewhere", 9);
}

static void redirects_are_not_followed(void)
{
    server server, target;
    pinbulk_curl curl = new_curl(0);
    server_start(&target, remember, NULL, NULL, NULL);
    server_start(&server, redirect, &target, NULL, NULL);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
    check_reply(307, "elsewhere");
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_COMPLETE);
    check_reply(307, "elsewhere");
    CHECK_INT(COUNT(server.requests), 2);
    CHECK_INT(COUNT(target.connections), 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
    server_stop(&target);
}

// A proxy that opens a tunnel to the port in ctx, or refuses when that is 0.
static void proxy(void *ctx, const raw_request *request, raw_reply *reply)
{
    CHECK(strncmp(request->text, "CONNECT 127.0.0.1:", 18) == 0);
    if (*(uint16_t *)ctx == 0) {
        raw_text(reply, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", RAW_CLOSE);
        return;
    }
    raw_text(reply, "HTTP/1.1 200 Connection established\r\nX-Pinterest-RID: proxy\r\n\r\n",
             RAW_TUNNEL);
    reply->tunnel_port = *(uint16_t *)ctx;
}

static void proxy_is_a_tunnel(void)
{
    server server;
    raw_server proxy_server;
    uint16_t port;
    pinbulk_curl curl = new_curl(0);
    server_start(&server, remember, NULL, folder, "good");
    port = server.port;
    raw_start(&proxy_server, proxy, &port);
    curl.config.proxy = proxy_server.url;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_COMPLETE);
    check_reply(200, "{}"); // not the head of the proxy's answer
    CHECK_TEXT(one.response.rid, strlen(one.response.rid), "rid-1");
    CHECK_INT(COUNT(proxy_server.requests), 1);
    CHECK_INT(COUNT(server.canaries), 1);

    port = 0;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 0);
    CHECK_INT(one.response.status, 0);
    CHECK_INT(COUNT(proxy_server.requests), 2);
    CHECK_INT(COUNT(server.requests), 1);
    CHECK_INT(COUNT(proxy_server.canaries), 0);
    pinbulk_curl_free(&curl);
    raw_stop(&proxy_server);
    server_stop(&server);
}

static void unreachable_proxy_and_server(void)
{
    server server;
    char nobody[64];
    pinbulk_curl curl = new_curl(0);
    snprintf(nobody, sizeof nobody, "http://127.0.0.1:%u", port_of_nobody());
    server_start(&server, remember, NULL, folder, "good");
    curl.config.proxy = nobody;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 0);
    CHECK_INT(COUNT(server.connections), 0);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, nobody), PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 0);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, "https://name.invalid"),
              PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static void http_does_not_use_the_proxy_and_the_environment_has_no_say(void)
{
    static const char *const names[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                        "ALL_PROXY"};
    server http, https;
    char nobody[64];
    pinbulk_curl curl = new_curl(0);
    size_t i;
    snprintf(nobody, sizeof nobody, "http://127.0.0.1:%u", port_of_nobody());
    server_start(&http, remember, NULL, NULL, NULL);
    server_start(&https, remember, NULL, folder, "good");
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        setenv(names[i], nobody, 1);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, http.url), PINBULK_REACHED_COMPLETE);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, https.url), PINBULK_REACHED_COMPLETE);
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    curl.config.proxy = nobody;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, http.url), PINBULK_REACHED_COMPLETE);
    setenv("no_proxy", "*", 1); // the proxy that was set is used all the same
    pinbulk_curl_free(&curl);
    curl = new_curl(0);
    curl.config.proxy = nobody;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, https.url), PINBULK_REACHED_NOTHING);
    unsetenv("no_proxy");
    pinbulk_curl_free(&curl);
    server_stop(&http);
    server_stop(&https);
}

// ---- how responses end --------------------------------------------------------------------------

static void reply_like(void *ctx, const server_request *request, server_reply *reply)
{
    (void)request;
    *reply = *(const server_reply *)ctx;
}

static void ends_of_responses(void)
{
    static const struct {
        server_reply reply;
        pinbulk_reached reached;
        uint64_t received;
    } cases[] = {
        {{.status = 200, .length = 900}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 900, .chunked = 1}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 900, .until_close = 1}, PINBULK_REACHED_CLOSED, 900},
        {{.status = 200, .length = 900, .piece = 1}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 900, .piece = 1, .chunked = 1}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 0}, PINBULK_REACHED_COMPLETE, 0},
        {{.status = 204, .length = 0}, PINBULK_REACHED_COMPLETE, 0},
        {{.status = 503, .length = 20}, PINBULK_REACHED_COMPLETE, 20},
        {{.status = 200, .length = 900, .missing = 1}, PINBULK_REACHED_RESPONSE, 899},
        {{.status = 200, .length = 900, .missing = 900}, PINBULK_REACHED_RESPONSE, 0},
        {{.status = 200, .length = 900, .missing = 1, .chunked = 1}, PINBULK_REACHED_RESPONSE, 899},
        {{.status = 200, .length = 900, .missing = 900, .chunked = 1}, PINBULK_REACHED_RESPONSE, 0},
        {{.status = 0}, PINBULK_REACHED_BODY, 0},
    };
    size_t i;
    int tls;
    for (tls = 0; tls < 2; tls++)
        for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            server server;
            server_reply reply = cases[i].reply;
            pinbulk_curl curl = new_curl(0);
            server_start(&server, reply_like, &reply, tls ? folder : NULL, "good");
            CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), cases[i].reached);
            CHECK_INT(one.response.status, reply.status);
            CHECK_INT(one.response.received, cases[i].received);
            CHECK_INT(one.outcome.permanent, 0);
            CHECK_INT(COUNT(server.requests), 1);
            pinbulk_curl_free(&curl);
            server_stop(&server);
        }
}

typedef struct script {
    const char *bytes;
    raw_then then;
} script;

static void play(void *ctx, const raw_request *request, raw_reply *reply)
{
    const script *script = (const struct script *)ctx;
    (void)request;
    raw_text(reply, script->bytes, script->then);
}

static void odd_responses(void)
{
    static const struct {
        script script;
        pinbulk_reached reached;
        int status;
        const char *body;
    } cases[] = {
        {{"HTTP/1.1 100 Continue\r\nX-Pinterest-RID: early\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         200,
         "{}"},
        {{"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
          "X-Pinterest-RID: trailer\r\n\r\n",
          RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         201,
         "{}"},
        {{"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING:\tChunked \r\n\r\n2\r\n{}\r\n0\r\n\r\n", RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         200,
         "{}"},
        {{"HTTP/1.0 200 OK\r\n\r\n{}", RAW_CLOSE}, PINBULK_REACHED_CLOSED, 200, "{}"},
        {{"HTTP/1.1 200\r\n\r\n", RAW_CLOSE}, PINBULK_REACHED_CLOSED, 200, ""},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and more than announced", RAW_CLOSE},
         PINBULK_REACHED_COMPLETE,
         200,
         "{}"},
        {{"HTTP/1.1 204 No Content\r\n\r\n", RAW_KEEP}, PINBULK_REACHED_COMPLETE, 204, ""},
        {{"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         304,
         ""},
        {{"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         200,
         "abc"}, // is not touched
        {{"HTTP/1.1 200 OK\r\nX-Other: a\r\n X-Pinterest-RID: folded\r\nContent-Length: 0\r\n\r\n",
          RAW_KEEP},
         PINBULK_REACHED_COMPLETE,
         200,
         ""},
        // broken ones
        {{"HTTP/1.1 101 Switching Protocols\r\n\r\n", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"", RAW_RESET}, PINBULK_REACHED_BODY, 0, ""},
        {{"SSH-2.0-something\r\n\r\n", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"\r\n\r\n<html>", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"HTTP/1.1 2x0 OK\r\n\r\n{}", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"HTTP/1.1 100 Continue\r\n\r\n", RAW_CLOSE}, PINBULK_REACHED_BODY, 0, ""},
        {{"HTTP/1.1 200 OK\r\nContent-Le", RAW_CLOSE}, PINBULK_REACHED_RESPONSE, 200, ""},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_CLOSE},
         PINBULK_REACHED_RESPONSE,
         200,
         "{}"},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_RESET},
         PINBULK_REACHED_RESPONSE,
         200,
         NULL},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", RAW_CLOSE},
         PINBULK_REACHED_RESPONSE,
         200,
         "{}"},
        {{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
          RAW_CLOSE},
         PINBULK_REACHED_RESPONSE,
         200,
         "{}"},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n",
          RAW_CLOSE},
         PINBULK_REACHED_RESPONSE,
         200,
         "{}"},
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", RAW_CLOSE},
         PINBULK_REACHED_RESPONSE,
         200,
         ""},
        {{"HTTP/1.0 200 OK\r\n\r\n{}", RAW_RESET}, PINBULK_REACHED_RESPONSE, 200, NULL},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raw_server server;
        script script = cases[i].script;
        pinbulk_curl curl = new_curl(0);
        raw_start(&server, play, &script);
        exchange(&curl, PINBULK_OPERATION_UPSERT, server.url);
        if (one.outcome.reached != cases[i].reached)
            CHECK_FAIL("case %d: reached %d, not %d (%s)", (int)i, one.outcome.reached,
                       cases[i].reached, one.outcome.text ? one.outcome.text : "");
        CHECK_INT(one.response.status, cases[i].status);
        CHECK_INT(one.outcome.permanent, 0);
        CHECK_INT(one.response.rid[0], 0); // neither of 1xx nor of a trailer
        if (cases[i].body)
            CHECK_TEXT(one.response.body, one.response.body_used, cases[i].body);
        pinbulk_curl_free(&curl);
        raw_stop(&server);
        CHECK_INT(COUNT(server.requests), 1);
    }
}

// ---- limits -------------------------------------------------------------------------------------

static char many[100000];

static void make_many_headers(const char *status)
{
    size_t at = (size_t)snprintf(many, sizeof many, "HTTP/1.1 %s\r\n", status);
    while (at + 600 < sizeof many)
        at += (size_t)snprintf(many + at, sizeof many - at, "X-Filler: %0500d\r\n", 0);
    snprintf(many + at, sizeof many - at, "Content-Length: 0\r\n\r\n");
}

static void headers_are_limited(void)
{
    raw_server server;
    pinbulk_curl curl = new_curl(0);
    script script = {many, RAW_KEEP};
    make_many_headers("200 OK");
    raw_start(&server, play, &script);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_RESPONSE);
    curl.config.head_limit = 100000;
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
    pinbulk_curl_free(&curl);
    raw_stop(&server);
    curl = new_curl(0);
    make_many_headers("103 Early Hints");
    raw_start(&server, play, &script);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_HEAD);
    CHECK_INT(one.response.status, 0);
    pinbulk_curl_free(&curl);
    raw_stop(&server);
}

static pinbulk_result take_some(void *ctx, const void *data, size_t length)
{
    uint64_t *left = (uint64_t *)ctx;
    (void)data;
    if (length > *left)
        return PINBULK_SINK_FAILED;
    *left -= length;
    return PINBULK_OK;
}

static void bodies_are_limited(void)
{
    server server;
    server_reply huge = {.status = 200, .length = UINT64_C(1) << 40};
    uint64_t left = 100000;
    pinbulk_sink sink = {.ctx = &left, .write = take_some};
    pinbulk_curl curl = new_curl(0);
    server_start(&server, reply_like, &huge, NULL, NULL);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_RESPONSE);
    CHECK(one.response.body_used <= sizeof one.reply);

    char url[80];
    snprintf(url, sizeof url, "%s/file", server.url);
    make_request(PINBULK_OPERATION_RESULT, url);
    pinbulk_response_set_sink(&one.response, sink, 1 << 20);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_RESPONSE); // the sink has enough
    CHECK(one.response.received < 1 << 20);

    left = UINT64_MAX;
    make_request(PINBULK_OPERATION_RESULT, url);
    pinbulk_response_set_sink(&one.response, sink, 1 << 20);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_RESPONSE); // the limit
    CHECK(UINT64_MAX - left <= 1 << 20);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static int ended_by_silence(void)
{
    return one.outcome.text != NULL && strstr(one.outcome.text, "no byte") != NULL;
}

static void silence_ends_an_exchange(void)
{
    server server;
    raw_server silent;
    server_reply slow = {.status = 200, .length = 120, .piece = 10, .pause = 100};
    script nothing = {"", RAW_HOLD};
    script half = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_HOLD};
    pinbulk_curl curl = new_curl(300);
    raw_start(&silent, play, &nothing);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, silent.url), PINBULK_REACHED_BODY);
    CHECK(ended_by_silence());
    CHECK_INT(one.outcome.permanent, 0);
    raw_stop(&silent);

    raw_start(&silent, play, &half);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, silent.url), PINBULK_REACHED_RESPONSE);
    CHECK(ended_by_silence());
    check_reply(200, "{}");
    raw_stop(&silent);

    curl.config.idle_timeout = 800; // less than it takes, but it is never silent
    server_start(&server, reply_like, &slow, NULL, NULL);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static void slowness_is_limited_too(void)
{
    server server;
    server_reply slow = {.status = 200, .length = 1000, .piece = 1, .pause = 20};
    pinbulk_curl curl = new_curl(0);
    curl.config.total_timeout = 400;
    server_start(&server, reply_like, &slow, NULL, NULL);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_RESPONSE);
    CHECK(one.response.received > 0 && one.response.received < 1000);
    CHECK_INT(one.outcome.permanent, 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

// A server that accepts and never answers the TLS handshake.
static void connecting_is_limited(void)
{
    raw_server server;
    script nothing = {"", RAW_HOLD};
    pinbulk_curl curl = new_curl(0);
    char url[64];
    pinbulk_transport clock = pinbulk_curl_transport(&curl);
    uint64_t start = clock.now(clock.ctx);
    curl.config.connect_timeout = 300;
    raw_start(&server, play, &nothing);
    snprintf(url, sizeof url, "https://127.0.0.1:%u", server.port);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, url), PINBULK_REACHED_NOTHING);
    CHECK(clock.now(clock.ctx) - start < 5000);
    CHECK_INT(one.outcome.permanent, 0);
    pinbulk_curl_free(&curl);
    raw_stop(&server);
    CHECK_INT(COUNT(server.canaries), 0);
}

// ---- connections --------------------------------------------------------------------------------

static void connections_are_used_again(void)
{
    server server;
    pinbulk_curl curl = new_curl(0);
    int tls, i;
    for (tls = 0; tls < 2; tls++) {
        server_start(&server, remember, NULL, tls ? folder : NULL, "good");
        for (i = 0; i < 5; i++)
            CHECK_INT(exchange(&curl, i % 2 ? PINBULK_OPERATION_DOWNLOAD : PINBULK_OPERATION_STATUS,
                               server.url),
                      PINBULK_REACHED_COMPLETE);
        CHECK_INT(COUNT(server.connections), 1);
        // an upsert begins on a connection of its own, which others may then use
        CHECK_INT(exchange(&curl, PINBULK_OPERATION_UPSERT, server.url), PINBULK_REACHED_COMPLETE);
        CHECK_INT(COUNT(server.connections), 2);
        CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
        CHECK_INT(COUNT(server.connections), 2);
        CHECK_INT(COUNT(server.requests), 7);
        server_stop(&server);
    }
    pinbulk_curl_free(&curl);
}

// Answers the first request of the first connection, then breaks that connection off in the way ctx
// says.
static void die_after_one(void *ctx, const raw_request *request, raw_reply *reply)
{
    raw_then then = *(raw_then *)ctx;
    if (request->connection > 1 || request->number == 1)
        raw_text(reply, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                 then == RAW_CLOSE && request->connection == 1 ? RAW_CLOSE : RAW_KEEP);
    else
        raw_text(reply, "", then);
}

static void connection_that_died_while_idle(void)
{
    pinbulk_operation operation;
    for (operation = PINBULK_OPERATION_DOWNLOAD; operation <= PINBULK_OPERATION_STATUS;
         operation++) {
        raw_server server;
        raw_then then = RAW_CLOSE;
        pinbulk_curl curl = new_curl(0);
        raw_start(&server, die_after_one, &then);
        CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
        server_sleep(50);
        CHECK_INT(exchange(&curl, operation, server.url), PINBULK_REACHED_COMPLETE);
        check_reply(200, "{}");
        pinbulk_curl_free(&curl);
        raw_stop(&server);
        CHECK_INT(COUNT(server.requests), 2);
        CHECK_INT(COUNT(server.connections), 2);
    }
}

// The server takes the second request of a connection whole and breaks off.
static void connection_that_dies_under_a_request(void)
{
    static const struct {
        pinbulk_operation operation;
        int reuse; // also for an upsert, which the adapter does not do
        pinbulk_reached reached;
        unsigned requests;
    } cases[] = {
        {PINBULK_OPERATION_STATUS, 0, PINBULK_REACHED_COMPLETE, 3},
        {PINBULK_OPERATION_DOWNLOAD, 0, PINBULK_REACHED_COMPLETE, 3}, // sent again: harmless
        {PINBULK_OPERATION_UPSERT, 0, PINBULK_REACHED_COMPLETE, 2},   // never went there
        {PINBULK_OPERATION_UPSERT, 1, PINBULK_REACHED_BODY, 2}};      // not sent again
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raw_server server;
        raw_then then = RAW_RESET;
        pinbulk_curl curl = new_curl(0);
        CURLcode code;
        raw_start(&server, die_after_one, &then);
        CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, server.url), PINBULK_REACHED_COMPLETE);
        make_request(cases[i].operation, server.url);
        CHECK_INT(pinbulk_curl_prepare(&curl, &one.request, &one.response), CURLE_OK);
        if (cases[i].reuse)
            CHECK_INT(curl_easy_setopt(curl.easy, CURLOPT_FRESH_CONNECT, 0L), CURLE_OK);
        code = curl_easy_perform(curl.easy);
        one.outcome = pinbulk_curl_outcome(&curl, code);
        CHECK_INT(one.outcome.reached, cases[i].reached);
        CHECK_INT(one.outcome.permanent, 0);
        pinbulk_curl_free(&curl);
        raw_stop(&server);
        CHECK_INT(COUNT(server.requests), cases[i].requests);
    }
}

static void upsert_that_breaks_off_in_the_middle(void)
{
    raw_server server;
    script reset = {"", RAW_RESET};
    pinbulk_curl curl = new_curl(0);
    raw_start(&server, play, &reset);
    server.options.read_limit = 1000;
    make_request(PINBULK_OPERATION_UPSERT, server.url);
    pinbulk_body_init_memory(&one.body, large_body, sizeof large_body);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_BODY);
    pinbulk_curl_free(&curl);
    raw_stop(&server);
    CHECK_INT(COUNT(server.requests), 1);
    CHECK_INT(COUNT(server.connections), 1);
}

// A server may refuse before it has read everything.
static void refusal_before_the_body_is_sent(void)
{
    raw_server server;
    script refuse = {"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}", RAW_HOLD};
    pinbulk_curl curl = new_curl(0);
    raw_start(&server, play, &refuse);
    server.options.read_limit = 1000;
    make_request(PINBULK_OPERATION_UPSERT, server.url);
    pinbulk_body_init_memory(&one.body, large_body, sizeof large_body);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_COMPLETE);
    check_reply(413, "{}");
    pinbulk_curl_free(&curl);
    raw_stop(&server);
    CHECK_INT(COUNT(server.requests), 1);
}

static void free_is_always_allowed(void)
{
    pinbulk_curl curl;
    pinbulk_curl_init(&curl, NULL);
    pinbulk_curl_free(&curl);
    pinbulk_curl_free(&curl);
    CHECK_INT(exchange(&curl, PINBULK_OPERATION_STATUS, "https://name.invalid"),
              PINBULK_REACHED_NOTHING);
    CHECK_INT(one.outcome.permanent, 1);
}

// ---- event loop ---------------------------------------------------------------------------------

// Several exchanges at once in one thread, through libcurl's multi interface.
static void several_at_once(void)
{
    enum { COUNT = 8 };
    static struct {
        pinbulk_curl curl;
        pinbulk_request request;
        pinbulk_response response;
        char memory[1024], reply[256];
    } each[COUNT];
    server server;
    server_reply slow = {.status = 200, .length = 100, .delay = 200};
    pinbulk_api api = {.token = pinbulk_text_of(CANARY), .allow_loopback_http = 1};
    CURLM *multi = curl_multi_init();
    int i, running = COUNT, left = 0, done = 0;
    uint64_t start;
    pinbulk_transport clock;
    server_start(&server, reply_like, &slow, NULL, NULL);
    api.base_url = pinbulk_text_of(server.url);
    for (i = 0; i < COUNT; i++) {
        each[i].curl = new_curl(0);
        CHECK_INT(pinbulk_request_status(&each[i].request, &api, pinbulk_text_of(ACCOUNT),
                                         pinbulk_text_of("77"), 0, each[i].memory,
                                         sizeof each[i].memory, NULL),
                  PINBULK_OK);
        pinbulk_response_init(&each[i].response, &each[i].request, each[i].reply,
                              sizeof each[i].reply);
        CHECK_INT(pinbulk_curl_prepare(&each[i].curl, &each[i].request, &each[i].response),
                  CURLE_OK);
        curl_easy_setopt(each[i].curl.easy, CURLOPT_PRIVATE, &each[i].curl);
        curl_multi_add_handle(multi, each[i].curl.easy);
    }
    clock = pinbulk_curl_transport(&each[0].curl);
    start = clock.now(clock.ctx);
    while (running > 0) {
        CURLMsg *message;
        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            CURLcode code = message->data.result;
            pinbulk_curl *curl = NULL;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&curl);
            curl_multi_remove_handle(multi, curl->easy);
            CHECK_INT(pinbulk_curl_outcome(curl, code).reached, PINBULK_REACHED_COMPLETE);
            done++;
        }
        curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
    CHECK_INT(done, COUNT);
    CHECK(clock.now(clock.ctx) - start < 200 * COUNT);
    for (i = 0; i < COUNT; i++) {
        CHECK_INT(each[i].response.received, 100);
        pinbulk_curl_free(&each[i].curl);
    }
    curl_multi_cleanup(multi);
    server_stop(&server);
}

// An exchange that the event loop gives up.
static void removed_from_the_loop(void)
{
    raw_server server;
    script nothing = {"", RAW_HOLD};
    pinbulk_curl curl = new_curl(0);
    CURLM *multi = curl_multi_init();
    int running, i;
    raw_start(&server, play, &nothing);
    make_request(PINBULK_OPERATION_UPSERT, server.url);
    CHECK_INT(pinbulk_curl_prepare(&curl, &one.request, &one.response), CURLE_OK);
    curl_multi_add_handle(multi, curl.easy);
    for (i = 0; i < 200 && COUNT(server.requests) == 0; i++) {
        curl_multi_perform(multi, &running);
        curl_multi_poll(multi, NULL, 0, 10, NULL);
    }
    curl_multi_remove_handle(multi, curl.easy);
    CHECK_INT(pinbulk_curl_outcome(&curl, CURLE_ABORTED_BY_CALLBACK).reached, PINBULK_REACHED_BODY);
    curl_multi_cleanup(multi);
    pinbulk_curl_free(&curl);
    raw_stop(&server);
}

// ---- whole jobs, on the sandbox -----------------------------------------------------------------

// What a program gets to see of a job: all of it is searched for the token.
static struct {
    char events[20000];
    size_t events_length;
    char line[1024];
    char file[65536]; // the result file
    size_t length;
    size_t cancel_at; // bytes of the file after which the job is cancelled; 0: never
    raw_server *cancel_when_asked;
} shown;

static void show_event(void *ctx, const pinbulk_event *event)
{
    (void)ctx;
    shown.events_length += (size_t)snprintf(
        shown.events + shown.events_length, sizeof shown.events - shown.events_length,
        "%d %d %u %u %" PRIu64 " %d %s %.*s\n", event->kind, event->phase, event->attempt,
        event->polls, event->bytes, event->http_status, pinbulk_result_name(event->result),
        (int)event->request_id.length, event->request_id.data ? event->request_id.data : "");
    CHECK(shown.events_length < sizeof shown.events);
}

static int is_cancelled(void *ctx)
{
    (void)ctx;
    return (shown.cancel_at && shown.length >= shown.cancel_at) ||
           (shown.cancel_when_asked && COUNT(shown.cancel_when_asked->requests) > 0);
}

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

static pinbulk_job job;

// Runs a job against an API and keeps what it shows. `upsert` NULL: a download of everything.
static pinbulk_result run_job(pinbulk_curl *curl, const char *base_url,
                              const pinbulk_upsert *upsert)
{
    static char memory[8192];
    pinbulk_transport transport = pinbulk_curl_transport(curl);
    pinbulk_download everything;
    pinbulk_job_config config = {.api = {.token = pinbulk_text_of(CANARY),
                                         .base_url = pinbulk_text_of(base_url),
                                         .allow_loopback_http = 1},
                                 .account = pinbulk_text_of(ACCOUNT),
                                 .memory = memory,
                                 .memory_size = sizeof memory,
                                 .policy = {.first_delay = 1, .first_poll = 1, .attempts = 3},
                                 .fetch = 1,
                                 .sink = {.write = take_file, .restart = restart_file},
                                 .event = show_event,
                                 .cancelled = is_cancelled};
    pinbulk_result result;
    memset(&everything, 0, sizeof everything);
    shown.length = shown.events_length = 0;
    if (upsert)
        pinbulk_job_init_upsert(&job, &config, upsert);
    else
        pinbulk_job_init_download(&job, &config, &everything);
    result = pinbulk_job_run(&job, &transport);
    pinbulk_error_text(&job.error, shown.line, sizeof shown.line);
    CHECK(strstr(shown.events, CANARY) == NULL && strstr(shown.line, CANARY) == NULL);
    CHECK(strstr(shown.line, "://") == NULL);
    return result;
}

static int file_has(const char *text)
{
    shown.file[shown.length < sizeof shown.file ? shown.length : sizeof shown.file - 1] = '\0';
    return strstr(shown.file, text) != NULL;
}

// One new campaign.
static const pinbulk_upsert *new_campaign(const char *name)
{
    static pinbulk_campaign campaign;
    static pinbulk_create create;
    static pinbulk_upsert upsert;
    campaign.ad_account_id = pinbulk_string_of(ACCOUNT);
    campaign.name = pinbulk_string_of(name);
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    return &upsert;
}

static sandbox_server service;

static void upsert_and_download(void)
{
    int tls;
    size_t piece;
    for (tls = 0; tls < 2; tls++)
        for (piece = 0; piece < 2; piece++) {
            pinbulk_curl curl = new_curl(0);
            sandbox_server_start(&service, tls ? folder : NULL);
            service.piece = piece;
            CHECK_INT(run_job(&curl, service.base_url, new_campaign("Spring")), PINBULK_OK);
            CHECK(file_has("\"Spring\""));
            CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 1);
            CHECK_INT(run_job(&curl, service.base_url, NULL), PINBULK_OK);
            CHECK(file_has("\"Spring\""));
            CHECK_INT(job.unproven, 0);
            // the token goes to the API with every request, and never to the other origin
            CHECK_INT(COUNT(service.api.canaries), COUNT(service.api.requests));
            CHECK_INT(COUNT(service.files.requests), 2);
            CHECK_INT(COUNT(service.files.canaries), 0);
            CHECK_INT(COUNT(service.api.connections), 1);
            CHECK_INT(COUNT(service.files.connections), 1);
            pinbulk_curl_free(&curl);
            sandbox_server_stop(&service);
        }
}

static void lost_reply_to_an_upsert(void)
{
    pinbulk_curl curl = new_curl(0);
    sandbox_server_start(&service, NULL);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1, 0);
    CHECK_INT(run_job(&curl, service.base_url, new_campaign("Spring")), PINBULK_MAYBE_APPLIED);
    CHECK_INT(job.error.reached, PINBULK_REACHED_BODY);
    CHECK_INT(COUNT(service.api.requests), 1);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 1);
    pinbulk_curl_free(&curl);
    sandbox_server_stop(&service);
}

static void upsert_that_never_left_is_repeated(void)
{
    pinbulk_curl curl = new_curl(0);
    char nobody[64];
    snprintf(nobody, sizeof nobody, "http://127.0.0.1:%u", port_of_nobody());
    CHECK_INT(run_job(&curl, nobody, new_campaign("Spring")), PINBULK_TRANSPORT_FAILED);
    CHECK_INT(job.error.attempt, 3);
    CHECK_INT(job.error.reached, PINBULK_REACHED_NOTHING);
    pinbulk_curl_free(&curl);
}

static void certificate_that_is_not_accepted_is_not_tried_again(void)
{
    server server;
    pinbulk_curl curl = new_curl(0);
    server_start(&server, remember, NULL, folder, "expired");
    CHECK_INT(run_job(&curl, server.url, NULL), PINBULK_TRANSPORT_FAILED);
    CHECK_INT(job.error.attempt, 1);
    CHECK(strstr(shown.line, "certificate"));
    CHECK_INT(COUNT(server.requests), 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
}

static void truncated_result_is_completed(void)
{
    pinbulk_curl curl = new_curl(0);
    char whole[sizeof shown.file];
    size_t length;
    sandbox_server_start(&service, NULL);
    CHECK_INT(run_job(&curl, service.base_url, new_campaign("Spring")), PINBULK_OK);
    CHECK_INT(run_job(&curl, service.base_url, NULL), PINBULK_OK);
    length = shown.length;
    memcpy(whole, shown.file, length);
    sandbox_misbehave(&service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 2, 20);
    CHECK_INT(run_job(&curl, service.base_url, NULL), PINBULK_OK);
    CHECK_INT(shown.length, length);
    CHECK(length == shown.length && memcmp(whole, shown.file, length) == 0);
    CHECK_INT(COUNT(service.files.requests), 5);
    sandbox_misbehave(&service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 9, 0);
    CHECK(run_job(&curl, service.base_url, NULL) != PINBULK_OK);
    pinbulk_curl_free(&curl);
    sandbox_server_stop(&service);
}

static void cancelled_while_the_reply_is_awaited(void)
{
    raw_server server;
    script nothing = {"", RAW_HOLD};
    pinbulk_curl curl = new_curl(0);
    raw_start(&server, play, &nothing);
    pinbulk_transport clock = pinbulk_curl_transport(&curl);
    uint64_t start = clock.now(clock.ctx);
    shown.cancel_when_asked = &server;
    CHECK_INT(run_job(&curl, server.url, new_campaign("Spring")), PINBULK_MAYBE_APPLIED);
    CHECK(clock.now(clock.ctx) - start < 5000);
    CHECK_INT(run_job(&curl, server.url, NULL), PINBULK_CANCELLED);
    shown.cancel_when_asked = NULL;
    pinbulk_curl_free(&curl);
    raw_stop(&server);
    CHECK_INT(COUNT(server.requests), 1); // the second was cancelled before it began
}

static void cancelled_while_the_file_comes(void)
{
    pinbulk_curl curl = new_curl(0);
    sandbox_server_start(&service, NULL);
    CHECK_INT(run_job(&curl, service.base_url, new_campaign("Spring")), PINBULK_OK);
    service.piece = 1;
    shown.cancel_at = 10;
    CHECK_INT(run_job(&curl, service.base_url, NULL), PINBULK_CANCELLED);
    CHECK(shown.length >= 10);
    shown.cancel_at = 0;
    pinbulk_curl_free(&curl);
    sandbox_server_stop(&service);
}

// A source of one campaign that fails after it once it is broken.
typedef struct fragile {
    int at, broken;
} fragile;

static pinbulk_result fragile_next(void *ctx, const void **item)
{
    fragile *fragile = (struct fragile *)ctx;
    *item = fragile->at == 0 ? new_campaign("Spring")->create.value->campaigns.items : NULL;
    return fragile->at++ > 0 && fragile->broken ? PINBULK_SOURCE_FAILED : PINBULK_OK;
}

static pinbulk_result fragile_rewind(void *ctx)
{
    ((fragile *)ctx)->at = 0;
    return PINBULK_OK;
}

static void body_that_cannot_be_read(void)
{
    server server;
    pinbulk_curl curl = new_curl(0);
    fragile fragile = {0, 0};
    pinbulk_source source = {&fragile, fragile_next, fragile_rewind, NULL};
    pinbulk_create create;
    pinbulk_upsert upsert;
    memset(&create, 0, sizeof create);
    memset(&upsert, 0, sizeof upsert);
    memset(&seen, 0, sizeof seen);
    create.campaigns = pinbulk_campaign_list_set(NULL, 0);
    create.campaigns.source = &source;
    upsert.create = pinbulk_create_ref_set(&create);
    server_start(&server, remember, NULL, NULL, NULL);
    make_request(PINBULK_OPERATION_UPSERT, server.url);
    CHECK_INT(pinbulk_body_init_upsert(&one.body, &upsert, NULL, NULL), PINBULK_OK);
    CHECK_INT(send_request(&curl), PINBULK_REACHED_COMPLETE);
    CHECK_INT(seen.body[0], '{');
    memset(&seen, 0, sizeof seen);

    make_request(PINBULK_OPERATION_UPSERT, server.url);
    fragile.at = 0;
    CHECK_INT(pinbulk_body_init_upsert(&one.body, &upsert, NULL, NULL), PINBULK_OK);
    fragile.broken = 1;
    CHECK(send_request(&curl) <= PINBULK_REACHED_BODY);
    CHECK_INT(one.outcome.permanent, 1);
    CHECK(strcmp(one.outcome.text, pinbulk_result_text(PINBULK_SOURCE_FAILED)) == 0);
    pinbulk_curl_free(&curl);
    server_stop(&server);
    CHECK_INT(seen.body[0], 0); // the server never had a whole request
}

static void header_line_with_the_token_was_always_wiped(void)
{
    CHECK_INT(lines_freed_with_token, 0);
}

static void clock_and_chance(void)
{
    pinbulk_curl curl = new_curl(0);
    pinbulk_transport transport = pinbulk_curl_transport(&curl);
    uint64_t before = transport.now(transport.ctx), after;
    uint32_t bits = 0, first = transport.random(transport.ctx);
    int i;
    transport.sleep(transport.ctx, 30);
    after = transport.now(transport.ctx);
    CHECK(after - before >= 29 && after - before < 2000);
    for (i = 0; i < 100; i++)
        bits |= first ^ transport.random(transport.ctx);
    CHECK(bits == UINT32_MAX); // every bit changes
    pinbulk_curl_free(&curl);
}

int main(void)
{
    char here[256], *slash;
    snprintf(here, sizeof here, "%s", __FILE__);
    slash = strrchr(here, '/');
    snprintf(slash ? slash : here, 2, "%s", slash ? "" : ".");
    folder = certificates_make(here);
    if (folder == NULL) {
        printf("skipped: no certificates, the openssl tool is missing\n");
        return 77;
    }
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    memset(large_body, ' ', sizeof large_body);
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, zeroed, look_and_free, realloc, strdup, calloc);
    RUN(request_goes_out_as_it_is);
    RUN(result_url_goes_out_byte_for_byte);
    RUN(large_body_and_progress);
    RUN(only_the_good_certificate_passes);
    RUN(missing_authorities_file);
    RUN(http_is_for_loopback_only);
    RUN(redirects_are_not_followed);
    RUN(proxy_is_a_tunnel);
    RUN(unreachable_proxy_and_server);
    RUN(http_does_not_use_the_proxy_and_the_environment_has_no_say);
    RUN(ends_of_responses);
    RUN(odd_responses);
    RUN(headers_are_limited);
    RUN(bodies_are_limited);
    RUN(silence_ends_an_exchange);
    RUN(slowness_is_limited_too);
    RUN(connecting_is_limited);
    RUN(connections_are_used_again);
    RUN(connection_that_died_while_idle);
    RUN(connection_that_dies_under_a_request);
    RUN(upsert_that_breaks_off_in_the_middle);
    RUN(refusal_before_the_body_is_sent);
    RUN(free_is_always_allowed);
    RUN(several_at_once);
    RUN(removed_from_the_loop);
    RUN(upsert_and_download);
    RUN(lost_reply_to_an_upsert);
    RUN(upsert_that_never_left_is_repeated);
    RUN(certificate_that_is_not_accepted_is_not_tried_again);
    RUN(truncated_result_is_completed);
    RUN(cancelled_while_the_reply_is_awaited);
    RUN(cancelled_while_the_file_comes);
    RUN(body_that_cannot_be_read);
    RUN(clock_and_chance);
    RUN(header_line_with_the_token_was_always_wiped);
    curl_global_cleanup();
    folder_remove(folder);
    return check_report();
}
