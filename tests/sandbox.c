// The sandbox: what its documentation promises, asked directly and through whole jobs.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#include "check.h"

#define ACCOUNT "549755885175"
#define API     "/v5/ad_accounts/" ACCOUNT "/bulk/"

static char memory[262144];
static pinbulk_sandbox sandbox;
static pinbulk_sandbox_reply reply;
static pinbulk_transport transport;

static pinbulk_sandbox_config begin_config(void)
{
    pinbulk_sandbox_config config = {0};
    config.token = pinbulk_text_of("the-token");
    config.account = pinbulk_text_of(ACCOUNT);
    config.memory = memory;
    config.memory_size = sizeof memory;
    return config;
}

static void begin(const pinbulk_sandbox_config *config)
{
    CHECK_INT(pinbulk_sandbox_init(&sandbox, config), PINBULK_OK);
    transport = pinbulk_sandbox_transport(&sandbox);
}

static void begin_default(void)
{
    pinbulk_sandbox_config config = begin_config();
    begin(&config);
}

// ---- direct requests ----------------------------------------------------------------------------

static pinbulk_sandbox_request request_of(const char *method, const char *target, const char *body)
{
    pinbulk_sandbox_request request = {0};
    request.method = pinbulk_text_of(method);
    request.target = pinbulk_text_of(target);
    request.authorization = pinbulk_text_of("Bearer the-token");
    request.content_type = pinbulk_text_of("application/json");
    request.body = pinbulk_text_of(body);
    return request;
}

static int ask(const char *method, const char *target, const char *body)
{
    pinbulk_sandbox_request request = request_of(method, target, body);
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    return reply.status;
}

static int fetch(const char *target)
{
    pinbulk_sandbox_request request = request_of("GET", target, "");
    request.authorization.length = 0;
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    return reply.status;
}

static int says(const char *part)
{
    char text[4096];
    size_t length = reply.body.length < sizeof text - 1 ? reply.body.length : sizeof text - 1;
    memcpy(text, reply.body.data, length);
    text[length] = '\0';
    return strstr(text, part) != NULL;
}

// Copies the text between `before` and the next quote out of the reply.
static const char *part_after(const char *before)
{
    static char part[512];
    char text[2048];
    const char *start;
    size_t length = reply.body.length < sizeof text - 1 ? reply.body.length : sizeof text - 1;
    memcpy(text, reply.body.data, length);
    text[length] = '\0';
    part[0] = '\0';
    start = strstr(text, before);
    CHECK(start != NULL);
    if (start) {
        start += strlen(before);
        length = strcspn(start, "\"");
        memcpy(part, start, length);
        part[length] = '\0';
    }
    return part;
}

static void status_of_request(char *target, size_t size)
{
    snprintf(target, size, API "%s", part_after("\"request_id\":\""));
}

static void result_target(char *target, size_t size)
{
    snprintf(target, size, "/results/%s", part_after("/results/"));
}

#define CAMPAIGN                                                           \
    "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"A\"," \
    "\"objective_type\":\"AWARENESS\",\"daily_spend_cap\":5}]}}"

static void token_path_method_and_type_are_checked(void)
{
    pinbulk_sandbox_request request = request_of("POST", API "download", "{}");
    begin_default();
    request.authorization = pinbulk_text_of("Bearer another");
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    CHECK_INT(reply.status, 401);
    CHECK(says("\"code\":2"));
    request.authorization.length = 0;
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    CHECK_INT(reply.status, 401);
    CHECK_INT(ask("POST", "/v5/ad_accounts/1/bulk/download", "{}"), 404);
    CHECK_INT(ask("POST", "/v5/elsewhere", "{}"), 404);
    CHECK_INT(ask("GET", API "download", ""), 405);
    CHECK_INT(ask("POST", API "123", ""), 405);
    CHECK_INT(ask("GET", API "123", ""), 404);
    request = request_of("POST", API "download", "{}");
    request.content_type = pinbulk_text_of("text/plain");
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    CHECK_INT(reply.status, 415);
    CHECK_INT(ask("POST", API "download", "{}"), 200);
    CHECK(says("{\"request_id\":\""));
}

