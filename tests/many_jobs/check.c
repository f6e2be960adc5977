// Runs examples/many_jobs.c against the sandbox behind real servers: many jobs at once,
// servers that misbehave, interrupts, and how much memory a job takes.
//
//     check FLAVOUR README COMMAND...     COMMAND: the example, perhaps with what it is to run in
//
// FLAVOUR: plain measures memory, too; the others run fewer jobs.
#define SANDBOX_MEMORY (1 << 25)
#define SANDBOX_KEPT   100000
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "../../adapters/pinbulk_sandbox.h"
#include "../check.h"
#include "../server.h"
#include "../sandbox_server.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define SEEDS     60 // campaigns that are there before, more than one portion of a result file
#define FILES_MAX 40 // open at once; the example has 16 connections
#define TEXT_MAX  (1 << 18)

static const char *flavour, *readme;
static int few_runs;          // valgrind is slow to start
static char **command;        // its last two words are the number of jobs at once and the deadline
static int command_words;     // with these
static const char *folder;    // of certificates and files
static char authorities[300]; // that the example trusts

// ---- a run of the example ----------------------------------------------------------------------

typedef struct run {
    sandbox_server service;
    pid_t process;
    int pipe[2]; // its standard input, when it is no file; -1: there is none
    char name[16];
    char input[TEXT_MAX], output[TEXT_MAX], errors[TEXT_MAX];
} run;

static void path_of(const run *r, const char *ending, char path[400])
{
    snprintf(path, 400, "%s/%s.%s", folder, r->name, ending);
}

// The campaigns "seed 0" and so on.
static void seed(run *r)
{
    static char body[SEEDS * 200];
    pinbulk_sandbox_request request;
    pinbulk_sandbox_reply reply;
    size_t length = (size_t)sprintf(body, "{\"create\":{\"campaigns\":[");
    int i;
    for (i = 0; i < SEEDS; i++)
        length += (size_t)sprintf(body + length,
                                  "%s{\"ad_account_id\":\"" SANDBOX_ACCOUNT
                                  "\",\"name\":\"seed %d\",\"objective_type\":\"AWARENESS\"}",
                                  i > 0 ? "," : "", i);
    length += (size_t)sprintf(body + length, "]}}");
    memset(&request, 0, sizeof request);
    request.method = pinbulk_text_of("POST");
    request.target = pinbulk_text_of("/v5/ad_accounts/" SANDBOX_ACCOUNT "/bulk/upsert");
    request.authorization = pinbulk_text_of("Bearer " CANARY);
    request.content_type = pinbulk_text_of("application/json");
    request.body.data = body;
    request.body.length = length;
    pthread_mutex_lock(&r->service.lock);
    pinbulk_sandbox_answer(&r->service.sandbox, &request, &reply);
    CHECK_INT(reply.status, 200);
    r->service.sandbox.applied = r->service.sandbox.exchanges[PINBULK_OPERATION_UPSERT] = 0;
    pthread_mutex_unlock(&r->service.lock);
}

// Starts its service, and writes `jobs` lines: upserts of "new 0", "new 2"..., and downloads of the
// seeds between them.
static void prepare(run *r, const char *name, int tls, unsigned running, int jobs)
{
    size_t length = 0;
    int i;
    snprintf(r->name, sizeof r->name, "%s", name);
    sandbox_server_start(&r->service, tls ? folder : NULL);
    if (tls) { // the name that the certificate is for
        memcpy(r->service.base_url + 8, "localhost", 9);
        memcpy(r->service.results + 8, "localhost", 9);
    }
    r->service.sandbox.config.running = running;
    seed(r);
    r->input[0] = '\0';
    for (i = 0; i < jobs; i++)
        length +=
            (size_t)(i % 2 == 0
                         ? sprintf(r->input + length, "upsert " SANDBOX_ACCOUNT " new %d\n", i)
                         : sprintf(r->input + length, "download " SANDBOX_ACCOUNT " seed\n"));
}

