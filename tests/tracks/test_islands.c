#include <math.h>

#include "tests/check.h"
#include "tracks/generator.h"
#include "tracks/islands.h"

static vg_road *road_with(double each_km, uint64_t seed) {
    vg_generator g = vg_generator_default();
    vg_road *road;
    vg_diag diag;
    g.seed = seed, g.length_least = 1900, g.length_most = 2000, g.islands = each_km;
    ck_ok(vg_road_generate(&g, &road, &diag));
    return road;
}

START_TEST(stand_in_the_lane_where_it_is_straight) {
    for (uint64_t seed = 1; seed < 6; seed++) {
        vg_road *road = road_with(4, seed), *same = road_with(4, seed), *bare = road_with(0, seed);
        int32_t count = vg_road_get(road).obstacle_count;
        const vg_road_obstacle *o = vg_road_get(road).obstacles;
        ck_assert_int_eq(count, (int32_t)floor(4 * vg_road_get(road).length / 1000 + 0.5));
        for (int32_t k = 0; k < count; k++) {
            ck_assert_double_le(fabs(o[k].offset), 0.11);
            ck_assert(o[k].shape.radius >= 0.4999 && o[k].shape.radius <= 1.2501);
            if (k) ck_assert_double_ge(o[k].s - o[k - 1].s, 100);
        }
        ck_assert_double_ge(vg_road_passage(road), 3.6);
        ck_assert_uint_eq(vg_road_hash(road), vg_road_hash(same));
        ck_assert_uint_ne(vg_road_hash(road), vg_road_hash(bare));
        // The road itself is the one without islands.
        ck_assert_double_eq(vg_road_get(road).x[100], vg_road_get(bare).x[100]);
        vg_road_destroy(road), vg_road_destroy(same), vg_road_destroy(bare);
    }
}
END_TEST

CK_MAIN("islands", stand_in_the_lane_where_it_is_straight)
