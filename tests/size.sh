#!/bin/sh
# Measures the flash and the RAM that parts of the header take on Cortex-M, and fails when one is above
# its ceiling.
#
#   sh tests/size.sh [--readme]
#
# With --readme the table is written into README.md, between <!-- size --> and <!-- /size -->.
# Needs gcc-arm-none-eabi and libnewlib-arm-none-eabi. Sizes are those of the linked program (-Os,
# -ffunction-sections -fdata-sections, --gc-sections), with the memory functions and the 64-bit
# division of the C library that it uses. RAM is what the program keeps for the library between calls,
# what begins with `ram_` there; buffers and stack come on top of it. The library has no data of its own that changes.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v arm-none-eabi-gcc >/dev/null || {
    echo "arm-none-eabi-gcc is missing (apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi)" >&2
    exit 77
}
common="-std=c99 -mthumb -Os -ffunction-sections -fdata-sections -DPINBULK_NO_SIMD -I."

# flash CPU PROGRAM FLAGS...: bytes of code and constants.
flash() {
    cpu=$1 program=$2
    shift 2
    arm-none-eabi-gcc -mcpu="$cpu" $common "$@" "tests/size/$program.c" -nostartfiles -Wl,-e,main \
        -Wl,--gc-sections -o "$folder/$program" 2>"$folder/log" || {
        cat "$folder/log" >&2
        exit 1
    }
    if arm-none-eabi-nm "$folder/$program" | grep -E ' __(aeabi_([df]|u?[il]2[df])|[a-z]*[sd]f[0-9])' >&2; then
        echo "$program has floating point in it" >&2
        exit 1
    fi
    arm-none-eabi-size -A "$folder/$program" |
        awk '$1 ~ /^\.(text|rodata|data|ARM\.ex)/ { bytes += $2 } END { print bytes }'
}

# everything: the object file, since nothing in the program refers to it.
object() {
    arm-none-eabi-gcc -mcpu="$1" $common -c tests/size/everything.c -o "$folder/everything"
    arm-none-eabi-size -t "$folder/everything" | awk 'END { print $1 + $2 }'
}

# ram PROGRAM: of the one that was built last; the same on both.
ram() {
    arm-none-eabi-size -A "$folder/$1" | awk '$1 ~ /^\.data/ && $2 > 0 { exit 1 }' || {
        echo "$1 has data that changes" >&2
        exit 1
    }
    arm-none-eabi-nm -S -t d "$folder/$1" | awk '$4 ~ /^ram_/ { bytes += $2 } END { print bytes }'
}

failed=0
row() { # text, flash on M0+, flash on M4, RAM, their ceilings
    printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" >>"$folder/table"
    for pair in "$2 $5" "$3 $6" "$4 $7"; do
        if [ "${pair% *}" -gt "${pair#* }" ]; then
            echo "$1: ${pair% *} bytes, the ceiling is ${pair#* }" >&2
            failed=1
        fi
    done
}

# program TEXT CEILING CEILING CEILING PROGRAM FLAGS...: a row of one program.
program() {
    text=$1 ceilings="$2 $3 $4"
    shift 4
    bytes0=$(flash cortex-m0plus "$@") && bytes4=$(flash cortex-m4 "$@") && kept=$(ram "$1") || exit 1
    # shellcheck disable=SC2086 # three of them
    row "$text" "$bytes0" "$bytes4" "$kept" $ceilings
}

lean='-DPINBULK_STATIC -DPINBULK_NO_MESSAGES -DPINBULK_NO_CSV'
printf '| bytes, gcc -Os | flash, Cortex-M0+ | flash, Cortex-M4 | RAM |\n|---|--:|--:|--:|\n' >"$folder/table"
program 'JSON writer and reader' 7168 7168 256 reader_writer
program 'the same with `PINBULK_NO_MESSAGES`' 5632 5632 256 reader_writer -DPINBULK_NO_MESSAGES
program 'keywords only: upsert, download, job, driver, records' 51968 51200 1408 keywords
program 'the same with `PINBULK_STATIC`, `PINBULK_NO_MESSAGES` and `PINBULK_NO_CSV`' 33024 32384 1408 keywords $lean
before="$bytes0 $bytes4 $kept"
program 'the same over a byte stream, with http1' 38016 37120 1856 keywords $lean -DHTTP1
# shellcheck disable=SC2086 # three of them
set -- $before "$@"
row 'http1, which is the difference' $((bytes0 - $1)) $((bytes4 - $2)) $((kept - $3)) 5000 4800 448
shift 3
program 'keywords with these switches and no job: bodies, requests, replies' 24064 23552 1024 calls $lean
program 'the whole model: encode, decode, validate' 34816 34816 128 model
row 'every function of the header' "$(object cortex-m0plus)" "$(object cortex-m4)" "$(ram everything)" 81920 80384 4096
cat "$folder/table"
if [ "${1-}" = --readme ]; then
    awk -v table="$folder/table" '
        /<!-- size -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
        /<!-- \/size -->/ { skip = 0 }
        !skip' README.md >"$folder/README.md"
    cp "$folder/README.md" README.md
fi
# The table of README.md is that of Debian 12's compiler.
if arm-none-eabi-gcc -dumpversion | grep -q '^12\.2' && [ "$(grep -c -F -x -f "$folder/table" README.md)" != 11 ]; then
    echo "README.md has other sizes: sh tests/size.sh --readme" >&2
    failed=1
fi
exit $failed
