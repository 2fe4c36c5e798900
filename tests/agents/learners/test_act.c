#include "agents/learners/act.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "sim/base/level.h"
#include "sim/base/random.h"
#include "tests/interactive.h"

// --- the loss ----------------------------------------------------------------------------------------------

enum { ROWS = 70, INPUTS = 3, CHUNK = 4, WIDTH = CHUNK * VG_CAR_ACTIONS };

typedef struct fixture {
    vg_network *net;
    vg_gradient *workspace;
    float inputs[ROWS * 16], targets[ROWS * WIDTH];
    int32_t parts[ROWS];
    vg_batch batch;
} fixture;

// Chunks of 1 to 4 actions; what lies beyond is padding.
static void make(fixture *f) {
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = INPUTS, shape.outputs = WIDTH;
    shape.hidden_count = 1, shape.hidden[0] = 5;
    *f = (fixture){0};
    ck_assert_int_le(vg_net_stride(INPUTS), 16);
    ck_ok(vg_mlp_create(&shape, &f->net, &diag));
    vg_network_init(f->net, 2);
    ck_ok(vg_gradient_create(f->net, VG_LOSS_OWN, ROWS, 1, &f->workspace, &diag));
    for (uint32_t r = 0; r < ROWS; r++) {
        vg_draw at = {.seed = 4, .step = r};
        for (at.draw = 0; at.draw < INPUTS; at.draw++)
            f->inputs[(int64_t)r * vg_net_stride(INPUTS) + at.draw] = (float)vg_random_uniform(&at);
        for (uint32_t i = 0; i < WIDTH; i++, at.draw++)
            f->targets[r * WIDTH + i] = (float)((i % 3 ? 1 : -1) * (1.5 + vg_random_uniform(&at)));
        f->parts[r] = 1 + (int32_t)(r % CHUNK);
    }
    f->batch = (vg_batch){.inputs = f->inputs,
                          .targets = f->targets,
                          .count = ROWS,
                          .target_width = WIDTH,
                          .parts = f->parts,
                          .own = vg_act_loss};
}

static void free_fixture(fixture *f) {
    vg_gradient_destroy(f->workspace);
    vg_network_destroy(f->net);
}

static double loss_of(fixture *f, float *gradient) {
    return vg_gradient_run(f->workspace, f->net, &f->batch, gradient);
}

// What stands in the padding changes neither the loss nor its gradient, and the mean is over what is no
// padding.
START_TEST(padding_never_counts) {
    fixture f;
    make(&f);
    int64_t count = vg_network_count(f.net);
    size_t size = sizeof(float) * (size_t)count;
    float *gradient = vg_new(float, count), *again = vg_new(float, count);
    double loss = loss_of(&f, gradient), sum = 0, real = 0;
    for (int r = 0; r < ROWS; r++)
        for (int i = f.parts[r] * 2; i < WIDTH; i++) f.targets[r * WIDTH + i] = NAN;
    ck_assert(loss_of(&f, again) == loss && !memcmp(gradient, again, size));
    float *scratch = vg_new(float, vg_network_scratch(f.net, false));
    for (int r = 0; r < ROWS; r++) {
        memcpy(vg_network_inputs(f.net, scratch), f.inputs + r * vg_net_stride(INPUTS),
               sizeof(float) * (size_t)vg_net_stride(INPUTS));
        vg_network_forward(f.net, 1, scratch);
        for (int i = 0; i < f.parts[r] * 2; i++, real++)
            sum += fabs((double)(vg_network_outputs(f.net, scratch)[i] - f.targets[r * WIDTH + i]));
    }
    ck_assert_double_eq_tol(loss, sum / real, 1e-12);
    vg_free(gradient), vg_free(again), vg_free(scratch);
    free_fixture(&f);
}
END_TEST

