#include "agents/drive/reference.h"

#include <math.h>
#include <string.h>

#include "agents/drive/reference_line_private.h"
#include "agents/drive/rollout_private.h"
#include "sim/base/blocks.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { LINE_BLOCK = 16 }; // roads that one thread drives side by side

// Where the expert was at a sample, and its action there.
typedef struct moment {
    vg_state state;
    float command[VG_CAR_ACTIONS], label[VG_CAR_ACTIONS];
} moment;

// A reference with the expert's states and actions. If it has only lines, everything but the base is 0.
typedef struct drive {
    vg_reference base;
    vg_rollout_def def;   // as the expert drove; roads and car are the next two
    const vg_road **road; // [road_count]
    vg_car car;
    vg_rollout_plan plan;
    int32_t episodes, samples;
    moment *moments; // [episodes][samples]
    int32_t *counts; // [episodes] number of moments
} drive;

// --- reading ---------------------------------------------------------------------------------------------

static uint64_t hash_moment(uint64_t h, const moment *m) {
#define double_OF(name)            h = vg_hash_double(h, &m->state.name, 1);
#define float_OF(name)             h = vg_hash_float(h, &m->state.name, 1);
#define X(type, name, unit, label) type##_OF(name)
    VG_STATE_COLUMNS(X)
#undef X
#undef double_OF
#undef float_OF
    h = vg_hash_float(h, m->command, 2);
    return vg_hash_float(h, m->label, 2);
}

uint64_t vg_reference_hash(const vg_reference *reference) {
    uint64_t h = 0;
    if (!reference) return h;
    const drive *ref = (const drive *)reference;
    for (int32_t i = 0; i < reference->road_count; i++) {
        const vg_line *l = &reference->lines[i];
        h = vg_hash_int(h, &(int64_t){l->count}, 1);
        h = vg_hash_float(h, l->offset, l->count);
        if (l->pace.speed) h = vg_hash_float(h, l->pace.speed, l->pace.count);
    }
    for (int32_t e = 0; e < ref->episodes; e++) {
        h = vg_hash_int(h, &(int64_t){ref->counts[e]}, 1);
        for (int32_t k = 0; k < ref->counts[e]; k++)
            h = hash_moment(h, &ref->moments[(int64_t)e * ref->samples + k]);
    }
    return h;
}

// --- making ----------------------------------------------------------------------------------------------

void vg_reference_destroy(vg_reference *reference) {
    if (!reference) return;
    drive *ref = (drive *)reference;
    for (int32_t i = 0; reference->lines && i < reference->road_count; i++) {
        vg_free(reference->lines[i].offset);
        vg_pace_free(&reference->lines[i].pace);
    }
    vg_free(reference->lines);
    vg_free(ref->road);
    vg_free(ref->moments);
    vg_free(ref->counts);
    vg_free(reference);
}

static vg_err new_reference(int32_t road_count, vg_reference **out, vg_diag *diag) {
    if (road_count < 1) return vg_fail(diag, VG_ERR_ARGUMENT, "a reference needs a road");
    drive *ref = vg_new(drive, 1);
    vg_reference *reference = ref ? &ref->base : NULL;
    if (reference) reference->lines = vg_new(vg_line, road_count);
    if (!reference || !reference->lines) {
        vg_free(reference);
        return vg_fail_memory(diag);
    }
    reference->road_count = road_count;
    *out = reference;
    return VG_OK;
}

static vg_err take_line(vg_line *l, const vg_road *road, int32_t count, vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    *l = (vg_line){vg_new(float, count), count, count / view.length, view.closed, {0}};
    return l->offset ? VG_OK : vg_fail_memory(diag);
}

