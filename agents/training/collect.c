#include "agents/training/collect.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"

// One driver made of two: the expert and the learner. It writes into arrays by episode, so that blocks share
// nothing.
typedef struct collector {
    vg_policy policy;
    const vg_collect_def *def;
    int32_t width;
    double factor[3];                  // square root of the noise's covariance
    double seconds;                    // s, duration of an action
    int64_t room;                      // rows of the longest episode
    int64_t *most;                     // [episodes] rows that the episode may have
    int64_t *count, *step, *by_expert; // [episodes] rows so far; actions; actions by the expert
    float *inputs, *labels;            // [episodes][room][...]
    uint8_t *taken, *ends;             // [episodes][room]
} collector;

// The lanes of one world.
typedef struct lanes {
    int32_t count;
    vg_driver expert, learner;
    float *label, *said, *own; // [count][VG_CAR_ACTIONS] the expert's label and action; the learner's action
    int32_t *episode;          // [count]
    vg_takeover *takeover;     // [count]
} lanes;

static void close_lanes(void *state) {
    lanes *l = state;
    if (!l) return;
    vg_driver_close(&l->expert);
    vg_driver_close(&l->learner);
    vg_free(l->label);
    vg_free(l->said);
    vg_free(l->own);
    vg_free(l->episode);
    vg_free(l->takeover);
    vg_free(l);
}

static vg_err open_lanes(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    const collector *c = (const collector *)policy;
    lanes *l = *state = vg_new(lanes, 1);
    if (!l) return vg_fail_memory(diag);
    l->count = count;
    l->label = vg_new(float, VG_CAR_ACTIONS *(int64_t)count);
    l->said = vg_new(float, VG_CAR_ACTIONS *(int64_t)count);
    l->own = vg_new(float, VG_CAR_ACTIONS *(int64_t)count);
    l->episode = vg_new(int32_t, count);
    l->takeover = vg_new(vg_takeover, count);
    if (!l->label || !l->said || !l->own || !l->episode || !l->takeover) return vg_fail_memory(diag);
    vg_err err = vg_driver_open(c->def->expert, count, &l->expert, diag);
    return err || !c->def->learner ? err : vg_driver_open(c->def->learner, count, &l->learner, diag);
}

// No row follows the last one of an episode.
static void end_rows(const collector *c, int32_t episode, vg_row_end end) {
    int64_t row = episode * c->room + c->count[episode] - 1;
    if (c->count[episode] > 0 && c->ends[row] == VG_ROW_GOES_ON) c->ends[row] = (uint8_t)end;
}

// Called before the first action, and after each departure.
static void reset_lane(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    lanes *l = state;
    l->episode[car] = (int32_t)key->entity;
    end_rows((const collector *)policy, l->episode[car], VG_ROW_TERMINATED);
    l->takeover[car] = (vg_takeover){0};
    vg_driver_reset(&l->expert, car, key);
    if (l->learner.policy) vg_driver_reset(&l->learner, car, key);
}

static vg_err label(const vg_policy *policy, const void *state, const vg_world *world, float *out) {
    (void)policy;
    return vg_driver_label(&((const lanes *)state)->expert, world, out);
}

// The actions that both would take now. An expert without memory drives by its label.
static vg_err ask(const collector *c, lanes *l, const float *observed, const vg_world *world) {
    vg_err err = vg_driver_label(&l->expert, world, l->label);
    if (err) return err;
    for (int32_t i = 0; i < VG_CAR_ACTIONS * l->count; i++)
        if (isnan(l->label[i])) return VG_ERR_POLICY;
    if (l->expert.state)
        err = vg_driver_act(&l->expert, world, l->said);
    else
        memcpy(l->said, l->label, sizeof *l->said * VG_CAR_ACTIONS * (size_t)l->count);
    if (err || !c->def->learner) return err;
    const vg_policy *learner = c->def->learner;
    return learner->ops->act(learner, l->learner.state, observed, learner->needs_world ? world : NULL,
                             l->own);
}

static vg_takeover_view look(const vg_world *world, const vg_world_view *view, int32_t i) {
    vg_road_point here = vg_road_at(vg_world_road(world, i), view->s[i]);
    return (vg_takeover_view){.offset = view->offset[i],
                              .heading = remainder(view->yaw[i] - here.heading, 6.283185307179586),
                              .speed = view->speed[i],
                              .left = here.left,
                              .right = here.right};
}

static vg_draw draw_at(const collector *c, int32_t episode, vg_stream stream) {
    return (vg_draw){.seed = c->def->seed,
                     .stream = stream,
                     .entity = (uint32_t)episode,
                     .step = (uint32_t)c->step[episode]};
}

