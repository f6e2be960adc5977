// pinbulk.c: the contestants of pinbulk.h, with fixed buffers as a program without a heap has them.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static char text_buffer[CHUNK], path_buffer[256], window[CHUNK], arena_memory[CHUNK];

// Where the next chunk comes from: a file or memory.
typedef struct source {
    FILE *file;
    const char *text;
    size_t left, chunk;
} source;

static size_t source_next(source *from, const char **chunk)
{
    static char buffer[CHUNK];
    size_t size = from->left < from->chunk ? from->left : from->chunk;
    if (from->file) {
        *chunk = buffer;
        return fread(buffer, 1, sizeof buffer, from->file);
    }
    *chunk = from->text;
    from->text += size;
    from->left -= size;
    return size;
}

static int tokens(source *from, tally *seen)
{
    pinbulk_reader reader;
    pinbulk_reader_config config = {0};
    pinbulk_token token;
    config.buffer = text_buffer;
    config.buffer_size = sizeof text_buffer;
    config.path = path_buffer;
    config.path_size = sizeof path_buffer;
    pinbulk_reader_init(&reader, &config);
    for (;;) {
        const char *chunk;
        size_t length;
        switch (pinbulk_reader_next(&reader, &token)) {
        case PINBULK_TOKEN_MORE:
            length = source_next(from, &chunk);
            if (length)
                pinbulk_reader_feed(&reader, chunk, length);
            else
                pinbulk_reader_end(&reader);
            break;
        case PINBULK_TOKEN_KEY:
            seen->keys++;
            seen->bytes += token.length;
            break;
        case PINBULK_TOKEN_STRING:
            seen->strings++;
            seen->bytes += token.length;
            break;
        case PINBULK_TOKEN_NUMBER:
        case PINBULK_TOKEN_TRUE:
        case PINBULK_TOKEN_FALSE:
        case PINBULK_TOKEN_NULL:
            seen->others++;
            break;
        case PINBULK_TOKEN_ERROR:
            return 0;
        case PINBULK_TOKEN_END:
            return 1;
        default:
            break;
        }
    }
}

// The lines do not say what they are; the keys do.
static pinbulk_kind kind_of_line(pinbulk_text raw)
{
    static const char first[] = "{\"archived\"", second[] = "\"ad_account_id\"";
    size_t i;
    if (raw.length > sizeof first && memcmp(raw.data, first, sizeof first - 1) == 0)
        return PINBULK_KIND_KEYWORD;
    for (i = 0; i < 60 && i + sizeof second < raw.length; i++)
        if (memcmp(raw.data + i, second, sizeof second - 1) == 0)
            return PINBULK_KIND_CAMPAIGN;
    return PINBULK_KIND_PRODUCT_GROUP;
}

static int decode(const pinbulk_record *record, const pinbulk_decode_options *options)
{
    union {
        pinbulk_campaign campaign;
        pinbulk_keyword keyword;
        pinbulk_product_group product_group;
    } object;
    pinbulk_arena arena = {arena_memory, sizeof arena_memory, 0};
    const char *json = record->raw.data;
    size_t length = record->raw.length;
    pinbulk_kind kind = record->kind ? record->kind : kind_of_line(record->raw);
    switch ((int)kind) {
    case PINBULK_KIND_CAMPAIGN:
        return !pinbulk_decode_campaign(json, length, &object.campaign, &arena, options, NULL) &&
               object.campaign.id.state == PINBULK_SET;
    case PINBULK_KIND_KEYWORD:
        return !pinbulk_decode_keyword(json, length, &object.keyword, &arena, options, NULL) &&
               object.keyword.value.state == PINBULK_SET;
    case PINBULK_KIND_PRODUCT_GROUP:
        return !pinbulk_decode_product_group(json, length, &object.product_group, &arena, options,
                                             NULL) &&
               object.product_group.id.state == PINBULK_SET;
    default:
        return 0;
    }
}

static int records(source *from, int typed, const pinbulk_decode_options *options, tally *seen)
{
    static pinbulk_records stream;
    pinbulk_records_config config = {0};
    pinbulk_record record;
    config.window = window;
    config.window_size = sizeof window;
    config.path = path_buffer;
    config.path_size = sizeof path_buffer;
    pinbulk_records_init(&stream, &config);
    for (;;) {
        const char *chunk;
        size_t length;
        switch (pinbulk_records_next(&stream, &record)) {
        case PINBULK_RECORDS_MORE:
            length = source_next(from, &chunk);
            if (length)
                pinbulk_records_feed(&stream, chunk, length);
            else
                pinbulk_records_end(&stream);
            break;
        case PINBULK_RECORDS_RECORD:
            if (typed && !decode(&record, options))
                return 0;
            seen->entities++;
            break;
        case PINBULK_RECORDS_END:
            return 1;
        default:
            return 0;
        }
    }
}

static source memory(const char *text, size_t length, size_t chunk)
{
    source from = {NULL, NULL, 0, 0};
    from.text = text;
    from.left = length;
    from.chunk = chunk;
    return from;
}

int pinbulk_tokens_whole(const char *text, size_t length, int verify, tally *seen)
{
    source from = memory(text, length, length);
    (void)verify;
    return tokens(&from, seen);
}

int pinbulk_tokens_chunks(const char *text, size_t length, int verify, tally *seen)
{
    source from = memory(text, length, CHUNK);
    (void)verify;
    return tokens(&from, seen);
}

int pinbulk_split(const char *text, size_t length, int verify, tally *seen)
{
    source from = memory(text, length, CHUNK);
    (void)verify;
    return records(&from, 0, NULL, seen);
}

int pinbulk_typed(const char *text, size_t length, int verify, tally *seen)
{
    source from = memory(text, length, CHUNK);
    (void)verify;
    return records(&from, 1, NULL, seen);
}

