// Numbers: integers and doubles to text and back. Doubles are compared with the C library, whose
// strtod and printf must round correctly (glibc and musl do), and with decimals computed here.
#include "private.h"
#include "check.h"

#include <float.h>

#ifdef _WIN32 // strtod of MinGW takes what lies just below a power of two for it
#define strtod(text, end) _strtod_l(text, end, NULL)
#endif

// A text in a block of its own size, so that a sanitizer sees every byte read behind its end.
static char *exact_copy(const char *text, size_t length)
{
    char *copy = (char *)malloc(length ? length : 1);
    memcpy(copy, text, length);
    return copy;
}

static pinbulk_result int_of(const char *text, int64_t *value)
{
    size_t length = strlen(text);
    char *copy = exact_copy(text, length);
    pinbulk_result result = pinbulk_int_from_text(copy, length, value);
    free(copy);
    return result;
}

static void check_int_is(const char *text, int64_t want)
{
    int64_t value = ~want;
    CHECK(int_of(text, &value) == PINBULK_OK);
    if (value != want)
        CHECK_FAIL("%.60s is read as %" PRId64 ", not %" PRId64, text, value, want);
}

static void check_int_fails(const char *text, pinbulk_result want)
{
    int64_t value = 4711;
    pinbulk_result result = int_of(text, &value);
    CHECK(value == 4711);
    if (result != want)
        CHECK_FAIL("%.60s: %s, not %s", text, pinbulk_result_name(result),
                   pinbulk_result_name(want));
}

// Writes digits * 10^scale with `places` digits behind the point and the exponent that this needs.
static void spell(char *out, int negative, const char *digits, int places, int scale)
{
    int count = (int)strlen(digits);
    int whole = count - places;
    if (negative)
        *out++ = '-';
    if (whole > 0)
        out += sprintf(out, "%.*s", whole, digits);
    else
        *out++ = '0';
    if (places > 0) {
        *out++ = '.';
        for (int i = whole; i < 0; i++)
            *out++ = '0';
        out += sprintf(out, "%s", digits + (whole > 0 ? whole : 0));
    }
    if (places + scale != 0)
        out += sprintf(out, "%c%s%d", places & 1 ? 'e' : 'E',
                       places + scale > 0 && places & 2 ? "+" : "", places + scale);
    *out = '\0';
}

static void test_int_to_text(void)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {{0, "0"},
                 {7, "7"},
                 {-1, "-1"},
                 {10, "10"},
                 {UINT32_MAX, "4294967295"},
                 {(int64_t)UINT32_MAX + 1, "4294967296"},
                 {INT64_MAX, "9223372036854775807"},
                 {INT64_MIN, "-9223372036854775808"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char *text = (char *)malloc(strlen(cases[i].text)); // only its own bytes are written
        CHECK_TEXT(text, pinbulk_int_to_text(cases[i].value, text), cases[i].text);
        free(text);
    }
    uint64_t seed = 1;
    for (long i = check_scaled(300000); i > 0; i--) {
        int64_t value = (int64_t)check_random(&seed) >> check_random(&seed) % 64, back = ~value;
        char text[PINBULK_INT_TEXT_MAX], want[32];
        size_t length = pinbulk_int_to_text(value, text);
        sprintf(want, "%" PRId64, value);
        CHECK_TEXT(text, length, want);
        CHECK(pinbulk_int_from_text(text, length, &back) == PINBULK_OK && back == value);
    }
}

// Every decimal digit count, and one on either side of it.
static void test_int_powers_of_ten(void)
{
    int64_t power = 1;
    for (int i = 0; i <= 18; i++) {
        for (int64_t value = power - 1; value <= power + 1; value++) {
            char text[PINBULK_INT_TEXT_MAX], want[32];
            sprintf(want, "%" PRId64, value);
            CHECK_TEXT(text, pinbulk_int_to_text(value, text), want);
            check_int_is(want, value);
        }
        power *= i < 18 ? 10 : 1;
    }
}

static void test_int_spellings(void)
{
    check_int_is("0", 0);
    check_int_is("-0", 0);
    check_int_is("-0.000e-7", 0);
    check_int_is("1.50e1", 15);
    check_int_is("1000e-3", 1);
    check_int_is("1E+2", 100);
    check_int_is("0.0012e4", 12);
    check_int_is("100.00", 100);
    check_int_is("9223372036854775807.000", INT64_MAX);
    check_int_is("92233720368547758070e-1", INT64_MAX);
    check_int_is("-9.223372036854775808e18", INT64_MIN);
    check_int_is("1e0000000000000000000000000000000000000000002", 100);
    check_int_is("1e-00", 1);
}

