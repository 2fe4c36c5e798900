#include "agents/planner/laplace.h"

#include <math.h>
#include <string.h>

#include "tests/roads.h"

static vg_diag diag;

enum { STATIONS = 40 };
static double offset[STATIONS], speed[STATIONS];

static vg_laplace wandering(vg_demonstration *shown) {
    vg_road *road = stadium_road(100, 30, 5);
    vg_stations all;
    vg_laplace laplace;
    vg_car car = vg_car_default();
    ck_ok(vg_stations_open(road, 5, 0, &all, &diag));
    *shown = (vg_demonstration){.offset = offset, .speed = speed};
    ck_ok(vg_stations_cut(&all, 3, STATIONS, &shown->stations, &diag));
    for (int32_t i = 0; i < STATIONS; i++) {
        offset[i] = 1.5 * sin(0.2 * i) + 0.4;
        speed[i] = 12 + 2 * cos(0.15 * i);
    }
    ck_ok(vg_laplace_open(shown, &car, &laplace, &diag));
    vg_stations_close(&all);
    vg_road_destroy(road);
    return laplace;
}

static const double theta[VG_DRIVING_COUNT] = {2, 0.5, 0.3, 0.1, 0.2, 0.4, 0.6, 30};

START_TEST(gradient_against_differences) {
    vg_demonstration shown;
    vg_laplace laplace = wandering(&shown);
    double value, gradient[VG_DRIVING_COUNT], unused[VG_DRIVING_COUNT], misfit;
    int32_t row;
    ck_assert(vg_laplace_value(&laplace, theta, &value, gradient, &misfit, &row));
    ck_assert(row == -1 && misfit > 0);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        double moved[VG_DRIVING_COUNT], less, more, step = 1e-5 * theta[k];
        memcpy(moved, theta, sizeof moved);
        moved[k] = theta[k] - step;
        ck_assert(vg_laplace_value(&laplace, moved, &less, unused, NULL, &row));
        moved[k] = theta[k] + step;
        ck_assert(vg_laplace_value(&laplace, moved, &more, unused, NULL, &row));
        double want = (more - less) / (2 * step);
        ck_assert_double_eq_tol(gradient[k], want, 1e-5 * (1 + fabs(want)));
    }
    vg_laplace_close(&laplace);
    vg_stations_close(&shown.stations);
}
END_TEST

// All weights times c: -c q / 2 + n log c / 2 more, so the best size is n / q. That is exact.
START_TEST(size_of_the_weights_by_hand) {
    vg_demonstration shown;
    vg_laplace laplace = wandering(&shown);
    double value, twice, gradient[VG_DRIVING_COUNT], doubled[VG_DRIVING_COUNT], misfit;
    int32_t row;
    ck_assert(vg_laplace_value(&laplace, theta, &value, gradient, &misfit, &row));
    for (int k = 0; k < VG_DRIVING_COUNT; k++) doubled[k] = 2 * theta[k];
    ck_assert(vg_laplace_value(&laplace, doubled, &twice, gradient, NULL, &row));
    ck_assert_int_eq(laplace.unknowns, 2 * (STATIONS - 6));
    ck_assert_double_eq_tol(twice - value, -misfit / 2 + laplace.unknowns * log(2) / 2, 1e-9);
    vg_laplace_close(&laplace);
    vg_stations_close(&shown.stations);
}
END_TEST

// The offset alone is a Gaussian about 0 whose density is known: precision 2 theta metres / half^2.
START_TEST(density_of_a_gaussian) {
    vg_demonstration shown;
    vg_laplace laplace = wandering(&shown);
    static const double only[VG_DRIVING_COUNT] = {1e-3, 0, 0, 0, 0, 0.7, 0, 0};
    double value, gradient[VG_DRIVING_COUNT], want = 0;
    int32_t row, n = laplace.unknowns / 2;
    ck_assert(vg_laplace_value(&laplace, only, &value, gradient, NULL, &row));
    // d log p / d theta of the offset: sum of (1 / theta - precision / theta * offset^2) / 2, as far as time
    // does not matter
    for (int32_t i = 3; i < STATIONS - 3; i++) {
        double precision = 2 * 0.7 * shown.stations.spacing / 25;
        want += (1 - precision * offset[i] * offset[i]) / (2 * 0.7);
    }
    ck_assert_double_eq_tol(gradient[VG_DRIVING_offset], want, 0.01 * n);
    vg_laplace_close(&laplace);
    vg_stations_close(&shown.stations);
}
END_TEST

START_TEST(says_where_nothing_holds_it) {
    vg_demonstration shown;
    vg_laplace laplace = wandering(&shown);
    static const double none[VG_DRIVING_COUNT] = {0, 0, 0, 0, 0, 1, 0, 0}; // no weight on any speed
    double value, gradient[VG_DRIVING_COUNT];
    int32_t row;
    ck_assert(!vg_laplace_value(&laplace, none, &value, gradient, NULL, &row));
    ck_assert_int_eq(row, 1);
    vg_laplace_close(&laplace);
    vg_stations_close(&shown.stations);
}
END_TEST

CK_MAIN("laplace", gradient_against_differences, size_of_the_weights_by_hand, density_of_a_gaussian,
        says_where_nothing_holds_it)
