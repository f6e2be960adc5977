/* pinbulk_curl.h - the transport of pinbulk.h on libcurl - MIT licence, see pinbulk.h

WHAT IT IS

    HTTP for pinbulk.h: https with the certificate always verified, no redirects, no cookies, no
    credentials but those of the request, time limits, byte limits, cancelling. It says how far an
    exchange got when it fails, because that decides what may be repeated. Made for libcurl 7.88 and
    newer, builds with 7.62 and newer.

DO THIS

    After pinbulk.h, in one file, and link with -lcurl:

        #define PINBULK_CURL_IMPLEMENTATION
        #include "pinbulk_curl.h"

        curl_global_init(CURL_GLOBAL_DEFAULT); // once in the program, before any thread starts

        pinbulk_curl curl;
        pinbulk_curl_init(&curl, NULL);
        pinbulk_transport transport = pinbulk_curl_transport(&curl);
        ... pinbulk_job_run(&job, &transport) ...
        pinbulk_curl_free(&curl);

    In an event loop the two halves of an exchange stand around your own use of libcurl's multi
    interface; examples/event_loop.c shows it:

        code = pinbulk_curl_prepare(&curl, &job.request, &job.response);
        if (code == CURLE_OK)
            ... curl_multi_add_handle(multi, curl.easy), and when CURLMSG_DONE gives the code of the
                transfer: curl_multi_remove_handle(multi, curl.easy) ...
        pinbulk_job_exchanged(&job, pinbulk_curl_outcome(&curl, code));

    A file that is compiled as strict ISO C (-std=c99, not gnu99) must define _POSIX_C_SOURCE as
    200809L before its first #include, or there is no clock. Functions are static when
    PINBULK_STATIC is defined.

OWNERSHIP

    A pinbulk_curl is one exchange at a time, in one thread at a time, and must not move during an
    exchange; request and response must stay as they are until its end. It keeps one easy handle,
    whose connections are used again. Texts of the config must outlive it. libcurl allocates memory;
    the header list with the token is wiped and freed at the end of each exchange.

    Global state, logging (CURLOPT_VERBOSE would print the token) and libcurl's error text (it can
    hold a URL) are not touched or used.

WHAT IT DECIDES

    The environment does not choose the proxy: http_proxy, https_proxy, all_proxy and no_proxy are
    not read. Give getenv("https_proxy") as config.proxy when it should count. (What libcurl does on
    its own with SSLKEYLOGFILE stays as it is.)

    Plain http goes to loopback only and never through a proxy. https goes through a proxy as a
    tunnel, so that the proxy sees host and port and nothing else. A proxy reached by https is
    checked with libcurl's own authorities.

    libcurl sends a request again by itself when a connection that was kept open turns out to be
    dead. That is harmless but for an upsert. So an upsert always begins on a new connection, and
    once libcurl took a byte of its body it is not sent again.

    libcurl does not tell whether TLS ended with a close_notify or was cut off. A body that only the
    end of the connection ends is PINBULK_REACHED_CLOSED either way: nothing proves it whole.

    Cancelling and progress are looked at whenever bytes move, and at least once a second. */
#ifndef PINBULK_CURL_H
#define PINBULK_CURL_H

#ifndef PINBULK_H
#error "include pinbulk.h first"
#endif

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero means the default in brackets. */
typedef struct pinbulk_curl_config {
    const char *ca_file; /* PEM with the authorities to trust [those libcurl was built with] */
    const char *proxy;   /* as CURLOPT_PROXY takes it: http://host:port, socks5h://... [none] */
    uint32_t connect_timeout; /* milliseconds: name look-up, connect, TLS [30000] */
    uint32_t idle_timeout;    /* milliseconds in which no byte comes or goes [120000] */
    uint32_t total_timeout;   /* milliseconds of one exchange [3600000] */
    uint32_t head_limit;      /* bytes of all response headers [65536] */
    /* Bytes of bodies so far in this exchange. NULL: not called. */
    void (*progress)(void *ctx, uint64_t sent, uint64_t received);
    void *ctx;
} pinbulk_curl_config;

