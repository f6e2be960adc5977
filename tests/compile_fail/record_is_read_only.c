// error: discards|invalid conversion|assignment of read-only
//
// What a record points to is not the caller's to change.
#include "pinbulk.h"

void change(pinbulk_record *record);
void change(pinbulk_record *record)
{
    *record->raw.data = 0;
}
