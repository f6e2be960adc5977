// cc -I. examples/pinbulk/*.c -o pinbulk -lcurl -lsqlite3
//
// pinbulk: the Bulk API from the command line. `sh examples/pinbulk/build.sh` installs what it
// needs on Debian and builds it; `./pinbulk --help` says the rest.
#define _POSIX_C_SOURCE 200809L
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "../../adapters/pinbulk_curl.h"
#include "tool.h"
#include <fcntl.h>
#include <unistd.h>

static const char overview[] =
    "pinbulk COMMAND ... - Pinterest's Bulk API\n"
    "\n"
    "    download ACCOUNT            entities of an ad account, into a file\n"
    "    upsert ACCOUNT FILE|-       creates and updates entities; a dry run unless --apply\n"
    "    status ACCOUNT REQUEST_ID   what a request is doing\n"
    "    wait ACCOUNT REQUEST_ID     until a request has ended\n"
    "    fetch ACCOUNT REQUEST_ID    its result file, as soon as it is there\n"
    "    validate FILE|-             checks the input of an upsert, without a network\n"
    "    show FILE|-                 records of a result file as a table\n"
    "    convert FILE|- --to FORMAT  records as jsonl, csv or sqlite\n"
    "\n"
    "pinbulk COMMAND --help says more of each, as pinbulk help COMMAND does. For all:\n"
    "    -q, --quiet    errors only, and the request id\n"
    "    --json         for machines: results as JSON on standard output, events on standard "
    "error\n"
    "\n"
    "Ends with 0 ok, 1 some entities failed, 2 usage or input, 3 authentication, 4 rate limit,\n"
    "5 network, 6 the request was refused or failed, 7 deadline, 8 an upsert that may or may not\n"
    "be applied, 9 a file of this machine, 129, 130 and 143 interrupted.\n";

#define SESSION_HELP                                                                              \
    "\n"                                                                                          \
    "    --token-file FILE   has the access token, instead of PINTEREST_ACCESS_TOKEN\n"           \
    "    --refresh-token-file FILE   has the refresh token, instead of\n"                         \
    "                        PINTEREST_REFRESH_ACCESS_TOKEN; a new one is kept there. With\n"     \
    "                        PINTEREST_APP_ID and PINTEREST_APP_SECRET it gets a new access\n"    \
    "                        token when the old one is not accepted any more\n"                   \
    "    --deadline TIME     for all of it: 90s, 30m, 6h [6h]\n"                                  \
    "    --poll TIME         between two status calls [2s at first, up to 2m]\n"                  \
    "    --attempts N        of each request that may be repeated [6]\n"                          \
    "    --ca-file FILE      authorities to trust, instead of those of the system\n"              \
    "    --proxy URL         such as http://host:port\n"                                          \
    "    --sandbox           a small account in memory instead of the service: nothing is sent\n" \
    "    --sandbox-file FILE the same, kept in a file for the next command\n"                     \
    "PINTEREST_API_URI replaces https://api.pinterest.com/v5; plain http only to this machine.\n"

static const char download_help[] =
    "pinbulk download ACCOUNT [OPTION...] - downloads entities of an ad account\n"
    "\n"
    "    -o, --output FILE       mode 0600, when it is whole [standard output]\n"
    "    --force                 replaces a file that is there\n"
    "    --types LIST            up to six of campaign, ad_group, product_group, ad, keyword,\n"
    "                            label, schedule, entity_history [all]\n"
    "    --ids LIST              these entities, their children and grandchildren\n"
    "    --updated-since DATE    2026-01-31, 2026-01-31T10:00:00Z, or an age: 30d, 12h\n"
    "    --campaign-status LIST  running, paused, not_started, completed, advertiser_disabled,\n"
    "                            archived, draft, deleted_draft\n"
    "    --objective LIST        awareness, consideration, web_conversion, catalog_sales...\n"
    "    --name TEXT             of the campaign\n"
    "    --format json|csv       [json]\n" SESSION_HELP;

