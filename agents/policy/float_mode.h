// agents/policy/float_mode.h -- how this thread rounds: what a foreign library may change, and verge's bits
// depend on.
#ifndef VG_AGENTS_POLICY_FLOAT_MODE_H
#define VG_AGENTS_POLICY_FLOAT_MODE_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rounding, flush to zero, denormals are zero; the exceptions' masks too.
typedef struct vg_float_mode {
    uint64_t bits;
} vg_float_mode;

vg_float_mode vg_float_mode_get(void);
void vg_float_mode_set(vg_float_mode mode);

// What `now` does that `before` did not: "flush to zero", "denormals are zero", "the rounding"; NULL:
// nothing.
const char *vg_float_mode_change(vg_float_mode before, vg_float_mode now);

#ifdef __cplusplus
}
#endif
#endif
