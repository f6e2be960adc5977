// Values: the constructors, and that presence is a part of every value: absent, null and set are
// three different orders to the service, and none is given by accident.
#define PINBULK_IMPLEMENTATION
#include "../pinbulk.h"
#include "check.h"

#include <limits.h>

static void test_constructors(void)
{
    static const char text[] = {'a', '\0', 'b'};
    pinbulk_string string = pinbulk_string_set(text, sizeof(text));
    CHECK(string.state == PINBULK_SET && string.text == text && string.length == 3);
    string = pinbulk_string_of("name");
    CHECK_INT(string.state, PINBULK_SET);
    CHECK_TEXT(string.text, string.length, "name");
    string = pinbulk_string_of("");
    CHECK(string.state == PINBULK_SET && string.length == 0);
    string = pinbulk_string_set(NULL, 0);
    CHECK(string.state == PINBULK_SET && string.length == 0);

    pinbulk_decimal decimal = pinbulk_decimal_of("1.50");
    CHECK_INT(decimal.state, PINBULK_SET);
    CHECK_TEXT(decimal.text, decimal.length, "1.50");
    decimal = pinbulk_decimal_set("1.50", 3);
    CHECK_INT(decimal.state, PINBULK_SET);
    CHECK_TEXT(decimal.text, decimal.length, "1.5");

    static const int64_t integers[] = {0, 1, -1, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        pinbulk_int integer = pinbulk_int_set(integers[i]);
        CHECK_INT(integer.state, PINBULK_SET);
        CHECK_INT(integer.value, integers[i]);
    }
    static const int truths[] = {0, 1, 2, -1, 256, INT_MIN};
    for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
        pinbulk_bool truth = pinbulk_bool_set(truths[i]);
        CHECK_INT(truth.state, PINBULK_SET);
        CHECK_INT(truth.value, truths[i] != 0);
    }
    pinbulk_enum constant = pinbulk_enum_set(PINBULK_ENTITY_STATUS_PAUSED);
    CHECK(constant.state == PINBULK_SET && constant.value == PINBULK_ENTITY_STATUS_PAUSED);
    CHECK(constant.text == NULL && constant.length == 0);
    constant = pinbulk_enum_of("NEWER_THAN_THIS");
    CHECK(constant.state == PINBULK_SET && constant.value == 0);
    CHECK_TEXT(constant.text, constant.length, "NEWER_THAN_THIS");
}

static void test_text(void)
{
    pinbulk_text none = pinbulk_text_of(NULL), empty = pinbulk_text_of("");
    pinbulk_text name = pinbulk_text_of("name"), same = {4, "names"};
    CHECK(none.length == 0 && empty.length == 0);
    CHECK_TEXT(name.data, name.length, "name");
    CHECK(pinbulk_text_equal(name, same) && pinbulk_text_equal(none, empty));
    CHECK(!pinbulk_text_equal(name, pinbulk_text_of("names")));
    CHECK(!pinbulk_text_equal(name, pinbulk_text_of("namE")));
    CHECK(!pinbulk_text_equal(name, none) && !pinbulk_text_equal(none, name));
    pinbulk_text zero = {2, "a\0b"}, other = {2, "a\1b"};
    CHECK(!pinbulk_text_equal(zero, other)); // a NUL is a byte like any other
}

// Encodes a keyword without validation, as the update of an entity; the result's name is the text
// when it fails.
static void check_sent(const pinbulk_keyword *keyword, const char *want)
{
    char json[256];
    uint64_t length = 0;
    pinbulk_writer writer;
    pinbulk_encode_options options;
    pinbulk_error error;
    memset(&error, 0, sizeof(error));
    memset(&options, 0, sizeof(options));
    options.unchecked = 1;
    pinbulk_writer_init_buffer(&writer, json, sizeof(json));
    pinbulk_result result =
        pinbulk_encode_keyword(keyword, PINBULK_FORM_UPDATE, &writer, &options, &error);
    if (result == PINBULK_OK) {
        CHECK_INT(pinbulk_writer_end(&writer, &length), PINBULK_OK);
        CHECK_TEXT(json, length, want);
    } else {
        CHECK_INT(error.result, result);
        CHECK_TEXT(pinbulk_result_name(result), strlen(pinbulk_result_name(result)), want);
    }
}

static pinbulk_keyword nothing(void)
{
    pinbulk_keyword keyword;
    memset(&keyword, 0, sizeof(keyword));
    return keyword;
}

static void test_presence(void)
{
    pinbulk_keyword keyword = nothing();
    CHECK_INT(PINBULK_ABSENT, 0);
    check_sent(&keyword, "{}");
    keyword.bid.state = PINBULK_NULL;
    check_sent(&keyword, "{\"bid\":null}");
    keyword.bid = pinbulk_int_set(0);
    keyword.archived = pinbulk_bool_set(0);
    check_sent(&keyword, "{\"archived\":false,\"bid\":0}");
    keyword.value = pinbulk_string_of("");
    check_sent(&keyword, "{\"archived\":false,\"bid\":0,\"value\":\"\"}");
    keyword.archived.state = PINBULK_ABSENT;
    keyword.bid.state = PINBULK_ABSENT;
    keyword.value.state = PINBULK_ABSENT;
    keyword.value.length = 0;
    keyword.value.text = NULL;
    check_sent(&keyword, "{}");
}

// A member that was filled but whose state was forgotten does not vanish.
static void test_forgotten_state(void)
{
    pinbulk_keyword keyword = nothing();
    keyword.bid.value = 5;
    check_sent(&keyword, "PINBULK_NOT_SET");
    keyword = nothing();
    keyword.value.text = "shoes";
    keyword.value.length = 5;
    check_sent(&keyword, "PINBULK_NOT_SET");
    keyword = nothing();
    keyword.archived.value = 1;
    check_sent(&keyword, "PINBULK_NOT_SET");
    keyword = nothing();
    keyword.match_type.value = PINBULK_MATCH_TYPE_EXACT;
    check_sent(&keyword, "PINBULK_NOT_SET");
}

// Nor does a forgotten text, and a constant that is too large is not cut to another one.
static void test_misuse(void)
{
    pinbulk_keyword keyword = nothing();
    keyword.value = pinbulk_string_of(NULL);
    check_sent(&keyword, "PINBULK_BAD_ARGUMENT");
    keyword = nothing();
    keyword.match_type = pinbulk_enum_of(NULL);
    check_sent(&keyword, "PINBULK_BAD_ENUM");
    CHECK(pinbulk_decimal_of(NULL).text == NULL && pinbulk_decimal_of(NULL).length > 0);
#if UINT_MAX > 0xffff
    keyword = nothing();
    keyword.match_type = pinbulk_enum_set(0x10000u + PINBULK_MATCH_TYPE_EXACT);
    check_sent(&keyword, "PINBULK_BAD_ENUM");
#endif
}

int main(void)
{
    RUN(test_constructors);
    RUN(test_text);
    RUN(test_presence);
    RUN(test_forgotten_state);
    RUN(test_misuse);
    return check_report();
}
