#!/bin/sh
# run.sh: measures pinbulk.h beside RapidJSON, simdjson, cJSON and yajl as Debian ships them.
#   sh tests/bench/run.sh [--markdown] [--readme] [--small] [--install]
# --markdown prints tables, --readme writes them into README.md between its bench marks, --small takes
# a tenth of the data, --install fetches what is missing through apt (as root). CC, CXX and CFLAGS can
# be set. Ends with one line for each goal.
set -eu
cd "$(dirname "$0")"

markdown='' readme='' small='' install=''
for argument; do
    case $argument in
    --markdown) markdown=--markdown ;;
    --readme) markdown=--markdown readme=../../README.md ;;
    --small) small=yes ;;
    --install) install=yes ;;
    *) sed -n '2,6s/^# //p' run.sh >&2; exit 2 ;;
    esac
done

if [ "$install" ]; then
    apt-get update
    apt-get install -y gcc g++ rapidjson-dev libsimdjson-dev libcjson-dev libyajl-dev
fi

cc=${CC:-cc} cxx=${CXX:-c++} flags=${CFLAGS:--O2 -DNDEBUG}
for compiler in "$cc" "$cxx"; do
    command -v "$compiler" >/dev/null || {
        echo "bench: no $compiler here; try: sh tests/bench/run.sh --install" >&2
        exit 1
    }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Which of the others are here.
have='' libraries=''
look_for() { # macro, header, library, package
    if echo "#include <$2>" | "$cxx" -std=c++17 -E -x c++ - >/dev/null 2>&1; then
        have="$have -D$1" libraries="$libraries $3"
    else
        echo "missing: $4 (apt-get install $4, or --install)"
    fi
}
look_for HAVE_RAPIDJSON rapidjson/reader.h "" rapidjson-dev
look_for HAVE_SIMDJSON simdjson.h -lsimdjson libsimdjson-dev
look_for HAVE_CJSON cjson/cJSON.h -lcjson libcjson-dev
look_for HAVE_YAJL yajl/yajl_parse.h -lyajl libyajl-dev

# shellcheck disable=SC2086 # lists of flags
{
    "$cc" -std=c99 -O2 -o "$work/generate" generate.c
    "$cc" -std=c99 $flags -Wall -Wextra -c -o "$work/pinbulk.o" pinbulk.c
    "$cc" -std=gnu99 $flags -Wall -Wextra -c -o "$work/memory.o" memory.c
    case $have in
    *SIMDJSON*)
        "$cxx" -std=c++17 $flags -march=native -c -o "$work/simdjson.o" simdjson.cc
        libraries="$work/simdjson.o $libraries"
        ;;
    esac
    "$cxx" -std=c++17 $flags -Wall -Wextra $have -o "$work/bench" bench.cc "$work/pinbulk.o" \
        "$work/memory.o" $libraries
}

megabytes=100 rounds=7
[ -z "$small" ] || megabytes=10 rounds=3
"$work/generate" document 1000000 >"$work/small.json"
"$work/generate" document ${megabytes}000000 >"$work/large.json"
"$work/generate" lines ${megabytes}000000 >"$work/large.jsonl"

core=''
command -v taskset >/dev/null && core='taskset -c 0'

# A whole result file as it comes, through a window of 64 KiB; tests/long.sh does it with 10 GiB.
stream=1073741824
[ -z "$small" ] || stream=107374182
"$cc" -std=c99 -O2 -o "$work/generate_long" ../long/generate.c
# shellcheck disable=SC2086
"$cc" -std=gnu99 $flags -I../.. -o "$work/read_long" ../long/read.c
measure() {
    echo "compiler: $("$cc" --version | head -n 1), $flags; for simdjson -march=native too"
    echo "processor: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
    echo
    for kind in json csv; do
        "$work/generate_long" $kind $stream 2>/dev/null | $core "$work/read_long" |
            while read -r records sum bytes milliseconds peak; do
                echo "stream of $kind: $bytes bytes, $records records, one member of each looked up:" \
                    "$((bytes / 1000 / (milliseconds + 1))) MB/s, at most $peak KiB of memory"
                echo
            done
    done
    $core "$work/bench" $markdown --rounds $rounds "$work"
}

measure >"$work/table"
cat "$work/table"
if [ "$readme" ]; then
    awk -v table="$work/table" '
        /<!-- bench -->/ { print; print ""; while ((getline line < table) > 0) print line; skip = 1 }
        /<!-- \/bench -->/ { skip = 0 }
        !skip' "$readme" >"$work/README.md"
    cp "$work/README.md" "$readme"
fi
