#include "agents/training/imitation.h"

#include <stdio.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "agents/policy/head_mean.h"
#include "agents/policy/history.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// The order is that of the words in the key's choices.
enum { SCALING_PHYSICAL, SCALING_ZSCORE };
static const vg_activation activations[] = {VG_ACTIVATION_TANH, VG_ACTIVATION_RELU};
static const vg_loss losses[] = {VG_LOSS_MSE, VG_LOSS_GAUSSIAN};
static const vg_head *const heads[] = {&vg_head_mean, &vg_head_gaussian};

// "64,64" into the shape. "" and "none" mean no hidden layer.
static vg_err read_hidden(const char *text, vg_mlp_def *shape, vg_diag *diag) {
    shape->hidden_count = 0;
    if (!*text || strcmp(text, "none") == 0) return VG_OK;
    if (!vg_parse_counts("hidden_sizes", text, ',', VG_NETWORK_WIDTH_MOST, VG_MLP_HIDDEN_MOST, shape->hidden,
                         &shape->hidden_count, NULL))
        return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "hidden_sizes",
                      "'%.60s', expected up to %d numbers of units such as 64,64", text, VG_MLP_HIDDEN_MOST);
}

vg_err vg_imitation_check_text(const vg_key *key, const char *value, vg_diag *diag) {
    if (strcmp(key->name, "hidden_sizes") == 0) {
        vg_mlp_def shape;
        return read_hidden(value, &shape, diag);
    }
    vg_sense *sense = NULL;
    vg_err err = strcmp(key->name, "sense") == 0 ? vg_sense_create(value, &sense, diag) : VG_OK;
    vg_sense_destroy(sense);
    return err;
}

const vg_action_space *vg_imitation_action_space(const vg_imitation_config *config) {
    return vg_action_space_at(config->action_space);
}

vg_dataset_def vg_imitation_dataset(const vg_imitation_config *config, uint64_t seed, const vg_sense *sense) {
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    def.validation = config->bc.validation_fraction;
    def.seed = seed;
    def.relabel = vg_imitation_action_space(config)->label;
    return def;
}

static const vg_head *head_of(const vg_imitation *im) {
    return im->own ? im->own->head : heads[im->config->bc.loss];
}

vg_err vg_imitation_perceptron(const vg_imitation_config *config, const vg_network_shape *shape,
                               vg_network **out, vg_diag *diag) {
    vg_mlp_def def = vg_mlp_default();
    *out = NULL;
    vg_err err = read_hidden(config->hidden_sizes, &def, diag);
    if (err) return err;
    def.inputs = shape->inputs;
    def.outputs = shape->outputs;
    def.log_std = shape->log_std;
    def.activation = activations[config->activation];
    return vg_mlp_create(&def, out, diag);
}

vg_err vg_imitation_network(const vg_imitation *im, vg_network **out, vg_diag *diag) {
    const vg_head *head = head_of(im);
    const void *hyperparameters = im->own ? im->own->hyperparameters : NULL;
    if (im->own && im->own->network) return im->own->network(im->own->context, im, out, diag);
    const vg_network_shape shape = {.inputs = vg_head_inputs(head, hyperparameters, im->width),
                                    .outputs = head->outputs(hyperparameters),
                                    .log_std = head->log_std};
    return vg_imitation_perceptron(im->config, &shape, out, diag);
}

vg_err vg_imitation_open(vg_imitation *im, const vg_imitation_config *config, uint64_t seed, vg_diag *diag) {
    return vg_imitation_open_head(im, config, NULL, seed, diag);
}

vg_err vg_imitation_open_head(vg_imitation *im, const vg_imitation_config *config,
                              const vg_imitation_head *own, uint64_t seed, vg_diag *diag) {
    *im = (vg_imitation){.config = config, .own = own, .seed = seed};
    vg_err err = own && own->head->check ? own->head->check(own->hyperparameters, diag) : VG_OK;
    if (!err) err = vg_sense_create(config->sense, &im->sense, diag);
    if (err) return err;
    im->width = vg_sense_size(im->sense);
    im->mean = vg_new(float, im->width);
    im->scale = vg_new(float, im->width);
    if (!im->mean || !im->scale) return vg_fail_memory(diag);
    err = vg_imitation_network(im, &im->net, diag);
    if (!err) vg_network_init(im->net, seed);
    return err;
}

void vg_imitation_close(vg_imitation *im) {
    vg_network_destroy(im->net);
    vg_sense_destroy(im->sense);
    vg_free(im->mean);
    vg_free(im->scale);
    *im = (vg_imitation){0};
}

// --- scaling -----------------------------------------------------------------------------------------------

