// Calls functions of the header on a Cortex-M4 of QEMU's and prints how much stack each has
// touched, one line `bytes function` for each. The texts lead into the deepest branches: errors,
// escapes and numbers cut in two, unknown members, findings.
#include "pinbulk.h"
#include "adapters/pinbulk_http1.h"
#include <string.h>

#define PAINT 0xA5A5A5A5u
#define WORDS 4096 // that are painted below the frame of a measurement

void reset(void);
extern char top_of_stack[];
__attribute__((section(".vectors"), used)) static const void *const vectors[] = {top_of_stack,
                                                                                 (void *)reset};

// ---- the machine
// ---------------------------------------------------------------------------------

static void semihosting(unsigned operation, const void *argument)
{
    register unsigned r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void print(const char *text)
{
    semihosting(0x04, text);
}

static void leave(int good)
{
    semihosting(0x18,
                (const void *)(good ? 0x20026 : 0x20024)); // the end of a program, or an error
    for (;;)
        continue;
}

static void expect(int good, const char *what)
{
    if (good)
        return;
    print(what);
    print(" has another result\n");
    leave(0);
}

// The stack below this frame is painted, then `call` runs in it. The marks are those of the frame
// of the caller, which calls nothing else in between.
#define MEASURE(name, call)                                                \
    do {                                                                   \
        volatile unsigned *mark, *low;                                     \
        __asm__ volatile("mov %0, sp" : "=r"(mark));                       \
        for (low = mark - WORDS; low != mark; low++)                       \
            *low = PAINT;                                                  \
        call;                                                              \
        for (low = mark - WORDS; low != mark && *low == PAINT;)            \
            low++;                                                         \
        report(name, (unsigned)(mark - low) * (unsigned)sizeof(unsigned)); \
    } while (0)

static void report(const char *name, unsigned bytes)
{
    char text[PINBULK_INT_TEXT_MAX + 1];
    text[pinbulk_int_to_text(bytes, text)] = '\0';
    print(text);
    print(" ");
    print(name);
    print("\n");
}

// ---- what is read and written
// --------------------------------------------------------------------

// Every object of an upsert, with members and values that are not known.
static const char upsert_json[] =
    "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"A \\\"B\\\" \\ud83d\\ude00\","
    "\"lifetime_spend_cap\":null,\"daily_spend_cap\":5,\"tracking_urls\":{\"click\":[\"x\"]},"
    "\"objective_type\":\"NEWER\",\"new\":{\"a\":[1,{\"b\":\"\\u00e9\"},-1.5e3]}}],\"ads\":[],"
    "\"product_groups\":[{\"ad_group_id\":\"AG2\",\"product_group_promotion\":[{\"included\":false}"
    ","
    "{}]}],\"keywords\":[{\"parent_id\":\"C3\",\"keywords\":[{\"match_type\":null,\"value\":\"v\"}]"
    "}"
    "],\"catalog_product_groups\":[{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{"
    "\"BRAND\":{\"values\":[\"b\"]}},{\"PRODUCT_TYPE_0\":{\"negated\":true,\"values\":[[\"t\","
    "\"u\"]"
    "]}}]}}]},\"update\":{\"campaigns\":[{\"id\":\"1\",\"ad_account_id\":\"1\",\"bid_options\":{"
    "\"audience_multipliers\":{\"12\":1.50},\"update_mask\":[\"AUDIENCE\"]}}],\"ad_groups\":[{"
    "\"id\":\"x\",\"targeting_spec_operations\":[{\"field\":\"SHOPPING_RETARGETING\",\"operation\":"
    "\"SET\",\"values\":[{\"tag_types\":[1,2]}]}]}],\"keywords\":[{\"id\":\"4\",\"archived\":true},"
    "{\"id\":\"5\"}],\"schedules\":[{\"id\":\"6\",\"delta_value\":{\"gender_multipliers\":{\"a\":2}"
    "}}]}}";
static const char broken_json[] =
    "{\"update\":{\"ad_groups\":[{\"targeting_spec\":{\"x\":[[{\"\\u00e9 y\":\"a\\u12x\"}]]}}]}}";

static char room[16384], out[4096], window[2048], path[64], memory[4096], line[512];
static pinbulk_upsert upsert;
static pinbulk_arena arena;
static pinbulk_error failure;
static pinbulk_encode_options options;
static pinbulk_writer writer;
static pinbulk_result result;
static unsigned findings;

static void note(void *ctx, const pinbulk_error *finding)
{
    (void)ctx;
    findings += finding->result != PINBULK_OK;
}

__attribute__((noinline)) static void decode(void)
{
    arena.memory = room;
    arena.size = sizeof room;
    arena.used = 0;
    MEASURE("pinbulk_decode_upsert",
            result = pinbulk_decode_upsert(broken_json, sizeof broken_json - 1, &upsert, &arena,
                                           NULL, &failure));
    expect(result == PINBULK_BAD_JSON, "decoding of what is broken");
    MEASURE("pinbulk_decode_upsert",
            result = pinbulk_decode_upsert(upsert_json, sizeof upsert_json - 1, &upsert, &arena,
                                           NULL, &failure));
    expect(result == PINBULK_OK, "decoding");
}

__attribute__((noinline)) static void validate(void)
{
    options.warn = note;
    MEASURE("pinbulk_validate_upsert",
            result = pinbulk_validate_upsert(&upsert, &options, &failure));
    expect(result == PINBULK_OK && findings >= 3, "validation");
}

__attribute__((noinline)) static void encode(void)
{
    pinbulk_writer_init_buffer(&writer, out, sizeof out);
    MEASURE("pinbulk_encode_upsert",
            result = pinbulk_encode_upsert(&upsert, &writer, &options, &failure));
    expect(result == PINBULK_OK, "encoding");
}

__attribute__((noinline)) static void divide(void)
{
    static pinbulk_parts parts;
    static pinbulk_part part;
    static pinbulk_part_limits limits = {2, 900};
    result = pinbulk_parts_init(&parts, &upsert, &limits, 0, &options, &failure);
    expect(result == PINBULK_OK, "division");
    MEASURE("pinbulk_parts_next", result = pinbulk_parts_next(&parts, &part, &failure));
    expect(result == PINBULK_OK && part.count == 2, "a part");
}

// ---- a job
// ---------------------------------------------------------------------------------------

// Each reply ends with its connection.
#define REPLY(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" body
static const char *const replies[] = {
    REPLY("{\"request_id\":\"777\"}"),
    REPLY("{\"status\":\"PROCESSING\"}"),
    REPLY("{\"status\":\"SUCCEEDED\",\"n\\u0065w\":[{}],\"result_url\":\"https://a.b/c?d\"}"),
    REPLY("{\"items\":[{\"data\":{\"id\":\"1\",\"exceptions\":[{\"errors\":[\"Caf\\u00e9\"],"
          "\"code\":3}]},\"exceptions\":[{\"message\":\"\\u00e9\",\"code\":\"4\"}]},{}]}"),
};
static const char *reply = "";
static unsigned next_reply, records_seen;
static uint64_t ticks;

static pinbulk_http1_io connect(void *ctx, pinbulk_text scheme, pinbulk_text host, uint16_t port,
                                uint32_t wait)
{
    (void)ctx, (void)scheme, (void)host, (void)port, (void)wait;
    reply = next_reply < sizeof replies / sizeof replies[0] ? replies[next_reply++] : "";
    return PINBULK_HTTP1_IO_TLS;
}

static pinbulk_http1_io send(void *ctx, const void *data, size_t length, size_t *sent,
                             uint32_t wait)
{
    (void)ctx, (void)data, (void)wait;
    *sent = length < 100 ? length : 100;
    return PINBULK_HTTP1_IO_BYTES;
}

// In portions of three bytes, so that every token lies across two of them.
static pinbulk_http1_io recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    (void)ctx, (void)wait;
    for (*got = 0; *got < size && *got < 3 && *reply; ++*got)
        ((char *)data)[*got] = *reply++;
    return *got ? PINBULK_HTTP1_IO_BYTES : PINBULK_HTTP1_IO_END;
}

