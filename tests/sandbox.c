// The sandbox: what its documentation promises, asked directly and through whole jobs.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#include "check.h"

#define ACCOUNT "549755885175"
#define API     "/v5/ad_accounts/" ACCOUNT "/bulk/"

static char memory[CHECK_SMALL ? 16384 : 262144];
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

// Goes on to the result file of the request that was just accepted.
static void finish(void)
{
    char status[128], file[512];
    CHECK_INT(reply.status, 200);
    status_of_request(status, sizeof status);
    CHECK_INT(ask("GET", status, ""), 200);
    result_target(file, sizeof file);
    CHECK_INT(fetch(file), 200);
}

static void upsert(const char *body)
{
    ask("POST", API "upsert", body);
    finish();
}

static void download(const char *body)
{
    ask("POST", API "download", body);
    finish();
}

#define EMPTY                                                                              \
    "{\"campaigns\":[],\"ad_groups\":[],\"ads\":[],\"product_groups\":[],\"keywords\":[]," \
    "\"labels\":[],"                                                                       \
    "\"schedules\":[],\"catalog_product_groups\":[]}"

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

    CHECK_INT(sandbox.applied, 2);
}

static void old_requests_are_forgotten(void)
{
    unsigned kept, i;
    for (kept = 0; kept < 20; kept += 19) {
        pinbulk_sandbox_config config = begin_config();
        char first[128], second[128];
        config.kept = kept;
        begin(&config);
        CHECK_INT(ask("POST", API "download", "{}"), 200);
        status_of_request(first, sizeof first);
        CHECK_INT(ask("POST", API "download", "{}"), 200);
        status_of_request(second, sizeof second);
        for (i = 2; i < (kept ? kept : 8); i++)
            CHECK_INT(ask("POST", API "download", "{}"), 200);
        CHECK_INT(ask("GET", first, ""), 200);
        CHECK_INT(ask("POST", API "download", "{}"), 200);
        CHECK_INT(ask("GET", first, ""), 404);
        CHECK_INT(ask("GET", second, ""), 200);
    }
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
    CHECK(says("],\"ad_groups\":[],\"ads\":[],\"product_groups\":[],\"keywords\":[],\"labels\":[],"
               "\"schedules\":[],\"catalog_product_groups\":[]}"));
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
    begin_default();
    upsert("{\"update\":{\"keywords\":[{\"id\":\"5\",\"archived\":true}]}}");
    CHECK(says("\"keywords\":[],"));
    CHECK(says("\"errors\":[{\"kind\":\"keyword\",\"id\":\"5\",\"path\":\"update.keywords[0]\","
               "\"message\":"
               "\"There is no such entity.\"}]}"));
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
    size_t i;
    begin_default();
    upsert("{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"Spring\","
           "\"objective_type\":\"AWARENESS\"},{\"ad_account_id\":\"1\",\"name\":\"Summer\","
           "\"status\":\"PAUSED\",\"objective_type\":\"AWARENESS\"}],\"keywords\":["
           "{\"parent_id\":\"626700000001\",\"keywords\":[{\"match_type\":\"BROAD\","
           "\"value\":\"a\"}]}]}}");
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        download(cases[i].body);
        if (!says(cases[i].file))
            CHECK_FAIL("%s gives %.*s", cases[i].body, (int)reply.body.length, reply.body.data);
    }
}

