// convert.c: a result file as JSON lines, as tables in CSV, or as a database that remembers earlier
// files.
//
// Memory depends on the largest record, not on the file. A file that is cut off, or wrong anywhere,
// leaves files and databases as they were.
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char tool_convert_help[] =
    "pinbulk convert FILE|- --to jsonl|csv|sqlite [OPTION...] - converts a result file\n"
    "\n"
    "The input is JSON, JSON lines or CSV. When it is cut off or wrong anywhere, no file and no\n"
    "database is made or changed.\n"
    "\n"
    "    --to jsonl          one record in each line, as it stands in the input\n"
    "    --to csv            a table of each kind of entity: -o out.csv makes out.campaign.csv "
    "and\n"
    "                        so on; with --kind one table\n"
    "    --to sqlite         updates the database of -o: rows by id, what changed, errors, runs\n"
    "    -o, --output FILE   mode 0600, when it is whole [standard output; sqlite: required]\n"
    "    --kind KIND         only these records: campaign, ad_group, ad, product_group, keyword,\n"
    "                        label, schedule, catalog_product_group, entity_history, unknown,\n"
    "                        error (not for sqlite)\n"
    "    --force             replaces a file that is there; a database is always updated\n";

// ---- kinds and their columns --------------------------------------------------------------------

// A kind of entity, or SLOT_ERROR: a record that stands among the errors of a file.
enum { SLOT_ERROR = PINBULK_KIND_ENTITY_HISTORY + 1, SLOTS };

static const char *slot_name(unsigned slot)
{
    return slot == SLOT_ERROR ? "error" : pinbulk_kind_name((pinbulk_kind)slot);
}

enum { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_DECIMAL, COLUMN_JSON };

typedef struct known {
    const char *name;
    int type;
} known;

#define TEXT(name)         \
    {                      \
#name, COLUMN_TEXT \
    }
#define INT(name)         \
    {                     \
#name, COLUMN_INT \
    }
#define BOOL(name)         \
    {                      \
#name, COLUMN_BOOL \
    }
#define DECIMAL(name)         \
    {                         \
#name, COLUMN_DECIMAL \
    }
#define JSON(name)         \
    {                      \
#name, COLUMN_JSON \
    }
#define END     \
    {           \
        NULL, 0 \
    }

// The members of the structs of pinbulk.h, in their order. The id is not among them.
static const known campaign_columns[] = {
    TEXT(ad_account_id),
    TEXT(name),
    TEXT(status),
    INT(lifetime_spend_cap),
    INT(daily_spend_cap),
    TEXT(order_line_id),
    JSON(tracking_urls),
    INT(start_time),
    INT(end_time),
    BOOL(is_flexible_daily_budgets),
    BOOL(is_automated_campaign),
    INT(default_ad_group_budget_in_micro_currency),
    BOOL(is_campaign_budget_optimization),
    TEXT(intended_promotion_type),
    BOOL(is_ltv_optimized),
    BOOL(is_top_of_search),
    TEXT(objective_type),
    BOOL(is_performance_plus),
    JSON(bid_options),
    END,
};
static const known ad_group_columns[] = {
    TEXT(campaign_id),
    TEXT(name),
    TEXT(status),
    INT(budget_in_micro_currency),
    INT(bid_in_micro_currency),
    TEXT(bid_strategy_type),
    TEXT(budget_type),
    INT(start_time),
    INT(end_time),
    JSON(targeting_spec),
    JSON(targeting_spec_operations),
    INT(lifetime_frequency_cap),
    JSON(tracking_urls),
    BOOL(auto_targeting_enabled),
    TEXT(placement_group),
    TEXT(pacing_delivery_type),
    TEXT(billable_event),
    DECIMAL(bid_multiplier),
    BOOL(is_creative_optimization),
    TEXT(promotion_id),
    JSON(promotion_ids),
    TEXT(promotion_application_level),
    JSON(targeting_template_ids),
    JSON(optimization_goal_metadata),
    END,
};
static const known ad_columns[] = {
    TEXT(ad_group_id),
    TEXT(pin_id),
    TEXT(name),
    TEXT(status),
    TEXT(creative_type),
    TEXT(destination_url),
    TEXT(android_deep_link),
    TEXT(ios_deep_link),
    JSON(carousel_destination_urls),
    JSON(carousel_android_deep_links),
    JSON(carousel_ios_deep_links),
    TEXT(click_tracking_url),
    TEXT(view_tracking_url),
    JSON(tracking_urls),
    TEXT(customizable_cta_type),
    TEXT(lead_form_id),
    JSON(quiz_pin_data),
    TEXT(grid_click_type),
    TEXT(disclosure_type),
    TEXT(disclosure_url),
    BOOL(is_pin_deleted),
    BOOL(is_removable),
    BOOL(is_carting),
    END,
};
static const known product_group_columns[] = {
    TEXT(ad_group_id),
    INT(bid_in_micro_currency),
    BOOL(included),
    TEXT(definition),
    TEXT(relative_definition),
    TEXT(parent_id),
    TEXT(slideshow_collections_title),
    TEXT(slideshow_collections_description),
    BOOL(is_mdl),
    TEXT(status),
    TEXT(tracking_url),
    TEXT(catalog_product_group_id),
    TEXT(catalog_product_group_name),
    TEXT(creative_type),
    TEXT(collections_hero_pin_id),
    TEXT(collections_hero_destination_url),
    TEXT(grid_click_type),
    TEXT(collections_header_type),
    TEXT(customizable_cta_type),
    BOOL(is_generate_background),
    TEXT(preferred_media_type),
    TEXT(selected_image_tag),
    TEXT(selected_video_tag),
    BOOL(is_image_auto_resizing),
    END,
};
static const known keyword_columns[] = {
    BOOL(archived), INT(bid), TEXT(match_type), TEXT(value), END,
};
static const known label_columns[] = {
    TEXT(parent_id), TEXT(status), TEXT(label_type), TEXT(value), END,
};
static const known schedule_columns[] = {
    TEXT(name),
    TEXT(entity_id),
    TEXT(entity_type),
    TEXT(schedule_type),
    TEXT(schedule_action),
    TEXT(schedule_status),
    INT(start_timestamp),
    INT(end_timestamp),
    TEXT(delta_value),
    JSON(delta_bid_options),
    END,
};
static const known catalog_product_group_columns[] = {
    TEXT(catalog_type), TEXT(catalog_id), TEXT(feed_id), TEXT(name),        TEXT(description),
    JSON(filters),      TEXT(country),    TEXT(locale),  BOOL(is_featured), END,
};
// Ids of records of no known kind are told apart by where the records stand.
static const known unknown_columns[] = {TEXT(container), END};
static const known no_columns[] = {END};

typedef struct slot_facts {
    const known *columns;
    const char *table; // of the database; NULL: none of its own
    const char *label; // SQL for what a person calls such an entity by
} slot_facts;

static const slot_facts slots[SLOTS] = {
    {unknown_columns, "unknown", "NULL"},
    {campaign_columns, "campaigns", "name"},
    {ad_group_columns, "ad_groups", "name"},
    {ad_columns, "ads", "name"},
    {product_group_columns, "product_groups", "coalesce(catalog_product_group_name, definition)"},
    {keyword_columns, "keywords", "value"},
    {label_columns, "labels", "value"},
    {schedule_columns, "schedules", "name"},
    {catalog_product_group_columns, "catalog_product_groups", "name"},
    {no_columns, NULL, NULL},
    {no_columns, NULL, NULL},
};

