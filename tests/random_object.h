// random_object.h: random objects of any table of the library, and their comparison. It walks the
// rows and knows no object by name. The file that includes it has the implementation.
#ifndef RANDOM_OBJECT_H
#define RANDOM_OBJECT_H

#include "check.h"

// Where the choices come from and where the objects live. Zero it, set the seed.
typedef struct random_objects {
    uint64_t seed;
    const uint8_t *bytes; // choices are taken from these first, then from the seed
    size_t bytes_left;
    unsigned budget; // objects in objects; without any left, lists are short and members few
    unsigned fill;   // how many of 8 members are there that need not be; 0: chosen for each object
    unsigned depth;  // open objects and lists
    uint8_t sources; // lists come from a source; the objects are the same otherwise
    uint8_t wild;    // some values are such that they must not or cannot be sent
    struct random_block *blocks;
} random_objects;

// Every piece of memory is allocated by itself, so that tools see whoever reads beyond its end.
typedef struct random_block {
    struct random_block *next;
    uint64_t alignment;
} random_block;

static void *random_memory(random_objects *r, size_t size)
{
    random_block *block = (random_block *)malloc(sizeof *block + size);
    if (!block)
        abort();
    block->next = r->blocks;
    r->blocks = block;
    memset(block + 1, 0, size);
    return block + 1;
}

static void random_objects_free(random_objects *r)
{
    while (r->blocks) {
        random_block *next = r->blocks->next;
        free(r->blocks);
        r->blocks = next;
    }
}

// A choice: from 0 to below `count`.
static unsigned random_below(random_objects *r, unsigned count)
{
    unsigned choice;
    if (r->bytes_left == 0)
        return (unsigned)(check_random(&r->seed) % count);
    choice = *r->bytes++;
    r->bytes_left--;
    if (count > 256 && r->bytes_left > 0) {
        choice = choice << 8 | *r->bytes++;
        r->bytes_left--;
    }
    return choice % count;
}

static pinbulk_text random_copy(random_objects *r, const char *text, size_t length)
{
    pinbulk_text copy;
    char *memory = (char *)random_memory(r, length);
    memcpy(memory, text, length);
    copy.length = length;
    copy.data = memory;
    return copy;
}

// ---- texts, numbers, JSON ---------------------------------------------------------------------

// One character each: UTF-8 of all widths and their ends, what must be escaped and what need not.
static const char *const random_characters[] = {"a",
                                                "Z",
                                                " ",
                                                "/",
                                                "\"",
                                                "\\",
                                                "\n",
                                                "\t",
                                                "\r",
                                                "\b",
                                                "\f",
                                                "\x01",
                                                "\x1f",
                                                "\x7f",
                                                "\xc2\x80",
                                                "\xc3\xa9",
                                                "\xdf\xbf",
                                                "\xe0\xa0\x80",
                                                "\xe2\x82\xac",
                                                "\xed\x9f\xbf",
                                                "\xee\x80\x80",
                                                "\xef\xbf\xbf",
                                                "\xf0\x90\x80\x80",
                                                "\xf0\x9f\x98\x80",
                                                "\xf4\x8f\xbf\xbf",
                                                "" /* NUL */};

// A text of at most `most` characters, sometimes of exactly so many.
static pinbulk_text random_text(random_objects *r, unsigned most)
{
    unsigned count = random_below(r, 12), kind = random_below(r, 4), i;
    pinbulk_text text;
    char *characters;
    size_t length = 0;
    if (most && (count > most || random_below(r, 64) == 0))
        count = most;
    characters = (char *)malloc(4 * count + 1);
    for (i = 0; i < count; i++) {
        const char *character = "b";
        if (kind == 0)
            character = random_characters[random_below(r, sizeof random_characters /
                                                              sizeof *random_characters)];
        else if (kind == 1)
            character = random_characters[random_below(r, 2) + 15 * (i % 5 == 4)];
        memcpy(characters + length, character, strlen(character) + !*character);
        length += strlen(character) + !*character;
    }
    text = random_copy(r, characters, length);
    free(characters);
    return text;
}

static pinbulk_text random_digits(random_objects *r, const char *before, unsigned most)
{
    char digits[40];
    size_t length = strlen(before), end;
    memcpy(digits, before, length);
    end = length + 1 + random_below(r, most && most < 20 ? most : 20);
    while (length < end)
        digits[length++] = (char)('0' + random_below(r, 10));
    return random_copy(r, digits, length);
}