// The limits of int64_t and their neighbours, with the point and the exponent at every place.
static void test_int_limits(void)
{
    static const struct {
        int negative;
        const char *digits;
        int scale;
        int fits;
        int64_t value;
    } cases[] = {{0, "9223372036854775807", 0, 1, INT64_MAX},
                 {0, "9223372036854775808", 0, 0, 0},
                 {0, "9223372036854775806", 0, 1, INT64_MAX - 1},
                 {1, "9223372036854775808", 0, 1, INT64_MIN},
                 {1, "9223372036854775809", 0, 0, 0},
                 {1, "9223372036854775807", 0, 1, -INT64_MAX},
                 {0, "92233720368547758080", 0, 0, 0},
                 {0, "922337203685477580700", -2, 1, INT64_MAX},
                 {0, "922337203685477580701", -2, 0, 0},
                 {0, "9999999999999999999", 0, 0, 0},
                 {0, "18446744073709551615", 0, 0, 0},
                 {0, "18446744073709551616", 0, 0, 0},
                 {0, "18446744073709551617", 0, 0, 0},
                 {0, "9", 18, 1, INT64_C(9000000000000000000)},
                 {0, "1", 19, 0, 0},
                 {0, "92", 17, 1, INT64_C(9200000000000000000)},
                 {0, "93", 17, 0, 0},
                 {0, "1", -1, 0, 0},
                 {1, "5", -1, 0, 0},
                 {0, "15", -1, 0, 0},
                 {0, "150", -1, 1, 15},
                 {0, "0", 30, 1, 0},
                 {1, "0", -30, 1, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int places = 0; places < 45; places++) {
            char text[128];
            spell(text, cases[i].negative, cases[i].digits, places, cases[i].scale);
            if (cases[i].fits)
                check_int_is(text, cases[i].value);
            else
                check_int_fails(text, PINBULK_OUT_OF_RANGE);
        }
    }
}

static void test_int_random_spellings(void)
{
    uint64_t seed = 2;
    for (long i = check_scaled(200000); i > 0; i--) {
        int64_t value = (int64_t)check_random(&seed) >> check_random(&seed) % 64;
        int zeros = (int)(check_random(&seed) % 5), places = (int)(check_random(&seed) % 30);
        char digits[64], text[128];
        uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
        sprintf(digits, "%" PRIu64 "%.*s", magnitude, value ? zeros : 0, "00000");
        spell(text, value < 0, digits, places, value ? -zeros : 0);
        check_int_is(text, value);
        sprintf(digits, "%" PRIu64 "%.*s1", magnitude, zeros, "00000"); // a fraction behind it
        if (value) {
            spell(text, value < 0, digits, places, -zeros - 1);
            check_int_fails(text, PINBULK_OUT_OF_RANGE);
        }
    }
}

// What RFC 8259 does not allow, and what it allows: every prefix of that is a number or is refused,
// by the same rules for all three readers.
static const char *const wrong[] = {
    "",    "-",   "+1",       "01",        "-01",      "00",   "1.",  "-1.",   ".5",
    "-.5", "1e",  "1e+",      "1e-",       "1.e5",     "1.5e", "0x1", " 1",    "1 ",
    "1\n", "NaN", "Infinity", "-Infinity", "inf",      "1,5",  "1_0", "1e1.5", "1e+-1",
    "--1", "1-",  "1.2.3",    "1e5e5",     "\xc2\xb2", "1f",   "1d",  "1L",    "e5",
    "/",   ":",   "1/",       "1:",        "1./",      "1e:",  "1e/", "0 1",   "1\t"};
static const char *const right[] = {"0",   "-0",    "10",   "1.0",         "0.10",   "1e5",
                                    "1E5", "1e+05", "0e-0", "-12.50E-001", "100e00", "1.5e-7"};

static int ends_in_digit(const char *text, size_t length)
{
    return text[length - 1] >= '0' && text[length - 1] <= '9';
}

