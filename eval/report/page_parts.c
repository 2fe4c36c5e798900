// The functions that all sections of a page share.
#include "eval/report/page_parts_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

int32_t vg_page_worst(const vg_outcome *outcome) {
    int32_t worst = outcome->arm_count > 0 ? 0 : -1;
    for (int32_t i = 1; i < outcome->arm_count; i++) {
        double best = outcome->arms[worst].analysis.off_road.value;
        double value = outcome->arms[i].analysis.off_road.value;
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
    picture.count = VG_PAGE_TEXTS;
    picture.overwrite = page->overwrite;
    int length = snprintf(path, sizeof path, "%s/figures/%s.png", page->folder, f->name);
    page->err = length < 0 || length >= (int)sizeof path
                    ? vg_fail(page->diag, VG_ERR_ARGUMENT, "the folder's name is too long")
                    : vg_picture_write(&picture, f->paint, f->figure, path, page->diag);
}

void vg_page_place(vg_page *page, const vg_page_figure *f) {
    if (page->err) return;
    page->figures++;
    // Only the picture has role=img, so that a screen reader still reaches the table below it.
    vg_text_add(&page->html, "<figure id=\"figure-%s\">\n<div role=\"img\" aria-label=\"", f->name);
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
