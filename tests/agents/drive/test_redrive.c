#include <string.h>

#include "agents/drive/redrive.h"
#include "sim/base/memory.h"
#include "tests/drivers.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

enum { STARTS = 40 };

static vg_rollout_def def_of(const vg_policy *policy, const vg_road *const *roads) {
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = roads, def.road_count = 2, def.starts = STARTS, def.start_spread = 2.5f;
    def.horizon = 12, def.seed = 5, def.costs = VG_COSTS_DEPARTURES;
    def.disturbance = (vg_disturbance){
        .gust = 0.05f, .gust_time = 0.5f, .actuation_noise = 0.05f, .observation_noise = 0.02f};
    return def;
}

static void check_moments(const vg_redrive *d, const vg_rollout *r, int64_t e) {
    int32_t departures = 0, put_back = 0;
    const vg_trace_point *trace = r->trace + e * r->samples;
    for (int64_t i = 0; i < d->count; i++) {
        const vg_moment *m = &d->moments[i];
        if (i) ck_assert_double_ge(m->t, m[-1].t);
        if (m->events & VG_EVENT_OFF) {
            if (!departures++) ck_assert_double_eq(m->t, r->episodes[e].off_time);
            continue; // between two points of the trace
        }
        put_back += m->put_back;
        int32_t k = (int32_t)(m->t / r->sample_seconds + 0.5);
        ck_assert_double_eq_tol(m->t, k * r->sample_seconds, 1e-9);
        ck_assert_float_eq(m->state.offset, trace[k].offset);
        ck_assert_float_eq(m->state.speed, trace[k].speed);
        ck_assert_float_eq((float)m->state.s, trace[k].s);
    }
    ck_assert_int_eq(departures, r->episodes[e].departures);
    ck_assert_int_eq(put_back, departures);
}

// Every episode, driven alone and with the other road missing, equals that of the whole rollout.
START_TEST(an_episode_is_the_rollouts_own) {
    const vg_road *roads[] = {stadium_road(60, 15, 4), circle_road(50, 5)};
    vg_policy *policy = test_policy_create(0.004f, 12, false);
    vg_rollout_def def = def_of(policy, roads);
    vg_rollout r;
    vg_diag diag;
    int32_t departures = 0;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    for (int64_t e = 0; e < r.count; e++) {
        const vg_road *same[] = {roads[e / STARTS], roads[e / STARTS]};
        vg_redrive d;
        def.roads = same;
        ck_ok(vg_redrive_run(&def, e, &d, &diag));
#define X(type, name, unit, text) ck_assert(d.row.name == r.episodes[e].name);
        VG_EPISODE_COLUMNS(X)
#undef X
        check_moments(&d, &r, e);
        departures += d.row.departures;
        vg_redrive_free(&d);
    }
    ck_assert_int_gt(departures, 20);
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    for (int i = 0; i < 2; i++) vg_road_destroy((vg_road *)roads[i]);
}
END_TEST

START_TEST(a_given_start_is_taken) {
    const vg_road *road = circle_road(50, 5);
    vg_policy *policy = test_policy_create(0, 10, false);
    vg_start starts[] = {{10, 1, 0.1f, 5}, {20, -2, 0, 7}};
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 2, def.horizon = 8;
    def.given = starts, def.costs = VG_COSTS_ABSORBING;
    vg_redrive d;
    vg_diag diag;
    ck_ok(vg_redrive_run(&def, 1, &d, &diag));
    ck_assert_double_eq_tol(d.moments[0].state.s, 20, 1e-9);
    ck_assert_float_eq_tol(d.moments[0].state.offset, -2, 1e-5f);
    ck_assert_float_eq(d.moments[0].state.speed, 7);
    ck_assert_float_eq(d.row.start_speed, 7);
    // The car goes straight on, leaves the road and stops: the departure is the last moment.
    ck_assert_int_eq(d.row.departures, 1);
    ck_assert(d.moments[d.count - 1].events & VG_EVENT_OFF);
    ck_assert_double_eq(d.moments[d.count - 1].t, d.row.off_time);
    vg_redrive_free(&d);
    ck_assert_int_eq(vg_redrive_run(&def, 2, &d, &diag), VG_ERR_ARGUMENT);
    ck_assert(strstr(diag.text, "episode 2 of 2"));
    ck_assert_ptr_null(d.moments);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

START_TEST(no_memory_is_told) {
    const vg_road *roads[] = {circle_road(50, 5), circle_road(60, 5)};
    vg_policy *policy = test_policy_create(0.1f, 10, false);
    vg_rollout_def def = def_of(policy, roads);
    // In the end it does without a block that fits better.
    vg_diag diag;
    for (oom turn = {.spares = true, .diag = &diag}; oom_next(&turn);) {
        vg_redrive d;
        turn.err = vg_redrive_run(&def, 3, &d, &diag);
        if (!turn.err) vg_redrive_free(&d);
    }
    vg_policy_destroy(policy);
    for (int i = 0; i < 2; i++) vg_road_destroy((vg_road *)roads[i]);
}
END_TEST

CK_MAIN("redrive", an_episode_is_the_rollouts_own, a_given_start_is_taken, no_memory_is_told)
