// error: no member named|has no member
//
// A row of a table whose member is that of another struct.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

extern const pinbulki_row row;
const pinbulki_row row = PINBULKI_INT_ROW(keyword, daily_spend_cap, PINBULKI_BOTH, 0);
