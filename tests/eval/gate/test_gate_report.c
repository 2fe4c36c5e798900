#include "eval/gate/report.h"

#include "tests/gate_fixture.h"

static vg_diag diag;

typedef struct made {
    vg_drives a, b;
    vg_judgement judgement;
    vg_gate_report report;
} made;

static void make(made *m) {
    vg_gate_config config;
    vg_gate_levels levels = vg_gate_levels_once(0.05);
    m->a = fixture_drives(16, 4, 1), m->b = fixture_drives(16, 4, 2);
    for (int32_t i = 0; i < 64; i += 3) fixture_depart(&m->b, i, 20 + (float)i);
    for (int32_t i = 0; i < 64; i++) m->b.rows[i].jerk_lateral *= i % 2 ? 1.3f : 0.9f;
    snprintf(m->b.label, sizeof m->b.label, "50 %% <b>");
    snprintf(m->b.path, sizeof m->b.path, "out/b/result.json");
    ck_ok(vg_gate_config_read("standard", &config, &diag));
    ck_ok(vg_judge(&m->a, &m->b, &config, &levels, 1, &m->judgement, &diag));
    m->report = vg_gate_report_of(&m->a, &m->b, &m->judgement, "standard");
}

static void unmake(made *m) { vg_drives_free(&m->a), vg_drives_free(&m->b); }

static int count_of(const char *text, const char *part) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) n++;
    return n;
}

START_TEST(says_what_regressed) {
    made m;
    char text[256];
    vg_text command = {0};
    make(&m);
    ck_assert_int_eq(m.judgement.verdict, VG_REGRESSED);
    ck_assert(strstr(vg_gate_headline(&m.judgement, text), "regressed: off_road"));
    vg_gate_line(&m.judgement.rows[0], text);
    ck_assert_msg(strncmp(text, "34.4 %, was 0.0 %: +34.4, at the least +", 40) == 0, "%s", text);
    ck_assert(strstr(text, "margin +2.0"));
    ck_assert_int_eq(m.report.worst_count, 5);
    vg_gate_command(&m.report, 0, &command);
    ck_assert_str_eq(command.bytes,
                     "verge view out/b/result.json --policy '50 % <b>' --episode 'seed 1001:0'");
    vg_text_free(&command);
    // What no file holds is driven again from the suite, with the seed of its pass.
    m.b.path[0] = 0, m.b.seed = 41, m.report.worst[0] = m.b.road_count * m.b.starts + 1;
    vg_gate_command(&m.report, 0, &command);
    ck_assert_str_eq(
        command.bytes,
        "verge view --suite tiny --policy made.safetensors --road 'seed 1001' --start 1 --seed 42");
    vg_text_free(&command);
    m.report.worst[0] = 0;
    ck_assert_str_eq(vg_gate_fate(&m.report, 0, text), "left the road at 20.00 s");
    ck_assert(!vg_drives_hit(&m.b));
    m.b.rows[0].hit = true;
    ck_assert_str_eq(vg_gate_fate(&m.report, 0, text), "hit an obstacle at 20.00 s");
    ck_assert(vg_drives_hit(&m.b));
    unmake(&m);
}
END_TEST

START_TEST(junit_has_a_case_a_metric) {
    made m;
    vg_text out = {0};
    int failures = 0, skipped = 0;
    make(&m);
    for (int32_t i = 0; i < m.judgement.count; i++)
        failures += m.judgement.rows[i].verdict == VG_REGRESSED,
            skipped += m.judgement.rows[i].verdict == VG_INCONCLUSIVE;
    vg_gate_junit(&m.report, &out);
    ck_assert_int_eq(count_of(out.bytes, "<testcase"), VG_GATE_METRIC_COUNT);
    ck_assert_int_eq(count_of(out.bytes, "<failure"), failures);
    ck_assert_int_eq(count_of(out.bytes, "<skipped"), skipped);
    ck_assert_int_gt(failures, 0);
    ck_assert_ptr_null(strstr(out.bytes, "<b>"));
    vg_text_free(&out);
    unmake(&m);
}
END_TEST

// One annotation a metric that does not pass; a per cent sign is escaped.
START_TEST(annotations_are_a_line_each) {
    made m;
    vg_text out = {0};
    int bad = 0;
    make(&m);
    for (int32_t i = 0; i < m.judgement.count; i++) bad += m.judgement.rows[i].verdict != VG_PASS;
    vg_gate_annotations(&m.report, &out);
    ck_assert_int_eq(count_of(out.bytes, "\n"), bad);
    ck_assert(strstr(out.bytes, "::error title=verge gate%3A off_road regressed::34.4 %25, was 0.0 %25"));
    vg_text_free(&out);
    unmake(&m);
}
END_TEST

START_TEST(json_has_it_all) {
    made m;
    vg_text out = {0};
    make(&m);
    ck_ok(vg_gate_json(&m.report, &out, &diag));
    json_t *root = json_loads(out.bytes, JSON_REJECT_DUPLICATES, NULL);
    ck_assert(root);
    ck_assert_str_eq(json_string_value(json_object_get(root, "verdict")), "regressed");
    ck_assert_uint_eq(json_array_size(json_object_get(root, "metrics")), VG_GATE_METRIC_COUNT);
    ck_assert_uint_eq(json_array_size(json_object_get(root, "worst")), 5);
    ck_assert_int_eq(json_integer_value(json_object_get(root, "worse")), 22);
    json_decref(root);
    vg_text_free(&out);
    unmake(&m);
}
END_TEST

START_TEST(markdown_is_a_table) {
    made m;
    vg_text out = {0};
    make(&m);
    vg_gate_markdown(&m.report, &out);
    ck_assert(strncmp(out.bytes, "### verge gate: regressed", 25) == 0);
    ck_assert_int_eq(count_of(out.bytes, "\n| "), 1 + VG_GATE_METRIC_COUNT);
    ck_assert_int_eq(count_of(out.bytes, "`verge view"), 5);
    vg_text_free(&out);
    unmake(&m);
}
END_TEST

START_TEST(bounds_are_two_or_none) {
    vg_judged row = {.low = 0.5, .high = INFINITY};
    char text[VG_GATE_BOUNDS];
    while (strcmp(vg_gate_metric_at(row.metric).name, "drift") != 0) row.metric++;
    ck_assert_str_eq(vg_gate_bounds(&row, text), "+0.500 to none");
    row.low = row.high = NAN;
    ck_assert_str_eq(vg_gate_bounds(&row, text), "-");
}
END_TEST

CK_MAIN("gate report", bounds_are_two_or_none, says_what_regressed, junit_has_a_case_a_metric,
        annotations_are_a_line_each, json_has_it_all, markdown_is_a_table)
