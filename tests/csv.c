// Tables: which rows a CSV file has, whatever the chunks it comes in, what is in their cells, and
// what is said of files that are wrong.
#include "private.h"
#include "check.h"

// ---- reading a file into a transcript -----------------------------------------------------------

// What came out of a file, one line for each row as JSON:
//     [0] @8 {"id":"1","name":"a"}
//     [1] @12 skipped 4711
// and at the end `end`, or `PINBULK_BAD_CSV @31 [2]: ...`. A row that came as tokens looks like any
// other.
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

static void add_text(struct transcript *to, const char *text)
{
    add(to, text, strlen(text));
}

// A text inside of a JSON string, as the library writes it.
static void add_escaped(struct transcript *to, const char *text, size_t length)
{
    static const char from[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    char escape[8];
    size_t i;
    for (i = 0; i < length; i++) {
        const char *at = text[i] ? strchr(from, text[i]) : NULL;
        if (at) {
            escape[0] = '\\';
            escape[1] = letters[at - from];
            add(to, escape, 2);
        } else if ((unsigned char)text[i] < 0x20) {
            add(to, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", text[i]));
        } else {
            add(to, text + i, 1);
        }
    }
}

// How a file comes: `first` bytes, then chunks of `step` bytes, or of random length when it is 0.
struct cuts {
    size_t first, step;
    uint64_t seed;
};

static const struct cuts whole = {SIZE_MAX, 1, 0};

struct reading {
    pinbulk_records records;
    pinbulk_records_config config;
    struct transcript out;
    int in_text; // of a row that comes as tokens
};

static void add_token(struct reading *reading, const pinbulk_token *token)
{
    struct transcript *out = &reading->out;
    switch ((int)token->kind) {
    case PINBULK_TOKEN_OBJECT:
        add_text(out, "{");
        return;
    case PINBULK_TOKEN_OBJECT_END:
        add_text(out, "}\n");
        return;
    case PINBULK_TOKEN_KEY:
        CHECK(!token->more && !reading->in_text);
        add_text(out, out->text[out->length - 1] == '{' ? "\"" : ",\"");
        add_escaped(out, token->text, token->length);
        add_text(out, "\":");
        return;
    case PINBULK_TOKEN_STRING:
        if (!reading->in_text)
            add_text(out, "\"");
        CHECK(private_utf8_end(token->text, token->text + token->length) ==
              token->text + token->length);
        add_escaped(out, token->text, token->length);
        reading->in_text = token->more;
        if (!token->more)
            add_text(out, "\"");
        return;
    default:
        CHECK(!"a token of a row");
    }
}

static void add_row(struct reading *reading, const pinbulk_record *record)
{
    pinbulk_text json, again;
    char *buffer;
    pinbulk_result result = pinbulk_record_json(&reading->records, record, NULL, 0, &json);
    if (result != PINBULK_NO_SPACE) {
        add_text(&reading->out, pinbulk_result_name(result));
        add_text(&reading->out, "\n");
        return;
    }
    CHECK(json.data == NULL);
    buffer = (char *)malloc(json.length);
    CHECK_INT(pinbulk_record_json(&reading->records, record, buffer, json.length - 1, &again),
              PINBULK_NO_SPACE);
    CHECK_INT(again.length, json.length);
    CHECK_INT(pinbulk_record_json(&reading->records, record, buffer, json.length, &again),
              PINBULK_OK);
    CHECK_INT(again.length, json.length);
    CHECK(again.data == buffer);
    add(&reading->out, again.data, again.length);
    add_text(&reading->out, "\n");
    free(buffer);
}

// Takes all that is there; false when the file is at its end or wrong.
static int take(struct reading *reading)
{
    pinbulk_record record;
    pinbulk_error error;
    char path[64], line[512];
    int in_record = 0;
    for (;;) {
        pinbulk_records_next_kind next = pinbulk_records_next(&reading->records, &record);
        switch (next) {
        case PINBULK_RECORDS_MORE:
            return 1;
        case PINBULK_RECORDS_END:
            add_text(&reading->out, "end\n");
            CHECK_INT(pinbulk_records_proven(&reading->records), 0);
            CHECK_INT(pinbulk_records_next(&reading->records, &record), PINBULK_RECORDS_END);
            return 0;
        case PINBULK_RECORDS_ERROR:
            memset(&error, 0, sizeof error);
            pinbulk_records_error(&reading->records, &error);
            CHECK(error.has_offset);
            snprintf(line, sizeof line, "%s @%u %s: %s\n", pinbulk_result_name(error.result),
                     (unsigned)error.offset, error.path, error.message);
            add_text(&reading->out, line);
            return 0;
        case PINBULK_RECORDS_RECORD:
        case PINBULK_RECORDS_SKIPPED:
        case PINBULK_RECORDS_TOKEN:
            if (next != PINBULK_RECORDS_TOKEN || record.token.kind == PINBULK_TOKEN_OBJECT) {
                pinbulk_records_path(&reading->records, path, sizeof path);
                snprintf(line, sizeof line, "[%u]", (unsigned)record.number);
                CHECK_TEXT(path, strlen(path), line);
                snprintf(line, sizeof line, "%s @%u ", path, (unsigned)record.offset);
                add_text(&reading->out, line);
            }
            if (next == PINBULK_RECORDS_TOKEN) {
                add_token(reading, &record.token);
                in_record = record.token.kind != PINBULK_TOKEN_OBJECT_END;
                CHECK(in_record || record.size > reading->config.window_size);
                CHECK_INT(record.raw.length, 0);
            } else if (next == PINBULK_RECORDS_SKIPPED) {
                CHECK(record.size > reading->config.window_size);
                snprintf(line, sizeof line, "skipped %u\n", (unsigned)record.size);
                add_text(&reading->out, line);
            } else {
                CHECK_INT(record.size, record.raw.length);
                CHECK(record.size <= reading->config.window_size);
                add_row(reading, &record);
            }
            break;
        default:
            CHECK(!"a kind of result");
            return 0;
        }
    }
}

static void begin(struct reading *reading, const pinbulk_records_config *config)
{
    memset(reading, 0, sizeof *reading);
    reading->config = *config;
    reading->config.window = config->window_size ? (char *)malloc(config->window_size) : NULL;
    reading->config.columns = config->columns_size ? (char *)malloc(config->columns_size) : NULL;
    CHECK_INT(pinbulk_records_init(&reading->records, &reading->config), PINBULK_OK);
    add_text(&reading->out, "");
}

static void finish(struct reading *reading)
{
    free(reading->config.window);
    free(reading->config.columns);
}

static size_t next_chunk(struct cuts *cuts, size_t at, size_t left)
{
    size_t length = at < cuts->first ? cuts->first - at
                    : cuts->step     ? cuts->step
                                     : (size_t)(check_random(&cuts->seed) % 40);
    return length < left ? length : left;
}

// The transcript of a file, to be freed. With an odd seed the end is said with the last chunk.
static char *read_file(const char *text, size_t length, struct cuts cuts,
                       const pinbulk_records_config *config)
{
    struct reading reading;
    size_t at = 0;
    int going = 1;
    begin(&reading, config);
    while (going && at < length) {
        size_t size = next_chunk(&cuts, at, length - at);
        char *chunk = (char *)malloc(size ? size : 1);
        memcpy(chunk, text + at, size);
        CHECK_INT(pinbulk_records_feed(&reading.records, chunk, size), PINBULK_OK);
        at += size;
        if (cuts.seed % 2 && at == length)
            CHECK_INT(pinbulk_records_end(&reading.records), PINBULK_OK);
        going = take(&reading);
        memset(chunk, '~', size);
        free(chunk);
    }
    if (going) {
        CHECK_INT(pinbulk_records_end(&reading.records), PINBULK_OK);
        CHECK(!take(&reading));
    }
    finish(&reading);
    return reading.out.text;
}

static void check_same(char *got, const char *want, const char *text, size_t length,
                       struct cuts cuts, const pinbulk_records_config *config)
{
    check_count++;
    if (strcmp(got, want) != 0)
        CHECK_FAIL(
            "%.*s\nformat %d, window %zu, oversize %d, cut at %zu and every %zu gives\n%snot\n%s",
            (int)length, text, (int)config->format, config->window_size, config->oversize,
            cuts.first, cuts.step, got, want);
    free(got);
}

// Reads the file cut in every way, and expects this.
static void check_cuts(const char *text, size_t length, const pinbulk_records_config *config,
                       const char *want, int every_cut)
{
    size_t i;
    for (i = 0; i < (every_cut ? length + 4 : 5); i++) {
        struct cuts cuts = whole;
        cuts.seed = i;
        if (i > 0) {
            cuts.first = i >= 4 ? every_cut ? i - 4 : length / 2 : 0;
            cuts.step = i >= 4 ? SIZE_MAX : i == 1;
        }
        check_same(read_file(text, length, cuts, config), want, text, length, cuts, config);
    }
}

static pinbulk_records_config config_of(pinbulk_records_format format, size_t window, int oversize)
{
    pinbulk_records_config config;
    memset(&config, 0, sizeof config);
    config.format = format;
    config.window_size = window;
    config.oversize = (uint8_t)oversize;
    config.columns_size = 1000;
    return config;
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct file {
    const char *text, *want;
};

// With format CSV, and found out.
static const struct file tables[] = {
    {"id,name\n", "end\n"},
    {"id,name", "end\n"},
    {"id,name\n1,a\n2,b\n",
     "[0] @8 {\"id\":\"1\",\"name\":\"a\"}\n[1] @12 {\"id\":\"2\",\"name\":\"b\"}\nend\n"},
    {"id,name\r\n1,a\r\n2,b\r\n",
     "[0] @9 {\"id\":\"1\",\"name\":\"a\"}\n[1] @14 {\"id\":\"2\",\"name\":\"b\"}\nend\n"},
    {"id,name\r1,a\r2,b",
     "[0] @8 {\"id\":\"1\",\"name\":\"a\"}\n[1] @12 {\"id\":\"2\",\"name\":\"b\"}\nend\n"},
    // A byte order mark is no part of the first name.
    {"\xef\xbb\xbfid,name\n1,a", "[0] @11 {\"id\":\"1\",\"name\":\"a\"}\nend\n"},
    // What only begins like one is.
    {"\xef\xbb\x80,name\n1,a", "[0] @9 {\"\xef\xbb\x80\":\"1\",\"name\":\"a\"}\nend\n"},
    {"\xef\xbc\xa9,\xef\xbc\xa4\n1,2",
     "[0] @8 {\"\xef\xbc\xa9\":\"1\",\"\xef\xbc\xa4\":\"2\"}\nend\n"},
    // Empty lines, in front too.
    {"\n\r\n\nid,name\n\n\n1,a\n\r\r\n\n2,b\n\n",
     "[0] @14 {\"id\":\"1\",\"name\":\"a\"}\n[1] @22 {\"id\":\"2\",\"name\":\"b\"}\nend\n"},
    // Quotes: separators, line ends and quotes inside.
    {"\"id\",\"full \"\"name\"\"\"\n\"1\",\"a,b\r\nc\n\"\"d\"\"\"\n",
     "[0] @21 {\"id\":\"1\",\"full \\\"name\\\"\":\"a,b\\r\\nc\\n\\\"d\\\"\"}\nend\n"},
    {"a,b\n\"\"\"\",\"\"\"\"\"\"\n", "[0] @4 {\"a\":\"\\\"\",\"b\":\"\\\"\\\"\"}\nend\n"},
    {"a,b\n\"1\r2\",\",\"\r\n", "[0] @4 {\"a\":\"1\\r2\",\"b\":\",\"}\nend\n"},
    // A quote inside of a cell that does not begin with one is a character.
    {"a,b\n5\" x 7\"\"\", \"1,2\"\n",
     "[0] @4 {\"a\":\"5\\\" x 7\\\"\\\"\\\"\",\"b\":\" \\\"1\",\"column_3\":\"2\\\"\"}\nend\n"},
    // Empty cells are left out, unless they are quoted.
    {"a,b,c\n,,\n1,,\n,\"\",3\n",
     "[0] @6 {}\n[1] @9 {\"a\":\"1\"}\n[2] @13 {\"b\":\"\",\"c\":\"3\"}\nend\n"},
    // Ragged rows, and columns without a name.
    {"a,b\n1\n1,2,3\n1,2,,4\n1,2,,,\n",
     "[0] @4 {\"a\":\"1\"}\n[1] @6 {\"a\":\"1\",\"b\":\"2\",\"column_3\":\"3\"}\n"
     "[2] @12 {\"a\":\"1\",\"b\":\"2\",\"column_4\":\"4\"}\n[3] @19 "
     "{\"a\":\"1\",\"b\":\"2\"}\nend\n"},
    {"a,,\"\"\n1,2,3\n", "[0] @6 {\"a\":\"1\",\"column_2\":\"2\",\"column_3\":\"3\"}\nend\n"},
    {"a,a\n1,2\n", "[0] @4 {\"a\":\"1\",\"a\":\"2\"}\nend\n"},
    // Other separators: the first in the first row, quotes aside.
    {"a;b,c\n1;2,3\n", "[0] @6 {\"a\":\"1\",\"b,c\":\"2,3\"}\nend\n"},
    {"\"a,b\"\tc;d\n1\t2\n", "[0] @10 {\"a,b\":\"1\",\"c;d\":\"2\"}\nend\n"},
    // Names and cells as JSON.
    {"a\\b\t\x01\n\x1f\t/\xc3\xa9\x7f\n",
     "[0] @6 {\"a\\\\b\":\"\\u001f\",\"\\u0001\":\"/\xc3\xa9\x7f\"}\nend\n"},
    {"a,b\n{\"x\",1\n", "[0] @4 {\"a\":\"{\\\"x\\\"\",\"b\":\"1\"}\nend\n"},
};

static void tables_have_their_rows(void)
{
    size_t i;
    for (i = 0; i < COUNT(tables); i++) {
        pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 1000, 0);
        check_cuts(tables[i].text, strlen(tables[i].text), &config, tables[i].want, 1);
        config.format = PINBULK_FORMAT_AUTO;
        config.oversize = PINBULK_OVERSIZE_SKIP;
        check_cuts(tables[i].text, strlen(tables[i].text), &config, tables[i].want, 1);
    }
}

static void tables_by_order(void)
{
    static const struct file files[] = {
        {"", "end\n"},
        {"\xef\xbb\xbf", "end\n"},
        {"\r\n\r\n", "end\n"},
        {"id\n1\n\n2\n", "[0] @3 {\"id\":\"1\"}\n[1] @6 {\"id\":\"2\"}\nend\n"},
        {"id\n1,2;3\n", "[0] @3 {\"id\":\"1\",\"column_2\":\"2;3\"}\nend\n"},
        {" a,b\n 1 ,2 \n", "[0] @5 {\" a\":\" 1 \",\"b\":\"2 \"}\nend\n"},
        {"\ta,b\n1,2\n", "[0] @5 {\"column_1\":\"1,2\"}\nend\n"},
    };
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 1000, 0);
    size_t i;
    for (i = 0; i < COUNT(files); i++)
        check_cuts(files[i].text, strlen(files[i].text), &config, files[i].want, 1);
    config.separator = '|';
    check_cuts("a,b|c\n1,2|\"3|\"\n", 15, &config, "[0] @6 {\"a,b\":\"1,2\",\"c\":\"3|\"}\nend\n",
               1);
}

// A cell that is a JSON object or array is one in the row, whole or in quotes; others are strings.
static void cells_may_be_json(void)
{
    static const struct file cells[] = {
        {"[]", "[]"},
        {"{}", "{}"},
        {"[1;true;null]", "\"[1;true;null]\""},
        {"\"[1,true,null]\"", "[1,true,null]"},
        {"\"{\"\"a\"\":[\"\"x\"\",\"\"\"\"],\"\"b\"\":\"\"\\\"\"\"\"}\"",
         "{\"a\":[\"x\",\"\"],\"b\":\"\\\"\"}"},
        {"\"[ 1 ,\r\n2 ] \"", "[ 1 ,\r\n2 ] "},
        {"\"{\"\"a\"\":1\"", "\"{\\\"a\\\":1\""},
        {"[1]x", "\"[1]x\""},
        {"[\"\"]", "[\"\"]"},
        {"[\"]", "\"[\\\"]\""},
        {"{", "\"{\""},
        {" []", "\" []\""},
        {"17", "\"17\""},
        {"true", "\"true\""},
        {"\"\"\"x\"\"\"", "\"\\\"x\\\"\""},
    };
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 1000, 0);
    char text[100], want[100];
    size_t i;
    for (i = 0; i < COUNT(cells); i++) {
        snprintf(text, sizeof text, "id,c\n1,%s\n", cells[i].text);
        snprintf(want, sizeof want, "[0] @5 {\"id\":\"1\",\"c\":%s}\nend\n", cells[i].want);
        check_cuts(text, strlen(text), &config, want, 1);
    }
}

