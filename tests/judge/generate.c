// Writes random bodies of requests, made through the public API, one in a line behind the name of
// its schema:
//
//   generate COUNT
//
// More than that, up to four times as many, as long as something is lacking. Together they have all
// there is: every member of every object in each form, absent, null where that is allowed, and set;
// and every value that it can have of an enumeration. What they lack is named, and the program
// fails.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include "../random_object.h"

#define CREATE PINBULK_FORM_CREATE
#define UPDATE PINBULK_FORM_UPDATE

// ---- what was seen ----------------------------------------------------------------------------

typedef struct seen_table {
    const pinbulki_table *table;
    unsigned form;
    uint64_t states[3], legacy; // one bit for each row
    uint64_t tags;              // as in pinbulki_variants.allowed
    uint8_t constants[64][256]; // of each row
} seen_table;

static seen_table seen_tables[128];
static int seen_count;

static seen_table *seen(const pinbulki_table *table, unsigned form)
{
    int i;
    for (i = 0; i < seen_count; i++)
        if (seen_tables[i].table == table && seen_tables[i].form == form)
            return &seen_tables[i];
    if (seen_count == 128)
        abort();
    seen_tables[seen_count].table = table;
    seen_tables[seen_count].form = form;
    return &seen_tables[seen_count++];
}

// A constant that the row can have: one that was not seen yet, if there is any.
static unsigned next_constant(random_objects *r, seen_table *s, const pinbulki_row *row,
                              unsigned first)
{
    uint8_t *constants = s->constants[row - s->table->rows];
    unsigned count = row->check - first + 1, at = random_below(r, count), i;
    for (i = 0; i < count && constants[first + (at + i) % count]; i++)
        continue;
    at = first + (at + i) % count;
    constants[at] = 1;
    return (unsigned)((const pinbulki_names *)row->sub)->number << 8 | at;
}

// ---- what must be seen ------------------------------------------------------------------------

static int missing_count, quiet;

static void missing(const seen_table *s, const pinbulki_row *row, const char *what)
{
    missing_count++;
    if (quiet)
        return;
    fprintf(stderr, "never seen to %s: %s %s (row %d of %d)\n",
            s->form == CREATE ? "create" : "update", row->key, what, (int)(row - s->table->rows),
            s->table->count);
}

// Whether an object can be of the kind of the constant of that index.
static int is_kind(const pinbulki_table *table, unsigned index)
{
    const pinbulki_variants *variants = table->variants;
    const pinbulki_table *kind = variants->tables[index] ? variants->tables[index] : table;
    const pinbulki_row *row = random_row_at(kind, variants->tag);
    return (variants->allowed >> index & 1) &&
           (!row || (index + 1 >= row->max && index + 1 <= row->check));
}

static void must_be_seen(const pinbulki_table *table, unsigned form, size_t tag);

static void rows_must_be_seen(const pinbulki_table *table, unsigned form, size_t tag)
{
    seen_table *s = seen(table, form);
    unsigned i, k;
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        unsigned first = pinbulki_is_list(row) ? 1 : row->max;
        uint64_t bit = UINT64_C(1) << i;
        if (!(row->flags & form) || row->offset == tag)
            continue;
        if (row->kind & PINBULKI_LEGACY) {
            if (!(s->legacy & bit))
                missing(s, row, "under its old name");
            continue;
        }
        if (!(s->states[PINBULK_SET] & bit))
            missing(s, row, "set");
        if (!(row->flags & form << 2) && !(s->states[PINBULK_ABSENT] & bit))
            missing(s, row, "absent");
        // Null is the same for both kinds of a value.
        if ((row->flags & form << 4) && !(row->kind & PINBULKI_OTHER) &&
            !(s->states[PINBULK_NULL] & bit))
            missing(s, row, "null");
        if (pinbulki_item_type(row) == PINBULKI_ENUM)
            for (k = first; k <= row->check; k++)
                if (!s->constants[i][k])
                    missing(s, row,
                            pinbulki_text_after(((const pinbulki_names *)row->sub)->names, k - 1));
        if (pinbulki_item_type(row) == PINBULKI_OBJECT)
            must_be_seen((const pinbulki_table *)row->sub, form, (size_t)-1);
    }
}

