// cc -I. examples/event_loop.c -o event_loop -lcurl
//
// Downloads several ad accounts at once, in one thread, and counts their entities:
//
//     PINTEREST_ACCESS_TOKEN=... ./event_loop AD_ACCOUNT_ID...
//
// The job never waits and does no I/O: it says what is next, and a loop of libcurl's multi
// interface does it. Any other event loop has the same three places: step, exchanged, and the
// timer. PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only if it is this
// machine. Ends with 0 when every account was counted and that was printed, with 1 when not.

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"

#include <stdio.h>
#include <stdlib.h>

typedef enum state { SENDING, WAITING, FINISHED } state;

typedef struct download {
    const char *account;
    pinbulk_job job;
    pinbulk_curl curl;
    state state;
    uint64_t wake; // when WAITING
    pinbulk_records records;
    pinbulk_error error; // of the records
    uint64_t count;
    char memory[16384], window[65536], path[256];
} download;

static CURLM *multi;
static int failures;

// ---- what comes --------------------------------------------------------------------------------

// Called at the start, and when the service sends the file again from its start.
static pinbulk_result begin(void *ctx)
{
    download *d = (download *)ctx;
    pinbulk_records_config config = {0};
    config.window = d->window;
    config.window_size = sizeof d->window;
    config.path = d->path;
    config.path_size = sizeof d->path;
    d->count = 0;
    return pinbulk_records_init(&d->records, &config);
}

static pinbulk_result count_records(download *d)
{
    pinbulk_record record;
    for (;;) {
        switch (pinbulk_records_next(&d->records, &record)) {
        case PINBULK_RECORDS_RECORD:
            d->count++;
            break;
        case PINBULK_RECORDS_MORE:
        case PINBULK_RECORDS_END:
            return PINBULK_OK;
        case PINBULK_RECORDS_SKIPPED: // only when asked for
        case PINBULK_RECORDS_TOKEN:
            break;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(&d->records, &d->error);
            return d->error.result;
        }
    }
}

static pinbulk_result take_bytes(void *ctx, const void *data, size_t length)
{
    download *d = (download *)ctx;
    pinbulk_result result = pinbulk_records_feed(&d->records, (const char *)data, length);
    return result == PINBULK_OK ? count_records(d) : result;
}

// ---- what is next ------------------------------------------------------------------------------

static void finish(download *d, pinbulk_result result)
{
    char line[512];
    d->state = FINISHED;
    if (result == PINBULK_OK) { // the bytes are here; that the document closes is still to be seen
        pinbulk_records_end(&d->records);
        result = count_records(d);
    }
    if (result == PINBULK_OK) {
        printf("%s: %llu entities\n", d->account, (unsigned long long)d->count);
        return;
    }
    pinbulk_error_text(d->error.result != PINBULK_OK ? &d->error : &d->job.error, line,
                       sizeof line);
    fprintf(stderr, "%s: %s\n", d->account, line);
    failures++;
}

static void exchanged(download *d, CURLcode code)
{
    pinbulk_job_exchanged(&d->job, pinbulk_curl_outcome(&d->curl, code));
}

// Hands the job's request to libcurl. 0: that failed, and the job knows.
static int send_request(download *d)
{
    CURLcode code = pinbulk_curl_prepare(&d->curl, &d->job.request, &d->job.response);
    if (code == CURLE_OK)
        code = curl_easy_setopt(d->curl.easy, CURLOPT_PRIVATE, d);
    if (code == CURLE_OK && curl_multi_add_handle(multi, d->curl.easy) != CURLM_OK)
        code = CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK)
        exchanged(d, code);
    return code == CURLE_OK;
}

// Goes on with a job until it has to wait for something.
static void step(download *d, const pinbulk_transport *clock)
{
    for (;;) {
        uint64_t now = clock->now(clock->ctx);
        switch (pinbulk_job_next(&d->job, now, clock->random(clock->ctx))) {
        case PINBULK_TODO_SEND:
            d->state = SENDING;
            if (send_request(d))
                return;
            break;
        case PINBULK_TODO_WAIT:
            d->state = WAITING;
            d->wake = now + d->job.wait;
            return;
        case PINBULK_TODO_DONE:
            finish(d, PINBULK_OK);
            return;
        case PINBULK_TODO_FAILED:
            finish(d, d->job.error.result);
            return;
        }
    }
}

// ---- the loop ----------------------------------------------------------------------------------

static void take_finished_exchanges(const pinbulk_transport *clock)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        CURLcode code = message->data.result; // the message goes with the handle
        char *private_pointer = NULL;
        download *d;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private_pointer);
        d = (download *)(void *)private_pointer;
        curl_multi_remove_handle(multi, d->curl.easy);
        exchanged(d, code);
        step(d, clock);
    }
}

// Goes on with the jobs whose time has come. Returns the milliseconds until the next one's, or 0
// when all are finished.
static int look_at_the_clock(download *downloads, int count, const pinbulk_transport *clock)
{
    uint64_t shortest = 1000;
    int i, unfinished = 0;
    for (i = 0; i < count; i++) {
        download *d = &downloads[i];
        uint64_t now = clock->now(clock->ctx);
        if (d->state == SENDING && d->job.until <= now) { // the deadline of the whole job
            curl_multi_remove_handle(multi, d->curl.easy);
            exchanged(d, CURLE_ABORTED_BY_CALLBACK);
            step(d, clock);
        }
        if (d->state == WAITING && d->wake <= now)
            step(d, clock);
        if (d->state == WAITING && d->wake - now < shortest)
            shortest = d->wake > now ? d->wake - now : 1;
        unfinished += d->state != FINISHED;
    }
    return unfinished == 0 ? 0 : (int)shortest;
}

int main(int argc, char **argv)
{
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_download everything = {0};
    pinbulk_transport clock;
    download *downloads;
    int i, count = argc - 1, running, wait;

    if (count < 1 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s AD_ACCOUNT_ID...\n", argv[0]);
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = curl_multi_init();
    downloads = (download *)calloc((size_t)count, sizeof *downloads);
    if (multi == NULL || downloads == NULL) {
        fprintf(stderr, "no memory\n");
        free(downloads);
        return 1;
    }
    for (i = 0; i < count; i++) {
        download *d = &downloads[i];
        pinbulk_job_config config = {0};
        d->account = argv[1 + i];
        config.api.token = pinbulk_text_of(token);
        if (base_url != NULL)
            config.api.base_url = pinbulk_text_of(base_url);
        config.api.allow_loopback_http = base_url != NULL;
        config.account = pinbulk_text_of(d->account);
        config.memory = d->memory;
        config.memory_size = sizeof d->memory;
        config.fetch = 1;
        config.sink.ctx = d;
        config.sink.write = take_bytes;
        config.sink.restart = begin;
        begin(d);
        pinbulk_curl_init(&d->curl, NULL);                        // errors of these two
        pinbulk_job_init_download(&d->job, &config, &everything); // are given by the job
    }

    clock = pinbulk_curl_transport(&downloads[0].curl);
    for (i = 0; i < count; i++)
        step(&downloads[i], &clock);
    while ((wait = look_at_the_clock(downloads, count, &clock)) > 0) {
        curl_multi_poll(multi, NULL, 0, wait, NULL);
        curl_multi_perform(multi, &running);
        take_finished_exchanges(&clock);
    }

    for (i = 0; i < count; i++)
        pinbulk_curl_free(&downloads[i].curl);
    free(downloads);
    curl_multi_cleanup(multi);
    curl_global_cleanup();
    if (fflush(stdout) != 0) {
        perror("standard output");
        return 1;
    }
    return failures > 0;
}