// As deep as the reader of the row can follow.
static void json_in_cells_is_not_too_deep(void)
{
    char text[300] = "id,c\n1,";
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 1000, 0);
    size_t depth;
    for (depth = 62; depth <= 65; depth++) {
        char *got;
        memset(text + 7, '[', depth);
        memset(text + 7 + depth, ']', depth);
        text[7 + 2 * depth] = 0;
        got = read_file(text, strlen(text), whole, &config);
        CHECK((strstr(got, "\"[[") == NULL) == (depth <= 63));
        free(got);
    }
}

static void what_is_wrong_is_said_with_its_place(void)
{
    static const struct {
        const char *text;
        size_t length; // 0: up to the NUL
        int format;
        const char *want;
    } files[] = {
        {"a,b\n1,\"2\"x\n3,4\n", 0, PINBULK_FORMAT_AUTO,
         "PINBULK_BAD_CSV @9 [0]: behind the quote that ends a cell only a separator or the end of "
         "the "
         "row may come\n"},
        {"a,\"b\" \n1,2\n", 0, PINBULK_FORMAT_AUTO,
         "PINBULK_BAD_CSV @5 : behind the quote that ends a cell only a separator or the end of "
         "the row "
         "may come\n"},
        {"a,b\n1,2\n1,\0\n", 11, PINBULK_FORMAT_AUTO,
         "[0] @4 {\"a\":\"1\",\"b\":\"2\"}\n"
         "PINBULK_BAD_CSV @10 [1]: a NUL byte: this is no text, or it is UTF-16\n"},
        {"a,b\n1,\"\0\"\n", 10, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @7 [0]: a NUL byte: this is no text, or it is UTF-16\n"},
        {"i\0d\0,\0", 6, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @1 : a NUL byte: this is no text, or it is UTF-16\n"},
        {"\0i\0d", 4, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @0 : a NUL byte: this is no text, or it is UTF-16\n"},
        {"a,b\n1,\"2\n3,4\n", 0, PINBULK_FORMAT_AUTO,
         "PINBULK_TRUNCATED @13 [0]: the file ends in a quoted cell\n"},
        {"a,\"b\n", 0, PINBULK_FORMAT_CSV,
         "PINBULK_TRUNCATED @5 : the file ends in a quoted cell\n"},
        {"a,b\xff\n1,2\n", 0, PINBULK_FORMAT_AUTO,
         "PINBULK_BAD_UTF8 @0 : the name of a column is not UTF-8\n"},
        {"a,b\n1,\xc3\n3,4", 0, PINBULK_FORMAT_AUTO,
         "[0] @4 PINBULK_BAD_UTF8\n[1] @8 {\"a\":\"3\",\"b\":\"4\"}\nend\n"},
        {"{\"a\":1}\n", 0, PINBULK_FORMAT_CSV, "PINBULK_BAD_CSV @0 : this looks like JSON\n"},
        {"<html>", 0, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @0 : this looks like a web page or XML\n"},
        {"\x1f\x8b\x08", 0, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @0 : this looks like gzip: unpack it first\n"},
        {"\xff\xfei", 0, PINBULK_FORMAT_CSV,
         "PINBULK_BAD_CSV @0 : this looks like UTF-16: convert it to UTF-8 first\n"},
        {"Internal Server Error\n", 0, PINBULK_FORMAT_AUTO,
         "PINBULK_NOT_JSON @0 : this looks like plain text\n"},
    };
    size_t i;
    for (i = 0; i < COUNT(files); i++) {
        size_t length = files[i].length ? files[i].length : strlen(files[i].text);
        pinbulk_records_config config = config_of((pinbulk_records_format)files[i].format, 1000, 0);
        check_cuts(files[i].text, length, &config, files[i].want, 1);
    }
}

// ---- every window, every truncation -------------------------------------------------------------

// The largest row of a table, the first one included, and the first one.
static size_t largest_row(const char *text, size_t *first)
{
    char *got;
    size_t window;
    for (window = 0;; window++) {
        pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, window, 0);
        got = read_file(text, strlen(text), whole, &config);
        if (!strstr(got, "PINBULK_TOO_LARGE") || window == 1000)
            break;
        if (strstr(got, " : the"))
            *first = window + 1;
        free(got);
    }
    free(got);
    return window;
}

static void every_window_gives_the_same_for_every_cut(void)
{
    size_t i, window, step = check_every(check_scaled(4) < 4 ? 3 * check_step(3) : 1);
    int oversize;
    for (i = 0; i < COUNT(tables); i++) {
        const char *text = tables[i].text;
        size_t first = 0, largest = largest_row(text, &first);
        for (window = 0; window <= largest + 1; window += step)
            for (oversize = 0; oversize < 3; oversize++) {
                pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, window, oversize);
                char *want = read_file(text, strlen(text), whole, &config);
                CHECK((strstr(want, "PINBULK_TOO_LARGE @") != NULL) ==
                      (window < (oversize ? first : largest)));
                // As tokens every row is what it is in a window that holds it.
                if (oversize == PINBULK_OVERSIZE_EVENTS && window >= first)
                    CHECK_TEXT(want, strlen(want), tables[i].want);
                check_cuts(text, strlen(text), &config, want, 1);
                free(want);
            }
    }
}

static void a_row_larger_than_the_window_is_refused_or_skipped(void)
{
    static const char text[] = "a,b\n12,34\n123,45\n1,2\r\n";
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 5, PINBULK_OVERSIZE_REFUSE);
    check_cuts(text, strlen(text), &config,
               "[0] @4 {\"a\":\"12\",\"b\":\"34\"}\n"
               "PINBULK_TOO_LARGE @10 [1]: the record is larger than the window of 5 bytes\n",
               1);
    config.oversize = PINBULK_OVERSIZE_SKIP;
    check_cuts(text, strlen(text), &config,
               "[0] @4 {\"a\":\"12\",\"b\":\"34\"}\n[1] @10 skipped 6\n"
               "[2] @17 {\"a\":\"1\",\"b\":\"2\"}\nend\n",
               1);
    config.window_size = 2; // of the first row
    check_cuts(text, strlen(text), &config,
               "PINBULK_TOO_LARGE @0 : the record is larger than the window of 2 bytes\n", 1);
}

// What is wrong in a row that comes as tokens.
static void tokens_of_a_row_are_checked(void)
{
    static const struct file files[] = {
        {"a,b\n123456,\"2\"x\n", "[0] @4 {\"a\":\"123456\",\"b\":PINBULK_BAD_CSV @14 [0]: behind "
                                 "the quote that ends a cell only "
                                 "a separator or the end of the row may come\n"},
        {"a,b\n123456,\"2",
         "[0] @4 {\"a\":\"123456\",\"b\":PINBULK_TRUNCATED @13 [0]: the file ends in a "
         "quoted cell\n"},
        {"a,b\n123456,x\xc3\n",
         "[0] @4 {\"a\":\"123456\",\"b\":PINBULK_BAD_UTF8 @4 [0]: a cell is not "
         "UTF-8\n"},
        {"a,b\n123456,"
         "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
         "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x\xc3\xa9\xc3\xa9\"\"\xf0\x9f\x8e\x84\"",
         "[0] @4 "
         "{\"a\":\"123456\",\"b\":"
         "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
         "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9x\xc3\xa9\xc3\xa9\\\""
         "\xf0\x9f\x8e\x84\"}\nend\n"},
    };
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 5, PINBULK_OVERSIZE_EVENTS);
    size_t i;
    for (i = 0; i < COUNT(files); i++)
        check_cuts(files[i].text, strlen(files[i].text), &config, files[i].want, 1);
}

// A table that was cut is whole by its looks, unless it was cut in quotes; the rows before are
// there.
static void truncated_tables(void)
{
    size_t i, length;
    for (i = 0; i < COUNT(tables); i++)
        for (length = 0; length < strlen(tables[i].text); length += check_step(3)) {
            pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, 1000, 0);
            char *got = read_file(tables[i].text, length, whole, &config);
            const char *last = strrchr(got, '['), *text = tables[i].text;
            size_t quotes = 0, at;
            int plain = strstr(text, "7\"\"\"") == NULL && strstr(text, "{\"x") == NULL;
            while (last && last > got && last[-1] != '\n')
                last--; // the line of the last row, or of the error in it
            for (at = 0; at < length; at++)
                quotes += text[at] == '"';
            if (plain && (unsigned char)text[0] != 0xef)
                CHECK((strstr(got, "PINBULK_TRUNCATED") != NULL) == (quotes % 2 == 1));
            if (last && (unsigned char)text[0] != 0xef)
                CHECK(strncmp(got, tables[i].want, (size_t)(last - got)) == 0);
            check_cuts(text, length, &config, got, 0);
            free(got);
        }
}

