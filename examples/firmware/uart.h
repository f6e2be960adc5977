// A module on a serial line that opens TLS connections by itself, as cellular and Wi-Fi modules do:
// the byte stream of pinbulk_http1.h.
#ifndef UART_H
#define UART_H

#include "pinbulk.h"
#include "adapters/pinbulk_http1.h"

pinbulk_http1_stream uart_stream(void);
void uart_tick(void); // called by the interrupt of the clock, each millisecond

#endif
