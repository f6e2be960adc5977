// adapter_contract.h: what every transport has to do, as tests that any adapter can be run through.
// Include check.h, server.h, raw_tls.h and sandbox_server.h before it, fill a contract_adapter and
// call contract_run.
//
// Three groups: whole jobs on the sandbox, for everything that calls itself a transport; single
// exchanges with responses that misbehave (cut at every byte, slow, huge, of wrong length, silent),
// for all that read HTTP; and, for adapters that reach servers (`network`), what needs sockets:
// uploads larger than their buffers, resets, redirects, and nobody there. With `tls_host` all of it
// is done once more over TLS.
#ifndef ADAPTER_CONTRACT_H
#define ADAPTER_CONTRACT_H

// What answers every request.
typedef struct contract_script {
    const char *bytes;
    size_t length;
    raw_then then;
    unsigned pause; // milliseconds before each byte; 0: all at once
} contract_script;

typedef struct contract_adapter contract_adapter;
struct contract_adapter {
    const char *name;
    int network;          // it speaks HTTP with servers on this machine
    int memory;           // it reads HTTP from memory: what `script` says when that is not NULL
    const char *tls_host; // it speaks https with servers of this name; NULL: it does not
    int blind;            // it cannot see whether the end of TLS came, and says so
    // Makes a fresh transport with these limits in milliseconds, and ends it.
    pinbulk_transport (*open)(contract_adapter *adapter, uint32_t idle, uint32_t total);
    void (*close)(contract_adapter *adapter);
    unsigned (*full)(void);  // how often it could not send since open; NULL: it does not tell
    sandbox_server *service; // without a network: what it is to work on
    const contract_script *script;
    unsigned played; // how often it was asked for
};

static contract_adapter *contract;  // under test
static const char *contract_folder; // of the certificates; NULL: no https
static int contract_tls;            // the tests are done over TLS

// ---- whole jobs ---------------------------------------------------------------------------------

static struct {
    char file[65536], line[1024];
    size_t length;
    int cancel_asked, cancel_after; // 0: never
    pinbulk_job job;
} contract_shown;

static pinbulk_result contract_take(void *ctx, const void *data, size_t length)
{
    (void)ctx;
    if (length > sizeof contract_shown.file - 1 - contract_shown.length)
        return PINBULK_SINK_FAILED;
    memcpy(contract_shown.file + contract_shown.length, data, length);
    contract_shown.length += length;
    contract_shown.file[contract_shown.length] = '\0';
    return PINBULK_OK;
}

static pinbulk_result contract_restart(void *ctx)
{
    (void)ctx;
    contract_shown.length = 0;
    return PINBULK_OK;
}

static int contract_cancelled(void *ctx)
{
    (void)ctx;
    return contract_shown.cancel_after > 0 &&
           ++contract_shown.cancel_asked > contract_shown.cancel_after;
}

// An upsert of one campaign with that name; NULL: a download of everything.
static pinbulk_result contract_job(const pinbulk_transport *transport, const char *base_url,
                                   const char *name)
{
    static char memory[8192];
    pinbulk_download everything;
    pinbulk_campaign campaign;
    pinbulk_create create;
    pinbulk_upsert upsert;
    pinbulk_job_config config = {.api = {.token = pinbulk_text_of(CANARY),
                                         .base_url = pinbulk_text_of(base_url),
                                         .allow_loopback_http = 1},
                                 .account = pinbulk_text_of(SANDBOX_ACCOUNT),
                                 .memory = memory,
                                 .memory_size = sizeof memory,
                                 .policy = {.first_delay = 1, .first_poll = 1, .attempts = 3},
                                 .fetch = 1,
                                 .sink = {NULL, contract_take, contract_restart},
                                 .cancelled = contract_cancelled};
    pinbulk_job *job = &contract_shown.job;
    pinbulk_result result;
    memset(&everything, 0, sizeof everything);
    memset(&campaign, 0, sizeof campaign);
    memset(&create, 0, sizeof create);
    memset(&upsert, 0, sizeof upsert);
    campaign.ad_account_id = pinbulk_string_of(SANDBOX_ACCOUNT);
    campaign.name = pinbulk_string_of(name);
    campaign.objective_type = pinbulk_enum_set(PINBULK_OBJECTIVE_AWARENESS);
    create.campaigns = pinbulk_campaign_list_set(&campaign, 1);
    upsert.create = pinbulk_create_ref_set(&create);
    contract_shown.length = 0;
    contract_shown.cancel_asked = 0;
    if (name)
        pinbulk_job_init_upsert(job, &config, &upsert);
    else
        pinbulk_job_init_download(job, &config, &everything);
    result = pinbulk_job_run(job, transport);
    pinbulk_error_text(&job->error, contract_shown.line, sizeof contract_shown.line);
    CHECK(strstr(contract_shown.line, CANARY) == NULL);
    CHECK(strstr(contract_shown.line, "://") == NULL);
    return result;
}

