#include "eval/gate/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/outcome/markdown.h"
#include "eval/outcome/xml.h"
#include "sim/base/hash.h"
#include "sim/base/version.h"

vg_gate_report vg_gate_report_of(const vg_drives *baseline, const vg_drives *result,
                                 const vg_judgement *judgement, const char *gate) {
    vg_gate_report report = {.baseline = baseline, .result = result, .judgement = judgement, .gate = gate};
    report.worst_count = vg_judge_worst(baseline, result, VG_GATE_WORST, report.worst);
    return report;
}

// --- words ------------------------------------------------------------------------------------------------

static bool is_share(int32_t metric) { return vg_gate_metric_at(metric).unit[0] == 0; }

char *vg_gate_value(int32_t metric, double value, char *buffer) {
    const char *unit = vg_gate_metric_at(metric).unit;
    if (isnan(value))
        snprintf(buffer, 48, "-");
    else if (is_share(metric))
        snprintf(buffer, 48, "%.1f %%", 100 * value);
    else
        snprintf(buffer, 48, "%.*f %s", fabs(value) < 10 ? 3 : 1, value, unit);
    return buffer;
}

char *vg_gate_difference(int32_t metric, double value, char *buffer) {
    if (isnan(value))
        snprintf(buffer, 48, "-");
    else if (isinf(value))
        snprintf(buffer, 48, "none"); // no bound at this level
    else if (is_share(metric))
        snprintf(buffer, 48, "%+.1f", 100 * value);
    else
        snprintf(buffer, 48, "%+.*f", fabs(value) < 10 ? 3 : 1, value);
    return buffer;
}

char *vg_gate_bounds(const vg_judged *row, char *buffer) {
    char low[48], high[48];
    if (isnan(row->low) && isnan(row->high))
        snprintf(buffer, VG_GATE_BOUNDS, "-"); // measured in neither
    else
        snprintf(buffer, VG_GATE_BOUNDS, "%s to %s", vg_gate_difference(row->metric, row->low, low),
                 vg_gate_difference(row->metric, row->high, high));
    return buffer;
}

char *vg_gate_line(const vg_judged *row, char *buffer) {
    char before[48], after[48], difference[48], bound[48], margin[48];
    bool rises = vg_gate_metric_at(row->metric).worse > 0, fails = row->verdict == VG_REGRESSED;
    // The bound that decided: the good side's if the metric regressed, otherwise the worse side's.
    double decisive = rises == fails ? row->low : row->high;
    if (isnan(row->p_pass)) {
        snprintf(buffer, 256, "measured in neither");
        return buffer;
    }
    snprintf(buffer, 256, "%s, was %s: %s, %s %s, margin %s", vg_gate_value(row->metric, row->result, after),
             vg_gate_value(row->metric, row->baseline, before),
             vg_gate_difference(row->metric, row->result - row->baseline, difference),
             fails ? "at the least" : "at the worst", vg_gate_difference(row->metric, decisive, bound),
             vg_gate_difference(row->metric, row->margin, margin));
    return buffer;
}

char *vg_gate_headline(const vg_judgement *j, char *buffer) {
    int used = snprintf(buffer, 256, "%s", vg_verdict_word(j->verdict));
    if (j->same) snprintf(buffer + used, 256 - (size_t)used, ": the same drives, bit by bit");
    bool first = true;
    for (int32_t i = 0; i < j->count && j->verdict != VG_PASS; i++) {
        if (j->rows[i].verdict != j->verdict) continue;
        used += snprintf(buffer + used, 256 - (size_t)used, "%s%s", first ? ": " : ", ",
                         vg_gate_metric_at(j->rows[i].metric).name);
        first = false;
    }
    return buffer;
}

char *vg_gate_fate(const vg_gate_report *r, int32_t i, char *buffer) {
    const vg_drive *before = &r->baseline->rows[r->worst[i]], *after = &r->result->rows[r->worst[i]];
    if (vg_drive_left(after))
        snprintf(buffer, 128, "%s at %.2f s", after->hit ? "hit an obstacle" : "left the road",
                 (double)after->off_time);
    else if (vg_drive_stalled(after))
        snprintf(buffer, 128, "had stalled at %.2f s", (double)after->stall_time);
    else
        snprintf(buffer, 128, "drift %.3f m, was %.3f m", (double)after->drift, (double)before->drift);
    return buffer;
}

