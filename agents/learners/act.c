// ACT: action chunking.
//
//   Zhao, Kumar, Levine & Finn 2023, "Learning fine-grained bimanual manipulation with low-cost hardware",
//   RSS. A policy of single actions errs at each of T steps; one that gives k actions at once has only T / k
//   occasions on which its own errors have led it elsewhere, and what a person did in a pause, or did
//   differently the last time, does not confuse it (section IV-A). Chunks driven one after the other are
//   jerky, so the network is asked at every step, and the action is the weighted mean of all chunks that
//   speak of this moment (temporal ensembling).
//
// In full:
//
//     for each row t of the demonstrations: x = a_t ... a_{t+k-1}, o the last rows sensed
//         z ~ q(z | o, x) = N(mean, deviation^2)                        the encoder
//         minimise |pi(o, z) - x| + beta KL(q(z | o, x), N(0, 1))       by Adam
//     drive  a_t = sum_i w_i A_t[i] / sum_i w_i, w_i = exp(-m i), A_t[0] the oldest chunk's action for t,
//     where
//         A = pi(o, 0)
//
// z is the style of a chunk: what of it does not follow from o, such as which of two ways was taken. It need
// not be guessed while training, and is at its mean when the policy drives: one way is taken, not the mean of
// both. beta keeps z from telling all of x. What follows from o does not need z; if nothing else is left, z
// tells nothing. (agents/nets/cvae.h; latent_dim=0 leaves z out.)
//
// Near the end of an episode a chunk runs over it. What lies beyond is padding, and counts neither in the sum
// nor in the number that it is divided by.
//
// Two networks, by `architecture`: a multilayer perceptron, or a transformer (agents/nets/transformer.h) with
// a token for each row sensed and a query for each action of the chunk. The encoder is of the same kind, with
// a token also for each action, and one query.
//
// Where this differs from the paper: the paper's encoder and decoder of the transformer are one stack here,
// in which queries see the rows sensed and each other; z is added to the queries; the loss of padding is left
// out of the mean, not only out of the sum; there is no dropout.
//
// action_normalization=mean_std learns (action - mean) / deviation, as the paper does, and scales the last
// layer back for what drives. As they are, a kart's actions have deviations of 0.04 (steering) and 0.4
// (acceleration), so the loss is nearly all of acceleration.
//
// Two controls tell what chunks are good for. chunk_size=1 is cloning with this loss. chunk_size=1 with
// action_repeat=k decides as seldom as a policy of chunks without ensembling, but holds one action.
#include "agents/learners/act.h"

#include "agents/nets/cvae.h"
#include "agents/nets/denoiser.h"
#include "agents/training/clone.h"
#include "sim/base/hash.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_act_config, fit., "", __VA_ARGS__)
    VG_NETWORK_KEYS(X) VG_ACTION_SPACE_KEY(X)
#undef X
#define X(...) VG_KEY_ROW(vg_act_config, chunk., "", __VA_ARGS__)
        VG_CHUNK_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_act_config, act., "", __VA_ARGS__)
            VG_ACT_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_act_config, fit.bc., "bc.", __VA_ARGS__)
                VG_FIT_KEYS_OF(X, "1000", "20")
#undef X
};
const vg_schema vg_act_schema = {"act", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { ARCHITECTURE_MLP, ARCHITECTURE_TRANSFORMER };

enum { NORMALIZATION_IDENTITY, NORMALIZATION_MEAN_STD };

vg_act_training vg_act_training_of(const vg_act_config *config, uint64_t seed) {
    vg_act_training training = {.config = config, .seed = seed};
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) training.scale[a] = 1;
    return training;
}

static bool normalised(const vg_act_training *t) {
    return t->config->act.action_normalization == NORMALIZATION_MEAN_STD;
}

void vg_act_see(vg_act_training *training, const vg_rows *rows) {
    if (!normalised(training)) return;
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        double mean = 0, square = 0;
        for (int64_t r = 0; r < rows->count; r++) mean += (double)rows->actions[r * VG_CAR_ACTIONS + a];
        mean /= (double)rows->count;
        for (int64_t r = 0; r < rows->count; r++) {
            double away = (double)rows->actions[r * VG_CAR_ACTIONS + a] - mean;
            square += away * away;
        }
        double deviation = __builtin_sqrt(square / (double)rows->count);
        training->centre[a] = (float)mean;
        training->scale[a] = (float)(deviation > VG_ACT_LEAST ? deviation : VG_ACT_LEAST);
    }
}

