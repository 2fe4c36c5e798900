// eval/report/page_watch.c -- what a page plays its episodes with, and the choice of any episode by its road
// and start. The worst ones are links of page_worst.c.
#include "eval/report/page_parts_private.h"
#include "eval/report/player.h"

static void write_choice(vg_page *page) {
    const vg_suite *suite = page->outcome->suite;
    vg_text_add(&page->html, "<form id=\"watch-any\"><label>Road <select name=\"road\">");
    for (int32_t r = 0; r < suite->test.count; r++) {
        vg_text_add(&page->html, "<option>");
        vg_page_text(page, suite->test.names[r]);
        vg_text_add(&page->html, "</option>");
    }
    vg_text_add(&page->html,
                "</select></label> <label>Start <input name=\"start\" type=\"number\" min=\"0\" max=\"%d\" "
                "value=\"0\"/></label> "
                "<button>Play</button></form>\n",
                (int)suite->config.starts - 1);
}

void vg_page_watch(vg_page *page) {
    const vg_outcome *o = page->outcome;
    if (!o->player || page->take) return;
    // Shown by the script: without it nothing here would play.
    vg_text_add(&page->html,
                "<section id=\"watch\" hidden=\"\">\n<p>A click on an episode drives it again in this page, "
                "by the program "
                "that scored it, to the same bit: every driver from the same start. Or choose one:</p>\n");
    write_choice(page);
    vg_text_add(&page->html, "</section>\n");
}
