// Behavioural cloning: supervised learning of a driver's actions from what the driver was shown.
//
//   Pomerleau 1989, "ALVINN: an autonomous land vehicle in a neural network": a network of one hidden layer
//   learns to steer from a person's driving. Ross & Bagnell 2010, "Efficient reductions for imitation
//   learning", theorem 2.1: a policy that errs with probability e on the expert's states may cost up to T^2 e
//   over T steps, for its errors lead it to states the expert never showed. That is the drift verge measures.
//
// In full: scale the inputs, cut off the held-out episodes, minimise the loss by Adam over shuffled batches,
// keep the weights with the least held-out loss. The loop itself is training.c, which other learners share.
#include "agents/learners/bc.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(field, type, unit, least, most, standard, choices, help)                                           \
    {#field, VG_KEY_##type, offsetof(vg_bc_config, field), unit, least, most, standard, choices, help},
    VG_BC_KEYS(X)
#undef X
};
static vg_err check_text(const vg_key *key, const char *value, vg_diag *diag);
const vg_schema vg_bc_schema = {"bc", keys, sizeof keys / sizeof *keys, check_text};

// In the order of the choices' words.
enum { SCALING_PHYSICAL, SCALING_ZSCORE };
static const vg_activation activations[] = {VG_ACTIVATION_TANH, VG_ACTIVATION_RELU};
static const vg_loss losses[] = {VG_LOSS_MSE, VG_LOSS_GAUSSIAN};

enum { ACTIONS = 2 };

vg_dataset_def vg_bc_dataset(const vg_bc_config *config, uint64_t seed, const vg_sense *sense) {
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense;
    def.validation = config->validation;
    def.seed = seed;
    return def;
}

// A training under way.
typedef struct cloning {
    const vg_bc_def *def;
    vg_sense *sense;
    int32_t width;        // of the sense
    vg_rows train, valid; // of the dataset
    float *mean, *scale;  // [width]
    float *train_inputs, *valid_inputs;
    vg_mlp *mlp;
    vg_training *training;
} cloning;

// "64,64" into the shape. "" and "none": no hidden layer.
static vg_err read_hidden(const char *text, vg_mlp_def *shape, vg_diag *diag) {
    shape->hidden_count = 0;
    if (!*text || strcmp(text, "none") == 0) return VG_OK;
    for (const char *from = text, *end; from; from = end ? end + 1 : NULL) {
        char part[16];
        int64_t units;
        end = strchr(from, ',');
        snprintf(part, sizeof part, "%.*s", (int)(end ? end - from : 15), from);
        if (shape->hidden_count == VG_MLP_HIDDEN_MOST || !vg_parse_int(part, &units) || units < 1 ||
            units > VG_MLP_WIDTH_MOST)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, "hidden",
                              "'%.60s', expected up to %d numbers of units such as 64,64", text,
                              VG_MLP_HIDDEN_MOST);
        shape->hidden[shape->hidden_count++] = (int32_t)units;
    }
    return VG_OK;
}

static vg_err check_text(const vg_key *key, const char *value, vg_diag *diag) {
    if (key->at == offsetof(vg_bc_config, hidden)) {
        vg_mlp_def shape;
        return read_hidden(value, &shape, diag);
    }
    vg_sense *sense = NULL;
    vg_err err = key->at == offsetof(vg_bc_config, sense) ? vg_sense_create(value, &sense, diag) : VG_OK;
    vg_sense_destroy(sense);
    return err;
}

// Mean and 1 / deviation of each column of the training rows, in double and in row order. A column that
// hardly moves is left at its own scale rather than blown up.
static void standardise(cloning *c) {
    int64_t rows = c->def->config.scaling_rows;
    if (rows == 0 || rows > c->train.count) rows = c->train.count;
    double count = (double)rows;
    for (int32_t i = 0; i < c->width; i++) {
        double sum = 0, squares = 0;
        for (int64_t r = 0; r < rows; r++) sum += (double)c->train.inputs[r * c->width + i];
        double mean = sum / count;
        for (int64_t r = 0; r < rows; r++) {
            double away = (double)c->train.inputs[r * c->width + i] - mean;
            squares += away * away;
        }
        double deviation = __builtin_sqrt(squares / count);
        c->mean[i] = (float)mean;
        c->scale[i] = deviation > 1e-6 ? (float)(1.0 / deviation) : 1.0f;
    }
}

