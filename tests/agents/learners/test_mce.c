#include "agents/learners/mce.h"

#include "agents/irl/newton.h"
#include "sim/base/exact.h"
#include "tests/agents/learners/lattice_case.h"

enum { COUNT = VG_DRIVING_COUNT };

// What the laps have on the lattice is what the soft driver of the weights found has: within 1 %, but for
// features whose weight is 0.
START_TEST(features_are_matched) {
    ck_long();
    lattice_found found = lattice_train(&vg_learner_mce, 1, NULL, NULL);
    vg_lattice_drives drives = lattice_read(lattice_chicane);
    double expected[COUNT], log_z;
    ck_ok(vg_lattice_drives_expect(&drives, found.theta, 1, &log_z, expected, &diag));
    int32_t matched = 0;
    for (int32_t k = 0; k < COUNT; k++) {
        if (found.theta[k] == 0) {
            ck_assert_double_lt(expected[k], drives.features[k]);
            continue;
        }
        ck_assert_double_eq_tol(expected[k], drives.features[k], 0.01 * drives.features[k]);
        matched++;
    }
    ck_assert_int_ge(matched, 6);
    double cost = 0;
    for (int32_t k = 0; k < COUNT; k++) cost += found.theta[k] * drives.features[k];
    ck_assert_double_eq_tol(found.report.train_loss, (cost + log_z) / (double)drives.steps, 1e-4);
    ck_assert_double_lt(found.report.train_loss, log(9) / 1.5); // an aimless driver has log 9
    vg_lattice_drives_free(&drives);
}
END_TEST

START_TEST(gradient_agrees_with_differences) {
    vg_lattice_drives drives = lattice_read(lattice_chicane);
    double w[COUNT], scale[COUNT], gradient[COUNT], ignored[COUNT], value;
    for (int32_t k = 0; k < COUNT; k++)
        scale[k] = (drives.features[k] + 1) / (double)drives.steps, w[k] = 0.1 + 0.02 * k;
    ck_ok(vg_mce_objective(&drives, scale, 1, w, &value, gradient, &diag));
    for (int32_t k = 0; k < COUNT; k++) {
        double at = w[k], step = 1e-6, sides[2];
        for (int side = 0; side < 2; side++) {
            w[k] = at + (side ? step : -step);
            ck_ok(vg_mce_objective(&drives, scale, 1, w, &sides[side], ignored, &diag));
        }
        w[k] = at;
        ck_assert_double_eq_tol((sides[1] - sides[0]) / (2 * step), gradient[k],
                                1e-6 * (1 + fabs(gradient[k])));
    }
    vg_lattice_drives_free(&drives);
}
END_TEST

typedef struct known {
    const vg_lattice_drives *drives;
    double scale[COUNT];
} known;

static vg_err climb(void *context, const double *x, double *value, double *gradient, vg_diag *error) {
    known *k = context;
    return vg_mce_objective(k->drives, k->scale, 1, x, value, gradient, error);
}
static bool is_flat(void *context, int32_t step, const double *gradient) {
    double most = 0;
    (void)context, (void)step;
    for (int32_t k = 0; k < COUNT; k++) most = fmax(most, fabs(gradient[k]));
    return most < 1e-6;
}

// From what a soft driver of known weights has, exactly, these weights come back; a weight of 0 too.
START_TEST(known_weights_come_back) {
    ck_long();
    static const double truth[COUNT] = {1.3, 0.5, 0.2, 0.3, 0.05, 0.2, 0, 50};
    vg_lattice_drives drives = lattice_read(lattice_hairpins);
    known k = {.drives = &drives};
    double x[COUNT], log_z;
    ck_ok(vg_lattice_drives_expect(&drives, truth, 1, &log_z, drives.features, &diag));
    for (int32_t i = 0; i < COUNT; i++) k.scale[i] = drives.features[i] / (double)drives.steps, x[i] = 0.1;
    vg_ascent ascent = {climb, is_flat, &k, COUNT, 200};
    vg_ascent_end end;
    ck_ok(vg_newton_ascend(&ascent, 1, x, &end, &diag));
    for (int32_t i = 0; i < COUNT; i++)
        ck_assert_double_eq_tol(x[i] / k.scale[i], truth[i], 0.01 * truth[i] + 1e-3);
    vg_lattice_drives_free(&drives);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    for (int32_t threads = 1; threads <= 3; threads++)
        ck_golden("mce/reward", lattice_train(&vg_learner_mce, threads, "iterations", "2").hash);
}
END_TEST

static bool stop_at_3(void *context, int64_t rounds_done, int64_t total) {
    (void)context;
    ck_assert(rounds_done <= total);
    return rounds_done < 3;
}

START_TEST(bad_input_leaves_no_file) {
    vg_learner_report report;
    vg_learner_def def = lattice_def(&vg_learner_mce, "least_steps", "9999");
    ck_fails(vg_learner_mce.train(&def, &report, &diag), VG_ERR_FORMAT, "passes 10000 stations");
    vg_free((void *)(uintptr_t)def.config);
    def = lattice_def(&vg_learner_mce, NULL, NULL);
    def.log_count = 0;
    ck_fails(vg_learner_mce.train(&def, &report, &diag), VG_ERR_ARGUMENT, "mce learns from logs");
    def.log_count = 1;
    def.watch = stop_at_3;
    ck_fails(vg_learner_mce.train(&def, &report, &diag), VG_ERR_INTERRUPTED, "stopped after iteration 3");
    ck_assert_int_ne(access(def.out, F_OK), 0);
    vg_free((void *)(uintptr_t)def.config);
}
END_TEST

CK_MAIN("mce", features_are_matched, gradient_agrees_with_differences, known_weights_come_back,
        same_bits_at_any_thread_count, bad_input_leaves_no_file)
