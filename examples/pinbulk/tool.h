// tool.h: what the files of the tool share. Every file includes it first; main.c holds the
// implementations of pinbulk.h and libcurl's adapter, session.c that of the sandbox.
#ifndef TOOL_H
#define TOOL_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../pinbulk.h"

#if defined(__GNUC__)
#define TOOL_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define TOOL_PRINTF(text, first)
#endif

// What the program ends with.
enum {
    TOOL_OK = 0,
    TOOL_SOME_FAILED = 1,  // some entities failed
    TOOL_USAGE = 2,        // the command line, or input that cannot be used
    TOOL_AUTH = 3,         // the token is missing or not accepted
    TOOL_RATE = 4,         // rate limit, spam block
    TOOL_NETWORK = 5,      // no usable answer
    TOOL_JOB = 6,          // the service refused the request or could not finish it
    TOOL_DEADLINE = 7,     // --deadline has passed
    TOOL_MAYBE = 8,        // an upsert that may or may not be applied
    TOOL_FILE = 9,         // a file of this machine cannot be read or written
    TOOL_INTERRUPTED = 128 // and the number of the signal: 129, 130, 143
};

// ---- messages, all on stderr

// Options that every command has.
typedef struct tool_common {
    int quiet, json, help;
} tool_common;
extern tool_common tool_settings;

// Prints `pinbulk: ...` and returns `code`, so that one can write `return tool_fail(TOOL_USAGE,
// ...)`. With --json it is one line {"event":"error","exit":2,"message":"..."} instead. Bytes that
// a terminal would act on are replaced.
int tool_fail(int code, const char *format, ...) TOOL_PRINTF(2, 3);
// The same for what is worth knowing but no failure; silent with --quiet.
void tool_warn(const char *format, ...) TOOL_PRINTF(1, 2);
// Prints text with control characters and invalid UTF-8 replaced by '?'.
void tool_print_safe(FILE *file, const char *text, size_t length);

// As a JSON string, quotes included.
void tool_print_json(FILE *file, const char *text, size_t length);
// Takes the progress line off a terminal, before anything else is printed.
void tool_progress_clear(void);

// A place in a file, both from 1; columns count characters.
typedef struct tool_place {
    uint64_t line, column;
} tool_place;
void tool_place_go(tool_place *place, const char *text, size_t length); // on over `text`
// Prints `FILE:LINE:COLUMN: PATH: MESSAGE`; returns TOOL_USAGE.
int tool_problem(const char *file, const tool_place *place, const char *path, const char *message);

// From here on SIGINT and SIGTERM only set a flag, and SIGHUP as well, unless it is ignored
// (nohup).
void tool_signals(void);
// Not 0 after one of them: its number. Loops that may take long ask it.
int tool_interrupted(void);

void *tool_allocate(size_t size);                 // never NULL: ends the program when there is none
void *tool_grow(void *memory, size_t size);       // realloc, likewise
char *tool_copy(const char *text, size_t length); // NUL-terminated

void *tool_keep(void *memory); // not to be freed: it lasts as long as the program

// ---- options

typedef enum tool_option_kind {
    TOOL_FLAG,   // int *: set to 1
    TOOL_TEXT,   // const char **
    TOOL_NUMBER, // uint64_t *: digits
    TOOL_LIST    // const char **: given more than once, the values are joined by commas
} tool_option_kind;

typedef struct tool_option {
    const char *name; // "--to" or "-o"; an option with two names has two rows
    tool_option_kind kind;
    void *value;
} tool_option;

// Reads argv[1] and on (argv[0] is the name of the command): `--name value`, `--name=value`, `--`.
// --help, --quiet and --json are known to all. Everything else is an argument; there must be one
// for each of `names`, which are for people and end with NULL as `options` do. Returns TOOL_OK or,
// after saying what is wrong, TOOL_USAGE. With --help arguments may be missing, and are NULL.
int tool_options(int argc, char **argv, const tool_option *options, const char *const *names,
                 const char **arguments);

// ---- files

// A file that is written beside its place and put there when it is whole, mode 0600.
typedef struct tool_output {
    FILE *file;      // NULL: not open
    char *path;      // where it will be; NULL: standard output
    char *temporary; // where it is now, an empty file at first. A library that opens files itself
                     // (SQLite) opens this name and is done with it before the commit
    int force;
} tool_output;

// `path` NULL or "-": standard output. Refuses a path that exists, unless `force`. Returns an exit
// code, having said what is wrong; nothing needs to be undone then.
int tool_output_open(tool_output *output, const char *path, int force);
// Empties it, to begin again. TOOL_FILE: it is standard output or cannot be.
int tool_output_restart(tool_output *output);
// Writes everything to the disk and puts the file to its place.
int tool_output_commit(tool_output *output);
// Removes what was written. Allowed after a commit, and twice.
void tool_output_abort(tool_output *output);

// Reads all of a file ("-": standard input) into memory of malloc, which gets a NUL behind it.
// Regular files of up to `limit` bytes (0: no limit).
int tool_input_read(const char *path, uint64_t limit, char **data, size_t *length);

// Reads the records of a file ("-": standard input): config.record is called for each. Sets window,
// path and columns of config itself; of a format that is not found out, config.records.format.
// Returns an exit code, having named file, line, column and path of what is wrong. `reading` is
// then good for its counters and pinbulk_reading_text.
int tool_records_read(const char *path, pinbulk_reading *reading,
                      const pinbulk_reading_config *config);

// ---- commands

// argv[0] is the name of the command. Each returns an exit code.
int tool_download(int argc, char **argv);
int tool_upsert(int argc, char **argv);
int tool_validate(int argc, char **argv);
int tool_status(int argc, char **argv);
int tool_wait(int argc, char **argv);
int tool_fetch(int argc, char **argv);
int tool_show(int argc, char **argv);
int tool_convert(int argc, char **argv);
extern const char tool_convert_help[]; // printed whole by `pinbulk convert --help`

#endif