// Action i of a chunk as it is learned.
static float learned(const vg_act_training *t, float action, int32_t i) {
    return (action - t->centre[i % VG_CAR_ACTIONS]) / t->scale[i % VG_CAR_ACTIONS];
}

static int32_t latent_of(const vg_act_training *t) { return (int32_t)t->config->act.latent_dim; }

// --- the loss ----------------------------------------------------------------------------------------------

double vg_act_loss(void *context, const vg_loss_rows *rows) {
    const vg_act_training *t = context;
    const vg_batch *batch = rows->batch;
    const int32_t width = batch->target_width, latent = latent_of(t);
    const float share = (float)(1 / (rows->total * VG_CAR_ACTIONS));
    const double beta = t->config->act.kl_weight / (double)vg_batch_whole(batch);
    double sum = 0, divergence = 0;
    for (int32_t r = 0; r < rows->count; r++) {
        int64_t row = vg_batch_row(batch, rows->begin + r);
        const float *y = rows->y + r * rows->stride, *target = batch->targets + row * width;
        float *deltas = rows->deltas ? rows->deltas + r * rows->stride : NULL;
        int32_t real = batch->parts[row] * VG_CAR_ACTIONS; // what comes after them is padding
        for (int32_t i = 0; i < width; i++) {
            float away = i < real ? y[i] - learned(t, target[i], i) : 0;
            sum += (double)(away < 0 ? -away : away);
            if (deltas) deltas[i] = away > 0 ? share : away < 0 ? -share : 0;
        }
        divergence += vg_cvae_divergence(y + width, latent);
        if (deltas) vg_cvae_divergence_gradient(y + width, latent, beta, deltas + width);
    }
    return sum / (rows->total * VG_CAR_ACTIONS) + (latent ? beta * divergence : 0);
}

void vg_act_fill(void *context, const vg_fill_rows *rows) {
    const vg_act_training *t = context;
    const vg_batch *batch = rows->batch;
    const int32_t width = batch->target_width, latent = latent_of(t);
    for (int32_t r = 0; r < rows->count; r++) {
        int64_t row = vg_batch_row(batch, rows->begin + r), name = vg_batch_name(batch, rows->begin + r);
        const float *target = batch->targets + row * width;
        float *to = rows->inputs + r * rows->stride + rows->width - width - latent;
        int32_t real = batch->parts[row] * VG_CAR_ACTIONS;
        for (int32_t i = 0; i < width; i++) to[i] = i < real ? learned(t, target[i], i) : 0;
        vg_denoiser_noise((vg_draw){.seed = t->seed,
                                    .stream = VG_STREAM_DENOISE,
                                    .entity = (uint32_t)(name >> 32),
                                    .episode = batch->pass,
                                    .step = (uint32_t)name},
                          latent, to + width);
    }
}

// --- the networks ------------------------------------------------------------------------------------------

// From the rows sensed, and `actions` of what was done, with `style` more inputs.
static vg_err make(const vg_act_config *config, int32_t sensed, int32_t actions, int32_t style,
                   int32_t queries, int32_t outputs, vg_network **out, vg_diag *diag) {
    const int32_t steps = (int32_t)config->chunk.n_obs_steps;
    vg_network_shape shape = {.inputs = steps * sensed + actions * VG_CAR_ACTIONS + style,
                              .outputs = outputs};
    if (config->act.architecture == ARCHITECTURE_MLP)
        return vg_imitation_perceptron(&config->fit, &shape, out, diag);
    vg_transformer_def def = {.inputs = shape.inputs,
                              .outputs = shape.outputs,
                              .group_count = actions ? 2 : 1,
                              .groups = {{steps, sensed}, {actions, VG_CAR_ACTIONS}},
                              .queries = queries,
                              .config = {.dim_model = config->act.dim_model,
                                         .n_heads = config->act.n_heads,
                                         .dim_feedforward = config->act.dim_feedforward,
                                         .n_encoder_layers = config->act.n_encoder_layers}};
    return vg_transformer_create(&def, out, diag);
}

static vg_err make_network(const void *context, const vg_imitation *im, vg_network **out, vg_diag *diag) {
    const vg_act_training *t = context;
    const vg_act_config *config = t->config;
    const int32_t latent = latent_of(t), chunk = (int32_t)config->chunk.chunk_size,
                  width = chunk * VG_CAR_ACTIONS;
    vg_network *encoder = NULL, *decoder = NULL;
    *out = NULL;
    vg_err err = make(config, im->width, 0, latent, chunk, width, latent ? &decoder : out, diag);
    if (err || !latent) return err;
    err = make(config, im->width, chunk, 0, 1, 2 * latent, &encoder, diag);
    if (err) {
        vg_network_destroy(decoder);
        return err;
    }
    const vg_cvae_def def = {(int32_t)config->chunk.n_obs_steps * im->width, width, latent};
    return vg_cvae_create(&def, encoder, decoder, out, diag);
}