static void columns_need_their_memory(void)
{
    static const char text[] = "a,\"b\"\"c\",,d\n1,2,3,4\n"; // names of 1, 3, 0 and 1 bytes
    size_t size;
    for (size = 0; size <= 14; size++) {
        pinbulk_records_config config = config_of(PINBULK_FORMAT_AUTO, 100, 0);
        config.columns_size = size;
        check_cuts(text, strlen(text), &config,
                   size < 13
                       ? "PINBULK_NO_SPACE @0 : config.columns is too small for the first row, it "
                         "needs 13 bytes\n"
                       : "[0] @12 {\"a\":\"1\",\"b\\\"c\":\"2\",\"column_3\":\"3\",\"d\":\"4\"}\n"
                         "end\n",
                   1);
    }
}

// Every empty name takes two bytes of the columns and one of the row, so the need can be more than
// a size_t of 16 bits holds.
static void empty_columns_need_more_than_the_row(void)
{
    enum { COLUMNS = 33000 };
    char *row = (char *)malloc(COLUMNS), columns[64];
    pinbulk_records records;
    pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, COLUMNS, 0);
    pinbulk_record record;
    pinbulk_error error;
    memset(row, ',', COLUMNS - 1);
    row[COLUMNS - 1] = '\n';
    config.window = row; // the row lies in the chunk, nothing is kept
    config.columns = columns;
    config.columns_size = sizeof columns;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&records, row, COLUMNS), PINBULK_OK);
    CHECK_INT(pinbulk_records_next(&records, &record), PINBULK_RECORDS_ERROR);
    memset(&error, 0, sizeof error);
    pinbulk_records_error(&records, &error);
    CHECK_INT(error.result, PINBULK_NO_SPACE);
    CHECK(strstr(error.message, "needs 66000 bytes") != NULL);
    free(row);
}

