// The functions that all sections of a page share.
#include "eval/report/page_parts_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/report/player.h"
#include "sim/base/hash.h"
#include "sim/base/version.h"

static const char style[] =
    ":root{color-scheme:light dark}\n"
    ":root[data-theme=\"light\"]{color-scheme:light}\n"
    ":root[data-theme=\"dark\"]{color-scheme:dark}\n"
    "*{box-sizing:border-box}\n"
    "html{background:var(--vg-paper);color:var(--vg-text);font:1rem/1.55 system-ui,sans-serif}\n"
    "html{font-size:max(100%,.6vw)}\n" // on a screen as wide as four pages, too
    "body{max-width:72rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}\n"
    "header{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem}\n"
    "h1{font-size:1.75rem;line-height:1.2;font-weight:600;margin:0}\n"
    "h2{font-size:1.25rem;font-weight:600;margin:3rem 0 .5rem}\n"
    "p,dl,figcaption{max-width:44rem;margin:.5rem 0}\n"
    ".note,figcaption,caption,.small,summary{color:var(--vg-muted);font-size:.875rem}\n"
    "button{font:inherit;font-size:.875rem;color:inherit;background:none;border:1px solid var(--vg-axis);"
    "border-radius:.375rem;padding:.2rem .7rem;cursor:pointer}\n"
    "select,input{font:inherit;font-size:.875rem}\n"
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
    "h3{font-size:1rem;font-weight:600;margin:2rem 0 .25rem}\n"
    ".verdict{font-size:1.25rem;line-height:1.45;max-width:56rem;margin:1rem 0 .5rem}\n"
    "figure{margin:1.5rem 0 2rem}\n"
    "figure svg,figure img{width:100%}figure img{display:block;height:auto;border-radius:.375rem}\n"
    ".each{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr));gap:0 1.5rem}\n"
    ".each figure{margin:.75rem 0;min-width:0}.each figcaption{font-size:.75rem;margin:0}\n"
    ".cards td,.cards th{padding:.45rem .6rem}.cards table{width:100%}\n"
    "svg.bar{display:block;width:100%;min-width:4rem;height:.35rem;margin:.2rem 0}\n"
    "svg.bar .back{fill:var(--vg-grid)}svg.bar .span{fill:var(--vg-muted);opacity:.45}"
    "svg.bar .value{fill:var(--vg-text)}\n"
    ".swatch{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.4rem}\n"
    ".swatch{background:currentColor}\n"
    ".s0{color:var(--vg-series-0)}.s1{color:var(--vg-series-1)}.s2{color:var(--vg-series-2)}"
    ".s3{color:var(--vg-series-3)}.s4{color:var(--vg-series-4)}.s5{color:var(--vg-series-5)}"
    ".s6{color:var(--vg-series-6)}.s7{color:var(--vg-series-7)}\n"
    "fieldset{border:0;padding:0;margin:1rem 0;display:flex;flex-wrap:wrap;gap:.25rem "
    "1.25rem;font-size:.875rem}\n"
    "legend{float:left;color:var(--vg-muted);margin-right:1rem}\n"
    "th button{all:unset;cursor:pointer;text-decoration:underline dotted}th button:focus-visible{outline:2px "
    "solid}\n"
    "th[aria-sort=ascending] button::after{content:\" \\2191\"}th[aria-sort=descending] "
    "button::after{content:\" \\2193\"}\n"
    "[data-driver][hidden]{display:none}\n"
    ".pictures>div:first-child{grid-column:1/-1}\n"
    ".worst pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0}\n"
    "@media(max-width:40rem){body{padding-top:1.25rem}.cards thead{display:none}"
    ".cards table,.cards tbody,.cards caption{display:block}"
    ".cards tr{display:grid;grid-template-columns:1fr 1fr;padding:.5rem 0;border-bottom:1px solid "
    "var(--vg-axis)}"
    ".cards tbody th{grid-column:1/-1;font-weight:600;border:0}.cards "
    "td{text-align:left;border:0;white-space:normal}"
    ".cards td::before{content:attr(data-name);display:block;color:var(--vg-muted);font-size:.75rem}}\n"
    "figure svg{display:block;max-width:100%;height:auto}\n"
    "@media(max-width:40rem){.broad{overflow-x:auto}.broad svg{min-width:38rem}}\n" // its letters, on a phone
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
    "window.onafterprint=function(){set(before);};say();})();\n"
    // Columns sort; what is not a number comes last, whichever way.
    "document.querySelectorAll(\".sortable thead th\").forEach(function(h){"
    "var b=document.createElement(\"button\");b.type=\"button\";b.textContent=h.textContent;"
    "h.textContent=\"\";h.appendChild(b);\n"
    "b.onclick=function(){var t=h.closest(\"table\"),s=t.tBodies[0],k=h.cellIndex,"
    "down=h.getAttribute(\"aria-sort\")===\"ascending\",sign=down?-1:1;\n"
    "function v(r){return r.cells[k].textContent;}\n"
    "Array.from(s.rows).sort(function(a,c){var x=v(a),y=v(c),p=parseFloat(x),q=parseFloat(y);\n"
    "if(isNaN(p)){return isNaN(q)?sign*x.localeCompare(y):1;}return isNaN(q)?-1:sign*(p-q);})"
    ".forEach(function(r){s.appendChild(r);});\n"
    "t.querySelectorAll(\"th[aria-sort]\").forEach(function(o){o.removeAttribute(\"aria-sort\");});"
    "h.setAttribute(\"aria-sort\",down?\"descending\":\"ascending\");};});\n"
    // Drivers are shown or not, wherever one stands alone.
    "document.querySelectorAll(\"#drivers\").forEach(function(f){f.hidden=false;"
    "f.onchange=function(e){document.querySelectorAll(\"[data-driver='\"+e.target.value+\"']\")"
    ".forEach(function(d){d.hidden=!e.target.checked;});};});\n";

