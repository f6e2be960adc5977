/* pinbulk_replay.h - records and replays exchanges of pinbulk.h - MIT licence, see pinbulk.h

WHAT IT IS

    Two transports. The recorder wraps any other transport and writes what passes as plain text that
    people can read and edit. The replayer answers from such a text, with no network and no account:
    for tests of programs that use pinbulk, and to show others what a service did. No malloc and no
    I/O: the text goes to a sink and comes from memory.

DO THIS

    After pinbulk.h, in one file:

        #define PINBULK_REPLAY_IMPLEMENTATION
        #include "pinbulk_replay.h"

        // record: `sink` writes to a file
        pinbulk_replay_recorder recorder;
        pinbulk_replay_record(&recorder, &transport, sink);
        pinbulk_transport recording = pinbulk_replay_recorder_transport(&recorder);
        ... pinbulk_job_run(&job, &recording) ...
        if (recorder.result != PINBULK_OK) ... the recording is not whole ...

        // replay: `text` is that file
        pinbulk_replay replay;
        if (pinbulk_replay_init(&replay, text, length, NULL) != PINBULK_OK)
            ... replay.text says what is wrong in which line ...
        pinbulk_transport replaying = pinbulk_replay_transport(&replay);
        ... pinbulk_job_run(&job, &replaying) ...
        if (pinbulk_replay_left(&replay) != 0) ... not all of it was asked for ...

    Functions are static when PINBULK_STATIC is defined.

THE TEXT

        pinbulk-replay 1

        # a comment; empty lines mean nothing either
        > POST https://api.pinterest.com/v5/ad_accounts/549755885175/bulk/download
        > Authorization: ****
        >
        > {"entity_types":["CAMPAIGN"]}
        < 200
        < Content-Length: 19
        <
        < {"request_id":"77"}
        = complete

    > is what was sent, < what came, = how it ended: unknown, nothing, head, body, response, closed
    or complete (pinbulk_reached), then perhaps `permanent`, then perhaps a colon and the reason. A
    response that did not come has no < lines.

    A body begins after the first line that is empty but for its mark. Its lines are joined with a
    line feed, so the last one has none. A line that begins with >+ or <+ goes on in the line before
    it. One that begins with >% or <% goes on too, with bytes in hexadecimal: carriage returns,
    control characters, spaces at the end of a line. To edit one is allowed: a Content-Length counts
    only in a response that did not end as complete, otherwise it is the length of the body as it
    stands.

    The first line is the version. Line ends may be LF or CR LF.

SECRETS

    Replaced when they are recorded, and never written: values of headers that are marked secret; a
    URL that is marked secret, and "result_url" in JSON, by https://replaced.invalid/result, which
    the replayed job then asks for; the bodies of a token request, of which the replayed one gets
    the access token `replaced`, or the message `replaced` when it was refused; the token of the
    request, whatever looks like one (pina_..., and pinr...., and Bearer ...) and signatures of
    URLs, by ****, in the bodies of both directions, also where JSON has escaped some of their
    characters. Account, entity ids and names are no secrets to this adapter: look at a recording
    before you share it.

    Of the response's headers those are recorded that matter to pinbulk.h, but not its Date. */
#ifndef PINBULK_REPLAY_H
#define PINBULK_REPLAY_H

#ifndef PINBULK_H
#error "include pinbulk.h first"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PINBULK_REPLAY_TEXT_MAX 160

/* Takes secrets out of bytes that come in parts. Private. */
typedef struct pinbulki_replay_scrub {
    void *ctx;
    void (*put)(void *ctx, const char *data, size_t length);
    pinbulk_text token;
    size_t used;
    uint8_t mode, escaped;
    char window[64];
} pinbulki_replay_scrub;

/* The recorder: one exchange at a time. */
typedef struct pinbulk_replay_recorder {
    pinbulk_result result; /* the first failure of the sink; after it nothing more is written */
    unsigned exchanges;    /* that were recorded */
    /* private */
    pinbulk_transport inner;
    pinbulk_sink out, sink;
    const pinbulk_request *request;
    pinbulk_response *response;
    pinbulki_replay_scrub scrub;
    size_t used, spaces;
    char mark;
    uint8_t line, headed;
    char buffer[256];
} pinbulk_replay_recorder;

/* Begins a recording, whose first line it writes. `inner` is copied; what it and `out` point to
   must outlive the recorder. Exchanges go on when `out` fails. */
PINBULK_API void pinbulk_replay_record(pinbulk_replay_recorder *recorder,
                                       const pinbulk_transport *inner, pinbulk_sink out);
/* The transport that does what `inner` does and records it. It uses `recorder`. */
PINBULK_API pinbulk_transport pinbulk_replay_recorder_transport(pinbulk_replay_recorder *recorder);

/* How to replay. Zero is what one wants. */
typedef struct pinbulk_replay_config {
    uint8_t lenient; /* only the order counts; otherwise method, target and body must be the same,
                        secrets aside */
    size_t chunk;    /* bytes of a body delivered at once; 0: up to 256 */
} pinbulk_replay_config;

/* Where the replayer is in its text. Private. */
typedef struct pinbulki_replay_cursor {
    const char *at, *end;
    unsigned line;
    uint8_t where;
} pinbulki_replay_cursor;

/* The replayer. Its clock moves when somebody sleeps, so nothing really waits. */
typedef struct pinbulk_replay {
    unsigned exchanges; /* that were answered */
    unsigned line;      /* of the text: where the last one begins; after a failed init: what is
                           wrong */
    char text[PINBULK_REPLAY_TEXT_MAX]; /* what is wrong, or differs; "" when nothing does */
    /* private */
    pinbulk_replay_config config;
    pinbulki_replay_cursor cursor;
    uint64_t now;
    uint32_t random;
} pinbulk_replay;

/* Reads a recording of `length` bytes, which must stay as they are. `config` may be NULL.
   PINBULK_BAD_ARGUMENT: it is none; `text` and `line` say why. */
PINBULK_API pinbulk_result pinbulk_replay_init(pinbulk_replay *replay, const char *text,
                                               size_t length, const pinbulk_replay_config *config);
/* The transport that answers from the recording. A request that differs from the recorded one, or
   comes after the last, ends at once as permanent; the text of the outcome (that is replay->text)
   says which exchange it is and what differs, but not what was sent. It uses `replay`. */
PINBULK_API pinbulk_transport pinbulk_replay_transport(pinbulk_replay *replay);
/* The number of exchanges that were not asked for. */
PINBULK_API unsigned pinbulk_replay_left(const pinbulk_replay *replay);

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_REPLAY_H */

#if defined(PINBULK_REPLAY_IMPLEMENTATION) && !defined(PINBULK_REPLAY_IMPLEMENTED)
#define PINBULK_REPLAY_IMPLEMENTED

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

static const char pinbulki_replay_first_line[] = "pinbulk-replay 1";
static const char pinbulki_replay_url[] = "https://replaced.invalid/result";
static const char pinbulki_replay_tokens[] = "{\"access_token\":\"replaced\"}";
static const char pinbulki_replay_no_tokens[] = "{\"message\":\"replaced\"}";