// ---- reading ------------------------------------------------------------------------------------

#define WINDOW_SIZE  ((size_t)4 << 20) // the largest record
#define CHUNK_SIZE   ((size_t)256 << 10)
#define COLUMNS_SIZE ((size_t)1 << 20)

typedef struct member {
    pinbulk_token_kind kind;
    size_t name, name_length;   // in `text`
    size_t value, value_length; // of a string unescaped, of a list or object compact JSON
} member;

typedef struct members {
    member *items;
    size_t count, room;
    char *text;
    size_t used, size;
} members;

typedef struct convert {
    const char *name; // of the input, for messages
    int file;
    FILE *copy;  // of an input that cannot be read twice
    off_t begin; // of the input in `file`
    int only;    // the only slot to be converted; -1: all
    char *window, *chunk, *columns;
    char path[1024];
    pinbulk_records records;
    // of the current record
    char *row; // a row of CSV as JSON
    size_t row_size;
    char *work; // of the reader
    size_t work_size;
    char *line; // the record as JSON without white space
    size_t line_size, line_length;
    members members; // of the entity and, if that is inside of one, of the object around it
    members inner;
    int is_row;
    uint64_t count; // of records that were converted
    void *target;   // what `each` needs
} convert;

// Takes one record; returns an exit code.
typedef int each_record(convert *c, pinbulk_record *record, unsigned slot);

static void make_room(char **memory, size_t *size, size_t needed)
{
    if (*size >= needed)
        return;
    *size = needed + needed / 2 + 256;
    *memory = (char *)tool_grow(*memory, *size);
}

// Reads as much as there is, up to `size`. -1: errno says why it cannot.
static ssize_t read_full(int file, char *data, size_t size)
{
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(file, data + got, size - got);
        if (n < 0 && errno == EINTR && !tool_interrupted())
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static int interrupted(void)
{
    return tool_fail(TOOL_INTERRUPTED + tool_interrupted(), "interrupted; nothing was changed");
}

static int read_failed(const convert *c)
{
    if (tool_interrupted())
        return interrupted();
    return tool_fail(TOOL_FILE, "%s cannot be read: %s", c->name, strerror(errno));
}

// Opens the input. What is no regular file is copied first: places in it are counted in lines when
// something is wrong, and tables need to be read twice.
static int open_input(convert *c, const char *path)
{
    struct stat about;
    ssize_t got;
    int standard = strcmp(path, "-") == 0;
    c->name = standard ? "standard input" : path;
    c->file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (c->file < 0 || fstat(c->file, &about) != 0)
        return read_failed(c);
    if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        return read_failed(c);
    }
    if (S_ISREG(about.st_mode)) {
        c->begin = lseek(c->file, 0, SEEK_CUR);
        return c->begin < 0 ? read_failed(c) : TOOL_OK;
    }
    c->copy = tmpfile();
    if (!c->copy)
        return tool_fail(TOOL_FILE, "cannot make a temporary file: %s", strerror(errno));
    while ((got = read_full(c->file, c->chunk, CHUNK_SIZE)) > 0)
        if (tool_interrupted() || fwrite(c->chunk, 1, (size_t)got, c->copy) != (size_t)got)
            break;
    if (tool_interrupted())
        return interrupted();
    if (got < 0)
        return read_failed(c);
    if (got > 0 || fflush(c->copy) != 0)
        return tool_fail(TOOL_FILE, "cannot write a temporary file: %s", strerror(errno));
    if (!standard)
        close(c->file);
    c->file = fileno(c->copy);
    return TOOL_OK;
}

// Says what is wrong at a byte of the input, with its line and column.
static int fail_at(convert *c, uint64_t offset, const char *path, const char *message)
{
    tool_place place = {1, 1};
    ssize_t got;
    if (lseek(c->file, c->begin, SEEK_SET) < 0)
        return read_failed(c);
    for (; offset > 0; offset -= (uint64_t)got) {
        got = read_full(c->file, c->chunk, offset < CHUNK_SIZE ? (size_t)offset : CHUNK_SIZE);
        if (got <= 0)
            break;
        tool_place_go(&place, c->chunk, (size_t)got);
    }
    return tool_problem(c->name, &place, path, message);
}

static int fail_error(convert *c, const pinbulk_error *error)
{
    return fail_at(c, error->offset, error->path,
                   error->message[0] ? error->message : pinbulk_result_text(error->result));
}

// Writes one value, whose first token was read, without white space. Returns the result of the
// reader.
static pinbulk_result copy_value(pinbulk_reader *reader, pinbulk_token *token, char *to,
                                 size_t size, size_t *length)
{
    pinbulk_writer writer;
    uint64_t written = 0;
    unsigned depth = pinbulk_reader_depth(reader) - 1; // around the value
    pinbulk_writer_init_buffer(&writer, to, size);
    for (;;) {
        switch ((int)token->kind) {
        case PINBULK_TOKEN_OBJECT:
            pinbulk_write_object_begin(&writer);
            break;
        case PINBULK_TOKEN_OBJECT_END:
            pinbulk_write_object_end(&writer);
            break;
        case PINBULK_TOKEN_ARRAY:
            pinbulk_write_array_begin(&writer);
            break;
        case PINBULK_TOKEN_ARRAY_END:
            pinbulk_write_array_end(&writer);
            break;
        case PINBULK_TOKEN_KEY:
            pinbulk_write_key(&writer, token->text, token->length);
            break;
        case PINBULK_TOKEN_STRING:
            pinbulk_write_string(&writer, token->text, token->length);
            break;
        case PINBULK_TOKEN_NUMBER:
            pinbulk_write_decimal(&writer, token->text, token->length);
            break;
        case PINBULK_TOKEN_TRUE:
        case PINBULK_TOKEN_FALSE:
            pinbulk_write_bool(&writer, token->kind == PINBULK_TOKEN_TRUE);
            break;
        case PINBULK_TOKEN_NULL:
            pinbulk_write_null(&writer);
            break;
        default:
            return PINBULK_BAD_JSON; // the reader knows what and where
        }
        if (pinbulk_reader_depth(reader) == depth)
            break;
        pinbulk_reader_next(reader, token);
    }
    if (pinbulk_writer_end(&writer, &written) != PINBULK_OK)
        return PINBULK_NO_SPACE;
    *length = (size_t)written;
    return PINBULK_OK;
}

static size_t keep_text(members *m, const char *text, size_t length)
{
    size_t at = m->used;
    if (length > 0)
        memcpy(m->text + at, text, length);
    m->used += length;
    return at;
}

// Of members with the same name the last one counts.
static member *find_member(const members *m, const char *name, size_t length)
{
    size_t i;
    for (i = m->count; i-- > 0;)
        if (m->items[i].name_length == length &&
            memcmp(m->text + m->items[i].name, name, length) == 0)
            return &m->items[i];
    return NULL;
}

static member *new_member(members *m)
{
    if (m->count == m->room) {
        m->room = m->room * 2 + 32;
        m->items = (member *)tool_grow(m->items, m->room * sizeof *m->items);
    }
    return &m->items[m->count++];
}

