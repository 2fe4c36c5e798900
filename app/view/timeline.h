// app/view/timeline.h -- the time that is shown: played, paused, scrubbed, jumped. Knows neither window nor
// cars.
#ifndef VG_APP_VIEW_TIMELINE_H
#define VG_APP_VIEW_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

// Start from vg_timeline_make().
typedef struct vg_timeline {
    double t;        // s shown, in [0, duration]
    double duration; // s
    double speed;    // s shown a second, > 0
    bool playing;
} vg_timeline;

vg_timeline vg_timeline_make(double duration); // at 0, playing, at the plain speed

// The next faster (direction 1) or slower (-1) of the speeds 1/8, 1/4, ... 16; it stays at the last.
void vg_timeline_change_speed(vg_timeline *timeline, int32_t direction);

// `seconds` have passed on the clock. At the end it stops.
void vg_timeline_advance(vg_timeline *timeline, double seconds);
// Play or pause; play at the end begins anew.
void vg_timeline_toggle(vg_timeline *timeline);
// To t, within the duration; a NaN is passed over.
void vg_timeline_seek(vg_timeline *timeline, double t);

// The time under a pointer at x, of a bar from left to left + width; within the duration.
double vg_timeline_under(const vg_timeline *timeline, double x, double left, double width);

// Index of the first of times[count], rising, that lies after t (direction 1), or the last before it (-1);
// -1: none. What is within a hundredth of a second of t is t itself.
int32_t vg_timeline_next(const double *times, int32_t count, double t, int32_t direction);

#endif
