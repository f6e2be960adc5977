// The tables of all objects and enumerations against the digest of the API in api_5.28.txt: every
// member of every object, in each form and of each kind that a tag tells apart, in both directions.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "check.h"

#include <stdarg.h>

#define CREATE PINBULK_FORM_CREATE
#define UPDATE PINBULK_FORM_UPDATE

#define DIGEST "tests/api_5.28.txt"

// What a small machine has no memory for: files and what is found in them.
#define LARGE(size) (CHECK_SMALL ? 1 : (size))

// What the tables do not say as the digest does, and why. An entry that is no difference is one.
static const struct {
    const char *difference, *reason;
} deliberate[] = {
    {"BulkUpsertStatusResponse.status: required", "replies are read, whatever they lack"},
    {"Error.code: required", "replies are read, whatever they lack"},
    {"Error.message: required", "replies are read, whatever they lack"},
    {"Error.message_detail: no such member", "real answers have it"},
    {"Error.status: no such member", "real answers have it"},
    {"QuizPinData.questions: null-items", "what a null question means is not said"},
    {"QuizPinData.results: null-items", "what a null result means is not said"},
    {"QuizPinQuestion.options: null-items", "what a null option means is not said"},
    {"ScheduleBidOptions.placement_multipliers: keys", "maps take any key, new ones too"},
    {"AdGroupUpdateRequest: rule apart targeting_spec targeting_spec_operations",
     "a targeting as a whole and changes to it contradict each other"},
    {"AdGroupUpdateRequest: rule apart targeting_spec_operations targeting_template_ids",
     "operations change the targeting that a template replaces"},
    {"TargetingSpecOperation.APPTYPE.values: kind", "one array of texts for every field"},
    {"TargetingSpecOperation.GENDER.values: kind", "one array of texts for every field"},
    {"TargetingSpecOperation.AGE_BUCKET.values: kind", "one array of texts for every field"},
};

// ---- the digest -------------------------------------------------------------------------------

#define BLOCKS_MAX 256
#define LINES_MAX  2048

typedef struct digest_block {
    char *kind; // "object", "choice", "enum"
    char *name;
    char *rest; // of its first line: "closed", "by KEY"
    int first, count;
    int used; // the walk came by
} digest_block;

static char digest_text[LARGE(1L << 17)]; // cut into words, see word
static char *digest_lines[LINES_MAX];
static digest_block digest_blocks[BLOCKS_MAX];
static int digest_line_count, digest_block_count;
static char *digest_version;

