// sample_tables.h: objects of the tests' own, with every kind of member that a table can have and
// every way in which rows can depend on each other, apart from what the API makes of them. The file
// that includes it has the implementation.
#ifndef SAMPLE_TABLES_H
#define SAMPLE_TABLES_H

#define SAMPLE_LIST(object)                  \
    typedef struct pinbulk_##object##_list { \
        uint8_t state;                       \
        size_t count;                        \
        const pinbulk_##object *items;       \
        const pinbulk_source *source;        \
    } pinbulk_##object##_list
#define SAMPLE_REF(object)                  \
    typedef struct pinbulk_##object##_ref { \
        uint8_t state;                      \
        const pinbulk_##object *value;      \
    } pinbulk_##object##_ref

typedef struct pinbulk_leaf {
    pinbulk_string id;
    pinbulk_int number;
    pinbulk_multiplier_list factors;
    pinbulk_members extra;
} pinbulk_leaf;
SAMPLE_REF(leaf);
SAMPLE_LIST(leaf);

// The tags of the next two. "ROUND" is read as the first.
enum { SAMPLE_CIRCLE = 0x7e01, SAMPLE_SQUARE, SAMPLE_DOT };
PINBULKI_NAMES(sample_kind, 0x7e, 3, 1, "CIRCLE\0SQUARE\0DOT\0ROUND");

// An object whose tag is one of its members.
typedef struct pinbulk_shape {
    pinbulk_string name;    // every shape
    pinbulk_enum kind;      // absent: a shape with a side
    pinbulk_decimal radius; // of a circle
    pinbulk_int side;       // of a square
    pinbulk_leaf_list corners;
    pinbulk_members extra;
} pinbulk_shape;
SAMPLE_REF(shape);
SAMPLE_LIST(shape);

// An object whose tag names the only member of the object around it.
typedef struct pinbulk_box {
    pinbulk_enum kind;
    pinbulk_bool open;
    pinbulk_int number; // in a CIRCLE, all three under the same key
    pinbulk_string_list texts;
    pinbulk_leaf_ref leaf;
    pinbulk_members extra;
} pinbulk_box;
SAMPLE_REF(box);
SAMPLE_LIST(box);

typedef struct pinbulk_sample {
    pinbulk_string text;
    pinbulk_int number;
    pinbulk_decimal fraction;
    pinbulk_bool flag;
    pinbulk_enum status;
    pinbulk_leaf_ref leaf;
    pinbulk_string_list texts;
    pinbulk_enum_list statuses;
    pinbulk_leaf_list leaves;
    pinbulk_int_list numbers;
    pinbulk_string_list_list paths;
    pinbulk_multiplier_list factors;
    pinbulk_string either; // a text or an object
    pinbulk_leaf_ref either_leaf;
    pinbulk_string_list several; // texts or objects
    pinbulk_leaf_list several_leaves;
    pinbulk_shape_ref shape;
    pinbulk_shape_list shapes;
    pinbulk_box_ref box;
    pinbulk_box_list boxes;
    pinbulk_members extra;
} pinbulk_sample;

// An object that holds itself, to any depth.
typedef struct pinbulk_node pinbulk_node;
SAMPLE_REF(node);
struct pinbulk_node {
    pinbulk_node_ref next;
    pinbulk_string_list texts;
    pinbulk_string_list_list paths;
    pinbulk_members extra;
};

// The keys that the API does not have.
// clang-format off
#define SAMPLE_KEYS(KEY) \
    KEY(box) KEY(boxes) KEY(corners) KEY(either) KEY(factors) KEY(flag) KEY(fraction) KEY(in) \
    KEY(kind) KEY(leaf) KEY(leaves) KEY(next) KEY(number) KEY(numbers) KEY(open) KEY(radius) \
    KEY(several) KEY(shape) KEY(shapes) KEY(side) KEY(statuses) KEY(texts)
// clang-format on
SAMPLE_KEYS(PINBULKI_KEY)

#define SAMPLE_FLAGS (PINBULKI_BOTH | PINBULKI_NULL)
#define SAMPLE_ROW(object, member, key, type, kind, sub) \
    PINBULKI_ROW(object, member, key, type, kind, sub, SAMPLE_FLAGS, 0, 0)

