#include "agents/rl/twin_q.h"

#include "agents/nets/mlp.h"
#include "tests/check.h"

static vg_diag diag;

enum { ROWS = 70, WIDTH = 2 }; // more than a block

typedef struct made {
    vg_network *like;
    vg_twin_q q;
    vg_minibatch m;
    float least[ROWS], targets[ROWS], slopes[2 * ROWS * VG_CAR_ACTIONS];
} made;

static void make(made *m, double rate) {
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = WIDTH, shape.outputs = 2, shape.hidden_count = 1, shape.hidden[0] = 8;
    ck_ok(vg_mlp_create(&shape, &m->like, &diag));
    ck_ok(vg_twin_q_create(
        &(vg_twin_q_def){.like = m->like, .width = WIDTH, .rate = rate, .seed = 3, .most = ROWS}, &m->q,
        &diag));
    ck_ok(vg_minibatch_open(&m->m, ROWS, WIDTH, &diag));
    for (int64_t i = 0; i < ROWS; i++)
        for (int32_t k = 0; k < WIDTH + VG_CAR_ACTIONS; k++)
            m->m.pairs[i * m->m.pair_stride + k] = 0.03f * (float)((i * 7 + k * 5) % 61 - 30);
}

static void free_made(made *m) {
    vg_twin_q_destroy(&m->q);
    vg_minibatch_free(&m->m);
    vg_network_destroy(m->like);
}

START_TEST(two_networks_of_which_the_smaller_counts) {
    made m;
    int32_t first = 0;
    make(&m, 1e-3);
    vg_twin_q_values(&m.q, false, m.m.pairs, ROWS, m.least);
    for (int i = 0; i < ROWS; i++) {
        float a = m.q.values[0][i], b = m.q.values[1][i];
        ck_assert(a != b && m.least[i] == (a < b ? a : b));
        first += a < b;
    }
    ck_assert(first > 0 && first < ROWS);
    free_made(&m);
}
END_TEST

// By finite differences; of the smaller network, and of the first alone.
START_TEST(slopes_are_those_of_the_values) {
    made m;
    make(&m, 1e-3);
    for (int which = 0; which < 2; which++) {
        float values[ROWS], up[ROWS], down[ROWS];
        vg_twin_q_slopes(&m.q, which, m.m.pairs, ROWS, values, m.slopes);
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
            float unused[2 * ROWS * VG_CAR_ACTIONS];
            const float h = 1e-2f;
            for (int64_t i = 0; i < ROWS; i++) m.m.pairs[i * m.m.pair_stride + WIDTH + a] += h;
            vg_twin_q_slopes(&m.q, which, m.m.pairs, ROWS, up, unused);
            for (int64_t i = 0; i < ROWS; i++) m.m.pairs[i * m.m.pair_stride + WIDTH + a] -= 2 * h;
            vg_twin_q_slopes(&m.q, which, m.m.pairs, ROWS, down, unused);
            for (int64_t i = 0; i < ROWS; i++) m.m.pairs[i * m.m.pair_stride + WIDTH + a] += h;
            int32_t far = 0; // where the smaller network is another one within h
            for (int64_t i = 0; i < ROWS; i++)
                far += __builtin_fabs((double)((up[i] - down[i]) / (2 * h)) -
                                      (double)m.slopes[i * VG_CAR_ACTIONS + a]) > 2e-4;
            ck_assert_int_le(far, which ? 0 : 4);
        }
    }
    free_made(&m);
}
END_TEST

START_TEST(fits_its_targets_and_the_target_networks_follow) {
    made m;
    float values[ROWS];
    double before = 0, after = 0;
    make(&m, 1e-2);
    for (int64_t i = 0; i < ROWS; i++)
        m.targets[i] = 2 * m.m.pairs[i * m.m.pair_stride + WIDTH] - m.m.pairs[i * m.m.pair_stride];
    vg_twin_q_values(&m.q, true, m.m.pairs, ROWS, m.least);
    for (int step = 0; step < 300; step++) {
        double loss = vg_twin_q_fit(&m.q, m.m.pairs, m.targets, ROWS);
        if (step == 0) before = loss;
        after = loss;
    }
    ck_assert(before > 0.3 && after < 0.01);
    vg_twin_q_values(&m.q, true, m.m.pairs, ROWS, values);
    ck_assert_mem_eq(values, m.least, sizeof values); // nothing moves by itself
    float p = vg_network_read(m.q.q[0].net)[5], t = vg_network_read(m.q.target[0])[5];
    vg_twin_q_follow(&m.q, 0.25);
    ck_assert_float_eq_tol(vg_network_read(m.q.target[0])[5], 0.25f * p + 0.75f * t, 1e-6f);
    vg_twin_q_follow(&m.q, 1);
    vg_twin_q_values(&m.q, true, m.m.pairs, ROWS, values);
    vg_twin_q_values(&m.q, false, m.m.pairs, ROWS, m.least);
    ck_assert_mem_eq(values, m.least, sizeof values);
    free_made(&m);
}
END_TEST

CK_MAIN("twin_q", two_networks_of_which_the_smaller_counts, slopes_are_those_of_the_values,
        fits_its_targets_and_the_target_networks_follow)
