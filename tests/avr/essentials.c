// The essentials in the memory that an ATmega2560 has, 8 KiB for constants, data and stack, each in
// a program of its own: the writer at every capacity, the reader at every cut, numbers at their
// limits, a keyword as JSON and back, the body of a request in portions, records through a small
// window, and a job over a transport that follows a script.
#define PINBULK_NO_MESSAGES
#define PINBULK_NO_CSV
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#include "tests/check.h"

// ---- writer and reader --------------------------------------------------------------------------

static const char document[] =
    "{\"id\":\"626736533506\",\"n\":[-9223372036854775808,1.50,true,null,[],{}],"
    "\"t\":\"\xc3\xa9\xe2\x82\xac\xf4\x8f\xbf\xbf \\\"\\n\\u0001\"}";
static const char escaped[] = // the same as others write it
    "{\"id\":\"626736533506\",\"n\":[-9223372036854775808,1.50,true,null,[],{}],"
    "\"t\":\"\\u00e9\\u20AC\\udbff\\udfff\\u0020\\u0022\\u000a\\u0001\"}";
static const char text[] = "\xc3\xa9\xe2\x82\xac\xf4\x8f\xbf\xbf \"\n\x01";

static void write_document(pinbulk_writer *writer)
{
    pinbulk_write_object_begin(writer);
    pinbulk_write_key(writer, "id", 2);
    pinbulk_write_string(writer, "626736533506", 12);
    pinbulk_write_key(writer, "n", 1);
    pinbulk_write_array_begin(writer);
    pinbulk_write_int(writer, INT64_MIN);
    pinbulk_write_decimal(writer, "1.50", 4);
    pinbulk_write_bool(writer, 1);
    pinbulk_write_null(writer);
    pinbulk_write_array_begin(writer);
    pinbulk_write_array_end(writer);
    pinbulk_write_object_begin(writer);
    pinbulk_write_object_end(writer);
    pinbulk_write_array_end(writer);
    pinbulk_write_key(writer, "t", 1);
    pinbulk_write_string(writer, text, sizeof text - 1);
    pinbulk_write_object_end(writer);
}

static struct {
    char bytes[160];
    size_t length, calls, most; // at most so many in a call
} taken;

static pinbulk_result take(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > sizeof taken.bytes - taken.length)
        return PINBULK_NO_SPACE;
    memcpy(taken.bytes + taken.length, data, length);
    taken.length += length;
    taken.calls++;
    if (length > taken.most)
        taken.most = length;
    return PINBULK_OK;
}

static void writer_at_every_capacity(void)
{
    const pinbulk_sink sink = {NULL, take, NULL};
    const size_t whole = sizeof document - 1;
    pinbulk_writer writer;
    char buffer[sizeof document];
    size_t size;
    for (size = 0; size <= whole; size++) {
        uint64_t length = 0;
        memset(buffer, '~', sizeof buffer);
        pinbulk_writer_init_buffer(&writer, buffer, size);
        write_document(&writer);
        CHECK_INT(pinbulk_writer_end(&writer, &length),
                  size < whole ? PINBULK_NO_SPACE : PINBULK_OK);
        CHECK_INT(length, whole);
        CHECK(memcmp(buffer, document, size) == 0 && buffer[size] == '~');
        if (size == 0)
            continue;
        memset(&taken, 0, sizeof taken);
        pinbulk_writer_init_sink(&writer, sink, buffer, size);
        write_document(&writer);
        CHECK_INT(pinbulk_writer_end(&writer, NULL), PINBULK_OK);
        CHECK_TEXT(taken.bytes, taken.length, document);
        CHECK(taken.most <= size);
    }
}

