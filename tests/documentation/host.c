// The host of the three examples in the header's documentation: runs each on the sandbox.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "adapters/pinbulk_sandbox.h"
#include "tests/check.h"

// upsert.c, download.c
int rename_and_uncap(const pinbulk_transport *transport, const char *token);
int print_campaigns(const pinbulk_transport *transport, const char *token);

// event_loop.c and what it wants from the host
void job_step(pinbulk_job *job);
uint64_t loop_milliseconds(void);
uint32_t loop_random(void);
void loop_call_after(uint32_t milliseconds, void (*call)(pinbulk_job *), pinbulk_job *job);
void loop_http(const pinbulk_request *request, pinbulk_response *response,
               void (*call)(pinbulk_job *, pinbulk_outcome), pinbulk_job *job);
void loop_finished(pinbulk_job *job);

static char memory[262144];
static pinbulk_sandbox sandbox;
static pinbulk_transport transport;
static int finished;

uint64_t loop_milliseconds(void)
{
    return transport.now(transport.ctx);
}

uint32_t loop_random(void)
{
    return transport.random(transport.ctx);
}

void loop_call_after(uint32_t milliseconds, void (*call)(pinbulk_job *), pinbulk_job *job)
{
    transport.sleep(transport.ctx, milliseconds);
    call(job);
}

void loop_http(const pinbulk_request *request, pinbulk_response *response,
               void (*call)(pinbulk_job *, pinbulk_outcome), pinbulk_job *job)
{
    call(job, transport.exchange(transport.ctx, request, response));
}

void loop_finished(pinbulk_job *job)
{
    finished = job->phase == PINBULK_PHASE_DONE ? 1 : -1;
}

static void begin(void)
{
    pinbulk_sandbox_config config = {0};
    config.token = pinbulk_text_of("token");
    config.account = pinbulk_text_of("549755885175");
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.running = 1;
    CHECK_INT(pinbulk_sandbox_init(&sandbox, &config), PINBULK_OK);
    transport = pinbulk_sandbox_transport(&sandbox);
}

static pinbulk_job_config job_config(char *job_memory, size_t size)
{
    pinbulk_job_config config = {0};
    config.api.token = pinbulk_text_of("token");
    config.account = pinbulk_text_of("549755885175");
    config.memory = job_memory;
    config.memory_size = size;
    return config;
}

static void upsert_example(void)
{
    begin();
    CHECK_INT(rename_and_uncap(&transport, "token"), 0);
    CHECK_INT(sandbox.applied, 1);
    CHECK_INT(rename_and_uncap(&transport, "another"), 1);
    CHECK_INT(sandbox.applied, 1);
}

static void create_campaign(void)
{
    static char job_memory[8192];
    pinbulk_job_config config = job_config(job_memory, sizeof job_memory);
    pinbulk_campaign campaign = {0};
    pinbulk_create create = {0};
    pinbulk_upsert upsert = {0};
    pinbulk_job job;
    campaign.ad_account_id = pinbulk_string_of("549755885175");
    campaign.name = pinbulk_string_of("Spring");
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    CHECK_INT(pinbulk_job_init_upsert(&job, &config, &upsert), PINBULK_OK);
    CHECK_INT(pinbulk_job_run(&job, &transport), PINBULK_OK);
}

static void download_example(void)
{
    begin();
    create_campaign();
    CHECK_INT(print_campaigns(&transport, "token"), 0);
    sandbox.config.chunk = 1;
    CHECK_INT(print_campaigns(&transport, "token"), 0);
    CHECK_INT(print_campaigns(&transport, "another"), 1);
}

static void event_loop_example(void)
{
    static char job_memory[8192];
    pinbulk_job_config config = job_config(job_memory, sizeof job_memory);
    pinbulk_download everything = {0};
    pinbulk_job job;
    begin();
    CHECK_INT(pinbulk_job_init_download(&job, &config, &everything), PINBULK_OK);
    job_step(&job);
    CHECK_INT(finished, 1);
    config.api.token = pinbulk_text_of("another");
    CHECK_INT(pinbulk_job_init_download(&job, &config, &everything), PINBULK_OK);
    job_step(&job);
    CHECK_INT(finished, -1);
}

int main(void)
{
    RUN(upsert_example);
    RUN(download_example);
    RUN(event_loop_example);
    return check_report();
}
