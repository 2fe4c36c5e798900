#include "agents/learners/act.h"

#include <math.h>

#include "agents/nets/cvae.h"
#include "agents/nets/mlp.h"
#include "agents/policy/policy_file.h"
#include "sim/base/level.h"
#include "sim/base/random.h"
#include "tests/agents/nets/own_loss.h"
#include "tests/interactive.h"
#include "tests/levels.h"

// --- the loss ----------------------------------------------------------------------------------------------

enum { ROWS = 70, INPUTS = 3, CHUNK = 4, WIDTH = CHUNK * VG_CAR_ACTIONS, LATENT = 2 };

typedef struct fixture {
    vg_network *net;
    vg_gradient *workspace;
    float inputs[ROWS * 16], targets[ROWS * WIDTH];
    int32_t parts[ROWS];
    vg_batch batch;
    vg_act_config config;
    vg_act_training training;
} fixture;

static vg_network *perceptron(int32_t inputs, int32_t outputs) {
    vg_mlp_def shape = vg_mlp_default();
    vg_network *net;
    shape.inputs = inputs, shape.outputs = outputs;
    shape.hidden_count = 1, shape.hidden[0] = 5;
    ck_ok(vg_mlp_create(&shape, &net, &diag));
    return net;
}

// Chunks of 1 to 4 actions; what lies beyond is padding. With a style or without.
static void make(fixture *f, int32_t latent) {
    *f = (fixture){.config.act = {.latent_dim = latent, .kl_weight = 3}};
    f->training = vg_act_training_of(&f->config, 6);
    ck_assert_int_le(vg_net_stride(INPUTS + WIDTH + LATENT), 16);
    if (latent)
        ck_ok(vg_cvae_create(&(vg_cvae_def){INPUTS, WIDTH, LATENT}, perceptron(INPUTS + WIDTH, 2 * LATENT),
                             perceptron(INPUTS + LATENT, WIDTH), &f->net, &diag));
    else
        f->net = perceptron(INPUTS, WIDTH);
    vg_network_init(f->net, 2);
    ck_ok(vg_gradient_create(f->net, VG_LOSS_OWN, ROWS, 1, &f->workspace, &diag));
    for (uint32_t r = 0; r < ROWS; r++) {
        vg_draw at = {.seed = 4, .step = r};
        for (at.draw = 0; at.draw < INPUTS; at.draw++)
            f->inputs[r * 16 + at.draw] = (float)vg_random_uniform(&at);
        for (uint32_t i = 0; i < WIDTH; i++, at.draw++)
            f->targets[r * WIDTH + i] = (float)((i % 3 ? 1 : -1) * (1.5 + vg_random_uniform(&at)));
        f->parts[r] = 1 + (int32_t)(r % CHUNK);
    }
    f->batch = (vg_batch){.inputs = f->inputs,
                          .targets = f->targets,
                          .count = ROWS,
                          .target_width = WIDTH,
                          .parts = f->parts,
                          .own = vg_act_loss,
                          .fill = latent ? vg_act_fill : NULL,
                          .context = &f->training};
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
    make(&f, 0);
    int64_t count = vg_network_count(f.net);
    size_t size = sizeof(float) * (size_t)count;
    float *gradient = vg_new(float, count), *again = vg_new(float, count);
    double loss = loss_of(&f, gradient), sum = 0, real = 0;
    for (int r = 0; r < ROWS; r++)
        for (int i = f.parts[r] * 2; i < WIDTH; i++) f.targets[r * WIDTH + i] = NAN;
    ck_assert(loss_of(&f, again) == loss && !memcmp(gradient, again, size));
    float *scratch = vg_new(float, vg_network_scratch(f.net, false));
    for (int r = 0; r < ROWS; r++) {
        memcpy(vg_network_inputs(f.net, scratch), f.inputs + (ptrdiff_t)r * 16, sizeof(float) * 16);
        vg_network_forward(f.net, 1, scratch);
        for (int i = 0; i < f.parts[r] * 2; i++, real++)
            sum += fabs((double)(vg_network_outputs(f.net, scratch)[i] - f.targets[r * WIDTH + i]));
    }
    ck_assert_double_eq_tol(loss, sum / real, 1e-12);
    vg_free(gradient), vg_free(again), vg_free(scratch);
    free_fixture(&f);
}
END_TEST

static double gradient_error(int32_t latent) {
    fixture f;
    make(&f, latent);
    double error = own_loss_error(f.workspace, f.net, &f.batch);
    free_fixture(&f);
    return error;
}

START_TEST(the_gradient_is_that_of_finite_differences) {
    ck_assert_double_lt(gradient_error(0), 1e-3);
    ck_assert_double_lt(gradient_error(LATENT), 4e-3); // exp bends more than tanh
}
END_TEST

