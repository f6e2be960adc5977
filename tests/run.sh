#!/bin/sh
# Builds and runs every test; the last line is `N passed, N failed, N skipped`.
#
#   sh tests/run.sh [--no-install] [--fuzz SECONDS] [--long] [PATTERN...]
#
# As root on Debian it installs what is missing through apt and says so. With --no-install it uses
# what is there and counts what it skips. PATTERN (a shell pattern such as 'unit reader*') selects
# steps; `--list` prints them. SECONDS is the time that the reader, the codec and responses are fuzzed,
# 20 when not given; the others take a sixth of it. With --long there are the steps, too, that are too
# long for every day. With PINBULK_TEST_SCALE in the environment all flavours repeat so many percent (see
# tests/check.h): at 1 and above each goes through every place and size, and at 100 so do loops that meet.
# A step that takes fewer says `down to 1 of N places`.
#
# A step is a line `function arguments...`; steps run side by side, one more than there are cores.
# A step that ends with 77 is skipped. A step that prints `N passed, N failed` last counts as that.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C

warnings='-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-align -Wundef -Wvla -Wcast-qual'
c_warnings="$warnings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition"
# clang's everything less what C99 code that is also C++11 cannot avoid.
everything='-Weverything -Wno-padded -Wno-declaration-after-statement -Wno-old-style-cast
    -Wno-zero-as-null-pointer-constant -Wno-c++98-compat -Wno-c++98-compat-pedantic
    -Wno-covered-switch-default -Wno-unknown-warning-option -Wno-unsafe-buffer-usage
    -Wno-switch-default'

# ---- unit tests: one program for each section -------------------------------------------------

# flavour NAME: how its tests are built, and how much of what is repeated they repeat, in percent.
flavour() {
    case $1 in
    plain) build="gcc -O2 -Werror" scale=100 ;;
    portable) build="gcc -O2 -DPINBULK_NO_SIMD -Werror" scale=20 ;;
    32bit) build="gcc -m32 -O1 -Werror" scale=20 ;;
    sanitized)
        need clang
        build="clang -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" scale=10
        ;;
    valgrind)
        need valgrind
        build="gcc -O1 -g" scale=0.5
        ;;
    tcc) need tcc && build="tcc -Werror" scale=0.5 ;;
    pcc) need pcc && build="pcc -w" scale=0.5 ;; # it cannot always inline, and says so
    # For size other code is compiled.
    musl) need musl-gcc && build="musl-gcc -Os -static -Werror" scale=5 ;;
    odd)
        build="gcc -O3 -fstrict-aliasing -Wstrict-aliasing=2 -fshort-enums -funsigned-char
            -fno-wrapv -Werror" scale=1
        ;;
    lto) build="gcc -O3 -flto -fstrict-aliasing -Werror" scale=1 ;;
    # Other machines, simulated. Less is optimized and less is repeated: it is their order of bytes,
    # widths and alignment that count.
    s390x | mips | arm)
        need clang
        need "qemu-$1"
        case $1 in arm) target=arm-linux-gnueabihf ;; *) target=$1-linux-gnu ;; esac
        build="clang --target=$target -static -Werror" scale=0.5
        ;;
    windows) build="x86_64-w64-mingw32-gcc -static -Werror" scale=0.5 ;;
    windows32) build="i686-w64-mingw32-gcc -static -Werror" scale=0.5 ;;
    # Another C library, on a board of QEMU's that has files and no environment.
    picolibc)
        need qemu-system-arm
        scale=0.5
        build="arm-none-eabi-gcc --specs=picolibc.specs --oslib=semihost --crt0=semihost -Os -mthumb
            -mcpu=cortex-m3 -Wl,--defsym=__flash=0,--defsym=__flash_size=0x400000
            -Wl,--defsym=__ram=0x20000000,--defsym=__ram_size=0x400000,--defsym=__stack_size=0x10000
            -DCHECK_SCALE=\"${PINBULK_TEST_SCALE-$scale}\" -Werror"
        ;;
    fuzz)
        need clang
        build="clang -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
        ;;
    esac
    need "${build%% *}"
    case $1 in
    32bit) has_header "gcc -m32" stdio.h || skip "no 32-bit C library" ;;
    sanitized) can_link "$build" || skip "clang's sanitizers are missing" ;;
    fuzz) can_link "$build" || skip "clang's fuzzer is missing" ;;
    s390x | mips | arm) can_link "$build" || skip "no linker and C library for $target" ;;
    picolibc) has_header "$build" string.h || skip "picolibc is missing" ;;
    esac
    build="$build -std=c99 -D_GNU_SOURCE -Wall -Wextra -I."
}

