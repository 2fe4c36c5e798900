#include "agents/planner/line_piece.h"

#include <math.h>
#include <string.h>

#include "tests/roads.h"

static vg_diag diag;

enum { ROOM = 200 };
static double offset[ROOM], speed[ROOM];
static vg_car car;

// A line that wanders, on a road with bends.
static vg_line_view wandering(vg_stations *stations) {
    vg_road *road = stadium_road(100, 30, 5);
    ck_ok(vg_stations_open(road, 5, 0, stations, &diag));
    vg_road_destroy(road);
    car = vg_car_default();
    car.downforce = 0.002f;
    for (int32_t i = 0; i < stations->count; i++) {
        offset[i] = 2 * sin(0.3 * i) + 0.7;
        speed[i] = 14 + 3 * cos(0.2 * i);
    }
    return (vg_line_view){stations, &car, offset, speed};
}

// On a circle every feature is known.
START_TEST(a_circle_by_hand) {
    enum { N = 90 };
    double x[N], y[N], half[N];
    vg_road_def def = vg_road_default();
    vg_road *road;
    vg_stations stations;
    for (int i = 0; i < N; i++)
        x[i] = 60 * cos(2 * M_PI * i / N), y[i] = 60 * sin(2 * M_PI * i / N), half[i] = 4;
    def.x = x, def.y = y, def.left = def.right = half, def.count = N;
    ck_ok(vg_road_create(&def, &road, &diag));
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    car = vg_car_default();
    for (int i = 0; i < stations.count; i++) offset[i] = 2, speed[i] = 12;
    vg_line_view line = {&stations, &car, offset, speed};
    vg_line_piece piece;
    vg_line_piece_at(&line, 17, &piece);
    double chord = 2 * 58 * sin(M_PI / stations.count), f[VG_DRIVING_COUNT];
    vg_driving_segment segment = {.metres = stations.spacing,
                                  .seconds = chord / 12,
                                  .lateral = 144 / 58.0,
                                  .offset = 2,
                                  .half_width = 4};
    vg_driving_limits limits = vg_driving_limits_of(&car, 12);
    vg_driving_features(&limits, &segment, f);
    for (int k = 0; k < VG_DRIVING_COUNT; k++)
        ck_assert_double_eq_tol(vg_line_add_feature(&piece, k, 1, NULL, NULL, NULL), f[k], 2e-5);
    ck_assert_double_eq_tol(vg_line_bend(&line, 17, &chord), 1 / 58.0, 1e-6);
    vg_stations_close(&stations);
    vg_road_destroy(road);
}
END_TEST

// Speeds that rise by a known acceleration.
START_TEST(a_straight_by_hand) {
    static const double x[] = {0, 200}, y[] = {0, 0}, half[] = {4, 4};
    vg_road_def def = vg_road_default();
    vg_road *road;
    vg_stations stations;
    def.x = x, def.y = y, def.left = def.right = half, def.count = 2, def.closed = false;
    ck_ok(vg_road_create(&def, &road, &diag));
    ck_ok(vg_stations_open(road, 5, 0, &stations, &diag));
    car = vg_car_default();
    for (int i = 0; i < stations.count; i++) offset[i] = -1, speed[i] = sqrt(100 + 2 * 3.0 * 5 * i);
    vg_line_view line = {&stations, &car, offset, speed};
    vg_line_piece piece;
    vg_line_piece_at(&line, 10, &piece);
    ck_assert_double_eq_tol(piece.share[VG_DRIVING_longitudinal_acceleration].v, 3 / (double)car.brake_max,
                            1e-12);
    ck_assert_double_eq_tol(piece.share[VG_DRIVING_longitudinal_jerk].v, 0, 1e-12);
    ck_assert_double_eq_tol(piece.share[VG_DRIVING_time].v, (speed[11] - speed[10]) / 3, 1e-12);
    ck_assert_double_eq_tol(piece.share[VG_DRIVING_edge].v, -0.25, 1e-12);
    // What the limits say of it: 0 at the limit.
    static const vg_line_bounds bounds = {0.9, 0.5, 2};
    vg_dual beyond[VG_LINE_LIMITS];
    vg_line_limits_at(&line, &bounds, 10, beyond);
    double mean = (speed[10] + speed[11]) / 2;
    double asked = 3 + (double)car.rolling + (double)car.drag * mean * mean;
    double throttle = fmin((double)car.accel_max, (double)car.power / mean);
    double used = asked / ((double)car.longitudinal_max * 0.9);
    ck_assert_double_eq_tol(beyond[VG_LINE_GRIP].v, used * used - 1, 1e-6);
    ck_assert_double_eq_tol(beyond[VG_LINE_DRIVE].v, asked / throttle - 1, 1e-9);
    ck_assert_double_eq_tol(beyond[VG_LINE_BRAKE].v, -asked / (double)car.brake_max - 1, 1e-9);
    ck_assert_double_eq_tol(beyond[VG_LINE_LEFT].v, -1 / 3.5 - 1, 1e-12);
    ck_assert_double_eq_tol(beyond[VG_LINE_RIGHT].v, 1 / 3.5 - 1, 1e-12);
    ck_assert_double_eq_tol(beyond[VG_LINE_FAST].v, speed[10] / (double)car.speed_max - 1, 1e-12);
    ck_assert_double_eq_tol(beyond[VG_LINE_SLOW].v, 1 - speed[10] / 2, 1e-12);
    vg_stations_close(&stations);
    vg_road_destroy(road);
}
END_TEST

