#include "agents/rewards/network_reward.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "agents/nets/safetensors.h"
#include "agents/rewards/reward_file.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { CARS = 70, SENSED = 3 }; // more than a block of rows

// A reward of two members and a potential; the networks are in *m.
typedef struct made {
    vg_reward_input input;
    vg_network *g[2], *h;
    vg_network_reward_def def;
} made;

static vg_network *network(int32_t inputs, int32_t hidden, uint64_t seed) {
    vg_network *net;
    vg_mlp_def def = vg_mlp_default();
    def.inputs = inputs, def.outputs = 1, def.hidden_count = 1, def.hidden[0] = hidden;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, seed);
    return net;
}

static void make(made *m) {
    *m = (made){0};
    ck_ok(vg_reward_input_open(&m->input, "offset,speed,curvature@0", true, true, &diag));
    for (int32_t i = 0; i < m->input.count; i++)
        m->input.mean[i] = 0.1f * (float)i, m->input.scale[i] = 1 / (1 + (float)i);
    m->g[0] = network(m->input.count, 6, 1), m->g[1] = network(m->input.count, 6, 2);
    m->h = network(m->input.sensed, 4, 3);
    m->def = vg_network_reward_default();
    m->def.input = &m->input, m->def.g = (const vg_network *const *)m->g, m->def.members = 2, m->def.h = m->h;
    m->def.discount = 0.9, m->def.terminal = -2, m->def.absorbing = -0.5;
}

static void free_made(made *m) {
    vg_network_destroy(m->g[0]), vg_network_destroy(m->g[1]), vg_network_destroy(m->h);
    vg_reward_input_free(&m->input);
}

static vg_reward *create(const made *m) {
    vg_reward *reward;
    ck_ok(vg_network_reward_create(&m->def, &reward, &diag));
    return reward;
}

// One network, one row, in double.
static double plain(const vg_network *net, const float *row) {
    const vg_mlp_def *shape = vg_mlp_shape(net);
    const float *p = vg_network_read(net), *bias = p + shape->hidden[0] * shape->inputs;
    const float *last = bias + shape->hidden[0];
    double sum = (double)last[shape->hidden[0]];
    for (int32_t j = 0; j < shape->hidden[0]; j++) {
        double x = (double)bias[j];
        for (int32_t i = 0; i < shape->inputs; i++) x += (double)p[j * shape->inputs + i] * (double)row[i];
        sum += (double)last[j] * tanh(x);
    }
    return sum;
}

static float observed[CARS * SENSED], after[CARS * SENSED], actions[CARS * VG_CAR_ACTIONS];
static uint8_t terminal[CARS];

static void evaluate(const vg_reward *reward, double *out) {
    float *work = vg_new(float, reward->scratch);
    for (int i = 0; i < CARS; i++) {
        for (int k = 0; k < SENSED; k++) {
            observed[i * SENSED + k] = (float)sin(i + 2 * k) * (k == 1 ? 20 : 0.3f);
            after[i * SENSED + k] = (float)sin(i + 2 * k + 0.2) * (k == 1 ? 20 : 0.3f);
        }
        actions[2 * i] = (float)cos(i) * 1.5f, actions[2 * i + 1] = (float)sin(3 * i);
        terminal[i] = i % 5 == 0;
    }
    vg_reward_view view = {.count = CARS,
                           .observed = observed,
                           .actions = actions,
                           .observed_after = after,
                           .terminal = terminal,
                           .scratch = work};
    reward->ops->evaluate(reward, &view, out);
    vg_free(work);
}

