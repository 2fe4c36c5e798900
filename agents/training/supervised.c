#include "agents/training/supervised.h"

#include <math.h>
#include <string.h>

#include "agents/training/checkpoint.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

// The state that changes during training, beside the weights and Adam's state.
typedef struct progress {
    int64_t epoch, batch; // whole epochs done; batches done of the present one
    double loss_sum;      // over this epoch's rows so far
    double train_loss, valid_loss, best_loss;
    int64_t best_epoch;
} progress;

struct vg_supervised {
    vg_supervised_def def;
    vg_network *net;
    vg_batch train, valid;
    vg_row_stream *train_stream, *valid_stream; // NULL: the rows are in memory
    vg_gradient *workspace;
    vg_adam adam;
    progress at;
    float *gradient, *best; // [vg_network_count]
    float *average, *raw;   // [vg_network_count] with ema_power: the moving average, and room for the weights
    int64_t *order;         // [train.count] rows of epoch `shuffled`
    int64_t shuffled;       // -1: none yet
    uint64_t identity;      // 0: not known yet
};

vg_supervised_def vg_supervised_default(void) {
    return (vg_supervised_def){.loss = VG_LOSS_MSE,
                               .adam = vg_adam_default(),
                               .batch = 256,
                               .epochs = 200,
                               .patience = 20,
                               .checkpoint_steps = 2000};
}

static vg_err check(const vg_supervised_def *def, const vg_batch *train, vg_diag *diag) {
    if (train->count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "no rows to train on");
    if (def->batch >= 1 && def->epochs >= 1 && def->patience >= 0 && def->steps >= 0 &&
        def->checkpoint_steps >= 1)
        return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT,
                   "batch, epochs and checkpoint_steps must be 1 or more, patience and steps 0 or more");
}

static vg_err open_average(vg_supervised *training, vg_diag *diag) {
    int64_t count = vg_network_count(training->net);
    training->average = vg_new(float, count);
    training->raw = vg_new(float, count);
    if (!training->average || !training->raw) return vg_fail_memory(diag);
    memcpy(training->average, vg_network_read(training->net), sizeof(float) * (size_t)count);
    return VG_OK;
}

static vg_err open_streams(vg_supervised *training, int64_t batch, vg_diag *diag) {
    const vg_supervised_def *def = &training->def;
    vg_err err = VG_OK;
    if (def->train_source)
        err = vg_row_stream_create(def->train_source, batch, &training->train_stream, diag);
    if (!err && def->valid_source)
        err = vg_row_stream_create(def->valid_source, batch, &training->valid_stream, diag);
    return err;
}

vg_err vg_supervised_create(const vg_supervised_def *def, vg_network *net, const vg_batch *train,
                            const vg_batch *valid, vg_supervised **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check(def, train, diag);
    if (err) return err;
    vg_supervised *training = vg_new(vg_supervised, 1);
    if (!training) return vg_fail_memory(diag);
    training->def = *def;
    training->def.adam.decayed = vg_network_weight_count(net);
    training->net = net;
    training->train = *train;
    training->valid = *valid;
    training->at = (progress){.train_loss = NAN, .valid_loss = NAN, .best_loss = INFINITY};
    training->shuffled = -1;
    int64_t most = def->batch < train->count ? def->batch : train->count;
    err = vg_gradient_create(net, def->loss, most, def->threads, &training->workspace, diag);
    if (!err) err = vg_adam_create(&training->def.adam, vg_network_count(net), &training->adam, diag);
    if (!err) {
        training->gradient = vg_new(float, vg_network_count(net));
        training->best = vg_new(float, vg_network_count(net));
        training->order = vg_new(int64_t, train->count);
        if (!training->gradient || !training->best || !training->order) err = vg_fail_memory(diag);
    }
    if (!err) err = open_streams(training, def->batch, diag);
    if (!err && def->ema_power > 0) err = open_average(training, diag);
    if (err)
        vg_supervised_destroy(training);
    else
        *out = training;
    return err;
}

void vg_supervised_destroy(vg_supervised *training) {
    if (!training) return;
    vg_row_stream_destroy(training->train_stream);
    vg_row_stream_destroy(training->valid_stream);
    vg_gradient_destroy(training->workspace);
    vg_adam_destroy(&training->adam);
    vg_free(training->gradient);
    vg_free(training->best);
    vg_free(training->average);
    vg_free(training->raw);
    vg_free(training->order);
    vg_free(training);
}

static int64_t batches(const vg_supervised *training) {
    return (training->train.count - 1) / training->def.batch + 1;
}

static int64_t steps_most(const vg_supervised *training) {
    return training->def.steps ? training->def.steps : training->def.epochs * batches(training);
}

static int64_t epochs_most(const vg_supervised *training) {
    return training->def.steps ? (training->def.steps - 1) / batches(training) + 1 : training->def.epochs;
}

