/* pinbulk_mbedtls.h - a TLS stream for pinbulk_http1.h, on POSIX sockets - MIT licence, see
pinbulk.h

WHAT IT IS

    The transport of pinbulk.h on mbedTLS and sockets, without libcurl: TLS 1.2 or newer, the
    certificate always verified against authorities or against one that is pinned, the name of the
    host checked and sent (SNI), sessions resumed, connections kept. HTTP is that of
    pinbulk_http1.h. Made for mbedTLS 2.28, written for 3.1 and newer 3.x as well; 3.0 hides what
    the adapter needs.

DO THIS

    After pinbulk.h and pinbulk_http1.h, in one file, and link with -lmbedtls -lmbedx509
-lmbedcrypto:

        #define PINBULK_MBEDTLS_IMPLEMENTATION
        #include "pinbulk_mbedtls.h"

        static pinbulk_mbedtls tls; // 20 to 60 KiB, and what mbedTLS allocates
        if (pinbulk_mbedtls_init(&tls, NULL) != PINBULK_OK)
            ... tls.reason says why ...
        pinbulk_transport transport = pinbulk_mbedtls_transport(&tls);
        ... pinbulk_job_run(&job, &transport) ...
        pinbulk_mbedtls_free(&tls);

    In an event loop use pinbulk_http1_begin and pinbulk_http1_step with tls.http, and wait for
    tls.socket, as examples/many_jobs.c does. Looking up a name blocks even then: POSIX has no other
    way. The name `localhost` is not looked up, it is this machine.

    A file that is compiled as strict ISO C (-std=c99, not gnu99) must define _POSIX_C_SOURCE as
    200809L before its first #include. Functions are static when PINBULK_STATIC is defined.

WHAT IT DECIDES

    Verification cannot be turned off. A pinned certificate is one more condition in the place of
    the authorities: its dates and its host name count all the same.

    mbedTLS 2.28 does not know addresses in certificates: a host that is an IP address does not
    pass there.

    Plain http is served without TLS, and says so: pinbulk_http1.h asks for it on loopback only. */
#ifndef PINBULK_MBEDTLS_H
#define PINBULK_MBEDTLS_H

#ifndef PINBULK_HTTP1_H
#error "include pinbulk.h and pinbulk_http1.h first"
#endif

#include <netdb.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && MBEDTLS_VERSION_NUMBER < 0x03010000
#error "mbedTLS 3.0 hides the bytes of certificates: take 2.28, or 3.1 or newer"
#endif
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PINBULK_MBEDTLS_MEMORY 16384 /* bytes for pinbulk_http1.h */

struct pinbulk_mbedtls;

/* Zero means the default in brackets. Texts and memory need to live during init only. */
typedef struct pinbulk_mbedtls_config {
    const char
        *ca_file;   /* PEM with the authorities to trust [/etc/ssl/certs/ca-certificates.crt] */
    const void *ca; /* instead of the file: DER, or PEM whose NUL is counted in ca_size */
    size_t ca_size;
    const void
        *pin; /* instead of both: the one certificate that is accepted; DER, or PEM with NUL */
    size_t pin_size;
    struct pinbulk_mbedtls *same; /* instead of all: what that one accepts; it was initialised and
                                     must outlive this one. Many connections in one thread then keep
                                     the authorities once: those of Debian take half a megabyte */
    pinbulk_http1_limits limits;
    uint32_t connect_timeout; /* milliseconds until connected, TLS included [30000]; name look-up
                                 has the limit of the system */
    uint32_t idle_timeout;    /* milliseconds in which no byte comes or goes [120000] */
    uint32_t total_timeout;   /* milliseconds of one exchange [3600000] */
    uint32_t keep_timeout;    /* a connection that was idle so long is not used again [15000] */
} pinbulk_mbedtls_config;

/* One exchange at a time, in one thread at a time. Must not be moved after init. */
typedef struct pinbulk_mbedtls {
    int socket;          /* to wait for, in an event loop; -1: none */
    const char *reason;  /* what failed last; static; NULL: nothing did */
    unsigned handshakes; /* in which a certificate came, whether it was accepted or not */
    pinbulk_http1 http;  /* the driver, for event loops */
    /* private */
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt read;     /* the authorities, or the pinned certificate; empty with `same` */
    mbedtls_x509_crt *trusted; /* these, or those of another one */
    mbedtls_ssl_config settings;
    mbedtls_ssl_context ssl;
    mbedtls_ssl_session session;
    struct addrinfo *addresses, *next_address;
    uint64_t connect_until, address_until; /* of all addresses, and of the one under way */
    uint8_t pinned, phase, secure, has_session;
    uint16_t session_port;
    char session_host[256];
    char memory[PINBULK_MBEDTLS_MEMORY];
} pinbulk_mbedtls;