static size_t read_file(const char *name, char *text, size_t size)
{
    FILE *file = fopen(name, "rb");
    size_t length = file ? fread(text, 1, size - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    return length;
}

// Cuts the first word off a line. "" at the end.
static char *word(char **line)
{
    char *start = *line + strspn(*line, " "), *end = start + strcspn(start, " ");
    *line = end + (*end != '\0');
    *end = '\0';
    return start;
}

// Cuts digest_text into lines and blocks.
static void digest_cut(void)
{
    char *line = digest_text, *next;
    digest_line_count = digest_block_count = 0;
    digest_version = NULL;
    for (; line; line = next) {
        digest_block *block = &digest_blocks[digest_block_count];
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (*line == '#' || !*line)
            continue;
        if (*line == ' ') {
            digest_lines[digest_line_count++] = line + 2;
            digest_blocks[digest_block_count - 1].count++;
            continue;
        }
        block->kind = word(&line);
        if (strcmp(block->kind, "version") == 0) {
            digest_version = line;
            continue;
        }
        block->name = word(&line);
        block->rest = line;
        block->first = digest_line_count;
        block->count = block->used = 0;
        digest_block_count++;
    }
}

static digest_block *digest_find(const char *kind, const char *name)
{
    int i;
    for (i = 0; i < digest_block_count; i++)
        if (strcmp(digest_blocks[i].name, name) == 0 &&
            (!kind || strcmp(digest_blocks[i].kind, kind) == 0))
            return &digest_blocks[i];
    return NULL;
}

// The words of a line, in memory of its own.
typedef struct words {
    char text[512];
    const char *word[64];
    int count;
} words;

static void split(words *w, const char *line)
{
    char *at = w->text, *one;
    snprintf(w->text, sizeof w->text, "%s", line);
    w->count = 0;
    while (w->count < 64 && *(one = word(&at)))
        w->word[w->count++] = one;
}

// ---- differences ------------------------------------------------------------------------------

static char differences[LARGE(256)][256];
static int difference_count;

static void differs(const char *format, ...)
{
    va_list arguments;
    int i;
    va_start(arguments, format);
    vsnprintf(differences[difference_count], sizeof *differences, format, arguments);
    va_end(arguments);
    for (i = 0; i < difference_count; i++) // once for all forms
        if (strcmp(differences[i], differences[difference_count]) == 0)
            return;
    if (difference_count < 255)
        difference_count++;
}

// ---- what both say of a member ----------------------------------------------------------------

enum { REQUIRED = 1, NULLABLE = 2, NULL_ITEMS = 4, OR = 8 };

typedef struct facts {
    char kind[32];      // "list of enum"
    const char *target; // of an enum, an object
    unsigned flags;
    const char *pattern, *min, *max, *max_length, *min_items, *max_items, *only, *keys, *until,
        *now;
    char number[12];
} facts;

static void digest_facts(facts *f, const words *w)
{
    static const struct {
        const char *name;
        unsigned flag;
    } flags[] = {
        {"required", REQUIRED}, {"null", NULLABLE}, {"null-items", NULL_ITEMS}, {"or", OR}};
    int i, at = 2;
    size_t k;
    memset(f, 0, sizeof *f);
    for (; at < w->count && (strcmp(w->word[at - 1], "of") == 0 || strcmp(w->word[at], "of") == 0);
         at++)
        continue;
    for (i = 1; i < at; i++) {
        strcat(f->kind, i > 1 ? " " : "");
        strcat(f->kind, w->word[i]);
    }
    if (strcmp(w->word[at - 1], "enum") == 0 || strcmp(w->word[at - 1], "object") == 0)
        f->target = w->word[at++];
    for (; at < w->count; at++) {
        const char *fact = w->word[at], *value = strchr(fact, '=');
        const struct {
            const char *name;
            const char **value;
        } values[] = {{"pattern", &f->pattern},
                      {"min", &f->min},
                      {"max", &f->max},
                      {"max-length", &f->max_length},
                      {"min-items", &f->min_items},
                      {"max-items", &f->max_items},
                      {"only", &f->only},
                      {"keys", &f->keys},
                      {"until", &f->until},
                      {"now", &f->now},
                      {"since", NULL}};
        if (strncmp(fact, "prose:", 6) == 0)
            fact += 6;
        for (k = 0; value && k < sizeof values / sizeof *values; k++)
            if ((size_t)(value - fact) == strlen(values[k].name) &&
                strncmp(fact, values[k].name, (size_t)(value - fact)) == 0)
                break;
        if (value && k < sizeof values / sizeof *values) {
            if (values[k].value)
                *values[k].value = value + 1;
            continue;
        }
        for (k = 0; k < sizeof flags / sizeof *flags && strcmp(fact, flags[k].name) != 0; k++)
            continue;
        if (k < sizeof flags / sizeof *flags)
            f->flags |= flags[k].flag;
        else
            differs("%s: what is the fact %s", w->word[0], fact);
    }
    if (f->pattern && strcmp(f->pattern, "^[0-9]+$") == 0)
        f->pattern = "^\\d+$";
}

static void row_facts(facts *f, const pinbulki_row *row, unsigned form)
{
    static const char *const kinds[] = {"string", "integer", "number", "boolean",
                                        "enum",   "object",  "number", "list of string"};
    static const char *const patterns[] = {NULL,          "^\\d+$",          "^[C]?\\d+$",
                                           "^(AG)?\\d+$", "^((AG)|C)?\\d+$", "^\\d+\\+?$"};
    const char *around = "";
    unsigned type = row->kind & (PINBULKI_TYPE - PINBULKI_LIST);
    memset(f, 0, sizeof *f);
    if (row->kind & PINBULKI_LIST)
        around = type == PINBULKI_MULTIPLIER ? "map of " : "list of ";
    sprintf(f->kind, "%s%s", around, kinds[type]);
    f->flags = (row->flags & form << 2 ? REQUIRED : 0u) | (row->flags & form << 4 ? NULLABLE : 0u) |
               (row->kind & PINBULKI_OTHER ? OR : 0u);
    if (row->flags & PINBULKI_NONEMPTY)
        f->min_items = "1";
    sprintf(f->number, "%u", row->max);
    if (row->max && (row->kind & PINBULKI_LIST))
        f->max_items = f->number;
    else if (row->max && type == PINBULKI_STRING)
        f->max_length = f->number;
    if (type == PINBULKI_ENUM) // there `check` and `max` are constants
        return;
    switch (row->check) {
    case PINBULKI_URL:
        f->max_length = "2000";
        break;
    case PINBULKI_FALSE:
        f->only = "false";
        break;
    case PINBULKI_NOT_NEGATIVE:
        f->min = "0";
        break;
    case PINBULKI_0_TO_10:
        f->min = "0";
        f->max = "10";
        break;
    case PINBULKI_2_TO_20:
        f->min = "2";
        f->max = "20";
        break;
    case PINBULKI_UINT32:
        strcpy(f->kind, "integer");
        f->min = "0";
        f->max = "4294967295";
        break;
    default:
        if (row->check < sizeof patterns / sizeof *patterns)
            f->pattern = patterns[row->check];
    }
}

// ---- enumerations -----------------------------------------------------------------------------

// The names that the walk came by, what of them the digest has, and the rows that have them.
static struct {
    const pinbulki_names *names;
    uint8_t in_digest[256];
} enums[LARGE(128)];
static int enum_count;

static uint8_t *enum_seen(const pinbulki_names *names)
{
    int i;
    for (i = 0; i < enum_count; i++)
        if (enums[i].names == names)
            return enums[i].in_digest;
    memset(&enums[enum_count], 0, sizeof *enums);
    enums[enum_count].names = names;
    return enums[enum_count++].in_digest;
}

static unsigned constant_index(const pinbulki_names *names, const char *value)
{
    const char *name;
    return pinbulki_constant_of(names, value, strlen(value), &name) & 0xff;
}

static int in_list(const char *list, const char *value)
{
    size_t length = strlen(value);
    for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
        if (strncmp(list, value, length) == 0 && (list[length] == ',' || list[length] == '\0'))
            return 1;
    return 0;
}

// Compares the values that a member may have. `tag`: the only constant that the row can have here,
// or 0.
static void walk_enum(const char *path, const facts *f, const pinbulki_row *row, unsigned tag)
{
    const pinbulki_names *names = (const pinbulki_names *)row->sub;
    digest_block *block = digest_find("enum", f->target);
    uint8_t *seen = enum_seen(names), allowed[256] = {0};
    unsigned first = row->kind & PINBULKI_LIST ? 1 : row->max, i;
    int line, k;
    if (!block) {
        differs("%s: the digest has no enumeration %s", path, f->target);
        return;
    }
    block->used = 1;
    if (first < 1 || row->check > names->count || first > row->check)
        differs("%s: the row allows constants from %u to %u", path, first, row->check);
    for (line = block->first; line < block->first + block->count; line++) {
        words w;
        split(&w, digest_lines[line]);
        for (k = 0; k < w.count; k++) {
            const char *value = w.word[k], *until = NULL, *now = NULL;
            for (; k + 1 < w.count && strchr(w.word[k + 1], '='); k++) {
                if (strncmp(w.word[k + 1], "until=", 6) == 0)
                    until = w.word[k + 1] + 6;
                if (strncmp(w.word[k + 1], "now=", 4) == 0)
                    now = w.word[k + 1] + 4;
            }
            i = constant_index(names, value);
            if (!i) {
                differs("%s: no constant for %s", path, value);
                continue;
            }
            if (strcmp(pinbulki_text_after(names->names, i - 1), now ? now : value) != 0)
                differs("%s: %s is read as %s", path, value,
                        pinbulki_text_after(names->names, i - 1));
            seen[i] = 1;
            if (now)
                seen[0] = 1; // there may be an alias
            if (!until && (!f->only || in_list(f->only, value)))
                allowed[i] = 1;
        }
    }
    for (i = 1; i <= names->count; i++) {
        int row_allows = i >= first && i <= row->check && (!tag || i == tag);
        if (allowed[i] != row_allows)
            differs("%s: %s is %s", path, pinbulki_text_after(names->names, i - 1),
                    row_allows ? "allowed by the table only" : "refused by the table");
    }
}

static void walk_enum_ends(void)
{
    unsigned number, i;
    uint32_t next;
    int k;
    for (k = 0; k < enum_count; k++) {
        const pinbulki_names *names = enums[k].names;
        for (i = 1; i <= names->count; i++)
            if (!enums[k].in_digest[i])
                differs("%s: the digest has no such value",
                        pinbulk_enum_name((unsigned)names->number << 8 | i));
        if (!names->alias != !enums[k].in_digest[0])
            differs("enumeration 0x%02x: another name for a value", names->number);
        for (i = 0; (int)i < k; i++)
            if (enums[i].names->number == names->number)
                differs("enumeration 0x%02x: there are two", names->number);
    }
    for (next = 0; next <= 0xffff; next++) {
        const unsigned constant = (unsigned)next;
        const char *name = pinbulk_enum_name(constant), *want = NULL;
        number = constant >> 8;
        for (k = 0; k < enum_count; k++)
            if (enums[k].names->number == number)
                want = pinbulki_name_of(enums[k].names, constant);
        if (name != want)
            differs("constant 0x%04x: %s, and in the tables %s", constant, name ? name : "none",
                    want ? want : "none");
        if (name && !*name)
            differs("constant 0x%04x: an empty name", constant);
    }
}

// ---- the walk ---------------------------------------------------------------------------------

// What was compared with what.
static struct {
    const digest_block *block;
    const pinbulki_table *table;
    unsigned form, tag;
} walked[512];
static int walked_count;
static long rows_compared;

static void walk(const char *name, const pinbulki_table *table, unsigned form, unsigned tag,
                 const pinbulki_variants *variants);

static void compare_text(const char *path, const char *what, const char *digest, const char *table)
{
    if (!digest != !table || (digest && strcmp(digest, table) != 0))
        differs("%s: %s", path, what);
}

static void compare_row(const char *path, const facts *digest, const pinbulki_row *row,
                        unsigned form, unsigned tag)
{
    static const struct {
        unsigned flag;
        const char *name;
    } flags[] = {
        {REQUIRED, "required"}, {NULLABLE, "null"}, {NULL_ITEMS, "null-items"}, {OR, "or"}};
    facts table;
    size_t i;
    row_facts(&table, row, form);
    rows_compared++;
    if (strcmp(digest->kind, table.kind) != 0) {
        differs("%s: kind", path);
        return;
    }
    for (i = 0; i < sizeof flags / sizeof *flags; i++)
        if ((digest->flags ^ table.flags) & flags[i].flag)
            differs("%s: %s", path, flags[i].name);
    compare_text(path, "pattern", digest->pattern, table.pattern);
    compare_text(path, "min", digest->min, table.min);
    compare_text(path, "max", digest->max, table.max);
    compare_text(path, "max-length", digest->max_length, table.max_length);
    compare_text(path, "min-items", digest->min_items, table.min_items);
    compare_text(path, "max-items", digest->max_items, table.max_items);
    compare_text(path, "keys", digest->keys, table.keys);
    if ((row->kind & (PINBULKI_TYPE - PINBULKI_LIST)) == PINBULKI_ENUM)
        walk_enum(path, digest, row, tag);
    else
        compare_text(path, "only", digest->only, table.only);
    if ((row->kind & (PINBULKI_TYPE - PINBULKI_LIST)) == PINBULKI_OBJECT) {
        if (row->sub)
            walk(digest->target, (const pinbulki_table *)row->sub, form, 0, NULL);
        else
            differs("%s: the row has no table", path);
    }
    compare_text(path, "now", digest->now, row->kind & PINBULKI_LEGACY ? row[-1].key : NULL);
}

// A rule as text; where both members are alike they are in the order of their names.
static void rule_text(char *text, const char *rule, const char *a, const char *b)
{
    int swap = strcmp(rule, "needs") != 0 && strcmp(a, b) > 0;
    sprintf(text, "rule %s %s %s", rule, swap ? b : a, swap ? a : b);
}

static void walk_rules(const digest_block *block, const pinbulki_table *table, unsigned form)
{
    char said[32][160], one[160];
    int count = 0, line, i, matched[32] = {0};
    unsigned k;
    for (line = block->first; line < block->first + block->count; line++) {
        words w;
        split(&w, digest_lines[line]);
        if (strcmp(w.word[0], "rule") == 0)
            rule_text(said[count++], w.word[1], w.word[2], w.word[3]);
    }
    for (k = 0; k < table->rule_count; k++) {
        const pinbulki_rule *rule = &table->rules[k];
        const char *name = (rule->rule & PINBULKI_RULE) == PINBULKI_APART    ? "apart"
                           : (rule->rule & PINBULKI_RULE) == PINBULKI_NEEDS  ? "needs"
                           : (rule->rule & PINBULKI_RULE) == PINBULKI_ONE_OF ? "any"
                                                                             : "?";
        const pinbulki_row *first = pinbulki_row_at(table, rule->first);
        const pinbulki_row *second = pinbulki_row_at(table, rule->second);
        // A member that cannot be there in this form has no rules.
        if (!(rule->rule & form) || !(first->flags & form) || !(second->flags & form))
            continue;
        rule_text(one, name, first->key, second->key);
        for (i = 0; i < count && strcmp(said[i], one) != 0; i++)
            continue;
        if (i == count)
            differs("%s: %s", block->name, one);
        else
            matched[i] = 1;
    }
    for (i = 0; i < count; i++)
        if (!matched[i])
            differs("%s: %s", block->name, said[i]);
}

static void walk_object(digest_block *block, const pinbulki_table *table, unsigned form,
                        unsigned tag, const pinbulki_variants *variants)
{
    uint8_t matched[64] = {0};
    char path[200];
    int line;
    unsigned i;
    if (table->count > 32)
        differs("%s: the table has more than 32 rows", block->name);
    for (line = block->first; line < block->first + block->count; line++) {
        facts f;
        words w;
        split(&w, digest_lines[line]);
        if (strcmp(w.word[0], "rule") == 0)
            continue;
        digest_facts(&f, &w);
        snprintf(path, sizeof path, "%s.%s", block->name, w.word[0]);
        for (i = 0; i < table->count; i++)
            if (!matched[i] && (table->rows[i].flags & form) &&
                strcmp(table->rows[i].key, w.word[0]) == 0)
                break;
        if (i == table->count) {
            differs("%s: no row", path);
            continue;
        }
        matched[i] = 1;
        compare_row(path, &f, &table->rows[i], form,
                    variants && variants->tag == table->rows[i].offset ? tag : 0);
    }
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        snprintf(path, sizeof path, "%s.%s", block->name, row->key);
        if (!matched[i] && (row->flags & form))
            differs("%s: no such member", path);
        if (!(row->flags & form) && (row->flags & (form << 2 | form << 4)))
            differs("%s: the row has flags of a form in which it is not allowed", path);
        if (row->key_length != strlen(row->key) ||
            row->offset + pinbulki_member_size(row) > table->size ||
            ((row->kind & PINBULKI_LEGACY) && row->offset != row[-1].offset))
            differs("%s: length or offset", path);
        if ((row->kind & PINBULKI_OTHER) && strcmp(row->key, row[-1].key) != 0)
            differs("%s: the row before has another key", path);
    }
    walk_rules(block, table, form);
}

