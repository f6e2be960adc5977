// The record stream: which records a file has, whatever the chunks it comes in, and what is said of
// files that are wrong.
#include "private.h"
#include "check.h"

// ---- reading a file into a transcript ----------------------------------------------------------

// What came out of a file, one line for each record:
//     campaigns[0] campaign #0 @14 {"id":"1"}
//     campaigns[1] campaign #1 @25 skipped 4711
//     campaigns[2] campaign #2 @4736 tokens {"id":"1","n":[1,null]} 25
// and at the end `end`, or `PINBULK_TRUNCATED @31 campaigns[2]: the file ends in a record`.
struct transcript {
    char *text;
    size_t length, size;
};

static void add(struct transcript *to, const char *text, size_t length)
{
    if (to->size - to->length <= length) {
        to->size = (to->size + length) * 2 + 256;
        to->text = (char *)realloc(to->text, to->size);
    }
    if (length)
        memcpy(to->text + to->length, text, length);
    to->length += length;
    to->text[to->length] = 0;
}

static void add_record(struct transcript *to, const char *path, pinbulk_kind kind, uint64_t number,
                       uint64_t offset)
{
    char line[256];
    add(to, line,
        (size_t)snprintf(line, sizeof line, "%s %s #%" PRIu64 " @%" PRIu64 " ", path,
                         pinbulk_kind_name(kind), number, offset));
}

static void add_skipped(struct transcript *to, uint64_t size)
{
    char line[64];
    add(to, line, (size_t)snprintf(line, sizeof line, "skipped %" PRIu64 "\n", size));
}

static void add_error(struct transcript *to, pinbulk_result result, uint64_t offset,
                      const char *path, const char *message)
{
    char line[512];
    add(to, line,
        (size_t)snprintf(line, sizeof line, "%s @%" PRIu64 " %.60s: %s\n",
                         pinbulk_result_name(result), offset, path, message));
}

// How a file comes: `first` bytes, then chunks of `step` bytes, or of random length when it is 0.
// With an odd seed the end is said with the last chunk, not after it.
struct cuts {
    size_t first, step;
    uint64_t seed;
};

static size_t next_chunk(struct cuts *cuts, size_t at, size_t left)
{
    size_t length = at < cuts->first ? cuts->first - at
                    : cuts->step     ? cuts->step
                                     : (size_t)(check_random(&cuts->seed) % 40);
    return length < left ? length : left;
}

static const struct cuts whole = {SIZE_MAX, 1, 0}, bytes = {0, 1, 0};