/* NULL is all defaults. PINBULK_BAD_ARGUMENT: the authorities or the pinned certificate cannot be
   read. PINBULK_TRANSPORT_FAILED: mbedTLS has no memory or no random numbers. `reason` says more.
   After a failure every exchange ends at once, as permanent. */
PINBULK_API pinbulk_result pinbulk_mbedtls_init(pinbulk_mbedtls *tls,
                                                const pinbulk_mbedtls_config *config);
/* Closes the connection and frees and wipes everything. Allowed after a failed init, and twice. */
PINBULK_API void pinbulk_mbedtls_free(pinbulk_mbedtls *tls);

/* The transport that pinbulk_job_run takes. It uses `tls`, which must outlive it. */
PINBULK_API pinbulk_transport pinbulk_mbedtls_transport(pinbulk_mbedtls *tls);
/* The stream alone, for a pinbulk_http1 of one's own. */
PINBULK_API pinbulk_http1_stream pinbulk_mbedtls_stream(pinbulk_mbedtls *tls);

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_MBEDTLS_H */

#if defined(PINBULK_MBEDTLS_IMPLEMENTATION) && !defined(PINBULK_MBEDTLS_IMPLEMENTED)
#define PINBULK_MBEDTLS_IMPLEMENTED

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && defined(MBEDTLS_PSA_CRYPTO_C)
#include <psa/crypto.h>
#endif
#ifndef CLOCK_MONOTONIC
#error "no clock: compile as gnu99, or define _POSIX_C_SOURCE as 200809L before the first #include"
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum { /* pinbulk_mbedtls.phase */
       PINBULKI_MBEDTLS_UNUSABLE = 0,
       PINBULKI_MBEDTLS_CLOSED,
       PINBULKI_MBEDTLS_CONNECTING,
       PINBULKI_MBEDTLS_HANDSHAKE,
       PINBULKI_MBEDTLS_OPEN
};

/* ============================================================================================== */
/* >>sockets                                                                                      */
/* ============================================================================================== */

/* Waits until the socket is as `events` says, at most `wait` milliseconds. */
static int pinbulki_mbedtls_wait(const pinbulk_mbedtls *tls, short events, uint32_t wait)
{
    struct pollfd polled;
    polled.fd = tls->socket;
    polled.events = events;
    polled.revents = 0;
    return poll(&polled, 1, wait > 60000 ? 60000 : (int)wait) > 0;
}

static void pinbulki_mbedtls_close_socket(pinbulk_mbedtls *tls)
{
    if (tls->socket >= 0)
        close(tls->socket);
    tls->socket = -1;
}

static int pinbulki_mbedtls_would_block(void)
{
#if EAGAIN != EWOULDBLOCK
    if (errno == EWOULDBLOCK)
        return 1;
#endif
    return errno == EAGAIN || errno == EINTR;
}

/* For mbedTLS and for plain http. A broken connection must not raise SIGPIPE. */
static int pinbulki_mbedtls_socket_send(void *ctx, const unsigned char *data, size_t length)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    ssize_t sent;
#ifdef MSG_NOSIGNAL
    sent = send(tls->socket, data, length, MSG_NOSIGNAL);
#else
    sent = send(tls->socket, data, length, 0); /* SO_NOSIGPIPE is set */
#endif
    if (sent >= 0)
        return (int)sent;
    return pinbulki_mbedtls_would_block() ? MBEDTLS_ERR_SSL_WANT_WRITE
                                          : MBEDTLS_ERR_NET_SEND_FAILED;
}

static int pinbulki_mbedtls_socket_recv(void *ctx, unsigned char *data, size_t size)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    ssize_t got = recv(tls->socket, data, size, 0);
    if (got >= 0)
        return (int)got;
    return pinbulki_mbedtls_would_block() ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_RECV_FAILED;
}

