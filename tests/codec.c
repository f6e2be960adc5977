// The codec: what each kind of member is as JSON and back, what validation and decoding refuse, and
// for random objects of every table that nothing is lost on the way.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "random_object.h"
#include "sample_tables.h"

#define CREATE    PINBULK_FORM_CREATE
#define UPDATE    PINBULK_FORM_UPDATE

#define LONG_TEXT "0123456789012345678901234567890123456789"

static const pinbulk_encode_options unchecked = {1, 0};

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
    return read_in(table, json, strlen(json), options, 8192 + 64 * strlen(json));
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

#define SAMPLE_IS(sample, text) CHECK_BOTH_WAYS(&pinbulki_sample_table, sample, text)

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
    // One that cannot be sent here can be read.
    r = read_text(&pinbulki_sample_table, "{\"status\":\"DELETED_DRAFT\"}", NULL);
    CHECK_INT(((pinbulk_sample *)r.object)->status.value, PINBULK_ENTITY_STATUS_DELETED_DRAFT);
    reading_free(&r);
}

// The names of every constant, to text and back.
static void test_names_of_constants(void)
{
    unsigned constant, count = 0;
    for (constant = 0; constant <= 0x2000; constant++) {
        const char *name = pinbulk_enum_name(constant);
        if (!name)
            continue;
        count++;
        CHECK((constant & 0xff) != 0 && (constant & 0xff) <= 64);
        CHECK(strlen(name) > 0 &&
              strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(name));
    }
    CHECK(count > 80);
    CHECK_TEXT(pinbulk_enum_name(PINBULK_ENTITY_TYPE_CAMPAIGN), 8, "CAMPAIGN");
    CHECK_TEXT(pinbulk_enum_name(PINBULK_CTA_WATCH_NOW), 9, "WATCH_NOW");
    CHECK(pinbulk_enum_name(PINBULK_CTA_WATCH_NOW + 1) == NULL);
    CHECK(pinbulk_enum_name(0x0e00) == NULL);
    CHECK(pinbulk_enum_name(UINT32_MAX) == NULL);
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
    pinbulki_json jsons[4];
    memset(&sample, 0, sizeof sample);
    sample.texts.state = sample.statuses.state = sample.leaves.state = sample.numbers.state =
        sample.jsons.state = PINBULK_SET;
    SAMPLE_IS(&sample, "{\"texts\":[],\"statuses\":[],\"leaves\":[],\"numbers\":[],\"jsons\":[]}");

    memset(&sample, 0, sizeof sample);
    strings[0] = pinbulk_string_of("a");
    strings[1] = pinbulk_string_of("");
    strings[2] = pinbulk_string_of("\t\"b");
    sample.texts.state = PINBULK_SET;
    sample.texts.items = strings;
    sample.texts.count = 3;
    enums[0] = pinbulk_enum_of("NEW");
    enums[1] = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ACTIVE);
    sample.statuses.state = PINBULK_SET;
    sample.statuses.items = enums;
    sample.statuses.count = 2;
    SAMPLE_IS(&sample, "{\"texts\":[\"a\",\"\",\"\\t\\\"b\"],\"statuses\":[\"NEW\",\"ACTIVE\"]}");

    memset(&sample, 0, sizeof sample);
    memset(leaves, 0, sizeof leaves);
    leaves[0].number = pinbulk_int_set(1);
    leaves[2].id = pinbulk_string_of("3");
    sample.leaves.state = PINBULK_SET;
    sample.leaves.items = leaves;
    sample.leaves.count = 3;
    ints[0] = pinbulk_int_set(-1);
    ints[1] = pinbulk_int_set(2);
    sample.numbers.state = PINBULK_SET;
    sample.numbers.items = ints;
    sample.numbers.count = 2;
    SAMPLE_IS(&sample, "{\"leaves\":[{\"number\":1},{},{\"id\":\"3\"}],\"numbers\":[-1,2]}");

    memset(&sample, 0, sizeof sample);
    memset(jsons, 0, sizeof jsons);
    jsons[0].state = jsons[1].state = jsons[2].state = jsons[3].state = PINBULK_SET;
    jsons[0].text = "null";
    jsons[1].text = "[ 1,{} ]";
    jsons[2].text = "\"\\u0061\"";
    jsons[3].text = "1.0";
    jsons[0].length = 4;
    jsons[1].length = jsons[2].length = 8;
    jsons[3].length = 3;
    sample.jsons.state = PINBULK_SET;
    sample.jsons.items = jsons;
    sample.jsons.count = 4;
    SAMPLE_IS(&sample, "{\"jsons\":[null,[ 1,{} ],\"\\u0061\",1.0]}");
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

