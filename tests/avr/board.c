// What a test program needs of its board: stdout on the first UART, an end, and a printf that knows
// widths given as arguments and 64 bits, which avr-libc's does not.
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int test_main(void); // `main` of the test

// Before the stack is used: the bus to the attached memory.
__attribute__((naked, used, section(".init1"))) static void attach(void)
{
    XMCRA = 1 << SRE;
}

static int put(char byte, FILE *file)
{
    (void)file;
    while (!(UCSR0A & 1 << UDRE0))
        ;
    UDR0 = (unsigned char)byte;
    return 0;
}

static FILE uart = FDEV_SETUP_STREAM(put, NULL, _FDEV_SETUP_WRITE);

static void stop(int status)
{
    GPIOR0 = (unsigned char)status;
    while (!(UCSR0A & 1 << UDRE0))
        ;
    cli(); // nothing wakes it any more
    sleep_enable();
    sleep_cpu();
}

int main(void)
{
    UCSR0A = 1 << U2X0; // 2 Mbaud
    UCSR0B = 1 << TXEN0;
    stdout = &uart;
    __malloc_margin = 2048; // for the stack
    stop(test_main());
    return 0;
}

// Memory for tests, which do not expect that there is none: then the run ends.
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static void *must_be(void *memory, size_t size)
{
    if (!memory) {
        printf("there is no memory for %u bytes\n", (unsigned)size);
        stop(2);
    }
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return must_be(__real_malloc(size), size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return must_be(__real_realloc(memory, size), size);
}

// ---- printf -------------------------------------------------------------------------------------

// Where text goes: into `size` bytes, or to stdout when there is no text.
struct output {
    char *text;
    size_t size, length;
};

static void out(struct output *to, char byte)
{
    if (!to->text)
        putchar(byte);
    else if (to->length + 1 < to->size)
        to->text[to->length] = byte;
    to->length++;
}

static void out_padded(struct output *to, const char *text, size_t length, size_t width, char pad)
{
    for (; width > length; width--)
        out(to, pad);
    while (length-- > 0)
        out(to, *text++);
}

static void out_number(struct output *to, uint64_t number, unsigned base, int capital, int negative,
                       size_t width, char pad)
{
    char digits[21], *at = digits + sizeof digits;
    do {
        unsigned digit = (unsigned)(number % base);
        *--at = (char)((digit < 10 ? '0' : (capital ? 'A' : 'a') - 10) + digit);
    } while ((number /= base) != 0);
    if (negative && pad == '0') {
        out(to, '-');
        width -= width > 0;
    } else if (negative) {
        *--at = '-';
    }
    out_padded(to, at, (size_t)(digits + sizeof digits - at), width, pad);
}

static size_t number_of(const char **format, va_list *arguments)
{
    size_t number = 0;
    if (**format == '*') {
        ++*format;
        return (size_t)va_arg(*arguments, int);
    }
    for (; **format >= '0' && **format <= '9'; ++*format)
        number = number * 10 + (size_t)(**format - '0');
    return number;
}

static void out_format(struct output *to, const char *format, va_list *arguments)
{
    for (; *format; format++) {
        size_t width, most = SIZE_MAX;
        char pad = ' ', byte;
        const char *text;
        int longs = 0;
        if (*format != '%') {
            out(to, *format);
            continue;
        }
        if (*++format == '0')
            pad = *format++;
        width = number_of(&format, arguments);
        if (*format == '.') {
            format++;
            most = number_of(&format, arguments);
        }
        for (; *format == 'l'; format++)
            longs++;
        format += *format == 'z'; // as wide as int
        switch (*format) {
        case 'd': {
            int64_t number = longs > 1   ? va_arg(*arguments, long long)
                             : longs > 0 ? va_arg(*arguments, long)
                                         : va_arg(*arguments, int);
            out_number(to, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10, 0, number < 0,
                       width, pad);
            break;
        }
        case 'u':
        case 'x':
        case 'X':
            out_number(to,
                       longs > 1   ? va_arg(*arguments, unsigned long long)
                       : longs > 0 ? va_arg(*arguments, unsigned long)
                                   : va_arg(*arguments, unsigned),
                       *format == 'u' ? 10 : 16, *format == 'X', 0, width, pad);
            break;
        case 'c':
            byte = (char)va_arg(*arguments, int);
            out_padded(to, &byte, 1, width, pad);
            break;
        case 's':
            text = va_arg(*arguments, const char *);
            out_padded(to, text, strnlen(text, most), width, pad);
            break;
        default: // `%%`, and what no test uses shows up as itself
            out(to, *format);
            break;
        }
    }
}

int vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    char none;
    struct output to = {text ? text : &none, size, 0};
    va_list copy;
    va_copy(copy, arguments);
    out_format(&to, format, &copy);
    va_end(copy);
    if (size)
        text[to.length < size ? to.length : size - 1] = 0;
    return (int)to.length;
}

int snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

int sprintf(char *text, const char *format, ...)
{
    va_list arguments;
    int length;
    va_start(arguments, format);
    length = vsnprintf(text, SIZE_MAX, format, arguments);
    va_end(arguments);
    return length;
}

int printf(const char *format, ...)
{
    struct output to = {NULL, 0, 0};
    va_list arguments;
    va_start(arguments, format);
    out_format(&to, format, &arguments);
    va_end(arguments);
    return (int)to.length;
}
