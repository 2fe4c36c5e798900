#include <math.h>

#include "sim/base/memory.h"
#include "sim/road.h"
#include "tests/obstacles.h"
#include "tests/out_of_memory.h"

START_TEST(stands_in_the_roads_frame) {
    // A circle of 100 m: s = 50 is half a radian round.
    const vg_obstacle all[] = {on_circle(200, -2, 1), on_circle(50, 1, 1.5), box_on_circle(120, 0, 4, 1)};
    vg_road *road = circle_with(all, 3);
    int32_t count = vg_road_get(road).obstacle_count;
    const vg_road_obstacle *o = vg_road_get(road).obstacles;
    ck_assert_int_eq(count, 3);
    ck_assert_double_eq_tol(o[0].s, 50, 1e-3);
    ck_assert_double_eq_tol(o[0].offset, 1, 1e-3);
    ck_assert_double_eq_tol(o[0].left, 2.5, 1e-3);
    ck_assert_double_eq_tol(o[0].right, -0.5, 1e-3);
    // Inside the circle, arc length of the centreline is longer than what is driven.
    ck_assert_double_eq_tol(o[0].before, 1.5 / 0.99, 0.2);
    ck_assert_double_eq_tol(o[0].after, o[0].before, 0.2);
    ck_assert_double_eq_tol(o[1].before + o[1].after, 4, 0.3);
    ck_assert_double_eq_tol(o[1].reach, 0.5 * sqrt(17), 1e-12);
    ck_assert_double_eq_tol(o[2].s, 200, 1e-3);
    // The first one leaves 4.5 m to its right and 2.5 m to its left, the others more.
    ck_assert_double_eq_tol(vg_road_passage(road), 4.5, 1e-3);
    ck_assert_double_eq_tol(vg_road_passage_at(road), o[0].s, 0.5);
    // As they were given, so that a road made from its source has the same hash.
    vg_road_def source = vg_road_source(road);
    vg_road *again;
    vg_diag diag;
    ck_assert_double_eq(source.obstacles[0].radius, 1);
    ck_ok(vg_road_create(&source, &again, &diag));
    ck_assert_uint_eq(vg_road_hash(again), vg_road_hash(road));
    vg_road_destroy(again);
    source.obstacle_count = 2;
    ck_ok(vg_road_create(&source, &again, &diag));
    ck_assert_uint_ne(vg_road_hash(again), vg_road_hash(road));
    vg_road_destroy(again);
    vg_road_destroy(road);
}
END_TEST

START_TEST(finds_what_is_ahead) {
    const vg_obstacle all[] = {on_circle(50, 0, 1), on_circle(300, 0, 1), on_circle(600, 0, 1)};
    vg_road *road = circle_with(all, 3);
    double length = vg_road_get(road).length; // 628
    vg_road_ahead_of found[3];
    ck_assert_int_eq(vg_road_ahead(road, 10, 0, 100, 3, found), 1);
    ck_assert_double_eq_tol(found[0].along, 40, 1e-3);
    ck_assert_int_eq(vg_road_ahead(road, 590, 0, 200, 3, found), 2); // round the ring
    ck_assert_double_eq_tol(found[1].along, length - 540, 1e-3);
    ck_assert_int_eq(vg_road_ahead(road, 3, 40, 10, 3, found), 1); // behind, round the ring
    ck_assert_double_eq_tol(found[0].along, 597 - length, 1e-3);
    ck_assert_int_eq(vg_road_ahead(road, 50.5, 0, 10, 3, found), 1); // its end is still ahead
    ck_assert_int_eq(vg_road_ahead(road, 53, 0, 10, 3, found), 0);
    ck_assert_int_eq(vg_road_ahead(road, 10, 1000, 1000, 3, found), 3); // each once
    ck_assert_int_eq(vg_road_ahead(road, 10, 1000, 1000, 1, found), 1);

    ck_assert_double_eq(vg_road_clear(road, 100, 5, 50), 100);
    double clear = vg_road_clear(road, 30, 5, 50);
    ck_assert(clear > 55.9 && clear < 57);
    clear = vg_road_clear(road, 575, 5, 50);
    ck_assert(clear > 605.9 && clear < 607);
    ck_assert_double_eq(vg_road_clear(road, 30, 5, 1000), 30); // nowhere
    vg_road_destroy(road);
}
END_TEST

static void refuses(const vg_obstacle *all, int32_t count, int64_t line, const char *says) {
    vg_road *road;
    vg_diag diag = {0};
    ck_fails(create_circle(all, count, &road, &diag), VG_ERR_ARGUMENT, says);
    ck_assert_int_eq(diag.line, line);
    ck_assert_ptr_null(road);
}

START_TEST(refuses_what_cannot_stand_there) {
    const vg_obstacle away[] = {on_circle(50, 0, 1), on_circle(100, 7, 1)};
    refuses(away, 2, 2, "lies off the road, 7.0 m from its centreline");
    refuses(&(vg_obstacle){.x = 100.5, .y = 2, .radius = 1}, 1, 1,
            "from the road's start; expected at least");
    refuses(&(vg_obstacle){.x = 0, .y = 100, .radius = 5}, 1, 1, "blocks the whole road at 15");
    const vg_obstacle wall[] = {on_circle(100, 3, 2.1), on_circle(100, -3, 2.1), on_circle(100, 0, 1.2)};
    refuses(wall, 3, 1, "blocks the whole road");
    refuses(&(vg_obstacle){.x = NAN, .radius = 5}, 1, 1, "obstacle.x: nan");
    refuses(wall, VG_OBSTACLES_MOST + 1, 0, "1025 of them, expected at most 1024");
    refuses(NULL, 1, 0, "1 of them");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    const vg_obstacle all[] = {on_circle(50, 0, 1), on_circle(300, 0, 1)};
    vg_diag diag;
    for (oom turn = {.least = 8, .diag = &diag}; oom_next(&turn);) {
        vg_road *road = NULL;
        turn.err = create_circle(all, 2, &road, &diag);
        vg_road_destroy(road);
    }
}
END_TEST

CK_MAIN("road_obstacles", stands_in_the_roads_frame, finds_what_is_ahead, refuses_what_cannot_stand_there,
        survives_every_failed_allocation)
