// Builds the examples on libcurl, and the template of a transport, with the first line of each, and
// the program of README.md; runs them against the sandbox behind a real server. Link with
// -lmicrohttpd -pthread.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../adapters/pinbulk_sandbox.h"
#include "check.h"
#include "server.h"
#include "sandbox_server.h"
#include <sys/wait.h>

static char work[] =
    "/tmp/pinbulk-test-XXXXXX"; // looks like the project: the compile lines are meant for its root
static sandbox_server service;
static char output[65536], errors[4096]; // of the program that was finished last

static void read_file(const char *name, const char *ending, char *text, size_t size)
{
    char path[256];
    size_t length = 0;
    snprintf(path, sizeof path, "%s/%s%s", work, name, ending);
    FILE *file = fopen(path, "r");
    if (file) {
        length = fread(text, 1, size - 1, file);
        fclose(file);
    }
    text[length] = '\0';
}

// A shell command that runs in the folder.
typedef struct program {
    FILE *pipe;
    char name[16]; // of the files with what it writes
} program;

static program start(const char *command)
{
    static int number;
    program program;
    char line[1024];
    snprintf(program.name, sizeof program.name, "run%d", ++number);
    snprintf(line, sizeof line, "cd %s && { %s; } >%s.output 2>%s.errors", work, command,
             program.name, program.name);
    program.pipe = popen(line, "r");
    return program;
}

// Waits for its end; returns its exit status.
static int finish(program program)
{
    int status = pclose(program.pipe);
    read_file(program.name, ".output", output, sizeof output);
    read_file(program.name, ".errors", errors, sizeof errors);
    CHECK(strstr(output, CANARY) == NULL && strstr(errors, CANARY) == NULL);
    CHECK(strstr(errors, "://") == NULL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Starts an example with a token.
static program start_example(const char *token, const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "export PINTEREST_ACCESS_TOKEN=%s PINTEREST_API_URI=%s; %s", token,
             service.base_url, command);
    return start(line);
}

static void every_example_compiles_as_it_says(void)
{
    static const char *const names[] = {"download_curl", "upsert_curl", "event_loop",
                                        "inflate_zlib", "transport_template"};
    enum { NAMES = sizeof names / sizeof names[0] };
    program compilers[NAMES];
    char name[64], text[512];
    int i;
    for (i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "examples/%s", names[i]);
        read_file(name, ".c", text, sizeof text);
        CHECK(strncmp(text, "// cc ", 6) == 0);
        text[strcspn(text, "\n")] = '\0';
        compilers[i] = start(text + 3);
    }
    for (i = 0; i < NAMES; i++) {
        CHECK_INT(finish(compilers[i]), 0);
        CHECK_TEXT(errors, strlen(errors), "");
        snprintf(name, sizeof name, "./%s", names[i]);
        CHECK_INT(finish(start(name)), 2); // no arguments
        CHECK(strstr(errors, "PINTEREST_ACCESS_TOKEN") != NULL);
    }
}

// Its first program, for another origin than the live service.
static void program_of_the_readme_compiles(void)
{
    static const char command[] =
        "awk '/^```c$/ { code = \"\"; inside = 1; next }"
        " /^```$/ { inside = 0; if (code ~ /int main/) { printf \"%s\", code; exit } }"
        " inside { code = code $0 \"\\n\" }"
        " inside && /config.account =/ {"
        "   code = code \"config.api.base_url = "
        "pinbulk_text_of(getenv(\\\"PINTEREST_API_URI\\\"));\\n\""
        "     \"config.api.allow_loopback_http = 1;\\n\" }' README.md >readme.c && "
        "cc -I. readme.c -o readme -lcurl";
    CHECK_INT(finish(start(command)), 0);
    CHECK_TEXT(errors, strlen(errors), "");
}

static void upsert(void)
{
    program program = start_example(CANARY, "./upsert_curl " SANDBOX_ACCOUNT " 'Spring \"1\"'");
    CHECK_INT(finish(program), 0);
    CHECK(strstr(output, "\"Spring \\\"1\\\"\"") != NULL);
    CHECK(strstr(errors, "accepted as request") != NULL);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 1);
}

static void upsert_without_a_reply(void)
{
    sandbox_misbehave(&service, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1, 0);
    CHECK_INT(finish(start_example(CANARY, "./upsert_curl " SANDBOX_ACCOUNT " Summer")), 3);
    CHECK_TEXT(output, strlen(output), "");
    CHECK(strstr(errors, "Nobody can tell") != NULL);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 2);
    CHECK_INT(sandbox_count(&service, &service.sandbox.exchanges[PINBULK_OPERATION_UPSERT]), 2);
}

static void token_that_is_not_accepted(void)
{
    CHECK_INT(finish(start_example("another", "./upsert_curl " SANDBOX_ACCOUNT " Autumn")), 1);
    CHECK(strstr(errors, "401") != NULL);
    CHECK_INT(finish(start_example("another", "./download_curl " SANDBOX_ACCOUNT)), 1);
    CHECK_TEXT(output, strlen(output), "");
    CHECK(strstr(errors, "401") != NULL);
    CHECK_INT(sandbox_count(&service, &service.sandbox.applied), 2);
}

