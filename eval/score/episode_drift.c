#include "eval/score/episode_drift.h"

#include <math.h>
#include <stddef.h>

// Finds the k-th largest drift of a trace by keeping only the largest ones: for a quantile of 99 % they are
// few.
enum { LARGEST = 1024 };

static float drift_at(const vg_trace_point *p) {
    float off = fabsf(p->offset - p->reference);
    return off > p->edge ? p->edge : off;
}

// Inserts into the descending list of the `room` largest. room >= 1, which an analyzer cannot derive from
// 0.99. NOLINTBEGIN(clang-analyzer-core.*)
static void keep(float *largest, int32_t *count, int32_t room, float value) {
    if (*count == room && value <= largest[room - 1]) return;
    int32_t i = *count < room ? (*count)++ : room - 1;
    for (; i > 0 && largest[i - 1] < value; i--) largest[i] = largest[i - 1];
    largest[i] = value;
}

vg_episode_drift vg_episode_drift_of(const vg_rollout *r, int32_t episode) {
    const vg_trace_point *points = r->trace ? r->trace + (int64_t)episode * r->samples : NULL;
    int32_t n = 0, count = 0;
    double sum = 0;
    while (points && n < r->samples && !points[n].departed && !points[n].ended) sum += drift_at(&points[n++]);
    if (n == 0) return (vg_episode_drift){NAN, NAN};
    double rank = 0.99 * (n - 1);
    int32_t low = (int32_t)rank, room = n - low; // the value of rank `low` is the room-th largest
    float largest[LARGEST];
    if (room > LARGEST) room = LARGEST; // more than 100,000 samples: a little too high
    for (int32_t i = 0; i < n; i++) keep(largest, &count, room, drift_at(&points[i]));
    double at = largest[room - 1], next = room > 1 ? largest[room - 2] : at;
    return (vg_episode_drift){sum / n, at + (rank - low) * (next - at)};
}
// NOLINTEND(clang-analyzer-core.*)
