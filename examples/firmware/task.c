// The part to copy: a job, its connection, and the stream of its records, in static memory.
#include "task.h"
#include "board.h"
#include "uart.h"

#include <string.h>

#define ACCOUNT "549755885175"
#define PARENT  "2680059592705"

// What must outlive a power loss: two strings. Each is valid by itself, so that writing one of them
// never puts the other at risk. The account alone: the upsert may or may not be applied.
typedef struct kept_text {
    char text[100]; // with its NUL
    uint32_t check; // comes last; 0 when there is nothing
} kept_text;

BOARD_RETAINED static kept_text kept_account, kept_request_id;

static struct {
    pinbulk_job job;
    pinbulk_http1 http;
    pinbulk_records records;
    pinbulk_entity_error failure; // of one record

    char job_memory[2560]; // 1536, the token and twice the longest result_url
    char http_memory[1024];
    char window[2048]; // the largest record
    char columns[128]; // the first row of CSV
    char row[256];     // the largest row of CSV, as JSON
    char path[64];     // of the array around a record
    char arena[512];   // of a decoded record: its longest text that holds escapes

    struct {
        pinbulk_upsert upsert;
        pinbulk_create create;
        pinbulk_parent_keywords parent;
        pinbulk_source source;
        pinbulk_keyword keyword; // the one that is being sent
        char value[TASK_WORD_MAX + sizeof " 999" - 1];
        const char *word;
        unsigned next, count;
    } order;

    const char *const *tokens; // the current one, and those after it
    uint8_t exchanging, ended;
    pinbulk_error error; // of the records
    task_records found;
} task;

const task_memory task_memories[] = {
    {"sizeof(pinbulk_job)", sizeof task.job},
    {"memory of the job", sizeof task.job_memory},
    {"sizeof(pinbulk_http1)", sizeof task.http},
    {"memory of http1", sizeof task.http_memory},
    {"sizeof(pinbulk_records)", sizeof task.records},
    {"window of the records", sizeof task.window},
    {"path of the records", sizeof task.path},
    {"columns and a row of CSV", sizeof task.columns + sizeof task.row},
    {"sizeof(pinbulk_entity_error)", sizeof task.failure},
    {"sizeof(pinbulk_error)", sizeof task.error},
    {"arena of a decoded record", sizeof task.arena},
    {"what is sent, one keyword of it", sizeof task.order},
    {NULL, sizeof task}};

// ---- what is sent ------------------------------------------------------------------------------

static pinbulk_result first_keyword(void *ctx)
{
    (void)ctx;
    task.order.next = 1;
    return PINBULK_OK;
}

// Makes one keyword. The service gets them in this order, each time the body is sent.
static pinbulk_result next_keyword(void *ctx, const void **item)
{
    static const unsigned match_types[] = {PINBULK_MATCH_TYPE_EXACT, PINBULK_MATCH_TYPE_BROAD,
                                           PINBULK_MATCH_TYPE_PHRASE};
    size_t length = 0;
    unsigned unit;
    (void)ctx;
    if (task.order.next > task.order.count) {
        *item = NULL;
        return PINBULK_OK;
    }
    for (; task.order.word[length]; length++)
        task.order.value[length] = task.order.word[length];
    task.order.value[length++] = ' ';
    for (unit = 100; unit > 0; unit /= 10)
        task.order.value[length++] = (char)('0' + task.order.next / unit % 10);
    memset(&task.order.keyword, 0, sizeof task.order.keyword);
    task.order.keyword.value = pinbulk_string_set(task.order.value, length);
    task.order.keyword.match_type = pinbulk_enum_set(match_types[task.order.next % 3]);
    task.order.next++;
    *item = &task.order.keyword;
    return PINBULK_OK;
}

static void describe_upsert(const char *word, unsigned count)
{
    task.order.word = word;
    task.order.count = count;
    task.order.source.next = next_keyword;
    task.order.source.rewind = first_keyword;
    task.order.parent.parent_id = pinbulk_string_of(PARENT);
    task.order.parent.keywords = pinbulk_keyword_list_set(NULL, 0);
    task.order.parent.keywords.source = &task.order.source;
    task.order.create.keywords = pinbulk_parent_keywords_list_set(&task.order.parent, 1);
    task.order.upsert.create = pinbulk_create_ref_set(&task.order.create);
}

