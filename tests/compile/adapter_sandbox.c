// The sandbox, implementation and all.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_SANDBOX_IMPLEMENTATION
#include "adapters/pinbulk_sandbox.h"
