// commands.c: what speaks to the service, and what gets ready for it.
#include "input.h"
#include "session.h"

#include <ctype.h>
#include <errno.h>
#include <time.h>
#include <unistd.h>

static session s; // one command runs in a process

// ---- the result file ----------------------------------------------------------------------------

enum { WINDOW = 1 << 20, SHOWN_ERRORS = 20 };

typedef struct delivery {
    tool_output output;
    int wanted;  // bytes go to the output; otherwise only errors are looked for
    int records; // one line for each record instead of the bytes as they come
    pinbulk_reading reading;
    pinbulk_sink sink; // of the reading
    int unreadable;    // it gave up: the bytes are kept all the same
    int output_failed; // errno
    uint64_t failed, errors, count, told, bytes;
    char window[WINDOW], path[512], columns[1 << 16], json[2 * WINDOW];
} delivery;
static delivery result_file;

static pinbulk_result on_record(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    delivery *d = (delivery *)ctx;
    pinbulk_text line;
    char path[256];
    size_t i;
    if (reading->error_count > 0 && d->told++ < SHOWN_ERRORS) {
        tool_progress_clear();
        pinbulk_records_path(&reading->records, path, sizeof path);
        for (i = 0; i < reading->error_count && i < PINBULK_READING_ERRORS; i++) {
            const pinbulk_entity_error *error = &reading->errors[i];
            if (tool_settings.json) {
                fputs("{\"event\":\"entity_error\",\"path\":", stderr);
                tool_print_json(stderr, path, strlen(path));
                fprintf(stderr, ",\"code\":%lld,\"message\":", (long long)error->code);
                tool_print_json(stderr, error->message, strlen(error->message));
                fputs("}\n", stderr);
            } else {
                fprintf(stderr, "failed: %s: ", path);
                if (error->code)
                    fprintf(stderr, "code %lld: ", (long long)error->code);
                tool_print_safe(stderr, error->message, strlen(error->message));
                putc('\n', stderr);
            }
        }
    }
    if (!d->records || reading->what != PINBULK_RECORDS_RECORD)
        return PINBULK_OK;
    if (pinbulk_record_json(&reading->records, record, d->json, sizeof d->json, &line) !=
        PINBULK_OK)
        return PINBULK_OK;
    for (i = 0; i < line.length; i++) // line ends in JSON are white space
        putc(line.data[i] == '\n' || line.data[i] == '\r' ? ' ' : line.data[i], d->output.file);
    putc('\n', d->output.file);
    if (!ferror(d->output.file))
        return PINBULK_OK;
    d->output_failed = errno ? errno : EIO;
    return PINBULK_SINK_FAILED;
}

static pinbulk_result on_again(void *ctx)
{
    (void)ctx;
    return PINBULK_OK;
}

static void begin_reading(delivery *d)
{
    pinbulk_reading_config config;
    memset(&config, 0, sizeof config);
    config.records.window = d->window;
    config.records.window_size = sizeof d->window;
    config.records.path = d->path;
    config.records.path_size = sizeof d->path;
    config.records.columns = d->columns;
    config.records.columns_size = sizeof d->columns;
    config.records.oversize = PINBULK_OVERSIZE_SKIP;
    config.ctx = d;
    config.record = on_record;
    if (!d->records) // lines that were printed cannot be taken back
        config.restart = on_again;
    pinbulk_reading_init(&d->reading, &config);
    d->sink = pinbulk_reading_sink(&d->reading);
    d->unreadable = 0;
    s.reading = &d->reading;
}

static pinbulk_result on_data(void *ctx, const void *data, size_t length)
{
    delivery *d = (delivery *)ctx;
    if (d->wanted && !d->records && fwrite(data, 1, length, d->output.file) != length) {
        d->output_failed = errno ? errno : EIO;
        return PINBULK_SINK_FAILED;
    }
    if (!d->unreadable && d->sink.write(d->sink.ctx, data, length) != PINBULK_OK) {
        if (d->output_failed)
            return PINBULK_SINK_FAILED;
        d->unreadable = 1;
    }
    return PINBULK_OK;
}

static pinbulk_result on_restart(void *ctx)
{
    delivery *d = (delivery *)ctx;
    if (d->wanted && !d->records && tool_output_restart(&d->output) != TOOL_OK) {
        d->output_failed = errno ? errno : EIO;
        return PINBULK_SINK_FAILED;
    }
    if (d->records && d->sink.restart == NULL)
        return PINBULK_SINK_FAILED;
    d->told = 0;
    begin_reading(d);
    return PINBULK_OK;
}

// Gets the session ready to fetch a result file. Returns an exit code.
static int expect_file(delivery *d, const char *path, int force, int records, int wanted)
{
    int code = TOOL_OK;
    d->wanted = wanted;
    d->records = records && wanted;
    if (wanted) {
        if (path == NULL && isatty(STDOUT_FILENO))
            return tool_fail(TOOL_USAGE,
                             "give a file with -o, or a pipe: the result file is not for a "
                             "terminal");
        code = tool_output_open(&d->output, path, force);
    }
    begin_reading(d);
    s.config.fetch = 1;
    s.config.sink.ctx = d;
    s.config.sink.write = on_data;
    s.config.sink.restart = (wanted && !d->output.path) || d->records ? NULL : on_restart;
    return code;
}

