#include "agents/training/bradley_terry.h"

#include <math.h>
#include <string.h>

#include "agents/nets/adam.h"
#include "agents/nets/mlp.h"
#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { ROWS = 400, WIDTH = 3, LENGTH = 7 };

// Rows of noise that drifts, and what a linear reward gives them.
typedef struct made {
    vg_network *net;
    vg_bradley_terry *workspace;
    float *inputs;
    double truth[ROWS];
    int64_t stride;
} made;

static void make(made *m, int32_t hidden, double label_noise, int32_t most, int32_t threads) {
    const vg_bradley_terry_def def = {LENGTH, most, label_noise, threads};
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = WIDTH, shape.outputs = 1, shape.hidden_count = hidden ? 1 : 0, shape.hidden[0] = hidden;
    m->stride = vg_net_stride(WIDTH);
    m->inputs = vg_new(float, ROWS * m->stride);
    for (int32_t r = 0; r < ROWS; r++) {
        vg_draw at = {.seed = 5, .entity = (uint32_t)r};
        double z[2], *truth = &m->truth[r];
        float *row = m->inputs + r * m->stride;
        for (at.draw = 0; at.draw < 2; at.draw++) {
            vg_random_normal2(&at, z);
            if (at.draw == 0) row[0] = (float)z[0], row[1] = (float)z[1];
        }
        row[2] = (float)(z[0] + 0.05 * (r % 40)); // some stretches are better than others
        *truth = 0.3 * (double)row[0] - 0.8 * (double)row[1] + 0.5 * (double)row[2];
    }
    ck_ok(vg_mlp_create(&shape, &m->net, &diag));
    vg_network_init(m->net, 2);
    ck_ok(vg_bradley_terry_create(&def, m->net, &m->workspace, &diag));
}

static void unmake(made *m) {
    vg_bradley_terry_destroy(m->workspace);
    vg_network_destroy(m->net);
    vg_free(m->inputs);
}

static double sum_of(const double *values, int64_t first, int64_t count) {
    double sum = 0;
    for (int64_t i = first; i < first + count; i++) sum += values[i];
    return sum;
}

// Snippets from rows from .. to; the label is the true reward's.
static vg_comparison draw(const made *m, int64_t from, int64_t to, uint32_t step) {
    vg_draw at = {.seed = 8, .entity = (uint32_t)from, .step = step};
    vg_comparison c = {.length = LENGTH};
    c.a = from + (int64_t)vg_random_below(&at, (uint64_t)(to - from - LENGTH));
    at.draw = 1;
    c.b = from + (int64_t)vg_random_below(&at, (uint64_t)(to - from - LENGTH));
    double a = sum_of(m->truth, c.a, LENGTH), b = sum_of(m->truth, c.b, LENGTH);
    c.a_better = a > b ? 1 : a < b ? 0 : 0.5;
    return c;
}

// Snippets of different lengths, ties and noisy labels: the gradient against differences of the loss.
START_TEST(differentiates_its_loss) {
    static const double noises[] = {0, 0.1};
    const vg_comparison batch[] = {{0, 50, LENGTH, 1}, {80, 120, 3, 0}, {7, 200, 1, 0.5}, {300, 20, 5, 0.5}};
    for (int k = 0; k < 2; k++) {
        made m;
        make(&m, 6, noises[k], 4, 1);
        float *parameters = vg_network_parameters(m.net), gradient[64];
        int64_t count = vg_network_count(m.net);
        vg_bradley_terry_run(m.workspace, m.net, m.inputs, batch, 4, gradient, NULL);
        double worst = 0, longest = 0;
        for (int64_t i = 0; i < count; i++) {
            const float kept = parameters[i], step = 1.0f / 256;
            double value[2];
            for (int side = 0; side < 2; side++) {
                parameters[i] = kept + (side ? step : -step);
                vg_network_pack(m.net);
                value[side] = vg_bradley_terry_run(m.workspace, m.net, m.inputs, batch, 4, NULL, NULL);
            }
            parameters[i] = kept;
            worst = fmax(worst, fabs((value[1] - value[0]) / (2 * (double)step) - (double)gradient[i]));
            longest = fmax(longest, fabs((double)gradient[i]));
        }
        ck_assert_msg(worst < 0.001 * longest, "noise %g: off by %g of %g", noises[k], worst, longest);
        unmake(&m);
    }
}
END_TEST

