/* pinbulk.h - Pinterest's Bulk API in one C header - MIT licence, see the end of the file

WHAT IT IS

    Creates bulk downloads and bulk upserts of ad entities, follows the asynchronous request, fetches
    the result file and reads it record by record. No dependency and no malloc: the host brings the
    HTTP transport and all memory. C99 and newer, C++11 and newer.

    Pinterest's Bulk API is not in its sandbox, and this library was not tried against the live
    service. What is known of the API comes from its published descriptions, up to version 5.28.

DO THIS

    In one .c or .cpp file:

        #define PINBULK_IMPLEMENTATION
        #include "pinbulk.h"

    In all others only the second line. An adapter beside this file gives the transport:
    adapters/pinbulk_curl.h (libcurl) or adapters/pinbulk_sandbox.h (the service in memory, to try
    and to test with no account and no network). Your own is one function: see >>transport.

WHERE TO LOOK (search for the banner)

    >>results     what calls return, and the error object
    >>values      absent, null, set; texts, lists, extra members, the arena
    >>numbers     int64 and double to text and back
    >>enumerations, >>objects      what the API speaks of
    >>writer, >>reader, >>codec    JSON, and objects to JSON and back
    >>requests, >>responses        HTTP messages without any I/O
    >>records     result files as a stream of records
    >>job         one bulk request from submission to result, as a state machine
    >>transport   the host's functions, and the blocking driver

EXAMPLE 1: an upsert with the driver

    // upsert.c
    #include <stdio.h>
    #include "pinbulk.h"

    int rename_and_uncap(const pinbulk_transport *transport, const char *token)
    {
        static char memory[8192]; // URLs, headers and replies of the job
        pinbulk_campaign campaign = {0};
        pinbulk_update update = {0};
        pinbulk_upsert upsert = {0};
        pinbulk_job_config config = {0};
        pinbulk_job job;
        char line[512];

        campaign.id = pinbulk_string_of("626736533506");
        campaign.ad_account_id = pinbulk_string_of("549755885175");
        campaign.name = pinbulk_string_of("Spring");
        campaign.daily_spend_cap.state = PINBULK_NULL; // clear it; what is not named stays

        update.campaigns.state = PINBULK_SET;
        update.campaigns.items = &campaign;
        update.campaigns.count = 1;
        upsert.update.state = PINBULK_SET;
        upsert.update.value = &update;

        config.api.token = pinbulk_text_of(token);
        config.account = pinbulk_text_of("549755885175");
        config.memory = memory;
        config.memory_size = sizeof memory;
        pinbulk_job_init_upsert(&job, &config, &upsert); // an error of it is given by the next line
        if (pinbulk_job_run(&job, transport) == PINBULK_OK)
            return 0;
        pinbulk_error_text(&job.error, line, sizeof line);
        fprintf(stderr, "%s\n", line); // PINBULK_MAYBE_APPLIED: compare before you repeat it
        return 1;
    }

EXAMPLE 2: a download, read while it comes

    // download.c
    #include <stdio.h>
    #include "pinbulk.h"

    struct reading {
        pinbulk_records records;
        pinbulk_error error;
        char window[65536]; // holds one record, whatever the size of the account
        char path[256];
        char memory[8192]; // holds what one decoded record points to
    };

    static pinbulk_result begin(void *ctx) // also when the file has to begin again
    {
        struct reading *reading = (struct reading *)ctx;
        pinbulk_records_config config = {0};
        config.window = reading->window;
        config.window_size = sizeof reading->window;
        config.path = reading->path;
        config.path_size = sizeof reading->path;
        return pinbulk_records_init(&reading->records, &config);
    }

    static pinbulk_result take_records(struct reading *reading)
    {
        pinbulk_record record;
        pinbulk_campaign campaign;
        pinbulk_arena arena = {0};
        for (;;) {
            switch (pinbulk_records_next(&reading->records, &record)) {
            case PINBULK_RECORDS_MORE:
            case PINBULK_RECORDS_END:
                return PINBULK_OK;
            case PINBULK_RECORDS_ERROR:
                pinbulk_records_error(&reading->records, &reading->error);
                return reading->error.result;
            case PINBULK_RECORDS_RECORD:
                if (record.kind != PINBULK_KIND_CAMPAIGN)
                    break;
                arena.memory = reading->memory;
                arena.size = sizeof reading->memory;
                arena.used = 0; // gives the memory of the last record back
                if (pinbulk_decode_campaign(record.raw.data, record.raw.length, &campaign, &arena,
                                            NULL, &reading->error) != PINBULK_OK)
                    return reading->error.result;
                printf("%.*s: %.*s\n", (int)campaign.id.length, campaign.id.text,
                       (int)campaign.name.length, campaign.name.text);
                break;
            case PINBULK_RECORDS_SKIPPED: // only when asked for
                break;
            }
        }
    }

    static pinbulk_result take_bytes(void *ctx, const void *data, size_t length)
    {
        struct reading *reading = (struct reading *)ctx;
        pinbulk_result result = pinbulk_records_feed(&reading->records, (const char *)data, length);
        return result == PINBULK_OK ? take_records(reading) : result;
    }

    int print_campaigns(const pinbulk_transport *transport, const char *token)
    {
        static struct reading reading;
        static char memory[8192];
        pinbulk_download everything = {0};
        pinbulk_job_config config = {0};
        pinbulk_job job;
        const pinbulk_error *error = &job.error;
        pinbulk_result result;
        char line[512];

        config.api.token = pinbulk_text_of(token);
        config.account = pinbulk_text_of("549755885175");
        config.memory = memory;
        config.memory_size = sizeof memory;
        config.fetch = 1;
        config.sink.ctx = &reading;
        config.sink.write = take_bytes;
        config.sink.restart = begin;
        begin(&reading);
        pinbulk_job_init_download(&job, &config, &everything);
        result = pinbulk_job_run(&job, transport);
        if (result == PINBULK_OK) { // only the end of the document proves that it is whole
            pinbulk_records_end(&reading.records);
            result = take_records(&reading);
        }
        if (result == PINBULK_OK)
            return 0;
        if (reading.error.result != PINBULK_OK)
            error = &reading.error;
        pinbulk_error_text(error, line, sizeof line);
        fprintf(stderr, "%s\n", line);
        return 1;
    }

EXAMPLE 3: the same job from an event loop, without the driver

    // event_loop.c
    #include <stdio.h>
    #include "pinbulk.h"

    // What an event loop has, under whatever names.
    uint64_t loop_milliseconds(void);
    uint32_t loop_random(void);
    void loop_call_after(uint32_t milliseconds, void (*call)(pinbulk_job *), pinbulk_job *job);
    // Sends the request, hands the response to pinbulk_response_begin, _header and _body as it comes,
    // and calls back once, however it ends.
    void loop_http(const pinbulk_request *request, pinbulk_response *response,
                   void (*call)(pinbulk_job *, pinbulk_outcome), pinbulk_job *job);
    void loop_finished(pinbulk_job *job);

    static void exchanged(pinbulk_job *job, pinbulk_outcome outcome);

    void job_step(pinbulk_job *job) // once to start; then it calls itself
    {
        char line[512];
        switch (pinbulk_job_next(job, loop_milliseconds(), loop_random())) {
        case PINBULK_TODO_SEND:
            loop_http(&job->request, &job->response, exchanged, job);
            return;
        case PINBULK_TODO_WAIT:
            loop_call_after(job->wait, job_step, job);
            return;
        case PINBULK_TODO_DONE:
            break;
        case PINBULK_TODO_FAILED:
            pinbulk_error_text(&job->error, line, sizeof line);
            fprintf(stderr, "%s\n", line);
            break;
        }
        loop_finished(job);
    }

    static void exchanged(pinbulk_job *job, pinbulk_outcome outcome)
    {
        pinbulk_job_exchanged(job, outcome);
        job_step(job);
    }

SWITCHES (define before the implementation; the declarations of types never change)

    PINBULK_IMPLEMENTATION  this translation unit holds the functions
    PINBULK_STATIC          all functions are static: a private copy for each file that includes it.
                            Define it before every include of that file.
    PINBULK_PREFIX=mine_    every symbol gets this prefix, so two copies can live in one program.
                            The same for every file of a program that shares a copy.
    PINBULK_NO_DOUBLE       leaves out double to text and back and all floating point; for targets
                            whose double is not 64 bits wide
    PINBULK_NO_SIMD         plain C instead of SSE2 or NEON: smaller and slower
    PINBULK_NO_STRING_H     does not include string.h; memcpy, memmove, memset and memcmp are declared
                            here and must come from the host

CONCEPTS

    Values. A member is absent, null or set: leave it, clear it, set it. The state is a part of every
    value, and zero is absent. A value without its state is an error, not a loss.

    Texts are pointers with lengths. Nothing needs a NUL, nothing is copied unless the comment says
    so.

    Memory. Everything lives where the caller says: the job works in config.memory, decoding in an
    arena, the record stream in a window. Sizes do not depend on the size of the account. Nothing is
    allocated, nothing is global, so any number of jobs may run, each in one thread at a time.

    Results. Functions return pinbulk_result; those that can tell more fill a pinbulk_error, whose
    text says what happened, where, and what to do.

    Foreign bytes may be cut anywhere. JSON is read strictly by RFC 8259; what is known to be whole
    is called whole, everything else is an error.

    Names the header does not know yet are not lost: enumerations keep their text, objects their
    extra members.

CAVEATS

    An upsert whose reply was lost may or may not be applied, the API has no way to ask. It is never
    repeated by this library: the job ends as PINBULK_MAYBE_APPLIED.

    The layout of result files is not public. Records are found by structure and their kind is a guess
    from the name of the array that holds them.

    Enumerations, limits and patterns are those of the API description 5.28. The service may know
    more: options.unchecked sends what validation refuses.

SECURITY

    The token goes to the origin of the API only, never to the host of a result file, and redirects
    are not followed. Plain http is for loopback, and only when asked for. result_url is a credential:
    requests and headers that hold secrets are marked, and no error or event holds one. Every input
    has a limit, and every size is computed with checks.
*/
#ifndef PINBULK_H
#define PINBULK_H

#define PINBULK_VERSION_MAJOR 0
#define PINBULK_VERSION_MINOR 1
#define PINBULK_VERSION_PATCH 0
#define PINBULK_VERSION       "0.1.0"

#include <stddef.h>
#include <stdint.h>

/*@PREFIX@*/
#if defined(PINBULK_STATIC) && (defined(__GNUC__) || defined(__clang__))
#define PINBULK_API static __attribute__((unused))
#elif defined(PINBULK_STATIC)
#define PINBULK_API static
#else
#define PINBULK_API extern
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ============================================================================================== */
/* >>results                                                                                      */
/* ============================================================================================== */

/* What a call came to. Zero is success; everything else says what kind of thing went wrong. */
typedef enum pinbulk_result {
    PINBULK_OK = 0,

    /* The caller. */
    PINBULK_BAD_ARGUMENT, /* a pointer, length or setting that cannot be used */
    PINBULK_BAD_STATE,    /* a call out of order */
    PINBULK_NO_SPACE,     /* a buffer or arena of the caller is too small */

    /* Writing. */
    PINBULK_BAD_NESTING,    /* a key without a value, an end without a begin, two roots */
    PINBULK_BAD_UTF8,       /* bytes that are not UTF-8 (RFC 3629) */
    PINBULK_BAD_NUMBER,     /* text that is no number by RFC 8259, NaN, or an infinity */
    PINBULK_SINK_FAILED,    /* the sink of the caller refused bytes */
    PINBULK_SOURCE_FAILED,  /* a list source of the caller failed */
    PINBULK_SOURCE_CHANGED, /* a list source gave other items after its rewind */

    /* Reading. */
    PINBULK_BAD_JSON,  /* not JSON by RFC 8259 */
    PINBULK_TRUNCATED, /* the input ends too early */
    PINBULK_TOO_DEEP,  /* nested deeper than the limit */
    PINBULK_TOO_LARGE, /* a value or a document above the limit */
    PINBULK_DUPLICATE, /* a member that occurs twice in one object */

    /* Objects: encoding, decoding, validation. */
    PINBULK_WRONG_TYPE,   /* a JSON value of another type than the member has */
    PINBULK_UNKNOWN,      /* a member that the table does not know, where that was to be refused */
    PINBULK_MISSING,      /* a required member is absent */
    PINBULK_NOT_SET,      /* a value was given but its state is PINBULK_ABSENT */
    PINBULK_NOT_ALLOWED,  /* the member does not belong into this form of the object */
    PINBULK_NOT_NULLABLE, /* the member cannot be cleared */
    PINBULK_NOT_TOGETHER, /* two members that exclude each other */
    PINBULK_BAD_ENUM,     /* a constant of another enumeration */
    PINBULK_BAD_PATTERN,  /* text of another form than the description of the API demands */
    PINBULK_OUT_OF_RANGE, /* a number or a list size outside its limits */

    /* HTTP. */
    PINBULK_UNSAFE_URL,       /* a URL that must not be used: scheme, user info, bytes, origin */
    PINBULK_TRANSPORT_FAILED, /* no response, or a broken one */
    PINBULK_EMPTY_BODY,       /* a response that should have a body has none */
    PINBULK_NOT_JSON,         /* a response body that is no JSON, a web page for instance */
    PINBULK_UNEXPECTED,       /* a response without what it must contain */
    PINBULK_ENCODED_BODY,     /* a Content-Encoding that was not asked for */

    /* The service. */
    PINBULK_UNAUTHORIZED,   /* 401: the token is not accepted */
    PINBULK_FORBIDDEN,      /* 403 */
    PINBULK_NOT_FOUND,      /* 404 */
    PINBULK_RATE_LIMITED,   /* 429, and waiting longer is not allowed */
    PINBULK_SPAM_BLOCKED,   /* 429 that says "spam": never retried */
    PINBULK_REFUSED,        /* any other 4xx */
    PINBULK_SERVER_ERROR,   /* 5xx */
    PINBULK_REQUEST_FAILED, /* the bulk request itself ended as FAILED */

    /* The job. */
    PINBULK_CANCELLED,         /* by the caller */
    PINBULK_DEADLINE,          /* the deadline of the job has passed */
    PINBULK_MAYBE_APPLIED,     /* an upsert whose reply was lost: it may or may not be applied */
    PINBULK_RESULT_INCOMPLETE, /* the result file could not be fetched whole */
    PINBULK_RESULT_CHANGED,    /* the result file changed between two parts of it */

    PINBULK_RESULT_COUNT /* the number of results, no result itself */
} pinbulk_result;

/* The name of a result ("PINBULK_TOO_DEEP") and one sentence on it. Static, NUL-terminated; never
   NULL, whatever number is given. */
PINBULK_API const char *pinbulk_result_name(pinbulk_result result);
PINBULK_API const char *pinbulk_result_text(pinbulk_result result);

/* How far an exchange got. What may be repeated depends on it, so a transport must not guess too
   low. */
typedef enum pinbulk_reached {
    PINBULK_REACHED_UNKNOWN = 0, /* anything may have been sent */
    PINBULK_REACHED_NOTHING,     /* no byte of the request left: name look-up, connect, TLS */
    PINBULK_REACHED_HEAD,        /* bytes of the head may have left, none of the body */
    PINBULK_REACHED_BODY,        /* bytes of the body may have left, no response came */
    PINBULK_REACHED_RESPONSE,    /* a response began and broke off */
    PINBULK_REACHED_CLOSED,  /* the response ended with the connection: no length proves it whole */
    PINBULK_REACHED_COMPLETE /* a whole response: by its length, its last chunk, or no body */
} pinbulk_reached;

#define PINBULK_ERROR_MESSAGE_MAX 160
#define PINBULK_ERROR_PATH_MAX    96
#define PINBULK_ERROR_RID_MAX     48

/* Everything known about a failure. Zero it before the first use; every call that takes one
   overwrites it when it fails and leaves it alone when it succeeds. Texts are NUL-terminated; one
   that is too long ends in "...". No text ever holds a token or the query of a result URL. */
typedef struct pinbulk_error {
    pinbulk_result result;
    int http_status;                   /* 0: no response */
    int64_t api_code;                  /* `code` of the error body, 0 when there is none */
    pinbulk_reached reached;           /* of the last exchange */
    unsigned attempt;                  /* of the last exchange, from 1; 0 when there was none */
    int has_offset;                    /* offset is known */
    uint64_t offset;                   /* in the document, of the byte at which reading failed */
    char path[PINBULK_ERROR_PATH_MAX]; /* of the member: create.campaigns[3].name; may be "" */
    char message[PINBULK_ERROR_MESSAGE_MAX]; /* what happened; from the service: `message` of its
                                                body */
    char rid[PINBULK_ERROR_RID_MAX];         /* x-pinterest-rid, to quote to Pinterest's support */
} pinbulk_error;

/* Writes one line for a person: what happened, where, and what to do. Returns the length it has
   without the NUL; when that is not below `size` the line was cut. `size` may be 0. */
PINBULK_API size_t pinbulk_error_text(const pinbulk_error *error, char *text, size_t size);

/* ============================================================================================== */
/* >>values                                                                                       */
/* ============================================================================================== */

/* Bytes and their number. UTF-8 unless said otherwise; no NUL at the end is needed or looked for.
 */
typedef struct pinbulk_text {
    size_t length;
    const char *data;
} pinbulk_text;

/* A text of a NUL-terminated string, which it points to. NULL gives the empty text. */
PINBULK_API pinbulk_text pinbulk_text_of(const char *text);
PINBULK_API int pinbulk_text_equal(pinbulk_text a, pinbulk_text b);

/* The state of a value: three different orders to the service. The state is a part of every value,
   zero is absent, so a zeroed object sends nothing. A value whose state was forgotten is refused
   with PINBULK_NOT_SET. */
enum {
    PINBULK_ABSENT = 0, /* leave it: the member is not sent, or was not received */
    PINBULK_NULL = 1,   /* clear it: the member is null */
    PINBULK_SET = 2     /* set it: the member has the value */
};

typedef struct pinbulk_string {
    uint8_t state;
    size_t length;
    const char *text; /* UTF-8; NUL is a character like any other */
} pinbulk_string;

typedef struct pinbulk_int {
    uint8_t state;
    int64_t value;
} pinbulk_int;

typedef struct pinbulk_bool {
    uint8_t state;
    uint8_t value; /* 0 or 1 */
} pinbulk_bool;

/* A number that need not be an integer, as its decimal text (RFC 8259): what was read is written
   unchanged. */
typedef struct pinbulk_decimal {
    uint8_t state;
    size_t length;
    const char *text;
} pinbulk_decimal;

/* One of the PINBULK_... constants below. A text that the table does not know has value 0 and keeps
   its text. */
typedef struct pinbulk_enum {
    uint8_t state;
    uint16_t value; /* the constant, or 0: then text */
    size_t length;  /* when reading: of the text, known or not */
    const char *text;
} pinbulk_enum;

/* Values in the state PINBULK_SET. Texts are pointed to, not copied: they must outlive the value.
   `_of` takes a NUL-terminated text; what it makes of NULL cannot be sent (PINBULK_BAD_ARGUMENT), so
   that a forgotten text does not vanish. For the other states write `x.state = PINBULK_NULL`. */
PINBULK_API pinbulk_string pinbulk_string_set(const char *text, size_t length);
PINBULK_API pinbulk_string pinbulk_string_of(const char *text);
PINBULK_API pinbulk_int pinbulk_int_set(int64_t value);
PINBULK_API pinbulk_bool pinbulk_bool_set(int value);
PINBULK_API pinbulk_decimal pinbulk_decimal_set(const char *text, size_t length);
PINBULK_API pinbulk_decimal pinbulk_decimal_of(const char *text);
PINBULK_API pinbulk_enum pinbulk_enum_set(unsigned constant);
PINBULK_API pinbulk_enum pinbulk_enum_of(const char *text); /* one newer than this header */

/* A source of list items, for lists that do not fit into memory. `next` sets *item to an object of
   the list's item type, valid until the next call, or to NULL after the last one. `rewind` goes
   back to the first: a body is counted once and sent once or more, and every pass must give the
   same items. Any other result than PINBULK_OK ends the encoding with PINBULK_SOURCE_FAILED. */
typedef struct pinbulk_source {
    void *ctx;
    pinbulk_result (*next)(void *ctx, const void **item);
    pinbulk_result (*rewind)(void *ctx);
} pinbulk_source;

/* Lists: an array of `count` items, or a source, never both. An empty list in the state PINBULK_SET
   is `[]`. Every list type has these four members. Items are values themselves and must be in the
   state PINBULK_SET. */
typedef struct pinbulk_string_list {
    uint8_t state;
    size_t count;
    const pinbulk_string *items;
    const pinbulk_source *source;
} pinbulk_string_list;

typedef struct pinbulk_enum_list {
    uint8_t state;
    size_t count;
    const pinbulk_enum *items;
    const pinbulk_source *source;
} pinbulk_enum_list;

/* A map from texts to numbers, in the order in which it is written. */
typedef struct pinbulk_multiplier {
    pinbulk_text key;
    pinbulk_decimal value;
} pinbulk_multiplier;

typedef struct pinbulk_multipliers {
    uint8_t state;
    size_t count;
    const pinbulk_multiplier *items;
    const pinbulk_source *source;
} pinbulk_multipliers;

/* Members that this header does not know. To send: any name with any JSON value. When reading: what
   was there besides the known members, so that nothing is lost. Every object has them under the
   name `extra`. */
typedef struct pinbulk_member {
    pinbulk_text name; /* not escaped */
    pinbulk_text json; /* one JSON value; checked when it is written */
} pinbulk_member;

typedef struct pinbulk_members {
    size_t count;
    const pinbulk_member *items;
} pinbulk_members;

/* Memory of the caller from which decoding takes what it needs, front to back. Set `memory` and
   `size`; `used` = 0 gives everything back. Any alignment will do. */
typedef struct pinbulk_arena {
    void *memory;
    size_t size;
    size_t used;
} pinbulk_arena;

/* ============================================================================================== */
/* >>numbers                                                                                      */
/* ============================================================================================== */

#define PINBULK_INT_TEXT_MAX    20
#define PINBULK_DOUBLE_TEXT_MAX 25

/* Writes a number as text, without a NUL; returns its length. */
PINBULK_API size_t pinbulk_int_to_text(int64_t value, char text[PINBULK_INT_TEXT_MAX]);

/* Reads a number by RFC 8259 whose value is an integer; 1.50e1 is one. PINBULK_BAD_NUMBER: no
   number. PINBULK_OUT_OF_RANGE: a fraction, or beyond int64_t. *value is changed only by
   PINBULK_OK. */
PINBULK_API pinbulk_result pinbulk_int_from_text(const char *text, size_t length, int64_t *value);

#ifndef PINBULK_NO_DOUBLE
/* Writes the shortest decimal text that reads back as the same double; among these the closest.
   Without a NUL; returns its length, 0 for NaN and the infinities, which JSON cannot express.
   Numbers from 1e-6 to below 1e21 have no exponent; -0 keeps its sign. */
PINBULK_API size_t pinbulk_double_to_text(double value, char text[PINBULK_DOUBLE_TEXT_MAX]);

/* Reads a number by RFC 8259 as the nearest double, ties to even, whatever its length.
   PINBULK_BAD_NUMBER: no number. PINBULK_OUT_OF_RANGE: beyond the largest double. *value is changed
   only by PINBULK_OK. */
PINBULK_API pinbulk_result pinbulk_double_from_text(const char *text, size_t length, double *value);
#endif

/* ============================================================================================== */
/* >>enumerations                                                                                 */
/* ============================================================================================== */

/* Every constant has a number of its own, so that one of another enumeration is refused
   (PINBULK_BAD_ENUM). The comment names the schema of the API description 5.28. */

enum { /* BulkEntityType: what a download contains. SCHEDULE is for beta users. */
       PINBULK_ENTITY_TYPE_CAMPAIGN = 0x0101,
       PINBULK_ENTITY_TYPE_AD_GROUP,
       PINBULK_ENTITY_TYPE_PRODUCT_GROUP,
       PINBULK_ENTITY_TYPE_AD,
       PINBULK_ENTITY_TYPE_KEYWORD,
       PINBULK_ENTITY_TYPE_LABEL,         /* since 5.18 */
       PINBULK_ENTITY_TYPE_SCHEDULE,      /* since 5.20 */
       PINBULK_ENTITY_TYPE_ENTITY_HISTORY /* since 5.28 */
};

enum { /* BulkOutputFormat */
       PINBULK_OUTPUT_FORMAT_CSV = 0x0201,
       PINBULK_OUTPUT_FORMAT_JSON
};

enum { /* BulkUpsertStatus: of a bulk request */
       PINBULK_BULK_STATUS_RUNNING = 0x0301,
       PINBULK_BULK_STATUS_SUCCEEDED,
       PINBULK_BULK_STATUS_FAILED
};

enum { /* CampaignSummaryStatus: what a campaign is doing; for the filter of a download */
       PINBULK_CAMPAIGN_STATUS_RUNNING = 0x0401,
       PINBULK_CAMPAIGN_STATUS_PAUSED,
       PINBULK_CAMPAIGN_STATUS_NOT_STARTED,
       PINBULK_CAMPAIGN_STATUS_COMPLETED,
       PINBULK_CAMPAIGN_STATUS_ADVERTISER_DISABLED,
       PINBULK_CAMPAIGN_STATUS_ARCHIVED,
       PINBULK_CAMPAIGN_STATUS_DRAFT,
       PINBULK_CAMPAIGN_STATUS_DELETED_DRAFT
};

enum { /* EntityStatus: what an entity is told to be */
       PINBULK_ENTITY_STATUS_ACTIVE = 0x0501,
       PINBULK_ENTITY_STATUS_PAUSED,
       PINBULK_ENTITY_STATUS_ARCHIVED, /* for good: there is no way back */
       PINBULK_ENTITY_STATUS_DRAFT,
       PINBULK_ENTITY_STATUS_DELETED_DRAFT
};

enum { /* ObjectiveType (the first eight) and ConversionObjectiveType (the first nine) */
       PINBULK_OBJECTIVE_AWARENESS = 0x0601,
       PINBULK_OBJECTIVE_CONSIDERATION,
       PINBULK_OBJECTIVE_WEB_CONVERSION,
       PINBULK_OBJECTIVE_CATALOG_SALES,
       PINBULK_OBJECTIVE_VIDEO_COMPLETION,
       PINBULK_OBJECTIVE_SALES,
       PINBULK_OBJECTIVE_APP_INSTALL,
       PINBULK_OBJECTIVE_CTV_CONSIDERATION,
       PINBULK_OBJECTIVE_LEADS,       /* only in the filter of a download */
       PINBULK_OBJECTIVE_VIDEO_VIEW,  /* until 5.15; old entities still have it */
       PINBULK_OBJECTIVE_WEB_SESSIONS /* until 5.15; old entities still have it */
};

enum { /* IntendedPromotionType */
       PINBULK_INTENDED_PROMOTION_LEGACY = 0x0701,
       PINBULK_INTENDED_PROMOTION_STANDARD_AD,
       PINBULK_INTENDED_PROMOTION_CATALOG
};

