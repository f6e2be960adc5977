// The writer: what it writes, what it refuses, and that the bytes do not depend on where they go.
#include "private.h"
#include "check.h"

// Documents are lists of calls. A naive writer of strings and commas below says what they must come
// to; the writer must come to the same in a buffer, in a sink, when pulled and when counted, for
// every size of the window.
typedef struct call {
    char kind; // { } [ ] k(ey) p(lain key) s(tring) i(nt) d(ecimal) t(rue) f(alse) n(ull) j(son)
    const char *text;
    size_t length;
    int64_t number;
} call;

typedef struct document {
    call calls[64];
    size_t count;
    char text[4096]; // what it must come to
    size_t length;
    char strings[2048];
    size_t strings_used;
} document;

static pinbulk_result make_call(pinbulk_writer *writer, const call *c)
{
    switch (c->kind) {
    case '{':
        return pinbulk_write_object_begin(writer);
    case '}':
        return pinbulk_write_object_end(writer);
    case '[':
        return pinbulk_write_array_begin(writer);
    case ']':
        return pinbulk_write_array_end(writer);
    case 'k':
        return pinbulk_write_key(writer, c->text, c->length);
    case 'p':
        return private_write_plain_key(writer, c->text, c->length);
    case 's':
        return pinbulk_write_string(writer, c->text, c->length);
    case 'i':
        return pinbulk_write_int(writer, c->number);
    case 'd':
        return pinbulk_write_decimal(writer, c->text, c->length);
    case 'j':
        return pinbulk_write_json(writer, c->text, c->length);
    case 't':
    case 'f':
        return pinbulk_write_bool(writer, c->kind == 't');
    default:
        return pinbulk_write_null(writer);
    }
}

static void make_calls(pinbulk_writer *writer, const document *d)
{
    size_t i;
    for (i = 0; i < d->count; i++)
        make_call(writer, &d->calls[i]);
}

static void expect_bytes(document *d, const char *bytes, size_t length)
{
    memcpy(d->text + d->length, bytes, length);
    d->length += length;
}

// The rule for strings, a byte at a time.
static size_t naive_string(char *to, const char *text, size_t length)
{
    static const char *const short_escapes[] = {"\bb", "\ff", "\nn", "\rr", "\tt", "\"\"", "\\\\"};
    char *start = to;
    size_t i, j;
    *to++ = '"';
    for (i = 0; i < length; i++) {
        for (j = 0; j < 7; j++)
            if (text[i] == short_escapes[j][0])
                break;
        if (j < 7)
            to += sprintf(to, "\\%c", short_escapes[j][1]);
        else if ((unsigned char)text[i] < 0x20)
            to += sprintf(to, "\\u%04x", (unsigned)text[i]);
        else
            *to++ = text[i];
    }
    *to++ = '"';
    return (size_t)(to - start);
}

static const char *const pieces[] = {"a",
                                     " !#[]~",
                                     "keyword",
                                     "https://example.com/a-path?with=query&more=0123456789",
                                     "\"",
                                     "\\",
                                     "\n\t\r\b\f",
                                     "\x01\x1f",
                                     "\x7f",
                                     "\xc3\xa9",
                                     "\xe2\x82\xac",
                                     "\xf0\x9f\x98\x80",
                                     "0123456789abcdef"};

static call random_text(document *d, uint64_t *seed, char kind)
{
    call c = {kind, d->strings + d->strings_used, 0, 0};
    unsigned count = (unsigned)(check_random(seed) % 5);
    while (count-- > 0) {
        const char *piece = pieces[check_random(seed) % (sizeof pieces / sizeof *pieces)];
        memcpy(d->strings + d->strings_used, piece, strlen(piece));
        d->strings_used += strlen(piece);
        c.length += strlen(piece);
    }
    return c;
}

