// input.c: reads the input of an upsert. Every object is found by its place in the text and looked
// at one by one, so that all mistakes are found in one run and each has a line and a column; when
// the upsert is sent they are decoded again one at a time, so that only the text is in memory.
#include "input.h"

static const char *const list_names[INPUT_KINDS] = {
    "campaigns", "ad_groups", "ads",       "product_groups",
    "keywords",  "labels",    "schedules", "catalog_product_groups"};
static const char *const kind_names[INPUT_KINDS] = {
    "campaign", "ad_group", "ad",       "product_group",
    "keyword",  "label",    "schedule", "catalog_product_group"};

enum { PRODUCT_GROUPS = 3, KEYWORDS = 4, LABELS = 5 };

// Lists whose items are parents with entities: the members that name the parent and its entities.
static const struct {
    int list;
    const char *parent, *entities;
} parents[] = {{PRODUCT_GROUPS, "ad_group_id", "product_group_promotion"},
               {INPUT_KINDS + PRODUCT_GROUPS, "ad_group_id", "product_group_promotion"},
               {KEYWORDS, "parent_id", "keywords"},
               {LABELS, "parent_id", "labels"}};

static int parent_of(int list)
{
    size_t i;
    for (i = 0; i < sizeof parents / sizeof parents[0]; i++)
        if (parents[i].list == list)
            return (int)i;
    return -1;
}

const char *input_list_name(int list, int *update)
{
    *update = list >= INPUT_KINDS;
    return list_names[list % INPUT_KINDS];
}

// ---- JSON that is valid already -----------------------------------------------------------------
//
// pinbulk_reader has judged the text, or the part of it that ends at `end`; these only find places.

typedef struct span {
    const char *at, *end; // NULL: nothing
} span;

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\' && at + 1 < end)
            at++;
    return at < end ? at + 1 : NULL;
}

// The end of the value at `at`; NULL: it does not end.
static const char *skip_value(const char *at, const char *end)
{
    size_t depth = 0;
    do {
        if (at >= end)
            return NULL;
        if (*at == '"') {
            at = skip_string(at, end);
            if (at == NULL)
                return NULL;
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth -= depth > 0;
            at++;
        } else if (depth > 0) {
            at++;
        } else { // a number or a word
            while (at < end && strchr(" \t\r\n,]}", *at) == NULL)
                at++;
        }
    } while (depth > 0);
    return at;
}

// Steps through the members of an object (or the items of an array, which have no name). *at begins
// behind the bracket. 0: there is no other one.
static int next_member(const char **at, const char *end, int object, span *name, span *value)
{
    const char *p = skip_space(*at, end);
    if (p < end && *p == ',')
        p = skip_space(p + 1, end);
    if (p >= end || *p == '}' || *p == ']')
        return 0;
    name->at = name->end = NULL;
    if (object) {
        if (*p != '"')
            return 0;
        name->at = p + 1;
        p = skip_string(p, end);
        if (p == NULL)
            return 0;
        name->end = p - 1;
        p = skip_space(p, end);
        if (p >= end || *p != ':')
            return 0;
        p = skip_space(p + 1, end);
    }
    value->at = p;
    value->end = p < end ? skip_value(p, end) : NULL;
    if (value->end == NULL || value->end == p)
        return 0;
    *at = value->end;
    return 1;
}

static int span_is(span text, const char *word)
{
    size_t length = strlen(word);
    return text.at != NULL && (size_t)(text.end - text.at) == length &&
           memcmp(text.at, word, length) == 0;
}

// Whether the value is the string `word`.
static int value_is(span value, const char *word)
{
    if (value.at == NULL || *value.at != '"')
        return 0;
    value.at++;
    value.end--;
    return span_is(value, word);
}

// Whether the name of a member is `word`, of ASCII. Each of its letters may be written as \u0061.
static int name_is(span name, const char *word)
{
    static const char digits[] = "0123456789abcdef";
    for (; name.at < name.end && *word; word++) {
        if (*name.at != '\\') {
            if (*name.at++ != *word)
                return 0;
            continue;
        }
        if (name.end - name.at < 6 || memcmp(name.at, "\\u00", 4) != 0 ||
            name.at[4] != digits[*word >> 4] || (name.at[5] | 0x20) != (digits[*word & 15] | 0x20))
            return 0;
        name.at += 6;
    }
    return name.at == name.end && *word == '\0';
}

// Finds a member and steps behind it: the first one of that name, then the next one.
static int find_member(const char **at, span object, const char *name, span *key, span *value)
{
    while (next_member(at, object.end, 1, key, value))
        if (name_is(*key, name))
            return 1;
    return 0;
}