// 1 / standard deviation of a column, at most cap times its physical scale. Demonstrations that hardly leave
// the line have tiny deviations of offset and heading: uncapped, every state off that line becomes an input
// far larger than any that the network was fitted to. Without a cap (0) a column that hardly varies keeps its
// own scale, because dividing by its deviation would amplify noise.
static float scale_by(double deviation, double cap, double physical) {
    double most = cap * physical;
    if (cap > 0 && deviation * most < 1) return (float)most;
    return deviation > 1e-6 ? (float)(1.0 / deviation) : 1.0f;
}

// The sum of each column, or with a mean that of the squares of what is away from it.
static void add_up(const vg_imitation *im, const vg_rows *rows, int64_t most, const double *mean,
                   double *sums) {
    for (int32_t i = 0; i < im->width; i++) sums[i] = 0;
    for (int64_t r = 0; r < most; r++) {
        const float *row = rows->inputs + r * im->width;
        for (int32_t i = 0; i < im->width; i++) {
            double value = (double)row[i];
            sums[i] += mean ? (value - mean[i]) * (value - mean[i]) : value;
        }
        if ((r + 1) % VG_ROWS_PIECE == 0) vg_rows_rest(rows, r + 1 - VG_ROWS_PIECE, VG_ROWS_PIECE);
    }
}

// Mean and scale of each column, computed in double and in row order.
static void standardise(vg_imitation *im, const vg_car *car, const vg_rows *rows) {
    int64_t most = im->config->scaling_rows;
    if (most == 0 || most > rows->count) most = rows->count;
    double count = (double)most;
    double sums[VG_SENSE_MOST], mean[VG_SENSE_MOST];
    vg_sense_physical(im->sense, car, im->scale);
    add_up(im, rows, most, NULL, sums);
    for (int32_t i = 0; i < im->width; i++) mean[i] = sums[i] / count;
    add_up(im, rows, most, mean, sums);
    for (int32_t i = 0; i < im->width; i++) {
        im->mean[i] = (float)mean[i];
        im->scale[i] =
            scale_by(__builtin_sqrt(sums[i] / count), im->config->scaling_cap, (double)im->scale[i]);
    }
}

void vg_imitation_scale(vg_imitation *im, const vg_car *car, const vg_rows *rows) {
    if (im->config->scaling == SCALING_ZSCORE)
        standardise(im, car, rows);
    else
        vg_sense_physical(im->sense, car, im->scale); // the mean stays 0
    im->scaled = true;
}

// --- fitting -----------------------------------------------------------------------------------------------

// Rows as a network is fitted to them: scaled inputs, targets, and of each row how many targets are no
// padding. Where the rows lie in a file, they are made when they are needed instead.
typedef struct fitted {
    const vg_imitation *im;
    vg_rows rows;
    float *inputs, *targets;
    int32_t *parts;
    float *seen;     // [n_obs_steps][width] the past of a row
    uint8_t *is_pad; // [chunk_size]
    vg_batch batch;
    vg_row_source source; // with `read`: batch has no rows
} fitted;

static void free_fitted(fitted *f) {
    vg_free(f->inputs);
    vg_free(f->targets);
    vg_free(f->parts);
    vg_free(f->seen);
    vg_free(f->is_pad);
}

static void rest_rows(const void *context, int64_t first, int64_t count) {
    vg_rows_rest(&((const fitted *)context)->rows, first, count);
}

// A row by itself.
static void read_row(const void *context, int64_t row, float *inputs, float *targets, int32_t *parts) {
    const fitted *f = context;
    const vg_imitation *im = f->im;
    (void)parts;
    vg_network_scale(f->rows.inputs + row * im->width, 1, im->width, im->mean, im->scale, inputs);
    memcpy(targets, f->rows.actions + row * VG_CAR_ACTIONS, sizeof *targets * VG_CAR_ACTIONS);
}

// A row with its past and its future.
static void read_window(const void *context, int64_t row, float *inputs, float *targets, int32_t *parts) {
    const fitted *f = context;
    const vg_imitation *im = f->im;
    const vg_window *window = &im->own->window;
    vg_rows_window(&f->rows, row, window, f->seen, NULL, targets, f->is_pad);
    vg_history_scale(f->seen, window->n_obs_steps, im->width, im->mean, im->scale, inputs);
    for (*parts = 0; *parts < window->chunk_size && !f->is_pad[*parts];) (*parts)++;
}

static vg_err prepare_rows(fitted *f, vg_diag *diag) {
    const vg_imitation *im = f->im;
    const vg_rows *rows = &f->rows;
    f->batch = (vg_batch){.count = rows->count};
    if (rows->folder) {
        f->source = (vg_row_source){.read = read_row, .inputs = im->width, .target_width = VG_CAR_ACTIONS};
        return VG_OK;
    }
    f->inputs = vg_new(float, rows->count *vg_net_stride(im->width));
    if (!f->inputs) return vg_fail_memory(diag);
    vg_network_scale(rows->inputs, rows->count, im->width, im->mean, im->scale, f->inputs);
    f->batch.inputs = f->inputs, f->batch.targets = rows->actions;
    return VG_OK;
}