static void test_grammar(void)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t value = 4711;
        size_t length = strlen(wrong[i]);
        char *copy = exact_copy(wrong[i], length);
        CHECK_INT(pinbulk_int_from_text(copy, length, &value), PINBULK_BAD_NUMBER);
        CHECK(!private_json_number(copy, length, NULL));
        CHECK(value == 4711);
        free(copy);
    }
    CHECK_INT(pinbulk_int_from_text("1\0", 2, &(int64_t){0}), PINBULK_BAD_NUMBER);
    CHECK_INT(pinbulk_int_from_text(NULL, 0, &(int64_t){0}), PINBULK_BAD_NUMBER);
    CHECK_INT(pinbulk_int_from_text(NULL, 1, &(int64_t){0}), PINBULK_BAD_NUMBER);
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        for (size_t length = 1; length <= strlen(right[i]); length++) {
            int integer = -1, is_number = ends_in_digit(right[i], length);
            char *copy = exact_copy(right[i], length);
            CHECK_INT(private_json_number(copy, length, &integer), is_number);
            if (is_number)
                CHECK_INT(integer, strcspn(right[i], ".eE") >= length);
            free(copy);
        }
    }
}

// Length and exponent are the sender's choice: none may cost more than a look at every byte.
enum { MANY = CHECK_SMALL ? 10000 : 1000000 };

// 10^MANY, with an exponent.
static void many_zeros(char *text, const char *exponent)
{
    text[0] = '1';
    memset(text + 1, '0', MANY);
    strcpy(text + 1 + MANY, exponent);
}

// 10^-(MANY + 1), with an exponent.
static void many_zeros_behind_a_point(char *text, const char *exponent)
{
    strcpy(text, "0.");
    memset(text + 2, '0', MANY);
    text[2 + MANY] = '1';
    strcpy(text + 3 + MANY, exponent);
}

// 10^MANY - 1, and as many nines behind the point, with an exponent.
static void many_nines(char *text, const char *exponent)
{
    memset(text, '9', 2 * (size_t)MANY);
    text[MANY] = '.';
    strcpy(text + 2 * (size_t)MANY, exponent);
}

static void test_hostile(void)
{
    char *text = (char *)malloc(2 * (size_t)MANY + 64), exponent[32];

    check_int_is("0e999999999999", 0);
    check_int_is("-0.0e-99999999999999999999999999", 0);
    check_int_fails("1e999999999999", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e99999999999999999999999999999", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e9223372036854775807", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e-9223372036854775808", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e-99999999999999999999999999999", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e4294967296", PINBULK_OUT_OF_RANGE);
    check_int_fails("1e18446744073709551616", PINBULK_OUT_OF_RANGE);

    sprintf(exponent, "e-%ld", MANY - 1L);
    many_zeros(text, exponent);
    check_int_is(text, 10);
    many_zeros(text, "");
    check_int_fails(text, PINBULK_OUT_OF_RANGE);
    sprintf(exponent, "e%ld", MANY + 3L);
    many_zeros_behind_a_point(text, exponent);
    check_int_is(text, 100);
    sprintf(exponent, "e-%ld", MANY - 10L);
    many_nines(text, exponent);
    check_int_fails(text, PINBULK_OUT_OF_RANGE);
    free(text);
}

// ---- doubles ------------------------------------------------------------------------------------

#ifndef PINBULK_NO_DOUBLE

static void test_double_grammar(void)
{
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        double real = 47.5;
        size_t length = strlen(wrong[i]);
        char *copy = exact_copy(wrong[i], length);
        CHECK_INT(pinbulk_double_from_text(copy, length, &real), PINBULK_BAD_NUMBER);
        CHECK(real == 47.5);
        free(copy);
    }
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
        for (size_t length = 1; length <= strlen(right[i]); length++) {
            double real = 47.5;
            char *copy = exact_copy(right[i], length);
            CHECK_INT(pinbulk_double_from_text(copy, length, &real) == PINBULK_OK,
                      ends_in_digit(right[i], length));
            free(copy);
        }
    }
}

