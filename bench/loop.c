// bench/loop.c -- a 64 x 64 network drives many cars: sense, network, step and scoring, in blocks of 64
// episodes as every rollout drives them; and the network's matrix products alone, as the limit.
#include <stdio.h>

#include "agents/drive/rollout.h"
#include "agents/nets/adam.h"
#include "agents/nets/gradient.h"
#include "agents/nets/mlp.h"
#include "agents/policy/policy_file.h"
#include "bench/bench.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tracks/library.h"

enum { ROADS = 4, STARTS = 128, INPUTS = 11, WIDTH = 64, OUTPUTS = 2, BATCH = 256, STEPS = 300, RUNS = 64 };
#define SENSED  "offset,heading,speed,curvature@0:3:6:9:12:16:20:26"
#define SECONDS 10

// --- a network that stays on the road --------------------------------------------------------------------

typedef struct driver {
    vg_sense *sense;
    vg_network *net;
    vg_policy *policy;
    vg_policy_info info;
    float mean[INPUTS], scale[INPUTS];
} driver;

static double between(vg_draw *at, double low, double high) {
    at->draw++;
    return low + (high - low) * vg_random_uniform(at);
}

// A state on the road, and the action that holds the middle of it at 12 m/s.
static void make_row(const driver *d, uint32_t row, float *inputs, float *targets) {
    vg_draw at = {.seed = 1, .entity = row};
    float seen[INPUTS];
    seen[0] = (float)between(&at, -3, 3);
    seen[1] = (float)between(&at, -0.3, 0.3);
    seen[2] = (float)between(&at, 0, 25);
    double bend = between(&at, -0.06, 0.06), change = between(&at, -0.03, 0.03);
    for (int i = 3; i < INPUTS; i++) seen[i] = (float)(bend + change * (i - 3) / (INPUTS - 4));
    for (int i = 0; i < INPUTS; i++) inputs[i] = (seen[i] - d->mean[i]) * d->scale[i];
    double steer = 4.5 * seen[3] - 0.1 * seen[0] - 0.8 * seen[1], accel = 0.2 * (12 - seen[2]);
    targets[0] = (float)(steer < -1 ? -1 : steer > 1 ? 1 : steer);
    targets[1] = (float)(accel < -1 ? -1 : accel > 1 ? 1 : accel);
}

static vg_err teach(driver *d, vg_diag *diag) {
    vg_adam adam = {0};
    vg_gradient *room = NULL;
    vg_adam_def def = vg_adam_default();
    int64_t stride = vg_net_stride(INPUTS);
    float *inputs = vg_new(float, BATCH *stride), *targets = vg_new(float, BATCH *OUTPUTS);
    float *gradient = vg_new(float, vg_network_count(d->net));
    vg_err err = inputs && targets && gradient ? VG_OK : vg_fail_memory(diag);
    if (!err) err = vg_adam_create(&def, vg_network_count(d->net), &adam, diag);
    if (!err) err = vg_gradient_create(d->net, VG_LOSS_MSE, BATCH, 1, &room, diag);
    vg_network_init(d->net, 1);
    for (uint32_t step = 0; step < STEPS && !err; step++) {
        for (uint32_t r = 0; r < BATCH; r++)
            make_row(d, step * BATCH + r, inputs + r * stride, targets + r * OUTPUTS);
        vg_batch batch = {.inputs = inputs, .targets = targets, .count = BATCH};
        vg_gradient_run(room, d->net, &batch, gradient);
        vg_adam_step(&adam, gradient, vg_network_parameters(d->net));
        vg_network_pack(d->net);
    }
    vg_gradient_destroy(room);
    vg_adam_destroy(&adam);
    vg_free(inputs);
    vg_free(targets);
    vg_free(gradient);
    return err;
}

static void driver_close(driver *d) {
    vg_policy_destroy(d->policy);
    vg_network_destroy(d->net);
    vg_sense_destroy(d->sense);
}

static vg_err driver_open(driver *d, vg_diag *diag) {
    vg_mlp_def def = vg_mlp_default();
    def.inputs = INPUTS, def.outputs = OUTPUTS;
    vg_car car = vg_car_default();
    vg_err err = vg_sense_create(SENSED, &d->sense, diag);
    if (!err) err = vg_mlp_create(&def, &d->net, diag);
    if (err) return err;
    vg_sense_physical(d->sense, &car, d->scale);
    err = teach(d, diag);
    d->info = (vg_policy_info){.sense = d->sense,
                               .mean = d->mean,
                               .scale = d->scale,
                               .car = car,
                               .tick_num = 1,
                               .tick_den = 60,
                               .ticks_per_action = 3,
                               .learner = "bench",
                               .config = "",
                               .data = ""};
    return err ? err : vg_policy_of_network(&d->info, d->net, &d->policy, diag);
}