static void test_unions_told_apart_by_type(void)
{
    const pinbulki_table *table = &pinbulki_sample_table;
    pinbulk_sample sample;
    pinbulk_any anys[5];
    pinbulk_string text = pinbulk_string_of("in a list");
    pinbulk_leaf leaf;
    reading r;
    memset(&sample, 0, sizeof sample);
    memset(anys, 0, sizeof anys);
    memset(&leaf, 0, sizeof leaf);
    leaf.id = pinbulk_string_of("7");
    anys[0].state = anys[1].state = anys[2].state = anys[3].state = anys[4].state = PINBULK_SET;
    anys[0].row = 1;
    anys[0].as.number = pinbulk_int_set(5);
    anys[1].row = 2;
    anys[1].as.fraction = pinbulk_decimal_of("5.0");
    anys[2].row = 3;
    anys[2].as.text = pinbulk_string_of("five\n");
    anys[3].row = 4;
    anys[3].as.leaf.state = PINBULK_SET;
    anys[3].as.leaf.value = &leaf;
    anys[4].row = 5;
    anys[4].as.texts.state = PINBULK_SET;
    anys[4].as.texts.items = &text;
    anys[4].as.texts.count = 1;
    sample.any = anys[0];
    SAMPLE_IS(&sample, "{\"any\":5}");
    sample.any = anys[1];
    SAMPLE_IS(&sample, "{\"any\":5.0}");
    sample.any = anys[2];
    SAMPLE_IS(&sample, "{\"any\":\"five\\n\"}");
    sample.any = anys[3];
    SAMPLE_IS(&sample, "{\"any\":{\"id\":\"7\"}}");
    sample.any = anys[4];
    SAMPLE_IS(&sample, "{\"any\":[\"in a list\"]}");
    memset(&sample, 0, sizeof sample);
    sample.anys.state = PINBULK_SET;
    SAMPLE_IS(&sample, "{\"anys\":[]}");
    sample.anys.items = anys;
    sample.anys.count = 5;
    SAMPLE_IS(&sample, "{\"anys\":[5,5.0,\"five\\n\",{\"id\":\"7\"},[\"in a list\"]]}");

    // A kind of raw JSON takes what no kind before it takes.
    r = read_text(table, "{\"opens\":[\"NEW\",false,{\"a\":1},[{\"id\":\"1\"}],1.0,null]}", NULL);
    CHECK_INT(r.result, PINBULK_OK);
    if (r.result == PINBULK_OK) {
        const pinbulk_open *opens = ((pinbulk_sample *)r.object)->opens.items;
        CHECK_INT(opens[0].row, 1);
        CHECK_TEXT(opens[0].as.status.text, opens[0].as.status.length, "NEW");
        CHECK_INT(opens[1].row, 2);
        CHECK_INT(opens[2].row, 3);
        CHECK_INT(opens[2].as.factors.count, 1);
        CHECK_INT(opens[3].row, 4);
        CHECK_INT(opens[3].as.leaves.count, 1);
        CHECK_INT(opens[4].row, 5);
        CHECK_TEXT(opens[4].as.other.text, opens[4].as.other.length, "1.0");
        CHECK_INT(opens[5].row, 5);
        CHECK_TEXT(opens[5].as.other.text, opens[5].as.other.length, "null");
        CHECK_ENCODES(table, r.object, CREATE, NULL,
                      "{\"opens\":[\"NEW\",false,{\"a\":1},[{\"id\":\"1\"}],1.0,null]}");
    }
    reading_free(&r);
}

