// sim/world_hot.c -- the loops of a tick. Lanes are cars; no sum runs over lanes.
#include <stddef.h>
#include <string.h>

#include "sim/lanes_private.h"
#include "sim/world_private.h"

enum { BLOCK = VG_WORLD_BLOCK };

// n cars of one kind, so that its limits are the same in every lane: vg_car_tick in many short loops.
// (Columns are arguments because only those are believed to be apart; short loops because in a long one a
// car's operations wait for each other, with the next cars' too far ahead to be begun.)
static __attribute__((noinline)) void
move_kind(const vg_car_tick_constants *restrict limits, int32_t n, const float *restrict reaching,
          const float *restrict live, const float *restrict rough, double *restrict x, double *restrict y,
          double *restrict yaw, float *restrict speed, float *restrict steer, float *restrict accel,
          float *restrict lateral, int32_t *restrict limit_ticks) {
    float ds[BLOCK], half_turn[BLOCK], r[BLOCK], rest[BLOCK], rounded[BLOCK], sine[BLOCK], cosine[BLOCK];
    const vg_car_tick_constants c = *limits; // in registers: a choice of loads is no lanes
    for (int32_t i = 0; i < n; i++) {
        float angle = steer[i], a = accel[i];
        vg_car_actuate(&c, &angle, &a, reaching[2 * i], reaching[2 * i + 1], live[i]);
        steer[i] = angle, accel[i] = a;
    }
    for (int32_t i = 0; i < n; i++) r[i] = vg_sincosf_reduce(steer[i], &rest[i], &rounded[i]);
    for (int32_t i = 0; i < n; i++) vg_sincosf_of(r[i], rest[i], rounded[i], &sine[i], &cosine[i]);
    for (int32_t i = 0; i < n; i++) {
        float v = speed[i];
        vg_car_arc arc = vg_car_drive(&c, &v, accel[i], sine[i] / cosine[i], rough[i], live[i]);
        speed[i] = v, ds[i] = arc.ds, half_turn[i] = arc.half_turn, lateral[i] = arc.lateral;
        limit_ticks[i] += (int32_t)arc.limited;
    }
    for (int32_t i = 0; i < n; i++) {
        float along = (float)(yaw[i] + (double)half_turn[i]);
        r[i] = vg_sincosf_reduce(along, &rest[i], &rounded[i]);
    }
    for (int32_t i = 0; i < n; i++) {
        vg_sincosf_of(r[i], rest[i], rounded[i], &sine[i], &cosine[i]);
        float chord = vg_car_chord(ds[i], half_turn[i]);
        sine[i] *= chord, cosine[i] *= chord;
    }
    for (int32_t i = 0; i < n; i++) {
        yaw[i] = vg_car_turned(yaw[i], half_turn[i]);
        x[i] += (double)cosine[i];
        y[i] += (double)sine[i];
    }
}

// The data of the segments under a block of cars, one lane per car: the fields of vg_road_segment.
typedef struct lanes {
    double node_x[BLOCK], node_y[BLOCK];
    float c1x[BLOCK], c1y[BLOCK], c2x[BLOCK], c2y[BLOCK], c3x[BLOCK], c3y[BLOCK], left[BLOCK],
        left_slope[BLOCK];
    float right[BLOCK], right_slope[BLOCK], reach_left[BLOCK], reach_right[BLOCK];
    float px[BLOCK], py[BLOCK]; // the car seen from the segment's node
    float t[BLOCK], step[BLOCK], curvature[BLOCK], offset[BLOCK], doubt[BLOCK], off[BLOCK], rough[BLOCK];
    int32_t segment[BLOCK];
} lanes;

// The segment that is as far ahead of the last foot point as the car moved in this tick, and the distance
// into it.
static __attribute__((noinline)) void
find_segments(float dt, int32_t n, const double *restrict length, const double *restrict round,
              const double *restrict spacing, const double *restrict inverse, const int32_t *restrict last,
              const double *restrict s, const float *restrict speed, const float *restrict live,
              lanes *restrict l) {
    for (int32_t k = 0; k < n; k++) {
        double ahead = s[k] + (double)(live[k] * speed[k] * dt);
        ahead = ahead < length[k] ? ahead : ahead - round[k];
        int32_t segment = (int32_t)(ahead * inverse[k]);
        segment = segment < last[k] ? segment : last[k];
        l->segment[k] = segment;
        l->t[k] = (float)(ahead - segment * spacing[k]);
    }
}

_Static_assert(offsetof(vg_road_segment, right) - offsetof(vg_road_segment, c1x) == 32, "eight floats");
_Static_assert(sizeof(vg_road_segment) - offsetof(vg_road_segment, right) == 16, "four more");