// A text that the row takes.
static pinbulk_text random_checked_text(random_objects *r, const pinbulki_row *row, int is_item)
{
    unsigned most = row->max;
    if (is_item)
        most = 0;
    switch (row->check) {
    case PINBULKI_DIGITS:
        return random_digits(r, "", most);
    case PINBULKI_AG_DIGITS:
        return random_digits(r, random_below(r, 2) ? "AG" : "", most);
    case PINBULKI_AG_C_DIGITS:
        return random_digits(r,
                             random_below(r, 3) == 0 ? "AG"
                             : random_below(r, 2)    ? "C"
                                                     : "",
                             most);
    case PINBULKI_URL:
        return random_text(r, 2000);
    default:
        return random_text(r, most);
    }
}

static pinbulk_text random_decimal(random_objects *r, unsigned check)
{
    static const char *const all[] = {"0", "1", "10", "0.5", "9.999999999999999999999", "1e1",
                                      "0.1e2", "1000E-2", "10.000", "-0", "0.0e-7", "2.50",
                                      // beyond 0 to 10
                                      "-1", "10.5", "1e400", "9223372036854775807",
                                      "-123456789012345678901234567890.125E+3"};
    const char *text =
        all[random_below(r, check == PINBULKI_0_TO_10 ? 12 : sizeof all / sizeof *all)];
    return random_copy(r, text, strlen(text));
}

static int64_t random_int(random_objects *r)
{
    uint64_t value = 0;
    unsigned bytes = random_below(r, 10);
    if (bytes == 9)
        return random_below(r, 2) ? INT64_MIN : INT64_MAX;
    while (bytes-- > 0)
        value = value << 8 | random_below(r, 256);
    return value >> 63 ? -(int64_t)(~value >> 1) : (int64_t)value;
}

// One JSON value that neither begins nor ends with white space.
static pinbulk_text random_json(random_objects *r)
{
    static const char *const all[] = {"null",
                                      "true",
                                      "false",
                                      "0",
                                      "-0",
                                      "17",
                                      "-1.5e+300",
                                      "1e400",
                                      "123456789012345678901234567890",
                                      "\"\"",
                                      "\"plain\"",
                                      "\"\\u00e9\\ud83d\\ude00\\/\\\"\\\\\\n\"",
                                      "\"\xc3\xa9\xf0\x9f\x98\x80\"",
                                      "[]",
                                      "{}",
                                      "[ 1 , [ \"]\" ] , {\"a\\u0062\" :\tnull} ]",
                                      "{\"kind\":\"OTHER\"}",
                                      "{\"a\":{\"b\":[1,2,{\"c\":\"}\"}]},\"a\":2}"};
    const char *first = all[random_below(r, sizeof all / sizeof *all)], *second;
    char text[256];
    switch (random_below(r, 4)) {
    case 0:
        second = all[random_below(r, sizeof all / sizeof *all)];
        sprintf(text, "[%s,%s ]", first, second);
        break;
    case 1:
        second = all[random_below(r, sizeof all / sizeof *all)];
        sprintf(text, "{\"k\": %s,\"\\ttwo\":%s}", first, second);
        break;
    default:
        strcpy(text, first);
        break;
    }
    return random_copy(r, text, strlen(text));
}

// ---- sources ----------------------------------------------------------------------------------

// An array as a source. There is room for one item only, so one that is kept too long changes.
typedef struct random_source {
    pinbulk_source source;
    const char *items;
    size_t count, size, at;
    char *current;
} random_source;

static pinbulk_result random_source_next(void *ctx, const void **item)
{
    random_source *source = (random_source *)ctx;
    *item = NULL;
    if (source->size)
        memset(source->current, 0xa5, source->size);
    if (source->at < source->count) {
        memcpy(source->current, source->items + source->at * source->size, source->size);
        *item = source->current;
    }
    source->at++;
    return PINBULK_OK;
}

static pinbulk_result random_source_rewind(void *ctx)
{
    ((random_source *)ctx)->at = 0;
    return PINBULK_OK;
}