/* A socket for an address that does not block. 0: there is none, or it failed at once. */
static int pinbulki_mbedtls_begin_connect(pinbulk_mbedtls *tls, const struct addrinfo *address)
{
    int flags, on = 1;
    tls->socket = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (tls->socket < 0)
        return 0;
    flags = fcntl(tls->socket, F_GETFL);
    if (flags < 0 || fcntl(tls->socket, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(tls->socket, F_SETFD, FD_CLOEXEC) != 0)
        return 0;
    setsockopt(tls->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
#ifdef SO_NOSIGPIPE
    setsockopt(tls->socket, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return connect(tls->socket, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS;
}

static uint64_t pinbulki_mbedtls_now(void *ctx)
{
    struct timespec now = {0, 0};
    (void)ctx;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pinbulki_mbedtls_forget_addresses(pinbulk_mbedtls *tls)
{
    if (tls->addresses != NULL)
        freeaddrinfo(tls->addresses);
    tls->addresses = tls->next_address = NULL;
}

/* Looks the host up. 0: that failed. Where localhost is no resolver has to say (RFC 6761). */
static int pinbulki_mbedtls_resolve(pinbulk_mbedtls *tls, const char *host, uint16_t port)
{
    struct addrinfo hints;
    char digits[8];
    unsigned at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + port % 10);
        port = (uint16_t)(port / 10);
    } while (port != 0);
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    if (strcasecmp(host, "localhost") == 0)
        host = NULL; /* without AI_PASSIVE the loopback addresses */
    if (getaddrinfo(host, digits + at, &hints, &tls->addresses) != 0) {
        tls->addresses = NULL;
        tls->reason = "the name of the server cannot be looked up";
        return 0;
    }
    tls->next_address = tls->addresses;
    tls->connect_until = pinbulki_mbedtls_now(tls) + tls->http.config.connect_timeout;
    return 1;
}

/* Takes the next address, which has its share of the time that is left. 0: there is none. */
static int pinbulki_mbedtls_take_address(pinbulk_mbedtls *tls)
{
    const struct addrinfo *address = tls->next_address, *other;
    uint64_t now = pinbulki_mbedtls_now(tls), left = 0, addresses = 0;
    if (address == NULL)
        return 0;
    for (other = address; other != NULL; other = other->ai_next)
        addresses++;
    if (tls->connect_until > now)
        left = tls->connect_until - now;
    tls->address_until = now + left / addresses;
    tls->next_address = address->ai_next;
    if (!pinbulki_mbedtls_begin_connect(tls, address))
        pinbulki_mbedtls_close_socket(tls);
    return 1;
}

/* Waits for the address under way, no longer than its share unless it is the last one. 1: it is
   connected, or failed. 0: not yet. -1: its share is over. */
static int pinbulki_mbedtls_wait_address(pinbulk_mbedtls *tls, uint32_t wait)
{
    uint64_t now = pinbulki_mbedtls_now(tls);
    uint64_t left = tls->address_until > now ? tls->address_until - now : 0;
    if (tls->next_address != NULL && left < wait)
        wait = (uint32_t)left;
    if (pinbulki_mbedtls_wait(tls, POLLOUT, wait))
        return 1;
    if (tls->next_address == NULL)
        return 0;
    now = pinbulki_mbedtls_now(tls);
    if (now >= tls->address_until)
        return -1;
    left = tls->address_until - now; /* an event loop has to look again then */
    if (tls->http.until > tls->http.now && tls->http.until - tls->http.now > left)
        tls->http.until = tls->http.now + left;
    return 0;
}

/* Tries the addresses one after the other; one that is silent does not use up the time of the
   others. BYTES: connected. */
static pinbulk_http1_io pinbulki_mbedtls_tcp(pinbulk_mbedtls *tls, uint32_t wait)
{
    for (;;) {
        int error = 0, waited;
        socklen_t length = sizeof error;
        while (tls->socket < 0)
            if (!pinbulki_mbedtls_take_address(tls)) {
                tls->reason = "no connection to the server";
                return PINBULK_HTTP1_IO_FAILED;
            }
        waited = pinbulki_mbedtls_wait_address(tls, wait);
        if (waited == 0)
            return PINBULK_HTTP1_IO_WRITE;
        if (waited > 0 && getsockopt(tls->socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 &&
            error == 0) {
            pinbulki_mbedtls_forget_addresses(tls);
            return PINBULK_HTTP1_IO_BYTES;
        }
        pinbulki_mbedtls_close_socket(tls);
    }
}

/* ============================================================================================== */
/* >>certificates                                                                                 */
/* ============================================================================================== */

/* With a pinned certificate no authority counts: the server's must be that one, byte for byte. Its
   dates and its name are left to mbedTLS, and so is all without one. */
static int pinbulki_mbedtls_verify(void *ctx, mbedtls_x509_crt *certificate, int depth,
                                   uint32_t *flags)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    if (depth == 0)
        tls->handshakes++;
    if (!tls->pinned)
        return 0;
    if (depth > 0) { /* what signed it does not count */
        *flags = 0;
        return 0;
    }
    *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    if (certificate->raw.len != tls->trusted->raw.len ||
        memcmp(certificate->raw.p, tls->trusted->raw.p, certificate->raw.len) != 0)
        *flags |= (uint32_t)MBEDTLS_X509_BADCERT_NOT_TRUSTED;
    return 0;
}

/* What is wrong with a certificate, the most telling first. */
static const char *pinbulki_mbedtls_wrong(const pinbulk_mbedtls *tls, uint32_t flags)
{
    if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED)
        return tls->pinned ? "the certificate of the server is not the pinned one"
                           : "the certificate of the server is of an authority that is not trusted";
    if (flags & MBEDTLS_X509_BADCERT_EXPIRED)
        return "the certificate of the server has expired";
    if (flags & MBEDTLS_X509_BADCERT_FUTURE)
        return "the certificate of the server is not valid yet; is the clock right?";
    if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH)
        return "the certificate of the server is for another host";
    if (flags &
        (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK | MBEDTLS_X509_BADCERT_BAD_KEY))
        return "the certificate of the server is too weak";
    return "the certificate of the server is not accepted";
}

/* ============================================================================================== */
/* >>tls                                                                                          */
/* ============================================================================================== */

/* Starts TLS on a connected socket. 0: mbedTLS has no memory. */
static int pinbulki_mbedtls_begin_tls(pinbulk_mbedtls *tls, pinbulk_text host, uint16_t port)
{
    mbedtls_ssl_init(&tls->ssl);
    tls->phase = PINBULKI_MBEDTLS_HANDSHAKE;
    if (mbedtls_ssl_setup(&tls->ssl, &tls->settings) != 0 ||
        mbedtls_ssl_set_hostname(&tls->ssl, host.data) != 0) {
        tls->reason = "TLS has no memory";
        return 0;
    }
    mbedtls_ssl_set_bio(&tls->ssl, tls, pinbulki_mbedtls_socket_send, pinbulki_mbedtls_socket_recv,
                        NULL);
    /* a session that cannot be resumed only costs time */
    if (tls->has_session && tls->session_port == port && host.length < sizeof tls->session_host &&
        memcmp(tls->session_host, host.data, host.length + 1) == 0)
        mbedtls_ssl_set_session(&tls->ssl, &tls->session);
    return 1;
}

/* Keeps the session for the next connection to the same host. */
static void pinbulki_mbedtls_keep_session(pinbulk_mbedtls *tls)
{
    mbedtls_ssl_session_free(&tls->session);
    mbedtls_ssl_session_init(&tls->session);
    tls->has_session = mbedtls_ssl_get_session(&tls->ssl, &tls->session) == 0;
}

/* What a failed handshake means. */
static pinbulk_http1_io pinbulki_mbedtls_no_handshake(pinbulk_mbedtls *tls, int code)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(&tls->ssl);
    tls->reason = "the TLS handshake failed";
    if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED && flags != 0 && flags != UINT32_MAX) {
        tls->reason = pinbulki_mbedtls_wrong(tls, flags);
        return PINBULK_HTTP1_IO_REFUSED;
    }
    if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE)
        tls->reason = "the server refuses the TLS handshake";
    if (code == MBEDTLS_ERR_SSL_CONN_EOF || code == MBEDTLS_ERR_NET_RECV_FAILED ||
        code == MBEDTLS_ERR_NET_SEND_FAILED)
        tls->reason = "the connection broke in the TLS handshake";
    return PINBULK_HTTP1_IO_FAILED;
}

