#include "tracks/islands.h"

#include <math.h>

#include "sim/base/exact.h"
#include "sim/base/random.h"

enum { PLACES = 32 };

// The sharpest curvature around s, 1/m.
static double sharpest(const vg_road *road, double s) {
    double most = 0;
    for (double d = -VG_ISLAND_STRAIGHT / 2; d <= VG_ISLAND_STRAIGHT / 2; d += 3)
        most = fmax(most, fabs(vg_road_at(road, s + d).curvature));
    return most;
}

static double draw(vg_draw *at) {
    at->draw++;
    return vg_random_uniform(at);
}

static double whole(double value) { return floor(value * 1e4 + 0.5) / 1e4; } // as vg_track_round

vg_err vg_track_add_islands(vg_track *track, const vg_road *road, double each_km, uint64_t seed,
                            vg_diag *diag) {
    double length = vg_road_get(road).length;
    int32_t count = (int32_t)fmin(floor(each_km * length / 1000 + 0.5), VG_OBSTACLES_MOST);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < count && !err; i++) {
        vg_draw at = {.seed = seed, .stream = VG_STREAM_ROAD, .entity = 1, .step = (uint32_t)i};
        double best = INFINITY, s = 0;
        for (int k = 0; k < PLACES; k++) {
            double place = length * (i + 0.25 + 0.5 * draw(&at)) / count, bend = sharpest(road, place);
            if (bend < best) best = bend, s = place;
        }
        vg_road_point point = vg_road_at(road, s);
        double sine, cosine, half = fmin(point.left, point.right), offset = 0.2 * draw(&at) - 0.1;
        vg_sincos(point.heading, &sine, &cosine);
        vg_track_obstacle island = {
            .shape = {.x = whole(point.x - offset * sine), .y = whole(point.y + offset * cosine)}};
        island.shape.radius = whole(half * (0.1 + 0.15 * draw(&at)));
        err = vg_track_add_obstacle(track, &island, diag);
    }
    return err;
}
