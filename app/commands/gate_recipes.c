#include "app/commands/gate_recipes.h"

#include <math.h>
#include <stdio.h>

#include "app/cli/github.h"
#include "app/cli/output.h"
#include "eval/gate/recipes.h"
#include "eval/gate/report.h"
#include "eval/outcome/markdown.h"
#include "eval/outcome/xml.h"
#include "sim/base/version.h"

static const double power = 0.9;

// --- power ------------------------------------------------------------------------------------------------

// Printed before the verdict: how many seeds are needed to see a rise of a given size.
static vg_err print_power(const vg_recipe *a, const vg_recipe *b, double alpha, vg_diag *diag) {
    static const double effects[] = {0.02, 0.05, 0.1, 0.2}, spreads[] = {0.02, 0.05, 0.1, 0.15, 0.25};
    static const char *const titles[] = {"beyond the margin by", "spread 2", "5", "10", "15", "25 points"};
    vg_table table = {0};
    vg_text out = {0};
    vg_text_add(&out,
                "%d and %d training seeds. Seeds that each recipe needs to see a rise with %.0f %% chance, "
                "by how much seeds scatter:\n",
                a->seeds, b->seeds, 100 * power);
    vg_table_begin(&table, 6, titles);
    for (size_t e = 0; e < sizeof effects / sizeof *effects; e++) {
        vg_table_cell(&table, "%.0f points", 100 * effects[e]);
        for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++)
            vg_table_cell(&table, "%d", vg_recipe_seeds_needed(effects[e], spreads[s], alpha, power));
    }
    vg_table_text(&table, &out);
    vg_table_free(&table);
    vg_text_add(&out, "\n");
    vg_err err = vg_print_text(&out, diag);
    vg_text_free(&out);
    return err;
}

// --- the verdict ------------------------------------------------------------------------------------------

// One end of an interval, in points. With few seeds an end may have no bound.
static const char *bound(double share, char text[16]) {
    if (isinf(share)) return "none";
    snprintf(text, 16, "%+.1f", 100 * share);
    return text;
}

static void add_row(vg_table *table, const vg_recipe_row *row) {
    vg_table_cell(table, "%s", row->name);
    vg_table_cell(table, "%.1f %%", 100 * row->baseline);
    vg_table_cell(table, "%.1f %%", 100 * row->result);
    vg_table_cell(table, "%+.1f", 100 * (row->result - row->baseline));
    char low[16], high[16];
    vg_table_cell(table, "%s to %s", bound(row->low, low), bound(row->high, high));
    vg_table_cell(table, "%+.1f", 100 * row->margin);
    vg_table_cell(table, "%.1f", 100 * row->spread);
    vg_table_cell(table, "%s", vg_verdict_word(row->verdict));
}

static vg_err print_judgement(const vg_recipe *a, const vg_recipe *b, const vg_recipe_judgement *j,
                              vg_diag *diag) {
    static const char *const titles[] = {"metric", "baseline", "result", "difference",
                                         "bounds", "margin",   "spread", "verdict"};
    vg_table table = {0};
    vg_text out = {0};
    vg_text_add(&out, "%s\nrecipe %s against %s, suite %s\n", vg_verdict_word(j->verdict), b->label, a->label,
                a->suite);
    vg_table_begin(&table, 8, titles);
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) add_row(&table, &j->rows[m]);
    vg_table_text(&table, &out);
    vg_table_free(&table);
    int32_t seeds = a->seeds < b->seeds ? a->seeds : b->seeds;
    vg_text_add(&out,
                "this number of seeds, with the spread found, shows %.1f points of off_road beyond the "
                "margin with %.0f %% chance\na false 'regressed' in at most %.3g %% if nothing changed; over "
                "training seeds, on these roads\n",
                100 * vg_recipe_seen(seeds, j->rows[0].spread, j->alpha, power), 100 * power, 100 * j->alpha);
    vg_err err = vg_print_text(&out, diag);
    vg_text_free(&out);
    return err;
}

static json_t *row_json(const vg_recipe_row *r) {
    return json_pack("{ss ss sf sf sf so so sf sf sf sf sf}", "metric", r->name, "verdict",
                     vg_verdict_word(r->verdict), "baseline", r->baseline, "result", r->result, "spread",
                     r->spread, "low", vg_json_number(r->low), "high", vg_json_number(r->high), "margin",
                     r->margin, "p_change", r->p_change, "p_holm", r->p_holm, "p_margin", r->p_margin,
                     "p_pass", r->p_pass);
}

static json_t *side_json(const vg_recipe *r) {
    return json_pack("{ss ss si}", "path", r->path, "label", r->label, "seeds", r->seeds);
}

static vg_err print_json(const vg_recipe *a, const vg_recipe *b, const vg_recipe_judgement *j,
                         vg_diag *diag) {
    json_t *rows = json_array();
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) json_array_append_new(rows, row_json(&j->rows[m]));
    return vg_print_json(json_pack("{ss si ss ss so so sf so}", "kind", "verge gate of recipes",
                                   "schema_version", 1, "version", VG_VERSION, "verdict",
                                   vg_verdict_word(j->verdict), "baseline", side_json(a), "result",
                                   side_json(b), "alpha", j->alpha, "metrics", rows),
                         diag);
}

