#include "eval/gate/gate_config.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(margins_have_a_sign) {
    vg_margin m;
    ck_ok(vg_margin_parse("+0.02", 1, &m, &diag));
    ck_assert(m.judged && m.fixed == 0.02 && m.share == 0);
    ck_ok(vg_margin_parse(" -5 % ", -1, &m, &diag));
    ck_assert(m.judged && m.fixed == 0 && m.share == 0.05);
    ck_ok(vg_margin_parse("+0.01 +10 %", 1, &m, &diag));
    ck_assert(m.fixed == 0.01 && m.share == 0.1);
    ck_ok(vg_margin_parse("+10%+0.01", 1, &m, &diag));
    ck_assert(m.fixed == 0.01 && m.share == 0.1);
    ck_ok(vg_margin_parse("", 1, &m, &diag));
    ck_assert(!m.judged);
}
END_TEST

START_TEST(what_is_no_margin_is_told) {
    static const char *const wrong[] = {"0.02",      "-0.02",   "+",    "+x", "+0.02 m",
                                        "+0.02 % %", "+0.02 5", "+nan", "+-1"};
    vg_margin m;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_fails(vg_margin_parse(wrong[i], 1, &m, &diag), VG_ERR_FORMAT, "it is worse when it rises");
    ck_fails(vg_margin_parse("+5 %", -1, &m, &diag), VG_ERR_FORMAT, "it is worse when it falls");
}
END_TEST

START_TEST(shipped_gates_are_sound) {
    vg_gate_config config;
    vg_margin margins[VG_GATE_METRIC_COUNT];
    static const char *const names[] = {"standard", "smoke"};
    for (int i = 0; i < 2; i++) {
        ck_ok(vg_gate_config_read(names[i], &config, &diag));
        ck_ok(vg_gate_margins(&config, margins, &diag));
        for (int32_t m = 0; m < VG_GATE_METRIC_COUNT; m++) ck_assert(margins[m].judged);
    }
    ck_fails(vg_gate_config_read("strict", &config, &diag), VG_ERR_NOT_FOUND, "smoke, standard");
}
END_TEST

// The keys of margins are the metrics' names.
START_TEST(every_metric_has_a_key) {
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT; m++)
        ck_assert(vg_config_key(&vg_gate_schema, vg_gate_metric_at(m).name));
}
END_TEST

START_TEST(a_file_is_checked) {
    vg_gate_config config;
    vg_margin margins[VG_GATE_METRIC_COUNT];
    vg_config_default(&vg_gate_schema, &config);
    ck_fails(vg_config_set(&vg_gate_schema, &config, "progress", "+5 %", "g.yaml", 3, &diag), VG_ERR_FORMAT,
             "g.yaml:3: progress");
    for (int32_t m = 0; m < VG_GATE_METRIC_COUNT; m++)
        ck_ok(vg_config_set(&vg_gate_schema, &config, vg_gate_metric_at(m).name, "", "g", 0, &diag));
    ck_fails(vg_gate_margins(&config, margins, &diag), VG_ERR_FORMAT, "no metric has a margin");
}
END_TEST

CK_MAIN("gate config", margins_have_a_sign, what_is_no_margin_is_told, shipped_gates_are_sound,
        every_metric_has_a_key, a_file_is_checked)