// ---- what comes --------------------------------------------------------------------------------

// The result file begins, perhaps once more.
static pinbulk_result begin_records(void *ctx)
{
    pinbulk_records_config config;
    (void)ctx;
    memset(&config, 0, sizeof config);
    config.window = task.window;
    config.window_size = sizeof task.window;
    config.path = task.path;
    config.path_size = sizeof task.path;
    config.columns = task.columns;
    config.columns_size = sizeof task.columns;
    config.oversize = PINBULK_OVERSIZE_SKIP;
    memset(&task.found, 0, sizeof task.found);
    memset(&task.error, 0, sizeof task.error);
    return pinbulk_records_init(&task.records, &config);
}

static void take_failure(const pinbulk_record *record)
{
    pinbulk_record_value value;
    task.found.failed++;
    console_text("    ");
    if (pinbulk_record_find(&task.records, record, "value", task.row, sizeof task.row, &value) ==
        PINBULK_OK)
        console_bytes(value.text.data, value.text.length);
    console_text(": ");
    if (task.failure.code != 0) {
        console_number((uint32_t)task.failure.code);
        console_text(" ");
    }
    console_text(task.failure.message);
    console_text("\n");
}

static pinbulk_result take_keyword(const pinbulk_record *record)
{
    pinbulk_decode_options options;
    pinbulk_arena arena = {NULL, 0, 0};
    pinbulk_keyword keyword;
    pinbulk_text json;
    pinbulk_result result =
        pinbulk_record_json(&task.records, record, task.row, sizeof task.row, &json);
    memset(&options, 0, sizeof options);
    options.borrow = options.loose = 1;
    options.unknown = PINBULK_UNKNOWN_DROP;
    arena.memory = task.arena;
    arena.size = sizeof task.arena;
    if (result == PINBULK_OK)
        result =
            pinbulk_decode_keyword(json.data, json.length, &keyword, &arena, &options, &task.error);
    if (result != PINBULK_OK)
        return result;
    task.found.keywords++;
    task.found.exact += keyword.match_type.value == PINBULK_MATCH_TYPE_EXACT;
    task.found.broad += keyword.match_type.value == PINBULK_MATCH_TYPE_BROAD;
    task.found.phrase += keyword.match_type.value == PINBULK_MATCH_TYPE_PHRASE;
    return PINBULK_OK;
}

static pinbulk_result take_record(pinbulk_record *record)
{
    task.found.records++;
    if (pinbulk_record_errors(&task.records, record, &task.failure, 1) > 0) {
        take_failure(record);
        return PINBULK_OK;
    }
    if (pinbulk_record_guess(&task.records, record) == PINBULK_KIND_KEYWORD)
        return take_keyword(record);
    return PINBULK_OK;
}

static pinbulk_result take_records(void)
{
    pinbulk_record record;
    pinbulk_result result = PINBULK_OK;
    while (result == PINBULK_OK) {
        switch (pinbulk_records_next(&task.records, &record)) {
        case PINBULK_RECORDS_RECORD:
            result = take_record(&record);
            break;
        case PINBULK_RECORDS_SKIPPED: // larger than the window
            console_text("    a record of ");
            console_number((uint32_t)record.size);
            console_text(" bytes was passed over\n");
            break;
        case PINBULK_RECORDS_TOKEN: // only when asked for
            break;
        case PINBULK_RECORDS_MORE:
        case PINBULK_RECORDS_END:
            return PINBULK_OK;
        case PINBULK_RECORDS_ERROR:
            pinbulk_records_error(&task.records, &task.error);
            return task.error.result;
        }
    }
    return result;
}

static pinbulk_result take_bytes(void *ctx, const void *data, size_t length)
{
    pinbulk_result result = pinbulk_records_feed(&task.records, (const char *)data, length);
    (void)ctx;
    return result == PINBULK_OK ? take_records() : result;
}

