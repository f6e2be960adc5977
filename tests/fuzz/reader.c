// reader.c: any bytes, cut anywhere, with any buffers.
//
// The first bytes of the input choose the cuts, buffers and limits, the rest is the document. Read
// whole and read in chunks, the tokens, paths and errors are the same; skipping finds the same
// errors; and the document is accepted if and only if the small acceptor below accepts it.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition)                                                            \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

// ---- a second opinion: RFC 8259 by recursive descent, as slow and plain as can be
// -----------------

struct look {
    const unsigned char *at, *end;
    unsigned depth;
};

static int peek(const struct look *look)
{
    return look->at < look->end ? *look->at : -1;
}

static int take(struct look *look, int byte)
{
    if (peek(look) != byte)
        return 0;
    look->at++;
    return 1;
}

static void space(struct look *look)
{
    while (peek(look) == ' ' || peek(look) == '\n' || peek(look) == '\r' || peek(look) == '\t')
        look->at++;
}

static int digits(struct look *look)
{
    int any = 0;
    while (peek(look) >= '0' && peek(look) <= '9') {
        look->at++;
        any = 1;
    }
    return any;
}

static int number(struct look *look)
{
    take(look, '-');
    if (!take(look, '0') && !digits(look))
        return 0;
    if (take(look, '.') && !digits(look))
        return 0;
    if (take(look, 'e') || take(look, 'E')) {
        if (!take(look, '+'))
            take(look, '-');
        return digits(look);
    }
    return 1;
}

static long hex(struct look *look)
{
    long value = 0;
    int i;
    for (i = 0; i < 4; i++) {
        int c = peek(look);
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
        look->at++;
    }
    return value;
}

// One character beyond ASCII, decoded and then judged by its value.
static int character(struct look *look)
{
    int lead = peek(look), more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1, i;
    long value = lead & (0x3f >> more);
    static const long least[] = {0, 0x80, 0x800, 0x10000};
    if (lead < 0xc0 || lead > 0xf7)
        return 0;
    look->at++;
    for (i = 0; i < more; i++) {
        int c = peek(look);
        if (c < 0x80 || c > 0xbf)
            return 0;
        value = value << 6 | (c & 0x3f);
        look->at++;
    }
    return value >= least[more] && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
}

static int string(struct look *look)
{
    if (!take(look, '"'))
        return 0;
    for (;;) {
        int c = peek(look);
        if (c < 0x20)
            return 0;
        if (take(look, '"'))
            return 1;
        if (c >= 0x80) {
            if (!character(look))
                return 0;
        } else if (take(look, '\\')) {
            c = peek(look);
            if (c == 'u') {
                long unit;
                look->at++;
                unit = hex(look);
                if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff))
                    return 0;
                if (unit >= 0xd800 && unit <= 0xdbff) {
                    if (!take(look, '\\') || !take(look, 'u'))
                        return 0;
                    unit = hex(look);
                    if (unit < 0xdc00 || unit > 0xdfff)
                        return 0;
                }
            } else {
                if (c != '"' && c != '\\' && c != '/' && c != 'b' && c != 'f' && c != 'n' &&
                    c != 'r' && c != 't')
                    return 0;
                look->at++;
            }
        } else {
            look->at++;
        }
    }
}

static int word(struct look *look, const char *text)
{
    while (*text)
        if (!take(look, *text++))
            return 0;
    return 1;
}

static int value(struct look *look, unsigned limit)
{
    int good = 1;
    space(look);
    switch (peek(look)) {
    case '{':
    case '[': {
        int object = peek(look) == '{', close = object ? '}' : ']';
        if (look->depth++ == limit)
            return 0;
        look->at++;
        space(look);
        if (!take(look, close)) {
            do {
                space(look);
                if (object) {
                    if (!string(look))
                        return 0;
                    space(look);
                    if (!take(look, ':'))
                        return 0;
                }
                if (!value(look, limit))
                    return 0;
            } while (take(look, ','));
            good = take(look, close);
        }
        look->depth--;
        break;
    }
    case '"':
        good = string(look);
        break;
    case 't':
        good = word(look, "true");
        break;
    case 'f':
        good = word(look, "false");
        break;
    case 'n':
        good = word(look, "null");
        break;
    default:
        good = number(look);
    }
    space(look);
    return good;
}

static int accepts(const uint8_t *document, size_t length, unsigned limit)
{
    struct look look;
    look.at = document;
    look.end = document + length;
    look.depth = 0;
    return value(&look, limit) && look.at == look.end;
}

// ---- reading ------------------------------------------------------------------------------------

struct way {
    size_t buffer_size, path_size;
    int parts;
    uint16_t depth_limit;
    const uint8_t *cuts; // lengths of the chunks, again and again; NULL: one chunk
    size_t cut_count;
    unsigned skip; // which containers are skipped: every so many, 0: none
};