// Reads one of the two, with a cut behind `first` bytes and one behind `second`.
static void read_document(const char *json, size_t length, size_t first, size_t second)
{
    static const char kinds[] = "{ks" // as below
                                "k[##tn[]{}]"
                                "ks}";
    char letters[] = "#", buffer[24];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    size_t fed = 0, at = 0;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    pinbulk_reader_init(&reader, &config);
    for (;;) {
        switch (pinbulk_reader_next(&reader, &token)) {
        case PINBULK_TOKEN_MORE: {
            size_t end = fed < first ? first : fed < second ? second : length;
            if (fed == end) {
                CHECK_INT(pinbulk_reader_end(&reader), PINBULK_OK);
                continue;
            }
            CHECK_INT(pinbulk_reader_feed(&reader, json + fed, end - fed), PINBULK_OK);
            fed = end;
            continue;
        }
        case PINBULK_TOKEN_END:
            CHECK_INT(at, sizeof kinds - 1);
            return;
        case PINBULK_TOKEN_OBJECT:
            letters[0] = '{';
            break;
        case PINBULK_TOKEN_OBJECT_END:
            letters[0] = '}';
            break;
        case PINBULK_TOKEN_ARRAY:
            letters[0] = '[';
            break;
        case PINBULK_TOKEN_ARRAY_END:
            letters[0] = ']';
            break;
        case PINBULK_TOKEN_KEY:
            letters[0] = 'k';
            break;
        case PINBULK_TOKEN_STRING:
            letters[0] = 's';
            if (at == 2)
                CHECK_TEXT(token.text, token.length, "626736533506");
            else
                CHECK(token.length == sizeof text - 1 &&
                      memcmp(token.text, text, sizeof text - 1) == 0);
            break;
        case PINBULK_TOKEN_NUMBER:
            letters[0] = '#';
            CHECK_TEXT(token.text, token.length, at == 5 ? "-9223372036854775808" : "1.50");
            CHECK_INT(token.integer, at == 5);
            break;
        case PINBULK_TOKEN_TRUE:
            letters[0] = 't';
            break;
        case PINBULK_TOKEN_NULL:
            letters[0] = 'n';
            break;
        default:
            CHECK(!"a token of the document");
            return;
        }
        CHECK(at < sizeof kinds - 1 && letters[0] == kinds[at]);
        at++;
    }
}

static void reader_at_every_cut(void)
{
    size_t first, second;
    for (first = 0; first < sizeof document; first++)
        for (second = first; second < sizeof document; second++)
            read_document(document, sizeof document - 1, first, second);
    for (first = 0; first + 1 < sizeof escaped; first++)
        read_document(escaped, sizeof escaped - 1, first, first + 1);
}

// ---- numbers ------------------------------------------------------------------------------------

static void numbers_at_their_limits(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } right[] = {{"0", 0},
                 {"-1", -1},
                 {"32767", 32767},
                 {"32768", INT64_C(32768)},
                 {"65536", INT64_C(65536)},
                 {"-2147483649", INT64_C(-2147483649)},
                 {"4294967296", INT64_C(4294967296)},
                 {"9223372036854775807", INT64_MAX},
                 {"-9223372036854775808", INT64_MIN}};
    static const char *const wrong[] = {"9223372036854775808", "-9223372036854775809",
                                        "18446744073709551616", "1e19", "0.5"};
    char digits[PINBULK_INT_TEXT_MAX];
    size_t i;
    for (i = 0; i < sizeof right / sizeof right[0]; i++) {
        int64_t value = 4711;
        CHECK_TEXT(digits, pinbulk_int_to_text(right[i].value, digits), right[i].text);
        CHECK_INT(pinbulk_int_from_text(right[i].text, strlen(right[i].text), &value), PINBULK_OK);
        CHECK_INT(value, right[i].value);
    }
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t value = 4711;
        CHECK_INT(pinbulk_int_from_text(wrong[i], strlen(wrong[i]), &value), PINBULK_OUT_OF_RANGE);
        CHECK_INT(value, 4711);
    }
    {
        int64_t value = 0;
        CHECK_INT(pinbulk_int_from_text("922337203685477580.70e1", 23, &value), PINBULK_OK);
        CHECK_INT(value, INT64_MAX);
    }
}

// ---- a keyword ----------------------------------------------------------------------------------