// The id of a keyword is that of the account to which it belongs.
static void an_account_may_have_the_number_of_an_entity(void)
{
    static const char create[] =
        "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"626700000003\",\"name\":\"a\","
        "\"objective_type\":\"AWARENESS\"},{\"ad_account_id\":\"626700000003\",\"name\":\"b\","
        "\"objective_type\":\"AWARENESS\"}],\"keywords\":[{\"parent_id\":\"626700000003\","
        "\"keywords\":[{\"value\":\"c\",\"match_type\":\"EXACT\"}]}]}}";
    pinbulk_sandbox_config config = begin_config();
    char target[128], file[512];
    config.account = pinbulk_text_of("626700000003");
    begin(&config);
    CHECK_INT(ask("POST", "/v5/ad_accounts/626700000003/bulk/upsert", create), 200);
    CHECK_INT(ask("POST", "/v5/ad_accounts/626700000003/bulk/download",
                  "{\"entity_types\":[\"KEYWORD\"]}"),
              200);
    snprintf(target, sizeof target, "/v5/ad_accounts/626700000003/bulk/%s",
             part_after("\"request_id\":\""));
    CHECK_INT(ask("GET", target, ""), 200);
    result_target(file, sizeof file);
    CHECK_INT(fetch(file), 200);
    CHECK(says("\"id\":\"626700000003\""));
    CHECK(says("\"parent_id\":\"626700000003\""));
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

// ---- every kind ---------------------------------------------------------------------------------

// One entity of each kind in one upsert: the sandbox counts ids up, in the order of the lists.
#define ID(number) "62670000000" number
static const char whole_tree[] =
    "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"Spring\",\"objective_type\":"
    "\"AWARENESS\",\"bid_options\":{\"gender_multipliers\":{\"male\":0.5},\"frequency_"
    "multipliers\":"
    "{\"1\":2}}}],"
    "\"ad_groups\":[{\"campaign_id\":\"C" ID(
        "1") "\",\"name\":\"Group\",\"billable_event\":"
             "\"IMPRESSION\",\"bid_in_micro_currency\":7,\"targeting_spec\":{\"GEO\":[\"BE-VOV\","
             "\"BE-WAL\"],"
             "\"LOCALE\":[\"nl\"]}}],"
             "\"ads\":[{\"ad_group_id\":\"AG" ID(
                 "2") "\",\"pin_id\":\"9\",\"creative_type\":\"REGULAR\","
                      "\"destination_url\":\"https://example.com/\"}],"
                      "\"product_groups\":[{\"ad_group_id\":\"" ID(
                          "2") "\",\"product_group_promotion\":["
                               "{\"included\":true,\"bid_in_micro_currency\":3}]}],"
                               "\"keywords\":[{\"parent_id\":\"AG" ID(
                                   "2") "\",\"keywords\":[{\"match_type\":\"BROAD\","
                                        "\"value\":\"linen\",\"bid\":4}]}],"
                                        "\"labels\":[{\"parent_id\":\"" ID(
                                            "1") "\",\"labels\":[{\"label_type\":\"CUSTOM\","
                                                 "\"value\":"
                                                 "\"blue\"}]}],"
                                                 "\"schedules\":[{\"name\":\"Sale\",\"entity_id\":"
                                                 "\"" ID(
                                                     "1") "\",\"entity_type\":\"CAMPAIGN\","
                                                          "\"schedule_type\":\"CAMPAIGN_BUDGET_"
                                                          "CHANGE\",\"schedule_action\":\"INCREASE_"
                                                          "BY_PERCENT\","
                                                          "\"schedule_status\":\"CREATED\",\"start_"
                                                          "timestamp\":1,\"end_timestamp\":2,"
                                                          "\"delta_value\":\"10\"}],"
                                                          "\"catalog_product_groups\":[{\"catalog_"
                                                          "type\":\"RETAIL\",\"catalog_id\":\"77\","
                                                          "\"name\":\"Shoes\","
                                                          "\"description\":\"all\",\"filters\":{"
                                                          "\"any_of\":[{\"BRAND\":{\"values\":["
                                                          "\"x\"]}}]}}]}}";

static char space[CHECK_SMALL ? 2048 : 8192]; // for what an entity points to

#define DECODES(object)                                                                     \
    static pinbulk_result decodes_##object(pinbulk_text text)                               \
    {                                                                                       \
        pinbulk_arena arena = {space, sizeof space, 0};                                     \
        pinbulk_##object value;                                                             \
        return pinbulk_decode_##object(text.data, text.length, &value, &arena, NULL, NULL); \
    }
DECODES(campaign)
DECODES(ad_group)
DECODES(ad)
DECODES(product_group)
DECODES(keyword)
DECODES(label)
DECODES(schedule)
DECODES(catalog_product_group)

static const struct {
    pinbulk_kind kind;
    pinbulk_result (*decodes)(pinbulk_text text);
    const char *type;    // of a download
    const char *created; // the entity in whole_tree
    const char *update;
    const char *updated; // the entity after that; "" when it is gone
} kinds[] = {
    {PINBULK_KIND_CAMPAIGN, decodes_campaign, "CAMPAIGN",
     "{\"id\":\"" ID("1") "\",\"status\":\"ACTIVE\",\"ad_account_id\":\"1\",\"name\":\"Spring\","
                          "\"objective_type\":\"AWARENESS\",\"bid_options\":{\"gender_"
                          "multipliers\":{\"male\":0.5},"
                          "\"frequency_multipliers\":{\"1\":2}}}",
     "\"campaigns\":[{\"id\":\"" ID("1") "\",\"ad_account_id\":\"1\",\"daily_spend_cap\":null,"
                                         "\"bid_options\":{\"gender_multipliers\":{\"female\":2},"
                                         "\"update_mask\":[\"GENDER\"]}}]",
     "{\"id\":\"" ID("1") "\",\"ad_account_id\":\"1\",\"daily_spend_cap\":null,\"bid_options\":"
                          "{\"gender_multipliers\":{\"female\":2},\"frequency_multipliers\":{\"1\":"
                          "2}},\"status\":\"ACTIVE\","
                          "\"name\":\"Spring\",\"objective_type\":\"AWARENESS\"}"},
    {PINBULK_KIND_AD_GROUP, decodes_ad_group, "AD_GROUP",
     "{\"id\":\"" ID(
         "2") "\",\"budget_type\":\"DAILY\",\"pacing_delivery_type\":\"STANDARD\","
              "\"campaign_id\":\"C" ID(
                  "1") "\",\"name\":\"Group\",\"bid_in_micro_currency\":7,"
                       "\"targeting_spec\":{\"GEO\":[\"BE-VOV\",\"BE-WAL\"],\"LOCALE\":[\"nl\"]},"
                       "\"billable_event\":\"IMPRESSION\"}",
     "\"ad_groups\":[{\"id\":\"" ID(
         "2") "\",\"bid_in_micro_currency\":null,"
              "\"targeting_spec_operations\":["
              "{\"field\":\"GEO\",\"operation\":\"ADD\",\"values\":[\"BE-VLG\",\"BE-WAL\"]},"
              "{\"field\":\"GEO\",\"operation\":\"REMOVE\",\"values\":[\"BE-VOV\",\"BE-VBR\"]},"
              "{\"field\":\"LOCALE\",\"operation\":\"SET\",\"values\":[\"fr\"]},"
              "{\"field\":\"GENDER\",\"operation\":\"ADD\",\"values\":[\"female\"]}]}]",
     "{\"targeting_spec\":{\"GEO\":[\"BE-WAL\",\"BE-VLG\"],\"LOCALE\":[\"fr\"],\"GENDER\":["
     "\"female\"]},"
     "\"id\":\"" ID("2") "\",\"bid_in_micro_currency\":null,\"budget_type\":\"DAILY\","
                         "\"pacing_delivery_type\":\"STANDARD\",\"campaign_id\":\"C" ID(
                             "1") "\",\"name\":\"Group\","
                                  "\"billable_event\":\"IMPRESSION\"}"},
    {PINBULK_KIND_AD, decodes_ad, "AD",
     "{\"id\":\"" ID("3") "\",\"ad_group_id\":\"AG" ID(
         "2") "\",\"pin_id\":\"9\",\"creative_type\":"
              "\"REGULAR\",\"destination_url\":\"https://example.com/\"}",
     "\"ads\":[{\"id\":\"" ID("3") "\",\"status\":\"PAUSED\",\"destination_url\":null}]",
     "{\"id\":\"" ID("3") "\",\"status\":\"PAUSED\",\"destination_url\":null,\"ad_group_id\":"
                          "\"AG" ID("2") "\",\"pin_id\":\"9\",\"creative_type\":\"REGULAR\"}"},
    {PINBULK_KIND_PRODUCT_GROUP, decodes_product_group, "PRODUCT_GROUP",
     "{\"id\":\"" ID("4") "\",\"ad_group_id\":\"" ID("2") "\",\"bid_in_micro_currency\":3,"
                                                          "\"included\":true}",
     "\"product_groups\":[{\"ad_group_id\":\"" ID(
         "2") "\",\"product_group_promotion\":["
              "{\"id\":\"" ID("4") "\",\"bid_in_micro_currency\":null}]}]",
     "{\"id\":\"" ID("4") "\",\"bid_in_micro_currency\":null,\"ad_group_id\":\"" ID(
         "2") "\","
              "\"included\":true}"},
    {PINBULK_KIND_KEYWORD, decodes_keyword, "KEYWORD",
     "{\"id\":\"" ID("5") "\",\"parent_id\":\"AG" ID("2") "\",\"bid\":4,\"match_type\":\"BROAD\","
                                                          "\"value\":\"linen\"}",
     "\"keywords\":[{\"id\":\"" ID("5") "\",\"archived\":true,\"bid\":null}]",
     "{\"id\":\"" ID("5") "\",\"archived\":true,\"bid\":null,\"parent_id\":\"AG" ID(
         "2") "\","
              "\"match_type\":\"BROAD\",\"value\":\"linen\"}"},
    {PINBULK_KIND_LABEL, decodes_label, "LABEL",
     "{\"id\":\"" ID("6") "\",\"parent_id\":\"" ID("1") "\",\"label_type\":\"CUSTOM\",\"value\":"
                                                        "\"blue\"}",
     "\"labels\":[{\"id\":\"" ID("6") "\",\"parent_id\":\"C" ID("1") "\",\"status\":\"ARCHIVED\"}]",
     ""},
    {PINBULK_KIND_SCHEDULE, decodes_schedule, "SCHEDULE",
     "{\"id\":\"" ID("7") "\",\"name\":\"Sale\",\"entity_id\":\"" ID(
         "1") "\",\"entity_type\":"
              "\"CAMPAIGN\",\"schedule_type\":\"CAMPAIGN_BUDGET_CHANGE\",\"schedule_action\":"
              "\"INCREASE_BY_PERCENT\",\"schedule_status\":\"CREATED\",\"start_timestamp\":1,"
              "\"end_timestamp\":2,\"delta_value\":\"10\"}",
     "\"schedules\":[{\"id\":\"" ID("7") "\",\"end_timestamp\":3,\"delta_value\":null}]",
     "{\"id\":\"" ID("7") "\",\"end_timestamp\":3,\"delta_value\":null,\"name\":\"Sale\","
                          "\"entity_id\":\"" ID(
                              "1") "\",\"entity_type\":\"CAMPAIGN\",\"schedule_type\":"
                                   "\"CAMPAIGN_BUDGET_CHANGE\",\"schedule_action\":\"INCREASE_BY_"
                                   "PERCENT\",\"schedule_status\":"
                                   "\"CREATED\",\"start_timestamp\":1}"},
    {PINBULK_KIND_CATALOG_PRODUCT_GROUP, decodes_catalog_product_group, "PRODUCT_GROUP",
     "{\"id\":\"" ID("8") "\",\"catalog_type\":\"RETAIL\",\"catalog_id\":\"77\",\"name\":\"Shoes\","
                          "\"description\":\"all\",\"filters\":{\"any_of\":[{\"BRAND\":{\"values\":"
                          "[\"x\"]}}]}}",
     "\"catalog_product_groups\":[{\"id\":\"" ID(
         "8") "\",\"catalog_type\":\"RETAIL\",\"description\":"
              "null}]",
     "{\"catalog_type\":\"RETAIL\",\"description\":null,\"id\":\"" ID(
         "8") "\",\"catalog_id\":\"77\","
              "\"name\":\"Shoes\",\"filters\":{\"any_of\":[{\"BRAND\":{\"values\":[\"x\"]}}]}}"},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

static void begin_tree(void)
{
    begin_default();
    upsert(whole_tree);
    CHECK(says("\"errors\":[]}"));
}

static void every_kind_is_kept_and_comes_back(void)
{
    char text[256];
    size_t i;
    begin_tree();
    for (i = 0; i < KINDS; i++)
        CHECK(says(kinds[i].created)); // in the result file of the upsert
    for (i = 0; i < KINDS; i++) {
        pinbulk_text entity = pinbulk_sandbox_entity(&sandbox, kinds[i].kind, 0);
        CHECK_TEXT(entity.data, entity.length, kinds[i].created);
        CHECK_INT(kinds[i].decodes(entity), PINBULK_OK);
        snprintf(text, sizeof text, "{\"entity_types\":[\"%s\"]}", kinds[i].type);
        download(text);
        CHECK(says(kinds[i].created));
    }
    download("{}");
    for (i = 0; i < KINDS; i++)
        CHECK(says(kinds[i].created));
    CHECK(!says("entity_history"));
    download("{\"entity_types\":[\"ENTITY_HISTORY\"]}");
    CHECK_TEXT(reply.body.data, reply.body.length, "{\"entity_history\":[]}");
    download("{\"entity_types\":[\"AD\",\"PRODUCT_GROUP\"]}");
    CHECK(says("{\"ads\":[{"));
    CHECK(says("],\"product_groups\":[{"));
    CHECK(says("],\"catalog_product_groups\":[{"));
    CHECK(!says("campaigns") && !says("\"keywords\""));
}

static void every_kind_is_changed_and_cleared(void)
{
    char text[2048];
    size_t i;
    for (i = 0; i < KINDS; i++) {
        pinbulk_text entity;
        begin_tree();
        sandbox.now += 5000;
        snprintf(text, sizeof text, "{\"update\":{%s}}", kinds[i].update);
        upsert(text);
        CHECK(says("\"errors\":[]}"));
        if (*kinds[i].updated)
            CHECK(says(kinds[i].updated));
        entity = pinbulk_sandbox_entity(&sandbox, kinds[i].kind, 0);
        CHECK_TEXT(entity.data, entity.length, kinds[i].updated);
        if (entity.length > 0)
            CHECK_INT(kinds[i].decodes(entity), PINBULK_OK);
        // Only that one has changed.
        download("{\"updated_since\":\"1700000005\"}");
        if (*kinds[i].updated)
            CHECK(says(kinds[i].updated));
        CHECK_INT(reply.body.length, strlen(EMPTY) + strlen(kinds[i].updated));
        // A second time: the same entity, or for the label an error.
        upsert(text);
        CHECK_INT(says("There is no such entity."), kinds[i].updated[0] == '\0');
    }
}

static void a_removed_label_is_told_once(void)
{
    begin_tree();
    upsert("{\"update\":{\"labels\":[{\"id\":\"" ID("6") "\",\"parent_id\":\"" ID(
        "1") "\",\"status\":"
             "\"ARCHIVED\"}]}}");
    CHECK(says("\"labels\":[{\"id\":\"" ID("6") "\",\"parent_id\":\"" ID(
        "1") "\",\"status\":"
             "\"ARCHIVED\",\"label_type\":\"CUSTOM\",\"value\":\"blue\"}]"));
    download("{\"entity_types\":[\"LABEL\"]}");
    CHECK_TEXT(reply.body.data, reply.body.length, "{\"labels\":[]}");
}

// Which of the eight entities a download of these ids contains.
static void children_come_with_their_parents(void)
{
    static const struct {
        const char *ids;
        const char *wanted; // one digit for each kind
    } cases[] = {
        {ID("1"), "11111110"},
        {ID("2"), "01111000"},
        {ID("3"), "00100000"},
        {ID("4"), "00010000"},
        {ID("5"), "00001000"},
        {ID("6"), "00000100"},
        {ID("7"), "00000010"},
        {ID("8"), "00000001"},
        {ID("9"), "00000000"},
        {ACCOUNT, "00000000"},
        {ID("3") "\",\"" ID("8"), "00100001"},
    };
    char text[256];
    size_t i, j;
    begin_tree();
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "{\"entity_ids\":[\"%s\"]}", cases[i].ids);
        download(text);
        for (j = 0; j < KINDS; j++)
            if (says(kinds[j].created) != (cases[i].wanted[j] == '1'))
                CHECK_FAIL("%s and %s", cases[i].ids, kinds[j].created);
    }
    // The filter is for campaigns, and so for what belongs to them.
    download("{\"campaign_filter\":{\"name\":\"Winter\"}}");
    for (j = 0; j < KINDS; j++)
        CHECK_INT(says(kinds[j].created), kinds[j].kind == PINBULK_KIND_CATALOG_PRODUCT_GROUP);
}

