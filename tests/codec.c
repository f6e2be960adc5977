// The codec: what each kind of member is as JSON and back, what validation and decoding refuse, and
// for random objects of every table that nothing is lost on the way.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "random_object.h"
#include "sample_tables.h"

#include <limits.h>

// Bytes of memory that are enough to decode one byte of JSON.
#define ROOM      ((size_t)(CHECK_SMALL ? 16 : 64))

#define CREATE    PINBULK_FORM_CREATE
#define UPDATE    PINBULK_FORM_UPDATE

#define AD        &pinbulki_ad_table
#define CAMPAIGN  &pinbulki_campaign_table
#define CATALOG   &pinbulki_catalog_product_group_table
#define DOWNLOAD  &pinbulki_download_table
#define GROUP     &pinbulki_product_group_table
#define KEYWORD   &pinbulki_keyword_table
#define LABEL     &pinbulki_label_table
#define OPERATION &pinbulki_targeting_operation_table
#define SAMPLE    &pinbulki_sample_table
#define SCHEDULE  &pinbulki_schedule_table
#define UPSERT    &pinbulki_upsert_all_table

#define LONG_TEXT "0123456789012345678901234567890123456789"

static const pinbulk_encode_options unchecked = {1, 0, 0, NULL, NULL};
static const pinbulk_decode_options tolerant = {0, 1, 0, 0, 0};
static const pinbulk_encode_options legacy_names = {0, 1, 0, NULL, NULL};

// ---- encoding and decoding in memory that is exactly as large ---------------------------------

// The JSON of an object, allocated. Its length must be the one that was counted.
static pinbulk_text encode(const pinbulki_table *table, const void *object, int form,
                           const pinbulk_encode_options *options, pinbulk_result *result,
                           pinbulk_error *error)
{
    pinbulk_writer writer;
    pinbulk_text text = {0, NULL};
    uint64_t length = 0, again = 0;
    char *buffer;
    pinbulk_writer_init_count(&writer);
    *result = pinbulki_encode(object, table, form, &writer, options, error);
    if (*result != PINBULK_OK)
        return text;
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    buffer = (char *)malloc((size_t)length);
    pinbulk_writer_init_buffer(&writer, buffer, (size_t)length);
    *result = pinbulki_encode(object, table, form, &writer, options, error);
    CHECK_INT(pinbulk_writer_end(&writer, &again), PINBULK_OK);
    CHECK_INT(again, length);
    text.data = buffer;
    text.length = (size_t)length;
    return text;
}

static void text_free(pinbulk_text text)
{
    free((void *)(uintptr_t)text.data);
}

// Checks what an object is as JSON.
#define CHECK_ENCODES(table, object, form, options, want)                                     \
    do {                                                                                      \
        pinbulk_result encoded_result;                                                        \
        pinbulk_error encoded_error;                                                          \
        pinbulk_text encoded_text;                                                            \
        memset(&encoded_error, 0, sizeof encoded_error);                                      \
        encoded_text = encode(table, object, form, options, &encoded_result, &encoded_error); \
        CHECK_TEXT(encoded_error.message, strlen(encoded_error.message), "");                 \
        CHECK_INT(encoded_result, PINBULK_OK);                                                \
        CHECK_TEXT(encoded_text.data, encoded_text.length, want);                             \
        text_free(encoded_text);                                                              \
    } while (0)

// A text that was decoded, with everything that belongs to it.
typedef struct reading {
    pinbulk_result result;
    pinbulk_error error;
    void *object;
    char *json;
    pinbulk_arena arena;
} reading;

static reading read_in(const pinbulki_table *table, const char *json, size_t length,
                       const pinbulk_decode_options *options, size_t arena)
{
    reading r;
    memset(&r, 0, sizeof r);
    r.json = (char *)malloc(length);
    if (length)
        memcpy(r.json, json, length);
    r.object = malloc(table->size);
    memset(r.object, 0xa5, table->size);
    r.arena.memory = malloc(arena);
    r.arena.size = arena;
    r.result = pinbulki_decode(r.json, length, r.object, table, &r.arena, options, &r.error);
    CHECK_INT(r.error.result, r.result);
    CHECK(r.arena.used <= arena);
    if (!options || !options->borrow) { // then nothing of the object lies there
        free(r.json);
        r.json = NULL;
    }
    return r;
}

static reading read_text(const pinbulki_table *table, const char *json,
                         const pinbulk_decode_options *options)
{
    return read_in(table, json, strlen(json), options, 8192 + ROOM * strlen(json));
}

static void reading_free(reading *r)
{
    free(r->object);
    free(r->json);
    free(r->arena.memory);
}

static int is_zero(const void *object, size_t size)
{
    const char *bytes = (const char *)object;
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

// Checks that a text is refused, and what is told about it. `offset` is of the byte.
#define CHECK_UNREADABLE(table, text, options, want, want_offset, want_path)                   \
    do {                                                                                       \
        reading unreadable = read_text(table, text, options);                                  \
        CHECK_TEXT(pinbulk_result_name(unreadable.result),                                     \
                   strlen(pinbulk_result_name(unreadable.result)), pinbulk_result_name(want)); \
        CHECK_TEXT(unreadable.error.path, strlen(unreadable.error.path), want_path);           \
        CHECK(unreadable.error.has_offset);                                                    \
        CHECK_INT(unreadable.error.offset, want_offset);                                       \
        CHECK(is_zero(unreadable.object, (table)->size));                                      \
        CHECK_INT(unreadable.arena.used, 0);                                                   \
        reading_free(&unreadable);                                                             \
    } while (0)

// Checks that a text is read, and what is written when what was read is.
#define CHECK_REWRITES(table, text, options, form, want)                          \
    do {                                                                          \
        reading rewritten = read_text(table, text, options);                      \
        CHECK_TEXT(rewritten.error.message, strlen(rewritten.error.message), ""); \
        CHECK_INT(rewritten.result, PINBULK_OK);                                  \
        if (rewritten.result == PINBULK_OK)                                       \
            CHECK_ENCODES(table, rewritten.object, form, &unchecked, want);       \
        reading_free(&rewritten);                                                 \
    } while (0)

// Checks that an object is this JSON, and that this JSON is the object.
#define CHECK_BOTH_WAYS(table, want_object, text)                    \
    do {                                                             \
        reading both = read_text(table, text, NULL);                 \
        CHECK_ENCODES(table, want_object, CREATE, NULL, text);       \
        CHECK_INT(both.result, PINBULK_OK);                          \
        CHECK(random_object_equal(table, want_object, both.object)); \
        reading_free(&both);                                         \
        CHECK_REWRITES(table, text, NULL, CREATE, text);             \
    } while (0)

// Checks that an object is refused with that result and path, and what is written when nothing is
// validated: JSON, or NULL for what is refused then too.
#define CHECK_REFUSED(table, object, form, want, want_path, json)                               \
    do {                                                                                        \
        pinbulk_result refused_result;                                                          \
        pinbulk_error refused_error;                                                            \
        const char *refused_json = (json);                                                      \
        memset(&refused_error, 0, sizeof refused_error);                                        \
        text_free(encode(table, object, form, NULL, &refused_result, &refused_error));          \
        CHECK_TEXT(pinbulk_result_name(refused_result),                                         \
                   strlen(pinbulk_result_name(refused_result)), pinbulk_result_name(want));     \
        CHECK_INT(refused_error.result, refused_result);                                        \
        CHECK(!refused_error.has_offset);                                                       \
        CHECK_TEXT(refused_error.path, strlen(refused_error.path), want_path);                  \
        if (refused_json) {                                                                     \
            CHECK_ENCODES(table, object, form, &unchecked, refused_json);                       \
        } else {                                                                                \
            text_free(encode(table, object, form, &unchecked, &refused_result, NULL));          \
            CHECK_TEXT(pinbulk_result_name(refused_result),                                     \
                       strlen(pinbulk_result_name(refused_result)), pinbulk_result_name(want)); \
        }                                                                                       \
    } while (0)

// What the last refusal says to a person.
#define CHECK_SAYS(table, object, form, want)                                    \
    do {                                                                         \
        pinbulk_result says_result;                                              \
        pinbulk_error says_error;                                                \
        memset(&says_error, 0, sizeof says_error);                               \
        text_free(encode(table, object, form, NULL, &says_result, &says_error)); \
        CHECK_TEXT(says_error.message, strlen(says_error.message), want);        \
    } while (0)

// Checks that an object of this JSON is refused, to create.
#define CHECK_REFUSED_JSON(table, json, want, want_path)                     \
    do {                                                                     \
        reading refused = read_text(table, json, NULL);                      \
        CHECK_INT(refused.result, PINBULK_OK);                               \
        CHECK_REFUSED(table, refused.object, CREATE, want, want_path, json); \
        reading_free(&refused);                                              \
    } while (0)

#define SAMPLE_IS(sample, text) CHECK_BOTH_WAYS(&pinbulki_sample_table, sample, text)

// The message about a value that breaks a rule: of a long one the first characters.
static char says_text[PINBULK_ERROR_MESSAGE_MAX];

static const char *says_value(const char *rule, const char *value, size_t length)
{
    size_t shown = length < 48 ? length : 48;
    while (shown < length && shown > 0 && ((unsigned char)value[shown] & 0xc0) == 0x80)
        shown--;
    snprintf(says_text, sizeof says_text, "%s, not \"%.*s%s\"", rule, (int)shown, value,
             shown < length ? "..." : "");
    return says_text;
}

// ---- every kind of member ---------------------------------------------------------------------

// Nothing is absent by accident: a zeroed object is {}, and a null is null for every kind.
static void test_absent_and_null_of_every_kind(void)
{
    const pinbulki_table *table = &pinbulki_sample_table;
    pinbulk_sample sample;
    char json[128];
    size_t i;
    memset(&sample, 0, sizeof sample);
    SAMPLE_IS(&sample, "{}");
    for (i = 0; i < table->count; i++) {
        memset(&sample, 0, sizeof sample);
        ((char *)&sample)[table->rows[i].offset] = PINBULK_NULL;
        sprintf(json, "{\"%s\":null}", table->rows[i].key);
        if (table->rows[i].kind & PINBULKI_OTHER) // read as the other one of its key
            CHECK_ENCODES(table, &sample, CREATE, NULL, json);
        else
            SAMPLE_IS(&sample, json);
    }
}

static void test_strings(void)
{
    pinbulk_sample sample;
    memset(&sample, 0, sizeof sample);
    sample.text = pinbulk_string_of("");
    SAMPLE_IS(&sample, "{\"text\":\"\"}");
    sample.text = pinbulk_string_set(NULL, 0);
    SAMPLE_IS(&sample, "{\"text\":\"\"}");
    sample.text = pinbulk_string_of("plain");
    SAMPLE_IS(&sample, "{\"text\":\"plain\"}");
    sample.text = pinbulk_string_set("\"\\/\0\n\x1f\x7f", 7);
    SAMPLE_IS(&sample, "{\"text\":\"\\\"\\\\/\\u0000\\n\\u001f\x7f\"}");
    sample.text = pinbulk_string_of("\xc2\x80\xe2\x82\xac\xf0\x9f\x98\x80");
    SAMPLE_IS(&sample, "{\"text\":\"\xc2\x80\xe2\x82\xac\xf0\x9f\x98\x80\"}");
    // Escapes that need not be are not written again.
    CHECK_REWRITES(&pinbulki_sample_table,
                   " { \"t\\u0065xt\" : \"\\u0061\\/\\ud83d\\ude00\\u00e9\" } ", NULL, CREATE,
                   "{\"text\":\"a/\xf0\x9f\x98\x80\xc3\xa9\"}");
}

static void test_integers(void)
{
    pinbulk_sample sample;
    memset(&sample, 0, sizeof sample);
    sample.number = pinbulk_int_set(0);
    SAMPLE_IS(&sample, "{\"number\":0}");
    sample.number = pinbulk_int_set(-17);
    SAMPLE_IS(&sample, "{\"number\":-17}");
    sample.number = pinbulk_int_set(999999999999999999);
    SAMPLE_IS(&sample, "{\"number\":999999999999999999}");
    sample.number = pinbulk_int_set(INT64_MAX);
    SAMPLE_IS(&sample, "{\"number\":9223372036854775807}");
    sample.number = pinbulk_int_set(INT64_MIN);
    SAMPLE_IS(&sample, "{\"number\":-9223372036854775808}");
    // What is an integer by its value is one.
    CHECK_REWRITES(&pinbulki_sample_table, "{\"number\":1.50e1}", NULL, CREATE, "{\"number\":15}");
    CHECK_REWRITES(&pinbulki_sample_table, "{\"number\":-0}", NULL, CREATE, "{\"number\":0}");
    CHECK_REWRITES(&pinbulki_sample_table, "{\"number\":12345678901234567890e-1}", NULL, CREATE,
                   "{\"number\":1234567890123456789}");
    CHECK_UNREADABLE(&pinbulki_sample_table, "{\"number\":9223372036854775808}", NULL,
                     PINBULK_OUT_OF_RANGE, 10, "number");
    CHECK_UNREADABLE(&pinbulki_sample_table, "{\"number\":-9223372036854775809}", NULL,
                     PINBULK_OUT_OF_RANGE, 10, "number");
    CHECK_UNREADABLE(&pinbulki_sample_table, "{\"number\": 1.5}", NULL, PINBULK_OUT_OF_RANGE, 11,
                     "number");
}

// A number that need not be an integer keeps its text.
static void test_decimals(void)
{
    static const char *const texts[] = {
        "0",    "-0",     "1.50",    "-1.5e-7",
        "1E+2", "1e4000", "0.000e0", "123456789012345678901234567890.5"};
    pinbulk_sample sample;
    char json[64];
    size_t i;
    memset(&sample, 0, sizeof sample);
    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        sample.fraction = pinbulk_decimal_of(texts[i]);
        sprintf(json, "{\"fraction\":%s}", texts[i]);
        SAMPLE_IS(&sample, json);
    }
}

static void test_booleans(void)
{
    pinbulk_sample sample;
    memset(&sample, 0, sizeof sample);
    sample.flag = pinbulk_bool_set(0);
    SAMPLE_IS(&sample, "{\"flag\":false}");
    sample.flag = pinbulk_bool_set(2);
    SAMPLE_IS(&sample, "{\"flag\":true}");
}

static void test_enumerations(void)
{
    pinbulk_sample sample;
    reading r;
    memset(&sample, 0, sizeof sample);
    sample.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    SAMPLE_IS(&sample, "{\"status\":\"PAUSED\"}");
    sample.status = pinbulk_enum_of("NEWER \"THAN\" THIS");
    SAMPLE_IS(&sample, "{\"status\":\"NEWER \\\"THAN\\\" THIS\"}");
    sample.status = pinbulk_enum_of("");
    SAMPLE_IS(&sample, "{\"status\":\"\"}");
    // The text is there for those that are known too. Letters count.
    r = read_text(&pinbulki_sample_table, "{\"status\":\"\\u0050AUSED\"}", NULL);
    CHECK_INT(((pinbulk_sample *)r.object)->status.value, PINBULK_ENTITY_STATUS_PAUSED);
    CHECK_TEXT(((pinbulk_sample *)r.object)->status.text,
               ((pinbulk_sample *)r.object)->status.length, "PAUSED");
    reading_free(&r);
    r = read_text(&pinbulki_sample_table, "{\"status\":\"paused\"}", NULL);
    CHECK_INT(((pinbulk_sample *)r.object)->status.value, 0);
    CHECK_TEXT(((pinbulk_sample *)r.object)->status.text,
               ((pinbulk_sample *)r.object)->status.length, "paused");
    reading_free(&r);
    // A second name of a constant is read, and is not written again.
    CHECK_REWRITES(AD, "{\"customizable_cta_type\":\"VISIT_WEBSITE\"}", NULL, CREATE,
                   "{\"customizable_cta_type\":\"VISIT_SITE\"}");
    r = read_text(AD, "{\"customizable_cta_type\":\"VISIT_WEBSITE\"}", NULL);
    CHECK_INT(((pinbulk_ad *)r.object)->customizable_cta_type.value, PINBULK_CTA_VISIT_SITE);
    reading_free(&r);
    r = read_text(AD, "{\"customizable_cta_type\":\"VISIT_WEB\"}", NULL);
    CHECK_INT(((pinbulk_ad *)r.object)->customizable_cta_type.value, 0);
    reading_free(&r);
    CHECK_REWRITES(&pinbulki_sample_table, "{\"shape\":{\"kind\":\"ROUND\",\"radius\":1}}", NULL,
                   CREATE, "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":1}}");
    CHECK_REWRITES(&pinbulki_sample_table, "{\"box\":{\"ROUND\":{\"in\":1}}}", NULL, CREATE,
                   "{\"box\":{\"CIRCLE\":{\"in\":1}}}");
    // One that cannot be sent here can be read.
    r = read_text(&pinbulki_sample_table, "{\"status\":\"DELETED_DRAFT\"}", NULL);
    CHECK_INT(((pinbulk_sample *)r.object)->status.value, PINBULK_ENTITY_STATUS_DELETED_DRAFT);
    reading_free(&r);
}

// The names of every constant, to text and back.
static void test_names_of_constants(void)
{
    uint32_t number;
    unsigned constant, count = 0, last = 0;
    for (number = 0; number <= 0x10000 && number <= UINT_MAX; number++) {
        const char *name = pinbulk_enum_name(constant = (unsigned)number);
        if (!name)
            continue;
        count++;
        // They are numbered without gaps.
        CHECK((constant & 0xff) == 1 || constant == last + 1);
        CHECK(constant >> 8 == last >> 8 || constant >> 8 == (last >> 8) + 1);
        last = constant;
        CHECK(strlen(name) > 0 && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
                                               "abcdefghijklmnopqrstuvwxyz-+") == strlen(name));
    }
    CHECK(count > 700);
    CHECK_INT(last, PINBULK_LOCALE_ZH_TW);
    CHECK_TEXT(pinbulk_enum_name(PINBULK_ENTITY_TYPE_CAMPAIGN), 8, "CAMPAIGN");
    CHECK_TEXT(pinbulk_enum_name(PINBULK_CTA_WATCH_NOW), 9, "WATCH_NOW");
    CHECK_TEXT(pinbulk_enum_name(PINBULK_CTA_VISIT_SITE), 10, "VISIT_SITE");
    CHECK_TEXT(pinbulk_enum_name(PINBULK_CTA_TAKE_A_CLOSER_LOOK), 18, "TAKE_A_CLOSER_LOOK");
    CHECK(pinbulk_enum_name(PINBULK_CTA_TAKE_A_CLOSER_LOOK + 1) == NULL); // only a second name
    CHECK(pinbulk_enum_name(0x0e00) == NULL);
    CHECK(pinbulk_enum_name(UINT_MAX) == NULL);
}

static void test_objects(void)
{
    pinbulk_sample sample;
    pinbulk_leaf leaf;
    memset(&sample, 0, sizeof sample);
    memset(&leaf, 0, sizeof leaf);
    sample.leaf.state = PINBULK_SET;
    sample.leaf.value = &leaf;
    SAMPLE_IS(&sample, "{\"leaf\":{}}");
    leaf.id = pinbulk_string_of("12");
    leaf.number.state = PINBULK_NULL;
    SAMPLE_IS(&sample, "{\"leaf\":{\"id\":\"12\",\"number\":null}}");
}

static void test_lists(void)
{
    pinbulk_sample sample;
    pinbulk_string strings[3];
    pinbulk_enum enums[2];
    pinbulk_leaf leaves[3];
    pinbulk_int ints[2];
    memset(&sample, 0, sizeof sample);
    sample.texts.state = sample.statuses.state = sample.leaves.state = sample.numbers.state =
        sample.paths.state = PINBULK_SET;
    SAMPLE_IS(&sample, "{\"texts\":[],\"statuses\":[],\"leaves\":[],\"numbers\":[],\"paths\":[]}");

    memset(&sample, 0, sizeof sample);
    strings[0] = pinbulk_string_of("a");
    strings[1] = pinbulk_string_of("");
    strings[2] = pinbulk_string_of("\t\"b");
    sample.texts = pinbulk_string_list_set(strings, 3);
    enums[0] = pinbulk_enum_of("NEW");
    enums[1] = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ACTIVE);
    sample.statuses = pinbulk_enum_list_set(enums, 2);
    SAMPLE_IS(&sample, "{\"texts\":[\"a\",\"\",\"\\t\\\"b\"],\"statuses\":[\"NEW\",\"ACTIVE\"]}");

    memset(&sample, 0, sizeof sample);
    memset(leaves, 0, sizeof leaves);
    leaves[0].number = pinbulk_int_set(1);
    leaves[2].id = pinbulk_string_of("3");
    sample.leaves.state = PINBULK_SET;
    sample.leaves.items = leaves;
    sample.leaves.count = 3;
    ints[0] = pinbulk_int_set(INT64_MIN);
    ints[1] = pinbulk_int_set(2);
    sample.numbers = pinbulk_int_list_set(ints, 2);
    SAMPLE_IS(&sample, "{\"leaves\":[{\"number\":1},{},{\"id\":\"3\"}],"
                       "\"numbers\":[-9223372036854775808,2]}");
}

// A list of lists of texts, each of which may be empty.
static void test_lists_of_lists(void)
{
    const pinbulk_string texts[3] = {pinbulk_string_of("a"), pinbulk_string_of("\n"),
                                     pinbulk_string_of("")};
    pinbulk_string_list lists[3];
    pinbulk_sample sample;
    memset(&sample, 0, sizeof sample);
    lists[0] = pinbulk_string_list_set(texts, 3);
    lists[1] = pinbulk_string_list_set(NULL, 0);
    lists[2] = pinbulk_string_list_set(texts, 1);
    sample.paths = pinbulk_string_list_list_set(lists, 3);
    SAMPLE_IS(&sample, "{\"paths\":[[\"a\",\"\\n\",\"\"],[],[\"a\"]]}");
    CHECK_REWRITES(SAMPLE, "{\"paths\" : [ [ \"\\u0061\" , \"b\" ] , [ ] ] }", NULL, CREATE,
                   "{\"paths\":[[\"a\",\"b\"],[]]}");
    CHECK_UNREADABLE(SAMPLE, "{\"paths\":[\"a\"]}", NULL, PINBULK_WRONG_TYPE, 10, "paths[0]");
    CHECK_UNREADABLE(SAMPLE, "{\"paths\":[[],[\"a\",1]]}", NULL, PINBULK_WRONG_TYPE, 18,
                     "paths[1][1]");
    CHECK_UNREADABLE(SAMPLE, "{\"paths\":[null]}", NULL, PINBULK_WRONG_TYPE, 10, "paths[0]");
    CHECK_UNREADABLE(SAMPLE, "{\"paths\":[[\"a\"],{}]}", NULL, PINBULK_WRONG_TYPE, 16, "paths[1]");
    lists[1].state = PINBULK_ABSENT;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "paths[1]", NULL);
    lists[1].state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_NULLABLE, "paths[1]",
                  "{\"paths\":[[\"a\",\"\\n\",\"\"],null,[\"a\"]]}");
    lists[1] = pinbulk_string_list_set(NULL, 1);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "paths[1]", NULL);
}

static void test_maps(void)
{
    pinbulk_sample sample;
    pinbulk_multiplier factors[3];
    memset(&sample, 0, sizeof sample);
    sample.factors.state = PINBULK_SET;
    SAMPLE_IS(&sample, "{\"factors\":{}}");
    factors[0].key = pinbulk_text_of("iphone");
    factors[0].value = pinbulk_decimal_of("1.50");
    factors[1].key = pinbulk_text_of("");
    factors[1].value = pinbulk_decimal_of("0");
    factors[2].key = pinbulk_text_of("\"\n\xc3\xa9");
    factors[2].value = pinbulk_decimal_of("-1e3");
    sample.factors.items = factors;
    sample.factors.count = 3;
    SAMPLE_IS(&sample, "{\"factors\":{\"iphone\":1.50,\"\":0,\"\\\"\\n\xc3\xa9\":-1e3}}");
}