/* The names of pinbulk_reached. */
static const char *const pinbulki_replay_ends[] = {"unknown",  "nothing", "head",    "body",
                                                   "response", "closed",  "complete"};

enum { PINBULKI_REPLAY_ENDS = sizeof pinbulki_replay_ends / sizeof pinbulki_replay_ends[0] };

/* ============================================================================================== */
/* >>texts                                                                                        */
/* ============================================================================================== */

static pinbulk_text pinbulki_replay_part(pinbulk_text text, size_t from, size_t to)
{
    text.data += from;
    text.length = to - from;
    return text;
}

static char pinbulki_replay_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Whether a text begins with `start`, whose letters are lower case, in any case. */
static int pinbulki_replay_begins(pinbulk_text text, const char *start)
{
    size_t i;
    for (i = 0; start[i] != '\0'; i++)
        if (i == text.length || pinbulki_replay_lower(text.data[i]) != start[i])
            return 0;
    return 1;
}

static int pinbulki_replay_is(pinbulk_text text, const char *other)
{
    return pinbulk_text_equal(text, pinbulk_text_of(other));
}

static size_t pinbulki_replay_find(pinbulk_text text, char byte)
{
    size_t i = 0;
    while (i < text.length && text.data[i] != byte)
        i++;
    return i;
}

static size_t pinbulki_replay_digits(uint64_t number, char digits[20])
{
    size_t length = 1, i;
    uint64_t rest;
    for (rest = number / 10; rest != 0; rest /= 10)
        length++;
    for (i = length; i > 0; i--, number /= 10)
        digits[i - 1] = (char)('0' + (int)(number % 10));
    return length;
}

