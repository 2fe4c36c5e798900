// D-REX: disturbance-based reward extrapolation. Nobody has to rank anything: a copy of the demonstrator
// drives worse the more of its actions are random, so the noise is the ranking.
//
//   Brown, Goo & Niekum 2020, "Better-than-demonstrator imitation learning via automatically-ranked
//   demonstrations" (CoRL 2019), algorithm 1: clone the demonstrator; let the clone drive with several levels
//   of noise, where an action is random with probability epsilon; rank the drives by epsilon, the least noise
//   first; learn the reward from the ranking as T-REX does (trex.c).
//
// In full: clone the logs (agents/training/imitation.h); drive; pair drives of the same road whose noise
// differs by noise_gap or more; fit the networks to snippets (agents/training/preference_reward.h).
//
// Where it differs: all levels drive from the same starts, and a drive ends where the car leaves the road.
// The rounds report `noise_rank`: whether noise does rank the driving, which the method takes for granted.
#include "agents/learners/drex.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/drive/rollout.h"
#include "agents/drive/stepper.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_drex_config, base., "", __VA_ARGS__)
    VG_PREFERENCE_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_drex_config, , "", __VA_ARGS__)
        VG_DREX_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_drex_config, bc., "bc.", __VA_ARGS__)
            VG_BC_KEYS(X)