// Reads an object.
static pinbulk_result read_members(convert *c, pinbulk_text json, members *m, pinbulk_error *error)
{
    pinbulk_reader_config config = {0};
    pinbulk_reader reader;
    pinbulk_token token;
    pinbulk_result result = PINBULK_OK;
    char path[512];
    make_room(&c->work, &c->work_size, json.length + 8);
    // What is written again is never longer than it was.
    make_room(&m->text, &m->size, json.length + 8);
    m->count = m->used = 0;
    config.buffer = c->work;
    config.buffer_size = c->work_size;
    config.path = path;
    config.path_size = sizeof path;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, json.data, json.length);
    pinbulk_reader_next(&reader, &token); // {
    while (pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_KEY) {
        member *new = new_member(m);
        new->name = keep_text(m, token.text, token.length);
        new->name_length = token.length;
        new->kind = pinbulk_reader_next(&reader, &token);
        new->value = m->used;
        new->value_length = token.length;
        switch ((int)new->kind) {
        case PINBULK_TOKEN_STRING:
        case PINBULK_TOKEN_NUMBER:
            keep_text(m, token.text, token.length);
            break;
        case PINBULK_TOKEN_OBJECT:
        case PINBULK_TOKEN_ARRAY:
            result = copy_value(&reader, &token, m->text + m->used, m->size - m->used,
                                &new->value_length);
            if (result == PINBULK_OK)
                m->used += new->value_length;
            break;
        case PINBULK_TOKEN_TRUE:
            new->value_length = 4;
            keep_text(m, "true", 4);
            break;
        case PINBULK_TOKEN_FALSE:
            new->value_length = 5;
            keep_text(m, "false", 5);
            break;
        case PINBULK_TOKEN_NULL:
            new->value_length = 0;
            break;
        default:
            result = PINBULK_BAD_JSON;
        }
        if (result != PINBULK_OK)
            break;
    }
    // The end of the object is the end of the text: the stream of records saw to that.
    if (result == PINBULK_OK && token.kind == PINBULK_TOKEN_OBJECT_END)
        return PINBULK_OK;
    memset(error, 0, sizeof *error);
    if (pinbulk_reader_next(&reader, &token) == PINBULK_TOKEN_MORE)
        pinbulk_reader_end(&reader), pinbulk_reader_next(&reader, &token);
    pinbulk_reader_error(&reader, error);
    return error->result != PINBULK_OK ? error->result : PINBULK_BAD_JSON;
}

// An entity may be inside an object with its errors: {"data": {...}, "exceptions": [...]}. Its
// members take the place of `data`; as the last ones they count.
static pinbulk_result unwrap(convert *c, pinbulk_error *error)
{
    members *outer = &c->members, *inner = &c->inner;
    member *data = find_member(outer, "data", 4);
    pinbulk_text json;
    pinbulk_result result;
    size_t i, moved;
    if (!data || data->kind != PINBULK_TOKEN_OBJECT || find_member(outer, "id", 2))
        return PINBULK_OK;
    json.data = outer->text + data->value;
    json.length = data->value_length;
    result = read_members(c, json, inner, error);
    if (result != PINBULK_OK)
        return result;
    outer->count--;
    memmove(data, data + 1, (size_t)(outer->items + outer->count - data) * sizeof *data);
    make_room(&outer->text, &outer->size, outer->used + inner->used);
    moved = keep_text(outer, inner->text, inner->used);
    for (i = 0; i < inner->count; i++) {
        member *new = new_member(outer);
        *new = inner->items[i];
        new->name += moved;
        new->value += moved;
    }
    return PINBULK_OK;
}

// Leaves white space out; `json` is valid.
static void make_line(convert *c, pinbulk_text json)
{
    const char *at = json.data, *end = json.data + json.length;
    int in_string = 0;
    char *to;
    make_room(&c->line, &c->line_size, json.length + 1);
    for (to = c->line; at < end; at++) {
        if (in_string) {
            if (*at == '\\')
                *to++ = *at++;
            else if (*at == '"')
                in_string = 0;
        } else if (*at == '"') {
            in_string = 1;
        } else if (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') {
            continue;
        }
        *to++ = *at;
    }
    c->line_length = (size_t)(to - c->line);
}

// Reads the current record into `line` and `members`.
static int read_record(convert *c, pinbulk_record *record)
{
    pinbulk_error error = {0};
    pinbulk_text json;
    pinbulk_result result = pinbulk_record_json(&c->records, record, c->row, c->row_size, &json);
    if (result == PINBULK_NO_SPACE) {
        make_room(&c->row, &c->row_size, json.length);
        result = pinbulk_record_json(&c->records, record, c->row, c->row_size, &json);
    }
    c->is_row = result != PINBULK_OK || json.data != record->raw.data;
    if (result == PINBULK_OK) {
        result = read_members(c, json, &c->members, &error);
        if (result == PINBULK_OK)
            result = unwrap(c, &error);
        error.offset = c->is_row ? record->offset : record->offset + error.offset;
    } else {
        error.result = result;
        error.offset = record->offset;
    }
    if (result != PINBULK_OK) {
        char path[sizeof error.path + 256];
        pinbulk_records_path(&c->records, path, 256);
        if (error.path[0])
            snprintf(path + strlen(path), sizeof error.path + 1, "%s%s",
                     error.path[0] == '[' ? "" : ".", error.path);
        return fail_at(c, error.offset, path,
                       error.message[0] ? error.message : pinbulk_result_text(result));
    }
    make_line(c, json);
    return TOOL_OK;
}

// Reads the whole input, from its start.
static int read_input(convert *c, each_record *each)
{
    pinbulk_records_config config = {0};
    pinbulk_record record;
    pinbulk_error error = {0};
    int code;
    config.window = c->window;
    config.window_size = WINDOW_SIZE;
    config.path = c->path;
    config.path_size = sizeof c->path;
    config.columns = c->columns;
    config.columns_size = COLUMNS_SIZE;
    if (lseek(c->file, c->begin, SEEK_SET) < 0)
        return read_failed(c);
    if (pinbulk_records_init(&c->records, &config) != PINBULK_OK)
        return tool_fail(TOOL_USAGE, "%s cannot be read", c->name);
    for (;;) {
        ssize_t got;
        switch (pinbulk_records_next(&c->records, &record)) {
        case PINBULK_RECORDS_MORE:
            if (tool_interrupted())
                return interrupted();
            got = read_full(c->file, c->chunk, CHUNK_SIZE);
            if (got < 0)
                return read_failed(c);
            if (got > 0)
                pinbulk_records_feed(&c->records, c->chunk, (size_t)got);
            else
                pinbulk_records_end(&c->records);
            break;
        case PINBULK_RECORDS_RECORD: {
            code = read_record(c, &record);
            if (code == TOOL_OK) {
                unsigned slot;
                if (record.kind == PINBULK_KIND_UNKNOWN && !record.is_error)
                    pinbulk_record_guess(&c->records, &record);
                slot = record.is_error ? SLOT_ERROR : (unsigned)record.kind;
                if (c->only < 0 || slot == (unsigned)c->only)
                    code = each(c, &record, slot);
            }
            if (code != TOOL_OK)
                return code;
            break;
        }
        case PINBULK_RECORDS_END:
            return TOOL_OK;
        case PINBULK_RECORDS_ERROR:
        case PINBULK_RECORDS_SKIPPED:
        case PINBULK_RECORDS_TOKEN:
            pinbulk_records_error(&c->records, &error);
            return fail_error(c, &error);
        }
    }
}

