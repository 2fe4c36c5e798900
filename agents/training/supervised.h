// agents/training/supervised.h -- supervised fitting of a network to rows: epochs of shuffled batches, Adam,
// early stopping by the loss on held-out rows, checkpoints to continue from. All imitation learners use it.
//
// The path of a training depends on its network, rows and definition alone, not on the number of threads. A
// training that was stopped anywhere and restored from a checkpoint continues along the same path, bit for
// bit.
#ifndef VG_AGENTS_TRAINING_SUPERVISED_H
#define VG_AGENTS_TRAINING_SUPERVISED_H

#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/training/row_stream.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_supervised vg_supervised; // opaque

// How far a training is. Handed to the watcher after every step.
typedef struct vg_supervised_status {
    int64_t epoch;      // whole epochs done so far
    int64_t step;       // steps of Adam done so far
    int64_t steps;      // at most
    bool epoch_ended;   // true: this step ended an epoch, so the losses below are new
    double train_loss;  // mean over the last whole epoch, as it was while training; NaN before
    double valid_loss;  // after the last whole epoch; NaN before, and without held-out rows
    double best_loss;   // least valid_loss so far; infinite before
    int64_t best_epoch; // 1-based epoch whose weights are kept; 0: none yet
} vg_supervised_status;

// Return false to stop: vg_supervised_run then gives VG_ERR_INTERRUPTED.
typedef bool (*vg_supervised_watch)(void *context, const vg_supervised_status *status);

// Start from vg_supervised_default().
typedef struct vg_supervised_def {
    vg_loss loss;     // default mean squared error
    vg_adam_def adam; // its `decayed` is set by create: decay applies to weights and biases only
    int64_t batch;    // rows a step, >= 1, default 256; the last of an epoch may be smaller
    int64_t epochs;   // >= 1, default 200
    int64_t patience; // stop after so many epochs without a better valid_loss; 0: never; default 20
    int64_t steps;    // 0 (default): as epochs and patience say; else exactly so many steps of Adam,
                      // whose last weights are kept; held-out rows are looked at once, at the end
    double ema_power; // > 0: the weights that are evaluated and kept are a moving average of the weights,
                      // whose share of the past after step n is 1 - n^-ema_power; 0 (default): no average
    uint64_t seed;    // of the shuffles: stream SHUFFLE, episode is the epoch, step the row
    int32_t threads;  // 0 (default): one per core
    vg_supervised_watch watch; // NULL: not asked
    void *watch_context;
    const char *checkpoint;   // file written whole every checkpoint_steps steps; NULL: none; borrowed
    const char *story;        // of the checkpoints (vg_checkpoint_put_story), or NULL; borrowed
    int64_t checkpoint_steps; // >= 1, default 2000
    uint64_t content;         // hash of whatever else decides the result; a checkpoint of another is refused
    // Rows that are too many for memory: of such a batch only count, target_width, own, fill and context are
    // used. NULL (default): the batch has its rows. Borrowed until destroy.
    const vg_row_source *train_source, *valid_source;
} vg_supervised_def;
vg_supervised_def vg_supervised_default(void);

// Train net on rows, borrowed until destroy; valid->count may be 0: the last weights are kept then. Errors:
// VG_ERR_ARGUMENT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_supervised_create(const vg_supervised_def *def, vg_network *net, const vg_batch *train,
                                         const vg_batch *valid, vg_supervised **out, vg_diag *diag);
void vg_supervised_destroy(vg_supervised *training);

// Go on from a checkpoint file. Errors: those of vg_safetensors_read; VG_ERR_FORMAT; VG_ERR_MISMATCH (made by
// another configuration, other rows or another seed). After an error the training is of no more use.
VG_NODISCARD vg_err vg_supervised_restore(vg_supervised *training, const char *path, vg_diag *diag);

// Until the last epoch or early stopping; net then holds the best weights, packed. A stop asked for by the
// watcher writes a checkpoint first. Errors: VG_ERR_INTERRUPTED; VG_ERR_POLICY (the loss is not finite any
// more); those of writing a checkpoint; those of vg_row_stream_shuffle.
VG_NODISCARD vg_err vg_supervised_run(vg_supervised *training, vg_diag *diag);

vg_supervised_status vg_supervised_get(const vg_supervised *training);

#ifdef __cplusplus
}
#endif
#endif
