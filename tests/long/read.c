// read.c: reads a result file from standard input through a 64 KiB window.
//     read [skip|events]
// Prints `RECORDS SUM BYTES MILLISECONDS PEAK`: records read, the sum of their ids, bytes read,
// processor time, and the most memory the program had, in KiB. Fails when the file is not whole.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t sum, tokens, bytes;
static int depth, is_id; // of a record that comes as tokens

static void add_id(pinbulk_text id)
{
    int64_t number = 0;
    if (pinbulk_int_from_text(id.data, id.length, &number) == PINBULK_OK)
        sum += (uint64_t)number;
}

static void take_token(const pinbulk_token *token)
{
    pinbulk_text text;
    text.data = token->text;
    text.length = token->length;
    tokens++;
    depth += token->kind == PINBULK_TOKEN_OBJECT || token->kind == PINBULK_TOKEN_ARRAY;
    depth -= token->kind == PINBULK_TOKEN_OBJECT_END || token->kind == PINBULK_TOKEN_ARRAY_END;
    if (token->kind == PINBULK_TOKEN_STRING && is_id && depth == 1)
        add_id(text);
    is_id = token->kind == PINBULK_TOKEN_KEY && pinbulk_text_equal(text, pinbulk_text_of("id"));
}

static pinbulk_result take(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    pinbulk_record_value id;
    (void)ctx;
    if (reading->what == PINBULK_RECORDS_TOKEN)
        take_token(&record->token);
    if (reading->what != PINBULK_RECORDS_RECORD)
        return PINBULK_OK;
    if (pinbulk_record_find(&reading->records, record, "id", NULL, 0, &id) == PINBULK_OK)
        add_id(id.text);
    return PINBULK_OK;
}

int main(int count, char **arguments)
{
    static pinbulk_reading reading;
    static char window[65536], chunk[65536], path[256], columns[4096], line[512];
    pinbulk_reading_config config = {0};
    pinbulk_error error = {0};
    pinbulk_sink sink;
    struct rusage usage;
    ssize_t got;
    config.record = take;
    config.no_errors = 1;
    config.records.window = window;
    config.records.window_size = sizeof window;
    config.records.path = path;
    config.records.path_size = sizeof path;
    config.records.columns = columns;
    config.records.columns_size = sizeof columns;
    if (count > 1)
        config.records.oversize =
            arguments[1][0] == 's' ? PINBULK_OVERSIZE_SKIP : PINBULK_OVERSIZE_EVENTS;
    if (pinbulk_reading_init(&reading, &config) != PINBULK_OK)
        return 1;
    sink = pinbulk_reading_sink(&reading);
    while ((got = read(0, chunk, sizeof chunk)) > 0) {
        bytes += (uint64_t)got;
        if (sink.write(sink.ctx, chunk, (size_t)got) != PINBULK_OK)
            break;
    }
    if (pinbulk_reading_end(&reading, NULL, &error) != PINBULK_OK) {
        pinbulk_error_text(&error, line, sizeof line);
        fprintf(stderr, "%s\n", line);
        return 1;
    }
    if (count > 1 && arguments[1][0] == 's' && reading.skipped == 0)
        return 1;
    if (count > 1 && arguments[1][0] == 'e' && tokens == 0)
        return 1;
    getrusage(RUSAGE_SELF, &usage);
    printf("%llu %llu %llu %ld %ld\n", (unsigned long long)reading.records.count,
           (unsigned long long)sum, (unsigned long long)bytes,
           (long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
               (long)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000,
           usage.ru_maxrss);
    return 0;
}
