// A translation unit that only uses the library.
#include "pinbulk.h"
#include "pinbulk.h"

int uses(void);
int uses(void)
{
    return pinbulk_result_name(PINBULK_OK)[0];
}