static void test_extra_members(void)
{
    pinbulk_sample sample;
    pinbulk_member extra[3];
    reading r;
    memset(&sample, 0, sizeof sample);
    extra[0].name = pinbulk_text_of("new_member");
    extra[0].json = pinbulk_text_of("{\"a\":[1, 2]}");
    extra[1].name = pinbulk_text_of("");
    extra[1].json = pinbulk_text_of("null");
    extra[2].name = pinbulk_text_of("\"quoted\"");
    extra[2].json = pinbulk_text_of("\"\\u0041\"");
    sample.extra.items = extra;
    sample.extra.count = 3;
    sample.flag = pinbulk_bool_set(1);
    SAMPLE_IS(&sample, "{\"flag\":true,\"new_member\":{\"a\":[1, 2]},\"\":null,"
                       "\"\\\"quoted\\\"\":\"\\u0041\"}");
    // They are kept in their order, behind the known ones, without the white space around them.
    CHECK_REWRITES(&pinbulki_sample_table,
                   "{ \"z\" : [ 1 ]\n, \"flag\" : true , \"\\u0061\" : 1.0 , \"m\":\"\\/\"\t}",
                   NULL, CREATE, "{\"flag\":true,\"z\":[ 1 ],\"a\":1.0,\"m\":\"\\/\"}");
    // The name of a member that is not set can be used for what the member cannot hold.
    memset(&sample, 0, sizeof sample);
    extra[0].name = pinbulk_text_of("flag");
    sample.extra.items = extra;
    sample.extra.count = 1;
    CHECK_ENCODES(&pinbulki_sample_table, &sample, CREATE, NULL, "{\"flag\":{\"a\":[1, 2]}}");
    r = read_text(&pinbulki_sample_table, "{\"x\":1}", NULL);
    CHECK_INT(((pinbulk_sample *)r.object)->extra.count, 1);
    CHECK_TEXT(((pinbulk_sample *)r.object)->extra.items[0].name.data, 1, "x");
    reading_free(&r);
}

// Members are written in the order of the table, whatever the order in which they came.
static void test_order_of_members(void)
{
    CHECK_REWRITES(&pinbulki_sample_table,
                   "{\"factors\":{},\"flag\":true,\"number\":2,\"texts\":[],\"fraction\":3,"
                   "\"text\":\"\"}",
                   NULL, CREATE,
                   "{\"text\":\"\",\"number\":2,\"fraction\":3,\"flag\":true,\"texts\":[],"
                   "\"factors\":{}}");
}

// ---- random objects of every table ------------------------------------------------------------

static size_t all_tables(const pinbulki_table **tables)
{
    size_t count = 0;
    tables[count++] = &pinbulki_sample_table;
    tables[count++] = &pinbulki_node_table;
    tables[count++] = &pinbulki_download_table;
    tables[count++] = &pinbulki_upsert_all_table;
    tables[count++] = &pinbulki_submitted_table;
    tables[count++] = &pinbulki_status_table;
    tables[count++] = &pinbulki_problem_table;
    return random_tables(tables, count);
}

static random_objects random_of(uint64_t seed)
{
    random_objects r;
    memset(&r, 0, sizeof r);
    r.seed = seed;
    return r;
}

// Reads the bytes in every way and compares what was read with the object, if there is one.
static void check_comes_back(const pinbulki_table *table, const void *object, pinbulk_text text,
                             int form, const pinbulk_encode_options *how)
{
    unsigned way;
    for (way = 0; way < 8; way++) {
        pinbulk_decode_options options = {0, 0, 0, 0, 0};
        pinbulk_result result;
        pinbulk_error error;
        pinbulk_text again;
        reading r;
        options.borrow = way & 1;
        options.tolerant = way >> 1 & 1;
        options.duplicates = way >> 2 & 1;
        options.loose = (way ^ way >> 1 ^ way >> 2) & 1;
        r = read_in(table, text.data, text.length, &options, 4096 + ROOM * text.length);
        CHECK_INT(r.result, PINBULK_OK);
        if (r.result == PINBULK_OK) {
            CHECK(!object || random_object_equal(table, object, r.object));
            again = encode(table, r.object, form, how, &result, &error);
            CHECK_INT(result, PINBULK_OK);
            CHECK(again.length == text.length && memcmp(again.data, text.data, text.length) == 0);
            text_free(again);
        } else {
            printf("%s at %s: %.*s\n", pinbulk_result_name(r.result), r.error.path,
                   (int)text.length, text.data);
        }
        reading_free(&r);
    }
}

// What a small memory has no room to decode is counted, to be told.
static long without_room;

static int has_room(pinbulk_text json)
{
    int fits = !CHECK_SMALL || json.length <= 1000;
    without_room += !fits;
    return fits;
}

static void tell_without_room(const char *test, long objects)
{
    if (without_room)
        printf("left out: %ld of %ld objects of %s, above 1000 bytes\n", without_room, objects,
               test);
    without_room = 0;
}

static void test_random_objects_of_every_table_come_back(void)
{
    const pinbulki_table *tables[RANDOM_TABLES_MAX];
    size_t count = all_tables(tables), i;
    long rounds = check_scaled(200), round;
    CHECK(count >= 60);
    for (i = 0; i < count; i++)
        for (round = 0; round < 2 * rounds; round++) {
            int form = round % 2 ? UPDATE : CREATE;
            random_objects r = random_of(1000 * i + (uint64_t)round), again;
            const void *object = random_object(&r, tables[i], form), *from_sources;
            pinbulk_result result;
            pinbulk_error error;
            pinbulk_text text, other;
            memset(&error, 0, sizeof error);
            text = encode(tables[i], object, form, NULL, &result, &error);
            CHECK_INT(result, PINBULK_OK);
            if (result != PINBULK_OK)
                CHECK_FAIL("table %d: %s at %s", (int)i, error.message, error.path);
            if (!has_room(text)) {
                text_free(text);
                random_objects_free(&r);
                continue;
            }
            check_comes_back(tables[i], object, text, form, NULL);
            // The older names lose nothing either.
            other = encode(tables[i], object, form, &legacy_names, &result, &error);
            CHECK_INT(result, PINBULK_OK);
            check_comes_back(tables[i], object, other, form, &legacy_names);
            text_free(other);
            // Lists from sources are the same bytes.
            again = random_of(1000 * i + (uint64_t)round);
            again.sources = 1;
            from_sources = random_object(&again, tables[i], form);
            CHECK(random_object_equal(tables[i], object, from_sources));
            other = encode(tables[i], from_sources, form, NULL, &result, &error);
            CHECK_INT(result, PINBULK_OK);
            CHECK(other.length == text.length && memcmp(other.data, text.data, text.length) == 0);
            text_free(other);
            text_free(text);
            random_objects_free(&again);
            random_objects_free(&r);
        }
    tell_without_room("every table", (long)count * 2 * rounds);
}

// Whether a text is JSON to the reader.
static int is_json(pinbulk_text text)
{
    char buffer[64];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    config.depth_limit = PINBULK_DEPTH_MAX;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, text.data, text.length);
    pinbulk_reader_end(&reader);
    do
        pinbulk_reader_next(&reader, &token);
    while (token.kind > PINBULK_TOKEN_END);
    return token.kind == PINBULK_TOKEN_END;
}

// Whatever stands in an object: it is refused, or it is JSON. What is refused with checks may pass
// without; what passes with them is the same without.
static void test_spoiled_objects_are_refused_or_json(void)
{
    const pinbulki_table *tables[RANDOM_TABLES_MAX];
    size_t count = all_tables(tables), i;
    long rounds = check_scaled(400), round, passed = 0, refused = 0;
    for (i = 0; i < count; i++)
        for (round = 0; round < rounds; round++) {
            random_objects r = random_of(1000 * i + (uint64_t)round);
            int form = round % 2 ? UPDATE : CREATE;
            const void *object;
            pinbulk_result result, free_result;
            pinbulk_error error;
            pinbulk_text text, free_text;
            memset(&error, 0, sizeof error);
            r.wild = 1;
            object = random_object(&r, tables[i], form);
            text = encode(tables[i], object, form, NULL, &result, &error);
            CHECK_INT(error.result, result);
            CHECK(memchr(error.path, 0, sizeof error.path) != NULL);
            free_text = encode(tables[i], object, form, &unchecked, &free_result, NULL);
            if (result == PINBULK_OK) {
                CHECK_INT(free_result, PINBULK_OK);
                CHECK(is_json(text));
                CHECK(text.length == free_text.length &&
                      memcmp(text.data, free_text.data, text.length) == 0);
                passed++;
            } else {
                CHECK(free_result != PINBULK_OK || is_json(free_text));
                refused++;
            }
            text_free(text);
            text_free(free_text);
            random_objects_free(&r);
        }
    if (rounds > 50)
        CHECK(passed > 100 && refused > 100);
}

// ---- where the bytes go -----------------------------------------------------------------------

struct sink {
    char *bytes;
    size_t used, fails_at; // so many bytes are taken
};

static pinbulk_result sink_write(void *ctx, const void *data, size_t length)
{
    struct sink *sink = (struct sink *)ctx;
    if (length > sink->fails_at - sink->used)
        return PINBULK_DEADLINE; // any result will do
    memcpy(sink->bytes + sink->used, data, length);
    sink->used += length;
    return PINBULK_OK;
}

static void test_sinks_and_buffers_that_are_too_small(void)
{
    const pinbulki_table *table = &pinbulki_sample_table;
    long rounds = check_scaled(60), round;
    for (round = 0; round < rounds; round++) {
        random_objects r = random_of((uint64_t)round);
        const void *object = random_object(&r, table, CREATE);
        pinbulk_result result;
        pinbulk_error error;
        pinbulk_text text = encode(table, object, CREATE, NULL, &result, &error);
        struct sink state;
        pinbulk_sink sink = {NULL, sink_write, NULL};
        pinbulk_writer writer;
        uint64_t length;
        char window[16];
        size_t size;
        sink.ctx = &state;
        state.bytes = (char *)malloc(text.length);
        for (size = 0; size < text.length; size++) {
            char *buffer = (char *)malloc(size);
            pinbulk_writer_init_buffer(&writer, buffer, size);
            CHECK_INT(pinbulki_encode(object, table, CREATE, &writer, NULL, &error), PINBULK_OK);
            CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_NO_SPACE);
            CHECK_INT(length, text.length);
            free(buffer);

            state.used = 0;
            state.fails_at = size;
            pinbulk_writer_init_sink(&writer, sink, window, 1 + size % sizeof window);
            memset(&error, 0, sizeof error);
            result = pinbulki_encode(object, table, CREATE, &writer, NULL, &error);
            CHECK_INT(error.result, result);
            CHECK(result == PINBULK_SINK_FAILED || result == PINBULK_OK); // it was not flushed yet
            CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_SINK_FAILED);
            CHECK(memcmp(state.bytes, text.data, state.used) == 0);
        }
        state.used = 0;
        state.fails_at = text.length;
        pinbulk_writer_init_sink(&writer, sink, window, 7);
        CHECK_INT(pinbulki_encode(object, table, CREATE, &writer, NULL, &error), PINBULK_OK);
        CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_OK);
        CHECK_INT(state.used, text.length);
        CHECK(memcmp(state.bytes, text.data, text.length) == 0);
        free(state.bytes);
        text_free(text);
        random_objects_free(&r);
    }
}

// An object is a value like any other in the document of the writer.
static void test_objects_within_a_document(void)
{
    char buffer[128];
    pinbulk_writer writer;
    pinbulk_keyword keyword;
    pinbulk_error error;
    uint64_t length;
    memset(&keyword, 0, sizeof keyword);
    memset(&error, 0, sizeof error);
    keyword.id = pinbulk_string_of("1");
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    pinbulk_write_array_begin(&writer);
    CHECK_INT(pinbulk_encode_keyword(&keyword, UPDATE, &writer, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_encode_keyword(&keyword, UPDATE, &writer, NULL, NULL), PINBULK_OK);
    pinbulk_write_array_end(&writer);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(buffer, length, "[{\"id\":\"1\"},{\"id\":\"1\"}]");
    // Where no value can stand, none is written.
    CHECK_INT(pinbulk_encode_keyword(&keyword, UPDATE, &writer, NULL, &error), PINBULK_BAD_NESTING);
    CHECK_INT(error.result, PINBULK_BAD_NESTING);
    // What is refused makes the document void.
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    CHECK_INT(pinbulk_encode_keyword(&keyword, CREATE, &writer, NULL, NULL), PINBULK_NOT_ALLOWED);
    CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_NOT_ALLOWED);
}

static void test_bad_arguments(void)
{
    pinbulk_writer writer;
    pinbulk_keyword keyword;
    pinbulk_body body;
    pinbulk_error error;
    pinbulk_arena arena = {NULL, 0, 0};
    char memory[8];
    size_t got;
    memset(&keyword, 0, sizeof keyword);
    pinbulk_writer_init_count(&writer);
    CHECK_INT(pinbulk_encode_keyword(NULL, CREATE, &writer, NULL, &error), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_encode_keyword(&keyword, CREATE, NULL, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_encode_keyword(&keyword, 0, &writer, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_encode_keyword(&keyword, 3, &writer, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_validate_upsert(NULL, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_body_init_upsert(&body, NULL, NULL, &error), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_body_length(&body), 0);
    CHECK_INT(pinbulk_body_read(&body, memory, sizeof memory, &got), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_body_rewind(&body), PINBULK_BAD_ARGUMENT);

    CHECK_INT(pinbulk_decode_keyword("{}", 2, NULL, &arena, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_decode_keyword("{}", 2, &keyword, NULL, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_decode_keyword(NULL, 2, &keyword, &arena, NULL, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_decode_keyword(NULL, 0, &keyword, &arena, NULL, NULL), PINBULK_TRUNCATED);
    arena.size = 1;
    CHECK_INT(pinbulk_decode_keyword("{}", 2, &keyword, &arena, NULL, NULL), PINBULK_BAD_ARGUMENT);
    arena.memory = memory;
    arena.used = 2;
    CHECK_INT(pinbulk_decode_keyword("{}", 2, &keyword, &arena, NULL, NULL), PINBULK_BAD_ARGUMENT);
    // An object that needs no memory needs no arena with any.
    memset(&arena, 0, sizeof arena);
    CHECK_INT(pinbulk_decode_keyword("{\"bid\":-7,\"match_type\":\"EXACT\"}", 31, &keyword, &arena,
                                     NULL, NULL),
              PINBULK_OK);
    CHECK_INT(keyword.bid.value, -7);
    CHECK_INT(keyword.match_type.value, PINBULK_MATCH_TYPE_EXACT);
}

// ---- bodies -----------------------------------------------------------------------------------

// A part of the account of somebody: every object of an upsert.
static const char upsert_json[] =
    "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"1\",\"name\":\"A \\\"B\\\"\","
    "\"lifetime_spend_cap\":null,\"daily_spend_cap\":5,\"tracking_urls\":{\"click\":[\"x\"]},"
    "\"objective_type\":\"AWARENESS\"}],\"ads\":[],\"product_groups\":[{\"ad_group_id\":\"AG2\","
    "\"product_group_promotion\":[{\"included\":false},{}]}],\"keywords\":[{\"parent_id\":\"C3\","
    "\"keywords\":[{\"match_type\":null,\"value\":\"v\"}]}],\"catalog_product_groups\":[{"
    "\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"BRAND\":{\"values\":[\"b\"]}},"
    "{\"PRODUCT_TYPE_0\":{\"negated\":true,\"values\":[[\"t\",\"u\"]]}}]}}]},\"update\":{"
    "\"campaigns\":[{\"id\":\"1\",\"ad_account_id\":\"1\",\"bid_options\":{"
    "\"audience_multipliers\":{\"12\":1.50},\"update_mask\":[\"AUDIENCE\"]}}],\"ad_groups\":[{"
    "\"id\":\"2\",\"targeting_spec_operations\":[{\"field\":\"SHOPPING_RETARGETING\",\"operation\":"
    "\"SET\",\"values\":[{\"tag_types\":[1,2]}]}]}],\"keywords\":[{\"id\":\"4\",\"archived\":true},"
    "{\"id\":\"5\"}],\"schedules\":[{\"id\":\"6\",\"delta_value\":{\"gender_multipliers\":{\"a\":2}"
    "}"
    "}]}}";

// Reads a body to its end in portions of the sizes `least` to `most`.
static pinbulk_result pull(pinbulk_body *body, char *to, size_t room, size_t *length, size_t least,
                           size_t most, uint64_t *seed)
{
    *length = 0;
    for (;;) {
        size_t size = least + (size_t)(check_random(seed) % (most - least + 1)), got = 99;
        char *portion = (char *)malloc(size);
        pinbulk_result result = pinbulk_body_read(body, portion, size, &got);
        CHECK(got <= size && got <= room - *length);
        if (result != PINBULK_OK)
            CHECK_INT(got, 0);
        memcpy(to + *length, portion, got);
        *length += got;
        free(portion);
        // A portion that is not full is the last one, and so is one that ends the body.
        if (result != PINBULK_OK || got == 0)
            return result;
        if (got < size)
            CHECK_INT(body->at, pinbulk_body_length(body));
    }
}

static void test_bodies_in_portions_of_any_size(void)
{
    reading r = read_text(&pinbulki_upsert_all_table, upsert_json, NULL);
    const size_t length = strlen(upsert_json);
    size_t size, step = length / (size_t)check_scaled((long)length) + 1, got;
    char *to = (char *)malloc(length);
    uint64_t seed = 1;
    pinbulk_body body;
    CHECK_INT(r.result, PINBULK_OK);
    CHECK_INT(pinbulk_body_init_upsert(&body, (pinbulk_upsert *)r.object, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_body_length(&body), length);
    for (size = 1; size <= length + 1; size += size < 80 ? 1 : step) {
        CHECK_INT(pull(&body, to, length, &got, size, size, &seed), PINBULK_OK);
        CHECK(got == length && memcmp(to, upsert_json, length) == 0);
        CHECK_INT(pinbulk_body_read(&body, to, length, &got), PINBULK_OK);
        CHECK_INT(got, 0);
        CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
        CHECK_INT(pull(&body, to, length, &got, 1, size, &seed), PINBULK_OK);
        CHECK(got == length && memcmp(to, upsert_json, length) == 0);
        CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
    }
    // From every byte back to the start, also when the body was moved meanwhile.
    for (size = 0; size <= length; size += step) {
        pinbulk_body moved;
        CHECK_INT(pinbulk_body_read(&body, to, size, &got), PINBULK_OK);
        CHECK_INT(got, size);
        CHECK(memcmp(to, upsert_json, size) == 0);
        moved = body;
        memset(&body, 0xa5, sizeof body);
        CHECK_INT(pull(&moved, to + size, length - size, &got, 1, 9, &seed), PINBULK_OK);
        CHECK_INT(got, length - size);
        CHECK(memcmp(to, upsert_json, length) == 0);
        CHECK_INT(pinbulk_body_rewind(&moved), PINBULK_OK);
        CHECK_INT(pinbulk_body_length(&moved), length);
        body = moved;
    }
    CHECK_INT(pinbulk_body_read(&body, NULL, 0, &got), PINBULK_OK);
    CHECK_INT(pinbulk_body_read(&body, NULL, 1, &got), PINBULK_BAD_ARGUMENT);
    free(to);
    reading_free(&r);
}

static void test_bodies_of_random_objects(void)
{
    long rounds = check_scaled(200), round;
    uint64_t seed = 5;
    for (round = 0; round < rounds; round++) {
        random_objects r = random_of((uint64_t)round);
        const pinbulki_table *table =
            round % 2 ? &pinbulki_upsert_all_table : &pinbulki_sample_table;
        const void *object;
        pinbulk_result result;
        pinbulk_text text;
        pinbulk_body body;
        char *to;
        size_t got;
        int pass;
        r.sources = (uint8_t)(round / 2 % 2);
        object = random_object(&r, table, CREATE);
        text = encode(table, object, CREATE, NULL, &result, NULL);
        to = (char *)malloc(text.length);
        CHECK_INT(pinbulki_body_init(&body, object, table, NULL, NULL), PINBULK_OK);
        CHECK_INT(pinbulk_body_length(&body), text.length);
        for (pass = 0; pass < 3; pass++) {
            CHECK_INT(pull(&body, to, text.length, &got, 1, 40, &seed), PINBULK_OK);
            CHECK(got == text.length && memcmp(to, text.data, got) == 0);
            CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
        }
        free(to);
        text_free(text);
        random_objects_free(&r);
    }
}

static void test_bodies_in_memory(void)
{
    pinbulk_body body;
    uint64_t seed = 1;
    char to[8];
    size_t got, size;
    pinbulk_body_init_memory(&body, "{\"a\":1}", 7);
    CHECK_INT(pinbulk_body_length(&body), 7);
    for (size = 1; size < 9; size++) {
        CHECK_INT(pull(&body, to, 7, &got, size, size, &seed), PINBULK_OK);
        CHECK_TEXT(to, got, "{\"a\":1}");
        CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
    }
    pinbulk_body_init_memory(&body, "", 0);
    CHECK_INT(pinbulk_body_length(&body), 0);
    CHECK_INT(pinbulk_body_read(&body, to, sizeof to, &got), PINBULK_OK);
    CHECK_INT(got, 0);
    CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
    pinbulk_body_init_memory(&body, NULL, 1);
    CHECK_INT(pinbulk_body_read(&body, to, sizeof to, &got), PINBULK_BAD_ARGUMENT);
}

// ---- sources ----------------------------------------------------------------------------------

// A source of keywords that does something else at some item of some pass.
typedef struct flaky {
    pinbulk_source source;
    pinbulk_keyword keywords[4];
    size_t at, fails_at, changes_at;
    unsigned pass, bad_pass; // from 1
    enum { FAILS, FAILS_TO_REWIND, CHANGES, GROWS, SHRINKS, SPOILS } how;
} flaky;

#define FLAKY_COUNT 3

static pinbulk_result flaky_next(void *ctx, const void **item)
{
    flaky *f = (flaky *)ctx;
    int bad = f->pass == f->bad_pass;
    size_t count = FLAKY_COUNT;
    if (bad && f->how == FAILS && f->at == f->fails_at)
        return PINBULK_TRANSPORT_FAILED;
    if (bad && f->how == GROWS)
        count++;
    if (bad && f->how == SHRINKS)
        count--;
    f->keywords[3] = f->keywords[f->at < 2 ? f->at : 2];
    if (bad && f->how == CHANGES && f->at == f->fails_at)
        f->keywords[3].bid.value++; // as long as it was
    if (bad && f->how == SPOILS && f->at == f->fails_at)
        f->keywords[3].id.state = PINBULK_ABSENT;
    *item = f->at < count ? &f->keywords[3] : NULL;
    f->at++;
    return PINBULK_OK;
}

static pinbulk_result flaky_rewind(void *ctx)
{
    flaky *f = (flaky *)ctx;
    f->at = 0;
    f->pass++;
    return f->how == FAILS_TO_REWIND && f->pass == f->bad_pass ? PINBULK_DEADLINE : PINBULK_OK;
}

static void flaky_init(flaky *f, pinbulk_upsert *upsert, pinbulk_update *update)
{
    static const char *const ids[] = {"1", "22", "333"};
    size_t i;
    memset(f, 0, sizeof *f);
    memset(upsert, 0, sizeof *upsert);
    memset(update, 0, sizeof *update);
    for (i = 0; i < FLAKY_COUNT; i++) {
        f->keywords[i].id = pinbulk_string_of(ids[i]);
        f->keywords[i].bid = pinbulk_int_set(5);
    }
    f->source.ctx = f;
    f->source.next = flaky_next;
    f->source.rewind = flaky_rewind;
    update->keywords = pinbulk_keyword_list_set(NULL, 0);
    update->keywords.source = &f->source;
    upsert->update = pinbulk_update_ref_set(update);
}

static void test_sources(void)
{
    static const char want[] = "{\"update\":{\"keywords\":[{\"id\":\"1\",\"bid\":5},"
                               "{\"id\":\"22\",\"bid\":5},{\"id\":\"333\",\"bid\":5}]}}";
    pinbulk_upsert upsert;
    pinbulk_update update;
    flaky f;
    pinbulk_body body;
    pinbulk_error error;
    char to[256];
    size_t got, item;
    uint64_t seed = 1;
    flaky_init(&f, &upsert, &update);
    CHECK_ENCODES(&pinbulki_upsert_all_table, &upsert, CREATE, NULL, want);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, NULL, NULL), PINBULK_OK);
    CHECK_INT(pull(&body, to, sizeof to, &got, 1, 9, &seed), PINBULK_OK);
    CHECK_TEXT(to, got, want);

    // At the first pass it is told what happened and where. The item behind the last one counts.
    for (item = 0; item <= FLAKY_COUNT; item++) {
        char path[40];
        flaky_init(&f, &upsert, &update);
        f.how = FAILS;
        f.fails_at = item;
        f.bad_pass = 1;
        memset(&error, 0, sizeof error);
        sprintf(path, "update.keywords[%d]", (int)item);
        CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_SOURCE_FAILED);
        CHECK_TEXT(error.path, strlen(error.path), path);
        flaky_init(&f, &upsert, &update);
        f.how = FAILS;
        f.fails_at = item;
        f.bad_pass = 1;
        CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, NULL, &error), PINBULK_SOURCE_FAILED);
        CHECK_TEXT(error.path, strlen(error.path), path);
        CHECK_INT(pinbulk_body_length(&body), 0);
        CHECK_INT(pinbulk_body_read(&body, to, sizeof to, &got), PINBULK_SOURCE_FAILED);
        CHECK_INT(got, 0);
    }
    flaky_init(&f, &upsert, &update);
    f.how = FAILS_TO_REWIND;
    f.bad_pass = 1;
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_SOURCE_FAILED);
    CHECK_TEXT(error.path, strlen(error.path), "update.keywords");
    {
        random_source none;
        memset(&none, 0, sizeof none);
        none.source.ctx = &none;
        none.source.next = random_source_next;
        none.source.rewind = random_source_rewind;
        flaky_init(&f, &upsert, &update);
        update.keywords.source = &none.source;
        CHECK_ENCODES(&pinbulki_upsert_all_table, &upsert, CREATE, NULL,
                      "{\"update\":{\"keywords\":[]}}");
    }
}

// What a later pass gives is what the first one gave, or the body is broken off before its end.
static void test_sources_that_change_between_passes(void)
{
    static const struct {
        int how;
        pinbulk_result result;
    } cases[] = {{FAILS, PINBULK_SOURCE_FAILED},    {FAILS_TO_REWIND, PINBULK_SOURCE_FAILED},
                 {CHANGES, PINBULK_SOURCE_CHANGED}, {GROWS, PINBULK_SOURCE_CHANGED},
                 {SHRINKS, PINBULK_SOURCE_CHANGED}, {SPOILS, PINBULK_SOURCE_CHANGED}};
    size_t i, item, size;
    uint64_t seed = 1;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        for (item = 0; item < FLAKY_COUNT; item++)
            for (size = 1; size <= 120; size += 7) {
                pinbulk_upsert upsert;
                pinbulk_update update;
                flaky f;
                pinbulk_body body;
                char to[256];
                size_t got;
                unsigned bad_pass = 2 + (unsigned)(size % 2);
                flaky_init(&f, &upsert, &update);
                f.how = cases[i].how;
                f.fails_at = item;
                f.bad_pass = bad_pass;
                CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, NULL, NULL), PINBULK_OK);
                if (bad_pass == 3) { // one good pass before it
                    CHECK_INT(pull(&body, to, sizeof to, &got, size, size, &seed), PINBULK_OK);
                    CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
                }
                CHECK_INT(pull(&body, to, sizeof to, &got, size, size, &seed), cases[i].result);
                CHECK(got < pinbulk_body_length(&body));
                // It stays so until the body is rewound, which may go well.
                CHECK_INT(pinbulk_body_read(&body, to, sizeof to, &got), cases[i].result);
                CHECK_INT(got, 0);
                CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
                CHECK_INT(pull(&body, to, sizeof to, &got, size, size, &seed), PINBULK_OK);
                CHECK_INT(got, pinbulk_body_length(&body));
            }
}

