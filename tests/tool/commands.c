// Runs the tool (argv[1]) against the sandbox behind real servers: every command, every exit code,
// interruptions, cut connections, files. Link with -lmicrohttpd -pthread.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../../adapters/pinbulk_sandbox.h"
#include "../check.h"
#include "../server.h"
#include "../sandbox_server.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define A SANDBOX_ACCOUNT

static char work[] = "/tmp/pinbulk-test-XXXXXX";
static const char *tool, *folder;
static sandbox_server service, secure;
static const char *token = CANARY, *url;
static char output[1 << 18], errors[1 << 16]; // of the program that was finished last

// How the API behaves besides what the sandbox can be told.
static unsigned submit_delay, status_delay, token_delay, piece_pause, tokens_given, refuse_tokens;
static char refresh_given[64];

static void answer(void *ctx, const server_request *request, server_reply *reply)
{
    static const char tokens[] = "{\"access_token\":\"" CANARY "\",\"token_type\":\"bearer\","
                                 "\"expires_in\":2592000,\"scope\":\"ads:read\","
                                 "\"refresh_token\":\"pinr." CANARY "_new\"}";
    if (strcmp(request->target, "/v5/oauth/token") == 0) {
        const char *at = request->body ? strstr(request->body, "refresh_token=pinr") : NULL;
        COUNT_UP(tokens_given);
        snprintf(refresh_given, sizeof refresh_given, "%s", at ? at + 14 : "");
        refresh_given[strcspn(refresh_given, "&")] = '\0';
        reply->delay = COUNT(token_delay);
        reply->status = COUNT(refuse_tokens) ? 400 : 200;
        if (reply->status == 200)
            server_set_body(reply, tokens, strlen(tokens));
        else
            server_set_body(reply, "{\"code\":283,\"message\":\"no\"}", 27);
        return;
    }
    sandboxi_answer(ctx, request, reply);
    reply->delay = strcmp(request->method, "POST") == 0   ? COUNT(submit_delay)
                   : strstr(request->target, "/results/") ? 0
                                                          : COUNT(status_delay);
    reply->pause = COUNT(piece_pause);
}

// ---- running it ---------------------------------------------------------------------------------

static const char *at(const char *name)
{
    static char paths[8][256];
    static int next;
    char *path = paths[next = (next + 1) % 8];
    snprintf(path, sizeof paths[0], "%s/%s", work, name);
    return path;
}