static void count_reading(delivery *d, const pinbulk_job *job)
{
    d->count += d->reading.records.count;
    d->errors += d->reading.records.errors;
    d->failed += d->reading.records.failed;
    d->bytes += job->bytes;
}

// What a job came to whose result file was to be delivered; says what is wrong. Returns an exit
// code.
static int finish_file(delivery *d, const pinbulk_job *job)
{
    pinbulk_error error;
    char line[768];
    if (d->output_failed)
        return tool_fail(TOOL_FILE, "%s cannot be written: %s",
                         d->output.path ? d->output.path : "standard output",
                         strerror(d->output_failed));
    if (job->error.result != PINBULK_OK)
        return session_failed(&s, &job->error);
    memset(&error, 0, sizeof error);
    if (pinbulk_reading_end(&d->reading, job, &error) == PINBULK_OK) {
        count_reading(d, job);
        if (!d->reading.proven && job->bytes > 0)
            tool_warn("nothing proves that the result file is whole: the service gave no length");
        if (d->reading.skipped > 0)
            tool_warn("%llu records are too large and were not looked into",
                      (unsigned long long)d->reading.skipped);
        return d->errors > 0 ? TOOL_SOME_FAILED : TOOL_OK;
    }
    count_reading(d, job);
    pinbulk_error_text(&error, line, sizeof line);
    if (job->unproven)
        return tool_fail(TOOL_NETWORK, "%s", line);
    tool_warn("the result file came whole, but its records cannot be read: %s", line);
    return TOOL_SOME_FAILED;
}

// Prints a text that may hold any character as one word for a shell.
static void say_quoted(const char *text, size_t length)
{
    size_t i;
    putc('\'', stderr);
    while (length > 0) {
        for (i = 0; i < length && text[i] != '\'';)
            i++;
        tool_print_safe(stderr, text, i);
        if (i < length)
            fputs("'\\''", stderr);
        i += i < length;
        text += i;
        length -= i;
    }
    putc('\'', stderr);
}

static void say_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:,+@%=";
    if (*word && word[strspn(word, plain)] == '\0')
        fputs(word, stderr);
    else
        say_quoted(word, strlen(word));
}

// Prints those of the options that were given, for a command that is to do the same.
static void say_options(const tool_option *options)
{
    for (; options->name; options++) {
        const char *text = NULL;
        uint64_t number = 0;
        int flag = 0;
        switch (options->kind) {
        case TOOL_FLAG:
            flag = *(const int *)options->value;
            break;
        case TOOL_NUMBER:
            number = *(const uint64_t *)options->value;
            break;
        case TOOL_TEXT:
        case TOOL_LIST:
            text = *(const char *const *)options->value;
            break;
        }
        if (!flag && !number && !text)
            continue;
        fprintf(stderr, " %s", options->name);
        if (number)
            fprintf(stderr, " %llu", (unsigned long long)number);
        if (text) {
            putc(' ', stderr);
            if (strcmp(options->name, "--proxy") == 0 && strchr(text, '@'))
                text = "URL"; // it may have a password in it
            say_word(text);
        }
    }
}

// A command for a shell that takes the request up again.
static void say_how(const char *command, const char *rest)
{
    const tool_option access[] = {SESSION_ACCESS(s), {NULL, TOOL_FLAG, NULL}};
    if (s.job.request_id.length == 0 || s.sandbox)
        return;
    if (tool_settings.json)
        return; // the request id was in the event "submitted", the command is for people
    fprintf(stderr,
            "The request goes on at the service. On this or any machine:\n    pinbulk %s %s ",
            command, s.account);
    say_quoted(s.job.request_id.data, s.job.request_id.length);
    fputs(rest, stderr);
    say_options(access);
    putc('\n', stderr);
}

// Whether a file that a command ends with `code` is worth keeping.
static int keeps_file(const delivery *d, int code)
{
    return code == TOOL_OK || code == TOOL_SOME_FAILED ||
           (code == TOOL_JOB && s.job.bytes > 0 && !d->output_failed);
}

// Ends a command that delivers a file.
static int close_file(delivery *d, int code)
{
    int keep = keeps_file(d, code);
    const char *name = d->output.path ? d->output.path : "";
    FILE *to = d->wanted && !d->output.path ? stderr : stdout;
    char *path = tool_copy(name, strlen(name));
    int interrupted = code > TOOL_INTERRUPTED || code == TOOL_DEADLINE || code == TOOL_NETWORK ||
                      code == TOOL_RATE || code == TOOL_FILE || code == TOOL_AUTH;
    if (keep) {
        int committed = tool_output_commit(&d->output);
        if (committed != TOOL_OK)
            code = committed;
    } else {
        tool_output_abort(&d->output);
    }
    if (keep && code <= TOOL_SOME_FAILED && tool_settings.json) {
        fputs("{\"event\":\"done\",\"request_id\":", to);
        tool_print_json(to, s.job.request_id.data, s.job.request_id.length);
        fprintf(to, ",\"bytes\":%llu,\"records\":%llu,\"errors\":%llu,\"failed\":%llu,\"exit\":%d",
                (unsigned long long)d->bytes, (unsigned long long)d->count,
                (unsigned long long)d->errors, (unsigned long long)d->failed, code);
        if (*path) {
            fputs(",\"file\":", to);
            tool_print_json(to, path, strlen(path));
        }
        fputs("}\n", to);
    } else if (keep && code <= TOOL_SOME_FAILED && (!tool_settings.quiet || code)) {
        fprintf(stderr, "%llu records, %llu bytes, %llu errors%s", (unsigned long long)d->count,
                (unsigned long long)s.job.bytes, (unsigned long long)d->errors,
                *path ? "; in " : "");
        tool_print_safe(stderr, path, strlen(path));
        putc('\n', stderr);
    }
    if (interrupted)
        say_how("fetch", *path ? " -o FILE" : "");
    free(path);
    return code;
}

