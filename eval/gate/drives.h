// eval/gate/drives.h -- the drives that a gate compares: one policy's episodes on one suite, from a result or
// a baseline.
#ifndef VG_EVAL_GATE_DRIVES_H
#define VG_EVAL_GATE_DRIVES_H

#include "eval/outcome/json.h"
#include "eval/outcome/outcome.h"

#ifdef __cplusplus
extern "C" {
#endif

// The columns of an episode. A collision with an obstacle counts as a departure.
// X(name, key in a row of result.json, unit, what it is). NaN: none.
#define VG_DRIVE_COLUMNS(X)                                                                                  \
    X(start_s, "start_s", "m", "where it started along the road")                                            \
    X(off_time, "off_time", "s", "time of the first departure or collision; none")                           \
    X(stall_time, "stall_time", "s", "time at which it had stalled, before a departure; none")               \
    X(departures, "departures", "1", "departures and collisions, each followed by a reset")                  \
    X(distance, "distance", "m", "progress along the road over the whole horizon")                           \
    X(progress, "distance_on", "m", "progress before the first departure")                                   \
    X(drift, "drift", "m", "mean |offset - reference's| before the first departure")                         \
    X(drift_99, "drift_99", "m", "its 99th percentile")                                                      \
    X(jerk_lateral, "jerk_lateral", "m/s^3", "root mean square before the first departure")                  \
    X(jerk_longitudinal, "jerk_longitudinal", "m/s^3", "root mean square before the first departure")

#define VG_DRIVE_ONE(name, key, unit, text) +1
enum {
    VG_DRIVE_COLUMN_COUNT = 0 VG_DRIVE_COLUMNS(VG_DRIVE_ONE),
    VG_DRIVE_TEXT = 256,
    VG_DRIVE_SOURCE = 1500
};

// The values are floats, so that a baseline file is small and reads back to the same values as a result.
typedef struct vg_drive {
#define X(name, key, unit, text) float name;
    VG_DRIVE_COLUMNS(X)
#undef X
    bool hit; // what off_time tells is a collision. A baseline does not know it
} vg_drive;

// Owns its memory; free it by vg_drives_free.
typedef struct vg_drives {
    char path[1200]; // of the file
    char label[VG_DRIVE_TEXT], source[VG_DRIVE_SOURCE];
    char policy_hash[17];     // "": an expert
    double tick, action_time; // s
    int64_t seed;             // the suite's seed, of the first pass
    int32_t passes;      // how often the suite was driven, with seeds that count up: more than 1 only in a
                         // sequential gate
    json_t *suite, *car; // as in result.json
    char (*roads)[VG_DRIVE_TEXT]; // [road_count]
    char (*road_hashes)[17];      // [road_count]
    int32_t road_count, starts;   // starts: episodes a road and pass
    vg_drive *rows;               // [passes][road_count][starts]
    json_t *history;              // a baseline's history, else NULL
} vg_drives;

enum { VG_BASELINE_VERSION = 2 };

// Reads one policy's drives. path: a folder that `verge eval` wrote, its result.json, or a baseline. label:
// which arm of a result; NULL: its only one. Errors: VG_ERR_NOT_FOUND (no such file, no such arm),
// VG_ERR_FORMAT (not a result; a missing or an extra episode, with its name), VG_ERR_ARGUMENT (several arms
// and no label), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drives_read(const char *path, const char *label, vg_drives *out, vg_diag *diag);
// What a new baseline takes over from the one it replaces: history and suite, and of a baseline of this
// version all the rest. One of an earlier version has no drives that could be gated, but its history goes on.
// Errors: as above; VG_ERR_FORMAT if it is no baseline.
VG_NODISCARD vg_err vg_drives_read_before(const char *path, vg_drives *out, vg_diag *diag);
void vg_drives_free(vg_drives *drives); // zeroed is fine

// Whether a drive left the road, and whether it stalled and did not leave the road.
bool vg_drive_left(const vg_drive *drive);
bool vg_drive_stalled(const vg_drive *drive);

// Whether a drive is known to have hit an obstacle.
bool vg_drives_hit(const vg_drives *drives);

static inline int32_t vg_drives_count(const vg_drives *d) { return d->passes * d->road_count * d->starts; }
// The name of episode `row`: "seed 1003:5", and in a later pass "seed 1003:5 (suite seed 2)". Returns buffer
// [VG_DRIVE_TEXT + 48].
char *vg_drives_name(const vg_drives *drives, int32_t row, char *buffer);

// Checks that both can be compared episode by episode. Errors: VG_ERR_MISMATCH naming what differs: the car,
// the tick, the seed, a scoring option, a road, an episode.
VG_NODISCARD vg_err vg_drives_check_pair(const vg_drives *baseline, const vg_drives *result, vg_diag *diag);
// Whether all rows are the same.
bool vg_drives_equal(const vg_drives *a, const vg_drives *b);
// A hash over the rows: equal hashes mean equal drives.
uint64_t vg_drives_hash(const vg_drives *drives);

// Adds the rows of another pass of the same suite under another seed. Errors: VG_ERR_MISMATCH, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_drives_append(vg_drives *drives, const vg_drives *pass, vg_diag *diag);

// Writes a baseline as text; its history ends with an entry for these drives. before: the baseline it
// replaces, or NULL. Errors: VG_ERR_ARGUMENT (no reason), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_baseline_json(const vg_drives *drives, const vg_drives *before, const char *reason,
                                     const char *date, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