static void start_with(run *r, const char *number, const char *deadline)
{
    static const char *const endings[] = {"in", "out", "err"};
    struct rlimit files = {FILES_MAX, FILES_MAX};
    char path[400];
    int i;
    FILE *file;
    path_of(r, "in", path);
    file = fopen(path, "w");
    if (file == NULL || fputs(r->input, file) < 0 || fclose(file) != 0)
        abort();
    command[command_words - 2] = (char *)(uintptr_t)number;
    command[command_words - 1] = (char *)(uintptr_t)deadline;
    fflush(stdout);
    r->process = fork();
    if (r->process != 0)
        return;
    for (i = 0; i < 3; i++) {
        path_of(r, endings[i], path);
        if (i == 0 && r->pipe[0] < 0)
            close(0);
        else if (i == 0 && r->pipe[0] > 0)
            dup2(r->pipe[0], 0);
        else
            dup2(open(path, i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC, 0600), i);
    }
    for (i = 3; i < 1024; i++)
        close(i);
    if (strcmp(flavour, "plain") == 0)
        setrlimit(RLIMIT_NOFILE, &files);
    setenv("PINTEREST_ACCESS_TOKEN", CANARY, 1);
    setenv("PINTEREST_API_URI", r->service.base_url, 1);
    setenv("SSL_CERT_FILE", authorities, 1);
    execvp(command[0], command);
    _exit(126);
}

static void start(run *r, int at_once, const char *deadline)
{
    char number[16];
    snprintf(number, sizeof number, "%d", at_once);
    start_with(r, number, deadline);
}

static void read_back(const run *r, const char *ending, char text[TEXT_MAX])
{
    char path[400];
    size_t length = 0;
    path_of(r, ending, path);
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        length = fread(text, 1, TEXT_MAX - 1, file);
        fclose(file);
    }
    text[length] = '\0';
}

// Waits for its end. Returns its exit status.
static int finish(run *r)
{
    int status = 0;
    waitpid(r->process, &status, 0);
    read_back(r, "out", r->output);
    read_back(r, "err", r->errors);
    CHECK(strstr(r->output, CANARY) == NULL && strstr(r->errors, CANARY) == NULL);
    CHECK(strstr(r->errors, "://") == NULL && strstr(r->errors, "Signature") == NULL);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 3)
        CHECK_FAIL("%s: status %x: %s", r->name, (unsigned)status, r->errors);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int count(const char *text, const char *part)
{
    int found = 0;
    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        found++;
    }
    return found;
}

static void wait_for(run *r, pinbulk_operation operation, unsigned exchanges)
{
    int i;
    for (i = 0; i < 1500 &&
                sandbox_count(&r->service, &r->service.sandbox.exchanges[operation]) < exchanges;
         i++)
        server_sleep(10);
}

// Every line of its input came to its end, with the records that belong to it, and each upsert was
// applied once. `lost`: upserts whose reply did not come.
static void check_all_done(run *r, int jobs, int lost)
{
    int i, upserts = (jobs + 1) / 2;
    size_t k;
    pinbulk_text entity;
    char line[128];
    CHECK_INT(count(r->errors, "download " SANDBOX_ACCOUNT " seed: succeeded with 0 errors in 0 of "
                               "60 records\n"),
              jobs / 2);
    CHECK_INT(count(r->errors, ": succeeded with 0 errors in 0 of 1 record\n"), upserts - lost);
    snprintf(line, sizeof line, "\n%d done, 0 failed, %d unknown: %d entities\n", jobs - lost, lost,
             jobs / 2 * SEEDS + upserts - lost);
    CHECK(strstr(r->errors, line) != NULL);
    CHECK_TEXT(r->output, strlen(r->output), "");
    CHECK_INT(sandbox_count(&r->service, &r->service.sandbox.applied), upserts);
    for (k = 0, i = 0;; k++) { // no name twice
        entity = pinbulk_sandbox_entity(&r->service.sandbox, PINBULK_KIND_CAMPAIGN, k);
        if (entity.length == 0)
            break;
        i++;
    }
    CHECK_INT(i, SEEDS + upserts);
    for (i = 0; i < jobs; i += 2) {
        snprintf(line, sizeof line, "upsert " SANDBOX_ACCOUNT " new %d: ", i);
        CHECK_INT(count(r->errors, line), 1);
    }
    if (strncmp(r->service.base_url, "https", 5) != 0 && lost == 0)
        CHECK_INT(COUNT(r->service.api.canaries), COUNT(r->service.api.requests));
    CHECK_INT(COUNT(r->service.files.canaries), 0);
}