static vg_err check_line(const vg_given_line *given, int32_t road, vg_diag *diag) {
    bool finite = given->count >= 1, driven = true;
    for (int32_t k = 0; k < given->count; k++) finite = finite && isfinite(given->offset[k]);
    for (int32_t k = 0; given->speed && k < given->count; k++)
        driven = driven && given->speed[k] > 0 && isfinite(given->speed[k]);
    if (!finite)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the line on road %d: %d offsets, expected finite ones", road,
                       given->count);
    return driven ? VG_OK
                  : vg_fail(diag, VG_ERR_ARGUMENT, "the line on road %d: a speed that is not above 0", road);
}

static vg_err copy_line(const vg_given_line *given, const vg_road *road, vg_line *line, vg_diag *diag) {
    vg_err err = take_line(line, road, given->count, diag);
    if (!err && given->speed) err = vg_pace_open(road, given->count, &line->pace, diag);
    if (err) return err;
    memcpy(line->offset, given->offset, (size_t)given->count * sizeof(float));
    if (given->speed) memcpy(line->pace.speed, given->speed, (size_t)given->count * sizeof(float));
    return VG_OK;
}

vg_err vg_reference_lines(const vg_road *const *roads, int32_t road_count, const vg_given_line *lines,
                          vg_reference **out, vg_diag *diag) {
    *out = NULL;
    vg_reference *reference = NULL;
    vg_err err = new_reference(road_count, &reference, diag);
    for (int32_t i = 0; i < road_count && !err; i++) {
        if (!lines[i].offset) continue;
        err = check_line(&lines[i], i, diag);
        if (!err) err = copy_line(&lines[i], roads[i], &reference->lines[i], diag);
    }
    if (err)
        vg_reference_destroy(reference);
    else
        *out = reference;
    return err;
}

// --- the expert's line -----------------------------------------------------------------------------------

// A few roads, with one car on each.
typedef struct tour {
    vg_stepper stepper;
    int32_t road_of[LINE_BLOCK], bin[LINE_BLOCK]; // bin: the next bin to fill, counted on across laps
    double progress[LINE_BLOCK], until[LINE_BLOCK];
    float offset[LINE_BLOCK], speed[LINE_BLOCK]; // like progress: after the last action
} tour;

static vg_err open_tour(tour *r, drive *ref, int32_t begin, int32_t count, vg_diag *diag) {
    const vg_rollout_plan *p = &ref->plan;
    vg_stepper_def def = vg_stepper_default();
    for (int32_t i = 0; i < count; i++) r->road_of[i] = begin + i;
    def.world.count = count, def.world.threads = 1, def.world.corners = ref->def.corners;
    def.world.tick_num = p->tick_num, def.world.tick_den = p->tick_den, def.world.ticks_per_action = p->k;
    def.world.roads = ref->def.roads, def.world.road_count = ref->base.road_count;
    def.world.road_of = r->road_of;
    def.car = &ref->car, def.policy = ref->base.expert;
    vg_err err = vg_stepper_open(&def, &r->stepper, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        const vg_road *road = ref->road[begin + i];
        vg_road_view view = vg_road_get(road);
        // The first metres of a closed road are driven a second time, because the car has settled on its line
        // by then.
        r->until[i] = view.closed ? view.length + fmin(0.5 * view.length, 200) : view.length;
        vg_line *line = &ref->base.lines[begin + i];
        err = take_line(line, road, (int32_t)ceil(view.length), diag);
        if (!err) err = vg_pace_open(road, line->count, &line->pace, diag);
        vg_start start = {.speed = vg_careful_speed(road, &ref->car, 0)};
        r->speed[i] = start.speed;
        const vg_episode_key key =
            vg_rollout_key(&ref->def, (int64_t)(begin + i) * ref->def.starts, UINT32_MAX);
        if (!err) err = vg_stepper_begin(&r->stepper, i, &start, &key);
    }
    return err;
}

