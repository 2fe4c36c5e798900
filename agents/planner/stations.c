#include "agents/planner/stations.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/memory.h"

int32_t vg_stations_count(const vg_road *road, double spacing) {
    vg_road_view view = vg_road_get(road);
    double whole = floor(view.length / spacing + 0.5);
    return (int32_t)fmin(whole, 1 << 24) + !view.closed;
}

static vg_err reserve(vg_stations *out, int32_t count, vg_diag *diag) {
    double *all = vg_new(double, 6 * (int64_t)count);
    if (!all) return vg_fail_memory(diag);
    out->count = count;
    out->x = all, out->y = all + count;
    out->left_x = all + 2 * (int64_t)count, out->left_y = all + 3 * (int64_t)count;
    out->left = all + 4 * (int64_t)count, out->right = all + 5 * (int64_t)count;
    return VG_OK;
}

void vg_stations_close(vg_stations *stations) {
    vg_free(stations->x);
    *stations = (vg_stations){0};
}

vg_err vg_stations_open(const vg_road *road, double spacing, int32_t beyond, vg_stations *out,
                        vg_diag *diag) {
    vg_road_view view = vg_road_get(road);
    int32_t count = vg_stations_count(road, spacing), more = view.closed ? 0 : beyond;
    *out = (vg_stations){.closed = view.closed};
    if (count < VG_STATIONS_LEAST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "the road '%.60s' is %.1f m long, expected at least %d stations, %.3g m apart",
                       view.name, view.length, VG_STATIONS_LEAST, spacing);
    vg_err err = reserve(out, count + 2 * more, diag);
    if (err) return err;
    out->spacing = view.length / (view.closed ? count : count - 1);
    for (int32_t k = 0; k < out->count; k++) {
        double s = (k - more) * out->spacing, sine, cosine;
        vg_road_point at = vg_road_at(road, s);
        double over = view.closed ? 0 : s < 0 ? s : s > view.length ? s - view.length : 0;
        vg_sincos(at.heading, &sine, &cosine);
        out->x[k] = at.x + over * cosine, out->y[k] = at.y + over * sine;
        out->left_x[k] = -sine, out->left_y[k] = cosine;
        out->left[k] = at.left, out->right[k] = at.right;
    }
    return VG_OK;
}

vg_err vg_stations_cut(const vg_stations *all, int64_t first, int32_t count, vg_stations *out,
                       vg_diag *diag) {
    *out = (vg_stations){.spacing = all->spacing};
    vg_err err = reserve(out, count, diag);
    for (int32_t k = 0; k < count && !err; k++) {
        int64_t from = (first + k) % all->count;
        if (from < 0) from += all->count;
        out->x[k] = all->x[from], out->y[k] = all->y[from];
        out->left_x[k] = all->left_x[from], out->left_y[k] = all->left_y[from];
        out->left[k] = all->left[from], out->right[k] = all->right[from];
    }
    return err;
}