static void a_keyword_and_back(void)
{
    static const char json[] = "{\"id\":\"60\",\"archived\":false,\"bid\":9223372036854775807,"
                               "\"newer\":[1]}";
    char memory[96], again[sizeof json];
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_keyword keyword;
    pinbulk_writer writer;
    pinbulk_error error;
    uint64_t length;
    CHECK_INT(pinbulk_decode_keyword(json, sizeof json - 1, &keyword, &arena, NULL, &error),
              PINBULK_OK);
    CHECK_INT(keyword.bid.value, INT64_MAX);
    CHECK_INT(keyword.extra.count, 1);
    pinbulk_writer_init_buffer(&writer, again, sizeof again);
    CHECK_INT(pinbulk_encode_keyword(&keyword, PINBULK_FORM_UPDATE, &writer, NULL, &error),
              PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(again, length, json);

    keyword.id = pinbulk_string_of("6O");
    CHECK_INT(pinbulk_validate_keyword(&keyword, PINBULK_FORM_UPDATE, NULL, &error),
              PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "id");
    arena.size = arena.used = 0;
    CHECK_INT(pinbulk_decode_keyword(json, sizeof json - 1, &keyword, &arena, NULL, &error),
              PINBULK_NO_SPACE);
    CHECK_INT(
        pinbulk_decode_keyword("{\"bid\":9223372036854775808}", 27, &keyword, &arena, NULL, &error),
        PINBULK_OUT_OF_RANGE);
    CHECK_TEXT(error.path, strlen(error.path), "bid");
}

// ---- a request ----------------------------------------------------------------------------------

static pinbulk_keyword keyword;
static pinbulk_update update;
static pinbulk_upsert upsert;

static const char body_text[] = "{\"update\":{\"keywords\":[{\"id\":\"60\",\"bid\":250000}]}}";

static void make_upsert(void)
{
    keyword.id = pinbulk_string_of("60");
    keyword.bid = pinbulk_int_set(INT64_C(250000));
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
}

// The whole body in portions, which it must come to.
static void check_body(pinbulk_body *body, size_t portion)
{
    char bytes[sizeof body_text];
    size_t length = 0, got = 0;
    do {
        length += got;
        if (portion > sizeof bytes - length)
            portion = sizeof bytes - length;
        CHECK_INT(pinbulk_body_read(body, bytes + length, portion, &got), PINBULK_OK);
    } while (got);
    CHECK_TEXT(bytes, length, body_text);
}

static void a_request_with_its_body(void)
{
    static pinbulk_body body;
    static char memory[256];
    pinbulk_request request;
    pinbulk_error error;
    pinbulk_api api;
    size_t portion;
    make_upsert();
    memset(&api, 0, sizeof api);
    api.token = pinbulk_text_of("token");
    CHECK_INT(pinbulk_body_init_upsert(&body, &upsert, NULL, &error), PINBULK_OK);
    CHECK_INT(pinbulk_request_upsert(&request, &api, pinbulk_text_of("549755885175"), &body, memory,
                                     sizeof memory, &error),
              PINBULK_OK);
    CHECK_TEXT(request.method, 4, "POST");
    CHECK_TEXT(request.url.data, request.url.length,
               "https://api.pinterest.com/v5/ad_accounts/549755885175/bulk/upsert");
    CHECK_TEXT(request.headers[0].value.data, request.headers[0].value.length, "Bearer token");
    CHECK_INT(request.headers[0].secret, 1);
    CHECK_INT(request.port, 443);
    CHECK_INT(pinbulk_body_length(request.body), sizeof body_text - 1);
    for (portion = 1; portion < sizeof body_text; portion++) {
        check_body(request.body, portion);
        CHECK_INT(pinbulk_body_rewind(request.body), PINBULK_OK);
    }
    CHECK_INT(pinbulk_request_upsert(&request, &api, pinbulk_text_of("5x"), &body, memory,
                                     sizeof memory, &error),
              PINBULK_BAD_ARGUMENT);
}

// ---- records ------------------------------------------------------------------------------------

static const char file[] = "{\"campaigns\":[{\"id\":\"1\",\"name\":\"}\\\"{\"}],\"keywords\":["
                           "{\"id\":\"2\",\"archived\":true},{\"id\":\"3\"}],\"n\":3}";

// Through a window of 256 bytes, with a record of `filling` bytes more in front.
static void read_file(size_t filling, size_t cut)
{
    static char window[256], path[32];
    static pinbulk_records records;
    pinbulk_records_config config;
    pinbulk_record record;
    size_t fed = 0, front = 0, number = 0, skipped = 0;
    memset(&config, 0, sizeof config);
    config.window = window;
    config.window_size = sizeof window;
    config.path = path;
    config.path_size = sizeof path;
    config.oversize = PINBULK_OVERSIZE_SKIP;
    CHECK_INT(pinbulk_records_init(&records, &config), PINBULK_OK);
    for (;;) {
        switch (pinbulk_records_next(&records, &record)) {
        case PINBULK_RECORDS_MORE:
            if (front < filling + 2) { // byte by byte
                const char *piece = front == 0         ? "{\"ads\":[{\"x\":\""
                                    : front <= filling ? "y"
                                                       : "\"}],";
                front++;
                CHECK_INT(pinbulk_records_feed(&records, piece, strlen(piece)), PINBULK_OK);
                fed = 1; // the rest of the object follows
                continue;
            }
            if (fed == sizeof file - 1) {
                CHECK_INT(pinbulk_records_end(&records), PINBULK_OK);
                continue;
            }
            {
                size_t end = fed < cut ? cut : sizeof file - 1;
                CHECK_INT(pinbulk_records_feed(&records, file + fed, end - fed), PINBULK_OK);
                fed = end;
            }
            continue;
        case PINBULK_RECORDS_SKIPPED:
            CHECK_INT(record.size, filling + 8);
            skipped++;
            continue;
        case PINBULK_RECORDS_RECORD:
            number++;
            if (record.kind == PINBULK_KIND_AD) {
                CHECK_INT(record.raw.length, filling + 8);
                number--;
            } else if (number == 1) {
                CHECK_INT(record.kind, PINBULK_KIND_CAMPAIGN);
                CHECK_TEXT(record.raw.data, record.raw.length,
                           "{\"id\":\"1\",\"name\":\"}\\\"{\"}");
            } else {
                CHECK_INT(record.kind, PINBULK_KIND_KEYWORD);
                CHECK_TEXT(record.raw.data, record.raw.length,
                           number == 2 ? "{\"id\":\"2\",\"archived\":true}" : "{\"id\":\"3\"}");
            }
            continue;
        case PINBULK_RECORDS_END:
            CHECK_INT(number, 3);
            CHECK_INT(records.count, 4);
            CHECK_INT(skipped, filling + 8 > sizeof window);
            CHECK(pinbulk_records_proven(&records));
            return;
        default:
            CHECK(!"something of the file");
            return;
        }
    }
}

static void records_through_a_window(void)
{
    size_t cut, filling;
    for (cut = 1; cut < sizeof file; cut++)
        read_file(20, cut);
    for (filling = 240; filling < 256; filling++)
        read_file(filling, 60);
    read_file(2000, 60);
}

// ---- a job --------------------------------------------------------------------------------------

// What the service answers, in this order; NULL: the reply is lost.
static struct {
    const char *const *replies;
    size_t exchanges;
    uint64_t clock;
    char trace[16]; // U(psert), S(tatus), R(esult)
} script;

static pinbulk_outcome exchange(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response)
{
    static const char etag[] = "\"v1\"";
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    const char *reply = script.replies[script.exchanges];
    char length[PINBULK_INT_TEXT_MAX];
    (void)ctx;
    script.trace[script.exchanges++] = "?DUSR"[request->operation];
    if (request->body)
        check_body(request->body, 7);
    if (!reply) {
        outcome.reached = PINBULK_REACHED_BODY;
        return outcome;
    }
    pinbulk_response_begin(response, reply[0] == '5' ? 503 : 200);
    pinbulk_response_header(response, "ETag", 4, etag, sizeof etag - 1);
    pinbulk_response_header(response, "Content-Length", 14, length,
                            pinbulk_int_to_text((int64_t)strlen(reply), length));
    for (; *reply; reply++)
        pinbulk_response_body(response, reply, 1);
    return outcome;
}

static uint64_t now(void *ctx)
{
    (void)ctx;
    return script.clock++;
}

static void sleeps(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    script.clock += milliseconds;
}

static pinbulk_result run_job(const char *const *replies)
{
    static const pinbulk_transport transport = {NULL, exchange, now, sleeps, NULL};
    static pinbulk_job job;
    static char memory[1280];
    pinbulk_job_config config;
    make_upsert();
    memset(&script, 0, sizeof script);
    memset(&taken, 0, sizeof taken);
    memset(&config, 0, sizeof config);
    script.replies = replies;
    config.api.token = pinbulk_text_of("token");
    config.account = pinbulk_text_of("549755885175");
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink.write = take;
    CHECK_INT(pinbulk_job_init_upsert(&job, &config, &upsert), PINBULK_OK);
    return pinbulk_job_run(&job, &transport);
}

static void a_job_from_submission_to_result(void)
{
    static const char *const replies[] = {
        "{\"request_id\":\"7\"}", "{\"status\":\"RUNNING\"}", "503",
        "{\"status\":\"SUCCEEDED\",\"result_url\":\"https://store.example/f?X-Sig=1\"}",
        "{\"keywords\":[{\"id\":\"60\"}]}"};
    static const char *const lost[] = {NULL, "{\"request_id\":\"8\"}"};
    CHECK_INT(run_job(replies), PINBULK_OK);
    CHECK_TEXT(script.trace, script.exchanges, "USSSR");
    CHECK_TEXT(taken.bytes, taken.length, "{\"keywords\":[{\"id\":\"60\"}]}");
    CHECK(script.clock >= 2000 + 3000 + 500);
    CHECK_INT(run_job(lost), PINBULK_MAYBE_APPLIED); // and not repeated
    CHECK_TEXT(script.trace, script.exchanges, "U");
}

int main(void)
{
    RUN(writer_at_every_capacity);
    RUN(reader_at_every_cut);
    RUN(numbers_at_their_limits);
    RUN(a_keyword_and_back);
    RUN(a_request_with_its_body);
    RUN(records_through_a_window);
    RUN(a_job_from_submission_to_result);
    return check_report();
}
