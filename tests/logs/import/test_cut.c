// A drive of several laps, cut.
#include "logs/import/cut.h"

#include <math.h>
#include <string.h>

#include "logs/import/import.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;
enum { MOST = 4000 };
static vg_cleaned samples[MOST];

// Around a circle of 50 m radius at 10 m/s, from `from` laps to `to` laps; counted from the start line.
static int32_t drive(double from, double to, bool numbered) {
    int32_t count = 0;
    double length = 2 * VG_PI * 50;
    for (double way = from * length; way <= to * length && count < MOST; way += 1, count++) {
        double sine, cosine;
        vg_sincos(way / 50, &sine, &cosine);
        samples[count] = (vg_cleaned){.value = {.t = way / 10, .x = 50 * cosine, .y = 50 * sine, .speed = 10},
                                      .lap = numbered ? floor(way / length) + 3 : NAN};
    }
    return count;
}

static int32_t cut(const vg_cut_def *def, int32_t count, vg_piece **pieces) {
    int32_t found;
    ck_ok(vg_cut(def, samples, count, pieces, &found, &diag));
    // They cover all samples, and share one with each neighbour.
    ck_assert((*pieces)[0].first == 0 && (*pieces)[found - 1].first + (*pieces)[found - 1].count == count);
    for (int32_t i = 1; i < found; i++)
        ck_assert_int_eq((*pieces)[i].first, (*pieces)[i - 1].first + (*pieces)[i - 1].count - 1);
    return found;
}

