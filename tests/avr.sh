#!/bin/sh
# Runs a test on a simulated ATmega2560: int, size_t and pointers have 16 bits, double has 32, and
# constants lie in memory.
#
#   sh tests/avr.sh FOLDER SOURCE [chip]
#
# It repeats a thousandth of what is repeated, or PINBULK_TEST_SCALE percent: at 1 every place is tried.
# The memory is what the chip has, 8 KiB, or what can be attached to it, 64 KiB in all. A test that is
# too large for it is divided, by functions, into as many programs as it takes. Needs gcc-avr,
# avr-libc and libsimavr-dev.
set -u
cd "$(dirname "$0")/.." || exit 1
folder=$1 source=$2

skip() {
    echo "skipped: $1"
    exit 77
}

for tool in gcc avr-gcc; do
    command -v $tool >/dev/null || skip "$tool is missing"
done
echo '#include <sim_avr.h>' | gcc -I/usr/include/simavr -x c -fsyntax-only - 2>/dev/null ||
    skip "libsimavr-dev is missing"

case ${3-} in
chip) link= ram_end=0x21ff ;;
*) link='-Wl,--defsym=__stack=0xffff,--defsym=__DATA_REGION_LENGTH__=0xfe00' ram_end=0xffff ;;
esac
flags='-mmcu=atmega2560 -std=c99 -D_GNU_SOURCE -ffunction-sections -fdata-sections
    -Wall -Wextra -Werror -DPINBULK_NO_DOUBLE -DPINBULK_STATIC -DPRId64="lld" -DPRIu64="llu"
    -Dmain=test_main -I.'
flags="$flags -DCHECK_SCALE=\"${PINBULK_TEST_SCALE-0.1}\""

# In so many parts they are known to fit; when they do not any more, there are twice as many.
case $(basename "$source" .c) in
writer | records | sandbox | essentials) parts=2 ;;
job | parts) parts=3 ;;
http1) parts=4 ;;
reader | codec | replay) parts=5 ;;
*) parts=1 ;;
esac

# A part that takes longer on the chip does not end.
case ${PINBULK_TEST_SCALE-} in
'') minutes=20 ;;
*) minutes=2000 ;;
esac

# Builds a part of the parts; fails when it does not fit. This gcc takes a branch for short when it is
# one word too long, and the linker refuses it; with other options other branches are so long.
build() {
    for optimize in "-Os -fno-split-wide-types" -O1; do
        avr-gcc $flags $optimize -DCHECK_PARTS=$parts -DCHECK_PART=$part -c "$source" -o "$folder/test.o" &&
            avr-gcc -mmcu=atmega2560 -Wl,--gc-sections,--wrap=malloc,--wrap=realloc $link \
                "$folder/test.o" "$folder/board.o" -o "$folder/test.elf" 2>"$folder/log" && return 0
        grep -q 'R_AVR_7_PCREL' "$folder/log" || break
    done
    grep -q ' region ' "$folder/log" && return 1
    cat "$folder/log"
    exit 1
}

# run_parts: what they print is in `lines`. 2: one of them does not fit.
run_parts() {
    : >"$folder/lines"
    part=0
    while [ $part -lt $parts ]; do
        build || return 2
        "$folder/run" "$folder/test.elf" $ram_end $minutes >>"$folder/lines" 2>"$folder/log"
        case $? in
        0 | 1) ;;
        2) return 2 ;;
        *)
            cat "$folder/lines" "$folder/log"
            exit 1
            ;;
        esac
        echo "part $((part + 1)) of $parts: $(cat "$folder/log")" >>"$folder/lines"
        part=$((part + 1))
    done
}

: >"$folder/log"
gcc -O2 -Wall -Wextra -Werror -I/usr/include/simavr tests/avr/run.c -o "$folder/run" -lsimavr &&
    avr-gcc $flags -Os -Umain -c tests/avr/board.c -o "$folder/board.o" || exit 1
until run_parts; do
    [ $parts -lt 64 ] || {
        cat "$folder/lines" "$folder/log"
        echo "it does not fit"
        exit 1
    }
    parts=$((parts * 2))
done
if grep -q PINBULK_NO_DOUBLE "$source"; then
    echo "left out: what has to do with double, which has 32 bits there"
fi
grep -v -e ' passed, ' -e '^sampled: ' "$folder/lines"
grep '^sampled: ' "$folder/lines" | sort -V | tail -n 1
sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$folder/lines" |
    awk -v parts=$parts '
        { passed += $1; failed += $2 }
        END { print passed + 0 " passed, " failed + 0 " failed"; exit (failed > 0 || NR != parts) }'
