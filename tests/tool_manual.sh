#!/bin/sh
# sh tests/tool_manual.sh PINBULK: --help, the man page and the completion name the same commands and
# options. The last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
pinbulk=$1
page=examples/pinbulk/pinbulk.1
passed=0 failed=0

# same WHAT A B: two lists of words have the same words.
same() {
    if [ "$(echo "$2" | tr -s ' ' '\n' | sort -u)" = "$(echo "$3" | tr -s ' ' '\n' | sort -u)" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s:\n    %s\n    %s\n' "$1" "$(echo "$2" | tr -s ' \n' ' ')" "$(echo "$3" | tr -s ' \n' ' ')"
    fi
}

# Options at the start of a paragraph of a section of the page.
in_page() {
    awk -v section="$1" '
        /^\.S[HS] / { here = index($0, section) > 0; next }
        here && tag { print; tag = 0 }
        here && /^\.TP/ { tag = 1 }' $page | tr -d '\\"' | sed 's/fIFILEfR//' |
        grep -o -E '(^|[ ,])-{1,2}[a-z][a-z-]*' | tr -d ' ,'
}
# Options at the start of a line of a help text.
in_help() {
    sed -n -E 's/^ {4}(-.*)/\1/p' | sed -E 's/ {3,}.*//' | grep -o -E '(^|[ ,])-{1,2}[a-z][a-z-]*' | tr -d ' ,'
}
in_completion() {
    bash -c 'compopt() { :; }; . examples/pinbulk/completion.bash; COMP_WORDS=(pinbulk "$@"); COMP_CWORD=$#
        _pinbulk; printf "%s\n" "${COMPREPLY[@]}"' - "$@" | tr -d ' '
}

help=$("$pinbulk" --help)
commands=$(echo "$help" | sed -n -E 's/^    ([a-z]+) .*/\1/p')
common=$(echo "$help" | in_help)" --help -h"
service=$(in_page 'SERVICE OPTIONS')
same "commands of the page" "$commands" "$(sed -n -E 's/^\.SS "pinbulk ([a-z]+).*/\1/p' $page)"
same "commands of the completion" "$commands --help --version" "$(in_completion "")"
same "common options of the page" "$common" "$(in_page 'COMMON OPTIONS')"
for command in $commands; do
    own=$("$pinbulk" "$command" --help | in_help)
    documented=$(in_page "pinbulk $command ")
    case $command in download | upsert | status | wait | fetch) documented="$documented $service" ;; esac
    same "options of $command in the page" "$own" "$documented"
    same "options of $command in the completion" "$own $common" "$(in_completion "$command" -)"
    # Every option that is named is one.
    for option in $own; do
        said=$("$pinbulk" "$command" $option 2>&1)
        case $said in
        *"there is no option"*) same "$command $option" "is" "is not an option" ;;
        *) passed=$((passed + 1)) ;;
        esac
    done
done
for code in 0 1 2 3 4 5 6 7 8 9 129 130 143; do
    same "exit code $code of the page" yes "$(awk '/^\.SH/ { here = /EXIT STATUS/ } here' $page | grep -q "^\.BR* .*$code" && echo yes)"
    same "exit code $code of the help" yes "$(echo "$help" | tr -s '\n' ' ' | grep -q -w "$code" && echo yes)"
done
for name in PINTEREST_ACCESS_TOKEN PINTEREST_REFRESH_ACCESS_TOKEN PINTEREST_APP_ID PINTEREST_APP_SECRET PINTEREST_API_URI; do
    same "$name" "yes yes" "$(grep -q "^\.BR*.* $name" $page && echo yes) $(cat examples/pinbulk/*.c | grep -q $name && echo yes)"
done
if command -v groff >/dev/null 2>&1; then
    same "what groff says of the page" "" "$(groff -man -Tutf8 -ww -z $page 2>&1)"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