// Whether an object can be of the kind of the constant of that index.
static int is_kind(const pinbulki_table *table, unsigned index)
{
    const pinbulki_variants *variants = table->variants;
    const pinbulki_table *kind;
    unsigned i;
    if (!(variants->allowed >> index & 1) || index >= variants->names->count)
        return 0;
    kind = variants->tables[index] ? variants->tables[index] : table;
    for (i = 0; i < kind->count; i++)
        if (kind->rows[i].offset == variants->tag)
            return index + 1 >= kind->rows[i].max && index + 1 <= kind->rows[i].check;
    return 1;
}

// Kinds of an object that a tag tells apart.
static void walk_choice(digest_block *block, const pinbulki_table *table, unsigned form)
{
    const pinbulki_variants *variants = table->variants;
    uint8_t matched[64] = {0};
    int line, without = 0;
    unsigned i, k;
    words w;
    if (!variants) {
        differs("%s: the table has no variants", block->name);
        return;
    }
    split(&w, block->rest);
    if (variants->wrapped != (strcmp(w.word[1], "name") == 0) ||
        (!variants->wrapped && strcmp(pinbulki_row_at(table, variants->tag)->key, w.word[1]) != 0))
        differs("%s: by %s", block->name, w.word[1]);
    for (line = block->first; line < block->first + block->count; line++) {
        split(&w, digest_lines[line]);
        if (strcmp(w.word[0], "-") == 0) {
            without = 1;
            if (variants->without)
                walk(w.word[1], variants->without, form, 0, variants);
            continue;
        }
        i = constant_index(variants->names, w.word[0]);
        if (i)
            enum_seen(variants->names)[i] = 1;
        if (!i || !is_kind(table, i - 1)) {
            differs("%s.%s: no such kind in the table", block->name, w.word[0]);
            continue;
        }
        matched[i - 1] = 1;
        walk(w.word[1], variants->tables[i - 1] ? variants->tables[i - 1] : table, form, i,
             variants);
    }
    if (without != (variants->without != NULL))
        differs("%s: without %s", block->name, pinbulki_row_at(table, variants->tag)->key);
    for (i = 0; i < 64; i++) {
        const pinbulki_table *kind;
        if ((variants->allowed >> i & 1) && i >= variants->names->count)
            differs("%s: a kind for constant %u, which there is not", block->name, i + 1);
        if (!is_kind(table, i))
            continue;
        if (!matched[i])
            differs("%s.%s: no such kind in the digest", block->name,
                    pinbulki_text_after(variants->names->names, i));
        // Every member of a kind is one of the object, by which it is found and read.
        kind = variants->tables[i] ? variants->tables[i] : table;
        if (kind->size != table->size || kind->extra != table->extra)
            differs("%s: tables of different structs", block->name);
        for (k = 0; k < kind->count; k++) {
            const pinbulki_row *row = &kind->rows[k], *common = table->rows;
            while (common < table->rows + table->count &&
                   (common->offset != row->offset ||
                    (!variants->wrapped && (common->kind & PINBULKI_TYPE) == PINBULKI_OBJECT &&
                     strcmp(common->key, row->key) != 0)))
                common++;
            if (common == table->rows + table->count ||
                (common->kind & PINBULKI_TYPE) != (row->kind & PINBULKI_TYPE) ||
                (!variants->wrapped && (strcmp(common->key, row->key) != 0 ||
                                        (row->flags & ~common->flags & PINBULKI_BOTH))))
                differs("%s.%s: not in the rows of all kinds", block->name, row->key);
        }
    }
}

