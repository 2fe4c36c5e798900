// agents/training/laps.h -- laps as trajectories: the rows of each episode, where along the road each row
// was, and what its lap is worth. For learners that compare laps.
#ifndef VG_AGENTS_TRAINING_LAPS_H
#define VG_AGENTS_TRAINING_LAPS_H

#include "logs/store/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_lap {
    int32_t log, number;  // which of the logs, and which of its episodes, from 0; -1: not from a log
    uint64_t hash;        // content of the episode (vg_log_episode_hash)
    uint64_t road;        // content of its road (vg_road_hash)
    double round;         // m, length of a closed road: places are equal modulo this; INFINITY: an open road
    bool whole;           // came to its end, on the road all the time
    bool given_up;        // was still under way, on the road, when its driver's time was up
    bool left_road;       // left the road at least once
    double seconds;       // how long the episode took
    double distance;      // m along the road, until it left the road or ended
    int64_t first, count; // its rows; count >= 1
} vg_lap;

// Start from zero.
typedef struct vg_laps {
    vg_dataset *data; // owned; all of its rows are training rows
    vg_lap *laps;     // [count] in the order of their rows
    int32_t count, capacity;
    double *place;  // [rows] m, arc length along the lap's road
    int32_t *ahead; // [rows] rows from this one to the end of its stretch, itself included: a snippet of so
                    // many rows may begin here
    int64_t rows, row_capacity;
} vg_laps;

// Read every episode of every log that has rows. Errors: those of vg_dataset_read. The sense is borrowed.
VG_NODISCARD vg_err vg_laps_read(const vg_sense *sense, const char *const *paths, int32_t path_count,
                                 vg_laps *out, vg_diag *diag);
void vg_laps_free(vg_laps *laps); // a zeroed one is fine

// Add a lap that was driven, to laps whose `data` was made by vg_dataset_create. place: [lap->count]; `first`
// is set here. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_laps_add(vg_laps *laps, const vg_lap *lap, const float *inputs, const float *actions,
                                const double *place, vg_diag *diag);

// Which of two laps is better. A lap that came to its end on the road is better the less time it took, and
// better than one that left the road; of two that left it, the one that came further is better. A lap that
// was still under way when its driver's time was up takes longer than that time, so it is worse than all that
// took no longer. Laps of different roads, and laps that were only cut short, cannot be compared.
typedef enum vg_lap_order { VG_LAP_UNRELATED, VG_LAP_BETTER, VG_LAP_WORSE, VG_LAP_EQUAL } vg_lap_order;
// tie: s, lap times that differ by no more are equal, >= 0. Distances that differ by less than 1 m are equal.
vg_lap_order vg_lap_compare(const vg_lap *a, const vg_lap *b, double tie);

#ifdef __cplusplus
}
#endif
#endif
