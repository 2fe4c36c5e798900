// agents/irl/lattice_hot.c -- the loops over a station's states. Lanes are speeds; no sum runs over lanes.
#include <string.h>

#include "agents/irl/lattice_private.h"
#include "sim/base/exact.h"

enum { OFFSETS = VG_LATTICE_OFFSETS, SLOPES = VG_LATTICE_SLOPES, LANES = VG_LATTICE_SPEEDS };

// Where a turn leads from a row: the next row, or -1.
static inline int32_t row_after(int32_t offset, int32_t slope, int32_t turn) {
    int32_t next_slope = slope + turn, next_offset = offset + next_slope - 3;
    if (next_slope < 0 || next_slope >= SLOPES || next_offset < 0 || next_offset >= OFFSETS) return -1;
    return next_offset * SLOPES + next_slope;
}

// Q of the three pushes of one way, by lanes.
static inline void way_q(const vg_lattice_step *step, int32_t row, int32_t turn, int32_t next,
                         double q[3][LANES]) {
    const double *way = step->station->way[row * 3 + turn];
    double length = way[0], bend = way[1], change = way[2], place = step->place[row / SLOPES];
    for (int32_t push = 0; push < 3; push++) {
        const double *after = step->next[next] + push;
        const double *a = step->a[push], *b = step->b[push], *c = step->c[push], *d = step->d[push];
        for (int32_t v = 0; v < LANES; v++)
            q[push][v] = after[v] - ((length * a[v] + bend * b[v]) + (change * c[v] + (d[v] + place)));
    }
}

// Q of all actions of a row, and the largest of each lane.
static inline void row_q(const vg_lattice_step *step, int32_t row, double q[9][LANES], double most[LANES]) {
    for (int32_t turn = 0; turn < 3; turn++) {
        int32_t next = row_after(row / SLOPES, row % SLOPES, turn - 1);
        if (next >= 0) {
            way_q(step, row, turn, next, q + 3 * turn);
            continue;
        }
        for (int32_t push = 0; push < 3; push++)
            for (int32_t v = 0; v < LANES; v++) q[3 * turn + push][v] = VG_LATTICE_CANNOT;
    }
    for (int32_t v = 0; v < LANES; v++) most[v] = q[0][v];
    for (int32_t a = 1; a < 9; a++)
        for (int32_t v = 0; v < LANES; v++) most[v] = q[a][v] > most[v] ? q[a][v] : most[v];
}

static void soft(const vg_lattice_step *step, int32_t begin, int32_t end, double *values) {
    double q[9][LANES], most[LANES], sum[LANES];
    for (int32_t row = begin * SLOPES; row < end * SLOPES; row++) {
        double *value = values + row * LANES;
        row_q(step, row, q, most);
        memset(sum, 0, sizeof sum);
        for (int32_t a = 0; a < 9; a++)
            for (int32_t v = 0; v < LANES; v++) sum[v] += vg_exp(q[a][v] - most[v]);
        for (int32_t v = 0; v < LANES; v++) value[v] = most[v] + vg_ln(sum[v]);
    }
}

static void hard(const vg_lattice_step *step, int32_t begin, int32_t end, double *values, uint8_t *best) {
    double q[9][LANES], most[LANES];
    for (int32_t row = begin * SLOPES; row < end * SLOPES; row++) {
        row_q(step, row, q, most);
        memcpy(values + row * LANES, most, sizeof most);
        for (int32_t v = 0; v < LANES; v++) {
            int32_t a = 0;
            while (q[a][v] < most[v]) a++;
            best[row * LANES + v] = (uint8_t)a;
        }
    }
}

// The drives that come to a row by one turn: their number into arrived (padded), their features into sums.
static inline void arrive(const vg_lattice_step *step, int32_t row, int32_t turn, int32_t next,
                          const double *values, const double *visits, double arrived[LANES + 2],
                          vg_lattice_sums *sums) {
    double q[3][LANES];
    const double *way = step->station->way[row * 3 + turn];
    double length = way[0], bend = way[1], change = way[2];
    double(*lanes)[LANES] = sums->lanes;
    way_q(step, row, turn, next, q);
    for (int32_t push = 0; push < 3; push++) {
        double drives[LANES];
        const double *time = step->station->push[0][push], *lateral = step->station->push[1][push];
        const double *jerk = step->station->push[2][push], *curving = step->station->push[3][push];
        const double *along = step->station->push[4][push], *along_jerk = step->station->push[5][push];
        for (int32_t v = 0; v < LANES; v++) drives[v] = visits[v] * vg_exp(q[push][v] - values[v]);
        for (int32_t v = 0; v < LANES; v++) arrived[v + push] += drives[v];
        for (int32_t v = 0; v < LANES; v++) {
            double changing = change * drives[v];
            lanes[VG_DRIVING_time][v] += length * drives[v] * time[v];
            lanes[VG_DRIVING_lateral_acceleration][v] += bend * drives[v] * lateral[v];
            lanes[VG_DRIVING_longitudinal_acceleration][v] += drives[v] * along[v];
            lanes[VG_DRIVING_lateral_jerk][v] += changing * jerk[v];
            lanes[VG_DRIVING_longitudinal_jerk][v] += drives[v] * along_jerk[v];
            lanes[VG_DRIVING_curvature_change][v] += changing * curving[v];
        }
    }
}

static void forward(const vg_lattice_step *step, int32_t begin, int32_t end, const double *values,
                    const double *visits, double *next_visits, vg_lattice_sums *sums) {
    for (int32_t next = begin * SLOPES; next < end * SLOPES; next++) {
        double arrived[LANES + 2] = {0};
        int32_t slope = next % SLOPES, offset = next / SLOPES - (slope - 3);
        for (int32_t turn = 0; turn < 3 && offset >= 0 && offset < OFFSETS; turn++) {
            int32_t before = slope - (turn - 1), row = offset * SLOPES + before;
            if (before < 0 || before >= SLOPES) continue;
            const double *here = visits + row * LANES;
            double any = 0;
            for (int32_t v = 0; v < LANES; v++) any = here[v] > any ? here[v] : any;
            if (any > 0) arrive(step, row, turn, next, values + row * LANES, here, arrived, sums);
        }
        memcpy(next_visits + next * LANES, arrived + 1, LANES * sizeof *arrived);
    }
    for (int32_t row = begin * SLOPES; row < end * SLOPES; row++) { // what is paid for the place, here
        const double *place = step->station->place[row / SLOPES], *here = visits + row * LANES;
        for (int32_t v = 0; v < LANES; v++) {
            sums->lanes[VG_DRIVING_offset][v] += place[0] * here[v];
            sums->lanes[VG_DRIVING_edge][v] += place[1] * here[v];
        }
    }
}

const vg_lattice_kernel VG_HOT_NAME(vg_lattice_kernel_table) = {soft, hard, forward};
