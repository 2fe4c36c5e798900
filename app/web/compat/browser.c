#include "app/web/compat/browser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Says that this file system cannot refuse to replace; the caller then looks first.
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    (void)from_folder, (void)from, (void)to_folder, (void)to, (void)flags;
    errno = ENOSYS;
    return -1;
}

// By insertion, for lists are short here.
void qsort_r(void *items, size_t count, size_t size, int (*compare)(const void *, const void *, void *),
             void *context) {
    char *base = items, *held = malloc(size);
    if (!held) abort();
    for (size_t i = 1; i < count; i++) {
        size_t j = i;
        memcpy(held, base + i * size, size);
        for (; j > 0 && compare(base + (j - 1) * size, held, context) > 0; j--)
            memcpy(base + j * size, base + (j - 1) * size, size);
        memcpy(base + j * size, held, size);
    }
    free(held);
}
