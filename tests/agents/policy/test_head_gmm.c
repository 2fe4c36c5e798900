#include "agents/policy/head_gmm.h"

#include <math.h>

#include "tests/agents/policy/head_fixture.h"

static const vg_gmm_config plain = {
    .n_obs_steps = 1, .num_modes = 3, .min_std = 1e-4, .low_noise_eval = true};

static vg_policy *policy_of(const made *m) {
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m->info, m->net, &policy, &diag));
    return policy;
}

static int32_t outputs_of(const vg_gmm_config *config) {
    vg_mixture_def mixture = vg_gmm_mixture(config);
    return vg_mixture_outputs(&mixture);
}

// The mixture of entity c at a step, from the steps that it saw since `begun`.
static vg_mixture mixture_of(const made *m, const vg_gmm_config *config, int32_t c, int step, int begun) {
    float *scratch = vg_new(float, vg_network_scratch(m->net, false)),
          *to = vg_network_inputs(m->net, scratch);
    for (int i = 0; i < config->n_obs_steps; i++) {
        float row[WIDTH];
        int at = step - (int)config->n_obs_steps + 1 + i;
        observe(c, at < begun ? begun : at, row);
        vg_network_scale(row, 1, WIDTH, mean, scale, to + (ptrdiff_t)i * WIDTH);
    }
    vg_network_forward(m->net, 1, scratch);
    vg_mixture_def def = vg_gmm_mixture(config);
    vg_mixture mixture;
    vg_mixture_read(&def, vg_network_outputs(m->net, scratch), &mixture);
    vg_free(scratch);
    return mixture;
}

// Every action is close to the mean of some mode, and modes are taken as often as their weights say.
START_TEST(drives_by_modes_drawn_by_their_weights) {
    enum { ANEW = 11 };
    static float actions[STEPS][CARS * VG_CAR_ACTIONS];
    for (int64_t steps = 1; steps <= 3; steps += 2) {
        vg_gmm_config config = plain;
        config.n_obs_steps = steps;
        made m = make(&vg_head_gmm, &config, outputs_of(&config), false);
        vg_policy *policy = policy_of(&m);
        double taken = 0, expected = 0;
        drive(policy, 0, CARS, ANEW, actions);
        for (int t = 0; t < STEPS; t++)
            for (int32_t c = 0; c < CARS; c++) {
                vg_mixture mixture = mixture_of(&m, &config, c, t, c == 1 && t >= ANEW ? ANEW : 0);
                const float *action = actions[t] + c * VG_CAR_ACTIONS;
                int32_t near = -1;
                for (int32_t k = 0; k < 3; k++)
                    if (fabs((double)action[0] - mixture.mean[k][0]) < 6e-4 &&
                        fabs((double)action[1] - mixture.mean[k][1]) < 6e-4)
                        near = k;
                ck_assert_msg(near >= 0, "step %d, car %d: no mode is near", t, (int)c);
                taken += near == 0, expected += exp(mixture.log_weight[0]);
            }
        ck_assert_double_eq_tol(taken, expected, 4 * sqrt(expected));
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(the_likeliest_mode_drives_if_asked_for) {
    static float actions[STEPS][CARS * VG_CAR_ACTIONS];
    vg_gmm_config config = plain;
    config.mode_selection = 1;
    made m = make(&vg_head_gmm, &config, outputs_of(&config), false);
    vg_policy *policy = policy_of(&m);
    vg_mixture_def def = vg_gmm_mixture(&config);
    drive(policy, 0, CARS, STEPS, actions);
    for (int32_t c = 0; c < CARS; c++) {
        vg_mixture mixture = mixture_of(&m, &config, c, 5, 0);
        double mode = mixture.mean[vg_mixture_likeliest(&def, &mixture)][1];
        ck_assert_double_eq_tol((double)actions[5][c * VG_CAR_ACTIONS + 1], mode, 6e-4);
    }
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// With one number for the episode the mode changes only where the weights cross it: seldom, where a draw for
// each action changes it all the time. Another episode has another number.
START_TEST(a_mode_is_kept_for_an_episode_if_asked_for) {
    static float actions[STEPS][CARS * VG_CAR_ACTIONS];
    vg_gmm_config config = plain;
    config.mode_selection = 2;
    made m = make(&vg_head_gmm, &config, outputs_of(&config), false);
    vg_policy *policy = policy_of(&m);
    drive(policy, 0, CARS, STEPS, actions);
    int32_t of_mode[3] = {0};
    for (int32_t c = 0; c < CARS; c++) {
        double low = 0, high = 1; // the number lies between
        for (int t = 0; t < STEPS; t++) {
            vg_mixture mixture = mixture_of(&m, &config, c, t, 0);
            const float *action = actions[t] + c * VG_CAR_ACTIONS;
            double below = 0, nearest = INFINITY;
            int32_t k = 0;
            for (int32_t i = 0; i < 3; i++) {
                double far = fmax(fabs((double)action[0] - mixture.mean[i][0]),
                                  fabs((double)action[1] - mixture.mean[i][1]));
                if (far < nearest) nearest = far, k = i;
            }
            for (int32_t i = 0; i < k; i++) below += exp(mixture.log_weight[i]);
            low = fmax(low, below), high = fmin(high, below + exp(mixture.log_weight[k]));
            of_mode[k] += t == 0;
        }
        ck_assert_msg(low < high + 1e-9, "car %d: %.4f is not below %.4f", (int)c, low, high);
    }
    ck_assert_int_gt(CARS, of_mode[0]);
    ck_assert_int_gt(CARS, of_mode[1]);
    ck_assert_int_gt(CARS, of_mode[2]);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// With its own noise a policy drives elsewhere than with low noise.
START_TEST(noise_is_low_unless_it_is_wanted) {
    static float actions[2][STEPS][CARS * VG_CAR_ACTIONS];
    for (int low = 0; low < 2; low++) {
        vg_gmm_config config = plain;
        config.low_noise_eval = low;
        config.mode_selection = 1;
        made m = make(&vg_head_gmm, &config, outputs_of(&config), false);
        vg_policy *policy = policy_of(&m);
        drive(policy, 0, CARS, STEPS, actions[low]);
        vg_policy_destroy(policy);
        free_made(&m);
    }
    double square = 0;
    for (int32_t c = 0; c < CARS; c++)
        square += pow((double)(actions[0][3][2 * c] - actions[1][3][2 * c]), 2) / CARS;
    ck_assert_double_gt(sqrt(square), 0.2); // softplus(0) is 0.69
}
END_TEST

START_TEST(a_car_does_not_depend_on_its_neighbours) {
    vg_gmm_config config = plain;
    config.n_obs_steps = 4;
    made m = make(&vg_head_gmm, &config, outputs_of(&config), false);
    vg_policy *policy = policy_of(&m);
    ck_alone_or_together(policy);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

START_TEST(drives_alike_at_any_level) {
    vg_gmm_config config = plain;
    config.low_noise_eval = false;
    config.n_obs_steps = 2;
    ck_drives_as_ever("head_gmm/drive", &vg_head_gmm, &config);
}
END_TEST

CK_MAIN("head_gmm", drives_by_modes_drawn_by_their_weights, the_likeliest_mode_drives_if_asked_for,
        a_mode_is_kept_for_an_episode_if_asked_for, noise_is_low_unless_it_is_wanted,
        a_car_does_not_depend_on_its_neighbours, drives_alike_at_any_level)
