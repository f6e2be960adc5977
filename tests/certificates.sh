#!/bin/sh
# sh certificates.sh FOLDER: makes an authority and what it signed, for servers on this machine.
#
#   ca.pem                    the authority that the tests trust
#   good.pem, good.key        for localhost and 127.0.0.1
#   wrong_host.pem, .key      for another host
#   expired.pem, .key         for localhost, not valid any more
#   unknown.pem, .key         for localhost, of an authority that nobody trusts
set -eu
cd "$1"

key() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null
}

authority() {
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=pinbulk test authority $1" -days 2 -out "$1.pem"
}

# certificate NAME AUTHORITY ALTERNATIVE_NAMES FIRST_DAY LAST_DAY
certificate() {
    key "$1"
    openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' "$3" >"$1.ext"
    rm -f database database.attr
    : >database
    openssl ca -batch -notext -config ca.conf -cert "$2.pem" -keyfile "$2.key" -in "$1.csr" \
        -extfile "$1.ext" -startdate "$4" -enddate "$5" -out "$1.pem" 2>log || { cat log; exit 1; }
}

printf '%s\n' '[ca]' 'default_ca=own' '[own]' 'database=database' 'new_certs_dir=.' 'policy=any' \
    'default_md=sha256' 'rand_serial=yes' '[any]' 'commonName=supplied' >ca.conf
here=DNS:localhost,IP:127.0.0.1
authority ca
authority other
certificate good ca "$here" 20200101000000Z 20491231000000Z
certificate wrong_host ca DNS:elsewhere.invalid 20200101000000Z 20491231000000Z
certificate expired ca "$here" 20200101000000Z 20200102000000Z
certificate unknown other "$here" 20200101000000Z 20491231000000Z
