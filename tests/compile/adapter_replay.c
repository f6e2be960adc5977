// Record and replay, implementation and all.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#define PINBULK_REPLAY_IMPLEMENTATION
#include "adapters/pinbulk_replay.h"
