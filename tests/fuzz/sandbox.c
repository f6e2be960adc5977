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

// What an upsert is put together from: new entities and changed ones, where @ is an id.
static const struct {
    const char *list, *created, *changed;
} pieces[] = {
    {"campaigns",
     "{\"ad_account_id\":\"1\",\"name\":\"a\",\"objective_type\":\"SALES\",\"bid_options\":"
     "{\"gender_multipliers\":{\"male\":1e0}}}",
     "{\"id\":\"@\",\"ad_account_id\":\"1\",\"name\":\"\\\"]}\",\"daily_spend_cap\":9E17,"
     "\"bid_options\":{\"frequency_multipliers\":{},\"update_mask\":[\"GENDER\",\"FREQUENCY\"]}}"},
    {"ad_groups",
     "{\"campaign_id\":\"@\",\"name\":\"a\",\"billable_event\":\"IMPRESSION\",\"targeting_spec\":"
     "{\"GEO\":[\"a\",\"b\"],\"GENDER\":null}}",
     "{\"id\":\"@\",\"targeting_spec_operations\":[{\"field\":\"GEO\",\"operation\":\"REMOVE\","
     "\"values\":[\"a\",\",\"]},{\"field\":\"INTEREST\",\"operation\":\"ADD\",\"values\":["
     "\"c\\\\\"]},"
     "{\"field\":\"GENDER\",\"operation\":\"ADD\",\"values\":[\"male\",\"@\"]}]}"},
    {"ads", "{\"ad_group_id\":\"AG@\",\"pin_id\":\"1\",\"creative_type\":\"QUIZ\"}",
     "{\"id\":\"@\",\"ad_group_id\":\"@\",\"name\":null}"},
    {"product_groups",
     "{\"ad_group_id\":\"@\",\"product_group_promotion\":[{\"included\":true},{\"ad_group_id\":\"@"
     "\"}]}",
     "{\"ad_group_id\":\"@\",\"product_group_promotion\":[{\"id\":\"@\",\"definition\":null}]}"},
    {"keywords",
     "{\"parent_id\":\"@\",\"keywords\":[{\"match_type\":null,\"value\":\"a\"},{\"match_type\":"
     "\"BROAD\",\"value\":\"\\u00e9\"}]}",
     "{\"id\":\"@\",\"archived\":true}"},
    {"labels", "{\"parent_id\":\"C@\",\"labels\":[{\"label_type\":\"BRAND\",\"value\":\"a\"}]}",
     "{\"id\":\"@\",\"parent_id\":\"@\",\"status\":\"ARCHIVED\"}"},
    {"schedules",
     "{\"name\":\"a\",\"entity_id\":\"@\",\"entity_type\":\"CAMPAIGN\",\"schedule_type\":"
     "\"CAMPAIGN_BID_MULTIPLIERS\",\"schedule_action\":\"INCREASE_BY_VALUE\",\"schedule_status\":"
     "\"DRAFT\",\"start_timestamp\":1,\"end_timestamp\":2,\"delta_value\":{}}",
     "{\"id\":\"@\",\"delta_value\":\"@\"}"},
    {"catalog_product_groups",
     "{\"feed_id\":\"@\",\"name\":\"a\",\"filters\":{\"all_of\":[{\"BRAND\":{\"values\":[]}}]}}",
     "{\"id\": \"@\" ,\"description\":null}"}};

