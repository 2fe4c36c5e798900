// sim/sense_obstacles.c -- what a driver senses of obstacles: the nearest ahead, and those in a lidar's
// beams.
#include <math.h>

#include "sim/sense_private.h"

// The nearest ahead, or beside: as long as the car's tail has not passed their end.
static void nearest(const vg_sense_part *part, const vg_world *w, int32_t i, float *out) {
    const vg_car *car = vg_world_car(w, i);
    double behind = (double)car->rear_overhang, far = VG_OBSTACLE_SIGHT * (double)vg_car_scale(car);
    vg_road_ahead_of found[VG_SENSE_OBSTACLES];
    int32_t n = vg_road_ahead(w->road[i], w->s[i], behind, far, part->count, found);
    for (int32_t k = 0; k < part->count; k++) {
        float *row = out + VG_OBSTACLE_VALUES * k;
        row[0] = k < n ? (float)found[k].along : (float)far;
        row[1] = k < n ? (float)(found[k].obstacle->offset - (double)w->offset[i]) : 0;
        row[2] = k < n ? (float)found[k].obstacle->reach : 0;
    }
}

// In the car's frame, x forward.
static vg_obstacle seen_from(const vg_obstacle *o, double dx, double dy, double yaw, double sine,
                             double cosine) {
    vg_obstacle seen = *o;
    seen.x = dx * cosine + dy * sine, seen.y = dy * cosine - dx * sine;
    seen.heading = o->heading - yaw;
    return seen;
}

// Beams end at an obstacle that is nearer than what ended them; on the car's own branch, as for the edges.
static void cut_beams(const vg_sense *sense, const vg_sense_part *part, const vg_world *w, int32_t i,
                      float *out) {
    vg_road_ahead_of found[VG_OBSTACLES_MOST];
    double range = (double)part->range, reach = 2 * range, sine, cosine;
    int32_t n = vg_road_ahead(w->road[i], w->s[i], reach, reach, VG_OBSTACLES_MOST, found);
    vg_sincos(w->yaw[i], &sine, &cosine);
    for (int32_t k = 0; k < n; k++) {
        const vg_road_obstacle *o = found[k].obstacle;
        double dx = o->shape.x - w->x[i], dy = o->shape.y - w->y[i], most = range + o->reach;
        if (dx * dx + dy * dy > most * most) continue;
        vg_obstacle seen = seen_from(&o->shape, dx, dy, w->yaw[i], sine, cosine);
        for (int32_t b = 0; b < part->count; b++) {
            double ux = (double)sense->beam_x[b], uy = (double)sense->beam_y[b], from, to;
            double side = fabs(ux * seen.y - uy * seen.x);
            if (side > o->reach || !vg_obstacle_across(&seen, 0, 0, ux, uy, &from, &to) || to < 0) continue;
            out[b] = fminf(out[b], (float)fmax(0, from));
        }
    }
}

void vg_sense_obstacles(const vg_sense *sense, const vg_world *w, int32_t begin, int32_t end, float *out) {
    for (int32_t p = 0; p < sense->part_count; p++) {
        const vg_sense_part *part = &sense->parts[p];
        for (int32_t i = begin; i < end; i++) {
            float *column = out + (int64_t)(i - begin) * sense->size + part->column;
            if (part->feature == VG_FEATURE_obstacles) nearest(part, w, i, column);
            if (part->feature == VG_FEATURE_lidar && w->road[i]->obstacle_count > 0)
                cut_beams(sense, part, w, i, column);
        }
    }
}