static sandbox_server contract_service;

// Servers call themselves by an address; a name as long takes its place where a certificate needs a
// name.
static char *contract_name(char *url)
{
    if (contract_tls) {
        CHECK(strncmp(url, "https://127.0.0.1", 17) == 0 && strlen(contract->tls_host) == 9);
        memcpy(url + 8, contract->tls_host, 9);
    }
    return url;
}

static const char *contract_certificates(void)
{
    return contract_tls ? contract_folder : NULL;
}

// Starts the sandbox for the adapter.
static void contract_start(void)
{
    sandbox_server *both = &contract_service;
    sandbox_server_start(both, contract_certificates());
    contract_name(both->base_url);
    contract_name(both->results);
    contract->service = both;
}

static void jobs_end_well(void)
{
    size_t piece;
    for (piece = 0; piece < (contract->network ? 2u : 1u); piece++) {
        pinbulk_transport transport;
        contract_start();
        contract_service.piece = piece;
        transport = contract->open(contract, 20000, 20000);
        CHECK_INT(contract_job(&transport, contract_service.base_url, "Spring"), PINBULK_OK);
        CHECK(strstr(contract_shown.file, "\"Spring\"") != NULL);
        CHECK_INT(sandbox_count(&contract_service, &contract_service.sandbox.applied), 1);
        CHECK_INT(contract_job(&transport, contract_service.base_url, NULL), PINBULK_OK);
        CHECK(strstr(contract_shown.file, "\"Spring\"") != NULL);
        CHECK_INT(contract_shown.job.unproven, 0);
        if (contract->network) { // the token goes to the API, and to nobody else
            CHECK_INT(COUNT(contract_service.api.canaries), COUNT(contract_service.api.requests));
            CHECK_INT(COUNT(contract_service.files.requests), 2);
            CHECK_INT(COUNT(contract_service.files.canaries), 0);
        }
        contract->close(contract);
        sandbox_server_stop(&contract_service);
    }
}

static void lost_reply_to_an_upsert(void)
{
    pinbulk_transport transport;
    contract_start();
    transport = contract->open(contract, 20000, 20000);
    sandbox_misbehave(&contract_service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1,
                      0);
    CHECK_INT(contract_job(&transport, contract_service.base_url, "Spring"), PINBULK_MAYBE_APPLIED);
    CHECK_INT(contract_shown.job.error.reached, PINBULK_REACHED_BODY);
    CHECK_INT(sandbox_count(&contract_service, &contract_service.sandbox.applied), 1);
    contract->close(contract);
    sandbox_server_stop(&contract_service);
}

static void replies_that_say_no(void)
{
    pinbulk_transport transport;
    contract_start();
    transport = contract->open(contract, 20000, 20000);
    sandbox_misbehave(&contract_service, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 2, 503);
    CHECK_INT(contract_job(&transport, contract_service.base_url, "Spring"), PINBULK_OK);
    sandbox_misbehave(&contract_service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_STATUS, 1, 403);
    CHECK_INT(contract_job(&transport, contract_service.base_url, "Spring"), PINBULK_FORBIDDEN);
    CHECK_INT(contract_shown.job.error.http_status, 403);
    CHECK_INT(sandbox_count(&contract_service, &contract_service.sandbox.applied), 1);
    contract->close(contract);
    sandbox_server_stop(&contract_service);
}