// ---- random tables ------------------------------------------------------------------------------

struct maker {
    char text[CHECK_SMALL ? 8192 : 65536];
    size_t length;
    uint64_t seed;
};

static unsigned roll(struct maker *maker, unsigned sides)
{
    return (unsigned)(check_random(&maker->seed) % sides);
}

static void put(struct maker *maker, const char *text, size_t length)
{
    if (length < sizeof maker->text - maker->length) {
        memcpy(maker->text + maker->length, text, length);
        maker->length += length;
    }
}

// A random cell; one that is not quoted must not need it.
static size_t make_cell(struct maker *maker, char *cell, int quoted)
{
    static const char *const pieces[] = {"a",
                                         "1",
                                         "x y",
                                         "\xc3\xa9",
                                         "\xf0\x9f\x8e\x84",
                                         "campaign",
                                         ";",
                                         "0123456789012345678901234567890123456789",
                                         "\\",
                                         "\t",
                                         "\"",
                                         ",",
                                         "\n",
                                         "\r\n",
                                         "\"\"",
                                         "\r"};
    unsigned count = roll(maker, roll(maker, 8) ? 5 : 40);
    size_t length = 0;
    while (count-- > 0) {
        const char *piece = pieces[roll(maker, quoted ? 16 : 10)];
        memcpy(cell + length, piece, strlen(piece));
        length += strlen(piece);
    }
    return length;
}