// A copy that is as long as malloc can tell, so that reading past its end is noticed.
static char *exact(const char *text, size_t length)
{
    char *copy = (char *)malloc(length ? length : 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

// Memory that is gone must not be used again: it is overwritten first.
static void discard(char *memory, size_t length)
{
    if (length)
        memset(memory, '~', length);
    free(memory);
}

struct reading {
    pinbulk_records *records;
    pinbulk_records_config config;
    struct transcript out;
    uint64_t count;
    int in_tokens, in_text; // a record comes as tokens; a text of it is under way
};

static void begin(struct reading *reading, size_t window, pinbulk_records_format format,
                  int oversize, size_t path)
{
    memset(reading, 0, sizeof *reading);
    reading->records = (pinbulk_records *)malloc(sizeof *reading->records);
    reading->config.window = window ? (char *)malloc(window) : NULL;
    reading->config.window_size = window;
    reading->config.path = path ? (char *)malloc(path) : NULL;
    reading->config.path_size = path;
    reading->config.columns = (char *)malloc(1000);
    reading->config.columns_size = 1000;
    reading->config.format = format;
    reading->config.oversize = (uint8_t)oversize;
    CHECK_INT(pinbulk_records_init(reading->records, &reading->config), PINBULK_OK);
}

// Adds a token as JSON without its commas. Texts come in other parts when the file is cut
// otherwise, so their parts are put together.
static void add_token(struct reading *reading, const pinbulk_token *token)
{
    static const char *const marks[] = {"", "", "", "{", "}", "[", "]"};
    static const char *const words[] = {"true", "false", "null"};
    int is_text = token->kind == PINBULK_TOKEN_KEY || token->kind == PINBULK_TOKEN_STRING;
    CHECK(token->kind > PINBULK_TOKEN_END);
    if (token->kind <= PINBULK_TOKEN_ARRAY_END)
        add(&reading->out, marks[token->kind], strlen(marks[token->kind]));
    if (is_text && !reading->in_text)
        add(&reading->out, "\"", 1);
    if (is_text || token->kind == PINBULK_TOKEN_NUMBER)
        add(&reading->out, token->text, token->length);
    reading->in_text = token->more;
    if (is_text && !token->more)
        add(&reading->out, "\":", token->kind == PINBULK_TOKEN_KEY ? 2 : 1);
    if (token->kind >= PINBULK_TOKEN_TRUE)
        add(&reading->out, words[token->kind - PINBULK_TOKEN_TRUE],
            strlen(words[token->kind - PINBULK_TOKEN_TRUE]));
}

// Takes all that is there; false when the file is at its end or wrong.
static int take(struct reading *reading)
{
    pinbulk_record record;
    pinbulk_error error;
    pinbulk_records *moved;
    char path[128];
    for (;;) {
        pinbulk_records_next_kind next = pinbulk_records_next(reading->records, &record);
        switch (next) {
        case PINBULK_RECORDS_MORE:
            // The stream may be moved between two calls.
            moved = (pinbulk_records *)malloc(sizeof *moved);
            *moved = *reading->records;
            discard((char *)reading->records, sizeof *moved);
            reading->records = moved;
            return 1;
        case PINBULK_RECORDS_END:
            add(&reading->out, "end\n", 4);
            CHECK_INT(pinbulk_records_next(reading->records, &record), PINBULK_RECORDS_END);
            return 0;
        case PINBULK_RECORDS_ERROR:
            memset(&error, '~', sizeof error);
            pinbulk_records_error(reading->records, &error);
            CHECK(error.has_offset);
            add_error(&reading->out, error.result, error.offset, error.path, error.message);
            CHECK_INT(pinbulk_records_next(reading->records, &record), PINBULK_RECORDS_ERROR);
            CHECK_INT(pinbulk_records_feed(reading->records, "x", 1), error.result);
            if (!reading->records->ended)
                CHECK_INT(pinbulk_records_end(reading->records), error.result);
            return 0;
        case PINBULK_RECORDS_TOKEN:
            if (!reading->in_tokens) {
                CHECK_INT(record.token.kind, PINBULK_TOKEN_OBJECT);
                pinbulk_records_path(reading->records, path, sizeof path);
                path[strcspn(path, ".")] = 0;
                add_record(&reading->out, path, record.kind, record.number, record.offset);
                add(&reading->out, "tokens ", 7);
                CHECK_INT(record.number, reading->count);
                reading->count++;
            }
            CHECK_INT(record.number + 1, reading->count);
            CHECK_INT(record.raw.length, 0);
            reading->in_tokens += (record.token.kind == PINBULK_TOKEN_OBJECT) -
                                  (record.token.kind == PINBULK_TOKEN_OBJECT_END);
            add_token(reading, &record.token);
            if (!reading->in_tokens) {
                char line[32];
                CHECK(record.size > reading->config.window_size);
                add(&reading->out, line,
                    (size_t)snprintf(line, sizeof line, " %" PRIu64 "\n", record.size));
            }
            break;
        case PINBULK_RECORDS_RECORD:
        case PINBULK_RECORDS_SKIPPED:
            CHECK(!reading->in_tokens);
            pinbulk_records_path(reading->records, path, sizeof path);
            add_record(&reading->out, path, record.kind, record.number, record.offset);
            CHECK_INT(record.number, reading->count);
            reading->count++;
            if (next == PINBULK_RECORDS_RECORD) {
                CHECK_INT(record.raw.length, record.size);
                CHECK(record.size <= reading->config.window_size);
                add(&reading->out, record.raw.data, record.raw.length);
                add(&reading->out, "\n", 1);
            } else {
                CHECK_INT(record.raw.length, 0);
                CHECK(record.size > reading->config.window_size);
                add_skipped(&reading->out, record.size);
            }
            break;
        default:
            CHECK(!"a kind of result");
            return 0;
        }
    }
}

static char *finish(struct reading *reading)
{
    discard(reading->config.window, reading->config.window_size);
    discard(reading->config.path, reading->config.path_size);
    free(reading->config.columns);
    discard((char *)reading->records, sizeof *reading->records);
    add(&reading->out, "", 0);
    return reading->out.text;
}

// The transcript of a file, to be freed.
static char *read_file(const char *text, size_t length, struct cuts cuts, size_t window,
                       pinbulk_records_format format, int oversize, size_t path)
{
    struct reading reading;
    size_t at = 0, size;
    int going = 1;
    begin(&reading, window, format, oversize, path);
    while (going && at < length) {
        char *chunk;
        size = next_chunk(&cuts, at, length - at);
        chunk = exact(text + at, size);
        CHECK_INT(pinbulk_records_feed(reading.records, chunk, size), PINBULK_OK);
        at += size;
        if (cuts.seed % 2 && at == length)
            CHECK_INT(pinbulk_records_end(reading.records), PINBULK_OK);
        going = take(&reading);
        discard(chunk, size);
    }
    if (going) {
        CHECK_INT(pinbulk_records_end(reading.records), PINBULK_OK);
        CHECK(!take(&reading));
    }
    return finish(&reading);
}

static const char *const format_names[] = {"auto", "json", "json lines", "csv"};

static void check_same(char *got, const char *want, const char *text, size_t length,
                       struct cuts cuts, size_t window, int format, int oversize)
{
    check_count++;
    if (strcmp(got, want) != 0)
        CHECK_FAIL(
            "%.*s\nas %s, window %zu, oversize %d, cut at %zu and every %zu gives\n%snot\n%s",
            (int)length, text, format_names[format], window, oversize, cuts.first, cuts.step, got,
            want);
    free(got);
}

// Reads the file cut in every way, and expects this.
static void check_cuts(const char *text, size_t length, size_t window, int format, int oversize,
                       const char *want, int every_cut)
{
    uint64_t i;
    struct cuts cuts = whole;
    for (i = 0; i < (every_cut ? length + 4 : 5); i++) {
        cuts = i == 0 ? whole : bytes;
        cuts.seed = i;
        if (i >= 2 && i < 4)
            cuts.step = 0;
        if (i >= 4) {
            cuts.first = every_cut ? (size_t)i - 4 : length / 2;
            cuts.step = SIZE_MAX;
        }
        check_same(
            read_file(text, length, cuts, window, (pinbulk_records_format)format, oversize, 200),
            want, text, length, cuts, window, format, oversize);
    }
}

// The same, for a window that holds every record.
static void check_file(const char *text, int format, const char *want)
{
    check_cuts(text, strlen(text), 1000, format, PINBULK_OVERSIZE_REFUSE, want, 1);
    check_cuts(text, strlen(text), 1000, format, PINBULK_OVERSIZE_SKIP, want, 0);
}

// ---- where records are -------------------------------------------------------------------------

enum {
    AUTO = PINBULK_FORMAT_AUTO,
    JSON = PINBULK_FORMAT_JSON,
    LINES = PINBULK_FORMAT_JSON_LINES,
    CSV = PINBULK_FORMAT_CSV
};

struct file {
    const char *text, *want;
};

// As one document: with format JSON, and found out.
static const struct file documents[] = {
    {"[]", "end\n"},
    {" [ ] \r\n\t", "end\n"},
    {"[{}]", "[0] unknown #0 @1 {}\nend\n"},
    {"[{},{\"a\":[{}]}]", "[0] unknown #0 @1 {}\n[1] unknown #1 @4 {\"a\":[{}]}\nend\n"},
    {" [ { } , { } ] ", "[0] unknown #0 @3 { }\n[1] unknown #1 @9 { }\nend\n"},
    {"[1,\"{}\",null,[true,{\"a\":1}],-2.5e3,{}]",
     "[3][1] unknown #0 @19 {\"a\":1}\n[5] unknown #1 @35 {}\nend\n"},
    {"[[[{}],[]],[],{}]", "[0][0][0] unknown #0 @3 {}\n[2] unknown #1 @14 {}\nend\n"},
    {"{}", "end\n"},
    {"{\"code\":2,\"message\":\"no\"}", "end\n"},
    {"{\"campaigns\":[],\"keywords\":[]}", "end\n"},
    {"{\"campaigns\":[{\"id\":\"1\"},{\"id\":\"2\"}],\"keywords\":[{\"id\":\"3\"}]}",
     "campaigns[0] campaign #0 @14 {\"id\":\"1\"}\n"
     "campaigns[1] campaign #1 @25 {\"id\":\"2\"}\n"
     "keywords[0] keyword #2 @49 {\"id\":\"3\"}\nend\n"},
    {"{\"data\":{\"items\":[{\"x\":{\"y\":[{}]}}],\"n\":{\"m\":{}}},\"ads\":[7,{}]}",
     "data.items[0] unknown #0 @18 {\"x\":{\"y\":[{}]}}\nads[1] ad #1 @59 {}\nend\n"},
    {"{\"items\":[{\"data\":{\"id\":\"1\"},\"exceptions\":[{\"code\":1}]}]}",
     "items[0] unknown #0 @10 {\"data\":{\"id\":\"1\"},\"exceptions\":[{\"code\":1}]}\nend\n"},
    {"{\"id\":\"7\",\"ads\":[{\"id\":\"1\"}]}", "ads[0] ad #0 @17 {\"id\":\"1\"}\nend\n"},
    {" \n{\"ads\":[{},\n{}]}\n", "ads[0] ad #0 @10 {}\nads[1] ad #1 @14 {}\nend\n"},
    {"{\"a b\":{\"c\":[{\"}\":\"]\"}]}}", "[\"a b\"].c[0] unknown #0 @13 {\"}\":\"]\"}\nend\n"},
    {"{\"camp\\u0061igns\":[{}]}", "campaigns[0] campaign #0 @19 {}\nend\n"},
    {"{\"x\":[{\"s\":\"\\\\\\\"}]\\\\\"}]}",
     "x[0] unknown #0 @6 {\"s\":\"\\\\\\\"}]\\\\\"}\nend\n"},
    {"[{\"n\":tru,e:[}]", "PINBULK_BAD_JSON @13 [0]: a bracket closes one of the other kind\n"},
    // A byte order mark is passed over.
    {"\xef\xbb\xbf[{}]", "[0] unknown #0 @4 {}\nend\n"},
    {"\xef\xbb\xbf {\"ads\":[{}]}", "ads[0] ad #0 @12 {}\nend\n"},
    // An object under a name of errors is a record.
    {"{\"exceptions\":{\"code\":1},\"items\":[{}]}",
     "exceptions unknown #0 @14 {\"code\":1}\nitems[0] unknown #1 @34 {}\nend\n"},
    // What is inside a record is left to decoding, as long as its end can be found.
    {"[{\"n\":01,tru \"\\x\" \x01\xff},{}]",
     "[0] unknown #0 @1 {\"n\":01,tru \"\\x\" \x01\xff}\n[1] unknown #1 @22 {}\nend\n"},
};

// Objects that follow each other: with format JSON_LINES, and found out.
static const struct file lines[] = {
    {"{}\n{}\n", "[0] unknown #0 @0 {}\n[1] unknown #1 @3 {}\nend\n"},
    {"{}\r\n{}", "[0] unknown #0 @0 {}\n[1] unknown #1 @4 {}\nend\n"},
    {"\n\n {} \n\n\t{\"a\":[{}]}\r\n\n{}\n\n",
     "[0] unknown #0 @3 {}\n[1] unknown #1 @9 {\"a\":[{}]}\n[2] unknown #2 @22 {}\nend\n"},
    {"{}{} {}", "[0] unknown #0 @0 {}\n[1] unknown #1 @2 {}\n[2] unknown #2 @5 {}\nend\n"},
    {"\xef\xbb\xbf{}\n{}", "[0] unknown #0 @3 {}\n[1] unknown #1 @6 {}\nend\n"},
    // The first line looks like a document.
    {"{\"ads\":[{\"id\":\"1\"},{}]}\n{\"id\":\"2\"}\n",
     "[0] unknown #0 @0 {\"ads\":[{\"id\":\"1\"},{}]}\n[1] unknown #1 @24 {\"id\":\"2\"}\nend\n"},
    {"{\"id\":\"1\",\n \"s\":\"}{\"\n}\n{\"t\":\"\\\"}{\"}",
     "[0] unknown #0 @0 {\"id\":\"1\",\n \"s\":\"}{\"\n}\n[1] unknown #1 @23 "
     "{\"t\":\"\\\"}{\"}\nend\n"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void documents_have_their_records(void)
{
    size_t i;
    for (i = 0; i < COUNT(documents); i++) {
        check_file(documents[i].text, JSON, documents[i].want);
        check_file(documents[i].text, AUTO, documents[i].want);
    }
}

static void lines_have_their_records(void)
{
    size_t i;
    for (i = 0; i < COUNT(lines); i++) {
        check_file(lines[i].text, LINES, lines[i].want);
        check_file(lines[i].text, AUTO, lines[i].want);
    }
    check_file("", LINES, "end\n");
    check_file(" \r\n\n", LINES, "end\n");
    check_file("{\"a\":1}", LINES, "[0] unknown #0 @0 {\"a\":1}\nend\n");
    check_file("{\"ads\":[{}]}", LINES, "[0] unknown #0 @0 {\"ads\":[{}]}\nend\n");
}

static void an_object_alone_is_a_record_only_when_it_looks_like_one(void)
{
    check_file(" {\"id\":\"1\",\"name\":\"x\"}\n", AUTO,
               "[0] unknown #0 @1 {\"id\":\"1\",\"name\":\"x\"}\nend\n");
    check_file("{\"id\":\"1\",\"urls\":[],\"tags\":[\"a\",[]],\"ad\":2}", AUTO,
               "[0] unknown #0 @0 {\"id\":\"1\",\"urls\":[],\"tags\":[\"a\",[]],\"ad\":2}\nend\n");
    // A record in it: then it is a document.
    check_file("{\"id\":\"1\",\"tags\":[\"a\",{}]}", AUTO, "tags[1] unknown #0 @22 {}\nend\n");
    // No member `id` of its own.
    check_file("{\"name\":\"x\"}", AUTO, "end\n");
    check_file("{\"ad\":{\"id\":\"1\"},\"ID\":1,\"idx\":1}", AUTO, "end\n");
    // A document by order, or one that is not an object.
    check_file("{\"id\":\"1\"}", JSON, "end\n");
    check_file("[\"id\"]", AUTO, "end\n");
}

static void what_is_wrong_is_said_with_its_place(void)
{
    static const struct {
        const char *text;
        int format;
        const char *want;
    } files[] = {
        // Not JSON at all.
        {"", AUTO, "PINBULK_TRUNCATED @0 : the file is empty\n"},
        {" \n", JSON, "PINBULK_TRUNCATED @2 : the file is empty\n"},
        {"<html>", AUTO, "PINBULK_NOT_JSON @0 : this looks like a web page or XML\n"},
        {"\n<?xml", LINES, "PINBULK_NOT_JSON @1 : this looks like a web page or XML\n"},
        {"id,name\n1,a\n", JSON, "PINBULK_NOT_JSON @0 : this looks like CSV or plain text\n"},
        {"Access denied.\n", AUTO, "PINBULK_NOT_JSON @0 : this looks like plain text\n"},
        {"  null\n", AUTO, "PINBULK_NOT_JSON @2 : this looks like plain text\n"},
        {"\"id\",\"name\"\n", JSON, "PINBULK_NOT_JSON @0 : this looks like CSV or plain text\n"},
        {"1", JSON, "PINBULK_NOT_JSON @0 : this looks like CSV or plain text\n"},
        {"\x1f\x8b\x08", AUTO, "PINBULK_NOT_JSON @0 : this looks like gzip: unpack it first\n"},
        {"\xff\xfe{\0", AUTO,
         "PINBULK_NOT_JSON @0 : this looks like UTF-16: convert it to UTF-8 first\n"},
        {"\xfe\xff", LINES,
         "PINBULK_NOT_JSON @0 : this looks like UTF-16: convert it to UTF-8 first\n"},
        // A byte order mark is one in front only, and whole only.
        {" \xef\xbb\xbf[]", JSON, "PINBULK_NOT_JSON @1 : this looks like CSV or plain text\n"},
        {"\xef\xbb\xbf\xef\xbb\xbf[]", JSON,
         "PINBULK_NOT_JSON @3 : this looks like CSV or plain text\n"},
        {"\xef\xbb[]", JSON, "PINBULK_NOT_JSON @0 : this looks like CSV or plain text\n"},
        {"\xef", JSON, "PINBULK_NOT_JSON @0 : this looks like CSV or plain text\n"},
        {"\xef\xbb\xbf", AUTO, "PINBULK_TRUNCATED @3 : the file is empty\n"},
        {"\x02{}", LINES, "PINBULK_NOT_JSON @0 : this looks like binary data\n"},
        // Around the records the rules of the reader hold.
        {"[{} {}]", JSON,
         "[0] unknown #0 @1 {}\n"
         "PINBULK_BAD_JSON @4 [0]: expected ',' or ']' after an item, found '{'\n"},
        {"{\"a\":[{}],}", AUTO,
         "a[0] unknown #0 @6 {}\n"
         "PINBULK_BAD_JSON @10 : expected the name of a member, a string, found '}'\n"},
        {"[{}]{}", AUTO,
         "[0] unknown #0 @1 {}\n"
         "PINBULK_BAD_JSON @4 : expected nothing after the value, found '{'\n"},
        {" {\"a\":[{}]} \n ]", AUTO,
         "a[0] unknown #0 @7 {}\n"
         "PINBULK_BAD_JSON @14 : expected nothing after the value, found ']'\n"},
        {"{\"a\":[{}]}]", AUTO,
         "a[0] unknown #0 @6 {}\n"
         "PINBULK_BAD_JSON @10 : expected nothing after the value, found ']'\n"},
        {"{\"a\":[{}]} \n {}", JSON,
         "a[0] unknown #0 @6 {}\n"
         "PINBULK_BAD_JSON @13 : expected nothing after the value, found '{'\n"},
        // In records.
        {"{\"a\":[{},{\"b\":[}]]}", JSON,
         "a[0] unknown #0 @6 {}\n"
         "PINBULK_BAD_JSON @15 a[1]: a bracket closes one of the other kind\n"},
        {"{\"a\":[{\"b\":1]}", AUTO,
         "PINBULK_BAD_JSON @12 a[0]: a bracket closes one of the other kind\n"},
        {"[{\"b\":\"\n\"}]", AUTO,
         "PINBULK_BAD_JSON @7 [0]: a control character in a string must be escaped\n"},
        {"[{\"b\":\"\\\x1f\"}]", AUTO,
         "PINBULK_BAD_JSON @8 [0]: a control character in a string must be escaped\n"},
        {"[{\"b\":\\\"x\"}]", AUTO, "PINBULK_BAD_JSON @6 [0]: a backslash outside of a string\n"},
        // JSON lines.
        {"{}\n[]\n", LINES,
         "[0] unknown #0 @0 {}\n"
         "PINBULK_BAD_JSON @3 [1]: expected an object or the end of the file\n"},
        {"[{}]", LINES, "PINBULK_BAD_JSON @0 [0]: expected an object or the end of the file\n"},
        {"{}\n{}\n,{}", AUTO,
         "[0] unknown #0 @0 {}\n[1] unknown #1 @3 {}\n"
         "PINBULK_BAD_JSON @6 [2]: expected an object or the end of the file\n"},
        {"{}\n{\"a\":[}\n", AUTO,
         "[0] unknown #0 @0 {}\n"
         "PINBULK_BAD_JSON @9 [1]: a bracket closes one of the other kind\n"},
        // A first object that is broken is read as a document.
        {"{\"a\":[{\"b\":1}],\"c\":}\n{}", AUTO,
         "[0] unknown #0 @0 {\"a\":[{\"b\":1}],\"c\":}\n[1] unknown #1 @21 {}\nend\n"},
        {"{\"a\":[{\"b\":1}]]\n{}", AUTO,
         "a[0] unknown #0 @6 {\"b\":1}\n"
         "PINBULK_BAD_JSON @14 a: expected ',' or '}' after a member, found ']'\n"},
        // Truncated.
        {"[", AUTO,
         "PINBULK_TRUNCATED @1 : the document ends too early: expected a value or ']'\n"},
        {"[{}", JSON,
         "[0] unknown #0 @1 {}\n"
         "PINBULK_TRUNCATED @3 [0]: the document ends too early: expected ',' or ']' after an "
         "item\n"},
        {"{\"a\":[{},{\"b", AUTO,
         "a[0] unknown #0 @6 {}\nPINBULK_TRUNCATED @12 a[1]: the file ends in a record\n"},
        {"{}\n{\"b\":", AUTO,
         "[0] unknown #0 @0 {}\nPINBULK_TRUNCATED @8 [1]: the file ends in a record\n"},
        {"{\"b\":1", LINES, "PINBULK_TRUNCATED @6 [0]: the file ends in a record\n"},
    };
    size_t i;
    for (i = 0; i < COUNT(files); i++)
        check_file(files[i].text, files[i].format, files[i].want);
}

// ---- a slow reference --------------------------------------------------------------------------

// The transcript of a document, made with nothing but the reader, which gets it byte by byte: so
// the place of every token is known.
static char *read_slowly(const char *text, size_t length, size_t window, int oversize,
                         int *accepted)
{
    static char path_memory[4096], name[1024];
    struct transcript out = {NULL, 0, 0};
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    pinbulk_error error;
    size_t at, start = 0;
    uint64_t number = 0;
    unsigned arrays = 0, record_depth = 0;
    int is_error = 0; // an object that comes now is a record
    pinbulk_kind kind = PINBULK_KIND_UNKNOWN;
    char path[128];
    memset(&config, 0, sizeof config);
    config.path = path_memory;
    config.path_size = sizeof path_memory;
    config.buffer = name;
    config.buffer_size = sizeof name;
    add(&out, "", 0);
    pinbulk_reader_init(&reader, &config);
    *accepted = 0;
    for (at = 0; at <= length; at++) {
        if (at < length)
            pinbulk_reader_feed(&reader, text + at, 1);
        else
            pinbulk_reader_end(&reader);
        for (;;) {
            switch (pinbulk_reader_next(&reader, &token)) {
            case PINBULK_TOKEN_MORE:
                break;
            case PINBULK_TOKEN_ERROR:
                pinbulk_reader_error(&reader, &error);
                add_error(&out, error.result, error.offset, error.path, error.message);
                return out.text;
            case PINBULK_TOKEN_END:
                add(&out, "end\n", 4);
                *accepted = 1;
                return out.text;
            case PINBULK_TOKEN_ARRAY:
                arrays++;
                continue;
            case PINBULK_TOKEN_ARRAY_END:
                arrays--;
                continue;
            case PINBULK_TOKEN_OBJECT:
                if ((arrays || is_error) && !record_depth) {
                    record_depth = pinbulk_reader_depth(&reader);
                    start = at;
                    pinbulk_reader_path(&reader, path, sizeof path);
                }
                continue;
            case PINBULK_TOKEN_OBJECT_END:
                if (pinbulk_reader_depth(&reader) + 1 != record_depth)
                    continue;
                record_depth = 0;
                if (at + 1 - start > window && oversize == PINBULK_OVERSIZE_REFUSE) {
                    char message[100];
                    snprintf(message, sizeof message,
                             "the record is larger than the window of %zu bytes", window);
                    add_error(&out, PINBULK_TOO_LARGE, start, path, message);
                    return out.text;
                }
                add_record(&out, path, kind, number++, start);
                if (at + 1 - start > window) {
                    add_skipped(&out, at + 1 - start);
                } else {
                    add(&out, text + start, at + 1 - start);
                    add(&out, "\n", 1);
                }
                continue;
            case PINBULK_TOKEN_KEY:
                if (!arrays && !record_depth) {
                    kind = private_kind_of(token.text, token.length);
                    is_error = private_is_error_name(token.text, token.length);
                }
                continue;
            case PINBULK_TOKEN_STRING:
            case PINBULK_TOKEN_NUMBER:
            case PINBULK_TOKEN_TRUE:
            case PINBULK_TOKEN_FALSE:
            case PINBULK_TOKEN_NULL:
                continue;
            }
            break;
        }
    }
    return out.text;
}

// ---- random files ------------------------------------------------------------------------------

struct maker {
    char text[8192];
    size_t length;
    uint64_t seed;
};

static unsigned roll(struct maker *maker, unsigned sides)
{
    return (unsigned)(check_random(&maker->seed) % sides);
}

static void put(struct maker *maker, const char *text)
{
    size_t length = strlen(text);
    if (length < sizeof maker->text - maker->length) {
        memcpy(maker->text + maker->length, text, length + 1);
        maker->length += length;
    }
}

static void put_space(struct maker *maker)
{
    static const char *const spaces[] = {" ", "\n", "\r\n", "\t", "          "};
    if (roll(maker, 4) == 0)
        put(maker, spaces[roll(maker, 5)]);
}

static void put_string(struct maker *maker)
{
    static const char *const pieces[] = {"a",
                                         "id",
                                         "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "campaigns",
                                         "/",
                                         "\\\"",
                                         " ",
                                         "\\/",
                                         "\\\\",
                                         "\\u005c",
                                         "\\u0022",
                                         "\\ud83d\\ude00",
                                         "\xc3\xa9",
                                         "\\n",
                                         "x",
                                         "\\\\\\\"",
                                         "0123456789012345678901234567890123456789",
                                         "\xf0\x9f\x8e\x84",
                                         "\\\\\\\\"};
    unsigned count = roll(maker, 8);
    put(maker, "\"");
    while (count-- > 0)
        put(maker, pieces[roll(maker, COUNT(pieces))]);
    put(maker, "\"");
}

// A value nested at most `depth` deep; an object or array when `container`. Recursion is for tests.
static void put_value(struct maker *maker, unsigned depth, int container)
{
    static const char *const scalars[] = {"0",     "-1.5e-3", "true",
                                          "false", "null",    "12345678901234567"};
    unsigned kind = depth == 0 ? 2 + roll(maker, 2) : container ? roll(maker, 2) : roll(maker, 4);
    unsigned count = roll(maker, 5), i;
    put_space(maker);
    if (kind == 2)
        put(maker, scalars[roll(maker, COUNT(scalars))]);
    if (kind == 3)
        put_string(maker);
    if (kind < 2) {
        put(maker, kind ? "[" : "{");
        put_space(maker);
        for (i = 0; i < count; i++) {
            if (i)
                put(maker, ",");
            if (kind == 0) {
                put_space(maker);
                put_string(maker);
                put_space(maker);
                put(maker, ":");
            }
            put_value(maker, depth - 1, 0);
        }
        put(maker, kind ? "]" : "}");
    }
    put_space(maker);
}

static void check_like_reference(const char *text, size_t length, size_t window, int oversize,
                                 struct cuts cuts, int only_accepted)
{
    int accepted;
    char *want = read_slowly(text, length, window, oversize, &accepted);
    if (accepted || !only_accepted)
        check_same(read_file(text, length, cuts, window, PINBULK_FORMAT_JSON, oversize, 4096), want,
                   text, length, cuts, window, JSON, oversize);
    free(want);
}

static void random_documents_have_the_records_of_the_reference(void)
{
    static struct maker maker;
    long round, rounds = check_scaled(20000);
    maker.seed = 1;
    for (round = 0; round < rounds; round++) {
        struct cuts cuts;
        cuts.first = 0;
        cuts.step = (size_t)(round % 7) * 13;
        cuts.seed = (uint64_t)round;
        maker.length = 0;
        put_value(&maker, 1 + roll(&maker, 6), 1);
        check_like_reference(maker.text, maker.length, 8192, 0, whole, 0);
        check_like_reference(maker.text, maker.length, 8192, 0, cuts, 0);
        check_like_reference(maker.text, maker.length, roll(&maker, 200), PINBULK_OVERSIZE_SKIP,
                             cuts, 0);
        check_like_reference(maker.text, maker.length, roll(&maker, 200), PINBULK_OVERSIZE_REFUSE,
                             cuts, 0);
        // What is damaged and still JSON has the records that JSON has.
        maker.text[roll(&maker, (unsigned)maker.length)] = "{}[]\",:\\ 1"[roll(&maker, 10)];
        if (strchr("{[", maker.text[strspn(maker.text, " \r\n\t")]))
            check_like_reference(maker.text, maker.length, 8192, 0, cuts, 1);
    }
}

static void random_lines_have_their_records(void)
{
    static struct maker maker;
    static const char *const between[] = {"\n", "\r\n", "\n\n", " ", ""};
    long round, rounds = check_scaled(5000);
    maker.seed = 2;
    for (round = 0; round < rounds; round++) {
        struct transcript want = {NULL, 0, 0};
        unsigned count = 2 + roll(&maker, 4), i;
        char path[32];
        maker.length = 0;
        for (i = 0; i < count; i++) {
            size_t start = maker.length;
            do {
                maker.length = start;
                put_value(&maker, 1 + roll(&maker, 4), 1);
                maker.text[maker.length] = 0;
            } while (!strchr(maker.text + start, '{') ||
                     maker.text[start + strspn(maker.text + start, " \r\n\t")] != '{');
            start += strspn(maker.text + start, " \r\n\t");
            while (maker.text[maker.length - 1] != '}')
                maker.length--;
            snprintf(path, sizeof path, "[%u]", i);
            add_record(&want, path, PINBULK_KIND_UNKNOWN, i, start);
            add(&want, maker.text + start, maker.length - start);
            add(&want, "\n", 1);
            put(&maker, between[roll(&maker, COUNT(between))]);
        }
        add(&want, "end\n", 4);
        check_cuts(maker.text, maker.length, 8192, AUTO, 0, want.text, 0);
        check_cuts(maker.text, maker.length, 8192, LINES, 0, want.text, 0);
        free(want.text);
    }
}

// ---- every window, every truncation ------------------------------------------------------------

static void every_window_gives_the_same_for_every_cut(void)
{
    size_t i, window, step = check_every(check_scaled(4) < 4 ? 5 * check_step(9) : 1);
    int format, oversize;
    for (i = 0; i < COUNT(documents) + COUNT(lines); i++) {
        const char *text =
            i < COUNT(documents) ? documents[i].text : lines[i - COUNT(documents)].text;
        size_t length = strlen(text);
        for (window = 0; window <= length + 1; window += step)
            for (format = AUTO; format <= LINES; format++)
                for (oversize = 0; oversize < 3; oversize++) {
                    char *want = read_file(text, length, whole, window,
                                           (pinbulk_records_format)format, oversize, 200);
                    check_cuts(text, length, window, format, oversize, want, window % 8 == i % 8);
                    free(want);
                }
    }
}

static void a_record_larger_than_the_window_is_refused_or_skipped(void)
{
    static const char text[] = "{\"ads\":[{\"a\":12},{\"a\":123},{}]}";
    check_cuts(
        text, strlen(text), 9, JSON, PINBULK_OVERSIZE_REFUSE,
        "ads[0] ad #0 @8 {\"a\":12}\nads[1] ad #1 @17 {\"a\":123}\nads[2] ad #2 @27 {}\nend\n", 1);
    check_cuts(text, strlen(text), 8, JSON, PINBULK_OVERSIZE_REFUSE,
               "ads[0] ad #0 @8 {\"a\":12}\n"
               "PINBULK_TOO_LARGE @17 ads[1]: the record is larger than the window of 8 bytes\n",
               1);
    check_cuts(text, strlen(text), 8, AUTO, PINBULK_OVERSIZE_SKIP,
               "ads[0] ad #0 @8 {\"a\":12}\nads[1] ad #1 @17 skipped 9\nads[2] ad #2 @27 {}\nend\n",
               1);
    check_cuts(text, strlen(text), 8, AUTO, PINBULK_OVERSIZE_EVENTS,
               "ads[0] ad #0 @8 {\"a\":12}\nads[1] ad #1 @17 tokens {\"a\":123} 9\n"
               "ads[2] ad #2 @27 {}\nend\n",
               1);
    // One that is truncated is too large only once more than the window came.
    check_cuts(text, 25, 8, JSON, PINBULK_OVERSIZE_REFUSE,
               "ads[0] ad #0 @8 {\"a\":12}\n"
               "PINBULK_TRUNCATED @25 ads[1]: the file ends in a record\n",
               1);
    check_cuts(text, strlen(text), 0, AUTO, PINBULK_OVERSIZE_SKIP,
               "ads[0] ad #0 @8 skipped 8\nads[1] ad #1 @17 skipped 9\nads[2] ad #2 @27 skipped 2\n"
               "end\n",
               1);
}

static void the_first_object_tells_the_format_only_when_it_fits(void)
{
    static const char text[] = "{\"ads\":[{}]}\n{}\n";
    check_cuts(text, strlen(text), 12, AUTO, 0,
               "[0] unknown #0 @0 {\"ads\":[{}]}\n[1] unknown #1 @13 {}\nend\n", 1);
    check_cuts(text, strlen(text), 11, AUTO, 0,
               "ads[0] ad #0 @8 {}\n"
               "PINBULK_BAD_JSON @13 : expected nothing after the value, found '{'\n",
               1);
    check_cuts(text, strlen(text), 2, LINES, PINBULK_OVERSIZE_SKIP,
               "[0] unknown #0 @0 skipped 12\n[1] unknown #1 @13 {}\nend\n", 1);
    check_cuts(text, strlen(text), 2, LINES, PINBULK_OVERSIZE_EVENTS,
               "[0] unknown #0 @0 tokens {\"ads\":[{}]} 12\n[1] unknown #1 @13 {}\nend\n", 1);
}

// Tokens are checked by the reader, the bytes before the window is full by the search for the end.
static void a_record_that_comes_as_tokens_is_checked(void)
{
    static const struct file documents_of_tokens[] = {
        {"[{\"a\":\"0123456789\\u00e9\",\"b\":[true,false,null,{}],\"c\":-1.5e3},{}]",
         "[0] unknown #0 @1 tokens "
         "{\"a\":\"0123456789\xc3\xa9\"\"b\":[truefalsenull{}]\"c\":-1.5e3} "
         "60\n[1] unknown #1 @62 {}\nend\n"},
        {"{\"ads\":[{\"a\":12345,\"b\":tru}]}",
         "ads[0] ad #0 @8 tokens {\"a\":12345\"b\":PINBULK_BAD_JSON @26 ads[0].b: expected true, "
         "false or null, found '}'\n"},
        {"{\"ads\":[{\"a\":12345,\"b\":",
         "ads[0] ad #0 @8 tokens {\"a\":12345\"b\":PINBULK_TRUNCATED @23 ads[0].b: the file ends "
         "in a "
         "record\n"},
    };
    static const struct file lines_of_tokens[] = {
        {"{}{\"a\":\"012345\"}{}",
         "[0] unknown #0 @0 {}\n[1] unknown #1 @2 tokens {\"a\":\"012345\"} 14\n"
         "[2] unknown #2 @16 {}\nend\n"},
        {"{\"a\":[[123456,{\"b\":x",
         "[0] unknown #0 @0 tokens {\"a\":[[123456{\"b\":PINBULK_BAD_JSON @19 [0].a[0][1].b: "
         "expected "
         "a value, found 'x'\n"},
    };
    size_t i;
    for (i = 0; i < COUNT(documents_of_tokens); i++)
        check_cuts(documents_of_tokens[i].text, strlen(documents_of_tokens[i].text), 8, JSON,
                   PINBULK_OVERSIZE_EVENTS, documents_of_tokens[i].want, 1);
    for (i = 0; i < COUNT(lines_of_tokens); i++)
        check_cuts(lines_of_tokens[i].text, strlen(lines_of_tokens[i].text), 8, LINES,
                   PINBULK_OVERSIZE_EVENTS, lines_of_tokens[i].want, 1);
}

// The path of every token of a record.
static void tokens_have_paths(void)
{
    static const char document[] = "{\"x\":[{\"a\":{\"b\":[1]}}]}",
                      line[] = "{\"a\":{\"b\":[1]}}\n";
    static const char *const paths[] = {"",        ".a",   ".a", ".a.b", ".a.b",
                                        ".a.b[0]", ".a.b", ".a", ""};
    int lines_too;
    for (lines_too = 0; lines_too < 2; lines_too++) {
        struct reading reading;
        pinbulk_record record;
        char path[32], want[64];
        size_t i;
        begin(&reading, 4, lines_too ? PINBULK_FORMAT_JSON_LINES : PINBULK_FORMAT_JSON,
              PINBULK_OVERSIZE_EVENTS, 100);
        pinbulk_records_feed(reading.records, lines_too ? line : document,
                             strlen(lines_too ? line : document));
        for (i = 0; i < COUNT(paths); i++) {
            CHECK_INT(pinbulk_records_next(reading.records, &record), PINBULK_RECORDS_TOKEN);
            snprintf(want, sizeof want, "%s%s", lines_too ? "[0]" : "x[0]", paths[i]);
            CHECK_INT(pinbulk_records_path(reading.records, path, sizeof path), strlen(want));
            CHECK_TEXT(path, strlen(path), want);
        }
        CHECK_INT(pinbulk_records_next(reading.records, &record), PINBULK_RECORDS_MORE);
        free(finish(&reading));
    }
}

// The records of a transcript without its last line.
static size_t records_length(const char *transcript)
{
    size_t length = strlen(transcript) - 1;
    while (length > 0 && transcript[length - 1] != '\n')
        length--;
    return length;
}

static int ends_well(const char *transcript)
{
    return strcmp(transcript + records_length(transcript), "end\n") == 0;
}

static void a_truncated_document_is_never_whole(void)
{
    size_t i, length;
    int format, accepted;
    for (i = 0; i < COUNT(documents); i++) {
        const char *text = documents[i].text;
        size_t last = strlen(text);
        free(read_slowly(text, last, 1000, 0, &accepted));
        if (!accepted)
            continue;
        while (strchr(" \r\n\t", text[last - 1]))
            last--;
        for (length = 0; length < last; length += check_step(5))
            for (format = AUTO; format <= JSON; format++) {
                char *got =
                    read_file(text, length, whole, 1000, (pinbulk_records_format)format, 0, 200);
                char *want = read_slowly(text, length, 1000, 0, &accepted);
                size_t records = records_length(got);
                // The records that came before are all there.
                CHECK_INT(records_length(want), records);
                CHECK(strncmp(got + records, "PINBULK_TRUNCATED @", 19) == 0);
                CHECK_INT(atol(got + records + 19), length);
                check_cuts(text, length, 1000, format, 0, got, 0);
                CHECK(strncmp(got, want, records) == 0);
                free(got);
                free(want);
            }
    }
}

// Brackets that are open at the end of a text, and 1 more for a string.
static int open_at_end(const char *text, size_t length)
{
    int depth = 0, in_string = 0;
    size_t i;
    for (i = 0; i < length; i++) {
        if (in_string && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            in_string = !in_string;
        else if (!in_string)
            depth += (strchr("[{", text[i]) != NULL) - (strchr("]}", text[i]) != NULL);
    }
    return depth + in_string;
}

static void truncated_lines_are_whole_only_between_objects(void)
{
    size_t i, length;
    for (i = 0; i < COUNT(lines); i++) {
        const char *text = lines[i].text;
        for (length = 0; length < strlen(text); length++) {
            char *got = read_file(text, length, whole, 1000, PINBULK_FORMAT_JSON_LINES, 0, 200);
            size_t records = records_length(got);
            if (length > 0 && length < 3 && *text == '\xef') { // half of a byte order mark
                free(got);
                continue;
            }
            CHECK(strncmp(got, lines[i].want, records) == 0);
            if (open_at_end(text, length)) {
                CHECK(strncmp(got + records, "PINBULK_TRUNCATED @", 19) == 0);
                CHECK_INT(atol(got + records + 19), length);
            } else {
                CHECK(ends_well(got));
            }
            check_cuts(text, length, 1000, LINES, 0, got, 0);
            free(got);
        }
    }
}

// ---- the search for the end of a record ---------------------------------------------------------

// `[{"k":"` and `pad` letters, then `text`, then the rest.
static size_t padded(char *to, const char *before, size_t pad, const char *text, const char *after)
{
    size_t length = strlen(before);
    memcpy(to, before, length);
    memset(to + length, 'x', pad);
    length += pad;
    memcpy(to + length, text, strlen(text));
    length += strlen(text);
    memcpy(to + length, after, strlen(after) + 1);
    return length + strlen(after);
}

static void strings_hide_brackets_at_every_place(void)
{
    static const char *const texts[] = {"{",
                                        "}",
                                        "[",
                                        "]",
                                        "}]",
                                        "\\\"",
                                        "\\\\",
                                        "\\\"}]",
                                        "\\\\\\\"]",
                                        "\\\\\\\\",
                                        "\\u007d",
                                        "\\\"\\\"\\\"\\\"}",
                                        "\\\\\\\\\\\\\\\"}",
                                        "\x7f\x80\xfb\xfd\xdb\xdd",
                                        "\\\\\",\"a\":\"\\\\"};
    static char text[600], want[700];
    size_t i, pad, length;
    for (i = 0; i < COUNT(texts); i++)
        for (pad = 0; pad < 200; pad += check_step(11)) {
            struct cuts cuts = {0, 0, pad};
            cuts.first = pad;
            length = padded(text, "[{\"k\":\"", pad, texts[i], "\",\"l\":[{}]},{}]");
            snprintf(want, sizeof want, "[0] unknown #0 @1 %.*s\n[1] unknown #1 @%zu {}\nend\n",
                     (int)(length - 5), text + 1, length - 3);
            check_same(read_file(text, length, whole, 600, PINBULK_FORMAT_JSON, 0, 50), want, text,
                       length, whole, 600, JSON, 0);
            check_same(read_file(text, length, cuts, 600, PINBULK_FORMAT_AUTO, 0, 50), want, text,
                       length, cuts, 600, AUTO, 0);
        }
}

static void long_runs_of_backslashes_end_right(void)
{
    static char text[600];
    size_t pad, run, length;
    for (pad = 0; pad < 70; pad += check_step(11))
        for (run = 0; run < 140; run += check_step(9)) {
            char *got;
            length = padded(text, "[{\"k\":\"", pad, "", "");
            memset(text + length, '\\', run);
            length += run;
            strcpy(text + length, "\"},{\"}]\":1}]");
            length += strlen(text + length);
            got = read_file(text, length, whole, 600, PINBULK_FORMAT_JSON, 0, 50);
            // An even run leaves the quote alone and there are two records; an odd one escapes it.
            CHECK((strstr(got, "[1] unknown #1") != NULL) == (run % 2 == 0));
            check_same(read_file(text, length, bytes, 600, PINBULK_FORMAT_JSON, 0, 50), got, text,
                       length, bytes, 600, JSON, 0);
            free(got);
        }
}

static void marks_are_wrong_at_every_place(void)
{
    static const struct {
        const char *before, *wrong; // letters between them; the last byte is the wrong one
        const char *message;
    } marks[] = {
        {"[{\"k\":\"", "\n", "a control character in a string must be escaped"},
        {"[{\"k\":\"", "\x1f", "a control character in a string must be escaped"},
        {"[{\"k\":\"", "\\\x01", "a control character in a string must be escaped"},
        {"[{\"k\":\"", "\\\"\t", "a control character in a string must be escaped"},
        {"[{\"k\":", "\\", "a backslash outside of a string"},
        {"[{\"k\":", "]", "a bracket closes one of the other kind"},
        {"[{\"k\":[", "}", "a bracket closes one of the other kind"},
        {"[{\"k\":[[{}]", "}", "a bracket closes one of the other kind"},
    };
    static char text[600], want[200];
    size_t i, pad, length;
    for (i = 0; i < COUNT(marks); i++)
        for (pad = 0; pad < 200; pad += check_step(23)) {
            length = padded(text, marks[i].before, pad, marks[i].wrong, "\"]}}]");
            snprintf(want, sizeof want, "PINBULK_BAD_JSON @%zu [0]: %s\n",
                     strlen(marks[i].before) + pad + strlen(marks[i].wrong) - 1, marks[i].message);
            check_same(read_file(text, length, whole, 600, PINBULK_FORMAT_JSON, 0, 50), want, text,
                       length, whole, 600, JSON, 0);
            check_same(read_file(text, length, bytes, 600, PINBULK_FORMAT_AUTO, 0, 50), want, text,
                       length, bytes, 600, AUTO, 0);
        }
}

// Brackets of the given depth around a record that is nested `inner` deep itself.
static size_t nested(char *to, unsigned outer, unsigned inner)
{
    size_t length = 0;
    unsigned i;
    for (i = 0; i < outer; i++)
        to[length++] = '[';
    for (i = 0; i < inner; i++) {
        memcpy(to + length, i % 2 ? "[" : "{\"a\":", i % 2 ? 1 : 5);
        length += i % 2 ? 1 : 5;
    }
    to[length++] = '1';
    for (i = inner; i-- > 0;)
        to[length++] = i % 2 ? ']' : '}';
    for (i = 0; i < outer; i++)
        to[length++] = ']';
    return length;
}

static void depth_is_limited_to_64_levels_in_all(void)
{
    static char text[600];
    unsigned outer, inner;
    int accepted;
    for (outer = 1; outer < 64; outer += check_step(15))
        for (inner = 62 - outer + 1; inner <= 67 - outer; inner++) {
            size_t length = nested(text, outer, inner);
            char *got = read_file(text, length, whole, 600, PINBULK_FORMAT_JSON, 0, 4000);
            CHECK_INT(ends_well(got), outer + inner <= 64);
            if (outer + inner > 64)
                CHECK(strncmp(got + records_length(got), "PINBULK_TOO_DEEP @", 18) == 0);
            check_cuts(text, length, 600, JSON, 0, got, 0);
            check_cuts(text, length, 600, AUTO, 0, got, 0);
            free(got);
            free(read_slowly(text, length, 600, 0, &accepted));
            CHECK_INT(accepted, outer + inner <= 64);
        }
    for (inner = 63; inner <= 66; inner++) {
        size_t length = nested(text, 0, inner);
        char *got = read_file(text, length, whole, 600, PINBULK_FORMAT_JSON_LINES, 0, 0);
        CHECK_INT(ends_well(got), inner <= 64);
        check_cuts(text, length, 600, LINES, 0, got, 0);
        free(got);
    }
}

// ---- kinds, paths, calls -----------------------------------------------------------------------

static void kinds_are_guessed_from_the_name_of_the_array(void)
{
    static const struct {
        const char *name;
        pinbulk_kind kind;
    } names[] = {
        {"campaigns", PINBULK_KIND_CAMPAIGN},
        {"campaign", PINBULK_KIND_CAMPAIGN},
        {"CAMPAIGN", PINBULK_KIND_CAMPAIGN},
        {"Campaigns", PINBULK_KIND_CAMPAIGN},
        {"ad_groups", PINBULK_KIND_AD_GROUP},
        {"AD_GROUP", PINBULK_KIND_AD_GROUP},
        {"adGroups", PINBULK_KIND_AD_GROUP},
        {"Ad Groups", PINBULK_KIND_AD_GROUP},
        {"ad-group", PINBULK_KIND_AD_GROUP},
        {"ads", PINBULK_KIND_AD},
        {"ad", PINBULK_KIND_AD},
        {"ADS", PINBULK_KIND_AD},
        {"product_groups", PINBULK_KIND_PRODUCT_GROUP},
        {"productGroup", PINBULK_KIND_PRODUCT_GROUP},
        {"product_group_promotions", PINBULK_KIND_PRODUCT_GROUP},
        {"keywords", PINBULK_KIND_KEYWORD},
        {"labels", PINBULK_KIND_LABEL},
        {"schedules", PINBULK_KIND_SCHEDULE},
        {"catalog_product_groups", PINBULK_KIND_CATALOG_PRODUCT_GROUP},
        {"CATALOG_PRODUCT_GROUP", PINBULK_KIND_CATALOG_PRODUCT_GROUP},
        {"entity_history", PINBULK_KIND_ENTITY_HISTORY},
        {"entityHistories", PINBULK_KIND_ENTITY_HISTORY},
        {"", PINBULK_KIND_UNKNOWN},
        {"s", PINBULK_KIND_UNKNOWN},
        {"_", PINBULK_KIND_UNKNOWN},
        {"unknown", PINBULK_KIND_UNKNOWN},
        {"a", PINBULK_KIND_UNKNOWN},
        {"add", PINBULK_KIND_UNKNOWN},
        {"adss", PINBULK_KIND_UNKNOWN},
        {"campaign_ids", PINBULK_KIND_UNKNOWN},
        {"old_campaigns", PINBULK_KIND_UNKNOWN},
        {"entity_histor", PINBULK_KIND_UNKNOWN},
        {"entity_historyies", PINBULK_KIND_UNKNOWN},
        {"adys", PINBULK_KIND_UNKNOWN},
        {"adies", PINBULK_KIND_UNKNOWN},
        {"items", PINBULK_KIND_UNKNOWN},
        // Longer than the names that are looked at.
        {"_______________________campaigns", PINBULK_KIND_CAMPAIGN},
        {"________________________campaigns", PINBULK_KIND_UNKNOWN},
    };
    char text[200], want[200], path[100];
    size_t i;
    for (i = 0; i < COUNT(names); i++) {
        const char *name = names[i].name;
        int plain = *name && !strpbrk(name, " -");
        snprintf(path, sizeof path, plain ? "%s[0]" : "[\"%s\"][0]", name);
        snprintf(text, sizeof text, "{\"%s\":[{}]}", name);
        snprintf(want, sizeof want, "%s %s #0 @%zu {}\nend\n", path,
                 pinbulk_kind_name(names[i].kind), strlen(name) + 5);
        check_file(text, JSON, want);
    }
    // A long name that ends like one that is known, wherever it is taken apart.
    for (i = 24; i < 100; i += check_step(9)) {
        size_t length = padded(text, "{\"", i, "ads\":[", "{}]}");
        text[length] = 0;
        snprintf(want, sizeof want, "%.*s[0] unknown #0 @%zu {}\nend\n", (int)i + 3, text + 2,
                 length - 4);
        check_file(text, JSON, want);
    }
    CHECK_TEXT(pinbulk_kind_name(PINBULK_KIND_PRODUCT_GROUP), 13, "product_group");
    CHECK_TEXT(pinbulk_kind_name(PINBULK_KIND_ENTITY_HISTORY), 14, "entity_history");
    CHECK_TEXT(pinbulk_kind_name((pinbulk_kind)10), 7, "unknown");
    CHECK_TEXT(pinbulk_kind_name((pinbulk_kind)-1), 7, "unknown");
}

// The name that counts is that of the outermost array, and it ends with it.
static void kinds_end_with_their_array(void)
{
    check_file("{\"ads\":[[{}],{}],\"x\":[{}],\"label\":{\"y\":[{}]}}", AUTO,
               "ads[0][0] ad #0 @9 {}\nads[1] ad #1 @13 {}\nx[0] unknown #2 @22 {}\n"
               "label.y[0] unknown #3 @40 {}\nend\n");
}

// ---- looking into records -----------------------------------------------------------------------

// A file of which one record is looked into.
struct look {
    pinbulk_records records;
    pinbulk_record record;
    char window[1000], path[100];
};

static void look_at(struct look *look, const char *text, pinbulk_records_format format)
{
    pinbulk_records_config config;
    memset(&config, 0, sizeof config);
    config.window = look->window;
    config.window_size = sizeof look->window;
    config.path = look->path;
    config.path_size = sizeof look->path;
    config.format = format;
    CHECK_INT(pinbulk_records_init(&look->records, &config), PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&look->records, text, strlen(text)), PINBULK_OK);
    CHECK_INT(pinbulk_records_end(&look->records), PINBULK_OK);
    CHECK_INT(pinbulk_records_next(&look->records, &look->record), PINBULK_RECORDS_RECORD);
}

static void values_are_found_by_their_paths(void)
{
    static const char text[] =
        " {\"id\":\"1\",\"n\" : -1.5e3 "
        ",\"data\":{\"id\":\"2\",\"list\":[true,null,[{\"x\":false}],\"\\u00e9\\n\"]},"
        "\"a.b\":{\"\":3,\"c\\\"d\":4,\"\\u0001\\\\\":5},\"id\":\"twice\",\"nam\\u0065\":\"x\","
        "\"empty\":\"\","
        "\"0123456789012345678901234567890123456789012345678901234567890123456789\":6,\"last\":[]}{"
        "}";
    static const struct {
        const char *path;
        pinbulk_result result;
        pinbulk_token_kind kind;
        const char *text;
    } values[] = {
        {"id", PINBULK_OK, PINBULK_TOKEN_STRING, "1"}, // the first of the two
        {"n", PINBULK_OK, PINBULK_TOKEN_NUMBER, "-1.5e3"},
        {"data.id", PINBULK_OK, PINBULK_TOKEN_STRING, "2"},
        {"data.list", PINBULK_OK, PINBULK_TOKEN_ARRAY,
         "[true,null,[{\"x\":false}],\"\\u00e9\\n\"]"},
        {"data.list[0]", PINBULK_OK, PINBULK_TOKEN_TRUE, "true"},
        {"data.list[1]", PINBULK_OK, PINBULK_TOKEN_NULL, "null"},
        {"data.list[2][0].x", PINBULK_OK, PINBULK_TOKEN_FALSE, "false"},
        {"data.list[2][0]", PINBULK_OK, PINBULK_TOKEN_OBJECT, "{\"x\":false}"},
        {"data.list[3]", PINBULK_OK, PINBULK_TOKEN_STRING, "\xc3\xa9\n"},
        {"[\"a.b\"]", PINBULK_OK, PINBULK_TOKEN_OBJECT, "{\"\":3,\"c\\\"d\":4,\"\\u0001\\\\\":5}"},
        {"[\"a.b\"][\"\"]", PINBULK_OK, PINBULK_TOKEN_NUMBER, "3"},
        {"[\"a.b\"][\"c\\\"d\"]", PINBULK_OK, PINBULK_TOKEN_NUMBER, "4"},
        {"[\"a.b\"][\"\\u0001\\\\\"]", PINBULK_OK, PINBULK_TOKEN_NUMBER, "5"},
        {"name", PINBULK_OK, PINBULK_TOKEN_STRING, "x"},
        {"[\"name\"]", PINBULK_OK, PINBULK_TOKEN_STRING, "x"},
        {"empty", PINBULK_OK, PINBULK_TOKEN_STRING, ""},
        {"0123456789012345678901234567890123456789012345678901234567890123456789", PINBULK_OK,
         PINBULK_TOKEN_NUMBER, "6"},
        {"last", PINBULK_OK, PINBULK_TOKEN_ARRAY, "[]"},
        {"none", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"Id", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"id.x", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"data[0]", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"data.list.x", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"data.list[4]", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"data.list[99999999999999999999]", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {"last[0]", PINBULK_MISSING, PINBULK_TOKEN_MORE, ""},
        {".id", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data..id", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data.", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data.list[", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data.list[x]", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data.list[0", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"data.list[0]x", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"[\"a.b", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"[\"a.b\\", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
        {"[\"a.b\"", PINBULK_BAD_ARGUMENT, PINBULK_TOKEN_MORE, ""},
    };
    struct look look;
    pinbulk_record_value value;
    pinbulk_text json;
    char buffer[8];
    size_t i;
    look_at(&look, text, PINBULK_FORMAT_JSON_LINES);
    for (i = 0; i < COUNT(values); i++) {
        memset(&value, '~', sizeof value);
        CHECK_INT(pinbulk_record_find(&look.records, &look.record, values[i].path, buffer,
                                      sizeof buffer, &value),
                  values[i].result);
        CHECK_INT(value.kind, values[i].kind);
        CHECK_TEXT(value.text.data, value.text.length, values[i].text);
    }
    for (i = 0; i < 5; i++) // what has escapes needs a buffer
        CHECK_INT(
            pinbulk_record_find(&look.records, &look.record, "data.list[3]", buffer, i, &value),
            i < 3 ? PINBULK_NO_SPACE : PINBULK_OK);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "", NULL, 0, &value), PINBULK_OK);
    CHECK_INT(value.kind, PINBULK_TOKEN_OBJECT);
    CHECK(value.text.data == look.record.raw.data && value.text.length == look.record.raw.length);
    // JSON is what it is.
    CHECK_INT(pinbulk_record_json(&look.records, &look.record, NULL, 0, &json), PINBULK_OK);
    CHECK(json.data == look.record.raw.data && json.length == look.record.raw.length);
    look.record.raw.length = 0; // one that was skipped
    CHECK_INT(pinbulk_record_json(&look.records, &look.record, NULL, 0, &json),
              PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "id", NULL, 0, &value),
              PINBULK_BAD_ARGUMENT);
}

// What is behind the value is not looked at, what is before it is.
static void values_are_checked_on_the_way(void)
{
    struct look look;
    pinbulk_record_value value;
    look_at(&look, "[{\"a\":1,\"b\":tru,\"c\":2}]", PINBULK_FORMAT_JSON);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "a", NULL, 0, &value), PINBULK_OK);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "b", NULL, 0, &value),
              PINBULK_BAD_JSON);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "c", NULL, 0, &value),
              PINBULK_BAD_JSON);
    look_at(&look, "[{\"a\":\"\xff\"}]", PINBULK_FORMAT_JSON);
    CHECK_INT(pinbulk_record_find(&look.records, &look.record, "a", NULL, 0, &value),
              PINBULK_BAD_UTF8);
}

