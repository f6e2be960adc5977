// reader.c: what the JSON reader accepts, refuses and says, whatever the cuts and the buffers.
//
// Every document is turned into a log of its events: one line for each token with the path after
// it, and the end or the error with offset and path. Two ways of reading are the same if the logs
// are.
#include "private.h"
#include "check.h"

// ---- logs -------------------------------------------------------------------------------------

struct log {
    char *bytes;
    size_t length, size;
};

static void log_add(struct log *log, const void *bytes, size_t length)
{
    if (log->length + length > log->size) {
        log->size = 2 * (log->length + length) + 256;
        log->bytes = realloc(log->bytes, log->size);
    }
    if (length)
        memcpy(log->bytes + log->length, bytes, length);
    log->length += length;
}

static void log_text(struct log *log, const char *text)
{
    log_add(log, text, strlen(text));
}

static int log_equal(const struct log *a, const struct log *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

// ---- reading ----------------------------------------------------------------------------------

struct way {
    size_t buffer_size; // of the text buffer
    int parts;
    size_t path_size;
    uint16_t depth_limit;
    uint64_t byte_limit;
    const size_t *cuts; // ascending; NULL: no cut
    size_t cut_count;
    size_t every; // a cut every so many bytes, 0: none
    long skip;    // which object or array is skipped, from 1; 0: none
    int no_paths; // leave the paths out of the log
};

static const struct way plain_way = {4096, 0, 512, 0, 0, NULL, 0, 0, 0, 0};

struct outcome {
    pinbulk_result result;
    uint64_t offset;
    char path[PINBULK_ERROR_PATH_MAX];
    char message[PINBULK_ERROR_MESSAGE_MAX];
    size_t longest;  // text, in bytes
    long containers; // objects and arrays
    struct log log;
};

static int is_utf8(const char *text, size_t length)
{
    return private_utf8_end(text, text + length) == text + length;
}

// Reads a document and logs it. Every chunk is a block of its own size, and is gone when the next
// one is fed.
static void read_document(const char *document, size_t length, const struct way *way,
                          struct outcome *outcome)
{
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_error error;
    struct log text = {0};
    char *chunk = NULL;
    size_t at = 0, cut = 0;
    long containers = 0;
    memset(outcome, 0, sizeof *outcome);
    config.buffer = malloc(way->buffer_size ? way->buffer_size : 1);
    config.buffer_size = way->buffer_size;
    config.path = malloc(way->path_size ? way->path_size : 1);
    config.path_size = way->path_size;
    config.parts = (uint8_t)way->parts;
    config.depth_limit = way->depth_limit;
    config.byte_limit = way->byte_limit;
    pinbulk_reader_init(&reader, &config);
    for (;;) {
        static const char *const names[] = {"more",  "error", "end", "object", "}",
                                            "array", "]",     "key", "string", "number",
                                            "true",  "false", "null"};
        char path[256], line[300];
        pinbulk_token token;
        pinbulk_token_kind kind;
        memset(&token, 0xdd, sizeof token);
        kind = pinbulk_reader_next(&reader, &token);
        CHECK(token.kind == kind);
        if (kind == PINBULK_TOKEN_MORE) {
            size_t next = length;
            CHECK(token.length == 0 && !token.more);
            if (chunk)
                memset(chunk, 0xdd, 1);
            free(chunk);
            chunk = NULL;
            if (at == length) {
                CHECK_INT(pinbulk_reader_end(&reader), PINBULK_OK);
                continue;
            }
            if (way->every && way->every < length - at)
                next = at + way->every;
            if (cut < way->cut_count)
                next = way->cuts[cut++];
            chunk = malloc(next - at ? next - at : 1);
            memcpy(chunk, document + at, next - at);
            CHECK_INT(pinbulk_reader_feed(&reader, chunk, next - at), PINBULK_OK);
            at = next;
            continue;
        }
        if (kind == PINBULK_TOKEN_ERROR || kind == PINBULK_TOKEN_END)
            break;
        if (kind == PINBULK_TOKEN_KEY || kind == PINBULK_TOKEN_STRING ||
            kind == PINBULK_TOKEN_NUMBER) {
            CHECK(token.length == 0 || token.text != NULL);
            CHECK(is_utf8(token.text, token.length));
            CHECK(way->parts || !token.more);
            log_add(&text, token.text, token.length);
            if (token.more) {
                CHECK(token.length > 0 && token.length + 4 > way->buffer_size);
                continue;
            }
        } else {
            CHECK(token.length == 0 && !token.more);
        }
        pinbulk_reader_path(&reader, path, sizeof path);
        snprintf(line, sizeof line, "%u %s%s %s: ", pinbulk_reader_depth(&reader), names[kind],
                 token.integer ? " integer" : "", way->no_paths ? "" : path);
        log_text(&outcome->log, line);
        log_add(&outcome->log, text.bytes, text.length);
        log_text(&outcome->log, "\n");
        if (text.length > outcome->longest)
            outcome->longest = text.length;
        text.length = 0;
        if (kind == PINBULK_TOKEN_OBJECT || kind == PINBULK_TOKEN_ARRAY)
            if (++containers == way->skip)
                CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_OK);
    }
    memset(&error, 0xdd, sizeof error);
    error.result = PINBULK_OK;
    pinbulk_reader_error(&reader, &error);
    outcome->result = error.result;
    outcome->containers = containers;
    log_text(&outcome->log, pinbulk_result_name(error.result));
    if (error.result != PINBULK_OK) {
        char line[64];
        CHECK(error.has_offset);
        CHECK(error.message[0] != 0);
        outcome->offset = error.offset;
        memcpy(outcome->path, error.path, sizeof error.path);
        memcpy(outcome->message, error.message, sizeof error.message);
        snprintf(line, sizeof line, " at %" PRIu64 " in ", error.offset);
        log_text(&outcome->log, line);
        if (!way->no_paths)
            log_text(&outcome->log, error.path);
        log_text(&outcome->log, " ");
        log_text(&outcome->log, error.message);
    }
    free(text.bytes);
    free(chunk);
    free(config.buffer);
    free(config.path);
}

// Reads a document in one way and checks that the log is the one wanted.
static void check_same(const char *document, size_t length, const struct way *way,
                       const struct outcome *want, const char *what)
{
    struct outcome got;
    read_document(document, length, way, &got);
    check_count++;
    if (!log_equal(&got.log, &want->log))
        CHECK_FAIL("%s of %.*s gives\n%.*s\nnot\n%.*s", what, (int)length, document,
                   (int)got.log.length, got.log.bytes, (int)want->log.length, want->log.bytes);
    free(got.log.bytes);
}

// ---- the corpus -------------------------------------------------------------------------------

struct row {
    const char *document;
    size_t length;
    pinbulk_result result;
    uint64_t offset;  // of the error
    const char *path; // of the error
};

#define GOOD(document)                                   \
    {                                                    \
        document, sizeof document - 1, PINBULK_OK, 0, "" \
    }
#define BAD(document, offset, path)                                   \
    {                                                                 \
        document, sizeof document - 1, PINBULK_BAD_JSON, offset, path \
    }
#define UTF8(document, offset, path)                                  \
    {                                                                 \
        document, sizeof document - 1, PINBULK_BAD_UTF8, offset, path \
    }
#define CUT(document, path)                                                         \
    {                                                                               \
        document, sizeof document - 1, PINBULK_TRUNCATED, sizeof document - 1, path \
    }

