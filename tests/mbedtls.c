// The mbedTLS stream against real servers: which certificates pass and what is said of the others,
// pinning, the name that is sent, sessions that are resumed, and how a connection ends. Link with
// -lmbedtls -lmbedx509 -lmbedcrypto -lmicrohttpd -pthread; certificates are made with the openssl
// tool.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#define PINBULK_HTTP1_IMPLEMENTATION
#include "../adapters/pinbulk_http1.h"
#define PINBULK_MBEDTLS_IMPLEMENTATION
#include "../adapters/pinbulk_mbedtls.h"
#include "check.h"
#include "server.h"
#include "raw_tls.h"
#include <arpa/inet.h>
#include <nss.h>
#include <signal.h>
#include <sys/wait.h>

static const char *folder; // of the certificates
static char ca_file[256];

static struct {
    pinbulk_request request;
    pinbulk_response response;
    pinbulk_outcome outcome;
    char memory[1024], reply[4096];
} one;

static pinbulk_reached ask(pinbulk_mbedtls *tls, const char *host, unsigned port)
{
    pinbulk_transport transport = pinbulk_mbedtls_transport(tls);
    pinbulk_api api = {.token = pinbulk_text_of(CANARY)};
    char url[128];
    snprintf(url, sizeof url, "https://%s:%u", host, port);
    api.base_url = pinbulk_text_of(url);
    CHECK_INT(pinbulk_request_status(&one.request, &api, pinbulk_text_of("1"),
                                     pinbulk_text_of("77"), 0, one.memory, sizeof one.memory, NULL),
              PINBULK_OK);
    pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
    one.outcome = transport.exchange(transport.ctx, &one.request, &one.response);
    return one.outcome.reached;
}

static void answer(void *ctx, const server_request *request, server_reply *reply)
{
    (void)request;
    if (ctx)
        *reply = *(const server_reply *)ctx;
    else
        server_set_body(reply, "{}", 2);
}

static char *read_file(const char *name, size_t *length)
{
    static char text[16384];
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    *length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    text[*length] = '\0';
    if (file)
        fclose(file);
    return text;
}

// What passes, and what is said of what does not (`word`): with one that read the config, and with
// one that takes what the first accepts.
static void check_certificate(server *server, const pinbulk_mbedtls_config *config,
                              const char *word)
{
    static pinbulk_mbedtls tls[2];
    pinbulk_mbedtls_config like = {.same = &tls[0]};
    int i;
    CHECK_INT(pinbulk_mbedtls_init(&tls[0], config), PINBULK_OK);
    CHECK_INT(pinbulk_mbedtls_init(&tls[1], &like), PINBULK_OK);
    for (i = 0; i < 2; i++) {
        CHECK_INT(ask(&tls[i], "localhost", server->port),
                  word ? PINBULK_REACHED_NOTHING : PINBULK_REACHED_COMPLETE);
        CHECK_INT(one.outcome.permanent, word != NULL);
        CHECK(word == NULL || strstr(one.outcome.text, word));
        CHECK_INT(COUNT(server->requests), word ? 0 : i + 1);
    }
    pinbulk_mbedtls_free(&tls[1]);
    pinbulk_mbedtls_free(&tls[0]);
    CHECK_INT(pinbulk_mbedtls_init(&tls[1], &like), PINBULK_BAD_ARGUMENT); // of one that is freed
    pinbulk_mbedtls_free(&tls[1]);
}

static void only_the_good_certificate_passes(void)
{
    static const struct {
        const char *name, *word; // NULL: it passes
        int authority;
    } cases[] = {{"good", NULL, 1},
                 {"good", "authority that is not trusted", 0},
                 {"wrong_host", "another host", 1},
                 {"expired", "expired", 1},
                 {"unknown", "authority that is not trusted", 1}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server server;
        pinbulk_mbedtls_config config = {.ca_file = cases[i].authority ? ca_file : NULL};
        char other[300];
        if (!cases[i].authority) {
            snprintf(other, sizeof other, "%s/other.pem", folder);
            config.ca_file = other;
        }
        server_start(&server, answer, NULL, folder, cases[i].name);
        check_certificate(&server, &config, cases[i].word);
        server_stop(&server);
    }
}

