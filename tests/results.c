// Results and errors: every result can be named and explained, and the line for a person says what
// happened, where, and what to do, whatever bytes came from outside and however small the buffer.
#include "private.h"
#include "check.h"

#define LINE_SIZE 1024

static pinbulk_error error_of(pinbulk_result result)
{
    pinbulk_error error;
    memset(&error, 0, sizeof(error));
    error.result = result;
    return error;
}

// The line of an error in a static buffer. Its length must be the one returned.
static const char *line_of(const pinbulk_error *error)
{
    static char line[LINE_SIZE];
    size_t length = pinbulk_error_text(error, line, sizeof(line));
    CHECK(length < sizeof(line));
    CHECK_INT(strlen(line), length);
    return line;
}

// Is it UTF-8 without control characters and without what ends or turns a line?
static int is_shown(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        int more = *at >= 0xF0 ? 3 : *at >= 0xE0 ? 2 : *at >= 0xC0 ? 1 : 0;
        uint32_t code = more ? *at & (0x3Fu >> more) : *at;
        if ((*at >= 0x80 && *at < 0xC2) || *at > 0xF4)
            return 0;
        at++;
        for (int i = 0; i < more; i++, at++) {
            if ((*at & 0xC0) != 0x80)
                return 0;
            code = code << 6 | (*at & 0x3Fu);
        }
        if ((more == 2 && code < 0x800) || (more == 3 && (code < 0x10000 || code > 0x10FFFF)) ||
            (code >= 0xD800 && code < 0xE000))
            return 0;
        if (code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
            (code >= 0x2066 && code <= 0x2069))
            return 0;
    }
    return 1;
}

// The name of a result is its constant.
static void test_names(void)
{
#define ROW(result)     \
    {                   \
        result, #result \
    }
    static const struct {
        pinbulk_result result;
        const char *name;
    } rows[] = {
        ROW(PINBULK_OK),
        ROW(PINBULK_BAD_ARGUMENT),
        ROW(PINBULK_BAD_STATE),
        ROW(PINBULK_NO_SPACE),
        ROW(PINBULK_BAD_NESTING),
        ROW(PINBULK_BAD_UTF8),
        ROW(PINBULK_BAD_NUMBER),
        ROW(PINBULK_SINK_FAILED),
        ROW(PINBULK_SOURCE_FAILED),
        ROW(PINBULK_SOURCE_CHANGED),
        ROW(PINBULK_BAD_JSON),
        ROW(PINBULK_TRUNCATED),
        ROW(PINBULK_TOO_DEEP),
        ROW(PINBULK_TOO_LARGE),
        ROW(PINBULK_DUPLICATE),
        ROW(PINBULK_BAD_CSV),
        ROW(PINBULK_WRONG_TYPE),
        ROW(PINBULK_UNKNOWN),
        ROW(PINBULK_MISSING),
        ROW(PINBULK_NOT_SET),
        ROW(PINBULK_NOT_ALLOWED),
        ROW(PINBULK_NOT_NULLABLE),
        ROW(PINBULK_NOT_TOGETHER),
        ROW(PINBULK_BAD_ENUM),
        ROW(PINBULK_BAD_PATTERN),
        ROW(PINBULK_OUT_OF_RANGE),
        ROW(PINBULK_UNSAFE_URL),
        ROW(PINBULK_TRANSPORT_FAILED),
        ROW(PINBULK_EMPTY_BODY),
        ROW(PINBULK_NOT_JSON),
        ROW(PINBULK_UNEXPECTED),
        ROW(PINBULK_ENCODED_BODY),
        ROW(PINBULK_UNAUTHORIZED),
        ROW(PINBULK_FORBIDDEN),
        ROW(PINBULK_NOT_FOUND),
        ROW(PINBULK_RATE_LIMITED),
        ROW(PINBULK_SPAM_BLOCKED),
        ROW(PINBULK_REFUSED),
        ROW(PINBULK_SERVER_ERROR),
        ROW(PINBULK_REQUEST_FAILED),
        ROW(PINBULK_CANCELLED),
        ROW(PINBULK_DEADLINE),
        ROW(PINBULK_MAYBE_APPLIED),
        ROW(PINBULK_RESULT_INCOMPLETE),
        ROW(PINBULK_RESULT_CHANGED),
    };
#undef ROW
    CHECK_INT(sizeof(rows) / sizeof(rows[0]), PINBULK_RESULT_COUNT);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *name = pinbulk_result_name(rows[i].result);
        CHECK_INT(rows[i].result, i);
        CHECK_TEXT(name, strlen(name), rows[i].name);
    }
}