static void bodies_are_checked_with_the_tables(void)
{
    static const char *const bad[][2] = {
        {"{\"creat\":{}}", "creat"},
        {"{\"create\":{\"campaigns\":[{\"name\":\"A\"}]}}", "create.campaigns[0]"},
        {"{\"create\":{\"campaigns\":[{\"colour\":1}]}}", "create.campaigns[0].colour"},
        {"{\"update\":{\"keywords\":[{\"id\":\"x\"}]}}", "update.keywords[0].id"},
        {"{\"create\":{\"campaigns\":1}}", "create.campaigns"},
        {"{\"create\":", ""},
        {"", ""},
        {"[]", ""},
    };
    size_t i;
    begin_default();
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(ask("POST", API "upsert", bad[i][0]), 400);
        CHECK(says("\"status\":\"failure\",\"code\":1,\"message\":\""));
        CHECK(says(bad[i][1]));
    }
    CHECK_INT(sandbox.applied, 0);
    CHECK_INT(sandbox.used, 0);
    CHECK_INT(ask("POST", API "download", "{\"entity_types\":[\"PLANET\"]}"), 200); // newer than us
    CHECK_INT(ask("POST", API "download", "{\"entity_types\":[]}"), 400);
    CHECK_INT(ask("POST", API "download", "{\"output_format\":\"CSV\"}"), 400);
}

static void entities_get_ids_and_are_kept(void)
{
    pinbulk_text entity;
    begin_default();
    CHECK_INT(ask("POST", API "upsert", CAMPAIGN), 200);
    entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, 0);
    CHECK_TEXT(entity.data, entity.length,
               "{\"id\":\"626700000001\",\"status\":\"ACTIVE\",\"ad_account_id\":\"1\","
               "\"name\":\"A\",\"daily_spend_cap\":5,\"objective_type\":\"AWARENESS\"}");
    CHECK_INT(pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, 1).length, 0);

    // Set, clear, leave.
    CHECK_INT(ask("POST", API "upsert",
                  "{\"update\":{\"campaigns\":[{\"id\":\"626700000001\",\"ad_account_id\":\"1\","
                  "\"name\":\"B\",\"daily_spend_cap\":null}]}}"),
              200);
    entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, 0);
    CHECK_TEXT(entity.data, entity.length,
               "{\"id\":\"626700000001\",\"ad_account_id\":\"1\",\"name\":\"B\","
               "\"daily_spend_cap\":null,\"status\":\"ACTIVE\",\"objective_type\":\"AWARENESS\"}");

    CHECK_INT(ask("POST", API "upsert",
                  "{\"create\":{\"keywords\":[{\"parent_id\":\"626700000001\",\"keywords\":["
                  "{\"match_type\":\"BROAD\",\"value\":\"a\"}]}],\"product_groups\":["
                  "{\"ad_group_id\":\"AG7\",\"product_group_promotion\":[{\"included\":true}]}]}}"),
              200);
    entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_KEYWORD, 0);
    CHECK(entity.length > 40 && strstr(entity.data, "\"parent_id\":\"626700000001\"") != NULL);
    entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_PRODUCT_GROUP, 0);
    CHECK(entity.length > 30 && strstr(entity.data, "\"ad_group_id\":\"AG7\"") != NULL);
    CHECK_INT(sandbox.applied, 3);
}

static void requests_run_then_succeed_and_serve_their_file(void)
{
    pinbulk_sandbox_config config = begin_config();
    pinbulk_sandbox_request request;
    char status[128], file[512];
    config.running = 2;
    config.url_uses = 2;
    begin(&config);
    CHECK_INT(ask("POST", API "upsert", CAMPAIGN), 200);
    CHECK_INT(ask("POST", API "download", "{}"), 200);
    status_of_request(status, sizeof status);
    CHECK_INT(ask("GET", status, ""), 200);
    CHECK(says("{\"status\":\"RUNNING\"}"));
    CHECK_INT(ask("GET", status, ""), 200);
    CHECK(says("{\"status\":\"RUNNING\"}"));
    CHECK_INT(ask("GET", status, ""), 200);
    CHECK(says("{\"status\":\"SUCCEEDED\",\"result_url\":\"https://"));
    result_target(file, sizeof file);

    request = request_of("GET", file, "");
    pinbulk_sandbox_answer(&sandbox, &request, &reply); // with Authorization
    CHECK_INT(reply.status, 400);
    CHECK_INT(fetch(file), 200);
    CHECK(says("{\"campaigns\":[{\"id\":\"626700000001\""));
    CHECK(says("],\"keywords\":[],\"product_groups\":[]}"));
    CHECK_INT(fetch("/results/1?X-Amz-Signature=1"), 404);
    CHECK_INT(fetch("/results/1"), 403);

    request.authorization.length = 0;
    request.range = pinbulk_text_of("bytes=2-");
    request.if_range = pinbulk_text_of("\"another\"");
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    CHECK_INT(reply.status, 200);
    CHECK_INT(fetch(file), 403); // used twice
    CHECK(says("Request has expired"));
    CHECK_INT(ask("GET", status, ""), 200);
    result_target(file, sizeof file); // a fresh one
    request = request_of("GET", file, "");
    request.authorization.length = 0;
    request.range = pinbulk_text_of("bytes=2-");
    pinbulk_sandbox_answer(&sandbox, &request, &reply);
    CHECK_INT(reply.status, 206);
    CHECK(reply.body.length > 0 && reply.body.data[0] == 'c');
}