// ---- JSON lines ---------------------------------------------------------------------------------

static int write_failed(const tool_output *output)
{
    return tool_fail(TOOL_FILE, "%s cannot be written: %s",
                     output->path ? output->path : "standard output", strerror(errno));
}

// Puts a file to its place and says so.
static int commit(tool_output *output, uint64_t records)
{
    char *path = output->path ? tool_copy(output->path, strlen(output->path)) : NULL;
    int code = tool_output_commit(output);
    if (code == TOOL_OK && path && tool_settings.json) {
        printf("{\"event\":\"done\",\"records\":%" PRIu64 ",\"file\":", records);
        tool_print_json(stdout, path, strlen(path));
        puts("}");
    } else if (code == TOOL_OK && path && !tool_settings.quiet) {
        fprintf(stderr, "%" PRIu64 " record%s in ", records, records == 1 ? "" : "s");
        tool_print_safe(stderr, path, strlen(path));
        putc('\n', stderr);
    }
    free(path);
    return code;
}

static int each_line(convert *c, pinbulk_record *record, unsigned slot)
{
    tool_output *output = (tool_output *)c->target;
    (void)record, (void)slot;
    c->count++;
    if (fwrite(c->line, 1, c->line_length, output->file) != c->line_length ||
        putc('\n', output->file) == EOF)
        return write_failed(output);
    return TOOL_OK;
}

static int to_lines(convert *c, const char *path, int force)
{
    tool_output output = {0};
    int code = tool_output_open(&output, path, force);
    if (code != TOOL_OK)
        return code;
    c->target = &output;
    code = read_input(c, each_line);
    c->target = NULL;
    if (code == TOOL_OK)
        code = commit(&output, c->count);
    if (code != TOOL_OK)
        tool_output_abort(&output);
    return code;
}

// ---- CSV ----------------------------------------------------------------------------------------

#define SHEET_COLUMNS_MAX 4096

typedef struct sheet_column {
    char *name;
    size_t length;
    size_t rank;        // known members come first, in the order of the struct
    const member *cell; // of the current row
} sheet_column;

// The columns of a kind. They are found when the input is read for the first time and written when
// it is read again, so that no row has to be kept.
typedef struct sheet {
    sheet_column *columns;
    size_t count, room;
    size_t expected; // members come in the same order, row after row
    uint64_t rows;
    tool_output output;
} sheet;

static sheet_column *find_column(sheet *s, const char *name, size_t length)
{
    size_t i;
    for (i = 0; i < s->count; i++) {
        sheet_column *found = &s->columns[(s->expected + i) % s->count];
        if (found->length == length && memcmp(found->name, name, length) == 0) {
            s->expected = (size_t)(found - s->columns) + 1;
            return found;
        }
    }
    return NULL;
}

static int each_column(convert *c, pinbulk_record *record, unsigned slot)
{
    sheet *s = (sheet *)c->target + slot;
    size_t i;
    s->rows++;
    for (i = 0; i < c->members.count; i++) {
        const member *m = &c->members.items[i];
        const char *name = c->members.text + m->name;
        if (find_column(s, name, m->name_length))
            continue;
        if (s->count == SHEET_COLUMNS_MAX)
            return fail_at(c, record->offset, slot_name(slot),
                           "more than 4096 names of members do not make a table");
        if (s->count == s->room) {
            s->room = s->room * 2 + 32;
            s->columns = (sheet_column *)tool_grow(s->columns, s->room * sizeof *s->columns);
        }
        s->columns[s->count].name = tool_copy(name, m->name_length);
        s->columns[s->count].length = m->name_length;
        s->columns[s->count++].cell = NULL;
    }
    return TOOL_OK;
}