static const struct row corpus[] = {
    // Nothing, and nothing but white space.
    CUT("", ""),
    CUT(" ", ""),
    CUT("\n\r\t ", ""),
    CUT("                                                        ", ""),
    // Values at the root.
    GOOD("null"),
    GOOD("true"),
    GOOD("false"),
    GOOD("0"),
    GOOD("\"\""),
    GOOD("{}"),
    GOOD("[]"),
    GOOD(" \t\r\n[ \t\r\n] \t\r\n"),
    GOOD(" {} "),
    GOOD("                                [                                1  ]             "),
    // What is no white space.
    BAD("\v1", 0, ""),
    BAD("\f1", 0, ""),
    BAD("\b[]", 0, ""),
    BAD("\0", 0, ""),
    BAD("[\0]", 1, ""),
    BAD("[1\0]", 2, "[0]"),
    BAD("[]\0", 2, ""),
    BAD("[\x7f]", 1, ""),
    BAD("\xc2\xa0[]", 0, ""),
    BAD("[\xe2\x80\xa8]", 1, ""),
    // Byte order marks: UTF-8, UTF-16, UTF-32.
    BAD("\xef\xbb\xbf{}", 0, ""),
    BAD("\xef\xbb\xbf", 0, ""),
    BAD("\xfe\xff\0{", 0, ""),
    BAD("\xff\xfe{\0", 0, ""),
    BAD("[]\xef\xbb\xbf", 2, ""),
    BAD("[\xef\xbb\xbf]", 1, ""),
    BAD("{\0}\0", 1, ""),
    // Literals.
    CUT("t", ""),
    CUT("tru", ""),
    CUT("nul", ""),
    CUT("fals", ""),
    BAD("True", 0, ""),
    BAD("TRUE", 0, ""),
    BAD("tRue", 1, ""),
    BAD("trUe", 2, ""),
    BAD("truE", 3, ""),
    BAD("truee", 4, ""),
    BAD("true1", 4, ""),
    BAD("nulll", 4, ""),
    BAD("nil", 1, ""),
    BAD("Null", 0, ""),
    BAD("falsy", 4, ""),
    BAD("fals\0", 4, ""),
    BAD("[nul]", 4, "[0]"),
    BAD("[true,fal]", 9, "[1]"),
    BAD("{\"a\":trux}", 8, "a"),
    BAD("undefined", 0, ""),
    BAD("NaN", 0, ""),
    BAD("[Infinity]", 1, ""),
    BAD("[-Infinity]", 2, "[0]"),
    BAD("[truefalse]", 5, "[0]"),
    BAD("[nullnull]", 5, "[0]"),
    BAD("yes", 0, ""),
    // Numbers.
    GOOD("-0"),
    GOOD("1"),
    GOOD("-1"),
    GOOD("10"),
    GOOD("1234567890"),
    GOOD("9223372036854775807"),
    GOOD("-9223372036854775808"),
    GOOD("123456789012345678901234567890123456789012345678901234567890"),
    GOOD("0.0"),
    GOOD("-0.5"),
    GOOD("1.50"),
    GOOD("0.000000000000000000000000000000000000000000000001"),
    GOOD("1e5"),
    GOOD("1E5"),
    GOOD("1e+5"),
    GOOD("1e-5"),
    GOOD("0e0"),
    GOOD("0E+00"),
    GOOD("-0.0e-0"),
    GOOD("1.5e007"),
    GOOD("1e999999999999"),
    GOOD("[0,-0,1,-1,0.1,1e1,1.1E-1]"),
    GOOD("[ 0 , 12\n,\t3.5\r, 4e4 ]"),
    GOOD("[123456789012345,1234567890123456,12345678901234567]"),
    GOOD("{\"a\":1,\"b\":-2,\"c\":3.25,\"d\":4e1}"),
    CUT("-", ""),
    CUT("1.", ""),
    CUT("1e", ""),
    CUT("1e+", ""),
    CUT("-0.", ""),
    CUT("0.1e-", ""),
    BAD("+1", 0, ""),
    BAD(".5", 0, ""),
    BAD("--1", 1, ""),
    BAD("-a", 1, ""),
    BAD("- 1", 1, ""),
    BAD("01", 1, ""),
    BAD("-01", 2, ""),
    BAD("00", 1, ""),
    BAD("[00]", 2, "[0]"),
    BAD("[0123456789012345]", 2, "[0]"),
    BAD("0x10", 1, ""),
    BAD("1.a", 2, ""),
    BAD("1..2", 2, ""),
    BAD("1.5.5", 3, ""),
    BAD("1.e5", 2, ""),
    BAD("[1.]", 3, "[0]"),
    BAD("1ea", 2, ""),
    BAD("1e5.5", 3, ""),
    BAD("1e+-5", 3, ""),
    BAD("[1e+]", 4, "[0]"),
    BAD("[1e]", 3, "[0]"),
    BAD("[-]", 2, "[0]"),
    BAD("1e5e5", 3, ""),
    BAD("1_000", 1, ""),
    BAD("1 000", 2, ""),
    BAD("[1 000]", 3, "[0]"),
    BAD("1,5", 1, ""),
    BAD("1f", 1, ""),
    BAD("[1\"\"]", 2, "[0]"),
    BAD("[1-2]", 2, "[0]"),
    BAD("1\xd9\xa1", 1, ""),
    BAD("{\"a\":01}", 6, "a"),
    // Strings: plain bytes, escapes.
    GOOD("\"a\""),
    GOOD("\"/\""),
    GOOD("\"\x7f\""),
    GOOD("\"0123456789abcdef0123456789abcdef0123456789abcdef\""),
    GOOD("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    GOOD("\"\\u0000\\u001f\\u0020\\u007F\\u0080\\u07ff\\u0800\\uFFFF\\uabCD\""),
    GOOD("\"\\ud800\\udc00\\uDBFF\\uDFFF\\ud83d\\uDE00\""),
    GOOD("\"\\uD7FF\\uE000\""),
    GOOD("\"0123456789abcde\\n0123456789abcde\\u00e9tail\""),
    GOOD("[\"\\\\\",\"\\\\\\\\\",\"\\\"\"]"),
    GOOD("\"'\""),
    CUT("\"", ""),
    CUT("\"a", ""),
    CUT("\"\\", ""),
    CUT("\"\\u", ""),
    CUT("\"\\u12", ""),
    CUT("\"\\ud83d", ""),
    CUT("\"\\ud83d\\", ""),
    CUT("\"\\ud83d\\u", ""),
    CUT("\"\\ud83d\\ude0", ""),
    CUT("[\"abc\\\"]", "[0]"),
    CUT("\"0123456789abcdef0123456789abcdef", ""),
    BAD("\"\\a\"", 2, ""),
    BAD("\"\\0\"", 2, ""),
    BAD("\"\\v\"", 2, ""),
    BAD("\"\\'\"", 2, ""),
    BAD("\"\\x41\"", 2, ""),
    BAD("\"\\U0041\"", 2, ""),
    BAD("\"\\N\"", 2, ""),
    BAD("\"\\ \"", 2, ""),
    BAD("\"\\\n\"", 2, ""),
    BAD("\"\\\0\"", 2, ""),
    BAD("\"\\\xc3\xa9\"", 2, ""),
    BAD("\"\\u\"", 3, ""),
    BAD("\"\\u123\"", 6, ""),
    BAD("\"\\u12g4\"", 5, ""),
    BAD("\"\\u 123\"", 3, ""),
    BAD("\"\\u+123\"", 3, ""),
    BAD("\"\\u-123\"", 3, ""),
    BAD("\"\\u00/0\"", 5, ""),
    BAD("\"\\u00:0\"", 5, ""),
    BAD("\"\\u00@0\"", 5, ""),
    BAD("\"\\u00`0\"", 5, ""),
    BAD("\"\\u00G0\"", 5, ""),
    BAD("'a'", 0, ""),
    BAD("a", 0, ""),
    BAD("\"a\"b", 3, ""),
    BAD("\"a\"\"b\"", 3, ""),
    BAD("{\"k\":\"abc\\q\"}", 10, "k"),
    // Control characters.
    BAD("\"\x01\"", 1, ""),
    BAD("\"\x1f\"", 1, ""),
    BAD("\"\0\"", 1, ""),
    BAD("\"a\nb\"", 2, ""),
    BAD("\"a\tb\"", 2, ""),
    BAD("\"a\r\n\"", 2, ""),
    BAD("\"0123456789abcdef0123456789\x1e\"", 27, ""),
    BAD("[\"ok\",\"0123456789abcde\n\"]", 22, "[1]"),
    BAD("{\"a\nb\":1}", 3, ""),
    // Surrogates in escapes: the offset is that of the backslash of the half that stands alone.
    BAD("\"\\ud800\"", 1, ""),
    BAD("\"\\udbff\"", 1, ""),
    BAD("\"\\udc00\"", 1, ""),
    BAD("\"\\udfff\"", 1, ""),
    BAD("\"ab\\ud800x\"", 3, ""),
    BAD("\"\\ud800\\n\"", 1, ""),
    BAD("\"\\ud800\\\\\"", 1, ""),
    BAD("\"\\ud800\\u0041\"", 1, ""),
    BAD("\"\\ud800\\ud800\"", 1, ""),
    BAD("\"\\udc00\\ud800\"", 1, ""),
    BAD("\"\\udc00\\udc00\"", 1, ""),
    BAD("\"\\ud800\\ue000\"", 1, ""),
    BAD("\"\\ud800\\uDBFF\"", 1, ""),
    BAD("\"\\ud83d\\ude00\\ude00\"", 13, ""),
    BAD("\"\\ud83d\\ude00\\ud83d\"", 13, ""),
    BAD("\"\\ud800\\uxxxx\"", 9, ""),
    BAD("\"\\ud800\xf0\x90\x80\x80\"", 1, ""),
    // UTF-8.
    GOOD("\"\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\""),
    GOOD("\"\xed\x9f\xbf\xee\x80\x80\""),
    GOOD("\"\xef\xbb\xbf\""),
    GOOD("\"0123456789abcd\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 0123456789\""),
    GOOD("{\"\xc3\xa9\":\"\xe2\x82\xac\"}"),
    GOOD("\"\xe2\x82\xac\\n\xe2\x82\xac\\u20ac\xf0\x9f\x98\x80\""),
    CUT("\"\xc3", ""),
    CUT("\"\xe2\x82", ""),
    CUT("\"\xf0\x9f\x98", ""),
    UTF8("\"\x80\"", 1, ""),
    UTF8("\"\xbf\"", 1, ""),
    UTF8("\"\xc0\x80\"", 1, ""),
    UTF8("\"\xc1\xbf\"", 1, ""),
    UTF8("\"\xc3\"", 1, ""),
    UTF8("\"\xc3(\"", 1, ""),
    UTF8("\"a\xc3\xc3\xa9\"", 2, ""),
    UTF8("\"\xe0\x80\x80\"", 1, ""),
    UTF8("\"\xe0\x9f\xbf\"", 1, ""),
    UTF8("\"\xe2\x82\"", 1, ""),
    UTF8("\"\xe2(\xac\"", 1, ""),
    UTF8("\"\xed\xa0\x80\"", 1, ""),
    UTF8("\"\xed\xbf\xbf\"", 1, ""),
    UTF8("\"\xf0\x80\x80\x80\"", 1, ""),
    UTF8("\"\xf0\x8f\xbf\xbf\"", 1, ""),
    UTF8("\"\xf0\x9f\x98\"", 1, ""),
    UTF8("\"\xf0\x9f\x98\xc0\"", 1, ""),
    UTF8("\"\xf4\x90\x80\x80\"", 1, ""),
    UTF8("\"\xf5\x80\x80\x80\"", 1, ""),
    UTF8("\"\xf8\x88\x80\x80\x80\"", 1, ""),
    UTF8("\"\xfe\"", 1, ""),
    UTF8("\"\xff\"", 1, ""),
    UTF8("\"\xc3\\n\"", 1, ""),
    UTF8("\"\xc3\n\"", 1, ""),
    UTF8("\"0123456789abcdef0123456789abc\xc3\"", 30, ""),
    UTF8("\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\"", 19,
         ""),
    UTF8("{\"a\":[\"x\",\"\xff\"]}", 11, "a[1]"),
    UTF8("{\"a\xff\":1}", 3, ""),
    UTF8("{\"b\":{\"a\xff\":1}}", 8, "b"),
    // Which of two faults comes first decides.
    BAD("\"\x01\xff\"", 1, ""),
    UTF8("\"\xff\x01\"", 1, ""),
    BAD("\"\\q\xff\"", 2, ""),
    // Arrays.
    GOOD("[1]"),
    GOOD("[1,2]"),
    GOOD("[[],[[]],[[],[]]]"),
    GOOD("[\"a\",1,true,false,null,{},[]]"),
    GOOD("[\n    1,\n    2\n]\n"),
    GOOD("[true,false,null,true,false,null,true,false,null,true,false,null]"),
    CUT("[", ""),
    CUT("[1", "[0]"),
    CUT("[1,", "[1]"),
    CUT("[1,2", "[1]"),
    CUT("[[", "[0]"),
    CUT("[[]", "[0]"),
    CUT("[[1]", "[0]"),
    CUT("[\"a\"", "[0]"),
    BAD("]", 0, ""),
    BAD("[,]", 1, ""),
    BAD("[,1]", 1, ""),
    BAD("[1,]", 3, "[1]"),
    BAD("[1,,2]", 3, "[1]"),
    BAD("[1 2]", 3, "[0]"),
    BAD("[1}", 2, "[0]"),
    BAD("[}", 1, ""),
    BAD("[1:2]", 2, "[0]"),
    BAD("[:1]", 1, ""),
    BAD("[\"a\":1]", 4, "[0]"),
    BAD("[]]", 2, ""),
    BAD("[1]]", 3, ""),
    BAD("[][]", 2, ""),
    BAD("[1],", 3, ""),
    BAD("[1]x", 3, ""),
    BAD("[\"a\" \"b\"]", 5, "[0]"),
    BAD("[{} {}]", 4, "[0]"),
    BAD("[[] []]", 4, "[0]"),
    BAD("[1,2,3,4,5,6,7,8,9,10,11,12,x]", 28, "[12]"),
    // Objects.
    GOOD("{\"a\":1}"),
    GOOD("{\"a\":1,\"b\":2}"),
    GOOD("{ \"a\" : 1 , \"b\" : { } , \"c\" : [ ] }"),
    GOOD("{\"\":\"\"}"),
    GOOD("{\"a\":1,\"a\":2}"),
    GOOD("{\"a\":{\"b\":{\"c\":[{\"d\":null}]}}}"),
    GOOD("{\"\\u0061\\n\":\"\\u0062\"}"),
    GOOD("{\n  \"campaigns\": [\n    {\n      \"id\": \"626736533506\",\n      \"cap\": null\n    "
         "}\n  ]\n}"),
    GOOD("{\"campaigns\":[{\"id\":\"626736533506\",\"status\":\"ACTIVE\",\"daily_spend_cap\":"
         "25000000,"
         "\"is_flexible_daily_budgets\":false,\"name\":\"Fr\xc3\xbchling \\u2013 "
         "\\\"A\\\"\"},{\"id\":"
         "\"626736533507\",\"bid\":0.75,\"tags\":[],\"on\":true,\"tracking_urls\":null}]}"),
    CUT("{", ""),
    CUT("{\"a", ""),
    CUT("{\"a\"", "a"),
    CUT("{\"a\":", "a"),
    CUT("{\"a\":1", "a"),
    CUT("{\"a\":1,", ""),
    CUT("{\"a\":{\"b\":1}", "a"),
    BAD("}", 0, ""),
    BAD("{,}", 1, ""),
    BAD("{1:1}", 1, ""),
    BAD("{a:1}", 1, ""),
    BAD("{'a':1}", 1, ""),
    BAD("{null:1}", 1, ""),
    BAD("{[]:1}", 1, ""),
    BAD("{\"a\"}", 4, "a"),
    BAD("{\"a\" 1}", 5, "a"),
    BAD("{\"a\",1}", 4, "a"),
    BAD("{\"a\"=1}", 4, "a"),
    BAD("{\"a\"::1}", 5, "a"),
    BAD("{\"a\":}", 5, "a"),
    BAD("{\"a\":,}", 5, "a"),
    BAD("{\"a\":1,}", 7, ""),
    BAD("{\"a\":1,,}", 7, ""),
    BAD("{\"a\":1 \"b\":2}", 7, "a"),
    BAD("{\"a\":1;\"b\":2}", 6, "a"),
    BAD("{\"a\":1]", 6, "a"),
    BAD("{]", 1, ""),
    BAD("{\"a\":1:2}", 6, "a"),
    BAD("{\"a\":[1}", 7, "a[0]"),
    BAD("{\"a\":{\"b\":[1,{\"c\":x}]}}", 18, "a.b[1].c"),
    BAD("{\"a\":1}}", 7, ""),
    BAD("{\"a\":1}{", 7, ""),
    BAD("{\"a\":1}\n{\"a\":1}", 8, ""),
    BAD("{\"a\":1},", 7, ""),
    BAD("{} x", 3, ""),
    BAD("[{\"a\":1},{\"b\":2,3}]", 16, "[1]"),
    BAD("{\"a b\":x}", 7, "[\"a b\"]"),
    BAD("{\"a\":{\"\":x}}", 9, "a[\"\"]"),
    BAD("{\"a\\\"b\\\\\":x}", 10, "[\"a\\\"b\\\\\"]"),
    BAD("{\"1a\":{\"_1\":x}}", 12, "[\"1a\"]._1"),
    BAD("{\"\\u0007\":[x]}", 11, "[\"\\u0007\"]"),
    BAD("{\"x.y\":{\"x[0]\":x}}", 15, "[\"x.y\"][\"x[0]\"]"),
    BAD("{\"\xc3\xa9\":x}", 6, "[\"\xc3\xa9\"]"),
    // Comments and other dialects.
    BAD("// x\n1", 0, ""),
    BAD("/* x */ 1", 0, ""),
    BAD("[1 // x\n]", 3, "[0]"),
    BAD("[1,/**/2]", 3, "[1]"),
    BAD("# x", 0, ""),
    BAD("<html>", 0, ""),
    BAD("(1)", 0, ""),
    BAD("`1`", 0, ""),
    BAD("{\"a\":1}\x1e", 7, ""),
};
#define CORPUS_SIZE (sizeof corpus / sizeof corpus[0])

