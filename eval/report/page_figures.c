#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/drift.h"
#include "eval/figures/forest.h"
#include "eval/figures/growth.h"
#include "eval/figures/hazard.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

static const vg_analysis *analysis_of(const vg_page *page, int32_t i) {
    return &page->outcome->arms[i].analysis;
}

static bool out_of_memory(vg_page *page) {
    page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page's figures");
    return true;
}

// "A 12 %, B 3 %": the values of a figure in words.
static void say_outcomes(const vg_page *page, vg_text *out) {
    vg_text_add(out, "Success, off the road, stalled: ");
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = analysis_of(page, i);
        char on[32], off[32], stalled[32];
        vg_text_add(out, "%s%s %s %%, %s %%, %s %%", i ? "; " : "", page->outcome->arms[i].label,
                    vg_page_number(100 * a->success.value, on), vg_page_number(100 * a->off_road.value, off),
                    vg_page_number(100 * a->stalled.value, stalled));
    }
    vg_text_add(out, ".");
}

static void heads(vg_page *page, const char *first) {
    vg_page_head(page, first);
    for (int32_t i = 0; i < page->outcome->arm_count; i++) vg_page_head(page, page->outcome->arms[i].label);
    vg_page_body(page);
}

static void number_row(vg_page *page, double value) {
    char number[32];
    vg_page_row(page, vg_page_number(value, number));
}

// The arm with the most samples determines the rows.
static const vg_analysis *longest(const vg_page *page) {
    const vg_analysis *a = analysis_of(page, 0);
    for (int32_t i = 1; i < page->outcome->arm_count; i++)
        if (analysis_of(page, i)->time_count > a->time_count) a = analysis_of(page, i);
    return a;
}

enum { // indices into VG_METRICS
#define X(name, unit, worse, text) METRIC_##name,
    VG_METRICS(X)
#undef X
};

// A share of episodes, drawn over training seeds.
typedef struct forest {
    const char *name, *title, *head, *said;
    int32_t metric; // index into VG_METRICS
} forest;

static const double *seeds_of(const vg_analysis *a, const forest *f) {
    return strcmp(f->name, "success") == 0 ? a->success_seeds : a->off_road_seeds;
}

