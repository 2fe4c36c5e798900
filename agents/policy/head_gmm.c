#include "agents/policy/head_gmm.h"

#include "agents/policy/history.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_gmm_config, , "", __VA_ARGS__)
    VG_GMM_KEYS(X)
#undef X
};
static const vg_schema schema = {"gmm", keys, sizeof keys / sizeof *keys, NULL};

enum { SELECT_SAMPLE, SELECT_LIKELIEST, SELECT_EPISODE };
enum { DRAW_MODE, DRAW_ACTION }; // what a draw of an action is for

static const double LOW_NOISE = 1e-4; // robomimic's

vg_mixture_def vg_gmm_mixture(const vg_gmm_config *config) {
    return (vg_mixture_def){
        .modes = (int32_t)config->num_modes, .dims = VG_CAR_ACTIONS, .min_std = config->min_std};
}

static int32_t inputs(const void *hyperparameters, int32_t sensed) {
    return (int32_t)((const vg_gmm_config *)hyperparameters)->n_obs_steps * sensed;
}

static int32_t outputs(const void *hyperparameters) {
    vg_mixture_def mixture = vg_gmm_mixture(hyperparameters);
    return vg_mixture_outputs(&mixture);
}

static int64_t state(const void *hyperparameters, int32_t sensed) {
    return (int64_t)sizeof(float) * inputs(hyperparameters, sensed);
}

// The action of one car.
static void draw(const vg_gmm_config *config, const float *y, const vg_head_car *car, float *action) {
    vg_mixture_def def = vg_gmm_mixture(config);
    vg_draw at = {.seed = car->key.seed,
                  .stream = VG_STREAM_POLICY,
                  .entity = car->key.entity,
                  .episode = car->key.episode,
                  .step = car->step,
                  .draw = DRAW_MODE};
    vg_mixture mixture;
    vg_mixture_read(&def, y, &mixture);
    if (config->mode_selection == SELECT_EPISODE) at.step = 0;
    int32_t mode = config->mode_selection == SELECT_LIKELIEST ? vg_mixture_likeliest(&def, &mixture)
                                                              : vg_mixture_draw_mode(&def, &mixture, at);
    at.step = car->step, at.draw = DRAW_ACTION;
    vg_mixture_draw(&def, &mixture, mode, config->low_noise_eval ? LOW_NOISE : 0, at, action);
}

static vg_err act(const vg_head_block *b) {
    const vg_gmm_config *config = b->hyperparameters;
    int32_t steps = (int32_t)config->n_obs_steps;
    int64_t in = vg_net_stride(steps * b->width), out = vg_net_stride(outputs(config));
    for (int32_t r = 0; r < b->rows; r++) {
        float *history = vg_head_state(b, r);
        vg_history_push(history, steps, b->width, b->observed + (int64_t)r * b->width, b->cars[r].step == 0);
        vg_history_scale(history, steps, b->width, b->mean, b->scale,
                         vg_network_inputs(b->net, b->scratch) + r * in);
    }
    vg_network_forward(b->net, b->rows, b->scratch);
    for (int32_t r = 0; r < b->rows; r++)
        draw(config, vg_network_outputs(b->net, b->scratch) + r * out, &b->cars[r],
             b->actions + (int64_t)r * VG_CAR_ACTIONS);
    return VG_OK;
}

const vg_head vg_head_gmm = {.name = "gmm",
                             .help = "the outputs are a mixture of Gaussians, from which the action is drawn",
                             .schema = &schema,
                             .inputs = inputs,
                             .outputs = outputs,
                             .state = state,
                             .act = act};
