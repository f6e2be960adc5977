#!/bin/sh
# Computes the deepest stack of every public function on Cortex-M, and fails when one is above its
# ceiling.
#
#   sh tests/stack.sh [--readme | --all | --chain FUNCTION | --measure]
#
# With --readme the tables are written into README.md, between <!-- stack --> and <!-- /stack -->.
# --all prints every function, --chain the calls that lead to the deepest point of one. --measure runs
# some of them on a machine of QEMU's with a painted stack, to see that what is computed is true.
# Needs gcc-arm-none-eabi, libnewlib-arm-none-eabi, python3 and, to measure, qemu-system-arm.
# Functions of the program that are called back count 0; what they have to call in turn counts.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
common="-std=c99 -mthumb -Os -ffunction-sections -fdata-sections -DPINBULK_NO_SIMD -I."

need() {
    command -v "$1" >/dev/null || {
        echo "$1 is missing (apt-get install $2)" >&2
        exit 77
    }
}
need arm-none-eabi-gcc "gcc-arm-none-eabi libnewlib-arm-none-eabi"
need python3 python3

# build CPU: everything, with its call graph. All is linked, so that what the C library has to give is
# there.
build() {
    arm-none-eabi-gcc -mcpu="cortex-$1" $common -fcallgraph-info=su,da \
        -c tests/compile/adapter_http1.c -o "$folder/$1.o"
    arm-none-eabi-gcc -mcpu="cortex-$1" -mthumb "$folder/$1.o" -nostartfiles \
        -Wl,-e,pinbulk_job_run -o "$folder/$1.elf"
}

build m4
if [ "${1-}" = --measure ]; then
    need qemu-system-arm qemu-system-arm
    arm-none-eabi-gcc -mcpu=cortex-m4 $common -Wall -Wextra -Werror tests/stack/measure.c \
        "$folder/m4.o" -nostartfiles -Wl,--gc-sections -Wl,-T,tests/stack/measure.ld \
        -o "$folder/measure"
    timeout 60 qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
        -semihosting-config enable=on,target=native -kernel "$folder/measure" \
        >"$folder/measured" 2>&1 || {
        cat "$folder/measured" >&2
        exit 1
    }
    python3 tests/stack/stack.py "$folder" --measured "$folder/measured"
    exit
fi
build m0plus
case ${1-} in
--all | --chain)
    python3 tests/stack/stack.py "$folder" "$@"
    exit
    ;;
esac

failed=0
python3 tests/stack/stack.py "$folder" >"$folder/table" || failed=1
arm-none-eabi-gcc -mcpu=cortex-m4 $common -c tests/stack/sizes.c -o "$folder/sizes.o" || failed=1
{
    printf '\n| bytes of RAM | Cortex-M |\n|---|--:|\n'
    arm-none-eabi-nm -S -t d "$folder/sizes.o" | sort -k 4 |
        awk '{ printf "| `pinbulk_%s` | %d |\n", $4, $2 }'
} >>"$folder/table"
cat "$folder/table"
if [ "${1-}" = --readme ]; then
    awk -v table="$folder/table" '
        /<!-- stack -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
        /<!-- \/stack -->/ { skip = 0 }
        !skip' README.md >"$folder/README.md"
    cp "$folder/README.md" README.md
fi
# The tables of README.md are those of Debian 12's compiler.
sed -n '/<!-- stack -->/,/<!-- \/stack -->/p' README.md | sed '1d;$d' >"$folder/readme"
if arm-none-eabi-gcc -dumpversion | grep -q '^12\.2' && ! cmp -s "$folder/table" "$folder/readme"; then
    echo "README.md has other figures: sh tests/stack.sh --readme" >&2
    failed=1
fi
exit $failed