/* An exchange under way. Private. */
typedef struct pinbulki_curl_exchange {
    const pinbulk_request *request; /* NULL: not prepared */
    pinbulk_response *response;
    struct curl_slist *headers;
    uint64_t taken;      /* bytes of the request body that libcurl took */
    uint64_t moved;      /* bytes in both directions */
    curl_off_t moved_at; /* microseconds since the start when that grew for the last time */
    size_t head_bytes;
    const char *reason; /* why this adapter stopped; NULL: it did not */
    uint8_t permanent;
    uint8_t started; /* connected: bytes of the request may leave */
    uint8_t head;
    uint8_t chunked;
} pinbulki_curl_exchange;

typedef struct pinbulk_curl {
    CURL *easy; /* for multi: options set on it last until the end of the exchange */
    /* private */
    pinbulk_curl_config config;
    pinbulki_curl_exchange exchange;
    uint32_t random_count;
} pinbulk_curl;

/* Copies the config; NULL is all defaults. PINBULK_TRANSPORT_FAILED: libcurl has no memory. */
PINBULK_API pinbulk_result pinbulk_curl_init(pinbulk_curl *curl, const pinbulk_curl_config *config);
/* Closes the connections. Allowed after a failed init, and twice. */
PINBULK_API void pinbulk_curl_free(pinbulk_curl *curl);

/* The transport that pinbulk_job_run takes. It uses `curl`, which must outlive it. */
PINBULK_API pinbulk_transport pinbulk_curl_transport(pinbulk_curl *curl);

/* Makes curl->easy ready to perform the request and deliver the response. Anything but CURLE_OK:
   do not perform, hand the code to pinbulk_curl_outcome. */
PINBULK_API CURLcode pinbulk_curl_prepare(pinbulk_curl *curl, const pinbulk_request *request,
                                          pinbulk_response *response);
/* Ends the exchange, with the code of pinbulk_curl_prepare or of the transfer. One that you break
   off by removing the handle ends with CURLE_ABORTED_BY_CALLBACK. */
PINBULK_API pinbulk_outcome pinbulk_curl_outcome(pinbulk_curl *curl, CURLcode code);

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_CURL_H */

#if defined(PINBULK_CURL_IMPLEMENTATION) && !defined(PINBULK_CURL_IMPLEMENTED)
#define PINBULK_CURL_IMPLEMENTED

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _WIN32
#include <windows.h>
#elif !defined(CLOCK_MONOTONIC)
#error "no clock: compile as gnu99, or define _POSIX_C_SOURCE as 200809L before the first #include"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ============================================================================================== */
/* >>callbacks: what libcurl calls during an exchange                                             */
/* ============================================================================================== */

/* Where the response is. Lines of 1xx responses are skipped, trailers too. */
enum {
    PINBULKI_CURL_STATUS_LINE = 0,
    PINBULKI_CURL_INTERIM,
    PINBULKI_CURL_HEADERS,
    PINBULKI_CURL_BODY
};

/* Notes why the exchange is broken off; the first reason counts. Returns 0. */
static int pinbulki_curl_stop(pinbulk_curl *curl, const char *reason)
{
    if (curl->exchange.reason == NULL)
        curl->exchange.reason = reason;
    return 0;
}

/* Notes that the request body failed, which no repeating can mend. 0: it did. */
static int pinbulki_curl_body_works(pinbulk_curl *curl, pinbulk_result result)
{
    if (result == PINBULK_OK)
        return 1;
    curl->exchange.permanent = 1;
    return pinbulki_curl_stop(curl, pinbulk_result_text(result));
}

/* Goes back to the start of the request body because the request is sent again. 0: it must not be,
   or cannot. */
static int pinbulki_curl_restart(pinbulk_curl *curl)
{
    const pinbulk_request *request = curl->exchange.request;
    if (curl->exchange.taken == 0)
        return 1;
    if (request->once)
        return pinbulki_curl_stop(curl, "the connection broke, and this is not sent twice");
    return pinbulki_curl_body_works(curl, pinbulk_body_rewind(request->body));
}

static int pinbulki_curl_seek(void *ctx, curl_off_t offset, int origin)
{
    if (offset != 0 || origin != SEEK_SET || !pinbulki_curl_restart((pinbulk_curl *)ctx))
        return CURL_SEEKFUNC_FAIL;
    return CURL_SEEKFUNC_OK;
}