// An address is no name in the certificate for mbedTLS 2.28: it is refused, never let through.
static void an_address_does_not_pass_for_a_name(void)
{
    server server;
    pinbulk_mbedtls_config config = {.ca_file = ca_file};
    pinbulk_mbedtls tls;
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    server_start(&server, answer, NULL, folder, "wrong_host");
    CHECK_INT(ask(&tls, "127.0.0.1", server.port), PINBULK_REACHED_NOTHING);
    CHECK(strstr(one.outcome.text, "another host"));
    CHECK_INT(COUNT(server.requests), 0);
    pinbulk_mbedtls_free(&tls);
    server_stop(&server);
}

// The pinned certificate passes whoever signed it; its dates and its name count all the same.
static void pinned_certificates(void)
{
    static const struct {
        const char *served, *pinned, *word;
    } cases[] = {{"good", "good.pem", NULL},
                 {"unknown", "unknown.pem", NULL},
                 {"good", "unknown.pem", "not the pinned one"},
                 {"unknown", "good.pem", "not the pinned one"},
                 {"good", "ca.pem", "not the pinned one"},
                 {"expired", "expired.pem", "expired"},
                 {"wrong_host", "wrong_host.pem", "another host"}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server server;
        pinbulk_mbedtls_config config = {.ca_file = ca_file};
        size_t length;
        config.pin = read_file(cases[i].pinned, &length);
        config.pin_size = length + 1;
        server_start(&server, answer, NULL, folder, cases[i].served);
        check_certificate(&server, &config, cases[i].word);
        server_stop(&server);
    }
}

static void authorities_in_memory(void)
{
    server server;
    pinbulk_mbedtls_config config;
    pinbulk_mbedtls tls;
    size_t length;
    memset(&config, 0, sizeof config);
    config.ca = read_file("ca.pem", &length);
    config.ca_size = length + 1;
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    server_start(&server, answer, NULL, folder, "good");
    CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_COMPLETE);
    pinbulk_mbedtls_free(&tls);
    server_stop(&server);
}

static void config_that_cannot_be_used(void)
{
    static const pinbulk_mbedtls_config cases[] = {{.ca_file = "/nowhere/ca.pem"},
                                                   {.ca = "no certificate", .ca_size = 15},
                                                   {.pin = "no certificate", .pin_size = 15}};
    server server;
    size_t i;
    server_start(&server, answer, NULL, folder, "good");
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pinbulk_mbedtls tls;
        CHECK_INT(pinbulk_mbedtls_init(&tls, &cases[i]), PINBULK_BAD_ARGUMENT);
        CHECK(strstr(tls.reason, "cannot be read"));
        CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_NOTHING);
        CHECK_INT(one.outcome.permanent, 1);
        CHECK(strstr(one.outcome.text, "cannot be read"));
        pinbulk_mbedtls_free(&tls);
        pinbulk_mbedtls_free(&tls);
    }
    CHECK_INT(COUNT(server.connections), 0);
    server_stop(&server);
}

// What the exchange says of the end: a length proves it whole, the end of TLS closes it.
static void ends_of_responses(void)
{
    static const struct {
        server_reply reply;
        pinbulk_reached reached;
        uint64_t received;
    } cases[] = {
        {{.status = 200, .length = 900}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 900, .chunked = 1, .piece = 1}, PINBULK_REACHED_COMPLETE, 900},
        {{.status = 200, .length = 900, .until_close = 1}, PINBULK_REACHED_CLOSED, 900},
        {{.status = 200, .length = 900, .missing = 1}, PINBULK_REACHED_RESPONSE, 899},
        {{.status = 200, .length = 900, .missing = 1, .chunked = 1}, PINBULK_REACHED_RESPONSE, 899},
        {{.status = 0}, PINBULK_REACHED_HEAD, 0},
    };
    size_t i;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        server server;
        server_reply reply = cases[i].reply;
        pinbulk_mbedtls_config config = {.ca_file = ca_file};
        pinbulk_mbedtls tls;
        CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
        server_start(&server, answer, &reply, folder, "good");
        CHECK_INT(ask(&tls, "localhost", server.port), cases[i].reached);
        CHECK_INT(one.response.received, cases[i].received);
        pinbulk_mbedtls_free(&tls);
        server_stop(&server);
    }
}

// A TCP end without the end of TLS, which anybody on the way can make, does not close a response.
// The proxy passes TLS on and stops when the server has sent so much.
typedef struct cutter {
    int listener;
    uint16_t port, target;
    size_t most;
    pthread_t thread;
} cutter;