/* Whether it is a letter, a digit, or one of the others. */
static int pinbulki_replay_is_word(char c, const char *others)
{
    char lower = pinbulki_replay_lower(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9'))
        return 1;
    while (*others != '\0' && *others != c)
        others++;
    return *others != '\0';
}

static int pinbulki_replay_hex(char c)
{
    char lower = pinbulki_replay_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* ============================================================================================== */
/* >>scrub: secrets in a stream of bytes                                                          */
/* ============================================================================================== */

enum { /* pinbulki_replay_scrub.mode */
       PINBULKI_REPLAY_COPY = 0,
       PINBULKI_REPLAY_TOKEN, /* the rest of something secret is dropped */
       PINBULKI_REPLAY_COLON, /* behind "result_url" */
       PINBULKI_REPLAY_STRING /* its value is dropped */
};

/* Bytes that must be known to tell what begins here: 8 characters of a token, all of them escaped.
 */
#define PINBULKI_REPLAY_LOOK 48

/* What announces a secret. */
static const char *const pinbulki_replay_signs[] = {
    "pina_", "pinr.", "bearer ", "signature=", "x-amz-credential=", "x-amz-security-token=",
    "?sig=", "&sig="};

/* Bytes of tokens and of parameters; the stand-in itself is one, so that it stays as it is. */
static int pinbulki_replay_is_token(char c)
{
    return pinbulki_replay_is_word(c, "-._~+/=%*");
}

/* The character at a place, which JSON may have escaped as \/ or \u003d; *length: how many bytes it
   has there. Other escapes count as the bytes they are. */
static char pinbulki_replay_char(pinbulk_text text, size_t at, size_t *length)
{
    const char *bytes = text.data + at;
    size_t left = text.length - at;
    int high, low;
    *length = 1;
    if (left >= 2 && bytes[0] == '\\' && bytes[1] == '/') {
        *length = 2;
        return '/';
    }
    if (left < 6 || bytes[0] != '\\' || memcmp(bytes + 1, "u00", 3) != 0)
        return bytes[0];
    high = pinbulki_replay_hex(bytes[4]);
    low = pinbulki_replay_hex(bytes[5]);
    if (high < 0 || high > 7 || low < 0)
        return bytes[0];
    *length = 6;
    return (char)(high * 16 + low);
}

/* How many bytes of a text are `start`, in any case when `folded` (then its letters are lower
   case); 0: it does not begin so. */
static size_t pinbulki_replay_match(pinbulk_text text, pinbulk_text start, int folded)
{
    size_t i, at = 0, length;
    for (i = 0; i < start.length; i++, at += length) {
        char c;
        if (at >= text.length)
            return 0;
        c = pinbulki_replay_char(text, at, &length);
        if ((folded ? pinbulki_replay_lower(c) : c) != start.data[i])
            return 0;
    }
    return at;
}

static void pinbulki_replay_scrub_begin(pinbulki_replay_scrub *scrub,
                                        const pinbulk_request *request, void *ctx,
                                        void (*put)(void *ctx, const char *data, size_t length))
{
    unsigned i;
    memset(scrub, 0, sizeof *scrub);
    scrub->ctx = ctx;
    scrub->put = put;
    for (i = 0; i < request->header_count; i++)
        if (request->headers[i].secret &&
            pinbulki_replay_begins(request->headers[i].value, "bearer "))
            scrub->token = pinbulki_replay_part(request->headers[i].value, 7,
                                                request->headers[i].value.length);
}

/* Length of what announces a secret at the start of a text; *shown: how much of it may stay. */
static size_t pinbulki_replay_sign(const pinbulki_replay_scrub *scrub, pinbulk_text text,
                                   size_t *shown)
{
    pinbulk_text token = scrub->token;
    size_t i, length;
    if (token.length > 8)
        token.length = 8;
    *shown = 0;
    length = pinbulki_replay_match(text, token, 0);
    if (length != 0)
        return length;
    for (i = 0; i < sizeof pinbulki_replay_signs / sizeof pinbulki_replay_signs[0]; i++) {
        *shown = pinbulki_replay_match(text, pinbulk_text_of(pinbulki_replay_signs[i]), 1);
        if (*shown != 0 && *shown < text.length &&
            pinbulki_replay_is_token(pinbulki_replay_char(text, *shown, &length)))
            return *shown;
    }
    return 0;
}

/* Takes some of the bytes at the start of the window; returns how many. */
static size_t pinbulki_replay_scrub_step(pinbulki_replay_scrub *scrub)
{
    pinbulk_text text;
    size_t shown, length;
    char c = scrub->window[0];
    text.data = scrub->window;
    text.length = scrub->used;
    switch (scrub->mode) {
    case PINBULKI_REPLAY_TOKEN:
        if (pinbulki_replay_is_token(pinbulki_replay_char(text, 0, &length)))
            return length;
        scrub->mode = PINBULKI_REPLAY_COPY;
        return 0;
    case PINBULKI_REPLAY_COLON:
        scrub->put(scrub->ctx, &c, 1);
        if (c == '"') {
            scrub->put(scrub->ctx, pinbulki_replay_url, sizeof pinbulki_replay_url - 1);
            scrub->mode = PINBULKI_REPLAY_STRING;
        } else if (c != ':' && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            scrub->mode = PINBULKI_REPLAY_COPY;
        }
        return 1;
    case PINBULKI_REPLAY_STRING:
        if (c == '"' && !scrub->escaped) {
            scrub->put(scrub->ctx, &c, 1);
            scrub->mode = PINBULKI_REPLAY_COPY;
        }
        scrub->escaped = c == '\\' && !scrub->escaped;
        return 1;
    default:
        break;
    }
    length = pinbulki_replay_match(text, pinbulk_text_of("\"result_url\""), 1);
    if (length != 0) {
        scrub->put(scrub->ctx, scrub->window, length);
        scrub->mode = PINBULKI_REPLAY_COLON;
        return length;
    }
    length = pinbulki_replay_sign(scrub, text, &shown);
    if (length == 0) {
        scrub->put(scrub->ctx, &c, 1);
        return 1;
    }
    scrub->put(scrub->ctx, scrub->window, shown);
    scrub->put(scrub->ctx, "****", 4);
    scrub->mode = PINBULKI_REPLAY_TOKEN;
    return length;
}

/* Goes on as long as more than `keep` bytes are in the window. */
static void pinbulki_replay_scrub_run(pinbulki_replay_scrub *scrub, size_t keep)
{
    while (scrub->used > keep) {
        size_t taken = pinbulki_replay_scrub_step(scrub);
        scrub->used -= taken;
        memmove(scrub->window, scrub->window + taken, scrub->used);
    }
}

static void pinbulki_replay_scrub_feed(pinbulki_replay_scrub *scrub, const char *data,
                                       size_t length)
{
    while (length > 0) {
        size_t room = sizeof scrub->window - scrub->used;
        size_t taken = length < room ? length : room;
        memcpy(scrub->window + scrub->used, data, taken);
        scrub->used += taken;
        data += taken;
        length -= taken;
        pinbulki_replay_scrub_run(scrub, PINBULKI_REPLAY_LOOK);
    }
}

static void pinbulki_replay_scrub_end(pinbulki_replay_scrub *scrub)
{
    pinbulki_replay_scrub_run(scrub, 0);
}

/* ============================================================================================== */
/* >>recorder                                                                                     */
/* ============================================================================================== */

enum { /* pinbulk_replay_recorder.line: what is open */
       PINBULKI_REPLAY_NO_LINE = 0,
       PINBULKI_REPLAY_BARE, /* the mark alone */
       PINBULKI_REPLAY_TEXT,
       PINBULKI_REPLAY_BYTES
};

static void pinbulki_replay_flush(pinbulk_replay_recorder *recorder)
{
    if (recorder->used != 0 && recorder->result == PINBULK_OK &&
        recorder->out.write(recorder->out.ctx, recorder->buffer, recorder->used) != PINBULK_OK)
        recorder->result = PINBULK_SINK_FAILED;
    recorder->used = 0;
}

static void pinbulki_replay_write(pinbulk_replay_recorder *recorder, const char *data,
                                  size_t length)
{
    size_t i;
    for (i = 0; i < length; i++) {
        if (recorder->used == sizeof recorder->buffer)
            pinbulki_replay_flush(recorder);
        recorder->buffer[recorder->used++] = data[i];
    }
}

static void pinbulki_replay_add(pinbulk_replay_recorder *recorder, const char *text)
{
    pinbulki_replay_write(recorder, text, pinbulk_text_of(text).length);
}

static void pinbulki_replay_number(pinbulk_replay_recorder *recorder, uint64_t number)
{
    char digits[20];
    pinbulki_replay_write(recorder, digits, pinbulki_replay_digits(number, digits));
}

/* Ends the line that is open and begins one with the mark of this part, and perhaps + or %. */
static void pinbulki_replay_new_line(pinbulk_replay_recorder *recorder, const char *more,
                                     uint8_t line)
{
    if (recorder->line != PINBULKI_REPLAY_NO_LINE)
        pinbulki_replay_add(recorder, "\n");
    pinbulki_replay_write(recorder, &recorder->mark, 1);
    pinbulki_replay_add(recorder, more);
    recorder->line = line;
}

static void pinbulki_replay_byte(pinbulk_replay_recorder *recorder, char c)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned byte = (unsigned char)c;
    char text[3];
    if (recorder->line != PINBULKI_REPLAY_BYTES)
        pinbulki_replay_new_line(recorder, "%", PINBULKI_REPLAY_BYTES);
    text[0] = ' ';
    text[1] = digits[byte >> 4];
    text[2] = digits[byte & 15];
    pinbulki_replay_write(recorder, text, 3);
}

/* Spaces at the end of a line would not survive an editor. */
static void pinbulki_replay_spaces(pinbulk_replay_recorder *recorder)
{
    for (; recorder->spaces > 0; recorder->spaces--)
        pinbulki_replay_byte(recorder, ' ');
}

static void pinbulki_replay_visible(pinbulk_replay_recorder *recorder, char c)
{
    if (recorder->line == PINBULKI_REPLAY_NO_LINE)
        pinbulki_replay_new_line(recorder, "", PINBULKI_REPLAY_BARE);
    if (recorder->line == PINBULKI_REPLAY_BYTES)
        pinbulki_replay_new_line(recorder, "+", PINBULKI_REPLAY_BARE);
    if (recorder->line == PINBULKI_REPLAY_BARE)
        pinbulki_replay_add(recorder, " ");
    recorder->line = PINBULKI_REPLAY_TEXT;
    for (; recorder->spaces > 0; recorder->spaces--)
        pinbulki_replay_add(recorder, " ");
    pinbulki_replay_write(recorder, &c, 1);
}

/* Bytes of a body, without secrets. */
static void pinbulki_replay_body(void *ctx, const char *data, size_t length)
{
    pinbulk_replay_recorder *recorder = (pinbulk_replay_recorder *)ctx;
    size_t i;
    for (i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte == ' ') {
            recorder->spaces++;
        } else if (byte > ' ' && byte != 0x7F) {
            pinbulki_replay_visible(recorder, data[i]);
        } else {
            pinbulki_replay_spaces(recorder);
            if (byte != '\n') {
                pinbulki_replay_byte(recorder, data[i]);
                continue;
            }
            if (recorder->line == PINBULKI_REPLAY_NO_LINE)
                pinbulki_replay_new_line(recorder, "", PINBULKI_REPLAY_BARE);
            pinbulki_replay_new_line(recorder, "", PINBULKI_REPLAY_BARE);
        }
    }
}

/* Feeds the body of a request, from its start; of one that is secret only a sign that it is there.
 */
static pinbulk_result pinbulki_replay_scrub_request(pinbulki_replay_scrub *scrub,
                                                    const pinbulk_request *request)
{
    char portion[128];
    size_t got = 0;
    pinbulk_result result = pinbulk_body_rewind(request->body);
    if (request->body_secret) {
        pinbulki_replay_scrub_feed(scrub, "****", 4);
        return result;
    }
    while (result == PINBULK_OK) {
        result = pinbulk_body_read(request->body, portion, sizeof portion, &got);
        if (result != PINBULK_OK || got == 0)
            break;
        pinbulki_replay_scrub_feed(scrub, portion, got);
    }
    memset(portion, 0, sizeof portion);
    return result;
}