static void must_be_seen(const pinbulki_table *table, unsigned form, size_t tag)
{
    const pinbulki_variants *variants = table->variants;
    unsigned i;
    if (table->form)
        form = table->form;
    if (!variants) {
        rows_must_be_seen(table, form, tag);
        return;
    }
    if (variants->without)
        rows_must_be_seen(variants->without, form, variants->tag);
    for (i = 0; i < variants->names->count; i++) {
        if (!is_kind(table, i))
            continue;
        if (!(seen(table, form)->tags >> i & 1) && ++missing_count && !quiet) {
            fprintf(stderr, "never seen to %s: %s\n", form == CREATE ? "create" : "update",
                    pinbulki_text_after(variants->names->names, i));
        }
        rows_must_be_seen(variants->tables[i] ? variants->tables[i] : table, form, variants->tag);
    }
}

// The number of things below a table that were not seen yet.
static int lacks(const pinbulki_table *table, unsigned form)
{
    missing_count = 0;
    quiet = 1;
    must_be_seen(table, form, (size_t)-1);
    quiet = 0;
    return missing_count;
}

// A kind of an object of which something was not seen yet: its tag, or 0. The members that an
// operation can change have few tables between them, so they come in turn.
static unsigned lacking_tag(random_objects *r, const pinbulki_table *table, unsigned form)
{
    static unsigned turn;
    const pinbulki_variants *variants = table->variants;
    int in_turn = variants == &pinbulki_operation_variants;
    unsigned count = variants->names->count, i;
    unsigned at = in_turn ? turn++ % count : random_below(r, count);
    for (i = 0; i < count; i++, at = (at + 1) % count)
        if (is_kind(table, at) && variants->tables[at] &&
            (in_turn || !(seen(table, form)->tags >> at & 1) || lacks(variants->tables[at], form)))
            return (unsigned)variants->names->number << 8 | (at + 1);
    return 0;
}

// ---- from what can be sent to what the description knows --------------------------------------

static void tidy(random_objects *r, const pinbulki_table *table, unsigned form, void *object,
                 int legacy);

static pinbulk_string *strings_of(void *object, size_t offset, size_t *count)
{
    pinbulki_list list;
    memcpy(&list, (char *)object + offset, sizeof list);
    *count = list.state == PINBULK_SET ? list.count : 0;
    return (pinbulk_string *)(uintptr_t)list.items;
}

// Operations on members with constants take their names. All names and all ways to operate come in
// turn, for every member.
static void tidy_operation(random_objects *r, pinbulk_targeting_operation *operation,
                           const pinbulki_table *table)
{
    static unsigned turns[256][2];
    unsigned *turn = turns[operation->field.value & 0xff];
    const pinbulki_names *names = NULL;
    pinbulk_string *values;
    pinbulki_list list;
    size_t i;
    memcpy(&list, &operation->values, sizeof list);
    values = (pinbulk_string *)(uintptr_t)list.items;
    if (operation->field.value == PINBULK_TARGETING_FIELD_APPTYPE)
        names = &pinbulki_app_type_names;
    else if (operation->field.value == PINBULK_TARGETING_FIELD_GENDER)
        names = &pinbulki_targeting_gender_names;
    else if (operation->field.value == PINBULK_TARGETING_FIELD_AGE_BUCKET)
        names = &pinbulki_age_bucket_names;
    if (names && turn[0] == 0) { // the first time all of them
        list.count = names->count;
        values = (pinbulk_string *)random_memory(r, list.count * sizeof *values);
        operation->values = pinbulk_string_list_set(values, list.count);
    }
    for (i = 0; names && i < list.count; i++)
        values[i] = pinbulk_string_of(pinbulki_text_after(names->names, turn[0]++ % names->count));
    operation->operation = pinbulk_enum_set(
        PINBULK_TARGETING_OPERATION_SET +
        turn[1]++ % random_row_at(table, offsetof(pinbulk_targeting_operation, operation))->check);
}

// The only keys of this map.
static void tidy_placements(pinbulk_multiplier *entries, size_t *count)
{
    static const char *const keys[] = {"browse", "related_pins", "search"};
    size_t i;
    if (*count > 3)
        *count = 3;
    for (i = 0; i < *count; i++)
        entries[i].key = pinbulk_text_of(keys[i]);
}

static void tidy_number(pinbulk_decimal *number)
{
    // Beyond the doubles, with which judges count.
    if (number->length == 5 && memcmp(number->text, "1e400", 5) == 0)
        *number = pinbulk_decimal_of("1e300");
}

