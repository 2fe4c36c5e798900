#include "app/commands/gate_output.h"

#include <math.h>
#include <stdio.h>

#include "app/cli/fonts.h"
#include "app/cli/github.h"
#include "app/cli/output.h"
#include "app/commands/gate_pictures.h"
#include "app/commands/gate_player.h"
#include "eval/report/gate_page.h"

enum { PATH = 1200 };

static const char *const files[] = {"gate.json", "gate.md", "junit.xml",
#ifdef VG_WITH_FIGURES
                                    "index.html"
#endif
};

// --- files ------------------------------------------------------------------------------------------------

static vg_err path_in(const char *folder, const char *name, char path[PATH], vg_diag *diag) {
    if (snprintf(path, PATH, "%s/%s", folder, name) < PATH - 100) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's path is longer than one may be");
}

vg_err vg_gate_may_write(const vg_gate_places *p, vg_diag *diag) {
    char path[PATH];
    vg_err err = p->junit ? vg_file_may_write(p->junit, p->overwrite, diag) : VG_OK;
    for (size_t i = 0; p->folder && i < sizeof files / sizeof *files && !err; i++) {
        err = path_in(p->folder, files[i], path, diag);
        if (!err) err = vg_file_may_write(path, p->overwrite, diag);
    }
    return err;
}

static vg_err write_text(const vg_text *text, const char *path, vg_overwrite overwrite, vg_diag *diag) {
    if (text->failed) return vg_fail_memory(diag);
    return vg_file_write(path, text->bytes, text->size, overwrite, diag);
}

static vg_err write_junit(const vg_gate_report *r, const char *path, vg_overwrite overwrite, vg_diag *diag) {
    vg_text text = {0};
    vg_gate_junit(r, &text);
    vg_err err = write_text(&text, path, overwrite, diag);
    vg_text_free(&text);
    return err;
}

#ifdef VG_WITH_FIGURES
// With the player, where this program has one.
static vg_err write_page(const vg_gate_report *r, const vg_gate_places *p, vg_diag *diag) {
    vg_player_kit kit;
    vg_err err = vg_gate_player_open(r, &kit, diag);
    if (!err) err = vg_gate_page_write(r, kit.found ? &kit.player : NULL, p->folder, p->overwrite, diag);
    vg_player_kit_free(&kit);
    return err;
}
#endif

static vg_err write_folder(const vg_gate_report *r, const vg_gate_places *p, vg_diag *diag) {
    char path[PATH];
    vg_text json = {0}, markdown = {0};
    vg_folder_claim claim = {0};
    vg_err err = vg_file_claim_folder(p->folder, &claim, diag);
    if (!err) err = vg_gate_json(r, &json, diag);
    vg_gate_markdown(r, &markdown);
    if (!err) err = path_in(p->folder, "gate.md", path, diag);
    if (!err) err = write_text(&markdown, path, p->overwrite, diag);
    if (!err) err = path_in(p->folder, "junit.xml", path, diag);
    if (!err) err = write_junit(r, path, p->overwrite, diag);
    if (!err) vg_say_without_fonts();
    if (!err) err = vg_gate_pictures(r, p, diag);
#ifdef VG_WITH_FIGURES
    if (!err) err = write_page(r, p, diag);
#endif
    if (!err) err = path_in(p->folder, "gate.json", path, diag); // last: if it exists, all files are complete
    if (!err) err = write_text(&json, path, p->overwrite, diag);
    vg_file_leave_folder(&claim);
    vg_text_free(&json);
    vg_text_free(&markdown);
    return err;
}

// --- the summary ------------------------------------------------------------------------------------------

// Prints a difference between its two bounds, and its margin.
static void add_row(vg_table *table, const vg_judged *row) {
    char text[48], bounds[VG_GATE_BOUNDS];
    vg_table_cell(table, "%s", vg_gate_metric_at(row->metric).name);
    vg_table_cell(table, "%s", vg_gate_value(row->metric, row->baseline, text));
    vg_table_cell(table, "%s", vg_gate_value(row->metric, row->result, text));
    vg_table_cell(table, "%s", vg_gate_difference(row->metric, row->result - row->baseline, text));
    vg_table_cell(table, "%s", vg_gate_bounds(row, bounds));
    vg_table_cell(table, "%s", vg_gate_difference(row->metric, row->margin, text));
    vg_table_cell(table, "%s", vg_verdict_word(row->verdict));
}

