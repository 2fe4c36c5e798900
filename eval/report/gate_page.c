#include "eval/report/gate_page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "eval/report/page_parts_private.h"

static void text_cell(vg_page *page, const char *name, const char *text) {
    vg_text_add(&page->html, "<td data-name=\"%s\">", name);
    vg_page_text(page, text);
    vg_text_add(&page->html, "</td>");
}

// --- the verdict -------------------------------------------------------------------------------------------

static void say_verdict(vg_page *page, const vg_gate_report *r) {
    const vg_judgement *j = r->judgement;
    char headline[256];
    vg_text_add(&page->html, "<p class=\"verdict\"><strong>");
    vg_page_text(page, vg_gate_headline(j, headline));
    vg_text_add(&page->html, "</strong>. ");
    if (!j->same)
        vg_text_add(&page->html,
                    "In %d of %d pairs of drives only the result left the road%s, in %d only the baseline.",
                    j->worse, j->episodes,
                    vg_drives_hit(r->baseline) || vg_drives_hit(r->result) ? " or hit an obstacle" : "",
                    j->better);
    vg_text_add(&page->html, "</p>\n");
    if (j->same) return;
    vg_text_add(
        &page->html,
        "<p class=\"note\">If nothing changed, a false \"regressed\" is found in at most %.3g %% of gates "
        "(Holm over metrics%s); bounds over roads are one-sided, %.3g %%.</p>\n",
        100 * j->alpha, j->looks > 1 ? " and over all looks" : "", 100 * (1 - j->alpha));
}

static void begin(vg_page *page, const vg_gate_report *r) {
    char title[2 * VG_DRIVE_TEXT + 32];
    const char *suite = json_string_value(json_object_get(r->baseline->suite, "name"));
    snprintf(title, sizeof title, "%s: %s against %s", vg_verdict_word(r->judgement->verdict),
             r->result->label, r->baseline->label);
    vg_page_open(page, title);
    vg_text_add(&page->html, "<p class=\"note\">gate ");
    vg_page_text(page, r->gate);
    vg_text_add(&page->html, " on suite ");
    vg_page_text(page, suite ? suite : "");
    vg_text_add(&page->html, ", %d road%s of %d starts</p>\n</div>\n" VG_PAGE_THEME "</header>\n<main>\n",
                r->baseline->road_count, r->baseline->road_count == 1 ? "" : "s", r->baseline->starts);
}

static void add_metrics(vg_page *page, const vg_gate_report *r) {
    static const char *const heads[] = {"metric",     "verdict", "baseline", "result",
                                        "difference", "bounds",  "margin"};
    vg_text_add(&page->html, "<h2 id=\"metrics\">Metrics</h2>\n<div class=\"cards sortable\">\n");
    vg_page_table(
        page,
        "A metric passes if it is surely worse by less than its margin, and has regressed if it is surely "
        "worse by more.");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) vg_page_head(page, heads[i]);
    vg_page_body(page);
    for (int32_t i = 0; i < r->judgement->count; i++) {
        const vg_judged *row = &r->judgement->rows[i];
        char text[48], bounds[VG_GATE_BOUNDS];
        vg_page_row(page, vg_gate_metric_at(row->metric).name);
        text_cell(page, "verdict", vg_verdict_word(row->verdict));
        text_cell(page, "baseline", vg_gate_value(row->metric, row->baseline, text));
        text_cell(page, "result", vg_gate_value(row->metric, row->result, text));
        text_cell(page, "difference", vg_gate_difference(row->metric, row->result - row->baseline, text));
        text_cell(page, "bounds", vg_gate_bounds(row, bounds));
        text_cell(page, "margin", vg_gate_difference(row->metric, row->margin, text));
        vg_page_row_end(page);
    }
    vg_page_table_end(page);
    vg_text_add(&page->html, "</div>\n");
}

// --- the worst episodes ------------------------------------------------------------------------------------

