#!/bin/sh
# Measures the flash that parts of the header take on Cortex-M, and fails when one is above its ceiling.
#
#   sh tests/size.sh [--readme]
#
# With --readme the table is written into README.md, between <!-- size --> and <!-- /size -->.
# Needs gcc-arm-none-eabi and libnewlib-arm-none-eabi. Sizes are those of the linked program (-Os,
# -ffunction-sections -fdata-sections, --gc-sections), with the memory functions and the 64-bit
# division of the C library that it uses.
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
    arm-none-eabi-size -A "$folder/$program" |
        awk '$1 ~ /^\.(text|rodata|data|ARM)/ { bytes += $2 } END { print bytes }'
}

# everything: the object file, since nothing in the program refers to it.
object() {
    arm-none-eabi-gcc -mcpu="$1" $common -c tests/size/everything.c -o "$folder/everything.o"
    arm-none-eabi-size -t "$folder/everything.o" | awk 'END { print $1 + $2 }'
}

failed=0
row() { # text, bytes on M0+, bytes on M4, ceiling on M0+, ceiling on M4
    printf '| %s | %s | %s |\n' "$1" "$2" "$3" >>"$folder/table"
    for pair in "$2 $4" "$3 $5"; do
        if [ "${pair% *}" -gt "${pair#* }" ]; then
            echo "$1: ${pair% *} bytes, the ceiling is ${pair#* }" >&2
            failed=1
        fi
    done
}

printf '| bytes of flash, gcc -Os | Cortex-M0+ | Cortex-M4 |\n|---|---|---|\n' >"$folder/table"
row 'JSON writer and reader' "$(flash cortex-m0plus reader_writer)" "$(flash cortex-m4 reader_writer)" \
    15872 15360
row 'keywords only: upsert, download, job, driver, records' \
    "$(flash cortex-m0plus keywords)" "$(flash cortex-m4 keywords)" 62464 59904
row 'the whole model: encode, decode, validate' "$(flash cortex-m0plus model)" \
    "$(flash cortex-m4 model)" 40960 40960
row 'every function of the header' "$(object cortex-m0plus)" "$(object cortex-m4)" 87168 84096
cat "$folder/table"
if [ "${1-}" = --readme ]; then
    awk -v table="$folder/table" '
        /<!-- size -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
        /<!-- \/size -->/ { skip = 0 }
        !skip' README.md >"$folder/README.md"
    cp "$folder/README.md" README.md
fi
# The table of README.md is that of Debian 12's compiler.
if arm-none-eabi-gcc -dumpversion | grep -q '^12\.2' && [ "$(grep -c -F -x -f "$folder/table" README.md)" != 6 ]; then
    echo "README.md has other sizes: sh tests/size.sh --readme" >&2
    failed=1
fi
exit $failed