static const pinbulk_source *random_source_of(random_objects *r, const void *items, size_t count,
                                              size_t size)
{
    random_source *source = (random_source *)random_memory(r, sizeof *source);
    source->source.ctx = source;
    source->source.next = random_source_next;
    source->source.rewind = random_source_rewind;
    source->items = (const char *)items;
    source->count = count;
    source->size = size;
    source->at = 12345; // whoever does not rewind gets nothing
    source->current = (char *)random_memory(r, size);
    return &source->source;
}

// ---- values -----------------------------------------------------------------------------------

static void random_fill(random_objects *r, const pinbulki_table *table, unsigned form, void *object,
                        const char *tag, const char *tag_value);

static pinbulk_enum random_enum(random_objects *r, const pinbulki_row *row)
{
    const pinbulki_names *names = (const pinbulki_names *)row->sub;
    pinbulk_enum value = pinbulk_enum_set(0);
    const char *known;
    pinbulk_text text;
    if (row->check && random_below(r, 4) != 0)
        return pinbulk_enum_set((unsigned)names->number << 8 | (1 + random_below(r, row->check)));
    text = random_text(r, 0);
    if (pinbulki_constant_of(names, text.data, text.length, &known))
        text = pinbulk_text_of("newer than the table");
    value.length = text.length;
    value.text = text.data;
    return value;
}

static int random_is_object(const pinbulki_row *row)
{
    return (row->kind & PINBULKI_KIND) == PINBULKI_OBJECT ||
           (row->kind & PINBULKI_KIND) == PINBULKI_UNION;
}

// What the JSON of a value begins with, as the reader would say it.
static pinbulk_token random_first_token(const pinbulki_row *row, const void *value)
{
    static const struct {
        char first;
        pinbulk_token_kind kind;
    } kinds[] = {{'n', PINBULK_TOKEN_NULL},  {'t', PINBULK_TOKEN_TRUE},
                 {'f', PINBULK_TOKEN_FALSE}, {'"', PINBULK_TOKEN_STRING},
                 {'[', PINBULK_TOKEN_ARRAY}, {'{', PINBULK_TOKEN_OBJECT}};
    pinbulk_token token;
    const char *text = "0";
    size_t length = 1, i;
    memset(&token, 0, sizeof token);
    if (row->kind & PINBULKI_LIST) {
        text = pinbulki_is_map(row) ? "{" : "[";
    } else {
        switch (row->kind) {
        case PINBULKI_STRING:
        case PINBULKI_ENUM:
            text = "\"";
            break;
        case PINBULKI_BOOL:
            text = "t";
            break;
        case PINBULKI_OBJECT:
            text = "{";
            break;
        case PINBULKI_INT:
            break;
        default: // PINBULKI_DECIMAL, PINBULKI_JSON
            text = ((const pinbulk_decimal *)value)->text;
            length = text ? ((const pinbulk_decimal *)value)->length : 0;
        }
    }
    token.kind = PINBULK_TOKEN_NUMBER;
    token.integer = 1;
    for (i = 0; i < length; i++)
        token.integer &= text[i] != '.' && text[i] != 'e' && text[i] != 'E';
    for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (length && *text == kinds[i].first)
            token.kind = kinds[i].kind;
    return token;
}

static void random_value(random_objects *r, const pinbulki_row *row, unsigned form, void *value,
                         int is_item, const char *tag);

// One of the kinds that a union can have. A kind is only taken for what no kind before it takes, as
// reading could not tell them apart.
static void random_union(random_objects *r, const pinbulki_table *table, unsigned form, void *value)
{
    unsigned chosen = random_below(r, table->count), before;
    const pinbulki_row *row = &table->rows[chosen];
    pinbulk_token token;
    if (r->depth + 4 > PINBULK_ENCODE_DEPTH)
        for (before = 0; before < table->count; before++)
            if (!random_is_object(&table->rows[before]))
                row = &table->rows[before];
    for (;;) {
        chosen = (unsigned)(row - table->rows);
        random_value(r, row, form, (char *)value + row->offset, 0, table->tag);
        token = random_first_token(row, (char *)value + row->offset);
        for (before = 0; before < chosen; before++)
            if ((!table->tag || table->rows[before].kind == PINBULKI_JSON) &&
                pinbulki_row_takes(&table->rows[before], &token))
                break;
        if (before == chosen)
            break;
        memset(value, 0, table->size);
        row = &table->rows[before];
    }
    ((pinbulki_choice *)value)->state = PINBULK_SET;
    ((pinbulki_choice *)value)->row = (uint8_t)(chosen + 1);
}

