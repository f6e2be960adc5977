// Every function of the header, the texts of errors and the double part included.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

pinbulk_job ram_job;
pinbulk_parts ram_parts;
pinbulk_reading ram_reading;
pinbulk_writer ram_writer;
pinbulk_reader ram_reader;

int main(void);
int main(void)
{
    return 0;
}
