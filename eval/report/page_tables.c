#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/page_parts_private.h"
#include "sim/base/version.h"

#define DASH "\xe2\x80\x93"

char *vg_page_number(double value, char *buffer) {
    double size = fabs(value);
    if (isnan(value))
        snprintf(buffer, 32, DASH);
    else if (size >= 1000 && size < 1e7)
        snprintf(buffer, 32, "%.0f", value);
    else
        snprintf(buffer, 32, "%.3g", value);
    return buffer;
}

void vg_page_table(vg_page *page, const char *caption) {
    vg_text_add(&page->html, "<div class=\"wide\" tabindex=\"0\">\n<table>\n");
    if (*caption) {
        vg_text_add(&page->html, "<caption>");
        vg_page_text(page, caption);
        vg_text_add(&page->html, "</caption>\n");
    }
    vg_text_add(&page->html, "<thead>\n<tr>");
}

void vg_page_head(vg_page *page, const char *text) {
    vg_text_add(&page->html, "<th scope=\"col\">");
    vg_page_text(page, text);
    vg_text_add(&page->html, "</th>");
}

void vg_page_body(vg_page *page) { vg_text_add(&page->html, "</tr>\n</thead>\n<tbody>\n"); }

void vg_page_row(vg_page *page, const char *label) {
    vg_text_add(&page->html, "<tr><th scope=\"row\">");
    vg_page_text(page, label);
    vg_text_add(&page->html, "</th>");
}

void vg_page_cell(vg_page *page, double value) {
    char buffer[32];
    vg_text_add(&page->html, "<td>%s</td>", vg_page_number(value, buffer));
}

static void add_interval(vg_page *page, double low, double high, double factor) {
    char from[32], to[32];
    if (isnan(low) && isnan(high)) return; // one end may have no bound
    vg_text_add(&page->html, "<span class=\"small\">%s to %s</span>",
                isnan(low) ? "none" : vg_page_number(factor * low, from),
                isnan(high) ? "none" : vg_page_number(factor * high, to));
}

void vg_page_estimate(vg_page *page, vg_estimate e) {
    char buffer[32];
    vg_text_add(&page->html, "<td>%s", vg_page_number(e.value, buffer));
    add_interval(page, e.low, e.high, 1);
    vg_text_add(&page->html, "</td>");
}

static char *percent(double value, char *buffer) {
    char number[32];
    if (isnan(value)) return vg_page_number(value, buffer);
    snprintf(buffer, 40, "%s %%", vg_page_number(100 * value, number));
    return buffer;
}

void vg_page_share(vg_page *page, vg_estimate e) {
    char buffer[40];
    vg_text_add(&page->html, "<td>%s", percent(e.value, buffer));
    add_interval(page, e.low, e.high, 100);
    vg_text_add(&page->html, "</td>");
}

void vg_page_row_end(vg_page *page) { vg_text_add(&page->html, "</tr>\n"); }

void vg_page_table_end(vg_page *page) { vg_text_add(&page->html, "</tbody>\n</table>\n</div>\n"); }

static void only(vg_page *page, double value) { vg_page_share(page, (vg_estimate){value, NAN, NAN}); }

// If departed cars determine a drift quantile, it is no distance: the cell says "edge".
static void drift_cell(vg_page *page, vg_estimate e, bool pinned) {
    if (!pinned) {
        vg_page_estimate(page, e);
        return;
    }
    char buffer[32];
    vg_text_add(&page->html, "<td>edge<span class=\"small\">%s</span></td>", vg_page_number(e.value, buffer));
}

// No car left the road: the cell says how many drives there were, and gives the upper bound with what it
// holds for.
static void bound_cell(vg_page *page, const vg_analysis *a) {
    char buffer[40];
    vg_text_add(&page->html, "<td>0 of %" PRId64, a->survival.lives);
    if (!isnan(a->off_road.high))
        vg_text_add(&page->html, "<span class=\"small bound\">below %s: new %sroads</span>",
                    percent(a->off_road.high, buffer), a->seeds > 1 ? "seeds and " : "");
    vg_text_add(&page->html, "</td>");
}

static void with_p_cell(vg_page *page, vg_estimate e, double p) {
    char value[32], text[32];
    vg_text_add(&page->html, "<td>%s", vg_page_number(e.value, value));
    add_interval(page, e.low, e.high, 1);
    if (!isnan(p)) vg_text_add(&page->html, "<span class=\"small\">p = %s</span>", vg_page_number(p, text));
    vg_text_add(&page->html, "</td>");
}

