// server.h: HTTP servers for tests, on 127.0.0.1 and ports of their own. Link with -lmicrohttpd and
// -pthread.
//
// server: libmicrohttpd, http or https; a handler answers, well or badly.
//
// raw_server: sends what it is told, byte by byte, for what libmicrohttpd refuses to do; it can
// also be a proxy, take a request slowly, and speak TLS with raw_tls.h.
//
// certificates_make: certificates for https, made by certificates.sh.
//
// All of them count what reaches them; COUNT reads a counter while they run. Handlers of one server
// are called one at a time.
#ifndef SERVER_H
#define SERVER_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <microhttpd.h>

// This must never reach a server that is not the API, nor any output.
#define CANARY            "pina_canary_7d1f"

#define COUNT(counter)    __atomic_load_n(&(counter), __ATOMIC_SEQ_CST)
#define COUNT_UP(counter) __atomic_add_fetch(&(counter), 1, __ATOMIC_SEQ_CST)

static inline void server_sleep(unsigned milliseconds)
{
    struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    nanosleep(&time, NULL);
}

static inline void *server_allocate(size_t size)
{
    void *memory = calloc(1, size + 1);
    if (memory == NULL)
        abort();
    return memory;
}

// ---- server -------------------------------------------------------------------------------------

typedef struct server_request {
    const char *method, *target; // path and query, as they came
    const char *body;            // NUL-terminated as well
    size_t length;
    unsigned connection; // the TCP connection it came on, from 1
    struct MHD_Connection *mhd;
} server_request;

#define SERVER_HEADERS_MAX 12

// A handler gets it zeroed but for the status 200. What it leaves alone is done properly.
typedef struct server_reply {
    int status; // 0: none, the connection is closed
    struct {
        char name[40], value[1200];
    } headers[SERVER_HEADERS_MAX];
    unsigned header_count;
    char *body; // by server_set_body; NULL: `length` spaces
    uint64_t length;
    uint64_t missing; // bytes at the end of the body that are not sent before the connection ends
    uint8_t chunked;  // without Content-Length
    uint8_t until_close; // without Content-Length, and not chunked
    size_t piece;        // bytes that are sent at once; 0: all
    unsigned pause;      // milliseconds before each piece
    unsigned delay;      // milliseconds before all
} server_reply;

typedef void (*server_handler)(void *ctx, const server_request *request, server_reply *reply);

typedef struct server {
    server_handler handler;
    void *ctx;
    uint16_t port;
    char url[64];         // scheme://127.0.0.1:port
    unsigned connections; // that were opened
    unsigned requests;    // whose head came
    unsigned canaries;    // requests with CANARY in target, header or body
    unsigned stopping;
    pthread_mutex_t turn; // of the handler
    struct MHD_Daemon *daemon;
    char *key, *certificate;
} server;

// The value of a request header; NULL: there is none.
static inline const char *server_header(const server_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->mhd, MHD_HEADER_KIND, name);
}

static inline void server_add_header(server_reply *reply, const char *name, const char *value)
{
    if (reply->header_count == SERVER_HEADERS_MAX)
        abort();
    snprintf(reply->headers[reply->header_count].name, sizeof reply->headers[0].name, "%s", name);
    snprintf(reply->headers[reply->header_count].value, sizeof reply->headers[0].value, "%s",
             value);
    reply->header_count++;
}

// Copies a body.
static inline void server_set_body(server_reply *reply, const char *body, size_t length)
{
    reply->body = (char *)server_allocate(length);
    reply->length = length;
    if (length > 0)
        memcpy(reply->body, body, length);
}

// Waits, but not when the server is being stopped.
static inline void serveri_wait(const unsigned *stopping, unsigned milliseconds)
{
    for (; milliseconds > 0 && !COUNT(*stopping);
         milliseconds -= milliseconds < 10 ? milliseconds : 10)
        server_sleep(milliseconds < 10 ? milliseconds : 10);
}

typedef struct serveri_exchange {
    server *server;
    server_reply reply;
    char *target, *request_body;
    size_t request_length;
} serveri_exchange;

