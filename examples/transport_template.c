// cc -I. examples/transport_template.c -o transport_template
//
// A transport of one's own, to be copied: the four functions of a byte stream, from which
// adapters/pinbulk_http1.h makes HTTP. Here they stand on POSIX sockets without TLS, so that the
// file runs as it is: put your own stack in the place of every line marked YOURS.
//
//     export PINTEREST_ACCESS_TOKEN=... PINTEREST_API_URI=http://127.0.0.1:PORT/v5
//     ./transport_template AD_ACCOUNT_ID >account.json
//
// Without TLS only this machine can be reached: pinbulk_http1.h refuses to send anything else over
// a stream that is not TLS. Ends with 0 when the account was downloaded and written, with 1
// when not.
//
// If your stack speaks HTTP itself, do not take this file: write the one function `exchange` of
// pinbulk_transport, as README.md shows it.
#define _POSIX_C_SOURCE 200809L

#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// What a connection needs. There is one at a time, so one of these is enough for a job.
typedef struct my_stream {
    int socket; // YOURS; -1: there is none
    int connecting;
    const char *reason; // of the last failure
} my_stream;

// Waits until something can be done, at most `wait` milliseconds. 0 milliseconds must not wait at
// all: an event loop depends on it, and so does the look at a connection before it is used again.
static int my_wait(my_stream *stream, short events, uint32_t wait)
{
    struct pollfd polled = {stream->socket, events, 0}; // YOURS
    return poll(&polled, 1, (int)wait) > 0;
}