// Does the expert drive lane i now? *taken is set when it has just taken over.
static bool expert_drives(const collector *c, lanes *l, const vg_world *world, const vg_world_view *view,
                          int32_t i, bool *taken) {
    *taken = false;
    if (!c->def->learner) return true;
    if (c->def->takeover) {
        vg_takeover_view at = look(world, view, i);
        *taken = vg_takeover_step(c->def->takeover, &l->takeover[i], &at, c->seconds);
        return l->takeover[i].expert;
    }
    vg_draw at = draw_at(c, l->episode[i], VG_STREAM_WHEEL);
    return vg_random_uniform(&at) < c->def->beta;
}

// The expert's label of car i in the action space.
static const float *label_of(const collector *c, lanes *l, const vg_world *world, int32_t i) {
    const vg_action_space *space = c->def->action_space;
    float *label = l->label + VG_CAR_ACTIONS * (int64_t)i;
    if (space && space->label) space->label(world, i, label, label);
    return label;
}

static void note(const collector *c, int32_t episode, const float *sensed, const float *wanted, bool taken) {
    int64_t row = episode * c->room + c->count[episode];
    memcpy(c->inputs + row * c->width, sensed, sizeof *sensed * (size_t)c->width);
    memcpy(c->labels + row * VG_CAR_ACTIONS, wanted, sizeof *wanted * VG_CAR_ACTIONS);
    c->taken[row] = taken;
    c->count[episode]++;
}

// Add noise to the expert's action, in the action space.
static void disturb(const collector *c, const vg_world *world, int32_t i, int32_t episode,
                    float action[VG_CAR_ACTIONS]) {
    const double *l = c->factor;
    if (l[0] == 0 && l[1] == 0 && l[2] == 0) return;
    const vg_action_space *space = c->def->action_space;
    if (space && space->label) space->label(world, i, action, action);
    vg_draw at = draw_at(c, episode, VG_STREAM_SUPERVISOR);
    double normal[2];
    vg_random_normal2(&at, normal);
    action[0] += (float)(l[0] * normal[0]);
    action[1] += (float)(l[1] * normal[0] + l[2] * normal[1]);
    if (space && space->command) space->command(world, i, action, action);
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    const collector *c = (const collector *)policy;
    lanes *l = state;
    vg_world_view view = vg_world_get(world);
    vg_err err = ask(c, l, observed, world);
    for (int32_t i = 0; i < l->count && !err; i++) {
        int32_t episode = l->episode[i];
        bool taken, expert = expert_drives(c, l, world, &view, i, &taken);
        memcpy(out + VG_CAR_ACTIONS * i, expert ? l->said + VG_CAR_ACTIONS * i : l->own + VG_CAR_ACTIONS * i,
               sizeof *out * VG_CAR_ACTIONS);
        if (view.terminated[i] || view.truncated[i]) continue; // an open road has ended
        if ((expert || !c->def->takeover) && c->count[episode] < c->most[episode])
            note(c, episode, observed + (int64_t)i * c->width, label_of(c, l, world, i), taken);
        else
            end_rows(c, episode, VG_ROW_TRUNCATED);
        if (expert) disturb(c, world, i, episode, out + VG_CAR_ACTIONS * i);
        c->by_expert[episode] += expert;
        c->step[episode]++;
    }
    return err;
}

static vg_err knows(const vg_policy *policy, const vg_road *road, vg_diag *diag) {
    return vg_policy_check_road(((const collector *)policy)->def->expert, road, diag);
}

static const vg_policy_ops ops = {.open = open_lanes,
                                  .close = close_lanes,
                                  .reset = reset_lane,
                                  .act = act,
                                  .label = label,
                                  .knows = knows};

// --- a collection ------------------------------------------------------------------------------------------

void vg_collect_factor(const double covariance[VG_CAR_ACTIONS][VG_CAR_ACTIONS], double factor[3]) {
    double steer = covariance[0][0] > 0 ? sqrt(covariance[0][0]) : 0;
    double across = steer > 0 ? covariance[0][1] / steer : 0;
    double left = covariance[1][1] - across * across;
    factor[0] = steer, factor[1] = across, factor[2] = left > 0 ? sqrt(left) : 0;
}

static vg_err check(const vg_collect_def *def, vg_diag *diag) {
    const double(*noise)[VG_CAR_ACTIONS] = def->noise;
    if (!(def->beta >= 0 && def->beta <= 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "beta is %g, expected 0 to 1", def->beta);
    bool sound = noise[0][0] >= 0 && noise[1][1] >= 0 && noise[0][1] == noise[1][0] &&
                 noise[0][1] * noise[0][1] <= noise[0][0] * noise[1][1] * (1 + 1e-9);
    if (!sound || !(noise[0][0] + noise[1][1] < 100))
        return vg_fail(diag, VG_ERR_ARGUMENT, "noise [%g %g; %g %g] is not a covariance", noise[0][0],
                       noise[0][1], noise[1][0], noise[1][1]);
    if (!def->expert || !def->expert->ops->label)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%s cannot be asked what it would do",
                       def->expert ? def->expert->name : "nobody");
    if (def->learner &&
        (!def->learner->sense || strcmp(vg_sense_text(def->learner->sense), vg_sense_text(def->sense)) != 0))
        return vg_fail(diag, VG_ERR_MISMATCH, "the learner's sense differs from the sense of the rows");
    if (def->episodes < 1 || def->rows < def->episodes || def->road_count < 1)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%lld rows in %d episodes on %d roads; expected at least one",
                       (long long)def->rows, def->episodes, def->road_count);
    return VG_OK;
}

