// logs/store/log.h -- the log store: everything about a drive, in one SQLite file (.vlog).
//
// A log holds everything needed to simulate the drive again: roads and cars by value, episodes, and a row for
// each tick. Readers check the application id, the schema version, and the type and range of every column.
#ifndef VG_LOGS_STORE_LOG_H
#define VG_LOGS_STORE_LOG_H

#include "sim/base/overwrite.h"
#include "sim/world.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_log vg_log; // opaque; used by one thread at a time

enum { VG_LOG_VERSION = 5, VG_LOG_APPLICATION_ID = 0x76657267 }; // "verg"

// Who gave the action. X(name, word). Numbers are stored in files, so a number is never reused.
#define VG_WHOS(X)                                                                                           \
    X(POLICY, "policy")                                                                                      \
    X(EXPERT, "expert")                                                                                      \
    X(HUMAN, "human")

typedef enum vg_who {
#define X(name, word) VG_WHO_##name,
    VG_WHOS(X)
#undef X
} vg_who;

// How an episode ended. OPEN: the recorder was killed before the end was written. X(name, word)
#define VG_ENDS(X)                                                                                           \
    X(OPEN, "open")                                                                                          \
    X(OFF_ROAD, "off-road")                                                                                  \
    X(HORIZON, "horizon")                                                                                    \
    X(FINISH, "finish")                                                                                      \
    X(STOPPED, "stopped")                                                                                    \
    X(COLLISION, "collision")

typedef enum vg_end {
#define X(name, word) VG_END_##name,
    VG_ENDS(X)
#undef X
} vg_end;

// "policy", "off-road". Never NULL.
const char *vg_who_word(vg_who who);
const char *vg_end_word(vg_end end);
// Did it end by itself: off the road, or in a collision?
bool vg_end_terminated(vg_end end);

// One tick: the state *before* it, the command held during it, and the command that reached the actuators, in
// physical units.
typedef struct vg_log_step {
    vg_state state;
    float command[2]; // steering target and acceleration in [-1, 1], as given to vg_world_step
    float applied[2]; // the command after the delay: rad and m/s^2
    float input[2];   // the driver's raw input, before any filter; for policies equal to command
    float label[2];   // the expert's action, if it was asked
    bool has_label;
    vg_who who;
    float gust;   // rad/s, yaw rate added by a gust (vg_world_gust); 0: none
    bool bridged; // of an import: in a gap of the recording, so nobody knows what the driver did; no data to
                  // learn from
} vg_log_step;

// Start from vg_log_episode_default(). begin borrows the texts. Texts from vg_log_episode_at are borrowed
// from the log and valid until it is closed.
typedef struct vg_log_episode {
    int64_t id;                 // given by begin; > 0
    int64_t road, car;          // ids from vg_log_add_road, vg_log_add_car
    int32_t tick_num, tick_den; // default 1/60 s
    int32_t ticks_per_action;   // default 3
    uint64_t seed;
    const char *policy;   // name of the driver: "pursuit", "human", a file's name
    uint64_t policy_hash; // 0: none
    const char *version;  // version of verge that wrote it
    const char *started;  // ISO 8601 UTC, or "" if the time is not known (an import)
    const char *tags;     // comma-separated, default ""
    const char *source;   // the file it was imported from, default ""
    double source_start;  // s, the samples' time at tick 0; NaN (default): that of the first sample
    float previous[2];    // the command before the first tick; default zeros; a cut episode has the real one
    const float *delay_line; // [delay_ticks][2] commands under way at the start, oldest first; NULL: zeros
    int32_t delay_ticks;     // 0 when the car has no delay
    vg_end end;
    int64_t ticks;  // rows in `step`
    vg_state final; // the state after the last tick
    bool has_final; // false while VG_END_OPEN
} vg_log_episode;
vg_log_episode vg_log_episode_default(void);

// A sample of an import: a row of the source file as it was cleaned, or a point between two rows far apart.
// Values that the file does not give are NaN.
typedef struct vg_log_sample {
    double t, x, y;                // s, m, m
    double heading, speed;         // rad, m/s
    double steer, throttle, brake; // rad of the steering wheel; 0..1; 0..1
    double sd; // m, standard deviation of the position as far as noise goes; NaN or 0: not known
} vg_log_sample;

// An event of the drive. tick: ticks since the start, so that the state of row `tick` is the first one after
// the event.
typedef struct vg_log_incident {
    int64_t tick;
    vg_event event;   // one bit
    double s, offset; // m, place of the event
} vg_log_incident;

