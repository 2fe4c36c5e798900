// agents/training/row_stream.h -- the rows of a fit that are too many for memory, in any order that an epoch
// wants, without reading a disk here and there.
//
// To shuffle, the rows are read once as they stand, and each is written behind the others of its part of the
// new order ("bucket"), of which there are a hundred or so in one file. Then bucket after bucket is read,
// which fits memory, and its rows are put in their places. So a row is written once and read twice an epoch,
// all in order. What a fit gets are the same numbers, in the same order, as from rows in memory.
#ifndef VG_AGENTS_TRAINING_ROW_STREAM_H
#define VG_AGENTS_TRAINING_ROW_STREAM_H

#include "agents/nets/gradient.h"

#ifdef __cplusplus
extern "C" {
#endif

// Where rows come from. Start from zero.
typedef struct vg_row_source {
    // Makes row `row`: its inputs, as a network takes them, without padding; its targets; and, unless NULL,
    // how many of its targets are no padding (vg_batch's parts).
    void (*read)(const void *context, int64_t row, float *inputs, float *targets, int32_t *parts);
    // Rows [first, first + count) will not be read for a while; NULL: it makes no difference.
    void (*rest)(const void *context, int64_t first, int64_t count);
    const void *context;
    int64_t count;        // rows, below 2^32
    int32_t inputs;       // of the network
    int32_t target_width; // floats of targets
    bool parts;           // does the loss use parts?
    const char *folder;   // for the file; borrowed
    int64_t bucket;       // rows in memory at once, about; 0: 65536
} vg_row_source;

typedef struct vg_row_stream vg_row_stream; // opaque

// batch: rows of a step, >= 1. Errors: VG_ERR_ARGUMENT (too many rows), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_row_stream_create(const vg_row_source *source, int64_t batch, vg_row_stream **out,
                                         vg_diag *diag);
void vg_row_stream_destroy(vg_row_stream *stream);

// Take the rows in this order, [count], from now on; borrowed until the next one. Errors: VG_ERR_MEMORY,
// those of vg_spill_new.
VG_NODISCARD vg_err vg_row_stream_shuffle(vg_row_stream *stream, const int64_t *order, vg_diag *diag);
// The `count` rows at places [first, first + count) of that order, into the arrays of *batch, valid until the
// next call. first: a multiple of the step's rows; count: at most these.
void vg_row_stream_step(vg_row_stream *stream, int64_t first, int64_t count, vg_batch *batch);

// The rows as they stand, from `first` on, as many as memory is meant to hold (a whole number of
// VG_GRADIENT_CHUNK, but at the end), in the same way.
void vg_row_stream_piece(vg_row_stream *stream, int64_t first, vg_batch *batch);

// The mean loss of all rows, as vg_gradient_run gives it for rows in memory. how: the batch's own, fill,
// pass, context and target_width.
double vg_row_stream_loss(vg_row_stream *stream, vg_gradient *workspace, const vg_network *net,
                          const vg_batch *how);

// Hash of all inputs, padded, then of all targets.
uint64_t vg_row_stream_hash(vg_row_stream *stream, uint64_t h);

#ifdef __cplusplus
}
#endif
#endif