static void the_corpus_is_judged_right(void)
{
    size_t i;
    CHECK(CORPUS_SIZE >= 150);
    for (i = 0; i < CORPUS_SIZE; i++) {
        const struct row *row = &corpus[i];
        struct outcome got;
        read_document(row->document, row->length, &plain_way, &got);
        check_count++;
        if (got.result != row->result || got.offset != row->offset ||
            strcmp(got.path, row->path) != 0)
            CHECK_FAIL("%s gives %s at %" PRIu64 " in \"%s\", not %s at %" PRIu64 " in \"%s\"",
                       row->document, pinbulk_result_name(got.result), got.offset, got.path,
                       pinbulk_result_name(row->result), row->offset, row->path);
        free(got.log.bytes);
    }
}

// Byte by byte, in every chunk size up to 40, with one cut anywhere, and for short documents with
// two cuts anywhere (empty chunks among them).
static void check_cuts(const char *document, size_t length, size_t pairs_up_to)
{
    struct outcome whole;
    struct way way = plain_way;
    size_t cuts[2];
    read_document(document, length, &plain_way, &whole);
    for (way.every = 1; way.every < length && way.every <= 40; way.every += check_step(5))
        check_same(document, length, &way, &whole, "chunks");
    way.every = 0;
    way.cuts = cuts;
    for (cuts[0] = 0; cuts[0] <= length; cuts[0] += check_step(3)) {
        way.cut_count = 1;
        check_same(document, length, &way, &whole, "one cut");
        way.cut_count = 2;
        if (length <= pairs_up_to)
            for (cuts[1] = cuts[0]; cuts[1] <= length; cuts[1] += check_step(2))
                check_same(document, length, &way, &whole, "two cuts");
    }
    free(whole.log.bytes);
}

