#!/bin/sh
# Builds the tool with the sanitizers where there are some, and runs its tests: its commands against
# real servers, damaged files of its sandbox, and what a terminal shows.
#
#   sh tests/tool.sh [FOLDER]
set -eu
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
compiler=gcc
flags="-O1 -g -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
if echo 'int main(void) { return 0; }' |
    gcc -fsanitize=address,undefined -x c - -o "$work/try" 2>/dev/null; then
    flags="$flags -fsanitize=address,undefined -fno-sanitize-recover=all"
fi
CC=$compiler CFLAGS=$flags sh examples/pinbulk/build.sh --no-install "$work/pinbulk"
gcc -std=c99 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. tests/tool/commands.c -o "$work/commands" \
    -lmicrohttpd -pthread
$compiler -std=c99 $flags -I. tests/tool/sandbox_file.c -o "$work/sandbox_file" -lcurl
passed=0 failed=0

# run PROGRAM ARGUMENT: a program that counts what passed; one that does not come to that has failed.
run() {
    "$@" >"$work/log" 2>&1 || true
    sed '$d' "$work/log"
    counts=$(tail -n 1 "$work/log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
    [ -n "$counts" ] || {
        tail -n 1 "$work/log"
        counts='0 1'
    }
    passed=$((passed + ${counts% *})) failed=$((failed + ${counts#* }))
}
run "$work/commands" "$work/pinbulk"
run "$work/sandbox_file" "$work/kept"

check() {
    if "$@" >"$work/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $*"
        cat "$work/out"
    fi
}

# The first line of main.c builds it as well.
line() {
    sed -n '1s|^// cc |gcc |p' examples/pinbulk/main.c | sed "s|-o pinbulk|-o $work/by_line|" |
        sh -e && "$work/by_line" --version
}
# Without a terminal no byte moves the cursor; on one the line is there, and taken away.
lines() {
    "$work/pinbulk" download 549755885175 --sandbox 2>&1 >/dev/null | od -c | grep -q '033' && return 1
    return 0
}
terminal() {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || return 0 # there are no terminals here
    script -qec "$work/pinbulk download 549755885175 --sandbox -o $work/terminal.json" /dev/null \
        </dev/null >"$work/typed" 2>&1
    grep -q 'records' "$work/typed" && grep -q "$(printf '\033\\[K')" "$work/typed"
}
check line
check lines
check terminal
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