static size_t read_file(const char *name, char *text, size_t size)
{
    size_t length = 0;
    FILE *file = fopen(at(name), "r");
    if (file) {
        length = fread(text, 1, size - 1, file);
        fclose(file);
    }
    text[length] = '\0';
    return length;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

// The permissions of a file; -1: there is none.
static int mode_of(const char *name)
{
    struct stat status;
    return stat(at(name), &status) == 0 ? (int)(status.st_mode & 07777) : -1;
}

// Files that begin like that: what is left of one that was not finished.
static int count_files(const char *folder, const char *start)
{
    DIR *directory = opendir(folder);
    struct dirent *entry;
    int count = 0;
    while (directory && (entry = readdir(directory)) != NULL)
        count += strncmp(entry->d_name, start, strlen(start)) == 0;
    if (directory)
        closedir(directory);
    return count;
}

// Starts `pinbulk ...` by a shell, which it replaces.
static pid_t start(const char *format, ...)
{
    char line[2048];
    va_list arguments;
    pid_t child;
    int used = snprintf(line, sizeof line, "exec %s ", tool);
    va_start(arguments, format);
    vsnprintf(line + used, sizeof line - (size_t)used, format, arguments);
    va_end(arguments);
    child = fork();
    if (child == 0) {
        int out = open(at("output"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int err = open(at("errors"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (dup2(out, 1) < 0 || dup2(err, 2) < 0 || chdir(work) != 0)
            _exit(99);
        setenv("PINTEREST_ACCESS_TOKEN", token, 1);
        if (*token == '\0')
            unsetenv("PINTEREST_ACCESS_TOKEN");
        setenv("PINTEREST_API_URI", url, 1);
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
        _exit(99);
    }
    return child;
}

static int finish(pid_t child)
{
    int status;
    if (waitpid(child, &status, 0) != child)
        return -1;
    read_file("output", output, sizeof output);
    read_file("errors", errors, sizeof errors);
    CHECK(strstr(output, CANARY) == NULL && strstr(errors, CANARY) == NULL);
    CHECK(strstr(errors, "/results/") == NULL); // result URLs are secrets
    if (getenv("TOOL_TEST_TRACE"))
        printf("[%d] %s\n", status, errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#define PINBULK(...) finish(start(__VA_ARGS__))
#define FAST         " --poll 20ms "

// The word behind `request ` in what it said last.
static const char *request_id(void)
{
    static char id[64];
    const char *found = strstr(errors, "request ");
    snprintf(id, sizeof id, "%s", found ? found + 8 : "");
    id[strcspn(id, "\n")] = '\0';
    return id;
}

// ---- the tests ----------------------------------------------------------------------------------

static char whole[1 << 17]; // the account as it is downloaded

static void fill_the_account(void)
{
    char line[256];
    FILE *file = fopen(at("many.jsonl"), "w");
    int i;
    for (i = 0; i < 40; i++) {
        snprintf(line, sizeof line,
                 "{\"op\":\"create\",\"kind\":\"campaign\",\"ad_account_id\":\"" A
                 "\",\"name\":\"Campaign %d\",\"objective_type\":\"AWARENESS\"}\n",
                 i);
        fputs(line, file);
    }
    fclose(file);
    sprintf(line, "head -n 10 %s >%s", at("many.jsonl"), at("few.jsonl"));
    CHECK_INT(system(line), 0);
    CHECK_INT(PINBULK("upsert " A " many.jsonl --apply" FAST), 0);
    CHECK(strstr(errors, "request ") == errors);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 1);
    CHECK_INT(PINBULK("download " A FAST), 0);
    CHECK(strlen(output) > 2000 && output[0] == '{');
    strcpy(whole, output);
}

static void a_download_becomes_a_private_file(void)
{
    char file[1 << 17];
    CHECK_INT(PINBULK("download " A " -o all.json" FAST), 0);
    CHECK_TEXT(output, strlen(output), "");
    CHECK(strstr(errors, "40 records") != NULL);
    CHECK_INT(mode_of("all.json"), 0600);
    read_file("all.json", file, sizeof file);
    CHECK(strcmp(file, whole) == 0);
    CHECK_INT(count_files(work, "all.json"), 1);

    CHECK_INT(PINBULK("download " A " -o all.json" FAST), 2);
    CHECK(strstr(errors, "--force") != NULL);
    CHECK_INT(PINBULK("download " A " -o all.json --force --quiet" FAST), 0);
    CHECK(strstr(errors, "request ") == errors && strchr(errors, '\n') == strrchr(errors, '\n'));
    CHECK_INT(PINBULK("download " A " -o all.json --force --json" FAST), 0);
    CHECK(strstr(output, "\"records\":40") != NULL && strstr(errors, "{\"event\":") == errors);
    write_file("precious", "x");
    CHECK_INT(symlink("precious", at("link")), 0);
    CHECK_INT(PINBULK("download " A " -o link --force" FAST), 2);
    CHECK_INT((int)read_file("precious", file, sizeof file), 1);
}

static void filters(void)
{
    CHECK_INT(PINBULK("download " A " --name 'Campaign 7' --types campaign,ad-group "
                      "--objective awareness "
                      "--updated-since 2023-01-31 --format json" FAST),
              0);
    CHECK(strstr(output, "Campaign 7") != NULL && strstr(output, "Campaign 8") == NULL);
    CHECK_INT(PINBULK("download " A " --campaign-status running,not-started --types campaign" FAST),
              0);
    CHECK_INT(PINBULK("download " A " --updated-since 30d" FAST), 0); // its clock stands in 2023
    CHECK(strstr(output, "Campaign") == NULL);
    CHECK_INT(PINBULK("download " A " --updated-since 2024-02-29T23:59:59Z" FAST), 0);
    CHECK(strstr(output, "Campaign") == NULL);
    CHECK_INT(PINBULK("download " A " --updated-since 2999-01-01" FAST), 0);
    CHECK(strstr(output, "Campaign") == NULL);
    CHECK_INT(PINBULK("download " A " --ids 1,2 --ids 3" FAST), 0);
    CHECK_INT(PINBULK("download " A " --format csv" FAST), 6); // the sandbox has none
}

static void usage(void)
{
    static const char *const wrong[] = {"",
                                        "nothing",
                                        "download",
                                        "download " A " more",
                                        "download " A " --types",
                                        "download " A " --types camel",
                                        "download " A " --objective camel",
                                        "download " A " --format xml",
                                        "download " A " --updated-since yesterday",
                                        "download " A " --updated-since 2026-02-30",
                                        "download " A " --updated-since 2100-02-29",
                                        "download " A " --updated-since '2026- 1-31'",
                                        "download " A " --updated-since 2026-1-31",
                                        "download " A " --updated-since '2026-01-31T 1:00:00Z'",
                                        "download " A " --updated-since 2026-01-31T10:00:60Z",
                                        "download " A " --updated-since 2026-01-31T10:00:00",
                                        "download " A " --updated-since 999999999999w",
                                        "download " A " --deadline 999999999999w",
                                        "download " A " --ids 12x",
                                        "download " A " --ids ''",
                                        "download " A " --ids ,",
                                        "download " A " --name ''",
                                        "download " A " --token " CANARY,
                                        "download " A " --quiet=1",
                                        "download " A " --deadline soon",
                                        "download " A " --attempts 0",
                                        "download x",
                                        "download 1234567890123456789",
                                        "upsert " A,
                                        "upsert " A " many.jsonl --max-entities x",
                                        "upsert " A " many.jsonl --from 41 --apply",
                                        "status " A,
                                        "status 12345678901234567890 77",
                                        "fetch 5x 77 -o never.json",
                                        "help nothing",
                                        "wait",
                                        "validate",
                                        "show a b",
                                        "show --columns , many.jsonl",
                                        "download -- -x"};
    static const char *const commands[] = {"download", "upsert",   "status", "wait",
                                           "fetch",    "validate", "show",   "convert"};
    char help[1 << 13];
    size_t i;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int code = PINBULK("%s", wrong[i]);
        if (code != 2)
            CHECK_FAIL("pinbulk %s: %d, %s", wrong[i], code, errors);
        CHECK(strlen(errors) > 0 && strlen(output) == 0);
        CHECK(strstr(errors, "goes on at the service") == NULL);
    }
    CHECK_INT(PINBULK("upsert " A), 2);
    CHECK(strstr(errors, "needs FILE|-") != NULL);
    for (i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        CHECK_INT(PINBULK("%s --help", commands[i]), 0);
        CHECK(strstr(output, commands[i]) != NULL && strlen(errors) == 0);
        strcpy(help, output);
        CHECK_INT(PINBULK("help %s", commands[i]), 0);
        CHECK(strcmp(output, help) == 0);
    }
    CHECK_INT(PINBULK("--help"), 0);
    CHECK_INT(PINBULK("--version"), 0);
}

static void a_job_is_taken_up_elsewhere(void)
{
    char id[64];
    CHECK_INT(PINBULK("download " A " -o job.json" FAST), 0);
    strcpy(id, request_id());
    CHECK(strlen(id) > 0);
    CHECK_INT(PINBULK("status " A " '%s'", id), 0);
    CHECK_TEXT(output, strlen(output), "SUCCEEDED\n");
    CHECK_INT(PINBULK("status " A " '%s' --json --details", id), 0);
    CHECK(strstr(output, "\"status\":\"SUCCEEDED\"") != NULL);
    CHECK_INT(PINBULK("wait " A " '%s'", id), 0);
    CHECK_INT(PINBULK("fetch " A " '%s'", id), 0);
    CHECK(strcmp(output, whole) == 0);
    CHECK_INT(PINBULK("fetch " A " '%s' -o fetched.json", id), 0);
    CHECK_INT(mode_of("fetched.json"), 0600);
    CHECK_INT(PINBULK("status " A " 'no, such'"), 6);
    CHECK_INT(PINBULK("fetch " A " 'no, such' -o none.json"), 6);
    CHECK_INT(mode_of("none.json"), -1);
}

static void an_upsert_is_a_dry_run(void)
{
    unsigned before = COUNT(service.api.requests);
    CHECK_INT(PINBULK("upsert " A " many.jsonl --max-entities 15"), 0);
    CHECK(strstr(output, "create campaigns              40") != NULL);
    CHECK(strstr(output, "40 entities in 3 requests") != NULL);
    CHECK(strstr(output, "--apply") != NULL);
    CHECK_INT(PINBULK("upsert " A " - --json <many.jsonl"), 0);
    CHECK(strstr(output, "\"requests\":1") != NULL);
    token = "";
    CHECK_INT(PINBULK("upsert " A " many.jsonl"), 0); // needs no token either
    token = CANARY;
    write_file("archive.json", "{\"update\":{\"campaigns\":[{\"id\":\"1\",\"ad_account_id\":\"" A
                               "\",\"status\":\"ARCHIVED\"}],\"keywords\":[{\"id\":\"1\","
                               "\"archived\":true}]}}");
    CHECK_INT(PINBULK("upsert " A " archive.json --apply"), 2);
    CHECK(strstr(errors, "2 entities would be archived") != NULL);
    CHECK_INT(COUNT(service.api.requests), before);
}

static void mistakes_have_places(void)
{
    unsigned before = COUNT(service.api.requests);
    write_file(
        "wrong.jsonl",
        "{\"op\":\"create\",\"kind\":\"campaign\",\"ad_account_id\":5,\"name\":7}\n"
        "{\"op\":\"create\" \"kind\":\"campaign\"}\n"
        "\n"
        "{\"op\":\"creat\",\"kind\":\"campaign\"}\n"
        "{\"op\":\"create\",\"kind\":\"keyword\",\"value\":\"x\"}\r\n"
        "{\"op\":\"update\",\"kind\":\"label\",\"id\":\"1\",\"parent_id\":\"2\","
        "\"status\":\"PAUSED\"}\n"
        "[1]\n"
        "{\"op\":\"create\",\"kind\":\"ad_group\",\"campaign_id\":\"1\",\"name\":\"\xC3\xA9\","
        "\"billable_event\":\"IMPRESSION\",\"targeting_spec\":{\"LOCATION\":[\"BE\",5]}}");
    CHECK_INT(PINBULK("upsert " A " wrong.jsonl --apply"), 2);
    CHECK(strstr(errors, "wrong.jsonl:1:50: ad_account_id: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:1:59: name: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:1:1: objective_type: required") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:2:16: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:4:7: op: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:5:1: parent_id: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:6:") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:7:1: ") != NULL);
    CHECK(strstr(errors, "wrong.jsonl:8:128: targeting_spec.LOCATION[1]: ") != NULL);
    write_file(
        "twice.jsonl",
        "{\"op\":\"create\",\"kind\":\"campaign\",\"op\":\"update\"}\n"
        "{\"op\":\"create\",\"kind\":\"campaign\",\"\\u006bin\\u0064\":\"ad\"}\n"
        "{\"op\":\"create\",\"kind\":\"label\",\"parent_id\":\"1\",\"parent\\u005Fid\":\"2\","
        "\"value\":\"x\"}\n");
    CHECK_INT(PINBULK("validate twice.jsonl"), 2);
    CHECK(strstr(errors, "twice.jsonl:1:34: op: occurs twice") != NULL);
    CHECK(strstr(errors, "twice.jsonl:2:34: kind: occurs twice") != NULL);
    CHECK(strstr(errors, "twice.jsonl:3:47: parent_id: occurs twice") != NULL);
    write_file("spread.jsonl", "{\"op\":\"create\",\n \"kind\":\"label\",\n \"name\":5\n}\n"
                               "{\"op\":\"create\"\n{\"op\":\"x\",\n\"kind\":\"y\"} {");
    CHECK_INT(PINBULK("validate spread.jsonl"), 2);
    CHECK(strstr(errors, "spread.jsonl:1:1: one entity, one line") == errors);
    CHECK(strstr(errors, "spread.jsonl:2:") == NULL && strstr(errors, "spread.jsonl:4:") == NULL);
    CHECK(strstr(errors, "spread.jsonl:5:15: ") != NULL);
    CHECK(strstr(errors, "spread.jsonl:6:1: one entity, one line") != NULL);
    CHECK(strstr(errors, "spread.jsonl:7:14: ") != NULL);
    write_file("table.csv", "id,name\n1,x\n");
    CHECK_INT(PINBULK("upsert " A " table.csv --apply"), 2);
    CHECK(strstr(errors, "table.csv:1:1: ") == errors && strstr(errors, "JSON lines") != NULL);
    CHECK_INT(PINBULK("validate wrong.jsonl --max-problems 3"), 2);
    CHECK(strstr(errors, "7 more problems") != NULL || strstr(errors, "6 more problems") != NULL);
    write_file("wrong.json",
               "{\"create\":{\"campaigns\":[\n  {\"ad_account_id\":\"x\"}, 5],\n"
               "  \"camels\":[]}, \"make\":{},\n  \"update\":{\"ads\":[{\"id\":1}]\n");
    CHECK_INT(PINBULK("validate wrong.json --json"), 2);
    CHECK(
        strstr(errors, "\"line\":2,\"column\":20,\"path\":\"create.campaigns[0].ad_account_id\"") !=
        NULL);
    CHECK(strstr(errors, "\"path\":\"create.campaigns[1]\"") != NULL);
    CHECK(strstr(errors, "\"path\":\"create.camels\"") != NULL);
    CHECK(strstr(errors, "\"path\":\"make\"") != NULL);
    CHECK(strstr(errors, "\"line\":4,\"column\":26,\"path\":\"update.ads[0].id\"") != NULL);
    CHECK(strstr(errors, "\"line\":5,\"column\":1") != NULL); // it ends too early
    write_file("empty", " \n");
    CHECK_INT(PINBULK("validate empty"), 2);
    CHECK_INT(PINBULK("validate absent"), 9);
    CHECK_INT(PINBULK("validate ."), 9);
    CHECK_INT(PINBULK("validate many.jsonl"), 0);
    CHECK(strstr(output, "0 problems") != NULL);
    CHECK_INT(COUNT(service.api.requests), before);
}

static void show(void)
{
    write_file("all.csv", "id,name,daily_spend_cap\n1,\"a, b\",5\n2,\"x\n");
    CHECK_INT(PINBULK("show all.json"), 0);
    CHECK(strstr(output, "campaign  ") != NULL && strstr(output, "Campaign 39") != NULL);
    CHECK_INT(PINBULK("show --columns name,id - <all.json"), 0);
    CHECK(strstr(output, "name") == output);
    CHECK_INT(PINBULK("show all.csv"), 2);
    CHECK(strstr(errors, "all.csv:4:1: ") != NULL || strstr(errors, "all.csv:3:") != NULL);
    CHECK_INT(PINBULK("show all.json >/dev/full"), 9);
    CHECK_INT(PINBULK("show nothing.json"), 9);
    CHECK_TEXT(output, strlen(output), "");
    write_file("evil.json", "[{\"id\":\"1\",\"name\":\"\\u001b[2J\\u009b\\u202e\"}]");
    CHECK_INT(PINBULK("show evil.json"), 0);
    CHECK(strchr(output, 27) == NULL && strstr(output, "\xE2\x80\xAE") == NULL);
}

static void some_entities_fail(void)
{
    write_file("some.json", "{\"update\":{\"campaigns\":[{\"id\":\"99\",\"ad_account_id\":\"" A
                            "\",\"name\":\"Nobody\"}]}}");
    CHECK_INT(PINBULK("upsert " A " some.json --apply -o some.jsonl" FAST), 1);
    CHECK(strstr(errors, "failed: errors[0]: ") != NULL);
    CHECK_INT(mode_of("some.jsonl"), 0600);
}

static void an_upsert_in_parts_is_resumed(void)
{
    int code;
    unsigned before = sandbox_count(&service, &service.sandbox.applied);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_STATUS, 1, 403);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 6" FAST), 3);
    CHECK(strstr(errors, "--from 0") != NULL);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_TRUNCATED, 1, 3);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 6" FAST), 8);
    CHECK(strstr(errors, "--from N") != NULL);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 6 --from 6" FAST), 0);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), before + 2);
    __atomic_store_n(&submit_delay, 300, __ATOMIC_SEQ_CST); // the deadline is one for all parts
    code = PINBULK("upsert " A " few.jsonl --apply --max-entities 1 --deadline 1500ms" FAST);
    CHECK(code == 7 || code == 8); // 8: while a body was under way
    CHECK(strstr(errors, "entities 0 to 0 of 10: done") != NULL);
    CHECK(sandbox_count(&service, &service.sandbox.applied) < before + 10);
    __atomic_store_n(&submit_delay, 0, __ATOMIC_SEQ_CST);
}

// What it said last as the command that goes on, without `pinbulk`; "" when there is none.
static const char *command_said(const char *name)
{
    static char command[1024];
    char wanted[64];
    const char *found;
    snprintf(wanted, sizeof wanted, "\n    pinbulk %s ", name);
    found = strstr(errors, wanted);
    snprintf(command, sizeof command, "%s", found ? found + 13 : "");
    command[strcspn(command, "\n")] = '\0';
    return command;
}

static void the_command_that_is_said_goes_on(void)
{
    char command[1024];
    write_file("token", CANARY "\n");
    chmod(at("token"), 0600);
    token = "";
    write_file("it's an $archive.jsonl",
               "{\"op\":\"update\",\"kind\":\"campaign\",\"id\":\"1\",\"ad_account_id\":\"" A
               "\",\"status\":\"ARCHIVED\"}\n{\"op\":\"update\",\"kind\":\"campaign\",\"id\":\"2\","
               "\"ad_account_id\":\"" A "\",\"status\":\"ARCHIVED\"}\n");
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_STATUS, 1, 403);
    CHECK_INT(PINBULK("upsert " A " \"it's an \\$archive.jsonl\" --apply --allow-archive --strict "
                      "--max-entities 1 --max-bytes 9999 --token-file=token -o 'two words'" FAST),
              3);
    strcpy(command, command_said("upsert"));
    CHECK_TEXT(command, strlen(command),
               "upsert " A
               " 'it'\\''s an $archive.jsonl' --apply --from 0 --allow-archive --strict "
               "--max-entities 1 --max-bytes 9999 -o 'two words' --token-file token --poll 20ms");
    CHECK_INT(PINBULK("%s", command), 1); // it is sent, and there are no such campaigns
    CHECK(strstr(errors, "entities 1 to 1 of 2: done") != NULL);
    CHECK_INT(mode_of("two words"), 0600);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --sandbox-file 'a sandbox' --deadline 1ms "
                      "--max-entities 6"),
              7);
    strcpy(command, command_said("upsert"));
    CHECK_TEXT(command, strlen(command),
               "upsert " A
               " few.jsonl --apply --from 6 --max-entities 6 --sandbox-file 'a sandbox' "
               "--deadline 1ms");
    CHECK(strstr(errors, "pinbulk_job") == NULL); // functions are for programmers
    CHECK(strstr(errors, "pinbulk fetch takes the request up again") != NULL);
    strcpy(command, command_said("fetch"));
    CHECK(strstr(command, "fetch " A " '") == command);
    CHECK_INT(PINBULK("%s", command), 0);
    write_file("-few.jsonl", "{\"op\":\"update\",\"kind\":\"campaign\",\"id\":\"1\","
                             "\"ad_account_id\":\"" A "\",\"name\":\"x\"}\n");
    token = CANARY;
    url = "https://example.com/v5"; // nobody is asked: the proxy cannot be reached
    CHECK_INT(PINBULK("upsert --apply --attempts 1 --proxy http://u:" CANARY "@127.0.0.1:1 -- " A
                      " -few.jsonl"),
              5);
    strcpy(command, command_said("upsert"));
    CHECK_TEXT(command, strlen(command),
               "upsert " A " ./-few.jsonl --apply --from 0 --proxy URL --attempts 1");
    url = service.base_url;
}