// Opens a connection. It is called again and again, with the same arguments, until it returns
// something else than READ or WRITE: so it begins only once, and then goes on.
//
// With TLS: `scheme` is "https". Do the handshake here, send `host` as the server name (SNI), and
// verify the certificate and that it is for `host`. Only when both are right return
// PINBULK_HTTP1_IO_TLS; when they are not, PINBULK_HTTP1_IO_REFUSED, so that nobody tries again.
// This return value is a promise that nothing can check: the token goes over the stream next.
static pinbulk_http1_io my_connect(void *ctx, pinbulk_text scheme, pinbulk_text host, uint16_t port,
                                   uint32_t wait)
{
    my_stream *stream = (my_stream *)ctx;
    int error = 0;
    socklen_t length = sizeof error;
    (void)scheme;
    if (!stream->connecting) {
        struct addrinfo hints = {0}, *address;
        char digits[8];
        stream->connecting = 1;
        stream->reason = "no connection to the server";
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_family = AF_INET;
        snprintf(digits, sizeof digits, "%u", port);
        // YOURS; host has its NUL. NULL is this machine, wherever a resolver says localhost is.
        if (getaddrinfo(strcasecmp(host.data, "localhost") == 0 ? NULL : host.data, digits, &hints,
                        &address) != 0)
            return PINBULK_HTTP1_IO_FAILED;
        stream->socket = socket(AF_INET, SOCK_STREAM, 0); // YOURS
        if (stream->socket >= 0) {
            fcntl(stream->socket, F_SETFL, O_NONBLOCK);
            if (connect(stream->socket, address->ai_addr, address->ai_addrlen) != 0 &&
                errno != EINPROGRESS)
                error = errno;
        }
        freeaddrinfo(address);
        if (stream->socket < 0 || error != 0)
            return PINBULK_HTTP1_IO_FAILED; // my_close is called all the same
    }
    if (!my_wait(stream, POLLOUT, wait))
        return PINBULK_HTTP1_IO_WRITE; // nothing yet: call again when it can be written
    if (getsockopt(stream->socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
        return PINBULK_HTTP1_IO_FAILED;
    return PINBULK_HTTP1_IO_PLAIN; // YOURS: PINBULK_HTTP1_IO_TLS
}

// Takes bytes: as many as it can, at least one. When none can be taken now, it says so, and the
// same bytes are offered again. What it says decides what may be repeated: a byte that may have
// left must not be reported as not taken.
static pinbulk_http1_io my_send(void *ctx, const void *data, size_t length, size_t *sent,
                                uint32_t wait)
{
    my_stream *stream = (my_stream *)ctx;
    ssize_t count;
    if (!my_wait(stream, POLLOUT, wait))
        return PINBULK_HTTP1_IO_WRITE;
    count = send(stream->socket, data, length, MSG_NOSIGNAL); // YOURS
    if (count > 0) {
        *sent = (size_t)count;
        return PINBULK_HTTP1_IO_BYTES;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return PINBULK_HTTP1_IO_WRITE;
    stream->reason = "the connection broke while sending";
    return PINBULK_HTTP1_IO_FAILED;
}

// Gives bytes: as many as there are, at least one. The orderly end of the stream is END, and only
// that: with TLS it is the close_notify of the other side. A connection that just vanished is
// FAILED, because a response without a length is taken for whole when its end was orderly.
static pinbulk_http1_io my_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    my_stream *stream = (my_stream *)ctx;
    ssize_t count;
    if (!my_wait(stream, POLLIN, wait))
        return PINBULK_HTTP1_IO_READ;            // TLS may also need WRITE here
    count = recv(stream->socket, data, size, 0); // YOURS
    if (count > 0) {
        *got = (size_t)count;
        return PINBULK_HTTP1_IO_BYTES;
    }
    if (count == 0)
        return PINBULK_HTTP1_IO_END;
    if (errno == EAGAIN || errno == EINTR)
        return PINBULK_HTTP1_IO_READ;
    stream->reason = "the connection broke while receiving";
    return PINBULK_HTTP1_IO_FAILED;
}

// Ends what my_connect began, however far that came.
static void my_close(void *ctx)
{
    my_stream *stream = (my_stream *)ctx;
    if (stream->socket >= 0)
        close(stream->socket); // YOURS
    stream->socket = -1;
    stream->connecting = 0;
}

// Why the last call failed: a fixed text that ends up in the error of the job. It must not hold
// what was sent, nor a URL.
static const char *my_reason(void *ctx)
{
    return ((my_stream *)ctx)->reason;
}

// Milliseconds of a clock that never goes back, and a way to wait.
static uint64_t my_now(void *ctx)
{
    struct timespec now; // YOURS
    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void my_sleep(void *ctx, uint32_t milliseconds)
{
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000}; // YOURS
    (void)ctx;
    nanosleep(&time, NULL);
}

// All of it together. `memory` is what one connection needs for HTTP: 512 bytes will do, more is
// faster.
static void my_open(pinbulk_http1 *http, my_stream *stream, char *memory, size_t size)
{
    pinbulk_http1_config config = {0};
    stream->socket = -1;
    stream->connecting = 0;
    stream->reason = NULL;
    config.stream.ctx = stream;
    config.stream.connect = my_connect;
    config.stream.send = my_send;
    config.stream.recv = my_recv;
    config.stream.close = my_close;
    config.stream.reason = my_reason;
    config.memory = memory;
    config.memory_size = size;
    config.now = my_now;
    config.sleep = my_sleep;
    if (pinbulk_http1_init(http, &config) != PINBULK_OK)
        abort(); // a function is missing, or the memory is too small
}

// ---- a job that uses it ------------------------------------------------------------------------

static pinbulk_result print(void *file, const void *data, size_t length)
{
    return fwrite(data, 1, length, (FILE *)file) == length ? PINBULK_OK : PINBULK_SINK_FAILED;
}

int main(int argc, char **argv)
{
    static char memory[8192], http_memory[2048], line[512];
    const char *token = getenv("PINTEREST_ACCESS_TOKEN"), *base_url = getenv("PINTEREST_API_URI");
    pinbulk_download everything = {0};
    pinbulk_job_config config = {0};
    pinbulk_transport transport;
    pinbulk_http1 http;
    pinbulk_job job;
    my_stream stream;

    if (argc != 2 || token == NULL || base_url == NULL) {
        fprintf(stderr, "PINTEREST_ACCESS_TOKEN=... PINTEREST_API_URI=... %s AD_ACCOUNT_ID\n",
                argv[0]);
        return 2;
    }
    my_open(&http, &stream, http_memory, sizeof http_memory);
    transport = pinbulk_http1_transport(&http);
    config.api.token = pinbulk_text_of(token);
    config.api.base_url = pinbulk_text_of(base_url);
    config.api.allow_loopback_http = 1;
    config.account = pinbulk_text_of(argv[1]);
    config.memory = memory;
    config.memory_size = sizeof memory;
    config.fetch = 1;
    config.sink.ctx = stdout;
    config.sink.write = print;
    pinbulk_job_init_download(&job, &config, &everything);
    pinbulk_result result = pinbulk_job_run(&job, &transport);
    pinbulk_http1_close(&http);
    if (result == PINBULK_OK && fflush(stdout) == 0)
        return 0;
    if (result == PINBULK_OK) {
        perror("standard output");
        return 1;
    }
    pinbulk_error_text(&job.error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    return 1;
}
