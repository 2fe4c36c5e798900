// eval/report/page_verdict.c -- what a reader sees first: the verdict in a sentence, and where cars left the
// roads.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "eval/figures/map.h"
#include "eval/outcome/claims.h"
#include "eval/report/page_parts_private.h"
#include "sim/base/memory.h"

enum { ROADS = 6 };

// --- the sentence ------------------------------------------------------------------------------------------

static void say_share(vg_page *page, const vg_outcome_arm *arm) {
    const vg_analysis *a = &arm->analysis;
    char share[40], low[32], high[32];
    if (a->survival.departed == 0) {
        vg_text_add(&page->html, "none of its %" PRId64 " drives", a->survival.lives);
        return;
    }
    vg_text_add(&page->html, "%s of its %" PRId64 " drives", vg_page_percent(a->off_road.value, share),
                a->survival.lives);
    if (!isnan(a->off_road.low) && !isnan(a->off_road.high))
        vg_text_add(&page->html, " (%s to %s)", vg_page_number(100 * a->off_road.low, low),
                    vg_page_percent(a->off_road.high, high));
}

static void say_name(vg_page *page, int32_t arm) {
    vg_text_add(&page->html, "<strong>");
    vg_page_text(page, page->outcome->arms[arm].label);
    vg_text_add(&page->html, "</strong>");
}

static void say_collisions(vg_page *page, const vg_analysis *a) {
    char share[40];
    if (a->collision.value > 0)
        vg_text_add(&page->html, " and hit an obstacle in %s", vg_page_percent(a->collision.value, share));
}

// Who leaves the road or hits an obstacle least, the first of equals; -1: nobody was scored.
static int32_t best_of(const vg_outcome *o) {
    int32_t best = -1;
    for (int32_t i = 0; i < o->arm_count; i++) {
        double value = vg_page_failed(&o->arms[i].analysis);
        if (isnan(value)) continue;
        if (best < 0 || value < vg_page_failed(&o->arms[best].analysis)) best = i;
    }
    return best;
}

// Whether chance explains the difference between two drivers, if the two were compared.
static void say_chance(vg_page *page, int32_t a, int32_t b) {
    const char *measure = page->outcome->arms[a].analysis.collision.value > 0 ? "success" : "off_road";
    const vg_outcome *o = page->outcome;
    char p[32];
    for (int32_t i = 0; i < o->pair_count; i++) {
        const vg_outcome_pair *pair = &o->pairs[i];
        bool these = (pair->a == a && pair->b == b) || (pair->a == b && pair->b == a);
        if (!these || strcmp(pair->metric, measure) != 0 || isnan(pair->p_holm)) continue;
        vg_text_add(&page->html,
                    pair->p_holm < 0.05 ? " Chance does not explain this difference (p = %s)."
                                        : " Chance may explain this difference (p = %s).",
                    vg_page_number(pair->p_holm, p));
    }
}

static void say_claims(vg_page *page) {
    const vg_claims *claims = page->outcome->claims;
    int32_t holds = 0;
    for (int32_t i = 0; claims && i < claims->count; i++) holds += claims->rows[i].holds;
    if (claims && claims->count > 0)
        vg_text_add(&page->html, " Of %d claims, %d hold%s.", (int)claims->count, (int)holds,
                    holds == 1 ? "s" : "");
}

// both: the sentence has told of departures and of collisions.
static void say_best(vg_page *page, const vg_outcome_arm *arm, bool both) {
    if (both && vg_page_failed(&arm->analysis) == 0) {
        vg_text_add(&page->html, " did neither in its %" PRId64 " drives", arm->analysis.survival.lives);
        return;
    }
    vg_text_add(&page->html, " in ");
    say_share(page, arm);
    say_collisions(page, &arm->analysis);
}

static void say_verdict(vg_page *page) {
    const vg_outcome *o = page->outcome;
    int32_t best = best_of(o), worst = vg_page_worst(o);
    if (best < 0) return;
    vg_text_add(&page->html, "<p class=\"verdict\">");
    const vg_analysis *a = &o->arms[worst].analysis;
    if (a->survival.departed == 0 && !(a->collision.value > 0) && o->arm_count > 1) {
        vg_text_add(&page->html, "No driver left the road, in %" PRId64 " drives each.", a->survival.lives);
    } else {
        say_name(page, worst);
        vg_text_add(&page->html, " left the road in ");
        say_share(page, &o->arms[worst]);
        say_collisions(page, &o->arms[worst].analysis);
        if (best != worst) {
            vg_text_add(&page->html, ", ");
            say_name(page, best);
            say_best(page, &o->arms[best], a->collision.value > 0);
        }
        vg_text_add(&page->html, ".");
        if (best != worst) say_chance(page, worst, best);
    }
    say_claims(page);
    vg_text_add(&page->html, "</p>\n");
}

// --- where they left ---------------------------------------------------------------------------------------

// Departures of all drivers shown, a road after the other.
typedef struct exits {
    double *s;
    float *offset;
    vg_role *roles;
    vg_map_episode *episodes;
    int64_t count;
} exits;

static int64_t count_exits(const vg_page *page, int32_t road) {
    int64_t count = 0;
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_arm *arm = &page->outcome->arms[i].arm;
        for (int32_t k = 0; k < arm->seed_count; k++) {
            const vg_rollout *r = arm->seeds[k].rollout;
            for (int32_t e = 0; r && r->episodes && e < r->count; e++)
                count += vg_episode_failed(&r->episodes[e]) && (road < 0 || r->episodes[e].road == road);
        }
    }
    return count;
}

