// sample_tables.h: objects of the tests' own, with every kind of member that a table can have, also
// those that no object of the API has yet. The file that includes it has the implementation.
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
    pinbulk_multipliers factors;
    pinbulk_members extra;
} pinbulk_leaf;
SAMPLE_REF(leaf);
SAMPLE_LIST(leaf);

// Two objects that a tag tells apart. Only the first has a member for it.
typedef struct pinbulk_circle {
    pinbulk_string kind;
    pinbulk_decimal radius;
    pinbulk_members extra;
} pinbulk_circle;
SAMPLE_REF(circle);

typedef struct pinbulk_square {
    pinbulk_int side;
    pinbulk_leaf_list corners;
    pinbulk_members extra;
} pinbulk_square;
SAMPLE_REF(square);

typedef struct pinbulk_shape { // told apart by the tag "kind"
    uint8_t state;
    uint8_t row; // from 1
    pinbulk_circle_ref circle;
    pinbulk_square_ref square;
} pinbulk_shape;
SAMPLE_LIST(shape);

typedef struct pinbulk_open_shape { // the same, and anything else
    uint8_t state;
    uint8_t row;
    pinbulk_circle_ref circle;
    pinbulk_square_ref square;
    pinbulki_json other;
} pinbulk_open_shape;

typedef struct pinbulk_any { // told apart by the JSON type
    uint8_t state;
    uint8_t row;
    union {
        pinbulk_int number;
        pinbulk_decimal fraction;
        pinbulk_string text;
        pinbulk_leaf_ref leaf;
        pinbulk_string_list texts;
    } as;
} pinbulk_any;
SAMPLE_LIST(any);

typedef struct pinbulk_open { // the same with a kind that takes what the others do not
    uint8_t state;
    uint8_t row;
    union {
        pinbulk_enum status;
        pinbulk_bool flag;
        pinbulk_multipliers factors;
        pinbulk_leaf_list leaves;
        pinbulki_json other;
    } as;
} pinbulk_open;
SAMPLE_LIST(open);

typedef struct pinbulk_json_list {
    uint8_t state;
    size_t count;
    const pinbulki_json *items;
    const pinbulk_source *source;
} pinbulk_json_list;

typedef struct pinbulk_int_list {
    uint8_t state;
    size_t count;
    const pinbulk_int *items;
    const pinbulk_source *source;
} pinbulk_int_list;

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
    pinbulk_multipliers factors;
    pinbulk_any any;
    pinbulk_any_list anys;
    pinbulk_open open;
    pinbulk_open_list opens;
    pinbulk_shape shape;
    pinbulk_shape_list shapes;
    pinbulk_open_shape open_shape;
    pinbulki_json json;
    pinbulk_json_list jsons;
    pinbulk_members extra;
} pinbulk_sample;

// An object that holds itself, to any depth.
typedef struct pinbulk_node pinbulk_node;
SAMPLE_REF(node);
struct pinbulk_node {
    pinbulk_node_ref next;
    pinbulk_string_list texts;
    pinbulk_members extra;
};

