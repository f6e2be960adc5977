// Any calls of the writer, with any texts: every destination gets the same bytes and the same
// result, and what was written without an error reads back as what was said.
#include "../private.h"

#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 400

typedef struct call {
    unsigned kind;
    const char *text;
    size_t length;
    int64_t number;
} call;

enum {
    OBJECT,
    OBJECT_END,
    ARRAY,
    ARRAY_END,
    KEY,
    STRING,
    INT,
    DECIMAL,
    TRUTH,
    NOTHING,
    JSON,
    KINDS
};

static void must(int condition)
{
    if (!condition)
        abort();
}

static pinbulk_result make(pinbulk_writer *writer, const call *c)
{
    switch (c->kind) {
    case OBJECT:
        return pinbulk_write_object_begin(writer);
    case OBJECT_END:
        return pinbulk_write_object_end(writer);
    case ARRAY:
        return pinbulk_write_array_begin(writer);
    case ARRAY_END:
        return pinbulk_write_array_end(writer);
    case KEY:
        return pinbulk_write_key(writer, c->text, c->length);
    case STRING:
        return pinbulk_write_string(writer, c->text, c->length);
    case INT:
        return pinbulk_write_int(writer, c->number);
    case DECIMAL:
        return pinbulk_write_decimal(writer, c->text, c->length);
    case TRUTH:
        return pinbulk_write_bool(writer, c->number & 1);
    case NOTHING:
        return pinbulk_write_null(writer);
    default:
        return pinbulk_write_json(writer, c->text, c->length);
    }
}

// What a call looks like when it is read.
static pinbulk_token_kind token_of(const call *c)
{
    static const pinbulk_token_kind kinds[] = {PINBULK_TOKEN_OBJECT, PINBULK_TOKEN_OBJECT_END,
                                               PINBULK_TOKEN_ARRAY,  PINBULK_TOKEN_ARRAY_END,
                                               PINBULK_TOKEN_KEY,    PINBULK_TOKEN_STRING,
                                               PINBULK_TOKEN_NUMBER, PINBULK_TOKEN_NUMBER,
                                               PINBULK_TOKEN_TRUE,   PINBULK_TOKEN_NULL};
    return c->kind == TRUTH && !(c->number & 1) ? PINBULK_TOKEN_FALSE : kinds[c->kind];
}

static pinbulk_text text_of(const char *data, size_t length)
{
    pinbulk_text text;
    text.data = data;
    text.length = length;
    return text;
}

static void read_back(const char *json, size_t length, const call *calls, size_t count)
{
    static char buffer[8192];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    size_t i;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.depth_limit = PINBULK_DEPTH_MAX;
    pinbulk_reader_init(&reader, &config);
    must(pinbulk_reader_feed(&reader, json, length) == PINBULK_OK);
    must(pinbulk_reader_end(&reader) == PINBULK_OK);
    for (i = 0; i < count; i++) {
        const call *c = &calls[i];
        if (c->kind == JSON) { // whatever it holds: only that it is valid
            while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
                continue;
            must(token.kind == PINBULK_TOKEN_END);
            return;
        }
        must(pinbulk_reader_next(&reader, &token) == token_of(c));
        if (c->kind == KEY || c->kind == STRING || c->kind == DECIMAL)
            must(
                pinbulk_text_equal(text_of(token.text, token.length), text_of(c->text, c->length)));
        if (c->kind == INT) {
            int64_t number = 0;
            must(pinbulk_int_from_text(token.text, token.length, &number) == PINBULK_OK);
            must(number == c->number);
        }
    }
    must(pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static call calls[CALLS_MAX];
    static char pulled[65536];
    pinbulk_writer counting, writing, pulling;
    pinbulk_result result = PINBULK_OK, other;
    uint64_t length = 0, counted = 0;
    size_t count = 0, at = 1, i, used = 0, window_size;
    char *buffer, *window;
    if (size == 0)
        return 0;
    window_size = 1 + data[0] % 64;
    // A byte for the kind; texts have a byte for the length, ints eight bytes.
    while (at < size && count < CALLS_MAX) {
        call *c = &calls[count++];
        memset(c, 0, sizeof *c);
        c->kind = data[at] % KINDS;
        c->number = data[at++] / KINDS;
        if (c->kind == INT && size - at >= 8) {
            memcpy(&c->number, data + at, 8);
            at += 8;
        } else if ((c->kind == KEY || c->kind == STRING || c->kind == DECIMAL || c->kind == JSON) &&
                   at < size) {
            c->length = data[at++];
            if (c->length > size - at)
                c->length = size - at;
            c->text = (const char *)data + at;
            at += c->length;
        }
    }

    pinbulk_writer_init_count(&counting);
    for (i = 0; i < count && result == PINBULK_OK; i++)
        result = make(&counting, &calls[i]);
    must(pinbulk_writer_end(&counting, &counted) == result || result == PINBULK_OK);
    result = pinbulk_writer_end(&counting, NULL);

    buffer = (char *)malloc((size_t)counted + 1);
    pinbulk_writer_init_buffer(&writing, buffer, (size_t)counted);
    for (i = 0; i < count; i++)
        make(&writing, &calls[i]);
    must(pinbulk_writer_end(&writing, &length) == result);
    must(length == counted);

    window = (char *)malloc(window_size);
    private_writer_init_pull(&pulling);
    other = PINBULK_OK;
    i = 0;
    do {
        private_writer_pull(&pulling, window, window_size);
        while (i < count && other == PINBULK_OK && !private_writer_full(&pulling))
            other = make(&pulling, &calls[i++]);
        must(used + private_writer_used(&pulling) <= sizeof pulled);
        memcpy(pulled + used, window, private_writer_used(&pulling));
        used += private_writer_used(&pulling);
    } while (other == PINBULK_OK && (private_writer_full(&pulling) || i < count));
    must(pinbulk_writer_end(&pulling, NULL) == result);
    must(used == counted && memcmp(buffer, pulled, used) == 0);

    if (result == PINBULK_OK)
        read_back(buffer, (size_t)counted, calls, count);
    free(window);
    free(buffer);
    return 0;
}
