/* pinbulk_http1.h - HTTP/1.1 for pinbulk.h over any byte stream - MIT licence, see pinbulk.h

WHAT IT IS

    The transport of pinbulk.h for hosts that have a byte stream and no HTTP: a TLS library, an RTOS
    socket, a modem. It has three layers, each of which can be used without the ones after it:

    >>encoder     a pinbulk_request as bytes: the head counted first, the body pulled
    >>parser      a response from bytes, cut anywhere, strictly by RFC 9112
    >>driver      both over four functions of the host: connect, send, recv, close. Blocking it is a
                  pinbulk_transport, not blocking it is pinbulk_http1_step for event loops

    No malloc, no recursion, no I/O of its own, no C library but memcpy, memmove, memset and memcmp.
    All buffers are the caller's. Freestanding, C99 and C++11.

DO THIS

    After pinbulk.h, in one file:

        #define PINBULK_HTTP1_IMPLEMENTATION
        #include "pinbulk_http1.h"

        static char memory[2048];
        pinbulk_http1 http;
        pinbulk_http1_config config = {0};
        config.stream = ...;              // your four functions; examples/transport_template.c
        config.now = ..., config.sleep = ...;
        config.memory = memory;
        config.memory_size = sizeof memory;
        pinbulk_http1_init(&http, &config);
        pinbulk_transport transport = pinbulk_http1_transport(&http);
        ... pinbulk_job_run(&job, &transport) ...
        pinbulk_http1_close(&http);

    In an event loop:

        case PINBULK_TODO_SEND:
            pinbulk_http1_begin(&http, &job.request, &job.response);
            ...
        switch (pinbulk_http1_step(&http, now)) {  // now, and whenever it asked to be called
        case PINBULK_HTTP1_READ:       ... when the stream can be read, or at http.until
        case PINBULK_HTTP1_WRITE:      ... when it can be written, or at http.until
        case PINBULK_HTTP1_READ_WRITE: ... whatever comes first
        case PINBULK_HTTP1_AGAIN:      ... soon: there is more to do, nothing to wait for
        case PINBULK_HTTP1_DONE:       pinbulk_job_exchanged(&job, http.outcome);
        }

    With PINBULK_STATIC functions are static; with PINBULK_NO_STRING_H string.h is not included.

WHAT IT DECIDES

    Plain http goes to loopback only. For https the host's connect must say that the stream is TLS
    with the certificate and the name of the host verified: that is the host's duty, no check here
    can replace it.

    One connection is kept, and used again only for the same scheme, host and port. Before that it
    is looked at: one that has ended, or has bytes nobody asked for, is closed and a new one opened.
    When the very first send on a used connection fails, nothing of the request was accepted, and it
    goes out on a new connection. Nothing else is ever sent twice. An upsert always begins on a new
    connection, because one that dies under it leaves in doubt what was applied.

    Responses are refused, and the connection closed, when two parties could disagree on where they
    end: Content-Length and Transfer-Encoding together, two different lengths, an encoding that is
    not exactly "chunked", line ends other than CR LF, folded headers, white space before a colon,
    control characters. Redirects are a status like any other. Trailers are checked and dropped.

    Not supported: proxies, pipelining, compression, HTTP/2, upgrades. */
#ifndef PINBULK_HTTP1_H
#define PINBULK_HTTP1_H

#ifndef PINBULK_H
#error "include pinbulk.h first"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ============================================================================================== */
/* >>encoder                                                                                      */
/* ============================================================================================== */

/* A request as bytes. The two lengths are known before the first byte, for modems that want them
   announced. */
typedef struct pinbulk_http1_encoder {
    size_t head_length;   /* with the empty line at its end */
    size_t head_left;     /* bytes of the head that were not read yet */
    uint64_t body_length; /* as Content-Length says */
    uint64_t body_left;
    /* private */
    uint8_t keep, counted, digits_length;
    char digits[20];
    unsigned piece;
    size_t at; /* in the piece */
    const pinbulk_request *request;
} pinbulk_http1_encoder;

/* Begins at the start of the request, whose body is rewound. The request must stay as it is until
   its last byte was read. `keep`: 0 adds "Connection: close". Checks again what the builders
   checked: PINBULK_BAD_ARGUMENT for a method, target, Host or header with bytes that could end a
   line, for a Host that is not that of the connection, and for headers that are a transport's own
   (Host, Content-Length, Transfer-Encoding, Connection). Otherwise what the body's rewind said. */
PINBULK_API pinbulk_result pinbulk_http1_encoder_init(pinbulk_http1_encoder *encoder,
                                                      const pinbulk_request *request, int keep);
/* The next bytes, at most `size`. One portion never has bytes of head and body. *got is 0 only at
   the end (or with `size` 0). PINBULK_SOURCE_FAILED, PINBULK_SOURCE_CHANGED: the body cannot be
   sent; break the connection off. */
PINBULK_API pinbulk_result pinbulk_http1_encoder_read(pinbulk_http1_encoder *encoder, void *buffer,
                                                      size_t size, size_t *got);

/* ============================================================================================== */
/* >>parser                                                                                       */
/* ============================================================================================== */

/* Limits of a response; zero means the default in brackets. */
typedef struct pinbulk_http1_limits {
    uint32_t head;    /* bytes of all heads (1xx too), trailers and chunk extensions [65536] */
    uint32_t headers; /* lines of headers and trailers [256] */
} pinbulk_http1_limits;

typedef enum pinbulk_http1_state {
    PINBULK_HTTP1_MORE = 1, /* the response goes on */
    PINBULK_HTTP1_WHOLE,    /* it has ended */
    PINBULK_HTTP1_BROKEN    /* it cannot be used: close the connection; `text` says why */
} pinbulk_http1_state;

#define PINBULK_HTTP1_LINE_MIN 128

/* One response from bytes. Bodies are handed on where they lie; only one header line at a time is
   copied. */
typedef struct pinbulk_http1_parser {
    int status; /* of the response; 0: its status line has not come; 1xx are passed over */
    /* PINBULK_REACHED_UNKNOWN without a status, then _RESPONSE, at the end _CLOSED or _COMPLETE */
    pinbulk_reached reached;
    int reusable;     /* whole, and the connection may carry another request */
    const char *text; /* why it is broken; static; "" with PINBULK_NO_MESSAGES */
    /* private from here on; small members first: that makes small code */
    uint8_t at, digits;
    uint8_t cr;         /* the last byte was one */
    uint8_t cut;        /* the line is longer than its memory */
    uint8_t interim;    /* the head is that of a 1xx */
    uint8_t no_body;    /* whatever the headers say */
    uint8_t head_only;  /* the method is HEAD */
    uint8_t old;        /* HTTP/1.0 */
    uint8_t has_length; /* `left` is Content-Length */
    uint8_t chunked;
    uint8_t close; /* the server will */
    pinbulk_response *response;
    char *line;
    size_t line_size, line_used;
    uint64_t left; /* of the body, or of the chunk */
    uint32_t head_left, headers_left;
} pinbulk_http1_parser;

/* Starts the response to `request`, to be delivered to `response`; both must outlive the parser.
   `memory` takes one header line: a longer one is skipped, unless framing depends on it
   (Content-Length, Transfer-Encoding, Connection, Content-Encoding, Content-Range); then the
   response is broken. PINBULK_BAD_ARGUMENT: less than PINBULK_HTTP1_LINE_MIN bytes. `limits` may be
   NULL. */
PINBULK_API pinbulk_result pinbulk_http1_parser_init(pinbulk_http1_parser *parser,
                                                     const pinbulk_request *request,
                                                     pinbulk_response *response, char *memory,
                                                     size_t size,
                                                     const pinbulk_http1_limits *limits);