// Time that passes only by sleeping.
static uint64_t contract_time;

static uint64_t contract_now(void *ctx)
{
    (void)ctx;
    return contract_time;
}

static void contract_sleep(void *ctx, uint32_t milliseconds)
{
    (void)ctx;
    contract_time += milliseconds;
}

// The file ends twice after every number of its bytes; with a network after some of them.
static void file_that_breaks_off_is_completed(void)
{
    static char whole[sizeof contract_shown.file];
    pinbulk_transport transport;
    size_t cut, length;
    contract_start();
    transport = contract->open(contract, 20000, 20000);
    transport.now = contract_now;
    transport.sleep = contract_sleep;
    CHECK_INT(contract_job(&transport, contract_service.base_url, "Spring"), PINBULK_OK);
    CHECK_INT(contract_job(&transport, contract_service.base_url, NULL), PINBULK_OK);
    length = contract_shown.length;
    memcpy(whole, contract_shown.file, length + 1);
    for (cut = 0; cut < length; cut += contract->network ? 1 + length / 4 : 1) {
        sandbox_misbehave(&contract_service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 2,
                          (int64_t)cut);
        if (contract_job(&transport, contract_service.base_url, NULL) != PINBULK_OK)
            CHECK_FAIL("cut after %d bytes: %s", (int)cut, contract_shown.line);
        CHECK_TEXT(contract_shown.file, contract_shown.length, whole);
    }
    contract->close(contract);
    sandbox_server_stop(&contract_service);
}

static void cancelling_ends_a_job(void)
{
    int after;
    for (after = 1; after < 6; after += 2) {
        pinbulk_transport transport;
        pinbulk_result result;
        contract_start();
        transport = contract->open(contract, 20000, 20000);
        contract_shown.cancel_after = after;
        result = contract_job(&transport, contract_service.base_url, "Spring");
        CHECK(result == PINBULK_CANCELLED || result == PINBULK_MAYBE_APPLIED);
        contract_shown.cancel_after = 0;
        contract->close(contract);
        sandbox_server_stop(&contract_service);
    }
}

static void clock_goes_on(void)
{
    pinbulk_transport transport;
    uint64_t before, after;
    contract_start();
    transport = contract->open(contract, 20000, 20000);
    before = transport.now(transport.ctx);
    transport.sleep(transport.ctx, 30);
    after = transport.now(transport.ctx);
    CHECK(after - before >= 29 && after - before < 2000);
    contract->close(contract);
    sandbox_server_stop(&contract_service);
}

// ---- single exchanges ---------------------------------------------------------------------------

static struct {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_body body;
    pinbulk_outcome outcome;
    char memory[2048], reply[4096];
} contract_one;

static pinbulk_reached contract_send(const pinbulk_transport *transport,
                                     pinbulk_operation operation, const char *url, const char *body,
                                     size_t length)
{
    pinbulk_api api = {.token = pinbulk_text_of(CANARY),
                       .base_url = pinbulk_text_of(url),
                       .allow_loopback_http = 1};
    pinbulk_text account = pinbulk_text_of(SANDBOX_ACCOUNT);
    pinbulk_body_init_memory(&contract_one.body, body, length);
    if (operation == PINBULK_OPERATION_UPSERT)
        CHECK_INT(pinbulk_request_upsert(&contract_one.request, &api, account, &contract_one.body,
                                         contract_one.memory, sizeof contract_one.memory, NULL),
                  PINBULK_OK);
    else
        CHECK_INT(pinbulk_request_status(&contract_one.request, &api, account,
                                         pinbulk_text_of("77"), 0, contract_one.memory,
                                         sizeof contract_one.memory, NULL),
                  PINBULK_OK);
    pinbulk_response_init(&contract_one.response, &contract_one.request, contract_one.reply,
                          sizeof contract_one.reply);
    contract_one.outcome =
        transport->exchange(transport->ctx, &contract_one.request, &contract_one.response);
    CHECK((contract_one.outcome.text == NULL) ==
          (contract_one.outcome.reached >= PINBULK_REACHED_CLOSED));
    CHECK(contract_one.outcome.text == NULL || (strstr(contract_one.outcome.text, "://") == NULL &&
                                                strstr(contract_one.outcome.text, CANARY) == NULL));
    return contract_one.outcome.reached;
}

