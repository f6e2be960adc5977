/* pinbulk_sandbox.h - the Bulk API in memory, for pinbulk.h - MIT licence, see pinbulk.h

WHAT IT IS

    A stand-in for the service behind the transport interface of pinbulk.h: any program that uses
the library can be tried and tested with no account and no network. It checks token, path and body,
    gives new entities ids, keeps them, answers RUNNING a number of times, then SUCCEEDED with a
    result_url that it also serves. It can be told to misbehave.

    The layout of its result files is its own, because Pinterest's is not public. A program that
works here has shown that it uses the library well, not that it knows the service.

DO THIS

    After pinbulk.h, in one file:

        #define PINBULK_SANDBOX_IMPLEMENTATION
        #include "pinbulk_sandbox.h"

        static char memory[65536];
        pinbulk_sandbox sandbox;
        pinbulk_sandbox_config config = {0};
        config.token = pinbulk_text_of("a token");
        config.account = pinbulk_text_of("549755885175");
        config.memory = memory;
        config.memory_size = sizeof memory;
        pinbulk_sandbox_init(&sandbox, &config);
        pinbulk_transport transport = pinbulk_sandbox_transport(&sandbox);

    Functions are static when PINBULK_STATIC is defined.

WHAT IT KNOWS

    Campaigns, keywords and product groups: what pinbulk_upsert has members for. Bodies are checked
    with pinbulk's own tables; unknown members, missing members and wrong values are refused with
    400 and {"code":1,"message":...} as the service does it. An entity of an update that is not
there is an error in the result file, not of the request.

    A download gives {"campaigns":[...],"keywords":[...],"product_groups":[...]} with the entities
in the order of their creation. entity_types, entity_ids (with the children of these), updated_since
    and the filter's name, campaign_status and objective_type choose; the filter's times and CSV are
    refused with 400. An upsert gives the same lists with the entities it made or changed, and
    "errors":[{"path":...,"id":...,"message":...}].

    Its clock moves when somebody sleeps, so nothing really waits. One thread at a time. */
#ifndef PINBULK_SANDBOX_H
#define PINBULK_SANDBOX_H

#ifndef PINBULK_H
#error "include pinbulk.h first"
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pinbulk_sandbox_config {
    pinbulk_text token;      /* the one that is accepted */
    pinbulk_text account;    /* the one ad account there is */
    void *memory;            /* four ninths keep entities and result files, the rest is for work: */
    size_t memory_size;      /* at least 16384, about a hundred times the largest entity and forty
                                times the largest body; what does not fit is refused with 507 */
    pinbulk_text result_url; /* where result files are said to be; the path must end in "/results/".
                                Empty: https://files.sandbox.invalid/results/ */
    int64_t time;            /* Unix seconds when the clock is at 0 [1700000000] */
    unsigned running;        /* status calls answered with RUNNING before the last one */
    unsigned url_uses;       /* a result_url can be fetched so often, then it has expired; a status
                                call gives a fresh one; 0: for ever */
    size_t chunk;            /* bytes of a body delivered at once; 0: all */
} pinbulk_sandbox_config;

/* What can go wrong, with the meaning of `number`. */
typedef enum pinbulk_sandbox_fault {
    PINBULK_SANDBOX_UNREACHABLE = 1, /* no connection: nothing was sent */
    PINBULK_SANDBOX_STATUS,          /* `number` is the HTTP status, with Pinterest's error body */
    PINBULK_SANDBOX_RATE_LIMITED,    /* 429, Retry-After of `number` seconds; -1: without */
    PINBULK_SANDBOX_SPAM,            /* 429 that blocks spam */
    PINBULK_SANDBOX_HTML,            /* `number` is the HTTP status, the body is a web page */
    PINBULK_SANDBOX_LOST_REPLY,      /* everything is done, but no reply comes */
    PINBULK_SANDBOX_TRUNCATED,       /* the reply breaks off after `number` bytes of its body */
    PINBULK_SANDBOX_FAILED           /* submissions: the request will end as FAILED */
} pinbulk_sandbox_fault;

#define PINBULK_SANDBOX_FAULTS_MAX 16

/* Members are private but for the counters. */
typedef struct pinbulk_sandbox {
    unsigned exchanges[5]; /* of each pinbulk_operation */
    unsigned applied;      /* upserts that were applied */
    /* private */
    pinbulk_sandbox_config config;
    char *store, *scratch, *body; /* the parts of the memory */
    size_t half, body_size, used;
    uint64_t now, next_id, random;
    struct {
        uint8_t operation, fault;
        unsigned times;
        int64_t number;
    } faults[PINBULK_SANDBOX_FAULTS_MAX];
    unsigned fault_count;
} pinbulk_sandbox;

/* PINBULK_BAD_ARGUMENT: no token, no account or too little memory. */
PINBULK_API pinbulk_result pinbulk_sandbox_init(pinbulk_sandbox *sandbox,
                                                const pinbulk_sandbox_config *config);

/* A transport that uses the sandbox, which must outlive it. */
PINBULK_API pinbulk_transport pinbulk_sandbox_transport(pinbulk_sandbox *sandbox);

/* The next `times` exchanges of an operation go wrong; several orders wait in a queue.
   PINBULK_NO_SPACE: the queue is full. */
PINBULK_API pinbulk_result pinbulk_sandbox_misbehave(pinbulk_sandbox *sandbox,
                                                     pinbulk_operation operation,
                                                     pinbulk_sandbox_fault fault, unsigned times,
                                                     int64_t number);

/* The entity of that number among those of a kind, as JSON; length 0 when there is none. Valid
   until the next exchange. */
PINBULK_API pinbulk_text pinbulk_sandbox_entity(const pinbulk_sandbox *sandbox, pinbulk_kind kind,
                                                size_t number);

/* The service without the transport, for a server that speaks HTTP. Texts are empty when the
   request does not have them. */
typedef struct pinbulk_sandbox_request {
    pinbulk_text method, target, authorization, content_type, range, if_range, body;
} pinbulk_sandbox_request;

#define PINBULK_SANDBOX_HEADERS_MAX 8

typedef struct pinbulk_sandbox_reply {
    int status; /* 0: no reply */
    pinbulk_reached reached;
    unsigned header_count;
    struct {
        const char *name;
        char value[80];
    } headers[PINBULK_SANDBOX_HEADERS_MAX]; /* Content-Length is one of them */
    pinbulk_text body;                      /* in the sandbox's memory, until its next call */
    size_t sent;                            /* bytes of the body to send before breaking off */
} pinbulk_sandbox_reply;

PINBULK_API void pinbulk_sandbox_answer(pinbulk_sandbox *sandbox,
                                        const pinbulk_sandbox_request *request,
                                        pinbulk_sandbox_reply *reply);

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_SANDBOX_H */

#if defined(PINBULK_SANDBOX_IMPLEMENTATION) && !defined(PINBULK_SANDBOX_IMPLEMENTED)
#define PINBULK_SANDBOX_IMPLEMENTED

#include <string.h>

/* ============================================================================================== */
/* >>store: entities and bulk requests, one after the other in the first half of the memory       */
/* ============================================================================================== */

#define PINBULKI_SANDBOX_REQUEST 255 /* the kind of a bulk request; others are pinbulk_kind */
#define PINBULKI_SANDBOX_KEPT    8   /* bulk requests that are remembered */