static pinbulk_http1_io pinbulki_mbedtls_handshake(pinbulk_mbedtls *tls, pinbulk_text host,
                                                   uint16_t port, uint32_t wait)
{
    int code = mbedtls_ssl_handshake(&tls->ssl);
    if (code == MBEDTLS_ERR_SSL_WANT_READ) {
        pinbulki_mbedtls_wait(tls, POLLIN, wait);
        return PINBULK_HTTP1_IO_READ;
    }
    if (code == MBEDTLS_ERR_SSL_WANT_WRITE) {
        pinbulki_mbedtls_wait(tls, POLLOUT, wait);
        return PINBULK_HTTP1_IO_WRITE;
    }
    if (code != 0)
        return pinbulki_mbedtls_no_handshake(tls, code);
    tls->phase = PINBULKI_MBEDTLS_OPEN;
    tls->has_session = 0;
    if (host.length < sizeof tls->session_host) {
        memcpy(tls->session_host, host.data, host.length + 1);
        tls->session_port = port;
        pinbulki_mbedtls_keep_session(tls);
    }
    return PINBULK_HTTP1_IO_TLS;
}

/* ============================================================================================== */
/* >>stream: what pinbulk_http1.h calls                                                           */
/* ============================================================================================== */

static pinbulk_http1_io pinbulki_mbedtls_connect(void *ctx, pinbulk_text scheme, pinbulk_text host,
                                                 uint16_t port, uint32_t wait)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    pinbulk_http1_io io;
    if (tls->phase == PINBULKI_MBEDTLS_UNUSABLE)
        return PINBULK_HTTP1_IO_REFUSED;
    if (tls->phase == PINBULKI_MBEDTLS_CLOSED) {
        tls->reason = NULL;
        tls->secure = !(scheme.length == 4 && memcmp(scheme.data, "http", 4) == 0);
        tls->phase = PINBULKI_MBEDTLS_CONNECTING;
        if (!pinbulki_mbedtls_resolve(tls, host.data, port))
            return PINBULK_HTTP1_IO_FAILED;
    }
    if (tls->phase == PINBULKI_MBEDTLS_CONNECTING) {
        io = pinbulki_mbedtls_tcp(tls, wait);
        if (io != PINBULK_HTTP1_IO_BYTES)
            return io;
        if (!tls->secure) {
            tls->phase = PINBULKI_MBEDTLS_OPEN;
            return PINBULK_HTTP1_IO_PLAIN;
        }
        if (!pinbulki_mbedtls_begin_tls(tls, host, port))
            return PINBULK_HTTP1_IO_FAILED;
    }
    return pinbulki_mbedtls_handshake(tls, host, port, wait);
}

