#include "agents/learners/diffusion.h"

#include <math.h>
#include <string.h>

#include "agents/learners/flow.h"
#include "agents/nets/mlp.h"
#include "tests/agents/learners/forked.h"
#include "tests/agents/nets/own_loss.h"
#include "tests/levels.h"

// --- the loss ----------------------------------------------------------------------------------------------

enum { ROWS = 70, SENSED = 2, CHUNK = 3, WIDTH = CHUNK * VG_CAR_ACTIONS };

typedef struct fixture {
    vg_denoise_training training;
    vg_network *net;
    vg_gradient *workspace;
    float *inputs, targets[ROWS * WIDTH], actions[ROWS * VG_CAR_ACTIONS];
    int32_t parts[ROWS];
    vg_batch batch;
} fixture;

static void make(fixture *f, vg_denoising kind) {
    vg_denoise_learner_config config = {.denoise = {.n_obs_steps = 1,
                                                    .chunk_size = CHUNK,
                                                    .n_action_steps = 1,
                                                    .num_inference_steps = 5,
                                                    .num_train_timesteps = 50}};
    *f = (fixture){.training = vg_denoise_training_of(&config, kind, 7)};
    for (uint32_t r = 0; r < ROWS * VG_CAR_ACTIONS; r++)
        f->actions[r] = (float)(vg_random_uniform(&(vg_draw){.seed = 4, .step = r}) - 0.25);
    vg_rows rows = {.actions = f->actions, .count = ROWS, .width = SENSED};
    vg_denoise_see(&f->training, &rows);
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = f->training.layout.inputs, shape.outputs = WIDTH;
    shape.hidden_count = 1, shape.hidden[0] = 6;
    ck_ok(vg_mlp_create(&shape, &f->net, &diag));
    vg_network_init(f->net, 2);
    ck_ok(vg_gradient_create(f->net, VG_LOSS_OWN, ROWS, 1, &f->workspace, &diag));
    int64_t stride = vg_net_stride(shape.inputs);
    f->inputs = vg_new(float, ROWS *stride);
    for (int64_t r = 0; r < ROWS; r++) {
        f->inputs[r * stride] = 0.3f, f->inputs[r * stride + 1] = (float)r / ROWS;
        for (int64_t i = 0; i < WIDTH; i++)
            f->targets[r * WIDTH + i] = f->actions[(r * VG_CAR_ACTIONS + i) % (ROWS * VG_CAR_ACTIONS)];
        f->parts[r] = 1 + (int32_t)(r % CHUNK);
    }
    f->batch = (vg_batch){.inputs = f->inputs,
                          .targets = f->targets,
                          .count = ROWS,
                          .target_width = WIDTH,
                          .parts = f->parts,
                          .own = vg_denoise_loss,
                          .fill = vg_denoise_fill,
                          .context = &f->training};
}

static void free_fixture(fixture *f) {
    vg_gradient_destroy(f->workspace);
    vg_network_destroy(f->net);
    vg_free(f->inputs);
}

static double loss_of(fixture *f, float *gradient) {
    return vg_gradient_run(f->workspace, f->net, &f->batch, gradient);
}

START_TEST(the_gradient_is_that_of_finite_differences) {
    for (int k = 0; k < 2; k++) {
        fixture f;
        make(&f, k ? VG_DENOISING_FLOW : VG_DENOISING_DIFFUSION);
        ck_assert_double_lt(own_loss_error(f.workspace, f.net, &f.batch), 1e-3);
        free_fixture(&f);
    }
}
END_TEST

// What the network says when it is told to predict nothing costs what is to be predicted: noise of variance
// 1, for diffusion, whatever the data; padding costs nothing.
START_TEST(a_network_that_says_nothing_pays_for_the_noise) {
    fixture f;
    make(&f, VG_DENOISING_DIFFUSION);
    memset(vg_network_parameters(f.net), 0, sizeof(float) * (size_t)vg_network_count(f.net));
    vg_network_pack(f.net);
    double mean = 0;
    enum { PASSES = 200 };
    for (f.batch.pass = 0; f.batch.pass < PASSES; f.batch.pass++) mean += loss_of(&f, NULL) / PASSES;
    ck_assert_double_eq_tol(mean, 1, 4 * sqrt(2.0 / (PASSES * ROWS * 4)));
    double first = loss_of(&f, NULL);
    for (int r = 0; r < ROWS; r++)
        for (int i = f.parts[r] * VG_CAR_ACTIONS; i < WIDTH; i++) f.targets[r * WIDTH + i] = 0.9f;
    ck_assert(loss_of(&f, NULL) == first);
    f.batch.pass++;
    ck_assert(loss_of(&f, NULL) != first); // other noise in each pass
    free_fixture(&f);
}
END_TEST