/* What stands before each text. A bulk request's text is its result file. */
typedef struct pinbulki_sandbox_item {
    uint64_t id, parent, updated;
    size_t size, length; /* of all with padding; of the text */
    unsigned running, uses, signature;
    uint8_t kind, failed;
} pinbulki_sandbox_item;

static pinbulki_sandbox_item pinbulki_sandbox_at(const pinbulk_sandbox *sandbox, size_t at)
{
    pinbulki_sandbox_item item;
    memcpy(&item, sandbox->store + at, sizeof item);
    return item;
}

static pinbulk_text pinbulki_sandbox_text_at(const pinbulk_sandbox *sandbox, size_t at)
{
    pinbulk_text text;
    text.data = sandbox->store + at + sizeof(pinbulki_sandbox_item);
    text.length = pinbulki_sandbox_at(sandbox, at).length;
    return text;
}

/* Where the item of a kind and id is; `used` when there is none. */
static size_t pinbulki_sandbox_find(const pinbulk_sandbox *sandbox, uint8_t kind, uint64_t id)
{
    size_t at = 0;
    while (at < sandbox->used) {
        pinbulki_sandbox_item item = pinbulki_sandbox_at(sandbox, at);
        if (item.kind == kind && item.id == id)
            break;
        at += item.size;
    }
    return at;
}

static int pinbulki_sandbox_fits(const pinbulk_sandbox *sandbox, size_t length)
{
    return length <= sandbox->half && sandbox->half - length >= sizeof(pinbulki_sandbox_item) &&
           sandbox->used <= sandbox->half - length - sizeof(pinbulki_sandbox_item);
}

static void pinbulki_sandbox_remove(pinbulk_sandbox *sandbox, size_t at)
{
    size_t size = pinbulki_sandbox_at(sandbox, at).size;
    memmove(sandbox->store + at, sandbox->store + at + size, sandbox->used - at - size);
    sandbox->used -= size;
}

/* Puts an item at `at`, in the place of the one that is there. 0: there is no room. */
static int pinbulki_sandbox_put(pinbulk_sandbox *sandbox, size_t at, pinbulki_sandbox_item item,
                                pinbulk_text text)
{
    size_t old = at < sandbox->used ? pinbulki_sandbox_at(sandbox, at).size : 0;
    if (!pinbulki_sandbox_fits(sandbox, text.length))
        return 0;
    item.length = text.length;
    item.size = sizeof item + text.length;
    memmove(sandbox->store + at + item.size, sandbox->store + at + old, sandbox->used - at - old);
    memcpy(sandbox->store + at, &item, sizeof item);
    memcpy(sandbox->store + at + sizeof item, text.data, text.length);
    sandbox->used = sandbox->used - old + item.size;
    return 1;
}

/* Forgets the oldest bulk requests. */
static void pinbulki_sandbox_forget(pinbulk_sandbox *sandbox)
{
    size_t at = 0, first = 0, count = 0;
    while (at < sandbox->used) {
        pinbulki_sandbox_item item = pinbulki_sandbox_at(sandbox, at);
        if (item.kind == PINBULKI_SANDBOX_REQUEST && count++ == 0)
            first = at;
        at += item.size;
    }
    if (count >= PINBULKI_SANDBOX_KEPT)
        pinbulki_sandbox_remove(sandbox, first);
}

/* ============================================================================================== */
/* >>texts                                                                                        */
/* ============================================================================================== */

static pinbulk_text pinbulki_sandbox_text(const char *data, size_t length)
{
    pinbulk_text text;
    text.data = data;
    text.length = length;
    return text;
}

static const char pinbulki_sandbox_full[] = "the memory of the sandbox is too small";

static int pinbulki_sandbox_is(pinbulk_text text, const char *wanted)
{
    return pinbulk_text_equal(text, pinbulk_text_of(wanted));
}

/* Takes `start` off the front of a text. 0: it does not begin with that. */
static int pinbulki_sandbox_take(pinbulk_text *text, pinbulk_text start)
{
    if (text->length < start.length || memcmp(text->data, start.data, start.length) != 0)
        return 0;
    text->data += start.length;
    text->length -= start.length;
    return 1;
}

/* Takes a number off the front of a text. 0: there is none. */
static int pinbulki_sandbox_take_number(pinbulk_text *text, uint64_t *number)
{
    size_t count = 0;
    *number = 0;
    while (count < text->length && count < 18 && text->data[count] >= '0' &&
           text->data[count] <= '9')
        *number = *number * 10 + (uint64_t)(text->data[count++] - '0');
    if (count == 0)
        return 0;
    text->data += count;
    text->length -= count;
    return 1;
}

/* The number that a whole id is; AG and C before it do not count. 0 is none. */
static uint64_t pinbulki_sandbox_id(pinbulk_string id)
{
    pinbulk_text text = pinbulki_sandbox_text(id.text, id.state == PINBULK_SET ? id.length : 0);
    uint64_t number;
    if (!pinbulki_sandbox_take(&text, pinbulk_text_of("AG")))
        pinbulki_sandbox_take(&text, pinbulk_text_of("C"));
    return pinbulki_sandbox_take_number(&text, &number) && text.length == 0 ? number : 0;
}

static int pinbulki_sandbox_contains(pinbulk_text text, pinbulk_text part)
{
    size_t at;
    for (at = 0; at + part.length <= text.length; at++)
        if (part.length == 0 || memcmp(text.data + at, part.data, part.length) == 0)
            return 1;
    return 0;
}

/* ============================================================================================== */
/* >>json                                                                                         */
/* ============================================================================================== */

static void pinbulki_sandbox_key(pinbulk_writer *writer, const char *key)
{
    pinbulk_write_key(writer, key, strlen(key));
}

static void pinbulki_sandbox_member(pinbulk_writer *writer, const char *key, pinbulk_text value)
{
    pinbulki_sandbox_key(writer, key);
    pinbulk_write_string(writer, value.data, value.length);
}

static void pinbulki_sandbox_member_number(pinbulk_writer *writer, const char *key, uint64_t number)
{
    char digits[PINBULK_INT_TEXT_MAX];
    size_t length = pinbulk_int_to_text((int64_t)number, digits);
    pinbulki_sandbox_member(writer, key, pinbulki_sandbox_text(digits, length));
}

/* Reads the members of an object one by one: the name, and then its value as it stands. Entities
   come from the codec, so they are JSON, compact and without a member twice. */
typedef struct pinbulki_sandbox_members {
    const char *at, *end;
    pinbulk_text name, json; /* the name as it stands, without quotes */
} pinbulki_sandbox_members;

static void pinbulki_sandbox_members_of(pinbulki_sandbox_members *members, pinbulk_text object)
{
    members->at = object.data + 1;
    members->end = object.data + object.length - 1;
}

/* The end of the string that begins at `at`. */
static const char *pinbulki_sandbox_string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

