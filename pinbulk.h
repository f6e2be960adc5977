/* pinbulk.h - Pinterest's Bulk API in one C header - MIT licence, see the end of the file

WHAT IT IS

    Creates bulk downloads and bulk upserts of ad entities, follows the asynchronous request,
    fetches the result file and reads it record by record. No dependency and no malloc: the host
    brings the HTTP transport and all memory. C99 and newer, C++11 and newer.

    Pinterest's Bulk API is not in its sandbox, and this library was not tried against the live
    service. What is known of the API comes from its published descriptions, up to version 5.28.

DO THIS

    In one .c or .cpp file:

        #define PINBULK_IMPLEMENTATION
        #include "pinbulk.h"

    In all others only the second line. An adapter beside this file gives the transport:

    adapters/pinbulk_curl.h      libcurl
    adapters/pinbulk_http1.h     HTTP/1.1 over a stream of bytes of your own, for small devices
    adapters/pinbulk_mbedtls.h   that stream on sockets and mbedTLS
    adapters/pinbulk_sandbox.h   the service in memory: to try and to test with no account
    adapters/pinbulk_replay.h    records exchanges as text and plays them again

    Your own is one function: see >>transport and examples/transport_template.c.

WHERE TO LOOK (search for the banner)

    >>results     what calls return, and the error object
    >>values      absent, null, set; texts, lists, extra members, the arena
    >>numbers     int64 and double to text and back
    >>enumerations, >>objects      what the API speaks of
    >>writer, >>reader, >>codec    JSON, and objects to JSON and back
    >>requests, >>responses        HTTP messages without any I/O
    >>records     result files as a stream of records: JSON, JSON lines, CSV
    >>job         one bulk request from submission to result, as a state machine; and a sink that
                  reads the records of its result file
    >>transport   the host's functions, and the blocking driver

    One upsert in several requests: pinbulk_parts, at >>codec. A new access token: pinbulk_refresh,
    at >>requests.

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

        update.campaigns = pinbulk_campaign_list_set(&campaign, 1);
        upsert.update = pinbulk_update_ref_set(&update);

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

    struct download {
        pinbulk_reading reading;
        char window[65536]; // holds one record, whatever the size of the account
        char path[256];
        char columns[4096]; // names of the columns, should the file be CSV
        char json[65536];   // holds a row of it as JSON
        char memory[8192];  // holds what one decoded record points to
    };

    static pinbulk_result forget(void *ctx) // the file begins again
    {
        (void)ctx;
        printf("once more from the start:\n");
        return PINBULK_OK;
    }

    static pinbulk_result print(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
    {
        struct download *download = (struct download *)ctx;
        pinbulk_decode_options options = {0};
        pinbulk_arena arena = {0};
        pinbulk_campaign campaign;
        pinbulk_text json;
        pinbulk_result result;

        options.loose = 1;    // cells of a table are texts
        options.tolerant = 1; // and what is of an odd type goes to campaign.extra
        if (reading->error_count > 0) // of this entity
            printf("error %d: %s\n", (int)reading->errors[0].code, reading->errors[0].message);
        if (record->kind != PINBULK_KIND_CAMPAIGN || record->is_error)
            return PINBULK_OK;
        result = pinbulk_record_json(&reading->records, record, download->json,
                                     sizeof download->json, &json);
        arena.memory = download->memory;
        arena.size = sizeof download->memory;
        if (result == PINBULK_OK)
            result = pinbulk_decode_campaign(json.data, json.length, &campaign, &arena, &options,
                                             NULL);
        if (result == PINBULK_OK)
            printf("%.*s: %.*s\n", (int)campaign.id.length, campaign.id.text,
                   (int)campaign.name.length, campaign.name.text);
        return result;
    }

    int print_campaigns(const pinbulk_transport *transport, const char *token)
    {
        static struct download download;
        static char memory[8192];
        pinbulk_download everything = {0};
        pinbulk_reading_config reading = {0};
        pinbulk_job_config config = {0};
        pinbulk_job job;
        pinbulk_error error = {0};
        char line[512];

        reading.records.window = download.window;
        reading.records.window_size = sizeof download.window;
        reading.records.path = download.path;
        reading.records.path_size = sizeof download.path;
        reading.records.columns = download.columns;
        reading.records.columns_size = sizeof download.columns;
        reading.guess = 1;
        reading.record = print;
        reading.restart = forget;
        reading.ctx = &download;
        pinbulk_reading_init(&download.reading, &reading);

        config.api.token = pinbulk_text_of(token);
        config.account = pinbulk_text_of("549755885175");
        config.memory = memory;
        config.memory_size = sizeof memory;
        config.fetch = 1;
        config.sink = pinbulk_reading_sink(&download.reading);
        pinbulk_job_init_download(&job, &config, &everything);
        pinbulk_job_run(&job, transport);
        if (pinbulk_reading_end(&download.reading, &job, &error) == PINBULK_OK) {
            pinbulk_reading_text(&download.reading, line, sizeof line);
            printf("%s\n", line); // succeeded with 0 errors in 0 of 100 records
            return 0;
        }
        pinbulk_error_text(&error, line, sizeof line);
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
    // Sends the request, hands the response to pinbulk_response_begin, _header and _body as it
    // comes, and calls back once, however it ends.
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
    PINBULK_SMALL           smaller and slower code, PINBULK_NO_SIMD included; -Os of gcc and clang
                            defines it
    PINBULK_NO_MESSAGES     leaves out the texts for people: those of results are "", and so is the
                            message of an error, whoever it comes from. Its result, path, offset
                            and codes stay
    PINBULK_NO_CSV          leaves CSV out of the record stream, a file of rows is PINBULK_NOT_JSON;
                            and the decoding of rows, the option `loose` is PINBULK_BAD_ARGUMENT
    PINBULK_NO_STRING_H     does not include string.h; memcpy, memmove, memset and memcmp are
                            declared here and must come from the host

CONCEPTS

    Values. A member is absent, null or set: leave it, clear it, set it. The state is a part of
    every value, and zero is absent. A value without its state is an error, not a loss.

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

    The layout of result files is not public. Records are found by structure, in JSON, JSON lines or
    CSV. Their kind is taken from the name of the array that holds them, with the option `guess`
    from their members too; it stays unknown rather than wrong. Errors of entities are found by
    the usual names.

    Lengths prove a result file whole, and the end of its document does. CSV and JSON lines that the
    server sends without a length look whole wherever they are cut: the end says that nothing proves
    them.

    Enumerations, limits and patterns are those of the API description 5.28. The service may know
    more: options.unchecked sends what validation refuses.

SECURITY

    The token goes to the origin of the API only, never to the host of a result file, and redirects
    are not followed. Plain http is for loopback, and only when asked for. result_url is a
    credential: requests and headers that hold secrets are marked, and no error or event holds one.
    Every input has a limit, and every size is computed with checks.
*/
#ifndef PINBULK_H
#define PINBULK_H

#define PINBULK_VERSION_MAJOR 0
#define PINBULK_VERSION_MINOR 1
#define PINBULK_VERSION_PATCH 0
#define PINBULK_VERSION       "0.1.0"

#include <stddef.h>
#include <stdint.h>

/* Every symbol of the library, for PINBULK_PREFIX. */
#ifdef PINBULK_PREFIX
#define PINBULKI_PASTE(a, b)      a##pinbulk_##b
#define PINBULKI_PREFIX(a, b)     PINBULKI_PASTE(a, b)
#define pinbulk_ad_group_list_set PINBULKI_PREFIX(PINBULK_PREFIX, ad_group_list_set)
#define pinbulk_ad_group_products_list_set \
    PINBULKI_PREFIX(PINBULK_PREFIX, ad_group_products_list_set)
#define pinbulk_ad_list_set PINBULKI_PREFIX(PINBULK_PREFIX, ad_list_set)
#define pinbulk_attribution_windows_ref_set \
    PINBULKI_PREFIX(PINBULK_PREFIX, attribution_windows_ref_set)
#define pinbulk_bid_options_ref_set     PINBULKI_PREFIX(PINBULK_PREFIX, bid_options_ref_set)
#define pinbulk_body_init_download      PINBULKI_PREFIX(PINBULK_PREFIX, body_init_download)
#define pinbulk_body_init_memory        PINBULKI_PREFIX(PINBULK_PREFIX, body_init_memory)
#define pinbulk_body_init_part          PINBULKI_PREFIX(PINBULK_PREFIX, body_init_part)
#define pinbulk_body_init_upsert        PINBULKI_PREFIX(PINBULK_PREFIX, body_init_upsert)
#define pinbulk_body_length             PINBULKI_PREFIX(PINBULK_PREFIX, body_length)
#define pinbulk_body_read               PINBULKI_PREFIX(PINBULK_PREFIX, body_read)
#define pinbulk_body_rewind             PINBULKI_PREFIX(PINBULK_PREFIX, body_rewind)
#define pinbulk_bool_set                PINBULKI_PREFIX(PINBULK_PREFIX, bool_set)
#define pinbulk_campaign_filter_ref_set PINBULKI_PREFIX(PINBULK_PREFIX, campaign_filter_ref_set)
#define pinbulk_campaign_list_set       PINBULKI_PREFIX(PINBULK_PREFIX, campaign_list_set)
#define pinbulk_catalog_product_group_list_set \
    PINBULKI_PREFIX(PINBULK_PREFIX, catalog_product_group_list_set)
#define pinbulk_conversion_goal_ref_set PINBULKI_PREFIX(PINBULK_PREFIX, conversion_goal_ref_set)
#define pinbulk_create_ref_set          PINBULKI_PREFIX(PINBULK_PREFIX, create_ref_set)
#define pinbulk_decimal_of              PINBULKI_PREFIX(PINBULK_PREFIX, decimal_of)
#define pinbulk_decimal_set             PINBULKI_PREFIX(PINBULK_PREFIX, decimal_set)
#define pinbulk_decode_ad               PINBULKI_PREFIX(PINBULK_PREFIX, decode_ad)
#define pinbulk_decode_ad_group         PINBULKI_PREFIX(PINBULK_PREFIX, decode_ad_group)
#define pinbulk_decode_campaign         PINBULKI_PREFIX(PINBULK_PREFIX, decode_campaign)
#define pinbulk_decode_catalog_product_group \
    PINBULKI_PREFIX(PINBULK_PREFIX, decode_catalog_product_group)
#define pinbulk_decode_download      PINBULKI_PREFIX(PINBULK_PREFIX, decode_download)
#define pinbulk_decode_keyword       PINBULKI_PREFIX(PINBULK_PREFIX, decode_keyword)
#define pinbulk_decode_label         PINBULKI_PREFIX(PINBULK_PREFIX, decode_label)
#define pinbulk_decode_problem       PINBULKI_PREFIX(PINBULK_PREFIX, decode_problem)
#define pinbulk_decode_product_group PINBULKI_PREFIX(PINBULK_PREFIX, decode_product_group)
#define pinbulk_decode_schedule      PINBULKI_PREFIX(PINBULK_PREFIX, decode_schedule)
#define pinbulk_decode_status        PINBULKI_PREFIX(PINBULK_PREFIX, decode_status)
#define pinbulk_decode_submitted     PINBULKI_PREFIX(PINBULK_PREFIX, decode_submitted)
#define pinbulk_decode_upsert        PINBULKI_PREFIX(PINBULK_PREFIX, decode_upsert)
#define pinbulk_double_from_text     PINBULKI_PREFIX(PINBULK_PREFIX, double_from_text)
#define pinbulk_double_to_text       PINBULKI_PREFIX(PINBULK_PREFIX, double_to_text)
#define pinbulk_encode_ad            PINBULKI_PREFIX(PINBULK_PREFIX, encode_ad)
#define pinbulk_encode_ad_group      PINBULKI_PREFIX(PINBULK_PREFIX, encode_ad_group)
#define pinbulk_encode_campaign      PINBULKI_PREFIX(PINBULK_PREFIX, encode_campaign)
#define pinbulk_encode_catalog_product_group \
    PINBULKI_PREFIX(PINBULK_PREFIX, encode_catalog_product_group)
#define pinbulk_encode_download           PINBULKI_PREFIX(PINBULK_PREFIX, encode_download)
#define pinbulk_encode_keyword            PINBULKI_PREFIX(PINBULK_PREFIX, encode_keyword)
#define pinbulk_encode_label              PINBULKI_PREFIX(PINBULK_PREFIX, encode_label)
#define pinbulk_encode_product_group      PINBULKI_PREFIX(PINBULK_PREFIX, encode_product_group)
#define pinbulk_encode_schedule           PINBULKI_PREFIX(PINBULK_PREFIX, encode_schedule)
#define pinbulk_encode_upsert             PINBULKI_PREFIX(PINBULK_PREFIX, encode_upsert)
#define pinbulk_enum_list_set             PINBULKI_PREFIX(PINBULK_PREFIX, enum_list_set)
#define pinbulk_enum_name                 PINBULKI_PREFIX(PINBULK_PREFIX, enum_name)
#define pinbulk_enum_of                   PINBULKI_PREFIX(PINBULK_PREFIX, enum_of)
#define pinbulk_enum_set                  PINBULKI_PREFIX(PINBULK_PREFIX, enum_set)
#define pinbulk_error_text                PINBULKI_PREFIX(PINBULK_PREFIX, error_text)
#define pinbulk_frequency_goal_ref_set    PINBULKI_PREFIX(PINBULK_PREFIX, frequency_goal_ref_set)
#define pinbulk_int_from_text             PINBULKI_PREFIX(PINBULK_PREFIX, int_from_text)
#define pinbulk_int_list_set              PINBULKI_PREFIX(PINBULK_PREFIX, int_list_set)
#define pinbulk_int_set                   PINBULKI_PREFIX(PINBULK_PREFIX, int_set)
#define pinbulk_int_to_text               PINBULKI_PREFIX(PINBULK_PREFIX, int_to_text)
#define pinbulk_job_cancel                PINBULKI_PREFIX(PINBULK_PREFIX, job_cancel)
#define pinbulk_job_exchanged             PINBULKI_PREFIX(PINBULK_PREFIX, job_exchanged)
#define pinbulk_job_init_attach           PINBULKI_PREFIX(PINBULK_PREFIX, job_init_attach)
#define pinbulk_job_init_download         PINBULKI_PREFIX(PINBULK_PREFIX, job_init_download)
#define pinbulk_job_init_part             PINBULKI_PREFIX(PINBULK_PREFIX, job_init_part)
#define pinbulk_job_init_upsert           PINBULKI_PREFIX(PINBULK_PREFIX, job_init_upsert)
#define pinbulk_job_next                  PINBULKI_PREFIX(PINBULK_PREFIX, job_next)
#define pinbulk_job_run                   PINBULKI_PREFIX(PINBULK_PREFIX, job_run)
#define pinbulk_keyword_list_set          PINBULKI_PREFIX(PINBULK_PREFIX, keyword_list_set)
#define pinbulk_kind_name                 PINBULKI_PREFIX(PINBULK_PREFIX, kind_name)
#define pinbulk_label_list_set            PINBULKI_PREFIX(PINBULK_PREFIX, label_list_set)
#define pinbulk_multiplier_list_set       PINBULKI_PREFIX(PINBULK_PREFIX, multiplier_list_set)
#define pinbulk_optimization_goal_ref_set PINBULKI_PREFIX(PINBULK_PREFIX, optimization_goal_ref_set)
#define pinbulk_parent_keywords_list_set  PINBULKI_PREFIX(PINBULK_PREFIX, parent_keywords_list_set)
#define pinbulk_parent_labels_list_set    PINBULKI_PREFIX(PINBULK_PREFIX, parent_labels_list_set)
#define pinbulk_parts_init                PINBULKI_PREFIX(PINBULK_PREFIX, parts_init)
#define pinbulk_parts_next                PINBULKI_PREFIX(PINBULK_PREFIX, parts_next)
#define pinbulk_parts_path                PINBULKI_PREFIX(PINBULK_PREFIX, parts_path)
#define pinbulk_parts_run                 PINBULKI_PREFIX(PINBULK_PREFIX, parts_run)
#define pinbulk_parts_settle              PINBULKI_PREFIX(PINBULK_PREFIX, parts_settle)
#define pinbulk_product_filter_list_set   PINBULKI_PREFIX(PINBULK_PREFIX, product_filter_list_set)
#define pinbulk_product_filters_ref_set   PINBULKI_PREFIX(PINBULK_PREFIX, product_filters_ref_set)
#define pinbulk_product_group_list_set    PINBULKI_PREFIX(PINBULK_PREFIX, product_group_list_set)
#define pinbulk_quiz_option_list_set      PINBULKI_PREFIX(PINBULK_PREFIX, quiz_option_list_set)
#define pinbulk_quiz_question_list_set    PINBULKI_PREFIX(PINBULK_PREFIX, quiz_question_list_set)
#define pinbulk_quiz_ref_set              PINBULKI_PREFIX(PINBULK_PREFIX, quiz_ref_set)
#define pinbulk_quiz_result_list_set      PINBULKI_PREFIX(PINBULK_PREFIX, quiz_result_list_set)
#define pinbulk_quiz_result_ref_set       PINBULKI_PREFIX(PINBULK_PREFIX, quiz_result_ref_set)
#define pinbulk_reader_depth              PINBULKI_PREFIX(PINBULK_PREFIX, reader_depth)
#define pinbulk_reader_end                PINBULKI_PREFIX(PINBULK_PREFIX, reader_end)
#define pinbulk_reader_error              PINBULKI_PREFIX(PINBULK_PREFIX, reader_error)
#define pinbulk_reader_feed               PINBULKI_PREFIX(PINBULK_PREFIX, reader_feed)
#define pinbulk_reader_init               PINBULKI_PREFIX(PINBULK_PREFIX, reader_init)
#define pinbulk_reader_next               PINBULKI_PREFIX(PINBULK_PREFIX, reader_next)
#define pinbulk_reader_path               PINBULKI_PREFIX(PINBULK_PREFIX, reader_path)
#define pinbulk_reader_skip               PINBULKI_PREFIX(PINBULK_PREFIX, reader_skip)
#define pinbulk_reading_end               PINBULKI_PREFIX(PINBULK_PREFIX, reading_end)
#define pinbulk_reading_init              PINBULKI_PREFIX(PINBULK_PREFIX, reading_init)
#define pinbulk_reading_sink              PINBULKI_PREFIX(PINBULK_PREFIX, reading_sink)
#define pinbulk_reading_text              PINBULKI_PREFIX(PINBULK_PREFIX, reading_text)
#define pinbulk_record_errors             PINBULKI_PREFIX(PINBULK_PREFIX, record_errors)
#define pinbulk_record_find               PINBULKI_PREFIX(PINBULK_PREFIX, record_find)
#define pinbulk_record_guess              PINBULKI_PREFIX(PINBULK_PREFIX, record_guess)
#define pinbulk_record_json               PINBULKI_PREFIX(PINBULK_PREFIX, record_json)
#define pinbulk_records_end               PINBULKI_PREFIX(PINBULK_PREFIX, records_end)
#define pinbulk_records_error             PINBULKI_PREFIX(PINBULK_PREFIX, records_error)
#define pinbulk_records_feed              PINBULKI_PREFIX(PINBULK_PREFIX, records_feed)
#define pinbulk_records_init              PINBULKI_PREFIX(PINBULK_PREFIX, records_init)
#define pinbulk_records_next              PINBULKI_PREFIX(PINBULK_PREFIX, records_next)
#define pinbulk_records_path              PINBULKI_PREFIX(PINBULK_PREFIX, records_path)
#define pinbulk_records_proven            PINBULKI_PREFIX(PINBULK_PREFIX, records_proven)
#define pinbulk_request_download          PINBULKI_PREFIX(PINBULK_PREFIX, request_download)
#define pinbulk_request_result            PINBULKI_PREFIX(PINBULK_PREFIX, request_result)
#define pinbulk_request_status            PINBULKI_PREFIX(PINBULK_PREFIX, request_status)
#define pinbulk_request_token             PINBULKI_PREFIX(PINBULK_PREFIX, request_token)
#define pinbulk_request_upsert            PINBULKI_PREFIX(PINBULK_PREFIX, request_upsert)
#define pinbulk_response_begin            PINBULKI_PREFIX(PINBULK_PREFIX, response_begin)
#define pinbulk_response_body             PINBULKI_PREFIX(PINBULK_PREFIX, response_body)
#define pinbulk_response_cancelled        PINBULKI_PREFIX(PINBULK_PREFIX, response_cancelled)
#define pinbulk_response_end              PINBULKI_PREFIX(PINBULK_PREFIX, response_end)
#define pinbulk_response_fetched          PINBULKI_PREFIX(PINBULK_PREFIX, response_fetched)
#define pinbulk_response_header           PINBULKI_PREFIX(PINBULK_PREFIX, response_header)
#define pinbulk_response_init             PINBULKI_PREFIX(PINBULK_PREFIX, response_init)
#define pinbulk_response_set_sink         PINBULKI_PREFIX(PINBULK_PREFIX, response_set_sink)
#define pinbulk_response_status           PINBULKI_PREFIX(PINBULK_PREFIX, response_status)
#define pinbulk_response_submitted        PINBULKI_PREFIX(PINBULK_PREFIX, response_submitted)
#define pinbulk_response_token            PINBULKI_PREFIX(PINBULK_PREFIX, response_token)
#define pinbulk_result_name               PINBULKI_PREFIX(PINBULK_PREFIX, result_name)
#define pinbulk_result_text               PINBULKI_PREFIX(PINBULK_PREFIX, result_text)
#define pinbulk_retry_delay               PINBULKI_PREFIX(PINBULK_PREFIX, retry_delay)
#define pinbulk_schedule_list_set         PINBULKI_PREFIX(PINBULK_PREFIX, schedule_list_set)
#define pinbulk_scrollup_goal_ref_set     PINBULKI_PREFIX(PINBULK_PREFIX, scrollup_goal_ref_set)
#define pinbulk_shopping_retargeting_list_set \
    PINBULKI_PREFIX(PINBULK_PREFIX, shopping_retargeting_list_set)
#define pinbulk_string_list_list_set PINBULKI_PREFIX(PINBULK_PREFIX, string_list_list_set)
#define pinbulk_string_list_set      PINBULKI_PREFIX(PINBULK_PREFIX, string_list_set)
#define pinbulk_string_of            PINBULKI_PREFIX(PINBULK_PREFIX, string_of)
#define pinbulk_string_set           PINBULKI_PREFIX(PINBULK_PREFIX, string_set)
#define pinbulk_targeting_operation_list_set \
    PINBULKI_PREFIX(PINBULK_PREFIX, targeting_operation_list_set)
#define pinbulk_targeting_ref_set     PINBULKI_PREFIX(PINBULK_PREFIX, targeting_ref_set)
#define pinbulk_text_equal            PINBULKI_PREFIX(PINBULK_PREFIX, text_equal)
#define pinbulk_text_of               PINBULKI_PREFIX(PINBULK_PREFIX, text_of)
#define pinbulk_token_refresh         PINBULKI_PREFIX(PINBULK_PREFIX, token_refresh)
#define pinbulk_tracking_urls_ref_set PINBULKI_PREFIX(PINBULK_PREFIX, tracking_urls_ref_set)
#define pinbulk_update_ref_set        PINBULKI_PREFIX(PINBULK_PREFIX, update_ref_set)
#define pinbulk_validate_ad           PINBULKI_PREFIX(PINBULK_PREFIX, validate_ad)
#define pinbulk_validate_ad_group     PINBULKI_PREFIX(PINBULK_PREFIX, validate_ad_group)
#define pinbulk_validate_campaign     PINBULKI_PREFIX(PINBULK_PREFIX, validate_campaign)
#define pinbulk_validate_catalog_product_group \
    PINBULKI_PREFIX(PINBULK_PREFIX, validate_catalog_product_group)
#define pinbulk_validate_download      PINBULKI_PREFIX(PINBULK_PREFIX, validate_download)
#define pinbulk_validate_keyword       PINBULKI_PREFIX(PINBULK_PREFIX, validate_keyword)
#define pinbulk_validate_label         PINBULKI_PREFIX(PINBULK_PREFIX, validate_label)
#define pinbulk_validate_product_group PINBULKI_PREFIX(PINBULK_PREFIX, validate_product_group)
#define pinbulk_validate_schedule      PINBULKI_PREFIX(PINBULK_PREFIX, validate_schedule)
#define pinbulk_validate_upsert        PINBULKI_PREFIX(PINBULK_PREFIX, validate_upsert)
#define pinbulk_write_array_begin      PINBULKI_PREFIX(PINBULK_PREFIX, write_array_begin)
#define pinbulk_write_array_end        PINBULKI_PREFIX(PINBULK_PREFIX, write_array_end)
#define pinbulk_write_bool             PINBULKI_PREFIX(PINBULK_PREFIX, write_bool)
#define pinbulk_write_decimal          PINBULKI_PREFIX(PINBULK_PREFIX, write_decimal)
#define pinbulk_write_double           PINBULKI_PREFIX(PINBULK_PREFIX, write_double)
#define pinbulk_write_int              PINBULKI_PREFIX(PINBULK_PREFIX, write_int)
#define pinbulk_write_json             PINBULKI_PREFIX(PINBULK_PREFIX, write_json)
#define pinbulk_write_key              PINBULKI_PREFIX(PINBULK_PREFIX, write_key)
#define pinbulk_write_null             PINBULKI_PREFIX(PINBULK_PREFIX, write_null)
#define pinbulk_write_object_begin     PINBULKI_PREFIX(PINBULK_PREFIX, write_object_begin)
#define pinbulk_write_object_end       PINBULKI_PREFIX(PINBULK_PREFIX, write_object_end)
#define pinbulk_write_string           PINBULKI_PREFIX(PINBULK_PREFIX, write_string)
#define pinbulk_writer_end             PINBULKI_PREFIX(PINBULK_PREFIX, writer_end)
#define pinbulk_writer_init_buffer     PINBULKI_PREFIX(PINBULK_PREFIX, writer_init_buffer)
#define pinbulk_writer_init_count      PINBULKI_PREFIX(PINBULK_PREFIX, writer_init_count)
#define pinbulk_writer_init_sink       PINBULKI_PREFIX(PINBULK_PREFIX, writer_init_sink)
#endif

#ifdef PINBULK_STATIC
#define PINBULK_API static inline
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
    PINBULK_BAD_CSV,   /* not CSV by RFC 4180 */

    /* Objects: encoding, decoding, validation. */
    PINBULK_WRONG_TYPE,   /* a JSON value of another type than the member has */
    PINBULK_UNKNOWN,      /* a member or a text of an enumeration that the table does not know */
    PINBULK_MISSING,      /* a required member is absent */
    PINBULK_NOT_SET,      /* a value was given but its state is PINBULK_ABSENT */
    PINBULK_NOT_ALLOWED,  /* the member does not belong into this form of the object */
    PINBULK_NOT_NULLABLE, /* the member cannot be cleared */
    PINBULK_NOT_TOGETHER, /* two members that exclude each other */
    PINBULK_BAD_ENUM,     /* a constant of another enumeration, or not for this member */
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
    PINBULK_SPAM_BLOCKED,   /* 429 whose body says "spam": never retried */
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
   `_of` takes a NUL-terminated text; what it makes of NULL is refused when it is encoded, so that a
   forgotten text does not vanish. For the other states write `x.state = PINBULK_NULL`. */
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
    /* Goes to the item of that index, for upserts that are sent in parts. NULL: it is gone to with
       rewind and next. */
    pinbulk_result (*seek)(void *ctx, uint64_t index);
} pinbulk_source;

/* Lists: an array of `count` items, or a source, never both. An empty list in the state PINBULK_SET
   is `[]`. Items are values themselves and must be in the state PINBULK_SET. Every type x with
   lists has pinbulk_x_list with these members, and

       pinbulk_x_list pinbulk_x_list_set(const pinbulk_x *items, size_t count)

   which makes one in the state PINBULK_SET. For a source: x_list_set(NULL, 0), then `.source`. The
   items must stay as long as the list is used. */
#define PINBULK_LIST(item)                 \
    typedef struct pinbulk_##item##_list { \
        uint8_t state;                     \
        size_t count;                      \
        const pinbulk_##item *items;       \
        const pinbulk_source *source;      \
    } pinbulk_##item##_list;               \
    PINBULK_API pinbulk_##item##_list pinbulk_##item##_list_set(const pinbulk_##item *, size_t)

/* Lists of entities of an upsert also know the table of their items, so that a program links only
   those that it uses. The list_set function is the only way to make one. */
#define PINBULK_ENTITY_LIST(item)          \
    typedef struct pinbulk_##item##_list { \
        uint8_t state;                     \
        size_t count;                      \
        const pinbulk_##item *items;       \
        const pinbulk_source *source;      \
        const void *table; /* private */   \
    } pinbulk_##item##_list;               \
    PINBULK_API pinbulk_##item##_list pinbulk_##item##_list_set(const pinbulk_##item *, size_t)

/* An object inside another one is pointed to: pinbulk_x_ref, made by

       pinbulk_x_ref pinbulk_x_ref_set(const pinbulk_x *value) */
#define PINBULK_REF(object)                 \
    typedef struct pinbulk_##object##_ref { \
        uint8_t state;                      \
        const pinbulk_##object *value;      \
    } pinbulk_##object##_ref;               \
    PINBULK_API pinbulk_##object##_ref pinbulk_##object##_ref_set(const pinbulk_##object *)

PINBULK_LIST(string);
PINBULK_LIST(string_list);
PINBULK_LIST(enum);
PINBULK_LIST(int);

/* An entry of a map from texts to numbers. A list of them is an object on the wire, in the order of
   the list. */
typedef struct pinbulk_multiplier {
    pinbulk_text key;
    pinbulk_decimal value;
} pinbulk_multiplier;

PINBULK_LIST(multiplier);

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

enum { /* BulkEntityType: what a download contains. SCHEDULE is for beta users */
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

enum { /* CustomizableCTAType of an ad (the first 31), ProductGroupPromotion.customizable_cta_type
          (from the fourth on): the call to action below an ad. For catalog sales: SHOP_NOW,
          BOOK_NOW, ON_SALE, GET_DEAL, BUY_ONLINE_PICKUP_IN_STORE */
       PINBULK_CTA_REQUEST_DEMO = 0x0e01,
       PINBULK_CTA_ADD_TO_CART, /* only for conversion campaigns with add to cart events */
       PINBULK_CTA_FIND_RETAILERS,
       PINBULK_CTA_SHOP_NOW,
       PINBULK_CTA_BOOK_NOW,
       PINBULK_CTA_ON_SALE,
       PINBULK_CTA_GET_DEAL,
       PINBULK_CTA_APPLY_NOW,
       PINBULK_CTA_BUY_NOW,
       PINBULK_CTA_BUY_TICKETS,
       PINBULK_CTA_CONTACT_US,
       PINBULK_CTA_DONATE_NOW,
       PINBULK_CTA_DOWNLOAD,
       PINBULK_CTA_EXPLORE_MORE,
       PINBULK_CTA_FIND_A_DEALER,
       PINBULK_CTA_FIND_A_LOCATION,
       PINBULK_CTA_GET_OFFER,
       PINBULK_CTA_GET_QUOTE,
       PINBULK_CTA_GET_RECIPE,
       PINBULK_CTA_GET_SHOWTIMES,
       PINBULK_CTA_LEARN_MORE,
       PINBULK_CTA_ORDER_NOW,
       PINBULK_CTA_PLAY_GAME,
       PINBULK_CTA_READ_MORE,
       PINBULK_CTA_REGISTER_NOW,
       PINBULK_CTA_SIGN_UP,
       PINBULK_CTA_SUBSCRIBE,
       PINBULK_CTA_TAKE_A_PEEK,
       PINBULK_CTA_TRY_IT,
       PINBULK_CTA_VISIT_SITE, /* VISIT_WEBSITE in 5.12 and 5.13, which is read as this */
       PINBULK_CTA_WATCH_NOW,
       PINBULK_CTA_BUY_ONLINE_PICKUP_IN_STORE,
       PINBULK_CTA_GET_IT_NOW,
       PINBULK_CTA_SHOP_ON_ADVERTISER,
       PINBULK_CTA_SHOP_THE_COLLECTION,
       PINBULK_CTA_TAKE_A_CLOSER_LOOK
};

enum { /* ProductGroupPromotion.preferred_media_type */
       PINBULK_PREFERRED_MEDIA_VIDEO = 0x0f01,
       PINBULK_PREFERRED_MEDIA_IMAGE
};

enum { /* ActionType: what an ad group pays for */
       PINBULK_BILLABLE_EVENT_CLICKTHROUGH = 0x1001,
       PINBULK_BILLABLE_EVENT_IMPRESSION,
       PINBULK_BILLABLE_EVENT_VIDEO_V_50_MRC
};

enum {                                     /* BudgetType: of an ad group */
       PINBULK_BUDGET_TYPE_DAILY = 0x1101, /* at most the budget a day */
       PINBULK_BUDGET_TYPE_LIFETIME, /* spread evenly from start_time to end_time, which is required
                                      */
       PINBULK_BUDGET_TYPE_CBO_ADGROUP /* the only one in campaigns with CBO */
};

enum { /* AdGroupCommon.bid_strategy_type. For video completion AUTOMATIC_BID only */
       PINBULK_BID_STRATEGY_AUTOMATIC_BID = 0x1201,
       PINBULK_BID_STRATEGY_MAX_BID,
       PINBULK_BID_STRATEGY_TARGET_AVG
};

enum { /* AdGroupCommon.promotion_application_level */
       PINBULK_PROMOTION_LEVEL_NONE = 0x1301,
       PINBULK_PROMOTION_LEVEL_ITEM,
       PINBULK_PROMOTION_LEVEL_AD_GROUP
};

enum {                                   /* PacingDeliveryType */
       PINBULK_PACING_STANDARD = 0x1401, /* spent evenly over the day; the only one with CBO */
       PINBULK_PACING_ACCELERATED        /* spent as fast as possible */
};

enum { /* PlacementGroupType */
       PINBULK_PLACEMENT_GROUP_ALL = 0x1501,
       PINBULK_PLACEMENT_GROUP_SEARCH,
       PINBULK_PLACEMENT_GROUP_BROWSE,
       PINBULK_PLACEMENT_GROUP_OTHER
};

enum { /* OptimizationGoalMetadata: the event that is optimized for */
       PINBULK_CONVERSION_EVENT_PAGE_VISIT = 0x1601,
       PINBULK_CONVERSION_EVENT_SIGNUP,
       PINBULK_CONVERSION_EVENT_CHECKOUT,
       PINBULK_CONVERSION_EVENT_CUSTOM,
       PINBULK_CONVERSION_EVENT_VIEW_CATEGORY,
       PINBULK_CONVERSION_EVENT_SEARCH,
       PINBULK_CONVERSION_EVENT_ADD_TO_CART,
       PINBULK_CONVERSION_EVENT_WATCH_VIDEO,
       PINBULK_CONVERSION_EVENT_LEAD,
       PINBULK_CONVERSION_EVENT_APP_INSTALL
};

enum { /* OptimizationGoalMetadata: the conversion model; until 5.27 */
       PINBULK_LEARNING_MODE_NOT_ACTIVE = 0x1701,
       PINBULK_LEARNING_MODE_ACTIVE
};

enum { /* OptimizationGoalMetadata: the time over which views are counted */
       PINBULK_TIMERANGE_THIRTY_DAY = 0x1801,
       PINBULK_TIMERANGE_DAY,
       PINBULK_TIMERANGE_SEVEN_DAY,
       PINBULK_TIMERANGE_TWENTY_MINUTE,
       PINBULK_TIMERANGE_TEN_MINUTE,
       PINBULK_TIMERANGE_TWENTY_FOUR_HOUR
};

enum { /* TargetingSpecAgeBucket */
       PINBULK_AGE_BUCKET_18_24 = 0x1901,
       PINBULK_AGE_BUCKET_19_PLUS,
       PINBULK_AGE_BUCKET_20_PLUS,
       PINBULK_AGE_BUCKET_21_PLUS,
       PINBULK_AGE_BUCKET_25_34,
       PINBULK_AGE_BUCKET_35_44,
       PINBULK_AGE_BUCKET_45_49,
       PINBULK_AGE_BUCKET_50_54,
       PINBULK_AGE_BUCKET_55_64,
       PINBULK_AGE_BUCKET_65_PLUS
};

enum { /* TargetingSpecAppType */
       PINBULK_APP_TYPE_ANDROID_MOBILE = 0x1a01,
       PINBULK_APP_TYPE_ANDROID_TABLET,
       PINBULK_APP_TYPE_IPAD,
       PINBULK_APP_TYPE_IPHONE,
       PINBULK_APP_TYPE_WEB,
       PINBULK_APP_TYPE_WEB_MOBILE
};

enum { /* TargetingSpecGender */
       PINBULK_TARGETING_GENDER_UNKNOWN = 0x1b01,
       PINBULK_TARGETING_GENDER_MALE,
       PINBULK_TARGETING_GENDER_FEMALE
};

enum { /* TargetingSpec.TARGETING_STRATEGY */
       PINBULK_TARGETING_STRATEGY_CHOOSE_YOUR_OWN = 0x1c01,
       PINBULK_TARGETING_STRATEGY_FIND_NEW_CUSTOMERS,
       PINBULK_TARGETING_STRATEGY_RECONNECT_WITH_USERS
};

enum { /* TargetingSpecOperation.field: the member of the targeting that an operation changes */
       PINBULK_TARGETING_FIELD_AUDIENCE_EXCLUDE = 0x1d01,
       PINBULK_TARGETING_FIELD_AUDIENCE_INCLUDE,
       PINBULK_TARGETING_FIELD_GEO,
       PINBULK_TARGETING_FIELD_GEO_EXCLUDE,
       PINBULK_TARGETING_FIELD_INTEREST,
       PINBULK_TARGETING_FIELD_LOCATION,
       PINBULK_TARGETING_FIELD_LOCATION_EXCLUDE,
       PINBULK_TARGETING_FIELD_LOCALE,
       PINBULK_TARGETING_FIELD_APPTYPE,
       PINBULK_TARGETING_FIELD_GENDER,
       PINBULK_TARGETING_FIELD_AGE_BUCKET,           /* can only be set */
       PINBULK_TARGETING_FIELD_SHOPPING_RETARGETING, /* can only be set */
       PINBULK_TARGETING_FIELD_MAXIMUM_AGE,
       PINBULK_TARGETING_FIELD_MINIMUM_AGE
};

enum {                                           /* TargetingSpecOperation.operation */
       PINBULK_TARGETING_OPERATION_SET = 0x1e01, /* replaces all values */
       PINBULK_TARGETING_OPERATION_ADD,
       PINBULK_TARGETING_OPERATION_REMOVE
};

enum { /* DisclosureType: what the page of disclosure_url holds */
       PINBULK_DISCLOSURE_NO_DISCLOSURE = 0x1f01,
       PINBULK_DISCLOSURE_PRESCRIBING_INFORMATION,
       PINBULK_DISCLOSURE_PRESCRIBING_INFORMATION_BOX_WARNING,
       PINBULK_DISCLOSURE_IMPORTANT_SAFETY_INFO,
       PINBULK_DISCLOSURE_MED_GUIDE,
       PINBULK_DISCLOSURE_PATIENT_INFORMATION
};

enum { /* QuizPinData.tie_breaker_type */
       PINBULK_TIE_BREAKER_RANDOM = 0x2001,
       PINBULK_TIE_BREAKER_CUSTOM
};

enum {                                    /* LabelType */
       PINBULK_LABEL_TYPE_BRAND = 0x2101, /* at most 1 for a campaign */
       PINBULK_LABEL_TYPE_CUSTOM          /* at most 30 for a campaign */
};

enum { /* ScheduleType: what a schedule changes */
       PINBULK_SCHEDULE_TYPE_CAMPAIGN_BUDGET_CHANGE = 0x2201,
       PINBULK_SCHEDULE_TYPE_CAMPAIGN_BID_MULTIPLIERS
};

enum { /* ScheduleAction */
       PINBULK_SCHEDULE_ACTION_INCREASE_BY_VALUE = 0x2301,
       PINBULK_SCHEDULE_ACTION_INCREASE_BY_PERCENT
};

enum { /* ScheduleStatus */
       PINBULK_SCHEDULE_STATUS_DRAFT = 0x2401,
       PINBULK_SCHEDULE_STATUS_CREATED,
       PINBULK_SCHEDULE_STATUS_SCHEDULED,
       PINBULK_SCHEDULE_STATUS_ACTIVE,
       PINBULK_SCHEDULE_STATUS_COMPLETED,
       PINBULK_SCHEDULE_STATUS_FAILED,
       PINBULK_SCHEDULE_STATUS_CANCELED
};

enum { /* catalog_type: the vertical of a catalog; a group without one is that of a feed */
       PINBULK_CATALOG_TYPE_RETAIL = 0x2501, /* for selected partners */
       PINBULK_CATALOG_TYPE_HOTEL,
       PINBULK_CATALOG_TYPE_CREATIVE_ASSETS
};

enum { /* CatalogsProductGroupFilterKeys, CatalogsHotelProductGroupFilterKeys,
          CatalogsCreativeAssetsProductGroupFilterKeys: what a condition on products looks at */
       PINBULK_PRODUCT_FILTER_MIN_PRICE = 0x2601,
       PINBULK_PRODUCT_FILTER_MAX_PRICE,
       PINBULK_PRODUCT_FILTER_PRICE,
       PINBULK_PRODUCT_FILTER_CURRENCY,
       PINBULK_PRODUCT_FILTER_ITEM_ID,
       PINBULK_PRODUCT_FILTER_ITEM_GROUP_ID,
       PINBULK_PRODUCT_FILTER_HOTEL_ID,
       PINBULK_PRODUCT_FILTER_CREATIVE_ASSETS_ID,
       PINBULK_PRODUCT_FILTER_AVAILABILITY,
       PINBULK_PRODUCT_FILTER_BRAND,
       PINBULK_PRODUCT_FILTER_CONDITION,
       PINBULK_PRODUCT_FILTER_GENDER,
       PINBULK_PRODUCT_FILTER_MEDIA_TYPE,
       PINBULK_PRODUCT_FILTER_COUNTRY,
       PINBULK_PRODUCT_FILTER_LINK,
       PINBULK_PRODUCT_FILTER_TITLE_KEYWORDS,
       PINBULK_PRODUCT_FILTER_PRODUCT_GROUP,
       PINBULK_PRODUCT_FILTER_PINTEREST_PRODUCT_CATEGORIES,
       PINBULK_PRODUCT_FILTER_CUSTOM_LABEL_0,
       PINBULK_PRODUCT_FILTER_CUSTOM_LABEL_1,
       PINBULK_PRODUCT_FILTER_CUSTOM_LABEL_2,
       PINBULK_PRODUCT_FILTER_CUSTOM_LABEL_3,
       PINBULK_PRODUCT_FILTER_CUSTOM_LABEL_4,
       PINBULK_PRODUCT_FILTER_CUSTOM_NUMBER_0,
       PINBULK_PRODUCT_FILTER_CUSTOM_NUMBER_1,
       PINBULK_PRODUCT_FILTER_CUSTOM_NUMBER_2,
       PINBULK_PRODUCT_FILTER_CUSTOM_NUMBER_3,
       PINBULK_PRODUCT_FILTER_CUSTOM_NUMBER_4,
       PINBULK_PRODUCT_FILTER_PRODUCT_TYPE_0,
       PINBULK_PRODUCT_FILTER_PRODUCT_TYPE_1,
       PINBULK_PRODUCT_FILTER_PRODUCT_TYPE_2,
       PINBULK_PRODUCT_FILTER_PRODUCT_TYPE_3,
       PINBULK_PRODUCT_FILTER_PRODUCT_TYPE_4,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_0,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_1,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_2,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_3,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_4,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_5,
       PINBULK_PRODUCT_FILTER_GOOGLE_PRODUCT_CATEGORY_6
};

enum { /* filter_operator_type of a product filter */
       PINBULK_TEXT_MATCH_IS = 0x2701,
       PINBULK_TEXT_MATCH_CONTAINS
};

enum { /* operator of a product filter */
       PINBULK_COMPARISON_GREATER_THAN = 0x2801,
       PINBULK_COMPARISON_GREATER_THAN_OR_EQUALS,
       PINBULK_COMPARISON_LESS_THAN,
       PINBULK_COMPARISON_LESS_THAN_OR_EQUALS
};

enum { /* Gender: whom a product is for */
       PINBULK_PRODUCT_GENDER_FEMALE = 0x2901,
       PINBULK_PRODUCT_GENDER_MALE,
       PINBULK_PRODUCT_GENDER_UNISEX
};

enum { /* MediaType: of a product */
       PINBULK_MEDIA_TYPE_IMAGE = 0x2a01,
       PINBULK_MEDIA_TYPE_VIDEO
};

/* clang-format off */
enum { /* NonNullableCatalogsCurrency: ISO 4217 */
       PINBULK_CURRENCY_AED = 0x2b01, PINBULK_CURRENCY_AFN, PINBULK_CURRENCY_ALL,
       PINBULK_CURRENCY_AMD, PINBULK_CURRENCY_ANG, PINBULK_CURRENCY_AOA, PINBULK_CURRENCY_ARS,
       PINBULK_CURRENCY_AUD, PINBULK_CURRENCY_AWG, PINBULK_CURRENCY_AZN, PINBULK_CURRENCY_BAM,
       PINBULK_CURRENCY_BBD, PINBULK_CURRENCY_BDT, PINBULK_CURRENCY_BGN, PINBULK_CURRENCY_BHD,
       PINBULK_CURRENCY_BIF, PINBULK_CURRENCY_BMD, PINBULK_CURRENCY_BND, PINBULK_CURRENCY_BOB,
       PINBULK_CURRENCY_BRL, PINBULK_CURRENCY_BSD, PINBULK_CURRENCY_BTN, PINBULK_CURRENCY_BWP,
       PINBULK_CURRENCY_BYN, PINBULK_CURRENCY_BYR, PINBULK_CURRENCY_BZD, PINBULK_CURRENCY_CAD,
       PINBULK_CURRENCY_CDF, PINBULK_CURRENCY_CHF, PINBULK_CURRENCY_CLP, PINBULK_CURRENCY_CNY,
       PINBULK_CURRENCY_COP, PINBULK_CURRENCY_CRC, PINBULK_CURRENCY_CUC, PINBULK_CURRENCY_CUP,
       PINBULK_CURRENCY_CVE, PINBULK_CURRENCY_CZK, PINBULK_CURRENCY_DJF, PINBULK_CURRENCY_DKK,
       PINBULK_CURRENCY_DOP, PINBULK_CURRENCY_DZD, PINBULK_CURRENCY_EGP, PINBULK_CURRENCY_ERN,
       PINBULK_CURRENCY_ETB, PINBULK_CURRENCY_EUR, PINBULK_CURRENCY_FJD, PINBULK_CURRENCY_FKP,
       PINBULK_CURRENCY_GBP, PINBULK_CURRENCY_GEL, PINBULK_CURRENCY_GGP, PINBULK_CURRENCY_GHS,
       PINBULK_CURRENCY_GIP, PINBULK_CURRENCY_GMD, PINBULK_CURRENCY_GNF, PINBULK_CURRENCY_GTQ,
       PINBULK_CURRENCY_GYD, PINBULK_CURRENCY_HKD, PINBULK_CURRENCY_HNL, PINBULK_CURRENCY_HRK,
       PINBULK_CURRENCY_HTG, PINBULK_CURRENCY_HUF, PINBULK_CURRENCY_IDR, PINBULK_CURRENCY_ILS,
       PINBULK_CURRENCY_IMP, PINBULK_CURRENCY_INR, PINBULK_CURRENCY_IQD, PINBULK_CURRENCY_IRR,
       PINBULK_CURRENCY_ISK, PINBULK_CURRENCY_JEP, PINBULK_CURRENCY_JMD, PINBULK_CURRENCY_JOD,
       PINBULK_CURRENCY_JPY, PINBULK_CURRENCY_KES, PINBULK_CURRENCY_KGS, PINBULK_CURRENCY_KHR,
       PINBULK_CURRENCY_KMF, PINBULK_CURRENCY_KPW, PINBULK_CURRENCY_KRW, PINBULK_CURRENCY_KWD,
       PINBULK_CURRENCY_KYD, PINBULK_CURRENCY_KZT, PINBULK_CURRENCY_LAK, PINBULK_CURRENCY_LBP,
       PINBULK_CURRENCY_LKR, PINBULK_CURRENCY_LRD, PINBULK_CURRENCY_LSL, PINBULK_CURRENCY_LYD,
       PINBULK_CURRENCY_MAD, PINBULK_CURRENCY_MDL, PINBULK_CURRENCY_MGA, PINBULK_CURRENCY_MKD,
       PINBULK_CURRENCY_MMK, PINBULK_CURRENCY_MNT, PINBULK_CURRENCY_MOP, PINBULK_CURRENCY_MRO,
       PINBULK_CURRENCY_MUR, PINBULK_CURRENCY_MVR, PINBULK_CURRENCY_MWK, PINBULK_CURRENCY_MXN,
       PINBULK_CURRENCY_MYR, PINBULK_CURRENCY_MZN, PINBULK_CURRENCY_NAD, PINBULK_CURRENCY_NGN,
       PINBULK_CURRENCY_NIO, PINBULK_CURRENCY_NOK, PINBULK_CURRENCY_NPR, PINBULK_CURRENCY_NZD,
       PINBULK_CURRENCY_OMR, PINBULK_CURRENCY_PAB, PINBULK_CURRENCY_PEN, PINBULK_CURRENCY_PGK,
       PINBULK_CURRENCY_PHP, PINBULK_CURRENCY_PKR, PINBULK_CURRENCY_PLN, PINBULK_CURRENCY_PYG,
       PINBULK_CURRENCY_QAR, PINBULK_CURRENCY_RON, PINBULK_CURRENCY_RSD, PINBULK_CURRENCY_RUB,
       PINBULK_CURRENCY_RWF, PINBULK_CURRENCY_SAR, PINBULK_CURRENCY_SBD, PINBULK_CURRENCY_SCR,
       PINBULK_CURRENCY_SDG, PINBULK_CURRENCY_SEK, PINBULK_CURRENCY_SGD, PINBULK_CURRENCY_SHP,
       PINBULK_CURRENCY_SLL, PINBULK_CURRENCY_SOS, PINBULK_CURRENCY_SPL, PINBULK_CURRENCY_SRD,
       PINBULK_CURRENCY_STD, PINBULK_CURRENCY_SVC, PINBULK_CURRENCY_SYP, PINBULK_CURRENCY_SZL,
       PINBULK_CURRENCY_THB, PINBULK_CURRENCY_TJS, PINBULK_CURRENCY_TMT, PINBULK_CURRENCY_TND,
       PINBULK_CURRENCY_TOP, PINBULK_CURRENCY_TRY, PINBULK_CURRENCY_TTD, PINBULK_CURRENCY_TVD,
       PINBULK_CURRENCY_TWD, PINBULK_CURRENCY_TZS, PINBULK_CURRENCY_UAH, PINBULK_CURRENCY_UGX,
       PINBULK_CURRENCY_USD, PINBULK_CURRENCY_UYU, PINBULK_CURRENCY_UZS, PINBULK_CURRENCY_VEF,
       PINBULK_CURRENCY_VND, PINBULK_CURRENCY_VUV, PINBULK_CURRENCY_WST, PINBULK_CURRENCY_XAF,
       PINBULK_CURRENCY_XCD, PINBULK_CURRENCY_XDR, PINBULK_CURRENCY_XOF, PINBULK_CURRENCY_XPF,
       PINBULK_CURRENCY_YER, PINBULK_CURRENCY_ZAR, PINBULK_CURRENCY_ZMW, PINBULK_CURRENCY_ZWD
};
/* clang-format on */

/* clang-format off */
enum { /* Country: ISO 3166-1 alpha-2 */
       PINBULK_COUNTRY_AD = 0x2c01, PINBULK_COUNTRY_AE, PINBULK_COUNTRY_AF, PINBULK_COUNTRY_AG,
       PINBULK_COUNTRY_AI, PINBULK_COUNTRY_AL, PINBULK_COUNTRY_AM, PINBULK_COUNTRY_AO,
       PINBULK_COUNTRY_AQ, PINBULK_COUNTRY_AR, PINBULK_COUNTRY_AS, PINBULK_COUNTRY_AT,
       PINBULK_COUNTRY_AU, PINBULK_COUNTRY_AW, PINBULK_COUNTRY_AX, PINBULK_COUNTRY_AZ,
       PINBULK_COUNTRY_BA, PINBULK_COUNTRY_BB, PINBULK_COUNTRY_BD, PINBULK_COUNTRY_BE,
       PINBULK_COUNTRY_BF, PINBULK_COUNTRY_BG, PINBULK_COUNTRY_BH, PINBULK_COUNTRY_BI,
       PINBULK_COUNTRY_BJ, PINBULK_COUNTRY_BL, PINBULK_COUNTRY_BM, PINBULK_COUNTRY_BN,
       PINBULK_COUNTRY_BO, PINBULK_COUNTRY_BQ, PINBULK_COUNTRY_BR, PINBULK_COUNTRY_BS,
       PINBULK_COUNTRY_BT, PINBULK_COUNTRY_BV, PINBULK_COUNTRY_BW, PINBULK_COUNTRY_BY,
       PINBULK_COUNTRY_BZ, PINBULK_COUNTRY_CA, PINBULK_COUNTRY_CC, PINBULK_COUNTRY_CD,
       PINBULK_COUNTRY_CF, PINBULK_COUNTRY_CG, PINBULK_COUNTRY_CH, PINBULK_COUNTRY_CI,
       PINBULK_COUNTRY_CK, PINBULK_COUNTRY_CL, PINBULK_COUNTRY_CM, PINBULK_COUNTRY_CN,
       PINBULK_COUNTRY_CO, PINBULK_COUNTRY_CR, PINBULK_COUNTRY_CU, PINBULK_COUNTRY_CV,
       PINBULK_COUNTRY_CW, PINBULK_COUNTRY_CX, PINBULK_COUNTRY_CY, PINBULK_COUNTRY_CZ,
       PINBULK_COUNTRY_DE, PINBULK_COUNTRY_DJ, PINBULK_COUNTRY_DK, PINBULK_COUNTRY_DM,
       PINBULK_COUNTRY_DO, PINBULK_COUNTRY_DZ, PINBULK_COUNTRY_EC, PINBULK_COUNTRY_EE,
       PINBULK_COUNTRY_EG, PINBULK_COUNTRY_EH, PINBULK_COUNTRY_ER, PINBULK_COUNTRY_ES,
       PINBULK_COUNTRY_ET, PINBULK_COUNTRY_FI, PINBULK_COUNTRY_FJ, PINBULK_COUNTRY_FK,
       PINBULK_COUNTRY_FM, PINBULK_COUNTRY_FO, PINBULK_COUNTRY_FR, PINBULK_COUNTRY_GA,
       PINBULK_COUNTRY_GB, PINBULK_COUNTRY_GD, PINBULK_COUNTRY_GE, PINBULK_COUNTRY_GF,
       PINBULK_COUNTRY_GG, PINBULK_COUNTRY_GH, PINBULK_COUNTRY_GI, PINBULK_COUNTRY_GL,
       PINBULK_COUNTRY_GM, PINBULK_COUNTRY_GN, PINBULK_COUNTRY_GP, PINBULK_COUNTRY_GQ,
       PINBULK_COUNTRY_GR, PINBULK_COUNTRY_GS, PINBULK_COUNTRY_GT, PINBULK_COUNTRY_GU,
       PINBULK_COUNTRY_GW, PINBULK_COUNTRY_GY, PINBULK_COUNTRY_HK, PINBULK_COUNTRY_HM,
       PINBULK_COUNTRY_HN, PINBULK_COUNTRY_HR, PINBULK_COUNTRY_HT, PINBULK_COUNTRY_HU,
       PINBULK_COUNTRY_ID, PINBULK_COUNTRY_IE, PINBULK_COUNTRY_IL, PINBULK_COUNTRY_IM,
       PINBULK_COUNTRY_IN, PINBULK_COUNTRY_IO, PINBULK_COUNTRY_IQ, PINBULK_COUNTRY_IR,
       PINBULK_COUNTRY_IS, PINBULK_COUNTRY_IT, PINBULK_COUNTRY_JE, PINBULK_COUNTRY_JM,
       PINBULK_COUNTRY_JO, PINBULK_COUNTRY_JP, PINBULK_COUNTRY_KE, PINBULK_COUNTRY_KG,
       PINBULK_COUNTRY_KH, PINBULK_COUNTRY_KI, PINBULK_COUNTRY_KM, PINBULK_COUNTRY_KN,
       PINBULK_COUNTRY_KR, PINBULK_COUNTRY_KW, PINBULK_COUNTRY_KY, PINBULK_COUNTRY_KZ,
       PINBULK_COUNTRY_LA, PINBULK_COUNTRY_LB, PINBULK_COUNTRY_LC, PINBULK_COUNTRY_LI,
       PINBULK_COUNTRY_LK, PINBULK_COUNTRY_LR, PINBULK_COUNTRY_LS, PINBULK_COUNTRY_LT,
       PINBULK_COUNTRY_LU, PINBULK_COUNTRY_LV, PINBULK_COUNTRY_LY, PINBULK_COUNTRY_MA,
       PINBULK_COUNTRY_MC, PINBULK_COUNTRY_MD, PINBULK_COUNTRY_ME, PINBULK_COUNTRY_MF,
       PINBULK_COUNTRY_MG, PINBULK_COUNTRY_MH, PINBULK_COUNTRY_MK, PINBULK_COUNTRY_ML,
       PINBULK_COUNTRY_MM, PINBULK_COUNTRY_MN, PINBULK_COUNTRY_MO, PINBULK_COUNTRY_MP,
       PINBULK_COUNTRY_MQ, PINBULK_COUNTRY_MR, PINBULK_COUNTRY_MS, PINBULK_COUNTRY_MT,
       PINBULK_COUNTRY_MU, PINBULK_COUNTRY_MV, PINBULK_COUNTRY_MW, PINBULK_COUNTRY_MX,
       PINBULK_COUNTRY_MY, PINBULK_COUNTRY_MZ, PINBULK_COUNTRY_NA, PINBULK_COUNTRY_NC,
       PINBULK_COUNTRY_NE, PINBULK_COUNTRY_NF, PINBULK_COUNTRY_NG, PINBULK_COUNTRY_NI,
       PINBULK_COUNTRY_NL, PINBULK_COUNTRY_NO, PINBULK_COUNTRY_NP, PINBULK_COUNTRY_NR,
       PINBULK_COUNTRY_NU, PINBULK_COUNTRY_NZ, PINBULK_COUNTRY_OM, PINBULK_COUNTRY_PA,
       PINBULK_COUNTRY_PE, PINBULK_COUNTRY_PF, PINBULK_COUNTRY_PG, PINBULK_COUNTRY_PH,
       PINBULK_COUNTRY_PK, PINBULK_COUNTRY_PL, PINBULK_COUNTRY_PM, PINBULK_COUNTRY_PN,
       PINBULK_COUNTRY_PR, PINBULK_COUNTRY_PS, PINBULK_COUNTRY_PT, PINBULK_COUNTRY_PW,
       PINBULK_COUNTRY_PY, PINBULK_COUNTRY_QA, PINBULK_COUNTRY_RE, PINBULK_COUNTRY_RO,
       PINBULK_COUNTRY_RS, PINBULK_COUNTRY_RU, PINBULK_COUNTRY_RW, PINBULK_COUNTRY_SA,
       PINBULK_COUNTRY_SB, PINBULK_COUNTRY_SC, PINBULK_COUNTRY_SD, PINBULK_COUNTRY_SE,
       PINBULK_COUNTRY_SG, PINBULK_COUNTRY_SH, PINBULK_COUNTRY_SI, PINBULK_COUNTRY_SJ,
       PINBULK_COUNTRY_SK, PINBULK_COUNTRY_SL, PINBULK_COUNTRY_SM, PINBULK_COUNTRY_SN,
       PINBULK_COUNTRY_SO, PINBULK_COUNTRY_SR, PINBULK_COUNTRY_SS, PINBULK_COUNTRY_ST,
       PINBULK_COUNTRY_SV, PINBULK_COUNTRY_SX, PINBULK_COUNTRY_SY, PINBULK_COUNTRY_SZ,
       PINBULK_COUNTRY_TC, PINBULK_COUNTRY_TD, PINBULK_COUNTRY_TF, PINBULK_COUNTRY_TG,
       PINBULK_COUNTRY_TH, PINBULK_COUNTRY_TJ, PINBULK_COUNTRY_TK, PINBULK_COUNTRY_TL,
       PINBULK_COUNTRY_TM, PINBULK_COUNTRY_TN, PINBULK_COUNTRY_TO, PINBULK_COUNTRY_TR,
       PINBULK_COUNTRY_TT, PINBULK_COUNTRY_TV, PINBULK_COUNTRY_TW, PINBULK_COUNTRY_TZ,
       PINBULK_COUNTRY_UA, PINBULK_COUNTRY_UG, PINBULK_COUNTRY_UM, PINBULK_COUNTRY_US,
       PINBULK_COUNTRY_UY, PINBULK_COUNTRY_UZ, PINBULK_COUNTRY_VA, PINBULK_COUNTRY_VC,
       PINBULK_COUNTRY_VE, PINBULK_COUNTRY_VG, PINBULK_COUNTRY_VI, PINBULK_COUNTRY_VN,
       PINBULK_COUNTRY_VU, PINBULK_COUNTRY_WF, PINBULK_COUNTRY_WS, PINBULK_COUNTRY_YE,
       PINBULK_COUNTRY_YT, PINBULK_COUNTRY_ZA, PINBULK_COUNTRY_ZM, PINBULK_COUNTRY_ZW
};
/* clang-format on */

/* clang-format off */
enum { /* CatalogsLocale */
       PINBULK_LOCALE_AF_ZA = 0x2d01, PINBULK_LOCALE_AR_SA, PINBULK_LOCALE_BG_BG,
       PINBULK_LOCALE_BN_IN, PINBULK_LOCALE_CS_CZ, PINBULK_LOCALE_DA_DK, PINBULK_LOCALE_DE,
       PINBULK_LOCALE_EL_GR, PINBULK_LOCALE_EN_AU, PINBULK_LOCALE_EN_CA, PINBULK_LOCALE_EN_GB,
       PINBULK_LOCALE_EN_IN, PINBULK_LOCALE_EN_US, PINBULK_LOCALE_ES_419, PINBULK_LOCALE_ES_AR,
       PINBULK_LOCALE_ES_ES, PINBULK_LOCALE_ES_MX, PINBULK_LOCALE_FI_FI, PINBULK_LOCALE_FR,
       PINBULK_LOCALE_FR_CA, PINBULK_LOCALE_HE_IL, PINBULK_LOCALE_HI_IN, PINBULK_LOCALE_HR_HR,
       PINBULK_LOCALE_HU_HU, PINBULK_LOCALE_ID_ID, PINBULK_LOCALE_IT, PINBULK_LOCALE_JA,
       PINBULK_LOCALE_KO_KR, PINBULK_LOCALE_MS_MY, PINBULK_LOCALE_NB_NO, PINBULK_LOCALE_NL,
       PINBULK_LOCALE_PL_PL, PINBULK_LOCALE_PT_BR, PINBULK_LOCALE_PT_PT, PINBULK_LOCALE_RO_RO,
       PINBULK_LOCALE_RU_RU, PINBULK_LOCALE_SK_SK, PINBULK_LOCALE_SV_SE, PINBULK_LOCALE_TE_IN,
       PINBULK_LOCALE_TH_TH, PINBULK_LOCALE_TL_PH, PINBULK_LOCALE_TR, PINBULK_LOCALE_UK_UA,
       PINBULK_LOCALE_VI_VN, PINBULK_LOCALE_ZH_CN, PINBULK_LOCALE_ZH_TW
};
/* clang-format on */

/* The wire text of a constant ("WEB_CONVERSION"); NULL for a number that is none. Static, NUL-
   terminated. This function links the names of all enumerations. */
PINBULK_API const char *pinbulk_enum_name(unsigned constant);

/* ============================================================================================== */
/* >>objects                                                                                      */
/* ============================================================================================== */

/* The objects of the API in wire order: struct members are spelled as the keys on the wire. Each
   names its schema in the API description 5.28, to which all that is said here belongs. Money is
   in micro currency: 1,000,000 is one unit of the account's currency. Times are Unix seconds.
   "null" says that the member may be cleared. Ids are digit strings. Forms: an object that can be
   created and updated has one struct; "create" and "update" say which form requires a member,
   excludes it or may clear it. What is said of neither holds for both. */

/* BulkDownloadRequest.campaign_filter: which campaigns a download covers. */
typedef struct pinbulk_campaign_filter {
    pinbulk_string start_time;         /* digits: Unix seconds */
    pinbulk_string end_time;           /* digits: Unix seconds */
    pinbulk_string name;               /* of the campaign */
    pinbulk_enum_list campaign_status; /* PINBULK_CAMPAIGN_STATUS_... */
    pinbulk_enum_list objective_type;  /* PINBULK_OBJECTIVE_..., LEADS included */
    pinbulk_members extra;
} pinbulk_campaign_filter;

PINBULK_REF(campaign_filter);

/* BulkDownloadRequest: the body of a download. A zeroed one asks for everything, as JSON. */
typedef struct pinbulk_download {
    pinbulk_enum_list entity_types; /* PINBULK_ENTITY_TYPE_..., 1 to 6; fewer are faster */
    pinbulk_string_list entity_ids; /* ids: these entities, their children and grandchildren */
    pinbulk_string updated_since;   /* digits, Unix seconds: what changed since */
    pinbulk_campaign_filter_ref campaign_filter;
    pinbulk_enum output_format; /* PINBULK_OUTPUT_FORMAT_...; JSON when absent */
    pinbulk_members extra;
} pinbulk_download;

/* TrackingUrls: third-party tracking, at most three URLs of 2,000 characters for each event. Those
   of an ad or ad group go before those of what it belongs to; an empty object removes them. */
typedef struct pinbulk_tracking_urls {
    pinbulk_string_list impression;
    pinbulk_string_list click;
    pinbulk_string_list engagement;
    pinbulk_string_list buyable_button;
    pinbulk_string_list audience_verification;
    pinbulk_members extra;
} pinbulk_tracking_urls;

PINBULK_REF(tracking_urls);

/* CampaignBidOptionsCreate, CampaignBidOptionsUpdate: factors on the bid, from 0 to 10; 1 changes
   nothing. A map is replaced whole: what is missing in it counts as 1. The keys of the maps are not
   enumerated by the description. ScheduleBidOptions has the first five, with
   placement_multipliers of browse, related_pins and search, and no limits. */
typedef struct pinbulk_bid_options {
    pinbulk_multiplier_list app_type_multipliers;   /* null; key: a platform such as iphone */
    pinbulk_multiplier_list audience_multipliers;   /* key: an audience id */
    pinbulk_multiplier_list placement_multipliers;  /* null; key: a placement */
    pinbulk_multiplier_list age_bucket_multipliers; /* null; key: an age range */
    pinbulk_multiplier_list gender_multipliers;     /* null; key: a gender */
    pinbulk_multiplier_list frequency_multipliers;  /* null; key: a number of views */
    pinbulk_enum freq_bid_multiplier_time_window;   /* null; PINBULK_TIME_WINDOW_... */
    pinbulk_enum_list update_mask;                  /* update: required; create: not allowed;
                                                       PINBULK_UPDATE_MASK_...: only these are replaced */
    pinbulk_members extra;
} pinbulk_bid_options;

PINBULK_REF(bid_options);

/* CampaignCreateRequest, CampaignUpdateRequest. daily_spend_cap and lifetime_spend_cap exclude each
   other; a campaign with CBO needs one of them. */
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
    pinbulk_bool is_flexible_daily_budgets; /* update: null; Performance+ budgets */
    pinbulk_bool is_automated_campaign;     /* update: null */
    /* null; micro currency; the daily budget of the ad groups after CBO ends */
    pinbulk_int default_ad_group_budget_in_micro_currency;
    pinbulk_bool is_campaign_budget_optimization; /* null; CBO: one budget for all ad groups, whose
                                                     own budgets are cleared */
    pinbulk_enum intended_promotion_type;         /* PINBULK_INTENDED_PROMOTION_... */
    pinbulk_bool is_ltv_optimized;
    pinbulk_bool is_top_of_search;
    pinbulk_enum objective_type;      /* create: required; update: null, drafts only;
                                         PINBULK_OBJECTIVE_... */
    pinbulk_bool is_performance_plus; /* after creation only drafts can change it */
    pinbulk_bid_options_ref bid_options;
    pinbulk_members extra;
} pinbulk_campaign;

PINBULK_ENTITY_LIST(campaign);

/* TargetingSpecShoppingRetargeting: dynamic retargeting. */
typedef struct pinbulk_shopping_retargeting {
    pinbulk_int lookback_window;  /* days ago at which it begins */
    pinbulk_int exclusion_window; /* days ago at which it stops */
    pinbulk_int_list tag_types;   /* event types; the numbers are not in the description */
    pinbulk_members extra;
} pinbulk_shopping_retargeting;

PINBULK_LIST(shopping_retargeting);

/* TargetingSpec: who sees the ads. A member that is absent limits nothing. One of LOCATION and GEO
   is required. AGE_BUCKET excludes MINIMUM_AGE and MAXIMUM_AGE, which need each other. */
typedef struct pinbulk_targeting {
    pinbulk_enum_list AGE_BUCKET;         /* null; PINBULK_AGE_BUCKET_...; better are the ages */
    pinbulk_enum_list APPTYPE;            /* null; PINBULK_APP_TYPE_... */
    pinbulk_string_list AUDIENCE_EXCLUDE; /* null; ids of audiences of at least 100 people */
    pinbulk_string_list AUDIENCE_INCLUDE; /* null; ids of audiences of at least 100 people */
    pinbulk_enum_list GENDER;             /* null; PINBULK_TARGETING_GENDER_... */
    pinbulk_string_list GEO;      /* null; regions such as BE-VOV, or postal codes such as US-94107,
                                     but not both */
    pinbulk_string_list INTEREST; /* ids of interests */
    pinbulk_string_list LOCALE;   /* null; languages, ISO 639-1 */
    pinbulk_string_list LOCATION; /* null; countries, ISO 3166-1 alpha-2, or Nielsen DMA codes */
    pinbulk_string MAXIMUM_AGE;   /* inclusive; 18 to 65, or 65+ */
    pinbulk_string MINIMUM_AGE;   /* inclusive; 18 to 65 */
    pinbulk_shopping_retargeting_list SHOPPING_RETARGETING; /* null */
    pinbulk_enum_list TARGETING_STRATEGY; /* null; PINBULK_TARGETING_STRATEGY_... */
    pinbulk_string_list GEO_EXCLUDE;      /* as GEO */
    pinbulk_string_list LOCATION_EXCLUDE; /* as LOCATION */
    pinbulk_members extra;
} pinbulk_targeting;

PINBULK_REF(targeting);

/* TargetingSpecOperation: changes one member of a targeting and leaves the others. */
typedef struct pinbulk_targeting_operation {
    pinbulk_enum field;         /* required; PINBULK_TARGETING_FIELD_... */
    pinbulk_enum operation;     /* required; PINBULK_TARGETING_OPERATION_...; from AGE_BUCKET on
                                   SET only */
    pinbulk_string_list values; /* required for all fields before SHOPPING_RETARGETING; texts as in
                                   the member of the targeting, for constants see
                                   pinbulk_enum_name */
    pinbulk_shopping_retargeting_list retargeting; /* `values` of SHOPPING_RETARGETING; required */
    pinbulk_string value; /* null; of MAXIMUM_AGE and MINIMUM_AGE; required; digits, + may stand
                             behind them */
    pinbulk_members extra;
} pinbulk_targeting_operation;

PINBULK_LIST(targeting_operation);

/* OptimizationGoalMetadata.conversion_tag_v3_goal_metadata.attribution_windows */
typedef struct pinbulk_attribution_windows {
    pinbulk_int click_window_days;
    pinbulk_int engagement_window_days;
    pinbulk_int view_window_days;
    pinbulk_members extra;
} pinbulk_attribution_windows;

PINBULK_REF(attribution_windows);

/* OptimizationGoalMetadata.conversion_tag_v3_goal_metadata: which conversions to aim at. */
typedef struct pinbulk_conversion_goal {
    pinbulk_attribution_windows_ref attribution_windows;
    pinbulk_enum conversion_event;                   /* PINBULK_CONVERSION_EVENT_... */
    pinbulk_string conversion_tag_id;                /* id */
    pinbulk_string cpa_goal_value_in_micro_currency; /* digits */
    pinbulk_bool is_roas_optimized;  /* null; for conversion value instead of number; needs CHECKOUT
                                        and AUTOMATIC_BID */
    pinbulk_enum learning_mode_type; /* null; PINBULK_LEARNING_MODE_...; until 5.27 */
    pinbulk_string reporting_event;  /* name of the event that is mapped to the model */
    pinbulk_members extra;
} pinbulk_conversion_goal;

PINBULK_REF(conversion_goal);

/* OptimizationGoalMetadata.frequency_goal_metadata: how often to be seen. */
typedef struct pinbulk_frequency_goal {
    pinbulk_int frequency;  /* 2 to 20 */
    pinbulk_enum timerange; /* PINBULK_TIMERANGE_... */
    pinbulk_members extra;
} pinbulk_frequency_goal;

PINBULK_REF(frequency_goal);

/* OptimizationGoalMetadata.scrollup_goal_metadata */
typedef struct pinbulk_scrollup_goal {
    pinbulk_string scrollup_goal_value_in_micro_currency; /* null; digits */
    pinbulk_members extra;
} pinbulk_scrollup_goal;

PINBULK_REF(scrollup_goal);

/* OptimizationGoalMetadata: required in campaigns with the objective WEB_CONVERSION. */
typedef struct pinbulk_optimization_goal {
    pinbulk_conversion_goal_ref conversion_tag_v3_goal_metadata;
    pinbulk_frequency_goal_ref frequency_goal_metadata;
    pinbulk_scrollup_goal_ref scrollup_goal_metadata;
    pinbulk_members extra;
} pinbulk_optimization_goal;

PINBULK_REF(optimization_goal);

/* AdGroupCreateRequest, AdGroupUpdateRequest. targeting_spec and targeting_spec_operations exclude
   each other. */
typedef struct pinbulk_ad_group {
    pinbulk_string id;                    /* update: required; create: not allowed */
    pinbulk_string campaign_id;           /* create: required; digits, C before them allowed */
    pinbulk_string name;                  /* create: required */
    pinbulk_enum status;                  /* PINBULK_ENTITY_STATUS_... */
    pinbulk_int budget_in_micro_currency; /* null; required in campaigns without CBO */
    pinbulk_int bid_in_micro_currency;    /* null; required for AWARENESS/IMPRESSION,
                                             CONSIDERATION/CLICKTHROUGH, CATALOG_SALES/CLICKTHROUGH */
    pinbulk_enum bid_strategy_type;       /* null; PINBULK_BID_STRATEGY_... */
    pinbulk_enum budget_type; /* PINBULK_BUDGET_TYPE_...; DAILY when created without; after
                                 that only drafts can change it */
    pinbulk_int start_time;   /* null; Unix seconds; not before that of the campaign */
    pinbulk_int end_time;     /* null; Unix seconds; not after that of the campaign */
    pinbulk_targeting_ref targeting_spec;
    pinbulk_targeting_operation_list targeting_spec_operations; /* create: not allowed */
    pinbulk_int lifetime_frequency_cap;      /* views by one person in 30 days; needs IMPRESSION and
                                                end_time */
    pinbulk_tracking_urls_ref tracking_urls; /* null */
    pinbulk_bool auto_targeting_enabled;     /* update: null; true when created without */
    pinbulk_enum placement_group;            /* PINBULK_PLACEMENT_GROUP_... */
    pinbulk_enum pacing_delivery_type;       /* PINBULK_PACING_...; STANDARD when created without */
    pinbulk_enum billable_event;             /* create: required; update: drafts only;
                                                PINBULK_BILLABLE_EVENT_... */
    pinbulk_decimal bid_multiplier; /* 0.1 to 10, 0 removes it; open beta; needs AUTOMATIC_BID */
    pinbulk_bool is_creative_optimization; /* null; product Pins in other formats; false when
                                              created without */
    pinbulk_string promotion_id;           /* null; id; "0" when created without */
    pinbulk_string_list promotion_ids;
    pinbulk_enum promotion_application_level;   /* null; PINBULK_PROMOTION_LEVEL_... */
    pinbulk_string_list targeting_template_ids; /* null; one id, instead of targeting_spec,
                                                   tracking_urls, auto_targeting_enabled and
                                                   placement_group; "0" clears it as well */
    pinbulk_optimization_goal_ref optimization_goal_metadata; /* null */
    pinbulk_members extra;
} pinbulk_ad_group;

PINBULK_ENTITY_LIST(ad_group);

/* QuizPinOption */
typedef struct pinbulk_quiz_option {
    pinbulk_decimal id;
    pinbulk_string text;
    pinbulk_members extra;
} pinbulk_quiz_option;

PINBULK_LIST(quiz_option);

/* QuizPinQuestion */
typedef struct pinbulk_quiz_question {
    pinbulk_decimal question_id;
    pinbulk_string question_text;
    pinbulk_quiz_option_list options;
    pinbulk_members extra;
} pinbulk_quiz_question;

PINBULK_LIST(quiz_question);

/* QuizPinResult: where an answer leads to. */
typedef struct pinbulk_quiz_result {
    pinbulk_string organic_pin_id; /* of a Pin made before for this result */
    pinbulk_string android_deep_link;
    pinbulk_string ios_deep_link;
    pinbulk_string destination_url;
    pinbulk_decimal result_id;
    pinbulk_members extra;
} pinbulk_quiz_result;

PINBULK_LIST(quiz_result);
PINBULK_REF(quiz_result);

/* QuizPinData */
typedef struct pinbulk_quiz {
    pinbulk_quiz_question_list questions;
    pinbulk_quiz_result_list results;
    pinbulk_enum tie_breaker_type;                     /* PINBULK_TIE_BREAKER_...; RANDOM */
    pinbulk_quiz_result_ref tie_breaker_custom_result; /* null */
    pinbulk_members extra;
} pinbulk_quiz;

PINBULK_REF(quiz);

/* AdCreateRequest, AdUpdateRequest. */
typedef struct pinbulk_ad {
    pinbulk_string id;                             /* update: required; create: not allowed */
    pinbulk_string ad_group_id;                    /* create: required; digits, AG before them
                                                      allowed */
    pinbulk_string pin_id;                         /* create: required; update: null, drafts
                                                      only */
    pinbulk_string name;                           /* null; at most 255 characters */
    pinbulk_enum status;                           /* PINBULK_ENTITY_STATUS_... */
    pinbulk_enum creative_type;                    /* create: required; PINBULK_CREATIVE_TYPE_... */
    pinbulk_string destination_url;                /* null */
    pinbulk_string android_deep_link;              /* null */
    pinbulk_string ios_deep_link;                  /* null */
    pinbulk_string_list carousel_destination_urls; /* null */
    pinbulk_string_list carousel_android_deep_links; /* null */
    pinbulk_string_list carousel_ios_deep_links;     /* null */
    pinbulk_string click_tracking_url;               /* null */
    pinbulk_string view_tracking_url;                /* null */
    pinbulk_tracking_urls_ref tracking_urls;         /* null */
    pinbulk_enum customizable_cta_type;              /* null; PINBULK_CTA_...; for direct links */
    pinbulk_string lead_form_id;                     /* null; digits, AG before them allowed */
    pinbulk_quiz_ref quiz_pin_data;                  /* null */
    pinbulk_enum grid_click_type;                    /* null; read only: PINBULK_GRID_CLICK_... */
    pinbulk_enum disclosure_type;                    /* null; PINBULK_DISCLOSURE_... */
    pinbulk_string disclosure_url; /* null; of a page on risks of a pharmaceutical product */
    pinbulk_bool is_pin_deleted;
    pinbulk_bool is_removable;
    pinbulk_bool is_carting;
    pinbulk_members extra;
} pinbulk_ad;

PINBULK_ENTITY_LIST(ad);

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
    pinbulk_enum preferred_media_type;               /* null; PINBULK_PREFERRED_MEDIA_...; standard
                                                        shopping ads only */
    pinbulk_string selected_image_tag;               /* null */
    pinbulk_string selected_video_tag;               /* null */
    pinbulk_bool is_image_auto_resizing;             /* null */
    pinbulk_members extra;
} pinbulk_product_group;

PINBULK_ENTITY_LIST(product_group);

/* ProductGroupPromotionCreateRequest, ProductGroupPromotionUpdateRequest: the product groups of one
   ad group. */
typedef struct pinbulk_ad_group_products {
    pinbulk_string ad_group_id; /* required; digits, AG before them allowed */
    pinbulk_product_group_list product_group_promotion; /* required */
    pinbulk_members extra;
} pinbulk_ad_group_products;

PINBULK_ENTITY_LIST(ad_group_products);

/* KeywordsCommon (create) and KeywordUpdate (update). */
typedef struct pinbulk_keyword {
    pinbulk_string id;       /* update: required; create: not allowed */
    pinbulk_bool archived;   /* create: not allowed */
    pinbulk_int bid;         /* null; micro currency; deprecated: the service ignores it */
    pinbulk_enum match_type; /* create: required, null; update: not allowed;
                                PINBULK_MATCH_TYPE_... */
    pinbulk_string value;    /* create: required; update: not allowed; at most 120 characters */
    pinbulk_members extra;
} pinbulk_keyword;

PINBULK_ENTITY_LIST(keyword);

/* KeywordsRequest: new keywords of one parent. */
typedef struct pinbulk_parent_keywords {
    pinbulk_string parent_id; /* required; account, campaign or ad group; digits, C or AG before
                                 them allowed */
    pinbulk_keyword_list keywords; /* required */
    pinbulk_members extra;
} pinbulk_parent_keywords;

PINBULK_ENTITY_LIST(parent_keywords);

/* An item of LabelCreateRequest.labels (create), LabelBulkUpdateRequest (update): labels since
   5.18. */
typedef struct pinbulk_label {
    pinbulk_string id;        /* update: required; create: not allowed */
    pinbulk_string parent_id; /* update: required; create: not allowed, the parent has it */
    pinbulk_enum status;      /* update: required, PINBULK_ENTITY_STATUS_ARCHIVED only: it takes the
                                 label off; create: not allowed */
    pinbulk_enum label_type;  /* create: required, null; update: not allowed;
                                 PINBULK_LABEL_TYPE_... */
    pinbulk_string value;     /* create: required; at most 100 characters; update: until 5.27 */
    pinbulk_members extra;
} pinbulk_label;

PINBULK_ENTITY_LIST(label);

/* LabelCreateRequest: new labels of one parent. */
typedef struct pinbulk_parent_labels {
    pinbulk_string parent_id;  /* required; a campaign; digits, C before them allowed */
    pinbulk_label_list labels; /* required */
    pinbulk_members extra;
} pinbulk_parent_labels;

PINBULK_ENTITY_LIST(parent_labels);

/* ScheduleCreateRequest, ScheduleUpdateRequest: a change of a campaign for some time. By 5.28. The
   change is a text or bid options, never both; one is required to create. */
typedef struct pinbulk_schedule {
    pinbulk_string id;                         /* update: required; create: not allowed */
    pinbulk_string name;                       /* create: required */
    pinbulk_string entity_id;                  /* create: required; digits, C before them allowed */
    pinbulk_string entity_type;                /* create: required */
    pinbulk_enum schedule_type;                /* create: required; PINBULK_SCHEDULE_TYPE_... */
    pinbulk_enum schedule_action;              /* create: required; PINBULK_SCHEDULE_ACTION_... */
    pinbulk_enum schedule_status;              /* create: required; PINBULK_SCHEDULE_STATUS_... */
    pinbulk_int start_timestamp;               /* create: required; Unix seconds */
    pinbulk_int end_timestamp;                 /* create: required; Unix seconds */
    pinbulk_string delta_value;                /* null; for budgets: a value or a percentage */
    pinbulk_bid_options_ref delta_bid_options; /* `delta_value` of multipliers */
    pinbulk_members extra;
} pinbulk_schedule;

PINBULK_ENTITY_LIST(schedule);

/* CatalogsProductGroupFilterKeys and its siblings for hotels and creative assets: one condition on
   products. On the wire an object with one member, whose name is `key`, and in it the others.
   What each key takes:
       MIN_PRICE, MAX_PRICE     negated, inclusion, value (`values` on the wire; 0 or more)
       PRICE                    negated, operator, value (0 or more), currency
       CURRENCY                 negated (only false), currency (`values` on the wire)
       CUSTOM_NUMBER_...        negated, operator, value (an integer from 0 to 4,294,967,295)
       CUSTOM_LABEL_..., LINK   negated, filter_operator_type, values
       GENDER, MEDIA_TYPE, COUNTRY                  negated, choices (`values` on the wire)
       PRODUCT_TYPE_..., GOOGLE_PRODUCT_CATEGORY_...   negated, paths (`values` on the wire)
       all others               negated, values
   All but negated, inclusion and filter_operator_type are required. A key that this header does not
   know (pinbulk_enum_of) takes extra members only. */
typedef struct pinbulk_product_filter {
    pinbulk_enum key;                  /* required; PINBULK_PRODUCT_FILTER_... */
    pinbulk_bool negated;              /* false when absent */
    pinbulk_bool inclusion;            /* the price itself belongs to it; true when absent */
    pinbulk_enum filter_operator_type; /* PINBULK_TEXT_MATCH_...; IS when absent */
    pinbulk_enum operator_;            /* `operator`, a keyword of C++; PINBULK_COMPARISON_... */
    pinbulk_decimal value;
    pinbulk_enum currency;          /* PINBULK_CURRENCY_... */
    pinbulk_string_list values;     /* texts */
    pinbulk_enum_list choices;      /* PINBULK_PRODUCT_GENDER_..., MEDIA_TYPE_..., COUNTRY_... */
    pinbulk_string_list_list paths; /* each from the outermost category to the innermost */
    pinbulk_members extra;
} pinbulk_product_filter;

PINBULK_LIST(product_filter);

/* CatalogsProductGroupFiltersRequest and its siblings: exactly one of both. For feeds and retail it
   has at least one condition. */
typedef struct pinbulk_product_filters {
    pinbulk_product_filter_list any_of;
    pinbulk_product_filter_list all_of;
    pinbulk_members extra;
} pinbulk_product_filters;

PINBULK_REF(product_filters);

/* CatalogsProductGroupCreateRequest and -UpdateRequest (a group of a feed: without catalog_type),
   CatalogsVerticalProductGroupCreateRequest and -UpdateRequest (of a catalog: with it): since 5.20.
   The description has no member that says which group an update is for; what the service wants
   can be sent as an extra member. */
typedef struct pinbulk_catalog_product_group {
    pinbulk_enum catalog_type;  /* PINBULK_CATALOG_TYPE_...; absent: of a feed */
    pinbulk_string catalog_id;  /* create with catalog_type: required; otherwise not allowed */
    pinbulk_string feed_id;     /* create without catalog_type: required; otherwise not allowed */
    pinbulk_string name;        /* create: required */
    pinbulk_string description; /* null */
    pinbulk_product_filters_ref filters; /* create: required. Keys of hotels: PRICE, HOTEL_ID,
                                            BRAND, CUSTOM_LABEL_..., COUNTRY, TITLE_KEYWORDS; of
                                            creative assets: CREATIVE_ASSETS_ID, CUSTOM_LABEL_...,
                                            GOOGLE_PRODUCT_CATEGORY_..., MEDIA_TYPE,
                                            TITLE_KEYWORDS, LINK; of others: all but these five:
                                            PRICE, HOTEL_ID, COUNTRY, CREATIVE_ASSETS_ID, LINK */
    pinbulk_enum country;                /* RETAIL only; PINBULK_COUNTRY_... */
    pinbulk_enum locale;                 /* RETAIL only; PINBULK_LOCALE_... */
    pinbulk_bool is_featured;            /* without catalog_type; deprecated */
    pinbulk_members extra;
} pinbulk_catalog_product_group;

PINBULK_ENTITY_LIST(catalog_product_group);

/* BulkUpsertRequestCreate. Make the lists with their _set functions. */
typedef struct pinbulk_create {
    pinbulk_campaign_list campaigns;
    pinbulk_ad_group_list ad_groups;
    pinbulk_ad_list ads;
    pinbulk_ad_group_products_list product_groups;
    pinbulk_parent_keywords_list keywords;
    pinbulk_parent_labels_list labels;                         /* since 5.18 */
    pinbulk_schedule_list schedules;                           /* by 5.28 */
    pinbulk_catalog_product_group_list catalog_product_groups; /* since 5.20 */
    pinbulk_members extra;
} pinbulk_create;

PINBULK_REF(create);

/* BulkUpsertRequestUpdate. Make the lists with their _set functions. */
typedef struct pinbulk_update {
    pinbulk_campaign_list campaigns;
    pinbulk_ad_group_list ad_groups;
    pinbulk_ad_list ads;
    pinbulk_ad_group_products_list product_groups;
    pinbulk_keyword_list keywords;
    pinbulk_label_list labels;                                 /* since 5.18 */
    pinbulk_schedule_list schedules;                           /* by 5.28 */
    pinbulk_catalog_product_group_list catalog_product_groups; /* since 5.20 */
    pinbulk_members extra;
} pinbulk_update;

PINBULK_REF(update);

/* BulkUpsertRequest: the body of an upsert. No limit on the number of entities is published; see
   pinbulk_parts for one that is to be sent in several requests. */
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

/* The reply to an OAuth 2.0 token request. All texts but scope and token_type are secrets. */
typedef struct pinbulk_tokens {
    pinbulk_string access_token;
    pinbulk_string token_type;
    pinbulk_int expires_in;       /* seconds */
    pinbulk_string scope;         /* with spaces or commas between them */
    pinbulk_string refresh_token; /* of continuous refresh: it replaces the one that was sent, which
                                     must be kept in its place */
    pinbulk_int refresh_token_expires_in; /* seconds */
    pinbulk_int refresh_token_expires_at; /* Unix seconds */
    pinbulk_members extra;
} pinbulk_tokens;

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
    uint8_t mode, expect, after, depth; /* small members first: that makes small code */
    uint8_t small_at, small_end;
    uint8_t escapes; /* the text may need some */
    uint8_t closing; /* bytes that end it: quote, colon */
    pinbulk_result result;
    char *out;          /* window for output, NULL when only counting */
    size_t capacity;    /* of the window */
    size_t used;        /* of the window */
    const char *string; /* rest of a text that did not fit yet */
    size_t string_left;
    uint64_t flushed; /* bytes that left the window */
    pinbulk_sink sink;
    char small[32]; /* punctuation, escapes, numbers: what did not fit yet */
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
    uint8_t state, text_state, text_kind, taken; /* small members first: that makes small code */
    uint8_t index_lost, hungry, ended, over_limit;
    char sequence[4];
    uint16_t depth, path_lost; /* open levels; how many of them the path could not hold */
    uint16_t skip;             /* deliver nothing inside this level; 0: deliver */
    uint16_t unit, high;       /* of \u: the digits so far, the first half of a surrogate pair */
    int16_t found;             /* the byte that was not expected, -1: none */
    pinbulk_result result;
    const char *at, *end; /* of the chunk, what is not read yet */
    const char *chunk;
    const char *key;   /* of the open member: in the chunk, or in the path behind its frames */
    size_t key_length; /* of the key, also while it is read */
    size_t path_used;  /* by the frames in the path */
    size_t buffered;   /* bytes of the text under way that are in the buffer */
    uint64_t index;    /* of the open item */
    pinbulk_reader_config config;
    uint64_t chunk_offset; /* of the chunk in the document */
    const char *message;
    uint64_t error_offset;
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

/* How to encode and to validate. Zero is what one wants. */
typedef struct pinbulk_encode_options {
    uint8_t unchecked;      /* send also what validation refuses; JSON stays valid */
    uint8_t legacy_names;   /* names of 5.6 and 5.7 (catalogs_product_group_id) */
    uint8_t refuse_unknown; /* refuse extra members and texts of unknown enum values */
    /* Warn instead of refuse: every finding is told here, extra members and texts of unknown enum
       values too, and the encoding goes on. The finding is in the error that the encoding was
       given, which must not be NULL then, and is zeroed after the call. For a body it is called
       once for each, before anything is sent. */
    void *warn_ctx;
    void (*warn)(void *ctx, const pinbulk_error *finding);
} pinbulk_encode_options;

/* Checks an object against the API description 5.28: required members, forms, nulls, patterns,
   sizes, ranges, members that need or exclude each other. The error names path, rule and value.
   Texts of unknown enum values and extra members pass unless options say otherwise. `options` may
   be NULL. */
PINBULK_API pinbulk_result pinbulk_validate_download(const pinbulk_download *object,
                                                     const pinbulk_encode_options *options,
                                                     pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_validate_upsert(const pinbulk_upsert *object,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error);

/* Writes an object as a value of the document that `writer` is writing, validated first unless told
   otherwise. `options` may be NULL. */
PINBULK_API pinbulk_result pinbulk_encode_download(const pinbulk_download *object,
                                                   pinbulk_writer *writer,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error);
PINBULK_API pinbulk_result pinbulk_encode_upsert(const pinbulk_upsert *object,
                                                 pinbulk_writer *writer,
                                                 const pinbulk_encode_options *options,
                                                 pinbulk_error *error);

#define PINBULK_ENCODE_DEPTH 10 /* levels of the deepest object, lists counted */

/* An item of a list, which a source may make longer than a size_t of 16 bits counts. */
#if SIZE_MAX > 0xffff
typedef size_t pinbulki_index;
#else
typedef uint32_t pinbulki_index;
#endif

/* An encoding under way: the objects and lists that are open. Private. */
typedef struct pinbulki_frame {
    const void *value;    /* object or list */
    const void *table;    /* of the object, or of the items of the list */
    const void *row;      /* of the list; NULL: it is an object */
    pinbulki_index index; /* of the current row, then extra member; or item */
} pinbulki_frame;

typedef struct pinbulki_encoder {
    uint8_t depth, wrote_key, checked; /* small members first: that makes small code */
    uint16_t updates; /* bit set: what is open at that level has the form of an update */
    pinbulk_writer *writer;
    pinbulk_error *error;
    const void *item;     /* the current entry of a map; what is inside a wrapper */
    const void *division; /* how a part of an upsert is encoded; NULL: it is the whole */
    const uint64_t *ends; /* of a part: the entities up to the end of each list */
    pinbulk_encode_options options;
    uint64_t from, to; /* the entities that belong to it */
    uint64_t at;       /* the entities before the current one */
    uint64_t opened;   /* `at` when the innermost parent of entities was opened */
    pinbulki_frame frames[PINBULK_ENCODE_DEPTH];
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
    char word[8];         /* the last bytes, which are not in the sum yet */
    pinbulk_result result;
} pinbulk_body;

/* One upsert in several requests. The entities are counted through all lists of the upsert in wire
   order, from 0; those inside a parent (keywords, labels, product groups) count one by one, a
   parent that has none counts as one. A part is a run of them: no entity is divided, and a parent
   of which a part has some is in that part too, with these. */
typedef struct pinbulk_part_limits {
    uint64_t entities; /* of a part at most; 0: no limit */
    uint64_t bytes;    /* of the body of a part at most; 0: no limit */
} pinbulk_part_limits;

typedef struct pinbulk_parts {
    uint64_t total; /* entities in all */
    uint64_t next;  /* the first entity that is not sent yet: what to keep for resuming */
    /* private */
    const pinbulk_upsert *upsert;
    pinbulk_encode_options options;
    pinbulk_part_limits limits;
    uint64_t ends[16]; /* entities up to the end of each list */
    uint64_t pending;  /* entities of a part that was given out and whose fate is not known */
    pinbulk_body body; /* of that part */
    uint8_t state;
} pinbulk_parts;

typedef struct pinbulk_part {
    uint64_t first, count; /* of its entities */
    uint64_t bytes;        /* of its body */
    pinbulk_parts *parts;
} pinbulk_part;

/* Divides an upsert, which must stay as it is until the last part is sent, as must `parts`. The
   whole of it is validated and counted, so sources are asked for all items. `first`: 0, or what
   `next` was when an earlier run over the same upsert ended. PINBULK_NOT_ALLOWED: the upsert, its
   create or its update has extra members, which cannot be divided. `limits` and `options` may be
   NULL. */
PINBULK_API pinbulk_result pinbulk_parts_init(pinbulk_parts *parts, const pinbulk_upsert *upsert,
                                              const pinbulk_part_limits *limits, uint64_t first,
                                              const pinbulk_encode_options *options,
                                              pinbulk_error *error);
/* The next part; its count is 0 behind the last one. PINBULK_TOO_LARGE: one entity alone is above
   the limit of bytes. PINBULK_BAD_STATE: what became of the part before was not told
   (pinbulk_parts_settle). */
PINBULK_API pinbulk_result pinbulk_parts_next(pinbulk_parts *parts, pinbulk_part *part,
                                              pinbulk_error *error);
/* Where an entity stands: `create.keywords[3].keywords[17]`, NUL-terminated. Returns the length it
   has; when that is not below `size` it was cut. 0: there is no such entity. Sources are asked for
   what stands before it. */
PINBULK_API size_t pinbulk_parts_path(const pinbulk_parts *parts, uint64_t entity, char *text,
                                      size_t size);

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
PINBULK_API pinbulk_result pinbulk_body_init_part(pinbulk_body *body, const pinbulk_part *part,
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
    /* for objects made of table rows: names may differ in case and in spaces, underscores and
       hyphens; numbers and booleans may be strings, and for strings any other value is taken as its
       JSON text */
    uint8_t loose;
} pinbulk_decode_options;

/* Reads one JSON object. `json` must be whole, with nothing but white space around it. Everything
   that `object` points to lies in `arena` (or in `json`, see borrow); `object` is zeroed first.
   Both forms and both spellings of renamed members are understood. On failure the arena is as it
   was before and the object is zeroed. `options` may be NULL. PINBULK_NO_SPACE: the arena is too
   small; until an object or list inside is at its end it takes eight pointers more. */
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

/* The same for one entity, of which an upsert lists many and a result file has one in each record:
   pinbulk_validate_campaign, pinbulk_encode_campaign, pinbulk_decode_campaign and so on. `form` is
   PINBULK_FORM_CREATE or _UPDATE. */
#define PINBULK_ENTITY(object)                                                                    \
    PINBULK_API pinbulk_result pinbulk_validate_##object(const pinbulk_##object *value, int form, \
                                                         const pinbulk_encode_options *options,   \
                                                         pinbulk_error *error);                   \
    PINBULK_API pinbulk_result pinbulk_encode_##object(                                           \
        const pinbulk_##object *value, int form, pinbulk_writer *writer,                          \
        const pinbulk_encode_options *options, pinbulk_error *error);                             \
    PINBULK_API pinbulk_result pinbulk_decode_##object(                                           \
        const char *json, size_t length, pinbulk_##object *value, pinbulk_arena *arena,           \
        const pinbulk_decode_options *options, pinbulk_error *error)
PINBULK_ENTITY(campaign);
PINBULK_ENTITY(ad_group);
PINBULK_ENTITY(ad);
PINBULK_ENTITY(product_group);
PINBULK_ENTITY(keyword);
PINBULK_ENTITY(label);
PINBULK_ENTITY(schedule);
PINBULK_ENTITY(catalog_product_group);

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
    PINBULK_OPERATION_RESULT,       /* GET of a result_url: another host, no credentials */
    PINBULK_OPERATION_TOKEN         /* POST /oauth/token: a new access token */
} pinbulk_operation;

typedef struct pinbulk_header {
    pinbulk_text name;
    pinbulk_text value; /* printable ASCII, as the name */
    uint8_t secret;     /* must not reach a log */
} pinbulk_header;

#define PINBULK_HEADERS_MAX 5

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
    uint8_t once; /* must never be sent twice, in part or in whole: an upsert, a token request */
    uint8_t url_secret;  /* url and target must not reach a log */
    uint8_t body_secret; /* the body must not reach a log, nor must that of the response */
    uint64_t from;       /* of a result: the first byte asked for */
    unsigned header_count;
    pinbulk_header headers[PINBULK_HEADERS_MAX];
    pinbulk_body *body; /* NULL: none */
} pinbulk_request;

/* Builders. `memory` takes URL and headers: 256 bytes, token, user agent, three times the base URL
   and three times the request id are enough; for a result 256 bytes, user agent, etag, its URL and
   twice its host; PINBULK_NO_SPACE otherwise. `account` is a digit string of at most 18 characters.
   Nothing is built from a token, id, user agent or URL with bytes that do not belong there; ids are
   percent-encoded. The error names the setting in its path. On failure the request is zeroed. */
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

/* What it takes to get a new access token with a refresh token (RFC 6749, section 6). */
typedef struct pinbulk_refresh {
    pinbulk_text app_id, app_secret; /* of the app; printable ASCII, the id without a colon */
    pinbulk_text refresh_token;      /* printable ASCII */
    pinbulk_text scope;              /* empty: that of the token; otherwise part of it */
    uint8_t continuous_refresh;      /* ask for a refresh token that is replaced with each use; for
                                        apps older than 2025-09-25, newer ones get it anyway */
} pinbulk_refresh;

/* POST /oauth/token with HTTP Basic (RFC 7617) and a form as body, which is made in `body` and lies
   in `memory`: 512 bytes, three times the base URL, the refresh token and the scope, and twice the
   app's id and secret are enough. Of `api` the token is not used. Do not repeat it when its reply
   was lost: the refresh token may be used up. */
PINBULK_API pinbulk_result pinbulk_request_token(pinbulk_request *request, const pinbulk_api *api,
                                                 const pinbulk_refresh *refresh, pinbulk_body *body,
                                                 char *memory, size_t size, pinbulk_error *error);

/* ============================================================================================== */
/* >>responses                                                                                    */
/* ============================================================================================== */

/* A response, as a transport delivers it: status, headers, body in chunks of any size, end. Read
   members, write none. Numbers of headers that are absent or malformed are not known. */
typedef struct pinbulk_response {
    int status;              /* 0: none came */
    pinbulk_reached reached; /* set by the end */
    int32_t retry_after;     /* seconds; a date is counted from the Date header; -1: none */
    uint8_t restarted;       /* the result file began again: its sink was told so */
    uint8_t proven;          /* set by the end: lengths prove that the result file is whole */
    uint8_t html;            /* Content-Type is HTML */
    uint8_t etag_strong;
    uint8_t state;         /* private */
    uint8_t encodings;     /* private: named in Content-Encoding */
    uint8_t inflates;      /* private: the sink takes gzip */
    uint8_t kept;          /* private: bytes of texts of headers in front of the body */
    pinbulk_result result; /* private; not PINBULK_OK: why the response cannot be used */
    const char *failure;   /* private: why the transport failed */
    char *body;            /* what was collected; in the memory given to init */
    size_t body_used;
    uint64_t received;       /* body bytes so far */
    uint64_t content_length; /* UINT64_MAX: not known */
    uint64_t range_from;     /* Content-Range: first byte, UINT64_MAX: none */
    uint64_t range_to;       /* Content-Range: last byte, UINT64_MAX: none */
    uint64_t range_total;    /* Content-Range: whole length, UINT64_MAX: not known */
    uint64_t position; /* bytes of the result file that its sink has, earlier parts included */
    int64_t rate_limit, rate_remaining, rate_reset; /* x-userendpoint-ratelimit-...; -1: none */
    int64_t date;                                   /* Date header, Unix seconds; -1: none */
    /* private from here on */
    const pinbulk_request *request;
    size_t body_size;
    pinbulk_sink sink;
    uint64_t sink_limit;
    void *cancel_ctx;
    int (*cancel)(void *ctx);
    int64_t retry_after_date;
    /* public: NUL-terminated, in the memory given to init; "" when there is none, or no room */
    const char *etag;     /* as it stands, quotes included; of less than 80 bytes */
    const char *encoding; /* Content-Encoding; "" when identity */
    const char *rid;      /* x-pinterest-rid */
} pinbulk_response;

/* Starts the response to `request`, which must stay as it is until the response is read. `memory`
   takes 144 bytes at most for texts of headers, then the body; a longer one is PINBULK_TOO_LARGE.
 */
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
PINBULK_API pinbulk_result pinbulk_response_token(const pinbulk_response *response,
                                                  pinbulk_tokens *object, pinbulk_arena *arena,
                                                  pinbulk_error *error);
/* The same for a result file. PINBULK_OK: nothing is missing, as far as lengths tell (`proven`).
   PINBULK_TRUNCATED: the sink has `position` bytes, the rest can be asked for. */
PINBULK_API pinbulk_result pinbulk_response_fetched(const pinbulk_response *response,
                                                    pinbulk_error *error);
/* ============================================================================================== */
/* >>records                                                                                      */
/* ============================================================================================== */

/* The layout of result files is not public. A record is therefore what every known layout has in
   common: an object inside an array, at any depth (the outermost such object), one of several
   objects that follow each other without anything around them (JSON lines), or a row of a table
   (CSV). An object that is a member with a name like `exceptions` or `errors` is a record too. */

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

/* What a kind was taken from, the surest first. */
typedef enum pinbulk_kind_source {
    PINBULK_KIND_FROM_NOTHING = 0, /* the kind is not known */
    PINBULK_KIND_FROM_HOST,        /* config.kind */
    PINBULK_KIND_FROM_CONTAINER,   /* the name of the array: campaigns, adGroups, KEYWORD */
    /* a member that says so, `entity_type` or `type`, and nothing that speaks against it */
    PINBULK_KIND_FROM_TYPE,
    /* names of members that only one kind has in the API description 5.28, such as match_type; with
       members of two kinds it stays unknown. A later version of the API may prove it wrong */
    PINBULK_KIND_FROM_MEMBERS
} pinbulk_kind_source;

typedef enum pinbulk_records_format {
    /* Look: a file that begins with an object and goes on with another object is JSON lines, one
       that begins with an object or array is one document, and other text is CSV, when its first
       row names two columns or more. The first object waits in the window until that is known; one
       that is larger than the window begins a document. An object alone in its file is a document,
       unless that has no record in it and the object has a member "id": then it is the record
       itself. */
    PINBULK_FORMAT_AUTO = 0,
    PINBULK_FORMAT_JSON, /* one document: its records are the objects in its arrays */
    /* Objects, with or without white space between them, and so on any lines. No object at all is
       a whole file too, and a file that was cut between two objects looks whole: only its length
       tells. */
    PINBULK_FORMAT_JSON_LINES,
    /* Rows by RFC 4180, ended by CRLF, LF or CR; the first names the columns. Empty lines are
       passed over. A quote counts at the start of a cell only; behind the one that ends a cell
       nothing but a separator or the end of the row may come. No row at all, and a first row alone,
       are whole files too. So is one that was cut outside of quotes, by its looks: only its length
       tells. */
    PINBULK_FORMAT_CSV
} pinbulk_records_format;

/* What to do with a record larger than the window. The stream goes on after it unless it is
   refused. */
enum {
    PINBULK_OVERSIZE_REFUSE = 0, /* PINBULK_TOO_LARGE ends the stream */
    PINBULK_OVERSIZE_SKIP = 1,   /* it is PINBULK_RECORDS_SKIPPED, with its place, size and kind */
    /* It comes as tokens, PINBULK_RECORDS_TOKEN, from PINBULK_TOKEN_OBJECT to its
       PINBULK_TOKEN_OBJECT_END, checked by all rules of the reader. Names, strings and numbers come
       in parts. A row comes as with pinbulk_record_json, but every cell is a string. */
    PINBULK_OVERSIZE_EVENTS = 2
};

/* How to read. Zero everything that is not needed. */
typedef struct pinbulk_records_config {
    char *window;       /* holds one record when it lies across two chunks */
    size_t window_size; /* the largest record that is delivered whole, wherever it lies */
    char *path;         /* for paths; see pinbulk_reader_config */
    size_t path_size;
    pinbulk_records_format format;
    uint8_t oversize; /* PINBULK_OVERSIZE_... */
    /* of CSV: ',', ';' or TAB, or any other character of ASCII; 0: the first of these three that
       stands outside of quotes in the first row */
    char separator;
    pinbulk_kind kind;   /* of all records, whatever the file says; unknown: found out */
    char *columns;       /* takes the names of the columns of CSV, which is refused without it */
    size_t columns_size; /* the length of the first row and 2 for each column are enough */
} pinbulk_records_config;

typedef enum pinbulk_records_next_kind {
    PINBULK_RECORDS_MORE = 0, /* feed the next chunk, or end */
    PINBULK_RECORDS_ERROR,    /* see pinbulk_records_error; every later call says so again */
    PINBULK_RECORDS_END,      /* the file is whole; only after pinbulk_records_end */
    PINBULK_RECORDS_RECORD,   /* a record */
    PINBULK_RECORDS_SKIPPED,  /* a record that is larger than the window: its raw text is empty */
    PINBULK_RECORDS_TOKEN     /* a token of a record that is larger than the window */
} pinbulk_records_next_kind;

/* One record, valid until the next call. */
typedef struct pinbulk_record {
    pinbulk_text raw;  /* its bytes, from { to }, or of a row without its end; decoding checks what
                          is between them */
    pinbulk_kind kind; /* overrule it freely; see pinbulk_record_guess */
    pinbulk_kind_source kind_source;
    uint8_t is_error; /* its container has a name like `errors`: it is no entity, or one that failed
                       */
    uint64_t number; /* in the file, from 0; those that are skipped count, the first row does not */
    uint64_t offset; /* of its first byte in the file */
    uint64_t size;   /* in bytes, also when it was skipped; of tokens: so far */
    pinbulk_token token; /* with PINBULK_RECORDS_TOKEN; otherwise it is not written */
} pinbulk_record;

/* Where in an object the search for its end is. Private. */
typedef struct pinbulki_scan {
    uint64_t nest; /* the open levels, the innermost lowest; bit set: an object */
    uint16_t depth, depth_limit;
    uint8_t in_string, escaped;
    uint8_t cell; /* of CSV: where in a cell */
} pinbulki_scan;

/* A stream of records. Feed, next, end: as with pinbulk_reader. The same records and errors come
   out, however the file is cut into chunks. Everything outside of records is checked by the rules
   of the reader. Of a record only the structure is checked, as far as it takes to find its end:
   that brackets match, that strings end and hold no control character, and that it is not nested
   deeper than 64 levels in all; of a row, its quotes. A record that lies whole in a chunk is handed
   out in place, others are put together in the window. After an error the records that came before
   it stay valid.

   A UTF-8 byte order mark in front is passed over; offsets stay those of the file. UTF-16, gzip,
   web pages and binary data are refused by name. UTF-8 of a row is checked when it is handed out by
   one of the functions below.

   Read `count`, `errors` and `failed`; the other members are private. */
typedef struct pinbulk_records {
    uint64_t count;  /* of the records that have begun */
    uint64_t errors; /* that pinbulk_record_errors found, and those outside of records */
    uint64_t failed; /* records in which it found some */
    /* private from here on; small members first: that makes small code */
    uint8_t state, kind, kind_source, ended, lines, alone, has_id, name_in_parts;
    uint8_t csv, header, marks, is_error, has_code, has_message, whole;
    uint8_t buffered, handed; /* bytes of a cell in `name`, and how many of them were handed out */
    char separator;
    uint16_t arrays;       /* open around the reader */
    uint16_t token_depth;  /* of the record that comes as tokens */
    pinbulk_result result; /* PINBULK_OK with an error of the reader */
    uint64_t offset, size; /* of the last record; its size so far */
    pinbulk_text rest;     /* of the chunk, while the window is read again */
    pinbulk_text first;    /* the first object, while the format is not known */
    pinbulk_reader reader; /* its `at` is the place in the file, also while it is not reading */
    pinbulki_scan scan;
    pinbulk_records_config config;
    uint64_t rest_offset; /* in the file */
    uint64_t error_offset;
    uint64_t judged; /* the last record whose errors were counted, from 1 */
    size_t columns_used, column_count;
    size_t column_at, column; /* of the row that comes as tokens */
    const char *message;
    char name[32]; /* the buffer of the reader: for names of arrays; or of the tokens of a row */
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
/* The path of the current record: `campaigns[12]`; for JSON lines and rows `[12]`, counted by
   records; of a token, its own. See pinbulk_reader_path. */
PINBULK_API size_t pinbulk_records_path(const pinbulk_records *records, char *text, size_t size);
/* After PINBULK_RECORDS_ERROR: result, offset, path, message. What is none of the formats, a web
   page for instance, is PINBULK_NOT_JSON, or with PINBULK_FORMAT_CSV PINBULK_BAD_CSV. */
PINBULK_API void pinbulk_records_error(const pinbulk_records *records, pinbulk_error *error);
/* After PINBULK_RECORDS_END, 1 when the bytes alone prove that the file is whole: the document
   closed. Of JSON lines and CSV never: their length has to prove it. */
PINBULK_API int pinbulk_records_proven(const pinbulk_records *records);

/* The functions below look into a record that was delivered whole, between the call that delivered
   it and the next one. */

/* The record as one JSON object, for the pinbulk_decode_... functions. JSON is given as it stands,
   and the buffer is not used. A row becomes {"column":"cell", ...} in the buffer: a cell that holds
   a JSON object or array is that, every other one is a string, numbers too (decode with
   options.loose). Empty cells are left out, unless they are quoted. Cells that a short row does not
   have are left out; a surplus one, and one whose column has no name, is named by its place from 1:
   "column_7". Columns of the same name are members of the same name: the
   decoder judges them. PINBULK_NO_SPACE: the buffer is too small; json->length is the size it
   needs. PINBULK_BAD_UTF8: a cell is not UTF-8. `buffer` may be NULL with a size of 0. */
PINBULK_API pinbulk_result pinbulk_record_json(const pinbulk_records *records,
                                               const pinbulk_record *record, char *buffer,
                                               size_t size, pinbulk_text *json);

/* A value in a record. */
typedef struct pinbulk_record_value {
    /* _STRING, _NUMBER, _TRUE, _FALSE, _NULL, _OBJECT or _ARRAY; a cell is always _STRING */
    pinbulk_token_kind kind;
    pinbulk_text text; /* of a string: unescaped; otherwise the value as it stands in the record */
} pinbulk_record_value;

/* Finds a value by its path (`data.id`, `exceptions[0].message`, `["any name"]`) without decoding
   the rest; "" is the record itself. In a row the path is the name of a column: the same name, or
   else one that differs in case, spaces, `_` and `-` only. What is read on the way is checked, what
   follows the value is not. The text points into the record, or into the buffer when it had to be
   unescaped; `buffer` may be NULL with a size of 0. The first of two members of one name counts;
   one whose name is written with escapes and longer than 64 bytes is not found. PINBULK_MISSING: it
   is not there (of a row: or it is empty). PINBULK_NO_SPACE: the buffer is too small; no more than
   the length of the record is ever needed. PINBULK_BAD_ARGUMENT: the path is none. Otherwise the
   results of the reader. On failure the value is zeroed. */
PINBULK_API pinbulk_result pinbulk_record_find(const pinbulk_records *records,
                                               const pinbulk_record *record, const char *path,
                                               char *buffer, size_t size,
                                               pinbulk_record_value *value);

/* Looks into a record whose kind is not known for what tells it, in the record and in its member
   `data`. Sets record->kind and kind_source when it finds something, and returns the kind. A wrong
   guess is worse than none: see pinbulk_kind_source for how sure it is. A record whose kind is
   known is not looked into. Takes a look at every member; rows of a table whose columns belong to
   one kind are known without it. */
PINBULK_API pinbulk_kind pinbulk_record_guess(const pinbulk_records *records,
                                              pinbulk_record *record);

/* One error of an entity. Texts are NUL-terminated; one that is too long ends in "...". */
typedef struct pinbulk_entity_error {
    int64_t code;                      /* 0: none */
    char path[PINBULK_ERROR_PATH_MAX]; /* of the error in the record: data.exceptions[0] */
    char message[PINBULK_ERROR_MESSAGE_MAX];
} pinbulk_entity_error;

/* Finds the errors in a record, under names like `exceptions`, `errors`, `error_messages` in any
   usual spelling, in the record or in its member `data`: an object with `code` or `message`, a
   text, a number, or a list of these; in a row, in columns of such names and `error_code`. null,
   false, 0 and what is empty are no errors. A record with is_error is one itself. Writes the first
   `room` of them and returns how many there are; entries behind them may be written to. `records`
   counts them, once for each record. Of a record that is no JSON, the errors before the wrong byte.
   `errors` may be NULL with a room of 0. */
PINBULK_API size_t pinbulk_record_errors(pinbulk_records *records, const pinbulk_record *record,
                                         pinbulk_entity_error *errors, size_t room);
/* ============================================================================================== */
/* >>job                                                                                          */
/* ============================================================================================== */

/* Retries: a pure decision. Zero means the default in brackets. */
typedef struct pinbulk_policy {
    uint32_t attempts;      /* of one request, the first included [6] */
    uint32_t first_delay;   /* milliseconds before the second attempt, doubled each time [1000] */
    uint32_t largest_delay; /* milliseconds [60000]; a longer Retry-After is waited for, unless the
                               deadline comes first: then the job ends at once, as rate limited
                               after a 429 and otherwise as PINBULK_DEADLINE */
    uint32_t first_poll;    /* milliseconds from the submission to the first status call, and left
                               for the last one before the deadline [2000] */
    uint32_t largest_poll;  /* milliseconds between status calls, each half as long again as the
                               last [120000]: 720 a day, below the 1,000 a day of trial access */
    uint64_t deadline;      /* milliseconds from the first pinbulk_job_next, for everything: submit,
                               poll, fetch [6 hours]; UINT64_MAX: none */
} pinbulk_policy;

/* The decision by itself. Returns the milliseconds to wait before the next attempt, or -1: do not
   repeat. `attempt` is the number of attempts made, `http_status` 0 when no response came,
   `retry_after` in seconds or -1, `random` any number (it shortens the waiting by up to a half, but
   not below retry_after). A download, status or result request is repeated after a transport
   failure, a 2xx that broke off, 408, 429 and 5xx; an upsert only when no byte of its body can have
   left, or after 429; nothing after a 429 that blocks spam. `policy` may be NULL. */
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
    PINBULK_EVENT_SUBMITTED,   /* request_id is known: keep it, the job can be taken up from it */
    PINBULK_EVENT_STATUS,      /* a status call was answered */
    PINBULK_EVENT_BYTES,       /* bytes of the result file came */
    PINBULK_EVENT_RESTARTED,   /* the result file begins again */
    PINBULK_EVENT_WAITING,     /* for wait milliseconds */
    PINBULK_EVENT_DONE,
    PINBULK_EVENT_FAILED
} pinbulk_event_kind;

/* What a job is doing. Valid during the call. Never holds a secret. The last event of a job is DONE
   or FAILED. */
typedef struct pinbulk_event {
    pinbulk_event_kind kind;
    pinbulk_phase phase;
    unsigned attempt;             /* of this request, from 1 */
    unsigned polls;               /* status calls answered */
    uint32_t wait;                /* milliseconds, with PINBULK_EVENT_WAITING */
    uint64_t bytes;               /* of the result file so far */
    uint64_t total;               /* of the result file; UINT64_MAX: not known */
    int http_status;              /* of this exchange, as far as it got; 0: none */
    pinbulk_result result;        /* of the last attempt: why the job waits, repeats or failed */
    pinbulk_text request_id;      /* empty until it is known */
    const pinbulk_status *status; /* with PINBULK_EVENT_STATUS: the reply, a status text that is
                                     not known and unknown members included, but without result_url
                                     and members that hold a URL or seem to hold a signature */
} pinbulk_event;

/* Unpacks gzip between a response and the sink of its job, with memory of the host: pinbulk.h has
   no decoder; examples/inflate_zlib.c has one on zlib. Identity is asked for, so this is for a
   store that compresses all the same, and for a file that is gzip itself. Any other result than
   PINBULK_OK ends the job; what `to.write` returns must be returned. */
typedef struct pinbulk_inflate {
    void *ctx;
    /* A body begins, perhaps after another one that was given up. What it takes, the next `begin`
       or the host takes back. */
    pinbulk_result (*begin)(void *ctx);
    /* The next bytes of it. Unpacks all of them and hands what comes out to `to`, in portions of
       any size. After a broken transfer the next bytes come with another exchange, in their place:
       the state must outlive it. */
    pinbulk_result (*write)(void *ctx, const void *data, size_t length, pinbulk_sink to);
    /* Whether the body is whole, its checksum included. Anything but PINBULK_OK: it is not, and the
       rest may still come. */
    pinbulk_result (*end)(void *ctx);
} pinbulk_inflate;

/* What a job needs. Copied; what it points to must outlive the job. */
typedef struct pinbulk_job_config {
    pinbulk_api api;
    pinbulk_text account; /* digits, at most 18 */
    char *memory; /* for the body's state, URLs, headers and replies. At the end it is wiped but for
                     request_id */
    size_t memory_size; /* 1536, the token and twice the length of a result URL are enough; with a
                           base_url or user_agent of your own, three times the length of the one and
                           that of the other more. 8192 is comfortable; include_details may make
                           replies longer */
    pinbulk_policy policy;
    pinbulk_encode_options encode;
    uint8_t include_details; /* in status calls */
    uint8_t fetch; /* fetch the result file into `sink`; otherwise the job ends with the request */
    pinbulk_sink sink; /* without `restart` a file that has to begin again is a failure */
    uint64_t
        result_limit; /* bytes of the result file, as it comes and as it is unpacked [no limit] */
    const pinbulk_inflate *inflate; /* NULL: a body with a Content-Encoding is PINBULK_ENCODED_BODY,
                                       and a file that is gzip itself goes to the sink as it is */
    void *ctx;                      /* for the calls below, each of which may be NULL */
    /* The service did not accept the token: give another one, valid until the next call. Anything
       but PINBULK_OK ends the job as unauthorized. Asked once for each request. */
    pinbulk_result (*token)(void *ctx, pinbulk_text *token);
    /* May call pinbulk_job_cancel, and no other function of the job. */
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

/* One bulk request from submission to result. It does no I/O, never waits and reads no clock. It
   must not be moved. */
typedef struct pinbulk_job {
    pinbulk_phase phase;
    uint32_t wait;    /* with PINBULK_TODO_WAIT */
    uint8_t unproven; /* nothing proved that the result file is whole, neither a length nor the last
                         chunk nor the end of gzip: check that its document closes, as
                         pinbulk_reading_end does */
    uint8_t no_result; /* done, but the service gave no result file (only of an upsert) */
    uint8_t fetched; /* the result file came to its end, be it that of a request that has FAILED */
    /* private, and here because small offsets make small code */
    uint8_t state, started;
    uint8_t doubt;          /* the upsert may be applied, and nothing tells */
    uint8_t token_asked;    /* for this request */
    uint8_t renewals;       /* of result_url, since bytes came */
    uint8_t changed;        /* this part belongs to another file */
    uint8_t packed;         /* the file under way goes through the inflate hook */
    uint8_t damaged;        /* the hook could not unpack it */
    uint8_t request_failed; /* the status is FAILED */
    uint8_t is_part;        /* of pinbulk_parts, which have its body */
    pinbulk_operation kind; /* of the submission; 0: it was made elsewhere */
    pinbulk_result stop;    /* not PINBULK_OK: why the job is to end at the next occasion */
    const char *stop_why;
    unsigned attempt, polls;
    uint32_t poll; /* to wait before the next status call */
    uint32_t random;
    uint64_t now;          /* latest time known */
    uint64_t pause, least; /* to be waited, and how much of it at least */
    uint64_t wake;         /* end of the waiting */
    /* public: empty until it is known; with the account enough to take the job up again. In
       config.memory, also after the end */
    pinbulk_text request_id;
    uint64_t bytes; /* of the result file delivered to the sink, or to the inflate hook */
    uint64_t until; /* with PINBULK_TODO_SEND: the deadline. Break an exchange off that lasts
                       longer; pinbulk_job_run does */
    pinbulk_request request;   /* with PINBULK_TODO_SEND */
    pinbulk_response response; /* with PINBULK_TODO_SEND: for the transport */
    pinbulk_error error;       /* with PINBULK_TODO_FAILED, and before that of the last attempt */
    /* private */
    pinbulk_text result_url; /* in config.memory, behind request_id */
    uint64_t total;          /* of the result file; UINT64_MAX: not known */
    uint64_t furthest;       /* byte of the result file that was ever reached */
    uint64_t unpacked;       /* bytes that came out of the inflate hook */
    uint64_t first;          /* of a part: its first entity */
    pinbulk_body *body;      /* until it is submitted: in config.memory, or that of the parts */
    pinbulk_job_config config;
} pinbulk_job;

/* Starts a job. The object, all it points to, and its sources must stay as they are until the
   request is submitted. What is wrong with config or object is also in job->error; such a job has
   failed, and nothing needs to be undone. */
PINBULK_API pinbulk_result pinbulk_job_init_download(pinbulk_job *job,
                                                     const pinbulk_job_config *config,
                                                     const pinbulk_download *object);
PINBULK_API pinbulk_result pinbulk_job_init_upsert(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   const pinbulk_upsert *object);
/* A part of an upsert, the one that was given out last: the job sends the body that its parts hold.
   config.encode is not used, parts have their own. PINBULK_BAD_STATE: another part, or what became
   of the job that was made of it before was not told. */
PINBULK_API pinbulk_result pinbulk_job_init_part(pinbulk_job *job, const pinbulk_job_config *config,
                                                 const pinbulk_part *part);
/* Takes up a request that was submitted before, perhaps elsewhere. */
PINBULK_API pinbulk_result pinbulk_job_init_attach(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   pinbulk_text request_id);

/* What is next, at `now` (milliseconds of any clock that never goes back). `random`: any number,
   fresh each time. After PINBULK_TODO_SEND the exchange must be ended first; otherwise the job
   fails with PINBULK_BAD_STATE, an upsert under way as PINBULK_MAYBE_APPLIED. */
PINBULK_API pinbulk_todo pinbulk_job_next(pinbulk_job *job, uint64_t now, uint32_t random);
/* Ends the exchange that PINBULK_TODO_SEND asked for; must be called once for each, also when
   nothing was sent. At any other time it makes the job fail, unless that has ended. */
PINBULK_API void pinbulk_job_exchanged(pinbulk_job *job, pinbulk_outcome outcome);
/* Stops the job, at any time, also from a callback: the next pinbulk_job_next says
   PINBULK_TODO_FAILED, unless the job had ended. An exchange under way must still be ended. An
   upsert that may have left ends as PINBULK_MAYBE_APPLIED. */
PINBULK_API void pinbulk_job_cancel(pinbulk_job *job);

/* Tells `parts` what became of a part: `job` is the ended job that was made of it. PINBULK_OK: the
   service has the part, whatever became of its request later, and the next one can be asked for.
   PINBULK_MAYBE_APPLIED: nobody knows, and no part can be asked for any more; compare a download,
   then begin again with pinbulk_parts_init at the first entity that is missing. Any other result is
   that of the job: the part was not applied, and the next one will be the same again. */
PINBULK_API pinbulk_result pinbulk_parts_settle(pinbulk_parts *parts, const pinbulk_job *job);

/* A ready-made sink: it feeds a record stream with the result file, calls the program for each
   record, finds and counts errors of entities, begins again when the file does, and knows at the
   end whether the file is whole. */

#define PINBULK_READING_ERRORS 4 /* errors of one record that are kept */

typedef struct pinbulk_reading pinbulk_reading;

typedef struct pinbulk_reading_config {
    pinbulk_records_config records;
    void *ctx;
    /* One record, as pinbulk_records_next gives it (reading->what: _RECORD, _SKIPPED or _TOKEN).
       reading->records is for the functions that look into it. Anything but PINBULK_OK ends the
       job: it is the result in the error then. */
    pinbulk_result (*record)(void *ctx, pinbulk_reading *reading, pinbulk_record *record);
    /* The file begins again: what came so far is void. NULL: that is not possible, and a transfer
       that cannot be resumed ends the job. */
    pinbulk_result (*restart)(void *ctx);
    /* does not look for errors of entities, which takes a look at every member. Records that are
       skipped or come as tokens are never looked into */
    uint8_t no_errors;
    uint8_t guess; /* looks for the kind of a record whose container does not tell it */
} pinbulk_reading_config;

/* A result file that is read as it comes. Read members, write none. It must not be moved. */
struct pinbulk_reading {
    pinbulk_records records; /* records.count, .errors and .failed: what came so far */
    pinbulk_records_next_kind what;
    size_t error_count; /* errors of the current record; the first of them are below */
    pinbulk_entity_error errors[PINBULK_READING_ERRORS];
    uint64_t skipped;    /* records that were larger than the window and not delivered */
    uint8_t whole;       /* set by the end: the file was read to its end */
    uint8_t proven;      /* and a length, a last chunk or the end of the document proves it whole */
    pinbulk_error error; /* why the reading ended */
    /* private */
    pinbulk_reading_config config;
};

/* Starts. The config is copied; what it points to must outlive the reading. */
PINBULK_API pinbulk_result pinbulk_reading_init(pinbulk_reading *reading,
                                                const pinbulk_reading_config *config);
/* The sink, for pinbulk_job_config.sink or for bytes from elsewhere. It uses `reading`. */
PINBULK_API pinbulk_sink pinbulk_reading_sink(pinbulk_reading *reading);
/* Ends it, after the job: delivers the last record and finds out whether the file is whole.
   PINBULK_OK: the job is done and all records were delivered, some of which may be errors of
   entities; without a result file (job->no_result, or config.fetch not set) there are none.
   Otherwise *error says why: what the record stream or the program said, or else what the job said;
   of a request that has FAILED always what the job said, and reading->error has the other. A file
   of no bytes is PINBULK_TRUNCATED: no format has none.
   `job` is NULL when the bytes came from elsewhere and all of them came; then only the document
   proves the file whole. Once for each init. */
PINBULK_API pinbulk_result pinbulk_reading_end(pinbulk_reading *reading, const pinbulk_job *job,
                                               pinbulk_error *error);
/* After the end came to PINBULK_OK: writes how the job ended, one line for a person: "succeeded
   with 3 errors in 2 of 100 records". It adds what was skipped, and that nothing proves the file
   whole. Returns the length it has without the NUL; when that is not below `size` the line was cut.
 */
PINBULK_API size_t pinbulk_reading_text(const pinbulk_reading *reading, char *text, size_t size);

/* ============================================================================================== */
/* >>transport                                                                                    */
/* ============================================================================================== */

/* The host: one HTTP exchange, a clock, a way to wait, and random numbers. Adapters fill it. */
typedef struct pinbulk_transport {
    void *ctx;
    /* Sends the request, delivers the response, and says how far it got. Blocks, but asks
       pinbulk_response_cancelled now and then and has time limits of its own. */
    pinbulk_outcome (*exchange)(void *ctx, const pinbulk_request *request,
                                pinbulk_response *response);
    uint64_t (*now)(void *ctx);                      /* milliseconds; never goes back */
    void (*sleep)(void *ctx, uint32_t milliseconds); /* may return early */
    uint32_t (*random)(void *ctx);                   /* any quality; NULL: none */
} pinbulk_transport;

/* Runs a job to its end. Returns PINBULK_OK or the result in job->error. Waits in portions of at
   most 250 milliseconds so that cancellation is noticed. PINBULK_BAD_ARGUMENT: a function of the
   transport is missing, or its clock stands still. */
PINBULK_API pinbulk_result pinbulk_job_run(pinbulk_job *job, const pinbulk_transport *transport);

/* Gets a new access token: one exchange, which is not repeated. For pinbulk_job_config.token, which
   keeps what it gets and gives it to the job. `memory` takes a pinbulk_request, a pinbulk_response
   and a pinbulk_body; of what is left one half is for pinbulk_request_token, the other for the
   reply; 8192 bytes are comfortable. The texts of *tokens point into it: copy them, a new refresh
   token before anything else, then overwrite the memory. */
PINBULK_API pinbulk_result pinbulk_token_refresh(const pinbulk_transport *transport,
                                                 const pinbulk_api *api,
                                                 const pinbulk_refresh *refresh, char *memory,
                                                 size_t size, pinbulk_tokens *tokens,
                                                 pinbulk_error *error);

/* Sends the parts of an upsert one after the other, each with a job and so a deadline of its own,
   in `job`. Ends behind the last one or at the first failure, whose error is in job->error;
   parts->next is then where to resume. No part is sent twice. `report` (may be NULL) is told of
   every part whose job has ended: what was in it, its request id, its error. */
PINBULK_API pinbulk_result pinbulk_parts_run(pinbulk_parts *parts, pinbulk_job *job,
                                             const pinbulk_job_config *config,
                                             const pinbulk_transport *transport, void *ctx,
                                             void (*report)(void *ctx, const pinbulk_part *part,
                                                            const pinbulk_job *job));

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

#if defined(__OPTIMIZE_SIZE__) && !defined(PINBULK_SMALL)
#define PINBULK_SMALL
#endif

/* Loops over foreign bytes and hot paths of the reader and writer. */
#if defined(__GNUC__) || defined(__clang__)
#define PINBULKI_LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define PINBULKI_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define PINBULKI_LIKELY(condition)   (condition)
#define PINBULKI_UNLIKELY(condition) (condition)
#endif
/* Functions that are not inlined keep what is on their stack to themselves. */
#if defined(__GNUC__) || defined(__clang__)
#define PINBULKI_NOINLINE static __attribute__((noinline))
#else
#define PINBULKI_NOINLINE static
#endif
#if (defined(__GNUC__) || defined(__clang__)) && !defined(PINBULK_SMALL)
#define PINBULKI_INLINE static inline __attribute__((always_inline))
#else
#define PINBULKI_INLINE static
#endif

/* Functions that small code has once, where the compiler would rather have copies. */
#ifdef PINBULK_SMALL
#define PINBULKI_ONCE PINBULKI_NOINLINE
#else
#define PINBULKI_ONCE static
#endif

/* A text for people. */
#ifdef PINBULK_NO_MESSAGES
#define PINBULKI_MESSAGES  0
#define PINBULKI_SAY(text) ""
#else
#define PINBULKI_MESSAGES  1
#define PINBULKI_SAY(text) text
#endif

#if defined(PINBULK_NO_SIMD) || defined(PINBULK_SMALL)
/* plain C */
#elif defined(__SSE2__) || defined(_M_X64)
#define PINBULKI_SSE2
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#define PINBULKI_NEON
#include <arm_neon.h>
#endif

/* What the code relies on: it does not compile where that is not so. */
#define PINBULKI_ASSERT(name, condition) typedef char pinbulki_##name[(condition) ? 1 : -1]

/* Length of a text that ends with a NUL or with its array of `size` bytes. */
static size_t pinbulki_text_length(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && text[length] != '\0')
        length++;
    return length;
}

/* What there is to say about a result. */
typedef struct pinbulki_result_row {
    const char *name;
    const char *text;   /* what happened */
    const char *advice; /* what to do; "" when there is nothing to do */
} pinbulki_result_row;

/* By result, a NUL behind each. */
static const char pinbulki_result_names[] = "PINBULK_OK\0"
                                            "PINBULK_BAD_ARGUMENT\0"
                                            "PINBULK_BAD_STATE\0"
                                            "PINBULK_NO_SPACE\0"
                                            "PINBULK_BAD_NESTING\0"
                                            "PINBULK_BAD_UTF8\0"
                                            "PINBULK_BAD_NUMBER\0"
                                            "PINBULK_SINK_FAILED\0"
                                            "PINBULK_SOURCE_FAILED\0"
                                            "PINBULK_SOURCE_CHANGED\0"
                                            "PINBULK_BAD_JSON\0"
                                            "PINBULK_TRUNCATED\0"
                                            "PINBULK_TOO_DEEP\0"
                                            "PINBULK_TOO_LARGE\0"
                                            "PINBULK_DUPLICATE\0"
                                            "PINBULK_BAD_CSV\0"
                                            "PINBULK_WRONG_TYPE\0"
                                            "PINBULK_UNKNOWN\0"
                                            "PINBULK_MISSING\0"
                                            "PINBULK_NOT_SET\0"
                                            "PINBULK_NOT_ALLOWED\0"
                                            "PINBULK_NOT_NULLABLE\0"
                                            "PINBULK_NOT_TOGETHER\0"
                                            "PINBULK_BAD_ENUM\0"
                                            "PINBULK_BAD_PATTERN\0"
                                            "PINBULK_OUT_OF_RANGE\0"
                                            "PINBULK_UNSAFE_URL\0"
                                            "PINBULK_TRANSPORT_FAILED\0"
                                            "PINBULK_EMPTY_BODY\0"
                                            "PINBULK_NOT_JSON\0"
                                            "PINBULK_UNEXPECTED\0"
                                            "PINBULK_ENCODED_BODY\0"
                                            "PINBULK_UNAUTHORIZED\0"
                                            "PINBULK_FORBIDDEN\0"
                                            "PINBULK_NOT_FOUND\0"
                                            "PINBULK_RATE_LIMITED\0"
                                            "PINBULK_SPAM_BLOCKED\0"
                                            "PINBULK_REFUSED\0"
                                            "PINBULK_SERVER_ERROR\0"
                                            "PINBULK_REQUEST_FAILED\0"
                                            "PINBULK_CANCELLED\0"
                                            "PINBULK_DEADLINE\0"
                                            "PINBULK_MAYBE_APPLIED\0"
                                            "PINBULK_RESULT_INCOMPLETE\0"
                                            "PINBULK_RESULT_CHANGED";

#ifndef PINBULK_NO_MESSAGES
/* By result: what happened. */
static const char pinbulki_result_texts[] =
    "success\0"
    "an argument cannot be used\0"
    "a call came out of order\0"
    "a buffer or arena is too small\0"
    "the JSON to be written is not well nested\0"
    "a text is not UTF-8\0"
    "a text is no JSON number\0"
    "the sink refused bytes\0"
    "a list source failed\0"
    "a list source gave other items after its rewind\0"
    "the text is not JSON\0"
    "the input ends too early\0"
    "the JSON is nested deeper than the limit\0"
    "a value or a document is above the limit\0"
    "a member occurs twice in one object\0"
    "the text is not CSV\0"
    "a JSON value has another type than its member\0"
    "a member or value is not known\0"
    "a required member is missing\0"
    "a value was given without its state\0"
    "a member does not belong into this form of the object\0"
    "a member cannot be cleared\0"
    "two members exclude each other\0"
    "a constant that does not belong here\0"
    "a text does not have the form that the API demands\0"
    "a number or a list size is outside its limits\0"
    "a URL must not be used\0"
    "no response came, or a broken one\0"
    "the response has no body\0"
    "the body of the response is not JSON\0"
    "the response lacks what it must contain\0"
    "the body has a Content-Encoding that was not asked for\0"
    "the access token is not accepted\0"
    "access is denied\0"
    "the service does not know what was asked for\0"
    "the service wants fewer requests\0"
    "the service blocks the request as spam\0"
    "the service refused the request\0"
    "the service failed\0"
    "the bulk request ended as FAILED\0"
    "the program cancelled the job\0"
    "the deadline has passed\0"
    "the reply to an upsert was lost, it may or may not be applied\0"
    "the result file could not be fetched whole\0"
    "the result file changed while it was fetched";

/* By result: what to do, "" when there is nothing to do. No advice may lead to an upsert being sent
   twice. */
static const char pinbulki_result_advice[] =
    "\0"
    "Check the pointers, lengths and settings of the call.\0"
    "Check the order of the calls; the comment of the function has it.\0"
    "Give the call more memory.\0"
    "Give every key one value, end what was begun, and write one root.\0"
    "Convert the text to UTF-8.\0"
    "Write numbers like 12, -0.5 or 1e3; NaN and the infinities cannot be sent.\0"
    "Look for the cause in the sink of the program, a full disk for instance.\0"
    "Look for the cause in the list source of the program.\0"
    "Let the source read from something that does not change while it is sent.\0"
    "Look at the place named. A result file can be fetched again.\0"
    "Do not use what came. A result file can be fetched again.\0"
    "If the document is genuine, raise the depth limit.\0"
    "If it is genuine, give a larger buffer or raise the limit.\0"
    "Remove one of them, or decode with PINBULK_DUPLICATES_LAST.\0"
    "Look at the place named. A result file can be fetched again.\0"
    "Correct the value, or decode with the option `tolerant`.\0"
    "Correct it, or let pass what is newer than this header.\0"
    "Set the member.\0"
    "Make the value with the pinbulk_..._set or _of function of its type.\0"
    "Leave it absent; creating and updating take different members.\0"
    "Give it a value, or leave it absent.\0"
    "Leave one of them absent.\0"
    "Use a constant of the member's own; pinbulk_enum_of sends one that is newer.\0"
    "Correct the text.\0"
    "Correct the number, or the size of the list.\0"
    "Only plain https URLs are; http only to this machine and only when allowed.\0"
    "Check network, proxy and certificates; an upsert may be applied unless nothing was sent.\0"
    "Ask again later; an upsert may be applied, look before it is sent again.\0"
    "Look for a proxy or login page that answers; an upsert may be applied all the same.\0"
    "Look for a newer pinbulk.h; an upsert may be applied, look before it is sent again.\0"
    "Look for a proxy that compresses, or let the transport decode.\0"
    "Get a new token; this one may be expired, revoked or cut.\0"
    "Check the scope of the token (ads:read, for an upsert ads:write) and the role in the ad "
    "account.\0"
    "Check the id of the ad account and of the request.\0"
    "Wait, then go on with fewer; trial access has 1,000 a day.\0"
    "Do not repeat it; ask Pinterest's support.\0"
    "Correct what it names; the same request will be refused again.\0"
    "Try again later; an upsert may be applied, look before it is sent again.\0"
    "Look for the reasons in the details of its status; an upsert may be applied in part.\0"
    "What was submitted goes on; its request id takes it up again.\0"
    "What was submitted goes on; its request id takes it up again.\0"
    "Do not send it again before a download has shown whether the changes are there.\0"
    "Discard what came; the request id takes the job up again.\0"
    "Discard what came; the request id takes the job up again.";
#endif

/* The text behind `count` others. */
static const char *pinbulki_text_after(const char *text, size_t count)
{
    for (; count > 0; count--)
        text += pinbulki_text_length(text, SIZE_MAX) + 1;
    return text;
}

static pinbulki_result_row pinbulki_result_find(pinbulk_result result)
{
    pinbulki_result_row row = {"PINBULK_?", PINBULKI_SAY("a result that does not exist"), ""};
    unsigned index = (unsigned)result;
    if (index < PINBULK_RESULT_COUNT) {
        row.name = pinbulki_text_after(pinbulki_result_names, index);
#ifndef PINBULK_NO_MESSAGES
        row.text = pinbulki_text_after(pinbulki_result_texts, index);
        row.advice = pinbulki_text_after(pinbulki_result_advice, index);
#endif
    }
    return row;
}

PINBULK_API const char *pinbulk_result_name(pinbulk_result result)
{
    return pinbulki_result_find(result).name;
}

PINBULK_API const char *pinbulk_result_text(pinbulk_result result)
{
#ifdef PINBULK_NO_MESSAGES
    (void)result;
    return "";
#else
    return pinbulki_result_find(result).text;
#endif
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
    if (back > 0 && ((unsigned char)text[at - back] & 0xC0) != 0x80)
        at -= back; /* otherwise it is no UTF-8 */
    memset(text + at, '.', dots);
    text[at + dots] = '\0';
    return at + dots;
}

/* Copies a text and a NUL into `size` bytes. A text that is too long is cut between two characters
   and ends in "...". Returns the length written. */
static size_t pinbulki_text_copy(char *to, size_t size, const char *from, size_t length)
{
    size_t at = 0;
    if (size == 0)
        return 0;
    for (; at < length && at < size - 1; at++)
        to[at] = from[at];
    if (at < length)
        return pinbulki_text_end(to, size);
    to[at] = '\0';
    return at;
}

/* Takes the last digit off a number. Where registers have 32 bits, 64-bit division is a
   large and slow function. There, 0.8 of the number is summed up by shifts, and an eighth of that
   is the tenth or one less; small code divides bit by bit. */
#ifdef PINBULK_SMALL
PINBULKI_INLINE char pinbulki_last_digit(uint64_t *value)
{
    uint32_t high = (uint32_t)(*value >> 32), low = (uint32_t)*value, rest = 0;
    int i;
    for (i = 0; i < 64; i++) {
        rest = rest << 1 | high >> 31;
        high = high << 1 | low >> 31;
        low <<= 1;
        if (rest >= 10) {
            rest -= 10;
            low++;
        }
    }
    *value = (uint64_t)high << 32 | low;
    return (char)('0' + rest);
}
#elif SIZE_MAX > 0xffffffff
PINBULKI_INLINE char pinbulki_last_digit(uint64_t *value)
{
    uint64_t tenth = *value / 10;
    char digit = (char)('0' + ((unsigned)*value - (unsigned)tenth * 10));
    *value = tenth;
    return digit;
}
#else
PINBULKI_INLINE char pinbulki_last_digit(uint64_t *value)
{
    uint64_t tenth = (*value >> 1) + (*value >> 2);
    char digit;
    tenth += tenth >> 4;
    tenth += tenth >> 8;
    tenth += tenth >> 16;
    tenth += tenth >> 32;
    tenth >>= 3;
    tenth += *value - ((tenth << 3) + (tenth << 1)) > 9;
    digit = (char)('0' + ((unsigned)*value - (unsigned)tenth * 10));
    *value = tenth;
    return digit;
}
#endif

/* Writes a number, of at most 20 digits, without a NUL; returns its length. */
static size_t pinbulki_uint_to_text(uint64_t value, char *text)
{
    size_t length = 0, at;
    do /* backwards */
        text[length++] = pinbulki_last_digit(&value);
    while (value != 0);
    for (at = 0; at < length / 2; at++) {
        char digit = text[at];
        text[at] = text[length - 1 - at];
        text[length - 1 - at] = digit;
    }
    return length;
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
    if (message && PINBULKI_MESSAGES)
        pinbulki_text_copy(error->message, sizeof(error->message), message,
                           pinbulki_text_length(message, sizeof(error->message)));
}

/* A line under construction: what does not fit is only counted. */
typedef struct pinbulki_line {
    char *text;
    size_t size;
    size_t length; /* that it has, not that was written */
} pinbulki_line;

static pinbulki_line pinbulki_line_begin(char *text, size_t size)
{
    pinbulki_line line;
    line.text = text;
    line.size = size;
    line.length = 0;
    return line;
}

/* Ends it with a NUL, cut when it is too long. Returns the length it has. */
static size_t pinbulki_line_end(const pinbulki_line *line)
{
    if (line->length < line->size)
        line->text[line->length] = '\0';
    else if (line->size > 0)
        pinbulki_text_end(line->text, line->size);
    return line->length;
}

static void pinbulki_line_bytes(pinbulki_line *line, const char *text, size_t length)
{
    size_t i;
    for (i = 0; i < length; i++, line->length++)
        if (line->length < line->size)
            line->text[line->length] = text[i];
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

/* The length of the character that begins with this byte, 0 when none does (RFC 3629). */
static unsigned pinbulki_utf8_length(unsigned char lead)
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
static int pinbulki_utf8_goes_on(const char *sequence, size_t taken, char byte)
{
    unsigned char lead = (unsigned char)sequence[0], value = (unsigned char)byte;
    unsigned char low = 0x80, high = 0xbf;
    if (taken == 1) {
        low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : low;
        high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : high;
    }
    return value >= low && value <= high;
}

/* The length of the character at the start of a text; 0: it is ill-formed or cut off. */
static size_t pinbulki_utf8_size(const char *text, size_t length)
{
    size_t size = pinbulki_utf8_length((unsigned char)*text), i;
    if (size > length)
        return 0;
    for (i = 1; i < size; i++)
        if (!pinbulki_utf8_goes_on(text, i, text[i]))
            return 0;
    return size;
}

/* Length of the character at the start of a text when it is UTF-8 and can be shown; otherwise 0.
   What cannot: control characters and those that end or turn lines. */
static size_t pinbulki_text_shown(const char *text, size_t length)
{
    size_t size = pinbulki_utf8_size(text, length), i;
    uint32_t code = (unsigned char)*text;
    if (size > 1)
        code &= 0x7Fu >> size;
    for (i = 1; i < size; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3Fu);
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
        size_t shown = pinbulki_text_shown(text + at, length - at);
        pinbulki_line_bytes(line, shown ? text + at : "?", shown ? shown : 1);
        at += shown ? shown : 1;
    }
}

/* How far an exchange got, when that tells something: there was one, and it is not whole. */
static const char *pinbulki_reached_text(const pinbulk_error *error)
{
    switch (error->reached) {
    case PINBULK_REACHED_UNKNOWN:
        return error->attempt > 0 ? PINBULKI_SAY("how much was sent is not known") : "";
    case PINBULK_REACHED_NOTHING:
        return PINBULKI_SAY("nothing was sent");
    case PINBULK_REACHED_HEAD:
        return PINBULKI_SAY("none of the body was sent");
    case PINBULK_REACHED_BODY:
        return PINBULKI_SAY("the body was sent at least in part, no response came");
    case PINBULK_REACHED_RESPONSE:
        return PINBULKI_SAY("the response broke off");
    case PINBULK_REACHED_CLOSED:
        return PINBULKI_SAY("the response ended with the connection");
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
    const pinbulki_result_row row = pinbulki_result_find(error->result);
    const char *reached = pinbulki_reached_text(error);
    pinbulki_line line = pinbulki_line_begin(text, size);
    if (error->path[0]) {
        pinbulki_line_foreign(&line, error->path, sizeof(error->path));
        pinbulki_line_text(&line, ": ");
    }
    pinbulki_line_text(&line, row.text);
    if (error->message[0]) {
        pinbulki_line_text(&line, ": ");
        pinbulki_line_foreign(&line, error->message, sizeof(error->message));
    }
    pinbulki_line_text(&line, " (");
    pinbulki_line_text(&line, row.name);
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
    if (row.advice[0]) {
        pinbulki_line_text(&line, ". ");
        pinbulki_line_text(&line, row.advice);
    }
    return pinbulki_line_end(&line);
}

/* ============================================================================================== */
/* >>values: implementation                                                                       */
/* ============================================================================================== */

static char pinbulki_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

/* What may stand between the words of a name. */
static int pinbulki_is_separator(char byte)
{
    return byte == '_' || byte == '-' || byte == ' ';
}

/* True when two names are the same but for case and what stands between their words. */
static int pinbulki_name_is(pinbulk_text a, pinbulk_text b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.length && pinbulki_is_separator(a.data[i]))
            i++;
        while (k < b.length && pinbulki_is_separator(b.data[k]))
            k++;
        if (i == a.length || k == b.length)
            return i == a.length && k == b.length;
        if (pinbulki_lower(a.data[i++]) != pinbulki_lower(b.data[k++]))
            return 0;
    }
}

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

PINBULKI_ONCE int pinbulki_text_is(pinbulk_text text, const char *other)
{
    return pinbulk_text_equal(text, pinbulk_text_of(other));
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

/* The grammar of a number by RFC 8259, byte by byte. */
enum {
    PINBULKI_NUMBER_BEGIN = 6, /* before its first byte; what is below belongs to the reader */
    PINBULKI_NUMBER_MINUS,
    PINBULKI_NUMBER_ZERO,
    PINBULKI_NUMBER_INTEGER,
    PINBULKI_NUMBER_POINT,
    PINBULKI_NUMBER_FRACTION,
    PINBULKI_NUMBER_E,
    PINBULKI_NUMBER_E_SIGN,
    PINBULKI_NUMBER_EXPONENT
};

PINBULKI_INLINE int pinbulki_is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The value of a hexadecimal digit, -1 when it is none. */
static int pinbulki_hex_value(char byte)
{
    if (pinbulki_is_digit(byte))
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* The state of a number after one more byte, -1 when the byte does not belong to it. */
static int pinbulki_number_step(int state, char byte)
{
    int digit = pinbulki_is_digit(byte), e = byte == 'e' || byte == 'E';
    switch (state) {
    case PINBULKI_NUMBER_BEGIN:
    case PINBULKI_NUMBER_MINUS:
        if (byte == '-' && state == PINBULKI_NUMBER_BEGIN)
            return PINBULKI_NUMBER_MINUS;
        return !digit ? -1 : byte == '0' ? PINBULKI_NUMBER_ZERO : PINBULKI_NUMBER_INTEGER;
    case PINBULKI_NUMBER_ZERO:
    case PINBULKI_NUMBER_INTEGER:
        if (digit && state == PINBULKI_NUMBER_INTEGER)
            return state;
        return byte == '.' ? PINBULKI_NUMBER_POINT : e ? PINBULKI_NUMBER_E : -1;
    case PINBULKI_NUMBER_POINT:
        return digit ? PINBULKI_NUMBER_FRACTION : -1;
    case PINBULKI_NUMBER_FRACTION:
        return digit ? state : e ? PINBULKI_NUMBER_E : -1;
    case PINBULKI_NUMBER_E:
        if (byte == '+' || byte == '-')
            return PINBULKI_NUMBER_E_SIGN;
        return digit ? PINBULKI_NUMBER_EXPONENT : -1;
    default: /* the sign or a digit of the exponent */
        return digit ? PINBULKI_NUMBER_EXPONENT : -1;
    }
}

/* True when a number may end in this state. */
static int pinbulki_number_whole(int state)
{
    return state == PINBULKI_NUMBER_ZERO || state == PINBULKI_NUMBER_INTEGER ||
           state == PINBULKI_NUMBER_FRACTION || state == PINBULKI_NUMBER_EXPONENT;
}

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
    while (at < end && pinbulki_is_digit(*at))
        at++;
    return at;
}

/* Not below the length of any text, so that no run of zeros makes up for it, and 64 bits take the
   sum of both. */
#define PINBULKI_EXPONENT_MAX (SIZE_MAX > UINT32_MAX ? SIZE_MAX / 32 : SIZE_MAX / 2)

/* The value of the digits of an exponent, at most PINBULKI_EXPONENT_MAX. */
static size_t pinbulki_exponent(const char *at, const char *end)
{
    size_t exponent = 0;
    for (; at < end; at++) {
        if (exponent >= PINBULKI_EXPONENT_MAX / 10)
            return PINBULKI_EXPONENT_MAX;
        exponent = exponent * 10 + (size_t)(*at - '0');
    }
    return exponent;
}

/* Takes a number apart; returns 0 when the text is none. */
static int pinbulki_number_scan(pinbulki_number *number, const char *text, size_t length)
{
    const char *at = text, *end, *whole, *whole_end, *part;
    ptrdiff_t point;
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
    number->integer = whole_end == end;
    number->point = 0;
    point = whole_end - whole;
    if (at < end && (*at == 'e' || *at == 'E')) {
        int down = 0;
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            down = *at++ == '-';
        part = at;
        at = pinbulki_digits_end(part, end);
        if (at == part)
            return 0;
        number->point = (int64_t)pinbulki_exponent(part, at);
        if (down)
            number->point = -number->point;
    }
    if (at != end)
        return 0;
    /* only digits and a '.' are left, which sorts before them */
    for (; number->digits < number->end && *number->digits <= '0'; number->digits++)
        point -= *number->digits == '0';
    while (number->end > number->digits && number->end[-1] <= '0')
        number->end--;
    number->point += point;
    return 1;
}

/* Is a text a number by RFC 8259? *integer says whether it has neither fraction nor exponent; it
   may be NULL. */
static int pinbulki_json_number(const char *text, size_t length, int *integer)
{
    int state = PINBULKI_NUMBER_BEGIN;
    for (; length > 0 && state >= 0; length--)
        state = pinbulki_number_step(state, *text++);
    if (integer)
        *integer = state <= PINBULKI_NUMBER_INTEGER;
    return pinbulki_number_whole(state);
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
PINBULKI_ASSERT(double_has_64_bits, sizeof(double) == sizeof(uint64_t));

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

/* The shortest decimal inside the interval that rounds to c * 2^q, the closest to it when there are
   several. Returns its digits, times ten to *power; they end in no zero. This is Schubfach (R.
   Giulietti, The Schubfach way to render doubles, 2020): 10^power is the largest power of ten that
   is not above the width of the interval. At most one multiple of 10^power * 10 lies inside; it is
   the shortest then. Otherwise one of the two multiples of 10^power around the double is the
   closest.
   The ends of the interval and the double are scaled to sixteenths of 10^power. They come out at
   most 2^-65 too large, while for no double one of them lies less than 2^-63.5 above or 2^-59 below
   a multiple of four without being one (continued fractions show it for each q). So every
   comparison is exact. */
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

/* An integer of up to 832 bits, the lowest word first. The largest one needed is 10 * 5^307 * 2^54,
   below 2^771. */
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
   -1, 0 or 1. The two integers take 216 bytes of stack. No middle has more than 767 digits, after
   which nothing is left to compare. */
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
    /* In units of the last bit of the product, the number is not below it and less than 5 above it;
       when there are more digits, less than 5 + 2^(shift + 64) above it. Of the upper half, 53 bits
       are kept, fewer in a subnormal. */
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
        size_t size;
#ifndef PINBULK_SMALL
        uint64_t word;
        while (end - at >= 8) {
            memcpy(&word, at, 8);
            if (word & UINT64_C(0x8080808080808080))
                break;
            at += 8;
        }
        while (at != end && (unsigned char)*at < 0x80)
            at++;
        if (at == end)
            break;
#endif
        size = pinbulki_utf8_size(at, (size_t)(end - at));
        if (size == 0)
            break;
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

#ifndef PINBULK_SMALL
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
#endif

/* True when all of the text is plain. Copies it to `to` unless that is NULL; when the answer is
   no, what is there is void. The last block, word and half word overlap the one before. */
PINBULKI_INLINE int pinbulki_plain(const char *text, size_t length, char *to)
{
    size_t i;
#ifndef PINBULK_SMALL
    uint64_t word = 0;
    uint32_t half[2];
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
#endif
    for (i = 0; i < length; i++) {
        if (!pinbulki_is_plain(text[i]))
            return 0;
        if (to)
            to[i] = text[i];
    }
    return 1;
}

/* A mask tells of sixteen bytes which of them are special, the first one in its lowest bits.
   Without vectors there is none, and bytes are looked at singly. */

#if defined(PINBULKI_SSE2)
typedef unsigned pinbulki_block_mask; /* a bit for each byte */

PINBULKI_INLINE __m128i pinbulki_block_load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

PINBULKI_INLINE __m128i pinbulki_block_equal(__m128i block, char byte)
{
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(byte));
}

/* Quotes, backslashes, controls. */
PINBULKI_INLINE pinbulki_block_mask pinbulki_block_specials(const char *at)
{
    __m128i block = pinbulki_block_load(at);
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
    __m128i quote = pinbulki_block_equal(block, '"');
    __m128i backslash = pinbulki_block_equal(block, '\\');
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
}

/* The same and all that is beyond ASCII. Only top bits count: controls get theirs by subtraction.
 */
PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_plain(const char *at)
{
    __m128i block = pinbulki_block_load(at);
    __m128i control = _mm_or_si128(_mm_sub_epi8(block, _mm_set1_epi8(0x20)), block);
    __m128i quote = pinbulki_block_equal(block, '"');
    __m128i backslash = pinbulki_block_equal(block, '\\');
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
}

PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_digits(const char *at)
{
    __m128i from_zero = _mm_sub_epi8(pinbulki_block_load(at), _mm_set1_epi8('0'));
    __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(from_zero, _mm_set1_epi8(9)), from_zero);
    return (unsigned)_mm_movemask_epi8(digit) ^ 0xffffu;
}

PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_spaces(const char *at)
{
    __m128i block = pinbulki_block_load(at);
    __m128i wide =
        _mm_or_si128(pinbulki_block_equal(block, ' '), pinbulki_block_equal(block, '\t'));
    __m128i line =
        _mm_or_si128(pinbulki_block_equal(block, '\n'), pinbulki_block_equal(block, '\r'));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(wide, line)) ^ 0xffffu;
}

/* Which byte is the first in a mask that is not 0. */
PINBULKI_INLINE unsigned pinbulki_mask_first(pinbulki_block_mask mask)
{
#if defined(__GNUC__) || defined(__clang__)
    return (unsigned)__builtin_ctz(mask);
#else
    unsigned first = 0;
    while (!(mask >> first & 1))
        first++;
    return first;
#endif
}

#elif defined(PINBULKI_NEON)
typedef uint64_t pinbulki_block_mask; /* four bits for each byte */

PINBULKI_INLINE uint8x16_t pinbulki_block_load(const char *at)
{
    return vld1q_u8((const uint8_t *)(const void *)at);
}

PINBULKI_INLINE uint8x16_t pinbulki_block_equal(uint8x16_t block, char byte)
{
    return vceqq_u8(block, vdupq_n_u8((uint8_t)byte));
}

PINBULKI_INLINE pinbulki_block_mask pinbulki_block_narrow(uint8x16_t bytes)
{
    uint8x8_t halves = vshrn_n_u16(vreinterpretq_u16_u8(bytes), 4);
    return vget_lane_u64(vreinterpret_u64_u8(halves), 0);
}

/* Quotes, backslashes, controls. */
PINBULKI_INLINE pinbulki_block_mask pinbulki_block_specials(const char *at)
{
    uint8x16_t block = pinbulki_block_load(at);
    uint8x16_t control = vcltq_u8(block, vdupq_n_u8(0x20));
    uint8x16_t quote = pinbulki_block_equal(block, '"');
    uint8x16_t backslash = pinbulki_block_equal(block, '\\');
    return pinbulki_block_narrow(vorrq_u8(vorrq_u8(quote, backslash), control));
}

/* The same and all that is beyond ASCII, which is below the controls as signed bytes. */
PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_plain(const char *at)
{
    uint8x16_t block = pinbulki_block_load(at);
    uint8x16_t control = vcltq_s8(vreinterpretq_s8_u8(block), vdupq_n_s8(0x20));
    uint8x16_t quote = pinbulki_block_equal(block, '"');
    uint8x16_t backslash = pinbulki_block_equal(block, '\\');
    return pinbulki_block_narrow(vorrq_u8(vorrq_u8(quote, backslash), control));
}

PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_digits(const char *at)
{
    uint8x16_t from_zero = vsubq_u8(pinbulki_block_load(at), vdupq_n_u8('0'));
    return pinbulki_block_narrow(vcgtq_u8(from_zero, vdupq_n_u8(9)));
}

PINBULKI_INLINE pinbulki_block_mask pinbulki_block_not_spaces(const char *at)
{
    uint8x16_t block = pinbulki_block_load(at);
    uint8x16_t wide = vorrq_u8(pinbulki_block_equal(block, ' '), pinbulki_block_equal(block, '\t'));
    uint8x16_t line =
        vorrq_u8(pinbulki_block_equal(block, '\n'), pinbulki_block_equal(block, '\r'));
    return pinbulki_block_narrow(vmvnq_u8(vorrq_u8(wide, line)));
}

/* Which byte is the first in a mask that is not 0. */
PINBULKI_INLINE unsigned pinbulki_mask_first(pinbulki_block_mask mask)
{
    return (unsigned)__builtin_ctzll(mask) / 4;
}
#endif

/* The end of the bytes from `at` that need no escape, ASCII or not: `end`, a control, a quote or a
   backslash. */
static const char *pinbulki_unescaped_end(const char *at, const char *end)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    for (; end - at >= 16; at += 16) {
        pinbulki_block_mask mask = pinbulki_block_specials(at);
        if (mask)
            return at + pinbulki_mask_first(mask);
    }
#elif !defined(PINBULK_SMALL)
    while (end - at >= 16 && pinbulki_plain_block(at, NULL))
        at += 16;
#endif
    while (at != end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return at;
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
PINBULKI_ONCE pinbulk_result pinbulki_writer_fail(pinbulk_writer *writer, pinbulk_result result)
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
    return writer->mode == PINBULKI_WRITE_PULL &&
           (writer->small_at != writer->small_end || writer->string_left || writer->closing);
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
                run = (size_t)(pinbulki_unescaped_end(writer->string, writer->string + run) -
                               writer->string);
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
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): NULL is no JSON */
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
#ifndef PINBULK_SMALL
    if (PINBULKI_LIKELY(writer->capacity - writer->used > length)) {
        char *out = writer->out + writer->used;
        *out = ',';
        out += writer->expect & PINBULKI_EXPECT_COMMA;
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): NULL is no JSON */
        memcpy(out, text, length);
        writer->used = (size_t)(out - writer->out) + length;
        writer->expect = (uint8_t)expect;
        return PINBULK_OK;
    }
#endif
    return pinbulki_writer_raw_slow(writer, text, length, expect);
}

/* The same as pinbulki_writer_text, when it does not fit into the window or is not plain. */
PINBULKI_NOINLINE pinbulk_result pinbulki_writer_text_slow(pinbulk_writer *writer, const char *text,
                                                           size_t length, unsigned expect,
                                                           size_t closing)
{
    int plain = pinbulki_plain(text, length, NULL);
    const char *end = text ? text + length : text;
    if (!plain && pinbulki_utf8_end(text, end) != end)
        return pinbulki_writer_fail(writer, PINBULK_BAD_UTF8);
    if (plain && writer->mode >= PINBULKI_WRITE_COUNT)
        return pinbulki_writer_count(writer, 1 + length + closing, expect);
#ifndef PINBULK_SMALL
    if (length < (writer->capacity - writer->used) / 6) { /* it fits, whatever it holds */
        char *out = writer->out + writer->used;
        *out = ',';
        out += writer->expect & PINBULKI_EXPECT_COMMA;
        *out++ = '"';
        while (text != end) {
            const char *stop = pinbulki_unescaped_end(text, end);
            memcpy(out, text, (size_t)(stop - text));
            out += stop - text;
            text = stop;
            if (text != end)
                out += pinbulki_escape(out, *text++);
        }
        memcpy(out, "\":", closing);
        writer->used = (size_t)(out - writer->out) + closing;
        writer->expect = (uint8_t)expect;
        return PINBULK_OK;
    }
#endif
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
    size_t closing = is_key ? 2 : 1;
    if (PINBULKI_UNLIKELY(
            !(writer->expect & (is_key ? PINBULKI_EXPECT_KEY : PINBULKI_EXPECT_VALUE))))
        return pinbulki_writer_refuse(writer);
    if (PINBULKI_UNLIKELY(!text && length))
        return pinbulki_writer_fail(writer, PINBULK_BAD_ARGUMENT);
#ifdef PINBULK_SMALL
    (void)is_plain;
#else
    if (PINBULKI_LIKELY(writer->capacity - writer->used >= 4 &&
                        length <= writer->capacity - writer->used - 4)) {
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
#endif
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
        writer->after = PINBULKI_EXPECT_END | PINBULKI_EXPECT_COMMA | PINBULKI_EXPECT_VALUE;
        if (writer->objects[level / 32] >> level % 32 & 1)
            writer->after = PINBULKI_EXPECT_END | PINBULKI_EXPECT_COMMA | PINBULKI_EXPECT_KEY;
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

/* Starts a document; with `parts` a text that is larger than the buffer comes in parts. */
static void pinbulki_reader_begin(pinbulk_reader *reader, char *buffer, size_t size, int parts)
{
    pinbulk_reader_init(reader, NULL);
    reader->config.buffer = buffer;
    reader->config.buffer_size = buffer ? size : 0;
    reader->config.parts = (uint8_t)parts;
}

/* Checks that the text is one JSON value, not nested deeper than `levels`. */
static pinbulk_result pinbulki_writer_check_json(const char *json, size_t length, unsigned levels)
{
    char buffer[16];
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_token_kind kind;
    pinbulki_reader_begin(&reader, buffer, sizeof buffer, 1);
    reader.config.depth_limit = PINBULK_DEPTH_MAX;
    pinbulk_reader_feed(&reader, json, length);
    pinbulk_reader_end(&reader);
    do {
        kind = pinbulk_reader_next(&reader, &token);
        if (pinbulk_reader_depth(&reader) > levels)
            return PINBULK_TOO_DEEP;
    } while (kind > PINBULK_TOKEN_END);
    return reader.result;
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
   Without the quick one, as in small code, tokens and errors are the same. */

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
    uint8_t takes;  /* PINBULK_TOKEN_STRING: any value; PINBULK_TOKEN_KEY: a name */
    char separator; /* leads to the next state */
    uint8_t next;
    char close; /* ends the object or array */
} pinbulki_reader_rules[PINBULKI_READ_STATES] = {{PINBULK_TOKEN_STRING, ' ', 0, ' '},
                                                 {0, ' ', 0, ' '},
                                                 {PINBULK_TOKEN_STRING, ' ', 0, ' '},
                                                 {0, ',', PINBULKI_READ_ITEM, ']'},
                                                 {PINBULK_TOKEN_STRING, ' ', 0, ' '},
                                                 {0, ',', PINBULKI_READ_NAME, '}'},
                                                 {PINBULK_TOKEN_KEY, ' ', 0, ' '},
                                                 {0, ':', PINBULKI_READ_MEMBER, ' '},
                                                 {0, ' ', 0, ' '},
                                                 {0, ' ', 0, ' '},
                                                 {PINBULK_TOKEN_STRING, ' ', 0, ']'},
                                                 {0, ' ', 0, ' '},
                                                 {0, ' ', 0, ' '},
                                                 {0, ' ', 0, ' '},
                                                 {PINBULK_TOKEN_KEY, ' ', 0, '}'},
                                                 {0, ' ', 0, ' '}};

/* Where in a text the reader is. */
enum {
    PINBULKI_TEXT_STRING = 0,
    PINBULKI_TEXT_UTF8,   /* `taken` bytes of a character are in `sequence` */
    PINBULKI_TEXT_ESCAPE, /* after the backslash */
    PINBULKI_TEXT_HEX,    /* after `taken` of four digits; their value is in `unit` */
    PINBULKI_TEXT_PAIR,   /* after the first half of a surrogate pair, which is in `high`, and
                             `taken` of the two bytes that begin the other */
    PINBULKI_TEXT_LITERAL /* after `taken` letters */
    /* and the states of a number */
};

#ifndef PINBULK_NO_MESSAGES
/* By state, then by state of a text: what is expected, a NUL behind each. */
static const char pinbulki_reader_expectations[] =
    "expected a value\0"
    "expected nothing after the value\0"
    "expected a value\0"
    "expected ',' or ']' after an item\0"
    "expected a value\0"
    "expected ',' or '}' after a member\0"
    "expected the name of a member, a string\0"
    "expected ':' after the name of a member\0"
    "\0\0"
    "expected a value or ']'\0"
    "\0\0\0"
    "expected the name of a member, a string, or '}'\0"
    "\0"
    "expected the end of a string\0"
    "expected the rest of a character\0"
    "expected one of \"\\/bfnrtu after a backslash\0"
    "expected four hexadecimal digits after \\u\0"
    "expected the second half of a surrogate pair\0"
    "expected true, false or null\0"
    "expected a number\0"
    "expected a digit after the minus sign\0"
    "\0\0"
    "expected a digit after the decimal point\0"
    "\0"
    "expected a digit or a sign in the exponent\0"
    "expected a digit in the exponent\0";
#endif

static const char *pinbulki_reader_expected(const pinbulk_reader *reader)
{
#ifdef PINBULK_NO_MESSAGES
    (void)reader;
    return "";
#else
    return pinbulki_text_after(pinbulki_reader_expectations,
                               reader->state & PINBULKI_READ_TEXT
                                   ? (size_t)PINBULKI_READ_STATES + reader->text_state
                                   : reader->state);
#endif
}

/* Scanning. [at, end) is all that is read. */

PINBULKI_INLINE int pinbulki_reader_is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* The first byte that is no white space. */
PINBULKI_INLINE const char *pinbulki_reader_space_end(const char *at, const char *end)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    for (; end - at >= 16; at += 16) {
        pinbulki_block_mask mask = pinbulki_block_not_spaces(at);
        if (PINBULKI_LIKELY(mask))
            return at + pinbulki_mask_first(mask);
    }
#endif
    while (at != end && pinbulki_reader_is_space(*at))
        at++;
    return at;
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
   room. Seven bits a byte, the lowest first; all but the first have the top bit set. */
static size_t pinbulki_reader_path_put(char *to, size_t room, uint64_t number)
{
    size_t size = 0;
    do {
        if (size == room)
            return 0;
        to[size] = (char)(unsigned char)((number & 0x7f) | (size ? 0x80 : 0));
        size++;
        number >>= 7;
    } while (number);
    return size;
}

/* Reads the number that ends at *used, and sets *used to where it begins. */
static uint64_t pinbulki_reader_path_take(const char *path, size_t *used)
{
    uint64_t number = 0;
    unsigned char byte;
    do {
        byte = (unsigned char)path[--*used];
        number = number << 7 | (byte & 0x7f);
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
PINBULKI_ONCE void pinbulki_reader_path_push(pinbulk_reader *reader)
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
static void pinbulki_reader_path_pop(pinbulk_reader *reader, int object)
{
    reader->key = NULL;
    reader->index_lost = reader->path_lost != 0;
    if (reader->path_lost) {
        reader->path_lost--;
    } else if (object) {
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
    int object = pinbulki_reader_is_object(reader, reader->depth), outer;
    reader->depth--;
    reader->state = PINBULKI_READ_DONE;
    if (reader->depth) {
        outer = pinbulki_reader_is_object(reader, reader->depth);
        pinbulki_reader_path_pop(reader, outer);
        reader->state = outer ? PINBULKI_READ_AFTER_MEMBER : PINBULKI_READ_AFTER_ITEM;
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
    reader->message = PINBULKI_MESSAGES ? message : "";
    reader->error_offset = reader->chunk_offset + (uint64_t)(reader->at - reader->chunk) - back;
    reader->found = -1;
    if (PINBULKI_MESSAGES && result == PINBULK_BAD_JSON && back == 0 && reader->at != reader->end)
        reader->found = (int16_t)(unsigned char)*reader->at;
    return token->kind = PINBULK_TOKEN_ERROR;
}

/* The chunk is used up, and what is under way is not at its end. */
static pinbulk_token_kind pinbulki_reader_used_up(pinbulk_reader *reader, pinbulk_token *token)
{
    unsigned state = reader->state;
    if (reader->over_limit)
        return pinbulki_reader_fail(reader, token, PINBULK_TOO_LARGE, 0,
                                    PINBULKI_SAY("the document is larger than the limit"));
    if (!reader->ended) {
        pinbulki_reader_path_save(reader);
        reader->hungry = 1;
        return token->kind = PINBULK_TOKEN_MORE;
    }
    if (state == PINBULKI_READ_DONE)
        return token->kind = PINBULK_TOKEN_END;
    return pinbulki_reader_fail(reader, token, PINBULK_TRUNCATED, 0,
                                pinbulki_reader_expected(reader));
}

/* Texts that are read byte by byte. Their bytes go to the buffer, unless they are skipped; those of
   a name go to the path too. */

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

/* Adds bytes to the text when they fit; it is in `text_state` then. */
static int pinbulki_reader_text_add(pinbulk_reader *reader, const char *bytes, size_t length,
                                    int text_state)
{
    if (!reader->skip) {
        if (length > reader->config.buffer_size - reader->buffered)
            return PINBULKI_BYTE_FULL;
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
    reader->text_state = (uint8_t)text_state;
    return PINBULKI_BYTE_TAKEN;
}

/* The token of what is in the buffer, which is free then. */
PINBULKI_ONCE pinbulk_token_kind pinbulki_reader_text_token(pinbulk_reader *reader,
                                                            pinbulk_token *token)
{
    token->kind = (pinbulk_token_kind)reader->text_kind;
    token->text = reader->config.buffer;
    token->length = reader->buffered;
    token->integer =
        reader->text_kind == PINBULK_TOKEN_NUMBER && reader->text_state <= PINBULKI_NUMBER_INTEGER;
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
                                    PINBULKI_SAY("a text is larger than the buffer of the reader"));
    pinbulki_reader_text_token(reader, token);
    token->more = 1;
    return token->kind;
}

/* The character of an escape of one letter, 0 when there is none. */
static char pinbulki_reader_escape_value(char byte)
{
    static const char pairs[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    size_t i;
    for (i = 0; i < sizeof pairs - 1; i += 2)
        if (pairs[i] == byte)
            return pairs[i + 1];
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

/* Takes the last digit of \u. *back: how far behind the escape began that is wrong. */
static int pinbulki_reader_text_unit(pinbulk_reader *reader, unsigned unit, unsigned *back)
{
    char bytes[4];
    uint32_t point = unit;
    int first = unit >> 10 == 0xd800 >> 10, second = unit >> 10 == 0xdc00 >> 10, taken;
    if (first && !reader->high) {
        reader->high = (uint16_t)unit;
        reader->taken = 0;
        reader->text_state = PINBULKI_TEXT_PAIR;
        return PINBULKI_BYTE_TAKEN;
    }
    if (second != (reader->high != 0)) {
        *back = second ? 5 : 11;
        return PINBULKI_BYTE_UNPAIRED;
    }
    if (second)
        point = 0x10000 + (((uint32_t)reader->high - 0xd800) << 10) + (unit - 0xdc00);
    taken = pinbulki_reader_text_add(reader, bytes, pinbulki_reader_utf8_put(bytes, point),
                                     PINBULKI_TEXT_STRING);
    if (taken == PINBULKI_BYTE_TAKEN)
        reader->high = 0;
    return taken;
}

/* Takes one byte of a string. Plain ones were taken before, as far as they fit. */
static int pinbulki_reader_text_string_byte(pinbulk_reader *reader, char byte, unsigned *back)
{
    unsigned char value = (unsigned char)byte;
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
        if (value < 0x80)
            return PINBULKI_BYTE_FULL;
        if (pinbulki_utf8_length(value) == 0)
            return PINBULKI_BYTE_NOT_UTF8;
        reader->sequence[0] = byte;
        reader->taken = 1;
        reader->text_state = PINBULKI_TEXT_UTF8;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_UTF8:
        *back = reader->taken;
        if (!pinbulki_utf8_goes_on(reader->sequence, reader->taken, byte))
            return PINBULKI_BYTE_NOT_UTF8;
        reader->sequence[reader->taken] = byte;
        if (reader->taken + 1u == pinbulki_utf8_length((unsigned char)reader->sequence[0]))
            return pinbulki_reader_text_add(reader, reader->sequence, reader->taken + 1u,
                                            PINBULKI_TEXT_STRING);
        reader->taken++;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_HEX:
        digit = pinbulki_hex_value(byte);
        if (digit < 0)
            return PINBULKI_BYTE_WRONG;
        if (reader->taken == 3)
            return pinbulki_reader_text_unit(reader, reader->unit * 16u + (unsigned)digit, back);
        reader->unit = (uint16_t)(reader->unit * 16u + (unsigned)digit);
        reader->taken++;
        return PINBULKI_BYTE_TAKEN;
    case PINBULKI_TEXT_ESCAPE:
        if (byte == 'u')
            break;
        byte = pinbulki_reader_escape_value(byte);
        if (!byte)
            return PINBULKI_BYTE_WRONG;
        return pinbulki_reader_text_add(reader, &byte, 1, PINBULKI_TEXT_STRING);
    default: /* PINBULKI_TEXT_PAIR */
        *back = 6u + reader->taken;
        if (byte != (reader->taken ? 'u' : '\\'))
            return PINBULKI_BYTE_UNPAIRED;
        if (reader->taken++ == 0)
            return PINBULKI_BYTE_TAKEN;
        break;
    }
    reader->taken = 0;
    reader->unit = 0;
    reader->text_state = PINBULKI_TEXT_HEX;
    return PINBULKI_BYTE_TAKEN;
}

/* By kind, from PINBULK_TOKEN_TRUE on. */
static const char pinbulki_literals[][6] = {"true", "false", "null"};

static int pinbulki_reader_text_literal_byte(pinbulk_reader *reader, char byte)
{
    const char *literal = pinbulki_literals[reader->text_kind - PINBULK_TOKEN_TRUE];
    if (byte != literal[reader->taken])
        return PINBULKI_BYTE_WRONG;
    reader->taken++;
    return literal[reader->taken] ? PINBULKI_BYTE_TAKEN : PINBULKI_BYTE_LAST;
}

static int pinbulki_reader_text_number_byte(pinbulk_reader *reader, char byte)
{
    int state = pinbulki_number_step(reader->text_state, byte);
    if (state >= 0)
        return pinbulki_reader_text_add(reader, &byte, 1, state);
    return pinbulki_number_whole(reader->text_state) ? PINBULKI_BYTE_BEHIND : PINBULKI_BYTE_WRONG;
}

/* Takes the plain front of what is left of a string, as much as fits. */
static void pinbulki_reader_text_run(pinbulk_reader *reader)
{
    const char *end = reader->end;
    size_t room = reader->config.buffer_size - reader->buffered;
    if (!reader->skip && room < (size_t)(end - reader->at))
        end = reader->at + room;
    end = pinbulki_utf8_end(reader->at, pinbulki_unescaped_end(reader->at, end));
    if (end != reader->at)
        pinbulki_reader_text_add(reader, reader->at, (size_t)(end - reader->at),
                                 PINBULKI_TEXT_STRING);
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
            if (reader->ended && !reader->over_limit && pinbulki_number_whole(reader->text_state))
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
                                        PINBULKI_SAY("half of a surrogate pair stands alone"));
        case PINBULKI_BYTE_NOT_UTF8:
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_UTF8, back,
                                        PINBULKI_SAY("a string is not UTF-8"));
        default:
            return pinbulki_reader_fail(
                reader, token, PINBULK_BAD_JSON, 0,
                reader->text_state == PINBULKI_TEXT_STRING
                    ? PINBULKI_SAY("a control character in a string must be escaped")
                    : pinbulki_reader_expected(reader));
        }
    }
}

/* Begins a text that is read byte by byte. */
PINBULKI_ONCE pinbulk_token_kind pinbulki_reader_text_begin(pinbulk_reader *reader,
                                                            pinbulk_token *token,
                                                            pinbulk_token_kind kind,
                                                            unsigned text_state)
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
    const char *text = reader->at + 1, *end = pinbulki_unescaped_end(text, reader->end);
    reader->at = text;
    if (end == reader->end || *end != '"' || pinbulki_utf8_end(text, end) != end)
        return pinbulki_reader_text_begin(reader, token, kind, PINBULKI_TEXT_STRING);
    if (kind == PINBULK_TOKEN_KEY) {
        reader->key = text;
        reader->key_length = (size_t)(end - text);
    }
    reader->at = end + 1;
    reader->state = (uint8_t)((reader->state & 7) | 1);
    token->text = text;
    token->length = (size_t)(end - text);
    return token->kind = kind;
}

/* Reads a number: in place when it ends in the chunk. */
static pinbulk_token_kind pinbulki_reader_number(pinbulk_reader *reader, pinbulk_token *token)
{
    const char *at = reader->at;
    int state = PINBULKI_NUMBER_BEGIN, next;
    while (at != reader->end && (next = pinbulki_number_step(state, *at)) >= 0) {
        state = next;
        at++;
    }
    if (at == reader->end || !pinbulki_number_whole(state))
        return pinbulki_reader_text_begin(reader, token, PINBULK_TOKEN_NUMBER,
                                          PINBULKI_NUMBER_BEGIN);
    token->text = reader->at;
    token->length = (size_t)(at - reader->at);
    token->integer = state <= PINBULKI_NUMBER_INTEGER;
    reader->at = at;
    reader->state = (uint8_t)((reader->state & 7) | 1);
    return token->kind = PINBULK_TOKEN_NUMBER;
}

/* Reads a value from its first byte on. */
static pinbulk_token_kind pinbulki_reader_value(pinbulk_reader *reader, pinbulk_token *token)
{
    char byte = *reader->at;
    int literal;
    switch (byte) {
    case '{':
    case '[':
        if (!pinbulki_reader_open(reader, byte == '{'))
            return pinbulki_reader_fail(reader, token, PINBULK_TOO_DEEP, 0,
                                        PINBULKI_SAY("nested deeper than the limit of the reader"));
        reader->at++;
        return token->kind = byte == '{' ? PINBULK_TOKEN_OBJECT : PINBULK_TOKEN_ARRAY;
    case '"':
        return pinbulki_reader_string(reader, token, PINBULK_TOKEN_STRING);
    default:
        if (byte == '-' || pinbulki_is_digit(byte))
            return pinbulki_reader_number(reader, token);
        for (literal = 0; literal < 3; literal++)
            if (byte == pinbulki_literals[literal][0])
                return pinbulki_reader_text_begin(
                    reader, token, (pinbulk_token_kind)(PINBULK_TOKEN_TRUE + literal),
                    PINBULKI_TEXT_LITERAL);
        if ((unsigned char)byte == 0xef && reader->chunk_offset == 0 && reader->at == reader->chunk)
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                        PINBULKI_SAY("a byte order mark is not allowed in JSON"));
        return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                    pinbulki_reader_expected(reader));
    }
}

/* Reads on until a token is whole. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_slow(pinbulk_reader *reader,
                                                          pinbulk_token *token)
{
    pinbulki_reader_token(token, PINBULK_TOKEN_ERROR, NULL, 0); /* until it is another one */
    if (reader->state & PINBULKI_READ_FAILED)
        return PINBULK_TOKEN_ERROR;
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
            return token->kind = pinbulki_reader_close(reader);
        }
        if (rule->takes == PINBULK_TOKEN_KEY && byte == '"')
            return pinbulki_reader_string(reader, token, PINBULK_TOKEN_KEY);
        if (rule->takes == PINBULK_TOKEN_STRING)
            return pinbulki_reader_value(reader, token);
        if (byte != rule->separator)
            return pinbulki_reader_fail(reader, token, PINBULK_BAD_JSON, 0,
                                        pinbulki_reader_expected(reader));
        reader->at++;
        reader->state = rule->next;
        if (byte == ',') {
            reader->key = NULL;
            reader->index++;
        }
    }
}

#ifdef PINBULK_SMALL
static pinbulk_token_kind pinbulki_reader_quick(pinbulk_reader *reader, pinbulk_token *token)
{
    return reader->state & PINBULKI_READ_SKIPPING ? PINBULK_TOKEN_MORE
                                                  : pinbulki_reader_slow(reader, token);
}
#else
/* The first byte that is not plain: a quote, backslash, control, or beyond ASCII. NULL when it
   might lie at the end of the chunk or behind it. */
PINBULKI_INLINE const char *pinbulki_reader_plain_end(const char *at, const char *end)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    for (; end - at > 16; at += 16) {
        pinbulki_block_mask mask = pinbulki_block_not_plain(at);
        if (PINBULKI_LIKELY(mask))
            return at + pinbulki_mask_first(mask);
    }
    return NULL;
#else
    while (end - at > 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        if (!pinbulki_plain_word(word))
            break;
        at += 8;
    }
    while (at != end && pinbulki_is_plain(*at))
        at++;
    return end - at > 1 ? at : NULL;
#endif
}

/* The first byte that is no digit, NULL when more than 15 are. 16 bytes must be there. */
PINBULKI_INLINE const char *pinbulki_reader_digits_end(const char *at)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    pinbulki_block_mask mask = pinbulki_block_not_digits(at);
    return mask ? at + pinbulki_mask_first(mask) : NULL;
#else
    unsigned i;
    for (i = 0; i < 16; i++)
        if (!pinbulki_is_digit(at[i]))
            return at + i;
    return NULL;
#endif
}

/* What the quick reader leaves over: from `at` on, in `state`. It may have passed a comma. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_rest(pinbulk_reader *reader,
                                                          pinbulk_token *token, const char *at,
                                                          unsigned state)
{
    if (reader->state & PINBULKI_READ_SKIPPING)
        return PINBULK_TOKEN_MORE;
    if (state != reader->state) {
        reader->key = NULL;
        reader->index++;
    }
    reader->at = at;
    reader->state = (uint8_t)state;
    return pinbulki_reader_slow(reader, token);
}

/* Closes what ends at `at`. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_quick_close(pinbulk_reader *reader,
                                                                 pinbulk_token *token,
                                                                 const char *at)
{
    reader->at = at + 1;
    return pinbulki_reader_token(token, pinbulki_reader_close(reader), NULL, 0);
}

/* What the quick reader wants before it: white space, a comma, a quote or sign, a block and one
   byte more. */
#define PINBULKI_READER_MARGIN 24

/* Takes the next token when it lies whole in the chunk and nothing about it is unusual, and leaves
   all others to the rest. Does nothing while a container is skipped. */
PINBULKI_INLINE pinbulk_token_kind pinbulki_reader_quick(pinbulk_reader *reader,
                                                         pinbulk_token *token)
{
    const char *at = reader->at, *end = reader->end, *text, *stop;
    unsigned state = reader->state;
    pinbulk_token_kind kind;
again:
    if (PINBULKI_UNLIKELY(end - at < PINBULKI_READER_MARGIN))
        return pinbulki_reader_rest(reader, token, at, state);
    if (state == PINBULKI_READ_MEMBER)
        goto value;
    if (PINBULKI_LIKELY(state == PINBULKI_READ_AFTER_MEMBER)) {
        if (PINBULKI_LIKELY(*at == ',')) {
            at++;
            state = PINBULKI_READ_NAME;
            goto name;
        }
        if (*at == '}')
            return pinbulki_reader_quick_close(reader, token, at);
    } else if (state == PINBULKI_READ_AFTER_ITEM) {
        if (PINBULKI_LIKELY(*at == ',')) {
            at++;
            state = PINBULKI_READ_ITEM;
            goto value;
        }
        if (*at == ']')
            return pinbulki_reader_quick_close(reader, token, at);
    } else if (state == PINBULKI_READ_FIRST_NAME) {
        if (*at == '}')
            return pinbulki_reader_quick_close(reader, token, at);
        goto name;
    } else if (state == PINBULKI_READ_FIRST_ITEM) {
        if (*at == ']')
            return pinbulki_reader_quick_close(reader, token, at);
        goto value;
    } else if (state == PINBULKI_READ_NAME) {
        goto name;
    } else if (state == PINBULKI_READ_ITEM) {
        goto value;
    } else {
        return pinbulki_reader_rest(reader, token, at, state);
    }
space:
    if (!pinbulki_reader_is_space(*at))
        return pinbulki_reader_rest(reader, token, at, state);
    at = pinbulki_reader_space_end(at, end);
    goto again;

name:
    if (PINBULKI_UNLIKELY(*at != '"'))
        goto space;
    text = at + 1;
    stop = pinbulki_reader_plain_end(text, end);
    if (PINBULKI_UNLIKELY(!stop || *stop != '"' || stop[1] != ':'))
        return pinbulki_reader_rest(reader, token, at, state);
    reader->key = text;
    reader->key_length = (size_t)(stop - text);
    reader->at = stop + 2;
    reader->state = PINBULKI_READ_MEMBER;
    return pinbulki_reader_token(token, PINBULK_TOKEN_KEY, text, (size_t)(stop - text));

value:
    if (PINBULKI_LIKELY(*at == '"')) {
        text = at + 1;
        stop = pinbulki_reader_plain_end(text, end);
        if (PINBULKI_UNLIKELY(!stop || *stop != '"'))
            return pinbulki_reader_rest(reader, token, at, state);
        kind = pinbulki_reader_token(token, PINBULK_TOKEN_STRING, text, (size_t)(stop - text));
        stop++;
    } else if (pinbulki_is_digit(*at)) {
        stop = pinbulki_reader_digits_end(at);
        if (PINBULKI_UNLIKELY(!stop || (*at == '0' && stop != at + 1) || *stop == '.' ||
                              (*stop | 0x20) == 'e'))
            return pinbulki_reader_rest(reader, token, at, state);
        kind = pinbulki_reader_token(token, PINBULK_TOKEN_NUMBER, at, (size_t)(stop - at));
        token->integer = 1;
    } else if (memcmp(at, "null", 4) == 0) {
        stop = at + 4;
        kind = pinbulki_reader_token(token, PINBULK_TOKEN_NULL, NULL, 0);
    } else if (memcmp(at, "true", 4) == 0) {
        stop = at + 4;
        kind = pinbulki_reader_token(token, PINBULK_TOKEN_TRUE, NULL, 0);
    } else if (memcmp(at, "false", 5) == 0) {
        stop = at + 5;
        kind = pinbulki_reader_token(token, PINBULK_TOKEN_FALSE, NULL, 0);
    } else {
        goto space;
    }
    reader->at = stop;
    if (PINBULKI_LIKELY(state == PINBULKI_READ_MEMBER)) {
        reader->state = PINBULKI_READ_AFTER_MEMBER;
    } else {
        reader->index += reader->state == PINBULKI_READ_AFTER_ITEM;
        reader->state = PINBULKI_READ_AFTER_ITEM;
    }
    return kind;
}

#endif

/* Goes on after a token of the kind MORE: there may be none because of a container that is skipped.
   Reads to its end. */
PINBULKI_NOINLINE pinbulk_token_kind pinbulki_reader_skip(pinbulk_reader *reader,
                                                          pinbulk_token *token)
{
    pinbulk_token_kind kind = PINBULK_TOKEN_MORE;
    if (!(reader->state & PINBULKI_READ_SKIPPING))
        return kind;
    reader->state &= (uint8_t)~PINBULKI_READ_SKIPPING;
    do
        kind = pinbulki_reader_quick(reader, token);
    while (kind > PINBULK_TOKEN_END && reader->depth >= reader->skip);
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
    return PINBULKI_LIKELY(kind != PINBULK_TOKEN_MORE) ? kind : pinbulki_reader_skip(reader, token);
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

/* A letter, a digit, or one of `others`. */
static int pinbulki_http_char(char byte, const char *others)
{
    char lower = pinbulki_lower(byte);
    if (pinbulki_is_digit(byte) || (lower >= 'a' && lower <= 'z'))
        return 1;
    while (*others != '\0' && *others != byte)
        others++;
    return *others != '\0';
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
    char digits[20];
    pinbulki_reader_back_put(to, "]", 1);
    pinbulki_reader_back_put(to, digits, pinbulki_uint_to_text(index, digits));
    pinbulki_reader_back_put(to, "[", 1);
}

/* .name, or ["any name"] when it is no identifier. */
static void pinbulki_reader_back_name(struct pinbulki_reader_back *to, const char *name,
                                      size_t length, int first)
{
    char escape[6];
    size_t i;
    int plain = length > 0 && !pinbulki_is_digit(name[0]);
    for (i = 0; i < length && plain; i++)
        plain = pinbulki_http_char(name[i], "_");
    if (plain) {
        pinbulki_reader_back_put(to, name, length);
        pinbulki_reader_back_put(to, ".", first ? 0 : 1);
        return;
    }
    pinbulki_reader_back_put(to, "\"]", 2);
    for (i = length; i-- > 0;) {
        if (pinbulki_unescaped_end(name + i, name + i + 1) != name + i)
            pinbulki_reader_back_put(to, &name[i], 1);
        else
            pinbulki_reader_back_put(to, escape, pinbulki_escape(escape, name[i]));
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

#ifndef PINBULK_NO_MESSAGES
/* Writes what is wrong, and the byte that is. */
static void pinbulki_reader_message(const pinbulk_reader *reader, pinbulk_error *error)
{
    static const char hex[] = "0123456789abcdef";
    pinbulki_line line;
    line.text = error->message;
    line.size = sizeof error->message - 1;
    line.length = 0;
    if (reader->result == PINBULK_TRUNCATED)
        pinbulki_line_text(&line, "the document ends too early: ");
    pinbulki_line_text(&line, reader->message);
    if (reader->found > 0x20 && reader->found < 0x7f) {
        char found[4] = {'\'', (char)reader->found, '\'', '\0'};
        pinbulki_line_text(&line, ", found ");
        pinbulki_line_text(&line, found);
    } else if (reader->found >= 0) {
        char found[3] = {hex[reader->found >> 4], hex[reader->found & 15], '\0'};
        pinbulki_line_text(&line, ", found byte 0x");
        pinbulki_line_text(&line, found);
    }
}
#endif

PINBULK_API void pinbulk_reader_error(const pinbulk_reader *reader, pinbulk_error *error)
{
    if (!reader->result || !error)
        return;
    pinbulki_error_set(error, reader->result, NULL);
#ifndef PINBULK_NO_MESSAGES
    pinbulki_reader_message(reader, error);
#endif
    error->has_offset = 1;
    error->offset = reader->error_offset;
    if (pinbulk_reader_path(reader, error->path, sizeof error->path) >= sizeof error->path)
        pinbulki_text_end(error->path, sizeof error->path);
}
/* ============================================================================================== */
/* >>enumerations: implementation                                                                 */
/* ============================================================================================== */

/* The names of an enumeration in the order of its constants, each with a NUL behind it. */
typedef struct pinbulki_names {
    const char *names;
    uint8_t number; /* the high byte of the constants; the low byte counts the names from 1 */
    uint8_t count;
    uint8_t alias; /* the constant that the name behind the last stands for, 0: there is none */
} pinbulki_names;

#define PINBULKI_NAMES(name, number, count, alias, names)                                         \
    static const char pinbulki_##name##_text[] = names;                                           \
    static const pinbulki_names pinbulki_##name##_names = {pinbulki_##name##_text, number, count, \
                                                           alias}

PINBULKI_NAMES(entity_type, 0x01, 8, 0,
               "CAMPAIGN\0AD_GROUP\0PRODUCT_GROUP\0AD\0KEYWORD\0LABEL\0SCHEDULE\0"
               "ENTITY_HISTORY");
PINBULKI_NAMES(output_format, 0x02, 2, 0, "CSV\0JSON");
PINBULKI_NAMES(bulk_status, 0x03, 3, 0, "RUNNING\0SUCCEEDED\0FAILED");
PINBULKI_NAMES(campaign_status, 0x04, 8, 0,
               "RUNNING\0PAUSED\0NOT_STARTED\0COMPLETED\0ADVERTISER_DISABLED\0ARCHIVED\0"
               "DRAFT\0DELETED_DRAFT");
PINBULKI_NAMES(entity_status, 0x05, 5, 0, "ACTIVE\0PAUSED\0ARCHIVED\0DRAFT\0DELETED_DRAFT");
PINBULKI_NAMES(objective, 0x06, 11, 0,
               "AWARENESS\0CONSIDERATION\0WEB_CONVERSION\0CATALOG_SALES\0VIDEO_COMPLETION\0"
               "SALES\0APP_INSTALL\0CTV_CONSIDERATION\0LEADS\0VIDEO_VIEW\0WEB_SESSIONS");
PINBULKI_NAMES(intended_promotion, 0x07, 3, 0, "LEGACY\0STANDARD_AD\0CATALOG");
PINBULKI_NAMES(time_window, 0x08, 2, 0, "WEEK\0MONTH");
PINBULKI_NAMES(update_mask, 0x09, 6, 0,
               "AUDIENCE\0APP_TYPE\0PLACEMENT\0GENDER\0AGE_BUCKET\0FREQUENCY");
PINBULKI_NAMES(match_type, 0x0a, 5, 0, "BROAD\0PHRASE\0EXACT\0EXACT_NEGATIVE\0PHRASE_NEGATIVE");
PINBULKI_NAMES(creative_type, 0x0b, 14, 0,
               "REGULAR\0VIDEO\0SHOPPING\0CAROUSEL\0MAX_VIDEO\0SHOP_THE_PIN\0COLLECTION\0"
               "IDEA\0SHOWCASE\0QUIZ\0COLLAGE\0MAX_WIDTH_REGULAR_COLLECTION\0"
               "MAX_WIDTH_VIDEO_COLLECTION\0APP");
PINBULKI_NAMES(grid_click, 0x0c, 2, 0, "CLOSEUP\0DIRECT_TO_DESTINATION");
PINBULKI_NAMES(collections_header, 0x0d, 5, 0,
               "SHOP_THIS_COLLECTION\0EXPLORE_THIS_COLLECTION\0NO_HEADER\0ON_SALE\0GET_DEAL");
PINBULKI_NAMES(cta, 0x0e, 36, 30,
               "REQUEST_DEMO\0ADD_TO_CART\0FIND_RETAILERS\0SHOP_NOW\0BOOK_NOW\0ON_SALE\0"
               "GET_DEAL\0APPLY_NOW\0BUY_NOW\0BUY_TICKETS\0CONTACT_US\0DONATE_NOW\0"
               "DOWNLOAD\0EXPLORE_MORE\0FIND_A_DEALER\0FIND_A_LOCATION\0GET_OFFER\0"
               "GET_QUOTE\0GET_RECIPE\0GET_SHOWTIMES\0LEARN_MORE\0ORDER_NOW\0PLAY_GAME\0"
               "READ_MORE\0REGISTER_NOW\0SIGN_UP\0SUBSCRIBE\0TAKE_A_PEEK\0TRY_IT\0"
               "VISIT_SITE\0WATCH_NOW\0BUY_ONLINE_PICKUP_IN_STORE\0GET_IT_NOW\0"
               "SHOP_ON_ADVERTISER\0SHOP_THE_COLLECTION\0TAKE_A_CLOSER_LOOK\0VISIT_WEBSITE");
PINBULKI_NAMES(preferred_media, 0x0f, 2, 0, "VIDEO\0IMAGE");
PINBULKI_NAMES(billable_event, 0x10, 3, 0, "CLICKTHROUGH\0IMPRESSION\0VIDEO_V_50_MRC");
PINBULKI_NAMES(budget_type, 0x11, 3, 0, "DAILY\0LIFETIME\0CBO_ADGROUP");
PINBULKI_NAMES(bid_strategy, 0x12, 3, 0, "AUTOMATIC_BID\0MAX_BID\0TARGET_AVG");
PINBULKI_NAMES(promotion_level, 0x13, 3, 0, "NONE\0ITEM\0AD_GROUP");
PINBULKI_NAMES(pacing, 0x14, 2, 0, "STANDARD\0ACCELERATED");
PINBULKI_NAMES(placement_group, 0x15, 4, 0, "ALL\0SEARCH\0BROWSE\0OTHER");
PINBULKI_NAMES(conversion_event, 0x16, 10, 0,
               "PAGE_VISIT\0SIGNUP\0CHECKOUT\0CUSTOM\0VIEW_CATEGORY\0SEARCH\0ADD_TO_CART\0"
               "WATCH_VIDEO\0LEAD\0APP_INSTALL");
PINBULKI_NAMES(learning_mode, 0x17, 2, 0, "NOT_ACTIVE\0ACTIVE");
PINBULKI_NAMES(timerange, 0x18, 6, 0,
               "THIRTY_DAY\0DAY\0SEVEN_DAY\0TWENTY_MINUTE\0TEN_MINUTE\0TWENTY_FOUR_HOUR");
PINBULKI_NAMES(age_bucket, 0x19, 10, 0,
               "18-24\0"
               "19+\0"
               "20+\0"
               "21+\0"
               "25-34\0"
               "35-44\0"
               "45-49\0"
               "50-54\0"
               "55-64\0"
               "65+");
PINBULKI_NAMES(app_type, 0x1a, 6, 0,
               "android_mobile\0android_tablet\0ipad\0iphone\0web\0web_mobile");
PINBULKI_NAMES(targeting_gender, 0x1b, 3, 0, "unknown\0male\0female");
PINBULKI_NAMES(targeting_strategy, 0x1c, 3, 0,
               "CHOOSE_YOUR_OWN\0FIND_NEW_CUSTOMERS\0RECONNECT_WITH_USERS");
PINBULKI_NAMES(targeting_field, 0x1d, 14, 0,
               "AUDIENCE_EXCLUDE\0AUDIENCE_INCLUDE\0GEO\0GEO_EXCLUDE\0INTEREST\0LOCATION\0"
               "LOCATION_EXCLUDE\0LOCALE\0APPTYPE\0GENDER\0AGE_BUCKET\0"
               "SHOPPING_RETARGETING\0MAXIMUM_AGE\0MINIMUM_AGE");
PINBULKI_NAMES(targeting_operation, 0x1e, 3, 0, "SET\0ADD\0REMOVE");
PINBULKI_NAMES(disclosure, 0x1f, 6, 0,
               "NO_DISCLOSURE\0PRESCRIBING_INFORMATION\0"
               "PRESCRIBING_INFORMATION_BOX_WARNING\0IMPORTANT_SAFETY_INFO\0MED_GUIDE\0"
               "PATIENT_INFORMATION");
PINBULKI_NAMES(tie_breaker, 0x20, 2, 0, "RANDOM\0CUSTOM");
PINBULKI_NAMES(label_type, 0x21, 2, 0, "BRAND\0CUSTOM");
PINBULKI_NAMES(schedule_type, 0x22, 2, 0, "CAMPAIGN_BUDGET_CHANGE\0CAMPAIGN_BID_MULTIPLIERS");
PINBULKI_NAMES(schedule_action, 0x23, 2, 0, "INCREASE_BY_VALUE\0INCREASE_BY_PERCENT");
PINBULKI_NAMES(schedule_status, 0x24, 7, 0,
               "DRAFT\0CREATED\0SCHEDULED\0ACTIVE\0COMPLETED\0FAILED\0CANCELED");
PINBULKI_NAMES(catalog_type, 0x25, 3, 0, "RETAIL\0HOTEL\0CREATIVE_ASSETS");
PINBULKI_NAMES(product_filter, 0x26, 40, 0,
               "MIN_PRICE\0MAX_PRICE\0PRICE\0CURRENCY\0ITEM_ID\0ITEM_GROUP_ID\0HOTEL_ID\0"
               "CREATIVE_ASSETS_ID\0AVAILABILITY\0BRAND\0CONDITION\0GENDER\0MEDIA_TYPE\0"
               "COUNTRY\0LINK\0TITLE_KEYWORDS\0PRODUCT_GROUP\0PINTEREST_PRODUCT_CATEGORIES\0"
               "CUSTOM_LABEL_0\0CUSTOM_LABEL_1\0CUSTOM_LABEL_2\0CUSTOM_LABEL_3\0"
               "CUSTOM_LABEL_4\0CUSTOM_NUMBER_0\0CUSTOM_NUMBER_1\0CUSTOM_NUMBER_2\0"
               "CUSTOM_NUMBER_3\0CUSTOM_NUMBER_4\0PRODUCT_TYPE_0\0PRODUCT_TYPE_1\0"
               "PRODUCT_TYPE_2\0PRODUCT_TYPE_3\0PRODUCT_TYPE_4\0GOOGLE_PRODUCT_CATEGORY_0\0"
               "GOOGLE_PRODUCT_CATEGORY_1\0GOOGLE_PRODUCT_CATEGORY_2\0"
               "GOOGLE_PRODUCT_CATEGORY_3\0GOOGLE_PRODUCT_CATEGORY_4\0"
               "GOOGLE_PRODUCT_CATEGORY_5\0GOOGLE_PRODUCT_CATEGORY_6");
PINBULKI_NAMES(text_match, 0x27, 2, 0, "IS\0CONTAINS");
PINBULKI_NAMES(comparison, 0x28, 4, 0,
               "GREATER_THAN\0GREATER_THAN_OR_EQUALS\0LESS_THAN\0LESS_THAN_OR_EQUALS");
PINBULKI_NAMES(product_gender, 0x29, 3, 0, "FEMALE\0MALE\0UNISEX");
PINBULKI_NAMES(media_type, 0x2a, 2, 0, "IMAGE\0VIDEO");
PINBULKI_NAMES(currency, 0x2b, 163, 0,
               "AED\0AFN\0ALL\0AMD\0ANG\0AOA\0ARS\0AUD\0AWG\0AZN\0BAM\0BBD\0BDT\0BGN\0BHD\0"
               "BIF\0BMD\0BND\0BOB\0BRL\0BSD\0BTN\0BWP\0BYN\0BYR\0BZD\0CAD\0CDF\0CHF\0CLP\0"
               "CNY\0COP\0CRC\0CUC\0CUP\0CVE\0CZK\0DJF\0DKK\0DOP\0DZD\0EGP\0ERN\0ETB\0EUR\0"
               "FJD\0FKP\0GBP\0GEL\0GGP\0GHS\0GIP\0GMD\0GNF\0GTQ\0GYD\0HKD\0HNL\0HRK\0HTG\0"
               "HUF\0IDR\0ILS\0IMP\0INR\0IQD\0IRR\0ISK\0JEP\0JMD\0JOD\0JPY\0KES\0KGS\0KHR\0"
               "KMF\0KPW\0KRW\0KWD\0KYD\0KZT\0LAK\0LBP\0LKR\0LRD\0LSL\0LYD\0MAD\0MDL\0MGA\0"
               "MKD\0MMK\0MNT\0MOP\0MRO\0MUR\0MVR\0MWK\0MXN\0MYR\0MZN\0NAD\0NGN\0NIO\0NOK\0"
               "NPR\0NZD\0OMR\0PAB\0PEN\0PGK\0PHP\0PKR\0PLN\0PYG\0QAR\0RON\0RSD\0RUB\0RWF\0"
               "SAR\0SBD\0SCR\0SDG\0SEK\0SGD\0SHP\0SLL\0SOS\0SPL\0SRD\0STD\0SVC\0SYP\0SZL\0"
               "THB\0TJS\0TMT\0TND\0TOP\0TRY\0TTD\0TVD\0TWD\0TZS\0UAH\0UGX\0USD\0UYU\0UZS\0"
               "VEF\0VND\0VUV\0WST\0XAF\0XCD\0XDR\0XOF\0XPF\0YER\0ZAR\0ZMW\0ZWD");
PINBULKI_NAMES(country, 0x2c, 248, 0,
               "AD\0AE\0AF\0AG\0AI\0AL\0AM\0AO\0AQ\0AR\0AS\0AT\0AU\0AW\0AX\0AZ\0BA\0BB\0BD\0"
               "BE\0BF\0BG\0BH\0BI\0BJ\0BL\0BM\0BN\0BO\0BQ\0BR\0BS\0BT\0BV\0BW\0BY\0BZ\0CA\0"
               "CC\0CD\0CF\0CG\0CH\0CI\0CK\0CL\0CM\0CN\0CO\0CR\0CU\0CV\0CW\0CX\0CY\0CZ\0DE\0"
               "DJ\0DK\0DM\0DO\0DZ\0EC\0EE\0EG\0EH\0ER\0ES\0ET\0FI\0FJ\0FK\0FM\0FO\0FR\0GA\0"
               "GB\0GD\0GE\0GF\0GG\0GH\0GI\0GL\0GM\0GN\0GP\0GQ\0GR\0GS\0GT\0GU\0GW\0GY\0HK\0"
               "HM\0HN\0HR\0HT\0HU\0ID\0IE\0IL\0IM\0IN\0IO\0IQ\0IR\0IS\0IT\0JE\0JM\0JO\0JP\0"
               "KE\0KG\0KH\0KI\0KM\0KN\0KR\0KW\0KY\0KZ\0LA\0LB\0LC\0LI\0LK\0LR\0LS\0LT\0LU\0"
               "LV\0LY\0MA\0MC\0MD\0ME\0MF\0MG\0MH\0MK\0ML\0MM\0MN\0MO\0MP\0MQ\0MR\0MS\0MT\0"
               "MU\0MV\0MW\0MX\0MY\0MZ\0NA\0NC\0NE\0NF\0NG\0NI\0NL\0NO\0NP\0NR\0NU\0NZ\0OM\0"
               "PA\0PE\0PF\0PG\0PH\0PK\0PL\0PM\0PN\0PR\0PS\0PT\0PW\0PY\0QA\0RE\0RO\0RS\0RU\0"
               "RW\0SA\0SB\0SC\0SD\0SE\0SG\0SH\0SI\0SJ\0SK\0SL\0SM\0SN\0SO\0SR\0SS\0ST\0SV\0"
               "SX\0SY\0SZ\0TC\0TD\0TF\0TG\0TH\0TJ\0TK\0TL\0TM\0TN\0TO\0TR\0TT\0TV\0TW\0TZ\0"
               "UA\0UG\0UM\0US\0UY\0UZ\0VA\0VC\0VE\0VG\0VI\0VN\0VU\0WF\0WS\0YE\0YT\0ZA\0ZM\0"
               "ZW");
PINBULKI_NAMES(locale, 0x2d, 46, 0,
               "af-ZA\0ar-SA\0bg-BG\0bn-IN\0cs-CZ\0da-DK\0de\0el-GR\0en-AU\0en-CA\0en-GB\0"
               "en-IN\0en-US\0es-419\0es-AR\0es-ES\0es-MX\0fi-FI\0fr\0fr-CA\0he-IL\0hi-IN\0"
               "hr-HR\0hu-HU\0id-ID\0it\0ja\0ko-KR\0ms-MY\0nb-NO\0nl\0pl-PL\0pt-BR\0pt-PT\0"
               "ro-RO\0ru-RU\0sk-SK\0sv-SE\0te-IN\0th-TH\0tl-PH\0tr\0uk-UA\0vi-VN\0zh-CN\0"
               "zh-TW");

/* The name of a constant, NULL when it belongs to another enumeration. */
static const char *pinbulki_name_of(const pinbulki_names *names, unsigned constant)
{
    const char *name = names->names;
    unsigned index = constant & 0xff;
    if (constant >> 8 != names->number || index == 0 || index > names->count)
        return NULL;
    return pinbulki_text_after(name, index - 1);
}

/* Looks a text up. Returns its constant and sets *name to the static text, or returns 0. */
static unsigned pinbulki_constant_of(const pinbulki_names *names, const char *text, size_t length,
                                     const char **name)
{
    const char *at = names->names;
    unsigned index, last = names->count + (names->alias ? 1u : 0u);
    for (index = 1; index <= last; index++) {
        size_t size = pinbulki_text_length(at, SIZE_MAX);
        if (size == length && memcmp(at, text, length) == 0) {
            *name = at;
            return (unsigned)names->number << 8 | (index > names->count ? names->alias : index);
        }
        at += size + 1;
    }
    return 0;
}

PINBULK_API const char *pinbulk_enum_name(unsigned constant)
{
    static const pinbulki_names *const all[] = {&pinbulki_entity_type_names,
                                                &pinbulki_output_format_names,
                                                &pinbulki_bulk_status_names,
                                                &pinbulki_campaign_status_names,
                                                &pinbulki_entity_status_names,
                                                &pinbulki_objective_names,
                                                &pinbulki_intended_promotion_names,
                                                &pinbulki_time_window_names,
                                                &pinbulki_update_mask_names,
                                                &pinbulki_match_type_names,
                                                &pinbulki_creative_type_names,
                                                &pinbulki_grid_click_names,
                                                &pinbulki_collections_header_names,
                                                &pinbulki_cta_names,
                                                &pinbulki_preferred_media_names,
                                                &pinbulki_billable_event_names,
                                                &pinbulki_budget_type_names,
                                                &pinbulki_bid_strategy_names,
                                                &pinbulki_promotion_level_names,
                                                &pinbulki_pacing_names,
                                                &pinbulki_placement_group_names,
                                                &pinbulki_conversion_event_names,
                                                &pinbulki_learning_mode_names,
                                                &pinbulki_timerange_names,
                                                &pinbulki_age_bucket_names,
                                                &pinbulki_app_type_names,
                                                &pinbulki_targeting_gender_names,
                                                &pinbulki_targeting_strategy_names,
                                                &pinbulki_targeting_field_names,
                                                &pinbulki_targeting_operation_names,
                                                &pinbulki_disclosure_names,
                                                &pinbulki_tie_breaker_names,
                                                &pinbulki_label_type_names,
                                                &pinbulki_schedule_type_names,
                                                &pinbulki_schedule_action_names,
                                                &pinbulki_schedule_status_names,
                                                &pinbulki_catalog_type_names,
                                                &pinbulki_product_filter_names,
                                                &pinbulki_text_match_names,
                                                &pinbulki_comparison_names,
                                                &pinbulki_product_gender_names,
                                                &pinbulki_media_type_names,
                                                &pinbulki_currency_names,
                                                &pinbulki_country_names,
                                                &pinbulki_locale_names};
    unsigned number = constant >> 8;
    if (number == 0 || number > sizeof(all) / sizeof(all[0]))
        return NULL;
    return pinbulki_name_of(all[number - 1], constant);
}

/* ============================================================================================== */
/* >>objects: implementation                                                                      */
/* ============================================================================================== */

/* One table for each object says all there is to know about it: encoding, validation and decoding
   are walks along its rows. A row is a member of the struct and the key that it has on the wire. */

enum { /* pinbulki_row.kind: the type of the member, or with PINBULKI_LIST that of its items */
       PINBULKI_STRING,
       PINBULKI_INT,
       PINBULKI_DECIMAL,
       PINBULKI_BOOL,
       PINBULKI_ENUM,
       PINBULKI_OBJECT,     /* a ..._ref, or as an item the struct itself */
       PINBULKI_MULTIPLIER, /* only as an item: such a list is an object on the wire */
       PINBULKI_STRINGS,    /* only as an item: a list of strings */
       PINBULKI_LIST = 0x08,
       PINBULKI_TYPE = 0x0f,     /* all of the above */
       PINBULKI_ENTITIES = 0x10, /* a list that knows the table of its items */
       PINBULKI_LEGACY = 0x20,   /* an old key of the row before it, for the same member */
       PINBULKI_OTHER = 0x40,    /* the key of the row before it, for a value of another type */
       PINBULKI_INNER = 0x80     /* entities inside an entity of an upsert */
};

enum { /* pinbulki_row.flags; `form`, `form << 2` and `form << 4` are those of one form */
       PINBULKI_CREATE = PINBULK_FORM_CREATE,
       PINBULKI_UPDATE = PINBULK_FORM_UPDATE,
       PINBULKI_BOTH = PINBULKI_CREATE | PINBULKI_UPDATE,
       PINBULKI_NEED_CREATE = PINBULKI_CREATE << 2,
       PINBULKI_NEED_UPDATE = PINBULKI_UPDATE << 2,
       PINBULKI_NEED = PINBULKI_BOTH << 2,
       PINBULKI_NULL_CREATE = PINBULKI_CREATE << 4,
       PINBULKI_NULL_UPDATE = PINBULKI_UPDATE << 4,
       PINBULKI_NULL = PINBULKI_BOTH << 4,
       PINBULKI_NONEMPTY = 0x40 /* a list of at least one item */
};

enum { /* pinbulki_row.check, of a value or of each in a list; for enumerations: the last constant
          that may be sent */
       PINBULKI_ANY = 0,
       PINBULKI_DIGITS,
       PINBULKI_C_DIGITS,    /* C may stand before them */
       PINBULKI_AG_DIGITS,   /* AG may stand before them */
       PINBULKI_AG_C_DIGITS, /* AG or C may stand before them */
       PINBULKI_DIGITS_PLUS, /* + may stand behind them */
       PINBULKI_URL,         /* at most 2,000 characters */
       PINBULKI_FALSE,
       PINBULKI_NOT_NEGATIVE,
       PINBULKI_0_TO_10,
       PINBULKI_2_TO_20,
       PINBULKI_UINT32 /* an integer */
};

typedef struct pinbulki_row {
    const char *key;
    const void *sub;    /* pinbulki_names or pinbulki_table of the kind, otherwise NULL */
    uint16_t offset;    /* of the member in the struct */
    uint8_t key_length; /* of the key, which holds nothing that JSON escapes */
    uint8_t kind, flags, check;
    uint16_t max; /* characters of a text, items of a list; 0: no limit. For one enumeration: the
                     first constant that may be sent */
} pinbulki_row;

/* What members have to do with each other. */
enum {
    PINBULKI_APART = 0x10,  /* not both can be set */
    PINBULKI_NEEDS = 0x20,  /* the first is only set together with the second */
    PINBULKI_ONE_OF = 0x40, /* one at least is set */
    PINBULKI_RULE = 0xf0
};

typedef struct pinbulki_rule {
    uint8_t rule;           /* with the forms to which it applies */
    uint16_t first, second; /* offsets of members */
} pinbulki_rule;

typedef struct pinbulki_table {
    const pinbulki_row *rows;
    const struct pinbulki_variants *variants; /* NULL: the rows are those of every such object */
    const pinbulki_rule *rules;
    uint16_t size;  /* of the struct */
    uint16_t extra; /* offset of its extra members */
    uint8_t count;  /* of the rows, at most 64 */
    uint8_t rule_count;
    uint8_t form; /* of the object and what is in it; 0: that of the object around it */
} pinbulki_table;

/* An object whose tag, an enumeration, says which rows it has: tables of one struct, that of the
   object with the rows of all of them. It is `wrapped` when the tag is no member on the wire, but
   the name of the only member of an object around it. */
typedef struct pinbulki_variants {
    const pinbulki_table *const *tables; /* by constant; NULL: the common rows */
    const pinbulki_table *without;       /* of objects without a tag; NULL: the common rows */
    const pinbulki_table *other;         /* of tags that are not known; NULL: the common rows */
    const pinbulki_names *names;
    uint64_t allowed; /* constants that may be sent, one bit each, the lowest for the first */
    uint16_t tag;     /* offset */
    uint8_t wrapped;
} pinbulki_variants;

/* What the values of some kinds have in common. They are copied to and fro: the structs of the
   objects are types of their own. */
typedef struct pinbulki_ref { /* every ..._ref */
    uint8_t state;
    const void *value;
} pinbulki_ref;

typedef struct pinbulki_list { /* the front of every ..._list */
    uint8_t state;
    size_t count;
    const void *items;
    const pinbulk_source *source;
} pinbulki_list;

typedef struct pinbulki_entities { /* every list that knows the table of its items */
    uint8_t state;
    size_t count;
    const void *items;
    const pinbulk_source *source;
    const void *table;
} pinbulki_entities;

/* The keys, each an array of its own: a program has those of the tables that it uses. */
#define PINBULKI_KEY(name) static const char pinbulki_key_##name[] = #name;
/* clang-format off */
#define PINBULKI_KEYS(KEY)                                                                         \
    KEY(AGE_BUCKET) KEY(APPTYPE) KEY(AUDIENCE_EXCLUDE) KEY(AUDIENCE_INCLUDE) KEY(GENDER) KEY(GEO)  \
    KEY(GEO_EXCLUDE) KEY(INTEREST) KEY(LOCALE) KEY(LOCATION) KEY(LOCATION_EXCLUDE)                 \
    KEY(MAXIMUM_AGE) KEY(MINIMUM_AGE) KEY(SHOPPING_RETARGETING) KEY(TARGETING_STRATEGY)            \
    KEY(access_token) KEY(ad_account_id) KEY(ad_group_id) KEY(ad_groups) KEY(ads)                  \
    KEY(age_bucket_multipliers) KEY(all_of) KEY(android_deep_link) KEY(any_of)                     \
    KEY(app_type_multipliers) KEY(archived) KEY(attribution_windows) KEY(audience_multipliers)     \
    KEY(audience_verification) KEY(auto_targeting_enabled) KEY(bid) KEY(bid_in_micro_currency)     \
    KEY(bid_multiplier) KEY(bid_options) KEY(bid_strategy_type) KEY(billable_event)                \
    KEY(budget_in_micro_currency) KEY(budget_type) KEY(buyable_button) KEY(campaign_filter)        \
    KEY(campaign_id) KEY(campaign_status) KEY(campaigns) KEY(carousel_android_deep_links)          \
    KEY(carousel_destination_urls) KEY(carousel_ios_deep_links) KEY(catalog_id)                    \
    KEY(catalog_product_group_id) KEY(catalog_product_group_name) KEY(catalog_product_groups)      \
    KEY(catalog_type) KEY(catalogs_product_group_id) KEY(catalogs_product_group_name)              \
    KEY(choices) KEY(click) KEY(click_tracking_url) KEY(click_window_days) KEY(code)               \
    KEY(collections_header_type) KEY(collections_hero_destination_url)                             \
    KEY(collections_hero_pin_id) KEY(conversion_event) KEY(conversion_tag_id)                      \
    KEY(conversion_tag_v3_goal_metadata) KEY(country) KEY(cpa_goal_value_in_micro_currency)        \
    KEY(create) KEY(creative_type) KEY(currency) KEY(customizable_cta_type) KEY(daily_spend_cap)   \
    KEY(default_ad_group_budget_in_micro_currency) KEY(definition) KEY(delta_value)                \
    KEY(description) KEY(destination_url) KEY(disclosure_type) KEY(disclosure_url) KEY(end_time)   \
    KEY(end_timestamp) KEY(engagement) KEY(engagement_window_days) KEY(entity_id) KEY(entity_ids)  \
    KEY(entity_type) KEY(entity_types) KEY(exclusion_window) KEY(expires_in) KEY(feed_id)          \
    KEY(field) KEY(filter_operator_type) KEY(filters) KEY(freq_bid_multiplier_time_window)         \
    KEY(frequency) KEY(frequency_goal_metadata) KEY(frequency_multipliers)                         \
    KEY(gender_multipliers) KEY(grid_click_type) KEY(id) KEY(impression) KEY(included)             \
    KEY(inclusion) KEY(intended_promotion_type) KEY(ios_deep_link) KEY(is_automated_campaign)      \
    KEY(is_campaign_budget_optimization) KEY(is_carting) KEY(is_creative_optimization)             \
    KEY(is_featured) KEY(is_flexible_daily_budgets) KEY(is_generate_background)                    \
    KEY(is_image_auto_resizing) KEY(is_ltv_optimized) KEY(is_mdl) KEY(is_performance_plus)         \
    KEY(is_pin_deleted) KEY(is_removable) KEY(is_roas_optimized) KEY(is_top_of_search) KEY(key)    \
    KEY(keywords) KEY(label_type) KEY(labels) KEY(lead_form_id) KEY(learning_mode_type)            \
    KEY(lifetime_frequency_cap) KEY(lifetime_spend_cap) KEY(locale) KEY(lookback_window)           \
    KEY(match_type) KEY(message) KEY(message_detail) KEY(name) KEY(negated) KEY(objective_type)    \
    KEY(operation) KEY(operator) KEY(optimization_goal_metadata) KEY(options) KEY(order_line_id)   \
    KEY(organic_pin_id) KEY(output_format) KEY(pacing_delivery_type) KEY(parent_id) KEY(paths)     \
    KEY(pin_id) KEY(placement_group) KEY(placement_multipliers) KEY(preferred_media_type)          \
    KEY(product_group_promotion) KEY(product_groups) KEY(promotion_application_level)              \
    KEY(promotion_id) KEY(promotion_ids) KEY(question_id) KEY(question_text) KEY(questions)        \
    KEY(quiz_pin_data) KEY(refresh_token) KEY(refresh_token_expires_at)                            \
    KEY(refresh_token_expires_in) KEY(relative_definition) KEY(reporting_event) KEY(request_id)    \
    KEY(result_id) KEY(result_url) KEY(results) KEY(schedule_action) KEY(schedule_status)          \
    KEY(schedule_type) KEY(schedules) KEY(scope) KEY(scrollup_goal_metadata)                       \
    KEY(scrollup_goal_value_in_micro_currency) KEY(selected_image_tag) KEY(selected_video_tag)     \
    KEY(slideshow_collections_description) KEY(slideshow_collections_title) KEY(start_time)        \
    KEY(start_timestamp) KEY(status) KEY(tag_types) KEY(targeting_spec)                            \
    KEY(targeting_spec_operations) KEY(targeting_template_ids) KEY(text)                           \
    KEY(tie_breaker_custom_result) KEY(tie_breaker_type) KEY(timerange) KEY(token_type)            \
    KEY(tracking_url) KEY(tracking_urls) KEY(update) KEY(update_mask) KEY(updated_since)           \
    KEY(value) KEY(values) KEY(view_tracking_url) KEY(view_window_days) KEY(workload_id)
/* clang-format on */
PINBULKI_KEYS(PINBULKI_KEY)

PINBULKI_ASSERT(refs_are_alike, sizeof(pinbulki_ref) == sizeof(pinbulk_create_ref));
PINBULKI_ASSERT(lists_are_alike, sizeof(pinbulki_list) == sizeof(pinbulk_string_list));
PINBULKI_ASSERT(entities_are_alike, sizeof(pinbulki_entities) == sizeof(pinbulk_keyword_list));

/* The offset of a member. Does not compile unless the member has that type. */
#define PINBULKI_OFFSET(object, member, type)       \
    (uint16_t)(offsetof(pinbulk_##object, member) + \
               0 * sizeof(0 ? *(type *)0 : ((pinbulk_##object *)0)->member))

#define PINBULKI_ROW(object, member, key, type, kind, sub, flags, check, max) \
    {                                                                         \
        pinbulki_key_##key, sub, PINBULKI_OFFSET(object, member, type),       \
            sizeof(pinbulki_key_##key) - 1, kind, flags, check, max           \
    }
#define PINBULKI_STRING_ROW(object, member, flags, check, max) \
    PINBULKI_ROW(object, member, member, pinbulk_string, PINBULKI_STRING, NULL, flags, check, max)
#define PINBULKI_LEGACY_ROW(object, member, key, flags, check, max)                            \
    PINBULKI_ROW(object, member, key, pinbulk_string, PINBULKI_STRING | PINBULKI_LEGACY, NULL, \
                 flags, check, max)
#define PINBULKI_STRINGS_ROW(object, member, flags, check, max)                                \
    PINBULKI_ROW(object, member, member, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, \
                 NULL, flags, check, max)
#define PINBULKI_PATHS_ROW(object, member, key, flags)                                            \
    PINBULKI_ROW(object, member, key, pinbulk_string_list_list, PINBULKI_LIST | PINBULKI_STRINGS, \
                 NULL, flags, 0, 0)
#define PINBULKI_INT_ROW(object, member, flags, check) \
    PINBULKI_ROW(object, member, member, pinbulk_int, PINBULKI_INT, NULL, flags, check, 0)
#define PINBULKI_INTS_ROW(object, member, flags)                                               \
    PINBULKI_ROW(object, member, member, pinbulk_int_list, PINBULKI_LIST | PINBULKI_INT, NULL, \
                 flags, 0, 0)
#define PINBULKI_DECIMAL_ROW(object, member, key, flags, check) \
    PINBULKI_ROW(object, member, key, pinbulk_decimal, PINBULKI_DECIMAL, NULL, flags, check, 0)
#define PINBULKI_BOOL_ROW(object, member, flags, check) \
    PINBULKI_ROW(object, member, member, pinbulk_bool, PINBULKI_BOOL, NULL, flags, check, 0)
#define PINBULKI_ENUM_ROW_AS(object, member, key, names, flags, first, last)                  \
    PINBULKI_ROW(object, member, key, pinbulk_enum, PINBULKI_ENUM, &pinbulki_##names##_names, \
                 flags, last, first)
#define PINBULKI_ENUM_ROW(object, member, names, flags, first, last) \
    PINBULKI_ENUM_ROW_AS(object, member, member, names, flags, first, last)
#define PINBULKI_ENUMS_ROW_AS(object, member, key, names, flags, last, max)             \
    PINBULKI_ROW(object, member, key, pinbulk_enum_list, PINBULKI_LIST | PINBULKI_ENUM, \
                 &pinbulki_##names##_names, flags, last, max)
#define PINBULKI_ENUMS_ROW(object, member, names, flags, last, max) \
    PINBULKI_ENUMS_ROW_AS(object, member, member, names, flags, last, max)
#define PINBULKI_MULTIPLIERS_ROW(object, member, flags, check)    \
    PINBULKI_ROW(object, member, member, pinbulk_multiplier_list, \
                 PINBULKI_LIST | PINBULKI_MULTIPLIER, NULL, flags, check, 0)
/* An object; `table` is of the struct that the member points to. */
#define PINBULKI_OBJECT_ROW(object, member, sub, table, flags)                 \
    PINBULKI_ROW(object, member, member, pinbulk_##sub##_ref, PINBULKI_OBJECT, \
                 &pinbulki_##table##_table, flags, 0, 0)
#define PINBULKI_OBJECTS_ROW_AS(object, member, key, sub, table, flags)                      \
    PINBULKI_ROW(object, member, key, pinbulk_##sub##_list, PINBULKI_LIST | PINBULKI_OBJECT, \
                 &pinbulki_##table##_table, flags, 0, 0)
#define PINBULKI_OBJECTS_ROW(object, member, sub, flags) \
    PINBULKI_OBJECTS_ROW_AS(object, member, member, sub, sub, flags)
/* A list of entities inside one of those that an upsert lists. */
#define PINBULKI_INNER_ROW(object, member, sub, flags)                                 \
    PINBULKI_ROW(object, member, member, pinbulk_##sub##_list,                         \
                 PINBULKI_LIST | PINBULKI_OBJECT | PINBULKI_ENTITIES | PINBULKI_INNER, \
                 &pinbulki_##sub##_table, flags, 0, 0)
/* A list of entities: `table` is a pointer, for decoding. */
#define PINBULKI_ENTITIES_ROW(object, member, sub, table, flags) \
    PINBULKI_ROW(object, member, member, pinbulk_##sub##_list,   \
                 PINBULKI_LIST | PINBULKI_OBJECT | PINBULKI_ENTITIES, table, flags, 0, 0)

/* Tables are named after their rows, `object` is their struct. */
#define PINBULKI_COUNT(array) (sizeof(array) / sizeof(*(array)))
#define PINBULKI_TABLE_WITH(name, object, form, variants, rules, rule_count) \
    static const pinbulki_table pinbulki_##name##_table = {                  \
        pinbulki_##name##_rows,                                              \
        variants,                                                            \
        rules,                                                               \
        sizeof(pinbulk_##object),                                            \
        PINBULKI_OFFSET(object, extra, pinbulk_members),                     \
        PINBULKI_COUNT(pinbulki_##name##_rows),                              \
        rule_count,                                                          \
        form}
#define PINBULKI_TABLE_OF(name, object) PINBULKI_TABLE_WITH(name, object, 0, NULL, NULL, 0)
#define PINBULKI_TABLE(object)          PINBULKI_TABLE_OF(object, object)
#define PINBULKI_TABLE_RULES(name, object, form, variants)                     \
    PINBULKI_TABLE_WITH(name, object, form, variants, pinbulki_##name##_rules, \
                        PINBULKI_COUNT(pinbulki_##name##_rules))
#define PINBULKI_PAIR(object, forms, rule, first, second)                                   \
    {                                                                                       \
        (uint8_t)((unsigned)(forms) | (unsigned)(rule)), offsetof(pinbulk_##object, first), \
            offsetof(pinbulk_##object, second)                                              \
    }

static const pinbulki_row pinbulki_campaign_filter_rows[] = {
    PINBULKI_STRING_ROW(campaign_filter, start_time, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(campaign_filter, end_time, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(campaign_filter, name, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_ENUMS_ROW(campaign_filter, campaign_status, campaign_status, PINBULKI_BOTH, 8, 0),
    PINBULKI_ENUMS_ROW(campaign_filter, objective_type, objective, PINBULKI_BOTH, 9, 0)};
PINBULKI_TABLE(campaign_filter);

static const pinbulki_row pinbulki_download_rows[] = {
    PINBULKI_ENUMS_ROW(download, entity_types, entity_type, PINBULKI_BOTH | PINBULKI_NONEMPTY, 8,
                       6),
    PINBULKI_STRINGS_ROW(download, entity_ids, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(download, updated_since, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_OBJECT_ROW(download, campaign_filter, campaign_filter, campaign_filter, PINBULKI_BOTH),
    PINBULKI_ENUM_ROW(download, output_format, output_format, PINBULKI_BOTH, 1, 2)};
PINBULKI_TABLE_WITH(download, download, PINBULK_FORM_CREATE, NULL, NULL, 0);

static const pinbulki_row pinbulki_tracking_urls_rows[] = {
    PINBULKI_STRINGS_ROW(tracking_urls, impression, PINBULKI_BOTH, PINBULKI_URL, 3),
    PINBULKI_STRINGS_ROW(tracking_urls, click, PINBULKI_BOTH, PINBULKI_URL, 3),
    PINBULKI_STRINGS_ROW(tracking_urls, engagement, PINBULKI_BOTH, PINBULKI_URL, 3),
    PINBULKI_STRINGS_ROW(tracking_urls, buyable_button, PINBULKI_BOTH, PINBULKI_URL, 3),
    PINBULKI_STRINGS_ROW(tracking_urls, audience_verification, PINBULKI_BOTH, PINBULKI_URL, 3)};
PINBULKI_TABLE(tracking_urls);

static const pinbulki_row pinbulki_bid_options_rows[] = {
    PINBULKI_MULTIPLIERS_ROW(bid_options, app_type_multipliers, PINBULKI_BOTH | PINBULKI_NULL,
                             PINBULKI_0_TO_10),
    PINBULKI_MULTIPLIERS_ROW(bid_options, audience_multipliers, PINBULKI_BOTH, PINBULKI_0_TO_10),
    PINBULKI_MULTIPLIERS_ROW(bid_options, placement_multipliers, PINBULKI_BOTH | PINBULKI_NULL,
                             PINBULKI_0_TO_10),
    PINBULKI_MULTIPLIERS_ROW(bid_options, age_bucket_multipliers, PINBULKI_BOTH | PINBULKI_NULL,
                             PINBULKI_0_TO_10),
    PINBULKI_MULTIPLIERS_ROW(bid_options, gender_multipliers, PINBULKI_BOTH | PINBULKI_NULL,
                             PINBULKI_0_TO_10),
    PINBULKI_MULTIPLIERS_ROW(bid_options, frequency_multipliers, PINBULKI_BOTH | PINBULKI_NULL,
                             PINBULKI_0_TO_10),
    PINBULKI_ENUM_ROW(bid_options, freq_bid_multiplier_time_window, time_window,
                      PINBULKI_BOTH | PINBULKI_NULL, 1, 2),
    PINBULKI_ENUMS_ROW(bid_options, update_mask, update_mask,
                       PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, 6, 0)};
PINBULKI_TABLE(bid_options);

static const pinbulki_row pinbulki_campaign_rows[] = {
    PINBULKI_STRING_ROW(campaign, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(campaign, ad_account_id, PINBULKI_BOTH | PINBULKI_NEED, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(campaign, name, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(campaign, status, entity_status, PINBULKI_BOTH, 1, 5),
    PINBULKI_INT_ROW(campaign, lifetime_spend_cap, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_INT_ROW(campaign, daily_spend_cap, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_STRING_ROW(campaign, order_line_id, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_DIGITS, 0),
    PINBULKI_OBJECT_ROW(campaign, tracking_urls, tracking_urls, tracking_urls,
                        PINBULKI_BOTH | PINBULKI_NULL),
    PINBULKI_INT_ROW(campaign, start_time, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_INT_ROW(campaign, end_time, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_BOOL_ROW(campaign, is_flexible_daily_budgets, PINBULKI_BOTH | PINBULKI_NULL_UPDATE, 0),
    PINBULKI_BOOL_ROW(campaign, is_automated_campaign, PINBULKI_BOTH | PINBULKI_NULL_UPDATE, 0),
    PINBULKI_INT_ROW(campaign, default_ad_group_budget_in_micro_currency,
                     PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_BOOL_ROW(campaign, is_campaign_budget_optimization, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(campaign, intended_promotion_type, intended_promotion, PINBULKI_BOTH, 1, 3),
    PINBULKI_BOOL_ROW(campaign, is_ltv_optimized, PINBULKI_BOTH, 0),
    PINBULKI_BOOL_ROW(campaign, is_top_of_search, PINBULKI_BOTH, 0),
    PINBULKI_ENUM_ROW(campaign, objective_type, objective,
                      PINBULKI_BOTH | PINBULKI_NEED_CREATE | PINBULKI_NULL_UPDATE, 1, 8),
    PINBULKI_BOOL_ROW(campaign, is_performance_plus, PINBULKI_BOTH, 0),
    PINBULKI_OBJECT_ROW(campaign, bid_options, bid_options, bid_options, PINBULKI_BOTH)};
static const pinbulki_rule pinbulki_campaign_rules[] = {
    PINBULKI_PAIR(campaign, PINBULKI_BOTH, PINBULKI_APART, lifetime_spend_cap, daily_spend_cap)};
PINBULKI_TABLE_RULES(campaign, campaign, 0, NULL);

static const pinbulki_row pinbulki_shopping_retargeting_rows[] = {
    PINBULKI_INT_ROW(shopping_retargeting, lookback_window, PINBULKI_BOTH, 0),
    PINBULKI_INT_ROW(shopping_retargeting, exclusion_window, PINBULKI_BOTH, 0),
    PINBULKI_INTS_ROW(shopping_retargeting, tag_types, PINBULKI_BOTH)};
PINBULKI_TABLE(shopping_retargeting);

static const pinbulki_row pinbulki_targeting_rows[] = {
    PINBULKI_ENUMS_ROW(targeting, AGE_BUCKET, age_bucket, PINBULKI_BOTH | PINBULKI_NULL, 10, 0),
    PINBULKI_ENUMS_ROW(targeting, APPTYPE, app_type, PINBULKI_BOTH | PINBULKI_NULL, 6, 0),
    PINBULKI_STRINGS_ROW(targeting, AUDIENCE_EXCLUDE, PINBULKI_BOTH | PINBULKI_NULL,
                         PINBULKI_DIGITS, 0),
    PINBULKI_STRINGS_ROW(targeting, AUDIENCE_INCLUDE, PINBULKI_BOTH | PINBULKI_NULL,
                         PINBULKI_DIGITS, 0),
    PINBULKI_ENUMS_ROW(targeting, GENDER, targeting_gender, PINBULKI_BOTH | PINBULKI_NULL, 3, 0),
    PINBULKI_STRINGS_ROW(targeting, GEO, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(targeting, INTEREST, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(targeting, LOCALE, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(targeting, LOCATION, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(targeting, MAXIMUM_AGE, PINBULKI_BOTH, PINBULKI_DIGITS_PLUS, 0),
    PINBULKI_STRING_ROW(targeting, MINIMUM_AGE, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_OBJECTS_ROW(targeting, SHOPPING_RETARGETING, shopping_retargeting,
                         PINBULKI_BOTH | PINBULKI_NULL),
    PINBULKI_ENUMS_ROW(targeting, TARGETING_STRATEGY, targeting_strategy,
                       PINBULKI_BOTH | PINBULKI_NULL, 3, 0),
    PINBULKI_STRINGS_ROW(targeting, GEO_EXCLUDE, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(targeting, LOCATION_EXCLUDE, PINBULKI_BOTH, PINBULKI_ANY, 0)};
static const pinbulki_rule pinbulki_targeting_rules[] = {
    PINBULKI_PAIR(targeting, PINBULKI_BOTH, PINBULKI_ONE_OF, GEO, LOCATION),
    PINBULKI_PAIR(targeting, PINBULKI_BOTH, PINBULKI_APART, AGE_BUCKET, MAXIMUM_AGE),
    PINBULKI_PAIR(targeting, PINBULKI_BOTH, PINBULKI_APART, AGE_BUCKET, MINIMUM_AGE),
    PINBULKI_PAIR(targeting, PINBULKI_BOTH, PINBULKI_NEEDS, MAXIMUM_AGE, MINIMUM_AGE),
    PINBULKI_PAIR(targeting, PINBULKI_BOTH, PINBULKI_NEEDS, MINIMUM_AGE, MAXIMUM_AGE)};
PINBULKI_TABLE_RULES(targeting, targeting, 0, NULL);

/* Operations of texts, those of shopping retargeting, and those of ages. */
#define PINBULKI_OPERATION_ROWS(last)                                                             \
    PINBULKI_ENUM_ROW(targeting_operation, field, targeting_field, PINBULKI_BOTH | PINBULKI_NEED, \
                      1, 14),                                                                     \
        PINBULKI_ENUM_ROW(targeting_operation, operation, targeting_operation,                    \
                          PINBULKI_BOTH | PINBULKI_NEED, 1, last)
static const pinbulki_row pinbulki_operation_texts_rows[] = {
    PINBULKI_OPERATION_ROWS(3),
    PINBULKI_STRINGS_ROW(targeting_operation, values, PINBULKI_BOTH | PINBULKI_NEED, PINBULKI_ANY,
                         0)};
PINBULKI_TABLE_OF(operation_texts, targeting_operation);
static const pinbulki_row pinbulki_operation_set_rows[] = {
    PINBULKI_OPERATION_ROWS(1),
    PINBULKI_STRINGS_ROW(targeting_operation, values, PINBULKI_BOTH | PINBULKI_NEED, PINBULKI_ANY,
                         0)};
PINBULKI_TABLE_OF(operation_set, targeting_operation);
static const pinbulki_row pinbulki_operation_retargeting_rows[] = {
    PINBULKI_OPERATION_ROWS(1),
    PINBULKI_OBJECTS_ROW_AS(targeting_operation, retargeting, values, shopping_retargeting,
                            shopping_retargeting, PINBULKI_BOTH | PINBULKI_NEED)};
PINBULKI_TABLE_OF(operation_retargeting, targeting_operation);
static const pinbulki_row pinbulki_operation_age_rows[] = {
    PINBULKI_OPERATION_ROWS(1),
    PINBULKI_STRING_ROW(targeting_operation, value, PINBULKI_BOTH | PINBULKI_NEED | PINBULKI_NULL,
                        PINBULKI_DIGITS_PLUS, 0)};
PINBULKI_TABLE_OF(operation_age, targeting_operation);
static const pinbulki_table *const pinbulki_operation_tables[] = {
    &pinbulki_operation_texts_table, &pinbulki_operation_texts_table,
    &pinbulki_operation_texts_table, &pinbulki_operation_texts_table,
    &pinbulki_operation_texts_table, &pinbulki_operation_texts_table,
    &pinbulki_operation_texts_table, &pinbulki_operation_texts_table,
    &pinbulki_operation_texts_table, &pinbulki_operation_texts_table,
    &pinbulki_operation_set_table,   &pinbulki_operation_retargeting_table,
    &pinbulki_operation_age_table,   &pinbulki_operation_age_table};
static const pinbulki_variants pinbulki_operation_variants = {
    pinbulki_operation_tables,
    NULL,
    NULL,
    &pinbulki_targeting_field_names,
    0x3fff,
    PINBULKI_OFFSET(targeting_operation, field, pinbulk_enum),
    0};
static const pinbulki_row pinbulki_targeting_operation_rows[] = {
    PINBULKI_OPERATION_ROWS(3),
    PINBULKI_STRINGS_ROW(targeting_operation, values, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_ROW(targeting_operation, retargeting, values, pinbulk_shopping_retargeting_list,
                 PINBULKI_LIST | PINBULKI_OBJECT | PINBULKI_OTHER,
                 &pinbulki_shopping_retargeting_table, PINBULKI_BOTH, 0, 0),
    PINBULKI_STRING_ROW(targeting_operation, value, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_DIGITS_PLUS, 0)};
PINBULKI_TABLE_WITH(targeting_operation, targeting_operation, 0, &pinbulki_operation_variants, NULL,
                    0);

static const pinbulki_row pinbulki_attribution_windows_rows[] = {
    PINBULKI_INT_ROW(attribution_windows, click_window_days, PINBULKI_BOTH, 0),
    PINBULKI_INT_ROW(attribution_windows, engagement_window_days, PINBULKI_BOTH, 0),
    PINBULKI_INT_ROW(attribution_windows, view_window_days, PINBULKI_BOTH, 0)};
PINBULKI_TABLE(attribution_windows);

static const pinbulki_row pinbulki_conversion_goal_rows[] = {
    PINBULKI_OBJECT_ROW(conversion_goal, attribution_windows, attribution_windows,
                        attribution_windows, PINBULKI_BOTH),
    PINBULKI_ENUM_ROW(conversion_goal, conversion_event, conversion_event, PINBULKI_BOTH, 1, 10),
    PINBULKI_STRING_ROW(conversion_goal, conversion_tag_id, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(conversion_goal, cpa_goal_value_in_micro_currency, PINBULKI_BOTH,
                        PINBULKI_DIGITS, 0),
    PINBULKI_BOOL_ROW(conversion_goal, is_roas_optimized, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(conversion_goal, learning_mode_type, learning_mode,
                      PINBULKI_BOTH | PINBULKI_NULL, 1, 2),
    PINBULKI_STRING_ROW(conversion_goal, reporting_event, PINBULKI_BOTH, PINBULKI_ANY, 0)};
PINBULKI_TABLE(conversion_goal);

static const pinbulki_row pinbulki_frequency_goal_rows[] = {
    PINBULKI_INT_ROW(frequency_goal, frequency, PINBULKI_BOTH, PINBULKI_2_TO_20),
    PINBULKI_ENUM_ROW(frequency_goal, timerange, timerange, PINBULKI_BOTH, 1, 6)};
PINBULKI_TABLE(frequency_goal);

static const pinbulki_row pinbulki_scrollup_goal_rows[] = {
    PINBULKI_STRING_ROW(scrollup_goal, scrollup_goal_value_in_micro_currency,
                        PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_DIGITS, 0)};
PINBULKI_TABLE(scrollup_goal);

static const pinbulki_row pinbulki_optimization_goal_rows[] = {
    PINBULKI_OBJECT_ROW(optimization_goal, conversion_tag_v3_goal_metadata, conversion_goal,
                        conversion_goal, PINBULKI_BOTH),
    PINBULKI_OBJECT_ROW(optimization_goal, frequency_goal_metadata, frequency_goal, frequency_goal,
                        PINBULKI_BOTH),
    PINBULKI_OBJECT_ROW(optimization_goal, scrollup_goal_metadata, scrollup_goal, scrollup_goal,
                        PINBULKI_BOTH)};
PINBULKI_TABLE(optimization_goal);

static const pinbulki_row pinbulki_ad_group_rows[] = {
    PINBULKI_STRING_ROW(ad_group, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(ad_group, campaign_id, PINBULKI_BOTH | PINBULKI_NEED_CREATE,
                        PINBULKI_C_DIGITS, 0),
    PINBULKI_STRING_ROW(ad_group, name, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(ad_group, status, entity_status, PINBULKI_BOTH, 1, 5),
    PINBULKI_INT_ROW(ad_group, budget_in_micro_currency, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_INT_ROW(ad_group, bid_in_micro_currency, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(ad_group, bid_strategy_type, bid_strategy, PINBULKI_BOTH | PINBULKI_NULL, 1,
                      3),
    PINBULKI_ENUM_ROW(ad_group, budget_type, budget_type, PINBULKI_BOTH, 1, 3),
    PINBULKI_INT_ROW(ad_group, start_time, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_INT_ROW(ad_group, end_time, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_OBJECT_ROW(ad_group, targeting_spec, targeting, targeting, PINBULKI_BOTH),
    PINBULKI_OBJECTS_ROW(ad_group, targeting_spec_operations, targeting_operation, PINBULKI_UPDATE),
    PINBULKI_INT_ROW(ad_group, lifetime_frequency_cap, PINBULKI_BOTH, 0),
    PINBULKI_OBJECT_ROW(ad_group, tracking_urls, tracking_urls, tracking_urls,
                        PINBULKI_BOTH | PINBULKI_NULL),
    PINBULKI_BOOL_ROW(ad_group, auto_targeting_enabled, PINBULKI_BOTH | PINBULKI_NULL_UPDATE, 0),
    PINBULKI_ENUM_ROW(ad_group, placement_group, placement_group, PINBULKI_BOTH, 1, 4),
    PINBULKI_ENUM_ROW(ad_group, pacing_delivery_type, pacing, PINBULKI_BOTH, 1, 2),
    PINBULKI_ENUM_ROW(ad_group, billable_event, billable_event,
                      PINBULKI_BOTH | PINBULKI_NEED_CREATE, 1, 3),
    PINBULKI_DECIMAL_ROW(ad_group, bid_multiplier, bid_multiplier, PINBULKI_BOTH, PINBULKI_0_TO_10),
    PINBULKI_BOOL_ROW(ad_group, is_creative_optimization, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_STRING_ROW(ad_group, promotion_id, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_DIGITS, 0),
    PINBULKI_STRINGS_ROW(ad_group, promotion_ids, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(ad_group, promotion_application_level, promotion_level,
                      PINBULKI_BOTH | PINBULKI_NULL, 1, 3),
    PINBULKI_STRINGS_ROW(ad_group, targeting_template_ids, PINBULKI_BOTH | PINBULKI_NULL,
                         PINBULKI_DIGITS, 1),
    PINBULKI_OBJECT_ROW(ad_group, optimization_goal_metadata, optimization_goal, optimization_goal,
                        PINBULKI_BOTH | PINBULKI_NULL)};
static const pinbulki_rule pinbulki_ad_group_rules[] = {
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_spec,
                  targeting_spec_operations),
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_template_ids, targeting_spec),
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_template_ids,
                  targeting_spec_operations),
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_template_ids, tracking_urls),
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_template_ids,
                  auto_targeting_enabled),
    PINBULKI_PAIR(ad_group, PINBULKI_BOTH, PINBULKI_APART, targeting_template_ids, placement_group),
    PINBULKI_PAIR(ad_group, PINBULKI_CREATE, PINBULKI_NEEDS, lifetime_frequency_cap, end_time)};
PINBULKI_TABLE_RULES(ad_group, ad_group, 0, NULL);

static const pinbulki_row pinbulki_quiz_option_rows[] = {
    PINBULKI_DECIMAL_ROW(quiz_option, id, id, PINBULKI_BOTH, 0),
    PINBULKI_STRING_ROW(quiz_option, text, PINBULKI_BOTH, PINBULKI_ANY, 0)};
PINBULKI_TABLE(quiz_option);

static const pinbulki_row pinbulki_quiz_question_rows[] = {
    PINBULKI_DECIMAL_ROW(quiz_question, question_id, question_id, PINBULKI_BOTH, 0),
    PINBULKI_STRING_ROW(quiz_question, question_text, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_OBJECTS_ROW(quiz_question, options, quiz_option, PINBULKI_BOTH)};
PINBULKI_TABLE(quiz_question);

static const pinbulki_row pinbulki_quiz_result_rows[] = {
    PINBULKI_STRING_ROW(quiz_result, organic_pin_id, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(quiz_result, android_deep_link, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(quiz_result, ios_deep_link, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(quiz_result, destination_url, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_DECIMAL_ROW(quiz_result, result_id, result_id, PINBULKI_BOTH, 0)};
PINBULKI_TABLE(quiz_result);

static const pinbulki_row pinbulki_quiz_rows[] = {
    PINBULKI_OBJECTS_ROW(quiz, questions, quiz_question, PINBULKI_BOTH),
    PINBULKI_OBJECTS_ROW(quiz, results, quiz_result, PINBULKI_BOTH),
    PINBULKI_ENUM_ROW(quiz, tie_breaker_type, tie_breaker, PINBULKI_BOTH, 1, 2),
    PINBULKI_OBJECT_ROW(quiz, tie_breaker_custom_result, quiz_result, quiz_result,
                        PINBULKI_BOTH | PINBULKI_NULL)};
PINBULKI_TABLE(quiz);

static const pinbulki_row pinbulki_ad_rows[] = {
    PINBULKI_STRING_ROW(ad, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(ad, ad_group_id, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_AG_DIGITS,
                        0),
    PINBULKI_STRING_ROW(ad, pin_id, PINBULKI_BOTH | PINBULKI_NEED_CREATE | PINBULKI_NULL_UPDATE,
                        PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(ad, name, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 255),
    PINBULKI_ENUM_ROW(ad, status, entity_status, PINBULKI_BOTH, 1, 5),
    PINBULKI_ENUM_ROW(ad, creative_type, creative_type, PINBULKI_BOTH | PINBULKI_NEED_CREATE, 1,
                      14),
    PINBULKI_STRING_ROW(ad, destination_url, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(ad, android_deep_link, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(ad, ios_deep_link, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(ad, carousel_destination_urls, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY,
                         0),
    PINBULKI_STRINGS_ROW(ad, carousel_android_deep_links, PINBULKI_BOTH | PINBULKI_NULL,
                         PINBULKI_ANY, 0),
    PINBULKI_STRINGS_ROW(ad, carousel_ios_deep_links, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY,
                         0),
    PINBULKI_STRING_ROW(ad, click_tracking_url, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(ad, view_tracking_url, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_OBJECT_ROW(ad, tracking_urls, tracking_urls, tracking_urls,
                        PINBULKI_BOTH | PINBULKI_NULL),
    PINBULKI_ENUM_ROW(ad, customizable_cta_type, cta, PINBULKI_BOTH | PINBULKI_NULL, 1, 31),
    PINBULKI_STRING_ROW(ad, lead_form_id, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_AG_DIGITS, 0),
    PINBULKI_OBJECT_ROW(ad, quiz_pin_data, quiz, quiz, PINBULKI_BOTH | PINBULKI_NULL),
    PINBULKI_ENUM_ROW(ad, grid_click_type, grid_click, PINBULKI_BOTH | PINBULKI_NULL, 1, 2),
    PINBULKI_ENUM_ROW(ad, disclosure_type, disclosure, PINBULKI_BOTH | PINBULKI_NULL, 1, 6),
    PINBULKI_STRING_ROW(ad, disclosure_url, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_BOOL_ROW(ad, is_pin_deleted, PINBULKI_BOTH, 0),
    PINBULKI_BOOL_ROW(ad, is_removable, PINBULKI_BOTH, 0),
    PINBULKI_BOOL_ROW(ad, is_carting, PINBULKI_BOTH, 0)};
PINBULKI_TABLE(ad);

static const pinbulki_row pinbulki_product_group_rows[] = {
    PINBULKI_STRING_ROW(product_group, id, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(product_group, ad_group_id, PINBULKI_BOTH, PINBULKI_AG_DIGITS, 0),
    PINBULKI_INT_ROW(product_group, bid_in_micro_currency, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_BOOL_ROW(product_group, included, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_STRING_ROW(product_group, definition, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(product_group, relative_definition, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(product_group, parent_id, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_DIGITS,
                        0),
    PINBULKI_STRING_ROW(product_group, slideshow_collections_title, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(product_group, slideshow_collections_description,
                        PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_BOOL_ROW(product_group, is_mdl, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(product_group, status, entity_status, PINBULKI_BOTH, 1, 5),
    PINBULKI_STRING_ROW(product_group, tracking_url, PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY,
                        4000),
    PINBULKI_STRING_ROW(product_group, catalog_product_group_id, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_DIGITS, 0),
    PINBULKI_LEGACY_ROW(product_group, catalog_product_group_id, catalogs_product_group_id,
                        PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(product_group, catalog_product_group_name, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_ANY, 0),
    PINBULKI_LEGACY_ROW(product_group, catalog_product_group_name, catalogs_product_group_name,
                        PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(product_group, creative_type, creative_type, PINBULKI_BOTH, 1, 14),
    PINBULKI_STRING_ROW(product_group, collections_hero_pin_id, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(product_group, collections_hero_destination_url,
                        PINBULKI_BOTH | PINBULKI_NULL, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(product_group, grid_click_type, grid_click, PINBULKI_BOTH | PINBULKI_NULL, 1,
                      2),
    PINBULKI_ENUM_ROW(product_group, collections_header_type, collections_header,
                      PINBULKI_BOTH | PINBULKI_NULL, 1, 5),
    PINBULKI_ENUM_ROW(product_group, customizable_cta_type, cta, PINBULKI_BOTH | PINBULKI_NULL, 4,
                      36),
    PINBULKI_BOOL_ROW(product_group, is_generate_background, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(product_group, preferred_media_type, preferred_media,
                      PINBULKI_BOTH | PINBULKI_NULL, 1, 2),
    PINBULKI_STRING_ROW(product_group, selected_image_tag, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(product_group, selected_video_tag, PINBULKI_BOTH | PINBULKI_NULL,
                        PINBULKI_ANY, 0),
    PINBULKI_BOOL_ROW(product_group, is_image_auto_resizing, PINBULKI_BOTH | PINBULKI_NULL, 0)};
PINBULKI_TABLE(product_group);

static const pinbulki_row pinbulki_ad_group_products_rows[] = {
    PINBULKI_STRING_ROW(ad_group_products, ad_group_id, PINBULKI_BOTH | PINBULKI_NEED,
                        PINBULKI_AG_DIGITS, 0),
    PINBULKI_INNER_ROW(ad_group_products, product_group_promotion, product_group,
                       PINBULKI_BOTH | PINBULKI_NEED)};
PINBULKI_TABLE(ad_group_products);

static const pinbulki_row pinbulki_keyword_rows[] = {
    PINBULKI_STRING_ROW(keyword, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_DIGITS, 0),
    PINBULKI_BOOL_ROW(keyword, archived, PINBULKI_UPDATE, 0),
    PINBULKI_INT_ROW(keyword, bid, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_ENUM_ROW(keyword, match_type, match_type,
                      PINBULKI_CREATE | PINBULKI_NEED_CREATE | PINBULKI_NULL_CREATE, 1, 5),
    PINBULKI_STRING_ROW(keyword, value, PINBULKI_CREATE | PINBULKI_NEED_CREATE, PINBULKI_ANY, 120)};
PINBULKI_TABLE(keyword);

static const pinbulki_row pinbulki_parent_keywords_rows[] = {
    PINBULKI_STRING_ROW(parent_keywords, parent_id, PINBULKI_CREATE | PINBULKI_NEED_CREATE,
                        PINBULKI_AG_C_DIGITS, 0),
    PINBULKI_INNER_ROW(parent_keywords, keywords, keyword, PINBULKI_CREATE | PINBULKI_NEED_CREATE)};
PINBULKI_TABLE(parent_keywords);

static const pinbulki_row pinbulki_label_rows[] = {
    PINBULKI_STRING_ROW(label, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(label, parent_id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_ANY, 0),
    PINBULKI_ENUM_ROW(label, status, entity_status, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, 3, 3),
    PINBULKI_ENUM_ROW(label, label_type, label_type,
                      PINBULKI_CREATE | PINBULKI_NEED_CREATE | PINBULKI_NULL_CREATE, 1, 2),
    PINBULKI_STRING_ROW(label, value, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_ANY, 100)};
PINBULKI_TABLE(label);

static const pinbulki_row pinbulki_parent_labels_rows[] = {
    PINBULKI_STRING_ROW(parent_labels, parent_id, PINBULKI_CREATE | PINBULKI_NEED_CREATE,
                        PINBULKI_C_DIGITS, 0),
    PINBULKI_INNER_ROW(parent_labels, labels, label, PINBULKI_CREATE | PINBULKI_NEED_CREATE)};
PINBULKI_TABLE(parent_labels);

static const pinbulki_row pinbulki_schedule_bid_options_rows[] = {
    PINBULKI_MULTIPLIERS_ROW(bid_options, app_type_multipliers, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_MULTIPLIERS_ROW(bid_options, audience_multipliers, PINBULKI_BOTH, 0),
    PINBULKI_MULTIPLIERS_ROW(bid_options, placement_multipliers, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_MULTIPLIERS_ROW(bid_options, age_bucket_multipliers, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_MULTIPLIERS_ROW(bid_options, gender_multipliers, PINBULKI_BOTH | PINBULKI_NULL, 0),
    PINBULKI_MULTIPLIERS_ROW(bid_options, frequency_multipliers, 0, 0),
    PINBULKI_ENUM_ROW(bid_options, freq_bid_multiplier_time_window, time_window, 0, 1, 2),
    PINBULKI_ENUMS_ROW(bid_options, update_mask, update_mask, 0, 6, 0)};
PINBULKI_TABLE_OF(schedule_bid_options, bid_options);

static const pinbulki_row pinbulki_schedule_rows[] = {
    PINBULKI_STRING_ROW(schedule, id, PINBULKI_UPDATE | PINBULKI_NEED_UPDATE, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(schedule, name, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(schedule, entity_id, PINBULKI_BOTH | PINBULKI_NEED_CREATE,
                        PINBULKI_C_DIGITS, 0),
    PINBULKI_STRING_ROW(schedule, entity_type, PINBULKI_BOTH | PINBULKI_NEED_CREATE, PINBULKI_ANY,
                        0),
    PINBULKI_ENUM_ROW(schedule, schedule_type, schedule_type, PINBULKI_BOTH | PINBULKI_NEED_CREATE,
                      1, 2),
    PINBULKI_ENUM_ROW(schedule, schedule_action, schedule_action,
                      PINBULKI_BOTH | PINBULKI_NEED_CREATE, 1, 2),
    PINBULKI_ENUM_ROW(schedule, schedule_status, schedule_status,
                      PINBULKI_BOTH | PINBULKI_NEED_CREATE, 1, 7),
    PINBULKI_INT_ROW(schedule, start_timestamp, PINBULKI_BOTH | PINBULKI_NEED_CREATE, 0),
    PINBULKI_INT_ROW(schedule, end_timestamp, PINBULKI_BOTH | PINBULKI_NEED_CREATE, 0),
    PINBULKI_STRING_ROW(schedule, delta_value, PINBULKI_BOTH | PINBULKI_NULL | PINBULKI_NEED_CREATE,
                        PINBULKI_ANY, 0),
    PINBULKI_ROW(schedule, delta_bid_options, delta_value, pinbulk_bid_options_ref,
                 PINBULKI_OBJECT | PINBULKI_OTHER, &pinbulki_schedule_bid_options_table,
                 PINBULKI_BOTH | PINBULKI_NULL | PINBULKI_NEED_CREATE, 0, 0)};
PINBULKI_TABLE(schedule);

/* What a condition takes, by its key. */
#define PINBULKI_NEGATED_ROW PINBULKI_BOOL_ROW(product_filter, negated, PINBULKI_BOTH, 0)
#define PINBULKI_OPERATOR_ROW                                             \
    PINBULKI_ENUM_ROW_AS(product_filter, operator_, operator, comparison, \
                         PINBULKI_BOTH | PINBULKI_NEED, 1, 4)
static const pinbulki_row pinbulki_filter_limit_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_BOOL_ROW(product_filter, inclusion, PINBULKI_BOTH, 0),
    PINBULKI_DECIMAL_ROW(product_filter, value, values, PINBULKI_BOTH | PINBULKI_NEED,
                         PINBULKI_NOT_NEGATIVE)};
PINBULKI_TABLE_OF(filter_limit, product_filter);
static const pinbulki_row pinbulki_filter_price_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_OPERATOR_ROW,
    PINBULKI_DECIMAL_ROW(product_filter, value, value, PINBULKI_BOTH | PINBULKI_NEED,
                         PINBULKI_NOT_NEGATIVE),
    PINBULKI_ENUM_ROW(product_filter, currency, currency, PINBULKI_BOTH | PINBULKI_NEED, 1, 163)};
PINBULKI_TABLE_OF(filter_price, product_filter);
static const pinbulki_row pinbulki_filter_currency_rows[] = {
    PINBULKI_BOOL_ROW(product_filter, negated, PINBULKI_BOTH, PINBULKI_FALSE),
    PINBULKI_ENUM_ROW_AS(product_filter, currency, values, currency, PINBULKI_BOTH | PINBULKI_NEED,
                         1, 163)};
PINBULKI_TABLE_OF(filter_currency, product_filter);
static const pinbulki_row pinbulki_filter_number_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_OPERATOR_ROW,
    PINBULKI_DECIMAL_ROW(product_filter, value, value, PINBULKI_BOTH | PINBULKI_NEED,
                         PINBULKI_UINT32)};
PINBULKI_TABLE_OF(filter_number, product_filter);
static const pinbulki_row pinbulki_filter_texts_rows[] = {
    PINBULKI_NEGATED_ROW,
    PINBULKI_STRINGS_ROW(product_filter, values, PINBULKI_BOTH | PINBULKI_NEED, PINBULKI_ANY, 0)};
PINBULKI_TABLE_OF(filter_texts, product_filter);
static const pinbulki_row pinbulki_filter_match_rows[] = {
    PINBULKI_NEGATED_ROW,
    PINBULKI_ENUM_ROW(product_filter, filter_operator_type, text_match, PINBULKI_BOTH, 1, 2),
    PINBULKI_STRINGS_ROW(product_filter, values, PINBULKI_BOTH | PINBULKI_NEED, PINBULKI_ANY, 0)};
PINBULKI_TABLE_OF(filter_match, product_filter);
static const pinbulki_row pinbulki_filter_gender_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_ENUMS_ROW_AS(product_filter, choices, values, product_gender,
                                                PINBULKI_BOTH | PINBULKI_NEED, 3, 0)};
PINBULKI_TABLE_OF(filter_gender, product_filter);
static const pinbulki_row pinbulki_filter_media_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_ENUMS_ROW_AS(product_filter, choices, values, media_type,
                                                PINBULKI_BOTH | PINBULKI_NEED, 2, 0)};
PINBULKI_TABLE_OF(filter_media, product_filter);
static const pinbulki_row pinbulki_filter_country_rows[] = {
    PINBULKI_NEGATED_ROW, PINBULKI_ENUMS_ROW_AS(product_filter, choices, values, country,
                                                PINBULKI_BOTH | PINBULKI_NEED, 248, 0)};
PINBULKI_TABLE_OF(filter_country, product_filter);
static const pinbulki_row pinbulki_filter_paths_rows[] = {
    PINBULKI_NEGATED_ROW,
    PINBULKI_PATHS_ROW(product_filter, paths, values, PINBULKI_BOTH | PINBULKI_NEED)};
PINBULKI_TABLE_OF(filter_paths, product_filter);

/* In the order of the constants. */
static const pinbulki_table *const pinbulki_filter_tables[] = {
    &pinbulki_filter_limit_table,    /* MIN_PRICE */
    &pinbulki_filter_limit_table,    /* MAX_PRICE */
    &pinbulki_filter_price_table,    /* PRICE */
    &pinbulki_filter_currency_table, /* CURRENCY */
    &pinbulki_filter_texts_table,    /* ITEM_ID */
    &pinbulki_filter_texts_table,    /* ITEM_GROUP_ID */
    &pinbulki_filter_texts_table,    /* HOTEL_ID */
    &pinbulki_filter_texts_table,    /* CREATIVE_ASSETS_ID */
    &pinbulki_filter_texts_table,    /* AVAILABILITY */
    &pinbulki_filter_texts_table,    /* BRAND */
    &pinbulki_filter_texts_table,    /* CONDITION */
    &pinbulki_filter_gender_table,   /* GENDER */
    &pinbulki_filter_media_table,    /* MEDIA_TYPE */
    &pinbulki_filter_country_table,  /* COUNTRY */
    &pinbulki_filter_match_table,    /* LINK */
    &pinbulki_filter_texts_table,    /* TITLE_KEYWORDS */
    &pinbulki_filter_texts_table,    /* PRODUCT_GROUP */
    &pinbulki_filter_texts_table,    /* PINTEREST_PRODUCT_CATEGORIES */
    &pinbulki_filter_match_table,    /* CUSTOM_LABEL_0 */
    &pinbulki_filter_match_table,    &pinbulki_filter_match_table,  &pinbulki_filter_match_table,
    &pinbulki_filter_match_table,    &pinbulki_filter_number_table, /* CUSTOM_NUMBER_0 */
    &pinbulki_filter_number_table,   &pinbulki_filter_number_table, &pinbulki_filter_number_table,
    &pinbulki_filter_number_table,   &pinbulki_filter_paths_table, /* PRODUCT_TYPE_0 */
    &pinbulki_filter_paths_table,    &pinbulki_filter_paths_table,  &pinbulki_filter_paths_table,
    &pinbulki_filter_paths_table,    &pinbulki_filter_paths_table, /* GOOGLE_PRODUCT_CATEGORY_0 */
    &pinbulki_filter_paths_table,    &pinbulki_filter_paths_table,  &pinbulki_filter_paths_table,
    &pinbulki_filter_paths_table,    &pinbulki_filter_paths_table,  &pinbulki_filter_paths_table};

/* A condition whose key is not known: what is in it are extra members. The rows of all conditions
   find those that do not belong to the key; their keys are only for messages. */
static const pinbulki_row pinbulki_product_filter_rows[] = {
    PINBULKI_ENUM_ROW(product_filter, key, product_filter, PINBULKI_BOTH | PINBULKI_NEED, 1, 40),
    PINBULKI_NEGATED_ROW,
    PINBULKI_BOOL_ROW(product_filter, inclusion, PINBULKI_BOTH, 0),
    PINBULKI_ENUM_ROW(product_filter, filter_operator_type, text_match, PINBULKI_BOTH, 1, 2),
    PINBULKI_OPERATOR_ROW,
    PINBULKI_DECIMAL_ROW(product_filter, value, value, PINBULKI_BOTH, 0),
    PINBULKI_ENUM_ROW(product_filter, currency, currency, PINBULKI_BOTH, 1, 163),
    PINBULKI_STRINGS_ROW(product_filter, values, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_ENUMS_ROW(product_filter, choices, country, PINBULKI_BOTH, 248, 0),
    PINBULKI_PATHS_ROW(product_filter, paths, paths, PINBULKI_BOTH)};
static const pinbulki_table pinbulki_filter_unknown_table = {
    pinbulki_product_filter_rows,
    NULL,
    NULL,
    sizeof(pinbulk_product_filter),
    PINBULKI_OFFSET(product_filter, extra, pinbulk_members),
    0,
    0,
    0};
#define PINBULKI_FILTER_TABLE(name, allowed)                      \
    static const pinbulki_variants pinbulki_##name##_variants = { \
        pinbulki_filter_tables,                                   \
        NULL,                                                     \
        &pinbulki_filter_unknown_table,                           \
        &pinbulki_product_filter_names,                           \
        allowed,                                                  \
        PINBULKI_OFFSET(product_filter, key, pinbulk_enum),       \
        1};                                                       \
    static const pinbulki_table pinbulki_##name##_table = {       \
        pinbulki_product_filter_rows,                             \
        &pinbulki_##name##_variants,                              \
        NULL,                                                     \
        sizeof(pinbulk_product_filter),                           \
        PINBULKI_OFFSET(product_filter, extra, pinbulk_members),  \
        PINBULKI_COUNT(pinbulki_product_filter_rows),             \
        0,                                                        \
        0}
PINBULKI_FILTER_TABLE(retail_filter, UINT64_C(0xffffff9f3b));
PINBULKI_FILTER_TABLE(hotel_filter, UINT64_C(0x00007ca244));
PINBULKI_FILTER_TABLE(creative_filter, UINT64_C(0xfe007cd080));
PINBULKI_FILTER_TABLE(product_filter, UINT64_C(0xffffffffff));

static const pinbulki_rule pinbulki_product_filters_rules[] = {
    PINBULKI_PAIR(product_filters, PINBULKI_BOTH, PINBULKI_APART, any_of, all_of),
    PINBULKI_PAIR(product_filters, PINBULKI_BOTH, PINBULKI_ONE_OF, any_of, all_of)};
#define PINBULKI_FILTERS_TABLE(name, filter, flags)                                      \
    static const pinbulki_row pinbulki_##name##_rows[] = {                               \
        PINBULKI_OBJECTS_ROW_AS(product_filters, any_of, any_of, product_filter, filter, \
                                PINBULKI_BOTH | (flags)),                                \
        PINBULKI_OBJECTS_ROW_AS(product_filters, all_of, all_of, product_filter, filter, \
                                PINBULKI_BOTH | (flags))};                               \
    PINBULKI_TABLE_WITH(name, product_filters, 0, NULL, pinbulki_product_filters_rules, 2)
PINBULKI_FILTERS_TABLE(retail_filters, retail_filter, PINBULKI_NONEMPTY);
PINBULKI_FILTERS_TABLE(hotel_filters, hotel_filter, 0);
PINBULKI_FILTERS_TABLE(creative_filters, creative_filter, 0);
PINBULKI_FILTERS_TABLE(product_filters, product_filter, 0);

/* Groups of a feed, and those of a catalog by its vertical. */
#define PINBULKI_CATALOG_ROW(check)                                        \
    PINBULKI_ENUM_ROW(catalog_product_group, catalog_type, catalog_type,   \
                      PINBULKI_BOTH | PINBULKI_NEED_CREATE, check, check), \
        PINBULKI_STRING_ROW(catalog_product_group, catalog_id,             \
                            PINBULKI_CREATE | PINBULKI_NEED_CREATE, PINBULKI_DIGITS, 0)
#define PINBULKI_GROUP_ROWS(filters_table)                                                     \
    PINBULKI_STRING_ROW(catalog_product_group, name, PINBULKI_BOTH | PINBULKI_NEED_CREATE,     \
                        PINBULKI_ANY, 0),                                                      \
        PINBULKI_STRING_ROW(catalog_product_group, description, PINBULKI_BOTH | PINBULKI_NULL, \
                            PINBULKI_ANY, 0),                                                  \
        PINBULKI_OBJECT_ROW(catalog_product_group, filters, product_filters, filters_table,    \
                            PINBULKI_BOTH | PINBULKI_NEED_CREATE)
#define PINBULKI_COUNTRY_ROWS                                                          \
    PINBULKI_ENUM_ROW(catalog_product_group, country, country, PINBULKI_BOTH, 1, 248), \
        PINBULKI_ENUM_ROW(catalog_product_group, locale, locale, PINBULKI_BOTH, 1, 46)
static const pinbulki_row pinbulki_feed_group_rows[] = {
    PINBULKI_STRING_ROW(catalog_product_group, feed_id, PINBULKI_CREATE | PINBULKI_NEED_CREATE,
                        PINBULKI_DIGITS, 0),
    PINBULKI_GROUP_ROWS(retail_filters),
    PINBULKI_BOOL_ROW(catalog_product_group, is_featured, PINBULKI_BOTH, 0)};
PINBULKI_TABLE_OF(feed_group, catalog_product_group);
static const pinbulki_row pinbulki_retail_group_rows[] = {
    PINBULKI_CATALOG_ROW(1), PINBULKI_GROUP_ROWS(retail_filters), PINBULKI_COUNTRY_ROWS};
PINBULKI_TABLE_OF(retail_group, catalog_product_group);
static const pinbulki_row pinbulki_hotel_group_rows[] = {PINBULKI_CATALOG_ROW(2),
                                                         PINBULKI_GROUP_ROWS(hotel_filters)};
PINBULKI_TABLE_OF(hotel_group, catalog_product_group);
static const pinbulki_row pinbulki_creative_group_rows[] = {PINBULKI_CATALOG_ROW(3),
                                                            PINBULKI_GROUP_ROWS(creative_filters)};
PINBULKI_TABLE_OF(creative_group, catalog_product_group);
static const pinbulki_table *const pinbulki_group_tables[] = {
    &pinbulki_retail_group_table, &pinbulki_hotel_group_table, &pinbulki_creative_group_table};
static const pinbulki_variants pinbulki_group_variants = {
    pinbulki_group_tables,
    &pinbulki_feed_group_table,
    NULL,
    &pinbulki_catalog_type_names,
    7,
    PINBULKI_OFFSET(catalog_product_group, catalog_type, pinbulk_enum),
    0};
static const pinbulki_row pinbulki_catalog_product_group_rows[] = {
    PINBULKI_ENUM_ROW(catalog_product_group, catalog_type, catalog_type, PINBULKI_BOTH, 1, 3),
    PINBULKI_STRING_ROW(catalog_product_group, catalog_id, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_STRING_ROW(catalog_product_group, feed_id, PINBULKI_BOTH, PINBULKI_DIGITS, 0),
    PINBULKI_GROUP_ROWS(product_filters),
    PINBULKI_COUNTRY_ROWS,
    PINBULKI_BOOL_ROW(catalog_product_group, is_featured, PINBULKI_BOTH, 0)};
PINBULKI_TABLE_WITH(catalog_product_group, catalog_product_group, 0, &pinbulki_group_variants, NULL,
                    0);

/* An upsert, twice: to encode one takes the tables of its lists from the lists, so that only those
   are linked that a program has lists of; to decode one takes them all. */
#define PINBULKI_TABLE_OF_NONE(table) NULL
#define PINBULKI_TABLE_OF_ALL(table)  &pinbulki_##table##_table
#define PINBULKI_CREATE_ROWS(of)                                                                  \
    PINBULKI_ENTITIES_ROW(create, campaigns, campaign, of(campaign), PINBULKI_CREATE),            \
        PINBULKI_ENTITIES_ROW(create, ad_groups, ad_group, of(ad_group), PINBULKI_CREATE),        \
        PINBULKI_ENTITIES_ROW(create, ads, ad, of(ad), PINBULKI_CREATE),                          \
        PINBULKI_ENTITIES_ROW(create, product_groups, ad_group_products, of(ad_group_products),   \
                              PINBULKI_CREATE),                                                   \
        PINBULKI_ENTITIES_ROW(create, keywords, parent_keywords, of(parent_keywords),             \
                              PINBULKI_CREATE),                                                   \
        PINBULKI_ENTITIES_ROW(create, labels, parent_labels, of(parent_labels), PINBULKI_CREATE), \
        PINBULKI_ENTITIES_ROW(create, schedules, schedule, of(schedule), PINBULKI_CREATE),        \
        PINBULKI_ENTITIES_ROW(create, catalog_product_groups, catalog_product_group,              \
                              of(catalog_product_group), PINBULKI_CREATE)
#define PINBULKI_UPDATE_ROWS(of)                                                                \
    PINBULKI_ENTITIES_ROW(update, campaigns, campaign, of(campaign), PINBULKI_UPDATE),          \
        PINBULKI_ENTITIES_ROW(update, ad_groups, ad_group, of(ad_group), PINBULKI_UPDATE),      \
        PINBULKI_ENTITIES_ROW(update, ads, ad, of(ad), PINBULKI_UPDATE),                        \
        PINBULKI_ENTITIES_ROW(update, product_groups, ad_group_products, of(ad_group_products), \
                              PINBULKI_UPDATE),                                                 \
        PINBULKI_ENTITIES_ROW(update, keywords, keyword, of(keyword), PINBULKI_UPDATE),         \
        PINBULKI_ENTITIES_ROW(update, labels, label, of(label), PINBULKI_UPDATE),               \
        PINBULKI_ENTITIES_ROW(update, schedules, schedule, of(schedule), PINBULKI_UPDATE),      \
        PINBULKI_ENTITIES_ROW(update, catalog_product_groups, catalog_product_group,            \
                              of(catalog_product_group), PINBULKI_UPDATE)
#define PINBULKI_UPSERT_ROWS(create_table, update_table)                      \
    PINBULKI_OBJECT_ROW(upsert, create, create, create_table, PINBULKI_BOTH), \
        PINBULKI_OBJECT_ROW(upsert, update, update, update_table, PINBULKI_BOTH)

static const pinbulki_row pinbulki_create_rows[] = {PINBULKI_CREATE_ROWS(PINBULKI_TABLE_OF_NONE)};
PINBULKI_TABLE_WITH(create, create, PINBULK_FORM_CREATE, NULL, NULL, 0);
static const pinbulki_row pinbulki_update_rows[] = {PINBULKI_UPDATE_ROWS(PINBULKI_TABLE_OF_NONE)};
PINBULKI_TABLE_WITH(update, update, PINBULK_FORM_UPDATE, NULL, NULL, 0);
static const pinbulki_row pinbulki_upsert_rows[] = {PINBULKI_UPSERT_ROWS(create, update)};
PINBULKI_TABLE_WITH(upsert, upsert, PINBULK_FORM_CREATE, NULL, NULL, 0);

static const pinbulki_row pinbulki_create_all_rows[] = {
    PINBULKI_CREATE_ROWS(PINBULKI_TABLE_OF_ALL)};
PINBULKI_TABLE_WITH(create_all, create, PINBULK_FORM_CREATE, NULL, NULL, 0);
static const pinbulki_row pinbulki_update_all_rows[] = {
    PINBULKI_UPDATE_ROWS(PINBULKI_TABLE_OF_ALL)};
PINBULKI_TABLE_WITH(update_all, update, PINBULK_FORM_UPDATE, NULL, NULL, 0);
static const pinbulki_row pinbulki_upsert_all_rows[] = {
    PINBULKI_UPSERT_ROWS(create_all, update_all)};
PINBULKI_TABLE_WITH(upsert_all, upsert, PINBULK_FORM_CREATE, NULL, NULL, 0);

/* Replies are only decoded. */
static const pinbulki_row pinbulki_submitted_rows[] = {
    PINBULKI_STRING_ROW(submitted, request_id, PINBULKI_BOTH, PINBULKI_ANY, 0)};
PINBULKI_TABLE(submitted);

static const pinbulki_row pinbulki_status_rows[] = {
    PINBULKI_ENUM_ROW(status, status, bulk_status, PINBULKI_BOTH, 1, 3),
    PINBULKI_STRING_ROW(status, result_url, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_INT_ROW(status, workload_id, PINBULKI_BOTH, 0)};
PINBULKI_TABLE(status);

static const pinbulki_row pinbulki_tokens_rows[] = {
    PINBULKI_STRING_ROW(tokens, access_token, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(tokens, token_type, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_INT_ROW(tokens, expires_in, PINBULKI_BOTH, 0),
    PINBULKI_STRING_ROW(tokens, scope, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(tokens, refresh_token, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_INT_ROW(tokens, refresh_token_expires_in, PINBULKI_BOTH, 0),
    PINBULKI_INT_ROW(tokens, refresh_token_expires_at, PINBULKI_BOTH, 0)};
PINBULKI_TABLE(tokens);

static const pinbulki_row pinbulki_problem_rows[] = {
    PINBULKI_INT_ROW(problem, code, PINBULKI_BOTH, 0),
    PINBULKI_STRING_ROW(problem, message, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(problem, message_detail, PINBULKI_BOTH, PINBULKI_ANY, 0),
    PINBULKI_STRING_ROW(problem, status, PINBULKI_BOTH, PINBULKI_ANY, 0)};
PINBULKI_TABLE(problem);

/* The _set functions of lists and references. */
#define PINBULKI_LIST_SET(item)                                                              \
    PINBULK_API pinbulk_##item##_list pinbulk_##item##_list_set(const pinbulk_##item *items, \
                                                                size_t count)                \
    {                                                                                        \
        pinbulk_##item##_list list;                                                          \
        list.state = PINBULK_SET;                                                            \
        list.count = count;                                                                  \
        list.items = items;                                                                  \
        list.source = NULL;                                                                  \
        return list;                                                                         \
    }
#define PINBULKI_ENTITY_LIST_SET(item)                                                       \
    PINBULK_API pinbulk_##item##_list pinbulk_##item##_list_set(const pinbulk_##item *items, \
                                                                size_t count)                \
    {                                                                                        \
        pinbulk_##item##_list list;                                                          \
        list.state = PINBULK_SET;                                                            \
        list.count = count;                                                                  \
        list.items = items;                                                                  \
        list.source = NULL;                                                                  \
        list.table = &pinbulki_##item##_table;                                               \
        return list;                                                                         \
    }
#define PINBULKI_REF_SET(object)                                                                 \
    PINBULK_API pinbulk_##object##_ref pinbulk_##object##_ref_set(const pinbulk_##object *value) \
    {                                                                                            \
        pinbulk_##object##_ref ref;                                                              \
        ref.state = PINBULK_SET;                                                                 \
        ref.value = value;                                                                       \
        return ref;                                                                              \
    }
PINBULKI_LIST_SET(string)
PINBULKI_LIST_SET(string_list)
PINBULKI_LIST_SET(enum)
PINBULKI_LIST_SET(int)
PINBULKI_LIST_SET(multiplier)
PINBULKI_LIST_SET(shopping_retargeting)
PINBULKI_LIST_SET(targeting_operation)
PINBULKI_LIST_SET(quiz_option)
PINBULKI_LIST_SET(quiz_question)
PINBULKI_LIST_SET(quiz_result)
PINBULKI_LIST_SET(product_filter)
PINBULKI_ENTITY_LIST_SET(campaign)
PINBULKI_ENTITY_LIST_SET(ad_group)
PINBULKI_ENTITY_LIST_SET(ad)
PINBULKI_ENTITY_LIST_SET(product_group)
PINBULKI_ENTITY_LIST_SET(ad_group_products)
PINBULKI_ENTITY_LIST_SET(keyword)
PINBULKI_ENTITY_LIST_SET(parent_keywords)
PINBULKI_ENTITY_LIST_SET(label)
PINBULKI_ENTITY_LIST_SET(parent_labels)
PINBULKI_ENTITY_LIST_SET(schedule)
PINBULKI_ENTITY_LIST_SET(catalog_product_group)
PINBULKI_REF_SET(campaign_filter)
PINBULKI_REF_SET(tracking_urls)
PINBULKI_REF_SET(bid_options)
PINBULKI_REF_SET(targeting)
PINBULKI_REF_SET(attribution_windows)
PINBULKI_REF_SET(conversion_goal)
PINBULKI_REF_SET(frequency_goal)
PINBULKI_REF_SET(scrollup_goal)
PINBULKI_REF_SET(optimization_goal)
PINBULKI_REF_SET(quiz_result)
PINBULKI_REF_SET(quiz)
PINBULKI_REF_SET(product_filters)
PINBULKI_REF_SET(create)
PINBULKI_REF_SET(update)

/* ============================================================================================== */
/* >>codec: implementation                                                                        */
/* ============================================================================================== */

/* What both ways share. Every value and every list begins with its state. */

static unsigned pinbulki_state_of(const void *value)
{
    return *(const uint8_t *)value;
}

static const void *pinbulki_member(const void *object, size_t offset)
{
    return (const char *)object + offset;
}

/* The type of the items of a list, or of a value that is none. */
static unsigned pinbulki_item_type(const pinbulki_row *row)
{
    return row->kind & (PINBULKI_TYPE - PINBULKI_LIST);
}

static int pinbulki_is_list(const pinbulki_row *row)
{
    return (row->kind & PINBULKI_LIST) != 0;
}

static int pinbulki_is_map(const pinbulki_row *row)
{
    return (row->kind & PINBULKI_TYPE) == (PINBULKI_LIST | PINBULKI_MULTIPLIER);
}

/* The size of a member. */
static size_t pinbulki_member_size(const pinbulki_row *row)
{
    if (row->kind & PINBULKI_ENTITIES)
        return sizeof(pinbulki_entities);
    if (pinbulki_is_list(row))
        return sizeof(pinbulki_list);
    switch (row->kind & PINBULKI_TYPE) {
    case PINBULKI_INT:
        return sizeof(pinbulk_int);
    case PINBULKI_BOOL:
        return sizeof(pinbulk_bool);
    case PINBULKI_ENUM:
        return sizeof(pinbulk_enum);
    case PINBULKI_OBJECT:
        return sizeof(pinbulki_ref);
    default: /* PINBULKI_STRING and PINBULKI_DECIMAL have the same members */
        return sizeof(pinbulk_string);
    }
}

/* The size of an item of a list; `table` is that of objects. */
static size_t pinbulki_item_size(const pinbulki_row *row, const pinbulki_table *table)
{
    switch (pinbulki_item_type(row)) {
    case PINBULKI_INT:
        return sizeof(pinbulk_int);
    case PINBULKI_ENUM:
        return sizeof(pinbulk_enum);
    case PINBULKI_MULTIPLIER:
        return sizeof(pinbulk_multiplier);
    case PINBULKI_STRINGS:
        return sizeof(pinbulk_string_list);
    case PINBULKI_OBJECT:
        return table->size;
    default:
        return sizeof(pinbulk_string);
    }
}

/* The row of a list that is itself an item. */
static const pinbulki_row pinbulki_strings_row = {
    "", NULL, 0, 0, PINBULKI_LIST | PINBULKI_STRING, 0, PINBULKI_ANY, 0};

/* True for the object around one whose tag names its only member. */
static int pinbulki_is_wrapper(const pinbulki_table *table)
{
    return table && table->variants && table->variants->wrapped;
}

static const pinbulk_enum *pinbulki_tag_of(const pinbulki_table *table, const void *object)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): asked of tables with variants only */
    return (const pinbulk_enum *)pinbulki_member(object, table->variants->tag);
}

/* The text of a value of an enumeration, NULL when it has none. */
static const char *pinbulki_enum_text(const pinbulki_names *names, const pinbulk_enum *value,
                                      size_t *length)
{
    const char *text = value->text;
    *length = value->length;
    if (value->value != 0) {
        text = pinbulki_name_of(names, value->value);
        *length = text ? pinbulki_text_length(text, SIZE_MAX) : 0;
    }
    return text;
}

/* Texts of an error. Paths look like create.campaigns[3].name. */

static void pinbulki_codec_path_key(pinbulki_line *path, const char *key, size_t length)
{
    if (!key)
        return;
    if (path->length > 0)
        pinbulki_line_text(path, ".");
    pinbulki_line_bytes(path, key, length);
}

static void pinbulki_codec_path_index(pinbulki_line *path, pinbulki_index index)
{
    pinbulki_line_text(path, "[");
    pinbulki_line_uint(path, index);
    pinbulki_line_text(path, "]");
}

/* Encoding: a walk along the rows with a stack of what is open, which can stop whenever the writer
   is full. Every step checks what it is about to write; validation is the same walk with a writer
   that only counts. */

static pinbulk_members pinbulki_extra_of(const pinbulki_table *table, const void *object)
{
    pinbulk_members extra;
    memcpy(&extra, pinbulki_member(object, table->extra), sizeof extra);
    return extra;
}

/* Adds what is open, outermost first. */
static void pinbulki_encode_path(const pinbulki_encoder *encoder, pinbulki_line *path)
{
    unsigned level;
    for (level = 0; level < encoder->depth; level++) {
        const pinbulki_frame *frame = &encoder->frames[level];
        const pinbulki_table *table = (const pinbulki_table *)frame->table;
        const pinbulk_multiplier *entry = (const pinbulk_multiplier *)encoder->item;
        if (frame->row) {
            if (!pinbulki_is_map((const pinbulki_row *)frame->row))
                pinbulki_codec_path_index(path, frame->index);
            else if (entry)
                pinbulki_codec_path_key(path, entry->key.data, entry->key.length);
        } else if (pinbulki_is_wrapper(table)) {
            size_t length;
            const char *text = pinbulki_enum_text(table->variants->names,
                                                  pinbulki_tag_of(table, frame->value), &length);
            pinbulki_codec_path_key(path, text, length);
        } else if (frame->index < table->count) {
            const pinbulki_row *row = &table->rows[frame->index];
            pinbulki_codec_path_key(path, row->key, row->key_length);
        } else {
            pinbulk_members extra = pinbulki_extra_of(table, frame->value);
            size_t index = (size_t)frame->index - table->count;
            if (index < extra.count && extra.items)
                pinbulki_codec_path_key(path, extra.items[index].name.data,
                                        extra.items[index].name.length);
        }
    }
}

/* What to say of the current member or item: `text`, the limit unless it is 0, and `more` in a row,
   then `, not "value"` or `, not COUNT`, unless there is neither. */
typedef struct pinbulki_finding {
    unsigned most;
    const char *text, *more;
    pinbulk_text value; /* NULL: none */
    uint64_t count;     /* 0: none */
} pinbulki_finding;

static void pinbulki_encode_not(pinbulki_line *line, pinbulk_text value)
{
    size_t shown = value.length < 48 ? value.length : 48;
    while (shown < value.length && shown > 0 && ((unsigned char)value.data[shown] & 0xc0) == 0x80)
        shown--; /* not inside of a character */
    pinbulki_line_text(line, ", not \"");
    pinbulki_line_bytes(line, value.data, shown);
    pinbulki_line_text(line, shown < value.length ? "...\"" : "\"");
}

static void pinbulki_encode_message(pinbulk_error *error, const pinbulki_finding *finding)
{
    pinbulki_line line = pinbulki_line_begin(error->message, sizeof error->message);
    pinbulki_line_text(&line, finding->text);
    if (finding->most)
        pinbulki_line_uint(&line, finding->most);
    pinbulki_line_text(&line, finding->more);
    if (finding->value.data)
        pinbulki_encode_not(&line, finding->value);
    if (finding->count) {
        pinbulki_line_text(&line, ", not ");
        pinbulki_line_uint(&line, finding->count);
    }
    pinbulki_line_end(&line);
}

/* Fills the error. The finding is NULL when no message is wanted. */
static void pinbulki_encode_describe(const pinbulki_encoder *encoder, pinbulk_result result,
                                     const pinbulki_finding *finding)
{
    pinbulk_error *error = encoder->error;
    pinbulki_line line;
    if (!error)
        return;
    pinbulki_error_set(error, result, NULL);
    if (finding)
        pinbulki_encode_message(error, finding);
    line = pinbulki_line_begin(error->path, sizeof error->path);
    pinbulki_encode_path(encoder, &line);
    pinbulki_line_end(&line);
}

static pinbulki_finding pinbulki_finding_of(const char *text, const char *more)
{
    pinbulki_finding finding;
    memset(&finding, 0, sizeof finding);
    finding.text = text;
    finding.more = more;
    return finding;
}

/* What cannot be written. */
static pinbulk_result pinbulki_encode_fail(const pinbulki_encoder *encoder, pinbulk_result result,
                                           const char *text, const char *more)
{
    pinbulki_finding finding;
    pinbulki_finding *told = PINBULKI_MESSAGES ? &finding : NULL;
    if (told)
        *told = pinbulki_finding_of(text, more);
    pinbulki_encode_describe(encoder, result, told);
    return result;
}

/* What can be written but is against the description of the API: it ends the encoding, is told to
   the host, or is not to be looked at. */
static pinbulk_result pinbulki_encode_found(const pinbulki_encoder *encoder, pinbulk_result result,
                                            const pinbulki_finding *finding)
{
    if (!encoder->checked)
        return PINBULK_OK;
    pinbulki_encode_describe(encoder, result, finding);
    if (!encoder->options.warn)
        return result;
    encoder->options.warn(encoder->options.warn_ctx, encoder->error);
    memset(encoder->error, 0, sizeof *encoder->error);
    return PINBULK_OK;
}

static pinbulk_result pinbulki_encode_finding(const pinbulki_encoder *encoder,
                                              pinbulk_result result, const char *text,
                                              const char *more)
{
    pinbulki_finding finding;
    pinbulki_finding *told = PINBULKI_MESSAGES ? &finding : NULL;
    if (told)
        *told = pinbulki_finding_of(text, more);
    return pinbulki_encode_found(encoder, result, told);
}

/* The same for a value that is against a rule. */
static pinbulk_result pinbulki_encode_bad(const pinbulki_encoder *encoder, pinbulk_result result,
                                          const char *rule, const char *more, const char *value,
                                          size_t length)
{
    pinbulki_finding finding;
    pinbulki_finding *told = PINBULKI_MESSAGES ? &finding : NULL;
    if (told) {
        *told = pinbulki_finding_of(rule, more);
        told->value.data = value;
        told->value.length = length;
    }
    return pinbulki_encode_found(encoder, result, told);
}

/* The same for a limit: "at most 3 items", and how many there are unless that is not known. */
static pinbulk_result pinbulki_encode_beyond(const pinbulki_encoder *encoder, pinbulk_result result,
                                             unsigned most, const char *of_what, uint64_t count)
{
    pinbulki_finding finding;
    pinbulki_finding *told = PINBULKI_MESSAGES ? &finding : NULL;
    if (told) {
        *told = pinbulki_finding_of("at most ", of_what);
        told->most = most;
        told->count = count;
    }
    return pinbulki_encode_found(encoder, result, told);
}

/* True when a value whose state is absent has something in it. */
static int pinbulki_has_content(const pinbulki_row *row, const void *value)
{
    pinbulki_list list;
    pinbulki_ref ref;
    pinbulk_string text;
    pinbulk_enum constant;
    if (pinbulki_is_list(row)) {
        memcpy(&list, value, sizeof list);
        return list.count || list.items || list.source;
    }
    switch (row->kind & PINBULKI_TYPE) {
    case PINBULKI_INT:
        return ((const pinbulk_int *)value)->value != 0;
    case PINBULKI_BOOL:
        return ((const pinbulk_bool *)value)->value != 0;
    case PINBULKI_ENUM:
        memcpy(&constant, value, sizeof constant);
        return constant.value || constant.length || constant.text;
    case PINBULKI_OBJECT:
        memcpy(&ref, value, sizeof ref);
        return ref.value != NULL;
    default: /* PINBULKI_STRING, PINBULKI_DECIMAL */
        memcpy(&text, value, sizeof text);
        return text.length || text.text;
    }
}

/* The row of the member at that offset, which the table has. */
static const pinbulki_row *pinbulki_row_at(const pinbulki_table *table, size_t offset)
{
    const pinbulki_row *row = table->rows;
    while (row->offset != offset)
        row++;
    return row;
}

/* " to create" or " to update", unless a flag of the row is the same for both. `flag` is that of
   creating. */
static const char *pinbulki_to_form(const pinbulki_row *row, unsigned flag, unsigned form)
{
    if (!(row->flags & flag) == !(row->flags & flag << 1))
        return "";
    return form == PINBULK_FORM_CREATE ? PINBULKI_SAY(" to create") : PINBULKI_SAY(" to update");
}

/* The state of the same member as a value of another type: of the row before or behind. */
static unsigned pinbulki_other_state(const pinbulki_frame *frame, const pinbulki_row *row)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    if (row->kind & PINBULKI_OTHER)
        return pinbulki_state_of(pinbulki_member(frame->value, row[-1].offset));
    if (row + 1 < table->rows + table->count && (row[1].kind & PINBULKI_OTHER))
        return pinbulki_state_of(pinbulki_member(frame->value, row[1].offset));
    return PINBULK_ABSENT;
}

static unsigned pinbulki_form_of(const pinbulki_encoder *encoder, const pinbulki_frame *frame)
{
    return encoder->updates >> (frame - encoder->frames) & 1 ? PINBULK_FORM_UPDATE
                                                             : PINBULK_FORM_CREATE;
}

/* Checks the state of a member: whether it may, must, or must not be there in this form. */
static pinbulk_result pinbulki_check_state(const pinbulki_encoder *encoder,
                                           const pinbulki_frame *frame, const pinbulki_row *row,
                                           const void *value)
{
    unsigned state = pinbulki_state_of(value), form = pinbulki_form_of(encoder, frame);
    pinbulk_result result = PINBULK_OK;
    if (state > PINBULK_SET)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("the state is none of absent, null and set"), "");
    if (state == PINBULK_ABSENT) {
        if (pinbulki_has_content(row, value))
            return pinbulki_encode_fail(encoder, PINBULK_NOT_SET,
                                        PINBULKI_SAY("it has a value and no state"), "");
        if ((row->flags & form << 2) && pinbulki_other_state(frame, row) == PINBULK_ABSENT)
            result = pinbulki_encode_finding(encoder, PINBULK_MISSING, PINBULKI_SAY("required"),
                                             pinbulki_to_form(row, PINBULKI_NEED_CREATE, form));
        return result;
    }
    if ((row->kind & PINBULKI_OTHER) && pinbulki_other_state(frame, row) != PINBULK_ABSENT)
        return pinbulki_encode_fail(encoder, PINBULK_NOT_TOGETHER,
                                    PINBULKI_SAY("it is given as two values of different types"),
                                    "");
    if (!(row->flags & form))
        result = pinbulki_encode_finding(encoder, PINBULK_NOT_ALLOWED, PINBULKI_SAY("not allowed"),
                                         pinbulki_to_form(row, PINBULKI_CREATE, form));
    else if (state == PINBULK_NULL && !(row->flags & form << 4))
        result = pinbulki_encode_finding(encoder, PINBULK_NOT_NULLABLE,
                                         PINBULKI_SAY("it cannot be null"),
                                         pinbulki_to_form(row, PINBULKI_NULL_CREATE, form));
    return result;
}

/* Checks what the members of an object have to do with each other. */
PINBULKI_NOINLINE pinbulk_result pinbulki_check_rules(const pinbulki_encoder *encoder,
                                                      pinbulki_frame *frame)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    pinbulk_result result = PINBULK_OK;
    unsigned i;
    for (i = 0; result == PINBULK_OK && i < table->rule_count; i++) {
        const pinbulki_rule *rule = &table->rules[i];
        const pinbulki_row *first = pinbulki_row_at(table, rule->first);
        const pinbulki_row *second = pinbulki_row_at(table, rule->second);
        int has_first =
            pinbulki_state_of(pinbulki_member(frame->value, rule->first)) == PINBULK_SET;
        int has_second =
            pinbulki_state_of(pinbulki_member(frame->value, rule->second)) == PINBULK_SET;
        if (!(rule->rule & pinbulki_form_of(encoder, frame)))
            continue;
        frame->index = (pinbulki_index)(second - table->rows); /* for the path */
        switch (rule->rule & PINBULKI_RULE) {
        case PINBULKI_APART:
            if (has_first && has_second)
                result = pinbulki_encode_finding(encoder, PINBULK_NOT_TOGETHER,
                                                 PINBULKI_SAY("not together with "), first->key);
            break;
        case PINBULKI_NEEDS:
            if (has_first && !has_second)
                result = pinbulki_encode_finding(encoder, PINBULK_MISSING,
                                                 PINBULKI_SAY("required by "), first->key);
            break;
        default: /* PINBULKI_ONE_OF */
            if (!has_first && !has_second)
                result = pinbulki_encode_finding(encoder, PINBULK_MISSING,
                                                 PINBULKI_SAY("required, or else "), first->key);
            break;
        }
    }
    if (result == PINBULK_OK)
        frame->index = 0;
    return result;
}

/* One digit at least, and nothing else. */
static int pinbulki_is_digits(const char *text, const char *end)
{
    return text != end && pinbulki_digits_end(text, end) == end;
}

/* The number of characters in UTF-8. */
static size_t pinbulki_characters(const char *text, size_t length)
{
    size_t i, characters = 0;
    for (i = 0; i < length; i++)
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    return characters;
}

/* Digits of a text: "" or what may stand before or behind them. */
static pinbulk_result pinbulki_check_digits(const pinbulki_encoder *encoder,
                                            const pinbulki_row *row, const char *text,
                                            const char *end)
{
    const char *around = "", *const whole = text, *const whole_end = end;
    switch (row->check) {
    case PINBULKI_C_DIGITS:
        around = PINBULKI_SAY(", may begin with C");
        break;
    case PINBULKI_AG_DIGITS:
        around = PINBULKI_SAY(", may begin with AG");
        break;
    case PINBULKI_AG_C_DIGITS:
        around = PINBULKI_SAY(", may begin with AG or C");
        break;
    case PINBULKI_DIGITS_PLUS:
        around = PINBULKI_SAY(", may end with +");
        if (text != end && end[-1] == '+')
            end--;
        break;
    default:
        break;
    }
    if ((row->check == PINBULKI_AG_DIGITS || row->check == PINBULKI_AG_C_DIGITS) &&
        end - text > 1 && text[0] == 'A' && text[1] == 'G')
        text += 2;
    else if ((row->check == PINBULKI_C_DIGITS || row->check == PINBULKI_AG_C_DIGITS) &&
             text != end && *text == 'C')
        text++;
    if (pinbulki_is_digits(text, end))
        return PINBULK_OK;
    return pinbulki_encode_bad(encoder, PINBULK_BAD_PATTERN, PINBULKI_SAY("digits only"), around,
                               whole, (size_t)(whole_end - whole));
}

/* Checks a text that is sent, `most` is the number of its characters, 0 for no limit. */
static pinbulk_result pinbulki_check_text(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                          const char *text, size_t length, unsigned most)
{
    if (!text && length)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a text has a length and no pointer"), "");
    if (!encoder->checked)
        return PINBULK_OK;
    if (!text)
        text = "";
    if (row->check == PINBULKI_URL)
        most = 2000;
    else if (row->check != PINBULKI_ANY)
        return pinbulki_check_digits(encoder, row, text, text + length);
    if (most && length > most && pinbulki_characters(text, length) > most)
        return pinbulki_encode_beyond(encoder, PINBULK_BAD_PATTERN, most, " characters",
                                      pinbulki_characters(text, length));
    return PINBULK_OK;
}

/* True when the value of the number is from 0 to 10. */
static int pinbulki_is_0_to_10(const pinbulki_number *number)
{
    if (number->digits == number->end)
        return 1;
    if (number->negative)
        return 0;
    return number->point < 2 ||
           (number->point == 2 && *number->digits == '1' && number->end - number->digits == 1);
}

/* Checks a number that is sent as text. Text that is no number is left to the writer. */
static pinbulk_result pinbulki_check_decimal(const pinbulki_encoder *encoder,
                                             const pinbulki_row *row, const char *text,
                                             size_t length)
{
    pinbulki_number number;
    const char *rule = NULL;
    int64_t integer;
    if (!text && length)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a text has a length and no pointer"), "");
    if (!encoder->checked || row->check == PINBULKI_ANY ||
        !pinbulki_number_scan(&number, text, length))
        return PINBULK_OK;
    switch (row->check) {
    case PINBULKI_0_TO_10:
        if (!pinbulki_is_0_to_10(&number))
            rule = "from 0 to 10";
        break;
    case PINBULKI_UINT32:
        if (!number.integer || pinbulk_int_from_text(text, length, &integer) != PINBULK_OK ||
            integer < 0 || integer > INT64_C(4294967295))
            rule = PINBULKI_SAY("an integer from 0 to 4294967295");
        break;
    default: /* PINBULKI_NOT_NEGATIVE */
        if (number.negative && number.digits != number.end)
            rule = PINBULKI_SAY("0 or more");
        break;
    }
    return rule ? pinbulki_encode_bad(encoder, PINBULK_OUT_OF_RANGE, rule, "", text, length)
                : PINBULK_OK;
}

/* Checks a constant that is sent. One of value 0 has a text, which may be empty. */
static pinbulk_result pinbulki_check_enum(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                          const pinbulk_enum *value, unsigned first)
{
    const pinbulk_encode_options *options = &encoder->options;
    const pinbulki_names *names = (const pinbulki_names *)row->sub;
    unsigned index = value->value & 0xff;
    if (value->value == 0) {
        if (!value->text)
            return pinbulki_encode_fail(encoder, PINBULK_BAD_ENUM,
                                        PINBULKI_SAY("neither a constant nor a text"), "");
        if (options->refuse_unknown || options->warn)
            return pinbulki_encode_bad(encoder, PINBULK_UNKNOWN, PINBULKI_SAY("a known value"), "",
                                       value->text, value->length);
        return PINBULK_OK;
    }
    if (value->value >> 8 != names->number || index == 0 || index > names->count)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ENUM,
                                    PINBULKI_SAY("a constant of another enumeration"), "");
    if (index < first || index > row->check)
        return pinbulki_encode_finding(encoder, PINBULK_BAD_ENUM,
                                       pinbulki_name_of(names, value->value),
                                       PINBULKI_SAY(" cannot be sent here"));
    return PINBULK_OK;
}

static pinbulk_result pinbulki_check_int(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                         int64_t value)
{
    char text[PINBULK_INT_TEXT_MAX];
    if (row->check != PINBULKI_2_TO_20 || (value >= 2 && value <= 20))
        return PINBULK_OK;
    return pinbulki_encode_bad(encoder, PINBULK_OUT_OF_RANGE, "from 2 to 20", "", text,
                               pinbulk_int_to_text(value, text));
}

/* Checks that a list can be walked along. */
static pinbulk_result pinbulki_check_list(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                          const void *value)
{
    pinbulki_list list;
    memcpy(&list, value, sizeof list);
    if (list.source && (list.count || list.items))
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a list has both an array and a source"), "");
    if (list.source && (!list.source->next || !list.source->rewind))
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a source needs both of its functions"), "");
    if (list.count && !list.items)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a list has a count and no array"), "");
    if ((row->kind & PINBULKI_ENTITIES) && !row->sub && !((const pinbulki_entities *)value)->table)
        return pinbulki_encode_fail(encoder, PINBULK_NOT_SET,
                                    PINBULKI_SAY("make it with the _set function of its type"), "");
    return PINBULK_OK;
}

/* Checks the content of a value that is set, a member or an item. That of objects and lists is
   checked in their steps. */
static pinbulk_result pinbulki_check_value(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                           const void *value, int is_item)
{
    pinbulki_ref ref;
    if (pinbulki_is_list(row) && (!is_item || pinbulki_item_type(row) == PINBULKI_STRINGS))
        return pinbulki_check_list(encoder, row, value);
    switch (pinbulki_item_type(row)) {
    case PINBULKI_STRING:
        return pinbulki_check_text(encoder, row, ((const pinbulk_string *)value)->text,
                                   ((const pinbulk_string *)value)->length, is_item ? 0 : row->max);
    case PINBULKI_DECIMAL:
        return pinbulki_check_decimal(encoder, row, ((const pinbulk_decimal *)value)->text,
                                      ((const pinbulk_decimal *)value)->length);
    case PINBULKI_INT:
        return pinbulki_check_int(encoder, row, ((const pinbulk_int *)value)->value);
    case PINBULKI_BOOL:
        if (row->check == PINBULKI_FALSE && ((const pinbulk_bool *)value)->value)
            return pinbulki_encode_bad(encoder, PINBULK_OUT_OF_RANGE, "false", "", "true", 4);
        return PINBULK_OK;
    case PINBULKI_ENUM:
        return pinbulki_check_enum(encoder, row, (const pinbulk_enum *)value,
                                   is_item ? 1 : row->max);
    case PINBULKI_OBJECT:
        memcpy(&ref, value, sizeof ref);
        if (!ref.value)
            return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                        PINBULKI_SAY("it is set and points to no object"), "");
        return PINBULK_OK;
    default:
        return PINBULK_OK;
    }
}

/* Finds a member that is there although the rows that the tag chose do not have it: it would be
   lost. NULL: there is none. */
static const pinbulki_row *pinbulki_find_foreign(const pinbulki_table *common,
                                                 const pinbulki_table *chosen, const void *object)
{
    unsigned i, k;
    for (i = 0; i < common->count; i++) {
        const pinbulki_row *row = &common->rows[i];
        const void *value = pinbulki_member(object, row->offset);
        if (pinbulki_state_of(value) == PINBULK_ABSENT && !pinbulki_has_content(row, value))
            continue;
        if (common->variants->wrapped && row->offset == common->variants->tag)
            continue;
        for (k = 0; k < chosen->count && chosen->rows[k].offset != row->offset; k++)
            continue;
        if (k == chosen->count)
            return row;
    }
    return NULL;
}

/* Goes from the table of an object to the rows that its tag chooses. */
static pinbulk_result pinbulki_choose(const pinbulki_encoder *encoder, const void *object,
                                      const pinbulki_table **table)
{
    const pinbulki_table *common = *table, *chosen = NULL;
    const pinbulki_variants *variants = common->variants;
    const pinbulk_enum *tag = pinbulki_tag_of(common, object);
    const pinbulki_row *foreign;
    unsigned index = tag->value & 0xff;
    pinbulk_result result = PINBULK_OK;
    if (variants->wrapped && tag->state != PINBULK_SET)
        return pinbulki_encode_fail(encoder, PINBULK_MISSING, common->rows[0].key,
                                    PINBULKI_SAY(" is required"));
    if (variants->wrapped)
        result = pinbulki_check_enum(encoder, common->rows, tag, 1);
    if (tag->state == PINBULK_ABSENT) {
        chosen = variants->without;
    } else if (tag->value == 0) {
        chosen = variants->other;
    } else if (pinbulki_name_of(variants->names, tag->value)) {
        chosen = variants->tables[index - 1];
        if (!(variants->allowed >> (index - 1) & 1))
            result = pinbulki_encode_finding(encoder, PINBULK_BAD_ENUM,
                                             pinbulki_name_of(variants->names, tag->value),
                                             PINBULKI_SAY(" cannot be sent here"));
    }
    if (result != PINBULK_OK || !chosen)
        return result;
    foreign = pinbulki_find_foreign(common, chosen, object);
    if (!foreign) {
        *table = chosen;
        return PINBULK_OK;
    }
    if (variants->wrapped)
        return pinbulki_encode_fail(encoder, PINBULK_NOT_ALLOWED, foreign->key,
                                    PINBULKI_SAY(" does not belong to this key"));
    return pinbulki_encode_finding(encoder, PINBULK_NOT_ALLOWED, foreign->key,
                                   PINBULKI_SAY(" does not belong to this kind"));
}

/* How a part of an upsert is encoded: what is written, and what is counted. A program that makes no
   parts has none of it. */
typedef struct pinbulki_division {
    int (*is_outside)(const pinbulki_encoder *encoder, const pinbulki_frame *frame);
    void (*begin_list)(pinbulki_encoder *encoder, const pinbulki_row *row);
    pinbulk_result (*next)(pinbulki_encoder *encoder, pinbulki_frame *frame,
                           const pinbulki_list *list, const void **item);
    void (*passed)(pinbulki_encoder *encoder, const pinbulki_frame *frame);
} pinbulki_division;

static const pinbulki_division *pinbulki_division_of(const pinbulki_encoder *encoder)
{
    return (const pinbulki_division *)encoder->division;
}

/* Opens a frame on top of what is open. */
static pinbulk_result pinbulki_encode_push(pinbulki_encoder *encoder, const void *value,
                                           const pinbulki_table *table, const pinbulki_row *row,
                                           unsigned form)
{
    pinbulki_frame *frame = &encoder->frames[encoder->depth];
    const unsigned level = 1u << encoder->depth;
    if (encoder->depth == PINBULK_ENCODE_DEPTH)
        return pinbulki_encode_fail(encoder, PINBULK_TOO_DEEP, "", "");
    frame->value = value;
    frame->table = table;
    frame->row = row;
    frame->index = 0;
    if (table && !row && table->form)
        form = table->form;
    encoder->updates = (uint16_t)(form == PINBULK_FORM_UPDATE ? encoder->updates | level
                                                              : encoder->updates & ~level);
    encoder->item = NULL;
    encoder->depth++;
    return PINBULK_OK;
}

static pinbulk_result pinbulki_encode_open_object(pinbulki_encoder *encoder, const void *object,
                                                  const pinbulki_table *table, unsigned form)
{
    pinbulk_result result = PINBULK_OK;
    if (table->variants && !table->variants->wrapped)
        result = pinbulki_choose(encoder, object, &table);
    if (result == PINBULK_OK)
        result = pinbulki_encode_push(encoder, object, table, NULL, form);
    if (result == PINBULK_OK && table->rule_count && encoder->checked)
        result = pinbulki_check_rules(encoder, &encoder->frames[encoder->depth - 1]);
    return result == PINBULK_OK ? pinbulk_write_object_begin(encoder->writer) : result;
}

static pinbulk_result pinbulki_encode_open_list(pinbulki_encoder *encoder, const void *value,
                                                const pinbulki_row *row, unsigned form)
{
    const pinbulki_division *division = pinbulki_division_of(encoder);
    const pinbulki_table *table =
        (const pinbulki_table *)(row->kind & PINBULKI_ENTITIES
                                     ? ((const pinbulki_entities *)value)->table
                                     : row->sub);
    pinbulki_list list;
    pinbulk_result result;
    memcpy(&list, value, sizeof list);
    if (list.source && list.source->rewind(list.source->ctx) != PINBULK_OK)
        return pinbulki_encode_fail(encoder, PINBULK_SOURCE_FAILED,
                                    PINBULKI_SAY("it could not be rewound"), "");
    if (pinbulki_item_type(row) != PINBULKI_OBJECT)
        table = NULL;
    else if (!table)
        table = (const pinbulki_table *)row->sub;
    if (division)
        division->begin_list(encoder, row);
    result = pinbulki_encode_push(encoder, value, table, row, form);
    if (result != PINBULK_OK)
        return result;
    return pinbulki_is_map(row) ? pinbulk_write_object_begin(encoder->writer)
                                : pinbulk_write_array_begin(encoder->writer);
}

/* Closes the innermost object or list and goes on behind it. */
static pinbulk_result pinbulki_encode_close(pinbulki_encoder *encoder, int is_array)
{
    const pinbulki_division *division = pinbulki_division_of(encoder);
    encoder->depth--;
    if (encoder->depth > 0) {
        pinbulki_frame *frame = &encoder->frames[encoder->depth - 1];
        frame->index++;
        if (division && frame->row)
            division->passed(encoder, frame);
    }
    return is_array ? pinbulk_write_array_end(encoder->writer)
                    : pinbulk_write_object_end(encoder->writer);
}

/* Writes a member or item that was checked, and goes on behind it; or opens it. */
static pinbulk_result pinbulki_encode_value(pinbulki_encoder *encoder, pinbulki_frame *frame,
                                            const pinbulki_row *row, const void *value, int is_item)
{
    pinbulk_writer *writer = encoder->writer;
    pinbulk_result result;
    const char *name;
    size_t length;
    pinbulki_ref ref;
    if (pinbulki_state_of(value) != PINBULK_SET) {
        result = pinbulk_write_null(writer);
        frame->index += result == PINBULK_OK;
        return result;
    }
    if (pinbulki_is_list(row) && !is_item)
        return pinbulki_encode_open_list(encoder, value, row, pinbulki_form_of(encoder, frame));
    switch (pinbulki_item_type(row)) {
    case PINBULKI_OBJECT:
        memcpy(&ref, value, sizeof ref);
        return pinbulki_encode_open_object(encoder, ref.value, (const pinbulki_table *)row->sub,
                                           pinbulki_form_of(encoder, frame));
    case PINBULKI_STRINGS:
        return pinbulki_encode_open_list(encoder, value, &pinbulki_strings_row,
                                         pinbulki_form_of(encoder, frame));
    case PINBULKI_INT:
        result = pinbulk_write_int(writer, ((const pinbulk_int *)value)->value);
        break;
    case PINBULKI_BOOL:
        result = pinbulk_write_bool(writer, ((const pinbulk_bool *)value)->value);
        break;
    case PINBULKI_ENUM:
        name = pinbulki_enum_text((const pinbulki_names *)row->sub, (const pinbulk_enum *)value,
                                  &length);
        result = pinbulk_write_string(writer, name, length);
        break;
    case PINBULKI_DECIMAL:
        result = pinbulk_write_decimal(writer, ((const pinbulk_decimal *)value)->text,
                                       ((const pinbulk_decimal *)value)->length);
        break;
    default:
        result = pinbulk_write_string(writer, ((const pinbulk_string *)value)->text,
                                      ((const pinbulk_string *)value)->length);
        break;
    }
    frame->index += result == PINBULK_OK;
    return result;
}

/* True for the one of two spellings that is not to be written. */
static int pinbulki_is_other_spelling(const pinbulki_encoder *encoder, const pinbulki_table *table,
                                      const pinbulki_row *row)
{
    if (row->kind & PINBULKI_LEGACY)
        return !encoder->options.legacy_names;
    return encoder->options.legacy_names && row + 1 < table->rows + table->count &&
           (row[1].kind & PINBULKI_LEGACY);
}

/* Writes the members that are there, until the writer is full or one of them is opened. Goes over
   to the extra members without writing when there are no more. */
PINBULKI_NOINLINE pinbulk_result pinbulki_encode_members(pinbulki_encoder *encoder,
                                                         pinbulki_frame *frame)
{
    const pinbulki_division *division = pinbulki_division_of(encoder);
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    const unsigned depth = encoder->depth;
    pinbulk_result result = PINBULK_OK;
    while (frame->index < table->count && result == PINBULK_OK && encoder->depth == depth &&
           !pinbulki_writer_full(encoder->writer)) {
        const pinbulki_row *row = &table->rows[frame->index];
        const void *value = pinbulki_member(frame->value, row->offset);
        if (!encoder->wrote_key) {
            if (pinbulki_is_other_spelling(encoder, table, row) ||
                (division && division->is_outside(encoder, frame))) {
                frame->index++;
                continue;
            }
            result = pinbulki_check_state(encoder, frame, row, value);
            if (result == PINBULK_OK && pinbulki_state_of(value) == PINBULK_SET)
                result = pinbulki_check_value(encoder, row, value, 0);
            if (result == PINBULK_OK && pinbulki_state_of(value) == PINBULK_ABSENT) {
                frame->index++;
                continue;
            }
            if (result == PINBULK_OK)
                result = pinbulki_write_plain_key(encoder->writer, row->key, row->key_length);
            if (result != PINBULK_OK)
                break;
            encoder->wrote_key = 1;
            if (pinbulki_writer_full(encoder->writer))
                break;
        }
        encoder->wrote_key = 0;
        result = pinbulki_encode_value(encoder, frame, row, value, 0);
    }
    return result;
}

/* Writes the key of an object whose tag names its only member, then opens that, then ends it. */
PINBULKI_NOINLINE pinbulk_result pinbulki_encode_wrapper(pinbulki_encoder *encoder,
                                                         pinbulki_frame *frame)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    const char *name;
    size_t length;
    pinbulk_result result;
    if (frame->index > 0)
        return pinbulki_encode_close(encoder, 0);
    if (encoder->wrote_key) {
        encoder->wrote_key = 0;
        return pinbulki_encode_open_object(encoder, frame->value,
                                           (const pinbulki_table *)encoder->item,
                                           pinbulki_form_of(encoder, frame));
    }
    name =
        pinbulki_enum_text(table->variants->names, pinbulki_tag_of(table, frame->value), &length);
    result = pinbulki_choose(encoder, frame->value, &table);
    if (result != PINBULK_OK)
        return result;
    encoder->item = table;
    encoder->wrote_key = 1;
    return pinbulk_write_key(encoder->writer, name, length);
}

/* Checks that no other member of the object has the name of this extra one. */
static pinbulk_result pinbulki_check_extra(const pinbulki_encoder *encoder,
                                           const pinbulki_frame *frame,
                                           const pinbulk_members *extra, size_t index)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    const pinbulk_encode_options *options = &encoder->options;
    const pinbulk_text name = extra->items[index].name;
    size_t i;
    pinbulk_result result = PINBULK_OK;
    if (!name.data && name.length)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a name has a length and no pointer"), "");
    if (!encoder->checked)
        return PINBULK_OK;
    for (i = 0; i < table->count && result == PINBULK_OK; i++)
        if (pinbulki_state_of(pinbulki_member(frame->value, table->rows[i].offset)) !=
                PINBULK_ABSENT &&
            table->rows[i].key_length == name.length &&
            /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): no key is empty */
            memcmp(table->rows[i].key, name.data, name.length) == 0)
            result = pinbulki_encode_finding(
                encoder, PINBULK_DUPLICATE,
                PINBULKI_SAY("an extra member that is set as a member too"), "");
    for (i = 0; i < index && result == PINBULK_OK; i++)
        if (pinbulk_text_equal(extra->items[i].name, name))
            result = pinbulki_encode_finding(encoder, PINBULK_DUPLICATE,
                                             PINBULKI_SAY("two extra members"), "");
    if (result == PINBULK_OK && (options->refuse_unknown || options->warn))
        result = pinbulki_encode_finding(encoder, PINBULK_UNKNOWN,
                                         PINBULKI_SAY("a member that is not known"), "");
    return result;
}

/* Writes the name of the next extra member, in the next step its value, behind the last one the end
   of the object. */
PINBULKI_NOINLINE pinbulk_result pinbulki_encode_extra(pinbulki_encoder *encoder,
                                                       pinbulki_frame *frame)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    pinbulk_members extra = pinbulki_extra_of(table, frame->value);
    size_t index = (size_t)frame->index - table->count;
    pinbulk_result result;
    if (index == extra.count)
        return pinbulki_encode_close(encoder, 0);
    if (!extra.items)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("extra members have a count and no array"), "");
    if (encoder->wrote_key) {
        encoder->wrote_key = 0;
        result = pinbulk_write_json(encoder->writer, extra.items[index].json.data,
                                    extra.items[index].json.length);
        frame->index += result == PINBULK_OK;
        return result;
    }
    result = pinbulki_check_extra(encoder, frame, &extra, index);
    if (result != PINBULK_OK)
        return result;
    encoder->wrote_key = 1;
    return pinbulk_write_key(encoder->writer, extra.items[index].name.data,
                             extra.items[index].name.length);
}

/* Checks an entry of a map: the others of an array have other keys. */
static pinbulk_result pinbulki_check_multiplier(const pinbulki_encoder *encoder,
                                                const pinbulki_frame *frame,
                                                const pinbulk_multiplier *multiplier)
{
    const pinbulk_multiplier *items = ((const pinbulk_multiplier_list *)frame->value)->items;
    size_t i;
    pinbulk_result result = PINBULK_OK;
    if (multiplier->value.state != PINBULK_SET)
        return pinbulki_encode_fail(encoder, PINBULK_NOT_SET,
                                    PINBULKI_SAY("an item that is not set"), "");
    if (!multiplier->key.data && multiplier->key.length)
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("a key has a length and no pointer"), "");
    for (i = 0; items && encoder->checked && i < frame->index && result == PINBULK_OK; i++)
        if (pinbulk_text_equal(items[i].key, multiplier->key))
            result = pinbulki_encode_finding(encoder, PINBULK_DUPLICATE,
                                             PINBULKI_SAY("two items with one key"), "");
    if (result != PINBULK_OK)
        return result;
    return pinbulki_check_decimal(encoder, (const pinbulki_row *)frame->row, multiplier->value.text,
                                  multiplier->value.length);
}

/* Checks an item that is neither an object nor an entry of a map. */
static pinbulk_result pinbulki_check_item(const pinbulki_encoder *encoder, const pinbulki_row *row,
                                          const void *item)
{
    switch (pinbulki_state_of(item)) {
    case PINBULK_SET:
        return pinbulki_check_value(encoder, row, item, 1);
    case PINBULK_NULL:
        return pinbulki_encode_finding(encoder, PINBULK_NOT_NULLABLE,
                                       PINBULKI_SAY("an item cannot be null"), "");
    case PINBULK_ABSENT:
        return pinbulki_encode_fail(encoder, PINBULK_NOT_SET,
                                    PINBULKI_SAY("an item that is not set"), "");
    default:
        return pinbulki_encode_fail(encoder, PINBULK_BAD_ARGUMENT,
                                    PINBULKI_SAY("the state is none of absent, null and set"), "");
    }
}

/* Sets *item to the next item of a list, NULL behind the last one. */
static pinbulk_result pinbulki_next_item(const pinbulki_encoder *encoder,
                                         const pinbulki_frame *frame, const pinbulki_list *list,
                                         const void **item)
{
    const pinbulki_row *row = (const pinbulki_row *)frame->row;
    *item = NULL;
    if (list->source) {
        if (list->source->next(list->source->ctx, item) != PINBULK_OK)
            return pinbulki_encode_fail(encoder, PINBULK_SOURCE_FAILED, "", "");
    } else if (frame->index < list->count) {
        *item = pinbulki_member(list->items,
                                (size_t)frame->index *
                                    pinbulki_item_size(row, (const pinbulki_table *)frame->table));
    }
    if (*item && row->max && frame->index == row->max)
        return pinbulki_encode_beyond(encoder, PINBULK_OUT_OF_RANGE, row->max, " items",
                                      list->count);
    return PINBULK_OK;
}

/* Sets *item to the next item that is to be written, NULL behind the last one. */
PINBULKI_NOINLINE pinbulk_result pinbulki_list_next(pinbulki_encoder *encoder,
                                                    pinbulki_frame *frame, const void **item)
{
    const pinbulki_division *division = pinbulki_division_of(encoder);
    pinbulki_list list;
    memcpy(&list, frame->value, sizeof list);
    return division && (((const pinbulki_row *)frame->row)->kind & PINBULKI_ENTITIES)
               ? division->next(encoder, frame, &list, item)
               : pinbulki_next_item(encoder, frame, &list, item);
}

/* Ends a list behind its last item. */
static pinbulk_result pinbulki_encode_list_end(pinbulki_encoder *encoder, pinbulki_frame *frame)
{
    const pinbulki_row *row = (const pinbulki_row *)frame->row;
    pinbulk_result result = PINBULK_OK;
    if (frame->index == 0 && (row->flags & PINBULKI_NONEMPTY)) {
        encoder->depth--; /* it is the list that is at fault */
        result = pinbulki_encode_finding(encoder, PINBULK_OUT_OF_RANGE,
                                         PINBULKI_SAY("at least one item"), "");
        encoder->depth++;
    }
    return result == PINBULK_OK ? pinbulki_encode_close(encoder, !pinbulki_is_map(row)) : result;
}

/* Writes the next item of a list, of a map its key and in the next step its value, behind the last
   one the end of the list. */
PINBULKI_NOINLINE pinbulk_result pinbulki_encode_item(pinbulki_encoder *encoder,
                                                      pinbulki_frame *frame)
{
    const pinbulki_row *row = (const pinbulki_row *)frame->row;
    const pinbulk_multiplier *multiplier;
    const void *item;
    pinbulk_result result;
    if (encoder->wrote_key) {
        multiplier = (const pinbulk_multiplier *)encoder->item;
        encoder->wrote_key = 0;
        result = pinbulk_write_decimal(encoder->writer, multiplier->value.text,
                                       multiplier->value.length);
        frame->index += result == PINBULK_OK;
        return result;
    }
    encoder->item = NULL;
    result = pinbulki_list_next(encoder, frame, &item);
    if (result != PINBULK_OK)
        return result;
    if (!item)
        return pinbulki_encode_list_end(encoder, frame);
    if (frame->table)
        return pinbulki_encode_open_object(encoder, item, (const pinbulki_table *)frame->table,
                                           pinbulki_form_of(encoder, frame));
    if (pinbulki_is_map(row)) {
        multiplier = (const pinbulk_multiplier *)item;
        encoder->item = item;
        result = pinbulki_check_multiplier(encoder, frame, multiplier);
        if (result != PINBULK_OK)
            return result;
        encoder->wrote_key = 1;
        return pinbulk_write_key(encoder->writer, multiplier->key.data, multiplier->key.length);
    }
    result = pinbulki_check_item(encoder, row, item);
    return result == PINBULK_OK ? pinbulki_encode_value(encoder, frame, row, item, 1) : result;
}

/* Writes a little more of what is open. */
static pinbulk_result pinbulki_encode_step(pinbulki_encoder *encoder)
{
    pinbulk_writer *writer = encoder->writer;
    pinbulki_frame *frame = &encoder->frames[encoder->depth - 1];
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    pinbulk_result result;
    if (frame->row)
        result = pinbulki_encode_item(encoder, frame);
    else if (pinbulki_is_wrapper(table))
        result = pinbulki_encode_wrapper(encoder, frame);
    else if (frame->index < table->count)
        result = pinbulki_encode_members(encoder, frame);
    else
        result = pinbulki_encode_extra(encoder, frame);
    if (writer->result != PINBULK_OK)
        return pinbulki_encode_fail(encoder, writer->result, "", "");
    return result == PINBULK_OK ? result : pinbulki_writer_fail(writer, result);
}

/* Encodes until all is written, or the window of a pull is full. */
static pinbulk_result pinbulki_encode_run(pinbulki_encoder *encoder)
{
    pinbulk_result result = PINBULK_OK;
    while (result == PINBULK_OK && encoder->depth > 0 && !pinbulki_writer_full(encoder->writer))
        result = pinbulki_encode_step(encoder);
    return result;
}

/* Opens the outermost object. */
static pinbulk_result pinbulki_encode_begin(pinbulki_encoder *encoder, const void *object,
                                            const pinbulki_table *table, unsigned form,
                                            pinbulk_writer *writer)
{
    pinbulk_result result;
    encoder->writer = writer;
    encoder->depth = 0;
    encoder->wrote_key = 0;
    encoder->item = NULL;
    result = pinbulki_encode_open_object(encoder, object, table, form);
    if (writer->result != PINBULK_OK)
        return pinbulki_encode_fail(encoder, writer->result, "", "");
    return result == PINBULK_OK ? result : pinbulki_writer_fail(writer, result);
}

static void pinbulki_encode_setup(pinbulki_encoder *encoder, const pinbulk_encode_options *options,
                                  pinbulk_error *error)
{
    memset(&encoder->options, 0, sizeof encoder->options);
    encoder->division = NULL;
    encoder->updates = 0;
    if (options)
        encoder->options = *options;
    encoder->checked = !encoder->options.unchecked;
    encoder->error = error;
}

/* True when findings are to be told and there is no error to put them in. */
static int pinbulki_encode_speechless(const pinbulki_encoder *encoder)
{
    return encoder->checked && encoder->options.warn && !encoder->error;
}

/* All of the public functions for encoding. */
static pinbulk_result pinbulki_encode(const void *object, const pinbulki_table *table, int form,
                                      pinbulk_writer *writer, const pinbulk_encode_options *options,
                                      pinbulk_error *error)
{
    pinbulki_encoder encoder;
    pinbulk_result result;
    if (!object || !writer || (form != PINBULK_FORM_CREATE && form != PINBULK_FORM_UPDATE)) {
        pinbulki_error_set(error, PINBULK_BAD_ARGUMENT,
                           PINBULKI_SAY("no object, no writer, or no such form"));
        return PINBULK_BAD_ARGUMENT;
    }
    pinbulki_encode_setup(&encoder, options, error);
    if (pinbulki_encode_speechless(&encoder))
        return PINBULK_BAD_ARGUMENT;
    result = pinbulki_encode_begin(&encoder, object, table, (unsigned)form, writer);
    return result == PINBULK_OK ? pinbulki_encode_run(&encoder) : result;
}

static pinbulk_result pinbulki_validate(const void *object, const pinbulki_table *table, int form,
                                        const pinbulk_encode_options *options, pinbulk_error *error)
{
    pinbulk_writer writer;
    pinbulk_writer_init_count(&writer);
    return pinbulki_encode(object, table, form, &writer, options, error);
}

PINBULK_API pinbulk_result pinbulk_validate_download(const pinbulk_download *object,
                                                     const pinbulk_encode_options *options,
                                                     pinbulk_error *error)
{
    return pinbulki_validate(object, &pinbulki_download_table, PINBULK_FORM_CREATE, options, error);
}

PINBULK_API pinbulk_result pinbulk_validate_upsert(const pinbulk_upsert *object,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error)
{
    return pinbulki_validate(object, &pinbulki_upsert_table, PINBULK_FORM_CREATE, options, error);
}

PINBULK_API pinbulk_result pinbulk_encode_download(const pinbulk_download *object,
                                                   pinbulk_writer *writer,
                                                   const pinbulk_encode_options *options,
                                                   pinbulk_error *error)
{
    return pinbulki_encode(object, &pinbulki_download_table, PINBULK_FORM_CREATE, writer, options,
                           error);
}

PINBULK_API pinbulk_result pinbulk_encode_upsert(const pinbulk_upsert *object,
                                                 pinbulk_writer *writer,
                                                 const pinbulk_encode_options *options,
                                                 pinbulk_error *error)
{
    return pinbulki_encode(object, &pinbulki_upsert_table, PINBULK_FORM_CREATE, writer, options,
                           error);
}

/* Bodies. A body of an object is encoded anew in every pass, the first of which is a rehearsal: it
   reads the body once to find its errors, its length and the sum of its bytes. Each later pass must
   come to the same, and its last bytes are only given when it does. */

static pinbulk_result pinbulki_body_begin(pinbulk_body *body)
{
    body->at = 0;
    body->at_sum = 0;
    body->result = PINBULK_OK;
    if (!body->object)
        return PINBULK_OK;
    pinbulki_writer_init_pull(&body->writer);
    body->result =
        pinbulki_encode_begin(&body->encoder, body->object, (const pinbulki_table *)body->table,
                              PINBULK_FORM_CREATE, &body->writer);
    return body->result;
}

static int pinbulki_body_is_whole(const pinbulk_body *body)
{
    return body->encoder.depth == 0 && !pinbulki_writer_full(&body->writer);
}

/* Adds bytes to the sum of those before them: of whole words of eight, counted from the start of
   the body, so that portions do not matter. */
static void pinbulki_body_sum(pinbulk_body *body, const char *bytes, size_t count)
{
    unsigned held = (unsigned)(body->at % 8);
    uint64_t word;
    while (count > 0) {
        if (held == 0 && count >= 8) {
            memcpy(&word, bytes, 8);
            bytes += 8;
            count -= 8;
        } else {
            body->word[held++] = *bytes++;
            count--;
            if (held < 8)
                continue;
            memcpy(&word, body->word, 8);
            held = 0;
        }
        body->at_sum = (body->at_sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        body->at_sum ^= body->at_sum >> 29;
    }
}

/* Adds the last bytes, fewer than eight. */
static void pinbulki_body_sum_end(pinbulk_body *body)
{
    unsigned i, held = (unsigned)(body->at % 8);
    for (i = 0; i < held; i++)
        body->at_sum = (body->at_sum ^ (unsigned char)body->word[i]) * 31;
}

/* Encodes the next `size` bytes, fewer at the end. */
static pinbulk_result pinbulki_body_pull(pinbulk_body *body, char *buffer, size_t size, size_t *got)
{
    body->encoder.writer = &body->writer; /* the body may have been moved */
    pinbulki_writer_pull(&body->writer, buffer, size);
    body->result = pinbulki_encode_run(&body->encoder);
    *got = pinbulki_writer_used(&body->writer);
    pinbulki_body_sum(body, buffer, *got);
    body->at += *got;
    return body->result;
}

/* Bytes of the first pass that are on the stack; more are faster. */
#ifdef PINBULK_SMALL
#define PINBULKI_REHEARSAL 32
#else
#define PINBULKI_REHEARSAL 256
#endif

static pinbulk_result pinbulki_body_setup(pinbulk_body *body, const void *object,
                                          const pinbulki_table *table,
                                          const pinbulk_encode_options *options,
                                          pinbulk_error *error)
{
    memset(body, 0, sizeof *body);
    body->object = object;
    body->table = table;
    if (!object) {
        body->result = PINBULK_BAD_ARGUMENT;
        pinbulki_error_set(error, PINBULK_BAD_ARGUMENT, PINBULKI_SAY("no object"));
        return PINBULK_BAD_ARGUMENT;
    }
    pinbulki_encode_setup(&body->encoder, options, error);
    return PINBULK_OK;
}

/* The first pass. */
static pinbulk_result pinbulki_body_rehearse(pinbulk_body *body)
{
    char buffer[PINBULKI_REHEARSAL];
    size_t got;
    if (pinbulki_encode_speechless(&body->encoder))
        body->result = PINBULK_BAD_ARGUMENT;
    else if (pinbulki_body_begin(body) == PINBULK_OK)
        while (!pinbulki_body_is_whole(body) &&
               pinbulki_body_pull(body, buffer, sizeof buffer, &got) == PINBULK_OK)
            continue;
    body->encoder.error = NULL;
    body->encoder.checked = 0; /* the other passes must give the same bytes */
    if (body->result != PINBULK_OK)
        return body->result;
    pinbulki_body_sum_end(body);
    body->length = body->at;
    body->sum = body->at_sum;
    return pinbulki_body_begin(body);
}

static pinbulk_result pinbulki_body_init(pinbulk_body *body, const void *object,
                                         const pinbulki_table *table,
                                         const pinbulk_encode_options *options,
                                         pinbulk_error *error)
{
    pinbulk_result result = pinbulki_body_setup(body, object, table, options, error);
    return result == PINBULK_OK ? pinbulki_body_rehearse(body) : result;
}

PINBULK_API pinbulk_result pinbulk_body_init_download(pinbulk_body *body,
                                                      const pinbulk_download *object,
                                                      const pinbulk_encode_options *options,
                                                      pinbulk_error *error)
{
    return pinbulki_body_init(body, object, &pinbulki_download_table, options, error);
}

PINBULK_API pinbulk_result pinbulk_body_init_upsert(pinbulk_body *body,
                                                    const pinbulk_upsert *object,
                                                    const pinbulk_encode_options *options,
                                                    pinbulk_error *error)
{
    return pinbulki_body_init(body, object, &pinbulki_upsert_table, options, error);
}

PINBULK_API void pinbulk_body_init_memory(pinbulk_body *body, const void *data, size_t length)
{
    memset(body, 0, sizeof *body);
    body->memory.data = (const char *)data;
    body->memory.length = length;
    if (data)
        body->length = length;
    else if (length)
        body->result = PINBULK_BAD_ARGUMENT;
}

PINBULK_API uint64_t pinbulk_body_length(const pinbulk_body *body)
{
    return body->length;
}

/* The next bytes of a body that is encoded. Those that complete the announced length are given only
   when they also complete the object, and all bytes were those of the first pass. */
static pinbulk_result pinbulki_body_read_object(pinbulk_body *body, char *buffer, size_t size,
                                                size_t *got)
{
    int whole;
    if (pinbulki_body_pull(body, buffer, size, got) == PINBULK_OK) {
        whole = pinbulki_body_is_whole(body);
        if (whole)
            pinbulki_body_sum_end(body);
        if (body->at > body->length || whole != (body->at == body->length) ||
            (whole && body->at_sum != body->sum))
            body->result = PINBULK_SOURCE_CHANGED;
    } else if (body->result != PINBULK_SOURCE_FAILED) {
        body->result = PINBULK_SOURCE_CHANGED; /* the first pass found no error */
    }
    if (body->result != PINBULK_OK)
        *got = 0;
    return body->result;
}

PINBULK_API pinbulk_result pinbulk_body_read(pinbulk_body *body, void *buffer, size_t size,
                                             size_t *got)
{
    *got = 0;
    if (body->result != PINBULK_OK || size == 0 || body->at == body->length)
        return body->result;
    if (!buffer)
        return PINBULK_BAD_ARGUMENT;
    if (body->object)
        return pinbulki_body_read_object(body, (char *)buffer, size, got);
    *got = size < body->length - body->at ? size : (size_t)(body->length - body->at);
    memcpy(buffer, body->memory.data + (size_t)body->at, *got);
    body->at += *got;
    return PINBULK_OK;
}

PINBULK_API pinbulk_result pinbulk_body_rewind(pinbulk_body *body)
{
    if (body->length == 0)
        return body->result; /* empty, or its first pass failed */
    return pinbulki_body_begin(body);
}

/* A part of an upsert: only the entities from `from` to before `to` are written, counted through
   all lists in wire order. A list that has none of them is not written, nor is the object around
   it. */

enum { PINBULKI_LISTS = 8, PINBULKI_ALL_LISTS = 2 * PINBULKI_LISTS };

/* The row of the list of entities inside an entity, NULL when it is one by itself. */
static const pinbulki_row *pinbulki_inner_row(const pinbulki_table *table)
{
    unsigned i;
    for (i = 0; i < table->count; i++)
        if (table->rows[i].kind & PINBULKI_INNER)
            return &table->rows[i];
    return NULL;
}

/* The items of a list. A source is asked for them all. */
static pinbulk_result pinbulki_count_items(const void *value, uint64_t *count)
{
    pinbulki_list list;
    const void *item;
    memcpy(&list, value, sizeof list);
    *count = list.state == PINBULK_SET ? list.count : 0;
    if (list.state != PINBULK_SET || !list.source)
        return PINBULK_OK;
    if (list.source->rewind(list.source->ctx) != PINBULK_OK)
        return PINBULK_SOURCE_FAILED;
    for (;; ++*count) {
        if (list.source->next(list.source->ctx, &item) != PINBULK_OK)
            return PINBULK_SOURCE_FAILED;
        if (!item)
            return PINBULK_OK;
    }
}

/* The entities in an item of a list of entities; one that lists none counts as one. */
static pinbulk_result pinbulki_count_inside(const pinbulki_table *table, const void *item,
                                            uint64_t *count)
{
    const pinbulki_row *inner = pinbulki_inner_row(table);
    pinbulk_result result = PINBULK_OK;
    *count = 1;
    if (inner)
        result = pinbulki_count_items(pinbulki_member(item, inner->offset), count);
    if (*count == 0)
        *count = 1;
    return result;
}

/* The entities in a list of them. */
static pinbulk_result pinbulki_count_entities(const pinbulki_entities *list, uint64_t *count)
{
    const pinbulki_table *table = (const pinbulki_table *)list->table;
    const void *item = NULL;
    uint64_t inside = 0;
    size_t i;
    pinbulk_result result = PINBULK_OK;
    if (list->state != PINBULK_SET || !pinbulki_inner_row(table))
        return pinbulki_count_items(list, count);
    *count = 0;
    if (list->source && list->source->rewind(list->source->ctx) != PINBULK_OK)
        return PINBULK_SOURCE_FAILED;
    for (i = 0; result == PINBULK_OK; i++, *count += inside) {
        if (list->source && list->source->next(list->source->ctx, &item) != PINBULK_OK)
            return PINBULK_SOURCE_FAILED;
        if (!list->source)
            item = i < list->count ? pinbulki_member(list->items, i * table->size) : NULL;
        if (!item)
            break;
        result = pinbulki_count_inside(table, item, &inside);
    }
    return result;
}

/* The list of entities that a row of an upsert, of its `create` or of its `update` begins with; -1:
   there is none. */
static int pinbulki_list_number(const pinbulki_encoder *encoder, const pinbulki_frame *frame)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    const pinbulki_row *row = &table->rows[frame->index];
    if (encoder->depth == 1)
        return PINBULKI_LISTS * (int)frame->index;
    if ((row->kind & (PINBULKI_ENTITIES | PINBULKI_INNER)) != PINBULKI_ENTITIES)
        return -1;
    return (pinbulki_form_of(encoder, frame) == PINBULK_FORM_UPDATE ? PINBULKI_LISTS : 0) +
           (int)frame->index;
}

static uint64_t pinbulki_list_start(const uint64_t *ends, int number)
{
    return number > 0 ? ends[number - 1] : 0;
}

/* True for a member that has none of the entities of the part. */
static int pinbulki_part_is_outside(const pinbulki_encoder *encoder, const pinbulki_frame *frame)
{
    const int number = pinbulki_list_number(encoder, frame);
    uint64_t start, end;
    if (number < 0)
        return 0;
    start = pinbulki_list_start(encoder->ends, number);
    end = encoder->ends[encoder->depth == 1 ? number + PINBULKI_LISTS - 1 : number];
    return start == end || end <= encoder->from || start >= encoder->to;
}

/* Knows how many entities stand before a list of them. */
static void pinbulki_part_begin_list(pinbulki_encoder *encoder, const pinbulki_row *row)
{
    if ((row->kind & (PINBULKI_ENTITIES | PINBULKI_INNER)) == PINBULKI_ENTITIES)
        encoder->at = pinbulki_list_start(
            encoder->ends, pinbulki_list_number(encoder, &encoder->frames[encoder->depth - 1]));
}

/* Goes over the items of a list of entities that stand before the part, as far as that takes no
   look into them. */
static pinbulk_result pinbulki_part_skip(pinbulki_encoder *encoder, pinbulki_frame *frame,
                                         const pinbulki_list *list)
{
    uint64_t count = encoder->from - encoder->at;
    const void *item = NULL;
    pinbulk_result result = PINBULK_OK;
    if (!list->source) {
        if (count > list->count)
            count = list->count;
        frame->index = (pinbulki_index)count;
    } else if (list->source->seek) {
        result = list->source->seek(list->source->ctx, count);
        frame->index = (pinbulki_index)count;
    } else {
        for (; frame->index < count && result == PINBULK_OK; frame->index++)
            result = list->source->next(list->source->ctx, &item);
    }
    encoder->at += count;
    if (result != PINBULK_OK)
        return pinbulki_encode_fail(encoder, PINBULK_SOURCE_FAILED, "", "");
    return PINBULK_OK;
}

/* Sets *item to the next item of a list of entities that belongs to the part at least in part, NULL
   behind the last one. */
static pinbulk_result pinbulki_part_next(pinbulki_encoder *encoder, pinbulki_frame *frame,
                                         const pinbulki_list *list, const void **item)
{
    const pinbulki_table *table = (const pinbulki_table *)frame->table;
    int is_parent = !(((const pinbulki_row *)frame->row)->kind & PINBULKI_INNER) &&
                    pinbulki_inner_row(table) != NULL;
    uint64_t inside;
    pinbulk_result result = PINBULK_OK;
    if (!is_parent && encoder->at < encoder->from)
        result = pinbulki_part_skip(encoder, frame, list);
    *item = NULL;
    while (result == PINBULK_OK && encoder->at < encoder->to) {
        result = pinbulki_next_item(encoder, frame, list, item);
        if (result != PINBULK_OK || !*item || !is_parent)
            return result;
        if (pinbulki_count_inside(table, *item, &inside) != PINBULK_OK)
            return pinbulki_encode_fail(encoder, PINBULK_SOURCE_FAILED, "", "");
        if (encoder->at + inside > encoder->from) {
            encoder->opened = encoder->at;
            return PINBULK_OK;
        }
        encoder->at += inside;
        frame->index++;
        *item = NULL;
    }
    return result;
}

/* Counts an entity of a part whose end was reached. A parent of entities counts when it has none.
 */
static void pinbulki_part_passed(pinbulki_encoder *encoder, const pinbulki_frame *frame)
{
    const pinbulki_row *row = (const pinbulki_row *)frame->row;
    if (!(row->kind & PINBULKI_ENTITIES))
        return;
    if ((row->kind & PINBULKI_INNER) || !pinbulki_inner_row((const pinbulki_table *)frame->table) ||
        encoder->at == encoder->opened)
        encoder->at++;
}

static const pinbulki_division pinbulki_part_division = {
    pinbulki_part_is_outside, pinbulki_part_begin_list, pinbulki_part_next, pinbulki_part_passed};

/* Makes the encoder one of the entities from `from` to before `to`. */
static void pinbulki_part_setup(pinbulki_encoder *encoder, const pinbulk_parts *parts,
                                uint64_t from, uint64_t to)
{
    encoder->division = &pinbulki_part_division;
    encoder->ends = parts->ends;
    encoder->from = encoder->at = from;
    encoder->to = to;
}

PINBULK_API pinbulk_result pinbulk_body_init_part(pinbulk_body *body, const pinbulk_part *part,
                                                  pinbulk_error *error)
{
    const pinbulk_parts *parts = part && part->count != 0 ? part->parts : NULL;
    pinbulki_encoder *encoder = &body->encoder;
    if (!parts) {
        memset(body, 0, sizeof *body);
        body->result = PINBULK_BAD_ARGUMENT;
        pinbulki_error_set(error, PINBULK_BAD_ARGUMENT, PINBULKI_SAY("there is no part"));
        return PINBULK_BAD_ARGUMENT;
    }
    pinbulki_body_setup(body, parts->upsert, &pinbulki_upsert_table, &parts->options, error);
    pinbulki_part_setup(encoder, parts, part->first, part->first + part->count);
    encoder->checked = encoder->checked && !encoder->options.warn; /* all was told already */
    return pinbulki_body_rehearse(body);
}

enum { /* pinbulk_parts.state */
       PINBULKI_PARTS_NONE = 0,
       PINBULKI_PARTS_READY,
       PINBULKI_PARTS_TAKEN, /* a job was made of the part that was given out last */
       PINBULKI_PARTS_DOUBT  /* a part may be applied or not */
};

/* Counts the entities of all lists of an upsert. */
static pinbulk_result pinbulki_parts_count(pinbulk_parts *parts)
{
    unsigned number;
    pinbulk_result result = PINBULK_OK;
    for (number = 0; number < PINBULKI_ALL_LISTS && result == PINBULK_OK; number++) {
        const pinbulki_row *half = &pinbulki_upsert_rows[number / PINBULKI_LISTS];
        const pinbulki_table *table = (const pinbulki_table *)half->sub;
        uint64_t count = 0;
        pinbulki_ref ref;
        memcpy(&ref, pinbulki_member(parts->upsert, half->offset), sizeof ref);
        if (ref.state == PINBULK_SET)
            result =
                pinbulki_count_entities((const pinbulki_entities *)pinbulki_member(
                                            ref.value, table->rows[number % PINBULKI_LISTS].offset),
                                        &count);
        parts->total += count;
        parts->ends[number] = parts->total;
    }
    return result;
}

PINBULK_API pinbulk_result pinbulk_parts_init(pinbulk_parts *parts, const pinbulk_upsert *upsert,
                                              const pinbulk_part_limits *limits, uint64_t first,
                                              const pinbulk_encode_options *options,
                                              pinbulk_error *error)
{
    pinbulk_result result;
    memset(parts, 0, sizeof *parts);
    result = pinbulk_body_init_upsert(&parts->body, upsert, options, error);
    if (result != PINBULK_OK)
        return result;
    if (upsert->extra.count ||
        (upsert->create.state == PINBULK_SET && upsert->create.value->extra.count) ||
        (upsert->update.state == PINBULK_SET && upsert->update.value->extra.count)) {
        pinbulki_error_set(error, PINBULK_NOT_ALLOWED,
                           PINBULKI_SAY("extra members of an upsert cannot be divided"));
        return PINBULK_NOT_ALLOWED;
    }
    parts->upsert = upsert;
    if (limits)
        parts->limits = *limits;
    if (options)
        parts->options = *options;
    result = pinbulki_parts_count(parts);
    if (result == PINBULK_OK && first > parts->total)
        result = PINBULK_BAD_ARGUMENT;
    if (result != PINBULK_OK) {
        pinbulki_error_set(
            error, result,
            result == PINBULK_BAD_ARGUMENT ? PINBULKI_SAY("there are not so many entities") : "");
        return result;
    }
    parts->next = first;
    parts->state = PINBULKI_PARTS_READY;
    return PINBULK_OK;
}

/* Finds how many entities fit into the next part: a rehearsal that counts bytes, with the
   memory of its body. What is open at the end of an entity takes one byte each to be closed. */
static pinbulk_result pinbulki_parts_measure(pinbulk_parts *parts, pinbulk_part *part,
                                             pinbulk_error *error)
{
    const pinbulk_part_limits *limits = &parts->limits;
    pinbulki_encoder *encoder = &parts->body.encoder;
    pinbulk_writer *writer = &parts->body.writer;
    uint64_t fits = parts->next;
    pinbulk_result result;
    pinbulki_encode_setup(encoder, &parts->options, error);
    encoder->checked = 0;
    pinbulki_part_setup(encoder, parts, parts->next, parts->total);
    pinbulk_writer_init_count(writer);
    result = pinbulki_encode_begin(encoder, parts->upsert, &pinbulki_upsert_table,
                                   PINBULK_FORM_CREATE, writer);
    while (result == PINBULK_OK && encoder->depth > 0) {
        result = pinbulki_encode_step(encoder);
        if (result != PINBULK_OK || encoder->at <= fits)
            continue;
        if (limits->bytes && writer->flushed + encoder->depth > limits->bytes)
            break;
        fits = encoder->at;
        if (limits->entities && fits - parts->next >= limits->entities)
            break;
    }
    part->first = parts->next;
    part->count = fits - parts->next;
    return result;
}

PINBULK_API pinbulk_result pinbulk_parts_next(pinbulk_parts *parts, pinbulk_part *part,
                                              pinbulk_error *error)
{
    const uint64_t most = parts->limits.bytes;
    pinbulk_body *body = &parts->body;
    pinbulk_result result = PINBULK_OK;
    memset(part, 0, sizeof *part);
    part->parts = parts;
    if (parts->state != PINBULKI_PARTS_READY || parts->pending) {
        pinbulki_error_set(error, PINBULK_BAD_STATE,
                           parts->state == PINBULKI_PARTS_NONE
                               ? PINBULKI_SAY("the upsert was not divided")
                           : parts->state == PINBULKI_PARTS_DOUBT
                               ? PINBULKI_SAY("the part before may be applied or not")
                               : PINBULKI_SAY("what became of the part before was not told"));
        return PINBULK_BAD_STATE;
    }
    part->first = parts->next;
    if (parts->next == parts->total)
        return PINBULK_OK;
    result = pinbulki_parts_measure(parts, part, error);
    while (result == PINBULK_OK && part->count > 0) {
        uint64_t excess;
        result = pinbulk_body_init_part(body, part, error);
        part->bytes = body->length;
        if (result != PINBULK_OK || !most || body->length <= most) {
            parts->pending = part->count;
            break;
        }
        /* What stands behind the entities of a parent was not measured. */
        excess = 1 + part->count / (body->length / (body->length - most) + 1);
        part->count -= excess < part->count ? excess : part->count;
    }
    if (result == PINBULK_OK && part->count == 0) {
        result = PINBULK_TOO_LARGE;
        pinbulki_error_set(error, result,
                           PINBULKI_SAY("one entity alone is above the limit of bytes"));
        if (error)
            pinbulk_parts_path(parts, parts->next, error->path, sizeof error->path);
    }
    if (result != PINBULK_OK)
        part->count = parts->pending = 0;
    return result;
}

/* Finds an item of a list of parents by an entity inside, whose index there is left in *entity. */
static pinbulki_index pinbulki_parts_parent(const pinbulki_entities *list, uint64_t *entity)
{
    const pinbulki_table *table = (const pinbulki_table *)list->table;
    const void *item = NULL;
    uint64_t inside = 0;
    pinbulki_index i;
    if (list->source && list->source->rewind(list->source->ctx) != PINBULK_OK)
        return 0;
    for (i = 0;; i++) {
        if (!list->source)
            item = pinbulki_member(list->items, (size_t)i * table->size);
        else if (list->source->next(list->source->ctx, &item) != PINBULK_OK)
            return i;
        if (!item || pinbulki_count_inside(table, item, &inside) != PINBULK_OK || *entity < inside)
            return i;
        *entity -= inside;
    }
}

PINBULK_API size_t pinbulk_parts_path(const pinbulk_parts *parts, uint64_t entity, char *text,
                                      size_t size)
{
    pinbulki_line line = pinbulki_line_begin(text, size);
    const pinbulki_row *half, *row, *inner;
    const pinbulki_entities *list;
    pinbulki_ref ref;
    int number = 0;
    if (size)
        *text = '\0';
    if (entity >= parts->total)
        return 0;
    while (entity >= parts->ends[number])
        number++;
    entity -= pinbulki_list_start(parts->ends, number);
    half = &pinbulki_upsert_rows[number / PINBULKI_LISTS];
    row = &((const pinbulki_table *)half->sub)->rows[number % PINBULKI_LISTS];
    memcpy(&ref, pinbulki_member(parts->upsert, half->offset), sizeof ref);
    list = (const pinbulki_entities *)pinbulki_member(ref.value, row->offset);
    inner = pinbulki_inner_row((const pinbulki_table *)list->table);
    pinbulki_codec_path_key(&line, half->key, half->key_length);
    pinbulki_codec_path_key(&line, row->key, row->key_length);
    if (inner) {
        pinbulki_codec_path_index(&line, pinbulki_parts_parent(list, &entity));
        pinbulki_codec_path_key(&line, inner->key, inner->key_length);
    }
    pinbulki_codec_path_index(&line, (pinbulki_index)entity);
    return pinbulki_line_end(&line);
}

/* Decoding: the tokens of the reader, put where the rows say, with a stack of what is open.

   The arena has two ends. From the front grows what stays: texts and objects. From the back grows
   what is still open: levels, list items and extra members, whose number is only known at their
   end, the last one foremost. When a list or object ends, they are turned round and moved to the
   front. What is between the ends is free, and the reader uses it as the buffer for texts that hold
   escapes, so that such a text is in place already. */

/* Whether names and values are those of table rows. */
static int pinbulki_is_loose(const pinbulk_decode_options *options)
{
#ifdef PINBULK_NO_CSV
    (void)options;
    return 0;
#else
    return options->loose;
#endif
}

/* The row of a key, NULL when the table has none. The search begins at `first`: keys mostly come in
   the order of the table. */
static const pinbulki_row *pinbulki_find_row(const pinbulki_table *table, size_t first,
                                             const char *key, size_t length, int loose)
{
    size_t left, index = first;
    for (left = table->count; left > 0; left--) {
        const pinbulki_row *row = &table->rows[index < table->count ? index : 0];
        if (row->key_length == length && memcmp(row->key, key, length) == 0)
            return row;
        index = (size_t)(row - table->rows) + 1;
    }
    for (index = 0; loose && index < table->count; index++) {
        pinbulk_text name, sought;
        name.data = table->rows[index].key;
        name.length = table->rows[index].key_length;
        sought.data = key;
        sought.length = length;
        if (pinbulki_name_is(sought, name))
            return &table->rows[index];
    }
    return NULL;
}

typedef struct pinbulki_level pinbulki_level;
struct pinbulki_level {
    pinbulki_level *outer;       /* the level around it, NULL: none */
    void *value;                 /* the object; where the list goes */
    const pinbulki_table *table; /* of the object; NULL: it is a list */
    const pinbulki_row *row;     /* of the list; of the last member, NULL when it is unknown */
    size_t count;                /* list items, or extra members, that are complete */
    size_t front, back;          /* of the arena when it was opened */
    union {
        uint32_t seen;     /* the rows of an object that were there, one bit each */
        const char *start; /* of a list or a wrapper in the text */
    } at;
};

typedef struct pinbulki_decoder { /* small members first: that makes small code */
    pinbulk_token token;
    char *memory;
    size_t front, back; /* what is free */
    size_t skew;        /* of the memory against an address that suits every object */
    const char *before; /* behind what stands before the current value: a name, an item */
    pinbulk_text name;  /* of the current member, when it is unknown or an entry of a map */
    unsigned depth;
    pinbulk_decode_options options;
    char scratch[8]; /* buffer for texts that are not looked at */
    pinbulk_reader reader;
    pinbulki_level *level; /* the innermost, NULL: none */
    pinbulki_level root;   /* the outermost; the others are in the memory, among what is open */
} pinbulki_decoder;

/* The alignment that suits every object. */
typedef struct pinbulki_aligned {
    char byte;
    union {
        int64_t integer;
        size_t size;
        const void *pointer;
    } any;
} pinbulki_aligned;

#define PINBULKI_ALIGNMENT offsetof(pinbulki_aligned, any)

/* The bytes from an address to the next aligned one. */
static size_t pinbulki_alignment_of(const void *memory)
{
    return (PINBULKI_ALIGNMENT - (size_t)((uintptr_t)memory % PINBULKI_ALIGNMENT)) %
           PINBULKI_ALIGNMENT;
}

/* Where the current value begins. */
static const char *pinbulki_value_start(const pinbulki_decoder *decoder)
{
    const char *at = decoder->before, *end = decoder->reader.end;
    while (at != end &&
           (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t' || *at == ':' || *at == ','))
        at++;
    return at;
}

/* What was expected where a value of another type stands. */
static const char *pinbulki_expectation(const pinbulki_decoder *decoder)
{
    const pinbulki_level *level;
    if (!decoder->level)
        return PINBULKI_SAY("expected an object");
    level = decoder->level;
    if (!level->row) /* a wrapper */
        return PINBULKI_SAY("expected one member, which is an object");
    if (pinbulki_is_list(level->row) && level->table)
        return pinbulki_is_map(level->row) ? PINBULKI_SAY("expected an object")
                                           : PINBULKI_SAY("expected an array");
    switch (pinbulki_item_type(level->row)) {
    case PINBULKI_STRING:
    case PINBULKI_ENUM:
        return PINBULKI_SAY("expected a string");
    case PINBULKI_BOOL:
        return PINBULKI_SAY("expected true or false");
    case PINBULKI_OBJECT:
        return PINBULKI_SAY("expected an object");
    case PINBULKI_STRINGS:
        return PINBULKI_SAY("expected an array");
    default:
        return PINBULKI_SAY("expected a number");
    }
}

/* The level of that depth, which is open; that of the root is 1. */
static const pinbulki_level *pinbulki_level_at(const pinbulki_decoder *decoder, unsigned depth)
{
    const pinbulki_level *level = decoder->level;
    unsigned at;
    for (at = decoder->depth; at > depth; at--)
        level = level->outer;
    return level;
}

/* Fills the error. */
static void pinbulki_decode_error(const pinbulki_decoder *decoder, pinbulk_result result,
                                  pinbulk_error *error)
{
    pinbulki_line path;
    unsigned depth;
    if (decoder->reader.result == result) {
        pinbulk_reader_error(&decoder->reader, error);
    } else {
        pinbulki_error_set(error, result,
                           result == PINBULK_WRONG_TYPE ? pinbulki_expectation(decoder) : "");
        error->has_offset = 1;
        error->offset = (uint64_t)(pinbulki_value_start(decoder) - decoder->reader.chunk);
    }
    path = pinbulki_line_begin(error->path, sizeof error->path);
    for (depth = 1; depth <= decoder->depth; depth++) {
        const pinbulki_level *level = pinbulki_level_at(decoder, depth);
        if (!level->table && !pinbulki_is_map(level->row))
            pinbulki_codec_path_index(&path, level->count);
        else if (level->table && level->row)
            pinbulki_codec_path_key(&path, level->row->key, level->row->key_length);
        else if (pinbulki_is_wrapper(level->table)) {
            const pinbulk_enum *tag = pinbulki_tag_of(level->table, level->value);
            pinbulki_codec_path_key(&path, tag->text, tag->length);
        } else if (decoder->name.data)
            pinbulki_codec_path_key(&path, decoder->name.data, decoder->name.length);
    }
    pinbulki_line_end(&path);
}

/* Memory. */

/* The bytes from `offset` of the memory to the next aligned address. */
static size_t pinbulki_padding(const pinbulki_decoder *decoder, size_t offset)
{
    return (PINBULKI_ALIGNMENT - (decoder->skew + offset) % PINBULKI_ALIGNMENT) %
           PINBULKI_ALIGNMENT;
}

/* Zeroed memory that stays, NULL when there is not enough. */
static void *pinbulki_take_front(pinbulki_decoder *decoder, size_t size)
{
    size_t padding = pinbulki_padding(decoder, decoder->front);
    size_t room = decoder->back - decoder->front;
    void *taken;
    if (padding > room || size > room - padding)
        return NULL;
    taken = decoder->memory + decoder->front + padding;
    decoder->front += padding + size;
    memset(taken, 0, size);
    return taken;
}

/* Zeroed memory for one more item of the innermost list, or extra member of the innermost object;
   NULL when there is not enough. */
static void *pinbulki_take_back(pinbulki_decoder *decoder, size_t size)
{
    const pinbulki_level *level = decoder->level;
    size_t room = decoder->back - decoder->front, excess = 0;
    void *taken;
    if (level->count == 0)
        excess = (decoder->skew + decoder->back) % PINBULKI_ALIGNMENT;
    if (excess > room || size > room - excess)
        return NULL;
    decoder->back -= excess + size;
    taken = decoder->memory + decoder->back;
    memset(taken, 0, size);
    return taken;
}

/* The same for an item whose first token was read: when that is a text at the front of what is free
   it is not overwritten. */
static void *pinbulki_take_item(pinbulki_decoder *decoder, size_t size)
{
    const pinbulk_token *token = &decoder->token;
    size_t text = 0;
    void *taken;
    if (token->kind == PINBULK_TOKEN_STRING && token->text == decoder->memory + decoder->front &&
        token->length <= decoder->back - decoder->front)
        text = token->length;
    decoder->front += text;
    taken = pinbulki_take_back(decoder, size);
    decoder->front -= text;
    return taken;
}

/* Turns the order of `count` items round. */
static void pinbulki_turn_round(char *items, size_t count, size_t size)
{
    char piece[64], *first = items, *last = items + (count - 1) * size;
    for (; first < last; first += size, last -= size) {
        size_t at, part;
        for (at = 0; at < size; at += part) {
            part = size - at < sizeof piece ? size - at : sizeof piece;
            memcpy(piece, first + at, part);
            memcpy(first + at, last + at, part);
            memcpy(last + at, piece, part);
        }
    }
}

/* Moves the complete items of the innermost level from the back to the front. Returns 0 when there
   is no room for the alignment. */
static int pinbulki_settle(pinbulki_decoder *decoder, size_t size, const void **items)
{
    const pinbulki_level *level = decoder->level;
    size_t padding = pinbulki_padding(decoder, decoder->front);
    *items = NULL;
    if (level->count > 0) {
        char *from = decoder->memory + decoder->back, *to;
        if (padding > decoder->back - decoder->front)
            return 0;
        decoder->front += padding;
        to = decoder->memory + decoder->front;
        pinbulki_turn_round(from, level->count, size);
        memmove(to, from, level->count * size);
        decoder->front += level->count * size;
        *items = to;
    }
    decoder->back = level->back;
    return 1;
}

/* Makes a text stay. It lies in the input, or as the last one read at the front of what is free. */
static int pinbulki_keep(pinbulki_decoder *decoder, pinbulk_text *text)
{
    char *front = decoder->memory + decoder->front;
    if (text->length == 0)
        text->data = "";
    else if (text->data == front)
        decoder->front += text->length;
    else if (!decoder->options.borrow) {
        if (text->length > decoder->back - decoder->front)
            return 0;
        memcpy(front, text->data, text->length);
        text->data = front;
        decoder->front += text->length;
    }
    return 1;
}

static int pinbulki_keep_token(pinbulki_decoder *decoder, pinbulk_text *text)
{
    text->data = decoder->token.text;
    text->length = decoder->token.length;
    return pinbulki_keep(decoder, text);
}

/* Tokens. */

/* Reads the next token, its text whole when it is to be looked at, otherwise in parts. */
static pinbulk_result pinbulki_next_token(pinbulki_decoder *decoder, int is_looked_at)
{
    pinbulk_reader *reader = &decoder->reader;
    if (is_looked_at) {
        reader->config.buffer = decoder->memory + decoder->front;
        reader->config.buffer_size = decoder->back - decoder->front;
        reader->config.parts = 0;
    } else {
        reader->config.buffer = decoder->scratch;
        reader->config.buffer_size = sizeof decoder->scratch;
        reader->config.parts = 1;
    }
    if (PINBULKI_LIKELY(pinbulki_reader_step(reader, &decoder->token) != PINBULK_TOKEN_ERROR))
        return PINBULK_OK;
    return reader->result == PINBULK_TOO_LARGE ? PINBULK_NO_SPACE : reader->result;
}

/* Reads the value to its end whose first token was read. Sets *json to how it stands in the input.
 */
static pinbulk_result pinbulki_rest_of_value(pinbulki_decoder *decoder, pinbulk_text *json)
{
    pinbulk_result result = PINBULK_OK;
    json->data = pinbulki_value_start(decoder);
    if (decoder->token.kind == PINBULK_TOKEN_OBJECT || decoder->token.kind == PINBULK_TOKEN_ARRAY) {
        pinbulk_reader_skip(&decoder->reader);
        result = pinbulki_next_token(decoder, 0);
    }
    while (result == PINBULK_OK && decoder->token.more)
        result = pinbulki_next_token(decoder, 0);
    json->length = (size_t)(decoder->reader.at - json->data);
    return result;
}

/* Extra members. */

/* The extra member of that name in the innermost object, NULL when there is none. */
static pinbulk_member *pinbulki_find_extra(pinbulki_decoder *decoder, const char *name,
                                           size_t length)
{
    const pinbulki_level *level = decoder->level;
    size_t i;
    if (level->count > 0) {
        pinbulk_member *extra = (pinbulk_member *)(void *)(decoder->memory + decoder->back);
        for (i = 0; i < level->count; i++)
            if (extra[i].name.length == length && memcmp(extra[i].name.data, name, length) == 0)
                return &extra[i];
    }
    return NULL;
}

/* Keeps a member as an extra one of the innermost object. The name stays already. */
static pinbulk_result pinbulki_add_extra(pinbulki_decoder *decoder, pinbulk_text name,
                                         pinbulk_text json)
{
    pinbulk_member *member = pinbulki_find_extra(decoder, name.data, name.length);
    if (!pinbulki_keep(decoder, &json))
        return PINBULK_NO_SPACE;
    if (!member) {
        member = (pinbulk_member *)pinbulki_take_back(decoder, sizeof *member);
        if (!member)
            return PINBULK_NO_SPACE;
        decoder->level->count++;
    }
    member->name = name;
    member->json = json;
    return PINBULK_OK;
}

/* Reads an unknown member, whose name is the current token. */
static pinbulk_result pinbulki_decode_unknown(pinbulki_decoder *decoder)
{
    pinbulk_text json;
    pinbulk_result result;
    decoder->name.data = decoder->token.text;
    decoder->name.length = decoder->token.length;
    if (decoder->options.unknown == PINBULK_UNKNOWN_REFUSE)
        return PINBULK_UNKNOWN;
    if (decoder->options.unknown == PINBULK_UNKNOWN_KEEP) {
        if (decoder->options.duplicates == PINBULK_DUPLICATES_REFUSE &&
            pinbulki_find_extra(decoder, decoder->name.data, decoder->name.length))
            return PINBULK_DUPLICATE;
        if (!pinbulki_keep(decoder, &decoder->name))
            return PINBULK_NO_SPACE;
    }
    result = pinbulki_next_token(decoder, 0);
    if (result != PINBULK_OK)
        return result;
    result = pinbulki_rest_of_value(decoder, &json);
    if (result == PINBULK_OK && decoder->options.unknown == PINBULK_UNKNOWN_KEEP)
        result = pinbulki_add_extra(decoder, decoder->name, json);
    return result;
}

/* Levels. */

static void pinbulki_leave_level(pinbulki_decoder *decoder)
{
    decoder->level = decoder->level->outer;
    decoder->depth--;
}

static pinbulk_result pinbulki_open_level(pinbulki_decoder *decoder, void *value,
                                          const pinbulki_table *table, const pinbulki_row *row)
{
    const size_t back = decoder->back;
    pinbulki_level *level = &decoder->root;
    if (decoder->depth == PINBULK_ENCODE_DEPTH)
        return PINBULK_TOO_DEEP;
    if (decoder->level) {
        level = (pinbulki_level *)pinbulki_take_back(decoder, sizeof *level);
        if (!level)
            return PINBULK_NO_SPACE;
    }
    level->outer = decoder->level;
    level->value = value;
    level->table = table;
    level->row = row;
    level->count = 0;
    level->front = decoder->front;
    level->back = back;
    if (table && !pinbulki_is_wrapper(table))
        level->at.seen = 0;
    else
        level->at.start = pinbulki_value_start(decoder);
    decoder->name.data = NULL;
    decoder->level = level;
    decoder->depth++;
    return PINBULK_OK;
}

/* Puts what is complete into its place and goes back to the level around it. */
static pinbulk_result pinbulki_close_level(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    if (pinbulki_is_wrapper(level->table)) {
        decoder->back = level->back; /* what it has is in the level that was inside */
    } else if (level->table) {
        pinbulk_members extra;
        const void *items;
        if (!pinbulki_settle(decoder, sizeof(pinbulk_member), &items))
            return PINBULK_NO_SPACE;
        extra.count = level->count;
        extra.items = (const pinbulk_member *)items;
        memcpy((char *)level->value + level->table->extra, &extra, sizeof extra);
    } else {
        pinbulki_entities list;
        memset(&list, 0, sizeof list);
        list.table = level->row->sub;
        if (!pinbulki_settle(decoder,
                             pinbulki_item_size(level->row, (const pinbulki_table *)list.table),
                             &list.items))
            return PINBULK_NO_SPACE;
        list.state = PINBULK_SET;
        list.count = level->count;
        memcpy(level->value, &list, pinbulki_member_size(level->row));
    }
    pinbulki_leave_level(decoder);
    if (decoder->level && !decoder->level->table)
        decoder->level->count++;
    return PINBULK_OK;
}

/* Makes an extra member of the current member, whose value has another type. A list goes as a
   whole. */
static pinbulk_result pinbulki_set_aside(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    pinbulk_text json, name;
    pinbulk_result result = pinbulki_rest_of_value(decoder, &json);
    while (result == PINBULK_OK && (!level->table || pinbulki_is_wrapper(level->table))) {
        json.data = level->at.start;
        while (result == PINBULK_OK && pinbulk_reader_depth(&decoder->reader) >= decoder->depth)
            result = pinbulki_next_token(decoder, 0);
        json.length = (size_t)(decoder->reader.at - json.data);
        decoder->front = level->front;
        decoder->back = level->back;
        pinbulki_leave_level(decoder);
        level = decoder->level;
    }
    if (result != PINBULK_OK)
        return result;
    memset((char *)level->value + level->row->offset, 0, pinbulki_member_size(level->row));
    name.data = level->row->key;
    name.length = level->row->key_length;
    return pinbulki_add_extra(decoder, name, json);
}

/* Values. */

static pinbulk_result pinbulki_decode_int(const pinbulk_token *token, pinbulk_int *value)
{
    const char *at = token->text, *end = at + token->length;
    int64_t number = 0;
    int is_negative;
    if (token->integer && token->length <= 18) {
        is_negative = *at == '-';
        for (at += is_negative; at != end; at++)
            number = number * 10 + (*at - '0');
        value->value = is_negative ? -number : number;
    } else if (pinbulk_int_from_text(at, token->length, &number) == PINBULK_OK) {
        value->value = number;
    } else {
        return PINBULK_OUT_OF_RANGE;
    }
    value->state = PINBULK_SET;
    return PINBULK_OK;
}

static pinbulk_result pinbulki_decode_enum(pinbulki_decoder *decoder, const pinbulki_names *names,
                                           pinbulk_enum *value)
{
    pinbulk_text text;
    unsigned constant;
    text.data = NULL;
    text.length = decoder->token.length;
    constant = pinbulki_constant_of(names, decoder->token.text, text.length, &text.data);
    if (constant == 0 && !pinbulki_keep_token(decoder, &text))
        return PINBULK_NO_SPACE;
    *value = pinbulk_enum_set(constant);
    value->length = text.length;
    value->text = text.data;
    return PINBULK_OK;
}

/* Opens an object: an item is in its place already, a member is a reference to it. */
static pinbulk_result pinbulki_decode_object(pinbulki_decoder *decoder, const pinbulki_table *table,
                                             void *value, int is_item)
{
    if (decoder->token.kind != PINBULK_TOKEN_OBJECT)
        return PINBULK_WRONG_TYPE;
    if (!is_item) {
        pinbulki_ref ref;
        void *object = pinbulki_take_front(decoder, table->size);
        if (!object)
            return PINBULK_NO_SPACE;
        memset(&ref, 0, sizeof ref);
        ref.state = PINBULK_SET;
        ref.value = object;
        memcpy(value, &ref, sizeof ref);
        value = object;
    }
    return pinbulki_open_level(decoder, value, table, NULL);
}

/* True when a value that begins with the current token can be one of the row. Of two kinds of
   arrays the first item tells them apart. */
static int pinbulki_row_takes(const pinbulki_decoder *decoder, const pinbulki_row *row)
{
    const char *const end = decoder->reader.end;
    const char *item;
    unsigned kind = decoder->token.kind;
    if (!pinbulki_is_list(row))
        return kind == (row->kind == PINBULKI_STRING ? PINBULK_TOKEN_STRING : PINBULK_TOKEN_OBJECT);
    if (kind != PINBULK_TOKEN_ARRAY)
        return 0;
    item = pinbulki_reader_space_end(decoder->reader.at, end);
    return (item != end && *item == '{') == (pinbulki_item_type(row) == PINBULKI_OBJECT);
}

/* A string that stands for a number or a truth value. */
static pinbulk_result pinbulki_decode_from_text(const pinbulki_decoder *decoder,
                                                const pinbulki_row *row, void *value)
{
    pinbulk_token token = decoder->token;
    pinbulki_number number;
    pinbulk_text text;
    text.data = token.text;
    text.length = token.length;
    if (row->kind == PINBULKI_BOOL) {
        if (!pinbulki_name_is(text, pinbulk_text_of("true")) &&
            !pinbulki_name_is(text, pinbulk_text_of("false")))
            return PINBULK_WRONG_TYPE;
        *(pinbulk_bool *)value = pinbulk_bool_set(token.length == 4);
        return PINBULK_OK;
    }
    if (!pinbulki_number_scan(&number, token.text, token.length))
        return PINBULK_WRONG_TYPE;
    token.integer = number.integer;
    return pinbulki_decode_int(&token, (pinbulk_int *)value);
}

/* Takes a value whose first token was read; lists and objects are only opened. Of another type than
   the row has it returns PINBULK_WRONG_TYPE, of an integer that does not fit PINBULK_OUT_OF_RANGE,
   and has taken nothing. */
static pinbulk_result pinbulki_decode_value(pinbulki_decoder *decoder, const pinbulki_row *row,
                                            void *value, int is_item)
{
    const pinbulk_token *token = &decoder->token;
    const int loose = pinbulki_is_loose(&decoder->options);
    const int is_string = token->kind == PINBULK_TOKEN_STRING;
    pinbulk_text text;
    pinbulk_result result;
    if (token->kind == PINBULK_TOKEN_NULL && !is_item) {
        *(uint8_t *)value = PINBULK_NULL;
        return PINBULK_OK;
    }
    if (pinbulki_is_list(row) && !is_item)
        return token->kind == (pinbulki_is_map(row) ? PINBULK_TOKEN_OBJECT : PINBULK_TOKEN_ARRAY)
                   ? pinbulki_open_level(decoder, value, NULL, row)
                   : PINBULK_WRONG_TYPE;
    switch (pinbulki_item_type(row)) {
    case PINBULKI_STRING:
        if (!is_string && !loose)
            return PINBULK_WRONG_TYPE;
        if (is_string) {
            if (!pinbulki_keep_token(decoder, &text))
                return PINBULK_NO_SPACE;
        } else {
            result = pinbulki_rest_of_value(decoder, &text);
            if (result != PINBULK_OK)
                return result;
            if (!pinbulki_keep(decoder, &text))
                return PINBULK_NO_SPACE;
        }
        *(pinbulk_string *)value = pinbulk_string_set(text.data, text.length);
        return PINBULK_OK;
    case PINBULKI_INT:
        if (token->kind == PINBULK_TOKEN_NUMBER)
            return pinbulki_decode_int(token, (pinbulk_int *)value);
        return is_string && loose ? pinbulki_decode_from_text(decoder, row, value)
                                  : PINBULK_WRONG_TYPE;
    case PINBULKI_DECIMAL:
        if (token->kind != PINBULK_TOKEN_NUMBER &&
            !(is_string && loose && pinbulki_json_number(token->text, token->length, NULL)))
            return PINBULK_WRONG_TYPE;
        if (!pinbulki_keep_token(decoder, &text))
            return PINBULK_NO_SPACE;
        *(pinbulk_decimal *)value = pinbulk_decimal_set(text.data, text.length);
        return PINBULK_OK;
    case PINBULKI_BOOL:
        if (is_string && loose)
            return pinbulki_decode_from_text(decoder, row, value);
        if (token->kind != PINBULK_TOKEN_TRUE && token->kind != PINBULK_TOKEN_FALSE)
            return PINBULK_WRONG_TYPE;
        *(pinbulk_bool *)value = pinbulk_bool_set(token->kind == PINBULK_TOKEN_TRUE);
        return PINBULK_OK;
    case PINBULKI_ENUM:
        if (!is_string)
            return PINBULK_WRONG_TYPE;
        return pinbulki_decode_enum(decoder, (const pinbulki_names *)row->sub,
                                    (pinbulk_enum *)value);
    case PINBULKI_STRINGS:
        return token->kind == PINBULK_TOKEN_ARRAY
                   ? pinbulki_open_level(decoder, value, NULL, &pinbulki_strings_row)
                   : PINBULK_WRONG_TYPE;
    default: /* PINBULKI_OBJECT */
        return pinbulki_decode_object(decoder, (const pinbulki_table *)row->sub, value, is_item);
    }
}

/* Forgets a member of the innermost object, that is there for the second time. */
static void pinbulki_forget_member(pinbulki_decoder *decoder, const pinbulki_row *row)
{
    pinbulki_level *level = decoder->level;
    size_t i;
    memset((char *)level->value + row->offset, 0, pinbulki_member_size(row));
    if (row + 1 < level->table->rows + level->table->count && (row[1].kind & PINBULKI_OTHER))
        memset((char *)level->value + row[1].offset, 0, pinbulki_member_size(row + 1));
    for (i = level->count; i-- > 0;) {
        pinbulk_member *extra = (pinbulk_member *)(void *)(decoder->memory + decoder->back);
        const pinbulki_row *other =
            pinbulki_find_row(level->table, 0, extra[i].name.data, extra[i].name.length,
                              pinbulki_is_loose(&decoder->options));
        if (other && other->offset == row->offset) {
            memmove(extra + 1, extra, i * sizeof *extra);
            decoder->back += sizeof *extra;
            level->count--;
        }
    }
}

/* Reads one member of the innermost object, or its end. */
static pinbulk_result pinbulki_decode_member(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    const pinbulki_row *row;
    size_t next = level->row ? (size_t)(level->row - level->table->rows) + 1 : 0, index;
    uint32_t bit;
    pinbulk_result result;
    level->row = NULL;
    decoder->name.data = NULL;
    result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind == PINBULK_TOKEN_OBJECT_END)
        return pinbulki_close_level(decoder);
    decoder->before = decoder->reader.at;
    row = pinbulki_find_row(level->table, next, decoder->token.text, decoder->token.length,
                            pinbulki_is_loose(&decoder->options));
    if (row && (row->kind & PINBULKI_OTHER))
        row--; /* the first of its key */
    level->row = row;
    if (!row)
        return pinbulki_decode_unknown(decoder);
    index = (size_t)(row - level->table->rows);
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): never of the first row */
    bit = UINT32_C(1) << (index - (row->kind & PINBULKI_LEGACY ? 1 : 0));
    if (level->at.seen & bit) {
        if (decoder->options.duplicates == PINBULK_DUPLICATES_REFUSE)
            return PINBULK_DUPLICATE;
        pinbulki_forget_member(decoder, row);
    }
    level->at.seen |= bit;
    result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (index + 1 < level->table->count && (row[1].kind & PINBULKI_OTHER) &&
        !pinbulki_row_takes(decoder, row) && pinbulki_row_takes(decoder, row + 1))
        level->row = ++row;
    return pinbulki_decode_value(decoder, row, (char *)level->value + row->offset, 0);
}

/* Reads the only member of the innermost object, whose name is the tag of the object inside, or the
   end. */
static pinbulk_result pinbulki_decode_wrapper(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    const pinbulki_variants *variants = level->table->variants;
    pinbulk_enum *tag = (pinbulk_enum *)(void *)((char *)level->value + variants->tag);
    pinbulk_result result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind == PINBULK_TOKEN_OBJECT_END)
        return tag->state == PINBULK_ABSENT ? PINBULK_WRONG_TYPE : pinbulki_close_level(decoder);
    decoder->before = decoder->reader.at;
    if (tag->state != PINBULK_ABSENT)
        return PINBULK_WRONG_TYPE; /* more than one */
    result = pinbulki_decode_enum(decoder, variants->names, tag);
    if (result == PINBULK_OK)
        result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind != PINBULK_TOKEN_OBJECT)
        return PINBULK_WRONG_TYPE;
    return pinbulki_open_level(
        decoder, level->value,
        tag->value ? variants->tables[(tag->value & 0xff) - 1] : variants->other, NULL);
}

/* Reads one entry of the innermost list, which is a map, or its end. */
static pinbulk_result pinbulki_decode_multiplier(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    pinbulk_multiplier *entry = NULL;
    pinbulk_text text;
    size_t i, count = level->count;
    pinbulk_result result;
    decoder->name.data = NULL;
    result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind == PINBULK_TOKEN_OBJECT_END)
        return pinbulki_close_level(decoder);
    decoder->before = decoder->reader.at;
    if (!pinbulki_keep_token(decoder, &decoder->name))
        return PINBULK_NO_SPACE;
    if (count > 0)
        entry = (pinbulk_multiplier *)(void *)(decoder->memory + decoder->back);
    for (i = 0; i < count && !pinbulk_text_equal(entry->key, decoder->name); i++)
        entry++;
    if (i < count && decoder->options.duplicates == PINBULK_DUPLICATES_REFUSE)
        return PINBULK_DUPLICATE;
    result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind != PINBULK_TOKEN_NUMBER)
        return PINBULK_WRONG_TYPE;
    if (!pinbulki_keep_token(decoder, &text))
        return PINBULK_NO_SPACE;
    if (i == count) {
        entry = (pinbulk_multiplier *)pinbulki_take_back(decoder, sizeof *entry);
        if (!entry)
            return PINBULK_NO_SPACE;
        level->count++;
    }
    entry->key = decoder->name;
    entry->value = pinbulk_decimal_set(text.data, text.length);
    return PINBULK_OK;
}

/* Reads one item of the innermost list, or its end. */
static pinbulk_result pinbulki_decode_item(pinbulki_decoder *decoder)
{
    pinbulki_level *level = decoder->level;
    const unsigned depth = decoder->depth;
    const pinbulki_row *row = level->row;
    void *item;
    pinbulk_result result;
    decoder->before = decoder->reader.at;
    result = pinbulki_next_token(decoder, 1);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind == PINBULK_TOKEN_ARRAY_END)
        return pinbulki_close_level(decoder);
    item = pinbulki_take_item(decoder, pinbulki_item_size(row, (const pinbulki_table *)row->sub));
    if (!item)
        return PINBULK_NO_SPACE;
    result = pinbulki_decode_value(decoder, row, item, 1);
    if (result == PINBULK_OK && decoder->depth == depth)
        level->count++;
    return result;
}

/* Reads the whole text into the object. */
static pinbulk_result pinbulki_decode_run(pinbulki_decoder *decoder, void *object,
                                          const pinbulki_table *table)
{
    pinbulk_result result = pinbulki_next_token(decoder, 0);
    if (result != PINBULK_OK)
        return result;
    if (decoder->token.kind != PINBULK_TOKEN_OBJECT)
        return PINBULK_WRONG_TYPE;
    result = pinbulki_open_level(decoder, object, table, NULL);
    while (result == PINBULK_OK && decoder->depth > 0) {
        const pinbulki_level *level = decoder->level;
        if (pinbulki_is_wrapper(level->table))
            result = pinbulki_decode_wrapper(decoder);
        else if (level->table)
            result = pinbulki_decode_member(decoder);
        else if (pinbulki_is_map(level->row))
            result = pinbulki_decode_multiplier(decoder);
        else
            result = pinbulki_decode_item(decoder);
        if ((result == PINBULK_WRONG_TYPE || result == PINBULK_OUT_OF_RANGE) &&
            decoder->options.tolerant)
            result = pinbulki_set_aside(decoder);
    }
    if (result == PINBULK_OK)
        result = pinbulki_next_token(decoder, 0); /* the end, or what must not follow */
    return result;
}

/* All of the public functions for decoding. */
static pinbulk_result pinbulki_decode(const char *json, size_t length, void *object,
                                      const pinbulki_table *table, pinbulk_arena *arena,
                                      const pinbulk_decode_options *options, pinbulk_error *error)
{
    pinbulki_decoder decoder;
    pinbulk_result result;
    if (object)
        memset(object, 0, table->size);
    if (!object || (!json && length) || !arena || (!arena->memory && arena->size) ||
        arena->used > arena->size) {
        pinbulki_error_set(error, PINBULK_BAD_ARGUMENT,
                           PINBULKI_SAY("no object, no text, or no arena"));
        return PINBULK_BAD_ARGUMENT;
    }
    memset(&decoder.options, 0, sizeof decoder.options);
    if (options)
        decoder.options = *options;
#ifdef PINBULK_NO_CSV
    if (decoder.options.loose) {
        pinbulki_error_set(error, PINBULK_BAD_ARGUMENT,
                           PINBULKI_SAY("PINBULK_NO_CSV left the option loose out"));
        return PINBULK_BAD_ARGUMENT;
    }
#endif
    decoder.memory = arena->memory ? (char *)arena->memory : decoder.scratch;
    decoder.front = arena->used;
    decoder.back = arena->size;
    decoder.skew = (size_t)((uintptr_t)decoder.memory % PINBULKI_ALIGNMENT);
    decoder.depth = 0;
    decoder.level = NULL;
    pinbulk_reader_init(&decoder.reader, NULL);
    pinbulk_reader_feed(&decoder.reader, json, length);
    pinbulk_reader_end(&decoder.reader);
    decoder.before = decoder.reader.at;
    result = pinbulki_decode_run(&decoder, object, table);
    if (result == PINBULK_OK) {
        arena->used = decoder.front;
        return PINBULK_OK;
    }
    if (error)
        pinbulki_decode_error(&decoder, result, error);
    memset(object, 0, table->size);
    return result;
}

PINBULK_API pinbulk_result pinbulk_decode_download(const char *json, size_t length,
                                                   pinbulk_download *object, pinbulk_arena *arena,
                                                   const pinbulk_decode_options *options,
                                                   pinbulk_error *error)
{
    return pinbulki_decode(json, length, object, &pinbulki_download_table, arena, options, error);
}

PINBULK_API pinbulk_result pinbulk_decode_upsert(const char *json, size_t length,
                                                 pinbulk_upsert *object, pinbulk_arena *arena,
                                                 const pinbulk_decode_options *options,
                                                 pinbulk_error *error)
{
    return pinbulki_decode(json, length, object, &pinbulki_upsert_all_table, arena, options, error);
}

PINBULK_API pinbulk_result pinbulk_decode_submitted(const char *json, size_t length,
                                                    pinbulk_submitted *object, pinbulk_arena *arena,
                                                    const pinbulk_decode_options *options,
                                                    pinbulk_error *error)
{
    return pinbulki_decode(json, length, object, &pinbulki_submitted_table, arena, options, error);
}

PINBULK_API pinbulk_result pinbulk_decode_status(const char *json, size_t length,
                                                 pinbulk_status *object, pinbulk_arena *arena,
                                                 const pinbulk_decode_options *options,
                                                 pinbulk_error *error)
{
    return pinbulki_decode(json, length, object, &pinbulki_status_table, arena, options, error);
}

PINBULK_API pinbulk_result pinbulk_decode_problem(const char *json, size_t length,
                                                  pinbulk_problem *object, pinbulk_arena *arena,
                                                  const pinbulk_decode_options *options,
                                                  pinbulk_error *error)
{
    return pinbulki_decode(json, length, object, &pinbulki_problem_table, arena, options, error);
}

/* The functions of one entity. */
#define PINBULKI_ENTITY(object)                                                                   \
    PINBULK_API pinbulk_result pinbulk_validate_##object(const pinbulk_##object *value, int form, \
                                                         const pinbulk_encode_options *options,   \
                                                         pinbulk_error *error)                    \
    {                                                                                             \
        return pinbulki_validate(value, &pinbulki_##object##_table, form, options, error);        \
    }                                                                                             \
    PINBULK_API pinbulk_result pinbulk_encode_##object(                                           \
        const pinbulk_##object *value, int form, pinbulk_writer *writer,                          \
        const pinbulk_encode_options *options, pinbulk_error *error)                              \
    {                                                                                             \
        return pinbulki_encode(value, &pinbulki_##object##_table, form, writer, options, error);  \
    }                                                                                             \
    PINBULK_API pinbulk_result pinbulk_decode_##object(                                           \
        const char *json, size_t length, pinbulk_##object *value, pinbulk_arena *arena,           \
        const pinbulk_decode_options *options, pinbulk_error *error)                              \
    {                                                                                             \
        return pinbulki_decode(json, length, value, &pinbulki_##object##_table, arena, options,   \
                               error);                                                            \
    }
PINBULKI_ENTITY(campaign)
PINBULKI_ENTITY(ad_group)
PINBULKI_ENTITY(ad)
PINBULKI_ENTITY(product_group)
PINBULKI_ENTITY(keyword)
PINBULKI_ENTITY(label)
PINBULKI_ENTITY(schedule)
PINBULKI_ENTITY(catalog_product_group)

/* ============================================================================================== */
/* >>requests: implementation                                                                     */
/* ============================================================================================== */

#define PINBULKI_ACCOUNT_MAX 18

/* The bytes [from, to) of a text. */
static pinbulk_text pinbulki_http_part(pinbulk_text text, size_t from, size_t to)
{
    if (from != 0) /* an empty text may have no pointer */
        text.data += from;
    text.length = to - from;
    return text;
}

/* Whether a text begins with `lower`, in upper or lower case. */
static int pinbulki_http_begins(pinbulk_text text, const char *lower)
{
    size_t i;
    for (i = 0; lower[i] != '\0'; i++)
        if (i == text.length || pinbulki_lower(text.data[i]) != lower[i])
            return 0;
    return 1;
}

static int pinbulki_http_equals(pinbulk_text text, const char *lower)
{
    return text.length == pinbulk_text_of(lower).length && pinbulki_http_begins(text, lower);
}

/* The position of a byte, or the length. */
static size_t pinbulki_http_find(pinbulk_text text, char byte)
{
    size_t i;
    for (i = 0; i < text.length; i++)
        if (text.data[i] == byte)
            break;
    return i;
}

/* Digits alone, at least one. What is too large becomes UINT64_MAX. */
static int pinbulki_http_number(pinbulk_text text, uint64_t *number)
{
    uint64_t value = 0;
    size_t i;
    for (i = 0; i < text.length; i++) {
        unsigned digit = (unsigned)(text.data[i] - '0');
        if (!pinbulki_is_digit(text.data[i]))
            return 0;
        if (value > UINT64_MAX / 10 || (value == UINT64_MAX / 10 && digit > UINT64_MAX % 10))
            value = UINT64_MAX;
        else
            value = value * 10 + digit;
    }
    *number = value;
    return text.length != 0;
}

/* A URL, taken apart and checked. */
typedef struct pinbulki_url {
    const char *scheme;
    pinbulk_text host; /* without brackets */
    int brackets;
    uint16_t port;
    pinbulk_text rest; /* path and query; may be empty */
} pinbulki_url;

/* Takes `separator` and a number up to `most`, without leading zeros, off the front of a text.
   Returns the number, or -1. */
static int32_t pinbulki_url_number(pinbulk_text *text, const char *separator, int32_t most)
{
    int32_t value = 0;
    size_t from = pinbulk_text_of(separator).length, i = from;
    if (!pinbulki_http_begins(*text, separator))
        return -1;
    for (; i < text->length && pinbulki_is_digit(text->data[i]) && value <= most; i++)
        value = value * 10 + (text->data[i] - '0');
    if (i == from || value > most || (i > from + 1 && text->data[from] == '0'))
        return -1;
    *text = pinbulki_http_part(*text, i, text->length);
    return value;
}

/* Whether a host is this machine: localhost, ::1, or 127.0.0.0/8 written in full. Other spellings
   of addresses are not trusted. */
static int pinbulki_url_loopback(const pinbulki_url *url)
{
    pinbulk_text rest = url->host;
    int i;
    if (url->brackets)
        return pinbulki_http_equals(rest, "::1");
    if (pinbulki_http_equals(rest, "localhost"))
        return 1;
    if (!pinbulki_http_begins(rest, "127."))
        return 0;
    for (i = 0; i < 4; i++)
        if (pinbulki_url_number(&rest, i == 0 ? "" : ".", 255) < 0)
            return 0;
    return rest.length == 0;
}

/* Names and IPv4 addresses: labels between single dots. */
static int pinbulki_url_name(pinbulk_text host)
{
    size_t i;
    char before = '.';
    for (i = 0; i < host.length; i++) {
        if (host.data[i] == '.' ? before == '.' : !pinbulki_http_char(host.data[i], "-_"))
            return 0;
        before = host.data[i];
    }
    return before != '.';
}

static int pinbulki_url_ipv6(pinbulk_text host)
{
    size_t i, colons = 0;
    for (i = 0; i < host.length; i++) {
        if (host.data[i] == ':')
            colons++;
        else if (pinbulki_hex_value(host.data[i]) < 0 && host.data[i] != '.')
            return 0;
    }
    return colons >= 2;
}

/* Path and query by RFC 3986. A fragment is refused as well: it is never sent, and where it begins
   is a thing that URL parsers do not agree on. */
static int pinbulki_url_rest(pinbulk_text rest)
{
    size_t i;
    for (i = 0; i < rest.length; i++) {
        if (rest.data[i] == '%') {
            if (rest.length - i < 3 || pinbulki_hex_value(rest.data[i + 1]) < 0 ||
                pinbulki_hex_value(rest.data[i + 2]) < 0)
                return 0;
        } else if (!pinbulki_http_char(rest.data[i], "-._~!$&'()*+,;=:@/?")) {
            return 0;
        }
    }
    return 1;
}

/* [host][:port] of a URL. Returns what is wrong, or NULL. */
static const char *pinbulki_url_authority(pinbulki_url *url, pinbulk_text authority)
{
    size_t end;
    int32_t port;
    if (pinbulki_http_find(authority, '@') != authority.length)
        return PINBULKI_SAY("a URL with user info is not accepted");
    url->brackets = pinbulki_http_begins(authority, "[");
    end = pinbulki_http_find(authority, url->brackets ? ']' : ':');
    if (url->brackets && end == authority.length)
        return PINBULKI_SAY("the host of the URL is malformed");
    url->host = pinbulki_http_part(authority, (size_t)url->brackets, end);
    if (!(url->brackets ? pinbulki_url_ipv6(url->host) : pinbulki_url_name(url->host)))
        return PINBULKI_SAY("the host of the URL is missing or malformed");
    authority = pinbulki_http_part(authority, end + (size_t)url->brackets, authority.length);
    if (authority.length == 0)
        return NULL;
    port = pinbulki_url_number(&authority, ":", UINT16_MAX);
    if (port <= 0 || authority.length != 0)
        return PINBULKI_SAY("the port of the URL is malformed");
    url->port = (uint16_t)port;
    return NULL;
}

/* Takes a URL apart. Only https is accepted, and http to this machine where that is allowed.
   Returns what is wrong, or NULL. */
static const char *pinbulki_url_read(pinbulki_url *url, pinbulk_text text, int loopback_http)
{
    const char *wrong;
    size_t end;
    int secure = pinbulki_http_begins(text, "https://");
    memset(url, 0, sizeof *url);
    if (!secure && !pinbulki_http_begins(text, "http://"))
        return PINBULKI_SAY("the URL does not begin with https://");
    url->scheme = secure ? "https" : "http";
    url->port = secure ? 443 : 80;
    text = pinbulki_http_part(text, secure ? 8 : 7, text.length);
    for (end = 0; end < text.length; end++)
        if (text.data[end] == '/' || text.data[end] == '?' || text.data[end] == '#')
            break;
    wrong = pinbulki_url_authority(url, pinbulki_http_part(text, 0, end));
    if (wrong != NULL)
        return wrong;
    if (!secure && !(loopback_http && pinbulki_url_loopback(url)))
        return PINBULKI_SAY("plain http is for this machine only, and only when it is allowed");
    url->rest = pinbulki_http_part(text, end, text.length);
    return pinbulki_url_rest(url->rest)
               ? NULL
               : PINBULKI_SAY("the URL has bytes that do not belong there");
}

/* b64token of RFC 6750. */
static int pinbulki_token_valid(pinbulk_text token)
{
    size_t i = 0;
    while (i < token.length && pinbulki_http_char(token.data[i], "-._~+/"))
        i++;
    if (i == 0)
        return 0;
    while (i < token.length && token.data[i] == '=')
        i++;
    return i == token.length;
}

/* Printable ASCII without spaces around it. */
static int pinbulki_value_valid(pinbulk_text value)
{
    size_t i;
    for (i = 0; i < value.length; i++)
        if (value.data[i] < ' ' || value.data[i] > '~')
            return 0;
    return value.length != 0 && value.data[0] != ' ' && value.data[value.length - 1] != ' ';
}

static int pinbulki_account_valid(pinbulk_text account)
{
    size_t i = 0;
    while (i < account.length && pinbulki_is_digit(account.data[i]))
        i++;
    return i != 0 && i == account.length && i <= PINBULKI_ACCOUNT_MAX;
}

/* An entity tag by RFC 9110; of a weak one only what follows W/. */
static int pinbulki_etag_valid(pinbulk_text etag)
{
    if (!pinbulki_value_valid(etag) || etag.length < 2 || etag.data[0] != '"')
        return 0;
    etag = pinbulki_http_part(etag, 1, etag.length);
    return pinbulki_http_find(etag, '"') == etag.length - 1 &&
           pinbulki_http_find(etag, ' ') == etag.length;
}

/* A request under construction in the memory of the caller. */
typedef struct pinbulki_build {
    pinbulk_request *request;
    pinbulk_error *error;
    char *memory;
    size_t size, used;
    size_t start;  /* of the text that is being written */
    size_t target; /* in the URL */
    int full;      /* something did not fit */
} pinbulki_build;

/* Undoes the request. `setting` is what the caller has to correct. */
static pinbulk_result pinbulki_build_fail(const pinbulki_build *build, pinbulk_result result,
                                          const char *setting, const char *message)
{
    pinbulk_text path = pinbulk_text_of(setting);
    memset(build->request, 0, sizeof *build->request);
    pinbulki_error_set(build->error, result, message);
    if (build->error != NULL)
        pinbulki_text_copy(build->error->path, sizeof build->error->path, path.data, path.length);
    return result;
}

static void pinbulki_build_put(pinbulki_build *build, pinbulk_text text)
{
    if (text.length > build->size - build->used) {
        build->full = 1;
    } else if (text.length != 0) {
        memcpy(build->memory + build->used, text.data, text.length);
        build->used += text.length;
    }
}

static void pinbulki_build_add(pinbulki_build *build, const char *text)
{
    pinbulki_build_put(build, pinbulk_text_of(text));
}

/* One path segment: everything but the unreserved characters of RFC 3986 is percent-encoded. */
static void pinbulki_build_segment(pinbulki_build *build, pinbulk_text segment)
{
    size_t i;
    for (i = 0; i < segment.length; i++) {
        unsigned byte = (unsigned char)segment.data[i];
        char encoded[3];
        pinbulk_text text = pinbulki_http_part(segment, i, i + 1);
        if (!pinbulki_http_char(segment.data[i], "-._~")) {
            encoded[0] = '%';
            encoded[1] = "0123456789ABCDEF"[byte >> 4];
            encoded[2] = "0123456789ABCDEF"[byte & 15];
            text.data = encoded;
            text.length = sizeof encoded;
        }
        pinbulki_build_put(build, text);
    }
}

static void pinbulki_build_number(pinbulki_build *build, uint64_t number)
{
    char digits[20];
    pinbulk_text text;
    text.length = pinbulki_uint_to_text(number, digits);
    text.data = digits;
    pinbulki_build_put(build, text);
}

/* Ends the text with a NUL; another one begins. */
static const char *pinbulki_build_text(pinbulki_build *build)
{
    pinbulk_text end = {1, ""};
    size_t start = build->start;
    pinbulki_build_put(build, end);
    build->start = build->used;
    return build->full ? "" : build->memory + start;
}

/* The host as it stands in the URL, and the port unless it is the usual one. */
static void pinbulki_build_authority(pinbulki_build *build, const pinbulki_url *url)
{
    pinbulk_text host = url->host;
    host.data -= url->brackets;
    host.length += 2 * (size_t)url->brackets;
    pinbulki_build_put(build, host);
    if (url->port != (url->scheme[4] == 's' ? 443 : 80)) {
        pinbulki_build_add(build, ":");
        pinbulki_build_number(build, url->port);
    }
}

/* Writes host, authority, and the URL up to its target, which is to be written next. */
static void pinbulki_build_url(pinbulki_build *build, const pinbulki_url *url)
{
    pinbulk_request *request = build->request;
    request->scheme = pinbulk_text_of(url->scheme);
    request->port = url->port;
    pinbulki_build_put(build, url->host);
    request->host = pinbulk_text_of(pinbulki_build_text(build));
    pinbulki_build_authority(build, url);
    request->authority = pinbulk_text_of(pinbulki_build_text(build));
    pinbulki_build_put(build, request->scheme);
    pinbulki_build_add(build, "://");
    pinbulki_build_put(build, request->authority);
    build->target = build->used - build->start;
}

/* Ends the URL. */
static void pinbulki_build_target(pinbulki_build *build)
{
    pinbulk_text url = pinbulk_text_of(pinbulki_build_text(build));
    build->request->url = url;
    build->request->target = build->full ? url : pinbulki_http_part(url, build->target, url.length);
}

/* Adds a header; its value is static or in the memory already. */
static void pinbulki_build_header(pinbulki_build *build, const char *name, const char *value)
{
    pinbulk_header *header = &build->request->headers[build->request->header_count++];
    header->name = pinbulk_text_of(name);
    header->value = pinbulk_text_of(value);
}

/* What all requests have. The identity encoding is asked for because nothing here can decode
   another one. */
static pinbulk_result pinbulki_build_end(pinbulki_build *build, pinbulk_text user_agent)
{
    if (user_agent.length == 0)
        user_agent = pinbulk_text_of("pinbulk/" PINBULK_VERSION);
    if (!pinbulki_value_valid(user_agent))
        return pinbulki_build_fail(build, PINBULK_BAD_ARGUMENT, "user_agent",
                                   PINBULKI_SAY("only printable ASCII is allowed"));
    pinbulki_build_put(build, user_agent);
    pinbulki_build_header(build, "User-Agent", pinbulki_build_text(build));
    pinbulki_build_header(build, "Accept-Encoding", "identity");
    if (build->full)
        return pinbulki_build_fail(build, PINBULK_NO_SPACE, PINBULKI_SAY("memory"),
                                   PINBULKI_SAY("the memory for the request is too small"));
    return PINBULK_OK;
}

static void pinbulki_build_begin(pinbulki_build *build, pinbulk_request *request,
                                 pinbulk_operation operation, char *memory, size_t size,
                                 pinbulk_error *error)
{
    memset(request, 0, sizeof *request);
    memset(build, 0, sizeof *build);
    request->operation = operation;
    request->once = operation == PINBULK_OPERATION_UPSERT || operation == PINBULK_OPERATION_TOKEN;
    request->method = "GET";
    build->request = request;
    build->error = error;
    build->memory = memory;
    build->size = memory == NULL ? 0 : size;
}

/* The base URL of the API. Returns why it cannot be used, or NULL. */
static const char *pinbulki_build_base(pinbulki_url *url, const pinbulk_api *api)
{
    pinbulk_text base = api->base_url;
    const char *wrong;
    if (base.length == 0)
        base = pinbulk_text_of("https://api.pinterest.com/v5");
    wrong = pinbulki_url_read(url, base, api->allow_loopback_http);
    if (wrong != NULL)
        return wrong;
    if (pinbulki_http_find(url->rest, '?') != url->rest.length)
        return PINBULKI_SAY("a base URL has no query");
    while (url->rest.length != 0 && url->rest.data[url->rest.length - 1] == '/')
        url->rest.length--;
    return NULL;
}

/* The headers of a call whose Authorization was just written, and its URL up to what follows the
   base. */
static void pinbulki_build_authorized(pinbulki_build *build, const pinbulki_url *url)
{
    pinbulki_build_header(build, "Authorization", pinbulki_build_text(build));
    build->request->headers[0].secret = 1;
    pinbulki_build_header(build, "Accept", "application/json");
    pinbulki_build_url(build, url);
    pinbulki_build_put(build, url->rest);
}

/* A call of the API up to its last path segment, which is to be put next. */
static pinbulk_result pinbulki_build_call(pinbulki_build *build, const pinbulk_api *api,
                                          pinbulk_text account)
{
    pinbulki_url url;
    const char *wrong = pinbulki_build_base(&url, api);
    if (!pinbulki_token_valid(api->token))
        return pinbulki_build_fail(
            build, PINBULK_BAD_ARGUMENT, "token",
            PINBULKI_SAY("an access token is letters, digits and -._~+/, = at its end"));
    if (!pinbulki_account_valid(account))
        return pinbulki_build_fail(build, PINBULK_BAD_ARGUMENT, "account",
                                   PINBULKI_SAY("the id of an ad account is 1 to 18 digits"));
    if (wrong != NULL)
        return pinbulki_build_fail(build, PINBULK_UNSAFE_URL, "base_url", wrong);
    pinbulki_build_add(build, "Bearer ");
    pinbulki_build_put(build, api->token);
    pinbulki_build_authorized(build, &url);
    pinbulki_build_add(build, "/ad_accounts/");
    pinbulki_build_put(build, account);
    pinbulki_build_add(build, "/bulk/");
    return PINBULK_OK;
}

/* A call that submits a body. */
static pinbulk_result pinbulki_build_submission(pinbulki_build *build, const pinbulk_api *api,
                                                pinbulk_text account, pinbulk_body *body)
{
    pinbulk_request *request = build->request;
    pinbulk_result result;
    if (body == NULL)
        return pinbulki_build_fail(build, PINBULK_BAD_ARGUMENT, "body",
                                   PINBULKI_SAY("there is no body"));
    result = pinbulki_build_call(build, api, account);
    if (result != PINBULK_OK)
        return result;
    pinbulki_build_add(build, request->once ? "upsert" : "download");
    pinbulki_build_target(build);
    pinbulki_build_header(build, "Content-Type", "application/json");
    request->method = "POST";
    request->body = body;
    return pinbulki_build_end(build, api->user_agent);
}

PINBULK_API pinbulk_result pinbulk_request_download(pinbulk_request *request,
                                                    const pinbulk_api *api, pinbulk_text account,
                                                    pinbulk_body *body, char *memory, size_t size,
                                                    pinbulk_error *error)
{
    pinbulki_build build;
    pinbulki_build_begin(&build, request, PINBULK_OPERATION_DOWNLOAD, memory, size, error);
    return pinbulki_build_submission(&build, api, account, body);
}

PINBULK_API pinbulk_result pinbulk_request_upsert(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text account, pinbulk_body *body,
                                                  char *memory, size_t size, pinbulk_error *error)
{
    pinbulki_build build;
    pinbulki_build_begin(&build, request, PINBULK_OPERATION_UPSERT, memory, size, error);
    return pinbulki_build_submission(&build, api, account, body);
}

PINBULK_API pinbulk_result pinbulk_request_status(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text account, pinbulk_text request_id,
                                                  int include_details, char *memory, size_t size,
                                                  pinbulk_error *error)
{
    pinbulki_build build;
    pinbulk_result result;
    pinbulki_build_begin(&build, request, PINBULK_OPERATION_STATUS, memory, size, error);
    /* Dots alone would be a step in the path, and stay one when they are percent-encoded. */
    if (request_id.length == 0 || pinbulki_http_equals(request_id, ".") ||
        pinbulki_http_equals(request_id, ".."))
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "request_id",
                                   PINBULKI_SAY("this is no id of a request"));
    result = pinbulki_build_call(&build, api, account);
    if (result != PINBULK_OK)
        return result;
    pinbulki_build_segment(&build, request_id);
    pinbulki_build_add(&build, include_details ? "?include_details=true" : "");
    pinbulki_build_target(&build);
    return pinbulki_build_end(&build, api->user_agent);
}

PINBULK_API pinbulk_result pinbulk_request_result(pinbulk_request *request, const pinbulk_api *api,
                                                  pinbulk_text result_url, uint64_t from,
                                                  pinbulk_text etag, char *memory, size_t size,
                                                  pinbulk_error *error)
{
    pinbulki_build build;
    pinbulki_url url;
    const char *wrong = pinbulki_url_read(&url, result_url, api->allow_loopback_http);
    pinbulki_build_begin(&build, request, PINBULK_OPERATION_RESULT, memory, size, error);
    if (wrong != NULL)
        return pinbulki_build_fail(&build, PINBULK_UNSAFE_URL, "result_url", wrong);
    /* Without it the rest of another file could be taken for the rest of this one. */
    if (from != 0 && !pinbulki_etag_valid(etag))
        return pinbulki_build_fail(
            &build, PINBULK_BAD_ARGUMENT, "etag",
            PINBULKI_SAY("only a strong entity tag proves that a part continues a file"));
    pinbulki_build_url(&build, &url);
    if (!pinbulki_http_begins(url.rest, "/"))
        pinbulki_build_add(&build, "/");
    pinbulki_build_put(&build, url.rest);
    pinbulki_build_target(&build);
    request->url_secret = 1;
    request->from = from;
    if (from != 0) {
        pinbulki_build_add(&build, "bytes=");
        pinbulki_build_number(&build, from);
        pinbulki_build_add(&build, "-");
        pinbulki_build_header(&build, "Range", pinbulki_build_text(&build));
        pinbulki_build_put(&build, etag);
        pinbulki_build_header(&build, "If-Range", pinbulki_build_text(&build));
    }
    return pinbulki_build_end(&build, api->user_agent);
}

/* Writes `id:secret` in base64 (RFC 4648). */
static void pinbulki_build_basic(pinbulki_build *build, pinbulk_text id, pinbulk_text secret)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i, at, length = id.length + 1 + secret.length;
    for (i = 0; i < length; i += 3) {
        char four[4];
        pinbulk_text text = {4, NULL};
        uint32_t bits = 0;
        for (at = i; at < i + 3; at++) {
            unsigned char byte = 0;
            if (at < length)
                byte = (unsigned char)(at < id.length    ? id.data[at]
                                       : at == id.length ? ':'
                                                         : secret.data[at - id.length - 1]);
            bits = bits << 8 | byte;
        }
        for (at = 0; at < 4; at++)
            four[at] = i + at <= length ? letters[bits >> (18 - 6 * at) & 63] : '=';
        text.data = four;
        pinbulki_build_put(build, text);
    }
}

PINBULK_API pinbulk_result pinbulk_request_token(pinbulk_request *request, const pinbulk_api *api,
                                                 const pinbulk_refresh *refresh, pinbulk_body *body,
                                                 char *memory, size_t size, pinbulk_error *error)
{
    pinbulki_build build;
    pinbulki_url url;
    const char *wrong = pinbulki_build_base(&url, api);
    pinbulk_text form;
    pinbulki_build_begin(&build, request, PINBULK_OPERATION_TOKEN, memory, size, error);
    if (body == NULL)
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "body",
                                   PINBULKI_SAY("there is no body"));
    if (!pinbulki_value_valid(refresh->app_id) ||
        pinbulki_http_find(refresh->app_id, ':') != refresh->app_id.length)
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "app_id",
                                   PINBULKI_SAY("printable ASCII without a colon"));
    if (!pinbulki_value_valid(refresh->app_secret))
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "app_secret", "printable ASCII");
    if (!pinbulki_value_valid(refresh->refresh_token))
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "refresh_token",
                                   "printable ASCII");
    if (refresh->scope.length != 0 && !pinbulki_value_valid(refresh->scope))
        return pinbulki_build_fail(&build, PINBULK_BAD_ARGUMENT, "scope", "printable ASCII");
    if (wrong != NULL)
        return pinbulki_build_fail(&build, PINBULK_UNSAFE_URL, "base_url", wrong);
    pinbulki_build_add(&build, "Basic ");
    pinbulki_build_basic(&build, refresh->app_id, refresh->app_secret);
    pinbulki_build_authorized(&build, &url);
    pinbulki_build_add(&build, "/oauth/token");
    pinbulki_build_target(&build);
    pinbulki_build_add(&build, "grant_type=refresh_token&refresh_token=");
    pinbulki_build_segment(&build, refresh->refresh_token);
    if (refresh->scope.length != 0) {
        pinbulki_build_add(&build, "&scope=");
        pinbulki_build_segment(&build, refresh->scope);
    }
    if (refresh->continuous_refresh)
        pinbulki_build_add(&build, "&continuous_refresh=true");
    form = pinbulk_text_of(pinbulki_build_text(&build));
    pinbulki_build_header(&build, "Content-Type", "application/x-www-form-urlencoded");
    pinbulk_body_init_memory(body, form.data, form.length);
    request->method = "POST";
    request->body = body;
    request->body_secret = 1;
    return pinbulki_build_end(&build, api->user_agent);
}

/* ============================================================================================== */
/* >>responses: implementation                                                                    */
/* ============================================================================================== */

enum { /* pinbulk_response.state */
       PINBULKI_RESPONSE_NEW = 0,
       PINBULKI_RESPONSE_HEAD,
       PINBULKI_RESPONSE_BODY,
       PINBULKI_RESPONSE_ENDED
};

/* Foreign texts. The service may repeat what it was sent, so none is shown as it came. */

#define PINBULKI_SECRET_MIN 8 /* so many bytes of the token in a text are no accident */

/* Length of the token of the request, or of the beginning of one, at the start of a text. */
static size_t pinbulki_foreign_token(const pinbulk_request *request, pinbulk_text text)
{
    unsigned i;
    for (i = 0; i < request->header_count; i++) {
        const pinbulk_header *header = &request->headers[i];
        pinbulk_text token = header->value;
        size_t same = 0;
        if (!header->secret || !pinbulki_http_begins(token, "bearer "))
            continue;
        token = pinbulki_http_part(token, 7, token.length);
        while (same < text.length && same < token.length && text.data[same] == token.data[same])
            same++;
        if (same == token.length || same >= PINBULKI_SECRET_MIN)
            return same;
    }
    return 0;
}

/* Length of what looks like a secret at the start of a text; the first *shown bytes of it only
   announce it and may stay. */
static size_t pinbulki_foreign_secret(const pinbulk_request *request, pinbulk_text text,
                                      size_t *shown)
{
    static const char signs[][8] = {"pina_", "pinr.", "bearer ", "?"};
    size_t i, length = pinbulki_foreign_token(request, text);
    *shown = 0;
    for (i = 0; length == 0 && i < sizeof signs / sizeof signs[0]; i++) {
        if (!pinbulki_http_begins(text, signs[i]))
            continue;
        *shown = pinbulk_text_of(signs[i]).length;
        for (length = *shown; length < text.length; length++)
            if (!pinbulki_http_char(text.data[length], "-._~!$&'()*+,;=:@/?%"))
                break;
        if (length == *shown)
            return 0;
    }
    return length;
}

/* Copies a foreign text, NUL-terminated, with "..." when it is cut. Tokens and the queries of URLs
   become ****, and bytes that cannot be shown question marks. */
static void pinbulki_foreign_copy(const pinbulk_request *request, char *to, size_t size,
                                  pinbulk_text from)
{
    pinbulki_line line = pinbulki_line_begin(to, size);
    while (from.length != 0 && line.length < size) {
        size_t shown, taken = pinbulki_foreign_secret(request, from, &shown);
        const char *instead = "****";
        if (taken == 0) {
            shown = pinbulki_text_shown(from.data, from.length);
            taken = shown == 0 ? 1 : shown;
            instead = shown == 0 ? "?" : "";
        }
        pinbulki_line_bytes(&line, from.data, shown);
        pinbulki_line_text(&line, instead);
        from = pinbulki_http_part(from, taken, from.length);
    }
    pinbulki_line_end(&line);
}

/* The same for a text of an error, in its place. */
static void pinbulki_foreign_clean(const pinbulk_request *request, char *text, size_t size)
{
    char copy[PINBULK_ERROR_MESSAGE_MAX];
    pinbulk_text from;
    from.data = copy;
    from.length = pinbulki_text_length(text, size);
    memcpy(copy, text, from.length);
    pinbulki_foreign_copy(request, text, size, from);
}

/* Headers. */

/* Takes white space off both ends. */
static pinbulk_text pinbulki_header_trim(pinbulk_text text)
{
    while (text.length != 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = pinbulki_http_part(text, 1, text.length);
    while (text.length != 0 &&
           (text.data[text.length - 1] == ' ' || text.data[text.length - 1] == '\t'))
        text.length--;
    return text;
}

/* Takes the part before the next `separator`, without white space around it, off a text. */
static pinbulk_text pinbulki_header_item(pinbulk_text *rest, char separator)
{
    size_t end = pinbulki_http_find(*rest, separator);
    pinbulk_text item = pinbulki_header_trim(pinbulki_http_part(*rest, 0, end));
    *rest = pinbulki_http_part(*rest, end < rest->length ? end + 1 : end, rest->length);
    return item;
}

/* The number of a header, at most INT64_MAX; `otherwise` when it is none. */
static int64_t pinbulki_header_number(pinbulk_text value, int64_t otherwise)
{
    uint64_t number;
    if (!pinbulki_http_number(value, &number))
        return otherwise;
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

/* A point in time. */
typedef struct pinbulki_date {
    int year, month, day, hour, minute, second; /* month from 0 */
} pinbulki_date;

/* The leap days in the years from 1 to `year`, which has four digits. */
PINBULKI_ONCE int pinbulki_leap_days(int year)
{
    int centuries = (int)((uint32_t)year * 5243 >> 19);
    return year / 4 - centuries + centuries / 4;
}

/* Unix seconds of a date from 1970 on; -1 when there is no such date. */
static int64_t pinbulki_date_seconds(const pinbulki_date *date)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int leap = pinbulki_leap_days(date->year) != pinbulki_leap_days(date->year - 1);
    int32_t days, seconds;
    if (date->year < 1970 || date->day < 1 ||
        date->day > before[date->month + 1] - before[date->month] + (leap && date->month == 1) ||
        date->hour > 23 || date->minute > 59 || date->second > 60)
        return -1;
    days = (int32_t)365 * (date->year - 1970) + pinbulki_leap_days(date->year - 1) - 477;
    days += before[date->month] + (leap && date->month > 1) + date->day - 1;
    seconds = ((int32_t)date->hour * 60 + date->minute) * 60 + date->second;
    return (int64_t)days * 86400 + seconds;
}

/* Takes a number of `count` digits off the front of a text. */
static int pinbulki_date_digits(pinbulk_text *text, size_t count, int *value)
{
    size_t i;
    *value = 0;
    for (i = 0; i < count; i++) {
        if (i == text->length || !pinbulki_is_digit(text->data[i]))
            return 0;
        *value = *value * 10 + (text->data[i] - '0');
    }
    *text = pinbulki_http_part(*text, count, text->length);
    return 1;
}

/* Takes the name of a month off the front of a text. */
static int pinbulki_date_month(pinbulk_text *text, int *month)
{
    static const char names[][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                    "jul", "aug", "sep", "oct", "nov", "dec"};
    for (*month = 0; *month < 12; ++*month) {
        if (pinbulki_http_begins(*text, names[*month])) {
            *text = pinbulki_http_part(*text, 3, text->length);
            return 1;
        }
    }
    return 0;
}

/* Takes `count` digits of which the first may be a space off the front of a text. */
static int pinbulki_date_padded(pinbulk_text *text, size_t count, int *value)
{
    size_t space = (size_t)pinbulki_http_begins(*text, " ");
    *text = pinbulki_http_part(*text, space, text->length);
    return pinbulki_date_digits(text, count - space, value);
}

/* Reads a date by a pattern: W is the name of a day, which is not checked, D its number, d the same
   with a space for a leading zero, b the name of a month, Y a year, y its last two digits, and h, m
   and s the time. Everything else stands for itself. Returns -1 when the text does not fit. */
PINBULKI_ONCE int64_t pinbulki_date_read(pinbulk_text text, const char *pattern)
{
    pinbulki_date date;
    int fits = 1;
    memset(&date, 0, sizeof date);
    for (; fits && *pattern != '\0'; pattern++) {
        switch (*pattern) {
        case 'W':
            while (text.length != 0 && pinbulki_http_char(text.data[0], ""))
                text = pinbulki_http_part(text, 1, text.length);
            break;
        case 'D':
            fits = pinbulki_date_digits(&text, 2, &date.day);
            break;
        case 'd':
            fits = pinbulki_date_padded(&text, 2, &date.day);
            break;
        case 'b':
            fits = pinbulki_date_month(&text, &date.month);
            break;
        case 'Y':
            fits = pinbulki_date_digits(&text, 4, &date.year);
            break;
        case 'y': /* there is no clock to tell the century by */
            fits = pinbulki_date_digits(&text, 2, &date.year);
            date.year += date.year < 70 ? 2000 : 1900;
            break;
        case 'h':
            fits = pinbulki_date_digits(&text, 2, &date.hour);
            break;
        case 'm':
            fits = pinbulki_date_digits(&text, 2, &date.minute);
            break;
        case 's':
            fits = pinbulki_date_digits(&text, 2, &date.second);
            break;
        default:
            fits = text.length != 0 && text.data[0] == *pattern;
            text = pinbulki_http_part(text, (size_t)fits, text.length);
            break;
        }
    }
    return fits && text.length == 0 ? pinbulki_date_seconds(&date) : -1;
}

/* An HTTP-date in one of the three forms of RFC 9110; -1 when it is none. */
static int64_t pinbulki_header_date(pinbulk_text value)
{
    static const char patterns[][20] = {"W, D b Y h:m:s GMT", "W, D-b-y h:m:s GMT",
                                        "W b d h:m:s Y"};
    size_t i;
    int64_t seconds = -1;
    for (i = 0; i < sizeof patterns / sizeof patterns[0] && seconds < 0; i++)
        seconds = pinbulki_date_read(value, patterns[i]);
    return seconds;
}

/* The first reason to give a response up is the one that counts. */
static pinbulk_result pinbulki_response_stop(pinbulk_response *response, pinbulk_result result,
                                             const char *why)
{
    if (response->result == PINBULK_OK) {
        response->result = result;
        response->failure = PINBULKI_MESSAGES ? why : NULL;
    }
    return response->result;
}

/* Lengths frame the body: two that differ leave nothing to rely on. */
static void pinbulki_response_frame(pinbulk_response *response, uint64_t *known, uint64_t length)
{
    if (*known != UINT64_MAX && *known != length)
        pinbulki_response_stop(response, PINBULK_UNEXPECTED,
                               PINBULKI_SAY("the headers of the response contradict each other"));
    *known = length;
}

static void pinbulki_response_length(pinbulk_response *response, pinbulk_text value)
{
    uint64_t length;
    do {
        if (pinbulki_http_number(pinbulki_header_item(&value, ','), &length) &&
            length != UINT64_MAX)
            pinbulki_response_frame(response, &response->content_length, length);
    } while (value.length != 0);
}

/* bytes FROM-TO/TOTAL, TOTAL may be *; without a part when none could be sent: bytes * /TOTAL. */
static void pinbulki_response_range(pinbulk_response *response, pinbulk_text value)
{
    pinbulk_text unit = pinbulki_header_item(&value, ' ');
    pinbulk_text part = pinbulki_header_item(&value, '/');
    pinbulk_text first = pinbulki_header_item(&part, '-');
    uint64_t from = UINT64_MAX, to = UINT64_MAX, total = UINT64_MAX;
    if (!pinbulki_http_equals(unit, "bytes") ||
        (!pinbulki_http_number(value, &total) && !pinbulki_http_equals(value, "*")))
        return;
    if (!pinbulki_http_equals(first, "*") &&
        (!pinbulki_http_number(first, &from) || !pinbulki_http_number(part, &to) || from > to ||
         to >= total))
        return;
    pinbulki_response_frame(response, &response->range_from, from);
    pinbulki_response_frame(response, &response->range_to, to);
    pinbulki_response_frame(response, &response->range_total, total);
}

#define PINBULKI_ETAG_MAX     80 /* bytes with the NUL */
#define PINBULKI_ENCODING_MAX 16

/* Memory for a text of a header, in front of that for the body; NULL when there is not enough. */
static char *pinbulki_response_reserve(pinbulk_response *response, size_t size)
{
    char *reserved = response->body;
    if (size > response->body_size)
        return NULL;
    response->body += size;
    response->body_size -= size;
    response->kept = (uint8_t)(response->kept + size);
    return reserved;
}

/* Keeps a foreign text of a header, unless there is one already. */
static const char *pinbulki_response_keep(pinbulk_response *response, const char *known,
                                          size_t size, pinbulk_text value)
{
    char *kept = NULL;
    if (*known == '\0' && value.length != 0)
        kept = pinbulki_response_reserve(response, size);
    if (kept == NULL)
        return known;
    pinbulki_foreign_copy(response->request, kept, size, value);
    return kept;
}

static void pinbulki_response_encoding(pinbulk_response *response, pinbulk_text value)
{
    do {
        pinbulk_text name = pinbulki_header_item(&value, ',');
        if (name.length == 0 || pinbulki_http_equals(name, "identity"))
            continue;
        if (response->encodings < UINT8_MAX)
            response->encodings++;
        response->encoding =
            pinbulki_response_keep(response, response->encoding, PINBULKI_ENCODING_MAX, name);
    } while (value.length != 0);
}

/* Two tags that differ prove nothing, so neither counts as strong. */
static void pinbulki_response_etag(pinbulk_response *response, pinbulk_text value)
{
    int weak = value.length > 2 && value.data[0] == 'W' && value.data[1] == '/';
    char *kept;
    if (value.length >= PINBULKI_ETAG_MAX ||
        !pinbulki_etag_valid(weak ? pinbulki_http_part(value, 2, value.length) : value))
        return;
    if (response->etag[0] != '\0') {
        response->etag_strong =
            response->etag_strong && pinbulk_text_equal(pinbulk_text_of(response->etag), value);
        return;
    }
    kept = pinbulki_response_reserve(response, value.length + 1);
    if (kept == NULL)
        return;
    pinbulki_text_copy(kept, value.length + 1, value.data, value.length);
    response->etag = kept;
    response->etag_strong = !weak;
}

/* The longest time to wait counts. */
PINBULKI_ONCE void pinbulki_response_wait(pinbulk_response *response, int64_t seconds)
{
    if (seconds > INT32_MAX)
        seconds = INT32_MAX;
    if (seconds > response->retry_after)
        response->retry_after = (int32_t)seconds;
}

/* Dates are taken as they come and compared when both are known. */
static void pinbulki_response_date(pinbulk_response *response, int64_t *known, pinbulk_text value)
{
    int64_t date = pinbulki_header_date(value), now;
    if (date > *known)
        *known = date;
    now = response->date;
    date = response->retry_after_date;
    if (now >= 0 && date >= 0)
        pinbulki_response_wait(response, date > now ? date - now : 0);
}

/* What headers tell, before any has come. */
PINBULKI_ONCE void pinbulki_response_clear(pinbulk_response *response)
{
    response->content_length = UINT64_MAX;
    response->range_from = response->range_to = response->range_total = UINT64_MAX;
    response->retry_after = -1;
    response->rate_limit = response->rate_remaining = response->rate_reset = -1;
    response->date = response->retry_after_date = -1;
    response->html = response->etag_strong = response->encodings = 0;
    response->etag = response->encoding = response->rid = "";
    if (response->kept != 0) { /* otherwise there may be no memory */
        response->body -= response->kept;
        response->body_size += response->kept;
        response->kept = 0;
    }
    response->result = PINBULK_OK;
    response->failure = NULL;
}

PINBULK_API void pinbulk_response_init(pinbulk_response *response, const pinbulk_request *request,
                                       char *memory, size_t size)
{
    memset(response, 0, sizeof *response);
    pinbulki_response_clear(response);
    response->request = request;
    response->position = request->from;
    response->body = memory;
    response->body_size = memory == NULL ? 0 : size;
}

PINBULK_API void pinbulk_response_set_sink(pinbulk_response *response, pinbulk_sink sink,
                                           uint64_t limit)
{
    response->sink = sink;
    response->sink_limit = limit == 0 ? UINT64_MAX : limit;
}

/* A second status before any body replaces the first: that one was a proxy's or an interim one. */
PINBULK_API pinbulk_result pinbulk_response_begin(pinbulk_response *response, int status)
{
    if (response->state > PINBULKI_RESPONSE_HEAD)
        return PINBULK_BAD_STATE;
    if (status < 100 || status > 999)
        return PINBULK_BAD_ARGUMENT;
    pinbulki_response_clear(response);
    response->status = status;
    response->state = PINBULKI_RESPONSE_HEAD;
    return PINBULK_OK;
}

enum { /* headers that matter, in the order of their names below */
       PINBULKI_HEADER_CONTENT_ENCODING,
       PINBULKI_HEADER_CONTENT_LENGTH,
       PINBULKI_HEADER_CONTENT_RANGE,
       PINBULKI_HEADER_CONTENT_TYPE,
       PINBULKI_HEADER_DATE,
       PINBULKI_HEADER_ETAG,
       PINBULKI_HEADER_RETRY_AFTER,
       PINBULKI_HEADER_RID,
       PINBULKI_HEADER_RATE_LIMIT,
       PINBULKI_HEADER_RATE_REMAINING,
       PINBULKI_HEADER_RATE_RESET,
       PINBULKI_HEADERS
};

/* In the same order, a NUL behind each. */
static const char pinbulki_header_names[] = "content-encoding\0"
                                            "content-length\0"
                                            "content-range\0"
                                            "content-type\0"
                                            "date\0"
                                            "etag\0"
                                            "retry-after\0"
                                            "x-pinterest-rid\0"
                                            "x-userendpoint-ratelimit-limit\0"
                                            "x-userendpoint-ratelimit-remaining\0"
                                            "x-userendpoint-ratelimit-reset-seconds\0";

static void pinbulki_response_take_header(pinbulk_response *response, int header,
                                          pinbulk_text value)
{
    switch (header) {
    case PINBULKI_HEADER_CONTENT_ENCODING:
        pinbulki_response_encoding(response, value);
        break;
    case PINBULKI_HEADER_CONTENT_LENGTH:
        pinbulki_response_length(response, value);
        break;
    case PINBULKI_HEADER_CONTENT_RANGE:
        pinbulki_response_range(response, value);
        break;
    case PINBULKI_HEADER_CONTENT_TYPE:
        if (pinbulki_http_begins(value, "text/html") ||
            pinbulki_http_begins(value, "application/xhtml+xml"))
            response->html = 1;
        break;
    case PINBULKI_HEADER_DATE:
        pinbulki_response_date(response, &response->date, value);
        break;
    case PINBULKI_HEADER_ETAG:
        pinbulki_response_etag(response, value);
        break;
    case PINBULKI_HEADER_RETRY_AFTER:
        pinbulki_response_wait(response, pinbulki_header_number(value, -1));
        pinbulki_response_date(response, &response->retry_after_date, value);
        break;
    case PINBULKI_HEADER_RID:
        response->rid =
            pinbulki_response_keep(response, response->rid, PINBULK_ERROR_RID_MAX, value);
        break;
    case PINBULKI_HEADER_RATE_LIMIT:
        response->rate_limit = pinbulki_header_number(value, response->rate_limit);
        break;
    case PINBULKI_HEADER_RATE_REMAINING:
        response->rate_remaining = pinbulki_header_number(value, response->rate_remaining);
        break;
    case PINBULKI_HEADER_RATE_RESET:
        response->rate_reset = pinbulki_header_number(value, response->rate_reset);
        break;
    default:
        break;
    }
}

/* Trailers are ignored: they come too late to mean anything. */
PINBULK_API pinbulk_result pinbulk_response_header(pinbulk_response *response, const char *name,
                                                   size_t name_length, const char *value,
                                                   size_t value_length)
{
    const char *known = pinbulki_header_names;
    pinbulk_text key, text;
    int header = 0;
    if (response->state == PINBULKI_RESPONSE_NEW || response->state == PINBULKI_RESPONSE_ENDED)
        return PINBULK_BAD_STATE;
    if (response->state == PINBULKI_RESPONSE_BODY)
        return response->result;
    key.data = name;
    key.length = name_length;
    text.data = value;
    text.length = value_length;
    for (; header < PINBULKI_HEADERS && !pinbulki_http_equals(key, known); header++)
        known = pinbulki_text_after(known, 1);
    pinbulki_response_take_header(response, header, pinbulki_header_trim(text));
    return response->result;
}

PINBULK_API int pinbulk_response_cancelled(const pinbulk_response *response)
{
    return response->cancel != NULL && response->cancel(response->cancel_ctx);
}

static int pinbulki_response_success(const pinbulk_response *response)
{
    return response->status >= 200 && response->status <= 299;
}

/* Whether the body is for the sink: the file or a part of it. */
static int pinbulki_response_is_file(const pinbulk_response *response)
{
    return response->sink.write != NULL && (response->status == 200 || response->status == 206);
}

/* The length of the part that Content-Range names; UINT64_MAX: it names none. */
PINBULKI_ONCE uint64_t pinbulki_response_part(const pinbulk_response *response)
{
    if (response->range_from == UINT64_MAX)
        return UINT64_MAX;
    return response->range_to - response->range_from + 1;
}

/* The length that the body must have; UINT64_MAX: not known. */
static uint64_t pinbulki_response_expected(const pinbulk_response *response)
{
    if (response->content_length == UINT64_MAX && response->status == 206)
        return pinbulki_response_part(response);
    return response->content_length;
}

/* Whether the body is gzip and nothing around it. */
static int pinbulki_response_is_gzip(const pinbulk_response *response)
{
    pinbulk_text encoding = pinbulk_text_of(response->encoding);
    return response->encodings == 1 &&
           (pinbulki_http_equals(encoding, "gzip") || pinbulki_http_equals(encoding, "x-gzip"));
}

/* Decides, when the headers are complete, whether the file may go to the sink. */
static pinbulk_result pinbulki_response_open_file(pinbulk_response *response)
{
    uint64_t expected = pinbulki_response_expected(response);
    if (response->encodings != 0 && !(response->inflates && pinbulki_response_is_gzip(response)))
        return pinbulki_response_stop(response, PINBULK_ENCODED_BODY, "");
    if (response->status == 206 && (response->range_from != response->position ||
                                    pinbulki_response_part(response) != expected))
        return pinbulki_response_stop(
            response, PINBULK_UNEXPECTED,
            PINBULKI_SAY("another part of the file came than was asked for"));
    if (response->status == 200 && response->position != 0) {
        if (response->sink.restart == NULL)
            return pinbulki_response_stop(response, PINBULK_RESULT_CHANGED,
                                          PINBULKI_SAY("the file came from its start again"));
        if (response->sink.restart(response->sink.ctx) != PINBULK_OK)
            return pinbulki_response_stop(response, PINBULK_SINK_FAILED,
                                          PINBULKI_SAY("the sink could not be restarted"));
        response->position = 0;
        response->restarted = 1;
    }
    if (response->position > response->sink_limit ||
        (expected != UINT64_MAX && expected > response->sink_limit - response->position))
        return pinbulki_response_stop(response, PINBULK_TOO_LARGE,
                                      PINBULKI_SAY("the file is larger than its limit"));
    return PINBULK_OK;
}

static pinbulk_result pinbulki_response_open(pinbulk_response *response)
{
    uint64_t expected = pinbulki_response_expected(response);
    response->state = PINBULKI_RESPONSE_BODY;
    if (pinbulki_response_is_file(response))
        return pinbulki_response_open_file(response);
    if (pinbulki_response_success(response) && expected != UINT64_MAX &&
        expected > response->body_size)
        return pinbulki_response_stop(response, PINBULK_TOO_LARGE,
                                      PINBULKI_SAY("the reply is larger than the memory for it"));
    return PINBULK_OK;
}

/* Takes as many bytes as there is room for, and says when that are not all. */
static pinbulk_result pinbulki_response_take(pinbulk_response *response, const void *data,
                                             size_t length, uint64_t room)
{
    size_t taken = length < room ? length : (size_t)room;
    int is_file = pinbulki_response_is_file(response);
    if (taken != 0 && is_file) {
        if (response->sink.write(response->sink.ctx, data, taken) != PINBULK_OK)
            return pinbulki_response_stop(response, PINBULK_SINK_FAILED,
                                          PINBULKI_SAY("the sink refused bytes"));
        response->position += taken;
    } else if (taken != 0) {
        memcpy(response->body + response->body_used, data, taken);
        response->body_used += taken;
    }
    response->received += taken;
    if (taken == length)
        return PINBULK_OK;
    return pinbulki_response_stop(response, PINBULK_TOO_LARGE,
                                  is_file
                                      ? PINBULKI_SAY("the file is larger than its limit")
                                      : PINBULKI_SAY("the reply is larger than the memory for it"));
}

/* The body up to its stated length is taken before a surplus is refused, so that what is taken does
   not depend on the chunks. */
PINBULK_API pinbulk_result pinbulk_response_body(pinbulk_response *response, const void *data,
                                                 size_t length)
{
    uint64_t left;
    size_t surplus = 0;
    if (response->state == PINBULKI_RESPONSE_NEW || response->state == PINBULKI_RESPONSE_ENDED)
        return PINBULK_BAD_STATE;
    if (pinbulk_response_cancelled(response))
        pinbulki_response_stop(response, PINBULK_CANCELLED, "");
    if (length == 0 || response->result != PINBULK_OK)
        return response->result;
    if (response->state == PINBULKI_RESPONSE_HEAD && pinbulki_response_open(response) != PINBULK_OK)
        return response->result;
    left = pinbulki_response_expected(response);
    if (left != UINT64_MAX && length > left - response->received) {
        surplus = length - (size_t)(left - response->received);
        length -= surplus;
    }
    pinbulki_response_take(response, data, length,
                           pinbulki_response_is_file(response)
                               ? response->sink_limit - response->position
                               : response->body_size - response->body_used);
    if (surplus != 0)
        pinbulki_response_stop(response, PINBULK_UNEXPECTED,
                               PINBULKI_SAY("the body is longer than the headers say"));
    return response->result;
}

/* A file of which no byte came. It replaces an earlier part only when it is known to be empty. */
static void pinbulki_response_open_empty(pinbulk_response *response)
{
    if (response->reached != PINBULK_REACHED_COMPLETE)
        pinbulki_response_stop(response, PINBULK_TRUNCATED, PINBULKI_SAY("the response broke off"));
    if (response->result == PINBULK_OK)
        pinbulki_response_open_file(response);
}

PINBULK_API pinbulk_result pinbulk_response_end(pinbulk_response *response, pinbulk_outcome outcome)
{
    uint64_t expected = pinbulki_response_expected(response);
    if (response->state == PINBULKI_RESPONSE_ENDED)
        return PINBULK_BAD_STATE;
    response->reached = outcome.reached;
    if (response->status == 0) { /* a response that no one saw proves nothing */
        if (response->reached >= PINBULK_REACHED_RESPONSE)
            response->reached = PINBULK_REACHED_UNKNOWN;
        response->state = PINBULKI_RESPONSE_ENDED;
        return pinbulki_response_stop(response, PINBULK_TRANSPORT_FAILED,
                                      outcome.text ? outcome.text
                                                   : PINBULKI_SAY("no response came"));
    }
    if (response->reached < PINBULK_REACHED_RESPONSE)
        response->reached = PINBULK_REACHED_RESPONSE;
    if (expected != UINT64_MAX)
        response->reached =
            response->received == expected ? PINBULK_REACHED_COMPLETE : PINBULK_REACHED_RESPONSE;
    if (response->reached == PINBULK_REACHED_RESPONSE)
        pinbulki_response_stop(response, PINBULK_TRUNCATED,
                               outcome.text ? outcome.text
                                            : PINBULKI_SAY("the response broke off"));
    if (response->state == PINBULKI_RESPONSE_HEAD && pinbulki_response_is_file(response))
        pinbulki_response_open_empty(response);
    response->proven = response->result == PINBULK_OK && pinbulki_response_is_file(response) &&
                       response->reached == PINBULK_REACHED_COMPLETE &&
                       (response->status == 200 || response->position == response->range_total);
    response->state = PINBULKI_RESPONSE_ENDED;
    return response->result;
}

/* The error of the service. */

/* What an error body tells: its code, and texts put together as far as there is room. */
typedef struct pinbulki_problem {
    int64_t code;
    pinbulki_line line;
    char text[PINBULK_ERROR_MESSAGE_MAX + 8]; /* more than is shown, to tell a secret by */
} pinbulki_problem;

/* Adds a part of a text; the first part stands behind the texts that are there. */
static void pinbulki_problem_add(pinbulki_problem *problem, pinbulk_text text, int is_first)
{
    if (!PINBULKI_MESSAGES)
        return;
    if (is_first && problem->line.length != 0 && text.length != 0)
        pinbulki_line_text(&problem->line, ": ");
    pinbulki_line_bytes(&problem->line, text.data, text.length);
}

/* Reads {"code": , "message": , "message_detail": } as far as it can be read: what is odd or cut
   off is passed over, so that a message before it is still found. */
static void pinbulki_problem_json(pinbulki_problem *problem, pinbulk_text json)
{
    enum {
        PINBULKI_PROBLEM_OTHER,
        PINBULKI_PROBLEM_CODE,
        PINBULKI_PROBLEM_MESSAGE
    } member = PINBULKI_PROBLEM_OTHER;
    pinbulk_reader reader;
    pinbulk_token token;
    char buffer[16]; /* no name that matters is longer; texts come in parts */
    int part = 0;
    pinbulki_reader_begin(&reader, buffer, sizeof buffer, 1);
    pinbulk_reader_feed(&reader, json.data, json.length);
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END) {
        pinbulk_text text;
        text.data = token.text;
        text.length = token.length;
        if ((token.kind == PINBULK_TOKEN_OBJECT || token.kind == PINBULK_TOKEN_ARRAY) &&
            pinbulk_reader_depth(&reader) > 1) {
            pinbulk_reader_skip(&reader);
        } else if (token.kind == PINBULK_TOKEN_KEY) {
            int whole = !part && !token.more;
            member = PINBULKI_PROBLEM_OTHER;
            if (whole && pinbulki_text_is(text, "code"))
                member = PINBULKI_PROBLEM_CODE;
            if (whole &&
                (pinbulki_text_is(text, "message") || pinbulki_text_is(text, "message_detail")))
                member = PINBULKI_PROBLEM_MESSAGE;
        } else if (token.kind == PINBULK_TOKEN_NUMBER && member == PINBULKI_PROBLEM_CODE && !part &&
                   !token.more) {
            pinbulk_int_from_text(text.data, text.length, &problem->code);
        } else if (token.kind == PINBULK_TOKEN_STRING && member == PINBULKI_PROBLEM_MESSAGE) {
            pinbulki_problem_add(problem, text, !part);
        }
        part = token.more;
    }
}

/* Adds the text of an XML element, without looking inside. */
static void pinbulki_problem_element(pinbulki_problem *problem, pinbulk_text xml, const char *tag)
{
    pinbulk_text open = pinbulk_text_of(tag);
    size_t i;
    for (i = 0; i < xml.length && xml.length - i >= open.length; i++) {
        if (memcmp(xml.data + i, open.data, open.length) != 0)
            continue;
        xml = pinbulki_http_part(xml, i + open.length, xml.length);
        pinbulki_problem_add(problem, pinbulki_http_part(xml, 0, pinbulki_http_find(xml, '<')), 1);
        return;
    }
}

/* What was collected, without the white space in front. */
static pinbulk_text pinbulki_response_text(const pinbulk_response *response)
{
    pinbulk_text text;
    text.data = response->body;
    text.length = response->body_used;
    while (text.length != 0 && (text.data[0] == ' ' || text.data[0] == '\t' ||
                                text.data[0] == '\r' || text.data[0] == '\n'))
        text = pinbulki_http_part(text, 1, text.length);
    return text;
}

/* JSON that only claims to be HTML is read nevertheless. */
static int pinbulki_response_is_page(const pinbulk_response *response)
{
    pinbulk_text text = pinbulki_response_text(response);
    return pinbulki_http_begins(text, "<") || (response->html && !pinbulki_http_begins(text, "{"));
}

/* Fills in what the response tells of itself. */
static void pinbulki_response_tell(const pinbulk_response *response, pinbulk_error *error)
{
    error->http_status = response->status;
    error->reached = response->reached;
    pinbulki_text_copy(error->rid, sizeof error->rid, response->rid,
                       pinbulki_text_length(response->rid, sizeof error->rid - 1));
}

static pinbulk_result pinbulki_response_fail_as(const pinbulk_response *response,
                                                pinbulk_error *error, pinbulk_result result,
                                                pinbulk_text message)
{
    pinbulki_error_set(error, result, NULL);
    if (error == NULL)
        return result;
    pinbulki_response_tell(response, error);
    if (PINBULKI_MESSAGES)
        pinbulki_foreign_copy(response->request, error->message, sizeof error->message, message);
    return result;
}

static pinbulk_result pinbulki_response_fail(const pinbulk_response *response, pinbulk_error *error,
                                             pinbulk_result result, const char *message)
{
    return pinbulki_response_fail_as(response, error, result,
                                     pinbulk_text_of(PINBULKI_MESSAGES ? message : NULL));
}

/* Whether a text says "spam", wherever: what looks like a block is not worth a second try. */
static int pinbulki_says_spam(pinbulk_text text)
{
    while (text.length != 0 && !pinbulki_http_begins(text, "spam"))
        text = pinbulki_http_part(text, 1, text.length);
    return text.length != 0;
}

/* The result of a status that is no success. */
static pinbulk_result pinbulki_response_refusal(int status)
{
    switch (status) {
    case 401:
        return PINBULK_UNAUTHORIZED;
    case 403:
        return PINBULK_FORBIDDEN;
    case 404:
        return PINBULK_NOT_FOUND;
    case 429:
        return PINBULK_RATE_LIMITED;
    default:
        break;
    }
    if (status >= 500 && status <= 599)
        return PINBULK_SERVER_ERROR;
    return status >= 400 && status <= 499 ? PINBULK_REFUSED : PINBULK_UNEXPECTED;
}

/* What to say about an error whose body says nothing. */
static const char *pinbulki_response_silence(const pinbulk_response *response)
{
    if (response->status < 400)
        return response->status >= 300 ? PINBULKI_SAY("redirects are not followed")
                                       : PINBULKI_SAY("no such status is expected");
    if (response->received == 0)
        return PINBULKI_SAY("the service gave no reason");
    if (response->request->body_secret)
        return PINBULKI_SAY("its reason is not shown: it could repeat the secrets that were sent");
    return pinbulki_response_is_page(response)
               ? PINBULKI_SAY("a web page instead of a reason")
               : PINBULKI_SAY("the reason the service gave is not readable");
}

static pinbulk_result pinbulki_response_refused(const pinbulk_response *response,
                                                pinbulk_error *error)
{
    pinbulk_text text = pinbulki_response_text(response);
    pinbulk_result result;
    pinbulki_problem problem;
    problem.code = 0;
    problem.line = pinbulki_line_begin(problem.text, sizeof problem.text);
    if (response->encodings != 0) {
        text.length = 0;
    } else if (PINBULKI_MESSAGES && pinbulki_response_is_page(response)) {
        /* storage answers in XML */
        pinbulki_problem_element(&problem, text, "<Code>");
        pinbulki_problem_element(&problem, text, "<Message>");
    } else {
        pinbulki_problem_json(&problem, text);
    }
    result = pinbulki_response_refusal(response->status);
    if (result == PINBULK_RATE_LIMITED && pinbulki_says_spam(text))
        result = PINBULK_SPAM_BLOCKED;
    text = pinbulk_text_of(PINBULKI_MESSAGES ? pinbulki_response_silence(response) : "");
    if (problem.line.length > sizeof problem.text)
        problem.line.length = pinbulki_text_end(problem.text, sizeof problem.text);
    if (problem.line.length != 0 && !response->request->body_secret) {
        text.data = problem.text;
        text.length = problem.line.length;
    }
    pinbulki_response_fail_as(response, error, result, text);
    if (error != NULL)
        error->api_code = problem.code;
    return result;
}

/* Whether the exchange came to a whole response that is a success. */
static pinbulk_result pinbulki_response_check(const pinbulk_response *response,
                                              pinbulk_error *error)
{
    const char *why = response->failure;
    if (response->state != PINBULKI_RESPONSE_ENDED)
        return pinbulki_response_fail(response, error, PINBULK_BAD_STATE,
                                      PINBULKI_SAY("the response has not ended"));
    if (response->status != 0 && !pinbulki_response_success(response) &&
        response->result != PINBULK_CANCELLED)
        return pinbulki_response_refused(response, error);
    if (response->result == PINBULK_OK)
        return PINBULK_OK;
    if (response->result == PINBULK_ENCODED_BODY)
        why = response->encoding;
    return pinbulki_response_fail(response, error, response->result, why);
}

/* Whether there is a body that may be JSON. */
static pinbulk_result pinbulki_response_check_json(const pinbulk_response *response,
                                                   pinbulk_error *error)
{
    pinbulk_result result = pinbulki_response_check(response, error);
    const char *why = "";
    if (result != PINBULK_OK)
        return result;
    if (response->encodings != 0) {
        result = PINBULK_ENCODED_BODY;
        why = response->encoding;
    } else if (pinbulki_response_text(response).length == 0) {
        result = PINBULK_EMPTY_BODY;
    } else if (pinbulki_response_is_page(response)) {
        result = PINBULK_NOT_JSON;
        why = PINBULKI_SAY("it is a web page");
    }
    if (result != PINBULK_OK)
        return pinbulki_response_fail(response, error, result, why);
    return PINBULK_OK;
}

/* Makes the result of the decoder one of the response. */
static pinbulk_result pinbulki_response_undecoded(const pinbulk_response *response,
                                                  pinbulk_result result, pinbulk_error *error)
{
    if (result == PINBULK_BAD_JSON || result == PINBULK_BAD_UTF8)
        result = PINBULK_NOT_JSON;
    else if (result != PINBULK_TRUNCATED && result != PINBULK_NO_SPACE)
        result = PINBULK_UNEXPECTED;
    if (error == NULL)
        return result;
    error->result = result;
    pinbulki_response_tell(response, error);
    if (PINBULKI_MESSAGES)
        pinbulki_foreign_clean(response->request, error->message, sizeof error->message);
    pinbulki_foreign_clean(response->request, error->path, sizeof error->path);
    return result;
}

/* What a reply is read to. Without the text whose length is at the offset `needed` it says nothing,
   as `missing` says. */
typedef struct pinbulki_reply {
    const pinbulki_table *table;
    size_t needed;
    const char *missing;
} pinbulki_reply;

/* Reads a reply, with tolerance: a member of another type is kept in `extra`. */
static pinbulk_result pinbulki_response_object(const pinbulk_response *response,
                                               const pinbulki_reply *reply, void *object,
                                               pinbulk_arena *arena, pinbulk_error *error)
{
    static const pinbulk_decode_options options = {1, 1, 0, 0, 0}; /* borrow, tolerant */
    const size_t used = arena->used;
    pinbulk_result result = pinbulki_response_check_json(response, error);
    if (result == PINBULK_OK) {
        result = pinbulki_decode(response->body, response->body_used, object, reply->table, arena,
                                 &options, error);
        if (result != PINBULK_OK)
            result = pinbulki_response_undecoded(response, result, error);
        else if (*(const size_t *)pinbulki_member(object, reply->needed) == 0)
            result = pinbulki_response_fail(response, error, PINBULK_UNEXPECTED, reply->missing);
    }
    if (result != PINBULK_OK) {
        memset(object, 0, reply->table->size);
        arena->used = used;
    }
    return result;
}

PINBULK_API pinbulk_result pinbulk_response_submitted(const pinbulk_response *response,
                                                      pinbulk_submitted *object,
                                                      pinbulk_arena *arena, pinbulk_error *error)
{
    static const pinbulki_reply reply = {&pinbulki_submitted_table,
                                         offsetof(pinbulk_submitted, request_id.length),
                                         PINBULKI_SAY("the reply has no request_id")};
    return pinbulki_response_object(response, &reply, object, arena, error);
}

PINBULK_API pinbulk_result pinbulk_response_status(const pinbulk_response *response,
                                                   pinbulk_status *object, pinbulk_arena *arena,
                                                   pinbulk_error *error)
{
    static const pinbulki_reply reply = {&pinbulki_status_table,
                                         offsetof(pinbulk_status, status.length),
                                         PINBULKI_SAY("the reply has no status")};
    return pinbulki_response_object(response, &reply, object, arena, error);
}

PINBULK_API pinbulk_result pinbulk_response_token(const pinbulk_response *response,
                                                  pinbulk_tokens *object, pinbulk_arena *arena,
                                                  pinbulk_error *error)
{
    static const pinbulki_reply reply = {&pinbulki_tokens_table,
                                         offsetof(pinbulk_tokens, access_token.length),
                                         PINBULKI_SAY("the reply has no access_token")};
    return pinbulki_response_object(response, &reply, object, arena, error);
}

PINBULK_API pinbulk_result pinbulk_response_fetched(const pinbulk_response *response,
                                                    pinbulk_error *error)
{
    pinbulk_result result = pinbulki_response_check(response, error);
    if (result != PINBULK_OK)
        return result;
    if (!pinbulki_response_is_file(response))
        return pinbulki_response_fail(
            response, error, PINBULK_UNEXPECTED,
            PINBULKI_SAY("the response is neither the file nor a part of it"));
    if (response->status == 206 && response->range_total != UINT64_MAX &&
        response->position != response->range_total)
        return pinbulki_response_fail(
            response, error, PINBULK_TRUNCATED,
            PINBULKI_SAY("the part that came is not the rest of the file"));
    return PINBULK_OK;
}
/* ============================================================================================== */
/* >>records: implementation                                                                      */
/* ============================================================================================== */

/* Names of arrays, by what is in them: each kind, then another name. A NUL is behind each. */
static const char pinbulki_kind_names[] = "unknown\0"
                                          "campaign\0"
                                          "ad_group\0"
                                          "ad\0"
                                          "product_group\0"
                                          "keyword\0"
                                          "label\0"
                                          "schedule\0"
                                          "catalog_product_group\0"
                                          "entity_history\0"
                                          "product_group_promotion\0";
#define PINBULKI_KINDS (PINBULK_KIND_ENTITY_HISTORY + 1)

/* Names of members that hold errors. */
static const char pinbulki_error_names[][16] = {"exception", "error", "error_message"};

PINBULK_API const char *pinbulk_kind_name(pinbulk_kind kind)
{
    return pinbulki_text_after(pinbulki_kind_names,
                               (unsigned)kind < PINBULKI_KINDS ? (unsigned)kind : 0);
}

/* True when `key` is `name` in any usual spelling: ad_group, adGroups, AD-GROUP. */
static int pinbulki_kind_is(const char *name, const char *key, size_t length)
{
    pinbulk_text rest = {length, key};
    for (; rest.length > 0; rest.data++, rest.length--) {
        char byte = pinbulki_lower(*rest.data);
        if (pinbulki_is_separator(byte))
            continue;
        if (*name == '_')
            name++;
        if (byte != *name)
            break;
        name++;
    }
    if (*name == '\0')
        return rest.length == 0 || pinbulki_http_equals(rest, "s");
    return name[0] == 'y' && name[1] == '\0' && pinbulki_http_equals(rest, "ies");
}

static pinbulk_kind pinbulki_kind_of(const char *key, size_t length)
{
    const char *name = pinbulki_kind_names;
    unsigned kind;
    for (kind = 0; *name; kind++, name = pinbulki_text_after(name, 1))
        if (pinbulki_kind_is(name, key, length))
            return kind < PINBULKI_KINDS ? (pinbulk_kind)kind : PINBULK_KIND_PRODUCT_GROUP;
    return PINBULK_KIND_UNKNOWN;
}

static int pinbulki_is_error_name(const char *key, size_t length)
{
    size_t i;
    for (i = 0; i < sizeof pinbulki_error_names / sizeof pinbulki_error_names[0]; i++)
        if (pinbulki_kind_is(pinbulki_error_names[i], key, length))
            return 1;
    return 0;
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

#define PINBULKI_NUL_MESSAGE PINBULKI_SAY("a NUL byte: this is no text, or it is UTF-16")

/* What is wrong with the byte that a search failed on. */
static const char *pinbulki_scan_message(int outcome, char byte)
{
    if (outcome == PINBULKI_SCAN_TOO_LARGE)
        return PINBULKI_SAY("the record is larger than the window");
    if (outcome == PINBULKI_SCAN_TOO_DEEP)
        return PINBULKI_SAY("nested deeper than 64 levels");
    if (byte == '}' || byte == ']')
        return PINBULKI_SAY("a bracket closes one of the other kind");
    if (byte == '\\')
        return PINBULKI_SAY("a backslash outside of a string");
    if (byte == 0)
        return PINBULKI_NUL_MESSAGE;
    return PINBULKI_SAY("a control character in a string must be escaped");
}

static void pinbulki_scan_begin(pinbulki_scan *scan, unsigned depth_limit)
{
    memset(scan, 0, sizeof *scan);
    scan->depth_limit = (uint16_t)depth_limit;
}

/* Follows a mark. '[' and '{' differ in one bit, ']' and '}' in the same. */
PINBULKI_INLINE int pinbulki_scan_mark(pinbulki_scan *scan, char byte)
{
    char folded = (char)(byte | 0x20);
    unsigned object = (unsigned char)byte >> 5 & 1;
    if (folded == '{') {
        if (scan->depth == scan->depth_limit)
            return PINBULKI_SCAN_TOO_DEEP;
        scan->nest = scan->nest << 1 | object;
        scan->depth++;
        return PINBULKI_SCAN_INSIDE;
    }
    if (folded != '}' || (scan->nest & 1) != object)
        return PINBULKI_SCAN_BROKEN;
    scan->nest >>= 1;
    scan->depth--;
    return scan->depth ? PINBULKI_SCAN_INSIDE : PINBULKI_SCAN_CLOSED;
}

/* Goes on in [*at, end); *at is then where the outcome says. */
PINBULKI_ONCE int pinbulki_scan_bytes(pinbulki_scan *scan, const char **at, const char *end)
{
    const char *byte;
    int outcome = PINBULKI_SCAN_INSIDE;
    for (byte = *at; byte != end && outcome == PINBULKI_SCAN_INSIDE; byte++) {
        if (scan->escaped) {
            scan->escaped = 0;
            if ((unsigned char)*byte < 0x20)
                outcome = PINBULKI_SCAN_BROKEN;
        } else if (scan->in_string) {
            byte = pinbulki_unescaped_end(byte, end);
            if (byte == end)
                break;
            if (*byte == '"')
                scan->in_string = 0;
            else if (*byte == '\\')
                scan->escaped = 1;
            else
                outcome = PINBULKI_SCAN_BROKEN;
        } else if (*byte == '"') {
            scan->in_string = 1;
        } else if (*byte == '{' || *byte == '}' || *byte == '[' || *byte == ']' || *byte == '\\') {
            outcome = pinbulki_scan_mark(scan, *byte);
        }
    }
    *at = outcome > PINBULKI_SCAN_CLOSED ? byte - 1 : byte;
    return outcome;
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

/* Looks at 16 bytes, whose bits begin at `shift`. */
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

#ifndef PINBULK_NO_CSV
/* The end of a row is the first line end outside of quotes. Again there are two searches that find
   the same. */

enum { /* pinbulki_scan.cell: where in a cell the search is */
       PINBULKI_CELL_START = 0,
       PINBULKI_CELL_PLAIN,
       PINBULKI_CELL_QUOTED,
       PINBULKI_CELL_QUOTE /* behind a quote in a quoted one: its end, or the first of two */
};

/* What is wrong with the byte that a search for the end of a row failed on. */
static const char *pinbulki_table_message(int outcome, char byte)
{
    if (outcome == PINBULKI_SCAN_TOO_LARGE)
        return PINBULKI_SAY("the record is larger than the window");
    if (byte == 0)
        return PINBULKI_NUL_MESSAGE;
    return PINBULKI_SAY(
        "behind the quote that ends a cell only a separator or the end of the row may come");
}

/* The separator that a byte of a first row decides on; 0: none. */
static char pinbulki_table_separator(char byte)
{
    return byte == ',' || byte == ';' || byte == '\t' ? byte : '\0';
}

/* Takes one byte of a row. *separator may be 0 until one is seen. */
PINBULKI_INLINE int pinbulki_table_byte(pinbulki_scan *scan, char byte, char *separator)
{
    if (byte == 0)
        return PINBULKI_SCAN_BROKEN;
    if (scan->cell == PINBULKI_CELL_QUOTED) {
        if (byte == '"')
            scan->cell = PINBULKI_CELL_QUOTE;
        return PINBULKI_SCAN_INSIDE;
    }
    if (byte == '"' && scan->cell != PINBULKI_CELL_PLAIN) { /* opens a cell, or is one of two */
        scan->cell = PINBULKI_CELL_QUOTED;
        return PINBULKI_SCAN_INSIDE;
    }
    if (byte == '\n' || byte == '\r')
        return PINBULKI_SCAN_CLOSED;
    if (!*separator)
        *separator = pinbulki_table_separator(byte);
    if (byte == *separator) {
        scan->cell = PINBULKI_CELL_START;
        return PINBULKI_SCAN_INSIDE;
    }
    if (scan->cell == PINBULKI_CELL_QUOTE)
        return PINBULKI_SCAN_BROKEN;
    scan->cell = PINBULKI_CELL_PLAIN;
    return PINBULKI_SCAN_INSIDE;
}

/* Goes on in [*at, end); *at is then at the end, on the line end, or on what is wrong. */
static int pinbulki_table_bytes(pinbulki_scan *scan, const char **at, const char *end,
                                char *separator)
{
    const char *byte;
    int outcome = PINBULKI_SCAN_INSIDE;
    for (byte = *at; byte != end; byte++) {
        outcome = pinbulki_table_byte(scan, *byte, separator);
        if (outcome != PINBULKI_SCAN_INSIDE)
            break;
    }
    *at = byte;
    return outcome;
}

#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)

typedef struct pinbulki_table_masks {
    uint64_t quotes, separators, ends, nuls;
} pinbulki_table_masks;

#if defined(PINBULKI_SSE2)
PINBULKI_INLINE void pinbulki_table_masks_take(pinbulki_table_masks *masks, const char *at,
                                               char separator)
{
    unsigned shift;
    memset(masks, 0, sizeof *masks);
    for (shift = 0; shift < 64; shift += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + shift));
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
        masks->quotes |= pinbulki_mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), shift);
        masks->separators |= pinbulki_mask(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(separator)), shift);
        masks->ends |= pinbulki_mask(ends, shift);
        masks->nuls |= pinbulki_mask(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()), shift);
    }
}
#else
PINBULKI_INLINE void pinbulki_table_masks_take(pinbulki_table_masks *masks, const char *at,
                                               char separator)
{
    uint8x16_t quotes[4], separators[4], ends[4], nuls[4];
    int i;
    for (i = 0; i < 4; i++) {
        uint8x16_t bytes = vld1q_u8((const uint8_t *)(const void *)(at + 16 * i));
        quotes[i] = vceqq_u8(bytes, vdupq_n_u8('"'));
        separators[i] = vceqq_u8(bytes, vdupq_n_u8((uint8_t)separator));
        ends[i] = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\n')), vceqq_u8(bytes, vdupq_n_u8('\r')));
        nuls[i] = vceqq_u8(bytes, vdupq_n_u8(0));
    }
    masks->quotes = pinbulki_mask(quotes);
    masks->separators = pinbulki_mask(separators);
    masks->ends = pinbulki_mask(ends);
    masks->nuls = pinbulki_mask(nuls);
}
#endif

/* As pinbulki_table_bytes, but only whole blocks in which quotes stand where they may open, close
   or be doubled; it stops before any other block. */
static int pinbulki_table_blocks(pinbulki_scan *scan, const char **at, const char *end,
                                 char separator)
{
    const char *block = *at;
    for (; end - block >= 64; block += 64) {
        pinbulki_table_masks masks;
        uint64_t inside, before, after, below, wrong;
        uint64_t first = scan->cell == PINBULKI_CELL_START || scan->cell == PINBULKI_CELL_QUOTE;
        pinbulki_table_masks_take(&masks, block, separator);
        inside = masks.quotes; /* then all from each opening quote to before the closing one */
        inside ^= inside << 1;
        inside ^= inside << 2;
        inside ^= inside << 4;
        inside ^= inside << 8;
        inside ^= inside << 16;
        inside ^= inside << 32;
        if (scan->cell == PINBULKI_CELL_QUOTED)
            inside = ~inside;
        before = masks.quotes | masks.separators; /* behind these a quote may open a cell */
        after = before | masks.ends;              /* and before these it may close one */
        wrong = (masks.quotes & inside & ~(before << 1 | first)) |
                (masks.quotes & ~inside & ~(after >> 1 | UINT64_C(1) << 63)) | masks.nuls;
        if (scan->cell == PINBULKI_CELL_QUOTE)
            wrong |= ~after & 1;
        masks.ends &= ~inside;
        below = (masks.ends & (0 - masks.ends)) - 1; /* all before the first line end */
        if (wrong & below)
            break;
        if (masks.ends) {
            *at = block + pinbulki_lowest_bit(masks.ends);
            return PINBULKI_SCAN_CLOSED;
        }
        scan->cell = inside >> 63             ? PINBULKI_CELL_QUOTED
                     : masks.quotes >> 63     ? PINBULKI_CELL_QUOTE
                     : masks.separators >> 63 ? PINBULKI_CELL_START
                                              : PINBULKI_CELL_PLAIN;
    }
    *at = block;
    return PINBULKI_SCAN_INSIDE;
}

#endif

/* As pinbulki_table_bytes, only faster. */
static int pinbulki_table_on(pinbulki_scan *scan, const char **at, const char *end, char *separator)
{
#if defined(PINBULKI_SSE2) || defined(PINBULKI_NEON)
    while (*separator && end - *at >= 64) {
        int outcome = pinbulki_table_blocks(scan, at, end, *separator);
        if (outcome == PINBULKI_SCAN_INSIDE && end - *at < 64)
            break;
        if (outcome == PINBULKI_SCAN_INSIDE) /* a block that needs a closer look */
            outcome = pinbulki_table_bytes(scan, at, *at + 64, separator);
        if (outcome != PINBULKI_SCAN_INSIDE)
            return outcome;
    }
#endif
    return pinbulki_table_bytes(scan, at, end, separator);
}
#endif

/* The reader reads what is around the records. At the { of a record the search for its end takes
   over, and the reader goes on at the }: to the reader each record is {}. So there is only one
   place in the file, reader.at, and until the reader begins it does nothing but keep that place. */

enum {
    PINBULKI_RECORDS_START,    /* nothing but white space came */
    PINBULKI_RECORDS_FIRST,    /* in the first object */
    PINBULKI_RECORDS_SECOND,   /* after it: the next byte tells the format */
    PINBULKI_RECORDS_BETWEEN,  /* before a record of JSON lines */
    PINBULKI_RECORDS_DOCUMENT, /* the reader reads */
    PINBULKI_RECORDS_INSIDE,   /* in a record */
    PINBULKI_RECORDS_TOKENS,   /* the same, and the reader reads it */
    PINBULKI_RECORDS_ROWS,     /* before a row */
    PINBULKI_RECORDS_ROW,      /* in a row */
    PINBULKI_RECORDS_CELLS,    /* the same, before a cell that comes as tokens */
    PINBULKI_RECORDS_CELL,     /* in such a cell */
    PINBULKI_RECORDS_CELL_END, /* behind it */
    PINBULKI_RECORDS_FAILED
};

/* Another step follows. */
#define PINBULKI_RECORDS_GO_ON (-1)

PINBULK_API pinbulk_result pinbulk_records_init(pinbulk_records *records,
                                                const pinbulk_records_config *config)
{
    if (!records || !config || (!config->window && config->window_size) ||
        (!config->path && config->path_size) || (!config->columns && config->columns_size) ||
        (unsigned)config->format > PINBULK_FORMAT_CSV ||
        (unsigned)config->kind > PINBULK_KIND_ENTITY_HISTORY ||
        config->oversize > PINBULK_OVERSIZE_EVENTS || config->separator == '"' ||
        config->separator == '\n' || config->separator == '\r' ||
        (unsigned char)config->separator >= 0x80)
        return PINBULK_BAD_ARGUMENT;
    memset(records, 0, sizeof *records);
    records->config = *config;
    records->separator = config->separator;
    pinbulki_reader_begin(&records->reader, records->name, sizeof records->name, 1);
    records->reader.config.path = config->path;
    records->reader.config.path_size = config->path_size;
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
    if (!records)
        return PINBULK_BAD_ARGUMENT;
    if (pinbulki_records_result(records))
        return pinbulki_records_result(records);
    if (records->ended)
        return PINBULK_BAD_STATE;
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

PINBULK_API int pinbulk_records_proven(const pinbulk_records *records)
{
    return records->whole;
}

/* Where a byte of the chunk, or the end of the chunk, is in the file. */
PINBULKI_ONCE uint64_t pinbulki_records_offset(const pinbulk_records *records, const char *at)
{
    return records->reader.chunk_offset + (uint64_t)(at - records->reader.chunk);
}

/* Notes what is wrong, and where in the file. */
static void pinbulki_records_note(pinbulk_records *records, uint64_t offset, const char *message)
{
    records->error_offset = offset;
#ifdef PINBULK_NO_MESSAGES
    (void)message;
#else
    records->message = message;
#endif
}

/* Fails for the reason that was noted. */
static int pinbulki_records_failed(pinbulk_records *records, pinbulk_result result)
{
    records->state = PINBULKI_RECORDS_FAILED;
    records->result = result;
    return PINBULK_RECORDS_ERROR;
}

/* Fails at the place of the reader. */
PINBULKI_ONCE int pinbulki_records_fail(pinbulk_records *records, pinbulk_result result,
                                        const char *message)
{
    pinbulki_records_note(records, pinbulki_records_offset(records, records->reader.at), message);
    return pinbulki_records_failed(records, result);
}

/* The chunk is used up. Goes on with the rest of the chunk when it was read again. */
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
    return PINBULK_RECORDS_MORE;
}

/* True when nothing follows what the reader has. */
static int pinbulki_records_last(const pinbulk_records *records)
{
    return records->ended && !records->rest.length;
}

/* Reads bytes again that came with earlier chunks, from the start of the record (or file) on, and
   then goes on with this one. */
PINBULKI_ONCE void pinbulki_records_again(pinbulk_records *records, const char *bytes,
                                          size_t length)
{
    pinbulk_reader *reader = &records->reader;
    records->rest.data = reader->at;
    records->rest.length = (size_t)(reader->end - reader->at);
    records->rest_offset = pinbulki_records_offset(records, reader->at);
    reader->chunk = reader->at = bytes;
    reader->end = bytes + length;
    reader->chunk_offset = records->offset;
    reader->hungry = 0;
}

/* Lets a new reader read from here on. */
static void pinbulki_records_renew(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_reader_config config = reader->config;
    const char *chunk = reader->chunk, *at = reader->at, *end = reader->end;
    uint64_t offset = reader->chunk_offset;
    pinbulk_reader_init(reader, &config);
    reader->chunk = chunk;
    reader->at = at;
    reader->end = end;
    reader->chunk_offset = offset;
    reader->hungry = 0;
}

/* What a file is that begins with this byte and can be read in no format; NULL: it may be text. */
static const char *pinbulki_records_foreign(unsigned char byte)
{
    if (byte == 0)
        return PINBULKI_NUL_MESSAGE;
    if (byte == 0x1f)
        return PINBULKI_SAY("this looks like gzip: unpack it first");
    if (byte == '<')
        return PINBULKI_SAY("this looks like a web page or XML");
    if (byte >= 0xfe)
        return PINBULKI_SAY("this looks like UTF-16: convert it to UTF-8 first");
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
        return PINBULKI_SAY("this looks like binary data");
    return NULL;
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

/* Notes a failed search. */
static int pinbulki_records_note_search(pinbulk_records *records, int outcome, const char *at,
                                        const char *message)
{
    pinbulki_records_note(records,
                          outcome == PINBULKI_SCAN_TOO_LARGE ? records->offset
                                                             : pinbulki_records_offset(records, at),
                          message);
    return outcome;
}

/* How much of a record the window has room for. */
static size_t pinbulki_records_room(const pinbulk_records *records)
{
    if (records->size < records->config.window_size)
        return records->config.window_size - (size_t)records->size;
    return 0;
}

/* Takes bytes of the object that was begun: goes on with the search for its end. What it takes is
   kept in the window as long as it fits; when the end comes, *raw is the object, or empty when it
   does not fit. Without `any_size` it gives up once the object does not fit. When the search fails,
   it only notes why. */
static int pinbulki_records_take(pinbulk_records *records, int any_size, pinbulk_text *raw)
{
    const char *from = records->reader.at, *at = from, *end = records->reader.end;
    size_t room = pinbulki_records_room(records), length;
    int outcome, limited;
    limited = !any_size && room < (size_t)(end - from);
    outcome = pinbulki_scan_on(&records->scan, &at, limited ? from + room : end);
    if (limited && outcome == PINBULKI_SCAN_INSIDE)
        outcome = PINBULKI_SCAN_TOO_LARGE;
    if (outcome >= PINBULKI_SCAN_BROKEN)
        return pinbulki_records_note_search(records, outcome, at,
                                            pinbulki_scan_message(outcome, *at));
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
    record->kind_source = (pinbulk_kind_source)records->kind_source;
    if (records->config.kind) {
        record->kind = records->config.kind;
        record->kind_source = PINBULK_KIND_FROM_HOST;
    }
    record->is_error = records->is_error;
    record->number = records->count - 1;
    record->offset = records->offset;
    record->size = records->size;
    return raw.length ? PINBULK_RECORDS_RECORD : PINBULK_RECORDS_SKIPPED;
}

/* Cells. */

/* A row under inspection: `at` is on the next cell, NULL behind the last one. */
typedef struct pinbulki_cells {
    const char *at, *end;
    char separator;
} pinbulki_cells;

typedef struct pinbulki_cell {
    pinbulk_text text;       /* without the quotes around it */
    uint8_t quoted, doubled; /* doubled: there are two quotes in it for each one that is meant */
} pinbulki_cell;

static pinbulki_cells pinbulki_cells_of(pinbulk_text raw, char separator)
{
    pinbulki_cells row;
    row.at = raw.data;
    row.end = raw.data + raw.length;
    row.separator = separator;
    return row;
}

/* Takes the next cell off a row that was searched through before; 0: there is none. */
static int pinbulki_cells_next(pinbulki_cells *row, pinbulki_cell *cell)
{
    const char *at = row->at, *end = row->end;
    memset(cell, 0, sizeof *cell);
    if (!at)
        return 0;
    if (at != end && *at == '"') {
        cell->quoted = 1;
        cell->text.data = ++at;
        for (; at != end; at++) {
            if (*at != '"')
                continue;
            if (end - at < 2 || at[1] != '"')
                break;
            cell->doubled = 1;
            at++;
        }
        cell->text.length = (size_t)(at - cell->text.data);
        at += at != end;
    } else {
        cell->text.data = at;
        while (at != end && *at != row->separator)
            at++;
        cell->text.length = (size_t)(at - cell->text.data);
    }
    row->at = at != end ? at + 1 : NULL;
    return 1;
}

static int pinbulki_cell_is_empty(const pinbulki_cell *cell)
{
    return cell->text.length == 0 && !cell->quoted;
}

static int pinbulki_cell_is_utf8(pinbulk_text text)
{
    return text.length == 0 ||
           pinbulki_utf8_end(text.data, text.data + text.length) == text.data + text.length;
}

/* The length of a cell once its doubled quotes are single. Writes that unless `to` is NULL. */
static size_t pinbulki_cell_copy(const pinbulki_cell *cell, char *to)
{
    size_t i, length = 0;
    for (i = 0; i < cell->text.length; i++) {
        if (to)
            to[length] = cell->text.data[i];
        length++;
        i += cell->doubled && cell->text.data[i] == '"';
    }
    return length;
}

/* Columns. Their names lie in config.columns, each behind its length in two bytes. */

/* The name that begins at *at, and moves *at behind it. */
static pinbulk_text pinbulki_column_name(const pinbulk_records *records, size_t *at)
{
    const unsigned char *entry = (const unsigned char *)records->config.columns + *at;
    pinbulk_text name;
    name.length = (size_t)entry[0] << 8 | entry[1];
    name.data = records->config.columns + *at + 2;
    *at += 2 + name.length;
    return name;
}

#define PINBULKI_COLUMN_MAX 28 /* "column_" and a number */

/* The name of the next column, of which *at says where its entry is; made up from its number (from
   0) when it has none. */
static pinbulk_text pinbulki_column_next(const pinbulk_records *records, size_t *at, size_t number,
                                         char made_up[PINBULKI_COLUMN_MAX])
{
    pinbulk_text name = {0, NULL};
    if (*at < records->columns_used)
        name = pinbulki_column_name(records, at);
    if (name.length == 0) {
        memcpy(made_up, "column_", 7);
        name.data = made_up;
        name.length = 7 + pinbulki_uint_to_text((uint64_t)number + 1, made_up + 7);
    }
    return name;
}

/* What tells the kind of an entity. */

static const struct {
    const char *name;
    uint8_t kind;
} pinbulki_telling[] = {{pinbulki_key_objective_type, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_daily_spend_cap, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_lifetime_spend_cap, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_order_line_id, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_is_campaign_budget_optimization, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_is_flexible_daily_budgets, PINBULK_KIND_CAMPAIGN},
                        {pinbulki_key_billable_event, PINBULK_KIND_AD_GROUP},
                        {pinbulki_key_budget_in_micro_currency, PINBULK_KIND_AD_GROUP},
                        {pinbulki_key_pacing_delivery_type, PINBULK_KIND_AD_GROUP},
                        {pinbulki_key_optimization_goal_metadata, PINBULK_KIND_AD_GROUP},
                        {pinbulki_key_auto_targeting_enabled, PINBULK_KIND_AD_GROUP},
                        {pinbulki_key_is_pin_deleted, PINBULK_KIND_AD},
                        {pinbulki_key_view_tracking_url, PINBULK_KIND_AD},
                        {pinbulki_key_click_tracking_url, PINBULK_KIND_AD},
                        {pinbulki_key_carousel_destination_urls, PINBULK_KIND_AD},
                        {pinbulki_key_relative_definition, PINBULK_KIND_PRODUCT_GROUP},
                        {pinbulki_key_slideshow_collections_title, PINBULK_KIND_PRODUCT_GROUP},
                        {pinbulki_key_collections_hero_pin_id, PINBULK_KIND_PRODUCT_GROUP},
                        {pinbulki_key_catalog_product_group_id, PINBULK_KIND_PRODUCT_GROUP},
                        {pinbulki_key_catalogs_product_group_id, PINBULK_KIND_PRODUCT_GROUP},
                        {pinbulki_key_match_type, PINBULK_KIND_KEYWORD},
                        {pinbulki_key_label_type, PINBULK_KIND_LABEL},
                        {pinbulki_key_schedule_type, PINBULK_KIND_SCHEDULE},
                        {pinbulki_key_schedule_action, PINBULK_KIND_SCHEDULE},
                        {pinbulki_key_schedule_status, PINBULK_KIND_SCHEDULE}};

#define PINBULKI_TELLING_ROWS (sizeof pinbulki_telling / sizeof pinbulki_telling[0])

/* What was seen so far. */
typedef struct pinbulki_guess {
    uint16_t told;     /* a bit for each kind that a name tells */
    pinbulk_kind type; /* that a member says */
    uint8_t pin_id, ad_group_id, filters, feed, entity_id;
} pinbulki_guess;

static int pinbulki_guess_is(pinbulk_text name, const char *other)
{
    return pinbulki_name_is(name, pinbulk_text_of(other));
}

/* Takes a member that is not null. `value` is empty when it is no text. */
static void pinbulki_guess_add(pinbulki_guess *guess, pinbulk_text name, pinbulk_text value)
{
    size_t row;
    for (row = 0; row < PINBULKI_TELLING_ROWS; row++)
        if (pinbulki_guess_is(name, pinbulki_telling[row].name)) {
            guess->told |= (uint16_t)(1u << pinbulki_telling[row].kind);
            return;
        }
    if (pinbulki_guess_is(name, "entity_type") || pinbulki_guess_is(name, "type"))
        guess->type = guess->type ? guess->type : pinbulki_kind_of(value.data, value.length);
    guess->pin_id |= (uint8_t)pinbulki_guess_is(name, "pin_id");
    guess->ad_group_id |= (uint8_t)pinbulki_guess_is(name, "ad_group_id");
    guess->filters |= (uint8_t)pinbulki_guess_is(name, "filters");
    guess->feed |=
        (uint8_t)(pinbulki_guess_is(name, "feed_id") || pinbulki_guess_is(name, "catalog_id"));
    guess->entity_id |= (uint8_t)pinbulki_guess_is(name, "entity_id");
}

/* The kind, when everything points to one. A type beside an `entity_id` is that of another entity,
   to which a schedule or a change belongs. */
static pinbulk_kind pinbulki_guess_end(const pinbulki_guess *guess, pinbulk_kind_source *source)
{
    unsigned told = guess->told, kind;
    if (guess->pin_id && guess->ad_group_id)
        told |= 1u << PINBULK_KIND_AD;
    if (guess->filters && guess->feed)
        told |= 1u << PINBULK_KIND_CATALOG_PRODUCT_GROUP;
    *source = PINBULK_KIND_FROM_NOTHING;
    if (guess->type && !guess->entity_id) {
        if (told & ~(1u << (unsigned)guess->type))
            return PINBULK_KIND_UNKNOWN;
        *source = PINBULK_KIND_FROM_TYPE;
        return guess->type;
    }
    for (kind = 1; kind <= PINBULK_KIND_ENTITY_HISTORY; kind++)
        if (told == 1u << kind) {
            *source = PINBULK_KIND_FROM_MEMBERS;
            return (pinbulk_kind)kind;
        }
    return PINBULK_KIND_UNKNOWN;
}

/* The steps, one for each state. They return what pinbulk_records_next does, or that another step
   follows. */

/* Passes over a byte order mark. The bytes that only begin like one are read again. */
static int pinbulki_records_mark(pinbulk_records *records)
{
    static const char mark[] = "\xef\xbb\xbf";
    pinbulk_reader *reader = &records->reader;
    while (records->marks < 3 && reader->at != reader->end && *reader->at == mark[records->marks]) {
        records->marks++;
        reader->at++;
    }
    if (records->marks == 1 || records->marks == 2) {
        if (reader->at == reader->end && !records->ended)
            return pinbulki_records_more(records);
        pinbulki_records_again(records, mark, records->marks);
    }
    if (reader->at != reader->end)
        records->marks = 3; /* none may come any more */
    return PINBULKI_RECORDS_GO_ON;
}

/* True in a file of rows. */
static int pinbulki_records_csv(const pinbulk_records *records)
{
#ifdef PINBULK_NO_CSV
    (void)records;
    return 0;
#else
    return records->csv;
#endif
}

#ifdef PINBULK_NO_CSV
static int pinbulki_records_start_table(pinbulk_records *records)
{
    return pinbulki_records_fail(records, PINBULK_NOT_JSON,
                                 PINBULKI_SAY("PINBULK_NO_CSV left CSV out"));
}
#else
static int pinbulki_records_start_table(pinbulk_records *records)
{
    records->csv = 1;
    records->state = PINBULKI_RECORDS_ROWS;
    return PINBULKI_RECORDS_GO_ON;
}
#endif

static int pinbulki_records_start_csv(pinbulk_records *records)
{
#ifndef PINBULK_NO_CSV
    const pinbulk_reader *reader = &records->reader;
    const char *foreign = NULL;
    if (reader->at != reader->end)
        foreign = *reader->at == '{' || *reader->at == '['
                      ? PINBULKI_SAY("this looks like JSON")
                      : pinbulki_records_foreign((unsigned char)*reader->at);
    else if (!pinbulki_records_last(records))
        return pinbulki_records_more(records);
    if (foreign)
        return pinbulki_records_fail(records, PINBULK_BAD_CSV, foreign);
#endif
    return pinbulki_records_start_table(records);
}

static int pinbulki_records_start_json(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_records_format format = records->config.format;
    reader->at = pinbulki_reader_space_end(reader->at, reader->end);
    if (reader->at == reader->end) {
        if (!pinbulki_records_last(records))
            return pinbulki_records_more(records);
        if (format != PINBULK_FORMAT_JSON_LINES)
            return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                         PINBULKI_SAY("the file is empty"));
    } else if (*reader->at != '{' && *reader->at != '[') {
        const char *foreign = pinbulki_records_foreign((unsigned char)*reader->at);
        if (!foreign && format == PINBULK_FORMAT_AUTO)
            return pinbulki_records_start_table(records);
        return pinbulki_records_fail(records, PINBULK_NOT_JSON,
                                     foreign ? foreign
                                             : PINBULKI_SAY("this looks like CSV or plain text"));
    }
    records->state = PINBULKI_RECORDS_DOCUMENT;
    if (format == PINBULK_FORMAT_JSON_LINES) {
        records->lines = 1;
        records->state = PINBULKI_RECORDS_BETWEEN;
    } else if (format == PINBULK_FORMAT_AUTO && *reader->at == '{') {
        pinbulki_records_begin(records);
        records->state = PINBULKI_RECORDS_FIRST;
    }
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_start(pinbulk_records *records)
{
    int next = pinbulki_records_mark(records);
    if (next != PINBULKI_RECORDS_GO_ON)
        return next;
    return records->config.format == PINBULK_FORMAT_CSV ? pinbulki_records_start_csv(records)
                                                        : pinbulki_records_start_json(records);
}

/* The file is a document: lets the reader read from its first object on, which is in the window as
   far as it came with earlier chunks. */
static int pinbulki_records_begin_document(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    if (records->size && records->first.data == records->config.window) {
        pinbulki_records_again(records, records->config.window, (size_t)records->size);
        pinbulki_records_renew(records);
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
        return pinbulki_records_begin_document(records);
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
        return pinbulki_records_begin_document(records);
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
        return pinbulki_records_last(records) ? (int)PINBULK_RECORDS_END
                                              : pinbulki_records_more(records);
    if (reader->depth || reader->state)
        pinbulki_records_renew(records); /* it has read a record */
    pinbulki_records_begin(records);
    if (*reader->at != '{')
        return pinbulki_records_fail(records, PINBULK_BAD_JSON,
                                     PINBULKI_SAY("expected an object or the end of the file"));
    records->state = PINBULKI_RECORDS_INSIDE;
    return PINBULKI_RECORDS_GO_ON;
}

/* Hands out a token of the record under way. */
static int pinbulki_records_token(pinbulk_records *records, pinbulk_record *record,
                                  const pinbulk_token *token)
{
    pinbulk_text none = {0, NULL};
    records->size = pinbulki_records_offset(records, records->reader.at) - records->offset;
    pinbulki_records_deliver(records, none, record);
    record->token = *token;
    return PINBULK_RECORDS_TOKEN;
}

/* The record does not fit: lets the reader read it, from its first byte on. */
static int pinbulki_records_begin_tokens(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_token token;
    if (records->size)
        pinbulki_records_again(records, records->config.window, (size_t)records->size);
    records->state = PINBULKI_RECORDS_TOKENS;
    if (records->lines)
        pinbulki_records_renew(records);
    if (records->lines || !reader->depth) {
        pinbulk_reader_next(reader, &token);
    } else {
        reader->at++;
        pinbulki_reader_token(&token, PINBULK_TOKEN_OBJECT, NULL, 0);
    }
    records->token_depth = reader->depth;
    return pinbulki_records_token(records, record, &token);
}

static int pinbulki_records_tokens(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_token token;
    pinbulk_reader_next(reader, &token);
    if (token.kind == PINBULK_TOKEN_MORE) {
        if (!pinbulki_records_last(records))
            return pinbulki_records_more(records);
        return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                     PINBULKI_SAY("the file ends in a record"));
    }
    if (token.kind == PINBULK_TOKEN_ERROR) {
        records->state = PINBULKI_RECORDS_FAILED;
        return PINBULK_RECORDS_ERROR;
    }
    if (token.kind == PINBULK_TOKEN_OBJECT_END && reader->depth < records->token_depth)
        records->state = records->lines ? PINBULKI_RECORDS_BETWEEN : PINBULKI_RECORDS_DOCUMENT;
    return pinbulki_records_token(records, record, &token);
}

static int pinbulki_records_inside(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_text raw = {0, NULL};
    int outcome =
        pinbulki_records_take(records, records->config.oversize == PINBULK_OVERSIZE_SKIP, &raw);
    if (outcome == PINBULKI_SCAN_TOO_LARGE && records->config.oversize == PINBULK_OVERSIZE_EVENTS)
        return pinbulki_records_begin_tokens(records, record);
    if (outcome >= PINBULKI_SCAN_BROKEN)
        return pinbulki_records_failed(records, pinbulki_scan_results[outcome]);
    if (outcome == PINBULKI_SCAN_INSIDE && pinbulki_records_last(records))
        return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                     PINBULKI_SAY("the file ends in a record"));
    if (outcome == PINBULKI_SCAN_INSIDE)
        return pinbulki_records_more(records);
    records->state = PINBULKI_RECORDS_BETWEEN;
    if (!records->lines) {
        records->state = PINBULKI_RECORDS_DOCUMENT;
        records->reader.at--;
    }
    return pinbulki_records_deliver(records, raw, record);
}

/* Notes what the name of a member tells. One that is larger than the buffer of the reader comes
   whole or in parts, as the file is cut, so it tells nothing. */
static void pinbulki_records_name(pinbulk_records *records, const pinbulk_token *name)
{
    int whole = !name->more && !records->name_in_parts && name->length <= sizeof records->name;
    pinbulk_text text = {0, NULL};
    if (whole) {
        text.data = name->text;
        text.length = name->length;
    }
    records->kind =
        (uint8_t)(whole ? pinbulki_kind_of(text.data, text.length) : PINBULK_KIND_UNKNOWN);
    records->kind_source =
        (uint8_t)(records->kind ? PINBULK_KIND_FROM_CONTAINER : PINBULK_KIND_FROM_NOTHING);
    records->is_error = (uint8_t)(whole && pinbulki_is_error_name(text.data, text.length));
    records->name_in_parts = name->more;
    if (records->reader.depth == 1) {
        records->has_id |= (uint8_t)pinbulki_text_is(text, "id");
        records->has_code |= (uint8_t)pinbulki_text_is(text, "code");
        records->has_message |= (uint8_t)pinbulki_text_is(text, "message");
    }
}

/* The document is whole. An object that is alone in the file is still in the window, or in the
   chunk. */
static int pinbulki_records_finish(pinbulk_records *records, pinbulk_record *record)
{
    if (records->alone && records->has_id && !records->count) {
        records->kind = PINBULK_KIND_UNKNOWN;
        records->kind_source = PINBULK_KIND_FROM_NOTHING;
        records->is_error = 0;
        records->count = 1;
        records->lines = 1;
        records->state = PINBULKI_RECORDS_BETWEEN;
        return pinbulki_records_deliver(records, records->first, record);
    }
    if (!records->whole && !records->count && records->has_code && records->has_message)
        records->errors++; /* the answer to another question: {"code": , "message": } */
    records->whole = 1;
    return PINBULK_RECORDS_END;
}

/* A value outside of records. Under a name of errors it is one, unless it says that there is none.
 */
static void pinbulki_records_value(pinbulk_records *records, const pinbulk_token *token)
{
    int nothing =
        token->kind == PINBULK_TOKEN_FALSE || token->kind == PINBULK_TOKEN_NULL ||
        (token->kind == PINBULK_TOKEN_STRING && token->length == 0) ||
        (token->kind == PINBULK_TOKEN_NUMBER && token->length == 1 && *token->text == '0');
    if (records->is_error && !token->more && !nothing)
        records->errors++;
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
        if (records->reader.found == 0)
            return pinbulki_records_fail(records, PINBULK_BAD_JSON, PINBULKI_NUL_MESSAGE);
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
        if (records->arrays || records->is_error) {
            pinbulki_records_begin(records);
            records->state = PINBULKI_RECORDS_INSIDE;
        }
        break;
    case PINBULK_TOKEN_OBJECT_END:
        break;
    default:
        pinbulki_records_value(records, &token);
        break;
    }
    return PINBULKI_RECORDS_GO_ON;
}

#ifndef PINBULK_NO_CSV
/* Tables. */

/* As pinbulki_records_take for a row. It stops on the line end, which is no part of the row. */
static int pinbulki_records_take_row(pinbulk_records *records, int any_size, pinbulk_text *raw)
{
    const char *from = records->reader.at, *at = from, *end = records->reader.end;
    size_t room = pinbulki_records_room(records), length;
    int limited = !any_size && room < (size_t)(end - from), outcome;
    if (limited)
        end = from + room + 1; /* the line end may be behind the room */
    outcome = pinbulki_table_on(&records->scan, &at, end, &records->separator);
    if (limited && outcome == PINBULKI_SCAN_INSIDE)
        outcome = PINBULKI_SCAN_TOO_LARGE;
    if (outcome >= PINBULKI_SCAN_BROKEN)
        return pinbulki_records_note_search(
            records, outcome, at,
            pinbulki_table_message(outcome, outcome == PINBULKI_SCAN_BROKEN ? *at : '\0'));
    length = (size_t)(at - from);
    raw->data = from;
    raw->length = length;
    if (length > room || records->size > records->config.window_size) {
        raw->length = 0;
    } else if (outcome == PINBULKI_SCAN_INSIDE || records->size) {
        char *window = records->config.window;
        if (length)
            memmove(window + records->size, from, length);
        raw->data = window;
        raw->length += (size_t)records->size;
    }
    records->size += length;
    records->reader.at = at;
    return outcome;
}

/* Fails at the start of the row. */
static int pinbulki_records_fail_row(pinbulk_records *records, pinbulk_result result,
                                     const char *message)
{
    pinbulki_records_note(records, records->offset, message);
    return pinbulki_records_failed(records, result);
}

/* Takes the names of the columns. */
static int pinbulki_records_columns(pinbulk_records *records, pinbulk_text raw)
{
    pinbulki_cells row = pinbulki_cells_of(raw, records->separator);
    pinbulki_cell cell;
    pinbulki_guess guess;
    pinbulk_kind_source source;
    uint64_t needed = 0; /* empty cells take more than they have in the row */
    size_t count = 0;
    int has_type = 0;
    memset(&guess, 0, sizeof guess);
    while (pinbulki_cells_next(&row, &cell)) {
        uint64_t length = pinbulki_cell_copy(&cell, NULL);
        pinbulk_text name;
        if (!pinbulki_cell_is_utf8(cell.text))
            return pinbulki_records_fail_row(records, PINBULK_BAD_UTF8,
                                             PINBULKI_SAY("the name of a column is not UTF-8"));
        if (length > 0xffff)
            return pinbulki_records_fail_row(
                records, PINBULK_TOO_LARGE,
                PINBULKI_SAY("the name of a column is larger than 65535 bytes"));
        if (needed <= records->config.columns_size &&
            records->config.columns_size - needed >= length + 2) {
            char *to = records->config.columns + (size_t)needed;
            to[0] = (char)(unsigned char)(length >> 8);
            to[1] = (char)(unsigned char)(length & 0xff);
            name.data = to + 2;
            name.length = pinbulki_cell_copy(&cell, to + 2);
            has_type |= pinbulki_guess_is(name, "entity_type") || pinbulki_guess_is(name, "type");
            pinbulki_guess_add(&guess, name, pinbulk_text_of(""));
        }
        needed += length + 2;
        count++;
    }
    if (records->config.format == PINBULK_FORMAT_AUTO && count < 2)
        return pinbulki_records_fail_row(records, PINBULK_NOT_JSON,
                                         PINBULKI_SAY("this looks like plain text"));
    if (needed > records->config.columns_size) {
        records->size = needed;
        return pinbulki_records_fail_row(
            records, PINBULK_NO_SPACE,
            PINBULKI_SAY("config.columns is too small for the first row, it needs "));
    }
    records->columns_used = (size_t)needed;
    records->column_count = count;
    records->kind =
        (uint8_t)(has_type ? PINBULK_KIND_UNKNOWN : pinbulki_guess_end(&guess, &source));
    records->kind_source =
        (uint8_t)(records->kind ? PINBULK_KIND_FROM_MEMBERS : PINBULK_KIND_FROM_NOTHING);
    if (!records->separator)
        records->separator = ',';
    records->lines = 1;
    records->header = 1;
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_rows(pinbulk_records *records)
{
    pinbulk_reader *reader = &records->reader;
    while (reader->at != reader->end && (*reader->at == '\n' || *reader->at == '\r'))
        reader->at++;
    if (reader->at == reader->end)
        return pinbulki_records_last(records) ? (int)PINBULK_RECORDS_END
                                              : pinbulki_records_more(records);
    pinbulki_scan_begin(&records->scan, 0);
    records->offset = pinbulki_records_offset(records, reader->at);
    records->size = 0;
    records->count += records->header;
    records->state = PINBULKI_RECORDS_ROW;
    return PINBULKI_RECORDS_GO_ON;
}

static int pinbulki_records_cut_row(pinbulk_records *records)
{
    return pinbulki_records_fail(records, PINBULK_TRUNCATED,
                                 PINBULKI_SAY("the file ends in a quoted cell"));
}

/* The row does not fit: goes through it once more, cell by cell. */
static int pinbulki_records_begin_cells(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_token token;
    if (records->size)
        pinbulki_records_again(records, records->config.window, (size_t)records->size);
    pinbulki_reader_token(&token, PINBULK_TOKEN_OBJECT, NULL, 0);
    records->column_at = records->column = 0;
    records->state = PINBULKI_RECORDS_CELLS;
    return pinbulki_records_token(records, record, &token);
}

static int pinbulki_records_row(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_text raw = {0, NULL};
    int oversize = records->header ? records->config.oversize : (int)PINBULK_OVERSIZE_REFUSE;
    int outcome = pinbulki_records_take_row(records, oversize == PINBULK_OVERSIZE_SKIP, &raw);
    if (outcome == PINBULKI_SCAN_TOO_LARGE && oversize == PINBULK_OVERSIZE_EVENTS)
        return pinbulki_records_begin_cells(records, record);
    if (outcome == PINBULKI_SCAN_TOO_LARGE)
        return pinbulki_records_failed(records, PINBULK_TOO_LARGE);
    if (outcome >= PINBULKI_SCAN_BROKEN)
        return pinbulki_records_failed(records, PINBULK_BAD_CSV);
    if (outcome == PINBULKI_SCAN_INSIDE && !pinbulki_records_last(records))
        return pinbulki_records_more(records);
    if (outcome == PINBULKI_SCAN_INSIDE && records->scan.cell == PINBULKI_CELL_QUOTED)
        return pinbulki_records_cut_row(records);
    records->state = PINBULKI_RECORDS_ROWS;
    if (!records->header)
        return pinbulki_records_columns(records, raw);
    return pinbulki_records_deliver(records, raw, record);
}

/* Before a cell: hands out the name of its column, unless it is empty. */
static int pinbulki_records_cells(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_text name;
    pinbulk_token token;
    int empty;
    if (reader->at == reader->end && !pinbulki_records_last(records))
        return pinbulki_records_more(records);
    empty = reader->at == reader->end || *reader->at == records->separator || *reader->at == '\n' ||
            *reader->at == '\r';
    name = pinbulki_column_next(records, &records->column_at, records->column++, records->name);
    pinbulki_scan_begin(&records->scan, 0);
    records->buffered = records->handed = 0;
    records->state = empty ? PINBULKI_RECORDS_CELL_END : PINBULKI_RECORDS_CELL;
    if (empty)
        return PINBULKI_RECORDS_GO_ON;
    pinbulki_reader_token(&token, PINBULK_TOKEN_KEY, name.data, name.length);
    return pinbulki_records_token(records, record, &token);
}

/* Hands out what is in the buffer, but for a character that is not whole yet. */
static int pinbulki_records_part(pinbulk_records *records, pinbulk_record *record, int last)
{
    size_t whole = (size_t)(pinbulki_utf8_end(records->name, records->name + records->buffered) -
                            records->name);
    size_t left = records->buffered - whole;
    pinbulk_token token;
    if (left > 3 || (last && left))
        return pinbulki_records_fail_row(records, PINBULK_BAD_UTF8,
                                         PINBULKI_SAY("a cell is not UTF-8"));
    pinbulki_reader_token(&token, PINBULK_TOKEN_STRING, records->name, whole);
    token.more = !last;
    records->handed = (uint8_t)whole;
    if (last)
        records->state = PINBULKI_RECORDS_CELL_END;
    return pinbulki_records_token(records, record, &token);
}

static int pinbulki_records_cell(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    records->buffered = (uint8_t)(records->buffered - records->handed);
    memmove(records->name, records->name + records->handed, records->buffered);
    records->handed = 0;
    for (; reader->at != reader->end; reader->at++) {
        uint8_t before = records->scan.cell;
        int outcome;
        if (records->buffered == sizeof records->name)
            return pinbulki_records_part(records, record, 0);
        outcome = pinbulki_table_byte(&records->scan, *reader->at, &records->separator);
        if (outcome == PINBULKI_SCAN_BROKEN)
            return pinbulki_records_fail(records, PINBULK_BAD_CSV,
                                         pinbulki_table_message(outcome, *reader->at));
        if (outcome == PINBULKI_SCAN_CLOSED || records->scan.cell == PINBULKI_CELL_START)
            return pinbulki_records_part(records, record, 1);
        if (records->scan.cell == PINBULKI_CELL_QUOTE ||
            (before == PINBULKI_CELL_START && records->scan.cell == PINBULKI_CELL_QUOTED))
            continue; /* a quote that is no part of the text */
        records->name[records->buffered++] = *reader->at;
    }
    if (!pinbulki_records_last(records))
        return pinbulki_records_more(records);
    if (records->scan.cell == PINBULKI_CELL_QUOTED)
        return pinbulki_records_cut_row(records);
    return pinbulki_records_part(records, record, 1);
}

/* Behind a cell: on a separator, or at the end of the row. */
static int pinbulki_records_cell_end(pinbulk_records *records, pinbulk_record *record)
{
    pinbulk_reader *reader = &records->reader;
    pinbulk_token token;
    if (reader->at != reader->end && *reader->at == records->separator) {
        reader->at++;
        records->state = PINBULKI_RECORDS_CELLS;
        return PINBULKI_RECORDS_GO_ON;
    }
    pinbulki_reader_token(&token, PINBULK_TOKEN_OBJECT_END, NULL, 0);
    records->state = PINBULKI_RECORDS_ROWS;
    return pinbulki_records_token(records, record, &token);
}
#endif

PINBULK_API pinbulk_records_next_kind pinbulk_records_next(pinbulk_records *records,
                                                           pinbulk_record *record)
{
    int next = PINBULKI_RECORDS_GO_ON;
    memset(record, 0, offsetof(pinbulk_record, token));
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
        case PINBULKI_RECORDS_TOKENS:
            next = pinbulki_records_tokens(records, record);
            break;
#ifndef PINBULK_NO_CSV
        case PINBULKI_RECORDS_ROWS:
            next = pinbulki_records_rows(records);
            break;
        case PINBULKI_RECORDS_ROW:
            next = pinbulki_records_row(records, record);
            break;
        case PINBULKI_RECORDS_CELLS:
            next = pinbulki_records_cells(records, record);
            break;
        case PINBULKI_RECORDS_CELL:
            next = pinbulki_records_cell(records, record);
            break;
        case PINBULKI_RECORDS_CELL_END:
            next = pinbulki_records_cell_end(records, record);
            break;
#endif
        default:
            return PINBULK_RECORDS_ERROR;
        }
    }
    return (pinbulk_records_next_kind)next;
}

/* True while a record comes as tokens, or was the last thing that did. */
static int pinbulki_records_in_tokens(const pinbulk_records *records)
{
    return records->lines && !pinbulki_records_csv(records) && records->reader.depth;
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
    if (pinbulki_records_in_tokens(records)) { /* and in it the path of the reader */
        char first[2];
        size_t used = line.length, room;
        if (pinbulk_reader_path(&records->reader, first, sizeof first) && first[0] != '[') {
            if (used + 1 < size)
                text[used] = '.';
            used++;
        }
        room = used < size ? size - used : 0;
        line.length = used + pinbulk_reader_path(&records->reader, room ? text + used : NULL, room);
        if (line.length == used && room)
            text[used] = 0;
        if (!room && size)
            text[size - 1] = 0;
    }
    return line.length;
}

#ifndef PINBULK_NO_MESSAGES
/* Writes what is wrong with the file. */
static void pinbulki_records_message(const pinbulk_records *records, pinbulk_error *error)
{
    pinbulki_line line;
    line.text = error->message;
    line.size = sizeof error->message - 1;
    line.length = 0;
    pinbulki_line_text(&line, records->message);
    if (records->result == PINBULK_TOO_LARGE) {
        pinbulki_line_text(&line, " of ");
        pinbulki_line_uint(&line, records->config.window_size);
        pinbulki_line_text(&line, " bytes");
    }
    if (records->result == PINBULK_NO_SPACE) {
        pinbulki_line_uint(&line, records->size);
        pinbulki_line_text(&line, " bytes");
    }
}
#endif

PINBULK_API void pinbulk_records_error(const pinbulk_records *records, pinbulk_error *error)
{
    if (!records->result) {
        pinbulk_reader_error(&records->reader, error);
        if (!error || !records->reader.result || !records->lines)
            return;
    } else {
        pinbulki_error_set(error, records->result, NULL);
        if (!error)
            return;
        error->has_offset = 1;
        error->offset = records->error_offset;
#ifndef PINBULK_NO_MESSAGES
        pinbulki_records_message(records, error);
#endif
    }
    if (pinbulk_records_path(records, error->path, sizeof error->path) >= sizeof error->path)
        pinbulki_text_end(error->path, sizeof error->path);
}

/* Looking into a record. */

/* Adds a text in one piece. */
static void pinbulki_line_block(pinbulki_line *line, const char *text, size_t length)
{
    if (line->length <= line->size && length <= line->size - line->length && length)
        memcpy(line->text + line->length, text, length);
    line->length += length;
}

/* Adds a text that is UTF-8 as the inside of a JSON string. Of two quotes in a row the second is
   passed over when they are `doubled`. */
static void pinbulki_line_escaped(pinbulki_line *line, pinbulk_text text, int doubled)
{
    const char *at = text.data, *end = text.data + text.length;
    char escape[6];
    while (at != end) {
        const char *run = pinbulki_unescaped_end(at, end);
        pinbulki_line_block(line, at, (size_t)(run - at));
        at = run;
        if (at == end)
            break;
        pinbulki_line_block(line, escape, pinbulki_escape(escape, *at));
        at += doubled && *at == '"' ? 2 : 1;
    }
}

/* The part of a cell from `at` on in which no quote is to be left out. */
static size_t pinbulki_cell_part(const pinbulki_cell *cell, size_t at)
{
    size_t length = cell->text.length;
    if (cell->doubled)
        for (length = at; length < cell->text.length; length++)
            if (cell->text.data[length] == '"') {
                length++;
                break;
            }
    return length - at;
}

/* The kind of the JSON value that a cell is, nested in `levels` at most; PINBULK_TOKEN_ERROR when
   it is none. *good: how much of it is good, unless quotes are doubled. */
static pinbulk_token_kind pinbulki_cell_kind(const pinbulki_cell *cell, unsigned levels,
                                             size_t *good)
{
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_token_kind kind = PINBULK_TOKEN_MORE;
    char buffer[8];
    size_t at = 0;
    pinbulki_reader_begin(&reader, buffer, sizeof buffer, 1);
    reader.config.depth_limit = (uint16_t)levels;
    for (;;) {
        size_t part = pinbulki_cell_part(cell, at);
        pinbulk_reader_feed(&reader, cell->text.data + at, part);
        if (part == 0)
            pinbulk_reader_end(&reader);
        while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END) {
            if (kind == PINBULK_TOKEN_MORE)
                kind = token.kind;
            if (token.kind == PINBULK_TOKEN_OBJECT || token.kind == PINBULK_TOKEN_ARRAY)
                pinbulk_reader_skip(&reader);
        }
        *good = (size_t)reader.error_offset;
        if (token.kind != PINBULK_TOKEN_MORE)
            return token.kind == PINBULK_TOKEN_END ? kind : PINBULK_TOKEN_ERROR;
        at += part + (cell->doubled && cell->text.data[at + part - 1] == '"');
    }
}

/* Whether a cell is a JSON object or array. */
static int pinbulki_cell_is_json(const pinbulki_cell *cell)
{
    size_t good;
    return cell->text.length && (cell->text.data[0] == '{' || cell->text.data[0] == '[') &&
           pinbulki_cell_kind(cell, 63, &good) != PINBULK_TOKEN_ERROR; /* it becomes a member */
}

/* Adds a cell as a JSON value. */
static void pinbulki_line_cell(pinbulki_line *line, const pinbulki_cell *cell)
{
    size_t at = 0;
    if (!pinbulki_cell_is_json(cell)) {
        pinbulki_line_block(line, "\"", 1);
        pinbulki_line_escaped(line, cell->text, cell->doubled);
        pinbulki_line_block(line, "\"", 1);
        return;
    }
    while (at < cell->text.length) {
        size_t part = pinbulki_cell_part(cell, at);
        pinbulki_line_block(line, cell->text.data + at, part);
        at += part + (cell->doubled && cell->text.data[at + part - 1] == '"');
    }
}

PINBULK_API pinbulk_result pinbulk_record_json(const pinbulk_records *records,
                                               const pinbulk_record *record, char *buffer,
                                               size_t size, pinbulk_text *json)
{
    pinbulki_cells row = pinbulki_cells_of(record->raw, records->separator);
    pinbulki_line line;
    pinbulki_cell cell;
    size_t at = 0, column;
    char made_up[PINBULKI_COLUMN_MAX];
    memset(json, 0, sizeof *json);
    if (!record->raw.length)
        return PINBULK_BAD_ARGUMENT;
    *json = record->raw;
    if (!pinbulki_records_csv(records))
        return PINBULK_OK;
    memset(json, 0, sizeof *json);
    line.text = buffer;
    line.size = buffer ? size : 0;
    line.length = 0;
    pinbulki_line_block(&line, "{", 1);
    for (column = 0; pinbulki_cells_next(&row, &cell); column++) {
        pinbulk_text name = pinbulki_column_next(records, &at, column, made_up);
        if (pinbulki_cell_is_empty(&cell))
            continue;
        if (!pinbulki_cell_is_utf8(cell.text))
            return PINBULK_BAD_UTF8;
        pinbulki_line_block(&line, ",", line.length > 1);
        pinbulki_line_block(&line, "\"", 1);
        pinbulki_line_escaped(&line, name, 0);
        pinbulki_line_block(&line, "\":", 2);
        pinbulki_line_cell(&line, &cell);
    }
    pinbulki_line_block(&line, "}", 1);
    json->length = line.length;
    if (line.length > line.size)
        return PINBULK_NO_SPACE;
    json->data = buffer;
    return PINBULK_OK;
}

/* A walk through the members or items of one JSON object or array. */
typedef struct pinbulki_walk {
    pinbulk_reader reader;
    const char *end;
    pinbulk_token_kind
        root; /* _OBJECT or _ARRAY; anything else: there is nothing to walk through */
    pinbulk_token_kind kind; /* of the value */
    pinbulk_text name;       /* of the member; empty when it has escapes and is too long */
    pinbulk_text value;      /* as it stands */
    uint64_t count;          /* so far */
    pinbulk_result result;   /* after the last one: how the walk ended */
    char key[64];
    char part[8]; /* of a value that is passed over */
} pinbulki_walk;

/* The next token, with a buffer for its text. */
static pinbulk_token_kind pinbulki_walk_token(pinbulki_walk *walk, pinbulk_token *token,
                                              char *buffer, size_t size)
{
    walk->reader.config.buffer = buffer;
    walk->reader.config.buffer_size = size;
    return pinbulk_reader_next(&walk->reader, token);
}

static void pinbulki_walk_begin(pinbulki_walk *walk, pinbulk_text json)
{
    pinbulk_token token;
    memset(walk, 0, sizeof *walk);
    pinbulki_reader_begin(&walk->reader, walk->part, sizeof walk->part, 1);
    pinbulk_reader_feed(&walk->reader, json.data, json.length);
    pinbulk_reader_end(&walk->reader);
    walk->end = json.data + json.length;
    walk->root = pinbulk_reader_next(&walk->reader, &token);
    walk->result = walk->reader.result;
}

/* Takes the name of a member; 0: there is none. */
static int pinbulki_walk_name(pinbulki_walk *walk)
{
    pinbulk_token token;
    int parts = 0;
    while (pinbulki_walk_token(walk, &token, walk->key, sizeof walk->key) == PINBULK_TOKEN_KEY &&
           token.more)
        parts = 1;
    walk->name.data = token.text;
    walk->name.length = parts ? 0 : token.length;
    return token.kind == PINBULK_TOKEN_KEY;
}

/* Takes the value that comes next; 0: there is none. */
static int pinbulki_walk_value(pinbulki_walk *walk)
{
    pinbulk_reader *reader = &walk->reader;
    pinbulk_token token;
    const char *at = reader->at;
    while (at != walk->end && (pinbulki_reader_is_space(*at) || *at == ':' || *at == ','))
        at++;
    walk->kind = pinbulki_walk_token(walk, &token, walk->part, sizeof walk->part);
    if (walk->kind <= PINBULK_TOKEN_END || walk->kind == PINBULK_TOKEN_ARRAY_END)
        return 0;
    if (walk->kind == PINBULK_TOKEN_OBJECT || walk->kind == PINBULK_TOKEN_ARRAY) {
        pinbulk_reader_skip(reader);
        pinbulk_reader_next(reader, &token);
    }
    while (token.kind > PINBULK_TOKEN_END && token.more)
        pinbulk_reader_next(reader, &token);
    walk->value.data = at;
    walk->value.length = (size_t)(reader->at - at);
    return token.kind > PINBULK_TOKEN_END;
}

/* Goes on to the next one; 0: there is none. */
static int pinbulki_walk_next(pinbulki_walk *walk)
{
    int found = 0;
    if (walk->root == PINBULK_TOKEN_OBJECT)
        found = pinbulki_walk_name(walk) && pinbulki_walk_value(walk);
    else if (walk->root == PINBULK_TOKEN_ARRAY)
        found = pinbulki_walk_value(walk);
    walk->count += (unsigned)found;
    walk->result = walk->reader.result;
    return found;
}

/* One step of a path. */
typedef struct pinbulki_step {
    pinbulk_text name;
    uint64_t index;
    uint8_t is_index, escaped;
} pinbulki_step;

/* Takes the step that begins with [ off a path; 0: it is none. */
static int pinbulki_step_bracket(const char **path, pinbulki_step *step)
{
    const char *at = *path + 1, *from = at;
    if (*at == '"') {
        step->escaped = 1;
        for (from = ++at; *at && *at != '"'; at++)
            at += *at == '\\' && at[1];
        step->name.data = from;
        step->name.length = (size_t)(at - from);
        if (!*at || *++at != ']')
            return 0;
    } else {
        while (pinbulki_is_digit(*at))
            at++;
        step->name.data = from;
        step->name.length = (size_t)(at - from);
        step->is_index = 1;
        if (!pinbulki_http_number(step->name, &step->index) || *at != ']')
            return 0;
    }
    *path = at + 1;
    return 1;
}

/* Takes the first step off a path that is not empty; 0: it is none. */
static int pinbulki_step_next(const char **path, int first, pinbulki_step *step)
{
    const char *at = *path;
    memset(step, 0, sizeof *step);
    if (*at == '[')
        return pinbulki_step_bracket(path, step);
    if (!first && *at++ != '.')
        return 0;
    step->name.data = at;
    while (*at && *at != '.' && *at != '[')
        at++;
    step->name.length = (size_t)(at - step->name.data);
    *path = at;
    return step->name.length != 0;
}

/* True when a member has the name of a step, in which \", \\ and \u00.. may stand. */
static int pinbulki_step_is(const pinbulki_step *step, pinbulk_text name)
{
    const char *at = step->name.data, *end = at + step->name.length;
    size_t i;
    if (!step->escaped)
        return pinbulk_text_equal(step->name, name);
    for (i = 0; i < name.length && at != end; i++, at++) {
        unsigned byte = (unsigned char)*at;
        if (byte == '\\' && end - at >= 6 && at[1] == 'u') {
            int high = pinbulki_hex_value(at[4]), low = pinbulki_hex_value(at[5]);
            byte = high < 0 || low < 0 ? 0x100 : (unsigned)high * 16 + (unsigned)low;
            at += 5;
        } else if (byte == '\\' && end - at >= 2) {
            byte = (unsigned char)*++at;
        }
        if (byte != (unsigned char)name.data[i])
            return 0;
    }
    return i == name.length && at == end;
}

/* Finds the value of a path in JSON, as it stands. */
static pinbulk_result pinbulki_json_find(pinbulk_text json, const char *path,
                                         pinbulk_record_value *value)
{
    pinbulki_walk walk;
    pinbulki_step step;
    int first = 1;
    value->kind = PINBULK_TOKEN_OBJECT;
    value->text = json;
    for (; *path; first = 0) {
        int found = 0;
        if (!pinbulki_step_next(&path, first, &step))
            return PINBULK_BAD_ARGUMENT;
        pinbulki_walk_begin(&walk, value->text);
        if ((walk.root == PINBULK_TOKEN_ARRAY) == step.is_index)
            while (!found && pinbulki_walk_next(&walk))
                found = step.is_index ? walk.count - 1 == step.index
                                      : pinbulki_step_is(&step, walk.name);
        if (!found)
            return walk.result ? walk.result : PINBULK_MISSING;
        value->kind = walk.kind;
        value->text = walk.value;
    }
    return PINBULK_OK;
}

/* Makes a JSON string its text: in place, or in the buffer when it has escapes. */
PINBULKI_NOINLINE pinbulk_result pinbulki_json_unescape(pinbulk_text *string, char *buffer,
                                                        size_t size)
{
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulki_reader_begin(&reader, buffer, size, 0);
    pinbulk_reader_feed(&reader, string->data, string->length);
    pinbulk_reader_end(&reader);
    if (pinbulk_reader_next(&reader, &token) != PINBULK_TOKEN_STRING)
        return reader.result == PINBULK_TOO_LARGE ? PINBULK_NO_SPACE : reader.result;
    string->data = token.text;
    string->length = token.length;
    return PINBULK_OK;
}

/* The number of the column with a name, or the number of columns. */
static size_t pinbulki_column_find(const pinbulk_records *records, pinbulk_text name)
{
    size_t at = 0, column, like = records->column_count;
    for (column = 0; column < records->column_count; column++) {
        char made_up[PINBULKI_COLUMN_MAX];
        pinbulk_text other = pinbulki_column_next(records, &at, column, made_up);
        if (pinbulk_text_equal(other, name))
            return column;
        if (like == records->column_count && pinbulki_name_is(other, name))
            like = column;
    }
    return like;
}

static pinbulk_result pinbulki_cells_find(const pinbulk_records *records, pinbulk_text raw,
                                          const char *path, char *buffer, size_t size,
                                          pinbulk_text *text)
{
    pinbulki_cells row = pinbulki_cells_of(raw, records->separator);
    pinbulki_cell cell;
    size_t column = pinbulki_column_find(records, pinbulk_text_of(path)), i;
    if (column == records->column_count)
        return PINBULK_MISSING;
    for (i = 0; i <= column; i++)
        if (!pinbulki_cells_next(&row, &cell))
            return PINBULK_MISSING;
    if (pinbulki_cell_is_empty(&cell))
        return PINBULK_MISSING;
    if (!pinbulki_cell_is_utf8(cell.text))
        return PINBULK_BAD_UTF8;
    *text = cell.text;
    if (!cell.doubled)
        return PINBULK_OK;
    text->length = pinbulki_cell_copy(&cell, NULL);
    if (!buffer || text->length > size)
        return PINBULK_NO_SPACE;
    pinbulki_cell_copy(&cell, buffer);
    text->data = buffer;
    return PINBULK_OK;
}

PINBULK_API pinbulk_result pinbulk_record_find(const pinbulk_records *records,
                                               const pinbulk_record *record, const char *path,
                                               char *buffer, size_t size,
                                               pinbulk_record_value *value)
{
    pinbulk_result result = PINBULK_BAD_ARGUMENT;
    memset(value, 0, sizeof *value);
    if (!record->raw.length || !path)
        return result;
    if (pinbulki_records_csv(records) && *path) {
        value->kind = PINBULK_TOKEN_STRING;
        result = pinbulki_cells_find(records, record->raw, path, buffer, size, &value->text);
    } else {
        result = pinbulki_json_find(record->raw, path, value);
        if (result == PINBULK_OK && value->kind == PINBULK_TOKEN_STRING)
            result = pinbulki_json_unescape(&value->text, buffer, size);
    }
    if (result != PINBULK_OK)
        memset(value, 0, sizeof *value);
    return result;
}

/* Kinds and errors of entities are looked for in JSON that a reader found good, or in the good part
   of it: what is walked through is taken as it looks, without a reader for each level. What ends
   where the text does is not whole, since a bracket comes behind it, and counts as not there; only
   a string or number may end before a wrong byte. */

/* A walk through the members or items of an object or array. */
typedef struct pinbulki_checked {
    pinbulk_text json;
    size_t at, count;        /* in it; what was walked through */
    pinbulk_text name;       /* of the member, without quotes, with its escapes */
    pinbulk_text value;      /* as it stands */
    pinbulk_token_kind kind; /* of the value */
    uint8_t is_object, quote;
} pinbulki_checked;

/* `quote` is the length of a quote: 2 where they are doubled, in a cell. */
static void pinbulki_checked_begin(pinbulki_checked *walk, pinbulk_text json, unsigned quote)
{
    memset(walk, 0, sizeof *walk);
    walk->json = json;
    walk->at = 1;
    walk->is_object = *json.data == '{';
    walk->quote = (uint8_t)quote;
}

/* The end of the string that begins at `at`. */
static size_t pinbulki_checked_string_end(const pinbulki_checked *walk, size_t at)
{
    const pinbulk_text json = walk->json;
    for (at += walk->quote; at < json.length && json.data[at] != '"'; at++)
        if (json.data[at] == '\\' && at + 1 < json.length && json.data[++at] == '"')
            at += walk->quote - 1u;
    return at + walk->quote;
}

/* The end of the value that begins at `at`. */
static size_t pinbulki_checked_value_end(const pinbulki_checked *walk, size_t at)
{
    const pinbulk_text json = walk->json;
    size_t depth = 0;
    do {
        char byte = json.data[at];
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        at = byte == '"' ? pinbulki_checked_string_end(walk, at) : at + 1;
    } while (at < json.length &&
             (depth > 0 || !(pinbulki_reader_is_space(json.data[at]) || json.data[at] == ',' ||
                             json.data[at] == ']' || json.data[at] == '}')));
    return at;
}

static pinbulk_token_kind pinbulki_checked_kind(char byte)
{
    switch (byte) {
    case '{':
        return PINBULK_TOKEN_OBJECT;
    case '[':
        return PINBULK_TOKEN_ARRAY;
    case '"':
        return PINBULK_TOKEN_STRING;
    case 't':
        return PINBULK_TOKEN_TRUE;
    case 'f':
        return PINBULK_TOKEN_FALSE;
    case 'n':
        return PINBULK_TOKEN_NULL;
    default:
        return PINBULK_TOKEN_NUMBER;
    }
}

/* Takes what comes next: a name, or a value. 0: there is none. */
static int pinbulki_checked_take(pinbulki_checked *walk, int is_name, pinbulk_text *taken)
{
    const pinbulk_text json = walk->json;
    size_t at = walk->at;
    while (at < json.length && (pinbulki_reader_is_space(json.data[at]) || json.data[at] == ',' ||
                                json.data[at] == ':'))
        at++;
    if (at >= json.length || json.data[at] == ']' || json.data[at] == '}')
        return 0;
    taken->data = json.data + at;
    walk->at =
        is_name ? pinbulki_checked_string_end(walk, at) : pinbulki_checked_value_end(walk, at);
    taken->length = walk->at - at;
    return 1;
}

/* What is between the quotes of a string. */
static pinbulk_text pinbulki_checked_inside(pinbulk_text string, unsigned quote)
{
    string.data += quote;
    string.length -= 2 * (size_t)quote;
    return string;
}

/* Whether a value that ends where the text does is whole. */
static int pinbulki_checked_ends_well(const pinbulki_checked *walk)
{
    return walk->at == walk->json.length &&
           (walk->kind == PINBULK_TOKEN_STRING ||
            (walk->kind == PINBULK_TOKEN_NUMBER &&
             pinbulki_is_digit(walk->value.data[walk->value.length - 1])));
}

/* Goes on to the next one; 0: there is none. */
static int pinbulki_checked_next(pinbulki_checked *walk)
{
    if (walk->is_object) {
        if (!pinbulki_checked_take(walk, 1, &walk->name) || walk->at >= walk->json.length)
            return 0;
        walk->name = pinbulki_checked_inside(walk->name, walk->quote);
    }
    if (!pinbulki_checked_take(walk, 0, &walk->value))
        return 0;
    walk->kind = pinbulki_checked_kind(*walk->value.data);
    if (walk->at >= walk->json.length && !pinbulki_checked_ends_well(walk))
        return 0;
    walk->count++;
    return 1;
}

/* The value of four hexadecimal digits. */
static uint32_t pinbulki_checked_unit(const char *digits)
{
    uint32_t unit = 0;
    unsigned i;
    for (i = 0; i < 4; i++)
        unit = unit * 16 + (uint32_t)pinbulki_hex_value(digits[i]);
    return unit;
}

/* Adds a text as it is meant: each quote once, and of a string what its escapes mean. Ends when the
   line is full. */
static void pinbulki_checked_text(pinbulki_line *line, pinbulk_text text, unsigned quote,
                                  int is_string)
{
    size_t at = 0;
    while (at < text.length && line->length <= line->size) {
        char bytes[4];
        size_t length = 1;
        bytes[0] = text.data[at];
        if (is_string && bytes[0] == '\\') {
            at++;
            bytes[0] = pinbulki_reader_escape_value(text.data[at]);
            if (text.data[at] == 'u') {
                uint32_t point = pinbulki_checked_unit(text.data + at + 1);
                at += 4;
                if (point >= 0xd800 && point <= 0xdbff) { /* the other half follows */
                    point = 0x10000 + ((point - 0xd800) << 10) +
                            (pinbulki_checked_unit(text.data + at + 3) - 0xdc00);
                    at += 6;
                }
                length = pinbulki_reader_utf8_put(bytes, point);
            }
        }
        pinbulki_line_bytes(line, bytes, length);
        at += text.data[at] == '"' ? quote : 1;
    }
}

/* The name of the member; empty when it is too long. */
static pinbulk_text pinbulki_checked_name(const pinbulki_checked *walk, char *buffer, size_t size)
{
    pinbulk_text name;
    pinbulki_line line = pinbulki_line_begin(buffer, size);
    pinbulki_checked_text(&line, walk->name, walk->quote, 1);
    name.data = buffer;
    name.length = line.length <= size ? line.length : 0;
    return name;
}

static int pinbulki_checked_is(const pinbulki_checked *walk, const char *name)
{
    char buffer[16]; /* longer than any name that is looked for */
    return pinbulk_text_equal(pinbulki_checked_name(walk, buffer, sizeof buffer),
                              pinbulk_text_of(name));
}

/* Begins a walk and goes to the member of that name; 0: there is none. */
static int pinbulki_checked_find(pinbulki_checked *walk, pinbulk_text json, unsigned quote,
                                 const char *name)
{
    pinbulki_checked_begin(walk, json, quote);
    while (pinbulki_checked_next(walk))
        if (pinbulki_checked_is(walk, name))
            return 1;
    return 0;
}

/* JSON as far as it is good. */
static pinbulk_text pinbulki_checked_good(pinbulk_text json)
{
    pinbulki_cell cell;
    memset(&cell, 0, sizeof cell);
    cell.text = json;
    if (pinbulki_cell_kind(&cell, 64, &json.length) != PINBULK_TOKEN_ERROR)
        return cell.text;
    while (json.length > 1 && (json.data[json.length - 1] & 0x80)) /* perhaps not all of it */
        json.length--;
    return json;
}

/* Takes the members of an object; gives its member `data`, empty when there is none that is an
   object. */
PINBULKI_NOINLINE pinbulk_text pinbulki_guess_object(pinbulki_guess *guess, pinbulk_text json)
{
    pinbulk_text data = {0, NULL}, value = {0, NULL};
    pinbulki_checked walk;
    pinbulki_checked_begin(&walk, json, 1);
    while (pinbulki_checked_next(&walk)) {
        char buffer[40]; /* longer than any name that tells something */
        pinbulk_text name = pinbulki_checked_name(&walk, buffer, sizeof buffer);
        value.length = 0;
        if (walk.kind == PINBULK_TOKEN_STRING)
            value = pinbulki_checked_inside(walk.value, 1);
        if (walk.kind == PINBULK_TOKEN_OBJECT && !data.length && pinbulki_text_is(name, "data"))
            data = walk.value;
        else if (walk.kind != PINBULK_TOKEN_NULL)
            pinbulki_guess_add(guess, name, value);
    }
    return data;
}

PINBULKI_NOINLINE void pinbulki_guess_row(pinbulki_guess *guess, const pinbulk_records *records,
                                          pinbulk_text raw)
{
    pinbulki_cells row = pinbulki_cells_of(raw, records->separator);
    pinbulki_cell cell;
    size_t at = 0, column;
    for (column = 0; column < records->column_count && pinbulki_cells_next(&row, &cell); column++) {
        char made_up[PINBULKI_COLUMN_MAX];
        pinbulk_text name = pinbulki_column_next(records, &at, column, made_up);
        if (cell.text.length)
            pinbulki_guess_add(guess, name, cell.text);
    }
}

PINBULK_API pinbulk_kind pinbulk_record_guess(const pinbulk_records *records,
                                              pinbulk_record *record)
{
    pinbulki_guess guess;
    pinbulk_text data;
    memset(&guess, 0, sizeof guess);
    if (record->kind || !record->raw.length)
        return record->kind;
    if (pinbulki_records_csv(records)) {
        pinbulki_guess_row(&guess, records, record->raw);
    } else {
        data = pinbulki_guess_object(&guess, pinbulki_checked_good(record->raw));
        if (data.length)
            pinbulki_guess_object(&guess, data);
    }
    record->kind = pinbulki_guess_end(&guess, &record->kind_source);
    return record->kind;
}

/* Errors of entities. */

/* Where they go. The path of the value under inspection is that of the next error, as long as there
   is room for one. */
typedef struct pinbulki_errors {
    pinbulk_entity_error *errors;
    size_t room, count;
    size_t path_length; /* that it has */
    unsigned quote;
} pinbulki_errors;

/* Goes on behind so many bytes of the path. */
static void pinbulki_errors_path(pinbulki_errors *found, size_t length, const char *text,
                                 pinbulk_text name)
{
    pinbulki_line line;
    if (found->count >= found->room)
        return;
    line = pinbulki_line_begin(found->errors[found->count].path, PINBULK_ERROR_PATH_MAX);
    line.length = length;
    pinbulki_line_text(&line, text);
    pinbulki_line_bytes(&line, name.data, name.length);
    found->path_length = line.length;
}

/* Appends [index] to a path of `length`. */
static void pinbulki_errors_index(pinbulki_errors *found, size_t length, uint64_t index)
{
    char text[20];
    pinbulk_text number;
    number.data = text;
    number.length = pinbulki_uint_to_text(index, text);
    pinbulki_errors_path(found, length, "[", number);
    pinbulki_errors_path(found, found->path_length, "]", pinbulk_text_of(""));
}

/* Whether the member has a name of errors: then it goes to the path, behind `length` bytes and
   `before`. */
PINBULKI_NOINLINE int pinbulki_errors_named(pinbulki_errors *found, size_t length,
                                            const char *before, const pinbulki_checked *walk)
{
    char buffer[64];
    pinbulk_text name = pinbulki_checked_name(walk, buffer, sizeof buffer);
    if (!pinbulki_is_error_name(name.data, name.length))
        return 0;
    pinbulki_errors_path(found, length, before, name);
    return 1;
}

/* The text is the inside of a string, or is taken as it stands. */
static void pinbulki_errors_add(pinbulki_errors *found, int64_t code, pinbulk_text text,
                                int is_string)
{
    if (found->count < found->room) {
        pinbulk_entity_error *error = &found->errors[found->count];
        pinbulki_line line = pinbulki_line_begin(error->path, sizeof error->path);
        line.length = found->path_length;
        if (found->room - found->count > 1) /* the next one may begin like this one */
            memcpy(error[1].path, error->path, line.length < line.size ? line.length : line.size);
        pinbulki_line_end(&line);
        error->code = code;
        line = pinbulki_line_begin(error->message, sizeof error->message);
        pinbulki_checked_text(&line, text, found->quote, is_string);
        pinbulki_line_end(&line);
    }
    found->count++;
}

/* One value that is no list: true, a number, a text, or an object, with the code that its list has.
   The text of an object without a message is the object. */
static void pinbulki_errors_value(pinbulki_errors *found, pinbulk_token_kind kind,
                                  pinbulk_text json, int64_t code)
{
    static const char messages[][16] = {"message", "error_message", "error", "detail"};
    pinbulk_text text = {0, NULL};
    int is_string = kind == PINBULK_TOKEN_STRING;
    pinbulki_checked walk;
    size_t i;
    if (kind == PINBULK_TOKEN_FALSE || kind == PINBULK_TOKEN_NULL)
        return;
    if (kind == PINBULK_TOKEN_NUMBER) {
        if (pinbulk_int_from_text(json.data, json.length, &code) == PINBULK_OK && code == 0)
            return;
    } else if (is_string) {
        text = pinbulki_checked_inside(json, found->quote);
        if (text.length == 0)
            return;
    } else if (kind == PINBULK_TOKEN_OBJECT) {
        text = json;
        if (pinbulki_checked_find(&walk, json, found->quote, "code")) {
            if (walk.kind == PINBULK_TOKEN_STRING)
                walk.value = pinbulki_checked_inside(walk.value, found->quote);
            if (walk.kind == PINBULK_TOKEN_NUMBER || walk.kind == PINBULK_TOKEN_STRING)
                pinbulk_int_from_text(walk.value.data, walk.value.length, &code);
        }
        for (i = 0; i < sizeof messages / sizeof messages[0] && !is_string; i++)
            if (pinbulki_checked_find(&walk, json, found->quote, messages[i]) &&
                walk.kind == PINBULK_TOKEN_STRING) {
                text = pinbulki_checked_inside(walk.value, found->quote);
                is_string = 1;
            }
    }
    pinbulki_errors_add(found, code, text, is_string);
}

/* One error, or a list of texts. */
static void pinbulki_errors_list(pinbulki_errors *found, pinbulk_token_kind kind, pinbulk_text json,
                                 int64_t code)
{
    size_t length = found->path_length;
    pinbulki_checked walk;
    if (kind != PINBULK_TOKEN_ARRAY) {
        pinbulki_errors_value(found, kind, json, code);
        return;
    }
    pinbulki_checked_begin(&walk, json, found->quote);
    while (pinbulki_checked_next(&walk)) {
        pinbulki_errors_index(found, length, walk.count - 1);
        pinbulki_errors_value(found, walk.kind, walk.value, code);
    }
    found->path_length = length;
}

/* An error, or an object whose members of such names hold more of them. An empty one is none. */
static void pinbulki_errors_item(pinbulki_errors *found, pinbulk_token_kind kind, pinbulk_text json)
{
    size_t length = found->path_length, before = found->count;
    int64_t code = 0;
    int says = 0;
    pinbulki_checked walk;
    if (kind != PINBULK_TOKEN_OBJECT) {
        pinbulki_errors_list(found, kind, json, 0);
        return;
    }
    if (pinbulki_checked_find(&walk, json, found->quote, "code") &&
        walk.kind == PINBULK_TOKEN_NUMBER)
        pinbulk_int_from_text(walk.value.data, walk.value.length, &code);
    pinbulki_checked_begin(&walk, json, found->quote);
    while (!says && pinbulki_checked_next(&walk))
        says = walk.kind == PINBULK_TOKEN_STRING && pinbulki_checked_is(&walk, "message");
    if (walk.count == 0)
        return;
    pinbulki_checked_begin(&walk, json, found->quote);
    while (!says && pinbulki_checked_next(&walk))
        if (pinbulki_errors_named(found, length, ".", &walk))
            pinbulki_errors_list(found, walk.kind, walk.value, code);
    found->path_length = length;
    if (found->count == before)
        pinbulki_errors_value(found, kind, json, 0);
}

/* A value under a name of errors. */
static void pinbulki_errors_under(pinbulki_errors *found, pinbulk_token_kind kind,
                                  pinbulk_text json)
{
    size_t length = found->path_length;
    pinbulki_checked walk;
    if (kind != PINBULK_TOKEN_ARRAY) {
        pinbulki_errors_item(found, kind, json);
        return;
    }
    pinbulki_checked_begin(&walk, json, found->quote);
    while (pinbulki_checked_next(&walk)) {
        pinbulki_errors_index(found, length, walk.count - 1);
        pinbulki_errors_item(found, walk.kind, walk.value);
    }
}

/* The errors among the members of an object; gives its member `data`, as pinbulki_guess_object. */
PINBULKI_NOINLINE pinbulk_text pinbulki_errors_object(pinbulki_errors *found, pinbulk_text json,
                                                      const char *before)
{
    pinbulk_text data = {0, NULL};
    pinbulki_checked walk;
    pinbulki_checked_begin(&walk, json, found->quote);
    while (pinbulki_checked_next(&walk)) {
        if (walk.kind == PINBULK_TOKEN_OBJECT && !data.length && pinbulki_checked_is(&walk, "data"))
            data = walk.value;
        if (pinbulki_errors_named(found, 0, before, &walk))
            pinbulki_errors_under(found, walk.kind, walk.value);
    }
    return data;
}

/* The cell of a column of errors: JSON, when it is that, or a text. */
static void pinbulki_errors_cell(pinbulki_errors *found, const pinbulki_cell *cell)
{
    pinbulk_text text = cell->text;
    size_t good;
    pinbulk_token_kind kind = pinbulki_cell_kind(cell, 64, &good);
    found->quote = cell->doubled ? 2 : 1;
    if (kind > PINBULK_TOKEN_END && kind != PINBULK_TOKEN_STRING) {
        for (; pinbulki_reader_is_space(*text.data); text.length--)
            text.data++;
        while (pinbulki_reader_is_space(text.data[text.length - 1]))
            text.length--;
        pinbulki_errors_under(found, kind, text);
    } else if (text.length && pinbulki_cell_is_utf8(text)) {
        pinbulki_errors_add(found, 0, text, 0);
    }
}

/* Takes a code; whether the column is one of errors, whose name is the path then. */
PINBULKI_NOINLINE int pinbulki_errors_column(pinbulki_errors *found, const pinbulk_records *records,
                                             size_t *at, size_t column, const pinbulki_cell *cell,
                                             int64_t *code)
{
    char made_up[PINBULKI_COLUMN_MAX];
    pinbulk_text name = pinbulki_column_next(records, at, column, made_up);
    if (pinbulki_guess_is(name, "error_code"))
        pinbulk_int_from_text(cell->text.data, cell->text.length, code);
    if (!pinbulki_is_error_name(name.data, name.length) || !cell->text.length)
        return 0;
    pinbulki_errors_path(found, 0, "", name);
    return 1;
}

PINBULKI_NOINLINE void pinbulki_errors_row(pinbulki_errors *found, const pinbulk_records *records,
                                           pinbulk_text raw)
{
    pinbulki_cells row = pinbulki_cells_of(raw, records->separator);
    pinbulki_cell cell;
    size_t at = 0, column, count = found->count;
    int64_t code = 0;
    for (column = 0; column < records->column_count && pinbulki_cells_next(&row, &cell); column++)
        if (pinbulki_errors_column(found, records, &at, column, &cell, &code))
            pinbulki_errors_cell(found, &cell);
    if (code == 0)
        return;
    if (found->count == count) { /* a code without a text */
        pinbulki_errors_path(found, 0, "", pinbulk_text_of("error_code"));
        pinbulki_errors_add(found, code, pinbulk_text_of(""), 0);
    } else if (found->count == count + 1 && count < found->room && !found->errors[count].code) {
        found->errors[count].code = code;
    }
}

PINBULK_API size_t pinbulk_record_errors(pinbulk_records *records, const pinbulk_record *record,
                                         pinbulk_entity_error *errors, size_t room)
{
    pinbulki_errors found;
    pinbulk_text json, data;
    memset(&found, 0, sizeof found);
    found.quote = 1;
    found.errors = errors;
    found.room = errors ? room : 0;
    if (!record->raw.length)
        return 0;
    if (pinbulki_records_csv(records)) {
        pinbulki_errors_row(&found, records, record->raw);
    } else if (record->is_error) {
        pinbulki_errors_item(&found, PINBULK_TOKEN_OBJECT, pinbulki_checked_good(record->raw));
    } else {
        json = pinbulki_checked_good(record->raw);
        data = pinbulki_errors_object(&found, json, "");
        if (data.length)
            pinbulki_errors_object(&found, data, "data.");
    }
    if (found.count < found.room)
        errors[found.count].path[0] = '\0'; /* of a value that was no error */
    if (found.count && records->judged <= record->number) {
        records->judged = record->number + 1;
        records->errors += found.count;
        records->failed++;
    }
    return found.count;
}
/* ============================================================================================== */
/* >>job: implementation                                                                          */
/* ============================================================================================== */

static uint32_t pinbulki_policy_value(uint32_t value, uint32_t otherwise)
{
    return value != 0 ? value : otherwise;
}

/* Whether an exchange that went like this may be made again. */
static int pinbulki_retry_allowed(pinbulk_operation operation, pinbulk_reached reached, int status,
                                  int spam)
{
    if (status == 429)
        return !spam;
    switch (operation) {
    case PINBULK_OPERATION_DOWNLOAD:
    case PINBULK_OPERATION_STATUS:
    case PINBULK_OPERATION_RESULT:
        if (status >= 200 && status <= 299)
            return reached != PINBULK_REACHED_CLOSED && reached != PINBULK_REACHED_COMPLETE;
        return status == 0 || status == 408 || (status >= 500 && status <= 599);
    case PINBULK_OPERATION_UPSERT:
    case PINBULK_OPERATION_TOKEN:
        break;
    }
    return status == 0 && (reached == PINBULK_REACHED_NOTHING || reached == PINBULK_REACHED_HEAD);
}

PINBULK_API int64_t pinbulk_retry_delay(const pinbulk_policy *policy, pinbulk_operation operation,
                                        unsigned attempt, pinbulk_reached reached, int http_status,
                                        int spam, int64_t retry_after, uint32_t random)
{
    uint32_t attempts = pinbulki_policy_value(policy ? policy->attempts : 0, 6);
    uint32_t delay = pinbulki_policy_value(policy ? policy->first_delay : 0, 1000);
    uint32_t largest = pinbulki_policy_value(policy ? policy->largest_delay : 0, 60000);
    if (attempt >= attempts || !pinbulki_retry_allowed(operation, reached, http_status, spam))
        return -1;
    for (; attempt > 1 && delay <= largest / 2; attempt--)
        delay *= 2;
    if (attempt > 1 || delay > largest)
        delay = largest;
    random *= UINT32_C(2654435769); /* so that all bits count, also of hosts that give 15 only */
    random >>= 16;
    delay -= (delay >> 17) * random + ((delay >> 1 & 0xffff) + 1) * random / 65536;
    if (retry_after > INT64_MAX / 1000)
        return INT64_MAX;
    if (retry_after > 0 && (uint64_t)retry_after * 1000 > delay)
        return retry_after * 1000;
    return (int64_t)delay;
}

enum {                        /* pinbulk_job.state; which request it is about says the phase */
       PINBULKI_JOB_NONE = 0, /* not initialised */
       PINBULKI_JOB_READY,    /* the request may be sent */
       PINBULKI_JOB_PAUSE,    /* the request has to wait; the clock will be known next time */
       PINBULKI_JOB_WAIT,     /* until `wake` */
       PINBULKI_JOB_SENT,     /* the exchange has not ended yet */
       PINBULKI_JOB_BUSY,     /* inside of a call: callbacks must not call again */
       PINBULKI_JOB_ENDED
};

enum { /* pinbulk_job.packed */
       PINBULKI_PACKED_NOT = 0,
       PINBULKI_PACKED_ITSELF,
       PINBULKI_PACKED_ON_THE_WAY /* by its Content-Encoding */
};

enum { /* pinbulk_job.damaged: who failed */
       PINBULKI_UNPACK_FINE = 0,
       PINBULKI_UNPACK_HOOK,
       PINBULKI_UNPACK_SINK,
       PINBULKI_UNPACK_LARGE
};

#define PINBULKI_JOB_REPLY_MIN 512 /* bytes of memory for a reply */
#define PINBULKI_JOB_RENEWALS  3   /* fresh result URLs in sequence of which none gave a byte */

static void pinbulki_job_event(pinbulk_job *job, pinbulk_event_kind kind,
                               const pinbulk_status *status)
{
    pinbulk_event event;
    if (job->config.event == NULL)
        return;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.phase = job->phase;
    event.attempt = job->attempt;
    event.polls = job->polls;
    event.wait = kind == PINBULK_EVENT_WAITING ? job->wait : 0;
    event.bytes = job->bytes;
    event.total = job->total;
    event.http_status = job->response.status;
    event.result = job->error.result;
    event.request_id = job->request_id;
    event.status = status;
    job->config.event(job->config.ctx, &event);
}

/* Starts the job's error, with what the last response says about itself. */
static void pinbulki_job_error(pinbulk_job *job, pinbulk_result result, const char *message)
{
    pinbulki_error_set(&job->error, result, message);
    job->error.attempt = job->attempt;
    if (job->response.request != NULL)
        pinbulki_response_tell(&job->response, &job->error);
}

/* Begins a new message of the error. */
static pinbulki_line pinbulki_job_message(pinbulk_error *error, const char *begin)
{
    pinbulki_line line = pinbulki_line_begin(error->message, sizeof error->message);
    pinbulki_line_text(&line, begin);
    return line;
}

/* Puts a message in front of the one that an error has, which follows in parentheses. */
static void pinbulki_job_reword(pinbulk_error *error, const char *message)
{
    pinbulki_line line;
    char before[PINBULK_ERROR_MESSAGE_MAX];
    memcpy(before, error->message, sizeof before);
    line = pinbulki_job_message(error, message);
    if (error->result != PINBULK_OK) {
        pinbulki_line_text(&line, " (");
        pinbulki_line_text(&line, before[0] ? before : pinbulk_result_text(error->result));
        pinbulki_line_text(&line, ")");
    }
    pinbulki_line_end(&line);
}

/* Gives the job's error a reason that outweighs the one it has. */
PINBULKI_ONCE void pinbulki_job_outweigh(pinbulk_job *job, pinbulk_result result,
                                         const char *message)
{
    if (PINBULKI_MESSAGES)
        pinbulki_job_reword(&job->error, message);
    job->error.result = result;
}

/* Why the job is to end at the next occasion. The first reason counts; `why` is static, NULL when
   there is nothing to say but what became of the request. */
PINBULKI_ONCE void pinbulki_job_stop(pinbulk_job *job, pinbulk_result result, const char *why)
{
    if (job->stop == PINBULK_OK) {
        job->stop = result;
        job->stop_why = PINBULKI_MESSAGES ? why : NULL;
    }
}

static int pinbulki_job_stopped(pinbulk_job *job)
{
    if (job->stop == PINBULK_OK && job->config.cancelled != NULL &&
        job->config.cancelled(job->config.ctx))
        pinbulki_job_stop(job, PINBULK_CANCELLED, NULL);
    return job->stop != PINBULK_OK;
}

/* For the response: whether to break the exchange off. What a host that calls out of order has sent
   is better heard to its end. */
static int pinbulki_job_cancelled(void *ctx)
{
    pinbulk_job *job = (pinbulk_job *)ctx;
    return pinbulki_job_stopped(job) && job->stop != PINBULK_BAD_STATE;
}

/* What becomes of a request that the job does not follow any more. */
static const char *pinbulki_job_remains(const pinbulk_job *job)
{
    if (job->request_failed)
        return PINBULKI_SAY("the request had ended as FAILED");
    if (job->request_id.length != 0)
        return PINBULKI_SAY("pinbulk_job_init_attach takes the request up again");
    if (job->kind == PINBULK_OPERATION_UPSERT)
        return PINBULKI_SAY("the upsert was not applied");
    return PINBULKI_SAY("no request id came; the download can be submitted again");
}

/* Finds the reason that counts. All ends but success come through here. */
static void pinbulki_job_judge(pinbulk_job *job)
{
    if (job->doubt) {
        if (job->stop != PINBULK_OK && job->response.status == 0) /* that is why none came */
            pinbulki_job_error(job, job->stop, job->stop_why);
        pinbulki_job_outweigh(
            job, PINBULK_MAYBE_APPLIED,
            PINBULKI_SAY("do not repeat it blindly: download the entities and compare"));
    } else if (job->stop != PINBULK_OK) {
        pinbulki_job_outweigh(job, job->stop,
                              job->stop_why ? job->stop_why : pinbulki_job_remains(job));
    } else if (job->request_failed && job->error.result != PINBULK_REQUEST_FAILED) {
        pinbulki_job_outweigh(job, PINBULK_REQUEST_FAILED,
                              PINBULKI_SAY("its result file could not be fetched either"));
    }
}

/* The entity tag of the result file, when it is strong; otherwise "". */
static char *pinbulki_job_etag(const pinbulk_job *job)
{
    return job->config.memory + job->request_id.length;
}

/* What of the memory stays from one request to the next: the body until it is submitted, then
   request id, entity tag and result URL. */
static size_t pinbulki_job_kept(const pinbulk_job *job)
{
    if (job->request_id.length != 0)
        return job->request_id.length + PINBULKI_ETAG_MAX + job->result_url.length;
    if (job->is_part || job->phase != PINBULK_PHASE_SUBMIT)
        return 0;
    return pinbulki_alignment_of(job->config.memory) + sizeof(pinbulk_body);
}

/* Overwrites what the request and its reply left in memory, in a way that no compiler leaves out.
 */
PINBULKI_ONCE void pinbulki_job_wipe(pinbulk_job *job, size_t kept)
{
    volatile char *memory = job->config.memory;
    for (; kept < job->config.memory_size; kept++)
        memory[kept] = 0;
    memset(&job->request, 0, sizeof job->request);
    job->response.body = NULL;
    job->response.body_size = job->response.body_used = 0;
    job->response.etag = job->response.encoding = job->response.rid = "";
}

static void pinbulki_job_end(pinbulk_job *job, pinbulk_phase phase, pinbulk_event_kind kind)
{
    pinbulki_job_wipe(job, job->request_id.length);
    memset(&job->result_url, 0, sizeof job->result_url);
    memset(&job->config.api, 0, sizeof job->config.api);
    job->state = PINBULKI_JOB_ENDED;
    job->phase = phase;
    pinbulki_job_event(job, kind, NULL);
}

/* Ends the job for the reason in its error, or for one that outweighs it. */
static void pinbulki_job_fail(pinbulk_job *job)
{
    pinbulki_job_judge(job);
    pinbulki_job_end(job, PINBULK_PHASE_FAILED, PINBULK_EVENT_FAILED);
}

/* Ends the job as done, unless there is a reason to see it otherwise. */
static void pinbulki_job_done(pinbulk_job *job)
{
    memset(&job->error, 0, sizeof job->error);
    if (job->request_failed)
        pinbulki_job_error(job, PINBULK_REQUEST_FAILED,
                           PINBULKI_SAY("its result file was fetched"));
    if (job->request_failed || pinbulki_job_stopped(job))
        pinbulki_job_fail(job);
    else
        pinbulki_job_end(job, PINBULK_PHASE_DONE, PINBULK_EVENT_DONE);
}

/* The request of this phase has to wait, `least` milliseconds at least. */
static void pinbulki_job_pause(pinbulk_job *job, uint64_t pause, uint64_t least)
{
    job->pause = pause > least ? pause : least;
    job->least = least;
    job->state = PINBULKI_JOB_PAUSE;
}

/* Another request begins. */
PINBULKI_ONCE void pinbulki_job_enter(pinbulk_job *job, pinbulk_phase phase)
{
    memset(&job->error, 0, sizeof job->error);
    job->phase = phase;
    job->attempt = 0;
    job->token_asked = 0;
    job->state = PINBULKI_JOB_READY;
}

/* Steps of one half more, so that the first answers are not late and the last ones cost little. */
static void pinbulki_job_poll_later(pinbulk_job *job)
{
    const pinbulk_policy *policy = &job->config.policy;
    uint32_t largest = pinbulki_policy_value(policy->largest_poll, 120000);
    uint32_t poll = job->poll, step = poll / 2 + poll % 2;
    int32_t after = job->response.retry_after;
    if (poll == 0)
        poll = pinbulki_policy_value(policy->first_poll, 2000);
    job->poll = poll < largest && step < largest - poll ? poll + step : largest;
    pinbulki_job_enter(job, PINBULK_PHASE_POLL);
    pinbulki_job_pause(job, job->poll, after > 0 ? (uint64_t)after * 1000 : 0);
}

/* Asks the host for another token; once for each request. */
static void pinbulki_job_ask_token(pinbulk_job *job)
{
    pinbulk_text token = {0, NULL};
    job->token_asked = 1;
    if (job->config.token(job->config.ctx, &token) == PINBULK_OK) {
        job->config.api.token = token;
        job->state = PINBULKI_JOB_READY;
    } else {
        pinbulki_job_outweigh(job, PINBULK_UNAUTHORIZED, PINBULKI_SAY("no other token was given"));
        pinbulki_job_fail(job);
    }
}

/* Whether the exchange failed in a way that its status does not show. */
static int pinbulki_job_broken(pinbulk_result result)
{
    return result == PINBULK_TRUNCATED || result == PINBULK_EMPTY_BODY ||
           result == PINBULK_RESULT_CHANGED;
}

/* After a failed attempt, whose error is the job's: another one, or the end. */
static void pinbulki_job_repeat(pinbulk_job *job, int permanent)
{
    const pinbulk_response *response = &job->response;
    pinbulk_reached reached = response->reached;
    int status = response->status, final;
    int64_t delay = -1;
    job->error.attempt = job->attempt;
    job->error.reached = reached;
    if (pinbulki_job_stopped(job)) {
        pinbulki_job_fail(job);
        return;
    }
    if (status == 401 && job->phase != PINBULK_PHASE_FETCH && !job->token_asked &&
        job->config.token != NULL) {
        pinbulki_job_ask_token(job);
        return;
    }
    final = permanent;
    if (pinbulki_job_broken(job->error.result)) {
        status = 0;
        reached = PINBULK_REACHED_RESPONSE;
    } else if (status >= 200 && status <= 299) {
        final = 1; /* it came as it is, and would again */
    }
    if (!final)
        delay = pinbulk_retry_delay(&job->config.policy, job->request.operation, job->attempt,
                                    reached, status, job->error.result == PINBULK_SPAM_BLOCKED,
                                    response->retry_after, job->random);
    if (delay >= 0) {
        pinbulki_job_pause(job, (uint64_t)delay, (uint64_t)delay);
        return;
    }
    if (job->phase == PINBULK_PHASE_FETCH && !final && job->error.result != PINBULK_RESULT_CHANGED)
        job->error.result = PINBULK_RESULT_INCOMPLETE;
    pinbulki_job_fail(job);
}

/* Memory for what a reply is decoded to: behind the reply. */
PINBULKI_ONCE pinbulk_arena pinbulki_job_arena(const pinbulk_job *job)
{
    pinbulk_arena arena;
    arena.memory = job->response.body + job->response.body_used;
    arena.size = job->response.body_size - job->response.body_used;
    arena.used = 0;
    return arena;
}

/* Moves a text of a reply to its place in front of the memory. Nothing else of the reply survives:
   a result URL may lie where texts of headers were. */
static pinbulk_text pinbulki_job_keep(pinbulk_job *job, size_t at, const char *text, size_t length)
{
    pinbulk_text kept;
    kept.data = job->config.memory + at;
    kept.length = length;
    memmove(job->config.memory + at, text, length);
    job->response.etag = job->response.encoding = job->response.rid = "";
    job->response.body_used = 0;
    return kept;
}

/* Whether an upsert that ended without a request id may be applied. A 4xx is a refusal, except that
   408 may come in the midst of the work. */
static int pinbulki_job_in_doubt(const pinbulk_response *response)
{
    if (response->status == 0)
        return response->reached != PINBULK_REACHED_NOTHING &&
               response->reached != PINBULK_REACHED_HEAD;
    return response->status < 400 || response->status > 499 || response->status == 408;
}

static void pinbulki_job_submitted(pinbulk_job *job, int permanent)
{
    pinbulk_submitted object;
    pinbulk_arena arena = pinbulki_job_arena(job);
    pinbulk_result result =
        pinbulk_response_submitted(&job->response, &object, &arena, &job->error);
    job->doubt = result != PINBULK_OK && job->kind == PINBULK_OPERATION_UPSERT &&
                 pinbulki_job_in_doubt(&job->response);
    if (result != PINBULK_OK) {
        pinbulki_job_repeat(job, permanent);
        return;
    }
    job->request_id = pinbulki_job_keep(job, 0, object.request_id.text, object.request_id.length);
    *pinbulki_job_etag(job) = '\0';
    memset(&job->error, 0, sizeof job->error);
    pinbulki_job_event(job, PINBULK_EVENT_SUBMITTED, NULL);
    pinbulki_job_poll_later(job);
}

/* Whether a part of a status reply may give access by itself: it has a URL, or what stands in the
   query of a signed one. JSON may write a slash and an equals sign as escapes. */
static int pinbulki_job_is_secret(pinbulk_text text)
{
    static const char signs[][12] = {"result_url", "://",  ":\\/\\/",   "x-amz-",
                                     "signature",  "sig=", "sig\\u003d"};
    size_t i;
    for (; text.length != 0; text = pinbulki_http_part(text, 1, text.length))
        for (i = 0; i < sizeof signs / sizeof signs[0]; i++)
            if (pinbulki_http_begins(text, signs[i]))
                return 1;
    return 0;
}

/* Shows a status reply to the host, without its secrets. What was decoded is in `arena`. */
PINBULKI_NOINLINE void pinbulki_job_show_status(pinbulk_job *job, const pinbulk_status *status,
                                                const pinbulk_arena *arena)
{
    pinbulk_status object = *status;
    size_t i, count = object.extra.count;
    memset(&object.result_url, 0, sizeof object.result_url);
    object.extra.count = 0;
    for (i = 0; i < count; i++) {
        const pinbulk_member *from = &object.extra.items[i];
        const pinbulk_member *to = &object.extra.items[object.extra.count];
        if (pinbulki_job_is_secret(from->name) || pinbulki_job_is_secret(from->json))
            continue;
        memmove((char *)arena->memory + ((const char *)to - (const char *)arena->memory), from,
                sizeof *from);
        object.extra.count++;
    }
    pinbulki_job_event(job, PINBULK_EVENT_STATUS, &object);
}

/* The request has ended as SUCCEEDED or FAILED. */
static void pinbulki_job_settled(pinbulk_job *job, const pinbulk_string *url)
{
    int has_url = url->state == PINBULK_SET && url->length != 0;
    if (job->config.fetch && has_url) {
        job->result_url = pinbulki_job_keep(job, pinbulki_job_kept(job), url->text, url->length);
        job->unproven = 1;
        pinbulki_job_enter(job, PINBULK_PHASE_FETCH);
    } else if (job->request_failed) {
        pinbulki_job_error(job, PINBULK_REQUEST_FAILED, NULL);
        pinbulki_job_fail(job);
    } else if (job->config.fetch && (job->kind != PINBULK_OPERATION_UPSERT || job->unproven)) {
        pinbulki_job_error(job, PINBULK_UNEXPECTED,
                           PINBULKI_SAY("the request succeeded without a result_url"));
        pinbulki_job_fail(job);
    } else {
        job->no_result = job->config.fetch;
        pinbulki_job_done(job);
    }
}

/* A status of a later version of the API is waited for like RUNNING. */
static void pinbulki_job_polled(pinbulk_job *job, int permanent)
{
    pinbulk_status object;
    pinbulk_arena arena = pinbulki_job_arena(job);
    if (pinbulk_response_status(&job->response, &object, &arena, &job->error) != PINBULK_OK) {
        pinbulki_job_repeat(job, permanent);
        return;
    }
    memset(&job->error, 0, sizeof job->error);
    job->polls++;
    pinbulki_job_show_status(job, &object, &arena);
    job->request_failed = object.status.value == PINBULK_BULK_STATUS_FAILED;
    if (job->request_failed || object.status.value == PINBULK_BULK_STATUS_SUCCEEDED)
        pinbulki_job_settled(job, &object.result_url);
    else
        pinbulki_job_poll_later(job);
}

/* What the inflate hook writes to. Its own failures are told from those of the sink. */
static pinbulk_result pinbulki_job_unpacked(void *ctx, const void *data, size_t length)
{
    pinbulk_job *job = (pinbulk_job *)ctx;
    uint64_t limit = job->config.result_limit ? job->config.result_limit : UINT64_MAX;
    pinbulk_result result = PINBULK_TOO_LARGE;
    if (job->damaged) /* the hook goes on after a failure */
        return PINBULK_SINK_FAILED;
    job->damaged = PINBULKI_UNPACK_LARGE;
    if (length > limit - job->unpacked)
        return result;
    result = length == 0 ? PINBULK_OK : job->config.sink.write(job->config.sink.ctx, data, length);
    job->damaged = result == PINBULK_OK ? PINBULKI_UNPACK_FINE : PINBULKI_UNPACK_SINK;
    job->unpacked += result == PINBULK_OK ? length : 0;
    return result;
}

/* Decides, at the first byte of the file, whether it goes through the inflate hook: by its
   Content-Encoding, or because it can be nothing but gzip. */
static pinbulk_result pinbulki_job_unpack(pinbulk_job *job, const void *data)
{
    const pinbulk_inflate *inflate = job->config.inflate;
    job->packed = PINBULKI_PACKED_NOT;
    job->damaged = PINBULKI_UNPACK_FINE;
    job->unpacked = 0;
    if (job->response.encodings != 0)
        job->packed = PINBULKI_PACKED_ON_THE_WAY;
    else if (inflate != NULL && *(const unsigned char *)data == 0x1f)
        job->packed = PINBULKI_PACKED_ITSELF;
    if (!job->packed || inflate->begin(inflate->ctx) == PINBULK_OK)
        return PINBULK_OK;
    job->damaged = PINBULKI_UNPACK_HOOK;
    return PINBULK_SINK_FAILED;
}

static pinbulk_result pinbulki_job_inflate(pinbulk_job *job, const void *data, size_t length)
{
    const pinbulk_inflate *inflate = job->config.inflate;
    pinbulk_sink to = {NULL, pinbulki_job_unpacked, NULL};
    pinbulk_result result;
    to.ctx = job;
    result = inflate->write(inflate->ctx, data, length, to);
    if (result == PINBULK_OK && job->damaged)
        result = PINBULK_SINK_FAILED; /* it did not tell that the sink failed */
    else if (result != PINBULK_OK && !job->damaged)
        job->damaged = PINBULKI_UNPACK_HOOK;
    return result;
}

/* Whether neither the entity tag of a response nor the length of the file that it tells is another
   one than that of the bytes which came before. */
static int pinbulki_job_same_file(const pinbulk_job *job, uint64_t total)
{
    pinbulk_text etag = pinbulk_text_of(job->response.etag);
    return (etag.length == 0 ||
            pinbulk_text_equal(etag, pinbulk_text_of(pinbulki_job_etag(job)))) &&
           (total == UINT64_MAX || job->total == UINT64_MAX || total == job->total);
}

/* What the sink of the response is: the host's, with a counter and events. */
static pinbulk_result pinbulki_job_write(void *ctx, const void *data, size_t length)
{
    pinbulk_job *job = (pinbulk_job *)ctx;
    const pinbulk_response *response = &job->response;
    int part = response->status == 206;
    uint64_t total = part ? response->range_total : response->content_length;
    pinbulk_result result;
    if (part && job->bytes != 0 &&
        ((job->packed == PINBULKI_PACKED_ON_THE_WAY) != (response->encodings != 0) ||
         !pinbulki_job_same_file(job, total))) {
        job->changed = 1;
        return PINBULK_RESULT_CHANGED;
    }
    if (total != UINT64_MAX)
        job->total = total;
    result = job->bytes == 0 ? pinbulki_job_unpack(job, data) : PINBULK_OK;
    if (result == PINBULK_OK)
        result = job->packed ? pinbulki_job_inflate(job, data, length)
                             : job->config.sink.write(job->config.sink.ctx, data, length);
    if (result != PINBULK_OK)
        return result;
    job->bytes += length;
    pinbulki_job_event(job, PINBULK_EVENT_BYTES, NULL);
    return PINBULK_OK;
}

static pinbulk_result pinbulki_job_restart(void *ctx)
{
    pinbulk_job *job = (pinbulk_job *)ctx;
    pinbulk_result result = job->config.sink.restart(job->config.sink.ctx);
    if (result != PINBULK_OK)
        return result;
    job->bytes = 0;
    job->total = UINT64_MAX;
    pinbulki_job_event(job, PINBULK_EVENT_RESTARTED, NULL);
    return PINBULK_OK;
}

/* The store did not accept the URL: it may have expired. */
static void pinbulki_job_renew(pinbulk_job *job)
{
    if (job->renewals < PINBULKI_JOB_RENEWALS) {
        job->renewals++;
        job->result_url.length = 0;
        pinbulki_job_enter(job, PINBULK_PHASE_POLL);
    } else {
        pinbulki_job_outweigh(job, PINBULK_RESULT_INCOMPLETE,
                              PINBULKI_SAY("fresh URLs are not accepted either"));
        pinbulki_job_fail(job);
    }
}

/* The file is at its end: whether the inflate hook agrees. Its word is a proof. When nothing else
   is one, the rest is fetched. */
static pinbulk_result pinbulki_job_packed_end(pinbulk_job *job)
{
    const pinbulk_inflate *inflate = job->config.inflate;
    pinbulk_result result = job->unproven ? PINBULK_TRUNCATED : PINBULK_RESULT_INCOMPLETE;
    if (!job->packed || job->bytes == 0)
        return PINBULK_OK;
    if (inflate->end(inflate->ctx) == PINBULK_OK) {
        job->unproven = 0;
        return PINBULK_OK;
    }
    pinbulki_job_error(job, result, PINBULKI_SAY("the gzip body has no end"));
    return result;
}

/* Judges the response to a request for the result file, or for the rest of it. */
static pinbulk_result pinbulki_job_judge_file(pinbulk_job *job)
{
    const pinbulk_response *response = &job->response;
    pinbulk_result result = pinbulk_response_fetched(response, &job->error);
    if (response->status == 416 && job->bytes != 0 && response->range_total == job->bytes &&
        pinbulki_job_same_file(job, job->bytes)) {
        job->unproven = 0; /* nothing was missing but the end of the last response */
        return pinbulki_job_packed_end(job);
    }
    if (job->changed || response->status == 416 || job->bytes > job->total) {
        result = PINBULK_RESULT_CHANGED;
        pinbulki_job_error(job, result, PINBULKI_SAY("the parts do not belong to one file"));
    } else if (result == PINBULK_OK && job->total != UINT64_MAX && job->bytes < job->total) {
        result = PINBULK_TRUNCATED;
        pinbulki_job_error(job, result,
                           PINBULKI_SAY("the part that came is not the rest of the file"));
    }
    job->unproven = !response->proven && job->bytes != job->total;
    if (job->damaged == PINBULKI_UNPACK_HOOK || job->damaged == PINBULKI_UNPACK_LARGE) {
        result = job->damaged == PINBULKI_UNPACK_HOOK ? PINBULK_ENCODED_BODY : PINBULK_TOO_LARGE;
        pinbulki_job_error(
            job, result,
            job->damaged == PINBULKI_UNPACK_HOOK
                ? PINBULKI_SAY("gzip that the inflate hook could not unpack")
                : PINBULKI_SAY("the file is larger than its limit once it is unpacked"));
    }
    return result == PINBULK_OK ? pinbulki_job_packed_end(job) : result;
}

static void pinbulki_job_fetched(pinbulk_job *job, int permanent)
{
    const pinbulk_response *response = &job->response;
    pinbulk_result result = pinbulki_job_judge_file(job);
    int status = response->status;
    if (result == PINBULK_OK) {
        job->fetched = 1;
        pinbulki_job_done(job);
        return;
    }
    if (result == PINBULK_RESULT_CHANGED || status == 200)
        *pinbulki_job_etag(job) = '\0';
    if (result != PINBULK_RESULT_CHANGED && response->etag_strong && status == 200 &&
        response->position == response->received) /* all that the sink has is of this response */
        pinbulki_text_copy(pinbulki_job_etag(job), PINBULKI_ETAG_MAX, response->etag,
                           pinbulki_text_length(response->etag, PINBULKI_ETAG_MAX));
    if (job->bytes > job->furthest) {
        job->furthest = job->bytes;
        job->renewals = 0;
        job->attempt = 1;
    }
    if (status == 400 || status == 401 || status == 403 || status == 404 || status == 410)
        pinbulki_job_renew(job);
    else
        pinbulki_job_repeat(job, permanent);
}

/* The memory that the builder of the next request wants, by its contract. When texts are so long
   that the sum overflows, it is too small, and the builder says so. */
static size_t pinbulki_job_request_size(const pinbulk_job *job)
{
    const pinbulk_api *api = &job->config.api;
    size_t url = job->result_url.length, host = url < 256 ? url : 256;
    size_t base = api->base_url.length < 32 ? 32 : api->base_url.length;
    size_t size = 100 + (api->user_agent.length < 16 ? 16 : api->user_agent.length);
    if (job->phase == PINBULK_PHASE_FETCH)
        return size + url + 2 * host + PINBULKI_ETAG_MAX;
    return size + 3 * base + api->token.length + job->config.account.length +
           3 * job->request_id.length;
}

/* Whether there is memory for the request of this phase and for its reply. */
static pinbulk_result pinbulki_job_room(pinbulk_job *job)
{
    const size_t least = PINBULKI_JOB_REPLY_MIN, size = pinbulki_job_request_size(job);
    size_t kept = pinbulki_job_kept(job), memory = job->config.memory_size;
    pinbulki_line line;
    if (job->request_id.length <= memory && kept <= memory && memory - kept >= least &&
        memory - kept - least >= size)
        return PINBULK_OK; /* without the first, `kept` could be an overflow */
    pinbulki_error_set(&job->error, PINBULK_NO_SPACE, NULL);
    if (!PINBULKI_MESSAGES)
        return PINBULK_NO_SPACE;
    line = pinbulki_job_message(&job->error, PINBULKI_SAY("config.memory is too small, it needs "));
    pinbulki_line_uint(&line, (uint64_t)kept + size + least);
    pinbulki_line_text(&line, " bytes");
    pinbulki_line_end(&line);
    return PINBULK_NO_SPACE;
}

/* Builds the request of this phase and starts its response. Memory holds, in this order, what is
   kept, the request, and the reply. */
static pinbulk_result pinbulki_job_build(pinbulk_job *job)
{
    const pinbulk_job_config *config = &job->config;
    size_t kept = pinbulki_job_kept(job), size = pinbulki_job_request_size(job);
    char *memory = config->memory + kept;
    pinbulk_sink sink = {NULL, pinbulki_job_write, NULL};
    pinbulk_result result = pinbulki_job_room(job);
    if (result != PINBULK_OK)
        return result;
    if (job->phase == PINBULK_PHASE_FETCH)
        result = pinbulk_request_result(&job->request, &config->api, job->result_url, job->bytes,
                                        pinbulk_text_of(pinbulki_job_etag(job)), memory, size,
                                        &job->error);
    else if (job->phase == PINBULK_PHASE_POLL)
        result =
            pinbulk_request_status(&job->request, &config->api, config->account, job->request_id,
                                   config->include_details, memory, size, &job->error);
    else if (job->kind == PINBULK_OPERATION_UPSERT)
        result = pinbulk_request_upsert(&job->request, &config->api, config->account, job->body,
                                        memory, size, &job->error);
    else
        result = pinbulk_request_download(&job->request, &config->api, config->account, job->body,
                                          memory, size, &job->error);
    if (result != PINBULK_OK)
        return result;
    pinbulk_response_init(&job->response, &job->request, memory + size,
                          config->memory_size - kept - size);
    job->response.cancel = pinbulki_job_cancelled;
    job->response.cancel_ctx = job;
    if (job->phase == PINBULK_PHASE_FETCH) {
        sink.ctx = job;
        sink.restart = config->sink.restart ? pinbulki_job_restart : NULL;
        pinbulk_response_set_sink(&job->response, sink, config->result_limit);
        job->response.inflates = config->inflate != NULL;
    }
    return PINBULK_OK;
}

/* Brings what the host gives for the request to its start: the sources of the body, or the sink
   when the file cannot be resumed. */
static pinbulk_result pinbulki_job_rewind(pinbulk_job *job)
{
    pinbulk_result result;
    if (job->phase == PINBULK_PHASE_SUBMIT) {
        result = pinbulk_body_rewind(job->body);
        if (result != PINBULK_OK)
            pinbulki_job_outweigh(job, result, PINBULKI_SAY("the body could not be rewound"));
        return result;
    }
    if (job->phase != PINBULK_PHASE_FETCH || job->bytes == 0 || *pinbulki_job_etag(job) != '\0')
        return PINBULK_OK;
    if (job->config.sink.restart == NULL) {
        result = job->error.result == PINBULK_RESULT_CHANGED ? PINBULK_RESULT_CHANGED
                                                             : PINBULK_RESULT_INCOMPLETE;
        pinbulki_job_outweigh(
            job, result, PINBULKI_SAY("the file cannot be resumed and the sink has no restart"));
        return result;
    }
    if (pinbulki_job_restart(job) == PINBULK_OK)
        return PINBULK_OK;
    pinbulki_job_outweigh(job, PINBULK_SINK_FAILED,
                          PINBULKI_SAY("the sink could not be restarted"));
    return PINBULK_SINK_FAILED;
}

static void pinbulki_job_send(pinbulk_job *job)
{
    job->state = PINBULKI_JOB_BUSY;
    if (pinbulki_job_rewind(job) != PINBULK_OK || pinbulki_job_build(job) != PINBULK_OK) {
        pinbulki_job_fail(job);
        return;
    }
    job->attempt++;
    job->changed = 0;
    pinbulki_job_event(job, PINBULK_EVENT_SENDING, NULL);
    if (pinbulki_job_stopped(job)) {
        pinbulki_job_fail(job);
        return;
    }
    job->doubt = job->request.operation == PINBULK_OPERATION_UPSERT;
    job->state = PINBULKI_JOB_SENT;
}

/* Puts an end to a pause. The last status call is made early enough for its answer. */
static void pinbulki_job_plan(pinbulk_job *job)
{
    uint64_t left = job->until - job->now;
    uint64_t reserve = pinbulki_policy_value(job->config.policy.first_poll, 2000);
    if (job->error.result == PINBULK_OK)
        left -= left < reserve ? left : reserve;
    if (job->least >= left) {
        if (job->error.result != PINBULK_RATE_LIMITED)
            pinbulki_job_stop(job, PINBULK_DEADLINE, NULL);
        pinbulki_job_fail(job);
        return;
    }
    if (job->pause > left)
        job->pause = left;
    job->wake = job->now + job->pause;
    job->wait = (uint32_t)(job->pause < UINT32_MAX ? job->pause : UINT32_MAX);
    job->state = PINBULKI_JOB_BUSY;
    pinbulki_job_event(job, PINBULK_EVENT_WAITING, NULL);
    job->state = PINBULKI_JOB_WAIT;
}

/* The clock may not go back; the deadline counts from the first look at it. */
static void pinbulki_job_look(pinbulk_job *job, uint64_t now)
{
    if (!job->started) {
        uint64_t deadline = job->config.policy.deadline;
        if (deadline == 0)
            deadline = UINT32_C(6) * 60 * 60 * 1000;
        job->started = 1;
        job->until = now < UINT64_MAX - deadline ? now + deadline : UINT64_MAX;
    }
    if (job->now < now)
        job->now = now;
}

/* A call in the midst of an exchange or of another call. The job ends when that has ended. */
static pinbulk_todo pinbulki_job_misused(pinbulk_job *job)
{
    pinbulki_job_stop(
        job, PINBULK_BAD_STATE,
        PINBULKI_SAY("pinbulk_job_next was called before the exchange or another call had ended"));
    memset(&job->error, 0, sizeof job->error);
    pinbulki_job_judge(job);
    return PINBULK_TODO_FAILED;
}

PINBULK_API pinbulk_todo pinbulk_job_next(pinbulk_job *job, uint64_t now, uint32_t random)
{
    if (job->state == PINBULKI_JOB_SENT || job->state == PINBULKI_JOB_BUSY)
        return pinbulki_job_misused(job);
    if (job->state != PINBULKI_JOB_ENDED) {
        pinbulki_job_look(job, now);
        job->random = random;
        if (job->state == PINBULKI_JOB_NONE)
            pinbulki_job_stop(job, PINBULK_BAD_STATE, PINBULKI_SAY("the job was not initialised"));
        if (job->now >= job->until)
            pinbulki_job_stop(job, PINBULK_DEADLINE, NULL);
        if (pinbulki_job_stopped(job))
            pinbulki_job_fail(job);
    }
    if (job->state == PINBULKI_JOB_PAUSE)
        pinbulki_job_plan(job);
    if (job->state == PINBULKI_JOB_WAIT && job->now >= job->wake)
        job->state = PINBULKI_JOB_READY;
    if (job->state == PINBULKI_JOB_READY)
        pinbulki_job_send(job);
    if (job->state == PINBULKI_JOB_SENT)
        return PINBULK_TODO_SEND;
    if (job->state == PINBULKI_JOB_WAIT) {
        uint64_t wait = job->wake - job->now;
        job->wait = (uint32_t)(wait < UINT32_MAX ? wait : UINT32_MAX);
        return PINBULK_TODO_WAIT;
    }
    return job->phase == PINBULK_PHASE_DONE ? PINBULK_TODO_DONE : PINBULK_TODO_FAILED;
}

PINBULK_API void pinbulk_job_exchanged(pinbulk_job *job, pinbulk_outcome outcome)
{
    if (job->state != PINBULKI_JOB_SENT) {
        pinbulki_job_stop(job, PINBULK_BAD_STATE,
                          PINBULKI_SAY("pinbulk_job_exchanged was called without an exchange"));
        return;
    }
    job->state = PINBULKI_JOB_BUSY;
    pinbulk_response_end(&job->response, outcome);
    switch (job->phase) {
    case PINBULK_PHASE_SUBMIT:
        pinbulki_job_submitted(job, outcome.permanent);
        break;
    case PINBULK_PHASE_POLL:
        pinbulki_job_polled(job, outcome.permanent);
        break;
    case PINBULK_PHASE_FETCH:
        pinbulki_job_fetched(job, outcome.permanent);
        break;
    case PINBULK_PHASE_DONE:
    case PINBULK_PHASE_FAILED:
        break;
    }
}

PINBULK_API void pinbulk_job_cancel(pinbulk_job *job)
{
    pinbulki_job_stop(job, PINBULK_CANCELLED, NULL);
}

/* Takes the config and checks what no builder does. */
static pinbulk_result pinbulki_job_configure(pinbulk_job *job, const pinbulk_job_config *config,
                                             pinbulk_operation kind)
{
    const char *wrong = NULL;
    memset(job, 0, sizeof *job);
    if (config == NULL)
        wrong = PINBULKI_SAY("there is no config");
    else if (config->memory == NULL)
        wrong = PINBULKI_SAY("config.memory is NULL");
    else if (config->fetch && config->sink.write == NULL)
        wrong = PINBULKI_SAY("config.fetch needs config.sink.write");
    else if (config->inflate != NULL &&
             (config->inflate->begin == NULL || config->inflate->write == NULL ||
              config->inflate->end == NULL))
        wrong = PINBULKI_SAY("config.inflate needs begin, write and end");
    if (config != NULL)
        job->config = *config;
    if (job->config.memory == NULL)
        job->config.memory_size = 0;
    job->phase = PINBULK_PHASE_SUBMIT;
    job->total = UINT64_MAX;
    job->kind = kind;
    if (wrong == NULL)
        return PINBULK_OK;
    pinbulki_error_set(&job->error, PINBULK_BAD_ARGUMENT, wrong);
    return PINBULK_BAD_ARGUMENT;
}

/* Builds the first request as a trial, so that what is wrong is known at once. */
static pinbulk_result pinbulki_job_ready(pinbulk_job *job, pinbulk_result result)
{
    if (result == PINBULK_OK)
        result = pinbulki_job_build(job);
    if (result == PINBULK_OK) {
        pinbulki_job_wipe(job, pinbulki_job_kept(job));
        job->state = PINBULKI_JOB_READY;
    } else {
        pinbulki_job_fail(job);
    }
    return result;
}

/* Gives the body its place in the memory. */
static pinbulk_result pinbulki_job_place_body(pinbulk_job *job, const void *object)
{
    char *memory = job->config.memory;
    pinbulk_result result;
    if (object == NULL) {
        pinbulki_error_set(&job->error, PINBULK_BAD_ARGUMENT,
                           PINBULKI_SAY("there is no object to send"));
        return PINBULK_BAD_ARGUMENT;
    }
    result = pinbulki_job_room(job);
    if (result == PINBULK_OK)
        job->body = (pinbulk_body *)(void *)(memory + pinbulki_alignment_of(memory));
    return result;
}

PINBULK_API pinbulk_result pinbulk_job_init_download(pinbulk_job *job,
                                                     const pinbulk_job_config *config,
                                                     const pinbulk_download *object)
{
    pinbulk_result result = pinbulki_job_configure(job, config, PINBULK_OPERATION_DOWNLOAD);
    if (result == PINBULK_OK)
        result = pinbulki_job_place_body(job, object);
    if (result == PINBULK_OK)
        result = pinbulk_body_init_download(job->body, object, &job->config.encode, &job->error);
    return pinbulki_job_ready(job, result);
}

PINBULK_API pinbulk_result pinbulk_job_init_upsert(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   const pinbulk_upsert *object)
{
    pinbulk_result result = pinbulki_job_configure(job, config, PINBULK_OPERATION_UPSERT);
    if (result == PINBULK_OK)
        result = pinbulki_job_place_body(job, object);
    if (result == PINBULK_OK)
        result = pinbulk_body_init_upsert(job->body, object, &job->config.encode, &job->error);
    return pinbulki_job_ready(job, result);
}

/* Why no job can be made of a part; NULL: one can. */
static const char *pinbulki_part_unfit(const pinbulk_part *part)
{
    const pinbulk_parts *parts = part ? part->parts : NULL;
    if (!parts || part->count == 0 || part->first != parts->next || part->count != parts->pending)
        return PINBULKI_SAY("this is no part, or not the one that was given out last");
    if (parts->state == PINBULKI_PARTS_TAKEN)
        return PINBULKI_SAY("a job was made of this part: tell first what became of it");
    return NULL;
}

PINBULK_API pinbulk_result pinbulk_job_init_part(pinbulk_job *job, const pinbulk_job_config *config,
                                                 const pinbulk_part *part)
{
    const char *unfit = pinbulki_part_unfit(part);
    pinbulk_result result = pinbulki_job_configure(job, config, PINBULK_OPERATION_UPSERT);
    job->is_part = 1;
    if (!unfit) {
        job->body = &part->parts->body;
        job->first = part->first;
    } else if (result == PINBULK_OK) {
        result = PINBULK_BAD_STATE;
        pinbulki_error_set(&job->error, result, unfit);
    }
    result = pinbulki_job_ready(job, result);
    if (result == PINBULK_OK)
        part->parts->state = PINBULKI_PARTS_TAKEN;
    return result;
}

PINBULK_API pinbulk_result pinbulk_job_init_attach(pinbulk_job *job,
                                                   const pinbulk_job_config *config,
                                                   pinbulk_text request_id)
{
    pinbulk_result result = pinbulki_job_configure(job, config, PINBULK_OPERATION_STATUS);
    job->phase = PINBULK_PHASE_POLL;
    job->request_id = request_id;
    if (result == PINBULK_OK)
        result = pinbulki_job_room(job);
    if (result == PINBULK_OK && request_id.length != 0) {
        job->request_id = pinbulki_job_keep(job, 0, request_id.data, request_id.length);
        *pinbulki_job_etag(job) = '\0';
    } else {
        job->request_id.length = 0;
    }
    return pinbulki_job_ready(job, result);
}

/* True for a job that was made of the part that was given out last. */
static int pinbulki_parts_own(const pinbulk_parts *parts, const pinbulk_job *job)
{
    return job->body == &parts->body && job->first == parts->next;
}

PINBULK_API pinbulk_result pinbulk_parts_settle(pinbulk_parts *parts, const pinbulk_job *job)
{
    int unused = job->state == PINBULKI_JOB_READY && job->attempt == 0;
    if (parts->pending == 0 || !pinbulki_parts_own(parts, job) ||
        (job->state != PINBULKI_JOB_ENDED && !unused))
        return PINBULK_BAD_STATE;
    if (job->doubt && job->request_id.length == 0) {
        parts->state = PINBULKI_PARTS_DOUBT;
        return PINBULK_MAYBE_APPLIED;
    }
    if (job->request_id.length != 0)
        parts->next += parts->pending;
    parts->pending = 0;
    parts->state = PINBULKI_PARTS_READY;
    if (job->request_id.length != 0)
        return PINBULK_OK;
    return job->error.result != PINBULK_OK ? job->error.result : PINBULK_BAD_STATE;
}

PINBULK_API pinbulk_result pinbulk_reading_init(pinbulk_reading *reading,
                                                const pinbulk_reading_config *config)
{
    if (!reading || !config || !config->record)
        return PINBULK_BAD_ARGUMENT;
    memset(reading, 0, sizeof *reading);
    reading->config = *config;
    return pinbulk_records_init(&reading->records, &config->records);
}

/* Keeps why the program stopped, and where. */
static void pinbulki_reading_stopped(pinbulk_reading *reading, pinbulk_result result)
{
    pinbulk_error *error = &reading->error;
    pinbulki_error_set(error, result, PINBULKI_SAY("the program stopped at this record"));
    if (pinbulk_records_path(&reading->records, error->path, sizeof error->path) >=
        sizeof error->path)
        pinbulki_text_end(error->path, sizeof error->path);
    error->has_offset = 1;
    error->offset = reading->records.offset;
}

static pinbulk_result pinbulki_reading_deliver(pinbulk_reading *reading, pinbulk_record *record)
{
    pinbulk_result result;
    reading->error_count = 0;
    if (reading->what == PINBULK_RECORDS_SKIPPED)
        reading->skipped++;
    if (reading->config.guess)
        pinbulk_record_guess(&reading->records, record);
    if (!reading->config.no_errors)
        reading->error_count = pinbulk_record_errors(&reading->records, record, reading->errors,
                                                     PINBULK_READING_ERRORS);
    result = reading->config.record(reading->config.ctx, reading, record);
    if (result != PINBULK_OK)
        pinbulki_reading_stopped(reading, result);
    return result;
}

/* Delivers all records that are there. */
static pinbulk_result pinbulki_reading_take(pinbulk_reading *reading)
{
    pinbulk_record record;
    while (reading->error.result == PINBULK_OK) {
        reading->what = pinbulk_records_next(&reading->records, &record);
        switch (reading->what) {
        case PINBULK_RECORDS_MORE:
            return PINBULK_OK;
        case PINBULK_RECORDS_END:
            reading->whole = 1;
            return PINBULK_OK;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(&reading->records, &reading->error);
            break;
        case PINBULK_RECORDS_RECORD:
        case PINBULK_RECORDS_SKIPPED:
        case PINBULK_RECORDS_TOKEN:
            pinbulki_reading_deliver(reading, &record);
            break;
        }
    }
    return reading->error.result;
}

static pinbulk_result pinbulki_reading_write(void *ctx, const void *data, size_t length)
{
    pinbulk_reading *reading = (pinbulk_reading *)ctx;
    pinbulk_result result;
    if (reading->error.result != PINBULK_OK)
        return reading->error.result;
    result = pinbulk_records_feed(&reading->records, (const char *)data, length);
    if (result != PINBULK_OK)
        pinbulki_error_set(&reading->error, result, PINBULKI_SAY("bytes came after the end"));
    return pinbulki_reading_take(reading);
}

static pinbulk_result pinbulki_reading_restart(void *ctx)
{
    pinbulk_reading *reading = (pinbulk_reading *)ctx;
    pinbulk_reading_config config = reading->config;
    pinbulk_result result = config.restart(config.ctx);
    return result == PINBULK_OK ? pinbulk_reading_init(reading, &config) : result;
}

PINBULK_API pinbulk_sink pinbulk_reading_sink(pinbulk_reading *reading)
{
    pinbulk_sink sink;
    sink.ctx = reading;
    sink.write = pinbulki_reading_write;
    sink.restart = reading->config.restart ? pinbulki_reading_restart : NULL;
    return sink;
}

PINBULK_API pinbulk_result pinbulk_reading_end(pinbulk_reading *reading, const pinbulk_job *job,
                                               pinbulk_error *error)
{
    const pinbulk_error *why = &reading->error;
    int done = !job || job->phase == PINBULK_PHASE_DONE;
    int none = job && (job->no_result || !job->config.fetch);
    if (why->result == PINBULK_OK && !none &&
        (done || (job->error.result == PINBULK_REQUEST_FAILED && job->fetched)) &&
        pinbulk_records_end(&reading->records) == PINBULK_OK)
        pinbulki_reading_take(reading);
    reading->proven =
        none ||
        (reading->whole && (pinbulk_records_proven(&reading->records) || (job && !job->unproven)));
    reading->whole = reading->whole || none;
    if (!done && (why->result == PINBULK_OK || job->error.result != PINBULK_SINK_FAILED)) {
        why = &job->error;
        if (why->result == PINBULK_OK) { /* it is still under way */
            pinbulki_error_set(error, PINBULK_BAD_STATE, PINBULKI_SAY("the job has not ended"));
            return PINBULK_BAD_STATE;
        }
    }
    if (error && why->result != PINBULK_OK)
        *error = *why;
    return why->result;
}

PINBULK_API size_t pinbulk_reading_text(const pinbulk_reading *reading, char *text, size_t size)
{
    const pinbulk_records *records = &reading->records;
    pinbulki_line line = pinbulki_line_begin(text, size);
    pinbulki_line_text(&line, "succeeded with ");
    pinbulki_line_uint(&line, records->errors);
    pinbulki_line_text(&line, records->errors == 1 ? PINBULKI_SAY(" error in ")
                                                   : PINBULKI_SAY(" errors in "));
    pinbulki_line_uint(&line, records->failed);
    pinbulki_line_text(&line, " of ");
    pinbulki_line_uint(&line, records->count);
    pinbulki_line_text(&line, records->count == 1 ? " record" : " records");
    if (reading->skipped) {
        pinbulki_line_text(&line, ", ");
        pinbulki_line_uint(&line, reading->skipped);
        pinbulki_line_text(&line, " skipped as too large");
    }
    if (!reading->proven)
        pinbulki_line_text(&line, "; nothing proves that the file is whole");
    return pinbulki_line_end(&line);
}

/* ============================================================================================== */
/* >>transport: implementation                                                                    */
/* ============================================================================================== */

#define PINBULKI_RUN_PORTION 250  /* milliseconds of sleep before the job is asked again */
#define PINBULKI_RUN_STILL   1000 /* sleeps in sequence during which a clock may stand still */

/* A run, for the response of its job. */
typedef struct pinbulki_run {
    pinbulk_job *job;
    const pinbulk_transport *transport;
    unsigned still; /* how often in sequence the clock showed what the job knew already */
} pinbulki_run;

/* The job does not know the time during an exchange, its driver does. */
static int pinbulki_run_cancelled(void *ctx)
{
    const pinbulki_run *run = (const pinbulki_run *)ctx;
    if (run->transport->now(run->transport->ctx) >= run->job->until)
        pinbulki_job_stop(run->job, PINBULK_DEADLINE, NULL);
    return pinbulki_job_cancelled(run->job);
}

/* Asks the job what is next. */
PINBULKI_NOINLINE pinbulk_todo pinbulki_run_next(pinbulki_run *run)
{
    const pinbulk_transport *transport = run->transport;
    uint64_t now = transport->now(transport->ctx);
    run->still = now > run->job->now ? 0 : run->still + 1;
    if (run->still > PINBULKI_RUN_STILL)
        pinbulki_job_stop(run->job, PINBULK_BAD_ARGUMENT,
                          PINBULKI_SAY("the clock of the transport stands still"));
    return pinbulk_job_next(run->job, now,
                            transport->random ? transport->random(transport->ctx) : 0);
}

static void pinbulki_run_exchange(pinbulki_run *run)
{
    pinbulk_job *job = run->job;
    job->response.cancel = pinbulki_run_cancelled;
    job->response.cancel_ctx = run;
    pinbulk_job_exchanged(
        job, run->transport->exchange(run->transport->ctx, &job->request, &job->response));
    run->still = 0;
}

PINBULK_API pinbulk_result pinbulk_job_run(pinbulk_job *job, const pinbulk_transport *transport)
{
    pinbulki_run run;
    memset(&run, 0, sizeof run);
    run.job = job;
    run.transport = transport;
    if (transport == NULL || transport->exchange == NULL || transport->now == NULL ||
        transport->sleep == NULL) {
        if (job->state != PINBULKI_JOB_ENDED) /* why it ended is not to be lost */
            pinbulki_error_set(&job->error, PINBULK_BAD_ARGUMENT,
                               PINBULKI_SAY("the transport needs exchange, now and sleep"));
        return PINBULK_BAD_ARGUMENT;
    }
    for (;;) {
        switch (pinbulki_run_next(&run)) {
        case PINBULK_TODO_SEND:
            pinbulki_run_exchange(&run);
            break;
        case PINBULK_TODO_WAIT:
            transport->sleep(transport->ctx,
                             job->wait < PINBULKI_RUN_PORTION ? job->wait : PINBULKI_RUN_PORTION);
            break;
        case PINBULK_TODO_DONE:
            return PINBULK_OK;
        case PINBULK_TODO_FAILED:
            return job->error.result;
        }
    }
}

/* The exchange that gets a token, in front of the caller's memory. */
typedef struct pinbulki_refreshing {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_body body;
} pinbulki_refreshing;

PINBULK_API pinbulk_result pinbulk_token_refresh(const pinbulk_transport *transport,
                                                 const pinbulk_api *api,
                                                 const pinbulk_refresh *refresh, char *memory,
                                                 size_t size, pinbulk_tokens *tokens,
                                                 pinbulk_error *error)
{
    const size_t start = memory ? pinbulki_alignment_of(memory) + sizeof(pinbulki_refreshing) : 0;
    pinbulki_refreshing *work;
    pinbulk_arena arena;
    size_t half;
    pinbulk_result result;
    memset(tokens, 0, sizeof *tokens);
    if (memory == NULL || size < start) {
        pinbulki_error_set(error, PINBULK_NO_SPACE,
                           PINBULKI_SAY("the memory for the exchange is too small"));
        return PINBULK_NO_SPACE;
    }
    memory += start;
    half = (size - start) / 2;
    work = (pinbulki_refreshing *)(void *)memory - 1;
    result = pinbulk_request_token(&work->request, api, refresh, &work->body, memory, half, error);
    if (result != PINBULK_OK)
        return result;
    pinbulk_response_init(&work->response, &work->request, memory + half, size - start - half);
    pinbulk_response_end(&work->response,
                         transport->exchange(transport->ctx, &work->request, &work->response));
    arena.memory = memory; /* the request is not needed any more */
    arena.size = half;
    arena.used = 0;
    memset(memory, 0, half);
    result = pinbulk_response_token(&work->response, tokens, &arena, error);
    if (result != PINBULK_OK && error != NULL)
        error->attempt = 1;
    return result;
}

PINBULK_API pinbulk_result pinbulk_parts_run(pinbulk_parts *parts, pinbulk_job *job,
                                             const pinbulk_job_config *config,
                                             const pinbulk_transport *transport, void *ctx,
                                             void (*report)(void *ctx, const pinbulk_part *part,
                                                            const pinbulk_job *job))
{
    pinbulk_part part;
    pinbulk_result result;
    memset(job, 0, sizeof *job);
    for (;;) {
        result = pinbulk_parts_next(parts, &part, &job->error);
        if (result != PINBULK_OK || part.count == 0)
            return result;
        result = pinbulk_job_init_part(job, config, &part);
        if (result == PINBULK_OK)
            result = pinbulk_job_run(job, transport);
        pinbulk_parts_settle(parts, job);
        if (report)
            report(ctx, &part, job);
        if (result != PINBULK_OK)
            return result;
    }
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
