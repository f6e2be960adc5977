// A bulk request as a task of the firmware: it is started, stepped until it has ended, and never
// waits. All memory is static, and one request is under way at a time.
#ifndef TASK_H
#define TASK_H

#include "pinbulk.h"

typedef enum task_state {
    TASK_BUSY = 1, // step again at once
    TASK_IDLE,     // nothing to do until a byte comes or time passes: sleep, then step again
    TASK_ENDED
} task_state;

#define TASK_WORD_MAX  28  // characters
#define TASK_COUNT_MAX 999 // the number of a keyword has three digits

// Creates `count` keywords, "linen 001" and so on, of one ad group. `tokens` ends with NULL: those
// behind the first are what the task has when the service refuses the one before. Above the limits
// PINBULK_BAD_ARGUMENT; PINBULK_BAD_STATE unless task_look says TASK_NOTHING.
void task_upsert(const char *word, unsigned count, const char *const *tokens);

// What is left of a request, by a power loss or by a task that could not follow it to its end: the
// deadline passed, the service was not reached, no token was accepted. The task itself forgets a
// request as soon as it is known what became of it.
typedef enum task_left {
    TASK_NOTHING,  // no request is under way
    TASK_REQUEST,  // one was submitted: task_attach takes it up again
    TASK_UNCERTAIN // an upsert may or may not be applied: compare a download, then task_forget
} task_left;
task_left task_look(void);
void task_attach(const char *const *tokens);
void task_forget(void); // what is left, for good

task_state task_step(void);

// After the end: PINBULK_OK, or why not, as a line in `text`.
pinbulk_result task_result(char *text, size_t size);

// The records of the result file.
typedef struct task_records {
    unsigned records, failed, keywords; // decoded, that is
    unsigned exact, broad, phrase;
    int proven; // the file is whole
} task_records;
const task_records *task_found(void);

// What it all takes, in bytes. At the end, without a name, everything.
typedef struct task_memory {
    const char *what;
    size_t bytes;
} task_memory;
extern const task_memory task_memories[];

#endif
