// The libcurl adapter, implementation and all.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_CURL_IMPLEMENTATION
#include "adapters/pinbulk_curl.h"
