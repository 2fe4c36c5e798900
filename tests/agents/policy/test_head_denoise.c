#include "agents/policy/head_denoise.h"

#include <math.h>

#include "agents/policy/policy_file.h"
#include "tests/agents/policy/head_fixture.h"
#include "tests/scratch.h"

static const vg_denoise_config plain = {.n_obs_steps = 2,
                                        .chunk_size = 5,
                                        .n_action_steps = 3,
                                        .num_inference_steps = 4,
                                        .num_train_timesteps = 20,
                                        .steer_min = -0.5,
                                        .steer_max = 0.3,
                                        .accel_min = 0.25,
                                        .accel_max = 0.25};

static float actions[STEPS][CARS * VG_CAR_ACTIONS];

static made make_denoise(const vg_denoise_config *config, vg_denoising kind) {
    return make(kind == VG_DENOISING_FLOW ? &vg_head_flow : &vg_head_diffusion, config,
                (int32_t)config->chunk_size * VG_CAR_ACTIONS, false);
}

static vg_policy *policy_of(const made *m) {
    vg_policy *policy;
    ck_ok(vg_policy_of_network(&m->info, m->net, &policy, &diag));
    return policy;
}

// The chunk that entity c of an episode draws at a step, of what it saw since `begun`: by the words of the
// papers, one car at a time.
static void chunk_of(const made *m, float *scratch, const vg_denoise_config *config, vg_denoising kind,
                     int32_t c, int step, int begun, float *chunk) {
    const vg_denoiser denoiser = vg_denoise_denoiser(config, kind);
    int32_t history = (int32_t)config->n_obs_steps * WIDTH,
            width = (int32_t)config->chunk_size * VG_CAR_ACTIONS;
    float *x = vg_network_inputs(m->net, scratch);
    for (int i = 0; i < config->n_obs_steps; i++) {
        float row[WIDTH];
        int at = step - (int)config->n_obs_steps + 1 + i;
        observe(c, at < begun ? begun : at, row);
        vg_network_scale(row, 1, WIDTH, mean, scale, x + (ptrdiff_t)i * WIDTH);
    }
    vg_episode_key key = key_of(c, begun > 0);
    vg_draw at = {key.seed, VG_STREAM_POLICY, key.entity, key.episode, (uint32_t)(step - begun), 0};
    vg_denoiser_noise(at, width, chunk);
    for (int32_t s = 0; s < denoiser.steps; s++) {
        vg_noise_level now = vg_denoiser_step_level(&denoiser, s),
                       next = vg_denoiser_step_level(&denoiser, s + 1);
        memcpy(x + history, chunk, sizeof *x * (size_t)width);
        vg_denoiser_time(now.time, x + history + width);
        vg_network_forward(m->net, 1, scratch);
        for (int32_t i = 0; i < width; i++)
            chunk[i] =
                vg_denoiser_step(&denoiser, &now, &next, chunk[i], vg_network_outputs(m->net, scratch)[i]);
    }
}

