// What a program provides for the library, each as an array of its size; the names are for the
// table of tests/stack.sh. One that is above its ceiling is an array of a negative size.
#include "pinbulk.h"
#include "adapters/pinbulk_http1.h"

#define SIZE(type, ceiling) \
    extern char type[];     \
    char type[sizeof(pinbulk_##type) <= (ceiling) ? (int)sizeof(pinbulk_##type) : -1]
SIZE(job, 1024);
SIZE(reader, 144);
SIZE(writer, 104);
SIZE(records, 352);
SIZE(reading, 1824);
SIZE(parts, 608);
SIZE(body, 416);
SIZE(error, 344);
SIZE(http1, 448);
