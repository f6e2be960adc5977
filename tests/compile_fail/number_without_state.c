// error: incompatible types when assigning|no match for .operator=
//
#include "pinbulk.h"

void cap_it(pinbulk_campaign *campaign);
void cap_it(pinbulk_campaign *campaign)
{
    campaign->daily_spend_cap = 5000000;
}