static void fetch_segments(const vg_road_segment *const *segments, int32_t n, lanes *l) {
    for (int32_t k = 0; k < n; k += 8) {
        vg_lane8 row[8], more[4], column[8];
        for (int32_t j = 0; j < 8; j++) {
            int32_t lane = k + j < n ? k + j : n - 1; // lanes beyond the block load some valid data
            const vg_road_segment *g = &segments[lane][l->segment[lane]];
            l->node_x[k + j] = g->x, l->node_y[k + j] = g->y;
            row[j] = vg_load8(&g->c1x);
            memcpy((float *)&more[j % 4] + j / 4 * 4, &g->right, 4 * sizeof(float));
        }
        float *const eight[] = {l->c1x, l->c1y, l->c2x, l->c2y, l->c3x, l->c3y, l->left, l->left_slope};
        float *const four[] = {l->right, l->right_slope, l->reach_left, l->reach_right};
        vg_transpose8(row, column);
        for (int32_t j = 0; j < 8; j++) vg_store8(eight[j] + k, column[j]);
        vg_transpose4x2(more, column);
        for (int32_t j = 0; j < 4; j++) vg_store8(four[j] + k, column[j]);
    }
}

// One Newton step towards the foot point.
static __attribute__((noinline)) void step_to_feet(int32_t n, lanes *restrict l) {
    for (int32_t k = 0; k < n; k++) {
        float t = l->t[k];
        float ex = l->px[k] - t * (l->c1x[k] + t * (l->c2x[k] + t * l->c3x[k]));
        float ey = l->py[k] - t * (l->c1y[k] + t * (l->c2y[k] + t * l->c3y[k]));
        float tx = l->c1x[k] + t * (2.0f * l->c2x[k] + t * (3.0f * l->c3x[k]));
        float ty = l->c1y[k] + t * (2.0f * l->c2y[k] + t * (3.0f * l->c3y[k]));
        float curvature = tx * tx + ty * ty - ex * (2.0f * l->c2x[k] + 6.0f * t * l->c3x[k]) -
                          ey * (2.0f * l->c2y[k] + 6.0f * t * l->c3y[k]);
        float step = (ex * tx + ey * ty) / vg_maxf(curvature, 0.05f);
        l->curvature[k] = curvature;
        l->step[k] = step;
        l->t[k] = t + step;
    }
}

// The offset at the feet; doubt is 1 where the steps may have led astray.
static __attribute__((noinline)) void look_from_feet(int32_t n, const double *restrict spacing,
                                                     const float *restrict shoulder, lanes *restrict l) {
    const float slack = 0.02f; // a foot this little beside its segment is still exact to a micrometre
    for (int32_t k = 0; k < n; k++) {
        float t = l->t[k], step = l->step[k];
        float ex = l->px[k] - t * (l->c1x[k] + t * (l->c2x[k] + t * l->c3x[k]));
        float ey = l->py[k] - t * (l->c1y[k] + t * (l->c2y[k] + t * l->c3y[k]));
        float tx = l->c1x[k] + t * (2.0f * l->c2x[k] + t * (3.0f * l->c3x[k]));
        float ty = l->c1y[k] + t * (2.0f * l->c2y[k] + t * (3.0f * l->c3y[k]));
        float offset = (tx * ey - ty * ex) * (1.5f - 0.5f * (tx * tx + ty * ty)); // 1 / |C'| near 1
        l->offset[k] = offset;
        float doubt = l->curvature[k] < 0.06f ? 1.0f : 0.0f;
        doubt = step > 0.01f ? 1.0f : doubt;
        doubt = step < -0.01f ? 1.0f : doubt;
        doubt = t < -slack ? 1.0f : doubt;
        doubt = t > (float)spacing[k] + slack ? 1.0f : doubt;
        doubt = offset > l->reach_left[k] ? 1.0f : doubt;
        doubt = offset < -l->reach_right[k] ? 1.0f : doubt;
        l->doubt[k] = doubt;
        float left = l->left[k] + t * l->left_slope[k], right = l->right[k] + t * l->right_slope[k];
        float off = offset > left ? 1.0f : 0.0f;
        l->off[k] = offset < -right ? 1.0f : off;
        float rough = offset > left + shoulder[k] ? 1.0f : 0.0f;
        l->rough[k] = offset < -(right + shoulder[k]) ? 1.0f : rough;
    }
}

static void find_feet(int32_t n, const double *restrict spacing, const float *restrict shoulder,
                      const double *restrict x, const double *restrict y, lanes *restrict l) {
    for (int32_t k = 0; k < n; k++) {
        l->px[k] = (float)(x[k] - l->node_x[k]);
        l->py[k] = (float)(y[k] - l->node_y[k]);
    }
    step_to_feet(n, l);
    step_to_feet(n, l);
    look_from_feet(n, spacing, shoulder, l);
}