// A page loads nothing and sends nothing, and runs its own scripts alone. Their mark depends on what the page
// is of, so that no text within it can know it.
static void add_policy(vg_page *page, const char *title) {
    uint64_t hash = vg_hash_text(0, title);
    const vg_text *parts[] = {&page->policies, &page->suite, &page->seed};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i]->bytes) hash = vg_hash_text(hash, parts[i]->bytes);
    vg_hash_format(hash, page->nonce);
    vg_text_add(
        &page->html,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'nonce-%s' "
        "'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src 'self' data: blob:; base-uri 'none'; "
        "form-action "
        "'none'\"/>\n",
        page->nonce);
}

void vg_page_open(vg_page *page, const char *title) {
    vg_text *html = &page->html;
    vg_text_add(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    add_policy(page, title);
    vg_text_add(html, "<meta name=\"generator\" content=\"verge " VG_VERSION "\"/>\n<title>");
    vg_page_text(page, title);
    vg_text_add(html, "</title>\n<style>\n");
    vg_palette_css(html);
    vg_text_add(html, "%s</style>\n</head>\n<body>\n<header>\n<div>\n<h1>", style);
    vg_page_text(page, title);
    vg_text_add(html, "</h1>\n");
}

// JSON within a script: neither < nor &, which XML and HTML would read.
static void add_data(vg_text *html, const char *json) {
    for (const char *at = json; *at; at++) {
        if (*at == '<' || *at == '&')
            vg_text_add(html, "\\u%04x", *at);
        else
            vg_text_bytes(html, at, 1);
    }
}

bool vg_page_plays(const vg_page *page) { return page->player && !page->take; }

// The scripts that play episodes.
static void add_player(vg_page *page) {
    const vg_report_player *player = page->player;
    if (!vg_page_plays(page)) return;
    vg_text_add(&page->html, "<script type=\"application/json\" id=\"verge-play\">");
    add_data(&page->html, player->data);
    vg_text_add(&page->html, "</script>\n<script nonce=\"%s\">/*<![CDATA[*/\n", page->nonce);
    vg_text_bytes(&page->html, player->script, player->size);
    vg_text_add(&page->html, "/*]]>*/</script>\n");
}

void vg_page_shut(vg_page *page) {
    vg_text_add(&page->html, "</main>\n<script nonce=\"%s\">\n%s</script>\n", page->nonce, script);
    add_player(page);
    vg_text_add(&page->html, "</body>\n</html>\n");
    if (!page->err && page->html.failed)
        page->err = vg_fail(page->diag, VG_ERR_MEMORY, "no memory for the page");
}

void vg_page_text(vg_page *page, const char *text) {
    for (int bytes; text && *text; text += bytes) {
        unsigned char c = (unsigned char)*text;
        bytes = c < 0x80 ? 1 : vg_printable_bytes(text);
        const char *entity = c == '&'                                         ? "&amp;"
                             : c == '<'                                       ? "&lt;"
                             : c == '>'                                       ? "&gt;"
                             : c == '"'                                       ? "&quot;"
                             : c == '\t'                                      ? "    "
                             : (c < 0x20 && c != '\n') || c == 0x7f || !bytes ? "\xef\xbf\xbd"
                                                                              : NULL;
        if (entity)
            vg_text_bytes(&page->html, entity, (int64_t)strlen(entity));
        else
            vg_text_bytes(&page->html, text, bytes);
        if (!bytes) bytes = 1;
    }
}

double vg_page_failed(const vg_analysis *a) {
    return a->off_road.value + (a->collision.value > 0 ? a->collision.value : 0);
}

int32_t vg_page_worst(const vg_outcome *outcome) {
    int32_t worst = outcome->arm_count > 0 ? 0 : -1;
    for (int32_t i = 1; i < outcome->arm_count; i++) {
        double best = vg_page_failed(&outcome->arms[worst].analysis),
               value = vg_page_failed(&outcome->arms[i].analysis);
        if (value > best || (isnan(best) && !isnan(value))) worst = i;
    }
    return worst;
}

static void add_svg(vg_page *page, const vg_page_figure *f) {
    char id[32];
    vg_picture picture = vg_picture_default();
    snprintf(id, sizeof id, "f%d", (int)page->figures);
    picture.canvas.width = f->width;
    picture.canvas.height = f->height;
    picture.canvas.theme = VG_THEME_AUTO;
    picture.canvas.embedded = true;
    picture.canvas.id = id;
    picture.canvas.title = f->title;
    picture.canvas.desc = f->desc;
    page->err = vg_picture_svg(&picture, f->paint, f->figure, &page->html, page->diag);
}

static void write_png(vg_page *page, const vg_page_figure *f) {
    char path[VG_PAGE_PATH];
    vg_picture picture = vg_picture_default();
    picture.canvas.width = f->width;
    picture.canvas.height = f->height;
    picture.canvas.title = f->title;
    picture.canvas.desc = f->desc;
    picture.texts = page->texts;
    picture.count = page->text_count;
    picture.overwrite = page->overwrite;
    int length = snprintf(path, sizeof path, "%s/figures/%s.png", page->folder, f->name);
    page->err = length < 0 || length >= (int)sizeof path
                    ? vg_fail(page->diag, VG_ERR_ARGUMENT, "the folder's name is too long")
                    : vg_picture_write(&picture, f->paint, f->figure, path, page->diag);
}

// A figure alone, for who shows it elsewhere than in the page.
static void give_svg(vg_page *page, const vg_page_figure *f) {
    vg_text svg = {0};
    vg_picture picture = vg_picture_default();
    picture.canvas.width = f->width;
    picture.canvas.height = f->height;
    picture.canvas.id = f->name;
    picture.canvas.title = f->title;
    picture.canvas.desc = f->desc;
    picture.texts = page->texts;
    picture.count = page->text_count;
    page->err = vg_picture_svg(&picture, f->paint, f->figure, &svg, page->diag);
    if (!page->err && svg.failed) page->err = vg_fail_memory(page->diag);
    if (!page->err) page->take(page->context, f->name, f->title, svg.bytes);
    vg_text_free(&svg);
}

void vg_page_each_begin(vg_page *page, const char *title) {
    if (page->take) return;
    vg_text_add(&page->html, "<h3>");
    vg_page_text(page, title);
    vg_text_add(&page->html, "</h3>\n<div class=\"each\">\n");
}

void vg_page_each_end(vg_page *page, const char *caption, void (*table)(vg_page *page, const void *of),
                      const void *of) {
    if (page->take || page->err) return;
    vg_text_add(&page->html, "</div>\n<p class=\"note\">");
    vg_page_text(page, caption);
    vg_text_add(&page->html, "</p>\n");
    if (!table) return;
    vg_text_add(&page->html, "<details><summary>The numbers</summary>\n");
    table(page, of);
    vg_text_add(&page->html, "</details>\n");
}

void vg_page_place(vg_page *page, const vg_page_figure *f) {
    if (page->err) return;
    if (page->take) {
        give_svg(page, f);
        return;
    }
    page->figures++;
    // Only the picture has role=img, so that a screen reader still reaches the table below it.
    vg_text_add(&page->html, "<figure id=\"figure-%s\"", f->name);
    if (f->driver) vg_text_add(&page->html, " data-driver=\"%d\"", (int)f->driver);
    vg_text_add(&page->html, ">\n<div%s role=\"img\" aria-label=\"",
                f->width > 600 ? " class=\"broad\"" : "");
    vg_page_text(page, f->title);
    vg_text_add(&page->html, ". ");
    vg_page_text(page, f->desc);
    vg_text_add(&page->html, "\">\n");
    add_svg(page, f);
    if (page->err) return;
    vg_text_add(&page->html, "</div>\n<figcaption>");
    vg_page_text(page, f->caption);
    vg_text_add(&page->html, " <a href=\"figures/%s.png\">PNG</a></figcaption>\n", f->name);
    if (f->table) {
        vg_text_add(&page->html, "<details><summary>The numbers</summary>\n");
        f->table(page, f->of);
        vg_text_add(&page->html, "</details>\n");
    }
    vg_text_add(&page->html, "</figure>\n");
    write_png(page, f);
}
