// A scripted HTTP/1.1 server. It compares every byte of what it is sent with what it expects, and
// answers as the script says: in chunks or with a length, late, with refusals, with a connection
// that breaks. Nothing is stored: long bodies are made and compared byte by byte.
#include "peer.h"
#include "board.h"

#include <string.h>

static const char *end_of(const char *text)
{
    while (*text)
        text++;
    return text;
}

static int same(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    return *a == *b;
}

// ---- texts that are made -----------------------------------------------------------------------

// `item` is repeated, `failed` in its place for each 75th. In both, # is the number of the item, @
// its match type, and ~ a comma between two items.
typedef struct text {
    const char *begin, *item, *failed, *end;
    uint16_t items;
    uint32_t length; // 0: it is sent in chunks
} text;

typedef struct cursor {
    const text *of;
    const char *at, *mark; // in the pattern, and in what stands for a mark
    uint16_t item;
    char digits[4];
} cursor;

static void text_begin(cursor *c, const text *of)
{
    c->of = of;
    c->at = of->begin;
    c->mark = "";
    c->item = 0;
}

static const char *number_of(cursor *c)
{
    uint16_t rest = c->item;
    int i;
    for (i = 2; i >= 0; i--, rest /= 10)
        c->digits[i] = (char)('0' + rest % 10);
    c->digits[3] = '\0';
    return c->digits;
}

// The pattern after the one that has ended. 0: there is none.
static int next_pattern(cursor *c)
{
    if (c->item > c->of->items)
        return 0;
    c->item++;
    if (c->item > c->of->items)
        c->at = c->of->end;
    else
        c->at = c->of->failed && c->item % 75 == 0 ? c->of->failed : c->of->item;
    return 1;
}

// The next byte, or -1 at the end.
static int text_next(cursor *c)
{
    static const char *const match_types[] = {"EXACT", "BROAD", "PHRASE"};
    for (;;) {
        if (*c->mark)
            return (uint8_t)*c->mark++;
        if (*c->at == '\0') {
            if (!next_pattern(c))
                return -1;
            continue;
        }
        switch (*c->at) {
        case '#':
            c->mark = number_of(c);
            break;
        case '@':
            c->mark = match_types[c->item % 3];
            break;
        case '~':
            c->mark = c->item > 1 ? "," : "";
            break;
        default:
            return (uint8_t)*c->at++;
        }
        c->at++;
    }
}

// ---- the script --------------------------------------------------------------------------------

#define API     "api.pinterest.com"
#define STORE   "bulk-results.s3.us-east-1.amazonaws.com"
#define ACCOUNT "/v5/ad_accounts/549755885175/bulk"
#define SIGNED                                                                          \
    "?X-Amz-Algorithm=AWS4-HMAC-SHA256"                                                 \
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101%2Fus-east-1%2Fs3%2Faws4_request" \
    "&X-Amz-Date=20260101T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"          \
    "&X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define POST_UPSERT   "POST " ACCOUNT "/upsert HTTP/1.1"
#define GET_STATUS(n) "GET " ACCOUNT "/request-" n " HTTP/1.1"
#define GET_RESULT(n) "GET /result-" n SIGNED " HTTP/1.1"
#define BEARER(token) "Authorization: Bearer " token
#define OLD_TOKEN     BEARER("pina_OLD")
#define NEW_TOKEN     BEARER("pina_NEW")

#define JSON          "Content-Type: application/json\r\nx-pinterest-rid: 4711\r\n"

#define KEYWORDS(word)                                                                \
    {                                                                                 \
        "{\"create\":{\"keywords\":[{\"parent_id\":\"2680059592705\",\"keywords\":[", \
            "~{\"match_type\":\"@\",\"value\":\"" word " #\"}", NULL, "]}]}}", 300, 0 \
    }
static const text linen = KEYWORDS("linen"), garden = KEYWORDS("garden"),
                  picnic = KEYWORDS("picnic");

#define REPLY(json)              \
    {                            \
        json, "", NULL, "", 0, 0 \
    }
#define SUBMITTED(n) REPLY("{\"request_id\":\"request-" n "\"}")
#define SUCCEEDED(n)                                                                            \
    REPLY("{\"status\":\"SUCCEEDED\",\"result_url\":\"https:\\/\\/" STORE "\\/result-" n SIGNED \
          "\"}")