// Take over what was found for the cars that move, and mark those about which there is more to say.
static __attribute__((noinline)) void
settle(int32_t n, const double *restrict lengths, const double *restrict rounds,
       const double *restrict spacing, const lanes *restrict l, const float *restrict live,
       const float *restrict off_now, const double *restrict milestone, double *restrict s,
       float *restrict offset, double *restrict progress, float *restrict rough, float *restrict notable) {
    for (int32_t k = 0; k < n; k++) {
        double length = lengths[k], round = rounds[k];
        double least = round > 0 ? -length : 0,
               most = round > 0 ? 2 * length : length; // beyond the ends of an open road
        double found = l->segment[k] * spacing[k] + (double)l->t[k];
        float doubt = found < least ? 1.0f : l->doubt[k];
        doubt = found > most ? 1.0f : doubt;
        found = found < 0 ? found + round : found;
        found = found >= length ? found - round : found;
        double gained = found - s[k];
        gained = gained < -0.5 * length ? gained + round : gained;
        gained = gained > 0.5 * length ? gained - round : gained;
        float take = live[k] * (1.0f - doubt);
        double done = progress[k] + (take != 0.0f ? gained : 0.0);
        progress[k] = done;
        s[k] = take != 0.0f ? found : s[k];
        offset[k] = take != 0.0f ? l->offset[k] : offset[k];
        rough[k] = take != 0.0f ? l->rough[k] : rough[k];
        float note = l->off[k] != off_now[k] ? 1.0f : 0.0f;
        note = done >= milestone[k] ? 1.0f : note;
        notable[k] = live[k] * (note + 2.0f * doubt);
    }
}

// The road's own projection, in double and with a search, for a car whose foot point is in doubt.
static void settle_doubt(vg_world *w, int32_t i, float *off) {
    const vg_road *road = w->road[i];
    vg_road_place place = vg_road_project(road, w->x[i], w->y[i], w->s[i]);
    vg_road_point point = vg_road_at(road, place.s);
    w->progress[i] += vg_road_between(road, w->s[i], place.s);
    w->s[i] = place.s;
    w->offset[i] = (float)place.offset;
    *off = w->offset[i] > (float)point.left || w->offset[i] < -(float)point.right ? 1.0f : 0.0f;
    w->rough[i] = vg_world_rough(w, i);
}

static __attribute__((noinline)) void count(int32_t n, const float *restrict live, const float *restrict off,
                                            int32_t *restrict tick, int32_t *restrict off_ticks) {
    for (int32_t k = 0; k < n; k++) {
        tick[k] += (int32_t)live[k];
        off_ticks[k] += (int32_t)(live[k] * off[k]);
    }
}

// The end of the run of cars that share car i's kind, or of the block.
static inline int32_t run_end(const vg_world *w, int32_t i, int32_t end) {
    return w->run_end[i] < end ? w->run_end[i] : end;
}

static void move(vg_world *w, int32_t begin, int32_t end) {
    for (int32_t i = begin, next; i < end; i = next) {
        next = run_end(w, i, end);
        move_kind(&w->limits[i], next - i, w->reaching + 2 * i, w->live + i, w->rough + i, w->x + i, w->y + i,
                  w->yaw + i, w->speed + i, w->steer + i, w->accel + i, w->lateral + i, w->limit_ticks + i);
    }
}

static void project(vg_world *w, int32_t i, int32_t end, float *off, float *notable) {
    lanes l;
    int32_t n = end - i;
    find_segments(w->limits[i].dt, n, w->road_length + i, w->road_round + i, w->road_spacing + i,
                  w->road_inverse + i, w->road_last + i, w->s + i, w->speed + i, w->live + i, &l);
    fetch_segments(w->segments + i, n, &l);
    find_feet(n, w->road_spacing + i, w->shoulder + i, w->x + i, w->y + i, &l);
    settle(n, w->road_length + i, w->road_round + i, w->road_spacing + i, &l, w->live + i, w->off_now + i,
           w->milestone + i, w->s + i, w->offset + i, w->progress + i, w->rough + i, notable);
    memcpy(off, l.off, (size_t)n * sizeof *off);
    bool look = vg_any_above_zero(notable, n);
    for (int32_t k = 0; look && k < n; k++)
        if (notable[k] >= 2.0f) settle_doubt(w, i + k, &off[k]);
    count(n, w->live + i, off, w->tick + i, w->off_ticks + i);
}

const vg_world_kernel VG_HOT_NAME(vg_world_kernel_table) = {move, project};
