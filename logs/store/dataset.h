// logs/store/dataset.h -- (sense, action) pairs from logs: row t is what was sensed before action t. Rows are
// in order of time within their episode, and the dataset knows where each episode begins and ends.
#ifndef VG_LOGS_STORE_DATASET_H
#define VG_LOGS_STORE_DATASET_H

#include "logs/store/log.h"
#include "logs/store/rows.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_dataset vg_dataset; // opaque

// Start from vg_dataset_default().
typedef struct vg_dataset_def {
    const vg_sense *sense; // borrowed for the dataset's life
    // Share that is held out, [0, 1), default 0.2: of the episodes, whole; and of the stretches of those that
    // last longer than 20 s (logs/store/held_out.h).
    double validation;
    uint64_t seed; // decides which are held out
    // At most this many training rows, taken in order; 0 (default): all. The last episode taken is truncated
    // at this number.
    int64_t limit;
    vg_who who;  // rows by this driver only ...
    bool anyone; // ... unless true (default)
    // Which episodes are read: episode `number` of log `log`, both from 0. NULL (default): all.
    bool (*keep)(void *context, int32_t log, int32_t number);
    void *keep_context;
    // Makes the values of a row of its action, while car i of the world is in the row's state: for policies
    // that decide on something else than actions. May be called in place. NULL (default): the action itself.
    void (*relabel)(const vg_world *world, int32_t i, const float *action, float *values);
    // Where rows lie that are too many for memory, in files without a name; borrowed for the dataset's life.
    // NULL (default): all are in memory.
    const char *folder;
    int64_t memory; // bytes of inputs, and of actions, that are in memory at most; default VG_ROOM_MEMORY
} vg_dataset_def;
vg_dataset_def vg_dataset_default(void);

// Read every episode of every log: one row per action (every k ticks), sensed in a simulation of the logged
// states. The action is the expert's label if the row has one, else the command. Episodes without a row are
// left out. Where another driver than `who` drives for a while, or a gap of a recording was bridged, an
// episode of the dataset ends, and the next one begins afterwards. All episodes must agree in tick, k and
// car. Errors: VG_ERR_MISMATCH (names what differs and the two files), VG_ERR_FORMAT (no rows), those of
// vg_log_open and vg_spill_new.
VG_NODISCARD vg_err vg_dataset_read(const vg_dataset_def *def, const char *const *paths, int32_t path_count,
                                    vg_dataset **out, vg_diag *diag);

// An empty dataset, to be filled by vg_dataset_add, for learners that collect. car: the car of the rows.
VG_NODISCARD vg_err vg_dataset_create(const vg_dataset_def *def, const vg_car *car, vg_dataset **out,
                                      vg_diag *diag);
// Add whole episodes. ends: a vg_row_end for each row; the last row counts as VG_ROW_TRUNCATED if it says
// VG_ROW_GOES_ON. NULL: one episode, truncated. What was sensed after an episode's last action is then not
// known.
VG_NODISCARD vg_err vg_dataset_add(vg_dataset *data, const float *inputs, const float *actions,
                                   const uint8_t *ends, int64_t rows, bool validation, vg_diag *diag);
void vg_dataset_destroy(vg_dataset *data);

// Borrowed, valid until the next add.
vg_rows vg_dataset_train(const vg_dataset *data);
vg_rows vg_dataset_validation(const vg_dataset *data);

const vg_car *vg_dataset_car(const vg_dataset *data);
// Tick and k, as the logs have them.
void vg_dataset_clock(const vg_dataset *data, int32_t *tick_num, int32_t *tick_den,
                      int32_t *ticks_per_action);
// Number of episodes read from logs.
int32_t vg_dataset_episodes(const vg_dataset *data);
// Content hash over all rows and the split, but not over the ends of episodes.
uint64_t vg_dataset_hash(const vg_dataset *data);

#ifdef __cplusplus
}
#endif
#endif
