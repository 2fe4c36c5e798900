// agents/training/checkpoint.h -- what an unfinished training needs to go on, in one file written whole:
// numbers as their bits, so that NaN and infinity survive, and arrays of floats, as safetensors.
#ifndef VG_AGENTS_TRAINING_CHECKPOINT_H
#define VG_AGENTS_TRAINING_CHECKPOINT_H

#include "agents/nets/safetensors.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_CHECKPOINT_NUMBERS = 48, VG_CHECKPOINT_ARRAYS = 48 };

// One under construction. What is put is borrowed until it is written, keys for ever.
typedef struct vg_checkpoint_draft {
    vg_pair pairs[VG_CHECKPOINT_NUMBERS];
    char texts[VG_CHECKPOINT_NUMBERS][17];
    vg_tensor arrays[VG_CHECKPOINT_ARRAYS];
    int32_t pair_count, array_count;
} vg_checkpoint_draft;

// kind: what sort of training, "verge-checkpoint"; identity: a hash of all that decides its path.
void vg_checkpoint_begin(vg_checkpoint_draft *draft, const char *kind, uint64_t identity);
void vg_checkpoint_put_int(vg_checkpoint_draft *draft, const char *key, int64_t value);
void vg_checkpoint_put_double(vg_checkpoint_draft *draft, const char *key, double value);
// values: finite, [count]; an empty array is not written.
void vg_checkpoint_put_floats(vg_checkpoint_draft *draft, const char *key, const float *values,
                              int64_t count);
// Errors: those of vg_safetensors_write.
VG_NODISCARD vg_err vg_checkpoint_write(const vg_checkpoint_draft *draft, const char *path, vg_diag *diag);

// One that is there. path is borrowed.
typedef struct vg_checkpoint {
    vg_safetensors file;
    const char *path;
} vg_checkpoint;

// Errors: those of vg_safetensors_read; VG_ERR_FORMAT (of another kind); VG_ERR_MISMATCH (of another
// identity). *out is zero then.
VG_NODISCARD vg_err vg_checkpoint_open(const char *path, const char *kind, uint64_t identity,
                                       vg_checkpoint *out, vg_diag *diag);
void vg_checkpoint_close(vg_checkpoint *checkpoint); // a zeroed one is fine
// Errors: VG_ERR_FORMAT naming the key.
VG_NODISCARD vg_err vg_checkpoint_int(const vg_checkpoint *checkpoint, const char *key, int64_t *value,
                                      vg_diag *diag);
VG_NODISCARD vg_err vg_checkpoint_double(const vg_checkpoint *checkpoint, const char *key, double *value,
                                         vg_diag *diag);
// Exactly `count` of them; *values is borrowed from the checkpoint.
VG_NODISCARD vg_err vg_checkpoint_floats(const vg_checkpoint *checkpoint, const char *key, int64_t count,
                                         const float **values, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
