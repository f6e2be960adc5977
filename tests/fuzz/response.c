// A response from the input: its first four bytes choose status, operation, memory and cut; then
// header lines up to an empty one; then the body. The same response in other chunks must mean the
// same, errors must hold no secret and nothing that cannot be shown, and only a file may reach the
// sink.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "tok3n-CANARY-7f3a9b"
#define DEMAND(condition)                                  \
    do {                                                   \
        if (!(condition)) {                                \
            fprintf(stderr, "not true: %s\n", #condition); \
            abort();                                       \
        }                                                  \
    } while (0)

struct input {
    int status;
    pinbulk_operation operation;
    pinbulk_reached reached;
    size_t memory, chunk;
    uint64_t from, limit;
    const char *headers, *body, *end;
};

struct played {
    pinbulk_request request;
    pinbulk_response response;
    char request_memory[512], memory[256], arena[1024], sink[4096];
    size_t sink_used, sink_restarts;
    pinbulk_result ended, result;
    pinbulk_error error;
};

static pinbulk_result sink_write(void *ctx, const void *data, size_t length)
{
    struct played *played = (struct played *)ctx;
    DEMAND(length > 0 && length <= sizeof played->sink - played->sink_used);
    memcpy(played->sink + played->sink_used, data, length);
    played->sink_used += length;
    return PINBULK_OK;
}

static pinbulk_result sink_restart(void *ctx)
{
    struct played *played = (struct played *)ctx;
    DEMAND(played->sink_restarts == 0 && played->sink_used == 0);
    played->sink_restarts++;
    return PINBULK_OK;
}

// The host of a result file never got the token, so it cannot repeat it.
static void demand_clean(const struct input *input, const char *text, size_t size)
{
    size_t length = strlen(text);
    DEMAND(length < size);
    DEMAND(input->operation == PINBULK_OPERATION_RESULT || strstr(text, TOKEN) == NULL);
    for (; *text != '\0'; text++)
        DEMAND((unsigned char)*text >= ' ' && *text != 0x7f);
}

static void ask(struct played *played, const struct input *input)
{
    pinbulk_api api;
    pinbulk_text etag = {3, "\"e\""};
    pinbulk_result result;
    memset(&api, 0, sizeof api);
    api.token = pinbulk_text_of(TOKEN);
    if (input->operation == PINBULK_OPERATION_RESULT)
        result = pinbulk_request_result(&played->request, &api, pinbulk_text_of("https://a/?q"),
                                        input->from, etag, played->request_memory,
                                        sizeof played->request_memory, NULL);
    else
        result = pinbulk_request_status(&played->request, &api, pinbulk_text_of("1"),
                                        pinbulk_text_of("2"), 0, played->request_memory,
                                        sizeof played->request_memory, NULL);
    DEMAND(result == PINBULK_OK);
}

static void read_reply(struct played *played, const struct input *input)
{
    pinbulk_arena arena;
    pinbulk_submitted submitted;
    pinbulk_status status;
    arena.memory = played->arena;
    arena.size = sizeof played->arena;
    arena.used = 0;
    memset(&played->error, 0, sizeof played->error);
    if (input->operation == PINBULK_OPERATION_RESULT)
        played->result = pinbulk_response_fetched(&played->response, &played->error);
    else if (input->operation == PINBULK_OPERATION_STATUS)
        played->result =
            pinbulk_response_status(&played->response, &status, &arena, &played->error);
    else
        played->result =
            pinbulk_response_submitted(&played->response, &submitted, &arena, &played->error);
}

static void play(struct played *played, const struct input *input)
{
    pinbulk_response *response = &played->response;
    pinbulk_outcome outcome;
    const char *at = input->headers;
    memset(played, 0, sizeof *played);
    memset(&outcome, 0, sizeof outcome);
    outcome.reached = input->reached;
    ask(played, input);
    pinbulk_response_init(response, &played->request, played->memory, input->memory);
    if (input->operation == PINBULK_OPERATION_RESULT) {
        pinbulk_sink sink;
        sink.ctx = played;
        sink.write = sink_write;
        sink.restart = sink_restart;
        pinbulk_response_set_sink(response, sink, input->limit);
    }
    DEMAND(pinbulk_response_begin(response, input->status) == PINBULK_OK);
    while (at < input->body) {
        const char *line = (const char *)memchr(at, '\n', (size_t)(input->body - at));
        const char *end = line == NULL ? input->body : line;
        const char *colon = (const char *)memchr(at, ':', (size_t)(end - at));
        if (colon != NULL)
            pinbulk_response_header(response, at, (size_t)(colon - at), colon + 1,
                                    (size_t)(end - colon - 1));
        at = end + (line != NULL);
    }
    for (at = input->body; at < input->end;) {
        size_t size = (size_t)(input->end - at);
        if (size > input->chunk)
            size = input->chunk;
        if (pinbulk_response_body(response, at, size) != PINBULK_OK) {
            outcome.reached = PINBULK_REACHED_RESPONSE;
            break;
        }
        at += size;
    }
    played->ended = pinbulk_response_end(response, outcome);
    read_reply(played, input);
}

static void demand_rules(const struct played *played, const struct input *input)
{
    const pinbulk_response *response = &played->response;
    char line[1024];
    int is_file = input->status == 200 || input->status == 206;
    DEMAND(response->reached >= PINBULK_REACHED_RESPONSE);
    DEMAND(response->body_used <= response->body_size && response->body_size <= input->memory);
    DEMAND(response->received <= (uint64_t)(input->end - input->body));
    DEMAND(response->received <= response->content_length);
    DEMAND(response->retry_after >= -1 && response->date >= -1);
    DEMAND(response->rate_limit >= -1 && response->rate_remaining >= -1);
    DEMAND(!response->etag_strong || response->etag[0] == '"');
    demand_clean(input, response->etag, 80);
    demand_clean(input, response->encoding, 16);
    demand_clean(input, response->rid, PINBULK_ERROR_RID_MAX);
    DEMAND(played->sink_used == 0 || (is_file && input->operation == PINBULK_OPERATION_RESULT));
    if (input->operation == PINBULK_OPERATION_RESULT) {
        DEMAND(response->position == (response->restarted ? 0 : input->from) + played->sink_used);
        DEMAND(input->limit == 0 || played->sink_used == 0 || response->position <= input->limit);
    }
    DEMAND(played->result == played->error.result);
    if (played->result == PINBULK_OK) {
        DEMAND(played->ended == PINBULK_OK);
        DEMAND(input->status >= 200 && input->status <= 299);
        DEMAND(response->reached >= PINBULK_REACHED_CLOSED);
        DEMAND(response->content_length == UINT64_MAX ||
               response->content_length == response->received);
    }
    DEMAND(!response->proven || played->result == PINBULK_OK);
    DEMAND(pinbulk_error_text(&played->error, line, sizeof line) < sizeof line);
    demand_clean(input, line, sizeof line);
    demand_clean(input, played->error.message, sizeof played->error.message);
    demand_clean(input, played->error.path, sizeof played->error.path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {200, 200, 206, 201, 429, 400, 401, 503, 302, 206};
    static struct played whole, cut;
    struct input input;
    char *copy;
    const char *blank;
    if (size < 4 || size > 4000)
        return 0;
    memset(&input, 0, sizeof input);
    copy = (char *)malloc(size);
    memcpy(copy, data, size);
    input.status = statuses[data[0] % 10];
    input.operation = (pinbulk_operation)(PINBULK_OPERATION_UPSERT + data[1] % 3);
    input.reached = (pinbulk_reached)(data[1] / 3 % 7);
    input.from = data[1] >= 128 && input.operation == PINBULK_OPERATION_RESULT ? 5 : 0;
    input.memory = data[2];
    input.limit = data[2] % 4 == 0 ? data[2] : 0;
    input.headers = copy + 4;
    input.end = copy + size;
    for (blank = input.headers; blank < input.end; blank++)
        if (*blank == '\n' && (blank == input.headers || blank[-1] == '\n'))
            break;
    input.body = blank < input.end ? blank + 1 : input.end;
    input.chunk = size;
    play(&whole, &input);
    demand_rules(&whole, &input);
    input.chunk = 1 + data[3] % 16;
    play(&cut, &input);
    demand_rules(&cut, &input);
    DEMAND(whole.ended == cut.ended && whole.result == cut.result);
    DEMAND(whole.response.received == cut.response.received);
    DEMAND(whole.response.reached == cut.response.reached);
    DEMAND(whole.response.position == cut.response.position);
    DEMAND(whole.response.proven == cut.response.proven);
    DEMAND(whole.response.body_used == cut.response.body_used);
    DEMAND(whole.sink_used == cut.sink_used && memcmp(whole.sink, cut.sink, whole.sink_used) == 0);
    DEMAND(memcmp(whole.memory, cut.memory, sizeof whole.memory) == 0);
    DEMAND(memcmp(&whole.error, &cut.error, sizeof whole.error) == 0);
    free(copy);
    return 0;
}