// A linear network without hidden layers: R and the loss are known.
START_TEST(computes_the_cross_entropy_of_sums) {
    made m;
    make(&m, 0, 0, 4, 1);
    float *parameters = vg_network_parameters(m.net); // three weights, then the bias
    parameters[0] = 0, parameters[1] = 2, parameters[2] = 0, parameters[3] = 5;
    vg_network_pack(m.net);
    const vg_comparison batch[] = {{0, 50, 4, 1}, {80, 120, 3, 0}, {9, 9, 2, 1}, {30, 60, 2, 0.5}};
    double loss = 0, right, margin[4];
    for (int i = 0; i < 4; i++) {
        const vg_comparison *c = &batch[i];
        margin[i] = 0;
        for (int k = 0; k < c->length; k++) // the bias cancels: both have the same number of rows
            margin[i] += 2 * ((double)m.inputs[(c->a + k) * m.stride + 1] -
                              (double)m.inputs[(c->b + k) * m.stride + 1]);
        double p = 1 / (1 + exp(-margin[i]));
        loss -= (c->a_better * log(p) + (1 - c->a_better) * log(1 - p)) / 4;
    }
    ck_assert_double_eq_tol(vg_bradley_terry_run(m.workspace, m.net, m.inputs, batch, 4, NULL, &right), loss,
                            1e-5);
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq_tol(vg_bradley_terry_margins(m.workspace)[i], margin[i], 1e-4);
    // Of the same snippet twice, and of a label of 1/2, half a one is right.
    ck_assert_double_eq_tol(right, (margin[0] > 0) + (margin[1] < 0) + 0.5 + 0.5, 1e-12);
    unmake(&m);
}
END_TEST

// A margin of thousands is no infinity, and where labels may be wrong it costs no more than their chance
// says.
START_TEST(bears_hopeless_margins) {
    for (int k = 0; k < 2; k++) {
        made m;
        make(&m, 0, k ? 0.2 : 0, 1, 1);
        float *parameters = vg_network_parameters(m.net), gradient[4];
        for (int i = 0; i < 3; i++) parameters[i] = 3000;
        vg_network_pack(m.net);
        vg_comparison c = draw(&m, 0, ROWS, 1);
        vg_bradley_terry_run(m.workspace, m.net, m.inputs, &c, 1, NULL, NULL);
        double margin = vg_bradley_terry_margins(m.workspace)[0];
        c.a_better = margin < 0; // the label says the contrary
        double loss = vg_bradley_terry_run(m.workspace, m.net, m.inputs, &c, 1, gradient, NULL);
        ck_assert_double_gt(fabs(margin), 1000);
        ck_assert_double_eq_tol(loss, k ? -log(0.1) : fabs(margin), 1e-6 * loss);
        for (int i = 0; i < 4; i++) ck_assert(isfinite(gradient[i]));
        c = (vg_comparison){c.b, c.a, c.length, 1 - c.a_better}; // the same the other way round
        double turned = vg_bradley_terry_run(m.workspace, m.net, m.inputs, &c, 1, gradient, NULL);
        ck_assert_double_eq_tol(turned, loss, 1e-9 * loss);
        unmake(&m);
    }
}
END_TEST

static double tau(const double *a, const double *b, int32_t count) {
    double sum = 0;
    for (int32_t i = 0; i < count; i++)
        for (int32_t k = 0; k < i; k++) sum += (a[i] - a[k]) * (b[i] - b[k]) > 0 ? 1 : -1;
    return sum / (0.5 * count * (count - 1));
}