static void random_multiplier(random_objects *r, const pinbulki_row *row, pinbulk_multiplier *items,
                              size_t index)
{
    pinbulk_text number = random_decimal(r, row->check), key = random_text(r, 0);
    size_t i;
    for (i = 0; i < index; i++)
        if (pinbulk_text_equal(items[i].key, key)) {
            char other[24];
            key = random_copy(r, other, (size_t)sprintf(other, "%u another", (unsigned)index));
            break;
        }
    items[index].key = key;
    items[index].value = pinbulk_decimal_set(number.data, number.length);
    if (r->wild && random_below(r, 48) == 0)
        items[index].value.state = (uint8_t)random_below(r, 4);
    if (r->wild && random_below(r, 48) == 0)
        items[index].value.text = random_below(r, 2) ? NULL : "a number would be as long as this";
    if (r->wild && random_below(r, 48) == 0)
        items[index].key = index ? items[0].key : pinbulk_text_of("\xc3");
}

static void random_list(random_objects *r, const pinbulki_row *row, unsigned form, void *value)
{
    size_t size = pinbulki_value_size(row, 1), i;
    unsigned least = row->flags & PINBULKI_NONEMPTY ? 1 : 0, count = random_below(r, 4);
    pinbulki_list list;
    char *items;
    if (random_below(r, 16) == 0)
        count = row->max && row->max < 20 ? row->max : random_below(r, 20);
    if (r->budget == 0 && random_is_object(row))
        count = 0;
    if (row->max && count > row->max)
        count = row->max;
    if (count < least)
        count = least;
    items = count || random_below(r, 2) ? (char *)random_memory(r, count * size) : NULL;
    r->depth++;
    for (i = 0; i < count; i++) {
        if (pinbulki_is_map(row))
            random_multiplier(r, row, (pinbulk_multiplier *)(void *)items, i);
        else
            random_value(r, row, form, items + i * size, 1, NULL);
    }
    r->depth--;
    memset(&list, 0, sizeof list);
    list.state = PINBULK_SET;
    if (r->sources) {
        list.source = random_source_of(r, items, count, size);
    } else {
        list.count = count;
        list.items = items;
    }
    memcpy(value, &list, sizeof list);
}

// Spoils a value of any kind, or leaves it as it is.
static void random_spoil(random_objects *r, const pinbulki_row *row, void *value, int is_item)
{
    static const char *const bad[] = {"\xff", "a\xc3", "\xed\xa0\x80", "", "1e", "[1", "{}}", "x"};
    pinbulki_list list;
    pinbulk_string text;
    switch (random_below(r, 3)) {
    case 0:
        if (!is_item || (row->kind & PINBULKI_KIND) != PINBULKI_OBJECT)
            *(uint8_t *)value = (uint8_t)random_below(r, 4); // no value is shorter
        return;
    case 1:
        break;
    default:
        return;
    }
    if ((row->kind & PINBULKI_LIST) && !is_item) {
        memcpy(&list, value, sizeof list);
        switch (random_below(r, 4)) {
        case 0:
            list.items = NULL;
            break;
        case 1:
            list.source = random_source_of(r, NULL, 0, 0);
            break;
        case 2:
            list.source = (const pinbulk_source *)random_memory(r, sizeof *list.source);
            list.count = 0;
            list.items = NULL;
            break;
        default:
            list.count = 0;
        }
        memcpy(value, &list, sizeof list);
        return;
    }
    switch (row->kind & PINBULKI_KIND) {
    case PINBULKI_STRING:
    case PINBULKI_DECIMAL:
    case PINBULKI_JSON:
        memcpy(&text, value, sizeof text);
        text.text = bad[random_below(r, sizeof bad / sizeof *bad)];
        text.length = strlen(text.text);
        if (random_below(r, 4) == 0) {
            text.text = NULL;
            text.length = random_below(r, 2);
        }
        memcpy(value, &text, sizeof text);
        break;
    case PINBULKI_ENUM:
        ((pinbulk_enum *)value)->value = (uint16_t)random_below(r, 65536);
        break;
    case PINBULKI_OBJECT:
        if (!is_item && random_below(r, 2))
            ((pinbulk_upsert *)value)->create.value = NULL; // any ..._ref
        break;
    case PINBULKI_UNION:
        // Another kind would make pointers of what are none.
        ((pinbulki_choice *)value)->row =
            random_below(r, 2) ? 0 : (uint8_t)(((const pinbulki_table *)row->sub)->count + 1);
        break;
    default:
        break;
    }
}

