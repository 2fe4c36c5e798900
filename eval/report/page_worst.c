// eval/report/page_worst.c -- the worst episodes: each with a picture, and how to see it.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/map.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

enum { WORST = 5 };

// An episode of an arm.
typedef struct seen {
    int32_t arm, seed, episode;
    double badness; // larger is worse
} seen;

// Who left the road or hit an obstacle early is worse than who left it late, and that than who stalled; then
// who had the largest excess offset.
static double badness_of(const vg_episode *e) {
    if (vg_episode_failed(e)) return 1e6 - vg_episode_failed_at(e);
    if (e->stall_time >= 0) return -e->stall_time;
    return -1e6 + e->excess;
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

static const vg_episode *episode_of(const vg_page *page, const seen *one) {
    return &page->outcome->arms[one->arm].arm.seeds[one->seed].rollout->episodes[one->episode];
}

static void say_fate(const vg_episode *e, vg_text *out) {
    if (e->off_time >= 0)
        vg_text_add(out, "left the road after %.1f s", (double)e->off_time);
    else if (vg_episode_failed(e))
        vg_text_add(out, "hit an obstacle after %.1f s", vg_episode_failed_at(e));
    else if (e->stall_time >= 0)
        vg_text_add(out, "had stalled after %.1f s", (double)e->stall_time);
    else
        vg_text_add(out, "stayed on the road, %.2f m from the centreline at most", (double)e->max_drift);
}

// The command that shows the episode, from the second before it ended badly.
static void say_command(const vg_page *page, const seen *one, const char *road, int32_t start, vg_text *out) {
    const vg_episode *e = episode_of(page, one);
    double at = vg_episode_failed(e) ? vg_episode_failed_at(e) : e->stall_time >= 0 ? e->stall_time : 1;
    char episode[VG_KEY_TEXT_SIZE + 16];
    vg_text_add(out, "verge view ");
    vg_text_word(out, page->folder);
    snprintf(episode, sizeof episode, "%s:%d", road, (int)start);
    vg_text_add(out, " --episode ");
    vg_text_word(out, episode);
    if (one->seed > 0) vg_text_add(out, " --training-seed %d", (int)one->seed + 1);
    vg_text_add(out, " --follow ");
    vg_text_word(out, page->outcome->arms[one->arm].label);
    vg_text_add(out, " --at %.1f", fmax(0, at - 1));
}

// The episode's own line on its road.
static void place_episode(vg_page *page, const seen *one, int32_t number, int32_t road, const char *fate) {
    const vg_rollout *r = page->outcome->arms[one->arm].arm.seeds[one->seed].rollout;
    const vg_episode *e = episode_of(page, one);
    vg_road_view view = vg_road_get(page->outcome->suite->test.roads[road]);
    double *s = vg_new(double, r->samples + 1);
    float *offset = vg_new(float, r->samples + 1);
    int32_t n = 0;
    if (!s || !offset) page->err = vg_fail_memory(page->diag);
    for (; !page->err && r->trace && n < r->samples; n++) {
        const vg_trace_point *p = &r->trace[(int64_t)one->episode * r->samples + n];
        if (p->departed || p->ended) break;
        s[n] = p->s, offset[n] = p->offset;
    }
    if (!page->err && n > 0) {
        char name[32];
        const vg_trace_point *last = &r->trace[(int64_t)one->episode * r->samples + n - 1];
        float edge = copysignf(last->edge, last->offset);
        double off_s = e->off_s;
        vg_map_episode episode = {one->episode % page->outcome->arms[one->arm].arm.starts, one->seed + 1};
        vg_map_trace trace = {s, offset, n};
        vg_map_figure map = vg_map_default();
        snprintf(name, sizeof name, "worst-%d", (int)number + 1);
        map.title = page->outcome->suite->test.names[road];
        map.subtitle = fate;
        map.road = &view, map.plain = true, map.traces = &trace, map.trace_count = 1;
        if (vg_episode_failed(e)) map.exit_s = &off_s, map.exit_offset = &edge, map.exit_count = 1;
        if (vg_page_plays(page)) map.plays = map.title, map.exit_episodes = &episode;
        map.title_episode = episode;
        vg_page_place(page, &(vg_page_figure){.name = name,
                                              .title = map.title,
                                              .desc = fate,
                                              .caption = "",
                                              .width = 420,
                                              .height = 300,
                                              .paint = vg_map_paint,
                                              .figure = &map});
    }
    vg_free(s), vg_free(offset);
}

static void write_words(vg_page *page, const seen *one, const char *road, int32_t start, const char *fate,
                        const char *command) {
    if (page->take) return;
    vg_text_add(&page->html, "<p><a class=\"play\" href=\"#play=");
    for (int link = 1; link >= 0; link--) { // the link, then the mark that a player looks for
        vg_page_text(page, road);
        vg_text_add(&page->html, ":%d", (int)start);
        if (one->seed > 0) vg_text_add(&page->html, ";training=%d", (int)one->seed + 1);
        vg_text_add(&page->html, link ? "\" data-episode=\"" : "\">");
    }
    vg_page_text(page, road);
    vg_text_add(&page->html, ", start %d</a>: ", (int)start);
    vg_page_text(page, page->outcome->arms[one->arm].label);
    if (page->outcome->arms[one->arm].arm.seed_count > 1)
        vg_text_add(&page->html, ", training seed %d,", (int)one->seed + 1);
    vg_text_add(&page->html, " ");
    vg_page_text(page, fate);
    vg_text_add(&page->html, ".</p>\n<pre>");
    vg_page_text(page, command);
    vg_text_add(&page->html, "</pre>\n</div>\n");
}

static void write_episode(vg_page *page, const seen *one, int32_t number) {
    const vg_outcome *o = page->outcome;
    int32_t starts = o->arms[one->arm].arm.starts, road = one->episode / starts,
            start = one->episode % starts;
    vg_text fate = {0}, command = {0};
    if (road >= o->suite->test.count) return;
    say_fate(episode_of(page, one), &fate);
    say_command(page, one, o->suite->test.names[road], start, &command);
    if (fate.failed || command.failed)
        page->err = vg_fail_memory(page->diag);
    else {
        if (!page->take) vg_text_add(&page->html, "<div>\n");
        place_episode(page, one, number, road, fate.bytes);
        write_words(page, one, o->suite->test.names[road], start, fate.bytes, command.bytes);
    }
    vg_text_free(&fate), vg_text_free(&command);
}

void vg_page_worst_episodes(vg_page *page) {
    seen worst[WORST];
    int32_t count = find_worst(page->outcome, worst);
    if (count == 0) return;
    vg_text_add(&page->html, "<h2 id=\"worst\">The worst episodes</h2>\n<p class=\"note\">Of <strong>");
    vg_page_text(page, page->outcome->arms[vg_page_worst(page->outcome)].label);
    vg_text_add(&page->html, "</strong>, which fails most often, the earliest failure first. The command "
                             "drives the episode again, to the same bits, with all drivers from the same "
                             "start.</p>\n<div class=\"each worst\">\n");
    for (int32_t i = 0; i < count && !page->err; i++) write_episode(page, &worst[i], i);
    vg_text_add(&page->html, "</div>\n");
}