static const char upsert_help[] =
    "pinbulk upsert ACCOUNT FILE|- [OPTION...] - creates and updates entities\n"
    "\n"
    "The input is a JSON document {\"create\":{\"campaigns\":[...],...},\"update\":{...}} or lines "
    "of\n"
    "{\"op\":\"create\",\"kind\":\"campaign\",...} with the members of the entity; op is create or "
    "update,\n"
    "kind campaign, ad_group, ad, product_group, keyword, label, schedule or\n"
    "catalog_product_group. Without --apply nothing is sent: it is checked and counted.\n"
    "\n"
    "    --apply             sends it\n"
    "    --allow-archive     sends ARCHIVED, from which there is no way back\n"
    "    --max-entities N    of one request [no limit]\n"
    "    --max-bytes N       of one request [no limit]\n"
    "    --from N            goes on with entity N, which a failed upsert has told\n"
    "    --max-problems N    that are shown [20]\n"
    "    --strict            members and values that this program does not know are mistakes\n"
    "    -o, --output FILE   records of the result file, one a line\n"
    "    --force             replaces a file that is there\n" SESSION_HELP;

static const char status_help[] =
    "pinbulk status ACCOUNT REQUEST_ID [OPTION...] - prints RUNNING, SUCCEEDED or FAILED\n"
    "\n"
    "Ends with 6 when it is FAILED.\n"
    "\n"
    "    --details           asks the service for details; --json prints them\n" SESSION_HELP;

static const char wait_help[] =
    "pinbulk wait ACCOUNT REQUEST_ID [OPTION...] - waits until a request has ended\n"
    "\n"
    "Ends with 0 when it succeeded and with 6 when it failed.\n"
    "\n"
    "    --details           asks the service for details; --json prints them\n" SESSION_HELP;

static const char fetch_help[] =
    "pinbulk fetch ACCOUNT REQUEST_ID [OPTION...] - waits for a result file and fetches it\n"
    "\n"
    "    -o, --output FILE   mode 0600, when it is whole [standard output]\n"
    "    --force             replaces a file that is there\n" SESSION_HELP;

static const char validate_help[] =
    "pinbulk validate FILE|- [OPTION...] - checks the input of an upsert, without a network\n"
    "\n"
    "Names file, line, column and path of every mistake. Ends with 2 when there are some.\n"
    "\n"
    "    --max-problems N    that are shown [20]\n"
    "    --strict            members and values that this program does not know are mistakes\n";

static const char show_help[] =
    "pinbulk show FILE|- [OPTION...] - prints the records of a result file as a table\n"
    "\n"
    "    --columns LIST      kind, errors, parent, or members of the records by their paths\n"
    "                        [kind,id,parent,name,status,errors]\n";

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {{"download", tool_download, download_help},
                {"upsert", tool_upsert, upsert_help},
                {"status", tool_status, status_help},
                {"wait", tool_wait, wait_help},
                {"fetch", tool_fetch, fetch_help},
                {"validate", tool_validate, validate_help},
                {"show", tool_show, show_help},
                {"convert", tool_convert, tool_convert_help}};

static int print_help(const char *text)
{
    fputs(text, stdout);
    return fflush(stdout) == 0 ? TOOL_OK : TOOL_FILE;
}

int main(int argc, char **argv)
{
    size_t i;
    int code, descriptor, help;
    // one that is closed would be given to the next file or connection
    while ((descriptor = open("/dev/null", O_RDONLY)) >= 0 && descriptor <= STDERR_FILENO)
        ;
    close(descriptor);
    if (argc < 2) {
        fputs(overview, stderr);
        return TOOL_USAGE;
    }
    help = strcmp(argv[1], "help") == 0;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (help && argc == 2))
        return print_help(overview);
    if (strcmp(argv[1], "--version") == 0) {
        printf("pinbulk %d.%d.%d\n", PINBULK_VERSION_MAJOR, PINBULK_VERSION_MINOR,
               PINBULK_VERSION_PATCH);
        return TOOL_OK;
    }
    for (i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(argv[1 + help], commands[i].name) != 0)
            continue;
        if (help)
            return print_help(commands[i].help);
        tool_signals();
        code = commands[i].run(argc - 1, argv + 1);
        return tool_settings.help ? print_help(commands[i].help) : code;
    }
    return tool_fail(TOOL_USAGE, "there is no command of that name; see pinbulk --help");
}