static void *cut(void *ctx)
{
    cutter *c = (cutter *)ctx;
    struct sockaddr_in address = serveri_address(c->target);
    int client = accept(c->listener, NULL, NULL), server = socket(AF_INET, SOCK_STREAM, 0);
    char buffer[4096];
    size_t sum = 0;
    if (connect(server, (struct sockaddr *)&address, sizeof address) == 0)
        for (;;) {
            struct pollfd polled[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (poll(polled, 2, 5000) <= 0)
                break;
            int from = polled[0].revents ? client : server;
            ssize_t got = recv(from, buffer, sizeof buffer, 0);
            if (got <= 0)
                break;
            if (from == server && sum + (size_t)got > c->most)
                got = (ssize_t)(c->most - sum);
            sum += from == server ? (size_t)got : 0;
            if (!rawi_send(from == client ? server : client, buffer, (size_t)got) || sum == c->most)
                break;
        }
    shutdown(client, SHUT_WR);
    close(server);
    recv(client, buffer, sizeof buffer, 0);
    close(client);
    return NULL;
}

static void end_without_the_end_of_tls(void)
{
    static const size_t mosts[] = {10, 100, 1000, 2000, 3000, 4000};
    server server;
    server_reply reply = {.status = 200, .length = 100000, .until_close = 1};
    size_t i;
    int nothing = 0, response = 0;
    server_start(&server, answer, &reply, folder, "good");
    for (i = 0; i < sizeof mosts / sizeof mosts[0]; i++) {
        pinbulk_mbedtls_config config = {.ca_file = ca_file, .idle_timeout = 10000};
        pinbulk_mbedtls tls;
        struct sockaddr_in address = serveri_address(0);
        socklen_t length = sizeof address;
        cutter c = {.most = mosts[i] * (i > 2 ? 10 : 1), .target = server.port};
        c.listener = socket(AF_INET, SOCK_STREAM, 0);
        CHECK(bind(c.listener, (struct sockaddr *)&address, length) == 0 &&
              listen(c.listener, 1) == 0 &&
              getsockname(c.listener, (struct sockaddr *)&address, &length) == 0);
        c.port = ntohs(address.sin_port);
        CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
        pthread_create(&c.thread, NULL, cut, &c);
        pinbulk_reached reached = ask(&tls, "localhost", c.port);
        CHECK(reached < PINBULK_REACHED_CLOSED);
        nothing += reached == PINBULK_REACHED_NOTHING;
        response += reached == PINBULK_REACHED_RESPONSE;
        CHECK_INT(one.outcome.permanent, 0);
        pinbulk_mbedtls_free(&tls);
        pthread_join(c.thread, NULL);
        close(c.listener);
    }
    CHECK(nothing > 0 && response > 0); // it was cut in the handshake, and in the response
    server_stop(&server);
}

// libmicrohttpd does not resume sessions, the server of the openssl tool does; but it does not
// always end its connections well.
static pid_t start_openssl(unsigned port)
{
    pid_t child = fork();
    char number[8], certificate[300], key[300];
    snprintf(number, sizeof number, "%u", port);
    snprintf(certificate, sizeof certificate, "%s/good.pem", folder);
    snprintf(key, sizeof key, "%s/good.key", folder);
    if (child != 0)
        return child;
    if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
        _exit(1);
    execlp("openssl", "openssl", "s_server", "-www", "-accept", number, "-cert", certificate,
           "-key", key, (char *)NULL);
    _exit(1);
}

static void sessions_are_resumed(void)
{
    unsigned ports[2] = {port_of_nobody(), 0};
    pid_t children[2];
    pinbulk_mbedtls_config config = {.ca_file = ca_file};
    pinbulk_mbedtls tls;
    int i, wait;
    children[0] = start_openssl(ports[0]);
    while (ports[1] == 0 || ports[1] == ports[0])
        ports[1] = port_of_nobody();
    children[1] = start_openssl(ports[1]);
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    for (i = 0; i < 2; i++)
        for (wait = 0; wait < 100 && ask(&tls, "localhost", ports[i]) == PINBULK_REACHED_NOTHING;
             wait++)
            server_sleep(100);    // until it listens
    CHECK_INT(tls.handshakes, 2); // another server, another session
    for (i = 0; i < 3; i++) {
        CHECK(ask(&tls, "localhost", ports[1]) >= PINBULK_REACHED_RESPONSE);
        CHECK_INT(one.response.status, 200);
        CHECK_INT(tls.handshakes, 2);
    }
    CHECK(ask(&tls, "localhost", ports[0]) >= PINBULK_REACHED_RESPONSE);
    CHECK_INT(tls.handshakes, 3);
    pinbulk_mbedtls_free(&tls);
    for (i = 0; i < 2; i++) {
        kill(children[i], SIGTERM);
        waitpid(children[i], NULL, 0);
    }
}

// A server that accepts and never answers the handshake.
static void hold(void *ctx, const raw_request *request, raw_reply *reply)
{
    (void)ctx, (void)request;
    raw_text(reply, "", RAW_HOLD);
}

static void connecting_is_limited(void)
{
    raw_server server;
    pinbulk_mbedtls_config config = {.ca_file = ca_file, .connect_timeout = 300};
    pinbulk_mbedtls tls;
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    pinbulk_transport clock = pinbulk_mbedtls_transport(&tls);
    uint64_t start = clock.now(clock.ctx);
    raw_start(&server, hold, NULL);
    CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_NOTHING);
    CHECK(clock.now(clock.ctx) - start >= 300 && clock.now(clock.ctx) - start < 5000);
    CHECK_INT(one.outcome.permanent, 0);
    pinbulk_mbedtls_free(&tls);
    raw_stop(&server);
    CHECK_INT(COUNT(server.canaries), 0);
}

