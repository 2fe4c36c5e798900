#include "agents/nets/transformer.h"

#include <math.h>

#include "agents/nets/architecture.h"
#include "agents/nets/attention.h"
#include "sim/base/hash.h"
#include "sim/base/level.h"
#include "tests/golden.h"

#define DIFF_ROWS 3
#include "tests/agents/nets/differences.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// --- attention and norm, by their formulas -----------------------------------------------------------------

enum { TOKENS = 5, WIDTH = 6, HEADS = 2, PART = WIDTH / HEADS };
static const vg_attention_shape shape = {TOKENS, WIDTH, HEADS};

// Query, key and value of a token: rows of 3 WIDTH.
typedef struct sample {
    float *qkv, *y, *probabilities, *work, *dy, *dqkv;
    int64_t across, stride;
} sample;

static sample make_sample(void) {
    sample s = {.across = vg_net_stride(3 * WIDTH), .stride = vg_net_stride(WIDTH)};
    s.qkv = vg_new(float, TOKENS *s.across);
    s.dqkv = vg_new(float, TOKENS *s.across);
    s.y = vg_new(float, TOKENS *s.stride);
    s.dy = vg_new(float, TOKENS *s.stride);
    s.probabilities = vg_new(float, vg_attention_probabilities(&shape));
    s.work = vg_new(float, vg_attention_work(&shape));
    for (uint32_t t = 0; t < TOKENS; t++) {
        for (uint32_t i = 0; i < 3 * WIDTH; i++) s.qkv[t * s.across + i] = 2 * diff_number(t * 100 + i);
        for (uint32_t i = 0; i < WIDTH; i++) s.dy[t * s.stride + i] = diff_number(1000 + t * 100 + i);
    }
    return s;
}

static void free_sample(sample *s) {
    vg_free(s->qkv), vg_free(s->dqkv), vg_free(s->y), vg_free(s->dy);
    vg_free(s->probabilities), vg_free(s->work);
}

// softmax(q k' / sqrt(d)) v of one head, in double.
static void attend_by_formula(const double (*qkv)[3 * WIDTH], double (*y)[WIDTH]) {
    for (int h = 0; h < HEADS; h++)
        for (int i = 0; i < TOKENS; i++) {
            double weight[TOKENS], total = 0;
            for (int j = 0; j < TOKENS; j++) {
                double score = 0;
                for (int c = 0; c < PART; c++) score += qkv[i][h * PART + c] * qkv[j][WIDTH + h * PART + c];
                total += weight[j] = exp(score / sqrt(PART));
            }
            for (int c = 0; c < PART; c++) {
                y[i][h * PART + c] = 0;
                for (int j = 0; j < TOKENS; j++)
                    y[i][h * PART + c] += weight[j] / total * qkv[j][2 * WIDTH + h * PART + c];
            }
        }
}

static double weighted(const sample *s, const double (*qkv)[3 * WIDTH]) {
    double y[TOKENS][WIDTH], sum = 0;
    attend_by_formula(qkv, y);
    for (int t = 0; t < TOKENS; t++)
        for (int i = 0; i < WIDTH; i++) sum += y[t][i] * (double)s->dy[t * s->stride + i];
    return sum;
}

// Attention is its formula, and its gradient the formula's by finite differences.
START_TEST(attends_as_the_formula) {
    const vg_attention_kernel *k = VG_HOT_PICK(vg_attention_kernel);
    sample s = make_sample();
    double qkv[TOKENS][3 * WIDTH], y[TOKENS][WIDTH];
    for (int t = 0; t < TOKENS; t++)
        for (int i = 0; i < 3 * WIDTH; i++) qkv[t][i] = (double)s.qkv[t * s.across + i];
    attend_by_formula(qkv, y);
    k->attend(&shape, s.qkv, s.y, s.probabilities, s.work);
    for (int t = 0; t < TOKENS; t++)
        for (int i = 0; i < WIDTH; i++) ck_assert_double_eq_tol((double)s.y[t * s.stride + i], y[t][i], 2e-6);
    k->attend_backward(&shape, s.dy, s.qkv, s.probabilities, s.dqkv, s.work);
    for (int t = 0; t < TOKENS; t++)
        for (int i = 0; i < 3 * WIDTH; i++) {
            const double before = qkv[t][i], step = 1e-5;
            qkv[t][i] = before + step;
            double by = weighted(&s, qkv);
            qkv[t][i] = before - step;
            by = (by - weighted(&s, qkv)) / (2 * step);
            qkv[t][i] = before;
            ck_assert_double_eq_tol((double)s.dqkv[t * s.across + i], by, 5e-6);
        }
    free_sample(&s);
}
END_TEST

