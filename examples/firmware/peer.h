// The other side of the serial line: Pinterest, as a script in flash.
#ifndef PEER_H
#define PEER_H

#include <stdint.h>

enum {
    PEER_NOTHING = -1, // yet
    PEER_ENDED = -2,   // it closed the connection
    PEER_LOST = -3     // the connection broke
};

// Called by the interrupt.
void peer_receive(uint8_t byte);
int peer_send(void); // the next byte, or one of the above

void peer_dial(const char *host, uint16_t port);

// What it saw.
typedef struct peer_report {
    uint32_t requests, upserts; // answered; applied
    const char *complaint;      // about the first request that was not as it should be; or NULL
} peer_report;

peer_report peer_saw(void);

#endif
