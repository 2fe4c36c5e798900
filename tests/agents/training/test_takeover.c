#include "agents/training/takeover.h"

#include <math.h>

#include "tests/check.h"

static vg_takeover_view at(double offset, double heading, double speed) {
    return (vg_takeover_view){.offset = offset, .heading = heading, .speed = speed, .left = 4, .right = 3};
}

// By hand: 2 m to the left edge at 10 m/s and a heading whose sine is 0.1 take 2 s.
START_TEST(knows_the_time_to_an_edge) {
    vg_takeover_view view = at(2, asin(0.1), 10);
    ck_assert_double_eq_tol(vg_takeover_time_to_edge(&view), 2, 1e-9);
    view = at(2, -asin(0.1), 10); // the right edge is 5 m away
    ck_assert_double_eq_tol(vg_takeover_time_to_edge(&view), 5, 1e-9);
    view = at(2, 0, 10);
    ck_assert(isinf(vg_takeover_time_to_edge(&view)));
    view = at(2, 1, 0);
    ck_assert(isinf(vg_takeover_time_to_edge(&view)));
    view = at(4, -1, 10); // on the edge, whatever the heading
    ck_assert_double_eq(vg_takeover_time_to_edge(&view), 0);
    view = at(-3.5, 1, 10);
    ck_assert_double_eq(vg_takeover_time_to_edge(&view), 0);
}
END_TEST

START_TEST(takes_over_and_hands_back_late) {
    const vg_takeover_def def = {.edge_time = 1, .calm_offset = 0.5, .calm_heading = 0.1, .calm_time = 0.15};
    const double dt = 0.05;
    vg_takeover takeover = {0};
    vg_takeover_view well = at(1, 0.01, 10), close = at(3, asin(0.2), 10), away = at(2.5, -0.01, 10);
    ck_assert(!vg_takeover_step(&def, &takeover, &well, dt) && !takeover.expert);
    ck_assert(!vg_takeover_step(&def, &takeover, &away, dt) && !takeover.expert); // far out, but no danger
    ck_assert(vg_takeover_step(&def, &takeover, &close, dt) && takeover.expert);  // an edge in 0.5 s
    ck_assert(!vg_takeover_step(&def, &takeover, &close, dt) && takeover.expert); // it took over only once
    ck_assert(!vg_takeover_step(&def, &takeover, &away, dt) &&
              takeover.expert); // no danger, but not safe either
    // Safe for 0.15 s: seen at the starts of four actions, 0, 0.05, 0.1 and 0.15 s.
    for (int i = 0; i < 3; i++) ck_assert(!vg_takeover_step(&def, &takeover, &well, dt) && takeover.expert);
    ck_assert(!vg_takeover_step(&def, &takeover, &well, dt) && !takeover.expert);
    ck_assert(takeover.calm == 0);
}
END_TEST

START_TEST(starts_counting_anew) {
    const vg_takeover_def def = {.edge_time = 1, .calm_offset = 0.5, .calm_heading = 0.1, .calm_time = 0.1};
    vg_takeover takeover = {.expert = true};
    vg_takeover_view well = at(-1.4, 0.09, 0.1), askew = at(0, 0.2, 0.1), out = at(-1.6, 0, 10);
    const vg_takeover_view *seen[] = {&well, &well, &askew, &well, &well, &out, &well, &well};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        vg_takeover_step(&def, &takeover, seen[i], 0.05);
        ck_assert(takeover.expert);
    }
    vg_takeover_step(&def, &takeover, &well, 0.05);
    ck_assert(!takeover.expert);
}
END_TEST

CK_MAIN("takeover", knows_the_time_to_an_edge, takes_over_and_hands_back_late, starts_counting_anew)