/* Begins a body; the empty line before it has been written. */
static void pinbulki_replay_begin_body(pinbulk_replay_recorder *recorder)
{
    recorder->line = PINBULKI_REPLAY_NO_LINE;
    recorder->spaces = 0;
    pinbulki_replay_scrub_begin(&recorder->scrub, recorder->request, recorder,
                                pinbulki_replay_body);
}

static void pinbulki_replay_end_body(pinbulk_replay_recorder *recorder)
{
    pinbulki_replay_scrub_end(&recorder->scrub);
    pinbulki_replay_spaces(recorder);
    if (recorder->line != PINBULKI_REPLAY_NO_LINE)
        pinbulki_replay_add(recorder, "\n");
}

static void pinbulki_replay_request(pinbulk_replay_recorder *recorder)
{
    const pinbulk_request *request = recorder->request;
    unsigned i;
    pinbulki_replay_add(recorder, "\n> ");
    pinbulki_replay_add(recorder, request->method);
    pinbulki_replay_add(recorder, " ");
    if (request->url_secret)
        pinbulki_replay_add(recorder, pinbulki_replay_url);
    else
        pinbulki_replay_write(recorder, request->url.data, request->url.length);
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        pinbulki_replay_add(recorder, "\n> ");
        pinbulki_replay_write(recorder, header->name.data, header->name.length);
        pinbulki_replay_add(recorder, ": ");
        if (header->secret)
            pinbulki_replay_add(recorder, "****");
        else
            pinbulki_replay_write(recorder, header->value.data, header->value.length);
    }
    pinbulki_replay_add(recorder, "\n");
    if (request->body == NULL)
        return;
    pinbulki_replay_add(recorder, ">\n");
    recorder->mark = '>';
    pinbulki_replay_begin_body(recorder);
    pinbulki_replay_scrub_request(&recorder->scrub, request);
    pinbulki_replay_end_body(recorder);
    pinbulk_body_rewind(request->body); /* what is wrong with it the exchange will find out */
}

static void pinbulki_replay_header(pinbulk_replay_recorder *recorder, const char *name,
                                   const char *value)
{
    pinbulki_replay_add(recorder, "< ");
    pinbulki_replay_add(recorder, name);
    pinbulki_replay_add(recorder, ": ");
    pinbulki_replay_add(recorder, value);
}

static void pinbulki_replay_text_header(pinbulk_replay_recorder *recorder, const char *name,
                                        const char *value)
{
    if (value[0] == '\0')
        return;
    pinbulki_replay_header(recorder, name, value);
    pinbulki_replay_add(recorder, "\n");
}

static void pinbulki_replay_number_header(pinbulk_replay_recorder *recorder, const char *name,
                                          int64_t value)
{
    if (value < 0)
        return;
    pinbulki_replay_header(recorder, name, "");
    pinbulki_replay_number(recorder, (uint64_t)value);
    pinbulki_replay_add(recorder, "\n");
}

static void pinbulki_replay_range(pinbulk_replay_recorder *recorder,
                                  const pinbulk_response *response)
{
    if (response->range_from == UINT64_MAX)
        return;
    pinbulki_replay_header(recorder, "Content-Range", "bytes ");
    pinbulki_replay_number(recorder, response->range_from);
    pinbulki_replay_add(recorder, "-");
    pinbulki_replay_number(recorder, response->range_to);
    pinbulki_replay_add(recorder, "/");
    if (response->range_total == UINT64_MAX)
        pinbulki_replay_add(recorder, "*");
    else
        pinbulki_replay_number(recorder, response->range_total);
    pinbulki_replay_add(recorder, "\n");
}

static void pinbulki_replay_head(pinbulk_replay_recorder *recorder)
{
    const pinbulk_response *response = recorder->response;
    recorder->headed = 1;
    recorder->mark = '<';
    pinbulki_replay_add(recorder, "< ");
    pinbulki_replay_number(recorder, (uint64_t)response->status);
    pinbulki_replay_add(recorder, "\n");
    if (response->content_length != UINT64_MAX)
        pinbulki_replay_number_header(recorder, "Content-Length",
                                      (int64_t)(response->content_length & INT64_MAX));
    pinbulki_replay_range(recorder, response);
    pinbulki_replay_text_header(recorder, "Content-Type", response->html ? "text/html" : "");
    pinbulki_replay_text_header(recorder, "Content-Encoding", response->encoding);
    pinbulki_replay_text_header(recorder, "ETag", response->etag);
    pinbulki_replay_text_header(recorder, "x-pinterest-rid", response->rid);
    pinbulki_replay_number_header(recorder, "Retry-After", response->retry_after);
    pinbulki_replay_number_header(recorder, "x-userendpoint-ratelimit-limit", response->rate_limit);
    pinbulki_replay_number_header(recorder, "x-userendpoint-ratelimit-remaining",
                                  response->rate_remaining);
    pinbulki_replay_number_header(recorder, "x-userendpoint-ratelimit-reset-seconds",
                                  response->rate_reset);
    pinbulki_replay_add(recorder, "<\n");
    pinbulki_replay_begin_body(recorder);
}

/* Stands between the response and the sink of a result file. */
static pinbulk_result pinbulki_replay_tee(void *ctx, const void *data, size_t length)
{
    pinbulk_replay_recorder *recorder = (pinbulk_replay_recorder *)ctx;
    if (!recorder->headed)
        pinbulki_replay_head(recorder);
    pinbulki_replay_scrub_feed(&recorder->scrub, (const char *)data, length);
    return recorder->sink.write(recorder->sink.ctx, data, length);
}

static pinbulk_result pinbulki_replay_restart(void *ctx)
{
    pinbulk_replay_recorder *recorder = (pinbulk_replay_recorder *)ctx;
    return recorder->sink.restart(recorder->sink.ctx);
}

static void pinbulki_replay_end(pinbulk_replay_recorder *recorder, const pinbulk_outcome *outcome)
{
    unsigned end = (unsigned)outcome->reached;
    if (!recorder->headed && end >= PINBULK_REACHED_CLOSED) /* no response, whatever it says */
        end = PINBULK_REACHED_UNKNOWN;
    pinbulki_replay_add(recorder, "= ");
    pinbulki_replay_add(recorder, pinbulki_replay_ends[end < PINBULKI_REPLAY_ENDS ? end : 0]);
    if (outcome->permanent)
        pinbulki_replay_add(recorder, " permanent");
    if (outcome->text != NULL) {
        pinbulki_replay_add(recorder, ": ");
        pinbulki_replay_add(recorder, outcome->text);
    }
    pinbulki_replay_add(recorder, "\n");
    pinbulki_replay_flush(recorder);
}

/* What came into the memory of the response. Of a token request nothing, since also a refusal may
   quote what was sent. */
