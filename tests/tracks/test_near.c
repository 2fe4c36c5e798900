#include "tracks/near.h"

#include <math.h>
#include <string.h>

#include "sim/base/exact.h"
#include "tests/roads.h"

enum { POINTS = 203 };

typedef struct seen {
    double x[POINTS], y[POINTS];
    unsigned char pair[POINTS][POINTS];
    int32_t last, visits, most;
} seen;

// A figure that meets itself in many places.
static void draw(seen *s) {
    *s = (seen){.last = -1, .most = 1 << 30};
    for (int32_t i = 0; i < POINTS; i++)
        s->x[i] = 100 * vg_sin(3 * 2 * VG_PI * i / POINTS), s->y[i] = 80 * vg_cos(4 * 2 * VG_PI * i / POINTS);
}

static bool note(void *context, int32_t i, int32_t from, int32_t to) {
    seen *s = context;
    ck_assert_int_ge(i, s->last);
    ck_assert(from >= 0 && from < to && to <= i);
    s->last = i;
    for (int32_t j = from; j < to; j++) s->pair[i][j]++;
    return ++s->visits < s->most;
}

START_TEST(finds_all_that_are_near) {
    static seen s;
    const double reaches[] = {0.5, 7, 30, 1000};
    for (int k = 0; k < 4; k++) {
        int32_t near_pairs = 0, looked_at = 0;
        vg_near *near;
        vg_diag diag;
        draw(&s);
        ck_ok(vg_near_create(POINTS, &near, &diag));
        ck_assert(vg_near_pairs(near, s.x, s.y, POINTS, reaches[k], note, &s));
        for (int32_t i = 0; i < POINTS; i++)
            for (int32_t j = 0; j < i; j++) {
                double dx = s.x[i] - s.x[j], dy = s.y[i] - s.y[j];
                bool is_near = dx * dx + dy * dy < reaches[k] * reaches[k];
                near_pairs += is_near, looked_at += s.pair[i][j];
                ck_assert_int_le(s.pair[i][j], 1);
                if (is_near) ck_assert_int_eq(s.pair[i][j], 1);
            }
        if (reaches[k] < 10) ck_assert_int_lt(looked_at, POINTS * POINTS / 8);
        if (reaches[k] == 1000) ck_assert_int_eq(near_pairs, POINTS * (POINTS - 1) / 2);
        vg_near_destroy(near);
    }
}
END_TEST

START_TEST(stops_when_told_and_serves_again) {
    static seen s;
    vg_near *near;
    vg_diag diag;
    draw(&s);
    s.most = 5;
    ck_ok(vg_near_create(POINTS, &near, &diag));
    ck_assert(!vg_near_pairs(near, s.x, s.y, POINTS, 30, note, &s));
    ck_assert_int_eq(s.visits, 5);
    draw(&s);
    ck_assert(vg_near_pairs(near, s.x, s.y, 1, 30, note, &s)); // a single point has no neighbours
    ck_assert_int_eq(s.visits, 0);
    vg_near_destroy(near);
    vg_near_destroy(NULL);
}
END_TEST

CK_MAIN("near", finds_all_that_are_near, stops_when_told_and_serves_again)