// Texts read on after "program: " and before " (": no capital, no full stop, no two alike.
static void test_texts(void)
{
    for (int i = 0; i < PINBULK_RESULT_COUNT; i++) {
        const char *text = pinbulk_result_text((pinbulk_result)i);
        size_t length = strlen(text);
        CHECK(length >= 5 && length < 80 && is_shown(text));
        CHECK(strchr(".!?;:", text[length - 1]) == NULL);
        CHECK(!(text[0] >= 'A' && text[0] <= 'Z'));
        for (int j = 0; j < i; j++)
            CHECK(strcmp(text, pinbulk_result_text((pinbulk_result)j)) != 0);
    }
}

static void test_numbers_that_are_no_result(void)
{
    static const int numbers[] = {PINBULK_RESULT_COUNT, PINBULK_RESULT_COUNT + 1, 63};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        pinbulk_error error = error_of((pinbulk_result)numbers[i]);
        CHECK(strlen(pinbulk_result_name((pinbulk_result)numbers[i])) > 0);
        CHECK(strlen(pinbulk_result_text((pinbulk_result)numbers[i])) > 0);
        CHECK(strlen(line_of(&error)) > 0);
    }
}

// Every failure says what to do, in one sentence or two.
static void test_every_line_has_advice(void)
{
    for (int i = 1; i < PINBULK_RESULT_COUNT; i++) {
        pinbulk_error error = error_of((pinbulk_result)i);
        const char *line = line_of(&error);
        const char *advice = strstr(line, "). ");
        CHECK(is_shown(line));
        CHECK(strncmp(line, pinbulk_result_text(error.result),
                      strlen(pinbulk_result_text(error.result))) == 0);
        CHECK(strstr(line, pinbulk_result_name(error.result)) != NULL);
        CHECK(advice && strlen(advice) > 10 && line[strlen(line) - 1] == '.');
    }
}

static void check_line(const pinbulk_error *error, const char *want)
{
    const char *line = line_of(error);
    CHECK_TEXT(line, strlen(line), want);
}

static void test_lines(void)
{
    pinbulk_error error = error_of(PINBULK_OK);
    check_line(&error, "success (PINBULK_OK)");

    error = error_of(PINBULK_MISSING);
    strcpy(error.path, "create.campaigns[3].name");
    check_line(&error, "create.campaigns[3].name: a required member is missing (PINBULK_MISSING). "
                       "Set the member.");

    error = error_of(PINBULK_BAD_JSON);
    strcpy(error.path, "items[0]");
    strcpy(error.message, "a comma or ] was expected");
    error.has_offset = 1;
    check_line(&error,
               "items[0]: the text is not JSON: a comma or ] was expected (PINBULK_BAD_JSON, "
               "byte 0). Look at the place named. A result file can be fetched again.");
    error.offset = UINT64_MAX;
    CHECK(strstr(line_of(&error), ", byte 18446744073709551615)") != NULL);

    error = error_of(PINBULK_UNAUTHORIZED);
    error.http_status = 401;
    error.api_code = 2;
    error.attempt = 1;
    error.reached = PINBULK_REACHED_COMPLETE;
    strcpy(error.message, "Authentication failed.");
    strcpy(error.rid, "1122334455667788");
    check_line(&error,
               "the access token is not accepted: Authentication failed. (PINBULK_UNAUTHORIZED, "
               "HTTP 401, API code 2, attempt 1, request id 1122334455667788). Get a new token; "
               "this one may be expired, revoked or cut.");
    error.api_code = -29;
    CHECK(strstr(line_of(&error), ", API code -29,") != NULL);
    error.api_code = INT64_MIN;
    CHECK(strstr(line_of(&error), ", API code -9223372036854775808,") != NULL);

    error = error_of(PINBULK_MAYBE_APPLIED);
    error.attempt = 3;
    error.reached = PINBULK_REACHED_BODY;
    check_line(&error, "the reply to an upsert was lost, it may or may not be applied "
                       "(PINBULK_MAYBE_APPLIED, attempt 3, the body was sent at least in part, no "
                       "response came). Do not send it again before a download has shown whether "
                       "the changes are there.");
}

// How far the exchange got is told whenever it is not whole; without an exchange it is not.
static void test_reached(void)
{
    pinbulk_error error = error_of(PINBULK_TRANSPORT_FAILED);
    char none[LINE_SIZE];
    strcpy(none, line_of(&error));
    error.reached = PINBULK_REACHED_COMPLETE;
    check_line(&error, none);
    for (int reached = PINBULK_REACHED_UNKNOWN; reached < PINBULK_REACHED_COMPLETE; reached++) {
        char line[LINE_SIZE];
        error.attempt = 1;
        error.reached = (pinbulk_reached)reached;
        strcpy(line, line_of(&error));
        for (int other = reached + 1; other <= PINBULK_REACHED_COMPLETE; other++) {
            error.reached = (pinbulk_reached)other;
            CHECK(strcmp(line, line_of(&error)) != 0);
        }
    }
}

