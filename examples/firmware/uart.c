// The driver of the serial line. An interrupt moves bytes between two small FIFOs and the line; the
// program only ever looks at the FIFOs and never waits. Here the line ends in the scripted peer:
// on a real board the interrupt is that of the UART, and dialling is a command to the module.
#include "uart.h"
#include "board.h"
#include "peer.h"

#define FIFO_SIZE      32 // a power of two
#define BYTES_PER_TICK 23 // 230400 baud
#define TICKS_TO_DIAL  40

// One side puts, the other takes; each changes one of the counters only.
typedef struct fifo {
    volatile uint8_t in, out;
    volatile uint8_t bytes[FIFO_SIZE];
} fifo;

typedef enum line { LINE_OFF, LINE_DIALLING, LINE_UP, LINE_ENDED, LINE_LOST } line;

static fifo to_line, from_line;
static volatile uint8_t line_state;
static uint8_t ticks_left;

static uint8_t fifo_room(const fifo *f)
{
    return (uint8_t)(FIFO_SIZE - (uint8_t)(f->in - f->out));
}

static int fifo_is_empty(const fifo *f)
{
    return f->in == f->out;
}

static void fifo_put(fifo *f, uint8_t byte)
{
    f->bytes[f->in % FIFO_SIZE] = byte;
    f->in++;
}

static uint8_t fifo_take(fifo *f)
{
    uint8_t byte = f->bytes[f->out % FIFO_SIZE];
    f->out++;
    return byte;
}

// ---- the interrupt -----------------------------------------------------------------------------

static void carry(void)
{
    int i, byte;
    for (i = 0; i < BYTES_PER_TICK && !fifo_is_empty(&to_line); i++)
        peer_receive(fifo_take(&to_line));
    for (i = 0; i < BYTES_PER_TICK && fifo_room(&from_line) > 0; i++) {
        byte = peer_send();
        if (byte < 0) {
            if (byte != PEER_NOTHING)
                line_state = byte == PEER_ENDED ? LINE_ENDED : LINE_LOST;
            return;
        }
        fifo_put(&from_line, (uint8_t)byte);
    }
}

void uart_tick(void)
{
    if (line_state == LINE_DIALLING && --ticks_left == 0)
        line_state = LINE_UP;
    else if (line_state == LINE_UP)
        carry();
}

// ---- the stream --------------------------------------------------------------------------------

// Begins once, then is asked until the line is up. The module verifies certificate and name; only
// one that does may be reported as PINBULK_HTTP1_IO_TLS.
static pinbulk_http1_io uart_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                     uint16_t port, uint32_t wait)
{
    (void)ctx, (void)scheme, (void)wait;
    if (line_state == LINE_OFF) {
        peer_dial(host.data, port); // host has its NUL
        ticks_left = TICKS_TO_DIAL;
        line_state = LINE_DIALLING;
    }
    return line_state == LINE_UP ? PINBULK_HTTP1_IO_TLS : PINBULK_HTTP1_IO_WRITE;
}

static pinbulk_http1_io uart_send(void *ctx, const void *data, size_t length, size_t *sent,
                                  uint32_t wait)
{
    const uint8_t *bytes = (const uint8_t *)data;
    size_t i;
    (void)ctx, (void)wait;
    if (line_state != LINE_UP)
        return PINBULK_HTTP1_IO_FAILED;
    for (i = 0; i < length && fifo_room(&to_line) > 0; i++)
        fifo_put(&to_line, bytes[i]);
    *sent = i;
    return i > 0 ? PINBULK_HTTP1_IO_BYTES : PINBULK_HTTP1_IO_WRITE;
}

// What has come is given first, also when the line is no longer there.
static pinbulk_http1_io uart_recv(void *ctx, void *data, size_t size, size_t *got, uint32_t wait)
{
    uint8_t *bytes = (uint8_t *)data;
    uint8_t state = line_state; // before the look at the FIFO: nothing comes after its end
    size_t i;
    (void)ctx, (void)wait;
    for (i = 0; i < size && !fifo_is_empty(&from_line); i++)
        bytes[i] = fifo_take(&from_line);
    *got = i;
    if (i > 0)
        return PINBULK_HTTP1_IO_BYTES;
    if (state == LINE_UP)
        return PINBULK_HTTP1_IO_READ;
    return state == LINE_ENDED ? PINBULK_HTTP1_IO_END : PINBULK_HTTP1_IO_FAILED;
}

static void uart_close(void *ctx)
{
    (void)ctx;
    board_interrupts_off();
    line_state = LINE_OFF;
    to_line.out = to_line.in;
    from_line.out = from_line.in;
    board_interrupts_on();
}

static const char *uart_reason(void *ctx)
{
    (void)ctx;
    return "the module lost the connection";
}

pinbulk_http1_stream uart_stream(void)
{
    pinbulk_http1_stream stream = {NULL,      uart_connect, uart_send,
                                   uart_recv, uart_close,   uart_reason};
    return stream;
}