void vg_gate_command(const vg_gate_report *r, int32_t i, vg_text *out) {
    const vg_drives *d = r->result;
    int32_t each = d->road_count * d->starts, in = r->worst[i] % each;
    const char *road = d->roads[in / d->starts];
    char episode[VG_DRIVE_TEXT + 16];
    bool later = r->worst[i] >= each || !d->path[0]; // not in a file
    vg_text_add(out, "verge view ");
    if (!later) vg_text_word(out, d->path);
    if (later) vg_text_add(out, "--suite ");
    if (later) vg_text_word(out, json_string_value(json_object_get(d->suite, "name")));
    vg_text_add(out, " --policy ");
    vg_text_word(out, later ? d->source : d->label);
    vg_text_add(out, later ? " --road " : " --episode ");
    snprintf(episode, sizeof episode, "%s:%d", road, in % d->starts);
    vg_text_word(out, later ? road : episode);
    if (later)
        vg_text_add(out, " --start %d --seed %lld", in % d->starts,
                    (long long)(d->seed + r->worst[i] / each));
}

// --- for build servers ------------------------------------------------------------------------------------

static void add_failure(const vg_judged *row, vg_text *out) {
    char line[256];
    const char *element = row->verdict == VG_REGRESSED ? "failure" : "skipped";
    vg_text_add(out, "      <%s", element);
    vg_xml_attribute(out, "message", vg_gate_line(row, line));
    vg_text_add(out, "/>\n");
}

static void add_number(vg_text *out, const char *name, double value) {
    char text[32];
    if (isfinite(value)) vg_xml_property(out, 8, name, vg_format_double(value, text));
}

static void add_case(const vg_gate_report *r, const vg_judged *row, vg_text *out) {
    vg_text_add(out, "    <testcase");
    vg_xml_attribute(out, "classname", r->result->label);
    vg_xml_attribute(out, "name", vg_gate_metric_at(row->metric).name);
    vg_text_add(out, " time=\"0\">\n      <properties>\n");
    vg_xml_property(out, 8, "verdict", vg_verdict_word(row->verdict));
    add_number(out, "baseline", row->baseline);
    add_number(out, "result", row->result);
    add_number(out, "low", row->low);
    add_number(out, "high", row->high);
    add_number(out, "margin", row->margin);
    add_number(out, "p_change", row->p_change);
    add_number(out, "p_holm", row->p_holm);
    add_number(out, "p_margin", row->p_margin);
    add_number(out, "p_pass", row->p_pass);
    vg_text_add(out, "      </properties>\n");
    if (row->verdict != VG_PASS) add_failure(row, out);
    vg_text_add(out, "    </testcase>\n");
}

void vg_gate_junit(const vg_gate_report *r, vg_text *out) {
    const vg_judgement *j = r->judgement;
    int failures = 0, skipped = 0;
    for (int32_t i = 0; i < j->count; i++) {
        failures += j->rows[i].verdict == VG_REGRESSED;
        skipped += j->rows[i].verdict == VG_INCONCLUSIVE;
    }
    vg_text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<!-- A metric that regressed is a failure, one that is inconclusive is skipped. -->\n"
                     "<testsuites name=\"verge gate\">\n  <testsuite");
    vg_xml_attribute(out, "name", "verge gate");
    vg_text_add(out, " tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\" time=\"0\">\n", j->count,
                failures, skipped);
    for (int32_t i = 0; i < j->count; i++) add_case(r, &j->rows[i], out);
    vg_text_add(out, "  </testsuite>\n</testsuites>\n");
}

void vg_gate_markdown(const vg_gate_report *r, vg_text *out) {
    const vg_judgement *j = r->judgement;
    char text[256], before[48], after[48], bounds[VG_GATE_BOUNDS], margin[48], name[VG_DRIVE_TEXT + 48];
    vg_text_add(out, "### verge gate: %s\n\n", vg_gate_headline(j, text));
    vg_markdown_code(out, r->result->label);
    vg_text_add(out, " against ");
    vg_markdown_code(out, r->baseline->label);
    vg_text_add(out, ": %d pairs on %d roads.\n\n", j->episodes, r->baseline->road_count);
    vg_text_add(out, "| metric | baseline | result | bounds of the difference | margin | verdict |\n"
                     "|---|---|---|---|---|---|\n");
    for (int32_t i = 0; i < j->count; i++) {
        const vg_judged *row = &j->rows[i];
        vg_text_add(out, "| %s | %s | %s | %s | %s | %s |\n", vg_gate_metric_at(row->metric).name,
                    vg_gate_value(row->metric, row->baseline, before),
                    vg_gate_value(row->metric, row->result, after), vg_gate_bounds(row, bounds),
                    vg_gate_difference(row->metric, row->margin, margin), vg_verdict_word(row->verdict));
    }
    if (r->worst_count) vg_text_add(out, "\nThe episodes that got worst:\n\n");
    for (int32_t i = 0; i < r->worst_count; i++) {
        vg_text command = {0};
        vg_gate_command(r, i, &command);
        if (command.failed) out->failed = true;
        vg_text_add(out, "- ");
        vg_markdown_code(out, vg_drives_name(r->result, r->worst[i], name));
        vg_text_add(out, ": %s  \n  ", vg_gate_fate(r, i, text));
        vg_markdown_code(out, command.size ? command.bytes : "");
        vg_text_add(out, "\n");
        vg_text_free(&command);
    }
    vg_text_add(out, "\n");
}