static span member(span object, const char *name)
{
    const char *at = object.at + 1;
    span none = {NULL, NULL}, key, value;
    if (object.at == object.end || *object.at != '{')
        return none;
    return find_member(&at, object, name, &key, &value) ? value : none;
}

// The value that a path (`targeting_spec.LOCATION[0]`) leads to, or the innermost one on the way
// that is there: what is missing has no place but its object has. `again`: of two members of one
// name take the second.
static span locate(span value, const char *path, int again)
{
    while (*path) {
        const char *at = value.at + 1;
        span key, inner, found = {NULL, NULL};
        size_t length;
        if (*path == '.')
            path++;
        if (*path == '[' && path[1] != '"') {
            size_t wanted = 0, index;
            for (path++; *path >= '0' && *path <= '9'; path++)
                wanted = wanted * 10 + (size_t)(*path - '0');
            if (*path == ']')
                path++;
            if (*value.at != '[')
                return value;
            for (index = 0; next_member(&at, value.end, 0, &key, &inner); index++)
                if (index == wanted) {
                    found = inner;
                    break;
                }
        } else {
            const char *name = path;
            if (*path == '[') {
                name = path + 2;
                length = strcspn(name, "\"");
                path = name + length;
                path += *path == '"';
                path += *path == ']';
            } else {
                length = strcspn(path, ".[");
                path += length;
            }
            if (*value.at != '{')
                return value;
            while (next_member(&at, value.end, 1, &key, &inner)) {
                if ((size_t)(key.end - key.at) != length || memcmp(key.at, name, length) != 0)
                    continue;
                found = inner;
                if (!again || *path)
                    break;
            }
        }
        if (found.at == NULL)
            return value;
        value = found;
    }
    return value;
}

// ---- problems -----------------------------------------------------------------------------------

static tool_place place_of(input *in, size_t at)
{
    if (at < in->known_at) {
        in->known.line = in->known.column = 1;
        in->known_at = 0;
    }
    tool_place_go(&in->known, in->text + in->known_at, at - in->known_at);
    in->known_at = at;
    return in->known;
}

static void problem(input *in, size_t at, const char *path, const char *message)
{
    tool_place place;
    if (in->problems++ >= in->limit)
        return;
    place = place_of(in, at);
    tool_problem(in->file, &place, path, message);
}

// Each member of that name but the first is a mistake.
static void refuse_twice(input *in, span object, const char *name)
{
    const char *at = object.at + 1;
    span key, value;
    int count = 0;
    while (find_member(&at, object, name, &key, &value))
        if (count++ > 0)
            problem(in, (size_t)(key.at - 1 - in->text), name, "occurs twice");
}

// Finds out whether a text is JSON. PINBULK_OK, or what is in *error.
static pinbulk_result read_json(const char *text, size_t length, pinbulk_error *error)
{
    static char buffer[1 << 16], path[1024];
    pinbulk_reader_config config;
    pinbulk_reader reader;
    pinbulk_token token;
    int ended = 0;
    memset(&config, 0, sizeof config);
    memset(error, 0, sizeof *error);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.path = path;
    config.path_size = sizeof path;
    config.parts = 1;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, text, length);
    for (;;) {
        switch (pinbulk_reader_next(&reader, &token)) {
        case PINBULK_TOKEN_MORE:
            if (!ended)
                pinbulk_reader_end(&reader);
            ended = 1;
            break;
        case PINBULK_TOKEN_ERROR:
            pinbulk_reader_error(&reader, error);
            return error->result;
        case PINBULK_TOKEN_END:
            return PINBULK_OK;
        default:
            break;
        }
    }
}

// Judges JSON and says what is wrong with it. Returns the end of what can be used.
static const char *judge_json(input *in, size_t at, size_t length)
{
    pinbulk_error error;
    if (read_json(in->text + at, length, &error) == PINBULK_OK)
        return in->text + at + length;
    problem(in, at + (size_t)error.offset, error.path,
            error.message[0] ? error.message : pinbulk_result_text(error.result));
    return in->text + at + (size_t)error.offset;
}

// ---- the items ----------------------------------------------------------------------------------

static size_t add_item(input *in, span text)
{
    input_item *item;
    if (in->count == in->room) {
        in->room = in->room ? 2 * in->room : 256;
        in->items = (input_item *)tool_grow(in->items, in->room * sizeof *in->items);
    }
    item = &in->items[in->count];
    memset(item, 0, sizeof *item);
    item->at = (size_t)(text.at - in->text);
    item->length = (size_t)(text.end - text.at);
    return in->count++;
}