// Fill the bins that car i has passed in an action, by interpolation between the action's two ends.
static void fill_bins(tour *r, vg_line *l, int32_t i, double progress, float offset, float speed) {
    double gained = progress - r->progress[i];
    for (; r->bin[i] / l->bins_a_metre <= progress; r->bin[i]++) {
        double share = gained > 0 ? (r->bin[i] / l->bins_a_metre - r->progress[i]) / gained : 1;
        int32_t bin = r->bin[i] % l->count;
        l->offset[bin] = (float)(r->offset[i] + share * ((double)offset - r->offset[i]));
        l->pace.speed[bin] = (float)fmax(0.1, r->speed[i] + share * ((double)speed - r->speed[i]));
    }
    r->progress[i] = progress;
    r->offset[i] = offset, r->speed[i] = speed;
}

// Called after an action. *busy tells whether a car is still under way.
static vg_err note_tour(tour *r, drive *ref, bool *busy, vg_diag *diag) {
    vg_world_view view = vg_world_get(r->stepper.world);
    *busy = false;
    for (int32_t i = 0; i < view.count; i++) {
        if (r->progress[i] >= r->until[i]) continue;
        const vg_road *road = vg_world_road(r->stepper.world, i);
        if (view.terminated[i])
            return vg_fail(diag, VG_ERR_POLICY, "'%s' left the road '%s' at %.1f m while its line was taken",
                           ref->base.expert->name, vg_road_get(road).name, view.s[i]);
        bool there = view.truncated[i];
        fill_bins(r, &ref->base.lines[r->road_of[i]], i, there ? r->until[i] : view.progress[i],
                  view.offset[i], view.speed[i]);
        *busy = *busy || r->progress[i] < r->until[i];
    }
    return VG_OK;
}

static vg_err drive_tour(tour *r, drive *ref, vg_diag *diag) {
    double longest = 0, elapsed = 0;
    int32_t count = vg_world_get(r->stepper.world).count;
    bool busy = true;
    for (int32_t i = 0; i < count; i++) longest = fmax(longest, r->until[i]);
    for (; busy; elapsed += ref->plan.action) {
        if (ref->def.stop && ref->def.stop()) return vg_fail(diag, VG_ERR_INTERRUPTED, "stopped");
        if (elapsed > longest + 60) // slower than 1 m/s
            return vg_fail(diag, VG_ERR_POLICY, "'%s' has not driven round a road of %.0f m after %.0f s",
                           ref->base.expert->name, longest, elapsed);
        vg_err err = vg_stepper_act(&r->stepper);
        if (!err) err = vg_stepper_step(&r->stepper, r->stepper.actions);
        if (err)
            return vg_fail(diag, err == VG_ERR_INTERRUPTED ? err : VG_ERR_POLICY, "'%s' %s",
                           ref->base.expert->name, vg_policy_trouble(ref->base.expert));
        if ((err = note_tour(r, ref, &busy, diag))) return err;
    }
    return VG_OK;
}

// What parallel blocks share.
typedef struct work {
    drive *ref;
    const vg_policy *policy; // open loop: the policy that is measured ...
    double *error;           // ... and the result
    vg_diag *diags;          // [blocks]
} work;

static vg_err line_block(void *context, int64_t block, int64_t begin, int64_t end) {
    const work *job = context;
    tour r = {0};
    vg_err err = open_tour(&r, job->ref, (int32_t)begin, (int32_t)(end - begin), &job->diags[block]);
    if (!err) err = drive_tour(&r, job->ref, &job->diags[block]);
    vg_stepper_close(&r.stepper);
    return err;
}

static vg_err run_blocks(work *job, int64_t count, int64_t size, int32_t threads, vg_block_fn fn,
                         vg_diag *diag) {
    int64_t blocks = vg_blocks_count(count, size);
    job->diags = vg_new(vg_diag, blocks);
    if (!job->diags) return vg_fail_memory(diag);
    vg_err err = vg_blocks_run(count, size, threads, fn, job);
    for (int64_t b = blocks - 1; err && diag && b >= 0; b--)
        if (job->diags[b].code == err) *diag = job->diags[b];
    vg_free(job->diags);
    return err;
}

