// HTTP/1.1 over a byte stream, implementation and all.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"
