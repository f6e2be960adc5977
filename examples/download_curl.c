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

static struct reading {
    pinbulk_records records;
    pinbulk_error error;
    char window[1 << 20]; // the largest entity there can be
    char path[256];
} reading;

// Line ends in JSON are white space (inside strings they are escaped), so they can be spaces.
static void print_line(pinbulk_text json)
{
    size_t i;
    for (i = 0; i < json.length; i++)
        putchar(json.data[i] == '\n' || json.data[i] == '\r' ? ' ' : json.data[i]);
    putchar('\n');
}

static pinbulk_result print_records(void)
{
    pinbulk_record record;
    for (;;) {
        switch (pinbulk_records_next(&reading.records, &record)) {
        case PINBULK_RECORDS_RECORD:
            print_line(record.raw);
            break;
        case PINBULK_RECORDS_MORE:
        case PINBULK_RECORDS_END:
            return ferror(stdout) ? PINBULK_SINK_FAILED : PINBULK_OK;
        case PINBULK_RECORDS_SKIPPED: // only when asked for
            break;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(&reading.records, &reading.error);
            return reading.error.result;
        }
    }
}

// The result file comes in pieces, cut anywhere.
static pinbulk_result take_bytes(void *ctx, const void *data, size_t length)
{
    pinbulk_result result = pinbulk_records_feed(&reading.records, (const char *)data, length);
    (void)ctx;
    return result == PINBULK_OK ? print_records() : result;
}

int main(int argc, char **argv)
{
    static char memory[16384]; // URLs, headers and replies of the job
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_records_config records = {0};
    pinbulk_job_config config = {0};
    pinbulk_download everything = {0};
    pinbulk_job job;
    pinbulk_curl curl;
    pinbulk_transport transport;
    pinbulk_result result;
    char line[512];

    if (argc != 2 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s AD_ACCOUNT_ID\n", argv[0]);
        return 2;
    }
    records.window = reading.window;
    records.window_size = sizeof reading.window;
    records.path = reading.path;
    records.path_size = sizeof reading.path;
    pinbulk_records_init(&reading.records, &records);

    config.api.token = pinbulk_text_of(token);
    if (base_url != NULL)
        config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = base_url != NULL;
    config.account = pinbulk_text_of(argv[1]);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink.write = take_bytes; // no restart: what was printed cannot be taken back

    curl_global_init(CURL_GLOBAL_DEFAULT);
    pinbulk_curl_init(&curl, NULL); // an error of it is given by the exchange,
    transport = pinbulk_curl_transport(&curl);
    pinbulk_job_init_download(&job, &config, &everything); // and of this by the job
    result = pinbulk_job_run(&job, &transport);
    pinbulk_curl_free(&curl);
    curl_global_cleanup();

    if (result == PINBULK_OK) { // the bytes are here; that the document closes is still to be seen
        pinbulk_records_end(&reading.records);
        result = print_records();
    }
    if (result == PINBULK_OK && fflush(stdout) == 0) {
        if (job.unproven)
            fprintf(stderr, "the server did not say how long the file is; its JSON is whole\n");
        return 0;
    }
    if (reading.error.result != PINBULK_OK)
        pinbulk_error_text(&reading.error, line, sizeof line);
    else if (job.error.result != PINBULK_OK)
        pinbulk_error_text(&job.error, line, sizeof line);
    else
        snprintf(line, sizeof line, "the output cannot be written");
    fprintf(stderr, "%s\n", line);
    return 1;
}
