// What is decoded comes back: the object is encoded, decoded and encoded again to the same bytes,
// also when they are pulled in any portions. No arena is exceeded, whatever its size. Random
// objects are refused or JSON, those that are valid come back too.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include "../random_object.h"
#include "../sample_tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const pinbulk_encode_options unchecked = {1, 0, 0, NULL, NULL};

static void require(int condition)
{
    if (!condition)
        abort();
}

// The table of that number.
static const pinbulki_table *table_of(size_t number)
{
    static const pinbulki_table *tables[RANDOM_TABLES_MAX];
    static size_t count;
    if (count == 0) {
        tables[0] = &pinbulki_sample_table;
        tables[1] = &pinbulki_node_table;
        tables[2] = &pinbulki_download_table;
        tables[3] = &pinbulki_upsert_all_table;
        tables[4] = &pinbulki_submitted_table;
        tables[5] = &pinbulki_status_table;
        tables[6] = &pinbulki_problem_table;
        count = random_tables(tables, 7);
    }
    return tables[number % count];
}

// ---- memory that is exactly as large ----------------------------------------------------------

typedef struct reading {
    pinbulk_result result;
    pinbulk_error error;
    void *object;
    char *json, *memory;
    size_t used;
} reading;

// Decodes with an arena of `size` bytes, of which `used` are taken, `skew` behind an address that
// suits every object.
static reading decode(const pinbulki_table *table, const char *json, size_t length,
                      const pinbulk_decode_options *options, size_t size, size_t used, size_t skew)
{
    reading r;
    pinbulk_arena arena;
    size_t i;
    memset(&r, 0, sizeof r);
    r.json = (char *)malloc(length + 1);
    memcpy(r.json + 1, json, length); // ends where the memory ends
    r.object = malloc(table->size);
    r.memory = (char *)malloc(skew + used + size);
    memset(r.memory, 0x5c, skew + used + size);
    arena.memory = r.memory + skew;
    arena.size = used + size;
    arena.used = used;
    r.result = pinbulki_decode(r.json + 1, length, r.object, table, &arena, options, &r.error);
    r.used = arena.used - used;
    require(r.error.result == r.result && arena.size == used + size && r.used <= size);
    require(memchr(r.error.path, 0, sizeof r.error.path) != NULL);
    for (i = 0; i < skew + used; i++)
        require(r.memory[i] == 0x5c);
    if (r.result != PINBULK_OK) {
        require(r.used == 0);
        for (i = 0; i < table->size; i++)
            require(((const char *)r.object)[i] == 0);
    }
    if (!options->borrow) {
        free(r.json);
        r.json = NULL;
    }
    return r;
}

static void reading_free(reading *r)
{
    free(r->json);
    free(r->object);
    free(r->memory);
}

static pinbulk_text encode(const pinbulki_table *table, const void *object, int form,
                           const pinbulk_encode_options *options, pinbulk_result *result)
{
    pinbulk_writer writer;
    pinbulk_error error;
    pinbulk_text text = {0, NULL};
    uint64_t length = 0;
    char *buffer;
    memset(&error, 0, sizeof error);
    pinbulk_writer_init_count(&writer);
    *result = pinbulki_encode(object, table, form, &writer, options, &error);
    require(error.result == *result && memchr(error.path, 0, sizeof error.path) != NULL);
    if (*result != PINBULK_OK)
        return text;
    require(pinbulk_writer_end(&writer, &length) == PINBULK_OK);
    buffer = (char *)malloc((size_t)length);
    pinbulk_writer_init_buffer(&writer, buffer, (size_t)length);
    require(pinbulki_encode(object, table, form, &writer, options, &error) == PINBULK_OK);
    require(pinbulk_writer_end(&writer, NULL) == PINBULK_OK);
    text.data = buffer;
    text.length = (size_t)length;
    return text;
}

static void text_free(pinbulk_text text)
{
    free((void *)(uintptr_t)text.data);
}

// A finding has a path and a message, both of which end.
static void find(void *ctx, const pinbulk_error *finding)
{
    require(finding->result != PINBULK_OK && finding->message[0]);
    require(memchr(finding->path, 0, sizeof finding->path) != NULL);
    require(memchr(finding->message, 0, sizeof finding->message) != NULL);
    ++*(unsigned *)ctx;
}

// What can be written without checks is written with warnings, to the same bytes. There are some
// just when the checks refuse the object, those for what is not known among them.
static void warn(const pinbulki_table *table, const void *object, int form, pinbulk_text want,
                 const pinbulk_encode_options *options)
{
    pinbulk_encode_options strict = *options, warning = *options;
    pinbulk_result refused, result;
    pinbulk_text text;
    unsigned count = 0;
    strict.unchecked = warning.unchecked = 0;
    strict.refuse_unknown = 1;
    warning.warn = find;
    warning.warn_ctx = &count;
    text_free(encode(table, object, form, &strict, &refused));
    text = encode(table, object, form, &warning, &result);
    require(result == PINBULK_OK && text.length == want.length &&
            memcmp(text.data, want.data, text.length) == 0);
    require((refused != PINBULK_OK) == (count > 0));
    text_free(text);
}

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