static inline ssize_t serveri_produce(void *ctx, uint64_t at, char *buffer, size_t size)
{
    serveri_exchange *exchange = (serveri_exchange *)ctx;
    server_reply *reply = &exchange->reply;
    uint64_t left = reply->length - reply->missing - at;
    if (left == 0 || COUNT(exchange->server->stopping))
        return reply->missing ? MHD_CONTENT_READER_END_WITH_ERROR
                              : MHD_CONTENT_READER_END_OF_STREAM;
    serveri_wait(&exchange->server->stopping, reply->pause);
    if (reply->piece && size > reply->piece)
        size = reply->piece;
    if (size > left)
        size = (size_t)left;
    if (reply->body)
        memcpy(buffer, reply->body + at, size);
    else
        memset(buffer, ' ', size);
    return (ssize_t)size;
}

static inline void serveri_free(serveri_exchange *exchange)
{
    free(exchange->target);
    free(exchange->request_body);
    free(exchange->reply.body);
    free(exchange);
}

static inline void serveri_completed(void *ctx, struct MHD_Connection *connection, void **state,
                                     enum MHD_RequestTerminationCode code)
{
    (void)ctx, (void)connection, (void)code;
    if (*state)
        serveri_free((serveri_exchange *)*state);
    *state = NULL;
}

static inline enum MHD_Result serveri_look_for_canary(void *ctx, enum MHD_ValueKind kind,
                                                      const char *key, const char *value)
{
    (void)kind;
    if ((key && strstr(key, CANARY)) || (value && strstr(value, CANARY)))
        *(int *)ctx = 1;
    return MHD_YES;
}

// Asks the handler, with the whole request at hand.
static inline void serveri_handle(server *server, struct MHD_Connection *connection,
                                  serveri_exchange *exchange, const char *method)
{
    server_request request = {.method = method,
                              .target = exchange->target,
                              .body = exchange->request_body,
                              .length = exchange->request_length,
                              .mhd = connection};
    server_reply *reply = &exchange->reply;
    const union MHD_ConnectionInfo *number =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    int canary = 0;
    if (number)
        request.connection = (unsigned)(uintptr_t)number->socket_context;
    MHD_get_connection_values(connection, MHD_HEADER_KIND, serveri_look_for_canary, &canary);
    canary |= strstr(request.target, CANARY) || (request.body && strstr(request.body, CANARY));
    if (canary)
        COUNT_UP(server->canaries);
    pthread_mutex_lock(&server->turn);
    reply->status = 200;
    server->handler(server->ctx, &request, reply);
    pthread_mutex_unlock(&server->turn);
    serveri_wait(&server->stopping, reply->delay);
}

// The target as it came; libmicrohttpd takes escapes and the query out of what it gives its
// handler.
static inline void *serveri_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    server *server = (struct server *)ctx;
    serveri_exchange *exchange = (serveri_exchange *)server_allocate(sizeof *exchange);
    (void)connection;
    exchange->server = server;
    exchange->target = (char *)server_allocate(strlen(target));
    strcpy(exchange->target, target);
    COUNT_UP(server->requests);
    return exchange;
}