/* Takes bytes, cut anywhere. *consumed: those that belong to the response; a surplus makes the
   connection unusable for another. A response that pinbulk_response_body and its like refuse is
   broken, with the text of that result. */
PINBULK_API pinbulk_http1_state pinbulk_http1_parser_feed(pinbulk_http1_parser *parser,
                                                          const void *data, size_t length,
                                                          size_t *consumed);
/* The stream ended in an orderly way (with TLS: a close_notify came). Never MORE. */
PINBULK_API pinbulk_http1_state pinbulk_http1_parser_end(pinbulk_http1_parser *parser);

/* ============================================================================================== */
/* >>driver                                                                                       */
/* ============================================================================================== */

/* What a call of the host's stream came to. Any other value is taken as PINBULK_HTTP1_IO_FAILED. */
typedef enum pinbulk_http1_io {
    PINBULK_HTTP1_IO_FAILED = 0, /* an error; nothing more can be sent or received */
    PINBULK_HTTP1_IO_BYTES,      /* send, recv: at least one byte was moved */
    PINBULK_HTTP1_IO_PLAIN,      /* connect: connected, without TLS */
    PINBULK_HTTP1_IO_TLS,     /* connect: connected, TLS, certificate and host name are verified */
    PINBULK_HTTP1_IO_READ,    /* nothing happened; call again when the stream can be read */
    PINBULK_HTTP1_IO_WRITE,   /* nothing happened; call again when the stream can be written */
    PINBULK_HTTP1_IO_END,     /* recv: the orderly end of the stream (TLS: close_notify), no error;
                                 send: the other side does not take bytes any more */
    PINBULK_HTTP1_IO_TIMEOUT, /* a time limit of the stream's own has passed */
    PINBULK_HTTP1_IO_REFUSED  /* connect: failed, and repeating cannot help: a certificate */
} pinbulk_http1_io;

/* The host's byte stream: one connection at a time. `wait` is the number of milliseconds a call may
   wait for something to happen; then it returns PINBULK_HTTP1_IO_READ or _WRITE. With 0 it must not
   wait. Waiting shorter than told is allowed. */
typedef struct pinbulk_http1_stream {
    void *ctx;
    /* Opens a connection. Called until it says something else than READ or WRITE. `scheme` "https"
       must be TLS 1.2 or newer with the certificate verified for `host` ("http" is only ever asked
       for on loopback). `host` is a name or an address without brackets. Both are NUL-terminated as
       well, and valid during the call. */
    pinbulk_http1_io (*connect)(void *ctx, pinbulk_text scheme, pinbulk_text host, uint16_t port,
                                uint32_t wait);
    /* Takes bytes: any number from 1 to `length`, put into *sent. After READ or WRITE the same
       bytes are offered again from the same place. */
    pinbulk_http1_io (*send)(void *ctx, const void *data, size_t length, size_t *sent,
                             uint32_t wait);
    /* Gives bytes: any number from 1 to `size`, put into *got. Bytes that have come are given
       before END and FAILED are. */
    pinbulk_http1_io (*recv)(void *ctx, void *data, size_t size, size_t *got, uint32_t wait);
    /* Ends the connection and frees what belongs to it, also one that is half open. Called once for
       each connection that connect was called for. */
    void (*close)(void *ctx);
    /* What went wrong in the last call that failed: static, without URLs and header values. May be
       NULL, and may return NULL. */
    const char *(*reason)(void *ctx);
} pinbulk_http1_stream;

#define PINBULK_HTTP1_MEMORY_MIN 512
#define PINBULK_HTTP1_HOST_MAX   128 /* connections to longer names are not kept */

/* Zero means the default in brackets. */
typedef struct pinbulk_http1_config {
    pinbulk_http1_stream stream; /* all but `reason` are needed */
    char *memory; /* a quarter each for a header line and for sending, half for receiving. Wiped
                     after each exchange */
    size_t memory_size; /* at least PINBULK_HTTP1_MEMORY_MIN, 2048 is comfortable, 65536 is fast */
    pinbulk_http1_limits limits;
    uint32_t connect_timeout; /* milliseconds until connected, TLS included [30000] */
    uint32_t idle_timeout;    /* milliseconds in which no byte comes or goes [120000] */
    uint32_t total_timeout;   /* milliseconds of one exchange [3600000] */
    uint32_t keep_timeout;    /* a connection that was idle so long is not used again [15000] */
    uint8_t close;            /* 1: every request has a connection of its own */
    /* For the blocking use. Without a clock there are no time limits but the stream's, and
       pinbulk_job_run does not run. */
    void *ctx;
    uint64_t (*now)(void *ctx); /* milliseconds; never goes back */
    void (*sleep)(void *ctx, uint32_t milliseconds);
    uint32_t (*random)(void *ctx); /* may be NULL */
} pinbulk_http1_config;

/* What an event loop is to do next. */
typedef enum pinbulk_http1_todo {
    PINBULK_HTTP1_READ = 1,   /* call again when the stream can be read */
    PINBULK_HTTP1_WRITE,      /* call again when it can be written */
    PINBULK_HTTP1_READ_WRITE, /* call again when one of both is so */
    PINBULK_HTTP1_AGAIN,      /* call again soon, whatever the stream is */
    PINBULK_HTTP1_DONE        /* the exchange has ended: see outcome */
} pinbulk_http1_todo;

/* One exchange at a time, in one thread at a time. Must not be moved during an exchange. */
typedef struct pinbulk_http1 {
    pinbulk_outcome outcome; /* with PINBULK_HTTP1_DONE */
    uint64_t until;          /* otherwise: call at the latest then, to notice time limits */
    unsigned connections;    /* that were opened so far */
    /* private from here on; small members first: that makes small code */
    uint8_t state, timed, open, reused, accepted, unsent;
    uint8_t https;
    pinbulk_reached reached; /* as far as sending tells */
    uint16_t port;           /* of the connection that is open */
    const pinbulk_request *request;
    pinbulk_response *response;
    char *out, *in;
    size_t out_size, in_size, out_at, out_end;
    uint64_t now, started, moved; /* started: of the exchange or its connecting; moved: a byte */
    uint64_t connecting;          /* since when */
    const char *send_text;        /* why sending ended too early */
    size_t host_length;
    pinbulk_http1_config config;
    pinbulk_http1_encoder encoder;
    pinbulk_http1_parser parser;
    char host[PINBULK_HTTP1_HOST_MAX];
} pinbulk_http1;

/* Copies the config; its memory and what the stream points to must outlive `http`.
   PINBULK_BAD_ARGUMENT: a function of the stream is missing, or the memory is too small. */
PINBULK_API pinbulk_result pinbulk_http1_init(pinbulk_http1 *http,
                                              const pinbulk_http1_config *config);

/* The transport that pinbulk_job_run takes. It uses `http`, which must outlive it. It waits in
   portions of at most 250 milliseconds, so that cancelling is noticed. */
PINBULK_API pinbulk_transport pinbulk_http1_transport(pinbulk_http1 *http);

/* Begins an exchange; one under way is given up. Request and response must stay as they are until
   PINBULK_HTTP1_DONE. What is wrong with the request is told by the next step. */
PINBULK_API void pinbulk_http1_begin(pinbulk_http1 *http, const pinbulk_request *request,
                                     pinbulk_response *response);
/* Goes on as far as it can without waiting. `now`: milliseconds of any clock that never goes back.
   After PINBULK_HTTP1_DONE it returns that again and does nothing. */
PINBULK_API pinbulk_http1_todo pinbulk_http1_step(pinbulk_http1 *http, uint64_t now);
/* Gives up the exchange under way, if there is one, and closes the connection. `outcome` then says
   how far it got. Allowed at any time after init, and twice. */
PINBULK_API void pinbulk_http1_close(pinbulk_http1 *http);

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_HTTP1_H */

