// tests/fuzz/fuzz.h -- what every fuzz target shares.
//
// A target is one file fuzz_X.c with LLVMFuzzerTestOneInput, and a folder corpus/X of inputs to begin with.
// Built by the preset `fuzz` it looks for new inputs (libFuzzer); built by any other it runs those of the
// corpus, so that what was once found is tested everywhere. docs/testing.md says how to run them.
#ifndef VG_TESTS_FUZZ_FUZZ_H
#define VG_TESTS_FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/base/error.h"
#include "sim/base/memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What must hold for any input.
#define FUZZ_ASSERT(condition)                                                                               \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                          \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

// A call on hostile input: it works, or says why not; and it is no failure of the machine.
static inline bool fuzz_took(vg_err err, const vg_diag *diag) {
    if (!err) return true;
    FUZZ_ASSERT(diag->code == err && diag->text[0]);
    FUZZ_ASSERT(err != VG_ERR_IO && err != VG_ERR_INTERRUPTED);
    return false;
}

// The input as a text that ends in a zero byte; free it.
static inline char *fuzz_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) abort();
    if (size) memcpy(text, data, size);
    text[size] = 0;
    return text;
}

// The path of a file, in memory, that holds the input; until the next call.
static inline const char *fuzz_path(const uint8_t *data, size_t size) {
    static int fd = -1;
    static char path[64];
    if (fd < 0) fd = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_ASSERT(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

#endif