static void errors_name_the_entity(void)
{
    static const struct {
        const char *body;
        const char *error;
    } cases[] = {
        {"{\"create\":{\"ad_groups\":[{\"campaign_id\":\"5\",\"name\":\"a\",\"billable_event\":"
         "\"IMPRESSION\"}]}}",
         "{\"kind\":\"ad_group\",\"path\":\"create.ad_groups[0]\",\"message\":\"There is no such "
         "parent.\"}"},
        {"{\"create\":{\"ads\":[{\"ad_group_id\":\"" ID(
             "1") "\",\"pin_id\":\"9\",\"creative_type\":"
                  "\"REGULAR\"}]}}", // a campaign
         "{\"kind\":\"ad\",\"path\":\"create.ads[0]\",\"message\":\"There is no such parent.\"}"},
        {"{\"create\":{\"keywords\":[{\"parent_id\":\"" ID(
             "3") "\",\"keywords\":[{\"match_type\":"
                  "\"BROAD\",\"value\":\"a\"}]}]}}", // an ad
         "\"path\":\"create.keywords[0].keywords[0]\",\"message\":\"There is no such parent.\"}"},
        {"{\"create\":{\"product_groups\":[{\"ad_group_id\":\"" ID(
             "2") "\","
                  "\"product_group_promotion\":[]},{\"ad_group_id\":\"AG7\",\"product_group_"
                  "promotion\":[{},"
                  "{}]}]}}",
         "\"path\":\"create.product_groups[1].product_group_promotion[1]\",\"message\":"},
        {"{\"create\":{\"labels\":[{\"parent_id\":\"" ID("2") "\",\"labels\":[{\"label_type\":"
                                                              "\"BRAND\",\"value\":\"a\"}]}]}}",
         "\"path\":\"create.labels[0].labels[0]\""},
        {"{\"create\":{\"schedules\":[{\"name\":\"Sale\",\"entity_id\":\"" ID(
             "2") "\","
                  "\"entity_type\":\"AD_GROUP\",\"schedule_type\":\"CAMPAIGN_BUDGET_CHANGE\","
                  "\"schedule_action\":\"INCREASE_BY_PERCENT\",\"schedule_status\":\"CREATED\","
                  "\"start_timestamp\":1,\"end_timestamp\":2,\"delta_value\":\"10\"}]}}",
         "\"path\":\"create.schedules[0]\""},
        {"{\"update\":{\"ads\":[{\"id\":\"" ID("3") "\",\"status\":\"ACTIVE\"},{\"id\":\"" ID(
             "2") "\"}]}}",
         "{\"kind\":\"ad\",\"id\":\"" ID(
             "2") "\",\"path\":\"update.ads[1]\",\"message\":\"There is no such "
                  "entity.\"}]}"},
        {"{\"update\":{\"ads\":[{\"id\":\"" ID("3") "\",\"ad_group_id\":\"8\"}]}}",
         "\"path\":\"update.ads[0]\",\"message\":\"It has another parent.\"}"},
        {"{\"update\":{\"labels\":[{\"id\":\"" ID(
             "6") "\",\"parent_id\":\"8\",\"status\":\"ARCHIVED\"}]}}",
         "\"path\":\"update.labels[0]\",\"message\":\"It has another parent.\"}"},
        {"{\"update\":{\"product_groups\":[{\"ad_group_id\":\"8\",\"product_group_promotion\":[{"
         "\"id\":"
         "\"" ID("4") "\"}]}]}}",
         "[0].product_group_promotion[0]\",\"message\":\"It has another parent.\"}"},
        {"{\"update\":{\"product_groups\":[{\"ad_group_id\":\"" ID(
             "2") "\",\"product_group_promotion\":"
                  "[{\"id\":\"" ID("4") "\",\"ad_group_id\":\"8\"}]}]}}",
         "[0].product_group_promotion[0]\",\"message\":\"It has another parent.\"}"},
        {"{\"update\":{\"catalog_product_groups\":[{\"name\":\"a\"}]}}",
         "{\"kind\":\"catalog_product_group\",\"id\":null,\"path\":\"update.catalog_product_groups["
         "0]\","
         "\"message\":\"It has no id.\"}"},
        {"{\"update\":{\"catalog_product_groups\":[{\"name\":\"a\",\"id\":[\"8\", {} ]}]}}",
         "\"id\":[\"8\", {} ],\"path\":\"update.catalog_product_groups[0]\",\"message\":\"There is "
         "no"},
    };
    size_t i, used;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t j;
        begin_tree();
        upsert(cases[i].body);
        if (!says(cases[i].error))
            CHECK_FAIL("%s gives %.*s", cases[i].body, (int)reply.body.length, reply.body.data);
        used = 0;
        for (j = 0; j < KINDS; j++)
            used += pinbulk_sandbox_entity(&sandbox, kinds[j].kind, 1).length;
        CHECK_INT(used, 0); // nothing was made
    }
}

