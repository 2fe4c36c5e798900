// agents/drive/record.h -- drive without a window, tick by tick, and write what happened to a log.
//
// There is one episode per lap: a run of several laps is cut at the first action after each passing of the
// start line, so that whole laps can be kept, dropped or held out. On an open road a lap is one drive to its
// end; each lap starts again.
#ifndef VG_AGENTS_DRIVE_RECORD_H
#define VG_AGENTS_DRIVE_RECORD_H

#include "agents/drive/disturbance.h"
#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_record_default(). Everything is borrowed until the recording returns.
typedef struct vg_record_def {
    const vg_policy *policy;
    const char *name; // name of the driver, for the log; NULL: the policy's
    const vg_road *road;
    const vg_car *car;  // NULL: the policy's car, else the sedan
    int32_t laps;       // laps per run, >= 1, default 1
    int32_t runs;       // each has its own start, >= 1, default 1
    float start_spread; // m: starts as in vg_rollout, default 0: on the centreline, straight
    double longest;     // s that a lap may take, default 600
    int32_t tick_num, tick_den, ticks_per_action; // 0 (default): the policy's, else 1/60 s and 3
    uint64_t seed;                                // starts and the driver's noise
    bool labels;                                  // store an expert's label beside every action
    vg_disturbance disturbance; // default: none. Gusts are recorded. With actuation noise, the label of a row
                                // without an expert's label is the policy's action before the noise
    const char *started, *tags; // for the log, default ""
    bool (*stop)(void); // called before each action: VG_ERR_INTERRUPTED once it returns true; NULL: never
} vg_record_def;
vg_record_def vg_record_default(void);

// One row per episode written.
typedef struct vg_record_lap {
    int32_t run;
    vg_end end;
    double seconds, mean_speed; // s, m/s
    double drift, drift_most;   // mean and largest |offset|, m
} vg_record_lap;

// Append the episodes to a log under construction and report each one when it ends. A run that leaves the
// road or takes too long ends there, and its episode records this: it is not an error. Errors:
// VG_ERR_ARGUMENT, VG_ERR_MISMATCH (a clock or car that differs from the policy's, a road that the policy
// does not know, labels of a policy that is not an expert), VG_ERR_POLICY, VG_ERR_INTERRUPTED, VG_ERR_MEMORY,
// those of the log. The log's car has the disturbance's delay (vg_disturbance_car). Run r draws its
// disturbance as episode r of a rollout with the same seed does.
typedef void (*vg_record_on_lap)(void *context, const vg_record_lap *lap);
VG_NODISCARD vg_err vg_record_run(const vg_record_def *def, vg_log *log, vg_record_on_lap on_lap,
                                  void *context, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
