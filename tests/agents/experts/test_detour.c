#include <math.h>
#include <string.h>

#include "agents/drive/rollout.h"
#include "agents/experts/detour.h"
#include "logs/store/replay.h"
#include "tests/drivers.h"
#include "tests/golden.h"
#include "tests/obstacles.h"
#include "tests/recorded.h"
#include "tests/scratch.h"
#include "tracks/generator.h"

static vg_detour plan_on(const vg_obstacle *all, int32_t count, vg_side side, vg_start start) {
    vg_road *road = circle_with(all, count);
    vg_world_def def = vg_world_default();
    vg_world *world;
    vg_diag diag;
    vg_detour found;
    def.roads = (const vg_road *const *)&road, def.road_count = 1, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_assert_int_eq(vg_world_reset(world, NULL, &start, 1), VG_OK);
    vg_state state = vg_world_state(world, 0);
    vg_detour_plan(world, 0, &state, &(vg_detour_def){side, 0.6, 2, 5}, &found);
    vg_world_destroy(world);
    vg_road_destroy(road);
    return found;
}

START_TEST(takes_the_side_it_is_told) {
    const vg_obstacle one[] = {on_circle(100, 0, 1)};
    vg_start start = {.s = 60, .speed = 10};
    vg_detour left = plan_on(one, 1, VG_SIDE_LEFT, start), right = plan_on(one, 1, VG_SIDE_RIGHT, start);
    // 1 m of island, 0.6 m of clearance, 0.925 m of half a sedan.
    ck_assert_int_eq(left.count, 1);
    ck_assert_double_eq_tol(left.passes[0].offset, 2.525, 1e-3);
    ck_assert_double_eq_tol(right.passes[0].offset, -2.525, 1e-3);
    ck_assert_double_gt(left.speed, 15); // no limit to 10 m/s
    // From the front bumper at the island, and half of what is steered ahead, to the tail beyond it.
    ck_assert_double_eq_tol(left.passes[0].from, 40 - 1 - 3.7 - 2.5, 0.2);
    ck_assert_double_eq_tol(left.passes[0].to, 40 + 1 + 1 + 5, 0.2);
    ck_assert_double_eq(vg_detour_offset(&left, left.passes[0].from + 1), left.passes[0].offset);
    ck_assert_double_eq(vg_detour_offset(&left, -20), 0);
    double before = 0, begin = left.passes[0].from - left.passes[0].ramp;
    for (double at = begin; at < left.passes[0].from; at += 0.25) {
        double here = vg_detour_offset(&left, at);
        ck_assert(here >= before && here - before < 0.06);
        before = here;
    }
    ck_assert_double_gt(vg_detour_bend(&left, begin + 1), 0);
    ck_assert_double_le(vg_detour_bend(&left, begin + 1) * 100, 2 + 1e-9); // 10 m/s: within the 2 m/s^2
    start.offset = -0.5f;
    ck_assert_double_lt(plan_on(one, 1, VG_SIDE_NEAREST, start).passes[0].offset, 0);
    start.offset = 0;
    ck_assert_double_gt(plan_on(one, 1, VG_SIDE_NEAREST, start).passes[0].offset, 0);
}
END_TEST

START_TEST(takes_the_side_with_room) {
    // 2 m are left between the first and the left edge: no room for a sedan and its clearance, so it goes
    // right.
    const vg_obstacle one[] = {on_circle(100, 2.2, 1)},
                      gate[] = {on_circle(100, 3.2, 1), on_circle(101, -3.4, 1)};
    vg_start start = {.s = 60, .offset = 3, .speed = 10};
    ck_assert_double_lt(plan_on(one, 1, VG_SIDE_LEFT, start).passes[0].offset, 0.1);
    // Between two that stand side by side: one group, passed through the middle.
    vg_detour between = plan_on(gate, 2, VG_SIDE_LEFT, start);
    ck_assert_int_eq(between.count, 1);
    ck_assert_double_eq_tol(between.passes[0].offset, 0, 0.5);
    // Too near for its speed: it must slow down.
    start = (vg_start){.s = 85, .speed = 20};
    const vg_obstacle middle[] = {on_circle(100, 0, 1)};
    ck_assert_double_lt(plan_on(middle, 1, VG_SIDE_LEFT, start).speed, 10);
}
END_TEST

enum { ROADS = 3, STARTS = 6 };

// What pursuit makes of roads with islands: collisions, departures, and islands passed on the left.
typedef struct tally {
    int32_t collisions, departures, left[ROADS * STARTS], passed[ROADS * STARTS];
    double drift, distance; // m, sums over the episodes
    vg_road **roads;
} tally;

static void look(void *context, int64_t episode, const vg_moment *moment) {
    tally *t = context;
    vg_road_ahead_of near[2];
    int32_t n = vg_road_ahead(t->roads[episode / STARTS], moment->state.s, 0.3, 0.3, 2, near);
    if (n == 0) return;
    t->passed[episode]++;
    t->left[episode] += (double)moment->state.offset > near[0].obstacle->offset;
}