// The name of the host goes to the server (SNI), with a session that is resumed as well.
static void close_after_each(void *ctx, const raw_request *request, raw_reply *reply)
{
    (void)ctx, (void)request;
    raw_text(reply, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
             RAW_CLOSE);
}

static void the_name_is_sent(void)
{
    static raw_tls layer;
    raw_server server;
    raw_options options = {&layer.layer, 0, 0};
    pinbulk_mbedtls_config config = {.ca_file = ca_file};
    pinbulk_mbedtls tls;
    unsigned i;
    raw_tls_init(&layer, folder, "good");
    raw_start_with(&server, close_after_each, NULL, &options);
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    for (i = 1; i <= 2; i++) {
        CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_COMPLETE);
        CHECK_INT(COUNT(server.connections), i);
        CHECK_INT(tls.handshakes, 1);
        CHECK_INT(COUNT(layer.names), i);
        CHECK_TEXT(layer.name, strlen(layer.name), "localhost");
    }
    pinbulk_mbedtls_free(&tls);
    raw_stop(&server);
    raw_tls_free(&layer);
}

// A server that does not speak TLS gets no byte of the request.
static void plain(void *ctx, const raw_request *request, raw_reply *reply)
{
    (void)ctx, (void)request;
    raw_text(reply, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", RAW_CLOSE);
}

static void server_without_tls(void)
{
    raw_server server;
    pinbulk_mbedtls_config config = {.ca_file = ca_file, .connect_timeout = 2000};
    pinbulk_mbedtls tls;
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    raw_start(&server, plain, NULL);
    CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_NOTHING);
    pinbulk_mbedtls_free(&tls);
    raw_stop(&server);
    CHECK_INT(COUNT(server.canaries), 0);
}

static void names_that_lead_nowhere(void)
{
    pinbulk_mbedtls_config config = {.ca_file = ca_file};
    pinbulk_mbedtls tls;
    CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
    CHECK_INT(ask(&tls, "name.invalid", 443), PINBULK_REACHED_NOTHING);
    CHECK(strstr(one.outcome.text, "looked up"));
    CHECK_INT(ask(&tls, "localhost", port_of_nobody()), PINBULK_REACHED_NOTHING);
    CHECK(strstr(one.outcome.text, "no connection"));
    CHECK_INT(one.outcome.permanent, 0);
    pinbulk_mbedtls_free(&tls);
}