// ---- download -----------------------------------------------------------------------------------

enum { WORDS = 4096 };

// Splits a list at its commas. NULL with a message when there are too many.
static char **split(const char *list, size_t *count)
{
    char **words = (char **)tool_keep(tool_allocate(WORDS * sizeof *words));
    char *copy = (char *)tool_keep(tool_copy(list, strlen(list)));
    *count = 0;
    while (*copy) {
        size_t length = strcspn(copy, ","), skipped = strspn(copy, " ");
        int last = copy[length] == '\0';
        copy[length] = '\0';
        if (skipped < length) {
            if (*count == WORDS) {
                tool_fail(TOOL_USAGE, "a list has more than %d items", WORDS);
                return NULL;
            }
            words[(*count)++] = copy + skipped;
        }
        copy += length + !last;
    }
    return words;
}

// The constants of one enumeration by their names, in any case and with - for _.
static int read_names(const char *option, const char *list, unsigned first, unsigned last,
                      pinbulk_enum_list *to)
{
    size_t count, i;
    char **words, known[512] = "";
    pinbulk_enum *items;
    unsigned constant;
    if (list == NULL)
        return TOOL_OK;
    words = split(list, &count);
    if (words == NULL)
        return TOOL_USAGE;
    if (count == 0)
        return tool_fail(TOOL_USAGE, "%s names nothing", option);
    items = (pinbulk_enum *)tool_keep(tool_allocate(count * sizeof *items));
    for (i = 0; i < count; i++) {
        char *at;
        for (at = words[i]; *at; at++)
            *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
        for (constant = first; constant <= last; constant++)
            if (strcmp(pinbulk_enum_name(constant), words[i]) == 0)
                break;
        if (constant > last) {
            for (constant = first; constant <= last; constant++) {
                strcat(known, constant == first ? "" : ", ");
                strcat(known, pinbulk_enum_name(constant));
            }
            return tool_fail(TOOL_USAGE, "%s does not know \"%s\"; it takes %s", option, words[i],
                             known);
        }
        items[i] = pinbulk_enum_set(constant);
    }
    *to = pinbulk_enum_list_set(items, count);
    return TOOL_OK;
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    int64_t era, in_era, of_year;
    year -= month <= 2;
    era = year / 400;
    in_era = year - era * 400;
    of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + of_year - 719468;
}

// Reads a text by a pattern in which each run of 0 stands for the digits of a number. 0: it is
// something else.
static int read_pattern(const char *text, const char *pattern, int *numbers)
{
    size_t i;
    for (i = 0; pattern[i]; i++) {
        int first = i == 0 || pattern[i - 1] != '0';
        if (pattern[i] != '0') {
            if (text[i] != pattern[i])
                return 0;
            continue;
        }
        if (text[i] < '0' || text[i] > '9')
            return 0;
        if (first)
            *numbers++ = 0;
        numbers[-1] = numbers[-1] * 10 + text[i] - '0';
    }
    return text[i] == '\0';
}

// The Unix seconds of `2026-01-31` or `2026-01-31T10:00:00Z`. 0: it is none.
static int read_date(const char *text, int64_t *seconds)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int n[6] = {0, 0, 0, 0, 0, 0}; // year, month, day, hour, minute, second
    if (!read_pattern(text, "0000-00-00", n) && !read_pattern(text, "0000-00-00T00:00:00Z", n))
        return 0;
    if (n[0] < 1970 || n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > lengths[n[1] - 1] || n[3] > 23 ||
        n[4] > 59 || n[5] > 59)
        return 0;
    if (n[1] == 2 && n[2] == 29 && (n[0] % 4 != 0 || (n[0] % 100 == 0 && n[0] % 400 != 0)))
        return 0;
    *seconds = days_of(n[0], n[1], n[2]) * 86400 + n[3] * INT64_C(3600) + n[4] * INT64_C(60) + n[5];
    return 1;
}

// A date, Unix seconds, or how long ago: `30d`. In UTC.
static int read_since(const char *text, char seconds[24])
{
    uint64_t ago;
    int64_t at;
    if (strspn(text, "0123456789") == strlen(text) && strlen(text) >= 9 && strlen(text) < 19) {
        strcpy(seconds, text);
        return TOOL_OK;
    }
    if (text[0] && text[strlen(text) - 1] > '9' && parse_duration(text, 0, &ago)) {
        at = (int64_t)time(NULL) - (int64_t)(ago / 1000);
    } else if (!read_date(text, &at)) {
        return tool_fail(TOOL_USAGE,
                         "--updated-since is a date (2026-01-31, 2026-01-31T10:00:00Z), Unix "
                         "seconds, or an age such as 30d or 12h");
    }
    if (at < 0)
        at = 0;
    snprintf(seconds, 24, "%lld", (long long)at);
    return TOOL_OK;
}