/* libcurl before 7.80 does not say when it is about to send. */
#if LIBCURL_VERSION_NUM >= 0x075000
// NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type
static int pinbulki_curl_before_sending(void *ctx, char *to, char *from, int to_port, int from_port)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;
    curl->exchange.started = 1;
    return pinbulki_curl_restart(curl) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static int pinbulki_curl_started(pinbulk_curl *curl)
{
    return curl->exchange.started;
}
#else
static int pinbulki_curl_started(pinbulk_curl *curl)
{
    long sent = 0;
    return curl->exchange.request != NULL &&
           (curl_easy_getinfo(curl->easy, CURLINFO_REQUEST_SIZE, &sent) != CURLE_OK || sent > 0);
}
#endif

static size_t pinbulki_curl_read(char *buffer, size_t size, size_t count, void *ctx)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    size_t got = 0;
    pinbulk_result result =
        pinbulk_body_read(curl->exchange.request->body, buffer, size * count, &got);
    if (!pinbulki_curl_body_works(curl, result))
        return CURL_READFUNC_ABORT;
    curl->exchange.taken += got;
    return got;
}

/* The status of "HTTP/1.1 200 OK", 0 when there is none. */
static int pinbulki_curl_status(const char *line, size_t length)
{
    size_t at = 0, end;
    int status = 0;
    while (at < length && line[at] != ' ')
        at++;
    at++;
    for (end = at + 3; at < end; at++) {
        if (at >= length || line[at] < '0' || line[at] > '9')
            return 0;
        status = status * 10 + (line[at] - '0');
    }
    return status;
}

static int pinbulki_curl_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether two texts are equal but for the case of letters. */
static int pinbulki_curl_same(const char *text, size_t length, const char *other)
{
    return length == strlen(other) && curl_strnequal(text, other, length);
}

/* Delivers a header line without its line end. */
static pinbulk_result pinbulki_curl_header(pinbulk_curl *curl, const char *line, size_t length)
{
    size_t name_length = 0, at, end = length;
    while (name_length < length && line[name_length] != ':')
        name_length++;
    if (name_length == length)
        return PINBULK_OK; /* no header */
    at = name_length + 1;
    while (at < end && pinbulki_curl_blank(line[at]))
        at++;
    while (end > at && pinbulki_curl_blank(line[end - 1]))
        end--;
    if (pinbulki_curl_same(line, name_length, "Transfer-Encoding"))
        curl->exchange.chunked = end - at >= 7 && pinbulki_curl_same(line + end - 7, 7, "chunked");
    return pinbulk_response_header(curl->exchange.response, line, name_length, line + at, end - at);
}

/* Takes one line of the head. 0: break off. */
static int pinbulki_curl_line(pinbulk_curl *curl, const char *line, size_t length)
{
    pinbulki_curl_exchange *exchange = &curl->exchange;
    pinbulk_result result = PINBULK_OK;
    int status;
    switch (exchange->head) {
    case PINBULKI_CURL_STATUS_LINE:
        status = pinbulki_curl_status(line, length);
        if (status == 0)
            return pinbulki_curl_stop(curl, "the response has no status line");
        exchange->head = PINBULKI_CURL_INTERIM;
        if (status >= 200) {
            exchange->head = PINBULKI_CURL_HEADERS;
            result = pinbulk_response_begin(exchange->response, status);
        }
        break;
    case PINBULKI_CURL_INTERIM:
        if (length == 0)
            exchange->head = PINBULKI_CURL_STATUS_LINE;
        break;
    case PINBULKI_CURL_HEADERS:
        if (length == 0)
            exchange->head = PINBULKI_CURL_BODY;
        else
            result = pinbulki_curl_header(curl, line, length);
        break;
    default:
        break; /* a trailer */
    }
    return result == PINBULK_OK || pinbulki_curl_stop(curl, pinbulk_result_text(result));
}

static size_t pinbulki_curl_head(char *line, size_t size, size_t count, void *ctx)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    size_t length = size * count, trimmed = length;
    if (length > curl->config.head_limit - curl->exchange.head_bytes) {
        pinbulki_curl_stop(curl, "the headers of the response are above the limit");
        return 0;
    }
    curl->exchange.head_bytes += length;
    while (trimmed > 0 && (line[trimmed - 1] == '\n' || line[trimmed - 1] == '\r'))
        trimmed--;
    return pinbulki_curl_line(curl, line, trimmed) ? length : 0;
}

