// The library: these lines in one file of the program. The switches are in build.sh.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"