static void floor_row(vg_page *page, const vg_outcome_floor *f) {
    vg_text_add(&page->html, "<tr class=\"floor\"><th scope=\"row\">");
    vg_page_text(page, f->label);
    vg_text_add(&page->html,
                "<span class=\"small\">the log's own drive</span></th>"
                "<td>" DASH "</td><td>" DASH "</td><td>" DASH
                "</td><td>%d of %d laps<span class=\"small bound\">",
                (int)f->laps_off, (int)f->laps);
    char buffer[40];
    vg_text_add(&page->html, "outside %s of the time</span></td><td>" DASH "</td><td>" DASH "</td>",
                percent(f->outside, buffer));
    vg_page_cell(page, f->mean_speed);
    for (int k = 0; k < 4; k++) vg_text_add(&page->html, "<td>" DASH "</td>");
    vg_page_cell(page, f->departures_per_km);
    vg_page_cell(page, f->drift_50);
    vg_page_cell(page, f->drift_90);
    vg_page_cell(page, f->drift_99);
    for (int k = 0; k < 3; k++) vg_text_add(&page->html, "<td>" DASH "</td>");
    vg_page_row_end(page);
}

static void arm_row(vg_page *page, const vg_outcome_arm *arm) {
    const vg_analysis *a = &arm->analysis;
    vg_text_add(&page->html, "<tr><th scope=\"row\">");
    vg_page_text(page, arm->label);
    vg_text_add(&page->html, "<span class=\"small\">");
    vg_page_text(page, arm->kind);
    if (arm->sense) vg_text_add(&page->html, ", senses ");
    vg_page_text(page, arm->sense);
    vg_text_add(&page->html, "%s</span></th>", arm->taught_here ? ", trained on a road that is scored" : "");
    vg_page_cell(page, a->seeds);
    vg_page_cell(page, arm->budget);
    vg_page_share(page, a->success);
    if (a->survival.lives > 0 && a->survival.departed == 0)
        bound_cell(page, a);
    else
        vg_page_share(page, a->off_road);
    vg_page_share(page, a->stalled);
    vg_page_share(page, a->progress_ratio);
    vg_page_estimate(page, a->mean_speed);
    vg_page_estimate(page, a->driving_score);
    only(page, a->off_road_iqm);
    only(page, a->off_road_worst);
    vg_page_estimate(page, a->excess);
    vg_page_estimate(page, a->departures_per_km);
    drift_cell(page, a->drift_50, a->pinned_50);
    drift_cell(page, a->drift_90, a->pinned_90);
    drift_cell(page, a->drift_99, a->pinned_99);
    vg_page_estimate(page, a->error_ratio);
    with_p_cell(page, a->survival.hazard_ratio, a->survival.rising_p);
    with_p_cell(page, a->has_b ? a->growth_b.b : vg_estimate_none, a->has_b ? a->growth_b.b_p : NAN);
    vg_page_row_end(page);
}

static void metrics_table(vg_page *page) {
    static const struct {
        const char *name, *unit, *text;
    } metrics[] = {
#define X(name, unit, worse, text) {#name, unit, text},
        VG_METRICS(X)
#undef X
    };
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<details><summary>Every measure of every arm</summary>\n");
    vg_page_table(page, "");
    vg_page_head(page, "measure");
    for (int32_t i = 0; i < o->arm_count; i++) vg_page_head(page, o->arms[i].label);
    vg_page_body(page);
    for (int32_t m = 0; m < VG_METRIC_COUNT; m++) {
        vg_text_add(&page->html, "<tr><th scope=\"row\">%s%s%s<span class=\"small\">", metrics[m].name,
                    strcmp(metrics[m].unit, "1") ? ", " : "",
                    strcmp(metrics[m].unit, "1") ? metrics[m].unit : "");
        vg_page_text(page, metrics[m].text);
        vg_text_add(&page->html, "</span></th>");
        for (int32_t i = 0; i < o->arm_count; i++) {
            const vg_analysis *a = &o->arms[i].analysis;
            const vg_estimate all[] = {
#define X(name, unit, worse, text) a->name,
                VG_METRICS(X)
#undef X
            };
            vg_page_estimate(page, all[m]);
        }
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
    vg_text_add(&page->html, "</details>\n");
}

void vg_page_headline(vg_page *page) {
    static const char *const heads[] = {"driver",
                                        "seeds",
                                        "labels",
                                        "success",
                                        "off road",
                                        "stalled",
                                        "progress / reference's",
                                        "speed, m/s",
                                        "driving score",
                                        "IQM of seeds, off road",
                                        "worst seed, off road",
                                        "excess (b)",
                                        "departures / km (c)",
                                        "drift 50, m",
                                        "drift 90, m",
                                        "drift 99, m",
                                        "closed / open error",
                                        "hazard ratio",
                                        "b of (b), 1/s"};
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<h2 id=\"headline\">In short</h2>\n<div class=\"tight\">\n");
    vg_page_table(
        page,
        "Below each value is its 95 % interval over training seeds and roads. Success: on the road to the "
        "end, "
        "with at least 0.8 of the reference's progress. Stalled: it did not leave the road, but for 5 s it "
        "got on at under 2 m/s and at under half of the reference's speed. Driving score: progress over the "
        "reference's, at most 1, and 0 after leaving the road or stalling. \"edge\": cars that left the "
        "road determine this quantile. Hazard ratio: second half of the horizon over the first; its p tests "
        "for a rising hazard. b: growth of cost (b) beyond linear; its p tests for b above 0.");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < o->floor_count; i++) floor_row(page, &o->floors[i]);
    for (int32_t i = 0; i < o->arm_count; i++) arm_row(page, &o->arms[i]);
    vg_page_table_end(page);
    vg_text_add(&page->html, "</div>\n");
    metrics_table(page);
}

