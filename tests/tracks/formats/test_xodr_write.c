#include "tracks/formats/xodr_write.h"

#include "tests/tracks/formats/format_test.h"
#include "tracks/library.h"
#include "tracks/obstacles.h"

static vg_diag diag;

// A road comes back with its edges within five centimetres, closed or open.
START_TEST(edges_come_back) {
    static const char *const names[] = {"hairpins", "narrow", "test-1"};
    for (int n = 0; n < 6; n++) {
        vg_track track, again;
        vg_text text = {0};
        ck_ok(vg_track_read(names[n / 2], NULL, &track, &diag));
        track.closed = n % 2 == 0;
        if (n == 2)
            for (int32_t i = 0; i < track.count; i++)
                track.left[i] += 0.01 * abs(i % 50 - 25), track.right[i] -= 0.005 * abs(i % 70 - 35);
        vg_xodr_write(&track, &text);
        ck_assert(!text.failed);
        ck_ok(read_text("xodr", text.bytes, NULL, &again, &diag));
        ck_edges_come_back(&track, &again, 1, 0.05);
        vg_track_free(&again);
        vg_track_free(&track);
        vg_text_free(&text);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(obstacles_come_back) {
    vg_diag diag = {0};
    vg_track track, again;
    vg_road *truth, *made;
    vg_text text = {0};
    ck_ok(vg_track_read("train-1", NULL, &track, &diag));
    ck_ok(vg_track_take_obstacle(&track, "disc s=200 offset=1 radius=0.75", "r.csv", 1, &diag));
    ck_ok(vg_track_take_obstacle(&track, "box s=400 offset=-2 heading=0.5 length=3 width=1", "r.csv", 2,
                                 &diag));
    ck_ok(vg_track_settle_obstacles(&track, &diag));
    ck_ok(vg_track_road(&track, &truth, &diag));
    vg_xodr_write(&track, &text);
    ck_ok(read_text("xodr", text.bytes, NULL, &again, &diag));
    ck_assert_int_eq(again.obstacle_count, 2);
    ck_ok(vg_track_road(&again, &made, &diag));
    const vg_road_obstacle *a = vg_road_get(truth).obstacles, *b = vg_road_get(made).obstacles;
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq_tol(b[i].shape.x, a[i].shape.x, 0.05);
        ck_assert_double_eq_tol(b[i].shape.y, a[i].shape.y, 0.05);
        ck_assert_double_eq_tol(b[i].shape.heading, a[i].shape.heading, 0.01);
        ck_assert_double_eq(b[i].reach, a[i].reach);
    }
    vg_road_destroy(made), vg_road_destroy(truth);
    vg_track_free(&again), vg_track_free(&track);
    vg_text_free(&text);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("xodr_write", edges_come_back, obstacles_come_back)
