// The claims of a study, and the progress of its learners round by round.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/scatter.h"
#include "eval/outcome/claims.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

void vg_page_claims(vg_page *page) {
    const vg_claims *claims = page->outcome->claims;
    if (!claims) return;
    vg_text_add(&page->html, "<h2 id=\"claims\">Claims</h2>\n<div class=\"wide\">\n");
    vg_page_table(page, "The study's file stated each condition before the study ran. A condition without a "
                        "prefix compares the estimate; low and high compare that end of its 95 % interval.");
    vg_page_head(page, "claim");
    vg_text_add(&page->html, "<th scope=\"col\" class=\"text\">condition</th>");
    vg_page_head(page, "found");
    vg_text_add(&page->html, "<th scope=\"col\" class=\"text\">verdict</th>");
    vg_page_body(page);
    for (int32_t i = 0; i < claims->count; i++) {
        const vg_claim *claim = &claims->rows[i];
        vg_text_add(&page->html, "<tr><th scope=\"row\">");
        vg_page_text(page, claim->id);
        vg_text_add(&page->html, "<span class=\"small\">");
        vg_page_text(page, claim->text);
        vg_text_add(&page->html, "</span></th><td class=\"text\"><code>");
        vg_page_text(page, claim->condition);
        vg_text_add(&page->html, "</code></td>");
        vg_page_estimate(page, claim->estimate);
        vg_text_add(&page->html, "<td class=\"text\">%s</td>",
                    claim->holds ? "holds" : "<strong>does not hold</strong>");
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
    vg_text_add(&page->html, "</div>\n");
}

// --- round by round ----------------------------------------------------------------------------------------

// One name of a training record, as the mean over training seeds.
typedef struct progress {
    const char *name;
    vg_scatter_series series[VG_PAGE_ARMS];
    int32_t count, rounds;
} progress;

static int32_t name_index(const vg_outcome_record *r, const char *name) {
    for (int32_t n = 0; r && n < r->name_count; n++)
        if (strcmp(r->names[n], name) == 0) return n;
    return -1;
}

static double mean_of_seeds(const vg_outcome_record *r, int32_t n, int32_t round) {
    double sum = 0;
    for (int32_t k = 0; k < r->seeds; k++) sum += r->values[((int64_t)n * r->seeds + k) * r->rounds + round];
    return sum / r->seeds; // NaN if a seed has no value
}

static void progress_table(vg_page *page, const void *of) {
    const progress *p = of;
    vg_page_table(page, "The mean over training seeds after each round.");
    vg_page_head(page, "round");
    for (int32_t i = 0; i < p->count; i++) vg_page_head(page, p->series[i].label);
    vg_page_body(page);
    for (int32_t k = 0; k < p->rounds; k++) {
        char label[16];
        snprintf(label, sizeof label, "%d", (int)k + 1);
        vg_page_row(page, label);
        for (int32_t i = 0; i < p->count; i++)
            vg_page_cell(page, k < p->series[i].count ? p->series[i].y[k] : NAN);
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
}

static void place_progress(vg_page *page, const char *name, const char *title, const char *y_label,
                           bool percent) {
    const vg_outcome *o = page->outcome;
    progress p = {.name = name};
    int64_t room = 0;
    for (int32_t i = 0; i < o->arm_count; i++) room += o->arms[i].record ? o->arms[i].record->rounds : 0;
    double *columns = vg_new(double, 2 * room), *next = columns;
    if (!columns) {
        page->err = vg_fail_memory(page->diag);
        return;
    }
    for (int32_t i = 0; i < o->arm_count && p.count < VG_PAGE_ARMS; i++) {
        const vg_outcome_record *r = o->arms[i].record;
        if (!r) continue;
        int32_t n = name_index(r, name);
        bool again = false; // an arm with the same training cells, scored under other conditions
        for (int32_t j = 0; j < i; j++)
            again |= o->arms[j].record && o->arms[j].arm.seeds[0].hash == o->arms[i].arm.seeds[0].hash;
        if (n < 0 || again) continue;
        double *x = next, *y = next + r->rounds;
        for (int32_t k = 0; k < r->rounds; k++) x[k] = k + 1, y[k] = mean_of_seeds(r, n, k);
        p.series[p.count++] =
            (vg_scatter_series){.label = o->arms[i].label, .x = x, .y = y, .count = r->rounds};
        if (r->rounds > p.rounds) p.rounds = r->rounds;
        next += 2 * r->rounds;
    }
    vg_scatter_figure figure = vg_scatter_default();
    figure.title = title;
    figure.series = p.series;
    figure.series_count = p.count;
    figure.x_label = "round";
    figure.y_label = y_label;
    figure.log_x = false;
    figure.percent_y = percent;
    figure.joined = true;
    if (p.count)
        vg_page_place(page, &(vg_page_figure){
                                .name = name,
                                .title = title,
                                .desc = "One line for each learner: the mean over its training seeds.",
                                .caption = "Counted while the learner collects data, or on validation roads.",
                                .width = 900,
                                .height = 420,
                                .paint = vg_scatter_paint,
                                .figure = &figure,
                                .table = progress_table,
                                .of = &p});
    vg_free(columns);
}

void vg_page_progress(vg_page *page) {
    bool any = false;
    for (int32_t i = 0; i < page->outcome->arm_count; i++) any |= page->outcome->arms[i].record != NULL;
    if (!any) return;
    vg_text_add(&page->html, "<h2 id=\"progress\">Round by round</h2>\n");
    place_progress(page, "departures_per_lap", "Departures a lap after each round", "departures a lap",
                   false);
    if (!page->err)
        place_progress(page, "off_road", "Off the road on validation roads after each round", "off the road",
                       true);
}
