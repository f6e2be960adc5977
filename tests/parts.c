// parts.c: one upsert in several requests: which entities go into which, limits, resuming, and that
// no part is sent twice.
#include "private.h"
#include "check.h"

// ---- an upsert with entities in six lists -------------------------------------------------------

// Lists are arrays or sources. A source counts how often it is asked.
typedef struct items {
    const char *items;
    size_t size, count, at;
    unsigned long asked;
    size_t fails_at; // from 1; 0: never
} items;

static pinbulk_result items_next(void *ctx, const void **item)
{
    items *list = (items *)ctx;
    list->asked++;
    if (list->fails_at && list->at + 1 == list->fails_at)
        return PINBULK_SINK_FAILED;
    *item = list->at < list->count ? list->items + list->at++ * list->size : NULL;
    return PINBULK_OK;
}

static pinbulk_result items_rewind(void *ctx)
{
    ((items *)ctx)->at = 0;
    return PINBULK_OK;
}

static pinbulk_result items_seek(void *ctx, uint64_t index)
{
    ((items *)ctx)->at = (size_t)index;
    return PINBULK_OK;
}

enum { KEYWORDS = 7, PARENTS = 4, ENTITIES = 3 + (2 + 1 + 5 + 1) + 3 + 2 + 4 };

static struct {
    pinbulk_campaign campaigns[3], changed[2];
    pinbulk_keyword keywords[KEYWORDS], changed_keywords[4];
    pinbulk_parent_keywords parents[PARENTS]; // of 2, 0, 5 and 0 keywords
    pinbulk_label labels[3];
    pinbulk_parent_labels labelled;
    pinbulk_create create;
    pinbulk_update update;
    pinbulk_upsert upsert;
    items lists[8];
    pinbulk_source sources[8];
    int source_count;
} u;

static const pinbulk_source *source_of(const void *array, size_t size, size_t count, int seek)
{
    pinbulk_source *source = &u.sources[u.source_count];
    items *list = &u.lists[u.source_count++];
    list->items = (const char *)array;
    list->size = size;
    list->count = count;
    source->ctx = list;
    source->next = items_next;
    source->rewind = items_rewind;
    source->seek = seek ? items_seek : NULL;
    return source;
}

#define TO_SOURCE(list, seek)                                                              \
    do {                                                                                   \
        (list).source = source_of((list).items, sizeof *(list).items, (list).count, seek); \
        (list).items = NULL;                                                               \
        (list).count = 0;                                                                  \
    } while (0)