static void walk(const char *name, const pinbulki_table *table, unsigned form, unsigned tag,
                 const pinbulki_variants *variants)
{
    digest_block *block = digest_find(NULL, name);
    int i;
    if (table->form)
        form = table->form;
    for (i = 0; i < walked_count; i++)
        if (walked[i].block == block && walked[i].table == table && walked[i].form == form &&
            walked[i].tag == tag)
            return;
    walked[walked_count].block = block;
    walked[walked_count].table = table;
    walked[walked_count].form = form;
    walked[walked_count++].tag = tag;
    if (!block || strcmp(block->kind, "enum") == 0) {
        differs("%s: the digest has no such object", name);
        return;
    }
    block->used = 1;
    if (strcmp(block->kind, "choice") == 0)
        walk_choice(block, table, form);
    else if (!variants && table->variants)
        differs("%s: the table has variants", name);
    else
        walk_object(block, table, form, tag, variants);
}

static void walk_all(void)
{
    int i;
    difference_count = walked_count = enum_count = 0;
    rows_compared = 0;
    walk("BulkDownloadRequest", &pinbulki_download_table, CREATE, 0, NULL);
    walk("BulkUpsertRequest", &pinbulki_upsert_all_table, CREATE, 0, NULL);
    walk("BulkDownloadResponse", &pinbulki_submitted_table, CREATE, 0, NULL);
    walk("BulkUpsertResponse", &pinbulki_submitted_table, CREATE, 0, NULL);
    walk("BulkUpsertStatusResponse", &pinbulki_status_table, CREATE, 0, NULL);
    walk("Error", &pinbulki_problem_table, CREATE, 0, NULL);
    for (i = 0; i < digest_block_count; i++)
        if (!digest_blocks[i].used)
            differs("%s: no table or row stands for it", digest_blocks[i].name);
    walk_enum_ends();
}

