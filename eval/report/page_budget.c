// The section of the report on demonstrations, labels and losses.
#include <math.h>
#include <string.h>

#include "eval/figures/scatter.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

// A figure of single or joined dots, and its table.
typedef struct vg_page_dots {
    vg_scatter_series series[VG_PAGE_ARMS];
    vg_scatter_figure figure;
    double *columns; // [4][room]
    int64_t room, used;
} vg_page_dots;

static bool dots_open(vg_page *page, vg_page_dots *dots, int64_t room) {
    *dots =
        (vg_page_dots){.figure = vg_scatter_default(), .columns = vg_new(double, 4 * room + 1), .room = room};
    dots->figure.series = dots->series;
    if (!dots->columns) page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page's figures");
    return dots->columns;
}

static void dots_begin(vg_page_dots *dots, const char *label) {
    double *at = dots->columns + dots->used;
    dots->series[dots->figure.series_count++] =
        (vg_scatter_series){label, at, at + dots->room, at + 2 * dots->room, at + 3 * dots->room, 0};
}

static void dots_add(vg_page_dots *dots, double x, vg_estimate y) {
    double *at = dots->columns + dots->used++;
    at[0] = x, at[dots->room] = y.value, at[2 * dots->room] = y.low, at[3 * dots->room] = y.high;
    dots->series[dots->figure.series_count - 1].count++;
}

static void dots_table(vg_page *page, const void *of) {
    const vg_scatter_figure *figure = of;
    vg_page_table(page, "");
    vg_page_head(page, "series");
    vg_page_head(page, figure->x_label);
    vg_page_head(page, figure->y_label);
    vg_page_body(page);
    for (int32_t i = 0; i < figure->series_count; i++)
        for (int64_t k = 0; k < figure->series[i].count; k++) {
            const vg_scatter_series *s = &figure->series[i];
            vg_page_row(page, s->label);
            vg_page_cell(page, s->x[k]);
            vg_page_share(page, (vg_estimate){s->y[k], s->low ? s->low[k] : NAN, s->high ? s->high[k] : NAN});
            vg_page_row_end(page);
        }
    vg_page_table_end(page);
}

static void dots_place(vg_page *page, vg_page_dots *dots, const char *name, const char *caption) {
    dots->figure.percent_y = true;
    vg_page_place(page, &(vg_page_figure){.name = name,
                                          .title = dots->figure.title,
                                          .desc = caption,
                                          .caption = caption,
                                          .width = 900,
                                          .height = 460,
                                          .paint = vg_scatter_paint,
                                          .figure = &dots->figure,
                                          .table = dots_table,
                                          .of = &dots->figure});
}

// An arm's position on the axis: how many demonstrations it was given, or how many labels it was trained
// with.
static double amount(const vg_outcome_arm *arm, bool shown) { return shown ? arm->shown : arm->budget; }

static bool in_group(const vg_outcome_arm *arm, bool shown, const char *group) {
    return arm->group && *arm->group && !strcmp(arm->group, group) && amount(arm, shown) > 0;
}

// The arms of one group, in order of rising amount.
static void add_group(const vg_outcome *o, bool shown, vg_page_dots *dots, const char *group) {
    double after = 0;
    dots_begin(dots, group);
    for (;;) {
        double next = INFINITY;
        for (int32_t i = 0; i < o->arm_count; i++)
            if (in_group(&o->arms[i], shown, group) && amount(&o->arms[i], shown) > after)
                next = fmin(next, amount(&o->arms[i], shown));
        if (isinf(next)) return;
        for (int32_t i = 0; i < o->arm_count; i++)
            if (in_group(&o->arms[i], shown, group) && amount(&o->arms[i], shown) == next)
                dots_add(dots, next, o->arms[i].analysis.success);
        after = next;
    }
}

static void place_amounts(vg_page *page, bool shown) {
    const vg_outcome *o = page->outcome;
    vg_page_dots dots;
    int64_t longest = 0;
    if (!dots_open(page, &dots, o->arm_count)) return;
    for (int32_t i = 0; i < o->arm_count && dots.figure.series_count < VG_PAGE_ARMS; i++) {
        bool seen = !o->arms[i].group || !in_group(&o->arms[i], shown, o->arms[i].group);
        for (int32_t k = 0; k < i && !seen; k++) seen = in_group(&o->arms[k], shown, o->arms[i].group);
        if (!seen) add_group(o, shown, &dots, o->arms[i].group);
    }
    for (int32_t i = 0; i < dots.figure.series_count; i++)
        if (dots.series[i].count > longest) longest = dots.series[i].count;
    dots.figure.title = shown ? "Demonstrations or laps given, and success" : "Labels and success";
    dots.figure.x_label = shown ? o->shown_unit : "labels";
    dots.figure.y_label = "success";
    dots.figure.joined = true;
    if (longest > (shown ? 1 : 0)) // all arms were given the same amount: there is nothing to plot
        dots_place(page, &dots, shown ? "shown" : "budget",
                   shown ? "Success within the horizon, by the amount of demonstrations given; lines "
                           "join arms that differ in nothing else."
                         : "Success within the horizon, by the labels trained with; lines join arms "
                           "that differ in nothing else.");
    vg_free(dots.columns);
}

static void place_losses(vg_page *page, bool held_out) {
    const vg_outcome *o = page->outcome;
    vg_page_dots dots;
    int64_t room = 0;
    for (int32_t i = 0; i < page->shown; i++) room += o->arms[i].arm.seed_count;
    if (!dots_open(page, &dots, room)) return;
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_analysis *a = &o->arms[i].analysis;
        if (!a->drift_seeds) continue;
        bool begun = false;
        for (int32_t k = 0; k < o->arms[i].arm.seed_count && k < a->seeds; k++) {
            double x = held_out ? o->arms[i].arm.seeds[k].held_out : a->open_seeds ? a->open_seeds[k] : NAN;
            if (!(x > 0) || isnan(a->drift_seeds[k])) continue;
            if (!begun) dots_begin(&dots, o->arms[i].label);
            begun = true;
            dots_add(&dots, x, (vg_estimate){a->drift_seeds[k], NAN, NAN});
        }
    }
    dots.figure.title = held_out ? "Held-out loss and drift" : "Open-loop error and drift";
    dots.figure.x_label = held_out ? "least held-out loss" : "open-loop error";
    dots.figure.y_label = "closed-loop drift";
    if (dots.used > 0)
        dots_place(page, &dots, held_out ? "held-out" : "open-loop",
                   held_out ? "One dot for each training seed: the loss on held-out rows, and the mean drift "
                              "when the policy drives."
                            : "One dot for each training seed: the error on the expert's states, and the "
                              "mean drift when the policy drives.");
    vg_free(dots.columns);
}

void vg_page_budget(vg_page *page) {
    int32_t before = page->figures;
    vg_text_add(&page->html, "<h2 id=\"budget\">Labels and losses</h2>\n");
    place_amounts(page, true);
    if (!page->err) place_amounts(page, false);
    if (!page->err) place_losses(page, true);
    if (!page->err) place_losses(page, false);
    if (page->figures == before)
        vg_text_add(&page->html,
                    "<p class=\"note\">No arm has a budget of labels, a held-out loss or an open-loop "
                    "error.</p>\n");
}
