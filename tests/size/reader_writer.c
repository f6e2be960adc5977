// JSON writer and reader, nothing else.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static char out[64], in[64];
static pinbulk_writer ram_writer;
static pinbulk_reader ram_reader;

int main(void);
int main(void)
{
    pinbulk_reader_config config;
    pinbulk_token token;
    pinbulk_writer_init_buffer(&ram_writer, out, sizeof out);
    pinbulk_write_object_begin(&ram_writer);
    pinbulk_write_key(&ram_writer, "a", 1);
    pinbulk_write_array_begin(&ram_writer);
    pinbulk_write_string(&ram_writer, in, 3);
    pinbulk_write_int(&ram_writer, in[0]);
    pinbulk_write_decimal(&ram_writer, in, 2);
    pinbulk_write_bool(&ram_writer, in[1]);
    pinbulk_write_null(&ram_writer);
    pinbulk_write_json(&ram_writer, in, 5);
    pinbulk_write_array_end(&ram_writer);
    pinbulk_write_object_end(&ram_writer);
    pinbulk_writer_end(&ram_writer, NULL);
    memset(&config, 0, sizeof config);
    config.buffer = in;
    config.buffer_size = sizeof in;
    pinbulk_reader_init(&ram_reader, &config);
    pinbulk_reader_feed(&ram_reader, out, sizeof out);
    while (pinbulk_reader_next(&ram_reader, &token) > PINBULK_TOKEN_END)
        if (token.kind == PINBULK_TOKEN_OBJECT)
            pinbulk_reader_skip(&ram_reader);
    return pinbulk_reader_end(&ram_reader) != PINBULK_OK;
}