# implementation FLAVOUR: the header, compiled once for the tests of a flavour; it takes longer than most
# of them.
implementation() {
    flavour "$1"
    $build -c tests/compile/shared.c -o "$work/$1.o"
}

# with_header TEST FLAVOUR [LIBRARY...]: builds tests/TEST.c with the header.
with_header() {
    file=tests/$1.c flavour=$2
    shift 2
    case $file-$flavour in
    # These have an implementation of their own, since they look at private tables or set switches.
    */codec.c-* | */objects.c-valgrind) $build "$file" "$@" -o "$own/test" ;;
    # The enumerations of libraries are as wide as they were built, and POSIX casts addresses.
    */adapter_contract.c-odd | */*curl.c-odd | */inflate.c-odd | */mbedtls.c-odd)
        $build -fno-short-enums -Wstrict-aliasing=3 "$file" "$@" -o "$own/test"
        ;;
    # What is in tables and what is left out does not depend on how they are optimized.
    */lean.c-* | */objects.c-*) $build -O0 "$file" "$@" -o "$own/test" ;;
    *) $build -DPINBULK_IMPLEMENTED "$file" "$work/$flavour.o" "$@" -o "$own/test" ;;
    esac
}

# unit TEST FLAVOUR: builds tests/TEST.c and runs it.
unit() {
    if [ "$2" = avr ]; then
        sh tests/avr.sh "$own" "tests/$1.c"
        return
    fi
    libraries=
    case $1 in
    curl | examples_curl)
        has_header gcc curl/curl.h && has_header gcc microhttpd.h ||
            skip "libcurl or libmicrohttpd is missing"
        libraries='-lcurl -lmicrohttpd -pthread'
        ;;
    adapter_contract | mbedtls)
        has_header gcc curl/curl.h && has_header gcc microhttpd.h && has_header gcc mbedtls/ssl.h ||
            skip "libcurl, libmicrohttpd or mbedTLS is missing"
        libraries='-lcurl -lmbedtls -lmbedx509 -lmbedcrypto -lmicrohttpd -pthread'
        ;;
    esac
    case $1 in
    inflate | examples_curl)
        has_header gcc curl/curl.h && has_header gcc microhttpd.h && has_header gcc zlib.h ||
            skip "libcurl, libmicrohttpd or zlib is missing"
        libraries='-lcurl -lz -lmicrohttpd -pthread'
        ;;
    esac
    flavour "$2"
    with_header "$1" "$2" $libraries || exit 1
    export PINBULK_TEST_SCALE="${PINBULK_TEST_SCALE-$scale}"
    case $2 in
    valgrind) valgrind -q --error-exitcode=9 --leak-check=full "$own/test" ;;
    s390x | mips | arm) "qemu-$2" "$own/test" ;;
    windows) wine_run "$own/test.exe" wine64 x86_64 ;;
    windows32) wine_run "$own/test.exe" wine i386 ;;
    picolibc)
        timeout 3600 qemu-system-arm -M mps2-an385 -display none -monitor none -serial none \
            -semihosting-config enable=on,target=native -kernel "$own/test" </dev/null
        ;;
    *) "$own/test" ;;
    esac
}

# What fits into the memory of an 8-bit chip.
essentials() {
    sh tests/avr.sh "$own" tests/avr/essentials.c chip
}

# wine_run PROGRAM LOADER PROCESSOR: in a prefix of links; one that Wine makes itself has 700 MB.
wine_run() {
    dlls=/usr/lib/$3-linux-gnu/wine/$3-windows
    [ -d "$dlls" ] && [ -x "/usr/lib/wine/$2" ] || skip "it compiles; to run it, Wine for $3 is missing"
    export WINEPREFIX="$own/wine" WINEDEBUG=-all WINELOADER="/usr/lib/wine/$2"
    case $3 in i386) export WINEARCH=win32 ;; *) export WINEARCH=win64 ;; esac
    mkdir -p "$WINEPREFIX/dosdevices" "$WINEPREFIX/drive_c/windows"
    ln -s ../drive_c "$WINEPREFIX/dosdevices/c:"
    ln -s / "$WINEPREFIX/dosdevices/z:"
    ln -s "$dlls" "$WINEPREFIX/drive_c/windows/system32"
    echo disable >"$WINEPREFIX/.update-timestamp"
    "$WINELOADER" "$1" >"$own/lines" 2>"$own/wine.log"
    code=$?
    wineserver -k
    ! grep Unhandled "$own/wine.log" || code=1 # a crash may end with 0
    tr -d '\r' <"$own/lines"
    return $code
}

