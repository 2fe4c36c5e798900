#include "eval/report/page.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/page_parts_private.h"
#include "sim/base/version.h"

static const char style[] =
    ":root{color-scheme:light dark}\n"
    ":root[data-theme=\"light\"]{color-scheme:light}\n"
    ":root[data-theme=\"dark\"]{color-scheme:dark}\n"
    "*{box-sizing:border-box}\n"
    "html{background:var(--vg-paper);color:var(--vg-text);font:1rem/1.55 system-ui,sans-serif}\n"
    "body{max-width:72rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}\n"
    "header{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem}\n"
    "h1{font-size:1.75rem;line-height:1.2;font-weight:600;margin:0}\n"
    "h2{font-size:1.25rem;font-weight:600;margin:3rem 0 .5rem}\n"
    "p,dl,figcaption{max-width:44rem;margin:.5rem 0}\n"
    ".note,figcaption,caption,.small,summary{color:var(--vg-muted);font-size:.875rem}\n"
    "button{font:inherit;font-size:.875rem;color:inherit;background:none;border:1px solid var(--vg-axis);"
    "border-radius:.375rem;padding:.2rem .7rem;cursor:pointer}\n"
    "a{color:var(--vg-series-0)}\n"
    "nav{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0;font-size:.875rem}\n"
    ".wide{overflow-x:auto;margin:.75rem 0}\n"
    "table{border-collapse:collapse;font-size:.875rem;line-height:1.35;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;padding:0 0 .35rem;max-width:44rem}\n"
    "th,td{padding:.4rem .7rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--vg-grid)}\n"
    "thead th{vertical-align:bottom;font-weight:600;border-bottom-color:var(--vg-axis)}\n"
    "th:first-child,th.text,td.text{text-align:left}\n"
    "td:not(.text){white-space:nowrap}\n"
    "tbody th{font-weight:500;min-width:9rem}\n"
    "tr.floor{background:var(--vg-road)}\n"
    "td .small,th .small{display:block;font-size:.75rem;font-weight:400}\n"
    "td .small{white-space:nowrap}\n"
    "td .small.bound{white-space:normal;min-width:9rem}\n"
    ".tight table{font-size:.8125rem}.tight th,.tight td{padding:.4rem .3rem}.tight tbody "
    "th{min-width:7rem}\n"
    ".tight td .small{font-size:.6875rem}.tight td .small.bound{min-width:6.5rem}\n"
    "figure{margin:1.5rem 0 2rem}\n"
    "figure svg{display:block;max-width:100%;height:auto}\n"
    "details{margin:.35rem 0}\n"
    "summary{cursor:pointer}\n"
    "details .wide{max-height:30rem;overflow:auto}\n"
    "pre{overflow-x:auto;padding:.8rem "
    "1rem;background:var(--vg-road);border-radius:.375rem;font-size:.8125rem;"
    "line-height:1.45}\n"
    "code,pre{font-family:ui-monospace,monospace}\n"
    "dt{font-weight:600;margin-top:.6rem}\n"
    "dd{margin:0;overflow-wrap:anywhere}\n"
    "@media print{button,nav,figure details{display:none}body{max-width:none;padding:0}html{font-size:10pt}"
    "h2{break-after:avoid}figure,tr{break-inside:avoid}.wide,pre{overflow:visible}pre{white-space:pre-wrap}"
    "table{font-size:7pt}th,td{padding:.15rem .25rem}}\n";

// The style and the script are well-formed XML too: they contain neither & nor <.
static const char script[] =
    "(function(){var b=document.getElementById(\"theme\"),r=document.documentElement,"
    "m=window.matchMedia(\"(prefers-color-scheme: dark)\"),before=null;\n"
    "function dark(){var t=r.getAttribute(\"data-theme\");return t?t===\"dark\":m.matches;}\n"
    "function say(){b.textContent=dark()?\"Light\":\"Dark\";}\n"
    "function "
    "set(t){if(t){r.setAttribute(\"data-theme\",t);}else{r.removeAttribute(\"data-theme\");}say();}\n"
    "b.hidden=false;b.onclick=function(){set(dark()?\"light\":\"dark\");};m.onchange=say;\n"
    "window.onbeforeprint=function(){before=r.getAttribute(\"data-theme\");set(\"light\");};\n"
    "window.onafterprint=function(){set(before);};say();})();\n";

static void begin(vg_page *page) {
    const vg_outcome *o = page->outcome;
    vg_text *html = &page->html;
    vg_text_add(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                      "<meta name=\"generator\" content=\"verge " VG_VERSION "\"/>\n<title>");
    vg_page_text(page, o->name);
    vg_text_add(html, "</title>\n<style>\n");
    vg_palette_css(html);
    vg_text_add(html, "%s</style>\n</head>\n<body>\n<header>\n<div>\n<h1>", style);
    vg_page_text(page, o->name);
    vg_text_add(html, "</h1>\n<p class=\"note\">");
    vg_page_text(page, o->kind);
    vg_text_add(html, " on suite ");
    vg_page_text(page, o->suite->name);
    vg_text_add(html, ", %d road%s of %d starts, %g s each; drift is counted from ",
                (int)o->suite->test.count, o->suite->test.count == 1 ? "" : "s", (int)o->suite->config.starts,
                o->suite->config.horizon);
    vg_page_text(page, o->reference && *o->reference ? o->reference : "the centreline");
    vg_text_add(html, "</p>\n</div>\n<button id=\"theme\" type=\"button\" aria-label=\"Light or dark\" "
                      "hidden=\"\">Dark</button>\n</header>\n");
    if (o->about && *o->about) {
        vg_text_add(html, "<p>");
        vg_page_text(page, o->about);
        vg_text_add(html, "</p>\n");
    }
    vg_text_add(html,
                "<nav aria-label=\"Sections\"><a href=\"#headline\">In short</a> %s"
                "<a href=\"#survival\">How episodes end</a> <a href=\"#drift\">Drift</a> "
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
    if (page->suite.failed || page->seed.failed || page->policies.failed)
        page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page's provenance");
}

static void fill(vg_page *page) {
    static void (*const sections[])(vg_page *) = {vg_page_headline, vg_page_claims, vg_page_survival,
                                                  vg_page_drift,    vg_page_roads,  vg_page_budget,
                                                  vg_page_progress, vg_page_pairs,  vg_page_made};
    begin(page);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && !page->err; i++) sections[i](page);
    vg_text_add(&page->html, "</main>\n<script>\n%s</script>\n</body>\n</html>\n", script);
    if (!page->err && page->html.failed)
        page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page");
}

vg_err vg_report_page_write(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                            vg_diag *diag) {
    char path[VG_PAGE_PATH];
    int length = snprintf(path, sizeof path, "%s/index.html", folder);
    if (length < 0 || length >= (int)sizeof path)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the folder's name is too long");
    vg_page page = {.outcome = outcome, .folder = folder, .overwrite = overwrite, .diag = diag};
    page.shown = outcome->arm_count < VG_PAGE_ARMS ? outcome->arm_count : VG_PAGE_ARMS;
    page.err = vg_file_may_write(path, overwrite, diag);
    if (!page.err) set_provenance(&page);
    if (!page.err) fill(&page);
    if (!page.err) page.err = vg_file_write(path, page.html.bytes, page.html.size, overwrite, diag);
    vg_text_free(&page.html);
    vg_text_free(&page.policies);
    vg_text_free(&page.suite);
    vg_text_free(&page.seed);
    return page.err;
}
