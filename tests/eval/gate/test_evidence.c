#include "eval/gate/evidence.h"

#include "tests/gate_fixture.h"

static vg_diag diag;

static vg_gate_config gate_of(int32_t resamples) {
    vg_gate_config config;
    ck_ok(vg_gate_config_read("standard", &config, &diag));
    config.resamples = resamples, config.passes = 2;
    return config;
}

static vg_evidence_def small(const vg_gate_config *gate) {
    vg_evidence_def def = vg_evidence_def_default();
    def.roads = 24, def.starts = 4, def.comparisons = 60, def.gate = gate;
    return def;
}

// A rise far beyond the margin is always found; if nothing changed, a change is hardly ever found.
START_TEST(sees_what_is_there) {
    vg_gate_config gate = gate_of(400);
    vg_evidence_def def = small(&gate);
    vg_evidence found;
    ck_ok(vg_evidence_made_up(&def, 0, &found, &diag));
    ck_assert_double_le(found.regressed.value, 0.1);
    ck_assert(found.regressed.low <= found.regressed.value && found.regressed.value <= found.regressed.high);
    def.rise = 0.5;
    ck_ok(vg_evidence_made_up(&def, 0, &found, &diag));
    ck_assert_double_eq(found.regressed.value, 1);
    ck_assert_double_eq(found.metric_regressed.value, 1);
    def.rise = 0, def.drift_rise = 1;
    ck_ok(vg_evidence_made_up(&def, 2, &found, &diag));
    ck_assert_double_eq(found.metric_regressed.value, 1);
    ck_assert_double_eq(found.passes, 1);
}
END_TEST

START_TEST(threads_do_not_matter) {
    vg_gate_config gate = gate_of(200);
    vg_evidence_def def = small(&gate);
    vg_evidence one, two;
    def.rise = 0.1, def.sequential = true;
    def.threads = 1;
    ck_ok(vg_evidence_made_up(&def, 0, &one, &diag));
    def.threads = 3;
    ck_ok(vg_evidence_made_up(&def, 0, &two, &diag));
    ck_assert_mem_eq(&one, &two, sizeof one);
    ck_assert(one.passes > 1 && one.passes <= 2);
}
END_TEST

START_TEST(a_pool_is_held_against_itself) {
    vg_gate_config gate = gate_of(400);
    vg_evidence_def def = small(&gate);
    vg_evidence found;
    vg_drives pool = fixture_drives(24, 4, 1);
    ck_fails(vg_evidence_driven(&def, &pool, 0, &found, &diag), VG_ERR_ARGUMENT, "at least 2");
    for (uint64_t pass = 2; pass < 5; pass++) {
        vg_drives more = fixture_drives(24, 4, pass);
        for (int32_t i = 0; i < 96; i += 7) fixture_depart(&more, i, 30);
        ck_ok(vg_drives_append(&pool, &more, &diag));
        vg_drives_free(&more);
    }
    ck_ok(vg_evidence_driven(&def, &pool, 0, &found, &diag));
    ck_assert_double_le(found.regressed.value, 0.1);
    vg_drives_free(&pool);
}
END_TEST

static bool always(void) { return true; }

START_TEST(stops_when_asked) {
    vg_gate_config gate = gate_of(200);
    vg_evidence_def def = small(&gate);
    vg_evidence found;
    def.stop = always;
    ck_fails(vg_evidence_made_up(&def, 0, &found, &diag), VG_ERR_INTERRUPTED, "stopped");
    def.stop = NULL, def.comparisons = 0;
    ck_fails(vg_evidence_made_up(&def, 0, &found, &diag), VG_ERR_ARGUMENT, "0 comparisons");
}
END_TEST

CK_MAIN("evidence", sees_what_is_there, threads_do_not_matter, a_pool_is_held_against_itself,
        stops_when_asked)
