#include "agents/drive/recorded_starts.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

struct vg_recorded_starts {
    uint64_t road; // hash
    vg_start *states;
    int64_t count, room;
};

vg_err vg_recorded_starts_create(const vg_road *road, vg_recorded_starts **out, vg_diag *diag) {
    vg_recorded_starts *starts = *out = vg_new(vg_recorded_starts, 1);
    if (!starts) return vg_fail_memory(diag);
    starts->road = vg_road_hash(road);
    return VG_OK;
}

void vg_recorded_starts_destroy(vg_recorded_starts *starts) {
    if (starts) vg_free(starts->states);
    vg_free(starts);
}

static bool take(const vg_road *road, const vg_state *state, vg_start *out) {
    vg_road_place at = vg_road_project(road, state->x, state->y, state->s);
    vg_road_point here = vg_road_at(road, at.s);
    if (at.offset > here.left || at.offset < -here.right) return false;
    *out = (vg_start){at.s, (float)at.offset, (float)remainder(state->yaw - here.heading, 6.283185307179586),
                      state->speed};
    return true;
}

vg_err vg_recorded_starts_add(vg_recorded_starts *starts, const vg_road *road, const vg_log_step *steps,
                              int64_t count, vg_diag *diag) {
    if (count < 1) return VG_OK;
    vg_start *grown = vg_realloc(starts->states, starts->room, starts->count + count, sizeof *grown);
    if (!grown) return vg_fail_memory(diag);
    starts->states = grown, starts->room = starts->count + count;
    for (int64_t i = 0; i < count; i++)
        starts->count += take(road, &steps[i].state, &starts->states[starts->count]);
    return VG_OK;
}

// By place; equal places by all the rest, so that the order does not depend on the sort.
static int by_place(const void *a, const void *b) {
    const vg_start *x = a, *y = b;
    if (x->s != y->s) return x->s < y->s ? -1 : 1;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    if (x->speed != y->speed) return x->speed < y->speed ? -1 : 1;
    return x->heading < y->heading ? -1 : x->heading > y->heading;
}

void vg_recorded_starts_finish(vg_recorded_starts *starts) {
    if (starts->count) qsort(starts->states, (size_t)starts->count, sizeof *starts->states, by_place);
}

int64_t vg_recorded_starts_count(const vg_recorded_starts *starts) { return starts->count; }

uint64_t vg_recorded_starts_hash(const vg_recorded_starts *starts) {
    uint64_t h = vg_hash_int(0, (int64_t[]){(int64_t)starts->road, starts->count}, 2);
    for (int64_t i = 0; i < starts->count; i++) {
        const vg_start *s = &starts->states[i];
        h = vg_hash_double(h, &s->s, 1);
        h = vg_hash_float(h, (float[]){s->offset, s->heading, s->speed}, 3);
    }
    return h;
}

bool vg_recorded_starts_of(const vg_recorded_starts *starts, const vg_road *road) {
    return starts && starts->count > 0 && starts->road == vg_road_hash(road);
}

// The number of states before s.
static int64_t before(const vg_recorded_starts *starts, double s) {
    int64_t low = 0, high = starts->count;
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (starts->states[middle].s < s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

vg_start vg_recorded_starts_draw(const vg_recorded_starts *starts, double from, double to, double u) {
    int64_t first = before(starts, from), end = before(starts, to);
    if (first == end) return starts->states[first % starts->count];
    int64_t k = first + (int64_t)(u * (double)(end - first));
    return starts->states[k < end ? k : end - 1];
}
