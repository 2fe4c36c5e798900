#include "app/view/timeline.h"

#include <math.h>

vg_timeline vg_timeline_make(double duration) {
    return (vg_timeline){.duration = duration > 0 ? duration : 0, .speed = 1, .playing = true};
}

void vg_timeline_change_speed(vg_timeline *timeline, int32_t direction) {
    const double slowest = 0.125, fastest = 16;
    double next = slowest; // the next faster speed, or the next slower one
    if (direction > 0)
        while (next <= timeline->speed && next < fastest) next *= 2;
    else
        while (2 * next < timeline->speed && next < fastest) next *= 2;
    timeline->speed = next;
}

void vg_timeline_advance(vg_timeline *timeline, double seconds) {
    if (!timeline->playing) return;
    vg_timeline_seek(timeline, timeline->t + seconds * timeline->speed);
    if (timeline->t >= timeline->duration) timeline->playing = false;
}

void vg_timeline_toggle(vg_timeline *timeline) {
    if (!timeline->playing && timeline->t >= timeline->duration) timeline->t = 0;
    timeline->playing = !timeline->playing;
}

void vg_timeline_seek(vg_timeline *timeline, double t) {
    if (isnan(t)) return;
    timeline->t = t < 0 ? 0 : t > timeline->duration ? timeline->duration : t;
}

double vg_timeline_under(const vg_timeline *timeline, double x, double left, double width) {
    double share = width > 0 ? (x - left) / width : 0;
    return timeline->duration * (share < 0 ? 0 : share > 1 ? 1 : share);
}

int32_t vg_timeline_next(const double *times, int32_t count, double t, int32_t direction) {
    static const double same = 0.01; // s
    if (direction > 0) {
        for (int32_t i = 0; i < count; i++)
            if (times[i] > t + same) return i;
    } else {
        for (int32_t i = count - 1; i >= 0; i--)
            if (times[i] < t - same) return i;
    }
    return -1;
}
