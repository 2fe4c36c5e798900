#define _GNU_SOURCE // qsort_r
#include "tracks/formats/lanelets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"
#include "tracks/borders.h"

enum { MOST_STARTS = 2000, MOST_ABREAST = 20 };

vg_err vg_lanelets_add(vg_lanelets *lanelets, const char *id, vg_diag *diag) {
    if (lanelets->count == lanelets->capacity) {
        int32_t room = lanelets->capacity ? 2 * lanelets->capacity : 64;
        vg_lanelet *fresh = vg_realloc(lanelets->items, lanelets->count, room, sizeof *fresh);
        if (!fresh) return vg_fail_memory(diag);
        lanelets->items = fresh;
        lanelets->capacity = room;
    }
    lanelets->items[lanelets->count++] = (vg_lanelet){.id = id ? id : "", .to_left = -1, .to_right = -1};
    return VG_OK;
}

void vg_lanelets_free(vg_lanelets *lanelets) {
    for (int32_t i = 0; i < lanelets->count; i++) {
        vg_points_free(&lanelets->items[i].left);
        vg_points_free(&lanelets->items[i].right);
    }
    vg_free(lanelets->items);
    vg_free(lanelets->order);
    *lanelets = (vg_lanelets){0};
}

// --- by id -------------------------------------------------------------------------------------------------

static int by_id(const void *a, const void *b, void *context) {
    const vg_lanelet *items = context;
    return strcmp(items[*(const int32_t *)a].id, items[*(const int32_t *)b].id);
}

vg_err vg_lanelets_sort(vg_lanelets *lanelets, vg_diag *diag) {
    vg_free(lanelets->order);
    lanelets->order = vg_new(int32_t, lanelets->count);
    if (!lanelets->order) return vg_fail_memory(diag);
    for (int32_t i = 0; i < lanelets->count; i++) lanelets->order[i] = i;
    qsort_r(lanelets->order, (size_t)lanelets->count, sizeof *lanelets->order, by_id, lanelets->items);
    return VG_OK;
}

