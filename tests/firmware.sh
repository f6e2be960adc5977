#!/bin/sh
# Builds the firmware of examples/firmware and runs it under QEMU.
#
#   sh tests/firmware.sh FOLDER BOARD...
#   sh tests/firmware.sh --readme
#
# Its task, on this machine, bears a power loss at any time: tests/firmware/power.c. What it prints must
# be tests/firmware/output.txt; stacks stay below the ceilings, which are those of Debian 12's compiler;
# what is linked of other libraries is on a list; the memory it takes is what README.md says. --readme
# writes that into README.md, between <!-- firmware --> and <!-- /firmware -->. FOLDER takes what is
# built. The last line is `N passed, N failed`; ends with 77 when something is missing.
set -eu
cd "$(dirname "$0")/.."
for program in gcc arm-none-eabi-gcc qemu-system-arm; do
    command -v $program >/dev/null || {
        echo "skipped: $program is missing"
        exit 77
    }
done
readme=
if [ "$1" = --readme ]; then
    readme=yes
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    set -- mps2-an385
else
    folder=$(cd "$1" && pwd)
    shift
fi

passed=0 failed=0
check() { # what is checked, then the command that does it
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        echo "$board: $what"
        failed=$((failed + 1))
    fi
}

# Members of libraries: the four memory functions, and integers of 64 bits. So there is no heap, no
# stdio and no floating point.
links_only_what_is_listed() {
    grep -q '(lib_a-memset.o)$' "$1" || return 1 # there is no list to look at
    ! sed -n '/^Archive member included/,/^Discarded input sections/p' "$1" |
        sed -n 's|^/.*(\([^)]*\)\.o)$|\1|p' |
        grep -v -x -E -e 'lib_a-mem(cpy|move|set|cmp)(-stub)?' -e '_thumb1_case_[a-z]+|bpabi|_dvmd_tls' \
            -e '_u?div(si3|di3|moddi4)|_aeabi_u?ldivmod|_muldi3|_clz[sd]i2|_(ash[lr]|lshr)di3' |
        sort -u | grep .
}

# at_most OUTPUT LINE CEILING: the figure of a line.
at_most() {
    figure=$(sed -n "s/^$2 \([0-9]*\).*/\1/p" "$1")
    echo "$board: $2 $figure"
    [ -n "$figure" ] && [ "$figure" -gt 0 ] && [ "$figure" -le "$3" ]
}

# The figures as a table, and as a formula.
memory_table() {
    sed -n '/^memory$/,$p' "$1" | awk '
        function row(what, bytes) {
            print "| " what " | " bytes " |"
            sum += bytes
            if (what ~ /^sizeof/)
                states += bytes
        }
        BEGIN { print "| in `examples/firmware`, on Cortex-M | bytes |\n|---|--:|" }
        /^memory$|^stack of the library/ { next }
        /^stack / { row($0 ~ /interrupts/ ? "stack of interrupts" : "stack", $NF); next }
        { bytes = $NF; sub(/ [0-9]+$/, ""); row($0, bytes) }
        END {
            print "| in all | " sum " |\n\n```"
            print "RAM = " states "                             what begins with sizeof"
            print "    + 1536 + token + 2 * result_url    for the job, with the longest URL"
            print "    + 512 or more                      for http1"
            print "    + the largest record               the window"
            print "    + the longest text with escapes    the arena"
            print "    + the first row + the largest row  only for CSV"
            print "    + one entity + stacks\n```"
        }'
}

readme_says_so() {
    sed -n '/^<!-- firmware -->$/,/^<!-- \/firmware -->$/p' README.md | sed '1d;$d' | diff - "$1"
}

bears_power_losses() {
    gcc -std=c99 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. -DPINBULK_NO_DOUBLE tests/firmware/power.c \
        examples/firmware/pinbulk.c -o "$own/power" && "$own/power"
}

for board in "$@"; do
    case $board in
    microbit) stack=1504 library=1408 ;;
    *) stack=1504 library=1408 ;;
    esac
    own=$folder/$board
    mkdir -p "$own"
    code=0
    LDFLAGS=-Wl,-Map=$own/map sh examples/firmware/build.sh --no-install --run "$board" \
        "$own/firmware.elf" >"$own/output" || code=$?
    memory_table "$own/output" >"$own/table"
    if [ -n "$readme" ]; then
        awk -v table="$own/table" '
            /^<!-- firmware -->$/ { print; while ((getline line < table) > 0) print line; skip = 1 }
            /^<!-- \/firmware -->$/ { skip = 0 }
            !skip' README.md >"$own/README.md"
        cp "$own/README.md" README.md
    fi
    sed '/^memory$/,$d' "$own/output" >"$own/printed"
    check "its exit code is $code" [ "$code" = 0 ]
    check "it prints something else" diff tests/firmware/output.txt "$own/printed"
    check "more than is allowed is linked" links_only_what_is_listed "$own/map"
    check "README.md says otherwise: sh tests/firmware.sh --readme" readme_says_so "$own/table"
    check "a power loss does harm" bears_power_losses
    check "the stack is above $stack bytes" at_most "$own/output" stack $stack
    check "the library's stack is above $library bytes" at_most "$own/output" "stack of the library" $library
    check "the stack of interrupts is above 256 bytes" at_most "$own/output" "stack of interrupts" 256
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
