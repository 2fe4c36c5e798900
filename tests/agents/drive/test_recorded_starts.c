#include "agents/drive/recorded_starts.h"

#include "agents/drive/rollout.h"
#include "tests/drivers.h"
#include "tests/roads.h"

enum { TICKS = 1000, STARTS = 8 };

static vg_diag diag;
static vg_log_step steps[TICKS];

// A lap of a circle of 50 m, anticlockwise: an offset, a heading against the road's and a speed; one tick in
// ten is beyond the edge.
static void lap(vg_recorded_starts *starts, const vg_road *road, double offset, double heading, float speed,
                double share) {
    for (int i = 0; i < TICKS; i++) {
        double s = share * 2 * VG_PI * 50 * i / TICKS, sine, cosine, at = i % 10 ? offset : 5.5;
        vg_sincos(s / 50, &sine, &cosine);
        double yaw = s / 50 + VG_PI / 2 + heading;
        steps[i] =
            (vg_log_step){.state = {.s = s, .yaw = yaw > VG_PI ? yaw - 2 * VG_PI : yaw, .speed = speed}};
        steps[i].state.x = (50 - at) * cosine, steps[i].state.y = (50 - at) * sine;
    }
    ck_ok(vg_recorded_starts_add(starts, road, steps, TICKS, &diag));
}

static vg_recorded_starts *two_laps(const vg_road *road) {
    vg_recorded_starts *starts;
    ck_ok(vg_recorded_starts_create(road, &starts, &diag));
    lap(starts, road, 1, 0.05, 10, 1);
    lap(starts, road, -2, -0.1, 20, 1);
    vg_recorded_starts_finish(starts);
    return starts;
}

static bool recorded(const vg_start *s) {
    bool first =
        fabs((double)s->offset - 1) < 0.01 && fabs((double)s->heading - 0.05) < 0.01 && s->speed == 10;
    bool second =
        fabs((double)s->offset + 2) < 0.01 && fabs((double)s->heading + 0.1) < 0.01 && s->speed == 20;
    return first || second;
}

START_TEST(draws_whole_states_of_the_place) {
    vg_road *road = circle_road(50, 5), *other = circle_road(60, 5);
    vg_recorded_starts *starts = two_laps(road);
    ck_assert_int_eq(vg_recorded_starts_count(starts), 2 * TICKS * 9 / 10); // none beyond the edge
    ck_assert(vg_recorded_starts_of(starts, road) && !vg_recorded_starts_of(starts, other));
    ck_assert(!vg_recorded_starts_of(NULL, road));
    int32_t slow = 0;
    for (int i = 0; i < 100; i++) {
        vg_start s = vg_recorded_starts_draw(starts, 100, 130, (i + 0.5) / 100);
        ck_assert(recorded(&s) && s.s >= 100 && s.s < 130);
        slow += s.speed == 10;
    }
    ck_assert(slow >= 40 && slow <= 60); // both laps have as many ticks there
    vg_recorded_starts_destroy(starts);
    // Half a lap: on the other half there is nothing, so the next state is the first one.
    ck_ok(vg_recorded_starts_create(road, &starts, &diag));
    lap(starts, road, 1, 0.05, 10, 0.5);
    vg_recorded_starts_finish(starts);
    vg_start s = vg_recorded_starts_draw(starts, 200, 250, 0.5);
    ck_assert_double_lt(s.s, 1);
    vg_recorded_starts_destroy(starts);
    vg_road_destroy(road), vg_road_destroy(other);
}
END_TEST