int tool_download(int argc, char **argv)
{
    const char *types = NULL, *ids = NULL, *since = NULL, *statuses = NULL, *objectives = NULL;
    const char *name = NULL, *format = NULL, *path = NULL, *arguments[1];
    int force = 0, code;
    const tool_option options[] = {{"--types", TOOL_LIST, &types},
                                   {"--ids", TOOL_LIST, &ids},
                                   {"--updated-since", TOOL_TEXT, &since},
                                   {"--campaign-status", TOOL_LIST, &statuses},
                                   {"--objective", TOOL_LIST, &objectives},
                                   {"--name", TOOL_TEXT, &name},
                                   {"--format", TOOL_TEXT, &format},
                                   {"-o", TOOL_TEXT, &path},
                                   {"--output", TOOL_TEXT, &path},
                                   {"--force", TOOL_FLAG, &force},
                                   SESSION_OPTIONS(s),
                                   {NULL, TOOL_FLAG, NULL}};
    static const char *const names[] = {"ACCOUNT", NULL};
    pinbulk_download download;
    pinbulk_campaign_filter filter;
    pinbulk_error error;
    char seconds[24], line[768];
    delivery *d = &result_file;
    memset(&download, 0, sizeof download);
    memset(&filter, 0, sizeof filter);
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    s.account = arguments[0];
    code = read_names("--types", types, PINBULK_ENTITY_TYPE_CAMPAIGN,
                      PINBULK_ENTITY_TYPE_ENTITY_HISTORY, &download.entity_types);
    if (code == TOOL_OK)
        code = read_names("--campaign-status", statuses, PINBULK_CAMPAIGN_STATUS_RUNNING,
                          PINBULK_CAMPAIGN_STATUS_DELETED_DRAFT, &filter.campaign_status);
    if (code == TOOL_OK)
        code = read_names("--objective", objectives, PINBULK_OBJECTIVE_AWARENESS,
                          PINBULK_OBJECTIVE_LEADS, &filter.objective_type);
    if (code == TOOL_OK && format)
        code = strcmp(format, "json") == 0 || strcmp(format, "csv") == 0
                   ? TOOL_OK
                   : tool_fail(TOOL_USAGE, "--format is json or csv");
    if (code == TOOL_OK && since)
        code = read_since(since, seconds);
    if (code != TOOL_OK)
        return code;
    if (format)
        download.output_format = pinbulk_enum_set(*format == 'c' ? PINBULK_OUTPUT_FORMAT_CSV
                                                                 : PINBULK_OUTPUT_FORMAT_JSON);
    if (since)
        download.updated_since = pinbulk_string_of(seconds);
    if (ids) {
        size_t count, i;
        char **words = split(ids, &count);
        pinbulk_string *items;
        if (words == NULL)
            return TOOL_USAGE;
        if (count == 0)
            return tool_fail(TOOL_USAGE, "--ids names nothing");
        items = (pinbulk_string *)tool_keep(tool_allocate(count * sizeof *items));
        for (i = 0; i < count; i++)
            items[i] = pinbulk_string_of(words[i]);
        download.entity_ids = pinbulk_string_list_set(items, count);
    }
    if (name && *name == '\0')
        return tool_fail(TOOL_USAGE, "--name is empty");
    if (name)
        filter.name = pinbulk_string_of(name);
    if (name || statuses || objectives)
        download.campaign_filter = pinbulk_campaign_filter_ref_set(&filter);
    memset(&error, 0, sizeof error);
    if (pinbulk_validate_download(&download, NULL, &error) != PINBULK_OK) {
        pinbulk_error_text(&error, line, sizeof line);
        return tool_fail(TOOL_USAGE, "%s", line);
    }
    code = expect_file(d, path, force, 0, 1);
    if (code == TOOL_OK)
        code = session_open(&s);
    if (code == TOOL_OK) {
        pinbulk_job_init_download(&s.job, &s.config, &download);
        pinbulk_job_run(&s.job, &s.transport);
        code = finish_file(d, &s.job);
    }
    code = close_file(d, code);
    return session_close(&s, code);
}

// ---- status, wait, fetch ------------------------------------------------------------------------

static int print_status(int code)
{
    if (s.status.length == 0)
        return code;
    if (tool_settings.json) {
        fputs("{\"request_id\":", stdout);
        tool_print_json(stdout, s.job.request_id.data, s.job.request_id.length);
        fputs(",\"status\":", stdout);
        tool_print_json(stdout, s.status.data, s.status.length);
        printf("%s}\n", s.details ? s.details : "");
    } else {
        tool_print_safe(stdout, s.status.data, s.status.length);
        putchar('\n');
    }
    if (fflush(stdout) != 0)
        return tool_fail(TOOL_FILE, "standard output cannot be written: %s", strerror(errno));
    return code;
}