static tally drive(const char *text, vg_road **roads, double spread, const char *car_name) {
    vg_policy *policy = expert(text);
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    vg_diag diag;
    vg_car car;
    tally t = {.roads = roads};
    ck_ok(vg_car_load(car_name, &car, &diag));
    def.policy = policy, def.roads = (const vg_road *const *)roads, def.road_count = ROADS, def.car = &car;
    def.starts = STARTS, def.start_spread = (float)spread, def.horizon = 40, def.trace = false,
    def.threads = 2;
    const vg_rollout_watch watch = {.moment = look, .context = &t};
    ck_ok(vg_rollout_run_watched(&def, &watch, &out, &diag));
    for (int32_t e = 0; e < out.count; e++) {
        t.collisions += out.episodes[e].collisions, t.departures += out.episodes[e].departures;
        ck_assert_double_gt(out.episodes[e].distance, 3 * out.episodes[e].duration);
        t.drift += out.episodes[e].mean_drift, t.distance += out.episodes[e].distance;
    }
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    return t;
}

static void make_roads(vg_road *roads[ROADS]) {
    for (int i = 0; i < ROADS; i++) {
        vg_generator g = vg_generator_default();
        vg_diag diag;
        g.seed = 70 + (uint64_t)i, g.length_least = 1500, g.length_most = 1600, g.radius_least = 25,
        g.islands = 4;
        ck_ok(vg_road_generate(&g, &roads[i], &diag));
    }
}

START_TEST(goes_round_every_island) {
    static const char *const cars[] = {"sedan", "kart", "formula"};
    vg_road *roads[ROADS];
    make_roads(roads);
    for (size_t k = 0; k < sizeof cars / sizeof *cars; k++) {
        tally t = drive("pursuit", roads, k ? 0.3 : 2.5, cars[k]);
        ck_assert_msg(t.collisions == 0 && t.departures == 0, "%s: %d collisions, %d departures", cars[k],
                      t.collisions, t.departures);
    }
    for (int i = 0; i < ROADS; i++) vg_road_destroy(roads[i]);
}
END_TEST

// A sharper swerve begins later: the car is less off the centreline, and as fast.
START_TEST(a_swerve_may_be_sharper) {
    vg_road *roads[ROADS];
    make_roads(roads);
    tally gentle = drive("pursuit", roads, 0.3, "sedan"),
          sharp = drive("pursuit:swerve=2", roads, 0.3, "sedan");
    ck_assert_int_eq(sharp.collisions + sharp.departures, 0);
    ck_assert_double_lt(sharp.drift, 0.9 * gentle.drift);
    ck_assert_double_gt(sharp.distance, gentle.distance);
    for (int i = 0; i < ROADS; i++) vg_road_destroy(roads[i]);
}
END_TEST

START_TEST(a_coin_decides_the_side_of_an_episode) {
    vg_road *roads[ROADS];
    make_roads(roads);
    tally left = drive("pursuit:around=left", roads, 0.3, "sedan"),
          right = drive("pursuit:around=right", roads, 0.3, "sedan");
    tally coin = drive("pursuit:around=coin", roads, 0.3, "sedan");
    int32_t on_left = 0, on_right = 0;
    for (int e = 0; e < ROADS * STARTS; e++) {
        ck_assert(left.passed[e] > 0 && left.left[e] == left.passed[e] && right.left[e] == 0);
        ck_assert(coin.left[e] == 0 || coin.left[e] == coin.passed[e]); // one side the whole episode
        on_left += coin.left[e] > 0, on_right += coin.left[e] == 0;
    }
    ck_assert_int_eq(left.collisions + right.collisions + coin.collisions, 0);
    ck_assert(on_left >= 4 && on_right >= 4);
    for (int i = 0; i < ROADS; i++) vg_road_destroy(roads[i]);
}
END_TEST

// Recorded on a road with islands, a log replays to the same bits, on a road that has them.
START_TEST(a_log_knows_its_islands) {
    vg_road *roads[ROADS], *again;
    make_roads(roads);
    const char *path = scratch("islands.vlog");
    vg_log *log;
    vg_diag diag;
    vg_record_def def = vg_record_default();
    def.road = roads[0], def.laps = 1, def.runs = 2, def.longest = 30;
    ck_record_expert(path, "pursuit:around=coin", def);
    ck_ok(vg_log_open(path, &log, &diag));
    vg_log_episode e;
    vg_replay_report report;
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_ok(vg_log_road(log, e.road, &again, &diag));
    ck_assert_uint_eq(vg_road_hash(again), vg_road_hash(roads[0]));
    ck_ok(vg_replay_episode(log, &e, &report, &diag));
    ck_assert_int_eq(report.first_differing, -1);
    ck_golden("detour/recorded", report.hash);
    vg_road_destroy(again);
    ck_ok(vg_log_close(log, &diag));
    for (int i = 0; i < ROADS; i++) vg_road_destroy(roads[i]);
}
END_TEST

CK_MAIN("detour", takes_the_side_it_is_told, takes_the_side_with_room, goes_round_every_island,
        a_swerve_may_be_sharper, a_coin_decides_the_side_of_an_episode, a_log_knows_its_islands)