// A valid value. Objects, as items, lie in their place; members refer to them.
static void random_value(random_objects *r, const pinbulki_row *row, unsigned form, void *value,
                         int is_item, const char *tag)
{
    const pinbulki_table *table = (const pinbulki_table *)row->sub;
    pinbulk_text text;
    pinbulki_json json;
    pinbulki_ref ref;
    if ((row->kind & PINBULKI_LIST) && !is_item) {
        random_list(r, row, form, value);
    } else {
        switch (row->kind & PINBULKI_KIND) {
        case PINBULKI_STRING:
            text = random_checked_text(r, row, is_item);
            *(pinbulk_string *)value = pinbulk_string_set(text.data, text.length);
            break;
        case PINBULKI_INT:
            *(pinbulk_int *)value = pinbulk_int_set(random_int(r));
            break;
        case PINBULKI_DECIMAL:
            text = random_decimal(r, row->check);
            *(pinbulk_decimal *)value = pinbulk_decimal_set(text.data, text.length);
            break;
        case PINBULKI_BOOL:
            *(pinbulk_bool *)value = pinbulk_bool_set((int)random_below(r, 2));
            break;
        case PINBULKI_ENUM:
            *(pinbulk_enum *)value = random_enum(r, row);
            break;
        case PINBULKI_OBJECT:
            if (!is_item) {
                memset(&ref, 0, sizeof ref);
                ref.state = PINBULK_SET;
                ref.value = random_memory(r, table->size);
                memcpy(value, &ref, sizeof ref);
            }
            random_fill(r, table, form, is_item ? value : (void *)(uintptr_t)ref.value, tag,
                        tag ? row->key : NULL);
            break;
        case PINBULKI_UNION:
            random_union(r, table, form, value);
            break;
        default: // PINBULKI_JSON
            do
                text = random_json(r);
            while (!is_item && pinbulk_text_equal(text, pinbulk_text_of("null")));
            memset(&json, 0, sizeof json);
            json.state = PINBULK_SET;
            json.length = text.length;
            json.text = text.data;
            memcpy(value, &json, sizeof json);
        }
    }
    if (r->wild && random_below(r, 24) == 0)
        random_spoil(r, row, value, is_item);
}

// ---- objects ----------------------------------------------------------------------------------

static const pinbulki_row *random_row_at(const pinbulki_table *table, size_t offset)
{
    const pinbulki_row *row = table->rows;
    while (row->offset != offset)
        row++;
    return row;
}

// Of two members that exclude each other one stays set.
static void random_part(random_objects *r, const pinbulki_table *table, unsigned form, char *object)
{
    const pinbulki_row *victim;
    unsigned which = random_below(r, 2);
    if (!table->apart[0] || object[table->apart[0]] != PINBULK_SET ||
        object[table->apart[1]] != PINBULK_SET || (r->wild && random_below(r, 4) == 0))
        return;
    victim = random_row_at(table, table->apart[which]);
    if (victim->flags & form << 2)
        victim = random_row_at(table, table->apart[!which]);
    memset(object + victim->offset, 0, pinbulki_value_size(victim, 0));
    if ((victim->flags & form << 4) && random_below(r, 2))
        object[victim->offset] = PINBULK_NULL;
}

