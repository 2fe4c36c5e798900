#include "tracks/near.h"

#include <math.h>

#include "sim/base/memory.h"

enum { RUN = 8, GROUP = 8 }; // points per run, runs per group

typedef struct box {
    double left, right, low, high; // m
} box;

struct vg_near {
    box *runs, *groups;
    int32_t *found; // [runs] runs near the current run
};

static int32_t cut(int32_t count, int32_t size) { return (count + size - 1) / size; }

vg_err vg_near_create(int32_t capacity, vg_near **out, vg_diag *diag) {
    *out = NULL;
    vg_near *near = vg_new(vg_near, 1);
    if (!near) return vg_fail_memory(diag);
    near->runs = vg_new(box, cut(capacity, RUN));
    near->groups = vg_new(box, cut(capacity, RUN * GROUP));
    near->found = vg_new(int32_t, cut(capacity, RUN));
    if (!near->runs || !near->groups || !near->found) {
        vg_near_destroy(near);
        return vg_fail_memory(diag);
    }
    *out = near;
    return VG_OK;
}

void vg_near_destroy(vg_near *near) {
    if (!near) return;
    vg_free(near->runs);
    vg_free(near->groups);
    vg_free(near->found);
    vg_free(near);
}

static double smaller(double a, double b) { return a < b ? a : b; }
static double larger(double a, double b) { return a > b ? a : b; }

static const box nothing = {INFINITY, -INFINITY, INFINITY, -INFINITY};

static box around(box a, box b) {
    return (box){smaller(a.left, b.left), larger(a.right, b.right), smaller(a.low, b.low),
                 larger(a.high, b.high)};
}

static void set_boxes(vg_near *near, const double *x, const double *y, int32_t count) {
    for (int32_t r = 0; r < cut(count, RUN); r++) {
        box b = nothing;
        for (int32_t i = r * RUN; i < (r + 1) * RUN && i < count; i++)
            b = around(b, (box){x[i], x[i], y[i], y[i]});
        near->runs[r] = b;
        box *group = &near->groups[r / GROUP];
        *group = around(r % GROUP ? *group : nothing, b);
    }
}

// Rounding keeps the order, so no two points in boxes that are this far apart have a smaller rounded
// distance.
static bool are_near(const box *a, const box *b, double square) {
    double dx = larger(0, larger(a->left - b->right, b->left - a->right));
    double dy = larger(0, larger(a->low - b->high, b->low - a->high));
    return dx * dx + dy * dy < square;
}

// Find the runs up to r (r included) that are near it, from the last to the first.
static int32_t find_runs(vg_near *near, int32_t r, double square) {
    const box *own = &near->runs[r];
    int32_t found = 0;
    for (int32_t g = r / GROUP; g >= 0; g--) {
        if (!are_near(own, &near->groups[g], square)) continue;
        int32_t last = g == r / GROUP ? r : g * GROUP + GROUP - 1;
        for (int32_t other = last; other >= g * GROUP; other--)
            if (are_near(own, &near->runs[other], square)) near->found[found++] = other;
    }
    return found;
}

bool vg_near_pairs(vg_near *near, const double *x, const double *y, int32_t count, double reach,
                   vg_near_visit visit, void *context) {
    set_boxes(near, x, y, count);
    for (int32_t r = 0; r < cut(count, RUN); r++) {
        int32_t found = find_runs(near, r, reach * reach);
        for (int32_t i = r * RUN; i < (r + 1) * RUN && i < count; i++)
            for (int32_t k = 0; k < found; k++) {
                int32_t from = near->found[k] * RUN, to = near->found[k] == r ? i : from + RUN;
                if (from < to && !visit(context, i, from, to)) return false;
            }
    }
    return true;
}