static size_t pinbulki_curl_body(char *data, size_t size, size_t count, void *ctx)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    size_t length = size * count;
    pinbulk_result result;
    if (curl->exchange.head != PINBULKI_CURL_BODY) {
        pinbulki_curl_stop(curl, "the response has no head");
        return 0;
    }
    result = pinbulk_response_body(curl->exchange.response, data, length);
    if (result != PINBULK_OK) {
        pinbulki_curl_stop(curl, pinbulk_result_text(result));
        return 0;
    }
    return length;
}

/* Not 0: break off. */
static int pinbulki_curl_progress(void *ctx, curl_off_t to_receive, curl_off_t received,
                                  curl_off_t to_send, curl_off_t sent)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    pinbulki_curl_exchange *exchange = &curl->exchange;
    uint64_t moved = (uint64_t)sent + (uint64_t)received + exchange->head_bytes;
    curl_off_t now = 0;
    (void)to_receive;
    (void)to_send;
    if (curl->config.progress != NULL)
        curl->config.progress(curl->config.ctx, (uint64_t)sent, (uint64_t)received);
    if (pinbulk_response_cancelled(exchange->response)) {
        pinbulki_curl_stop(curl, pinbulk_result_text(PINBULK_CANCELLED));
        return 1;
    }
    curl_easy_getinfo(curl->easy, CURLINFO_TOTAL_TIME_T, &now);
    if (moved != exchange->moved || !pinbulki_curl_started(curl)) {
        exchange->moved = moved;
        exchange->moved_at = now;
    }
    if ((now - exchange->moved_at) / 1000 >= (curl_off_t)curl->config.idle_timeout) {
        pinbulki_curl_stop(curl, "no byte came or went for too long");
        return 1;
    }
    return 0;
}

/* ============================================================================================== */
/* >>exchange                                                                                     */
/* ============================================================================================== */

static void pinbulki_curl_wipe(char *text)
{
    volatile char *at = text;
    while (*at != '\0')
        *at++ = '\0';
}

/* Adds "name: value". 0: no memory. */
static int pinbulki_curl_add_header(struct curl_slist **list, const char *name, size_t name_length,
                                    const char *value, size_t value_length)
{
    struct curl_slist *longer = NULL;
    char *line = (char *)malloc(name_length + value_length + 3);
    if (line == NULL)
        return 0;
    memcpy(line, name, name_length);
    memcpy(line + name_length, ": ", 2);
    memcpy(line + name_length + 2, value, value_length);
    line[name_length + 2 + value_length] = '\0';
    longer = curl_slist_append(*list, line);
    pinbulki_curl_wipe(line);
    free(line);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

/* The headers of the request and nothing that libcurl adds by itself. */
static CURLcode pinbulki_curl_headers(pinbulki_curl_exchange *exchange,
                                      const pinbulk_request *request)
{
    unsigned i;
    /* a header without a value takes libcurl's own away */
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    exchange->headers = list;
    if (list == NULL || curl_slist_append(list, "Accept:") == NULL)
        return CURLE_OUT_OF_MEMORY;
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        if (!pinbulki_curl_add_header(&exchange->headers, header->name.data, header->name.length,
                                      header->value.data, header->value.length))
            return CURLE_OUT_OF_MEMORY;
    }
    return CURLE_OK;
}

static int pinbulki_curl_is(pinbulk_text text, const char *other)
{
    return pinbulki_curl_same(text.data, text.length, other);
}

/* 127.0.0.0/8, ::1 and localhost. */
static int pinbulki_curl_is_loopback(pinbulk_text host)
{
    size_t i, dots = 0;
    if (pinbulki_curl_is(host, "localhost") || pinbulki_curl_is(host, "::1"))
        return 1;
    for (i = 0; i < host.length; i++) {
        if (host.data[i] == '.')
            dots++;
        else if (host.data[i] < '0' || host.data[i] > '9')
            return 0;
    }
    return dots == 3 && host.length > 4 && memcmp(host.data, "127.", 4) == 0;
}

/* What every exchange has in common. The rest is libcurl's default: no .netrc, no cookies, no
   decoding, https through a proxy as a tunnel. */