void vg_page_pairs(vg_page *page) {
    static const char *const heads[] = {"a \xe2\x88\x92 b", "measure", "difference", "correlation",
                                        "P(a is better)",   "p",       "p by Holm"};
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<h2 id=\"pairs\">Comparisons</h2>\n");
    if (o->pair_count == 0) {
        vg_text_add(&page->html, "<p class=\"note\">No comparisons were requested.</p>\n");
        return;
    }
    vg_page_table(
        page,
        "Both policies have the same roads and starts. P(a is better): for a training seed and a road drawn "
        "at random, with equals counted half. p by Holm holds over all comparisons of this table.");
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < o->pair_count; i++) {
        const vg_outcome_pair *p = &o->pairs[i];
        vg_text_add(&page->html, "<tr><th scope=\"row\">");
        vg_page_text(page, o->arms[p->a].label);
        vg_text_add(&page->html, " \xe2\x88\x92 ");
        vg_page_text(page, o->arms[p->b].label);
        vg_text_add(&page->html, "</th><td class=\"text\">");
        vg_page_text(page, p->metric);
        vg_text_add(&page->html, "</td>");
        vg_page_estimate(page, p->result.difference);
        vg_page_cell(page, p->result.correlation);
        vg_estimate better = p->result.improvement_interval;
        vg_page_share(page, (vg_estimate){p->result.improvement, better.low, better.high});
        vg_page_cell(page, p->result.p);
        vg_page_cell(page, p->p_holm);
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void term(vg_page *page, const char *name, const char *text) {
    vg_text_add(&page->html, "<dt>%s</dt><dd>", name);
    vg_page_text(page, text);
    vg_text_add(&page->html, "</dd>\n");
}

static void policies_table(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<details><summary>Policies</summary>\n");
    vg_page_table(page, "");
    vg_page_head(page, "driver");
    vg_page_head(page, "from");
    vg_page_head(page, "seed");
    vg_page_head(page, "hash");
    vg_page_head(page, "off road");
    vg_page_body(page);
    for (int32_t i = 0; i < o->arm_count; i++)
        for (int32_t k = 0; k < o->arms[i].arm.seed_count; k++) {
            const vg_arm_seed *seed = &o->arms[i].arm.seeds[k];
            vg_page_row(page, o->arms[i].label);
            vg_text_add(&page->html, "<td class=\"text\">");
            vg_page_text(page, o->arms[i].source);
            vg_text_add(&page->html, "</td><td>%" PRIu64 "</td><td><code>%016" PRIx64 "</code></td>",
                        seed->seed, seed->hash);
            const double *off = o->arms[i].analysis.off_road_seeds;
            only(page, off && k < o->arms[i].analysis.seeds ? off[k] : NAN);
            vg_page_row_end(page);
        }
    vg_page_table_end(page);
    vg_text_add(&page->html, "</details>\n");
}

void vg_page_made(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<h2 id=\"made\">How it was made</h2>\n<pre>");
    vg_page_text(page, o->command);
    vg_text_add(&page->html, "</pre>\n<dl>\n");
    term(page, "Software", "verge " VG_VERSION);
    term(page, "Suite and hash", page->suite.bytes);
    if (o->study_hash) {
        char hash[32];
        snprintf(hash, sizeof hash, "%016" PRIx64, o->study_hash);
        term(page, "Hash of the study", hash);
    }
    term(page, "Seed of starts and disturbance", page->seed.bytes);
    term(page, "Drift is counted from", o->reference && *o->reference ? o->reference : "the centreline");
    term(page, "Cost (a), absorbing",
         "0 until the first departure, 1 from then on. Its mean at the horizon is the share off the road.");
    term(page, "Cost (b), bounded excess offset",
         "clip((|offset| \xe2\x88\x92 |reference's offset|) / half width, 0, 1), and 1 while off the road. "
         "The car drives on and may return to the road.");
    term(page, "Cost (c), departures",
         "Departures a kilometre; after each one the car is put back onto the centreline at that point.");
    vg_text_add(&page->html, "</dl>\n<p class=\"note\">For the methods of intervals, tests and fits see "
                             "<code>docs/scoring.md</code> of verge.</p>\n");
    policies_table(page);
    vg_text_add(&page->html, "<details><summary>Configuration</summary>\n<pre>");
    vg_page_text(page, o->configuration);
    vg_text_add(&page->html, "</pre></details>\n");
}