static void cuts_change_nothing(void)
{
    size_t i, pairs_up_to = check_scaled(100) == 100 ? 24 : 6;
    for (i = 0; i < CORPUS_SIZE; i++)
        check_cuts(corpus[i].document, corpus[i].length, pairs_up_to);
}

// With parts every buffer of at least four bytes does. Without, a text that has to be put together
// is whole or refused: never cut.
static void the_buffer_changes_nothing(void)
{
    size_t i, every;
    for (i = 0; i < CORPUS_SIZE; i++) {
        const struct row *row = &corpus[i];
        struct outcome whole, got;
        struct way way = plain_way;
        read_document(row->document, row->length, &plain_way, &whole);
        for (every = 0; every <= 1; every++) {
            way.every = every;
            way.parts = 1;
            for (way.buffer_size = 4; way.buffer_size <= whole.longest + 4;
                 way.buffer_size += check_step(5))
                check_same(row->document, row->length, &way, &whole, "parts");
            way.parts = 0;
            for (way.buffer_size = 0; way.buffer_size <= whole.longest + 4;
                 way.buffer_size += check_step(5)) {
                read_document(row->document, row->length, &way, &got);
                if (got.result == PINBULK_TOO_LARGE)
                    CHECK(way.buffer_size < whole.longest || row->result != PINBULK_OK);
                else
                    CHECK(log_equal(&got.log, &whole.log));
                free(got.log.bytes);
            }
        }
        free(whole.log.bytes);
    }
}

// In parts, a buffer smaller than a character cannot do; it is no endless loop.
static void a_tiny_buffer_is_refused(void)
{
    struct way way = plain_way;
    struct outcome got;
    way.parts = 1;
    way.buffer_size = 3;
    read_document("\"\\ud83d\\ude00\"", 14, &way, &got);
    CHECK_INT(got.result, PINBULK_TOO_LARGE);
    CHECK_INT(got.offset, 12);
    free(got.log.bytes);
    way.buffer_size = 0;
    read_document("\"\\n\"", 4, &way, &got);
    CHECK_INT(got.result, PINBULK_TOO_LARGE);
    CHECK_INT(got.offset, 2);
    free(got.log.bytes);
}

// A text without escapes that lies in one chunk needs no buffer: it is handed out where it is.
static void whole_texts_are_handed_out_in_place(void)
{
    static const char document[] = "[\"a\",{\"key\":\"a longer text that takes more than one "
                                   "block\"},-12.5e3,7 ,\"\xc3\xa9\",\"z\"]";
    char *block = malloc(sizeof document - 1);
    pinbulk_reader reader;
    pinbulk_token token;
    int texts = 0;
    memcpy(block, document, sizeof document - 1);
    pinbulk_reader_init(&reader, NULL);
    pinbulk_reader_feed(&reader, block, sizeof document - 1);
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
        if (token.kind >= PINBULK_TOKEN_KEY && token.kind <= PINBULK_TOKEN_NUMBER) {
            texts++;
            CHECK(token.text > block && token.text + token.length < block + sizeof document - 1);
        }
    CHECK_INT(token.kind, PINBULK_TOKEN_MORE);
    CHECK_INT(texts, 7);
    free(block);
}

// The buffer may be another one for each text.
static void the_buffer_can_be_replaced_between_texts(void)
{
    static const char document[] = "[\"\\u0061b\",\"c\\u0064\"]";
    char first[2], second[2];
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    config.buffer = first;
    config.buffer_size = 2;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, document, sizeof document - 1);
    pinbulk_reader_next(&reader, &token);
    pinbulk_reader_next(&reader, &token);
    CHECK(token.text == first);
    CHECK_TEXT(token.text, token.length, "ab");
    reader.config.buffer = second;
    pinbulk_reader_next(&reader, &token);
    CHECK(token.text == second);
    CHECK_TEXT(token.text, token.length, "cd");
    CHECK_TEXT(first, 2, "ab");
}

// A document that ends anywhere before its end is truncated. Only a number may have an end that
// could also be its middle.
static void every_truncation_is_noticed(void)
{
    size_t i, length;
    for (i = 0; i < CORPUS_SIZE; i++) {
        const struct row *row = &corpus[i];
        size_t end = row->length;
        if (row->result != PINBULK_OK)
            continue;
        while (strchr(" \t\r\n", row->document[end - 1]))
            end--;
        for (length = 0; length < row->length; length += check_step(3)) {
            int number = strchr("-0123456789", row->document[0]) != NULL;
            int whole = length >= end ||
                        (number && length > 0 && strchr("0123456789", row->document[length - 1]));
            struct outcome got;
            struct way way = plain_way;
            for (way.every = 0; way.every <= 1; way.every++) {
                read_document(row->document, length, &way, &got);
                CHECK_INT(got.result, whole ? PINBULK_OK : PINBULK_TRUNCATED);
                if (!whole)
                    CHECK_INT(got.offset, length);
                free(got.log.bytes);
            }
        }
    }
}

// Writes `depth` levels: arrays, objects or both in turn. Returns the length; *offset is that of
// the innermost bracket.
static size_t write_levels(char *to, unsigned depth, int kind, size_t *offset)
{
    size_t length = 0;
    unsigned i;
    for (i = 0; i < depth; i++) {
        int object = kind == 2 ? i % 2 == 0 : kind;
        *offset = length;
        to[length++] = object ? '{' : '[';
        if (object && i + 1 < depth) {
            memcpy(to + length, "\"k\":", 4);
            length += 4;
        }
    }
    while (i-- > 0)
        to[length++] = (kind == 2 ? i % 2 == 0 : kind) ? '}' : ']';
    return length;
}

static void the_depth_limit_is_exact(void)
{
    static char document[2000];
    unsigned depth;
    int kind, add;
    for (kind = 0; kind < 3; kind++)
        for (depth = 1; depth <= PINBULK_DEPTH_MAX + 1;
             depth += depth < 3 || depth > 254 ? 1 : check_step(84))
            for (add = -1; add <= 1; add++) {
                unsigned limit = depth + (unsigned)add;
                size_t offset = 0, length = write_levels(document, depth, kind, &offset);
                struct way way = plain_way;
                struct outcome got;
                way.depth_limit = (uint16_t)limit;
                if (limit == 0)
                    limit = 64;
                if (limit > PINBULK_DEPTH_MAX)
                    limit = PINBULK_DEPTH_MAX;
                for (way.every = 0; way.every <= 1; way.every++) {
                    read_document(document, length, &way, &got);
                    CHECK_INT(got.result, depth > limit ? PINBULK_TOO_DEEP : PINBULK_OK);
                    if (depth > limit)
                        CHECK_INT(got.offset, offset);
                    free(got.log.bytes);
                }
            }
}

static void the_default_depth_limit_is_64(void)
{
    static char document[1000];
    struct outcome got;
    size_t offset = 0, length = write_levels(document, 64, 0, &offset);
    read_document(document, length, &plain_way, &got);
    CHECK_INT(got.result, PINBULK_OK);
    free(got.log.bytes);
    length = write_levels(document, 65, 0, &offset);
    read_document(document, length, &plain_way, &got);
    CHECK_INT(got.result, PINBULK_TOO_DEEP);
    CHECK_INT(got.offset, 64);
    free(got.log.bytes);
}

// Brackets must match at every depth: a wrong one is refused wherever it stands.
static void every_bracket_must_match(void)
{
    static char document[1000];
    unsigned depth, wrong;
    int kind;
    for (kind = 0; kind < 3; kind++)
        for (depth = 1; depth <= 40; depth += check_step(13))
            for (wrong = 0; wrong < depth; wrong += check_step(7)) {
                size_t offset = 0, length = write_levels(document, depth, kind, &offset);
                struct way way = plain_way;
                struct outcome got;
                char *bracket = &document[length - 1 - wrong];
                *bracket = *bracket == ']' ? '}' : ']';
                for (way.every = 0; way.every <= 1; way.every++) {
                    read_document(document, length, &way, &got);
                    CHECK_INT(got.result, PINBULK_BAD_JSON);
                    CHECK_INT(got.offset, length - 1 - wrong);
                    free(got.log.bytes);
                }
            }
}