START_TEST(is_g_and_a_potential_that_is_0_at_the_end) {
    made m;
    double out[CARS];
    make(&m);
    vg_reward *reward = create(&m);
    ck_assert(reward->looks_after);
    evaluate(reward, out);
    for (int i = 0; i < CARS; i++) {
        float here[5], next[5];
        vg_reward_input_row(&m.input, observed + i * SENSED, actions + 2 * i, here);
        vg_reward_input_row(&m.input, after + i * SENSED, actions + 2 * i, next);
        double g = 0.5 * (plain(m.g[0], here) + plain(m.g[1], here));
        double more = terminal[i] ? 0 : 0.9 * plain(m.h, next);
        ck_assert_double_eq_tol(out[i], g + more - plain(m.h, here), 1e-5);
    }
    vg_reward_destroy(reward);
    free_made(&m);
}
END_TEST

START_TEST(g_alone_is_cut_and_formed) {
    made m;
    double raw[CARS], cut[CARS], positive[CARS];
    make(&m);
    m.def.h = NULL;
    vg_reward *reward = create(&m);
    ck_assert(!reward->looks_after);
    evaluate(reward, raw);
    m.def.clip = 0.05;
    vg_reward *clipped = create(&m);
    evaluate(clipped, cut);
    m.def.clip = 0, m.def.form = VG_REWARD_SOFTPLUS;
    vg_reward *soft = create(&m);
    evaluate(soft, positive);
    int at_limit = 0;
    for (int i = 0; i < CARS; i++) {
        ck_assert_double_eq_tol(cut[i], fmax(-0.05, fmin(0.05, raw[i])), 1e-12);
        ck_assert_double_eq_tol(positive[i], log1p(exp(raw[i])), 1e-12);
        at_limit += fabs(cut[i]) == 0.05;
    }
    ck_assert(at_limit > 5 && at_limit < CARS);
    vg_reward_destroy(reward), vg_reward_destroy(clipped), vg_reward_destroy(soft);
    free_made(&m);
}
END_TEST

START_TEST(rewards_in_three_forms) {
    for (double f = -3; f <= 3; f += 0.5) {
        double p = 1 / (1 + exp(-f));
        ck_assert_double_eq_tol(vg_reward_of(VG_REWARD_SOFTPLUS, f, 10), -log(1 - p), 1e-9);
        ck_assert_double_eq_tol(vg_reward_of(VG_REWARD_LOGSIGMOID, f, 10), log(p), 1e-9);
        ck_assert_double_eq_tol(vg_reward_of(VG_REWARD_LOGIT, f, 10), f, 1e-12);
    }
    ck_assert(vg_reward_of(VG_REWARD_LOGIT, -40, 5) == -5);
    ck_assert(isfinite(vg_reward_of(VG_REWARD_LOGSIGMOID, -1e6, 1e7)));
}
END_TEST

START_TEST(a_file_gives_the_same_bits) {
    made m;
    char path[256], copy[256], *bytes[2];
    double out[CARS], again[CARS];
    int64_t size[2];
    make(&m);
    vg_reward *reward = create(&m), *loaded;
    evaluate(reward, out);
    snprintf(path, sizeof path, "%s", scratch("network"));
    snprintf(copy, sizeof copy, "%s", scratch("copy"));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_ok(vg_reward_load(path, &loaded, &diag));
    ck_assert(loaded->hash && loaded->hash == reward->hash);
    ck_assert(loaded->discount == 0.9 && loaded->terminal == -2 && loaded->absorbing == -0.5);
    evaluate(loaded, again);
    ck_assert_mem_eq(out, again, sizeof out);
    ck_ok(vg_reward_write(copy, VG_REPLACE, loaded, &diag));
    for (int i = 0; i < 2; i++) ck_ok(vg_file_read(i ? copy : path, 0, &bytes[i], &size[i], &diag));
    ck_assert(size[0] == size[1] && memcmp(bytes[0], bytes[1], (size_t)size[0]) == 0);
    ck_assert(vg_network_reward_member(loaded, 1) && !vg_network_reward_member(loaded, 2));
    ck_assert(vg_network_reward_potential(loaded) && vg_network_reward_input(loaded)->lateral);
    vg_free(bytes[0]), vg_free(bytes[1]);
    vg_reward_destroy(reward), vg_reward_destroy(loaded);
    free_made(&m);
}
END_TEST