static void list_item(input *in, int list, size_t index)
{
    input_list *to = &in->lists[list];
    if (to->count == to->room) {
        to->room = to->room ? 2 * to->room : 64;
        to->items = (size_t *)tool_grow(to->items, to->room * sizeof *to->items);
    }
    in->items[index].number = to->count;
    to->items[to->count++] = index;
}

static int same_parent(const input *in, size_t a, size_t b)
{
    const input_item *x = &in->items[a], *y = &in->items[b];
    return x->parent_size == y->parent_size &&
           memcmp(in->names + x->parent, in->names + y->parent, x->parent_size) == 0;
}

// The place of a parent in the table: of an equal one, or an empty one.
static size_t *parent_slot(input *in, int list, size_t index, const uint8_t *lists)
{
    const input_item *item = &in->items[index];
    uint64_t hash = UINT64_C(14695981039346656037) + (unsigned)list;
    size_t i;
    for (i = 0; i < item->parent_size; i++)
        hash = (hash ^ (unsigned char)in->names[item->parent + i]) * UINT64_C(1099511628211);
    for (i = (size_t)hash % in->table_size;; i = (i + 1) % in->table_size)
        if (in->table[i] == 0 ||
            (lists[in->table[i] - 1] == list && same_parent(in, in->table[i] - 1, index)))
            return &in->table[i];
}

// Puts the lines of one parent together. `lists`: of each item.
static void join_parents(input *in, const uint8_t *lists)
{
    size_t i, *slot;
    in->table_size = 2 * in->count + 1;
    in->table = (size_t *)tool_allocate(in->table_size * sizeof *in->table);
    memset(in->table, 0, in->table_size * sizeof *in->table);
    for (i = 0; i < in->count; i++) {
        if (in->items[i].parent_size == 0) {
            list_item(in, lists[i], i);
            continue;
        }
        slot = parent_slot(in, lists[i], i, lists);
        if (*slot == 0) {
            *slot = i + 1;
            in->items[i].last = i;
            list_item(in, lists[i], i);
        } else {
            input_item *first = &in->items[*slot - 1];
            in->items[first->last].next = i;
            first->last = i;
        }
    }
    free(in->table);
    in->table = NULL;
}

static void append(input_list *list, size_t *used, const char *text, size_t length)
{
    if (list->wrapped_size - *used < length) {
        list->wrapped_size = 2 * (list->wrapped_size + length);
        list->wrapped = (char *)tool_grow(list->wrapped, list->wrapped_size);
    }
    memcpy(list->wrapped + *used, text, length);
    *used += length;
}

// Writes an item, alone in its list, as the document of an upsert; returns its length. `all`: with
// the other lines of its parent. *at: where the text of the item begins.
static size_t wrap(const input *in, int list, size_t index, int all, input_list *to, size_t *at)
{
    const input_item *item = &in->items[index];
    const char *name = list_names[list % INPUT_KINDS];
    int parent = item->parent_size ? parent_of(list) : -1;
    char head[96];
    size_t used = 0;
    snprintf(head, sizeof head, "{\"%s\":{\"%s\":[", list < INPUT_KINDS ? "create" : "update",
             name);
    append(to, &used, head, strlen(head));
    if (parent >= 0) {
        snprintf(head, sizeof head, "{\"%s\":", parents[parent].parent);
        append(to, &used, head, strlen(head));
        append(to, &used, in->names + item->parent, item->parent_size);
        snprintf(head, sizeof head, ",\"%s\":[", parents[parent].entities);
        append(to, &used, head, strlen(head));
    }
    *at = used;
    for (;;) {
        append(to, &used, in->text + item->at, item->length);
        if (!all || item->next == 0)
            break;
        item = &in->items[item->next];
        append(to, &used, ",", 1);
    }
    append(to, &used, parent >= 0 ? "]}]}}" : "]}}", parent >= 0 ? 5 : 3);
    return used;
}

static pinbulk_result decode(input_list *list, size_t length, pinbulk_upsert *upsert,
                             const pinbulk_decode_options *options, pinbulk_error *error)
{
    pinbulk_result result;
    for (;;) {
        list->arena.used = 0;
        result = pinbulk_decode_upsert(list->wrapped, length, upsert, &list->arena, options, error);
        if (result != PINBULK_NO_SPACE || list->arena.size > (size_t)1 << 30)
            return result;
        list->arena.size = 2 * (list->arena.size + length);
        list->arena.memory = tool_grow(list->arena.memory, list->arena.size);
    }
}

// ---- looking at one item ------------------------------------------------------------------------