// Tokens before the limit come; whatever is beyond it makes the document too large, even a space.
static void the_byte_limit_is_exact(void)
{
    size_t i;
    for (i = 0; i < CORPUS_SIZE; i++) {
        const struct row *row = &corpus[i];
        struct way way = plain_way;
        struct outcome whole, got, bytes;
        if (row->length < 2)
            continue;
        read_document(row->document, row->length, &plain_way, &whole);
        way.byte_limit = row->length + 1;
        check_same(row->document, row->length, &way, &whole, "limit above");
        way.byte_limit = row->length;
        check_same(row->document, row->length, &way, &whole, "limit met");
        for (way.byte_limit = row->length - 1; way.byte_limit > 0;
             way.byte_limit -= way.byte_limit > check_step(5) ? check_step(5) : way.byte_limit) {
            way.every = 0;
            read_document(row->document, row->length, &way, &got);
            way.every = 1;
            read_document(row->document, row->length, &way, &bytes);
            CHECK(log_equal(&got.log, &bytes.log));
            if (row->result == PINBULK_OK || row->offset >= way.byte_limit) {
                CHECK_INT(got.result, PINBULK_TOO_LARGE);
                CHECK_INT(got.offset, way.byte_limit);
            } else if (got.result != PINBULK_TOO_LARGE) {
                // The fault lies before the limit; it is the same, unless one must see on to know.
                CHECK_INT(got.result, row->result);
                CHECK_INT(got.offset, row->offset);
            }
            free(got.log.bytes);
            free(bytes.log.bytes);
        }
        free(whole.log.bytes);
    }
}

// ---- paths ------------------------------------------------------------------------------------

// After each token of the document, in order.
static const char path_document[] =
    "{\"create\":{\"campaigns\":[{\"id\":\"1\",\"x\":{}},[],{\"bid options\":{\"p\\u0061th\":[true,"
    "[null]]}}]},\"z\":[0,1]}";
static const char *const path_expected[] = {
    "", "create", "create", "create.campaigns", "create.campaigns",
    // {"id":"1","x":{}}
    "create.campaigns[0]", "create.campaigns[0].id", "create.campaigns[0].id",
    "create.campaigns[0].x", "create.campaigns[0].x", "create.campaigns[0].x",
    "create.campaigns[0]",
    // []
    "create.campaigns[1]", "create.campaigns[1]",
    // {"bid options":{"path":[true,[null]]}}
    "create.campaigns[2]", "create.campaigns[2][\"bid options\"]",
    "create.campaigns[2][\"bid options\"]", "create.campaigns[2][\"bid options\"].path",
    "create.campaigns[2][\"bid options\"].path", "create.campaigns[2][\"bid options\"].path[0]",
    "create.campaigns[2][\"bid options\"].path[1]",
    "create.campaigns[2][\"bid options\"].path[1][0]",
    "create.campaigns[2][\"bid options\"].path[1]", "create.campaigns[2][\"bid options\"].path",
    "create.campaigns[2][\"bid options\"]", "create.campaigns[2]", "create.campaigns", "create",
    "z", "z", "z[0]", "z[1]", "z", ""};

// Reads the path document in chunks of `every` with a path buffer of `size` and checks the path
// after every token: all of it, or the outer part and "...".
static size_t check_paths(size_t size, size_t every)
{
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    size_t at = 0, i = 0, cut = 0, length = sizeof path_document - 1;
    char buffer[64], path[256];
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.path = malloc(size ? size : 1);
    config.path_size = size;
    pinbulk_reader_init(&reader, &config);
    for (;;) {
        pinbulk_token_kind kind = pinbulk_reader_next(&reader, &token);
        size_t got;
        if (kind == PINBULK_TOKEN_MORE && at < length) {
            size_t next = length - at < every ? length - at : every;
            pinbulk_reader_feed(&reader, path_document + at, next);
            at += next;
            continue;
        }
        if (kind <= PINBULK_TOKEN_END)
            break;
        got = pinbulk_reader_path(&reader, path, sizeof path);
        CHECK_INT(got, strlen(path));
        if (size == 0) {
            CHECK_INT(got, 0);
        } else if (strcmp(path, path_expected[i]) != 0) {
            check_count++;
            cut++;
            if (got < 3 || strcmp(path + got - 3, "...") != 0 ||
                strncmp(path, path_expected[i], got - 3) != 0)
                CHECK_FAIL("path buffer %d: %s, not %s", (int)size, path, path_expected[i]);
        }
        i++;
    }
    CHECK_INT(i, sizeof path_expected / sizeof path_expected[0]);
    free(config.path);
    return cut;
}

static void paths_are_right_after_every_token(void)
{
    CHECK_INT(check_paths(256, 1000), 0);
    CHECK_INT(check_paths(256, 1), 0);
}

// A small path buffer keeps the outer levels, is never overrun, and says the same whatever the
// cuts.
static void small_path_buffers_keep_the_outer_levels(void)
{
    size_t size, before = (size_t)-1;
    for (size = 0; size <= 64; size++) {
        size_t cut = check_paths(size, 1000);
        CHECK_INT(check_paths(size, 1), cut);
        CHECK_INT(check_paths(size, 7), cut);
        if (size > 1)
            CHECK(cut <= before); // more room never means less path
        before = cut;
    }
    CHECK_INT(before, 0);
}

static void small_path_buffers_do_not_depend_on_cuts(void)
{
    size_t i;
    for (i = 0; i < CORPUS_SIZE; i++) {
        struct way way = plain_way;
        struct outcome whole;
        for (way.path_size = 0; way.path_size < 24; way.path_size += check_step(7)) {
            way.every = 0;
            read_document(corpus[i].document, corpus[i].length, &way, &whole);
            for (way.every = 1; way.every <= 3; way.every++)
                check_same(corpus[i].document, corpus[i].length, &way, &whole, "small path");
            free(whole.log.bytes);
        }
    }
}

// pinbulk_reader_path() cuts its text to the size it is given and returns the length it has.
static void path_texts_are_cut_to_their_size(void)
{
    static const char document[] = "{\"a\":[0,{\"b \xc3\xa9\":[]";
    static const char want[] = "a[1][\"b \xc3\xa9\"]";
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    char path[64];
    size_t size;
    config.path = path;
    config.path_size = sizeof path;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, document, sizeof document - 1);
    do
        pinbulk_reader_next(&reader, &token);
    while (token.kind != PINBULK_TOKEN_MORE);
    for (size = 0; size < 32; size++) {
        char *text = malloc(size ? size : 1);
        CHECK_INT(pinbulk_reader_path(&reader, text, size), sizeof want - 1);
        if (size > 0) {
            size_t kept = size - 1 < sizeof want - 1 ? size - 1 : sizeof want - 1;
            CHECK(memcmp(text, want, kept) == 0);
            CHECK(text[kept] == 0);
        }
        free(text);
    }
    CHECK_INT(pinbulk_reader_path(&reader, NULL, 0), sizeof want - 1);
}

// Feeds a text when all before it is read.
static void feed_after_all(pinbulk_reader *reader, const char *text)
{
    pinbulk_token token;
    while (pinbulk_reader_next(reader, &token) != PINBULK_TOKEN_MORE)
        ;
    pinbulk_reader_feed(reader, text, strlen(text));
}

// Large indexes, long names, many levels.
static void long_paths_are_kept(void)
{
    static char document[700], path_buffer[2000], path[3000];
    static const uint32_t counts[] = {1, 127, 128, 129, 16383, 16384, 16385, 100000};
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    size_t i, length;
    uint32_t j;
    char want[64];
    config.path = path_buffer;
    config.path_size = sizeof path_buffer;
    for (i = 0; i < sizeof counts / sizeof counts[0] && counts[i] <= 100000 / check_step(2); i++) {
        pinbulk_reader_init(&reader, &config);
        pinbulk_reader_feed(&reader, "[", 1);
        for (j = 0; j < counts[i]; j++)
            feed_after_all(&reader, "0,");
        feed_after_all(&reader, "[{\"a\":[]");
        while (pinbulk_reader_next(&reader, &token) != PINBULK_TOKEN_MORE)
            ;
        pinbulk_reader_path(&reader, path, sizeof path);
        snprintf(want, sizeof want, "[%lu][0].a", (unsigned long)counts[i]);
        CHECK_TEXT(path, strlen(path), want);
        // And back out: the index is known again.
        pinbulk_reader_feed(&reader, "}]", 2);
        pinbulk_reader_next(&reader, &token);
        pinbulk_reader_next(&reader, &token);
        pinbulk_reader_path(&reader, path, sizeof path);
        snprintf(want, sizeof want, "[%lu]", (unsigned long)counts[i]);
        CHECK_TEXT(path, strlen(path), want);
    }
    for (i = 0; i < 600; i++) { // names of every length, around a level
        length = 0;
        memcpy(document, "{\"", 2);
        memset(document + 2, 'n', i);
        memcpy(document + 2 + i, "\":[[]", 5);
        pinbulk_reader_init(&reader, &config);
        pinbulk_reader_feed(&reader, document, 7 + i);
        while (pinbulk_reader_next(&reader, &token) != PINBULK_TOKEN_MORE)
            ;
        length = pinbulk_reader_path(&reader, path, sizeof path);
        CHECK_INT(length, i ? i + 3 : 7);
        if (i)
            CHECK(memcmp(path, document + 2, i) == 0 && strcmp(path + i, "[0]") == 0);
    }
}