static void tidy_list(random_objects *r, seen_table *s, const pinbulki_row *row, void *value,
                      int legacy)
{
    pinbulki_list list;
    char *items;
    size_t i;
    memcpy(&list, value, sizeof list);
    if (pinbulki_item_type(row) == PINBULKI_ENUM && !row->max && random_below(r, 4) == 0) {
        list.count = row->check < 40 ? row->check : 40;
        list.items = random_memory(r, list.count * sizeof(pinbulk_enum));
        memcpy(value, &list, sizeof list);
    }
    items = (char *)(uintptr_t)list.items;
    for (i = 0; i < list.count; i++) {
        switch (pinbulki_item_type(row)) {
        case PINBULKI_ENUM:
            ((pinbulk_enum *)(void *)items)[i] = pinbulk_enum_set(next_constant(r, s, row, 1));
            break;
        case PINBULKI_MULTIPLIER:
            tidy_number(&((pinbulk_multiplier *)(void *)items)[i].value);
            break;
        case PINBULKI_OBJECT:
            tidy(r, (const pinbulki_table *)row->sub, s->form,
                 items + i * ((const pinbulki_table *)row->sub)->size, legacy);
            break;
        default:
            break;
        }
    }
    if (s->table == &pinbulki_schedule_bid_options_table &&
        strcmp(row->key, "placement_multipliers") == 0) {
        tidy_placements((pinbulk_multiplier *)(void *)items, &list.count);
        memcpy(value, &list, sizeof list);
    }
}

// Takes out what only newer versions can know, and what the description cannot tell apart; notes
// what is there.
static void tidy(random_objects *r, const pinbulki_table *table, unsigned form, void *object,
                 int legacy)
{
    const pinbulki_variants *variants = table->variants;
    pinbulk_members none = {0, NULL};
    seen_table *s;
    unsigned i;
    if (table->form)
        form = table->form;
    if (variants) {
        pinbulk_enum *tag = (pinbulk_enum *)(void *)((char *)object + variants->tag);
        unsigned wanted = random_below(r, 3) ? lacking_tag(r, table, form) : 0;
        while ((wanted && tag->value != wanted) || (tag->state == PINBULK_SET && tag->value == 0)) {
            memset(object, 0, table->size);
            random_fill(r, table, form, object);
        }
        if (tag->state == PINBULK_SET) {
            i = (tag->value & 0xff) - 1u;
            seen(table, form)->tags |= UINT64_C(1) << i;
            table = variants->tables[i] ? variants->tables[i] : table;
        } else if (variants->without) {
            table = variants->without;
        }
    }
    if (table == &pinbulki_feed_group_table && form == UPDATE) {
        // Without this the description takes it for a group of a retail catalog as well.
        pinbulk_catalog_product_group *group = (pinbulk_catalog_product_group *)object;
        if (group->filters.state == PINBULK_SET)
            group->is_featured = pinbulk_bool_set((int)random_below(r, 2));
    }
    if (variants == &pinbulki_operation_variants)
        tidy_operation(r, (pinbulk_targeting_operation *)object, table);
    memcpy((char *)object + table->extra, &none, sizeof none);
    s = seen(table, form);
    for (i = 0; i < table->count; i++) {
        const pinbulki_row *row = &table->rows[i];
        char *value = (char *)object + row->offset;
        pinbulki_ref ref;
        if (row->kind & PINBULKI_LEGACY) {
            s->legacy |= (uint64_t)(legacy && *value == PINBULK_SET) << i;
            continue;
        }
        s->states[(unsigned)*value] |= UINT64_C(1) << i;
        if (*value != PINBULK_SET)
            continue;
        if (pinbulki_is_list(row)) {
            tidy_list(r, s, row, value, legacy);
            continue;
        }
        switch (pinbulki_item_type(row)) {
        case PINBULKI_DECIMAL:
            tidy_number((pinbulk_decimal *)(void *)value);
            break;
        case PINBULKI_ENUM:
            if (variants == &pinbulki_operation_variants ||
                (variants && row->offset == variants->tag))
                s->constants[i][((pinbulk_enum *)(void *)value)->value & 0xff] = 1;
            else
                *(pinbulk_enum *)(void *)value =
                    pinbulk_enum_set(next_constant(r, s, row, row->max));
            break;
        case PINBULKI_OBJECT:
            memcpy(&ref, value, sizeof ref);
            tidy(r, (const pinbulki_table *)row->sub, form, (void *)(uintptr_t)ref.value, legacy);
            break;
        default:
            break;
        }
    }
}