// A random document of at most about 40 calls.
static void random_document(document *d, uint64_t *seed)
{
    static const char *const numbers[] = {"0",
                                          "-1.5e+10",
                                          "123456789012345678901234567890.12345678901234567890",
                                          "7E-3",
                                          "1234567890123456789012345678901",
                                          "12345678901234567890123456789012"};
    char stack[8];
    int depth = 0, first = 1;
    memset(d, 0, sizeof *d);
    do {
        call *c = &d->calls[d->count++];
        char text[64];
        int closing = depth && (d->count > 30 || check_random(seed) % 6 == 0);
        if (closing) {
            c->kind = stack[--depth] == '{' ? '}' : ']';
            expect_bytes(d, &c->kind, 1);
            first = 0;
            continue;
        }
        if (depth && !first)
            expect_bytes(d, ",", 1);
        if (depth && stack[depth - 1] == '{') {
            if (check_random(seed) % 2) {
                *c = random_text(d, seed, 'k');
            } else {
                c->kind = 'p';
                c->text = "daily_spend_cap";
                c->length = strlen(c->text);
            }
            d->length += naive_string(d->text + d->length, c->text, c->length);
            expect_bytes(d, ":", 1);
            c = &d->calls[d->count++];
        }
        first = 0;
        c->kind = depth == 0 ? "{["[check_random(seed) % 2]
                             : "{[{[ssssiiddtfn"[check_random(seed) % (depth < 7 ? 15 : 11) +
                                                 (depth < 7 ? 0 : 4)];
        switch (c->kind) {
        case '{':
        case '[':
            stack[depth++] = c->kind;
            expect_bytes(d, &c->kind, 1);
            first = 1;
            break;
        case 's':
            *c = random_text(d, seed, 's');
            d->length += naive_string(d->text + d->length, c->text, c->length);
            break;
        case 'i':
            c->number = (int64_t)(check_random(seed) >> (check_random(seed) % 64));
            if (check_random(seed) % 2)
                c->number = -(c->number / 2);
            expect_bytes(d, text, (size_t)sprintf(text, "%" PRId64, c->number));
            break;
        case 'd':
            c->text = numbers[check_random(seed) % 6];
            c->length = strlen(c->text);
            expect_bytes(d, c->text, c->length);
            break;
        default:
            c->text = c->kind == 't' ? "true" : c->kind == 'f' ? "false" : "null";
            expect_bytes(d, c->text, strlen(c->text));
        }
    } while (depth);
}

static int same(const document *d, const char *text, size_t length)
{
    return length == d->length && memcmp(text, d->text, length) == 0;
}

// A sink that keeps the bytes and refuses to go beyond a limit.
typedef struct bag {
    char bytes[8192];
    size_t used, limit;
    int refused;
} bag;

static pinbulk_result bag_write(void *ctx, const void *data, size_t length)
{
    bag *b = (bag *)ctx;
    CHECK(length > 0);
    CHECK(!b->refused); // never asked again
    if (length > b->limit - b->used) {
        b->refused = 1;
        return PINBULK_CANCELLED; // anything but PINBULK_OK
    }
    memcpy(b->bytes + b->used, data, length);
    b->used += length;
    return PINBULK_OK;
}

static pinbulk_sink bag_sink(bag *b, size_t limit)
{
    pinbulk_sink sink = {b, bag_write, NULL};
    memset(b, 0, sizeof *b);
    b->limit = limit;
    return sink;
}

// Pulls a document through windows of the sizes that `size_of` gives.
static void check_pull(const document *d, size_t fixed, uint64_t *seed)
{
    pinbulk_writer writer;
    bag b;
    size_t i = 0, rounds = 0;
    uint64_t length = 0;
    b.used = 0;
    private_writer_init_pull(&writer);
    while (i < d->count || private_writer_full(&writer)) {
        size_t size = fixed ? fixed : (size_t)(check_random(seed) % 40), used;
        char *window = (char *)malloc(size ? size : 1);
        used = private_writer_pull(&writer, window, size);
        while (!private_writer_full(&writer) && i < d->count)
            CHECK_INT(make_call(&writer, &d->calls[i++]), PINBULK_OK);
        used = private_writer_used(&writer);
        CHECK(used <= size);
        // A window is left unfilled by the last one only.
        CHECK(used == size || !private_writer_full(&writer));
        memcpy(b.bytes + b.used, window, used);
        b.used += used;
        free(window);
        if (rounds++ > 10000) {
            CHECK(!"an end");
            return;
        }
    }
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_INT(length, d->length);
    CHECK(same(d, b.bytes, b.used));
}

