#include "agents/learners/apprenticeship_learner.h"

#include "tests/agents/learners/lattice_case.h"

enum { COUNT = VG_DRIVING_COUNT };

// A mixture of planned drives has the features of the laps; the one reward of the file is less near, and
// still far nearer than the first, even weights.
START_TEST(a_mixture_has_the_features_of_the_laps) {
    ck_long();
    lattice_found most = lattice_train(&vg_learner_apprenticeship, 1, "iterations", "30"),
                  first = lattice_train(&vg_learner_apprenticeship, 1, "iterations", "1");
    ck_assert_double_lt(most.last[0], 0.05); // of a length of root 8
    ck_assert_double_gt(first.last[0], 0.5);
    ck_assert_double_ge(most.report.train_loss, most.last[0]);
    ck_assert_double_le(most.report.train_loss, first.report.train_loss);
    ck_assert_double_gt(most.report.best_round, 0);
}
END_TEST

// The file's reward is as near as the report says.
START_TEST(the_reward_written_is_as_near_as_told) {
    lattice_found found = lattice_train(&vg_learner_apprenticeship, 1, NULL, NULL);
    vg_lattice_drives drives = lattice_read(lattice_chicane);
    double aimless[COUNT], log_z, square = 0;
    vg_lattice_planned planned;
    ck_ok(vg_lattice_drives_expect(&drives, (double[COUNT]){0}, 1, &log_z, aimless, &diag));
    ck_ok(vg_lattice_drives_plan(&drives, found.theta, 0, 1, &planned, &diag));
    for (int32_t k = 0; k < COUNT; k++) {
        double off = (planned.features[k] - drives.features[k]) / (drives.features[k] + 1e-4 * aimless[k]);
        ck_assert_double_ge(found.theta[k], 0);
        square += off * off;
    }
    ck_assert_double_eq_tol(sqrt(square), found.report.train_loss, 1e-6);
    vg_lattice_drives_free(&drives);
}
END_TEST

START_TEST(projection_comes_nearer_more_slowly) {
    ck_long();
    lattice_found hull = lattice_train(&vg_learner_apprenticeship, 1, NULL, NULL),
                  line = lattice_train(&vg_learner_apprenticeship, 1, "variant", "projection");
    ck_assert_double_le(hull.last[0], line.last[0]);
    ck_assert_double_lt(line.last[0], 0.6);
}
END_TEST

START_TEST(same_bits_at_any_thread_count) {
    for (int32_t threads = 1; threads <= 3; threads++)
        ck_golden("apprenticeship/reward",
                  lattice_train(&vg_learner_apprenticeship, threads, "iterations", "6").hash);
}
END_TEST

CK_MAIN("apprenticeship_learner", a_mixture_has_the_features_of_the_laps,
        the_reward_written_is_as_near_as_told, projection_comes_nearer_more_slowly,
        same_bits_at_any_thread_count)
