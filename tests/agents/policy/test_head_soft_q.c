#include "agents/policy/head_soft_q.h"

#include <math.h>

#include "agents/policy/heads.h"
#include "tests/agents/policy/head_fixture.h"

enum { MEAN, MODE, SAMPLE, CELLS = 15 };

static const vg_soft_q_head_config plain = {.temperature = 0.2,
                                            .steer_levels = 5,
                                            .accel_levels = 3,
                                            .steer_companding = 255,
                                            .accel_companding = 10};

static vg_soft_q_head_config selecting(int32_t how) {
    vg_soft_q_head_config config = plain;
    config.action_selection = how;
    return config;
}

static void drive_by(const vg_soft_q_head_config *config, float actions[STEPS][CARS * VG_CAR_ACTIONS]) {
    made m = make(&vg_head_soft_q, config, CELLS, false);
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
    drive(policy, 0, CARS, STEPS, actions);
    vg_policy_destroy(policy);
    free_made(&m);
}

// softmax(Q / temperature) of a car at a step, by its definition.
static void policy_of(const made *m, int32_t car, int step, double p[CELLS]) {
    float *scratch = vg_new(float, vg_network_scratch(m->net, false)), row[WIDTH];
    double sum = 0;
    observe(car, step, row);
    vg_network_scale(row, 1, WIDTH, mean, scale, vg_network_inputs(m->net, scratch));
    vg_network_forward(m->net, 1, scratch);
    for (int32_t i = 0; i < CELLS; i++)
        sum += p[i] = exp((double)vg_network_outputs(m->net, scratch)[i] / plain.temperature);
    for (int32_t i = 0; i < CELLS; i++) p[i] /= sum;
    vg_free(scratch);
}

START_TEST(drives_by_the_mean_or_the_mode) {
    static float by_mean[STEPS][CARS * VG_CAR_ACTIONS], by_mode[STEPS][CARS * VG_CAR_ACTIONS];
    const vg_soft_q_head_config config[] = {selecting(MEAN), selecting(MODE)};
    vg_action_grid grid;
    vg_soft_q_grid(&plain, &grid);
    drive_by(&config[0], by_mean), drive_by(&config[1], by_mode);
    made m = make(&vg_head_soft_q, &plain, CELLS, false);
    for (int32_t c = 0; c < CARS; c++) {
        double p[CELLS], expected[VG_CAR_ACTIONS] = {0};
        int32_t likeliest = 0;
        float action[VG_CAR_ACTIONS];
        policy_of(&m, c, 4, p);
        for (int32_t i = 0; i < CELLS; i++) {
            vg_action_grid_action(&grid, i, action);
            for (int a = 0; a < VG_CAR_ACTIONS; a++) expected[a] += p[i] * (double)action[a];
            if (p[i] > p[likeliest]) likeliest = i;
        }
        vg_action_grid_action(&grid, likeliest, action);
        for (int a = 0; a < VG_CAR_ACTIONS; a++) {
            ck_assert_double_eq_tol((double)by_mean[4][c * VG_CAR_ACTIONS + a], expected[a], 1e-5);
            ck_assert(by_mode[4][c * VG_CAR_ACTIONS + a] == action[a]);
        }
    }
    free_made(&m);
}
END_TEST

// Samples are cells of the grid, drawn anew for every car and step, as often as the policy says.
START_TEST(samples_go_by_the_policy) {
    static float actions[STEPS][CARS * VG_CAR_ACTIONS];
    const vg_soft_q_head_config config = selecting(SAMPLE);
    const double middle[] = {0.5, 0.5};
    double taken[CELLS] = {0}, expected[CELLS] = {0};
    vg_action_grid grid;
    vg_soft_q_grid(&plain, &grid);
    drive_by(&config, actions);
    made m = make(&vg_head_soft_q, &plain, CELLS, false);
    for (int t = 0; t < STEPS; t++)
        for (int32_t c = 0; c < CARS; c++) {
            double p[CELLS];
            float action[VG_CAR_ACTIONS];
            int32_t cell = vg_action_grid_cell(&grid, actions[t] + c * VG_CAR_ACTIONS, middle);
            vg_action_grid_action(&grid, cell, action);
            ck_assert_mem_eq(action, actions[t] + c * VG_CAR_ACTIONS, sizeof action);
            policy_of(&m, c, t, p);
            taken[cell]++;
            for (int32_t i = 0; i < CELLS; i++) expected[i] += p[i];
        }
    for (int32_t i = 0; i < CELLS; i++)
        ck_assert_double_eq_tol(taken[i], expected[i], 4 * sqrt(expected[i] + 1));
    free_made(&m);
}
END_TEST

START_TEST(a_car_does_not_depend_on_its_neighbours) {
    const vg_soft_q_head_config config = selecting(SAMPLE);
    made m = make(&vg_head_soft_q, &config, CELLS, false);
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
    ck_alone_or_together(policy);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

START_TEST(drives_alike_at_any_level) {
    for (int32_t how = MEAN; how <= SAMPLE; how += SAMPLE) {
        const vg_soft_q_head_config config = selecting(how);
        ck_drives_as_ever(how == MEAN ? "head_soft_q/mean" : "head_soft_q/sample", &vg_head_soft_q, &config);
    }
}
END_TEST

START_TEST(refuses_grids_without_a_middle_and_values_that_are_no_numbers) {
    vg_soft_q_head_config config = plain;
    const vg_head *found;
    ck_ok(vg_head_find("soft-q", &found, &diag));
    ck_assert(found == &vg_head_soft_q);
    config.steer_levels = 4;
    ck_fails(found->check(&config, &diag), VG_ERR_MISMATCH, "steer_levels: 4 levels, expected an odd number");
    config.steer_levels = 5, config.accel_levels = 8;
    ck_fails(found->check(&config, &diag), VG_ERR_MISMATCH, "accel_levels: 8 levels");
    for (int32_t how = MEAN; how <= SAMPLE; how++) {
        config = selecting(how);
        made m = make(&vg_head_soft_q, &config, CELLS, false);
        vg_policy *policy;
        float observed[WIDTH] = {0}, action[VG_CAR_ACTIONS];
        void *state;
        vg_network_parameters(m.net)[vg_network_count(m.net) - 1] = NAN;
        vg_network_pack(m.net);
        ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
        ck_ok(policy->ops->open(policy, 1, &state, &diag));
        ck_assert_int_eq(policy->ops->act(policy, state, observed, NULL, action), VG_ERR_POLICY);
        policy->ops->close(state);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

CK_MAIN("head_soft_q", drives_by_the_mean_or_the_mode, samples_go_by_the_policy,
        a_car_does_not_depend_on_its_neighbours, drives_alike_at_any_level,
        refuses_grids_without_a_middle_and_values_that_are_no_numbers)