static void check_records(void)
{
    pinbulk_arena arena;
    pinbulk_campaign campaign;
    char memory[4096], *line = output, *end;
    int lines = 0;
    for (; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++) {
        arena.memory = memory;
        arena.size = sizeof memory;
        arena.used = 0;
        CHECK_INT(
            pinbulk_decode_campaign(line, (size_t)(end - line), &campaign, &arena, NULL, NULL),
            PINBULK_OK);
        CHECK_TEXT(campaign.name.text, campaign.name.length,
                   lines == 0 ? "Spring \"1\"" : "Summer");
    }
    CHECK_INT(lines, 2);
    CHECK_INT(*line, 0);
}

// All at once: most of the time they wait.
static void downloads(void)
{
    unsigned before = COUNT(service.files.requests);
    program download = start_example(CANARY, "./download_curl " SANDBOX_ACCOUNT);
    program templated = start_example(CANARY, "./transport_template " SANDBOX_ACCOUNT);
    program readme = start_example(CANARY, "./readme");
    program loop = start_example(CANARY, "./event_loop " SANDBOX_ACCOUNT " " SANDBOX_ACCOUNT);
    program file = start_example(CANARY, "./inflate_zlib " SANDBOX_ACCOUNT " out.json && "
                                         "cat out.json");
    program faulty = start_example(CANARY, "./event_loop 42 " SANDBOX_ACCOUNT " not-an-account");

    CHECK_INT(finish(download), 0);
    CHECK_TEXT(errors, strlen(errors), "");
    check_records();

    CHECK_INT(finish(templated), 0);
    CHECK_TEXT(errors, strlen(errors), "");
    CHECK(output[0] == '{' && strstr(output, "\"Spring \\\"1\\\"\"") != NULL);

    CHECK_INT(finish(readme), 0);
    CHECK_TEXT(errors, strlen(errors), "");
    CHECK(output[0] == '{' && strstr(output, "\"Spring \\\"1\\\"\"") != NULL);

    CHECK_INT(finish(file), 0);
    CHECK_TEXT(errors, strlen(errors), "");
    CHECK(output[0] == '{' && strstr(output, "\"Spring \\\"1\\\"\"") != NULL);

    CHECK_INT(finish(loop), 0);
    CHECK_TEXT(errors, strlen(errors), "");
    CHECK_TEXT(output, strlen(output),
               SANDBOX_ACCOUNT ": 2 entities\n" SANDBOX_ACCOUNT ": 2 entities\n");

    CHECK_INT(finish(faulty), 1); // an account that fails does not disturb another
    CHECK_TEXT(output, strlen(output), SANDBOX_ACCOUNT ": 2 entities\n");
    CHECK(strncmp(errors, "42: ", 4) == 0 || strstr(errors, "\n42: ") != NULL);
    CHECK(strstr(errors, "not-an-account: ") != NULL);
    CHECK_INT(COUNT(service.files.requests) - before, 7);
}

// What only fills a buffer is not written yet.
static void output_that_is_full(void)
{
    static const char *const commands[] = {"./download_curl " SANDBOX_ACCOUNT,
                                           "./event_loop " SANDBOX_ACCOUNT,
                                           "./transport_template " SANDBOX_ACCOUNT, "./readme"};
    enum { COMMANDS = sizeof commands / sizeof commands[0] };
    program programs[COMMANDS];
    char line[256];
    int i;
    for (i = 0; i < COMMANDS; i++) {
        snprintf(line, sizeof line, "%s >/dev/full", commands[i]);
        programs[i] = start_example(CANARY, line);
    }
    for (i = 0; i < COMMANDS; i++) {
        CHECK_INT(finish(programs[i]), 1);
        CHECK(strlen(errors) > 0);
    }
}

static void token_stays_with_the_api(void)
{
    CHECK(COUNT(service.files.requests) >= 5);
    CHECK_INT(COUNT(service.files.canaries), 0);
}

int main(void)
{
    char command[1200], here[512], *slash;
    snprintf(here, sizeof here, "%s", __FILE__);
    slash = strrchr(here, '/');
    snprintf(slash ? slash : here, 4, "%s", slash ? "/.." : "..");
    if (mkdtemp(work) == NULL)
        return 1;
    snprintf(command, sizeof command,
             "cd '%s' && ln -s \"$PWD/pinbulk.h\" \"$PWD/README.md\" \"$PWD/adapters\" "
             "\"$PWD/examples\" %s && "
             "command -v cc >/dev/null",
             here, work);
    if (system(command) != 0) {
        folder_remove(work);
        printf("skipped: cc is missing\n");
        return 77;
    }
    sandbox_server_start(&service, NULL);
    RUN(every_example_compiles_as_it_says);
    RUN(program_of_the_readme_compiles);
    RUN(upsert);
    RUN(upsert_without_a_reply);
    RUN(token_that_is_not_accepted);
    RUN(downloads);
    RUN(output_that_is_full);
    RUN(token_stays_with_the_api);
    sandbox_server_stop(&service);
    folder_remove(work);
    return check_report();
}