// The file has come to its end, or never will.
static void end_records(void)
{
    if (task.job.phase != PINBULK_PHASE_DONE || task.job.no_result ||
        task.error.result != PINBULK_OK)
        return;
    pinbulk_records_end(&task.records);
    task.error.result = take_records();
    task.found.proven = pinbulk_records_proven(&task.records) || !task.job.unproven;
}

// ---- what outlives a power loss ----------------------------------------------------------------

// Never 0, so what is empty or partly written over it is not valid.
static uint32_t check_of(const kept_text *kept)
{
    uint32_t check = 1;
    size_t i;
    for (i = 0; i < sizeof kept->text; i++)
        check = check * 16777619u ^ (unsigned char)kept->text[i];
    return check | 1;
}

static int is_kept(const kept_text *kept)
{
    return kept->check == check_of(kept);
}

static void forget(kept_text *kept)
{
    kept_text nothing;
    memset(&nothing, 0, sizeof nothing);
    if (kept->check != 0) // flash wears out
        board_keep(kept, &nothing, sizeof nothing);
}

// What was there must have been forgotten. A text that is too long is not kept.
static void keep(kept_text *kept, pinbulk_text text)
{
    kept_text whole;
    if (text.length >= sizeof whole.text)
        return;
    memset(&whole, 0, sizeof whole);
    memcpy(whole.text, text.data, text.length);
    whole.check = check_of(&whole);
    board_keep(kept, &whole, sizeof whole);
}

// Before its first byte leaves. From now on nobody knows, until the reply comes.
static void keep_uncertain(void)
{
    if (task_look() == TASK_UNCERTAIN) // it is sent again after a refusal
        return;
    forget(&kept_request_id); // of another request, whose account was forgotten
    keep(&kept_account, pinbulk_text_of(ACCOUNT));
}

task_left task_look(void)
{
    if (!is_kept(&kept_account))
        return TASK_NOTHING;
    return is_kept(&kept_request_id) ? TASK_REQUEST : TASK_UNCERTAIN;
}

void task_forget(void)
{
    forget(&kept_account); // first: an id alone means nothing
    forget(&kept_request_id);
}

// Whether it is known what became of the request, or nothing was submitted. Otherwise it goes on
// without this program, or may do so.
static int is_settled(void)
{
    switch (task.job.error.result) {
    case PINBULK_OK:
    case PINBULK_REQUEST_FAILED:
    case PINBULK_NOT_FOUND: // the service does not know this id, or
    case PINBULK_REFUSED:   // does not take it
        return 1;
    case PINBULK_MAYBE_APPLIED:
        return 0;
    default:
        return task.job.request_id.length == 0;
    }
}

// ---- the job -----------------------------------------------------------------------------------

static void say(const char *a, const char *b)
{
    console_text("    ");
    console_text(a);
    console_text(b);
    console_text("\n");
}

static void take_event(void *ctx, const pinbulk_event *event)
{
    static const char *const phases[] = {"", "upsert", "status", "result file"};
    (void)ctx;
    switch (event->kind) {
    case PINBULK_EVENT_SENDING:
        if (event->phase == PINBULK_PHASE_SUBMIT)
            keep_uncertain();
        say("asks: ", phases[event->phase]);
        break;
    case PINBULK_EVENT_SUBMITTED:
        keep(&kept_request_id, event->request_id); // without it the upsert stays uncertain
        say("submitted", "");
        break;
    case PINBULK_EVENT_RESTARTED:
        say("the file begins again", "");
        break;
    case PINBULK_EVENT_WAITING:
        if (event->result != PINBULK_OK)
            say("repeats it later: ", pinbulk_result_name(event->result));
        break;
    case PINBULK_EVENT_STATUS:
        console_text("    it is ");
        console_bytes(event->status->status.text, event->status->status.length);
        console_text("\n");
        break;
    case PINBULK_EVENT_BYTES:
    case PINBULK_EVENT_DONE:
    case PINBULK_EVENT_FAILED:
        break;
    }
}

static pinbulk_result take_other_token(void *ctx, pinbulk_text *token)
{
    (void)ctx;
    if (task.tokens[1] == NULL)
        return PINBULK_UNAUTHORIZED;
    task.tokens++;
    *token = pinbulk_text_of(task.tokens[0]);
    say("takes another token", "");
    return PINBULK_OK;
}

