#include "agents/drive/rollout.h"
#include "tests/drivers.h"
#include "tests/roads.h"

enum { STARTS = 12 };

static vg_diag diag;

static vg_rollout_def def_of(const vg_policy *policy, const vg_road *const *roads, int32_t count) {
    vg_rollout_def def = vg_rollout_def_default();
    def.policy = policy, def.roads = roads, def.road_count = count, def.starts = STARTS;
    def.start_spread = 2.5f, def.horizon = 6, def.seed = 4, def.by_road = true, def.threads = 1;
    def.disturbance = (vg_disturbance){.gust = 0.3f, .gust_time = 0.5f, .actuation_noise = 0.2f};
    return def;
}

static bool same_start(const vg_start *a, const vg_start *b) {
    return a->s == b->s && a->offset == b->offset && a->heading == b->heading && a->speed == b->speed;
}

static void ck_assert_same_drive(const vg_episode *a, const vg_episode *b) {
    vg_episode other = *b;
    other.road = a->road;
#define X(type, name, unit, text) ck_assert_msg(a->name == other.name, #name);
    VG_EPISODE_COLUMNS(X)
#undef X
}

// On one road the starts, and the whole drives with gusts and noise, are the same whatever other roads there
// are, and in whatever order.
START_TEST(drives_of_a_road_do_not_depend_on_the_other_roads) {
    vg_road *a = stadium_road(60, 15, 4), *b = circle_road(50, 5), *c = circle_road(80, 4);
    vg_policy *policy = test_policy_create(0.1f, 9, false);
    const vg_road *lists[][3] = {{b}, {a, b}, {c, a, b}, {b, c}};
    static const int32_t counts[] = {1, 2, 3, 2}, places[] = {0, 1, 2, 0};
    vg_rollout alone = {0};
    vg_start first[3 * STARTS], starts[3 * STARTS];
    for (int i = 0; i < 4; i++) {
        vg_rollout_def def = def_of(policy, lists[i], counts[i]);
        vg_rollout r;
        ck_ok(vg_rollout_run(&def, &r, &diag));
        vg_rollout_starts(&def, i ? starts : first);
        if (i == 0) alone = r;
        for (int32_t k = 0; i && k < STARTS; k++) {
            int32_t e = places[i] * STARTS + k;
            ck_assert(same_start(&first[k], &starts[e]));
            ck_assert_int_eq(r.episodes[e].road, places[i]);
            ck_assert_same_drive(&r.episodes[e], &alone.episodes[k]);
        }
        if (i) vg_rollout_free(&r);
    }
    ck_assert(alone.episodes[0].jerk_lateral > 0);
    vg_rollout_free(&alone);
    vg_policy_destroy(policy);
    vg_road_destroy(a), vg_road_destroy(b), vg_road_destroy(c);
}
END_TEST

// Two roads have starts of their own, so has each start of one road, and so has each seed.
START_TEST(roads_and_seeds_have_starts_of_their_own) {
    vg_road *a = circle_road(50, 5), *b = circle_road(50.001, 5);
    vg_policy *policy = test_policy_create(0.1f, 9, false);
    const vg_road *roads[] = {a, b};
    vg_rollout_def def = def_of(policy, roads, 2);
    vg_start starts[2 * STARTS], other[2 * STARTS];
    vg_rollout_starts(&def, starts);
    for (int32_t k = 0; k < STARTS; k++) {
        ck_assert(starts[k].offset != starts[STARTS + k].offset);
        if (k) ck_assert(starts[k].offset != starts[k - 1].offset);
    }
    def.seed = 5;
    vg_rollout_starts(&def, other);
    ck_assert(other[0].offset != starts[0].offset);
    // The rows of a rollout say the same.
    vg_rollout r;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    for (int32_t e = 0; e < r.count; e++) {
        const vg_episode *row = &r.episodes[e];
        vg_start said = {row->start_s, row->start_offset, row->start_heading, row->start_speed};
        ck_assert(same_start(&said, &other[e]));
    }
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    vg_road_destroy(a), vg_road_destroy(b);
}
END_TEST

CK_MAIN("rollout_start", drives_of_a_road_do_not_depend_on_the_other_roads,
        roads_and_seeds_have_starts_of_their_own)
