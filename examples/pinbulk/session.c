// session.c: tokens, transports and progress.
//
// The store of a sandbox is kept in files and judged when it comes back, so its implementation is
// here, whoever else has one.
#undef PINBULK_SANDBOX_IMPLEMENTED
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "session.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// ---- progress -----------------------------------------------------------------------------------

static struct {
    int terminal, drawn;
    uint64_t started, drawn_at, fetch_started;
    pinbulk_phase phase;
    unsigned polls;
    uint64_t bytes, total, sent;
    const session *owner;
} progress;

static uint64_t milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

void tool_progress_clear(void)
{
    if (progress.drawn)
        fputs("\r\033[K", stderr);
    progress.drawn = 0;
}

static void size_text(uint64_t bytes, char text[32])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double size = (double)bytes;
    int unit = 0;
    while (size >= 1024 && unit < 4) {
        size /= 1024;
        unit++;
    }
    snprintf(text, 32, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static void draw(int now)
{
    static const char *const phases[] = {"", "submitting", "waiting", "fetching", "done", "failed"};
    uint64_t time = milliseconds(), elapsed = (time - progress.started) / 1000;
    char line[256], bytes[32], rate[32];
    int used;
    if (!progress.terminal || (!now && progress.drawn && time - progress.drawn_at < 100))
        return;
    progress.drawn_at = time;
    used = snprintf(line, sizeof line, "%s", phases[progress.phase]);
    if (progress.phase == PINBULK_PHASE_SUBMIT && progress.sent > 0) {
        size_text(progress.sent, bytes);
        used += snprintf(line + used, sizeof line - (size_t)used, "  %s", bytes);
    }
    if (progress.phase == PINBULK_PHASE_POLL)
        used += snprintf(line + used, sizeof line - (size_t)used, "  %u polls", progress.polls);
    if (progress.phase == PINBULK_PHASE_FETCH) {
        uint64_t took = time - progress.fetch_started;
        size_text(progress.bytes, bytes);
        size_text(took ? progress.bytes * 1000 / took : 0, rate);
        used += snprintf(line + used, sizeof line - (size_t)used, "  %s", bytes);
        if (progress.total != UINT64_MAX && progress.total > 0)
            used += snprintf(line + used, sizeof line - (size_t)used, " of %.0f %%",
                             (double)progress.bytes * 100 / (double)progress.total);
        if (progress.owner->reading)
            used += snprintf(line + used, sizeof line - (size_t)used, "  %llu records",
                             (unsigned long long)progress.owner->reading->records.count);
        used += snprintf(line + used, sizeof line - (size_t)used, "  %s/s", rate);
    }
    snprintf(line + used, sizeof line - (size_t)used, "  %llu:%02llu",
             (unsigned long long)(elapsed / 60), (unsigned long long)(elapsed % 60));
    fprintf(stderr, "\r%.79s\033[K", line);
    fflush(stderr);
    progress.drawn = 1;
}

static void on_bytes(void *ctx, uint64_t sent, uint64_t received)
{
    (void)ctx, (void)received;
    progress.sent = sent;
    draw(0);
}

// {"event":"name" of a line for machines; what follows is added by the caller.
static void machine(const char *event)
{
    fprintf(stderr, "{\"event\":\"%s\"", event);
}

static void on_status(session *s, const pinbulk_status *status)
{
    size_t length = status->status.length, i;
    FILE *members;
    char *text = NULL;
    size_t size;
    if (length >= sizeof s->status_text)
        length = sizeof s->status_text - 1;
    memcpy(s->status_text, status->status.text ? status->status.text : "", length);
    s->status.data = s->status_text;
    s->status.length = length;
    free(s->details);
    s->details = NULL;
    members = open_memstream(&text, &size);
    if (members == NULL)
        return;
    if (status->workload_id.state == PINBULK_SET)
        fprintf(members, ",\"workload_id\":%lld", (long long)status->workload_id.value);
    for (i = 0; i < status->extra.count; i++) {
        putc(',', members);
        tool_print_json(members, status->extra.items[i].name.data,
                        status->extra.items[i].name.length);
        putc(':', members);
        fwrite(status->extra.items[i].json.data, 1, status->extra.items[i].json.length, members);
    }
    if (fclose(members) == 0) {
        s->details = text;
        for (i = 0; i < size; i++) // outside of strings they are white space, inside escaped
            if (text[i] == '\n' || text[i] == '\r')
                text[i] = ' ';
    }
}

static void on_event(void *ctx, const pinbulk_event *event)
{
    session *s = (session *)ctx;
    int lines = !tool_settings.quiet && !tool_settings.json && !progress.terminal;
    int machines = !tool_settings.quiet && tool_settings.json;
    if (event->phase == PINBULK_PHASE_FETCH && progress.phase != PINBULK_PHASE_FETCH)
        progress.fetch_started = milliseconds();
    progress.phase = event->phase;
    progress.polls = event->polls;
    progress.bytes = event->bytes;
    progress.total = event->total;
    switch (event->kind) {
    case PINBULK_EVENT_SENDING:
        s->sent = 1;
        if (event->phase == PINBULK_PHASE_FETCH && lines)
            fprintf(stderr, "fetching the result file\n");
        break;
    case PINBULK_EVENT_SUBMITTED: // always: whoever has it can take the job up
        tool_progress_clear();
        if (tool_settings.json) {
            machine("submitted");
            fputs(",\"request_id\":", stderr);
            tool_print_json(stderr, event->request_id.data, event->request_id.length);
            fputs("}\n", stderr);
        } else {
            fputs("request ", stderr);
            tool_print_safe(stderr, event->request_id.data, event->request_id.length);
            putc('\n', stderr);
        }
        fflush(stderr);
        break;
    case PINBULK_EVENT_STATUS:
        on_status(s, event->status);
        if (machines) {
            machine("status");
            fputs(",\"status\":", stderr);
            tool_print_json(stderr, s->status.data, s->status.length);
            fprintf(stderr, ",\"polls\":%u}\n", event->polls);
        } else if (lines && !s->once) {
            fputs("status ", stderr);
            tool_print_safe(stderr, s->status.data, s->status.length);
            fprintf(stderr, " (%u polls)\n", event->polls);
        }
        if (s->once)
            pinbulk_job_cancel(&s->job);
        break;
    case PINBULK_EVENT_WAITING:
        if (event->result == PINBULK_OK)
            break;
        tool_progress_clear();
        if (machines) {
            machine("waiting");
            fprintf(stderr, ",\"milliseconds\":%lu,\"result\":\"%s\",\"http_status\":%d}\n",
                    (unsigned long)event->wait, pinbulk_result_name(event->result),
                    event->http_status);
        } else if (!tool_settings.quiet) {
            fprintf(stderr, "attempt %u failed (%s%s%.0d); the next one in %.1f s\n",
                    event->attempt, pinbulk_result_text(event->result),
                    event->http_status ? ", HTTP " : "", event->http_status, event->wait / 1000.0);
        }
        break;
    case PINBULK_EVENT_RESTARTED:
        tool_progress_clear();
        if (machines) {
            machine("restarted");
            fputs("}\n", stderr);
        } else if (!tool_settings.quiet) {
            fprintf(stderr, "the result file begins again\n");
        }
        break;
    case PINBULK_EVENT_DONE:
    case PINBULK_EVENT_FAILED:
        tool_progress_clear();
        return;
    case PINBULK_EVENT_BYTES:
        break;
    }
    draw(event->kind != PINBULK_EVENT_BYTES);
}

static int on_cancelled(void *ctx)
{
    (void)ctx;
    draw(0);
    return tool_interrupted();
}

// ---- errors -------------------------------------------------------------------------------------

int session_code(const session *s, const pinbulk_error *error)
{
    switch (error->result) {
    case PINBULK_OK:
        return TOOL_OK;
    case PINBULK_SINK_FAILED:
        return TOOL_FILE;
    case PINBULK_UNAUTHORIZED:
    case PINBULK_FORBIDDEN:
        return TOOL_AUTH;
    case PINBULK_RATE_LIMITED:
    case PINBULK_SPAM_BLOCKED:
        return TOOL_RATE;
    case PINBULK_NOT_FOUND:
    case PINBULK_REFUSED:
    case PINBULK_REQUEST_FAILED:
        return TOOL_JOB;
    case PINBULK_CANCELLED:
        return TOOL_INTERRUPTED + tool_interrupted();
    case PINBULK_DEADLINE:
        return TOOL_DEADLINE;
    case PINBULK_MAYBE_APPLIED:
        return TOOL_MAYBE;
    case PINBULK_TRANSPORT_FAILED:
    case PINBULK_EMPTY_BODY:
    case PINBULK_NOT_JSON:
    case PINBULK_UNEXPECTED:
    case PINBULK_ENCODED_BODY:
    case PINBULK_SERVER_ERROR:
    case PINBULK_RESULT_INCOMPLETE:
    case PINBULK_RESULT_CHANGED:
        return TOOL_NETWORK;
    default:
        // of the caller before anything was sent, of an answer afterwards
        return s->sent ? TOOL_NETWORK : TOOL_USAGE;
    }
}

// The library speaks to programmers: puts a command into the place of the function to be called.
static void name_the_command(const session *s, pinbulk_error *error)
{
    static const char function[] = "pinbulk_job_init_attach";
    const char *command = s->config.fetch ? "pinbulk fetch" : "pinbulk wait";
    char *at = strstr(error->message, function), *rest;
    if (at == NULL)
        return;
    rest = at + sizeof function - 1;
    memcpy(at, command, strlen(command)); // which is shorter
    memmove(at + strlen(command), rest, strlen(rest) + 1);
}

int session_failed(session *s, const pinbulk_error *error)
{
    pinbulk_error said = *error;
    char line[768];
    int code = session_code(s, error);
    if (code == TOOL_AUTH && s->refresh_code != TOOL_OK)
        return s->refresh_code; // has been said
    if (error->result == PINBULK_CANCELLED)
        return tool_fail(code, "interrupted%s",
                         s->job.request_id.length ? "" : "; nothing was submitted");
    name_the_command(s, &said);
    pinbulk_error_text(&said, line, sizeof line);
    return tool_fail(code, "%s", line);
}

// ---- tokens -------------------------------------------------------------------------------------

static void wipe(char *text)
{
    volatile char *at = text;
    while (at && *at)
        *at++ = '\0';
}

// Reads the first word of a file that holds a secret. NULL with a message and *code.
static char *read_secret(const char *path, int *code)
{
    struct stat status;
    char *text;
    size_t length, start = 0;
    *code = tool_input_read(path, 65536, &text, &length);
    if (*code != TOOL_OK)
        return NULL;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
        tool_warn("others can read %s: chmod 600 %s", path, path);
    while (start < length && strchr(" \t\r\n", text[start]))
        start++;
    length = start + strcspn(text + start, " \t\r\n");
    text[length] = '\0';
    memmove(text, text + start, length - start + 1);
    return text;
}

// Why a refresh is not waited for any longer. TOOL_OK: it is.
static int refresh_over(const session *s)
{
    if (tool_interrupted())
        return TOOL_INTERRUPTED + tool_interrupted();
    return s->transport.now(s->transport.ctx) < s->until ? TOOL_OK : TOOL_DEADLINE;
}

static int refresh_cancelled(void *ctx)
{
    session *s = (session *)ctx;
    draw(0);
    s->refresh_code = refresh_over(s);
    return s->refresh_code != TOOL_OK;
}

// The exchange of a refresh has no job that would break it off.
static pinbulk_outcome refresh_exchange(void *ctx, const pinbulk_request *request,
                                        pinbulk_response *response)
{
    session *s = (session *)ctx;
    response->cancel = refresh_cancelled;
    response->cancel_ctx = s;
    return s->transport.exchange(s->transport.ctx, request, response);
}

// Says why there is no new access token, and gives the exit code for it.
static int refresh_failed(session *s, const pinbulk_error *error)
{
    char line[768];
    int code = s->refresh_code; // not TOOL_OK: it was broken off
    if (code == TOOL_DEADLINE)
        return tool_fail(code, "no new access token: the deadline has passed");
    if (code != TOOL_OK)
        return tool_fail(code, "no new access token: interrupted");
    code = session_code(s, error);
    if (code == TOOL_JOB || (code == TOOL_USAGE && error->result != PINBULK_UNSAFE_URL))
        code = TOOL_AUTH; // 400: the refresh token is not accepted
    pinbulk_error_text(error, line, sizeof line);
    return tool_fail(code, "no new access token: %s", line);
}

// Gets a new access token. What it replaces is kept before anything else is done with it.
static pinbulk_result refresh(session *s)
{
    static char memory[65536];
    pinbulk_transport transport = s->transport;
    tool_output kept;
    pinbulk_tokens tokens;
    pinbulk_error error;
    if (!s->refresh.app_id.length || !s->refresh.app_secret.length ||
        !s->refresh.refresh_token.length)
        return PINBULK_UNAUTHORIZED;
    // the place first: a refresh token that is used up and cannot be kept is lost
    memset(&kept, 0, sizeof kept);
    if (s->refresh_file) {
        s->refresh_code = tool_output_open(&kept, s->refresh_file, 1);
        if (s->refresh_code != TOOL_OK)
            return PINBULK_UNAUTHORIZED;
    }
    memset(&error, 0, sizeof error);
    transport.ctx = s;
    transport.exchange = refresh_exchange;
    s->refresh_code = TOOL_OK;
    if (pinbulk_token_refresh(&transport, &s->config.api, &s->refresh, memory, sizeof memory,
                              &tokens, &error) != PINBULK_OK) {
        s->refresh_code = refresh_failed(s, &error);
        tool_output_abort(&kept);
        return PINBULK_UNAUTHORIZED;
    }
    s->refresh_code = TOOL_OK; // it came in time after all
    if (tokens.refresh_token.state == PINBULK_SET && tokens.refresh_token.length > 0) {
        if (kept.file) {
            fwrite(tokens.refresh_token.text, 1, tokens.refresh_token.length, kept.file);
            putc('\n', kept.file);
            s->refresh_code = tool_output_commit(&kept);
        } else {
            tool_warn("the service gave a new refresh token that may replace the old one, and "
                      "there is no --refresh-token-file to keep it in");
        }
        wipe(s->refresh_token);
        free(s->refresh_token);
        s->refresh_token = tool_copy(tokens.refresh_token.text, tokens.refresh_token.length);
        s->refresh.refresh_token = pinbulk_text_of(s->refresh_token);
    }
    tool_output_abort(&kept);
    wipe(s->token);
    free(s->token);
    s->token = tool_copy(tokens.access_token.text, tokens.access_token.length);
    memset(memory, 0, sizeof memory);
    return PINBULK_OK;
}

static pinbulk_result on_token(void *ctx, pinbulk_text *token)
{
    session *s = (session *)ctx;
    pinbulk_result result = refresh(s);
    tool_progress_clear();
    if (result == PINBULK_OK) {
        *token = pinbulk_text_of(s->token);
        s->config.api.token = *token; // for the jobs that follow
        if (!tool_settings.quiet && !tool_settings.json)
            fprintf(stderr, "the access token was renewed\n");
    }
    return result;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static int open_tokens(session *s)
{
    const char *value;
    int code;
    value = environment("PINTEREST_APP_ID");
    s->refresh.app_id = pinbulk_text_of(value);
    value = environment("PINTEREST_APP_SECRET");
    s->refresh.app_secret = pinbulk_text_of(value);
    value = environment("PINTEREST_REFRESH_ACCESS_TOKEN");
    if (s->refresh_file && access(s->refresh_file, F_OK) == 0) {
        s->refresh_token = read_secret(s->refresh_file, &code);
        if (s->refresh_token == NULL)
            return code;
        if (s->refresh_token[0] == '\0') { // prepared, and never used
            free(s->refresh_token);
            s->refresh_token = NULL;
        }
    }
    if (s->refresh_token == NULL && value)
        s->refresh_token = tool_copy(value, strlen(value));
    s->refresh.refresh_token = pinbulk_text_of(s->refresh_token);
    s->refresh.continuous_refresh = s->refresh_file != NULL;

    if (s->token_file) {
        s->token = read_secret(s->token_file, &code);
        if (s->token == NULL)
            return code;
        if (s->token[0] == '\0')
            return tool_fail(TOOL_AUTH, "%s has no token in it", s->token_file);
    } else if ((value = environment("PINTEREST_ACCESS_TOKEN")) != NULL) {
        s->token = tool_copy(value, strlen(value));
    } else if (s->refresh_token && s->refresh.app_id.length && s->refresh.app_secret.length) {
        if (refresh(s) != PINBULK_OK)
            return s->refresh_code != TOOL_OK ? s->refresh_code : TOOL_AUTH;
    } else {
        return tool_fail(TOOL_AUTH,
                         "no access token: put it into PINTEREST_ACCESS_TOKEN or --token-file");
    }
    s->config.api.token = pinbulk_text_of(s->token);
    return TOOL_OK;
}

// ---- the sandbox --------------------------------------------------------------------------------

enum { SANDBOX_MEMORY = 1 << 26 };
static const char sandbox_mark[] = "pinbulk sandbox 1\n";

// What of a sandbox is kept in a file between two runs, before the bytes of its store.
typedef struct kept_sandbox {
    char mark[sizeof sandbox_mark];
    char account[32];
    uint64_t used, now, next_id, random;
    int64_t time;
} kept_sandbox;

static int run_seed(session *s, const char *json)
{
    pinbulk_job_config config = s->config;
    pinbulk_arena arena;
    pinbulk_upsert upsert;
    static char memory[16384];
    arena.memory = memory;
    arena.size = sizeof memory;
    arena.used = 0;
    config.fetch = 0;
    config.event = NULL;
    config.cancelled = NULL;
    config.token = NULL;
    memset(&config.policy, 0, sizeof config.policy);
    return pinbulk_decode_upsert(json, strlen(json), &upsert, &arena, NULL, NULL) == PINBULK_OK &&
           pinbulk_job_init_upsert(&s->job, &config, &upsert) == PINBULK_OK &&
           pinbulk_job_run(&s->job, &s->transport) == PINBULK_OK;
}

// Two campaigns, an ad group and three keywords, so that there is something to download.
static int seed(session *s)
{
    static const char campaigns[] =
        "{\"create\":{\"campaigns\":[{\"ad_account_id\":\"%s\",\"name\":\"Spring\",\"status\":"
        "\"ACTIVE\",\"objective_type\":\"AWARENESS\",\"daily_spend_cap\":25000000},"
        "{\"ad_account_id\":\"%s\",\"name\":\"\xC3\x89t\xC3\xA9 \xE2\x98\x80\",\"status\":"
        "\"PAUSED\",\"objective_type\":\"CONSIDERATION\"}],\"keywords\":[{\"parent_id\":\"%s\","
        "\"keywords\":[{\"value\":\"linen dress\",\"match_type\":\"BROAD\"},{\"value\":"
        "\"garden party\",\"match_type\":\"PHRASE\"}]}]}}";
    static const char ad_groups[] =
        "{\"create\":{\"ad_groups\":[{\"campaign_id\":\"%.*s\",\"name\":\"Benelux\",\"status\":"
        "\"ACTIVE\",\"billable_event\":\"IMPRESSION\",\"budget_in_micro_currency\":5000000,"
        "\"bid_in_micro_currency\":2000000,\"targeting_spec\":{\"LOCATION\":[\"BE\",\"NL\"]}}]}}";
    char json[1024];
    pinbulk_text campaign;
    const char *id;
    snprintf(json, sizeof json, campaigns, s->account, s->account, s->account);
    if (!run_seed(s, json))
        return 0;
    campaign = pinbulk_sandbox_entity(&s->stand_in, PINBULK_KIND_CAMPAIGN, 0);
    snprintf(json, sizeof json, "%.*s", (int)campaign.length, campaign.data);
    id = strstr(json, "\"id\":\"");
    if (id == NULL)
        return 0;
    id += 6;
    {
        char line[1024];
        snprintf(line, sizeof line, ad_groups, (int)strcspn(id, "\""), id);
        return run_seed(s, line);
    }
}

// Whether a text is one JSON object, without white space around it.
static int is_object(pinbulk_text text)
{
    pinbulk_writer writer;
    if (text.length < 2 || text.data[0] != '{' || text.data[text.length - 1] != '}')
        return 0;
    pinbulk_writer_init_count(&writer);
    return pinbulk_write_json(&writer, text.data, text.length) == PINBULK_OK;
}

// The sandbox trusts what it stored, a file can hold anything: whether its items lie one behind the
// other, have texts, and parents that are older, so that no way from parent to parent is a circle.
// The parent of a keyword can be the account, whose number may be any.
static int is_sound(const pinbulk_sandbox *sandbox)
{
    const uint64_t account = pinbulki_sandbox_id(sandbox->config.account);
    pinbulki_sandbox_item item;
    size_t at;
    for (at = 0; at < sandbox->used; at += item.size) {
        if (sandbox->used - at < sizeof item)
            return 0;
        item = pinbulki_sandbox_at(sandbox, at);
        if (item.size < sizeof item || item.size > sandbox->used - at ||
            item.length > item.size - sizeof item)
            return 0;
        if (item.kind != PINBULKI_SANDBOX_REQUEST &&
            (item.kind < PINBULK_KIND_CAMPAIGN || item.kind > PINBULK_KIND_CATALOG_PRODUCT_GROUP))
            return 0;
        if (item.parent >= item.id &&
            !(item.kind == PINBULK_KIND_KEYWORD && item.parent == account))
            return 0;
        if (item.id >= sandbox->next_id || !is_object(pinbulki_sandbox_text_at(sandbox, at)))
            return 0;
    }
    return 1;
}

static int load_sandbox(session *s, const char *data, size_t length)
{
    kept_sandbox kept;
    if (length < sizeof kept)
        return tool_fail(TOOL_USAGE, "%s is not a file of the sandbox", s->sandbox_file);
    memcpy(&kept, data, sizeof kept);
    if (memcmp(kept.mark, sandbox_mark, sizeof sandbox_mark) != 0 ||
        kept.used != length - sizeof kept || kept.used > s->stand_in.half)
        return tool_fail(TOOL_USAGE, "%s is not a file of the sandbox", s->sandbox_file);
    kept.account[sizeof kept.account - 1] = '\0';
    if (strcmp(kept.account, s->account) != 0)
        return tool_fail(TOOL_USAGE, "%s is a sandbox with the account %s", s->sandbox_file,
                         kept.account);
    memcpy(s->stand_in.store, data + sizeof kept, (size_t)kept.used);
    s->stand_in.used = (size_t)kept.used;
    s->stand_in.now = kept.now;
    s->stand_in.next_id = kept.next_id;
    s->stand_in.random = kept.random;
    s->stand_in.config.time = kept.time;
    if (!is_sound(&s->stand_in))
        return tool_fail(TOOL_USAGE, "%s is damaged, or not a file of the sandbox",
                         s->sandbox_file);
    return TOOL_OK;
}

static int save_sandbox(session *s)
{
    kept_sandbox kept;
    tool_output output;
    int code = tool_output_open(&output, s->sandbox_file, 1);
    if (code != TOOL_OK)
        return code;
    memset(&kept, 0, sizeof kept);
    memcpy(kept.mark, sandbox_mark, sizeof sandbox_mark);
    snprintf(kept.account, sizeof kept.account, "%s", s->account);
    kept.used = s->stand_in.used;
    kept.now = s->stand_in.now;
    kept.next_id = s->stand_in.next_id;
    kept.random = s->stand_in.random;
    kept.time = s->stand_in.config.time;
    fwrite(&kept, sizeof kept, 1, output.file);
    fwrite(s->stand_in.store, 1, s->stand_in.used, output.file);
    return tool_output_commit(&output);
}

static int open_sandbox(session *s)
{
    pinbulk_sandbox_config config;
    char *data;
    size_t length;
    int code;
    memset(&config, 0, sizeof config);
    s->stand_in_memory = (char *)calloc(1, SANDBOX_MEMORY);
    config.token = s->config.api.token = pinbulk_text_of("sandbox");
    config.account = pinbulk_text_of(s->account);
    config.memory = s->stand_in_memory;
    config.memory_size = SANDBOX_MEMORY;
    config.time = (int64_t)time(NULL);
    config.running = 2;
    if (s->stand_in_memory == NULL || strspn(s->account, "0123456789") != strlen(s->account) ||
        pinbulk_sandbox_init(&s->stand_in, &config) != PINBULK_OK)
        return tool_fail(TOOL_USAGE, "ACCOUNT must be up to 18 digits");
    s->transport = pinbulk_sandbox_transport(&s->stand_in);
    if (s->sandbox_file && access(s->sandbox_file, F_OK) == 0) {
        code = tool_input_read(s->sandbox_file, 0, &data, &length);
        if (code == TOOL_OK) {
            code = load_sandbox(s, data, length);
            free(data);
        }
        return code;
    }
    if (!seed(s))
        return tool_fail(TOOL_USAGE, "ACCOUNT must be up to 18 digits");
    return TOOL_OK;
}

// ---- opening and closing ------------------------------------------------------------------------

int parse_duration(const char *text, uint64_t unit, uint64_t *value)
{
    static const struct {
        const char *name;
        uint64_t unit;
    } units[] = {{"ms", 1},      {"s", 1000},      {"m", 60000},
                 {"h", 3600000}, {"d", 86400000u}, {"w", 604800000u}};
    uint64_t number = 0;
    size_t i, digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 12)
        return 0;
    for (i = 0; i < digits; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    if (text[digits] != '\0') {
        unit = 0;
        for (i = 0; i < sizeof units / sizeof units[0]; i++)
            if (strcmp(text + digits, units[i].name) == 0)
                unit = units[i].unit;
    }
    if (unit == 0 || number > UINT64_MAX / unit)
        return 0;
    *value = number * unit;
    return 1;
}

static int open_service(session *s)
{
    pinbulk_curl_config curl;
    const char *url = environment("PINTEREST_API_URI");
    if (url)
        s->config.api.base_url = pinbulk_text_of(url);
    s->config.api.allow_loopback_http = url != NULL;
    memset(&curl, 0, sizeof curl);
    curl.ca_file = s->ca_file;
    curl.proxy = s->proxy;
    curl.progress = on_bytes;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
        pinbulk_curl_init(&s->curl, &curl) != PINBULK_OK)
        return tool_fail(TOOL_NETWORK, "libcurl cannot be used");
    s->curl_ready = 1;
    s->transport = pinbulk_curl_transport(&s->curl);
    return TOOL_OK;
}

void session_deadline(session *s)
{
    uint64_t now = s->transport.now(s->transport.ctx);
    if (s->until != UINT64_MAX)
        s->config.policy.deadline = now < s->until ? s->until - now : 1;
}

int session_open(session *s)
{
    uint64_t number, deadline = UINT64_MAX, now;
    int code;
    s->config.account = pinbulk_text_of(s->account);
    s->config.memory = s->memory;
    s->config.memory_size = sizeof s->memory;
    s->config.ctx = s;
    s->config.event = on_event;
    s->config.cancelled = on_cancelled;
    s->config.token = on_token;
    progress.terminal = isatty(STDERR_FILENO) && !tool_settings.quiet && !tool_settings.json;
    progress.started = milliseconds();
    progress.owner = s;
    progress.phase = PINBULK_PHASE_SUBMIT;
    if (s->deadline) {
        if (!parse_duration(s->deadline, 1000, &deadline))
            return tool_fail(TOOL_USAGE, "--deadline is a time such as 90s, 30m or 6h, not \"%s\"",
                             s->deadline);
    }
    if (s->poll) {
        if (!parse_duration(s->poll, 1000, &number) || number == 0 || number > 86400000u)
            return tool_fail(TOOL_USAGE, "--poll is a time such as 30s or 2m, not \"%s\"", s->poll);
        s->config.policy.first_poll = s->config.policy.largest_poll = (uint32_t)number;
    }
    if (s->attempts) {
        if (strspn(s->attempts, "0123456789") != strlen(s->attempts) || atoi(s->attempts) < 1 ||
            strlen(s->attempts) > 4)
            return tool_fail(TOOL_USAGE, "--attempts is a number from 1, not \"%s\"", s->attempts);
        s->config.policy.attempts = (uint32_t)atoi(s->attempts);
    }
    code = s->sandbox || s->sandbox_file ? open_sandbox(s) : open_service(s);
    if (code != TOOL_OK)
        return code;
    now = s->transport.now(s->transport.ctx);
    s->until = now < UINT64_MAX - deadline ? now + deadline : UINT64_MAX;
    if (s->curl_ready)
        code = open_tokens(s);
    session_deadline(s);
    return code;
}

int session_close(session *s, int code)
{
    tool_progress_clear();
    if (s->sandbox_file && s->stand_in.store && code != TOOL_USAGE) {
        int saved = save_sandbox(s);
        if (code == TOOL_OK)
            code = saved;
    }
    if (s->curl_ready) {
        pinbulk_curl_free(&s->curl);
        curl_global_cleanup();
    }
    wipe(s->token);
    wipe(s->refresh_token);
    free(s->token);
    free(s->refresh_token);
    free(s->details);
    free(s->stand_in_memory);
    return code;
}
