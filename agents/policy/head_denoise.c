#include "agents/policy/head_denoise.h"

#include "agents/policy/history.h"

#define ROW(...) VG_KEY_ROW(vg_denoise_config, , "", __VA_ARGS__)
static const vg_key diffusion_keys[] = {VG_DENOISE_KEYS(ROW) VG_DIFFUSION_KEYS(ROW)
                                            VG_DENOISE_RANGE_KEYS(ROW)};
static const vg_key flow_keys[] = {VG_DENOISE_KEYS(ROW) VG_DENOISE_RANGE_KEYS(ROW)};
static const vg_schema diffusion_schema = {"diffusion", diffusion_keys,
                                           sizeof diffusion_keys / sizeof *diffusion_keys, NULL};
static const vg_schema flow_schema = {"flow", flow_keys, sizeof flow_keys / sizeof *flow_keys, NULL};
#undef ROW

// By the words of prediction_type.
static const vg_prediction predictions[] = {VG_PREDICTION_NOISE, VG_PREDICTION_DATUM, VG_PREDICTION_VELOCITY};
// By those of timestep_spacing.
static const vg_spacing spacings[] = {VG_SPACING_LEADING, VG_SPACING_TRAILING};

// The state of a car, followed by the history.
typedef struct playing {
    int32_t next, left; // place in the chunk of the action to drive; actions until the next chunk is drawn
    float chunk[VG_DENOISE_CHUNK_MOST * VG_CAR_ACTIONS]; // scaled
} playing;

static float *history_of(playing *car) { return (float *)(car + 1); }

vg_denoiser vg_denoise_denoiser(const vg_denoise_config *config, vg_denoising kind) {
    return (vg_denoiser){.kind = kind,
                         .prediction = predictions[config->prediction_type],
                         .train_steps = (int32_t)config->num_train_timesteps,
                         .steps = (int32_t)config->num_inference_steps,
                         .spacing = spacings[config->timestep_spacing]};
}

vg_denoise_range vg_denoise_range_of(const vg_denoise_config *config) {
    const double least[] = {config->steer_min, config->accel_min},
                 most[] = {config->steer_max, config->accel_max};
    vg_denoise_range range;
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
        double half = (most[a] - least[a]) / 2;
        range.centre[a] = (float)((least[a] + most[a]) / 2);
        range.half[a] = (float)(half > 1e-4 ? half : 1);
    }
    return range;
}

vg_denoise_layout vg_denoise_layout_of(const vg_denoise_config *config, int32_t sensed) {
    vg_denoise_layout at = {.values = (int32_t)config->n_obs_steps * sensed};
    at.time = at.values + (int32_t)config->chunk_size * VG_CAR_ACTIONS;
    at.inputs = at.time + VG_DENOISER_TIME;
    return at;
}

static int32_t inputs(const void *hyperparameters, int32_t sensed) {
    return vg_denoise_layout_of(hyperparameters, sensed).inputs;
}

static int32_t outputs(const void *hyperparameters) {
    return (int32_t)((const vg_denoise_config *)hyperparameters)->chunk_size * VG_CAR_ACTIONS;
}

static int64_t state(const void *hyperparameters, int32_t sensed) {
    return (int64_t)sizeof(playing) +
           vg_denoise_layout_of(hyperparameters, sensed).values * (int64_t)sizeof(float);
}

static vg_err check_range(const char *field, double least, double most, vg_diag *diag) {
    if (least <= most) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, field, "%g is above the greatest, %g", least, most);
}

static vg_err check_steps(const vg_denoise_config *config, vg_diag *diag) {
    vg_err err = check_range("steer_min", config->steer_min, config->steer_max, diag);
    if (!err) err = check_range("accel_min", config->accel_min, config->accel_max, diag);
    if (err || config->n_action_steps <= config->chunk_size) return err;
    return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "n_action_steps",
                      "%lld, but a chunk has only %lld actions: it can be at most chunk_size",
                      (long long)config->n_action_steps, (long long)config->chunk_size);
}

static vg_err check_flow(const void *hyperparameters, vg_diag *diag) {
    return check_steps(hyperparameters, diag);
}

static vg_err check_diffusion(const void *hyperparameters, vg_diag *diag) {
    const vg_denoise_config *config = hyperparameters;
    vg_err err = check_steps(config, diag);
    if (err || config->num_inference_steps <= config->num_train_timesteps) return err;
    return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "num_inference_steps",
                      "%lld, but there are only %lld noise levels: it can be at most num_train_timesteps",
                      (long long)config->num_inference_steps, (long long)config->num_train_timesteps);
}