static void add_picture(vg_page *page, int32_t i, const char *name) {
    char path[VG_PAGE_PATH];
    int length = snprintf(path, sizeof path, "%s/worst-%d.png", page->folder, (int)i + 1);
    if (length < 0 || length >= (int)sizeof path || access(path, R_OK) != 0) return;
    vg_text_add(&page->html, "<figure><a href=\"worst-%d.png\"><img src=\"worst-%d.png\" alt=\"", (int)i + 1,
                (int)i + 1);
    vg_page_text(page, name);
    vg_text_add(&page->html, "\"/></a></figure>\n");
}

// ROAD:START; an episode of a further pass with that pass's seed.
static void add_address(vg_page *page, const vg_drives *d, int32_t row) {
    int32_t each = d->road_count * d->starts, in = row % each;
    vg_page_text(page, d->roads[in / d->starts]);
    vg_text_add(&page->html, ":%d", (int)(in % d->starts));
    if (row >= each) vg_text_add(&page->html, ";seed=%" PRId64, d->seed + row / each);
}

static void add_episode(vg_page *page, const vg_gate_report *r, int32_t i) {
    const vg_drives *d = r->result;
    char name[VG_DRIVE_TEXT + 48], fate[128];
    vg_text command = {0};
    vg_gate_command(r, i, &command);
    vg_drives_name(d, r->worst[i], name);
    vg_text_add(&page->html, "<div>\n");
    add_picture(page, i, name);
    vg_text_add(&page->html, "<p><a class=\"play\" href=\"#play=");
    for (int link = 1; link >= 0; link--) { // the link, then the mark that a player looks for
        add_address(page, d, r->worst[i]);
        vg_text_add(&page->html, "%s", link ? "\" data-episode=\"" : "\">");
    }
    vg_page_text(page, name);
    vg_text_add(&page->html, "</a>: ");
    vg_page_text(page, vg_gate_fate(r, i, fate));
    vg_text_add(&page->html, "</p>\n<pre>");
    vg_page_text(page, command.failed ? "" : command.bytes);
    vg_text_add(&page->html, "</pre>\n</div>\n");
    if (command.failed) page->err = vg_fail_memory(page->diag);
    vg_text_free(&command);
}

static const char *road_of(const void *drives, int32_t i) { return ((const vg_drives *)drives)->roads[i]; }

static void fill(vg_page *page, const vg_gate_report *r) {
    begin(page, r);
    say_verdict(page, r);
    add_metrics(page, r);
    if (r->worst_count > 0 && !r->judgement->same) {
        vg_text_add(
            &page->html,
            "<h2 id=\"worst\">The worst episodes</h2>\n<p class=\"note\">A departure where the baseline had "
            "none, the earliest first; then the largest rise in drift. The pictures show the result's car "
            "and the "
            "baseline's; the command drives the episode again, to the same bits.</p>\n<div class=\"each "
            "worst pictures\">\n");
        for (int32_t i = 0; i < r->worst_count && !page->err; i++) add_episode(page, r, i);
        vg_text_add(&page->html, "</div>\n");
    }
    vg_page_choose(page,
                   &(vg_page_choice){"the result, and the baseline if the page has it, from the same start",
                                     r->result->road_count, r->result->starts, road_of, r->result});
    vg_page_shut(page);
}

vg_err vg_gate_page_write(const vg_gate_report *report, const vg_report_player *player, const char *folder,
                          vg_overwrite overwrite, vg_diag *diag) {
    char path[VG_PAGE_PATH];
    int length = snprintf(path, sizeof path, "%s/index.html", folder);
    if (length < 0 || length >= (int)sizeof path)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's name is too long");
    vg_page page = {.player = player, .folder = folder, .overwrite = overwrite, .diag = diag};
    page.err = vg_file_may_write(path, overwrite, diag);
    if (!page.err) fill(&page, report);
    if (!page.err) page.err = vg_file_write(path, page.html.bytes, page.html.size, overwrite, diag);
    vg_text_free(&page.html);
    return page.err;
}
