// A table of foreign bytes gives the same rows and the same end however it is cut; the rows are
// those of a parser that knows nothing but the rules; a row that comes as tokens holds what its
// JSON holds, and the reader accepts that JSON.
#include "../private.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What came out of a file: enough to tell two apart.
struct outcome {
    pinbulk_records_next_kind end;
    uint64_t rows, skipped;
    uint64_t hash; // of the cells and where the rows are
    int bad_utf8;
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

// A name or cell of a row, or a part of one.
static void take_text(struct outcome *outcome, const pinbulk_token *token)
{
    require(private_utf8_end(token->text, token->text + token->length) ==
            token->text + token->length);
    mix(&outcome->hash, token->text, token->length);
    if (!token->more)
        mix(&outcome->hash, "\n", 1);
}

// The cells of a row are those of its JSON.
static void take_json(struct outcome *outcome, pinbulk_text json)
{
    char buffer[8];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, json.data, json.length);
    pinbulk_reader_end(&reader);
    require(pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_OBJECT);
    for (;;) {
        pinbulk_reader_next(&reader, &token);
        if (pinbulk_reader_depth(&reader) == 0)
            break;
        if (token.kind == PINBULK_TOKEN_KEY || token.kind == PINBULK_TOKEN_STRING)
            take_text(outcome, &token);
        else if (token.kind == PINBULK_TOKEN_OBJECT || token.kind == PINBULK_TOKEN_ARRAY)
            pinbulk_reader_skip(&reader); // a cell that is JSON
        else
            require(token.kind == PINBULK_TOKEN_OBJECT_END ||
                    token.kind == PINBULK_TOKEN_ARRAY_END);
    }
    require(token.kind == PINBULK_TOKEN_OBJECT_END);
    require(pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_END);
}

static void take_row(struct outcome *outcome, pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_entity_error errors[2];
    pinbulk_record_value value;
    pinbulk_text json;
    pinbulk_result result = pinbulk_record_json(records, record, NULL, 0, &json);
    require(record->number == outcome->rows++ + outcome->skipped);
    mix(&outcome->hash, &record->offset, sizeof record->offset);
    mix(&outcome->hash, &record->size, sizeof record->size);
    pinbulk_record_errors(records, record, errors, 2);
    pinbulk_record_guess(records, record);
    pinbulk_record_find(records, record, "id", NULL, 0, &value);
    if (result == PINBULK_BAD_UTF8) {
        outcome->bad_utf8 = 1;
        return;
    }
    require(result == PINBULK_NO_SPACE);
    {
        size_t size = json.length;
        char *buffer = (char *)malloc(size);
        require(pinbulk_record_json(records, record, buffer, size, &json) == PINBULK_OK);
        require(json.length == size);
        take_json(outcome, json);
        free(buffer);
    }
}

static void take_token(struct outcome *outcome, const pinbulk_record *record)
{
    const pinbulk_token *token = &record->token;
    if (token->kind == PINBULK_TOKEN_OBJECT) {
        require(record->number == outcome->rows++ + outcome->skipped);
        mix(&outcome->hash, &record->offset, sizeof record->offset);
    } else if (token->kind == PINBULK_TOKEN_OBJECT_END) {
        return;
    } else {
        require(token->kind == PINBULK_TOKEN_KEY || token->kind == PINBULK_TOKEN_STRING);
        take_text(outcome, token);
    }
}

// Reads the file in chunks of the lengths `cuts` (counted from 0) in turn; whole without any.
static struct outcome read_file(const char *file, size_t length, pinbulk_records_config config,
                                const uint8_t *cuts, size_t cut_count)
{
    pinbulk_records records;
    pinbulk_record record;
    struct outcome outcome;
    size_t at = 0, chunk, turn = 0;
    char *copy = NULL, columns[300];
    memset(&outcome, 0, sizeof outcome);
    config.window = (char *)malloc(config.window_size + 1);
    config.columns = columns;
    config.columns_size = sizeof columns;
    require(pinbulk_records_init(&records, &config) == PINBULK_OK);
    do {
        outcome.end = pinbulk_records_next(&records, &record);
        if (!records.csv && outcome.end > PINBULK_RECORDS_END)
            continue; // it was found to be JSON
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
        case PINBULK_RECORDS_RECORD:
            require(memcmp(record.raw.data, file + record.offset, record.raw.length) == 0);
            take_row(&outcome, &records, &record);
            break;
        case PINBULK_RECORDS_TOKEN:
            take_token(&outcome, &record);
            break;
        case PINBULK_RECORDS_SKIPPED:
            outcome.skipped++;
            mix(&outcome.hash, &record.size, sizeof record.size);
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

// The number of rows by the rules alone, without the first; -1: the file is wrong.
static long count_rows(const char *file, size_t length, char separator)
{
    enum { START, PLAIN, QUOTED, QUOTE } cell = START;
    long rows = 0;
    int in_row = 0;
    size_t i = length >= 3 && memcmp(file, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    for (; i < length; i++) {
        char byte = file[i];
        if (byte == 0)
            return -1;
        if (cell == QUOTED) {
            cell = byte == '"' ? QUOTE : QUOTED;
        } else if (byte == '\n' || byte == '\r') {
            rows += in_row;
            in_row = 0;
            cell = START;
            continue;
        } else if (byte == separator) {
            cell = START;
        } else if (byte == '"' && cell != PLAIN) {
            cell = QUOTED;
        } else if (cell == QUOTE) {
            return -1;
        } else {
            cell = PLAIN;
        }
        in_row = 1;
    }
    rows += in_row;
    return cell == QUOTED ? -1 : rows ? rows - 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *file;
    size_t length, cut_count = 6;
    struct outcome whole, cut;
    pinbulk_records_config config;
    memset(&config, 0, sizeof config);
    if (size < cut_count + 2)
        return 0;
    file = (const char *)data + cut_count + 2;
    length = size - cut_count - 2;

    // In a window that holds every row, by order, the rows are those of the rules.
    config.window_size = length;
    config.format = PINBULK_FORMAT_CSV;
    config.separator = ',';
    whole = read_file(file, length, config, NULL, 0);
    if (whole.end == PINBULK_RECORDS_END)
        require((long)whole.rows == count_rows(file, length, ','));
    if (whole.error.result == PINBULK_TRUNCATED)
        require(count_rows(file, length, ',') == -1);
    // As tokens they hold the same.
    if (whole.end == PINBULK_RECORDS_END && !whole.bad_utf8) {
        struct outcome both;
        config.oversize = PINBULK_OVERSIZE_EVENTS;
        config.window_size = data[0];
        both = read_file(file, length, config, data + 2, cut_count);
        require(both.error.result == PINBULK_TOO_LARGE || both.rows == whole.rows);
    }

    config.window_size = data[0];
    config.format = data[1] & 1 ? PINBULK_FORMAT_AUTO : PINBULK_FORMAT_CSV;
    config.separator = data[1] & 2 ? ';' : 0;
    config.oversize = data[1] / 4 % 3;
    whole = read_file(file, length, config, NULL, 0);
    cut = read_file(file, length, config, data + 2, cut_count);
    require(whole.end == cut.end && whole.hash == cut.hash && whole.rows == cut.rows);
    require(memcmp(&whole.error, &cut.error, sizeof whole.error) == 0);
    return 0;
}
