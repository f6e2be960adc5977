// cc -I. examples/download_curl.c -o download_curl -lcurl
//
// Prints every entity of an ad account as one line of JSON:
//
//     PINTEREST_ACCESS_TOKEN=... ./download_curl AD_ACCOUNT_ID > entities.jsonl
//
// PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only if it is this machine.
// Ends with 0 when all of it was printed, with 1 and a line on stderr when not.

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"

#include <stdio.h>
#include <stdlib.h>

static pinbulk_reading reading;
static char window[1 << 20]; // the largest entity there can be
static char path[256];       // of an entity in the file
static char columns[8192];   // should the file be CSV: the names of its columns,
static char json[1 << 21];   // and a row as JSON

// Line ends in JSON are white space (inside strings they are escaped), so they can be spaces.
static pinbulk_result print_line(void *ctx, pinbulk_reading *from, pinbulk_record *record)
{
    pinbulk_text line;
    pinbulk_result result = pinbulk_record_json(&from->records, record, json, sizeof json, &line);
    size_t i;
    (void)ctx;
    for (i = 0; i < line.length && result == PINBULK_OK; i++)
        putchar(line.data[i] == '\n' || line.data[i] == '\r' ? ' ' : line.data[i]);
    putchar('\n');
    return ferror(stdout) ? PINBULK_SINK_FAILED : result;
}

int main(int argc, char **argv)
{
    static char memory[16384]; // URLs, headers and replies of the job
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_reading_config records = {0};
    pinbulk_job_config config = {0};
    pinbulk_download everything = {0};
    pinbulk_job job;
    pinbulk_curl curl;
    pinbulk_transport transport;
    pinbulk_error error = {0};
    pinbulk_result result;
    char line[512];

    if (argc != 2 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s AD_ACCOUNT_ID\n", argv[0]);
        return 2;
    }
    records.record = print_line; // and no restart: what was printed cannot be taken back
    records.records.window = window;
    records.records.window_size = sizeof window;
    records.records.path = path;
    records.records.path_size = sizeof path;
    records.records.columns = columns;
    records.records.columns_size = sizeof columns;
    pinbulk_reading_init(&reading, &records);

    config.api.token = pinbulk_text_of(token);
    if (base_url != NULL)
        config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = base_url != NULL;
    config.account = pinbulk_text_of(argv[1]);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink = pinbulk_reading_sink(&reading);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    pinbulk_curl_init(&curl, NULL); // an error of it is given by the exchange,
    transport = pinbulk_curl_transport(&curl);
    pinbulk_job_init_download(&job, &config, &everything); // and of this by the job
    pinbulk_job_run(&job, &transport);
    result = pinbulk_reading_end(&reading, &job, &error);
    pinbulk_curl_free(&curl);
    curl_global_cleanup();

    if (result == PINBULK_OK && fflush(stdout) == 0) {
        pinbulk_reading_text(&reading, line, sizeof line);
        if (reading.records.errors > 0 || !reading.proven)
            fprintf(stderr, "%s\n", line);
        return 0;
    }
    if (result != PINBULK_OK)
        pinbulk_error_text(&error, line, sizeof line);
    else
        snprintf(line, sizeof line, "the output cannot be written");
    fprintf(stderr, "%s\n", line);
    return 1;
}
