#include "eval/gate/judge.h"

#include "tests/gate_fixture.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

static vg_gate_config standard(void) {
    vg_gate_config config;
    ck_ok(vg_gate_config_read("standard", &config, &diag));
    config.resamples = 1000;
    return config;
}

static vg_judgement judge(const vg_drives *a, const vg_drives *b) {
    vg_gate_config config = standard();
    vg_gate_levels levels = vg_gate_levels_once(config.alpha);
    vg_judgement j;
    ck_ok(vg_judge(a, b, &config, &levels, 1, &j, &diag));
    return j;
}

static const vg_judged *row_of(const vg_judgement *j, const char *name) {
    for (int32_t i = 0; i < j->count; i++)
        if (strcmp(vg_gate_metric_at(j->rows[i].metric).name, name) == 0) return &j->rows[i];
    ck_abort_msg("no row '%s'", name);
    return NULL;
}

START_TEST(the_same_drives_pass) {
    vg_drives a = fixture_drives(8, 4, 1), b = fixture_drives(8, 4, 1);
    vg_judgement j = judge(&a, &b);
    ck_assert(j.same);
    ck_assert_int_eq(j.verdict, VG_PASS);
    ck_assert_int_eq(j.count, VG_GATE_METRIC_COUNT);
    for (int32_t i = 0; i < j.count; i++) ck_assert(j.rows[i].low == 0 && j.rows[i].high == 0);
    b.rows[3].jerk_lateral = nextafterf(b.rows[3].jerk_lateral, 100);
    j = judge(&a, &b);
    ck_assert(!j.same);
    // 32 pairs without a difference do not exclude a change of 2 points.
    ck_assert_int_eq(row_of(&j, "off_road")->verdict, VG_INCONCLUSIVE);
    ck_assert_int_eq(row_of(&j, "drift")->verdict, VG_PASS);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(nothing_changed_passes) {
    vg_drives a = fixture_drives(64, 16, 1), b = fixture_drives(64, 16, 2);
    vg_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.verdict, VG_PASS);
    ck_assert_int_eq(vg_verdict_status(j.verdict), 0);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(departures_regress) {
    vg_drives a = fixture_drives(64, 16, 1), b = fixture_drives(64, 16, 2);
    for (int32_t r = 0; r < 64; r++)
        for (int32_t k = 0; k < 2; k++) fixture_depart(&b, r * 16 + 3 * k, 40);
    vg_judgement j = judge(&a, &b);
    const vg_judged *off = row_of(&j, "off_road");
    ck_assert_int_eq(j.verdict, VG_REGRESSED);
    ck_assert_int_eq(vg_verdict_status(j.verdict), 1);
    ck_assert_int_eq(off->verdict, VG_REGRESSED);
    ck_assert_double_eq_tol(off->result, 0.125, 1e-12);
    ck_assert_double_gt(off->low, 0.02);
    ck_assert_double_lt(off->high, 0.2);
    ck_assert_int_eq(j.worse, 128);
    ck_assert_int_eq(j.better, 0);
    // With the sides swapped it is better, whatever the margin.
    j = judge(&b, &a);
    ck_assert_int_eq(j.verdict, VG_PASS);
    ck_assert_double_lt(row_of(&j, "off_road")->high, 0);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

// All on one road: 16 departures of 1,024 are 1.6 points, but one road is one independent sample.
START_TEST(one_bad_road_is_no_proof) {
    vg_drives a = fixture_drives(64, 16, 1), b = fixture_drives(64, 16, 2);
    for (int32_t k = 0; k < 16; k++) fixture_depart(&b, 5 * 16 + k, 40), fixture_depart(&b, 6 * 16 + k, 40);
    vg_judgement j = judge(&a, &b);
    ck_assert_int_eq(row_of(&j, "off_road")->verdict, VG_INCONCLUSIVE);
    ck_assert_int_eq(j.verdict, VG_INCONCLUSIVE);
    ck_assert_int_eq(vg_verdict_status(j.verdict), 3);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

// One departure among 1,024 episodes is a small change, and the test shows that it is small.
START_TEST(one_departure_passes) {
    vg_drives a = fixture_drives(64, 16, 1), b = fixture_drives(64, 16, 2);
    for (int32_t n = 1; n <= 3; n++) {
        fixture_depart(&b, 37 * n, 40);
        vg_judgement j = judge(&a, &b);
        ck_assert_int_eq(row_of(&j, "off_road")->verdict, VG_PASS);
        ck_assert_int_eq(row_of(&j, "departures_per_km")->verdict, VG_PASS);
        ck_assert_double_gt(row_of(&j, "departures_per_km")->high, n / (1024 * 3.0));
        ck_assert_int_eq(j.verdict, VG_PASS);
    }
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(each_metric_is_seen_in_its_direction) {
    static const struct change {
        const char *name;
        double times;
    } changes[] = {{"drift", 1.3}, {"drift_99", 1.3}, {"progress", 0.8}, {"comfort", 1.5}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        vg_drives a = fixture_drives(64, 4, 1), b = fixture_drives(64, 4, 2);
        for (int32_t e = 0; e < 256; e++) {
            vg_drive *row = &b.rows[e];
            float times = (float)changes[i].times;
            if (i == 0) row->drift *= times;
            if (i == 1) row->drift_99 *= times;
            if (i == 2) row->progress *= times;
            if (i == 3) row->jerk_lateral *= times, row->jerk_longitudinal *= times;
        }
        vg_judgement j = judge(&a, &b);
        for (int32_t k = 0; k < j.count; k++) {
            bool own = strcmp(vg_gate_metric_at(j.rows[k].metric).name, changes[i].name) == 0;
            ck_assert_int_eq(j.rows[k].verdict == VG_REGRESSED, own);
        }
        const vg_judged *row = row_of(&j, changes[i].name);
        ck_assert_double_eq_tol(row->result / row->baseline, changes[i].times, 0.02);
        ck_assert(row->low < row->result - row->baseline && row->result - row->baseline < row->high);
        // With the sides swapped it is better, and passes.
        j = judge(&b, &a);
        ck_assert_int_eq(row_of(&j, changes[i].name)->verdict, VG_PASS);
        vg_drives_free(&a), vg_drives_free(&b);
    }
}
END_TEST

// A regressed metric has its good side's bound beyond the margin, a passing one its worse side's within.
START_TEST(verdicts_are_what_bounds_say) {
    for (uint64_t s = 0; s < 40; s++) {
        vg_drives a = fixture_drives(16, 4, 100 + s), b = fixture_drives(16, 4, 200 + s);
        for (int32_t e = 0; e < 64; e++) {
            b.rows[e].drift *= (float)(1 + 0.004 * (double)s);
            b.rows[e].progress *= (float)(1 - 0.004 * (double)s);
            if ((uint64_t)(e * 7 % 64) < s / 2) fixture_depart(&b, e, 30);
        }
        vg_judgement j = judge(&a, &b);
        for (int32_t k = 0; k < j.count; k++) {
            const vg_judged *row = &j.rows[k];
            bool rises = vg_gate_metric_at(row->metric).worse > 0;
            bool beyond = rises ? row->low > row->margin : row->high < row->margin;
            bool within = rises ? row->high <= row->margin : row->low >= row->margin;
            ck_assert_int_eq(row->verdict, beyond ? VG_REGRESSED : within ? VG_PASS : VG_INCONCLUSIVE);
        }
        vg_drives_free(&a), vg_drives_free(&b);
    }
}
END_TEST

// The p of each metric times the number of metrics whose p is not smaller, and never below that of a smaller
// p.
static void holm_by_hand(const vg_judgement *j) {
    for (int32_t i = 0; i < j->count; i++) {
        double wanted = 0;
        for (int32_t k = 0; k < j->count; k++) {
            int32_t left = 0;
            if (!(j->rows[k].p_change <= j->rows[i].p_change)) continue;
            for (int32_t m = 0; m < j->count; m++) left += j->rows[m].p_change >= j->rows[k].p_change;
            wanted = fmax(wanted, fmin(1, j->rows[k].p_change * left));
        }
        ck_assert_double_eq_tol(j->rows[i].p_holm, wanted, 1e-12);
    }
}

// Holm's procedure decides what changed: a metric whose own p is below alpha, but not Holm's, has not
// regressed, though it is beyond its margin.
START_TEST(several_metrics_are_no_several_chances) {
    vg_gate_config config = standard();
    ck_ok(vg_config_set(&vg_gate_schema, &config, "comfort", "+0", "", 0, &diag));
    vg_gate_levels levels = vg_gate_levels_once(config.alpha);
    int32_t held = 0, regressed = 0;
    for (uint64_t s = 0; s < 60; s++) {
        vg_drives a = fixture_drives(16, 4, 100 + s), b = fixture_drives(16, 4, 200 + s);
        for (int32_t e = 0; e < 64; e++) b.rows[e].jerk_lateral *= 1.01f;
        vg_judgement j;
        ck_ok(vg_judge(&a, &b, &config, &levels, 1, &j, &diag));
        holm_by_hand(&j);
        const vg_judged *row = row_of(&j, "comfort");
        bool beyond = row->p_margin <= config.alpha;
        held += beyond && row->p_change <= config.alpha && row->p_holm > config.alpha;
        regressed += row->verdict == VG_REGRESSED;
        ck_assert_int_eq(row->verdict == VG_REGRESSED, beyond && row->p_holm <= config.alpha);
        vg_drives_free(&a), vg_drives_free(&b);
    }
    ck_assert_int_gt(held, 3);
    ck_assert_int_gt(regressed, 3);
}
END_TEST

START_TEST(without_survivors_there_is_no_p99) {
    vg_drives a = fixture_drives(8, 4, 1), b = fixture_drives(8, 4, 2);
    for (int32_t e = 0; e < 32; e++) fixture_depart(&b, e, 10);
    vg_judgement j = judge(&a, &b);
    ck_assert(isnan(row_of(&j, "drift_99")->baseline));
    ck_assert_int_eq(row_of(&j, "drift_99")->verdict, VG_INCONCLUSIVE);
    ck_assert_int_eq(j.verdict, VG_REGRESSED);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

// Who parks leaves the road nowhere: the share that stalled tells.
START_TEST(stalls_regress) {
    vg_drives a = fixture_drives(64, 16, 1), b = fixture_drives(64, 16, 2);
    for (int32_t i = 0; i < 64 * 16; i += 4) b.rows[i].stall_time = 30;
    for (int32_t i = 0; i < 64 * 16; i += 8) { // these leave later, which is not counted twice
        a.rows[i].stall_time = b.rows[i].stall_time = 20;
        fixture_depart(&a, i, 40), fixture_depart(&b, i, 40);
    }
    vg_judgement j = judge(&a, &b);
    const vg_judged *stalled = row_of(&j, "stalled");
    ck_assert_int_eq(j.verdict, VG_REGRESSED);
    ck_assert_int_eq(stalled->verdict, VG_REGRESSED);
    ck_assert_double_eq_tol(stalled->result, 0.125, 1e-12);
    ck_assert_double_eq(stalled->baseline, 0);
    ck_assert_int_eq(row_of(&j, "off_road")->verdict, VG_PASS);
    j = judge(&b, &a);
    ck_assert_int_eq(row_of(&j, "stalled")->verdict, VG_PASS);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(on_one_road_starts_are_units) {
    vg_drives a = fixture_drives(1, 40, 1), b = fixture_drives(1, 40, 2);
    for (int32_t e = 0; e < 40; e++) b.rows[e].drift *= 2;
    vg_judgement j = judge(&a, &b);
    ck_assert_int_eq(j.units, 40);
    ck_assert_int_eq(row_of(&j, "drift")->verdict, VG_REGRESSED);
    vg_drives_free(&a), vg_drives_free(&b);
    a = fixture_drives(1, 1, 1), b = fixture_drives(1, 1, 2);
    vg_gate_config config = standard();
    vg_gate_levels levels = vg_gate_levels_once(0.05);
    ck_fails(vg_judge(&a, &b, &config, &levels, 1, &j, &diag), VG_ERR_ARGUMENT, "expected 2");
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(the_worst_come_first) {
    vg_drives a = fixture_drives(8, 4, 1), b = fixture_drives(8, 4, 1);
    int32_t rows[5];
    ck_assert_int_eq(vg_judge_worst(&a, &b, 5, rows), 0);
    b.rows[9].drift += 1, b.rows[3].drift += 2;
    fixture_depart(&b, 20, 12), fixture_depart(&b, 21, 7);
    fixture_depart(&a, 4, 5), fixture_depart(&b, 4, 4); // as before
    ck_assert_int_eq(vg_judge_worst(&a, &b, 5, rows), 4);
    ck_assert(rows[0] == 21 && rows[1] == 20 && rows[2] == 3 && rows[3] == 9);
    ck_assert_int_eq(vg_judge_worst(&a, &b, 2, rows), 2);
    ck_assert(rows[0] == 21 && rows[1] == 20);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

START_TEST(looks_share_alpha) {
    vg_gate_config config = standard();
    vg_gate_levels levels[VG_LOOKS_MOST];
    ck_ok(vg_gate_levels_spent(&config, levels, &diag));
    for (int32_t k = 0; k < config.passes; k++) {
        ck_assert_int_eq(levels[k].look, k + 1);
        ck_assert_double_eq(levels[k].bound, levels[k].change[0]);
        ck_assert_double_lt(levels[k].change[1], levels[k].change[0]);
        ck_assert_double_lt(levels[k].bound, config.alpha);
    }
}
END_TEST

START_TEST(out_of_memory_is_told) {
    vg_drives a = fixture_drives(8, 4, 1), b = fixture_drives(8, 4, 2);
    vg_gate_config config = standard();
    vg_gate_levels levels = vg_gate_levels_once(0.05);
    vg_judgement j;
    for (oom turn = {0}; oom_next(&turn);) turn.err = vg_judge(&a, &b, &config, &levels, 1, &j, NULL);
    vg_drives_free(&a), vg_drives_free(&b);
}
END_TEST

CK_MAIN("judge", the_same_drives_pass, nothing_changed_passes, departures_regress, one_bad_road_is_no_proof,
        one_departure_passes, each_metric_is_seen_in_its_direction, verdicts_are_what_bounds_say,
        several_metrics_are_no_several_chances, without_survivors_there_is_no_p99, stalls_regress,
        on_one_road_starts_are_units, the_worst_come_first, looks_share_alpha, out_of_memory_is_told)
