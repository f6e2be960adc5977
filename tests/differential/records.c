// records.c: reads the result files of compare.py from standard input and prints their records.
// A file comes as one letter (j JSON, l JSON lines, c CSV), its separator (or a space), its length
// in decimal digits, a line end, and its bytes. Printed are `R LENGTH`, a line end, the record as
// JSON and a line end for each record, then `E RESULT` or `.`. Each file is read cut in two at
// every place; what comes out must be the same, or the program fails.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

#include <stdio.h>
#include <stdlib.h>

static char window[1 << 17], columns[1 << 16], json[1 << 18], path[4096];

typedef struct output {
    char *text;
    size_t length, size;
} output;

static void add(output *to, const char *text, size_t length)
{
    while (to->size - to->length < length) {
        to->size = to->size * 2 + 4096;
        to->text = (char *)realloc(to->text, to->size);
    }
    memcpy(to->text + to->length, text, length);
    to->length += length;
}

static void add_record(output *to, const pinbulk_records *records, const pinbulk_record *record)
{
    char line[32];
    pinbulk_text text;
    pinbulk_result result = pinbulk_record_json(records, record, json, sizeof json, &text);
    if (result != PINBULK_OK)
        text = pinbulk_text_of(pinbulk_result_name(result));
    add(to, line, (size_t)snprintf(line, sizeof line, "R %u\n", (unsigned)text.length));
    add(to, text.data, text.length);
    add(to, "\n", 1);
}

// False at the end of the file.
static int take(output *to, pinbulk_records *records)
{
    pinbulk_record record;
    pinbulk_error error;
    for (;;) {
        switch (pinbulk_records_next(records, &record)) {
        case PINBULK_RECORDS_MORE:
            return 1;
        case PINBULK_RECORDS_END:
            add(to, ".\n", 2);
            return 0;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(records, &error);
            add(to, "E ", 2);
            add(to, pinbulk_result_name(error.result), strlen(pinbulk_result_name(error.result)));
            add(to, "\n", 1);
            return 0;
        case PINBULK_RECORDS_RECORD:
        case PINBULK_RECORDS_SKIPPED:
        case PINBULK_RECORDS_TOKEN:
            add_record(to, records, &record);
            break;
        }
    }
}

static void read_cut(output *to, const pinbulk_records_config *config, const char *file,
                     size_t length, size_t cut)
{
    pinbulk_records records;
    to->length = 0;
    pinbulk_records_init(&records, config);
    pinbulk_records_feed(&records, file, cut);
    if (!take(to, &records))
        return;
    pinbulk_records_feed(&records, file + cut, length - cut);
    if (!take(to, &records))
        return;
    pinbulk_records_end(&records);
    take(to, &records);
}

int main(void)
{
    output whole = {NULL, 0, 0}, cut = {NULL, 0, 0};
    char format, separator;
    unsigned length;
    while (scanf("%c%c%u", &format, &separator, &length) == 3 && getchar() == '\n') {
        pinbulk_records_config config = {0};
        char *file = (char *)malloc(length + 1);
        size_t at;
        if (fread(file, 1, length, stdin) != length)
            return 1;
        config.window = window;
        config.window_size = sizeof window;
        config.columns = columns;
        config.columns_size = sizeof columns;
        config.path = path;
        config.path_size = sizeof path;
        config.format = format == 'j'   ? PINBULK_FORMAT_JSON
                        : format == 'l' ? PINBULK_FORMAT_JSON_LINES
                                        : PINBULK_FORMAT_CSV;
        config.separator = separator == ' ' ? '\0' : separator;
        read_cut(&whole, &config, file, length, length);
        for (at = 0; at < length; at++) {
            read_cut(&cut, &config, file, length, at);
            if (cut.length != whole.length || memcmp(cut.text, whole.text, whole.length) != 0) {
                fprintf(stderr, "cut at %u it is another file:\n%.*s\n", (unsigned)at, (int)length,
                        file);
                return 1;
            }
        }
        fwrite(whole.text, 1, whole.length, stdout);
        free(file);
    }
    free(whole.text);
    free(cut.text);
    return 0;
}