// ---- the tests ---------------------------------------------------------------------------------

// They are all started at once, because most of their time is waiting.
static run one, hundred, thousand, faulty, secure, few, waiting, once, twice, late, wrong, piped;

static int scaled(int jobs)
{
    return strcmp(flavour, "plain") == 0 ? jobs : jobs / 10 > 0 ? jobs / 10 : 1;
}

static unsigned number_after(const char *text, const char *before)
{
    const char *at = strstr(text, before);
    return at != NULL ? (unsigned)strtoul(at + strlen(before), NULL, 10) : 0;
}

// The first interrupt waits for the replies to upserts that are on their way, and nothing else is
// begun. The second does not wait, and then nobody knows of them.
enum { UNDER_WAY = 8 }; // of 16 connections, because every second job is an upsert

static void interrupt_under_upserts(run *r, const char *name, int times)
{
    prepare(r, name, 0, 0, 40);
    r->service.slow = 1;
    r->service.pause = 2500;
    start(r, 40, NULL);
    wait_for(r, PINBULK_OPERATION_UPSERT, UNDER_WAY);
    while (times-- > 0) {
        kill(r->process, SIGINT);
        server_sleep(100); // two at the same time would be one
    }
}

static void check_interrupted(run *r, int times)
{
    CHECK_INT(finish(r), times == 1 ? 1 : 3);
    CHECK_INT(sandbox_count(&r->service, &r->service.sandbox.applied), UNDER_WAY);
    CHECK_INT(count(r->output, "attach "), times == 1 ? UNDER_WAY : 0);
    CHECK_INT(count(r->output, "upsert "), 20 - UNDER_WAY);
    CHECK_INT(count(r->output, "download "), 20);
    CHECK_INT(number_after(r->errors, " failed, "), times == 1 ? 0 : UNDER_WAY);
    sandbox_server_stop(&r->service);
}

static void interrupted_under_upserts(void)
{
    check_interrupted(&once, 1);
    check_interrupted(&twice, 2);
}

