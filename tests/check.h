// check.h: the harness of all tests. A test program includes it once, calls CHECK... in plain
// functions, runs each of these with RUN(name) and ends with `return check_report();`, which prints
// `N passed, N failed` (functions, not checks).
//
// A machine whose memory does not hold a program runs it in CHECK_PARTS parts: the one that is
// built with CHECK_PART n has every function whose number is n modulo CHECK_PARTS.
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where addresses have 16 bits. There sizes that do not matter are smaller, RUN_LARGE leaves out,
// and a failed check tells its line and not its text.
#define CHECK_SMALL (SIZE_MAX == 0xffff)

#ifndef CHECK_PARTS
#define CHECK_PARTS 1
#define CHECK_PART  0
#endif

static int check_passed, check_failed; // test functions so far
static unsigned long check_bad;        // failed checks in the running function
static unsigned long check_count;      // checks made in the running function
static unsigned check_sparsest;        // the largest step of a loop over sizes or places

// Says where a check failed and goes on; after ten of one function the rest is only counted.
#define CHECK_FAIL(...)                            \
    do {                                           \
        if (check_bad++ < 10) {                    \
            printf("%s:%d: ", __FILE__, __LINE__); \
            printf(__VA_ARGS__);                   \
            printf("\n");                          \
        }                                          \
    } while (0)

#define CHECK_NAME(text) (CHECK_SMALL ? "it" : (text))

#define CHECK(condition)                                          \
    do {                                                          \
        check_count++;                                            \
        if (!(condition))                                         \
            CHECK_FAIL("%s is not true", CHECK_NAME(#condition)); \
    } while (0)

#define CHECK_INT(got, want)                                                           \
    do {                                                                               \
        int64_t check_got = (int64_t)(got), check_want = (int64_t)(want);              \
        check_count++;                                                                 \
        if (check_got != check_want)                                                   \
            CHECK_FAIL("%s is %" PRId64 ", not %" PRId64, CHECK_NAME(#got), check_got, \
                       check_want);                                                    \
    } while (0)

// Bytes: a pointer and a length against a string literal or another NUL-terminated text.
#define CHECK_TEXT(got, got_length, want)                                                 \
    do {                                                                                  \
        const char *check_text = (got), *check_wanted = (want);                           \
        size_t check_length = (size_t)(got_length);                                       \
        check_count++;                                                                    \
        if (check_length != strlen(check_wanted) ||                                       \
            (check_length && memcmp(check_text, check_wanted, check_length) != 0))        \
            CHECK_FAIL("%s is \"%.*s\", not \"%s\"", CHECK_NAME(#got), (int)check_length, \
                       check_text ? check_text : "", check_wanted);                       \
    } while (0)

#define RUN(function)                                \
    do {                                             \
        if (__COUNTER__ % CHECK_PARTS == CHECK_PART) \
            check_run(function, #function);          \
    } while (0)

// A function that needs much memory: what for, for those who see it left out.
#define RUN_LARGE(function, what)                                   \
    do {                                                            \
        if (__COUNTER__ % CHECK_PARTS != CHECK_PART)                \
            break;                                                  \
        if (CHECK_SMALL)                                            \
            printf("left out: %s, it needs %s\n", #function, what); \
        else                                                        \
            check_run(function, #function);                         \
    } while (0)

static inline void check_run(void (*function)(void), const char *name)
{
    check_bad = check_count = 0;
    function();
    if (check_count == 0)
        CHECK_FAIL("%s checked nothing", name);
    if (check_bad) {
        check_failed++;
        printf("FAILED %s: %lu of %lu checks\n", name, check_bad, check_count);
    } else {
        check_passed++;
    }
    fflush(stdout);
}

static inline int check_report(void)
{
    if (check_sparsest > 1)
        printf("sampled: down to 1 of %u places\n", check_sparsest);
    printf("%d passed, %d failed\n", check_passed, check_failed);
    return check_failed != 0;
}

// How often a long test repeats: `count`, or PINBULK_TEST_SCALE percent of it (valgrind,
// sanitizers, other machines), at least 1. Machines without an environment are built with
// CHECK_SCALE.
static inline long check_scaled(long count)
{
#ifdef CHECK_SCALE
    const char *percent = CHECK_SCALE;
#else
    const char *percent = getenv("PINBULK_TEST_SCALE");
#endif
    long scaled = percent ? (long)((double)count * atof(percent) / 100) : count;
    return scaled > 0 ? scaled : 1;
}

// Notes for the report that a loop over sizes or places takes one of `step`.
static inline unsigned check_every(unsigned step)
{
    if (step > check_sparsest)
        check_sparsest = step;
    return step;
}

// The step of such a loop: 1, or `large` where less than one percent is asked for, on simulated
// machines; on small ones, which are slow, twice that.
static inline unsigned check_step(unsigned large)
{
    return check_every(check_scaled(1000) >= 10 ? 1 : CHECK_SMALL ? 2 * large : large);
}

// Whether bytes have a text in them.
static inline int check_holds(const char *bytes, size_t length, const char *text)
{
    size_t size = strlen(text), at;
    for (at = 0; at + size <= length; at++)
        if (memcmp(bytes + at, text, size) == 0)
            return 1;
    return 0;
}

// A small generator, the same on every machine (splitmix64).
static inline uint64_t check_random(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#endif
