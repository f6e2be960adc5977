#!/bin/sh
# Builds the tool.
#
#   sh examples/pinbulk/build.sh [--no-install] [OUTPUT]     OUTPUT: the program [./pinbulk]
#
# As root on Debian it installs a compiler, libcurl and SQLite when they are missing. CC and CFLAGS
# are used when they are set.
set -eu
case ${1-} in
--no-install) install= && shift ;;
*) install=yes ;;
esac
output=${1:-pinbulk}
case $output in /*) ;; *) output=$(pwd)/$output ;; esac
cd "$(dirname "$0")/../.."
cc=${CC:-cc}

has() {
    command -v "$cc" >/dev/null 2>&1 &&
        printf '#include <curl/curl.h>\n#include <sqlite3.h>\n' | "$cc" -E - >/dev/null 2>&1
}

packages="gcc libc6-dev libcurl4-openssl-dev libsqlite3-dev"
if ! has; then
    if [ -z "$install" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing, of: $packages. Install them, or run this as root on Debian." >&2
        exit 1
    fi
    echo "Installing $packages with apt-get." >&2
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi
# shellcheck disable=SC2086
"$cc" -std=c99 ${CFLAGS:--O2} -I. examples/pinbulk/*.c -o "$output" -lcurl -lsqlite3