static const struct {
    CURLoption option;
    long value;
} pinbulki_curl_settings[] = {
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2}, /* or newer */
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_HEADEROPT, CURLHEADER_SEPARATE}, /* the token is not for the proxy */
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_NOPROGRESS, 0},
    /* the adapter looks for silence itself, but this wakes an event loop every second */
    {CURLOPT_LOW_SPEED_LIMIT, 1},
};

/* The first option that cannot be set ends the setting. */
#define PINBULKI_CURL_SET(option, value)                  \
    do {                                                  \
        if (code == CURLE_OK)                             \
            code = curl_easy_setopt(easy, option, value); \
    } while (0)

static CURLcode pinbulki_curl_set_common(pinbulk_curl *curl)
{
    CURL *easy = curl->easy;
    CURLcode code = CURLE_OK;
    size_t i;
    for (i = 0; i < sizeof pinbulki_curl_settings / sizeof pinbulki_curl_settings[0]; i++)
        PINBULKI_CURL_SET(pinbulki_curl_settings[i].option, pinbulki_curl_settings[i].value);
    if (curl->config.ca_file != NULL)
        PINBULKI_CURL_SET(CURLOPT_CAINFO, curl->config.ca_file);
    PINBULKI_CURL_SET(CURLOPT_NOPROXY, ""); /* not from the environment */
    PINBULKI_CURL_SET(CURLOPT_CONNECTTIMEOUT_MS, (long)curl->config.connect_timeout);
    PINBULKI_CURL_SET(CURLOPT_TIMEOUT_MS, (long)curl->config.total_timeout);
    PINBULKI_CURL_SET(CURLOPT_LOW_SPEED_TIME, (long)(curl->config.idle_timeout / 1000 + 1));
    PINBULKI_CURL_SET(CURLOPT_XFERINFOFUNCTION, pinbulki_curl_progress);
    PINBULKI_CURL_SET(CURLOPT_XFERINFODATA, curl);
    PINBULKI_CURL_SET(CURLOPT_HEADERFUNCTION, pinbulki_curl_head);
    PINBULKI_CURL_SET(CURLOPT_HEADERDATA, curl);
    PINBULKI_CURL_SET(CURLOPT_WRITEFUNCTION, pinbulki_curl_body);
    PINBULKI_CURL_SET(CURLOPT_WRITEDATA, curl);
    PINBULKI_CURL_SET(CURLOPT_READFUNCTION, pinbulki_curl_read);
    PINBULKI_CURL_SET(CURLOPT_READDATA, curl);
    PINBULKI_CURL_SET(CURLOPT_SEEKFUNCTION, pinbulki_curl_seek);
    PINBULKI_CURL_SET(CURLOPT_SEEKDATA, curl);
#if LIBCURL_VERSION_NUM >= 0x075000
    PINBULKI_CURL_SET(CURLOPT_PREREQFUNCTION, pinbulki_curl_before_sending);
    PINBULKI_CURL_SET(CURLOPT_PREREQDATA, curl);
#endif
    return code;
}

static CURLcode pinbulki_curl_set_request(pinbulk_curl *curl, const pinbulk_request *request)
{
    CURL *easy = curl->easy;
    CURLcode code = CURLE_OK;
    int https = pinbulki_curl_is(request->scheme, "https");
    const char *proxy = https && curl->config.proxy != NULL ? curl->config.proxy : "";
    if (!https &&
        !(pinbulki_curl_is(request->scheme, "http") && pinbulki_curl_is_loopback(request->host))) {
        pinbulki_curl_stop(curl, "plain http is for loopback only");
        return CURLE_UNSUPPORTED_PROTOCOL;
    }
#if LIBCURL_VERSION_NUM >= 0x075500
    PINBULKI_CURL_SET(CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
#else
    PINBULKI_CURL_SET(CURLOPT_PROTOCOLS, https ? (long)CURLPROTO_HTTPS : (long)CURLPROTO_HTTP);
#endif
    PINBULKI_CURL_SET(CURLOPT_PROXY, proxy); /* "" is none, whatever the environment says */
    PINBULKI_CURL_SET(CURLOPT_URL, request->url.data);
    /* byte for byte: the signature of a result URL covers it */
    PINBULKI_CURL_SET(CURLOPT_REQUEST_TARGET, request->target.data);
    PINBULKI_CURL_SET(CURLOPT_FRESH_CONNECT, (long)request->once);
    PINBULKI_CURL_SET(CURLOPT_HTTPHEADER, curl->exchange.headers);
    if (request->body == NULL)
        return code;
    if (pinbulk_body_length(request->body) > INT64_MAX)
        return CURLE_BAD_FUNCTION_ARGUMENT;
    PINBULKI_CURL_SET(CURLOPT_POST, 1L);
    PINBULKI_CURL_SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)pinbulk_body_length(request->body));
    return code;
}