#undef X
};
const vg_schema vg_drex_schema = {"drex", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

// --- the clone ---------------------------------------------------------------------------------------------

// A clone of the logs' driver, as a policy.
typedef struct clone {
    vg_imitation_config config;
    vg_imitation im;
    vg_imitation_origin origin;
    vg_policy *policy;
    vg_car car;
} clone;

static void free_clone(clone *c) {
    vg_policy_destroy(c->policy);
    vg_imitation_close(&c->im);
}

static bool watch(void *context, const vg_supervised_status *status) {
    const vg_learner_def *def = context;
    return !def->watch || def->watch(def->context, status->step, status->steps);
}

static vg_err fit(clone *c, const vg_learner_def *def, const vg_dataset *data, vg_diag *diag) {
    vg_rows rows = vg_dataset_train(data);
    const vg_fit_def how = {.data = data,
                            .seed = def->seed,
                            .threads = def->threads,
                            .watch = watch,
                            .watch_context = (void *)def};
    c->car = def->car ? *def->car : *vg_dataset_car(data);
    c->origin = (vg_imitation_origin){.learner = "bc", .schema = NULL, .config = NULL, .car = c->car};
    vg_dataset_clock(data, &c->origin.tick_num, &c->origin.tick_den, &c->origin.ticks_per_action);
    vg_imitation_scale(&c->im, &c->car, &rows);
    vg_err err = vg_imitation_fit(&c->im, &how, c->im.net, NULL, diag);
    if (err == VG_ERR_INTERRUPTED)
        return vg_fail(diag, err, "stopped while the demonstrator was being cloned: nothing to resume from");
    return err ? err : vg_imitation_policy(&c->im, &c->origin, c->im.net, &c->policy, diag);
}

static vg_err make_clone(clone *c, const vg_learner_def *def, uint64_t *data_hash, vg_diag *diag) {
    const vg_drex_config *config = def->config;
    vg_dataset *data = NULL;
    snprintf(c->config.sense, sizeof c->config.sense, "%s", config->base.sense);
    snprintf(c->config.hidden_sizes, sizeof c->config.hidden_sizes, "%s", config->base.hidden_sizes);
    c->config.activation = config->base.activation;
    memcpy(&c->config.bc, &config->bc, sizeof c->config.bc);
    vg_err err = vg_imitation_open(&c->im, &c->config, def->seed, diag);
    vg_dataset_def rows = vg_imitation_dataset(&c->config, def->seed, c->im.sense);
    if (!err) err = vg_dataset_read(&rows, def->logs, def->log_count, &data, diag);
    if (!err) err = fit(c, def, data, diag);
    if (!err) *data_hash = vg_dataset_hash(data);
    vg_dataset_destroy(data);
    return err;
}

// --- driving with noise ------------------------------------------------------------------------------------

// All drives side by side, one a lane: lane = level * rollouts_per_level + rollout.
typedef struct drives {
    const vg_drex_config *config;
    const vg_learner_def *def;
    const vg_policy *policy;
    vg_stepper stepper;
    vg_world_view view;
    int32_t lanes, per_level, width, steps;
    float *inputs, *actions; // [lanes][steps][width], [lanes][steps][VG_CAR_ACTIONS]
    double *place;           // [lanes][steps] m
    int32_t *count;          // [lanes] actions of its drive
    double *distance;        // [lanes] m driven on the road
    int32_t *road_of;        // [lanes]
} drives;

static double noise_of(const drives *d, int32_t lane) {
    return (double)(lane / d->per_level) / (double)d->config->noise_levels;
}

static vg_err open_world(drives *d, vg_diag *diag) {
    vg_stepper_def def = vg_stepper_default();
    def.world.count = d->lanes, def.world.threads = d->def->threads;
    def.world.roads = d->def->roads, def.world.road_count = d->def->road_count,
    def.world.road_of = d->road_of;
    def.world.tick_num = d->policy->tick_num, def.world.tick_den = d->policy->tick_den;
    def.world.ticks_per_action = d->policy->ticks_per_action;
    def.car = d->policy->car, def.policy = d->policy, def.disturbance = d->def->disturbance;
    vg_err err = vg_stepper_open(&def, &d->stepper, diag);
    if (!err) d->view = vg_world_get(d->stepper.world);
    return err;
}

static vg_err open_drives(drives *d, vg_diag *diag) {
    double action = (double)d->policy->tick_num / d->policy->tick_den * d->policy->ticks_per_action;
    d->per_level = (int32_t)d->config->rollouts_per_level;
    d->lanes = (int32_t)d->config->noise_levels * d->per_level;
    d->steps = (int32_t)ceil(d->config->rollout_seconds / action);
    d->width = vg_sense_size(d->policy->sense);
    int64_t rows = (int64_t)d->lanes * d->steps;
    d->inputs = vg_new(float, rows * d->width);
    d->actions = vg_new(float, rows *VG_CAR_ACTIONS);
    d->place = vg_new(double, rows);
    d->count = vg_new(int32_t, d->lanes);
    d->distance = vg_new(double, d->lanes);
    d->road_of = vg_new(int32_t, d->lanes);
    if (!d->inputs || !d->actions || !d->place || !d->count || !d->distance || !d->road_of)
        return vg_fail_memory(diag);
    for (int32_t i = 0; i < d->lanes; i++) d->road_of[i] = i % d->per_level % d->def->road_count;
    return open_world(d, diag);
}

static void close_drives(drives *d) {
    vg_stepper_close(&d->stepper);
    vg_free(d->inputs);
    vg_free(d->actions);
    vg_free(d->place);
    vg_free(d->count);
    vg_free(d->distance);
    vg_free(d->road_of);
}

// Every level has the same roads and starts.
static vg_err begin(drives *d, vg_diag *diag) {
    const int32_t roads = d->def->road_count, per_road = (d->per_level - 1) / roads + 1;
    vg_rollout_def from = vg_rollout_def_default();
    from.policy = d->policy, from.car = d->policy->car, from.seed = d->def->seed;
    from.roads = d->def->roads, from.road_count = roads, from.starts = per_road;
    from.start_spread = (float)d->config->start_spread;
    vg_start *starts = vg_new(vg_start, (int64_t)roads * per_road);
    vg_err err = starts ? VG_OK : vg_fail_memory(diag);
    if (!err) vg_rollout_starts(&from, starts);
    for (int32_t i = 0; i < d->lanes && !err; i++) {
        const vg_episode_key key = {d->def->seed, (uint32_t)i, 0};
        const vg_start *start = &starts[d->road_of[i] * per_road + i % d->per_level / roads];
        if (vg_stepper_begin(&d->stepper, i, start, &key))
            err = vg_fail(diag, VG_ERR_ARGUMENT, "a drive has no start");
    }
    vg_free(starts);
    return err;
}

// With probability epsilon the action is random: uniform in [-1, 1], each part.
static void disturb(const drives *d, int32_t lane, int32_t step, float *action) {
    vg_draw at = {
        .seed = d->def->seed, .stream = VG_STREAM_EXPLORE, .entity = (uint32_t)lane, .step = (uint32_t)step};
    if (vg_random_uniform(&at) >= noise_of(d, lane)) return;
    for (at.draw = 1; at.draw <= VG_CAR_ACTIONS; at.draw++)
        action[at.draw - 1] = (float)(2 * vg_random_uniform(&at) - 1);
}

// One action of all drives.
static vg_err step(drives *d, int32_t step, vg_diag *diag) {
    vg_stepper *s = &d->stepper;
    vg_err err = vg_stepper_act(s);
    for (int32_t i = 0; i < d->lanes && !err; i++) {
        if (d->view.terminated[i] || d->view.truncated[i]) continue;
        int64_t row = (int64_t)i * d->steps + d->count[i]++;
        disturb(d, i, step, s->actions + VG_CAR_ACTIONS * i);
        memcpy(d->inputs + row * d->width, s->driver.observed + (int64_t)i * d->width,
               sizeof(float) * (size_t)d->width);
        for (int32_t k = 0; k < VG_CAR_ACTIONS; k++)
            d->actions[row * VG_CAR_ACTIONS + k] = fminf(fmaxf(s->actions[VG_CAR_ACTIONS * i + k], -1), 1);
        d->place[row] = d->view.s[i];
        d->distance[i] = d->view.progress[i];
    }
    if (!err) err = vg_stepper_step(s, s->actions);
    return err ? vg_fail(diag, err, "the clone gave an action that is no number") : VG_OK;
}

static vg_err take_drives(const drives *d, vg_drex_drives *out, vg_diag *diag) {
    const vg_dataset_def def = {.sense = d->policy->sense, .anyone = true};
    vg_err err = vg_dataset_create(&def, d->policy->car, &out->laps.data, diag);
    out->noise = vg_new(double, d->lanes);
    if (!err && !out->noise) err = vg_fail_memory(diag);
    for (int32_t i = 0; i < d->lanes && !err; i++) {
        const vg_road *road = d->def->roads[d->road_of[i]];
        vg_road_view line = vg_road_get(road);
        int64_t row = (int64_t)i * d->steps;
        const vg_lap lap = {.log = -1,
                            .number = -1,
                            .road = vg_road_hash(road),
                            .round = line.closed ? line.length : INFINITY,
                            .left_road = d->view.off_since[i] >= 0 || d->view.hit_since[i] >= 0,
                            .seconds = d->view.tick[i] * vg_world_tick_seconds(d->stepper.world),
                            .distance = d->distance[i],
                            .count = d->count[i]};
        out->noise[i] = noise_of(d, i);
        out->actions += d->count[i];
        err = vg_laps_add(&out->laps, &lap, d->inputs + row * d->width, d->actions + row * VG_CAR_ACTIONS,
                          d->place + row, diag);
    }
    return err;
}

void vg_drex_drives_free(vg_drex_drives *drives) {
    vg_laps_free(&drives->laps);
    vg_free(drives->noise);
    *drives = (vg_drex_drives){0};
}

vg_err vg_drex_drive(const vg_drex_config *config, const vg_learner_def *def, const vg_policy *policy,
                     vg_drex_drives *out, vg_diag *diag) {
    drives d = {.config = config, .def = def, .policy = policy};
    *out = (vg_drex_drives){0};
    vg_err err = open_drives(&d, diag);
    if (!err) err = begin(&d, diag);
    for (int32_t t = 0; t < d.steps && !err; t++) err = step(&d, t, diag);
    if (!err) err = take_drives(&d, out, diag);
    close_drives(&d);
    if (err) vg_drex_drives_free(out);
    return err;
}

// --- ranking -----------------------------------------------------------------------------------------------

// Less noise is better; too small a difference says nothing.
static vg_err rank(const vg_drex_drives *drives, double gap, vg_lap_pairs *out, vg_diag *diag) {
    const vg_laps *laps = &drives->laps;
    const double rounding = 1e-9; // 0.5 - 0.2 is a gap of 0.3
    vg_err err = VG_OK;
    for (int32_t a = 0; a < laps->count && !err; a++)
        for (int32_t b = a + 1; b < laps->count && !err; b++) {
            double less = drives->noise[b] - drives->noise[a];
            if (less <= 0 || less < gap - rounding || laps->laps[a].road != laps->laps[b].road) continue;
            err = vg_lap_pairs_add(out, &(vg_lap_pair){.a = a, .b = b, .a_better = 1}, diag);
        }
    if (!err && out->count == 0)
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "noise_gap",
                         "is %g, but the largest difference between two levels is %g: give more levels or a "
                         "smaller gap",
                         gap, laps->count ? drives->noise[laps->count - 1] : 0);
    return err;
}

