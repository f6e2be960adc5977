// The three operations without a job: keywords are encoded into the body of an upsert, requests are
// built, replies are read. What comes in between is the program's.
#define PINBULK_IMPLEMENTATION
#include "pinbulk.h"

static char line[512], reply[512], piece[64];
static pinbulk_api api;
static pinbulk_request request;
static pinbulk_response response;
static pinbulk_body body;
static volatile int status;

// One exchange, as the device's own HTTP stack makes it.
static void exchange(void)
{
    pinbulk_outcome outcome = {PINBULK_REACHED_COMPLETE, 0, NULL};
    size_t got = 0;
    if (request.body)
        pinbulk_body_read(request.body, piece, sizeof piece, &got);
    pinbulk_response_init(&response, &request, reply, sizeof reply);
    pinbulk_response_begin(&response, status);
    pinbulk_response_header(&response, piece, got, piece, got);
    pinbulk_response_body(&response, piece, got);
    pinbulk_response_end(&response, outcome);
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
        pinbulk_body_init_upsert(&body, &upsert, NULL, NULL);
    else
        pinbulk_body_init_download(&body, &download, NULL, NULL);
    if (status)
        pinbulk_request_upsert(&request, &api, account, &body, line, sizeof line, NULL);
    else
        pinbulk_request_download(&request, &api, account, &body, line, sizeof line, NULL);
    exchange();
    pinbulk_response_submitted(&response, &submitted, &arena, NULL);
    id.data = submitted.request_id.text;
    id.length = submitted.request_id.length;
    pinbulk_request_status(&request, &api, account, id, 0, line, sizeof line, NULL);
    exchange();
    return (int)pinbulk_response_status(&response, &progress, &arena, NULL);
}
