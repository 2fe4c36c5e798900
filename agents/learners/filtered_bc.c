// Filtered behavioural cloning: of logs that good and bad drivers recorded, clone the best episodes alone.
//
//   Chen, Lu, Rajeswaran, Lee, Grover, Laskin, Abbeel, Srinivas & Mordatch 2021, "Decision transformer:
//   reinforcement learning via sequence modeling", NeurIPS, compare with "percentile behaviour cloning":
//   cloning of the share of the data with the largest returns. It is the simplest way to use a reward with
//   logs, and the one that offline reinforcement learning has to beat.
//
// An episode's return is the sum of the reward over its actions, as the simulator would have given it: an
// episode that leaves the road ends there, and gets no more. So episodes of one length should be compared;
// among logs of different lengths the long ones win. Everything after the choice is `bc`.
#include "agents/learners/filtered_bc.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/logged.h"
#include "agents/rewards/progress.h"
#include "agents/training/clone.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_filtered_bc_config, fit., "", __VA_ARGS__)
    VG_NETWORK_KEYS(X) VG_ACTION_SPACE_KEY(X)
#undef X
#define X(...) VG_KEY_ROW(vg_filtered_bc_config, , "", __VA_ARGS__)
        VG_FILTERED_BC_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_filtered_bc_config, fit.bc., "bc.", __VA_ARGS__)
            VG_BC_KEYS(X)
#undef X
};
const vg_schema vg_filtered_bc_schema = {"filtered-bc", keys, sizeof keys / sizeof *keys,
                                         vg_imitation_check_text};

// --- returns -----------------------------------------------------------------------------------------------

void vg_episode_returns_free(vg_episode_returns *returns) {
    vg_free(returns->log);
    vg_free(returns->number);
    vg_free(returns->value);
    vg_free(returns->best);
    *returns = (vg_episode_returns){0};
}

// Room for `more` episodes.
static vg_err reserve(vg_episode_returns *r, int32_t more, vg_diag *diag) {
    int64_t count = r->count + more;
    int32_t *log = vg_realloc(r->log, r->count, count, sizeof *log);
    if (log) r->log = log;
    int32_t *number = vg_realloc(r->number, r->count, count, sizeof *number);
    if (number) r->number = number;
    double *value = vg_realloc(r->value, r->count, count, sizeof *value);
    if (value) r->value = value;
    uint8_t *best = vg_realloc(r->best, r->count, count, sizeof *best);
    if (best) r->best = best;
    return log && number && value && best ? VG_OK : vg_fail_memory(diag);
}

static vg_err read_episode(vg_log *log, int32_t i, const vg_sense *sense, const vg_reward *reward,
                           int64_t *actions, double *sum, vg_diag *diag) {
    vg_log_episode episode;
    vg_trajectory drive = {0};
    vg_err err = vg_log_episode_at(log, i, &episode, diag);
    if (!err) err = vg_trajectory_read(log, &episode, sense, &drive, diag);
    if (!err && drive.count) err = vg_rewards_logged(reward, log, &episode, &drive, diag);
    *actions = drive.count, *sum = 0;
    for (int64_t t = 0; t < drive.count && !err; t++) *sum += (double)drive.rewards[t];
    vg_trajectory_free(&drive);
    return err;
}

static vg_err read_log(vg_episode_returns *out, const char *path, int32_t which, const vg_sense *sense,
                       const vg_reward *reward, vg_diag *diag) {
    vg_log *log;
    int32_t episodes = 0;
    vg_err err = vg_log_open(path, &log, diag);
    if (!err) err = vg_log_count(log, &episodes, diag);
    if (!err) err = reserve(out, episodes, diag);
    for (int32_t i = 0; i < episodes && !err; i++) {
        int64_t actions;
        err = read_episode(log, i, sense, reward, &actions, &out->value[out->count], diag);
        if (err || !actions) continue;
        out->log[out->count] = which, out->number[out->count++] = i;
    }
    vg_log_discard(log);
    return err;
}

vg_err vg_episode_returns_read(const char *const *paths, int32_t path_count, const vg_sense *sense,
                               const vg_reward *reward, vg_episode_returns *out, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < path_count && !err; i++) err = read_log(out, paths[i], i, sense, reward, diag);
    if (!err && !out->count)
        err =
            vg_fail_at(diag, VG_ERR_FORMAT, path_count ? paths[0] : NULL, 0, "step", "no rows to learn from");
    return err;
}

void vg_episode_returns_choose(vg_episode_returns *returns, double share) {
    int64_t wanted = (int64_t)(share * (double)returns->count + 0.5);
    if (wanted < 1) wanted = 1;
    for (int64_t i = 0; i < returns->count; i++) returns->best[i] = 0;
    for (; wanted > 0; wanted--) {
        int64_t best = -1;
        for (int64_t i = 0; i < returns->count; i++)
            if (!returns->best[i] && (best < 0 || returns->value[i] > returns->value[best])) best = i;
        if (best >= 0) returns->best[best] = 1;
    }
}

// --- as a learner ------------------------------------------------------------------------------------------

static bool keep(void *context, int32_t log, int32_t number) {
    const vg_episode_returns *returns = context;
    for (int64_t i = 0; i < returns->count; i++)
        if (returns->log[i] == log && returns->number[i] == number) return returns->best[i];
    return false;
}

static vg_err rank(const vg_learner_def *def, vg_episode_returns *returns, vg_diag *diag) {
    const vg_filtered_bc_config *config = def->config;
    vg_sense *sense = NULL;
    vg_reward *own = NULL;
    vg_err err = vg_sense_create(config->fit.sense, &sense, diag);
    if (!err && !def->reward) {
        vg_progress_def progress = vg_progress_default();
        err = vg_progress_create(&progress, &own, diag);
    }
    if (!err)
        err = vg_episode_returns_read(def->logs, def->log_count, sense, def->reward ? def->reward : own,
                                      returns, diag);
    if (!err) vg_episode_returns_choose(returns, config->best_fraction);
    vg_reward_destroy(own);
    vg_sense_destroy(sense);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_filtered_bc_config *config = def->config;
    vg_episode_returns returns = {0};
    vg_err err = vg_learner_check(&vg_learner_filtered_bc, def, diag);
    if (!err) err = rank(def, &returns, diag);
    if (!err)
        err = vg_clone_logs(&vg_learner_filtered_bc, def,
                            &(vg_clone_def){.network = &config->fit, .keep = keep, .keep_context = &returns},
                            report, diag);
    vg_episode_returns_free(&returns);
    return err;
}

const vg_learner vg_learner_filtered_bc = {
    .name = "filtered-bc",
    .schema = &vg_filtered_bc_schema,
    .config_size = sizeof(vg_filtered_bc_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_REWARD | VG_LEARNER_ONE_FIT,
    .round = "epoch",
    .summary = "cloning of the best episodes of the logs, as a reward ranks them",
    .details = "Ranks the episodes of the logs by their return under a reward (progress along the road, if "
               "none is given) and clones the best_fraction of them as bc does (percentile behaviour "
               "cloning, Chen et al. 2021). The same input gives the same bytes, also when stopped and "
               "resumed.",
    .examples = "verge train filtered-bc --logs mixed.vlog --out best.safetensors\n"
                "verge train filtered-bc --logs mixed.vlog --reward driving --out best.safetensors --set "
                "best_fraction=0.2",
    .train = train};
