// A program that decodes keywords and nothing else.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

int main(void)
{
    static char memory[512];
    static const char json[] = "{\"id\":\"1\",\"bid\":null}";
    pinbulk_arena arena = {memory, sizeof memory, 0};
    pinbulk_keyword keyword;
    return pinbulk_decode_keyword(json, sizeof json - 1, &keyword, &arena, NULL, NULL) !=
               PINBULK_OK ||
           keyword.bid.state != PINBULK_NULL;
}
