// cc -I. examples/demo.c -o demo
//
// The main job of pinbulk, step by step: create campaigns and keywords, follow the request,
// download the account, read its records, then in one upsert rename a campaign, clear one of its
// fields and put an ad group into it.
//
//   ./demo                      on the sandbox: no account, no network
//   ./demo ACCOUNT [--apply]    on the live service, with the token in PINTEREST_ACCESS_TOKEN; only
//                               the download, unless --apply. Built with -DDEMO_LIVE and -lcurl.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "adapters/pinbulk_sandbox.h"
#ifdef DEMO_LIVE
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"
#endif

struct demo {
    const pinbulk_transport *transport;
    pinbulk_job_config config;
    pinbulk_records records;
    pinbulk_error error;      // of the last record that could not be read
    unsigned long counts[16]; // of records, by kind
    unsigned long unreadable;
    char campaign_id[32]; // of the campaign that will be changed
    char memory[16384];   // of the job
    char window[65536];   // of the record stream
    char path[256];       // of the record stream
    char entity[32768];   // of one decoded record
};

static const char wanted_campaign[] = "pinbulk demo: Spring";

static void print_field(const char *name, int state, const char *text, size_t length)
{
    if (state == PINBULK_NULL)
        printf("  %s: null", name);
    if (state == PINBULK_SET)
        printf("  %s: %.*s", name, (int)length, text);
}

static void print_int(const char *name, pinbulk_int value)
{
    char digits[PINBULK_INT_TEXT_MAX];
    print_field(name, value.state, digits, pinbulk_int_to_text(value.value, digits));
}

// ---- what the job reports while it runs ---------------------------------------------------------

static void on_event(void *ctx, const pinbulk_event *event)
{
    (void)ctx;
    switch (event->kind) {
    case PINBULK_EVENT_SUBMITTED:
        printf("  accepted as bulk request %.*s\n", (int)event->request_id.length,
               event->request_id.data);
        break;
    case PINBULK_EVENT_STATUS:
        if (event->status)
            printf("  status: %.*s\n", (int)event->status->status.length,
                   event->status->status.text);
        break;
    case PINBULK_EVENT_WAITING:
        printf("  waiting %.1f s\n", event->wait / 1000.0);
        break;
    case PINBULK_EVENT_RESTARTED:
        printf("  the result file begins again\n");
        break;
    case PINBULK_EVENT_DONE:
        if (event->bytes > 0)
            printf("  result file: %llu bytes\n", (unsigned long long)event->bytes);
        break;
    case PINBULK_EVENT_SENDING:
    case PINBULK_EVENT_BYTES:
    case PINBULK_EVENT_FAILED: // the caller prints the error
        break;
    }
}

// Tells what became of a job. Returns its result.
static pinbulk_result report(const pinbulk_error *error)
{
    char line[512];
    if (error->result != PINBULK_OK) {
        pinbulk_error_text(error, line, sizeof line);
        fprintf(stderr, "  %s\n", line);
    }
    return error->result;
}

// ---- reading the result file --------------------------------------------------------------------

static void print_campaign(struct demo *demo, const pinbulk_campaign *campaign)
{
    printf("  campaign %.*s", (int)campaign->id.length, campaign->id.text);
    print_field("name", campaign->name.state, campaign->name.text, campaign->name.length);
    print_field("status", campaign->status.state, campaign->status.text, campaign->status.length);
    print_int("daily_spend_cap", campaign->daily_spend_cap);
    printf("\n");
    if (campaign->name.length == strlen(wanted_campaign) &&
        memcmp(campaign->name.text, wanted_campaign, campaign->name.length) == 0 &&
        campaign->id.length < sizeof demo->campaign_id) {
        memcpy(demo->campaign_id, campaign->id.text, campaign->id.length);
        demo->campaign_id[campaign->id.length] = '\0';
    }
}

static void print_keyword(const pinbulk_keyword *keyword)
{
    printf("  keyword %.*s", (int)keyword->id.length, keyword->id.text);
    print_field("value", keyword->value.state, keyword->value.text, keyword->value.length);
    print_field("match_type", keyword->match_type.state, keyword->match_type.text,
                keyword->match_type.length);
    printf("\n");
}