static int is_deliberate(const char *difference)
{
    size_t i;
    for (i = 0; i < sizeof deliberate / sizeof *deliberate; i++)
        if (strcmp(deliberate[i].difference, difference) == 0)
            return 1;
    return 0;
}

static int has_difference(const char *difference)
{
    int i;
    for (i = 0; i < difference_count; i++)
        if (strcmp(differences[i], difference) == 0)
            return 1;
    return 0;
}

// ---- tests ------------------------------------------------------------------------------------

static char digest_file[LARGE(1L << 17)];

// The digest, with the first `from` in it made `to`.
static void load(const char *from, const char *to)
{
    const char *at = from ? strstr(digest_file, from) : NULL;
    size_t before = at ? (size_t)(at - digest_file) : 0;
    if (from && !at)
        CHECK_FAIL("the digest has no \"%s\"", from);
    if (!from || !at)
        strcpy(digest_text, digest_file);
    else
        sprintf(digest_text, "%.*s%s%s", (int)before, digest_file, to, at + strlen(from));
    digest_cut();
    walk_all();
}

static void test_tables_are_as_the_digest(void)
{
    size_t i;
    int k;
    load(NULL, NULL);
    CHECK(digest_version != NULL);
    CHECK_TEXT(digest_version, strlen(digest_version), "5.28.0 from 5.6.0");
    for (k = 0; k < difference_count; k++)
        if (!is_deliberate(differences[k]))
            CHECK_FAIL("%s", differences[k]);
    for (i = 0; i < sizeof deliberate / sizeof *deliberate; i++)
        if (!has_difference(deliberate[i].difference))
            CHECK_FAIL("no difference any more: %s (%s)", deliberate[i].difference,
                       deliberate[i].reason);
    CHECK(rows_compared > 600);
    CHECK(enum_count == 45);
}