static pinbulk_job_config prepare(const char *const *tokens)
{
    pinbulk_http1_config http;
    pinbulk_job_config config;
    memset(&task, 0, sizeof task);
    task.tokens = tokens;

    memset(&http, 0, sizeof http);
    http.stream = uart_stream();
    http.memory = task.http_memory;
    http.memory_size = sizeof task.http_memory;
    pinbulk_http1_init(&task.http, &http);

    begin_records(NULL);
    memset(&config, 0, sizeof config);
    config.api.token = pinbulk_text_of(tokens[0]);
    config.account = pinbulk_text_of(ACCOUNT);
    config.memory = task.job_memory;
    config.memory_size = sizeof task.job_memory;
    config.fetch = 1;
    config.sink.write = take_bytes;
    config.sink.restart = begin_records;
    config.token = take_other_token;
    config.event = take_event;
    return config;
}

// The task ends before it has begun.
static void refuse(pinbulk_result result, const char *why)
{
    pinbulk_text text = pinbulk_text_of(why);
    task.error.result = result;
    memcpy(task.error.message, why, text.length + 1);
    task.ended = 1;
}

// What is wrong with the arguments of the two calls below is the result of the task.
void task_upsert(const char *word, unsigned count, const char *const *tokens)
{
    pinbulk_job_config config = prepare(tokens);
    if (task_look() != TASK_NOTHING) {
        refuse(PINBULK_BAD_STATE, "an earlier request is to be attached, or forgotten");
        return;
    }
    if (pinbulk_text_of(word).length > TASK_WORD_MAX || count > TASK_COUNT_MAX) {
        refuse(PINBULK_BAD_ARGUMENT,
               "a word has 28 characters at most, and 999 keywords are the most");
        return;
    }
    describe_upsert(word, count);
    board_stack_mark();
    pinbulk_job_init_upsert(&task.job, &config, &task.order.upsert);
}

void task_attach(const char *const *tokens)
{
    pinbulk_job_config config = prepare(tokens);
    if (task_look() != TASK_REQUEST) {
        refuse(PINBULK_BAD_STATE, "there is no request to attach to");
        return;
    }
    config.account = pinbulk_text_of(kept_account.text);
    board_stack_mark();
    pinbulk_job_init_attach(&task.job, &config, pinbulk_text_of(kept_request_id.text));
}

// Goes on with the exchange. The job's deadline ends it, if nothing else does.
static task_state exchange(uint64_t now)
{
    pinbulk_http1_todo todo = pinbulk_http1_step(&task.http, now);
    if (todo != PINBULK_HTTP1_DONE && now < task.job.until)
        return todo == PINBULK_HTTP1_AGAIN ? TASK_BUSY : TASK_IDLE;
    if (todo != PINBULK_HTTP1_DONE)
        pinbulk_http1_close(&task.http);
    task.exchanging = 0;
    pinbulk_job_exchanged(&task.job, task.http.outcome);
    return TASK_BUSY;
}

task_state task_step(void)
{
    uint64_t now = board_clock();
    board_stack_mark();
    if (task.ended)
        return TASK_ENDED;
    if (task.exchanging)
        return exchange(now);
    switch (pinbulk_job_next(&task.job, now, (uint32_t)now * 2654435761u)) {
    case PINBULK_TODO_SEND:
        pinbulk_http1_begin(&task.http, &task.job.request, &task.job.response);
        task.exchanging = 1;
        return TASK_BUSY;
    case PINBULK_TODO_WAIT:
        return TASK_IDLE;
    case PINBULK_TODO_DONE:
    case PINBULK_TODO_FAILED:
        break;
    }
    pinbulk_http1_close(&task.http);
    end_records();
    if (is_settled())
        task_forget();
    task.ended = 1;
    return TASK_ENDED;
}

pinbulk_result task_result(char *text, size_t size)
{
    const pinbulk_error *error = task.error.result != PINBULK_OK ? &task.error : &task.job.error;
    pinbulk_error_text(error, text, size);
    return error->result;
}

const task_records *task_found(void)
{
    return &task.found;
}
