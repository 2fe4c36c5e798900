// eval/report/page_headline.c -- the main tables: who stays on the road, who stalls, how fast they are; then
// costs, drift and tests; then every measure.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/page_parts_private.h"

// --- who drives well ---------------------------------------------------------------------------------------

bool vg_page_has_collisions(const vg_outcome *o) {
    for (int32_t i = 0; i < o->arm_count; i++)
        if (o->arms[i].analysis.collision.value > 0) return true;
    return false;
}

static void row_begin(vg_page *page, int32_t i) {
    const vg_outcome_arm *arm = &page->outcome->arms[i];
    vg_text_add(&page->html, "<tr data-driver=\"%d\"><th scope=\"row\">", (int)i + 1);
    if (i < page->shown)
        vg_text_add(&page->html, "<span class=\"s%d\"><span class=\"swatch\"></span></span>",
                    (int)(i % VG_PAGE_ARMS));
    vg_page_text(page, arm->label);
    if (arm->taught_here)
        vg_text_add(&page->html, "<span class=\"small\">trained on a road that is scored</span>");
    vg_text_add(&page->html, "</th>");
}

// No car left the road: the cell says how many drives there were, and gives the upper bound with what it
// holds for.
static void off_road_cell(vg_page *page, const vg_analysis *a) {
    char buffer[40];
    if (a->survival.lives == 0 || a->survival.departed > 0) {
        vg_page_named_share(page, "off road", a->off_road, true);
        return;
    }
    vg_text_add(&page->html, "<td data-name=\"off road\">0 of %" PRId64, a->survival.lives);
    if (!isnan(a->off_road.high))
        vg_text_add(&page->html, "<span class=\"small bound\">below %s: new %sroads</span>",
                    vg_page_percent(a->off_road.high, buffer), a->seeds > 1 ? "seeds and " : "");
    vg_text_add(&page->html, "</td>");
}

static void main_row(vg_page *page, int32_t i) {
    const vg_analysis *a = &page->outcome->arms[i].analysis;
    row_begin(page, i);
    vg_page_named_share(page, "success", a->success, true);
    off_road_cell(page, a);
    if (vg_page_has_collisions(page->outcome)) vg_page_named_share(page, "collision", a->collision, true);
    vg_page_named_share(page, "stalled", a->stalled, true);
    vg_page_named_share(page, "pace", a->progress_ratio, false);
    vg_page_named_estimate(page, "speed, m/s", a->mean_speed);
    vg_page_named_estimate(page, "driving score", a->driving_score);
    vg_page_row_end(page);
}

// The log's own drive is measured by laps, not by episodes.
static void empty_cell(vg_page *page, const char *name) {
    vg_text_add(&page->html, "<td data-name=\"%s\">" VG_PAGE_DASH "</td>", name);
}

static void floor_row(vg_page *page, const vg_outcome_floor *f) {
    char buffer[40];
    vg_text_add(&page->html, "<tr class=\"floor\"><th scope=\"row\">");
    vg_page_text(page, f->label);
    vg_text_add(&page->html, "<span class=\"small\">the log's own drive</span></th>");
    empty_cell(page, "success");
    vg_text_add(&page->html,
                "<td data-name=\"off road\">%d of %d laps<span class=\"small bound\">outside %s of the "
                "time</span></td>",
                (int)f->laps_off, (int)f->laps, vg_page_percent(f->outside, buffer));
    if (vg_page_has_collisions(page->outcome)) empty_cell(page, "collision");
    empty_cell(page, "stalled");
    empty_cell(page, "pace");
    vg_page_named_estimate(page, "speed, m/s", (vg_estimate){f->mean_speed, NAN, NAN});
    empty_cell(page, "driving score");
    vg_page_row_end(page);
}

static void main_table(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->html, "<div class=\"cards sortable\">\n");
    vg_page_table(
        page,
        "Below each value is its 95 % interval over training seeds and roads. Success: on the road to the "
        "end, with at least 0.8 of the reference's progress. Stalled: it did not leave the road, but for 5 s "
        "it got on at under 2 m/s and at under half of the reference's speed, or it got on by no more than "
        "10 m in 10 s. Pace: progress over the reference's. Driving score: pace, at most 1, and 0 after "
        "leaving the road or stalling.");
    static const char *const heads[] = {"driver",  "success", "off road",   "collision",
                                        "stalled", "pace",    "speed, m/s", "driving score"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (vg_page_has_collisions(o) || strcmp(heads[i], "collision") != 0) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < o->floor_count; i++) floor_row(page, &o->floors[i]);
    for (int32_t i = 0; i < o->arm_count; i++) main_row(page, i);
    vg_page_table_end(page);
    vg_text_add(&page->html, "</div>\n");
}