/* One try. The code is that of mbedTLS; more than 0 are bytes. */
static int pinbulki_mbedtls_try_send(pinbulk_mbedtls *tls, const void *data, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)data;
    if (!tls->secure)
        return pinbulki_mbedtls_socket_send(tls, bytes, length);
    return mbedtls_ssl_write(&tls->ssl, bytes, length);
}

static int pinbulki_mbedtls_try_recv(pinbulk_mbedtls *tls, void *data, size_t size)
{
    unsigned char *bytes = (unsigned char *)data;
    int code;
    if (!tls->secure) {
        code = pinbulki_mbedtls_socket_recv(tls, bytes, size);
        return code == 0 ? MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY : code;
    }
    code = mbedtls_ssl_read(&tls->ssl, bytes, size);
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    if (code == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET) { /* no bytes; TLS 1.3 */
        pinbulki_mbedtls_keep_session(tls);
        code = MBEDTLS_ERR_SSL_WANT_READ;
    }
#endif
    return code;
}

/* Whether a code says to wait; waits then. */
static int pinbulki_mbedtls_waited(const pinbulk_mbedtls *tls, int code, uint32_t wait)
{
    if (code == MBEDTLS_ERR_SSL_WANT_READ)
        return pinbulki_mbedtls_wait(tls, POLLIN, wait);
    return code == MBEDTLS_ERR_SSL_WANT_WRITE && pinbulki_mbedtls_wait(tls, POLLOUT, wait);
}

