#include "sim/base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

// For tests: the only mutable state of the library; results never depend on it.
static atomic_int_fast64_t fail_at = INT64_MAX;
static atomic_int_fast64_t made, live;

void vg_memory_fail_after(int64_t n) { atomic_store(&fail_at, atomic_load(&made) + n); }
void vg_memory_fail_never(void) { atomic_store(&fail_at, INT64_MAX); }
int64_t vg_memory_count(void) { return atomic_load(&made); }
int64_t vg_memory_live(void) { return atomic_load(&live); }

void *vg_alloc(int64_t count, size_t size) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes)) return NULL;
    if (bytes > PTRDIFF_MAX - ALIGNMENT) return NULL; // no object is larger
    if (atomic_fetch_add(&made, 1) + 1 >= atomic_load(&fail_at)) return NULL;
    bytes = (bytes + ALIGNMENT) / ALIGNMENT * ALIGNMENT; // never 0
    void *block = aligned_alloc(ALIGNMENT, bytes);
    if (!block) return NULL;
    atomic_fetch_add(&live, 1);
    return memset(block, 0, bytes);
}

void *vg_realloc(void *block, int64_t old_count, int64_t count, size_t size) {
    void *fresh = vg_alloc(count, size);
    if (!fresh) return NULL;
    int64_t kept = old_count < count ? old_count : count;
    if (block && kept > 0) memcpy(fresh, block, (size_t)kept * size);
    vg_free(block);
    return fresh;
}

char *vg_strdup(const char *text) {
    size_t length = strlen(text) + 1;
    char *copy = vg_new(char, (int64_t)length);
    return copy ? memcpy(copy, text, length) : NULL;
}

void vg_free(void *block) {
    if (!block) return;
    atomic_fetch_sub(&live, 1);
    free(block);
}