// Every kind of fact: what is wrong in the digest is found and named.
static void test_walk_finds_what_differs(void)
{
    static const struct {
        const char *from, *to, *difference;
    } changes[] = {
        {"  order_line_id string null", "  order_line string null",
         "CampaignCreateRequest.order_line: no row"},
        {"  order_line_id string null", "  order_line string null",
         "CampaignCreateRequest.order_line_id: no such member"},
        {"  is_ltv_optimized boolean", "  is_ltv_optimized string",
         "CampaignCreateRequest.is_ltv_optimized: kind"},
        {"  GEO list of string null", "  GEO string null", "TargetingSpec.GEO: kind"},
        {"  audience_multipliers map of number", "  audience_multipliers list of number",
         "CampaignBidOptionsCreate.audience_multipliers: kind"},
        {"  daily_spend_cap integer null", "  daily_spend_cap integer",
         "CampaignCreateRequest.daily_spend_cap: null"},
        {"  name string required", "  name string", "AdGroupCreateRequest.name: required"},
        {"  keywords list of object KeywordsCommon required",
         "  keywords list of object KeywordsCommon", "KeywordsRequest.keywords: required"},
        {"  id string required pattern=^\\d+$", "  id string pattern=^\\d+$",
         "AdGroupUpdateRequest.id: required"},
        {"  campaign_id string required pattern=^[C]?\\d+$",
         "  campaign_id string required pattern=^\\d+$",
         "AdGroupCreateRequest.campaign_id: pattern"},
        {"pattern=^\\d+\\+?$", "pattern=^\\d+$", "TargetingSpec.MAXIMUM_AGE: pattern"},
        {"min=2 max=20", "min=1 max=20",
         "OptimizationGoalMetadata.frequency_goal_metadata.frequency: min"},
        {"min=2 max=20", "min=2 max=21",
         "OptimizationGoalMetadata.frequency_goal_metadata.frequency: max"},
        {"max=4294967295", "max=4294967296", "CatalogsProductGroupUint32Criteria.value: max"},
        {"values number required min=0", "values number required",
         "CatalogsProductGroupPricingCriteria.values: min"},
        {"prose:max-length=120", "prose:max-length=121", "KeywordsCommon.value: max-length"},
        {"prose:max-length=2000", "", "TrackingUrls.audience_verification: max-length"},
        {"prose:max-items=3", "prose:max-items=4", "TrackingUrls.audience_verification: max-items"},
        {"min-items=1 max-items=6", "min-items=2 max-items=6",
         "BulkDownloadRequest.entity_types: min-items"},
        {"negated boolean only=false", "negated boolean",
         "CatalogsProductGroupCurrencyCriteria.negated: only"},
        {" only=ARCHIVED", "",
         "BulkUpsertRequestUpdate.labels.status: ACTIVE is refused by the table"},
        {"object ScheduleBidOptions or", "object ScheduleBidOptions",
         "ScheduleCreateRequest.delta_value: or"},
        {"  delta_value object ScheduleBidOptions or required null\n", "",
         "ScheduleCreateRequest.delta_value: no such member"},
        {"now=catalog_product_group_id", "now=parent_id",
         "ProductGroupPromotion.catalogs_product_group_id: now"},
        {"  filters object CatalogsHotelProductGroupFilters required",
         "  filters object CatalogsProductGroupFiltersRequest required",
         "CatalogsProductGroupFilterKeys.MIN_PRICE: no such kind in the table"},
        {"rule apart lifetime_spend_cap daily_spend_cap", "rule apart name daily_spend_cap",
         "CampaignCreateRequest: rule apart daily_spend_cap name"},
        {"rule apart lifetime_spend_cap daily_spend_cap", "rule apart name daily_spend_cap",
         "CampaignCreateRequest: rule apart daily_spend_cap lifetime_spend_cap"},
        {"rule needs MAXIMUM_AGE MINIMUM_AGE", "rule needs MAXIMUM_AGE GEO",
         "TargetingSpec: rule needs MAXIMUM_AGE MINIMUM_AGE"},
        {"rule any GEO LOCATION", "rule any GEO LOCALE", "TargetingSpec: rule any GEO LOCATION"},
        {"  HOTEL_ID CatalogsProductGroupMultipleStringCriteria\n", "",
         "CatalogsHotelProductGroupFilterKeys.HOTEL_ID: no such kind in the digest"},
        {"  PRICE PriceFilter.PRICE", "  PRICES PriceFilter.PRICE",
         "CatalogsHotelProductGroupFilterKeys.PRICES: no such kind in the table"},
        {"  - CatalogsProductGroupCreateRequest\n", "",
         "BulkUpsertRequestCreate.catalog_product_groups: without catalog_type"},
        {"catalog_product_groups by catalog_type", "catalog_product_groups by name",
         "BulkUpsertRequestCreate.catalog_product_groups: by name"},
        {"\nenum GridClickType\n  CLOSEUP", "\nenum GridClickType\n  OPEN",
         "AdCreateRequest.grid_click_type: no constant for OPEN"},
        {"\nenum GridClickType\n  CLOSEUP", "\nenum GridClickType\n",
         "AdCreateRequest.grid_click_type: CLOSEUP is allowed by the table only"},
        {"\nenum GridClickType\n  CLOSEUP", "\nenum GridClickType\n",
         "CLOSEUP: the digest has no such value"},
        {"  VIDEO_VIEW until=5.15\n", "", "VIDEO_VIEW: the digest has no such value"},
        {"  VIDEO_VIEW until=5.15\n", "  VIDEO_VIEW\n",
         "CampaignCreateRequest.objective_type: VIDEO_VIEW is refused by the table"},
        {"now=VISIT_SITE", "now=SIGN_UP",
         "AdCreateRequest.customizable_cta_type: VISIT_WEBSITE is read as VISIT_SITE"},
        {"  VISIT_WEBSITE until=5.13 now=VISIT_SITE\n", "",
         "enumeration 0x0e: another name for a value"},
        {"\nobject KeywordUpdate", "\nobject KeywordsUpdate",
         "KeywordUpdate: the digest has no such object"},
        {"\nobject KeywordUpdate", "\nobject KeywordsUpdate",
         "KeywordsUpdate: no table or row stands for it"},
        {"\nenum LabelType", "\nenum LabelTypes",
         "LabelCreateRequest.labels.label_type: the digest has no enumeration LabelType"},
        {"keys=browse,", "keyes=browse,",
         "placement_multipliers: what is the fact keyes=browse,related_pins,search"},
    };
    size_t i;
    for (i = 0; i < sizeof changes / sizeof *changes; i++) {
        load(changes[i].from, changes[i].to);
        check_count++;
        if (!has_difference(changes[i].difference))
            CHECK_FAIL("not found: %s", changes[i].difference);
    }
}