// Scores of a thousand neither overflow nor leave a probability that is no number.
START_TEST(large_scores_are_no_overflow) {
    const vg_attention_kernel *k = VG_HOT_PICK(vg_attention_kernel);
    sample s = make_sample();
    for (int64_t i = 0; i < TOKENS * s.across; i++) s.qkv[i] *= 100;
    k->attend(&shape, s.qkv, s.y, s.probabilities, s.work);
    k->attend_backward(&shape, s.dy, s.qkv, s.probabilities, s.dqkv, s.work);
    for (int64_t i = 0; i < TOKENS * s.stride; i++) ck_assert(isfinite(s.y[i]));
    for (int64_t i = 0; i < TOKENS * s.across; i++) ck_assert(isfinite(s.dqkv[i]));
    free_sample(&s);
}
END_TEST

static double norm_by_formula(const double *x, const float *weight, const float *bias, const float *dy, int n,
                              double *y) {
    double mean = 0, variance = 0, sum = 0;
    for (int i = 0; i < n; i++) mean += x[i] / n;
    for (int i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean) / n;
    for (int i = 0; i < n; i++) {
        y[i] = (x[i] - mean) / sqrt(variance + 1e-5) * (double)weight[i] + (double)bias[i];
        sum += y[i] * (double)dy[i];
    }
    return sum;
}

START_TEST(norms_as_the_formula) {
    enum { COLUMNS = 21, STRIDE = 48 };
    ck_assert_int_eq(vg_net_stride(COLUMNS), STRIDE);
    const vg_attention_kernel *k = VG_HOT_PICK(vg_attention_kernel);
    float x[STRIDE] = {0}, y[STRIDE] = {0}, dy[STRIDE] = {0}, dx[STRIDE] = {0}, stats[2];
    float weight[COLUMNS], bias[COLUMNS], dweight[COLUMNS] = {0}, dbias[COLUMNS] = {0};
    double exact[COLUMNS], at[COLUMNS];
    for (uint32_t i = 0; i < COLUMNS; i++) {
        x[i] = 5 + diff_number(i), dy[i] = diff_number(100 + i), weight[i] = diff_number(200 + i),
        bias[i] = diff_number(300 + i);
        at[i] = (double)x[i], dx[i] = 3;
    }
    norm_by_formula(at, weight, bias, dy, COLUMNS, exact);
    k->norm(x, 1, COLUMNS, weight, bias, y, stats);
    k->norm_backward(dy, x, stats, 1, COLUMNS, weight, dx, dweight, dbias);
    for (int i = 0; i < COLUMNS; i++) {
        ck_assert_double_eq_tol((double)y[i], exact[i], 1e-5);
        const double before = at[i], step = 1e-4;
        double unused[COLUMNS];
        at[i] = before + step;
        double by = norm_by_formula(at, weight, bias, dy, COLUMNS, unused);
        at[i] = before - step;
        by = (by - norm_by_formula(at, weight, bias, dy, COLUMNS, unused)) / (2 * step);
        at[i] = before;
        ck_assert_double_eq_tol((double)dx[i], 3 + by, 1e-4); // it is added
        ck_assert_double_eq_tol((double)dweight[i],
                                (double)dy[i] * (exact[i] - (double)bias[i]) / (double)weight[i], 1e-4);
        ck_assert(dbias[i] == dy[i]);
    }
}
END_TEST

// --- the network -------------------------------------------------------------------------------------------

enum { ROWS = DIFF_ROWS, INPUTS = 2 * 3 + 4 * 2 + 2, OUTPUTS = 6 };

static vg_transformer_def tiny(void) {
    return (vg_transformer_def){
        .inputs = INPUTS,
        .outputs = OUTPUTS,
        .group_count = 2,
        .groups = {{2, 3}, {4, 2}},
        .queries = 3,
        .config = {.dim_model = 8, .n_heads = 2, .dim_feedforward = 10, .n_encoder_layers = 2}};
}

static vg_network *make(void) {
    const vg_transformer_def def = tiny();
    vg_network *net;
    ck_ok(vg_transformer_create(&def, &net, &diag));
    vg_network_init(net, 5);
    float *p = vg_network_parameters(net);
    for (int32_t i = 0; i < vg_network_tensors(net); i++) { // norms, too, shall be none of 0 and 1
        vg_network_tensor tensor = vg_network_tensor_at(net, i);
        for (int64_t j = 0; strstr(tensor.name, "norm") && j < tensor.count; j++)
            p[tensor.at + j] += 0.3f * diff_number((uint32_t)(tensor.at + j));
        for (int64_t j = 0; strstr(tensor.name, "linear1.bias") && j < tensor.count; j++)
            p[tensor.at + j] = j % 3 ? 6 : -6; // no step of a difference leads over the corner of relu
    }
    vg_network_pack(net);
    return net;
}

START_TEST(the_gradient_is_that_of_finite_differences) {
    vg_network *net = make();
    ck_gradient(net);
    vg_network_destroy(net);
}
END_TEST

