// The sandbox with any requests: it answers, its JSON is JSON, and what it keeps can be decoded.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../../adapters/pinbulk_sandbox.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "not true: %s\n", what);
        abort();
    }
}

static void must_be_json(pinbulk_text text)
{
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    char buffer[64];
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    pinbulk_reader_init(&reader, &config);
    must(pinbulk_reader_feed(&reader, text.data, text.length) == PINBULK_OK, "fed");
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
        ;
    must(token.kind == PINBULK_TOKEN_MORE, "all is read");
    must(pinbulk_reader_end(&reader) == PINBULK_OK, "ended");
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
        ;
    must(token.kind == PINBULK_TOKEN_END, "the document is whole");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const targets[] = {
        "/v5/ad_accounts/1/bulk/upsert", "/v5/ad_accounts/1/bulk/download",
        "/v5/ad_accounts/1/bulk/626700000002", "/results/626700000002?X-Amz-Signature=1"};
    static char memory[32768], entity[32768];
    pinbulk_sandbox_config config = {0};
    pinbulk_sandbox sandbox;
    pinbulk_sandbox_reply reply;
    size_t at = 0, i;

    config.token = pinbulk_text_of("t");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    must(pinbulk_sandbox_init(&sandbox, &config) == PINBULK_OK, "it begins");

    // Each line of the input is a request: a byte that chooses, then the body, target or range.
    while (at < size) {
        pinbulk_sandbox_request request = {0};
        size_t start = at + 1;
        unsigned choice = data[at];
        pinbulk_text line;
        while (at < size && data[at] != '\n')
            at++;
        line.data = (const char *)data + (start < at ? start : at);
        line.length = start < at ? at - start : 0;
        at++;
        request.method = pinbulk_text_of(choice & 2 ? "GET" : "POST");
        request.target = choice & 4 ? line : pinbulk_text_of(targets[choice & 3]);
        request.content_type = pinbulk_text_of("application/json");
        if ((choice & 3) != 3)
            request.authorization = pinbulk_text_of("Bearer t");
        request.body = line;
        request.range = line;
        pinbulk_sandbox_answer(&sandbox, &request, &reply);
        must(reply.status >= 200 && reply.status < 600, "it answers");
        must(reply.sent == reply.body.length, "it answers whole");
        must(sandbox.used <= sandbox.half, "the store holds what it holds");
        if (reply.body.length > 0 && reply.status != 206 && reply.body.data[0] != '<')
            must_be_json(reply.body);
    }
    for (i = 0;; i++) {
        pinbulk_text text = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, i);
        pinbulk_arena arena = {entity, sizeof entity, 0};
        pinbulk_campaign campaign;
        if (text.length == 0)
            break;
        must(pinbulk_decode_campaign(text.data, text.length, &campaign, &arena, NULL, NULL) ==
                 PINBULK_OK,
             "what is kept can be decoded");
        must(campaign.id.state == PINBULK_SET, "what is kept has an id");
    }
    return 0;
}