static void print_ad_group(const pinbulk_ad_group *ad_group)
{
    const pinbulk_targeting *targeting = ad_group->targeting_spec.value; // NULL: it has none
    size_t i;
    printf("  ad group %.*s", (int)ad_group->id.length, ad_group->id.text);
    print_field("name", ad_group->name.state, ad_group->name.text, ad_group->name.length);
    print_int("budget_in_micro_currency", ad_group->budget_in_micro_currency);
    for (i = 0; targeting && i < targeting->LOCATION.count; i++)
        print_field("location", PINBULK_SET, targeting->LOCATION.items[i].text,
                    targeting->LOCATION.items[i].length);
    printf("\n");
}

static void take_record(struct demo *demo, const pinbulk_record *record)
{
    pinbulk_arena arena = {demo->entity, sizeof demo->entity, 0};
    pinbulk_decode_options tolerant = {0};
    pinbulk_campaign campaign;
    pinbulk_keyword keyword;
    pinbulk_ad_group ad_group;
    pinbulk_result result = PINBULK_OK;
    char path[64];
    tolerant.tolerant =
        1; // a file whose layout is not public: keep what looks different in `extra`
    demo->counts[record->kind]++;
    if (record->kind == PINBULK_KIND_CAMPAIGN) {
        result = pinbulk_decode_campaign(record->raw.data, record->raw.length, &campaign, &arena,
                                         &tolerant, &demo->error);
        if (result == PINBULK_OK)
            print_campaign(demo, &campaign);
    } else if (record->kind == PINBULK_KIND_KEYWORD) {
        result = pinbulk_decode_keyword(record->raw.data, record->raw.length, &keyword, &arena,
                                        &tolerant, &demo->error);
        if (result == PINBULK_OK)
            print_keyword(&keyword);
    } else if (record->kind == PINBULK_KIND_AD_GROUP) {
        result = pinbulk_decode_ad_group(record->raw.data, record->raw.length, &ad_group, &arena,
                                         &tolerant, &demo->error);
        if (result == PINBULK_OK)
            print_ad_group(&ad_group);
    } else {
        pinbulk_records_path(&demo->records, path, sizeof path);
        printf("  %s at %s, %llu bytes\n", pinbulk_kind_name(record->kind), path,
               (unsigned long long)record->size);
    }
    if (result != PINBULK_OK) {
        demo->unreadable++;
        report(&demo->error);
    }
}

// Takes the records that are there.
static pinbulk_result take_records(struct demo *demo)
{
    pinbulk_record record;
    for (;;) {
        switch (pinbulk_records_next(&demo->records, &record)) {
        case PINBULK_RECORDS_RECORD:
            take_record(demo, &record);
            break;
        case PINBULK_RECORDS_SKIPPED:
            demo->unreadable++;
            printf("  a record of %llu bytes is too large for this demo\n",
                   (unsigned long long)record.size);
            break;
        case PINBULK_RECORDS_TOKEN: // not asked for
            break;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(&demo->records, &demo->error);
            return demo->error.result;
        case PINBULK_RECORDS_MORE:
        case PINBULK_RECORDS_END:
            return PINBULK_OK;
        }
    }
}

static pinbulk_result take_bytes(void *ctx, const void *data, size_t length)
{
    struct demo *demo = (struct demo *)ctx;
    pinbulk_result result = pinbulk_records_feed(&demo->records, (const char *)data, length);
    return result == PINBULK_OK ? take_records(demo) : result;
}

// Begins the result file, also when it has to begin again.
static pinbulk_result begin_records(void *ctx)
{
    struct demo *demo = (struct demo *)ctx;
    pinbulk_records_config config = {0};
    config.window = demo->window;
    config.window_size = sizeof demo->window;
    config.path = demo->path;
    config.path_size = sizeof demo->path;
    config.oversize = PINBULK_OVERSIZE_SKIP;
    memset(demo->counts, 0, sizeof demo->counts);
    demo->unreadable = 0;
    return pinbulk_records_init(&demo->records, &config);
}

// ---- the steps ----------------------------------------------------------------------------------