static int follow(int argc, char **argv, int once)
{
    static const char *const names[] = {"ACCOUNT", "REQUEST_ID", NULL};
    const char *arguments[2];
    int details = 0, code;
    const tool_option options[] = {
        {"--details", TOOL_FLAG, &details}, SESSION_OPTIONS(s), {NULL, TOOL_FLAG, NULL}};
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    s.account = arguments[0];
    s.once = once;
    s.config.include_details = details != 0;
    code = session_open(&s);
    if (code == TOOL_OK) {
        pinbulk_job_init_attach(&s.job, &s.config, pinbulk_text_of(arguments[1]));
        pinbulk_job_run(&s.job, &s.transport);
        if (once && s.job.error.result == PINBULK_CANCELLED && s.status.length > 0 &&
            !tool_interrupted())
            code = strcmp(s.status_text, "FAILED") == 0 ? TOOL_JOB : TOOL_OK;
        else if (once && s.job.error.result == PINBULK_REQUEST_FAILED)
            code = TOOL_JOB;
        else if (s.job.error.result != PINBULK_OK)
            code = session_failed(&s, &s.job.error);
        if (code == TOOL_OK || code == TOOL_JOB)
            code = print_status(code);
        else if (code != TOOL_USAGE && code != TOOL_AUTH && !once)
            say_how("wait", "");
    }
    return session_close(&s, code);
}

int tool_status(int argc, char **argv)
{
    return follow(argc, argv, 1);
}

int tool_wait(int argc, char **argv)
{
    return follow(argc, argv, 0);
}

int tool_fetch(int argc, char **argv)
{
    static const char *const names[] = {"ACCOUNT", "REQUEST_ID", NULL};
    const char *arguments[2], *path = NULL;
    int force = 0, code;
    const tool_option options[] = {{"-o", TOOL_TEXT, &path},
                                   {"--output", TOOL_TEXT, &path},
                                   {"--force", TOOL_FLAG, &force},
                                   SESSION_OPTIONS(s),
                                   {NULL, TOOL_FLAG, NULL}};
    delivery *d = &result_file;
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    s.account = arguments[0];
    code = expect_file(d, path, force, 0, 1);
    if (code == TOOL_OK)
        code = session_open(&s);
    if (code == TOOL_OK) {
        pinbulk_job_init_attach(&s.job, &s.config, pinbulk_text_of(arguments[1]));
        pinbulk_job_run(&s.job, &s.transport);
        code = finish_file(d, &s.job);
    }
    code = close_file(d, code);
    return session_close(&s, code);
}

// ---- upsert, validate ---------------------------------------------------------------------------

static input in;

static int load(const char *path, uint64_t limit)
{
    char *text;
    size_t length;
    int code = tool_input_read(path, 0, &text, &length);
    return code == TOOL_OK ? input_load(&in, path, text, length, limit) : code;
}

// An answer to everything, to find out what would be sent without sending it.
typedef struct dry_run {
    uint64_t now, requests, bytes;
} dry_run;

static void dry_answer(pinbulk_response *response, const char *body)
{
    pinbulk_response_begin(response, 200);
    pinbulk_response_body(response, body, strlen(body));
}

static pinbulk_outcome dry_exchange(void *ctx, const pinbulk_request *request,
                                    pinbulk_response *response)
{
    dry_run *dry = (dry_run *)ctx;
    pinbulk_outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.reached = PINBULK_REACHED_COMPLETE;
    if (request->operation == PINBULK_OPERATION_UPSERT) {
        dry->requests++;
        dry->bytes += pinbulk_body_length(request->body);
        dry_answer(response, "{\"request_id\":\"1\"}");
    } else {
        dry_answer(response, "{\"status\":\"SUCCEEDED\"}");
    }
    return outcome;
}

static uint64_t dry_now(void *ctx)
{
    return ((dry_run *)ctx)->now++;
}

static void dry_sleep(void *ctx, uint32_t time)
{
    ((dry_run *)ctx)->now += time;
}

// Prints what is in the input and how many requests it takes.
static int print_plan(const dry_run *dry, int apply)
{
    int i, update, first = 1;
    if (tool_settings.json) {
        printf("{\"entities\":%llu,\"archived\":%llu,\"requests\":%llu,\"bytes\":%llu,"
               "\"warnings\":%llu,\"apply\":%s,\"counts\":{",
               (unsigned long long)in.entities, (unsigned long long)in.archived,
               (unsigned long long)dry->requests, (unsigned long long)dry->bytes,
               (unsigned long long)in.warnings, apply ? "true" : "false");
        for (i = 0; i < INPUT_LISTS; i++) {
            const char *name = input_list_name(i, &update);
            if (in.lists[i].entities == 0)
                continue;
            printf("%s\"%s.%s\":%llu", first ? "" : ",", update ? "update" : "create", name,
                   (unsigned long long)in.lists[i].entities);
            first = 0;
        }
        fputs("}}\n", stdout);
    } else if (!tool_settings.quiet) {
        for (i = 0; i < INPUT_LISTS; i++) {
            const char *name = input_list_name(i, &update);
            if (in.lists[i].entities > 0)
                printf("%s %-22s %llu\n", update ? "update" : "create", name,
                       (unsigned long long)in.lists[i].entities);
        }
        if (in.archived)
            printf("%llu of them to be archived, for good\n", (unsigned long long)in.archived);
        if (dry->requests)
            printf("%llu entities in %llu requests, %llu bytes\n", (unsigned long long)in.entities,
                   (unsigned long long)dry->requests, (unsigned long long)dry->bytes);
    }
    if (fflush(stdout) != 0)
        return tool_fail(TOOL_FILE, "standard output cannot be written: %s", strerror(errno));
    return TOOL_OK;
}

typedef struct run {
    delivery *file;
    pinbulk_parts *parts;
    int code;              // of the result files so far
    uint64_t first, count; // entities of the last part
} run;

