#include "app/commands/outcome_files.h"

#include <math.h>
#include <stdio.h>

#include "app/cli/fonts.h"
#include "app/cli/output.h"
#include "app/commands/player_kit.h"
#include "app/commands/score_figures.h"
#include "eval/outcome/claims.h"
#include "eval/outcome/episodes_csv.h"
#include "eval/outcome/junit.h"
#include "eval/outcome/result.h"
#ifdef VG_WITH_FIGURES
#include "eval/report/page.h"
#endif

// --- files -------------------------------------------------------------------------------------------------

enum { FOLDER_MOST = 1000, PATH = 1200 };

static vg_err result_text(const vg_outcome *outcome, vg_text *out, vg_diag *diag) {
    // A study has many rows, so they are only in episodes.csv.
    return vg_result_json(outcome, outcome->study_hash == 0, out, diag);
}

typedef vg_err (*text_fn)(const vg_outcome *outcome, vg_text *out, vg_diag *diag);

static vg_err write_text(const vg_outcome *outcome, text_fn make, const char *folder, const char *name,
                         vg_overwrite overwrite, vg_diag *diag) {
    char path[PATH];
    vg_text text = {0};
    snprintf(path, sizeof path, "%.1000s/%s", folder, name);
    vg_err err = make(outcome, &text, diag);
    if (!err) err = vg_file_write(path, text.bytes, text.size, overwrite, diag);
    vg_text_free(&text);
    return err;
}

vg_err vg_outcome_may_write(const char *folder, vg_overwrite overwrite, vg_diag *diag) {
    static const char *const names[] = {"result.json", "episodes.csv", "junit.xml"};
    char path[PATH];
    vg_err err = VG_OK;
    for (int i = 0; i < 3 && !err; i++) {
        if (snprintf(path, sizeof path, "%s/%s", folder, names[i]) >= FOLDER_MOST)
            return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's path is longer than one may be");
        err = vg_file_may_write(path, overwrite, diag);
    }
    return err;
}

#ifdef VG_WITH_FIGURES
// With the player, where this program has one.
static vg_err write_page(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                         vg_diag *diag) {
    vg_player_kit kit;
    vg_outcome playing = *outcome;
    vg_err err = vg_player_kit_open(&kit, diag);
    if (!err) err = vg_player_kit_add(&kit, outcome, folder, "", diag);
    if (!err) err = vg_player_kit_close(&kit, diag);
    if (!err && kit.found) playing.player = &kit.player;
    if (!err) err = vg_report_page_write(&playing, folder, overwrite, diag);
    vg_player_kit_free(&kit);
    return err;
}
#endif

vg_err vg_outcome_write(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                        vg_diag *diag) {
    vg_err err = vg_outcome_may_write(folder, overwrite, diag);
    if (!err) err = vg_file_make_folder(folder, diag);
    if (!err) err = write_text(outcome, vg_episodes_csv, folder, "episodes.csv", overwrite, diag);
    if (!err) err = write_text(outcome, vg_junit, folder, "junit.xml", overwrite, diag);
    if (!err) vg_say_without_fonts();
    if (!err) err = vg_score_figures(outcome, folder, overwrite, diag);
#ifdef VG_WITH_FIGURES
    if (!err) err = write_page(outcome, folder, overwrite, diag);
#endif
    return err ? err : write_text(outcome, result_text, folder, "result.json", overwrite, diag);
}

// --- the table ---------------------------------------------------------------------------------------------

static const char *end_text(double value, int digits, char text[32]) {
    if (isnan(value)) return "none";
    snprintf(text, 32, "%.*f", digits, value);
    return text;
}

// "12.3 % (8.1 to 17.0)": the value and its interval times `by`; an end without a bound is "none".
static void cell_interval(vg_table *table, vg_estimate e, double by, int digits, const char *unit) {
    char low[32], high[32];
    if (isnan(e.value))
        vg_table_cell(table, "%s", "-");
    else if (isnan(e.low) && isnan(e.high))
        vg_table_cell(table, "%.*f%s", digits, by * e.value, unit);
    else
        vg_table_cell(table, "%.*f%s (%s to %s)", digits, by * e.value, unit,
                      end_text(by * e.low, digits, low), end_text(by * e.high, digits, high));
}

static void cell_number(vg_table *table, double value, int digits, const char *unit) {
    if (isnan(value))
        vg_table_cell(table, "%s", "-");
    else
        vg_table_cell(table, "%.*f%s", digits, value, unit);
}