// `sources`: 0 arrays, 1 sources, 2 sources that can seek.
static void make_upsert(int sources)
{
    static const char *const names[] = {"n0", "n1", "n2", "n3", "n4", "n5", "n6"};
    static const size_t inside[PARENTS] = {2, 0, 5, 0};
    size_t i, next = 0;
    memset(&u, 0, sizeof u);
    for (i = 0; i < 3; i++) {
        u.campaigns[i].ad_account_id = pinbulk_string_of("1");
        u.campaigns[i].name = pinbulk_string_of(names[i]);
        u.campaigns[i].objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
        u.labels[i].label_type = pinbulk_enum_set(PINBULK_LABEL_TYPE_CUSTOM);
        u.labels[i].value = pinbulk_string_of(names[i]);
    }
    for (i = 0; i < 2; i++) {
        u.changed[i].id = pinbulk_string_of(i ? "51" : "50");
        u.changed[i].ad_account_id = pinbulk_string_of("1");
        u.changed[i].daily_spend_cap.state = PINBULK_NULL;
    }
    for (i = 0; i < KEYWORDS; i++) {
        u.keywords[i].match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
        u.keywords[i].value = pinbulk_string_of(names[i]);
    }
    for (i = 0; i < 4; i++) {
        u.changed_keywords[i].id = pinbulk_string_of(&"60\0"
                                                      "61\0"
                                                      "62\0"
                                                      "63"[3 * i]);
        u.changed_keywords[i].archived = pinbulk_bool_set(1);
    }
    for (i = 0; i < PARENTS; i++) {
        u.parents[i].parent_id = pinbulk_string_of(&"70\0"
                                                    "71\0"
                                                    "72\0"
                                                    "73"[3 * i]);
        u.parents[i].keywords = pinbulk_keyword_list_set(u.keywords + next, inside[i]);
        next += inside[i];
        if (sources)
            TO_SOURCE(u.parents[i].keywords, sources == 2);
    }
    u.labelled.parent_id = pinbulk_string_of("80");
    u.labelled.labels = pinbulk_label_list_set(u.labels, 3);
    u.create.campaigns = pinbulk_campaign_list_set(u.campaigns, 3);
    u.create.ads = pinbulk_ad_list_set(NULL, 0);
    u.create.keywords = pinbulk_parent_keywords_list_set(u.parents, PARENTS);
    u.create.labels = pinbulk_parent_labels_list_set(&u.labelled, 1);
    u.update.campaigns = pinbulk_campaign_list_set(u.changed, 2);
    u.update.keywords = pinbulk_keyword_list_set(u.changed_keywords, 4);
    if (sources) {
        TO_SOURCE(u.create.campaigns, sources == 2);
        TO_SOURCE(u.create.keywords, sources == 2);
        TO_SOURCE(u.update.keywords, sources == 2);
    }
    u.upsert.create = pinbulk_create_ref_set(&u.create);
    u.upsert.update = pinbulk_update_ref_set(&u.update);
}

// ---- what a body holds --------------------------------------------------------------------------

static char body_text[8192];

static size_t read_body(pinbulk_body *body)
{
    size_t got, length = 0;
    do {
        CHECK_INT(pinbulk_body_read(body, body_text + length, 7, &got), PINBULK_OK);
        length += got;
    } while (got);
    CHECK_INT(length, pinbulk_body_length(body));
    return length;
}

// Adds what tells the entities of a body apart, in order: "n0 n1 (70:n0 n1) ...".
static void list_entities(const char *json, size_t length, char *text)
{
    static char memory[CHECK_SMALL ? 6000 : 65536];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_upsert upsert;
    pinbulk_error error;
    size_t i, k;
    CHECK_INT(pinbulk_decode_upsert(json, length, &upsert, &arena, NULL, &error), PINBULK_OK);
    text += strlen(text);
#define ADD(string) text += sprintf(text, "%.*s ", (int)(string).length, (string).text)
    if (upsert.create.state == PINBULK_SET) {
        const pinbulk_create *create = upsert.create.value;
        CHECK(create->campaigns.count + create->keywords.count + create->labels.count > 0);
        CHECK_INT(create->ads.state, PINBULK_ABSENT);
        for (i = 0; i < create->campaigns.count; i++)
            ADD(create->campaigns.items[i].name);
        for (i = 0; i < create->keywords.count; i++) {
            const pinbulk_keyword_list *keywords = &create->keywords.items[i].keywords;
            for (k = 0; k < keywords->count; k++) {
                ADD(create->keywords.items[i].parent_id);
                ADD(keywords->items[k].value);
            }
            if (keywords->count == 0)
                ADD(create->keywords.items[i].parent_id);
        }
        for (i = 0; i < create->labels.count; i++)
            for (k = 0; k < create->labels.items[i].labels.count; k++) {
                ADD(create->labels.items[i].parent_id);
                ADD(create->labels.items[i].labels.items[k].value);
            }
    }
    if (upsert.update.state == PINBULK_SET) {
        const pinbulk_update *update = upsert.update.value;
        CHECK(update->campaigns.count + update->keywords.count > 0);
        for (i = 0; i < update->campaigns.count; i++)
            ADD(update->campaigns.items[i].id);
        for (i = 0; i < update->keywords.count; i++)
            ADD(update->keywords.items[i].id);
    }
#undef ADD
}

