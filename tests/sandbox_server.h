// sandbox_server.h: the sandbox behind a real server. Include pinbulk.h, pinbulk_sandbox.h and
// server.h before it.
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#define SANDBOX_ACCOUNT "549755885175"
#ifndef SANDBOX_MEMORY
#define SANDBOX_MEMORY (1 << 18)
#endif

// Two servers with one sandbox, as the service has it: the API and, on another port, its result
// files.
typedef struct sandbox_server {
    pinbulk_sandbox sandbox;
    server api, files;
    size_t piece;         // bytes of a reply that are sent at once; 0: all
    unsigned slow, pause; // each reply of this number comes so many milliseconds later
    unsigned asked;       // requests so far
    char results[96], base_url[96];
    char memory[SANDBOX_MEMORY];
    pthread_mutex_t lock; // of the sandbox
} sandbox_server;

static inline pinbulk_text sandboxi_header(const server_request *request, const char *name)
{
    const char *value = server_header(request, name);
    return pinbulk_text_of(value ? value : "");
}

static inline void sandboxi_answer(void *ctx, const server_request *request, server_reply *reply)
{
    sandbox_server *both = (sandbox_server *)ctx;
    pinbulk_sandbox_request asked;
    pinbulk_sandbox_reply answer;
    memset(&asked, 0, sizeof asked);
    asked.method = pinbulk_text_of(request->method);
    asked.target = pinbulk_text_of(request->target);
    asked.authorization = sandboxi_header(request, "Authorization");
    asked.content_type = sandboxi_header(request, "Content-Type");
    asked.range = sandboxi_header(request, "Range");
    asked.if_range = sandboxi_header(request, "If-Range");
    asked.body.data = request->body;
    asked.body.length = request->length;
    pthread_mutex_lock(&both->lock);
    pinbulk_sandbox_answer(&both->sandbox, &asked, &answer);
    server_set_body(reply, answer.body.data, answer.body.length);
    if (both->slow != 0 && ++both->asked % both->slow == 0)
        reply->delay = both->pause;
    pthread_mutex_unlock(&both->lock);
    reply->status = answer.status;
    reply->missing = answer.body.length - answer.sent;
    reply->piece = both->piece;
    for (unsigned i = 0; i < answer.header_count; i++)
        if (strcasecmp(answer.headers[i].name, "Content-Length") != 0)
            server_add_header(reply, answer.headers[i].name, answer.headers[i].value);
}

// With `folder` both speak https, with the good certificate there.
static inline void sandbox_server_start(sandbox_server *both, const char *folder)
{
    pinbulk_sandbox_config config;
    memset(both, 0, sizeof *both);
    memset(&config, 0, sizeof config);
    pthread_mutex_init(&both->lock, NULL);
    server_start(&both->files, sandboxi_answer, both, folder, "good");
    server_start(&both->api, sandboxi_answer, both, folder, "good");
    snprintf(both->base_url, sizeof both->base_url, "%s/v5", both->api.url);
    snprintf(both->results, sizeof both->results, "%s/results/", both->files.url);
    config.token = pinbulk_text_of(CANARY);
    config.account = pinbulk_text_of(SANDBOX_ACCOUNT);
    config.memory = both->memory;
    config.memory_size = sizeof both->memory;
    config.result_url = pinbulk_text_of(both->results);
#ifdef SANDBOX_KEPT
    config.kept = SANDBOX_KEPT;
#endif
    pthread_mutex_lock(&both->lock);
    if (pinbulk_sandbox_init(&both->sandbox, &config) != PINBULK_OK)
        abort();
    pthread_mutex_unlock(&both->lock);
}

static inline void sandbox_misbehave(sandbox_server *both, pinbulk_operation operation,
                                     pinbulk_sandbox_fault fault, unsigned times, int64_t number)
{
    pthread_mutex_lock(&both->lock);
    if (pinbulk_sandbox_misbehave(&both->sandbox, operation, fault, times, number) != PINBULK_OK)
        abort();
    pthread_mutex_unlock(&both->lock);
}

// Reads a counter of the sandbox while the servers run.
static inline unsigned sandbox_count(sandbox_server *both, const unsigned *counter)
{
    pthread_mutex_lock(&both->lock);
    unsigned count = *counter;
    pthread_mutex_unlock(&both->lock);
    return count;
}

static inline void sandbox_server_stop(sandbox_server *both)
{
    server_stop(&both->api);
    server_stop(&both->files);
    pthread_mutex_destroy(&both->lock);
}

#endif