static void a_failed_request_may_be_applied_in_part(void)
{
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_FAILED, 1, 0);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply" FAST), 6);
    CHECK(strstr(errors, "entities 0 to 9 failed, perhaps in part") != NULL);
    CHECK(strstr(errors, "has taken all") == NULL && strstr(errors, "--from") == NULL);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_FAILED, 1, 0);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 1 -o failed.jsonl" FAST), 6);
    CHECK(strstr(errors, "entities 0 to 0 failed, perhaps in part") != NULL);
    CHECK(strstr(errors, "--from 1 --max-entities 1 -o FILE") != NULL); // that one is there
    CHECK_INT(mode_of("failed.jsonl"), 0600);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_FAILED, 1, 0);
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 4 --json" FAST), 6);
    CHECK(strstr(errors, "\"from\":4,\"total\":10,\"failed\":{\"first\":0,\"count\":4}}") != NULL);
}

static void every_exit_code(void)
{
    char file[64];
    token = "another";
    CHECK_INT(PINBULK("download " A FAST), 3);
    token = "";
    CHECK_INT(PINBULK("download " A FAST), 3);
    CHECK(strstr(errors, "PINTEREST_ACCESS_TOKEN") != NULL);
    token = CANARY;
    sandbox_misbehave(&service, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_SPAM, 1, 0);
    CHECK_INT(PINBULK("download " A FAST), 4);
    sandbox_misbehave(&service, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_RATE_LIMITED, 1, 900);
    CHECK_INT(PINBULK("download " A " --deadline 5s" FAST), 4);
    sandbox_misbehave(&service, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_STATUS, 1, 503);
    CHECK_INT(PINBULK("download " A " --attempts 1" FAST), 5);
    sandbox_misbehave(&service, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_HTML, 1, 200);
    CHECK_INT(PINBULK("download " A " --attempts 1 -o no.json" FAST), 5);
    CHECK(strstr(errors, "pinbulk fetch " A) != NULL); // it goes on there
    sandbox_misbehave(&service, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_FAILED, 1, 0);
    CHECK_INT(PINBULK("download " A " -o no.json" FAST), 6);
    CHECK_INT(PINBULK("status " A " '%s'", request_id()), 6);
    CHECK_TEXT(output, strlen(output), "FAILED\n");
    sandbox_misbehave(&service, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 1, 400);
    CHECK_INT(PINBULK("download " A " --force -o no.json" FAST), 6);
    pthread_mutex_lock(&service.lock);
    service.sandbox.config.running = 1000;
    pthread_mutex_unlock(&service.lock);
    CHECK_INT(PINBULK("download " A " --deadline 500ms --force -o no.json" FAST), 7);
    CHECK(strstr(errors, "pinbulk fetch " A) != NULL);
    CHECK_INT(PINBULK("wait " A " '%s' --deadline 300ms" FAST, request_id()), 7);
    pthread_mutex_lock(&service.lock);
    service.sandbox.config.running = 0;
    pthread_mutex_unlock(&service.lock);
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1, 0);
    CHECK_INT(PINBULK("upsert " A " archive.json --apply --allow-archive" FAST), 8);
    CHECK(strstr(errors, "Nobody can tell") != NULL);
    CHECK_INT(PINBULK("download " A " -o none/file" FAST), 9);
    CHECK_INT(PINBULK("download " A FAST ">/dev/full"), 9);
    CHECK_INT(PINBULK("download " A FAST ">&-"), 9);
    CHECK_INT(count_files(work, "no.json."), 0);
    snprintf(file, sizeof file, "%s", url);
    url = "http://127.0.0.1:1/v5";
    CHECK_INT(PINBULK("download " A " --attempts 1"), 5);
    url = "http://example.com/v5"; // plain http is for this machine
    CHECK_INT(PINBULK("download " A " --attempts 1"), 2);
    CHECK_INT(PINBULK("status " A " 77"), 2);
    CHECK_INT(PINBULK("wait " A " 77"), 2);
    CHECK(strstr(errors, "goes on at the service") == NULL);
    url = "https://user:secret@example.com/v5";
    CHECK_INT(PINBULK("fetch " A " 77 -o no.json"), 2);
    CHECK(strstr(errors, "goes on at the service") == NULL);
    url = service.base_url;
    token = "bad token";
    CHECK_INT(PINBULK("status " A " 77"), 2);
    token = CANARY;
}