static void test_double_hostile(void)
{
    char *text = (char *)malloc(2 * (size_t)MANY + 64), exponent[32];
    double real = 1;

    CHECK(pinbulk_double_from_text("0e999999999999", 14, &real) == PINBULK_OK && real == 0);
    CHECK(pinbulk_double_from_text("1e999999999999", 14, &real) == PINBULK_OUT_OF_RANGE);
    CHECK(pinbulk_double_from_text("1e18446744073709551617", 22, &real) == PINBULK_OUT_OF_RANGE);
    real = 1;
    CHECK(pinbulk_double_from_text("1e-18446744073709551617", 23, &real) == PINBULK_OK &&
          real == 0);

    sprintf(exponent, "e-%ld", MANY - 1L);
    many_zeros(text, exponent);
    CHECK(pinbulk_double_from_text(text, strlen(text), &real) == PINBULK_OK && real == 10);
    many_zeros(text, "");
    CHECK(pinbulk_double_from_text(text, strlen(text), &real) == PINBULK_OUT_OF_RANGE);
    sprintf(exponent, "e%ld", MANY + 3L);
    many_zeros_behind_a_point(text, exponent);
    CHECK(pinbulk_double_from_text(text, strlen(text), &real) == PINBULK_OK && real == 100);
    sprintf(exponent, "e-%ld", MANY - 10L);
    many_nines(text, exponent);
    CHECK(pinbulk_double_from_text(text, strlen(text), &real) == PINBULK_OK && real == 1e10);

    memset(text, '0', 2 * (size_t)MANY); // the last digit decides: just above the middle of two
    memcpy(text, "9007199254740993.", 17);
    CHECK(pinbulk_double_from_text(text, 2 * (size_t)MANY, &real) == PINBULK_OK &&
          real == 9007199254740992.0);
    text[2 * (size_t)MANY - 1] = '1';
    CHECK(pinbulk_double_from_text(text, 2 * (size_t)MANY, &real) == PINBULK_OK &&
          real == 9007199254740994.0);
    free(text);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

// Whether strtod takes the nearest double. That of picolibc does not, and its printf crashes when a
// double has hundreds of digits.
static int strtod_is_exact(void)
{
    return bits_of(strtod("-2660952.01865511504e16", NULL)) == UINT64_C(0xc4968a0519698d5e);
}

// A text must be read as strtod reads it.
static void check_reads(const char *text, size_t length)
{
    double value = 47.5, want = strtod(text, NULL);
    pinbulk_result result = pinbulk_double_from_text(text, length, &value);
    check_count++;
    if (want > DBL_MAX || want < -DBL_MAX ? result != PINBULK_OUT_OF_RANGE || value != 47.5
                                          : result != PINBULK_OK || bits_of(value) != bits_of(want))
        CHECK_FAIL("%.60s is read as %.17g (%s), not %.17g", text, value,
                   pinbulk_result_name(result), want);
}

// The digits of a text without leading and trailing zeros, and where the point is: 0.DIGITS * 10^n.
static int digits_of(const char *text, char *digits)
{
    int point = 0, seen = 0, count = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text == '.')
            seen = 1;
        else if (*text != '-') {
            if (count > 0 || *text != '0') {
                digits[count++] = *text;
                point += !seen;
            } else {
                point -= seen;
            }
        }
    }
    while (count > 0 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return point + (*text ? atoi(text + 1) : 0);
}

// A double must come back, from its own text and through strtod.
static size_t check_round_trip(double value, char *text)
{
    double back = 47.5;
    size_t length = pinbulk_double_to_text(value, text);
    text[length] = '\0';
    check_count++;
    if (length == 0 || length > PINBULK_DOUBLE_TEXT_MAX ||
        bits_of(strtod(text, NULL)) != bits_of(value))
        CHECK_FAIL("%.17g is written as %s", value, text);
    if (pinbulk_double_from_text(text, length, &back) != PINBULK_OK ||
        bits_of(back) != bits_of(value))
        CHECK_FAIL("%s is read as %.17g", text, back);
    return length;
}

// No shorter decimal may come back, and none as short may be closer. printf gives the closest
// decimal of every length; it comes back from a certain length on. Where the doubles below are
// nearer than those above (`neighbours`), the next decimal of that length may come back instead.
static void check_shortest(double value, int neighbours)
{
    char text[64], digits[64], closest[64], closest_digits[64];
    check_round_trip(value, text);
    int point = digits_of(text, digits), length = (int)strlen(digits);
    sprintf(closest, "%.*e", length - 1, value);
    int closest_point = digits_of(closest, closest_digits);
    check_count++;
    if ((strcmp(digits, closest_digits) != 0 || point != closest_point) &&
        !(neighbours && strtod(closest, NULL) != value))
        CHECK_FAIL("%.17g is written as %s, %s is closer", value, text, closest);
    if (length > 1) {
        char *last = closest + length - 1 - (length == 2) + (value < 0);
        sprintf(closest, "%.*e", length - 2, value);
        if (strtod(closest, NULL) == value)
            CHECK_FAIL("%.17g is written as %s, %s is shorter", value, text, closest);
        if (neighbours && *last < '9') {
            ++*last;
            if (strtod(closest, NULL) == value)
                CHECK_FAIL("%.17g is written as %s, %s is shorter", value, text, closest);
            *last = (char)(*last - 2);
            if (strtod(closest, NULL) == value)
                CHECK_FAIL("%.17g is written as %s, %s is shorter", value, text, closest);
        }
    }
}

