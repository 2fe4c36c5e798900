#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"
#include "sim/obstacle.h"
#include "tests/check.h"

// Uniform in +-most; draw number `n` of the shape numbered `entity`.
static double draw(uint32_t entity, uint32_t n, double most) {
    vg_draw at = {.seed = 7, .stream = VG_STREAM_START, .entity = entity, .draw = n};
    return most * (2 * vg_random_uniform(&at) - 1);
}

static vg_obstacle shape_of(uint32_t entity) {
    vg_obstacle o = {.x = draw(entity, 0, 4), .y = draw(entity, 1, 4)};
    if (entity % 2) {
        o.radius = 0.5 + fabs(draw(entity, 2, 2));
    } else {
        o.heading = draw(entity, 3, 3);
        o.length = 0.5 + fabs(draw(entity, 4, 4)), o.width = 0.5 + fabs(draw(entity, 5, 2));
    }
    return o;
}

START_TEST(a_line_crosses_where_the_gap_is_none) {
    int crossed = 0;
    for (uint32_t e = 0; e < 200; e++) {
        vg_obstacle o = shape_of(e);
        double sine, cosine, from, to;
        vg_sincos(draw(e, 6, 3), &sine, &cosine);
        bool crosses = vg_obstacle_across(&o, 0.5, -0.25, cosine, sine, &from, &to);
        crossed += crosses;
        for (double t = -12; t <= 12; t += 0.05) {
            bool inside = vg_obstacle_gap(&o, 0.5 + t * cosine, -0.25 + t * sine) == 0;
            bool edge = crosses && (fabs(t - from) < 1e-6 || fabs(t - to) < 1e-6);
            ck_assert_msg(edge || inside == (crosses && t > from && t < to), "shape %u at %g", e, t);
        }
    }
    ck_assert(crossed > 40 && crossed < 160);
}
END_TEST

// Points of the outline's body, 5 cm apart, against the gap of each.
static double gap_by_force(const vg_obstacle *o, const vg_outline *car) {
    double least = INFINITY;
    for (double along = -1; along <= 1; along += 0.025)
        for (double across = -1; across <= 1; across += 0.05) {
            double a = along * car->half_length, b = across * car->half_width;
            least = fmin(least, vg_obstacle_gap(o, car->x + a * car->cosine - b * car->sine,
                                                car->y + a * car->sine + b * car->cosine));
        }
    return least;
}

START_TEST(touches_what_brute_force_touches) {
    int touched = 0;
    for (uint32_t e = 0; e < 300; e++) {
        vg_obstacle o = shape_of(e);
        vg_outline car = {draw(e, 7, 4), draw(e, 8, 4), 0, 0, 2, 0.9};
        vg_sincos(draw(e, 9, 3), &car.sine, &car.cosine);
        double gap = gap_by_force(&o, &car);
        bool touches = vg_obstacle_touches(&o, &car);
        touched += touches;
        if (gap == 0) ck_assert_msg(touches, "shape %u is not touched", e);
        if (gap > 0.06) ck_assert_msg(!touches, "shape %u is touched from %g m away", e, gap);
    }
    ck_assert(touched > 60 && touched < 240);
}
END_TEST

START_TEST(says_what_is_wrong) {
    static const struct {
        vg_obstacle bad;
        const char *says;
    } all[] = {
        {{.x = NAN, .radius = 1}, "obstacle.x: nan"},
        {{.y = 1e9, .radius = 1}, "obstacle.y: 1e+09"},
        {{.radius = 0}, "obstacle.radius: 0"},
        {{.radius = -1}, "obstacle.radius: -1"},
        {{.radius = 51}, "obstacle.radius: 51"},
        {{.radius = INFINITY}, "obstacle.radius: inf"},
        {{.radius = 1, .length = 2, .width = 1}, "obstacle.radius: 1, expected none"},
        {{.length = 2}, "obstacle.width: 0"},
        {{.width = 2}, "obstacle.length: 0"},
        {{.length = 2, .width = NAN}, "obstacle.width: nan"},
        {{.length = 2, .width = 1, .heading = 8}, "obstacle.heading: 8"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        vg_diag diag = {0};
        ck_fails(vg_obstacle_check(&all[i].bad, 3, &diag), VG_ERR_ARGUMENT, all[i].says);
        ck_assert_int_eq(diag.line, 3);
    }
    ck_assert_int_eq(vg_obstacle_check(&(vg_obstacle){.radius = 0.5}, 1, NULL), VG_OK);
    ck_assert_double_eq(vg_obstacle_reach(&(vg_obstacle){.length = 3, .width = 4}), 2.5);
}
END_TEST

START_TEST(the_hash_goes_on) {
    const vg_obstacle o[2] = {{.x = 1, .radius = 1}, {.x = 2, .radius = 1}};
    ck_assert_uint_eq(vg_obstacles_hash(5, NULL, 0), 5);
    ck_assert_uint_ne(vg_obstacles_hash(5, o, 2), vg_obstacles_hash(5, o, 1));
    ck_assert_uint_eq(vg_obstacles_hash(vg_obstacles_hash(5, o, 1), o + 1, 1), vg_obstacles_hash(5, o, 2));
}
END_TEST

CK_MAIN("obstacle", a_line_crosses_where_the_gap_is_none, touches_what_brute_force_touches,
        says_what_is_wrong, the_hash_goes_on)