static void one_unknown_member_has_a_meaning(void)
{
    static const char *const bad[][2] = {
        {"{\"create\":{\"catalog_product_groups\":[{\"id\":\"8\",\"feed_id\":\"1\",\"name\":\"a\","
         "\"filters\":"
         "{\"any_of\":[{\"BRAND\":{\"values\":[\"x\"]}}]}}]}}",
         "create.catalog_product_groups[0].id: "},
        {"{\"update\":{\"catalog_product_groups\":[{\"id\":\"8\",\"colour\":1}]}}",
         "update.catalog_product_groups[0].colour: "},
        {"{\"update\":{\"catalog_product_groups\":[{\"id\":\"8\",\"filters\":{\"any_of\":[{"
         "\"BRAND\":"
         "{\"id\":\"8\",\"values\":[\"x\"]}}]}}]}}",
         "id: "},
        {"{\"update\":{\"catalog_product_groups\":[{\"id\":\"8\"}],\"id\":\"8\"}}", "update.id: "},
        {"{\"update\":{\"catalog_product_groups\":[{\"id\":\"8\",\"feed_id\":\"1\"}]}}",
         "update.catalog_product_groups[0].feed_id: "},
    };
    size_t i;
    begin_default();
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(ask("POST", API "upsert", bad[i][0]), 400);
        if (!says(bad[i][1]))
            CHECK_FAIL("%s gives %.*s", bad[i][0], (int)reply.body.length, reply.body.data);
    }
    // The service knows its enumerations, and so does the sandbox.
    CHECK_INT(ask("POST", API "upsert",
                  "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"A\","
                  "\"objective_type\":\"NEW\"}]}}"),
              400);
    CHECK(says("create.campaigns[0].objective_type: "));
}

