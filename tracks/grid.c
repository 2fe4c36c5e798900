#include "tracks/grid.h"

#include <math.h>

#include "sim/base/memory.h"

vg_err vg_grid_create(int32_t capacity, vg_grid *out, vg_diag *diag) {
    *out = (vg_grid){.buckets = 64};
    while (out->buckets < 2 * (int64_t)capacity && out->buckets < 1 << 26) out->buckets *= 2;
    out->head = vg_new(int32_t, out->buckets);
    out->next = vg_new(int32_t, capacity);
    out->key = vg_new(uint64_t, capacity);
    if (out->head && out->next && out->key) return VG_OK;
    vg_grid_free(out);
    return vg_fail_memory(diag);
}

void vg_grid_free(vg_grid *grid) {
    vg_free(grid->head);
    vg_free(grid->next);
    vg_free(grid->key);
    *grid = (vg_grid){0};
}

static int32_t cell_of(const vg_grid *grid, double value) {
    return (int32_t)fmax(-1e9, fmin(1e9, floor(value / grid->cell)));
}

// A cell in one number: column and row side by side.
static uint64_t cell_key(int32_t column, int32_t row) {
    return (uint64_t)(uint32_t)column << 32 | (uint32_t)row;
}

static int32_t bucket_of(const vg_grid *grid, uint64_t key) {
    return (int32_t)((key * 0x9E3779B97F4A7C15U >> 32) & (uint64_t)(grid->buckets - 1));
}

void vg_grid_fill(vg_grid *grid, double cell, const double *x, const double *y, int32_t count) {
    grid->cell = cell;
    grid->x = x;
    grid->y = y;
    for (int32_t b = 0; b < grid->buckets; b++) grid->head[b] = -1;
    // In rising order, so that a bucket's chain runs from high to low.
    for (int32_t i = 0; i < count; i++) {
        grid->key[i] = cell_key(cell_of(grid, x[i]), cell_of(grid, y[i]));
        int32_t bucket = bucket_of(grid, grid->key[i]);
        grid->next[i] = grid->head[bucket];
        grid->head[bucket] = i;
    }
}

bool vg_grid_near(const vg_grid *grid, int32_t i, vg_grid_visit visit, void *context) {
    int32_t column = cell_of(grid, grid->x[i]), row = cell_of(grid, grid->y[i]);
    for (int32_t c = column - 1; c <= column + 1; c++)
        for (int32_t r = row - 1; r <= row + 1; r++) {
            // Cells that share a bucket are told apart, so that no point is met twice.
            uint64_t key = cell_key(c, r);
            for (int32_t j = grid->head[bucket_of(grid, key)]; j >= 0; j = grid->next[j])
                if (j < i && grid->key[j] == key && !visit(context, i, j)) return false;
        }
    return true;
}