static void kinds_are_guessed_from_members(void)
{
    static const struct {
        const char *text;
        pinbulk_kind kind;
        pinbulk_kind_source source;
    } records[] = {
        {"{\"ads\":[{\"match_type\":\"BROAD\"}]}", PINBULK_KIND_AD, PINBULK_KIND_FROM_CONTAINER},
        {"[{\"id\":\"1\",\"match_type\":\"BROAD\"}]", PINBULK_KIND_KEYWORD,
         PINBULK_KIND_FROM_MEMBERS},
        {"[{\"data\":{\"objective_type\":\"x\"},\"exceptions\":[]}]", PINBULK_KIND_CAMPAIGN,
         PINBULK_KIND_FROM_MEMBERS},
        {"[{\"billable_event\":1,\"campaign_id\":\"2\"}]", PINBULK_KIND_AD_GROUP,
         PINBULK_KIND_FROM_MEMBERS},
        {"[{\"ad_group_id\":\"1\",\"pin_id\":\"2\"}]", PINBULK_KIND_AD, PINBULK_KIND_FROM_MEMBERS},
        {"[{\"catalogs_product_group_id\":\"1\"}]", PINBULK_KIND_PRODUCT_GROUP,
         PINBULK_KIND_FROM_MEMBERS},
        {"[{\"label_type\":\"x\"}]", PINBULK_KIND_LABEL, PINBULK_KIND_FROM_MEMBERS},
        {"[{\"filters\":{},\"feed_id\":\"1\"}]", PINBULK_KIND_CATALOG_PRODUCT_GROUP,
         PINBULK_KIND_FROM_MEMBERS},
        {"[{\"entity_type\":\"CAMPAIGN\",\"entity_id\":\"1\",\"schedule_type\":\"x\"}]",
         PINBULK_KIND_SCHEDULE, PINBULK_KIND_FROM_MEMBERS},
        {"[{\"type\":\"adgroup\",\"id\":\"1\"}]", PINBULK_KIND_AD_GROUP, PINBULK_KIND_FROM_TYPE},
        {"[{\"entity_type\":\"KEYWORD\",\"match_type\":\"x\"}]", PINBULK_KIND_KEYWORD,
         PINBULK_KIND_FROM_TYPE},
        // Two that contradict each other, one that may be any, and none.
        {"[{\"match_type\":\"x\",\"label_type\":\"y\"}]", PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        {"[{\"type\":\"campaign\",\"match_type\":\"y\"}]", PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        {"[{\"entity_type\":\"CAMPAIGN\",\"entity_id\":\"1\"}]", PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        {"[{\"match_type\":null,\"id\":\"1\"}]", PINBULK_KIND_UNKNOWN, PINBULK_KIND_FROM_NOTHING},
        {"[{\"x\":{\"match_type\":\"x\"}}]", PINBULK_KIND_UNKNOWN, PINBULK_KIND_FROM_NOTHING},
        {"[{\"type\":7,\"ad_group_id\":\"1\"}]", PINBULK_KIND_UNKNOWN, PINBULK_KIND_FROM_NOTHING},
        {"[{}]", PINBULK_KIND_UNKNOWN, PINBULK_KIND_FROM_NOTHING},
    };
    struct look look;
    size_t i;
    for (i = 0; i < COUNT(records); i++) {
        look_at(&look, records[i].text, PINBULK_FORMAT_AUTO);
        CHECK_INT(look.record.kind_source, records[i].source == PINBULK_KIND_FROM_CONTAINER
                                               ? PINBULK_KIND_FROM_CONTAINER
                                               : PINBULK_KIND_FROM_NOTHING);
        CHECK_INT(pinbulk_record_guess(&look.records, &look.record), records[i].kind);
        CHECK_INT(look.record.kind, records[i].kind);
        CHECK_INT(look.record.kind_source, records[i].source);
    }
}

static void errors_are_found_wherever_they_stand(void)
{
    static const struct {
        const char *text;
        size_t count;
        const char *first; // code path: message
    } records[] = {
        {"[{\"id\":\"1\"}]", 0, ""},
        {"[{\"exceptions\":[],\"errors\":null,\"error\":{},\"error_messages\":\"\"}]", 0, ""},
        {"[{\"errors\":0,\"error\":false,\"exceptions\":[null,[],0,\"\",{}]}]", 0, ""},
        // exceptions, as a list and as an object, beside data and inside of it
        {"[{\"data\":{\"id\":\"1\"},\"exceptions\":[{\"code\":1,\"message\":\"a\"},{\"code\":2}]}]",
         2, "1 exceptions[0]: a"},
        {"[{\"exceptions\":{\"code\":4162,\"message\":\"Caf\\u00e9\"},\"data\":null}]", 1,
         "4162 exceptions: Caf\xc3\xa9"},
        {"[{\"data\":{\"exceptions\":{\"message\":\"a\",\"code\":\"7\"}}}]", 1,
         "7 data.exceptions: a"},
        {"[{\"Exceptions\":[\"a\",\"b\"],\"data\":{\"errors\":[\"c\"]}}]", 3, "0 Exceptions[0]: a"},
        // errors with the messages of an entity
        {"[{\"errors\":[{\"data\":{},\"error_messages\":[\"a\",\"b\"],\"code\":3},{\"x\":1}]}]", 3,
         "3 errors[0].error_messages[0]: a"},
        {"[{\"error_messages\":[\"a\"]}]", 1, "0 error_messages[0]: a"},
        {"[{\"errorMessage\":\"a\"}]", 1, "0 errorMessage: a"},
        // forms that nobody has seen
        {"[{\"error\":5}]", 1, "5 error: "},
        {"[{\"error\":true}]", 1, "0 error: "},
        {"[{\"errors\":{\"name\":[\"too long\"]}}]", 1, "0 errors: {\"name\":[\"too long\"]}"},
        {"[{\"errors\":[[\"a\",\"b\"]]}]", 2, "0 errors[0][0]: a"},
        // names and texts with escapes, in objects with white space
        {"[{\"err\\u006frs\" : [ { \"m\\u0065ssage\" : \"\\ud83d\\ude00\\/\\\\\", \"\\u0063ode\":9 "
         "} ] }]",
         1, "9 errors[0]: \xf0\x9f\x98\x80/\\"},
        {"[{\"errors\":[{\"x\":\"a\\\"]}\"},\"b\"]}]", 2, "0 errors[0]: {\"x\":\"a\\\"]}\"}"},
        // no names of errors
        {"[{\"error_count\":5,\"x\":{\"errors\":[1]}}]", 0, ""},
        // a container of errors: its records are some
        {"{\"errors\":[{\"data\":{\"id\":\"1\"},\"error_messages\":[\"a\"]}]}", 1,
         "0 .error_messages[0]: a"},
        {"{\"exceptions\":[{\"code\":1,\"message\":\"a\"}]}", 1, "1 : a"},
        {"{\"errors\":[{\"id\":\"1\"}]}", 1, "0 : {\"id\":\"1\"}"},
        {"{\"error\":{\"code\":1,\"message\":\"a\"},\"ads\":[]}", 1, "1 : a"},
        // JSON that is broken: what came before
        {"[{\"errors\":[\"a\"],\"b\":tru,\"error\":\"x\"}]", 1, "0 errors[0]: a"},
        {"[{\"errors\":[\"a\",\"b\\x\"]}]", 0, ""},
        {"[{\"error\":\"a\",\"errors\":[\"\xc3\"]}]", 1, "0 error: a"},
    };
    size_t i, room;
    for (i = 0; i < COUNT(records); i++) {
        pinbulk_entity_error errors[4];
        char line[400] = "";
        struct look look;
        look_at(&look, records[i].text, PINBULK_FORMAT_JSON);
        for (room = 0; room < 4; room++) {
            memset(errors, '~', sizeof errors);
            CHECK_INT(pinbulk_record_errors(&look.records, &look.record, errors, room),
                      records[i].count);
            CHECK_INT(errors[room].message[0], '~');
        }
        if (records[i].count)
            snprintf(line, sizeof line, "%d %s: %s", (int)errors[0].code, errors[0].path,
                     errors[0].message);
        CHECK_TEXT(line, strlen(line), records[i].first);
        CHECK_INT(look.records.errors, records[i].count); // once, however often it is asked
        CHECK_INT(look.records.failed, records[i].count > 0);
    }
}

static void long_errors_are_cut(void)
{
    struct look look;
    pinbulk_entity_error error;
    char text[900] = "[{\"errors\":\"";
    memset(text + strlen(text), 'x', 600);
    strcpy(text + strlen(text) - 1, "\\n\"}]");
    look_at(&look, text, PINBULK_FORMAT_JSON);
    CHECK_INT(pinbulk_record_errors(&look.records, &look.record, &error, 1), 1);
    CHECK_INT(strlen(error.message), sizeof error.message - 1);
    CHECK(strcmp(error.message + sizeof error.message - 5, "x...") == 0);
}

// Errors outside of records are counted; they belong to no entity.
static void errors_of_the_file_are_counted(void)
{
    static const struct {
        const char *text;
        unsigned errors;
    } files[] = {
        {"{\"errors\":[\"a\",\"b\"],\"ads\":[{}]}", 2},
        {"{\"error\":\"a\",\"ads\":[\"b\"]}", 1},
        {"{\"error\":null,\"errors\":[],\"exceptions\":\"\",\"x\":{\"error\":0}}", 0},
        {"{\"x\":{\"error\":17}}", 1},
        {"{\"error\":\"0123456789012345678901234567890123456789\\n\"}", 1},
        // A file that is an error itself.
        {"{\"code\":2,\"message\":\"no\"}", 1},
        {"{\"code\":2,\"message\":\"no\",\"ads\":[{}]}", 0},
        {"{\"code\":2}", 0},
        {"[]", 0},
    };
    size_t i, cut;
    for (i = 0; i < COUNT(files); i++)
        for (cut = 0; cut <= strlen(files[i].text); cut++) {
            struct reading reading;
            begin(&reading, 100, PINBULK_FORMAT_JSON, 0, 100);
            pinbulk_records_feed(reading.records, files[i].text, cut);
            if (take(&reading)) {
                pinbulk_records_feed(reading.records, files[i].text + cut,
                                     strlen(files[i].text) - cut);
                pinbulk_records_end(reading.records);
                take(&reading);
            }
            CHECK_INT(reading.records->errors, files[i].errors);
            CHECK_INT(pinbulk_records_proven(reading.records), 1);
            free(finish(&reading));
        }
}

// Only a document that closed proves itself.
static void a_document_proves_itself(void)
{
    static const struct {
        const char *text;
        int proven;
    } files[] = {{"[{}]", 1}, {"{\"ads\":[]}", 1}, {"{}\n{}", 0}, {"{\"id\":\"1\"}", 0}};
    size_t i;
    for (i = 0; i < COUNT(files); i++) {
        struct reading reading;
        begin(&reading, 100, PINBULK_FORMAT_AUTO, 0, 100);
        pinbulk_records_feed(reading.records, files[i].text, strlen(files[i].text));
        CHECK(take(&reading));
        CHECK_INT(pinbulk_records_proven(reading.records), 0);
        pinbulk_records_end(reading.records);
        CHECK(!take(&reading));
        CHECK_INT(pinbulk_records_proven(reading.records), files[i].proven);
        free(finish(&reading));
    }
}

static void a_path_that_is_too_long_is_cut(void)
{
    static const char text[] = "{\"some_long_name\":{\"campaigns\":[{\"a\":]}]}}";
    char *got = read_file(text, strlen(text), bytes, 100, PINBULK_FORMAT_JSON, 0, 16);
    CHECK_TEXT(got, strlen(got),
               "PINBULK_BAD_JSON @37 some_long_name...: a bracket closes one of the other kind\n");
    free(got);
    got = read_file(text, strlen(text), bytes, 100, PINBULK_FORMAT_JSON, 0, 0);
    CHECK_TEXT(got, strlen(got), "PINBULK_BAD_JSON @37 : a bracket closes one of the other kind\n");
    free(got);
}

// Every size of the text a path is written to.
static void paths_are_written_into_any_size(void)
{
    static const char *const files[] = {"{\"ads\":[0,{}]}", "{}{}{}{}{}{}{}{}{}{}{}{}"};
    static const char *const paths[] = {"ads[1]", "[11]"};
    size_t i, size;
    for (i = 0; i < 2; i++) {
        struct reading reading;
        pinbulk_record record;
        size_t length = strlen(paths[i]);
        begin(&reading, 100, i ? PINBULK_FORMAT_JSON_LINES : PINBULK_FORMAT_JSON, 0, 100);
        CHECK_TEXT("", pinbulk_records_path(reading.records, NULL, 0), "");
        pinbulk_records_feed(reading.records, files[i], strlen(files[i]));
        do
            CHECK_INT(pinbulk_records_next(reading.records, &record), PINBULK_RECORDS_RECORD);
        while (i && record.number < 11);
        for (size = 0; size < length + 2; size++) {
            char *text = (char *)malloc(size ? size : 1);
            CHECK_INT(pinbulk_records_path(reading.records, text, size), length);
            if (size) {
                size_t kept = length < size ? length : size - 1;
                CHECK(memcmp(text, paths[i], kept) == 0 && text[kept] == 0);
            }
            free(text);
        }
        free(finish(&reading));
    }
}

static void calls_that_cannot_be_are_refused(void)
{
    pinbulk_records records;
    pinbulk_records_config config;
    pinbulk_record record;
    pinbulk_error error;
    char window[16];
    memset(&config, 0, sizeof config);
    CHECK_INT(pinbulk_records_init(NULL, &config), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_records_init(&records, NULL), PINBULK_BAD_ARGUMENT);
    config.window_size = 1;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.window = window;
    config.window_size = sizeof window;
    config.path_size = 1;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.path_size = 0;
    config.oversize = 3;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.oversize = 0;
    config.format = (pinbulk_records_format)4;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.format = PINBULK_FORMAT_AUTO;
    config.kind = (pinbulk_kind)10;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.kind = PINBULK_KIND_UNKNOWN;
    config.columns_size = 1;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.columns_size = 0;
    config.separator = '"';
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.separator = '\r';
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.separator = (char)0xa0;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_BAD_ARGUMENT);
    config.separator = 0;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_OK);

    CHECK_INT(pinbulk_records_feed(NULL, "x", 1), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_records_feed(&records, NULL, 1), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_records_feed(&records, NULL, 0), PINBULK_OK);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_MORE);
    CHECK_INT(pinbulk_records_feed(&records, "[{}", 3), PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&records, "]", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_RECORD);
    CHECK_INT(pinbulk_records_feed(&records, "]", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_MORE);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_MORE);
    memset(&error, 0, sizeof error);
    pinbulk_records_error(&records, &error); // there is none
    CHECK_INT(error.result, PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&records, "]", 1), PINBULK_OK);
    CHECK_INT(pinbulk_records_end(NULL), PINBULK_BAD_ARGUMENT);
    CHECK_INT(pinbulk_records_end(&records), PINBULK_OK); // it may come before next
    CHECK_INT(pinbulk_records_end(&records), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_records_feed(&records, " ", 1), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_END);
    CHECK_INT(pinbulk_records_feed(&records, " ", 1), PINBULK_BAD_STATE);

    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_OK);
    CHECK_INT(pinbulk_records_end(&records), PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&records, "[]", 2), PINBULK_BAD_STATE);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_ERROR);
    pinbulk_records_error(&records, NULL); // for those who do not want to know
}