static void tokens(void)
{
    char kept[128];
    write_file("token", "  " CANARY "\n");
    chmod(at("token"), 0644);
    token = "";
    CHECK_INT(PINBULK("download " A " --token-file token" FAST), 0);
    CHECK(strstr(errors, "others can read token") != NULL);
    chmod(at("token"), 0600);
    CHECK_INT(PINBULK("download " A " --token-file token" FAST), 0);
    CHECK(strstr(errors, "others") == NULL);
    write_file("token", "\n");
    CHECK_INT(PINBULK("download " A " --token-file token" FAST), 3);
    CHECK_INT(PINBULK("download " A " --token-file absent" FAST), 9);

    setenv("PINTEREST_APP_ID", "1234", 1);
    setenv("PINTEREST_APP_SECRET", CANARY "secret", 1);
    setenv("PINTEREST_REFRESH_ACCESS_TOKEN", "pinr." CANARY "_old", 1);
    CHECK_INT(PINBULK("download " A FAST), 0); // without any
    CHECK(strstr(errors, "--refresh-token-file") != NULL);
    CHECK_TEXT(refresh_given, strlen(refresh_given), "pinr." CANARY "_old");
    token = "expired";
    CHECK_INT(PINBULK("download " A " --refresh-token-file refresh" FAST), 0);
    CHECK_INT(mode_of("refresh"), 0600);
    read_file("refresh", kept, sizeof kept);
    CHECK_TEXT(kept, strlen(kept), "pinr." CANARY "_new\n");
    CHECK_INT(PINBULK("upsert " A " few.jsonl --apply --max-entities 5 "
                      "--refresh-token-file refresh" FAST),
              0);
    CHECK_TEXT(refresh_given, strlen(refresh_given), "pinr." CANARY "_new");
    CHECK_INT(COUNT(tokens_given), 3); // the second part has the new one
    // a token that could not be kept is not asked for
    CHECK_INT(PINBULK("download " A " --refresh-token-file none/refresh" FAST), 9);
    CHECK_INT(COUNT(tokens_given), 3);
    __atomic_store_n(&refuse_tokens, 1, __ATOMIC_SEQ_CST);
    CHECK_INT(PINBULK("download " A " --refresh-token-file refresh" FAST), 3);
    read_file("refresh", kept, sizeof kept);
    CHECK_TEXT(kept, strlen(kept), "pinr." CANARY "_new\n");
    CHECK_INT(count_files(work, "refresh"), 1);
    unsetenv("PINTEREST_APP_ID");
    unsetenv("PINTEREST_APP_SECRET");
    unsetenv("PINTEREST_REFRESH_ACCESS_TOKEN");
    token = CANARY;
}

