// Any bytes as a number: the three readers agree on what is one, double matches strtod, and what is
// written is read back.
#include "../private.h"

#include <stdlib.h>
#include <string.h>

static void must(int condition)
{
    if (!condition)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = (char *)malloc(size + 1), back[PINBULK_DOUBLE_TEXT_MAX];
    int64_t integer = 4711, again;
    double value = 47.5, reference;
    int plain = 0;
    memcpy(text, data, size);
    text[size] = '\0';
    pinbulk_result as_int = pinbulk_int_from_text((const char *)data, size, &integer);
    pinbulk_result as_double = pinbulk_double_from_text((const char *)data, size, &value);
    int number = private_json_number((const char *)data, size, &plain);

    must(number == (as_int != PINBULK_BAD_NUMBER) && number == (as_double != PINBULK_BAD_NUMBER));
    if (as_int == PINBULK_OK) {
        size_t length = pinbulk_int_to_text(integer, back);
        must(pinbulk_int_from_text(back, length, &again) == PINBULK_OK && again == integer);
        must(!plain || integer == 0 || (length == size && memcmp(back, data, size) == 0));
        must(as_double == PINBULK_OK && value == (double)integer);
    } else {
        must(integer == 4711);
    }
    if (as_double == PINBULK_OK) {
        reference = strtod(text, NULL);
        must(memcmp(&reference, &value, sizeof(value)) == 0);
        must(pinbulk_double_from_text(back, pinbulk_double_to_text(value, back), &reference) ==
             PINBULK_OK);
        must(memcmp(&reference, &value, sizeof(value)) == 0);
    } else {
        must(value == 47.5);
        must(!number || strtod(text, NULL) - strtod(text, NULL) != 0); // an infinity
    }
    if (size >= sizeof(value)) { // the bytes themselves as a double
        memcpy(&value, data, sizeof(value));
        size_t length = pinbulk_double_to_text(value, back);
        must((length == 0) == (value - value != 0));
        if (length > 0) {
            must(pinbulk_double_from_text(back, length, &reference) == PINBULK_OK);
            must(memcmp(&reference, &value, sizeof(value)) == 0);
        }
    }
    free(text);
    return 0;
}
