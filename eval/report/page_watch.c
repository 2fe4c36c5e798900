// eval/report/page_watch.c -- the episodes that a page plays: the worst ones as links, any one by its road
// and start.
#include <math.h>
#include <string.h>

#include "eval/report/page_parts_private.h"
#include "eval/report/player.h"

enum { WORST = 5 };

// An episode of an arm.
typedef struct seen {
    int32_t arm, seed, episode;
    double badness; // larger is worse
} seen;

// Who left the road early is worse than who left it late, and that than who stalled; then who was furthest
// from its line.
static double badness_of(const vg_episode *e) {
    if (e->off_time >= 0) return 1e6 - e->off_time;
    if (e->stall_time >= 0) return 1e3 - e->stall_time;
    return fmin(1, fmax(0, e->excess));
}

static void keep(seen worst[WORST], int32_t *count, seen one) {
    int32_t at = *count;
    while (at > 0 && worst[at - 1].badness < one.badness) at--;
    if (at == WORST) return;
    int32_t last = *count < WORST ? (*count)++ : WORST - 1;
    memmove(worst + at + 1, worst + at, sizeof *worst * (size_t)(last - at));
    worst[at] = one;
}

static int32_t find_worst(const vg_outcome *o, seen worst[WORST]) {
    int32_t count = 0, arm = vg_page_worst(o);
    for (int32_t k = 0; arm >= 0 && k < o->arms[arm].arm.seed_count; k++) {
        const vg_rollout *r = o->arms[arm].arm.seeds[k].rollout;
        for (int32_t e = 0; r && r->episodes && e < r->count; e++)
            keep(worst, &count, (seen){arm, k, e, badness_of(&r->episodes[e])});
    }
    return count;
}

static void write_name(vg_page *page, const seen *one, bool link) {
    const vg_outcome *o = page->outcome;
    int32_t starts = (int32_t)o->suite->config.starts;
    vg_page_text(page, o->suite->test.names[one->episode / starts]);
    vg_text_add(&page->html, ":%d", one->episode % starts);
    if (link && one->seed > 0) vg_text_add(&page->html, ";training=%d", one->seed + 1);
}

static void write_worst(vg_page *page, const seen *one) {
    const vg_outcome_arm *arm = &page->outcome->arms[one->arm];
    const vg_episode *e = &arm->arm.seeds[one->seed].rollout->episodes[one->episode];
    vg_text_add(&page->html, "<li><a href=\"#play=");
    write_name(page, one, true);
    vg_text_add(&page->html, "\" data-episode=\"");
    write_name(page, one, true);
    vg_text_add(&page->html, "\">");
    write_name(page, one, false);
    vg_text_add(&page->html, "</a>: ");
    vg_page_text(page, arm->label);
    if (e->off_time >= 0)
        vg_text_add(&page->html, " leaves the road after %.1f s", e->off_time);
    else if (e->stall_time >= 0)
        vg_text_add(&page->html, " has stalled after %.1f s", e->stall_time);
    else
        vg_text_add(&page->html, " stays on the road, %.2f m from the centreline at most", e->max_drift);
    vg_text_add(&page->html, "</li>\n");
}

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
    seen worst[WORST];
    if (!o->player || page->take) return;
    // Shown by the script: without it nothing here would play.
    vg_text_add(
        &page->html,
        "<section id=\"watch\" hidden=\"\">\n<h2>Watch</h2>\n<p>An episode is driven again in this page, by "
        "the "
        "program that scored it, to the same bit: every driver from the same start. The worst:</p>\n<ol>\n");
    int32_t count = find_worst(o, worst);
    for (int32_t i = 0; i < count; i++) write_worst(page, &worst[i]);
    vg_text_add(&page->html, "</ol>\n");
    write_choice(page);
    vg_text_add(&page->html, "</section>\n");
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

void vg_page_player(vg_page *page) {
    const vg_report_player *player = page->outcome ? page->outcome->player : NULL;
    if (!player || page->take) return;
    vg_text_add(&page->html, "<script type=\"application/json\" id=\"verge-play\">");
    add_data(&page->html, player->data);
    vg_text_add(&page->html, "</script>\n<script nonce=\"%s\">/*<![CDATA[*/\n", page->nonce);
    vg_text_bytes(&page->html, player->script, player->size);
    vg_text_add(&page->html, "/*]]>*/</script>\n");
}
