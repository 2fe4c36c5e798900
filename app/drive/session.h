// app/drive/session.h -- one person at one car: ticks, laps, the ghost of the best lap, the current driver,
// and the record of all this. It knows no window and no clock: a tick happens when the caller requests it.
#ifndef VG_APP_DRIVE_SESSION_H
#define VG_APP_DRIVE_SESSION_H

#include "agents/drive/disturbance.h"
#include "agents/policy/policy.h"
#include "app/drive/journal.h"

typedef struct vg_session vg_session; // opaque

// Everything but the car is borrowed until destroy.
typedef struct vg_session_def {
    const vg_road *road;
    const vg_car *car;
    const vg_policy *policy;    // drives while the person does not; NULL: none
    const char *policy_name;    // name for the log; NULL: the policy's
    vg_recorder *recorder;      // NULL: nothing is recorded
    vg_journal *journal;        // gets all that the recorder would get, and every tick's order; NULL: none
    uint64_t seed;              // seed of the policy's noise, and of the disturbance
    const char *tags;           // tags of the episodes, ""
    vg_disturbance disturbance; // zero: still process. Gusts are recorded; with noise on actions, the label
                                // of every row is the driver's action without noise
} vg_session_def;

// The recorder's car is that of vg_session_car, which has the disturbance's delay. Errors: VG_ERR_MISMATCH (a
// policy of another car or clock), VG_ERR_ARGUMENT (the disturbance), VG_ERR_MEMORY, the policy's own.
VG_NODISCARD vg_err vg_session_create(const vg_session_def *def, vg_session **out, vg_diag *diag);
void vg_session_destroy(vg_session *session); // NULL is fine

// One tick of 1/60 s, recorded. Errors: VG_ERR_LIMIT (the recorder's queue is full: nothing happened, call
// again later), VG_ERR_POLICY, the error with which the recorder failed.
VG_NODISCARD vg_err vg_session_tick(vg_session *session, const vg_control *control, vg_diag *diag);

// The tick of an order that a journal holds, in place of vg_session_tick. Errors: as tick.
VG_NODISCARD vg_err vg_session_repeat(vg_session *session, const vg_order *order, vg_diag *diag);

// Both act at the next tick and begin an episode. vg_session_restart: the car is at rest at the start line.
// vg_session_to_road: the car is put onto the middle of the road where it is, and moves slowly.
void vg_session_restart(vg_session *session);
void vg_session_to_road(vg_session *session);

// Whether the policy drives from now on, or the person. Without a policy nothing changes.
void vg_session_hand_back(vg_session *session);
void vg_session_take(vg_session *session);
// Label mode: the policy always drives, and the person's steering is recorded beside it as the label.
void vg_session_label(vg_session *session, bool on);

// Ends the current episode, so that the recorder can be closed. Errors: as tick.
VG_NODISCARD vg_err vg_session_finish(vg_session *session, vg_diag *diag);

// A stored pose of a lap.
typedef struct vg_ghost_pose {
    double x, y, yaw;
    float steer, way; // way: m since the line
} vg_ghost_pose;

enum { VG_SECTORS = 3 }; // thirds of the road

typedef struct vg_session_view {
    vg_state before, now; // poses a tick apart, to draw between them
    float command[2];     // command of the last tick
    vg_who who;           // the device or driver that gave the command
    bool labelling;
    bool off_road, colliding; // beyond an edge; touching an obstacle, which does not stop it
    bool jumped;              // the car was moved elsewhere between before and now
    bool finished;            // an open road has ended: the car stays there until a restart
    int32_t lap;              // 1: the first
    int64_t lap_ticks;        // since the start line
    bool timed, clean; // the lap began at the line; the car neither left the road nor hit anything in it
    int64_t last_ticks, best_ticks; // of the last timed lap and the best clean one; 0: none yet
    bool last_clean;
    int64_t delta_ticks; // behind the best lap at this place; less than 0: ahead
    bool has_delta;      // of a timed lap, once there is a best one
    int64_t sectors[VG_SECTORS], best_sectors[VG_SECTORS]; // of this lap, of all clean ones; 0: none yet
    int32_t laps_done;                                     // timed and clean ones
    int32_t episodes;                                      // begun
    int64_t ticks;                                         // in all
    const vg_ghost_pose *ghost; // [ghost_count] the best lap, a pose a tick from the line on; NULL: none
    int64_t ghost_count;
} vg_session_view;
vg_session_view vg_session_get(const vg_session *session);

const vg_car *vg_session_car(const vg_session *session);
double vg_session_tick_seconds(const vg_session *session);

#endif