/* What a try came to. */
static pinbulk_http1_io pinbulki_mbedtls_io(pinbulk_mbedtls *tls, int code, size_t *moved)
{
    if (code > 0) {
        *moved = (size_t)code;
        return PINBULK_HTTP1_IO_BYTES;
    }
    switch (code) {
    case MBEDTLS_ERR_SSL_WANT_READ:
        return PINBULK_HTTP1_IO_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return PINBULK_HTTP1_IO_WRITE;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return PINBULK_HTTP1_IO_END;
    case 0:
    case MBEDTLS_ERR_SSL_CONN_EOF: /* anybody on the way could have cut it there */
        tls->reason = "the connection ended without the end of TLS";
        return PINBULK_HTTP1_IO_FAILED;
    default:
        tls->reason = "the connection broke";
        return PINBULK_HTTP1_IO_FAILED;
    }
}

static pinbulk_http1_io pinbulki_mbedtls_send(void *ctx, const void *data, size_t length,
                                              size_t *sent, uint32_t wait)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    int code = pinbulki_mbedtls_try_send(tls, data, length);
    if (pinbulki_mbedtls_waited(tls, code, wait))
        code = pinbulki_mbedtls_try_send(tls, data, length);
    return pinbulki_mbedtls_io(tls, code, sent);
}

static pinbulk_http1_io pinbulki_mbedtls_recv(void *ctx, void *data, size_t size, size_t *got,
                                              uint32_t wait)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    int code = pinbulki_mbedtls_try_recv(tls, data, size);
    if (pinbulki_mbedtls_waited(tls, code, wait))
        code = pinbulki_mbedtls_try_recv(tls, data, size);
    return pinbulki_mbedtls_io(tls, code, got);
}

static void pinbulki_mbedtls_close(void *ctx)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    if (tls->phase == PINBULKI_MBEDTLS_OPEN && tls->secure)
        mbedtls_ssl_close_notify(&tls->ssl); /* as far as the socket takes it */
    if (tls->phase >= PINBULKI_MBEDTLS_HANDSHAKE && tls->secure)
        mbedtls_ssl_free(&tls->ssl);
    pinbulki_mbedtls_forget_addresses(tls);
    pinbulki_mbedtls_close_socket(tls);
    if (tls->phase != PINBULKI_MBEDTLS_UNUSABLE)
        tls->phase = PINBULKI_MBEDTLS_CLOSED;
}

static const char *pinbulki_mbedtls_reason(void *ctx)
{
    return ((pinbulk_mbedtls *)ctx)->reason;
}

PINBULK_API pinbulk_http1_stream pinbulk_mbedtls_stream(pinbulk_mbedtls *tls)
{
    pinbulk_http1_stream stream;
    stream.ctx = tls;
    stream.connect = pinbulki_mbedtls_connect;
    stream.send = pinbulki_mbedtls_send;
    stream.recv = pinbulki_mbedtls_recv;
    stream.close = pinbulki_mbedtls_close;
    stream.reason = pinbulki_mbedtls_reason;
    return stream;
}

/* ============================================================================================== */
/* >>transport                                                                                    */
/* ============================================================================================== */

static void pinbulki_mbedtls_sleep(void *ctx, uint32_t milliseconds)
{
    struct timespec time;
    time.tv_sec = (time_t)(milliseconds / 1000);
    time.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&time, NULL);
    (void)ctx;
}

static uint32_t pinbulki_mbedtls_random(void *ctx)
{
    pinbulk_mbedtls *tls = (pinbulk_mbedtls *)ctx;
    uint32_t number = 0;
    if (tls->phase != PINBULKI_MBEDTLS_UNUSABLE)
        mbedtls_ctr_drbg_random(&tls->random, (unsigned char *)&number, sizeof number);
    return number;
}

/* Reads the authorities, or the pinned certificate. 0: none could be read. */
static int pinbulki_mbedtls_read(pinbulk_mbedtls *tls, const pinbulk_mbedtls_config *config)
{
    const char *file =
        config->ca_file != NULL ? config->ca_file : "/etc/ssl/certs/ca-certificates.crt";
    int code; /* more than 0: so many of them could not be read */
    tls->trusted = &tls->read;
    if (config->same != NULL) {
        tls->trusted = config->same->trusted;
        tls->pinned = config->same->pinned;
        tls->reason = "the other one has no authorities";
        return config->same->phase != PINBULKI_MBEDTLS_UNUSABLE;
    }
    tls->pinned = config->pin != NULL;
    if (tls->pinned)
        code = mbedtls_x509_crt_parse(&tls->read, (const unsigned char *)config->pin,
                                      config->pin_size);
    else if (config->ca != NULL)
        code =
            mbedtls_x509_crt_parse(&tls->read, (const unsigned char *)config->ca, config->ca_size);
    else
        code = mbedtls_x509_crt_parse_file(&tls->read, file);
    if (code >= 0 && tls->read.raw.p != NULL)
        return 1;
    tls->reason = tls->pinned ? "the pinned certificate cannot be read"
                              : "the trusted authorities cannot be read";
    return 0;
}