static pinbulk_reached contract_exchange(const pinbulk_transport *transport,
                                         pinbulk_operation operation, const char *url)
{
    static const char body[] = "{\"create\":{}}";
    return contract_send(transport, operation, url, body, sizeof body - 1);
}

static void contract_play(void *ctx, const raw_request *request, raw_reply *reply)
{
    const contract_script *script = (const contract_script *)ctx;
    (void)request;
    reply->bytes = script->bytes;
    reply->length = script->length;
    reply->then = script->then;
    reply->pause = script->pause;
}

// Where an adapter finds what a script says: a server, or for one without a network its memory.
static struct {
    raw_server server;
    raw_tls tls;
    const char *url;
} contract_stage;

static void contract_serve(raw_handler handler, void *ctx, const raw_options *options)
{
    raw_options all;
    memset(&all, 0, sizeof all);
    if (options)
        all = *options;
    all.layer = contract_tls ? &contract_stage.tls.layer : NULL;
    raw_start_with(&contract_stage.server, handler, ctx, &all);
    contract_stage.url = contract_name(contract_stage.server.url);
}

static void contract_begin(const contract_script *script)
{
    contract->script = script;
    contract->played = 0;
    contract_stage.url = "http://127.0.0.1:9";
    if (!contract->memory)
        contract_serve(contract_play, (void *)script, NULL);
}

// Returns how often it was asked.
static unsigned contract_end(void)
{
    contract->close(contract);
    contract->script = NULL;
    if (contract->memory)
        return contract->played;
    raw_stop(&contract_stage.server);
    return COUNT(contract_stage.server.requests);
}

typedef struct contract_cut {
    const char *text;
    pinbulk_reached whole;
} contract_cut;

// How far an exchange has to get, at least and at most, when a response ends after `length` bytes.
// Without the end of TLS no body is whole for having ended.
static void contract_limits(const contract_cut *cut, const contract_script *script,
                            pinbulk_reached *least, pinbulk_reached *most)
{
    const char *text = cut->text;
    size_t all = strlen(text), length = script->length;
    size_t line = (size_t)(strstr(text, "\r\n") + 2 - text);
    size_t head = (size_t)(strstr(text, "\r\n\r\n") + 4 - text);
    int closes =
        cut->whole == PINBULK_REACHED_CLOSED && (script->then == RAW_CLOSE || contract->blind);
    pinbulk_reached part = closes ? PINBULK_REACHED_CLOSED : PINBULK_REACHED_RESPONSE;
    pinbulk_reached whole =
        cut->whole == PINBULK_REACHED_COMPLETE ? PINBULK_REACHED_COMPLETE : part;
    *least = *most = PINBULK_REACHED_BODY;
    if (length >= line - 1) // what is left of a line may count
        *most = part;
    if (length >= line)
        *least = PINBULK_REACHED_RESPONSE;
    if (length >= head)
        *least = *most = part;
    if (length == all - 1 && strstr(text, "chunked"))
        *most = whole; // nothing but the line feed behind the last chunk is missing
    if (length == all)
        *least = *most = whole;
}

