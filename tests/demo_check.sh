#!/bin/sh
# sh tests/demo_check.sh FILE: does the output of the demo on the sandbox tell the whole story?
set -eu
expect() {
    grep -q -F "$1" "$file" || {
        cat "$file"
        echo "the demo does not say: $1"
        exit 1
    }
}
file=$1
expect '1. Create two paused campaigns and three keywords.'
expect 'accepted as bulk request 6267'
expect 'status: RUNNING'
expect 'status: SUCCEEDED'
expect 'name: pinbulk demo: Spring  status: PAUSED  daily_spend_cap: 25000000'
expect 'value: garden "party"  match_type: PHRASE'
expect 'read to its end: campaign 2 keyword 3; unreadable 0'
expect 'clear its daily_spend_cap with an explicit null'
expect 'name: pinbulk demo: Spring sale  status: PAUSED  daily_spend_cap: null'
expect 'name: pinbulk demo: Benelux  budget_in_micro_currency: 5000000  location: BE  location: NL'
expect 'read to its end: campaign 2 ad_group 1 keyword 3; unreadable 0'
! grep -i -E 'token|Signature' "$file"
