// JSON writer and reader, nothing else.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static char out[64], in[64];

int main(void);
int main(void)
{
    pinbulk_writer writer;
    pinbulk_reader reader;
    pinbulk_reader_config config;
    pinbulk_token token;
    pinbulk_writer_init_buffer(&writer, out, sizeof out);
    pinbulk_write_object_begin(&writer);
    pinbulk_write_key(&writer, "a", 1);
    pinbulk_write_array_begin(&writer);
    pinbulk_write_string(&writer, in, 3);
    pinbulk_write_int(&writer, in[0]);
    pinbulk_write_decimal(&writer, in, 2);
    pinbulk_write_bool(&writer, in[1]);
    pinbulk_write_null(&writer);
    pinbulk_write_json(&writer, in, 5);
    pinbulk_write_array_end(&writer);
    pinbulk_write_object_end(&writer);
    pinbulk_writer_end(&writer, NULL);
    memset(&config, 0, sizeof config);
    config.buffer = in;
    config.buffer_size = sizeof in;
    pinbulk_reader_init(&reader, &config);
    pinbulk_reader_feed(&reader, out, sizeof out);
    while (pinbulk_reader_next(&reader, &token) > PINBULK_TOKEN_END)
        if (token.kind == PINBULK_TOKEN_OBJECT)
            pinbulk_reader_skip(&reader);
    return pinbulk_reader_end(&reader) != PINBULK_OK;
}
