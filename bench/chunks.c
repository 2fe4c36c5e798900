// bench/chunks.c -- what clones chunks of actions: the fit of act and of diffusion at their defaults, with
// the shape and the batches of the comparison with PyTorch (bench/torch_chunks.py); and 64 cars that a
// diffusion policy drives.
#include <string.h>

#include "agents/drive/rollout.h"
#include "agents/learners/act.h"
#include "agents/learners/diffusion.h"
#include "agents/nets/adam.h"
#include "agents/nets/mlp.h"
#include "agents/policy/policy_file.h"
#include "bench/bench.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tracks/library.h"

enum { SENSED = 11, BATCH = 256, CARS = 64, SECONDS = 10, WIDEST = 256 };

// --- training ----------------------------------------------------------------------------------------------

typedef struct fit {
    vg_act_config act;
    vg_act_training acting;
    vg_denoise_training denoising;
    vg_network *net;
    vg_adam adam;
    vg_gradient *workspace;
    vg_batch batch;
    float *inputs, *targets, *gradient;
    int32_t *parts;
} fit;

static void fit_close(void *state) {
    fit *f = state;
    vg_network_destroy(f->net);
    vg_adam_destroy(&f->adam);
    vg_gradient_destroy(f->workspace);
    vg_free(f->inputs);
    vg_free(f->targets);
    vg_free(f->gradient);
    vg_free(f->parts);
    vg_free(f);
}

// Rows of noise; nothing is padding.
static bool make_rows(fit *f, int32_t chunk) {
    const vg_network_shape *shape = vg_network_shape_of(f->net);
    const int64_t stride = vg_net_stride(shape->inputs), width = (int64_t)chunk * VG_CAR_ACTIONS;
    f->inputs = vg_new(float, BATCH *stride);
    f->targets = vg_new(float, BATCH *width);
    f->parts = vg_new(int32_t, BATCH);
    f->gradient = vg_new(float, vg_network_count(f->net));
    if (!f->inputs || !f->targets || !f->parts || !f->gradient) return false;
    for (int64_t r = 0; r < BATCH; r++) {
        vg_draw at = {.seed = 1, .entity = (uint32_t)r};
        for (int32_t i = 0; i < shape->inputs; i++, at.step++)
            f->inputs[r * stride + i] = (float)(4 * vg_random_uniform(&at) - 2);
        for (int64_t i = 0; i < width; i++, at.step++)
            f->targets[r * width + i] = (float)(2 * vg_random_uniform(&at) - 1);
        f->parts[r] = chunk;
    }
    f->batch = (vg_batch){.inputs = f->inputs,
                          .targets = f->targets,
                          .count = BATCH,
                          .target_width = (int32_t)width,
                          .parts = f->parts};
    return true;
}

static vg_err fit_finish(fit *f, const vg_imitation_head *own, vg_err err, int32_t threads, void **state,
                         double *work, vg_diag *diag) {
    vg_adam_def adam = vg_adam_default();
    if (!err) err = vg_adam_create(&adam, vg_network_count(f->net), &f->adam, diag);
    if (!err) err = vg_gradient_create(f->net, VG_LOSS_OWN, BATCH, threads, &f->workspace, diag);
    if (!err && !make_rows(f, own->window.chunk_size)) err = vg_fail_memory(diag);
    if (err) {
        fit_close(f);
        return err;
    }
    f->batch.own = own->loss, f->batch.fill = own->fill, f->batch.context = (void *)(uintptr_t)own->context;
    vg_network_init(f->net, 1);
    *work = BATCH;
    *state = f;
    return VG_OK;
}

static vg_err fit_run(void *state, vg_diag *diag) {
    (void)diag;
    fit *f = state;
    f->batch.pass++;
    vg_gradient_run(f->workspace, f->net, &f->batch, f->gradient);
    vg_adam_step(&f->adam, f->gradient, vg_network_parameters(f->net));
    vg_network_pack(f->net);
    return VG_OK;
}

static vg_err open_act(int32_t architecture, int32_t threads, void **state, double *work, vg_diag *diag) {
    fit *f = vg_new(fit, 1);
    if (!f) return vg_fail_memory(diag);
    vg_config_default(&vg_act_schema, &f->act);
    f->act.act.architecture = architecture;
    f->acting = vg_act_training_of(&f->act, 1);
    const vg_imitation_head own = vg_act_head(&f->acting);
    const vg_imitation im = {.config = &f->act.fit, .width = SENSED};
    return fit_finish(f, &own, own.network(own.context, &im, &f->net, diag), threads, state, work, diag);
}

static vg_err open_chunk(int32_t threads, void **state, double *work, vg_diag *diag) {
    return open_act(0, threads, state, work, diag);
}
static vg_err open_transformer(int32_t threads, void **state, double *work, vg_diag *diag) {
    return open_act(1, threads, state, work, diag);
}

