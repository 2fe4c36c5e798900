// eval/report/page_watch.c -- what a page plays its episodes with, and the choice of any episode by its road
// and start. The worst ones are links of page_worst.c.
#include "eval/report/page_parts_private.h"
#include "eval/report/player.h"

void vg_page_choose(vg_page *page, const vg_page_choice *choice) {
    if (!vg_page_plays(page)) return;
    // Shown by the script: without it nothing here would play.
    vg_text_add(&page->html,
                "<section id=\"watch\" hidden=\"\">\n<p>A click on an episode drives it again in this page, "
                "by the program "
                "that scored it, to the same bit: %s. Or choose one:</p>\n"
                "<form id=\"watch-any\"><label>Road <select name=\"road\">",
                choice->says);
    for (int32_t r = 0; r < choice->roads; r++) {
        vg_text_add(&page->html, "<option>");
        vg_page_text(page, choice->road(choice->of, r));
        vg_text_add(&page->html, "</option>");
    }
    vg_text_add(&page->html,
                "</select></label> <label>Start <input name=\"start\" type=\"number\" min=\"0\" max=\"%d\" "
                "value=\"0\"/></label> "
                "<button>Play</button></form>\n</section>\n",
                (int)choice->starts - 1);
}

static const char *road_of(const void *suite, int32_t i) { return ((const vg_suite *)suite)->test.names[i]; }

void vg_page_watch(vg_page *page) {
    const vg_suite *suite = page->outcome->suite;
    vg_page_choose(page, &(vg_page_choice){"every driver from the same start", suite->test.count,
                                           (int32_t)suite->config.starts, road_of, suite});
}
