#include "logs/store/held_out.h"

#include <stdlib.h>

#include "sim/base/memory.h"
#include "sim/base/random.h"

// Into how many stretches an episode is divided.
static int64_t pieces_of(int64_t rows, int64_t longest, int64_t most) {
    return rows > longest ? (rows - 1) / most + 1 : 1;
}

static vg_err divide(const int64_t *rows, int32_t episodes, int64_t longest, int64_t most, vg_stretch **out,
                     int32_t *count, vg_diag *diag) {
    int64_t pieces = 0;
    for (int32_t e = 0; e < episodes; e++) pieces += pieces_of(rows[e], longest, most);
    vg_stretch *all = *out = pieces <= INT32_MAX ? vg_new(vg_stretch, pieces) : NULL;
    if (!all) return vg_fail_memory(diag);
    *count = (int32_t)pieces;
    for (int32_t e = 0; e < episodes; e++) {
        int64_t n = pieces_of(rows[e], longest, most), each = rows[e] / n, more = rows[e] % n, first = 0;
        for (int64_t j = 0; j < n; j++) { // the first ones have a row more
            *all = (vg_stretch){.episode = e, .first = first, .rows = each + (j < more)};
            first += all++->rows;
        }
    }
    return VG_OK;
}

typedef struct drawn {
    double draw;
    int32_t number;
} drawn;

static int by_draw(const void *a, const void *b) {
    const drawn *left = a, *right = b;
    if (left->draw != right->draw) return left->draw < right->draw ? -1 : 1;
    return left->number < right->number ? -1 : 1;
}

// Hold out those with the smallest draws.
static vg_err choose(vg_stretch *all, int32_t count, double share, uint64_t seed, vg_diag *diag) {
    int32_t held = (int32_t)(share * count + 0.5);
    if (share > 0 && held < 1) held = 1;
    if (held > count - 1) held = count - 1;
    drawn *order = vg_new(drawn, count);
    if (!order) return vg_fail_memory(diag);
    for (int32_t i = 0; i < count; i++) {
        // An entity has 24 bits; the higher bits of the number go to the draw's episode.
        const vg_draw at = {.seed = seed,
                            .stream = VG_STREAM_SPLIT,
                            .entity = (uint32_t)i & 0xffffff,
                            .episode = (uint32_t)i >> 24};
        order[i] = (drawn){vg_random_uniform(&at), i};
    }
    qsort(order, (size_t)count, sizeof *order, by_draw);
    for (int32_t i = 0; i < held; i++) all[order[i].number].held_out = true;
    vg_free(order);
    return VG_OK;
}

vg_err vg_hold_out(const int64_t *rows, int32_t episodes, int64_t longest, double share, uint64_t seed,
                   vg_stretch **out, int32_t *count, vg_diag *diag) {
    int64_t total = 0, most = longest;
    for (int32_t e = 0; e < episodes; e++) total += rows[e];
    const double wanted = share * (double)total;
    if (share == 0)
        longest = most = total; // nothing is divided where nothing is held out
    else if (wanted < (double)longest)
        most = wanted > 1 ? (int64_t)wanted : 1;
    *out = NULL, *count = 0;
    vg_err err = divide(rows, episodes, longest, most, out, count, diag);
    if (!err) err = choose(*out, *count, share, seed, diag);
    if (err) vg_free(*out), *out = NULL;
    return err;
}