# left_out FLAVOUR TEST...: why tests that need libraries and servers do not run there.
left_out() {
    case $1 in
    tcc) skip "tcc has no atomic operations, which the servers take, and mbedTLS refuses it" ;;
    pcc) skip "pcc has no atomic operations, which the servers take, and mixes up structs" ;;
    musl) skip "Debian builds libcurl, libmicrohttpd, mbedTLS and zlib for glibc only" ;;
    32bit | s390x | arm) skip "apt has the libraries as a foreign architecture, and may remove for it what others need" ;;
    mips) skip "of big-endian MIPS Debian 12 has the C library only" ;;
    windows | windows32) skip "the servers take POSIX sockets, and Debian has no libcurl and mbedTLS for MinGW" ;;
    picolibc | avr) skip "there are no sockets and no threads" ;;
    esac
}

# ---- the header, to every compiler ------------------------------------------------------------

# compile COMPILER STANDARD [FLAG...]: the implementation without a warning.
compile() {
    compiler=$1 standard=$2
    shift 2
    need "$compiler"
    case $* in *-m32*) has_header "$compiler -m32" string.h || skip "no 32-bit C library" ;; esac
    case $compiler in
    *++) language=c++ set=$warnings ;;
    *) language=c set=$c_warnings ;;
    esac
    case $compiler in clang*) set="$set $everything" ;; esac
    # What gcc finds when it optimizes depends on neither language nor standard; clang finds all before.
    levels=-O0
    case $compiler-$standard-$* in
    *-c99- | *-c++11-) levels='-O0 -O2' ;;
    *gcc-*-m32*) levels=-O2 ;;
    *gcc-*-D*) levels=-O1 ;;
    esac
    for optimize in $levels; do
        "$compiler" -x $language -std="$standard" $set -Werror $optimize "$@" -I. \
            -c tests/compile/implementation.c -o "$own/a.o" || exit 1
    done
    case $* in *STATIC*) return ;; esac # a private copy is never without its implementation
    "$compiler" -x $language -std="$standard" $set -Werror "$@" -I. \
        -fsyntax-only tests/compile/declarations.c
}

# adapter COMPILER STANDARD NAME: an adapter without a warning.
adapter() {
    compiler=$1 standard=$2 name=$3
    need "$compiler"
    [ "$name" != curl ] || has_header gcc curl/curl.h || skip "libcurl is missing"
    [ "$name" != mbedtls ] || has_header gcc mbedtls/ssl.h || skip "mbedTLS is missing"
    case $compiler in
    *++) language=c++ set=$warnings ;;
    *) language=c set=$c_warnings ;;
    esac
    # clang sees it in one file with the header's implementation, and gcc what it has to optimize.
    case $compiler in g*) set="$set -O2 -DPINBULK_IMPLEMENTED" ;; esac
    "$compiler" -x $language -std="$standard" -D_POSIX_C_SOURCE=200809L $set -Werror -I. \
        -c "tests/compile/adapter_$name.c" -o "$own/a.o"
}

# Two files include the header, one of them with the implementation; both are C or C++. The linker sees
# whether they mean the same.
two_files() {
    compiler=$1
    need "$compiler"
    case $compiler in *++) language=c++ ;; *) language=c ;; esac
    "$compiler" -x $language -Werror -O2 -flto=auto -I. tests/compile/implementation.c tests/compile/user.c \
        -o "$own/a" && "$own/a"
}

# Two private copies in one program.
static_twice() {
    need gcc
    gcc -std=c99 $c_warnings -Wno-unused-function -Werror -I. -DPINBULK_STATIC -DOTHER \
        -c tests/compile/private.c -o "$own/1.o" &&
        gcc -std=c99 $c_warnings -Werror -I. -DPINBULK_STATIC -c tests/compile/private.c -o "$own/2.o" &&
        gcc "$own/1.o" "$own/2.o" -o "$own/a" && "$own/a" || exit 1
    [ -z "$(nm -g --defined-only "$own/1.o" | grep -i pinbulk)" ]
}