static void pinbulki_replay_received(pinbulk_replay_recorder *recorder)
{
    const pinbulk_response *response = recorder->response;
    pinbulk_text body;
    body.data = response->body;
    body.length = response->body_used;
    if (recorder->request->body_secret)
        body = pinbulk_text_of(response->status >= 200 && response->status <= 299
                                   ? pinbulki_replay_tokens
                                   : pinbulki_replay_no_tokens);
    pinbulki_replay_scrub_feed(&recorder->scrub, body.data, body.length);
}

static pinbulk_outcome pinbulki_replay_record_exchange(void *ctx, const pinbulk_request *request,
                                                       pinbulk_response *response)
{
    pinbulk_replay_recorder *recorder = (pinbulk_replay_recorder *)ctx;
    pinbulk_outcome outcome;
    recorder->exchanges++;
    recorder->request = request;
    recorder->response = response;
    recorder->headed = 0;
    recorder->sink = response->sink;
    pinbulki_replay_request(recorder);
    if (recorder->sink.write != NULL) {
        response->sink.ctx = recorder;
        response->sink.write = pinbulki_replay_tee;
        response->sink.restart = recorder->sink.restart != NULL ? pinbulki_replay_restart : NULL;
    }
    outcome = recorder->inner.exchange(recorder->inner.ctx, request, response);
    response->sink = recorder->sink;
    if (recorder->headed || response->status >= 200) { /* an interim one is none */
        if (!recorder->headed) {
            pinbulki_replay_head(recorder);
            pinbulki_replay_received(recorder);
        }
        pinbulki_replay_end_body(recorder);
    }
    pinbulki_replay_end(recorder, &outcome);
    memset(&recorder->scrub, 0, sizeof recorder->scrub);
    recorder->request = NULL;
    recorder->response = NULL;
    return outcome;
}

static uint64_t pinbulki_replay_record_now(void *ctx)
{
    const pinbulk_transport *inner = &((pinbulk_replay_recorder *)ctx)->inner;
    return inner->now(inner->ctx);
}

static void pinbulki_replay_record_sleep(void *ctx, uint32_t milliseconds)
{
    const pinbulk_transport *inner = &((pinbulk_replay_recorder *)ctx)->inner;
    inner->sleep(inner->ctx, milliseconds);
}

static uint32_t pinbulki_replay_record_random(void *ctx)
{
    const pinbulk_transport *inner = &((pinbulk_replay_recorder *)ctx)->inner;
    return inner->random(inner->ctx);
}

PINBULK_API void pinbulk_replay_record(pinbulk_replay_recorder *recorder,
                                       const pinbulk_transport *inner, pinbulk_sink out)
{
    memset(recorder, 0, sizeof *recorder);
    recorder->inner = *inner;
    recorder->out = out;
    pinbulki_replay_add(recorder, pinbulki_replay_first_line);
    pinbulki_replay_add(recorder, "\n");
    pinbulki_replay_flush(recorder);
}

PINBULK_API pinbulk_transport pinbulk_replay_recorder_transport(pinbulk_replay_recorder *recorder)
{
    pinbulk_transport transport;
    transport.ctx = recorder;
    transport.exchange = pinbulki_replay_record_exchange;
    transport.now = recorder->inner.now != NULL ? pinbulki_replay_record_now : NULL;
    transport.sleep = recorder->inner.sleep != NULL ? pinbulki_replay_record_sleep : NULL;
    transport.random = recorder->inner.random != NULL ? pinbulki_replay_record_random : NULL;
    return transport;
}

/* ============================================================================================== */
/* >>reading                                                                                      */
/* ============================================================================================== */

enum { /* pinbulki_replay_cursor.where */
       PINBULKI_REPLAY_BETWEEN = 0,
       PINBULKI_REPLAY_REQUEST_HEAD,
       PINBULKI_REPLAY_REQUEST_BODY,
       PINBULKI_REPLAY_RESPONSE_HEAD,
       PINBULKI_REPLAY_RESPONSE_BODY
};

typedef enum pinbulki_replay_kind {
    PINBULKI_REPLAY_METHOD = 1, /* name: method, value: URL */
    PINBULKI_REPLAY_SENT_HEADER,
    PINBULKI_REPLAY_SENT_BODY, /* value: a part of it, form: ' ', '+' or '%' */
    PINBULKI_REPLAY_STATUS,    /* value: three digits */
    PINBULKI_REPLAY_HEADER,    /* name, value */
    PINBULKI_REPLAY_BODY,
    PINBULKI_REPLAY_ENDED, /* outcome, value: its text */
    PINBULKI_REPLAY_FILE_END,
    PINBULKI_REPLAY_WRONG /* value: what */
} pinbulki_replay_kind;

typedef struct pinbulki_replay_item {
    pinbulki_replay_kind kind;
    pinbulk_text name, value;
    char form;
    pinbulk_outcome outcome;
} pinbulki_replay_item;

static void pinbulki_replay_wrong(pinbulki_replay_item *item, const char *what)
{
    item->kind = PINBULKI_REPLAY_WRONG;
    item->value = pinbulk_text_of(what);
}

/* The next line that means something, without its end. 0: there is none. */
static int pinbulki_replay_line(pinbulki_replay_cursor *cursor, pinbulk_text *line)
{
    while (cursor->at < cursor->end) {
        line->data = cursor->at;
        line->length = (size_t)(cursor->end - cursor->at);
        line->length = pinbulki_replay_find(*line, '\n');
        cursor->at += line->length;
        if (cursor->at < cursor->end)
            cursor->at++;
        cursor->line++;
        if (line->length != 0 && line->data[line->length - 1] == '\r')
            line->length--;
        if (line->length != 0 && line->data[0] != '#')
            return 1;
    }
    return 0;
}

/* = word [permanent][: text] */
static void pinbulki_replay_read_end(pinbulki_replay_item *item, pinbulk_text line)
{
    size_t colon = pinbulki_replay_find(line, ':'), space, end;
    pinbulk_text words = pinbulki_replay_part(line, 1, colon < 1 ? 1 : colon), word;
    item->kind = PINBULKI_REPLAY_ENDED;
    item->value = pinbulki_replay_part(line, line.length, line.length);
    if (colon < line.length)
        item->value = pinbulki_replay_part(line, colon + 1, line.length);
    if (item->value.length != 0 && item->value.data[0] == ' ')
        item->value = pinbulki_replay_part(item->value, 1, item->value.length);
    if (words.length != 0 && words.data[0] == ' ')
        words = pinbulki_replay_part(words, 1, words.length);
    space = pinbulki_replay_find(words, ' ');
    word = pinbulki_replay_part(words, 0, space);
    for (end = 0; end < PINBULKI_REPLAY_ENDS; end++)
        if (pinbulki_replay_is(word, pinbulki_replay_ends[end]))
            break;
    item->outcome.permanent = space < words.length;
    item->outcome.reached = (pinbulk_reached)(end % PINBULKI_REPLAY_ENDS);
    if (end == PINBULKI_REPLAY_ENDS ||
        (space < words.length &&
         !pinbulki_replay_is(pinbulki_replay_part(words, space + 1, words.length), "permanent")))
        pinbulki_replay_wrong(item, "the end is none of unknown, nothing, head, body, response, "
                                    "closed, complete");
}

