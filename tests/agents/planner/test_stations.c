#include "agents/planner/stations.h"

#include <math.h>
#include <string.h>

#include "tests/roads.h"

static vg_diag diag;

START_TEST(fill_a_closed_road) {
    vg_road *road = stadium_road(150, 30, 5);
    vg_road_view view = vg_road_get(road);
    vg_stations all, part;
    ck_ok(vg_stations_open(road, 5, 2, &all, &diag));
    ck_assert(all.closed && all.count == (int)(view.length / 5 + 0.5));
    ck_assert_double_eq_tol(all.spacing * all.count, view.length, 1e-9);
    for (int32_t k = 0; k < all.count; k++) {
        vg_road_place place =
            vg_road_locate(road, all.x[k] + 2 * all.left_x[k], all.y[k] + 2 * all.left_y[k]);
        ck_assert_double_eq_tol(place.offset, 2, 1e-3);
        ck_assert_double_eq_tol(vg_road_between(road, k * all.spacing, place.s), 0, 1e-2);
        ck_assert(all.left[k] == 5 && all.right[k] == 5);
    }
    // Once and a half round, from before the start.
    ck_ok(vg_stations_cut(&all, -3, all.count + 7, &part, &diag));
    ck_assert(!part.closed && part.spacing == all.spacing);
    ck_assert(part.x[0] == all.x[all.count - 3] && part.y[3] == all.y[0]);
    ck_assert(part.left_x[all.count + 6] == all.left_x[3]);
    vg_stations_close(&all), vg_stations_close(&part);
    vg_road_destroy(road);
}
END_TEST

START_TEST(go_straight_on_beyond_an_open_road) {
    static const double x[] = {0, 30, 60}, y[] = {0, 40, 80}, half[] = {3, 3, 3};
    vg_road_def def = vg_road_default();
    vg_road *road;
    vg_stations all;
    def.x = x, def.y = y, def.left = def.right = half, def.count = 3, def.closed = false;
    ck_ok(vg_road_create(&def, &road, &diag));
    ck_ok(vg_stations_open(road, 10, 2, &all, &diag));
    ck_assert_int_eq(all.count, 11 + 4);
    for (int32_t k = 0; k < all.count; k++) {
        ck_assert_double_eq_tol(all.x[k], (k - 2) * 6, 1e-6);
        ck_assert_double_eq_tol(all.y[k], (k - 2) * 8, 1e-6);
    }
    vg_stations_close(&all);
    ck_fails(vg_stations_open(road, 20, 2, &all, &diag), VG_ERR_ARGUMENT,
             "100.0 m long, expected at least 8");
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("stations", fill_a_closed_road, go_straight_on_beyond_an_open_road)
