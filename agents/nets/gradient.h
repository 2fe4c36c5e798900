// agents/nets/gradient.h -- a loss over a batch of rows, and its gradient by a network's parameters.
//
// A batch is processed in blocks of VG_NETWORK_BLOCK rows. VG_GRADIENT_CHUNK rows make a chunk. Blocks are
// summed in order within a chunk, and chunks are summed in order. Threads share chunks, so a batch of one
// chunk stays on one thread and the bits do not depend on the number of threads.
#ifndef VG_AGENTS_NETS_GRADIENT_H
#define VG_AGENTS_NETS_GRADIENT_H

#include "agents/nets/network.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_GRADIENT_CHUNK = 4 * VG_NETWORK_BLOCK };

typedef enum vg_loss {
    // Mean over rows and outputs of (y - t)^2.
    VG_LOSS_MSE,
    // Mean over rows and outputs of the negative log likelihood of t under N(y, sigma^2):
    //     ((y - t) / sigma)^2 / 2 + log sigma + log(2 pi) / 2
    // The network needs log_std, which is log sigma.
    VG_LOSS_GAUSSIAN,
    // The loss that the batch's `own` computes.
    VG_LOSS_OWN,
} vg_loss;

// Some rows of a batch, for the caller's own loss function, which may be called from any thread.
typedef struct vg_loss_rows {
    const struct vg_batch *batch;
    int64_t begin; // place of the first row in the batch; it is row vg_batch_row(batch, begin)
    int32_t count;
    double total;        // what the mean divides by: the sum of the batch's `parts`, or its number of rows
    int32_t width;       // outputs
    int64_t stride;      // floats from one row of y and deltas to the next
    const float *y;      // the outputs of the network
    const float *inputs; // its inputs, as `fill` left them
    int64_t input_stride;
    float *deltas;      // to set: derivatives of the loss by y; NULL: not wanted
    double *by_log_std; // [outputs] to add to: derivatives of the loss by log_std, if the network has it
} vg_loss_rows;
// Returns these rows' share of the whole batch's mean loss; the derivatives are those of the same mean loss.
typedef double (*vg_loss_fn)(void *context, const vg_loss_rows *rows);

// Some rows of a batch whose inputs were copied into scratch, for the caller to put noise into; it may be
// called from any thread.
typedef struct vg_fill_rows {
    const struct vg_batch *batch;
    int64_t begin; // as in vg_loss_rows
    int32_t count;
    int32_t width;  // inputs of the network
    int64_t stride; // floats from one row to the next
    float *inputs;
} vg_fill_rows;
typedef void (*vg_fill_fn)(void *context, const vg_fill_rows *rows);

// Rows to learn from; row i of the batch is row order[i], or i where order is NULL.
typedef struct vg_batch {
    const float *inputs;  // rows of network inputs, vg_net_stride(inputs) apart, zero beyond the width
    const float *targets; // rows of [target_width]
    const int64_t *order; // [count], or NULL
    int64_t count;        // >= 1
    int32_t target_width; // 0: the network's outputs; another width only with VG_LOSS_OWN
    const int32_t
        *parts;      // by row: how many of its targets `own` counts, for a mean over them; NULL: not used
    vg_loss_fn own;  // with VG_LOSS_OWN, else NULL
    vg_fill_fn fill; // with VG_LOSS_OWN; NULL: the inputs are as they stand
    uint32_t pass;   // for `fill` and `own`, whose random numbers may differ from pass to pass
    void *context;   // of `own` and `fill`
    // Rows that were copied here from elsewhere: the number by which `fill` and `own` draw for each place,
    // [count]; NULL: the row.
    const int64_t *names;
    const struct vg_whole_batch
        *whole; // this is a piece of a batch too large to be in memory; NULL: it is not
} vg_batch;

// A batch that comes in pieces, whose loss is wanted without a gradient. All pieces but the last have a whole
// number of VG_GRADIENT_CHUNK rows; vg_gradient_run then returns the loss of the pieces so far.
typedef struct vg_whole_batch {
    int64_t count; // rows of all pieces
    double total;  // of vg_loss_rows
    double before; // what the pieces before came to, as vg_gradient_run gave it; 0 for the first
} vg_whole_batch;

// The row at a place of the batch.
static inline int64_t vg_batch_row(const vg_batch *batch, int64_t i) {
    return batch->order ? batch->order[i] : i;
}

// What random numbers of the row at a place are drawn by.
static inline int64_t vg_batch_name(const vg_batch *batch, int64_t i) {
    return batch->names ? batch->names[i] : vg_batch_row(batch, i);
}
// The rows that a mean over the batch is over.
static inline int64_t vg_batch_whole(const vg_batch *batch) {
    return batch->whole ? batch->whole->count : batch->count;
}

typedef struct vg_gradient vg_gradient; // opaque: the workspace to work in

// Memory for batches of `most` rows on `threads` threads (0: one per core); larger batches run in several
// waves.
// Errors: VG_ERR_ARGUMENT (a Gaussian loss of a network without log_std), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_gradient_create(const vg_network *net, vg_loss loss, int64_t most, int32_t threads,
                                       vg_gradient **out, vg_diag *diag);
void vg_gradient_destroy(vg_gradient *workspace);

// The mean loss (of VG_LOSS_OWN: the sum of the shares), and its gradient into [vg_network_count] unless
// NULL. The network must be packed and have the shape that `workspace` was created with. count may exceed
// `most` if no gradient is wanted. Never allocates.
double vg_gradient_run(vg_gradient *workspace, const vg_network *net, const vg_batch *batch, float *gradient);
// The mean loss of a batch of `count` rows in pieces, from what the last of them gave.
double vg_gradient_mean(const vg_gradient *workspace, const vg_network *net, double loss, int64_t count);

// For a loss that needs more than one network's outputs, or many rows' at once; the workspace is of
// VG_LOSS_OWN. Neither allocates.
//
// The outputs of rows, [count][outputs], without padding. count may exceed `most`.
void vg_gradient_outputs(vg_gradient *workspace, const vg_network *net, const float *inputs, int64_t count,
                         float *outputs);
// The gradient into [vg_network_count] of a loss whose derivatives by these outputs are known: `deltas`, laid
// out as they are. That of log_std is 0.
void vg_gradient_by_outputs(vg_gradient *workspace, const vg_network *net, const float *inputs, int64_t count,
                            const float *deltas, float *gradient);

#ifdef __cplusplus
}
#endif
#endif