static void test_every_destination_and_size(void)
{
    static document d;
    static bag b;
    uint64_t seed = 1;
    long round, rounds = check_scaled(150);
    for (round = 0; round < rounds; round++) {
        pinbulk_writer writer;
        uint64_t length;
        size_t size;
        random_document(&d, &seed);
        pinbulk_writer_init_count(&writer);
        make_calls(&writer, &d);
        CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
        CHECK_INT(length, d.length);
        for (size = 0; size <= d.length; size++) {
            char *buffer = (char *)malloc(size ? size : 1);
            size_t i;
            pinbulk_writer_init_buffer(&writer, buffer, size);
            for (i = 0; i < d.count; i++)
                CHECK_INT(make_call(&writer, &d.calls[i]), PINBULK_OK);
            CHECK_INT(pinbulk_writer_end(&writer, &length),
                      size < d.length ? PINBULK_NO_SPACE : PINBULK_OK);
            CHECK_INT(length, d.length);
            if (size == d.length)
                CHECK(same(&d, buffer, size));
            free(buffer);
        }
        for (size = 1; size <= d.length + 1; size++) {
            char *window = (char *)malloc(size);
            pinbulk_writer_init_sink(&writer, bag_sink(&b, sizeof b.bytes), window, size);
            make_calls(&writer, &d);
            CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
            CHECK_INT(length, d.length);
            CHECK(same(&d, b.bytes, b.used));
            free(window);
            check_pull(&d, size, NULL);
        }
        for (size = 0; size < 20; size++)
            check_pull(&d, 0, &seed);
    }
}

static void test_a_buffer_keeps_the_front_of_what_does_not_fit(void)
{
    char buffer[8];
    pinbulk_writer writer;
    uint64_t length = 0;
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    CHECK_INT(pinbulk_write_string(&writer, "0123456789", 10), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_NO_SPACE);
    CHECK_INT(length, 12);
    CHECK_TEXT(buffer, sizeof buffer, "\"0123456");
    pinbulk_writer_init_buffer(&writer, NULL, 0);
    CHECK_INT(pinbulk_write_null(&writer), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_NO_SPACE);
    CHECK_INT(length, 4);
}

static void test_a_sink_that_fails_at_every_byte(void)
{
    static document d;
    static bag b;
    uint64_t seed = 2;
    long round, rounds = check_scaled(30);
    for (round = 0; round < rounds; round++) {
        size_t size, limit, i;
        random_document(&d, &seed);
        for (limit = 0; limit < d.length; limit += check_step(7)) {
            for (size = 1; size < 70; size += 1 + size / 2) {
                char *window = (char *)malloc(size);
                pinbulk_writer writer;
                pinbulk_result result = PINBULK_OK;
                pinbulk_writer_init_sink(&writer, bag_sink(&b, limit), window, size);
                for (i = 0; i < d.count; i++) {
                    pinbulk_result now = make_call(&writer, &d.calls[i]);
                    CHECK(now == PINBULK_SINK_FAILED || (now == PINBULK_OK && result == now));
                    CHECK((now == PINBULK_SINK_FAILED) == b.refused);
                    result = now;
                }
                CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_SINK_FAILED);
                CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_SINK_FAILED);
                CHECK(b.used <= limit && memcmp(b.bytes, d.text, b.used) == 0);
                free(window);
            }
        }
    }
}

// Strings

// Writes one string into an exact buffer and again by counting.
static pinbulk_result write_one(const char *text, size_t length, char *buffer, size_t size,
                                size_t *written)
{
    pinbulk_writer writer;
    pinbulk_result result, counted;
    uint64_t bytes = 0, count = 0;
    pinbulk_writer_init_buffer(&writer, buffer, size);
    pinbulk_write_string(&writer, text, length);
    result = pinbulk_writer_end(&writer, &bytes);
    pinbulk_writer_init_count(&writer);
    pinbulk_write_string(&writer, text, length);
    counted = pinbulk_writer_end(&writer, &count);
    CHECK_INT(counted, result);
    if (result == PINBULK_OK)
        CHECK_INT(count, bytes);
    *written = (size_t)bytes;
    return result;
}