static void check_written(double value, const char *want)
{
    char *text = (char *)malloc(strlen(want)); // only its own bytes are written
    CHECK_TEXT(text, pinbulk_double_to_text(value, text), want);
    free(text);
}

static void test_double_layout(void)
{
    check_written(0.0, "0");
    check_written(-0.0, "-0");
    check_written(1, "1");
    check_written(-1, "-1");
    check_written(100, "100");
    check_written(12.5, "12.5");
    check_written(-0.1, "-0.1");
    check_written(1e15, "1000000000000000");
    check_written(9007199254740991.0, "9007199254740991");
    check_written(9007199254740992.0, "9007199254740992");
    check_written(9007199254740994.0, "9007199254740994");
    check_written(4503599627370495.5, "4503599627370495.5");
    check_written(1e20, "100000000000000000000");
    check_written(123456789012345680000.0, "123456789012345680000");
    check_written(999999999999999900000.0, "999999999999999900000");
    check_written(1e21, "1e+21");
    check_written(-1.5e300, "-1.5e+300");
    check_written(0.000001, "0.000001");
    check_written(0.00000123, "0.00000123");
    check_written(0.000000999, "9.99e-7");
    check_written(1e-7, "1e-7");
    check_written(-0.0000012345678901234567, "-0.0000012345678901234567");
    check_written(DBL_MAX, "1.7976931348623157e+308");
    check_written(-DBL_MIN, "-2.2250738585072014e-308");
    check_written(double_of(1), "5e-324");
    check_written(double_of(UINT64_C(0x000FFFFFFFFFFFFF)), "2.225073858507201e-308");
    check_written(1e23, "1e+23");
    check_written(2e-44, "2e-44");
    check_written(9.5367431640625e-7, "9.5367431640625e-7");
    check_written(0.3, "0.3");
    check_written(0.30000000000000004, "0.30000000000000004");
    char none[PINBULK_DOUBLE_TEXT_MAX] = {'x'}; // nothing is written for what is no number
    CHECK_INT(pinbulk_double_to_text(double_of(UINT64_C(0x7FF0000000000000)), none), 0);
    CHECK_INT(pinbulk_double_to_text(double_of(UINT64_C(0xFFF0000000000000)), none), 0);
    CHECK_INT(pinbulk_double_to_text(double_of(UINT64_C(0x7FF8000000000000)), none), 0);
    CHECK_INT(pinbulk_double_to_text(double_of(UINT64_C(0xFFF8000000000001)), none), 0);
    CHECK_INT(none[0], 'x');
}

// Every power of two with its neighbours, in both signs: here the interval of a double is lopsided.
static void test_double_powers_of_two(void)
{
    for (int exponent = 0; exponent < 2047; exponent++) {
        for (int near = -3; near <= 3; near++) {
            uint64_t bits = ((uint64_t)exponent << 52) + (uint64_t)(int64_t)near;
            if (bits << 1 == 0 || bits >> 63)
                continue;
            check_shortest(double_of(bits), 1);
            check_shortest(double_of(bits | UINT64_C(1) << 63), 1);
        }
    }
    for (int bit = 0; bit < 52; bit++) { // and the subnormal ones
        for (int near = -2; near <= 2; near++) {
            uint64_t bits = (UINT64_C(1) << bit) + (uint64_t)(int64_t)near;
            if (bits << 1 != 0 && !(bits >> 63))
                check_shortest(double_of(bits), 1);
        }
    }
}

static void test_double_powers_of_ten(void)
{
    char text[64];
    for (int exponent = -420; exponent <= 420; exponent++) {
        for (int digit = 1; digit <= 9; digit++) {
            int length = sprintf(text, "%de%d", digit, exponent);
            double value = strtod(text, NULL);
            check_reads(text, (size_t)length);
            if (value != 0 && value <= DBL_MAX) {
                check_shortest(value, 0);
                check_shortest(double_of(bits_of(value) + 1), 0);
                check_shortest(double_of(bits_of(value) == 1 ? 2 : bits_of(value) - 1), 0);
            }
        }
    }
}

static int is_power_of_two(uint64_t bits)
{
    return (bits & ((UINT64_C(1) << 52) - 1)) == 0;
}

static void check_any(uint64_t bits, int shortest)
{
    char text[64];
    if ((bits >> 52 & 0x7FF) == 0x7FF || bits << 1 == 0)
        return;
    if (shortest)
        check_shortest(double_of(bits), is_power_of_two(bits));
    else
        check_round_trip(double_of(bits), text);
}