#undef PINBULKI_CURL_SET

/* Forgets the exchange: nothing of it is left in the handle but open connections. */
static void pinbulki_curl_clear(pinbulk_curl *curl)
{
    struct curl_slist *header;
    if (curl->easy != NULL)
        curl_easy_reset(curl->easy);
    for (header = curl->exchange.headers; header != NULL; header = header->next)
        pinbulki_curl_wipe(header->data);
    curl_slist_free_all(curl->exchange.headers);
    memset(&curl->exchange, 0, sizeof curl->exchange);
}

PINBULK_API CURLcode pinbulk_curl_prepare(pinbulk_curl *curl, const pinbulk_request *request,
                                          pinbulk_response *response)
{
    CURLcode code;
    pinbulki_curl_clear(curl);
    if (curl->easy == NULL)
        return CURLE_FAILED_INIT;
    if (request->body != NULL &&
        !pinbulki_curl_body_works(curl, pinbulk_body_rewind(request->body)))
        return CURLE_SEND_FAIL_REWIND;
    code = pinbulki_curl_headers(&curl->exchange, request);
    if (code == CURLE_OK)
        code = pinbulki_curl_set_common(curl);
    if (code == CURLE_OK)
        code = pinbulki_curl_set_request(curl, request);
    if (code == CURLE_OK) {
        curl->exchange.request = request;
        curl->exchange.response = response;
    }
    return code;
}

/* ============================================================================================== */
/* >>outcome                                                                                      */
/* ============================================================================================== */

/* What no repeating can mend, when nothing was sent. */
static const struct {
    CURLcode code;
    const char *text; /* NULL: libcurl's */
} pinbulki_curl_permanent[] = {
    {CURLE_PEER_FAILED_VERIFICATION, "the certificate of the server is not accepted: another host, "
                                     "expired, or of an authority that is not trusted"},
    {CURLE_SSL_CACERT_BADFILE, "the file of trusted authorities cannot be used"},
    {CURLE_LOGIN_DENIED, "the URL holds a user name"},
    {CURLE_SSL_ISSUER_ERROR, NULL},
    {CURLE_SSL_INVALIDCERTSTATUS, NULL},
    {CURLE_SSL_CIPHER, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, NULL},
    {CURLE_URL_MALFORMAT, NULL},
    {CURLE_NOT_BUILT_IN, NULL},
    {CURLE_UNKNOWN_OPTION, NULL},
    {CURLE_BAD_FUNCTION_ARGUMENT, NULL},
    {CURLE_FAILED_INIT, NULL},
};