// Trained on the first half of the rows; how snippets of the second half are ranked, as Kendall's tau. A
// share of the labels is wrong.
static double train(double wrong, double label_noise, int32_t threads, uint64_t *hash) {
    enum { BATCH = 32, STEPS = 800, TESTS = ROWS / 2 / LENGTH };
    made m;
    vg_adam adam;
    vg_adam_def def = vg_adam_default();
    float gradient[64];
    make(&m, 8, label_noise, BATCH, threads);
    def.rate = 0.01;
    ck_ok(vg_adam_create(&def, vg_network_count(m.net), &adam, &diag));
    for (uint32_t step = 0; step < STEPS; step++) {
        vg_comparison batch[BATCH];
        for (uint32_t i = 0; i < BATCH; i++) {
            const vg_draw at = {.seed = 77, .step = step, .draw = i};
            batch[i] = draw(&m, 0, ROWS / 2, BATCH * step + i);
            if (vg_random_uniform(&at) < wrong) batch[i].a_better = 1 - batch[i].a_better;
        }
        vg_bradley_terry_run(m.workspace, m.net, m.inputs, batch, BATCH, gradient, NULL);
        vg_adam_step(&adam, gradient, vg_network_parameters(m.net));
        vg_network_pack(m.net);
    }
    double learned[TESTS], truth[TESTS];
    for (int32_t i = 0; i < TESTS; i++) { // against one and the same snippet: margins rank them
        const vg_comparison c = {ROWS / 2 + i * LENGTH, ROWS / 2, LENGTH, 1};
        vg_bradley_terry_run(m.workspace, m.net, m.inputs, &c, 1, NULL, NULL);
        learned[i] = vg_bradley_terry_margins(m.workspace)[0];
        truth[i] = sum_of(m.truth, c.a, LENGTH);
    }
    *hash = vg_hash_float(0, vg_network_read(m.net), vg_network_count(m.net));
    vg_adam_destroy(&adam);
    unmake(&m);
    return tau(learned, truth, TESTS);
}

START_TEST(recovers_the_ranking_of_a_linear_reward) {
    uint64_t hash;
    double clean = train(0, 0, 1, &hash), noisy = train(0.2, 0, 1, &hash), wary = train(0.2, 0.4, 1, &hash);
    ck_assert_msg(clean > 0.95, "tau %g", clean);
    ck_assert_msg(noisy > 0.75 && wary > 0.75, "with wrong labels: tau %g and %g", noisy, wary);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    uint64_t first, other;
    train(0, 0.1, 1, &first);
    for (int32_t threads = 2; threads <= 3; threads++) {
        train(0, 0.1, threads, &other);
        ck_assert(first == other);
    }
    ck_golden("bradley_terry/weights", first);
}
END_TEST

START_TEST(refuses_what_makes_no_sense) {
    made m;
    make(&m, 4, 0, 4, 1);
    vg_bradley_terry *none;
    static const vg_bradley_terry_def bad[] = {
        {0, 4, 0, 1}, {LENGTH, 0, 0, 1}, {LENGTH, 4, 1, 1}, {LENGTH, 4, -0.1, 1}, {LENGTH, 4, NAN, 1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_fails(vg_bradley_terry_create(&bad[i], m.net, &none, &diag), VG_ERR_ARGUMENT, "snippets of 1 row");
        ck_assert_ptr_null(none);
    }
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_bradley_terry_create(&(vg_bradley_terry_def){LENGTH, 4, 0, 1}, m.net, &none, &diag);
        ck_assert(!turn.err == !!none);
        vg_bradley_terry_destroy(none);
    }
    unmake(&m);
}
END_TEST

CK_MAIN("bradley_terry", differentiates_its_loss, computes_the_cross_entropy_of_sums, bears_hopeless_margins,
        recovers_the_ranking_of_a_linear_reward, same_bits_at_any_thread_count, refuses_what_makes_no_sense)