static void all_begin(void)
{
    sandbox_server *s = &faulty.service;
    int i;

    interrupt_under_upserts(&once, "once", 1);
    interrupt_under_upserts(&twice, "twice", 2);
    prepare(&waiting, "waiting", 0, 1, scaled(100));
    start(&waiting, scaled(60), NULL);

    prepare(&faulty, "faulty", 0, 1, 100);
    sandbox_misbehave(s, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_RATE_LIMITED, 5, 1);
    sandbox_misbehave(s, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_RATE_LIMITED, 2, -1);
    sandbox_misbehave(s, PINBULK_OPERATION_UPSERT, PINBULK_SANDBOX_LOST_REPLY, 1, 0);
    sandbox_misbehave(s, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_STATUS, 2, 500);
    sandbox_misbehave(s, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_RATE_LIMITED, 2, 2);
    sandbox_misbehave(s, PINBULK_OPERATION_DOWNLOAD, PINBULK_SANDBOX_LOST_REPLY, 1, 0);
    sandbox_misbehave(s, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_STATUS, 4, 503);
    sandbox_misbehave(s, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_RATE_LIMITED, 2, 1);
    sandbox_misbehave(s, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_LOST_REPLY, 2, 0);
    sandbox_misbehave(s, PINBULK_OPERATION_STATUS, PINBULK_SANDBOX_HTML, 1, 502);
    sandbox_misbehave(s, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 4, 0);
    sandbox_misbehave(s, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 4, 5000);
    sandbox_misbehave(s, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_TRUNCATED, 4, 77);
    sandbox_misbehave(s, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_LOST_REPLY, 2, 0);
    sandbox_misbehave(s, PINBULK_OPERATION_RESULT, PINBULK_SANDBOX_STATUS, 2, 500);
    s->slow = 10;
    s->pause = 300;
    s->piece = 1000;
    start(&faulty, 100, NULL);

    prepare(&secure, "secure", 1, 1, scaled(40));
    start(&secure, scaled(40), NULL);
    if (few_runs)
        return;

    prepare(&late, "late", 0, 0, 40);
    late.service.slow = 1;
    late.service.pause = 60000;
    start(&late, 40, "3");

    prepare(&one, "one", 0, 1, 1);
    prepare(&hundred, "hundred", 0, 1, scaled(100));
    prepare(&thousand, "thousand", 0, 1, scaled(1000));
    prepare(&few, "few", 0, 0, scaled(100));
    start(&one, 1, NULL);
    start(&hundred, scaled(100), NULL);
    start(&thousand, scaled(1000), NULL);
    start(&few, scaled(50), NULL);

    prepare(&wrong, "wrong", 0, 0, 0);
    strcpy(wrong.input, "\nupsert\nupsert 1\nattach 1\nerase 1 2\ndownload not-an-account\n"
                        "attach " SANDBOX_ACCOUNT " 77\ndownload " SANDBOX_ACCOUNT);
    i = (int)strlen(wrong.input); // a line that is too long, with the makings of a job behind
    sprintf(wrong.input + i, "\nupsert " SANDBOX_ACCOUNT " %0491dupsert " SANDBOX_ACCOUNT " x\n",
            0);
    start(&wrong, 2, NULL);
}

// After an interrupt the rest is a list of jobs again, which does what is left to do and nothing
// that was done.
static void interrupted(void)
{
    run *r = &waiting;
    int jobs = scaled(100), at_once = scaled(60);
    wait_for(r, PINBULK_OPERATION_DOWNLOAD, (unsigned)at_once / 2);
    wait_for(r, PINBULK_OPERATION_UPSERT, (unsigned)at_once / 2);
    server_sleep(500);
    kill(r->process, SIGINT);
    CHECK_INT(finish(r), 1);
    CHECK_INT(count(r->output, "attach " SANDBOX_ACCOUNT " 6267"), at_once);
    CHECK_INT(count(r->output, "upsert "), (jobs - at_once) / 2);
    CHECK_INT(count(r->output, "download "), (jobs - at_once) / 2);
    CHECK_INT(sandbox_count(&r->service, &r->service.sandbox.applied), at_once / 2);
    strcpy(r->input, r->output);
    start(r, jobs, NULL);
}

static void and_taken_up_again(void)
{
    run *r = &waiting;
    int jobs = scaled(100);
    CHECK_INT(finish(r), 0);
    CHECK_TEXT(r->output, strlen(r->output), "");
    CHECK_INT(count(r->errors, ": succeeded with 0 errors in 0 of 60 records\n"), jobs / 2);
    CHECK_INT(count(r->errors, ": succeeded with 0 errors in 0 of 1 record\n"), jobs / 2);
    CHECK_INT(r->service.sandbox.exchanges[PINBULK_OPERATION_UPSERT], jobs / 2);
    CHECK_INT(r->service.sandbox.exchanges[PINBULK_OPERATION_DOWNLOAD], jobs / 2);
    sandbox_server_stop(&r->service);
}

static void one_a_hundred_a_thousand(void)
{
    CHECK_INT(finish(&one), 0);
    check_all_done(&one, 1, 0);
    sandbox_server_stop(&one.service);
    CHECK_INT(finish(&hundred), 0);
    check_all_done(&hundred, scaled(100), 0);
    sandbox_server_stop(&hundred.service);
    CHECK_INT(finish(&thousand), 0);
    check_all_done(&thousand, scaled(1000), 0);
    sandbox_server_stop(&thousand.service);
}

