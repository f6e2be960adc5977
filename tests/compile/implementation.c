// The translation unit of a program that holds the implementation.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"
#include "pinbulk.h"
