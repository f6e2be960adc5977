// What stands before a piece of code in the README that is no program.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

void my_connect(void *ctx, pinbulk_text scheme, pinbulk_text host, unsigned port);
void my_send_head(void *ctx, const char *method, pinbulk_text target, const pinbulk_header *headers,
                  unsigned count);
void my_send_body(void *ctx, pinbulk_body *body);
int my_read_status(void *ctx);
void my_read_headers(void *ctx, pinbulk_response *response);
void my_read_body(void *ctx, pinbulk_response *response);

#include <stdio.h>
#include <stdlib.h>

extern pinbulk_upsert upsert;
extern pinbulk_job job;
extern pinbulk_job_config config;
extern pinbulk_transport transport;
extern pinbulk_encode_options options;
extern pinbulk_error error;
extern pinbulk_result result;
extern uint64_t resume_at;
extern char memory[8192], line[512];
pinbulk_result print(void *file, const void *data, size_t length);
void note(void *ctx, const pinbulk_error *finding);
void report(void *ctx, const pinbulk_part *part, const pinbulk_job *job);