static void test_double_random(void)
{
    uint64_t seed = 3;
    for (long i = check_scaled(10000000); i > 0; i--)
        check_any(check_random(&seed), i % 20 == 0);
}

// Doubles of every size with few bits set at either end: integers, halves, quarters, and those with
// long runs of zeros or ones, where rounding is close.
static void test_double_special(void)
{
    uint64_t seed = 4;
    for (long i = check_scaled(400000); i > 0; i--) {
        uint64_t random = check_random(&seed);
        uint64_t exponent = check_random(&seed) % 2047 << 52;
        uint64_t few = random % 4096 << check_random(&seed) % 41;
        uint64_t ones = ((UINT64_C(1) << 52) - 1) ^ few;
        check_any(exponent | few, i % 4 == 0);
        check_any(exponent | ones, i % 4 == 0);
        exponent = (1023 + check_random(&seed) % 70) << 52; // numbers as people write them
        check_any(exponent | few, i % 4 == 0);
        check_any(random >> 12 >> check_random(&seed) % 52, i % 4 == 0); // subnormal
    }
}

// Decimals of up to 15 digits are fixed points: decimal, double, the same decimal.
static void test_double_fixed_points(void)
{
    uint64_t seed = 5;
    for (long i = check_scaled(1000000); i > 0; i--) {
        char text[64], back[PINBULK_DOUBLE_TEXT_MAX];
        double value = 0;
        int size = (int)(check_random(&seed) % 15) + 1, length;
        int places = (int)(check_random(&seed) % (unsigned)(size + 6));
        uint64_t digits = check_random(&seed), limit = 1;
        for (int j = 0; j < size; j++)
            limit *= 10;
        digits %= limit;
        if (digits % 10 == 0)
            digits++;
        length = sprintf(text, "%0*" PRIu64, places + 1, digits); // and a point in it
        if (places > 0) {
            memmove(text + length - places + 1, text + length - places, (size_t)places + 1);
            text[length - places] = '.';
            length++;
        }
        if (digits < 10 && places > 6) // from here on with an exponent
            continue;
        CHECK_INT(pinbulk_double_from_text(text, (size_t)length, &value), PINBULK_OK);
        if (value >= 1e-6)
            CHECK_TEXT(back, pinbulk_double_to_text(value, back), text);
    }
}

static void test_double_random_texts(void)
{
    uint64_t seed = 6;
    for (long i = check_scaled(2000000); i > 0; i--) {
        char text[96];
        int length = 0, count = 0, digits = (int)(check_random(&seed) % 20) + 1;
        int exponent = (int)(check_random(&seed) % 680) - 350;
        if (i % 8 == 0)
            digits += 25;
        if (i % 3 == 0)
            exponent = -(int)(check_random(&seed) % 24);
        if (i & 1)
            text[length++] = '-';
        text[length++] = (char)('1' + check_random(&seed) % 9);
        for (uint64_t random = 0; ++count < digits; random /= 10) {
            if (random < 10)
                random = check_random(&seed);
            text[length++] = (char)('0' + random % 10);
            if (count == digits / 3)
                text[length++] = '.';
        }
        if (text[length - 1] == '.')
            text[length++] = '0';
        length += sprintf(text + length, "e%d", exponent);
        check_reads(text, (size_t)length);
    }
}

// An integer of any size as decimal digits, lowest nine first.
typedef struct big_decimal {
    uint32_t parts[140];
    int count;
} big_decimal;

static void big_multiply(big_decimal *big, uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < big->count; i++) {
        carry += (uint64_t)big->parts[i] * factor;
        big->parts[i] = (uint32_t)(carry % 1000000000);
        carry /= 1000000000;
    }
    for (; carry; carry /= 1000000000)
        big->parts[big->count++] = (uint32_t)(carry % 1000000000);
}

// All digits of value * 2^exponent, as DIGITSe-N.
static void exact_decimal(uint64_t value, int exponent, char *text)
{
    big_decimal big = {{(uint32_t)(value % 1000000000), (uint32_t)(value / 1000000000 % 1000000000),
                        (uint32_t)(value / UINT64_C(1000000000000000000))},
                       3};
    int places = exponent < 0 ? -exponent : 0;
    for (int i = exponent; i > 0; i -= 20)
        big_multiply(&big, UINT32_C(1) << (i < 20 ? i : 20));
    for (int i = exponent; i < 0; i++) { // 2^-1 = 5 / 10
        if (i <= -10) {
            big_multiply(&big, 9765625);
            i += 9;
        } else {
            big_multiply(&big, 5);
        }
    }
    while (big.count > 1 && big.parts[big.count - 1] == 0)
        big.count--;
    text += sprintf(text, "%u", (unsigned)big.parts[big.count - 1]);
    for (int i = big.count - 2; i >= 0; i--)
        text += sprintf(text, "%09u", (unsigned)big.parts[i]);
    sprintf(text, "e-%d", places);
}