// --- for build servers ------------------------------------------------------------------------------------

static void line_of(const vg_recipe_row *r, char line[200]) {
    char low[16], high[16];
    snprintf(line, 200, "%.1f %%, was %.1f %%: %+.1f, bounds %s to %s, margin %+.1f", 100 * r->result,
             100 * r->baseline, 100 * (r->result - r->baseline), bound(r->low, low), bound(r->high, high),
             100 * r->margin);
}

static void write_junit(const vg_recipe *b, const vg_recipe_judgement *j, vg_text *out) {
    char line[200];
    int count[3] = {0};
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) count[j->rows[m].verdict]++;
    vg_text_add(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"verge gate\">\n"
                "  <testsuite name=\"verge gate of recipes\" tests=\"%d\" failures=\"%d\" errors=\"0\" "
                "skipped=\"%d\" "
                "time=\"0\">\n",
                VG_RECIPE_METRIC_COUNT, count[VG_REGRESSED], count[VG_INCONCLUSIVE]);
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        const vg_recipe_row *r = &j->rows[m];
        line_of(r, line);
        vg_text_add(out, "    <testcase");
        vg_xml_attribute(out, "classname", b->label);
        vg_xml_attribute(out, "name", r->name);
        vg_text_add(out, " time=\"0\">\n      <%s",
                    r->verdict == VG_REGRESSED ? "failure"
                    : r->verdict == VG_PASS    ? "system-out"
                                               : "skipped");
        if (r->verdict == VG_PASS) {
            vg_text_add(out, ">%s</system-out>\n    </testcase>\n", line);
            continue;
        }
        vg_xml_attribute(out, "message", line);
        vg_text_add(out, "/>\n    </testcase>\n");
    }
    vg_text_add(out, "  </testsuite>\n</testsuites>\n");
}

static vg_err tell_github(const vg_recipe *a, const vg_recipe *b, const vg_recipe_judgement *j, bool document,
                          vg_diag *diag) {
    vg_text commands = {0}, markdown = {0};
    char line[200];
    vg_text_add(&markdown, "### verge gate of recipes: %s\n\n", vg_verdict_word(j->verdict));
    vg_markdown_code(&markdown, b->label);
    vg_text_add(&markdown, " against ");
    vg_markdown_code(&markdown, a->label);
    vg_text_add(&markdown, ": %d and %d training seeds.\n\n", b->seeds, a->seeds);
    for (int32_t m = 0; m < VG_RECIPE_METRIC_COUNT; m++) {
        const vg_recipe_row *r = &j->rows[m];
        line_of(r, line);
        vg_text_add(&markdown, "- %s: %s, %s\n", r->name, vg_verdict_word(r->verdict), line);
        if (r->verdict == VG_PASS) continue;
        vg_text_add(&commands,
                    "::%s title=verge gate%%3A %s %s::", r->verdict == VG_REGRESSED ? "error" : "warning",
                    r->name, vg_verdict_word(r->verdict));
        vg_gate_escape(line, &commands);
        vg_text_add(&commands, "\n");
    }
    vg_text_add(&markdown, "\n");
    vg_err err = vg_github_annotate(&commands, document, diag);
    if (!err) err = vg_github_summary(&markdown, diag);
    vg_text_free(&commands);
    vg_text_free(&markdown);
    return err;
}

static vg_err write_file(const vg_recipe *b, const vg_recipe_judgement *j, const char *path,
                         vg_overwrite overwrite, vg_diag *diag) {
    vg_text text = {0};
    write_junit(b, j, &text);
    vg_err err =
        text.failed ? vg_fail_memory(diag) : vg_file_write(path, text.bytes, text.size, overwrite, diag);
    vg_text_free(&text);
    return err;
}

vg_err vg_gate_recipes(const vg_call *call, const vg_gate_config *config, const char *before,
                       const char *after, const char *junit, int *status, vg_diag *diag) {
    vg_recipe a = {0}, b = {0};
    vg_recipe_judgement judgement;
    vg_err err = vg_recipe_read(call->operands.items[0], before, &a, diag);
    if (!err) err = vg_recipe_read(call->operands.items[1], after, &b, diag);
    if (!err && !call->json) err = print_power(&a, &b, config->alpha, diag);
    if (!err) err = vg_recipes_judge(&a, &b, config, call->seed, &judgement, diag);
    if (!err)
        err = call->json ? print_json(&a, &b, &judgement, diag) : print_judgement(&a, &b, &judgement, diag);
    if (!err && junit) err = write_file(&b, &judgement, junit, vg_call_overwrite(call), diag);
    if (!err) err = tell_github(&a, &b, &judgement, call->json, diag);
    if (!err) *status = vg_verdict_status(judgement.verdict);
    vg_recipe_free(&a);
    vg_recipe_free(&b);
    return err;
}
