#include "agents/nets/gradient.h"

#include <string.h>

#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// The workspace and the results of one chunk.
typedef struct slot {
    float *scratch, *gradient; // [vg_network_scratch], [vg_network_count]
    double *by_log_std;        // [outputs]
    double loss;
} slot;

struct vg_gradient {
    vg_loss loss;
    int32_t threads;
    int32_t slot_count; // one per chunk, or a single one where there is one thread
    slot *slots;
    float *floats;
    double *doubles;
    float *inverse;  // [outputs] 1 / sigma^2
    double *log_std; // [outputs]
};

// What the chunks of one run share.
typedef struct run {
    vg_gradient *workspace;
    const vg_network *net;
    const vg_batch *batch;
    int64_t first; // row of chunk 0
    int32_t target_width;
    double total; // of vg_loss_rows
    bool backward;
} run;

vg_err vg_gradient_create(const vg_network *net, vg_loss loss, int64_t most, int32_t threads,
                          vg_gradient **out, vg_diag *diag) {
    *out = NULL;
    if (most < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a batch of %lld rows, expected 1 or more", (long long)most);
    if (loss == VG_LOSS_GAUSSIAN && !vg_network_shape_of(net)->log_std)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a Gaussian loss needs a network with log_std");
    vg_gradient *workspace = vg_new(vg_gradient, 1);
    if (!workspace) return vg_fail_memory(diag);
    int32_t outputs = vg_network_shape_of(net)->outputs;
    int64_t chunks = vg_blocks_count(most, VG_GRADIENT_CHUNK);
    workspace->loss = loss;
    workspace->threads = threads > 0 ? threads : vg_blocks_threads();
    workspace->slot_count = workspace->threads == 1 ? 1 : (int32_t)chunks;
    // Each slot has whole cache lines, so that threads do not share one.
    int64_t scratch = vg_network_scratch(net, true), gradient = vg_net_padded(vg_network_count(net)),
            sums = (outputs + 7) / 8 * 8;
    workspace->slots = vg_new(slot, workspace->slot_count);
    workspace->floats = vg_new(float, workspace->slot_count *(scratch + gradient) + outputs);
    workspace->doubles = vg_new(double, workspace->slot_count *sums + outputs);
    if (!workspace->slots || !workspace->floats || !workspace->doubles) goto fail;
    for (int32_t i = 0; i < workspace->slot_count; i++) {
        workspace->slots[i].scratch = workspace->floats + i * (scratch + gradient);
        workspace->slots[i].gradient = workspace->slots[i].scratch + scratch;
        workspace->slots[i].by_log_std = workspace->doubles + i * sums;
    }
    workspace->inverse = workspace->floats + workspace->slot_count * (scratch + gradient);
    workspace->log_std = workspace->doubles + workspace->slot_count * sums;
    *out = workspace;
    return VG_OK;
fail:
    vg_gradient_destroy(workspace);
    return vg_fail_memory(diag);
}

void vg_gradient_destroy(vg_gradient *workspace) {
    if (!workspace) return;
    vg_free(workspace->slots);
    vg_free(workspace->floats);
    vg_free(workspace->doubles);
    vg_free(workspace);
}

// Shuffled rows lie anywhere in memory, so this block's targets and the next block's inputs are prefetched
// while the network works.
static void fetch_ahead(const run *run, int64_t begin, int32_t rows) {
    const vg_batch *batch = run->batch;
    if (!batch->order) return;
    const vg_network_shape *shape = vg_network_shape_of(run->net);
    int64_t stride = vg_net_stride(shape->inputs), next = begin + rows, left = batch->count - next;
    for (int32_t r = 0; batch->targets && r < rows; r++)
        __builtin_prefetch(batch->targets + batch->order[begin + r] * run->target_width);
    for (int32_t r = 0; r < rows && r < left; r++)
        __builtin_prefetch(batch->inputs + batch->order[next + r] * stride);
}

static void gather(const run *run, int64_t begin, int32_t rows, float *scratch) {
    int64_t stride = vg_net_stride(vg_network_shape_of(run->net)->inputs);
    float *to = vg_network_inputs(run->net, scratch);
    for (int32_t r = 0; r < rows; r++)
        vg_net_copy_row(to + r * stride, run->batch->inputs + vg_batch_row(run->batch, begin + r) * stride,
                        stride);
    fetch_ahead(run, begin, rows);
    if (run->batch->fill)
        run->batch->fill(run->batch->context, &(vg_fill_rows){.batch = run->batch,
                                                              .begin = begin,
                                                              .count = rows,
                                                              .width = vg_network_shape_of(run->net)->inputs,
                                                              .stride = stride,
                                                              .inputs = to});
}

// The loss of a block and its derivatives by the outputs (with the mean's 1 / (rows * outputs)) and, for a
// Gaussian, by log_std (still without it).
static void block_loss(const run *run, int64_t begin, int32_t rows, slot *slot) {
    int32_t outputs = vg_network_shape_of(run->net)->outputs;
    int64_t stride = vg_net_stride(outputs);
    const float *y = vg_network_outputs(run->net, slot->scratch);
    float *deltas = vg_network_deltas(run->net, slot->scratch);
    if (run->workspace->loss == VG_LOSS_OWN) {
        slot->loss += run->batch->own(
            run->batch->context,
            &(vg_loss_rows){.batch = run->batch,
                            .begin = begin,
                            .count = rows,
                            .total = run->total,
                            .width = outputs,
                            .stride = stride,
                            .y = y,
                            .inputs = vg_network_inputs(run->net, slot->scratch),
                            .input_stride = vg_net_stride(vg_network_shape_of(run->net)->inputs),
                            .deltas = run->backward ? deltas : NULL,
                            .by_log_std = slot->by_log_std});
        return;
    }
    bool gaussian = run->workspace->loss == VG_LOSS_GAUSSIAN;
    float share = (float)((gaussian ? 1.0 : 2.0) / ((double)run->batch->count * outputs));
    for (int32_t r = 0; r < rows; r++) {
        const float *target = run->batch->targets + vg_batch_row(run->batch, begin + r) * outputs;
        for (int32_t o = 0; o < outputs; o++) {
            float error = y[r * stride + o] - target[o];
            double square = (double)error * (double)error;
            if (gaussian) {
                square *= (double)run->workspace->inverse[o];
                slot->loss += 0.5 * square + run->workspace->log_std[o] + 0.9189385332046727; // log(2 pi) / 2
                slot->by_log_std[o] += 1.0 - square;
            } else {
                slot->loss += square;
            }
            if (run->backward)
                deltas[r * stride + o] = error * share * (gaussian ? run->workspace->inverse[o] : 1.0f);
        }
    }
}

static void run_chunk(const run *run, int64_t begin, int64_t end, slot *slot) {
    int32_t outputs = vg_network_shape_of(run->net)->outputs;
    slot->loss = 0;
    memset(slot->by_log_std, 0, sizeof(double) * (size_t)outputs);
    for (int64_t row = begin; row < end; row += VG_NETWORK_BLOCK) {
        int32_t rows = (int32_t)(end - row < VG_NETWORK_BLOCK ? end - row : VG_NETWORK_BLOCK);
        gather(run, row, rows, slot->scratch);
        vg_network_forward(run->net, rows, slot->scratch);
        block_loss(run, row, rows, slot);
        if (run->backward) vg_network_backward(run->net, rows, slot->scratch, row > begin, slot->gradient);
    }
    if (!run->backward || !vg_network_shape_of(run->net)->log_std || run->workspace->loss == VG_LOSS_MSE)
        return;
    double parts = run->workspace->loss == VG_LOSS_OWN ? 1 : (double)run->batch->count * outputs;
    for (int32_t o = 0; o < outputs; o++)
        slot->gradient[vg_network_weight_count(run->net) + o] = (float)(slot->by_log_std[o] / parts);
}

static vg_err run_block(void *context, int64_t block, int64_t begin, int64_t end) {
    const run *run = context;
    run_chunk(run, run->first + begin, run->first + end, &run->workspace->slots[block]);
    return VG_OK;
}

// Add the results of a chunk to the total.
static double collect(const run *run, const slot *slot, bool first, float *gradient) {
    int64_t count = vg_network_count(run->net);
    if (gradient && first) memcpy(gradient, slot->gradient, sizeof(float) * (size_t)count);
    if (gradient && !first) vg_network_kernel(run->net)->add(slot->gradient, count, gradient);
    return slot->loss;
}

static void read_log_std(vg_gradient *workspace, const vg_network *net) {
    if (workspace->loss != VG_LOSS_GAUSSIAN) return;
    for (int32_t o = 0; o < vg_network_shape_of(net)->outputs; o++) {
        workspace->log_std[o] = (double)vg_network_read(net)[vg_network_weight_count(net) + o];
        workspace->inverse[o] = (float)vg_exp(-2.0 * workspace->log_std[o]);
    }
}

static double total_of(const vg_batch *batch) {
    int64_t total = 0;
    if (batch->whole) return batch->whole->total;
    if (!batch->parts) return (double)batch->count;
    for (int64_t i = 0; i < batch->count; i++) total += batch->parts[vg_batch_row(batch, i)];
    return (double)total;
}

double vg_gradient_run(vg_gradient *workspace, const vg_network *net, const vg_batch *batch,
                       float *gradient) {
    int32_t outputs = vg_network_shape_of(net)->outputs;
    run run = {.workspace = workspace,
               .net = net,
               .batch = batch,
               .target_width = batch->target_width ? batch->target_width : outputs,
               .total = total_of(batch),
               .backward = gradient != NULL};
    double loss = batch->whole ? batch->whole->before : 0;
    read_log_std(workspace, net);
    // Run as many chunks at a time as there are slots.
    int64_t wave = workspace->slot_count * (int64_t)VG_GRADIENT_CHUNK;
    for (; run.first < batch->count; run.first += wave) {
        int64_t rows = batch->count - run.first < wave ? batch->count - run.first : wave;
        vg_err err = vg_blocks_run(rows, VG_GRADIENT_CHUNK, workspace->threads, run_block, &run);
        (void)err; // a chunk cannot fail
        for (int64_t i = 0; i < vg_blocks_count(rows, VG_GRADIENT_CHUNK); i++)
            loss += collect(&run, &workspace->slots[i], run.first == 0 && i == 0, gradient);
    }
    return batch->whole ? loss : vg_gradient_mean(workspace, net, loss, batch->count);
}

double vg_gradient_mean(const vg_gradient *workspace, const vg_network *net, double loss, int64_t count) {
    int32_t outputs = vg_network_shape_of(net)->outputs;
    return workspace->loss == VG_LOSS_OWN ? loss : loss / ((double)count * outputs);
}

// --- outputs and their derivatives, apart ------------------------------------------------------------------

static double keep_outputs(void *context, const vg_loss_rows *rows) {
    float *outputs = context;
    for (int32_t i = 0; i < rows->count; i++)
        memcpy(outputs + (rows->begin + i) * rows->width, rows->y + i * rows->stride,
               sizeof(float) * (size_t)rows->width);
    return 0;
}

void vg_gradient_outputs(vg_gradient *workspace, const vg_network *net, const float *inputs, int64_t count,
                         float *outputs) {
    vg_batch batch = {.inputs = inputs, .count = count, .own = keep_outputs, .context = outputs};
    (void)vg_gradient_run(workspace, net, &batch, NULL);
}

static double give_deltas(void *context, const vg_loss_rows *rows) {
    const float *deltas = context;
    for (int32_t i = 0; i < rows->count; i++)
        memcpy(rows->deltas + i * rows->stride, deltas + (rows->begin + i) * rows->width,
               sizeof(float) * (size_t)rows->width);
    return 0;
}

void vg_gradient_by_outputs(vg_gradient *workspace, const vg_network *net, const float *inputs, int64_t count,
                            const float *deltas, float *gradient) {
    vg_batch batch = {.inputs = inputs, .count = count, .own = give_deltas, .context = (void *)deltas};
    (void)vg_gradient_run(workspace, net, &batch, gradient);
}
