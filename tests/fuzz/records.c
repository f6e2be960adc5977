// A file of foreign bytes gives the same records and the same end however it is cut, whole or as
// tokens; a document that the reader accepts is read to its end, and each of its records is an
// object to the reader. What looks into a record stays inside of it.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What came out of a file: enough to tell two apart.
struct outcome {
    pinbulk_records_next_kind end;
    uint64_t records, skipped, tokens;
    uint64_t depth; // of a record that comes as tokens
    uint64_t hash;  // of the records, their places and paths
    pinbulk_error error;
};

static void mix(uint64_t *hash, const void *bytes, size_t length)
{
    const unsigned char *byte = (const unsigned char *)bytes;
    while (length-- > 0)
        *hash = (*hash ^ *byte++) * UINT64_C(0x100000001b3);
}

static void require(int condition)
{
    if (!condition)
        abort();
}

// The last token of a text that is whole: PINBULK_TOKEN_END or _ERROR. *first is its first token.
static pinbulk_token_kind judge(const char *text, size_t length, pinbulk_token_kind *first)
{
    char buffer[64];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, text, length);
    pinbulk_reader_end(&reader);
    *first = pinbulk_reader_next(&reader, &token);
    while (token.kind > PINBULK_TOKEN_END)
        pinbulk_reader_next(&reader, &token);
    return token.kind;
}

// Texts come in other parts when the file is cut otherwise, so only their bytes count.
static void take_token(struct outcome *outcome, const pinbulk_record *record)
{
    const pinbulk_token *token = &record->token;
    require(token->kind > PINBULK_TOKEN_END && record->raw.length == 0);
    if (outcome->depth == 0) {
        require(token->kind == PINBULK_TOKEN_OBJECT);
        require(record->number == outcome->records + outcome->skipped);
        outcome->skipped++;
        mix(&outcome->hash, &record->offset, sizeof record->offset);
    }
    outcome->tokens++;
    outcome->depth += token->kind == PINBULK_TOKEN_OBJECT || token->kind == PINBULK_TOKEN_ARRAY;
    outcome->depth -=
        token->kind == PINBULK_TOKEN_OBJECT_END || token->kind == PINBULK_TOKEN_ARRAY_END;
    if (token->kind >= PINBULK_TOKEN_KEY && token->kind <= PINBULK_TOKEN_NUMBER)
        mix(&outcome->hash, token->text, token->length);
    if (!token->more) {
        mix(&outcome->hash, &token->kind, sizeof token->kind);
        if (outcome->depth == 0)
            mix(&outcome->hash, &record->size, sizeof record->size);
    }
}

// Looks into a record in every way.
static void look(struct outcome *outcome, pinbulk_records *records, pinbulk_record *record)
{
    static const char *const paths[] = {"id", "data.id", "errors[0].message", "[\"a\\\"b\"]", ""};
    pinbulk_entity_error errors[2];
    pinbulk_record_value value;
    pinbulk_text json;
    char buffer[64];
    size_t i, count = pinbulk_record_errors(records, record, errors, 2);
    mix(&outcome->hash, &count, sizeof count);
    require(pinbulk_record_errors(records, record, NULL, 0) == count);
    for (i = 0; i < count && i < 2; i++)
        mix(&outcome->hash, errors[i].message, strlen(errors[i].message));
    for (i = 0; i < sizeof paths / sizeof *paths; i++)
        if (pinbulk_record_find(records, record, paths[i], buffer, sizeof buffer, &value) ==
            PINBULK_OK)
            mix(&outcome->hash, value.text.data, value.text.length);
    pinbulk_record_guess(records, record);
    mix(&outcome->hash, &record->kind, sizeof record->kind);
    if (pinbulk_record_json(records, record, buffer, sizeof buffer, &json) == PINBULK_OK)
        mix(&outcome->hash, json.data, json.length);
}

