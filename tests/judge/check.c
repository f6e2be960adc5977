// Reads bodies of requests, one in a line behind the name of its schema, decodes and validates each
// and answers in a line: `ok`, or the result and the path of the member that is refused.
#define PINBULK_IMPLEMENTATION
#include "../../pinbulk.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_SIZE = 1 << 20, ARENA_SIZE = 1 << 23 };

static pinbulk_result check(const char *line, size_t length, pinbulk_arena *arena,
                            pinbulk_error *error)
{
    static const char download_schema[] = "BulkDownloadRequest ";
    pinbulk_encode_options options;
    pinbulk_download download;
    pinbulk_upsert upsert;
    pinbulk_result result;
    size_t front = strcspn(line, " ") + 1;
    memset(&options, 0, sizeof options);
    options.refuse_unknown = 1;
    arena->used = 0;
    if (strncmp(line, download_schema, front) == 0) {
        result =
            pinbulk_decode_download(line + front, length - front, &download, arena, NULL, error);
        return result == PINBULK_OK ? pinbulk_validate_download(&download, &options, error)
                                    : result;
    }
    result = pinbulk_decode_upsert(line + front, length - front, &upsert, arena, NULL, error);
    return result == PINBULK_OK ? pinbulk_validate_upsert(&upsert, &options, error) : result;
}

int main(void)
{
    char *line = (char *)malloc(LINE_MAX_SIZE);
    pinbulk_arena arena = {malloc(ARENA_SIZE), ARENA_SIZE, 0};
    pinbulk_error error;
    while (line && arena.memory && fgets(line, LINE_MAX_SIZE, stdin)) {
        size_t length = strcspn(line, "\n");
        pinbulk_result result;
        memset(&error, 0, sizeof error);
        result = check(line, length, &arena, &error);
        if (result == PINBULK_OK)
            printf("ok\n");
        else
            printf("%s %s\n", pinbulk_result_name(result), error.path);
    }
    free(line);
    free(arena.memory);
    return 0;
}