// The middle between a double and the one above it, exactly, and a hair on either side. `bits` may
// be 0 (the middle below the smallest) and the largest (the middle to infinity).
static void check_middle(uint64_t bits)
{
    uint64_t c = bits & ((UINT64_C(1) << 52) - 1);
    int q = (int)(bits >> 52), overflow = bits == UINT64_C(0x7FEFFFFFFFFFFFFF);
    char text[1400], moved[1400];
    double value = 47.5;
    if (q > 0)
        c |= UINT64_C(1) << 52;
    exact_decimal(2 * c + 1, (q > 0 ? q : 1) - 1076, text);
    size_t length = strlen(text), digits = strcspn(text, "e");
    pinbulk_result result;

    check_count++;
    result = pinbulk_double_from_text(text, length, &value);
    if (overflow ? result != PINBULK_OUT_OF_RANGE
                 : result != PINBULK_OK || bits_of(value) != bits + (bits & 1))
        CHECK_FAIL("the middle above %.17g is read as %.17g", double_of(bits), value);

    memcpy(moved, text, digits); // digits, a point, zeros, a one: above
    int n = sprintf(moved + digits, ".%030d1%s", 0, text + digits);
    result = pinbulk_double_from_text(moved, digits + (size_t)n, &value);
    if (overflow ? result != PINBULK_OUT_OF_RANGE
                 : result != PINBULK_OK || bits_of(value) != bits + 1)
        CHECK_FAIL("just above the middle above %.17g is read as %.17g", double_of(bits), value);

    memcpy(moved, text,
           length + 1); // the last digit, which is odd or follows zeros, less one: below
    size_t last = digits - 1;
    while (moved[last] == '0')
        moved[last--] = '9';
    moved[last]--;
    result = pinbulk_double_from_text(moved + (moved[0] == '0' && digits > 1),
                                      length - (moved[0] == '0' && digits > 1), &value);
    if (result != PINBULK_OK || bits_of(value) != bits)
        CHECK_FAIL("just below the middle above %.17g is read as %.17g", double_of(bits), value);
}

// At every exponent: the longest decimals there are (767 digits), exactly between two doubles.
static void test_double_middles(void)
{
    uint64_t seed = 7;
    check_middle(0);
    check_middle(1);
    check_middle(UINT64_C(0x7FEFFFFFFFFFFFFF));
    for (uint64_t exponent = 0; exponent < 2047; exponent += check_step(23)) {
        check_middle(exponent << 52);
        check_middle(
            (exponent + 1) << 52 != UINT64_C(0x7FF0000000000000) ? ((exponent + 1) << 52) - 1 : 2);
        check_middle(exponent << 52 | check_random(&seed) >> 12);
    }
}

// A double's own exact digits, up to 767 of them, and every shorter decimal on the way there.
static void test_double_all_lengths(void)
{
    static const uint64_t cases[] = {1,
                                     UINT64_C(0x000FFFFFFFFFFFFF),
                                     UINT64_C(0x001FFFFFFFFFFFFF),
                                     UINT64_C(0x3FB999999999999A),
                                     UINT64_C(0x4340000000000001),
                                     UINT64_C(0x7FEFFFFFFFFFFFFF)};
    char text[1400];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int digits = 1; digits < 800; digits++) {
            int length = sprintf(text, "%.*e", digits, double_of(cases[i]));
            check_reads(text, (size_t)length);
        }
    }
}