static void random_tables_have_their_cells(void)
{
    static struct maker maker;
    static char cells[8][CHECK_SMALL ? 1024 : 4096];
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n"};
    long round, rounds = check_scaled(3000);
    maker.seed = 1;
    for (round = 0; round < rounds; round++) {
        struct transcript want = {NULL, 0, 0};
        unsigned columns = 1 + roll(&maker, 6), rows = roll(&maker, 8), row, column;
        char line[64];
        pinbulk_records_config config = config_of(PINBULK_FORMAT_CSV, sizeof maker.text, 0);
        add_text(&want, "");
        maker.length = 0;
        config.separator = ',';
        for (row = 0; row <= rows; row++) {
            unsigned width = row ? 1 + roll(&maker, columns + 1) : columns;
            size_t start = maker.length;
            int any = 0;
            if (row) {
                snprintf(line, sizeof line, "[%u] @%u {", row - 1, (unsigned)start);
                add_text(&want, line);
            }
            for (column = 0; column < width; column++) {
                char cell[2048];
                int quoted = roll(&maker, 3) == 0;
                size_t length = make_cell(&maker, cell, quoted), i;
                cell[length] = 0;
                if (!row) {
                    snprintf(cells[column], sizeof cells[column], "n%u%s", column,
                             length < 60 ? cell : "");
                    strcpy(cell, cells[column]);
                    length = strlen(cell);
                }
                if (column == 0 && length == 0) { // an empty line is no row
                    cell[0] = 'x';
                    length = 1;
                }
                put(&maker, ",", column ? 1 : 0);
                put(&maker, "\"", quoted ? 1 : 0);
                for (i = 0; i < length; i++) {
                    put(&maker, cell + i, 1);
                    put(&maker, "\"", quoted && cell[i] == '"' ? 1 : 0);
                }
                put(&maker, "\"", quoted ? 1 : 0);
                if (row && (length || quoted)) {
                    snprintf(line, sizeof line, "column_%u", column + 1);
                    add_text(&want, any ? ",\"" : "\"");
                    add_escaped(&want, column < columns ? cells[column] : line,
                                strlen(column < columns ? cells[column] : line));
                    add_text(&want, "\":\"");
                    add_escaped(&want, cell, length);
                    add_text(&want, "\"");
                    any = 1;
                }
            }
            if (row)
                add_text(&want, "}\n");
            if (row < rows || roll(&maker, 2))
                put(&maker, ends[roll(&maker, 4)], 1 + (roll(&maker, 2) && 0));
        }
        add_text(&want, "end\n");
        config.columns_size = 1 << 14;
        check_cuts(maker.text, maker.length, &config, want.text, 0);
        config.oversize = PINBULK_OVERSIZE_EVENTS; // as tokens, once the first row fits
        config.window_size = 3000 + roll(&maker, 100);
        check_cuts(maker.text, maker.length, &config, want.text, 0);
        free(want.text);
    }
}