// --- costs, drift and tests --------------------------------------------------------------------------------

// If departed cars determine a drift quantile, it is no distance: the cell says "edge".
static void drift_cell(vg_page *page, vg_estimate e, bool pinned) {
    if (!pinned) {
        vg_page_estimate(page, e);
        return;
    }
    char buffer[32];
    vg_text_add(&page->html, "<td>edge<span class=\"small\">%s</span></td>", vg_page_number(e.value, buffer));
}

static void with_p_cell(vg_page *page, vg_estimate e, double p) {
    char value[32], text[32];
    vg_text_add(&page->html, "<td>%s", vg_page_number(e.value, value));
    vg_page_interval(page, e.low, e.high, 1);
    if (!isnan(p)) vg_text_add(&page->html, "<span class=\"small\">p = %s</span>", vg_page_number(p, text));
    vg_text_add(&page->html, "</td>");
}

static void cost_row(vg_page *page, int32_t i) {
    const vg_outcome_arm *arm = &page->outcome->arms[i];
    const vg_analysis *a = &arm->analysis;
    row_begin(page, i);
    vg_text_add(&page->html, "<td class=\"text\">");
    vg_page_text(page, arm->kind);
    if (arm->sense) vg_text_add(&page->html, ", senses ");
    vg_page_text(page, arm->sense);
    vg_text_add(&page->html, "</td>");
    vg_page_cell(page, a->seeds);
    vg_page_cell(page, arm->budget);
    vg_page_plain_share(page, a->off_road_iqm);
    vg_page_plain_share(page, a->off_road_worst);
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

static void floor_cost_row(vg_page *page, const vg_outcome_floor *f) {
    vg_text_add(&page->html, "<tr class=\"floor\"><th scope=\"row\">");
    vg_page_text(page, f->label);
    vg_text_add(&page->html, "</th>");
    for (int k = 0; k < 6; k++) vg_text_add(&page->html, "<td>" VG_PAGE_DASH "</td>");
    vg_page_cell(page, f->departures_per_km);
    vg_page_cell(page, f->drift_50);
    vg_page_cell(page, f->drift_90);
    vg_page_cell(page, f->drift_99);
    for (int k = 0; k < 3; k++) vg_text_add(&page->html, "<td>" VG_PAGE_DASH "</td>");
    vg_page_row_end(page);
}

static void cost_table(vg_page *page) {
    static const char *const heads[] = {"driver",
                                        "kind",
                                        "seeds",
                                        "labels",
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
    vg_text_add(&page->html,
                "<details><summary>Costs, drift and tests</summary>\n<div class=\"tight sortable\">\n");
    vg_page_table(
        page,
        "\"edge\": cars that left the road determine this quantile. Hazard ratio: second half of the horizon "
        "over the first; its p tests for a rising hazard. b: growth of cost (b) beyond linear; its p tests "
        "for b above 0.");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < o->floor_count; i++) floor_cost_row(page, &o->floors[i]);
    for (int32_t i = 0; i < o->arm_count; i++) cost_row(page, i);
    vg_page_table_end(page);
    vg_text_add(&page->html, "</div>\n</details>\n");
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

// Hidden without a script, which alone can do what it offers.
static void choice(vg_page *page) {
    vg_text_add(&page->html, "<fieldset id=\"drivers\" hidden=\"\"><legend>Show</legend>\n");
    for (int32_t i = 0; i < page->shown; i++) {
        vg_text_add(&page->html,
                    "<label><input type=\"checkbox\" checked=\"\" value=\"%d\"/> <span class=\"s%d\"><span "
                    "class=\"swatch\"></span></span>",
                    (int)i + 1, (int)i);
        vg_page_text(page, page->outcome->arms[i].label);
        vg_text_add(&page->html, "</label>\n");
    }
    vg_text_add(&page->html, "</fieldset>\n");
}

void vg_page_headline(vg_page *page) {
    vg_text_add(&page->html, "<h2 id=\"headline\">In short</h2>\n");
    if (page->shown > 1) choice(page);
    main_table(page);
    cost_table(page);
    metrics_table(page);
}