// Sense, and list the cars that need a chunk as the first rows of the network's inputs, with pure noise in
// their chunks.
static int32_t gather(const vg_head_block *b, const vg_denoise_layout *at, int32_t asking[VG_NETWORK_BLOCK]) {
    const vg_denoise_config *config = b->hyperparameters;
    int32_t steps = (int32_t)config->n_obs_steps, count = 0;
    int64_t stride = vg_net_stride(at->inputs);
    for (int32_t r = 0; r < b->rows; r++) {
        playing *car = vg_head_state(b, r);
        const vg_head_car *place = &b->cars[r];
        vg_history_push(history_of(car), steps, b->width, b->observed + (int64_t)r * b->width,
                        place->step == 0);
        if (car->left > 0) continue;
        vg_history_scale(history_of(car), steps, b->width, b->mean, b->scale,
                         vg_network_inputs(b->net, b->scratch) + count * stride);
        vg_denoiser_noise((vg_draw){.seed = place->key.seed,
                                    .stream = VG_STREAM_POLICY,
                                    .entity = place->key.entity,
                                    .episode = place->key.episode,
                                    .step = place->step},
                          outputs(config), car->chunk);
        car->next = 0;
        car->left = (int32_t)config->n_action_steps;
        asking[count++] = r;
    }
    return count;
}

// All chunks that were asked for, from noise to actions.
static void denoise(const vg_head_block *b, const vg_denoiser *denoiser, const vg_denoise_layout *at,
                    const int32_t *asking, int32_t count) {
    const int32_t width = outputs(b->hyperparameters);
    const int64_t in = vg_net_stride(at->inputs), out = vg_net_stride(width);
    float *x = vg_network_inputs(b->net, b->scratch);
    const float *y = vg_network_outputs(b->net, b->scratch);
    for (int32_t step = 0; step < denoiser->steps; step++) {
        const vg_noise_level now = vg_denoiser_step_level(denoiser, step),
                             next = vg_denoiser_step_level(denoiser, step + 1);
        float time[VG_DENOISER_TIME];
        vg_denoiser_time(now.time, time);
        for (int32_t i = 0; i < count; i++) {
            playing *car = vg_head_state(b, asking[i]);
            memcpy(x + i * in + at->values, car->chunk, sizeof *x * (size_t)width);
            memcpy(x + i * in + at->time, time, sizeof time);
        }
        vg_network_forward(b->net, count, b->scratch);
        for (int32_t i = 0; i < count; i++) {
            playing *car = vg_head_state(b, asking[i]);
            for (int32_t k = 0; k < width; k++)
                car->chunk[k] = vg_denoiser_step(denoiser, &now, &next, car->chunk[k], y[i * out + k]);
        }
    }
}

static vg_err act_by(const vg_head_block *b, vg_denoising kind) {
    const vg_denoise_config *config = b->hyperparameters;
    const vg_denoise_layout at = vg_denoise_layout_of(config, b->width);
    const vg_denoiser denoiser = vg_denoise_denoiser(config, kind);
    const vg_denoise_range range = vg_denoise_range_of(config);
    int32_t asking[VG_NETWORK_BLOCK], count = gather(b, &at, asking);
    if (count) denoise(b, &denoiser, &at, asking, count);
    for (int32_t r = 0; r < b->rows; r++) {
        playing *car = vg_head_state(b, r);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
            b->actions[r * VG_CAR_ACTIONS + a] =
                range.centre[a] + range.half[a] * car->chunk[car->next * VG_CAR_ACTIONS + a];
        car->next++, car->left--;
    }
    return VG_OK;
}

static vg_err act_diffusion(const vg_head_block *b) { return act_by(b, VG_DENOISING_DIFFUSION); }
static vg_err act_flow(const vg_head_block *b) { return act_by(b, VG_DENOISING_FLOW); }

const vg_head vg_head_diffusion = {.name = "diffusion",
                                   .help =
                                       "the outputs are the noise in a chunk of actions, which is drawn by "
                                       "taking it out step by step",
                                   .schema = &diffusion_schema,
                                   .inputs = inputs,
                                   .outputs = outputs,
                                   .check = check_diffusion,
                                   .state = state,
                                   .act = act_diffusion};

const vg_head vg_head_flow = {
    .name = "flow",
    .help = "the outputs are the velocity of a chunk of actions, which flows from noise",
    .schema = &flow_schema,
    .inputs = inputs,
    .outputs = outputs,
    .check = check_flow,
    .state = state,
    .act = act_flow};
