// Every object of the API: validated, encoded and decoded. No job, no requests.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static char text[64], memory[64];
static pinbulk_writer ram_writer;

int main(void);
int main(void)
{
    pinbulk_upsert upsert;
    pinbulk_download download;
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_error error;
    pinbulk_writer_init_buffer(&ram_writer, text, sizeof text);
    pinbulk_decode_upsert(text, sizeof text, &upsert, &arena, NULL, &error);
    pinbulk_validate_upsert(&upsert, NULL, &error);
    pinbulk_encode_upsert(&upsert, &ram_writer, NULL, &error);
    pinbulk_decode_download(text, sizeof text, &download, &arena, NULL, &error);
    pinbulk_validate_download(&download, NULL, &error);
    return (int)pinbulk_encode_download(&download, &ram_writer, NULL, &error);
}