// The connection ends after every number of bytes of a response. What is cut off is never taken for
// whole, and an upsert that left is never taken for one that did not.
static void contract_close_after_every_byte(raw_then then)
{
    static const contract_cut cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\":\"b\"}", PINBULK_REACHED_COMPLETE},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n",
         PINBULK_REACHED_COMPLETE},
        {"HTTP/1.1 200 OK\r\nA: b\r\n\r\n{\"a\":\"b\"}", PINBULK_REACHED_CLOSED},
    };
    contract_script script = {NULL, 0, then, 0};
    pinbulk_transport transport = contract->open(contract, 20000, 20000);
    unsigned asked = 0;
    size_t i;
    contract_begin(&script);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        script.bytes = cases[i].text;
        for (script.length = 0; script.length <= strlen(cases[i].text); script.length++) {
            pinbulk_reached reached, least, most;
            contract_limits(&cases[i], &script, &least, &most);
            reached = contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url);
            if (reached < least || reached > most)
                CHECK_FAIL("case %d, %d bytes: reached %d, not %d to %d (%s)", (int)i,
                           (int)script.length, reached, least, most,
                           contract_one.outcome.text ? contract_one.outcome.text : "");
            CHECK_INT(contract_one.outcome.permanent, 0);
            asked++;
        }
    }
    CHECK_INT(contract_end(), asked); // an upsert goes out once
}

static void closed_after_every_byte(void)
{
    contract_close_after_every_byte(RAW_CLOSE);
}

static void cut_after_every_byte(void)
{
    contract_close_after_every_byte(RAW_CUT);
}

// Heads and lengths that contradict themselves. `most`: how far it may be said to have got.
static void wrong_responses(void)
{
    static const struct {
        const char *text;
        raw_then then;
        pinbulk_reached least, most;
        const char *body; // NULL: it does not matter
    } cases[] = {
        {"", RAW_RESET, PINBULK_REACHED_BODY, PINBULK_REACHED_BODY, ""},
        {"SSH-2.0-something\r\n\r\n", RAW_CLOSE, PINBULK_REACHED_BODY, PINBULK_REACHED_BODY, ""},
        {"HTTP/1.1 2x0 OK\r\n\r\n{}", RAW_CLOSE, PINBULK_REACHED_BODY, PINBULK_REACHED_BODY, ""},
        {"HTTP/1.1 100 Continue\r\n\r\n", RAW_CLOSE, PINBULK_REACHED_BODY, PINBULK_REACHED_BODY,
         ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_CLOSE, PINBULK_REACHED_RESPONSE,
         PINBULK_REACHED_RESPONSE, "{}"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", RAW_RESET, PINBULK_REACHED_RESPONSE,
         PINBULK_REACHED_RESPONSE, NULL},
        {"HTTP/1.0 200 OK\r\n\r\n{}", RAW_RESET, PINBULK_REACHED_RESPONSE, PINBULK_REACHED_RESPONSE,
         NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}surplus", RAW_CLOSE,
         PINBULK_REACHED_COMPLETE, PINBULK_REACHED_COMPLETE, "{}"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", RAW_CLOSE,
         PINBULK_REACHED_RESPONSE, PINBULK_REACHED_RESPONSE, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", RAW_CLOSE, PINBULK_REACHED_RESPONSE,
         PINBULK_REACHED_RESPONSE, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n",
         RAW_CLOSE, PINBULK_REACHED_RESPONSE, PINBULK_REACHED_RESPONSE, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", RAW_CLOSE,
         PINBULK_REACHED_RESPONSE, PINBULK_REACHED_RESPONSE, ""},
        // and those that are as they should be
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Pinterest-RID: early\r\n\r\n"
         "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
         RAW_KEEP, PINBULK_REACHED_COMPLETE, PINBULK_REACHED_COMPLETE, "{}"},
        {"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n"
         "X-Pinterest-RID: late\r\n\r\n",
         RAW_KEEP, PINBULK_REACHED_COMPLETE, PINBULK_REACHED_COMPLETE, "{}"},
        {"HTTP/1.1 204 No Content\r\n\r\n", RAW_KEEP, PINBULK_REACHED_COMPLETE,
         PINBULK_REACHED_COMPLETE, ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", RAW_KEEP, PINBULK_REACHED_COMPLETE,
         PINBULK_REACHED_COMPLETE, ""},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        contract_script script = {cases[i].text, strlen(cases[i].text), cases[i].then, 0};
        pinbulk_transport transport = contract->open(contract, 20000, 20000);
        pinbulk_reached reached;
        contract_begin(&script);
        reached = contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url);
        if (reached < cases[i].least || reached > cases[i].most)
            CHECK_FAIL("case %d: reached %d, not %d to %d (%s)", (int)i, reached, cases[i].least,
                       cases[i].most, contract_one.outcome.text ? contract_one.outcome.text : "");
        CHECK_INT(contract_one.outcome.permanent, 0);
        CHECK(contract_one.response.rid[0] == '\0'); // neither of 1xx nor of a trailer
        if (cases[i].body)
            CHECK_TEXT(contract_one.response.body, contract_one.response.body_used, cases[i].body);
        CHECK_INT(contract_end(), 1); // an upsert goes out once
    }
}

