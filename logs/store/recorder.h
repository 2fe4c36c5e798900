// logs/store/recorder.h -- record a drive while it happens, on a thread of its own.
//
// The driver pushes ticks into a bounded queue and never waits for a disk. A writer thread commits them, one
// transaction per tick, and a third thread syncs the disk once a second. Guarantees: a tick counted in `safe`
// survives the process, however it is killed; a power cut loses at most the last second. If the queue is
// full, push fails and the driver has to wait: no tick is left out.
#ifndef VG_LOGS_STORE_RECORDER_H
#define VG_LOGS_STORE_RECORDER_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_recorder vg_recorder; // opaque; one thread pushes

// Start from vg_recorder_default(). Only open reads the road and the car.
typedef struct vg_recorder_def {
    const char *path;
    vg_overwrite overwrite;
    const vg_road *road;
    const vg_car *car;
    int32_t capacity;    // entries of the queue: ticks, begins and ends; default 1024, >= 4
    double sync_seconds; // between two full syncs, default 1
    double move_seconds; // between two moves of the write-ahead log into the file, default 60
} vg_recorder_def;
vg_recorder_def vg_recorder_default(void);

// Create the log and start the threads. From now on the log exists under its name and is complete at any
// time. Errors: those of vg_log_create, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recorder_open(const vg_recorder_def *def, vg_recorder **out, vg_diag *diag);

// Can `entries` more entries be pushed now? Call it before simulating a tick; if it returns false, pause the
// simulation.
bool vg_recorder_has_room(vg_recorder *recorder, int32_t entries);

// The next tick belongs to a new episode. The definition is copied; road and car are set by the recorder. The
// episode appears in the log together with its first tick, so there is none without ticks. Never waits.
// Errors: VG_ERR_ARGUMENT (an episode is under way; a text is too long), VG_ERR_MEMORY, VG_ERR_LIMIT (the
// queue is full: nothing was pushed); or the error that the writer failed with.
VG_NODISCARD vg_err vg_recorder_begin(vg_recorder *recorder, const vg_log_episode *episode, vg_diag *diag);

// Push a tick, and the events (bits of vg_event) at its end, where the car was at `s` and `offset`.
typedef struct vg_recorder_tick {
    vg_log_step step;
    uint32_t events;
    double s, offset; // m, m
} vg_recorder_tick;
VG_NODISCARD vg_err vg_recorder_push(vg_recorder *recorder, const vg_recorder_tick *tick, vg_diag *diag);

// The episode has ended in the state `final`. An episode without a tick is dropped.
VG_NODISCARD vg_err vg_recorder_end(vg_recorder *recorder, vg_end end, const vg_state *final, vg_diag *diag);

typedef struct vg_recorder_state {
    int64_t pushed;  // ticks accepted
    int64_t safe;    // ticks committed: they survive the process
    int64_t synced;  // ticks on the disk: they survive a power cut
    int32_t waiting; // entries in the queue
    int32_t capacity;
    int32_t worst; // most entries that ever waited
    vg_err failed; // VG_OK, or why recording stopped; what was safe stays
    vg_diag diag;  // message of `failed`
} vg_recorder_state;
vg_recorder_state vg_recorder_now(vg_recorder *recorder);

// Write the waiting entries, end an episode under way as open, make one file, free the recorder. Errors:
// those of writing, now or earlier. NULL is fine. *state (may be NULL) gets the final state.
VG_NODISCARD vg_err vg_recorder_close(vg_recorder *recorder, vg_recorder_state *state, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
