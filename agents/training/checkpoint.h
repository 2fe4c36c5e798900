// agents/training/checkpoint.h -- the state of an unfinished training in one file, written whole.
//
// A learner lists once what its state is made of. The same list is used for writing and for reading, so the
// two cannot differ. Numbers are stored as their bits, so NaN and infinity survive; arrays of floats are
// finite. The file is safetensors.
#ifndef VG_AGENTS_TRAINING_CHECKPOINT_H
#define VG_AGENTS_TRAINING_CHECKPOINT_H

#include "agents/nets/adam.h"
#include "agents/nets/safetensors.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_CHECKPOINT_NUMBERS = 48, VG_CHECKPOINT_ARRAYS = 48 }; // the most a checkpoint may list; asserted

// Zero-initialise, list everything, then write or read, as often as you like. Names are copied (at most
// VG_CHECKPOINT_NAME - 1 bytes); the variables that they name are borrowed.
enum { VG_CHECKPOINT_NAME = 48 };
typedef struct vg_checkpoint {
    struct {
        char name[VG_CHECKPOINT_NAME];
        float *values; // [count], the caller's; or
        float **grown; // an array that is allocated when it is read,
        int64_t *size; // and its count
        int64_t count;
    } arrays[VG_CHECKPOINT_ARRAYS];
    struct {
        char name[VG_CHECKPOINT_NAME];
        int64_t *whole; // a whole number; or
        double *real;   // a real number, which may be NaN
    } numbers[VG_CHECKPOINT_NUMBERS];
    int32_t array_count, number_count;
    // What the training was asked for, as lines of "key: value": to say, where another one is to go on from
    // the file, what differs. Borrowed; NULL: not known.
    const char *story;
} vg_checkpoint;

void vg_checkpoint_int(vg_checkpoint *checkpoint, const char *name, int64_t *value);
void vg_checkpoint_double(vg_checkpoint *checkpoint, const char *name, double *value);
// An array of a fixed size.
void vg_checkpoint_floats(vg_checkpoint *checkpoint, const char *name, float *values, int64_t count);
// An array that can grow. It is written as [*count] of *values, with *count as a number "NAME.count". Reading
// makes a new array by vg_new, which the caller then owns; the array that *values pointed to before is not
// freed.
void vg_checkpoint_grown(vg_checkpoint *checkpoint, const char *name, float **values, int64_t *count);
// The state of an optimiser: its arrays and numbers, listed under names that begin with `name`.
void vg_checkpoint_adam(vg_checkpoint *checkpoint, const char *name, vg_adam *adam);

// kind: what sort of training, "verge-bc-checkpoint"; identity: a hash of all that decides its path. A hash
// of the content is written with it. Errors: those of vg_safetensors_write.
VG_NODISCARD vg_err vg_checkpoint_write(const vg_checkpoint *checkpoint, const char *path, const char *kind,
                                        uint64_t identity, vg_diag *diag);
// Into what is listed; after an error in part. Errors: those of vg_safetensors_read; VG_ERR_FORMAT (of
// another kind; its hash does not fit: it is damaged; a number or an array is missing, or of another size, by
// name); VG_ERR_MISMATCH (of another identity); VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_checkpoint_read(const vg_checkpoint *checkpoint, const char *path, const char *kind,
                                       uint64_t identity, vg_diag *diag);

// Is the checkpoint at path one of a training with this story? A checkpoint without a story passes. Errors:
// VG_ERR_MISMATCH, naming what differs; those of vg_safetensors_read.
VG_NODISCARD vg_err vg_checkpoint_check_story(const char *path, const char *story, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