static void missing_entities_are_errors_in_the_file(void)
{
    char status[128], file[512];
    begin_default();
    CHECK_INT(
        ask("POST", API "upsert", "{\"update\":{\"keywords\":[{\"id\":\"5\",\"archived\":true}]}}"),
        200);
    status_of_request(status, sizeof status);
    CHECK_INT(ask("GET", status, ""), 200);
    result_target(file, sizeof file);
    CHECK_INT(fetch(file), 200);
    CHECK(says("\"keywords\":[],"));
    CHECK(says("\"errors\":[{\"kind\":\"keyword\",\"id\":\"5\","));
}

static void downloads_choose(void)
{
    static const struct {
        const char *body;
        const char *file;
    } cases[] = {
        {"{\"entity_types\":[\"KEYWORD\"]}", "{\"keywords\":[{\"id\":\"626700000003\""},
        {"{\"entity_types\":[\"CAMPAIGN\"],\"entity_ids\":[\"626700000002\"]}",
         "{\"campaigns\":[{\"id\":\"626700000002\""},
        {"{\"entity_types\":[\"KEYWORD\"],\"entity_ids\":[\"626700000001\"]}",
         "{\"keywords\":[{\"id\":\"626700000003\""},
        {"{\"entity_types\":[\"KEYWORD\"],\"entity_ids\":[\"626700000002\"]}", "{\"keywords\":[]}"},
        {"{\"entity_types\":[\"CAMPAIGN\"],\"campaign_filter\":{\"name\":\"umm\"}}",
         "{\"campaigns\":[{\"id\":\"626700000002\""},
        {"{\"entity_types\":[\"CAMPAIGN\"],\"campaign_filter\":{\"campaign_status\":[\"PAUSED\"]}}",
         "{\"campaigns\":[{\"id\":\"626700000002\""},
        {"{\"entity_types\":[\"CAMPAIGN\"],\"campaign_filter\":{\"objective_type\":[\"SALES\"]}}",
         "{\"campaigns\":[]}"},
        {"{\"entity_types\":[\"KEYWORD\"],\"campaign_filter\":{\"name\":\"umm\"}}",
         "{\"keywords\":[]}"},
        {"{\"entity_types\":[\"KEYWORD\"],\"updated_since\":\"1700000000\"}",
         "{\"keywords\":[{\"id\":\"626700000003\""},
        {"{\"entity_types\":[\"KEYWORD\"],\"updated_since\":\"1700000001\"}", "{\"keywords\":[]}"},
    };
    char status[128], file[512];
    size_t i;
    begin_default();
    CHECK_INT(ask("POST", API "upsert",
                  "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"Spring\","
                  "\"objective_type\":\"AWARENESS\"},{\"ad_account_id\":\"1\",\"name\":\"Summer\","
                  "\"status\":\"PAUSED\",\"objective_type\":\"AWARENESS\"}],\"keywords\":["
                  "{\"parent_id\":\"626700000001\",\"keywords\":[{\"match_type\":\"BROAD\","
                  "\"value\":\"a\"}]}]}}"),
              200);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_INT(ask("POST", API "download", cases[i].body), 200);
        status_of_request(status, sizeof status);
        CHECK_INT(ask("GET", status, ""), 200);
        result_target(file, sizeof file);
        CHECK_INT(fetch(file), 200);
        if (!says(cases[i].file))
            CHECK_FAIL("%s gives %.*s", cases[i].body, (int)reply.body.length, reply.body.data);
    }
}