// Many lines, many interim heads, and one line without an end.
static void huge_heads_are_refused(void)
{
    static const struct {
        const char *start, *again;
        pinbulk_reached reached;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\n", "X-Filler: %0500d\r\n", PINBULK_REACHED_RESPONSE},
        {"HTTP/1.1 103 Early Hints\r\n", "X-Filler: %0500d\r\n", PINBULK_REACHED_BODY},
        {"HTTP/1.1 200 OK\r\nX-Filler: ", "%0500d", PINBULK_REACHED_RESPONSE},
    };
    static char many[1 << 20];
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        contract_script script = {many, 0, RAW_CLOSE, 0};
        pinbulk_transport transport = contract->open(contract, 20000, 20000);
        script.length = (size_t)snprintf(many, sizeof many, "%s", cases[i].start);
        while (script.length + 600 < sizeof many)
            script.length += (size_t)snprintf(many + script.length, sizeof many - script.length,
                                              cases[i].again, 0);
        contract_begin(&script);
        CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url),
                  cases[i].reached);
        CHECK(contract_one.outcome.text != NULL);
        CHECK_INT(contract_end(), 1);
    }
}

static void silence_ends(void)
{
    static const struct {
        const char *text;
        pinbulk_reached reached;
    } cases[] = {{"", PINBULK_REACHED_BODY},
                 {"HTTP/1.1 200 OK\r\nContent-Le", PINBULK_REACHED_RESPONSE},
                 {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", PINBULK_REACHED_RESPONSE}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        contract_script script = {cases[i].text, strlen(cases[i].text), RAW_HOLD, 0};
        pinbulk_transport transport = contract->open(contract, 100, 20000);
        uint64_t start = transport.now(transport.ctx), time;
        contract_begin(&script);
        CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url),
                  cases[i].reached);
        time = transport.now(transport.ctx) - start;
        CHECK(time >= 80 && time < 8000);
        CHECK_INT(contract_one.outcome.permanent, 0);
        CHECK_INT(contract_end(), 1);
    }
}

// A head that comes byte by byte is waited for, but not for ever.
static void slow_heads(void)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    int ends;
    for (ends = 0; ends < 2; ends++) {
        contract_script script = {head, sizeof head - 1, RAW_KEEP, ends ? 2 : 40};
        pinbulk_transport transport = contract->open(contract, 20000, ends ? 20000 : 300);
        uint64_t start = transport.now(transport.ctx), time;
        pinbulk_reached reached;
        contract_begin(&script);
        reached = contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url);
        time = transport.now(transport.ctx) - start;
        if (ends) {
            CHECK_INT(reached, PINBULK_REACHED_COMPLETE);
            CHECK_TEXT(contract_one.response.body, contract_one.response.body_used, "{}");
        } else { // whether the status line came by then
            CHECK(reached == PINBULK_REACHED_BODY || reached == PINBULK_REACHED_RESPONSE);
            if (time < 250 || time >= 5000)
                CHECK_FAIL("ended after %d ms: %s", (int)time, contract_one.outcome.text);
        }
        CHECK_INT(contract_end(), 1);
    }
}

// ---- what needs a network -----------------------------------------------------------------------

#define CONTRACT_LARGE (4 << 20) // more than the buffers of two sockets

// A body of which no part looks like another.
static const char *contract_large(void)
{
    static char large[CONTRACT_LARGE];
    uint64_t seed = 1;
    size_t i;
    for (i = 0; large[sizeof large - 1] == 0 && i < sizeof large; i++)
        large[i] = (char)('a' + check_random(&seed) % 26);
    return large;
}