// A step that carries no error over 0 leaves the derivative as it is: so steps are small, and a few
// parameters, where one does, may be off.
START_TEST(the_gradient_is_that_of_finite_differences) {
    fixture f;
    make(&f);
    int64_t count = vg_network_count(f.net);
    float *gradient = vg_new(float, count), *w = vg_network_parameters(f.net);
    double square = 0, error = 0;
    loss_of(&f, gradient);
    for (int64_t i = 0; i < count; i++) {
        float before = w[i], step = 0x1p-8f;
        double loss[2];
        for (int side = 0; side < 2; side++) {
            w[i] = side ? before + step : before - step;
            vg_network_pack(f.net);
            loss[side] = loss_of(&f, NULL);
        }
        w[i] = before;
        double by = (loss[1] - loss[0]) / (2 * (double)step), away = by - (double)gradient[i];
        square += by * by, error += away * away;
    }
    ck_assert_double_lt(sqrt(error / square), 1e-3);
    vg_free(gradient);
    free_fixture(&f);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

static interactive_case *on_logs(const char *const *log) {
    interactive_case *c = interactive_begin(&vg_learner_act);
    c->def.logs = log, c->def.log_count = 1;
    interactive_set(c, "bc.n_epochs", "6");
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    const char *log = NULL;
    interactive_case *c = on_logs(&log);
    log = interactive_demo(c, "demo.vlog", "sedan", 3, 8);
    interactive_set(c, "bc.batch_size", "300"); // two chunks of a batch
    interactive_set(c, "n_obs_steps", "2");
    interactive_is_one_path(c, "act/policy", 12);
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_with_setpoints) {
    const char *log = NULL;
    interactive_case *c = on_logs(&log);
    log = interactive_demo(c, "demo.vlog", "sedan", 2, 4);
    interactive_set(c, "action_space", "setpoint");
    ck_ok(interactive_train(c));
    ck_golden("act/policy-setpoint", interactive_hash(c));
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    vg_level best = vg_level_best();
    for (vg_level level = VG_LEVEL_BASE; level < VG_LEVEL_COUNT; level++) {
        if (level > best) {
            printf("SKIP: level %s is not on this machine\n", vg_level_name(level));
            continue;
        }
        ck_assert(vg_level_force(level));
        const char *log = NULL;
        interactive_case *c = on_logs(&log);
        log = interactive_demo(c, "demo.vlog", "sedan", 2, 4);
        ck_ok(interactive_train(c));
        ck_golden("act/policy-short", interactive_hash(c));
        interactive_end(c);
    }
}
END_TEST

// The weights depend on everything that the loss does: the window is part of a checkpoint's identity.
START_TEST(a_checkpoint_of_another_chunk_is_refused) {
    const char *log = NULL;
    interactive_case *c = on_logs(&log);
    log = interactive_demo(c, "demo.vlog", "sedan", 3, 8);
    c->log.stop = 2;
    ck_fails(interactive_train(c), VG_ERR_INTERRUPTED, "stopped");
    c->log.stop = 0, c->def.resume = true;
    interactive_set(c, "temporal_ensemble_coeff", "0.5");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    interactive_set(c, "temporal_ensemble_coeff", "0.01");
    ck_ok(interactive_train(c));
    interactive_end(c);
}
END_TEST

START_TEST(refuses_a_chunk_longer_than_the_shortest_episode) {
    const char *log = NULL;
    interactive_case *c = on_logs(&log);
    log = interactive_demo(c, "demo.vlog", "sedan", 3, 4); // 80 actions each
    interactive_set(c, "chunk_size", "81");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "chunk_size: 81 actions, but the shortest of the");
    ck_assert(access(c->out, F_OK) != 0 && access(c->checkpoint, F_OK) != 0);
    interactive_set(c, "chunk_size", "80");
    ck_ok(interactive_train(c));
    interactive_set(c, "n_action_steps", "3");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "n_action_steps: 3, but temporal_ensemble");
    interactive_end(c);
}
END_TEST

CK_MAIN("act", padding_never_counts, the_gradient_is_that_of_finite_differences,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_with_setpoints, same_bytes_at_any_level,
        a_checkpoint_of_another_chunk_is_refused, refuses_a_chunk_longer_than_the_shortest_episode)