static size_t utf8(uint32_t point, char *to)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | point >> 6);
        to[1] = (char)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xe0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 63));
        to[2] = (char)(0x80 | (point & 63));
        return 3;
    }
    to[0] = (char)(0xf0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 63));
    to[2] = (char)(0x80 | (point >> 6 & 63));
    to[3] = (char)(0x80 | (point & 63));
    return 4;
}

// Reads a document that is one string.
static int read_back(const char *json, size_t length, const char *text, size_t text_length)
{
    char buffer[64];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, json, length);
    pinbulk_reader_end(&reader);
    return pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_STRING && !token.more &&
           token.length == text_length && memcmp(token.text, text, text_length) == 0 &&
           pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_END;
}

static void test_all_of_unicode(void)
{
    uint32_t point, step = check_every((unsigned)(100000 / check_scaled(100000)));
    for (point = 0; point < 0x110000; point += point < 0x800 ? 1 : step) {
        char text[24], want[64], got[64];
        size_t length = utf8(point, text), wanted, written;
        // Alone, and at the end of a block.
        wanted = naive_string(want, text, length);
        if (point >= 0xd800 && point < 0xe000) {
            CHECK_INT(write_one(text, length, got, sizeof got, &written), PINBULK_BAD_UTF8);
            continue;
        }
        CHECK_INT(write_one(text, length, got, sizeof got, &written), PINBULK_OK);
        CHECK(written == wanted && memcmp(want, got, wanted) == 0);
        CHECK(read_back(got, written, text, length));
        memmove(text + 14, text, length);
        memset(text, '.', 14);
        wanted = naive_string(want, text, 14 + length);
        CHECK_INT(write_one(text, 14 + length, got, sizeof got, &written), PINBULK_OK);
        CHECK(written == wanted && memcmp(want, got, wanted) == 0);
        CHECK(read_back(got, written, text, 14 + length));
    }
}

static void test_every_byte_at_every_place(void)
{
    size_t length, at;
    for (length = 1; length <= 50; length += check_step(11)) {
        for (at = 0; at < length; at += check_step(3)) {
            char *text = (char *)malloc(length); // exact: nothing beyond may be read
            int byte;
            memset(text, 'x', length);
            for (byte = 0; byte < 256; byte++) {
                char want[400], got[400];
                size_t wanted, written;
                pinbulk_result result;
                text[at] = (char)byte;
                wanted = naive_string(want, text, length);
                result = write_one(text, length, got, sizeof got, &written);
                CHECK_INT(result, byte < 0x80 ? PINBULK_OK : PINBULK_BAD_UTF8);
                if (result == PINBULK_OK)
                    CHECK(written == wanted && memcmp(got, want, wanted) == 0);
            }
            free(text);
        }
    }
}

// The decoding rule of RFC 3629 by arithmetic: the length of the character at `text`, or 0.
static size_t naive_utf8(const unsigned char *text, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80   ? 1
                  : text[0] < 0xc0 ? 0
                  : text[0] < 0xe0 ? 2
                  : text[0] < 0xf0 ? 3
                                   : 4,
           i;
    uint32_t point;
    if (size < 2)
        return size;
    if (text[0] >= 0xf8 || length < size)
        return 0;
    point = text[0] & (0x7fu >> size);
    for (i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (text[i] & 63u);
    }
    return point >= least[size] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? size
                                                                                           : 0;
}

static int naive_valid(const unsigned char *text, size_t length)
{
    size_t at = 0, size = 1;
    while (at < length && size) {
        size = naive_utf8(text + at, length - at);
        at += size;
    }
    return size != 0;
}

