// One of two files with a private copy each; with OTHER defined it is the one without main.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

int other(void);
#ifdef OTHER
int other(void)
{
    return pinbulk_result_name(PINBULK_TOO_DEEP)[0] == 'P';
}
#else
int main(void)
{
    return !(other() && pinbulk_text_of("ab").length == 2);
}
#endif
