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
//     for each row t of the demonstrations: target = a_t ... a_{t+k-1}
//     minimise |pi(s_t) - target|, the L1 distance, by Adam
//     drive  a_t = sum_i w_i A_t[i] / sum_i w_i, w_i = exp(-m i), A_t[0] the oldest chunk's action for t
//
// Near the end of an episode a chunk runs over it. What lies beyond is padding, and counts neither in the sum
// nor in the number that it is divided by.
//
// Where this differs from the paper: the network is a multilayer perceptron. The paper's is a transformer
// between the encoder and the decoder of a conditional variational autoencoder; it is meant for images and
// for people who do now this, now that. The drivers of this testbed see a dozen numbers.
//
// Two controls tell what chunks are good for. chunk_size=1 is cloning with this loss. chunk_size=1 with
// action_repeat=k decides as seldom as a policy of chunks without ensembling, but holds one action.
#include "agents/learners/act.h"

#include "agents/training/clone.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_act_config, fit., "", __VA_ARGS__)
    VG_NETWORK_KEYS(X) VG_ACTION_SPACE_KEY(X)
#undef X
#define X(...) VG_KEY_ROW(vg_act_config, chunk., "", __VA_ARGS__)
        VG_CHUNK_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_act_config, fit.bc., "bc.", __VA_ARGS__)
            VG_FIT_KEYS(X)
#undef X
};
const vg_schema vg_act_schema = {"act", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

double vg_act_loss(void *context, const vg_loss_rows *rows) {
    (void)context;
    const vg_batch *batch = rows->batch;
    const float share = (float)(1 / (rows->total * VG_CAR_ACTIONS));
    double sum = 0;
    for (int32_t r = 0; r < rows->count; r++) {
        int64_t row = vg_batch_row(batch, rows->begin + r);
        const float *y = rows->y + r * rows->stride, *target = batch->targets + row * rows->width;
        int32_t real = batch->parts[row] * VG_CAR_ACTIONS; // what comes after them is padding
        for (int32_t i = 0; i < rows->width; i++) {
            float away = i < real ? y[i] - target[i] : 0;
            sum += (double)(away < 0 ? -away : away);
            if (rows->deltas) rows->deltas[r * rows->stride + i] = away > 0 ? share : away < 0 ? -share : 0;
        }
    }
    return sum / (rows->total * VG_CAR_ACTIONS);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_act_config *config = def->config;
    vg_imitation_head own = {
        .head = &vg_head_chunk,
        .hyperparameters = &config->chunk,
        .window = {(int32_t)config->chunk.n_obs_steps, (int32_t)config->chunk.chunk_size},
        .loss = vg_act_loss};
    return vg_clone_logs(&vg_learner_act, def, &(vg_clone_def){.network = &config->fit, .own = &own}, report,
                         diag);
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
        "the weighted mean of all chunks that have an action for this moment (temporal ensembling), or, "
        "with temporal_ensemble=false, by n_action_steps of one chunk after the other (Zhao et al. 2023). "
        "The network is a multilayer perceptron.",
    .examples = "verge train act --logs kart.vlog --out act.safetensors\n"
                "verge train act --logs kart.vlog --out act.safetensors --set temporal_ensemble=false --set "
                "n_action_steps=10",
    .train = train};