// ---- arenas -----------------------------------------------------------------------------------

// Texts of all kinds that must be unescaped, lists in lists, and members that are not known.
static const char sample_json[] =
    "{\"text\":\"a\\nb\",\"fraction\":1.25,\"status\":\"N\\u0045W\",\"leaf\":{\"id\":\"1\","
    "\"x\\ty\":1},\"texts\":[\"\\u0061\\u0062\\u0063\\u0064\\u0065\\u0066\\u0067\\u0068\","
    "\"plain\",\"\\ud83d\\ude00\"],\"statuses\":[\"\\u0061bcdefghijklmnopqrstuvwxyz\",\"PAUSED\"],"
    "\"leaves\":[{\"id\":\"1\"},{\"factors\":{\"a\":1,\"\\n\":2.5},\"q\":[]},{}],\"numbers\":[1,2],"
    "\"paths\":[[\"\\n\",\"b\"],[],[\"f\\u006fur\"]],\"factors\":{\"b\\u0062\":3},"
    "\"either\":{\"id\":\"3\",\"\\u0061\":0},\"several\":[{},{\"id\":\"2\"}],"
    "\"shape\":{\"radius\":2,\"an \\\"other\\\"\":\"\\u0061\",\"kind\":\"CIRCLE\"},"
    "\"shapes\":[{\"kind\":\"SQUARE\",\"corners\":[{}]},{\"kind\":\"N\\u0045W\"}],"
    "\"box\":{\"SQUARE\":{\"in\":[\"a\",\"\\u0062\"],\"\\t\":2}},"
    "\"boxes\":[{\"N\\u0045W\":{\"in\":{},\"y\":\"\\n\"}},{\"DOT\":{\"in\":{\"id\":\"1\"}}}],"
    "\"more\":\"\\u0062\",\"\\u0063\":{}}";

// Decodes into memory of that size, guarded: `front` bytes before it, which also give it any
// alignment, and with `behind` some after it. Otherwise it ends where the allocation ends.
static pinbulk_result decode_guarded(const pinbulki_table *table, pinbulk_text json,
                                     const pinbulk_decode_options *options, const void *want,
                                     size_t front, size_t used, size_t size, int behind)
{
    size_t all = front + size + (behind ? 32 : 0), i;
    char *memory = (char *)malloc(all);
    void *object = malloc(table->size);
    pinbulk_arena arena;
    pinbulk_result result;
    pinbulk_error error;
    memset(memory, 0x5c, all);
    memset(object, 0x5c, table->size);
    memset(&error, 0, sizeof error);
    arena.memory = memory + front;
    arena.size = size;
    arena.used = used;
    result = pinbulki_decode(json.data, json.length, object, table, &arena, options, &error);
    for (i = 0; i < front + used; i++)
        if (memory[i] != 0x5c)
            break;
    CHECK_INT(i, front + used);
    for (i = front + size; i < all; i++)
        if (memory[i] != 0x5c)
            break;
    CHECK_INT(i, all);
    CHECK_INT(error.result, result);
    if (result == PINBULK_OK) {
        CHECK(arena.used >= used && arena.used <= size);
        CHECK(random_object_equal(table, want, object));
    } else {
        CHECK_INT(result, PINBULK_NO_SPACE);
        CHECK_INT(arena.used, used);
        CHECK(is_zero(object, table->size));
    }
    free(object);
    free(memory);
    return result;
}

// From the size that is needed on it is enough, below it never is. Steps of up to `step` sizes are
// left out below.
static void check_arena_sizes(const pinbulki_table *table, const char *json, size_t length,
                              const pinbulk_decode_options *options, size_t step)
{
    size_t room = 4096 + ROOM * length, size, front, needed;
    uint64_t seed = length;
    pinbulk_text text;
    reading r = read_in(table, json, length, options, room);
    char *copy = (char *)malloc(length);
    memcpy(copy, json, length);
    text.data = copy;
    text.length = length;
    CHECK_INT(r.result, PINBULK_OK);
    step += check_step(90) - 1;
    for (front = 0; front < 17; front++) {
        size_t used = front % 5;
        needed = 0;
        for (size = used; size < room;) {
            pinbulk_result exact =
                decode_guarded(table, text, options, r.object, front, used, size, 0);
            CHECK_INT(decode_guarded(table, text, options, r.object, front, used, size, 1), exact);
            if (needed)
                CHECK_INT(exact, PINBULK_OK);
            else if (exact == PINBULK_OK)
                needed = size;
            if (needed && size > needed + 16 / check_step(4))
                break;
            size += needed ? 1 : 1 + (size_t)(check_random(&seed) % (step + 1));
        }
        CHECK(size < room);
        if (step) // some alignments will do
            front += 4;
    }
    free(copy);
    reading_free(&r);
}

static void test_arenas_of_every_size(void)
{
    static const pinbulk_decode_options ways[] = {
        {0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, {0, 1, 1, 1, 1}};
    size_t way, step = check_scaled(100) < 5 ? 40 : 0;
    for (way = 0; way < 3; way++) {
        check_arena_sizes(&pinbulki_sample_table, sample_json, strlen(sample_json), &ways[way],
                          step);
        check_arena_sizes(&pinbulki_upsert_all_table, upsert_json, strlen(upsert_json), &ways[way],
                          step);
    }
    // Small ones, where a text ends just where an item begins.
    {
        static const char *const texts[] = {"{\"texts\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"statuses\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"paths\":[[\"\\u0061bcdefghijklmnopqrstuvwx\"]]}",
                                            "{\"several\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"factors\":{\"\\u0061bcdefghijklmnopqrstuvwx\":1}}",
                                            "{\"\\u0061bcdefghijklmnopqrstuvwx\":1}",
                                            "{\"boxes\":[{\"\\u0061bcdefghijklmnop\":{}}]}"};
        size_t i;
        for (i = 0; i < sizeof texts / sizeof *texts; i++)
            check_arena_sizes(&pinbulki_sample_table, texts[i], strlen(texts[i]), NULL, 0);
    }
}

static void test_arenas_for_random_objects(void)
{
    const pinbulki_table *tables[RANDOM_TABLES_MAX];
    size_t count = all_tables(tables), i;
    long rounds = check_scaled(100), round, objects = 0;
    for (i = 0; i < count; i++)
        for (round = 0; round * 20 < rounds; round++, objects++) {
            static const pinbulk_decode_options borrow = {1, 0, 0, 0, 0};
            random_objects r = random_of(77 * i + (uint64_t)round);
            pinbulk_result result;
            pinbulk_text text;
            r.budget = 4;
            text = encode(tables[i], random_object(&r, tables[i], CREATE), CREATE, NULL, &result,
                          NULL);
            if (has_room(text))
                check_arena_sizes(tables[i], text.data, text.length, round % 2 ? &borrow : NULL,
                                  rounds < 100 ? 60 : 12);
            text_free(text);
            random_objects_free(&r);
        }
    tell_without_room("every table in arenas of every size", objects);
}

// Objects that are decoded one after the other share an arena.
static void test_an_arena_for_many_objects(void)
{
    char memory[256];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_keyword first, second;
    CHECK_INT(pinbulk_decode_keyword("{\"id\":\"1\",\"x\":2}", 16, &first, &arena, NULL, NULL),
              PINBULK_OK);
    CHECK_INT(pinbulk_decode_keyword("{\"id\":\"34\",\"y\":5}", 17, &second, &arena, NULL, NULL),
              PINBULK_OK);
    CHECK_TEXT(first.id.text, first.id.length, "1");
    CHECK_TEXT(second.id.text, second.id.length, "34");
    CHECK_TEXT(first.extra.items[0].json.data, 1, "2");
    CHECK_TEXT(second.extra.items[0].name.data, 1, "y");
}

// Without being told so nothing points into the input, not even a text without bytes.
static void test_nothing_points_into_the_input(void)
{
    static const char json[] = "{\"text\":\"\",\"status\":\"\",\"factors\":{\"\":1},\"\":0}";
    const char *end = json + sizeof json;
    char memory[512];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_sample sample;
    CHECK_INT(
        pinbulki_decode(json, sizeof json - 1, &sample, &pinbulki_sample_table, &arena, NULL, NULL),
        PINBULK_OK);
    CHECK(sample.text.text && (sample.text.text < json || sample.text.text >= end));
    CHECK(sample.status.text && (sample.status.text < json || sample.status.text >= end));
    CHECK(sample.factors.items[0].key.data < json || sample.factors.items[0].key.data >= end);
    CHECK(sample.extra.items[0].name.data < json || sample.extra.items[0].name.data >= end);
}

// Texts without escapes are pointed to in the input, others lie in the arena.
static void test_borrowing(void)
{
    static const pinbulk_decode_options borrow = {1, 0, 0, 0, 0};
    static const char json[] = "{\"text\":\"ab\",\"texts\":[\"c\\n\"],\"factors\":{\"k\":1.5},"
                               "\"more\":[1]}";
    reading r = read_text(&pinbulki_sample_table, json, &borrow);
    const pinbulk_sample *sample = (const pinbulk_sample *)r.object;
    const char *memory = (const char *)r.arena.memory;
    CHECK(sample->text.text == r.json + 9);
    CHECK(sample->factors.items[0].key.data == r.json + 41);
    CHECK(sample->factors.items[0].value.text == r.json + 44);
    CHECK(sample->extra.items[0].name.data == r.json + 50);
    CHECK(sample->extra.items[0].json.data == r.json + 56);
    CHECK(sample->texts.items[0].text >= memory &&
          sample->texts.items[0].text < memory + r.arena.used);
    reading_free(&r);
}

// ---- validation -------------------------------------------------------------------------------

// The least that creates a campaign, and that updates one.
static pinbulk_campaign new_campaign(void)
{
    pinbulk_campaign campaign;
    memset(&campaign, 0, sizeof campaign);
    campaign.ad_account_id = pinbulk_string_of("1");
    campaign.name = pinbulk_string_of("n");
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    return campaign;
}

static pinbulk_campaign old_campaign(void)
{
    pinbulk_campaign campaign;
    memset(&campaign, 0, sizeof campaign);
    campaign.id = pinbulk_string_of("2");
    campaign.ad_account_id = pinbulk_string_of("1");
    return campaign;
}

static void test_members_by_form(void)
{
    pinbulk_campaign campaign = new_campaign();
    pinbulk_keyword keyword;
    CHECK_ENCODES(CAMPAIGN, &campaign, CREATE, NULL,
                  "{\"ad_account_id\":\"1\",\"name\":\"n\",\"objective_type\":\"AWARENESS\"}");
    CHECK_REFUSED(CAMPAIGN, &campaign, UPDATE, PINBULK_MISSING, "id",
                  "{\"ad_account_id\":\"1\",\"name\":\"n\",\"objective_type\":\"AWARENESS\"}");
    CHECK_SAYS(CAMPAIGN, &campaign, UPDATE, "required to update");
    campaign.objective_type.state = PINBULK_NULL;
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_NOT_NULLABLE, "objective_type",
                  "{\"ad_account_id\":\"1\",\"name\":\"n\",\"objective_type\":null}");
    CHECK_SAYS(CAMPAIGN, &campaign, CREATE, "it cannot be null to create");

    campaign = old_campaign();
    CHECK_ENCODES(CAMPAIGN, &campaign, UPDATE, NULL, "{\"id\":\"2\",\"ad_account_id\":\"1\"}");
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_NOT_ALLOWED, "id",
                  "{\"id\":\"2\",\"ad_account_id\":\"1\"}");
    CHECK_SAYS(CAMPAIGN, &campaign, CREATE, "not allowed to create");
    campaign.objective_type.state = PINBULK_NULL;
    CHECK_ENCODES(CAMPAIGN, &campaign, UPDATE, NULL,
                  "{\"id\":\"2\",\"ad_account_id\":\"1\",\"objective_type\":null}");
    campaign.name.state = PINBULK_NULL;
    CHECK_REFUSED(CAMPAIGN, &campaign, UPDATE, PINBULK_NOT_NULLABLE, "name",
                  "{\"id\":\"2\",\"ad_account_id\":\"1\",\"name\":null,\"objective_type\":null}");
    CHECK_SAYS(CAMPAIGN, &campaign, UPDATE, "it cannot be null");
    memset(&campaign.ad_account_id, 0, sizeof campaign.ad_account_id);
    CHECK_REFUSED(CAMPAIGN, &campaign, UPDATE, PINBULK_MISSING, "ad_account_id",
                  "{\"id\":\"2\",\"name\":null,\"objective_type\":null}");
    CHECK_SAYS(CAMPAIGN, &campaign, UPDATE, "required");

    // A required member that may be null is there when it is null.
    memset(&keyword, 0, sizeof keyword);
    keyword.value = pinbulk_string_of("v");
    CHECK_REFUSED(KEYWORD, &keyword, CREATE, PINBULK_MISSING, "match_type", "{\"value\":\"v\"}");
    keyword.match_type.state = PINBULK_NULL;
    CHECK_ENCODES(KEYWORD, &keyword, CREATE, NULL, "{\"match_type\":null,\"value\":\"v\"}");
    memset(&keyword, 0, sizeof keyword);
    keyword.id = pinbulk_string_of("1");
    keyword.match_type.state = PINBULK_NULL;
    CHECK_REFUSED(KEYWORD, &keyword, UPDATE, PINBULK_NOT_ALLOWED, "match_type",
                  "{\"id\":\"1\",\"match_type\":null}");
    memset(&keyword, 0, sizeof keyword);
    keyword.archived = pinbulk_bool_set(0);
    CHECK_REFUSED(KEYWORD, &keyword, CREATE, PINBULK_NOT_ALLOWED, "archived",
                  "{\"archived\":false}");
}

static void test_members_that_exclude_each_other(void)
{
    pinbulk_campaign campaign = old_campaign();
    campaign.lifetime_spend_cap = pinbulk_int_set(1);
    campaign.daily_spend_cap = pinbulk_int_set(0);
    CHECK_REFUSED(CAMPAIGN, &campaign, UPDATE, PINBULK_NOT_TOGETHER, "daily_spend_cap",
                  "{\"id\":\"2\",\"ad_account_id\":\"1\",\"lifetime_spend_cap\":1,"
                  "\"daily_spend_cap\":0}");
    CHECK_SAYS(CAMPAIGN, &campaign, UPDATE, "not together with lifetime_spend_cap");
    campaign.lifetime_spend_cap.state = PINBULK_NULL; // the one is cleared, the other set
    CHECK_ENCODES(CAMPAIGN, &campaign, UPDATE, NULL,
                  "{\"id\":\"2\",\"ad_account_id\":\"1\",\"lifetime_spend_cap\":null,"
                  "\"daily_spend_cap\":0}");
    campaign.daily_spend_cap.state = PINBULK_NULL;
    CHECK_ENCODES(CAMPAIGN, &campaign, UPDATE, NULL,
                  "{\"id\":\"2\",\"ad_account_id\":\"1\",\"lifetime_spend_cap\":null,"
                  "\"daily_spend_cap\":null}");
}

// A value whose state was forgotten does not vanish, whatever its kind, not even unchecked.
static void test_forgotten_states(void)
{
    pinbulk_sample sample, empty;
    pinbulk_leaf leaf;
    pinbulk_string text = pinbulk_string_of("");
    pinbulk_source source;
    memset(&leaf, 0, sizeof leaf);
    memset(&empty, 0, sizeof empty);
    sample = empty;
    sample.text.text = "";
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "text", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "it has a value and no state");
    sample = empty;
    sample.text.length = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "text", NULL);
    sample = empty;
    sample.number.value = -1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "number", NULL);
    sample = empty;
    sample.fraction.text = "1";
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "fraction", NULL);
    sample = empty;
    sample.flag.value = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "flag", NULL);
    sample = empty;
    sample.status.value = PINBULK_ENTITY_STATUS_ACTIVE;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "status", NULL);
    sample = empty;
    sample.status.text = "ACTIVE";
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "status", NULL);
    sample = empty;
    sample.leaf.value = &leaf;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "leaf", NULL);
    sample = empty;
    sample.texts.items = &text;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "texts", NULL);
    sample = empty;
    sample.leaves.source = &source;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "leaves", NULL);
    sample = empty;
    sample.factors.count = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "factors", NULL);
    sample = empty;
    sample.paths.count = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "paths", NULL);
    sample = empty;
    sample.either_leaf.value = &leaf;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "either", NULL);
    // Items must be set.
    sample = empty;
    sample.texts.state = PINBULK_SET;
    sample.texts.items = &text;
    sample.texts.count = 1;
    text.state = PINBULK_ABSENT;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "texts[0]", NULL);
    text.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_NULLABLE, "texts[0]", "{\"texts\":[null]}");
    text.state = 3;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "texts[0]", NULL);
    // No state at all, for the kind of any member.
    sample = empty;
    sample.number.state = 3;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "number", NULL);
}

// Pointers that are missing are refused, also unchecked: there is nothing to write.
static void test_missing_pointers(void)
{
    pinbulk_sample sample, empty;
    pinbulk_multiplier factor;
    pinbulk_member member;
    pinbulk_string text;
    pinbulk_source source;
    memset(&empty, 0, sizeof empty);
    memset(&source, 0, sizeof source);
    sample = empty;
    sample.text = pinbulk_string_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "text", NULL);
    sample = empty;
    sample.fraction = pinbulk_decimal_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "fraction", NULL);
    sample = empty;
    sample.status = pinbulk_enum_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "status", NULL);
    sample = empty;
    sample.leaf.state = PINBULK_SET;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "leaf", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "it is set and points to no object");
    sample = empty;
    sample.leaves.state = PINBULK_SET;
    sample.leaves.count = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "leaves", NULL);
    sample = empty;
    sample.texts.state = PINBULK_SET;
    sample.texts.items = &text;
    sample.texts.count = 1;
    text = pinbulk_string_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "texts[0]", NULL);
    sample.texts.source = &source;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "texts", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "a list has both an array and a source");
    sample.texts.items = NULL;
    sample.texts.count = 0;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "texts", NULL);
    source.next = random_source_next;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "texts", NULL);
    sample = empty;
    sample.factors.state = PINBULK_SET;
    sample.factors.items = &factor;
    sample.factors.count = 1;
    factor.key = pinbulk_text_of(NULL);
    factor.key.length = 2;
    factor.value = pinbulk_decimal_of("1");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "factors", NULL);
    factor.key = pinbulk_text_of("k");
    factor.value = pinbulk_decimal_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "factors.k", NULL);
    factor.value.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "factors.k", NULL);
    sample = empty;
    sample.extra.count = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "", NULL);
    sample.extra.items = &member;
    member.name = pinbulk_text_of(NULL);
    member.name.length = 1;
    member.json = pinbulk_text_of("1");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "", NULL);
    member.name = pinbulk_text_of("new");
    member.json = pinbulk_text_of(NULL);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_TRUNCATED, "new", NULL);
}

// What would not be JSON is refused by the writer, with the path of the codec.
static void test_what_cannot_be_json(void)
{
    pinbulk_sample sample, empty;
    pinbulk_multiplier factor;
    pinbulk_member member;
    memset(&empty, 0, sizeof empty);
    sample = empty;
    sample.text = pinbulk_string_of("a\xff");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_UTF8, "text", NULL);
    sample = empty;
    sample.status = pinbulk_enum_of("\xed\xa0\x80");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_UTF8, "status", NULL);
    sample = empty;
    sample.fraction = pinbulk_decimal_of("1.");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_NUMBER, "fraction", NULL);
    sample.fraction = pinbulk_decimal_set(NULL, 0);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_NUMBER, "fraction", NULL);
    sample = empty;
    sample.extra.items = &member;
    sample.extra.count = 1;
    member.name = pinbulk_text_of("new");
    member.json = pinbulk_text_of("1 2");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_JSON, "new", NULL);
    sample = empty;
    sample.factors.state = PINBULK_SET;
    sample.factors.items = &factor;
    sample.factors.count = 1;
    factor.key = pinbulk_text_of("k");
    factor.value = pinbulk_decimal_of("NaN");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_NUMBER, "factors.k", NULL);
}