# With a prefix no symbol keeps its name, so two copies can live in one program.
prefix() {
    need gcc
    gcc -std=c99 -Werror -I. -DPINBULK_PREFIX=mine_ -c tests/compile/implementation.c -o "$own/1.o" &&
        gcc -std=c99 -Werror -I. -c tests/compile/implementation.c -o "$own/2.o" || exit 1
    if nm -g --defined-only "$own/1.o" | grep -v ' mine_pinbulk_'; then
        echo "symbols without the prefix"
        exit 1
    fi
    [ "$(nm -g --defined-only "$own/1.o" | wc -l)" = "$(nm -g --defined-only "$own/2.o" | wc -l)" ] || exit 1
    gcc -std=c99 -Werror -I. -DPINBULK_PREFIX=mine_ -c tests/compile/user.c -o "$own/3.o" &&
        gcc "$own/1.o" "$own/2.o" "$own/3.o" -o "$own/a" && "$own/a"
}

# No C library but memcpy, memmove, memset and memcmp; nothing that has to be initialised; no static
# that changes; no floating point outside of the double part.
freestanding() {
    need gcc
    flags="-std=c99 -fno-pie -ffreestanding -nostdlib -fno-builtin -Os $c_warnings -Werror -DPINBULK_NO_STRING_H"
    for file in implementation adapter_http1; do
        gcc $flags -I. -c tests/compile/$file.c -o "$own/a.o" || exit 1
        if nm -u "$own/a.o" | grep -v -w -E 'mem(cpy|move|set|cmp)|_GLOBAL_OFFSET_TABLE_'; then
            echo "needs more than the four memory functions"
            exit 1
        fi
        if nm "$own/a.o" | grep -i ' [bdc] '; then
            echo "has data that changes"
            exit 1
        fi
    done
    gcc $flags -mgeneral-regs-only -DPINBULK_NO_DOUBLE -DPINBULK_NO_SIMD -I. \
        -c tests/compile/implementation.c -o "$own/b.o"
}

# What a program does not use is not linked into it: one that changes keywords has their tables only.
unused_is_left_out() {
    need gcc
    gcc -Os -ffunction-sections -fdata-sections -Wl,--gc-sections -I. tests/compile/keyword_only.c -o "$own/a" &&
        "$own/a" || exit 1
    nm "$own/a" | grep -v ' pinbulki_key_[a-z_]*s$' >"$own/symbols" # names of lists, all in one table
    grep -q ' pinbulki_keyword_rows$' "$own/symbols" || exit 1
    if grep -i 'pinbulk.*\(campaign\|ad_group\|product\|targeting\|catalog\|quiz\|label\|schedule\|country\)' \
        "$own/symbols"; then
        echo "linked although it is not used"
        exit 1
    fi
}

# What a program costs on small machines.
size() {
    need arm-none-eabi-gcc
    sh tests/size.sh
}

# What a device does, on a board of QEMU's.
firmware() {
    need arm-none-eabi-gcc
    need qemu-system-arm
    sh tests/firmware.sh "$own" "$1"
}

# How deep the stack of every function is there, and whether that is true.
stack() {
    need arm-none-eabi-gcc
    need python3
    sh tests/stack.sh "$@"
}

# The same program with another C library, start-up code and all.
picolibc() {
    need arm-none-eabi-gcc
    has_header "arm-none-eabi-gcc --specs=picolibc.specs" string.h || skip "picolibc is missing"
    arm-none-eabi-gcc --specs=picolibc.specs -std=c99 -mthumb -mcpu=cortex-m0plus -Os $c_warnings -Werror \
        -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--fatal-warnings -I. \
        tests/size/keywords.c -o "$own/keywords"
}

# A file that must not compile: its first line is `// error: PATTERN`.
refused() {
    compiler=$1 file=$2
    need "$compiler"
    case $compiler in *++) language=c++ ;; *) language=c ;; esac
    if "$compiler" -x $language -I. -fsyntax-only "$file" 2>"$own/log"; then
        echo "$file compiles and must not"
        exit 1
    fi
    pattern=$(sed -n '1s|^// error: ||p' "$file")
    if ! grep -q -E "$pattern" "$own/log"; then
        cat "$own/log"
        echo "another error than: $pattern"
        exit 1
    fi
}

