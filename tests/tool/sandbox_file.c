// The file of --sandbox-file, with each byte changed and cut off anywhere: what is not refused can
// be used. Built with the sanitizers it finds what is beyond the store, and an alarm ends what
// never ends.
#define _POSIX_C_SOURCE 200809L
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "../../adapters/pinbulk_curl.h"
#include "../check.h"
#include <unistd.h>
static FILE *messages; // are made, and go nowhere
#undef stderr
#define stderr messages
#include "../../examples/pinbulk/tool.c"
#include "../../examples/pinbulk/session.c"

#define A "549755885175"

enum { MEMORY = 1 << 16 };

static session s;
static const char *path;
static char store[MEMORY], *file;
static size_t length;

static pinbulk_result take(void *ctx, const void *data, size_t size)
{
    (void)ctx, (void)data, (void)size;
    return PINBULK_OK;
}

// Loads a file into a sandbox that is as large as it must be. Returns what the tool would end with.
static int load(const char *data, size_t size)
{
    pinbulk_sandbox_config config;
    memset(&config, 0, sizeof config);
    config.token = pinbulk_text_of("sandbox");
    config.account = pinbulk_text_of(A);
    config.memory = store;
    config.memory_size = sizeof store;
    config.running = 2;
    memset(store, 0x5a, sizeof store);
    if (pinbulk_sandbox_init(&s.stand_in, &config) != PINBULK_OK)
        abort();
    return load_sandbox(&s, data, size);
}

// Everything that a command can do with it. How it ends does not matter, that it ends does.
static void use(void)
{
    static const char json[] =
        "{\"create\":{\"ad_groups\":[{\"campaign_id\":\"626700000001\",\"name\":\"x\","
        "\"billable_event\":\"IMPRESSION\"}],\"keywords\":[{\"parent_id\":\"626700000006\","
        "\"keywords\":[{\"value\":\"x\",\"match_type\":\"BROAD\"}]},{\"parent_id\":\"" A "\","
        "\"keywords\":[{\"value\":\"y\",\"match_type\":\"BROAD\"}]}]},\"update\":{\"campaigns\":[{"
        "\"id\":\"626700000001\",\"ad_account_id\":\"" A
        "\",\"name\":\"z\"}],\"ad_groups\":[{\"id\":"
        "\"626700000006\",\"targeting_spec_operations\":[{\"operation\":\"ADD\",\"field\":"
        "\"LOCATION\",\"values\":[\"FR\"]}]}],\"keywords\":[{\"id\":\"626700000003\","
        "\"archived\":true}]}}";
    static char memory[16384];
    pinbulk_string id = pinbulk_string_of("626700000001");
    pinbulk_download download;
    pinbulk_upsert upsert;
    pinbulk_arena arena;
    memset(&arena, 0, sizeof arena);
    arena.memory = memory;
    arena.size = sizeof memory;
    if (pinbulk_decode_upsert(json, strlen(json), &upsert, &arena, NULL, NULL) != PINBULK_OK)
        abort();
    memset(&download, 0, sizeof download);
    download.entity_ids = pinbulk_string_list_set(&id, 1);
    pinbulk_job_init_download(&s.job, &s.config, &download);
    pinbulk_job_run(&s.job, &s.transport);
    pinbulk_job_init_upsert(&s.job, &s.config, &upsert);
    pinbulk_job_run(&s.job, &s.transport);
}

// The file that the tool makes of its own sandbox.
static void the_tool_makes_a_file(void)
{
    s.account = A;
    s.sandbox_file = path;
    s.config.fetch = 1;
    s.config.sink.write = take;
    CHECK_INT(session_open(&s), TOOL_OK);
    use();
    CHECK_INT(s.job.error.result, PINBULK_OK);
    CHECK_INT(session_close(&s, TOOL_OK), TOOL_OK);
    CHECK_INT(tool_input_read(path, 0, &file, &length), TOOL_OK);
    CHECK(length > sizeof(kept_sandbox) + 1000);
    s.token = s.refresh_token = s.details = s.stand_in_memory = NULL;
}

static void a_whole_file_is_taken(void)
{
    CHECK_INT(load(file, length), TOOL_OK);
    use();
    CHECK_INT(s.job.error.result, PINBULK_OK);
    CHECK_INT(s.stand_in.applied, 1);
}

static void a_file_that_is_cut_off_is_refused(void)
{
    size_t size;
    for (size = 0; size < length; size++) {
        char *data = (char *)tool_allocate(size);
        memcpy(data, file, size);
        CHECK_INT(load(data, size), TOOL_USAGE);
        free(data);
    }
}

// Also when its head says that there is no more.
static void a_store_that_is_cut_off_is_refused_but_between_items(void)
{
    size_t size, taken = 0, items = 0;
    CHECK_INT(load(file, length), TOOL_OK);
    for (size = 0; size < s.stand_in.used; size += pinbulki_sandbox_at(&s.stand_in, size).size)
        items++;
    for (size = sizeof(kept_sandbox); size < length; size++) {
        kept_sandbox kept;
        char *data = (char *)tool_allocate(size);
        memcpy(data, file, size);
        memcpy(&kept, data, sizeof kept);
        kept.used = size - sizeof kept;
        memcpy(data, &kept, sizeof kept);
        taken += load(data, size) == TOOL_OK;
        free(data);
    }
    CHECK_INT(taken, items);
}

static void a_changed_byte_is_refused_or_does_no_harm(void)
{
    static const unsigned char changes[] = {0x01, 0x20, 0x80, 0xff};
    size_t i, j, refused = 0;
    char *data = tool_copy(file, length);
    for (i = 0; i < length; i++)
        for (j = 0; j < 6; j++) {
            char byte = file[i];
            data[i] = j < 4 ? (char)(byte ^ (char)changes[j]) : j == 4 ? '\0' : '\177';
            alarm(20);
            if (load(data, length) == TOOL_OK)
                use();
            else
                refused++;
            data[i] = byte;
        }
    alarm(0);
    CHECK(refused > length);
    free(data);
}

// What a change of one byte does not make.
static void no_item_is_its_own_parent(void)
{
    pinbulki_sandbox_item item;
    size_t at = sizeof(kept_sandbox), steps;
    char *data = tool_copy(file, length);
    for (steps = 0; at < length; steps++) {
        memcpy(&item, data + at, sizeof item);
        if (item.kind == PINBULK_KIND_KEYWORD)
            break;
        at += item.size;
    }
    CHECK(at < length);
    item.parent = item.id;
    memcpy(data + at, &item, sizeof item);
    CHECK_INT(load(data, length), TOOL_USAGE);
    item.parent = item.id = UINT64_C(549755885175); // the account, which may have the same number
    memcpy(data + at, &item, sizeof item);
    alarm(20);
    CHECK_INT(load(data, length), TOOL_OK);
    use();
    alarm(0);
    free(data);
}

int main(int argc, char **argv)
{
    if (argc != 2 || (messages = fopen("/dev/null", "w")) == NULL)
        return 2;
    path = argv[1];
    RUN(the_tool_makes_a_file);
    RUN(a_whole_file_is_taken);
    RUN(a_file_that_is_cut_off_is_refused);
    RUN(a_store_that_is_cut_off_is_refused_but_between_items);
    RUN(a_changed_byte_is_refused_or_does_no_harm);
    RUN(no_item_is_its_own_parent);
    free(file);
    fclose(messages);
    return check_report();
}
