#include "agents/rl/offline.h"

#include <math.h>

#include "agents/rewards/driving.h"
#include "agents/rewards/progress.h"
#include "sim/base/hash.h"

// --- opening -----------------------------------------------------------------------------------------------

static const vg_reward *reward_of(const vg_offline *o) {
    return o->run.def->reward ? o->run.def->reward : o->own;
}

static vg_err open_reward(vg_offline *o, vg_diag *diag) {
    const vg_reward *given = o->run.def->reward;
    const double gamma = o->config->gamma;
    if (given && given->discount != gamma)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "gamma",
                          "is %g, but the reward was made for %g; set gamma=%g", gamma, given->discount,
                          given->discount);
    if (given) return VG_OK;
    vg_progress_def def = vg_progress_default();
    def.discount = gamma;
    return vg_progress_create(&def, &o->own, diag);
}

// The logs as rows of a dataset: checked to be of one car and clock; they give the normaliser.
static vg_err read_logs(vg_offline *o, vg_diag *diag) {
    const vg_learner_def *def = o->run.def;
    vg_dataset_def rows = vg_dataset_default();
    vg_dataset *data = NULL;
    rows.sense = o->im.sense, rows.validation = 0;
    vg_err err = vg_dataset_read(&rows, def->logs, def->log_count, &data, diag);
    if (!err) {
        vg_rows all = vg_dataset_train(data);
        vg_imitation_scale(&o->im, vg_dataset_car(data), &all);
        o->origin.car = *vg_dataset_car(data);
        vg_dataset_clock(data, &o->origin.tick_num, &o->origin.tick_den, &o->origin.ticks_per_action);
        const vg_driving_reward_def *driving = vg_driving_reward_of(reward_of(o));
        if (driving) err = vg_driving_reward_fits(driving, &o->origin.car, diag);
        if (!err)
            err =
                vg_replay_buffer_read(&o->replay, def->logs, def->log_count, o->im.sense, reward_of(o), diag);
    }
    vg_dataset_destroy(data);
    // An absorbing state follows a termination; its rewards go on for ever.
    o->replay.after = o->config->gamma * reward_of(o)->absorbing / (1 - o->config->gamma);
    if (!err) err = vg_replay_buffer_look_ahead(&o->replay, o->config->return_steps, o->config->gamma, diag);
    if (!err) err = vg_replay_buffer_scale(&o->replay, o->im.mean, o->im.scale, diag);
    if (!err) err = vg_minibatch_open(&o->batch, o->config->batch_size, o->im.width, diag);
    return err;
}

vg_err vg_offline_open(vg_offline *o, const vg_learner *learner, const vg_learner_def *def,
                       const vg_imitation_head *head, bool gaussian, vg_diag *diag) {
    o->config = def->config;
    o->run.rounds = o->config->rounds, o->run.watches_rounds = true;
    o->fit = o->config->fit;
    o->fit.bc.loss = gaussian;
    vg_err err = vg_run_open(&o->run, learner, def, diag);
    if (!err) err = vg_imitation_open_head(&o->im, &o->fit, head, def->seed, diag);
    if (!err) err = open_reward(o, diag);
    if (!err) err = read_logs(o, diag);
    if (!err) err = vg_run_select_from(&o->run, o->im.net, diag);
    if (err) return err;
    o->reward_factor = o->config->normalize_reward ? 1 / vg_replay_buffer_reward_size(&o->replay) : 1;
    o->origin.learner = learner->name, o->origin.schema = learner->schema, o->origin.config = def->config;
    o->origin.data = vg_replay_buffer_hash(&o->replay);
    o->run.report.labels = o->replay.count, o->run.report.episodes = o->replay.episodes;
    vg_checkpoint_int(&o->run.state, "steps", &o->run.report.steps);
    return VG_OK;
}

void vg_offline_close(vg_offline *o) {
    vg_minibatch_free(&o->batch);
    vg_replay_buffer_free(&o->replay);
    vg_reward_destroy(o->own);
    vg_imitation_close(&o->im);
    vg_run_close(&o->run);
}

vg_err vg_offline_restore(vg_offline *o, vg_diag *diag) {
    vg_err err = vg_run_identify(&o->run, &o->origin.car, o->origin.data, diag);
    if (!err) err = vg_run_restore(&o->run, diag);
    if (!err && o->run.resumed) vg_network_pack(o->im.net);
    return err;
}

// --- rounds ------------------------------------------------------------------------------------------------

static vg_err one_round(vg_offline *o, vg_offline_step step, void *context, const char *const *names,
                        int32_t count, vg_diag *diag) {
    double numbers[VG_OFFLINE_NUMBERS_MOST] = {0};
    const int64_t steps = o->config->n_steps, done = o->run.round * steps;
    for (int64_t i = 0; i < steps; i++) {
        const vg_draw at = {.seed = o->run.def->seed,
                            .stream = VG_STREAM_REPLAY,
                            .episode = (uint32_t)((done + i) >> 32),
                            .step = (uint32_t)(done + i)};
        vg_minibatch_draw(&o->batch, &o->replay, at, o->reward_factor);
        step(context, &o->batch, done + i, numbers);
    }
    o->run.report.steps = done + steps;
    for (int32_t i = 0; i < count; i++) {
        numbers[i] /= (double)steps;
        if (!isfinite(numbers[i]))
            return vg_fail(diag, VG_ERR_POLICY,
                           "the training diverged: %s is %g; try a smaller learning rate", names[i],
                           numbers[i]);
        vg_run_note(&o->run, names[i], numbers[i]);
    }
    vg_run_note(&o->run, "terminations", (double)o->replay.terminations);
    return vg_run_end_round(&o->run, o->config->checkpoint_every, diag);
}

vg_err vg_offline_rounds(vg_offline *o, vg_offline_step step, void *context, const char *const *names,
                         int32_t count, vg_diag *diag) {
    vg_err err = VG_OK;
    while (!err && o->run.round < o->run.rounds) err = one_round(o, step, context, names, count, diag);
    return err;
}

vg_err vg_offline_finish(vg_offline *o, vg_diag *diag) {
    vg_run_select(&o->run, o->run.round);
    return vg_run_finish(&o->run, &o->im, &o->origin, diag);
}

// --- diagnosis ---------------------------------------------------------------------------------------------

const char *vg_offline_diagnose(const vg_learner_round *round, int32_t *state) {
    for (int32_t i = 0; i < round->count; i++)
        if (strcmp(round->names[i], "terminations") == 0 && round->values[i] == 0 && *state == 0) {
            *state = 1;
            return "no drive in the logs leaves the road, so its cost is not learned: logs of worse drivers "
                   "tell it";
        }
    return NULL;
}
