// The switches that make programs smaller: what they leave out is missing cleanly, and nothing
// else.
#define PINBULK_SMALL
#define PINBULK_NO_MESSAGES
#define PINBULK_NO_CSV
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "../adapters/pinbulk_http1.h"
#include "check.h"

static void results_keep_their_names(void)
{
    int result;
    for (result = 0; result <= (int)PINBULK_MAYBE_APPLIED; result++) {
        CHECK(strncmp(pinbulk_result_name((pinbulk_result)result), "PINBULK_", 8) == 0);
        CHECK_INT(pinbulk_result_text((pinbulk_result)result)[0], 0);
    }
}

static void an_error_keeps_all_but_its_message(void)
{
    pinbulk_keyword keyword;
    pinbulk_update update;
    pinbulk_upsert upsert;
    pinbulk_error error;
    char text[256];
    memset(&keyword, 0, sizeof keyword);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    keyword.id = pinbulk_string_of("not a number");
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    CHECK_INT(pinbulk_validate_upsert(&upsert, NULL, &error), PINBULK_BAD_PATTERN);
    CHECK_INT(error.result, PINBULK_BAD_PATTERN);
    CHECK_TEXT(error.path, strlen(error.path), "update.keywords[0].id");
    CHECK_INT(error.message[0], 0);
    pinbulk_error_text(&error, text, sizeof text);
    CHECK(strstr(text, "update.keywords[0].id") && strstr(text, "PINBULK_BAD_PATTERN"));
}

// What the service says is a text for people, its codes are not.
static void a_refusal_keeps_its_codes(void)
{
    static const char *const bodies[] = {
        "{\"code\":2786,\"message\":\"spam of a kind\"}",
        "<Error><Code>Gone</Code><Message>It is gone</Message></Error>"};
    size_t i;
    for (i = 0; i < 2; i++) {
        pinbulk_api api;
        pinbulk_request request;
        pinbulk_response response;
        pinbulk_submitted submitted;
        pinbulk_arena arena = {NULL, 0, 0};
        pinbulk_error error;
        pinbulk_body body;
        pinbulk_outcome outcome = {PINBULK_REACHED_CLOSED, 0, NULL};
        char line[1024], memory[512];
        memset(&api, 0, sizeof api);
        api.token = pinbulk_text_of("t");
        pinbulk_body_init_memory(&body, "{}", 2);
        CHECK_INT(pinbulk_request_upsert(&request, &api, pinbulk_text_of("1"), &body, line,
                                         sizeof line, NULL),
                  PINBULK_OK);
        pinbulk_response_init(&response, &request, memory, sizeof memory);
        CHECK_INT(pinbulk_response_begin(&response, 429), PINBULK_OK);
        pinbulk_response_header(&response, "x-pinterest-rid", 15, "123", 3);
        CHECK_INT(pinbulk_response_body(&response, bodies[i], strlen(bodies[i])), PINBULK_OK);
        pinbulk_response_end(&response, outcome);
        CHECK_INT(pinbulk_response_submitted(&response, &submitted, &arena, &error),
                  i == 0 ? PINBULK_SPAM_BLOCKED : PINBULK_RATE_LIMITED);
        CHECK_INT(error.api_code, i == 0 ? 2786 : 0);
        CHECK_INT(error.http_status, 429);
        CHECK_TEXT(error.rid, strlen(error.rid), "123");
        CHECK_INT(error.message[0], 0);
    }
}

static void a_job_that_ends_says_why_in_codes(void)
{
    pinbulk_job_config config;
    pinbulk_download download;
    pinbulk_job job;
    char memory[4096];
    memset(&config, 0, sizeof config);
    memset(&download, 0, sizeof download);
    config.api.token = pinbulk_text_of("t");
    config.account = pinbulk_text_of("1");
    config.memory = memory;
    config.memory_size = 100;
    CHECK_INT(pinbulk_job_init_download(&job, &config, &download), PINBULK_NO_SPACE);
    CHECK_INT(job.error.message[0], 0);
    config.memory_size = sizeof memory;
    CHECK_INT(pinbulk_job_init_download(&job, &config, &download), PINBULK_OK);
    pinbulk_job_cancel(&job);
    CHECK_INT(pinbulk_job_next(&job, 1, 0), PINBULK_TODO_FAILED);
    CHECK_INT(job.error.result, PINBULK_CANCELLED);
    CHECK_INT(job.error.message[0], 0);
}

static void the_reader_tells_where(void)
{
    static const char json[] = "{\"a\":[1,2,x]}";
    char path[32];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    pinbulk_error error;
    memset(&config, 0, sizeof config);
    config.path = path;
    config.path_size = sizeof path;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, json, sizeof json - 1);
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
        continue;
    CHECK_INT(token.kind, PINBULK_TOKEN_ERROR);
    pinbulk_reader_error(&reader, &error);
    CHECK_INT(error.result, PINBULK_BAD_JSON);
    CHECK_INT((int64_t)error.offset, 10);
    CHECK_TEXT(error.path, strlen(error.path), "a[2]");
    CHECK_INT(error.message[0], 0);
}