// Runs an upsert to its end.
static pinbulk_result run_upsert(struct demo *demo, const pinbulk_upsert *upsert)
{
    pinbulk_job job;
    demo->config.fetch = 0;
    pinbulk_job_init_upsert(&job, &demo->config, upsert);
    pinbulk_job_run(&job, demo->transport);
    return report(&job.error);
}

static pinbulk_result create_entities(struct demo *demo)
{
    pinbulk_campaign campaigns[2];
    pinbulk_keyword keywords[3];
    pinbulk_parent_keywords parent = {0};
    pinbulk_create create = {0};
    pinbulk_upsert upsert = {0};
    pinbulk_string account =
        pinbulk_string_set(demo->config.account.data, demo->config.account.length);
    size_t i;

    memset(campaigns, 0, sizeof campaigns); // all absent: nothing is sent that is not set below
    for (i = 0; i < 2; i++) {
        campaigns[i].ad_account_id = account;
        campaigns[i].status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
        campaigns[i].objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    }
    campaigns[0].name = pinbulk_string_of(wanted_campaign);
    campaigns[0].daily_spend_cap = pinbulk_int_set(25000000); // 25 units of the account's currency
    campaigns[1].name = pinbulk_string_of("pinbulk demo: Été \xE2\x98\x80");

    memset(keywords, 0, sizeof keywords);
    keywords[0].value = pinbulk_string_of("linen dress");
    keywords[0].match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    keywords[1].value = pinbulk_string_of("garden \"party\"");
    keywords[1].match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_PHRASE);
    keywords[2].value = pinbulk_string_of("winter coat");
    keywords[2].match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_EXACT_NEGATIVE);
    parent.parent_id = account;
    parent.keywords = pinbulk_keyword_list_set(keywords, 3);

    create.campaigns = pinbulk_campaign_list_set(campaigns, 2);
    create.keywords = pinbulk_parent_keywords_list_set(&parent, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    return run_upsert(demo, &upsert);
}

static pinbulk_result download(struct demo *demo)
{
    pinbulk_download everything = {0}; // nothing set: all entities, as JSON
    pinbulk_result result;
    pinbulk_job job;
    size_t i;

    demo->config.fetch = 1;
    demo->config.sink.ctx = demo;
    demo->config.sink.write = take_bytes;
    demo->config.sink.restart = begin_records;
    memset(&demo->error, 0, sizeof demo->error);
    begin_records(demo);
    pinbulk_job_init_download(&job, &demo->config, &everything);
    result = pinbulk_job_run(&job, demo->transport);
    if (result == PINBULK_OK) { // only the end of the document proves that it is whole
        result = pinbulk_records_end(&demo->records);
        if (result == PINBULK_OK)
            result = take_records(demo);
    }
    if (result == PINBULK_SINK_FAILED) // it was the record stream that gave up: it knows why
        return report(&demo->error);
    if (result != PINBULK_OK)
        return report(job.error.result != PINBULK_OK ? &job.error : &demo->error);
    printf("  read to its end:");
    for (i = 0; i < sizeof demo->counts / sizeof demo->counts[0]; i++)
        if (demo->counts[i] > 0)
            printf(" %s %lu", pinbulk_kind_name((pinbulk_kind)i), demo->counts[i]);
    printf("; unreadable %lu\n", demo->unreadable);
    return PINBULK_OK;
}