// An encoder that says N(0, 1) of every row pays nothing for it. One whose means are 2 pays kl_weight times 2
// nats a value. What was padded reaches neither the encoder nor the loss, and every pass has noise of its
// own.
START_TEST(style_costs_its_divergence) {
    fixture f;
    make(&f, LATENT);
    float *w = vg_network_parameters(f.net);
    memset(w, 0, sizeof *w * (size_t)vg_network_count(f.net));
    vg_network_pack(f.net);
    double plain = loss_of(&f, NULL);
    for (int32_t i = 0; i < vg_network_tensors(f.net); i++) {
        vg_network_tensor tensor = vg_network_tensor_at(f.net, i);
        if (strcmp(tensor.name, "enc.net.2.bias") == 0) w[tensor.at] = w[tensor.at + 1] = 2; // the means
    }
    vg_network_pack(f.net);
    ck_assert_double_eq_tol(loss_of(&f, NULL) - plain, 3 * LATENT * 2, 1e-5);
    vg_network_init(f.net, 2);
    double loss = loss_of(&f, NULL);
    for (int r = 0; r < ROWS; r++)
        for (int i = f.parts[r] * 2; i < WIDTH; i++) f.targets[r * WIDTH + i] = NAN;
    ck_assert(loss_of(&f, NULL) == loss);
    f.batch.pass++;
    ck_assert(loss_of(&f, NULL) != loss);
    free_fixture(&f);
}
END_TEST

// By mean and deviation, each action on its own; what hardly varies has the least deviation.
START_TEST(actions_are_seen_by_mean_and_deviation) {
    float actions[] = {0.1f, -0.5f, 0.3f, -0.5f, 0.1f, -0.5f, 0.3f, -0.5f};
    vg_rows rows = {.count = 4, .actions = actions};
    fixture f;
    make(&f, 0);
    vg_act_see(&f.training, &rows);
    ck_assert(f.training.centre[0] == 0 && f.training.scale[0] == 1); // identity
    double plain = loss_of(&f, NULL);
    f.config.act.action_normalization = 1; // mean_std
    vg_act_see(&f.training, &rows);
    ck_assert_float_eq_tol(f.training.centre[0], 0.2f, 1e-6f);
    ck_assert_float_eq_tol(f.training.scale[0], 0.1f, 1e-6f);
    ck_assert_float_eq_tol(f.training.centre[1], -0.5f, 1e-6f);
    ck_assert_float_eq_tol(f.training.scale[1], (float)VG_ACT_LEAST, 1e-9f);
    double loss = loss_of(&f, NULL);
    ck_assert_double_gt(loss, 2 * plain);
    for (int i = 0; i < ROWS * WIDTH; i++)
        f.targets[i] = (f.targets[i] - f.training.centre[i % 2]) / f.training.scale[i % 2];
    for (int a = 0; a < 2; a++) f.training.centre[a] = 0, f.training.scale[a] = 1;
    ck_assert_double_eq_tol(loss_of(&f, NULL), loss, 1e-9 * loss);
    free_fixture(&f);
}
END_TEST

// --- as a learner ------------------------------------------------------------------------------------------

static interactive_case *on_logs(int32_t runs, double seconds) {
    interactive_case *c = interactive_begin(&vg_learner_act);
    interactive_from_demo(c, runs, seconds);
    interactive_set(c, "bc.n_epochs", "6");
    return c;
}

START_TEST(same_bytes_at_any_thread_count_resumed_or_not) {
    interactive_case *c = on_logs(3, 8);
    interactive_set(c, "bc.batch_size", "300"); // two chunks of a batch
    interactive_set(c, "n_obs_steps", "2");
    interactive_is_one_path(c, "act/policy", 12);
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_with_setpoints) {
    interactive_case *c = on_logs(2, 4);
    interactive_set(c, "action_space", "setpoint");
    ck_ok(interactive_train(c));
    ck_golden("act/policy-setpoint", interactive_hash(c));
    interactive_end(c);
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        interactive_case *c = on_logs(2, 4);
        ck_ok(interactive_train(c));
        ck_golden("act/policy-short", interactive_hash(c));
        interactive_set(c, "architecture", "transformer");
        interactive_set(c, "dim_model", "8");
        interactive_set(c, "dim_feedforward", "8");
        interactive_set(c, "chunk_size", "4");
        interactive_set(c, "bc.n_epochs", "1");
        ck_ok(interactive_train(c));
        ck_golden("act/transformer-short", interactive_hash(c));
        interactive_end(c);
    }
}
END_TEST