static const char everything[] =
    "n0 n1 n2 70 n0 70 n1 71 72 n2 72 n3 72 n4 72 n5 72 n6 73 80 n0 80 n1 "
    "80 n2 50 51 60 61 62 63 ";

// Says that the service took the part.
static void settle(pinbulk_parts *parts, pinbulk_part *part)
{
    static char memory[4096];
    pinbulk_job_config config;
    pinbulk_job job;
    memset(&config, 0, sizeof config);
    config.api.token = pinbulk_text_of("t");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    CHECK_INT(pinbulk_job_init_part(&job, &config, part), PINBULK_OK);
    private_job_stop(&job);
    job.request_id = pinbulk_text_of("7");
    CHECK_INT(pinbulk_parts_settle(parts, &job), PINBULK_OK);
}

// Sends everything from `first` on; returns the number of parts.
static unsigned send_all(const pinbulk_part_limits *limits, uint64_t first, char *text)
{
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_body body;
    pinbulk_error error;
    unsigned count = 0;
    uint64_t next = first;
    *text = '\0';
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, limits, first, NULL, &error), PINBULK_OK);
    CHECK_INT(parts.total, ENTITIES);
    for (;; count++) {
        CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_OK);
        CHECK_INT(part.first, next);
        if (part.count == 0 || check_bad)
            break;
        next += part.count;
        CHECK_INT(pinbulk_body_init_part(&body, &part, &error), PINBULK_OK);
        CHECK_INT(pinbulk_body_length(&body), part.bytes);
        if (limits && limits->entities)
            CHECK(part.count <= limits->entities);
        if (limits && limits->bytes)
            CHECK(part.bytes <= limits->bytes);
        list_entities(body_text, read_body(&body), text);
        CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
        read_body(&body);
        settle(&parts, &part);
        CHECK_INT(parts.next, next);
    }
    CHECK_INT(next, ENTITIES);
    return count;
}

static uint64_t whole_length(void)
{
    pinbulk_body body;
    CHECK_INT(pinbulk_body_init_upsert(&body, &u.upsert, NULL, NULL), PINBULK_OK);
    return pinbulk_body_length(&body);
}

// ---- dividing -----------------------------------------------------------------------------------

static void no_entity_is_lost_or_sent_twice_at_any_limit_of_entities(void)
{
    char text[1024];
    int sources;
    for (sources = 0; sources < 3; sources++) {
        pinbulk_part_limits limits = {0, 0};
        make_upsert(sources);
        for (limits.entities = 1; limits.entities <= ENTITIES + 1;
             limits.entities += check_step(4)) {
            unsigned parts = send_all(&limits, 0, text);
            CHECK_INT(parts, (ENTITIES + limits.entities - 1) / limits.entities);
            CHECK_TEXT(text, strlen(text), everything);
        }
    }
}

static void no_entity_is_lost_or_sent_twice_at_any_limit_of_bytes(void)
{
    char text[1024];
    int sources;
    for (sources = 0; sources < 3; sources++) {
        pinbulk_part_limits limits = {0, 0};
        unsigned parts, before = ENTITIES + 1, step = check_step(301);
        make_upsert(sources);
        for (limits.bytes = 110; limits.bytes <= whole_length() + step; limits.bytes += step) {
            parts = send_all(&limits, 0, text);
            CHECK(parts <= before);
            before = parts;
            CHECK_TEXT(text, strlen(text), everything);
        }
        CHECK_INT(before, 1); // at the length of the whole it is one part
    }
}

