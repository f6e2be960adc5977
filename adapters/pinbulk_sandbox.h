/* pinbulk_sandbox.h - the Bulk API in memory, for pinbulk.h - MIT licence, see pinbulk.h

WHAT IT IS

    A stand-in for the service behind the transport interface of pinbulk.h: any program that uses
    the library can be tried and tested with no account and no network. It checks token, path and
    body, gives new entities ids, keeps them, answers RUNNING a number of times, then SUCCEEDED with
    a result_url that it also serves. It can be told to misbehave.

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

    All that pinbulk_upsert has lists for. Bodies are checked with pinbulk's own tables; unknown
    members, missing members and wrong values are refused with 400 and {"code":1,"message":...} as
    the service does it. Only one member is taken that the description does not have: "id" in the
    update of a catalog product group, which would otherwise say nowhere which group is meant.

    New entities are given an id, and those that are listed inside a parent its id: "parent_id" for
    keywords and labels, "ad_group_id" for product groups. The parent must be there: the account, a
    campaign or an ad group for keywords, a campaign for ad groups, labels and schedules (by
    "entity_id"), an ad group for ads and product groups. An update replaces the members that it
    names, null included; of bid_options those in update_mask; targeting_spec_operations change
    targeting_spec. A label that is updated to ARCHIVED is gone afterwards.

    A download gives {"campaigns":[...],"ad_groups":[...],"ads":[...],"product_groups":[...],
    "keywords":[...],"labels":[...],"schedules":[...],"catalog_product_groups":[...]} with the
    entities in the order of their creation. entity_types chooses lists: PRODUCT_GROUP means
    product_groups and catalog_product_groups, ENTITY_HISTORY gives "entity_history":[]. entity_ids
    (with children and grandchildren), updated_since and the filter's name, campaign_status and
    objective_type choose entities; what belongs to no campaign passes the filter. The times of the
    filter and CSV are refused with 400.

    An upsert gives all lists with the entities it made or changed, as they are then, and
    "errors":[{"kind":...,"id":...,"path":...,"message":...}] with those it left alone: updates of
    what is not there or has another parent, new entities without their parent (they have no id).

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
    unsigned kept;           /* bulk requests that are remembered; older ones are gone [8] */
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