static vg_err open_collector(collector *c, const vg_collect_def *def, vg_diag *diag) {
    int64_t episodes = def->episodes;
    *c = (collector){.def = def, .width = vg_sense_size(def->sense), .room = (def->rows - 1) / episodes + 1};
    c->policy = (vg_policy){.ops = &ops,
                            .name = def->learner ? def->learner->name : def->expert->name,
                            .sense = def->sense,
                            .tick_num = def->tick_num,
                            .tick_den = def->tick_den,
                            .ticks_per_action = def->ticks_per_action};
    c->seconds = (double)def->tick_num / def->tick_den * def->ticks_per_action;
    vg_collect_factor(def->noise, c->factor);
    c->most = vg_new(int64_t, episodes);
    c->count = vg_new(int64_t, episodes);
    c->step = vg_new(int64_t, episodes);
    c->by_expert = vg_new(int64_t, episodes);
    c->inputs = vg_new(float, episodes * c->room * c->width);
    c->labels = vg_new(float, episodes * c->room * VG_CAR_ACTIONS);
    c->taken = vg_new(uint8_t, episodes * c->room);
    c->ends = vg_new(uint8_t, episodes * c->room);
    if (!c->most || !c->count || !c->step || !c->by_expert || !c->inputs || !c->labels || !c->taken ||
        !c->ends)
        return vg_fail_memory(diag);
    for (int64_t e = 0; e < episodes; e++) c->most[e] = def->rows / episodes + (e < def->rows % episodes);
    return VG_OK;
}

static void close_collector(collector *c) {
    vg_free(c->most);
    vg_free(c->count);
    vg_free(c->step);
    vg_free(c->by_expert);
    vg_free(c->inputs);
    vg_free(c->labels);
    vg_free(c->taken);
    vg_free(c->ends);
}

// Close the gaps between episodes, and hand the arrays to the caller.
static void take_rows(collector *c, vg_collection *out) {
    int64_t rows = 0;
    for (int32_t e = 0; e < out->episodes; e++) {
        size_t count = (size_t)c->count[e];
        int64_t from = e * c->room;
        end_rows(c, e, VG_ROW_TRUNCATED); // at the horizon
        memmove(c->inputs + rows * c->width, c->inputs + from * c->width,
                sizeof *c->inputs * count * (size_t)c->width);
        memmove(c->labels + rows * VG_CAR_ACTIONS, c->labels + from * VG_CAR_ACTIONS,
                sizeof *c->labels * count * VG_CAR_ACTIONS);
        memmove(c->taken + rows, c->taken + from, count);
        memmove(c->ends + rows, c->ends + from, count);
        rows += c->count[e];
        out->actions += c->step[e];
        out->expert_actions += c->by_expert[e];
    }
    out->rows = rows;
    out->count = c->count, out->inputs = c->inputs, out->labels = c->labels, out->taken = c->taken;
    out->ends = c->ends;
    c->count = NULL, c->inputs = c->labels = NULL, c->taken = c->ends = NULL;
}

static void sum_up(const vg_rollout *driven, const vg_road *const *roads, vg_collection *out) {
    for (int32_t e = 0; e < driven->count; e++) {
        const vg_episode *row = &driven->episodes[e];
        out->departures += row->departures;
        out->distance += row->distance;
        out->laps += row->distance / vg_road_get(roads[e]).length;
        out->drift += row->mean_drift / driven->count;
    }
    out->seconds_off = (double)out->departures * driven->action_seconds;
}

// --- among ranks -------------------------------------------------------------------------------------------

// The arrays of an episode. X(type, name, columns)
#define ROWS(X)                                                                                              \
    X(float, inputs, c->width)                                                                               \
    X(float, labels, VG_CAR_ACTIONS)                                                                         \
    X(uint8_t, taken, 1)                                                                                     \
    X(uint8_t, ends, 1)

static void pack_rows(void *context, int64_t first, int64_t count, vg_text *out) {
    const collector *c = context;
    for (int64_t e = first; e < first + count; e++) {
        const int64_t numbers[] = {c->count[e], c->step[e], c->by_expert[e]};
        vg_text_bytes(out, numbers, sizeof numbers);
#define X(type, name, columns)                                                                               \
    vg_text_bytes(out, c->name + e * c->room * (columns), c->count[e] * (columns) * (int64_t)sizeof(type));
        ROWS(X)
#undef X
    }
}