static pinbulk_result change_campaign(struct demo *demo)
{
    pinbulk_campaign campaign = {0};
    pinbulk_ad_group ad_group = {0};
    pinbulk_targeting targeting = {0};
    pinbulk_string countries[2];
    pinbulk_create create = {0};
    pinbulk_update update = {0};
    pinbulk_upsert upsert = {0};

    campaign.id = pinbulk_string_of(demo->campaign_id);
    campaign.ad_account_id =
        pinbulk_string_set(demo->config.account.data, demo->config.account.length);
    campaign.name = pinbulk_string_of("pinbulk demo: Spring sale"); // set it
    campaign.daily_spend_cap.state = PINBULK_NULL;                  // clear it
    // everything else is absent: leave it

    countries[0] = pinbulk_string_of("BE");
    countries[1] = pinbulk_string_of("NL");
    targeting.LOCATION = pinbulk_string_list_set(countries, 2);
    ad_group.campaign_id = campaign.id;
    ad_group.name = pinbulk_string_of("pinbulk demo: Benelux");
    ad_group.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    ad_group.billable_event = pinbulk_enum_set(PINBULK_BILLABLE_EVENT_IMPRESSION);
    ad_group.budget_in_micro_currency = pinbulk_int_set(5000000);
    ad_group.bid_in_micro_currency = pinbulk_int_set(2000000);
    ad_group.targeting_spec = pinbulk_targeting_ref_set(&targeting);

    create.ad_groups = pinbulk_ad_group_list_set(&ad_group, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    update.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    return run_upsert(demo, &upsert);
}

static int run(struct demo *demo, int apply)
{
    if (apply) {
        printf("1. Create two paused campaigns and three keywords.\n");
        if (create_entities(demo) != PINBULK_OK)
            return 1;
    }
    printf("%s Download the account and read its records.\n", apply ? "2." : "Download only.");
    if (download(demo) != PINBULK_OK)
        return 1;
    if (!apply)
        return 0;
    if (demo->campaign_id[0] == '\0') {
        printf("  \"%s\" is not among the records, so nothing is changed.\n", wanted_campaign);
        return 1;
    }
    printf(
        "3. Rename campaign %s, clear its daily_spend_cap with an explicit null, and create an ad "
        "group in it.\n",
        demo->campaign_id);
    if (change_campaign(demo) != PINBULK_OK)
        return 1;
    printf(
        "4. Download again: the name is new, the cap is null, the ad group is there, the rest is "
        "as it was.\n");
    return download(demo) != PINBULK_OK;
}

static int run_sandbox(struct demo *demo)
{
    static char memory[262144];
    pinbulk_sandbox sandbox;
    pinbulk_sandbox_config config = {0};
    pinbulk_transport transport;

    printf(
        "On the sandbox: the service in memory; no account, no network, its clock only jumps.\n");
    config.token = demo->config.api.token = pinbulk_text_of("sandbox-token");
    config.account = demo->config.account = pinbulk_text_of("549755885175");
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.running = 2;
    if (pinbulk_sandbox_init(&sandbox, &config) != PINBULK_OK)
        return 1;
    transport = pinbulk_sandbox_transport(&sandbox);
    demo->transport = &transport;
    return run(demo, 1);
}

static int run_live(struct demo *demo, const char *account, int apply)
{
#ifdef DEMO_LIVE
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *url = getenv("PINTEREST_API_URI");
    pinbulk_transport transport;
    pinbulk_curl curl;
    int code;

    if (!token || !*token) {
        fprintf(stderr, "Put the access token into PINTEREST_ACCESS_TOKEN.\n");
        return 2;
    }
    printf("On %s%s.\n", url ? url : "https://api.pinterest.com/v5",
           apply ? ", changing the account" : "; add --apply to change the account");
    demo->config.api.token = pinbulk_text_of(token);
    demo->config.account = pinbulk_text_of(account);
    if (url) {
        demo->config.api.base_url = pinbulk_text_of(url);
        demo->config.api.allow_loopback_http = 1;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (pinbulk_curl_init(&curl, NULL) != PINBULK_OK)
        return 1;
    transport = pinbulk_curl_transport(&curl);
    demo->transport = &transport;
    code = run(demo, apply);
    pinbulk_curl_free(&curl);
    curl_global_cleanup();
    return code;
#else
    (void)demo, (void)account, (void)apply;
    fprintf(stderr, "This demo was built without libcurl: add -DDEMO_LIVE and -lcurl.\n");
    return 2;
#endif
}

int main(int argc, char **argv)
{
    static struct demo demo;
    demo.config.memory = demo.memory;
    demo.config.memory_size = sizeof demo.memory;
    demo.config.event = on_event;
    demo.config.ctx = &demo;
    if (argc == 1)
        return run_sandbox(&demo);
    if (argc == 2 && argv[1][0] != '-')
        return run_live(&demo, argv[1], 0);
    if (argc == 3 && strcmp(argv[2], "--apply") == 0)
        return run_live(&demo, argv[1], 1);
    fprintf(stderr, "demo                     on the sandbox\n"
                    "demo ACCOUNT [--apply]   on the live service\n");
    return 2;
}