// Pulls the body twice, in portions of the sizes `cuts` in turn.
static void pull(const pinbulki_table *table, const void *object, pinbulk_text want,
                 const pinbulk_encode_options *options, const uint8_t *cuts, size_t cut_count)
{
    pinbulk_body body;
    size_t at, turn = 0, got, portion;
    int pass;
    require(pinbulki_body_init(&body, object, table, options, NULL) == PINBULK_OK);
    require(pinbulk_body_length(&body) == want.length);
    for (pass = 0; pass < 2; pass++) {
        for (at = 0; at < want.length; at += got) {
            char *to;
            portion = 1 + cuts[turn++ % cut_count];
            to = (char *)malloc(portion);
            require(pinbulk_body_read(&body, to, portion, &got) == PINBULK_OK);
            require(got == (portion < want.length - at ? portion : want.length - at));
            require(memcmp(to, want.data + at, got) == 0);
            free(to);
        }
        require(pinbulk_body_rewind(&body) == PINBULK_OK);
    }
}

// ---- the two tests ----------------------------------------------------------------------------

#define CUTS 4

static void foreign_text(const pinbulki_table *table, const uint8_t *head, const char *json,
                         size_t length)
{
    size_t room = 4096 + 80 * length, small = ((size_t)head[1] << 8 | head[2]) % 2048;
    pinbulk_decode_options options = {0, 0, 0, 0, 0};
    pinbulk_result result;
    pinbulk_text text, again;
    reading r, tight;
    options.borrow = head[0] & 1;
    options.tolerant = head[0] >> 1 & 1;
    options.duplicates = head[0] >> 2 & 1;
    options.unknown = (uint8_t)(head[0] >> 3) % 3;
    options.loose = head[0] >> 5 & 1;
    if (table->variants && table->variants->wrapped)
        options.tolerant = 0; // there is no object around it to keep it
    r = decode(table, json, length, &options, room, 0, 0);
    require(r.result != PINBULK_NO_SPACE);
    tight = decode(table, json, length, &options, small, head[3] / 16 % 4, head[3] % 16);
    require(tight.result == r.result || tight.result == PINBULK_NO_SPACE);
    if (tight.result == PINBULK_OK)
        require(random_object_equal(table, r.object, tight.object));
    reading_free(&tight);
    if (r.result == PINBULK_OK) {
        text = encode(table, r.object, PINBULK_FORM_CREATE, &unchecked, &result);
        require(result == PINBULK_OK);
        tight = decode(table, text.data, text.length, &options, room + 64 * text.length, 0, 1);
        require(tight.result == PINBULK_OK && random_object_equal(table, r.object, tight.object));
        again = encode(table, tight.object, PINBULK_FORM_CREATE, &unchecked, &result);
        require(result == PINBULK_OK && again.length == text.length &&
                memcmp(again.data, text.data, text.length) == 0);
        text_free(again);
        again = encode(table, tight.object, PINBULK_FORM_UPDATE, NULL, &result);
        if (result == PINBULK_OK) // what is valid is not changed by leaving the checks out
            require(again.length == text.length && memcmp(again.data, text.data, text.length) == 0);
        text_free(again);
        pull(table, r.object, text, &unchecked, head + 4, CUTS);
        warn(table, r.object, PINBULK_FORM_CREATE, text, &unchecked);
        text_free(text);
        reading_free(&tight);
    }
    reading_free(&r);
}

static void own_object(const pinbulki_table *table, const uint8_t *head, const uint8_t *data,
                       size_t size)
{
    const pinbulk_decode_options options = {0, 0, 0, 0, 0};
    int form = head[0] & 4 ? PINBULK_FORM_UPDATE : PINBULK_FORM_CREATE;
    pinbulk_encode_options how = {0, 0, 0, NULL, NULL};
    random_objects r;
    const void *object;
    pinbulk_result result, free_result;
    pinbulk_text text, free_text;
    reading back;
    how.legacy_names = head[0] >> 3 & 1;
    memset(&r, 0, sizeof r);
    r.bytes = data;
    r.bytes_left = size;
    r.wild = head[0] & 1;
    r.sources = head[0] >> 1 & 1;
    object = random_object(&r, table, form);
    text = encode(table, object, form, &how, &result);
    how.unchecked = 1;
    free_text = encode(table, object, form, &how, &free_result);
    require(free_result != PINBULK_OK || is_json(free_text));
    if (free_result == PINBULK_OK)
        warn(table, object, form, free_text, &how);
    if (!r.wild)
        require(result == PINBULK_OK);
    if (result == PINBULK_OK) {
        require(free_result == PINBULK_OK && text.length == free_text.length &&
                memcmp(text.data, free_text.data, text.length) == 0);
        if (form == PINBULK_FORM_CREATE)
            pull(table, object, text, &how, head + 4, CUTS);
    }
    if (!r.wild) {
        back = decode(table, text.data, text.length, &options, 4096 + 80 * text.length, 0, 0);
        require(back.result == PINBULK_OK && random_object_equal(table, object, back.object));
        reading_free(&back);
    }
    // Its JSON with a few bytes changed is as foreign as any, and gets further.
    if (!r.wild && text.length <= 4096) {
        char changed[4096];
        unsigned i;
        memcpy(changed, text.data, text.length);
        for (i = random_below(&r, 4); i > 0; i--) {
            static const char bytes[] = "\"\\{}[]:,0n \xc3";
            changed[random_below(&r, (unsigned)text.length)] = bytes[random_below(&r, 12)];
        }
        foreign_text(table, head + 1, changed, text.length);
    }
    text_free(text);
    text_free(free_text);
    random_objects_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t head = 6 + CUTS;
    if (size < head)
        return 0;
    if (data[0] & 0x80)
        own_object(table_of(data[0] & 0x7f), data + 1, data + head, size - head);
    else
        foreign_text(table_of(data[0]), data + 1, (const char *)data + head, size - head);
    return 0;
}
