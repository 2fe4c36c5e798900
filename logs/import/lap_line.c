#include "logs/import/lap_line.h"

#include "sim/base/memory.h"

typedef struct bin {
    double offset, speed; // sums
    int64_t seen;
} bin;

struct vg_lap_line {
    const vg_road *road;
    double length;
    int32_t count;
    bin *bins; // [count]
};

vg_err vg_lap_line_create(const vg_road *road, double size, vg_lap_line **out, vg_diag *diag) {
    vg_lap_line *line = *out = vg_new(vg_lap_line, 1);
    if (!line) return vg_fail_memory(diag);
    line->road = road;
    line->length = vg_road_get(road).length;
    line->count = (int32_t)(line->length / size) + 1;
    line->bins = vg_new(bin, line->count);
    if (line->bins) return VG_OK;
    vg_lap_line_destroy(line);
    *out = NULL;
    return vg_fail_memory(diag);
}

void vg_lap_line_destroy(vg_lap_line *line) {
    if (line) vg_free(line->bins);
    vg_free(line);
}

void vg_lap_line_add(vg_lap_line *line, const vg_log_step *steps, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const vg_state *state = &steps[i].state;
        vg_road_place at = vg_road_project(line->road, state->x, state->y, state->s);
        int32_t k = (int32_t)(at.s / line->length * line->count);
        bin *here = &line->bins[k < 0 ? 0 : k >= line->count ? line->count - 1 : k];
        here->offset += at.offset;
        here->speed += state->speed;
        here->seen++;
    }
}

int32_t vg_lap_line_bins(const vg_lap_line *line) { return line->count; }

int32_t vg_lap_line_unseen(const vg_lap_line *line) {
    int32_t unseen = 0;
    for (int32_t i = 0; i < line->count; i++) unseen += line->bins[i].seen == 0;
    return unseen;
}

void vg_lap_line_means(const vg_lap_line *line, float *offset, float *speed) {
    float last = 0, fast = 0;
    // In the second pass, empty bins at the start get the values of the last bins.
    for (int32_t i = 0; i < 2 * line->count; i++) {
        const bin *here = &line->bins[i % line->count];
        if (here->seen) last = (float)(here->offset / (double)here->seen);
        if (here->seen) fast = (float)(here->speed / (double)here->seen);
        offset[i % line->count] = last;
        if (speed) speed[i % line->count] = fast;
    }
}