vg_supervised_status vg_supervised_get(const vg_supervised *training) {
    const progress *at = &training->at;
    return (vg_supervised_status){.epoch = at->epoch,
                                  .step = training->adam.step,
                                  .steps = steps_most(training),
                                  .epoch_ended = at->batch == 0 && at->epoch > 0,
                                  .train_loss = at->train_loss,
                                  .valid_loss = at->valid_loss,
                                  .best_loss = at->best_loss,
                                  .best_epoch = at->best_epoch};
}

// --- checkpoints -------------------------------------------------------------------------------------------

// What decides the path: a checkpoint of another is of no use. The number of threads does not.
static uint64_t find_identity(const vg_supervised *training) {
    const vg_supervised_def *def = &training->def;
    const vg_network_shape *shape = vg_network_shape_of(training->net);
    int64_t whole[] = {def->loss,
                       def->batch,
                       def->epochs,
                       def->patience,
                       def->steps,
                       (int64_t)def->seed,
                       training->train.count,
                       training->valid.count,
                       (int64_t)def->content};
    double real[] = {def->adam.rate,    def->adam.beta1, def->adam.beta2,
                     def->adam.epsilon, def->adam.decay, def->adam.clip};
    uint64_t hash = vg_hash_int(vg_network_hash(0, training->net), whole, sizeof whole / sizeof *whole);
    hash = vg_hash_double(hash, real, sizeof real / sizeof *real);
    if (def->ema_power > 0) hash = vg_hash_double(hash, &def->ema_power, 1);
    const vg_batch *sets[] = {&training->train, &training->valid};
    vg_row_stream *streams[] = {training->train_stream, training->valid_stream};
    for (int i = 0; i < 2; i++) {
        if (streams[i]) {
            hash = vg_row_stream_hash(streams[i], hash);
            continue;
        }
        hash = vg_hash_float(hash, sets[i]->inputs, sets[i]->count * vg_net_stride(shape->inputs));
        int64_t width = sets[i]->target_width ? sets[i]->target_width : shape->outputs;
        hash = vg_hash_float(hash, sets[i]->targets, sets[i]->count * width);
    }
    return hash;
}

// The rows are hashed once.
static uint64_t identity(vg_supervised *training) {
    if (!training->identity) training->identity = find_identity(training);
    return training->identity;
}

static const char KIND[] = "verge-checkpoint";

static vg_checkpoint list(vg_supervised *training) {
    progress *at = &training->at;
    int64_t count = vg_network_count(training->net);
    vg_checkpoint all = {0};
    vg_checkpoint_int(&all, "epoch", &at->epoch);
    vg_checkpoint_int(&all, "batch", &at->batch);
    vg_checkpoint_int(&all, "best_epoch", &at->best_epoch);
    all.story = training->def.story;
    vg_checkpoint_double(&all, "loss_sum", &at->loss_sum);
    vg_checkpoint_double(&all, "train_loss", &at->train_loss);
    vg_checkpoint_double(&all, "valid_loss", &at->valid_loss);
    vg_checkpoint_double(&all, "best_loss", &at->best_loss);
    vg_checkpoint_floats(&all, "weights", vg_network_parameters(training->net), count);
    vg_checkpoint_floats(&all, "best", training->best, count);
    if (training->average) vg_checkpoint_floats(&all, "average", training->average, count);
    vg_checkpoint_adam(&all, "adam", &training->adam);
    return all;
}

static vg_err save(vg_supervised *training, vg_diag *diag) {
    if (!training->def.checkpoint) return VG_OK;
    vg_checkpoint all = list(training);
    return vg_checkpoint_write(&all, training->def.checkpoint, KIND, identity(training), diag);
}

vg_err vg_supervised_restore(vg_supervised *training, const char *path, vg_diag *diag) {
    const progress *at = &training->at;
    vg_checkpoint all = list(training);
    vg_err err = vg_checkpoint_read(&all, path, KIND, identity(training), diag);
    if (!err && (at->epoch < 0 || at->epoch > epochs_most(training) || at->batch < 0 ||
                 at->batch >= batches(training)))
        err = vg_fail_at(diag, VG_ERR_FORMAT, path, 0, "epoch", "beyond the end of the training");
    vg_network_pack(training->net);
    return err;
}

// --- training ----------------------------------------------------------------------------------------------

// The order of the rows in this epoch: a function of the seed and the epoch alone.
static vg_err shuffle(vg_supervised *training, vg_diag *diag) {
    if (training->shuffled == training->at.epoch) return VG_OK;
    vg_draw at = {
        .seed = training->def.seed, .stream = VG_STREAM_SHUFFLE, .episode = (uint32_t)training->at.epoch};
    vg_random_shuffle(at, training->train.count, training->order);
    training->shuffled = training->at.epoch;
    return training->train_stream ? vg_row_stream_shuffle(training->train_stream, training->order, diag)
                                  : VG_OK;
}

static vg_err fail_diverged(const vg_supervised *training, double loss, vg_diag *diag) {
    return vg_fail(diag, VG_ERR_POLICY,
                   "the training diverged: the loss is %g after step %lld; try a smaller learning rate", loss,
                   (long long)training->adam.step);
}