static int compare_columns(const void *one, const void *other)
{
    const sheet_column *a = (const sheet_column *)one, *b = (const sheet_column *)other;
    int order;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    order = memcmp(a->name, b->name, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : a->length < b->length ? -1 : a->length > b->length;
}

// Known members in the order of the struct, then the others by name: the same whatever the order of
// the records is.
static void sort_columns(sheet *s, unsigned slot)
{
    size_t i, rank;
    for (i = 0; i < s->count; i++) {
        const known *each = slots[slot].columns;
        sheet_column *column = &s->columns[i];
        for (rank = 1; each->name && strcmp(each->name, column->name) != 0; each++)
            rank++;
        if (strcmp(column->name, "id") == 0)
            rank = 0;
        column->rank = rank;
    }
    if (s->count > 0)
        qsort(s->columns, s->count, sizeof *s->columns, compare_columns);
    s->expected = 0;
}

// A cell by RFC 4180. null and what is not there are empty, an empty text is "". More is quoted
// than must be: what could be taken for another separator, or for a byte order mark.
static void write_cell(FILE *file, const char *text, size_t length, int is_text)
{
    size_t i;
    int quote = is_text && length == 0;
    for (i = 0; i < length && !quote; i++)
        quote = memchr(",\"\r\n;\t\xef", text[i], 7) != NULL;
    if (!quote) {
        fwrite(text, 1, length, file);
        return;
    }
    putc('"', file);
    for (i = 0; i < length; i++) {
        if (text[i] == '"')
            putc('"', file);
        putc(text[i], file);
    }
    putc('"', file);
}

static void write_head(sheet *s)
{
    size_t i;
    for (i = 0; i < s->count; i++) {
        if (i > 0)
            putc(',', s->output.file);
        write_cell(s->output.file, s->columns[i].name, s->columns[i].length, 1);
    }
    if (s->count > 0)
        fputs("\r\n", s->output.file);
}

static int each_row(convert *c, pinbulk_record *record, unsigned slot)
{
    sheet *s = (sheet *)c->target + slot;
    FILE *file = s->output.file;
    size_t i;
    for (i = 0; i < c->members.count; i++) {
        const member *m = &c->members.items[i];
        sheet_column *found = file ? find_column(s, c->members.text + m->name, m->name_length) : 0;
        if (!found)
            return fail_at(c, record->offset, "", "the file changed while it was read");
        found->cell = m;
    }
    for (i = 0; i < s->count; i++) {
        const member *cell = s->columns[i].cell;
        if (i > 0)
            putc(',', file);
        if (cell && cell->kind != PINBULK_TOKEN_NULL)
            write_cell(file, c->members.text + cell->value, cell->value_length,
                       cell->kind == PINBULK_TOKEN_STRING);
        else if (s->count == 1)
            fputs("\"\"", file); // an empty line would be no row
        s->columns[i].cell = NULL;
    }
    if (s->count > 0)
        fputs("\r\n", file);
    return ferror(file) ? write_failed(&s->output) : TOOL_OK;
}

// out.csv becomes out.campaign.csv
static char *sheet_path(const char *path, unsigned slot)
{
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t front = dot && dot != base ? (size_t)(dot - path) : strlen(path);
    size_t size = strlen(path) + strlen(slot_name(slot)) + 2;
    char *result = (char *)tool_allocate(size);
    snprintf(result, size, "%.*s.%s%s", (int)front, path, slot_name(slot), path + front);
    return result;
}

// One table needs no name of its own: with --kind, or on standard output when there is only one.
static int open_sheets(convert *c, sheet *sheets, const char *path, int force)
{
    unsigned slot, found = 0, first = SLOTS;
    char kinds[256] = "";
    for (slot = 0; slot < SLOTS; slot++) {
        if (sheets[slot].rows == 0)
            continue;
        if (found++ == 0)
            first = slot;
        snprintf(kinds + strlen(kinds), sizeof kinds - strlen(kinds), "%s%s", *kinds ? ", " : "",
                 slot_name(slot));
    }
    if (c->only >= 0)
        return tool_output_open(&sheets[c->only].output, path, force);
    if (!path || strcmp(path, "-") == 0) {
        if (found > 1)
            return tool_fail(TOOL_USAGE,
                             "%s has more than one kind (%s): choose one with --kind, or name a "
                             "file with -o for a table of each",
                             c->name, kinds);
        return found == 0 ? TOOL_OK : tool_output_open(&sheets[first].output, NULL, force);
    }
    for (slot = 0; slot < SLOTS; slot++)
        if (sheets[slot].rows > 0) {
            char *name = sheet_path(path, slot);
            int code = tool_output_open(&sheets[slot].output, name, force);
            free(name);
            if (code != TOOL_OK)
                return code;
        }
    if (found == 0)
        tool_warn("%s has no records: no table is made", c->name);
    return TOOL_OK;
}

static int to_tables(convert *c, const char *path, int force)
{
    static sheet sheets[SLOTS];
    unsigned slot;
    size_t i;
    int code;
    c->target = sheets;
    code = read_input(c, each_column);
    for (slot = 0; slot < SLOTS; slot++)
        sort_columns(&sheets[slot], slot);
    if (code == TOOL_OK)
        code = open_sheets(c, sheets, path, force);
    for (slot = 0; slot < SLOTS && code == TOOL_OK; slot++)
        if (sheets[slot].output.file)
            write_head(&sheets[slot]);
    if (code == TOOL_OK)
        code = read_input(c, each_row);
    for (slot = 0; slot < SLOTS && code == TOOL_OK; slot++)
        if (sheets[slot].output.file) {
            // Before the first table is put to its place, all of them are on the disk as far as
            // this program can tell.
            if (fflush(sheets[slot].output.file) != 0)
                code = write_failed(&sheets[slot].output);
        }
    for (slot = 0; slot < SLOTS && code == TOOL_OK; slot++)
        if (sheets[slot].output.file)
            code = commit(&sheets[slot].output, sheets[slot].rows);
    for (slot = 0; slot < SLOTS; slot++) {
        if (code != TOOL_OK)
            tool_output_abort(&sheets[slot].output);
        for (i = 0; i < sheets[slot].count; i++)
            free(sheets[slot].columns[i].name);
        free(sheets[slot].columns);
    }
    return code;
}

// ---- SQLite -------------------------------------------------------------------------------------

#define APPLICATION_ID "1346522187" // "PBLK", in the head of the file
#define SCHEMA_VERSION 1

#define ERRORS_KEPT    64 // of one record

typedef struct statements {
    sqlite3_stmt *find;            // raw and last_seen of a row
    sqlite3_stmt *seen;            // it is the same
    sqlite3_stmt *insert, *update; // parameters: id, columns, raw, run
    int grown;                     // the table has columns that it did not have before
} statements;

typedef struct database {
    sqlite3 *handle;
    const char *path;
    statements rows[SLOTS];
    sqlite3_stmt *error, *other;
    sqlite3_int64 run;
    uint64_t records, added, changed, same, repeated, errors, others;
} database;

// Says what SQLite says.
static int database_failed(database *d)
{
    int code = sqlite3_errcode(d->handle);
    return tool_fail(TOOL_FILE, "%s: %s%s", d->path, sqlite3_errmsg(d->handle),
                     code == SQLITE_BUSY ? " by another program" : "");
}

static int database_run(database *d, const char *text)
{
    return sqlite3_exec(d->handle, text, NULL, NULL, NULL) == SQLITE_OK ? TOOL_OK
                                                                        : database_failed(d);
}

// Takes SQL that was put together; `prepared` NULL: runs it.
static int database_take(database *d, sqlite3_str *text, sqlite3_stmt **prepared)
{
    char *sql = sqlite3_str_finish(text);
    int code;
    if (!sql)
        return tool_fail(TOOL_FILE, "%s: out of memory", d->path);
    if (!prepared)
        code = database_run(d, sql);
    else if (sqlite3_prepare_v3(d->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, prepared, NULL) ==
             SQLITE_OK)
        code = TOOL_OK;
    else
        code = database_failed(d);
    sqlite3_free(sql);
    return code;
}

// Runs SQL that gives one number.
static int database_number(database *d, const char *text, sqlite3_int64 *value)
{
    sqlite3_stmt *prepared = NULL;
    int code = TOOL_OK, step = SQLITE_ERROR;
    if (sqlite3_prepare_v2(d->handle, text, -1, &prepared, NULL) == SQLITE_OK)
        step = sqlite3_step(prepared);
    if (step == SQLITE_ROW)
        *value = sqlite3_column_int64(prepared, 0);
    else
        code = database_failed(d);
    sqlite3_finalize(prepared);
    return code;
}

static const char *column_type(int type)
{
    if (type == COLUMN_INT || type == COLUMN_BOOL)
        return "INTEGER";
    return type == COLUMN_DECIMAL ? "NUMERIC" : "TEXT";
}

// Adds the columns that a table lacks because an earlier version of this program made it.
static int add_columns(database *d, unsigned which)
{
    const known *each;
    for (each = slots[which].columns; each->name; each++) {
        char text[256];
        sqlite3_int64 there = 0;
        int code;
        snprintf(text, sizeof text,
                 "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
                 slots[which].table, each->name);
        code = database_number(d, text, &there);
        if (code == TOOL_OK && !there) {
            snprintf(text, sizeof text, "ALTER TABLE %s ADD COLUMN \"%s\" %s", slots[which].table,
                     each->name, column_type(each->type));
            code = database_run(d, text);
            d->rows[which].grown = 1;
        }
        if (code != TOOL_OK)
            return code;
    }
    return TOOL_OK;
}

// The tables, where they are not there yet. Nothing of the input ever becomes a part of SQL.
static int make_tables(database *d)
{
    sqlite3_str *tables = sqlite3_str_new(d->handle), *view = sqlite3_str_new(d->handle);
    const known *each;
    unsigned which, i;
    int code;
    sqlite3_str_appendall(
        tables, "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, time TEXT NOT NULL,"
                " file TEXT NOT NULL, complete INTEGER, records INTEGER, added INTEGER,"
                " changed INTEGER, same INTEGER, errors INTEGER);"
                "CREATE TABLE IF NOT EXISTS errors (run INTEGER NOT NULL, kind TEXT, id TEXT,"
                " code INTEGER, message TEXT, path TEXT, raw TEXT);"
                "CREATE TABLE IF NOT EXISTS other (run INTEGER NOT NULL, kind TEXT, id TEXT,"
                " path TEXT, raw TEXT NOT NULL);");
    sqlite3_str_appendall(view, "DROP VIEW IF EXISTS entities; CREATE VIEW entities AS");
    for (i = 1; i <= SLOTS; i++) { // what is of no known kind comes last
        const slot_facts *s = &slots[which = i % SLOTS];
        if (!s->table)
            continue;
        sqlite3_str_appendf(tables, "CREATE TABLE IF NOT EXISTS %s (id TEXT NOT NULL", s->table);
        for (each = s->columns; each->name; each++)
            sqlite3_str_appendf(tables, ", \"%w\" %s", each->name, column_type(each->type));
        sqlite3_str_appendf(tables,
                            ", raw TEXT NOT NULL, previous TEXT, first_seen INTEGER NOT NULL,"
                            " last_seen INTEGER NOT NULL, last_changed INTEGER NOT NULL,"
                            " PRIMARY KEY (%s));",
                            which == PINBULK_KIND_UNKNOWN ? "id, container" : "id");
        sqlite3_str_appendf(view,
                            "%s SELECT '%s' AS kind, id, %s AS name, raw, previous, first_seen,"
                            " last_seen, last_changed FROM %s",
                            i > 1 ? " UNION ALL" : "", slot_name(which), s->label, s->table);
    }
    code = database_take(d, tables, NULL);
    for (which = 0; which < SLOTS && code == TOOL_OK; which++)
        if (slots[which].table)
            code = add_columns(d, which);
    if (code != TOOL_OK) {
        sqlite3_free(sqlite3_str_finish(view));
        return code;
    }
    return database_take(d, view, NULL);
}

static int prepare_rows(database *d, unsigned which)
{
    const slot_facts *s = &slots[which];
    statements *to = &d->rows[which];
    const char *where = which == PINBULK_KIND_UNKNOWN ? "id = ?1 AND container = ?2" : "id = ?1";
    sqlite3_str *text = sqlite3_str_new(d->handle);
    int count = 0, i, code;
    while (s->columns[count].name)
        count++;

    sqlite3_str_appendf(text, "SELECT raw, last_seen FROM %s WHERE %s", s->table, where);
    code = database_take(d, text, &to->find);
    if (code != TOOL_OK)
        return code;

    text = sqlite3_str_new(d->handle);
    sqlite3_str_appendf(text, "UPDATE %s SET last_seen = ?3 WHERE %s", s->table, where);
    code = database_take(d, text, &to->seen);
    if (code != TOOL_OK)
        return code;

    text = sqlite3_str_new(d->handle);
    sqlite3_str_appendf(text, "INSERT INTO %s (id", s->table);
    for (i = 0; i < count; i++)
        sqlite3_str_appendf(text, ", \"%w\"", s->columns[i].name);
    sqlite3_str_appendall(text, ", raw, first_seen, last_seen, last_changed) VALUES (?1");
    for (i = 0; i < count; i++)
        sqlite3_str_appendf(text, ", ?%d", 2 + i);
    sqlite3_str_appendf(text, ", ?%d, ?%d, ?%d, ?%d)", count + 2, count + 3, count + 3, count + 3);
    code = database_take(d, text, &to->insert);
    if (code != TOOL_OK)
        return code;

    // What a row was before this run is kept also when it comes twice in this run.
    text = sqlite3_str_new(d->handle);
    sqlite3_str_appendf(text,
                        "UPDATE %s SET previous = CASE WHEN raw = ?%d OR last_changed = ?%d"
                        " THEN previous ELSE raw END, last_changed = CASE WHEN raw = ?%d"
                        " THEN last_changed ELSE ?%d END, last_seen = ?%d, raw = ?%d",
                        s->table, count + 2, count + 3, count + 2, count + 3, count + 3, count + 2);
    for (i = 0; i < count; i++)
        sqlite3_str_appendf(text, ", \"%w\" = ?%d", s->columns[i].name, 2 + i);
    sqlite3_str_appendf(text, " WHERE %s", where);
    return database_take(d, text, &to->update);
}

// Binds a text; NULL when there is none.
static void bind_text(sqlite3_stmt *statement, int at, const char *text, size_t length)
{
    if (text)
        sqlite3_bind_text64(statement, at, text, length, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(statement, at);
}

// Names of columns of CSV may differ in case, spaces, '_' and '-'.
static int names_alike(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t i = 0, j = 0;
    for (;;) {
        char x, y;
        while (i < a_length && memchr(" _-", a[i], 3))
            i++;
        while (j < b_length && memchr(" _-", b[j], 3))
            j++;
        if (i == a_length || j == b_length)
            return i == a_length && j == b_length;
        x = a[i++], y = b[j++];
        x = (char)(x >= 'A' && x <= 'Z' ? x + 32 : x);
        y = (char)(y >= 'A' && y <= 'Z' ? y + 32 : y);
        if (x != y)
            return 0;
    }
}

static const member *member_like(const convert *c, const char *name)
{
    const member *found = find_member(&c->members, name, strlen(name));
    size_t i;
    for (i = 0; i < c->members.count && !found && c->is_row; i++)
        if (names_alike(c->members.text + c->members.items[i].name, c->members.items[i].name_length,
                        name, strlen(name)))
            found = &c->members.items[i];
    return found;
}

static pinbulk_text text_of(const convert *c, const member *m)
{
    pinbulk_text text = {0, NULL};
    if (m && (m->kind == PINBULK_TOKEN_STRING || m->kind == PINBULK_TOKEN_NUMBER)) {
        text.length = m->value_length;
        text.data = c->members.text + m->value;
    }
    return text;
}

// What cannot be said in the type of its column is kept as text.
static void bind_member(const convert *c, sqlite3_stmt *statement, int at, const member *m,
                        int type)
{
    const char *text = m ? c->members.text + m->value : NULL;
    int64_t number;
    if (!m || m->kind == PINBULK_TOKEN_NULL)
        sqlite3_bind_null(statement, at);
    else if (type == COLUMN_BOOL && names_alike(text, m->value_length, "true", 4))
        sqlite3_bind_int(statement, at, 1);
    else if (type == COLUMN_BOOL && names_alike(text, m->value_length, "false", 5))
        sqlite3_bind_int(statement, at, 0);
    else if ((type == COLUMN_INT || type == COLUMN_BOOL) &&
             pinbulk_int_from_text(text, m->value_length, &number) == PINBULK_OK)
        sqlite3_bind_int64(statement, at, number);
    else
        bind_text(statement, at, text, m->value_length);
}

// Makes one step of a statement that gives no row.
static int database_step(database *d, sqlite3_stmt *statement)
{
    int step = sqlite3_step(statement);
    if (step != SQLITE_DONE)
        return database_failed(d);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return TOOL_OK;
}

// The errors in a record.
static int keep_errors(convert *c, database *d, pinbulk_record *record, const char *kind,
                       pinbulk_text id, const char *place)
{
    pinbulk_entity_error errors[ERRORS_KEPT];
    size_t count = pinbulk_record_errors(&c->records, record, errors, ERRORS_KEPT), i;
    pinbulk_text path = {0, NULL};
    int code = TOOL_OK;
    if (record->is_error) { // of which entity of the upsert, when it says so
        path = text_of(c, member_like(c, "path"));
        if (count == 0) { // it is one all the same
            memset(errors, 0, sizeof *errors);
            count = 1;
        }
    }
    d->errors += count;
    for (i = 0; i < count && i < ERRORS_KEPT && code == TOOL_OK; i++) {
        char in_record[sizeof c->path + PINBULK_ERROR_PATH_MAX];
        snprintf(in_record, sizeof in_record, "%s%s%s", place,
                 errors[i].path[0] && errors[i].path[0] != '[' ? "." : "", errors[i].path);
        sqlite3_bind_int64(d->error, 1, d->run);
        bind_text(d->error, 2, kind, strlen(kind));
        bind_text(d->error, 3, id.data, id.length);
        if (errors[i].code != 0)
            sqlite3_bind_int64(d->error, 4, errors[i].code);
        bind_text(d->error, 5, errors[i].message, strlen(errors[i].message));
        bind_text(d->error, 6, path.data ? path.data : in_record,
                  path.data ? path.length : strlen(in_record));
        bind_text(d->error, 7, record->is_error ? c->line : NULL, c->line_length);
        code = database_step(d, d->error);
    }
    return code;
}

static int keep_row(convert *c, database *d, unsigned which, pinbulk_text id,
                    pinbulk_text container)
{
    statements *s = &d->rows[which];
    sqlite3_stmt *change;
    const known *each;
    int at = 2, step;
    bind_text(s->find, 1, id.data, id.length);
    if (which == PINBULK_KIND_UNKNOWN)
        bind_text(s->find, 2, container.data, container.length);
    step = sqlite3_step(s->find);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        return database_failed(d);
    change = s->insert;
    if (step == SQLITE_ROW) {
        const void *raw = sqlite3_column_text(s->find, 0);
        int same = (size_t)sqlite3_column_bytes(s->find, 0) == c->line_length &&
                   memcmp(raw, c->line, c->line_length) == 0;
        if (sqlite3_column_int64(s->find, 1) == d->run)
            d->repeated++;
        else if (same)
            d->same++;
        else
            d->changed++;
        change = same && !s->grown ? s->seen : s->update;
    } else {
        d->added++;
    }
    sqlite3_reset(s->find);
    bind_text(change, 1, id.data, id.length);
    if (which == PINBULK_KIND_UNKNOWN)
        bind_text(change, 2, container.data, container.length);
    if (change == s->seen) {
        sqlite3_bind_int64(change, 3, d->run);
        return database_step(d, change);
    }
    for (each = slots[which].columns; each->name; each++, at++)
        if (which != PINBULK_KIND_UNKNOWN) {
            const member *m = member_like(c, each->name);
            if (!m && strcmp(each->name, "catalog_product_group_id") == 0)
                m = member_like(c, "catalogs_product_group_id"); // until 5.7
            if (!m && strcmp(each->name, "catalog_product_group_name") == 0)
                m = member_like(c, "catalogs_product_group_name");
            bind_member(c, change, at, m, each->type);
        }
    bind_text(change, at, c->line, c->line_length);
    sqlite3_bind_int64(change, at + 1, d->run);
    return database_step(d, change);
}

static int each_entity(convert *c, pinbulk_record *record, unsigned which)
{
    database *d = (database *)c->target;
    char place[sizeof c->path], own_id[64];
    const char *kind = pinbulk_kind_name(record->kind);
    pinbulk_text id = text_of(c, member_like(c, "id")), container = {0, place}, said = {0, NULL};
    size_t i;
    int code;
    d->records++;
    pinbulk_records_path(&c->records, place, sizeof place);
    container.length = strrchr(place, '[') ? (size_t)(strrchr(place, '[') - place) : 0;
    snprintf(own_id, sizeof own_id, "%s_id", kind);
    if (!id.data || id.length == 0)
        id = text_of(c, member_like(c, own_id));
    if (record->kind == PINBULK_KIND_UNKNOWN && record->is_error) { // perhaps it says of what
        static const char *const names[] = {"kind", "entity_type", "type"};
        for (i = 0; i < 3 && !said.data; i++)
            said = text_of(c, member_like(c, names[i]));
        if (said.data && said.length < sizeof own_id) {
            snprintf(own_id, sizeof own_id, "%.*s", (int)said.length, said.data);
            kind = own_id;
        }
    }
    code = keep_errors(c, d, record, kind, id, place);
    if (code != TOOL_OK || record->is_error)
        return code;
    if (slots[which].table && id.data && id.length > 0)
        return keep_row(c, d, which, id, container);
    // Without an id there is nothing to tell it by in the next file.
    d->others++;
    sqlite3_bind_int64(d->other, 1, d->run);
    bind_text(d->other, 2, kind, strlen(kind));
    bind_text(d->other, 3, id.data, id.length);
    bind_text(d->other, 4, place, strlen(place));
    bind_text(d->other, 5, c->line, c->line_length);
    return database_step(d, d->other);
}

// Opens a file that is there. SQLite knows names that are no files, such as :memory:
static int open_handle(const char *file, sqlite3 **handle)
{
    size_t size = strlen(file) + 3;
    char *path = (char *)tool_allocate(size);
    int code;
    snprintf(path, size, "%s%s", file[0] == '/' ? "" : "./", file);
    code = sqlite3_open_v2(path, handle, SQLITE_OPEN_READWRITE, NULL);
    free(path);
    return code;
}

// After a full disk the file may still hold a part of what was begun. The next program to read it
// takes that back; better is now.
static void restore_database(const char *file)
{
    sqlite3 *handle = NULL;
    if (open_handle(file, &handle) == SQLITE_OK)
        sqlite3_exec(handle, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
    sqlite3_close(handle);
}

// Opens a database and begins to change it.
static int open_database(database *d, const char *file, int is_new)
{
    sqlite3_int64 pages = 0, application = 0, version = 0;
    unsigned which;
    int code;
    if (open_handle(file, &d->handle) != SQLITE_OK)
        return database_failed(d);
    sqlite3_busy_timeout(d->handle, 10000);
    // A new file is put to its place when it is whole, and needs no way back.
    code = database_run(d, is_new ? "PRAGMA journal_mode = OFF" : "PRAGMA trusted_schema = OFF");
    if (code == TOOL_OK)
        code = database_run(d, "BEGIN IMMEDIATE");
    if (code == TOOL_OK)
        code = database_number(d, "PRAGMA page_count", &pages);
    if (code == TOOL_OK)
        code = database_number(d, "PRAGMA application_id", &application);
    if (code == TOOL_OK)
        code = database_number(d, "PRAGMA user_version", &version);
    if (code != TOOL_OK)
        return code;
    if (pages > 1 && application != strtol(APPLICATION_ID, NULL, 10))
        return tool_fail(TOOL_USAGE, "%s is a database of another program", d->path);
    if (version > SCHEMA_VERSION)
        return tool_fail(TOOL_USAGE, "%s is from a later version of pinbulk", d->path);
    code = database_run(d, "PRAGMA application_id = " APPLICATION_ID);
    if (code == TOOL_OK)
        code = make_tables(d);
    if (code == TOOL_OK) {
        char text[64];
        snprintf(text, sizeof text, "PRAGMA user_version = %d", SCHEMA_VERSION);
        code = database_run(d, text);
    }
    for (which = 0; which < SLOTS && code == TOOL_OK; which++)
        if (slots[which].table)
            code = prepare_rows(d, which);
    if (code == TOOL_OK &&
        (sqlite3_prepare_v2(d->handle, "INSERT INTO errors VALUES (?, ?, ?, ?, ?, ?, ?)", -1,
                            &d->error, NULL) != SQLITE_OK ||
         sqlite3_prepare_v2(d->handle, "INSERT INTO other VALUES (?, ?, ?, ?, ?)", -1, &d->other,
                            NULL) != SQLITE_OK))
        code = database_failed(d);
    return code;
}

static int begin_run(database *d, const char *file)
{
    sqlite3_stmt *statement = NULL;
    int code;
    if (sqlite3_prepare_v2(d->handle, "INSERT INTO runs (time, file) VALUES (datetime('now'), ?)",
                           -1, &statement, NULL) != SQLITE_OK)
        return database_failed(d);
    bind_text(statement, 1, file, strlen(file));
    code = database_step(d, statement);
    sqlite3_finalize(statement);
    d->run = sqlite3_last_insert_rowid(d->handle);
    return code;
}

static int end_run(convert *c, database *d, int *complete)
{
    sqlite3_str *text = sqlite3_str_new(d->handle);
    *complete = pinbulk_records_proven(&c->records);
    sqlite3_str_appendf(text,
                        "UPDATE runs SET complete = %d, records = %lld, added = %lld,"
                        " changed = %lld, same = %lld, errors = %lld WHERE id = %lld; COMMIT",
                        *complete, (sqlite3_int64)d->records, (sqlite3_int64)d->added,
                        (sqlite3_int64)d->changed, (sqlite3_int64)d->same, (sqlite3_int64)d->errors,
                        d->run);
    return database_take(d, text, NULL);
}

static void close_database(database *d)
{
    unsigned which;
    for (which = 0; which < SLOTS; which++) {
        sqlite3_finalize(d->rows[which].find);
        sqlite3_finalize(d->rows[which].seen);
        sqlite3_finalize(d->rows[which].insert);
        sqlite3_finalize(d->rows[which].update);
    }
    sqlite3_finalize(d->error);
    sqlite3_finalize(d->other);
    sqlite3_close(d->handle); // takes an open transaction back
}

// Rows that the run before had and this one has not.
static int count_vanished(database *d, sqlite3_int64 *vanished)
{
    return database_number(
        d,
        "SELECT count(*) FROM entities WHERE last_seen = (SELECT max(id) FROM runs WHERE"
        " id < (SELECT max(id) FROM runs))",
        vanished);
}

static void print_run(const convert *c, const database *d, sqlite3_int64 vanished, int complete)
{
    if (tool_settings.json)
        printf("{\"run\":%lld,\"records\":%" PRIu64 ",\"added\":%" PRIu64 ",\"changed\":%" PRIu64
               ",\"same\":%" PRIu64 ",\"vanished\":%lld,\"errors\":%" PRIu64 ",\"complete\":%s}\n",
               d->run, d->records, d->added, d->changed, d->same, vanished, d->errors,
               complete ? "true" : "false");
    else if (!tool_settings.quiet)
        printf("run %lld: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
               " the same, %lld no longer there, %" PRIu64 " errors\n",
               d->run, d->added, d->changed, d->same, vanished, d->errors);
    if (d->others > 0)
        tool_warn("%s: records without an id, which are in the table other: %" PRIu64, c->name,
                  d->others);
    if (d->repeated > 0)
        tool_warn("%s: records with an id that came before, of which the last one counts: %" PRIu64,
                  c->name, d->repeated);
    if (!complete)
        tool_warn("%s: nothing in it proves that it is whole", c->name);
}

static int to_database(convert *c, const char *path)
{
    static database d;
    tool_output output = {0};
    struct stat about;
    sqlite3_int64 vanished = 0;
    int code = TOOL_OK, complete = 0, there = stat(path, &about) == 0;
    if (there && !S_ISREG(about.st_mode))
        return tool_fail(TOOL_FILE, "%s is no file", path);
    // A new database is made beside its place, so that there is either none or a whole one.
    if (!there)
        code = tool_output_open(&output, path, 0);
    if (code != TOOL_OK)
        return code;
    d.path = path;
    c->target = &d;
    code = open_database(&d, there ? path : output.temporary, !there);
    if (code == TOOL_OK)
        code = begin_run(&d, c->name);
    if (code == TOOL_OK)
        code = read_input(c, each_entity);
    if (code == TOOL_OK && tool_interrupted())
        code = interrupted();
    if (code == TOOL_OK)
        code = end_run(c, &d, &complete);
    if (code == TOOL_OK && count_vanished(&d, &vanished) != TOOL_OK)
        vanished = 0; // it is said, and the run is kept
    close_database(&d);
    if (code != TOOL_OK && there)
        restore_database(path);
    if (!there) {
        if (code == TOOL_OK)
            code = tool_output_commit(&output);
        if (code != TOOL_OK)
            tool_output_abort(&output);
    }
    if (code == TOOL_OK)
        print_run(c, &d, vanished, complete);
    return code;
}

// ---- the command --------------------------------------------------------------------------------

int tool_convert(int argc, char **argv)
{
    static convert c;
    const char *to = NULL, *path = NULL, *kind = NULL, *arguments[1];
    static const char *const names[] = {"FILE|-", NULL};
    int force = 0, code;
    const tool_option options[] = {{"--to", TOOL_TEXT, &to},       {"-o", TOOL_TEXT, &path},
                                   {"--output", TOOL_TEXT, &path}, {"--kind", TOOL_TEXT, &kind},
                                   {"--force", TOOL_FLAG, &force}, {NULL, TOOL_FLAG, NULL}};
    code = tool_options(argc, argv, options, names, arguments);
    if (code != TOOL_OK || tool_settings.help)
        return code;
    if (!to || (strcmp(to, "jsonl") != 0 && strcmp(to, "csv") != 0 && strcmp(to, "sqlite") != 0))
        return tool_fail(TOOL_USAGE, "convert needs --to jsonl, --to csv or --to sqlite");
    c.only = -1;
    if (kind) {
        for (c.only = 0; c.only < SLOTS && strcmp(slot_name((unsigned)c.only), kind) != 0;)
            c.only++;
        if (c.only == SLOTS)
            return tool_fail(TOOL_USAGE, "no kind has that name: %s (see convert --help)", kind);
    }
    if (strcmp(to, "sqlite") == 0) {
        if (!path || strcmp(path, "-") == 0 || !*path)
            return tool_fail(TOOL_USAGE, "--to sqlite needs -o FILE, the database");
        if (kind) // the others would look as if they were gone
            return tool_fail(TOOL_USAGE, "--to sqlite takes all kinds, not --kind");
    }
    c.window = (char *)tool_allocate(WINDOW_SIZE);
    c.chunk = (char *)tool_allocate(CHUNK_SIZE);
    c.columns = (char *)tool_allocate(COLUMNS_SIZE);
    code = open_input(&c, arguments[0]);
    if (code == TOOL_OK) {
        if (strcmp(to, "jsonl") == 0)
            code = to_lines(&c, path, force);
        else if (strcmp(to, "csv") == 0)
            code = to_tables(&c, path, force);
        else
            code = to_database(&c, path);
    }
    if (c.copy)
        fclose(c.copy);
    else if (c.file > STDERR_FILENO)
        close(c.file);
    free(c.window);
    free(c.chunk);
    free(c.columns);
    free(c.row);
    free(c.work);
    free(c.line);
    free(c.members.items);
    free(c.members.text);
    free(c.inner.items);
    free(c.inner.text);
    return code;
}