struct outcome {
    pinbulk_result result;
    uint64_t offset;
    char path[PINBULK_ERROR_PATH_MAX];
    uint64_t text;   // a hash of the text that is being read
    uint64_t log;    // a hash of all whole texts, tokens, depths and paths
    uint64_t tokens; // how many
};

static void mix(uint64_t *hash, const void *bytes, size_t length)
{
    const unsigned char *at = (const unsigned char *)bytes;
    while (length--)
        *hash = (*hash ^ *at++) * UINT64_C(1099511628211);
}

static void read_document(const uint8_t *document, size_t length, const struct way *way,
                          struct outcome *outcome)
{
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_error error;
    char *chunk = NULL;
    size_t at = 0, cut = 0;
    unsigned containers = 0;
    memset(outcome, 0, sizeof *outcome);
    memset(&error, 0, sizeof error);
    config.buffer = (char *)malloc(way->buffer_size + !way->buffer_size);
    config.buffer_size = way->buffer_size;
    config.path = (char *)malloc(way->path_size + !way->path_size);
    config.path_size = way->path_size;
    config.parts = (uint8_t)way->parts;
    config.depth_limit = way->depth_limit;
    pinbulk_reader_init(&reader, &config);
    for (;;) {
        pinbulk_token_kind kind = pinbulk_reader_next(&reader, &token);
        if (kind == PINBULK_TOKEN_MORE) {
            size_t size = length - at;
            free(chunk);
            chunk = NULL;
            if (at == length) {
                REQUIRE(pinbulk_reader_end(&reader) == PINBULK_OK);
                continue;
            }
            if (way->cut_count && way->cuts[cut % way->cut_count] < size)
                size = way->cuts[cut % way->cut_count];
            if (size == 0 && cut > 2 * way->cut_count)
                size = 1;
            cut++;
            chunk = (char *)malloc(size + !size);
            memcpy(chunk, document + at, size);
            REQUIRE(pinbulk_reader_feed(&reader, chunk, size) == PINBULK_OK);
            at += size;
            continue;
        }
        if (kind <= PINBULK_TOKEN_END)
            break;
        mix(&outcome->text, token.text, token.length);
        if (!token.more) { // the same for a whole text and for its parts
            char path[64], facts[3];
            facts[0] = (char)kind;
            facts[1] = (char)token.integer;
            facts[2] = (char)pinbulk_reader_depth(&reader);
            mix(&outcome->log, &outcome->text, sizeof outcome->text);
            mix(&outcome->log, facts, sizeof facts);
            mix(&outcome->log, path, pinbulk_reader_path(&reader, path, sizeof path) % sizeof path);
            outcome->tokens++;
        } else {
            REQUIRE(way->parts && token.length > 0);
        }
        if ((kind == PINBULK_TOKEN_OBJECT || kind == PINBULK_TOKEN_ARRAY) && way->skip &&
            ++containers % way->skip == 0)
            REQUIRE(pinbulk_reader_skip(&reader) == PINBULK_OK);
    }
    pinbulk_reader_error(&reader, &error);
    REQUIRE((token.kind == PINBULK_TOKEN_ERROR) == (error.result != PINBULK_OK));
    REQUIRE(pinbulk_reader_next(&reader, &token) == token.kind);
    outcome->result = error.result;
    outcome->offset = error.offset;
    memcpy(outcome->path, error.path, sizeof error.path);
    free(chunk);
    free(config.buffer);
    free(config.path);
}

static void require_same_error(const struct outcome *a, const struct outcome *b)
{
    REQUIRE(a->result == b->result);
    REQUIRE(a->offset == b->offset);
    REQUIRE(strcmp(a->path, b->path) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct way way = {0};
    struct outcome whole, other;
    const uint8_t *document;
    size_t length;
    if (size < 8)
        return 0;
    document = data + 8;
    length = size - 8;
    way.buffer_size = length + 8;
    way.path_size = data[0];
    way.depth_limit = (uint16_t)(1 + data[1] % PINBULK_DEPTH_MAX);
    read_document(document, length, &way, &whole);
    REQUIRE((whole.result == PINBULK_OK) == accepts(document, length, way.depth_limit));
    REQUIRE(whole.offset <= length);

    way.cuts = data + 4;
    way.cut_count = 1 + data[2] % 4;
    read_document(document, length, &way, &other);
    require_same_error(&whole, &other);
    REQUIRE(whole.log == other.log && whole.tokens == other.tokens);

    way.parts = 1;
    way.buffer_size = 4u + data[3];
    read_document(document, length, &way, &other);
    require_same_error(&whole, &other);
    REQUIRE(whole.log == other.log && whole.tokens == other.tokens);

    way.skip = 1 + data[3] % 4u;
    read_document(document, length, &way, &other);
    require_same_error(&whole, &other);
    return 0;
}