static void random_extra(random_objects *r, const pinbulki_table *table, char *object,
                         const char *tag, const char *tag_value)
{
    unsigned count = random_below(r, 16), i, j;
    pinbulk_member *items;
    pinbulk_members extra;
    count = count > 10 ? count - 10 : 0;
    memset(&extra, 0, sizeof extra);
    items = (pinbulk_member *)random_memory(r, (count + 1) * sizeof *items);
    for (i = 0; i < count; i++) {
        char other[32];
        pinbulk_text name = random_text(r, 0);
        int taken = pinbulki_find_row(table, 0, name.data, name.length) != NULL ||
                    (tag && pinbulk_text_equal(name, pinbulk_text_of(tag)));
        for (j = 0; j < i; j++)
            taken |= items[j].name.data && pinbulk_text_equal(name, items[j].name);
        if (taken && !(r->wild && random_below(r, 2)))
            name = random_copy(r, other, (size_t)sprintf(other, "%u is not taken", i));
        items[i].name = name;
        items[i].json = random_json(r);
        if (r->wild && random_below(r, 16) == 0)
            items[i].json = pinbulk_text_of(random_below(r, 2) ? NULL : "[1,]");
        if (r->wild && random_below(r, 16) == 0)
            items[i].name.data = random_below(r, 2) ? NULL
                                                    : "\xff\xff\xff\xff\xff\xff\xff\xff"
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff"
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff"
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff"
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff"
                                                      "\xff\xff\xff\xff\xff\xff\xff\xff";
    }
    if (tag && !pinbulki_find_row(table, 0, tag, strlen(tag))) {
        char json[64];
        items[count].name = pinbulk_text_of(tag);
        items[count].json = random_copy(r, json, (size_t)sprintf(json, "\"%.50s\"", tag_value));
        count++;
    }
    extra.count = count;
    extra.items = items;
    if (r->wild && random_below(r, 64) == 0)
        extra.items = NULL;
    memcpy(object + table->extra, &extra, sizeof extra);
}

static void random_fill(random_objects *r, const pinbulki_table *table, unsigned form, void *object,
                        const char *tag, const char *tag_value)
{
    unsigned fill = r->fill ? r->fill : random_below(r, 10), i;
    if (table->form)
        form = table->form;
    if (r->budget > 0)
        r->budget--;
    else if (fill > 1)
        fill = 1;
    r->depth++;
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        char *value = (char *)object + row->offset;
        int needed = (row->flags & form << 2) != 0;
        if (tag && strlen(tag) == row->key_length && memcmp(tag, row->key, row->key_length) == 0) {
            const char *name;
            if (row->kind == PINBULKI_ENUM) {
                *(pinbulk_enum *)(void *)value = pinbulk_enum_of(tag_value);
                ((pinbulk_enum *)(void *)value)->value = (uint16_t)pinbulki_constant_of(
                    (const pinbulki_names *)row->sub, tag_value, strlen(tag_value), &name);
            } else {
                *(pinbulk_string *)(void *)value = pinbulk_string_of(tag_value);
            }
            continue;
        }
        if (row->flags & PINBULKI_LEGACY)
            continue; // the same member as that of the row before it
        if (!(row->flags & form) && !(r->wild && random_below(r, 32) == 0))
            continue;
        if (!needed && random_below(r, 8) >= fill)
            continue;
        if (!needed && (random_is_object(row) || (row->kind & PINBULKI_LIST)) &&
            r->depth + 3 > PINBULK_ENCODE_DEPTH)
            continue;
        if (((row->flags & form << 4) || (r->wild && random_below(r, 16) == 0)) &&
            random_below(r, 5) == 0) {
            *value = PINBULK_NULL;
            continue;
        }
        random_value(r, row, form, value, 0, NULL);
    }
    random_part(r, table, form, (char *)object);
    random_extra(r, table, (char *)object, tag, tag_value);
    r->depth--;
}

// A random object of the table in that form. It lives until random_objects_free.
static void *random_object(random_objects *r, const pinbulki_table *table, int form)
{
    void *object = random_memory(r, table->size);
    if (r->budget == 0)
        r->budget = 12;
    random_fill(r, table, (unsigned)form, object, NULL, NULL);
    return object;
}

// ---- comparison -------------------------------------------------------------------------------

static int random_object_equal(const pinbulki_table *table, const void *a, const void *b);

// The array of a list, also of one of the sources above.
static pinbulki_list random_list_of(const void *value)
{
    pinbulki_list list;
    memcpy(&list, value, sizeof list);
    if (list.source) {
        const random_source *source = (const random_source *)list.source->ctx;
        list.count = source->count;
        list.items = source->items;
    }
    return list;
}

static int random_text_equal(const void *a, const void *b) // pinbulk_string, _decimal, json
{
    pinbulk_string x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x.length == y.length && (x.length == 0 || memcmp(x.text, y.text, x.length) == 0);
}

