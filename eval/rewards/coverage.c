#include "eval/rewards/coverage.h"

#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tracks/generator.h"

enum { PLACES_MOST = 4096, STATES_LEAST = 2, STATES_MOST = 256 };
enum { DRAW_S, DRAW_OFFSET, DRAW_HEADING, DRAW_SPEED, DRAW_STEER, DRAW_ACCEL, DRAW_ACTION }; // two actions

vg_coverage vg_coverage_default(void) {
    return (vg_coverage){.places = 64, .states = 24, .seed = 1, .car = vg_car_default()};
}

// What the places share.
typedef struct survey {
    const vg_coverage *coverage;
    const vg_reward *reward;
    vg_road *road;
    vg_pace pace;
    double *out;
} survey;

// The states of one place, with an action each.
typedef struct place {
    vg_world *world;
    vg_state *states; // [n]
    float *actions;   // [n][2]
    float *observed;  // [n][sense size]; NULL without a sense
    float *after;     // the same of the states after; NULL where the reward does not look
    float *scratch;   // the reward's own
    double *s;        // [n]
    float *following; // [n][2] the actions of a shift
    double *rewards;  // [n]
} place;

static double uniform(const survey *at, int64_t where, int32_t i, uint32_t what, double least, double most) {
    vg_draw draw = {at->coverage->seed, VG_STREAM_START, (uint32_t)where, (uint32_t)i, what, 0};
    return least + vg_random_uniform(&draw) * (most - least);
}

static void draw_start(const survey *at, int64_t where, int32_t i, vg_start *out) {
    double length = at->pace.length, from = length * (double)where / at->coverage->places;
    out->s = vg_road_wrap(at->road, from + uniform(at, where, i, DRAW_S, 0, 2));
    vg_road_point here = vg_road_at(at->road, out->s);
    out->offset = (float)uniform(at, where, i, DRAW_OFFSET, -0.9 * here.right, 0.9 * here.left);
    out->heading = (float)uniform(at, where, i, DRAW_HEADING, -0.2, 0.2);
    double careful = (double)vg_pace_at(&at->pace, out->s);
    out->speed = (float)uniform(at, where, i, DRAW_SPEED, 0.2 * careful, 1.5 * careful);
}

static vg_err draw_states(const survey *at, int64_t where, place *p) {
    const vg_car *car = &at->coverage->car;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < at->coverage->states && !err; i++) {
        vg_start start;
        draw_start(at, where, i, &start);
        err = vg_world_reset(p->world, &i, &start, 1);
        if (err) break;
        p->states[i] = vg_world_state(p->world, i);
        double steer = 0.25 * (double)car->steer_max;
        p->states[i].steer = (float)uniform(at, where, i, DRAW_STEER, -steer, steer);
        p->states[i].accel =
            (float)uniform(at, where, i, DRAW_ACCEL, -(double)car->brake_max, (double)car->accel_max);
        for (uint32_t a = 0; a < VG_CAR_ACTIONS; a++)
            p->actions[VG_CAR_ACTIONS * i + (int32_t)a] =
                (float)uniform(at, where, i, DRAW_ACTION + a, -1, 1);
        p->s[i] = p->states[i].s;
        err = vg_world_set(p->world, i, &p->states[i], NULL, NULL);
    }
    if (!err && p->observed) vg_sense_observe(at->reward->sense, p->world, p->observed);
    return err;
}

// The pairs (i, i + shift): all cars drive side by side, each to the state so far on.
static vg_err evaluate_shift(const survey *at, int64_t where, int32_t shift, place *p) {
    int32_t n = at->coverage->states;
    vg_err err = VG_OK;
    for (int32_t i = 0; i < n && !err; i++) {
        int32_t j = (i + shift) % n;
        memcpy(p->following + VG_CAR_ACTIONS * i, p->actions + VG_CAR_ACTIONS * j,
               VG_CAR_ACTIONS * sizeof *p->actions);
        err = vg_world_set(p->world, i, &p->states[j], p->following + VG_CAR_ACTIONS * i, NULL);
    }
    if (err) return err;
    if (p->after) vg_sense_observe(at->reward->sense, p->world, p->after);
    vg_reward_view view = {.count = n,
                           .world = p->world,
                           .s = p->s,
                           .observed = p->observed,
                           .actions = p->following,
                           .observed_after = p->after,
                           .scratch = p->scratch};
    at->reward->ops->evaluate(at->reward, &view, p->rewards);
    for (int32_t i = 0; i < n; i++) {
        if (!isfinite(p->rewards[i])) return VG_ERR_POLICY;
        at->out[(where * n + i) * n + (i + shift) % n] = p->rewards[i];
    }
    return VG_OK;
}