static void what_does_not_fit_is_refused_whole(void)
{
    pinbulk_sandbox_config config = begin_config();
    unsigned applied;
    int status = 200, i;
    config.memory_size = 16384;
    begin(&config);
    for (i = 0; i < 1000 && status == 200; i++)
        status = ask("POST", API "upsert", CAMPAIGN);
    CHECK_INT(status, 507);
    applied = sandbox.applied;
    CHECK(applied > 5);
    for (i = 0; pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, (size_t)i).length > 0; i++)
        ;
    CHECK_INT(i, applied);
    config.memory_size = 16383;
    CHECK_INT(pinbulk_sandbox_init(&sandbox, &config), PINBULK_BAD_ARGUMENT);
}

// ---- whole jobs ---------------------------------------------------------------------------------

static char file[8192];
static size_t file_used;

static pinbulk_result keep(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > sizeof file - file_used)
        return PINBULK_NO_SPACE;
    memcpy(file + file_used, data, length);
    file_used += length;
    return PINBULK_OK;
}

static pinbulk_result forget(void *ctx)
{
    (void)ctx;
    file_used = 0;
    return PINBULK_OK;
}

static pinbulk_job job;

static pinbulk_result run_job(int upsert_it, int fetch_it)
{
    static char job_memory[8192];
    static pinbulk_campaign campaign;
    static pinbulk_create create;
    static pinbulk_upsert upsert;
    static pinbulk_download everything;
    pinbulk_job_config config = {0};
    config.api.token = pinbulk_text_of("the-token");
    config.account = pinbulk_text_of(ACCOUNT);
    config.memory = job_memory;
    config.memory_size = sizeof job_memory;
    config.fetch = (uint8_t)fetch_it;
    config.sink.write = keep;
    config.sink.restart = forget;
    file_used = 0;
    campaign.ad_account_id = pinbulk_string_of("1");
    campaign.name = pinbulk_string_of("A");
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    if (upsert_it)
        CHECK_INT(pinbulk_job_init_upsert(&job, &config, &upsert), PINBULK_OK);
    else
        CHECK_INT(pinbulk_job_init_download(&job, &config, &everything), PINBULK_OK);
    return pinbulk_job_run(&job, &transport);
}

static void jobs_run_on_it_with_chunks_of_any_size(void)
{
    static const char whole[] = "{\"campaigns\":[{\"id\":\"626700000001\",\"status\":\"ACTIVE\","
                                "\"ad_account_id\":\"1\",\"name\":\"A\",\"objective_type\":"
                                "\"AWARENESS\"}],\"keywords\":[],\"product_groups\":[]}";
    static const size_t chunks[] = {0, 1, 2, 7, 64};
    size_t i;
    for (i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        pinbulk_sandbox_config config = begin_config();
        config.chunk = chunks[i];
        config.running = 3;
        begin(&config);
        CHECK_INT(run_job(1, 0), PINBULK_OK);
        CHECK_INT(run_job(0, 1), PINBULK_OK);
        CHECK_TEXT(file, file_used, whole);
        CHECK_INT(sandbox.exchanges[PINBULK_OPERATION_STATUS], 8);
    }
}

