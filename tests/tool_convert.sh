#!/bin/sh
# sh tests/tool_convert.sh FOLDER [SCALE]: builds the tool and holds what `pinbulk convert` makes of
# random files against python's json, csv and sqlite3. Ends with 77 when something is missing.
set -eu
cd "$(dirname "$0")/.."
folder=$1
scale=${2-40}

skip() {
    echo "skipped: $1"
    exit 77
}
has_header() {
    echo "#include <$1>" | gcc -x c -fsyntax-only - 2>/dev/null
}
command -v gcc >/dev/null || skip "gcc is missing"
command -v python3 >/dev/null || skip "python3 is missing"
has_header curl/curl.h || skip "libcurl is missing"
has_header sqlite3.h || skip "libsqlite3-dev is missing"

build() {
    gcc -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -I. "$@" \
        examples/pinbulk/*.c -lcurl -lsqlite3
}
build -O2 -o "$folder/pinbulk"
checked="$folder/pinbulk"
if echo 'int main(void) { return 0; }' |
    gcc -x c -fsanitize=address,undefined - -o "$folder/can_link" 2>/dev/null; then
    checked="$folder/pinbulk_checked"
    build -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -o "$checked"
fi
# The second program finds more and is slower.
python3 tests/tool/convert.py "$folder/pinbulk" "$checked" "$folder" "$scale"