// The tables with which an upsert is encoded leave those of its lists out and say the same
// otherwise; the lists bring them along.
static void same_rows(const pinbulki_table *lean, const pinbulki_table *all)
{
    unsigned i;
    CHECK_INT(lean->count, all->count);
    CHECK_INT(lean->form, all->form);
    CHECK_INT(lean->size, all->size);
    for (i = 0; i < lean->count && i < all->count; i++) {
        pinbulki_row row = lean->rows[i];
        CHECK(row.sub == NULL || !(row.kind & PINBULKI_ENTITIES));
        row.sub = all->rows[i].sub;
        CHECK(strcmp(row.key, all->rows[i].key) == 0);
        row.key = all->rows[i].key;
        CHECK(memcmp(&row, &all->rows[i], sizeof row) == 0);
    }
}

static void test_upserts_have_the_same_tables(void)
{
    const pinbulki_table *create = &pinbulki_create_all_table, *update = &pinbulki_update_all_table;
    same_rows(&pinbulki_upsert_table, &pinbulki_upsert_all_table);
    same_rows(&pinbulki_create_table, create);
    same_rows(&pinbulki_update_table, update);
    CHECK_INT(create->count, 8);
#define SAME_LIST(list, form, index) \
    CHECK(pinbulk_##list##_list_set(NULL, 0).table == (form)->rows[index].sub)
    SAME_LIST(campaign, create, 0);
    SAME_LIST(campaign, update, 0);
    SAME_LIST(ad_group, create, 1);
    SAME_LIST(ad_group, update, 1);
    SAME_LIST(ad, create, 2);
    SAME_LIST(ad, update, 2);
    SAME_LIST(ad_group_products, create, 3);
    SAME_LIST(ad_group_products, update, 3);
    SAME_LIST(parent_keywords, create, 4);
    SAME_LIST(keyword, update, 4);
    SAME_LIST(parent_labels, create, 5);
    SAME_LIST(label, update, 5);
    SAME_LIST(schedule, create, 6);
    SAME_LIST(schedule, update, 6);
    SAME_LIST(catalog_product_group, create, 7);
    SAME_LIST(catalog_product_group, update, 7);
}

// The levels that an object of this table takes at most, lists counted.
static unsigned levels_of(const pinbulki_table *table)
{
    const pinbulki_variants *variants = table->variants;
    unsigned deepest = 1, i;
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        unsigned levels = 1 + (pinbulki_is_list(row) != 0);
        if (pinbulki_item_type(row) == PINBULKI_STRINGS)
            levels++;
        else if (pinbulki_item_type(row) == PINBULKI_OBJECT)
            levels += levels_of((const pinbulki_table *)row->sub);
        deepest = levels > deepest ? levels : deepest;
    }
    for (i = 0; variants && i <= variants->names->count; i++) {
        const pinbulki_table *chosen =
            i < variants->names->count ? variants->tables[i] : variants->other;
        unsigned levels = chosen ? variants->wrapped + levels_of(chosen) : 0;
        deepest = levels > deepest ? levels : deepest;
    }
    return deepest;
}

static void test_the_deepest_object_is_as_deep_as_the_encoder_goes(void)
{
    CHECK_INT(levels_of(&pinbulki_upsert_all_table), PINBULK_ENCODE_DEPTH);
}

