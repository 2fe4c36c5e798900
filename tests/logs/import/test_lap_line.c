#include "logs/import/lap_line.h"

#include <math.h>

#include "tests/out_of_memory.h"
#include "tests/roads.h"

// A lap of a circle of 50 m at an offset and a speed, `share` of it.
static void drive(vg_lap_line *line, double offset, float speed, double share) {
    enum { TICKS = 3000 };
    static vg_log_step steps[TICKS];
    for (int i = 0; i < TICKS; i++) {
        double s = share * 2 * VG_PI * 50 * i / TICKS, sine, cosine;
        vg_sincos(s / 50, &sine, &cosine);
        steps[i] = (vg_log_step){.state = {.s = s, .speed = speed}};
        steps[i].state.x = (50 - offset) * cosine, steps[i].state.y = (50 - offset) * sine;
    }
    vg_lap_line_add(line, steps, TICKS);
}

START_TEST(is_the_mean_of_the_laps) {
    vg_diag diag;
    vg_road *road = circle_road(50, 5);
    vg_lap_line *line;
    ck_ok(vg_lap_line_create(road, 5, &line, &diag));
    int32_t bins = vg_lap_line_bins(line);
    ck_assert_int_eq(bins, (int32_t)(2 * VG_PI * 50 / 5) + 1);
    ck_assert_int_eq(vg_lap_line_unseen(line), bins);
    float offset[80], speed[80];
    drive(line, 1, 10, 1);
    drive(line, 2, 20, 1);
    ck_assert_int_eq(vg_lap_line_unseen(line), 0);
    vg_lap_line_means(line, offset, speed);
    for (int32_t i = 0; i < bins; i++) {
        ck_assert_double_eq_tol(offset[i], 1.5, 0.02);
        ck_assert_double_eq_tol(speed[i], 15, 0.2);
    }
    vg_lap_line_destroy(line);
    // Half a lap: the other bins get the last values.
    ck_ok(vg_lap_line_create(road, 5, &line, &diag));
    drive(line, -1, 10, 0.5);
    ck_assert_int_eq(vg_lap_line_unseen(line), bins / 2);
    vg_lap_line_means(line, offset, NULL);
    for (int32_t i = 0; i < bins; i++) ck_assert_double_eq_tol(offset[i], -1, 0.02);
    vg_lap_line_destroy(line);
    for (oom turn = {.least = 2, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_lap_line_create(road, 5, &line, &diag);
        ck_assert(!turn.err == !!line);
        vg_lap_line_destroy(line);
    }
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("lap_line", is_the_mean_of_the_laps)
