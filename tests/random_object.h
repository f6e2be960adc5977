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
static unsigned random_below(random_objects *r, uint32_t count)
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

static pinbulk_text random_digits(random_objects *r, const char *before, const char *behind)
{
    char digits[40];
    size_t length = strlen(before), end = length + 1 + random_below(r, 20);
    memcpy(digits, before, length);
    while (length < end)
        digits[length++] = (char)('0' + random_below(r, 10));
    memcpy(digits + length, behind, strlen(behind));
    return random_copy(r, digits, length + strlen(behind));
}

// A text that the row takes.
static pinbulk_text random_checked_text(random_objects *r, const pinbulki_row *row, int is_item)
{
    unsigned prefix = random_below(r, 3);
    switch (row->check) {
    case PINBULKI_DIGITS:
        return random_digits(r, "", "");
    case PINBULKI_C_DIGITS:
        return random_digits(r, prefix == 0 ? "C" : "", "");
    case PINBULKI_AG_DIGITS:
        return random_digits(r, prefix == 0 ? "AG" : "", "");
    case PINBULKI_AG_C_DIGITS:
        return random_digits(r, prefix == 0 ? "AG" : prefix == 1 ? "C" : "", "");
    case PINBULKI_DIGITS_PLUS:
        return random_digits(r, "", prefix == 0 ? "+" : "");
    case PINBULKI_URL:
        return random_text(r, 2000);
    default:
        return random_text(r, is_item ? 0 : row->max);
    }
}