// Both searches for the end of a row find the same, on bytes that mean something and at any place.
static void both_searches_find_the_same(void)
{
    static const char bytes[] = "\"\"\",,a\n\r ;a,a\",\"aaaaaaaaaaaa,,aaaaaaaa";
    char text[400];
    uint64_t seed = 7;
    long round, rounds = check_scaled(200000);
    for (round = 0; round < rounds; round++) {
        size_t i, length = check_random(&seed) % sizeof text, sides = 6 + check_random(&seed) % 30;
        const char *fast = text, *slow = text;
        uint8_t one_cell, other_cell;
        char separator = ',', other = ',';
        int one, two;
        for (i = 0; i < length; i++)
            text[i] = bytes[check_random(&seed) % sides];
        if (check_random(&seed) % 20 == 0 && length)
            text[check_random(&seed) % length] = 0;
        if (round % 2) // long quoted cells without row ends outside of them
            for (i = 0; i < length; i++)
                if (text[i] == '\n' || text[i] == '\r')
                    text[i] = 'b';
        one_cell = other_cell = (uint8_t)(check_random(&seed) % 4);
        one = private_scan_table(1, &one_cell, &fast, text + length, &separator);
        two = private_scan_table(0, &other_cell, &slow, text + length, &other);
        CHECK_INT(one, two);
        CHECK_INT(fast - text, slow - text);
        CHECK_INT(one_cell, other_cell);
    }
}