// An address whose listener takes no more, so that what is sent to it is lost, and then one that
// works; blocking, and in an event loop that waits as long as it is told. No resolver is asked for
// localhost.
static void addresses_that_are_silent(void)
{
    enum { FILLING = 8, CONNECT_TIME = 3000 };
    server server;
    pinbulk_mbedtls_config config = {.ca_file = ca_file, .connect_timeout = CONNECT_TIME};
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct sockaddr_in silent;
    int listener = socket(AF_INET, SOCK_STREAM, 0), filling[FILLING], i;
    char port[8];
    server_start(&server, answer, NULL, folder, "good");
    silent = serveri_address(server.port);
    inet_pton(AF_INET, "127.0.0.2", &silent.sin_addr);
    CHECK(bind(listener, (struct sockaddr *)&silent, sizeof silent) == 0 &&
          listen(listener, 0) == 0);
    for (i = 0; i < FILLING; i++) {
        filling[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(filling[i], (struct sockaddr *)&silent, sizeof silent);
    }
    server_sleep(100);
    snprintf(port, sizeof port, "%u", server.port);
    for (i = 0; i < 2; i++) {
        pinbulk_mbedtls tls;
        pinbulk_transport transport;
        uint64_t start, time;
        CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
        transport = pinbulk_mbedtls_transport(&tls);
        start = time = transport.now(transport.ctx);
        // as after the look at the name
        CHECK_INT(getaddrinfo("127.0.0.2", port, &hints, &tls.addresses), 0);
        CHECK_INT(getaddrinfo("127.0.0.1", port, &hints, &tls.addresses->ai_next), 0);
        tls.next_address = tls.addresses;
        tls.connect_until = start + CONNECT_TIME;
        tls.secure = 1;
        tls.phase = PINBULKI_MBEDTLS_CONNECTING;
        if (i == 0) {
            CHECK_INT(ask(&tls, "localhost", server.port), PINBULK_REACHED_COMPLETE);
        } else {
            pinbulk_http1_todo todo;
            pinbulk_response_init(&one.response, &one.request, one.reply, sizeof one.reply);
            pinbulk_http1_begin(&tls.http, &one.request, &one.response);
            while ((todo = pinbulk_http1_step(&tls.http, time)) != PINBULK_HTTP1_DONE) {
                struct pollfd polled = {tls.socket,
                                        (short)(todo == PINBULK_HTTP1_READ ? POLLIN : POLLOUT), 0};
                if (todo != PINBULK_HTTP1_AGAIN)
                    poll(&polled, 1, (int)(tls.http.until - time));
                time = transport.now(transport.ctx);
            }
            CHECK_INT(tls.http.outcome.reached, PINBULK_REACHED_COMPLETE);
        }
        time = transport.now(transport.ctx) - start;
        CHECK(time >= CONNECT_TIME / 2 && time < CONNECT_TIME); // it was silent, and had its share
        pinbulk_mbedtls_free(&tls);
    }
    for (i = 0; i < FILLING; i++)
        close(filling[i]);
    close(listener);

    CHECK_INT(__nss_configure_lookup("hosts", "nothing"), 0);
    for (i = 0; i < 2; i++) {
        pinbulk_mbedtls tls;
        CHECK_INT(pinbulk_mbedtls_init(&tls, &config), PINBULK_OK);
        CHECK_INT(ask(&tls, i == 0 ? "localhost" : "LOCALHOST", server.port),
                  PINBULK_REACHED_COMPLETE);
        CHECK_INT(ask(&tls, "localhost.example", server.port), PINBULK_REACHED_NOTHING);
        CHECK(strstr(one.outcome.text, "looked up"));
        pinbulk_mbedtls_free(&tls);
    }
    server_stop(&server);
}

int main(void)
{
    char here[256], *slash;
    snprintf(here, sizeof here, "%s", __FILE__);
    slash = strrchr(here, '/');
    snprintf(slash ? slash : here, 2, "%s", slash ? "" : ".");
    folder = certificates_make(here);
    if (folder == NULL) {
        printf("skipped: no certificates, the openssl tool is missing\n");
        return 77;
    }
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    RUN(only_the_good_certificate_passes);
    RUN(an_address_does_not_pass_for_a_name);
    RUN(pinned_certificates);
    RUN(authorities_in_memory);
    RUN(config_that_cannot_be_used);
    RUN(ends_of_responses);
    RUN(end_without_the_end_of_tls);
    RUN(sessions_are_resumed);
    RUN(the_name_is_sent);
    RUN(connecting_is_limited);
    RUN(server_without_tls);
    RUN(names_that_lead_nowhere);
    RUN(addresses_that_are_silent);
    folder_remove(folder);
    return check_report();
}
