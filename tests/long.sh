#!/bin/sh
# sh tests/long.sh [GIBIBYTES]: result files that are too large for anything but a stream, generated
# on the fly and read through a window of 64 KiB: JSON, JSON lines and CSV of 1 GiB and of 10 (or
# GIBIBYTES), ten million small records, one record of 100 MB as tokens and skipped. Every record must
# come, the memory must not grow, and ten times the bytes must not take much more than ten times the
# processor time. Then every unit test at every place and size where tests/run.sh takes only some of them,
# under valgrind and on each simulated machine (with PINBULK_TEST_SCALE=100 in the environment also where
# loops meet), and what else is too long for every day. Takes some minutes each, and on AVR
# hours. Ends with `N passed, N failed`.
set -u
cd "$(dirname "$0")/.." || exit 1
many=${1:-10}
gib=1073741824
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cc=${CC:-cc}
$cc -std=c99 -O2 -o "$work/generate" tests/long/generate.c &&
    $cc -std=gnu99 -O2 -Wall -Wextra -I. -o "$work/read" tests/long/read.c || exit 1

passed=0 failed=0
check() { # what is checked, test...
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED  $what: $*"
    fi
}

# through KIND NUMBER [skip|events]: leaves records, bytes, milliseconds and peak.
through() {
    bytes=0 milliseconds=0 peak=0
    "$work/generate" "$1" "$2" 2>"$work/wrote" | "$work/read" ${3:+"$3"} >"$work/was_read" || {
        check "$1 $2 is read to its end" false
        return
    }
    # shellcheck disable=SC2034 # sum
    read -r records sum bytes milliseconds peak <"$work/was_read"
    read -r wrote_records wrote_sum <"$work/wrote"
    [ "${3-}" != skip ] || sum=$wrote_sum
    check "$1 $2: every record came" [ "$records $sum" = "$wrote_records $wrote_sum" ]
    echo "$1 ${3-}: $bytes bytes, $records records, $milliseconds ms, $((bytes / 1000 / (milliseconds + 1))) MB/s, at most $peak KiB"
}

for kind in json lines csv; do
    through $kind $gib
    short=$milliseconds least=$peak
    through $kind $((many * gib))
    check "$kind: constant memory" [ "$peak" -le $((least + 256)) ]
    check "$kind: linear time" [ "$milliseconds" -le $((short * many * 3 / 2 + 200)) ]
done
through small 10000000
check "ten million records: constant memory" [ "$peak" -le 4096 ]
for how in events skip; do
    through huge 100000000 $how
    check "a record of 100 MB: constant memory" [ "$peak" -le 4096 ]
done
for flavour in valgrind s390x mips arm windows windows32 picolibc avr; do
    PINBULK_TEST_SCALE=${PINBULK_TEST_SCALE-1} sh tests/run.sh --no-install --long "unit * $flavour"
    check "unit tests at every place: $flavour" [ $? = 0 ]
done
sh tests/run.sh --no-install --long 'unit * odd' 'unit * lto' 'unit adapter_contract plain'
check "unit tests with libraries, optimized" [ $? = 0 ]
echo "$passed passed, $failed failed"
[ $failed = 0 ]