// ---- bodies -----------------------------------------------------------------------------------

static int failed;

static void print_body(const char *schema, pinbulk_body *body, pinbulk_result result,
                       const pinbulk_error *error)
{
    char portion[4096];
    size_t got = 1;
    if (result != PINBULK_OK) {
        fprintf(stderr, "a %s is refused: %s: %s\n", schema, error->path, error->message);
        failed = 1;
        return;
    }
    printf("%s ", schema);
    while (got > 0) {
        result = pinbulk_body_read(body, portion, sizeof portion, &got);
        if (result != PINBULK_OK) {
            fprintf(stderr, "a %s cannot be read\n", schema);
            failed = 1;
            return;
        }
        fwrite(portion, 1, got, stdout);
    }
    printf("\n");
}

static void print_download(random_objects *r)
{
    pinbulk_download *download =
        (pinbulk_download *)random_object(r, &pinbulki_download_table, CREATE);
    pinbulk_body body;
    pinbulk_error error;
    pinbulk_result result;
    tidy(r, &pinbulki_download_table, CREATE, download, 0);
    result = pinbulk_body_init_download(&body, download, NULL, &error);
    print_body("BulkDownloadRequest", &body, result, &error);
}

// An upsert with some entities of one kind: 8 to create, 8 to update; above that of all kinds.
static void print_upsert(random_objects *r, unsigned number, unsigned kind)
{
    const pinbulki_table *table = &pinbulki_upsert_all_table;
    pinbulk_encode_options options;
    pinbulk_upsert *upsert;
    pinbulk_body body;
    pinbulk_error error;
    pinbulk_result result;
    memset(&options, 0, sizeof options);
    options.legacy_names = number % 5 == 0;
    if (kind < 16) {
        const pinbulki_table *part =
            kind < 8 ? &pinbulki_create_all_table : &pinbulki_update_all_table;
        const pinbulki_row *row = &part->rows[kind % 8];
        void *lists = random_memory(r, part->size);
        upsert = (pinbulk_upsert *)random_memory(r, sizeof *upsert);
        random_list(r, row, part->form, (char *)lists + row->offset, 1);
        if (kind < 8)
            upsert->create = pinbulk_create_ref_set((pinbulk_create *)lists);
        else
            upsert->update = pinbulk_update_ref_set((pinbulk_update *)lists);
    } else {
        upsert = (pinbulk_upsert *)random_object(r, table, CREATE);
    }
    tidy(r, table, CREATE, upsert, options.legacy_names);
    result = pinbulk_body_init_upsert(&body, upsert, &options, &error);
    print_body("BulkUpsertRequest", &body, result, &error);
}

// The next kind of upsert in which something was not seen yet.
static unsigned lacking_kind(unsigned kind)
{
    unsigned i;
    for (i = 0; i < 16; i++) {
        const pinbulki_table *part;
        kind = (kind + 1) % 16;
        part = kind < 8 ? &pinbulki_create_all_table : &pinbulki_update_all_table;
        if (lacks((const pinbulki_table *)part->rows[kind % 8].sub, part->form))
            return kind;
    }
    return 16;
}

static int lacks_any(void)
{
    return lacks(&pinbulki_download_table, CREATE) + lacks(&pinbulki_upsert_all_table, CREATE);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)atoi(argv[1]) : 0, number, kind = 0;
    random_objects r;
    // Most of them are of what was not seen yet, the first ones and every third of any kind.
    for (number = 0; number < count || (number < 4 * count && lacks_any()); number++) {
        memset(&r, 0, sizeof r);
        r.seed = number;
        r.budget = 4 + number / 19 % 16;
        kind = number % 3 && number > 100 ? lacking_kind(kind) : number / 3 % 18;
        if (number % 9 == 1)
            kind = 9; // changes of ad groups, of which operations have many kinds
        if (number % 19 == 0)
            print_download(&r);
        else
            print_upsert(&r, number, kind);
        random_objects_free(&r);
    }
    missing_count = 0;
    must_be_seen(&pinbulki_download_table, CREATE, (size_t)-1);
    must_be_seen(&pinbulki_upsert_all_table, CREATE, (size_t)-1);
    return failed || missing_count;
}