static void close(void *ctx)
{
    (void)ctx;
}

static uint64_t now(void *ctx)
{
    (void)ctx;
    return ++ticks;
}

static void sleep(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    ticks += milliseconds;
}

static pinbulk_result take(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    (void)ctx, (void)record;
    records_seen += 1 + 10 * (unsigned)reading->error_count;
    return PINBULK_OK;
}

__attribute__((noinline)) static void run(void)
{
    static pinbulk_http1 http;
    static const pinbulk_http1_stream stream = {NULL, connect, send, recv, close, NULL};
    static pinbulk_http1_config http_config;
    static pinbulk_transport transport;
    static pinbulk_reading reading;
    static pinbulk_reading_config reading_config;
    static pinbulk_job job;
    static pinbulk_job_config config;
    http_config.stream = stream;
    http_config.memory = line;
    http_config.memory_size = sizeof line;
    http_config.close = 1;
    http_config.now = now;
    http_config.sleep = sleep;
    expect(pinbulk_http1_init(&http, &http_config) == PINBULK_OK, "the adapter");
    transport = pinbulk_http1_transport(&http);
    reading_config.records.window = window;
    reading_config.records.window_size = sizeof window;
    reading_config.records.format = PINBULK_FORMAT_JSON; // records come before the end
    reading_config.records.path = path;
    reading_config.records.path_size = sizeof path;
    reading_config.record = take;
    pinbulk_reading_init(&reading, &reading_config);
    config.api.token = pinbulk_text_of("token");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.encode = options;
    config.fetch = 1;
    config.sink = pinbulk_reading_sink(&reading);
    MEASURE("pinbulk_job_init_upsert", result = pinbulk_job_init_upsert(&job, &config, &upsert));
    expect(result == PINBULK_OK, "the job");
    MEASURE("pinbulk_job_run", result = pinbulk_job_run(&job, &transport));
    if (result != PINBULK_OK) {
        pinbulk_error_text(&job.error, line, sizeof line);
        expect(0, line);
    }
    result = pinbulk_reading_end(&reading, &job, &failure);
    expect(result == PINBULK_OK && records_seen == 22, "the reading");
}

void reset(void)
{
    decode();
    validate();
    encode();
    divide();
    run();
    leave(1);
}
