// cc -I. examples/inflate_zlib.c -o inflate_zlib -lcurl -lz
//
// Downloads an ad account into a file, also when the store sends it as gzip:
//
//     PINTEREST_ACCESS_TOKEN=... ./inflate_zlib AD_ACCOUNT_ID account.json
//
// PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only if it is this machine.
// Ends with 0 when the file is whole, with 1 and a line on stderr when not.

#include <string.h>
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

// ---- the inflate hook ---------------------------------------------------------------------------

struct inflater {
    z_stream stream;
    int started; // inflateInit2 took memory
    int ended;   // the last member of the gzip body is whole
};

static void stop(struct inflater *inflater)
{
    if (inflater->started)
        inflateEnd(&inflater->stream);
    inflater->started = 0;
}

static pinbulk_result begin(void *ctx)
{
    struct inflater *inflater = (struct inflater *)ctx;
    stop(inflater); // of a body that was given up
    memset(inflater, 0, sizeof *inflater);
    if (inflateInit2(&inflater->stream, 15 + 16) != Z_OK) // + 16: gzip, and nothing else
        return PINBULK_NO_SPACE;
    inflater->started = 1;
    return PINBULK_OK;
}

// The state stays as it is between two calls, so a transfer that was resumed goes on here.
static pinbulk_result unpack(void *ctx, const void *data, size_t length, pinbulk_sink to)
{
    struct inflater *inflater = (struct inflater *)ctx;
    z_stream *stream = &inflater->stream;
    const unsigned char *at = (const unsigned char *)data;
    unsigned char out[16384];
    pinbulk_result result = PINBULK_OK;
    while (result == PINBULK_OK && length > 0) {
        uInt portion = length < 65536 ? (uInt)length : 65536;
        int code;
        if (inflater->ended) { // gzip bodies may follow each other
            inflater->ended = 0;
            if (inflateReset(stream) != Z_OK)
                return PINBULK_UNEXPECTED;
        }
        stream->next_in = (z_const Bytef *)(uintptr_t)at;
        stream->avail_in = portion;
        do {
            stream->next_out = out;
            stream->avail_out = sizeof out;
            code = inflate(stream, Z_NO_FLUSH);
            if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
                return PINBULK_UNEXPECTED;
            if (stream->avail_out < sizeof out)
                result = to.write(to.ctx, out, sizeof out - stream->avail_out);
        } while (result == PINBULK_OK && code == Z_OK && stream->avail_out == 0);
        inflater->ended = code == Z_STREAM_END;
        at += portion - stream->avail_in;
        length -= portion - stream->avail_in;
    }
    return result;
}

// zlib has compared checksum and length when it says that the stream has ended.
static pinbulk_result end(void *ctx)
{
    return ((struct inflater *)ctx)->ended ? PINBULK_OK : PINBULK_TRUNCATED;
}

// ---- the file -----------------------------------------------------------------------------------

static pinbulk_result write_file(void *ctx, const void *data, size_t length)
{
    return fwrite(data, 1, length, (FILE *)ctx) == length ? PINBULK_OK : PINBULK_SINK_FAILED;
}

// What came so far is void: the next bytes are written over it.
static pinbulk_result empty_file(void *ctx)
{
    FILE *file = (FILE *)ctx;
    return fflush(file) == 0 && freopen(NULL, "wb", file) ? PINBULK_OK : PINBULK_SINK_FAILED;
}

int main(int argc, char **argv)
{
    static char memory[16384]; // URLs, headers and replies of the job
    static struct inflater inflater;
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_inflate gzip = {&inflater, begin, unpack, end};
    pinbulk_job_config config = {0};
    pinbulk_download everything = {0};
    pinbulk_transport transport;
    pinbulk_curl curl;
    pinbulk_job job;
    char line[512];
    int written;
    FILE *file;

    if (argc != 3 || token == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... %s AD_ACCOUNT_ID FILE\n", argv[0]);
        return 2;
    }
    file = fopen(argv[2], "wb");
    if (file == NULL) {
        perror(argv[2]);
        return 1;
    }
    config.api.token = pinbulk_text_of(token);
    if (base_url != NULL)
        config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = base_url != NULL;
    config.account = pinbulk_text_of(argv[1]);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.inflate = &gzip;
    config.sink.ctx = file;
    config.sink.write = write_file;
    config.sink.restart = empty_file;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    pinbulk_curl_init(&curl, NULL); // an error of it is given by the exchange,
    transport = pinbulk_curl_transport(&curl);
    pinbulk_job_init_download(&job, &config, &everything); // and of this by the job
    pinbulk_job_run(&job, &transport);
    pinbulk_curl_free(&curl);
    curl_global_cleanup();
    stop(&inflater);

    written = fclose(file) == 0;
    if (job.error.result == PINBULK_OK && written) {
        if (job.unproven)
            fprintf(stderr, "nothing proves that the file is whole\n");
        return 0;
    }
    pinbulk_error_text(&job.error, line, sizeof line);
    fprintf(stderr, "%s\n", job.error.result == PINBULK_OK ? "the file cannot be written" : line);
    return 1;
}
