// A response from the input: its first four bytes choose method, end and cuts, the rest comes from
// the server. However it is cut it must come to the same, nothing is taken for whole that is not,
// and the driver must say of it what the parser says.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "../../adapters/pinbulk_http1.h"
#include <stdio.h>
#include <stdlib.h>

#define DEMAND(condition)                                  \
    do {                                                   \
        if (!(condition)) {                                \
            fprintf(stderr, "not true: %s\n", #condition); \
            abort();                                       \
        }                                                  \
    } while (0)

static pinbulk_request request;
static char request_memory[512];

struct played {
    pinbulk_http1_parser parser;
    pinbulk_http1_state state;
    pinbulk_response response;
    size_t consumed;
    char reply[4096];
};

static void play(struct played *played, const char *data, size_t length, size_t piece, int end)
{
    char *line = (char *)malloc(PINBULK_HTTP1_LINE_MIN);
    pinbulk_http1_limits limits = {1000, 20};
    size_t at = 0, used;
    memset(played, 0, sizeof *played);
    pinbulk_response_init(&played->response, &request, played->reply, sizeof played->reply);
    pinbulk_http1_parser_init(&played->parser, &request, &played->response, line,
                              PINBULK_HTTP1_LINE_MIN, &limits);
    played->state = PINBULK_HTTP1_MORE;
    while (at < length && played->state == PINBULK_HTTP1_MORE) {
        size_t size = piece < length - at ? piece : length - at;
        char *copy = (char *)malloc(size);
        memcpy(copy, data + at, size);
        played->state = pinbulk_http1_parser_feed(&played->parser, copy, size, &used);
        free(copy);
        DEMAND(used <= size && (used == size || played->state != PINBULK_HTTP1_MORE));
        played->consumed += used;
        at += used;
    }
    if (end)
        played->state = pinbulk_http1_parser_end(&played->parser);
    DEMAND(played->consumed <= length);
    DEMAND(played->response.received <= played->consumed);
    DEMAND((played->parser.text != NULL) == (played->state == PINBULK_HTTP1_BROKEN));
    DEMAND((played->parser.reached >= PINBULK_REACHED_CLOSED) ==
           (played->state == PINBULK_HTTP1_WHOLE));
    DEMAND(!end || played->state != PINBULK_HTTP1_MORE);
    DEMAND(end || played->parser.reached != PINBULK_REACHED_CLOSED);
    DEMAND(played->parser.status == played->response.status);
    if (played->parser.reached == PINBULK_REACHED_COMPLETE &&
        played->response.content_length != UINT64_MAX)
        DEMAND(played->response.content_length == played->response.received);
    free(line);
}

// The stream of the driver: takes everything, gives the input.
struct stream {
    const char *data;
    size_t length, at, piece;
    int end;
};

static pinbulk_http1_io stream_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                       uint16_t port, uint32_t wait)
{
    (void)ctx, (void)scheme, (void)host, (void)port, (void)wait;
    return PINBULK_HTTP1_IO_TLS;
}

static pinbulk_http1_io stream_send(void *ctx, const void *data, size_t length, size_t *sent,
                                    uint32_t wait)
{
    (void)ctx, (void)data, (void)wait;
    *sent = length;
    return PINBULK_HTTP1_IO_BYTES;
}

static pinbulk_http1_io stream_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    struct stream *stream = (struct stream *)ctx;
    (void)wait;
    if (size > stream->piece)
        size = stream->piece;
    if (size > stream->length - stream->at)
        size = stream->length - stream->at;
    if (size == 0)
        return stream->end ? PINBULK_HTTP1_IO_END : PINBULK_HTTP1_IO_FAILED;
    memcpy(data, stream->data + stream->at, size);
    stream->at += size;
    *got = size;
    return PINBULK_HTTP1_IO_BYTES;
}

static void stream_close(void *ctx)
{
    (void)ctx;
}

static void drive(const struct played *whole, struct stream *stream)
{
    static char reply[4096];
    char *memory = (char *)malloc(PINBULK_HTTP1_MEMORY_MIN);
    pinbulk_http1_config config;
    pinbulk_http1 http;
    pinbulk_response response;
    memset(&config, 0, sizeof config);
    config.stream.ctx = stream;
    config.stream.connect = stream_connect;
    config.stream.send = stream_send;
    config.stream.recv = stream_recv;
    config.stream.close = stream_close;
    config.memory = memory;
    config.memory_size = PINBULK_HTTP1_MEMORY_MIN;
    config.limits.head = 1000;
    config.limits.headers = 20;
    DEMAND(pinbulk_http1_init(&http, &config) == PINBULK_OK);
    pinbulk_response_init(&response, &request, reply, sizeof reply);
    pinbulk_http1_begin(&http, &request, &response);
    while (pinbulk_http1_step(&http, 0) != PINBULK_HTTP1_DONE)
        ;
    DEMAND(response.received == whole->response.received);
    DEMAND(http.outcome.reached ==
           (whole->parser.status ? whole->parser.reached : PINBULK_REACHED_HEAD));
    pinbulk_http1_close(&http);
    free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct played whole, cut;
    struct stream stream;
    pinbulk_api api;
    int end;
    if (size < 4 || size > 4000)
        return 0;
    memset(&api, 0, sizeof api);
    api.token = pinbulk_text_of("token");
    DEMAND(pinbulk_request_status(&request, &api, pinbulk_text_of("1"), pinbulk_text_of("2"), 0,
                                  request_memory, sizeof request_memory, NULL) == PINBULK_OK);
    request.method = data[0] % 8 == 7 ? "HEAD" : "GET";
    end = data[1] % 2;
    play(&whole, (const char *)data + 4, size - 4, size, end);
    play(&cut, (const char *)data + 4, size - 4, 1 + data[2] % 16, end);
    DEMAND(whole.state == cut.state && whole.consumed == cut.consumed);
    DEMAND(whole.parser.text == cut.parser.text && whole.parser.reached == cut.parser.reached);
    DEMAND(whole.parser.status == cut.parser.status);
    DEMAND(whole.response.received == cut.response.received);
    DEMAND(memcmp(whole.reply, cut.reply, sizeof whole.reply) == 0);
    stream.data = (const char *)data + 4;
    stream.length = size - 4;
    stream.at = 0;
    stream.piece = 1 + (size_t)data[3];
    stream.end = end;
    drive(&whole, &stream);
    return 0;
}