static void test_unions_told_apart_by_tag(void)
{
    const pinbulki_table *table = &pinbulki_sample_table;
    static const char shapes[] = "{\"shapes\":[{\"kind\":\"CIRCLE\",\"radius\":1.5},"
                                 "{\"side\":2,\"corners\":[{},{\"id\":\"1\"}],"
                                 "\"kind\":\"SQUARE\"}]}";
    pinbulk_sample sample;
    pinbulk_circle circle;
    pinbulk_square square;
    pinbulk_member kind;
    reading r;
    memset(&sample, 0, sizeof sample);
    memset(&circle, 0, sizeof circle);
    circle.kind = pinbulk_string_of("CIRCLE");
    circle.radius = pinbulk_decimal_of("0.5");
    sample.shape.state = PINBULK_SET;
    sample.shape.row = 1;
    sample.shape.circle.state = PINBULK_SET;
    sample.shape.circle.value = &circle;
    SAMPLE_IS(&sample, "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":0.5}}");
    memset(&sample, 0, sizeof sample);
    memset(&square, 0, sizeof square);
    square.side = pinbulk_int_set(4);
    kind.name = pinbulk_text_of("kind");
    kind.json = pinbulk_text_of("\"SQUARE\"");
    square.extra.items = &kind;
    square.extra.count = 1;
    sample.shape.state = PINBULK_SET;
    sample.shape.row = 2;
    sample.shape.square.state = PINBULK_SET;
    sample.shape.square.value = &square;
    SAMPLE_IS(&sample, "{\"shape\":{\"side\":4,\"kind\":\"SQUARE\"}}");
    CHECK_REWRITES(table, shapes, NULL, CREATE, shapes);

    // The tag may stand anywhere in the object, behind anything, and be escaped; only there.
    CHECK_REWRITES(table,
                   "{\"shape\":{\"radius\":1,\"x\":{\"kind\":\"SQUARE\"},\"y\":[[\"kind\"]],"
                   "\"k\\u0069nd\" : \"C\\u0049RCLE\"}}",
                   NULL, CREATE,
                   "{\"shape\":{\"kind\":\"CIRCLE\",\"radius\":1,\"x\":{\"kind\":\"SQUARE\"},"
                   "\"y\":[[\"kind\"]]}}");
    // What is long and has escapes is read past, wherever it stands.
    CHECK_REWRITES(table,
                   "{\"shape\":{\"\\n" LONG_TEXT LONG_TEXT "\":\"\\n" LONG_TEXT LONG_TEXT
                   "\",\"kind\":\"CIRCLE\"}}",
                   NULL, CREATE,
                   "{\"shape\":{\"kind\":\"CIRCLE\",\"\\n" LONG_TEXT LONG_TEXT
                   "\":\"\\n" LONG_TEXT LONG_TEXT "\"}}");
    CHECK_UNREADABLE(table,
                     "{\"shape\":{\"kind\":\"\\n" LONG_TEXT LONG_TEXT "\",\"kind\":\"CIRCLE\"}}",
                     NULL, PINBULK_WRONG_TYPE, 9, "shape");
    CHECK_UNREADABLE(table, "{\"shape\":{}}", NULL, PINBULK_WRONG_TYPE, 9, "shape");
    CHECK_UNREADABLE(table, "{\"shape\":{\"kind\":\"OTHER\"}}", NULL, PINBULK_WRONG_TYPE, 9,
                     "shape");
    CHECK_UNREADABLE(table, "{\"shape\":{\"kind\":1}}", NULL, PINBULK_WRONG_TYPE, 9, "shape");
    CHECK_UNREADABLE(table, "{\"shape\":{\"x\":{\"kind\":\"CIRCLE\"}}}", NULL, PINBULK_WRONG_TYPE,
                     9, "shape");
    CHECK_UNREADABLE(table, "{\"shape\":[\"kind\",\"CIRCLE\"]}", NULL, PINBULK_WRONG_TYPE, 9,
                     "shape");
    CHECK_UNREADABLE(table, "{\"shapes\":[{\"kind\":\"CIRCLE\"},{}]}", NULL, PINBULK_WRONG_TYPE, 29,
                     "shapes[1]");
    // What is wrong with the text behind the tag is not a matter of the tag.
    CHECK_UNREADABLE(table, "{\"shape\":{\"kind\":\"CIRCLE\",]}}", NULL, PINBULK_BAD_JSON, 26,
                     "shape");
    CHECK_UNREADABLE(table, "{\"shape\":{\"x\":tru}}", NULL, PINBULK_BAD_JSON, 17, "shape");

    r = read_text(table, "{\"open_shape\":{\"kind\":\"OTHER\"}}", NULL);
    CHECK_INT(r.result, PINBULK_OK);
    CHECK_INT(((pinbulk_sample *)r.object)->open_shape.row, 3);
    CHECK_TEXT(((pinbulk_sample *)r.object)->open_shape.other.text,
               ((pinbulk_sample *)r.object)->open_shape.other.length, "{\"kind\":\"OTHER\"}");
    reading_free(&r);
    CHECK_REWRITES(table, "{\"open_shape\":{\"kind\":\"SQUARE\"}}", NULL, CREATE,
                   "{\"open_shape\":{\"kind\":\"SQUARE\"}}");
    CHECK_REWRITES(table, "{\"open_shape\":[ 1 ]}", NULL, CREATE, "{\"open_shape\":[ 1 ]}");
}

static void test_raw_json(void)
{
    static const char *const texts[] = {
        "true", "-0", "1e999", "\"\\u0041\\/\"", "[ 1 , 2 ]", "{\"a\" : null,\"a\":1}", "[[[]]]"};
    pinbulk_sample sample;
    char json[64];
    size_t i;
    memset(&sample, 0, sizeof sample);
    sample.json.state = PINBULK_SET;
    for (i = 0; i < sizeof texts / sizeof *texts; i++) {
        sample.json.text = texts[i];
        sample.json.length = strlen(texts[i]);
        sprintf(json, "{\"json\":%s}", texts[i]);
        SAMPLE_IS(&sample, json);
    }
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
                   "{\"json\":1,\"flag\":true,\"number\":2,\"texts\":[],\"fraction\":3,"
                   "\"text\":\"\"}",
                   NULL, CREATE,
                   "{\"text\":\"\",\"number\":2,\"fraction\":3,\"flag\":true,\"texts\":[],"
                   "\"json\":1}");
}