enum { /* CampaignBidOptions.freq_bid_multiplier_time_window */
       PINBULK_TIME_WINDOW_WEEK = 0x0801,
       PINBULK_TIME_WINDOW_MONTH
};

enum { /* CampaignBidOptionsUpdate.update_mask: which multipliers an update replaces */
       PINBULK_UPDATE_MASK_AUDIENCE = 0x0901,
       PINBULK_UPDATE_MASK_APP_TYPE,
       PINBULK_UPDATE_MASK_PLACEMENT,
       PINBULK_UPDATE_MASK_GENDER,
       PINBULK_UPDATE_MASK_AGE_BUCKET,
       PINBULK_UPDATE_MASK_FREQUENCY
};

enum { /* MatchTypeResponse: how a keyword matches a search */
       PINBULK_MATCH_TYPE_BROAD = 0x0a01,
       PINBULK_MATCH_TYPE_PHRASE,
       PINBULK_MATCH_TYPE_EXACT,
       PINBULK_MATCH_TYPE_EXACT_NEGATIVE,
       PINBULK_MATCH_TYPE_PHRASE_NEGATIVE
};

enum { /* CreativeType */
       PINBULK_CREATIVE_TYPE_REGULAR = 0x0b01,
       PINBULK_CREATIVE_TYPE_VIDEO,
       PINBULK_CREATIVE_TYPE_SHOPPING,
       PINBULK_CREATIVE_TYPE_CAROUSEL,
       PINBULK_CREATIVE_TYPE_MAX_VIDEO,
       PINBULK_CREATIVE_TYPE_SHOP_THE_PIN, /* deprecated: COLLECTION */
       PINBULK_CREATIVE_TYPE_COLLECTION,
       PINBULK_CREATIVE_TYPE_IDEA,
       PINBULK_CREATIVE_TYPE_SHOWCASE,
       PINBULK_CREATIVE_TYPE_QUIZ,
       PINBULK_CREATIVE_TYPE_COLLAGE,
       PINBULK_CREATIVE_TYPE_MAX_WIDTH_REGULAR_COLLECTION,
       PINBULK_CREATIVE_TYPE_MAX_WIDTH_VIDEO_COLLECTION,
       PINBULK_CREATIVE_TYPE_APP
};

enum { /* GridClickType: where a click in the grid leads. The service ignores what is sent. */
       PINBULK_GRID_CLICK_CLOSEUP = 0x0c01,
       PINBULK_GRID_CLICK_DIRECT_TO_DESTINATION
};

enum { /* ProductGroupPromotion.collections_header_type */
       PINBULK_COLLECTIONS_HEADER_SHOP_THIS_COLLECTION = 0x0d01,
       PINBULK_COLLECTIONS_HEADER_EXPLORE_THIS_COLLECTION,
       PINBULK_COLLECTIONS_HEADER_NO_HEADER,
       PINBULK_COLLECTIONS_HEADER_ON_SALE,
       PINBULK_COLLECTIONS_HEADER_GET_DEAL
};

enum { /* ProductGroupPromotion.customizable_cta_type: the call to action below an ad. For catalog
          sales: the first five */
       PINBULK_CTA_SHOP_NOW = 0x0e01,
       PINBULK_CTA_BOOK_NOW,
       PINBULK_CTA_ON_SALE,
       PINBULK_CTA_GET_DEAL,
       PINBULK_CTA_BUY_ONLINE_PICKUP_IN_STORE,
       PINBULK_CTA_APPLY_NOW,
       PINBULK_CTA_BUY_NOW,
       PINBULK_CTA_BUY_TICKETS,
       PINBULK_CTA_CONTACT_US,
       PINBULK_CTA_DONATE_NOW,
       PINBULK_CTA_DOWNLOAD,
       PINBULK_CTA_EXPLORE_MORE,
       PINBULK_CTA_FIND_A_DEALER,
       PINBULK_CTA_FIND_A_LOCATION,
       PINBULK_CTA_GET_IT_NOW,
       PINBULK_CTA_GET_OFFER,
       PINBULK_CTA_GET_QUOTE,
       PINBULK_CTA_GET_RECIPE,
       PINBULK_CTA_GET_SHOWTIMES,
       PINBULK_CTA_LEARN_MORE,
       PINBULK_CTA_ORDER_NOW,
       PINBULK_CTA_PLAY_GAME,
       PINBULK_CTA_READ_MORE,
       PINBULK_CTA_REGISTER_NOW,
       PINBULK_CTA_SHOP_ON_ADVERTISER,
       PINBULK_CTA_SHOP_THE_COLLECTION,
       PINBULK_CTA_SIGN_UP,
       PINBULK_CTA_SUBSCRIBE,
       PINBULK_CTA_TAKE_A_CLOSER_LOOK,
       PINBULK_CTA_TAKE_A_PEEK,
       PINBULK_CTA_TRY_IT,
       PINBULK_CTA_VISIT_SITE,
       PINBULK_CTA_WATCH_NOW
};

enum { /* ProductGroupPromotion.preferred_media_type */
       PINBULK_PREFERRED_MEDIA_VIDEO = 0x0f01,
       PINBULK_PREFERRED_MEDIA_IMAGE
};

/* The wire text of a constant ("WEB_CONVERSION"); NULL for a number that is none. Static, NUL-
   terminated. This function links the names of all enumerations. */
PINBULK_API const char *pinbulk_enum_name(unsigned constant);

/* ============================================================================================== */
/* >>objects                                                                                      */
/* ============================================================================================== */

/* The objects of the API in wire order: struct members are spelled as the keys on the wire. Each
   names its schema in the API description 5.28. Money is in micro currency: 1,000,000 is one unit
   of the account's currency. Times are Unix seconds. "null" says that the member may be cleared.
   Ids are digit strings. Forms: an object that can be created and updated has one struct; "create"
   and "update" say which form requires a member or excludes it. */

/* BulkDownloadRequest.campaign_filter: which campaigns a download covers. */
typedef struct pinbulk_campaign_filter {
    pinbulk_string start_time;         /* digits: Unix seconds */
    pinbulk_string end_time;           /* digits: Unix seconds */
    pinbulk_string name;               /* of the campaign */
    pinbulk_enum_list campaign_status; /* PINBULK_CAMPAIGN_STATUS_... */
    pinbulk_enum_list objective_type;  /* PINBULK_OBJECTIVE_..., LEADS included */
    pinbulk_members extra;
} pinbulk_campaign_filter;

typedef struct pinbulk_campaign_filter_ref {
    uint8_t state;
    const pinbulk_campaign_filter *value;
} pinbulk_campaign_filter_ref;

/* BulkDownloadRequest: the body of a download. A zeroed one asks for everything, as JSON. */
typedef struct pinbulk_download {
    pinbulk_enum_list entity_types; /* PINBULK_ENTITY_TYPE_..., 1 to 6; fewer are faster */
    pinbulk_string_list entity_ids; /* ids: these entities, their children and grandchildren */
    pinbulk_string updated_since;   /* digits, Unix seconds: what changed since */
    pinbulk_campaign_filter_ref campaign_filter;
    pinbulk_enum output_format; /* PINBULK_OUTPUT_FORMAT_...; JSON when absent */
    pinbulk_members extra;
} pinbulk_download;

/* TrackingUrls: third-party tracking, at most three URLs of 2,000 characters for each event. */
typedef struct pinbulk_tracking_urls {
    pinbulk_string_list impression;
    pinbulk_string_list click;
    pinbulk_string_list engagement;
    pinbulk_string_list buyable_button;
    pinbulk_string_list audience_verification;
    pinbulk_members extra;
} pinbulk_tracking_urls;

typedef struct pinbulk_tracking_urls_ref {
    uint8_t state;
    const pinbulk_tracking_urls *value;
} pinbulk_tracking_urls_ref;

/* CampaignBidOptionsCreate, CampaignBidOptionsUpdate: factors on the bid, from 0 to 10; 1 changes
   nothing. A map is replaced whole: what is missing in it counts as 1. */
typedef struct pinbulk_bid_options {
    pinbulk_multipliers app_type_multipliers;     /* null; key: a platform such as iphone */
    pinbulk_multipliers audience_multipliers;     /* key: an audience id */
    pinbulk_multipliers placement_multipliers;    /* null; key: a placement */
    pinbulk_multipliers age_bucket_multipliers;   /* null; key: an age range */
    pinbulk_multipliers gender_multipliers;       /* null; key: a gender */
    pinbulk_multipliers frequency_multipliers;    /* null; key: a number of views */
    pinbulk_enum freq_bid_multiplier_time_window; /* null; PINBULK_TIME_WINDOW_... */
    /* update: required; PINBULK_UPDATE_MASK_...: only these are replaced */
    pinbulk_enum_list update_mask;
    pinbulk_members extra;
} pinbulk_bid_options;

typedef struct pinbulk_bid_options_ref {
    uint8_t state;
    const pinbulk_bid_options *value;
} pinbulk_bid_options_ref;

/* CampaignCreateRequest, CampaignUpdateRequest. daily_spend_cap and lifetime_spend_cap exclude each
   other. */
typedef struct pinbulk_campaign {
    pinbulk_string id;              /* update: required; create: not allowed */
    pinbulk_string ad_account_id;   /* required */
    pinbulk_string name;            /* create: required */
    pinbulk_enum status;            /* PINBULK_ENTITY_STATUS_...; ACTIVE when created without */
    pinbulk_int lifetime_spend_cap; /* null; micro currency */
    pinbulk_int daily_spend_cap;    /* null; micro currency */
    pinbulk_string order_line_id;   /* null; id, shown on the invoice */
    pinbulk_tracking_urls_ref tracking_urls; /* null */
    pinbulk_int start_time; /* null; Unix seconds; not after those of the ad groups */
    pinbulk_int end_time;   /* null; Unix seconds; not before those of the ad groups */
    pinbulk_bool is_flexible_daily_budgets; /* update: null */
    pinbulk_bool is_automated_campaign;     /* update: null */
    /* null; daily, for ad groups after CBO ends */
    pinbulk_int default_ad_group_budget_in_micro_currency;
    pinbulk_bool is_campaign_budget_optimization; /* null; CBO: one budget for all ad groups */
    pinbulk_enum intended_promotion_type;         /* PINBULK_INTENDED_PROMOTION_... */
    pinbulk_bool is_ltv_optimized;
    pinbulk_bool is_top_of_search;
    pinbulk_enum objective_type;      /* create: required; update: null; PINBULK_OBJECTIVE_... */
    pinbulk_bool is_performance_plus; /* after creation only drafts can change it */
    pinbulk_bid_options_ref bid_options;
    pinbulk_members extra;
} pinbulk_campaign;

typedef struct pinbulk_campaign_list {
    uint8_t state;
    size_t count;
    const pinbulk_campaign *items;
    const pinbulk_source *source;
} pinbulk_campaign_list;

/* ProductGroupPromotion: one product group of an ad group. */
typedef struct pinbulk_product_group {
    pinbulk_string id;                                /* of the promotion */
    pinbulk_string ad_group_id;                       /* digits, AG before them allowed */
    pinbulk_int bid_in_micro_currency;                /* null */
    pinbulk_bool included;                            /* null; false: excluded from serving */
    pinbulk_string definition;                        /* null; the whole path of the group */
    pinbulk_string relative_definition;               /* null; relative to the parent */
    pinbulk_string parent_id;                         /* null; id */
    pinbulk_string slideshow_collections_title;       /* null */
    pinbulk_string slideshow_collections_description; /* null */
    pinbulk_bool is_mdl;                       /* null; use the mobile deep link of the catalog */
    pinbulk_enum status;                       /* PINBULK_ENTITY_STATUS_... */
    pinbulk_string tracking_url;               /* null; at most 4,000 characters */
    pinbulk_string catalog_product_group_id;   /* null; id. catalogs_product_group_id until 5.7 */
    pinbulk_string catalog_product_group_name; /* null. catalogs_product_group_name until 5.7 */
    pinbulk_enum creative_type;                /* PINBULK_CREATIVE_TYPE_... */
    pinbulk_string collections_hero_pin_id;    /* null; id */
    pinbulk_string collections_hero_destination_url; /* null */
    pinbulk_enum grid_click_type;                    /* null; read only: PINBULK_GRID_CLICK_... */
    pinbulk_enum collections_header_type;            /* null; PINBULK_COLLECTIONS_HEADER_... */
    pinbulk_enum customizable_cta_type;              /* null; PINBULK_CTA_... */
    pinbulk_bool is_generate_background;             /* null; backgrounds made by the service */
    pinbulk_enum preferred_media_type;               /* null; PINBULK_PREFERRED_MEDIA_... */
    pinbulk_string selected_image_tag;               /* null */
    pinbulk_string selected_video_tag;               /* null */
    pinbulk_bool is_image_auto_resizing;             /* null */
    pinbulk_members extra;
} pinbulk_product_group;

typedef struct pinbulk_product_group_list {
    uint8_t state;
    size_t count;
    const pinbulk_product_group *items;
    const pinbulk_source *source;
} pinbulk_product_group_list;

/* ProductGroupPromotionCreateRequest, ProductGroupPromotionUpdateRequest: the product groups of one
   ad group. */
typedef struct pinbulk_ad_group_products {
    pinbulk_string ad_group_id; /* required; digits, AG before them allowed */
    pinbulk_product_group_list product_group_promotion; /* required */
    pinbulk_members extra;
} pinbulk_ad_group_products;

typedef struct pinbulk_ad_group_products_list {
    uint8_t state;
    size_t count;
    const pinbulk_ad_group_products *items;
    const pinbulk_source *source;
} pinbulk_ad_group_products_list;

/* KeywordsCommon (create) and KeywordUpdate (update). */
typedef struct pinbulk_keyword {
    pinbulk_string id;     /* update: required; create: not allowed */
    pinbulk_bool archived; /* update only */
    pinbulk_int bid;       /* null; micro currency; deprecated: the service ignores it */
    pinbulk_enum
        match_type;       /* create: required, null; update: not allowed; PINBULK_MATCH_TYPE_... */
    pinbulk_string value; /* create: required; update: not allowed; at most 120 characters */
    pinbulk_members extra;
} pinbulk_keyword;

typedef struct pinbulk_keyword_list {
    uint8_t state;
    size_t count;
    const pinbulk_keyword *items;
    const pinbulk_source *source;
} pinbulk_keyword_list;

/* KeywordsRequest: new keywords of one parent. */
typedef struct pinbulk_parent_keywords {
    pinbulk_string parent_id; /* required; account, campaign or ad group; digits, C or AG before
                                 them allowed */
    pinbulk_keyword_list keywords; /* required */
    pinbulk_members extra;
} pinbulk_parent_keywords;

typedef struct pinbulk_parent_keywords_list {
    uint8_t state;
    size_t count;
    const pinbulk_parent_keywords *items;
    const pinbulk_source *source;
} pinbulk_parent_keywords_list;

/* BulkUpsertRequestCreate */
typedef struct pinbulk_create {
    pinbulk_campaign_list campaigns;
    pinbulk_ad_group_products_list product_groups;
    pinbulk_parent_keywords_list keywords;
    pinbulk_members extra; /* the other kinds, as JSON, until this header has them */
} pinbulk_create;

typedef struct pinbulk_create_ref {
    uint8_t state;
    const pinbulk_create *value;
} pinbulk_create_ref;

/* BulkUpsertRequestUpdate */
typedef struct pinbulk_update {
    pinbulk_campaign_list campaigns;
    pinbulk_ad_group_products_list product_groups;
    pinbulk_keyword_list keywords;
    pinbulk_members extra; /* the other kinds, as JSON, until this header has them */
} pinbulk_update;

typedef struct pinbulk_update_ref {
    uint8_t state;
    const pinbulk_update *value;
} pinbulk_update_ref;

/* BulkUpsertRequest: the body of an upsert. No limit on the number of entities is published. */
typedef struct pinbulk_upsert {
    pinbulk_create_ref create;
    pinbulk_update_ref update;
    pinbulk_members extra;
} pinbulk_upsert;

/* BulkDownloadResponse, BulkUpsertResponse: the reply to a download or an upsert. */
typedef struct pinbulk_submitted {
    pinbulk_string request_id; /* opaque; may hold commas and spaces */
    pinbulk_members extra;
} pinbulk_submitted;

/* BulkUpsertStatusResponse: the reply to a status call. */
typedef struct pinbulk_status {
    pinbulk_enum status;       /* PINBULK_BULK_STATUS_... */
    pinbulk_string result_url; /* a secret: its query is a credential */
    pinbulk_int workload_id;
    pinbulk_members extra; /* with include_details: what the service adds */
} pinbulk_status;

/* Error, with the two members that real answers add. */
typedef struct pinbulk_problem {
    pinbulk_int code;
    pinbulk_string message;
    pinbulk_string message_detail;
    pinbulk_string status;
    pinbulk_members extra;
} pinbulk_problem;

/* ============================================================================================== */
/* >>writer                                                                                       */
/* ============================================================================================== */

/* Where bytes go. `write` takes all of them or returns another result than PINBULK_OK, which ends
   the work. `restart` is for result files only: what came so far is void and the file begins again.
   NULL: that is not possible. */
typedef struct pinbulk_sink {
    void *ctx;
    pinbulk_result (*write)(void *ctx, const void *data, size_t length);
    pinbulk_result (*restart)(void *ctx);
} pinbulk_sink;

#define PINBULK_DEPTH_MAX 128 /* levels of nesting that writer and reader can follow */

/* A JSON writer (RFC 8259). It checks nesting, UTF-8 and numbers; nothing of a refused value is
   written. The first error sticks, every later call returns it, and the document is void. Output is
   compact; strings escape only what must be escaped. Members are private. */
typedef struct pinbulk_writer {
    char *out;       /* window for output, NULL when only counting */
    size_t capacity; /* of the window */
    size_t used;     /* of the window */
    pinbulk_sink sink;
    uint64_t flushed;   /* bytes that left the window */
    char small[32];     /* punctuation, escapes, numbers: what did not fit yet */
    const char *string; /* rest of a text that did not fit yet */
    size_t string_left;
    uint8_t small_at, small_end;
    uint8_t escapes; /* the text may need some */
    uint8_t closing; /* bytes that end it: quote, colon */
    uint8_t mode, expect, after, depth;
    pinbulk_result result;
    uint32_t objects[PINBULK_DEPTH_MAX / 32]; /* bit set: that level is an object */
} pinbulk_writer;

/* Into a buffer, which may be written to the end of its size. When it is too small, the calls still
   succeed, what does not fit is only counted, and the end is PINBULK_NO_SPACE. */
PINBULK_API void pinbulk_writer_init_buffer(pinbulk_writer *writer, char *buffer, size_t size);
/* Into a sink, through a buffer of at least one byte. Whatever result the sink fails with, the
   writer's is PINBULK_SINK_FAILED. */
PINBULK_API void pinbulk_writer_init_sink(pinbulk_writer *writer, pinbulk_sink sink, char *buffer,
                                          size_t size);
/* Nowhere: only the length is counted. */
PINBULK_API void pinbulk_writer_init_count(pinbulk_writer *writer);

PINBULK_API pinbulk_result pinbulk_write_object_begin(pinbulk_writer *writer);
PINBULK_API pinbulk_result pinbulk_write_object_end(pinbulk_writer *writer);
PINBULK_API pinbulk_result pinbulk_write_array_begin(pinbulk_writer *writer);
PINBULK_API pinbulk_result pinbulk_write_array_end(pinbulk_writer *writer);
PINBULK_API pinbulk_result pinbulk_write_key(pinbulk_writer *writer, const char *key,
                                             size_t length);
PINBULK_API pinbulk_result pinbulk_write_string(pinbulk_writer *writer, const char *text,
                                                size_t length);
PINBULK_API pinbulk_result pinbulk_write_int(pinbulk_writer *writer, int64_t value);
PINBULK_API pinbulk_result pinbulk_write_decimal(pinbulk_writer *writer, const char *text,
                                                 size_t length);
PINBULK_API pinbulk_result pinbulk_write_bool(pinbulk_writer *writer, int value);
PINBULK_API pinbulk_result pinbulk_write_null(pinbulk_writer *writer);
/* One JSON value as it stands, white space included; it is checked first, with the results of the
   reader. */
PINBULK_API pinbulk_result pinbulk_write_json(pinbulk_writer *writer, const char *json,
                                              size_t length);
#ifndef PINBULK_NO_DOUBLE
PINBULK_API pinbulk_result pinbulk_write_double(pinbulk_writer *writer, double value);
#endif
/* Ends the document: one whole value must have been written. Flushes the sink. *length (may be
   NULL) is the number of bytes of the document, also when they did not fit (PINBULK_NO_SPACE). */
PINBULK_API pinbulk_result pinbulk_writer_end(pinbulk_writer *writer, uint64_t *length);

/* ============================================================================================== */
/* >>reader                                                                                       */
/* ============================================================================================== */

typedef enum pinbulk_token_kind {
    PINBULK_TOKEN_MORE = 0, /* the chunk is used up: feed the next one, or end */
    PINBULK_TOKEN_ERROR,    /* see pinbulk_reader_error; every later call says so again */
    PINBULK_TOKEN_END,      /* the document is whole; only after pinbulk_reader_end */
    PINBULK_TOKEN_OBJECT,
    PINBULK_TOKEN_OBJECT_END,
    PINBULK_TOKEN_ARRAY,
    PINBULK_TOKEN_ARRAY_END,
    PINBULK_TOKEN_KEY,    /* text: the name of the member, unescaped */
    PINBULK_TOKEN_STRING, /* text: the string, unescaped */
    PINBULK_TOKEN_NUMBER, /* text: the number as it stands in the document */
    PINBULK_TOKEN_TRUE,
    PINBULK_TOKEN_FALSE,
    PINBULK_TOKEN_NULL
} pinbulk_token_kind;

/* One token. Its text lies in the chunk or in the reader's buffer and is valid until the next call.
 */
typedef struct pinbulk_token {
    pinbulk_token_kind kind;
    uint8_t more;    /* this is a part of the text, another token of the same kind continues it */
    uint8_t integer; /* of a number: neither fraction nor exponent (of a part: so far) */
    const char *text;
    size_t length;
} pinbulk_token;

/* How to read. Zero everything that is not needed. */
typedef struct pinbulk_reader_config {
    char *buffer;       /* for texts that hold an escape or lie across two chunks */
    size_t buffer_size; /* at least 4 when parts is set */
    char *path;       /* for the path in errors; outer levels are kept first when it is too small */
    size_t path_size; /* about the lengths of the keys of all open levels, and 4 for each level */
    uint16_t depth_limit; /* levels of nesting; 0: 64; at most PINBULK_DEPTH_MAX */
    uint8_t parts;        /* a text above buffer_size comes in parts; otherwise PINBULK_TOO_LARGE */
    uint64_t byte_limit;  /* of the document; 0: none */
} pinbulk_reader_config;

/* A JSON reader (RFC 8259, strictly: UTF-8 checked, surrogates paired, one value, nothing after it
   but white space). The document comes in chunks, cut anywhere; the same tokens come out, whatever
   the cuts (a text may come in other parts). It never allocates and never recurses. A byte order
   mark is refused, as the RFC allows. Duplicate keys are tokens like any other: objects that are
   decoded judge them. Members are private. */
typedef struct pinbulk_reader {
    const char *at, *end; /* of the chunk, what is not read yet */
    const char *chunk;
    uint64_t chunk_offset; /* of the chunk in the document */
    pinbulk_reader_config config;
    const char *key;   /* of the open member: in the chunk, or in the path behind its frames */
    size_t key_length; /* of the key, also while it is read */
    uint64_t index;    /* of the open item */
    size_t path_used;  /* by the frames in the path */
    size_t buffered;   /* bytes of the text under way that are in the buffer */
    const char *message;
    uint64_t error_offset;
    pinbulk_result result;
    int16_t found;             /* the byte that was not expected, -1: none */
    uint16_t depth, path_lost; /* open levels; how many of them the path could not hold */
    uint16_t skip;             /* deliver nothing inside this level; 0: deliver */
    uint16_t unit, high;       /* of \u: the digits so far, the first half of a surrogate pair */
    uint8_t state, text_state, text_kind, taken, index_lost;
    uint8_t hungry, ended, over_limit;
    char sequence[4];
    uint32_t objects[PINBULK_DEPTH_MAX / 32]; /* bit set: that level is an object */
} pinbulk_reader;

/* Starts a document. The config is copied; its buffers must outlive the reading. */
PINBULK_API void pinbulk_reader_init(pinbulk_reader *reader, const pinbulk_reader_config *config);
/* Hands over the next chunk, after PINBULK_TOKEN_MORE or at the start; it must stay as it is until
   the next PINBULK_TOKEN_MORE. PINBULK_BAD_STATE when the last one is not used up, or after the
   end. */
PINBULK_API pinbulk_result pinbulk_reader_feed(pinbulk_reader *reader, const char *chunk,
                                               size_t length);
/* Says that no chunk follows. Without it no document is whole. */
PINBULK_API pinbulk_result pinbulk_reader_end(pinbulk_reader *reader);
/* The next token. Returns its kind. */
PINBULK_API pinbulk_token_kind pinbulk_reader_next(pinbulk_reader *reader, pinbulk_token *token);
/* After PINBULK_TOKEN_OBJECT or _ARRAY: checks what is inside but delivers none of it; the next
   token is its end. */
PINBULK_API pinbulk_result pinbulk_reader_skip(pinbulk_reader *reader);
/* Open objects and arrays. */
PINBULK_API unsigned pinbulk_reader_depth(const pinbulk_reader *reader);
/* Writes where the reader is (`create.campaigns[3].name`), NUL-terminated; "" at the root or
   without a path buffer. Returns the length it has; when that is not below `size` it was cut. */
PINBULK_API size_t pinbulk_reader_path(const pinbulk_reader *reader, char *text, size_t size);
/* After PINBULK_TOKEN_ERROR: result, offset, path, message. */
PINBULK_API void pinbulk_reader_error(const pinbulk_reader *reader, pinbulk_error *error);

/* ============================================================================================== */
/* >>codec                                                                                        */
/* ============================================================================================== */

/* The form of an object. */
enum { PINBULK_FORM_CREATE = 1, PINBULK_FORM_UPDATE = 2 };

/* How to encode. Zero is what one wants. */
typedef struct pinbulk_encode_options {
    uint8_t unchecked;  /* send also what validation refuses; JSON stays valid */
    uint8_t seed_names; /* names of 5.6 and 5.7 (catalogs_product_group_id) instead of today's */
} pinbulk_encode_options;

/* Checks an object against the API description 5.28: required members, forms, nulls, patterns,
   sizes, members that exclude each other. The error names path and rule. Texts of unknown enum
   values and extra members pass. */