static void cell_p(vg_table *table, double p) {
    if (p < 0.0001)
        vg_table_cell(table, "<0.0001");
    else
        cell_number(table, p, 4, "");
}

// If departed cars determine the drift, it is not measured beyond the edge.
static void cell_drift(vg_table *table, double value, bool pinned) {
    cell_number(table, value, 2, pinned ? " m edge" : " m");
}

// Where nobody collided there is no line for it.
static void print_collisions(const vg_outcome *o) {
    bool any = false;
    for (int32_t i = 0; i < o->arm_count; i++) any |= o->arms[i].analysis.collision.value > 0;
    if (!any) return;
    vg_print("\nHit an obstacle, before leaving the road:");
    for (int32_t i = 0; i < o->arm_count; i++) {
        vg_estimate c = o->arms[i].analysis.collision;
        vg_print("%s %s %.1f %% (%.1f to %.1f)", i ? "," : "", o->arms[i].label, 100 * c.value, 100 * c.low,
                 100 * c.high);
    }
    vg_print("\n");
}

static void add_arm(vg_table *table, const vg_outcome_arm *arm) {
    const vg_analysis *a = &arm->analysis;
    vg_table_cell(table, "%s%s", arm->label, arm->taught_here ? " (taught here)" : "");
    cell_interval(table, a->success, 100, 1, " %");
    cell_interval(table, a->off_road, 100, 1, " %");
    cell_interval(table, a->stalled, 100, 1, " %");
    cell_number(table, 100 * a->progress_ratio.value, 0, " %");
    cell_number(table, a->mean_speed.value, 1, " m/s");
    cell_number(table, a->driving_score.value, 3, "");
    cell_interval(table, a->departures_per_km, 1, 2, "");
    cell_interval(table, a->excess, 1, 3, "");
    cell_drift(table, a->drift_50.value, a->pinned_50);
    cell_drift(table, a->drift_90.value, a->pinned_90);
    cell_drift(table, a->drift_99.value, a->pinned_99);
    cell_number(table, a->closed_error.value, 4, "");
    cell_number(table, a->open_error.value, 4, "");
}

static void add_floor(vg_table *table, const vg_outcome_floor *f) {
    vg_table_cell(table, "%s", f->label);
    vg_table_cell(table, "%s", "-");
    cell_number(table, f->laps > 0 ? 100.0 * f->laps_off / f->laps : NAN, 1, " %");
    for (int i = 0; i < 2; i++) vg_table_cell(table, "%s", "-");
    cell_number(table, f->mean_speed, 1, " m/s");
    vg_table_cell(table, "%s", "-");
    cell_number(table, f->departures_per_km, 2, "");
    vg_table_cell(table, "%s", "-");
    cell_drift(table, f->drift_50, false);
    cell_drift(table, f->drift_90, false);
    cell_drift(table, f->drift_99, false);
    for (int i = 0; i < 2; i++) vg_table_cell(table, "%s", "-");
}

// The columns that the floor's row does not have.
static void print_floors(const vg_outcome *o) {
    for (int32_t i = 0; i < o->floor_count; i++) {
        const vg_outcome_floor *f = &o->floors[i];
        vg_print("\nThe floor, %s: %d of %d laps leave the road, and %.1f %% of the time is beyond an edge. "
                 "Where that is\n"
                 "not 0, the edges or the laps are wrong: nobody who drives like this can score better.\n",
                 f->label, f->laps_off, f->laps, 100 * f->outside);
    }
}

static vg_err print_pairs(const vg_outcome *o, vg_diag *diag) {
    static const char *const titles[] = {"policy", "against", "measure",  "difference",
                                         "p",      "p Holm",  "P(better)"};
    vg_table table = {0};
    vg_text blank = {0};
    vg_text_add(&blank, "\n");
    vg_err err = vg_print_text(&blank, diag);
    vg_text_free(&blank);
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < o->pair_count; i++) {
        const vg_outcome_pair *p = &o->pairs[i];
        vg_table_cell(&table, "%s", o->arms[p->a].label);
        vg_table_cell(&table, "%s", o->arms[p->b].label);
        vg_table_cell(&table, "%s", p->metric);
        cell_interval(&table, p->result.difference, 1, 4, "");
        cell_p(&table, p->result.p);
        cell_p(&table, p->p_holm);
        cell_number(&table, 100 * p->result.improvement, 0, " %");
    }
    if (!err) err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