// Every capacity from none to more than enough: the length is always the whole one, nothing is
// written behind the buffer, a cut line is whole UTF-8, begins like the line and ends in "...".
static void test_every_capacity(void)
{
    char full[LINE_SIZE];
    pinbulk_error error = error_of(PINBULK_REFUSED);
    error.http_status = 400;
    error.attempt = 2;
    strcpy(error.path, "create.campaigns[3].\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    strcpy(error.message,
           "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xe2\x82\xac\xe2\x82\xac\xc3\xa4\xc3\xa4\xc3\xa4 no");
    strcpy(full, line_of(&error));
    size_t length = strlen(full);
    CHECK_INT(pinbulk_error_text(&error, NULL, 0), length);
    for (size_t size = 1; size < length + 4; size++) {
        char *line = (char *)malloc(size);
        memset(line, 'x', size);
        CHECK_INT(pinbulk_error_text(&error, line, size), length);
        CHECK(memchr(line, '\0', size) != NULL);
        if (size > length) {
            CHECK(strcmp(line, full) == 0);
        } else {
            size_t kept = strlen(line), dots = size - 1 < 3 ? size - 1 : 3;
            CHECK(kept >= dots && strcmp(line + kept - dots, &"..."[3 - dots]) == 0);
            CHECK(memcmp(line, full, kept - dots) == 0);
            CHECK(is_shown(line));
            CHECK(kept + 4 >= size); // no more is lost than one character
        }
        free(line);
    }
}

// Texts of the service and names in documents are foreign: each byte and each sequence that a
// terminal could act on becomes a '?', in all three places.
static void test_foreign_texts(void)
{
    static const char *const bad[] = {"\x1b",
                                      "\n",
                                      "\r",
                                      "\t",
                                      "\x7f",
                                      "\x80",
                                      "\xbf",
                                      "\xc0\x8a",
                                      "\xc1\xbf",
                                      "\xc2\x80",
                                      "\xc2\x9b",
                                      "\xc2\x9f",
                                      "\xe2\x80\xa8",
                                      "\xe2\x80\xa9",
                                      "\xe2\x80\xae",
                                      "\xe2\x81\xa6",
                                      "\xe2\x81\xa9",
                                      "\xe0\x80\x8a",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x80\x80\x8a",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xfc\x80\x80\x80",
                                      "\xff",
                                      "\xc3",
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\xe2\x28\xa1"};
    static const char *const good[] = {"a",
                                       " ",
                                       "~",
                                       "\xc2\xa0",
                                       "\xc3\xa4",
                                       "\xe2\x80\xa7",
                                       "\xe2\x80\xaf",
                                       "\xe2\x81\xa5",
                                       "\xe2\x81\xaa",
                                       "\xe2\x82\xac",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf"};
    pinbulk_error error = error_of(PINBULK_REFUSED);
    char *const places[] = {error.path, error.message, error.rid};
    for (size_t place = 0; place < 3; place++) {
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            sprintf(places[place], "<%s>", bad[i]); // inside, and at the end
            CHECK(is_shown(line_of(&error)));
            CHECK(strstr(line_of(&error), "<?") != NULL && strstr(line_of(&error), "?>") != NULL);
            sprintf(places[place], "<%s", bad[i]);
            CHECK(is_shown(line_of(&error)));
        }
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
            sprintf(places[place], "<%s>", good[i]);
            CHECK(strstr(line_of(&error), places[place]) != NULL);
        }
        for (int byte = 1; byte < 256; byte++) {
            sprintf(places[place], "%c%c", byte, byte);
            CHECK(is_shown(line_of(&error)));
        }
        places[place][0] = '\0';
    }
    uint64_t seed = 1;
    for (long i = check_scaled(100000); i > 0; i--) {
        for (size_t j = 0; j < sizeof(error.message) - 1; j++)
            error.message[j] = (char)(check_random(&seed) >> (j & 1 ? 56 : 58));
        error.message[check_random(&seed) % sizeof(error.message)] = '\0';
        CHECK(is_shown(line_of(&error)));
    }
}

