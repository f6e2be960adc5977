// Requests: what is built, byte for byte, and what is refused. A transport sends what it finds
// there, so nothing may be built that would mean another thing on the wire.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "check.h"

#define ACCOUNT "549755885175"
#define CANARY  "pina_CANARY-7f3a9"
#define QUERY   "X-Amz-Signature=CANARY-5512"

// A literal with its length, so that it may hold NUL.
#define TEXT(literal)                \
    {                                \
        sizeof(literal) - 1, literal \
    }
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void *blocks[64];
static size_t block_count;

// A copy in a block of exactly its size, so that reading past its end is found.
static pinbulk_text exact(pinbulk_text text)
{
    char *copy;
    if (text.length > SIZE_MAX / 4)
        abort();
    copy = (char *)malloc(text.length ? text.length : 1);
    if (text.length)
        memcpy(copy, text.data, text.length);
    blocks[block_count++] = copy;
    text.data = copy;
    return text;
}

static pinbulk_text exact_of(const char *text)
{
    return exact(pinbulk_text_of(text));
}

static void release(void)
{
    while (block_count > 0)
        free(blocks[--block_count]);
}

// The arguments of a builder. Zeroed members mean something that works.
struct order {
    pinbulk_operation operation; // 0: status
    pinbulk_text token, base_url, user_agent, account, request_id, result_url, etag;
    uint64_t from;
    int loopback, details, empty_account, empty_id, empty_token;
};

struct built {
    pinbulk_request request;
    pinbulk_result result;
    pinbulk_error error;
    char *memory;
    size_t size;
};

static pinbulk_body body;

static pinbulk_text or_else(pinbulk_text text, int empty, const char *otherwise)
{
    return exact(text.length || empty ? text : pinbulk_text_of(otherwise));
}

// Builds in a block of `size` bytes.
static struct built build_in(struct order order, size_t size)
{
    static const pinbulk_error none;
    struct built built;
    pinbulk_api api;
    pinbulk_text account = or_else(order.account, order.empty_account, ACCOUNT);
    char *memory = (char *)malloc(size ? size : 1);
    memset(&api, 0, sizeof api);
    memset(&built.request, 0xa5, sizeof built.request);
    built.error = none;
    built.memory = memory;
    built.size = size;
    blocks[block_count++] = memory;
    memset(memory, 0xa5, size);
    api.token = or_else(order.token, order.empty_token, CANARY);
    api.base_url = exact(order.base_url);
    api.user_agent = exact(order.user_agent);
    api.allow_loopback_http = (uint8_t)order.loopback;
    switch (order.operation) {
    case PINBULK_OPERATION_DOWNLOAD:
        built.result = pinbulk_request_download(&built.request, &api, account, &body, memory, size,
                                                &built.error);
        break;
    case PINBULK_OPERATION_UPSERT:
        built.result = pinbulk_request_upsert(&built.request, &api, account, &body, memory, size,
                                              &built.error);
        break;
    case PINBULK_OPERATION_RESULT:
        built.result = pinbulk_request_result(
            &built.request, &api, or_else(order.result_url, 0, "https://files.example/a?" QUERY),
            order.from, exact(order.etag), memory, size, &built.error);
        break;
    case PINBULK_OPERATION_STATUS:
    default:
        built.result = pinbulk_request_status(&built.request, &api, account,
                                              or_else(order.request_id, order.empty_id, "2680"),
                                              order.details, memory, size, &built.error);
    }
    return built;
}

// No part of an error shows the token or the query of a URL.
static void check_no_secret(const pinbulk_error *error)
{
    char line[1024];
    size_t length = pinbulk_error_text(error, line, sizeof line);
    CHECK(length < sizeof line);
    CHECK(strstr(line, "CANARY") == NULL);
    CHECK(strstr(error->message, "CANARY") == NULL);
    CHECK(strstr(error->path, "CANARY") == NULL);
    CHECK(strstr(error->rid, "CANARY") == NULL);
}

// NUL-terminated, printable, and in the memory when it is not static.
static void check_text(pinbulk_text text, const char *memory, size_t size, int in_memory)
{
    size_t i;
    CHECK(text.data != NULL);
    CHECK_INT(text.data[text.length], 0);
    for (i = 0; i < text.length; i++)
        CHECK(text.data[i] >= ' ' && text.data[i] <= '~');
    if (in_memory)
        CHECK(text.data >= memory && text.data + text.length < memory + size);
}

// What every request keeps.
static void check_rules(const struct built *built)
{
    const pinbulk_request *request = &built->request;
    char whole[4096];
    unsigned i, authorizations = 0;
    int bracket = memchr(request->host.data, ':', request->host.length) != NULL;
    int api = request->operation != PINBULK_OPERATION_RESULT;

    check_text(request->url, built->memory, built->size, 1);
    check_text(request->authority, built->memory, built->size, 1);
    check_text(request->host, built->memory, built->size, 1);
    check_text(request->target, built->memory, built->size, 1);
    check_text(request->scheme, NULL, 0, 0);
    CHECK(request->host.length > 0);
    CHECK(request->port != 0);
    CHECK_INT(request->target.data[0], '/');
    CHECK(memchr(request->url.data, ' ', request->url.length) == NULL);
    CHECK(memchr(request->authority.data, '@', request->authority.length) == NULL);

    snprintf(whole, sizeof whole, "%s://%s%s", request->scheme.data, request->authority.data,
             request->target.data);
    CHECK_TEXT(request->url.data, request->url.length, whole);
    if (request->port == (strcmp(request->scheme.data, "https") == 0 ? 443 : 80))
        snprintf(whole, sizeof whole, bracket ? "[%s]" : "%s", request->host.data);
    else
        snprintf(whole, sizeof whole, bracket ? "[%s]:%u" : "%s:%u", request->host.data,
                 (unsigned)request->port);
    CHECK_TEXT(request->authority.data, request->authority.length, whole);

    CHECK(request->header_count <= PINBULK_HEADERS_MAX);
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        int secret = strstr(header->value.data, "CANARY") != NULL;
        check_text(header->name, NULL, 0, 0);
        check_text(header->value, NULL, 0, 0);
        CHECK_INT(header->secret, secret);
        authorizations += strcmp(header->name.data, "Authorization") == 0;
    }
    CHECK_INT(authorizations, api);
    CHECK_INT(request->url_secret, !api);
    CHECK_INT(request->body != NULL, strcmp(request->method, "POST") == 0);
}