static void every_fault_has_its_end(void)
{
    static const struct {
        int upsert;
        pinbulk_operation operation;
        pinbulk_sandbox_fault fault;
        unsigned times;
        int64_t number;
        pinbulk_result result;
        unsigned exchanges, applied;
    } cases[] = {
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_UNREACHABLE, 1, 0, PINBULK_OK, 2, 1},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_STATUS, 1, 401, PINBULK_UNAUTHORIZED, 1, 0},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_STATUS, 1, 503, PINBULK_MAYBE_APPLIED, 1, 0},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_RATE_LIMITED, 1, 7, PINBULK_OK, 2, 1},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_RATE_LIMITED, 1, -1, PINBULK_OK, 2, 1},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_SPAM, 1, 0, PINBULK_SPAM_BLOCKED, 1, 0},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1, 0, PINBULK_MAYBE_APPLIED, 1,
         1},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_TRUNCATED, 1, 5, PINBULK_MAYBE_APPLIED, 1, 1},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_HTML, 1, 200, PINBULK_MAYBE_APPLIED, 1, 0},
        {1, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_FAILED, 1, 0, PINBULK_REQUEST_FAILED, 1, 0},
        {0, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_LOST_REPLY, 2, 0, PINBULK_OK, 3, 0},
        {0, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_STATUS, 2, 500, PINBULK_OK, 3, 0},
        {0, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_FAILED, 1, 0, PINBULK_REQUEST_FAILED, 1, 0},
        {0, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_HTML, 1, 502, PINBULK_OK, 2, 0},
        {0, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_TRUNCATED, 1, 3, PINBULK_OK, 2, 0},
        {0, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 1, 404, PINBULK_NOT_FOUND, 1, 0},
        {0, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 1, 10, PINBULK_OK, 2, 0},
        {0, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_STATUS, 2, 503, PINBULK_OK, 3, 0},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pinbulk_result result;
        begin_default();
        CHECK_INT(pinbulk_sandbox_misbehave(&sandbox, cases[i].operation, cases[i].fault,
                                            cases[i].times, cases[i].number),
                  PINBULK_OK);
        result = run_job(cases[i].upsert, !cases[i].upsert);
        if (result != cases[i].result ||
            sandbox.exchanges[cases[i].operation] != cases[i].exchanges ||
            sandbox.applied != cases[i].applied)
            CHECK_FAIL("case %d: %s after %u exchanges, applied %u", (int)i,
                       pinbulk_result_name(result), sandbox.exchanges[cases[i].operation],
                       sandbox.applied);
        if (result == PINBULK_OK && !cases[i].upsert)
            CHECK_TEXT(file, file_used, "{\"campaigns\":[],\"keywords\":[],\"product_groups\":[]}");
    }
}

static void an_expired_url_is_renewed(void)
{
    pinbulk_sandbox_config config = begin_config();
    config.url_uses = 1;
    begin(&config);
    CHECK_INT(pinbulk_sandbox_misbehave(&sandbox, PINBULK_OPERATION_RESULT,
                                        PINBULK_SANDBOX_TRUNCATED, 1, 4),
              PINBULK_OK);
    CHECK_INT(run_job(0, 1), PINBULK_OK);
    CHECK_INT(sandbox.exchanges[PINBULK_OPERATION_STATUS], 2);
    CHECK_TEXT(file, file_used, "{\"campaigns\":[],\"keywords\":[],\"product_groups\":[]}");
}

static void faults_wait_in_a_queue(void)
{
    unsigned i;
    begin_default();
    for (i = 0; i < PINBULK_SANDBOX_FAULTS_MAX; i++)
        CHECK_INT(pinbulk_sandbox_misbehave(&sandbox, PINBULK_OPERATION_DOWNLOAD,
                                            PINBULK_SANDBOX_STATUS, 1, 400 + (int)i),
                  PINBULK_OK);
    CHECK_INT(pinbulk_sandbox_misbehave(&sandbox, PINBULK_OPERATION_DOWNLOAD,
                                        PINBULK_SANDBOX_STATUS, 1, 400),
              PINBULK_NO_SPACE);
    for (i = 0; i < PINBULK_SANDBOX_FAULTS_MAX; i++)
        CHECK_INT(ask("POST", API "download", "{}"), 400 + (int)i);
    CHECK_INT(ask("POST", API "download", "{}"), 200);
    CHECK_INT(pinbulk_sandbox_misbehave(&sandbox, (pinbulk_operation)9, PINBULK_SANDBOX_SPAM, 1, 0),
              PINBULK_BAD_ARGUMENT);
}

int main(void)
{
    RUN(token_path_method_and_type_are_checked);
    RUN(bodies_are_checked_with_the_tables);
    RUN(entities_get_ids_and_are_kept);
    RUN(requests_run_then_succeed_and_serve_their_file);
    RUN(missing_entities_are_errors_in_the_file);
    RUN(downloads_choose);
    RUN(what_does_not_fit_is_refused_whole);
    RUN(jobs_run_on_it_with_chunks_of_any_size);
    RUN(every_fault_has_its_end);
    RUN(an_expired_url_is_renewed);
    RUN(faults_wait_in_a_queue);
    return check_report();
}