static void test_utf8_exhaustively(void)
{
    static const unsigned char borders[] = {0x00, 0x7f, 0x80, 0x8f, 0x90,
                                            0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    uint32_t value, step = check_every((unsigned)(100000 / check_scaled(100000)));
    unsigned char text[4];
    unsigned long wrong = 0;
    unsigned a, b, i, j;
    // Every sequence of three bytes, the last one not ASCII or a letter.
    for (value = 0x800000; value < 0x1000000; value += step) {
        const char *start = (const char *)text;
        text[0] = (unsigned char)(value >> 16);
        text[1] = (unsigned char)(value >> 8);
        text[2] = (unsigned char)value;
        wrong += (private_utf8_end(start, start + 3) == start + 3) != naive_valid(text, 3);
    }
    CHECK_INT(wrong, 0);
    // Every first and second byte, and what matters of the others.
    for (a = 0xc0; a < 256; a++) {
        for (b = 0; b < 256; b += b >= 0x7f && b <= 0xc0 ? 1 : check_step(31)) {
            for (i = 0; i < sizeof borders; i++) {
                for (j = 0; j < sizeof borders; j++) {
                    const char *start = (const char *)text;
                    text[0] = (unsigned char)a;
                    text[1] = (unsigned char)b;
                    text[2] = borders[i];
                    text[3] = borders[j];
                    wrong +=
                        (private_utf8_end(start, start + 4) == start + 4) != naive_valid(text, 4);
                }
            }
        }
    }
    CHECK_INT(wrong, 0);
}

static void test_ill_formed_utf8_is_refused_everywhere(void)
{
    static const char *const bad[] = {
        "\x80", // a continuation alone
        "\xbf",
        "\xc3", // cut off
        "\xe2\x82",
        "\xf0\x9f\x98",
        "\xc0\xaf", // overlong
        "\xc1\xbf",
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", // surrogates
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", // above U+10FFFF
        "\xf5\x80\x80\x80",
        "\xf8\x88\x80\x80\x80",
        "\xfe",
        "\xff",
        "\xc3\x28", // a letter where a continuation must be
        "\xe2\x28\xa1",
        "\xe2\x82\x28",
        "\xf0\x9f\x98\x28",
    };
    size_t i, before, after;
    for (i = 0; i < sizeof bad / sizeof *bad; i++) {
        for (before = 0; before < 40; before += check_step(3)) {
            for (after = 0; after < 34; after += check_step(5)) {
                size_t length = before + strlen(bad[i]) + after, written;
                char *text = (char *)malloc(length);
                char buffer[128];
                memset(text, 'a', length);
                memcpy(text + before, bad[i], strlen(bad[i]));
                CHECK_INT(write_one(text, length, buffer, sizeof buffer, &written),
                          PINBULK_BAD_UTF8);
                CHECK_INT(written, 0); // nothing of it comes out
                memset(text, '\n', before);
                CHECK_INT(write_one(text, length, buffer, sizeof buffer, &written),
                          PINBULK_BAD_UTF8);
                free(text);
            }
        }
    }
}

static void test_texts_without_bytes(void)
{
    char buffer[32];
    pinbulk_writer writer;
    uint64_t length;
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    pinbulk_write_object_begin(&writer);
    CHECK_INT(pinbulk_write_key(&writer, NULL, 0), PINBULK_OK);
    CHECK_INT(pinbulk_write_string(&writer, NULL, 0), PINBULK_OK);
    CHECK_INT(pinbulk_write_key(&writer, "a\0b", 3), PINBULK_OK);
    CHECK_INT(pinbulk_write_string(&writer, "", 0), PINBULK_OK);
    pinbulk_write_object_end(&writer);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(buffer, length, "{\"\":\"\",\"a\\u0000b\":\"\"}");
}

// Nesting

// The rule, as small as it can be said: what each call needs and leaves.
typedef struct model {
    char stack[10]; // R(oot), D(one), A(rray), O(bject), V: an object that waits for a value
    int top;
} model;

static int model_call(model *m, char kind)
{
    char *top = &m->stack[m->top];
    switch (kind) {
    case 'k':
        if (*top != 'O')
            return 0;
        *top = 'V';
        return 1;
    case ']':
    case '}':
        if (*top != (kind == ']' ? 'A' : 'O'))
            return 0;
        m->top--;
        return 1;
    default: // a value
        if (*top == 'O' || *top == 'D')
            return 0;
        if (*top != 'A')
            *top = *top == 'V' ? 'O' : 'D';
        if (kind == '[' || kind == '{')
            m->stack[++m->top] = kind == '[' ? 'A' : 'O';
        return 1;
    }
}

static unsigned long documents;

static void try_every_call(pinbulk_writer writer, model m, int calls)
{
    static const char kinds[] = "{}[]ksin";
    pinbulk_writer copy = writer;
    int whole = m.top == 0 && m.stack[0] == 'D', i;
    CHECK_INT(pinbulk_writer_end(&copy, NULL), whole ? PINBULK_OK : PINBULK_BAD_NESTING);
    documents += (unsigned long)whole;
    for (i = 0; calls > 0 && kinds[i]; i++) {
        call c = {kinds[i], "text", 4, 1};
        model next = m;
        int good = model_call(&next, kinds[i]);
        copy = writer;
        CHECK_INT(make_call(&copy, &c), good ? PINBULK_OK : PINBULK_BAD_NESTING);
        if (good)
            try_every_call(copy, next, calls - 1);
        else
            CHECK_INT(pinbulk_write_null(&copy), PINBULK_BAD_NESTING);
    }
}

static void test_every_order_of_calls(void)
{
    const int calls = check_step(2) == 1 ? 8 : 6;
    pinbulk_writer writer;
    model m = {{'R'}, 0};
    pinbulk_writer_init_count(&writer);
    documents = 0;
    try_every_call(writer, m, calls);
    CHECK_INT(documents, calls == 8 ? 4169 : 249); // as counted by the grammar
}

static void test_depth_limit(void)
{
    int opened, kind;
    for (kind = 0; kind < 3; kind++) {
        for (opened = PINBULK_DEPTH_MAX - 1; opened <= PINBULK_DEPTH_MAX + 1; opened++) {
            pinbulk_writer writer;
            char text[1024];
            uint64_t length;
            int i;
            pinbulk_writer_init_buffer(&writer, text, sizeof text);
            for (i = 1; i <= opened; i++) {
                int object = kind == 0 || (kind == 2 && i % 3 == 0);
                pinbulk_result want = i <= PINBULK_DEPTH_MAX ? PINBULK_OK : PINBULK_TOO_DEEP;
                CHECK_INT(object ? pinbulk_write_object_begin(&writer)
                                 : pinbulk_write_array_begin(&writer),
                          want);
                if (object)
                    CHECK_INT(pinbulk_write_key(&writer, "k", 1), want);
            }
            if (opened > PINBULK_DEPTH_MAX)
                continue;
            pinbulk_write_int(&writer, 1);
            for (i = opened; i >= 1; i--)
                CHECK_INT(kind == 0 || (kind == 2 && i % 3 == 0) ? pinbulk_write_object_end(&writer)
                                                                 : pinbulk_write_array_end(&writer),
                          PINBULK_OK);
            CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
            CHECK_INT(length, kind == 0   ? opened * 6 + 1
                              : kind == 1 ? opened * 2 + 1
                                          : opened * 2 + opened / 3 * 4 + 1);
        }
    }
}

// Values

static void test_numbers(void)
{
    static const struct {
        const char *text;
        pinbulk_result result;
    } decimals[] = {
        {"0", PINBULK_OK},           {"-0", PINBULK_OK},          {"1.50", PINBULK_OK},
        {"1E400", PINBULK_OK},       {"", PINBULK_BAD_NUMBER},    {"01", PINBULK_BAD_NUMBER},
        {"+1", PINBULK_BAD_NUMBER},  {".5", PINBULK_BAD_NUMBER},  {"1.", PINBULK_BAD_NUMBER},
        {"1e", PINBULK_BAD_NUMBER},  {"1 ", PINBULK_BAD_NUMBER},  {"0x10", PINBULK_BAD_NUMBER},
        {"NaN", PINBULK_BAD_NUMBER}, {"1,2", PINBULK_BAD_NUMBER}, {"\"1\"", PINBULK_BAD_NUMBER},
    };
    pinbulk_writer writer;
    char buffer[256];
    uint64_t length;
    size_t i;
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    pinbulk_write_array_begin(&writer);
    pinbulk_write_int(&writer, 0);
    pinbulk_write_int(&writer, -1);
    pinbulk_write_int(&writer, INT64_MAX);
    pinbulk_write_int(&writer, INT64_MIN);
    pinbulk_write_array_end(&writer);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(buffer, length, "[0,-1,9223372036854775807,-9223372036854775808]");
    for (i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        const char *text = decimals[i].text;
        pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
        CHECK_INT(pinbulk_write_decimal(&writer, text, strlen(text)), decimals[i].result);
        CHECK_INT(pinbulk_writer_end(&writer, &length), decimals[i].result);
        if (decimals[i].result == PINBULK_OK)
            CHECK_TEXT(buffer, length, text);
    }
}

#ifndef PINBULK_NO_DOUBLE
static void test_doubles(void)
{
    pinbulk_writer writer;
    char buffer[64];
    uint64_t length;
    pinbulk_writer_init_buffer(&writer, buffer, sizeof buffer);
    pinbulk_write_array_begin(&writer);
    pinbulk_write_double(&writer, 0.1);
    pinbulk_write_double(&writer, -1e300);
    pinbulk_write_array_end(&writer);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(buffer, length, "[0.1,-1e+300]");
}

static void test_no_number_is_refused(void)
{
    volatile double zero = 0, huge = 1e308;
    const double bad[] = {zero / zero, huge * 10, -huge * 10};
    size_t i;
    for (i = 0; i < 3; i++) {
        pinbulk_writer writer;
        pinbulk_writer_init_count(&writer);
        CHECK_INT(pinbulk_write_double(&writer, bad[i]), PINBULK_BAD_NUMBER);
        CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_BAD_NUMBER);
    }
}
#endif