// The entities of a decoded upsert with one item.
static uint64_t count_entities(const pinbulk_upsert *upsert, int list)
{
    const pinbulk_create *create = upsert->create.value;
    const pinbulk_update *update = upsert->update.value;
    size_t count = 1;
    if (list == KEYWORDS && create && create->keywords.count)
        count = create->keywords.items[0].keywords.count;
    else if (list == LABELS && create && create->labels.count)
        count = create->labels.items[0].labels.count;
    else if (list == PRODUCT_GROUPS && create && create->product_groups.count)
        count = create->product_groups.items[0].product_group_promotion.count;
    else if (list == INPUT_KINDS + PRODUCT_GROUPS && update && update->product_groups.count)
        count = update->product_groups.items[0].product_group_promotion.count;
    return count ? count : 1;
}

static int same_word(const char *a, size_t length, const char *word)
{
    size_t i;
    for (i = 0; i < length; i++) // letters only; word has capital ones
        if (word[i] == '\0' || (a[i] & ~0x20) != (word[i] & ~0x20))
            return 0;
    return word[i] == '\0';
}

// How many entities of an item are to be archived. By the text: members that are not known yet
// count as well.
static uint64_t count_archived(const char *text, size_t length)
{
    static char buffer[256];
    pinbulk_reader_config config;
    pinbulk_reader reader;
    pinbulk_token token;
    uint64_t count = 0;
    int key = 0; // 1: a status, 2: archived
    int ended = 0;
    memset(&config, 0, sizeof config);
    config.buffer = buffer;
    config.buffer_size = sizeof buffer;
    config.parts = 1;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, text, length);
    for (;;) {
        switch (pinbulk_reader_next(&reader, &token)) {
        case PINBULK_TOKEN_MORE:
            if (!ended)
                pinbulk_reader_end(&reader);
            ended = 1;
            break;
        case PINBULK_TOKEN_KEY:
            key = same_word(token.text, token.length, "STATUS")     ? 1
                  : same_word(token.text, token.length, "ARCHIVED") ? 2
                                                                    : 0;
            break;
        case PINBULK_TOKEN_STRING:
            count += key == 1 && same_word(token.text, token.length, "ARCHIVED");
            count += key == 2 && same_word(token.text, token.length, "TRUE");
            key = 0;
            break;
        case PINBULK_TOKEN_TRUE:
            count += key == 2;
            key = 0;
            break;
        case PINBULK_TOKEN_ERROR:
        case PINBULK_TOKEN_END:
            return count;
        default:
            key = 0;
            break;
        }
    }
}

enum { PATCHES = 32 };

// What is found in one item.
typedef struct look {
    input *in;
    int list;
    size_t index;
    char patched[PATCHES][PINBULK_ERROR_PATH_MAX]; // members that were of a wrong type
    size_t patches;
} look;

// The path of an error without the list that was wrapped around the item.
static const char *inner_path(const look *at, const char *path)
{
    int parent = at->in->items[at->index].parent_size ? parent_of(at->list) : -1;
    const char *list = list_names[at->list % INPUT_KINDS];
    size_t length = strlen(list);
    if (strncmp(path, "create.", 7) == 0 || strncmp(path, "update.", 7) == 0)
        path += 7;
    if (strncmp(path, list, length) == 0 && strncmp(path + length, "[0]", 3) == 0)
        path += length + 3;
    path += *path == '.';
    if (parent >= 0) {
        length = strlen(parents[parent].entities);
        if (strncmp(path, parents[parent].entities, length) == 0 &&
            strncmp(path + length, "[0]", 3) == 0) {
            path += length + 3;
            path += *path == '.';
        }
    }
    return path;
}

static void tell(look *at, const pinbulk_error *error, int warning)
{
    input *in = at->in;
    const input_item *item = &in->items[at->index];
    const char *path = inner_path(at, error->path);
    span object, found;
    char whole[PINBULK_ERROR_PATH_MAX + 64], message[PINBULK_ERROR_MESSAGE_MAX + 16];
    tool_place place;
    object.at = in->text + item->at;
    object.end = object.at + item->length;
    found = locate(object, path, error->result == PINBULK_DUPLICATE);
    if (in->lines)
        snprintf(whole, sizeof whole, "%s", path);
    else
        snprintf(whole, sizeof whole, "%s.%s[%llu]%s%s",
                 at->list < INPUT_KINDS ? "create" : "update", list_names[at->list % INPUT_KINDS],
                 (unsigned long long)item->number, *path && *path != '[' ? "." : "", path);
    snprintf(message, sizeof message, "%s%s", warning ? "warning: " : "",
             error->message[0] ? error->message : pinbulk_result_text(error->result));
    if (!warning) {
        problem(in, (size_t)(found.at - in->text), whole, message);
    } else if (in->warnings++ < in->limit && !tool_settings.quiet) {
        place = place_of(in, (size_t)(found.at - in->text));
        tool_problem(in->file, &place, whole, message);
    }
}

