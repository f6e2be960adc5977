// The three operations without a job: keywords are encoded into the body of an upsert, requests are
// built, replies are read. What comes in between is the program's.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static char line[512], reply[512], piece[64];
static pinbulk_request ram_request;
static pinbulk_response ram_response;
static pinbulk_body ram_body;
static pinbulk_api api;
static volatile int status;

// One exchange, as the device's own HTTP stack makes it.
static void exchange(void)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    size_t got = 0;
    if (ram_request.body)
        pinbulk_body_read(ram_request.body, piece, sizeof piece, &got);
    pinbulk_response_init(&ram_response, &ram_request, reply, sizeof reply);
    pinbulk_response_begin(&ram_response, status);
    pinbulk_response_header(&ram_response, piece, got, piece, got);
    pinbulk_response_body(&ram_response, piece, got);
    pinbulk_response_end(&ram_response, outcome);
}

int main(void);
int main(void)
{
    pinbulk_text account = pinbulk_text_of("549755885175"), id;
    pinbulk_keyword keyword;
    pinbulk_update update;
    pinbulk_upsert upsert;
    pinbulk_download download;
    pinbulk_submitted submitted;
    pinbulk_status progress;
    pinbulk_arena arena = {piece, sizeof piece, 0};
    memset(&keyword, 0, sizeof keyword);
    memset(&update, 0, sizeof update);
    memset(&upsert, 0, sizeof upsert);
    memset(&download, 0, sizeof download);
    keyword.id = pinbulk_string_of("1");
    update.keywords = pinbulk_keyword_list_set(&keyword, 1);
    upsert.update = pinbulk_update_ref_set(&update);
    if (status)
        pinbulk_body_init_upsert(&ram_body, &upsert, NULL, NULL);
    else
        pinbulk_body_init_download(&ram_body, &download, NULL, NULL);
    if (status)
        pinbulk_request_upsert(&ram_request, &api, account, &ram_body, line, sizeof line, NULL);
    else
        pinbulk_request_download(&ram_request, &api, account, &ram_body, line, sizeof line, NULL);
    exchange();
    pinbulk_response_submitted(&ram_response, &submitted, &arena, NULL);
    id.data = submitted.request_id.text;
    id.length = submitted.request_id.length;
    pinbulk_request_status(&ram_request, &api, account, id, 0, line, sizeof line, NULL);
    exchange();
    return (int)pinbulk_response_status(&ram_response, &progress, &arena, NULL);
}