# analyze TOOL: every header and example without a finding. A header is analysed as a file of its own,
# since analysers do not follow paths in what is included; so the others leave its implementation out.
analyze() {
    tool=$1
    need "$tool"
    has_header gcc curl/curl.h && has_header gcc mbedtls/ssl.h && has_header gcc sqlite3.h &&
        has_header gcc zlib.h || skip "libcurl, mbedTLS, SQLite or zlib is missing"
    failed=0
    analyze_with "$tool" pinbulk.h -DPINBULK_IMPLEMENTATION -DPINBULK_NO_SIMD || failed=1
    case $tool in # as far as it comes, with every warning
    gcc) gcc -fanalyzer -Os -Werror -x c -std=c99 -I. -DPINBULK_IMPLEMENTATION -c pinbulk.h -o "$own/a.o" || failed=1 ;;
    esac
    for name in curl sandbox http1 mbedtls replay; do
        analyze_with "$tool" "adapters/pinbulk_$name.h" -include pinbulk.h -include adapters/pinbulk_http1.h \
            "-DPINBULK_$(echo $name | tr a-z A-Z)_IMPLEMENTATION" || failed=1
    done
    for file in examples/*.c examples/*/*.c; do
        [ "$file" != examples/firmware/board.c ] || continue # registers and instructions of an ARM
        analyze_with "$tool" "$file" -DPINBULK_IMPLEMENTED -DPINBULK_CURL_IMPLEMENTED \
            -DPINBULK_SANDBOX_IMPLEMENTED -DPINBULK_HTTP1_IMPLEMENTED || failed=1
    done
    exit $failed
}

# analyze_with TOOL FILE FLAG...
analyze_with() {
    tool=$1 file=$2
    shift 2
    set -- -x c -std=c99 -D_GNU_SOURCE -I. "$@"
    case $tool-$file in
    # A third of the steps through each function that it takes on its own, for half of the time.
    clang-tidy-*) clang-tidy --quiet "$file" -- -Xclang -analyzer-config -Xclang max-nodes=75000 "$@" ;;
    # It gives up in the middle of the header when it follows every call. Its summaries of calls forget
    # what comes back through a pointer; for that there are the run without them, clang-tidy and valgrind.
    gcc-pinbulk.h)
        gcc -fanalyzer -fanalyzer-call-summaries --param=analyzer-min-snodes-for-call-summary=1 \
            --param=analyzer-max-enodes-per-program-point=2 -Wno-analyzer-use-of-uninitialized-value \
            -Os -Werror "$@" -c "$file" -o "$own/a.o"
        ;;
    gcc-*) gcc -fanalyzer -Werror "$@" -c "$file" -o "$own/a.o" ;;
    esac
}

# ---- foreign bytes ----------------------------------------------------------------------------

fuzz() {
    flavour fuzz
    with_header "fuzz/$1" fuzz -fsanitize=fuzzer || exit 1
    mkdir "$own/corpus"
    case $1 in
    reader | codec | response) ;;
    *) fuzz_seconds=$((fuzz_seconds / 6 + 1)) ;;
    esac
    "$own/test" -max_total_time="$fuzz_seconds" -max_len=4096 -print_final_stats=1 -timeout=10 -rss_limit_mb=1024 \
        -artifact_prefix="$own/" "$own/corpus" >"$own/log" 2>&1 && return
    tail -n 40 "$own/log"
    for crash in "$own"/crash-* "$own"/timeout-* "$own"/oom-*; do
        [ -f "$crash" ] && od -c "$crash" | head -n 20
    done
    exit 1
}

# Random tables and documents, cut at every place, against python's csv and json.
differential() {
    need gcc
    need python3
    gcc -std=c99 -O2 -Wall -Wextra -Werror -I. tests/differential/records.c -o "$own/records" || exit 1
    python3 tests/differential/compare.py "$own/records" 3000
}

# ---- bodies before a judge --------------------------------------------------------------------