// Writes the body that the bytes of a line stand for. Returns its length.
static size_t compose(pinbulk_text line, int upsert, char *body, size_t size)
{
    size_t used = 0, at = 0, form, i;
#define BYTE() (at < line.length ? (unsigned char)line.data[at++] : 0u)
#define PUT(...)                                                             \
    do {                                                                     \
        if (used < size)                                                     \
            used += (size_t)snprintf(body + used, size - used, __VA_ARGS__); \
    } while (0)
    if (!upsert) {
        PUT("{\"entity_ids\":[\"%u\"", 1);
        while (at < line.length && at < 20)
            PUT(",\"6267000000%02u\"", BYTE() % 32);
        PUT("]%s}", BYTE() & 1 ? ",\"campaign_filter\":{\"name\":\"a\"}" : "");
    }
    for (form = 0; upsert && form < 2; form++) {
        PUT("%s", form ? ",\"update\":{" : "{\"create\":{");
        for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            unsigned count = BYTE() % 4;
            PUT("%s\"%s\":[", i ? "," : "", pieces[i].list);
            while (count > 0) {
                const char *piece = form ? pieces[i].changed : pieces[i].created;
                for (; *piece; piece++)
                    if (*piece == '@')
                        PUT("6267000000%02u", BYTE() % 32);
                    else
                        PUT("%c", *piece);
                if (--count > 0)
                    PUT(",");
            }
            PUT("]");
        }
        PUT("%s", form ? "}}" : "}");
    }
    return used < size ? used : size - 1;
}

// Entities of a kind can be decoded, by their own table, and have an id.
#define KEPT(KIND, object)                                                                  \
    for (i = 0; pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_##KIND, i).length > 0; i++) { \
        pinbulk_text text = pinbulk_sandbox_entity(&sandbox, PINBULK_KIND_##KIND, i);       \
        pinbulk_arena arena = {entity, sizeof entity, 0};                                   \
        pinbulk_##object value;                                                             \
        must(pinbulk_decode_##object(text.data, text.length, &value, &arena, NULL, NULL) == \
                 PINBULK_OK,                                                                \
             "what is kept can be decoded");                                                \
        must(pinbulki_sandbox_value(text, pinbulk_text_of("id")).length > 2,                \
             "what is kept has an id");                                                     \
    }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const targets[] = {
        "/v5/ad_accounts/1/bulk/upsert", "/v5/ad_accounts/1/bulk/download",
        "/v5/ad_accounts/1/bulk/626700000002", "/results/626700000002?X-Amz-Signature=1"};
    static char memory[65536], entity[65536], body[8192];
    pinbulk_sandbox_config config = {0};
    pinbulk_sandbox sandbox;
    pinbulk_sandbox_reply reply;
    size_t at = 0, i;

    config.token = pinbulk_text_of("t");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    must(pinbulk_sandbox_init(&sandbox, &config) == PINBULK_OK, "it begins");

    // Each line of the input is a request: a byte that chooses, then the body, target or range, or
    // with 8 what a body is put together from.
    while (at < size) {
        pinbulk_sandbox_request request = {0};
        size_t start = at + 1;
        unsigned choice = data[at], applied = sandbox.applied;
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
        if (choice & 8 && !(choice & 6)) {
            request.body.data = body;
            request.body.length = compose(line, !(choice & 1), body, sizeof body);
        }
        request.range = line;
        pinbulk_sandbox_answer(&sandbox, &request, &reply);
        must(reply.status >= 200 && reply.status < 600, "it answers");
        must(reply.sent == reply.body.length, "it answers whole");
        must(sandbox.used <= sandbox.half, "the store holds what it holds");
        must(reply.status == 200 || sandbox.applied == applied, "all or nothing");
        must(!(choice & 8) || choice & 6 || reply.status != 400 ||
                 request.body.length + 1 == sizeof body,
             "what is put together is understood");
        if (reply.body.length > 0 && reply.status != 206 && reply.body.data[0] != '<')
            must_be_json(reply.body);
    }
    KEPT(CAMPAIGN, campaign)
    KEPT(AD_GROUP, ad_group)
    KEPT(AD, ad)
    KEPT(PRODUCT_GROUP, product_group)
    KEPT(KEYWORD, keyword)
    KEPT(LABEL, label)
    KEPT(SCHEDULE, schedule)
    KEPT(CATALOG_PRODUCT_GROUP, catalog_product_group)
    return 0;
}