START_TEST(drives_some_of_a_chunk_then_draws_another) {
    enum { ANEW = 11 };
    static const float centre[] = {-0.1f, 0.25f}, half[] = {0.4f, 1};
    for (int k = 0; k < 2; k++) {
        vg_denoising kind = k ? VG_DENOISING_FLOW : VG_DENOISING_DIFFUSION;
        made m = make_denoise(&plain, kind);
        vg_policy *policy = policy_of(&m);
        float *scratch = vg_new(float, vg_network_scratch(m.net, false));
        drive(policy, 0, CARS, ANEW, actions);
        for (int t = 0; t < STEPS; t++)
            for (int32_t c = 0; c < CARS; c += 1 + (c > 3) * 13) {
                int begun = c == 1 && t >= ANEW ? ANEW : 0, place = (t - begun) % (int)plain.n_action_steps;
                float chunk[10];
                chunk_of(&m, scratch, &plain, kind, c, t - place, begun, chunk);
                for (int a = 0; a < VG_CAR_ACTIONS; a++) {
                    float wanted = centre[a] + half[a] * chunk[place * VG_CAR_ACTIONS + a];
                    wanted = wanted < -1 ? -1 : wanted > 1 ? 1 : wanted;
                    ck_assert_msg(fabsf(actions[t][c * VG_CAR_ACTIONS + a] - wanted) < 1e-6f,
                                  "%d: step %d, car %d: %g, not %g", k, t, (int)c,
                                  (double)actions[t][c * VG_CAR_ACTIONS + a], (double)wanted);
                }
            }
        vg_free(scratch);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(a_car_does_not_depend_on_its_neighbours) {
    for (int k = 0; k < 2; k++) {
        made m = make_denoise(&plain, k ? VG_DENOISING_FLOW : VG_DENOISING_DIFFUSION);
        vg_policy *policy = policy_of(&m);
        ck_alone_or_together(policy);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

// A file says how levels are spaced only where that is not as it always was, so that older files are read and
// files of before keep their bytes.
static void ck_says_spacing(const char *path, bool says) {
    vg_safetensors file;
    ck_ok(vg_safetensors_read(path, &file, &diag));
    const char *text = vg_safetensors_text(&file, "timestep_spacing");
    ck_assert(says ? text && !strcmp(text, "trailing") : !text);
    vg_safetensors_free(&file);
}

START_TEST(a_file_drives_as_the_network_did) {
    static float again[STEPS][CARS * VG_CAR_ACTIONS], before[STEPS][CARS * VG_CAR_ACTIONS];
    vg_denoise_config trailing = plain;
    trailing.timestep_spacing = VG_SPACING_TRAILING;
    for (int k = 0; k < 3; k++) {
        made m = make_denoise(k == 2 ? &trailing : &plain, k ? VG_DENOISING_DIFFUSION : VG_DENOISING_FLOW);
        const char *path = scratch("denoise.safetensors");
        ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
        ck_says_spacing(path, k == 2);
        vg_policy *policy = policy_of(&m);
        drive(policy, 0, CARS, STEPS, actions);
        if (k == 2) ck_assert(memcmp(actions, before, sizeof before)); // other levels, other actions
        memcpy(before, actions, sizeof before);
        vg_policy_destroy(policy);
        ck_ok(vg_policy_load(path, &policy, &diag));
        drive(policy, 0, CARS, STEPS, again);
        ck_assert(!memcmp(actions, again, sizeof again));
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(refuses_keys_that_do_not_fit_together) {
    vg_denoise_config long_steps = plain, many = plain;
    vg_policy *policy;
    long_steps.n_action_steps = 6, many.num_inference_steps = 21;
    made m = make_denoise(&long_steps, VG_DENOISING_FLOW);
    ck_fails(vg_policy_of_network(&m.info, m.net, &policy, &diag), VG_ERR_MISMATCH,
             "n_action_steps: 6, but a chunk has only 5 actions");
    free_made(&m);
    m = make_denoise(&many, VG_DENOISING_DIFFUSION);
    ck_fails(vg_policy_of_network(&m.info, m.net, &policy, &diag), VG_ERR_MISMATCH,
             "num_inference_steps: 21, but there are only 20 noise levels");
    free_made(&m);
    m = make_denoise(&many, VG_DENOISING_FLOW); // a flow has no levels
    ck_ok(vg_policy_of_network(&m.info, m.net, &policy, &diag));
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// Scaled by such a range, it would steer the other way.
START_TEST(refuses_a_range_that_is_turned_round) {
    vg_denoise_config steer = plain, accel = plain;
    vg_policy *policy;
    steer.steer_min = 0.4, accel.accel_max = -2;
    for (int k = 0; k < 2; k++) {
        made m = make_denoise(k ? &accel : &steer, k ? VG_DENOISING_FLOW : VG_DENOISING_DIFFUSION);
        ck_fails(vg_policy_of_network(&m.info, m.net, &policy, &diag), VG_ERR_MISMATCH,
                 k ? "accel_min: 0.25 is above the greatest, -2"
                   : "steer_min: 0.4 is above the greatest, 0.3");
        free_made(&m);
    }
}
END_TEST

// Weights so large that nothing comes out are the policy's error, not a drive straight ahead.
START_TEST(a_denoiser_that_says_nan_is_refused) {
    for (int k = 0; k < 2; k++) {
        made m = make_denoise(&plain, k ? VG_DENOISING_FLOW : VG_DENOISING_DIFFUSION);
        vg_policy *policy = policy_of(&m);
        void *state;
        float observed[WIDTH] = {0}, action[VG_CAR_ACTIONS];
        // The bias of the first action's steering: the last tensor has a bias an output.
        vg_network_parameters(m.net)[vg_network_weight_count(m.net) - plain.chunk_size * VG_CAR_ACTIONS] =
            NAN;
        vg_network_pack(m.net);
        ck_ok(policy->ops->open(policy, 1, &state, &diag));
        ck_assert_int_eq(policy->ops->act(policy, state, observed, NULL, action), VG_ERR_POLICY);
        policy->ops->close(state);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(drives_alike_at_any_level) {
    ck_drives_as_ever("head_diffusion/drive", &vg_head_diffusion, &plain);
    ck_drives_as_ever("head_flow/drive", &vg_head_flow, &plain);
}
END_TEST

CK_MAIN("head_denoise", drives_some_of_a_chunk_then_draws_another, a_car_does_not_depend_on_its_neighbours,
        a_file_drives_as_the_network_did, refuses_keys_that_do_not_fit_together,
        refuses_a_range_that_is_turned_round, a_denoiser_that_says_nan_is_refused, drives_alike_at_any_level)