static pinbulk_reached contract_upload(const pinbulk_transport *transport)
{
    return contract_send(transport, PINBULK_OPERATION_UPSERT, contract_stage.url, contract_large(),
                         CONTRACT_LARGE);
}

// Answers with the length of the body when that is the large one.
static void contract_compare(void *ctx, const raw_request *request, raw_reply *reply)
{
    const char *body = strstr(request->text, "\r\n\r\n") + 4;
    size_t length = request->length - (size_t)(body - request->text);
    *(size_t *)ctx = memcmp(body, contract_large(), length) == 0 ? length : 0;
    raw_text(reply, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", RAW_CLOSE);
}

// The server takes nothing for longer than an adapter waits at once, and then all of it.
static void large_upload_to_a_slow_server(void)
{
    raw_options options = {NULL, 0, 800};
    size_t came = 0;
    pinbulk_transport transport = contract->open(contract, 20000, 20000);
    contract_serve(contract_compare, &came, &options);
    CHECK_INT(contract_upload(&transport), PINBULK_REACHED_COMPLETE);
    CHECK(contract->full == NULL || contract->full() > 0);
    CHECK_INT(contract_end(), 1);
    CHECK_INT(came, CONTRACT_LARGE);
}

// The connection is reset when the server has read a part of the request.
static void reset_while_the_request_is_sent(void)
{
    size_t part;
    for (part = 1; part < 100000; part += 50000) {
        contract_script script = {"", 0, RAW_RESET, 0};
        raw_options options = {NULL, part, 1};
        pinbulk_transport transport = contract->open(contract, 20000, 20000);
        contract_serve(contract_play, &script, &options);
        CHECK_INT(contract_upload(&transport), PINBULK_REACHED_BODY);
        CHECK_INT(contract_one.outcome.permanent, 0);
        CHECK_INT(contract_end(), 1);
    }
}

// The server says no when it has read a part of the request, and reads no more, or resets the
// connection.
static void refusal_while_the_request_is_sent(void)
{
    static const char no[] = "HTTP/1.1 413 \r\nContent-Length: 2\r\n\r\n{}";
    int resets;
    for (resets = 0; resets < 2; resets++) {
        contract_script script = {no, sizeof no - 1, resets ? RAW_RESET : RAW_HOLD, 0};
        raw_options options = {NULL, 1000, 100};
        pinbulk_transport transport = contract->open(contract, 20000, 20000);
        contract_serve(contract_play, &script, &options);
        CHECK_INT(contract_upload(&transport), PINBULK_REACHED_COMPLETE);
        CHECK_INT(contract_one.response.status, 413);
        CHECK_TEXT(contract_one.response.body, contract_one.response.body_used, "{}");
        CHECK_INT(contract_end(), 1);
    }
}

static void server_that_reads_no_more(void)
{
    contract_script script = {"", 0, RAW_HOLD, 0};
    raw_options options = {NULL, 1000, 1};
    pinbulk_transport transport = contract->open(contract, 100, 20000);
    uint64_t start = transport.now(transport.ctx), time;
    contract_serve(contract_play, &script, &options);
    CHECK_INT(contract_upload(&transport), PINBULK_REACHED_BODY);
    time = transport.now(transport.ctx) - start;
    CHECK(time >= 80 && time < 8000);
    CHECK_INT(contract_one.outcome.permanent, 0);
    CHECK_INT(contract_end(), 1);
}

static void contract_drip(void *ctx, const server_request *request, server_reply *reply)
{
    (void)ctx, (void)request;
    reply->length = 1000;
    reply->piece = 1;
    reply->pause = 20;
}

static void the_whole_exchange_is_limited(void)
{
    server server;
    pinbulk_transport transport = contract->open(contract, 20000, 300);
    uint64_t start = transport.now(transport.ctx);
    server_start(&server, contract_drip, NULL, contract_certificates(), "good");
    CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_STATUS, contract_name(server.url)),
              PINBULK_REACHED_RESPONSE);
    CHECK(transport.now(transport.ctx) - start < 5000);
    CHECK(contract_one.response.received > 0 && contract_one.response.received < 1000);
    contract->close(contract);
    server_stop(&server);
}

