// Runs every adapter of this project through the contract of adapter_contract.h, those on a byte
// stream also over one that writes short, gives single bytes and makes every call wait, and with
// sockets that are said to be ready when they are not. Link with -lcurl -lmbedtls -lmbedx509
// -lmbedcrypto -lmicrohttpd -pthread; certificates are made with the openssl tool.
#include <poll.h>

// A socket that poll calls ready may have to wait all the same: here it is called so without a look
// each second time that it is asked for reading, and for writing.
static int hasty;

static int hasty_poll(struct pollfd *polled, nfds_t count, int wait)
{
    static int turn[2];
    int *mine = &turn[polled->events == POLLOUT];
    if (!hasty || (*mine = !*mine) == 0)
        return poll(polled, count, wait);
    polled->revents = polled->events;
    return 1;
}

#define poll hasty_poll
#define main transport_template_main
#include "../examples/transport_template.c"
#undef main
#define PINBULK_CURL_IMPLEMENTATION
#include "../adapters/pinbulk_curl.h"
#define PINBULK_MBEDTLS_IMPLEMENTATION
#include "../adapters/pinbulk_mbedtls.h"
#undef poll
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#define PINBULK_REPLAY_IMPLEMENTATION
#include "../adapters/pinbulk_replay.h"
#include "check.h"
#include "server.h"
#include "raw_tls.h"
#include "sandbox_server.h"
#include "adapter_contract.h"

static char ca_file[256];

// ---- libcurl ------------------------------------------------------------------------------------

static pinbulk_curl curl;

static pinbulk_transport open_curl(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_curl_config config = {.ca_file = ca_file, .idle_timeout = idle, .total_timeout = total};
    (void)adapter;
    CHECK_INT(pinbulk_curl_init(&curl, &config), PINBULK_OK);
    return pinbulk_curl_transport(&curl);
}

static void close_curl(contract_adapter *adapter)
{
    (void)adapter;
    pinbulk_curl_free(&curl);
}

// ---- a stream that makes trouble ----------------------------------------------------------------

static struct {
    pinbulk_http1_stream inner;
    size_t most;        // bytes in one call; 0: any number
    int block, turn[3]; // every second call has to wait
    size_t sent;        // on this connection
    unsigned full;      // sends that the stream itself made wait
} flaky;

static unsigned flaky_full(void)
{
    return flaky.full;
}

static pinbulk_http1_io flaky_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                      uint16_t port, uint32_t wait)
{
    if (flaky.block && (flaky.turn[0] = !flaky.turn[0]))
        return PINBULK_HTTP1_IO_WRITE;
    flaky.sent = 0;
    return flaky.inner.connect(ctx, scheme, host, port, wait);
}

static pinbulk_http1_io flaky_send(void *ctx, const void *data, size_t length, size_t *sent,
                                   uint32_t wait)
{
    size_t most = flaky.sent < 4096 ? flaky.most : 1000 * flaky.most; // many take their time
    pinbulk_http1_io io;
    if (flaky.block && (flaky.turn[1] = !flaky.turn[1]))
        return PINBULK_HTTP1_IO_WRITE;
    io = flaky.inner.send(ctx, data, most && length > most ? most : length, sent, wait);
    if (io == PINBULK_HTTP1_IO_BYTES)
        flaky.sent += *sent;
    flaky.full += io == PINBULK_HTTP1_IO_WRITE;
    return io;
}

static pinbulk_http1_io flaky_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    if (flaky.block && (flaky.turn[2] = !flaky.turn[2]))
        return PINBULK_HTTP1_IO_READ;
    return flaky.inner.recv(ctx, data, flaky.most && size > flaky.most ? flaky.most : size, got,
                            wait);
}

// Puts it before a stream: 0 does nothing, 1 moves single bytes, 2 makes every second call wait as
// well, and poll hasty.
static int trouble;

// Of the bytes of a head; single bytes take their time.
static uint32_t head_limit(void)
{
    return trouble > 0 ? 8192 : 0;
}

