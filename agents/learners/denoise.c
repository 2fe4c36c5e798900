#include "agents/learners/denoise.h"

enum { DRAW_LEVEL, DRAW_NOISE }; // what a row's draws are for; noise goes on from there

vg_denoise_training vg_denoise_training_of(const vg_denoise_learner_config *config, vg_denoising kind,
                                           uint64_t seed) {
    return (vg_denoise_training){.kind = kind, .config = config->denoise, .seed = seed};
}

static double clamped(float action) { return action < -1 ? -1 : action > 1 ? 1 : (double)action; }

void vg_denoise_see(vg_denoise_training *training, const vg_rows *rows) {
    double least[VG_CAR_ACTIONS] = {1, 1}, most[VG_CAR_ACTIONS] = {-1, -1};
    for (int64_t r = 0; r < rows->count; r++)
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
            double value = clamped(rows->actions[r * VG_CAR_ACTIONS + a]);
            if (value < least[a]) least[a] = value;
            if (value > most[a]) most[a] = value;
        }
    training->config.steer_min = least[0], training->config.steer_max = most[0];
    training->config.accel_min = least[1], training->config.accel_max = most[1];
    training->range = vg_denoise_range_of(&training->config);
    training->layout = vg_denoise_layout_of(&training->config, rows->width);
}

// --- noise -------------------------------------------------------------------------------------------------

// The level of a row in this pass, and unless NULL the noise of its chunk.
static vg_noise_level draw(const vg_denoise_training *t, uint32_t pass, int64_t row, int32_t width,
                           float *noise) {
    const vg_denoiser denoiser = vg_denoise_denoiser(&t->config, t->kind);
    vg_draw at = {.seed = t->seed,
                  .stream = VG_STREAM_DENOISE,
                  .entity = (uint32_t)(row >> 32),
                  .episode = pass,
                  .step = (uint32_t)row,
                  .draw = DRAW_LEVEL};
    vg_noise_level level = vg_denoiser_level(&denoiser, vg_random_uniform(&at));
    at.draw = DRAW_NOISE;
    if (noise) vg_denoiser_noise(at, width, noise);
    return level;
}

// A row's chunk, scaled.
static void scale_chunk(const vg_denoise_training *t, const float *target, int32_t width, float *out) {
    double centre[VG_CAR_ACTIONS], per[VG_CAR_ACTIONS];
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
        centre[a] = (double)t->range.centre[a], per[a] = 1 / (double)t->range.half[a];
    for (int32_t i = 0; i < width; i++)
        out[i] = (float)((clamped(target[i]) - centre[i % VG_CAR_ACTIONS]) * per[i % VG_CAR_ACTIONS]);
}

void vg_denoise_fill(void *context, const vg_fill_rows *rows) {
    const vg_denoise_training *t = context;
    const vg_batch *batch = rows->batch;
    const int32_t width = batch->target_width;
    for (int32_t r = 0; r < rows->count; r++) {
        int64_t row = vg_batch_row(batch, rows->begin + r), name = vg_batch_name(batch, rows->begin + r);
        float noise[VG_DENOISE_CHUNK_MOST * VG_CAR_ACTIONS], datum[VG_DENOISE_CHUNK_MOST * VG_CAR_ACTIONS];
        float *to = rows->inputs + r * rows->stride;
        const float *target = batch->targets + row * width;
        vg_noise_level level = draw(t, batch->pass, name, width, noise);
        scale_chunk(t, target, width, datum);
        for (int32_t i = 0; i < width; i++)
            to[t->layout.values + i] =
                (float)(level.signal * (double)datum[i] + level.noise * (double)noise[i]);
        vg_denoiser_time(level.time, to + t->layout.time);
    }
}

// The level of a row, and the noise that `fill` put into its chunk x. To draw it is the greater part of the
// work beside the network, so it is read off where it is not scaled down by so much that rounding shows.
static vg_noise_level noise_of(const vg_denoise_training *t, const vg_batch *batch, int64_t name,
                               const float *x, const float *datum, float *noise) {
    const int32_t width = batch->target_width;
    vg_noise_level level = draw(t, batch->pass, name, width, NULL);
    if (level.noise < 0.01) return draw(t, batch->pass, name, width, noise);
    const double per = 1 / level.noise;
    for (int32_t i = 0; i < width; i++)
        noise[i] = (float)(((double)x[i] - level.signal * (double)datum[i]) * per);
    return level;
}

double vg_denoise_loss(void *context, const vg_loss_rows *rows) {
    const vg_denoise_training *t = context;
    const vg_batch *batch = rows->batch;
    const vg_denoiser denoiser = vg_denoise_denoiser(&t->config, t->kind);
    const double share = 1 / (rows->total * VG_CAR_ACTIONS);
    double sum = 0;
    for (int32_t r = 0; r < rows->count; r++) {
        int64_t row = vg_batch_row(batch, rows->begin + r), name = vg_batch_name(batch, rows->begin + r);
        float noise[VG_DENOISE_CHUNK_MOST * VG_CAR_ACTIONS], datum[VG_DENOISE_CHUNK_MOST * VG_CAR_ACTIONS];
        const float *y = rows->y + r * rows->stride, *target = batch->targets + row * rows->width;
        int32_t real = batch->parts[row] * VG_CAR_ACTIONS; // what comes after them is padding
        scale_chunk(t, target, rows->width, datum);
        const vg_noise_level level =
            noise_of(t, batch, name, rows->inputs + r * rows->input_stride + t->layout.values, datum, noise);
        for (int32_t i = 0; i < rows->width; i++) {
            float shall = vg_denoiser_target(&denoiser, &level, datum[i], noise[i]);
            double away = i < real ? (double)y[i] - (double)shall : 0;
            sum += away * away;
            if (rows->deltas) rows->deltas[r * rows->stride + i] = (float)(2 * share * away);
        }
    }
    return sum * share;
}

// --- as a learner ------------------------------------------------------------------------------------------

vg_imitation_head vg_denoise_head(const vg_denoise_training *training, double ema_power) {
    const vg_denoise_config *config = &training->config;
    return (vg_imitation_head){.head =
                                   training->kind == VG_DENOISING_FLOW ? &vg_head_flow : &vg_head_diffusion,
                               .hyperparameters = config,
                               .window = {(int32_t)config->n_obs_steps, (int32_t)config->chunk_size},
                               .loss = vg_denoise_loss,
                               .fill = vg_denoise_fill,
                               .context = training,
                               .ema_power = ema_power};
}

static vg_err see(void *context, const vg_dataset *data, vg_diag *diag) {
    (void)diag;
    vg_rows rows = vg_dataset_train(data);
    vg_denoise_see(context, &rows);
    return VG_OK;
}

vg_err vg_denoise_train(const vg_learner *learner, vg_denoising kind, const vg_learner_def *def,
                        vg_learner_report *report, vg_diag *diag) {
    const vg_denoise_learner_config *config = def->config;
    vg_denoise_training training = vg_denoise_training_of(config, kind, def->seed);
    vg_imitation_head own = vg_denoise_head(&training, config->ema_power);
    vg_clone_def how = {.network = &config->fit, .own = &own, .prepare = see, .prepare_context = &training};
    return vg_clone_logs(learner, def, &how, report, diag);
}
