#include <math.h>
#include <string.h>

#include "eval/stats/compounding.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

enum { SEEDS = 3, UNITS = 8, CELLS = SEEDS * UNITS, COUNT = 5 };

static const double horizons[COUNT] = {5, 10, 20, 40, 80};

// J = a T^power times a factor of the cell whose mean is 1.
static void power_law(double *costs, double scale, double power) {
    for (int k = 0; k < COUNT; k++)
        for (int c = 0; c < CELLS; c++)
            costs[k * CELLS + c] =
                scale * pow(horizons[k], power) * (1 + 0.3 * (c / UNITS - 1) + 0.1 * (c % UNITS - 3.5));
}

START_TEST(slopes_of_power_laws) {
    double costs[COUNT * CELLS], off[COUNT] = {0.01, 0.1, 0.2, 0.3, 0.6};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 240};
    vg_growth g;
    vg_diag diag;
    power_law(costs, 0.01, 1.7);
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    for (int k = 0; k + 1 < COUNT; k++) {
        ck_assert_double_eq_tol(g.slope[k].value, 1.7, 1e-12);
        ck_assert_double_eq_tol(g.slope[k].low, 1.7, 1e-9); // all cells grow alike
        ck_assert_double_eq_tol(g.slope[k].high, 1.7, 1e-9);
    }
    // 240 departures by 80 s: 40 by 10 s; above 0.3 beyond 40 s
    ck_assert(g.fit[0] && g.fit[1] && g.fit[2] && !g.fit[3]);
    ck_assert_double_eq_tol(g.overall.value, 1.7, 1e-12);
    ck_assert_double_eq_tol(g.cost[1].value, 0.01 * pow(10, 1.7), 1e-12);
    ck_assert(g.cost[1].low < g.cost[1].value && g.cost[1].value < g.cost[1].high);
    def.departures = 100; // 16.7 by 10 s
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(!g.fit[0] && g.fit[1] && g.fit[2] && !g.fit[3]);
    def.departures = 30;
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(!g.fit[0] && !g.fit[1] && !g.fit[2] && isnan(g.overall.value));
}
END_TEST

// 30 % departed by the upper horizon may be fitted, a little more may not.
START_TEST(a_slope_ends_when_30_percent_have_departed) {
    double costs[COUNT * CELLS], off[COUNT] = {0.05, 0.1, 0.29, 0.31, 0.45};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 10000};
    vg_growth g;
    vg_diag diag;
    power_law(costs, 0.01, 1.7);
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(g.fit[0] && g.fit[1] && !g.fit[2] && !g.fit[3]);
}
END_TEST

// A cost of at most 1 a second is never more than the horizon, however its cells scatter.
START_TEST(costs_stay_within_the_horizon) {
    double costs[COUNT * CELLS], off[COUNT] = {0};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 0};
    vg_growth g;
    vg_diag diag;
    for (int i = 0; i < COUNT * CELLS; i++)
        costs[i] = (i % CELLS / UNITS == 2 ? 0.05 : 0.95) * horizons[i / CELLS]; // a seed apart
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    for (int k = 0; k < COUNT; k++) {
        ck_assert_double_eq_tol(g.cost[k].value, 0.65 * horizons[k], 1e-12);
        ck_assert(g.cost[k].low >= 0 && g.cost[k].low < 0.2 * horizons[k]);
        ck_assert(g.cost[k].high <= horizons[k] && g.cost[k].high > 0.9 * horizons[k]);
    }
    memset(costs, 0, sizeof costs); // nothing in 8 units
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(g.cost[0].low == 0);
    ck_assert_double_eq_tol(g.cost[0].high, horizons[0] * vg_rule_of_three(UNITS), 1e-12);
}
END_TEST

START_TEST(parabolas) {
    double costs[COUNT * CELLS], off[COUNT] = {0};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 0};
    vg_growth g;
    vg_diag diag;
    for (int k = 0; k < COUNT; k++)
        for (int c = 0; c < CELLS; c++) {
            double t = horizons[k], b = 2e-3 * (1 + 0.1 * (c % UNITS - 3.5) + 0.1 * (c / UNITS - 1));
            costs[k * CELLS + c] = 0.05 * t + b * t * t;
        }
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert_double_eq_tol(g.a.value, 0.05, 1e-10);
    ck_assert_double_eq_tol(g.b.value, 2e-3, 1e-12);
    ck_assert(g.b.low > 0 && g.b.low < 2e-3 && g.b.high > 2e-3);
    ck_assert_double_lt(g.b_p, 0.01);
    for (int i = 0; i < COUNT * CELLS; i++) { // a cost that grows in proportion, unevenly
        double t = horizons[i / CELLS];
        costs[i] = 0.05 * t + (i % 2 ? 1 : -1) * 1e-5 * t * t;
    }
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(g.b.low < 0 && g.b.high > 0 && g.b_p > 0.3);
    for (int i = 0; i < COUNT * CELLS; i++) costs[i] = 40 - costs[i];
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert((g.b_p < 0.025) == (g.b.low > 0) && g.b_p > 0.5); // one-sided: b is below 0
}
END_TEST

START_TEST(no_cost_no_slope) {
    double costs[COUNT * CELLS], off[COUNT] = {0}, nothing[] = {0, 1};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 0};
    vg_growth g;
    vg_diag diag;
    power_law(costs, 0.01, 1);
    for (int c = 0; c < CELLS; c++) costs[c] = 0;
    ck_ok(vg_growth_fit(&def, 1, &g, &diag));
    ck_assert(isnan(g.slope[0].value) && !g.fit[0]);
    ck_assert_double_eq_tol(g.slope[1].value, 1, 1e-12);
    ck_assert(isnan(vg_growth_slope(horizons, nothing, 2)) && isnan(vg_growth_slope(horizons, costs, 1)));
    double falling[] = {5, 5, 20, 40, 80};
    def.horizons = falling;
    ck_fails(vg_growth_fit(&def, 1, &g, &diag), VG_ERR_ARGUMENT, "horizon 1");
    def.count = 1;
    ck_fails(vg_growth_fit(&def, 1, &g, &diag), VG_ERR_ARGUMENT, "1 horizons");
}
END_TEST

START_TEST(survives_every_failed_allocation) {
    double costs[COUNT * CELLS], off[COUNT] = {0.01, 0.1, 0.2, 0.3, 0.6};
    vg_growth_def def = {horizons, COUNT, costs, SEEDS, UNITS, off, 240};
    vg_growth g;
    power_law(costs, 0.01, 1.7);
    for (oom turn = {.least = 5}; oom_next(&turn);) turn.err = vg_growth_fit(&def, 1, &g, NULL);
}
END_TEST

CK_MAIN("compounding", slopes_of_power_laws, a_slope_ends_when_30_percent_have_departed,
        costs_stay_within_the_horizon, parabolas, no_cost_no_slope, survives_every_failed_allocation)