// A part ends where one more entity would go beyond the limit, not earlier.
static void parts_are_as_large_as_the_limit_allows(void)
{
    pinbulk_part_limits limits = {0, 0};
    pinbulk_parts parts;
    pinbulk_part part, more;
    pinbulk_body body;
    make_upsert(0);
    for (limits.bytes = 110; limits.bytes <= whole_length(); limits.bytes += check_step(97)) {
        CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, NULL), PINBULK_OK);
        while (pinbulk_parts_next(&parts, &part, NULL) == PINBULK_OK && part.count) {
            more = part;
            more.count++;
            if (more.first + more.count <= parts.total) {
                CHECK_INT(pinbulk_body_init_part(&body, &more, NULL), PINBULK_OK);
                CHECK(pinbulk_body_length(&body) > limits.bytes);
            }
            settle(&parts, &part);
        }
    }
}

static void without_limits_it_is_the_whole_in_one_part(void)
{
    char text[1024], whole[sizeof body_text];
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_body body;
    size_t length;
    make_upsert(1);
    u.create.ads.state = PINBULK_ABSENT; // an empty list is not repeated in parts
    CHECK_INT(send_all(NULL, 0, text), 1);
    CHECK_INT(pinbulk_body_init_upsert(&body, &u.upsert, NULL, NULL), PINBULK_OK);
    length = read_body(&body);
    memcpy(whole, body_text, length);
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_parts_next(&parts, &part, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_body_init_part(&body, &part, NULL), PINBULK_OK);
    CHECK_INT(read_body(&body), length);
    CHECK(memcmp(whole, body_text, length) == 0);
}

static void parts_can_be_resumed_at_every_entity(void)
{
    char text[1024];
    pinbulk_part_limits limits = {3, 0};
    uint64_t first;
    int sources;
    for (sources = 0; sources < 3; sources++) {
        const char *rest = everything;
        make_upsert(sources);
        for (first = 0; first <= ENTITIES; first += check_step(2) == 1 ? 1 : ENTITIES / 3) {
            send_all(&limits, first, text);
            CHECK(strlen(text) <= strlen(rest) &&
                  strcmp(everything + strlen(everything) - strlen(text), text) == 0);
            rest = everything + strlen(everything) - strlen(text);
        }
        CHECK_INT(strlen(rest), 0);
    }
    {
        pinbulk_parts parts;
        pinbulk_part part;
        pinbulk_error error;
        CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, ENTITIES + 1, NULL, &error),
                  PINBULK_BAD_ARGUMENT);
        CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_BAD_STATE);
    }
}

static void seeking_saves_asking(void)
{
    char text[1024];
    pinbulk_part_limits limits = {1, 0};
    unsigned long asked[3];
    int sources, i;
    for (sources = 1; sources < 3; sources++) {
        make_upsert(sources);
        send_all(&limits, 0, text);
        for (asked[sources] = 0, i = 0; i < u.source_count; i++)
            asked[sources] += u.lists[i].asked;
    }
    CHECK(asked[2] < asked[1]);
}

static void every_entity_has_a_path(void)
{
    static const char *const paths[ENTITIES] = {"create.campaigns[0]",
                                                "create.campaigns[1]",
                                                "create.campaigns[2]",
                                                "create.keywords[0].keywords[0]",
                                                "create.keywords[0].keywords[1]",
                                                "create.keywords[1].keywords[0]",
                                                "create.keywords[2].keywords[0]",
                                                "create.keywords[2].keywords[1]",
                                                "create.keywords[2].keywords[2]",
                                                "create.keywords[2].keywords[3]",
                                                "create.keywords[2].keywords[4]",
                                                "create.keywords[3].keywords[0]",
                                                "create.labels[0].labels[0]",
                                                "create.labels[0].labels[1]",
                                                "create.labels[0].labels[2]",
                                                "update.campaigns[0]",
                                                "update.campaigns[1]",
                                                "update.keywords[0]",
                                                "update.keywords[1]",
                                                "update.keywords[2]",
                                                "update.keywords[3]"};
    pinbulk_parts parts;
    char text[64];
    int sources;
    for (sources = 0; sources < 3; sources++) {
        uint64_t entity;
        size_t size;
        make_upsert(sources);
        CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, NULL), PINBULK_OK);
        for (entity = 0; entity < ENTITIES; entity++) {
            CHECK_INT(pinbulk_parts_path(&parts, entity, text, sizeof text), strlen(paths[entity]));
            CHECK_TEXT(text, strlen(text), paths[entity]);
            for (size = 0; size < strlen(paths[entity]); size++) {
                memset(text, '#', sizeof text);
                CHECK_INT(pinbulk_parts_path(&parts, entity, text, size), strlen(paths[entity]));
                CHECK_INT(text[size], '#');
            }
        }
        CHECK_INT(pinbulk_parts_path(&parts, ENTITIES, text, sizeof text), 0);
        CHECK_INT(text[0], '\0');
    }
}