static const text submitted_1 = SUBMITTED("1"), submitted_2 = SUBMITTED("2"),
                  running = REPLY("{\"status\":\"RUNNING\"}"), succeeded_1 = SUCCEEDED("1"),
                  succeeded_2 = SUCCEEDED("2"),
                  bad_token = REPLY("{\"code\":2,\"message\":\"Authentication failed.\"}"),
                  too_often =
                      REPLY("{\"code\":8,\"message\":\"You have exceeded your rate limit.\"}");

#define FIFTY        "a note that is too long for the window of the task"
#define FIVE_HUNDRED FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY FIFTY
static const text json_lines = {
    "",
    "{\"id\":\"2680060704746#\",\"parent_id\":\"2680059592705\",\"archived\":false,"
    "\"match_type\":\"@\",\"value\":\"linen #\"}\n",
    "{\"match_type\":\"@\",\"value\":\"linen #\",\"exceptions\":[{\"code\":2006,"
    "\"message\":\"This keyword is not allowed in Fran\\u00e7ais campaigns.\"}]}\n",
    "{\"note\":\"" FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED FIVE_HUNDRED "\"}\n",
    300,
    36324};
static const text table = {"ID,Match Type,Value,Errors\r\n",
                           "2680060704747#,@,\"garden #\",\r\n",
                           ",@,\"garden #\",\"Too many keywords, in \"\"2680059592705\"\".\"\r\n",
                           "",
                           300,
                           0};

typedef struct exchange {
    const char *host;
    const char *lines[5]; // that the request's head must have, in any order; # is any number
    const text *body;     // that it must have
    const char *head;     // of the response
    const text *answer;
    uint32_t breaks;   // the connection, after so many bytes of `answer`; 0: it does not
    uint8_t impatient; // answers before it has the request's body, and closes
    uint8_t mute;      // loses the connection instead of answering
    uint8_t applies;   // the upsert
} exchange;

#define UPSERT(token, text)                                                       \
    .host = API, .body = &(text),                                                 \
    .lines = {POST_UPSERT, "Host: " API, token, "Content-Type: application/json", \
              "Content-Length: #"}
#define STATUS(n) .host = API, .lines = {GET_STATUS(n), "Host: " API, NEW_TOKEN}
#define RESULT(n) .host = STORE, .lines = {GET_RESULT(n), "Host: " STORE}
#define REST(n, etag) \
    .host = STORE, .lines = {GET_RESULT(n), "Host: " STORE, "Range: bytes=#-", "If-Range: " etag}
#define ANSWER(first, text) .head = "HTTP/1.1 " first, .answer = &text

static const exchange script[] = {
    // 300 keywords: with a token that has expired, too early, and then well
    {UPSERT(OLD_TOKEN, linen), ANSWER("401 Unauthorized\r\nConnection: close\r\n" JSON, bad_token),
     .impatient = 1},
    {UPSERT(NEW_TOKEN, linen),
     ANSWER("429 Too Many Requests\r\nRetry-After: 2\r\n" JSON, too_often)},
    {UPSERT(NEW_TOKEN, linen), ANSWER("200 OK\r\n" JSON, submitted_1), .applies = 1},
    {STATUS("1"), ANSWER("200 OK\r\nRetry-After: 4\r\n" JSON, running)},
    {STATUS("1"), ANSWER("200 OK\r\n" JSON, succeeded_1)},
    {RESULT("1"), ANSWER("200 OK\r\nETag: \"one\"\r\n", json_lines), .breaks = 20000},
    {REST("1", "\"one\""), ANSWER("206 Partial Content\r\nETag: \"one\"\r\n", json_lines)},
    // 300 more, and a power loss while they are followed
    {UPSERT(NEW_TOKEN, garden), ANSWER("200 OK\r\n" JSON, submitted_2), .applies = 1},
    {STATUS("2"), ANSWER("200 OK\r\n" JSON, running)},
    {STATUS("2"), ANSWER("200 OK\r\n" JSON, succeeded_2)},
    {RESULT("2"), ANSWER("200 OK\r\nContent-Type: text/csv\r\n", table), .breaks = 9000},
    {RESULT("2"), ANSWER("200 OK\r\nContent-Type: text/csv\r\n", table)},
    // a token that is refused for good, a lost reply, a power loss in the midst of an upsert
    {UPSERT(NEW_TOKEN, picnic), ANSWER("401 Unauthorized\r\n" JSON, bad_token)},
    {UPSERT(NEW_TOKEN, picnic), .mute = 1, .applies = 1},
    {UPSERT(NEW_TOKEN, picnic), .mute = 1},
    {.host = "nobody: a request more than there should be", .mute = 1},
};
#define OVER (sizeof script / sizeof script[0] - 1)

