// agents/training/kept.h -- the state of a training as one list: it is written to a checkpoint and read back
// by the same list, bit for bit, so that the two cannot drift apart.
#ifndef VG_AGENTS_TRAINING_KEPT_H
#define VG_AGENTS_TRAINING_KEPT_H

#include "agents/training/checkpoint.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VG_CHECKPOINT_LIST_ARRAYS = VG_CHECKPOINT_ARRAYS,
    VG_CHECKPOINT_LIST_NUMBERS = VG_CHECKPOINT_NUMBERS - 2
};

// Zero-initialise, list everything, then write or read. Names and what they name are borrowed.
typedef struct vg_checkpoint_list {
    struct {
        const char *name;
        float *values; // finite
        int64_t count;
    } arrays[VG_CHECKPOINT_LIST_ARRAYS];
    struct {
        const char *name;
        int64_t *whole; // or
        double *real;   // any, NaN too
    } numbers[VG_CHECKPOINT_LIST_NUMBERS];
    int32_t array_count, number_count;
} vg_checkpoint_list;

void vg_checkpoint_list_floats(vg_checkpoint_list *kept, const char *name, float *values, int64_t count);
void vg_checkpoint_list_int(vg_checkpoint_list *kept, const char *name, int64_t *value);
void vg_checkpoint_list_double(vg_checkpoint_list *kept, const char *name, double *value);

// kind and identity as in checkpoint.h. Errors: those of vg_checkpoint_write.
VG_NODISCARD vg_err vg_checkpoint_list_write(const vg_checkpoint_list *kept, const char *path,
                                             const char *kind, uint64_t identity, vg_diag *diag);
// Into what is listed; after an error in part. Errors: those of vg_checkpoint_open, VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_checkpoint_list_read(const vg_checkpoint_list *kept, const char *path,
                                            const char *kind, uint64_t identity, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