static void test_constants_of_other_enumerations(void)
{
    pinbulk_campaign campaign = new_campaign();
    campaign.status = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "status", NULL);
    CHECK_SAYS(CAMPAIGN, &campaign, CREATE, "a constant of another enumeration");
    campaign.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_DELETED_DRAFT + 1);
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "status", NULL);
#if UINT_MAX > 0xffff
    campaign.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ACTIVE + 0x10000u);
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "status", NULL);
#endif
    campaign.status = pinbulk_enum_set(0); // neither a constant nor a text
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "status", NULL);
    memset(&campaign.status, 0, sizeof campaign.status);
    // A constant that has a name but may not be sent here.
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_LEADS);
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "objective_type",
                  "{\"ad_account_id\":\"1\",\"name\":\"n\",\"objective_type\":\"LEADS\"}");
    CHECK_SAYS(CAMPAIGN, &campaign, CREATE, "LEADS cannot be sent here");
    campaign.objective_type = pinbulk_enum_of("LEADS"); // whoever writes the text means it
    CHECK_ENCODES(CAMPAIGN, &campaign, CREATE, NULL,
                  "{\"ad_account_id\":\"1\",\"name\":\"n\",\"objective_type\":\"LEADS\"}");
}

static void test_patterns_of_ids(void)
{
    enum { DIGITS = 1, C = 2, AG = 4, AG_C = 8, PLUS = 16, ALL = 31 };
    static const struct {
        const char *text;
        int takes;
    } cases[] = {{"1", ALL},
                 {"0123456789", ALL},
                 {"", 0},
                 {" 1", 0},
                 {"1a", 0},
                 {"-1", 0},
                 {"AG1", AG | AG_C},
                 {"C1", C | AG_C},
                 {"AG", 0},
                 {"C", 0},
                 {"ag1", 0},
                 {"A1", 0},
                 {"CAG1", 0},
                 {"AGC1", 0},
                 {"1\n", 0},
                 {"\xd9\xa1", 0},
                 {"/", 0},
                 {":", 0},
                 {"G1", 0},
                 {"AGAG1", 0},
                 {"CC1", 0},
                 {"1+", PLUS},
                 {"+", 0},
                 {"1++", 0},
                 {"+1", 0},
                 {"C1+", 0},
                 {"1C", 0},
                 {NULL, 0}};
    static const struct {
        uint8_t check;
        const char *message;
    } checks[] = {{PINBULKI_DIGITS, "digits only"},
                  {PINBULKI_C_DIGITS, "digits only, may begin with C"},
                  {PINBULKI_AG_DIGITS, "digits only, may begin with AG"},
                  {PINBULKI_AG_C_DIGITS, "digits only, may begin with AG or C"},
                  {PINBULKI_DIGITS_PLUS, "digits only, may end with +"}};
    size_t i, k;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        for (k = 0; k < sizeof checks / sizeof *checks; k++) {
            const char *text = cases[i].text;
            pinbulki_row rows[2];
            pinbulki_table table = pinbulki_sample_table;
            pinbulk_sample sample;
            pinbulk_string item;
            pinbulk_result result;
            pinbulk_error error;
            int takes = cases[i].takes >> k & 1;
            rows[0] = pinbulki_sample_rows[0];
            rows[1] = pinbulki_sample_rows[6];
            rows[0].check = rows[1].check = checks[k].check;
            table.rows = rows;
            table.count = 2;
            memset(&sample, 0, sizeof sample);
            memset(&error, 0, sizeof error);
            sample.text = item = pinbulk_string_set(text, text ? strlen(text) : 0);
            text_free(encode(&table, &sample, CREATE, NULL, &result, &error));
            CHECK_INT(result, takes ? PINBULK_OK : PINBULK_BAD_PATTERN);
            CHECK_TEXT(
                error.message, strlen(error.message),
                takes ? ""
                      : says_value(checks[k].message, text ? text : "", text ? strlen(text) : 0));
            CHECK_TEXT(error.path, strlen(error.path), takes ? "" : "text");
            text_free(encode(&table, &sample, CREATE, &unchecked, &result, NULL));
            CHECK_INT(result, PINBULK_OK);
            memset(&sample, 0, sizeof sample);
            memset(&error, 0, sizeof error);
            sample.texts = pinbulk_string_list_set(&item, 1);
            text_free(encode(&table, &sample, UPDATE, NULL, &result, &error));
            CHECK_INT(result, takes ? PINBULK_OK : PINBULK_BAD_PATTERN);
            CHECK_TEXT(error.path, strlen(error.path), takes ? "" : "texts[0]");
        }
}

// Limits of texts are characters, not bytes.
static void test_lengths_of_texts(void)
{
    char text[8001], url[8001];
    pinbulk_keyword keyword;
    pinbulk_product_group group;
    pinbulk_tracking_urls urls;
    pinbulk_string item;
    pinbulk_result result;
    pinbulk_error error;
    size_t i;
    for (i = 0; i < 2000; i++)
        memcpy(url + 4 * i, "\xf0\x9f\x98\x80", 4);
    for (i = 0; i < 4000; i++)
        memcpy(text + 2 * i, "\xc3\xa9", 2);
    memset(&keyword, 0, sizeof keyword);
    memset(&group, 0, sizeof group);
    memset(&urls, 0, sizeof urls);
    memset(&error, 0, sizeof error);
    keyword.match_type.state = PINBULK_NULL;
    keyword.value = pinbulk_string_set(text, 2 * 120);
    text_free(encode(KEYWORD, &keyword, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    keyword.value.length = 2 * 121;
    text_free(encode(KEYWORD, &keyword, CREATE, NULL, &result, &error));
    CHECK_INT(result, PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "value");
    CHECK_TEXT(error.message, strlen(error.message), "at most 120 characters, not 121");
    text_free(encode(KEYWORD, &keyword, CREATE, &unchecked, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    keyword.value = pinbulk_string_of(LONG_TEXT LONG_TEXT LONG_TEXT);
    text_free(encode(KEYWORD, &keyword, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    keyword.value = pinbulk_string_of(LONG_TEXT LONG_TEXT LONG_TEXT "!");
    text_free(encode(KEYWORD, &keyword, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_BAD_PATTERN);
    group.tracking_url = pinbulk_string_set(text, sizeof text - 1);
    text_free(encode(GROUP, &group, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    text[8000] = '!';
    group.tracking_url.length = sizeof text;
    text_free(encode(GROUP, &group, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_BAD_PATTERN);
    // In a list the limit is that of each.
    urls.click = pinbulk_string_list_set(&item, 1);
    item = pinbulk_string_set(url, 8000);
    text_free(encode(&pinbulki_tracking_urls_table, &urls, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    url[8000] = '!';
    item.length = sizeof url;
    text_free(encode(&pinbulki_tracking_urls_table, &urls, CREATE, NULL, &result, &error));
    CHECK_INT(result, PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "click[0]");
    CHECK_TEXT(error.message, strlen(error.message), "at most 2000 characters, not 2001");
}

static void test_sizes_of_lists(void)
{
    pinbulk_download download;
    pinbulk_enum types[7];
    pinbulk_tracking_urls urls;
    pinbulk_string clicks[4];
    random_objects r = random_of(1);
    size_t i;
    memset(&download, 0, sizeof download);
    memset(&urls, 0, sizeof urls);
    for (i = 0; i < 7; i++)
        types[i] = pinbulk_enum_set(PINBULK_ENTITY_TYPE_AD);
    for (i = 0; i < 4; i++)
        clicks[i] = pinbulk_string_of("u");
    download.entity_types.state = PINBULK_SET;
    CHECK_REFUSED(DOWNLOAD, &download, CREATE, PINBULK_OUT_OF_RANGE, "entity_types",
                  "{\"entity_types\":[]}");
    CHECK_SAYS(DOWNLOAD, &download, CREATE, "at least one item");
    download.entity_types.items = types;
    download.entity_types.count = 6;
    CHECK_ENCODES(DOWNLOAD, &download, CREATE, NULL,
                  "{\"entity_types\":[\"AD\",\"AD\",\"AD\",\"AD\",\"AD\",\"AD\"]}");
    download.entity_types.count = 7;
    CHECK_REFUSED(DOWNLOAD, &download, CREATE, PINBULK_OUT_OF_RANGE, "entity_types[6]",
                  "{\"entity_types\":[\"AD\",\"AD\",\"AD\",\"AD\",\"AD\",\"AD\",\"AD\"]}");
    CHECK_SAYS(DOWNLOAD, &download, CREATE, "at most 6 items, not 7");
    urls.impression.state = PINBULK_SET;
    urls.impression.source = random_source_of(&r, clicks, 3, sizeof *clicks);
    CHECK_ENCODES(&pinbulki_tracking_urls_table, &urls, CREATE, NULL,
                  "{\"impression\":[\"u\",\"u\",\"u\"]}");
    urls.impression.source = random_source_of(&r, clicks, 4, sizeof *clicks);
    CHECK_REFUSED(&pinbulki_tracking_urls_table, &urls, CREATE, PINBULK_OUT_OF_RANGE,
                  "impression[3]", "{\"impression\":[\"u\",\"u\",\"u\",\"u\"]}");
    random_objects_free(&r);
}

static void test_multipliers_from_0_to_10(void)
{
    static const struct {
        const char *text;
        int good;
    } cases[] = {{"0", 1},
                 {"-0", 1},
                 {"0.0", 1},
                 {"-0.0e99", 1},
                 {"0e99999999999999999999", 1},
                 {"1e-99999999999999999999", 1},
                 {"10", 1},
                 {"10.0", 1},
                 {"10.000000000000000000000e0", 1},
                 {"1e1", 1},
                 {"0.1e2", 1},
                 {"0.00001e6", 1},
                 {"1000e-2", 1},
                 {"9.99999999999999999999999999", 1},
                 {"0.25", 1},
                 {"7E0", 1},
                 {"10.00000000000000000000000001", 0},
                 {"10.5", 0},
                 {"11", 0},
                 {"100", 0},
                 {"20", 0},
                 {"1e2", 0},
                 {"0.11e2", 0},
                 {"1001e-2", 0},
                 {"-1", 0},
                 {"-0.0000001", 0},
                 {"-1e-99999999999999999999", 0},
                 {"1e99999999999999999999", 0}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        pinbulk_multiplier item;
        pinbulk_bid_options bids;
        pinbulk_result result;
        pinbulk_error error;
        memset(&bids, 0, sizeof bids);
        memset(&error, 0, sizeof error);
        item.key = pinbulk_text_of("a b");
        item.value = pinbulk_decimal_of(cases[i].text);
        bids.gender_multipliers = pinbulk_multiplier_list_set(&item, 1);
        text_free(encode(&pinbulki_bid_options_table, &bids, CREATE, NULL, &result, &error));
        if (cases[i].good) {
            CHECK_INT(result, PINBULK_OK);
        } else {
            CHECK_INT(result, PINBULK_OUT_OF_RANGE);
            CHECK_TEXT(error.path, strlen(error.path), "gender_multipliers.a b");
            says_value("from 0 to 10", cases[i].text, strlen(cases[i].text));
            CHECK_TEXT(error.message, strlen(error.message), says_text);
        }
        text_free(encode(&pinbulki_bid_options_table, &bids, CREATE, &unchecked, &result, NULL));
        CHECK_INT(result, PINBULK_OK);
    }
}

static void test_names_that_occur_twice(void)
{
    pinbulk_sample sample;
    pinbulk_multiplier factors[3];
    pinbulk_member extra[3];
    pinbulk_product_group group;
    memset(&sample, 0, sizeof sample);
    factors[0].key = pinbulk_text_of("a");
    factors[1].key = pinbulk_text_of("A");
    factors[2].key = pinbulk_text_of("a");
    factors[0].value = factors[1].value = factors[2].value = pinbulk_decimal_of("1");
    sample.factors.state = PINBULK_SET;
    sample.factors.items = factors;
    sample.factors.count = 2;
    CHECK_ENCODES(SAMPLE, &sample, CREATE, NULL, "{\"factors\":{\"a\":1,\"A\":1}}");
    sample.factors.count = 3;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_DUPLICATE, "factors.a",
                  "{\"factors\":{\"a\":1,\"A\":1,\"a\":1}}");
    memset(&sample, 0, sizeof sample);
    extra[0].name = pinbulk_text_of("x");
    extra[1].name = pinbulk_text_of("y");
    extra[2].name = pinbulk_text_of("x");
    extra[0].json = extra[1].json = extra[2].json = pinbulk_text_of("1");
    sample.extra.items = extra;
    sample.extra.count = 3;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_DUPLICATE, "x", "{\"x\":1,\"y\":1,\"x\":1}");
    sample.extra.count = 1;
    extra[0].name = pinbulk_text_of("flag");
    sample.flag = pinbulk_bool_set(1);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_DUPLICATE, "flag", "{\"flag\":true,\"flag\":1}");
    sample.flag.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_DUPLICATE, "flag", "{\"flag\":null,\"flag\":1}");
    // Both spellings are one member.
    memset(&group, 0, sizeof group);
    group.catalog_product_group_id = pinbulk_string_of("1");
    group.extra.items = extra;
    group.extra.count = 1;
    extra[0].name = pinbulk_text_of("catalogs_product_group_id");
    CHECK_REFUSED(GROUP, &group, CREATE, PINBULK_DUPLICATE, "catalogs_product_group_id",
                  "{\"catalog_product_group_id\":\"1\",\"catalogs_product_group_id\":1}");
}

// The path leads to the very member, through all objects, lists, and maps.
static void test_paths_of_refused_members(void)
{
    pinbulk_upsert upsert;
    pinbulk_create create;
    pinbulk_update update;
    pinbulk_campaign campaigns[3];
    pinbulk_bid_options bids;
    pinbulk_multiplier multiplier;
    pinbulk_enum mask = pinbulk_enum_set(PINBULK_UPDATE_MASK_AUDIENCE);
    pinbulk_parent_keywords parents[2];
    pinbulk_keyword keyword;
    pinbulk_member extra;
    pinbulk_error error;
    memset(&upsert, 0, sizeof upsert);
    memset(&create, 0, sizeof create);
    memset(&update, 0, sizeof update);
    memset(&bids, 0, sizeof bids);
    memset(parents, 0, sizeof parents);
    memset(&keyword, 0, sizeof keyword);
    campaigns[0] = campaigns[1] = campaigns[2] = old_campaign();
    campaigns[2].bid_options = pinbulk_bid_options_ref_set(&bids);
    bids.audience_multipliers = pinbulk_multiplier_list_set(&multiplier, 1);
    bids.update_mask = pinbulk_enum_list_set(&mask, 1);
    multiplier.key = pinbulk_text_of("123");
    multiplier.value = pinbulk_decimal_of("10.1");
    update.campaigns = pinbulk_campaign_list_set(campaigns, 3);
    upsert.update = pinbulk_update_ref_set(&update);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_OUT_OF_RANGE);
    CHECK_TEXT(error.path, strlen(error.path),
               "update.campaigns[2].bid_options.audience_multipliers.123");
    multiplier.value = pinbulk_decimal_of("10");
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_OK);
    mask.value = PINBULK_TIME_WINDOW_WEEK;
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_BAD_ENUM);
    CHECK_TEXT(error.path, strlen(error.path), "update.campaigns[2].bid_options.update_mask[0]");
    memset(&bids.update_mask, 0, sizeof bids.update_mask);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_MISSING);
    CHECK_TEXT(error.path, strlen(error.path), "update.campaigns[2].bid_options.update_mask");
    bids.update_mask.state = PINBULK_SET;
    // The form is that of the part the object is in.
    create.campaigns = update.campaigns;
    upsert.create = pinbulk_create_ref_set(&create);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_NOT_ALLOWED);
    CHECK_TEXT(error.path, strlen(error.path), "create.campaigns[0].id");
    memset(&create, 0, sizeof create);
    parents[0].parent_id = parents[1].parent_id = pinbulk_string_of("1");
    parents[0].keywords = pinbulk_keyword_list_set(NULL, 0);
    parents[1].keywords = pinbulk_keyword_list_set(&keyword, 1);
    create.keywords = pinbulk_parent_keywords_list_set(parents, 2);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_MISSING);
    CHECK_TEXT(error.path, strlen(error.path), "create.keywords[1].keywords[0].match_type");
    memset(&create, 0, sizeof create);
    create.extra.items = &extra;
    create.extra.count = 1;
    extra.name = pinbulk_text_of("ads");
    extra.json = pinbulk_text_of("[1");
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_TRUNCATED);
    CHECK_TEXT(error.path, strlen(error.path), "create.ads");
    // A path that is too long is cut.
    extra.name = pinbulk_text_of(LONG_TEXT LONG_TEXT LONG_TEXT);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_TRUNCATED);
    CHECK_INT(strlen(error.path), sizeof error.path - 1);
    CHECK_TEXT(error.path + sizeof error.path - 4, 3, "...");
}

// ---- older names, examples --------------------------------------------------------------------

static void test_legacy_names(void)
{
    pinbulk_product_group group;
    memset(&group, 0, sizeof group);
    group.catalog_product_group_id = pinbulk_string_of("1");
    group.catalog_product_group_name.state = PINBULK_NULL;
    CHECK_ENCODES(GROUP, &group, CREATE, NULL,
                  "{\"catalog_product_group_id\":\"1\",\"catalog_product_group_name\":null}");
    CHECK_ENCODES(GROUP, &group, CREATE, &legacy_names,
                  "{\"catalogs_product_group_id\":\"1\",\"catalogs_product_group_name\":null}");
    // Both are read, and are one.
    CHECK_REWRITES(
        GROUP, "{\"catalogs_product_group_id\":\"1\",\"catalog_product_group_name\":\"\"}", NULL,
        CREATE, "{\"catalog_product_group_id\":\"1\",\"catalog_product_group_name\":\"\"}");
    CHECK_UNREADABLE(GROUP,
                     "{\"catalog_product_group_id\":\"1\",\"catalogs_product_group_id\":\"1\"}",
                     NULL, PINBULK_DUPLICATE, 60, "catalogs_product_group_id");
    CHECK_UNREADABLE(GROUP,
                     "{\"catalogs_product_group_id\":null,\"catalog_product_group_id\":null}", NULL,
                     PINBULK_DUPLICATE, 61, "catalog_product_group_id");
    {
        static const pinbulk_decode_options last = {0, 0, PINBULK_DUPLICATES_LAST, 0, 0};
        CHECK_REWRITES(GROUP,
                       "{\"catalog_product_group_id\":\"1\",\"catalogs_product_group_id\":\"2\"}",
                       &last, CREATE, "{\"catalog_product_group_id\":\"2\"}");
    }
    // They are checked alike.
    group.catalog_product_group_id = pinbulk_string_of("x");
    CHECK_REFUSED(GROUP, &group, CREATE, PINBULK_BAD_PATTERN, "catalog_product_group_id",
                  "{\"catalog_product_group_id\":\"x\",\"catalog_product_group_name\":null}");
    {
        pinbulk_result result;
        pinbulk_error error;
        memset(&error, 0, sizeof error);
        text_free(encode(GROUP, &group, CREATE, &legacy_names, &result, &error));
        CHECK_INT(result, PINBULK_BAD_PATTERN);
        CHECK_TEXT(error.path, strlen(error.path), "catalogs_product_group_id");
    }
}

// The example of the seed for bulk_download_create.
static void test_the_download_of_the_seed(void)
{
    static const char want[] =
        "{\"entity_types\":[\"CAMPAIGN\",\"AD_GROUP\"],\"entity_ids\":[\"4\"],"
        "\"updated_since\":\"1622848072\",\"campaign_filter\":{\"start_time\":\"1622848072\","
        "\"end_time\":\"1622848072\",\"name\":\"campaign name\",\"campaign_status\":[\"RUNNING\"],"
        "\"objective_type\":[\"AWARENESS\"]},\"output_format\":\"output_format_example\"}";
    const pinbulk_enum types[2] = {pinbulk_enum_set(PINBULK_ENTITY_TYPE_CAMPAIGN),
                                   pinbulk_enum_set(PINBULK_ENTITY_TYPE_AD_GROUP)};
    const pinbulk_string ids[1] = {pinbulk_string_of("4")};
    const pinbulk_enum statuses[1] = {pinbulk_enum_set(PINBULK_CAMPAIGN_STATUS_RUNNING)};
    const pinbulk_enum objectives[1] = {pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS)};
    pinbulk_campaign_filter filter;
    pinbulk_download download;
    memset(&filter, 0, sizeof filter);
    memset(&download, 0, sizeof download);
    filter.start_time = filter.end_time = download.updated_since = pinbulk_string_of("1622848072");
    filter.name = pinbulk_string_of("campaign name");
    filter.campaign_status = pinbulk_enum_list_set(statuses, 1);
    filter.objective_type = pinbulk_enum_list_set(objectives, 1);
    download.entity_types = pinbulk_enum_list_set(types, 2);
    download.entity_ids = pinbulk_string_list_set(ids, 1);
    download.campaign_filter = pinbulk_campaign_filter_ref_set(&filter);
    download.output_format = pinbulk_enum_of("output_format_example");
    CHECK_BOTH_WAYS(DOWNLOAD, &download, want);
    CHECK_ENCODES(DOWNLOAD, &download, CREATE, &legacy_names, want);
}

// The example of the seed for bulk_upsert_create: campaigns, product groups and keywords, with
// values where it has placeholders. %s is the letter that was dropped from two names.
#define SEED_UPSERT(s)                                                                             \
    "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"549755885175\",\"name\":\"ACME Tools\","     \
    "\"objective_type\":\"AWARENESS\"}],\"product_groups\":[{\"ad_group_id\":\"2680059592705\","   \
    "\"product_group_promotion\":[{\"slideshow_collections_title\":\"Title\","                     \
    "\"slideshow_collections_description\":\"Description\",\"is_mdl\":true,\"status\":\"ACTIVE\"," \
    "\"tracking_url\":\"https://www.pinterest.com\",\"catalog" s                                   \
    "_product_group_id\":\"1231235\","                                                             \
    "\"catalog" s "_product_group_name\":\"catalogProductGroupName\","                             \
    "\"creative_type\":\"REGULAR\",\"collections_hero_pin_id\":\"123123\","                        \
    "\"collections_hero_destination_url\":\"http://www.pinterest.com\"}]}],"                       \
    "\"keywords\":[{\"parent_id\":\"383791336903426391\",\"keywords\":[{\"bid\":200000,"           \
    "\"match_type\":\"BROAD\",\"value\":\"value_example\"}]}]},"                                   \
    "\"update\":{\"campaigns\":[{\"id\":\"626735565838\",\"ad_account_id\":\"549755885175\"}],"    \
    "\"product_groups\":[{\"ad_group_id\":\"2680059592705\",\"product_group_promotion\":["         \
    "{\"id\":\"2680059592706\",\"status\":\"PAUSED\"}]}],"                                         \
    "\"keywords\":[{\"id\":\"2886364308355\",\"archived\":false,\"bid\":200000}]}}"