// What the record stream makes of a file in a format; the number of records, -1: it refuses.
static int read_all(const char *file, pinbulk_records_format format, pinbulk_result *result)
{
    static char window[256];
    pinbulk_records records;
    pinbulk_records_config config;
    pinbulk_record record;
    pinbulk_error error;
    pinbulk_records_next_kind kind;
    int count = 0;
    memset(&config, 0, sizeof config);
    config.window = window;
    config.window_size = sizeof window;
    config.format = format;
    *result = pinbulk_records_init(&records, &config);
    if (*result != PINBULK_OK)
        return -1;
    pinbulk_records_feed(&records, file, strlen(file));
    pinbulk_records_end(&records);
    while ((kind = pinbulk_records_next(&records, &record)) == PINBULK_RECORDS_RECORD)
        count++;
    if (kind == PINBULK_RECORDS_END)
        return count;
    pinbulk_records_error(&records, &error);
    *result = error.result;
    CHECK_INT(error.message[0], 0);
    return -1;
}

static void files_of_rows_are_refused_and_no_others(void)
{
    char too_large[512]; // one record of that size
    pinbulk_result result;
    CHECK_INT(read_all("id,name\n1,a\n", PINBULK_FORMAT_AUTO, &result), -1);
    CHECK_INT(result, PINBULK_NOT_JSON);
    CHECK_INT(read_all("id,name\n1,a\n", PINBULK_FORMAT_CSV, &result), -1);
    CHECK_INT(result, PINBULK_NOT_JSON);
    CHECK_INT(read_all("", PINBULK_FORMAT_CSV, &result), -1);
    CHECK_INT(result, PINBULK_NOT_JSON);
    CHECK_INT(read_all("", PINBULK_FORMAT_JSON, &result), -1);
    CHECK_INT(result, PINBULK_TRUNCATED);
    CHECK_INT(read_all("[", PINBULK_FORMAT_JSON, &result), -1);
    CHECK_INT(result, PINBULK_TRUNCATED);
    memset(too_large, ' ', sizeof too_large);
    memcpy(too_large, "[{", 2);
    strcpy(too_large + sizeof too_large - 3, "}]");
    CHECK_INT(read_all(too_large, PINBULK_FORMAT_JSON, &result), -1);
    CHECK_INT(result, PINBULK_TOO_LARGE);
    CHECK_INT(read_all("{\"id\":1}\n{\"id\":2}\n", PINBULK_FORMAT_AUTO, &result), 2);
    CHECK_INT(read_all("{\"keywords\":[{\"id\":1},{\"id\":2}]}", PINBULK_FORMAT_JSON, &result), 2);
}

// The option is refused, since ignoring it would make another object of the same text.
static void rows_are_not_decoded_as_if_they_were_objects(void)
{
    static const char strict[] = "{\"id\":\"1\"}", row[] = "{\"ID\":1}";
    pinbulk_decode_options options = {0, 0, 0, 0, 1};
    pinbulk_keyword keyword;
    pinbulk_arena arena = {NULL, 0, 0};
    pinbulk_error error;
    CHECK_INT(pinbulk_decode_keyword(strict, sizeof strict - 1, &keyword, &arena, &options, &error),
              PINBULK_BAD_ARGUMENT);
    CHECK_INT(error.result, PINBULK_BAD_ARGUMENT);
    CHECK_INT(keyword.id.state, PINBULK_ABSENT);
    options.loose = 0;
    options.borrow = 1;
    CHECK_INT(pinbulk_decode_keyword(strict, sizeof strict - 1, &keyword, &arena, &options, &error),
              PINBULK_OK);
    CHECK_TEXT(keyword.id.text, keyword.id.length, "1");
    options.unknown = PINBULK_UNKNOWN_REFUSE;
    CHECK_INT(pinbulk_decode_keyword(row, sizeof row - 1, &keyword, &arena, &options, &error),
              PINBULK_UNKNOWN);
}

static void a_broken_response_has_no_text(void)
{
    static const char page[] = "<html></html>\r\n";
    char line[PINBULK_HTTP1_LINE_MIN];
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_http1_parser parser;
    size_t consumed;
    memset(&request, 0, sizeof request);
    request.method = "GET";
    pinbulk_response_init(&response, &request, NULL, 0);
    CHECK_INT(pinbulk_http1_parser_init(&parser, &request, &response, line, sizeof line, NULL),
              PINBULK_OK);
    CHECK_INT(pinbulk_http1_parser_feed(&parser, page, sizeof page - 1, &consumed),
              PINBULK_HTTP1_BROKEN);
    CHECK_INT(parser.text[0], 0);
}

int main(void)
{
    RUN(results_keep_their_names);
    RUN(an_error_keeps_all_but_its_message);
    RUN(a_refusal_keeps_its_codes);
    RUN(a_job_that_ends_says_why_in_codes);
    RUN(the_reader_tells_where);
    RUN(files_of_rows_are_refused_and_no_others);
    RUN(rows_are_not_decoded_as_if_they_were_objects);
    RUN(a_broken_response_has_no_text);
    return check_report();
}
