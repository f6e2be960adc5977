// A program that changes keywords, with the job, its driver and records, and nothing else.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static pinbulk_outcome exchange(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response)
{
    static const char reply[] = "{\"request_id\":\"1\",\"status\":\"SUCCEEDED\"}";
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    (void)ctx;
    (void)request;
    pinbulk_response_begin(response, 200);
    pinbulk_response_body(response, reply, sizeof reply - 1);
    return outcome;
}

static uint64_t now(void *ctx)
{
    return (*(uint64_t *)ctx)++;
}

static void sleeps(void *ctx, uint32_t milliseconds)
{
    *(uint64_t *)ctx += milliseconds;
}

int main(void)
{
    static char memory[2048];
    static const char record[] = "{\"id\":\"1\",\"bid\":null}";
    uint64_t clock = 0;
    pinbulk_transport transport = {NULL, exchange, now, sleeps, NULL};
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_job_config config = {0};
    pinbulk_update update = {0};
    pinbulk_upsert upsert = {0};
    pinbulk_keyword keyword;
    pinbulk_job job;
    if (pinbulk_decode_keyword(record, sizeof record - 1, &keyword, &arena, NULL, NULL) !=
        PINBULK_OK)
        return 1;
    transport.ctx = &clock;
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    config.api.token = pinbulk_text_of("token");
    config.account = pinbulk_text_of("1");
    config.memory = memory + arena.used;
    config.memory_size = sizeof memory - arena.used;
    if (pinbulk_job_init_upsert(&job, &config, &upsert) != PINBULK_OK)
        return 1;
    return pinbulk_job_run(&job, &transport) != PINBULK_OK;
}
