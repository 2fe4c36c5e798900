// app/view/timeline.h -- the time that is shown: played, paused, scrubbed, jumped to. It knows neither window
// nor cars.
#ifndef VG_APP_VIEW_TIMELINE_H
#define VG_APP_VIEW_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

// Start from vg_timeline_make().
typedef struct vg_timeline {
    double t;        // s shown, in [0, duration]
    double duration; // s
    double speed;    // playback speed: s of the view shown in a second, > 0
    bool playing;
} vg_timeline;

vg_timeline vg_timeline_make(double duration); // starts at 0, playing, at speed 1

// The next faster (direction 1) or slower (-1) of the speeds 1/8, 1/4, ... 16; stays at the first or the
// last.
void vg_timeline_change_speed(vg_timeline *timeline, int32_t direction);

// Call it after `seconds` of real time. Stops at the end.
void vg_timeline_advance(vg_timeline *timeline, double seconds);
// Plays or pauses; from the end it plays from the beginning.
void vg_timeline_toggle(vg_timeline *timeline);
// Jumps to t, clamped to the duration; a NaN is ignored.
void vg_timeline_seek(vg_timeline *timeline, double t);

// The time under a pointer at x, for a bar from left to left + width; clamped to the duration.
double vg_timeline_under(const vg_timeline *timeline, double x, double left, double width);

// Index of the first of times[count], rising, that lies after t (direction 1), or of the last before it (-1);
// -1: none. A time within a hundredth of a second of t counts as t itself.
int32_t vg_timeline_next(const double *times, int32_t count, double t, int32_t direction);

#endif