static void over_tls(void)
{
    CHECK_INT(finish(&secure), 0);
    check_all_done(&secure, scaled(40), 0);
    sandbox_server_stop(&secure.service);
}

static void fewer_at_once_than_there_are(void)
{
    CHECK_INT(finish(&few), 0);
    check_all_done(&few, scaled(100), 0);
    sandbox_server_stop(&few.service);
}

// Refusals, transfers that break off, replies that are lost and slow ones; one of the lost replies
// is that to an upsert.
static void servers_that_misbehave(void)
{
    CHECK_INT(finish(&faulty), 3);
    check_all_done(&faulty, 100, 1);
    CHECK_INT(faulty.service.sandbox.exchanges[PINBULK_OPERATION_UPSERT], 50 + 7);
    CHECK_INT(faulty.service.sandbox.fault_count, 0); // all of it happened
    sandbox_server_stop(&faulty.service);
}

// Nobody answers. Exchanges under way are broken off, most other jobs end in the queue.
static void deadlines_pass(void)
{
    int sent;
    char line[128];
    CHECK_INT(finish(&late), 3);
    sent = (int)late.service.sandbox.applied; // some began a moment later than others
    CHECK(sent >= UNDER_WAY && sent < 20);
    snprintf(line, sizeof line, "\n0 done, %d failed, %d unknown: 0 entities\n", 40 - sent, sent);
    CHECK(strstr(late.errors, line) != NULL);
    CHECK_INT(count(late.errors, "(PINBULK_DEADLINE"), 40 - sent);
    CHECK_INT(count(late.output, "upsert "), 20 - sent);
    CHECK_INT(count(late.output, "download "), 20);
    sandbox_server_stop(&late.service);
}

static void lines_that_are_no_jobs(void)
{
    CHECK_INT(finish(&wrong), 1);
    CHECK_INT(count(wrong.errors, "no job: "), 6);
    CHECK(strstr(wrong.errors, "\n1 done, 8 failed, 0 unknown: 60 entities\n") != NULL);
    CHECK_INT(count(wrong.output, "\n"), 2);
    CHECK(strstr(wrong.output, "download not-an-account\n") != NULL);
    CHECK(strstr(wrong.output, "attach " SANDBOX_ACCOUNT " 77\n") != NULL);
    sandbox_server_stop(&wrong.service);
}

static void write_line(run *r, const char *text)
{
    CHECK_INT(write(r->pipe[1], text, strlen(text)), strlen(text));
}

// Jobs go on while the next line is on its way, and one that is here in parts is one.
static void input_that_comes_slowly(void)
{
    run *r = &piped;
    int interrupted;
    for (interrupted = 0; interrupted < 2; interrupted++) {
        prepare(r, "piped", 0, 0, 0);
        CHECK_INT(pipe(r->pipe), 0);
        start(r, 2, NULL);
        close(r->pipe[0]);
        write_line(r, "download " SANDBOX_ACCOUNT " seed\nupsert " SANDBOX_ACCOUNT " n");
        wait_for(r, PINBULK_OPERATION_RESULT, 1);
        CHECK_INT(
            sandbox_count(&r->service, &r->service.sandbox.exchanges[PINBULK_OPERATION_RESULT]), 1);
        server_sleep(300); // the job ends
        if (interrupted) {
            kill(r->process, SIGINT);
            server_sleep(300);
        }
        write_line(r, "ew\ndownload");
        write_line(r, " " SANDBOX_ACCOUNT " seed");
        close(r->pipe[1]);
        CHECK_INT(finish(r), interrupted);
        CHECK(strstr(r->errors, interrupted ? "\n1 done, 0 failed, 0 unknown: 60 entities\n"
                                            : "\n3 done, 0 failed, 0 unknown: 121 entities\n"));
        CHECK_TEXT(r->output, strlen(r->output),
                   interrupted ? "upsert " SANDBOX_ACCOUNT " new\ndownload " SANDBOX_ACCOUNT " seed"
                               : "");
        sandbox_server_stop(&r->service);
    }
}