// Where the car was when it left: at the edge on its side, as its trace says; on the right without one.
static float side_of(const vg_rollout *r, int32_t e) {
    const vg_trace_point *last = NULL;
    for (int32_t t = 0; r->trace && t < r->samples; t++) {
        const vg_trace_point *p = &r->trace[(int64_t)e * r->samples + t];
        if (p->departed || p->ended) break;
        last = p;
    }
    return last ? copysignf(last->edge, last->offset) : 0;
}

static void add_exits(const vg_page *page, int32_t road, exits *x) {
    for (int32_t i = 0; i < page->shown; i++) {
        const vg_arm *arm = &page->outcome->arms[i].arm;
        for (int32_t k = 0; k < arm->seed_count; k++) {
            const vg_rollout *r = arm->seeds[k].rollout;
            for (int32_t e = 0; r && r->episodes && e < r->count; e++) {
                if (!vg_episode_failed(&r->episodes[e]) || r->episodes[e].road != road) continue;
                x->s[x->count] = r->episodes[e].off_s, x->offset[x->count] = side_of(r, e);
                x->episodes[x->count] = (vg_map_episode){arm->starts > 0 ? e % arm->starts : e, k + 1};
                x->roles[x->count++] = vg_role_series(i);
            }
        }
    }
}

// The roads with the most departures, the first of equals, in the suite's order; none without any.
static int32_t choose_roads(const vg_page *page, int32_t chosen[ROADS]) {
    const vg_split *test = &page->outcome->suite->test;
    int32_t count = test->count < ROADS ? test->count : ROADS;
    for (int32_t k = 0; k < count; k++) {
        int64_t most = -1;
        for (int32_t r = 0; r < test->count; r++) {
            bool taken = false;
            for (int32_t j = 0; j < k; j++) taken = taken || chosen[j] == r;
            int64_t n = taken ? -1 : count_exits(page, r);
            if (n > most) most = n, chosen[k] = r;
        }
        if (most == 0) count = k; // nobody left any other
    }
    for (int32_t k = 1; k < count; k++)
        for (int32_t j = k; j > 0 && chosen[j] < chosen[j - 1]; j--) {
            int32_t swap = chosen[j];
            chosen[j] = chosen[j - 1], chosen[j - 1] = swap;
        }
    return count;
}

// "clone 5, dart 2": who left this road how often.
static void say_counts(const vg_page *page, const exits *x, int64_t first, vg_text *out) {
    for (int32_t i = 0; i < page->shown; i++) {
        int64_t count = 0;
        for (int64_t k = first; k < x->count; k++) count += x->roles[k] == vg_role_series(i);
        if (count > 0)
            vg_text_add(out, "%s%s %" PRId64, out->size ? ", " : "", page->outcome->arms[i].label, count);
    }
    if (!out->size) vg_text_add(out, "nobody did");
}

static void place_road(vg_page *page, int32_t road, exits *x) {
    int64_t first = x->count;
    char name[32];
    vg_text counts = {0};
    vg_road_view view = vg_road_get(page->outcome->suite->test.roads[road]);
    add_exits(page, road, x);
    say_counts(page, x, first, &counts);
    snprintf(name, sizeof name, "exits-%d", (int)road + 1);
    vg_map_figure map = vg_map_default();
    map.title = page->outcome->suite->test.names[road];
    map.subtitle = counts.bytes;
    map.road = &view, map.plain = true;
    map.exit_s = x->s + first, map.exit_offset = x->offset + first, map.exit_roles = x->roles + first;
    map.exit_count = (int32_t)(x->count - first);
    if (vg_page_plays(page)) map.plays = map.title, map.exit_episodes = x->episodes + first;
    if (counts.failed)
        page->err = vg_fail_memory(page->diag);
    else
        vg_page_place(page, &(vg_page_figure){.name = name,
                                              .title = map.title,
                                              .desc = counts.bytes,
                                              .caption = "",
                                              .width = 480,
                                              .height = 320,
                                              .paint = vg_map_paint,
                                              .figure = &map});
    vg_text_free(&counts);
}

static void place_exits(vg_page *page, exits *x) {
    int32_t chosen[ROADS], count = choose_roads(page, chosen);
    bool hits = vg_page_has_collisions(page->outcome);
    vg_page_each_begin(page,
                       hits ? "Where they left the road or hit an obstacle" : "Where they left the road");
    for (int32_t k = 0; k < count && !page->err; k++) place_road(page, chosen[k], x);
    vg_text words = {0};
    vg_text_add(&words, "A dot: a car left the road%s here, in its driver's colour.%s",
                hits ? " or hit an obstacle" : "",
                page->outcome->suite->test.count > count ? " Of all roads, those with the most dots." : "");
    if (words.failed)
        page->err = vg_fail_memory(page->diag);
    else
        vg_page_each_end(page, words.bytes, NULL, NULL);
    vg_text_free(&words);
}

void vg_page_verdict(vg_page *page) {
    say_verdict(page);
    int64_t count = count_exits(page, -1);
    if (page->outcome->suite->test.count < 1 || page->shown < 1 || count == 0) return;
    exits x = {vg_new(double, count), vg_new(float, count), vg_new(vg_role, count),
               vg_new(vg_map_episode, count), 0};
    if (x.s && x.offset && x.roles && x.episodes)
        place_exits(page, &x);
    else
        page->err = vg_fail_memory(page->diag);
    vg_free(x.s), vg_free(x.offset), vg_free(x.roles), vg_free(x.episodes);
}
