#include "agents/training/comparisons.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/memory.h"

vg_err vg_lap_pairs_add(vg_lap_pairs *pairs, const vg_lap_pair *pair, vg_diag *diag) {
    if (pairs->count == VG_LAP_PAIRS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "more than %d pairs of laps can be compared: give fewer laps",
                       VG_LAP_PAIRS_MOST);
    if (pairs->count == pairs->capacity) {
        int64_t wider = pairs->capacity ? 2 * pairs->capacity : 64;
        vg_lap_pair *more = vg_realloc(pairs->pairs, pairs->count, wider, sizeof *more);
        if (!more) return vg_fail_memory(diag);
        pairs->pairs = more;
        pairs->capacity = wider;
    }
    pairs->pairs[pairs->count++] = *pair;
    pairs->training = pairs->count;
    return VG_OK;
}

void vg_lap_pairs_free(vg_lap_pairs *pairs) {
    vg_free(pairs->pairs);
    *pairs = (vg_lap_pairs){0};
}

// --- holding out -------------------------------------------------------------------------------------------

// Those of `count` things that are held out: a share of them, and `least` of five or more.
static vg_err choose(int64_t count, double share, int64_t least, uint64_t seed, uint8_t **out,
                     vg_diag *diag) {
    int64_t held = (int64_t)(share * (double)count + 0.5), *order = vg_new(int64_t, count);
    if (share > 0 && held < least) held = least;
    if (share <= 0 || count < 5) held = 0;
    *out = vg_new(uint8_t, count);
    if (!order || !*out) {
        vg_free(order);
        return vg_fail_memory(diag);
    }
    vg_random_shuffle((vg_draw){.seed = seed, .stream = VG_STREAM_SPLIT}, count, order);
    for (int64_t i = 0; i < held && i < count; i++) (*out)[order[i]] = 1;
    vg_free(order);
    return VG_OK;
}

// The pairs to train on, then the held-out ones, each in their order. Pairs of neither are dropped.
static void arrange(vg_lap_pairs *pairs, int64_t training, int64_t held, vg_lap_pair *into,
                    const uint8_t *place) {
    int64_t next[2] = {0, training};
    for (int64_t i = 0; i < pairs->count; i++)
        if (place[i] < 2) {
            into[next[place[i]]] = pairs->pairs[i];
            into[next[place[i]]++].held_out = place[i] == 1;
        }
    vg_free(pairs->pairs);
    pairs->pairs = into;
    pairs->count = pairs->capacity = training + held;
    pairs->training = training;
}

// place: of each pair 0: to train on, 1: held out, 2: dropped.
static vg_err split(vg_lap_pairs *pairs, const uint8_t *place, vg_diag *diag) {
    int64_t counts[3] = {0};
    for (int64_t i = 0; i < pairs->count; i++) counts[place[i]]++;
    vg_lap_pair *into = vg_new(vg_lap_pair, counts[0] + counts[1]);
    if (!into) return vg_fail_memory(diag);
    arrange(pairs, counts[0], counts[1], into, place);
    return VG_OK;
}

vg_err vg_lap_pairs_split_laps(vg_lap_pairs *pairs, int32_t laps, double share, uint64_t seed,
                               vg_diag *diag) {
    uint8_t *held = NULL, *place = vg_new(uint8_t, pairs->count);
    vg_err err = place ? choose(laps, share, 2, seed, &held, diag) : vg_fail_memory(diag);
    for (int64_t i = 0; i < pairs->count && !err; i++) {
        int32_t of = held[pairs->pairs[i].a] + held[pairs->pairs[i].b];
        place[i] = of == 2 ? 1 : of == 1 ? 2 : 0;
    }
    if (!err) err = split(pairs, place, diag);
    vg_free(held);
    vg_free(place);
    return err;
}

vg_err vg_lap_pairs_split_pairs(vg_lap_pairs *pairs, double share, uint64_t seed, vg_diag *diag) {
    uint8_t *held = NULL;
    vg_err err = choose(pairs->count, share, 1, seed, &held, diag);
    if (!err) err = split(pairs, held, diag);
    vg_free(held);
    return err;
}

// --- snippets ----------------------------------------------------------------------------------------------

// The longest stretch of a lap, at most `length`.
static int32_t longest(const vg_laps *laps, const vg_lap *lap, int32_t length) {
    int32_t most = 0;
    for (int64_t r = lap->first; r < lap->first + lap->count && most < length; r++)
        if (laps->ahead[r] > most) most = laps->ahead[r];
    return most < length ? most : length;
}

// A row of the lap at which a snippet may begin, uniformly.
static int64_t draw_start(const vg_laps *laps, const vg_lap *lap, int32_t length, const vg_draw *at) {
    int64_t starts = 0, row = lap->first;
    for (int64_t r = lap->first; r < lap->first + lap->count; r++) starts += laps->ahead[r] >= length;
    int64_t chosen = (int64_t)vg_random_below(at, (uint64_t)starts);
    while (laps->ahead[row] < length || chosen-- > 0) row++;
    return row;
}

static double apart(double a, double b, double round) {
    double d = fabs(a - b);
    return isfinite(round) && d > round / 2 ? fabs(round - d) : d;
}

// The row nearest to a place at which a snippet may begin.
static int64_t nearest_start(const vg_laps *laps, const vg_lap *lap, int32_t length, double place) {
    int64_t best = -1;
    for (int64_t r = lap->first; r < lap->first + lap->count; r++)
        if (laps->ahead[r] >= length && (best < 0 || apart(laps->place[r], place, lap->round) <
                                                         apart(laps->place[best], place, lap->round)))
            best = r;
    return best;
}

vg_comparison vg_lap_pair_draw(const vg_laps *laps, const vg_lap_pair *pair, int32_t length,
                               vg_alignment alignment, vg_draw at) {
    const vg_lap *a = &laps->laps[pair->a], *b = &laps->laps[pair->b];
    int32_t in_a = longest(laps, a, length), in_b = longest(laps, b, length);
    vg_comparison c = {.length = in_a < in_b ? in_a : in_b, .a_better = pair->a_better};
    bool aligned = alignment == VG_ALIGN_SAME_PLACE && a->road == b->road;
    // The lap that covers less of the road says where: the other was there too.
    const bool from_a = !aligned || a->distance <= b->distance;
    at.draw = 0;
    int64_t first = draw_start(laps, from_a ? a : b, c.length, &at);
    at.draw = 1;
    int64_t other = aligned ? nearest_start(laps, from_a ? b : a, c.length, laps->place[first])
                            : draw_start(laps, b, c.length, &at);
    c.a = from_a ? first : other, c.b = from_a ? other : first;
    return c;
}