static void take(struct outcome *outcome, const pinbulk_records *records,
                 const pinbulk_record *record, const char *file, int accepted)
{
    pinbulk_token_kind first;
    char path[64];
    pinbulk_records_path(records, path, sizeof path);
    mix(&outcome->hash, path, strlen(path));
    mix(&outcome->hash, &record->offset, sizeof record->offset);
    mix(&outcome->hash, &record->size, sizeof record->size);
    mix(&outcome->hash, &record->kind, sizeof record->kind);
    require(record->number == outcome->records + outcome->skipped);
    if (outcome->end == PINBULK_RECORDS_SKIPPED) {
        require(record->raw.length == 0);
        outcome->skipped++;
        return;
    }
    outcome->records++;
    require(record->raw.length == record->size);
    require(memcmp(record->raw.data, file + record->offset, record->raw.length) == 0);
    require(record->raw.data[0] == '{' && record->raw.data[record->raw.length - 1] == '}');
    if (accepted) {
        require(judge(record->raw.data, record->raw.length, &first) == PINBULK_TOKEN_END);
        require(first == PINBULK_TOKEN_OBJECT);
    }
}

// Reads the file in chunks of the lengths `cuts` (counted from 0) in turn; whole without any.
static struct outcome read_file(const char *file, size_t length, pinbulk_records_config config,
                                const uint8_t *cuts, size_t cut_count, int accepted)
{
    pinbulk_records records;
    pinbulk_record record;
    struct outcome outcome;
    size_t at = 0, chunk, turn = 0;
    char *copy = NULL;
    char path[48];
    memset(&outcome, 0, sizeof outcome);
    config.window = (char *)malloc(config.window_size + 1);
    config.path = path;
    config.path_size = sizeof path;
    require(pinbulk_records_init(&records, &config) == PINBULK_OK);
    do {
        outcome.end = pinbulk_records_next(&records, &record);
        switch (outcome.end) {
        case PINBULK_RECORDS_MORE:
            free(copy);
            copy = NULL;
            if (at == length) {
                require(pinbulk_records_end(&records) == PINBULK_OK);
                break;
            }
            chunk = cut_count ? cuts[turn++ % cut_count] : length;
            chunk = chunk < length - at ? chunk + (turn % (cut_count + 1) == 0) : length - at;
            if (chunk > length - at)
                chunk = length - at;
            copy = (char *)malloc(chunk + 1);
            memcpy(copy + 1, file + at, chunk); // ends where the memory ends
            require(pinbulk_records_feed(&records, copy + 1, chunk) == PINBULK_OK);
            at += chunk;
            break;
        case PINBULK_RECORDS_TOKEN:
            take_token(&outcome, &record);
            break;
        case PINBULK_RECORDS_RECORD:
            look(&outcome, &records, &record);
            // fall through
        case PINBULK_RECORDS_SKIPPED:
            take(&outcome, &records, &record, file, accepted);
            break;
        case PINBULK_RECORDS_ERROR:
        case PINBULK_RECORDS_END:
            break;
        }
    } while (outcome.end != PINBULK_RECORDS_ERROR && outcome.end != PINBULK_RECORDS_END);
    pinbulk_records_error(&records, &outcome.error);
    free(copy);
    free(config.window);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *file;
    size_t length, cut_count = 6;
    struct outcome whole, cut;
    pinbulk_records_config config;
    pinbulk_token_kind first;
    int accepted;
    memset(&config, 0, sizeof config);
    if (size < cut_count + 2)
        return 0;
    file = (const char *)data + cut_count + 2;
    length = size - cut_count - 2;
    accepted = judge(file, length, &first) == PINBULK_TOKEN_END;

    config.window_size = length;
    config.format = PINBULK_FORMAT_JSON;
    whole = read_file(file, length, config, NULL, 0, accepted);
    if (accepted && (first == PINBULK_TOKEN_OBJECT || first == PINBULK_TOKEN_ARRAY))
        require(whole.end == PINBULK_RECORDS_END && whole.skipped == 0);

    config.window_size = data[0];
    config.format = (pinbulk_records_format)(data[1] % 3);
    config.oversize = data[1] / 3 % 3;
    whole = read_file(file, length, config, NULL, 0, accepted);
    cut = read_file(file, length, config, data + 2, cut_count, accepted);
    require(whole.end == cut.end && whole.hash == cut.hash);
    require(memcmp(&whole.error, &cut.error, sizeof whole.error) == 0);
    return 0;
}