static void finding(void *ctx, const pinbulk_error *error)
{
    look *at = (look *)ctx;
    size_t i, length;
    for (i = 0; i < at->patches; i++) { // has been told, and what is inside is not there
        length = strlen(at->patched[i]);
        if (strncmp(error->path, at->patched[i], length) == 0 &&
            (error->path[length] == '\0' || strchr(".[", error->path[length]) != NULL))
            return;
    }
    tell(at, error, error->result == PINBULK_UNKNOWN);
}

// Puts null into the place of the value that the path leads to, so that the next mistake can be
// found. Returns the new length, 0 when there is none to be replaced.
static size_t patch(input_list *list, size_t length, const char *path)
{
    span value = {list->wrapped, list->wrapped + length};
    span whole = value;
    size_t at, size, moved;
    value = locate(value, path, 0);
    if (value.at == whole.at)
        return 0;
    at = (size_t)(value.at - list->wrapped);
    size = (size_t)(value.end - value.at);
    moved = length - at - size;
    if (length - size + 4 > list->wrapped_size) {
        list->wrapped_size = length + 64;
        list->wrapped = (char *)tool_grow(list->wrapped, list->wrapped_size);
    }
    memmove(list->wrapped + at + 4, list->wrapped + at + size, moved);
    memcpy(list->wrapped + at, "null", 4);
    return length - size + 4;
}

// Decodes and validates one item and tells all that is wrong with it.
static void look_at(input *in, int list, size_t index)
{
    static look at;
    pinbulk_decode_options decoding;
    pinbulk_encode_options encoding;
    pinbulk_upsert upsert;
    pinbulk_error error;
    pinbulk_result result;
    input_list *own = &in->lists[list];
    size_t start, length = wrap(in, list, index, 0, own, &start);
    memset(&decoding, 0, sizeof decoding);
    memset(&encoding, 0, sizeof encoding);
    at.in = in;
    at.list = list;
    at.index = index;
    at.patches = 0;
    decoding.borrow = 1;
    for (;;) {
        memset(&error, 0, sizeof error);
        result = decode(own, length, &upsert, &decoding, &error);
        if (result == PINBULK_OK)
            break;
        if (result == PINBULK_WRONG_TYPE && at.patches > 0 &&
            strcmp(at.patched[at.patches - 1], error.path) == 0)
            return; // null will not do either, and the mistake has been told
        tell(&at, &error, 0);
        if (result == PINBULK_DUPLICATE && decoding.duplicates == PINBULK_DUPLICATES_REFUSE) {
            decoding.duplicates = PINBULK_DUPLICATES_LAST;
        } else if (result == PINBULK_WRONG_TYPE && at.patches < PATCHES) {
            memcpy(at.patched[at.patches++], error.path, sizeof error.path);
            length = patch(own, length, error.path);
            if (length == 0)
                return;
        } else {
            return;
        }
    }
    in->lists[list].entities += count_entities(&upsert, list);
    in->entities += count_entities(&upsert, list);
    in->archived += count_archived(own->wrapped, length);
    encoding.warn = finding;
    encoding.warn_ctx = &at;
    pinbulk_validate_upsert(&upsert, &encoding, &error);
}

// ---- the two forms ------------------------------------------------------------------------------

static int list_of(span name)
{
    int i;
    for (i = 0; i < INPUT_KINDS; i++)
        if (span_is(name, list_names[i]))
            return i;
    return -1;
}