# Random bodies with every member and value there is, whole and broken, before a judge who knows the
# digest of the API and not the library.
judge() {
    need gcc
    for python in /usr/bin/python3 python3; do
        "$python" -c 'from jsonschema import Draft202012Validator' 2>/dev/null && break
        python=
    done
    [ -n "$python" ] || skip "python3-jsonschema is missing"
    flags='-O1 -std=c99 -D_GNU_SOURCE -Wall -Wextra -Werror -I.'
    gcc $flags -Wno-unused-function -Wno-unused-variable tests/judge/generate.c -o "$own/generate" &&
        gcc $flags tests/judge/check.c -o "$own/check" || exit 1
    # With a few bodies, and a program that takes all of them, everybody must complain.
    printf '#!/bin/sh\nsed "s/.*/ok/"\n' >"$own/take_all"
    chmod +x "$own/take_all"
    if "$own/generate" 20 >"$own/few" 2>"$own/lacks" || ! grep -q '^never seen to update: ' "$own/lacks" ||
        "$python" tests/judge/judge.py tests/api_5.28.txt "$own/few" "$own/take_all" >"$own/log" ||
        ! grep -q '^in no body: ' "$own/log" || ! grep -q -- '- got ok$' "$own/log"; then
        echo "the judge cannot fail"
        exit 1
    fi
    "$own/generate" 2500 >"$own/bodies" || exit 1
    "$python" tests/judge/judge.py tests/api_5.28.txt "$own/bodies" "$own/check"
}

# ---- examples and text ------------------------------------------------------------------------

demo() {
    need gcc
    sh examples/demo.sh --no-install >"$own/out" 2>&1 || {
        cat "$own/out"
        exit 1
    }
    sh tests/demo_check.sh "$own/out"
}

# Many jobs at once in an event loop: servers that misbehave, interrupts, the memory of a job.
many_jobs() {
    need gcc
    has_header gcc event2/event.h && has_header gcc mbedtls/ssl.h && has_header gcc microhttpd.h ||
        skip "libevent, mbedTLS or libmicrohttpd is missing"
    flags='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror' run=
    case $1 in
    sanitized)
        can_link "gcc -fsanitize=address,undefined" || skip "the sanitizers are missing"
        flags="$flags -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
        ;;
    valgrind)
        need valgrind
        flags="$flags -O1 -g" run='valgrind -q --error-exitcode=9 --leak-check=full'
        ;;
    esac
    # as its first line says
    sed -n "1s|^// cc |gcc $flags |p" examples/many_jobs.c |
        sed "s|-o many_jobs|-o $own/many_jobs|" | sh -e &&
        gcc -std=c99 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -I. tests/many_jobs/check.c -o "$own/check" \
            -lmicrohttpd -pthread && "$own/check" "$1" README.md $run "$own/many_jobs"
}

# Every command of the tool against real servers: exit codes, interruptions, files, tokens.
tool() {
    need gcc
    has_header gcc curl/curl.h && has_header gcc sqlite3.h && has_header gcc microhttpd.h ||
        skip "libcurl, libsqlite3-dev or libmicrohttpd is missing"
    need openssl
    sh tests/tool.sh "$own"
}

# What the command-line tool makes of result files, against python; with memory, signals, full disks.
tool_convert() {
    sh tests/tool_convert.sh "$own"
}

# The tour of README.md, word for word.
tool_tour() {
    sh tests/tool_tour.sh "$own"
}

# --help, man page and completion say the same.
tool_manual() {
    need gcc
    need bash
    has_header gcc curl/curl.h && has_header gcc sqlite3.h || skip "libcurl or libsqlite3-dev is missing"
    CC=gcc CFLAGS=-O0 sh examples/pinbulk/build.sh --no-install "$own/pinbulk" || exit 1
    sh tests/tool_manual.sh "$own/pinbulk"
}

documentation() {
    need gcc
    sh tests/documentation.sh "$own"
}

formatted() {
    need clang-format
    clang-format --version | grep -q 'version 14\.' || skip "clang-format is not version 14"
    clang-format --dry-run -Werror pinbulk.h adapters/*.h tests/*.[ch] tests/*/*.[ch] examples/*.c examples/*/*.[ch]
}

# ---- the steps --------------------------------------------------------------------------------