static int random_value_equal(const pinbulki_row *row, const void *a, const void *b, int is_item)
{
    const pinbulki_table *table = (const pinbulki_table *)row->sub;
    size_t size = pinbulki_value_size(row, 1), i;
    pinbulki_list x, y;
    pinbulki_ref p, q;
    pinbulk_enum e, f;
    unsigned kind = row->kind & PINBULKI_KIND;
    if (is_item && kind == PINBULKI_MULTIPLIER)
        return pinbulk_text_equal(((const pinbulk_multiplier *)a)->key,
                                  ((const pinbulk_multiplier *)b)->key) &&
               random_text_equal(&((const pinbulk_multiplier *)a)->value,
                                 &((const pinbulk_multiplier *)b)->value);
    if (is_item && kind == PINBULKI_OBJECT)
        return random_object_equal(table, a, b);
    if (*(const uint8_t *)a != *(const uint8_t *)b)
        return 0;
    if (*(const uint8_t *)a != PINBULK_SET)
        return 1;
    if ((row->kind & PINBULKI_LIST) && !is_item) {
        x = random_list_of(a);
        y = random_list_of(b);
        for (i = 0; i < x.count && x.count == y.count; i++)
            if (!random_value_equal(row, (const char *)x.items + i * size,
                                    (const char *)y.items + i * size, 1))
                return 0;
        return x.count == y.count;
    }
    switch (kind) {
    case PINBULKI_INT:
        return ((const pinbulk_int *)a)->value == ((const pinbulk_int *)b)->value;
    case PINBULKI_BOOL:
        return ((const pinbulk_bool *)a)->value == ((const pinbulk_bool *)b)->value;
    case PINBULKI_ENUM:
        memcpy(&e, a, sizeof e);
        memcpy(&f, b, sizeof f);
        return e.value == f.value &&
               (e.value || (e.length == f.length && memcmp(e.text, f.text, e.length) == 0));
    case PINBULKI_OBJECT:
        memcpy(&p, a, sizeof p);
        memcpy(&q, b, sizeof q);
        return random_object_equal(table, p.value, q.value);
    case PINBULKI_UNION:
        i = ((const pinbulki_choice *)a)->row;
        if (i != ((const pinbulki_choice *)b)->row || i == 0 || i > table->count)
            return 0;
        row = &table->rows[i - 1];
        return random_value_equal(row, (const char *)a + row->offset, (const char *)b + row->offset,
                                  0);
    default:
        return random_text_equal(a, b);
    }
}

// True when two objects say the same. Where texts and items lie does not count.
static int random_object_equal(const pinbulki_table *table, const void *a, const void *b)
{
    pinbulk_members x = pinbulki_extra_of(table, a), y = pinbulki_extra_of(table, b);
    size_t i;
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        if (!random_value_equal(row, (const char *)a + row->offset, (const char *)b + row->offset,
                                0))
            return 0;
    }
    for (i = 0; i < x.count && x.count == y.count; i++)
        if (!pinbulk_text_equal(x.items[i].name, y.items[i].name) ||
            !pinbulk_text_equal(x.items[i].json, y.items[i].json))
            return 0;
    return x.count == y.count;
}

// ---- tables -----------------------------------------------------------------------------------

#define RANDOM_TABLES_MAX 256

// All tables of objects that can be reached from `count` of them at the front of `tables`, which
// takes RANDOM_TABLES_MAX. Returns their number.
static size_t random_tables(const pinbulki_table **tables, size_t count)
{
    const pinbulki_table *unions[RANDOM_TABLES_MAX], **to;
    size_t union_count = 0, object = 0, choice = 0, i, *end;
    while (object < count || choice < union_count) {
        const pinbulki_table *table = object < count ? tables[object++] : unions[choice++];
        const pinbulki_row *row;
        for (row = table->rows; row != table->rows + table->count; row++) {
            int is_union = (row->kind & PINBULKI_KIND) == PINBULKI_UNION;
            if (!random_is_object(row))
                continue;
            to = is_union ? unions : tables;
            end = is_union ? &union_count : &count;
            for (i = 0; i < *end && to[i] != row->sub; i++)
                continue;
            if (i == *end && *end < RANDOM_TABLES_MAX)
                to[(*end)++] = (const pinbulki_table *)row->sub;
        }
    }
    return count;
}

#endif