// Builds in enough memory, and checks what holds for every request and every error.
static struct built build(struct order order)
{
    struct built built = build_in(order, 4096);
    if (built.result == PINBULK_OK)
        check_rules(&built);
    else
        check_no_secret(&built.error);
    return built;
}

// A request as a person would write it down.
static const char *written(const pinbulk_request *request)
{
    static char text[4096];
    size_t used =
        (size_t)snprintf(text, sizeof text, "%s %s\n%s host %s port %u target %s\n",
                         request->method, request->url.data, request->scheme.data,
                         request->host.data, (unsigned)request->port, request->target.data);
    unsigned i;
    for (i = 0; i < request->header_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s: %s%s\n",
                                 request->headers[i].name.data, request->headers[i].value.data,
                                 request->headers[i].secret ? " (secret)" : "");
    return text;
}

#define CHECK_WRITTEN(request, want) CHECK_TEXT(written(request), strlen(written(request)), want)

// ---- what is built -----------------------------------------------------------------------------

static void the_four_requests(void)
{
    struct order order;
    struct built built;
    memset(&order, 0, sizeof order);

    order.operation = PINBULK_OPERATION_DOWNLOAD;
    built = build(order);
    CHECK_INT(built.result, PINBULK_OK);
    CHECK_INT(built.request.operation, PINBULK_OPERATION_DOWNLOAD);
    CHECK(built.request.body == &body);
    CHECK_WRITTEN(&built.request,
                  "POST https://api.pinterest.com/v5/ad_accounts/549755885175/bulk/download\n"
                  "https host api.pinterest.com port 443 "
                  "target /v5/ad_accounts/549755885175/bulk/download\n"
                  "Authorization: Bearer pina_CANARY-7f3a9 (secret)\n"
                  "Accept: application/json\n"
                  "Content-Type: application/json\n"
                  "User-Agent: pinbulk/" PINBULK_VERSION "\n"
                  "Accept-Encoding: identity\n");

    order.operation = PINBULK_OPERATION_UPSERT;
    built = build(order);
    CHECK_INT(built.result, PINBULK_OK);
    CHECK_INT(built.request.operation, PINBULK_OPERATION_UPSERT);
    CHECK(built.request.body == &body);
    CHECK_WRITTEN(&built.request,
                  "POST https://api.pinterest.com/v5/ad_accounts/549755885175/bulk/upsert\n"
                  "https host api.pinterest.com port 443 "
                  "target /v5/ad_accounts/549755885175/bulk/upsert\n"
                  "Authorization: Bearer pina_CANARY-7f3a9 (secret)\n"
                  "Accept: application/json\n"
                  "Content-Type: application/json\n"
                  "User-Agent: pinbulk/" PINBULK_VERSION "\n"
                  "Accept-Encoding: identity\n");

    order.operation = PINBULK_OPERATION_STATUS;
    order.request_id = pinbulk_text_of("2680059592705");
    order.user_agent = pinbulk_text_of("spring-sale/2.1 (ads@example.com)");
    built = build(order);
    CHECK_INT(built.result, PINBULK_OK);
    CHECK_INT(built.request.operation, PINBULK_OPERATION_STATUS);
    CHECK_WRITTEN(&built.request,
                  "GET https://api.pinterest.com/v5/ad_accounts/549755885175/bulk/2680059592705\n"
                  "https host api.pinterest.com port 443 "
                  "target /v5/ad_accounts/549755885175/bulk/2680059592705\n"
                  "Authorization: Bearer pina_CANARY-7f3a9 (secret)\n"
                  "Accept: application/json\n"
                  "User-Agent: spring-sale/2.1 (ads@example.com)\n"
                  "Accept-Encoding: identity\n");
    order.details = 1;
    built = build(order);
    CHECK_TEXT(built.request.target.data, built.request.target.length,
               "/v5/ad_accounts/549755885175/bulk/2680059592705?include_details=true");

    memset(&order, 0, sizeof order);
    order.operation = PINBULK_OPERATION_RESULT;
    order.result_url = pinbulk_text_of("https://b.s3.amazonaws.com/x/y(1)?" QUERY "&a=b%2Fc");
    built = build(order);
    CHECK_INT(built.result, PINBULK_OK);
    CHECK_INT(built.request.operation, PINBULK_OPERATION_RESULT);
    CHECK_INT(built.request.from, 0);
    CHECK_WRITTEN(&built.request, "GET https://b.s3.amazonaws.com/x/y(1)?" QUERY "&a=b%2Fc\n"
                                  "https host b.s3.amazonaws.com port 443 "
                                  "target /x/y(1)?" QUERY "&a=b%2Fc\n"
                                  "User-Agent: pinbulk/" PINBULK_VERSION "\n"
                                  "Accept-Encoding: identity\n");

    order.from = UINT64_C(9876543210);
    order.etag = pinbulk_text_of("\"9b2cf5-4\"");
    built = build(order);
    CHECK_INT(built.result, PINBULK_OK);
    CHECK_INT(built.request.from, INT64_C(9876543210));
    CHECK_WRITTEN(&built.request, "GET https://b.s3.amazonaws.com/x/y(1)?" QUERY "&a=b%2Fc\n"
                                  "https host b.s3.amazonaws.com port 443 "
                                  "target /x/y(1)?" QUERY "&a=b%2Fc\n"
                                  "Range: bytes=9876543210-\n"
                                  "If-Range: \"9b2cf5-4\"\n"
                                  "User-Agent: pinbulk/" PINBULK_VERSION "\n"
                                  "Accept-Encoding: identity\n");
    release();
}