static vg_err scale_inputs(cloning *c, vg_diag *diag) {
    int64_t stride = vg_net_stride(c->width);
    c->mean = vg_new(float, c->width);
    c->scale = vg_new(float, c->width);
    c->train_inputs = vg_new(float, c->train.count *stride);
    c->valid_inputs = vg_new(float, c->valid.count *stride);
    if (!c->mean || !c->scale || !c->train_inputs || !c->valid_inputs) return vg_fail_memory(diag);
    if (c->def->config.scaling == SCALING_ZSCORE)
        standardise(c);
    else
        vg_sense_physical(c->sense, vg_dataset_car(c->def->data), c->scale); // and a mean of 0
    vg_mlp_scale(c->train.inputs, c->train.count, c->width, c->mean, c->scale, c->train_inputs);
    vg_mlp_scale(c->valid.inputs, c->valid.count, c->width, c->mean, c->scale, c->valid_inputs);
    return VG_OK;
}

static vg_err make_network(cloning *c, vg_diag *diag) {
    const vg_bc_config *config = &c->def->config;
    vg_mlp_def shape = vg_mlp_default();
    vg_err err = read_hidden(config->hidden, &shape, diag);
    if (err) return err;
    shape.inputs = c->width;
    shape.outputs = ACTIONS;
    shape.activation = activations[config->activation];
    shape.log_std = losses[config->loss] == VG_LOSS_GAUSSIAN;
    err = vg_mlp_create(&shape, &c->mlp, diag);
    if (!err) vg_mlp_init(c->mlp, c->def->seed);
    return err;
}

static vg_err make_training(cloning *c, vg_diag *diag) {
    const vg_bc_def *def = c->def;
    const vg_bc_config *config = &def->config;
    vg_training_def training = vg_training_default();
    training.loss = losses[config->loss];
    training.adam.rate = config->learning_rate;
    training.adam.decay = config->weight_decay;
    training.adam.clip = config->clip;
    training.batch = config->batch;
    training.epochs = config->epochs;
    training.patience = config->patience;
    training.seed = def->seed;
    training.threads = def->threads;
    training.watch = def->watch;
    training.watch_context = def->watch_context;
    training.checkpoint = def->checkpoint;
    training.checkpoint_steps = config->checkpoint_steps;
    vg_batch train = {.inputs = c->train_inputs, .targets = c->train.actions, .count = c->train.count};
    vg_batch valid = {.inputs = c->valid_inputs, .targets = c->valid.actions, .count = c->valid.count};
    return vg_training_create(&training, c->mlp, &train, &valid, &c->training, diag);
}

static vg_err write_policy(const cloning *c, vg_diag *diag) {
    const vg_bc_def *def = c->def;
    char data[17];
    vg_text config = {0};
    vg_config_write_yaml(&vg_bc_schema, &def->config, &config);
    vg_policy_info info = {.sense = c->sense,
                           .normaliser = def->config.scaling == SCALING_ZSCORE ? VG_NORMALISER_ZSCORE
                                                                               : VG_NORMALISER_PHYSICAL,
                           .mean = c->mean,
                           .scale = c->scale,
                           .car = *vg_dataset_car(def->data),
                           .learner = "bc",
                           .config = config.bytes,
                           .data = vg_hash_format(vg_dataset_hash(def->data), data),
                           .seed = def->seed};
    vg_dataset_clock(def->data, &info.tick_num, &info.tick_den, &info.ticks_per_action);
    vg_err err =
        config.failed ? vg_fail_memory(diag) : vg_policy_write(def->out, def->overwrite, &info, c->mlp, diag);
    vg_text_free(&config);
    return err;
}

