#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/page_parts_private.h"
#include "sim/base/version.h"

char *vg_page_number(double value, char *buffer) {
    double size = fabs(value);
    if (isnan(value))
        snprintf(buffer, 32, VG_PAGE_DASH);
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

void vg_page_interval(vg_page *page, double low, double high, double factor) {
    char from[32], to[32];
    if (isnan(low) && isnan(high)) return; // one end may have no bound
    vg_text_add(&page->html, "<span class=\"small\">%s to %s</span>",
                isnan(low) ? "none" : vg_page_number(factor * low, from),
                isnan(high) ? "none" : vg_page_number(factor * high, to));
}

void vg_page_estimate(vg_page *page, vg_estimate e) {
    char buffer[32];
    vg_text_add(&page->html, "<td>%s", vg_page_number(e.value, buffer));
    vg_page_interval(page, e.low, e.high, 1);
    vg_text_add(&page->html, "</td>");
}

char *vg_page_percent(double value, char *buffer) {
    char number[32];
    if (isnan(value)) return vg_page_number(value, buffer);
    snprintf(buffer, 40, "%s %%", vg_page_number(100 * value, number));
    return buffer;
}

void vg_page_share(vg_page *page, vg_estimate e) {
    char buffer[40];
    vg_text_add(&page->html, "<td>%s", vg_page_percent(e.value, buffer));
    vg_page_interval(page, e.low, e.high, 100);
    vg_text_add(&page->html, "</td>");
}

void vg_page_plain_share(vg_page *page, double value) { vg_page_share(page, (vg_estimate){value, NAN, NAN}); }

// A share from 0 to 1 as a line with its interval.
static void add_bar(vg_page *page, vg_estimate e) {
    double low = isnan(e.low) ? e.value : e.low, high = isnan(e.high) ? e.value : e.high;
    vg_text_add(&page->html,
                "<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                "<rect class=\"back\" width=\"100\" height=\"6\"/>"
                "<rect class=\"span\" x=\"%.1f\" width=\"%.1f\" height=\"6\"/>"
                "<rect class=\"value\" x=\"%.1f\" width=\"1.6\" height=\"6\"/></svg>",
                100 * low, 100 * (high - low), 98.4 * e.value);
}

static void name_cell(vg_page *page, const char *name) {
    vg_text_add(&page->html, "<td data-name=\"%s\">", name);
}

void vg_page_named_share(vg_page *page, const char *name, vg_estimate e, bool bar) {
    char buffer[40];
    name_cell(page, name);
    vg_text_add(&page->html, "%s", vg_page_percent(e.value, buffer));
    if (bar && e.value >= 0 && e.value <= 1) add_bar(page, e);
    vg_page_interval(page, e.low, e.high, 100);
    vg_text_add(&page->html, "</td>");
}

void vg_page_named_estimate(vg_page *page, const char *name, vg_estimate e) {
    char buffer[32];
    name_cell(page, name);
    vg_text_add(&page->html, "%s", vg_page_number(e.value, buffer));
    vg_page_interval(page, e.low, e.high, 1);
    vg_text_add(&page->html, "</td>");
}

void vg_page_row_end(vg_page *page) { vg_text_add(&page->html, "</tr>\n"); }

void vg_page_table_end(vg_page *page) { vg_text_add(&page->html, "</tbody>\n</table>\n</div>\n"); }

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
            vg_page_plain_share(page, off && k < o->arms[i].analysis.seeds ? off[k] : NAN);
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