static const pinbulki_row pinbulki_leaf_rows[] = {
    PINBULKI_STRING_ROW(leaf, id, SAMPLE_FLAGS, PINBULKI_DIGITS, 0),
    PINBULKI_INT_ROW(leaf, number, SAMPLE_FLAGS, 0),
    PINBULKI_MULTIPLIERS_ROW(leaf, factors, SAMPLE_FLAGS, PINBULKI_NOT_NEGATIVE)};
PINBULKI_TABLE(leaf);

// A circle, a square, and one without a kind; a dot and what is not known have all of the rows.
#define SAMPLE_NAME_ROW   PINBULKI_STRING_ROW(shape, name, SAMPLE_FLAGS, PINBULKI_ANY, 0)
#define SAMPLE_RADIUS_ROW PINBULKI_DECIMAL_ROW(shape, radius, radius, SAMPLE_FLAGS, 0)
#define SAMPLE_SIDE_ROW   PINBULKI_INT_ROW(shape, side, SAMPLE_FLAGS, 0)
#define SAMPLE_KIND_ROW   PINBULKI_ENUM_ROW(shape, kind, sample_kind, PINBULKI_BOTH, 1, 3)
static const pinbulki_row pinbulki_circle_rows[] = {SAMPLE_NAME_ROW, SAMPLE_KIND_ROW,
                                                    SAMPLE_RADIUS_ROW};
PINBULKI_TABLE_OF(circle, shape);
static const pinbulki_row pinbulki_square_rows[] = {
    SAMPLE_NAME_ROW, SAMPLE_KIND_ROW, SAMPLE_SIDE_ROW,
    PINBULKI_OBJECTS_ROW(shape, corners, leaf, SAMPLE_FLAGS | PINBULKI_NEED_CREATE)};
PINBULKI_TABLE_OF(square, shape);
static const pinbulki_row pinbulki_plain_shape_rows[] = {SAMPLE_NAME_ROW, SAMPLE_SIDE_ROW};
PINBULKI_TABLE_OF(plain_shape, shape);
static const pinbulki_table *const sample_shape_tables[] = {&pinbulki_circle_table,
                                                            &pinbulki_square_table, NULL};
static const pinbulki_variants sample_shape_variants = {sample_shape_tables,
                                                        &pinbulki_plain_shape_table,
                                                        NULL,
                                                        &pinbulki_sample_kind_names,
                                                        7,
                                                        PINBULKI_OFFSET(shape, kind, pinbulk_enum),
                                                        0};
static const pinbulki_row pinbulki_shape_rows[] = {
    SAMPLE_NAME_ROW, SAMPLE_KIND_ROW, SAMPLE_RADIUS_ROW, SAMPLE_SIDE_ROW,
    PINBULKI_OBJECTS_ROW(shape, corners, leaf, SAMPLE_FLAGS)};
PINBULKI_TABLE_WITH(shape, shape, 0, &sample_shape_variants, NULL, 0);

#define SAMPLE_OPEN_ROW PINBULKI_BOOL_ROW(box, open, SAMPLE_FLAGS, 0)
static const pinbulki_row pinbulki_number_box_rows[] = {
    SAMPLE_OPEN_ROW, SAMPLE_ROW(box, number, in, pinbulk_int, PINBULKI_INT, NULL)};
PINBULKI_TABLE_OF(number_box, box);
static const pinbulki_row pinbulki_texts_box_rows[] = {
    SAMPLE_OPEN_ROW,
    SAMPLE_ROW(box, texts, in, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, NULL)};
PINBULKI_TABLE_OF(texts_box, box);
static const pinbulki_row pinbulki_leaf_box_rows[] = {
    SAMPLE_ROW(box, leaf, in, pinbulk_leaf_ref, PINBULKI_OBJECT, &pinbulki_leaf_table)};
PINBULKI_TABLE_OF(leaf_box, box);
static const pinbulki_row pinbulki_box_rows[] = {
    PINBULKI_ENUM_ROW(box, kind, sample_kind, PINBULKI_BOTH | PINBULKI_NEED, 1, 3), SAMPLE_OPEN_ROW,
    SAMPLE_ROW(box, number, number, pinbulk_int, PINBULKI_INT, NULL),
    SAMPLE_ROW(box, texts, texts, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, NULL),
    SAMPLE_ROW(box, leaf, leaf, pinbulk_leaf_ref, PINBULKI_OBJECT, &pinbulki_leaf_table)};
