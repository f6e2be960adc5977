// The implementation that tests of the same flavour share.
#include "../private.h"
