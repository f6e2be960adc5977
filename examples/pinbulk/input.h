// input.h: what an upsert is made of: a JSON document, or JSON lines.
#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

#include "tool.h"

enum { INPUT_KINDS = 8, INPUT_LISTS = 2 * INPUT_KINDS }; // create and update of each, in wire order

// An object of the input: an entity, or a parent with its entities. With JSON lines a parent is put
// together from all lines that name it.
typedef struct input_item {
    size_t at, length;          // of its text
    size_t parent, parent_size; // in input.names: the value that names its parent; 0: complete
    size_t next;                // the next line of the same parent; 0: none (0 is never a next one)
    size_t last;                // of the first line of a parent: its last one
    size_t number;              // in its list of the document
} input_item;

typedef struct input_list {
    size_t *items; // into input.items
    size_t count, room;
    uint64_t entities;
    // the source of the list: one item at a time
    pinbulk_source source;
    const struct input *input;
    size_t at;
    char *wrapped;
    size_t wrapped_size;
    pinbulk_arena arena;
} input_list;

typedef struct input {
    const char *file;
    char *text;
    size_t length;
    int lines; // JSON lines
    input_item *items;
    size_t count, room;
    char *names; // of parents, which are blanked in the text
    size_t names_size, names_used;
    size_t *table; // parents by hash: item + 1
    size_t table_size;
    input_list lists[INPUT_LISTS];
    uint64_t entities, archived; // of these, those that are to be archived
    uint64_t problems, warnings; // found in all
    uint64_t limit;              // of those that are printed
    tool_place known;            // of known_at: to count lines once only
    size_t known_at;
    pinbulk_create create;
    pinbulk_update update;
    pinbulk_upsert upsert;
} input;

// Takes over `text` (of malloc). Finds all that is wrong with it and says so, up to `limit` times.
// Returns TOOL_OK, or TOOL_USAGE when there are problems.
int input_load(input *in, const char *file, char *text, size_t length, uint64_t limit);
// The upsert that it makes, for pinbulk_parts_init; only after TOOL_OK.
const pinbulk_upsert *input_upsert(input *in);
// "create campaigns" and so on.
const char *input_list_name(int list, int *update);
void input_free(input *in);

#endif
