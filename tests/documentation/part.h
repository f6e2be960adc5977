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