void vg_gate_escape(const char *text, vg_text *out) {
    for (const char *c = text; *c; c++)
        if (*c == '%')
            vg_text_add(out, "%%25");
        else if (*c == '\n' || *c == '\r')
            vg_text_add(out, *c == '\n' ? "%%0A" : "%%0D");
        else
            vg_text_add(out, "%c", *c);
}

void vg_gate_annotations(const vg_gate_report *r, vg_text *out) {
    char line[256];
    for (int32_t i = 0; i < r->judgement->count; i++) {
        const vg_judged *row = &r->judgement->rows[i];
        if (row->verdict == VG_PASS) continue;
        const char *name = vg_gate_metric_at(row->metric).name;
        vg_text_add(out,
                    "::%s title=verge gate%%3A %s %s::", row->verdict == VG_REGRESSED ? "error" : "warning",
                    name, vg_verdict_word(row->verdict));
        vg_gate_escape(vg_gate_line(row, line), out);
        vg_text_add(out, "\n");
    }
}

// --- JSON -------------------------------------------------------------------------------------------------

static json_t *side_json(const vg_drives *d) {
    char hash[17];
    return json_pack("{ss ss ss ss ss}", "path", d->path, "label", d->label, "source", d->source,
                     "policy_hash", d->policy_hash, "score_hash", vg_hash_format(vg_drives_hash(d), hash));
}

static json_t *row_json(const vg_judged *row) {
    vg_gate_metric m = vg_gate_metric_at(row->metric);
    return json_pack("{ss ss ss so so so so so so so so so so}", "metric", m.name, "unit", m.unit, "verdict",
                     vg_verdict_word(row->verdict), "baseline", vg_json_number(row->baseline), "result",
                     vg_json_number(row->result), "difference", vg_json_number(row->result - row->baseline),
                     "low", vg_json_number(row->low), "high", vg_json_number(row->high), "margin",
                     vg_json_number(row->margin), "p_change", vg_json_number(row->p_change), "p_holm",
                     vg_json_number(row->p_holm), "p_margin", vg_json_number(row->p_margin), "p_pass",
                     vg_json_number(row->p_pass));
}

static json_t *worst_json(const vg_gate_report *r, int32_t i) {
    char name[VG_DRIVE_TEXT + 48], fate[128];
    vg_text command = {0};
    vg_gate_command(r, i, &command);
    json_t *row = json_pack("{ss ss ss}", "episode", vg_drives_name(r->result, r->worst[i], name), "what",
                            vg_gate_fate(r, i, fate), "command", command.failed ? "" : command.bytes);
    vg_text_free(&command);
    return row;
}

vg_err vg_gate_json(const vg_gate_report *r, vg_text *out, vg_diag *diag) {
    const vg_judgement *j = r->judgement;
    json_t *rows = json_array(), *worst = json_array();
    for (int32_t i = 0; i < j->count; i++) json_array_append_new(rows, row_json(&j->rows[i]));
    for (int32_t i = 0; i < r->worst_count; i++) json_array_append_new(worst, worst_json(r, i));
    json_t *root =
        json_pack("{ss si ss ss sb so so si si si si sf sf sf si si ss* ss so so}", "kind", "verge gate",
                  "schema_version", 1, "version", VG_VERSION, "verdict", vg_verdict_word(j->verdict), "same",
                  j->same, "baseline", side_json(r->baseline), "result", side_json(r->result), "roads",
                  r->baseline->road_count, "episodes", j->episodes, "worse", j->worse, "better", j->better,
                  "alpha", j->alpha, "level_change", j->level_change, "level", j->level, "look", j->look,
                  "looks", j->looks, "suite", json_string_value(json_object_get(r->baseline->suite, "name")),
                  "gate", r->gate, "metrics", rows, "worst", worst);
    if (!root) return vg_fail_memory(diag);
    vg_json_text(root, out);
    json_decref(root);
    return out->failed ? vg_fail_memory(diag) : VG_OK;
}