// A new log at path. It is built beside the path under a temporary name and appears by vg_log_close.
// Reading functions serve opened logs only. Errors: VG_ERR_EXISTS (also, whatever `overwrite` says: the log
// there is being recorded, or a write-ahead log lies beside the path whose own log was renamed), VG_ERR_IO,
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_log_create(const char *path, vg_overwrite overwrite, vg_log **out, vg_diag *diag);

// An existing one, to read. The whole file is checked but for the steps, whose hash is checked as they are
// read. What a killed recorder left in its write-ahead log is read too, and becomes part of the file where
// nobody records or reads it and it may be written; else the file stays as it is. One that is being recorded
// is read as it stood at the opening. Errors: VG_ERR_NOT_FOUND, VG_ERR_FORMAT (no log, of a later schema
// version, damaged, not closed and without its write-ahead log), VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_log_open(const char *path, vg_log **out, vg_diag *diag);

// Finish a new log: all of it on disk, in one file, under its own name. An opened log is just closed. After
// an error (and after vg_log_discard) a new log leaves no file. An episode under way is kept as VG_END_OPEN.
// If an earlier write to disk failed, closing fails too. The log is freed in any case. NULL is fine.
VG_NODISCARD vg_err vg_log_close(vg_log *log, vg_diag *diag);
void vg_log_discard(vg_log *log);

// The path as the caller gave it.
const char *vg_log_path(const vg_log *log);

// Roads and cars are stored by value. Adding the same one (same hash and name) again gives the same id.
VG_NODISCARD vg_err vg_log_add_road(vg_log *log, const vg_road *road, int64_t *id, vg_diag *diag);
VG_NODISCARD vg_err vg_log_add_car(vg_log *log, const vg_car *car, int64_t *id, vg_diag *diag);
// The road made from the stored points: bit-identical, in the same version of verge. The caller destroys it.
VG_NODISCARD vg_err vg_log_road(vg_log *log, int64_t id, vg_road **out, vg_diag *diag);
VG_NODISCARD vg_err vg_log_car(vg_log *log, int64_t id, vg_car *out, vg_diag *diag);

// Write an episode: begin, append rows, events and samples, end. final may be NULL for VG_END_OPEN only.
// Errors: VG_ERR_ARGUMENT (a value that is not finite or out of its range, a text that is not UTF-8; nothing
// is written then), VG_ERR_IO, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_log_begin(vg_log *log, vg_log_episode *episode, vg_diag *diag);
VG_NODISCARD vg_err vg_log_append(vg_log *log, const vg_log_step *steps, int64_t count, vg_diag *diag);
VG_NODISCARD vg_err vg_log_event(vg_log *log, int64_t tick, vg_event event, double s, double offset,
                                 vg_diag *diag);
VG_NODISCARD vg_err vg_log_samples(vg_log *log, const vg_log_sample *samples, int64_t count, vg_diag *diag);
VG_NODISCARD vg_err vg_log_end(vg_log *log, vg_end end, const vg_state *final, vg_diag *diag);

// Read. Episodes are numbered 0 .. count-1 in the order of their ids. Arrays are the caller's (vg_free).
VG_NODISCARD vg_err vg_log_count(vg_log *log, int32_t *count, vg_diag *diag);
VG_NODISCARD vg_err vg_log_episode_at(vg_log *log, int32_t index, vg_log_episode *out, vg_diag *diag);
VG_NODISCARD vg_err vg_log_steps(vg_log *log, int64_t episode, vg_log_step **steps, int64_t *count,
                                 vg_diag *diag);
VG_NODISCARD vg_err vg_log_events(vg_log *log, int64_t episode, vg_log_incident **events, int64_t *count,
                                  vg_diag *diag);
VG_NODISCARD vg_err vg_log_read_samples(vg_log *log, int64_t episode, vg_log_sample **samples, int64_t *count,
                                        vg_diag *diag);

// Content hash of one episode: its road, car, driver, seed, steps and how it ended. Equal hashes are the same
// drive, recorded once. That of the file, where it has one, whose steps are checked as they are read. Errors:
// VG_ERR_ARGUMENT (no such episode), those of vg_log_steps.
VG_NODISCARD vg_err vg_log_episode_hash(vg_log *log, int32_t index, uint64_t *hash, vg_diag *diag);

// Content hash over the episodes in order: their roads, cars, steps and how they ended; not over pages,
// versions, times, tags or sources. Reads and checks every step.
VG_NODISCARD vg_err vg_log_hash(vg_log *log, uint64_t *hash, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
