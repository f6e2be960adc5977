#!/bin/sh
# Builds the demo and runs it.
#
#   sh examples/demo.sh [--no-install]                     on the sandbox: no account, no network
#   sh examples/demo.sh [--no-install] ACCOUNT [--apply]   on the live service, with the token in
#                                                          PINTEREST_ACCESS_TOKEN; downloads only,
#                                                          unless --apply
#
# As root on Debian it installs a compiler (and libcurl for the live service) when there is none.
set -eu
cd "$(dirname "$0")/.."
install=yes
if [ "${1-}" = --no-install ]; then
    install=
    shift
fi

# need PACKAGES TEST...: installs the packages when the test fails.
need() {
    packages=$1
    shift
    if "$@" >/dev/null 2>&1; then
        return
    fi
    if [ -z "$install" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Missing: $packages. Install it, or run this as root on Debian." >&2
        exit 1
    fi
    echo "Installing $packages with apt-get."
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    "$@" >/dev/null
}

has_curl() {
    echo '#include <curl/curl.h>' | cc -E - >/dev/null 2>&1
}

need "gcc libc6-dev" command -v cc
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -eq 0 ]; then
    cc -I. examples/demo.c -o "$folder/demo"
else
    need libcurl4-openssl-dev has_curl
    cc -I. -DDEMO_LIVE examples/demo.c -o "$folder/demo" -lcurl
fi
"$folder/demo" "$@"