static int pinbulki_replay_hex_line(pinbulk_text text)
{
    size_t i, digits = 0;
    for (i = 0; i < text.length; i++) {
        if (text.data[i] == ' ' && digits % 2 == 0)
            continue;
        if (pinbulki_replay_hex(text.data[i]) < 0)
            return 0;
        digits++;
    }
    return digits % 2 == 0;
}

/* METHOD URL */
static void pinbulki_replay_read_method(pinbulki_replay_item *item, pinbulk_text text)
{
    size_t space = pinbulki_replay_find(text, ' '), slash;
    item->kind = PINBULKI_REPLAY_METHOD;
    item->name = pinbulki_replay_part(text, 0, space);
    item->value = pinbulki_replay_part(text, space < text.length ? space + 1 : space, text.length);
    if (pinbulki_replay_begins(item->value, "https://"))
        slash = 8;
    else
        slash = pinbulki_replay_begins(item->value, "http://") ? 7 : 0;
    if (space == 0 || slash == 0 ||
        pinbulki_replay_find(pinbulki_replay_part(item->value, slash, item->value.length), '/') ==
            item->value.length - slash)
        pinbulki_replay_wrong(item, "an exchange begins with > METHOD URL");
}

static void pinbulki_replay_read_status(pinbulki_replay_item *item, pinbulk_text text)
{
    item->kind = PINBULKI_REPLAY_STATUS;
    item->value = text;
    if (text.length != 3 || text.data[0] < '2' || text.data[0] > '9' || text.data[1] < '0' ||
        text.data[1] > '9' || text.data[2] < '0' || text.data[2] > '9')
        pinbulki_replay_wrong(
            item, "a response begins with < and a final status, three digits from 200 on");
}

/* Names of headers are tokens (RFC 9110): a line of a body seldom begins with one. */
static int pinbulki_replay_is_name(pinbulk_text text)
{
    size_t i;
    for (i = 0; i < text.length; i++)
        if (!pinbulki_replay_is_word(text.data[i], "!#$%&'*+-.^_`|~"))
            return 0;
    return text.length != 0;
}

static void pinbulki_replay_read_header(pinbulki_replay_item *item, pinbulk_text text, int sent)
{
    size_t colon = pinbulki_replay_find(text, ':');
    item->kind = sent ? PINBULKI_REPLAY_SENT_HEADER : PINBULKI_REPLAY_HEADER;
    item->name = pinbulki_replay_part(text, 0, colon);
    item->value = pinbulki_replay_part(text, colon < text.length ? colon + 1 : colon, text.length);
    while (item->value.length != 0 && item->value.data[0] == ' ')
        item->value = pinbulki_replay_part(item->value, 1, item->value.length);
    if (colon == text.length || !pinbulki_replay_is_name(item->name))
        pinbulki_replay_wrong(item, sent
                                        ? "a header has a name, a colon and a value; a body begins "
                                          "after a line that is > alone"
                                        : "a header has a name, a colon and a value; a body begins "
                                          "after a line that is < alone");
}

/* A line with > or <. 0: the empty one that begins a body, which is no item. */
static int pinbulki_replay_read_line(pinbulki_replay_cursor *cursor, pinbulki_replay_item *item,
                                     pinbulk_text line)
{
    int sent = line.data[0] == '>';
    uint8_t head = sent ? PINBULKI_REPLAY_REQUEST_HEAD : PINBULKI_REPLAY_RESPONSE_HEAD;
    pinbulk_text text;
    item->form = line.length > 1 ? line.data[1] : ' ';
    text = pinbulki_replay_part(line, line.length > 1 ? 2 : 1, line.length);
    if (item->form != ' ' && text.length != 0 && text.data[0] == ' ')
        text = pinbulki_replay_part(text, 1, text.length);
    if (cursor->where < head && item->form == ' ') { /* the first line of its part */
        cursor->where = head;
        if (sent)
            pinbulki_replay_read_method(item, text);
        else
            pinbulki_replay_read_status(item, text);
        return 1;
    }
    if (cursor->where == head && item->form == ' ') {
        if (text.length == 0) {
            cursor->where++;
            return 0;
        }
        pinbulki_replay_read_header(item, text, sent);
        return 1;
    }
    item->kind = sent ? PINBULKI_REPLAY_SENT_BODY : PINBULKI_REPLAY_BODY;
    item->value = text;
    if (cursor->where != head + 1 || (item->form != ' ' && item->form != '+' &&
                                      !(item->form == '%' && pinbulki_replay_hex_line(text))))
        pinbulki_replay_wrong(item, "the mark of the line does not fit here");
    return 1;
}

static void pinbulki_replay_next(pinbulki_replay_cursor *cursor, pinbulki_replay_item *item)
{
    pinbulk_text line;
    memset(item, 0, sizeof *item);
    while (pinbulki_replay_line(cursor, &line)) {
        switch (line.data[0]) {
        case '>':
            if (cursor->where >= PINBULKI_REPLAY_RESPONSE_HEAD) {
                pinbulki_replay_wrong(item, "the exchange before has no = line");
                return;
            }
            if (pinbulki_replay_read_line(cursor, item, line))
                return;
            break;
        case '<':
            if (cursor->where == PINBULKI_REPLAY_BETWEEN) {
                pinbulki_replay_wrong(item, "an exchange begins with > METHOD URL");
                return;
            }
            if (pinbulki_replay_read_line(cursor, item, line))
                return;
            break;
        case '=':
            pinbulki_replay_read_end(item, line);
            if (cursor->where == PINBULKI_REPLAY_BETWEEN)
                pinbulki_replay_wrong(item, "an exchange begins with > METHOD URL");
            else if (item->kind == PINBULKI_REPLAY_ENDED &&
                     cursor->where < PINBULKI_REPLAY_RESPONSE_HEAD &&
                     item->outcome.reached >= PINBULK_REACHED_CLOSED)
                pinbulki_replay_wrong(item, "a whole response has < lines");
            cursor->where = PINBULKI_REPLAY_BETWEEN;
            return;
        default:
            pinbulki_replay_wrong(item, "the line begins with none of > < = #");
            return;
        }
    }
    item->kind = PINBULKI_REPLAY_FILE_END;
    if (cursor->where != PINBULKI_REPLAY_BETWEEN)
        pinbulki_replay_wrong(item, "the last exchange has no = line");
}

/* The bytes of a body, one after the other. */
typedef struct pinbulki_replay_bytes {
    pinbulki_replay_cursor cursor; /* behind the part */
    pinbulki_replay_item item;
    size_t at;
    uint8_t begun, line_feed;
} pinbulki_replay_bytes;

/* Goes to the next part. 0: there is none, and the cursor stays before what comes. */
static int pinbulki_replay_next_part(pinbulki_replay_bytes *bytes, pinbulki_replay_kind kind)
{
    pinbulki_replay_cursor before = bytes->cursor;
    pinbulki_replay_next(&bytes->cursor, &bytes->item);
    if (bytes->item.kind != kind) {
        bytes->cursor = before;
        return 0;
    }
    bytes->at = 0;
    bytes->line_feed = bytes->begun && bytes->item.form == ' ';
    bytes->begun = 1;
    return 1;
}

