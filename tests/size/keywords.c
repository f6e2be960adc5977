// The three operations as a device uses them: keywords are changed by an upsert, followed by the
// job, and the result file is read record by record; a download likewise; errors as results, not as
// text.
//
// Without HTTP1 the device has an HTTP stack of its own, with it a byte stream and http1.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#ifdef HTTP1
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"
#endif

static char memory[1024], window[2048], arena_memory[512];
static pinbulk_job ram_job;
static pinbulk_records ram_records;
static volatile uint64_t ticks;

static uint64_t now(void *ctx)
{
    (void)ctx;
    return ticks;
}

static void sleeps(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    ticks += milliseconds;
}

#ifdef HTTP1
static char lines[512];
static pinbulk_http1 ram_http;

static pinbulk_http1_io connects(void *ctx, pinbulk_text scheme, pinbulk_text host, uint16_t port,
                                 uint32_t wait)
{
    (void)ctx, (void)scheme, (void)host, (void)port, (void)wait;
    return PINBULK_HTTP1_IO_TLS;
}

static pinbulk_http1_io sends(void *ctx, const void *data, size_t length, size_t *sent,
                              uint32_t wait)
{
    (void)ctx, (void)data, (void)wait;
    *sent = length;
    return PINBULK_HTTP1_IO_BYTES;
}

static pinbulk_http1_io receives(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    (void)ctx, (void)data, (void)size, (void)wait;
    *got = (size_t)ticks;
    return PINBULK_HTTP1_IO_READ;
}

static void closes(void *ctx)
{
    (void)ctx;
}

static pinbulk_transport transport_of_device(void)
{
    pinbulk_http1_config config;
    memset(&config, 0, sizeof config);
    config.stream.connect = connects;
    config.stream.send = sends;
    config.stream.recv = receives;
    config.stream.close = closes;
    config.memory = lines;
    config.memory_size = sizeof lines;
    config.now = now;
    config.sleep = sleeps;
    pinbulk_http1_init(&ram_http, &config);
    return pinbulk_http1_transport(&ram_http);
}
#else
static pinbulk_outcome exchange(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    size_t got;
    (void)ctx;
    if (request->body)
        pinbulk_body_read(request->body, window, sizeof window, &got);
    pinbulk_response_begin(response, (int)ticks);
    pinbulk_response_header(response, "Retry-After", 11, window, 2);
    pinbulk_response_body(response, window, sizeof window);
    return outcome;
}

static pinbulk_transport transport_of_device(void)
{
    pinbulk_transport transport = {NULL, exchange, now, sleeps, NULL};
    return transport;
}
#endif

static pinbulk_result take(void *ctx, const void *data, size_t length)
{
    pinbulk_record record;
    pinbulk_keyword keyword;
    pinbulk_arena arena = {arena_memory, sizeof arena_memory, 0};
    (void)ctx;
    pinbulk_records_feed(&ram_records, (const char *)data, length);
    while (pinbulk_records_next(&ram_records, &record) == PINBULK_RECORDS_RECORD)
        pinbulk_decode_keyword(record.raw.data, record.raw.length, &keyword, &arena, NULL, NULL);
    return PINBULK_OK;
}

int main(void);
int main(void)
{
    pinbulk_transport transport = transport_of_device();
    pinbulk_records_config records_config;
    pinbulk_job_config config;
    pinbulk_keyword keyword;
    pinbulk_update update;
    pinbulk_upsert upsert;
    pinbulk_download download;
    memset(&config, 0, sizeof config);
    memset(&keyword, 0, sizeof keyword);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    memset(&download, 0, sizeof download);
    memset(&records_config, 0, sizeof records_config);
    records_config.window = window;
    records_config.window_size = sizeof window;
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink.write = take;
    keyword.id = pinbulk_string_of("1");
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    pinbulk_records_init(&ram_records, &records_config);
    pinbulk_job_init_upsert(&ram_job, &config, &upsert);
    pinbulk_job_run(&ram_job, &transport);
    pinbulk_job_init_download(&ram_job, &config, &download);
    pinbulk_job_run(&ram_job, &transport);
    return (int)ram_job.error.result;
}