// Waits until a counter has moved.
static void await(const unsigned *counter, unsigned before)
{
    int i;
    for (i = 0; i < 1000 && COUNT(*counter) == before; i++)
        server_sleep(5);
    server_sleep(30);
}

// Runs it against a service that does not answer when a new access token is asked for; sends a
// signal while it waits, 0: none. What it ends with, in less than the time of the answer.
static int wait_for_a_token(const char *command, int number)
{
    unsigned before = COUNT(tokens_given), i;
    pid_t child = start("%s", command);
    await(&tokens_given, before);
    CHECK(COUNT(tokens_given) == before + 1);
    if (number)
        kill(child, number);
    for (i = 0; i < 500; i++) {
        siginfo_t ended = {0};
        if (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            ended.si_pid == child)
            return finish(child);
        server_sleep(10);
    }
    kill(child, SIGKILL);
    finish(child);
    return -1;
}

static void a_refresh_ends_with_the_command(void)
{
    __atomic_store_n(&token_delay, 30000, __ATOMIC_SEQ_CST);
    setenv("PINTEREST_APP_ID", "1234", 1);
    setenv("PINTEREST_APP_SECRET", CANARY "secret", 1);
    setenv("PINTEREST_REFRESH_ACCESS_TOKEN", "pinr." CANARY "_old", 1);
    token = ""; // before the job
    CHECK_INT(wait_for_a_token("download " A " -o asked.json --deadline 500ms", 0), 7);
    CHECK(strstr(errors, "deadline has passed") != NULL);
    CHECK_INT(wait_for_a_token("download " A " -o asked.json", SIGINT), 130);
    CHECK_INT(wait_for_a_token("status " A " 77", SIGTERM), 143);
    token = "expired"; // in its midst
    CHECK_INT(wait_for_a_token("upsert " A " few.jsonl --apply --deadline 500ms", 0), 7);
    CHECK(strstr(errors, "--from 0") != NULL); // it was not taken
    CHECK_INT(wait_for_a_token("upsert " A " few.jsonl --apply", SIGINT), 130);
    token = CANARY; // and when the request goes on at the service
    sandbox_misbehave(&service, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 1, 401);
    CHECK_INT(wait_for_a_token("download " A " -o asked.json" FAST, SIGTERM), 143);
    CHECK(strstr(errors, "pinbulk fetch " A " '") != NULL);
    CHECK_INT(count_files(work, "asked.json"), 0);
    __atomic_store_n(&token_delay, 0, __ATOMIC_SEQ_CST);
    unsetenv("PINTEREST_APP_ID");
    unsetenv("PINTEREST_APP_SECRET");
    unsetenv("PINTEREST_REFRESH_ACCESS_TOKEN");
}

