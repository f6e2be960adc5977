// Two things from the input, by its first byte. A text to be replayed: whatever it is, init refuses
// it or every exchange of it ends. Or a body to be recorded: it comes back byte for byte when it
// holds nothing secret, and the token never stands in the recording.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_REPLAY_IMPLEMENTATION
#include "../../adapters/pinbulk_replay.h"
#include <stdio.h>
#include <stdlib.h>

#define TOKEN "tok3n-CANARY-7f3a9b"
#define DEMAND(condition)                                  \
    do {                                                   \
        if (!(condition)) {                                \
            fprintf(stderr, "not true: %s\n", #condition); \
            abort();                                       \
        }                                                  \
    } while (0)

static struct {
    char data[100000];
    size_t length;
} text, got;

static const char *body;
static size_t body_length, piece;

static pinbulk_result write_text(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    DEMAND(length <= sizeof text.data - text.length);
    memcpy(text.data + text.length, data, length);
    text.length += length;
    return PINBULK_OK;
}

static pinbulk_result write_got(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    DEMAND(length <= sizeof got.data - got.length);
    memcpy(got.data + got.length, data, length);
    got.length += length;
    return PINBULK_OK;
}

static pinbulk_outcome serve(void *ctx, const pinbulk_request *request, pinbulk_response *response)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    size_t at, size;
    (void)ctx, (void)request;
    pinbulk_response_begin(response, 200);
    for (at = 0; at < body_length; at += size) {
        size = body_length - at < piece ? body_length - at : piece;
        pinbulk_response_body(response, body + at, size);
    }
    return outcome;
}

static pinbulk_request request;
static pinbulk_response response;
static pinbulk_body sent;
static char memory[1024], reply[4096];

static void ask(const char *data, size_t length)
{
    pinbulk_api api;
    memset(&api, 0, sizeof api);
    api.token = pinbulk_text_of(TOKEN);
    pinbulk_body_init_memory(&sent, data, length);
    DEMAND(pinbulk_request_upsert(&request, &api, pinbulk_text_of("1"), &sent, memory,
                                  sizeof memory, NULL) == PINBULK_OK);
    pinbulk_response_init(&response, &request, reply, sizeof reply);
}

static void replay_all(const char *data, size_t length)
{
    pinbulk_replay replay;
    pinbulk_replay_config config;
    pinbulk_transport transport;
    unsigned left, i;
    memset(&config, 0, sizeof config);
    config.lenient = 1;
    config.chunk = 3;
    if (pinbulk_replay_init(&replay, data, length, &config) != PINBULK_OK) {
        DEMAND(replay.text[0] != '\0' && replay.line > 0);
        return;
    }
    transport = pinbulk_replay_transport(&replay);
    left = pinbulk_replay_left(&replay);
    for (i = 0; i < left; i++) {
        ask("{}", 2);
        transport.exchange(transport.ctx, &request, &response);
        DEMAND(pinbulk_replay_left(&replay) == left - i - 1);
    }
    ask("{}", 2);
    DEMAND(transport.exchange(transport.ctx, &request, &response).permanent);
}

static int has(const char *data, size_t length, const char *word)
{
    size_t i, word_length = strlen(word);
    for (i = 0; i + word_length <= length; i++)
        if (memcmp(data + i, word, word_length) == 0)
            return 1;
    return 0;
}

static void record_and_replay(void)
{
    pinbulk_replay_recorder recorder;
    pinbulk_replay replay;
    pinbulk_transport inner = {NULL, serve, NULL, NULL, NULL}, transport;
    pinbulk_sink out = {NULL, write_text, NULL}, sink = {NULL, write_got, NULL};
    ask(body, body_length);
    got.length = text.length = 0;
    pinbulk_response_set_sink(&response, sink, 0);
    pinbulk_replay_record(&recorder, &inner, out);
    transport = pinbulk_replay_recorder_transport(&recorder);
    transport.exchange(transport.ctx, &request, &response);
    DEMAND(got.length == body_length && memcmp(got.data, body, body_length) == 0);
    DEMAND(!has(text.data, text.length, TOKEN));
    DEMAND(pinbulk_replay_init(&replay, text.data, text.length, NULL) == PINBULK_OK);
    transport = pinbulk_replay_transport(&replay);
    ask(body, body_length);
    got.length = 0;
    pinbulk_response_set_sink(&response, sink, 0);
    DEMAND(transport.exchange(transport.ctx, &request, &response).reached ==
           PINBULK_REACHED_COMPLETE);
    if (!has(got.data, got.length, "****") && !has(got.data, got.length, "replaced.invalid"))
        DEMAND(got.length == body_length && memcmp(got.data, body, body_length) == 0);
    DEMAND(!has(got.data, got.length, TOKEN));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char start[] = "pinbulk-replay 1\n> GET https://a/b\n";
    char *copy;
    size_t length;
    if (size < 2 || size > 4000)
        return 0;
    if (data[0] % 2 == 0) {
        length = size - 1;
        copy = (char *)malloc(length);
        memcpy(copy, data + 1, length);
        replay_all(copy, length);
        free(copy);
        copy = (char *)malloc(length + sizeof start - 1);
        memcpy(copy, start, sizeof start - 1);
        memcpy(copy + sizeof start - 1, data + 1, length);
        replay_all(copy, length + sizeof start - 1);
        free(copy);
        return 0;
    }
    piece = 1 + (size_t)data[1];
    body = (const char *)data + 2;
    body_length = size - 2;
    record_and_replay();
    return 0;
}
