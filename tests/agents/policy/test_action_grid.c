#include "agents/policy/action_grid.h"

#include <math.h>

#include "tests/check.h"

static const double middle[VG_CAR_ACTIONS] = {0.5, 0.5};

static vg_action_grid usual(void) {
    vg_action_grid grid;
    vg_action_grid_make((int32_t[]){15, 7}, (double[]){255, 10}, &grid);
    return grid;
}

// Compressed again by the mu-law, the levels are evenly spaced; they are symmetric, and 0 and both limits are
// among them.
START_TEST(levels_are_those_of_the_mu_law) {
    static const double mu[] = {0, 1, 10, 255, 1e6};
    for (size_t m = 0; m < 5; m++) {
        vg_action_grid grid;
        vg_action_grid_make((int32_t[]){15, VG_GRID_LEVELS_MOST}, (double[]){mu[m], mu[m]}, &grid);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
            const int32_t half = grid.count[a] / 2;
            const float *level = grid.level[a];
            ck_assert(level[0] == -1 && level[half] == 0 && level[2 * half] == 1);
            for (int32_t k = 1; k <= half; k++) {
                double x = (double)level[half + k], u = mu[m] > 0 ? log1p(mu[m] * x) / log1p(mu[m]) : x;
                ck_assert_double_eq_tol(u, (double)k / half, 1e-6);
                ck_assert(level[half - k] == -level[half + k] && level[half + k] > level[half + k - 1]);
            }
        }
    }
}
END_TEST

// Every cell's action is of that cell, however it is rounded.
START_TEST(a_cell_is_found_again) {
    const vg_action_grid grid = usual();
    ck_assert_int_eq(vg_action_grid_cells(&grid), 105);
    for (int32_t cell = 0; cell < 105; cell++)
        for (double u = 0.001; u < 1; u += 0.0998) {
            float action[VG_CAR_ACTIONS];
            vg_action_grid_action(&grid, cell, action);
            ck_assert_int_eq(vg_action_grid_cell(&grid, action, (double[]){u, 1 - u}), cell);
        }
}
END_TEST

START_TEST(the_nearest_cell_is_near) {
    const vg_action_grid grid = usual();
    for (float x = -1; x <= 1; x += 0.0137f) {
        float got[VG_CAR_ACTIONS], nearest = 2;
        vg_action_grid_action(&grid, vg_action_grid_cell(&grid, (float[]){x, x}, middle), got);
        for (int32_t k = 0; k < 15; k++) nearest = fminf(nearest, fabsf(grid.level[0][k] - x));
        ck_assert_float_eq_tol(fabsf(got[0] - x), nearest, 1e-6f);
    }
}
END_TEST

// In the mean over u the cell's action is the action, and so is the mean of the cells by their weights.
START_TEST(rounding_is_right_in_the_mean) {
    enum { TIMES = 4000 };
    const vg_action_grid grid = usual();
    const float action[VG_CAR_ACTIONS] = {-0.0271f, 0.64f};
    float weights[105] = {0}, mean[VG_CAR_ACTIONS];
    for (int i = 0; i < TIMES; i++) {
        const double u[] = {(i + 0.5) / TIMES, (i * 7 % TIMES + 0.5) / TIMES};
        weights[vg_action_grid_cell(&grid, action, u)] += 1.0f / TIMES;
    }
    vg_action_grid_mean(&grid, weights, mean);
    ck_assert_float_eq_tol(mean[0], action[0], 2e-4f);
    ck_assert_float_eq_tol(mean[1], action[1], 2e-4f);
}
END_TEST

START_TEST(actions_beyond_the_limits_are_of_the_last_levels) {
    const vg_action_grid grid = usual();
    for (double u = 0.01; u < 1; u += 0.49) {
        ck_assert_int_eq(vg_action_grid_cell(&grid, (float[]){-3, -INFINITY}, (double[]){u, u}), 0);
        ck_assert_int_eq(vg_action_grid_cell(&grid, (float[]){1.0001f, 1e30f}, (double[]){u, u}), 104);
    }
}
END_TEST

CK_MAIN("action_grid", levels_are_those_of_the_mu_law, a_cell_is_found_again, the_nearest_cell_is_near,
        rounding_is_right_in_the_mean, actions_beyond_the_limits_are_of_the_last_levels)