static vg_err prepare_windows(fitted *f, vg_diag *diag) {
    const vg_imitation *im = f->im;
    const int64_t width = (int64_t)im->own->window.chunk_size * VG_CAR_ACTIONS, count = f->rows.count;
    const int32_t inputs = vg_network_shape_of(im->net)->inputs;
    f->batch = (vg_batch){.count = count,
                          .target_width = (int32_t)width,
                          .own = im->own->loss,
                          .fill = im->own->fill,
                          .context = (void *)(uintptr_t)im->own->context};
    f->seen = vg_new(float, (int64_t)im->own->window.n_obs_steps * im->width);
    f->is_pad = vg_new(uint8_t, im->own->window.chunk_size);
    if (!f->seen || !f->is_pad) return vg_fail_memory(diag);
    if (f->rows.folder) {
        f->source = (vg_row_source){
            .read = read_window, .inputs = inputs, .target_width = (int32_t)width, .parts = true};
        return VG_OK;
    }
    f->inputs = vg_new(float, count *vg_net_stride(inputs));
    f->targets = vg_new(float, count *width);
    f->parts = vg_new(int32_t, count);
    if (!f->inputs || !f->targets || !f->parts) return vg_fail_memory(diag);
    for (int64_t r = 0; r < count; r++)
        read_window(f, r, f->inputs + r * vg_net_stride(inputs), f->targets + r * width, &f->parts[r]);
    f->batch.inputs = f->inputs, f->batch.targets = f->targets, f->batch.parts = f->parts;
    return VG_OK;
}

static vg_err prepare(const vg_imitation *im, const vg_rows *rows, fitted *out, vg_diag *diag) {
    *out = (fitted){.im = im, .rows = *rows};
    vg_err err = im->own ? prepare_windows(out, diag) : prepare_rows(out, diag);
    out->source.rest = rest_rows, out->source.context = out;
    out->source.count = rows->count, out->source.folder = rows->folder;
    return err;
}

// Hash of what decides a fit beside the network, the rows and the keys of the fit: the hyperparameters of the
// learner's own head, which its loss may use.
static uint64_t content_of(const vg_imitation *im) {
    if (!im->own) return 0;
    const vg_schema *schema = im->own->head->schema;
    char text[VG_KEY_LIST_SIZE];
    uint64_t hash = vg_hash_text(0, im->own->head->name);
    for (int32_t i = 0; schema && i < schema->count; i++)
        hash = vg_hash_text(hash, vg_config_value(&schema->keys[i], im->own->hyperparameters, text));
    if (im->own->content) hash = vg_hash_int(hash, &(int64_t){(int64_t)im->own->content}, 1);
    return hash;
}

static vg_err run(const vg_imitation *im, const vg_fit_def *def, vg_network *net, const fitted *train,
                  const fitted *valid, vg_supervised_status *status, vg_diag *diag) {
    const vg_imitation_config *config = im->config;
    vg_supervised_def training = vg_supervised_default();
    training.loss = im->own ? VG_LOSS_OWN : losses[config->bc.loss];
    training.content = content_of(im);
    training.ema_power = im->own ? im->own->ema_power : 0;
    training.adam.rate = config->bc.learning_rate;
    training.adam.decay = config->bc.weight_decay;
    training.adam.clip = config->bc.max_grad_norm;
    training.batch = config->bc.batch_size;
    training.epochs = config->bc.n_epochs;
    training.patience = config->bc.patience;
    training.steps = def->steps;
    training.seed = def->seed;
    training.threads = def->threads;
    training.watch = def->watch;
    training.watch_context = def->watch_context;
    training.checkpoint = def->checkpoint;
    training.story = def->story;
    training.checkpoint_steps = config->bc.checkpoint_every;
    if (train->source.read) training.train_source = &train->source;
    if (valid->source.read) training.valid_source = &valid->source;
    vg_supervised *under_way;
    vg_err err = vg_supervised_create(&training, net, &train->batch, &valid->batch, &under_way, diag);
    if (err) return err;
    if (def->resume && def->checkpoint) {
        err = vg_supervised_restore(under_way, def->checkpoint, diag);
        if (err == VG_ERR_NOT_FOUND) err = VG_OK; // killed before the first checkpoint
    }
    if (!err) err = vg_supervised_run(under_way, diag);
    if (status) *status = vg_supervised_get(under_way);
    vg_supervised_destroy(under_way);
    return err;
}