// ---- looking into rows --------------------------------------------------------------------------

// A table that is read row by row.
struct table {
    pinbulk_records records;
    pinbulk_record record;
    char window[1000], columns[1000];
};

static void open_table(struct table *table, const char *text, pinbulk_kind kind)
{
    pinbulk_records_config config;
    memset(&config, 0, sizeof config);
    config.window = table->window;
    config.window_size = sizeof table->window;
    config.columns = table->columns;
    config.columns_size = sizeof table->columns;
    config.format = PINBULK_FORMAT_CSV;
    config.kind = kind;
    CHECK_INT(pinbulk_records_init(&table->records, &config), PINBULK_OK);
    CHECK_INT(pinbulk_records_feed(&table->records, text, strlen(text)), PINBULK_OK);
    CHECK_INT(pinbulk_records_end(&table->records), PINBULK_OK);
}

static int next_row(struct table *table)
{
    return pinbulk_records_next(&table->records, &table->record) == PINBULK_RECORDS_RECORD;
}

static void cells_are_found_by_the_names_of_their_columns(void)
{
    static const char text[] = "Ad Group ID,ad_group_id,NAME,note,,\xc3\x89t\xc3\xa9,e\n"
                               "1,2,\"a \"\"b\"\"\",,5,6,\"\"\n"
                               "7\n"
                               "1,2,\xff\n";
    static const struct {
        const char *path, *want; // NULL: missing
    } cells[] = {
        {"ad_group_id", "2"}, // the same name before one that is only like it
        {"Ad Group ID", "1"},
        {"adGroupId", "1"},
        {"AD-GROUP_ID", "1"},
        {"name", "a \"b\""},
        {"Name", "a \"b\""},
        {"note", NULL},
        {"column_5", "5"},
        {"Column 5", "5"},
        {"\xc3\x89t\xc3\xa9", "6"},
        {"\xc3\xa9t\xc3\xa9", NULL}, // case of ASCII only
        {"e", ""},
        {"nam", NULL},
        {"names", NULL},
        {"column_8", NULL},
    };
    struct table table;
    pinbulk_record_value value;
    char buffer[16];
    size_t i;
    open_table(&table, text, PINBULK_KIND_UNKNOWN);
    CHECK(next_row(&table));
    for (i = 0; i < COUNT(cells); i++) {
        pinbulk_result result = pinbulk_record_find(&table.records, &table.record, cells[i].path,
                                                    buffer, sizeof buffer, &value);
        CHECK_INT(result, cells[i].want ? PINBULK_OK : PINBULK_MISSING);
        CHECK_TEXT(value.text.data, value.text.length, cells[i].want ? cells[i].want : "");
        CHECK_INT(value.kind, cells[i].want ? PINBULK_TOKEN_STRING : PINBULK_TOKEN_MORE);
        // A buffer is for doubled quotes only.
        result = pinbulk_record_find(&table.records, &table.record, cells[i].path, NULL, 0, &value);
        CHECK_INT(result, !cells[i].want               ? PINBULK_MISSING
                          : strchr(cells[i].want, '"') ? PINBULK_NO_SPACE
                                                       : PINBULK_OK);
    }
    for (i = 0; i < 6; i++)
        CHECK_INT(pinbulk_record_find(&table.records, &table.record, "name", buffer, i, &value),
                  i < 5 ? PINBULK_NO_SPACE : PINBULK_OK);
    CHECK(next_row(&table));
    CHECK_INT(pinbulk_record_find(&table.records, &table.record, "ad_group_id", NULL, 0, &value),
              PINBULK_MISSING);
    CHECK(next_row(&table));
    CHECK_INT(pinbulk_record_find(&table.records, &table.record, "name", NULL, 0, &value),
              PINBULK_BAD_UTF8);
    CHECK_INT(pinbulk_record_find(&table.records, &table.record, "ad_group_id", NULL, 0, &value),
              PINBULK_OK);
    CHECK_INT(pinbulk_record_find(&table.records, &table.record, NULL, NULL, 0, &value),
              PINBULK_BAD_ARGUMENT);
}