static void contract_redirect(void *ctx, const server_request *request, server_reply *reply)
{
    (void)request;
    server_add_header(reply, "Location", ((server *)ctx)->url);
    reply->status = 307;
    server_set_body(reply, "elsewhere", 9);
}

static void redirects_are_not_followed(void)
{
    server server, target;
    pinbulk_transport transport = contract->open(contract, 20000, 20000);
    server_start(&target, contract_drip, NULL, contract_certificates(), "good");
    contract_name(target.url);
    server_start(&server, contract_redirect, &target, contract_certificates(), "good");
    CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_name(server.url)),
              PINBULK_REACHED_COMPLETE);
    CHECK_INT(contract_one.response.status, 307);
    CHECK_INT(COUNT(target.connections), 0);
    contract->close(contract);
    server_stop(&server);
    server_stop(&target);
}

static void nobody_there(void)
{
    char url[64];
    pinbulk_transport transport = contract->open(contract, 20000, 20000);
    snprintf(url, sizeof url, "http%s://127.0.0.1:%u", contract_tls ? "s" : "", port_of_nobody());
    CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_name(url)),
              PINBULK_REACHED_NOTHING);
    CHECK_INT(contract_one.outcome.permanent, 0);
    contract->close(contract);
}

// The server answers one request of each connection, then ends it in some way, at once or under the
// next.
static void contract_die(void *ctx, const raw_request *request, raw_reply *reply)
{
    raw_then then = *(raw_then *)ctx;
    if (request->number == 1)
        raw_text(reply, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
                 then == RAW_RESET ? RAW_KEEP : then);
    else
        raw_text(reply, "", then);
}

static void connections_that_die(void)
{
    static const raw_then ways[] = {RAW_CLOSE, RAW_CUT, RAW_RESET};
    size_t i;
    for (i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        raw_then then = ways[i];
        pinbulk_transport transport = contract->open(contract, 20000, 20000);
        contract_serve(contract_die, &then, NULL);
        CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_STATUS, contract_stage.url),
                  PINBULK_REACHED_COMPLETE);
        server_sleep(20);
        CHECK_INT(contract_exchange(&transport, PINBULK_OPERATION_UPSERT, contract_stage.url),
                  PINBULK_REACHED_COMPLETE);
        server_sleep(20);
        CHECK_INT(contract_end(), 2);
    }
}

// ---- all of it ----------------------------------------------------------------------------------

static void contract_run_once(void)
{
    RUN(jobs_end_well);
    RUN(lost_reply_to_an_upsert);
    RUN(replies_that_say_no);
    RUN(file_that_breaks_off_is_completed);
    RUN(cancelling_ends_a_job);
    RUN(clock_goes_on);
    if (!contract->network && !contract->memory)
        return;
    RUN(closed_after_every_byte);
    if (contract_tls || contract->memory)
        RUN(cut_after_every_byte);
    RUN(wrong_responses);
    RUN(huge_heads_are_refused);
    RUN(silence_ends);
    RUN(slow_heads);
    if (!contract->network)
        return;
    RUN(large_upload_to_a_slow_server);
    RUN(reset_while_the_request_is_sent);
    RUN(refusal_while_the_request_is_sent);
    RUN(server_that_reads_no_more);
    RUN(the_whole_exchange_is_limited);
    RUN(redirects_are_not_followed);
    RUN(nobody_there);
    RUN(connections_that_die);
}

static void contract_run(contract_adapter *adapter)
{
    contract = adapter;
    contract_tls = 0;
    printf("%s\n", adapter->name);
    contract_run_once();
    if (!adapter->tls_host || !contract_folder)
        return;
    contract_tls = 1;
    printf("%s over TLS\n", adapter->name);
    raw_tls_init(&contract_stage.tls, contract_folder, "good");
    contract_run_once();
    raw_tls_free(&contract_stage.tls);
}

#endif
