// The other file of a program of two: it calls what the first one implements.
#include <string.h>
#include "pinbulk.h"

int main(void)
{
    pinbulk_download everything;
    pinbulk_body body;
    memset(&everything, 0, sizeof everything);
    return pinbulk_body_init_download(&body, &everything, NULL, NULL) != PINBULK_OK ||
           pinbulk_body_length(&body) != 2;
}