static int pinbulki_sandbox_next_member(pinbulki_sandbox_members *members)
{
    const char *at = members->at, *end = members->end;
    size_t depth = 0;
    if (at >= end)
        return 0;
    members->name.data = at + 1;
    at = pinbulki_sandbox_string_end(at, end);
    members->name.length = (size_t)(at - 1 - members->name.data);
    members->json.data = ++at;
    while (at < end && (depth > 0 || *at != ',')) {
        if (*at == '"') {
            at = pinbulki_sandbox_string_end(at, end);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        if (*at == '}' || *at == ']')
            depth--;
        at++;
    }
    members->json.length = (size_t)(at - members->json.data);
    members->at = at + 1;
    return 1;
}

/* The value of a member as it stands; length 0 when there is none. */
static pinbulk_text pinbulki_sandbox_value(pinbulk_text object, pinbulk_text name)
{
    pinbulki_sandbox_members members;
    pinbulki_sandbox_members_of(&members, object);
    while (pinbulki_sandbox_next_member(&members))
        if (pinbulk_text_equal(members.name, name))
            return members.json;
    return pinbulki_sandbox_text("", 0);
}

/* Writes the members of `change`, then those of `base` that it does not have. */
static void pinbulki_sandbox_merge(pinbulk_writer *writer, pinbulk_text change, pinbulk_text base)
{
    pinbulki_sandbox_members members;
    int pass;
    pinbulk_write_object_begin(writer);
    for (pass = 0; pass < 2; pass++) {
        pinbulki_sandbox_members_of(&members, pass == 0 ? change : base);
        while (pinbulki_sandbox_next_member(&members)) {
            if (pass == 1 && pinbulki_sandbox_value(change, members.name).length > 0)
                continue;
            pinbulk_write_key(writer, members.name.data, members.name.length);
            pinbulk_write_json(writer, members.json.data, members.json.length);
        }
    }
    pinbulk_write_object_end(writer);
}

/* ============================================================================================== */
/* >>replies                                                                                      */
/* ============================================================================================== */

static void pinbulki_sandbox_header(pinbulk_sandbox_reply *reply, const char *name,
                                    pinbulk_text value)
{
    if (reply->header_count == PINBULK_SANDBOX_HEADERS_MAX ||
        value.length >= sizeof reply->headers[0].value)
        return;
    reply->headers[reply->header_count].name = name;
    memcpy(reply->headers[reply->header_count].value, value.data, value.length);
    reply->headers[reply->header_count++].value[value.length] = '\0';
}

static void pinbulki_sandbox_header_number(pinbulk_sandbox_reply *reply, const char *name,
                                           uint64_t number)
{
    char digits[PINBULK_INT_TEXT_MAX];
    size_t length = pinbulk_int_to_text((int64_t)number, digits);
    pinbulki_sandbox_header(reply, name, pinbulki_sandbox_text(digits, length));
}

static void pinbulki_sandbox_reply(pinbulk_sandbox_reply *reply, int status, const char *type,
                                   pinbulk_text body)
{
    reply->status = status;
    reply->body = body;
    reply->sent = body.length;
    pinbulki_sandbox_header(reply, "Content-Type", pinbulk_text_of(type));
    pinbulki_sandbox_header_number(reply, "Content-Length", body.length);
}

/* A reply with what was written into the last KiB of the scratch half. */
static char *pinbulki_sandbox_reply_memory(pinbulk_sandbox *sandbox)
{
    return sandbox->scratch + sandbox->half - 1024;
}

static void pinbulki_sandbox_reply_json(pinbulk_sandbox *sandbox, pinbulk_sandbox_reply *reply,
                                        int status, pinbulk_writer *writer)
{
    uint64_t length = 0;
    if (pinbulk_writer_end(writer, &length) != PINBULK_OK)
        length = 0;
    pinbulki_sandbox_header_number(reply, "x-pinterest-rid", 7000000000 + sandbox->exchanges[0]);
    pinbulki_sandbox_reply(
        reply, status, "application/json",
        pinbulki_sandbox_text(pinbulki_sandbox_reply_memory(sandbox), (size_t)length));
}

/* Pinterest's error shape. */
static void pinbulki_sandbox_refuse(pinbulk_sandbox *sandbox, pinbulk_sandbox_reply *reply,
                                    int status, int code, const char *message)
{
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, pinbulki_sandbox_reply_memory(sandbox), 1024);
    pinbulk_write_object_begin(&writer);
    pinbulki_sandbox_member(&writer, "status", pinbulk_text_of("failure"));
    pinbulki_sandbox_key(&writer, "code");
    pinbulk_write_int(&writer, code);
    pinbulki_sandbox_member(&writer, "message", pinbulk_text_of(message));
    pinbulk_write_object_end(&writer);
    pinbulki_sandbox_reply_json(sandbox, reply, status, &writer);
}

/* Refuses a body with the codec's own words: where, and what is wrong. */
static void pinbulki_sandbox_refuse_body(pinbulk_sandbox *sandbox, pinbulk_sandbox_reply *reply,
                                         const pinbulk_error *error)
{
    char message[PINBULK_ERROR_PATH_MAX + PINBULK_ERROR_MESSAGE_MAX + 2];
    size_t length = 0;
    if (error->result == PINBULK_NO_SPACE) {
        pinbulki_sandbox_refuse(sandbox, reply, 507, 0, pinbulki_sandbox_full);
        return;
    }
    if (error->path[0] != '\0') {
        length = strlen(error->path);
        memcpy(message, error->path, length);
        memcpy(message + length, ": ", 2);
        length += 2;
    }
    memcpy(message + length, error->message, strlen(error->message) + 1);
    pinbulki_sandbox_refuse(sandbox, reply, 400, 1, message);
}

/* ============================================================================================== */
/* >>submissions                                                                                  */
/* ============================================================================================== */

static const struct {
    pinbulk_kind kind;
    unsigned entity_type;
    const char *key;
} pinbulki_sandbox_lists[] = {
    {PINBULK_KIND_CAMPAIGN, PINBULK_ENTITY_TYPE_CAMPAIGN, "campaigns"},
    {PINBULK_KIND_KEYWORD, PINBULK_ENTITY_TYPE_KEYWORD, "keywords"},
    {PINBULK_KIND_PRODUCT_GROUP, PINBULK_ENTITY_TYPE_PRODUCT_GROUP, "product_groups"},
};

#define PINBULKI_SANDBOX_LISTS (sizeof pinbulki_sandbox_lists / sizeof pinbulki_sandbox_lists[0])

/* What is done with the entities of an upsert, one pass after the other. */
enum { PINBULKI_SANDBOX_COUNT, PINBULKI_SANDBOX_APPLY, PINBULKI_SANDBOX_COMPLAIN };

/* A submission under way, in the second half of the memory: the objects of the body, three buffers
   for one entity each, the result file, and at the end the reply. */
typedef struct pinbulki_sandbox_work {
    pinbulk_sandbox *sandbox;
    pinbulk_arena objects;
    char *sent, *identity, *merged, *result_start;
    size_t entity_size;
    pinbulk_writer result;
    int pass, form;
    size_t entities;
} pinbulki_sandbox_work;

/* Divides what the objects left over. */
static void pinbulki_sandbox_divide(pinbulki_sandbox_work *work)
{
    char *start = (char *)work->objects.memory + work->objects.used;
    size_t room = work->objects.size - work->objects.used;
    work->entity_size = room / 8;
    work->sent = start;
    work->identity = work->sent + work->entity_size;
    work->merged = work->identity + work->entity_size;
    work->result_start = work->merged + work->entity_size;
    pinbulk_writer_init_buffer(&work->result, work->result_start, room - 3 * work->entity_size);
}

/* Ends a document. Its length is 0 when it did not fit. */
static pinbulk_text pinbulki_sandbox_written(pinbulk_writer *writer, const char *start)
{
    uint64_t length = 0;
    return pinbulki_sandbox_text(
        start, pinbulk_writer_end(writer, &length) == PINBULK_OK ? (size_t)length : 0);
}