static double *unknown_at(int32_t i, int32_t k, const vg_stations *stations) {
    int32_t at[4];
    vg_line_stations(stations, i, at);
    return k % 2 ? &speed[at[k / 2]] : &offset[at[k / 2]];
}

static void values_at(const vg_line_view *line, int32_t i, double values[VG_DRIVING_COUNT + VG_LINE_LIMITS]) {
    static const vg_line_bounds bounds = {0.9, 0.5, 1};
    vg_line_piece piece;
    vg_dual beyond[VG_LINE_LIMITS];
    vg_line_piece_at(line, i, &piece);
    vg_line_limits_at(line, &bounds, i, beyond);
    for (int k = 0; k < VG_DRIVING_COUNT; k++) values[k] = piece.share[k].v;
    for (int k = 0; k < VG_LINE_LIMITS; k++) values[VG_DRIVING_COUNT + k] = beyond[k].v;
}

START_TEST(slopes_against_differences) {
    enum { ALL = VG_DRIVING_COUNT + VG_LINE_LIMITS };
    static const vg_line_bounds bounds = {0.9, 0.5, 1};
    vg_stations stations;
    vg_line_view line = wandering(&stations);
    for (int32_t i = 0; i < stations.count; i += 5) {
        vg_line_piece piece;
        vg_dual beyond[VG_LINE_LIMITS];
        vg_line_piece_at(&line, i, &piece);
        vg_line_limits_at(&line, &bounds, i, beyond);
        vg_line_piece both; // measured once, the same
        vg_dual limits[VG_LINE_LIMITS];
        vg_line_piece_and_limits(&line, &bounds, i, &both, limits);
        ck_assert(memcmp(&both.share, &piece.share, sizeof both.share) == 0);
        ck_assert(memcmp(&both.bend, &piece.bend, sizeof both.bend) == 0);
        ck_assert(memcmp(limits, beyond, sizeof limits) == 0);
        for (int32_t k = 0; k < 8; k++) {
            double *at = unknown_at(i, k, &stations), here = *at, less[ALL], more[ALL], step = 1e-5;
            *at = here - step;
            values_at(&line, i, less);
            *at = here + step;
            values_at(&line, i, more);
            *at = here;
            for (int f = 0; f < ALL; f++) {
                double slope = f < VG_DRIVING_COUNT ? piece.share[f].d[k] : beyond[f - VG_DRIVING_COUNT].d[k];
                double want = (more[f] - less[f]) / (2 * step);
                ck_assert_double_eq_tol(slope, want, 1e-6 * (1 + fabs(want)));
            }
        }
    }
    vg_stations_close(&stations);
}
END_TEST