START_TEST(refuses_networks_that_do_not_fit) {
    made m;
    vg_reward *reward;
    make(&m);
    m.def.members = 17;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT,
             "members: 17, expected 1 to 16");
    m.def.members = 2, m.def.clip = -1;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT, "clip: -1, expected 0");
    m.def.clip = 0, m.def.h = m.g[0];
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT,
             "h: 5 inputs and 1 outputs, expected 3 inputs");
    m.def.h = m.h, m.def.discount = 1;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT, "discount: 1");
    m.def.discount = 0.9;
    vg_network *other = network(m.input.count, 7, 2), *first = m.g[0];
    m.g[0] = other;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT, "g: its members differ");
    m.g[0] = first;
    m.input.scale[1] = INFINITY;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT,
             "normaliser: value 1 is not finite");
    m.input.scale[1] = 1;
    vg_network_parameters(first)[3] = NAN;
    ck_fails(vg_network_reward_create(&m.def, &reward, &diag), VG_ERR_ARGUMENT,
             "g: parameter 3 is not finite");
    ck_assert_ptr_null(reward);
    vg_network_destroy(other);
    free_made(&m);
}
END_TEST

// A file with one text changed.
START_TEST(refuses_what_a_file_cannot_say) {
    static const struct {
        const char *key, *value, *says;
    } cases[] = {{"members", "3", "g.2.net.0.weight: no such tensor"},
                 {"members", "1.5", "members: 1.5, expected 1 to 16"},
                 {"members", "0", "members: 0, expected 1 to 16"},
                 {"form", "loud", "form: 'loud' is unknown, expected one of: softplus, logsigmoid, logit"},
                 {"shown", "sense", "normaliser.mean: has 5 values, expected 3"},
                 {"curvature_as", "", "curvature_as: '' is unknown"},
                 {"potential", "yes", "potential: 'yes' is unknown, expected one of: none, network"},
                 {"potential.layers", "3,5,1", "h.net.0.weight: shape [4, 3]"},
                 {"layers", "5,-1,1", "layers"},
                 {"layers", "4,6,1", "layers"},
                 {"architecture", "lstm", "architecture: 'lstm' is unknown"},
                 {"clip", "-2", "clip: -2, expected 0 or more"},
                 {"sense", "speed,sonar", "sonar"}};
    made m;
    make(&m);
    vg_reward *reward = create(&m), *loaded;
    char path[256], changed[256];
    snprintf(path, sizeof path, "%s", scratch("whole"));
    snprintf(changed, sizeof changed, "%s", scratch("changed"));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_safetensors file;
        ck_ok(vg_safetensors_read(path, &file, &diag));
        for (int32_t k = 0; k < file.metadata_count; k++)
            if (!strcmp(file.metadata[k].key, cases[i].key)) file.metadata[k].value = cases[i].value;
        ck_ok(vg_safetensors_write(changed, VG_REPLACE, file.tensors, file.tensor_count, file.metadata,
                                   file.metadata_count, &diag));
        vg_safetensors_free(&file);
        ck_fails(vg_reward_load(changed, &loaded, &diag), VG_ERR_FORMAT, cases[i].says);
        ck_assert_str_eq(diag.file, changed);
    }
    vg_reward_destroy(reward);
    free_made(&m);
}
END_TEST

START_TEST(runs_out_of_memory_cleanly) {
    made m;
    make(&m);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_reward *reward;
        turn.err = vg_network_reward_create(&m.def, &reward, &diag);
        ck_assert(!turn.err == !!reward);
        vg_reward_destroy(reward);
    }
    free_made(&m);
}
END_TEST

CK_MAIN("network_reward", is_g_and_a_potential_that_is_0_at_the_end, g_alone_is_cut_and_formed,
        rewards_in_three_forms, a_file_gives_the_same_bits, refuses_networks_that_do_not_fit,
        refuses_what_a_file_cannot_say, runs_out_of_memory_cleanly)
