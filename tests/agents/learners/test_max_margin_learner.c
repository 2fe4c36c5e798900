#include "agents/learners/max_margin_learner.h"

#include "tests/agents/learners/lattice_case.h"

enum { COUNT = VG_DRIVING_COUNT };

static void units(const vg_lattice_drives *drives, double scale[COUNT]) {
    double aimless[COUNT], log_z;
    ck_ok(vg_lattice_drives_expect(drives, (double[COUNT]){0}, 1, &log_z, aimless, &diag));
    for (int32_t k = 0; k < COUNT; k++)
        scale[k] = (drives->features[k] + 1e-4 * aimless[k]) / (double)drives->steps;
}

// Learned on the chicane, the plan on the hairpins differs from the laps there at most half as much as that
// of uniform weights: of 1 each, and of 1 each in the units of the laps.
START_TEST(plans_like_the_laps_on_a_road_that_is_held_out) {
    ck_long();
    lattice_found found = lattice_train(&vg_learner_max_margin_planning, 1, NULL, NULL);
    vg_lattice_drives drives = lattice_read(lattice_chicane);
    double ones[COUNT], even[COUNT], scale[COUNT];
    units(&drives, scale);
    for (int32_t k = 0; k < COUNT; k++) ones[k] = 1, even[k] = 1 / scale[k];
    vg_lattice_drives_free(&drives);
    double loss = lattice_loss(lattice_hairpins, found.theta);
    ck_assert_double_lt(loss, 0.5 * lattice_loss(lattice_hairpins, ones));
    ck_assert_double_lt(loss, 0.5 * lattice_loss(lattice_hairpins, even));
}
END_TEST

// c is convex, and the subgradient lies below it everywhere: c(u) >= c(w) + g (u - w).
START_TEST(the_subgradient_supports_the_objective) {
    vg_lattice_drives drives = lattice_read(lattice_chicane);
    const vg_max_margin_config config = {.l2_weight = 0.01, .margin = 0.3};
    double scale[COUNT], w[6][COUNT], value[6], gradient[6][COUNT];
    units(&drives, scale);
    for (uint32_t i = 0; i < 6; i++) {
        for (uint32_t k = 0; k < COUNT; k++) w[i][k] = 0.01 + (double)((i * 5 + k * 3) % 7) / 10;
        ck_ok(vg_max_margin_objective(&drives, scale, &config, 1, w[i], &value[i], gradient[i], NULL, &diag));
    }
    double none[COUNT] = {0}, loss, at_none; // without a reward, the rival is the one with the most loss
    ck_ok(vg_max_margin_objective(&drives, scale, &config, 1, none, &at_none, gradient[0], &loss, &diag));
    ck_assert_double_eq_tol(at_none, 0.3 * loss, 1e-12);
    ck_assert_double_gt(loss, 0.9);
    ck_ok(vg_max_margin_objective(&drives, scale, &config, 1, w[0], &value[0], gradient[0], NULL, &diag));
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            double below = value[i];
            for (int k = 0; k < COUNT; k++) below += gradient[i][k] * (w[j][k] - w[i][k]);
            ck_assert_double_ge(value[j], below - 1e-9);
        }
    vg_lattice_drives_free(&drives);
}
END_TEST

// The laps cost at least what the best rival does, less the margin: c >= 0, and it falls.
START_TEST(the_objective_falls) {
    ck_long();
    lattice_found first = lattice_train(&vg_learner_max_margin_planning, 1, "iterations", "1"),
                  more = lattice_train(&vg_learner_max_margin_planning, 1, "iterations", "60");
    ck_assert_double_gt(more.report.train_loss, 0);
    ck_assert_double_lt(more.report.train_loss, 0.7 * first.report.train_loss);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    for (int32_t threads = 1; threads <= 3; threads++)
        ck_golden("max_margin_planning/reward",
                  lattice_train(&vg_learner_max_margin_planning, threads, "iterations", "6").hash);
}
END_TEST

CK_MAIN("max_margin_learner", plans_like_the_laps_on_a_road_that_is_held_out,
        the_subgradient_supports_the_objective, the_objective_falls, same_bits_at_any_thread_count)