// The path of an error has a size of its own and ends in "..." when it is cut.
static void the_path_of_an_error_is_cut_with_dots(void)
{
    static char document[400];
    size_t length;
    for (length = 1; length < 150; length++) {
        struct outcome got;
        size_t name = 3 * length;
        memcpy(document, "{\"", 2);
        while (name) {
            name -= 3;
            memcpy(document + 2 + name, "\xe2\x82\xac", 3);
        }
        if (length > 100)
            break;
        memcpy(document + 2 + 3 * length, "\":x", 3);
        read_document(document, 3 * length + 5, &plain_way, &got);
        CHECK_INT(got.result, PINBULK_BAD_JSON);
        CHECK(is_utf8(got.path, strlen(got.path)));
        if (3 * length + 4 < PINBULK_ERROR_PATH_MAX) {
            CHECK_INT(strlen(got.path), 3 * length + 4);
        } else {
            CHECK(strlen(got.path) >= PINBULK_ERROR_PATH_MAX - 4);
            CHECK_TEXT(got.path + strlen(got.path) - 3, 3, "...");
        }
        free(got.log.bytes);
    }
}

// ---- messages ---------------------------------------------------------------------------------

static void messages_say_what_was_expected(void)
{
    static const struct {
        const char *document, *message;
    } rows[] = {
        {"", "the document ends too early: expected a value"},
        {"[1", "the document ends too early: expected ',' or ']' after an item"},
        {"\"a", "the document ends too early: expected the end of a string"},
        {"tru", "the document ends too early: expected true, false or null"},
        {"-", "the document ends too early: expected a digit after the minus sign"},
        {"[1 2", "expected ',' or ']' after an item, found '2'"},
        {"{\"a\":1]", "expected ',' or '}' after a member, found ']'"},
        {"{1", "expected the name of a member, a string, or '}', found '1'"},
        {"{\"a\":1,}", "expected the name of a member, a string, found '}'"},
        {"{\"a\" 1", "expected ':' after the name of a member, found '1'"},
        {"[,", "expected a value or ']', found ','"},
        {"[1,]", "expected a value, found ']'"},
        {"1 1", "expected nothing after the value, found '1'"},
        {"\x01", "expected a value, found byte 0x01"},
        {"\xfe", "expected a value, found byte 0xfe"},
        {"\xef\xbb\xbf{}", "a byte order mark is not allowed in JSON, found byte 0xef"},
        {"\"\n", "a control character in a string must be escaped, found byte 0x0a"},
        {"\"\\x", "expected one of \"\\/bfnrtu after a backslash, found 'x'"},
        {"\"\\u00x", "expected four hexadecimal digits after \\u, found 'x'"},
        {"\"\\ud800\"", "half of a surrogate pair stands alone"},
        {"\"\xff", "a string is not UTF-8"},
        {"1.e", "expected a digit after the decimal point, found 'e'"},
        {"1ex", "expected a digit or a sign in the exponent, found 'x'"},
        {"1e+x", "expected a digit in the exponent, found 'x'"},
        {"nulx", "expected true, false or null, found 'x'"},
    };
    size_t i;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct outcome got;
        read_document(rows[i].document, strlen(rows[i].document), &plain_way, &got);
        CHECK_TEXT(got.message, strlen(got.message), rows[i].message);
        free(got.log.bytes);
    }
}

static void numbers_say_whether_they_are_integers(void)
{
    static const struct {
        const char *number;
        int integer;
    } rows[] = {{"0", 1},   {"-0", 1},  {"17", 1},  {"-17", 1},  {"1.0", 0},
                {"1e2", 0}, {"0e0", 0}, {"0.1", 0}, {"-1E1", 0}, {"1.5e3", 0}};
    size_t i, every;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (every = 0; every <= 1; every++) {
            char document[64], want[64];
            struct way way = plain_way;
            struct outcome got;
            int length = snprintf(document, sizeof document, "%s%32s", rows[i].number, "");
            way.every = every;
            read_document(document, (size_t)length, &way, &got);
            snprintf(want, sizeof want, "0 number%s : %s\nPINBULK_OK",
                     rows[i].integer ? " integer" : "", rows[i].number);
            CHECK_TEXT(got.log.bytes, got.log.length, want);
            free(got.log.bytes);
        }
}

// ---- strings ----------------------------------------------------------------------------------

// A string of `length` letters with something in it at `at`, alone in a block of its size. What it
// reads as, or where it fails, is the same wherever blocks of the processor begin and end.
static void check_string(size_t length, size_t at, const char *inside, const char *reads_as,
                         pinbulk_result result, size_t fault, size_t every)
{
    size_t raw = strlen(inside), size = length + raw + 2, i, fed;
    char *block = malloc(size), want[300], buffer[300];
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    block[0] = block[size - 1] = '"';
    for (i = 0; i < length; i++)
        block[1 + i + (i >= at ? raw : 0)] = (char)('a' + i % 26);
    memcpy(block + 1 + at, inside, raw);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    pinbulk_reader_init(&reader, &config);
    for (fed = 0; fed < size; fed += every) {
        pinbulk_reader_feed(&reader, block + fed, size - fed < every ? size - fed : every);
        if (pinbulk_reader_next(&reader, &token) != PINBULK_TOKEN_MORE)
            break;
    }
    if (result == PINBULK_OK) {
        for (i = 0; i < length; i++)
            want[i + (i >= at ? strlen(reads_as) : 0)] = (char)('a' + i % 26);
        memcpy(want + at, reads_as, strlen(reads_as));
        CHECK_INT(token.kind, PINBULK_TOKEN_STRING);
        CHECK(token.length == length + strlen(reads_as) &&
              memcmp(token.text, want, token.length) == 0);
    } else {
        pinbulk_error error = {0};
        CHECK_INT(token.kind, PINBULK_TOKEN_ERROR);
        pinbulk_reader_error(&reader, &error);
        CHECK_INT(error.result, result);
        CHECK_INT(error.offset, 1 + at + fault);
    }
    free(block);
}

static void strings_are_read_at_every_length_and_place(void)
{
    static const struct {
        const char *inside, *reads_as;
        pinbulk_result result;
        size_t fault;
    } rows[] = {{"", "", PINBULK_OK, 0},
                {"\\n", "\n", PINBULK_OK, 0},
                {"\\\"", "\"", PINBULK_OK, 0},
                {"\\u20ac", "\xe2\x82\xac", PINBULK_OK, 0},
                {"\\ud83d\\ude00", "\xf0\x9f\x98\x80", PINBULK_OK, 0},
                {"\xc3\xa9", "\xc3\xa9", PINBULK_OK, 0},
                {"\xe2\x82\xac", "\xe2\x82\xac", PINBULK_OK, 0},
                {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", PINBULK_OK, 0},
                {"\x7f", "\x7f", PINBULK_OK, 0},
                {"\x1f", "", PINBULK_BAD_JSON, 0},
                {"\x01", "", PINBULK_BAD_JSON, 0},
                {"\\x", "", PINBULK_BAD_JSON, 1},
                {"\\ud83d", "", PINBULK_BAD_JSON, 0},
                {"\x80", "", PINBULK_BAD_UTF8, 0},
                {"\xff", "", PINBULK_BAD_UTF8, 0},
                {"\xe2\x82", "", PINBULK_BAD_UTF8, 0}};
    size_t i, length, at, most = check_scaled(100) == 100 ? 200 : 70;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (length = 0; length <= most; length += check_step(9))
            for (at = 0; at <= length; at += check_step(5)) {
                check_string(length, at, rows[i].inside, rows[i].reads_as, rows[i].result,
                             rows[i].fault, 1000);
                if (length < 40)
                    check_string(length, at, rows[i].inside, rows[i].reads_as, rows[i].result,
                                 rows[i].fault, 1 + at % 20);
            }
}

// The quote that ends a string, at every place before the end of its chunk, and with each byte
// behind it.
static void strings_end_at_their_quote(void)
{
    size_t length, behind;
    for (length = 0; length <= 70; length++)
        for (behind = 0; behind <= 40; behind++) {
            size_t size = length + 3 + behind;
            char *block = malloc(size);
            pinbulk_reader reader;
            pinbulk_token token;
            memset(block, 'x', size);
            block[0] = '[';
            block[1] = block[length + 2] = '"';
            pinbulk_reader_init(&reader, NULL);
            pinbulk_reader_feed(&reader, block, size);
            pinbulk_reader_next(&reader, &token);
            CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_STRING);
            CHECK(token.text == block + 2 && token.length == length);
            CHECK_INT(pinbulk_reader_next(&reader, &token),
                      behind ? PINBULK_TOKEN_ERROR : PINBULK_TOKEN_MORE);
            free(block);
        }
}