static void print_gap(void) { vg_print("\n"); }

// What the training of the policies cost, for policies that this study trained.
static vg_err print_training(const vg_outcome *o, vg_diag *diag) {
    static const char *const titles[] = {"policy", "labels", "asked", "driven", "off the road"};
    vg_table table = {0};
    bool any = false;
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < o->arm_count; i++) {
        const vg_outcome_training *t = &o->arms[i].training;
        if (isnan(o->arms[i].budget)) continue;
        any = true;
        vg_table_cell(&table, "%s", o->arms[i].label);
        vg_table_cell(&table, "%.0f", t->labels);
        vg_table_cell(&table, "%.0f", t->queries);
        vg_table_cell(&table, "%.0f actions", t->actions);
        vg_table_cell(&table, "%.1f s", t->seconds_off);
    }
    if (any) print_gap();
    vg_err err = any ? vg_table_print(&table, diag) : VG_OK;
    vg_table_free(&table);
    return err;
}

// Wasserstein distances from the driving of the laps, means over the seeds.
static vg_err print_likeness(const vg_outcome *o, vg_diag *diag) {
    vg_table table = {0};
    const char *titles[VG_OCCUPANCY_COUNT + 1] = {"apart from the laps"};
    bool any = false;
    for (int f = 0; f < VG_OCCUPANCY_COUNT; f++) titles[f + 1] = vg_occupancy_name(f);
    vg_table_begin(&table, VG_OCCUPANCY_COUNT + 1, titles);
    for (int32_t i = 0; i < o->arm_count; i++) {
        const vg_outcome_arm *arm = &o->arms[i];
        if (!arm->human_likeness) continue;
        any = true;
        vg_table_cell(&table, "%s", arm->label);
        for (int f = 0; f < VG_OCCUPANCY_COUNT; f++) {
            double sum = 0;
            for (int32_t k = 0; k < arm->arm.seed_count; k++) sum += arm->human_likeness[k].distance[f];
            vg_table_cell(&table, "%.3g %s", sum / arm->arm.seed_count, vg_occupancy_unit(f));
        }
    }
    if (any) print_gap();
    vg_err err = any ? vg_table_print(&table, diag) : VG_OK;
    vg_table_free(&table);
    return err;
}

// "0.012 (0.004 to 0.031)"; the value alone if it has no interval.
static void cell_estimate(vg_table *table, vg_estimate e) {
    if (isnan(e.value))
        vg_table_cell(table, "%s", "-");
    else if (isnan(e.low) || isnan(e.high))
        vg_table_cell(table, "%.3g", e.value);
    else
        vg_table_cell(table, "%.3g (%.3g to %.3g)", e.value, e.low, e.high);
}

static vg_err print_claims(const vg_claims *claims, vg_diag *diag) {
    static const char *const titles[] = {"claim", "", "condition", "found", ""};
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < claims->count; i++) {
        const vg_claim *claim = &claims->rows[i];
        vg_table_cell(&table, "%s", claim->id);
        vg_table_cell(&table, "%s", claim->text);
        vg_table_cell(&table, "%s", claim->condition);
        cell_estimate(&table, claim->estimate);
        vg_table_cell(&table, "%s", claim->holds ? "holds" : "does not hold");
    }
    vg_print("\n");
    vg_err err = vg_table_print(&table, diag);
    vg_table_free(&table);
    return err;
}

vg_err vg_outcome_print_table(const vg_outcome *o, vg_diag *diag) {
    static const char *const titles[] = {"policy",   "success",  "off-road",     "stalled",   "progress",
                                         "speed",    "score",    "off/km",       "excess",    "drift 50",
                                         "drift 90", "drift 99", "closed error", "open error"};
    vg_table table = {0};
    vg_table_begin(&table, sizeof titles / sizeof *titles, titles);
    for (int32_t i = 0; i < o->floor_count; i++) add_floor(&table, &o->floors[i]);
    for (int32_t i = 0; i < o->arm_count; i++) add_arm(&table, &o->arms[i]);
    vg_err err = vg_table_print(&table, diag);
    if (!err) print_collisions(o);
    vg_table_free(&table);
    if (err) return err;
    print_floors(o);
    err = print_training(o, diag);
    if (!err) err = print_likeness(o, diag);
    if (!err && o->pair_count) err = print_pairs(o, diag);
    return err || !o->claims ? err : print_claims(o->claims, diag);
}
