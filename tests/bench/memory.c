// memory.c: counts what is allocated, by standing in for malloc and its kin (glibc only).
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#include "bench.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static int counting;
static uint64_t allocations;
static int64_t now, peak;

static void *took(void *memory)
{
    if (counting && memory) {
        allocations++;
        now += (int64_t)malloc_usable_size(memory);
        if (now > peak)
            peak = now;
    }
    return memory;
}

static void gave(void *memory)
{
    if (counting && memory)
        now -= (int64_t)malloc_usable_size(memory);
}

void *malloc(size_t size)
{
    return took(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return took(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    gave(old);
    return took(__libc_realloc(old, size));
}

void *memalign(size_t alignment, size_t size)
{
    return took(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

void free(void *memory)
{
    gave(memory);
    __libc_free(memory);
}

void bench_memory_start(void)
{
    allocations = 0;
    now = peak = 0;
    counting = 1;
}

void bench_memory_stop(uint64_t *count, uint64_t *bytes)
{
    counting = 0;
    *count = allocations;
    *bytes = (uint64_t)peak;
}