static inline enum MHD_Result serveri_answer(void *ctx, struct MHD_Connection *connection,
                                             const char *url, const char *method,
                                             const char *version, const char *data, size_t *length,
                                             void **state)
{
    server *server = (struct server *)ctx;
    serveri_exchange *exchange = (serveri_exchange *)*state;
    server_reply *reply = &exchange->reply;
    (void)url, (void)version;
    if (exchange->request_body == NULL) { // the first call has no data
        exchange->request_body = (char *)server_allocate(0);
        return MHD_YES;
    }
    if (*length > 0) {
        exchange->request_body =
            (char *)realloc(exchange->request_body, exchange->request_length + *length + 1);
        if (exchange->request_body == NULL)
            abort();
        memcpy(exchange->request_body + exchange->request_length, data, *length);
        exchange->request_length += *length;
        exchange->request_body[exchange->request_length] = '\0';
        *length = 0;
        return MHD_YES;
    }
    serveri_handle(server, connection, exchange, method);
    if (reply->status == 0)
        return MHD_NO;
    struct MHD_Response *response = MHD_create_response_from_callback(
        reply->chunked || reply->until_close ? MHD_SIZE_UNKNOWN : reply->length, 65536,
        serveri_produce, exchange, NULL);
    if (response == NULL)
        abort();
    if (reply->until_close)
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_SERVER, MHD_RO_END);
    for (unsigned i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static inline void serveri_connection(void *ctx, struct MHD_Connection *connection, void **number,
                                      enum MHD_ConnectionNotificationCode code)
{
    server *server = (struct server *)ctx;
    (void)connection;
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        *number = (void *)(uintptr_t)COUNT_UP(server->connections);
}

static inline struct sockaddr_in serveri_address(uint16_t port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static inline char *serveri_file(const char *folder, const char *name, const char *ending)
{
    char path[512], *text = (char *)server_allocate(16384);
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *file = fopen(path, "r");
    if (file == NULL || fread(text, 1, 16384, file) == 0) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

// Starts a server. With `folder` it speaks https with the certificate of that name in the folder.
static inline void server_start(server *server, server_handler handler, void *ctx,
                                const char *folder, const char *certificate)
{
    struct sockaddr_in address = serveri_address(0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
    memset(server, 0, sizeof *server);
    server->handler = handler;
    server->ctx = ctx;
    pthread_mutex_init(&server->turn, NULL);
    if (folder) {
        server->key = serveri_file(folder, certificate, "key");
        server->certificate = serveri_file(folder, certificate, "pem");
        tls[0].option = MHD_OPTION_HTTPS_MEM_KEY;
        tls[0].ptr_value = server->key;
        tls[1].option = MHD_OPTION_HTTPS_MEM_CERT;
        tls[1].ptr_value = server->certificate;
    }
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
            (folder ? MHD_USE_TLS : 0),
        0, NULL, NULL, serveri_answer, server, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_URI_LOG_CALLBACK, serveri_target, server, MHD_OPTION_NOTIFY_COMPLETED,
        serveri_completed, server, MHD_OPTION_NOTIFY_CONNECTION, serveri_connection, server,
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (server->daemon == NULL) {
        fprintf(stderr, "libmicrohttpd does not start\n");
        exit(1);
    }
    server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    snprintf(server->url, sizeof server->url, "http%s://127.0.0.1:%u", folder ? "s" : "",
             server->port);
}

static inline void server_stop(server *server)
{
    COUNT_UP(server->stopping);
    MHD_stop_daemon(server->daemon);
    pthread_mutex_destroy(&server->turn);
    free(server->key);
    free(server->certificate);
}

// Makes certificates in a new folder below /tmp; NULL: openssl is not there. `here` is the folder
// of certificates.sh.
static inline const char *certificates_make(const char *here)
{
    static char folder[] = "/tmp/pinbulk-test-XXXXXX";
    char command[1024];
    if (mkdtemp(folder) == NULL)
        return NULL;
    snprintf(command, sizeof command, "sh '%s/certificates.sh' %s", here, folder);
    return system(command) == 0 ? folder : NULL;
}

static inline void folder_remove(const char *folder)
{
    char command[1024];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        perror(folder);
}

// ---- raw_server ---------------------------------------------------------------------------------

// What happens on a connection after the reply.
typedef enum raw_then {
    RAW_KEEP,   // the next request
    RAW_CLOSE,  // an orderly end
    RAW_RESET,  // a TCP reset
    RAW_HOLD,   // silence
    RAW_TUNNEL, // the answer to CONNECT: bytes go to and from `tunnel_port`
    RAW_CUT,    // the end of the connection, but not of the layer
} raw_then;

typedef struct raw_request {
    unsigned connection, number; // from 1; number on this connection
    const char *text;            // head and body, NUL-terminated
    size_t length;
} raw_request;

typedef struct raw_reply {
    const char *bytes;
    size_t length;
    unsigned pause; // milliseconds before each byte; 0: all at once
    raw_then then;
    uint16_t tunnel_port;
} raw_reply;

typedef void (*raw_handler)(void *ctx, const raw_request *request, raw_reply *reply);

#define RAW_CONNECTIONS_MAX 512
#define RAW_REQUEST_MAX     (16 << 20)

// What is spoken on the socket of a connection, below HTTP.
typedef struct raw_layer {
    void *ctx;
    void *(*open)(void *ctx, int socket); // NULL: it failed
    ssize_t (*send)(void *stream, const char *bytes, size_t length);
    ssize_t (*recv)(void *stream, char *bytes, size_t size);
    int (*pending)(void *stream); // whether bytes came that no wait for the socket tells of
    void (*end)(void *stream);    // says that no more will be sent
    void (*free)(void *stream);
} raw_layer;

typedef struct raw_options {
    const raw_layer *layer; // NULL: none
    size_t read_limit;      // answer when so many bytes of a body came; 0: all of it
    unsigned slow;          // not 0: small buffers, and so many milliseconds until the body is read
} raw_options;

typedef struct raw_server {
    raw_handler handler;
    void *ctx;
    raw_options options;
    uint16_t port;
    char url[64];
    unsigned connections, requests, canaries;
    pthread_t threads[RAW_CONNECTIONS_MAX], accepting;
    int listener;
    unsigned stopping;
    pthread_mutex_t turn; // of the handler
} raw_server;

typedef struct rawi_connection {
    raw_server *server;
    unsigned number;
    int socket;
    void *stream; // of the layer
    char *text;   // that was read
    size_t size;
} rawi_connection;

static inline void raw_text(raw_reply *reply, const char *text, raw_then then)
{
    reply->bytes = text;
    reply->length = strlen(text);
    reply->then = then;
}

// Waits until a socket has something, or the server is stopped. 0: stopped.
static inline int rawi_wait(raw_server *server, int a, int b, int *which)
{
    struct pollfd polled[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    while (!COUNT(server->stopping))
        if (poll(polled, b < 0 ? 1 : 2, 50) > 0 && !COUNT(server->stopping)) {
            *which = polled[0].revents ? a : b;
            return 1;
        }
    return 0;
}

static inline int rawi_send(int socket, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 1;
}

static inline int rawi_say(rawi_connection *connection, const char *bytes, size_t length)
{
    const raw_layer *layer = connection->server->options.layer;
    if (!layer)
        return rawi_send(connection->socket, bytes, length);
    while (length > 0) {
        ssize_t sent = layer->send(connection->stream, bytes, length);
        if (sent <= 0)
            return 0;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 1;
}

static inline ssize_t rawi_hear(rawi_connection *connection, char *bytes, size_t size)
{
    const raw_layer *layer = connection->server->options.layer;
    int which;
    if ((!layer || !layer->pending(connection->stream)) &&
        !rawi_wait(connection->server, connection->socket, -1, &which))
        return 0;
    return layer ? layer->recv(connection->stream, bytes, size)
                 : recv(connection->socket, bytes, size, 0);
}

// Byte by byte.
static inline void rawi_drip(rawi_connection *connection, const raw_reply *reply)
{
    size_t i;
    for (i = 0; i < reply->length && !COUNT(connection->server->stopping); i++) {
        server_sleep(reply->pause);
        if (!rawi_say(connection, reply->bytes + i, 1))
            return;
    }
}

// The length of a request whose head has come, as far as it is to be read.
static inline size_t rawi_length(const raw_server *server, const char *text, const char *end)
{
    const char *body = strcasestr(text, "\r\ncontent-length:");
    size_t length = body && body < end ? (size_t)strtoul(body + 17, NULL, 10) : 0;
    if (server->options.read_limit && length > server->options.read_limit)
        length = server->options.read_limit;
    return (size_t)(end + 4 - text) + length;
}

// Reads one request. Returns its length, 0 when there is none.
static inline size_t rawi_read(rawi_connection *connection)
{
    raw_server *server = connection->server;
    size_t length = 0, whole = 0;
    while (whole == 0 || length < whole) {
        ssize_t got;
        if (connection->size - length < 2) {
            connection->text = (char *)realloc(connection->text, connection->size *= 2);
            if (connection->text == NULL || connection->size > RAW_REQUEST_MAX)
                abort();
        }
        got = rawi_hear(connection, connection->text + length, connection->size - length - 1);
        if (got <= 0)
            return 0;
        length += (size_t)got;
        connection->text[length] = '\0';
        const char *end = whole ? NULL : strstr(connection->text, "\r\n\r\n");
        if (end) {
            whole = rawi_length(server, connection->text, end);
            serveri_wait(&server->stopping, server->options.slow);
        }
    }
    return length;
}

static inline void rawi_tunnel(raw_server *server, int client, uint16_t port)
{
    struct sockaddr_in address = serveri_address(port);
    int target = socket(AF_INET, SOCK_STREAM, 0), from;
    char buffer[16384];
    if (connect(target, (struct sockaddr *)&address, sizeof address) == 0)
        while (rawi_wait(server, client, target, &from)) {
            ssize_t got = recv(from, buffer, sizeof buffer, 0);
            if (got <= 0 || !rawi_send(from == client ? target : client, buffer, (size_t)got))
                break;
        }
    close(target);
}

// Answers requests until one of them is the last. Returns what is to happen then.
static inline raw_then rawi_answer(rawi_connection *connection)
{
    raw_server *server = connection->server;
    raw_request request = {connection->number, 0, NULL, 0};
    raw_reply reply = {.then = RAW_KEEP};
    while (reply.then == RAW_KEEP && (request.length = rawi_read(connection)) > 0) {
        memset(&reply, 0, sizeof reply);
        request.text = connection->text;
        request.number++;
        COUNT_UP(server->requests);
        if (strstr(request.text, CANARY))
            COUNT_UP(server->canaries);
        pthread_mutex_lock(&server->turn);
        server->handler(server->ctx, &request, &reply);
        pthread_mutex_unlock(&server->turn);
        if (reply.pause != 0)
            rawi_drip(connection, &reply);
        else
            rawi_say(connection, reply.bytes, reply.length);
        if (reply.then == RAW_TUNNEL)
            rawi_tunnel(server, connection->socket, reply.tunnel_port);
        while (reply.then == RAW_HOLD && !COUNT(server->stopping))
            server_sleep(10);
    }
    return reply.then;
}

static inline void *rawi_serve(void *ctx)
{
    rawi_connection *connection = (rawi_connection *)ctx;
    raw_server *server = connection->server;
    const raw_layer *layer = server->options.layer;
    raw_then then = RAW_CUT;
    connection->size = 65536;
    connection->text = (char *)server_allocate(connection->size);
    if (layer)
        connection->stream = layer->open(layer->ctx, connection->socket);
    if (!layer || connection->stream)
        then = rawi_answer(connection);
    if (then == RAW_RESET) {
        struct linger linger = {1, 0};
        setsockopt(connection->socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    } else {
        if (connection->stream && then != RAW_CUT)
            layer->end(connection->stream);
        shutdown(connection->socket, SHUT_WR); // what is unread must not turn into a reset
        while (!COUNT(server->stopping) &&
               recv(connection->socket, connection->text, connection->size, MSG_DONTWAIT) > 0)
            ;
    }
    close(connection->socket);
    if (connection->stream)
        layer->free(connection->stream);
    free(connection->text);
    free(connection);
    return NULL;
}

static inline void *rawi_accept(void *ctx)
{
    raw_server *server = (raw_server *)ctx;
    int which;
    while (COUNT(server->connections) < RAW_CONNECTIONS_MAX &&
           rawi_wait(server, server->listener, -1, &which)) {
        rawi_connection *connection = (rawi_connection *)server_allocate(sizeof *connection);
        connection->server = server;
        connection->socket = accept(server->listener, NULL, NULL);
        connection->number = COUNT_UP(server->connections);
        if (pthread_create(&server->threads[connection->number - 1], NULL, rawi_serve,
                           connection) != 0)
            abort();
    }
    return NULL;
}

// Buffers of the connections that fill soon: with long segments those of the other side are large.
static inline void rawi_make_small(int listener)
{
    int buffer = 8192, segment = 1400;
    if (setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) != 0 ||
        setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment) != 0)
        abort();
}

// `options` may be NULL.
static inline void raw_start_with(raw_server *server, raw_handler handler, void *ctx,
                                  const raw_options *options)
{
    struct sockaddr_in address = serveri_address(0);
    socklen_t length = sizeof address;
    memset(server, 0, sizeof *server);
    server->handler = handler;
    server->ctx = ctx;
    if (options)
        server->options = *options;
    pthread_mutex_init(&server->turn, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (server->options.slow)
        rawi_make_small(server->listener);
    if (bind(server->listener, (struct sockaddr *)&address, length) != 0 ||
        listen(server->listener, 16) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0 ||
        pthread_create(&server->accepting, NULL, rawi_accept, server) != 0) {
        perror("raw server");
        exit(1);
    }
    server->port = ntohs(address.sin_port);
    snprintf(server->url, sizeof server->url, "http%s://127.0.0.1:%u",
             server->options.layer ? "s" : "", server->port);
}

static inline void raw_start(raw_server *server, raw_handler handler, void *ctx)
{
    raw_start_with(server, handler, ctx, NULL);
}

static inline void raw_stop(raw_server *server)
{
    COUNT_UP(server->stopping);
    shutdown(server->listener, SHUT_RD); // wakes who waits for it
    pthread_join(server->accepting, NULL);
    for (unsigned i = 0; i < server->connections; i++)
        pthread_join(server->threads[i], NULL);
    close(server->listener);
    pthread_mutex_destroy(&server->turn);
}

// A port on which nobody listens.
static inline uint16_t port_of_nobody(void)
{
    struct sockaddr_in address = serveri_address(0);
    socklen_t length = sizeof address;
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(socket_, (struct sockaddr *)&address, length) != 0 ||
        getsockname(socket_, (struct sockaddr *)&address, &length) != 0)
        abort();
    close(socket_);
    return ntohs(address.sin_port);
}

#endif