// ---- the server --------------------------------------------------------------------------------

#define LINES      (sizeof script[0].lines / sizeof script[0].lines[0])
#define CHUNK      61
#define SEEK_STEP  300 // bytes that it passes over in a tick
#define THINK_TIME 50  // ticks

typedef enum phase { HEAD, BODY, THINK, SEEK, HEADERS, FRAMING, CONTENT, END, SILENT } phase;

// The server has a memory of its own, which a power loss of the board does not reach.
__attribute__((section(".other_side"))) static struct {
    uint32_t valid;
    peer_report saw;
    uint8_t at;       // in the script
    uint8_t state;    // phase
    uint8_t line_new; // nothing of the line has come
    uint8_t seen;     // lines of the head, as bits
    uint8_t authorized;
    const char *rest[LINES];      // of the lines that are still possible
    const char *rest_authorizing; // of a header that must not be there
    uint32_t number;              // of the request's head
    uint32_t left;                // of its body
    uint32_t sent;                // of the answer's body, what was passed over included
    uint16_t pause;
    cursor body;
    const char *piece; // what is being sent
    uint16_t piece_left;
    char framing[100]; // of a chunk, or of the head
} peer;

static void complain(const char *what)
{
    if (!peer.saw.complaint)
        peer.saw.complaint = what;
}

static const exchange *expected(void)
{
    return &script[peer.at];
}

static void begin_line(void)
{
    size_t i;
    for (i = 0; i < LINES; i++)
        peer.rest[i] = expected()->lines[i];
    peer.rest_authorizing = "Authorization";
    peer.line_new = 1;
}

static void begin_request(void)
{
    peer.state = HEAD;
    peer.seen = peer.authorized = 0;
    peer.number = peer.left = peer.sent = 0;
    peer.piece_left = 0;
    begin_line();
}

void peer_dial(const char *host, uint16_t port)
{
    if (peer.valid != 0x1234) {
        memset(&peer, 0, sizeof peer);
        peer.valid = 0x1234;
    }
    if (port != 443 || !same(host, expected()->host))
        complain("connected to the wrong host");
    begin_request();
}

peer_report peer_saw(void)
{
    return peer.saw;
}

// Goes on in a line that is expected. NULL: it is another one.
static const char *match(const char *rest, char c)
{
    if (*rest == '#' && c >= '0' && c <= '9') {
        peer.number = peer.number * 10 + (uint32_t)(c - '0');
        return rest;
    }
    if (*rest == '#')
        rest++;
    return *rest == c ? rest + 1 : NULL;
}

static void end_line(void)
{
    size_t i;
    for (i = 0; i < LINES; i++)
        if (peer.rest[i] && (same(peer.rest[i], "") || same(peer.rest[i], "#")))
            peer.seen |= (uint8_t)(1u << i);
    begin_line();
}

static void end_head(void)
{
    const exchange *now = expected();
    size_t i, authorizing = 0;
    for (i = 0; i < LINES && now->lines[i]; i++) {
        if (!(peer.seen & 1u << i))
            complain("a line is missing in the head of a request");
        authorizing += now->lines[i][0] == 'A';
    }
    if (peer.authorized && !authorizing)
        complain("credentials for a host that is not the API");
    peer.left = now->body ? peer.number : 0;
    peer.pause = THINK_TIME;
    peer.state = peer.left > 0 && !now->impatient ? BODY : THINK;
    if (now->body)
        text_begin(&peer.body, now->body);
}

static void receive_head(char c)
{
    size_t i;
    if (c == '\n') {
        if (peer.line_new)
            end_head();
        else
            end_line();
        return;
    }
    if (c == '\r')
        return;
    peer.line_new = 0;
    for (i = 0; i < LINES; i++)
        if (peer.rest[i])
            peer.rest[i] = match(peer.rest[i], c);
    if (peer.rest_authorizing && *peer.rest_authorizing)
        peer.rest_authorizing = match(peer.rest_authorizing, c);
    peer.authorized |= peer.rest_authorizing && *peer.rest_authorizing == '\0';
}

static void receive_body(uint8_t byte)
{
    if (text_next(&peer.body) != byte)
        complain("another body than expected");
    if (--peer.left > 0)
        return;
    if (text_next(&peer.body) >= 0)
        complain("a shorter body than expected");
    peer.state = THINK;
}

void peer_receive(uint8_t byte)
{
    if (peer.state == HEAD)
        receive_head((char)byte);
    else if (peer.state == BODY)
        receive_body(byte);
    else if (!expected()->impatient)
        complain("bytes behind the request");
}