START_TEST(by_the_roads_line) {
    vg_road *road = circle_road(50, 5);
    const vg_cut_def def = {.road = road};
    vg_piece *p;
    ck_assert_int_eq(cut(&def, drive(0.6, 4.3, false), &p), 5);
    ck_assert(p[0].kind == VG_PIECE_OUT && p[1].kind == VG_PIECE_WHOLE && p[4].kind == VG_PIECE_IN);
    ck_assert(p[0].number == 1 && p[4].number == 5);
    ck_assert_int_eq(p[2].count, 315); // 314.16 m, and the sample beyond the line
    vg_free(p);
    // Rests of some metres stay with their laps.
    ck_assert_int_eq(cut(&def, drive(0.95, 3.05, false), &p), 2);
    ck_assert(p[0].kind == VG_PIECE_WHOLE && p[1].kind == VG_PIECE_WHOLE);
    vg_free(p);
    // One lap from anywhere, and one and a bit, stay whole.
    ck_assert_int_eq(cut(&def, drive(0.5, 1.5, false), &p), 1);
    ck_assert(p[0].kind == VG_PIECE_WHOLE && p[0].number == 0);
    vg_free(p);
    ck_assert_int_eq(cut(&def, drive(0.97, 2.05, false), &p), 1);
    vg_free(p);
    const vg_cut_def none = {.road = road, .by = VG_CUT_NONE};
    ck_assert_int_eq(cut(&none, drive(0.6, 4.3, false), &p), 1);
    vg_free(p);
    vg_road_destroy(road);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(by_the_files_laps) {
    vg_road *road = circle_road(50, 5);
    const vg_cut_def def = {.road = road}, line = {.road = road, .by = VG_CUT_LINE};
    vg_piece *p;
    int32_t count = drive(0.6, 3.3, true);
    for (int32_t i = 0; i < count; i++) samples[i].value.x -= 500; // no line is crossed
    ck_assert_int_eq(cut(&line, count, &p), 1);
    vg_free(p);
    ck_assert_int_eq(cut(&def, count, &p), 4);
    ck_assert(p[0].number == 3 && p[0].kind == VG_PIECE_OUT && p[1].number == 4 && p[3].kind == VG_PIECE_IN);
    vg_free(p);
    // Rows without a number belong to the lap before; one number is no lap to cut by.
    for (int32_t i = 100; i < 200; i++) samples[i].lap = NAN;
    ck_assert_int_eq(cut(&def, count, &p), 4);
    vg_free(p);
    for (int32_t i = 0; i < count; i++) samples[i].lap = 1;
    ck_assert_int_eq(cut(&def, count, &p), 1);
    vg_free(p);
    vg_road_destroy(road);
}
END_TEST

START_TEST(by_a_line_of_the_users) {
    const vg_start_line west = {{-60, -40}, {0, 0}};
    const vg_cut_def def = {.line = &west};
    vg_piece *p;
    // Without a road a lap is as long as the longest piece. The far side of the circle is crossed, the near
    // one not.
    ck_assert_int_eq(cut(&def, drive(0.1, 3.9, false), &p), 5);
    ck_assert(p[0].kind == VG_PIECE_OUT && p[1].kind == VG_PIECE_WHOLE && p[4].kind == VG_PIECE_IN);
    vg_free(p);
    // There and back across a line is one crossing each way: laps cross it in one direction only.
    int32_t count = drive(0.1, 3.9, false);
    const vg_start_line through = {{-60, 60}, {0, 0}};
    const vg_cut_def both = {.line = &through};
    ck_assert_int_eq(cut(&both, count, &p), 5);
    vg_free(p);
}
END_TEST

// A car that waits on the line, with fixes that wander to and fro across it, and then drives three laps.
START_TEST(waiting_on_the_line) {
    vg_road *road = circle_road(50, 5);
    const vg_cut_def def = {.road = road};
    vg_piece *p;
    for (int told = 0; told < 2; told++) { // with a speed that says so, and with one that noise makes up
        int32_t count = drive(0.001, 3.02, false);
        memmove(samples + 101, samples, (size_t)count * sizeof *samples);
        for (int32_t i = 0; i < 101; i++) {
            samples[i] = samples[101];
            samples[i].value.t -= 101 - i;
            samples[i].value.y = i % 10 < 5 ? -0.3 : 0.3;
            samples[i].value.speed = told ? 0 : 0.5;
        }
        ck_assert_int_eq(cut(&def, count + 101, &p), 3);
        for (int i = 0; i < 3; i++) ck_assert(p[i].kind == VG_PIECE_WHOLE);
        vg_free(p);
    }
    vg_road_destroy(road);
}
END_TEST

// A figure of eight that begins where it crosses itself: the other branch runs through the start line too, at
// 70 degrees to the road, in the same direction across or in the other one.
static void check_bridge(double wide, double high) {
    double x[ROAD_POINTS], y[ROAD_POINTS];
    int32_t count = 0, perlap = ROAD_POINTS;
    for (int32_t i = 0; i < perlap; i++) {
        double sine, cosine;
        vg_sincos(VG_PI / 2 + 2 * VG_PI * (i + 0.4) / perlap, &sine, &cosine);
        x[i] = wide * cosine / (1 + sine * sine), y[i] = high * sine * cosine / (1 + sine * sine);
    }
    vg_road *road = road_from(x, y, perlap, 5, true);
    const vg_cut_def def = {.road = road};
    for (; count < 3 * perlap + 4; count++)
        samples[count] = (vg_cleaned){
            .value = {.t = 0.1 * count, .x = x[count % perlap], .y = y[count % perlap], .speed = 15},
            .lap = NAN};
    vg_piece *p;
    ck_assert_int_eq(cut(&def, count, &p), 3);
    for (int i = 0; i < 3; i++) ck_assert(p[i].kind == VG_PIECE_WHOLE);
    ck_assert_int_eq(p[1].first, perlap + 1); // the first one past the line
    vg_free(p);
    vg_road_destroy(road);
}

START_TEST(a_bridge_over_the_start_line) {
    check_bridge(100, 70);
    check_bridge(70, 100);
}
END_TEST

START_TEST(memory_runs_out) {
    vg_road *road = circle_road(50, 5);
    const vg_cut_def def = {.road = road};
    int32_t count = drive(0.6, 4.3, false), pieces;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_piece *p;
        turn.err = vg_cut(&def, samples, count, &p, &pieces, &diag);
        vg_free(p);
    }
    vg_road_destroy(road);
}
END_TEST

CK_MAIN("cut", by_the_roads_line, by_the_files_laps, by_a_line_of_the_users, waiting_on_the_line,
        a_bridge_over_the_start_line, memory_runs_out)