/* What stands before each text. A bulk request's text is its result file. */
typedef struct pinbulki_sandbox_item {
    uint64_t id, parent, updated;
    uint64_t touched;    /* by which upsert, see pinbulki_sandbox_work */
    size_t size, length; /* of all with padding; of the text */
    unsigned running, uses, signature;
    uint8_t kind, failed;
    uint8_t gone; /* a label that this upsert takes off */
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

/* Where the item of a kind and id is; `used` when there is none. Of PINBULK_KIND_UNKNOWN is every
   entity. */
static size_t pinbulki_sandbox_find(const pinbulk_sandbox *sandbox, uint8_t kind, uint64_t id)
{
    size_t at = 0;
    while (at < sandbox->used) {
        pinbulki_sandbox_item item = pinbulki_sandbox_at(sandbox, at);
        if (item.id == id && (kind == PINBULK_KIND_UNKNOWN ? item.kind != PINBULKI_SANDBOX_REQUEST
                                                           : item.kind == kind))
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
    if (count >= sandbox->config.kept)
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
static uint64_t pinbulki_sandbox_id(pinbulk_text text)
{
    uint64_t number;
    if (!pinbulki_sandbox_take(&text, pinbulk_text_of("AG")))
        pinbulki_sandbox_take(&text, pinbulk_text_of("C"));
    return pinbulki_sandbox_take_number(&text, &number) && text.length == 0 ? number : 0;
}

static pinbulk_text pinbulki_sandbox_text_of(pinbulk_string string)
{
    return pinbulki_sandbox_text(string.text, string.state == PINBULK_SET ? string.length : 0);
}

/* What stands between the quotes of a JSON string; empty when it is none. */
static pinbulk_text pinbulki_sandbox_unquoted(pinbulk_text json)
{
    return json.length >= 2 && json.data[0] == '"'
               ? pinbulki_sandbox_text(json.data + 1, json.length - 2)
               : pinbulki_sandbox_text("", 0);
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

/* The end of the value that begins at `at`. */
static const char *pinbulki_sandbox_value_end(const char *at, const char *end)
{
    size_t depth = 0;
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
    return at;
}

static int pinbulki_sandbox_next_member(pinbulki_sandbox_members *members)
{
    const char *at = members->at, *end = members->end;
    if (at >= end)
        return 0;
    members->name.data = at + 1;
    at = pinbulki_sandbox_string_end(at, end);
    members->name.length = (size_t)(at - 1 - members->name.data);
    members->json.data = ++at;
    at = pinbulki_sandbox_value_end(at, end);
    members->json.length = (size_t)(at - members->json.data);
    members->at = at + 1;
    return 1;
}

/* Goes to the next element of an array, for which `element` begins as the empty text at its [. */
static int pinbulki_sandbox_next_element(pinbulk_text array, pinbulk_text *element)
{
    const char *end = array.data + array.length - 1;
    element->data += element->length + 1;
    if (element->data >= end)
        return 0;
    element->length = (size_t)(pinbulki_sandbox_value_end(element->data, end) - element->data);
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

/* A value that is an object or array, otherwise the empty one that is given. */
static pinbulk_text pinbulki_sandbox_or(pinbulk_text json, const char *empty)
{
    return json.length > 0 && json.data[0] == *empty ? json : pinbulk_text_of(empty);
}

static int pinbulki_sandbox_has(pinbulk_text array, pinbulk_text wanted)
{
    pinbulk_text element = pinbulki_sandbox_text(array.data, 0);
    while (pinbulki_sandbox_next_element(array, &element))
        if (pinbulk_text_equal(element, wanted))
            return 1;
    return 0;
}

/* Does an update_mask name this member of bid_options? Four letters tell them apart, and FREQUENCY
   means the member freq_bid_multiplier_time_window too. */
static int pinbulki_sandbox_masked(pinbulk_text mask, pinbulk_text name)
{
    pinbulk_text element = pinbulki_sandbox_text(mask.data, 0);
    size_t i;
    while (pinbulki_sandbox_next_element(mask, &element)) {
        for (i = 0; i < 4 && i < name.length && i + 1 < element.length; i++)
            if ((element.data[i + 1] | 0x20) != (name.data[i] | 0x20))
                break;
        if (i == 4)
            return 1;
    }
    return 0;
}

/* Writes bid_options: what the mask names from `change`, the rest from `base`. */
static void pinbulki_sandbox_merge_masked(pinbulk_writer *writer, pinbulk_text change,
                                          pinbulk_text base, pinbulk_text mask)
{
    pinbulki_sandbox_members members;
    int pass;
    pinbulk_write_object_begin(writer);
    for (pass = 0; pass < 2; pass++) {
        pinbulki_sandbox_members_of(&members, pass == 0 ? change : base);
        while (pinbulki_sandbox_next_member(&members))
            if (pinbulki_sandbox_masked(mask, members.name) == (pass == 0)) {
                pinbulk_write_key(writer, members.name.data, members.name.length);
                pinbulk_write_json(writer, members.json.data, members.json.length);
            }
    }
    pinbulk_write_object_end(writer);
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
            pinbulk_text mask;
            if (pinbulki_sandbox_is(members.name, "targeting_spec_operations") ||
                (pass == 1 && pinbulki_sandbox_value(change, members.name).length > 0))
                continue;
            pinbulk_write_key(writer, members.name.data, members.name.length);
            mask = pinbulki_sandbox_is(members.name, "bid_options")
                       ? pinbulki_sandbox_value(pinbulki_sandbox_or(members.json, "{}"),
                                                pinbulk_text_of("update_mask"))
                       : pinbulki_sandbox_text("", 0);
            if (mask.length > 0)
                pinbulki_sandbox_merge_masked(
                    writer, members.json,
                    pinbulki_sandbox_or(pinbulki_sandbox_value(base, members.name), "{}"),
                    pinbulki_sandbox_or(mask, "[]"));
            else
                pinbulk_write_json(writer, members.json.data, members.json.length);
        }
    }
    pinbulk_write_object_end(writer);
}

/* Writes {"targeting_spec":...}: one after an operation on it, of an ad group. */
static void pinbulki_sandbox_operate(pinbulk_writer *writer, pinbulk_text entity,
                                     pinbulk_text operation)
{
    pinbulk_text spec = pinbulki_sandbox_or(
        pinbulki_sandbox_value(entity, pinbulk_text_of("targeting_spec")), "{}");
    pinbulk_text field =
        pinbulki_sandbox_unquoted(pinbulki_sandbox_value(operation, pinbulk_text_of("field")));
    pinbulk_text order = pinbulki_sandbox_value(operation, pinbulk_text_of("operation"));
    pinbulk_text values =
        pinbulki_sandbox_or(pinbulki_sandbox_value(operation, pinbulk_text_of("values")), "[]");
    pinbulk_text old = pinbulki_sandbox_or(pinbulki_sandbox_value(spec, field), "[]");
    pinbulk_text element;
    pinbulki_sandbox_members members;
    int removes = pinbulki_sandbox_is(order, "\"REMOVE\"");
    if (pinbulki_sandbox_contains(field,
                                  pinbulk_text_of("\\"))) { /* no member is named like that */
        pinbulk_write_object_begin(writer);
        pinbulk_write_object_end(writer);
        return;
    }
    if (!removes && !pinbulki_sandbox_is(order, "\"ADD\""))
        old = pinbulk_text_of("[]");
    pinbulk_write_object_begin(writer);
    pinbulki_sandbox_key(writer, "targeting_spec");
    pinbulk_write_object_begin(writer);
    pinbulki_sandbox_members_of(&members, spec);
    while (pinbulki_sandbox_next_member(&members))
        if (!pinbulk_text_equal(members.name, field)) {
            pinbulk_write_key(writer, members.name.data, members.name.length);
            pinbulk_write_json(writer, members.json.data, members.json.length);
        }
    pinbulk_write_key(writer, field.data, field.length);
    pinbulk_write_array_begin(writer);
    for (element = pinbulki_sandbox_text(old.data, 0);
         pinbulki_sandbox_next_element(old, &element);)
        if (!removes || !pinbulki_sandbox_has(values, element))
            pinbulk_write_json(writer, element.data, element.length);
    for (element = pinbulki_sandbox_text(values.data, 0);
         !removes && pinbulki_sandbox_next_element(values, &element);)
        if (!pinbulki_sandbox_has(old, element))
            pinbulk_write_json(writer, element.data, element.length);
    pinbulk_write_array_end(writer);
    pinbulk_write_object_end(writer);
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
/* >>kinds                                                                                        */
/* ============================================================================================== */

/* Where an upsert has the entities of a kind: in a list of its own, or in lists inside parents. */
typedef struct pinbulki_sandbox_place {
    size_t list;          /* offset in pinbulk_create or pinbulk_update */
    size_t size;          /* of an item of that list */
    size_t parent, inner; /* offsets in an item: of the parent's id, and of the list inside it */
    const char *key;      /* of that list; NULL: the items are the entities */
} pinbulki_sandbox_place;

typedef struct pinbulki_sandbox_kind {
    pinbulk_kind kind;
    unsigned entity_type;
    const char *key;      /* of its lists */
    const char *parent;   /* the member with the parent's id; NULL: it needs none */
    unsigned parents;     /* what can be one: bits of kinds, the lowest is the account */
    size_t size;          /* of its struct */
    const char *defaults; /* what the API description says of members that are not sent */
    void (*encode)(const void *object, int form, pinbulk_writer *writer); /* NULL: none exist */
    pinbulki_sandbox_place places[2];                                     /* by form */
} pinbulki_sandbox_kind;

#define PINBULKI_SANDBOX_ENCODE(object)                                                          \
    static void pinbulki_sandbox_encode_##object(const void *value, int form,                    \
                                                 pinbulk_writer *writer)                         \
    {                                                                                            \
        pinbulk_encode_options as_it_is;                                                         \
        memset(&as_it_is, 0, sizeof as_it_is);                                                   \
        as_it_is.unchecked = 1;                                                                  \
        pinbulk_encode_##object((const pinbulk_##object *)value, form, writer, &as_it_is, NULL); \
    }
PINBULKI_SANDBOX_ENCODE(campaign)
PINBULKI_SANDBOX_ENCODE(ad_group)
PINBULKI_SANDBOX_ENCODE(ad)
PINBULKI_SANDBOX_ENCODE(product_group)
PINBULKI_SANDBOX_ENCODE(keyword)
PINBULKI_SANDBOX_ENCODE(label)
PINBULKI_SANDBOX_ENCODE(schedule)
PINBULKI_SANDBOX_ENCODE(catalog_product_group)

#define PINBULKI_SANDBOX_LIST(form, list, object)                            \
    {                                                                        \
        offsetof(pinbulk_##form, list), sizeof(pinbulk_##object), 0, 0, NULL \
    }
#define PINBULKI_SANDBOX_INSIDE(form, list, object, parent, inner)                        \
    {                                                                                     \
        offsetof(pinbulk_##form, list), sizeof(pinbulk_##object),                         \
            offsetof(pinbulk_##object, parent), offsetof(pinbulk_##object, inner), #inner \
    }
#define PINBULKI_SANDBOX_KIND(name, type, object, list, parent, parents, defaults, create, update) \
    {                                                                                              \
        PINBULK_KIND_##name, PINBULK_ENTITY_TYPE_##type, #list, parent, parents,                   \
            sizeof(pinbulk_##object), defaults, pinbulki_sandbox_encode_##object,                  \
        {                                                                                          \
            create, update                                                                         \
        }                                                                                          \
    }
#define PINBULKI_SANDBOX_BIT(name) (1u << PINBULK_KIND_##name)

/* In the order in which an upsert is applied: parents before what belongs to them. */
static const pinbulki_sandbox_kind pinbulki_sandbox_kinds[] = {
    PINBULKI_SANDBOX_KIND(CAMPAIGN, CAMPAIGN, campaign, campaigns, NULL, 0,
                          "{\"status\":\"ACTIVE\"}",
                          PINBULKI_SANDBOX_LIST(create, campaigns, campaign),
                          PINBULKI_SANDBOX_LIST(update, campaigns, campaign)),
    PINBULKI_SANDBOX_KIND(AD_GROUP, AD_GROUP, ad_group, ad_groups, "campaign_id",
                          PINBULKI_SANDBOX_BIT(CAMPAIGN),
                          "{\"budget_type\":\"DAILY\",\"pacing_delivery_type\":\"STANDARD\"}",
                          PINBULKI_SANDBOX_LIST(create, ad_groups, ad_group),
                          PINBULKI_SANDBOX_LIST(update, ad_groups, ad_group)),
    PINBULKI_SANDBOX_KIND(AD, AD, ad, ads, "ad_group_id", PINBULKI_SANDBOX_BIT(AD_GROUP), "{}",
                          PINBULKI_SANDBOX_LIST(create, ads, ad),
                          PINBULKI_SANDBOX_LIST(update, ads, ad)),
    PINBULKI_SANDBOX_KIND(PRODUCT_GROUP, PRODUCT_GROUP, product_group, product_groups,
                          "ad_group_id", PINBULKI_SANDBOX_BIT(AD_GROUP), "{}",
                          PINBULKI_SANDBOX_INSIDE(create, product_groups, ad_group_products,
                                                  ad_group_id, product_group_promotion),
                          PINBULKI_SANDBOX_INSIDE(update, product_groups, ad_group_products,
                                                  ad_group_id, product_group_promotion)),
    PINBULKI_SANDBOX_KIND(
        KEYWORD, KEYWORD, keyword, keywords, "parent_id",
        PINBULKI_SANDBOX_BIT(UNKNOWN) | PINBULKI_SANDBOX_BIT(CAMPAIGN) |
            PINBULKI_SANDBOX_BIT(AD_GROUP),
        "{}", PINBULKI_SANDBOX_INSIDE(create, keywords, parent_keywords, parent_id, keywords),
        PINBULKI_SANDBOX_LIST(update, keywords, keyword)),
    PINBULKI_SANDBOX_KIND(LABEL, LABEL, label, labels, "parent_id", PINBULKI_SANDBOX_BIT(CAMPAIGN),
                          "{}",
                          PINBULKI_SANDBOX_INSIDE(create, labels, parent_labels, parent_id, labels),
                          PINBULKI_SANDBOX_LIST(update, labels, label)),
    PINBULKI_SANDBOX_KIND(SCHEDULE, SCHEDULE, schedule, schedules, "entity_id",
                          PINBULKI_SANDBOX_BIT(CAMPAIGN), "{}",
                          PINBULKI_SANDBOX_LIST(create, schedules, schedule),
                          PINBULKI_SANDBOX_LIST(update, schedules, schedule)),
    PINBULKI_SANDBOX_KIND(
        CATALOG_PRODUCT_GROUP, PRODUCT_GROUP, catalog_product_group, catalog_product_groups, NULL,
        0, "{}", PINBULKI_SANDBOX_LIST(create, catalog_product_groups, catalog_product_group),
        PINBULKI_SANDBOX_LIST(update, catalog_product_groups, catalog_product_group)),
    {PINBULK_KIND_ENTITY_HISTORY,
     PINBULK_ENTITY_TYPE_ENTITY_HISTORY,
     "entity_history",
     NULL,
     0,
     0,
     NULL,
     NULL,
     {{0, 0, 0, 0, NULL}, {0, 0, 0, 0, NULL}}}};

#define PINBULKI_SANDBOX_KINDS (sizeof pinbulki_sandbox_kinds / sizeof pinbulki_sandbox_kinds[0])

/* The front of every list. */
typedef struct pinbulki_sandbox_list {
    uint8_t state;
    size_t count;
    const void *items;
} pinbulki_sandbox_list;

static pinbulki_sandbox_list pinbulki_sandbox_list_at(const void *object, size_t offset)
{
    pinbulki_sandbox_list list;
    memcpy(&list, (const char *)object + offset, sizeof list);
    return list;
}

/* ============================================================================================== */
/* >>submissions                                                                                  */
/* ============================================================================================== */

/* What is done with the entities of an upsert, one pass after the other. */
enum { PINBULKI_SANDBOX_MEASURE, PINBULKI_SANDBOX_APPLY, PINBULKI_SANDBOX_COMPLAIN };

/* What an entity needs at most besides what was sent: the members that it is given, or what an
   error says. */
#define PINBULKI_SANDBOX_GIVEN 192

/* A submission under way, in the second half of the memory: the objects of the body, three buffers
   for one entity each, the result file, and at the end the reply. */
typedef struct pinbulki_sandbox_work {
    pinbulk_sandbox *sandbox;
    pinbulk_arena objects;
    char *sent, *identity, *merged, *result_start;
    size_t entity_size, result_size;
    pinbulk_writer result;
    uint64_t stamp; /* of this upsert: the first id that was free before it */
    int pass, form;
    size_t index, inner; /* where the current entity is in its lists, for errors */
    /* what the upsert needs at most: in the store, in the result file; the largest entity before it
       is changed, and by how much it can grow; 1: an entity does not even fit into a buffer */
    size_t stored, listed, largest, growth;
    int too_large;
} pinbulki_sandbox_work;

/* One entity of an upsert, and what it is about. */
typedef struct pinbulki_sandbox_change {
    const pinbulki_sandbox_kind *kind;
    const pinbulki_sandbox_place *place;
    pinbulk_text sent;   /* its JSON */
    pinbulk_text id;     /* as it was sent */
    pinbulk_text parent; /* that it is listed in; empty: none */
    size_t at;           /* the one that is updated; `used`: none */
    uint64_t parent_id;
    const char *wrong; /* why it is left alone; NULL: nothing is wrong */
} pinbulki_sandbox_change;

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
    work->result_size = room - 3 * work->entity_size;
    pinbulk_writer_init_buffer(&work->result, work->result_start, work->result_size);
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

/* What a new entity is given: its id, its parent, and defaults of what was not sent. */
static pinbulk_text pinbulki_sandbox_identity(pinbulki_sandbox_work *work,
                                              const pinbulki_sandbox_change *change, uint64_t id)
{
    pinbulki_sandbox_members members;
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, work->identity, work->entity_size);
    pinbulk_write_object_begin(&writer);
    pinbulki_sandbox_member_number(&writer, "id", id);
    if (change->place->key)
        pinbulki_sandbox_member(&writer, change->kind->parent, change->parent);
    pinbulki_sandbox_members_of(&members, pinbulk_text_of(change->kind->defaults));
    while (pinbulki_sandbox_next_member(&members))
        if (pinbulki_sandbox_value(change->sent, members.name).length == 0) {
            pinbulk_write_key(&writer, members.name.data, members.name.length);
            pinbulk_write_json(&writer, members.json.data, members.json.length);
        }
    pinbulk_write_object_end(&writer);
    return pinbulki_sandbox_written(&writer, work->identity);
}

static void pinbulki_sandbox_store(pinbulki_sandbox_work *work, size_t at,
                                   pinbulki_sandbox_item item, pinbulk_text change,
                                   pinbulk_text base)
{
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, work->merged, work->entity_size);
    pinbulki_sandbox_merge(&writer, change, base);
    pinbulki_sandbox_put(work->sandbox, at, item, pinbulki_sandbox_written(&writer, work->merged));
}

/* Stores one entity. */
static void pinbulki_sandbox_apply(pinbulki_sandbox_work *work,
                                   const pinbulki_sandbox_change *change)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulki_sandbox_item item;
    pinbulk_text operations, operation;
    pinbulk_writer writer;
    memset(&item, 0, sizeof item);
    if (work->form == PINBULK_FORM_UPDATE)
        item = pinbulki_sandbox_at(sandbox, change->at);
    item.touched = work->stamp;
    item.updated = (uint64_t)sandbox->config.time + sandbox->now / 1000;
    if (work->form == PINBULK_FORM_CREATE) {
        item.id = sandbox->next_id++;
        item.kind = (uint8_t)change->kind->kind;
        item.parent = change->parent_id;
        pinbulki_sandbox_store(work, sandbox->used, item,
                               pinbulki_sandbox_identity(work, change, item.id), change->sent);
        return;
    }
    item.gone = item.kind == PINBULK_KIND_LABEL &&
                pinbulki_sandbox_is(pinbulki_sandbox_value(change->sent, pinbulk_text_of("status")),
                                    "\"ARCHIVED\"");
    pinbulki_sandbox_store(work, change->at, item, change->sent,
                           pinbulki_sandbox_text_at(sandbox, change->at));
    operations = pinbulki_sandbox_or(
        pinbulki_sandbox_value(change->sent, pinbulk_text_of("targeting_spec_operations")), "[]");
    operation = pinbulki_sandbox_text(operations.data, 0);
    while (pinbulki_sandbox_next_element(operations, &operation)) {
        pinbulk_text entity = pinbulki_sandbox_text_at(sandbox, change->at);
        pinbulk_writer_init_buffer(&writer, work->identity, work->entity_size);
        pinbulki_sandbox_operate(&writer, entity, operation);
        pinbulki_sandbox_store(work, change->at, pinbulki_sandbox_at(sandbox, change->at),
                               pinbulki_sandbox_written(&writer, work->identity), entity);
    }
}

/* Names an entity that is left alone. */
static void pinbulki_sandbox_complain(pinbulki_sandbox_work *work,
                                      const pinbulki_sandbox_change *change)
{
    const char *lists[2];
    size_t numbers[2], i, length = 7;
    char path[128];
    pinbulk_writer *writer = &work->result;
    lists[0] = change->kind->key;
    lists[1] = change->place->key;
    numbers[0] = work->index;
    numbers[1] = work->inner;
    memcpy(path, work->form == PINBULK_FORM_CREATE ? "create." : "update.", 7);
    for (i = 0; i < 2 && lists[i]; i++) {
        if (i == 1)
            path[length++] = '.';
        memcpy(path + length, lists[i], strlen(lists[i]));
        length += strlen(lists[i]);
        path[length++] = '[';
        length += pinbulk_int_to_text((int64_t)numbers[i], path + length);
        path[length++] = ']';
    }
    pinbulk_write_object_begin(writer);
    pinbulki_sandbox_member(writer, "kind", pinbulk_text_of(pinbulk_kind_name(change->kind->kind)));
    if (work->form == PINBULK_FORM_UPDATE) {
        pinbulki_sandbox_key(writer, "id");
        if (change->id.length > 0)
            pinbulk_write_json(writer, change->id.data, change->id.length);
        else
            pinbulk_write_null(writer);
    }
    pinbulki_sandbox_member(writer, "path", pinbulki_sandbox_text(path, length));
    pinbulki_sandbox_member(writer, "message", pinbulk_text_of(change->wrong));
    pinbulk_write_object_end(writer);
}

static int pinbulki_sandbox_is_parent(const pinbulk_sandbox *sandbox, uint64_t id, unsigned kinds)
{
    size_t at = pinbulki_sandbox_find(sandbox, PINBULK_KIND_UNKNOWN, id);
    if ((kinds & PINBULKI_SANDBOX_BIT(UNKNOWN)) &&
        id == pinbulki_sandbox_id(sandbox->config.account))
        return id != 0;
    return at < sandbox->used && (kinds & 1u << pinbulki_sandbox_at(sandbox, at).kind);
}

/* Finds out what an entity is about. */
static void pinbulki_sandbox_judge(const pinbulki_sandbox_work *work,
                                   pinbulki_sandbox_change *change)
{
    const pinbulk_sandbox *sandbox = work->sandbox;
    const pinbulki_sandbox_kind *kind = change->kind;
    pinbulk_text own = pinbulki_sandbox_text("", 0);
    uint64_t own_id;
    if (kind->parent)
        own = pinbulki_sandbox_value(change->sent, pinbulk_text_of(kind->parent));
    own_id = pinbulki_sandbox_id(pinbulki_sandbox_unquoted(own));
    change->parent_id = change->place->key ? pinbulki_sandbox_id(change->parent) : own_id;
    change->id = pinbulki_sandbox_value(change->sent, pinbulk_text_of("id"));
    change->at = sandbox->used;
    change->wrong = NULL;
    if (work->form == PINBULK_FORM_CREATE) {
        if (kind->parent && !pinbulki_sandbox_is_parent(sandbox, change->parent_id, kind->parents))
            change->wrong = "There is no such parent.";
        return;
    }
    change->at = pinbulki_sandbox_find(sandbox, (uint8_t)kind->kind,
                                       pinbulki_sandbox_id(pinbulki_sandbox_unquoted(change->id)));
    if (change->at == sandbox->used)
        change->wrong = change->id.length > 0 ? "There is no such entity." : "It has no id.";
    else if ((change->place->key || own.length > 0) &&
             (change->parent_id != pinbulki_sandbox_at(sandbox, change->at).parent ||
              (own.length > 0 && own_id != change->parent_id)))
        change->wrong = "It has another parent.";
}

/* Adds up what an entity needs, whatever will be found wrong with it. */
static void pinbulki_sandbox_measure(pinbulki_sandbox_work *work,
                                     const pinbulki_sandbox_change *change)
{
    size_t given = PINBULKI_SANDBOX_GIVEN + change->parent.length, base = 0;
    if (work->form == PINBULK_FORM_CREATE) {
        base = change->sent.length + given;
        work->stored += base + sizeof(pinbulki_sandbox_item);
        work->listed += base;
    } else {
        if (change->at < work->sandbox->used)
            base = pinbulki_sandbox_at(work->sandbox, change->at).length;
        work->stored += change->sent.length;
        work->growth += change->sent.length;
        work->listed += base + change->sent.length + given;
    }
    if (work->largest < base)
        work->largest = base;
}

/* All of an upsert or nothing: is there room for the entities, for one that is changed twice for a
   moment, and for the result file? */
static int pinbulki_sandbox_has_room(const pinbulki_sandbox_work *work)
{
    size_t one = work->largest + work->growth, listed = work->listed + 512;
    return !work->too_large && one <= work->entity_size && listed <= work->result_size &&
           pinbulki_sandbox_fits(work->sandbox,
                                 work->stored + one + listed + 2 * sizeof(pinbulki_sandbox_item));
}

/* One entity in the current pass. */
static void pinbulki_sandbox_visit(pinbulki_sandbox_work *work, pinbulki_sandbox_change *change,
                                   const void *object)
{
    pinbulk_writer writer;
    pinbulk_writer_init_buffer(&writer, work->sent, work->entity_size);
    change->kind->encode(object, work->form, &writer);
    change->sent = pinbulki_sandbox_written(&writer, work->sent);
    if (change->sent.length == 0) {
        work->too_large = 1;
        return;
    }
    pinbulki_sandbox_judge(work, change);
    if (work->pass == PINBULKI_SANDBOX_MEASURE)
        pinbulki_sandbox_measure(work, change);
    if (work->pass == PINBULKI_SANDBOX_APPLY && !change->wrong)
        pinbulki_sandbox_apply(work, change);
    if (work->pass == PINBULKI_SANDBOX_COMPLAIN && change->wrong)
        pinbulki_sandbox_complain(work, change);
}

/* The entities of one kind in one form; `lists` is a pinbulk_create or pinbulk_update. */
static void pinbulki_sandbox_walk(pinbulki_sandbox_work *work, const pinbulki_sandbox_kind *kind,
                                  const void *lists)
{
    const pinbulki_sandbox_place *place = &kind->places[work->form == PINBULK_FORM_UPDATE];
    pinbulki_sandbox_list list = pinbulki_sandbox_list_at(lists, place->list), inner;
    pinbulki_sandbox_change change;
    pinbulk_string parent;
    memset(&change, 0, sizeof change);
    change.kind = kind;
    change.place = place;
    change.parent = pinbulki_sandbox_text("", 0);
    for (work->index = 0; work->index < list.count; work->index++) {
        const char *item = (const char *)list.items + work->index * place->size;
        if (!place->key) {
            pinbulki_sandbox_visit(work, &change, item);
            continue;
        }
        memcpy(&parent, item + place->parent, sizeof parent);
        change.parent = pinbulki_sandbox_text_of(parent);
        inner = pinbulki_sandbox_list_at(item, place->inner);
        for (work->inner = 0; work->inner < inner.count; work->inner++)
            pinbulki_sandbox_visit(work, &change,
                                   (const char *)inner.items + work->inner * kind->size);
    }
}

/* The entities of an upsert, kind by kind, those to create first. */
static void pinbulki_sandbox_walk_all(pinbulki_sandbox_work *work, int pass,
                                      const pinbulk_upsert *upsert)
{
    size_t i;
    work->pass = pass;
    for (i = 0; i < PINBULKI_SANDBOX_KINDS; i++) {
        if (!pinbulki_sandbox_kinds[i].encode)
            continue;
        work->form = PINBULK_FORM_CREATE;
        if (upsert->create.value)
            pinbulki_sandbox_walk(work, &pinbulki_sandbox_kinds[i], upsert->create.value);
        work->form = PINBULK_FORM_UPDATE;
        if (upsert->update.value)
            pinbulki_sandbox_walk(work, &pinbulki_sandbox_kinds[i], upsert->update.value);
    }
}

/* Keeps the first finding in a body, before others the first unknown member. The id in the update
   of a catalog product group is none. */
static void pinbulki_sandbox_found(void *ctx, const pinbulk_error *finding)
{
    pinbulk_error *first = (pinbulk_error *)ctx;
    pinbulk_text path = pinbulk_text_of(finding->path);
    uint64_t index;
    int unknown = finding->result == PINBULK_UNKNOWN;
    if (unknown &&
        pinbulki_sandbox_take(&path, pinbulk_text_of("update.catalog_product_groups[")) &&
        pinbulki_sandbox_take_number(&path, &index) && pinbulki_sandbox_is(path, "].id"))
        return;
    if (first->result == PINBULK_OK || (unknown && first->result != PINBULK_UNKNOWN))
        *first = *finding;
}

/* Reads and checks the body of an upsert. 0: it is refused with `error`. */
static int pinbulki_sandbox_read_upsert(pinbulki_sandbox_work *work, pinbulk_text body,
                                        pinbulk_upsert *upsert, pinbulk_error *error)
{
    pinbulk_encode_options options;
    pinbulk_error found;
    memset(&options, 0, sizeof options);
    memset(&found, 0, sizeof found);
    options.warn = pinbulki_sandbox_found;
    options.warn_ctx = &found;
    if (pinbulk_decode_upsert(body.data, body.length, upsert, &work->objects, NULL, error) !=
            PINBULK_OK ||
        pinbulk_validate_upsert(upsert, &options, error) != PINBULK_OK)
        return 0;
    *error = found;
    return found.result == PINBULK_OK;
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
    pinbulk_decode_options in_place;
    memset(&in_place, 0, sizeof in_place);
    memset(&arena, 0, sizeof arena);
    in_place.borrow = 1;
    arena.memory = work->sent;
    arena.size =
        3 * work->entity_size; /* no entity is changed now, so all three buffers are free */
    if (pinbulk_decode_campaign(entity.data, entity.length, &campaign, &arena, &in_place, NULL) !=
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

/* Is an id among those that a download asks for? */
static int pinbulki_sandbox_named(const pinbulk_download *download, uint64_t id)
{
    size_t i;
    for (i = 0; i < download->entity_ids.count; i++)
        if (pinbulki_sandbox_id(pinbulki_sandbox_text_of(download->entity_ids.items[i])) == id)
            return 1;
    return 0;
}

/* Does a download take this item, as itself or for something that it belongs to? */
static int pinbulki_sandbox_wanted(pinbulki_sandbox_work *work, size_t at,
                                   const pinbulk_download *download)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulki_sandbox_item item = pinbulki_sandbox_at(sandbox, at);
    pinbulk_text since = pinbulki_sandbox_text_of(download->updated_since);
    const uint64_t account = pinbulki_sandbox_id(sandbox->config.account);
    size_t campaign = sandbox->used;
    uint64_t time;
    int named;
    if (pinbulki_sandbox_take_number(&since, &time) && item.updated < time)
        return 0;
    named = pinbulki_sandbox_named(download, item.id);
    for (;;) {
        if (item.kind == PINBULK_KIND_CAMPAIGN)
            campaign = at;
        if (item.parent == 0)
            break;
        named |= pinbulki_sandbox_named(download, item.parent);
        if (item.kind == PINBULK_KIND_KEYWORD && item.parent == account)
            break; /* an entity may have the same number */
        at = pinbulki_sandbox_find(sandbox, PINBULK_KIND_UNKNOWN, item.parent);
        if (at == sandbox->used)
            break;
        item = pinbulki_sandbox_at(sandbox, at);
    }
    if (download->entity_ids.state == PINBULK_SET && !named)
        return 0;
    return download->campaign_filter.state != PINBULK_SET || campaign == sandbox->used ||
           pinbulki_sandbox_filtered(work, pinbulki_sandbox_text_at(sandbox, campaign),
                                     download->campaign_filter.value);
}

/* Writes a list of entities into the result file: those that a download wants, or with NULL those
   that this upsert made or changed. */
static void pinbulki_sandbox_write_list(pinbulki_sandbox_work *work,
                                        const pinbulki_sandbox_kind *kind,
                                        const pinbulk_download *download)
{
    const pinbulk_sandbox *sandbox = work->sandbox;
    pinbulki_sandbox_item item;
    size_t at;
    pinbulki_sandbox_key(&work->result, kind->key);
    pinbulk_write_array_begin(&work->result);
    for (at = 0; at < sandbox->used; at += item.size) {
        pinbulk_text text = pinbulki_sandbox_text_at(sandbox, at);
        item = pinbulki_sandbox_at(sandbox, at);
        if (item.kind == (uint8_t)kind->kind &&
            (download ? pinbulki_sandbox_wanted(work, at, download) : item.touched == work->stamp))
            pinbulk_write_json(&work->result, text.data, text.length);
    }
    pinbulk_write_array_end(&work->result);
}

static void pinbulki_sandbox_upsert(pinbulki_sandbox_work *work, pinbulk_text body, int failed,
                                    pinbulk_sandbox_reply *reply)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulk_upsert upsert;
    pinbulk_error error;
    size_t i, at;
    memset(&error, 0, sizeof error);
    if (!pinbulki_sandbox_read_upsert(work, body, &upsert, &error)) {
        pinbulki_sandbox_refuse_body(sandbox, reply, &error);
        return;
    }
    pinbulki_sandbox_divide(work);
    work->stamp = sandbox->next_id;
    pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_MEASURE, &upsert);
    if (!pinbulki_sandbox_has_room(work)) {
        pinbulki_sandbox_refuse(sandbox, reply, 507, 0, pinbulki_sandbox_full);
        return;
    }
    pinbulk_write_object_begin(&work->result);
    if (!failed) {
        pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_APPLY, &upsert);
        sandbox->applied++;
        for (i = 0; i < PINBULKI_SANDBOX_KINDS; i++)
            if (pinbulki_sandbox_kinds[i].encode)
                pinbulki_sandbox_write_list(work, &pinbulki_sandbox_kinds[i], NULL);
    }
    pinbulki_sandbox_key(&work->result, "errors");
    pinbulk_write_array_begin(&work->result);
    pinbulki_sandbox_walk_all(work, PINBULKI_SANDBOX_COMPLAIN, &upsert);
    pinbulk_write_array_end(&work->result);
    pinbulk_write_object_end(&work->result);
    for (at = 0; at < sandbox->used;)
        if (pinbulki_sandbox_at(sandbox, at).gone)
            pinbulki_sandbox_remove(sandbox, at);
        else
            at += pinbulki_sandbox_at(sandbox, at).size;
    pinbulki_sandbox_accept(work, failed, reply);
}

static void pinbulki_sandbox_download(pinbulki_sandbox_work *work, pinbulk_text body, int failed,
                                      pinbulk_sandbox_reply *reply)
{
    pinbulk_sandbox *sandbox = work->sandbox;
    pinbulk_decode_options strict;
    pinbulk_download download;
    pinbulk_error error;
    size_t i, j;
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
    for (i = 0; i < PINBULKI_SANDBOX_KINDS && !failed; i++) {
        const pinbulki_sandbox_kind *kind = &pinbulki_sandbox_kinds[i];
        int chosen = download.entity_types.state != PINBULK_SET && kind->encode;
        for (j = 0; j < download.entity_types.count; j++)
            chosen |= download.entity_types.items[j].value == kind->entity_type;
        if (chosen)
            pinbulki_sandbox_write_list(work, kind, &download);
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
    if (sandbox->config.kept == 0)
        sandbox->config.kept = 8;
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