// --- the expert's states ---------------------------------------------------------------------------------

static void keep_moment(void *context, int64_t episode, int32_t sample, const vg_state *state,
                        const float command[VG_CAR_ACTIONS], const float label[VG_CAR_ACTIONS]) {
    drive *ref = context;
    moment *m = &ref->moments[episode * ref->samples + sample];
    m->state = *state;
    for (int k = 0; k < 2; k++) {
        m->command[k] = command[k];
        m->label[k] = fminf(1, fmaxf(-1, label[k]));
    }
    ref->counts[episode] = sample + 1;
}

static vg_err drive_states(drive *ref, vg_diag *diag) {
    ref->samples = (ref->plan.actions - 1) / ref->plan.stride + 1;
    ref->moments = vg_new(moment, (int64_t)ref->episodes * ref->samples);
    ref->counts = vg_new(int32_t, ref->episodes);
    if (!ref->moments || !ref->counts) return vg_fail_memory(diag);
    vg_rollout_watch watch = {.labeller = ref->base.expert, .sample = keep_moment, .context = ref};
    vg_rollout rollout;
    vg_err err = vg_rollout_run_watched(&ref->def, &watch, &rollout, diag);
    vg_rollout_free(&rollout);
    return err;
}

// The def's own roads and car may be the caller's locals.
static vg_err take_def(drive *ref, const vg_policy *expert, const vg_rollout_def *def, vg_diag *diag) {
    ref->road = vg_new(const vg_road *, def->road_count);
    if (!ref->road) return vg_fail_memory(diag);
    for (int32_t i = 0; i < def->road_count; i++) ref->road[i] = def->roads[i];
    ref->base.expert = expert;
    ref->def = *def;
    ref->def.policy = expert;
    ref->def.reference = NULL;
    ref->def.disturbance = (vg_disturbance){0};
    ref->def.costs = VG_COSTS_ABSORBING;
    ref->def.trace = false;
    ref->def.roads = ref->road;
    vg_err err = vg_rollout_plan_make(&ref->def, &ref->plan, diag);
    if (err) return err;
    ref->car = ref->plan.car;
    ref->def.car = &ref->car;
    ref->episodes = def->road_count * def->starts;
    return VG_OK;
}

vg_err vg_reference_drive(const vg_policy *expert, const vg_rollout_def *def, vg_reference **out,
                          vg_diag *diag) {
    *out = NULL;
    if (!expert->ops->label)
        return vg_fail(diag, VG_ERR_ARGUMENT, "'%s' is not an expert: it gives no labels", expert->name);
    vg_reference *made = NULL;
    vg_err err = vg_policy_check_roads(expert, def->roads, def->road_count, diag);
    if (!err) err = new_reference(def->road_count, &made, diag);
    drive *ref = (drive *)made;
    if (!err) err = take_def(ref, expert, def, diag);
    work job = {.ref = ref};
    if (!err) err = run_blocks(&job, ref->base.road_count, LINE_BLOCK, def->threads, line_block, diag);
    if (!err) err = drive_states(ref, diag);
    if (err)
        vg_reference_destroy(made);
    else
        *out = made;
    return err;
}

// --- open loop -------------------------------------------------------------------------------------------

// Set a block of episodes to their k-th moments, and ask the policy.
typedef struct asking {
    vg_world *world;
    vg_driver driver;
    int32_t road_of[VG_ROLLOUT_BLOCK];
    float actions[VG_CAR_ACTIONS * VG_ROLLOUT_BLOCK];
} asking;