static pinbulk_http1_stream make_flaky(pinbulk_http1_stream stream)
{
    memset(&flaky, 0, sizeof flaky);
    flaky.inner = stream;
    flaky.most = trouble > 0 ? 1 : 0;
    flaky.block = hasty = trouble > 1;
    stream.connect = flaky_connect;
    stream.send = flaky_send;
    stream.recv = flaky_recv;
    return stream;
}

// ---- pinbulk_http1.h on the sockets of the template ---------------------------------------------

static pinbulk_http1 http;
static my_stream sockets;
static char http_memory[2048];

static void open_http(pinbulk_http1_stream stream, uint32_t idle, uint32_t total)
{
    pinbulk_http1_config config;
    my_open(&http, &sockets, http_memory, sizeof http_memory);
    config = http.config;
    config.stream = make_flaky(stream.connect ? stream : config.stream);
    config.idle_timeout = idle;
    config.total_timeout = total;
    config.limits.head = head_limit();
    CHECK_INT(pinbulk_http1_init(&http, &config), PINBULK_OK);
}

static pinbulk_transport open_template(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_http1_stream none = {NULL, NULL, NULL, NULL, NULL, NULL};
    (void)adapter;
    open_http(none, idle, total);
    return pinbulk_http1_transport(&http);
}

static void close_template(contract_adapter *adapter)
{
    (void)adapter;
    pinbulk_http1_close(&http);
    CHECK_INT(sockets.socket, -1);
}

// An event loop: it waits for the socket as each step says, and for nothing else.
static pinbulk_outcome loop_over(pinbulk_http1 *stepped, const int *socket,
                                 const pinbulk_request *request, pinbulk_response *response)
{
    pinbulk_http1_todo todo;
    pinbulk_http1_begin(stepped, request, response);
    while ((todo = pinbulk_http1_step(stepped, my_now(NULL))) != PINBULK_HTTP1_DONE) {
        struct pollfd polled = {*socket, 0, 0};
        uint64_t now = my_now(NULL);
        int wait = stepped->until > now + 50 ? 50
                   : stepped->until > now    ? (int)(stepped->until - now)
                                             : 0;
        if (todo == PINBULK_HTTP1_AGAIN)
            continue;
        if (todo != PINBULK_HTTP1_WRITE)
            polled.events |= POLLIN;
        if (todo != PINBULK_HTTP1_READ)
            polled.events |= POLLOUT;
        poll(&polled, 1, trouble > 1 ? 0 : wait); // what only claims to wait is not waited for
    }
    return stepped->outcome;
}

static pinbulk_outcome loop_exchange(void *ctx, const pinbulk_request *request,
                                     pinbulk_response *response)
{
    (void)ctx;
    return loop_over(&http, &sockets.socket, request, response);
}

static pinbulk_transport open_loop(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_transport transport = open_template(adapter, idle, total);
    transport.exchange = loop_exchange;
    return transport;
}

// ---- the recorder in front of it ----------------------------------------------------------------

static pinbulk_replay_recorder recorder;
static struct {
    char text[1 << 23];
    size_t length;
} recording;

static pinbulk_result write_recording(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > sizeof recording.text - 1 - recording.length)
        return PINBULK_SINK_FAILED;
    memcpy(recording.text + recording.length, data, length);
    recording.length += length;
    recording.text[recording.length] = '\0';
    return PINBULK_OK;
}

static pinbulk_transport open_recorder(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_transport inner = open_template(adapter, idle, total);
    pinbulk_sink sink = {NULL, write_recording, NULL};
    recording.length = 0;
    pinbulk_replay_record(&recorder, &inner, sink);
    return pinbulk_replay_recorder_transport(&recorder);
}