static pinbulk_text random_decimal(random_objects *r, unsigned check)
{
    static const char *const all[] = {"0", "1", "10", "0.5", "9.999999999999999999999", "1e1",
                                      "0.1e2", "1000E-2", "10.000", "-0", "0.0e-7", "2.50",
                                      // beyond 10
                                      "10.5", "1e400", "9223372036854775807", "4294967296",
                                      // below 0
                                      "-1", "-123456789012345678901234567890.125E+3"};
    static const char *const uint32[] = {"0", "1", "-0", "4294967295", "1234567"};
    const char *text;
    switch (check) {
    case PINBULKI_UINT32:
        text = uint32[random_below(r, sizeof uint32 / sizeof *uint32)];
        break;
    case PINBULKI_0_TO_10:
        text = all[random_below(r, 12)];
        break;
    case PINBULKI_NOT_NEGATIVE:
        text = all[random_below(r, 16)];
        break;
    default:
        text = all[random_below(r, sizeof all / sizeof *all)];
    }
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

static void random_fill(random_objects *r, const pinbulki_table *table, unsigned form,
                        void *object);

static void random_value(random_objects *r, const pinbulki_row *row, unsigned form, void *value,
                         int is_item);

// A text that the enumeration does not know.
static pinbulk_enum random_unknown_enum(random_objects *r, const pinbulki_names *names)
{
    pinbulk_enum value = pinbulk_enum_set(0);
    pinbulk_text text = random_text(r, 0);
    const char *known;
    if (pinbulki_constant_of(names, text.data, text.length, &known))
        text = pinbulk_text_of("newer than the table");
    value.length = text.length;
    value.text = text.data;
    return value;
}

static pinbulk_enum random_enum(random_objects *r, const pinbulki_row *row, int is_item)
{
    const pinbulki_names *names = (const pinbulki_names *)row->sub;
    unsigned first = is_item ? 1 : row->max;
    if (random_below(r, 4) == 0)
        return random_unknown_enum(r, names);
    return pinbulk_enum_set((unsigned)names->number << 8 |
                            (first + random_below(r, row->check - first + 1)));
}

static int random_is_object(const pinbulki_row *row)
{
    return pinbulki_item_type(row) == PINBULKI_OBJECT;
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

// `least` is the number of items that a list must have.
static void random_list(random_objects *r, const pinbulki_row *row, unsigned form, void *value,
                        unsigned least)
{
    const pinbulki_table *table = (const pinbulki_table *)row->sub;
    size_t size = pinbulki_item_size(row, table), i;
    unsigned count = random_below(r, 4);
    pinbulki_entities list;
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
            random_value(r, row, form, items + i * size, 1);
    }
    r->depth--;
    memset(&list, 0, sizeof list);
    list.state = PINBULK_SET;
    list.table = table; // for those lists that have one
    if (r->sources) {
        list.source = random_source_of(r, items, count, size);
    } else {
        list.count = count;
        list.items = items;
    }
    memcpy(value, &list, pinbulki_member_size(row));
}

static void random_spoil_list(random_objects *r, void *value)
{
    pinbulki_list list;
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
}

// Spoils a value of any kind, or leaves it as it is.
static void random_spoil(random_objects *r, const pinbulki_row *row, void *value, int is_item)
{
    static const char *const bad[] = {"\xff", "a\xc3", "\xed\xa0\x80", "", "1e", "[1", "{}}", "x"};
    unsigned type = pinbulki_item_type(row);
    pinbulk_string text;
    pinbulki_ref ref;
    switch (random_below(r, 3)) {
    case 0:
        if (!is_item || type != PINBULKI_OBJECT)
            *(uint8_t *)value = (uint8_t)random_below(r, 4);
        return;
    case 1:
        break;
    default:
        return;
    }
    if (pinbulki_is_list(row) && (!is_item || type == PINBULKI_STRINGS)) {
        random_spoil_list(r, value);
        return;
    }
    switch (type) {
    case PINBULKI_STRING:
    case PINBULKI_DECIMAL: // has the same members
        text = pinbulk_string_of(bad[random_below(r, sizeof bad / sizeof *bad)]);
        if (random_below(r, 4) == 0) {
            text.text = NULL;
            text.length = random_below(r, 2);
        }
        memcpy(value, &text, sizeof text);
        break;
    case PINBULKI_ENUM:
        ((pinbulk_enum *)value)->value = (uint16_t)random_below(r, 65536);
        break;
    case PINBULKI_INT:
        *(pinbulk_int *)value = pinbulk_int_set(random_int(r));
        break;
    case PINBULKI_BOOL:
        *(pinbulk_bool *)value = pinbulk_bool_set(1);
        break;
    case PINBULKI_OBJECT:
        if (!is_item && random_below(r, 2)) {
            memcpy(&ref, value, sizeof ref);
            ref.value = NULL;
            memcpy(value, &ref, sizeof ref);
        }
        break;
    default:
        break;
    }
}

// A valid value. Objects, as items, lie in their place; members refer to them.
static void random_value(random_objects *r, const pinbulki_row *row, unsigned form, void *value,
                         int is_item)
{
    const pinbulki_table *table = (const pinbulki_table *)row->sub;
    pinbulk_text text;
    pinbulki_ref ref;
    if (pinbulki_is_list(row) && !is_item) {
        random_list(r, row, form, value, row->flags & PINBULKI_NONEMPTY ? 1 : 0);
    } else {
        switch (pinbulki_item_type(row)) {
        case PINBULKI_STRING:
            text = random_checked_text(r, row, is_item);
            *(pinbulk_string *)value = pinbulk_string_set(text.data, text.length);
            break;
        case PINBULKI_INT:
            *(pinbulk_int *)value = pinbulk_int_set(
                row->check == PINBULKI_2_TO_20 ? 2 + (int)random_below(r, 19) : random_int(r));
            break;
        case PINBULKI_DECIMAL:
            text = random_decimal(r, row->check);
            *(pinbulk_decimal *)value = pinbulk_decimal_set(text.data, text.length);
            break;
        case PINBULKI_BOOL:
            *(pinbulk_bool *)value =
                pinbulk_bool_set(row->check == PINBULKI_FALSE ? 0 : (int)random_below(r, 2));
            break;
        case PINBULKI_ENUM:
            *(pinbulk_enum *)value = random_enum(r, row, is_item);
            break;
        case PINBULKI_STRINGS:
            random_list(r, &pinbulki_strings_row, form, value, 0);
            break;
        default: // PINBULKI_OBJECT
            if (!is_item) {
                memset(&ref, 0, sizeof ref);
                ref.state = PINBULK_SET;
                ref.value = random_memory(r, table->size);
                memcpy(value, &ref, sizeof ref);
            }
            random_fill(r, table, form, is_item ? value : (void *)(uintptr_t)ref.value);
        }
    }
    if (r->wild && random_below(r, 24) == 0)
        random_spoil(r, row, value, is_item);
}

// ---- objects ----------------------------------------------------------------------------------

// The row of the member at that offset, NULL when the table has none.
static const pinbulki_row *random_row_at(const pinbulki_table *table, size_t offset)
{
    unsigned i;
    for (i = 0; i < table->count; i++)
        if (table->rows[i].offset == offset)
            return &table->rows[i];
    return NULL;
}

// Chooses the tag of an object that has one. Returns the table of the rows that it then has.
static const pinbulki_table *random_choose(random_objects *r, const pinbulki_table *table,
                                           unsigned form, void *object)
{
    const pinbulki_variants *variants = table->variants;
    const pinbulki_names *names = variants->names;
    const pinbulki_row *row = random_row_at(table, variants->tag);
    const pinbulki_table *chosen;
    pinbulk_enum tag;
    unsigned index;
    if (!variants->wrapped && !(row->flags & form << 2) && random_below(r, 4) == 0)
        return variants->without ? variants->without : table;
    if (random_below(r, 8) == 0) {
        tag = random_unknown_enum(r, names);
        chosen = variants->other;
    } else {
        // The next one from any on that may be sent.
        for (index = random_below(r, names->count);; index = (index + 1) % names->count) {
            chosen = variants->tables[index];
            row = random_row_at(chosen ? chosen : table, variants->tag);
            if ((variants->allowed >> index & 1) &&
                (!row || (index + 1 >= row->max && index + 1 <= row->check)))
                break;
        }
        tag = pinbulk_enum_set((unsigned)names->number << 8 | (index + 1));
    }
    if (r->wild && random_below(r, 16) == 0) {
        tag.state = (uint8_t)random_below(r, 4);
        tag.value = (uint16_t)random_below(r, 65536);
        chosen = NULL;
    }
    if (r->wild && random_below(r, 16) == 0)
        chosen = NULL; // members that do not belong to the tag
    memcpy((char *)object + variants->tag, &tag, sizeof tag);
    return chosen ? chosen : table;
}

static int random_is_set(const void *object, size_t offset)
{
    return ((const char *)object)[offset] == PINBULK_SET;
}

// Makes a member absent or null.
static void random_unset(random_objects *r, const pinbulki_row *row, unsigned form, char *object)
{
    memset(object + row->offset, 0, pinbulki_member_size(row));
    if ((row->flags & form << 4) && random_below(r, 2))
        object[row->offset] = PINBULK_NULL;
}

// Changes members until they obey the rules of the table.
static void random_obey(random_objects *r, const pinbulki_table *table, unsigned form, char *object)
{
    unsigned turn, i, changed = 1;
    if (r->wild && random_below(r, 4) == 0)
        return;
    for (turn = 0; changed; turn++)
        for (i = changed = 0; i < table->rule_count; i++) {
            const pinbulki_rule *rule = &table->rules[i];
            const pinbulki_row *first = random_row_at(table, rule->first);
            const pinbulki_row *second = random_row_at(table, rule->second);
            int has_first = random_is_set(object, rule->first);
            int has_second = random_is_set(object, rule->second);
            int swap = (int)random_below(r, 2);
            if (!(rule->rule & form))
                continue;
            switch (rule->rule & PINBULKI_RULE) {
            case PINBULKI_APART:
                if (has_first && has_second) {
                    if ((first->flags & form << 2) || (swap && !(second->flags & form << 2)))
                        random_unset(r, second, form, object);
                    else
                        random_unset(r, first, form, object);
                    changed = 1;
                }
                break;
            case PINBULKI_NEEDS:
                if (has_first && !has_second) {
                    if ((first->flags & form << 2) || (swap && turn < 3))
                        random_value(r, second, form, object + rule->second, 0);
                    else
                        random_unset(r, first, form, object);
                    changed = 1;
                }
                break;
            default: // PINBULKI_ONE_OF
                if (!has_first && !has_second) {
                    if (swap)
                        random_value(r, first, form, object + rule->first, 0);
                    else
                        random_value(r, second, form, object + rule->second, 0);
                    changed = 1;
                }
            }
            if (r->wild && turn > 3)
                return; // what is spoiled may never be set
        }
}

// Extra members, none of which has a key of the table.
static void random_extra(random_objects *r, const pinbulki_table *table, char *object)
{
    unsigned count = random_below(r, 16), i, j;
    pinbulk_member *items;
    pinbulk_members extra;
    count = count > 10 ? count - 10 : 0;
    memset(&extra, 0, sizeof extra);
    items = (pinbulk_member *)random_memory(r, count * sizeof *items);
    for (i = 0; i < count; i++) {
        char other[32];
        pinbulk_text name = random_text(r, 0);
        int taken = pinbulki_find_row(table, 0, name.data, name.length, 1) != NULL;
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
    extra.count = count;
    extra.items = items;
    if (r->wild && random_below(r, 64) == 0)
        extra.items = NULL;
    memcpy(object + table->extra, &extra, sizeof extra);
}

// Whether the row is there in this object, when the member need not be.
static int random_is_there(random_objects *r, const pinbulki_row *row, unsigned form, unsigned fill)
{
    if (!(row->flags & form) && !(r->wild && random_below(r, 32) == 0))
        return 0;
    if (row->flags & form << 2)
        return !r->wild || random_below(r, 32) != 0;
    // What is required in an object or in a list of them takes levels too.
    if ((random_is_object(row) || pinbulki_is_list(row)) && r->depth + 2 > PINBULK_ENCODE_DEPTH)
        return 0;
    return random_below(r, 8) < fill;
}

static void random_member(random_objects *r, const pinbulki_table *table, const pinbulki_row *row,
                          unsigned form, char *object)
{
    const pinbulki_row *common = random_row_at(table, row->offset);
    char *value = object + row->offset;
    // Null and an empty list are read as the row before it.
    int is_other = common && (common->kind & PINBULKI_OTHER) && !r->wild;
    if (((row->flags & form << 4) || (r->wild && random_below(r, 16) == 0)) && !is_other &&
        random_below(r, 5) == 0)
        *value = PINBULK_NULL;
    else if (is_other && pinbulki_is_list(row))
        random_list(r, row, form, value, 1);
    else
        random_value(r, row, form, value, 0);
}

static void random_fill(random_objects *r, const pinbulki_table *table, unsigned form, void *object)
{
    const pinbulki_variants *variants = table->variants;
    const pinbulki_table *chosen = table;
    unsigned fill = r->fill ? r->fill : random_below(r, 10), i, with_other = 0;
    if (variants)
        chosen = random_choose(r, table, form, object);
    if (table->form)
        form = table->form;
    if (r->budget > 0)
        r->budget--;
    else if (fill > 1)
        fill = 1;
    r->depth += variants && variants->wrapped ? 2 : 1;
    for (i = 0; i < chosen->count; i++) {
        const pinbulki_row *row = &chosen->rows[i];
        if (variants && row->offset == variants->tag)
            continue;
        if (row->kind & PINBULKI_LEGACY)
            continue; // the same member as that of the row before it
        if (row->kind & PINBULKI_OTHER) {
            if (!with_other && !(r->wild && random_below(r, 8) == 0))
                continue;
        } else {
            with_other =
                i + 1 < chosen->count && (row[1].kind & PINBULKI_OTHER) && random_below(r, 2);
            if (with_other)
                continue;
        }
        if (random_is_there(r, row, form, fill))
            random_member(r, table, row, form, (char *)object);
    }
    random_obey(r, chosen, form, (char *)object);
    random_extra(r, variants && variants->wrapped ? chosen : table, (char *)object);
    r->depth -= variants && variants->wrapped ? 2 : 1;
}

// A random object of the table in that form. It lives until random_objects_free.
static void *random_object(random_objects *r, const pinbulki_table *table, int form)
{
    void *object = random_memory(r, table->size);
    if (r->budget == 0)
        r->budget = 12;
    random_fill(r, table, (unsigned)form, object);
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

static int random_text_equal(const void *a, const void *b) // pinbulk_string, pinbulk_decimal
{
    pinbulk_string x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x.length == y.length && (x.length == 0 || memcmp(x.text, y.text, x.length) == 0);
}

static int random_value_equal(const pinbulki_row *row, const void *a, const void *b, int is_item);

static int random_list_equal(const pinbulki_row *row, const void *a, const void *b)
{
    size_t size = pinbulki_item_size(row, (const pinbulki_table *)row->sub), i;
    pinbulki_list x = random_list_of(a), y = random_list_of(b);
    for (i = 0; i < x.count && x.count == y.count; i++)
        if (!random_value_equal(row, (const char *)x.items + i * size,
                                (const char *)y.items + i * size, 1))
            return 0;
    return x.count == y.count;
}

static int random_value_equal(const pinbulki_row *row, const void *a, const void *b, int is_item)
{
    const pinbulki_table *table = (const pinbulki_table *)row->sub;
    unsigned type = pinbulki_item_type(row);
    pinbulki_ref p, q;
    pinbulk_enum e, f;
    if (is_item && type == PINBULKI_MULTIPLIER)
        return pinbulk_text_equal(((const pinbulk_multiplier *)a)->key,
                                  ((const pinbulk_multiplier *)b)->key) &&
               random_text_equal(&((const pinbulk_multiplier *)a)->value,
                                 &((const pinbulk_multiplier *)b)->value);
    if (is_item && type == PINBULKI_OBJECT)
        return random_object_equal(table, a, b);
    if (*(const uint8_t *)a != *(const uint8_t *)b)
        return 0;
    if (*(const uint8_t *)a != PINBULK_SET)
        return 1;
    if (pinbulki_is_list(row) && !is_item)
        return random_list_equal(row, a, b);
    switch (type) {
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
    case PINBULKI_STRINGS:
        return random_list_equal(&pinbulki_strings_row, a, b);
    default:
        return random_text_equal(a, b);
    }
}

// True when two objects say the same. Where texts and items lie does not count. With a table that
// has variants all of the rows are compared.
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

static size_t random_add_table(const pinbulki_table **tables, size_t count,
                               const pinbulki_table *table)
{
    size_t i = 0;
    while (i < count && tables[i] != table)
        i++;
    if (i == count && table && count < RANDOM_TABLES_MAX)
        tables[count++] = table;
    return count;
}

// All tables of objects that can be reached from `count` of them at the front of `tables`, which
// takes RANDOM_TABLES_MAX; those that a tag chooses are tables of objects by themselves. Returns
// their number.
static size_t random_tables(const pinbulki_table **tables, size_t count)
{
    size_t at, i;
    for (at = 0; at < count; at++) {
        const pinbulki_variants *variants = tables[at]->variants;
        const pinbulki_row *row = tables[at]->rows;
        for (; row != tables[at]->rows + tables[at]->count; row++)
            if (random_is_object(row))
                count = random_add_table(tables, count, (const pinbulki_table *)row->sub);
        if (!variants)
            continue;
        for (i = 0; i < variants->names->count; i++)
            count = random_add_table(tables, count, variants->tables[i]);
        count = random_add_table(tables, count, variants->without);
        count = random_add_table(tables, count, variants->other);
    }
    return count;
}

#endif
