// cc -I. examples/upsert_curl.c -o upsert_curl -lcurl
//
// Creates one campaign, paused, and prints the result file of the service:
//
//     PINTEREST_ACCESS_TOKEN=... ./upsert_curl AD_ACCOUNT_ID NAME
//
// PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only if it is this machine.
// Ends with 0 when it is done, with 1 when it failed, and with 3 when nobody can know.

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

// Asked at least once a second. To be killed would leave open how far the upsert got.
static int cancelled(void *ctx)
{
    (void)ctx;
    return interrupted;
}

static void tell(void *ctx, const pinbulk_event *event)
{
    (void)ctx;
    if (event->kind == PINBULK_EVENT_SUBMITTED)
        fprintf(stderr, "accepted as request %.*s\n", (int)event->request_id.length,
                event->request_id.data);
}

static pinbulk_result print_bytes(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    return fwrite(data, 1, length, stdout) == length ? PINBULK_OK : PINBULK_SINK_FAILED;
}

int main(int argc, char **argv)
{
    static char memory[16384]; // URLs, headers and replies of the job
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_campaign campaign = {0}; // sends nothing but what is set below
    pinbulk_create create = {0};
    pinbulk_upsert upsert = {0};
    pinbulk_job_config config = {0};
    pinbulk_job job;
    pinbulk_curl curl;
    pinbulk_transport transport;
    pinbulk_result result;
    char line[512];

    if (argc != 3 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s AD_ACCOUNT_ID NAME\n", argv[0]);
        return 2;
    }
    campaign.ad_account_id = pinbulk_string_of(argv[1]);
    campaign.name = pinbulk_string_of(argv[2]);
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    campaign.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);

    config.api.token = pinbulk_text_of(token);
    if (base_url != NULL)
        config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = base_url != NULL;
    config.account = pinbulk_text_of(argv[1]);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink.write = print_bytes;
    config.event = tell;
    config.cancelled = cancelled;
    signal(SIGINT, interrupt);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    pinbulk_curl_init(&curl, NULL); // an error of it is given by the exchange,
    transport = pinbulk_curl_transport(&curl);
    pinbulk_job_init_upsert(&job, &config, &upsert); // and of this by the job
    result = pinbulk_job_run(&job, &transport);
    pinbulk_curl_free(&curl);
    curl_global_cleanup();

    if (result == PINBULK_OK && fflush(stdout) == 0) {
        if (job.no_result)
            fprintf(stderr, "done; the service gave no result file\n");
        return 0;
    }
    if (result == PINBULK_OK)
        snprintf(line, sizeof line, "done, but the output cannot be written");
    else
        pinbulk_error_text(&job.error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    if (result != PINBULK_MAYBE_APPLIED)
        return 1;
    // The API has no way to ask and none to make a repetition harmless: repeating this blindly can
    // create the campaign twice, giving up can mean that it is there. A person or a program has to
    // look. Here that is possible, since the name was chosen by us.
    fprintf(stderr, "Nobody can tell whether the campaign was created. Download the account's\n"
                    "campaigns and look for the name before you try again.\n");
    return 3;
}