/* How a response that began came to its end. */
static pinbulk_reached pinbulki_curl_end_of_response(pinbulk_curl *curl, CURLcode code)
{
    const pinbulk_response *response = curl->exchange.response;
    curl_off_t length = -1;
    long version = 0;
    curl_easy_getinfo(curl->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    curl_easy_getinfo(curl->easy, CURLINFO_HTTP_VERSION, &version);
    if (curl->exchange.head != PINBULKI_CURL_BODY)
        return PINBULK_REACHED_RESPONSE;
    /* by its length it is whole, even when something failed after it */
    if (length >= 0 && !curl->exchange.chunked && response->received == (uint64_t)length)
        return PINBULK_REACHED_COMPLETE;
    if (code != CURLE_OK)
        return PINBULK_REACHED_RESPONSE;
    if (curl->exchange.chunked || version > CURL_HTTP_VERSION_1_1)
        return PINBULK_REACHED_COMPLETE;
    return length < 0 ? PINBULK_REACHED_CLOSED : PINBULK_REACHED_RESPONSE;
}

static pinbulk_reached pinbulki_curl_reached(pinbulk_curl *curl, CURLcode code)
{
    if (curl->exchange.head >= PINBULKI_CURL_HEADERS)
        return pinbulki_curl_end_of_response(curl, code);
    if (curl->exchange.taken > 0)
        return PINBULK_REACHED_BODY;
    return pinbulki_curl_started(curl) ? PINBULK_REACHED_HEAD : PINBULK_REACHED_NOTHING;
}

PINBULK_API pinbulk_outcome pinbulk_curl_outcome(pinbulk_curl *curl, CURLcode code)
{
    pinbulk_outcome outcome;
    size_t i;
    outcome.reached = pinbulki_curl_reached(curl, code);
    outcome.permanent = curl->exchange.permanent;
    outcome.text = curl_easy_strerror(code);
    if (outcome.reached == PINBULK_REACHED_NOTHING)
        for (i = 0; i < sizeof pinbulki_curl_permanent / sizeof pinbulki_curl_permanent[0]; i++)
            if (pinbulki_curl_permanent[i].code == code) {
                outcome.permanent = 1;
                if (pinbulki_curl_permanent[i].text != NULL)
                    outcome.text = pinbulki_curl_permanent[i].text;
            }
    if (code == CURLE_OK)
        outcome.text = "no response came";
    if (curl->exchange.reason != NULL)
        outcome.text = curl->exchange.reason;
    if (outcome.reached >= PINBULK_REACHED_CLOSED)
        outcome.text = NULL;
    pinbulki_curl_clear(curl);
    return outcome;
}

/* ============================================================================================== */
/* >>transport                                                                                    */
/* ============================================================================================== */

static pinbulk_outcome pinbulki_curl_exchanged(void *ctx, const pinbulk_request *request,
                                               pinbulk_response *response)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    CURLcode code = pinbulk_curl_prepare(curl, request, response);
    if (code == CURLE_OK)
        code = curl_easy_perform(curl->easy);
    return pinbulk_curl_outcome(curl, code);
}

/* A clock that never goes back. */
static uint64_t pinbulki_curl_nanoseconds(void)
{
#ifdef _WIN32
    return (uint64_t)GetTickCount64() * 1000000;
#else
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
#endif
}

static uint64_t pinbulki_curl_now(void *ctx)
{
    (void)ctx;
    return pinbulki_curl_nanoseconds() / 1000000;
}

static void pinbulki_curl_sleep(void *ctx, uint32_t milliseconds)
{
#ifdef _WIN32
    Sleep(milliseconds);
#else
    struct timespec time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
#endif
    (void)ctx;
}

/* Spreads waiting times; good for nothing else. */
static uint32_t pinbulki_curl_random(void *ctx)
{
    pinbulk_curl *curl = (pinbulk_curl *)ctx;
    uint64_t mixed = pinbulki_curl_nanoseconds() ^ (uint64_t)(uintptr_t)curl;
    mixed += ++curl->random_count * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(mixed >> 32);
}

PINBULK_API pinbulk_transport pinbulk_curl_transport(pinbulk_curl *curl)
{
    pinbulk_transport transport;
    transport.ctx = curl;
    transport.exchange = pinbulki_curl_exchanged;
    transport.now = pinbulki_curl_now;
    transport.sleep = pinbulki_curl_sleep;
    transport.random = pinbulki_curl_random;
    return transport;
}

/* Zero is the default; libcurl takes times as long, which can have 32 bits. */
static void pinbulki_curl_default(uint32_t *value, uint32_t fallback)
{
    if (*value == 0)
        *value = fallback;
    if (*value > INT32_MAX)
        *value = INT32_MAX;
}

PINBULK_API pinbulk_result pinbulk_curl_init(pinbulk_curl *curl, const pinbulk_curl_config *config)
{
    memset(curl, 0, sizeof *curl);
    if (config != NULL)
        curl->config = *config;
    pinbulki_curl_default(&curl->config.connect_timeout, 30000);
    pinbulki_curl_default(&curl->config.idle_timeout, 120000);
    pinbulki_curl_default(&curl->config.total_timeout, 3600000);
    pinbulki_curl_default(&curl->config.head_limit, 65536);
    curl->easy = curl_easy_init();
    return curl->easy != NULL ? PINBULK_OK : PINBULK_TRANSPORT_FAILED;
}

PINBULK_API void pinbulk_curl_free(pinbulk_curl *curl)
{
    pinbulki_curl_clear(curl);
    curl_easy_cleanup(curl->easy);
    curl->easy = NULL;
}

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_CURL_IMPLEMENTATION */
