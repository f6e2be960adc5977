// raw_tls.h: TLS 1.2 for the raw_server of server.h, on mbedTLS: its connections end with and
// without close_notify, and it tells which names clients sent. Include server.h before it and link
// with -lmbedtls -lmbedx509 -lmbedcrypto.
#ifndef RAW_TLS_H
#define RAW_TLS_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>

// For any number of servers, one after the other.
typedef struct raw_tls {
    raw_layer layer; // for raw_options
    unsigned names;  // handshakes in which the client sent the name of the server
    char name[256];  // the last of them
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_cache_context cache;
    mbedtls_ssl_config settings;
} raw_tls;

typedef struct raw_tlsi_stream {
    mbedtls_ssl_context ssl;
    int socket;
} raw_tlsi_stream;

static inline int raw_tlsi_socket_send(void *ctx, const unsigned char *bytes, size_t length)
{
    ssize_t sent = send(((raw_tlsi_stream *)ctx)->socket, bytes, length, MSG_NOSIGNAL);
    return sent < 0 ? MBEDTLS_ERR_NET_SEND_FAILED : (int)sent;
}

static inline int raw_tlsi_socket_recv(void *ctx, unsigned char *bytes, size_t size)
{
    ssize_t got = recv(((raw_tlsi_stream *)ctx)->socket, bytes, size, 0);
    return got < 0 ? MBEDTLS_ERR_NET_RECV_FAILED : (int)got;
}

static inline void raw_tlsi_free(void *stream)
{
    mbedtls_ssl_free(&((raw_tlsi_stream *)stream)->ssl);
    free(stream);
}

static inline void *raw_tlsi_open(void *ctx, int socket)
{
    raw_tls *tls = (raw_tls *)ctx;
    raw_tlsi_stream *stream = (raw_tlsi_stream *)server_allocate(sizeof *stream);
    stream->socket = socket;
    mbedtls_ssl_init(&stream->ssl);
    if (mbedtls_ssl_setup(&stream->ssl, &tls->settings) != 0)
        abort();
    mbedtls_ssl_set_bio(&stream->ssl, stream, raw_tlsi_socket_send, raw_tlsi_socket_recv, NULL);
    if (mbedtls_ssl_handshake(&stream->ssl) == 0)
        return stream;
    raw_tlsi_free(stream);
    return NULL;
}

static inline ssize_t raw_tlsi_send(void *stream, const char *bytes, size_t length)
{
    return mbedtls_ssl_write(&((raw_tlsi_stream *)stream)->ssl, (const unsigned char *)bytes,
                             length);
}

static inline ssize_t raw_tlsi_recv(void *stream, char *bytes, size_t size)
{
    return mbedtls_ssl_read(&((raw_tlsi_stream *)stream)->ssl, (unsigned char *)bytes, size);
}

static inline int raw_tlsi_pending(void *stream)
{
    return mbedtls_ssl_check_pending(&((raw_tlsi_stream *)stream)->ssl);
}

static inline void raw_tlsi_end(void *stream)
{
    mbedtls_ssl_close_notify(&((raw_tlsi_stream *)stream)->ssl);
}

// Called for a client that sends a name.
static inline int raw_tlsi_name(void *ctx, mbedtls_ssl_context *ssl, const unsigned char *name,
                                size_t length)
{
    raw_tls *tls = (raw_tls *)ctx;
    (void)ssl;
    snprintf(tls->name, sizeof tls->name, "%.*s", (int)length, (const char *)name);
    COUNT_UP(tls->names);
    return 0;
}

// Starts with the certificate of that name in the folder.
static inline void raw_tls_init(raw_tls *tls, const char *folder, const char *certificate)
{
    static const mbedtls_ecp_group_id curves[] = {MBEDTLS_ECP_DP_SECP256R1, // the fastest
                                                  MBEDTLS_ECP_DP_NONE};
    char *key = serveri_file(folder, certificate, "key");
    char *chain = serveri_file(folder, certificate, "pem");
    memset(tls, 0, sizeof *tls);
    tls->layer.ctx = tls;
    tls->layer.open = raw_tlsi_open;
    tls->layer.send = raw_tlsi_send;
    tls->layer.recv = raw_tlsi_recv;
    tls->layer.pending = raw_tlsi_pending;
    tls->layer.end = raw_tlsi_end;
    tls->layer.free = raw_tlsi_free;
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->random);
    mbedtls_x509_crt_init(&tls->certificate);
    mbedtls_pk_init(&tls->key);
    mbedtls_ssl_cache_init(&tls->cache);
    mbedtls_ssl_config_init(&tls->settings);
    if (mbedtls_ctr_drbg_seed(&tls->random, mbedtls_entropy_func, &tls->entropy, NULL, 0) != 0 ||
        mbedtls_x509_crt_parse(&tls->certificate, (unsigned char *)chain, strlen(chain) + 1) != 0 ||
        mbedtls_pk_parse_key(&tls->key, (unsigned char *)key, strlen(key) + 1, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&tls->settings, MBEDTLS_SSL_IS_SERVER,
                                    MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
        mbedtls_ssl_conf_own_cert(&tls->settings, &tls->certificate, &tls->key) != 0)
        abort();
    mbedtls_ssl_conf_rng(&tls->settings, mbedtls_ctr_drbg_random, &tls->random);
    mbedtls_ssl_conf_curves(&tls->settings, curves);
    mbedtls_ssl_conf_sni(&tls->settings, raw_tlsi_name, tls);
    mbedtls_ssl_conf_session_cache(&tls->settings, &tls->cache, mbedtls_ssl_cache_get,
                                   mbedtls_ssl_cache_set);
    free(key);
    free(chain);
}

// After the servers were stopped.
static inline void raw_tls_free(raw_tls *tls)
{
    mbedtls_ssl_config_free(&tls->settings);
    mbedtls_ssl_cache_free(&tls->cache);
    mbedtls_pk_free(&tls->key);
    mbedtls_x509_crt_free(&tls->certificate);
    mbedtls_ctr_drbg_free(&tls->random);
    mbedtls_entropy_free(&tls->entropy);
}

#endif
