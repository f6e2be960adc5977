#!/bin/sh
# sh tests/tool_tour.sh FOLDER [FILE]: runs the tour of README.md (or FILE) word for word: what stands
# in ```console between <!-- tour --> and <!-- /tour -->. `$ ` begins a command, `> ` continues it, all
# else is what it prints. PINBULK, when it is set, is a folder with the program. The last line is
# `N passed, N failed`; ends with 77 when something is missing.
set -eu
cd "$(dirname "$0")/.."
folder=$1
text=${2-README.md}

skip() {
    echo "skipped: $1"
    exit 77
}
for program in gcc sqlite3; do
    command -v $program >/dev/null || skip "$program is missing"
done
for header in curl/curl.h sqlite3.h; do
    echo "#include <$header>" | gcc -x c -fsyntax-only - 2>/dev/null || skip "$header is missing"
done
if [ -z "${PINBULK-}" ]; then
    mkdir -p "$folder/bin"
    PINBULK=$folder/bin
    CC=gcc sh examples/pinbulk/build.sh --no-install "$PINBULK/pinbulk"
fi

sed -n '/^<!-- tour -->$/,/^<!-- \/tour -->$/p' "$text" |
    awk '/^```/ { inside = $0 == "```console"; next } inside' >"$folder/tour"
[ -s "$folder/tour" ] || {
    echo "there is no tour in $text"
    exit 1
}
# One script, so that each command finds what those before it left. It prints each command as it stands.
awk -v quote="'" '
    function say(line) { gsub(quote, quote "\\" quote quote, line); print "printf \"%s\\n\" " quote line quote }
    function flush() { if (command != "") print "(exit $tour_code)\n" command "\ntour_code=$?"; command = "" }
    BEGIN { print "tour_code=0" }
    /^\$ / { flush(); say($0); command = substr($0, 3); next }
    /^> / && command != "" { say($0); command = command "\n" substr($0, 3); next }
    { flush() }
    END { flush() }' "$folder/tour" >"$folder/tour.sh"
rm -rf "$folder/place"
mkdir "$folder/place"
tour=$folder/tour.sh
case $tour in /*) ;; *) tour=$(pwd)/$tour ;; esac
case $PINBULK in /*) ;; *) PINBULK=$(pwd)/$PINBULK ;; esac
(
    cd "$folder/place"
    # A token that stands around must not matter.
    unset PINTEREST_ACCESS_TOKEN PINTEREST_REFRESH_ACCESS_TOKEN PINTEREST_API_URI
    PATH=$PINBULK:$PATH sh "$tour" 2>&1 || true
) >"$folder/printed"
commands=$(grep -c '^\$ ' "$folder/tour")
# Columns are padded, and rows of CSV end in CRLF: what nobody sees at the end of a line is not compared.
if ! diff -u --ignore-trailing-space "$folder/tour" "$folder/printed"; then
    echo "the tour prints something else than $text says (-)"
    echo "0 passed, 1 failed"
    exit 1
fi
echo "$commands passed, 0 failed"
