// Two searches that share no code but the features, on the same road and reward: the planner, which goes
// downhill over any line and speed, and the lattice, which looks at every drive through its own points.
// Neither may find what the other says can be bettered: on the lattice its best drive costs no more than the
// planner's nearest one, and by the planner's measure the plan costs no more than the lattice's drive.
#include <math.h>
#include <string.h>

#include "agents/irl/lattice.h"
#include "agents/planner/plan.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tracks/library.h"

enum { COUNT = VG_DRIVING_COUNT, POINTS = 400, STATES = VG_LATTICE_STATES };
static const double SPACING = 10; // m, of both: what the lattice takes on roads as wide as these

static vg_diag diag;

// The first metres of a library road, open at both ends: on a closed one a drive of the lattice ends
// somewhere, a plan does not.
static vg_road *beginning(const char *name, double metres) {
    double x[POINTS], y[POINTS], left[POINTS], right[POINTS];
    vg_road *whole, *road;
    ck_ok(vg_track_load(name, &whole, &diag));
    vg_road_def def = vg_road_default();
    def.x = x, def.y = y, def.left = left, def.right = right, def.closed = false, def.name = name;
    for (; def.count < POINTS && 3 * def.count <= metres; def.count++) {
        const vg_road_point p = vg_road_at(whole, 3 * def.count);
        x[def.count] = p.x, y[def.count] = p.y, left[def.count] = p.left, right[def.count] = p.right;
    }
    ck_ok(vg_road_create(&def, &road, &diag));
    vg_road_destroy(whole);
    return road;
}

typedef struct found {
    int32_t count;
    vg_plan plan;
    double *offset, *speed;           // [count] of the lattice's best drive
    double plan_cost, lattice_cost;   // by the planner's measure
    double plan_there, lattice_there; // by the lattice's
    double offset_rms, speed_rms;     // of the difference, m and m/s, but for the ends
} found;

// A line's cost by the planner's pieces.
static double cost_of(const vg_road *road, const vg_car *car, const double *theta, const double *offset,
                      const double *speed) {
    vg_stations stations;
    ck_ok(vg_stations_open(road, SPACING, 0, &stations, &diag));
    vg_line_view line = {&stations, car, offset, speed};
    int32_t first, end;
    double cost = 0;
    vg_line_pieces(&stations, &first, &end);
    for (int32_t i = first; i < end; i++) {
        vg_line_piece piece;
        vg_line_piece_at(&line, i, &piece);
        for (int32_t k = 0; k < COUNT; k++)
            cost += vg_line_add_feature(&piece, k, theta[k], NULL, NULL, NULL);
    }
    vg_stations_close(&stations);
    return cost;
}

static double path_cost(const vg_lattice *lattice, vg_lattice_span span, const double *theta,
                        const int32_t *path) {
    double f[COUNT], cost = 0;
    vg_lattice_path_features(lattice, span, path, f);
    for (int32_t k = 0; k < COUNT; k++) cost += theta[k] * f[k];
    return cost;
}

// Of all drives, from any start to any end.
static void best_drive(const vg_lattice *lattice, vg_lattice_span span, const double *theta, int32_t *path) {
    vg_lattice_reward reward = {.threads = 1};
    double *values = vg_new(double, (int64_t)(span.steps + 1) * STATES);
    uint8_t *best = vg_new(uint8_t, (int64_t)span.steps * STATES);
    int32_t start = 0;
    memcpy(reward.theta, theta, sizeof reward.theta);
    ck_ok(vg_lattice_hard(lattice, span, &reward, values, best, &diag));
    for (int32_t s = 0; s < STATES; s++) start = values[s] > values[start] ? s : start;
    ck_ok(vg_lattice_best_path(span, values, best, start, path, &diag));
    vg_free(values);
    vg_free(best);
}

static found find(const char *name, double metres, const double *theta) {
    found f = {0};
    vg_car car = vg_car_default();
    vg_road *road = beginning(name, metres);
    vg_lattice *lattice;
    vg_plan_def def = vg_plan_default(road, &car, theta);
    def.spacing = SPACING;
    ck_ok(vg_plan_make(&def, &f.plan, &diag));
    ck_assert(f.plan.settled);
    ck_assert_double_eq_tol(f.plan.beyond, 0, 1e-9); // no wall decides: the lattice knows none
    const vg_lattice_def grid = {.road = road,
                                 .car = &car,
                                 .spacing = SPACING,
                                 .pace = f.plan.speed,
                                 .slowest = 0.85,
                                 .fastest = 1.15};
    ck_ok(vg_lattice_create(&grid, &lattice, &diag));
    const vg_lattice_view view = vg_lattice_get(lattice);
    const vg_lattice_span span = {0, view.count - 1};
    ck_assert_int_eq(view.count, f.plan.count);
    f.count = view.count;
    f.offset = vg_new(double, 2 * (int64_t)f.count), f.speed = f.offset + f.count;
    int32_t *path = vg_new(int32_t, f.count), *near = vg_new(int32_t, f.count);
    vg_lattice_loss loss;
    best_drive(lattice, span, theta, path);
    ck_ok(vg_lattice_project(lattice, span, f.plan.offset, f.plan.speed, near, &loss, &diag));
    for (int32_t i = 0; i < f.count; i++) {
        f.offset[i] = view.offsets[i * VG_LATTICE_OFFSETS + vg_lattice_offset(path[i])];
        f.speed[i] = view.speeds[i * VG_LATTICE_SPEEDS + vg_lattice_speed(path[i])];
        if (i < 10 || i >= f.count - 10) continue;
        f.offset_rms += (f.offset[i] - f.plan.offset[i]) * (f.offset[i] - f.plan.offset[i]) / (f.count - 20);
        f.speed_rms += (f.speed[i] - f.plan.speed[i]) * (f.speed[i] - f.plan.speed[i]) / (f.count - 20);
    }
    f.offset_rms = sqrt(f.offset_rms), f.speed_rms = sqrt(f.speed_rms);
    f.lattice_there = path_cost(lattice, span, theta, path),
    f.plan_there = path_cost(lattice, span, theta, near);
    f.plan_cost = cost_of(road, &car, theta, f.plan.offset, f.plan.speed);
    f.lattice_cost = cost_of(road, &car, theta, f.offset, f.speed);
    vg_free(path);
    vg_free(near);
    vg_lattice_destroy(lattice);
    vg_road_destroy(road);
    return f;
}

START_TEST(neither_betters_the_other) {
    const double theta[COUNT] = {1, 0.4, 0.4, 0, 0, 0.02, 0.05, 0};
    static const char *const names[] = {"narrow", "chicane", "hairpins", "train-1"};
    for (int i = 0; i < 4; i++) {
        found f = find(names[i], 800, theta);
        ck_assert_double_le(f.lattice_there, f.plan_there);
        ck_assert_double_le(f.plan_cost, f.lattice_cost);
        // Both found about the same drive: the lattice's costs little more, for its lines are made of steps.
        ck_assert_double_lt(f.lattice_cost, 1.1 * f.plan_cost);
        ck_assert_double_lt(f.offset_rms, 1.3);
        ck_assert_double_lt(f.speed_rms, 1.5);
        vg_free(f.offset);
        vg_plan_close(&f.plan);
    }
}
END_TEST

CK_MAIN("lattice_and_planner", neither_betters_the_other)