static void load_document(input *in, size_t from)
{
    const char *end = judge_json(in, from, in->length - from), *at, *inside, *items;
    span root, name, part, list_name, list, none, item;
    char path[256];
    unsigned seen = 0;
    int which, update;
    root.at = skip_space(in->text + from, end);
    at = root.at + 1;
    while (root.at < end) {
        // what is cut short by a mistake is looked at as far as it goes
        const char *p = skip_space(at, end);
        if (p < end && *p == ',')
            p = skip_space(p + 1, end);
        if (p >= end || *p != '"')
            break;
        name.at = p + 1;
        p = skip_string(p, end);
        if (p == NULL)
            break;
        name.end = p - 1;
        p = skip_space(p, end);
        if (p >= end || *p != ':')
            break;
        part.at = skip_space(p + 1, end);
        if (part.at >= end)
            break;
        part.end = skip_value(part.at, end);
        at = part.end ? part.end : end;
        update = span_is(name, "update");
        snprintf(path, sizeof path, "%.*s",
                 (int)(name.end - name.at < 64 ? name.end - name.at : 64), name.at);
        if (!update && !span_is(name, "create")) {
            problem(in, (size_t)(name.at - 1 - in->text), path,
                    "an upsert has \"create\" and \"update\", and nothing else");
            continue;
        }
        if (*part.at != '{') {
            problem(in, (size_t)(part.at - in->text), path, "must be an object with lists");
            continue;
        }
        if (seen & 1u << update)
            problem(in, (size_t)(name.at - 1 - in->text), path, "occurs twice");
        seen |= 1u << update;
        inside = part.at + 1;
        for (;;) {
            p = skip_space(inside, at);
            if (p < at && *p == ',')
                p = skip_space(p + 1, at);
            if (p >= at || *p != '"')
                break;
            list_name.at = p + 1;
            p = skip_string(p, at);
            if (p == NULL)
                break;
            list_name.end = p - 1;
            p = skip_space(p, at);
            if (p >= at || *p != ':')
                break;
            list.at = skip_space(p + 1, at);
            if (list.at >= at)
                break;
            list.end = skip_value(list.at, at);
            inside = list.end ? list.end : at;
            snprintf(path, sizeof path, "%s.%.*s", update ? "update" : "create",
                     (int)(list_name.end - list_name.at < 64 ? list_name.end - list_name.at : 64),
                     list_name.at);
            which = list_of(list_name);
            if (which < 0) {
                problem(in, (size_t)(list_name.at - 1 - in->text), path,
                        "is no list of an upsert: campaigns, ad_groups, ads, product_groups, "
                        "keywords, labels, schedules, catalog_product_groups");
                continue;
            }
            if (*list.at != '[') {
                problem(in, (size_t)(list.at - in->text), path, "must be a list");
                continue;
            }
            which += update ? INPUT_KINDS : 0;
            if (seen & 4u << which)
                problem(in, (size_t)(list_name.at - 1 - in->text), path, "occurs twice");
            seen |= 4u << which;
            items = list.at + 1;
            while (next_member(&items, inside, 0, &none, &item)) {
                size_t index = add_item(in, item);
                list_item(in, which, index);
                if (*item.at == '{') {
                    look_at(in, which, index);
                    continue;
                }
                snprintf(path, sizeof path, "%s.%s[%llu]", update ? "update" : "create",
                         list_names[which % INPUT_KINDS],
                         (unsigned long long)in->items[index].number);
                problem(in, (size_t)(item.at - in->text), path, "must be an object");
            }
        }
    }
}

// Puts spaces into the place of a member, so that everything else stays where it is.
static void blank_member(span object, const char *name, char *text)
{
    const char *at = object.at + 1, *before = object.at + 1, *end;
    span key, value;
    while (next_member(&at, object.end, 1, &key, &value)) {
        if (!name_is(key, name)) {
            before = value.end;
            continue;
        }
        end = skip_space(value.end, object.end);
        if (end < object.end && *end == ',') // it and the comma behind it
            memset(text + (key.at - 1 - text), ' ', (size_t)(end + 1 - (key.at - 1)));
        else // the last one, with the comma before it
            memset(text + (before - text), ' ', (size_t)(value.end - before));
        return;
    }
}

// One line. Returns its list, or -1 after saying what is wrong.
static int load_line(input *in, size_t at, size_t length, size_t *index)
{
    uint64_t before = in->problems;
    const char *end = judge_json(in, at, length);
    span line, op, kind, found = {NULL, NULL};
    int list = -1, i, parent;
    if (in->problems != before)
        return -1;
    line.at = skip_space(in->text + at, end);
    line.end = end;
    while (line.end > line.at && strchr(" \t\r", line.end[-1]) != NULL)
        line.end--;
    if (*line.at != '{') {
        problem(in, (size_t)(line.at - in->text), "",
                "a line must be an object: {\"op\":\"create\",\"kind\":\"campaign\",...}");
        return -1;
    }
    op = member(line, "op");
    kind = member(line, "kind");
    refuse_twice(in, line, "op");
    refuse_twice(in, line, "kind");
    if (!value_is(op, "create") && !value_is(op, "update"))
        problem(in, (size_t)((op.at ? op.at : line.at) - in->text), "op",
                "must be \"create\" or \"update\"");
    for (i = 0; i < INPUT_KINDS; i++)
        if (value_is(kind, kind_names[i]))
            list = i;
    if (list < 0)
        problem(in, (size_t)((kind.at ? kind.at : line.at) - in->text), "kind",
                "must be campaign, ad_group, ad, product_group, keyword, label, schedule or "
                "catalog_product_group");
    if (in->problems != before)
        return -1;
    list += value_is(op, "update") ? INPUT_KINDS : 0;
    parent = parent_of(list);
    if (parent >= 0 && member(line, parents[parent].entities).at == NULL) {
        found = member(line, parents[parent].parent);
        if (found.at == NULL) {
            problem(in, (size_t)(line.at - in->text), parents[parent].parent,
                    "is missing: it says what the new entity belongs to");
            return -1;
        }
        refuse_twice(in, line, parents[parent].parent);
        if (in->problems != before)
            return -1;
    }
    *index = add_item(in, line);
    if (found.at) {
        size_t size = (size_t)(found.end - found.at);
        if (in->names_size - in->names_used < size) {
            in->names_size = 2 * (in->names_size + size);
            in->names = (char *)tool_grow(in->names, in->names_size);
        }
        memcpy(in->names + in->names_used, found.at, size);
        in->items[*index].parent = in->names_used;
        in->items[*index].parent_size = size;
        in->names_used += size;
        blank_member(line, parents[parent].parent, in->text);
    }
    return list;
}