// Each road is one independent sample. This is the least number of roads that can show a change at this
// level.
static int32_t roads_needed(double level) {
    int32_t n = 1;
    while (n < 60 && ldexp(1, -n) > level) n++;
    return n;
}

static void add_foot(const vg_judgement *j, vg_text *out) {
    int32_t needed = roads_needed(j->level_change);
    if (j->same)
        vg_text_add(out, "every episode is the same to the last bit: there is nothing to estimate\n");
    else if (j->units < needed)
        vg_text_add(out, "%d roads are too few to show any change: so many metrics need at least %d roads\n",
                    j->units, needed);
    else if (j->looks > 1)
        vg_text_add(out,
                    "look %d of at most %d; over all looks a false 'regressed' in at most %.3g %% if nothing "
                    "changed, bounds one-sided %.3g %%\n",
                    j->look, j->looks, 100 * j->alpha, 100 * (1 - j->alpha));
    else
        vg_text_add(out,
                    "a false 'regressed' in at most %.3g %% if nothing changed (Holm over metrics); bounds "
                    "over roads, one-sided %.3g %%\n",
                    100 * j->alpha, 100 * (1 - j->alpha));
}

static vg_err print_summary(const vg_gate_report *r, vg_diag *diag) {
    static const char *const titles[] = {"metric", "baseline", "result", "difference",
                                         "bounds", "margin",   "verdict"};
    const vg_judgement *j = r->judgement;
    vg_text out = {0};
    vg_table table = {0};
    char text[256];
    vg_text_add(&out, "%s\n", vg_gate_headline(j, text));
    vg_text_add(&out, "%s against %s, suite %s, gate %s: %d pairs on %d road%s", r->result->label,
                r->baseline->label, json_string_value(json_object_get(r->baseline->suite, "name")), r->gate,
                j->episodes, r->baseline->road_count, r->baseline->road_count == 1 ? "" : "s");
    vg_text_add(&out, "; %d %s in the result alone, %d in the baseline alone\n", j->worse,
                vg_drives_hit(r->baseline) || vg_drives_hit(r->result) ? "departed or collided" : "departed",
                j->better);
    vg_table_begin(&table, 7, titles);
    for (int32_t i = 0; i < j->count; i++) add_row(&table, &j->rows[i]);
    vg_table_text(&table, &out);
    vg_table_free(&table);
    add_foot(j, &out);
    vg_err err = vg_print_text(&out, diag);
    vg_text_free(&out);
    return err;
}

static void print_worst(const vg_gate_report *r) {
    char name[VG_DRIVE_TEXT + 48], fate[128];
    if (r->judgement->same || r->worst_count == 0) return;
    vg_print("\nworst episodes, and how to see them:\n");
    for (int32_t i = 0; i < r->worst_count; i++) {
        vg_text command = {0};
        vg_gate_command(r, i, &command);
        vg_print("  %s: %s\n    %s\n", vg_drives_name(r->result, r->worst[i], name), vg_gate_fate(r, i, fate),
                 command.failed ? "" : command.bytes);
        vg_text_free(&command);
    }
}

static vg_err print_json(const vg_gate_report *r, vg_diag *diag) {
    vg_text text = {0};
    vg_err err = vg_gate_json(r, &text, diag);
    if (!err) err = vg_print_text(&text, diag);
    vg_text_free(&text);
    return err;
}

static vg_err tell_github(const vg_gate_report *r, bool document, vg_diag *diag) {
    vg_text commands = {0}, markdown = {0};
    vg_gate_annotations(r, &commands);
    vg_gate_markdown(r, &markdown);
    vg_err err = vg_github_annotate(&commands, document, diag);
    if (!err) err = vg_github_summary(&markdown, diag);
    vg_text_free(&commands);
    vg_text_free(&markdown);
    return err;
}

vg_err vg_gate_print(const vg_gate_report *r, const vg_gate_places *p, vg_diag *diag) {
    vg_err err = p->junit ? write_junit(r, p->junit, p->overwrite, diag) : VG_OK;
    if (!err && p->folder) err = write_folder(r, p, diag);
    if (!err) err = p->json ? print_json(r, diag) : print_summary(r, diag);
    if (!err && !p->json) print_worst(r);
    return err ? err : tell_github(r, p->json, diag);
}
