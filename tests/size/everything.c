// Every function of the header, the texts of errors and the double part included.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

int main(void);
int main(void)
{
    return 0;
}