/* The next byte of a body of this kind; -1: it has ended. */
static int pinbulki_replay_next_byte(pinbulki_replay_bytes *bytes, pinbulki_replay_kind kind)
{
    for (;;) {
        const pinbulk_text *text = &bytes->item.value;
        if (bytes->begun && bytes->line_feed) {
            bytes->line_feed = 0;
            return '\n';
        }
        if (bytes->begun && bytes->item.form != '%' && bytes->at < text->length)
            return (unsigned char)text->data[bytes->at++];
        while (bytes->begun && bytes->at < text->length && text->data[bytes->at] == ' ')
            bytes->at++;
        if (bytes->begun && bytes->at < text->length) {
            bytes->at += 2; /* two digits, which was checked */
            return pinbulki_replay_hex(text->data[bytes->at - 2]) * 16 +
                   pinbulki_replay_hex(text->data[bytes->at - 1]);
        }
        if (!pinbulki_replay_next_part(bytes, kind))
            return -1;
    }
}

/* ============================================================================================== */
/* >>replayer                                                                                     */
/* ============================================================================================== */

static void pinbulki_replay_say(pinbulk_replay *replay, const char *text)
{
    size_t length = pinbulk_text_of(replay->text).length;
    while (*text != '\0' && length + 1 < sizeof replay->text)
        replay->text[length++] = *text++;
    replay->text[length] = '\0';
}

static void pinbulki_replay_say_number(pinbulk_replay *replay, uint64_t number)
{
    char digits[21];
    digits[pinbulki_replay_digits(number, digits)] = '\0';
    pinbulki_replay_say(replay, digits);
}

/* "exchange 3, line 41: " */
static void pinbulki_replay_say_where(pinbulk_replay *replay)
{
    replay->text[0] = '\0';
    pinbulki_replay_say(replay, "exchange ");
    pinbulki_replay_say_number(replay, replay->exchanges);
    pinbulki_replay_say(replay, " of the recording, line ");
    pinbulki_replay_say_number(replay, replay->line);
    pinbulki_replay_say(replay, ": ");
}

/* What was sent, against what was recorded. */
typedef struct pinbulki_replay_comparison {
    pinbulki_replay_bytes bytes;
    uint64_t at;     /* bytes that are the same */
    uint8_t differs; /* at that place */
} pinbulki_replay_comparison;

static void pinbulki_replay_compare(void *ctx, const char *data, size_t length)
{
    pinbulki_replay_comparison *comparison = (pinbulki_replay_comparison *)ctx;
    size_t i;
    for (i = 0; i < length && !comparison->differs; i++) {
        int byte = pinbulki_replay_next_byte(&comparison->bytes, PINBULKI_REPLAY_SENT_BODY);
        if (byte == (unsigned char)data[i])
            comparison->at++;
        else
            comparison->differs = 1;
    }
}

/* Compares the bodies; the comparison stands where the recorded one begins. 0: they differ, or the
   one to be sent cannot be read. */
static int pinbulki_replay_same_body(pinbulk_replay *replay, const pinbulk_request *request,
                                     pinbulki_replay_comparison *comparison)
{
    pinbulki_replay_scrub scrub;
    pinbulk_result result = PINBULK_OK;
    pinbulki_replay_scrub_begin(&scrub, request, comparison, pinbulki_replay_compare);
    if (request->body != NULL)
        result = pinbulki_replay_scrub_request(&scrub, request);
    pinbulki_replay_scrub_end(&scrub);
    memset(&scrub, 0, sizeof scrub);
    if (result != PINBULK_OK) {
        pinbulki_replay_say(replay, pinbulk_result_text(result));
        return 0;
    }
    if (!comparison->differs &&
        pinbulki_replay_next_byte(&comparison->bytes, PINBULKI_REPLAY_SENT_BODY) < 0)
        return 1;
    pinbulki_replay_say(replay, "the body differs at byte ");
    pinbulki_replay_say_number(replay, comparison->at);
    return 0;
}

/* Reads the request of an exchange up to its end and compares it. 0: it differs. */
static int pinbulki_replay_same_request(pinbulk_replay *replay, const pinbulk_request *request)
{
    pinbulki_replay_comparison comparison;
    pinbulki_replay_cursor before;
    pinbulki_replay_item item;
    pinbulk_text target;
    memset(&comparison, 0, sizeof comparison);
    pinbulki_replay_next(&replay->cursor, &item);
    replay->line = replay->cursor.line;
    pinbulki_replay_say_where(replay);
    if (item.kind != PINBULKI_REPLAY_METHOD) {
        pinbulki_replay_say(replay, "the recording has no more exchanges");
        return 0;
    }
    target = pinbulki_replay_part(item.value, 8, item.value.length);
    target = pinbulki_replay_part(target, pinbulki_replay_find(target, '/'), target.length);
    if (!replay->config.lenient && !pinbulki_replay_is(item.name, request->method)) {
        pinbulki_replay_say(replay, "the method differs");
        return 0;
    }
    if (!replay->config.lenient && !pinbulk_text_equal(target, request->target)) {
        pinbulki_replay_say(replay, "the target differs");
        return 0;
    }
    do {
        before = replay->cursor;
        pinbulki_replay_next(&replay->cursor, &item);
    } while (item.kind == PINBULKI_REPLAY_SENT_HEADER);
    comparison.bytes.cursor = before;
    if (!replay->config.lenient && !pinbulki_replay_same_body(replay, request, &comparison))
        return 0;
    while (item.kind == PINBULKI_REPLAY_SENT_BODY) {
        before = replay->cursor;
        pinbulki_replay_next(&replay->cursor, &item);
    }
    replay->cursor = before;
    replay->text[0] = '\0';
    return 1;
}

/* Whether the response that goes on at the cursor ends as complete; then *length is that of its
   body. */
static int pinbulki_replay_is_complete(const pinbulk_replay *replay, uint64_t *length)
{
    pinbulki_replay_bytes bytes;
    memset(&bytes, 0, sizeof bytes);
    bytes.cursor = replay->cursor;
    *length = 0;
    do
        pinbulki_replay_next(&bytes.cursor, &bytes.item);
    while (bytes.item.kind == PINBULKI_REPLAY_HEADER);
    if (bytes.item.kind == PINBULKI_REPLAY_BODY) {
        bytes.begun = 1;
        while (pinbulki_replay_next_byte(&bytes, PINBULKI_REPLAY_BODY) >= 0)
            ++*length;
        pinbulki_replay_next(&bytes.cursor, &bytes.item);
    }
    return bytes.item.kind == PINBULKI_REPLAY_ENDED &&
           bytes.item.outcome.reached == PINBULK_REACHED_COMPLETE;
}