static size_t write_utf8(char *to, uint32_t point)
{
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(0xc0 | point >> 6);
        to[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(0xe0 | point >> 12);
        to[1] = (char)(0x80 | (point >> 6 & 0x3f));
        to[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | point >> 18);
    to[1] = (char)(0x80 | (point >> 12 & 0x3f));
    to[2] = (char)(0x80 | (point >> 6 & 0x3f));
    to[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

// Reads one string in two chunks; true when it reads as `want`.
static int reads_as(const char *document, size_t length, size_t cut, const char *want, size_t size)
{
    char buffer[8];
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, document, cut);
    if (pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_MORE) {
        pinbulk_reader_feed(&reader, document + cut, length - cut);
        pinbulk_reader_next(&reader, &token);
    }
    return token.kind == PINBULK_TOKEN_STRING && token.length == size &&
           memcmp(token.text, want, size) == 0;
}

static void every_code_point_is_read(void)
{
    uint32_t point, step = check_every(check_scaled(100) == 100 ? 1 : 61 * check_step(7));
    for (point = 0; point <= 0x110000; point += step) {
        char document[32], utf8[4];
        size_t size = write_utf8(utf8, point), length;
        int valid = point < 0x110000 && (point < 0xd800 || point > 0xdfff);
        document[0] = '"';
        memcpy(document + 1, utf8, size);
        document[size + 1] = '"';
        length = size + 2;
        if (point >= 0x20 && point != '"' && point != '\\') {
            CHECK(reads_as(document, length, length, utf8, size) == valid);
            CHECK(reads_as(document, length, 1 + point % length, utf8, size) == valid);
        } else {
            CHECK(!reads_as(document, length, length, utf8, size));
        }
        if (point < 0x10000)
            length = (size_t)snprintf(document, sizeof document, "\"\\u%04x\"", (unsigned)point);
        else if (point < 0x110000)
            length = (size_t)snprintf(document, sizeof document, "\"\\u%04X\\u%04x\"",
                                      (unsigned)(0xd800 + ((point - 0x10000) >> 10)),
                                      (unsigned)(0xdc00 + (point & 0x3ff)));
        else
            continue;
        CHECK(reads_as(document, length, length, utf8, size) == valid);
        CHECK(reads_as(document, length, 1 + point % length, utf8, size) == valid);
    }
}

// Every byte in every place where a byte can stand: with 256 of them no class is forgotten.
static void every_byte_is_judged_everywhere(void)
{
    static const char *const places[] = {
        "@",         "[@",         "[1@",         "[1,@",         "{@",      "{\"a\"@", "{\"a\":@",
        "{\"a\":1@", "{\"a\":1,@", "1@",          "-@",           "0@",      "1.@",     "1.5@",
        "1e@",       "1e+@",       "1e5@",        "t@",           "nul@",    "\"@",     "\"\\@",
        "\"\\u@",    "\"\\u12@",   "\"\\ud800@",  "\"\\ud800\\@", "\"\xc3@", "\"\xe0@", "\"\xed@",
        "\"\xf0@",   "\"\xf4@",    "\"\xe2\x82@", "[]@",          "{\"a@"};
    size_t i;
    int byte;
    for (i = 0; i < sizeof places / sizeof places[0]; i++)
        for (byte = 0; byte < 256; byte += (int)check_step(5)) {
            char document[64];
            size_t length = strlen(places[i]), padded;
            memset(document, ' ', sizeof document);
            memcpy(document, places[i], length);
            document[length - 1] = (char)byte;
            // Alone, and with so much behind it that nothing ends with the chunk.
            for (padded = 0; padded <= 40; padded += 40) {
                struct outcome whole;
                struct way way = plain_way;
                read_document(document, length + padded, &plain_way, &whole);
                way.every = 1;
                check_same(document, length + padded, &way, &whole, "bytes");
                if (whole.result == PINBULK_BAD_JSON && strchr("@", places[i][length - 1]) &&
                    strncmp(places[i], "\"\\ud8", 5) != 0)
                    CHECK(whole.offset + 1 >= length);
                free(whole.log.bytes);
            }
        }
}

// ---- skipping ---------------------------------------------------------------------------------

// Removes from a log what is inside the container whose line is the `which`th that opens one.
static void log_without(const struct log *log, long which, struct log *to)
{
    const char *at = log->bytes, *end = at + log->length;
    unsigned inside = 0;
    while (at < end) {
        const char *line_end = (const char *)memchr(at, '\n', (size_t)(end - at));
        unsigned depth = 0;
        char begin[32] = "", name[16] = "";
        line_end = line_end ? line_end + 1 : end;
        memcpy(begin, at, (size_t)(line_end - at < 31 ? line_end - at : 31)); // has no NUL
        sscanf(begin, "%u %15s", &depth, name);
        if (inside && depth < inside)
            inside = 0;
        if (!inside || strncmp(at, "PINBULK_", 8) == 0)
            log_add(to, at, (size_t)(line_end - at));
        if ((strcmp(name, "object") == 0 || strcmp(name, "array") == 0) && --which == 0)
            inside = depth;
        at = line_end;
    }
}

// Skipping a container is reading it and looking away: the same tokens around it, the same errors
// in it, but no buffer is needed for its texts.
static void check_skip(const char *document, size_t length)
{
    struct outcome whole;
    struct way way = plain_way;
    read_document(document, length, &plain_way, &whole);
    for (way.skip = 1; way.skip <= whole.containers; way.skip++) {
        struct outcome want = {0};
        log_without(&whole.log, way.skip, &want.log);
        way.every = 0;
        check_same(document, length, &way, &want, "skip");
        way.every = 1;
        check_same(document, length, &way, &want, "skip byte by byte");
        way.every = 7;
        check_same(document, length, &way, &want, "skip by sevens");
        if (way.skip == 1) {
            way.buffer_size = 0;
            check_same(document, length, &way, &want, "skip without a buffer");
            way.buffer_size = plain_way.buffer_size;
        }
        free(want.log.bytes);
    }
    free(whole.log.bytes);
}

static void skipping_is_reading_without_delivery(void)
{
    size_t i;
    for (i = 0; i < CORPUS_SIZE; i++)
        if (!strstr(corpus[i].document, "\\n\":\"")) // a line end in a text confuses log_without()
            check_skip(corpus[i].document, corpus[i].length);
    check_skip(path_document, sizeof path_document - 1);
}

static void skip_is_for_the_start_of_a_container_only(void)
{
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_reader_init(&reader, NULL);
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_BAD_STATE);
    pinbulk_reader_feed(&reader, "[[1,[2]],3]", 11);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY);
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_OK);
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_reader_depth(&reader), 2);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY_END);
    CHECK_INT(pinbulk_reader_depth(&reader), 1);
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_NUMBER);
    CHECK_TEXT(token.text, token.length, "3");
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY_END);
    CHECK_INT(pinbulk_reader_skip(&reader), PINBULK_BAD_STATE);
}

// ---- calls out of order -----------------------------------------------------------------------

static void calls_out_of_order_are_refused(void)
{
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_reader_init(&reader, NULL);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_MORE);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_MORE);
    CHECK_INT(pinbulk_reader_feed(&reader, NULL, 1), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_reader_feed(&reader, NULL, 0), PINBULK_OK);
    CHECK_INT(pinbulk_reader_feed(&reader, "[[", 2), PINBULK_OK);
    CHECK_INT(pinbulk_reader_feed(&reader, "]", 1), PINBULK_BAD_STATE); // not used up
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY);
    CHECK_INT(pinbulk_reader_feed(&reader, "]", 1), PINBULK_BAD_STATE); // only after MORE
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_MORE);
    CHECK_INT(pinbulk_reader_feed(&reader, "", 0), PINBULK_OK);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_MORE);
    CHECK_INT(pinbulk_reader_feed(&reader, "]]", 2), PINBULK_OK);
    // The end may be told before the last chunk is read.
    CHECK_INT(pinbulk_reader_end(&reader), PINBULK_OK);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY_END);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY_END);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_END);
}

static void the_end_is_told_once_and_lasts(void)
{
    pinbulk_reader reader;
    pinbulk_token token;
    int i;
    pinbulk_reader_init(&reader, NULL);
    CHECK_INT(pinbulk_reader_feed(&reader, "[12]", 4), PINBULK_OK);
    CHECK_INT(pinbulk_reader_end(&reader), PINBULK_OK);
    CHECK_INT(pinbulk_reader_end(&reader), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_NUMBER);
    CHECK_INT(pinbulk_reader_feed(&reader, "3", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ARRAY_END);
    for (i = 0; i < 3; i++) {
        CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_END);
        CHECK_INT(pinbulk_reader_feed(&reader, " ", 1), PINBULK_BAD_STATE);
        CHECK_INT(pinbulk_reader_end(&reader), PINBULK_BAD_STATE);
    }
}

