#!/bin/sh
# Runs a test on a simulated ATmega2560: int, size_t and pointers have 16 bits, double has 32, and
# constants lie in memory.
#
#   sh tests/avr.sh FOLDER SOURCE [chip]
#
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
[ "$source" != tests/objects.c ] || skip "it reads files that are larger than the memory"

case ${3-} in
chip) link= ram_end=0x21ff ;;
*) link='-Wl,--defsym=__stack=0xffff,--defsym=__DATA_REGION_LENGTH__=0xfe00' ram_end=0xffff ;;
esac
flags='-mmcu=atmega2560 -std=c99 -D_GNU_SOURCE -Os -ffunction-sections -fdata-sections
    -Wall -Wextra -Werror -DPINBULK_NO_DOUBLE -DPINBULK_STATIC -DPRId64="lld" -DPRIu64="llu"
    -DCHECK_SCALE="0.1" -Dmain=test_main -I.'

# In so many parts they are known to fit; when they do not any more, there are twice as many.
case $(basename "$source" .c) in
writer | records | sandbox) parts=2 ;;
job) parts=3 ;;
http1 | parts) parts=4 ;;
reader | codec | replay) parts=5 ;;
essentials) parts=6 ;;
*) parts=1 ;;
esac

# run_parts: what they print is in `output`. 2: one of them does not fit.
run_parts() {
    : >"$folder/printed"
    part=0
    while [ $part -lt $parts ]; do
        avr-gcc $flags -DCHECK_PARTS=$parts -DCHECK_PART=$part -c "$source" -o "$folder/test.o" || exit 1
        if ! avr-gcc -mmcu=atmega2560 -Wl,--gc-sections,--wrap=malloc,--wrap=realloc $link \
            "$folder/test.o" "$folder/board.o" -o "$folder/test.elf" 2>"$folder/log"; then
            grep -q ' region ' "$folder/log" && return 2
            cat "$folder/log"
            exit 1
        fi
        "$folder/run" "$folder/test.elf" $ram_end >>"$folder/printed" 2>"$folder/log"
        case $? in
        0 | 1) ;;
        2) return 2 ;;
        *)
            cat "$folder/printed" "$folder/log"
            exit 1
            ;;
        esac
        echo "part $((part + 1)) of $parts: $(cat "$folder/log")" >>"$folder/printed"
        part=$((part + 1))
    done
}

gcc -O2 -Wall -Wextra -Werror -I/usr/include/simavr tests/avr/run.c -o "$folder/run" -lsimavr &&
    avr-gcc $flags -Umain -c tests/avr/board.c -o "$folder/board.o" || exit 1
until run_parts; do
    [ $parts -lt 64 ] || {
        cat "$folder/printed" "$folder/log"
        echo "it does not fit"
        exit 1
    }
    parts=$((parts * 2))
done
grep -v ' passed, ' "$folder/printed"
sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$folder/printed" |
    awk -v parts=$parts '
        { passed += $1; failed += $2 }
        END { print passed " passed, " failed " failed"; exit (failed > 0 || NR != parts) }'