// An update makes an entity larger than its own body says.
static void growing_entities_are_kept_whole(void)
{
    pinbulk_sandbox_config config = begin_config();
    char text[1024], long_name[301];
    pinbulk_text entity;
    unsigned i, status = 200;
    config.memory_size = 16384;
    begin(&config);
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    CHECK_INT(ask("POST", API "upsert", CAMPAIGN), 200);
    for (i = 0; i < 20 && status == 200; i++) {
        snprintf(
            text, sizeof text,
            "{\"update\":{\"campaigns\":[{\"id\":\"" ID("1") "\",\"ad_account_id\":\"1\",\"%s\":"
                                                             "%s%s%s}]}}",
            i % 2 ? "name" : "tracking_urls", i % 2 ? "\"" : "{\"click\":[\"", long_name,
            i % 2 ? "\"" : "\"]}");
        status = (unsigned)ask("POST", API "upsert", text);
    }
    CHECK_INT(status, 507);
    entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, 0);
    CHECK_INT(decodes_campaign(entity), PINBULK_OK);
    CHECK(entity.length > 300);
}

// Small updates of large entities: what they need is the room for the result file.
static void a_result_file_without_room_changes_nothing(void)
{
    pinbulk_sandbox_config config = begin_config();
    char text[4096], filling[2301];
    size_t length;
    int i, j;
    config.memory_size = 65535;
    begin(&config);
    memset(filling, 'n', sizeof filling - 1);
    filling[sizeof filling - 1] = '\0';
    for (i = 0; i < 7; i++) {
        snprintf(text, sizeof text,
                 "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"%s\","
                 "\"objective_type\":\"AWARENESS\"}]}}",
                 filling);
        CHECK_INT(ask("POST", API "upsert", text), 200);
        for (j = 0; j < 8; j++) // so that older result files are forgotten
            CHECK_INT(ask("POST", API "download", "{\"entity_types\":[\"ENTITY_HISTORY\"]}"), 200);
    }
    length = (size_t)snprintf(text, sizeof text, "{\"update\":{\"campaigns\":[");
    for (i = 0; i < 7; i++) {
        pinbulk_text entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, (size_t)i);
        pinbulk_text id = pinbulki_sandbox_value(entity, pinbulk_text_of("id"));
        length += (size_t)snprintf(text + length, sizeof text - length,
                                   "%s{\"id\":%.*s,\"ad_account_id\":\"2\"}", i ? "," : "",
                                   (int)id.length, id.data);
    }
    snprintf(text + length, sizeof text - length, "]}}");
    CHECK_INT(ask("POST", API "upsert", text), 507);
    CHECK_INT(sandbox.applied, 7);
    for (i = 0; i < 7; i++) {
        pinbulk_text entity = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_CAMPAIGN, (size_t)i);
        CHECK(pinbulk_text_equal(pinbulki_sandbox_value(entity, pinbulk_text_of("ad_account_id")),
                                 pinbulk_text_of("\"1\"")));
    }
}