static void on_part(void *ctx, const pinbulk_part *part, const pinbulk_job *job)
{
    run *r = (run *)ctx;
    delivery *d = r->file;
    int code;
    if (job->error.result == PINBULK_OK) {
        code = finish_file(d, job);
        if (code > r->code)
            r->code = code;
        begin_reading(d);
    }
    r->first = part->first;
    r->count = part->count;
    session_deadline(&s); // the job of the next part copies the config
    tool_progress_clear();
    if (tool_settings.json) {
        fprintf(stderr,
                "{\"event\":\"part\",\"first\":%llu,\"count\":%llu,\"next\":%llu,"
                "\"request_id\":",
                (unsigned long long)part->first, (unsigned long long)part->count,
                (unsigned long long)r->parts->next);
        tool_print_json(stderr, job->request_id.data, job->request_id.length);
        fprintf(stderr, ",\"result\":\"%s\"}\n", pinbulk_result_name(job->error.result));
    } else if (!tool_settings.quiet && r->parts->total > part->count) {
        fprintf(stderr, "entities %llu to %llu of %llu: %s\n", (unsigned long long)part->first,
                (unsigned long long)(part->first + part->count - 1),
                (unsigned long long)r->parts->total,
                job->error.result == PINBULK_OK ? "done" : "not done");
    }
}

// After a failure: what has been taken, and how to go on, with the options `again`.
static void say_resume(const char *file, const run *r, int code, const tool_option *again)
{
    const pinbulk_parts *parts = r->parts;
    char path[256];
    uint64_t next = parts->next;
    int failed = s.job.error.result == PINBULK_REQUEST_FAILED;
    if (tool_settings.json) {
        fprintf(stderr, "{\"event\":\"resume\",\"from\":%llu,\"total\":%llu",
                (unsigned long long)next, (unsigned long long)parts->total);
        if (failed)
            fprintf(stderr, ",\"failed\":{\"first\":%llu,\"count\":%llu}",
                    (unsigned long long)r->first, (unsigned long long)r->count);
        fputs("}\n", stderr);
        return;
    }
    if (failed)
        fprintf(stderr,
                "The request with entities %llu to %llu failed, perhaps in part. Download the "
                "account and\ncompare before any of them is sent again.\n",
                (unsigned long long)r->first, (unsigned long long)(r->first + r->count - 1));
    if (next >= parts->total) {
        if (!failed)
            fprintf(stderr, "The service has taken all entities: do not send them again.\n");
        return;
    }
    if (pinbulk_parts_path(parts, next, path, sizeof path) == 0)
        path[0] = '\0';
    if (code == TOOL_MAYBE)
        fprintf(
            stderr,
            "Nobody can tell whether the request that begins with entity %llu (%s) was\n"
            "applied. Download the account and compare, then go on at the first entity that is\n"
            "missing:\n",
            (unsigned long long)next, path);
    else
        fprintf(stderr, "Entities from %llu (%s) on were not applied. To go on there:\n",
                (unsigned long long)next, path);
    fprintf(stderr, "    pinbulk upsert %s ", s.account);
    if (file[0] == '-' && file[1]) // otherwise it would be an option
        fputs("./", stderr);
    say_word(file);
    if (code == TOOL_MAYBE)
        fputs(" --apply --from N", stderr);
    else
        fprintf(stderr, " --apply --from %llu", (unsigned long long)next);
    say_options(again);
    putc('\n', stderr);
}

