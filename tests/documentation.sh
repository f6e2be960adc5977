#!/bin/sh
# sh tests/documentation.sh FOLDER: takes the examples out of the header's documentation and the code
# out of README.md, builds all of it without a warning and runs it on the sandbox.
set -eu
folder=$1
flags="-std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -I."

# An example begins with its file name in a comment and ends at the first line that is not indented.
awk -v folder="$folder" '
    /^\*\/$/ { exit }
    /^    \/\/ [a-z_]+\.c$/ { file = folder "/" $2; next }
    /^[^ ]/ { file = "" }
    file { sub(/^    /, ""); print > file }' pinbulk.h
for example in upsert download event_loop; do
    gcc $flags -c "$folder/$example.c" -o "$folder/$example.o"
done
gcc $flags tests/documentation/host.c "$folder/upsert.o" "$folder/download.o" "$folder/event_loop.o" -o "$folder/host"
"$folder/host"

# The README: a block of C is a whole program, or functions, or statements.
awk -v folder="$folder" '
    /^```c$/ { count++; file = folder "/readme" count ".c"; next }
    /^```$/ { file = "" }
    file { print > file }' README.md
has_curl() {
    echo '#include <curl/curl.h>' | gcc -x c -fsyntax-only - 2>/dev/null
}
for code in "$folder"/readme*.c; do
    program="$folder/program.c"
    if grep -q '^int main\|^#define' "$code"; then
        grep -q pinbulk_curl.h "$code" && ! has_curl && continue
        cp "$code" "$program"
    elif grep -q '^static' "$code"; then
        { echo '#include "tests/documentation/part.h"' && cat "$code"; } >"$program"
    else
        {
            echo '#include "tests/documentation/part.h"'
            echo 'void part(void);'
            echo 'void part(void) {'
            cat "$code"
            echo '}'
        } >"$program"
    fi
    gcc $flags -Wno-unused -fsyntax-only "$program" || {
        echo "in this code of README.md:"
        cat "$code"
        exit 1
    }
done
