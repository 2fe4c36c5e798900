// tests/fuzz/fuzz_way.h -- how long a road would be, as its points tell: a node a metre is made of it, so a
// target leaves alone what is longer than FUZZ_WAY.
#ifndef VG_TESTS_FUZZ_FUZZ_WAY_H
#define VG_TESTS_FUZZ_FUZZ_WAY_H

#include <math.h>

#include "tests/fuzz/fuzz.h"
#include "tracks/formats.h"

enum { FUZZ_WAY = 20000 }; // m

// Its points are sound, besides.
static inline double fuzz_way(const vg_track *t) {
    double length = 0;
    for (int32_t i = 0; i < t->count; i++) {
        int32_t next = (i + 1) % t->count;
        length += hypot(t->x[next] - t->x[i], t->y[next] - t->y[i]);
        FUZZ_ASSERT(isfinite(t->x[i]) && isfinite(t->y[i]) && t->right[i] > 0 && t->left[i] > 0);
    }
    return length;
}

#endif
