// The inflate hook of examples/inflate_zlib.c, alone and between libcurl and a sink. Link with
// -lcurl -lz -lmicrohttpd -pthread.
#define main inflate_main // its program is tried by tests/examples_curl.c
#include "../examples/inflate_zlib.c"
#undef main
#include "check.h"
#include "server.h"

static char plain[20000];
static unsigned char packed[20000];
static size_t packed_length;

// ---- the hook alone -----------------------------------------------------------------------------

static char got[sizeof plain * 2];
static size_t got_length;

static pinbulk_result take(void *ctx, const void *data, size_t length)
{
    CHECK(ctx == got);
    if (length > sizeof got - got_length)
        return PINBULK_TOO_LARGE;
    memcpy(got + got_length, data, length);
    got_length += length;
    return PINBULK_OK;
}

static const pinbulk_sink sink = {got, take, NULL};

// Packs [from, to) of the text behind what is packed already.
static void pack(size_t from, size_t to)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    CHECK_INT(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)plain + from;
    stream.avail_in = (uInt)(to - from);
    stream.next_out = packed + packed_length;
    stream.avail_out = (uInt)(sizeof packed - packed_length);
    CHECK_INT(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed_length += stream.total_out;
    deflateEnd(&stream);
}

static void pack_all(void)
{
    size_t length = 0;
    unsigned i;
    for (i = 0; length < sizeof plain - 100; i++)
        length += (size_t)sprintf(plain + length, "%s{\"id\":\"%u\",\"name\":\"campaign %u\"}",
                                  i ? "," : "[", 1000 + i, i * i % 977);
    strcpy(plain + length, "]");
    packed_length = 0;
    pack(0, strlen(plain));
}

// Unpacks in two portions and asks for the end.
static pinbulk_result unpack_cut(struct inflater *inflater, size_t cut, size_t length)
{
    pinbulk_result result = begin(inflater);
    got_length = 0;
    if (result == PINBULK_OK)
        result = unpack(inflater, packed, cut, sink);
    if (result == PINBULK_OK)
        result = unpack(inflater, packed + cut, length - cut, sink);
    return result == PINBULK_OK ? end(inflater) : result;
}

static void every_cut_gives_the_same(void)
{
    struct inflater inflater = {0};
    size_t cut, step = check_every((unsigned)(100 / check_scaled(100)));
    pack_all();
    for (cut = 0; cut <= packed_length; cut += step) {
        CHECK_INT(unpack_cut(&inflater, cut, packed_length), PINBULK_OK);
        CHECK_TEXT(got, got_length, plain);
        if (cut < packed_length)
            CHECK_INT(unpack_cut(&inflater, cut, cut), PINBULK_TRUNCATED);
    }
    stop(&inflater);
}

static void damage_is_noticed(void)
{
    struct inflater inflater = {0};
    size_t at, step = check_every((unsigned)(100 / check_scaled(100)));
    pack_all();
    for (at = 0; at < packed_length; at += step) {
        if (at >= 4 && at < 10)
            continue; // time and system, which mean nothing
        packed[at] ^= 0x10;
        CHECK(unpack_cut(&inflater, at / 2, packed_length) != PINBULK_OK);
        packed[at] ^= 0x10;
    }
    stop(&inflater);
}

static void bodies_may_follow_each_other(void)
{
    struct inflater inflater = {0};
    size_t first, length = strlen(plain), cut;
    packed_length = 0;
    pack(0, 100);
    first = packed_length;
    pack(100, length);
    for (cut = first - 10; cut < first + 20; cut++) {
        CHECK_INT(unpack_cut(&inflater, cut, packed_length), PINBULK_OK);
        CHECK_TEXT(got, got_length, plain);
    }
    stop(&inflater);
}

// ---- between libcurl and a sink -----------------------------------------------------------------

// The service, and a store that honours Range and If-Range.
static struct {
    server server;
    const char *encoding; // NULL: none is said
    int missing;          // bytes of the next answer
    int strong, until_close;
    unsigned fetches, ranges;
} store;

static void answer(void *ctx, const server_request *request, server_reply *reply)
{
    char text[256];
    const char *range = server_header(request, "Range"), *tag = server_header(request, "If-Range");
    size_t from = 0;
    (void)ctx;
    if (strstr(request->target, "/bulk/download")) {
        server_set_body(reply, "{\"request_id\":\"7\"}", 18);
        return;
    }
    if (strstr(request->target, "/bulk/")) {
        snprintf(text, sizeof text,
                 "{\"status\":\"SUCCEEDED\",\"result_url\":\"%s/file?x=SECRET\"}",
                 store.server.url);
        server_set_body(reply, text, strlen(text));
        return;
    }
    CHECK_TEXT(server_header(request, "Accept-Encoding"), 8, "identity");
    store.fetches++;
    if (range && tag && strcmp(tag, "\"v1\"") == 0) {
        store.ranges++;
        from = strtoul(range + 6, NULL, 10);
        snprintf(text, sizeof text, "bytes %zu-%zu/%zu", from, packed_length - 1, packed_length);
        server_add_header(reply, "Content-Range", text);
        reply->status = 206;
    }
    if (store.strong)
        server_add_header(reply, "ETag", "\"v1\"");
    if (store.encoding)
        server_add_header(reply, "Content-Encoding", store.encoding);
    server_set_body(reply, (const char *)packed + from, packed_length - from);
    reply->missing = (uint64_t)store.missing;
    reply->until_close = (uint8_t)store.until_close;
    store.missing = 0;
}

