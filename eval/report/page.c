#include "eval/report/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/page_parts_private.h"
#include "sim/base/version.h"

// A study has a name; an evaluation is known by who drove: "clone, dart and 3 more".
static void say_title(const vg_outcome *o, vg_text *out) {
    enum { NAMED = 4 };
    int32_t named = o->arm_count <= NAMED ? o->arm_count : NAMED - 1;
    if (strcmp(o->kind, "evaluation") != 0 || o->arm_count == 0) {
        vg_text_add(out, "%s", o->name);
        return;
    }
    for (int32_t i = 0; i < named; i++)
        vg_text_add(out, "%s%s", i == 0 ? "" : i + 1 == o->arm_count ? " and " : ", ", o->arms[i].label);
    if (named < o->arm_count) vg_text_add(out, " and %d more", (int)(o->arm_count - named));
}

static void begin(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text *html = &page->html;
    vg_text title = {0};
    say_title(o, &title);
    if (title.failed) page->err = vg_fail_memory(page->diag);
    vg_page_open(page, title.bytes);
    vg_text_free(&title);
    vg_text_add(html, "<p class=\"note\">");
    vg_page_text(page, o->kind);
    vg_text_add(html, " on suite ");
    vg_page_text(page, o->suite->name);
    vg_text_add(html, ", %d road%s of %d starts, %g s each; drift is counted from ",
                (int)o->suite->test.count, o->suite->test.count == 1 ? "" : "s", (int)o->suite->config.starts,
                o->suite->config.horizon);
    vg_page_text(page, o->reference && *o->reference ? o->reference : "the centreline");
    vg_text_add(html, "</p>\n</div>\n" VG_PAGE_THEME "</header>\n");
    if (o->about && *o->about) {
        vg_text_add(html, "<p>");
        vg_page_text(page, o->about);
        vg_text_add(html, "</p>\n");
    }
    vg_text_add(html,
                "<nav aria-label=\"Sections\"><a href=\"#headline\">In short</a> %s"
                "<a href=\"#worst\">Worst</a> <a href=\"#survival\">How episodes end</a> <a "
                "href=\"#drift\">Drift</a> "
                "<a href=\"#roads\">Where</a> <a href=\"#budget\">Labels and losses</a> "
                "<a href=\"#pairs\">Comparisons</a> <a href=\"#made\">How it was made</a></nav>\n<main>\n",
                o->claims ? "<a href=\"#claims\">Claims</a> " : "");
    if (page->shown < o->arm_count)
        vg_text_add(html,
                    "<p class=\"note\">Figures show the first %d of %d arms; tables show all arms.</p>\n",
                    (int)page->shown, (int)o->arm_count);
}

static void set_provenance(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text_add(&page->suite, "%s %016" PRIx64, o->suite->name, vg_suite_hash(o->suite));
    vg_text_add(&page->seed, "%" PRId64, (int64_t)o->suite->config.seed);
    for (int32_t i = 0; i < o->arm_count; i++) {
        const vg_outcome_arm *arm = &o->arms[i];
        vg_text_add(&page->policies, "%s%s:", i ? "; " : "", arm->label);
        for (int32_t k = 0; k < arm->arm.seed_count; k++)
            vg_text_add(&page->policies, " %016" PRIx64, arm->arm.seeds[k].hash);
    }
    page->texts[0] = (vg_png_text){"Software", "verge " VG_VERSION};
    page->texts[1] = (vg_png_text){"Suite", page->suite.bytes ? page->suite.bytes : ""};
    page->texts[2] = (vg_png_text){"Policies", page->policies.bytes ? page->policies.bytes : ""};
    page->texts[3] = (vg_png_text){"Seed", page->seed.bytes ? page->seed.bytes : ""};
    page->texts[4] = (vg_png_text){"Command", o->command ? o->command : ""};
    page->texts[5] = (vg_png_text){"Study", o->name};
    page->text_count = VG_PAGE_TEXTS;
    if (page->suite.failed || page->seed.failed || page->policies.failed)
        page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page's provenance");
}

static void fill(vg_page *page) {
    static void (*const sections[])(vg_page *) = {vg_page_verdict,        vg_page_headline, vg_page_claims,
                                                  vg_page_worst_episodes, vg_page_watch,    vg_page_survival,
                                                  vg_page_drift,          vg_page_roads,    vg_page_budget,
                                                  vg_page_progress,       vg_page_pairs,    vg_page_made};
    begin(page);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && !page->err; i++) sections[i](page);
    vg_page_shut(page);
}

static void free_page(vg_page *page) {
    vg_text_free(&page->html);
    vg_text_free(&page->policies);
    vg_text_free(&page->suite);
    vg_text_free(&page->seed);
}

vg_err vg_report_page_write(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                            vg_diag *diag) {
    char path[VG_PAGE_PATH];
    int length = snprintf(path, sizeof path, "%s/index.html", folder);
    if (length < 0 || length >= (int)sizeof path)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's name is too long");
    vg_page page = {.outcome = outcome,
                    .player = outcome->player,
                    .folder = folder,
                    .overwrite = overwrite,
                    .diag = diag};
    page.shown = outcome->arm_count < VG_PAGE_ARMS ? outcome->arm_count : VG_PAGE_ARMS;
    page.err = vg_file_may_write(path, overwrite, diag);
    if (!page.err) set_provenance(&page);
    if (!page.err) fill(&page);
    if (!page.err) page.err = vg_file_write(path, page.html.bytes, page.html.size, overwrite, diag);
    free_page(&page);
    return page.err;
}

vg_err vg_report_figures(const vg_outcome *outcome, vg_report_take take, void *context, vg_diag *diag) {
    vg_page page = {.outcome = outcome, .folder = "", .take = take, .context = context, .diag = diag};
    page.shown = outcome->arm_count < VG_PAGE_ARMS ? outcome->arm_count : VG_PAGE_ARMS;
    set_provenance(&page);
    if (!page.err) fill(&page);
    free_page(&page);
    return page.err;
}