static void test_the_upsert_of_the_seed(void)
{
    pinbulk_campaign new_one, old_one;
    pinbulk_product_group new_group, old_group;
    pinbulk_ad_group_products new_groups, old_groups;
    pinbulk_keyword new_keyword, old_keyword;
    pinbulk_parent_keywords keywords;
    pinbulk_create create;
    pinbulk_update update;
    pinbulk_upsert upsert;
    pinbulk_body body;
    char text[2048];
    size_t got;
    memset(&new_one, 0, sizeof new_one);
    memset(&old_one, 0, sizeof old_one);
    memset(&new_group, 0, sizeof new_group);
    memset(&old_group, 0, sizeof old_group);
    memset(&new_groups, 0, sizeof new_groups);
    memset(&old_groups, 0, sizeof old_groups);
    memset(&new_keyword, 0, sizeof new_keyword);
    memset(&old_keyword, 0, sizeof old_keyword);
    memset(&keywords, 0, sizeof keywords);
    memset(&create, 0, sizeof create);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);

    new_one.ad_account_id = pinbulk_string_of("549755885175");
    new_one.name = pinbulk_string_of("ACME Tools");
    new_one.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&new_one, 1);
    new_group.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ACTIVE);
    new_group.tracking_url = pinbulk_string_of("https://www.pinterest.com");
    new_group.catalog_product_group_id = pinbulk_string_of("1231235");
    new_group.catalog_product_group_name = pinbulk_string_of("catalogProductGroupName");
    new_group.creative_type = pinbulk_enum_set(PINBULK_CREATIVE_TYPE_REGULAR);
    new_group.collections_hero_pin_id = pinbulk_string_of("123123");
    new_group.collections_hero_destination_url = pinbulk_string_of("http://www.pinterest.com");
    new_group.slideshow_collections_title = pinbulk_string_of("Title");
    new_group.slideshow_collections_description = pinbulk_string_of("Description");
    new_group.is_mdl = pinbulk_bool_set(1);
    new_groups.ad_group_id = pinbulk_string_of("2680059592705");
    new_groups.product_group_promotion = pinbulk_product_group_list_set(&new_group, 1);
    create.product_groups = pinbulk_ad_group_products_list_set(&new_groups, 1);
    new_keyword.bid = pinbulk_int_set(200000);
    new_keyword.match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    new_keyword.value = pinbulk_string_of("value_example");
    keywords.parent_id = pinbulk_string_of("383791336903426391");
    keywords.keywords = pinbulk_keyword_list_set(&new_keyword, 1);
    create.keywords = pinbulk_parent_keywords_list_set(&keywords, 1);
    upsert.create = pinbulk_create_ref_set(&create);

    old_one.id = pinbulk_string_of("626735565838");
    old_one.ad_account_id = new_one.ad_account_id;
    update.campaigns = pinbulk_campaign_list_set(&old_one, 1);
    old_group.id = pinbulk_string_of("2680059592706");
    old_group.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    old_groups.ad_group_id = new_groups.ad_group_id;
    old_groups.product_group_promotion = pinbulk_product_group_list_set(&old_group, 1);
    update.product_groups = pinbulk_ad_group_products_list_set(&old_groups, 1);
    old_keyword.id = pinbulk_string_of("2886364308355");
    old_keyword.archived = pinbulk_bool_set(0);
    old_keyword.bid = pinbulk_int_set(200000);
    update.keywords = pinbulk_keyword_list_set(&old_keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);

    CHECK_BOTH_WAYS(UPSERT, &upsert, SEED_UPSERT(""));
    CHECK_ENCODES(UPSERT, &upsert, CREATE, &legacy_names, SEED_UPSERT("s"));
    CHECK_REWRITES(UPSERT, SEED_UPSERT("s"), NULL, CREATE, SEED_UPSERT(""));
    CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, &legacy_names, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_body_read(&body, text, sizeof text, &got), PINBULK_OK);
    CHECK_TEXT(text, got, SEED_UPSERT("s"));
}

// ---- decoding ---------------------------------------------------------------------------------

// Every kind of member against every type of JSON value.
static void test_values_of_another_type(void)
{
    enum { NUL = 1, BOOL = 2, INTEGER = 4, FRACTION = 8, STRING = 16, ARRAY = 32, OBJECT = 64 };
    static const char *const values[] = {"null",   "true",           "17", "1.5", "\"x\\n\"",
                                         "[ [] ]", "{ \"a\" : [1] }"};
    static const struct {
        const char *key;
        int takes;
    } kinds[] = {{"text", STRING},
                 {"number", INTEGER},
                 {"fraction", INTEGER | FRACTION},
                 {"flag", BOOL},
                 {"status", STRING},
                 {"leaf", OBJECT},
                 {"texts", 0}, // of which the items are of another type
                 {"statuses", 0},
                 {"leaves", 0},
                 {"numbers", 0},
                 {"paths", ARRAY}, // whose items are lists
                 {"factors", 0},
                 {"either", STRING | OBJECT},
                 {"several", 0},
                 {"shape", OBJECT},
                 {"shapes", 0},
                 {"box", 0}, // the member in it is none
                 {"boxes", 0}};
    size_t kind, value;
    CHECK_INT(sizeof kinds / sizeof *kinds + 2,
              pinbulki_sample_table.count); // two keys occur twice
    for (kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (value = 0; value < sizeof values / sizeof *values; value++) {
            int takes = (kinds[kind].takes | NUL) >> value & 1;
            char json[80], want[80];
            reading r;
            sprintf(json, "{\"%s\":%s,\"more\":1}", kinds[kind].key, values[value]);
            r = read_text(SAMPLE, json, NULL);
            if (takes) {
                CHECK_INT(r.result, PINBULK_OK);
                CHECK_INT(r.result == PINBULK_OK ? ((pinbulk_sample *)r.object)->extra.count : 1,
                          1);
            } else {
                CHECK_INT(r.result,
                          kind == 1 && value == 3 ? PINBULK_OUT_OF_RANGE : PINBULK_WRONG_TYPE);
                CHECK(strncmp(r.error.path, kinds[kind].key, strlen(kinds[kind].key)) == 0);
            }
            if (r.result == PINBULK_OK && !takes)
                printf("%s\n", json);
            reading_free(&r);
            // Kept, and written back as it was.
            r = read_text(SAMPLE, json, &tolerant);
            CHECK_INT(r.result, PINBULK_OK);
            if (r.result == PINBULK_OK && !takes) {
                const pinbulk_members *extra = &((pinbulk_sample *)r.object)->extra;
                CHECK_INT(extra->count, 2);
                CHECK_TEXT(extra->items[0].name.data, extra->items[0].name.length, kinds[kind].key);
                CHECK_TEXT(extra->items[0].json.data, extra->items[0].json.length, values[value]);
                memcpy(want, json, sizeof want);
                CHECK_ENCODES(SAMPLE, r.object, CREATE, NULL, want);
                ((pinbulk_sample *)r.object)->extra.count = 0;
                CHECK_ENCODES(SAMPLE, r.object, CREATE, NULL, "{}"); // nothing is left of it
            }
            reading_free(&r);
        }
}

// Of a list with one item of another type the whole list is kept; of an object only the member.
static void test_what_is_kept_aside(void)
{
    static const char *const lists[] = {
        "{\"texts\":[\"a\",\"b\\n\",17,[{}],\"c\"]}",
        "{\"leaves\":[{\"id\":\"1\"},{\"factors\":{\"a\":1}},[ ],{}]}",
        "{\"factors\":{\"a\":1,\"b\":\"2\",\"c\":{\"d\":3}}}",
        "{\"factors\":{\"a\":null}}",
        "{\"texts\":[null]}",
        "{\"numbers\":[1,1.5]}",
        "{\"numbers\":[9223372036854775808]}",
        "{\"paths\":[[\"a\"],\"b\"]}",
        "{\"paths\":[[\"a\"],[\"b\",1],[\"c\"]]}",
        "{\"paths\":[[null]]}",
        "{\"either\":17}",
        "{\"either\":[\"a\"]}",
        "{\"several\":[\"a\",{\"id\":\"1\"}]}",
        "{\"several\":[{\"id\":\"1\"},{},\"a\"]}",
        "{\"several\":[ 1 ]}",
        "{\"shapes\":[{\"kind\":\"CIRCLE\"},[]]}",
        "{\"box\":{}}",
        "{\"box\":{ }}",
        "{\"box\":{\"CIRCLE\":17}}",
        "{\"box\":{\"NEW\":[{\"a\":1}]}}",
        "{\"box\":{\"CIRCLE\":null}}",
        "{\"box\":{\"CIRCLE\":{\"in\":1},\"SQUARE\":{\"in\":[]}}}",
        "{\"box\":{\"CIRCLE\":{\"in\":1}, \"x\" : [1,{}] }}",
        "{\"boxes\":[{\"CIRCLE\":{\"in\":1}},{}]}",
        "{\"boxes\":[{},{\"CIRCLE\":{\"in\":1}}]}",
        "{\"boxes\":[{\"N\\u0045W\":{\"a\":1}},{\"CIRCLE\":\"x\"},{}]}",
        "{\"boxes\":[{\"CIRCLE\":{},\"CIRCLE\":{}}]}",
        "{\"boxes\":[{\"CIRCLE\":{}},null]}",
    };
    size_t i;
    for (i = 0; i < sizeof lists / sizeof *lists; i++) {
        reading r = read_text(SAMPLE, lists[i], NULL);
        CHECK(r.result == PINBULK_WRONG_TYPE || r.result == PINBULK_OUT_OF_RANGE);
        reading_free(&r);
        r = read_text(SAMPLE, lists[i], &tolerant);
        CHECK_INT(r.result, PINBULK_OK);
        if (r.result == PINBULK_OK) {
            const pinbulk_members extra = ((pinbulk_sample *)r.object)->extra;
            CHECK_INT(extra.count, 1);
            CHECK_ENCODES(SAMPLE, r.object, CREATE, NULL, lists[i]);
            ((pinbulk_sample *)r.object)->extra.count = 0;
            CHECK_ENCODES(SAMPLE, r.object, CREATE, NULL, "{}");
        }
        reading_free(&r);
        check_arena_sizes(SAMPLE, lists[i], strlen(lists[i]), &tolerant, 1);
    }
    CHECK_REWRITES(SAMPLE,
                   "{\"leaves\":[{\"number\":\"5\",\"id\":\"1\"},{\"id\":null}],\"flag\":0,"
                   "\"text\":\"t\"}",
                   &tolerant, CREATE,
                   "{\"text\":\"t\",\"leaves\":[{\"id\":\"1\",\"number\":\"5\"},{\"id\":null}],"
                   "\"flag\":0}");
    // Extra members before and behind it stay what they are.
    CHECK_REWRITES(
        SAMPLE,
        "{\"x\":0,\"texts\":[\"a\",\"b\",17],\"y\":1,\"factors\":{\"k\":2,\"l\":[]},\"z\":3}",
        &tolerant, CREATE,
        "{\"x\":0,\"texts\":[\"a\",\"b\",17],\"y\":1,\"factors\":{\"k\":2,\"l\":[]},\"z\":3}");
    // What is broken stays broken.
    CHECK_UNREADABLE(SAMPLE, "{\"texts\":[1,}", &tolerant, PINBULK_BAD_JSON, 12, "texts");
    CHECK_UNREADABLE(SAMPLE, "{\"texts\":[1", &tolerant, PINBULK_TRUNCATED, 11, "texts");
}

static void test_paths_and_offsets_of_errors(void)
{
    CHECK_UNREADABLE(UPSERT,
                     "{\"update\":{\"campaigns\":[{},{},{\"bid_options\":{"
                     "\"audience_multipliers\":{\"122\":1,\"123\": true}}}]}}",
                     NULL, PINBULK_WRONG_TYPE, 85,
                     "update.campaigns[2].bid_options.audience_multipliers.123");
    CHECK_UNREADABLE(UPSERT, "{\"create\": [1]}", NULL, PINBULK_WRONG_TYPE, 11, "create");
    CHECK_UNREADABLE(SAMPLE, "{\"texts\":[\"a\" ,\n1]}", NULL, PINBULK_WRONG_TYPE, 16, "texts[1]");
    CHECK_UNREADABLE(SAMPLE, "{\"paths\":[[],[\"a\",\"b\",3]]}", NULL, PINBULK_WRONG_TYPE, 22,
                     "paths[1][2]");
    CHECK_UNREADABLE(SAMPLE, "{\"leaves\":[{\"id\":\"1\"},{\"id\":\"\\x\"}]}", NULL,
                     PINBULK_BAD_JSON, 30, "leaves[1].id");
    CHECK_UNREADABLE(SAMPLE, "{\"leaf\":{\"new\":{\"id\":01}}}", NULL, PINBULK_BAD_JSON, 22,
                     "leaf.new");
    CHECK_UNREADABLE(SAMPLE, "{\"text\":\"\xff\"}", NULL, PINBULK_BAD_UTF8, 9, "text");
    CHECK_UNREADABLE(SAMPLE, " []", NULL, PINBULK_WRONG_TYPE, 1, "");
    CHECK_UNREADABLE(SAMPLE, "\"{}\"", NULL, PINBULK_WRONG_TYPE, 0, "");
    CHECK_UNREADABLE(SAMPLE, "null", &tolerant, PINBULK_WRONG_TYPE, 0, "");
    CHECK_UNREADABLE(SAMPLE, "", NULL, PINBULK_TRUNCATED, 0, "");
    CHECK_UNREADABLE(SAMPLE, "<html>", NULL, PINBULK_BAD_JSON, 0, "");
    CHECK_UNREADABLE(SAMPLE, "{\"a\":1", NULL, PINBULK_TRUNCATED, 6, "");
    CHECK_UNREADABLE(SAMPLE, "{,}", NULL, PINBULK_BAD_JSON, 1, "");
    CHECK_UNREADABLE(SAMPLE, "{\"factors\":{,}}", NULL, PINBULK_BAD_JSON, 12, "factors");
}

// Between two members the path is not that of one which is long over, least of all a part of it.
static void test_the_path_behind_a_dropped_member(void)
{
    static const pinbulk_decode_options drop = {0, 0, 0, PINBULK_UNKNOWN_DROP, 0};
    CHECK_UNREADABLE(SAMPLE, "{\"\\u006eew\":1,\"\\u0061b\\x\":2}", &drop, PINBULK_BAD_JSON, 23,
                     "");
    CHECK_UNREADABLE(SAMPLE, "{\"leaf\":{\"\\u006eew\":1,}}", &drop, PINBULK_BAD_JSON, 22, "leaf");
}

static void test_members_that_are_not_known(void)
{
    static const pinbulk_decode_options drop = {0, 0, 0, PINBULK_UNKNOWN_DROP, 0};
    static const pinbulk_decode_options refuse = {0, 0, 0, PINBULK_UNKNOWN_REFUSE, 0};
    static const char json[] = "{\"flag\":true,\"new\":{\"a\":[1]},\"leaf\":{\"n\\u0065w\":2}}";
    CHECK_REWRITES(SAMPLE, json, NULL, CREATE,
                   "{\"flag\":true,\"leaf\":{\"new\":2},\"new\":{\"a\":[1]}}");
    CHECK_REWRITES(SAMPLE, json, &drop, CREATE, "{\"flag\":true,\"leaf\":{}}");
    CHECK_UNREADABLE(SAMPLE, json, &refuse, PINBULK_UNKNOWN, 19, "new");
    CHECK_UNREADABLE(SAMPLE, "{\"leaf\":{\"n\\u0065w\":2}}", &refuse, PINBULK_UNKNOWN, 20,
                     "leaf.new");
    CHECK_UNREADABLE(SAMPLE, "{\"new\":[1,]}", &drop, PINBULK_BAD_JSON, 10, "new");
    // Case counts, and so does every byte.
    CHECK_UNREADABLE(SAMPLE, "{\"Flag\":true}", &refuse, PINBULK_UNKNOWN, 8, "Flag");
    CHECK_UNREADABLE(SAMPLE, "{\"fla\":true}", &refuse, PINBULK_UNKNOWN, 7, "fla");
    CHECK_UNREADABLE(SAMPLE, "{\"\":true}", &refuse, PINBULK_UNKNOWN, 4, "");
}

static void test_members_that_occur_twice(void)
{
    static const pinbulk_decode_options last = {0, 0, PINBULK_DUPLICATES_LAST, 0, 0};
    static const pinbulk_decode_options any_last = {0, 1, PINBULK_DUPLICATES_LAST, 0, 0};
    static const struct {
        const char *key, *first, *second;
    } kinds[] = {{"text", "\"a\"", "\"\\nb\""},
                 {"number", "1", "null"},
                 {"fraction", "null", "2.0"},
                 {"flag", "true", "false"},
                 {"status", "\"ACTIVE\"", "\"NEW\""},
                 {"leaf", "{\"id\":\"1\",\"x\":2}", "{\"number\":5}"},
                 {"texts", "[\"a\",\"b\"]", "[\"\\n\"]"},
                 {"leaves", "[{\"id\":\"1\"}]", "[{},{}]"},
                 {"factors", "{\"a\":1,\"b\":2}", "{\"b\":3}"},
                 {"paths", "[[\"a\"]]", "[[],[]]"},
                 {"either", "\"a\"", "{\"id\":\"1\"}"},
                 {"either", "{\"id\":\"1\"}", "\"a\""},
                 {"either", "{\"id\":\"1\"}", "null"},
                 {"either", "{\"id\":\"1\"}", "{}"},
                 {"several", "[\"a\"]", "[{}]"},
                 {"several", "[{\"x\":1}]", "[\"a\"]"},
                 {"several", "[{\"x\":1}]", "[]"},
                 {"shape", "{\"kind\":\"CIRCLE\",\"radius\":1}", "{\"kind\":\"SQUARE\"}"},
                 {"box", "{\"CIRCLE\":{\"in\":1}}", "{\"SQUARE\":{\"in\":[]}}"},
                 {"boxes", "[{\"CIRCLE\":{\"in\":1}}]", "[{\"NEW\":{\"in\":0}},{\"DOT\":{}}]"},
                 {"new", "[1]", "{\"a\" : 1}"},
                 {"new", "1", "null"}};
    size_t i;
    for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char json[160], want[80];
        const char *path = kinds[i].key;
        sprintf(json, "{\"%s\":%s,\"other\":1,\"%s\":%s}", kinds[i].key, kinds[i].first,
                kinds[i].key, kinds[i].second);
        CHECK_UNREADABLE(SAMPLE, json, NULL, PINBULK_DUPLICATE,
                         strlen(json) - 1 - strlen(kinds[i].second), path);
        CHECK_UNREADABLE(SAMPLE, json, &tolerant, PINBULK_DUPLICATE,
                         strlen(json) - 1 - strlen(kinds[i].second), path);
        sprintf(want, "{\"%s\":%s,\"other\":1}", kinds[i].key, kinds[i].second);
        CHECK_REWRITES(SAMPLE, json, &last, CREATE, want);
        CHECK_REWRITES(SAMPLE, json, &any_last, CREATE, want);
        check_arena_sizes(SAMPLE, json, strlen(json), &any_last, 2);
    }
    // One of them may be of another type.
    CHECK_REWRITES(SAMPLE, "{\"flag\":1,\"x\":2,\"flag\":true}", &any_last, CREATE,
                   "{\"flag\":true,\"x\":2}");
    CHECK_REWRITES(SAMPLE, "{\"flag\":true,\"x\":2,\"flag\":1}", &any_last, CREATE,
                   "{\"x\":2,\"flag\":1}");
    CHECK_REWRITES(SAMPLE, "{\"x\":0,\"flag\":1,\"y\":2,\"flag\":3,\"z\":4}", &any_last, CREATE,
                   "{\"x\":0,\"y\":2,\"flag\":3,\"z\":4}");
    CHECK_REWRITES(SAMPLE, "{\"either\":1,\"x\":2,\"either\":{}}", &any_last, CREATE,
                   "{\"either\":{},\"x\":2}");
    CHECK_REWRITES(SAMPLE, "{\"several\":[{},1],\"x\":2,\"several\":[\"a\"]}", &any_last, CREATE,
                   "{\"several\":[\"a\"],\"x\":2}");
    CHECK_REWRITES(SAMPLE, "{\"several\":[{}],\"x\":2,\"several\":[1]}", &any_last, CREATE,
                   "{\"x\":2,\"several\":[1]}");
    CHECK_REWRITES(SAMPLE, "{\"boxes\":[{}],\"x\":2,\"boxes\":[]}", &any_last, CREATE,
                   "{\"boxes\":[],\"x\":2}");
    CHECK_REWRITES(SAMPLE, "{\"texts\":[1],\"texts\":[\"a\",2],\"texts\":[\"b\"]}", &any_last,
                   CREATE, "{\"texts\":[\"b\"]}");
    CHECK_REWRITES(GROUP, "{\"catalog_product_group_id\":1,\"catalogs_product_group_id\":\"2\"}",
                   &any_last, CREATE, "{\"catalog_product_group_id\":\"2\"}");
    CHECK_REWRITES(GROUP, "{\"catalog_product_group_id\":\"1\",\"catalogs_product_group_id\":2}",
                   &any_last, CREATE, "{\"catalogs_product_group_id\":2}");
    // In maps too.
    CHECK_UNREADABLE(SAMPLE, "{\"factors\":{\"a\":1,\"\\u0061\":2}}", NULL, PINBULK_DUPLICATE, 27,
                     "factors.a");
    CHECK_REWRITES(SAMPLE, "{\"factors\":{\"a\":1,\"b\":2,\"a\":3}}", &last, CREATE,
                   "{\"factors\":{\"a\":3,\"b\":2}}");
    // Kept JSON is not looked into.
    CHECK_REWRITES(SAMPLE, "{\"json\":{\"a\":1,\"a\":2}}", NULL, CREATE,
                   "{\"json\":{\"a\":1,\"a\":2}}");
}

// No document is read that is not whole, and none with something behind it.
static void test_whole_documents_only(void)
{
    static const struct {
        const pinbulki_table *table;
        const char *json;
    } texts[] = {{SAMPLE, sample_json}, {UPSERT, upsert_json}};
    size_t i, length;
    int byte;
    for (i = 0; i < 2; i++) {
        size_t whole = strlen(texts[i].json);
        for (length = 0; length < whole; length += check_step(23)) {
            reading r = read_in(texts[i].table, texts[i].json, length, NULL, 8192);
            CHECK_INT(r.result, PINBULK_TRUNCATED);
            CHECK(r.error.has_offset);
            CHECK_INT(r.error.offset, length);
            CHECK(is_zero(r.object, texts[i].table->size));
            CHECK_INT(r.arena.used, 0);
            reading_free(&r);
            r = read_in(texts[i].table, texts[i].json, length, &tolerant, 8192);
            CHECK_INT(r.result, PINBULK_TRUNCATED);
            reading_free(&r);
        }
        for (byte = 0; byte < 256; byte += (int)check_step(8)) {
            char text[2048];
            int is_space = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
            reading r;
            memcpy(text, texts[i].json, whole);
            text[whole] = (char)byte;
            r = read_in(texts[i].table, text, whole + 1, NULL, 8192);
            CHECK_INT(r.result == PINBULK_OK, is_space);
            if (!is_space)
                CHECK_INT(r.error.offset, whole);
            reading_free(&r);
            memmove(text + 1, text, whole);
            text[0] = (char)byte;
            r = read_in(texts[i].table, text, whole + 1, NULL, 8192);
            CHECK_INT(r.result == PINBULK_OK, is_space);
            reading_free(&r);
        }
    }
}

// The levels of objects and lists that are typed, and of JSON that is kept.
static void test_depth(void)
{
    pinbulk_node nodes[PINBULK_ENCODE_DEPTH + 1];
    char json[512];
    unsigned levels, i;
    pinbulk_sample sample;
    pinbulk_member extra;
    pinbulk_string text = pinbulk_string_of("");
    memset(nodes, 0, sizeof nodes);
    for (levels = 1; levels <= PINBULK_ENCODE_DEPTH + 1; levels++) {
        char path[128];
        json[0] = path[0] = 0;
        for (i = 0; i < levels; i++) {
            strcat(json, i ? "{\"next\":" : "");
            if (i)
                strcat(path, i > 1 ? ".next" : "next");
            nodes[i].next.state = i + 1 < levels ? PINBULK_SET : PINBULK_ABSENT;
            nodes[i].next.value = i + 1 < levels ? &nodes[i + 1] : NULL;
        }
        strcat(json, "{}");
        for (i = 1; i < levels; i++)
            strcat(json, "}");
        if (levels <= PINBULK_ENCODE_DEPTH) {
            CHECK_BOTH_WAYS(&pinbulki_node_table, nodes, json);
        } else {
            CHECK_REFUSED(&pinbulki_node_table, nodes, CREATE, PINBULK_TOO_DEEP, path, NULL);
            CHECK_UNREADABLE(&pinbulki_node_table, json, NULL, PINBULK_TOO_DEEP, 8 * (levels - 1),
                             path);
            CHECK_UNREADABLE(&pinbulki_node_table, json, &tolerant, PINBULK_TOO_DEEP,
                             8 * (levels - 1), path);
        }
    }
    // A list counts like an object.
    nodes[PINBULK_ENCODE_DEPTH - 1].next.state = PINBULK_ABSENT;
    nodes[PINBULK_ENCODE_DEPTH - 1].next.value = NULL;
    nodes[PINBULK_ENCODE_DEPTH - 1].texts.state = PINBULK_SET;
    nodes[PINBULK_ENCODE_DEPTH - 1].texts.items = &text;
    nodes[PINBULK_ENCODE_DEPTH - 1].texts.count = 1;
    CHECK_REFUSED(&pinbulki_node_table, nodes, CREATE, PINBULK_TOO_DEEP,
                  "next.next.next.next.next.next.next.next.next.texts", NULL);

    // Kept JSON: what the writer writes, and what the reader reads.
    memset(&sample, 0, sizeof sample);
    sample.extra.items = &extra;
    sample.extra.count = 1;
    extra.name = pinbulk_text_of("x");
    extra.json.data = json;
    for (levels = 60; levels <= PINBULK_DEPTH_MAX; levels++) {
        pinbulk_result result;
        pinbulk_text document;
        reading r;
        memset(json, '[', levels);
        memset(json + levels, ']', levels);
        extra.json.length = 2 * levels;
        document = encode(SAMPLE, &sample, CREATE, NULL, &result, NULL);
        CHECK_INT(result, levels < PINBULK_DEPTH_MAX ? PINBULK_OK : PINBULK_TOO_DEEP);
        if (result == PINBULK_OK) {
            r = read_in(SAMPLE, document.data, document.length, NULL, 8192);
            CHECK_INT(r.result, levels < 64 ? PINBULK_OK : PINBULK_TOO_DEEP);
            reading_free(&r);
        }
        text_free(document);
    }
}