// Actions are scaled by their range: the least is -1, the greatest 1.
START_TEST(the_range_is_that_of_the_rows) {
    static const float actions[] = {-0.5f, 0.2f, 0.1f, 0.2f, -0.2f, 0.2f, 3, 0.2f};
    vg_denoise_learner_config config = {.denoise = {.n_obs_steps = 2, .chunk_size = 4}};
    vg_denoise_training t = vg_denoise_training_of(&config, VG_DENOISING_FLOW, 1);
    vg_rows rows = {.actions = actions, .count = 4, .width = 3};
    vg_denoise_see(&t, &rows);
    ck_assert(t.config.steer_min == -0.5 && t.config.steer_max == 1); // clamped as the car does
    ck_assert_float_eq_tol(t.range.centre[0], 0.25f, 1e-6f);
    ck_assert_float_eq_tol(t.range.half[0], 0.75f, 1e-6f);
    ck_assert_float_eq_tol(t.range.centre[1], 0.2f, 1e-6f); // it never varies, and keeps its scale
    ck_assert(t.range.half[1] == 1);
    ck_assert(t.layout.values == 6 && t.layout.time == 14 && t.layout.inputs == 14 + VG_DENOISER_TIME);
}
END_TEST

// --- a driver who passes left or right by a coin ----------------------------------------------------------

// Either side is taken, as often as the other, by whole chunks: no car changes its mind within one.
static void ck_takes_either_side(const vg_learner *learner, vg_denoising kind, const char *prediction,
                                 int64_t epochs) {
    forked f;
    vg_denoise_learner_config config = {0};
    vg_config_default(learner->schema, &config);
    if (prediction)
        ck_ok(vg_config_set(learner->schema, &config, "prediction_type", prediction, "", 0, &diag));
    config.denoise.n_obs_steps = 1, config.denoise.chunk_size = 8;
    config.fit.bc.n_epochs = epochs;
    snprintf(config.fit.hidden_sizes, sizeof config.fit.hidden_sizes, "64,64");
    forked_make(&f, &config.fit);
    vg_denoise_training training = vg_denoise_training_of(&config, kind, 1);
    vg_rows rows = vg_dataset_train(f.data);
    vg_denoise_see(&training, &rows);
    vg_imitation_head own = vg_denoise_head(&training, config.ema_power);
    forked_clone(&f,
                 (vg_clone_def){.learner = learner->name,
                                .schema = learner->schema,
                                .config = &config,
                                .network = &config.fit,
                                .own = &own},
                 NULL);
    forked_sides of = forked_drive(&f, 8);
    ck_assert_msg(of.left > 0.35 && of.right > 0.35 && of.ahead < 0.1 && of.changed < 0.02,
                  "%s: %g left, %g right, %g ahead, %g changed", learner->name, of.left, of.right, of.ahead,
                  of.changed);
    forked_free(&f);
}

START_TEST(a_chunk_takes_either_side_and_keeps_to_it) {
    ck_takes_either_side(&vg_learner_diffusion, VG_DENOISING_DIFFUSION, "epsilon", 300);
    ck_takes_either_side(&vg_learner_diffusion, VG_DENOISING_DIFFUSION, "sample", 60);
    ck_takes_either_side(&vg_learner_flow, VG_DENOISING_FLOW, NULL, 150);
}
END_TEST

// --- as learners -------------------------------------------------------------------------------------------

static const struct {
    const vg_learner *learner;
    const char *golden, *shorter;
} learners[] = {{&vg_learner_diffusion, "diffusion/policy", "diffusion/policy-short"},
                {&vg_learner_flow, "flow/policy", "flow/policy-short"}};

static interactive_case *on_logs(const vg_learner *learner, int32_t runs, double seconds) {
    interactive_case *c = interactive_begin(learner);
    interactive_from_demo(c, runs, seconds);
    interactive_set(c, "bc.n_epochs", "6");
    interactive_set(c, "chunk_size", "8");
    interactive_set(c, "n_action_steps", "4");
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    for (size_t k = 0; k < 2; k++) {
        interactive_case *c = on_logs(learners[k].learner, 3, 8);
        interactive_set(c, "bc.batch_size", "300"); // two chunks of a batch
        interactive_is_one_path(c, learners[k].golden, 12);
        interactive_end(c);
    }
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        for (size_t k = 0; k < 2; k++) {
            interactive_case *c = on_logs(learners[k].learner, 2, 4);
            ck_ok(interactive_train(c));
            ck_golden(learners[k].shorter, interactive_hash(c));
            interactive_end(c);
        }
    }
}
END_TEST

// Averaged weights are others than the last ones; without a power there is no average.
START_TEST(weights_are_averaged) {
    interactive_case *c = on_logs(&vg_learner_flow, 2, 4);
    ck_ok(interactive_train(c));
    uint64_t averaged = interactive_hash(c);
    double loss = c->report.held_out_loss;
    interactive_set(c, "ema_power", "0");
    ck_ok(interactive_train(c));
    ck_assert(interactive_hash(c) != averaged && c->report.held_out_loss != loss);
    interactive_end(c);
}
END_TEST

CK_MAIN("diffusion", the_gradient_is_that_of_finite_differences,
        a_network_that_says_nothing_pays_for_the_noise, the_range_is_that_of_the_rows,
        a_chunk_takes_either_side_and_keeps_to_it, same_bytes_at_any_thread_count_resumed_or_not,
        same_bytes_at_any_level, weights_are_averaged)
