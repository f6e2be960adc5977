// What the firmware needs of its board: a clock, a way to sleep, memory that outlives a power loss,
// and, while it is developed, a console.
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

// Variables that a power loss leaves alone: FRAM, EEPROM or flash on a real board.
#define BOARD_RETAINED __attribute__((section(".retained")))
// Writes one of them. Power may fail in the midst of it: what is in that variable then does not
// matter, but no other may change. So on flash each has a page of its own, which is erased and then
// written from its start to its end.
void board_keep(void *retained, const void *data, size_t length);

uint64_t board_clock(void); // milliseconds since power-up
void board_sleep(void);     // until the next interrupt, at most a millisecond
__attribute__((noreturn)) void board_power_loss(void);
__attribute__((noreturn)) void board_exit(int failed);

void board_interrupts_off(void);
void board_interrupts_on(void);

// The console of the debugger.
void console_bytes(const char *data, size_t length);
void console_text(const char *text);
void console_number(uint32_t number);

// The deepest use of the stacks so far, over all power losses, in bytes.
typedef struct board_stacks {
    uint32_t program, program_size;
    uint32_t library; // of the program's, below the functions that called board_stack_mark
    uint32_t interrupts, interrupts_size;
} board_stacks;

void board_stack_mark(void);
board_stacks board_stacks_used(void);

#endif