// ---- refusing -----------------------------------------------------------------------------------

// A source of so many keywords that 16 bits do not count them; the ids of the last ones are
// numbers.
enum { FEW = 5 };
#define MANY (UINT32_C(65536) + FEW)

static pinbulk_result many_next(void *ctx, const void **item)
{
    static pinbulk_keyword keyword;
    static char id[12];
    uint32_t *next = (uint32_t *)ctx;
    *item = NULL;
    if (*next == MANY)
        return PINBULK_OK;
    if (*next == 0 || *next > MANY - FEW)
        snprintf(id, sizeof id, "%lu", (unsigned long)*next);
    ++*next;
    keyword.id = pinbulk_string_of(id);
    keyword.archived = pinbulk_bool_set(1);
    *item = &keyword;
    return PINBULK_OK;
}

static pinbulk_result many_rewind(void *ctx)
{
    *(uint32_t *)ctx = 0;
    return PINBULK_OK;
}

static void a_list_is_as_long_as_its_source(void)
{
    uint32_t next = 0;
    const pinbulk_source source = {&next, many_next, many_rewind, NULL};
    pinbulk_update update;
    pinbulk_upsert upsert;
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_body body;
    char text[256];
    size_t length;
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    update.keywords = pinbulk_keyword_list_set(NULL, 0);
    update.keywords.source = &source;
    upsert.update = pinbulk_update_ref_set(&update);
    CHECK_INT(pinbulk_parts_init(&parts, &upsert, NULL, MANY - 2, NULL, NULL), PINBULK_OK);
    CHECK_INT(parts.total, MANY);
    CHECK_INT(pinbulk_parts_next(&parts, &part, NULL), PINBULK_OK);
    CHECK_INT(part.count, 2);
    CHECK_INT(pinbulk_body_init_part(&body, &part, NULL), PINBULK_OK);
    length = read_body(&body);
    CHECK_TEXT(body_text, length,
               "{\"update\":{\"keywords\":[{\"id\":\"65539\",\"archived\":true},"
               "{\"id\":\"65540\",\"archived\":true}]}}");
    CHECK_INT(pinbulk_parts_path(&parts, MANY - 1, text, sizeof text), 22);
    CHECK_TEXT(text, strlen(text), "update.keywords[65540]");
}

static void an_entity_above_the_limit_is_named(void)
{
    pinbulk_part_limits limits = {0, 0};
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_error error;
    make_upsert(0);
    u.campaigns[1].name = pinbulk_string_of("a name that is longer than all of the others here");
    limits.bytes = 120;
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, &error), PINBULK_OK);
    CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_OK);
    CHECK_INT(part.count, 1);
    settle(&parts, &part);
    CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_TOO_LARGE);
    CHECK_TEXT(error.path, strlen(error.path), "create.campaigns[1]");
    CHECK_INT(part.count, 0);
    CHECK_INT(parts.next, 1);
}

static void members_behind_the_entities_of_a_parent_count(void)
{
    pinbulk_member member = {{4, "more"}, {102, NULL}};
    static char json[102];
    char text[1024];
    pinbulk_part_limits limits = {0, 260};
    memset(json, '1', sizeof json);
    member.json.data = json;
    make_upsert(0);
    u.parents[2].extra.count = 1;
    u.parents[2].extra.items = &member;
    send_all(&limits, 0, text); // checks the length of every part
    CHECK_TEXT(text, strlen(text), everything);
}