static void no_input(void)
{
    prepare(&piped, "closed", 0, 0, 0);
    piped.pipe[0] = -1;
    start(&piped, 2, NULL);
    CHECK_INT(finish(&piped), 0);
    CHECK(strstr(piped.errors, "0 done, 0 failed, 0 unknown") != NULL);
    sandbox_server_stop(&piped.service);
}

static void numbers_that_are_none(void)
{
    static const char *const cases[][2] = {
        {"2", "1h"},     {"2", "-5"},  {"2", ""},
        {"2", "0"},      {"2x", "5"},  {"-2", NULL},
        {"0", NULL},     {" 2", NULL}, {"2", "99999999999999999999"},
        {"100001", NULL}};
    size_t i;
    prepare(&wrong, "numbers", 0, 0, 1);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int seconds = strcmp(cases[i][0], "2") == 0;
        start_with(&wrong, cases[i][0], cases[i][1]);
        CHECK_INT(finish(&wrong), 2);
        CHECK(strstr(wrong.errors, seconds ? "SECONDS is a number" : "NUMBER is a number") != NULL);
    }
    CHECK_INT(wrong.service.sandbox.exchanges[PINBULK_OPERATION_UPSERT], 0);
    sandbox_server_stop(&wrong.service);
}

// Whether README.md states so many KiB, rounded to the nearest.
static void check_stated(const char *text, const char *what, unsigned said)
{
    unsigned stated = number_after(text, what) * 1024;
    CHECK(said > 0);
    if (stated > said + 512 || stated + 512 < said)
        CHECK_FAIL("README.md says \"%s%u KiB\" of %u bytes", what, stated / 1024, said);
}

// A job and a connection take what the example says, which is what README.md says.
static void memory_of_a_job(void)
{
    static char text[TEXT_MAX];
    FILE *file = fopen(readme, "r");
    unsigned said = number_after(thousand.errors, "\nmemory of a job: ");
    unsigned measured = number_after(thousand.errors, "\nmeasured: ");
    text[file != NULL ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
    if (file != NULL)
        fclose(file);
    if (measured > said + said / 10 || measured < said - said / 10)
        CHECK_FAIL("a job takes %u bytes, not the %u it says", measured, said);
    check_stated(text, "A job takes ", said);
    check_stated(text, "a connection takes", number_after(thousand.errors, "; of a connection: "));
}

int main(int argc, char **argv)
{
    char here[256], *slash;
    if (argc < 4)
        return 2;
    flavour = argv[1];
    few_runs = strcmp(flavour, "valgrind") == 0;
    readme = argv[2];
    command_words = argc - 3 + 2;
    command = (char **)server_allocate((size_t)(command_words + 1) * sizeof *command);
    memcpy(command, argv + 3, (size_t)(argc - 3) * sizeof *command);
    snprintf(here, sizeof here, "%s", __FILE__);
    slash = strstr(here, "/many_jobs/");
    *slash = '\0';
    folder = certificates_make(here);
    if (folder == NULL) {
        printf("skipped: no certificates, the openssl tool is missing\n");
        return 77;
    }
    snprintf(authorities, sizeof authorities, "%s/ca.pem", folder);
    RUN(all_begin);
    RUN(interrupted_under_upserts);
    RUN(interrupted);
    RUN(and_taken_up_again);
    RUN(over_tls);
    RUN(servers_that_misbehave);
    if (!few_runs) {
        RUN(one_a_hundred_a_thousand);
        RUN(fewer_at_once_than_there_are);
        RUN(deadlines_pass);
        RUN(lines_that_are_no_jobs);
        RUN(input_that_comes_slowly);
        RUN(no_input);
        RUN(numbers_that_are_none);
    }
    if (strcmp(flavour, "plain") == 0)
        RUN(memory_of_a_job);
    folder_remove(folder);
    free(command);
    return check_report();
}