// ---- random objects of every table ------------------------------------------------------------

static size_t all_tables(const pinbulki_table **tables)
{
    size_t count = 0;
    tables[count++] = &pinbulki_sample_table;
    tables[count++] = &pinbulki_node_table;
    tables[count++] = &pinbulki_download_table;
    tables[count++] = &pinbulki_upsert_table;
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
        pinbulk_decode_options options = {0, 0, 0, 0};
        pinbulk_result result;
        pinbulk_error error;
        pinbulk_text again;
        reading r;
        options.borrow = way & 1;
        options.tolerant = way >> 1 & 1;
        options.duplicates = way >> 2 & 1;
        r = read_in(table, text.data, text.length, &options, 4096 + 64 * text.length);
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

static void test_random_objects_of_every_table_come_back(void)
{
    const pinbulki_table *tables[RANDOM_TABLES_MAX];
    size_t count = all_tables(tables), i;
    long rounds = check_scaled(800), round;
    pinbulk_encode_options seed_names = {0, 1};
    CHECK(count >= 15);
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
            check_comes_back(tables[i], object, text, form, NULL);
            // The names of the seed lose nothing either.
            other = encode(tables[i], object, form, &seed_names, &result, &error);
            CHECK_INT(result, PINBULK_OK);
            check_comes_back(tables[i], object, other, form, &seed_names);
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
    long rounds = check_scaled(1500), round, passed = 0, refused = 0;
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
    CHECK_INT(pinbulk_validate_upsert(NULL, NULL), PINBULK_BAD_ARGUMENT);
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
    "\"objective_type\":\"AWARENESS\"}],\"product_groups\":[{\"ad_group_id\":\"AG2\","
    "\"product_group_promotion\":[{\"included\":false},{}]}],\"keywords\":[{\"parent_id\":\"C3\","
    "\"keywords\":[{\"match_type\":null,\"value\":\"v\"}]}],\"ads\":[]},\"update\":{\"campaigns\":["
    "{\"id\":\"1\",\"ad_account_id\":\"1\",\"bid_options\":{\"audience_multipliers\":{\"12\":1.50},"
    "\"update_mask\":[\"AUDIENCE\"]}}],\"keywords\":[{\"id\":\"4\",\"archived\":true},{\"id\":"
    "\"5\"}]}}";

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
    reading r = read_text(&pinbulki_upsert_table, upsert_json, NULL);
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
        const pinbulki_table *table = round % 2 ? &pinbulki_upsert_table : &pinbulki_sample_table;
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
    update->keywords.state = PINBULK_SET;
    update->keywords.source = &f->source;
    upsert->update.state = PINBULK_SET;
    upsert->update.value = update;
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
    CHECK_ENCODES(&pinbulki_upsert_table, &upsert, CREATE, NULL, want);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL), PINBULK_OK);
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
        CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_SOURCE_FAILED);
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
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_SOURCE_FAILED);
    CHECK_TEXT(error.path, strlen(error.path), "update.keywords");
    {
        random_source none;
        memset(&none, 0, sizeof none);
        none.source.ctx = &none;
        none.source.next = random_source_next;
        none.source.rewind = random_source_rewind;
        flaky_init(&f, &upsert, &update);
        update.keywords.source = &none.source;
        CHECK_ENCODES(&pinbulki_upsert_table, &upsert, CREATE, NULL,
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
    "\"factors\":{\"b\\u0062\":3},\"any\":[\"\\n\",\"b\"],\"anys\":[1,\"\\\"two and some more\","
    "{\"id\":\"3\"},[\"f\\u006fur\"]],\"open\":[{},{\"id\":\"2\"}],\"shape\":{\"radius\":2,"
    "\"an \\\"other\\\"\":\"\\u0061\",\"kind\":\"CIRCLE\"},\"shapes\":[{\"kind\":\"SQUARE\","
    "\"corners\":[{}]}],\"json\":\"\\u0061\",\"jsons\":[1,[2]],\"more\":\"\\u0062\",\"\\u0063\":{}"
    "}";

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
    size_t room = 4096 + 64 * length, size, front, needed;
    uint64_t seed = length;
    pinbulk_text text;
    reading r = read_in(table, json, length, options, room);
    char *copy = (char *)malloc(length);
    memcpy(copy, json, length);
    text.data = copy;
    text.length = length;
    CHECK_INT(r.result, PINBULK_OK);
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
            if (needed && size > needed + 16)
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
    static const pinbulk_decode_options ways[] = {{0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 1, 1}};
    size_t way, step = check_scaled(100) < 5 ? 40 : 0;
    for (way = 0; way < 3; way++) {
        check_arena_sizes(&pinbulki_sample_table, sample_json, strlen(sample_json), &ways[way],
                          step);
        check_arena_sizes(&pinbulki_upsert_table, upsert_json, strlen(upsert_json), &ways[way],
                          step);
    }
    // Small ones, where a text ends just where an item begins.
    {
        static const char *const texts[] = {"{\"texts\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"statuses\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"anys\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}",
                                            "{\"factors\":{\"\\u0061bcdefghijklmnopqrstuvwx\":1}}",
                                            "{\"\\u0061bcdefghijklmnopqrstuvwx\":1}",
                                            "{\"opens\":[\"\\u0061bcdefghijklmnopqrstuvwx\"]}"};
        size_t i;
        for (i = 0; i < sizeof texts / sizeof *texts; i++)
            check_arena_sizes(&pinbulki_sample_table, texts[i], strlen(texts[i]), NULL, 0);
    }
}

static void test_arenas_for_random_objects(void)
{
    const pinbulki_table *tables[RANDOM_TABLES_MAX];
    size_t count = all_tables(tables), i;
    long rounds = check_scaled(100), round;
    for (i = 0; i < count; i++)
        for (round = 0; round * 20 < rounds; round++) {
            static const pinbulk_decode_options borrow = {1, 0, 0, 0};
            random_objects r = random_of(77 * i + (uint64_t)round);
            pinbulk_result result;
            pinbulk_text text;
            r.budget = 4;
            text = encode(tables[i], random_object(&r, tables[i], CREATE), CREATE, NULL, &result,
                          NULL);
            check_arena_sizes(tables[i], text.data, text.length, round % 2 ? &borrow : NULL,
                              rounds < 100 ? 60 : 12);
            text_free(text);
            random_objects_free(&r);
        }
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
    static const pinbulk_decode_options borrow = {1, 0, 0, 0};
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

#define CAMPAIGN &pinbulki_campaign_table
#define KEYWORD  &pinbulki_keyword_table
#define GROUP    &pinbulki_product_group_table
#define SAMPLE   &pinbulki_sample_table
#define DOWNLOAD &pinbulki_download_table
#define UPSERT   &pinbulki_upsert_table

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
    sample.any.row = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "any", NULL);
    sample = empty;
    sample.json.text = "1";
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "json", NULL);
    // Items must be set, and so must be what a union has.
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
    sample = empty;
    sample.any.state = PINBULK_SET;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "any", NULL);
    sample.any.row = 6;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "any", NULL);
    sample.any.row = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_NOT_SET, "any", NULL);
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
    sample.json.state = PINBULK_SET;
    sample.json.length = 1;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "json", NULL);
    sample.json.length = 0;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_TRUNCATED, "json", NULL);
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
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_ARGUMENT, "factors.", NULL);
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
    sample.json.state = PINBULK_SET;
    sample.json.text = "[1,]";
    sample.json.length = 4;
    CHECK_REFUSED(SAMPLE, &sample, CREATE, PINBULK_BAD_JSON, "json", NULL);
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
    campaign.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_ACTIVE + 0x10000u);
    CHECK_REFUSED(CAMPAIGN, &campaign, CREATE, PINBULK_BAD_ENUM, "status", NULL);
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
    static const struct {
        const char *text;
        int digits, ag, ag_c;
    } cases[] = {{"1", 1, 1, 1},        {"0123456789", 1, 1, 1}, {"", 0, 0, 0},
                 {" 1", 0, 0, 0},       {"1a", 0, 0, 0},         {"-1", 0, 0, 0},
                 {"AG1", 0, 1, 1},      {"C1", 0, 0, 1},         {"AG", 0, 0, 0},
                 {"C", 0, 0, 0},        {"ag1", 0, 0, 0},        {"A1", 0, 0, 0},
                 {"CAG1", 0, 0, 0},     {"AGC1", 0, 0, 0},       {"1\n", 0, 0, 0},
                 {"\xd9\xa1", 0, 0, 0}, {"/", 0, 0, 0},          {":", 0, 0, 0},
                 {"G1", 0, 0, 0},       {"AGAG1", 0, 0, 0},      {NULL, 0, 0, 0}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = cases[i].text;
        pinbulk_product_group group;
        pinbulk_parent_keywords parent;
        pinbulk_result result;
        memset(&group, 0, sizeof group);
        memset(&parent, 0, sizeof parent);
        group.id = pinbulk_string_set(text, text ? strlen(text) : 0);
        text_free(encode(GROUP, &group, UPDATE, NULL, &result, NULL));
        CHECK_INT(result, cases[i].digits ? PINBULK_OK : PINBULK_BAD_PATTERN);
        text_free(encode(GROUP, &group, UPDATE, &unchecked, &result, NULL));
        CHECK_INT(result, PINBULK_OK);
        group.ad_group_id = group.id;
        memset(&group.id, 0, sizeof group.id);
        text_free(encode(GROUP, &group, UPDATE, NULL, &result, NULL));
        CHECK_INT(result, cases[i].ag ? PINBULK_OK : PINBULK_BAD_PATTERN);
        parent.parent_id = group.ad_group_id;
        parent.keywords.state = PINBULK_SET;
        text_free(encode(&pinbulki_parent_keywords_table, &parent, CREATE, NULL, &result, NULL));
        CHECK_INT(result, cases[i].ag_c ? PINBULK_OK : PINBULK_BAD_PATTERN);
    }
    {
        pinbulk_product_group group;
        memset(&group, 0, sizeof group);
        group.id = pinbulk_string_of("x");
        CHECK_REFUSED(GROUP, &group, CREATE, PINBULK_BAD_PATTERN, "id", "{\"id\":\"x\"}");
        CHECK_SAYS(GROUP, &group, CREATE, "digits only");
        memset(&group, 0, sizeof group);
        group.ad_group_id = pinbulk_string_of("x");
        CHECK_SAYS(GROUP, &group, CREATE, "digits only, may begin with AG");
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
    CHECK_TEXT(error.message, strlen(error.message), "at most 120 characters");
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
    urls.click.state = PINBULK_SET;
    urls.click.items = &item;
    urls.click.count = 1;
    item = pinbulk_string_set(url, 8000);
    text_free(encode(&pinbulki_tracking_urls_table, &urls, CREATE, NULL, &result, NULL));
    CHECK_INT(result, PINBULK_OK);
    url[8000] = '!';
    item.length = sizeof url;
    text_free(encode(&pinbulki_tracking_urls_table, &urls, CREATE, NULL, &result, &error));
    CHECK_INT(result, PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "click[0]");
    CHECK_TEXT(error.message, strlen(error.message), "at most 2000 characters");
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
    CHECK_SAYS(DOWNLOAD, &download, CREATE, "at most 6 items");
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
        bids.gender_multipliers.state = PINBULK_SET;
        bids.gender_multipliers.items = &item;
        bids.gender_multipliers.count = 1;
        text_free(encode(&pinbulki_bid_options_table, &bids, CREATE, NULL, &result, &error));
        if (cases[i].good) {
            CHECK_INT(result, PINBULK_OK);
        } else {
            CHECK_INT(result, PINBULK_OUT_OF_RANGE);
            CHECK_TEXT(error.path, strlen(error.path), "gender_multipliers.a b");
            CHECK_TEXT(error.message, strlen(error.message), "from 0 to 10");
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
    campaigns[2].bid_options.state = PINBULK_SET;
    campaigns[2].bid_options.value = &bids;
    bids.audience_multipliers.state = PINBULK_SET;
    bids.audience_multipliers.items = &multiplier;
    bids.audience_multipliers.count = 1;
    bids.update_mask.state = PINBULK_SET;
    bids.update_mask.items = &mask;
    bids.update_mask.count = 1;
    multiplier.key = pinbulk_text_of("123");
    multiplier.value = pinbulk_decimal_of("10.1");
    update.campaigns.state = PINBULK_SET;
    update.campaigns.items = campaigns;
    update.campaigns.count = 3;
    upsert.update.state = PINBULK_SET;
    upsert.update.value = &update;
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_OUT_OF_RANGE);
    CHECK_TEXT(error.path, strlen(error.path),
               "update.campaigns[2].bid_options.audience_multipliers.123");
    multiplier.value = pinbulk_decimal_of("10");
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_OK);
    mask.value = PINBULK_TIME_WINDOW_WEEK;
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_BAD_ENUM);
    CHECK_TEXT(error.path, strlen(error.path), "update.campaigns[2].bid_options.update_mask[0]");
    memset(&bids.update_mask, 0, sizeof bids.update_mask);
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_MISSING);
    CHECK_TEXT(error.path, strlen(error.path), "update.campaigns[2].bid_options.update_mask");
    bids.update_mask.state = PINBULK_SET;
    // The form is that of the part the object is in.
    create.campaigns = update.campaigns;
    upsert.create.state = PINBULK_SET;
    upsert.create.value = &create;
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_NOT_ALLOWED);
    CHECK_TEXT(error.path, strlen(error.path), "create.campaigns[0].id");
    memset(&create, 0, sizeof create);
    parents[0].parent_id = parents[1].parent_id = pinbulk_string_of("1");
    parents[0].keywords.state = parents[1].keywords.state = PINBULK_SET;
    parents[1].keywords.items = &keyword;
    parents[1].keywords.count = 1;
    create.keywords.state = PINBULK_SET;
    create.keywords.items = parents;
    create.keywords.count = 2;
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_MISSING);
    CHECK_TEXT(error.path, strlen(error.path), "create.keywords[1].keywords[0].match_type");
    memset(&create, 0, sizeof create);
    create.extra.items = &extra;
    create.extra.count = 1;
    extra.name = pinbulk_text_of("ads");
    extra.json = pinbulk_text_of("[1");
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_TRUNCATED);
    CHECK_TEXT(error.path, strlen(error.path), "create.ads");
    // A path that is too long is cut.
    extra.name = pinbulk_text_of(LONG_TEXT LONG_TEXT LONG_TEXT);
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_TRUNCATED);
    CHECK_INT(strlen(error.path), sizeof error.path - 1);
    CHECK_TEXT(error.path + sizeof error.path - 4, 3, "...");
}