static void what_cannot_be_divided_is_refused_before_anything_is_sent(void)
{
    pinbulk_member member = {{5, "other"}, {2, "[]"}};
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_error error;
    pinbulk_members *extras[3];
    int i;
    extras[0] = &u.upsert.extra;
    extras[1] = &u.create.extra;
    extras[2] = &u.update.extra;
    for (i = 0; i < 3; i++) {
        make_upsert(0);
        extras[i]->count = 1;
        extras[i]->items = &member;
        CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, &error),
                  PINBULK_NOT_ALLOWED);
        CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_BAD_STATE);
    }
    make_upsert(0);
    u.changed_keywords[3].id = pinbulk_string_of("x"); // in the last part
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, &error), PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "update.keywords[3].id");
    CHECK_INT(pinbulk_parts_init(&parts, NULL, NULL, 0, NULL, &error), PINBULK_BAD_ARGUMENT);
}

static unsigned warnings;

static void warn(void *ctx, const pinbulk_error *finding)
{
    (void)ctx;
    CHECK_TEXT(finding->path, strlen(finding->path), "update.keywords[3].id");
    warnings++;
}

static void findings_are_told_once(void)
{
    pinbulk_encode_options options;
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_part_limits limits = {2, 0};
    pinbulk_error error;
    memset(&options, 0, sizeof options);
    options.warn = warn;
    make_upsert(0);
    u.changed_keywords[3].id = pinbulk_string_of("x");
    warnings = 0;
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, &options, NULL),
              PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, &options, &error), PINBULK_OK);
    CHECK_INT(error.result, PINBULK_OK);
    while (pinbulk_parts_next(&parts, &part, NULL) == PINBULK_OK && part.count)
        settle(&parts, &part);
    CHECK_INT(parts.next, ENTITIES);
    CHECK_INT(warnings, 1);
}

static void sources_may_fail_anywhere(void)
{
    int i;
    size_t at;
    make_upsert(1);
    for (i = 0; i < u.source_count; i++)
        for (at = 1; at <= u.lists[i].count + 1; at++) {
            pinbulk_parts parts;
            pinbulk_part part;
            pinbulk_error error;
            make_upsert(1);
            CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, &error), PINBULK_OK);
            u.lists[i].fails_at = at;
            if (at <= u.lists[i].count) // what is behind the last entity is not asked for
                CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_SOURCE_FAILED);
            CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, NULL, 0, NULL, &error),
                      PINBULK_SOURCE_FAILED);
        }
}

// ---- sending ------------------------------------------------------------------------------------

// A service that takes upserts; `fail_at` (from 1) is the submission that goes wrong, in a way.
static struct {
    unsigned submissions, fail_at;
    enum { NOTHING_SENT, REFUSED, LOST_REPLY, LATER } way;
    uint64_t now;
    char text[1024];
    unsigned reports;
    uint64_t reported;
    char request_ids[256];
} service;

static void answer(pinbulk_response *response, int status, const char *body)
{
    pinbulk_response_begin(response, status);
    pinbulk_response_body(response, body, strlen(body));
}

static pinbulk_outcome exchange(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    char reply[64];
    size_t length;
    (void)ctx;
    if (request->operation == PINBULK_OPERATION_STATUS) {
        int fails = service.way == LATER && service.submissions == service.fail_at;
        answer(response, 200, fails ? "{\"status\":\"FAILED\"}" : "{\"status\":\"SUCCEEDED\"}");
        return outcome;
    }
    service.submissions++;
    if (service.submissions == service.fail_at && service.way != LATER) {
        outcome.permanent = 1;
        outcome.text = "broken";
        outcome.reached =
            service.way == NOTHING_SENT ? PINBULK_REACHED_NOTHING : PINBULK_REACHED_BODY;
        if (service.way != REFUSED)
            return outcome;
        outcome.reached = PINBULK_REACHED_COMPLETE;
        answer(response, 400, "{\"code\":1,\"message\":\"no\"}");
        return outcome;
    }
    length = read_body(request->body);
    list_entities(body_text, length, service.text);
    sprintf(reply, "{\"request_id\":\"r%u\"}", service.submissions);
    answer(response, 200, reply);
    return outcome;
}