static void interruptions(void)
{
    unsigned before;
    pid_t child;
    // while it submits
    __atomic_store_n(&submit_delay, 3000, __ATOMIC_SEQ_CST);
    before = COUNT(service.api.requests);
    child = start("download " A " -o stopped.json" FAST);
    await(&service.api.requests, before);
    kill(child, SIGINT);
    CHECK_INT(finish(child), 130);
    CHECK(strstr(errors, "nothing was submitted") != NULL);
    before = COUNT(service.api.requests);
    child = start("upsert " A " few.jsonl --apply" FAST);
    await(&service.api.requests, before);
    kill(child, SIGINT);
    CHECK_INT(finish(child), 8);
    // the terminal is closed
    before = COUNT(service.api.requests);
    child = start("upsert " A " few.jsonl --apply -o stopped.jsonl" FAST);
    await(&service.api.requests, before);
    kill(child, SIGHUP);
    CHECK_INT(finish(child), 8);
    CHECK_INT(count_files(work, "stopped.jsonl"), 0);
    before = COUNT(service.api.requests);
    child = start("download " A " -o stopped.json" FAST);
    await(&service.api.requests, before);
    kill(child, SIGHUP);
    CHECK_INT(finish(child), 129);
    CHECK_INT(count_files(work, "stopped.json"), 0);
    __atomic_store_n(&submit_delay, 500, __ATOMIC_SEQ_CST);
    signal(SIGHUP, SIG_IGN); // as nohup does
    before = COUNT(service.api.requests);
    child = start("download " A FAST);
    signal(SIGHUP, SIG_DFL);
    await(&service.api.requests, before);
    kill(child, SIGHUP);
    CHECK_INT(finish(child), 0);
    __atomic_store_n(&submit_delay, 0, __ATOMIC_SEQ_CST);
    // while it waits
    pthread_mutex_lock(&service.lock);
    service.sandbox.config.running = 1000;
    pthread_mutex_unlock(&service.lock);
    before = COUNT(service.api.requests);
    child = start("download " A " -o stopped.json --poll 10s");
    await(&service.api.requests, before);
    server_sleep(100);
    kill(child, SIGTERM);
    CHECK_INT(finish(child), 143);
    CHECK(strstr(errors, "pinbulk fetch " A " '") != NULL);
    pthread_mutex_lock(&service.lock);
    service.sandbox.config.running = 0;
    pthread_mutex_unlock(&service.lock);
    // while it fetches
    __atomic_store_n(&piece_pause, 50, __ATOMIC_SEQ_CST);
    service.piece = 512;
    before = COUNT(service.files.requests);
    child = start("download " A " -o stopped.json" FAST);
    await(&service.files.requests, before);
    kill(child, SIGINT);
    CHECK_INT(finish(child), 130);
    CHECK(strstr(errors, "pinbulk fetch " A " '") != NULL);
    __atomic_store_n(&piece_pause, 0, __ATOMIC_SEQ_CST);
    service.piece = 0;
    CHECK_INT(count_files(work, "stopped.json"), 0);
    CHECK_INT(PINBULK("fetch " A " '%s' -o stopped.json", request_id()), 0);
    CHECK_INT(mode_of("stopped.json"), 0600);
    // before anything: input that does not come
    CHECK_INT(mkfifo(at("silent"), 0600), 0);
    child = start("upsert " A " - --apply <>silent");
    server_sleep(200);
    kill(child, SIGINT);
    CHECK_INT(finish(child), 130);
}