#define SAMPLE_FLAGS (PINBULKI_BOTH | PINBULKI_NULL)
#define SAMPLE_ROW(object, member, type, kind, sub) \
    PINBULKI_ROW(object, member, #member, type, kind, sub, SAMPLE_FLAGS, 0, 0)
// What a union can be; `key` is what its tag says.
#define SAMPLE_CHOICE(object, member, key, type, kind, sub) \
    PINBULKI_ROW(object, member, key, type, kind, sub, 0, 0, 0)
#define SAMPLE_UNION(object, tag)                                             \
    static const pinbulki_table pinbulki_##object##_table = {                 \
        pinbulki_##object##_rows,                                             \
        tag,                                                                  \
        sizeof(pinbulk_##object),                                             \
        0,                                                                    \
        {0, 0},                                                               \
        sizeof(pinbulki_##object##_rows) / sizeof(*pinbulki_##object##_rows), \
        0}

static const pinbulki_row pinbulki_leaf_rows[] = {
    PINBULKI_STRING_ROW(leaf, id, SAMPLE_FLAGS, PINBULKI_DIGITS, 0),
    PINBULKI_INT_ROW(leaf, number, SAMPLE_FLAGS),
    PINBULKI_MULTIPLIERS_ROW(leaf, factors, SAMPLE_FLAGS)};
PINBULKI_TABLE(leaf, 0);

static const pinbulki_row pinbulki_circle_rows[] = {
    PINBULKI_STRING_ROW(circle, kind, SAMPLE_FLAGS, PINBULKI_ANY, 0),
    SAMPLE_ROW(circle, radius, pinbulk_decimal, PINBULKI_DECIMAL, NULL)};
PINBULKI_TABLE(circle, 0);

static const pinbulki_row pinbulki_square_rows[] = {
    PINBULKI_INT_ROW(square, side, SAMPLE_FLAGS),
    PINBULKI_OBJECTS_ROW(square, corners, leaf, SAMPLE_FLAGS)};
PINBULKI_TABLE(square, 0);

static const pinbulki_row pinbulki_shape_rows[] = {
    SAMPLE_CHOICE(shape, circle, "CIRCLE", pinbulk_circle_ref, PINBULKI_OBJECT,
                  &pinbulki_circle_table),
    SAMPLE_CHOICE(shape, square, "SQUARE", pinbulk_square_ref, PINBULKI_OBJECT,
                  &pinbulki_square_table)};
SAMPLE_UNION(shape, "kind");

static const pinbulki_row pinbulki_open_shape_rows[] = {
    SAMPLE_CHOICE(open_shape, circle, "CIRCLE", pinbulk_circle_ref, PINBULKI_OBJECT,
                  &pinbulki_circle_table),
    SAMPLE_CHOICE(open_shape, square, "SQUARE", pinbulk_square_ref, PINBULKI_OBJECT,
                  &pinbulki_square_table),
    SAMPLE_CHOICE(open_shape, other, "", pinbulki_json, PINBULKI_JSON, NULL)};
SAMPLE_UNION(open_shape, "kind");

static const pinbulki_row pinbulki_any_rows[] = {
    SAMPLE_CHOICE(any, as.number, "", pinbulk_int, PINBULKI_INT, NULL),
    SAMPLE_CHOICE(any, as.fraction, "", pinbulk_decimal, PINBULKI_DECIMAL, NULL),
    SAMPLE_CHOICE(any, as.text, "", pinbulk_string, PINBULKI_STRING, NULL),
    SAMPLE_CHOICE(any, as.leaf, "", pinbulk_leaf_ref, PINBULKI_OBJECT, &pinbulki_leaf_table),
    SAMPLE_CHOICE(any, as.texts, "", pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, NULL)};
SAMPLE_UNION(any, NULL);

static const pinbulki_row pinbulki_open_rows[] = {
    PINBULKI_ROW(open, as.status, "", pinbulk_enum, PINBULKI_ENUM, &pinbulki_entity_status_names, 0,
                 5, 0),
    SAMPLE_CHOICE(open, as.flag, "", pinbulk_bool, PINBULKI_BOOL, NULL),
    SAMPLE_CHOICE(open, as.factors, "", pinbulk_multipliers, PINBULKI_LIST | PINBULKI_MULTIPLIER,
                  NULL),
    SAMPLE_CHOICE(open, as.leaves, "", pinbulk_leaf_list, PINBULKI_LIST | PINBULKI_OBJECT,
                  &pinbulki_leaf_table),
    SAMPLE_CHOICE(open, as.other, "", pinbulki_json, PINBULKI_JSON, NULL)};
SAMPLE_UNION(open, NULL);

static const pinbulki_row pinbulki_sample_rows[] = {
    SAMPLE_ROW(sample, text, pinbulk_string, PINBULKI_STRING, NULL),
    SAMPLE_ROW(sample, number, pinbulk_int, PINBULKI_INT, NULL),
    SAMPLE_ROW(sample, fraction, pinbulk_decimal, PINBULKI_DECIMAL, NULL),
    SAMPLE_ROW(sample, flag, pinbulk_bool, PINBULKI_BOOL, NULL),
    PINBULKI_ENUM_ROW(sample, status, entity_status, SAMPLE_FLAGS, 4),
    SAMPLE_ROW(sample, leaf, pinbulk_leaf_ref, PINBULKI_OBJECT, &pinbulki_leaf_table),
    SAMPLE_ROW(sample, texts, pinbulk_string_list, PINBULKI_LIST | PINBULKI_STRING, NULL),
    PINBULKI_ENUMS_ROW(sample, statuses, entity_status, SAMPLE_FLAGS, 4, 0),
    SAMPLE_ROW(sample, leaves, pinbulk_leaf_list, PINBULKI_LIST | PINBULKI_OBJECT,
               &pinbulki_leaf_table),
    SAMPLE_ROW(sample, numbers, pinbulk_int_list, PINBULKI_LIST | PINBULKI_INT, NULL),
    SAMPLE_ROW(sample, factors, pinbulk_multipliers, PINBULKI_LIST | PINBULKI_MULTIPLIER, NULL),
    SAMPLE_ROW(sample, any, pinbulk_any, PINBULKI_UNION, &pinbulki_any_table),
    SAMPLE_ROW(sample, anys, pinbulk_any_list, PINBULKI_LIST | PINBULKI_UNION, &pinbulki_any_table),
    SAMPLE_ROW(sample, open, pinbulk_open, PINBULKI_UNION, &pinbulki_open_table),
    SAMPLE_ROW(sample, opens, pinbulk_open_list, PINBULKI_LIST | PINBULKI_UNION,
               &pinbulki_open_table),
    SAMPLE_ROW(sample, shape, pinbulk_shape, PINBULKI_UNION, &pinbulki_shape_table),
    SAMPLE_ROW(sample, shapes, pinbulk_shape_list, PINBULKI_LIST | PINBULKI_UNION,
               &pinbulki_shape_table),
    SAMPLE_ROW(sample, open_shape, pinbulk_open_shape, PINBULKI_UNION, &pinbulki_open_shape_table),
    SAMPLE_ROW(sample, json, pinbulki_json, PINBULKI_JSON, NULL),
    SAMPLE_ROW(sample, jsons, pinbulk_json_list, PINBULKI_LIST | PINBULKI_JSON, NULL)};
PINBULKI_TABLE(sample, 0);

static const pinbulki_table pinbulki_node_table;
static const pinbulki_row pinbulki_node_rows[] = {
    PINBULKI_OBJECT_ROW(node, next, node, SAMPLE_FLAGS),
    PINBULKI_STRINGS_ROW(node, texts, SAMPLE_FLAGS, PINBULKI_ANY, 0)};
PINBULKI_TABLE(node, 0);

#endif