static void forest_table(vg_page *page, const void *of) {
    const forest *f = of;
    vg_page_table(page, f->said);
    vg_page_head(page, "arm");
    vg_page_head(page, f->head);
    vg_page_head(page, "by seed, %");
    vg_page_body(page);
    for (int32_t i = 0; i < page->outcome->arm_count; i++) {
        const vg_analysis *a = analysis_of(page, i);
        const double *seeds = seeds_of(a, f);
        char number[32];
        vg_page_row(page, page->outcome->arms[i].label);
        vg_page_share(page, vg_analysis_metric(a, f->metric));
        vg_text_add(&page->html, "<td>");
        for (int32_t k = 0; seeds && k < a->seeds; k++)
            vg_text_add(&page->html, "%s%s", k ? ", " : "", vg_page_number(100 * seeds[k], number));
        vg_text_add(&page->html, "</td>");
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_forest(vg_page *page, const forest *f, const char *words) {
    vg_forest_row rows[VG_PAGE_ARMS] = {0};
    vg_forest_figure figure = vg_forest_default();
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = analysis_of(page, i);
        vg_estimate e = vg_analysis_metric(a, f->metric);
        const double *seeds = seeds_of(a, f);
        rows[i] = (vg_forest_row){.label = page->outcome->arms[i].label,
                                  .estimate = e.value,
                                  .low = e.low,
                                  .high = e.high,
                                  .values = seeds,
                                  .value_count = seeds ? a->seeds : 0,
                                  .role = vg_role_series(i)};
    }
    figure.title = f->title;
    figure.rows = rows;
    figure.row_count = page->shown;
    figure.x_label = "share of episodes";
    vg_page_place(
        page, &(vg_page_figure){.name = f->name,
                                .title = figure.title,
                                .desc = words,
                                .caption = "Dot: mean over training seeds and roads; bar: its 95 % interval; "
                                           "ticks: each training seed.",
                                .width = 900,
                                .height = vg_forest_height(&figure),
                                .paint = vg_forest_paint,
                                .figure = &figure,
                                .table = forest_table,
                                .of = f});
}

// One of several figures side by side.
static void place_of_driver(vg_page *page, int32_t i, const char *kind, const char *desc, vg_paint_fn paint,
                            const void *figure) {
    char name[48];
    snprintf(name, sizeof name, "%s-%d", kind, (int)i + 1);
    vg_page_place(page, &(vg_page_figure){.name = name,
                                          .title = page->outcome->arms[i].label,
                                          .desc = desc,
                                          .caption = "",
                                          .width = 480,
                                          .height = 300,
                                          .driver = i + 1,
                                          .paint = paint,
                                          .figure = figure});
}

static void alive_table(vg_page *page, const void *of) {
    (void)of;
    const vg_analysis *rows = longest(page);
    vg_page_table(page, "Share that has neither left the road nor stalled.");
    heads(page, "time, s");
    for (int32_t t = 0; t < rows->time_count; t++) {
        number_row(page, rows->times[t]);
        for (int32_t i = 0; i < page->outcome->arm_count; i++) {
            const vg_analysis *a = analysis_of(page, i);
            vg_page_share(page, t < a->time_count ? a->alive[t] : vg_estimate_none);
        }
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_alive(vg_page *page, const char *words) {
    int32_t n = longest(page)->time_count;
    vg_alive_series series[VG_PAGE_ARMS] = {0};
    double *columns = vg_new(double, (int64_t)3 * n * page->shown);
    if (!columns && out_of_memory(page)) return;
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = analysis_of(page, i);
        double *alive = columns + (int64_t)3 * n * i, *low = alive + n, *high = low + n;
        for (int32_t t = 0; t < a->time_count; t++) {
            alive[t] = a->alive[t].value;
            low[t] = a->alive[t].low;
            high[t] = a->alive[t].high;
        }
        series[i] =
            (vg_alive_series){page->outcome->arms[i].label, a->times, alive, low, high, a->time_count};
    }
    static const char title[] = "Neither off the road nor stalled";
    vg_page_each_begin(page, title);
    for (int32_t i = 0; i < page->shown; i++) {
        vg_alive_figure figure = {.title = page->outcome->arms[i].label,
                                  .series = series,
                                  .series_count = page->shown,
                                  .focus = i + 1};
        place_of_driver(page, i, "survival", words, vg_alive_paint, &figure);
    }
    vg_page_each_end(
        page,
        "The Kaplan-Meier estimate of the share of episodes that go on, with its 95 % interval; grey: the "
        "other drivers.",
        alive_table, NULL);
    vg_free(columns);
}

static void hazard_table(vg_page *page, const void *of) {
    const double *edges = of;
    vg_page_table(page, "Departures a minute of driving.");
    heads(page, "time, s");
    for (int32_t k = 0; k < VG_HAZARD_BINS; k++) {
        char from[32], to[32], row[80];
        snprintf(row, sizeof row, "%s to %s", vg_page_number(edges[k], from),
                 vg_page_number(edges[k + 1], to));
        vg_page_row(page, row);
        for (int32_t i = 0; i < page->outcome->arm_count; i++) {
            vg_estimate e = analysis_of(page, i)->hazard[k];
            vg_page_estimate(page, (vg_estimate){60 * e.value, 60 * e.low, 60 * e.high});
        }
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_hazard(vg_page *page) {
    double edges[VG_HAZARD_BINS + 1], columns[VG_PAGE_ARMS][3][VG_HAZARD_BINS];
    vg_hazard_series series[VG_PAGE_ARMS] = {0};
    vg_hazard_figure figure = vg_hazard_default();
    double horizon = page->outcome->arms[0].arm.horizon;
    for (int32_t k = 0; k <= VG_HAZARD_BINS; k++) edges[k] = horizon * k / VG_HAZARD_BINS;
    for (int32_t i = 0; i < page->shown; i++) {
        for (int32_t k = 0; k < VG_HAZARD_BINS; k++) {
            vg_estimate e = analysis_of(page, i)->hazard[k];
            columns[i][0][k] = 60 * e.value, columns[i][1][k] = 60 * e.low, columns[i][2][k] = 60 * e.high;
        }
        series[i] = (vg_hazard_series){page->outcome->arms[i].label,
                                       edges,
                                       columns[i][0],
                                       columns[i][1],
                                       columns[i][2],
                                       VG_HAZARD_BINS,
                                       0};
    }
    figure.series = series;
    figure.series_count = page->shown;
    vg_page_each_begin(page, "Hazard over time");
    for (int32_t i = 0; i < page->shown; i++) {
        figure.title = page->outcome->arms[i].label;
        figure.focus = i + 1;
        place_of_driver(page, i, "hazard", "Departures a minute of driving in twelve parts of the horizon.",
                        vg_hazard_paint, &figure);
    }
    vg_page_each_end(
        page,
        "Departures a minute of driving, with their 95 % interval; grey: the other drivers. A hazard that "
        "rises with time is a sign of compounding errors; a constant hazard is not.",
        hazard_table, edges);
}

static const vg_growth *growth_of(const vg_analysis *a, bool b) { return b ? &a->growth_b : &a->growth_a; }

static void growth_table(vg_page *page, const void *of) {
    bool b = *(const bool *)of;
    vg_page_table(page, b ? "Cost (b) summed to each horizon, s." : "Cost (a) summed to each horizon, s.");
    vg_page_head(page, "arm");
    vg_page_head(page, "horizon, s");
    vg_page_head(page, "J");
    vg_page_head(page, "slope to the next");
    vg_page_head(page, "overall slope");
    vg_page_head(page, "b, 1/s");
    vg_page_head(page, "p");
    vg_page_body(page);
    for (int32_t i = 0; i < page->outcome->arm_count; i++) {
        const vg_analysis *a = analysis_of(page, i);
        const vg_growth *g = growth_of(a, b);
        for (int32_t k = 0; k < a->horizon_count && (a->has_b || !b); k++) {
            bool slope = k + 1 < a->horizon_count && g->fit[k];
            vg_page_row(page, page->outcome->arms[i].label);
            vg_page_cell(page, a->horizons[k]);
            vg_page_estimate(page, g->cost[k]);
            vg_page_estimate(page, slope ? g->slope[k] : vg_estimate_none);
            vg_page_estimate(page, k ? vg_estimate_none : g->overall);
            vg_page_estimate(page, k ? vg_estimate_none : g->b);
            vg_page_cell(page, k ? NAN : g->b_p);
            vg_page_row_end(page);
        }
    }
    vg_page_table_end(page);
}

static void growth_note(const vg_growth *g, char note[120]) {
    char b[32], low[32], high[32];
    if (isnan(g->overall.value) || isnan(g->b.value))
        snprintf(note, 120, "no fit");
    else
        snprintf(note, 120, "b %s (%s to %s)", vg_page_number(g->b.value, b), vg_page_number(g->b.low, low),
                 vg_page_number(g->b.high, high));
}

static void place_growth(vg_page *page, bool b) {
    double columns[VG_PAGE_ARMS][3][VG_HORIZONS_MOST];
    char notes[VG_PAGE_ARMS][120];
    vg_growth_series series[VG_PAGE_ARMS] = {0};
    vg_growth_figure figure = vg_growth_default();
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = analysis_of(page, i);
        const vg_growth *g = growth_of(a, b);
        if ((b && !a->has_b) || a->horizon_count < 1) continue;
        double(*c)[VG_HORIZONS_MOST] = columns[figure.series_count];
        for (int32_t k = 0; k < a->horizon_count; k++)
            c[0][k] = g->cost[k].value, c[1][k] = g->cost[k].low, c[2][k] = g->cost[k].high;
        growth_note(g, notes[figure.series_count]);
        series[figure.series_count] = (vg_growth_series){page->outcome->arms[i].label,
                                                         notes[figure.series_count],
                                                         a->horizons,
                                                         c[0],
                                                         c[1],
                                                         c[2],
                                                         a->horizon_count};
        figure.series_count++;
    }
    if (figure.series_count == 0) return;
    figure.title = b ? "Cost (b) by horizon" : "Cost (a) by horizon";
    figure.series = series;
    vg_page_place(
        page,
        &(vg_page_figure){
            .name = b ? "growth-b" : "growth-a",
            .title = figure.title,
            .desc = "Cost summed to each horizon, both axes logarithmic, with lines of slope 1 and 2 for "
                    "comparison.",
            .caption =
                b ? "J(T) = a T + b T squared; b above 0 means that cost grows faster than the horizon. No "
                    "fit is made with fewer than 20 departures, or if more than 30 % departed."
                  : "The exponent of cost (a) is no evidence of compounding: cost (a) is absorbing, so it "
                    "grows as T squared under any constant hazard while few cars have left.",
            .width = 900,
            .height = 480,
            .paint = vg_growth_paint,
            .figure = &figure,
            .table = growth_table,
            .of = &b});
}

void vg_page_survival(vg_page *page) {
    static const forest forests[] = {
        {"success", "On the road to the end, at 0.8 of the reference's progress or more", "success",
         "Share of episodes that succeed, over all training seeds and for each.", METRIC_success},
        {"off-road", "Off the road within the horizon", "off road",
         "Share of episodes off the road, over all training seeds and for each.", METRIC_off_road}};
    vg_text_add(&page->html, "<h2 id=\"survival\">How episodes end</h2>\n");
    if (page->shown == 0) return;
    vg_text words = {0};
    say_outcomes(page, &words);
    if (words.failed) out_of_memory(page);
    for (size_t k = 0; k < sizeof forests / sizeof *forests && !page->err; k++)
        place_forest(page, &forests[k], words.bytes);
    if (!page->err && longest(page)->time_count > 0) place_alive(page, words.bytes);
    if (!page->err) place_hazard(page);
    if (!page->err) place_growth(page, false);
    if (!page->err) place_growth(page, true);
    vg_text_free(&words);
}

static void drift_table(vg_page *page, const void *of) {
    (void)of;
    const vg_analysis *rows = longest(page);
    vg_page_table(page, "Drift as a share of the half width, %: quantiles 50 / 90 / 99.");
    heads(page, "time, s");
    for (int32_t t = 0; t < rows->time_count; t++) {
        number_row(page, rows->times[t]);
        for (int32_t i = 0; i < page->outcome->arm_count; i++) {
            const vg_analysis *a = analysis_of(page, i);
            const vg_curve_point none = {NAN, NAN, NAN, NAN}, p = t < a->time_count ? a->time_drift[t] : none;
            char x[32], y[32], z[32];
            vg_text_add(&page->html, "<td>%s / %s / %s</td>", vg_page_number(100 * p.q50, x),
                        vg_page_number(100 * p.q90, y), vg_page_number(100 * p.q99, z));
        }
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

void vg_page_drift(vg_page *page) {
    vg_text_add(&page->html, "<h2 id=\"drift\">Drift</h2>\n");
    if (page->shown == 0 || longest(page)->time_count == 0) return;
    int32_t n = longest(page)->time_count;
    double *columns = vg_new(double, (int64_t)3 * n * page->shown);
    if (!columns && out_of_memory(page)) return;
    vg_page_each_begin(page, "Drift over time");
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = analysis_of(page, i);
        double *q50 = columns + (int64_t)3 * n * i, *q90 = q50 + n, *q99 = q90 + n;
        for (int32_t t = 0; t < a->time_count; t++)
            q50[t] = a->time_drift[t].q50, q90[t] = a->time_drift[t].q90, q99[t] = a->time_drift[t].q99;
        vg_drift_series series = {page->outcome->arms[i].label, a->times, q50, q90, q99, a->time_count};
        vg_drift_figure figure = vg_drift_default();
        figure.title = page->outcome->arms[i].label;
        figure.series = &series, figure.series_count = 1;
        figure.edge = 1, figure.share = true, figure.colour = i;
        figure.y_label = "drift, share of the half width";
        place_of_driver(page, i, "drift", "Quantiles 50, 90 and 99 of the drift of all cars at each time.",
                        vg_drift_paint, &figure);
    }
    vg_page_each_end(
        page,
        "Bands up to the quantiles 50, 90 and 99 of all cars. After its first departure a car counts as at "
        "the edge.",
        drift_table, NULL);
    vg_free(columns);
}