// The constants of the header, by their names: each is that of its text, with the same beginning
// as all of its enumeration, and no text is without one.
static void test_constants_have_the_names_of_their_values(void)
{
    static char header[LARGE(1L << 20)], prefixes[256][64];
    static int counts[256];
    const char *at, *end;
    unsigned constant = 0;
    int k, i, total = 0;
    load(NULL, NULL);
    CHECK(read_file("pinbulk.h", header, sizeof header) > 0);
    at = strstr(header, "/* >>enumerations");
    end = at ? strstr(at, "/* >>objects") : NULL;
    CHECK(end != NULL);
    while (at && at < end) {
        char name[80], want[80], *to = want;
        const char *value, *text;
        size_t length;
        if (strncmp(at, "/*", 2) == 0) {
            at = strstr(at, "*/") + 2;
            continue;
        }
        length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        if (strncmp(at, "PINBULK_API", length) == 0 || strncmp(at, "PINBULK_", 8) != 0 ||
            length >= sizeof name) {
            at += length ? length : 1;
            continue;
        }
        memcpy(name, at, length);
        name[length] = '\0';
        at += length;
        constant =
            strncmp(at, " = 0x", 5) == 0 ? (unsigned)strtoul(at + 3, NULL, 16) : constant + 1;
        text = pinbulk_enum_name(constant);
        total++;
        if (!text) {
            CHECK_FAIL("%s: 0x%04x has no text", name, constant);
            continue;
        }
        *to++ = '_';
        for (value = text; *value; value++) {
            if (*value == '+') {
                strcpy(to, "_PLUS");
                to += 5;
            } else {
                *to++ = (char)(*value == '-'                    ? '_'
                               : *value >= 'a' && *value <= 'z' ? *value - 'a' + 'A'
                                                                : *value);
            }
        }
        *to = '\0';
        check_count++;
        if (length <= strlen(want) || strcmp(name + length - strlen(want), want) != 0) {
            CHECK_FAIL("%s is the constant of %s", name, text);
            continue;
        }
        name[length - strlen(want)] = '\0';
        if (counts[constant >> 8]++ == 0)
            strcpy(prefixes[constant >> 8], name);
        CHECK_TEXT(name, strlen(name), prefixes[constant >> 8]);
    }
    CHECK(total > 700);
    for (k = 0; k < enum_count; k++) {
        CHECK_INT(counts[enums[k].names->number], enums[k].names->count);
        for (i = 0; i < k; i++)
            CHECK(strcmp(prefixes[enums[i].names->number], prefixes[enums[k].names->number]) != 0);
    }
}

// Reads an object, writes it again, and finds it unchanged.
static void check_there_and_back(const pinbulki_table *table, const char *json, const char *want)
{
    static char memory[4096], text[1024];
    static const pinbulk_encode_options unchecked = {1, 0, 0, NULL, NULL};
    union {
        uint64_t alignment;
        void *pointer;
        char bytes[1024];
    } object;
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_writer writer;
    pinbulk_error error;
    uint64_t length = 0;
    CHECK(table->size <= sizeof object);
    CHECK_INT(pinbulki_decode(json, strlen(json), &object, table, &arena, NULL, &error),
              PINBULK_OK);
    pinbulk_writer_init_buffer(&writer, text, sizeof text);
    CHECK_INT(pinbulki_encode(&object, table, CREATE, &writer, &unchecked, &error), PINBULK_OK);
    CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
    CHECK_TEXT(text, length, want);
}

// In every member that has constants: each of them, one that is not known, and old names.
static void test_values_come_back(void)
{
    const pinbulki_names *done[128];
    char json[256], want[256];
    int i, done_count = 0, unknown = 0;
    unsigned k;
    load(NULL, NULL);
    for (i = 0; i < walked_count; i++) {
        const pinbulki_table *table = walked[i].table;
        if (pinbulki_is_wrapper(table)) {
            strcpy(json, "{\"NEWER_THAN_THIS\":{\"a\":[1,{}],\"values\":null}}");
            check_there_and_back(table, json, json);
            continue;
        }
        for (k = 0; k < table->count; k++) {
            const pinbulki_row *row = &table->rows[k];
            const pinbulki_names *names = (const pinbulki_names *)row->sub;
            unsigned constant;
            int d = 0;
            if ((row->kind & (PINBULKI_TYPE - PINBULKI_LIST)) != PINBULKI_ENUM)
                continue;
#define VALUE_JSON(text, value)                                                                 \
    sprintf(text, row->kind &PINBULKI_LIST ? "{\"%s\":[\"%s\"]}" : "{\"%s\":\"%s\"}", row->key, \
            value)
            VALUE_JSON(json, "newer than \xc3\xa9 this");
            check_there_and_back(table, json, json);
            unknown++;
            while (d < done_count && done[d] != names)
                d++;
            if (d < done_count)
                continue;
            done[done_count++] = names;
            for (constant = 1; constant <= names->count; constant++) {
                VALUE_JSON(json, pinbulki_text_after(names->names, constant - 1));
                check_there_and_back(table, json, json);
            }
            if (names->alias) {
                VALUE_JSON(json, pinbulki_text_after(names->names, names->count));
                VALUE_JSON(want, pinbulki_text_after(names->names, names->alias - 1u));
                check_there_and_back(table, json, want);
            }
        }
    }
    CHECK(unknown > 100);
    // All but that of the conditions on products, which are names of members.
    CHECK_INT(done_count, enum_count - 1);
}

int main(void)
{
    if (!CHECK_SMALL && read_file(DIGEST, digest_file, sizeof digest_file) == 0)
        printf("%s: cannot be read\n", DIGEST);
    RUN_LARGE(test_tables_are_as_the_digest, "a file of 36 KB, twice");
    RUN_LARGE(test_walk_finds_what_differs, "a file of 36 KB, twice");
    RUN(test_upserts_have_the_same_tables);
    RUN(test_the_deepest_object_is_as_deep_as_the_encoder_goes);
    RUN_LARGE(test_constants_have_the_names_of_their_values, "the header as text");
    RUN_LARGE(test_values_come_back, "a file of 36 KB, twice");
    return check_report();
}