static vg_err open_asking(asking *a, const work *job, int32_t begin, int32_t count, vg_diag *diag) {
    const drive *ref = job->ref;
    vg_world_def def = vg_world_default();
    for (int32_t i = 0; i < count; i++) a->road_of[i] = (begin + i) / ref->def.starts;
    def.count = count, def.threads = 1;
    def.tick_num = ref->plan.tick_num, def.tick_den = ref->plan.tick_den;
    def.ticks_per_action = ref->plan.k;
    def.roads = ref->def.roads, def.road_count = ref->base.road_count, def.road_of = a->road_of;
    def.cars = &ref->car, def.car_count = 1;
    vg_err err = vg_world_create(&def, &a->world, diag);
    return err ? err : vg_driver_open(job->policy, count, &a->driver, diag);
}

static vg_err ask_moment(asking *a, const work *job, int32_t begin, int32_t count, int32_t k) {
    const drive *ref = job->ref;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < count && !err; i++) {
        if (k >= ref->counts[begin + i]) continue;
        const moment *m = &ref->moments[(int64_t)(begin + i) * ref->samples + k];
        err = vg_world_set(a->world, i, &m->state, m->command, NULL);
        const vg_episode_key key = vg_rollout_key(&ref->def, begin + i, 0);
        vg_driver_reset(&a->driver, i, &key);
    }
    if (!err) err = vg_driver_act(&a->driver, a->world, a->actions);
    for (int32_t i = 0; i < count && !err; i++) {
        if (k >= ref->counts[begin + i]) continue;
        const moment *m = &ref->moments[(int64_t)(begin + i) * ref->samples + k];
        for (int c = 0; c < 2; c++) {
            double error = fmin(1, fmax(-1, (double)a->actions[VG_CAR_ACTIONS * i + c])) - m->label[c];
            job->error[begin + i] += error * error;
        }
    }
    return err;
}

static vg_err open_loop_block(void *context, int64_t block, int64_t begin, int64_t end) {
    const work *job = context;
    const drive *ref = job->ref;
    int32_t first = (int32_t)begin, count = (int32_t)(end - begin), most = 0;
    vg_diag *diag = &job->diags[block];
    asking a = {0};
    for (int32_t i = first; i < first + count; i++) {
        job->error[i] = 0;
        if (ref->counts[i] > most) most = ref->counts[i];
    }
    vg_err err = open_asking(&a, job, first, count, diag);
    for (int32_t k = 0; k < most && !err; k++) {
        err = ask_moment(&a, job, first, count, k);
        if (err)
            err = vg_fail(diag, err == VG_ERR_INTERRUPTED ? err : VG_ERR_POLICY,
                          "policy '%s' %s, on the states of episodes %d to %d", job->policy->name,
                          vg_policy_trouble(job->policy), first, first + count - 1);
    }
    for (int32_t i = first; i < first + count; i++)
        if (ref->counts[i] > 0) job->error[i] /= ref->counts[i];
    vg_driver_close(&a.driver);
    vg_world_destroy(a.world);
    return err;
}

vg_err vg_reference_open_loop(const vg_reference *reference, const vg_policy *policy, int32_t threads,
                              double *error, vg_diag *diag) {
    const drive *ref = (const drive *)reference;
    if (!ref || !ref->moments)
        return vg_fail(diag, VG_ERR_ARGUMENT, "a reference without states has no labels to compare with");
    const vg_rollout_plan *p = &ref->plan;
    if (policy->tick_num && (policy->tick_num != p->tick_num || policy->tick_den != p->tick_den ||
                             policy->ticks_per_action != p->k))
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "policy '%s' acts every %d ticks of %d/%d s, the reference every %d of %d/%d s",
                       policy->name, policy->ticks_per_action, policy->tick_num, policy->tick_den, p->k,
                       p->tick_num, p->tick_den);
    vg_err err = vg_policy_check_roads(policy, ref->road, ref->base.road_count, diag);
    if (err) return err;
    work job = {.ref = (drive *)reference, .policy = policy, .error = error};
    return run_blocks(&job, ref->episodes, VG_ROLLOUT_BLOCK, threads, open_loop_block, diag);
}