// ---- rows that depend on each other -----------------------------------------------------------

// A tag among the members chooses the rows.
static void test_tags_that_are_members(void)
{
    pinbulk_sample sample;
    pinbulk_shape shape, shapes[2];
    memset(&sample, 0, sizeof sample);
    memset(&shape, 0, sizeof shape);
    sample.shape.state = PINBULK_SET;
    sample.shape.value = &shape;
    SAMPLE_IS(&sample, "{\"shape\":{}}");
    shape.side = pinbulk_int_set(1); // without a tag
    SAMPLE_IS(&sample, "{\"shape\":{\"side\":1}}");
    shape.kind = pinbulk_enum_set(SAMPLE_CIRCLE);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "shape",
                  "{\"shape\":{\"kind\":\"CIRCLE\",\"side\":1}}");
    CHECK_SAYS(SAMPLE, &sample, CREATE, "side does not belong to this kind");
    memset(&shape.side, 0, sizeof shape.side);
    shape.radius = pinbulk_decimal_of("1.5");
    SAMPLE_IS(&sample, "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":1.5}}");
    shape.side.state = PINBULK_NULL; // null is there as well
    CHECK_REFUSED(SAMPLE, &sample, UPDATE, PINBULK_NOT_ALLOWED, "shape",
                  "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":1.5,\"side\":null}}");
    memset(&shape.side, 0, sizeof shape.side);
    memset(&shape.kind, 0, sizeof shape.kind); // the tag was forgotten
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "shape",
                  "{\"shape\":{\"radius\":1.5}}");
    CHECK_SAYS(SAMPLE, &sample, CREATE, "radius does not belong to this kind");
    // One that is not known, and one without rows of its own, take them all.
    shape.side = pinbulk_int_set(2);
    shape.kind = pinbulk_enum_of("NEW");
    SAMPLE_IS(&sample, "{\"shape\":{\"kind\":\"NEW\",\"radius\":1.5,\"side\":2}}");
    shape.kind = pinbulk_enum_set(SAMPLE_DOT);
    SAMPLE_IS(&sample, "{\"shape\":{\"kind\":\"DOT\",\"radius\":1.5,\"side\":2}}");
    shape.kind.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_NULLABLE, "shape.kind",
                  "{\"shape\":{\"kind\":null,\"radius\":1.5,\"side\":2}}");
    shape.kind = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "shape.kind", NULL);
    shape.kind = pinbulk_enum_set(SAMPLE_DOT + 1); // the second name of another
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "shape.kind", NULL);
    shape.kind = pinbulk_enum_set(0x7e00);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "shape.kind", NULL);
    // A value without a state is not lost either.
    memset(&shape, 0, sizeof shape);
    shape.kind = pinbulk_enum_set(SAMPLE_CIRCLE);
    shape.side.value = 3;
    CHECK_SAYS(SAMPLE, &sample, CREATE, "side does not belong to this kind");
    shape.kind = pinbulk_enum_set(SAMPLE_DOT);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "shape.side", NULL);
    memset(&shape, 0, sizeof shape);
    shape.kind.value = SAMPLE_CIRCLE; // the tag itself
    CHECK_SAYS(SAMPLE, &sample, CREATE, "kind does not belong to this kind");
    // What the chosen rows require, in lists too.
    memset(&sample, 0, sizeof sample);
    memset(shapes, 0, sizeof shapes);
    shapes[1].kind = pinbulk_enum_set(SAMPLE_SQUARE);
    sample.shapes.state = PINBULK_SET;
    sample.shapes.items = shapes;
    sample.shapes.count = 2;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_MISSING, "shapes[1].corners",
                  "{\"shapes\":[{},{\"kind\":\"SQUARE\"}]}");
    CHECK_ENCODES(SAMPLE, &sample, UPDATE, NULL, "{\"shapes\":[{},{\"kind\":\"SQUARE\"}]}");
    shapes[1].radius.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, UPDATE, PINBULK_NOT_ALLOWED, "shapes[1]",
                  "{\"shapes\":[{},{\"kind\":\"SQUARE\",\"radius\":null}]}");
    // The tag may stand anywhere; what does not belong to it is read all the same.
    CHECK_REWRITES(SAMPLE, "{\"shape\":{\"side\":2,\"radius\":1,\"kind\":\"CIRCLE\"}}", NULL,
                   CREATE, "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":1,\"side\":2}}");
    CHECK_UNREADABLE(SAMPLE, "{\"shape\":{\"kind\":1}}", NULL, PINBULK_WRONG_TYPE, 17,
                     "shape.kind");
    CHECK_UNREADABLE(SAMPLE, "{\"shape\":{\"kind\":\"DOT\",\"kind\":\"DOT\"}}", NULL,
                     PINBULK_DUPLICATE, 30, "shape.kind");
}

// A tag that is the name of the only member of an object around the others.
static void test_tags_that_are_keys(void)
{
    static const pinbulk_decode_options drop = {0, 0, 0, PINBULK_UNKNOWN_DROP, 0};
    static const pinbulk_decode_options refuse = {0, 0, 0, PINBULK_UNKNOWN_REFUSE, 0};
    const pinbulk_string text = pinbulk_string_of("a");
    pinbulk_member extra = {{1, "x"}, {4, "[1 ]"}};
    pinbulk_sample sample;
    pinbulk_box box, boxes[2];
    memset(&sample, 0, sizeof sample);
    memset(&box, 0, sizeof box);
    sample.box.state = PINBULK_SET;
    sample.box.value = &box;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_MISSING, "box", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "kind is required");
    box.kind.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_MISSING, "box", NULL);
    box.kind = pinbulk_enum_set(SAMPLE_CIRCLE);
    SAMPLE_IS(&sample, "{\"box\":{\"CIRCLE\":{}}}");
    box.open = pinbulk_bool_set(1);
    box.number = pinbulk_int_set(7);
    box.extra.items = &extra;
    box.extra.count = 1;
    SAMPLE_IS(&sample, "{\"box\":{\"CIRCLE\":{\"open\":true,\"in\":7,\"x\":[1 ]}}}");
    // What does not belong to the key would be lost, so it is refused in any case.
    box.kind = pinbulk_enum_set(SAMPLE_SQUARE);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "box.SQUARE", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "number does not belong to this key");
    memset(&box.number, 0, sizeof box.number);
    box.texts = pinbulk_string_list_set(&text, 1);
    SAMPLE_IS(&sample, "{\"box\":{\"SQUARE\":{\"open\":true,\"in\":[\"a\"],\"x\":[1 ]}}}");
    box.kind = pinbulk_enum_set(SAMPLE_DOT);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "box.DOT", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "open does not belong to this key");
    // Under a key that is not known everything is an extra member.
    box.kind = pinbulk_enum_of("N\"EW");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "box.N\"EW", NULL);
    memset(&box.texts, 0, sizeof box.texts);
    memset(&box.open, 0, sizeof box.open);
    extra.name = pinbulk_text_of("in");
    SAMPLE_IS(&sample, "{\"box\":{\"N\\\"EW\":{\"in\":[1 ]}}}");
    box.kind = pinbulk_enum_of("");
    SAMPLE_IS(&sample, "{\"box\":{\"\":{\"in\":[1 ]}}}");
    // The name of a member of other kinds may be used.
    box.kind = pinbulk_enum_set(SAMPLE_DOT);
    extra.name = pinbulk_text_of("open");
    SAMPLE_IS(&sample, "{\"box\":{\"DOT\":{\"open\":[1 ]}}}");
    box.kind = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "box", NULL);
    box.kind = pinbulk_enum_set(0);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ENUM, "box", NULL);
    box.kind = pinbulk_enum_of("\xff");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_UTF8, "box.\xff", NULL);

    memset(&sample, 0, sizeof sample);
    memset(boxes, 0, sizeof boxes);
    boxes[0].kind = pinbulk_enum_set(SAMPLE_CIRCLE);
    boxes[1].kind = pinbulk_enum_of("NEW");
    sample.boxes.state = PINBULK_SET;
    SAMPLE_IS(&sample, "{\"boxes\":[]}");
    sample.boxes.items = boxes;
    sample.boxes.count = 2;
    SAMPLE_IS(&sample, "{\"boxes\":[{\"CIRCLE\":{}},{\"NEW\":{}}]}");
    boxes[1].number.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_ALLOWED, "boxes[1].NEW", NULL);
    memset(&boxes[1].kind, 0, sizeof boxes[1].kind);
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_MISSING, "boxes[1]", NULL);

    CHECK_UNREADABLE(SAMPLE, "{\"box\":{}}", NULL, PINBULK_WRONG_TYPE, 7, "box");
    CHECK_UNREADABLE(SAMPLE, "{\"boxes\":[{\"DOT\":{}}, {}]}", NULL, PINBULK_WRONG_TYPE, 22,
                     "boxes[1]");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"DOT\":{}, \"CIRCLE\":{}}}", NULL, PINBULK_WRONG_TYPE, 27,
                     "box.DOT");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"DOT\":{}, \"DOT\":{}}}", NULL, PINBULK_WRONG_TYPE, 24,
                     "box.DOT");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"D\\u004fT\": 5}}", NULL, PINBULK_WRONG_TYPE, 20,
                     "box.DOT");
    CHECK_UNREADABLE(SAMPLE, "{\"boxes\":[{\"NEW\":[]}]}", NULL, PINBULK_WRONG_TYPE, 17,
                     "boxes[0].NEW");
    CHECK_UNREADABLE(SAMPLE, "{\"boxes\":[{\"NEW\":null}]}", NULL, PINBULK_WRONG_TYPE, 17,
                     "boxes[0].NEW");
    CHECK_UNREADABLE(SAMPLE, "{\"boxes\":[{\"CIRCLE\":{\"in\":\"a\"}}]}", NULL, PINBULK_WRONG_TYPE,
                     26, "boxes[0].CIRCLE.in");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"DOT\":{\"in\":{\"id\":1}}}}", NULL, PINBULK_WRONG_TYPE,
                     26, "box.DOT.in.id");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"DOT\":{},}}", NULL, PINBULK_BAD_JSON, 17, "box.DOT");
    // In the object that is inside it is the member that is kept.
    CHECK_REWRITES(SAMPLE, "{\"boxes\":[{\"CIRCLE\":{\"in\":\"a\",\"open\":true}}]}", &tolerant,
                   CREATE, "{\"boxes\":[{\"CIRCLE\":{\"open\":true,\"in\":\"a\"}}]}");
    CHECK_REWRITES(SAMPLE, "{\"box\":{\"NEW\":{\"a\":1}},\"x\":2}", &drop, CREATE,
                   "{\"box\":{\"NEW\":{}}}");
    CHECK_UNREADABLE(SAMPLE, "{\"box\":{\"NEW\":{\"a\":1}}}", &refuse, PINBULK_UNKNOWN, 19,
                     "box.NEW.a");
    {
        reading r = read_text(SAMPLE, "{\"box\":{\"NEW\":{\"in\":1,\"open\":true}}}", NULL);
        const pinbulk_box *read = ((pinbulk_sample *)r.object)->box.value;
        CHECK_INT(read->kind.value, 0);
        CHECK_TEXT(read->kind.text, read->kind.length, "NEW");
        CHECK_INT(read->extra.count, 2);
        CHECK_INT(read->number.state | read->open.state, PINBULK_ABSENT);
        reading_free(&r);
    }
}

// One member whose value is of either of two types.
static void test_members_of_two_types(void)
{
    const pinbulk_string text = pinbulk_string_of("a");
    pinbulk_sample sample;
    pinbulk_leaf leaf, leaves[2];
    pinbulk_schedule schedule;
    pinbulk_bid_options bids;
    pinbulk_member extra = {{6, "either"}, {1, "5"}};
    pinbulk_error error;
    memset(&sample, 0, sizeof sample);
    memset(&leaf, 0, sizeof leaf);
    memset(leaves, 0, sizeof leaves);
    leaf.id = pinbulk_string_of("1");
    sample.either = text;
    SAMPLE_IS(&sample, "{\"either\":\"a\"}");
    sample.either_leaf.state = PINBULK_SET;
    sample.either_leaf.value = &leaf;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_TOGETHER, "either", NULL);
    CHECK_SAYS(SAMPLE, &sample, CREATE, "it is given as two values of different types");
    sample.either.state = PINBULK_NULL; // there would be two members of one name
    sample.either.text = NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_TOGETHER, "either", NULL);
    sample.either = text;
    memset(&sample.either_leaf, 0, sizeof sample.either_leaf);
    sample.either_leaf.state = PINBULK_NULL;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_TOGETHER, "either", NULL);
    memset(&sample.either, 0, sizeof sample.either);
    sample.either_leaf.state = PINBULK_SET;
    sample.either_leaf.value = &leaf;
    SAMPLE_IS(&sample, "{\"either\":{\"id\":\"1\"}}");
    sample.extra.items = &extra;
    sample.extra.count = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_DUPLICATE, "either",
                  "{\"either\":{\"id\":\"1\"},\"either\":5}");
    leaf.id = pinbulk_string_of("x");
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_PATTERN, "either.id",
                  "{\"either\":{\"id\":\"x\"},\"either\":5}");

    memset(&sample, 0, sizeof sample);
    sample.several = pinbulk_string_list_set(NULL, 0);
    SAMPLE_IS(&sample, "{\"several\":[]}");
    sample.several = pinbulk_string_list_set(&text, 1);
    SAMPLE_IS(&sample, "{\"several\":[\"a\"]}");
    sample.several_leaves.state = PINBULK_SET;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_TOGETHER, "several", NULL);
    memset(&sample.several, 0, sizeof sample.several);
    sample.several_leaves.items = leaves;
    sample.several_leaves.count = 2;
    SAMPLE_IS(&sample, "{\"several\":[{},{}]}");
    sample.several_leaves.count = 0;
    CHECK_ENCODES(SAMPLE, &sample, CREATE, NULL, "{\"several\":[]}");
    // What neither can be is told of the first, what one can be not in all is told of that.
    CHECK_UNREADABLE(SAMPLE, "{\"either\":5}", NULL, PINBULK_WRONG_TYPE, 10, "either");
    CHECK_UNREADABLE(SAMPLE, "{\"several\":{}}", NULL, PINBULK_WRONG_TYPE, 11, "several");
    CHECK_UNREADABLE(SAMPLE, "{\"several\":[1,{}]}", NULL, PINBULK_WRONG_TYPE, 12, "several[0]");
    CHECK_UNREADABLE(SAMPLE, "{\"several\":[\"a\",{}]}", NULL, PINBULK_WRONG_TYPE, 16,
                     "several[1]");
    CHECK_UNREADABLE(SAMPLE, "{\"several\":[{},\"a\"]}", NULL, PINBULK_WRONG_TYPE, 15,
                     "several[1]");
    CHECK_UNREADABLE(SAMPLE, "{\"several\":[{\"id\":1}]}", NULL, PINBULK_WRONG_TYPE, 18,
                     "several[0].id");
    CHECK_UNREADABLE(SAMPLE, "{\"several\": [ ", NULL, PINBULK_TRUNCATED, 14, "several[0]");
    CHECK_REWRITES(SAMPLE, "{\"several\" : [ \n { } ] }", NULL, CREATE, "{\"several\":[{}]}");
    CHECK_UNREADABLE(SAMPLE, "{\"either\":\"a\",\"text\":\"b\",\"either\":{}}", NULL,
                     PINBULK_DUPLICATE, 34, "either");

    // Required means that there is one of both.
    memset(&schedule, 0, sizeof schedule);
    memset(&bids, 0, sizeof bids);
    memset(&error, 0, sizeof error);
    schedule.name = schedule.entity_type = pinbulk_string_of("n");
    schedule.entity_id = pinbulk_string_of("C1");
    schedule.schedule_type = pinbulk_enum_set(PINBULK_SCHEDULE_TYPE_CAMPAIGN_BID_MULTIPLIERS);
    schedule.schedule_action = pinbulk_enum_set(PINBULK_SCHEDULE_ACTION_INCREASE_BY_VALUE);
    schedule.schedule_status = pinbulk_enum_set(PINBULK_SCHEDULE_STATUS_DRAFT);
    schedule.start_timestamp = schedule.end_timestamp = pinbulk_int_set(1);
    CHECK_INT(pinbulk_validate_schedule(&schedule, CREATE, NULL, &error), PINBULK_MISSING);
    CHECK_TEXT(error.path, strlen(error.path), "delta_value");
    schedule.delta_value = pinbulk_string_of("5");
    CHECK_INT(pinbulk_validate_schedule(&schedule, CREATE, NULL, &error), PINBULK_OK);
    schedule.delta_bid_options = pinbulk_bid_options_ref_set(&bids);
    CHECK_INT(pinbulk_validate_schedule(&schedule, CREATE, NULL, &error), PINBULK_NOT_TOGETHER);
    memset(&schedule.delta_value, 0, sizeof schedule.delta_value);
    CHECK_INT(pinbulk_validate_schedule(&schedule, CREATE, NULL, &error), PINBULK_OK);
    bids.frequency_multipliers = pinbulk_multiplier_list_set(NULL, 0);
    CHECK_INT(pinbulk_validate_schedule(&schedule, CREATE, NULL, &error), PINBULK_NOT_ALLOWED);
    CHECK_TEXT(error.path, strlen(error.path), "delta_value.frequency_multipliers");
    CHECK_REWRITES(SCHEDULE, "{\"id\":\"1\",\"delta_value\":{\"gender_multipliers\":{\"a\":-1}}}",
                   NULL, UPDATE,
                   "{\"id\":\"1\",\"delta_value\":{\"gender_multipliers\":{\"a\":-1}}}");
    CHECK_REWRITES(SCHEDULE, "{\"id\":\"1\",\"delta_value\":\"5%\"}", NULL, UPDATE,
                   "{\"id\":\"1\",\"delta_value\":\"5%\"}");
}

// Operations on a targeting: the field says what the values are.
static void test_targeting_operations(void)
{
    const pinbulk_string text = pinbulk_string_of("a");
    pinbulk_shopping_retargeting item;
    pinbulk_targeting_operation operation;
    unsigned field;
    memset(&item, 0, sizeof item);
    for (field = PINBULK_TARGETING_FIELD_AUDIENCE_EXCLUDE; pinbulk_enum_name(field); field++) {
        unsigned want = field > PINBULK_TARGETING_FIELD_SHOPPING_RETARGETING    ? 4
                        : field == PINBULK_TARGETING_FIELD_SHOPPING_RETARGETING ? 2
                                                                                : 1;
        unsigned what;
        for (what = 0; what < 8; what++) { // 1: texts, 2: objects, 4: an age
            pinbulk_result result;
            memset(&operation, 0, sizeof operation);
            operation.field = pinbulk_enum_set(field);
            operation.operation = pinbulk_enum_set(PINBULK_TARGETING_OPERATION_SET);
            if (what & 1)
                operation.values = pinbulk_string_list_set(&text, 1);
            if (what & 2)
                operation.retargeting = pinbulk_shopping_retargeting_list_set(&item, 1);
            if (what & 4)
                operation.value = pinbulk_string_of("65+");
            text_free(encode(OPERATION, &operation, UPDATE, NULL, &result, NULL));
            CHECK_INT(result, what == want ? PINBULK_OK
                              : what == 0  ? PINBULK_MISSING
                                           : PINBULK_NOT_ALLOWED);
            text_free(encode(OPERATION, &operation, UPDATE, &unchecked, &result, NULL));
            CHECK_INT(result, (what & 3) == 3 ? PINBULK_NOT_TOGETHER : PINBULK_OK);
            if (what != want)
                continue;
            operation.operation = pinbulk_enum_set(PINBULK_TARGETING_OPERATION_ADD);
            text_free(encode(OPERATION, &operation, UPDATE, NULL, &result, NULL));
            CHECK_INT(result,
                      field >= PINBULK_TARGETING_FIELD_AGE_BUCKET ? PINBULK_BAD_ENUM : PINBULK_OK);
        }
    }
    memset(&operation, 0, sizeof operation);
    operation.field = pinbulk_enum_set(PINBULK_TARGETING_FIELD_MINIMUM_AGE);
    operation.operation = pinbulk_enum_set(PINBULK_TARGETING_OPERATION_SET);
    operation.value.state = PINBULK_NULL;
    CHECK_BOTH_WAYS(OPERATION, &operation,
                    "{\"field\":\"MINIMUM_AGE\",\"operation\":\"SET\",\"value\":null}");
    operation.value = pinbulk_string_of("old");
    CHECK_REFUSED(OPERATION, &operation, UPDATE, PINBULK_BAD_PATTERN, "value",
                  "{\"field\":\"MINIMUM_AGE\",\"operation\":\"SET\",\"value\":\"old\"}");
    memset(&operation, 0, sizeof operation);
    operation.operation = pinbulk_enum_set(PINBULK_TARGETING_OPERATION_REMOVE);
    operation.values = pinbulk_string_list_set(&text, 1);
    CHECK_REFUSED(OPERATION, &operation, UPDATE, PINBULK_MISSING, "field",
                  "{\"operation\":\"REMOVE\",\"values\":[\"a\"]}");
    operation.field = pinbulk_enum_of("NEWER");
    CHECK_BOTH_WAYS(OPERATION, &operation,
                    "{\"field\":\"NEWER\",\"operation\":\"REMOVE\",\"values\":[\"a\"]}");
    memset(&operation.values, 0, sizeof operation.values);
    operation.retargeting = pinbulk_shopping_retargeting_list_set(&item, 1);
    CHECK_BOTH_WAYS(OPERATION, &operation,
                    "{\"field\":\"NEWER\",\"operation\":\"REMOVE\",\"values\":[{}]}");
    memset(&operation.retargeting, 0, sizeof operation.retargeting);
    operation.value = pinbulk_string_of("1");
    CHECK_BOTH_WAYS(OPERATION, &operation,
                    "{\"field\":\"NEWER\",\"operation\":\"REMOVE\",\"value\":\"1\"}");
}

