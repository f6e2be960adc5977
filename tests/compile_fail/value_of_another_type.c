// error: incompatible types when assigning|no match for .operator=
//
#include "pinbulk.h"

void name_it(pinbulk_campaign *campaign);
void name_it(pinbulk_campaign *campaign)
{
    campaign->name = pinbulk_int_set(5);
}