#if defined(PINBULK_HTTP1_IMPLEMENTATION) && !defined(PINBULK_HTTP1_IMPLEMENTED)
#define PINBULK_HTTP1_IMPLEMENTED

#ifndef PINBULK_NO_STRING_H
#include <string.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef PINBULK_NO_STRING_H
void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
#endif

/* A text for people. */
#ifdef PINBULK_NO_MESSAGES
#define PINBULKI_HTTP1_SAY(text) ""
#else
#define PINBULKI_HTTP1_SAY(text) text
#endif

/* A function that is not inlined keeps what is on its stack to itself. */
#if defined(__GNUC__) || defined(__clang__)
#define PINBULKI_HTTP1_NOINLINE static __attribute__((noinline))
#else
#define PINBULKI_HTTP1_NOINLINE static
#endif

/* ============================================================================================== */
/* >>texts                                                                                        */
/* ============================================================================================== */

static pinbulk_text pinbulki_http1_text(const char *data, size_t length)
{
    pinbulk_text text;
    text.data = data;
    text.length = length;
    return text;
}

static char pinbulki_http1_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Whether a text is `lower`, in upper or lower case. */
static int pinbulki_http1_is(pinbulk_text text, const char *lower)
{
    size_t i;
    for (i = 0; i < text.length; i++)
        if (lower[i] == '\0' || pinbulki_http1_lower(text.data[i]) != lower[i])
            return 0;
    return lower[i] == '\0';
}

static int pinbulki_http1_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int pinbulki_http1_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* tchar of RFC 9110. */
static int pinbulki_http1_is_name(pinbulk_text text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    size_t i, k;
    for (i = 0; i < text.length; i++) {
        char lower = pinbulki_http1_lower(text.data[i]);
        if ((lower >= 'a' && lower <= 'z') || pinbulki_http1_is_digit(lower))
            continue;
        for (k = 0; others[k] != '\0' && others[k] != lower;)
            k++;
        if (others[k] == '\0')
            return 0;
    }
    return text.length != 0;
}

/* Whether all bytes are printable ASCII, `first` being the least of them. */
static int pinbulki_http1_is_printable(pinbulk_text text, char first)
{
    size_t i;
    for (i = 0; i < text.length; i++)
        if (text.data[i] < first || text.data[i] > '~')
            return 0;
    return 1;
}