PINBULK_API pinbulk_result pinbulk_validate_download(const pinbulk_download *object,
                                                     pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_validate_upsert(const pinbulk_upsert *object,
                                                   pinbulk_error *error);

/* Writes an object as a value of the document that `writer` is writing, validated first unless told
   otherwise. `form` is PINBULK_FORM_CREATE or _UPDATE. `options` may be NULL. */
PINBULK_API pinbulk_result pinbulk_encode_download(const pinbulk_download *object,
                                                   pinbulk_writer *writer,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_encode_upsert(const pinbulk_upsert *object,
                                                 pinbulk_writer *writer,
                                                 const pinbulk_encode_options *options,
                                                 pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_encode_campaign(const pinbulk_campaign *object, int form,
                                                   pinbulk_writer *writer,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_encode_keyword(const pinbulk_keyword *object, int form,
                                                  pinbulk_writer *writer,
                                                  const pinbulk_encode_options *options,
                                                  pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_encode_product_group(const pinbulk_product_group *object,
                                                        int form, pinbulk_writer *writer,
                                                        const pinbulk_encode_options *options,
                                                        pinbulk_error *error);

#define PINBULK_ENCODE_DEPTH 12 /* levels of the deepest object, lists counted */

/* An encoding under way: the objects and lists that are open. Private. */
typedef struct pinbulki_frame {
    const void *value; /* object, or the items of a list */
    const void *table; /* of the object; NULL: it is a list */
    const void *row;   /* of the list */
    size_t index;      /* of the current row, then extra member; or item */
    uint8_t form;
} pinbulki_frame;

typedef struct pinbulki_encoder {
    pinbulki_frame frames[PINBULK_ENCODE_DEPTH];
    pinbulk_encode_options options;
    pinbulk_writer *writer;
    pinbulk_error *error;
    const void *item; /* of a map, while its key is written */
    uint8_t depth, wrote_key;
} pinbulki_encoder;

/* A request body, to be pulled: exact length first, then bytes in portions of any size, again from
   the start as often as it takes. Needs no buffer for the body. Members are private. */
typedef struct pinbulk_body {
    pinbulki_encoder encoder;
    pinbulk_writer writer;
    const void *object; /* NULL: `memory` is the body */
    const void *table;
    pinbulk_text memory;
    uint64_t length, sum; /* of the whole body */
    uint64_t at, at_sum;  /* of what was read so far */
    pinbulk_result result;
} pinbulk_body;

/* Makes the body of a request: validates and counts. The object, all it points to, and its sources
   must stay as they are until the body is sent. `options` may be NULL. */
PINBULK_API pinbulk_result pinbulk_body_init_download(pinbulk_body *body,
                                                      const pinbulk_download *object,
                                                      const pinbulk_encode_options *options,
                                                      pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_body_init_upsert(pinbulk_body *body,
                                                    const pinbulk_upsert *object,
                                                    const pinbulk_encode_options *options,
                                                    pinbulk_error *error);
/* A body that lies in memory already. */
PINBULK_API void pinbulk_body_init_memory(pinbulk_body *body, const void *data, size_t length);

PINBULK_API uint64_t pinbulk_body_length(const pinbulk_body *body);
/* The next bytes, `size` of them until the last portion; *got is 0 only at the end (or with `size`
   0). PINBULK_SOURCE_FAILED, PINBULK_SOURCE_CHANGED: the body cannot be sent; break the connection
   off. */
PINBULK_API pinbulk_result pinbulk_body_read(pinbulk_body *body, void *buffer, size_t size,
                                             size_t *got);
PINBULK_API pinbulk_result pinbulk_body_rewind(pinbulk_body *body);

/* What to do with a member that occurs twice. */
enum { PINBULK_DUPLICATES_REFUSE = 0, PINBULK_DUPLICATES_LAST = 1 };
/* What to do with a member that the table does not know. */
enum { PINBULK_UNKNOWN_KEEP = 0, PINBULK_UNKNOWN_DROP = 1, PINBULK_UNKNOWN_REFUSE = 2 };

/* How to decode. Zero is what one wants. */
typedef struct pinbulk_decode_options {
    /* texts without escapes point into `json`, which must then outlive the object */
    uint8_t borrow;
    uint8_t tolerant;   /* a member of another JSON type is kept in `extra`, otherwise
                           PINBULK_WRONG_TYPE */
    uint8_t duplicates; /* PINBULK_DUPLICATES_... */
    uint8_t unknown;    /* PINBULK_UNKNOWN_... */
} pinbulk_decode_options;

/* Reads one JSON object. `json` must be whole, with nothing but white space around it. Everything
   that `object` points to lies in `arena` (or in `json`, see borrow); `object` is zeroed first.
   Both forms and both spellings of renamed members are understood. On failure the arena is as it
   was before and the object is zeroed. `options` may be NULL. PINBULK_NO_SPACE: the arena is too
   small. */
PINBULK_API pinbulk_result pinbulk_decode_campaign(const char *json, size_t length,
                                                   pinbulk_campaign *object, pinbulk_arena *arena,
                                                   const pinbulk_decode_options *options,
                                                   pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_keyword(const char *json, size_t length,
                                                  pinbulk_keyword *object, pinbulk_arena *arena,
                                                  const pinbulk_decode_options *options,
                                                  pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_product_group(const char *json, size_t length,
                                                        pinbulk_product_group *object,
                                                        pinbulk_arena *arena,
                                                        const pinbulk_decode_options *options,
                                                        pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_download(const char *json, size_t length,
                                                   pinbulk_download *object, pinbulk_arena *arena,
                                                   const pinbulk_decode_options *options,
                                                   pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_upsert(const char *json, size_t length,
                                                 pinbulk_upsert *object, pinbulk_arena *arena,
                                                 const pinbulk_decode_options *options,
                                                 pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_submitted(const char *json, size_t length,
                                                    pinbulk_submitted *object, pinbulk_arena *arena,
                                                    const pinbulk_decode_options *options,
                                                    pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_status(const char *json, size_t length,
                                                 pinbulk_status *object, pinbulk_arena *arena,
                                                 const pinbulk_decode_options *options,
                                                 pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_decode_problem(const char *json, size_t length,
                                                  pinbulk_problem *object, pinbulk_arena *arena,
                                                  const pinbulk_decode_options *options,
                                                  pinbulk_error *error);

/* ============================================================================================== */
/* >>requests                                                                                     */
/* ============================================================================================== */

/* The service and who calls it. Texts must outlive every request made from it. */
typedef struct pinbulk_api {
    pinbulk_text token; /* OAuth 2.0 access token, without "Bearer " */
    /* empty: https://api.pinterest.com/v5; no user info, query or fragment */
    pinbulk_text base_url;
    pinbulk_text user_agent;     /* empty: pinbulk/ and the version */
    uint8_t allow_loopback_http; /* http is accepted for 127.0.0.0/8, ::1 and localhost; never for
                                    others */
} pinbulk_api;

typedef enum pinbulk_operation {
    PINBULK_OPERATION_DOWNLOAD = 1, /* POST /ad_accounts/{id}/bulk/download; scope ads:read */
    PINBULK_OPERATION_UPSERT,       /* POST /ad_accounts/{id}/bulk/upsert; scope ads:write */
    PINBULK_OPERATION_STATUS,       /* GET /ad_accounts/{id}/bulk/{request id}; scope ads:read */
    PINBULK_OPERATION_RESULT        /* GET of a result_url: another host, no credentials */
} pinbulk_operation;

typedef struct pinbulk_header {
    pinbulk_text name;
    pinbulk_text value; /* printable ASCII, as the name */
    uint8_t secret;     /* must not reach a log */
} pinbulk_header;

#define PINBULK_HEADERS_MAX 8

/* One HTTP request. Texts lie in the memory given to the builder (or are static) and are
   NUL-terminated as well. A transport sends the headers as they are; Host, Content-Length
   (pinbulk_body_length) and connection headers are its own. It must not follow redirects and must
   not add credentials. */
typedef struct pinbulk_request {
    pinbulk_operation operation;
    const char *method;     /* "GET" or "POST" */
    pinbulk_text url;       /* whole: scheme://authority target */
    pinbulk_text scheme;    /* "https" or "http" */
    pinbulk_text authority; /* host and, when it is not the usual one, port: the Host header */
    pinbulk_text host;      /* an IPv6 address without its brackets */
    uint16_t port;          /* 443 or 80 when the URL has none */
    pinbulk_text target; /* path and query: the request target of RFC 9112, to be sent as it is */
    uint8_t url_secret;  /* url and target must not reach a log */
    uint64_t from;       /* of a result: the first byte asked for */
    unsigned header_count;
    pinbulk_header headers[PINBULK_HEADERS_MAX];
    pinbulk_body *body; /* NULL: none */
} pinbulk_request;

/* Builders. `memory` takes URL and headers: the lengths of base URL (its host three times), token,
   user agent and ids (three times) and 100 are enough, for a result those of its URL (host three
   times), user agent and etag and 100; PINBULK_NO_SPACE otherwise. `account` is a digit string of
   at most 18 characters. Nothing is built from a token, id, user agent or URL with bytes that do
   not belong there; ids are percent-encoded. On failure the request is zeroed. */
PINBULK_API pinbulk_result pinbulk_request_download(pinbulk_request *request,
                                                    const pinbulk_api *api, pinbulk_text account,
                                                    pinbulk_body *body, char *memory, size_t size,
                                                    pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_request_upsert(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text account, pinbulk_body *body,
                                                  char *memory, size_t size, pinbulk_error *error);
/* include_details: since 5.12; ask the service for details of the entities. */
PINBULK_API pinbulk_result pinbulk_request_status(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text account, pinbulk_text request_id,
                                                  int include_details, char *memory, size_t size,
                                                  pinbulk_error *error);
/* Fetches a result file from byte `from` on. `etag`: of the first part, strong; needed when from is
   not 0, not used otherwise. Never carries Authorization, not even to the origin of the API. Of
   `api` only user_agent and allow_loopback_http are used. */
PINBULK_API pinbulk_result pinbulk_request_result(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text result_url, uint64_t from,
                                                  pinbulk_text etag, char *memory, size_t size,
                                                  pinbulk_error *error);

/* ============================================================================================== */
/* >>responses                                                                                    */
/* ============================================================================================== */

/* A response, as a transport delivers it: status, headers, body in chunks of any size, end. Read
   members, write none. Numbers of headers that are absent or malformed are not known. */
typedef struct pinbulk_response {
    int status;              /* 0: none came */
    pinbulk_reached reached; /* set by the end */
    uint64_t received;       /* body bytes so far */
    uint64_t content_length; /* UINT64_MAX: not known */
    uint64_t range_from;     /* Content-Range: first byte, UINT64_MAX: none */
    uint64_t range_to;       /* Content-Range: last byte, UINT64_MAX: none */
    uint64_t range_total;    /* Content-Range: whole length, UINT64_MAX: not known */
    uint64_t position;   /* bytes of the result file that its sink has, earlier parts included */
    uint8_t restarted;   /* the result file began again: its sink was told so */
    uint8_t proven;      /* set by the end: lengths prove that the result file is whole */
    int32_t retry_after; /* seconds; a date is counted from the Date header; -1: none */
    int64_t rate_limit, rate_remaining, rate_reset; /* x-userendpoint-ratelimit-...; -1: none */
    int64_t date;                                   /* Date header, Unix seconds; -1: none */
    uint8_t html;                                   /* Content-Type is HTML */
    uint8_t etag_strong;
    char etag[80];                   /* as it stands, quotes included; "" when none or too long */
    char encoding[16];               /* Content-Encoding, "" when identity */
    char rid[PINBULK_ERROR_RID_MAX]; /* x-pinterest-rid */
    char *body;                      /* what was collected; in the memory given to init */
    size_t body_used;
    /* private from here on */
    const pinbulk_request *request;
    size_t body_size;
    pinbulk_sink sink;
    uint64_t sink_limit;
    void *cancel_ctx;
    int (*cancel)(void *ctx);
    int64_t retry_after_date;
    const char *failure;   /* why the transport failed */
    pinbulk_result result; /* not PINBULK_OK: why the response cannot be used */
    uint8_t state;
} pinbulk_response;

/* Starts the response to `request`, which must stay as it is until the response is read. The body
   is collected in `memory`; a longer one is PINBULK_TOO_LARGE. */
PINBULK_API void pinbulk_response_init(pinbulk_response *response, const pinbulk_request *request,
                                       char *memory, size_t size);
/* Sends the body of a result file to a sink instead; memory then takes bodies of errors. A file
   above `limit` bytes is PINBULK_TOO_LARGE; 0: no limit. When the service sends the file from its
   start although a later part was asked for, the sink is restarted, or without `restart` the
   response is PINBULK_RESULT_CHANGED. */
PINBULK_API void pinbulk_response_set_sink(pinbulk_response *response, pinbulk_sink sink,
                                           uint64_t limit);

/* For transports, in this order. 1xx responses are not to be reported. Header names in any case;
   unknown ones are ignored. Another result than PINBULK_OK: stop, break the connection off and
   report the end. `_cancelled` is to be asked while waiting; not 0: stop likewise. */
PINBULK_API pinbulk_result pinbulk_response_begin(pinbulk_response *response, int status);
PINBULK_API pinbulk_result pinbulk_response_header(pinbulk_response *response, const char *name,
                                                   size_t name_length, const char *value,
                                                   size_t value_length);
PINBULK_API pinbulk_result pinbulk_response_body(pinbulk_response *response, const void *data,
                                                 size_t length);
PINBULK_API int pinbulk_response_cancelled(const pinbulk_response *response);

/* How an exchange ended, from the transport. */
typedef struct pinbulk_outcome {
    pinbulk_reached reached;
    uint8_t permanent; /* repeating cannot help: a certificate that is not accepted, for instance */
    /* why it failed, NULL when it did not; static, without URLs and header values */
    const char *text;
} pinbulk_outcome;

/* Takes the end of the exchange. A body shorter than its Content-Length is PINBULK_TRUNCATED,
   whatever the outcome says. */
PINBULK_API pinbulk_result pinbulk_response_end(pinbulk_response *response,
                                                pinbulk_outcome outcome);

/* What an ended response says. Any 2xx is success. Otherwise, or when the body is empty, no JSON,
   cut short or too large, the error says so, with status, code, message and x-pinterest-rid.
   `object` borrows from the response; its extra members are what the service added. A few hundred
   bytes of `arena` are enough. */
PINBULK_API pinbulk_result pinbulk_response_submitted(const pinbulk_response *response,
                                                      pinbulk_submitted *object,
                                                      pinbulk_arena *arena, pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_response_status(const pinbulk_response *response,
                                                   pinbulk_status *object, pinbulk_arena *arena,
                                                   pinbulk_error *error);
/* The same for a result file. PINBULK_OK: nothing is missing, as far as lengths tell (`proven`).
   PINBULK_TRUNCATED: the sink has `position` bytes, the rest can be asked for. */
PINBULK_API pinbulk_result pinbulk_response_fetched(const pinbulk_response *response,
                                                    pinbulk_error *error);
/* ============================================================================================== */
/* >>records                                                                                      */
/* ============================================================================================== */

/* The layout of result files is not public. A record is therefore what every known layout has in
   common: an object inside an array, at any depth (the outermost such object), or one of several
   objects that follow each other without anything around them (JSON lines). */

typedef enum pinbulk_kind {
    PINBULK_KIND_UNKNOWN = 0,
    PINBULK_KIND_CAMPAIGN,
    PINBULK_KIND_AD_GROUP,
    PINBULK_KIND_AD,
    PINBULK_KIND_PRODUCT_GROUP,
    PINBULK_KIND_KEYWORD,
    PINBULK_KIND_LABEL,
    PINBULK_KIND_SCHEDULE,
    PINBULK_KIND_CATALOG_PRODUCT_GROUP,
    PINBULK_KIND_ENTITY_HISTORY
} pinbulk_kind;

/* "campaign", "ad_group"... or "unknown"; static, never NULL. */
PINBULK_API const char *pinbulk_kind_name(pinbulk_kind kind);

typedef enum pinbulk_records_format {
    /* Look: a file that begins with an object and goes on with another object is JSON lines,
       everything else is one document. The first object waits in the window until that is known;
       one that is larger than the window begins a document. An object alone in its file is a
       document, unless that has no record in it and the object has a member "id": then it is the
       record itself. */
    PINBULK_FORMAT_AUTO = 0,
    PINBULK_FORMAT_JSON, /* one document: its records are the objects in its arrays */
    /* Objects, with or without white space between them, and so on any lines. No object at all is
       a whole file too, and a file that was cut between two objects looks whole: only its length
       tells. */
    PINBULK_FORMAT_JSON_LINES
} pinbulk_records_format;

/* What to do with a record larger than the window. */
enum { PINBULK_OVERSIZE_REFUSE = 0, PINBULK_OVERSIZE_SKIP = 1 };

/* How to read. Zero everything that is not needed. */
typedef struct pinbulk_records_config {
    char *window;       /* holds one record when it lies across two chunks */
    size_t window_size; /* the largest record that is delivered, wherever it lies */
    char *path;         /* for paths; see pinbulk_reader_config */
    size_t path_size;
    pinbulk_records_format format;
    uint8_t oversize; /* PINBULK_OVERSIZE_... */
} pinbulk_records_config;

typedef enum pinbulk_records_next_kind {
    PINBULK_RECORDS_MORE = 0, /* feed the next chunk, or end */
    PINBULK_RECORDS_ERROR,    /* see pinbulk_records_error; every later call says so again */
    PINBULK_RECORDS_END,      /* the file is whole; only after pinbulk_records_end */
    PINBULK_RECORDS_RECORD,   /* a record */
    PINBULK_RECORDS_SKIPPED   /* a record that is larger than the window: its raw text is empty */
} pinbulk_records_next_kind;

/* One record, valid until the next call. */
typedef struct pinbulk_record {
    pinbulk_text raw;  /* its bytes, from { to }; decoding checks what is between them */
    pinbulk_kind kind; /* a guess from the name of its array; overrule it freely */
    uint64_t number;   /* in the file, from 0; those that are skipped count */
    uint64_t offset;   /* of its first byte in the file */
    uint64_t size;     /* in bytes, also when it was skipped */
} pinbulk_record;

/* Where in an object the search for its end is. Private. */
typedef struct pinbulki_scan {
    uint64_t nest; /* the open levels, the innermost lowest; bit set: an object */
    uint16_t depth, depth_limit;
    uint8_t in_string, escaped;
} pinbulki_scan;

/* A stream of records. Feed, next, end: as with pinbulk_reader. The same records and errors come
   out, however the file is cut into chunks. Everything outside of records is checked by the rules
   of the reader. Of a record only the structure is checked, as far as it takes to find its end:
   that brackets match, that strings end and hold no control character, and that it is not nested
   deeper than 64 levels in all. A record that lies whole in a chunk is handed out in place, others
   are put together in the window. After an error the records that came before it stay valid.
   Members are private. */
typedef struct pinbulk_records {
    pinbulk_reader reader; /* its `at` is the place in the file, also while it is not reading */
    pinbulk_records_config config;
    pinbulki_scan scan;
    pinbulk_text first;    /* the first object, while the format is not known */
    pinbulk_text rest;     /* of the chunk, while the window is read again */
    uint64_t rest_offset;  /* in the file */
    uint64_t count;        /* of the records that have begun */
    uint64_t offset, size; /* of the last of them; its size so far */
    uint64_t error_offset;
    const char *message;
    pinbulk_result result; /* PINBULK_OK with an error of the reader */
    uint16_t arrays;       /* open around the reader */
    uint8_t state, kind, hungry, ended, lines, alone, has_id, name_in_parts;
    char name[32]; /* the buffer of the reader: for names of arrays */
} pinbulk_records;

/* Starts a file. The config is copied; its buffers must outlive the reading. */
PINBULK_API pinbulk_result pinbulk_records_init(pinbulk_records *records,
                                                const pinbulk_records_config *config);
/* Hands over the next chunk, after PINBULK_RECORDS_MORE or at the start; it must stay as it is
   until the next PINBULK_RECORDS_MORE. PINBULK_BAD_STATE at any other time. */
PINBULK_API pinbulk_result pinbulk_records_feed(pinbulk_records *records, const char *chunk,
                                                size_t length);
/* Says that no chunk follows. Without it no file is whole. */
PINBULK_API pinbulk_result pinbulk_records_end(pinbulk_records *records);
/* The next record. */
PINBULK_API pinbulk_records_next_kind pinbulk_records_next(pinbulk_records *records,
                                                           pinbulk_record *record);
/* The path of the current record: `campaigns[12]`; for JSON lines `[12]`, counted by objects. See
   pinbulk_reader_path. */
PINBULK_API size_t pinbulk_records_path(const pinbulk_records *records, char *text, size_t size);
/* After PINBULK_RECORDS_ERROR: result, offset, path, message. What is no JSON at all, a web page
   for instance, is PINBULK_NOT_JSON. */
PINBULK_API void pinbulk_records_error(const pinbulk_records *records, pinbulk_error *error);
/* ============================================================================================== */
/* >>job                                                                                          */
/* ============================================================================================== */

/* Retries: a pure decision. Zero means the default in brackets. */
typedef struct pinbulk_policy {
    uint32_t attempts;      /* of one request, the first included [6] */
    uint32_t first_delay;   /* milliseconds before the second attempt, doubled each time [1000] */
    uint32_t largest_delay; /* milliseconds [60000]; a longer Retry-After ends the job as rate
                               limited only when the deadline does not allow it */
    uint32_t first_poll;    /* milliseconds from the submission to the first status call [2000] */
    uint32_t
        largest_poll;  /* milliseconds between status calls, reached by steps of one half more
                          [120000]: 720 a day, below the 1,000 requests a day of trial access */
    uint64_t deadline; /* milliseconds for everything: submit, poll, fetch [6 hours] */
} pinbulk_policy;

/* The decision by itself. Returns the milliseconds to wait before the next attempt, or -1: do not
   repeat. `attempt` is the number of attempts made, `retry_after` in seconds or -1, `random` any
   number (it spreads the waiting by up to a half). A download, status or result request is repeated
   after a transport failure, 408, 429 and 5xx; an upsert only when no byte of its body can have
   left, or after 429; nothing after a 429 that blocks spam. */
PINBULK_API int64_t pinbulk_retry_delay(const pinbulk_policy *policy, pinbulk_operation operation,
                                        unsigned attempt, pinbulk_reached reached, int http_status,
                                        int spam, int64_t retry_after, uint32_t random);

typedef enum pinbulk_phase {
    PINBULK_PHASE_SUBMIT = 1,
    PINBULK_PHASE_POLL,
    PINBULK_PHASE_FETCH,
    PINBULK_PHASE_DONE,
    PINBULK_PHASE_FAILED
} pinbulk_phase;

typedef enum pinbulk_event_kind {
    PINBULK_EVENT_SENDING = 1, /* an exchange begins */
    PINBULK_EVENT_SUBMITTED, /* request_id is known: keep it, the job can be taken up again from it
                              */
    PINBULK_EVENT_STATUS,    /* a status call was answered */
    PINBULK_EVENT_BYTES,     /* bytes of the result file came */
    PINBULK_EVENT_RESTARTED, /* the result file begins again */
    PINBULK_EVENT_WAITING,   /* for wait milliseconds */
    PINBULK_EVENT_DONE,
    PINBULK_EVENT_FAILED
} pinbulk_event_kind;

/* What a job is doing. Valid during the call. Never holds a secret. */
typedef struct pinbulk_event {
    pinbulk_event_kind kind;
    pinbulk_phase phase;
    unsigned attempt;             /* of this request, from 1 */
    unsigned polls;               /* status calls answered */
    uint32_t wait;                /* milliseconds */
    uint64_t bytes;               /* of the result file so far */
    uint64_t total;               /* of the result file; UINT64_MAX: not known */
    int http_status;              /* of the last response; 0: none */
    pinbulk_result result;        /* why it waits or failed */
    pinbulk_text request_id;      /* empty until it is known */
    const pinbulk_status *status; /* with PINBULK_EVENT_STATUS: the reply, unknown members included,
                                     but without result_url */
} pinbulk_event;

/* What a job needs. Copied; what it points to must outlive the job. */
typedef struct pinbulk_job_config {
    pinbulk_api api;
    pinbulk_text account; /* digits, at most 18 */
    char *memory;         /* for URLs, headers and replies; nothing in it survives the job */
    size_t memory_size;   /* at least 1024 and four times the length of a result URL; 8192 is
                             comfortable */
    pinbulk_policy policy;
    pinbulk_encode_options encode;
    uint8_t include_details; /* in status calls */
    uint8_t fetch; /* fetch the result file into `sink`; otherwise the job ends with the request */
    pinbulk_sink sink;
    uint64_t result_limit; /* bytes of the result file [no limit] */
    void *ctx;             /* for the calls below, each of which may be NULL */
    /* The service did not accept the token: give another one, valid until the next call. Anything
       but PINBULK_OK ends the job as unauthorized. Asked once for each request. */
    pinbulk_result (*token)(void *ctx, pinbulk_text *token);
    void (*event)(void *ctx, const pinbulk_event *event);
    int (*cancelled)(void *ctx); /* not 0: stop as soon as possible */
} pinbulk_job_config;

/* What is to be done next. */
typedef enum pinbulk_todo {
    PINBULK_TODO_SEND = 1, /* job->request; deliver the response to job->response */
    PINBULK_TODO_WAIT,     /* job->wait milliseconds, or less */
    PINBULK_TODO_DONE,     /* everything is there */
    PINBULK_TODO_FAILED    /* see job->error */
} pinbulk_todo;

/* One bulk request from submission to result. It does no I/O, never waits and reads no clock. */
typedef struct pinbulk_job {
    pinbulk_request request;   /* with PINBULK_TODO_SEND */
    pinbulk_response response; /* with PINBULK_TODO_SEND: for the transport */
    uint32_t wait;             /* with PINBULK_TODO_WAIT */
    pinbulk_error error;       /* with PINBULK_TODO_FAILED, and before that of the last attempt */
    pinbulk_phase phase;
    /* empty until it is known; with the account enough to take the job up again */
    pinbulk_text request_id;
    uint64_t bytes;   /* of the result file delivered to the sink */
    uint8_t unproven; /* done, but nothing proved that the result file is whole: check that its
                         document closes */
    /* private */
    pinbulk_job_config config;
    pinbulk_operation kind;
    pinbulk_body body;
    uint8_t state;
} pinbulk_job;

/* Starts a job. The object, all it points to, and its sources must stay as they are until the
   request is submitted. */
PINBULK_API pinbulk_result pinbulk_job_init_download(pinbulk_job *job,
                                                     const pinbulk_job_config *config,
                                                     const pinbulk_download *object);
PINBULK_API pinbulk_result pinbulk_job_init_upsert(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   const pinbulk_upsert *object);
/* Takes up a request that was submitted before, perhaps elsewhere. */
PINBULK_API pinbulk_result pinbulk_job_init_attach(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   pinbulk_text request_id);

/* What is next, at `now` (milliseconds of any clock that never goes back). `random`: any number,
   fresh each time. */
PINBULK_API pinbulk_todo pinbulk_job_next(pinbulk_job *job, uint64_t now, uint32_t random);
/* Ends the exchange that PINBULK_TODO_SEND asked for; must be called once for each, also when
   nothing was sent. */
PINBULK_API void pinbulk_job_exchanged(pinbulk_job *job, pinbulk_outcome outcome);
/* Stops the job: the next pinbulk_job_next says PINBULK_TODO_FAILED. An upsert that may have left
   ends as PINBULK_MAYBE_APPLIED. */
PINBULK_API void pinbulk_job_cancel(pinbulk_job *job);

/* ============================================================================================== */
/* >>transport                                                                                    */
/* ============================================================================================== */

/* The host: one HTTP exchange, a clock, a way to wait, and random numbers. Adapters fill it. */
typedef struct pinbulk_transport {
    void *ctx;
    /* Sends the request, delivers the response, and says how far it got. Blocks. */
    pinbulk_outcome (*exchange)(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response);
    uint64_t (*now)(void *ctx);                      /* milliseconds; never goes back */
    void (*sleep)(void *ctx, uint32_t milliseconds); /* may return early */
    uint32_t (*random)(void *ctx);                   /* any quality; NULL: none */
} pinbulk_transport;

/* Runs a job to its end. Returns PINBULK_OK or the result in job->error. Waits in portions of at
   most 250 milliseconds so that cancellation is noticed. */
PINBULK_API pinbulk_result pinbulk_job_run(pinbulk_job *job, const pinbulk_transport *transport);

#ifdef __cplusplus
}
#endif

/* ============================================================================================== */
/* Stop here if you only want the API. What follows is the implementation, in the same order.     */
/* ============================================================================================== */

#endif /* PINBULK_H */

#if defined(PINBULK_IMPLEMENTATION) && !defined(PINBULK_IMPLEMENTED)
#define PINBULK_IMPLEMENTED

#ifdef PINBULK_NO_STRING_H
#ifdef __cplusplus
extern "C" {
#endif
void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int byte, size_t length);
int memcmp(const void *a, const void *b, size_t length);
#ifdef __cplusplus
}
#endif
#else
#include <string.h>
#endif
/* ============================================================================================== */
/* >>results: implementation                                                                      */
/* ============================================================================================== */

/* Loops over foreign bytes and hot paths of the reader and writer. */
#if defined(__GNUC__) || defined(__clang__)
#define PINBULKI_LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define PINBULKI_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define PINBULKI_INLINE              static inline __attribute__((always_inline))
#define PINBULKI_NOINLINE            static __attribute__((noinline))
#else
#define PINBULKI_LIKELY(condition)   (condition)
#define PINBULKI_UNLIKELY(condition) (condition)
#define PINBULKI_INLINE              static inline
#define PINBULKI_NOINLINE            static
#endif

#if !defined(PINBULK_NO_SIMD) && (defined(__SSE2__) || defined(_M_X64))
#define PINBULKI_SSE2
#include <emmintrin.h>
#elif !defined(PINBULK_NO_SIMD) && (defined(__ARM_NEON) && defined(__aarch64__))
#define PINBULKI_NEON
#include <arm_neon.h>
#endif

/* What there is to say about a result. */
typedef struct pinbulki_result_row {
    const char *name;
    const char *text;   /* what happened */
    const char *advice; /* what to do; "" when there is nothing to do */
} pinbulki_result_row;

/* By result. No advice may lead to an upsert being sent twice. */
static const pinbulki_result_row pinbulki_results[] = {
    {"PINBULK_OK", "success", ""},
    {"PINBULK_BAD_ARGUMENT", "an argument cannot be used",
     "Check the pointers, lengths and settings of the call."},
    {"PINBULK_BAD_STATE", "a call came out of order",
     "Check the order of the calls; the comment of the function has it."},
    {"PINBULK_NO_SPACE", "a buffer or arena is too small", "Give the call more memory."},
    {"PINBULK_BAD_NESTING", "the JSON to be written is not well nested",
     "Give every key one value, end what was begun, and write one root."},
    {"PINBULK_BAD_UTF8", "a text is not UTF-8", "Convert the text to UTF-8."},
    {"PINBULK_BAD_NUMBER", "a text is no JSON number",
     "Write numbers like 12, -0.5 or 1e3; NaN and the infinities cannot be sent."},
    {"PINBULK_SINK_FAILED", "the sink refused bytes",
     "Look for the cause in the sink of the program, a full disk for instance."},
    {"PINBULK_SOURCE_FAILED", "a list source failed",
     "Look for the cause in the list source of the program."},
    {"PINBULK_SOURCE_CHANGED", "a list source gave other items after its rewind",
     "Let the source read from something that does not change while it is sent."},
    {"PINBULK_BAD_JSON", "the text is not JSON",
     "Look at the place named; what came from the service can be fetched again."},
    {"PINBULK_TRUNCATED", "the input ends too early",
     "Do not use what came; what came from the service can be fetched again."},
    {"PINBULK_TOO_DEEP", "the JSON is nested deeper than the limit",
     "If the document is genuine, raise the depth limit."},
    {"PINBULK_TOO_LARGE", "a value or a document is above the limit",
     "If it is genuine, give a larger buffer or raise the limit."},
    {"PINBULK_DUPLICATE", "a member occurs twice in one object",
     "Remove one of them, or decode with PINBULK_DUPLICATES_LAST."},
    {"PINBULK_WRONG_TYPE", "a JSON value has another type than its member",
     "Correct the value, or decode with the option `tolerant`."},
    {"PINBULK_UNKNOWN", "a member is not known",
     "Correct its name, or decode without PINBULK_UNKNOWN_REFUSE."},
    {"PINBULK_MISSING", "a required member is missing", "Set the member."},
    {"PINBULK_NOT_SET", "a value was given without its state",
     "Make the value with the pinbulk_..._set or _of function of its type."},
    {"PINBULK_NOT_ALLOWED", "a member does not belong into this form of the object",
     "Leave it absent; creating and updating take different members."},
    {"PINBULK_NOT_NULLABLE", "a member cannot be cleared", "Give it a value, or leave it absent."},
    {"PINBULK_NOT_TOGETHER", "two members exclude each other", "Leave one of them absent."},
    {"PINBULK_BAD_ENUM", "a constant belongs to another enumeration",
     "Use a constant of the member's own; pinbulk_enum_of sends one that is newer."},
    {"PINBULK_BAD_PATTERN", "a text does not have the form that the API demands",
     "Correct the text."},
    {"PINBULK_OUT_OF_RANGE", "a number or a list size is outside its limits",
     "Keep to the limits."},
    {"PINBULK_UNSAFE_URL", "a URL must not be used",
     "Only plain https URLs are; http only to this machine and only when allowed."},
    {"PINBULK_TRANSPORT_FAILED", "no response came, or a broken one",
     "Check network, proxy and certificates; an upsert may be applied unless nothing was sent."},
    {"PINBULK_EMPTY_BODY", "the response has no body",
     "Ask again later; an upsert may be applied, look before it is sent again."},
    {"PINBULK_NOT_JSON", "the body of the response is not JSON",
     "Look for a proxy or login page that answers; an upsert may be applied all the same."},
    {"PINBULK_UNEXPECTED", "the response lacks what it must contain",
     "Look for a newer pinbulk.h; an upsert may be applied, look before it is sent again."},
    {"PINBULK_ENCODED_BODY", "the body has a Content-Encoding that was not asked for",
     "Look for a proxy that compresses, or let the transport decode."},
    {"PINBULK_UNAUTHORIZED", "the access token is not accepted",
     "Get a new token; this one may be expired, revoked or cut."},
    {"PINBULK_FORBIDDEN", "access is denied",
     "Check the scope of the token (ads:read, for an upsert ads:write) and the role in the ad "
     "account."},
    {"PINBULK_NOT_FOUND", "the service does not know what was asked for",
     "Check the id of the ad account and of the request."},
    {"PINBULK_RATE_LIMITED", "the service wants fewer requests",
     "Wait, then go on with fewer; trial access has 1,000 a day."},
    {"PINBULK_SPAM_BLOCKED", "the service blocks the request as spam",
     "Do not repeat it; ask Pinterest's support."},
    {"PINBULK_REFUSED", "the service refused the request",
     "Correct what it names; the same request will be refused again."},
    {"PINBULK_SERVER_ERROR", "the service failed",
     "Try again later; an upsert may be applied, look before it is sent again."},
    {"PINBULK_REQUEST_FAILED", "the bulk request ended as FAILED",
     "Look for the reasons in the details of its status, correct, and submit again."},
    {"PINBULK_CANCELLED", "the program cancelled the job",
     "What was submitted goes on; its request id takes it up again."},
    {"PINBULK_DEADLINE", "the deadline has passed",
     "What was submitted goes on; its request id takes it up again."},
    {"PINBULK_MAYBE_APPLIED", "the reply to an upsert was lost, it may or may not be applied",
     "Do not send it again before a download has shown whether the changes are there."},
    {"PINBULK_RESULT_INCOMPLETE", "the result file could not be fetched whole",
     "Discard what came; the request id takes the job up again."},
    {"PINBULK_RESULT_CHANGED", "the result file changed while it was fetched",
     "Discard what came; the request id takes the job up again."}};

typedef char pinbulki_results_are_whole
    [sizeof(pinbulki_results) / sizeof(pinbulki_results[0]) == PINBULK_RESULT_COUNT ? 1 : -1];

static const pinbulki_result_row *pinbulki_result_find(pinbulk_result result)
{
    static const pinbulki_result_row none = {"PINBULK_?", "a result that does not exist", ""};
    unsigned index = (unsigned)result;
    return index < PINBULK_RESULT_COUNT ? &pinbulki_results[index] : &none;
}

PINBULK_API const char *pinbulk_result_name(pinbulk_result result)
{
    return pinbulki_result_find(result)->name;
}

PINBULK_API const char *pinbulk_result_text(pinbulk_result result)
{
    return pinbulki_result_find(result)->text;
}

/* Length of a text that ends with a NUL or with its array of `size` bytes. */
static size_t pinbulki_text_length(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && text[length] != '\0')
        length++;
    return length;
}

/* Ends a text that fills all of `size` - 1 bytes but has more to say: "..." behind the last whole
   character that leaves room for it, and a NUL. Needs size > 0; returns the length. */
static size_t pinbulki_text_end(char *text, size_t size)
{
    size_t length = size - 1;
    size_t dots = length < 3 ? length : 3;
    size_t at = length - dots, back = 0;
    while (at > back && back < 3 && ((unsigned char)text[at - back] & 0xC0) == 0x80)
        back++;
    if (((unsigned char)text[at - back] & 0xC0) != 0x80)
        at -= back; /* otherwise it is no UTF-8 */
    memset(text + at, '.', dots);
    text[at + dots] = '\0';
    return at + dots;
}

/* Copies a text and a NUL into `size` bytes. A text that is too long is cut between two characters
   and ends in "...". Returns the length written. */
static size_t pinbulki_text_copy(char *to, size_t size, const char *from, size_t length)
{
    if (size == 0)
        return 0;
    if (length >= size) {
        memcpy(to, from, size - 1);
        return pinbulki_text_end(to, size);
    }
    if (length > 0)
        memcpy(to, from, length);
    to[length] = '\0';
    return length;
}

/* Writes a number without a NUL; returns its length. */
static size_t pinbulki_uint_to_text(uint64_t value, char text[20])
{
    char digits[20];
    size_t at = sizeof(digits);
    uint32_t rest;
    while (value > UINT32_MAX) { /* in pairs; 64-bit division is slow on small machines */
        rest = (uint32_t)(value % 100);
        value /= 100;
        digits[--at] = (char)('0' + rest % 10);
        digits[--at] = (char)('0' + rest / 10);
    }
    for (rest = (uint32_t)value; rest >= 10; rest /= 10)
        digits[--at] = (char)('0' + rest % 10);
    digits[--at] = (char)('0' + rest);
    memcpy(text, digits + at, sizeof(digits) - at);
    return sizeof(digits) - at;
}

static uint64_t pinbulki_int_magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* Begins an error: everything else is zeroed. `error` may be NULL, and so may `message`. */
static void pinbulki_error_set(pinbulk_error *error, pinbulk_result result, const char *message)
{
    if (!error)
        return;
    memset(error, 0, sizeof(*error));
    error->result = result;
    if (message)
        pinbulki_text_copy(error->message, sizeof(error->message), message,
                           pinbulki_text_length(message, sizeof(error->message)));
}

/* A line under construction: what does not fit is only counted. */
typedef struct pinbulki_line {
    char *text;
    size_t size;
    size_t length; /* that it has, not that was written */
} pinbulki_line;

static void pinbulki_line_bytes(pinbulki_line *line, const char *text, size_t length)
{
    if (line->length < line->size) {
        size_t room = line->size - line->length;
        memcpy(line->text + line->length, text, length < room ? length : room);
    }
    line->length += length;
}

/* Adds a NUL-terminated text of this header. */
static void pinbulki_line_text(pinbulki_line *line, const char *text)
{
    pinbulki_line_bytes(line, text, pinbulki_text_length(text, SIZE_MAX));
}

static void pinbulki_line_uint(pinbulki_line *line, uint64_t value)
{
    char text[20];
    pinbulki_line_bytes(line, text, pinbulki_uint_to_text(value, text));
}

/* Length of the character at the start of a text when it is UTF-8 and can be shown; otherwise 0.
   What cannot: control characters and those that end or turn lines. */
static size_t pinbulki_text_shown(const unsigned char *text, size_t length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = text[0];
    size_t size = code < 0x80 ? 1 : code < 0xE0 ? 2 : code < 0xF0 ? 3 : 4;
    size_t i;
    if (size > length || (code >= 0x80 && code < 0xC2) || code > 0xF4)
        return 0;
    if (size > 1)
        code &= 0x7Fu >> size;
    for (i = 1; i < size; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3Fu);
    }
    if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    if (code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
        (code >= 0x2066 && code <= 0x2069))
        return 0;
    return size;
}

/* Adds a text that came from elsewhere; a '?' stands for each byte that cannot be shown. */
static void pinbulki_line_foreign(pinbulki_line *line, const char *text, size_t size)
{
    size_t length = pinbulki_text_length(text, size), at = 0;
    while (at < length) {
        size_t shown = pinbulki_text_shown((const unsigned char *)text + at, length - at);
        pinbulki_line_bytes(line, shown ? text + at : "?", shown ? shown : 1);
        at += shown ? shown : 1;
    }
}

/* How far an exchange got, when that tells something: there was one, and it is not whole. */
static const char *pinbulki_reached_text(const pinbulk_error *error)
{
    switch (error->reached) {
    case PINBULK_REACHED_UNKNOWN:
        return error->attempt > 0 ? "how much was sent is not known" : "";
    case PINBULK_REACHED_NOTHING:
        return "nothing was sent";
    case PINBULK_REACHED_HEAD:
        return "none of the body was sent";
    case PINBULK_REACHED_BODY:
        return "the body was sent at least in part, no response came";
    case PINBULK_REACHED_RESPONSE:
        return "the response broke off";
    case PINBULK_REACHED_CLOSED:
        return "the response ended with the connection";
    case PINBULK_REACHED_COMPLETE:
        break;
    }
    return "";
}

/* Adds one more detail inside the parentheses. */
static void pinbulki_line_detail(pinbulki_line *line, const char *name)
{
    pinbulki_line_text(line, ", ");
    pinbulki_line_text(line, name);
}

PINBULK_API size_t pinbulk_error_text(const pinbulk_error *error, char *text, size_t size)
{
    const pinbulki_result_row *row = pinbulki_result_find(error->result);
    const char *reached = pinbulki_reached_text(error);
    pinbulki_line line;
    line.text = text;
    line.size = size;
    line.length = 0;
    if (error->path[0]) {
        pinbulki_line_foreign(&line, error->path, sizeof(error->path));
        pinbulki_line_text(&line, ": ");
    }
    pinbulki_line_text(&line, row->text);
    if (error->message[0]) {
        pinbulki_line_text(&line, ": ");
        pinbulki_line_foreign(&line, error->message, sizeof(error->message));
    }
    pinbulki_line_text(&line, " (");
    pinbulki_line_text(&line, row->name);
    if (error->has_offset) {
        pinbulki_line_detail(&line, "byte ");
        pinbulki_line_uint(&line, error->offset);
    }
    if (error->http_status > 0) {
        pinbulki_line_detail(&line, "HTTP ");
        pinbulki_line_uint(&line, (uint64_t)error->http_status);
    }
    if (error->api_code != 0) {
        pinbulki_line_detail(&line, error->api_code < 0 ? "API code -" : "API code ");
        pinbulki_line_uint(&line, pinbulki_int_magnitude(error->api_code));
    }
    if (error->attempt > 0) {
        pinbulki_line_detail(&line, "attempt ");
        pinbulki_line_uint(&line, error->attempt);
    }
    if (reached[0])
        pinbulki_line_detail(&line, reached);
    if (error->rid[0]) {
        pinbulki_line_detail(&line, "request id ");
        pinbulki_line_foreign(&line, error->rid, sizeof(error->rid));
    }
    pinbulki_line_text(&line, ")");
    if (row->advice[0]) {
        pinbulki_line_text(&line, ". ");
        pinbulki_line_text(&line, row->advice);
    }
    if (line.length < size)
        text[line.length] = '\0';
    else if (size > 0)
        pinbulki_text_end(text, size);
    return line.length;
}

/* ============================================================================================== */
/* >>values: implementation                                                                       */
/* ============================================================================================== */

PINBULK_API pinbulk_text pinbulk_text_of(const char *text)
{
    pinbulk_text value;
    value.length = text ? pinbulki_text_length(text, SIZE_MAX) : 0;
    value.data = text;
    return value;
}

PINBULK_API int pinbulk_text_equal(pinbulk_text a, pinbulk_text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

/* What the _of functions make of NULL has a length, so that encoding refuses it: nothing is left
   out because a text was forgotten. */
static size_t pinbulki_value_length(const char *text)
{
    return text ? pinbulki_text_length(text, SIZE_MAX) : 1;
}

PINBULK_API pinbulk_string pinbulk_string_set(const char *text, size_t length)
{
    pinbulk_string value;
    value.state = PINBULK_SET;
    value.length = length;
    value.text = text;
    return value;
}

PINBULK_API pinbulk_string pinbulk_string_of(const char *text)
{
    return pinbulk_string_set(text, pinbulki_value_length(text));
}

PINBULK_API pinbulk_int pinbulk_int_set(int64_t value)
{
    pinbulk_int set;
    set.state = PINBULK_SET;
    set.value = value;
    return set;
}

PINBULK_API pinbulk_bool pinbulk_bool_set(int value)
{
    pinbulk_bool set;
    set.state = PINBULK_SET;
    set.value = value != 0;
    return set;
}

PINBULK_API pinbulk_decimal pinbulk_decimal_set(const char *text, size_t length)
{
    pinbulk_decimal value;
    value.state = PINBULK_SET;
    value.length = length;
    value.text = text;
    return value;
}

PINBULK_API pinbulk_decimal pinbulk_decimal_of(const char *text)
{
    return pinbulk_decimal_set(text, pinbulki_value_length(text));
}

PINBULK_API pinbulk_enum pinbulk_enum_set(unsigned constant)
{
    pinbulk_enum value;
    value.state = PINBULK_SET;
    value.value = (uint16_t)(constant <= UINT16_MAX ? constant : UINT16_MAX);
    value.length = 0;
    value.text = NULL;
    return value;
}

PINBULK_API pinbulk_enum pinbulk_enum_of(const char *text)
{
    pinbulk_enum value = pinbulk_enum_set(0);
    value.length = pinbulki_value_length(text);
    value.text = text;
    return value;
}

/* ============================================================================================== */
/* >>numbers: implementation                                                                      */
/* ============================================================================================== */

/* A number by RFC 8259, taken apart: 0.DIGITS times ten to the power of `point`. */
typedef struct pinbulki_number {
    const char *digits; /* the first digit that is not 0; a '.' may follow among the digits */
    const char *end;    /* behind the last digit that is not 0; the same: the number is zero */
    int64_t point;
    uint8_t negative;
    uint8_t integer; /* written without fraction and exponent */
} pinbulki_number;

static const char *pinbulki_digits_end(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The value of the digits of an exponent. It stops growing far above the length of any text, so
   that no run of zeros can make up for it. */
static int64_t pinbulki_exponent(const char *at, const char *end)
{
    int64_t exponent = 0;
    for (; at < end && exponent < INT64_MAX / 32; at++)
        exponent = exponent * 10 + (*at - '0');
    return exponent;
}

/* Takes a number apart; returns 0 when the text is none. */
static int pinbulki_number_scan(pinbulki_number *number, const char *text, size_t length)
{
    const char *at = text, *end, *whole, *whole_end, *part;
    if (!text || length == 0)
        return 0;
    end = text + length;
    number->negative = *at == '-';
    if (number->negative)
        at++;
    whole = at;
    whole_end = at = pinbulki_digits_end(at, end);
    if (whole == whole_end || (*whole == '0' && whole_end - whole > 1))
        return 0;
    if (at < end && *at == '.') {
        part = at + 1;
        at = pinbulki_digits_end(part, end);
        if (at == part)
            return 0;
    }
    number->digits = whole;
    number->end = at;
    number->point = whole_end - whole;
    number->integer = whole_end == end;
    if (at < end && (*at == 'e' || *at == 'E')) {
        int down = 0;
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            down = *at++ == '-';
        part = at;
        at = pinbulki_digits_end(part, end);
        if (at == part)
            return 0;
        number->point += down ? -pinbulki_exponent(part, at) : pinbulki_exponent(part, at);
    }
    if (at != end)
        return 0;
    for (; number->digits < number->end && *number->digits <= '0'; number->digits++)
        number->point -= *number->digits == '0';
    while (number->end > number->digits && number->end[-1] <= '0')
        number->end--;
    return 1;
}

/* Is a text a number by RFC 8259? *integer says whether it has neither fraction nor exponent; it
   may be NULL. */
static int pinbulki_json_number(const char *text, size_t length, int *integer)
{
    pinbulki_number number;
    if (!pinbulki_number_scan(&number, text, length))
        return 0;
    if (integer)
        *integer = number.integer;
    return 1;
}

/* The first digits of a number, at most 19 of them, as an integer. *count: how many. Returns where
   they end. */
static const char *pinbulki_number_digits(const pinbulki_number *number, uint64_t *value,
                                          int *count)
{
    const char *at = number->digits;
    *value = 0;
    *count = 0;
    for (; at < number->end && *count < 19; at++) {
        if (*at != '.') {
            *value = *value * 10 + (uint64_t)(*at - '0');
            ++*count;
        }
    }
    return at;
}

PINBULK_API size_t pinbulk_int_to_text(int64_t value, char text[PINBULK_INT_TEXT_MAX])
{
    size_t sign = value < 0;
    if (sign)
        text[0] = '-';
    return sign + pinbulki_uint_to_text(pinbulki_int_magnitude(value), text + sign);
}

PINBULK_API pinbulk_result pinbulk_int_from_text(const char *text, size_t length, int64_t *value)
{
    pinbulki_number number;
    uint64_t magnitude;
    int count;
    if (!pinbulki_number_scan(&number, text, length))
        return PINBULK_BAD_NUMBER;
    if (pinbulki_number_digits(&number, &magnitude, &count) != number.end)
        return PINBULK_OUT_OF_RANGE;
    if (count > 0) {
        if (number.point < count || number.point > 19)
            return PINBULK_OUT_OF_RANGE;
        for (; count < number.point; count++)
            magnitude *= 10;
    }
    if (magnitude > (uint64_t)INT64_MAX + number.negative)
        return PINBULK_OUT_OF_RANGE;
    if (number.negative && magnitude > 0)
        *value = -1 - (int64_t)(magnitude - 1);
    else
        *value = (int64_t)magnitude;
    return PINBULK_OK;
}

#ifndef PINBULK_NO_DOUBLE

#if defined(__DBL_MANT_DIG__) && __DBL_MANT_DIG__ != 53
#error "double has other than 64 bits here: define PINBULK_NO_DOUBLE"
#endif
typedef char pinbulki_double_has_64_bits[sizeof(double) == sizeof(uint64_t) ? 1 : -1];

/* An integer of 128 bits. */
typedef struct pinbulki_wide {
    uint64_t high, low;
} pinbulki_wide;

static pinbulki_wide pinbulki_multiply(uint64_t a, uint64_t b)
{
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t middle = a1 * b0 + (low >> 32); /* at most (2^32 - 1) * 2^32 */
    uint64_t other = a0 * b1 + (uint32_t)middle;
    pinbulki_wide product;
    product.high = a1 * b1 + (middle >> 32) + (other >> 32);
    product.low = other << 32 | (uint32_t)low;
    return product;
}

/* a * b / 2^64, rounded down. */
static pinbulki_wide pinbulki_scale(pinbulki_wide a, uint64_t b)
{
    pinbulki_wide product = pinbulki_multiply(a.high, b);
    uint64_t carry = pinbulki_multiply(a.low, b).high;
    product.low += carry;
    product.high += product.low < carry;
    return product;
}

#define PINBULKI_TEN_STEP  27
#define PINBULKI_TEN_LEAST (-351)

/* Powers of ten from 1e-351 to 1e324 in steps of 27: their first 128 bits. */
static const pinbulki_wide pinbulki_tens[] = {
    {UINT64_C(0x8049a4ac0c5811ae), UINT64_C(0x205b896d777d6278)}, /* 1e-351 */
    {UINT64_C(0xcf42894a5dce35ea), UINT64_C(0x52064cac828675b9)}, /* 1e-324 */
    {UINT64_C(0xa76c582338ed2621), UINT64_C(0xaf2af2b80af6f24e)}, /* 1e-297 */
    {UINT64_C(0x873e4f75e2224e68), UINT64_C(0x5a7744a6e804a291)}, /* 1e-270 */
    {UINT64_C(0xda7f5bf590966848), UINT64_C(0xaf39a475506a899e)}, /* 1e-243 */
    {UINT64_C(0xb080392cc4349dec), UINT64_C(0xbd8d794d96aacfb3)}, /* 1e-216 */
    {UINT64_C(0x8e938662882af53e), UINT64_C(0x547eb47b7282ee9c)}, /* 1e-189 */
    {UINT64_C(0xe65829b3046b0afa), UINT64_C(0x0cb4a5a3112a5112)}, /* 1e-162 */
    {UINT64_C(0xba121a4650e4ddeb), UINT64_C(0x92f34d62616ce413)}, /* 1e-135 */
    {UINT64_C(0x964e858c91ba2655), UINT64_C(0x3a6a07f8d510f86f)}, /* 1e-108 */
    {UINT64_C(0xf2d56790ab41c2a2), UINT64_C(0xfae27299423fb9c3)}, /* 1e-81 */
    {UINT64_C(0xc428d05aa4751e4c), UINT64_C(0xaa97e14c3c26b886)}, /* 1e-54 */
    {UINT64_C(0x9e74d1b791e07e48), UINT64_C(0x775ea264cf55347d)}, /* 1e-27 */
    {UINT64_C(0x8000000000000000), UINT64_C(0x0000000000000000)}, /* 1e+0 */
    {UINT64_C(0xcecb8f27f4200f3a), UINT64_C(0x0000000000000000)}, /* 1e+27 */
    {UINT64_C(0xa70c3c40a64e6c51), UINT64_C(0x999090b65f67d924)}, /* 1e+54 */
    {UINT64_C(0x86f0ac99b4e8dafd), UINT64_C(0x69a028bb3ded71a3)}, /* 1e+81 */
    {UINT64_C(0xda01ee641a708de9), UINT64_C(0xe80e6f4820cc9495)}, /* 1e+108 */
    {UINT64_C(0xb01ae745b101e9e4), UINT64_C(0x5ec05dcff72e7f8f)}, /* 1e+135 */
    {UINT64_C(0x8e41ade9fbebc27d), UINT64_C(0x14588f13be847307)}, /* 1e+162 */
    {UINT64_C(0xe5d3ef282a242e81), UINT64_C(0x8f1668c8a86da5fa)}, /* 1e+189 */
    {UINT64_C(0xb9a74a0637ce2ee1), UINT64_C(0x6d953e2bd7173692)}, /* 1e+216 */
    {UINT64_C(0x95f83d0a1fb69cd9), UINT64_C(0x4abdaf101564f98e)}, /* 1e+243 */
    {UINT64_C(0xf24a01a73cf2dccf), UINT64_C(0xbc633b39673c8cec)}, /* 1e+270 */
    {UINT64_C(0xc3b8358109e84f07), UINT64_C(0x0a862f80ec4700c8)}, /* 1e+297 */
    {UINT64_C(0x9e19db92b4e31ba9), UINT64_C(0x6c07a2c26a8346d1)}, /* 1e+324 */
};

/* The powers of five below the step, shifted left as far as it goes. */
static const uint64_t pinbulki_fives[PINBULKI_TEN_STEP] = {
    UINT64_C(0x8000000000000000), UINT64_C(0xa000000000000000), UINT64_C(0xc800000000000000),
    UINT64_C(0xfa00000000000000), UINT64_C(0x9c40000000000000), UINT64_C(0xc350000000000000),
    UINT64_C(0xf424000000000000), UINT64_C(0x9896800000000000), UINT64_C(0xbebc200000000000),
    UINT64_C(0xee6b280000000000), UINT64_C(0x9502f90000000000), UINT64_C(0xba43b74000000000),
    UINT64_C(0xe8d4a51000000000), UINT64_C(0x9184e72a00000000), UINT64_C(0xb5e620f480000000),
    UINT64_C(0xe35fa931a0000000), UINT64_C(0x8e1bc9bf04000000), UINT64_C(0xb1a2bc2ec5000000),
    UINT64_C(0xde0b6b3a76400000), UINT64_C(0x8ac7230489e80000), UINT64_C(0xad78ebc5ac620000),
    UINT64_C(0xd8d726b7177a8000), UINT64_C(0x878678326eac9000), UINT64_C(0xa968163f0a57b400),
    UINT64_C(0xd3c21bcecceda100), UINT64_C(0x84595161401484a0), UINT64_C(0xa56fa5b99019a5c8),
};

/* Rounds product / 2^bits down, also when it is negative. The products below are logarithms of
   powers: exact enough for every exponent of a double, and far above -2048 * 2^bits. */
static int pinbulki_floor_scaled(int32_t product, int bits)
{
    return (int)(((uint32_t)product + (UINT32_C(2048) << bits)) >> bits) - 2048;
}

/* 10^power is at least g * 2^(binary - 127) and less than (g + 4) * 2^(binary - 127), where g is
   what it returns, with its first bit set, and *binary = floor(log2(10^power)). */
static pinbulki_wide pinbulki_power_of_ten(int power, int *binary)
{
    unsigned at = (unsigned)(power - PINBULKI_TEN_LEAST);
    pinbulki_wide g = pinbulki_scale(pinbulki_tens[at / PINBULKI_TEN_STEP],
                                     pinbulki_fives[at % PINBULKI_TEN_STEP]);
    if (!(g.high >> 63)) {
        g.high = g.high << 1 | g.low >> 63;
        g.low <<= 1;
    }
    *binary = pinbulki_floor_scaled(power * INT32_C(217706), 16);
    return g;
}

/* x * g / 2^128, rounded down; the last bit is set when that is not exact. */
static uint64_t pinbulki_double_scaled(pinbulki_wide g, uint64_t x)
{
    pinbulki_wide product = pinbulki_scale(g, x);
    return product.high | (product.low != 0);
}

/* The shortest decimal inside the interval that rounds to the double c * 2^q, the closest to it
   when there are several: returns its digits, times ten to *power. They end in no zero. This is
   Schubfach (R. Giulietti, The Schubfach way to render doubles, 2020). With 10^power just below the
   width of the interval, three points in it are scaled to sixteenths of 10^power: its ends and the
   double. A multiple of 10^power * 10 inside the interval is the shortest; there is none or one.
   Otherwise one of the two multiples of 10^power around the double is the closest. */
static uint64_t pinbulki_double_shortest(uint64_t c, int q, int *power)
{
    /* the double below a power of two is only half as far away */
    int narrow = c == UINT64_C(1) << 52 && q > -1074;
    uint64_t odd = c & 1, low, here, high, digits;
    pinbulki_wide g;
    int binary, below, above;
    *power = pinbulki_floor_scaled(q * INT32_C(315653) - (narrow ? INT32_C(131072) : 0), 20);
    g = pinbulki_power_of_ten(-*power, &binary);
    g.low += 4; /* now it is not too small */
    g.high += g.low < 4;
    binary += q + 3;
    low = pinbulki_double_scaled(g, (4 * c - 2 + (uint64_t)narrow) << binary) + odd;
    here = pinbulki_double_scaled(g, (4 * c) << binary);
    high = pinbulki_double_scaled(g, (4 * c + 2) << binary) - odd;

    digits = here / 160;
    below = low <= digits * 160;
    above = digits * 160 + 160 <= high;
    if (below != above) {
        ++*power;
        return digits + (uint64_t)above;
    }
    digits = here / 16;
    below = low <= digits * 16;
    above = digits * 16 + 16 <= high;
    if (below != above)
        return digits + (uint64_t)above;
    return digits + (here % 16 + (digits & 1) > 8);
}

/* Lays out 0.DIGITS times ten to the power of `point`; the digits end in no zero. */
static size_t pinbulki_double_layout(char *text, const char *digits, int count, int point)
{
    char *at = text;
    int i;
    if (point > 21 || point <= -6) {
        int exponent = point - 1;
        *at++ = digits[0];
        if (count > 1)
            *at++ = '.';
        for (i = 1; i < count; i++)
            *at++ = digits[i];
        *at++ = 'e';
        *at++ = exponent < 0 ? '-' : '+';
        at += pinbulki_uint_to_text(pinbulki_int_magnitude(exponent), at);
        return (size_t)(at - text);
    }
    if (point <= 0) {
        *at++ = '0';
        *at++ = '.';
        for (i = point; i < 0; i++)
            *at++ = '0';
    }
    for (i = 0; i < count || i < point; i++) {
        if (i == point && i > 0)
            *at++ = '.';
        *at++ = i < count ? digits[i] : '0';
    }
    return (size_t)(at - text);
}

PINBULK_API size_t pinbulk_double_to_text(double value, char text[PINBULK_DOUBLE_TEXT_MAX])
{
    char digits[20];
    uint64_t bits, c;
    int q, point, count, power = 0;
    size_t sign;
    memcpy(&bits, &value, sizeof(bits));
    sign = (size_t)(bits >> 63);
    c = bits & ((UINT64_C(1) << 52) - 1);
    q = (int)(bits >> 52 & 0x7FF);
    if (q == 0x7FF)
        return 0;
    if (q == 0)
        q = 1;
    else
        c |= UINT64_C(1) << 52;
    q -= 1075;
    if (sign)
        text[0] = '-';
    if (c == 0) {
        text[sign] = '0';
        return sign + 1;
    }
    if (q <= 0 && q > -53 && (c & ((UINT64_C(1) << -q) - 1)) == 0)
        c >>= -q;
    else
        c = pinbulki_double_shortest(c, q, &power);
    count = (int)pinbulki_uint_to_text(c, digits);
    point = count + power;
    while (digits[count - 1] == '0')
        count--;
    return sign + pinbulki_double_layout(text + sign, digits, count, point);
}

/* An integer of up to 832 bits, the lowest word first. The largest one needed is 10 * 5^323 times
   a subnormal's 2m + 1, or 10 * 5^307 times 2^54: below 2^772. */
#define PINBULKI_BIG_WORDS 26

typedef struct pinbulki_big {
    uint32_t words[PINBULKI_BIG_WORDS];
    int count; /* of words; the last of them is not 0 */
} pinbulki_big;

static void pinbulki_big_multiply(pinbulki_big *big, uint32_t factor)
{
    uint64_t carry = 0;
    int i;
    for (i = 0; i < big->count; i++) {
        carry += (uint64_t)big->words[i] * factor;
        big->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && i < PINBULKI_BIG_WORDS)
        big->words[big->count++] = (uint32_t)carry;
}

/* value * 5^fives * 2^twos */
static void pinbulki_big_set(pinbulki_big *big, uint64_t value, int fives, int twos)
{
    big->words[0] = (uint32_t)value;
    big->words[1] = (uint32_t)(value >> 32);
    big->count = value >> 32 ? 2 : 1;
    for (; fives >= 13; fives -= 13)
        pinbulki_big_multiply(big, UINT32_C(1220703125));
    for (; fives > 0; fives--)
        pinbulki_big_multiply(big, 5);
    for (; twos >= 31; twos -= 31)
        pinbulki_big_multiply(big, UINT32_C(1) << 31);
    pinbulki_big_multiply(big, UINT32_C(1) << twos);
}

/* Subtracts b from a unless a is less; returns whether it did. */
static int pinbulki_big_subtract(pinbulki_big *a, const pinbulki_big *b)
{
    uint64_t difference = 0;
    int i = a->count;
    if (a->count < b->count)
        return 0;
    if (a->count == b->count) {
        while (i > 0 && a->words[i - 1] == b->words[i - 1])
            i--;
        if (i > 0 && a->words[i - 1] < b->words[i - 1])
            return 0;
    }
    for (i = 0; i < a->count; i++) { /* the first bit of the difference borrows */
        difference = (uint64_t)a->words[i] - (i < b->count ? b->words[i] : 0) - (difference >> 63);
        a->words[i] = (uint32_t)difference;
    }
    while (a->count > 0 && a->words[a->count - 1] == 0)
        a->count--;
    return 1;
}

/* Compares a number with middle * 2^q exactly, digit by digit; they must be about as large. Returns
   -1, 0 or 1. Takes 220 bytes of stack; a middle has at most 767 digits, so that the work for each
   of the digits behind them is small. */
static int pinbulki_number_compare(const pinbulki_number *number, uint64_t middle, int q)
{
    pinbulki_big rest, unit;
    int point = (int)number->point;
    const char *at = number->digits;
    int twos = q - point;
    pinbulki_big_set(&rest, middle, point < 0 ? -point : 0, twos > 0 ? twos : 0);
    pinbulki_big_set(&unit, 1, point > 0 ? point : 0, twos < 0 ? -twos : 0);
    for (; at < number->end && rest.count > 0; at++) {
        int digit = 0;
        if (*at == '.')
            continue;
        pinbulki_big_multiply(&rest, 10);
        while (pinbulki_big_subtract(&rest, &unit))
            digit++;
        if (digit != *at - '0')
            return digit < *at - '0' ? 1 : -1;
    }
    return at < number->end ? 1 : rest.count > 0 ? -1 : 0;
}

/* The bits of m * 2^q as a double, for m <= 2^53 and q >= -1074; infinity or more when it is too
   large. */
static uint64_t pinbulki_double_bits(uint64_t m, int q)
{
    return m + ((uint64_t)(q + 1074) << 52);
}

/* Rounds a number to the bits of a double, without the sign; infinity or more when it is too large.
   128 bits of the product decide nearly always; otherwise the digits are compared one by one. */
static uint64_t pinbulki_number_to_bits(const pinbulki_number *number)
{
    uint64_t digits, m = 0, below, half, more;
    pinbulki_wide product;
    int count, binary, drop, q, side, step, shift = 0;
    if (number->digits == number->end || number->point < -323)
        return 0;
    if (number->point > 309)
        return UINT64_MAX;
    more = pinbulki_number_digits(number, &digits, &count) != number->end;
    for (step = 32; step > 0; step /= 2) {
        if (digits >> (64 - step) == 0) {
            digits <<= step;
            shift += step;
        }
    }
    product = pinbulki_power_of_ten((int)number->point - count, &binary);
    product = pinbulki_scale(product, digits);
    /* The number is at least product * 2^q. It is less than (product + 5) * 2^q, or, with more
       digits, than (product + 5 + 2^(shift + 64)) * 2^q. Now drop the lower half and bits until
       53 are left, less in a subnormal. */
    drop = 10 + (int)(product.high >> 63);
    q = binary + 1 - shift + drop;
    if (q < -1074) {
        drop += -1074 - q;
        q = -1074;
    }
    if (drop < 64) {
        m = product.high >> drop;
        half = UINT64_C(1) << (drop - 1);
        below = product.high & (2 * half - 1);
        if (below > half || (below == half && product.low > 0))
            return pinbulki_double_bits(m + 1, q);
        if (below + (more << shift) + (product.low > UINT64_MAX - 5) < half)
            return pinbulki_double_bits(m, q);
    }
    side = pinbulki_number_compare(number, 2 * m + 1, q - 1);
    return pinbulki_double_bits(m + (side > 0 || (side == 0 && (m & 1))), q);
}

PINBULK_API pinbulk_result pinbulk_double_from_text(const char *text, size_t length, double *value)
{
    pinbulki_number number;
    uint64_t bits;
    if (!pinbulki_number_scan(&number, text, length))
        return PINBULK_BAD_NUMBER;
    bits = pinbulki_number_to_bits(&number);
    if (bits >= UINT64_C(0x7FF) << 52)
        return PINBULK_OUT_OF_RANGE;
    bits |= (uint64_t)number.negative << 63;
    memcpy(value, &bits, sizeof(*value));
    return PINBULK_OK;
}

#endif /* PINBULK_NO_DOUBLE */
/* ============================================================================================== */
/* >>writer: implementation                                                                       */
/* ============================================================================================== */

/* The end of the valid UTF-8 (RFC 3629) that begins at `at`: `end`, or the first byte of a sequence
   that is ill-formed or cut off. Reads [at, end) only. */
static const char *pinbulki_utf8_end(const char *at, const char *end)
{
    while (at != end) {
        unsigned lead = (unsigned char)*at, second, low = 0x80, high = 0xbf;
        ptrdiff_t size, i;
        if (lead < 0x80) {
            uint64_t word = 0;
            while (end - at >= 8) {
                memcpy(&word, at, 8);
                if (word & UINT64_C(0x8080808080808080))
                    break;
                at += 8;
            }
            while (at != end && (unsigned char)*at < 0x80)
                at++;
            continue;
        }
        size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (lead < 0xc2 || lead > 0xf4 || end - at < size)
            return at;
        /* The second byte keeps out overlong forms, surrogates and what is above U+10FFFF. */
        if (lead == 0xe0)
            low = 0xa0;
        else if (lead == 0xed)
            high = 0x9f;
        else if (lead == 0xf0)
            low = 0x90;
        else if (lead == 0xf4)
            high = 0x8f;
        second = (unsigned char)at[1];
        if (second < low || second > high)
            return at;
        for (i = 2; i < size; i++)
            if (((unsigned char)at[i] & 0xc0) != 0x80)
                return at;
        at += size;
    }
    return at;
}

/* Plain bytes stand in a string as they are: ASCII but controls, quote and backslash. */
static int pinbulki_is_plain(char byte)
{
    unsigned value = (unsigned char)byte;
    return value >= 0x20 && value < 0x80 && value != '"' && value != '\\';
}

/* True when all eight bytes of the word are plain. The order of the bytes does not matter. */
PINBULKI_INLINE int pinbulki_plain_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = (word ^ ones * '"') - ones, backslash = (word ^ ones * '\\') - ones;
    return ((word | (word - ones * 0x20) | quote | backslash) & (ones * 0x80)) == 0;
}

/* True when the 16 bytes at `text` are plain. Copies them to `to` unless it is NULL. */
PINBULKI_INLINE int pinbulki_plain_block(const char *text, char *to)
{
#if defined(PINBULKI_SSE2)
    /* As signed bytes, what is not ASCII is below the controls. */
    __m128i block = _mm_loadu_si128((const __m128i *)(const void *)text);
    __m128i special = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
    special = _mm_or_si128(special, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
    if (to)
        _mm_storeu_si128((__m128i *)(void *)to, block);
    return _mm_movemask_epi8(special) == 0;
#elif defined(PINBULKI_NEON)
    uint8x16_t block = vld1q_u8((const uint8_t *)(const void *)text);
    uint8x16_t special = vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20));
    special = vorrq_u8(special, vceqq_u8(block, vdupq_n_u8('"')));
    special = vorrq_u8(special, vceqq_u8(block, vdupq_n_u8('\\')));
    if (to)
        vst1q_u8((uint8_t *)(void *)to, block);
    return vmaxvq_u8(special) == 0;
#else
    uint64_t words[2];
    memcpy(words, text, 16);
    if (to)
        memcpy(to, words, 16);
    return pinbulki_plain_word(words[0]) && pinbulki_plain_word(words[1]);
#endif
}

/* True when all of the text is plain. Copies it to `to` unless that is NULL; when the answer is
   no, what is there is void. The last block, word and half word overlap the one before. */
PINBULKI_INLINE int pinbulki_plain(const char *text, size_t length, char *to)
{
    uint64_t word = 0;
    uint32_t half[2];
    size_t i;
    if (length >= 16) {
        for (i = 0; i < length - 16; i += 16)
            if (!pinbulki_plain_block(text + i, to ? to + i : NULL))
                return 0;
        return pinbulki_plain_block(text + length - 16, to ? to + length - 16 : NULL);
    }
    if (length >= 8) {
        uint64_t last;
        memcpy(&word, text, 8);
        memcpy(&last, text + length - 8, 8);
        if (to) {
            memcpy(to, &word, 8);
            memcpy(to + length - 8, &last, 8);
        }
        return pinbulki_plain_word(word) && pinbulki_plain_word(last);
    }
    if (length >= 4) {
        memcpy(half, text, 4);
        memcpy(half + 1, text + length - 4, 4);
        if (to) {
            memcpy(to, half, 4);
            memcpy(to + length - 4, half + 1, 4);
        }
        memcpy(&word, half, 8);
        return pinbulki_plain_word(word);
    }
    for (i = 0; i < length; i++) {
        if (!pinbulki_is_plain(text[i]))
            return 0;
        if (to)
            to[i] = text[i];
    }
    return 1;
}

/* The number of bytes at the front of a valid text that need no escape. */
static size_t pinbulki_unescaped(const char *text, size_t length)
{
    size_t i = 0, stop;
    while (i < length) {
        stop = length - i < 16 ? length : i + 16;
        if (stop - i == 16 && pinbulki_plain_block(text + i, NULL))
            i = stop;
        for (; i < stop; i++) {
            unsigned value = (unsigned char)text[i];
            if (value < 0x20 || value == '"' || value == '\\')
                return i;
        }
    }
    return i;
}

/* Writes the escape of a byte that needs one; returns its length, at most 6. */
static size_t pinbulki_escape(char *to, char byte)
{
    static const char letters[] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
    static const char digits[] = "0123456789abcdef";
    unsigned value = (unsigned char)byte;
    to[0] = '\\';
    to[1] = value < 0x20 ? letters[value] : byte;
    if (to[1] != 'u' || value >= 0x20)
        return 2;
    to[2] = '0';
    to[3] = '0';
    to[4] = digits[value >> 4];
    to[5] = digits[value & 15];
    return 6;
}

enum { /* pinbulk_writer.mode */
       PINBULKI_WRITE_SINK,
       PINBULKI_WRITE_PULL,
       PINBULKI_WRITE_BUFFER,
       PINBULKI_WRITE_COUNT,
       PINBULKI_WRITE_OVERFLOW /* the buffer was too small: the rest is only counted */
};

enum { /* pinbulk_writer.expect: what may come now; nothing after the end and after an error */
       PINBULKI_EXPECT_NOTHING = 0,
       PINBULKI_EXPECT_COMMA = 1, /* is due before a value or key */
       PINBULKI_EXPECT_VALUE = 2,
       PINBULKI_EXPECT_KEY = 4,
       PINBULKI_EXPECT_END = 8
};

static void pinbulki_writer_init(pinbulk_writer *writer, unsigned mode, char *window, size_t size)
{
    memset(writer, 0, sizeof *writer);
    writer->mode = (uint8_t)mode;
    writer->out = window;
    writer->capacity = size;
    writer->expect = PINBULKI_EXPECT_VALUE;
}

/* Ends the work with the first error, which sticks. */
static pinbulk_result pinbulki_writer_fail(pinbulk_writer *writer, pinbulk_result result)
{
    if (writer->result == PINBULK_OK)
        writer->result = result;
    writer->expect = PINBULKI_EXPECT_NOTHING;
    return writer->result;
}

PINBULK_API void pinbulk_writer_init_buffer(pinbulk_writer *writer, char *buffer, size_t size)
{
    pinbulki_writer_init(writer, PINBULKI_WRITE_BUFFER, buffer, size);
    if (!buffer && size)
        pinbulki_writer_fail(writer, PINBULK_BAD_ARGUMENT);
}

PINBULK_API void pinbulk_writer_init_sink(pinbulk_writer *writer, pinbulk_sink sink, char *buffer,
                                          size_t size)
{
    pinbulki_writer_init(writer, PINBULKI_WRITE_SINK, buffer, size);
    writer->sink = sink;
    if (!sink.write || !buffer || !size)
        pinbulki_writer_fail(writer, PINBULK_BAD_ARGUMENT);
}

PINBULK_API void pinbulk_writer_init_count(pinbulk_writer *writer)
{
    pinbulki_writer_init(writer, PINBULKI_WRITE_COUNT, NULL, 0);
}

/* A writer whose bytes are pulled. What does not fit into the window stays pending; texts that were
   handed over must live until then. */
static void pinbulki_writer_init_pull(pinbulk_writer *writer)
{
    pinbulki_writer_init(writer, PINBULKI_WRITE_PULL, NULL, 0);
}

/* True when something is pending: only a pull can come now. */
static int pinbulki_writer_full(const pinbulk_writer *writer)
{
    return writer->small_at != writer->small_end || writer->string_left || writer->closing;
}

/* The bytes in the window. */
static size_t pinbulki_writer_used(const pinbulk_writer *writer)
{
    return writer->used;
}

/* Empties the window into the sink. */
static void pinbulki_writer_flush(pinbulk_writer *writer)
{
    if (writer->used == 0)
        return;
    if (writer->sink.write(writer->sink.ctx, writer->out, writer->used) != PINBULK_OK) {
        pinbulki_writer_fail(writer, PINBULK_SINK_FAILED);
        return;
    }
    writer->flushed += writer->used;
    writer->used = 0;
}

/* The bytes that can be written now, after making room where that is possible. 0: the window of a
   pull is full, or the sink failed. */
static size_t pinbulki_writer_room(pinbulk_writer *writer)
{
    if (writer->mode == PINBULKI_WRITE_SINK && writer->used == writer->capacity) {
        pinbulki_writer_flush(writer);
    } else if (writer->mode == PINBULKI_WRITE_BUFFER && writer->used == writer->capacity) {
        writer->mode = PINBULKI_WRITE_OVERFLOW;
        writer->flushed = writer->used;
        writer->used = writer->capacity = 0;
    }
    if (writer->mode >= PINBULKI_WRITE_COUNT)
        return (size_t)-1;
    return writer->capacity - writer->used;
}

/* Writes as many of the bytes as there is room for; returns their number. */
static size_t pinbulki_writer_put(pinbulk_writer *writer, const char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        size_t part = pinbulki_writer_room(writer);
        if (part == 0)
            break;
        if (part > length - done)
            part = length - done;
        if (writer->mode >= PINBULKI_WRITE_COUNT) {
            writer->flushed += part;
        } else {
            memcpy(writer->out + writer->used, bytes + done, part);
            writer->used += part;
        }
        done += part;
    }
    return done;
}

/* Writes what is pending as far as there is room: `small`, then `string`, of which every escape
   goes through `small`, then its closing. Every turn of the loop takes something away. */
static void pinbulki_writer_drain(pinbulk_writer *writer)
{
    for (;;) {
        size_t run = pinbulki_writer_put(writer, writer->small + writer->small_at,
                                         (size_t)(writer->small_end - writer->small_at));
        writer->small_at = (uint8_t)(writer->small_at + run);
        if (writer->small_at != writer->small_end)
            return;
        writer->small_at = writer->small_end = 0;
        if (writer->string_left) {
            run = pinbulki_writer_room(writer);
            if (run == 0)
                return;
            if (run > writer->string_left)
                run = writer->string_left;
            if (writer->escapes)
                run = pinbulki_unescaped(writer->string, run);
            if (run) {
                run = pinbulki_writer_put(writer, writer->string, run);
            } else {
                writer->small_end = (uint8_t)pinbulki_escape(writer->small, *writer->string);
                run = 1;
            }
            writer->string += run;
            writer->string_left -= run;
        } else if (writer->closing) {
            writer->small_end = writer->closing;
            memcpy(writer->small, "\":", 2);
            writer->closing = 0;
        } else {
            return;
        }
    }
}

/* Gives the writer a new window and writes into it what is pending. Returns the bytes in it. */
static size_t pinbulki_writer_pull(pinbulk_writer *writer, char *out, size_t capacity)
{
    writer->flushed += writer->used;
    writer->used = 0;
    writer->out = out;
    writer->capacity = capacity;
    pinbulki_writer_drain(writer);
    return writer->used;
}

/* What a call comes to that cannot come now. */
static pinbulk_result pinbulki_writer_refuse(pinbulk_writer *writer)
{
    return pinbulki_writer_fail(writer, PINBULK_BAD_NESTING);
}

/* Starts what does not fit into the window: the comma that is due goes into `small`. */
static pinbulk_result pinbulki_writer_start(pinbulk_writer *writer)
{
    if (pinbulki_writer_full(writer))
        return pinbulki_writer_fail(writer, PINBULK_BAD_STATE);
    if (writer->expect & PINBULKI_EXPECT_COMMA)
        writer->small[writer->small_end++] = ',';
    return PINBULK_OK;
}

/* Counts the comma that is due and `length` bytes. */
static pinbulk_result pinbulki_writer_count(pinbulk_writer *writer, size_t length, unsigned expect)
{
    writer->flushed += writer->expect & PINBULKI_EXPECT_COMMA;
    writer->flushed += length;
    writer->expect = (uint8_t)expect;
    return PINBULK_OK;
}

/* The same as pinbulki_writer_raw, when it does not fit into the window. */
PINBULKI_NOINLINE pinbulk_result pinbulki_writer_raw_slow(pinbulk_writer *writer, const char *text,
                                                          size_t length, unsigned expect)
{
    if (writer->mode >= PINBULKI_WRITE_COUNT)
        return pinbulki_writer_count(writer, length, expect);
    if (pinbulki_writer_start(writer) != PINBULK_OK)
        return writer->result;
    if (length < sizeof writer->small) {
        memcpy(writer->small + writer->small_end, text, length);
        writer->small_end = (uint8_t)(writer->small_end + length);
    } else {
        writer->string = text;
        writer->string_left = length;
        writer->escapes = 0;
    }
    writer->expect = (uint8_t)expect;
    pinbulki_writer_drain(writer);
    return writer->result;
}

/* Writes the comma that is due and the text as it stands. When it is longer than 31 bytes, it must
   live as long as it can be pending. `expect` is what may come then. */
PINBULKI_INLINE pinbulk_result pinbulki_writer_raw(pinbulk_writer *writer, const char *text,
                                                   size_t length, unsigned expect)
{
    if (PINBULKI_LIKELY(writer->capacity - writer->used > length)) {
        char *out = writer->out + writer->used;
        *out = ',';
        out += writer->expect & PINBULKI_EXPECT_COMMA;
        memcpy(out, text, length);
        writer->used = (size_t)(out - writer->out) + length;
        writer->expect = (uint8_t)expect;
        return PINBULK_OK;
    }
    return pinbulki_writer_raw_slow(writer, text, length, expect);
}

/* The same as pinbulki_writer_text, when it does not fit into the window or is not plain. */
PINBULKI_NOINLINE pinbulk_result pinbulki_writer_text_slow(pinbulk_writer *writer, const char *text,
                                                           size_t length, unsigned expect,
                                                           size_t closing)
{
    int plain = pinbulki_plain(text, length, NULL);
    if (!plain && pinbulki_utf8_end(text, text + length) != text + length)
        return pinbulki_writer_fail(writer, PINBULK_BAD_UTF8);
    if (plain && writer->mode >= PINBULKI_WRITE_COUNT)
        return pinbulki_writer_count(writer, 1 + length + closing, expect);
    if (pinbulki_writer_start(writer) != PINBULK_OK)
        return writer->result;
    writer->small[writer->small_end++] = '"';
    writer->string = text;
    writer->string_left = length;
    writer->escapes = !plain;
    writer->closing = (uint8_t)closing;
    writer->expect = (uint8_t)expect;
    pinbulki_writer_drain(writer);
    return writer->result;
}

/* Writes the comma that is due and the text in quotes, after a key the colon too. */
PINBULKI_INLINE pinbulk_result pinbulki_writer_text(pinbulk_writer *writer, const char *text,
                                                    size_t length, int is_key, int is_plain)
{
    unsigned expect = is_key ? (unsigned)PINBULKI_EXPECT_VALUE : writer->after;
    size_t closing = is_key ? 2 : 1, room = writer->capacity - writer->used;
    if (PINBULKI_UNLIKELY(
            !(writer->expect & (is_key ? PINBULKI_EXPECT_KEY : PINBULKI_EXPECT_VALUE))))
        return pinbulki_writer_refuse(writer);
    if (PINBULKI_UNLIKELY(!text && length))
        return pinbulki_writer_fail(writer, PINBULK_BAD_ARGUMENT);
    if (PINBULKI_LIKELY(room >= 4 && length <= room - 4)) {
        char *out = writer->out + writer->used;
        *out = ',';
        out += writer->expect & PINBULKI_EXPECT_COMMA;
        *out++ = '"';
        if (is_plain)
            memcpy(out, text, length);
        if (is_plain || PINBULKI_LIKELY(pinbulki_plain(text, length, out))) {
            out += length;
            *out++ = '"';
            if (is_key)
                *out++ = ':';
            writer->used = (size_t)(out - writer->out);
            writer->expect = (uint8_t)expect;
            return PINBULK_OK;
        }
    }
    return pinbulki_writer_text_slow(writer, text, length, expect, closing);
}

/* Writes a key that is known to be plain, as those of the tables are. */
static pinbulk_result pinbulki_write_plain_key(pinbulk_writer *writer, const char *key,
                                               size_t length)
{
    return pinbulki_writer_text(writer, key, length, 1, 1);
}

PINBULK_API pinbulk_result pinbulk_write_key(pinbulk_writer *writer, const char *key, size_t length)
{
    return pinbulki_writer_text(writer, key, length, 1, 0);
}

PINBULK_API pinbulk_result pinbulk_write_string(pinbulk_writer *writer, const char *text,
                                                size_t length)
{
    return pinbulki_writer_text(writer, text, length, 0, 0);
}

/* Opens an object or array. */
static pinbulk_result pinbulki_writer_begin(pinbulk_writer *writer, const char *bracket,
                                            unsigned inside)
{
    uint32_t bit = UINT32_C(1) << writer->depth % 32, *level = writer->objects + writer->depth / 32;
    if (!(writer->expect & PINBULKI_EXPECT_VALUE))
        return pinbulki_writer_refuse(writer);
    if (writer->depth == PINBULK_DEPTH_MAX)
        return pinbulki_writer_fail(writer, PINBULK_TOO_DEEP);
    if (inside == PINBULKI_EXPECT_KEY)
        *level |= bit;
    else
        *level &= ~bit;
    writer->depth++;
    writer->after = (uint8_t)(inside | PINBULKI_EXPECT_END | PINBULKI_EXPECT_COMMA);
    return pinbulki_writer_raw(writer, bracket, 1, inside | PINBULKI_EXPECT_END);
}

/* Closes what is open. */
static pinbulk_result pinbulki_writer_close(pinbulk_writer *writer, const char *bracket,
                                            unsigned inside)
{
    unsigned level;
    inside |= PINBULKI_EXPECT_END;
    if ((writer->expect & inside) != inside)
        return pinbulki_writer_refuse(writer);
    writer->depth--;
    if (writer->depth == 0) {
        writer->after = PINBULKI_EXPECT_NOTHING;
    } else {
        level = writer->depth - 1u;
        writer->after = PINBULKI_EXPECT_END | PINBULKI_EXPECT_COMMA;
        writer->after |= writer->objects[level / 32] >> level % 32 & 1 ? PINBULKI_EXPECT_KEY
                                                                       : PINBULKI_EXPECT_VALUE;
    }
    writer->expect = PINBULKI_EXPECT_END;
    return pinbulki_writer_raw(writer, bracket, 1, writer->after);
}

PINBULK_API pinbulk_result pinbulk_write_object_begin(pinbulk_writer *writer)
{
    return pinbulki_writer_begin(writer, "{", PINBULKI_EXPECT_KEY);
}

PINBULK_API pinbulk_result pinbulk_write_object_end(pinbulk_writer *writer)
{
    return pinbulki_writer_close(writer, "}", PINBULKI_EXPECT_KEY);
}

PINBULK_API pinbulk_result pinbulk_write_array_begin(pinbulk_writer *writer)
{
    return pinbulki_writer_begin(writer, "[", PINBULKI_EXPECT_VALUE);
}

PINBULK_API pinbulk_result pinbulk_write_array_end(pinbulk_writer *writer)
{
    return pinbulki_writer_close(writer, "]", PINBULKI_EXPECT_VALUE);
}

/* Writes a whole value that is known to be good. */
static pinbulk_result pinbulki_writer_value(pinbulk_writer *writer, const char *text, size_t length)
{
    if (PINBULKI_UNLIKELY(!(writer->expect & PINBULKI_EXPECT_VALUE)))
        return pinbulki_writer_refuse(writer);
    return pinbulki_writer_raw(writer, text, length, writer->after);
}

PINBULK_API pinbulk_result pinbulk_write_int(pinbulk_writer *writer, int64_t value)
{
    char text[PINBULK_INT_TEXT_MAX];
    return pinbulki_writer_value(writer, text, pinbulk_int_to_text(value, text));
}

PINBULK_API pinbulk_result pinbulk_write_decimal(pinbulk_writer *writer, const char *text,
                                                 size_t length)
{
    if (!text && length)
        return pinbulki_writer_fail(writer, PINBULK_BAD_ARGUMENT);
    if (!pinbulki_json_number(text, length, NULL))
        return pinbulki_writer_fail(writer, PINBULK_BAD_NUMBER);
    return pinbulki_writer_value(writer, text, length);
}

#ifndef PINBULK_NO_DOUBLE
PINBULK_API pinbulk_result pinbulk_write_double(pinbulk_writer *writer, double value)
{
    char text[PINBULK_DOUBLE_TEXT_MAX];
    size_t length = pinbulk_double_to_text(value, text);
    if (length == 0)
        return pinbulki_writer_fail(writer, PINBULK_BAD_NUMBER);
    return pinbulki_writer_value(writer, text, length);
}
#endif

PINBULK_API pinbulk_result pinbulk_write_bool(pinbulk_writer *writer, int value)
{
    return value ? pinbulki_writer_value(writer, "true", 4)
                 : pinbulki_writer_value(writer, "false", 5);
}

PINBULK_API pinbulk_result pinbulk_write_null(pinbulk_writer *writer)
{
    return pinbulki_writer_value(writer, "null", 4);
}

/* Checks that the text is one JSON value, not nested deeper than `levels`. */
static pinbulk_result pinbulki_writer_check_json(const char *json, size_t length, unsigned levels)
{
    char buffer[64];
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    pinbulk_token_kind kind;
    pinbulk_error error;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    config.depth_limit = PINBULK_DEPTH_MAX;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, json, length);
    pinbulk_reader_end(&reader);
    do {
        kind = pinbulk_reader_next(&reader, &token);
        if (pinbulk_reader_depth(&reader) > levels)
            return PINBULK_TOO_DEEP;
    } while (kind > PINBULK_TOKEN_END);
    if (kind == PINBULK_TOKEN_END)
        return PINBULK_OK;
    pinbulk_reader_error(&reader, &error);
    return error.result;
}

PINBULK_API pinbulk_result pinbulk_write_json(pinbulk_writer *writer, const char *json,
                                              size_t length)
{
    pinbulk_result result = PINBULK_BAD_ARGUMENT;
    if (json || !length)
        result =
            pinbulki_writer_check_json(json, length, PINBULK_DEPTH_MAX - (unsigned)writer->depth);
    if (result != PINBULK_OK)
        return pinbulki_writer_fail(writer, result);
    return pinbulki_writer_value(writer, json, length);
}

PINBULK_API pinbulk_result pinbulk_writer_end(pinbulk_writer *writer, uint64_t *length)
{
    if (writer->expect != PINBULKI_EXPECT_NOTHING)
        pinbulki_writer_refuse(writer);
    else if (pinbulki_writer_full(writer))
        pinbulki_writer_fail(writer, PINBULK_BAD_STATE);
    else if (writer->mode == PINBULKI_WRITE_OVERFLOW)
        pinbulki_writer_fail(writer, PINBULK_NO_SPACE);
    else if (writer->mode == PINBULKI_WRITE_SINK && writer->result == PINBULK_OK)
        pinbulki_writer_flush(writer);
    if (length)
        *length = writer->flushed + writer->used;
    return writer->result;
}
/* ============================================================================================== */
/* >>reader: implementation                                                                       */
/* ============================================================================================== */

/* Two readers in one. pinbulki_reader_quick takes tokens that lie whole in the chunk, with room
   behind them, and have nothing wrong or unusual about them. What it does not like it leaves
   untouched to pinbulki_reader_slow, which knows every case and can stop and go on at any byte.
   Without the quick one the tokens and errors would be the same. */

/* What comes next. The state after a value or name is (state & 7) | 1. */
enum {
    PINBULKI_READ_ROOT = 0,
    PINBULKI_READ_DONE = 1,
    PINBULKI_READ_ITEM = 2,
    PINBULKI_READ_AFTER_ITEM = 3,
    PINBULKI_READ_MEMBER = 4, /* the value of one */
    PINBULKI_READ_AFTER_MEMBER = 5,
    PINBULKI_READ_NAME = 6,
    PINBULKI_READ_COLON = 7,
    PINBULKI_READ_FIRST_ITEM = 8 + PINBULKI_READ_ITEM, /* or the end of the array */
    PINBULKI_READ_FIRST_NAME = 8 + PINBULKI_READ_NAME, /* or the end of the object */
    PINBULKI_READ_STATES = 16,
    /* Flags on top of the state. They keep the quick reader out. */
    PINBULKI_READ_TEXT = 16, /* a text or literal is under way; the state is the one after it */
    PINBULKI_READ_SKIPPING = 32,
    PINBULKI_READ_FAILED = 64
};

/* By state: what may come. A space stands for nothing: white space has been passed already. */
static const struct pinbulki_reader_rule {
    const char *expected;
    uint8_t takes;  /* PINBULK_TOKEN_STRING: any value; PINBULK_TOKEN_KEY: a name */
    char separator; /* leads to the next state */
    uint8_t next;
    char close; /* ends the object or array */
} pinbulki_reader_rules[PINBULKI_READ_STATES] = {
    {"expected a value", PINBULK_TOKEN_STRING, ' ', 0, ' '},
    {"expected nothing after the value", 0, ' ', 0, ' '},
    {"expected a value", PINBULK_TOKEN_STRING, ' ', 0, ' '},
    {"expected ',' or ']' after an item", 0, ',', PINBULKI_READ_ITEM, ']'},
    {"expected a value", PINBULK_TOKEN_STRING, ' ', 0, ' '},
    {"expected ',' or '}' after a member", 0, ',', PINBULKI_READ_NAME, '}'},
    {"expected the name of a member, a string", PINBULK_TOKEN_KEY, ' ', 0, ' '},
    {"expected ':' after the name of a member", 0, ':', PINBULKI_READ_MEMBER, ' '},
    {"", 0, ' ', 0, ' '},
    {"", 0, ' ', 0, ' '},
    {"expected a value or ']'", PINBULK_TOKEN_STRING, ' ', 0, ']'},
    {"", 0, ' ', 0, ' '},
    {"", 0, ' ', 0, ' '},
    {"", 0, ' ', 0, ' '},
    {"expected the name of a member, a string, or '}'", PINBULK_TOKEN_KEY, ' ', 0, '}'},
    {"", 0, ' ', 0, ' '}};

/* Where in a text the reader is. */
enum {
    PINBULKI_TEXT_STRING = 0,
    PINBULKI_TEXT_UTF8,   /* `taken` bytes of a character are in `sequence` */
    PINBULKI_TEXT_ESCAPE, /* after the backslash */
    PINBULKI_TEXT_HEX,    /* after `taken` of four digits; their value is in `unit` */
    PINBULKI_TEXT_PAIR,   /* after the first half of a surrogate pair, which is in `high` */
    PINBULKI_TEXT_PAIR_U,
    PINBULKI_TEXT_LITERAL, /* after `taken` letters */
    PINBULKI_TEXT_NUMBER,  /* before its first byte */
    PINBULKI_TEXT_MINUS,
    PINBULKI_TEXT_ZERO,
    PINBULKI_TEXT_INTEGER,
    PINBULKI_TEXT_POINT,
    PINBULKI_TEXT_FRACTION,
    PINBULKI_TEXT_E,
    PINBULKI_TEXT_E_SIGN,
    PINBULKI_TEXT_EXPONENT,
    PINBULKI_TEXT_STATES
};

static const char *const pinbulki_reader_text_expected[PINBULKI_TEXT_STATES] = {
    "expected the end of a string",
    "expected the rest of a character",
    "expected one of \"\\/bfnrtu after a backslash",
    "expected four hexadecimal digits after \\u",
    "expected the second half of a surrogate pair",
    "expected the second half of a surrogate pair",
    "expected true, false or null",
    "expected a number",
    "expected a digit after the minus sign",
    "",
    "",
    "expected a digit after the decimal point",
    "",
    "expected a digit or a sign in the exponent",
    "expected a digit in the exponent",
    ""};

/* Scanning. [at, end) is all that is read. */

static const char *pinbulki_reader_space_end(const char *at, const char *end)
{
    while (at != end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* The first quote, backslash or control character. */
static const char *pinbulki_reader_run_end(const char *at, const char *end)
{
    while (end - at >= 16) {
#if defined(PINBULKI_SSE2)
        __m128i block = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i stop = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, _mm_set1_epi8('"')));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(block, _mm_set1_epi8('\\')));
        if (_mm_movemask_epi8(stop))
            break;
#elif defined(PINBULKI_NEON)
        uint8x16_t block = vld1q_u8((const uint8_t *)(const void *)at);
        uint8x16_t stop = vcltq_u8(block, vdupq_n_u8(0x20));
        stop = vorrq_u8(stop, vceqq_u8(block, vdupq_n_u8('"')));
        stop = vorrq_u8(stop, vceqq_u8(block, vdupq_n_u8('\\')));
        if (vmaxvq_u8(stop))
            break;
#else
        if (!pinbulki_plain_block(at, NULL))
            break;
#endif
        at += 16;
    }
    while (at != end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* The state of a number after one more byte, -1 when the byte does not belong to it. */
static int pinbulki_reader_number_step(int state, char byte)
{
    int digit = byte >= '0' && byte <= '9', e = byte == 'e' || byte == 'E';
    switch (state) {
    case PINBULKI_TEXT_NUMBER:
    case PINBULKI_TEXT_MINUS:
        if (byte == '-' && state == PINBULKI_TEXT_NUMBER)
            return PINBULKI_TEXT_MINUS;
        return !digit ? -1 : byte == '0' ? PINBULKI_TEXT_ZERO : PINBULKI_TEXT_INTEGER;
    case PINBULKI_TEXT_ZERO:
    case PINBULKI_TEXT_INTEGER:
        if (digit && state == PINBULKI_TEXT_INTEGER)
            return state;
        return byte == '.' ? PINBULKI_TEXT_POINT : e ? PINBULKI_TEXT_E : -1;
    case PINBULKI_TEXT_POINT:
        return digit ? PINBULKI_TEXT_FRACTION : -1;
    case PINBULKI_TEXT_FRACTION:
        return digit ? state : e ? PINBULKI_TEXT_E : -1;
    case PINBULKI_TEXT_E:
        if (byte == '+' || byte == '-')
            return PINBULKI_TEXT_E_SIGN;
        return digit ? PINBULKI_TEXT_EXPONENT : -1;
    default: /* the sign or a digit of the exponent */
        return digit ? PINBULKI_TEXT_EXPONENT : -1;
    }
}

/* True when a number may end in this state. */
static int pinbulki_reader_number_whole(int state)
{
    return state == PINBULKI_TEXT_ZERO || state == PINBULKI_TEXT_INTEGER ||
           state == PINBULKI_TEXT_FRACTION || state == PINBULKI_TEXT_EXPONENT;
}

/* Levels count from 1; only open ones may be asked for. */
static int pinbulki_reader_is_object(const pinbulk_reader *reader, unsigned level)
{
    return (int)(reader->objects[(level - 1) / 32] >> ((level - 1) % 32) & 1);
}

/* The path. Its buffer holds a frame for each level but the innermost: the name of the open member
   and its length, or the index of the open item. The number is at the end of the frame and is read
   backwards, so frames can be taken off from the end. Behind the last frame stands the name of the
   innermost member, once its place in the chunk is lost. */

/* Writes a number that pinbulki_reader_path_take can read from its end. Returns its size, 0 without
   room. Seven bits a byte; all but the first have the top bit set. */
static size_t pinbulki_reader_path_put(char *to, size_t room, uint64_t number)
{
    size_t size = 1, i;
    uint64_t rest;
    for (rest = number >> 7; rest != 0; rest >>= 7)
        size++;
    if (size > room)
        return 0;
    for (i = size; i-- > 0; number >>= 7)
        to[i] = (char)(unsigned char)((number & 0x7f) | (i ? 0x80 : 0));
    return size;
}

/* Reads the number that ends at *used, and sets *used to where it begins. */
static uint64_t pinbulki_reader_path_take(const char *path, size_t *used)
{
    uint64_t number = 0;
    unsigned shift = 0;
    unsigned char byte;
    do {
        byte = (unsigned char)path[--*used];
        number |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return number;
}

/* True when the path has room for the name of the innermost member, wherever that is now: paths
   must not depend on how the document was cut. */
static int pinbulki_reader_path_fits(const pinbulk_reader *reader)
{
    return !reader->path_lost && reader->config.path_size &&
           reader->key_length <= reader->config.path_size - reader->path_used;
}

/* Takes the name of the innermost member from the chunk into the path, or forgets it. */
static void pinbulki_reader_path_save(pinbulk_reader *reader)
{
    if (!reader->key || !pinbulki_reader_path_fits(reader)) {
        reader->key = NULL;
    } else if (reader->key != reader->config.path + reader->path_used) {
        memcpy(reader->config.path + reader->path_used, reader->key, reader->key_length);
        reader->key = reader->config.path + reader->path_used;
    }
}

/* Adds a frame before another level opens. One without room is only counted, and so are all within
   it. */
static void pinbulki_reader_path_push(pinbulk_reader *reader)
{
    char *path = reader->config.path;
    size_t used = reader->path_used, size = 0;
    int object = pinbulki_reader_is_object(reader, reader->depth);
    if (object)
        pinbulki_reader_path_save(reader);
    if (object ? reader->key != NULL : !reader->path_lost && !reader->index_lost) {
        if (object)
            used += reader->key_length;
        if (used < reader->config.path_size)
            size = pinbulki_reader_path_put(path + used, reader->config.path_size - used,
                                            object ? reader->key_length : reader->index);
    }
    if (size)
        reader->path_used = used + size;
    else
        reader->path_lost++;
}

/* Takes the last frame off after a level was closed: it is where the reader is again. */
static void pinbulki_reader_path_pop(pinbulk_reader *reader)
{
    reader->key = NULL;
    reader->index_lost = reader->path_lost != 0;
    if (reader->path_lost) {
        reader->path_lost--;
    } else if (pinbulki_reader_is_object(reader, reader->depth)) {
        reader->key_length =
            (size_t)pinbulki_reader_path_take(reader->config.path, &reader->path_used);
        reader->path_used -= reader->key_length;
        reader->key = reader->config.path + reader->path_used;
    } else {
        reader->index = pinbulki_reader_path_take(reader->config.path, &reader->path_used);
    }
}

/* Opens an object or array; false when that is too deep. */
static int pinbulki_reader_open(pinbulk_reader *reader, int object)
{
    unsigned level = reader->depth;
    if (level == reader->config.depth_limit)
        return 0;
    if (level)
        pinbulki_reader_path_push(reader);
    reader->objects[level / 32] &= ~(UINT32_C(1) << (level % 32));
    reader->objects[level / 32] |= (uint32_t)object << (level % 32);
    reader->depth = (uint16_t)(level + 1);
    reader->state = object ? PINBULKI_READ_FIRST_NAME : PINBULKI_READ_FIRST_ITEM;
    reader->key = NULL;
    reader->index = 0;
    reader->index_lost = 0;
    return 1;
}

/* Closes the innermost object or array; says which of them it was. */
static pinbulk_token_kind pinbulki_reader_close(pinbulk_reader *reader)
{
    int object = pinbulki_reader_is_object(reader, reader->depth);
    reader->depth--;
    if (reader->depth == 0) {
        reader->state = PINBULKI_READ_DONE;
    } else {
        pinbulki_reader_path_pop(reader);
        reader->state = pinbulki_reader_is_object(reader, reader->depth)
                            ? PINBULKI_READ_AFTER_MEMBER
                            : PINBULKI_READ_AFTER_ITEM;
    }
    return object ? PINBULK_TOKEN_OBJECT_END : PINBULK_TOKEN_ARRAY_END;
}

PINBULKI_INLINE pinbulk_token_kind pinbulki_reader_token(pinbulk_token *token,
                                                         pinbulk_token_kind kind, const char *text,
                                                         size_t length)
{
    token->kind = kind;
    token->more = 0;
    token->integer = 0;
    token->text = text;
    token->length = length;
    return kind;
}

/* Ends the reading with an error, `back` bytes before the current one. */
static pinbulk_token_kind pinbulki_reader_fail(pinbulk_reader *reader, pinbulk_token *token,
                                               pinbulk_result result, unsigned back,
                                               const char *message)
{
    pinbulki_reader_path_save(reader);
    reader->state |= PINBULKI_READ_FAILED;
    reader->result = result;
    reader->message = message;
    reader->error_offset = reader->chunk_offset + (uint64_t)(reader->at - reader->chunk) - back;
    reader->found = -1;
    if (result == PINBULK_BAD_JSON && back == 0 && reader->at != reader->end)
        reader->found = (int16_t)(unsigned char)*reader->at;
    return pinbulki_reader_token(token, PINBULK_TOKEN_ERROR, NULL, 0);
}

/* The chunk is used up, and what is under way is not at its end. */
static pinbulk_token_kind pinbulki_reader_used_up(pinbulk_reader *reader, pinbulk_token *token)
{
    unsigned state = reader->state;
    if (reader->over_limit)
        return pinbulki_reader_fail(reader, token, PINBULK_TOO_LARGE, 0,
                                    "the document is larger than the limit");
    if (!reader->ended) {
        pinbulki_reader_path_save(reader);
        reader->hungry = 1;
        return pinbulki_reader_token(token, PINBULK_TOKEN_MORE, NULL, 0);
    }
    if (state == PINBULKI_READ_DONE)
        return pinbulki_reader_token(token, PINBULK_TOKEN_END, NULL, 0);
    return pinbulki_reader_fail(reader, token, PINBULK_TRUNCATED, 0,
                                state & PINBULKI_READ_TEXT
                                    ? pinbulki_reader_text_expected[reader->text_state]
                                    : pinbulki_reader_rules[state].expected);
}

/* Texts that are read byte by byte. Their bytes go to the buffer, unless they are skipped; those of
   a name go to the path too. */

static int pinbulki_reader_text_fits(const pinbulk_reader *reader, size_t length)
{
    return reader->skip || length <= reader->config.buffer_size - reader->buffered;
}

/* Adds bytes to the text; they must fit. */
static void pinbulki_reader_text_add(pinbulk_reader *reader, const char *bytes, size_t length)
{
    if (!reader->skip) {
        memcpy(reader->config.buffer + reader->buffered, bytes, length);
        reader->buffered += length;
    }
    if (reader->text_kind == PINBULK_TOKEN_KEY) {
        size_t room = reader->config.path_size - reader->path_used;
        if (!reader->path_lost && reader->key_length <= room && length <= room - reader->key_length)
            memcpy(reader->config.path + reader->path_used + reader->key_length, bytes, length);
        if (length > SIZE_MAX - reader->key_length)
            reader->key_length = SIZE_MAX;
        else
            reader->key_length += length;
    }
}

/* The token of what is in the buffer, which is free then. */
static pinbulk_token_kind pinbulki_reader_text_token(pinbulk_reader *reader, pinbulk_token *token)
{
    pinbulki_reader_token(token, (pinbulk_token_kind)reader->text_kind, reader->config.buffer,
                          reader->buffered);
    token->integer =
        reader->text_kind == PINBULK_TOKEN_NUMBER && reader->text_state <= PINBULKI_TEXT_INTEGER;
    reader->buffered = 0;
    return token->kind;
}

/* The text is read. */
static pinbulk_token_kind pinbulki_reader_text_end(pinbulk_reader *reader, pinbulk_token *token)
{
    reader->state &= (uint8_t)~PINBULKI_READ_TEXT;
    if (reader->text_kind == PINBULK_TOKEN_KEY && pinbulki_reader_path_fits(reader))
        reader->key = reader->config.path + reader->path_used;
    return pinbulki_reader_text_token(reader, token);
}

/* The next bytes do not fit into the buffer. */
static pinbulk_token_kind pinbulki_reader_text_full(pinbulk_reader *reader, pinbulk_token *token)
{
    if (!reader->config.parts || reader->buffered == 0)
        return pinbulki_reader_fail(reader, token, PINBULK_TOO_LARGE, 0,
                                    "a text is larger than the buffer of the reader");
    pinbulki_reader_text_token(reader, token);
    token->more = 1;
    return token->kind;
}

static int pinbulki_reader_hex_value(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* The character of an escape of one letter, 0 when there is none. */
static char pinbulki_reader_escape_value(char byte)
{
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    size_t i;
    for (i = 0; i < sizeof names - 1; i++)
        if (names[i] == byte)
            return values[i];
    return 0;
}

/* Writes a code point as UTF-8, returns its length. */
static size_t pinbulki_reader_utf8_put(char *to, uint32_t point)
{
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4, i;
    for (i = length - 1; i > 0; i--, point >>= 6)
        to[i] = (char)(unsigned char)(0x80 | (point & 0x3f));
    to[0] = (char)(unsigned char)(length == 1 ? point : (0xf00 >> length & 0xff) | point);
    return length;
}

/* The length of the character that begins with this byte, 0 when none does. */
static unsigned pinbulki_reader_utf8_length(unsigned char lead)
{
    return lead < 0x80   ? 1
           : lead < 0xc2 ? 0
           : lead < 0xe0 ? 2
           : lead < 0xf0 ? 3
           : lead < 0xf5 ? 4
                         : 0;
}

/* True when `byte` may follow the `taken` bytes of a character. The second byte excludes overlong
   forms, surrogates and what is above U+10FFFF. */
static int pinbulki_reader_utf8_goes_on(const char *sequence, unsigned taken, unsigned char byte)
{
    unsigned char lead = (unsigned char)sequence[0], low = 0x80, high = 0xbf;
    if (taken == 1) {
        low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : low;
        high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : high;
    }
    return byte >= low && byte <= high;
}

/* What became of a byte of a text. */
enum {
    PINBULKI_BYTE_TAKEN,
    PINBULKI_BYTE_LAST,   /* taken, and the text ends with it */
    PINBULKI_BYTE_BEHIND, /* not taken: the text ended before it */
    PINBULKI_BYTE_FULL,   /* not taken: the buffer is full */
    PINBULKI_BYTE_WRONG,
    PINBULKI_BYTE_UNPAIRED, /* half of a surrogate pair alone */
    PINBULKI_BYTE_NOT_UTF8
};

/* Takes the last digit of \u. *back: how far behind the escape began that is wrong. */
static int pinbulki_reader_text_unit(pinbulk_reader *reader, unsigned unit, unsigned *back)
{
    char bytes[4];
    size_t length;
    uint32_t point = unit;
    if (reader->high) {
        *back = 11;
        if (unit < 0xdc00 || unit > 0xdfff)
            return PINBULKI_BYTE_UNPAIRED;
        point = 0x10000 + (((uint32_t)reader->high - 0xd800) << 10) + (unit - 0xdc00);
    } else if (unit >= 0xd800 && unit <= 0xdbff) {
        reader->high = (uint16_t)unit;
        reader->text_state = PINBULKI_TEXT_PAIR;
        return PINBULKI_BYTE_TAKEN;
    } else if (unit >= 0xdc00 && unit <= 0xdfff) {
        *back = 5;
        return PINBULKI_BYTE_UNPAIRED;
    }
    length = pinbulki_reader_utf8_put(bytes, point);
    if (!pinbulki_reader_text_fits(reader, length))
        return PINBULKI_BYTE_FULL;
    pinbulki_reader_text_add(reader, bytes, length);
    reader->high = 0;
    reader->text_state = PINBULKI_TEXT_STRING;
    return PINBULKI_BYTE_TAKEN;
}

/* Takes one byte of a string. */
static int pinbulki_reader_text_string_byte(pinbulk_reader *reader, char byte, unsigned *back)
{
    unsigned char value = (unsigned char)byte;
    char escaped;
    int digit;
    switch (reader->text_state) {
    case PINBULKI_TEXT_STRING:
        if (byte == '"')
            return PINBULKI_BYTE_LAST;
        if (byte == '\\') {
            reader->text_state = PINBULKI_TEXT_ESCAPE;
            return PINBULKI_BYTE_TAKEN;
        }
        if (value < 0x20)
            return PINBULKI_BYTE_WRONG;
        if (pinbulki_reader_utf8_length(value) == 0)
            return PINBULKI_BYTE_NOT_UTF8;
        if (value >= 0x80) {
            reader->sequence[0] = byte;
            reader->taken = 1;
            reader->text_state = PINBULKI_TEXT_UTF8;
            return PINBULKI_BYTE_TAKEN;
        }
        if (!pinbulki_reader_text_fits(reader, 1))
            return PINBULKI_BYTE_FULL;
        pinbulki_reader_text_add(reader, &byte, 1);
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_UTF8:
        *back = reader->taken;
        if (!pinbulki_reader_utf8_goes_on(reader->sequence, reader->taken, value))
            return PINBULKI_BYTE_NOT_UTF8;
        reader->sequence[reader->taken] = byte;
        if (reader->taken + 1u < pinbulki_reader_utf8_length((unsigned char)reader->sequence[0])) {
            reader->taken++;
            return PINBULKI_BYTE_TAKEN;
        }
        if (!pinbulki_reader_text_fits(reader, reader->taken + 1u))
            return PINBULKI_BYTE_FULL;
        pinbulki_reader_text_add(reader, reader->sequence, reader->taken + 1u);
        reader->text_state = PINBULKI_TEXT_STRING;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_ESCAPE:
        if (byte == 'u') {
            reader->taken = 0;
            reader->unit = 0;
            reader->text_state = PINBULKI_TEXT_HEX;
            return PINBULKI_BYTE_TAKEN;
        }
        escaped = pinbulki_reader_escape_value(byte);
        if (!escaped)
            return PINBULKI_BYTE_WRONG;
        if (!pinbulki_reader_text_fits(reader, 1))
            return PINBULKI_BYTE_FULL;
        pinbulki_reader_text_add(reader, &escaped, 1);
        reader->text_state = PINBULKI_TEXT_STRING;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_HEX:
        digit = pinbulki_reader_hex_value(byte);
        if (digit < 0)
            return PINBULKI_BYTE_WRONG;
        if (reader->taken == 3)
            return pinbulki_reader_text_unit(reader, reader->unit * 16u + (unsigned)digit, back);
        reader->unit = (uint16_t)(reader->unit * 16u + (unsigned)digit);
        reader->taken++;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_PAIR:
        *back = 6;
        if (byte != '\\')
            return PINBULKI_BYTE_UNPAIRED;
        reader->text_state = PINBULKI_TEXT_PAIR_U;
        return PINBULKI_BYTE_TAKEN;
    default: /* PINBULKI_TEXT_PAIR_U */
        *back = 7;
        if (byte != 'u')
            return PINBULKI_BYTE_UNPAIRED;
        reader->taken = 0;
        reader->unit = 0;
        reader->text_state = PINBULKI_TEXT_HEX;
        return PINBULKI_BYTE_TAKEN;
    }
}

static int pinbulki_reader_text_literal_byte(pinbulk_reader *reader, char byte)
{
    const char *literal = reader->text_kind == PINBULK_TOKEN_TRUE    ? "true"
                          : reader->text_kind == PINBULK_TOKEN_FALSE ? "false"
                                                                     : "null";
    if (byte != literal[reader->taken])
        return PINBULKI_BYTE_WRONG;
    reader->taken++;
    return literal[reader->taken] ? PINBULKI_BYTE_TAKEN : PINBULKI_BYTE_LAST;
}

static int pinbulki_reader_text_number_byte(pinbulk_reader *reader, char byte)
{
    int state = pinbulki_reader_number_step(reader->text_state, byte);
    if (state < 0)
        return pinbulki_reader_number_whole(reader->text_state) ? PINBULKI_BYTE_BEHIND
                                                                : PINBULKI_BYTE_WRONG;
    if (!pinbulki_reader_text_fits(reader, 1))
        return PINBULKI_BYTE_FULL;
    pinbulki_reader_text_add(reader, &byte, 1);
    reader->text_state = (uint8_t)state;
    return PINBULKI_BYTE_TAKEN;
}

/* Takes the plain front of what is left of a string, as much as fits. */
static void pinbulki_reader_text_run(pinbulk_reader *reader)
{
    const char *end = reader->end;
    size_t room = reader->config.buffer_size - reader->buffered;
    if (!reader->skip && room < (size_t)(end - reader->at))
        end = reader->at + room;
    end = pinbulki_utf8_end(reader->at, pinbulki_reader_run_end(reader->at, end));
    if (end != reader->at)
        pinbulki_reader_text_add(reader, reader->at, (size_t)(end - reader->at));
    reader->at = end;
}

/* Goes on with the text that is under way. */
static pinbulk_token_kind pinbulki_reader_text(pinbulk_reader *reader, pinbulk_token *token)
{
    for (;;) {
        unsigned back = 0;
        int taken;
        if (reader->text_state == PINBULKI_TEXT_STRING)
            pinbulki_reader_text_run(reader);
        if (reader->at == reader->end) {
            if (reader->ended && !reader->over_limit &&
                pinbulki_reader_number_whole(reader->text_state))
                return pinbulki_reader_text_end(reader, token);
            return pinbulki_reader_used_up(reader, token);
        }
        if (reader->text_state < PINBULKI_TEXT_LITERAL)
            taken = pinbulki_reader_text_string_byte(reader, *reader->at, &back);
        else if (reader->text_state == PINBULKI_TEXT_LITERAL)
            taken = pinbulki_reader_text_literal_byte(reader, *reader->at);
        else
            taken = pinbulki_reader_text_number_byte(reader, *reader->at);
        switch (taken) {
        case PINBULKI_BYTE_TAKEN:
            reader->at++;
            break;
        case PINBULKI_BYTE_LAST:
            reader->at++;
            return pinbulki_reader_text_end(reader, token);
        case PINBULKI_BYTE_BEHIND:
            return pinbulki_reader_text_end(reader, token);
        case PINBULKI_BYTE_FULL:
            return pinbulki_reader_text_full(reader, token);
        case PINBULKI_BYTE_UNPAIRED:
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, back,
                                        "half of a surrogate pair stands alone");
        case PINBULKI_BYTE_NOT_UTF8:
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_UTF8, back,
                                        "a string is not UTF-8");
        default:
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                        reader->text_state == PINBULKI_TEXT_STRING
                                            ? "a control character in a string must be escaped"
                                            : pinbulki_reader_text_expected[reader->text_state]);
        }
    }
}

/* Begins a text that is read byte by byte. */
static pinbulk_token_kind pinbulki_reader_text_begin(pinbulk_reader *reader, pinbulk_token *token,
                                                     pinbulk_token_kind kind, int text_state)
{
    reader->state = (uint8_t)((reader->state & 7) | 1 | PINBULKI_READ_TEXT);
    reader->text_kind = (uint8_t)kind;
    reader->text_state = (uint8_t)text_state;
    reader->buffered = 0;
    reader->taken = 0;
    reader->high = 0;
    if (kind == PINBULK_TOKEN_KEY) {
        reader->key = NULL;
        reader->key_length = 0;
    }
    return pinbulki_reader_text(reader, token);
}

/* Reads a string from its quote on: in place when it lies whole in the chunk and has no escape. */
static pinbulk_token_kind pinbulki_reader_string(pinbulk_reader *reader, pinbulk_token *token,
                                                 pinbulk_token_kind kind)
{
    const char *text = reader->at + 1, *end = pinbulki_reader_run_end(text, reader->end);
    reader->at = text;
    if (end == reader->end || *end != '"' || pinbulki_utf8_end(text, end) != end)
        return pinbulki_reader_text_begin(reader, token, kind, PINBULKI_TEXT_STRING);
    if (kind == PINBULK_TOKEN_KEY) {
        reader->key = text;
        reader->key_length = (size_t)(end - text);
    }
    reader->at = end + 1;
    reader->state = (uint8_t)((reader->state & 7) | 1);
    return pinbulki_reader_token(token, kind, text, (size_t)(end - text));
}

/* Reads a number: in place when it ends in the chunk. */
static pinbulk_token_kind pinbulki_reader_number(pinbulk_reader *reader, pinbulk_token *token)
{
    const char *at = reader->at;
    int state = PINBULKI_TEXT_NUMBER, next = state;
    while (at != reader->end && (next = pinbulki_reader_number_step(state, *at)) >= 0) {
        state = next;
        at++;
    }
    if (at == reader->end || !pinbulki_reader_number_whole(state))
        return pinbulki_reader_text_begin(reader, token, PINBULK_TOKEN_NUMBER,
                                          PINBULKI_TEXT_NUMBER);
    pinbulki_reader_token(token, PINBULK_TOKEN_NUMBER, reader->at, (size_t)(at - reader->at));
    token->integer = state <= PINBULKI_TEXT_INTEGER;
    reader->at = at;
    reader->state = (uint8_t)((reader->state & 7) | 1);
    return PINBULK_TOKEN_NUMBER;
}

/* Reads a value from its first byte on. */
static pinbulk_token_kind pinbulki_reader_value(pinbulk_reader *reader, pinbulk_token *token)
{
    char byte = *reader->at;
    switch (byte) {
    case '{':
    case '[':
        if (!pinbulki_reader_open(reader, byte == '{'))
            return pinbulki_reader_fail(reader, token, PINBULK_TOO_DEEP, 0,
                                        "nested deeper than the limit of the reader");
        reader->at++;
        return pinbulki_reader_token(
            token, byte == '{' ? PINBULK_TOKEN_OBJECT : PINBULK_TOKEN_ARRAY, NULL, 0);
    case '"':
        return pinbulki_reader_string(reader, token, PINBULK_TOKEN_STRING);
    case 't':
        return pinbulki_reader_text_begin(reader, token, PINBULK_TOKEN_TRUE, PINBULKI_TEXT_LITERAL);
    case 'f':
        return pinbulki_reader_text_begin(reader, token, PINBULK_TOKEN_FALSE,
                                          PINBULKI_TEXT_LITERAL);
    case 'n':
        return pinbulki_reader_text_begin(reader, token, PINBULK_TOKEN_NULL, PINBULKI_TEXT_LITERAL);
    default:
        if (byte == '-' || (byte >= '0' && byte <= '9'))
            return pinbulki_reader_number(reader, token);
        if ((unsigned char)byte == 0xef && reader->chunk_offset == 0 && reader->at == reader->chunk)
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                        "a byte order mark is not allowed in JSON");
        return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                    pinbulki_reader_rules[reader->state].expected);
    }
}

/* Reads on until a token is whole. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_slow(pinbulk_reader *reader,
                                                          pinbulk_token *token)
{
    if (reader->state & PINBULKI_READ_FAILED)
        return pinbulki_reader_token(token, PINBULK_TOKEN_ERROR, NULL, 0);
    if (reader->state & PINBULKI_READ_TEXT)
        return pinbulki_reader_text(reader, token);
    for (;;) {
        const struct pinbulki_reader_rule *rule = &pinbulki_reader_rules[reader->state];
        char byte;
        reader->at = pinbulki_reader_space_end(reader->at, reader->end);
        if (reader->at == reader->end)
            return pinbulki_reader_used_up(reader, token);
        byte = *reader->at;
        if (byte == rule->close) {
            reader->at++;
            return pinbulki_reader_token(token, pinbulki_reader_close(reader), NULL, 0);
        }
        if (rule->takes == PINBULK_TOKEN_KEY && byte == '"')
            return pinbulki_reader_string(reader, token, PINBULK_TOKEN_KEY);
        if (rule->takes == PINBULK_TOKEN_STRING)
            return pinbulki_reader_value(reader, token);
        if (byte != rule->separator)
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0, rule->expected);
        reader->at++;
        reader->state = rule->next;
        if (byte == ',') {
            reader->key = NULL;
            reader->index++;
        }
    }
}

/* Takes the next token when it lies whole in the chunk and nothing about it is unusual. Otherwise
   returns PINBULK_TOKEN_MORE and leaves everything as it is. */
PINBULKI_INLINE pinbulk_token_kind pinbulki_reader_quick(pinbulk_reader *reader,
                                                         pinbulk_token *token)
{
    (void)reader;
    (void)token;
    return PINBULK_TOKEN_MORE;
}

/* What the quick reader did not take. Reads to the end of a container that is skipped. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_other(pinbulk_reader *reader,
                                                           pinbulk_token *token)
{
    pinbulk_token_kind kind;
    if (!(reader->state & PINBULKI_READ_SKIPPING))
        return pinbulki_reader_slow(reader, token);
    reader->state &= (uint8_t)~PINBULKI_READ_SKIPPING;
    do {
        kind = pinbulki_reader_quick(reader, token);
        if (kind == PINBULK_TOKEN_MORE)
            kind = pinbulki_reader_slow(reader, token);
    } while (kind > PINBULK_TOKEN_END && reader->depth >= reader->skip);
    if (kind > PINBULK_TOKEN_END)
        reader->skip = 0;
    else
        reader->state |= PINBULKI_READ_SKIPPING;
    return kind;
}

/* The next token, for those who want it inline. */
PINBULKI_INLINE pinbulk_token_kind pinbulki_reader_step(pinbulk_reader *reader,
                                                        pinbulk_token *token)
{
    pinbulk_token_kind kind = pinbulki_reader_quick(reader, token);
    return PINBULKI_LIKELY(kind != PINBULK_TOKEN_MORE) ? kind
                                                       : pinbulki_reader_other(reader, token);
}

PINBULK_API void pinbulk_reader_init(pinbulk_reader *reader, const pinbulk_reader_config *config)
{
    static const char nothing[1] = {0};
    memset(reader, 0, sizeof *reader);
    if (config)
        reader->config = *config;
    if (!reader->config.buffer)
        reader->config.buffer_size = 0;
    if (!reader->config.path)
        reader->config.path_size = 0;
    if (reader->config.depth_limit == 0)
        reader->config.depth_limit = 64;
    if (reader->config.depth_limit > PINBULK_DEPTH_MAX)
        reader->config.depth_limit = PINBULK_DEPTH_MAX;
    if (reader->config.byte_limit == 0)
        reader->config.byte_limit = UINT64_MAX;
    reader->at = reader->end = reader->chunk = nothing;
    reader->hungry = 1;
}

PINBULK_API pinbulk_result pinbulk_reader_feed(pinbulk_reader *reader, const char *chunk,
                                               size_t length)
{
    uint64_t offset = reader->chunk_offset + (uint64_t)(reader->end - reader->chunk);
    if (reader->result)
        return reader->result;
    if (!reader->hungry || reader->ended)
        return PINBULK_BAD_STATE;
    if (length == 0)
        return PINBULK_OK;
    if (!chunk)
        return PINBULK_BAD_ARGUMENT;
    if (length > reader->config.byte_limit - offset) {
        length = (size_t)(reader->config.byte_limit - offset);
        reader->over_limit = 1;
    }
    reader->chunk = reader->at = chunk;
    reader->end = chunk + length;
    reader->chunk_offset = offset;
    reader->hungry = 0;
    return PINBULK_OK;
}

PINBULK_API pinbulk_result pinbulk_reader_end(pinbulk_reader *reader)
{
    if (reader->result)
        return reader->result;
    if (reader->ended)
        return PINBULK_BAD_STATE;
    reader->ended = 1;
    return PINBULK_OK;
}

PINBULK_API pinbulk_token_kind pinbulk_reader_next(pinbulk_reader *reader, pinbulk_token *token)
{
    return pinbulki_reader_step(reader, token);
}

PINBULK_API pinbulk_result pinbulk_reader_skip(pinbulk_reader *reader)
{
    if (reader->result)
        return reader->result;
    if (reader->state != PINBULKI_READ_FIRST_ITEM && reader->state != PINBULKI_READ_FIRST_NAME)
        return PINBULK_BAD_STATE;
    reader->skip = reader->depth;
    reader->state |= PINBULKI_READ_SKIPPING;
    return PINBULK_OK;
}

PINBULK_API unsigned pinbulk_reader_depth(const pinbulk_reader *reader)
{
    return reader->depth;
}

/* Text that is written from its end to its front; what lies beyond `size` is dropped. */
struct pinbulki_reader_back {
    char *text;
    size_t size; /* of the text, without its NUL */
    size_t at;   /* where the text begins so far */
};

static void pinbulki_reader_back_put(struct pinbulki_reader_back *to, const char *bytes,
                                     size_t length)
{
    while (length > 0) {
        length--;
        to->at--;
        if (to->at < to->size)
            to->text[to->at] = bytes[length];
    }
}

static void pinbulki_reader_back_index(struct pinbulki_reader_back *to, uint64_t index)
{
    pinbulki_reader_back_put(to, "]", 1);
    do {
        char digit = (char)('0' + index % 10);
        pinbulki_reader_back_put(to, &digit, 1);
        index /= 10;
    } while (index);
    pinbulki_reader_back_put(to, "[", 1);
}

/* .name, or ["any name"] when it is no identifier. */
static void pinbulki_reader_back_name(struct pinbulki_reader_back *to, const char *name,
                                      size_t length, int first)
{
    static const char hex[] = "0123456789abcdef";
    size_t i;
    int plain = length > 0 && !(name[0] >= '0' && name[0] <= '9');
    for (i = 0; i < length; i++)
        if (!(name[i] >= 'a' && name[i] <= 'z') && !(name[i] >= 'A' && name[i] <= 'Z') &&
            !(name[i] >= '0' && name[i] <= '9') && name[i] != '_')
            plain = 0;
    if (plain) {
        pinbulki_reader_back_put(to, name, length);
        pinbulki_reader_back_put(to, ".", first ? 0 : 1);
        return;
    }
    pinbulki_reader_back_put(to, "\"]", 2);
    for (i = length; i-- > 0;) {
        unsigned char byte = (unsigned char)name[i];
        if (byte < 0x20) {
            pinbulki_reader_back_put(to, &hex[byte & 15], 1);
            pinbulki_reader_back_put(to, byte < 0x10 ? "\\u000" : "\\u001", 5);
        } else {
            pinbulki_reader_back_put(to, &name[i], 1);
            pinbulki_reader_back_put(to, "\\", byte == '"' || byte == '\\' ? 1 : 0);
        }
    }
    pinbulki_reader_back_put(to, "[\"", 2);
}

/* Writes the path from its end to its front. */
static void pinbulki_reader_back_path(struct pinbulki_reader_back *to, const pinbulk_reader *reader)
{
    const char *path = reader->config.path;
    size_t used = reader->path_used;
    unsigned level = reader->depth, state = reader->state & (PINBULKI_READ_STATES - 1);
    int before = state == PINBULKI_READ_FIRST_ITEM || state == PINBULKI_READ_FIRST_NAME ||
                 state == PINBULKI_READ_NAME ||
                 (state == PINBULKI_READ_COLON && reader->state & PINBULKI_READ_TEXT);
    int object = pinbulki_reader_is_object(reader, level);
    if (reader->path_lost) {
        level -= reader->path_lost;
        pinbulki_reader_back_put(to, "...", 3);
    } else if (before) {
        /* no member or item is open */
    } else if (object ? !reader->key || !pinbulki_reader_path_fits(reader) : reader->index_lost) {
        pinbulki_reader_back_put(to, "...", 3);
    } else if (object) {
        pinbulki_reader_back_name(to, reader->key, reader->key_length, level == 1);
    } else {
        pinbulki_reader_back_index(to, reader->index);
    }
    while (--level > 0) {
        uint64_t number = pinbulki_reader_path_take(path, &used);
        if (pinbulki_reader_is_object(reader, level)) {
            used -= (size_t)number;
            pinbulki_reader_back_name(to, path + used, (size_t)number, level == 1);
        } else {
            pinbulki_reader_back_index(to, number);
        }
    }
}

PINBULK_API size_t pinbulk_reader_path(const pinbulk_reader *reader, char *text, size_t size)
{
    struct pinbulki_reader_back to;
    size_t length = 0;
    if (reader->depth && reader->config.path_size) {
        to.text = text;
        to.size = 0;
        to.at = SIZE_MAX;
        pinbulki_reader_back_path(&to, reader);
        length = SIZE_MAX - to.at;
        to.at = length;
        to.size = size ? size - 1 : 0;
        pinbulki_reader_back_path(&to, reader);
    }
    if (size)
        text[length < size ? length : size - 1] = 0;
    return length;
}

/* Appends to a message of `used` bytes; returns how many it has then. */
static size_t pinbulki_reader_message_add(char *message, size_t used, const char *text)
{
    pinbulk_text added = pinbulk_text_of(text);
    return used + pinbulki_text_copy(message + used, PINBULK_ERROR_MESSAGE_MAX - used, added.data,
                                     added.length);
}

PINBULK_API void pinbulk_reader_error(const pinbulk_reader *reader, pinbulk_error *error)
{
    static const char hex[] = "0123456789abcdef";
    char message[PINBULK_ERROR_MESSAGE_MAX], found[5];
    size_t used = 0, cut = PINBULK_ERROR_PATH_MAX - 4;
    if (!reader->result || !error)
        return;
    if (reader->result == PINBULK_TRUNCATED)
        used = pinbulki_reader_message_add(message, used, "the document ends too early: ");
    used = pinbulki_reader_message_add(message, used, reader->message);
    if (reader->found >= 0) {
        unsigned byte = (unsigned)reader->found;
        int visible = byte > 0x20 && byte < 0x7f;
        found[0] = visible ? '\'' : '0';
        found[1] = visible ? (char)byte : 'x';
        found[2] = visible ? '\'' : hex[byte >> 4];
        found[3] = visible ? (char)0 : hex[byte & 15];
        found[4] = 0;
        used = pinbulki_reader_message_add(message, used, visible ? ", found " : ", found byte ");
        pinbulki_reader_message_add(message, used, found);
    }
    pinbulki_error_set(error, reader->result, message);
    error->has_offset = 1;
    error->offset = reader->error_offset;
    if (pinbulk_reader_path(reader, error->path, sizeof error->path) < sizeof error->path)
        return;
    while (((unsigned char)error->path[cut] & 0xc0) == 0x80)
        cut--;
    memcpy(error->path + cut, "...", 4);
}
/* ============================================================================================== */
/* >>records: implementation                                                                      */
/* ============================================================================================== */

/* Names of arrays, by what is in them. Of those with the same kind the first names the kind. */
static const struct {
    const char *name;
    pinbulk_kind kind;
} pinbulki_kinds[] = {{"unknown", PINBULK_KIND_UNKNOWN},
                      {"campaign", PINBULK_KIND_CAMPAIGN},
                      {"ad_group", PINBULK_KIND_AD_GROUP},
                      {"ad", PINBULK_KIND_AD},
                      {"product_group", PINBULK_KIND_PRODUCT_GROUP},
                      {"keyword", PINBULK_KIND_KEYWORD},
                      {"label", PINBULK_KIND_LABEL},
                      {"schedule", PINBULK_KIND_SCHEDULE},
                      {"catalog_product_group", PINBULK_KIND_CATALOG_PRODUCT_GROUP},
                      {"entity_history", PINBULK_KIND_ENTITY_HISTORY},
                      {"product_group_promotion", PINBULK_KIND_PRODUCT_GROUP}};

#define PINBULKI_KIND_ROWS (sizeof pinbulki_kinds / sizeof pinbulki_kinds[0])

PINBULK_API const char *pinbulk_kind_name(pinbulk_kind kind)
{
    size_t row = PINBULKI_KIND_ROWS;
    while (--row > 0 && (row > PINBULK_KIND_ENTITY_HISTORY || pinbulki_kinds[row].kind != kind))
        continue;
    return pinbulki_kinds[row].name;
}

static int pinbulki_kind_separator(char byte)
{
    return byte == '_' || byte == '-' || byte == ' ';
}

/* True when `key` is `name` in any usual spelling: ad_group, adGroups, AD-GROUP. */
static int pinbulki_kind_is(const char *name, const char *key, size_t length)
{
    size_t i;
    for (i = 0; i < length; i++) {
        char byte = key[i] >= 'A' && key[i] <= 'Z' ? (char)(key[i] - 'A' + 'a') : key[i];
        if (pinbulki_kind_separator(byte))
            continue;
        if (*name == '_')
            name++;
        if (byte != *name)
            break;
        name++;
    }
    if (i == length)
        return *name == 0;
    if (*name == 0) /* the plural */
        return length - i == 1 && (key[i] | 0x20) == 's';
    return memcmp(name, "y", 2) == 0 && length - i == 3 && (key[i] | 0x20) == 'i' &&
           (key[i + 1] | 0x20) == 'e' && (key[i + 2] | 0x20) == 's';
}

static pinbulk_kind pinbulki_kind_of(const char *key, size_t length)
{
    size_t row = PINBULKI_KIND_ROWS;
    while (--row > 0 && !pinbulki_kind_is(pinbulki_kinds[row].name, key, length))
        continue;
    return pinbulki_kinds[row].kind;
}

/* The end of an object is found by its marks: brackets outside of strings, and bytes that may not
   be where they are. Two searches find the same marks: one byte by byte, and one for blocks of 64
   bytes, which turns them into bit masks and need not look at bytes one by one. */

/* How a search went on, and where it stands then. */
enum {
    PINBULKI_SCAN_INSIDE,   /* it needs more; at the end of the bytes */
    PINBULKI_SCAN_CLOSED,   /* behind the last bracket */
    PINBULKI_SCAN_BROKEN,   /* on a mark that is wrong */
    PINBULKI_SCAN_TOO_DEEP, /* on a bracket */
    PINBULKI_SCAN_TOO_LARGE /* the object does not fit into the window */
};

static const pinbulk_result pinbulki_scan_results[] = {PINBULK_OK, PINBULK_OK, PINBULK_BAD_JSON,
                                                       PINBULK_TOO_DEEP, PINBULK_TOO_LARGE};

/* What is wrong with the byte that a search failed on. */
static const char *pinbulki_scan_message(int outcome, char byte)
{
    if (outcome == PINBULKI_SCAN_TOO_LARGE)
        return "the record is larger than the window";
    if (outcome == PINBULKI_SCAN_TOO_DEEP)
        return "nested deeper than the limit of the reader";
    if (byte == '}' || byte == ']')
        return "a bracket closes one of the other kind";
    if (byte == '\\')
        return "a backslash outside of a string";
    return "a control character in a string must be escaped";
}

static void pinbulki_scan_begin(pinbulki_scan *scan, unsigned depth_limit)
{
    memset(scan, 0, sizeof *scan);
    scan->depth_limit = (uint16_t)depth_limit;
}

/* Follows a mark. */
PINBULKI_INLINE int pinbulki_scan_mark(pinbulki_scan *scan, char byte)
{
    int object = byte == '{' || byte == '}';
    if (byte == '{' || byte == '[') {
        if (scan->depth == scan->depth_limit)
            return PINBULKI_SCAN_TOO_DEEP;
        scan->nest = scan->nest << 1 | (unsigned)object;
        scan->depth++;
        return PINBULKI_SCAN_INSIDE;
    }
    if ((byte != '}' && byte != ']') || (int)(scan->nest & 1) != object)
        return PINBULKI_SCAN_BROKEN;
    scan->nest >>= 1;
    scan->depth--;
    return scan->depth ? PINBULKI_SCAN_INSIDE : PINBULKI_SCAN_CLOSED;
}

/* Goes on in [*at, end); *at is then where the outcome says. */
static int pinbulki_scan_bytes(pinbulki_scan *scan, const char **at, const char *end)
{
    const char *byte;
    for (byte = *at; byte != end; byte++) {
        int outcome = PINBULKI_SCAN_INSIDE;
        if (scan->in_string && !scan->escaped) {
            byte = pinbulki_reader_run_end(byte, end);
            if (byte == end)
                break;
            if (*byte == '"')
                scan->in_string = 0;
            else if (*byte == '\\')
                scan->escaped = 1;
            else
                outcome = PINBULKI_SCAN_BROKEN;
        } else if (scan->in_string) {
            scan->escaped = 0;
            if ((unsigned char)*byte < 0x20)
                outcome = PINBULKI_SCAN_BROKEN;
        } else if (*byte == '"') {
            scan->in_string = 1;
        } else if (*byte == '{' || *byte == '}' || *byte == '[' || *byte == ']' || *byte == '\\') {
            outcome = pinbulki_scan_mark(scan, *byte);
        }
        if (outcome != PINBULKI_SCAN_INSIDE) {
            *at = byte + (outcome == PINBULKI_SCAN_CLOSED);
            return outcome;
        }
    }
    *at = end;
    return PINBULKI_SCAN_INSIDE;
}

#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)

/* One bit for each of 64 bytes, the first byte lowest. */
typedef struct pinbulki_masks {
    uint64_t quotes, backslashes, brackets, controls;
} pinbulki_masks;

#if defined(PINBULKI_SSE2)

PINBULKI_INLINE uint64_t pinbulki_mask(__m128i bytes, unsigned shift)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << shift;
}

/* Looks at 16 bytes, whose bits begin at `shift`. '[' and '{' differ in one bit, ']' and '}' in the
   same. */
PINBULKI_INLINE void pinbulki_masks_add(pinbulki_masks *masks, const char *at, unsigned shift)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    __m128i brackets = _mm_or_si128(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')),
                                    _mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
    __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    masks->quotes |= pinbulki_mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), shift);
    masks->backslashes |= pinbulki_mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), shift);
    masks->brackets |= pinbulki_mask(brackets, shift);
    masks->controls |= pinbulki_mask(controls, shift);
}

PINBULKI_INLINE void pinbulki_masks_take(pinbulki_masks *masks, const char *at)
{
    memset(masks, 0, sizeof *masks);
    pinbulki_masks_add(masks, at, 0);
    pinbulki_masks_add(masks, at + 16, 16);
    pinbulki_masks_add(masks, at + 32, 32);
    pinbulki_masks_add(masks, at + 48, 48);
}

#else

/* Four times 16 bytes that are 0 or 0xff to bits: each byte keeps the bit of its place in its group
   of eight, and pairs are added until a group is one byte. */
PINBULKI_INLINE uint64_t pinbulki_mask(const uint8x16_t bytes[4])
{
    static const uint8_t places[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t place = vld1q_u8(places);
    uint8x16_t low = vpaddq_u8(vandq_u8(bytes[0], place), vandq_u8(bytes[1], place));
    uint8x16_t high = vpaddq_u8(vandq_u8(bytes[2], place), vandq_u8(bytes[3], place));
    low = vpaddq_u8(low, high);
    low = vpaddq_u8(low, low);
    return vgetq_lane_u64(vreinterpretq_u64_u8(low), 0);
}

PINBULKI_INLINE void pinbulki_masks_take(pinbulki_masks *masks, const char *at)
{
    uint8x16_t quotes[4], backslashes[4], brackets[4], controls[4];
    int i;
    for (i = 0; i < 4; i++) {
        uint8x16_t bytes = vld1q_u8((const uint8_t *)(const void *)(at + 16 * i));
        uint8x16_t folded = vorrq_u8(bytes, vdupq_n_u8(0x20));
        quotes[i] = vceqq_u8(bytes, vdupq_n_u8('"'));
        backslashes[i] = vceqq_u8(bytes, vdupq_n_u8('\\'));
        brackets[i] =
            vorrq_u8(vceqq_u8(folded, vdupq_n_u8('{')), vceqq_u8(folded, vdupq_n_u8('}')));
        controls[i] = vcltq_u8(bytes, vdupq_n_u8(0x20));
    }
    masks->quotes = pinbulki_mask(quotes);
    masks->backslashes = pinbulki_mask(backslashes);
    masks->brackets = pinbulki_mask(brackets);
    masks->controls = pinbulki_mask(controls);
}

#endif

/* The place of the lowest bit that is set; one must be. */
PINBULKI_INLINE unsigned pinbulki_lowest_bit(uint64_t bits)
{
#if defined(__GNUC__) || defined(__clang__)
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned place = 0, step;
    for (step = 32; step > 0; step /= 2)
        if (!(bits << (64 - place - step))) /* none among the lowest place + step */
            place += step;
    return place;
#endif
}

/* As pinbulki_scan_bytes, but only whole blocks: up to 63 bytes may be left. */
static int pinbulki_scan_blocks(pinbulki_scan *scan, const char **at, const char *end)
{
    const char *block = *at;
    uint64_t inside = 0 - (uint64_t)scan->in_string; /* all bits: the block begins in a string */
    uint64_t carry = scan->escaped;
    for (; end - block >= 64; block += 64) {
        pinbulki_masks masks;
        uint64_t escaped = carry, strings, marks, rest;
        pinbulki_masks_take(&masks, block);
        carry = 0;
        for (rest = masks.backslashes & ~escaped; rest; rest &= ~escaped) {
            uint64_t backslash = rest & (0 - rest);
            escaped |= backslash << 1;
            carry = backslash >> 63;
            rest ^= backslash;
        }
        strings = masks.quotes & ~escaped; /* then all from each opening to before the next quote */
        strings ^= strings << 1;
        strings ^= strings << 2;
        strings ^= strings << 4;
        strings ^= strings << 8;
        strings ^= strings << 16;
        strings ^= strings << 32;
        strings ^= inside;
        inside = 0 - (strings >> 63);
        marks = ((masks.brackets | masks.backslashes) & ~strings) | (masks.controls & strings);
        for (; marks; marks &= marks - 1) {
            const char *mark = block + pinbulki_lowest_bit(marks);
            int outcome = pinbulki_scan_mark(scan, *mark);
            if (outcome != PINBULKI_SCAN_INSIDE) {
                *at = mark + (outcome == PINBULKI_SCAN_CLOSED);
                return outcome;
            }
        }
    }
    scan->in_string = (uint8_t)(inside & 1);
    scan->escaped = (uint8_t)carry;
    *at = block;
    return PINBULKI_SCAN_INSIDE;
}

#endif

/* As pinbulki_scan_bytes, only faster. */
static int pinbulki_scan_on(pinbulki_scan *scan, const char **at, const char *end)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    int outcome = pinbulki_scan_blocks(scan, at, end);
    if (outcome != PINBULKI_SCAN_INSIDE)
        return outcome;
#endif
    return pinbulki_scan_bytes(scan, at, end);
}

/* The reader reads what is around the records. At the { of a record the search for its end takes
   over, and the reader goes on at the }: to the reader each record is {}. So there is only one
   place in the file, reader.at, and as long as the reader has not begun it only keeps that place.
 */

enum {
    PINBULKI_RECORDS_START,    /* nothing but white space came */
    PINBULKI_RECORDS_FIRST,    /* in the first object */
    PINBULKI_RECORDS_SECOND,   /* after it: the next byte tells the format */
    PINBULKI_RECORDS_BETWEEN,  /* before a record of JSON lines */
    PINBULKI_RECORDS_DOCUMENT, /* the reader reads */
    PINBULKI_RECORDS_INSIDE,   /* in a record */
    PINBULKI_RECORDS_FAILED
};

/* What a step returns when another step is to follow. */
#define PINBULKI_RECORDS_GO_ON (-1)

PINBULK_API pinbulk_result pinbulk_records_init(pinbulk_records *records,
                                                const pinbulk_records_config *config)
{
    pinbulk_reader_config reader;
    if (!records || !config || (!config->window && config->window_size) ||
        (!config->path && config->path_size) ||
        (unsigned)config->format > PINBULK_FORMAT_JSON_LINES ||
        config->oversize > PINBULK_OVERSIZE_SKIP)
        return PINBULK_BAD_ARGUMENT;
    memset(records, 0, sizeof *records);
    memset(&reader, 0, sizeof reader);
    records->config = *config;
    records->hungry = 1;
    reader.buffer = records->name;
    reader.buffer_size = sizeof records->name;
    reader.parts = 1;
    reader.path = config->path;
    reader.path_size = config->path_size;
    pinbulk_reader_init(&records->reader, &reader);
    return PINBULK_OK;
}

/* The result of the first error, PINBULK_OK when there was none. */
static pinbulk_result pinbulki_records_result(const pinbulk_records *records)
{
    return records->result ? records->result : records->reader.result;
}

PINBULK_API pinbulk_result pinbulk_records_feed(pinbulk_records *records, const char *chunk,
                                                size_t length)
{
    if (!records || (!chunk && length))
        return PINBULK_BAD_ARGUMENT;
    if (pinbulki_records_result(records))
        return pinbulki_records_result(records);
    if (!records->hungry || records->ended)
        return PINBULK_BAD_STATE;
    if (length == 0)
        return PINBULK_OK;
    records->hungry = 0;
    return pinbulk_reader_feed(&records->reader, chunk, length);
}

PINBULK_API pinbulk_result pinbulk_records_end(pinbulk_records *records)
{
    if (!records)
        return PINBULK_BAD_ARGUMENT;
    if (pinbulki_records_result(records))
        return pinbulki_records_result(records);
    if (records->ended)
        return PINBULK_BAD_STATE;
    records->ended = 1;
    return PINBULK_OK;
}

/* Where a byte of the chunk, or the end of the chunk, is in the file. */
static uint64_t pinbulki_records_offset(const pinbulk_records *records, const char *at)
{
    return records->reader.chunk_offset + (uint64_t)(at - records->reader.chunk);
}

static int pinbulki_records_fail(pinbulk_records *records, pinbulk_result result, uint64_t offset,
                                 const char *message)
{
    records->state = PINBULKI_RECORDS_FAILED;
    records->result = result;
    records->error_offset = offset;
    records->message = message;
    return PINBULK_RECORDS_ERROR;
}

/* The chunk is used up. Goes on with the rest of the chunk when it was the window. */
static int pinbulki_records_more(pinbulk_records *records)
{
    pinbulk_token token;
    pinbulk_reader_next(&records->reader, &token); /* takes what it needs of the chunk */
    if (records->rest.length) {
        pinbulk_reader_feed(&records->reader, records->rest.data, records->rest.length);
        records->reader.chunk_offset = records->rest_offset;
        records->rest.length = 0;
        return PINBULKI_RECORDS_GO_ON;
    }
    records->hungry = 1;
    return PINBULK_RECORDS_MORE;
}

/* True when nothing follows what the reader has. */
static int pinbulki_records_last(const pinbulk_records *records)
{
    return records->ended && !records->rest.length;
}

/* What a file looks like that begins with this byte. */
static const char *pinbulki_records_foreign(unsigned char byte)
{
    if (byte == 0x1f)
        return "this looks like gzip: unpack it first";
    if (byte == '<')
        return "this looks like a web page or XML";
    if (byte >= 0xef)
        return "this begins with a byte order mark, or it is no UTF-8";
    if (byte > 0x20 && byte < 0x7f)
        return "this looks like CSV or plain text";
    return "this looks like binary data";
}

/* Begins an object at the place of the reader, on its {, or right behind it when the reader took it
   already. */
static void pinbulki_records_begin(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    unsigned around = 0;
    if (reader->depth) {
        around = reader->depth - 1u;
        reader->at--;
    }
    pinbulki_scan_begin(&records->scan, reader->config.depth_limit - around);
    records->offset = pinbulki_records_offset(records, reader->at);
    records->size = 0;
    records->count++;
}

/* Takes bytes of the object that was begun: goes on with the search for its end. What it takes is
   kept in the window as long as it fits; when the end comes, *raw is the object, or empty when it
   does not fit. Without `any_size` it gives up once the object does not fit. When the search fails,
   it only notes why. */
static int pinbulki_records_take(pinbulk_records *records, int any_size, pinbulk_text *raw)
{
    const char *from = records->reader.at, *at = from, *end = records->reader.end;
    size_t room = 0, length;
    int outcome, limited;
    if (records->size < records->config.window_size)
        room = records->config.window_size - (size_t)records->size;
    limited = !any_size && room < (size_t)(end - from);
    outcome = pinbulki_scan_on(&records->scan, &at, limited ? from + room : end);
    if (limited && outcome == PINBULKI_SCAN_INSIDE)
        outcome = PINBULKI_SCAN_TOO_LARGE;
    if (outcome >= PINBULKI_SCAN_BROKEN) {
        records->error_offset = outcome == PINBULKI_SCAN_TOO_LARGE
                                    ? records->offset
                                    : pinbulki_records_offset(records, at);
        records->message = pinbulki_scan_message(outcome, *at);
        return outcome;
    }
    length = (size_t)(at - from);
    if (length == 0)
        return outcome;
    raw->data = from;
    raw->length = length;
    if (length > room) {
        raw->length = 0;
    } else if (outcome == PINBULKI_SCAN_INSIDE || records->size) {
        char *window = records->config.window;
        memmove(window + records->size, from, length); /* the chunk may be the window itself */
        raw->data = window;
        raw->length += (size_t)records->size;
    }
    records->size += length;
    records->reader.at = at;
    return outcome;
}

static int pinbulki_records_deliver(const pinbulk_records *records, pinbulk_text raw,
                                    pinbulk_record *record)
{
    record->raw = raw;
    record->kind = (pinbulk_kind)records->kind;
    record->number = records->count - 1;
    record->offset = records->offset;
    record->size = records->size;
    return raw.length ? PINBULK_RECORDS_RECORD : PINBULK_RECORDS_SKIPPED;
}

/* The steps, one for each state. */

static int pinbulki_records_start(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    int lines = records->config.format == PINBULK_FORMAT_JSON_LINES;
    reader->at = pinbulki_reader_space_end(reader->at, reader->end);
    if (reader->at == reader->end && !records->ended)
        return pinbulki_records_more(records);
    if (reader->at == reader->end && !lines)
        return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                     pinbulki_records_offset(records, reader->at),
                                     "the file is empty");
    if (reader->at != reader->end && *reader->at != '{' && *reader->at != '[')
        return pinbulki_records_fail(records, PINBULK_NOT_JSON,
                                     pinbulki_records_offset(records, reader->at),
                                     pinbulki_records_foreign((unsigned char)*reader->at));
    records->lines = (uint8_t)lines;
    records->state = lines ? PINBULKI_RECORDS_BETWEEN : PINBULKI_RECORDS_DOCUMENT;
    if (records->config.format == PINBULK_FORMAT_AUTO && *reader->at == '{') {
        pinbulki_records_begin(records);
        records->state = PINBULKI_RECORDS_FIRST;
    }
    return PINBULKI_RECORDS_GO_ON;
}

/* The file is a document: lets the reader read from its first object on, which is in the window as
   far as it came with earlier chunks. */
static int pinbulki_records_open(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    if (records->size && records->first.data == records->config.window) {
        pinbulk_reader_config config = reader->config;
        records->rest.data = reader->at;
        records->rest.length = (size_t)(reader->end - reader->at);
        records->rest_offset = pinbulki_records_offset(records, reader->at);
        pinbulk_reader_init(reader, &config);
        pinbulk_reader_feed(reader, records->config.window, (size_t)records->size);
        reader->chunk_offset = records->offset;
    } else if (records->size) {
        reader->at = records->first.data;
    }
    records->count = 0;
    records->state = PINBULKI_RECORDS_DOCUMENT;
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_first(pinbulk_records *records)
{
    int outcome = pinbulki_records_take(records, 0, &records->first);
    if (outcome == PINBULKI_SCAN_INSIDE && !records->ended)
        return pinbulki_records_more(records);
    if (outcome != PINBULKI_SCAN_CLOSED)
        return pinbulki_records_open(records);
    records->state = PINBULKI_RECORDS_SECOND;
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_second(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    reader->at = pinbulki_reader_space_end(reader->at, reader->end);
    if (reader->at != reader->end && *reader->at == '{') {
        records->lines = 1;
        records->state = PINBULKI_RECORDS_BETWEEN;
        return pinbulki_records_deliver(records, records->first, record);
    }
    if (reader->at != reader->end || records->ended) {
        records->alone = reader->at == reader->end;
        return pinbulki_records_open(records);
    }
    if (records->first.data != records->config.window) {
        memcpy(records->config.window, records->first.data, records->first.length);
        records->first.data = records->config.window;
    }
    return pinbulki_records_more(records);
}

static int pinbulki_records_between(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    reader->at = pinbulki_reader_space_end(reader->at, reader->end);
    if (reader->at == reader->end)
        return records->ended ? (int)PINBULK_RECORDS_END : pinbulki_records_more(records);
    pinbulki_records_begin(records);
    if (*reader->at != '{')
        return pinbulki_records_fail(records, PINBULK_BAD_JSON, records->offset,
                                     "expected an object or the end of the file");
    records->state = PINBULKI_RECORDS_INSIDE;
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_inside(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_text raw;
    int outcome = pinbulki_records_take(records, records->config.oversize, &raw);
    if (outcome >= PINBULKI_SCAN_BROKEN)
        return pinbulki_records_fail(records, pinbulki_scan_results[outcome], records->error_offset,
                                     records->message);
    if (outcome == PINBULKI_SCAN_INSIDE && pinbulki_records_last(records))
        return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                     pinbulki_records_offset(records, records->reader.end),
                                     "the file ends in a record");
    if (outcome == PINBULKI_SCAN_INSIDE)
        return pinbulki_records_more(records);
    records->state = PINBULKI_RECORDS_BETWEEN;
    if (!records->lines) {
        records->state = PINBULKI_RECORDS_DOCUMENT;
        records->reader.at--;
    }
    return pinbulki_records_deliver(records, raw, record);
}

/* Notes what the name of a member tells. */
static void pinbulki_records_name(pinbulk_records *records, const pinbulk_token *name)
{
    int whole = !name->more && !records->name_in_parts;
    pinbulk_kind kind = PINBULK_KIND_UNKNOWN;
    if (whole)
        kind = pinbulki_kind_of(name->text, name->length);
    records->kind = (uint8_t)kind;
    records->name_in_parts = name->more;
    if (whole && records->reader.depth == 1 && name->length == 2 &&
        memcmp(name->text, "id", 2) == 0)
        records->has_id = 1;
}

/* The document is whole. An object that is alone in the file is still in the window, or in the
   chunk. */
static int pinbulki_records_finish(pinbulk_records *records, pinbulk_record *record)
{
    if (!records->alone || !records->has_id || records->count)
        return PINBULK_RECORDS_END;
    records->kind = PINBULK_KIND_UNKNOWN;
    records->count = 1;
    records->lines = 1;
    records->state = PINBULKI_RECORDS_BETWEEN;
    return pinbulki_records_deliver(records, records->first, record);
}

static int pinbulki_records_document(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_token token;
    pinbulk_reader_next(&records->reader, &token);
    switch ((int)token.kind) {
    case PINBULK_TOKEN_MORE:
        if (!pinbulki_records_last(records))
            return pinbulki_records_more(records);
        pinbulk_reader_end(&records->reader);
        break;
    case PINBULK_TOKEN_ERROR:
        records->state = PINBULKI_RECORDS_FAILED;
        break;
    case PINBULK_TOKEN_END:
        return pinbulki_records_finish(records, record);
    case PINBULK_TOKEN_KEY:
        pinbulki_records_name(records, &token);
        break;
    case PINBULK_TOKEN_ARRAY:
        records->arrays++;
        break;
    case PINBULK_TOKEN_ARRAY_END:
        records->arrays--;
        break;
    case PINBULK_TOKEN_OBJECT:
        if (records->arrays) {
            pinbulki_records_begin(records);
            records->state = PINBULKI_RECORDS_INSIDE;
        }
        break;
    default:
        break;
    }
    return PINBULKI_RECORDS_GO_ON;
}

PINBULK_API pinbulk_records_next_kind pinbulk_records_next(pinbulk_records *records,
                                                           pinbulk_record *record)
{
    int next = PINBULKI_RECORDS_GO_ON;
    memset(record, 0, sizeof *record);
    records->reader.config.buffer = records->name; /* it may have been moved since the last call */
    while (next == PINBULKI_RECORDS_GO_ON) {
        switch (records->state) {
        case PINBULKI_RECORDS_START:
            next = pinbulki_records_start(records);
            break;
        case PINBULKI_RECORDS_FIRST:
            next = pinbulki_records_first(records);
            break;
        case PINBULKI_RECORDS_SECOND:
            next = pinbulki_records_second(records, record);
            break;
        case PINBULKI_RECORDS_BETWEEN:
            next = pinbulki_records_between(records);
            break;
        case PINBULKI_RECORDS_DOCUMENT:
            next = pinbulki_records_document(records, record);
            break;
        case PINBULKI_RECORDS_INSIDE:
            next = pinbulki_records_inside(records, record);
            break;
        default:
            return PINBULK_RECORDS_ERROR;
        }
    }
    return (pinbulk_records_next_kind)next;
}

PINBULK_API size_t pinbulk_records_path(const pinbulk_records *records, char *text, size_t size)
{
    pinbulki_line line;
    if (!records->lines)
        return pinbulk_reader_path(&records->reader, text, size);
    line.text = text;
    line.size = size ? size - 1 : 0;
    line.length = 0;
    if (records->count) {
        pinbulki_line_text(&line, "[");
        pinbulki_line_uint(&line, records->count - 1);
        pinbulki_line_text(&line, "]");
    }
    if (size)
        text[line.length < size ? line.length : size - 1] = 0;
    return line.length;
}

PINBULK_API void pinbulk_records_error(const pinbulk_records *records, pinbulk_error *error)
{
    pinbulki_line line;
    if (!records->result) {
        pinbulk_reader_error(&records->reader, error);
        return;
    }
    pinbulki_error_set(error, records->result, NULL);
    if (!error)
        return;
    error->has_offset = 1;
    error->offset = records->error_offset;
    line.text = error->message;
    line.size = sizeof error->message - 1;
    line.length = 0;
    pinbulki_line_text(&line, records->message);
    if (records->result == PINBULK_TOO_LARGE) {
        pinbulki_line_text(&line, " of ");
        pinbulki_line_uint(&line, records->config.window_size);
        pinbulki_line_text(&line, " bytes");
    }
    if (pinbulk_records_path(records, error->path, sizeof error->path) >= sizeof error->path)
        pinbulki_text_end(error->path, sizeof error->path);
}
#endif /* PINBULK_IMPLEMENTATION */

/*
MIT License

Copyright (c) 2026 The pinbulk authors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
*/
