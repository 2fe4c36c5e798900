// sim/base/memory.h -- allocation that checks its sizes and that a test can make fail.
#ifndef VG_SIM_BASE_MEMORY_H
#define VG_SIM_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Zeroed memory for count elements of size bytes, aligned to 64. NULL when there is none, or when the
// product overflows. count may be 0: the result is then a valid pointer to free.
void *vg_alloc(int64_t count, size_t size);

// vg_alloc for an array of a type: double *x = vg_new(double, n);
#define vg_new(type, count) ((type *)vg_alloc((count), sizeof(type)))

// Grow (or shrink) to count elements; what is new is zeroed. old_count is what the block holds now.
// On failure NULL, and the old block stands.
void *vg_realloc(void *block, int64_t old_count, int64_t count, size_t size);

// A copy of text on the heap, or NULL.
char *vg_strdup(const char *text);

// NULL is fine.
void vg_free(void *block);

// For tests only. Fail the nth allocation from now (1 is the next one) and every one after it until
// vg_memory_fail_never; counted over all threads.
void vg_memory_fail_after(int64_t n);
void vg_memory_fail_never(void);
// How many allocations since the program started: a step that allocates moves it.
int64_t vg_memory_count(void);
// Blocks not yet freed.
int64_t vg_memory_live(void);

#ifdef __cplusplus
}
#endif
#endif