/* Takes a bulk request with the result file that was written, and replies with its id. */
static void pinbulki_sandbox_accept(pinbulki_sandbox_work *work, int failed,
                                    pinbulk_sandbox_reply *reply)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulki_sandbox_item item;
    pinbulk_writer writer;
    pinbulk_text file = pinbulki_sandbox_written(&work->result, work->result_start);
    memset(&item, 0, sizeof item);
    item.id = sandbox->next_id++;
    item.kind = PINBULKI_SANDBOX_REQUEST;
    item.running = sandbox->config.running;
    item.failed = (uint8_t)failed;
    pinbulki_sandbox_forget(sandbox);
    if (file.length == 0 || !pinbulki_sandbox_put(sandbox, sandbox->used, item, file)) {
        pinbulki_sandbox_refuse(sandbox, reply, 507, 0, pinbulki_sandbox_full);
        return;
    }
    pinbulk_writer_init_buffer(&writer, pinbulki_sandbox_reply_memory(sandbox), 1024);
    pinbulk_write_object_begin(&writer);
    pinbulki_sandbox_member_number(&writer, "request_id", item.id);
    pinbulk_write_object_end(&writer);
    pinbulki_sandbox_reply_json(sandbox, reply, 200, &writer);
}

/* What a new entity is given: its id, its parent, and the status that it did not name. */
static pinbulk_text pinbulki_sandbox_identity(pinbulki_sandbox_work *work, uint64_t id,
                                              pinbulk_kind kind, const pinbulk_string *parent,
                                              pinbulk_text sent)
{
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, work->identity, work->entity_size);
    pinbulk_write_object_begin(&writer);
    pinbulki_sandbox_member_number(&writer, "id", id);
    if (parent)
        pinbulki_sandbox_member(&writer, kind == PINBULK_KIND_KEYWORD ? "parent_id" : "ad_group_id",
                                pinbulki_sandbox_text(parent->text, parent->length));
    if (kind == PINBULK_KIND_CAMPAIGN &&
        pinbulki_sandbox_value(sent, pinbulk_text_of("status")).length == 0)
        pinbulki_sandbox_member(&writer, "status", pinbulk_text_of("ACTIVE"));
    pinbulk_write_object_end(&writer);
    return pinbulki_sandbox_written(&writer, work->identity);
}

/* Stores one entity and puts it into the result file. */
static void pinbulki_sandbox_apply(pinbulki_sandbox_work *work, pinbulk_kind kind,
                                   pinbulk_text sent, uint64_t id, const pinbulk_string *parent)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    size_t at = sandbox->used;
    pinbulki_sandbox_item item;
    pinbulk_text change = sent, base = sent, merged;
    pinbulk_writer writer;
    memset(&item, 0, sizeof item);
    if (work->form == PINBULK_FORM_CREATE) {
        item.id = sandbox->next_id++;
        item.kind = (uint8_t)kind;
        item.parent = parent ? pinbulki_sandbox_id(*parent) : 0;
        change = pinbulki_sandbox_identity(work, item.id, kind, parent, sent);
    } else {
        at = pinbulki_sandbox_find(sandbox, (uint8_t)kind, id);
        if (at == sandbox->used)
            return;
        item = pinbulki_sandbox_at(sandbox, at);
        base = pinbulki_sandbox_text_at(sandbox, at);
    }
    item.updated = (uint64_t)sandbox->config.time + sandbox->now / 1000;
    pinbulk_writer_init_buffer(&writer, work->merged, work->entity_size);
    pinbulki_sandbox_merge(&writer, change, base);
    merged = pinbulki_sandbox_written(&writer, work->merged);
    pinbulk_write_json(&work->result, merged.data, merged.length);
    pinbulki_sandbox_put(sandbox, at, item, merged);
}

/* Names an entity of an update that is not there. */
static void pinbulki_sandbox_complain(pinbulki_sandbox_work *work, pinbulk_kind kind, uint64_t id,
                                      pinbulk_string sent_id)
{
    if (work->form == PINBULK_FORM_CREATE ||
        pinbulki_sandbox_find(work->sandbox, (uint8_t)kind, id) < work->sandbox->used)
        return;
    pinbulk_write_object_begin(&work->result);
    pinbulki_sandbox_member(&work->result, "kind", pinbulk_text_of(pinbulk_kind_name(kind)));
    pinbulki_sandbox_member(
        &work->result, "id",
        pinbulki_sandbox_text(sent_id.text, sent_id.state == PINBULK_SET ? sent_id.length : 0));
    pinbulki_sandbox_member(&work->result, "message", pinbulk_text_of("There is no such entity."));
    pinbulk_write_object_end(&work->result);
}

/* One entity in the current pass. `parent`: NULL unless it stands in a list of a parent. */
static void pinbulki_sandbox_visit(pinbulki_sandbox_work *work, pinbulk_kind kind,
                                   const void *object, pinbulk_string id,
                                   const pinbulk_string *parent)
{
    pinbulk_encode_options as_it_is;
    pinbulk_writer writer;
    uint64_t number = pinbulki_sandbox_id(id);
    memset(&as_it_is, 0, sizeof as_it_is);
    as_it_is.unchecked = 1;
    work->entities += work->pass == PINBULKI_SANDBOX_COUNT;
    if (work->pass == PINBULKI_SANDBOX_COMPLAIN)
        pinbulki_sandbox_complain(work, kind, number, id);
    if (work->pass != PINBULKI_SANDBOX_APPLY)
        return;
    pinbulk_writer_init_buffer(&writer, work->sent, work->entity_size);
    if (kind == PINBULK_KIND_CAMPAIGN)
        pinbulk_encode_campaign((const pinbulk_campaign *)object, work->form, &writer, &as_it_is,
                                NULL);
    else if (kind == PINBULK_KIND_KEYWORD)
        pinbulk_encode_keyword((const pinbulk_keyword *)object, work->form, &writer, &as_it_is,
                               NULL);
    else
        pinbulk_encode_product_group((const pinbulk_product_group *)object, work->form, &writer,
                                     &as_it_is, NULL);
    pinbulki_sandbox_apply(work, kind, pinbulki_sandbox_written(&writer, work->sent), number,
                           parent);
}

static void pinbulki_sandbox_visit_campaigns(pinbulki_sandbox_work *work,
                                             const pinbulk_campaign_list *list)
{
    size_t i;
    for (i = 0; i < list->count; i++)
        pinbulki_sandbox_visit(work, PINBULK_KIND_CAMPAIGN, &list->items[i], list->items[i].id,
                               NULL);
}

static void pinbulki_sandbox_visit_keywords(pinbulki_sandbox_work *work,
                                            const pinbulk_keyword_list *list,
                                            const pinbulk_string *parent)
{
    size_t i;
    for (i = 0; i < list->count; i++)
        pinbulki_sandbox_visit(work, PINBULK_KIND_KEYWORD, &list->items[i], list->items[i].id,
                               parent);
}

static void pinbulki_sandbox_visit_products(pinbulki_sandbox_work *work,
                                            const pinbulk_ad_group_products_list *list)
{
    size_t i, j;
    for (i = 0; i < list->count; i++)
        for (j = 0; j < list->items[i].product_group_promotion.count; j++)
            pinbulki_sandbox_visit(
                work, PINBULK_KIND_PRODUCT_GROUP, &list->items[i].product_group_promotion.items[j],
                list->items[i].product_group_promotion.items[j].id, &list->items[i].ad_group_id);
}