// The outputs are actions: the last layer, whose tensors stand last, is scaled back.
static void scale_back(const vg_act_training *t, vg_network *net) {
    const int32_t last = vg_network_tensors(net) - 1;
    const vg_network_tensor bias = vg_network_tensor_at(net, last),
                            weight = vg_network_tensor_at(net, last - 1);
    float *p = vg_network_parameters(net);
    const int64_t columns = weight.count / bias.count;
    for (int64_t i = 0; i < bias.count; i++) {
        const int64_t a = i % VG_CAR_ACTIONS;
        for (int64_t k = 0; k < columns; k++) p[weight.at + i * columns + k] *= t->scale[a];
        p[bias.at + i] = p[bias.at + i] * t->scale[a] + t->centre[a];
    }
}

static vg_err copy(const vg_network *from, vg_network **out, vg_diag *diag) {
    vg_err err = vg_network_create_like(from, vg_network_shape_of(from), out, diag);
    if (!err)
        memcpy(vg_network_parameters(*out), vg_network_read(from),
               sizeof(float) * (size_t)vg_network_count(from));
    return err;
}

// Without the style, and with actions for outputs.
static vg_err make_driver(const void *context, const vg_network *trained, vg_network **out, vg_diag *diag) {
    const vg_act_training *t = context;
    vg_err err = latent_of(t) ? vg_cvae_driver(trained, out, diag) : copy(trained, out, diag);
    if (!err && normalised(t)) scale_back(t, *out);
    if (!err) vg_network_pack(*out);
    return err;
}

// What decides the loss beside the head's hyperparameters and the rows.
static uint64_t content_of(const vg_act_training *t) {
    const vg_act_config *config = t->config;
    uint64_t hash = latent_of(t) ? vg_hash_double(t->seed, &config->act.kl_weight, 1) : 0;
    if (normalised(t)) hash = vg_hash_int(hash, &(int64_t){NORMALIZATION_MEAN_STD}, 1);
    return hash;
}

vg_imitation_head vg_act_head(const vg_act_training *training) {
    const vg_act_config *config = training->config;
    const int32_t latent = latent_of(training);
    return (vg_imitation_head){
        .head = &vg_head_chunk,
        .hyperparameters = &config->chunk,
        .window = {(int32_t)config->chunk.n_obs_steps, (int32_t)config->chunk.chunk_size},
        .loss = vg_act_loss,
        .fill = latent ? vg_act_fill : NULL,
        .network = make_network,
        .driver = latent || normalised(training) ? make_driver : NULL,
        .context = training,
        .content = content_of(training)};
}

// --- as a learner ------------------------------------------------------------------------------------------

static vg_err see(void *context, const vg_dataset *data, vg_diag *diag) {
    (void)diag;
    vg_rows rows = vg_dataset_train(data);
    vg_act_see(context, &rows);
    return VG_OK;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_act_config *config = def->config;
    vg_act_training training = vg_act_training_of(config, def->seed);
    const vg_imitation_head own = vg_act_head(&training);
    vg_clone_def how = {.network = &config->fit, .own = &own, .prepare = see, .prepare_context = &training};
    return vg_clone_logs(&vg_learner_act, def, &how, report, diag);
}

const vg_learner vg_learner_act = {
    .name = "act",
    .schema = &vg_act_schema,
    .config_size = sizeof(vg_act_config),
    .needs = VG_LEARNER_LOGS,
    .round = "epoch",
    .summary = "action chunking: cloning of the next second of actions at once",
    .details =
        "Fits a network to the next chunk_size actions of the logs by their L1 distance, and drives by "
        "n_action_steps of one chunk after the other or, with temporal_ensemble=true, by the weighted mean "
        "of "
        "all chunks that have an action for this moment (Zhao et al. 2023). "
        "A style variable tells ways to do it apart while training, and is at its mean when the policy "
        "drives.",
    .examples =
        "verge train act --logs kart.vlog --out act.safetensors\n"
        "verge train act --logs kart.vlog --out act.safetensors --set temporal_ensemble=true --set "
        "n_action_steps=1\n"
        "verge train act --logs kart.vlog --out act.safetensors --set architecture=transformer "
        "--set action_normalization=mean_std --set latent_dim=0 --set bc.batch_size=32 --set bc.n_epochs=80",
    .train = train};