// Kendall's tau between noise and how badly a drive went, over the pairs: 1: more noise is always worse. Of
// two drives, that which came less far is the worse one.
static double noise_rank(const vg_laps *laps, const vg_lap_pairs *pairs) {
    double sum = 0;
    for (int64_t i = 0; i < pairs->count; i++) {
        double more = laps->laps[pairs->pairs[i].a].distance - laps->laps[pairs->pairs[i].b].distance;
        sum += more > 0 ? 1 : more < 0 ? -1 : 0;
    }
    return sum / (double)pairs->count;
}

// --- training ----------------------------------------------------------------------------------------------

static vg_err demonstrate(vg_preference *p, uint64_t *data, double *ranked, vg_diag *diag) {
    const vg_learner_def *def = p->run.def;
    const vg_drex_config *config = def->config;
    clone c = {0};
    vg_drex_drives drives = {0};
    vg_err err = make_clone(&c, def, data, diag);
    if (!err) err = vg_drex_drive(config, def, c.policy, &drives, diag);
    if (!err) err = rank(&drives, config->noise_gap, &p->pairs, diag);
    if (!err) *ranked = noise_rank(&drives.laps, &p->pairs);
    if (!err)
        err = vg_lap_pairs_split_laps(&p->pairs, drives.laps.count, config->base.validation_fraction,
                                      def->seed, diag);
    if (!err) {
        p->laps = drives.laps;
        p->run.report.actions = drives.actions;
        drives.laps = (vg_laps){0};
    }
    vg_drex_drives_free(&drives);
    free_clone(&c);
    return err;
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    const vg_drex_config *config = def->config;
    vg_preference p = {0};
    uint64_t data = 0;
    double ranked = 0;
    vg_err err = vg_preference_open(&p, &vg_learner_drex, def, &config->base, diag);
    if (!err && def->valid_count)
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "drex selects no round by driving: validation roads are for `ppo` on its reward");
    if (!err) err = demonstrate(&p, &data, &ranked, diag);
    if (!err) err = vg_preference_begin(&p, data, diag);
    while (!err && p.run.round < p.run.rounds) {
        vg_run_note(&p.run, "noise_rank", ranked);
        err = vg_preference_round(&p, diag);
    }
    if (!err) err = vg_preference_finish(&p, diag);
    *report = p.run.report;
    vg_preference_close(&p);
    return err;
}

const vg_learner vg_learner_drex = {
    .name = "drex",
    .schema = &vg_drex_schema,
    .config_size = sizeof(vg_drex_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS,
    .writes = VG_WRITES_REWARD,
    .round = "round",
    .summary = "a reward from demonstrations alone: a clone drives worse the more noise it gets (D-REX)",
    .details = "Clones the driver of the logs, lets the clone drive with more and more random actions, and "
               "fits a reward that ranks the drives with less noise higher, as `trex` does from laps that "
               "were ranked (Brown, Goo & Niekum 2020). Nobody has to rank anything. The rounds tell in "
               "noise_rank whether the noise made the driving worse at all, which the method needs.",
    .examples = "verge train drex --logs kart.vlog --out why.safetensors\n"
                "verge train ppo --reward why.safetensors --roads train-1 train-2 --out ppo.safetensors",
    .train = train};