int32_t vg_lanelets_find(const vg_lanelets *lanelets, const char *id) {
    int32_t low = 0, high = lanelets->count;
    while (id && low < high) {
        int32_t middle = (low + high) / 2, at = lanelets->order[middle];
        int order = strcmp(id, lanelets->items[at].id);
        if (order == 0) return at;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

void vg_lanelets_link(vg_lanelets *lanelets, int32_t from, int32_t to) {
    if (from < 0 || to < 0 || from == to) return;
    vg_lanelet *a = &lanelets->items[from];
    for (int32_t i = 0; i < a->after_count; i++)
        if (a->after[i] == to) return;
    if (a->after_count == VG_LANELET_LINKS) return;
    a->after[a->after_count++] = to;
    lanelets->items[to].has_before = true;
}

// --- chains ------------------------------------------------------------------------------------------------

typedef struct chain {
    const vg_lanelets *all;
    int32_t *items; // [count]
    int32_t count;
    int32_t *mark; // [all->count] the round in which a lanelet was used, or the one that a search came from
    bool closed;
} chain;

static double heading(const vg_points *p, bool end) {
    int32_t a = end ? p->count - 2 : 0;
    return vg_atan2(p->y[a + 1] - p->y[a], p->x[a + 1] - p->x[a]);
}

static double turn_between(double a, double b) {
    return fabs(b - a - 2 * VG_PI * floor((b - a) / (2 * VG_PI) + 0.5));
}

// The straightest lanelet behind one that is not marked; -1: none. At a fork the direction in which it is
// left counts.
static int32_t next_of(const chain *c, int32_t at, int32_t round) {
    const vg_lanelet *here = &c->all->items[at];
    double from = heading(&here->left, true), least = INFINITY;
    int32_t best = -1;
    for (int32_t i = 0; i < here->after_count; i++) {
        int32_t to = here->after[i];
        double turn = turn_between(from, heading(&c->all->items[to].left, true));
        if (c->mark[to] != round && turn < least) least = turn, best = to;
    }
    return best;
}

// Follow from a lanelet; the chain's length in m.
static double follow(chain *c, int32_t from, int32_t round) {
    double length = 0;
    c->count = 0;
    for (int32_t at = from; at >= 0; at = next_of(c, at, round)) {
        c->mark[at] = round;
        c->items[c->count++] = at;
        length += vg_points_length(&c->all->items[at].left, false);
    }
    return length;
}

static void find_longest(chain *c) {
    double longest = -1;
    int32_t best = 0, round = 0;
    for (int pass = 0; pass < 2 && longest < 0; pass++) // those that nothing leads into; else any
        for (int32_t i = 0; i < c->all->count && round < MOST_STARTS; i++) {
            if (pass == 0 && c->all->items[i].has_before) continue;
            double length = follow(c, i, ++round);
            if (length > longest) longest = length, best = i;
        }
    // A ring that nothing leads into it from outside is as good as a chain.
    for (int32_t i = 0; i < c->all->count && round < 2 * MOST_STARTS; i++) {
        double length = c->mark[i] ? -1 : follow(c, i, ++round);
        if (length > longest) longest = length, best = i;
    }
    (void)follow(c, best, ++round);
}

// The way with the fewest lanelets to `target` from the chain's last one, appended: a breadth-first search.
static vg_err reach(chain *c, int32_t target, vg_diag *diag) {
    int32_t n = c->all->count, from = c->items[c->count - 1], first = 0, last = 0, hops = 0;
    int32_t *queue = vg_new(int32_t, n);
    if (!queue) return vg_fail_memory(diag);
    for (int32_t i = 0; i < n; i++) c->mark[i] = -1;
    queue[last++] = from;
    c->mark[from] = from;
    while (first < last && c->mark[target] < 0) {
        const vg_lanelet *here = &c->all->items[queue[first]];
        for (int32_t i = 0; i < here->after_count; i++)
            if (c->mark[here->after[i]] < 0) {
                c->mark[here->after[i]] = queue[first];
                queue[last++] = here->after[i];
            }
        first++;
    }
    vg_free(queue);
    if (c->mark[target] < 0 || target == from)
        return vg_fail(diag, VG_ERR_FORMAT, "--route: no way leads from the lanelet '%.40s' to '%.40s'",
                       c->all->items[from].id, c->all->items[target].id);
    for (int32_t at = target; at != from; at = c->mark[at]) hops++;
    if (c->count + hops > n)
        return vg_fail(diag, VG_ERR_FORMAT, "--route: lanelets are driven twice; expected once each");
    for (int32_t at = target, k = c->count + hops - 1; at != from; at = c->mark[at], k--) c->items[k] = at;
    c->count += hops;
    return VG_OK;
}

static vg_err take_ids(chain *c, const char *ids, vg_diag *diag) {
    vg_err err = VG_OK;
    while (*ids && !err) {
        char id[64];
        size_t length = strcspn(ids, ",");
        snprintf(id, sizeof id, "%.*s", (int)(length < 63 ? length : 63), ids);
        int32_t at = vg_lanelets_find(c->all, id);
        if (at < 0) return vg_fail(diag, VG_ERR_FORMAT, "--route: the file has no lanelet '%.40s'", id);
        if (c->count == 0)
            c->items[c->count++] = at;
        else
            err = reach(c, at, diag);
        ids += length + (ids[length] == ',');
    }
    if (!err && c->count == 0)
        err = vg_fail(diag, VG_ERR_FORMAT, "--route: no lanelet; expected ids such as 5,12");
    return err;
}

// --- the road ----------------------------------------------------------------------------------------------

static vg_err append(vg_points *out, const vg_points *bound, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < bound->count && !err; i++) {
        int32_t last = out->count - 1;
        double dx = last < 0 ? 1 : bound->x[i] - out->x[last], dy = last < 0 ? 1 : bound->y[i] - out->y[last];
        if (dx * dx + dy * dy > 1e-6) err = vg_points_add(out, bound->x[i], bound->y[i], diag);
    }
    return err;
}

// The outermost neighbour of the same direction.
static int32_t outermost(const vg_lanelets *all, int32_t at, bool left) {
    for (int k = 0; k < MOST_ABREAST; k++) {
        int32_t next = left ? all->items[at].to_left : all->items[at].to_right;
        if (next < 0) break;
        at = next;
    }
    return at;
}

static vg_err make_track(const chain *c, bool all, const vg_track_source *source, vg_track *out,
                         vg_diag *diag) {
    vg_borders borders = {0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < c->count && !err; i++) {
        int32_t left = all ? outermost(c->all, c->items[i], true) : c->items[i];
        int32_t right = all ? outermost(c->all, c->items[i], false) : c->items[i];
        err = append(&borders.left, &c->all->items[left].left, diag);
        if (!err) err = append(&borders.right, &c->all->items[right].right, diag);
    }
    if (!err) err = vg_track_between(&borders, c->closed, source->file, out, diag);
    vg_points_free(&borders.left);
    vg_points_free(&borders.right);
    if (!err) snprintf(out->file, sizeof out->file, "%s", source->file);
    return err;
}

static void warn_route(const chain *c, const vg_track_source *source) {
    if (source->options.route || c->count == c->all->count) return;
    vg_text ids = {0};
    for (int32_t i = 0; i < c->count && i < 12; i++)
        vg_text_add(&ids, "%s%.20s", i ? "," : "", c->all->items[c->items[i]].id);
    if (ids.size && !ids.failed)
        vg_track_warn(source->warnings, "%s: of %d lanelets these were taken: %.300s%s; --route says others",
                      source->file, c->all->count, ids.bytes, c->count > 12 ? ",..." : "");
    vg_text_free(&ids);
}

vg_err vg_lanelets_track(const vg_lanelets *lanelets, const vg_track_source *source, vg_track *out,
                         vg_diag *diag) {
    const char *lanes = source->options.lanes;
    *out = (vg_track){0};
    if (lanes && strcmp(lanes, "all") != 0 && strcmp(lanes, "one") != 0)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--lanes: '%.40s'; expected one or all", lanes);
    if (lanelets->count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "no lanelet for cars");
    chain c = {
        .all = lanelets, .items = vg_new(int32_t, lanelets->count), .mark = vg_new(int32_t, lanelets->count)};
    vg_err err = c.items && c.mark ? VG_OK : vg_fail_memory(diag);
    if (!err && source->options.route)
        err = take_ids(&c, source->options.route, diag);
    else if (!err)
        find_longest(&c);
    if (!err) {
        const vg_lanelet *last = &lanelets->items[c.items[c.count - 1]];
        for (int32_t i = 0; i < last->after_count; i++) c.closed = c.closed || last->after[i] == c.items[0];
        err = make_track(&c, lanes && *lanes == 'a', source, out, diag);
    }
    if (!err) warn_route(&c, source);
    vg_free(c.items);
    vg_free(c.mark);
    return err;
}