START_TEST(sums_are_added_and_rows_are_apart) {
    vg_network *net = make();
    int64_t count = vg_network_count(net);
    float *scratch = vg_new(float, vg_network_scratch(net, true));
    float *once = vg_new(float, count), *twice = vg_new(float, count), alone[OUTPUTS];
    diff_fill(net, scratch);
    diff_loss(net, scratch);
    diff_backward(net, scratch, false, once);
    memcpy(twice, once, sizeof *once * (size_t)count);
    diff_backward(net, scratch, true, twice);
    for (int64_t i = 0; i < count; i++) ck_assert(twice[i] == 2 * once[i]);
    const int64_t in = vg_net_stride(INPUTS), out = vg_net_stride(OUTPUTS);
    memcpy(alone, vg_network_outputs(net, scratch) + 2 * out, sizeof alone);
    memcpy(vg_network_inputs(net, scratch), vg_network_inputs(net, scratch) + 2 * in, sizeof(float) * INPUTS);
    vg_network_forward(net, 1, scratch);
    ck_assert(!memcmp(alone, vg_network_outputs(net, scratch), sizeof alone));
    vg_free(scratch), vg_free(once), vg_free(twice);
    vg_network_destroy(net);
}
END_TEST

START_TEST(same_bits_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        vg_network *net = make();
        float *scratch = vg_new(float, vg_network_scratch(net, true));
        float *gradient = vg_new(float, vg_network_count(net));
        diff_fill(net, scratch);
        diff_loss(net, scratch);
        diff_backward(net, scratch, false, gradient);
        uint64_t hash = vg_hash_float(0, gradient, vg_network_count(net));
        for (int r = 0; r < ROWS; r++)
            hash =
                vg_hash_float(hash, vg_network_outputs(net, scratch) + r * vg_net_stride(OUTPUTS), OUTPUTS);
        ck_golden("transformer/gradient", hash);
        vg_free(scratch), vg_free(gradient);
        vg_network_destroy(net);
    }
}
END_TEST

// What a policy file says of it makes it again, and another shape changes the style alone.
START_TEST(is_made_again_from_its_keys) {
    vg_network *net = make(), *again, *plain;
    vg_hyperparameters values = vg_network_hyperparameters(net);
    ck_assert_str_eq(vg_network_architecture(net), "transformer");
    ck_ok(vg_architecture_create("transformer", vg_network_shape_of(net), &values, &again, &diag));
    ck_assert(vg_network_hash(1, net) == vg_network_hash(1, again));
    ck_assert_int_eq(vg_network_count(net), vg_network_count(again));
    vg_network_destroy(again);
    ck_ok(vg_network_create_like(net, &(vg_network_shape){INPUTS - 2, OUTPUTS, false}, &plain, &diag));
    ck_assert_int_eq(vg_network_tensors(plain), vg_network_tensors(net) - 1);
    ck_assert_int_eq(vg_network_count(plain), vg_network_count(net) - 2 * 8);
    ck_assert_str_eq(vg_network_tensor_at(net, vg_network_tensors(net) - 1).name, "style.weight");
    ck_assert_str_eq(vg_network_tensor_at(net, 7).name, "layers.0.self_attn.in_proj_weight");
    ck_fails(
        vg_architecture_create("transformer", &(vg_network_shape){5, OUTPUTS, false}, &values, &again, &diag),
        VG_ERR_ARGUMENT, "9 tokens of 14 inputs, expected up to 512 of up to 5");
    ck_fails(
        vg_architecture_create("transformer", &(vg_network_shape){INPUTS, 7, false}, &values, &again, &diag),
        VG_ERR_ARGUMENT, "3 queries do not share 7 outputs");
    ck_fails(vg_architecture_create("transformer", &(vg_network_shape){INPUTS, OUTPUTS, true}, &values,
                                    &again, &diag),
             VG_ERR_ARGUMENT, "no log_std");
    snprintf((char *)&values, 8, "2,3,4");
    ck_fails(vg_architecture_create("transformer", vg_network_shape_of(net), &values, &again, &diag),
             VG_ERR_FORMAT, "expected pairs");
    vg_network_destroy(net), vg_network_destroy(plain);
}
END_TEST

START_TEST(refuses_what_is_no_transformer) {
    vg_network *net;
    vg_transformer_def def = tiny();
    def.config.n_heads = 3;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "dim_model: 8 columns for 3 heads");
    def = tiny(), def.config.n_encoder_layers = 5;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "n_encoder_layers: 5");
    def = tiny(), def.config.dim_feedforward = 0;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "dim_feedforward: 0");
    def = tiny(), def.group_count = 0;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "0 groups");
    def = tiny(), def.groups[1].width = 0;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "4 tokens of 0 inputs");
    def = tiny(), def.queries = 4;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "4 queries");
    def = tiny(), def.queries = 500, def.outputs = 500, def.config.n_heads = 8;
    ck_fails(vg_transformer_create(&def, &net, &diag), VG_ERR_ARGUMENT, "8 heads over 506 tokens");
    def = tiny();
    for (oom turn = {.least = 3, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_transformer_create(&def, &net, &diag);
        if (!turn.err) vg_network_destroy(net);
    }
}
END_TEST

CK_MAIN("transformer", attends_as_the_formula, large_scores_are_no_overflow, norms_as_the_formula,
        the_gradient_is_that_of_finite_differences, sums_are_added_and_rows_are_apart, same_bits_at_any_level,
        is_made_again_from_its_keys, refuses_what_is_no_transformer)
