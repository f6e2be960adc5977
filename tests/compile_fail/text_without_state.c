// error: incompatible types when assigning|no match for .operator=|invalid conversion
//
// A bare assignment would lose the state of the value.
#include "pinbulk.h"

void name_it(pinbulk_campaign *campaign);
void name_it(pinbulk_campaign *campaign)
{
    campaign->name = "Spring";
}