// The host of a result file gets no credential, whoever it is.
static void results_carry_no_credentials(void)
{
    static const char *const urls[] = {"https://api.pinterest.com/v5/file",
                                       "https://api.pinterest.com:443/v5/file",
                                       "https://files.example/file", "http://localhost/file"};
    size_t i, j;
    for (i = 0; i < COUNT(urls); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.operation = PINBULK_OPERATION_RESULT;
        order.result_url = pinbulk_text_of(urls[i]);
        order.loopback = 1;
        built = build(order);
        CHECK_INT(built.result, PINBULK_OK);
        for (j = 0; j < built.size; j++)
            CHECK(built.size - j < strlen(CANARY) ||
                  memcmp(built.memory + j, CANARY, strlen(CANARY)) != 0);
        release();
    }
}

// ---- ids ---------------------------------------------------------------------------------------

static void request_ids_are_encoded(void)
{
    static const struct {
        pinbulk_text id;
        const char *segment; // NULL: refused
    } cases[] = {
        {TEXT("2680059592705"), "2680059592705"},
        {TEXT("549763856477-1660864560-1407e16a, 549763856477-16"),
         "549763856477-1660864560-1407e16a%2C%20549763856477-16"},
        {TEXT("AZaz09-._~"), "AZaz09-._~"},
        {TEXT("a/b"), "a%2Fb"},
        {TEXT("../upsert"), "..%2Fupsert"},
        {TEXT("%2e%2e"), "%252e%252e"},
        {TEXT("x?include_details=true"), "x%3Finclude_details%3Dtrue"},
        {TEXT("x#y"), "x%23y"},
        {TEXT("x\r\nHost: evil.com"), "x%0D%0AHost%3A%20evil.com"},
        {TEXT("x%0d%0a"), "x%250d%250a"},
        {TEXT("a\0b"), "a%00b"},
        {TEXT("\xc3\xa9\xff"), "%C3%A9%FF"},
        {TEXT("!*'();:@&=+$,[]\\^`{|}<>\""),
         "%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D%5C%5E%60%7B%7C%7D%3C%3E%22"},
        {TEXT("..."), "..."},
        {TEXT(".a"), ".a"},
        {TEXT(""), NULL},
        {TEXT("."), NULL},
        {TEXT(".."), NULL},
    };
    static const char before[] = "/v5/ad_accounts/" ACCOUNT "/bulk/";
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.request_id = cases[i].id;
        order.empty_id = 1;
        built = build(order);
        if (cases[i].segment == NULL) {
            CHECK_INT(built.result, PINBULK_BAD_ARGUMENT);
            CHECK_TEXT(built.error.path, strlen(built.error.path), "request_id");
        } else {
            CHECK_INT(built.result, PINBULK_OK);
            CHECK(built.request.target.length > strlen(before) &&
                  memcmp(built.request.target.data, before, strlen(before)) == 0);
            CHECK_TEXT(built.request.target.data + strlen(before),
                       built.request.target.length - strlen(before), cases[i].segment);
        }
        release();
    }
}