static void the_first_error_sticks(void)
{
    static const char *const documents[] = {"[1,x]", "\"\\q", "[tru]", "\"\xff\"", "1.x"};
    size_t i;
    int again;
    for (i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        pinbulk_reader_config config = {0};
        pinbulk_reader reader;
        pinbulk_token token;
        pinbulk_error first = {0}, later = {0};
        char buffer[16];
        config.buffer = buffer;
        config.buffer_size = sizeof buffer;
        pinbulk_reader_init(&reader, &config);
        pinbulk_reader_feed(&reader, documents[i], strlen(documents[i]));
        while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
            ;
        CHECK_INT(token.kind, PINBULK_TOKEN_ERROR);
        pinbulk_reader_error(&reader, &first);
        for (again = 0; again < 3; again++) {
            CHECK_INT(pinbulk_reader_feed(&reader, "]", 1), first.result);
            CHECK_INT(pinbulk_reader_end(&reader), first.result);
            CHECK_INT(pinbulk_reader_skip(&reader), first.result);
            CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ERROR);
            pinbulk_reader_error(&reader, &later);
            CHECK(memcmp(&first, &later, sizeof first) == 0);
        }
    }
}

static void an_error_is_only_told_after_one(void)
{
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_error error, untouched;
    memset(&error, 0x5a, sizeof error);
    memset(&untouched, 0x5a, sizeof untouched);
    pinbulk_reader_init(&reader, NULL);
    pinbulk_reader_error(&reader, &error);
    CHECK(memcmp(&error, &untouched, sizeof error) == 0);
    pinbulk_reader_feed(&reader, "x", 1);
    CHECK_INT(pinbulk_reader_next(&reader, &token), PINBULK_TOKEN_ERROR);
    pinbulk_reader_error(&reader, NULL); // nothing to write to
    pinbulk_reader_error(&reader, &error);
    CHECK_INT(error.result, PINBULK_BAD_JSON);
    CHECK_INT(error.http_status, 0);
}

// ---- random documents -------------------------------------------------------------------------

static void random_space(struct log *to, uint64_t *seed, int pretty)
{
    uint64_t dice = check_random(seed) % 16;
    if (pretty && dice < 8)
        log_add(to, "\n                                            ", 1 + (size_t)dice * 5);
    else if (dice == 15)
        log_add(to, " \t\r\n", 1 + (size_t)(check_random(seed) % 4));
}

static void random_string(struct log *to, uint64_t *seed)
{
    static const char *const pieces[] = {"\\n",
                                         "\\\"",
                                         "\\\\",
                                         "\\u00e9",
                                         "\\ud83d\\ude00",
                                         "\xc3\xa9",
                                         "\xe2\x82\xac",
                                         "\xf0\x9f\x98\x80",
                                         "\x7f"};
    size_t length = check_random(seed) % 40, i;
    int rich = check_random(seed) % 4 == 0;
    log_text(to, "\"");
    for (i = 0; i < length; i++) {
        uint64_t dice = check_random(seed);
        if (rich && dice % 8 == 0)
            log_text(to, pieces[dice / 8 % 9]);
        else
            log_add(to, &"abcdefghijklmnopqrstuvwxyz 0123456789,:[]{}"[dice / 8 % 43], 1);
    }
    log_text(to, "\"");
}

static void random_number(struct log *to, uint64_t *seed)
{
    char text[64];
    uint64_t number = check_random(seed) >> check_random(seed) % 64;
    if (check_random(seed) % 4 == 0)
        snprintf(text, sizeof text, "-%" PRIu64 ".%04u", number, (unsigned)(number % 10000));
    else if (check_random(seed) % 4 == 0)
        snprintf(text, sizeof text, "%" PRIu64 "e%d", number, (int)(number % 300) - 150);
    else
        snprintf(text, sizeof text, "%" PRIu64, number);
    log_text(to, text);
}

// Appends a value; `levels` is a stack of what is open.
static void random_document(struct log *to, uint64_t *seed)
{
    static const char *const literals[] = {"true", "false", "null"};
    char levels[12];
    int depth = 0, pretty = check_random(seed) % 2 == 0, count = 0;
    do {
        uint64_t dice = check_random(seed);
        random_space(to, seed, pretty);
        if (depth && (dice % 5 == 0 || count > 60)) { // close
            size_t last = to->length;
            while (strchr(" \n\r\t", to->bytes[last - 1]))
                last--;
            if (to->bytes[last - 1] == ',')
                to->length = last - 1;
            log_text(to, levels[--depth] == '{' ? "}" : "]");
        } else {
            count++;
            if (depth && levels[depth - 1] == '{') {
                random_string(to, seed);
                random_space(to, seed, pretty);
                log_text(to, ":");
                random_space(to, seed, pretty);
            }
            dice = dice / 8 % 8;
            if (depth == 0 || (dice < 2 && depth < 12)) {
                levels[depth++] = dice % 2 ? '{' : '[';
                log_text(to, dice % 2 ? "{" : "[");
                continue;
            }
            if (dice < 5)
                random_string(to, seed);
            else if (dice < 7)
                random_number(to, seed);
            else
                log_text(to, literals[check_random(seed) % 3]);
        }
        random_space(to, seed, pretty);
        if (depth)
            log_text(to, ",");
    } while (depth);
    random_space(to, seed, pretty);
}

// Valid documents, and the same with a few bytes changed: the quick way through whole chunks and
// the slow way byte by byte agree.
static void whole_and_byte_by_byte_agree(void)
{
    static const char strange[] =
        "\"\\{}[],:0123456789eE+-.tfnu \n\t\x00\x1f\x7f\x80\xc3\xe2\xf0\xff";
    uint64_t seed = 17;
    long round, rounds = check_scaled(20000);
    for (round = 0; round < rounds; round++) {
        struct log document = {0};
        struct outcome whole;
        struct way way = plain_way;
        random_document(&document, &seed);
        if (round % 2) {
            size_t changes = 1 + check_random(&seed) % 3;
            while (changes--)
                document.bytes[check_random(&seed) % document.length] =
                    strange[check_random(&seed) % (sizeof strange - 1)];
            document.length -=
                check_random(&seed) % 4 == 0 ? check_random(&seed) % document.length : 0;
        }
        read_document(document.bytes, document.length, &way, &whole);
        if (round % 2 == 0)
            CHECK_INT(whole.result, PINBULK_OK);
        way.every = 1;
        check_same(document.bytes, document.length, &way, &whole, "bytes");
        way.every = 2 + check_random(&seed) % 64;
        check_same(document.bytes, document.length, &way, &whole, "chunks");
        way.parts = 1;
        way.buffer_size = 4 + check_random(&seed) % 16;
        check_same(document.bytes, document.length, &way, &whole, "parts");
        free(whole.log.bytes);
        free(document.bytes);
    }
}

// Long runs of white space, literals and digits, over all block edges.
static void runs_of_every_length_are_read(void)
{
    size_t length;
    for (length = 0; length < 100; length += check_step(13)) {
        char document[400], spaces[128];
        int size;
        memset(spaces, ' ', sizeof spaces);
        spaces[length] = 0;
        if (length)
            spaces[length / 2] = '\n';
        size = snprintf(document, sizeof document, "{%s\"a\"%s:%s[1%s,\"x\"%s]%s,\"b\":true%s}%s",
                        spaces, "", spaces, spaces, "", "", "", "");
        check_cuts(document, (size_t)size, 0);
        size = snprintf(document, sizeof document, "[%0*d", (int)length + 1, 1);
        document[1] = '7';
        size += snprintf(document + size, sizeof document - (size_t)size, ",-%0*d.5,0]",
                         (int)length + 1, 1);
        document[size - 5 - (int)length] = '8';
        check_cuts(document, (size_t)size, 0);
    }
}

int main(void)
{
    RUN(the_corpus_is_judged_right);
    RUN(cuts_change_nothing);
    RUN(the_buffer_changes_nothing);
    RUN(a_tiny_buffer_is_refused);
    RUN(whole_texts_are_handed_out_in_place);
    RUN(the_buffer_can_be_replaced_between_texts);
    RUN(every_truncation_is_noticed);
    RUN(the_depth_limit_is_exact);
    RUN(the_default_depth_limit_is_64);
    RUN(every_bracket_must_match);
    RUN(the_byte_limit_is_exact);
    RUN(paths_are_right_after_every_token);
    RUN(small_path_buffers_keep_the_outer_levels);
    RUN(small_path_buffers_do_not_depend_on_cuts);
    RUN(path_texts_are_cut_to_their_size);
    RUN(long_paths_are_kept);
    RUN(the_path_of_an_error_is_cut_with_dots);
    RUN(messages_say_what_was_expected);
    RUN(numbers_say_whether_they_are_integers);
    RUN(strings_are_read_at_every_length_and_place);
    RUN(strings_end_at_their_quote);
    RUN(every_code_point_is_read);
    RUN(every_byte_is_judged_everywhere);
    RUN(skipping_is_reading_without_delivery);
    RUN(skip_is_for_the_start_of_a_container_only);
    RUN(calls_out_of_order_are_refused);
    RUN(the_end_is_told_once_and_lasts);
    RUN(the_first_error_sticks);
    RUN(an_error_is_only_told_after_one);
    RUN(whole_and_byte_by_byte_agree);
    RUN(runs_of_every_length_are_read);
    return check_report();
}