static void close_recorder(contract_adapter *adapter)
{
    pinbulk_replay replay;
    close_template(adapter);
    CHECK_INT(recorder.result, PINBULK_OK);
    CHECK(strstr(recording.text, CANARY) == NULL);
    CHECK_INT(pinbulk_replay_init(&replay, recording.text, recording.length, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_replay_left(&replay), recorder.exchanges);
}

// ---- mbedTLS ------------------------------------------------------------------------------------

static pinbulk_mbedtls tls;

static pinbulk_transport open_mbedtls(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_mbedtls_config config = {
        .ca_file = ca_file, .idle_timeout = idle, .total_timeout = total};
    (void)adapter;
    config.limits.head = head_limit();
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    tls.http.config.stream = make_flaky(tls.http.config.stream);
    return pinbulk_mbedtls_transport(&tls);
}

static pinbulk_outcome tls_loop_exchange(void *ctx, const pinbulk_request *request,
                                         pinbulk_response *response)
{
    (void)ctx;
    return loop_over(&tls.http, &tls.socket, request, response);
}

static pinbulk_transport open_mbedtls_loop(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_transport transport = open_mbedtls(adapter, idle, total);
    transport.exchange = tls_loop_exchange;
    return transport;
}

static void close_mbedtls(contract_adapter *adapter)
{
    (void)adapter;
    pinbulk_mbedtls_free(&tls);
    CHECK_INT(tls.socket, -1);
}

// ---- pinbulk_http1.h on a stream in memory, at whose end is the sandbox -------------------------

static struct {
    contract_adapter *adapter;
    char asked[65536], reply[1 << 18];
    size_t asked_length, left; // of the reply, at:
    const char *at;
    const char *body; // of what is asked; NULL: its head has not come
    size_t body_length;
    pinbulk_http1_io then; // behind the reply
    unsigned pause;        // milliseconds before each byte; 0: all at once
    uint64_t next;         // when it comes
} memory_stream;

static pinbulk_http1_io memory_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                       uint16_t port, uint32_t wait)
{
    (void)ctx, (void)scheme, (void)host, (void)port, (void)wait;
    memory_stream.asked_length = memory_stream.left = 0;
    memory_stream.body = NULL;
    memory_stream.then = PINBULK_HTTP1_IO_READ;
    return PINBULK_HTTP1_IO_PLAIN;
}

static pinbulk_text memory_header(const char *name)
{
    const char *at = strstr(memory_stream.asked, name);
    pinbulk_text value = {0, ""};
    if (at) {
        value.data = at + strlen(name);
        value.length = strcspn(value.data, "\r");
    }
    return value;
}

static void memory_play(const contract_script *script)
{
    memory_stream.adapter->played++;
    memory_stream.at = script->bytes;
    memory_stream.left = script->length;
    memory_stream.pause = script->pause;
    memory_stream.next = my_now(NULL) + script->pause;
    memory_stream.then = script->then == RAW_CLOSE ? PINBULK_HTTP1_IO_END
                         : script->then == RAW_KEEP || script->then == RAW_HOLD
                             ? PINBULK_HTTP1_IO_READ
                             : PINBULK_HTTP1_IO_FAILED;
}

// What the sandbox says.
static void memory_ask(void)
{
    pinbulk_sandbox_request request;
    pinbulk_sandbox_reply reply;
    size_t length;
    unsigned i;
    memset(&request, 0, sizeof request);
    request.body.data = memory_stream.body;
    request.body.length = memory_stream.body_length;
    request.authorization = memory_header("\r\nAuthorization: ");
    request.content_type = memory_header("\r\nContent-Type: ");
    request.range = memory_header("\r\nRange: ");
    request.if_range = memory_header("\r\nIf-Range: ");
    request.method.data = memory_stream.asked;
    request.method.length = strcspn(memory_stream.asked, " ");
    request.target.data = memory_stream.asked + request.method.length + 1;
    request.target.length = strcspn(request.target.data, " ");
    pinbulk_sandbox_answer(&memory_stream.adapter->service->sandbox, &request, &reply);
    memory_stream.pause = 0;
    if (reply.status == 0 || reply.sent < reply.body.length)
        memory_stream.then = PINBULK_HTTP1_IO_END;
    if (reply.status == 0)
        return;
    length = (size_t)sprintf(memory_stream.reply, "HTTP/1.1 %d x\r\n", reply.status);
    for (i = 0; i < reply.header_count; i++)
        length += (size_t)sprintf(memory_stream.reply + length, "%s: %s\r\n", reply.headers[i].name,
                                  reply.headers[i].value);
    length += (size_t)sprintf(memory_stream.reply + length, "\r\n");
    memcpy(memory_stream.reply + length, reply.body.data, reply.sent);
    memory_stream.at = memory_stream.reply;
    memory_stream.left = length + reply.sent;
}