// The sum's gradient against differences of the sum; the Hessian of the offset's square is exact, that of the
// time is at least not negative.
START_TEST(sums_against_differences) {
    static const int32_t unknown[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    vg_stations stations;
    vg_line_view line = wandering(&stations);
    vg_line_piece piece, moved;
    int32_t i = 11;
    vg_line_piece_at(&line, i, &piece);
    for (int32_t f = 0; f < VG_DRIVING_COUNT; f++) {
        double gradient[8] = {0};
        vg_band hessian;
        ck_ok(vg_band_open(8, 7, &hessian, &diag));
        double value = vg_line_add_feature(&piece, f, 3, unknown, gradient, &hessian);
        ck_assert_double_eq_tol(value, 3 * vg_line_add_feature(&piece, f, 1, NULL, NULL, NULL), 1e-12);
        for (int32_t k = 0; k < 8; k++) {
            double *at = unknown_at(i, k, &stations), here = *at, less, more, step = 1e-5;
            *at = here - step, vg_line_piece_at(&line, i, &moved);
            less = vg_line_add_feature(&moved, f, 3, NULL, NULL, NULL);
            *at = here + step, vg_line_piece_at(&line, i, &moved);
            more = vg_line_add_feature(&moved, f, 3, NULL, NULL, NULL);
            *at = here;
            double want = (more - less) / (2 * step);
            ck_assert_double_eq_tol(gradient[k], want, 1e-6 * (1 + fabs(want)));
            ck_assert_double_ge(*vg_band_at(&hessian, k, k), 0);
        }
        if (f == VG_DRIVING_offset) {
            double half = offset[i] > 0 ? stations.left[i] : stations.right[i];
            ck_assert_double_eq_tol(*vg_band_at(&hessian, 2, 2), 6 * stations.spacing / (half * half), 1e-9);
        }
        vg_band_close(&hessian);
    }
    vg_stations_close(&stations);
}
END_TEST

// Terms add to what stands there, in any order of the unknowns; what is fixed takes no part.
START_TEST(sums_beside_what_stands_there) {
    static const int32_t unknown[8] = {5, 4, -1, -1, 1, 0, 3, 2};
    vg_stations stations;
    vg_line_view line = wandering(&stations);
    vg_line_piece piece;
    vg_line_terms terms = {.count = 0};
    vg_band sum;
    double gradient[6], want[6], square[6][6] = {{0}};
    ck_ok(vg_band_open(6, 5, &sum, &diag));
    vg_line_piece_at(&line, 11, &piece);
    vg_line_power(2, 2, &piece.share[VG_DRIVING_lateral_jerk], &terms);
    vg_line_power(3, 4, &piece.share[VG_DRIVING_longitudinal_acceleration], &terms);
    for (int i = 0; i < 6; i++) {
        gradient[i] = want[i] = i;
        for (int j = 0; j <= i; j++) *vg_band_at(&sum, i, j) = square[i][j] = 10 * i + j;
    }
    for (int32_t k = 0; k < terms.count; k++)
        for (int r = 0; r < 8; r++) {
            if (unknown[r] >= 0) want[unknown[r]] += terms.rows[k].slope * terms.rows[k].way[r];
            for (int c = 0; c < 8; c++)
                if (unknown[r] >= unknown[c] && unknown[c] >= 0)
                    square[unknown[r]][unknown[c]] +=
                        terms.rows[k].square * terms.rows[k].way[r] * terms.rows[k].way[c];
        }
    vg_line_add_terms(&terms, unknown, gradient, &sum);
    for (int i = 0; i < 6; i++) {
        ck_assert_double_eq_tol(gradient[i], want[i], 1e-9 * (1 + fabs(want[i])));
        for (int j = 0; j <= i; j++)
            ck_assert_double_eq_tol(*vg_band_at(&sum, i, j), square[i][j], 1e-9 * (1 + fabs(square[i][j])));
    }
    vg_band_close(&sum);
    vg_stations_close(&stations);
}
END_TEST

// The time's second derivative by both mean speed and chord, against differences of its gradient.
START_TEST(time_curves_as_it_says) {
    static const int32_t unknown[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    vg_stations stations;
    vg_line_view line = wandering(&stations);
    vg_line_piece piece;
    int32_t i = 23;
    vg_band hessian;
    ck_ok(vg_band_open(8, 7, &hessian, &diag));
    vg_line_piece_at(&line, i, &piece);
    vg_line_add_feature(&piece, VG_DRIVING_time, 1, unknown, NULL, &hessian);
    for (int32_t k = 2; k <= 5; k++) {
        double *at = unknown_at(i, k, &stations), here = *at, less, more, step = 1e-4;
        *at = here - step, vg_line_piece_at(&line, i, &piece), less = piece.share[VG_DRIVING_time].d[k];
        *at = here + step, vg_line_piece_at(&line, i, &piece), more = piece.share[VG_DRIVING_time].d[k];
        *at = here;
        ck_assert_double_eq_tol(*vg_band_at(&hessian, k, k), (more - less) / (2 * step), 1e-8);
    }
    vg_band_close(&hessian);
    vg_stations_close(&stations);
}
END_TEST

CK_MAIN("line_piece", a_circle_by_hand, a_straight_by_hand, slopes_against_differences,
        sums_against_differences, sums_beside_what_stands_there, time_curves_as_it_says)
