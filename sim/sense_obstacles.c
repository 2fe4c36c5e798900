#include "sim/sense_obstacles.h"

#include <math.h>

#include "sim/base/exact.h"

void vg_sense_nearest(const vg_world *world, int32_t i, int32_t count, float *out) {
    const vg_car *car = vg_world_car(world, i);
    vg_world_view v = vg_world_get(world);
    double behind = (double)car->rear_overhang, far = VG_OBSTACLE_SIGHT * (double)vg_car_scale(car);
    vg_road_ahead_of found[VG_SENSE_OBSTACLES];
    int32_t n = vg_road_ahead(vg_world_road(world, i), v.s[i], behind, far, count, found);
    for (int32_t k = 0; k < count; k++) {
        float *row = out + VG_OBSTACLE_VALUES * k;
        row[0] = k < n ? (float)found[k].along : (float)far;
        row[1] = k < n ? (float)(found[k].obstacle->offset - (double)v.offset[i]) : 0;
        row[2] = k < n ? (float)found[k].obstacle->reach : 0;
    }
}

void vg_sense_cut_beams(const vg_world *world, int32_t i, const float *x, const float *y, int32_t count,
                        float range, float *beams) {
    vg_road_ahead_of found[VG_OBSTACLES_MOST];
    vg_world_view v = vg_world_get(world);
    double far = (double)range, sine, cosine;
    int32_t n = vg_road_ahead(vg_world_road(world, i), v.s[i], 2 * far, 2 * far, VG_OBSTACLES_MOST, found);
    vg_sincos(v.yaw[i], &sine, &cosine);
    for (int32_t k = 0; k < n; k++) {
        const vg_road_obstacle *o = found[k].obstacle;
        double dx = o->shape.x - v.x[i], dy = o->shape.y - v.y[i], most = far + o->reach;
        if (dx * dx + dy * dy > most * most) continue;
        vg_obstacle seen = o->shape; // in the car's frame, x forward
        seen.x = dx * cosine + dy * sine, seen.y = dy * cosine - dx * sine;
        seen.heading = o->shape.heading - v.yaw[i];
        for (int32_t b = 0; b < count; b++) {
            double ux = (double)x[b], uy = (double)y[b], from, to, side = fabs(ux * seen.y - uy * seen.x);
            if (side > o->reach || !vg_obstacle_across(&seen, 0, 0, ux, uy, &from, &to) || to < 0) continue;
            beams[b] = fminf(beams[b], (float)fmax(0, from));
        }
    }
}