// Answers when the request is whole. The last `length` bytes of it are new.
static void memory_answer(size_t length)
{
    const char *from = memory_stream.asked, *end = from + memory_stream.asked_length;
    memory_stream.asked[memory_stream.asked_length] = '\0';
    if (memory_stream.asked_length - length > 3)
        from = end - length - 3;
    if (!memory_stream.body && (memory_stream.body = strstr(from, "\r\n\r\n")) != NULL) {
        memory_stream.body += 4;
        memory_stream.body_length = (size_t)atoi(memory_header("\r\nContent-Length: ").data);
    }
    if (!memory_stream.body || (size_t)(end - memory_stream.body) < memory_stream.body_length)
        return;
    if (memory_stream.adapter->script)
        memory_play(memory_stream.adapter->script);
    else
        memory_ask();
    memory_stream.asked_length = 0;
    memory_stream.body = NULL;
}

static pinbulk_http1_io memory_send(void *ctx, const void *data, size_t length, size_t *sent,
                                    uint32_t wait)
{
    (void)ctx, (void)wait;
    CHECK(length < sizeof memory_stream.asked - memory_stream.asked_length);
    memcpy(memory_stream.asked + memory_stream.asked_length, data, length);
    memory_stream.asked_length += length;
    *sent = length;
    memory_answer(length);
    return PINBULK_HTTP1_IO_BYTES;
}

static pinbulk_http1_io memory_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    int early = memory_stream.pause && my_now(NULL) < memory_stream.next;
    size_t most = memory_stream.pause ? 1 : size;
    (void)ctx;
    if (early || memory_stream.left == 0) {
        if (wait > 0)
            my_sleep(NULL, 1);
        return early ? PINBULK_HTTP1_IO_READ : memory_stream.then;
    }
    *got = most < memory_stream.left ? most : memory_stream.left;
    memcpy(data, memory_stream.at, *got);
    memory_stream.at += *got;
    memory_stream.left -= *got;
    memory_stream.next += memory_stream.pause;
    return PINBULK_HTTP1_IO_BYTES;
}

static void memory_close(void *ctx)
{
    (void)ctx;
}

static pinbulk_transport open_memory(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    static const pinbulk_http1_stream stream = {NULL,        memory_connect, memory_send,
                                                memory_recv, memory_close,   NULL};
    memory_stream.adapter = adapter;
    open_http(stream, idle, total);
    return pinbulk_http1_transport(&http);
}

static void close_memory(contract_adapter *adapter)
{
    (void)adapter;
    pinbulk_http1_close(&http);
}

// ---- the sandbox itself, and what it says through a recording -----------------------------------

static pinbulk_transport open_sandbox(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    (void)idle, (void)total;
    return pinbulk_sandbox_transport(&adapter->service->sandbox);
}

static void close_nothing(contract_adapter *adapter)
{
    (void)adapter;
}

static pinbulk_transport through;
static char real_url[512]; // of the result file, which a recording does not have