/* The entities of one kind, those to create first. */
static void pinbulki_sandbox_walk(pinbulki_sandbox_work *work, pinbulk_kind kind,
                                  const pinbulk_upsert *upsert)
{
    const pinbulk_create *create = upsert->create.value;
    const pinbulk_update *update = upsert->update.value;
    size_t i;
    work->form = PINBULK_FORM_CREATE;
    if (create && kind == PINBULK_KIND_CAMPAIGN)
        pinbulki_sandbox_visit_campaigns(work, &create->campaigns);
    if (create && kind == PINBULK_KIND_KEYWORD)
        for (i = 0; i < create->keywords.count; i++)
            pinbulki_sandbox_visit_keywords(work, &create->keywords.items[i].keywords,
                                            &create->keywords.items[i].parent_id);
    if (create && kind == PINBULK_KIND_PRODUCT_GROUP)
        pinbulki_sandbox_visit_products(work, &create->product_groups);
    work->form = PINBULK_FORM_UPDATE;
    if (update && kind == PINBULK_KIND_CAMPAIGN)
        pinbulki_sandbox_visit_campaigns(work, &update->campaigns);
    if (update && kind == PINBULK_KIND_KEYWORD)
        pinbulki_sandbox_visit_keywords(work, &update->keywords, NULL);
    if (update && kind == PINBULK_KIND_PRODUCT_GROUP)
        pinbulki_sandbox_visit_products(work, &update->product_groups);
}

static void pinbulki_sandbox_walk_all(pinbulki_sandbox_work *work, int pass,
                                      const pinbulk_upsert *upsert)
{
    size_t i;
    work->pass = pass;
    for (i = 0; i < PINBULKI_SANDBOX_LISTS; i++) {
        if (pass == PINBULKI_SANDBOX_APPLY) {
            pinbulki_sandbox_key(&work->result, pinbulki_sandbox_lists[i].key);
            pinbulk_write_array_begin(&work->result);
        }
        pinbulki_sandbox_walk(work, pinbulki_sandbox_lists[i].kind, upsert);
        if (pass == PINBULKI_SANDBOX_APPLY)
            pinbulk_write_array_end(&work->result);
    }
}

static void pinbulki_sandbox_upsert(pinbulki_sandbox_work *work, pinbulk_text body, int failed,
                                    pinbulk_sandbox_reply *reply)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulk_decode_options strict;
    pinbulk_upsert upsert;
    pinbulk_error error;
    size_t room;
    memset(&strict, 0, sizeof strict);
    memset(&error, 0, sizeof error);
    strict.unknown = PINBULK_UNKNOWN_REFUSE;
    if (pinbulk_decode_upsert(body.data, body.length, &upsert, &work->objects, &strict, &error) !=
            PINBULK_OK ||
        pinbulk_validate_upsert(&upsert, NULL, &error) != PINBULK_OK) {
        pinbulki_sandbox_refuse_body(sandbox, reply, &error);
        return;
    }
    pinbulki_sandbox_divide(work);
    pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_COUNT, &upsert);
    /* All of it or nothing: each entity is stored once, is once in the result file, and gets an
       identity; one that is replaced is there twice for a moment. */
    room = 3 * body.length + (work->entities + 1) * (sizeof(pinbulki_sandbox_item) + 128);
    if (!pinbulki_sandbox_fits(sandbox, room) || body.length + 128 > work->entity_size) {
        pinbulki_sandbox_refuse(sandbox, reply, 507, 0, pinbulki_sandbox_full);
        return;
    }
    pinbulk_write_object_begin(&work->result);
    if (!failed) {
        pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_APPLY, &upsert);
        sandbox->applied++;
    }
    pinbulki_sandbox_key(&work->result, "errors");
    pinbulk_write_array_begin(&work->result);
    pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_COMPLAIN, &upsert);
    pinbulk_write_array_end(&work->result);
    pinbulk_write_object_end(&work->result);
    pinbulki_sandbox_accept(work, failed, reply);
}

/* Does the filter of a download take this campaign? */
static int pinbulki_sandbox_filtered(pinbulki_sandbox_work *work, pinbulk_text entity,
                                     const pinbulk_campaign_filter *filter)
{
    static const unsigned status[][2] = {
        {PINBULK_CAMPAIGN_STATUS_RUNNING, PINBULK_ENTITY_STATUS_ACTIVE},
        {PINBULK_CAMPAIGN_STATUS_PAUSED, PINBULK_ENTITY_STATUS_PAUSED},
        {PINBULK_CAMPAIGN_STATUS_ARCHIVED, PINBULK_ENTITY_STATUS_ARCHIVED},
        {PINBULK_CAMPAIGN_STATUS_DRAFT, PINBULK_ENTITY_STATUS_DRAFT},
        {PINBULK_CAMPAIGN_STATUS_DELETED_DRAFT, PINBULK_ENTITY_STATUS_DELETED_DRAFT}};
    pinbulk_arena arena;
    pinbulk_campaign campaign;
    size_t i, j, taken;
    memset(&arena, 0, sizeof arena);
    arena.memory = work->sent;
    arena.size = work->entity_size;
    if (pinbulk_decode_campaign(entity.data, entity.length, &campaign, &arena, NULL, NULL) !=
        PINBULK_OK)
        return 0;
    if (filter->name.state == PINBULK_SET &&
        !pinbulki_sandbox_contains(pinbulki_sandbox_text(campaign.name.text, campaign.name.length),
                                   pinbulki_sandbox_text(filter->name.text, filter->name.length)))
        return 0;
    if (filter->campaign_status.state == PINBULK_SET) {
        for (i = taken = 0; i < filter->campaign_status.count; i++)
            for (j = 0; j < sizeof status / sizeof status[0]; j++)
                taken += filter->campaign_status.items[i].value == status[j][0] &&
                         campaign.status.value == status[j][1];
        if (taken == 0)
            return 0;
    }
    if (filter->objective_type.state == PINBULK_SET) {
        for (i = taken = 0; i < filter->objective_type.count; i++)
            taken += filter->objective_type.items[i].value == campaign.objective_type.value;
        if (taken == 0)
            return 0;
    }
    return 1;
}

/* Does a download take this item, as itself or as the child of one that it takes? */
static int pinbulki_sandbox_wanted(pinbulki_sandbox_work *work, size_t at,
                                   const pinbulk_download *download)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulki_sandbox_item item = pinbulki_sandbox_at(sandbox, at);
    pinbulk_text since = pinbulki_sandbox_text(
        download->updated_since.text,
        download->updated_since.state == PINBULK_SET ? download->updated_since.length : 0);
    uint64_t time;
    size_t i, named = 0, campaign = at;
    if (pinbulki_sandbox_take_number(&since, &time) && item.updated < time)
        return 0;
    for (i = 0; i < download->entity_ids.count; i++) {
        uint64_t id = pinbulki_sandbox_id(download->entity_ids.items[i]);
        named += id == item.id || (item.parent != 0 && id == item.parent);
    }
    if (download->entity_ids.state == PINBULK_SET && named == 0)
        return 0;
    if (item.kind != PINBULK_KIND_CAMPAIGN)
        campaign = pinbulki_sandbox_find(sandbox, PINBULK_KIND_CAMPAIGN, item.parent);
    return download->campaign_filter.state != PINBULK_SET || campaign == sandbox->used ||
           pinbulki_sandbox_filtered(work, pinbulki_sandbox_text_at(sandbox, campaign),
                                     download->campaign_filter.value);
}