// --- the closed loop ---------------------------------------------------------------------------------------

typedef struct loop {
    vg_road *roads[ROADS];
    driver driver;
    vg_rollout_def def;
} loop;

static void loop_close(void *state) {
    loop *l = state;
    driver_close(&l->driver);
    for (int i = 0; i < ROADS; i++) vg_road_destroy(l->roads[i]);
    vg_free(l);
}

static vg_err check_driver(const loop *l, int64_t *actions, vg_diag *diag) {
    vg_rollout out;
    vg_err err = vg_rollout_run(&l->def, &out, diag);
    if (err) return err;
    int32_t departed = 0;
    for (int32_t i = 0; i < out.count; i++) departed += out.episodes[i].departures > 0;
    *actions = out.actions;
    if (departed * 10 > out.count)
        err = vg_fail(diag, VG_ERR_POLICY, "%d of %d drives left the road: nothing to measure", departed,
                      out.count);
    vg_rollout_free(&out);
    return err;
}

// The work is the number of requests to the policy: an episode that departs is driven a second time, for its
// cost (b).
static vg_err loop_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    loop *l = vg_new(loop, 1);
    if (!l) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    for (int i = 0; i < ROADS && !err; i++) {
        char name[32];
        snprintf(name, sizeof name, "train-%d", i + 1);
        err = vg_track_load(name, &l->roads[i], diag);
    }
    if (!err) err = driver_open(&l->driver, diag);
    l->def = vg_rollout_def_default();
    l->def.policy = l->driver.policy;
    l->def.roads = (const vg_road *const *)l->roads, l->def.road_count = ROADS, l->def.starts = STARTS;
    l->def.start_spread = 0.3f, l->def.horizon = SECONDS, l->def.sample_interval = 1, l->def.seed = 1;
    l->def.threads = threads;
    int64_t actions = 0;
    if (!err) err = check_driver(l, &actions, diag);
    if (err) {
        loop_close(l);
        return err;
    }
    *work = (double)actions;
    *state = l;
    return VG_OK;
}

static vg_err loop_run(void *state, vg_diag *diag) {
    loop *l = state;
    vg_rollout out;
    vg_err err = vg_rollout_run(&l->def, &out, diag);
    if (!err) vg_rollout_free(&out);
    return err;
}

// --- its products alone ------------------------------------------------------------------------------------

typedef struct products {
    const vg_net_kernel *kernel;
    float *values[4], *panels[3];
} products;

static const int32_t widths[] = {INPUTS, WIDTH, WIDTH, OUTPUTS};

static void products_close(void *state) {
    products *p = state;
    for (int i = 0; i < 4; i++) vg_free(p->values[i]);
    for (int i = 0; i < 3; i++) vg_free(p->panels[i]);
    vg_free(p);
}

static vg_err products_open(int32_t threads, void **state, double *work, vg_diag *diag) {
    (void)threads;
    products *p = vg_new(products, 1);
    if (!p) return vg_fail_memory(diag);
    p->kernel = VG_HOT_PICK(vg_net_kernel);
    bool good = true;
    for (int i = 0; i < 4; i++)
        good &= !!(p->values[i] = vg_new(float, VG_NETWORK_BLOCK *vg_net_stride(widths[i])));
    for (int i = 0; i < 3; i++)
        good &= !!(p->panels[i] = vg_new(float, vg_net_forward_panels(widths[i], widths[i + 1])));
    if (!good) {
        products_close(p);
        return vg_fail_memory(diag);
    }
    *work = RUNS * VG_NETWORK_BLOCK;
    *state = p;
    return VG_OK;
}

static vg_err products_run(void *state, vg_diag *diag) {
    (void)diag;
    products *p = state;
    for (int run = 0; run < RUNS; run++)
        for (int i = 0; i < 3; i++)
            p->kernel->forward(p->values[i], p->panels[i], VG_NETWORK_BLOCK, widths[i], widths[i + 1],
                               VG_ACTIVATION_LINEAR, p->values[i + 1]);
    return VG_OK;
}

const bench_case bench_closed_loop = {.name = "closed-loop",
                                      .unit = "actions",
                                      .help = "512 episodes by a 64 x 64 network: sense " SENSED
                                              ", network, 3 ticks, scoring",
                                      .open = loop_open,
                                      .run = loop_run,
                                      .close = loop_close};
const bench_case bench_products = {.name = "products",
                                   .unit = "samples",
                                   .help = "the matrix products of 11-64-64-2 alone, for 64 cars",
                                   .open = products_open,
                                   .run = products_run,
                                   .close = products_close,
                                   .with = "closed-loop",
                                   .wanted = 0.6,
                                   .alone = true};
