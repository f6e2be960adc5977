// The input of an upsert, as the tool reads it: whatever it is, what is accepted can be sent, and
// every problem has a place in the file.
#define _POSIX_C_SOURCE 200809L
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"
#include <stdio.h>
#include <stdlib.h>
static FILE *messages; // are made, and go nowhere
#undef stderr
#define stderr messages
#include "../../examples/pinbulk/tool.c"
#include "../../examples/pinbulk/input.c"

void tool_progress_clear(void)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static input in;
    pinbulk_parts parts;
    pinbulk_part_limits limits = {3, 0};
    pinbulk_error error = {0};
    pinbulk_part part;
    pinbulk_body body;
    char text[512];
    size_t got;
    if (messages == NULL && (messages = fopen("/dev/null", "w")) == NULL)
        abort();
    if (input_load(&in, "input", tool_copy((const char *)data, size), size, 8) == TOOL_OK) {
        if (pinbulk_parts_init(&parts, input_upsert(&in), &limits, 0, NULL, &error) != PINBULK_OK)
            abort(); // it was called good
        if (parts.total != in.entities)
            abort();
        if (pinbulk_parts_next(&parts, &part, &error) != PINBULK_OK ||
            pinbulk_body_init_part(&body, &part, &error) != PINBULK_OK)
            abort();
        do
            if (pinbulk_body_read(&body, text, sizeof text, &got) != PINBULK_OK)
                abort();
        while (got > 0);
    }
    input_free(&in);
    return 0;
}