// Numbers that went wrong elsewhere, or that lie as close to a middle as their digits allow.
static void test_double_hard(void)
{
    static const char *const texts[] = {
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "2.2250738585072014e-308",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47032822920623272e-324",
        "2.470328229206232720e-324",
        "2.470328229206232721e-324",
        "2.4703282292062328e-324",
        "4.9406564584124654e-324",
        "7.4109846876186981e-324",
        "7.4109846876186982e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1.797693134862315807e308",
        "1.797693134862315808e308",
        "1.79769313486231580793728971e308",
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
        "977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273"
        "854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704"
        "342711559699508093042880e0",
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
        "977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273"
        "854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704"
        "342711559699508093042879e0",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993.0000000000000000001",
        "9007199254740995",
        "1e23",
        "8.5e22",
        "1e-1",
        "0.500000000000000166533453693773481063544750213623046875",
        "3.518437208883201171875e13",
        "62.5364939768271845828",
        "8.10109172351e-10",
        "1.50000000000000011102230246251565",
        "1.0000000000000002220446049250313",
        "6929495644600919.5",
        "3.7455744005952583e15",
        "2.2222222222223e-322",
        "1.8446744073709551616e19",
        "18446744073709551615",
        "18446744073709551616",
        "18446744073709549568",
        "18446744073709550592",
        "9223372036854775807",
        "9223372036854774784.5",
        "9223372036854774783.9",
        "1.2345678901234567890123456789e-300",
        "12345678901234567891234567891e250",
        "0.000000000000000000000000000000000000000001e-282",
        "6250000000000000000000000000000000e-12",
        "7.0420557077594588669468784357561207962098443483187940792729600000e+59",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "9214843084008499",
        "0.5e-323",
        "30078505129381147446200",
        "4.4501477170144023e-308",
        "1090544144181609348835077142190",
        "5708990770823839207320493820740630171355185e-16",
        "123e-344",
        "9999999999999999999e289",
        "9999999999999999999e290",
        "1e-342",
        "99999999999999999999e-343",
        "24703282292062327208e-343",
        "24703282292062327209e-343"};
    // c * 2^q that come closest to a boundary of their decimals
    static const struct {
        uint64_t c;
        int q;
    } close[] = {{UINT64_C(8887055249355788), 664},  {UINT64_C(5592117679628511), 163},
                 {UINT64_C(6685530990800801), -867}, {UINT64_C(5592117679628511), 162},
                 {UINT64_C(8661224184674796), 97},   {UINT64_C(8661224184674797), 97},
                 {UINT64_C(6741767181485241), -725}, {UINT64_C(6741767181485242), -725},
                 {UINT64_C(5698163123138226), 585},  {UINT64_C(5698163123138227), 585},
                 {UINT64_C(5141745997613069), 89},   {UINT64_C(5141745997613070), 89},
                 {UINT64_C(7994505726872011), 364},  {UINT64_C(7994505726872012), 364},
                 {UINT64_C(6685530990800801), -868}, {UINT64_C(7730906791835134), -106},
                 {UINT64_C(7730906791835135), -106}, {UINT64_C(6080469016670379), -382},
                 {UINT64_C(6898586531774200), -548}, {UINT64_C(6898586531774201), -548},
                 {UINT64_C(8661224184674796), 98},   {UINT64_C(8661224184674797), 98},
                 {UINT64_C(6263141949645740), -564}, {UINT64_C(6263141949645741), -564},
                 {UINT64_C(5018617364841838), -805}, {UINT64_C(6273271706052297), -802},
                 {UINT64_C(6273271706052298), -802}, {UINT64_C(6441135414609811), -300},
                 {UINT64_C(4658513080065251), 191},  {UINT64_C(4658513080065252), 191},
                 {UINT64_C(6544736997289740), -814}, {UINT64_C(6544736997289741), -814}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        check_reads(texts[i], strlen(texts[i]));
    for (size_t i = 0; i < sizeof(close) / sizeof(close[0]); i++) {
        uint64_t bits = close[i].c - (UINT64_C(1) << 52) + ((uint64_t)(close[i].q + 1075) << 52);
        check_shortest(double_of(bits), is_power_of_two(bits));
        check_shortest(double_of(bits - 1), 1);
        check_shortest(double_of(bits + 1), 1);
    }
}

#endif

int main(void)
{
    RUN(test_int_to_text);
    RUN(test_int_powers_of_ten);
    RUN(test_int_spellings);
    RUN(test_int_limits);
    RUN(test_int_random_spellings);
    RUN(test_grammar);
    RUN(test_hostile);
#ifndef PINBULK_NO_DOUBLE
    RUN(test_double_grammar);
    RUN(test_double_hostile);
    RUN(test_double_layout);
    RUN(test_double_powers_of_two);
    RUN(test_double_powers_of_ten);
    RUN(test_double_random);
    RUN(test_double_special);
    RUN(test_double_fixed_points);
    RUN(test_double_middles);
    if (strtod_is_exact()) {
        RUN(test_double_random_texts);
        RUN(test_double_all_lengths);
        RUN(test_double_hard);
    } else {
        printf("left out: three functions that compare with strtod, which is not exact here\n");
    }
#endif
    return check_report();
}