static pinbulk_result pinbulki_mbedtls_set(pinbulk_mbedtls *tls,
                                           const pinbulk_mbedtls_config *config)
{
    static const unsigned char use[] = "pinbulk_mbedtls";
    tls->reason = "TLS has no memory or no random numbers";
#if MBEDTLS_VERSION_NUMBER >= 0x03000000 && defined(MBEDTLS_PSA_CRYPTO_C)
    if (psa_crypto_init() != PSA_SUCCESS)
        return PINBULK_TRANSPORT_FAILED;
#endif
    if (mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, use,
                              sizeof use - 1) != 0 ||
        mbedtls_ssl_config_defaults(&tls->settings, MBEDTLS_SSL_IS_CLIENT,
                                    MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return PINBULK_TRANSPORT_FAILED;
    if (!pinbulki_mbedtls_read(tls, config))
        return PINBULK_BAD_ARGUMENT;
    mbedtls_ssl_conf_authmode(&tls->settings, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_ca_chain(&tls->settings, tls->trusted, NULL);
    mbedtls_ssl_conf_verify(&tls->settings, pinbulki_mbedtls_verify, tls);
    mbedtls_ssl_conf_rng(&tls->settings, mbedtls_ctr_drbg_random, &tls->random);
#if MBEDTLS_VERSION_NUMBER >= 0x03020000
    mbedtls_ssl_conf_min_tls_version(&tls->settings, MBEDTLS_SSL_VERSION_TLS1_2);
#else
    mbedtls_ssl_conf_min_version(&tls->settings, MBEDTLS_SSL_MAJOR_VERSION_3,
                                 MBEDTLS_SSL_MINOR_VERSION_3); /* 3.3 is TLS 1.2 */
#endif
    tls->reason = NULL;
    tls->phase = PINBULKI_MBEDTLS_CLOSED;
    return PINBULK_OK;
}

PINBULK_API pinbulk_result pinbulk_mbedtls_init(pinbulk_mbedtls *tls,
                                                const pinbulk_mbedtls_config *config)
{
    pinbulk_mbedtls_config defaults;
    pinbulk_http1_config http;
    memset(&defaults, 0, sizeof defaults);
    if (config == NULL)
        config = &defaults;
    memset(tls, 0, sizeof *tls);
    tls->socket = -1;
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);
    mbedtls_x509_crt_init(&tls->read);
    mbedtls_ssl_config_init(&tls->settings);
    mbedtls_ssl_session_init(&tls->session);
    memset(&http, 0, sizeof http);
    http.stream = pinbulk_mbedtls_stream(tls);
    http.memory = tls->memory;
    http.memory_size = sizeof tls->memory;
    http.limits = config->limits;
    http.connect_timeout = config->connect_timeout;
    http.idle_timeout = config->idle_timeout;
    http.total_timeout = config->total_timeout;
    http.keep_timeout = config->keep_timeout;
    http.ctx = tls;
    http.now = pinbulki_mbedtls_now;
    http.sleep = pinbulki_mbedtls_sleep;
    http.random = pinbulki_mbedtls_random;
    pinbulk_http1_init(&tls->http, &http);
    return pinbulki_mbedtls_set(tls, config);
}

PINBULK_API void pinbulk_mbedtls_free(pinbulk_mbedtls *tls)
{
    pinbulk_http1_close(&tls->http);
    tls->phase = PINBULKI_MBEDTLS_UNUSABLE;
    tls->has_session = 0;
    mbedtls_ssl_session_free(&tls->session);
    mbedtls_ssl_config_free(&tls->settings);
    mbedtls_x509_crt_free(&tls->read);
    mbedtls_ctr_drbg_free(&tls->random);
    mbedtls_entropy_free(&tls->entropy);
}

PINBULK_API pinbulk_transport pinbulk_mbedtls_transport(pinbulk_mbedtls *tls)
{
    return pinbulk_http1_transport(&tls->http);
}

#ifdef __cplusplus
}
#endif
#endif /* PINBULK_MBEDTLS_IMPLEMENTATION */
