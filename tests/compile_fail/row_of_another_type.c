// error: pointer type mismatch|distinct pointer types|different types|conditional expression
//

// A row of a table that says another type than its member has.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

extern const pinbulki_row row;
const pinbulki_row row = PINBULKI_INT_ROW(campaign, name, PINBULKI_BOTH, 0);