// Records what the sandbox answers and answers from the recording.
static pinbulk_outcome replay_exchange(void *ctx, const pinbulk_request *request,
                                       pinbulk_response *response)
{
    static char body[65536];
    static pinbulk_replay replay;
    pinbulk_response answer;
    pinbulk_request asked = *request;
    pinbulk_sink sink = {NULL, write_recording, NULL};
    pinbulk_transport transport;
    (void)ctx;
    if (request->url_secret) {
        asked.url = pinbulk_text_of(real_url);
        asked.target = pinbulk_text_of(strstr(real_url, "/results/"));
    }
    recording.length = 0;
    pinbulk_response_init(&answer, &asked, body, sizeof body - 1);
    pinbulk_replay_record(&recorder, &through, sink);
    transport = pinbulk_replay_recorder_transport(&recorder);
    if (!pinbulk_response_cancelled(response))
        transport.exchange(transport.ctx, &asked, &answer);
    answer.body[answer.body_used] = '\0';
    const char *url = strstr(answer.body, "\"result_url\":\"");
    if (url)
        snprintf(real_url, sizeof real_url, "%.*s", (int)strcspn(url + 14, "\""), url + 14);
    CHECK(real_url[0] == '\0' || strstr(recording.text, real_url) == NULL);
    CHECK_INT(pinbulk_replay_init(&replay, recording.text, recording.length, NULL), PINBULK_OK);
    transport = pinbulk_replay_transport(&replay);
    return transport.exchange(transport.ctx, request, response);
}

static pinbulk_transport open_replay(contract_adapter *adapter, uint32_t idle, uint32_t total)
{
    pinbulk_transport transport = open_sandbox(adapter, idle, total);
    through = transport;
    real_url[0] = '\0';
    transport.exchange = replay_exchange;
    return transport;
}

// ---- all of them --------------------------------------------------------------------------------

int main(void)
{
    static contract_adapter adapters[] = {
        {.name = "pinbulk_curl.h",
         .network = 1,
         .tls_host = "127.0.0.1",
         .blind = 1,
         .open = open_curl,
         .close = close_curl},
        {.name = "pinbulk_sandbox.h", .open = open_sandbox, .close = close_nothing},
        {.name = "pinbulk_replay.h: replayed", .open = open_replay, .close = close_nothing},
    };
    static contract_adapter streams[] = {
        {.name = "pinbulk_http1.h in memory",
         .memory = 1,
         .open = open_memory,
         .close = close_memory},
        {.name = "examples/transport_template.c",
         .network = 1,
         .open = open_template,
         .close = close_template,
         .full = flaky_full},
        {.name = "examples/transport_template.c in an event loop",
         .network = 1,
         .open = open_loop,
         .close = close_template,
         .full = flaky_full},
        {.name = "pinbulk_replay.h: recorded",
         .network = 1,
         .open = open_recorder,
         .close = close_recorder,
         .full = flaky_full},
        {.name = "pinbulk_mbedtls.h",
         .network = 1,
         .tls_host = "localhost",
         .open = open_mbedtls,
         .close = close_mbedtls,
         .full = flaky_full},
        {.name = "pinbulk_mbedtls.h in an event loop",
         .network = 1,
         .tls_host = "localhost",
         .open = open_mbedtls_loop,
         .close = close_mbedtls,
         .full = flaky_full},
    };
    char here[256], *slash;
    size_t i;
    snprintf(here, sizeof here, "%s", __FILE__);
    slash = strrchr(here, '/');
    snprintf(slash ? slash : here, 2, "%s", slash ? "" : ".");
    contract_folder = certificates_make(here);
    if (contract_folder == NULL) {
        printf("skipped: no certificates, the openssl tool is missing\n");
        return 77;
    }
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", contract_folder);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (i = 0; i < sizeof adapters / sizeof adapters[0]; i++)
        contract_run(&adapters[i]);
    for (trouble = 0; trouble < 3; trouble++)
        for (i = 0; i < sizeof streams / sizeof streams[0]; i++)
            contract_run(&streams[i]);
    curl_global_cleanup();
    folder_remove(contract_folder);
    return check_report();
}