// ---- names of the seed ------------------------------------------------------------------------

static const pinbulk_encode_options seed_names = {0, 1};

static void test_names_of_the_seed(void)
{
    pinbulk_product_group group;
    memset(&group, 0, sizeof group);
    group.catalog_product_group_id = pinbulk_string_of("1");
    group.catalog_product_group_name.state = PINBULK_NULL;
    CHECK_ENCODES(GROUP, &group, CREATE, NULL,
                  "{\"catalog_product_group_id\":\"1\",\"catalog_product_group_name\":null}");
    CHECK_ENCODES(GROUP, &group, CREATE, &seed_names,
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
        static const pinbulk_decode_options last = {0, 0, PINBULK_DUPLICATES_LAST, 0};
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
        text_free(encode(GROUP, &group, CREATE, &seed_names, &result, &error));
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
    const pinbulk_enum types[] = {pinbulk_enum_set(PINBULK_ENTITY_TYPE_CAMPAIGN),
                                  pinbulk_enum_set(PINBULK_ENTITY_TYPE_AD_GROUP)};
    const pinbulk_string ids[] = {pinbulk_string_of("4")};
    const pinbulk_enum statuses[] = {pinbulk_enum_set(PINBULK_CAMPAIGN_STATUS_RUNNING)};
    const pinbulk_enum objectives[] = {pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS)};
    pinbulk_campaign_filter filter;
    pinbulk_download download;
    memset(&filter, 0, sizeof filter);
    memset(&download, 0, sizeof download);
    filter.start_time = filter.end_time = download.updated_since = pinbulk_string_of("1622848072");
    filter.name = pinbulk_string_of("campaign name");
    filter.campaign_status.state = PINBULK_SET;
    filter.campaign_status.items = statuses;
    filter.campaign_status.count = 1;
    filter.objective_type.state = PINBULK_SET;
    filter.objective_type.items = objectives;
    filter.objective_type.count = 1;
    download.entity_types.state = PINBULK_SET;
    download.entity_types.items = types;
    download.entity_types.count = 2;
    download.entity_ids.state = PINBULK_SET;
    download.entity_ids.items = ids;
    download.entity_ids.count = 1;
    download.campaign_filter.state = PINBULK_SET;
    download.campaign_filter.value = &filter;
    download.output_format = pinbulk_enum_of("output_format_example");
    CHECK_BOTH_WAYS(DOWNLOAD, &download, want);
    CHECK_ENCODES(DOWNLOAD, &download, CREATE, &seed_names, want);
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
    create.campaigns.state = PINBULK_SET;
    create.campaigns.items = &new_one;
    create.campaigns.count = 1;
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
    new_groups.product_group_promotion.state = PINBULK_SET;
    new_groups.product_group_promotion.items = &new_group;
    new_groups.product_group_promotion.count = 1;
    create.product_groups.state = PINBULK_SET;
    create.product_groups.items = &new_groups;
    create.product_groups.count = 1;
    new_keyword.bid = pinbulk_int_set(200000);
    new_keyword.match_type = pinbulk_enum_set(PINBULK_MATCH_TYPE_BROAD);
    new_keyword.value = pinbulk_string_of("value_example");
    keywords.parent_id = pinbulk_string_of("383791336903426391");
    keywords.keywords.state = PINBULK_SET;
    keywords.keywords.items = &new_keyword;
    keywords.keywords.count = 1;
    create.keywords.state = PINBULK_SET;
    create.keywords.items = &keywords;
    create.keywords.count = 1;
    upsert.create.state = PINBULK_SET;
    upsert.create.value = &create;

    old_one.id = pinbulk_string_of("626735565838");
    old_one.ad_account_id = new_one.ad_account_id;
    update.campaigns.state = PINBULK_SET;
    update.campaigns.items = &old_one;
    update.campaigns.count = 1;
    old_group.id = pinbulk_string_of("2680059592706");
    old_group.status = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    old_groups.ad_group_id = new_groups.ad_group_id;
    old_groups.product_group_promotion.state = PINBULK_SET;
    old_groups.product_group_promotion.items = &old_group;
    old_groups.product_group_promotion.count = 1;
    update.product_groups.state = PINBULK_SET;
    update.product_groups.items = &old_groups;
    update.product_groups.count = 1;
    old_keyword.id = pinbulk_string_of("2886364308355");
    old_keyword.archived = pinbulk_bool_set(0);
    old_keyword.bid = pinbulk_int_set(200000);
    update.keywords.state = PINBULK_SET;
    update.keywords.items = &old_keyword;
    update.keywords.count = 1;
    upsert.update.state = PINBULK_SET;
    upsert.update.value = &update;

    CHECK_BOTH_WAYS(UPSERT, &upsert, SEED_UPSERT(""));
    CHECK_ENCODES(UPSERT, &upsert, CREATE, &seed_names, SEED_UPSERT("s"));
    CHECK_REWRITES(UPSERT, SEED_UPSERT("s"), NULL, CREATE, SEED_UPSERT(""));
    CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, &seed_names, NULL), PINBULK_OK);
    CHECK_INT(pinbulk_body_read(&body, text, sizeof text, &got), PINBULK_OK);
    CHECK_TEXT(text, got, SEED_UPSERT("s"));
}

