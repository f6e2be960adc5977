// bench.h: what the contestants share. Those of pinbulk are in pinbulk.c, the others in others.cc.
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHUNK 65536 // what a reader is fed at once, when it can be fed

// What a reader saw. Contestants that look at the same things must agree.
typedef struct tally {
    uint64_t keys, strings, others;
    uint64_t bytes; // of keys and strings, unescaped
    uint64_t entities;
} tally;

// A reading contestant. It returns 0 when it fails. With `verify` set it fills the tally even where
// that needs a walk of its own, which the time does not include. Behind the text are 64 bytes of
// zeros that belong to it, which one contestant insists on.
typedef int reading(const char *text, size_t length, int verify, tally *seen);

typedef struct keyword {
    const char *value;
    size_t length;
    const char *match_type;
    size_t match_type_length;
    unsigned match_type_constant; // of pinbulk.h
    int has_bid;
    int64_t bid;
} keyword;

typedef struct parent {
    char id[24];
    const keyword *keywords;
    size_t count;
} parent;

// A writing contestant: the body of an upsert that creates these keywords. It returns the length, 0
// when it fails. With `copy` set it puts the text there.
typedef size_t writing(const parent *parents, size_t count, char *copy);

typedef struct contestant {
    const char *name;
    reading *read;
    writing *write;
    const char *check; // "tokens", "entities": contestants with the same word must agree
    int needs_all;     // the whole input in memory
} contestant;

// pinbulk.c
unsigned bench_match_type(const char *name);
void bench_prepare_writing(const parent *parents, size_t count); // makes the typed objects
reading pinbulk_tokens_whole, pinbulk_tokens_chunks;
reading pinbulk_split, pinbulk_typed, pinbulk_typed_borrow;
writing pinbulk_primitives, pinbulk_typed_encode, pinbulk_body_pull, pinbulk_count;
int bench_stream(const char *path); // both readers, from a file

// simdjson.cc
reading read_simdjson_ondemand, read_simdjson_dom;

// memory.c
void bench_memory_start(void);
void bench_memory_stop(uint64_t *allocations, uint64_t *peak);

#ifdef __cplusplus
}
#endif

#endif