static void pinbulki_sandbox_download(pinbulki_sandbox_work *work, pinbulk_text body, int failed,
                                      pinbulk_sandbox_reply *reply)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulk_decode_options strict;
    pinbulk_download download;
    pinbulk_error error;
    size_t i, j, at;
    memset(&strict, 0, sizeof strict);
    memset(&error, 0, sizeof error);
    strict.unknown = PINBULK_UNKNOWN_REFUSE;
    if (pinbulk_decode_download(body.data, body.length, &download, &work->objects, &strict,
                                &error) != PINBULK_OK ||
        pinbulk_validate_download(&download, NULL, &error) != PINBULK_OK) {
        pinbulki_sandbox_refuse_body(sandbox, reply, &error);
        return;
    }
    if (download.output_format.value == PINBULK_OUTPUT_FORMAT_CSV ||
        (download.campaign_filter.state == PINBULK_SET &&
         (download.campaign_filter.value->start_time.state == PINBULK_SET ||
          download.campaign_filter.value->end_time.state == PINBULK_SET))) {
        pinbulki_sandbox_refuse(sandbox, reply, 400, 1,
                                "the sandbox knows neither CSV nor filters of campaign times");
        return;
    }
    pinbulki_sandbox_divide(work);
    pinbulk_write_object_begin(&work->result);
    for (i = 0; i < PINBULKI_SANDBOX_LISTS && !failed; i++) {
        int chosen = download.entity_types.state != PINBULK_SET;
        for (j = 0; j < download.entity_types.count; j++)
            chosen |= download.entity_types.items[j].value == pinbulki_sandbox_lists[i].entity_type;
        if (!chosen)
            continue;
        pinbulki_sandbox_key(&work->result, pinbulki_sandbox_lists[i].key);
        pinbulk_write_array_begin(&work->result);
        for (at = 0; at < sandbox->used; at += pinbulki_sandbox_at(sandbox, at).size) {
            pinbulk_text text = pinbulki_sandbox_text_at(sandbox, at);
            if (pinbulki_sandbox_at(sandbox, at).kind == pinbulki_sandbox_lists[i].kind &&
                pinbulki_sandbox_wanted(work, at, &download))
                pinbulk_write_json(&work->result, text.data, text.length);
        }
        pinbulk_write_array_end(&work->result);
    }
    pinbulk_write_object_end(&work->result);
    pinbulki_sandbox_accept(work, failed, reply);
}

/* ============================================================================================== */
/* >>status and result files                                                                      */
/* ============================================================================================== */

static pinbulk_text pinbulki_sandbox_result_base(const pinbulk_sandbox *sandbox)
{
    return sandbox->config.result_url.length > 0
               ? sandbox->config.result_url
               : pinbulk_text_of("https://files.sandbox.invalid/results/");
}

static void pinbulki_sandbox_status(pinbulk_sandbox *sandbox, uint64_t id,
                                    pinbulk_sandbox_reply *reply)
{
    size_t at = pinbulki_sandbox_find(sandbox, PINBULKI_SANDBOX_REQUEST, id);
    pinbulk_text base = pinbulki_sandbox_result_base(sandbox);
    pinbulki_sandbox_item item;
    pinbulk_writer writer;
    char url[512];
    size_t length = base.length;
    if (at == sandbox->used) {
        pinbulki_sandbox_refuse(sandbox, reply, 404, 4, "There is no such bulk request.");
        return;
    }
    item = pinbulki_sandbox_at(sandbox, at);
    pinbulk_writer_init_buffer(&writer, pinbulki_sandbox_reply_memory(sandbox), 1024);
    pinbulk_write_object_begin(&writer);
    if (item.running > 0) {
        item.running--;
        pinbulki_sandbox_member(&writer, "status", pinbulk_text_of("RUNNING"));
    } else {
        item.signature++;
        item.uses = 0;
        memcpy(url, base.data, length);
        length += pinbulk_int_to_text((int64_t)id, url + length);
        memcpy(url + length, "?X-Amz-Signature=", 17);
        length += 17;
        length += pinbulk_int_to_text((int64_t)item.signature, url + length);
        pinbulki_sandbox_member(&writer, "status",
                                pinbulk_text_of(item.failed ? "FAILED" : "SUCCEEDED"));
        pinbulki_sandbox_member(&writer, "result_url", pinbulki_sandbox_text(url, length));
    }
    pinbulk_write_object_end(&writer);
    memcpy(sandbox->store + at, &item, sizeof item);
    pinbulki_sandbox_reply_json(sandbox, reply, 200, &writer);
}

/* A refusal as an object store gives it. */
static void pinbulki_sandbox_refuse_file(pinbulk_sandbox_reply *reply, int status, const char *xml)
{
    pinbulki_sandbox_reply(reply, status, "application/xml", pinbulk_text_of(xml));
}