// ---- decoding ---------------------------------------------------------------------------------

static const pinbulk_decode_options tolerant = {0, 1, 0, 0};

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
                 {"factors", 0},
                 {"any", INTEGER | FRACTION | STRING | OBJECT},
                 {"anys", 0},
                 {"open", BOOL | INTEGER | FRACTION | STRING},
                 {"opens", ARRAY},
                 {"shape", 0},
                 {"shapes", 0},
                 {"open_shape", BOOL | INTEGER | FRACTION | STRING | ARRAY | OBJECT},
                 {"json", BOOL | INTEGER | FRACTION | STRING | ARRAY | OBJECT},
                 {"jsons", ARRAY}};
    size_t kind, value;
    CHECK_INT(sizeof kinds / sizeof *kinds, pinbulki_sample_table.count);
    for (kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
        for (value = 0; value < sizeof values / sizeof *values; value++) {
            int takes = (kinds[kind].takes | NUL) >> value & 1;
            char json[80], want[80];
            reading r;
            if (value == 5 && strcmp(kinds[kind].key, "anys") == 0)
                continue; // an item may be a list; see the paths
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
        "{\"any\":[\"a\",1]}",
        "{\"any\":9223372036854775808}",
        "{\"anys\":[1,[\"a\",2],3]}",
        "{\"anys\":[null]}",
        "{\"anys\":[true]}",
        "{\"open\":[1]}",
        "{\"open\":{\"a\":\"b\"}}",
        "{\"shapes\":[{\"kind\":\"CIRCLE\"},{\"kind\":\"OTHER\"}]}",
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
    CHECK_UNREADABLE(SAMPLE, "{\"anys\":[1,[\"a\",\"b\",3]]}", NULL, PINBULK_WRONG_TYPE, 20,
                     "anys[1][2]");
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
    static const pinbulk_decode_options drop = {0, 0, 0, PINBULK_UNKNOWN_DROP};
    CHECK_UNREADABLE(SAMPLE, "{\"\\u006eew\":1,\"\\u0061b\\x\":2}", &drop, PINBULK_BAD_JSON, 23,
                     "");
    CHECK_UNREADABLE(SAMPLE, "{\"leaf\":{\"\\u006eew\":1,}}", &drop, PINBULK_BAD_JSON, 22, "leaf");
}

static void test_members_that_are_not_known(void)
{
    static const pinbulk_decode_options drop = {0, 0, 0, PINBULK_UNKNOWN_DROP};
    static const pinbulk_decode_options refuse = {0, 0, 0, PINBULK_UNKNOWN_REFUSE};
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
    static const pinbulk_decode_options last = {0, 0, PINBULK_DUPLICATES_LAST, 0};
    static const pinbulk_decode_options any_last = {0, 1, PINBULK_DUPLICATES_LAST, 0};
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
                 {"any", "[\"a\"]", "5"},
                 {"anys", "[1]", "[]"},
                 {"shape", "{\"kind\":\"CIRCLE\",\"radius\":1}", "{\"kind\":\"SQUARE\"}"},
                 {"json", "[1]", "null"},
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
    // Raw JSON is not looked into.
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
        for (length = 0; length < whole; length++) {
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
        for (byte = 0; byte < 256; byte++) {
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
                  "next.next.next.next.next.next.next.next.next.next.next.texts", NULL);

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
    CHECK_INT(pinbulk_validate_download(&download, &error), PINBULK_OK);
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
    CHECK_INT(pinbulk_validate_upsert(&upsert, &error), PINBULK_OK);
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
    RUN(test_maps);
    RUN(test_unions_told_apart_by_type);
    RUN(test_unions_told_apart_by_tag);
    RUN(test_raw_json);
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
    RUN(test_names_of_the_seed);
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
    RUN(test_public_functions);
    return check_report();
}