// ---- whole jobs ---------------------------------------------------------------------------------

static char file[CHECK_SMALL ? 1024 : 8192];
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
    static char job_memory[CHECK_SMALL ? 2048 : 8192];
    static pinbulk_campaign campaign;
    static pinbulk_create create;
    static pinbulk_upsert new_campaign;
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
    new_campaign.create = pinbulk_create_ref_set(&create);
    if (upsert_it)
        CHECK_INT(pinbulk_job_init_upsert(&job, &config, &new_campaign), PINBULK_OK);
    else
        CHECK_INT(pinbulk_job_init_download(&job, &config, &everything), PINBULK_OK);
    return pinbulk_job_run(&job, &transport);
}

static void jobs_run_on_it_with_chunks_of_any_size(void)
{
    static const char whole[] = "{\"campaigns\":[{\"id\":\"626700000001\",\"status\":\"ACTIVE\","
                                "\"ad_account_id\":\"1\",\"name\":\"A\",\"objective_type\":"
                                "\"AWARENESS\"}],\"ad_groups\":[],\"ads\":[],"
                                "\"product_groups\":[],\"keywords\":[],\"labels\":[],"
                                "\"schedules\":[],\"catalog_product_groups\":[]}";
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
            CHECK_TEXT(file, file_used, EMPTY);
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
    CHECK_TEXT(file, file_used, EMPTY);
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
    RUN(old_requests_are_forgotten);
    RUN(requests_run_then_succeed_and_serve_their_file);
    RUN(missing_entities_are_errors_in_the_file);
    RUN(downloads_choose);
    RUN(an_account_may_have_the_number_of_an_entity);
    RUN(what_does_not_fit_is_refused_whole);
    RUN(every_kind_is_kept_and_comes_back);
    RUN(every_kind_is_changed_and_cleared);
    RUN(a_removed_label_is_told_once);
    RUN(children_come_with_their_parents);
    RUN(errors_name_the_entity);
    RUN(one_unknown_member_has_a_meaning);
    RUN(growing_entities_are_kept_whole);
    RUN_LARGE(a_result_file_without_room_changes_nothing, "a sandbox of 64 KiB");
    RUN(jobs_run_on_it_with_chunks_of_any_size);
    RUN(every_fault_has_its_end);
    RUN(an_expired_url_is_renewed);
    RUN(faults_wait_in_a_queue);
    return check_report();
}