static void cut_connections(void)
{
    static char file[1 << 17];
    uint64_t seed = 11;
    int i, cuts;
    CHECK_INT(PINBULK("download " A FAST), 0);
    strcpy(whole, output);
    for (i = 0; i < (int)check_scaled(6); i++) {
        for (cuts = (int)(check_random(&seed) % 2) + 1; cuts > 0; cuts--)
            sandbox_misbehave(&service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 1,
                              (int64_t)(check_random(&seed) % (strlen(whole) / 3)));
        CHECK_INT(PINBULK("download " A " -o cut.json --force" FAST), 0);
        read_file("cut.json", file, sizeof file);
        CHECK(strcmp(file, whole) == 0);
    }
    sandbox_misbehave(&service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 1, 100);
    CHECK_INT(PINBULK("download " A FAST), 0); // into a pipe
    CHECK(strcmp(output, whole) == 0);
    sandbox_misbehave(&service, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 2, 0);
    CHECK_INT(PINBULK("download " A " --attempts 2 -o cut2.json" FAST), 5);
    CHECK_INT(count_files(work, "cut2.json"), 0);
}

static void a_full_disk(void)
{
    mkdir(at("small"), 0700);
    if (mount("tmpfs", at("small"), "tmpfs", 0, "size=4k,nr_inodes=8") != 0) {
        printf("skipped: a full disk: no tmpfs can be mounted\n");
        CHECK(1);
        return;
    }
    CHECK_INT(PINBULK("download " A " -o small/file" FAST), 9);
    CHECK(strstr(errors, "No space left") != NULL);
    CHECK_INT(count_files(at("small"), "file"), 0);
    umount(at("small"));
}