static pinbulk_text pinbulki_http1_trim(pinbulk_text text)
{
    while (text.length != 0 && pinbulki_http1_is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length != 0 && pinbulki_http1_is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

/* Takes the part before the next comma off a list. *more: whether there was a comma. */
static pinbulk_text pinbulki_http1_item(pinbulk_text *list, int *more)
{
    pinbulk_text item = *list;
    size_t end = 0;
    while (end < list->length && list->data[end] != ',')
        end++;
    *more = end < list->length;
    item.length = end;
    if (*more) {
        list->data += end + 1;
        list->length -= end + 1;
    }
    return pinbulki_http1_trim(item);
}

/* ============================================================================================== */
/* >>encoder: implementation                                                                      */
/* ============================================================================================== */

/* host, [host], and behind it the port unless it is the usual one of the scheme: anything else
   would send the request to one server and name another in it. */
static int pinbulki_http1_authority_fits(const pinbulk_request *request)
{
    pinbulk_text rest = request->authority, host = request->host;
    int brackets = rest.length != 0 && rest.data[0] == '[';
    char digits[PINBULK_INT_TEXT_MAX];
    size_t length = pinbulk_int_to_text(request->port, digits);
    rest.data += brackets;
    rest.length -= (size_t)brackets;
    if (host.length == 0 || rest.length < host.length ||
        memcmp(rest.data, host.data, host.length) != 0)
        return 0;
    rest.data += host.length;
    rest.length -= host.length;
    if (brackets) {
        if (rest.length == 0 || rest.data[0] != ']')
            return 0;
        rest.data++;
        rest.length--;
    }
    if (rest.length == 0)
        return request->port == (pinbulki_http1_is(request->scheme, "https") ? 443 : 80);
    return rest.data[0] == ':' && rest.length == length + 1 &&
           memcmp(rest.data + 1, digits, length) == 0;
}

static int pinbulki_http1_header_fits(const pinbulk_header *header)
{
    return pinbulki_http1_is_name(header->name) &&
           pinbulki_http1_is_printable(header->value, ' ') &&
           !pinbulki_http1_is(header->name, "host") &&
           !pinbulki_http1_is(header->name, "content-length") &&
           !pinbulki_http1_is(header->name, "transfer-encoding") &&
           !pinbulki_http1_is(header->name, "connection");
}

static int pinbulki_http1_request_fits(const pinbulk_request *request)
{
    unsigned i;
    if (request->header_count > PINBULK_HEADERS_MAX || request->method == NULL ||
        !pinbulki_http1_is_name(pinbulk_text_of(request->method)) ||
        !pinbulki_http1_is_printable(request->target, '!') || request->target.length == 0 ||
        request->target.data[0] != '/' || !pinbulki_http1_is_printable(request->authority, '!') ||
        !pinbulki_http1_authority_fits(request))
        return 0;
    for (i = 0; i < request->header_count; i++)
        if (!pinbulki_http1_header_fits(&request->headers[i]))
            return 0;
    return 1;
}

#define PINBULKI_HTTP1_START 6 /* pieces before the headers, of four pieces each */

/* What follows the headers; `piece` from 0. */
static pinbulk_text pinbulki_http1_tail(const pinbulk_http1_encoder *encoder, unsigned piece)
{
    static const char end[] = "\r\nConnection: close\r\n\r\n";
    size_t after = encoder->counted ? 0 : 2; /* the line end that is there already */
    switch (piece) {
    case 0:
        return pinbulk_text_of(encoder->counted ? "Content-Length: " : "");
    case 1:
        return pinbulki_http1_text(encoder->digits, encoder->counted ? encoder->digits_length : 0);
    default:
        return pinbulk_text_of((encoder->keep ? end + sizeof end - 5 : end) + after);
    }
}

/* The head is the sum of these. */
static pinbulk_text pinbulki_http1_piece(const pinbulk_http1_encoder *encoder, unsigned piece)
{
    const pinbulk_request *request = encoder->request;
    switch (piece) {
    case 0:
        return pinbulk_text_of(request->method);
    case 1:
        return pinbulk_text_of(" ");
    case 2:
        return request->target;
    case 3:
        return pinbulk_text_of(" HTTP/1.1\r\nHost: ");
    case 4:
        return request->authority;
    case 5:
        return pinbulk_text_of("\r\n");
    default:
        break;
    }
    piece -= PINBULKI_HTTP1_START;
    if (piece >= 4 * request->header_count)
        return pinbulki_http1_tail(encoder, piece - 4 * request->header_count);
    switch (piece % 4) {
    case 0:
        return request->headers[piece / 4].name;
    case 1:
        return pinbulk_text_of(": ");
    case 2:
        return request->headers[piece / 4].value;
    default:
        return pinbulk_text_of("\r\n");
    }
}

PINBULK_API pinbulk_result pinbulk_http1_encoder_init(pinbulk_http1_encoder *encoder,
                                                      const pinbulk_request *request, int keep)
{
    unsigned i;
    memset(encoder, 0, sizeof *encoder);
    if (!pinbulki_http1_request_fits(request))
        return PINBULK_BAD_ARGUMENT;
    if (request->body != NULL) {
        pinbulk_result result = pinbulk_body_rewind(request->body);
        if (result != PINBULK_OK)
            return result;
        encoder->body_length = encoder->body_left = pinbulk_body_length(request->body);
    }
    encoder->request = request;
    encoder->keep = keep != 0;
    encoder->counted =
        request->body != NULL || pinbulki_http1_is(pinbulk_text_of(request->method), "post");
    encoder->digits_length =
        (uint8_t)pinbulk_int_to_text((int64_t)encoder->body_length, encoder->digits);
    for (i = 0; i < PINBULKI_HTTP1_START + 4 * request->header_count + 3; i++)
        encoder->head_length += pinbulki_http1_piece(encoder, i).length;
    encoder->head_left = encoder->head_length;
    return PINBULK_OK;
}

/* Copies as much of the head as there is room for. */
static size_t pinbulki_http1_read_head(pinbulk_http1_encoder *encoder, char *buffer, size_t size)
{
    size_t used = 0;
    while (used < size && used < encoder->head_left) {
        pinbulk_text piece = pinbulki_http1_piece(encoder, encoder->piece);
        size_t length = piece.length - encoder->at;
        if (length > size - used)
            length = size - used;
        if (length != 0)
            memcpy(buffer + used, piece.data + encoder->at, length);
        used += length;
        encoder->at += length;
        if (encoder->at == piece.length) {
            encoder->piece++;
            encoder->at = 0;
        }
    }
    encoder->head_left -= used;
    return used;
}

PINBULK_API pinbulk_result pinbulk_http1_encoder_read(pinbulk_http1_encoder *encoder, void *buffer,
                                                      size_t size, size_t *got)
{
    pinbulk_result result;
    *got = 0;
    if (encoder->head_left != 0) {
        *got = pinbulki_http1_read_head(encoder, (char *)buffer, size);
        return PINBULK_OK;
    }
    if (encoder->body_left == 0 || size == 0)
        return PINBULK_OK;
    result = pinbulk_body_read(encoder->request->body, buffer, size, got);
    if (result == PINBULK_OK && (*got == 0 || *got > encoder->body_left))
        result = PINBULK_SOURCE_CHANGED;
    if (result != PINBULK_OK)
        *got = 0;
    encoder->body_left -= *got;
    return result;
}

/* ============================================================================================== */
/* >>parser: implementation                                                                       */
/* ============================================================================================== */

enum { /* pinbulk_http1_parser.at */
       PINBULKI_HTTP1_AT_STATUS = 0,
       PINBULKI_HTTP1_AT_HEADER,
       PINBULKI_HTTP1_AT_TRAILER,
       PINBULKI_HTTP1_AT_SIZE,      /* digits of a chunk's size */
       PINBULKI_HTTP1_AT_BLANK,     /* white space behind them */
       PINBULKI_HTTP1_AT_EXTENSION, /* of a chunk */
       PINBULKI_HTTP1_AT_CHUNK_END, /* the line end behind a chunk */
       PINBULKI_HTTP1_AT_CHUNK,
       PINBULKI_HTTP1_AT_LENGTH, /* a body with a length */
       PINBULKI_HTTP1_AT_REST,   /* a body up to the end of the connection */
       PINBULKI_HTTP1_AT_END,
       PINBULKI_HTTP1_AT_BROKEN
};

/* Returns 0. */
static int pinbulki_http1_break(pinbulk_http1_parser *parser, const char *text)
{
    if (parser->at != PINBULKI_HTTP1_AT_BROKEN)
        parser->text = text;
    parser->at = PINBULKI_HTTP1_AT_BROKEN;
    parser->reusable = 0;
    return 0;
}

/* What pinbulk.h said to a part of the response. 0: it does not want more. */
static int pinbulki_http1_taken(pinbulk_http1_parser *parser, pinbulk_result result)
{
    return result == PINBULK_OK || pinbulki_http1_break(parser, pinbulk_result_text(result));
}

static void pinbulki_http1_finish(pinbulk_http1_parser *parser, pinbulk_reached reached)
{
    parser->at = PINBULKI_HTTP1_AT_END;
    parser->reached = reached;
    parser->reusable = reached == PINBULK_REACHED_COMPLETE && !parser->close;
}

/* HTTP/1.x SP three digits, and perhaps SP and a reason, which means nothing. */
static int pinbulki_http1_status_line(pinbulk_http1_parser *parser)
{
    const char *line = parser->line;
    if (parser->line_used < 12 || memcmp(line, "HTTP/1.", 7) != 0 ||
        !pinbulki_http1_is_digit(line[7]) || line[8] != ' ' || line[9] < '1' || line[9] > '9' ||
        !pinbulki_http1_is_digit(line[10]) || !pinbulki_http1_is_digit(line[11]) ||
        (parser->line_used > 12 && line[12] != ' '))
        return pinbulki_http1_break(
            parser, PINBULKI_HTTP1_SAY("the response has no status line of HTTP/1"));
    parser->at = PINBULKI_HTTP1_AT_HEADER;
    parser->old = line[7] == '0';
    parser->close = parser->old;
    parser->interim = line[9] == '1';
    if (parser->interim) /* 101 would be another protocol from here on */
        return memcmp(line + 9, "101", 3) != 0 ||
               pinbulki_http1_break(parser,
                                    PINBULKI_HTTP1_SAY("the server changes to another protocol"));
    parser->status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    parser->reached = PINBULK_REACHED_RESPONSE;
    parser->no_body = parser->head_only || parser->status == 204 || parser->status == 304;
    return pinbulki_http1_taken(parser, pinbulk_response_begin(parser->response, parser->status));
}

/* Several lengths are one when they are equal; anything but digits is none. */
static int pinbulki_http1_content_length(pinbulk_http1_parser *parser, pinbulk_text list)
{
    int more = 1;
    while (more) {
        pinbulk_text item = pinbulki_http1_item(&list, &more);
        uint64_t number = 0;
        size_t i;
        for (i = 0; i < item.length; i++) {
            unsigned digit = (unsigned)(item.data[i] - '0');
            if (!pinbulki_http1_is_digit(item.data[i]) || number > UINT64_MAX / 10 ||
                (number == UINT64_MAX / 10 && digit >= UINT64_MAX % 10))
                return pinbulki_http1_break(parser,
                                            PINBULKI_HTTP1_SAY("the Content-Length is no number"));
            number = number * 10 + digit;
        }
        if (item.length == 0)
            return pinbulki_http1_break(parser,
                                        PINBULKI_HTTP1_SAY("the Content-Length is no number"));
        if (parser->has_length && number != parser->left)
            return pinbulki_http1_break(parser,
                                        PINBULKI_HTTP1_SAY("two different lengths of the body"));
        parser->has_length = 1;
        parser->left = number;
    }
    return 1;
}

static int pinbulki_http1_transfer_encoding(pinbulk_http1_parser *parser, pinbulk_text value)
{
    if (parser->chunked || parser->old || !pinbulki_http1_is(value, "chunked"))
        return pinbulki_http1_break(parser,
                                    PINBULKI_HTTP1_SAY("a Transfer-Encoding other than chunked"));
    parser->chunked = 1;
    return 1;
}

static int pinbulki_http1_connection(pinbulk_http1_parser *parser, pinbulk_text list)
{
    int more = 1;
    while (more)
        if (pinbulki_http1_is(pinbulki_http1_item(&list, &more), "close"))
            parser->close = 1;
    return 1;
}

/* The headers that must not be lost. The first three are about the connection. */
enum {
    PINBULKI_HTTP1_CONTENT_LENGTH = 0,
    PINBULKI_HTTP1_TRANSFER_ENCODING,
    PINBULKI_HTTP1_CONNECTION,
    PINBULKI_HTTP1_NEEDED = 5
};

static const char *const pinbulki_http1_needed[PINBULKI_HTTP1_NEEDED] = {
    "content-length", "transfer-encoding", "connection", "content-encoding", "content-range"};

static int pinbulki_http1_framing(pinbulk_http1_parser *parser, int header, pinbulk_text value)
{
    switch (header) {
    case PINBULKI_HTTP1_CONTENT_LENGTH:
        return pinbulki_http1_content_length(parser, value);
    case PINBULKI_HTTP1_TRANSFER_ENCODING:
        return pinbulki_http1_transfer_encoding(parser, value);
    case PINBULKI_HTTP1_CONNECTION:
        return pinbulki_http1_connection(parser, value);
    default:
        return 1;
    }
}

/* Takes a line of headers or trailers apart; the empty one has ended them before. */
static int pinbulki_http1_header_line(pinbulk_http1_parser *parser)
{
    pinbulk_text name = pinbulki_http1_text(parser->line, 0), value;
    int header = 0;
    if (parser->headers_left-- == 0)
        return pinbulki_http1_break(
            parser, PINBULKI_HTTP1_SAY("the response has more headers than the limit allows"));
    if (pinbulki_http1_is_blank(parser->line[0]))
        return pinbulki_http1_break(parser,
                                    PINBULKI_HTTP1_SAY("a header that goes on in the next line"));
    while (name.length < parser->line_used && parser->line[name.length] != ':')
        name.length++;
    if (name.length == parser->line_used || !pinbulki_http1_is_name(name))
        return pinbulki_http1_break(parser, PINBULKI_HTTP1_SAY("a line of the head is no header"));
    value = pinbulki_http1_trim(
        pinbulki_http1_text(parser->line + name.length + 1, parser->line_used - name.length - 1));
    if (parser->at == PINBULKI_HTTP1_AT_TRAILER)
        return 1; /* too late to mean anything */
    while (header < PINBULKI_HTTP1_NEEDED &&
           !pinbulki_http1_is(name, pinbulki_http1_needed[header]))
        header++;
    if (parser->cut)
        return header == PINBULKI_HTTP1_NEEDED ||
               pinbulki_http1_break(
                   parser, PINBULKI_HTTP1_SAY("a header is longer than the memory for it"));
    if (!pinbulki_http1_framing(parser, header, value))
        return 0;
    /* the length of a body that does not come is none of this response */
    if (parser->interim || (parser->no_body && header == PINBULKI_HTTP1_CONTENT_LENGTH))
        return 1;
    return pinbulki_http1_taken(parser,
                                pinbulk_response_header(parser->response, name.data, name.length,
                                                        value.data, value.length));
}

/* The empty line: decides where the response ends. */
static int pinbulki_http1_head_end(pinbulk_http1_parser *parser)
{
    if (parser->has_length && parser->chunked)
        return pinbulki_http1_break(
            parser, PINBULKI_HTTP1_SAY("both a Content-Length and a Transfer-Encoding"));
    if (parser->interim) {
        if (parser->has_length || parser->chunked)
            return pinbulki_http1_break(parser,
                                        PINBULKI_HTTP1_SAY("an interim response with a body"));
        parser->at = PINBULKI_HTTP1_AT_STATUS;
    } else if (parser->no_body) {
        if (parser->status == 204 && (parser->chunked || (parser->has_length && parser->left != 0)))
            parser->close = 1; /* a server that says so may send it, too */
        pinbulki_http1_finish(parser, PINBULK_REACHED_COMPLETE);
    } else if (parser->chunked) {
        parser->at = PINBULKI_HTTP1_AT_SIZE;
        parser->left = 0;
    } else if (!parser->has_length) {
        parser->at = PINBULKI_HTTP1_AT_REST;
    } else {
        parser->at = PINBULKI_HTTP1_AT_LENGTH;
        if (parser->left == 0)
            pinbulki_http1_finish(parser, PINBULK_REACHED_COMPLETE);
    }
    return 1;
}

/* A line of the head or a trailer has ended. */
static void pinbulki_http1_line_end(pinbulk_http1_parser *parser)
{
    if (parser->at == PINBULKI_HTTP1_AT_STATUS)
        pinbulki_http1_status_line(parser);
    else if (parser->line_used != 0)
        pinbulki_http1_header_line(parser);
    else if (parser->at == PINBULKI_HTTP1_AT_TRAILER)
        pinbulki_http1_finish(parser, PINBULK_REACHED_COMPLETE);
    else
        pinbulki_http1_head_end(parser);
    parser->line_used = 0;
    parser->cut = 0;
}

/* A line of the chunked coding has ended. */
static void pinbulki_http1_chunk_line_end(pinbulk_http1_parser *parser)
{
    if (parser->at == PINBULKI_HTTP1_AT_CHUNK_END)
        parser->at = PINBULKI_HTTP1_AT_SIZE;
    else if (parser->digits == 0 || parser->at == PINBULKI_HTTP1_AT_BLANK)
        pinbulki_http1_break(parser, PINBULKI_HTTP1_SAY("a chunk has no proper size"));
    else
        parser->at = parser->left != 0 ? PINBULKI_HTTP1_AT_CHUNK : PINBULKI_HTTP1_AT_TRAILER;
    parser->digits = 0;
}

static int pinbulki_http1_hex(char c)
{
    char lower = pinbulki_http1_lower(c);
    if (pinbulki_http1_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Takes a byte of a chunk's size or of what follows it. */
static void pinbulki_http1_chunk_byte(pinbulk_http1_parser *parser, char c)
{
    int digit = pinbulki_http1_hex(c);
    if (parser->at == PINBULKI_HTTP1_AT_EXTENSION)
        return;
    if (parser->at == PINBULKI_HTTP1_AT_SIZE && digit >= 0 && parser->digits < 16) {
        parser->left = (parser->left << 4) | (uint64_t)digit;
        parser->digits++;
    } else if (parser->digits != 0 && c == ';') {
        parser->at = PINBULKI_HTTP1_AT_EXTENSION;
    } else if (parser->digits != 0 && pinbulki_http1_is_blank(c)) {
        parser->at = PINBULKI_HTTP1_AT_BLANK;
    } else {
        pinbulki_http1_break(parser, parser->at == PINBULKI_HTTP1_AT_CHUNK_END
                                         ? PINBULKI_HTTP1_SAY("a chunk is longer than its size")
                                         : PINBULKI_HTTP1_SAY("a chunk has no proper size"));
    }
}

/* Takes one byte of anything that comes in lines. */
PINBULKI_HTTP1_NOINLINE void pinbulki_http1_byte(pinbulk_http1_parser *parser, char c)
{
    int text = parser->at <= PINBULKI_HTTP1_AT_TRAILER;
    if (text || parser->at == PINBULKI_HTTP1_AT_BLANK ||
        parser->at == PINBULKI_HTTP1_AT_EXTENSION) {
        if (parser->head_left == 0) {
            pinbulki_http1_break(parser,
                                 PINBULKI_HTTP1_SAY("the head of the response is above the limit"));
            return;
        }
        parser->head_left--;
    }
    if (parser->cr) {
        parser->cr = 0;
        if (c != '\n')
            pinbulki_http1_break(parser, PINBULKI_HTTP1_SAY("a carriage return that ends no line"));
        else if (text)
            pinbulki_http1_line_end(parser);
        else
            pinbulki_http1_chunk_line_end(parser);
    } else if (c == '\r') {
        parser->cr = 1;
    } else if (c == '\n') {
        pinbulki_http1_break(parser,
                             PINBULKI_HTTP1_SAY("a line that ends without a carriage return"));
    } else if (((unsigned char)c < ' ' && c != '\t') || c == 0x7F) {
        pinbulki_http1_break(parser,
                             PINBULKI_HTTP1_SAY("a control character in the head of the response"));
    } else if (!text) {
        pinbulki_http1_chunk_byte(parser, c);
    } else if (parser->line_used < parser->line_size) {
        parser->line[parser->line_used++] = c;
    } else {
        parser->cut = 1;
    }
}

/* Takes bytes of the body; returns how many. */
static size_t pinbulki_http1_body(pinbulk_http1_parser *parser, const char *data, size_t length)
{
    int rest = parser->at == PINBULKI_HTTP1_AT_REST;
    if (!rest && length > parser->left)
        length = (size_t)parser->left;
    if (!pinbulki_http1_taken(parser, pinbulk_response_body(parser->response, data, length)))
        return length;
    if (rest)
        return length;
    parser->left -= length;
    if (parser->left != 0)
        return length;
    if (parser->at == PINBULKI_HTTP1_AT_CHUNK)
        parser->at = PINBULKI_HTTP1_AT_CHUNK_END;
    else
        pinbulki_http1_finish(parser, PINBULK_REACHED_COMPLETE);
    return length;
}

PINBULK_API pinbulk_result pinbulk_http1_parser_init(pinbulk_http1_parser *parser,
                                                     const pinbulk_request *request,
                                                     pinbulk_response *response, char *memory,
                                                     size_t size,
                                                     const pinbulk_http1_limits *limits)
{
    memset(parser, 0, sizeof *parser);
    parser->at = PINBULKI_HTTP1_AT_BROKEN;
    if (memory == NULL || size < PINBULK_HTTP1_LINE_MIN)
        return PINBULK_BAD_ARGUMENT;
    parser->at = PINBULKI_HTTP1_AT_STATUS;
    parser->response = response;
    parser->line = memory;
    parser->line_size = size;
    parser->head_only = (uint8_t)pinbulki_http1_is(pinbulk_text_of(request->method), "head");
    parser->head_left = limits != NULL && limits->head != 0 ? limits->head : 65536;
    parser->headers_left = limits != NULL && limits->headers != 0 ? limits->headers : 256;
    return PINBULK_OK;
}

static pinbulk_http1_state pinbulki_http1_state(const pinbulk_http1_parser *parser)
{
    if (parser->at == PINBULKI_HTTP1_AT_END)
        return PINBULK_HTTP1_WHOLE;
    return parser->at == PINBULKI_HTTP1_AT_BROKEN ? PINBULK_HTTP1_BROKEN : PINBULK_HTTP1_MORE;
}

PINBULK_API pinbulk_http1_state pinbulk_http1_parser_feed(pinbulk_http1_parser *parser,
                                                          const void *data, size_t length,
                                                          size_t *consumed)
{
    const char *bytes = (const char *)data;
    size_t used = 0;
    while (used < length && parser->at < PINBULKI_HTTP1_AT_END) {
        if (parser->at >= PINBULKI_HTTP1_AT_CHUNK)
            used += pinbulki_http1_body(parser, bytes + used, length - used);
        else
            pinbulki_http1_byte(parser, bytes[used++]);
    }
    *consumed = used;
    if (used < length)
        parser->reusable = 0;
    return pinbulki_http1_state(parser);
}

PINBULK_API pinbulk_http1_state pinbulk_http1_parser_end(pinbulk_http1_parser *parser)
{
    if (parser->at == PINBULKI_HTTP1_AT_REST)
        pinbulki_http1_finish(parser, PINBULK_REACHED_CLOSED);
    else if (parser->at < PINBULKI_HTTP1_AT_END)
        pinbulki_http1_break(
            parser, parser->status != 0
                        ? PINBULKI_HTTP1_SAY("the connection was closed within the response")
                        : PINBULKI_HTTP1_SAY("the connection was closed before any response"));
    parser->reusable = 0;
    return pinbulki_http1_state(parser);
}

/* ============================================================================================== */
/* >>driver: implementation                                                                       */
/* ============================================================================================== */

enum { /* pinbulk_http1.state */
       PINBULKI_HTTP1_IDLE = 0,
       PINBULKI_HTTP1_CONNECT,
       PINBULKI_HTTP1_LOOK, /* whether the connection that was kept is alive */
       PINBULKI_HTTP1_EXCHANGE
};

#define PINBULKI_HTTP1_ROUNDS  16  /* calls of the stream in one step */
#define PINBULKI_HTTP1_PORTION 250 /* milliseconds of waiting at once */

/* Nothing is left to do in this call. */
#define PINBULKI_HTTP1_GO_ON ((pinbulk_http1_todo)0)

static void pinbulki_http1_wipe(char *memory, size_t size)
{
    volatile char *at = memory;
    while (size-- > 0)
        *at++ = 0;
}

static void pinbulki_http1_disconnect(pinbulk_http1 *http)
{
    if (http->open)
        http->config.stream.close(http->config.stream.ctx);
    http->open = 0;
}

/* What the stream says of its last failure. */
static const char *pinbulki_http1_reason(const pinbulk_http1 *http, const char *otherwise)
{
    const pinbulk_http1_stream *stream = &http->config.stream;
    const char *reason = stream->reason != NULL ? stream->reason(stream->ctx) : NULL;
    return reason != NULL ? reason : otherwise;
}

/* Ends the exchange. `text` counts when the response is not whole. */
static pinbulk_http1_todo pinbulki_http1_done(pinbulk_http1 *http, int permanent, const char *text)
{
    pinbulk_reached reached = http->reached;
    if (http->parser.reached > reached)
        reached = http->parser.reached;
    http->outcome.reached = reached;
    http->outcome.permanent = (uint8_t)permanent;
    http->outcome.text = reached >= PINBULK_REACHED_CLOSED ? NULL : text;
    if (reached != PINBULK_REACHED_COMPLETE || !http->parser.reusable || http->unsent ||
        http->config.close || http->request->host.length > sizeof http->host)
        pinbulki_http1_disconnect(http);
    http->moved = http->now;
    http->state = PINBULKI_HTTP1_IDLE;
    http->request = NULL;
    http->response = NULL;
    pinbulki_http1_wipe(http->config.memory, http->config.memory_size);
    return PINBULK_HTTP1_DONE;
}

/* 127.0.0.0/8, ::1 and localhost. */
static int pinbulki_http1_is_loopback(pinbulk_text host)
{
    size_t i, dots = 0;
    if (pinbulki_http1_is(host, "localhost") || pinbulki_http1_is(host, "::1"))
        return 1;
    for (i = 0; i < host.length; i++) {
        if (host.data[i] == '.')
            dots++;
        else if (!pinbulki_http1_is_digit(host.data[i]))
            return 0;
    }
    return dots == 3 && host.length > 4 && memcmp(host.data, "127.", 4) == 0;
}

/* Whether the connection that was kept goes to the origin of the request and may carry it. */
static int pinbulki_http1_may_reuse(const pinbulk_http1 *http)
{
    const pinbulk_request *request = http->request;
    return http->open && !request->once &&
           http->https == pinbulki_http1_is(request->scheme, "https") &&
           http->port == request->port && http->host_length == request->host.length &&
           memcmp(http->host, request->host.data, http->host_length) == 0 &&
           http->now - http->moved < http->config.keep_timeout;
}

/* Starts to connect, from the start of the request. The name of the host is kept as far as it fits,
   for a longer one the connection is not. */
static void pinbulki_http1_reconnect(pinbulk_http1 *http)
{
    const pinbulk_request *request = http->request;
    pinbulki_http1_disconnect(http);
    http->https = (uint8_t)pinbulki_http1_is(request->scheme, "https");
    http->port = request->port;
    http->host_length = request->host.length;
    memcpy(http->host, request->host.data,
           request->host.length < sizeof http->host ? request->host.length : sizeof http->host);
    http->connecting = http->now;
    http->reused = 0;
    http->state = PINBULKI_HTTP1_CONNECT;
}

static pinbulk_http1_todo pinbulki_http1_connect(pinbulk_http1 *http, uint32_t wait)
{
    const pinbulk_http1_stream *stream = &http->config.stream;
    const pinbulk_request *request = http->request;
    pinbulk_http1_io io;
    if (!http->open)
        http->connections++;
    http->open = 1;
    io = stream->connect(stream->ctx, request->scheme, request->host, request->port, wait);
    switch (io) {
    case PINBULK_HTTP1_IO_READ:
        return PINBULK_HTTP1_READ;
    case PINBULK_HTTP1_IO_WRITE:
        return PINBULK_HTTP1_WRITE;
    case PINBULK_HTTP1_IO_PLAIN:
        if (http->https)
            return pinbulki_http1_done(
                http, 1, PINBULKI_HTTP1_SAY("the stream is not TLS, which https needs"));
        break;
    case PINBULK_HTTP1_IO_TLS:
        break;
    case PINBULK_HTTP1_IO_TIMEOUT:
        return pinbulki_http1_done(http, 0, PINBULKI_HTTP1_SAY("connecting took too long"));
    default:
        return pinbulki_http1_done(
            http, io == PINBULK_HTTP1_IO_REFUSED,
            pinbulki_http1_reason(http, PINBULKI_HTTP1_SAY("no connection to the server")));
    }
    http->state = PINBULKI_HTTP1_EXCHANGE;
    http->moved = http->now;
    return PINBULKI_HTTP1_GO_ON;
}

/* A connection that says something before it was asked, or has ended, is not used. */
static pinbulk_http1_todo pinbulki_http1_look(pinbulk_http1 *http)
{
    const pinbulk_http1_stream *stream = &http->config.stream;
    size_t got = 0;
    pinbulk_http1_io io = stream->recv(stream->ctx, http->in, http->in_size, &got, 0);
    if (io == PINBULK_HTTP1_IO_READ || io == PINBULK_HTTP1_IO_WRITE)
        http->state = PINBULKI_HTTP1_EXCHANGE;
    else
        pinbulki_http1_reconnect(http);
    http->moved = http->now;
    return PINBULKI_HTTP1_GO_ON;
}

/* Starts the request and its response. 0: that is not possible, and the exchange has ended. */
static int pinbulki_http1_start(pinbulk_http1 *http)
{
    pinbulk_result result =
        pinbulk_http1_encoder_init(&http->encoder, http->request, !http->config.close);
    http->out_at = http->out_end = 0;
    http->unsent = 1;
    if (result == PINBULK_OK)
        return 1;
    pinbulki_http1_done(
        http, 1,
        result == PINBULK_BAD_ARGUMENT
            ? PINBULKI_HTTP1_SAY("the request has bytes or headers that must not be sent")
            : pinbulk_result_text(result));
    return 0;
}

/* Sending failed. On a used connection that took nothing the request begins again on a new one;
   otherwise there may be a response that says why. */
static pinbulk_http1_todo pinbulki_http1_send_failed(pinbulk_http1 *http, const char *text)
{
    if (!http->accepted && http->reused) {
        if (!pinbulki_http1_start(http))
            return PINBULK_HTTP1_DONE;
        http->reached = PINBULK_REACHED_NOTHING;
        pinbulki_http1_reconnect(http);
        return PINBULKI_HTTP1_GO_ON;
    }
    if (!http->accepted)
        return pinbulki_http1_done(http, 0, text);
    http->send_text = text;
    return PINBULKI_HTTP1_GO_ON;
}

/* Sends a portion. */
static pinbulk_http1_todo pinbulki_http1_send(pinbulk_http1 *http, uint32_t wait)
{
    const pinbulk_http1_stream *stream = &http->config.stream;
    pinbulk_reached part = PINBULK_REACHED_HEAD;
    size_t sent = 0, offered;
    if (http->out_at == http->out_end) {
        int body = http->encoder.head_left == 0;
        pinbulk_result result =
            pinbulk_http1_encoder_read(&http->encoder, http->out, http->out_size, &http->out_end);
        http->out_at = 0;
        if (result != PINBULK_OK)
            return pinbulki_http1_done(http, 1, pinbulk_result_text(result));
        if (body)
            part = PINBULK_REACHED_BODY;
    }
    if (part > http->reached) /* what is offered may leave, whatever the stream says then */
        http->reached = part;
    offered = http->out_end - http->out_at;
    switch (stream->send(stream->ctx, http->out + http->out_at, offered, &sent, wait)) {
    case PINBULK_HTTP1_IO_BYTES:
        if (sent == 0 || sent > offered)
            return pinbulki_http1_send_failed(http,
                                              PINBULKI_HTTP1_SAY("the stream counts wrongly"));
        http->accepted = 1;
        http->out_at += sent;
        http->moved = http->now;
        if (http->out_at == http->out_end && http->encoder.head_left == 0 &&
            http->encoder.body_left == 0)
            http->unsent = 0;
        return PINBULKI_HTTP1_GO_ON;
    case PINBULK_HTTP1_IO_READ:
        return PINBULK_HTTP1_READ;
    case PINBULK_HTTP1_IO_WRITE:
        return PINBULK_HTTP1_WRITE;
    case PINBULK_HTTP1_IO_TIMEOUT:
        return pinbulki_http1_send_failed(http, PINBULKI_HTTP1_SAY("the server takes no bytes"));
    default:
        return pinbulki_http1_send_failed(
            http,
            pinbulki_http1_reason(http, PINBULKI_HTTP1_SAY("the connection broke while sending")));
    }
}

/* Receives a portion. */
static pinbulk_http1_todo pinbulki_http1_recv(pinbulk_http1 *http, uint32_t wait)
{
    const pinbulk_http1_stream *stream = &http->config.stream;
    size_t got = 0, used;
    const char *text = http->send_text;
    switch (stream->recv(stream->ctx, http->in, http->in_size, &got, wait)) {
    case PINBULK_HTTP1_IO_BYTES:
        if (got == 0 || got > http->in_size)
            return pinbulki_http1_done(http, 0, PINBULKI_HTTP1_SAY("the stream counts wrongly"));
        http->moved = http->now;
        if (pinbulk_http1_parser_feed(&http->parser, http->in, got, &used) != PINBULK_HTTP1_MORE)
            return pinbulki_http1_done(http, 0, http->parser.text);
        return PINBULKI_HTTP1_GO_ON;
    case PINBULK_HTTP1_IO_READ:
        return PINBULK_HTTP1_READ;
    case PINBULK_HTTP1_IO_WRITE:
        return PINBULK_HTTP1_WRITE;
    case PINBULK_HTTP1_IO_END:
        pinbulk_http1_parser_end(&http->parser);
        return pinbulki_http1_done(http, 0, text != NULL ? text : http->parser.text);
    case PINBULK_HTTP1_IO_TIMEOUT:
        return pinbulki_http1_done(
            http, 0, text != NULL ? text : PINBULKI_HTTP1_SAY("no response came in time"));
    default:
        return pinbulki_http1_done(
            http, 0,
            text != NULL ? text
                         : pinbulki_http1_reason(
                               http, PINBULKI_HTTP1_SAY("the connection broke while receiving")));
    }
}

/* Sends while there is something to send, and listens when that has to wait: a server may answer
   before it has everything. After a refusal the rest is not sent. */
static pinbulk_http1_todo pinbulki_http1_exchange(pinbulk_http1 *http, uint32_t wait)
{
    pinbulk_http1_todo sending, receiving;
    if (!http->unsent || http->send_text != NULL || http->parser.status >= 300)
        return pinbulki_http1_recv(http, wait);
    sending = pinbulki_http1_send(http, wait);
    if (sending == PINBULKI_HTTP1_GO_ON || sending == PINBULK_HTTP1_DONE)
        return sending;
    receiving = pinbulki_http1_recv(http, 0);
    if (receiving == PINBULKI_HTTP1_GO_ON || receiving == PINBULK_HTTP1_DONE)
        return receiving;
    return sending == receiving ? sending : PINBULK_HTTP1_READ_WRITE;
}

static uint64_t pinbulki_http1_later(uint64_t since, uint32_t timeout)
{
    return since > UINT64_MAX - timeout ? UINT64_MAX : since + timeout;
}

/* Sets `until`, and returns which limit has passed, or NULL. */
static const char *pinbulki_http1_too_late(pinbulk_http1 *http)
{
    const pinbulk_http1_config *config = &http->config;
    int connecting = http->state == PINBULKI_HTTP1_CONNECT;
    uint64_t until = connecting ? pinbulki_http1_later(http->connecting, config->connect_timeout)
                                : pinbulki_http1_later(http->moved, config->idle_timeout);
    http->until = pinbulki_http1_later(http->started, config->total_timeout);
    if (http->now >= http->until)
        return PINBULKI_HTTP1_SAY("the exchange took too long");
    if (until < http->until)
        http->until = until;
    if (http->now < until)
        return NULL;
    return connecting ? PINBULKI_HTTP1_SAY("connecting took too long")
                      : PINBULKI_HTTP1_SAY("no byte came or went for too long");
}

/* The first step of an exchange: only now the time is known. 0: it has ended. */
static int pinbulki_http1_first_step(pinbulk_http1 *http)
{
    const pinbulk_request *request = http->request;
    int https = pinbulki_http1_is(request->scheme, "https");
    http->timed = 1;
    http->started = http->now;
    http->reused = (uint8_t)pinbulki_http1_may_reuse(http);
    http->moved = http->now;
    if (!https && !(pinbulki_http1_is(request->scheme, "http") &&
                    pinbulki_http1_is_loopback(request->host))) {
        pinbulki_http1_done(http, 1, PINBULKI_HTTP1_SAY("plain http is for loopback only"));
        return 0;
    }
    if (!pinbulki_http1_start(http))
        return 0;
    http->state = PINBULKI_HTTP1_LOOK;
    if (!http->reused)
        pinbulki_http1_reconnect(http);
    return 1;
}

/* Goes on; a single call of the stream may wait. */
static pinbulk_http1_todo pinbulki_http1_step(pinbulk_http1 *http, uint64_t now, uint32_t wait)
{
    pinbulk_http1_todo todo = PINBULKI_HTTP1_GO_ON;
    const char *late;
    int rounds;
    if (http->state == PINBULKI_HTTP1_IDLE)
        return PINBULK_HTTP1_DONE;
    if (now > http->now)
        http->now = now;
    if (!http->timed && !pinbulki_http1_first_step(http))
        return PINBULK_HTTP1_DONE;
    for (rounds = wait != 0 ? 1 : PINBULKI_HTTP1_ROUNDS; rounds > 0; rounds--) {
        if (pinbulk_response_cancelled(http->response))
            return pinbulki_http1_done(http, 0, pinbulk_result_text(PINBULK_CANCELLED));
        late = pinbulki_http1_too_late(http);
        if (late != NULL)
            return pinbulki_http1_done(http, 0, late);
        if (wait > http->until - http->now)
            wait = (uint32_t)(http->until - http->now);
        if (http->state == PINBULKI_HTTP1_CONNECT)
            todo = pinbulki_http1_connect(http, wait);
        else if (http->state == PINBULKI_HTTP1_LOOK)
            todo = pinbulki_http1_look(http);
        else
            todo = pinbulki_http1_exchange(http, wait);
        if (todo != PINBULKI_HTTP1_GO_ON)
            return todo;
    }
    pinbulki_http1_too_late(http); /* for `until` */
    return PINBULK_HTTP1_AGAIN;
}

PINBULK_API pinbulk_http1_todo pinbulk_http1_step(pinbulk_http1 *http, uint64_t now)
{
    return pinbulki_http1_step(http, now, 0);
}

PINBULK_API void pinbulk_http1_begin(pinbulk_http1 *http, const pinbulk_request *request,
                                     pinbulk_response *response)
{
    if (http->state != PINBULKI_HTTP1_IDLE)
        pinbulk_http1_close(http);
    http->request = request;
    http->response = response;
    http->reached = PINBULK_REACHED_NOTHING;
    http->send_text = NULL;
    http->accepted = http->timed = 0;
    http->state = PINBULKI_HTTP1_LOOK;
    http->until = 0;
    pinbulk_http1_parser_init(&http->parser, request, response, http->config.memory,
                              http->config.memory_size / 4, &http->config.limits);
}

PINBULK_API void pinbulk_http1_close(pinbulk_http1 *http)
{
    if (http->state != PINBULKI_HTTP1_IDLE)
        pinbulki_http1_done(http, 0, PINBULKI_HTTP1_SAY("the exchange was broken off"));
    pinbulki_http1_disconnect(http);
}

/* Zero is the default. */
static void pinbulki_http1_default(uint32_t *value, uint32_t fallback)
{
    if (*value == 0)
        *value = fallback;
}

PINBULK_API pinbulk_result pinbulk_http1_init(pinbulk_http1 *http,
                                              const pinbulk_http1_config *config)
{
    const pinbulk_http1_stream *stream = &config->stream;
    memset(http, 0, sizeof *http);
    if (stream->connect == NULL || stream->send == NULL || stream->recv == NULL ||
        stream->close == NULL || config->memory == NULL ||
        config->memory_size < PINBULK_HTTP1_MEMORY_MIN)
        return PINBULK_BAD_ARGUMENT;
    http->config = *config;
    http->out_size = config->memory_size / 4;
    http->out = config->memory + http->out_size; /* the first quarter is the parser's */
    http->in = http->out + http->out_size;
    http->in_size = config->memory_size - 2 * http->out_size;
    pinbulki_http1_default(&http->config.connect_timeout, 30000);
    pinbulki_http1_default(&http->config.idle_timeout, 120000);
    pinbulki_http1_default(&http->config.total_timeout, 3600000);
    pinbulki_http1_default(&http->config.keep_timeout, 15000);
    return PINBULK_OK;
}

static uint64_t pinbulki_http1_now(void *ctx)
{
    const pinbulk_http1_config *config = &((const pinbulk_http1 *)ctx)->config;
    return config->now != NULL ? config->now(config->ctx) : 0;
}

static void pinbulki_http1_sleep(void *ctx, uint32_t milliseconds)
{
    const pinbulk_http1_config *config = &((const pinbulk_http1 *)ctx)->config;
    config->sleep(config->ctx, milliseconds);
}

static uint32_t pinbulki_http1_random(void *ctx)
{
    const pinbulk_http1_config *config = &((const pinbulk_http1 *)ctx)->config;
    return config->random(config->ctx);
}

static pinbulk_outcome pinbulki_http1_exchanged(void *ctx, const pinbulk_request *request,
                                                pinbulk_response *response)
{
    pinbulk_http1 *http = (pinbulk_http1 *)ctx;
    pinbulk_http1_begin(http, request, response);
    while (pinbulki_http1_step(http, pinbulki_http1_now(http), PINBULKI_HTTP1_PORTION) !=
           PINBULK_HTTP1_DONE)
        ; /* each step waits for the stream, and time limits end it */
    return http->outcome;
}

PINBULK_API pinbulk_transport pinbulk_http1_transport(pinbulk_http1 *http)
{
    pinbulk_transport transport;
    transport.ctx = http;
    transport.exchange = pinbulki_http1_exchanged;
    transport.now = http->config.now != NULL ? pinbulki_http1_now : NULL;
    transport.sleep = http->config.sleep != NULL ? pinbulki_http1_sleep : NULL;
    transport.random = http->config.random != NULL ? pinbulki_http1_random : NULL;
    return transport;
}

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_HTTP1_IMPLEMENTATION */