static vg_err unpack_rows(void *context, int64_t first, int64_t count, const char *bytes, int64_t size,
                          vg_diag *diag) {
    collector *c = context;
    const char *end = bytes + size;
    for (int64_t e = first; e < first + count; e++) {
        int64_t numbers[3] = {-1}, row = 0;
        if (end - bytes >= (int64_t)sizeof numbers) memcpy(numbers, bytes, sizeof numbers);
        bytes += sizeof numbers;
#define X(type, name, columns) row += (columns) * (int64_t)sizeof(type);
        ROWS(X)
#undef X
        if (numbers[0] < 0 || numbers[0] > c->room || end - bytes < numbers[0] * row)
            return vg_fail(diag, VG_ERR_IO, "a rank sent %lld bytes of rows", (long long)size);
        c->count[e] = numbers[0], c->step[e] = numbers[1], c->by_expert[e] = numbers[2];
#define X(type, name, columns)                                                                               \
    memcpy(c->name + e * c->room * (columns), bytes, (size_t)(numbers[0] * (columns)) * sizeof(type));       \
    bytes += numbers[0] * (columns) * (int64_t)sizeof(type);
        ROWS(X)
#undef X
    }
    return VG_OK;
}

// Rank 0's collection, on all ranks. All have arrays for as many rows as there may be.
static vg_err share(const vg_collect_def *def, int32_t width, vg_collection *out, vg_diag *diag) {
    const vg_ranks *ranks = def->ranks;
    vg_collection all = *out;
    vg_err err = vg_ranks_share(ranks, &all, sizeof all, diag);
    if (err || !vg_ranks_many(ranks)) return err;
    all.count = out->count, all.inputs = out->inputs, all.labels = out->labels, all.taken = out->taken;
    all.ends = out->ends;
    *out = all;
    err = vg_ranks_share(ranks, out->count, out->episodes * (int64_t)sizeof *out->count, diag);
    if (!err) err = vg_ranks_share(ranks, out->inputs, out->rows * width * (int64_t)sizeof(float), diag);
    if (!err)
        err = vg_ranks_share(ranks, out->labels, out->rows * VG_CAR_ACTIONS * (int64_t)sizeof(float), diag);
    if (!err) err = vg_ranks_share(ranks, out->taken, out->rows, diag);
    return err ? err : vg_ranks_share(ranks, out->ends, out->rows, diag);
}

// The collector forgets everything; then episode e of the rollout runs on roads[e].
static vg_err let_go(collector *c, const vg_road **roads, vg_collection *out, vg_diag *diag) {
    const vg_collect_def *def = c->def;
    for (int32_t e = 0; e < def->episodes; e++)
        roads[e] = def->roads[(def->first_road + (int64_t)e) % def->road_count];
    vg_rollout_def rollout = vg_rollout_def_default();
    rollout.policy = &c->policy;
    rollout.roads = roads, rollout.road_count = def->episodes;
    rollout.starts = 1;
    rollout.car = def->car;
    rollout.start_spread = def->start_spread;
    rollout.horizon = c->seconds * (double)c->room;
    rollout.seed = def->seed;
    rollout.trace = false;
    rollout.disturbance = def->disturbance;
    rollout.costs = VG_COSTS_DEPARTURES;
    rollout.threads = def->threads, rollout.ranks = def->ranks;
    rollout.pack = pack_rows, rollout.unpack = unpack_rows, rollout.pack_context = c;
    vg_rollout driven;
    vg_err err = vg_rollout_run(&rollout, &driven, diag);
    if (err) return err;
    out->episodes = def->episodes;
    take_rows(c, out);
    if (vg_ranks_first(def->ranks)) sum_up(&driven, roads, out);
    vg_rollout_free(&driven);
    return share(def, c->width, out, diag);
}

vg_err vg_collect_run(const vg_collect_def *def, vg_collection *out, vg_diag *diag) {
    *out = (vg_collection){0};
    vg_err err = check(def, diag);
    if (err) return err;
    collector c;
    const vg_road **roads = vg_new(const vg_road *, def->episodes);
    err = open_collector(&c, def, diag);
    if (!err && !roads) err = vg_fail_memory(diag);
    if (!err) err = let_go(&c, roads, out, diag);
    close_collector(&c);
    vg_free(roads);
    return err;
}

void vg_collect_free(vg_collection *collection) {
    vg_free(collection->count);
    vg_free(collection->inputs);
    vg_free(collection->labels);
    vg_free(collection->taken);
    vg_free(collection->ends);
    *collection = (vg_collection){0};
}