static pinbulk_result pinbulki_replay_give_header(const pinbulk_replay *replay,
                                                  pinbulk_response *response,
                                                  const pinbulki_replay_item *item)
{
    char digits[20];
    pinbulk_text value = item->value;
    uint64_t length;
    if (pinbulki_replay_begins(item->name, "content-length") &&
        pinbulki_replay_is_complete(replay, &length)) {
        value.length = pinbulki_replay_digits(length, digits);
        value.data = digits;
    }
    return pinbulk_response_header(response, item->name.data, item->name.length, value.data,
                                   value.length);
}

/* Delivers the body that follows the cursor. */
static pinbulk_result pinbulki_replay_give_body(pinbulk_replay *replay, pinbulk_response *response)
{
    pinbulki_replay_bytes bytes;
    pinbulk_result result = PINBULK_OK;
    char portion[256];
    size_t size = replay->config.chunk, used = 0;
    int byte;
    if (size == 0 || size > sizeof portion)
        size = sizeof portion;
    memset(&bytes, 0, sizeof bytes);
    bytes.cursor = replay->cursor;
    do {
        byte = pinbulki_replay_next_byte(&bytes, PINBULKI_REPLAY_BODY);
        if (byte >= 0)
            portion[used++] = (char)(unsigned char)byte;
        if (used == size || (byte < 0 && used != 0)) {
            if (result == PINBULK_OK)
                result = pinbulk_response_body(response, portion, used);
            used = 0;
        }
    } while (byte >= 0);
    replay->cursor = bytes.cursor;
    return result;
}

/* Delivers the response and takes the end, whatever the response says to it. */
static pinbulk_outcome pinbulki_replay_give(pinbulk_replay *replay, pinbulk_response *response)
{
    pinbulk_result result = PINBULK_OK;
    pinbulki_replay_cursor before;
    pinbulki_replay_item item;
    size_t length;
    for (;;) {
        before = replay->cursor;
        pinbulki_replay_next(&replay->cursor, &item);
        if (item.kind == PINBULKI_REPLAY_ENDED)
            break;
        if (item.kind == PINBULKI_REPLAY_BODY) {
            replay->cursor = before;
            if (result == PINBULK_OK)
                result = pinbulki_replay_give_body(replay, response);
            else
                pinbulki_replay_next(&replay->cursor, &item);
        } else if (result == PINBULK_OK && item.kind == PINBULKI_REPLAY_STATUS) {
            result = pinbulk_response_begin(response, (item.value.data[0] - '0') * 100 +
                                                          (item.value.data[1] - '0') * 10 +
                                                          (item.value.data[2] - '0'));
        } else if (result == PINBULK_OK && item.kind == PINBULKI_REPLAY_HEADER) {
            result = pinbulki_replay_give_header(replay, response, &item);
        }
    }
    if (result != PINBULK_OK) {
        item.outcome.reached = PINBULK_REACHED_RESPONSE;
        item.outcome.text = pinbulk_result_text(result);
    } else if (item.value.length != 0) {
        length =
            item.value.length < sizeof replay->text ? item.value.length : sizeof replay->text - 1;
        memcpy(replay->text, item.value.data, length);
        replay->text[length] = '\0';
        item.outcome.text = replay->text;
    } else if (item.outcome.reached < PINBULK_REACHED_CLOSED) {
        item.outcome.text = "it was recorded so";
    }
    return item.outcome;
}

static pinbulk_outcome pinbulki_replay_exchange(void *ctx, const pinbulk_request *request,
                                                pinbulk_response *response)
{
    pinbulk_replay *replay = (pinbulk_replay *)ctx;
    pinbulki_replay_cursor before;
    pinbulk_outcome outcome;
    outcome.reached = PINBULK_REACHED_NOTHING;
    outcome.permanent = 1;
    outcome.text = replay->text;
    if (pinbulk_response_cancelled(response)) {
        outcome.permanent = 0;
        outcome.text = pinbulk_result_text(PINBULK_CANCELLED);
        return outcome;
    }
    before = replay->cursor;
    replay->exchanges++;
    if (!pinbulki_replay_same_request(replay, request)) {
        replay->cursor = before;
        replay->exchanges--;
        return outcome;
    }
    return pinbulki_replay_give(replay, response);
}

static uint64_t pinbulki_replay_now(void *ctx)
{
    return ++((pinbulk_replay *)ctx)->now;
}

static void pinbulki_replay_sleep(void *ctx, uint32_t milliseconds)
{
    ((pinbulk_replay *)ctx)->now += milliseconds;
}

static uint32_t pinbulki_replay_random(void *ctx)
{
    pinbulk_replay *replay = (pinbulk_replay *)ctx;
    replay->random = replay->random * 1664525u + 1013904223u;
    return replay->random;
}

PINBULK_API pinbulk_result pinbulk_replay_init(pinbulk_replay *replay, const char *text,
                                               size_t length, const pinbulk_replay_config *config)
{
    pinbulki_replay_cursor cursor;
    pinbulki_replay_item item;
    pinbulk_text line;
    memset(replay, 0, sizeof *replay);
    if (config != NULL)
        replay->config = *config;
    memset(&cursor, 0, sizeof cursor);
    cursor.at = text;
    cursor.end = text + length;
    replay->line = 1;
    if (!pinbulki_replay_line(&cursor, &line) || cursor.line != 1 ||
        !pinbulki_replay_is(line, pinbulki_replay_first_line)) {
        pinbulki_replay_say(replay, "line 1: this is no recording of a version that is known");
        return PINBULK_BAD_ARGUMENT;
    }
    replay->cursor = cursor;
    do
        pinbulki_replay_next(&cursor, &item);
    while (item.kind != PINBULKI_REPLAY_WRONG && item.kind != PINBULKI_REPLAY_FILE_END);
    if (item.kind == PINBULKI_REPLAY_FILE_END)
        return PINBULK_OK;
    replay->line = cursor.line;
    replay->cursor.end = replay->cursor.at;
    pinbulki_replay_say(replay, "line ");
    pinbulki_replay_say_number(replay, cursor.line);
    pinbulki_replay_say(replay, ": ");
    pinbulki_replay_say(replay, item.value.data);
    return PINBULK_BAD_ARGUMENT;
}

PINBULK_API pinbulk_transport pinbulk_replay_transport(pinbulk_replay *replay)
{
    pinbulk_transport transport;
    transport.ctx = replay;
    transport.exchange = pinbulki_replay_exchange;
    transport.now = pinbulki_replay_now;
    transport.sleep = pinbulki_replay_sleep;
    transport.random = pinbulki_replay_random;
    return transport;
}

PINBULK_API unsigned pinbulk_replay_left(const pinbulk_replay *replay)
{
    pinbulki_replay_cursor cursor = replay->cursor;
    pinbulki_replay_item item;
    unsigned left = 0;
    do {
        pinbulki_replay_next(&cursor, &item);
        left += item.kind == PINBULKI_REPLAY_ENDED;
    } while (item.kind != PINBULKI_REPLAY_FILE_END && item.kind != PINBULKI_REPLAY_WRONG);
    return left;
}

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_REPLAY_IMPLEMENTATION */