static void test_json_is_checked_and_written_as_it_stands(void)
{
    static const struct {
        const char *json;
        pinbulk_result result;
    } cases[] = {
        {"1", PINBULK_OK},
        {" { \"a\" : [ 1.0 , \"\\u00e9\" , null ] }\n", PINBULK_OK},
        {"\"a string that is longer than any buffer that the check may have, with an escape: \\n "
         "and more text behind that escape, until it is surely too long\"",
         PINBULK_OK},
        {"", PINBULK_TRUNCATED},
        {" ", PINBULK_TRUNCATED},
        {"[1,2", PINBULK_TRUNCATED},
        {"\"a", PINBULK_TRUNCATED},
        {"1 2", PINBULK_BAD_JSON},
        {"{a:1}", PINBULK_BAD_JSON},
        {"[1,]", PINBULK_BAD_JSON},
        {"1,", PINBULK_BAD_JSON},
        {"]", PINBULK_BAD_JSON},
        {"\"\xff\"", PINBULK_BAD_UTF8},
    };
    size_t i, size;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *json = cases[i].json;
        pinbulk_writer writer;
        document d;
        pinbulk_writer_init_count(&writer);
        pinbulk_write_array_begin(&writer);
        CHECK_INT(pinbulk_write_json(&writer, json, strlen(json)), cases[i].result);
        if (cases[i].result != PINBULK_OK)
            continue;
        d.count = 5;
        memset(d.calls, 0, sizeof d.calls);
        d.calls[0].kind = '[';
        d.calls[1].kind = d.calls[2].kind = d.calls[3].kind = 'j';
        d.calls[1].text = d.calls[2].text = d.calls[3].text = json;
        d.calls[1].length = d.calls[2].length = d.calls[3].length = strlen(json);
        d.calls[4].kind = ']';
        d.length = (size_t)sprintf(d.text, "[%s,%s,%s]", json, json, json);
        for (size = 1; size < d.length + 2; size++)
            check_pull(&d, size, NULL);
    }
}