// An error that a host filled to the brim, without a NUL, is read no further than it goes.
static void test_texts_without_end(void)
{
    pinbulk_error *error = (pinbulk_error *)malloc(sizeof(pinbulk_error));
    *error = error_of(PINBULK_REFUSED);
    memset(error->path, 'p', sizeof(error->path));
    memset(error->message, 'm', sizeof(error->message));
    memset(error->rid, 'r', sizeof(error->rid));
    const char *line = line_of(error);
    CHECK_INT(strspn(line, "p"), sizeof(error->path));
    CHECK_INT(strspn(strchr(line, 'm'), "m"), sizeof(error->message));
    CHECK_INT(strspn(strstr(line, "rr"), "r"), sizeof(error->rid));
    strcpy(error->message, "\x82\xac"); // not the rest of a character that begins in the path
    error->path[sizeof(error->path) - 1] = '\xe2';
    CHECK(is_shown(line_of(error)));
    CHECK(strstr(line_of(error), "p?: ") != NULL);
    free(error);
}

static void test_copy_every_capacity(void)
{
    static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80zz\xf0\x9f\x98\x80\xc3\xa4";
    static const char *const cut[] = {"", ".", "..", "...", "a...", "a...", "a\xc3\xa4..."};
    for (size_t length = 0; length < sizeof(text); length++) {
        char *from = (char *)malloc(length ? length : 1);
        memcpy(from, text, length);
        for (size_t size = 1; size <= length + 2; size++) {
            char *to = (char *)malloc(size);
            size_t written = private_text_copy(to, size, from, length);
            CHECK_INT(strlen(to), written);
            if (size > length) {
                CHECK(written == length && memcmp(to, text, length) == 0);
            } else {
                size_t dots = size - 1 < 3 ? size - 1 : 3;
                CHECK(written >= dots && memcmp(to, text, written - dots) == 0);
                CHECK(strcmp(to + written - dots, &"..."[3 - dots]) == 0);
                CHECK(((unsigned char)text[written - dots] & 0xC0) != 0x80);
                CHECK(written + 4 >= size);
                if (size - 1 < sizeof(cut) / sizeof(cut[0]))
                    CHECK_TEXT(to, written, cut[size - 1]);
            }
            free(to);
        }
        free(from);
    }
    CHECK_INT(private_text_copy(NULL, 0, "a", 1), 0);
}

// What is cut need not be UTF-8, nor end at all.
static void test_copy_any_bytes(void)
{
    char from[40], to[16];
    for (int byte = 0; byte < 256; byte++) {
        memset(from, byte, sizeof(from));
        size_t written = private_text_copy(to, sizeof(to), from, sizeof(from));
        CHECK(written >= 12 && written <= 15 && to[written] == '\0');
        CHECK(memcmp(to + written - 3, "...", 3) == 0);
    }
}

static void test_error_set(void)
{
    pinbulk_error error;
    char message[PINBULK_ERROR_MESSAGE_MAX + 20];
    memset(&error, 0xA5, sizeof(error));
    private_error_set(&error, PINBULK_MISSING, "needed");
    CHECK_INT(error.result, PINBULK_MISSING);
    CHECK_TEXT(error.message, strlen(error.message), "needed");
    CHECK(error.path[0] == 0 && error.rid[0] == 0 && error.http_status == 0 && error.api_code == 0);
    CHECK(error.attempt == 0 && error.has_offset == 0 && error.offset == 0 && error.reached == 0);

    memset(&error, 0xA5, sizeof(error));
    private_error_set(&error, PINBULK_MISSING, NULL);
    CHECK(error.result == PINBULK_MISSING && error.message[0] == 0);
    private_error_set(NULL, PINBULK_MISSING, "needed");

    for (size_t length = PINBULK_ERROR_MESSAGE_MAX - 3; length < sizeof(message); length++) {
        memset(message, 'm', sizeof(message));
        message[length] = '\0';
        private_error_set(&error, PINBULK_MISSING, message);
        if (length < PINBULK_ERROR_MESSAGE_MAX)
            CHECK_TEXT(error.message, strlen(error.message), message);
        else
            CHECK(strlen(error.message) == PINBULK_ERROR_MESSAGE_MAX - 1 &&
                  strcmp(error.message + PINBULK_ERROR_MESSAGE_MAX - 4, "...") == 0);
    }
}

int main(void)
{
    RUN(test_names);
    RUN(test_texts);
    RUN(test_numbers_that_are_no_result);
    RUN(test_every_line_has_advice);
    RUN(test_lines);
    RUN(test_reached);
    RUN(test_every_capacity);
    RUN(test_foreign_texts);
    RUN(test_texts_without_end);
    RUN(test_copy_every_capacity);
    RUN(test_copy_any_bytes);
    RUN(test_error_set);
    return check_report();
}
