// sim/world_hot.c -- the loops of a tick. Lanes are cars; nothing here sums over lanes.
#include "sim/world_private.h"

enum { BLOCK = VG_WORLD_BLOCK };

static void move(vg_world *w, int32_t begin, int32_t end) {
    const vg_car_tick_constants *limits = w->limits;
    const float *restrict reaching = w->reaching, *restrict live = w->live;
    double *restrict x = w->x, *restrict y = w->y, *restrict yaw = w->yaw;
    float *restrict speed = w->speed, *restrict steer = w->steer, *restrict accel = w->accel;
#pragma GCC ivdep
    for (int32_t i = begin; i < end; i++) {
        vg_motion m = {x[i], y[i], yaw[i], speed[i], steer[i], accel[i]};
        m = vg_car_tick(&limits[i], m, reaching[2 * i], reaching[2 * i + 1], live[i]);
        x[i] = m.x, y[i] = m.y, yaw[i] = m.yaw;
        speed[i] = m.speed, steer[i] = m.steer, accel[i] = m.accel;
    }
}

// What a block of cars sees of the segments under them, one lane a car.
typedef struct lanes {
    float px[BLOCK], py[BLOCK]; // the car seen from the segment's node
    float c1x[BLOCK], c1y[BLOCK], c2x[BLOCK], c2y[BLOCK], c3x[BLOCK], c3y[BLOCK];
    float left[BLOCK], left_slope[BLOCK], right[BLOCK], right_slope[BLOCK];
    float reach_left[BLOCK], reach_right[BLOCK];
    float t[BLOCK], offset[BLOCK], doubt[BLOCK];
    int32_t segment[BLOCK];
} lanes;

static inline int32_t segment_of(const vg_road *road, double s) {
    int32_t i = (int32_t)(s * road->inverse_spacing);
    return i < road->segment_count ? i : road->segment_count - 1;
}

// Fetch the segment that lies as far ahead of the last foot as the car went in this tick.
static void fetch(const vg_world *w, int32_t begin, int32_t n, lanes *l) {
    for (int32_t k = 0; k < n; k++) {
        int32_t i = begin + k;
        const vg_road *road = w->road[i];
        double s = w->s[i] + (double)(w->live[i] * w->speed[i] * w->limits[i].dt);
        s = s < road->length ? s : road->view.closed ? s - road->length : road->length;
        int32_t segment = segment_of(road, s);
        const vg_road_segment *g = &road->segments[segment];
        l->segment[k] = segment;
        l->t[k] = (float)(s - segment * road->spacing);
        l->px[k] = (float)(w->x[i] - g->x);
        l->py[k] = (float)(w->y[i] - g->y);
        l->c1x[k] = g->c1x, l->c1y[k] = g->c1y, l->c2x[k] = g->c2x, l->c2y[k] = g->c2y;
        l->c3x[k] = g->c3x, l->c3y[k] = g->c3y;
        l->left[k] = g->left, l->left_slope[k] = g->left_slope;
        l->right[k] = g->right, l->right_slope[k] = g->right_slope;
        l->reach_left[k] = g->reach_left, l->reach_right[k] = g->reach_right;
    }
}

// Two Newton steps towards the foot; doubt is not 0 where they may have led astray.
static void newton(lanes *restrict l, int32_t n) {
#pragma GCC ivdep
    for (int32_t k = 0; k < n; k++) {
        float t = l->t[k], step = 0, ex, ey, tx, ty, bend = 1;
        for (int pass = 0; pass < 3; pass++) {
            ex = l->px[k] - t * (l->c1x[k] + t * (l->c2x[k] + t * l->c3x[k]));
            ey = l->py[k] - t * (l->c1y[k] + t * (l->c2y[k] + t * l->c3y[k]));
            tx = l->c1x[k] + t * (2.0f * l->c2x[k] + t * (3.0f * l->c3x[k]));
            ty = l->c1y[k] + t * (2.0f * l->c2y[k] + t * (3.0f * l->c3y[k]));
            if (pass == 2) break;
            bend = tx * tx + ty * ty - ex * (2.0f * l->c2x[k] + 6.0f * t * l->c3x[k]) -
                   ey * (2.0f * l->c2y[k] + 6.0f * t * l->c3y[k]);
            step = (ex * tx + ey * ty) / vg_maxf(bend, 0.05f);
            t += step;
        }
        float offset = (tx * ey - ty * ex) * (1.5f - 0.5f * (tx * tx + ty * ty)); // 1 / |C'| near 1
        l->t[k] = t;
        l->offset[k] = offset;
        float doubt = bend < 0.06f ? 1.0f : 0.0f;
        doubt = step > 0.01f || step < -0.01f ? 1.0f : doubt;
        doubt = offset > l->reach_left[k] || offset < -l->reach_right[k] ? 1.0f : doubt;
        l->doubt[k] = doubt;
    }
}

static void project(vg_world *w, int32_t begin, int32_t end, uint8_t *off, double *travelled) {
    int32_t n = end - begin;
    lanes l;
    fetch(w, begin, n, &l);
    newton(&l, n);
    for (int32_t k = 0; k < n; k++) {
        int32_t i = begin + k;
        const vg_road *road = w->road[i];
        double s = l.segment[k] * road->spacing + (double)l.t[k], offset = l.offset[k];
        float left = l.left[k] + l.t[k] * l.left_slope[k], right = l.right[k] + l.t[k] * l.right_slope[k];
        off[k] = w->off_road[i];
        travelled[k] = 0;
        if (w->live[i] == 0) continue;
        float slack = 0.02f; // a foot this little beside its segment is still exact to a micrometre
        bool astray = l.doubt[k] != 0 || l.t[k] < -slack || l.t[k] > (float)road->spacing + slack;
        bool at_end = !road->view.closed && (s < 0 || s > road->length);
        if (astray || at_end) {
            vg_road_place place = vg_road_project(road, w->x[i], w->y[i], w->s[i]);
            vg_road_point point = vg_road_at(road, place.s);
            s = place.s, offset = place.offset, left = (float)point.left, right = (float)point.right;
        }
        double gained = s - w->s[i];
        if (road->view.closed) {
            if (s < 0) s += road->length;
            if (s >= road->length) s -= road->length;
            if (gained < -0.5 * road->length) gained += road->length;
            if (gained > 0.5 * road->length) gained -= road->length;
        }
        w->s[i] = s;
        w->offset[i] = (float)offset;
        travelled[k] = gained;
        off[k] = w->offset[i] > left || w->offset[i] < -right;
    }
}

const vg_world_kernel VG_HOT_NAME(vg_world_kernel_table) = {move, project};
