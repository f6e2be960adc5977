// Runs a program on a simulated ATmega2560 until it sleeps for good. What it sends to its first
// UART goes to stdout.
//
//     run PROGRAM.elf RAMEND MINUTES
//
// RAMEND is the last address of its memory: 0x21ff is what the chip has, 0xffff what can be
// attached to it. MINUTES of the chip are the longest it may take. The exit status is what the
// program left in GPIOR0; 2 when its stack grew into its data or heap; 3 when it crashed or does
// not end. Measures go to stderr.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <avr_uart.h>
#include <sim_avr.h>
#include <sim_elf.h>

enum { GPIOR0 = 0x3e, DATA = 0x200, FREQUENCY = 16000000 };

static void transmitted(struct avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq, (void)param;
    putchar((int)value);
}

// The simulator tells of errors only.
static void told(struct avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    if (level <= LOG_ERROR)
        vfprintf(stderr, format, arguments);
}

static unsigned word_at(const avr_t *avr, unsigned address)
{
    return avr->data[address] | (unsigned)avr->data[address + 1] << 8;
}

// The address of a variable, 0 when the program has none of that name.
static unsigned address_of(const elf_firmware_t *firmware, const char *name)
{
    uint32_t i;
    for (i = 0; i < firmware->symbolcount; i++)
        if (strcmp(firmware->symbol[i]->symbol, name) == 0)
            return firmware->symbol[i]->addr & 0xffff;
    return 0;
}

// Runs it, and looks at the stack every few instructions.
static int run(avr_t *avr, unsigned data_end, unsigned heap_end, uint64_t cycles, unsigned *lowest)
{
    *lowest = avr->ramend;
    avr->run_cycle_limit = 16;
    while (avr->cycle < cycles) {
        int state = avr_run(avr);
        unsigned stack = word_at(avr, R_SPL);
        if (state == cpu_Done)
            return avr->data[GPIOR0];
        if (state == cpu_Crashed) {
            printf("it crashed at 0x%x\n", (unsigned)avr->pc);
            return 3;
        }
        if (stack < DATA && *lowest == avr->ramend)
            continue; // it is not set yet
        if (stack < *lowest)
            *lowest = stack;
        if (stack < data_end || (heap_end && stack < word_at(avr, heap_end))) {
            printf("the stack has no room at 0x%x\n", (unsigned)avr->pc);
            return 2;
        }
    }
    printf("it does not end\n");
    return 3;
}

int main(int count, char **arguments)
{
    avr_t *avr = avr_make_mcu_by_name("atmega2560");
    elf_firmware_t firmware;
    unsigned lowest;
    uint32_t flags = 0;
    int status;
    avr_global_logger_set(told);
    memset(&firmware, 0, sizeof firmware);
    if (!avr || count != 4 || elf_read_firmware(arguments[1], &firmware) != 0) {
        fprintf(stderr, "cannot run it\n");
        return 3;
    }
    avr->ramend = (uint16_t)strtoul(arguments[2], NULL, 0);
    avr_init(avr);
    avr->frequency = FREQUENCY;
    avr_load_firmware(avr, &firmware);
    avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT),
                            transmitted, NULL);
    status =
        run(avr, DATA + firmware.datasize + firmware.bsssize, address_of(&firmware, "__brkval"),
            (uint64_t)FREQUENCY * 60 * strtoul(arguments[3], NULL, 10), &lowest);
    fflush(stdout);
    fprintf(stderr, "%u bytes of flash, %u of data, %u of stack, %.1f s\n", firmware.flashsize,
            firmware.datasize + firmware.bsssize, avr->ramend - lowest,
            (double)avr->cycle / avr->frequency);
    return status;
}