int pinbulk_typed_borrow(const char *text, size_t length, int verify, tally *seen)
{
    source from = memory(text, length, CHUNK);
    pinbulk_decode_options options = {0};
    (void)verify;
    options.borrow = 1;
    return records(&from, 1, &options, seen);
}

int bench_stream(const char *path)
{
    source from = {NULL, NULL, 0, 0};
    tally seen = {0};
    int pass, good = 1;
    for (pass = 0; pass < 2 && good; pass++) {
        from.file = fopen(path, "rb");
        if (!from.file)
            return 0;
        setvbuf(from.file, NULL, _IONBF, 0);
        good = pass ? tokens(&from, &seen) : records(&from, 1, NULL, &seen);
        fclose(from.file);
    }
    return good;
}

// Writing

static pinbulk_keyword *typed_keywords;
static pinbulk_parent_keywords *typed_parents;
static pinbulk_create typed_create;
static pinbulk_upsert typed_upsert;
static char *output;
static size_t output_size;

unsigned bench_match_type(const char *name)
{
    unsigned constant;
    for (constant = PINBULK_MATCH_TYPE_BROAD; constant <= PINBULK_MATCH_TYPE_PHRASE_NEGATIVE;
         constant++)
        if (strcmp(pinbulk_enum_name(constant), name) == 0)
            return constant;
    return 0;
}

void bench_prepare_writing(const parent *parents, size_t count)
{
    size_t i, j, total = 0;
    pinbulk_keyword *at;
    for (i = 0; i < count; i++)
        total += parents[i].count;
    at = typed_keywords = (pinbulk_keyword *)calloc(total, sizeof *typed_keywords);
    typed_parents = (pinbulk_parent_keywords *)calloc(count, sizeof *typed_parents);
    output_size = total * 256;
    output = (char *)malloc(output_size);
    memset(output, 1, output_size); // in memory before the clock runs
    for (i = 0; i < count; i++) {
        typed_parents[i].parent_id = pinbulk_string_of(parents[i].id);
        typed_parents[i].keywords = pinbulk_keyword_list_set(at, parents[i].count);
        for (j = 0; j < parents[i].count; j++, at++) {
            const keyword *k = &parents[i].keywords[j];
            at->value = pinbulk_string_set(k->value, k->length);
            at->match_type = pinbulk_enum_set(k->match_type_constant);
            if (k->has_bid)
                at->bid = pinbulk_int_set(k->bid);
        }
    }
    typed_create.keywords = pinbulk_parent_keywords_list_set(typed_parents, count);
    typed_upsert.create = pinbulk_create_ref_set(&typed_create);
}

static size_t finish(pinbulk_writer *writer, char *copy)
{
    uint64_t length;
    if (pinbulk_writer_end(writer, &length) != PINBULK_OK)
        return 0;
    if (copy)
        memcpy(copy, output, (size_t)length);
    return (size_t)length;
}

#define KEY(name) pinbulk_write_key(writer, name, sizeof name - 1)

static void primitives(const parent *parents, size_t count, pinbulk_writer *writer)
{
    size_t i, j;
    pinbulk_write_object_begin(writer);
    KEY("create");
    pinbulk_write_object_begin(writer);
    KEY("keywords");
    pinbulk_write_array_begin(writer);
    for (i = 0; i < count; i++) {
        pinbulk_write_object_begin(writer);
        KEY("parent_id");
        pinbulk_write_string(writer, parents[i].id, strlen(parents[i].id));
        KEY("keywords");
        pinbulk_write_array_begin(writer);
        for (j = 0; j < parents[i].count; j++) {
            const keyword *k = &parents[i].keywords[j];
            pinbulk_write_object_begin(writer);
            if (k->has_bid) {
                KEY("bid");
                pinbulk_write_int(writer, k->bid);
            }
            KEY("match_type");
            pinbulk_write_string(writer, k->match_type, k->match_type_length);
            KEY("value");
            pinbulk_write_string(writer, k->value, k->length);
            pinbulk_write_object_end(writer);
        }
        pinbulk_write_array_end(writer);
        pinbulk_write_object_end(writer);
    }
    pinbulk_write_array_end(writer);
    pinbulk_write_object_end(writer);
    pinbulk_write_object_end(writer);
}

size_t pinbulk_primitives(const parent *parents, size_t count, char *copy)
{
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, output, output_size);
    primitives(parents, count, &writer);
    return finish(&writer, copy);
}

size_t pinbulk_count(const parent *parents, size_t count, char *copy)
{
    pinbulk_writer writer;
    (void)copy;
    pinbulk_writer_init_count(&writer);
    primitives(parents, count, &writer);
    return finish(&writer, NULL);
}

size_t pinbulk_typed_encode(const parent *parents, size_t count, char *copy)
{
    pinbulk_writer writer;
    (void)parents;
    (void)count;
    pinbulk_writer_init_buffer(&writer, output, output_size);
    if (pinbulk_encode_upsert(&typed_upsert, &writer, NULL, NULL) != PINBULK_OK)
        return 0;
    return finish(&writer, copy);
}

size_t pinbulk_body_pull(const parent *parents, size_t count, char *copy)
{
    static char portion[16384];
    pinbulk_body body;
    size_t got, length = 0;
    (void)parents;
    (void)count;
    if (pinbulk_body_init_upsert(&body, &typed_upsert, NULL, NULL) != PINBULK_OK)
        return 0;
    do {
        if (pinbulk_body_read(&body, portion, sizeof portion, &got) != PINBULK_OK)
            return 0;
        if (copy)
            memcpy(copy + length, portion, got);
        length += got;
    } while (got);
    return length == pinbulk_body_length(&body) ? length : 0;
}