steps() {
    # The longest first, so that no core has nothing to do at the end.
    echo analyze clang-tidy
    echo unit adapter_contract sanitized
    echo tool_convert
    echo size
    echo unit codec sanitized
    echo analyze gcc
    echo tool
    for flavour in valgrind sanitized plain; do
        echo "many_jobs $flavour"
    done
    echo judge
    echo differential
    echo stack
    echo stack --measure
    for board in microbit mps2-an385 mps2-an386; do
        echo "firmware $board"
    done
    echo formatted
    echo freestanding
    echo tool_tour
    echo tool_manual
    echo documentation
    echo demo
    echo essentials
    for fuzz in tests/fuzz/*.c; do
        echo "fuzz $(basename "$fuzz" .c)"
    done
    for flavour in valgrind sanitized lto odd plain portable 32bit musl tcc; do
        for test in tests/*.c; do
            test=$(basename "$test" .c)
            # What needs libraries is built as they were. Vectors are missed where there are any.
            case $test-$flavour in
            adapter_contract-sanitized | codec-sanitized) continue ;; # above
            adapter_contract-* | *curl-odd | inflate-odd | mbedtls-odd) continue ;; # see long_steps
            http1-lto | parts-lto | replay-lto | responses-lto | sandbox-lto | tokens-lto) continue ;;
            *-valgrind | *-sanitized | *-plain) ;;
            *curl-* | inflate-* | mbedtls-*) continue ;;
            reader-portable | writer-portable | records-portable | csv-portable) ;;
            *-portable) continue ;;
            esac
            echo "unit $test $flavour"
        done
    done
    for flavour in s390x mips arm windows windows32 picolibc avr; do
        for test in tests/*.c; do
            test=$(basename "$test" .c)
            case $test in
            *curl | inflate | adapter_contract | mbedtls) ;;
            *) echo "unit $test $flavour" ;;
            esac
        done
    done
    for flavour in 32bit musl tcc pcc s390x mips arm windows windows32 picolibc avr; do
        echo "left_out $flavour adapter_contract curl examples_curl inflate mbedtls"
    done
    # pcc cannot preprocess codec and reader, and mixes up the structs that the others pass by value:
    # in f(g(1), g(2)) it takes a part of what g(2) returns for what g(1) returned.
    for test in csv http1 job lean number objects parts records results tokens values; do
        echo "unit $test pcc"
    done
    for compiler in gcc clang; do
        for standard in c99 c11 c17; do
            echo "compile $compiler $standard"
        done
        echo "compile $compiler c99 -m32"
        for switch in NO_SIMD NO_DOUBLE NO_STRING_H NO_MESSAGES NO_CSV SMALL STATIC PREFIX=mine_; do
            echo "compile $compiler c99 -DPINBULK_$switch"
        done
    done
    # Where int and size_t have 16 bits, and double 32 or 64.
    echo "compile avr-gcc c99 -mmcu=atmega2560 -DPINBULK_NO_DOUBLE"
    echo "compile clang c99 --target=msp430 -nostdlibinc -DPINBULK_NO_STRING_H"
    for compiler in g++ clang++; do
        for standard in c++11 c++17 c++20; do
            echo "compile $compiler $standard"
        done
        echo "compile $compiler c++11 -m32"
        for switch in NO_SIMD NO_DOUBLE NO_STRING_H NO_MESSAGES NO_CSV SMALL STATIC PREFIX=mine_; do
            echo "compile $compiler c++11 -DPINBULK_$switch"
        done
    done
    for name in curl sandbox http1 mbedtls replay; do
        for build in "gcc c99" "clang c99" "g++ c++11" "clang++ c++20"; do
            echo "adapter $build $name"
        done
    done
    for compiler in gcc g++; do
        echo "two_files $compiler"
        for file in tests/compile_fail/*.c; do
            echo "refused $compiler $file"
        done
    done
    echo static_twice
    echo prefix
    echo unused_is_left_out
    echo picolibc
}

# What is too long for every day.
long_steps() {
    echo unit adapter_contract valgrind
    echo unit adapter_contract plain
    for test in adapter_contract curl examples_curl inflate mbedtls; do
        echo "unit $test odd"
    done
    for test in adapter_contract curl examples_curl http1 inflate mbedtls parts replay responses sandbox tokens; do
        echo "unit $test lto"
    done
}

# ---- running them -----------------------------------------------------------------------------

skip() {
    echo "skipped: $1"
    exit 77
}

need() {
    command -v "$1" >/dev/null 2>&1 || skip "$1 is missing"
}

has_header() {
    echo "#include <$2>" | $1 -x c -fsyntax-only - 2>/dev/null
}

can_link() {
    echo 'int main(void) { return 0; }' | $1 -x c - -o "$own/can_link" 2>/dev/null
}

# Runs one step, says how it went and leaves `passed failed skipped` in a file of its own.
one_step() {
    own=$(mktemp -d "$work/step.XXXXXX")
    began=$(date +%s)
    (eval "$1") >"$own/output" 2>&1
    code=$?
    seconds=$(($(date +%s) - began))
    counts=$(tail -n 1 "$own/output" | sed -n 's/^\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed$/\1 \2 0/p')
    case $code in
    0) counts=${counts:-1 0 0} word=ok ;;
    77) counts='0 0 1' word=$(tail -n 1 "$own/output") ;;
    *)
        [ "${counts#* }" != '0 0' ] || counts= # it passed everything and then crashed
        counts=${counts:-0 1 0} word=FAILED
        ;;
    esac
    echo "$counts" >"$own/counts"
    if [ "$word" = FAILED ]; then
        printf 'FAILED  %s\n%s\n' "$1" "$(tail -n 40 "$own/output" | sed 's/^/    /')"
    else
        printf '%-7s %s (%s)\n' "${word%%:*}" "$1" "$(if [ "$code" = 77 ]; then echo "${word#*: }"; else
            echo "${counts%% *} passed, $seconds s$(sed -n 's/^sampled: /, /p' "$own/output" | tail -n 1)"
        fi)"
        grep '^left out: ' "$own/output" | sed 's/^/        /'
    fi
    find "$own" -mindepth 1 ! -name counts -delete
}

complain() {
    echo "$1" >&2
    exit 2
}

install=yes
fuzz_seconds=20
list= long=
while [ $# -gt 0 ]; do
    case $1 in
    --no-install) install= ;;
    --fuzz)
        fuzz_seconds=${2-}
        case $fuzz_seconds in
        '' | *[!0-9]*) complain "--fuzz needs a number of seconds" ;;
        esac
        shift
        ;;
    --list) list=yes ;;
    --long) long=yes ;;
    --one-step)
        work=$2 fuzz_seconds=$3
        one_step "$4"
        exit 0
        ;;
    -*)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
    *) break ;;
    esac
    shift
done

selected() {
    {
        steps
        [ -z "$long" ] || long_steps
    } | while read -r step; do
        [ $# -gt 0 ] || echo "$step"
        for pattern in "$@"; do
            case $step in $pattern) echo "$step" && break ;; esac
        done
    done
}

for pattern in "$@"; do
    [ -n "$(selected "$pattern")" ] || complain "no step matches '$pattern'; --list prints them, with --long all"
done
if [ -n "$list" ]; then
    selected "$@"
    exit 0
fi

packages="gcc g++ libc6-dev gcc-multilib g++-multilib clang libclang-rt-14-dev clang-format valgrind
    libcurl4-openssl-dev libmicrohttpd-dev libmbedtls-dev libevent-dev zlib1g-dev libsqlite3-dev sqlite3
    openssl binutils python3 python3-jsonschema gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
    picolibc-arm-none-eabi tcc musl-tools pcc clang-tidy
    qemu-user libc6-dev-s390x-cross libgcc-12-dev-s390x-cross binutils-s390x-linux-gnu
    libc6-dev-mips-cross libgcc-12-dev-mips-cross binutils-mips-linux-gnu
    libc6-dev-armhf-cross libgcc-12-dev-armhf-cross binutils-arm-linux-gnueabihf
    gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 wine wine64 gcc-avr avr-libc libsimavr-dev"
if [ -n "$install" ]; then
    missing=
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
            missing="$missing $package"
    done
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing:$missing"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends --no-remove $missing; } >/dev/null 2>&1 ||
            echo "apt-get could not install all of them; steps that need them are skipped"
    elif [ -n "$missing" ]; then
        echo "missing, and not installed without root:$missing"
    fi
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# each: runs the steps that it reads, side by side; one more than there are cores, since some only wait.
each() {
    tr '\n' '\0' | xargs -0 -r -P "$(($(nproc) + 1))" -n 1 sh tests/run.sh --one-step "$work" "$fuzz_seconds"
}

selected "$@" >"$work/steps"
sed -n -e '/ avr$/d' -e 's/^unit [^ ]* /implementation /p' -e 's/^fuzz .*/implementation fuzz/p' "$work/steps" |
    awk '!seen[$0]++' | each
each <"$work/steps"
cat "$work"/step.*/counts | awk '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit (failed > 0)
    }'