// A product group of a catalog has the members of its vertical, and conditions for it.
static void test_catalog_product_groups(void)
{
    static const char *const created[] = {
        "{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"MIN_PRICE\":{"
        "\"inclusion\":false,\"values\":1.50}}]},\"is_featured\":true}",
        "{\"catalog_type\":\"RETAIL\",\"catalog_id\":\"1\",\"name\":\"n\",\"description\":null,"
        "\"filters\":{\"all_of\":[{\"GENDER\":{\"negated\":true,\"values\":[\"MALE\",\"NEW\"]}},"
        "{\"GOOGLE_PRODUCT_CATEGORY_6\":{\"values\":[[\"a\",\"b\"],[]]}},{\"CURRENCY\":{"
        "\"negated\":false,\"values\":\"EUR\"}},{\"CUSTOM_NUMBER_4\":{\"operator\":"
        "\"LESS_THAN\",\"value\":4294967295}}]},\"country\":\"DE\",\"locale\":\"de\"}",
        "{\"catalog_type\":\"HOTEL\",\"catalog_id\":\"1\",\"name\":\"n\",\"filters\":{\"all_of\":["
        "{\"PRICE\":{\"operator\":\"GREATER_THAN\",\"value\":0.1,\"currency\":\"USD\"}},"
        "{\"COUNTRY\":{\"values\":[\"ZW\"]}},{\"CUSTOM_LABEL_0\":{\"filter_operator_type\":"
        "\"CONTAINS\",\"values\":[\"x\"]}}]}}",
        "{\"catalog_type\":\"CREATIVE_ASSETS\",\"catalog_id\":\"1\",\"name\":\"n\",\"filters\":{"
        "\"any_of\":[{\"MEDIA_TYPE\":{\"values\":[\"VIDEO\"]}},{\"NEWER\":{\"values\":{}}}]}}"};
    static const struct {
        const char *json, *path;
        pinbulk_result result;
    } refused[] = {
        {"{\"name\":\"n\",\"filters\":{\"any_of\":[{\"NEW\":{}}]}}", "feed_id", PINBULK_MISSING},
        {"{\"catalog_type\":\"RETAIL\",\"name\":\"n\"}", "catalog_id", PINBULK_MISSING},
        {"{\"catalog_type\":\"RETAIL\",\"catalog_id\":\"1\",\"feed_id\":\"1\"}", "",
         PINBULK_NOT_ALLOWED},
        {"{\"catalog_type\":\"HOTEL\",\"catalog_id\":\"1\",\"country\":\"DE\"}", "",
         PINBULK_NOT_ALLOWED},
        {"{\"catalog_id\":\"1\"}", "", PINBULK_NOT_ALLOWED},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{}}", "filters.all_of", PINBULK_MISSING},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"A\":{}}],\"all_of\":[]}}",
         "filters.all_of", PINBULK_NOT_TOGETHER},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[]}}", "filters.any_of",
         PINBULK_OUT_OF_RANGE},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"A\":{}},{\"BRAND\":{}}]}}",
         "filters.any_of[1].BRAND.values", PINBULK_MISSING},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"HOTEL_ID\":{\"values\":[]}}"
         "]}}",
         "filters.any_of[0].HOTEL_ID", PINBULK_BAD_ENUM},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"CURRENCY\":{\"negated\":"
         "true"
         ",\"values\":\"EUR\"}}]}}",
         "filters.any_of[0].CURRENCY.negated", PINBULK_OUT_OF_RANGE},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"MAX_PRICE\":{\"values\":-1"
         "}}]}}",
         "filters.any_of[0].MAX_PRICE.values", PINBULK_OUT_OF_RANGE},
        {"{\"feed_id\":\"1\",\"name\":\"n\",\"filters\":{\"any_of\":[{\"CUSTOM_NUMBER_0\":{"
         "\"operator\":\"LESS_THAN\",\"value\":1.0}}]}}",
         "filters.any_of[0].CUSTOM_NUMBER_0.value", PINBULK_OUT_OF_RANGE}};
    const pinbulki_table *const filters[] = {&pinbulki_retail_filter_table,
                                             &pinbulki_hotel_filter_table,
                                             &pinbulki_creative_filter_table};
    static const char *const hotel[] = {"PRICE",         "HOTEL_ID", "BRAND",
                                        "CUSTOM_LABEL_", "COUNTRY",  "TITLE_KEYWORDS"};
    static const char *const creative[] = {"CREATIVE_ASSETS_ID",       "CUSTOM_LABEL_",
                                           "GOOGLE_PRODUCT_CATEGORY_", "MEDIA_TYPE",
                                           "TITLE_KEYWORDS",           "LINK"};
    static const char *const not_retail[] = {"PRICE", "HOTEL_ID", "COUNTRY", "CREATIVE_ASSETS_ID",
                                             "LINK"};
    size_t i, k;
    unsigned key;
    for (i = 0; i < sizeof created / sizeof *created; i++) {
        reading r = read_text(CATALOG, created[i], NULL);
        CHECK_INT(r.result, PINBULK_OK);
        CHECK_ENCODES(CATALOG, r.object, CREATE, NULL, created[i]);
        reading_free(&r);
    }
    for (i = 0; i < sizeof refused / sizeof *refused; i++) {
        reading r = read_text(CATALOG, refused[i].json, NULL);
        CHECK_INT(r.result, PINBULK_OK);
        CHECK_REFUSED(CATALOG, r.object, CREATE, refused[i].result, refused[i].path,
                      refused[i].json);
        reading_free(&r);
    }
    // The keys of every vertical.
    for (key = PINBULK_PRODUCT_FILTER_MIN_PRICE; pinbulk_enum_name(key); key++) {
        const char *name = pinbulk_enum_name(key);
        int allowed[3] = {1, 0, 0};
        random_objects r = random_of(key);
        pinbulk_product_filter filter;
        pinbulk_result result;
        pinbulk_error error;
        memset(&filter, 0, sizeof filter);
        random_fill(&r, pinbulki_filter_tables[(key & 0xff) - 1], CREATE, &filter);
        filter.key = pinbulk_enum_set(key);
        // Those that end in "_" are of many, the others are whole names.
        for (k = 0; k < sizeof hotel / sizeof *hotel; k++)
            allowed[1] |= strncmp(name, hotel[k], strlen(hotel[k])) == 0 &&
                          (!name[strlen(hotel[k])] || hotel[k][strlen(hotel[k]) - 1] == '_');
        for (k = 0; k < sizeof creative / sizeof *creative; k++)
            allowed[2] |=
                strncmp(name, creative[k], strlen(creative[k])) == 0 &&
                (!name[strlen(creative[k])] || creative[k][strlen(creative[k]) - 1] == '_');
        for (k = 0; k < sizeof not_retail / sizeof *not_retail; k++)
            allowed[0] &= strcmp(name, not_retail[k]) != 0;
        for (i = 0; i < 3; i++) {
            memset(&error, 0, sizeof error);
            text_free(encode(filters[i], &filter, CREATE, NULL, &result, &error));
            CHECK_INT(result, allowed[i] ? PINBULK_OK : PINBULK_BAD_ENUM);
            CHECK_TEXT(error.path, strlen(error.path), allowed[i] ? "" : name);
            text_free(encode(filters[i], &filter, CREATE, &unchecked, &result, NULL));
            CHECK_INT(result, PINBULK_OK);
        }
        random_objects_free(&r);
    }
}

// Every rule in every state of both members, in the forms that it has and in the others.
static void test_rules(void)
{
    static const uint8_t kinds[] = {PINBULKI_APART, PINBULKI_NEEDS, PINBULKI_ONE_OF};
    static const char *const values[] = {"", "null", "1"};
    unsigned kind, forms, form, a, b;
    for (kind = 0; kind < 3; kind++)
        for (forms = 1; forms < 4; forms++)
            for (form = 1; form < 3; form++)
                for (a = 0; a < 3; a++)
                    for (b = 0; b < 3; b++) {
                        pinbulki_table table = pinbulki_sample_table;
                        pinbulki_rule rules[2];
                        pinbulk_sample sample;
                        pinbulk_result want = PINBULK_OK;
                        char json[64];
                        memset(&sample, 0, sizeof sample);
                        memset(rules, 0, sizeof rules);
                        table.rules = rules;
                        table.rule_count = 2; // the first of which is always obeyed
                        rules[0].rule = PINBULKI_BOTH | PINBULKI_APART;
                        rules[0].first = offsetof(pinbulk_sample, text);
                        rules[0].second = offsetof(pinbulk_sample, flag);
                        rules[1].rule = (uint8_t)(kinds[kind] | forms);
                        rules[1].first = offsetof(pinbulk_sample, number);
                        rules[1].second = offsetof(pinbulk_sample, fraction);
                        if (a)
                            sample.number = pinbulk_int_set(a == 2);
                        if (b)
                            sample.fraction = pinbulk_decimal_of("1");
                        sample.number.state = (uint8_t)a;
                        sample.fraction.state = (uint8_t)b;
                        sprintf(json, "{%s%s%s%s%s}", a ? "\"number\":" : "", values[a],
                                a && b ? "," : "", b ? "\"fraction\":" : "", values[b]);
                        if (!(forms & form))
                            ;
                        else if (kind == 0 && a == PINBULK_SET && b == PINBULK_SET)
                            want = PINBULK_NOT_TOGETHER;
                        else if (kind == 1 && a == PINBULK_SET && b != PINBULK_SET)
                            want = PINBULK_MISSING;
                        else if (kind == 2 && a != PINBULK_SET && b != PINBULK_SET)
                            want = PINBULK_MISSING;
                        if (want == PINBULK_OK) {
                            CHECK_ENCODES(&table, &sample, (int)form, NULL, json);
                        } else {
                            CHECK_REFUSED(&table, &sample, (int)form, want, "fraction", json);
                            CHECK_SAYS(&table, &sample, (int)form,
                                       kind == 0   ? "not together with number"
                                       : kind == 1 ? "required by number"
                                                   : "required, or else number");
                        }
                    }
    // A path of one inside another object.
    CHECK_REFUSED_JSON(UPSERT,
                       "{\"update\":{\"ad_groups\":[{\"id\":\"1\",\"targeting_spec\":{"
                       "\"LOCATION\":[\"US\"],\"MINIMUM_AGE\":\"18\"}}]}}",
                       PINBULK_MISSING, "update.ad_groups[0].targeting_spec.MAXIMUM_AGE");
    CHECK_REFUSED_JSON(UPSERT,
                       "{\"update\":{\"ad_groups\":[{\"id\":\"1\",\"targeting_spec\":{"
                       "\"GENDER\":[\"male\"]}}]}}",
                       PINBULK_MISSING, "update.ad_groups[0].targeting_spec.LOCATION");
    CHECK_REFUSED_JSON(UPSERT,
                       "{\"update\":{\"ad_groups\":[{\"id\":\"1\"},{\"id\":\"1\","
                       "\"placement_group\":\"ALL\",\"targeting_template_ids\":[\"1\"]}]}}",
                       PINBULK_NOT_TOGETHER, "update.ad_groups[1].placement_group");
}

// The constants of an enumeration that may be sent are a part of it, from the first to the last.
static void test_first_and_last_constants(void)
{
    static const struct {
        const pinbulki_table *table;
        size_t offset;
        int form;
        unsigned first, last;
    } members[] = {{SAMPLE, offsetof(pinbulk_sample, status), CREATE, PINBULK_ENTITY_STATUS_PAUSED,
                    PINBULK_ENTITY_STATUS_DRAFT},
                   {GROUP, offsetof(pinbulk_product_group, customizable_cta_type), CREATE,
                    PINBULK_CTA_SHOP_NOW, PINBULK_CTA_TAKE_A_CLOSER_LOOK},
                   {AD, offsetof(pinbulk_ad, customizable_cta_type), UPDATE,
                    PINBULK_CTA_REQUEST_DEMO, PINBULK_CTA_WATCH_NOW}};
    pinbulk_label label;
    size_t i;
    for (i = 0; i < sizeof members / sizeof *members; i++) {
        unsigned constant = members[i].first & 0xff00;
        union {
            pinbulk_sample sample;
            pinbulk_product_group group;
            pinbulk_ad ad;
        } object;
        for (; constant == (members[i].first & 0xff00) || pinbulk_enum_name(constant); constant++) {
            pinbulk_enum value = pinbulk_enum_set(constant);
            pinbulk_result result;
            memset(&object, 0, sizeof object);
            if (members[i].table == AD)
                object.ad.id = pinbulk_string_of("1");
            memcpy((char *)&object + members[i].offset, &value, sizeof value);
            text_free(encode(members[i].table, &object, members[i].form, NULL, &result, NULL));
            CHECK_INT(result, constant >= members[i].first && constant <= members[i].last
                                  ? PINBULK_OK
                                  : PINBULK_BAD_ENUM);
            text_free(
                encode(members[i].table, &object, members[i].form, &unchecked, &result, NULL));
            CHECK_INT(result, constant & 0xff ? PINBULK_OK : PINBULK_BAD_ENUM);
        }
    }
    // One constant only.
    memset(&label, 0, sizeof label);
    label.id = label.parent_id = pinbulk_string_of("1");
    label.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ARCHIVED);
    CHECK_ENCODES(LABEL, &label, UPDATE, NULL,
                  "{\"id\":\"1\",\"parent_id\":\"1\",\"status\":\"ARCHIVED\"}");
    label.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    CHECK_REFUSED(LABEL, &label, UPDATE, PINBULK_BAD_ENUM, "status",
                  "{\"id\":\"1\",\"parent_id\":\"1\",\"status\":\"PAUSED\"}");
    label.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_DRAFT);
    CHECK_REFUSED(LABEL, &label, UPDATE, PINBULK_BAD_ENUM, "status",
                  "{\"id\":\"1\",\"parent_id\":\"1\",\"status\":\"DRAFT\"}");
    CHECK_SAYS(LABEL, &label, UPDATE, "DRAFT cannot be sent here");
    // In a list it is the number of items that is limited, not the first constant.
    CHECK_REFUSED_JSON(SAMPLE, "{\"statuses\":[\"ACTIVE\",\"DRAFT\",\"DELETED_DRAFT\"]}",
                       PINBULK_BAD_ENUM, "statuses[2]");
}

// What a row can demand of a number or a truth value.
static void test_checks_of_numbers(void)
{
    static const struct {
        const char *text;
        int not_negative, uint32;
    } decimals[] = {{"0", 1, 1},
                    {"-0", 1, 1},
                    {"-0.00e5", 1, 0},
                    {"1e400", 1, 0},
                    {"1.0", 1, 0},
                    {"1e1", 1, 0},
                    {"0.5", 1, 0},
                    {"4294967295", 1, 1},
                    {"4294967296", 1, 0},
                    {"18446744073709551616", 1, 0},
                    {"123456789012345678901234567890", 1, 0},
                    {"-1", 0, 0},
                    {"-1e-400", 0, 0},
                    {"-0.001", 0, 0}};
    static const struct {
        int64_t value;
        int good;
    } ints[] = {{INT64_MIN, 0}, {-2, 0}, {0, 0},  {1, 0},   {2, 1},        {3, 1},
                {19, 1},        {20, 1}, {21, 0}, {258, 0}, {INT64_MAX, 0}};
    pinbulki_table table = pinbulki_sample_table;
    pinbulki_row row;
    pinbulk_sample sample;
    pinbulk_multiplier factor;
    pinbulk_result result;
    size_t i;
    table.rows = &row;
    table.count = 1;
    for (i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        memset(&sample, 0, sizeof sample);
        sample.fraction = pinbulk_decimal_of(decimals[i].text);
        row = pinbulki_sample_rows[2];
        row.check = PINBULKI_NOT_NEGATIVE;
        text_free(encode(&table, &sample, CREATE, NULL, &result, NULL));
        CHECK_INT(result, decimals[i].not_negative ? PINBULK_OK : PINBULK_OUT_OF_RANGE);
        if (result)
            CHECK_SAYS(&table, &sample, CREATE,
                       says_value("0 or more", decimals[i].text, strlen(decimals[i].text)));
        row.check = PINBULKI_UINT32;
        text_free(encode(&table, &sample, CREATE, NULL, &result, NULL));
        CHECK_INT(result, decimals[i].uint32 ? PINBULK_OK : PINBULK_OUT_OF_RANGE);
        if (result)
            CHECK_SAYS(&table, &sample, CREATE,
                       says_value("an integer from 0 to 4294967295", decimals[i].text,
                                  strlen(decimals[i].text)));
        text_free(encode(&table, &sample, CREATE, &unchecked, &result, NULL));
        CHECK_INT(result, PINBULK_OK);
        // The same for each entry of a map.
        memset(&sample, 0, sizeof sample);
        factor.key = pinbulk_text_of("k");
        factor.value = pinbulk_decimal_of(decimals[i].text);
        sample.factors = pinbulk_multiplier_list_set(&factor, 1);
        row = pinbulki_sample_rows[11];
        row.check = PINBULKI_NOT_NEGATIVE;
        text_free(encode(&table, &sample, CREATE, NULL, &result, NULL));
        CHECK_INT(result, decimals[i].not_negative ? PINBULK_OK : PINBULK_OUT_OF_RANGE);
    }
    for (i = 0; i < sizeof ints / sizeof *ints; i++) {
        pinbulk_int items[2];
        memset(&sample, 0, sizeof sample);
        sample.number = items[1] = pinbulk_int_set(ints[i].value);
        row = pinbulki_sample_rows[1];
        row.check = PINBULKI_2_TO_20;
        text_free(encode(&table, &sample, CREATE, NULL, &result, NULL));
        CHECK_INT(result, ints[i].good ? PINBULK_OK : PINBULK_OUT_OF_RANGE);
        text_free(encode(&table, &sample, CREATE, &unchecked, &result, NULL));
        CHECK_INT(result, PINBULK_OK);
        memset(&sample, 0, sizeof sample);
        items[0] = pinbulk_int_set(2);
        sample.numbers = pinbulk_int_list_set(items, 2);
        row = pinbulki_sample_rows[9];
        row.check = PINBULKI_2_TO_20;
        text_free(encode(&table, &sample, CREATE, NULL, &result, NULL));
        CHECK_INT(result, ints[i].good ? PINBULK_OK : PINBULK_OUT_OF_RANGE);
    }
    memset(&sample, 0, sizeof sample);
    row = pinbulki_sample_rows[3];
    row.check = PINBULKI_FALSE;
    sample.flag = pinbulk_bool_set(0);
    CHECK_ENCODES(&table, &sample, CREATE, NULL, "{\"flag\":false}");
    sample.flag = pinbulk_bool_set(1);
    CHECK_REFUSED(&table, &sample, CREATE, PINBULK_OUT_OF_RANGE, "flag", "{\"flag\":true}");
    CHECK_SAYS(&table, &sample, CREATE, "false, not \"true\"");
}

// A message shows as much of a value as fits, and no half characters.
static void test_values_in_messages(void)
{
    char text[64];
    size_t length, lead;
    for (lead = 0; lead < 2; lead++) // so that a cut would go through a character
        for (length = 40; length <= 60; length++) {
            pinbulk_keyword keyword;
            pinbulk_error error;
            size_t i;
            memset(&keyword, 0, sizeof keyword);
            memset(&error, 0, sizeof error);
            memset(text, 'x', sizeof text);
            for (i = lead; i + 1 < length; i += 2)
                memcpy(text + i, "\xc3\xa9", 2);
            keyword.id = pinbulk_string_set(text, length);
            CHECK_INT(pinbulk_validate_keyword(&keyword, UPDATE, NULL, &error),
                      PINBULK_BAD_PATTERN);
            CHECK_TEXT(error.message, strlen(error.message),
                       says_value("digits only", text, length));
            CHECK_INT(*pinbulki_utf8_end(error.message, error.message + strlen(error.message)), 0);
            CHECK((strstr(error.message, "...\"") != NULL) == (length > 48));
        }
}

// The table of an upsert's entities comes with their list.
static void test_lists_without_their_table(void)
{
    pinbulk_campaign campaign = old_campaign();
    pinbulk_keyword keyword;
    pinbulk_parent_keywords parent;
    pinbulk_create create;
    pinbulk_update update;
    pinbulk_upsert upsert;
    memset(&keyword, 0, sizeof keyword);
    memset(&parent, 0, sizeof parent);
    memset(&create, 0, sizeof create);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    upsert.create = pinbulk_create_ref_set(&create);
    upsert.update = pinbulk_update_ref_set(&update);
    update.campaigns.state = PINBULK_SET;
    CHECK_REFUSED(&pinbulki_upsert_table, &upsert, CREATE, PINBULK_NOT_SET, "update.campaigns",
                  NULL);
    CHECK_SAYS(&pinbulki_upsert_table, &upsert, CREATE,
               "make it with the _set function of its type");
    update.campaigns.items = &campaign;
    update.campaigns.count = 1;
    CHECK_REFUSED(&pinbulki_upsert_table, &upsert, CREATE, PINBULK_NOT_SET, "update.campaigns",
                  NULL);
    update.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    CHECK_ENCODES(
        &pinbulki_upsert_table, &upsert, CREATE, NULL,
        "{\"create\":{},\"update\":{\"campaigns\":[{\"id\":\"2\",\"ad_account_id\":\"1\"}]"
        "}}");
    // null needs none.
    memset(&update, 0, sizeof update);
    update.ads.state = PINBULK_NULL;
    CHECK_REFUSED(&pinbulki_upsert_table, &upsert, CREATE, PINBULK_NOT_NULLABLE, "update.ads",
                  "{\"create\":{},\"update\":{\"ads\":null}}");
    memset(&update, 0, sizeof update);
    // A list inside an entity is that of one type only.
    parent.parent_id = pinbulk_string_of("1");
    keyword.match_type.state = PINBULK_NULL;
    keyword.value = pinbulk_string_of("v");
    parent.keywords.state = PINBULK_SET;
    parent.keywords.items = &keyword;
    parent.keywords.count = 1;
    create.keywords = pinbulk_parent_keywords_list_set(&parent, 1);
    CHECK_ENCODES(&pinbulki_upsert_table, &upsert, CREATE, NULL,
                  "{\"create\":{\"keywords\":[{\"parent_id\":\"1\",\"keywords\":[{\"match_type\":"
                  "null,\"value\":\"v\"}]}]},\"update\":{}}");
}

// With the tables of the lists an upsert is the same as with those for decoding, and what was
// decoded has them.
static void test_random_upserts_with_the_tables_of_their_lists(void)
{
    long rounds = check_scaled(CHECK_SMALL ? 10000 : 300), round; // few have room there
    for (round = 0; round < rounds; round++) {
        random_objects r = random_of((uint64_t)round);
        const void *object;
        pinbulk_result result;
        pinbulk_text text, other;
        reading back;
        r.sources = round % 3 == 0;
        object = random_object(&r, UPSERT, CREATE);
        text = encode(UPSERT, object, CREATE, NULL, &result, NULL);
        other = encode(&pinbulki_upsert_table, object, CREATE, NULL, &result, NULL);
        CHECK_INT(result, PINBULK_OK);
        CHECK(other.length == text.length && memcmp(other.data, text.data, text.length) == 0);
        text_free(other);
        if (!has_room(text)) {
            text_free(text);
            random_objects_free(&r);
            continue;
        }
        back = read_in(UPSERT, text.data, text.length, NULL, 4096 + ROOM * text.length);
        other = encode(&pinbulki_upsert_table, back.object, CREATE, NULL, &result, NULL);
        CHECK_INT(result, PINBULK_OK);
        CHECK(other.length == text.length && memcmp(other.data, text.data, text.length) == 0);
        text_free(other);
        reading_free(&back);
        text_free(text);
        random_objects_free(&r);
    }
    tell_without_room("upserts with the tables of their lists", rounds);
}

// ---- findings that do not end the encoding ----------------------------------------------------

// Collects findings as "result path, result path".
typedef struct findings {
    char text[2048];
    int count;
} findings;

static void find(void *ctx, const pinbulk_error *finding)
{
    findings *found = (findings *)ctx;
    size_t length = strlen(found->text);
    CHECK(!finding->has_offset && finding->message[0]);
    snprintf(found->text + length, sizeof found->text - length, "%s%s %s", found->count ? ", " : "",
             pinbulk_result_name(finding->result) + 8, finding->path);
    found->count++;
}