static void test_json_counts_for_the_depth(void)
{
    int levels, json_levels;
    for (levels = PINBULK_DEPTH_MAX - 3; levels <= PINBULK_DEPTH_MAX; levels++) {
        for (json_levels = 0; json_levels < 6; json_levels++) {
            pinbulk_writer writer;
            char json[32] = "";
            int i;
            for (i = 0; i < json_levels; i++)
                strcat(json, "[");
            strcat(json, "1");
            for (i = 0; i < json_levels; i++)
                strcat(json, "]");
            pinbulk_writer_init_count(&writer);
            for (i = 0; i < levels; i++)
                pinbulk_write_array_begin(&writer);
            CHECK_INT(pinbulk_write_json(&writer, json, strlen(json)),
                      levels + json_levels <= PINBULK_DEPTH_MAX ? PINBULK_OK : PINBULK_TOO_DEEP);
        }
    }
}

// Errors

static void test_the_first_error_sticks(void)
{
    static const struct {
        call bad;
        pinbulk_result result;
    } errors[] = {
        {{'k', "a", 1, 0}, PINBULK_BAD_NESTING},   {{'}', NULL, 0, 0}, PINBULK_BAD_NESTING},
        {{'s', "\xff", 1, 0}, PINBULK_BAD_UTF8},   {{'d', "x", 1, 0}, PINBULK_BAD_NUMBER},
        {{'j', "[", 1, 0}, PINBULK_TRUNCATED},     {{'s', NULL, 1, 0}, PINBULK_BAD_ARGUMENT},
        {{'d', NULL, 1, 0}, PINBULK_BAD_ARGUMENT}, {{'j', NULL, 1, 0}, PINBULK_BAD_ARGUMENT},
    };
    static const char kinds[] = "{}[]kpsidtfnj";
    size_t i, j;
    for (i = 0; i < sizeof errors / sizeof *errors; i++) {
        static bag b;
        char window[16];
        pinbulk_writer writer;
        pinbulk_writer_init_sink(&writer, bag_sink(&b, 100), window, sizeof window);
        CHECK_INT(pinbulk_write_array_begin(&writer), PINBULK_OK);
        CHECK_INT(make_call(&writer, &errors[i].bad), errors[i].result);
        for (j = 0; kinds[j]; j++) {
            call good = {kinds[j], "1", 1, 1}, bad = {kinds[j], NULL, 1, 1};
            CHECK_INT(make_call(&writer, &good), errors[i].result);
            if (kinds[j] != 'p')
                CHECK_INT(make_call(&writer, &bad), errors[i].result);
        }
#ifndef PINBULK_NO_DOUBLE
        CHECK_INT(pinbulk_write_double(&writer, 1), errors[i].result);
#endif
        CHECK_INT(pinbulk_writer_end(&writer, NULL), errors[i].result);
        CHECK_INT(b.used, 0); // nothing leaves any more
    }
}