static vg_err open_denoiser(int32_t threads, void **state, double *work, vg_diag *diag) {
    fit *f = vg_new(fit, 1);
    if (!f) return vg_fail_memory(diag);
    vg_denoise_learner_config config;
    vg_config_default(&vg_diffusion_schema, &config);
    f->denoising = vg_denoise_training_of(&config, VG_DENOISING_DIFFUSION, 1);
    const vg_rows none = {.width = SENSED};
    vg_denoise_see(&f->denoising, &none);
    f->denoising.range = (vg_denoise_range){.half = {1, 1}};
    const vg_imitation_head own = vg_denoise_head(&f->denoising, 0);
    const vg_network_shape shape = {.inputs = f->denoising.layout.inputs,
                                    .outputs = own.window.chunk_size * VG_CAR_ACTIONS};
    vg_err err = vg_imitation_perceptron(&config.fit, &shape, &f->net, diag);
    return fit_finish(f, &own, err, threads, state, work, diag);
}

// --- driving -----------------------------------------------------------------------------------------------

typedef struct drive {
    vg_road *road;
    vg_sense *sense;
    vg_network *net;
    vg_policy *policy;
    vg_denoise_learner_config config;
    vg_policy_info info;
    float mean[WIDEST], scale[WIDEST];
    vg_rollout_def def;
} drive;

static void drive_close(void *state) {
    drive *d = state;
    vg_policy_destroy(d->policy);
    vg_network_destroy(d->net);
    vg_sense_destroy(d->sense);
    vg_road_destroy(d->road);
    vg_free(d);
}

// A network that has learned nothing costs as much.
static vg_err make_policy(drive *d, vg_diag *diag) {
    const vg_denoise_config *head = &d->config.denoise;
    vg_car car = vg_car_default();
    vg_config_default(&vg_diffusion_schema, &d->config);
    vg_err err = vg_sense_create(d->config.fit.sense, &d->sense, diag);
    if (err) return err;
    const int32_t width = vg_sense_size(d->sense);
    if (width > WIDEST) return vg_fail(diag, VG_ERR_ARGUMENT, "a sense of %d values", width);
    const vg_network_shape shape = {.inputs = vg_denoise_layout_of(head, width).inputs,
                                    .outputs = (int32_t)head->chunk_size * VG_CAR_ACTIONS};
    err = vg_imitation_perceptron(&d->config.fit, &shape, &d->net, diag);
    if (err) return err;
    vg_network_init(d->net, 1);
    vg_sense_physical(d->sense, &car, d->scale);
    d->info = (vg_policy_info){.sense = d->sense,
                               .mean = d->mean,
                               .scale = d->scale,
                               .head = &vg_head_diffusion,
                               .head_hyperparameters = head,
                               .car = car,
                               .tick_num = 1,
                               .tick_den = 60,
                               .ticks_per_action = 3,
                               .learner = "bench",
                               .config = "",
                               .data = ""};
    return vg_policy_of_network(&d->info, d->net, &d->policy, diag);
}

static vg_err drive_run(void *state, vg_diag *diag) {
    drive *d = state;
    vg_rollout out;
    vg_err err = vg_rollout_run(&d->def, &out, diag);
    if (!err) vg_rollout_free(&out);
    return err;
}

static vg_err drive_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    drive *d = vg_new(drive, 1);
    if (!d) return vg_fail_memory(diag);
    vg_rollout out = {0};
    vg_err err = vg_track_load("train-1", &d->road, diag);
    if (!err) err = make_policy(d, diag);
    d->def = vg_rollout_def_default();
    d->def.policy = d->policy, d->def.roads = (const vg_road *const *)&d->road, d->def.road_count = 1;
    d->def.starts = CARS, d->def.horizon = SECONDS, d->def.seed = 1, d->def.threads = threads;
    if (!err) err = vg_rollout_run(&d->def, &out, diag);
    if (err) {
        drive_close(d);
        return err;
    }
    *work = (double)out.actions * 3 / 60; // an episode that departs is driven a second time, for its cost (b)
    vg_rollout_free(&out);
    *state = d;
    return VG_OK;
}

const bench_case bench_train_chunk = {.name = "train-chunk",
                                      .unit = "samples",
                                      .help = "gradient and Adam step of act at its defaults, batch 256",
                                      .open = open_chunk,
                                      .run = fit_run,
                                      .close = fit_close,
                                      .alone = true};
const bench_case bench_train_transformer = {.name = "train-transformer",
                                            .unit = "samples",
                                            .help = "the same with architecture=transformer",
                                            .open = open_transformer,
                                            .run = fit_run,
                                            .close = fit_close,
                                            .alone = true};
const bench_case bench_train_denoiser = {.name = "train-denoiser",
                                         .unit = "samples",
                                         .help = "the same of diffusion, noise included",
                                         .open = open_denoiser,
                                         .run = fit_run,
                                         .close = fit_close,
                                         .alone = true};
const bench_case bench_drive_diffusion = {.name = "drive-diffusion",
                                          .unit = "car-s",
                                          .help = "64 cars that a diffusion policy drives, scoring included",
                                          .goal = 20 * CARS,
                                          .open = drive_open,
                                          .run = drive_run,
                                          .close = drive_close,
                                          .alone = true};