static void kinds_of_rows(void)
{
    static const struct {
        const char *text;
        pinbulk_kind first, guessed; // as delivered; and when it was looked into
        pinbulk_kind_source source;
    } files[] = {
        // All rows of a table whose columns belong to one kind.
        {"ID,Match Type,value\n1,BROAD,x\n", PINBULK_KIND_KEYWORD, PINBULK_KIND_KEYWORD,
         PINBULK_KIND_FROM_MEMBERS},
        {"id,dailySpendCap\n1,\n", PINBULK_KIND_CAMPAIGN, PINBULK_KIND_CAMPAIGN,
         PINBULK_KIND_FROM_MEMBERS},
        {"pin_id,ad_group_id\n1,2\n", PINBULK_KIND_AD, PINBULK_KIND_AD, PINBULK_KIND_FROM_MEMBERS},
        {"id,name,status\n1,a,b\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        // Columns of several kinds: what is not empty in the row tells.
        {"id,match_type,daily_spend_cap\n1,,5\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_CAMPAIGN,
         PINBULK_KIND_FROM_MEMBERS},
        {"id,match_type,daily_spend_cap\n1,x,5\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        // A column that says it.
        {"Entity Type,id,match_type\nCAMPAIGN,1,\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_CAMPAIGN,
         PINBULK_KIND_FROM_TYPE},
        {"type,id\n\"Ad Group\",1\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_AD_GROUP,
         PINBULK_KIND_FROM_TYPE},
        {"type,id\nvideo,1\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        // Of another entity: that of a schedule.
        {"entity_type,entity_id,schedule_type\nCAMPAIGN,1,x\n", PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_SCHEDULE, PINBULK_KIND_FROM_MEMBERS},
        {"entity_type,entity_id\nCAMPAIGN,1\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
        // One that contradicts the other columns.
        {"entity_type,match_type\nCAMPAIGN,BROAD\n", PINBULK_KIND_UNKNOWN, PINBULK_KIND_UNKNOWN,
         PINBULK_KIND_FROM_NOTHING},
    };
    struct table table;
    size_t i;
    for (i = 0; i < COUNT(files); i++) {
        open_table(&table, files[i].text, PINBULK_KIND_UNKNOWN);
        CHECK(next_row(&table));
        CHECK_INT(table.record.kind, files[i].first);
        CHECK_INT(pinbulk_record_guess(&table.records, &table.record), files[i].guessed);
        CHECK_INT(table.record.kind, files[i].guessed);
        CHECK_INT(table.record.kind_source, files[i].source);
        // The host knows better.
        open_table(&table, files[i].text, PINBULK_KIND_LABEL);
        CHECK(next_row(&table));
        CHECK_INT(table.record.kind, PINBULK_KIND_LABEL);
        CHECK_INT(table.record.kind_source, PINBULK_KIND_FROM_HOST);
        CHECK_INT(pinbulk_record_guess(&table.records, &table.record), PINBULK_KIND_LABEL);
    }
}

static void errors_of_rows(void)
{
    static const struct {
        const char *cells;
        size_t count;
        int code; // of the first
        const char *path, *message;
    } rows[] = {
        {"1,,,", 0, 0, "", ""},
        {"1,\"\",0,0", 0, 0, "", ""},
        {"1,[],null,", 0, 0, "", ""},
        {"1,{},false,0", 0, 0, "", ""},
        {"1,Too long,,", 1, 0, "Errors", "Too long"},
        {"1,\"Not \"\"this\"\"\",,", 1, 0, "Errors", "Not \"this\""},
        {"1,Too long,,7", 1, 7, "Errors", "Too long"},
        {"1,,,7", 1, 7, "error_code", ""},
        {"1,,42,", 1, 42, "Exceptions", ""},
        {"1,\"[{\"\"code\"\":3,\"\"message\"\":\"\"no \\\"\"x\\\"\"\"\"},{\"\"code\"\":4}]\",,", 2,
         3, "Errors[0]", "no \"x\""},
        {"1,\"{\"\"message\"\":\"\"no\"\"}\",Bad,", 2, 0, "Errors", "no"},
        {"1,\"[broken\",,", 1, 0, "Errors", "[broken"},
        {"1,12 monkeys,,", 1, 0, "Errors", "12 monkeys"},
        {"1, 12 ,,", 1, 12, "Errors", ""},
        {"1,\" [ \"\"\\u00e9\\ud83d\\ude00\\n\"\" ] \",,", 1, 0, "Errors[0]",
         "\xc3\xa9\xf0\x9f\x98\x80\n"},
        {"1,\"{\"\"x\"\":\"\"a\\\"\"b\"\"}\",,", 1, 0, "Errors", "{\"x\":\"a\\\"b\"}"},
    };
    size_t i, errors = 0, failed = 0;
    for (i = 0; i < COUNT(rows); i++) {
        pinbulk_entity_error found[2];
        struct table table;
        char text[300];
        snprintf(text, sizeof text, "id,Errors,Exceptions,Error Code\n%s\n", rows[i].cells);
        open_table(&table, text, PINBULK_KIND_UNKNOWN);
        CHECK(next_row(&table));
        memset(found, 0, sizeof found);
        CHECK_INT(pinbulk_record_errors(&table.records, &table.record, found, 2), rows[i].count);
        CHECK_INT(pinbulk_record_errors(&table.records, &table.record, NULL, 0), rows[i].count);
        CHECK_INT(found[0].code, rows[i].code);
        CHECK_TEXT(found[0].path, strlen(found[0].path), rows[i].path);
        CHECK_TEXT(found[0].message, strlen(found[0].message), rows[i].message);
        CHECK_INT(table.records.errors, rows[i].count); // counted once
        CHECK_INT(table.records.failed, rows[i].count > 0);
        errors += rows[i].count;
        failed += rows[i].count > 0;
    }
    CHECK(errors > failed);
}

int main(void)
{
    RUN(tables_have_their_rows);
    RUN(tables_by_order);
    RUN(cells_may_be_json);
    RUN(json_in_cells_is_not_too_deep);
    RUN(what_is_wrong_is_said_with_its_place);
    RUN(every_window_gives_the_same_for_every_cut);
    RUN(a_row_larger_than_the_window_is_refused_or_skipped);
    RUN(tokens_of_a_row_are_checked);
    RUN(truncated_tables);
    RUN(columns_need_their_memory);
    RUN(empty_columns_need_more_than_the_row);
    RUN(random_tables_have_their_cells);
    RUN(both_searches_find_the_same);
    RUN(cells_are_found_by_the_names_of_their_columns);
    RUN(kinds_of_rows);
    RUN(errors_of_rows);
    return check_report();
}