// Encodes once; the findings must be those, the JSON the one that is written without checks.
static void check_findings(const pinbulki_table *table, const void *object, int form,
                           const char *want)
{
    findings found = {"", 0};
    pinbulk_encode_options warn = {0, 0, 0, NULL, find};
    pinbulk_writer writer;
    pinbulk_error error;
    pinbulk_result result;
    pinbulk_text text = encode(table, object, form, &unchecked, &result, NULL);
    char *buffer = (char *)malloc(text.length);
    warn.warn_ctx = &found;
    CHECK_INT(result, PINBULK_OK);
    memset(&error, 0, sizeof error);
    pinbulk_writer_init_buffer(&writer, buffer, text.length);
    CHECK_INT(pinbulki_encode(object, table, form, &writer, &warn, &error), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_OK);
    CHECK(memcmp(buffer, text.data, text.length) == 0);
    CHECK_INT(error.result, PINBULK_OK);
    CHECK_TEXT(found.text, strlen(found.text), want);
    // Without an error nothing can be told.
    found.count = 0;
    pinbulk_writer_init_count(&writer);
    CHECK_INT(pinbulki_encode(object, table, form, &writer, &warn, NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulki_validate(object, table, form, &warn, NULL), PINBULK_BAD_ARGUMENT);
    // Who wants no checks is told nothing.
    warn.unchecked = 1;
    CHECK_INT(pinbulki_encode(object, table, form, &writer, &warn, NULL), PINBULK_OK);
    CHECK_INT(found.count, 0);
    free(buffer);
    text_free(text);
}

static void test_warnings(void)
{
    static const struct {
        const pinbulki_table *table;
        int form;
        const char *json, *findings;
    } cases[] = {
        {CAMPAIGN, UPDATE, "{\"id\":\"1\",\"ad_account_id\":\"2\"}", ""},
        {CAMPAIGN, CREATE,
         "{\"id\":\"x\",\"name\":null,\"status\":\"NEW\",\"lifetime_spend_cap\":1,"
         "\"daily_spend_cap\":2,\"tracking_urls\":{\"click\":[\"\",\"\",\"\",\"\"],\"y\":1},"
         "\"objective_type\":\"LEADS\",\"bid_options\":{\"audience_multipliers\":{\"a\":11,\"b\":1}"
         ","
         "\"update_mask\":[\"NEW\",\"AUDIENCE\"]},\"z\":[]}",
         "NOT_TOGETHER daily_spend_cap, NOT_ALLOWED id, BAD_PATTERN id, MISSING ad_account_id, "
         "NOT_NULLABLE name, UNKNOWN status, OUT_OF_RANGE tracking_urls.click[3], "
         "UNKNOWN tracking_urls.y, BAD_ENUM objective_type, "
         "OUT_OF_RANGE bid_options.audience_multipliers.a, NOT_ALLOWED bid_options.update_mask, "
         "UNKNOWN bid_options.update_mask[0], UNKNOWN z"},
        {DOWNLOAD, CREATE, "{\"entity_types\":[],\"updated_since\":\"y\"}",
         "OUT_OF_RANGE entity_types, BAD_PATTERN updated_since"},
        {KEYWORD, CREATE, "{\"match_type\":\"BROAD\"}", "MISSING value"},
        {SAMPLE, CREATE,
         "{\"shapes\":[{\"kind\":\"CIRCLE\",\"side\":1},{\"kind\":\"SQUARE\"},{\"kind\":\"NEW\"}],"
         "\"boxes\":[{\"NEW\":{}},{\"CIRCLE\":{\"x\":1}}]}",
         "NOT_ALLOWED shapes[0], MISSING shapes[1].corners, UNKNOWN shapes[2].kind, "
         "UNKNOWN boxes[0].NEW, UNKNOWN boxes[1].CIRCLE.x"},
        {&pinbulki_hotel_filters_table, CREATE,
         "{\"any_of\":[{\"BRAND\":{\"values\":[]}},{\"MIN_PRICE\":{\"values\":-1}}],\"all_of\":[]}",
         "NOT_TOGETHER all_of, BAD_ENUM any_of[1].MIN_PRICE, "
         "OUT_OF_RANGE any_of[1].MIN_PRICE.values"},
        {OPERATION, UPDATE, "{\"field\":\"MAXIMUM_AGE\",\"operation\":\"SET\",\"values\":[]}",
         "NOT_ALLOWED "},
        {&pinbulki_targeting_table, CREATE, "{\"AGE_BUCKET\":[\"65+\"],\"MAXIMUM_AGE\":\"+\"}",
         "MISSING LOCATION, NOT_TOGETHER MAXIMUM_AGE, MISSING MINIMUM_AGE, BAD_PATTERN "
         "MAXIMUM_AGE"}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading r = read_text(cases[i].table, cases[i].json, NULL);
        CHECK_INT(r.result, PINBULK_OK);
        CHECK_ENCODES(cases[i].table, r.object, cases[i].form, &unchecked, cases[i].json);
        check_findings(cases[i].table, r.object, cases[i].form, cases[i].findings);
        reading_free(&r);
    }
    { // What cannot be written ends it all the same.
        findings found = {"", 0};
        pinbulk_encode_options warn = {0, 0, 0, NULL, find};
        pinbulk_keyword keyword;
        pinbulk_writer writer;
        pinbulk_error error;
        memset(&keyword, 0, sizeof keyword);
        keyword.archived = pinbulk_bool_set(1);
        keyword.bid.value = 5;
        warn.warn_ctx = &found;
        pinbulk_writer_init_count(&writer);
        CHECK_INT(pinbulk_encode_keyword(&keyword, CREATE, &writer, &warn, &error),
                  PINBULK_NOT_SET);
        CHECK_TEXT(error.path, strlen(error.path), "bid");
        CHECK_TEXT(found.text, strlen(found.text), "NOT_ALLOWED archived");
    }
    { // Two entries of one key, and two extra members.
        pinbulk_multiplier factors[2];
        pinbulk_member extra[2];
        pinbulk_sample sample;
        memset(&sample, 0, sizeof sample);
        factors[0].key = factors[1].key = extra[0].name = extra[1].name = pinbulk_text_of("a");
        factors[0].value = factors[1].value = pinbulk_decimal_of("1");
        extra[0].json = extra[1].json = pinbulk_text_of("1");
        sample.factors = pinbulk_multiplier_list_set(factors, 2);
        sample.extra.items = extra;
        sample.extra.count = 2;
        check_findings(SAMPLE, &sample, CREATE,
                       "DUPLICATE factors.a, UNKNOWN a, DUPLICATE a, UNKNOWN a");
    }
    { // A body tells its findings once, before anything is sent.
        findings found = {"", 0};
        pinbulk_encode_options warn = {0, 0, 0, NULL, find};
        reading r =
            read_text(UPSERT, "{\"update\":{\"keywords\":[{\"id\":\"1\",\"x\":1},{}]}}", NULL);
        pinbulk_body body;
        pinbulk_error error;
        char text[128];
        size_t got;
        uint64_t seed = 1;
        int pass;
        warn.warn_ctx = &found;
        CHECK_INT(pinbulk_body_init_upsert(&body, (pinbulk_upsert *)r.object, &warn, &error),
                  PINBULK_OK);
        for (pass = 0; pass < 2; pass++) {
            CHECK_TEXT(found.text, strlen(found.text),
                       "UNKNOWN update.keywords[0].x, MISSING update.keywords[1].id");
            CHECK_INT(pull(&body, text, sizeof text, &got, 1, 9, &seed), PINBULK_OK);
            CHECK_TEXT(text, got, "{\"update\":{\"keywords\":[{\"id\":\"1\",\"x\":1},{}]}}");
            CHECK_INT(pinbulk_body_rewind(&body), PINBULK_OK);
        }
        reading_free(&r);
    }
}

// Extra members and texts of unknown constants pass unless they are to be refused.
static void test_what_is_not_known_can_be_refused(void)
{
    static const pinbulk_encode_options refuse = {0, 0, 1, NULL, NULL};
    static const pinbulk_encode_options not_even = {1, 0, 1, NULL, NULL};
    static const struct {
        const char *json, *path;
    } cases[] = {{"{\"x\":1}", "x"},
                 {"{\"status\":\"NEW\"}", "status"},
                 {"{\"statuses\":[\"PAUSED\",\"NEW\"]}", "statuses[1]"},
                 {"{\"leaves\":[{},{\"y\":null}]}", "leaves[1].y"},
                 {"{\"shape\":{\"kind\":\"NEW\"}}", "shape.kind"},
                 {"{\"boxes\":[{\"NEW\":{}}]}", "boxes[0].NEW"},
                 {"{\"box\":{\"DOT\":{\"open\":1}}}", "box.DOT.open"}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        reading r = read_text(SAMPLE, cases[i].json, NULL);
        pinbulk_result result;
        pinbulk_error error;
        CHECK_ENCODES(SAMPLE, r.object, CREATE, NULL, cases[i].json);
        CHECK_ENCODES(SAMPLE, r.object, CREATE, &not_even, cases[i].json);
        memset(&error, 0, sizeof error);
        text_free(encode(SAMPLE, r.object, CREATE, &refuse, &result, &error));
        CHECK_INT(result, PINBULK_UNKNOWN);
        CHECK_TEXT(error.path, strlen(error.path), cases[i].path);
        reading_free(&r);
    }
    CHECK_REWRITES(SAMPLE, "{\"status\":\"PAUSED\",\"box\":{\"DOT\":{}}}", NULL, CREATE,
                   "{\"status\":\"PAUSED\",\"box\":{\"DOT\":{}}}");
    {
        reading r = read_text(SAMPLE, "{\"status\":\"PAUSED\",\"box\":{\"DOT\":{}}}", NULL);
        CHECK_ENCODES(SAMPLE, r.object, CREATE, &refuse,
                      "{\"status\":\"PAUSED\",\"box\":{\"DOT\":{}}}");
        reading_free(&r);
    }
}

// An ad group as a newer service may have it is read, changed at one place, and sent back.
static void test_an_entity_with_members_nobody_knows(void)
{
#define AD_GROUP_JSON(budget)                                                                    \
    "{\"id\":\"2680060704746\",\"campaign_id\":\"626735565838\",\"name\":\"Spring\\\\Summer\","  \
    "\"status\":\"ACTIVE\",\"budget_in_micro_currency\":" budget ",\"bid_strategy_type\":null,"  \
    "\"budget_type\":\"DAILY\",\"targeting_spec\":{\"GENDER\":[\"female\",\"other\"],"           \
    "\"LOCATION\":[\"US\"],\"LIFE_STAGE\":[ \"NEW_PARENT\" ]},\"billable_event\":\"ATTENTION\"," \
    "\"feed_profile_id\":\"0\",\"summary\":{\"a\" : [1.0, {}]},\"type\":\"adgroup\"}"
    static const char json[] = AD_GROUP_JSON("5000000");
    static const pinbulk_encode_options refuse = {0, 0, 1, NULL, NULL};
    findings found = {"", 0};
    pinbulk_encode_options warn = {0, 0, 0, NULL, find};
    char memory[4096], text[1024];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_ad_group group;
    pinbulk_writer writer;
    pinbulk_error error;
    uint64_t length;
    warn.warn_ctx = &found;
    CHECK_INT(pinbulk_decode_ad_group(json, sizeof json - 1, &group, &arena, NULL, NULL),
              PINBULK_OK);
    CHECK_INT(group.extra.count, 3);
    CHECK_INT(group.targeting_spec.value->extra.count, 1);
    CHECK_INT(group.billable_event.value, 0);
    CHECK_TEXT(group.billable_event.text, group.billable_event.length, "ATTENTION");
    group.budget_in_micro_currency = pinbulk_int_set(7000000);
    pinbulk_writer_init_buffer(&writer, text, sizeof text);
    CHECK_INT(pinbulk_encode_ad_group(&group, UPDATE, &writer, NULL, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(text, length, AD_GROUP_JSON("7000000"));
    pinbulk_writer_init_buffer(&writer, text, sizeof text);
    CHECK_INT(pinbulk_encode_ad_group(&group, UPDATE, &writer, &warn, &error), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(text, length, AD_GROUP_JSON("7000000"));
    CHECK_TEXT(found.text, strlen(found.text),
               "UNKNOWN targeting_spec.GENDER[1], UNKNOWN targeting_spec.LIFE_STAGE, "
               "UNKNOWN billable_event, UNKNOWN feed_profile_id, UNKNOWN summary, UNKNOWN type");
    CHECK_INT(pinbulk_validate_ad_group(&group, UPDATE, &refuse, &error), PINBULK_UNKNOWN);
    CHECK_TEXT(error.path, strlen(error.path), "targeting_spec.GENDER[1]");
    CHECK_INT(pinbulk_validate_ad_group(&group, UPDATE, NULL, &error), PINBULK_OK);
    // To create one from it is another matter.
    CHECK_INT(pinbulk_validate_ad_group(&group, CREATE, NULL, &error), PINBULK_NOT_ALLOWED);
    CHECK_TEXT(error.path, strlen(error.path), "id");
#undef AD_GROUP_JSON
}

// Objects made of the rows of a table: names and values are not quite what they are in JSON.
static void test_loose_names_and_values(void)
{
    static const pinbulk_decode_options loose = {0, 0, 0, 0, 1};
    static const pinbulk_decode_options loose_last = {1, 1, PINBULK_DUPLICATES_LAST, 0, 1};
    CHECK_REWRITES(
        CAMPAIGN,
        "{\"Ad Account ID\":17,\" i__d \":\"2\",\"NAME\":true,\"DailySpendCap\":\"-5\","
        "\"is top_of search\":\"TRUE\",\"Is_LTV_optimized\":\"False\","
        "\"Objective Type\":\"AWARENESS\",\"start_time\":null,\"Start Times\":1}",
        &loose, UPDATE,
        "{\"id\":\"2\",\"ad_account_id\":\"17\",\"name\":\"true\",\"daily_spend_cap\":-5,"
        "\"start_time\":null,\"is_ltv_optimized\":false,\"is_top_of_search\":true,"
        "\"objective_type\":\"AWARENESS\",\"Start Times\":1}");
    CHECK_REWRITES(
        SAMPLE,
        "{\"text\": { \"a\":\"b\" } ,\"number\":\"1.50e1\",\"fraction\":\"0.50\","
        "\"texts\":[1,\"a\",[2 ],null,{}],\"numbers\":[1,\"2\"],\"either\":[1, 2],"
        "\"se veral\":[5],\"B O X\":{\"DOT\":{\"IN\":{\"I D\":1}}}}",
        &loose, CREATE,
        "{\"text\":\"{ \\\"a\\\":\\\"b\\\" }\",\"number\":15,\"fraction\":0.50,"
        "\"texts\":[\"1\",\"a\",\"[2 ]\",\"null\",\"{}\"],\"numbers\":[1,2],"
        "\"either\":\"[1, 2]\",\"several\":[\"5\"],\"box\":{\"DOT\":{\"in\":{\"id\":\"1\"}"
        "}}}");
    CHECK_REWRITES(SAMPLE, "{\"EITHER\":{\"ID\":\"1\"},\"Several\":[{}]}", &loose, CREATE,
                   "{\"either\":{\"id\":\"1\"},\"several\":[{}]}");
    CHECK_REWRITES(SAMPLE, "{\"text\":null,\"number\":null,\"flag\":null}", &loose, CREATE,
                   "{\"text\":null,\"number\":null,\"flag\":null}");
    // Constants are what they are.
    CHECK_REWRITES(SAMPLE, "{\"status\":\"paused\"}", &loose, CREATE, "{\"status\":\"paused\"}");
    CHECK_UNREADABLE(SAMPLE, "{\"status\":5}", &loose, PINBULK_WRONG_TYPE, 10, "status");
    CHECK_UNREADABLE(SAMPLE, "{\"number\":\"\"}", &loose, PINBULK_WRONG_TYPE, 10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"number\":\" 1\"}", &loose, PINBULK_WRONG_TYPE, 10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"number\":\"1x\"}", &loose, PINBULK_WRONG_TYPE, 10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"number\":true}", &loose, PINBULK_WRONG_TYPE, 10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"NUMBER\":\"1.5\"}", &loose, PINBULK_OUT_OF_RANGE, 10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"number\":\"9223372036854775808\"}", &loose, PINBULK_OUT_OF_RANGE,
                     10, "number");
    CHECK_UNREADABLE(SAMPLE, "{\"fraction\":\"+1\"}", &loose, PINBULK_WRONG_TYPE, 12, "fraction");
    CHECK_UNREADABLE(SAMPLE, "{\"flag\":\"yes\"}", &loose, PINBULK_WRONG_TYPE, 8, "flag");
    CHECK_UNREADABLE(SAMPLE, "{\"flag\":1}", &loose, PINBULK_WRONG_TYPE, 8, "flag");
    CHECK_UNREADABLE(SAMPLE, "{\"leaf\":\"{}\"}", &loose, PINBULK_WRONG_TYPE, 8, "leaf");
    CHECK_UNREADABLE(SAMPLE, "{\"texts\":\"[]\"}", &loose, PINBULK_WRONG_TYPE, 9, "texts");
    CHECK_UNREADABLE(SAMPLE, "{\"text\":[1,}", &loose, PINBULK_BAD_JSON, 11, "text");
    // Names that are the same are one member.
    CHECK_UNREADABLE(SAMPLE, "{\"flag\":true,\"FL AG\":true}", &loose, PINBULK_DUPLICATE, 21,
                     "flag");
    CHECK_REWRITES(SAMPLE, "{\"Flag\":1,\"x\":2,\"FL AG\":true}", &loose_last, CREATE,
                   "{\"flag\":true,\"x\":2}");
    CHECK_REWRITES(SAMPLE, "{\"Flag\":true,\"x\":2,\"FL AG\":1}", &loose_last, CREATE,
                   "{\"x\":2,\"flag\":1}");
    // Only so, and only whole names.
    CHECK_REWRITES(SAMPLE, "{\"Flag\":true,\"fla\":1,\"flags\":2,\"\":3,\"_\":4}", &loose, CREATE,
                   "{\"flag\":true,\"fla\":1,\"flags\":2,\"\":3,\"_\":4}");
    CHECK_REWRITES(SAMPLE, "{\"Flag\":true}", NULL, CREATE, "{\"Flag\":true}");
    CHECK_REWRITES(GROUP, "{\"Catalogs Product Group Id\":5}", &loose, CREATE,
                   "{\"catalog_product_group_id\":\"5\"}");
    {
        static const char json[] =
            "{\"TEXT\":[\"\\u0061\",{}],\"texts\":[\"\\n\",[\"a\"],17,\"b\"],"
            "\"several\":[[],[1]],\"numbers\":[\"1\"],\"Flag\":\"true\"}";
        static const pinbulk_decode_options ways[] = {{0, 0, 0, 0, 1}, {1, 0, 0, 0, 1}};
        check_arena_sizes(SAMPLE, json, sizeof json - 1, &ways[0], 0);
        check_arena_sizes(SAMPLE, json, sizeof json - 1, &ways[1], 0);
    }
}

// ---- the public functions ---------------------------------------------------------------------

// Each has the table of its object.
static void test_public_functions(void)
{
    char memory[2048], text[256];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_writer writer;
    uint64_t length;
    pinbulk_campaign campaign;
    pinbulk_keyword keyword;
    pinbulk_product_group product_group;
    pinbulk_download download;
    pinbulk_upsert upsert;
    pinbulk_submitted submitted;
    pinbulk_status status;
    pinbulk_problem problem;
    pinbulk_error error;
#define DECODE(object, json)                                                              \
    CHECK_INT(pinbulk_decode_##object(json, strlen(json), &object, &arena, NULL, &error), \
              PINBULK_OK);                                                                \
    CHECK_INT(object.extra.count, 0)
#define ENCODED(call, json)                                      \
    pinbulk_writer_init_buffer(&writer, text, sizeof text);      \
    CHECK_INT(call, PINBULK_OK);                                 \
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK); \
    CHECK_TEXT(text, length, json)
    DECODE(campaign, "{\"id\":\"1\",\"ad_account_id\":\"2\",\"name\":\"n\"}");
    ENCODED(pinbulk_encode_campaign(&campaign, UPDATE, &writer, NULL, &error),
            "{\"id\":\"1\",\"ad_account_id\":\"2\",\"name\":\"n\"}");
    DECODE(keyword, "{\"id\":\"1\",\"archived\":true}");
    ENCODED(pinbulk_encode_keyword(&keyword, UPDATE, &writer, NULL, &error),
            "{\"id\":\"1\",\"archived\":true}");
    DECODE(product_group, "{\"included\":null}");
    ENCODED(pinbulk_encode_product_group(&product_group, UPDATE, &writer, NULL, &error),
            "{\"included\":null}");
    DECODE(download, "{\"entity_types\":[\"AD\"]}");
    CHECK_INT(pinbulk_validate_download(&download, NULL, &error), PINBULK_OK);
    ENCODED(pinbulk_encode_download(&download, &writer, NULL, &error),
            "{\"entity_types\":[\"AD\"]}");
    {
        pinbulk_body body;
        size_t got;
        CHECK_INT(pinbulk_body_init_download(&body, &download, NULL, &error), PINBULK_OK);
        CHECK_INT(pinbulk_body_read(&body, text, sizeof text, &got), PINBULK_OK);
        CHECK_TEXT(text, got, "{\"entity_types\":[\"AD\"]}");
    }
    DECODE(upsert, "{\"update\":{\"keywords\":[{\"id\":\"1\"}]}}");
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_OK);
    ENCODED(pinbulk_encode_upsert(&upsert, &writer, NULL, &error),
            "{\"update\":{\"keywords\":[{\"id\":\"1\"}]}}");
    DECODE(submitted, "{\"request_id\":\"a, b\"}");
    CHECK_TEXT(submitted.request_id.text, submitted.request_id.length, "a, b");
    DECODE(status, "{\"status\":\"SUCCEEDED\",\"result_url\":\"u\",\"workload_id\":7}");
    CHECK_INT(status.status.value, PINBULK_BULK_STATUS_SUCCEEDED);
    CHECK_INT(status.workload_id.value, 7);
    DECODE(problem, "{\"code\":1,\"message\":\"m\",\"message_detail\":\"d\",\"status\":\"s\"}");
    CHECK_INT(problem.code.value, 1);
    CHECK_TEXT(problem.message_detail.text, problem.message_detail.length, "d");
#undef DECODE
#undef ENCODED
}

int main(void)
{
    RUN(test_absent_and_null_of_every_kind);
    RUN(test_strings);
    RUN(test_integers);
    RUN(test_decimals);
    RUN(test_booleans);
    RUN(test_enumerations);
    RUN(test_names_of_constants);
    RUN(test_objects);
    RUN(test_lists);
    RUN(test_lists_of_lists);
    RUN(test_maps);
    RUN(test_extra_members);
    RUN(test_order_of_members);
    RUN(test_random_objects_of_every_table_come_back);
    RUN(test_spoiled_objects_are_refused_or_json);
    RUN(test_sinks_and_buffers_that_are_too_small);
    RUN(test_objects_within_a_document);
    RUN(test_bad_arguments);
    RUN(test_bodies_in_portions_of_any_size);
    RUN(test_bodies_of_random_objects);
    RUN(test_bodies_in_memory);
    RUN(test_sources);
    RUN(test_sources_that_change_between_passes);
    RUN(test_arenas_of_every_size);
    RUN(test_arenas_for_random_objects);
    RUN(test_an_arena_for_many_objects);
    RUN(test_nothing_points_into_the_input);
    RUN(test_borrowing);
    RUN(test_members_by_form);
    RUN(test_members_that_exclude_each_other);
    RUN(test_forgotten_states);
    RUN(test_missing_pointers);
    RUN(test_what_cannot_be_json);
    RUN(test_constants_of_other_enumerations);
    RUN(test_patterns_of_ids);
    RUN(test_lengths_of_texts);
    RUN(test_sizes_of_lists);
    RUN(test_multipliers_from_0_to_10);
    RUN(test_names_that_occur_twice);
    RUN(test_paths_of_refused_members);
    RUN(test_legacy_names);
    RUN(test_the_download_of_the_seed);
    RUN(test_the_upsert_of_the_seed);
    RUN(test_values_of_another_type);
    RUN(test_what_is_kept_aside);
    RUN(test_paths_and_offsets_of_errors);
    RUN(test_the_path_behind_a_dropped_member);
    RUN(test_members_that_are_not_known);
    RUN(test_members_that_occur_twice);
    RUN(test_whole_documents_only);
    RUN(test_depth);
    RUN(test_tags_that_are_members);
    RUN(test_tags_that_are_keys);
    RUN(test_members_of_two_types);
    RUN(test_targeting_operations);
    RUN(test_catalog_product_groups);
    RUN(test_rules);
    RUN(test_first_and_last_constants);
    RUN(test_checks_of_numbers);
    RUN(test_values_in_messages);
    RUN(test_lists_without_their_table);
    RUN(test_random_upserts_with_the_tables_of_their_lists);
    RUN(test_warnings);
    RUN(test_what_is_not_known_can_be_refused);
    RUN(test_an_entity_with_members_nobody_knows);
    RUN(test_loose_names_and_values);
    RUN(test_public_functions);
    return check_report();
}