// A Gaussian's log standard deviations stay where exp and the loss are well-behaved.
enum { LOG_STD_LEAST = -5, LOG_STD_MOST = 2 };

// As in the diffusers library: a decay that begins at 0 and approaches 1, at most 0.9999.
static void take_average(vg_supervised *training) {
    if (!training->average) return;
    double decay = 1 - vg_pow((double)training->adam.step, -training->def.ema_power);
    float keep = (float)(decay < 0.9999 ? decay : 0.9999), share = 1 - keep;
    const float *now = vg_network_read(training->net);
    for (int64_t i = 0; i < vg_network_count(training->net); i++)
        training->average[i] = keep * training->average[i] + share * now[i];
}

static vg_err step(vg_supervised *training, vg_diag *diag) {
    int64_t first = training->at.batch * training->def.batch, left = training->train.count - first;
    vg_batch batch = training->train;
    batch.order = training->order + first;
    batch.count = left < training->def.batch ? left : training->def.batch;
    batch.pass = (uint32_t)training->at.epoch;
    if (training->train_stream) vg_row_stream_step(training->train_stream, first, batch.count, &batch);
    double loss = vg_gradient_run(training->workspace, training->net, &batch, training->gradient);
    if (!isfinite(loss)) return fail_diverged(training, loss, diag);
    vg_adam_step(&training->adam, training->gradient, vg_network_parameters(training->net));
    vg_network_hold_log_std(training->net, LOG_STD_LEAST, LOG_STD_MOST);
    vg_network_pack(training->net);
    take_average(training);
    training->at.loss_sum += loss * (double)batch.count;
    training->at.batch++;
    return VG_OK;
}

// The loss of the weights in use on the held-out rows; the pass is one that no epoch has.
static vg_err evaluate(vg_supervised *training, bool *better, vg_diag *diag) {
    progress *at = &training->at;
    vg_batch held = training->valid;
    held.pass = UINT32_MAX;
    at->valid_loss =
        training->valid_stream
            ? vg_row_stream_loss(training->valid_stream, training->workspace, training->net, &held)
            : vg_gradient_run(training->workspace, training->net, &held, NULL);
    if (!isfinite(at->valid_loss)) return fail_diverged(training, at->valid_loss, diag);
    *better = at->valid_loss < at->best_loss;
    if (*better) at->best_loss = at->valid_loss;
    return VG_OK;
}

// Put the averaged weights in the place of the weights, or back.
static void swap_average(vg_supervised *training, bool back) {
    if (!training->average) return;
    size_t size = sizeof(float) * (size_t)vg_network_count(training->net);
    if (!back) memcpy(training->raw, vg_network_read(training->net), size);
    vg_network_take(training->net, back ? training->raw : training->average);
}

static vg_err end_epoch(vg_supervised *training, vg_diag *diag) {
    progress *at = &training->at;
    // Only the last epoch of a training by steps may be cut short.
    int64_t rows = at->batch * training->def.batch;
    at->train_loss = at->loss_sum / (double)(rows < training->train.count ? rows : training->train.count);
    at->loss_sum = 0;
    at->batch = 0;
    at->epoch++;
    // With a fixed number of steps the last weights are kept, so only they are evaluated.
    bool last = training->def.steps == 0 || training->adam.step == training->def.steps, better = true;
    vg_err err = VG_OK;
    swap_average(training, false);
    if (training->valid.count > 0 && last) err = evaluate(training, &better, diag);
    if (!err && better) {
        at->best_epoch = at->epoch;
        memcpy(training->best, vg_network_read(training->net),
               sizeof(float) * (size_t)vg_network_count(training->net));
    }
    swap_average(training, true);
    return err;
}

static bool finished(const vg_supervised *training) {
    const progress *at = &training->at;
    if (training->def.steps) return training->adam.step >= training->def.steps;
    bool patient = training->def.patience == 0 || training->valid.count == 0 ||
                   at->epoch - at->best_epoch < training->def.patience;
    return at->epoch >= training->def.epochs || (at->batch == 0 && at->epoch > 0 && !patient);
}

static vg_err watch(vg_supervised *training, vg_diag *diag) {
    vg_supervised_status status = vg_supervised_get(training);
    bool stop = training->def.watch && !training->def.watch(training->def.watch_context, &status);
    if (!stop && training->adam.step % training->def.checkpoint_steps != 0) return VG_OK;
    vg_err err = save(training, diag);
    if (!err && stop)
        err = vg_fail(diag, VG_ERR_INTERRUPTED, "stopped after step %lld", (long long)training->adam.step);
    return err;
}

vg_err vg_supervised_run(vg_supervised *training, vg_diag *diag) {
    vg_err err = VG_OK;
    while (!err && !finished(training)) {
        err = shuffle(training, diag);
        if (!err) err = step(training, diag);
        bool last = training->adam.step == training->def.steps;
        if (!err && (last || training->at.batch == batches(training))) err = end_epoch(training, diag);
        if (!err) err = watch(training, diag);
    }
    if (err) return err;
    vg_network_take(training->net, training->best);
    return VG_OK;
}
