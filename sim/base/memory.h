// sim/base/memory.h -- allocation with checked sizes, which a test can make fail.
#ifndef VG_SIM_BASE_MEMORY_H
#define VG_SIM_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed memory for count elements of size bytes, aligned to 64. NULL if there is no memory, or if the
// product overflows. count may be 0: the result is then a valid pointer to free.
void *vg_alloc(int64_t count, size_t size);

// vg_alloc for an array of a type: double *x = vg_new(double, n);
#define vg_new(type, count) ((type *)vg_alloc((count), sizeof(type)))

// Grow (or shrink) to count elements; new ones are zeroed. old_count is the present number. On failure it
// returns NULL, and the old block remains valid.
void *vg_realloc(void *block, int64_t old_count, int64_t count, size_t size);

// A copy of text, to be freed by vg_free, or NULL.
char *vg_strdup(const char *text);

// NULL is fine.
void vg_free(void *block);

// For tests only. Fail the nth allocation from now (1 is the next one) and every one after it until
// vg_memory_fail_never. Allocations of all threads are counted.
void vg_memory_fail_after(int64_t n);
void vg_memory_fail_never(void);
// The number of allocations since the program started: it shows whether a step allocates.
int64_t vg_memory_count(void);
// The number of blocks not freed yet.
int64_t vg_memory_live(void);

#ifdef __cplusplus
}
#endif
#endif
