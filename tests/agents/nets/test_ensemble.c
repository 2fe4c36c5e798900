#include "agents/nets/ensemble.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "tests/check.h"

static vg_diag diag;

enum { MEMBERS = 3, INPUTS = 5, OUTPUTS = 2, ROWS = 70 };

static void make(vg_network *member[MEMBERS], const vg_mlp_def *shape) {
    for (int m = 0; m < MEMBERS; m++) {
        ck_ok(vg_mlp_create(shape, &member[m], &diag));
        vg_network_init(member[m], 10 + (uint64_t)m);
    }
}

static vg_mlp_def shape_of(int32_t hidden_count) {
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = INPUTS, shape.outputs = OUTPUTS, shape.hidden_count = hidden_count;
    shape.hidden[0] = 7, shape.hidden[1] = 20;
    return shape;
}

static float output(const vg_network *net, float *scratch, const float *input, int o) {
    for (int i = 0; i < INPUTS; i++) vg_network_inputs(net, scratch)[i] = input[i];
    vg_network_forward(net, 1, scratch);
    return vg_network_outputs(net, scratch)[o];
}

START_TEST(gives_the_mean_of_its_members) {
    for (int32_t layers = 0; layers <= 2; layers++) {
        vg_network *member[MEMBERS], *whole;
        vg_mlp_def shape = shape_of(layers);
        shape.log_std = layers == 1;
        make(member, &shape);
        ck_ok(vg_ensemble_create(member[0], MEMBERS, &whole, &diag));
        vg_ensemble_merge((const vg_network *const *)member, MEMBERS, whole);
        float *scratch = vg_new(float, vg_network_scratch(whole, false));
        for (int r = 0; r < 4; r++) {
            float input[INPUTS] = {0.3f * (float)r, -1, 0.5f, 2 - (float)r, 0.1f};
            for (int o = 0; o < OUTPUTS; o++) {
                double mean = 0;
                for (int m = 0; m < MEMBERS; m++) {
                    float *own = vg_new(float, vg_network_scratch(member[m], false));
                    mean += (double)output(member[m], own, input, o) / MEMBERS;
                    vg_free(own);
                }
                ck_assert_double_eq_tol((double)output(whole, scratch, input, o), mean, 1e-6);
            }
        }
        vg_free(scratch);
        vg_network_destroy(whole);
        for (int m = 0; m < MEMBERS; m++) vg_network_destroy(member[m]);
    }
}
END_TEST

// By hand: linear members whose biases alone differ, by -a, 0 and a: variance 2 a^2 / 3 of each output.
START_TEST(doubts_as_by_hand) {
    vg_network *member[MEMBERS];
    vg_mlp_def shape = shape_of(0);
    make(member, &shape);
    for (int m = 0; m < MEMBERS; m++) {
        float *p = vg_network_parameters(member[m]);
        for (int64_t i = 0; i < vg_network_count(member[m]); i++) p[i] = 0.1f;
        p[INPUTS * OUTPUTS] = 0.3f * (float)(m - 1);
        p[INPUTS * OUTPUTS + 1] = 0.6f * (float)(m - 1);
        vg_network_pack(member[m]);
    }
    float *inputs = vg_new(float, ROWS *vg_net_stride(INPUTS));
    double uncertainty[ROWS], steer = 2 * 0.09 / 3, accel = 2 * 0.36 / 3;
    for (int64_t i = 0; i < ROWS; i++) inputs[i * vg_net_stride(INPUTS)] = (float)i;
    ck_ok(vg_ensemble_uncertainty(member, MEMBERS, inputs, ROWS, uncertainty, &diag));
    for (int i = 0; i < ROWS; i++)
        ck_assert_double_eq_tol(uncertainty[i], sqrt(steer * steer + accel * accel), 1e-5);
    ck_ok(vg_ensemble_variance(member, MEMBERS, inputs, ROWS, uncertainty, &diag));
    for (int i = 0; i < ROWS; i++) ck_assert_double_eq_tol(uncertainty[i], steer + accel, 1e-5);
    ck_ok(vg_ensemble_uncertainty(member, 1, inputs, ROWS, uncertainty, &diag)); // one member has none
    for (int i = 0; i < ROWS; i++) ck_assert(uncertainty[i] == 0);
    vg_free(inputs);
    for (int m = 0; m < MEMBERS; m++) vg_network_destroy(member[m]);
}
END_TEST

CK_MAIN("ensemble", gives_the_mean_of_its_members, doubts_as_by_hand)
