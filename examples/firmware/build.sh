#!/bin/sh
# Builds the firmware for a board, and runs it.
#
#   sh examples/firmware/build.sh [--no-install] [--run] BOARD [OUTPUT]
#
# BOARD: microbit (Cortex-M0), mps2-an385 (Cortex-M3) or mps2-an386 (Cortex-M4). OUTPUT is the program
# [./firmware.elf]. --run starts it under QEMU. As root on Debian it installs what is missing. LDFLAGS
# are used when they are set.
# Nothing of the C library is linked but memcpy and the like, and nothing of the compiler's but
# divisions of integers.
set -eu
install=yes run=
while :; do
    case ${1-} in
    --no-install) install= ;;
    --run) run=yes ;;
    *) break ;;
    esac
    shift
done
board=${1-} output=${2:-firmware.elf}
case $output in /*) ;; *) output=$(pwd)/$output ;; esac
cd "$(dirname "$0")"
case $board in
microbit) cpu=cortex-m0 hertz=16000000 script=microbit.ld ;;
mps2-an385) cpu=cortex-m3 hertz=25000000 script=mps2.ld ;;
mps2-an386) cpu=cortex-m4 hertz=25000000 script=mps2.ld ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' build.sh
    exit 2
    ;;
esac

# need PACKAGES PROGRAM
need() {
    ! command -v "$2" >/dev/null 2>&1 || return 0
    if [ -z "$install" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing: $1. Install it, or run this as root on Debian." >&2
        exit 1
    fi
    echo "Installing $1 with apt-get." >&2
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $1 >/dev/null
}

need "gcc-arm-none-eabi libnewlib-arm-none-eabi" arm-none-eabi-gcc
# shellcheck disable=SC2086
arm-none-eabi-gcc -mcpu=$cpu -mthumb -std=c99 -Os -ffunction-sections -fdata-sections \
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror \
    -DPINBULK_NO_DOUBLE -DPINBULK_NO_SIMD -DBOARD_HERTZ=${hertz}u -I../.. ./*.c \
    --specs=nano.specs -nostartfiles -T $script -Wl,--gc-sections ${LDFLAGS-} -o "$output"

# The clock is that of the instructions, and nothing is waited for when the processor sleeps.
if [ -n "$run" ]; then
    need qemu-system-arm qemu-system-arm
    exec timeout 60 qemu-system-arm -M "$board" -kernel "$output" -display none -monitor none \
        -serial none -icount shift=6,sleep=off -chardev stdio,id=console \
        -semihosting-config enable=on,target=native,chardev=console </dev/null
fi
