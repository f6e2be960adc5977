// mbedTLS over sockets, implementation and all.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "adapters/pinbulk_http1.h"
#define PINBULK_MBEDTLS_IMPLEMENTATION
#include "adapters/pinbulk_mbedtls.h"