static void https(void)
{
    url = secure.base_url;
    CHECK_INT(PINBULK("download " A " --ca-file %s/ca.pem -o secure.json" FAST, folder), 0);
    CHECK_INT(PINBULK("download " A " --attempts 1" FAST), 5); // an authority nobody knows
    CHECK_INT(COUNT(secure.files.canaries), 0);
    url = service.base_url;
}

static int damage(const char *name, long offset, char byte)
{
    FILE *file = fopen(at(name), "r+");
    return file == NULL || fseek(file, offset, SEEK_SET) != 0 || putc(byte, file) == EOF ||
           fclose(file) != 0;
}

static void the_sandbox_of_the_tool(void)
{
    char id[64];
    url = "http://127.0.0.1:1/v5";
    token = "";
    CHECK_INT(PINBULK("download " A " --sandbox"), 0);
    CHECK(strstr(output, "Spring") != NULL && strstr(output, "Benelux") != NULL);
    CHECK_INT(PINBULK("upsert " A " many.jsonl --sandbox"), 0);
    CHECK_INT(PINBULK("upsert " A " many.jsonl --sandbox --apply"), 0);
    CHECK_INT(PINBULK("upsert " A " many.jsonl --sandbox-file sandbox --apply"), 0);
    strcpy(id, request_id());
    CHECK_INT(PINBULK("download " A " --sandbox-file sandbox"), 0);
    CHECK(strstr(output, "Campaign 39") != NULL && strstr(output, "Spring") != NULL);
    CHECK_INT(PINBULK("wait " A " '%s' --sandbox-file sandbox", id), 0);
    CHECK_INT(PINBULK("fetch " A " '%s' --sandbox-file sandbox", id), 0);
    CHECK(strstr(output, "Campaign 39") != NULL && strstr(output, "Spring") == NULL);
    CHECK_INT(PINBULK("status 1 '%s' --sandbox-file sandbox", id), 2);
    CHECK_INT(PINBULK("status x 1 --sandbox"), 2);
    CHECK_INT(PINBULK("download " A " --sandbox-file many.jsonl"), 2);
    CHECK_INT(PINBULK("download " A " --sandbox-file damaged"), 0);
    CHECK_INT(damage("damaged", 135, '\177'), 0); // the size of the first item
    CHECK_INT(PINBULK("download " A " --sandbox-file damaged"), 2);
    CHECK(strstr(errors, "damaged") != NULL);
    CHECK_INT(damage("damaged", 135, 0), 0);
    CHECK_INT(PINBULK("download " A " --sandbox-file damaged"), 0);
    // The number of an account may be that of one of its entities.
    CHECK_INT(PINBULK("download 626700000003 --sandbox-file same"), 0);
    CHECK_INT(PINBULK("download 626700000003 --sandbox-file same"), 0);
    token = CANARY;
    url = service.base_url;
}

int main(int argc, char **argv)
{
    char line[256];
    if (argc != 2 || mkdtemp(work) == NULL)
        return 2;
    tool = argv[1];
    folder = certificates_make("tests"); // the tests run in the root of the project
    if (folder == NULL)
        return 2;
    sandbox_server_start(&service, NULL);
    sandbox_server_start(&secure, folder);
    service.api.handler = service.files.handler = answer;
    url = service.base_url;
    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_DFL); // the tests themselves may run under nohup
    RUN(fill_the_account);
    RUN(a_download_becomes_a_private_file);
    RUN(filters);
    RUN(usage);
    RUN(a_job_is_taken_up_elsewhere);
    RUN(an_upsert_is_a_dry_run);
    RUN(mistakes_have_places);
    RUN(show);
    RUN(some_entities_fail);
    RUN(an_upsert_in_parts_is_resumed);
    RUN(the_command_that_is_said_goes_on);
    RUN(a_failed_request_may_be_applied_in_part);
    RUN(every_exit_code);
    RUN(tokens);
    RUN(a_refresh_ends_with_the_command);
    RUN(interruptions);
    RUN(cut_connections);
    RUN(a_full_disk);
    RUN(https);
    RUN(the_sandbox_of_the_tool);
    sandbox_server_stop(&service);
    sandbox_server_stop(&secure);
    snprintf(line, sizeof line, "rm -rf %s %s", work, folder);
    if (system(line) != 0)
        return 2;
    return check_report();
}