int main(void)
{
    RUN(documents_have_their_records);
    RUN(lines_have_their_records);
    RUN(an_object_alone_is_a_record_only_when_it_looks_like_one);
    RUN(what_is_wrong_is_said_with_its_place);
    RUN(random_documents_have_the_records_of_the_reference);
    RUN(random_lines_have_their_records);
    RUN(every_window_gives_the_same_for_every_cut);
    RUN(a_record_larger_than_the_window_is_refused_or_skipped);
    RUN(the_first_object_tells_the_format_only_when_it_fits);
    RUN(a_record_that_comes_as_tokens_is_checked);
    RUN(tokens_have_paths);
    RUN(a_truncated_document_is_never_whole);
    RUN(truncated_lines_are_whole_only_between_objects);
    RUN(strings_hide_brackets_at_every_place);
    RUN(long_runs_of_backslashes_end_right);
    RUN(marks_are_wrong_at_every_place);
    RUN(depth_is_limited_to_64_levels_in_all);
    RUN(kinds_are_guessed_from_the_name_of_the_array);
    RUN(kinds_end_with_their_array);
    RUN(values_are_found_by_their_paths);
    RUN(values_are_checked_on_the_way);
    RUN(kinds_are_guessed_from_members);
    RUN(errors_are_found_wherever_they_stand);
    RUN(long_errors_are_cut);
    RUN(errors_of_the_file_are_counted);
    RUN(a_document_proves_itself);
    RUN(a_path_that_is_too_long_is_cut);
    RUN(paths_are_written_into_any_size);
    RUN(calls_that_cannot_be_are_refused);
    return check_report();
}