static pinbulk_result empty(void *ctx)
{
    (void)ctx;
    got_length = 0;
    return PINBULK_OK;
}

static pinbulk_result download(pinbulk_job *job, const pinbulk_inflate *gzip)
{
    static char memory[8192];
    pinbulk_job_config config = {0};
    pinbulk_download everything = {0};
    pinbulk_transport transport;
    pinbulk_curl curl;
    pinbulk_result result;
    char line[512];
    config.api.token = pinbulk_text_of(CANARY);
    config.api.base_url = pinbulk_text_of(store.server.url);
    config.api.allow_loopback_http = 1;
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.policy.first_poll = config.policy.first_delay = 1;
    config.fetch = 1;
    config.inflate = gzip;
    config.sink = sink;
    config.sink.restart = empty;
    got_length = 0;
    store.fetches = store.ranges = 0;
    CHECK_INT(pinbulk_curl_init(&curl, NULL), PINBULK_OK);
    transport = pinbulk_curl_transport(&curl);
    CHECK_INT(pinbulk_job_init_download(job, &config, &everything), PINBULK_OK);
    result = pinbulk_job_run(job, &transport);
    pinbulk_curl_free(&curl);
    pinbulk_error_text(&job->error, line, sizeof line);
    CHECK(strstr(line, "SECRET") == NULL);
    return result;
}

static void gzip_comes_through_libcurl(void)
{
    struct inflater inflater = {0};
    pinbulk_inflate gzip = {&inflater, begin, unpack, end};
    static const struct {
        const char *encoding;
        int missing, strong, until_close;
        unsigned fetches, ranges;
    } cases[] = {
        {"gzip", 0, 1, 0, 1, 0},    {"GZIP", 0, 0, 1, 1, 0}, // its own end proves it whole
        {NULL, 0, 1, 0, 1, 0},                               // a file that is gzip itself
        {"gzip", 1000, 1, 0, 2, 1},                          // resumed
        {"gzip", 1000, 0, 0, 2, 0},                          // begun again
        {NULL, 700, 1, 0, 2, 1},
    };
    pinbulk_job job;
    size_t i;
    pack_all();
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        store.encoding = cases[i].encoding;
        store.missing = cases[i].missing;
        store.strong = cases[i].strong;
        store.until_close = cases[i].until_close;
        CHECK_INT(download(&job, &gzip), PINBULK_OK);
        CHECK_TEXT(got, got_length, plain);
        CHECK_INT(job.unproven, 0);
        CHECK_INT(store.fetches, cases[i].fetches);
        CHECK_INT(store.ranges, cases[i].ranges);
    }
    stop(&inflater);
}

static void what_cannot_be_unpacked_is_named(void)
{
    struct inflater inflater = {0};
    pinbulk_inflate gzip = {&inflater, begin, unpack, end};
    pinbulk_job job;
    pack_all();
    store.missing = store.strong = store.until_close = 0;
    store.encoding = "gzip";
    CHECK_INT(download(&job, NULL), PINBULK_ENCODED_BODY);
    CHECK(strstr(job.error.message, "gzip") != NULL);
    store.encoding = "br";
    CHECK_INT(download(&job, &gzip), PINBULK_ENCODED_BODY);
    CHECK(strstr(job.error.message, "br") != NULL);
    store.encoding = "gzip";
    packed[500] ^= 0x55;
    CHECK_INT(download(&job, &gzip), PINBULK_ENCODED_BODY);
    CHECK(strstr(job.error.message, "could not unpack") != NULL);
    pack_all();
    packed_length -= 5; // in the store, too
    CHECK_INT(download(&job, &gzip), PINBULK_RESULT_INCOMPLETE);
    CHECK(strstr(job.error.message, "no end") != NULL);
    stop(&inflater);
}

int main(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    RUN(every_cut_gives_the_same);
    RUN(damage_is_noticed);
    RUN(bodies_may_follow_each_other);
    server_start(&store.server, answer, NULL, NULL, NULL);
    RUN(gzip_comes_through_libcurl);
    RUN(what_cannot_be_unpacked_is_named);
    server_stop(&store.server);
    curl_global_cleanup();
    return check_report();
}