static void accounts_are_digits(void)
{
    static const struct {
        pinbulk_text account;
        int good;
    } cases[] = {
        {TEXT("1"), 1},
        {TEXT("549755885175"), 1},
        {TEXT("999999999999999999"), 1},
        {TEXT("000000000000000001"), 1},
        {TEXT("1234567890123456789"), 0},
        {TEXT(""), 0},
        {TEXT("-1"), 0},
        {TEXT("+1"), 0},
        {TEXT("1 "), 0},
        {TEXT(" 1"), 0},
        {TEXT("1/2"), 0},
        {TEXT("1.0"), 0},
        {TEXT("1\0"), 0},
        {TEXT("\0"), 0},
        {TEXT("1\n"), 0},
        {TEXT("12a"), 0},
        {TEXT("C12"), 0},
        {TEXT("../1"), 0},
        {TEXT("%31"), 0},
        {TEXT("\xd9\xa1"), 0}, // a digit, but not of ASCII
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.account = cases[i].account;
        order.empty_account = 1;
        built = build(order);
        CHECK_INT(built.result, cases[i].good ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
        if (!cases[i].good)
            CHECK_TEXT(built.error.path, strlen(built.error.path), "account");
        release();
    }
}

// ---- tokens and other header values ------------------------------------------------------------

static void tokens_are_b64tokens(void)
{
    static const struct {
        pinbulk_text token;
        int good;
    } cases[] = {
        {TEXT("pina_CANARY"), 1},
        {TEXT("pinr.eyCANARY_-~+/09"), 1},
        {TEXT("CANARYQ=="), 1},
        {TEXT("CANARYQ="), 1},
        {TEXT(""), 0},
        {TEXT("="), 0},
        {TEXT("=="), 0},
        {TEXT("CANARY=x"), 0},
        {TEXT("CANARY x"), 0},
        {TEXT(" CANARY"), 0},
        {TEXT("CANARY "), 0},
        {TEXT("CANARY\n"), 0},
        {TEXT("CANARY\r\nX-Evil: 1"), 0},
        {TEXT("CANARY\0"), 0},
        {TEXT("CANARY\t"), 0},
        {TEXT("CANARY,x"), 0},
        {TEXT("CANARY\"x"), 0},
        {TEXT("CANARY\x7f"), 0},
        {TEXT("CANARY\xc3\xa9"), 0},
        {TEXT("Bearer CANARY"), 0},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.token = cases[i].token;
        order.empty_token = 1;
        built = build(order);
        CHECK_INT(built.result, cases[i].good ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
        if (!cases[i].good)
            CHECK_TEXT(built.error.path, strlen(built.error.path), "token");
        release();
    }
}

static void user_agents_are_printable(void)
{
    static const struct {
        pinbulk_text agent;
        int good;
    } cases[] = {
        {TEXT("a"), 1},
        {TEXT("a/1 (b; c) d\"e\""), 1},
        {TEXT("a\r\nAuthorization: x"), 0},
        {TEXT("a\n"), 0},
        {TEXT("a\tb"), 0},
        {TEXT("a\0b"), 0},
        {TEXT(" a"), 0},
        {TEXT("a "), 0},
        {TEXT(" "), 0},
        {TEXT("\x7f"), 0},
        {TEXT("caf\xc3\xa9"), 0},
    };
    size_t i;
    int operation;
    for (i = 0; i < COUNT(cases); i++) {
        for (operation = PINBULK_OPERATION_DOWNLOAD; operation <= PINBULK_OPERATION_RESULT;
             operation++) {
            struct order order;
            struct built built;
            memset(&order, 0, sizeof order);
            order.operation = (pinbulk_operation)operation;
            order.user_agent = cases[i].agent;
            built = build(order);
            CHECK_INT(built.result, cases[i].good ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
            if (!cases[i].good)
                CHECK_TEXT(built.error.path, strlen(built.error.path), "user_agent");
            release();
        }
    }
}

// The rest of a file is asked for only with the proof that it is the same file.
static void parts_need_a_strong_etag(void)
{
    static const struct {
        uint64_t from;
        pinbulk_text etag;
        const char *range; // NULL: refused; "": none
    } cases[] = {
        {0, TEXT(""), ""},
        {0, TEXT("W/\"a\""), ""},
        {0, TEXT("x\r\n"), ""},
        {1, TEXT("\"a\""), "bytes=1-"},
        {1, TEXT("\"\""), "bytes=1-"},
        {UINT64_MAX, TEXT("\"!#~\""), "bytes=18446744073709551615-"},
        {1, TEXT(""), NULL},
        {1, TEXT("a"), NULL},
        {1, TEXT("\""), NULL},
        {1, TEXT("\"a"), NULL},
        {1, TEXT("a\""), NULL},
        {1, TEXT("W/\"a\""), NULL},
        {1, TEXT("\"a\"b\""), NULL},
        {1, TEXT("\"a\", \"b\""), NULL},
        {1, TEXT("\"a b\""), NULL},
        {1, TEXT("\"a\r\nX: y\""), NULL},
        {1, TEXT("\"a\0\""), NULL},
        {1, TEXT("\"\xc3\xa9\""), NULL},
        {1, TEXT("\"a\" "), NULL},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.operation = PINBULK_OPERATION_RESULT;
        order.from = cases[i].from;
        order.etag = cases[i].etag;
        built = build(order);
        if (cases[i].range == NULL) {
            CHECK_INT(built.result, PINBULK_BAD_ARGUMENT);
            CHECK_TEXT(built.error.path, strlen(built.error.path), "etag");
        } else {
            CHECK_INT(built.result, PINBULK_OK);
            CHECK_INT(built.request.header_count, *cases[i].range ? 4 : 2);
            CHECK(built.request.from == cases[i].from);
            if (*cases[i].range) {
                CHECK_TEXT(built.request.headers[0].name.data, built.request.headers[0].name.length,
                           "Range");
                CHECK_TEXT(built.request.headers[0].value.data,
                           built.request.headers[0].value.length, cases[i].range);
                CHECK_TEXT(built.request.headers[1].name.data, built.request.headers[1].name.length,
                           "If-Range");
                CHECK(pinbulk_text_equal(built.request.headers[1].value, cases[i].etag));
            }
        }
        release();
    }
}

// ---- URLs --------------------------------------------------------------------------------------

// As a result URL and, where no query stands in the way, as a base URL.
static void good_urls(void)
{
    static const struct {
        const char *url;
        const char *scheme, *host;
        unsigned port;
        const char *target; // of the result
        const char *base;   // what stands before /ad_accounts; NULL: no base URL
        int loopback;
    } cases[] = {
        {"https://api.pinterest.com/v5", "https", "api.pinterest.com", 443, "/v5",
         "https://api.pinterest.com/v5", 0},
        {"https://api.pinterest.com/v5/", "https", "api.pinterest.com", 443, "/v5/",
         "https://api.pinterest.com/v5", 0},
        {"https://api.pinterest.com/v5//", "https", "api.pinterest.com", 443, "/v5//",
         "https://api.pinterest.com/v5", 0},
        {"https://api.pinterest.com", "https", "api.pinterest.com", 443, "/",
         "https://api.pinterest.com", 0},
        {"https://api.pinterest.com/", "https", "api.pinterest.com", 443, "/",
         "https://api.pinterest.com", 0},
        {"HTTPS://API.Pinterest.COM/V5", "https", "API.Pinterest.COM", 443, "/V5",
         "https://API.Pinterest.COM/V5", 0},
        {"https://a:443/", "https", "a", 443, "/", "https://a", 0},
        {"https://a:80/", "https", "a", 80, "/", "https://a:80", 0},
        {"https://a:1/", "https", "a", 1, "/", "https://a:1", 0},
        {"https://a:65535/", "https", "a", 65535, "/", "https://a:65535", 0},
        {"https://a:8443", "https", "a", 8443, "/", "https://a:8443", 0},
        {"https://a_b-c.d0/%7E%7e", "https", "a_b-c.d0", 443, "/%7E%7e", "https://a_b-c.d0/%7E%7e",
         0},
        {"https://a/!$&'()*+,;=:@-._~", "https", "a", 443, "/!$&'()*+,;=:@-._~",
         "https://a/!$&'()*+,;=:@-._~", 0},
        {"https://a/@evil.com/", "https", "a", 443, "/@evil.com/", "https://a/@evil.com", 0},
        {"https://a/https://b/", "https", "a", 443, "/https://b/", "https://a/https://b", 0},
        {"https://a/x?y=/../?z", "https", "a", 443, "/x?y=/../?z", NULL, 0},
        {"https://a?y=z", "https", "a", 443, "/?y=z", NULL, 0},
        {"https://a?@evil.com/", "https", "a", 443, "/?@evil.com/", NULL, 0},
        {"https://a/?", "https", "a", 443, "/?", NULL, 0},
        {"https://10.0.0.1/", "https", "10.0.0.1", 443, "/", "https://10.0.0.1", 0},
        {"https://[2001:db8::1]/", "https", "2001:db8::1", 443, "/", "https://[2001:db8::1]", 0},
        {"https://[::ffff:10.0.0.1]:8443/x", "https", "::ffff:10.0.0.1", 8443, "/x",
         "https://[::ffff:10.0.0.1]:8443/x", 0},
        {"http://localhost", "http", "localhost", 80, "/", "http://localhost", 1},
        {"HTTP://LocalHost:8080/x", "http", "LocalHost", 8080, "/x", "http://LocalHost:8080/x", 1},
        {"http://localhost:443/x", "http", "localhost", 443, "/x", "http://localhost:443/x", 1},
        {"http://localhost:80/x", "http", "localhost", 80, "/x", "http://localhost/x", 1},
        {"http://127.0.0.1/", "http", "127.0.0.1", 80, "/", "http://127.0.0.1", 1},
        {"http://127.255.0.255:1/", "http", "127.255.0.255", 1, "/", "http://127.255.0.255:1", 1},
        {"http://[::1]/", "http", "::1", 80, "/", "http://[::1]", 1},
        {"http://[::1]:8080/x", "http", "::1", 8080, "/x", "http://[::1]:8080/x", 1},
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        char want[256];
        memset(&order, 0, sizeof order);
        order.operation = PINBULK_OPERATION_RESULT;
        order.result_url = exact_of(cases[i].url);
        order.loopback = cases[i].loopback;
        built = build(order);
        CHECK_INT(built.result, PINBULK_OK);
        if (built.result != PINBULK_OK) {
            CHECK_FAIL("%s was refused: %s", cases[i].url, built.error.message);
            continue;
        }
        CHECK_TEXT(built.request.scheme.data, built.request.scheme.length, cases[i].scheme);
        CHECK_TEXT(built.request.host.data, built.request.host.length, cases[i].host);
        CHECK_INT(built.request.port, cases[i].port);
        CHECK_TEXT(built.request.target.data, built.request.target.length, cases[i].target);

        memset(&order, 0, sizeof order);
        order.base_url = exact_of(cases[i].url);
        order.loopback = cases[i].loopback;
        built = build(order);
        if (cases[i].base == NULL) {
            CHECK_INT(built.result, PINBULK_UNSAFE_URL);
        } else {
            snprintf(want, sizeof want, "%s/ad_accounts/" ACCOUNT "/bulk/2680", cases[i].base);
            CHECK_TEXT(built.request.url.data, built.request.url.length, want);
            CHECK_TEXT(built.request.host.data, built.request.host.length, cases[i].host);
            CHECK_INT(built.request.port, cases[i].port);
        }

        // Without the permission plain http is refused everywhere.
        if (cases[i].loopback) {
            order.loopback = 0;
            CHECK_INT(build(order).result, PINBULK_UNSAFE_URL);
            order.operation = PINBULK_OPERATION_RESULT;
            order.result_url = order.base_url;
            CHECK_INT(build(order).result, PINBULK_UNSAFE_URL);
        }
        release();
    }
}

// Refused as base URL and as result URL, even where plain http to this machine is allowed.
static void bad_urls(void)
{
    static const pinbulk_text cases[] = {
        // no scheme, or another one
        TEXT("api.pinterest.com"),
        TEXT("//api.pinterest.com/"),
        TEXT("/v5"),
        TEXT("https"),
        TEXT("https:"),
        TEXT("https:/"),
        TEXT("https:/a"),
        TEXT("https:a"),
        TEXT("https;//a"),
        TEXT("https:\\\\a"),
        TEXT("https :// a"),
        TEXT(" https://a/"),
        TEXT("\thttps://a/"),
        TEXT("\nhttps://a/"),
        TEXT("\xef\xbb\xbfhttps://a/"),
        TEXT("ftp://a/"),
        TEXT("file:///etc/passwd"),
        TEXT("httpss://a/"),
        TEXT("xhttps://a/"),
        TEXT("javascript:alert(1)"),
        TEXT("ht\ntps://a/"),
        TEXT("https\0://a/"),
        // no host
        TEXT("https://"),
        TEXT("https:///"),
        TEXT("https:///a"),
        TEXT("https://:443/"),
        TEXT("https://?a"),
        TEXT("https://#a"),
        TEXT("https://."),
        TEXT("https://[]/"),
        TEXT("https://[/"),
        TEXT("https://]/"),
        // user info, and what looks like it to others
        TEXT("https://user@a/"),
        TEXT("https://user:password@a/"),
        TEXT("https://@a/"),
        TEXT("https://:@a/"),
        TEXT("https://api.pinterest.com@evil.com"),
        TEXT("https://api.pinterest.com@evil.com/v5"),
        TEXT("https://api.pinterest.com:443@evil.com/v5"),
        TEXT("https://evil.com\\@api.pinterest.com/"),
        TEXT("https://evil.com\\.api.pinterest.com/"),
        TEXT("https://api.pinterest.com\\evil"),
        TEXT("https://api.pinterest.com#@evil.com/"),
        TEXT("https://api.pinterest.com%40evil.com/"),
        TEXT("https://api.pinterest.com%2fevil.com/"),
        TEXT("https://api.pinterest.com%00.evil.com/"),
        TEXT("https://api.pinterest.com;evil.com/"),
        TEXT("https://api.pinterest.com,evil.com/"),
        TEXT("https://api.pinterest.com&evil.com/"),
        TEXT("https://api.pinterest.com!evil.com/"),
        // hosts with bytes that hosts do not have
        TEXT("https://a b/"),
        TEXT("https://a\tb/"),
        TEXT("https://a\r\nb/"),
        TEXT("https://a\0b/"),
        TEXT("https://a%20b/"),
        TEXT("https://a%0d%0ab/"),
        TEXT("https://caf\xc3\xa9.com/"),
        TEXT("https://a\xef\xbc\x8e\x63om/"), // a full-width dot
        TEXT("https://a..b/"),
        TEXT("https://.a/"),
        TEXT("https://a./"),
        TEXT("https://*.a/"),
        TEXT("https://a$b/"),
        TEXT("https://a|b/"),
        TEXT("https://<a>/"),
        // IPv6
        TEXT("https://::1/"),
        TEXT("https://[::1/"),
        TEXT("https://::1]/"),
        TEXT("https://[::1]a/"),
        TEXT("https://[::1]:/"),
        TEXT("https://[::1]:443a/"),
        TEXT("https://[::1]]/"),
        TEXT("https://[[::1]]/"),
        TEXT("https://[::g]/"),
        TEXT("https://[a]/"),
        TEXT("https://[1:2]/"),
        TEXT("https://[fe80::1%25eth0]/"),
        TEXT("https://[fe80::1%eth0]/"),
        TEXT("https://[v1.a:b:c]/"),
        TEXT("https://a[::1]/"),
        TEXT("https://[::1@evil.com]/"),
        // ports
        TEXT("https://a:/"),
        TEXT("https://a:0/"),
        TEXT("https://a:00443/"),
        TEXT("https://a:0443/"),
        TEXT("https://a:65536/"),
        TEXT("https://a:99999/"),
        TEXT("https://a:18446744073709551617/"),
        TEXT("https://a:18446744073709552059/"),
        TEXT("https://a:-1/"),
        TEXT("https://a:+443/"),
        TEXT("https://a: 443/"),
        TEXT("https://a:443 /"),
        TEXT("https://a:443:443/"),
        TEXT("https://a:https/"),
        TEXT("https://a:44a/"),
        TEXT("https://a:0x1bb/"),
        TEXT("https://a:443\\@evil.com/"),
        // paths with bytes that URLs do not have
        TEXT("https://a/ "),
        TEXT("https://a/x y"),
        TEXT("https://a/\t"),
        TEXT("https://a/\r\nX: y"),
        TEXT("https://a/\r"),
        TEXT("https://a/\n"),
        TEXT("https://a/\0"),
        TEXT("https://a/\x1f"),
        TEXT("https://a/\x7f"),
        TEXT("https://a/\xc3\xa9"),
        TEXT("https://a/\\"),
        TEXT("https://a/\"x\""),
        TEXT("https://a/<x>"),
        TEXT("https://a/{x}"),
        TEXT("https://a/x|y"),
        TEXT("https://a/x^y"),
        TEXT("https://a/x`y"),
        TEXT("https://a/[x]"),
        TEXT("https://a/%"),
        TEXT("https://a/%2"),
        TEXT("https://a/%g0"),
        TEXT("https://a/%0g"),
        TEXT("https://a/%%41"),
        TEXT("https://a/x HTTP/1.1\r\nHost: evil.com\r\n\r\n"),
        TEXT("https://a/?x=\r\nX: y"),
        TEXT("https://a/?x y"),
        TEXT("https://a/?%"),
        // fragments
        TEXT("https://a/#"),
        TEXT("https://a/#x"),
        TEXT("https://a/?x#y"),
        TEXT("https://a#@b/"),
        // plain http, and hosts that only look like this machine
        TEXT("http://api.pinterest.com/v5"),
        TEXT("http://10.0.0.1/"),
        TEXT("http://localhost.evil.com/"),
        TEXT("http://localhosts/"),
        TEXT("http://xlocalhost/"),
        TEXT("http://localhost./"),
        TEXT("http://localhost@evil.com/"),
        TEXT("http://localhost:80@evil.com/"),
        TEXT("http://127.0.0.1.evil.com/"),
        TEXT("http://127.0.0.1./"),
        TEXT("http://127.0.0.1x/"),
        TEXT("http://127.evil.com/"),
        TEXT("http://127.1/"),
        TEXT("http://127/"),
        TEXT("http://127./"),
        TEXT("http://127.0.0/"),
        TEXT("http://127.0.0./"),
        TEXT("http://127.0.0.256/"),
        TEXT("http://127.0.0.1.1/"),
        TEXT("http://127.0.0.01/"),
        TEXT("http://127.0.0.0001/"),
        TEXT("http://127.0.0.-1/"),
        TEXT("http://127.0.0.1e0/"),
        TEXT("http://0127.0.0.1/"),
        TEXT("http://0177.0.0.1/"),
        TEXT("http://0x7f.0.0.1/"),
        TEXT("http://0x7f000001/"),
        TEXT("http://2130706433/"),
        TEXT("http://128.0.0.1/"),
        TEXT("http://0.0.0.0/"),
        TEXT("http://[::]/"),
        TEXT("http://[::2]/"),
        TEXT("http://[::ffff:127.0.0.1]/"),
        TEXT("http://[0:0:0:0:0:0:0:1]/"),
        TEXT("http://[::1].evil.com/"),
        TEXT("http://[::1]@evil.com/"),
        TEXT("http://::1/"),
        TEXT("http://"),
        TEXT("http:///"),
    };
    size_t i;
    for (i = 0; i < COUNT(cases); i++) {
        struct order order;
        struct built built;
        memset(&order, 0, sizeof order);
        order.loopback = 1;
        order.base_url = cases[i];
        built = build(order);
        CHECK_INT(built.result, PINBULK_UNSAFE_URL);
        CHECK_TEXT(built.error.path, strlen(built.error.path), "base_url");
        if (built.result == PINBULK_OK)
            CHECK_FAIL("accepted as base URL: %.*s", (int)cases[i].length, cases[i].data);
        order.operation = PINBULK_OPERATION_RESULT;
        order.result_url = cases[i];
        built = build(order);
        CHECK_INT(built.result, PINBULK_UNSAFE_URL);
        CHECK_TEXT(built.error.path, strlen(built.error.path), "result_url");
        CHECK(built.error.message[0] != '\0');
        if (built.result == PINBULK_OK)
            CHECK_FAIL("accepted as result URL: %.*s", (int)cases[i].length, cases[i].data);
        release();
    }
}

// No text at all: an empty base URL means the service, an empty result URL is none.
static void empty_urls(void)
{
    static const pinbulk_text none;
    static pinbulk_api api;
    pinbulk_request request;
    pinbulk_error error;
    char memory[512];
    api.token = pinbulk_text_of("t");
    memset(&error, 0, sizeof error);
    CHECK_INT(pinbulk_request_result(&request, &api, none, 0, none, memory, sizeof memory, &error),
              PINBULK_UNSAFE_URL);
    CHECK_INT(error.result, PINBULK_UNSAFE_URL);
    CHECK_INT(pinbulk_request_status(&request, &api, none, pinbulk_text_of("1"), 0, memory,
                                     sizeof memory, NULL),
              PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_request_status(&request, &api, pinbulk_text_of("1"), none, 0, memory,
                                     sizeof memory, NULL),
              PINBULK_BAD_ARGUMENT);
    api.token = none;
    CHECK_INT(pinbulk_request_status(&request, &api, pinbulk_text_of("1"), pinbulk_text_of("1"), 0,
                                     memory, sizeof memory, &error),
              PINBULK_BAD_ARGUMENT);
    // The token is not needed, and not looked at, for a result file.
    CHECK_INT(pinbulk_request_result(&request, &api, pinbulk_text_of("https://a/"), 0, none, memory,
                                     sizeof memory, &error),
              PINBULK_OK);
}

static void submissions_need_a_body(void)
{
    static pinbulk_api api;
    pinbulk_request request;
    pinbulk_error error;
    char memory[512];
    api.token = pinbulk_text_of("t");
    memset(&error, 0, sizeof error);
    CHECK_INT(pinbulk_request_download(&request, &api, pinbulk_text_of("1"), NULL, memory,
                                       sizeof memory, &error),
              PINBULK_BAD_ARGUMENT);
    CHECK_TEXT(error.path, strlen(error.path), "body");
    CHECK_INT(pinbulk_request_upsert(&request, &api, pinbulk_text_of("1"), NULL, memory,
                                     sizeof memory, &error),
              PINBULK_BAD_ARGUMENT);
}

// ---- every byte --------------------------------------------------------------------------------

// Puts every byte into every text: what is accepted stands in the request as it was given, or as
// its encoded form, and nothing else changes.
static void every_byte_everywhere(void)
{
    static const char unreserved[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    int byte;
    for (byte = 0; byte < 256; byte += (int)check_step(3)) {
        char text[64];
        struct order order;
        struct built built;
        int kept = byte != 0 && strchr(unreserved, byte) != NULL;
        int printable = byte >= ' ' && byte <= '~';
        pinbulk_text given;
        given.data = text;

        memset(&order, 0, sizeof order);
        memcpy(text, "CANARY?x", 8);
        text[6] = (char)byte;
        given.length = 8;
        order.token = given;
        built = build(order);
        CHECK_INT(built.result,
                  kept || byte == '+' || byte == '/' ? PINBULK_OK : PINBULK_BAD_ARGUMENT);

        order.token.length = 0;
        order.user_agent = given;
        memcpy(text, "xxxxxx", 6);
        built = build(order);
        CHECK_INT(built.result, printable ? PINBULK_OK : PINBULK_BAD_ARGUMENT);

        order.user_agent.length = 0;
        order.request_id = given;
        built = build(order);
        CHECK_INT(built.result, PINBULK_OK);
        CHECK_INT(built.request.url.length,
                  strlen("https://api.pinterest.com/v5/ad_accounts/" ACCOUNT "/bulk/") +
                      (kept ? 8 : 10));

        memset(&order, 0, sizeof order);
        order.operation = PINBULK_OPERATION_RESULT;
        order.result_url = given;
        memcpy(text, "https://a?b/c", 13);
        text[9] = (char)byte;
        given.length = 13;
        order.result_url = given;
        built = build(order);
        CHECK_INT(built.result, // in a host
                  (kept && byte != '~') || byte == '/' || byte == '?' ? PINBULK_OK
                                                                      : PINBULK_UNSAFE_URL);
        memcpy(text, "https://a/?bc", 13);
        text[10] = (char)byte;
        built = build(order);
        CHECK_INT(built.result, // in a path
                  kept || (byte != 0 && strchr("!$&'()*+,;=:@/?", byte) != NULL) || byte == '%'
                      ? PINBULK_OK
                      : PINBULK_UNSAFE_URL);

        order.result_url.length = 0;
        order.from = 1;
        order.etag = given;
        given.length = 4;
        memcpy(text, "\"a?\"", 4);
        text[2] = (char)byte;
        order.etag = given;
        built = build(order);
        CHECK_INT(built.result,
                  printable && byte != ' ' && byte != '"' ? PINBULK_OK : PINBULK_BAD_ARGUMENT);
        release();
    }
}

// URLs put together at random from pieces that parsers stumble over: whatever is accepted keeps the
// rules, and its host is the one before the first slash or question mark.
static void random_urls(void)
{
    static const char *const pieces[] = {
        "https://", "http://", "HTTPS://", "//",   "/",       "\\",        "@",    ":",
        "?",        "#",       ".",        "..",   "%2f",     "%",         "[",    "]",
        "::1",      "443",     "0",        "80",   "a",       "localhost", "127.", "127.0.0.1",
        "evil.com", "x=y",     " ",        "\r\n", "\xc3\xa9"};
    uint64_t seed = 7;
    long round, rounds = check_scaled(100000), accepted = 0;
    for (round = 0; round < rounds; round++) {
        char url[128] = "https://";
        struct order order;
        struct built built;
        unsigned count = (unsigned)(check_random(&seed) % 8);
        if (check_random(&seed) % 4 == 0)
            strcpy(url, "http://");
        if (check_random(&seed) % 8 == 0)
            url[0] = '\0';
        while (count-- > 0)
            strcat(url, pieces[check_random(&seed) % COUNT(pieces)]);
        memset(&order, 0, sizeof order);
        order.operation = PINBULK_OPERATION_RESULT;
        order.loopback = 1;
        order.result_url = pinbulk_text_of(url);
        if (*url == '\0')
            continue;
        built = build_in(order, 512);
        if (built.result == PINBULK_OK) {
            const char *authority = strchr(url, '/') + 2;
            size_t length = strcspn(authority, "/?");
            size_t host = built.request.host.length + (*authority == '[' ? 2 : 0);
            accepted++;
            check_rules(&built);
            CHECK(host <= length);
            CHECK(memcmp(authority + (*authority == '['), built.request.host.data,
                         built.request.host.length) == 0);
            CHECK(host == length || authority[host] == ':');
            CHECK(strpbrk(url, "@\\#[] \r\n") == NULL || authority[length] != '\0' ||
                  *authority == '[');
        } else {
            CHECK_INT(built.result, PINBULK_UNSAFE_URL);
        }
        release();
    }
    CHECK(accepted > rounds / 100);
}

// ---- memory ------------------------------------------------------------------------------------

// With every size of the memory there is the same request or none.
static void every_memory_size(void)
{
    int kind;
    for (kind = 0; kind < 5; kind++) {
        struct order order;
        struct built whole;
        char want[4096];
        size_t size, least = 0;
        memset(&order, 0, sizeof order);
        order.operation = (pinbulk_operation)(kind < 4 ? kind + 1 : PINBULK_OPERATION_RESULT);
        order.details = 1;
        order.request_id = pinbulk_text_of("a, b");
        order.base_url = pinbulk_text_of("https://api.example:8443/v5/");
        if (kind == 4) {
            order.from = 12;
            order.etag = pinbulk_text_of("\"abc\"");
            order.user_agent = pinbulk_text_of("me");
        }
        whole = build(order);
        CHECK_INT(whole.result, PINBULK_OK);
        strcpy(want, written(&whole.request));
        for (size = 0; size < 512;
             size += size < 40 || size > 250 ? check_step(17) : check_step(3)) {
            struct built built = build_in(order, size);
            if (built.result == PINBULK_OK) {
                least = least ? least : size;
                check_rules(&built);
                CHECK_WRITTEN(&built.request, want);
            } else {
                static const pinbulk_request zero;
                CHECK_INT(built.result, PINBULK_NO_SPACE);
                CHECK_INT(built.error.result, PINBULK_NO_SPACE);
                CHECK_INT(least, 0);
                CHECK(memcmp(&built.request, &zero, sizeof zero) == 0);
                check_no_secret(&built.error);
            }
            release();
        }
        CHECK(least > 0);
        release();
    }
}

// The formula in the comment of the builders.
static void memory_as_documented(void)
{
    struct order order;
    size_t size;
    memset(&order, 0, sizeof order);
    order.request_id = pinbulk_text_of(", , , , , , ");
    order.details = 1;
    order.account = pinbulk_text_of("999999999999999999");
    order.user_agent = pinbulk_text_of("me");
    size = 256 + strlen(CANARY) + order.user_agent.length + 3 * order.request_id.length;
    CHECK_INT(build_in(order, size).result, PINBULK_OK);
    order.base_url =
        pinbulk_text_of("https://a-host-with-a-name-that-is-longer-than-others.and-with"
                        "-a-domain-that-is-longer-than-others.example:8443");
    order.user_agent.length = 0;
    size = 256 + strlen(CANARY) + 3 * order.base_url.length + 3 * order.request_id.length;
    CHECK_INT(build_in(order, size).result, PINBULK_OK);
    order.operation = PINBULK_OPERATION_RESULT;
    order.result_url = order.base_url;
    order.from = UINT64_MAX;
    order.etag = pinbulk_text_of("\"abc\"");
    size = 256 + order.etag.length + order.result_url.length +
           2 * (order.result_url.length - strlen("https://:8443"));
    CHECK_INT(build_in(order, size).result, PINBULK_OK);
    release();
}

// NULL memory is no memory, and no error object is needed.
static void nothing_to_build_in(void)
{
    static const pinbulk_text none;
    static pinbulk_api api;
    pinbulk_request request;
    api.token = pinbulk_text_of("t");
    CHECK_INT(pinbulk_request_status(&request, &api, pinbulk_text_of("1"), pinbulk_text_of("1"), 0,
                                     NULL, 100, NULL),
              PINBULK_NO_SPACE);
    CHECK_INT(pinbulk_request_result(&request, &api, pinbulk_text_of("https://a/"), 0, none, NULL,
                                     100, NULL),
              PINBULK_NO_SPACE);
}

int main(void)
{
    RUN(the_four_requests);
    RUN(results_carry_no_credentials);
    RUN(request_ids_are_encoded);
    RUN(accounts_are_digits);
    RUN(tokens_are_b64tokens);
    RUN(user_agents_are_printable);
    RUN(parts_need_a_strong_etag);
    RUN(good_urls);
    RUN(bad_urls);
    RUN(empty_urls);
    RUN(submissions_need_a_body);
    RUN(every_byte_everywhere);
    RUN(random_urls);
    RUN(every_memory_size);
    RUN(memory_as_documented);
    RUN(nothing_to_build_in);
    return check_report();
}