// The end of an object that does not end in its line, but in a later one, and is JSON. NULL: it is
// not that. Problems that nobody is shown are not worth the look.
static const char *end_of_lines(const input *in, const char *at, const char *end)
{
    const char *whole = in->text + in->length, *last;
    pinbulk_error error;
    if (*at != '{' || in->problems >= in->limit || skip_value(at, end) != NULL)
        return NULL;
    last = skip_value(at, whole);
    return last && read_json(at, (size_t)(last - at), &error) == PINBULK_OK ? last : NULL;
}

static void load_lines(input *in, size_t from)
{
    size_t at = from, room = 0, index;
    uint8_t *lists = NULL;
    while (at < in->length && !tool_interrupted()) {
        const char *end = (const char *)memchr(in->text + at, '\n', in->length - at);
        size_t length = end ? (size_t)(end - in->text) - at : in->length - at;
        span line;
        int list;
        line.at = skip_space(in->text + at, in->text + at + length);
        if (line.at < in->text + at + length) {
            line.end = end_of_lines(in, line.at, in->text + at + length);
            if (line.end) {
                problem(in, (size_t)(line.at - in->text), "",
                        "one entity, one line: this one goes on in the next line");
                at = (size_t)(line.end - in->text);
                continue;
            }
            list = load_line(in, at, length, &index);
            if (list >= 0) {
                if (index >= room) {
                    room = 2 * room + 256;
                    lists = (uint8_t *)tool_grow(lists, room);
                }
                lists[index] = (uint8_t)list;
                line.at = in->text + in->items[index].at;
                line.end = line.at + in->items[index].length;
                blank_member(line, "op", in->text);
                blank_member(line, "kind", in->text);
                look_at(in, list, index);
            }
        }
        at += length + 1;
    }
    if (lists)
        join_parents(in, lists);
    free(lists);
}

// JSON lines say op or kind in their first object, and have several objects.
static int looks_like_lines(const char *at, const char *end)
{
    const char *line = (const char *)memchr(at, '\n', (size_t)(end - at));
    span first, rest;
    if (at >= end || *at != '{')
        return 0;
    first.at = at;
    first.end = skip_value(at, end);
    if (first.end && (member(first, "op").at || member(first, "kind").at))
        return 1;
    if (first.end && (member(first, "create").at || member(first, "update").at))
        return 0;
    rest.at = first.end ? skip_space(first.end, end) : end;
    if (rest.at < end && *rest.at == '{')
        return 1;
    // a first line that is no JSON
    for (first.at = at; first.at + 4 <= (line ? line : end); first.at++)
        if (memcmp(first.at, "\"op\"", 4) == 0)
            return 1;
    return 0;
}

int input_load(input *in, const char *file, char *text, size_t length, uint64_t limit)
{
    size_t from = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const char *start;
    memset(in, 0, sizeof *in);
    in->file = file;
    in->text = text;
    in->length = length;
    in->limit = limit;
    in->known.line = in->known.column = 1;
    start = skip_space(text + from, text + length);
    in->lines = looks_like_lines(start, text + length);
    if (start == text + length)
        problem(in, from, "", "there is nothing in it");
    else if (*start != '{')
        problem(in, (size_t)(start - text), "",
                "this is no upsert, which is JSON lines or a JSON document: "
                "{\"op\":\"create\",\"kind\":\"campaign\",...} in each line, or "
                "{\"create\":{\"campaigns\":[...]}}");
    else if (in->lines)
        load_lines(in, from);
    else
        load_document(in, from);
    if (in->problems > in->limit)
        tool_fail(TOOL_USAGE, "%llu more problems are not shown (--max-problems)",
                  (unsigned long long)(in->problems - in->limit));
    if (in->problems == 0 && in->entities == 0 && start != text + length) {
        in->problems++;
        tool_fail(TOOL_USAGE, "%s has no entity: nothing would be sent", file);
    }
    return in->problems ? TOOL_USAGE : TOOL_OK;
}

