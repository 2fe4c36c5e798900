#include "eval/outcome/junit.h"

#include <math.h>
#include <stdio.h>

#include "eval/outcome/result.h"
#include "eval/outcome/xml.h"
#include "sim/base/hash.h"

// Writes a number as a property; a missing number is left out.
static void number(vg_text *out, int32_t depth, const char *name, double value) {
    char text[32];
    if (isfinite(value)) vg_xml_property(out, depth, name, vg_format_double(value, text));
}

static void add_case(const vg_outcome_arm *row, int32_t i, vg_text *out) {
    const vg_arm_seed *seed = &row->arm.seeds[i];
    const vg_analysis *a = &row->analysis;
    char name[32], hash[17];
    vg_text_add(out, "    <testcase");
    vg_xml_attribute(out, "classname", row->label);
    snprintf(name, sizeof name, "seed %llu", (unsigned long long)seed->seed);
    vg_xml_attribute(out, "name", seed->seed ? name : row->label);
    vg_text_add(out, " time=\"0\">\n      <properties>\n");
    if (seed->hash) vg_xml_property(out, 8, "policy_hash", vg_hash_format(seed->hash, hash));
    vg_xml_property(out, 8, "score_hash", vg_hash_format(vg_result_score_hash(seed->rollout), hash));
    number(out, 8, "episodes", seed->rollout->count);
    if (a->off_road_seeds) number(out, 8, "off_road", a->off_road_seeds[i]);
    if (a->stalled_seeds) number(out, 8, "stalled", a->stalled_seeds[i]);
    if (a->collision_seeds && a->collision_seeds[i] > 0) number(out, 8, "collision", a->collision_seeds[i]);
    if (a->success_seeds) number(out, 8, "success", a->success_seeds[i]);
    if (a->drift_seeds) number(out, 8, "drift_share", a->drift_seeds[i]);
    if (a->open_seeds) number(out, 8, "open_error", a->open_seeds[i]);
    number(out, 8, "held_out", seed->held_out);
    vg_text_add(out, "      </properties>\n    </testcase>\n");
}

static void add_suite(const vg_outcome_arm *row, vg_text *out) {
    vg_text_add(out, "  <testsuite");
    vg_xml_attribute(out, "name", row->label);
    vg_text_add(out,
                " tests=\"%d\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">\n    <properties>\n",
                row->arm.seed_count);
    vg_xml_property(out, 6, "kind", row->kind);
    vg_xml_property(out, 6, "source", row->source);
    for (int32_t i = 0; i < VG_METRIC_COUNT; i++) {
        vg_estimate e = vg_analysis_metric(&row->analysis, i);
        const char *name = vg_metric_at(i).name;
        char end[64];
        number(out, 6, name, e.value);
        snprintf(end, sizeof end, "%s_low", name);
        number(out, 6, end, e.low);
        snprintf(end, sizeof end, "%s_high", name);
        number(out, 6, end, e.high);
    }
    vg_text_add(out, "    </properties>\n");
    for (int32_t i = 0; i < row->arm.seed_count; i++) add_case(row, i, out);
    vg_text_add(out, "  </testsuite>\n");
}

vg_err vg_junit(const vg_outcome *o, vg_text *out, vg_diag *diag) {
    int64_t tests = 0;
    for (int32_t i = 0; i < o->arm_count; i++) tests += o->arms[i].arm.seed_count;
    vg_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- No test fails here: this file only "
                     "reports; verge gate decides. -->\n<testsuites");
    vg_xml_attribute(out, "name", o->name);
    vg_text_add(out, " tests=\"%lld\" failures=\"0\" errors=\"0\" time=\"0\">\n", (long long)tests);
    for (int32_t i = 0; i < o->arm_count; i++) add_suite(&o->arms[i], out);
    vg_text_add(out, "</testsuites>\n");
    return out->failed ? vg_fail_memory(diag) : VG_OK;
}