static vg_err open_place(const survey *at, place *p) {
    int32_t n = at->coverage->states, width = at->reward->sense ? vg_sense_size(at->reward->sense) : 0;
    vg_world_def def = vg_world_default();
    def.count = n, def.threads = 1;
    def.roads = (const vg_road *const *)&at->road, def.road_count = 1;
    def.cars = &at->coverage->car, def.car_count = 1;
    def.stop_off_road = false;
    vg_err err = vg_world_create(&def, &p->world, NULL);
    p->states = vg_new(vg_state, n);
    p->actions = vg_new(float, 2 * n);
    p->following = vg_new(float, 2 * n);
    p->observed = width ? vg_new(float, (int64_t)n *width) : NULL;
    bool looks = width && at->reward->looks_after;
    p->after = looks ? vg_new(float, (int64_t)n *width) : NULL;
    p->scratch = at->reward->scratch ? vg_new(float, at->reward->scratch) : NULL;
    p->s = vg_new(double, n);
    p->rewards = vg_new(double, n);
    bool short_of =
        !p->states || !p->actions || !p->following || !p->s || !p->rewards || (width && !p->observed);
    return err ? err : short_of ? VG_ERR_MEMORY : VG_OK;
}

static void close_place(place *p) {
    vg_world_destroy(p->world);
    vg_free(p->states);
    vg_free(p->actions);
    vg_free(p->following);
    vg_free(p->observed);
    vg_free(p->after);
    vg_free(p->scratch);
    vg_free(p->s);
    vg_free(p->rewards);
}

static vg_err survey_place(void *context, int64_t block, int64_t begin, int64_t end) {
    const survey *at = context;
    (void)block, (void)end;
    place p = {0};
    vg_err err = open_place(at, &p);
    if (!err) err = draw_states(at, begin, &p);
    for (int32_t shift = 0; shift < at->coverage->states && !err; shift++)
        err = evaluate_shift(at, begin, shift, &p);
    close_place(&p);
    return err;
}

static vg_err check(const vg_coverage *c, vg_diag *diag) {
    if (c->places < 1 || c->places > PLACES_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "places: %d, expected 1 to %d", c->places, PLACES_MOST);
    if (c->states < STATES_LEAST || c->states > STATES_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "states: %d, expected %d to %d", c->states, STATES_LEAST,
                       STATES_MOST);
    return VG_OK;
}

vg_err vg_coverage_evaluate(const vg_coverage *c, const vg_reward *reward, double **out, vg_diag *diag) {
    survey at = {.coverage = c, .reward = reward};
    vg_generator road = vg_generator_default();
    road.seed = c->seed;
    *out = NULL;
    vg_err err = check(c, diag);
    if (!err) err = vg_road_generate(&road, &at.road, diag);
    if (!err) err = vg_pace_careful(at.road, &c->car, &at.pace, diag);
    if (!err && !(at.out = vg_new(double, (int64_t)c->places * c->states * c->states)))
        err = vg_fail_memory(diag);
    if (!err) {
        err = vg_blocks_run(c->places, 1, c->threads, survey_place, &at);
        if (err == VG_ERR_POLICY)
            err = vg_fail(diag, err, "a reward of kind '%s' is not finite in a state of the road",
                          reward->kind);
        else if (err)
            err = vg_fail(diag, err, "cannot evaluate a reward of kind '%s'", reward->kind);
    }
    if (err)
        vg_free(at.out);
    else
        *out = at.out;
    vg_pace_free(&at.pace);
    vg_road_destroy(at.road);
    return err;
}