static const pinbulki_table sample_unknown_box_table = {
    pinbulki_box_rows,
    NULL,
    NULL,
    sizeof(pinbulk_box),
    PINBULKI_OFFSET(box, extra, pinbulk_members),
    0,
    0,
    0};
static const pinbulki_table *const sample_box_tables[] = {
    &pinbulki_number_box_table, &pinbulki_texts_box_table, &pinbulki_leaf_box_table};
static const pinbulki_variants sample_box_variants = {sample_box_tables,
                                                      NULL,
                                                      &sample_unknown_box_table,
                                                      &pinbulki_sample_kind_names,
                                                      7,
                                                      PINBULKI_OFFSET(box, kind, pinbulk_enum),
                                                      1};
PINBULKI_TABLE_WITH(box, box, 0, &sample_box_variants, NULL, 0);

static const pinbulki_row pinbulki_sample_rows[] = {
    SAMPLE_ROW(sample, text, text, pinbulk_string, PINBULKI_STRING, NULL),
    SAMPLE_ROW(sample, number, number, pinbulk_int, PINBULKI_INT, NULL),
    SAMPLE_ROW(sample, fraction, fraction, pinbulk_decimal, PINBULKI_DECIMAL, NULL),
    SAMPLE_ROW(sample, flag, flag, pinbulk_bool, PINBULKI_BOOL, NULL),
    PINBULKI_ENUM_ROW(sample, status, entity_status, SAMPLE_FLAGS, 2, 4),
    SAMPLE_ROW(sample, leaf, leaf, pinbulk_leaf_ref, PINBULKI_OBJECT, &pinbulki_leaf_table),
    SAMPLE_ROW(sample, texts, texts, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, NULL),
    PINBULKI_ENUMS_ROW(sample, statuses, entity_status, SAMPLE_FLAGS, 4, 0),
    SAMPLE_ROW(sample, leaves, leaves, pinbulk_leaf_list, PINBULKI_LIST | PINBULKI_OBJECT,
               &pinbulki_leaf_table),
    SAMPLE_ROW(sample, numbers, numbers, pinbulk_int_list, PINBULKI_LIST | PINBULKI_INT, NULL),
    PINBULKI_PATHS_ROW(sample, paths, paths, SAMPLE_FLAGS),
    SAMPLE_ROW(sample, factors, factors, pinbulk_multiplier_list,
               PINBULKI_LIST | PINBULKI_MULTIPLIER, NULL),
    SAMPLE_ROW(sample, either, either, pinbulk_string, PINBULKI_STRING, NULL),
    SAMPLE_ROW(sample, either_leaf, either, pinbulk_leaf_ref, PINBULKI_OBJECT | PINBULKI_OTHER,
               &pinbulki_leaf_table),
    SAMPLE_ROW(sample, several, several, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING,
               NULL),
    SAMPLE_ROW(sample, several_leaves, several, pinbulk_leaf_list,
               PINBULKI_LIST | PINBULKI_OBJECT | PINBULKI_OTHER, &pinbulki_leaf_table),
    SAMPLE_ROW(sample, shape, shape, pinbulk_shape_ref, PINBULKI_OBJECT, &pinbulki_shape_table),
    SAMPLE_ROW(sample, shapes, shapes, pinbulk_shape_list, PINBULKI_LIST | PINBULKI_OBJECT,
               &pinbulki_shape_table),
    SAMPLE_ROW(sample, box, box, pinbulk_box_ref, PINBULKI_OBJECT, &pinbulki_box_table),
    SAMPLE_ROW(sample, boxes, boxes, pinbulk_box_list, PINBULKI_LIST | PINBULKI_OBJECT,
               &pinbulki_box_table)};
PINBULKI_TABLE(sample);

static const pinbulki_table pinbulki_node_table;
static const pinbulki_row pinbulki_node_rows[] = {
    PINBULKI_OBJECT_ROW(node, next, node, node, SAMPLE_FLAGS),
    PINBULKI_STRINGS_ROW(node, texts, SAMPLE_FLAGS, PINBULKI_ANY, 0),
    PINBULKI_PATHS_ROW(node, paths, paths, SAMPLE_FLAGS)};
PINBULKI_TABLE(node);

#endif
