// agents/drive/rollout_private.h -- what the files of a rollout share: rollout.c plans, rollout_start.c
// draws the starts, rollout_run.c runs the blocks, rollout_drive.c drives one, rollout_measure.c measures its
// cars.
#ifndef VG_AGENTS_DRIVE_ROLLOUT_PRIVATE_H
#define VG_AGENTS_DRIVE_ROLLOUT_PRIVATE_H

#include "agents/drive/pace.h"
#include "agents/drive/rollout.h"
#include "agents/drive/stepper.h"

// Episodes a block: one world, one driver, one thread for the whole horizon.
enum { VG_ROLLOUT_BLOCK = 64 };

// Lateral accelerations are counted in bins of 0.1 m/s^2; the last one takes all above.
enum { VG_LATERAL_BINS = 1024 };

// A def with its defaults resolved. Shared by all blocks.
typedef struct vg_rollout_plan {
    const vg_rollout_def *def;
    const vg_rollout_watch *watch;                  // NULL: none
    const vg_policy *labeller;                      // NULL: no labels
    vg_car car;                                     // without the disturbance's delay
    int32_t tick_num, tick_den, k, actions, stride; // stride: actions a sample
    double tick, action;                            // s
    const vg_pace **pace;                           // [road_count] of the reference, or of careful
    vg_pace *careful;                               // [road_count] where the reference has none
    vg_rollout *out;
    vg_diag *diags; // [blocks]
    int64_t *asked; // [blocks] actions that the policy gave
} vg_rollout_plan;

// Sums of one episode, before its first departure unless said otherwise.
typedef struct vg_tally {
    double drift, speed;                    // at each action
    double jerk_lateral, jerk_longitudinal; // of their squares
    double error;                           // of squared action errors
    double excess;                          // s, cost (b)
    double progress;                        // m, at the last action
    double slow;                            // s that it has got on too slowly, together
    double reached, stuck;                  // m of progress, and s since then without STUCK_WAY more
    float lateral, velocity, push;          // at the last action: m/s^2, m/s, m/s^2
    float turn;                             // rad, the farthest steering since the last reversal
    int32_t heading_for;                    // +1: the steering goes left, -1: right, 0: not yet known
    int32_t actions, labels, reversals;     // whole actions before the departure or the end
    int32_t lap_start;                      // tick at which the lap under way began
    int32_t limit_ticks;                    // at the limit of the tyres, in those actions
    int32_t restarts;                       // over the whole horizon
} vg_tally;

// One block's own data: lanes of episodes. The second drive has only those that departed.
typedef struct vg_rollout_cell {
    const vg_rollout_plan *plan;
    int32_t count;
    bool again; // the second drive, for cost (b): no car is put back
    vg_stepper stepper;
    vg_world_view view; // of the stepper's world
    vg_driver labeller;
    int32_t *episode;                      // [count] row in the table
    int32_t *road_of;                      // [count]
    float *label;                          // [count][2]
    vg_tally *tally;                       // [count]
    uint32_t (*laterals)[VG_LATERAL_BINS]; // [count] how many actions had which
    double *ended;                         // [count] s, when an open road ended in this drive; 0: not yet
} vg_rollout_cell;

// Check a def and resolve its defaults; out, diags and asked stay NULL. Errors: VG_ERR_ARGUMENT,
// VG_ERR_MISMATCH.
VG_NODISCARD vg_err vg_rollout_plan_make(const vg_rollout_def *def, vg_rollout_plan *plan, vg_diag *diag);

// The pace on each road: the reference's, else a careful driver's. To be closed on failure, too. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rollout_open_paces(vg_rollout_plan *plan, vg_diag *diag);
void vg_rollout_close_paces(vg_rollout_plan *plan);

// Drive episodes [begin, end) and fill their rows and traces. A vg_block_fn; context is the plan.
vg_err vg_rollout_drive_block(void *plan, int64_t block, int64_t begin, int64_t end);

vg_car vg_rollout_car(const vg_rollout_def *def); // the def's car, else the policy's, else the sedan
// The draws of episode e of the def, after so many restarts.
vg_episode_key vg_rollout_key(const vg_rollout_def *def, int64_t episode, uint32_t restarts);

// Where episode e starts.
vg_start vg_rollout_draw_start(const vg_rollout_def *def, const vg_car *car, int64_t episode);

static inline vg_episode *vg_cell_row(const vg_rollout_cell *c, int32_t i) {
    return &c->plan->out->episodes[c->episode[i]];
}
// True until a departure or an open road's end: what counts before the first departure is still measured.
static inline bool vg_cell_on(const vg_rollout_cell *c, int32_t i) {
    return !vg_episode_failed(vg_cell_row(c, i)) && c->ended[i] == 0;
}

// Lane i has just begun its episode.
void vg_measure_begin(vg_rollout_cell *c, int32_t i);
// Action t has passed of a car that was on the road before it.
void vg_measure_action(vg_rollout_cell *c, int32_t i, int32_t t);
// Cost (b) of the action that has passed.
void vg_measure_excess(vg_rollout_cell *c, int32_t i);
// Add the error of the action about to be driven against the label, both clamped.
void vg_measure_error(vg_rollout_cell *c, int32_t i);
// Fill the trace at `sample`: everything but `excess` in the first drive, only `excess` in the second.
void vg_measure_trace(vg_rollout_cell *c, int32_t sample);
// Fill the columns that come from sums.
void vg_measure_end(vg_rollout_cell *c, int32_t i);

#endif