/* Serves a result file; `target` is what follows "/results/". */
static void pinbulki_sandbox_file(pinbulk_sandbox *sandbox, const pinbulk_sandbox_request *request,
                                  pinbulk_text target, pinbulk_sandbox_reply *reply)
{
    pinbulk_text range = request->range, text;
    pinbulki_sandbox_item item;
    uint64_t id, signature, from = 0;
    size_t at;
    char etag[40], part[80];
    size_t length;
    if (request->authorization.length > 0) {
        pinbulki_sandbox_refuse_file(reply, 400, "<Error><Code>InvalidArgument</Code></Error>");
        return;
    }
    if (!pinbulki_sandbox_take_number(&target, &id) ||
        !pinbulki_sandbox_take(&target, pinbulk_text_of("?X-Amz-Signature=")) ||
        !pinbulki_sandbox_take_number(&target, &signature) || target.length > 0) {
        pinbulki_sandbox_refuse_file(reply, 403, "<Error><Code>AccessDenied</Code></Error>");
        return;
    }
    at = pinbulki_sandbox_find(sandbox, PINBULKI_SANDBOX_REQUEST, id);
    if (at == sandbox->used) {
        pinbulki_sandbox_refuse_file(reply, 404, "<Error><Code>NoSuchKey</Code></Error>");
        return;
    }
    item = pinbulki_sandbox_at(sandbox, at);
    if (item.signature != signature ||
        (sandbox->config.url_uses > 0 && item.uses >= sandbox->config.url_uses)) {
        pinbulki_sandbox_refuse_file(
            reply, 403,
            "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
        return;
    }
    item.uses++;
    memcpy(sandbox->store + at, &item, sizeof item);
    text = pinbulki_sandbox_text_at(sandbox, at);
    etag[0] = '"';
    length = 1 + pinbulk_int_to_text((int64_t)id, etag + 1);
    etag[length++] = '"';
    pinbulki_sandbox_header(reply, "ETag", pinbulki_sandbox_text(etag, length));
    if (pinbulki_sandbox_take(&range, pinbulk_text_of("bytes=")) &&
        pinbulki_sandbox_take_number(&range, &from) && pinbulki_sandbox_is(range, "-") &&
        (request->if_range.length == 0 ||
         pinbulk_text_equal(request->if_range, pinbulki_sandbox_text(etag, length))) &&
        from < text.length) {
        memcpy(part, "bytes ", 6);
        length = 6 + pinbulk_int_to_text((int64_t)from, part + 6);
        part[length++] = '-';
        length += pinbulk_int_to_text((int64_t)text.length - 1, part + length);
        part[length++] = '/';
        length += pinbulk_int_to_text((int64_t)text.length, part + length);
        pinbulki_sandbox_header(reply, "Content-Range", pinbulki_sandbox_text(part, length));
        pinbulki_sandbox_reply(reply, 206, "application/json",
                               pinbulki_sandbox_text(text.data + from, text.length - (size_t)from));
        return;
    }
    pinbulki_sandbox_reply(reply, 200, "application/json", text);
}

/* ============================================================================================== */
/* >>service                                                                                      */
/* ============================================================================================== */

/* What a request is about: an operation, and for a status call the request id. 0: nothing known. */
static pinbulk_operation pinbulki_sandbox_route(const pinbulk_sandbox *sandbox,
                                                pinbulk_text *target)
{
    size_t at;
    for (at = 0; at + 9 <= target->length; at++) {
        pinbulk_text rest = pinbulki_sandbox_text(target->data + at, target->length - at);
        if (pinbulki_sandbox_take(&rest, pinbulk_text_of("/results/"))) {
            *target = rest;
            return PINBULK_OPERATION_RESULT;
        }
    }
    if (!pinbulki_sandbox_take(target, pinbulk_text_of("/v5/ad_accounts/")) ||
        !pinbulki_sandbox_take(target, sandbox->config.account) ||
        !pinbulki_sandbox_take(target, pinbulk_text_of("/bulk/")))
        return (pinbulk_operation)0;
    if (pinbulki_sandbox_is(*target, "download"))
        return PINBULK_OPERATION_DOWNLOAD;
    if (pinbulki_sandbox_is(*target, "upsert"))
        return PINBULK_OPERATION_UPSERT;
    return PINBULK_OPERATION_STATUS;
}

/* Takes the fault that is next for an operation. 0: none. */
static pinbulk_sandbox_fault
pinbulki_sandbox_next_fault(pinbulk_sandbox *sandbox, pinbulk_operation operation, int64_t *number)
{
    unsigned i;
    for (i = 0; i < sandbox->fault_count; i++)
        if (sandbox->faults[i].operation == (uint8_t)operation) {
            pinbulk_sandbox_fault fault = (pinbulk_sandbox_fault)sandbox->faults[i].fault;
            *number = sandbox->faults[i].number;
            if (--sandbox->faults[i].times == 0) {
                sandbox->fault_count--;
                memmove(&sandbox->faults[i], &sandbox->faults[i + 1],
                        (sandbox->fault_count - i) * sizeof sandbox->faults[0]);
            }
            return fault;
        }
    return (pinbulk_sandbox_fault)0;
}

/* Faults that answer without looking at the request. 0: it is to be looked at. */
static int pinbulki_sandbox_fails(pinbulk_sandbox *sandbox, pinbulk_sandbox_fault fault,
                                  int64_t number, pinbulk_sandbox_reply *reply)
{
    switch (fault) {
    case PINBULK_SANDBOX_UNREACHABLE:
        reply->reached = PINBULK_REACHED_NOTHING;
        return 1;
    case PINBULK_SANDBOX_STATUS:
        pinbulki_sandbox_refuse(sandbox, reply, (int)number, number == 401 ? 2 : 0,
                                number == 401 ? "Authentication failed."
                                              : "The sandbox was told to refuse this.");
        return 1;
    case PINBULK_SANDBOX_RATE_LIMITED:
        if (number >= 0)
            pinbulki_sandbox_header_number(reply, "Retry-After", (uint64_t)number);
        pinbulki_sandbox_refuse(sandbox, reply, 429, 8, "You have exceeded your rate limit.");
        return 1;
    case PINBULK_SANDBOX_SPAM:
        pinbulki_sandbox_refuse(sandbox, reply, 429, 8, "This request was blocked as spam.");
        return 1;
    case PINBULK_SANDBOX_HTML:
        pinbulki_sandbox_reply(
            reply, (int)number, "text/html",
            pinbulk_text_of("<!DOCTYPE html><title>The sandbox</title><p>Not JSON."));
        return 1;
    case PINBULK_SANDBOX_LOST_REPLY:
    case PINBULK_SANDBOX_TRUNCATED:
    case PINBULK_SANDBOX_FAILED:
        break;
    }
    return 0;
}

/* A request of the API itself. */
static void pinbulki_sandbox_serve(pinbulk_sandbox *sandbox, pinbulk_operation operation,
                                   const pinbulk_sandbox_request *request, pinbulk_text target,
                                   int failed, pinbulk_sandbox_reply *reply)
{
    pinbulk_text token = request->authorization;
    pinbulki_sandbox_work work;
    uint64_t id;
    if (!pinbulki_sandbox_take(&token, pinbulk_text_of("Bearer ")) ||
        !pinbulk_text_equal(token, sandbox->config.token)) {
        pinbulki_sandbox_refuse(sandbox, reply, 401, 2, "Authentication failed.");
        return;
    }
    if (operation == (pinbulk_operation)0) {
        pinbulki_sandbox_refuse(sandbox, reply, 404, 4, "There is nothing at this path.");
        return;
    }
    if (!pinbulki_sandbox_is(request->method,
                             operation == PINBULK_OPERATION_STATUS ? "GET" : "POST")) {
        pinbulki_sandbox_refuse(sandbox, reply, 405, 0, "This method is not allowed here.");
        return;
    }
    if (operation == PINBULK_OPERATION_STATUS) {
        if (!pinbulki_sandbox_take_number(&target, &id) ||
            (target.length > 0 && target.data[0] != '?'))
            id = 0;
        pinbulki_sandbox_status(sandbox, id, reply);
        return;
    }
    if (!pinbulki_sandbox_is(request->content_type, "application/json")) {
        pinbulki_sandbox_refuse(sandbox, reply, 415, 0, "The body must be application/json.");
        return;
    }
    memset(&work, 0, sizeof work);
    work.sandbox = sandbox;
    work.objects.memory = sandbox->scratch;
    work.objects.size = sandbox->half - 1024;
    if (operation == PINBULK_OPERATION_DOWNLOAD)
        pinbulki_sandbox_download(&work, request->body, failed, reply);
    else
        pinbulki_sandbox_upsert(&work, request->body, failed, reply);
}

PINBULK_API void pinbulk_sandbox_answer(pinbulk_sandbox *sandbox,
                                        const pinbulk_sandbox_request *request,
                                        pinbulk_sandbox_reply *reply)
{
    pinbulk_text target = request->target;
    pinbulk_operation operation = pinbulki_sandbox_route(sandbox, &target);
    int64_t number = 0;
    pinbulk_sandbox_fault fault = pinbulki_sandbox_next_fault(sandbox, operation, &number);
    memset(reply, 0, sizeof *reply);
    reply->reached = PINBULK_REACHED_COMPLETE;
    reply->body = pinbulki_sandbox_text("", 0);
    sandbox->exchanges[0]++;
    if (operation != (pinbulk_operation)0)
        sandbox->exchanges[operation]++;
    if (pinbulki_sandbox_fails(sandbox, fault, number, reply))
        return;
    if (operation == PINBULK_OPERATION_RESULT)
        pinbulki_sandbox_file(sandbox, request, target, reply);
    else
        pinbulki_sandbox_serve(sandbox, operation, request, target, fault == PINBULK_SANDBOX_FAILED,
                               reply);
    if (fault == PINBULK_SANDBOX_LOST_REPLY) {
        reply->status = 0;
        reply->reached = PINBULK_REACHED_BODY;
    }
    if (fault == PINBULK_SANDBOX_TRUNCATED && number >= 0 &&
        (uint64_t)number < reply->body.length) {
        reply->sent = (size_t)number;
        reply->reached = PINBULK_REACHED_RESPONSE;
    }
}

/* ============================================================================================== */
/* >>transport                                                                                    */
/* ============================================================================================== */

static pinbulk_outcome pinbulki_sandbox_outcome(pinbulk_reached reached, const char *text)
{
    pinbulk_outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.reached = reached;
    outcome.text = text;
    return outcome;
}

/* Hands a reply over, in chunks of the size that was asked for. */
static pinbulk_outcome pinbulki_sandbox_deliver(const pinbulk_sandbox *sandbox,
                                                const pinbulk_sandbox_reply *reply,
                                                pinbulk_response *response)
{
    pinbulk_result result;
    unsigned i;
    size_t at, chunk = sandbox->config.chunk ? sandbox->config.chunk : reply->sent;
    if (reply->status == 0)
        return pinbulki_sandbox_outcome(reply->reached, reply->reached == PINBULK_REACHED_NOTHING
                                                            ? "the sandbox cannot be reached"
                                                            : "the sandbox lost the reply");
    result = pinbulk_response_begin(response, reply->status);
    for (i = 0; i < reply->header_count && result == PINBULK_OK; i++)
        result = pinbulk_response_header(response, reply->headers[i].name,
                                         strlen(reply->headers[i].name), reply->headers[i].value,
                                         strlen(reply->headers[i].value));
    for (at = 0; at < reply->sent && result == PINBULK_OK; at += chunk) {
        if (chunk > reply->sent - at)
            chunk = reply->sent - at;
        result = pinbulk_response_body(response, reply->body.data + at, chunk);
    }
    if (result != PINBULK_OK || reply->reached != PINBULK_REACHED_COMPLETE)
        return pinbulki_sandbox_outcome(PINBULK_REACHED_RESPONSE, "the reply broke off");
    return pinbulki_sandbox_outcome(PINBULK_REACHED_COMPLETE, NULL);
}

static pinbulk_outcome pinbulki_sandbox_exchange(void *ctx, const pinbulk_request *request,
                                                 pinbulk_response *response)
{
    pinbulk_sandbox *sandbox = (pinbulk_sandbox *)ctx;
    pinbulk_sandbox_request asked;
    pinbulk_sandbox_reply reply;
    unsigned i;
    memset(&asked, 0, sizeof asked);
    asked.method = pinbulk_text_of(request->method);
    asked.target = request->target;
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        if (pinbulki_sandbox_is(header->name, "Authorization"))
            asked.authorization = header->value;
        if (pinbulki_sandbox_is(header->name, "Content-Type"))
            asked.content_type = header->value;
        if (pinbulki_sandbox_is(header->name, "Range"))
            asked.range = header->value;
        if (pinbulki_sandbox_is(header->name, "If-Range"))
            asked.if_range = header->value;
    }
    if (request->body) {
        uint64_t length = pinbulk_body_length(request->body);
        size_t got, size = sandbox->body_size;
        char *body = sandbox->body;
        asked.body.data = body;
        if (length > size)
            return pinbulki_sandbox_outcome(PINBULK_REACHED_NOTHING,
                                            "the body is too large for the sandbox's memory");
        do {
            if (pinbulk_body_read(request->body, body + asked.body.length, size - asked.body.length,
                                  &got) != PINBULK_OK)
                return pinbulki_sandbox_outcome(PINBULK_REACHED_BODY, "the body cannot be read");
            asked.body.length += got;
        } while (got > 0);
        if (asked.body.length != length)
            return pinbulki_sandbox_outcome(PINBULK_REACHED_BODY,
                                            "the body has another length than announced");
    }
    pinbulk_sandbox_answer(sandbox, &asked, &reply);
    return pinbulki_sandbox_deliver(sandbox, &reply, response);
}