// ---- its answer --------------------------------------------------------------------------------

static char *put_text(char *to, const char *from)
{
    while (*from)
        *to++ = *from++;
    return to;
}

static char *put_number(char *to, uint32_t number)
{
    uint32_t unit = 1;
    while (number / unit >= 10)
        unit *= 10;
    for (; unit > 0; unit /= 10)
        *to++ = (char)('0' + number / unit % 10);
    return to;
}

static void send_piece(const char *piece, const char *end)
{
    peer.piece = piece;
    peer.piece_left = (uint16_t)(end - piece);
}

// What says where the body ends, and which part of the file it is.
static void send_framing(void)
{
    uint32_t length = expected()->answer->length;
    char *at = peer.framing;
    if (length == 0) {
        at = put_text(at, "Transfer-Encoding: chunked\r\n\r\n");
    } else if (peer.sent == 0) {
        at = put_text(at, "Content-Length: ");
        at = put_number(at, length);
        at = put_text(at, "\r\n\r\n");
    } else {
        at = put_text(at, "Content-Range: bytes ");
        at = put_number(at, peer.sent);
        at = put_text(at, "-");
        at = put_number(at, length - 1);
        at = put_text(at, "/");
        at = put_number(at, length);
        at = put_text(at, "\r\nContent-Length: ");
        at = put_number(at, length - peer.sent);
        at = put_text(at, "\r\n\r\n");
    }
    send_piece(peer.framing, at);
}

// The next bytes of the body, as a chunk unless its length was said. Nothing left is the last
// chunk.
static void send_content(void)
{
    const exchange *now = expected();
    char *content = peer.framing + 4, *at = content;
    int byte = 0;
    while (at < content + CHUNK && (now->breaks == 0 || peer.sent < now->breaks) &&
           (byte = text_next(&peer.body)) >= 0) {
        *at++ = (char)byte;
        peer.sent++;
    }
    if (at == content)
        peer.state = END;
    if (now->answer->length != 0) {
        if (peer.state == END && peer.sent != now->answer->length)
            complain("the script has the wrong length");
        send_piece(content, at);
        return;
    }
    peer.framing[0] = "0123456789abcdef"[(at - content) / 16];
    peer.framing[1] = "0123456789abcdef"[(at - content) % 16];
    put_text(peer.framing + 2, "\r\n");
    send_piece(peer.framing, put_text(at, "\r\n"));
}

// The exchange is over. What the connection does then.
static int finish(void)
{
    const exchange *now = expected();
    peer.saw.requests++;
    peer.saw.upserts += now->applies;
    if (peer.at < OVER)
        peer.at++;
    peer.state = SILENT;
    if (now->mute || now->breaks > 0)
        return PEER_LOST;
    if (now->impatient)
        return PEER_ENDED;
    begin_request();
    return PEER_NOTHING;
}

// Passes over what a request for the rest of a file has already. It takes its time.
static int seek(void)
{
    int i;
    for (i = 0; i < SEEK_STEP; i++, peer.sent++) {
        if (peer.sent == peer.number) {
            peer.state = HEADERS;
            return PEER_NOTHING;
        }
        text_next(&peer.body);
    }
    return PEER_NOTHING;
}

// Makes the next piece to be sent, or says what keeps it from doing so: PEER_NOTHING and the like.
static int next_piece(void)
{
    const exchange *now = expected();
    switch (peer.state) {
    case THINK:
        if (--peer.pause > 0)
            return PEER_NOTHING;
        if (now->mute)
            return finish();
        text_begin(&peer.body, now->answer);
        peer.state = now->body ? HEADERS : SEEK; // a number in a GET is that of its Range
        return PEER_NOTHING;
    case SEEK:
        return seek();
    case HEADERS:
        send_piece(now->head, end_of(now->head));
        peer.state = FRAMING;
        return 0;
    case FRAMING:
        send_framing();
        peer.state = CONTENT;
        return 0;
    case CONTENT:
        if (now->breaks > 0 && peer.sent >= now->breaks)
            return finish();
        send_content();
        return 0;
    case END:
        return finish();
    default: // HEAD, BODY, SILENT
        return PEER_NOTHING;
    }
}

int peer_send(void)
{
    int result;
    while (peer.piece_left == 0) {
        result = next_piece();
        if (result < 0)
            return result;
    }
    peer.piece_left--;
    return (uint8_t)*peer.piece++;
}