// A transformer is trained, stopped, resumed and driven as any other network, with a style or without, and
// its file has no trace of the style.
START_TEST(a_transformer_is_a_policy) {
    interactive_case *c = on_logs(2, 3);
    static const char *const settings[][2] = {{"architecture", "transformer"},
                                              {"dim_model", "8"},
                                              {"n_heads", "2"},
                                              {"dim_feedforward", "8"},
                                              {"n_obs_steps", "3"},
                                              {"chunk_size", "4"},
                                              {"bc.n_epochs", "8"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        interactive_set(c, settings[i][0], settings[i][1]);
    interactive_is_one_path(c, "act/transformer", 7);
    vg_policy *policy;
    ck_ok(vg_policy_load(c->out, &policy, &diag));
    const vg_network *net = vg_network_policy_network(policy);
    ck_assert_str_eq(vg_network_architecture(net), "transformer");
    for (int32_t i = 0; i < vg_network_tensors(net); i++)
        ck_assert(!strstr(vg_network_tensor_at(net, i).name, "style"));
    vg_policy_destroy(policy);
    interactive_set(c, "latent_dim", "0");
    ck_ok(interactive_train(c));
    interactive_set(c, "n_heads", "3");
    ck_fails(interactive_train(c), VG_ERR_ARGUMENT, "dim_model: 8 columns for 3 heads");
    interactive_end(c);
}
END_TEST

// Hardly trained, a network is as it was drawn. Learned by mean and deviation, it gives each action what it
// would else give, times that action's deviation and about its mean; with a style or without, of both
// architectures.
static void last_layer_of(interactive_case *c, const char *normalization, float weight[2], float bias[2]) {
    vg_policy *policy;
    interactive_set(c, "action_normalization", normalization);
    ck_ok(interactive_train(c));
    ck_ok(vg_policy_load(c->out, &policy, &diag));
    const vg_network *net = vg_network_policy_network(policy);
    vg_network_tensor b = vg_network_tensor_at(net, vg_network_tensors(net) - 1),
                      w = vg_network_tensor_at(net, vg_network_tensors(net) - 2);
    for (int a = 0; a < 2; a++) {
        weight[a] = vg_network_read(net)[w.at + a * (w.count / b.count)];
        bias[a] = vg_network_read(net)[b.at + a];
    }
    vg_policy_destroy(policy);
}

START_TEST(what_drives_gives_actions) {
    static const char *const settings[][2] = {{"bc.n_epochs", "1"},    {"bc.learning_rate", "1e-8"},
                                              {"chunk_size", "2"},     {"hidden_sizes", "4"},
                                              {"dim_model", "4"},      {"n_heads", "1"},
                                              {"dim_feedforward", "4"}};
    for (int k = 0; k < 4; k++) {
        float was[2], is[2], bias_was[2], bias_is[2];
        interactive_case *c = on_logs(2, 3);
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            interactive_set(c, settings[i][0], settings[i][1]);
        interactive_set(c, "latent_dim", k % 2 ? "2" : "0");
        interactive_set(c, "architecture", k / 2 ? "transformer" : "mlp");
        last_layer_of(c, "identity", was, bias_was);
        last_layer_of(c, "mean_std", is, bias_is);
        double scale[2], centre[2];
        for (int a = 0; a < 2; a++) {
            scale[a] = (double)(is[a] / was[a]);
            centre[a] = (double)bias_is[a] - scale[a] * (double)bias_was[a];
            ck_assert_msg(scale[a] > 0.009 && scale[a] < 0.9, "%d: %g", k, scale[a]);
            ck_assert_msg(fabs(centre[a]) < 0.9, "%d: %g", k, centre[a]);
        }
        ck_assert_msg(scale[1] > 2 * scale[0], "%d: %g, %g", k, scale[0], scale[1]); // steering varies less
        ck_assert_msg(fabs(centre[1]) > 1e-4, "%d: %g", k, centre[1]);
        interactive_end(c);
    }
}
END_TEST

// The weights depend on everything that the loss does: the window is part of a checkpoint's identity.
START_TEST(a_checkpoint_of_another_chunk_is_refused) {
    interactive_case *c = on_logs(3, 8);
    c->log.stop = 2;
    ck_fails(interactive_train(c), VG_ERR_INTERRUPTED, "stopped");
    c->log.stop = 0, c->def.resume = true;
    interactive_set(c, "temporal_ensemble_coeff", "0.5");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    interactive_set(c, "temporal_ensemble_coeff", "0.01");
    interactive_set(c, "kl_weight", "5");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    interactive_set(c, "kl_weight", "10");
    interactive_set(c, "action_normalization", "mean_std");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "another training");
    interactive_set(c, "action_normalization", "identity");
    ck_ok(interactive_train(c));
    interactive_end(c);
}
END_TEST

START_TEST(refuses_a_chunk_longer_than_the_shortest_episode) {
    interactive_case *c = on_logs(3, 4); // 80 actions each
    interactive_set(c, "chunk_size", "81");
    ck_fails(
        interactive_train(c), VG_ERR_MISMATCH,
        "chunk_size: 81 actions, but the shortest episode to learn from (episode 1 of log 1) has only 80");
    ck_assert(access(c->out, F_OK) != 0 && access(c->checkpoint, F_OK) != 0);
    interactive_set(c, "chunk_size", "80");
    ck_ok(interactive_train(c));
    interactive_set(c, "n_action_steps", "3");
    interactive_set(c, "temporal_ensemble", "true");
    ck_fails(interactive_train(c), VG_ERR_MISMATCH, "n_action_steps: 3, but temporal_ensemble");
    interactive_end(c);
}
END_TEST

CK_MAIN("act", padding_never_counts, the_gradient_is_that_of_finite_differences, style_costs_its_divergence,
        actions_are_seen_by_mean_and_deviation, what_drives_gives_actions, a_transformer_is_a_policy,
        same_bytes_at_any_thread_count_resumed_or_not, same_bytes_with_setpoints, same_bytes_at_any_level,
        a_checkpoint_of_another_chunk_is_refused, refuses_a_chunk_longer_than_the_shortest_episode)
