// session.h: what the commands that speak to the service share: token, transport, progress.
#ifndef TOOL_SESSION_H
#define TOOL_SESSION_H

#include "tool.h"
#include <curl/curl.h>
#include "../../adapters/pinbulk_curl.h"
#include "../../adapters/pinbulk_sandbox.h"

typedef struct session {
    // options
    const char *account, *token_file, *refresh_file, *ca_file, *proxy, *deadline, *poll, *attempts;
    const char *sandbox_file;
    int sandbox;
    // what a job needs; commands add fetch and sink
    pinbulk_job_config config;
    pinbulk_transport transport;
    pinbulk_job job;
    uint64_t until; // when --deadline ends, by the clock of the transport; UINT64_MAX: never
    int sent;       // a request of a job began: what is wrong from here on may be of an answer
    // own
    pinbulk_curl curl;
    pinbulk_sandbox stand_in;
    char *stand_in_memory;
    char *token, *refresh_token;
    int curl_ready, refresh_code;
    pinbulk_refresh refresh;
    pinbulk_text status; // of the bulk request, as the service names it
    char status_text[64];
    char *details;                  // unknown members of the status, as members of a JSON object
    int once;                       // one status call is all that is wanted
    const pinbulk_reading *reading; // for the progress
    char memory[65536];             // of the job
} session;

// The options of a session, for a table of tool_option: those that say how the service is reached,
// and all.
// clang-format off
#define SESSION_ACCESS(s)                                                                         \
    {"--token-file", TOOL_TEXT, &(s).token_file},                                                 \
    {"--refresh-token-file", TOOL_TEXT, &(s).refresh_file},                                       \
    {"--ca-file", TOOL_TEXT, &(s).ca_file},                                                       \
    {"--proxy", TOOL_TEXT, &(s).proxy},                                                           \
    {"--sandbox", TOOL_FLAG, &(s).sandbox},                                                       \
    {"--sandbox-file", TOOL_TEXT, &(s).sandbox_file}
#define SESSION_OPTIONS(s)                                                                        \
    SESSION_ACCESS(s),                                                                            \
    {"--deadline", TOOL_TEXT, &(s).deadline},                                                     \
    {"--poll", TOOL_TEXT, &(s).poll},                                                             \
    {"--attempts", TOOL_TEXT, &(s).attempts}
// clang-format on

// Opens it by its options. Returns an exit code, having said what is wrong.
int session_open(session *s);
// With the exit code of the command; returns it, or another one when something failed at the end.
int session_close(session *s, int code);
// Gives the next job what is left of --deadline.
void session_deadline(session *s);
// Says what is wrong with a job, and returns the exit code for it.
int session_failed(session *s, const pinbulk_error *error);
// The exit code of an error.
int session_code(const session *s, const pinbulk_error *error);
// Milliseconds of `90s`, `250ms`, `2h`, `30d`; a number alone counts `unit` milliseconds. 0: it is
// none.
int parse_duration(const char *text, uint64_t unit, uint64_t *value);

#endif