START_TEST(a_rollout_starts_from_them) {
    vg_road *road = circle_road(50, 5), *other = circle_road(60, 5);
    vg_recorded_starts *starts = two_laps(road);
    vg_policy *policy = test_policy_create(0.1f, 9, false);
    const vg_road *roads[] = {road, other};
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = roads, def.road_count = 2, def.starts = STARTS, def.by_road = true;
    vg_start plain[2 * STARTS], from[2 * STARTS], spread[2 * STARTS];
    vg_rollout_starts(&def, plain);
    def.recorded = starts;
    vg_rollout_starts(&def, from);
    def.start_spread = 0.5f;
    vg_rollout_starts(&def, spread);
    bool moved = false;
    for (int32_t k = 0; k < STARTS; k++) {
        double share = 2 * VG_PI * 50 / STARTS;
        ck_assert(recorded(&from[k]) && !recorded(&plain[k]));
        ck_assert(from[k].s >= k * share && from[k].s < (k + 1) * share);
        // The spread is added to the same state.
        ck_assert(spread[k].s == from[k].s && spread[k].speed == from[k].speed);
        ck_assert_float_le(fabsf(spread[k].offset - from[k].offset), 0.5f);
        ck_assert_float_le(fabsf(spread[k].heading - from[k].heading), 0.0201f);
        moved |= spread[k].offset != from[k].offset && spread[k].heading != from[k].heading;
        // On a road without laps nothing has changed.
        ck_assert(from[STARTS + k].s == plain[STARTS + k].s &&
                  from[STARTS + k].speed == plain[STARTS + k].speed);
    }
    ck_assert(moved);
    // A body 1.85 m wide on a half width of 5: an offset of 4.9 is on the road for the axle alone.
    vg_recorded_starts *edge;
    ck_ok(vg_recorded_starts_create(road, &edge, &diag));
    lap(edge, road, 4.9, 0, 10, 1);
    vg_recorded_starts_finish(edge);
    def.recorded = edge, def.start_spread = 0;
    vg_rollout_starts(&def, from);
    ck_assert_float_eq_tol(from[0].offset, 4.9f, 0.01f);
    def.corners = true;
    vg_rollout_starts(&def, from);
    ck_assert_float_eq_tol(from[0].offset, 0.9f * 5 - 0.925f, 0.01f);
    vg_recorded_starts_destroy(edge);
    vg_recorded_starts_destroy(starts);
    vg_policy_destroy(policy);
    vg_road_destroy(road), vg_road_destroy(other);
}
END_TEST

START_TEST(the_hash_covers_states_and_road) {
    vg_road *road = circle_road(50, 5), *other = circle_road(50, 6);
    vg_recorded_starts *a = two_laps(road), *b = two_laps(road), *c = two_laps(other), *d;
    ck_ok(vg_recorded_starts_create(road, &d, &diag));
    lap(d, road, -2, -0.1, 20, 1); // the same laps in another order are the same states
    lap(d, road, 1, 0.05, 10, 1);
    vg_recorded_starts_finish(d);
    ck_assert_uint_eq(vg_recorded_starts_hash(a), vg_recorded_starts_hash(b));
    ck_assert_uint_eq(vg_recorded_starts_hash(a), vg_recorded_starts_hash(d));
    ck_assert_uint_ne(vg_recorded_starts_hash(a), vg_recorded_starts_hash(c));
    lap(d, road, 1, 0.05f, 11, 1);
    vg_recorded_starts_finish(d);
    ck_assert_uint_ne(vg_recorded_starts_hash(a), vg_recorded_starts_hash(d));
    vg_recorded_starts_destroy(a), vg_recorded_starts_destroy(b);
    vg_recorded_starts_destroy(c), vg_recorded_starts_destroy(d);
    vg_recorded_starts_destroy(NULL);
    vg_road_destroy(road), vg_road_destroy(other);
}
END_TEST

START_TEST(survives_missing_memory) {
    vg_road *road = circle_road(50, 5);
    int64_t live = vg_memory_live();
    vg_recorded_starts *starts;
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_recorded_starts_create(road, &starts, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_ptr_null(starts);
    ck_ok(vg_recorded_starts_create(road, &starts, &diag));
    ck_ok(vg_recorded_starts_add(starts, road, steps, 0, &diag));
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_recorded_starts_add(starts, road, steps, TICKS, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_int_eq(vg_recorded_starts_count(starts), 0);
    vg_recorded_starts_destroy(starts);
    ck_assert_int_eq(vg_memory_live(), live);
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("recorded_starts", draws_whole_states_of_the_place, a_rollout_starts_from_them,
        the_hash_covers_states_and_road, survives_missing_memory)