static uint64_t now(void *ctx)
{
    (void)ctx;
    return service.now++;
}

static void sleeps(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    service.now += milliseconds;
}

static const pinbulk_transport transport = {NULL, exchange, now, sleeps, NULL};

static void report(void *ctx, const pinbulk_part *part, const pinbulk_job *job)
{
    CHECK(ctx == &service);
    CHECK_INT(part->first, service.reported);
    service.reports++;
    if (job->request_id.length) {
        service.reported += part->count;
        sprintf(service.request_ids + strlen(service.request_ids), "%.*s ",
                (int)job->request_id.length, job->request_id.data);
    }
}

static pinbulk_result run(pinbulk_parts *parts, pinbulk_job *job)
{
    static char memory[4096];
    pinbulk_job_config config;
    memset(&config, 0, sizeof config);
    config.api.token = pinbulk_text_of("t");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = sizeof memory;
    return pinbulk_parts_run(parts, job, &config, &transport, &service, report);
}

static void all_parts_are_sent(void)
{
    pinbulk_part_limits limits = {8, 0};
    pinbulk_parts parts;
    pinbulk_job job;
    memset(&service, 0, sizeof service);
    make_upsert(1);
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, NULL), PINBULK_OK);
    CHECK_INT(run(&parts, &job), PINBULK_OK);
    CHECK_INT(service.submissions, 3);
    CHECK_INT(service.reports, 3);
    CHECK_INT(parts.next, ENTITIES);
    CHECK_TEXT(service.text, strlen(service.text), everything);
    CHECK_TEXT(service.request_ids, strlen(service.request_ids), "r1 r2 r3 ");
}

// Whatever goes wrong with whichever part, going on behind it sends every entity exactly once.
static void after_a_failure_the_rest_is_sent_once(void)
{
    pinbulk_part_limits limits = {4, 0};
    pinbulk_parts parts;
    pinbulk_part part;
    pinbulk_job job;
    pinbulk_error error;
    unsigned at;
    int way;
    make_upsert(1);
    for (way = NOTHING_SENT; way <= LATER; way++)
        for (at = 1; at <= 6; at += check_step(2)) {
            pinbulk_result result;
            memset(&service, 0, sizeof service);
            service.fail_at = at;
            service.way = (int)way == 0 ? NOTHING_SENT
                          : way == 1    ? REFUSED
                          : way == 2    ? LOST_REPLY
                                        : LATER;
            CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, NULL), PINBULK_OK);
            result = run(&parts, &job);
            CHECK_INT(service.submissions, at);
            CHECK_INT(result, way == NOTHING_SENT ? PINBULK_TRANSPORT_FAILED
                              : way == REFUSED    ? PINBULK_REFUSED
                              : way == LOST_REPLY ? PINBULK_MAYBE_APPLIED
                                                  : PINBULK_REQUEST_FAILED);
            CHECK_INT(parts.next, (way == LATER ? at : at - 1) * 4 > ENTITIES
                                      ? ENTITIES
                                      : (way == LATER ? at : at - 1) * 4);
            service.reported = parts.next;
            if (way == LOST_REPLY) { // nothing goes on before the host has looked
                CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_BAD_STATE);
                CHECK_INT(run(&parts, &job), PINBULK_BAD_STATE);
                CHECK_INT(service.submissions, at);
                CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, parts.next, NULL, NULL),
                          PINBULK_OK);
            }
            CHECK_INT(run(&parts, &job), PINBULK_OK);
            CHECK_INT(parts.next, ENTITIES);
            CHECK_TEXT(service.text, strlen(service.text), everything);
        }
}