int tool_upsert(int argc, char **argv)
{
    static const char *const names[] = {"ACCOUNT", "FILE|-", NULL};
    const char *arguments[2], *path = NULL, *next_path;
    int force = 0, apply = 0, allow = 0, strict = 0, code;
    uint64_t from = 0, problems = 20;
    pinbulk_part_limits limits;
    pinbulk_parts parts;
    pinbulk_error error;
    pinbulk_job_config config;
    pinbulk_transport transport;
    pinbulk_result result;
    dry_run dry;
    run r;
    char line[768];
    delivery *d = &result_file;
    const tool_option options[] = {{"--apply", TOOL_FLAG, &apply},
                                   {"--allow-archive", TOOL_FLAG, &allow},
                                   {"--strict", TOOL_FLAG, &strict},
                                   {"--from", TOOL_NUMBER, &from},
                                   {"--max-entities", TOOL_NUMBER, &limits.entities},
                                   {"--max-bytes", TOOL_NUMBER, &limits.bytes},
                                   {"--max-problems", TOOL_NUMBER, &problems},
                                   {"-o", TOOL_TEXT, &path},
                                   {"--output", TOOL_TEXT, &path},
                                   {"--force", TOOL_FLAG, &force},
                                   SESSION_OPTIONS(s),
                                   {NULL, TOOL_FLAG, NULL}};
    const tool_option again[] = {{"--allow-archive", TOOL_FLAG, &allow},
                                 {"--strict", TOOL_FLAG, &strict},
                                 {"--max-entities", TOOL_NUMBER, &limits.entities},
                                 {"--max-bytes", TOOL_NUMBER, &limits.bytes},
                                 {"-o", TOOL_TEXT, &next_path},
                                 {"--force", TOOL_FLAG, &force},
                                 SESSION_OPTIONS(s),
                                 {NULL, TOOL_FLAG, NULL}};
    memset(&limits, 0, sizeof limits);
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    s.account = arguments[0];
    code = load(arguments[1], problems);
    if (tool_interrupted())
        code = tool_fail(TOOL_INTERRUPTED + tool_interrupted(), "interrupted; nothing was sent");
    else if (code == TOOL_OK && strict && in.warnings > 0)
        code = tool_fail(TOOL_USAGE, "there are %llu warnings, and --strict",
                         (unsigned long long)in.warnings);
    memset(&dry, 0, sizeof dry);
    if (code != TOOL_OK) {
        if (in.text)
            print_plan(&dry, 0);
        input_free(&in);
        return code;
    }
    memset(&error, 0, sizeof error);
    result = pinbulk_parts_init(&parts, input_upsert(&in), &limits, from, NULL, &error);
    if (result == PINBULK_OK) {
        memset(&config, 0, sizeof config);
        config.account = pinbulk_text_of(s.account);
        config.api.token = pinbulk_text_of("dry");
        config.memory = s.memory;
        config.memory_size = sizeof s.memory;
        config.policy.deadline = UINT64_MAX;
        config.cancelled = NULL;
        memset(&transport, 0, sizeof transport);
        transport.ctx = &dry;
        transport.exchange = dry_exchange;
        transport.now = dry_now;
        transport.sleep = dry_sleep;
        result = pinbulk_parts_run(&parts, &s.job, &config, &transport, NULL, NULL);
        error = s.job.error;
    }
    if (result != PINBULK_OK) {
        pinbulk_error_text(&error, line, sizeof line);
        input_free(&in);
        return tool_fail(TOOL_USAGE, "%s", line);
    }
    memset(&s.job, 0, sizeof s.job);
    if (in.archived > 0 && !allow) {
        print_plan(&dry, 0);
        code = tool_fail(TOOL_USAGE, "%llu entities would be archived, for good: --allow-archive",
                         (unsigned long long)in.archived);
    } else {
        code = !apply || tool_settings.json ? print_plan(&dry, apply) : TOOL_OK;
        if (!apply && code == TOOL_OK && !tool_settings.json && !tool_settings.quiet)
            printf("Nothing was sent: --apply sends it.\n");
    }
    if (!apply || code != TOOL_OK) {
        input_free(&in);
        return code;
    }
    code = expect_file(d, path, force, 1, path != NULL);
    if (code == TOOL_OK)
        code = session_open(&s);
    if (code == TOOL_OK) {
        r.file = d;
        r.parts = &parts;
        r.code = TOOL_OK;
        r.first = r.count = 0;
        result = pinbulk_parts_init(&parts, input_upsert(&in), &limits, from, NULL, &error);
        if (result == PINBULK_OK)
            result = pinbulk_parts_run(&parts, &s.job, &s.config, &s.transport, &r, on_part);
        code = r.code;
        if (result != PINBULK_OK) {
            if (s.job.error.result == PINBULK_OK)
                s.job.error = error;
            code = finish_file(d, &s.job);
            // what has come so far must not be replaced
            next_path = path && keeps_file(d, code) ? "FILE" : path;
            say_resume(arguments[1], &r, code, again);
        }
    }
    input_free(&in);
    code = close_file(d, code);
    return session_close(&s, code);
}

int tool_validate(int argc, char **argv)
{
    static const char *const names[] = {"FILE|-", NULL};
    const char *arguments[1];
    uint64_t problems = 20;
    int strict = 0, code;
    dry_run dry;
    const tool_option options[] = {{"--max-problems", TOOL_NUMBER, &problems},
                                   {"--strict", TOOL_FLAG, &strict},
                                   {NULL, TOOL_FLAG, NULL}};
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    memset(&dry, 0, sizeof dry);
    code = load(arguments[0], problems);
    if (tool_interrupted())
        code = tool_fail(TOOL_INTERRUPTED + tool_interrupted(), "interrupted");
    else if (code == TOOL_OK && strict && in.warnings > 0)
        code = tool_fail(TOOL_USAGE, "there are %llu warnings, and --strict",
                         (unsigned long long)in.warnings);
    if (in.text) {
        int printed = print_plan(&dry, 0);
        if (code == TOOL_OK)
            code = printed;
        if (!tool_settings.json && !tool_settings.quiet)
            printf("%llu problems, %llu warnings\n", (unsigned long long)in.problems,
                   (unsigned long long)in.warnings);
    }
    input_free(&in);
    return code;
}

// ---- show ---------------------------------------------------------------------------------------

enum { COLUMNS = 16, SAMPLE = 200, WIDEST = 40 };

typedef struct table {
    char *names[COLUMNS];
    size_t count, widths[COLUMNS];
    char **rows; // SAMPLE * count cells, until the widths are known
    size_t held;
    char *buffer;
} table;

static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static void print_row(const table *t, char *const *cells)
{
    size_t i, length, count;
    for (i = 0; i < t->count; i++) {
        const char *cell = cells[i];
        size_t width = t->widths[i];
        count = 0;
        for (length = 0; cell[length]; length++) { // cut between characters
            if (((unsigned char)cell[length] & 0xc0) != 0x80 && count++ == width)
                break;
        }
        if (cell[length])
            count = width;
        tool_print_safe(stdout, cell, length);
        if (i + 1 < t->count)
            for (; count < width + 2; count++)
                putchar(' ');
    }
    putchar('\n');
}