static void test_bad_arguments(void)
{
    static bag b;
    char window[4];
    pinbulk_writer writer;
    pinbulk_sink none = {NULL, NULL, NULL};
    pinbulk_writer_init_buffer(&writer, NULL, 5);
    CHECK_INT(pinbulk_write_null(&writer), PINBULK_BAD_ARGUMENT);
    pinbulk_writer_init_sink(&writer, none, window, sizeof window);
    CHECK_INT(pinbulk_write_null(&writer), PINBULK_BAD_ARGUMENT);
    pinbulk_writer_init_sink(&writer, bag_sink(&b, 100), window, 0);
    CHECK_INT(pinbulk_write_null(&writer), PINBULK_BAD_ARGUMENT);
    pinbulk_writer_init_sink(&writer, bag_sink(&b, 100), NULL, 4);
    CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_BAD_ARGUMENT);
}

static void test_what_is_pending_must_be_pulled_first(void)
{
    char window[8];
    pinbulk_writer writer;
    private_writer_init_pull(&writer);
    private_writer_pull(&writer, window, sizeof window);
    CHECK_INT(pinbulk_write_string(&writer, "longer than it", 14), PINBULK_OK);
    CHECK(private_writer_full(&writer));
    CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_BAD_STATE);
    private_writer_init_pull(&writer);
    CHECK_INT(pinbulk_write_array_begin(&writer), PINBULK_OK);
    CHECK_INT(pinbulk_write_null(&writer), PINBULK_BAD_STATE);
}

int main(void)
{
    RUN(test_every_destination_and_size);
    RUN(test_a_buffer_keeps_the_front_of_what_does_not_fit);
    RUN(test_a_sink_that_fails_at_every_byte);
    RUN(test_all_of_unicode);
    RUN(test_every_byte_at_every_place);
    RUN(test_utf8_exhaustively);
    RUN(test_ill_formed_utf8_is_refused_everywhere);
    RUN(test_texts_without_bytes);
    RUN(test_every_order_of_calls);
    RUN(test_depth_limit);
    RUN(test_numbers);
#ifndef PINBULK_NO_DOUBLE
    RUN(test_doubles);
    RUN(test_no_number_is_refused);
#endif
    RUN(test_json_is_checked_and_written_as_it_stands);
    RUN(test_json_counts_for_the_depth);
    RUN(test_the_first_error_sticks);
    RUN(test_bad_arguments);
    RUN(test_what_is_pending_must_be_pulled_first);
    return check_report();
}
