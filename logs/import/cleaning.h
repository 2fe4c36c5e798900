// logs/import/cleaning.h -- what cleaning is told to do, and what it tells (logs/import/clean.h).
#ifndef VG_LOGS_IMPORT_CLEANING_H
#define VG_LOGS_IMPORT_CLEANING_H

#include "logs/import/recording.h"
#include "logs/import/smoother.h"

#ifdef __cplusplus
extern "C" {
#endif

#define VG_STANDING 0.3 // m/s: below it a car stands, and its fixes wander on the spot

// What to do with a speed channel that disagrees with the path. X(NAME, word, meaning)
#define VG_CLEAN_SPEEDS(X)                                                                                   \
    X(AS_IS, "as-is", "refuse a channel that is more than 3 % off, and say by how much")                     \
    X(FIX, "fix", "divide it by its scale and take out its lag")                                             \
    X(NONE, "none", "leave it out: the path alone gives the speeds")

typedef enum vg_clean_speed {
#define X(name, ...) VG_CLEAN_##name,
    VG_CLEAN_SPEEDS(X)
#undef X
} vg_clean_speed;

// Start from vg_clean_default().
typedef struct vg_clean_def {
    vg_clean_speed speed;        // default VG_CLEAN_AS_IS
    double bridge;               // s: gaps up to this length are bridged, 0 .. 60; default 0: none over 1 s
    const vg_warnings *warnings; // of everything that was changed; default NULL
} vg_clean_def;

// What was found and changed.
typedef struct vg_clean_report {
    int32_t rows;                             // read
    vg_rows_found repeated, reordered, clock; // rows that stood twice; out of order; whose time was mended
    double jitter;                            // s, rms of the clock jitter taken out; 0: none
    vg_rows_found held, lost, far;            // positions repeated; lost fixes; counted little
    vg_rows_found below_zero, spikes;         // speeds a little under 0; left out
    double speed_scale,
        speed_lag;           // of the channel against the path: factor; s, late is positive. NaN: no channel
    const char *speed_unit;  // a unit that explains the scale ("km/h"); NULL: none
    int32_t bridges;         // gaps bridged
    double bridged, longest; // s, all of them; the longest
    bool left_alone;         // noise so small that nothing was smoothed
    vg_smoothed smoothing;
    double sd_usual, sd_most; // m, of the samples between fixes too: median, largest outside of bridged gaps
} vg_clean_report;

#ifdef __cplusplus
}
#endif
#endif