// Padding would be the greater part of some chunks of an episode that is shorter than a chunk.
static vg_err check_chunks(const vg_imitation *im, const vg_rows *rows, const char *which, vg_diag *diag) {
    int64_t shortest = -1;
    for (int64_t e = 0; e < rows->episode_count; e++)
        if (shortest < 0 || rows->episodes[e].count < rows->episodes[shortest].count) shortest = e;
    if (shortest < 0 || rows->episodes[shortest].count >= im->own->window.chunk_size) return VG_OK;
    const vg_rows_episode *e = &rows->episodes[shortest];
    char where[64] = "";
    if (e->log >= 0) snprintf(where, sizeof where, " (episode %d of log %d)", e->number, e->log + 1);
    return vg_fail_at(
        diag, VG_ERR_MISMATCH, NULL, 0, "chunk_size",
        "%d actions, but the shortest episode %s%s has only %lld: take a shorter chunk or leave "
        "that episode out",
        im->own->window.chunk_size, which, where, (long long)e->count);
}

vg_err vg_imitation_check_rows(const vg_imitation *im, const vg_dataset *data, vg_diag *diag) {
    vg_rows rows = vg_dataset_train(data);
    if (rows.width != im->width)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "sense", "rows of %d values, the sense has %d",
                          rows.width, im->width);
    if (rows.count == 1)
        return vg_fail(diag, VG_ERR_FORMAT, "only one row to learn from, expected at least 2 actions");
    if (!im->own) return VG_OK;
    vg_err err = check_chunks(im, &rows, "to learn from", diag);
    rows = vg_dataset_validation(data);
    return err ? err : check_chunks(im, &rows, "held out", diag);
}

// Of rows in a file: those that memory is meant to hold.
static vg_err inspect(const vg_fit_def *def, const vg_network *net, const fitted *f, vg_diag *diag) {
    vg_batch batch = f->batch;
    vg_row_stream *stream = NULL;
    vg_err err = f->source.read ? vg_row_stream_create(&f->source, 1, &stream, diag) : VG_OK;
    if (!err && stream) vg_row_stream_piece(stream, 0, &batch);
    if (!err) err = def->inspect(def->inspect_context, net, &batch, diag);
    vg_row_stream_destroy(stream);
    return err;
}

vg_err vg_imitation_fit(const vg_imitation *im, const vg_fit_def *def, vg_network *net,
                        vg_supervised_status *status, vg_diag *diag) {
    vg_rows train = vg_dataset_train(def->data), valid = vg_dataset_validation(def->data);
    vg_err err = vg_imitation_check_rows(im, def->data, diag);
    if (err) return err;
    fitted on = {0}, held = {0};
    err = prepare(im, &train, &on, diag);
    if (!err) err = prepare(im, &valid, &held, diag);
    if (!err) err = run(im, def, net, &on, &held, status, diag);
    if (!err && def->inspect) err = inspect(def, net, valid.count ? &held : &on, diag);
    free_fitted(&on);
    free_fitted(&held);
    return err;
}

// --- the policy --------------------------------------------------------------------------------------------

static vg_policy_info info_of(const vg_imitation *im, const vg_imitation_origin *origin) {
    bool zscore = im->config->scaling == SCALING_ZSCORE;
    return (vg_policy_info){.sense = im->sense,
                            .normaliser = zscore ? VG_NORMALISER_ZSCORE : VG_NORMALISER_PHYSICAL,
                            .mean = im->mean,
                            .scale = im->scale,
                            .head = im->own ? im->own->head : NULL,
                            .head_hyperparameters = im->own ? im->own->hyperparameters : NULL,
                            .action_space = vg_imitation_action_space(im->config),
                            .car = origin->car,
                            .tick_num = origin->tick_num,
                            .tick_den = origin->tick_den,
                            .ticks_per_action = origin->ticks_per_action,
                            .learner = origin->learner,
                            .seed = im->seed};
}

vg_err vg_imitation_write(const vg_imitation *im, const vg_imitation_origin *origin, const vg_network *net,
                          const char *path, vg_overwrite overwrite, vg_diag *diag) {
    char data[17];
    vg_text config = {0};
    vg_config_write_yaml(origin->schema, origin->config, &config);
    vg_policy_info info = info_of(im, origin);
    info.config = config.bytes;
    info.data = vg_hash_format(origin->data, data);
    vg_err err = config.failed ? vg_fail_memory(diag) : vg_policy_write(path, overwrite, &info, net, diag);
    vg_text_free(&config);
    return err;
}

vg_err vg_imitation_policy(const vg_imitation *im, const vg_imitation_origin *origin, vg_network *net,
                           vg_policy **out, vg_diag *diag) {
    vg_policy_info info = info_of(im, origin);
    return vg_policy_of_network(&info, net, out, diag);
}