static uint64_t pinbulki_sandbox_now(void *ctx)
{
    return ((pinbulk_sandbox *)ctx)->now;
}

static void pinbulki_sandbox_sleep(void *ctx, uint32_t milliseconds)
{
    ((pinbulk_sandbox *)ctx)->now += milliseconds;
}

static uint32_t pinbulki_sandbox_random(void *ctx)
{
    pinbulk_sandbox *sandbox = (pinbulk_sandbox *)ctx;
    sandbox->random = sandbox->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(sandbox->random >> 32);
}

PINBULK_API pinbulk_transport pinbulk_sandbox_transport(pinbulk_sandbox *sandbox)
{
    pinbulk_transport transport;
    memset(&transport, 0, sizeof transport);
    transport.ctx = sandbox;
    transport.exchange = pinbulki_sandbox_exchange;
    transport.now = pinbulki_sandbox_now;
    transport.sleep = pinbulki_sandbox_sleep;
    transport.random = pinbulki_sandbox_random;
    return transport;
}

PINBULK_API pinbulk_result pinbulk_sandbox_misbehave(pinbulk_sandbox *sandbox,
                                                     pinbulk_operation operation,
                                                     pinbulk_sandbox_fault fault, unsigned times,
                                                     int64_t number)
{
    if (operation < PINBULK_OPERATION_DOWNLOAD || operation > PINBULK_OPERATION_RESULT ||
        fault < PINBULK_SANDBOX_UNREACHABLE || fault > PINBULK_SANDBOX_FAILED || times == 0)
        return PINBULK_BAD_ARGUMENT;
    if (sandbox->fault_count == PINBULK_SANDBOX_FAULTS_MAX)
        return PINBULK_NO_SPACE;
    sandbox->faults[sandbox->fault_count].operation = (uint8_t)operation;
    sandbox->faults[sandbox->fault_count].fault = (uint8_t)fault;
    sandbox->faults[sandbox->fault_count].times = times;
    sandbox->faults[sandbox->fault_count].number = number;
    sandbox->fault_count++;
    return PINBULK_OK;
}

PINBULK_API pinbulk_text pinbulk_sandbox_entity(const pinbulk_sandbox *sandbox, pinbulk_kind kind,
                                                size_t number)
{
    size_t at;
    for (at = 0; at < sandbox->used; at += pinbulki_sandbox_at(sandbox, at).size)
        if (pinbulki_sandbox_at(sandbox, at).kind == (uint8_t)kind && number-- == 0)
            return pinbulki_sandbox_text_at(sandbox, at);
    return pinbulki_sandbox_text("", 0);
}

PINBULK_API pinbulk_result pinbulk_sandbox_init(pinbulk_sandbox *sandbox,
                                                const pinbulk_sandbox_config *config)
{
    memset(sandbox, 0, sizeof *sandbox);
    if (config->token.length == 0 || config->account.length == 0 || !config->memory ||
        config->memory_size < 16384 || config->result_url.length > 400)
        return PINBULK_BAD_ARGUMENT;
    sandbox->config = *config;
    if (sandbox->config.time == 0)
        sandbox->config.time = 1700000000;
    sandbox->store = (char *)config->memory;
    sandbox->body_size = config->memory_size / 9;
    sandbox->half = (config->memory_size - sandbox->body_size) / 2;
    sandbox->scratch = sandbox->store + sandbox->half;
    sandbox->body = sandbox->scratch + sandbox->half;
    sandbox->next_id = 626700000001;
    sandbox->random = 1;
    return PINBULK_OK;
}

#endif /* PINBULK_SANDBOX_IMPLEMENTATION */