static void print_held(table *t)
{
    size_t i, j;
    for (i = 0; i < t->held; i++)
        for (j = 0; j < t->count; j++) {
            size_t width = characters(t->rows[i * t->count + j]);
            if (width > WIDEST)
                width = WIDEST;
            if (width > t->widths[j])
                t->widths[j] = width;
        }
    print_row(t, t->names);
    for (i = 0; i < t->held; i++)
        print_row(t, t->rows + i * t->count);
    for (i = 0; i < t->held * t->count; i++)
        free(t->rows[i]);
    free(t->rows);
    t->rows = NULL;
}

// The text of a member of the record, or of its member `data`; NULL when there is none.
static char *member_cell(table *t, pinbulk_reading *reading, pinbulk_record *record,
                         const char *name)
{
    pinbulk_record_value value;
    char path[160];
    int nested;
    for (nested = 0; nested < 2; nested++) {
        snprintf(path, sizeof path, "%s%.128s", nested ? "data." : "", name);
        if (pinbulk_record_find(&reading->records, record, path, t->buffer, WINDOW, &value) ==
            PINBULK_OK)
            return tool_copy(value.text.data, value.text.length);
    }
    return NULL;
}

// The text of a cell.
static char *make_cell(table *t, pinbulk_reading *reading, pinbulk_record *record, const char *name)
{
    char *cell;
    if (strcmp(name, "kind") == 0)
        return tool_copy(pinbulk_kind_name(record->kind), strlen(pinbulk_kind_name(record->kind)));
    if (strcmp(name, "errors") == 0) {
        if (reading->error_count == 0)
            return tool_copy("", 0);
        return tool_copy(reading->errors[0].message, strlen(reading->errors[0].message));
    }
    cell = member_cell(t, reading, record, name);
    if (!cell && strcmp(name, "name") == 0)
        cell = member_cell(t, reading, record, "value");
    if (!cell && strcmp(name, "parent") == 0) {
        static const char *const members[] = {"parent_id", "ad_group_id", "campaign_id",
                                              "entity_id", "ad_account_id"};
        size_t i;
        for (i = 0; i < sizeof members / sizeof members[0]; i++) {
            cell = member_cell(t, reading, record, members[i]);
            if (cell && *cell)
                return cell;
            free(cell);
            cell = NULL;
        }
    }
    return cell ? cell : tool_copy("", 0);
}

static pinbulk_result show_record(void *ctx, pinbulk_reading *reading, pinbulk_record *record)
{
    table *t = (table *)ctx;
    char *cells[COLUMNS];
    size_t i;
    if (reading->what != PINBULK_RECORDS_RECORD)
        return PINBULK_OK;
    for (i = 0; i < t->count; i++)
        cells[i] = make_cell(t, reading, record, t->names[i]);
    if (t->rows && t->held < SAMPLE) {
        memcpy(t->rows + t->held++ * t->count, cells, t->count * sizeof *cells);
        return PINBULK_OK;
    }
    if (t->rows)
        print_held(t);
    print_row(t, cells);
    for (i = 0; i < t->count; i++)
        free(cells[i]);
    if (!ferror(stdout))
        return PINBULK_OK;
    tool_fail(TOOL_FILE, "standard output cannot be written: %s", strerror(errno));
    return PINBULK_SINK_FAILED;
}

int tool_show(int argc, char **argv)
{
    static const char *const names[] = {"FILE|-", NULL};
    static pinbulk_reading reading;
    const char *arguments[1], *columns = "kind,id,parent,name,status,errors", *given = NULL;
    pinbulk_reading_config config;
    table t;
    char **words;
    int code;
    size_t i;
    const tool_option options[] = {{"--columns", TOOL_LIST, &given}, {NULL, TOOL_FLAG, NULL}};
    memset(&t, 0, sizeof t);
    memset(&config, 0, sizeof config);
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    words = split(given ? given : columns, &t.count);
    if (words == NULL || t.count == 0 || t.count > COLUMNS)
        return tool_fail(TOOL_USAGE, "--columns names 1 to %d columns", COLUMNS);
    for (i = 0; i < t.count; i++) {
        t.names[i] = words[i];
        t.widths[i] = characters(words[i]);
    }
    t.rows = (char **)tool_allocate(SAMPLE * t.count * sizeof *t.rows);
    t.buffer = (char *)tool_allocate(WINDOW);
    config.ctx = &t;
    config.record = show_record;
    config.guess = 1;
    config.records.oversize = PINBULK_OVERSIZE_SKIP;
    code = tool_records_read(arguments[0], &reading, &config);
    if (t.rows && (t.held > 0 || code == TOOL_OK))
        print_held(&t);
    if (fflush(stdout) != 0 && code == TOOL_OK)
        code = tool_fail(TOOL_FILE, "standard output cannot be written: %s", strerror(errno));
    if (reading.skipped > 0)
        tool_warn("%llu records are too large and are not shown",
                  (unsigned long long)reading.skipped);
    if (code == TOOL_OK && !tool_settings.quiet) {
        char line[256];
        pinbulk_reading_text(&reading, line, sizeof line);
        fprintf(stderr, "%s\n", line);
    }
    if (code == TOOL_OK && reading.records.errors > 0)
        code = TOOL_SOME_FAILED;
    free(t.rows);
    free(t.buffer);
    return code;
}
