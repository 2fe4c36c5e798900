#include "agents/policy/policy_file.h"

#include <math.h>
#include <string.h>

#include "agents/nets/safetensors.h"
#include "sim/base/random.h"
#include "tests/agents/policy/file_fixture.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

#define SENSE "offset,heading,speed,curvature@0:3"

static const char *path;

static void begin(void) { path = scratch("policy.safetensors"); }

static made make(bool gaussian) {
    made m = make_to_keep(SENSE, 2, gaussian, VG_ACTIVATION_TANH);
    m.info.normaliser = VG_NORMALISER_ZSCORE;
    return m;
}

START_TEST(loads_what_was_written) {
    begin();
    for (int gaussian = 0; gaussian < 2; gaussian++) {
        made m = make(gaussian);
        vg_policy *policy;
        ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
        ck_ok(vg_policy_load(path, &policy, &diag));
        const vg_policy_info *info = vg_policy_file_info(policy);
        const vg_network *net = vg_policy_file_network(policy);
        ck_assert_str_eq(vg_sense_text(policy->sense), vg_sense_text(m.sense));
        ck_assert_uint_eq(vg_car_hash(policy->car), vg_car_hash(&m.info.car));
        ck_assert_int_eq(policy->tick_den, 60);
        ck_assert_int_eq(policy->ticks_per_action, 3);
        ck_assert_str_eq(policy->name, path);
        ck_assert_int_eq(info->normaliser, VG_NORMALISER_ZSCORE);
        ck_assert_str_eq(info->learner, "bc");
        ck_assert_str_eq(info->config, "batch: 256\n");
        ck_assert(info->seed == m.info.seed);
        ck_assert(!memcmp(info->mean, mean, sizeof mean) && !memcmp(info->scale, scale, sizeof scale));
        ck_assert_int_eq(vg_network_count(net), vg_network_count(m.net));
        ck_assert(!memcmp(vg_network_read(net), vg_network_read(m.net),
                          sizeof(float) * (size_t)vg_network_count(net)));
        ck_assert_uint_eq(policy->hash, vg_policy_content(&m.info, m.net));
        if (gaussian) ck_golden("policy/content", policy->hash);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

// The hash is of the content: not of the version, but of a weight, the normaliser and the car.
START_TEST(hash_is_of_the_content) {
    made m = make(false);
    uint64_t hash = vg_policy_content(&m.info, m.net);
    m.info.version = "9.9.9";
    ck_assert(hash == vg_policy_content(&m.info, m.net));
    float other[WIDTH] = {0};
    m.info.mean = other;
    ck_assert(hash != vg_policy_content(&m.info, m.net));
    m.info.mean = mean;
    m.info.car.length += 1;
    ck_assert(hash != vg_policy_content(&m.info, m.net));
    m.info.car = vg_car_default(), m.info.car.wheelbase = 1.05f;
    ck_assert(hash == vg_policy_content(&m.info, m.net));
    vg_network_parameters(m.net)[3] += 1e-3f;
    ck_assert(hash != vg_policy_content(&m.info, m.net));
    free_made(&m);
}
END_TEST

// Actions are the network's, computed here in double, clamped; lanes do not mix; nothing allocates.
START_TEST(acts_as_the_network_says) {
    begin();
    enum { CARS = 131 };
    made m = make(false);
    vg_network_tensor head = vg_network_tensor_at(m.net, 4);
    for (int64_t i = 0; i < head.count; i++)
        vg_network_parameters(m.net)[head.at + i] *= 8; // so that some clamp
    vg_network_pack(m.net);
    vg_policy *policy;
    ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
    ck_ok(vg_policy_load(path, &policy, &diag));
    void *state;
    ck_ok(policy->ops->open(policy, CARS, &state, &diag));
    float observed[CARS * WIDTH], actions[CARS * 2];
    for (uint32_t i = 0; i < CARS * WIDTH; i++) {
        vg_draw at = {.seed = 1, .step = i};
        observed[i] = (float)(8 * vg_random_uniform(&at) - 4);
    }
    int64_t before = vg_memory_count();
    ck_assert_int_eq(policy->ops->act(policy, state, observed, NULL, actions), VG_OK);
    ck_assert_int_eq(vg_memory_count(), before);
    int clamped = 0;
    for (int c = 0; c < CARS; c++) {
        double values[2][32], *x = values[0], *y = values[1];
        for (int i = 0; i < WIDTH; i++)
            x[i] = ((double)observed[c * WIDTH + i] - (double)mean[i]) * (double)scale[i];
        for (int32_t l = 0; l < 3; l++) {
            vg_network_tensor weight = vg_network_tensor_at(m.net, 2 * l),
                              bias = vg_network_tensor_at(m.net, 2 * l + 1);
            for (int64_t o = 0; o < weight.shape[0]; o++) {
                y[o] = (double)vg_network_read(m.net)[bias.at + o];
                for (int64_t i = 0; i < weight.shape[1]; i++)
                    y[o] += x[i] * (double)vg_network_read(m.net)[weight.at + o * weight.shape[1] + i];
                if (l < 2) y[o] = tanh(y[o]);
            }
            double *swap = x;
            x = y, y = swap;
        }
        for (int a = 0; a < 2; a++) {
            clamped += fabs(x[a]) > 1;
            ck_assert_double_eq_tol((double)actions[2 * c + a], fmin(fmax(x[a], -1), 1), 1e-5);
        }
    }
    ck_assert(clamped > 3);
    observed[70 * WIDTH] = NAN;
    ck_assert_int_eq(policy->ops->act(policy, state, observed, NULL, actions), VG_ERR_POLICY);
    policy->ops->close(state);
    vg_policy_destroy(policy);
    free_made(&m);
}
END_TEST

// A file that PyTorch wrote acts as PyTorch did (fixtures/torch_policy.py).
START_TEST(acts_as_pytorch_does) {
    enum { CARS = 8 };
    vg_policy *policy;
    void *state;
    float observed[CARS * WIDTH], wanted[CARS * 2], actions[CARS * 2];
    ck_ok(vg_policy_load(VG_FIXTURES "/torch_policy.safetensors", &policy, &diag));
    ck_assert_str_eq(vg_policy_file_info(policy)->learner, "torch");
    FILE *file = fopen(VG_FIXTURES "/torch_policy.txt", "r");
    ck_assert_ptr_nonnull(file);
    for (int c = 0; c < CARS; c++) {
        for (int i = 0; i < WIDTH; i++) ck_assert_int_eq(fscanf(file, "%f", &observed[c * WIDTH + i]), 1);
        for (int a = 0; a < 2; a++) ck_assert_int_eq(fscanf(file, "%f", &wanted[c * 2 + a]), 1);
    }
    fclose(file);
    ck_ok(policy->ops->open(policy, CARS, &state, &diag));
    ck_ok(policy->ops->act(policy, state, observed, NULL, actions));
    for (int i = 0; i < CARS * 2; i++) ck_assert_float_eq_tol(actions[i], wanted[i], 2e-6f);
    policy->ops->close(state);
    vg_policy_destroy(policy);
}
END_TEST

// Write the good policy with one text or one tensor replaced (NULL: left out); load it.
static vg_err load_changed(const char *key, const char *value, const vg_tensor *replacement) {
    vg_safetensors file;
    vg_pair pairs[32];
    vg_tensor tensors[16];
    int32_t pair_count = 0, tensor_count = 0;
    ck_ok(vg_safetensors_read(path, &file, &diag));
    for (int32_t i = 0; i < file.metadata_count; i++) {
        bool changed = key && !strcmp(file.metadata[i].key, key);
        if (changed && !value) continue;
        pairs[pair_count++] = (vg_pair){file.metadata[i].key, changed ? value : file.metadata[i].value};
    }
    for (int32_t i = 0; i < file.tensor_count; i++) {
        bool changed = replacement && !strcmp(file.tensors[i].name, replacement->name);
        if (changed && !replacement->values) continue;
        tensors[tensor_count++] = changed ? *replacement : file.tensors[i];
    }
    if (replacement && !vg_safetensors_find(&file, replacement->name)) tensors[tensor_count++] = *replacement;
    char changed_path[320];
    snprintf(changed_path, sizeof changed_path, "%s.changed", path);
    vg_diag unused = {0};
    ck_assert_msg(
        !vg_safetensors_write(changed_path, VG_REPLACE, tensors, tensor_count, pairs, pair_count, &unused),
        "%s", unused.text);
    vg_safetensors_free(&file);
    vg_policy *policy;
    vg_err err = vg_policy_load(changed_path, &policy, &diag);
    ck_assert(!err == !!policy);
    vg_policy_destroy(policy);
    unlink(changed_path);
    return err;
}

START_TEST(refuses_what_disagrees) {
    begin();
    made m = make(false);
    ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
    static const struct {
        const char *key, *value, *says;
    } cases[] = {
        {"format", "other", "format: 'other', expected verge-policy"},
        {"format", NULL, "format: not in the metadata"},
        {"format_version", "2", "format_version: '2', expected 1"},
        {"architecture", "cnn", "architecture: 'cnn' is unknown, expected one of: mlp"},
        {"activation", "linear", "activation: 'linear' is not one of the choices, expected tanh|relu"},
        {"activation", NULL, "activation: not in the metadata"},
        {"actions", "accel,steer", "actions: 'accel,steer'"},
        {"head", "chunky", "head: 'chunky' is unknown, expected one of: mean, gaussian"},
        {"head", NULL, "head: not in the metadata"},
        {"head", "gaussian", "log_std: no such tensor, expected one of shape [2]"},
        {"layers", "4,20,7,2", "layers: '4,20,7,2' does not lead from 5 inputs to 2 outputs"},
        {"layers", "5,20,7,3", "layers"},
        {"layers", "5,21,7,2", "net.0.weight: shape [20, 5], the architecture and the sense ask for [21, 5]"},
        {"layers", "5,20,2", "net.2.weight: shape [7, 20]"},
        {"layers", "5", "layers"},
        {"layers", "5,x,2", "layers: 'x', expected a whole number"},
        {"layers", "5,1,1,1,1,1,1,1,1,1,1,2", "layers: more than 10 numbers"},
        {"sense", "offset,heading,speed,curvature@0", "layers"},
        {"sense", "offset,sonar", "sense"},
        {"normaliser", "log", "normaliser: 'log', expected physical or zscore"},
        {"car", "wheelbase: -1\n", "car.wheelbase"},
        {"car", "wheels: 4\n", "car"},
        {"car", "", "car.wheelbase: missing"},
        {"car", "wheelbase: 2.5\n", "car.steer_max: missing"},
        {"tick", "1", "tick: expected seconds as a fraction"},
        {"tick", "1/0", "tick: '0', expected a whole number"},
        {"ticks_per_action", "0", "ticks_per_action: '0'"},
        {"seed", "-1", "seed: '-1'"},
        {"seed", NULL, "seed: not in"},
        {"config", NULL, "config: not in"},
    };
    int64_t live = vg_memory_live();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_fails(load_changed(cases[i].key, cases[i].value, NULL), VG_ERR_FORMAT, cases[i].says);
        ck_assert_msg(strstr(diag.file, ".changed"), "%s", diag.file);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    static const float five[5] = {1, 2, 3, 4, 5};
    vg_tensor wrong = {"normaliser.scale", 1, {4}, 4, five}, none = {"net.2.bias", 1, {7}, 7, NULL},
              extra = {"net.9.bias", 1, {1}, 1, five}, deep = {"normaliser.mean", 2, {5, 1}, 5, five};
    ck_fails(load_changed(NULL, NULL, &wrong), VG_ERR_FORMAT, "normaliser.scale: shape [4]");
    ck_fails(load_changed(NULL, NULL, &none), VG_ERR_FORMAT, "net.2.bias: no such tensor");
    ck_fails(load_changed(NULL, NULL, &extra), VG_ERR_FORMAT, "9 tensors, the architecture has 8");
    ck_fails(load_changed(NULL, NULL, &deep), VG_ERR_FORMAT, "normaliser.mean: shape [5, 1]");
    ck_ok(load_changed("version", NULL, NULL));
    ck_assert_int_eq(vg_memory_live(), live);
    free_made(&m);
}
END_TEST

START_TEST(refuses_to_write_what_disagrees) {
    begin();
    made m = make(false);
    vg_sense *other;
    ck_ok(vg_sense_create("offset", &other, &diag));
    m.info.sense = other;
    ck_fails(vg_policy_write(path, VG_KEEP, &m.info, m.net, &diag), VG_ERR_MISMATCH,
             "a network of 5 inputs and 2 outputs for a sense of 1 values");
    ck_assert(access(path, F_OK) != 0);
    vg_sense_destroy(other);
    free_made(&m);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    begin();
    made m = make(true);
    ck_ok(vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag));
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_policy *policy = NULL;
        void *state = NULL;
        turn.err = vg_policy_load(path, &policy, &diag);
        if (!turn.err) turn.err = policy->ops->open(policy, 3, &state, &diag);
        if (state) policy->ops->close(state);
        vg_policy_destroy(policy);
    }
    for (oom turn = {.diag = &diag}; oom_next(&turn);)
        turn.err = vg_policy_write(path, VG_REPLACE, &m.info, m.net, &diag);
    free_made(&m);
}
END_TEST

CK_MAIN("policy_file", loads_what_was_written, hash_is_of_the_content, acts_as_the_network_says,
        acts_as_pytorch_does, refuses_what_disagrees, refuses_to_write_what_disagrees,
        out_of_memory_leaves_nothing)
