#include "agents/nets/adam.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// Adam as the paper writes it, in double, with libm's pow.
START_TEST(follows_the_paper) {
    enum { COUNT = 19, STEPS = 200 };
    vg_adam_def def = vg_adam_default();
    def.rate = 0.01, def.decay = 0.1, def.decayed = 10;
    vg_adam adam;
    ck_ok(vg_adam_create(&def, COUNT, &adam, &diag));
    float parameters[COUNT], gradient[COUNT];
    double p[COUNT], m[COUNT] = {0}, v[COUNT] = {0};
    for (int i = 0; i < COUNT; i++) p[i] = (double)(parameters[i] = 0.1f * (float)(i - 9));
    for (int t = 1; t <= STEPS; t++) {
        for (int i = 0; i < COUNT; i++) {
            gradient[i] = parameters[i] - 0.03f * (float)i;
            double g = (double)gradient[i];
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            if (i < 10) p[i] *= 1 - 0.01 * 0.1;
            p[i] -= 0.01 * (m[i] / (1 - pow(0.9, t))) / (sqrt(v[i] / (1 - pow(0.999, t))) + 1e-8);
        }
        vg_adam_step(&adam, gradient, parameters);
    }
    for (int i = 0; i < COUNT; i++) ck_assert_double_eq_tol((double)parameters[i], p[i], 1e-4);
    ck_assert_int_eq(adam.step, STEPS);
    vg_adam_destroy(&adam);
}
END_TEST

START_TEST(clips_by_the_norm) {
    vg_adam_def def = vg_adam_default();
    def.clip = 1;
    vg_adam adam;
    ck_ok(vg_adam_create(&def, 2, &adam, &diag));
    float parameters[2] = {0}, steep[2] = {30, 40}, gentle[2] = {0.3f, 0.4f};
    vg_adam_step(&adam, steep, parameters);
    ck_assert_float_eq_tol(adam.first[0], 0.1f * 0.6f, 1e-6f);
    ck_assert_float_eq_tol(adam.first[1], 0.1f * 0.8f, 1e-6f);
    vg_adam_destroy(&adam);
    ck_ok(vg_adam_create(&def, 2, &adam, &diag));
    vg_adam_step(&adam, gentle, parameters);
    ck_assert_float_eq_tol(adam.first[0], 0.1f * 0.3f, 1e-7f);
    vg_adam_destroy(&adam);
}
END_TEST

// A copy of the state goes on with the same bits.
START_TEST(state_is_all_there_is) {
    vg_adam_def def = vg_adam_default();
    vg_adam a, b;
    ck_ok(vg_adam_create(&def, 3, &a, &diag));
    ck_ok(vg_adam_create(&def, 3, &b, &diag));
    float p[3] = {1, 2, 3}, q[3];
    for (int i = 0; i < 10; i++) vg_adam_step(&a, p, p);
    memcpy(q, p, sizeof p);
    memcpy(b.first, a.first, sizeof p), memcpy(b.second, a.second, sizeof p);
    b.step = a.step, b.power1 = a.power1, b.power2 = a.power2;
    for (int i = 0; i < 10; i++) vg_adam_step(&a, p, p), vg_adam_step(&b, q, q);
    ck_assert(!memcmp(p, q, sizeof p));
    vg_adam_destroy(&a), vg_adam_destroy(&b);
}
END_TEST

START_TEST(refuses_and_cleans_up) {
    vg_adam adam;
    vg_adam_def def = vg_adam_default();
    def.rate = 0;
    ck_fails(vg_adam_create(&def, 1, &adam, &diag), VG_ERR_ARGUMENT, "must be positive");
    def = vg_adam_default(), def.beta2 = 1;
    ck_fails(vg_adam_create(&def, 1, &adam, &diag), VG_ERR_ARGUMENT, "beta2 1");
    def = vg_adam_default(), def.clip = NAN;
    ck_fails(vg_adam_create(&def, 1, &adam, &diag), VG_ERR_ARGUMENT, "clip");
    def = vg_adam_default();
    for (oom turn = {.least = 2, .diag = &diag}; oom_next(&turn);) {
        turn.err = vg_adam_create(&def, 8, &adam, &diag);
        if (!turn.err) vg_adam_destroy(&adam);
    }
}
END_TEST

CK_MAIN("adam", follows_the_paper, clips_by_the_norm, state_is_all_there_is, refuses_and_cleans_up)
