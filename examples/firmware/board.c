// Start-up, clock, console and stacks of a Cortex-M, without an operating system and without a C
// library. The program runs on the process stack, interrupts on the main stack, so that neither
// needs room for the other.
#include "board.h"
#include "uart.h"

#include <string.h>

// From the linker script.
extern uint32_t ram_begin[], retained_begin[];
extern uint32_t data_begin[], data_end[], bss_begin[], bss_end[];
extern const uint32_t data_values[];
extern uint32_t stack_begin[], stack_end[], interrupt_stack_begin[], interrupt_stack_end[];

#define PAINT 0xa5a5a5a5u

int main(void);
void reset(void);
void start(void);
void fault(void);
void tick(void);

// ---- start-up ----------------------------------------------------------------------------------

// What the processor reads at power-up. Interrupts of the chip would follow; none is used here.
typedef void (*vector)(void);
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    vector vectors[15];
} vectors = {
    interrupt_stack_end,
    {reset, fault, fault, fault, fault, fault, NULL, NULL, NULL, NULL, fault, fault, NULL, fault,
     tick},
};

// Fills RAM, so that nothing of it survives a reset and the use of the stacks can be seen; then
// goes over to the process stack. It must not use a stack itself.
__attribute__((naked)) void reset(void)
{
    __asm volatile(".syntax unified\n"
                   "   ldr r0, =ram_begin\n"
                   "   ldr r1, =retained_begin\n"
                   "   ldr r2, =0xa5a5a5a5\n"
                   "1: str r2, [r0]\n"
                   "   adds r0, #4\n"
                   "   cmp r0, r1\n"
                   "   bcc 1b\n"
                   "   ldr r0, =stack_end\n"
                   "   msr psp, r0\n"
                   "   movs r0, #2\n"
                   "   msr control, r0\n"
                   "   isb\n"
                   "   bl start\n"
                   "   .ltorg\n");
}

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define SYSTICK_CONTROL   REGISTER(0xe000e010u)
#define SYSTICK_RELOAD    REGISTER(0xe000e014u)
#define SYSTICK_VALUE     REGISTER(0xe000e018u)
#define RESET_CONTROL     REGISTER(0xe000ed0cu)

void start(void)
{
    const uint32_t *from = data_values;
    uint32_t *to;
    for (to = data_begin; to < data_end; to++, from++)
        *to = *from;
    for (to = bss_begin; to < bss_end; to++)
        *to = 0;
    SYSTICK_RELOAD = BOARD_HERTZ / 1000 - 1;
    SYSTICK_VALUE = 0;
    SYSTICK_CONTROL = 7; // the processor's clock, with its interrupt
    board_exit(main());
}

// ---- clock -------------------------------------------------------------------------------------

static volatile uint64_t milliseconds;

void tick(void)
{
    milliseconds++;
    uart_tick();
}

void board_interrupts_off(void)
{
    __asm volatile("cpsid i" ::: "memory");
}

void board_interrupts_on(void)
{
    __asm volatile("cpsie i" ::: "memory");
}

uint64_t board_clock(void)
{
    uint64_t now;
    board_interrupts_off(); // its two words belong together
    now = milliseconds;
    board_interrupts_on();
    return now;
}

void board_sleep(void)
{
    __asm volatile("wfi" ::: "memory");
}

// ---- retained memory ---------------------------------------------------------------------------

void board_keep(void *retained, const void *data, size_t length)
{
    memcpy(retained, data, length); // it is RAM that no reset touches
}

// ---- stacks ------------------------------------------------------------------------------------

BOARD_RETAINED static struct {
    uint32_t valid;
    board_stacks used;
} kept;
static uint32_t *marked = stack_begin;

__attribute__((noinline)) void board_stack_mark(void)
{
    uint32_t *here = (uint32_t *)__builtin_frame_address(0);
    if (here > marked)
        marked = here;
}

static uint32_t bytes(const uint32_t *begin, const uint32_t *end)
{
    return (uint32_t)((const char *)end - (const char *)begin);
}

// The first word that is not as it was painted.
static const uint32_t *deepest(const uint32_t *begin, const uint32_t *end)
{
    while (begin < end && *begin == PAINT)
        begin++;
    return begin;
}

static void keep_larger(uint32_t *kept_bytes, uint32_t used)
{
    if (used > *kept_bytes)
        *kept_bytes = used;
}

board_stacks board_stacks_used(void)
{
    const uint32_t *program = deepest(stack_begin, stack_end);
    const uint32_t *interrupts = deepest(interrupt_stack_begin, interrupt_stack_end);
    if (kept.valid != PAINT) {
        kept.valid = PAINT;
        kept.used.program = kept.used.library = kept.used.interrupts = 0;
    }
    kept.used.program_size = bytes(stack_begin, stack_end);
    kept.used.interrupts_size = bytes(interrupt_stack_begin, interrupt_stack_end);
    keep_larger(&kept.used.program, bytes(program, stack_end));
    keep_larger(&kept.used.interrupts, bytes(interrupts, interrupt_stack_end));
    if (program < marked)
        keep_larger(&kept.used.library, bytes(program, marked));
    return kept.used;
}

// ---- console and the end -----------------------------------------------------------------------

// Semihosting: the debugger, or QEMU, stops at this instruction and does what is asked for.
static void debugger(uint32_t what, const void *argument)
{
    register uint32_t r0 __asm("r0") = what;
    register const void *r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void console_bytes(const char *data, size_t length)
{
    char line[33];
    size_t used;
    while (length > 0) {
        for (used = 0; used < sizeof line - 1 && used < length; used++)
            line[used] = data[used];
        line[used] = '\0';
        debugger(0x04, line); // SYS_WRITE0
        data += used;
        length -= used;
    }
}

void console_text(const char *text)
{
    debugger(0x04, text);
}

void console_number(uint32_t number)
{
    char digits[11];
    char *at = digits + sizeof digits;
    *--at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    console_text(at);
}

void board_power_loss(void)
{
    board_stacks_used(); // this reading would be lost
    RESET_CONTROL = 0x05fa0004u;
    for (;;)
        ;
}

void board_exit(int failed)
{
    // SYS_EXIT with ADP_Stopped_ApplicationExit or ADP_Stopped_RunTimeErrorUnknown
    static const uint32_t reasons[] = {0x20026u, 0x20023u};
    debugger(0x18, (const void *)(uintptr_t)reasons[failed != 0]);
    for (;;)
        ;
}

void fault(void)
{
    console_text("fault\n");
    board_exit(1);
}