static void the_fate_of_a_part_must_be_told(void)
{
    pinbulk_part_limits limits = {5, 0};
    pinbulk_parts parts;
    pinbulk_part part, again;
    pinbulk_job job, other;
    char memory[2048];
    pinbulk_error error;
    pinbulk_job_config config;
    make_upsert(0);
    memset(&config, 0, sizeof config);
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, NULL), PINBULK_OK);
    memset(&job, 0, sizeof job);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE); // no part was given out
    CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_OK);
    CHECK_INT(pinbulk_parts_next(&parts, &again, &error), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE); // never initialised

    // A job that could not even be made: the same part comes again.
    CHECK_INT(pinbulk_job_init_part(&job, &config, &part), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_parts_next(&parts, &again, &error), PINBULK_OK);
    CHECK(again.first == part.first && again.count == part.count);
    settle(&parts, &again);

    // The job of the part before tells nothing about this one.
    CHECK_INT(pinbulk_parts_next(&parts, &part, &error), PINBULK_OK);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_job_init_part(&job, &config, &again), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.account = pinbulk_text_of("549755885175");
    config.api.token = pinbulk_text_of("t");
    CHECK_INT(pinbulk_job_init_part(&job, &config, &again), PINBULK_BAD_STATE);
    CHECK(strstr(job.error.message, "not the one that was given out last") != NULL);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE);
    again = part;
    again.count--;
    CHECK_INT(pinbulk_job_init_part(&job, &config, &again), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_job_init_part(&job, &config, NULL), PINBULK_BAD_STATE);

    // One job for a part, until it is told what became of it.
    CHECK_INT(pinbulk_job_init_part(&job, &config, &part), PINBULK_OK);
    CHECK_INT(pinbulk_job_init_part(&other, &config, &part), PINBULK_BAD_STATE);
    CHECK(strstr(other.error.message, "tell first what became of it") != NULL);
    CHECK_INT(pinbulk_parts_settle(&parts, &other), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_parts_next(&parts, &again, &error), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_parts_settle(&parts, &job), PINBULK_BAD_STATE); // it was not sent
    CHECK_INT(pinbulk_parts_next(&parts, &again, &error), PINBULK_OK);
    CHECK(again.first == part.first && again.count == part.count);
    CHECK_INT(pinbulk_job_init_part(&job, &config, &again), PINBULK_OK);
    CHECK_INT(parts.next, 5);

    // No transport: nothing was sent.
    memset(&service, 0, sizeof service);
    CHECK_INT(pinbulk_parts_init(&parts, &u.upsert, &limits, 0, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_parts_run(&parts, &job, &config, NULL, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(parts.next, 0);
    CHECK_INT(run(&parts, &job), PINBULK_OK);
    CHECK_TEXT(service.text, strlen(service.text), everything);
}

int main(void)
{
    RUN(no_entity_is_lost_or_sent_twice_at_any_limit_of_entities);
    RUN(no_entity_is_lost_or_sent_twice_at_any_limit_of_bytes);
    RUN(parts_are_as_large_as_the_limit_allows);
    RUN(without_limits_it_is_the_whole_in_one_part);
    RUN(parts_can_be_resumed_at_every_entity);
    RUN(seeking_saves_asking);
    RUN(every_entity_has_a_path);
    RUN(a_list_is_as_long_as_its_source);
    RUN(an_entity_above_the_limit_is_named);
    RUN(members_behind_the_entities_of_a_parent_count);
    RUN(what_cannot_be_divided_is_refused_before_anything_is_sent);
    RUN(findings_are_told_once);
    RUN(sources_may_fail_anywhere);
    RUN(all_parts_are_sent);
    RUN(after_a_failure_the_rest_is_sent_once);
    RUN(the_fate_of_a_part_must_be_told);
    return check_report();
}