// ---- the sources --------------------------------------------------------------------------------

static const void *first_item(const pinbulk_upsert *upsert, int list)
{
    const pinbulk_create *create = upsert->create.value;
    const pinbulk_update *update = upsert->update.value;
    switch (list) {
    case 0:
        return create->campaigns.items;
    case 1:
        return create->ad_groups.items;
    case 2:
        return create->ads.items;
    case 3:
        return create->product_groups.items;
    case 4:
        return create->keywords.items;
    case 5:
        return create->labels.items;
    case 6:
        return create->schedules.items;
    case 7:
        return create->catalog_product_groups.items;
    case 8:
        return update->campaigns.items;
    case 9:
        return update->ad_groups.items;
    case 10:
        return update->ads.items;
    case 11:
        return update->product_groups.items;
    case 12:
        return update->keywords.items;
    case 13:
        return update->labels.items;
    case 14:
        return update->schedules.items;
    default:
        return update->catalog_product_groups.items;
    }
}

static pinbulk_result next_item(void *ctx, const void **item)
{
    input_list *list = (input_list *)ctx;
    pinbulk_decode_options options;
    pinbulk_upsert upsert;
    pinbulk_result result;
    int number = (int)(list - list->input->lists);
    size_t at, length;
    *item = NULL;
    if (list->at == list->count)
        return PINBULK_OK;
    memset(&options, 0, sizeof options);
    options.borrow = 1;
    length = wrap(list->input, number, list->items[list->at], 1, list, &at);
    result = decode(list, length, &upsert, &options, NULL);
    if (result == PINBULK_OK) {
        *item = first_item(&upsert, number);
        list->at++;
    }
    return result;
}

static pinbulk_result rewind_items(void *ctx)
{
    ((input_list *)ctx)->at = 0;
    return PINBULK_OK;
}

static pinbulk_result seek_item(void *ctx, uint64_t index)
{
    input_list *list = (input_list *)ctx;
    if (index > list->count)
        return PINBULK_OUT_OF_RANGE;
    list->at = (size_t)index;
    return PINBULK_OK;
}

const pinbulk_upsert *input_upsert(input *in)
{
    int i, parts = 0;
    memset(&in->create, 0, sizeof in->create);
    memset(&in->update, 0, sizeof in->update);
    memset(&in->upsert, 0, sizeof in->upsert);
    for (i = 0; i < INPUT_LISTS; i++) {
        input_list *list = &in->lists[i];
        list->input = in;
        list->at = 0;
        list->source.ctx = list;
        list->source.next = next_item;
        list->source.rewind = rewind_items;
        list->source.seek = seek_item;
        if (list->count > 0)
            parts |= i < INPUT_KINDS ? 1 : 2;
    }
#define LIST(form, offset, number, name, type)                         \
    if (in->lists[(offset) + (number)].count > 0) {                    \
        in->form.name = pinbulk_##type##_list_set(NULL, 0);            \
        in->form.name.source = &in->lists[(offset) + (number)].source; \
    }
    LIST(create, 0, 0, campaigns, campaign)
    LIST(create, 0, 1, ad_groups, ad_group)
    LIST(create, 0, 2, ads, ad)
    LIST(create, 0, 3, product_groups, ad_group_products)
    LIST(create, 0, 4, keywords, parent_keywords)
    LIST(create, 0, 5, labels, parent_labels)
    LIST(create, 0, 6, schedules, schedule)
    LIST(create, 0, 7, catalog_product_groups, catalog_product_group)
    LIST(update, 8, 0, campaigns, campaign)
    LIST(update, 8, 1, ad_groups, ad_group)
    LIST(update, 8, 2, ads, ad)
    LIST(update, 8, 3, product_groups, ad_group_products)
    LIST(update, 8, 4, keywords, keyword)
    LIST(update, 8, 5, labels, label)
    LIST(update, 8, 6, schedules, schedule)
    LIST(update, 8, 7, catalog_product_groups, catalog_product_group)
#undef LIST
    if (parts & 1)
        in->upsert.create = pinbulk_create_ref_set(&in->create);
    if (parts & 2)
        in->upsert.update = pinbulk_update_ref_set(&in->update);
    return &in->upsert;
}

void input_free(input *in)
{
    int i;
    for (i = 0; i < INPUT_LISTS; i++) {
        free(in->lists[i].items);
        free(in->lists[i].wrapped);
        free(in->lists[i].arena.memory);
    }
    free(in->items);
    free(in->names);
    free(in->text);
    memset(in, 0, sizeof *in);
}