static vg_err prepare(cloning *c, vg_diag *diag) {
    const vg_bc_def *def = c->def;
    vg_err err = vg_config_check(&vg_bc_schema, &def->config, diag);
    if (!err) err = vg_sense_create(def->config.sense, &c->sense, diag);
    if (err) return err;
    c->width = vg_sense_size(c->sense);
    c->train = vg_dataset_train(def->data);
    c->valid = vg_dataset_validation(def->data);
    if (c->train.width != c->width)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "sense", "rows of %d values, the sense has %d",
                          c->train.width, c->width);
    if (!vg_dataset_car(def->data)) return vg_fail(diag, VG_ERR_MISMATCH, "the rows come from no car");
    err = make_network(c, diag);
    if (!err) err = scale_inputs(c, diag);
    if (!err) err = make_training(c, diag);
    return err;
}

vg_err vg_bc_train(const vg_bc_def *def, vg_training_status *status, vg_diag *diag) {
    cloning c = {.def = def};
    vg_err err = vg_file_may_write(def->out, def->overwrite, diag);
    if (!err) err = prepare(&c, diag);
    if (!err && def->resume && def->checkpoint) {
        err = vg_training_restore(c.training, def->checkpoint, diag);
        if (err == VG_ERR_NOT_FOUND) err = VG_OK; // killed before the first checkpoint
    }
    if (!err) err = vg_training_run(c.training, diag);
    if (!err) err = write_policy(&c, diag);
    if (!err && def->checkpoint) vg_file_discard(def->checkpoint);
    if (status && c.training) *status = vg_training_get(c.training);
    vg_training_destroy(c.training);
    vg_mlp_destroy(c.mlp);
    vg_sense_destroy(c.sense);
    vg_free(c.mean);
    vg_free(c.scale);
    vg_free(c.train_inputs);
    vg_free(c.valid_inputs);
    return err;
}

// --- as a learner ------------------------------------------------------------------------------------------

static bool watch(void *context, const vg_training_status *status) {
    const vg_learner_def *def = context;
    return !def->watch || def->watch(def->context, status->step, status->steps);
}

static void fill_report(const vg_dataset *data, const vg_training_status *status, vg_learner_report *report) {
    *report = (vg_learner_report){
        .labels = vg_dataset_train(data).count,
        .held_out_rows = vg_dataset_validation(data).count,
        .episodes = vg_dataset_episodes(data),
        .steps = status->step,
        .rounds = status->epoch,
        .best_round = status->best_epoch,
        .train_loss = status->train_loss,
        .held_out_loss = status->best_loss < 1e300 ? status->best_loss : __builtin_nan(""),
    };
}

static vg_err train_on_logs(const vg_learner_def *learner, vg_learner_report *report, vg_diag *diag) {
    const vg_bc_config *config = learner->config;
    vg_sense *sense = NULL;
    vg_dataset *data = NULL;
    vg_training_status status = {0};
    vg_err err = vg_learner_check(&vg_learner_bc, learner, diag);
    if (!err) err = vg_sense_create(config->sense, &sense, diag);
    if (!err) {
        vg_dataset_def def = vg_bc_dataset(config, learner->seed, sense);
        err = vg_dataset_read(&def, learner->logs, learner->log_count, &data, diag);
    }
    if (!err) {
        vg_bc_def def = {.config = *config,
                         .seed = learner->seed,
                         .data = data,
                         .threads = learner->threads,
                         .watch = watch,
                         .watch_context = (void *)learner,
                         .checkpoint = learner->checkpoint,
                         .resume = learner->resume,
                         .out = learner->out,
                         .overwrite = learner->overwrite};
        err = vg_bc_train(&def, &status, diag);
        fill_report(data, &status, report);
    }
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    return err;
}

const vg_learner vg_learner_bc = {.name = "bc",
                                  .schema = &vg_bc_schema,
                                  .config_size = sizeof(vg_bc_config),
                                  .needs = VG_LEARNER_LOGS,
                                  .round = "epoch",
                                  .train = train_on_logs};
