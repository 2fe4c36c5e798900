// logs/store/dataset.h -- (sense, action) pairs out of logs: row t is what was sensed before action t. Rows
// stand in the order of time within their episode, and the dataset knows where each episode begins and ends.
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
    // Share of episodes held out whole, [0, 1), default 0.2, rounded to whole episodes. Where it is not 0, at
    // least one of two or more is held out; at least one stays to train on.
    double validation;
    uint64_t seed; // which episodes are held out
    // At most this many training rows, taken in order; 0 (default): all. The episode that it cuts is
    // truncated there.
    int64_t limit;
    vg_who who;  // rows by this driver only ...
    bool anyone; // ... unless true (default)
} vg_dataset_def;
vg_dataset_def vg_dataset_default(void);

// Read every episode of every log: one row an action (every k ticks), the senses simulated from the logged
// states. The action is the expert's label where the row has one, else the command. Episodes without a row
// are left out. Where another driver has the wheel for a while (`who`), an episode of the dataset ends and
// the next begins. All episodes must agree in tick, k and car. Errors: VG_ERR_MISMATCH (which differs,
// between which two files), VG_ERR_FORMAT (no rows), those of vg_log_open.
VG_NODISCARD vg_err vg_dataset_read(const vg_dataset_def *def, const char *const *paths, int32_t path_count,
                                    vg_dataset **out, vg_diag *diag);

// An empty one, to be filled by vg_dataset_add, for learners that collect. car: what the rows come from.
VG_NODISCARD vg_err vg_dataset_create(const vg_dataset_def *def, const vg_car *car, vg_dataset **out,
                                      vg_diag *diag);
// Add whole episodes. ends: a vg_row_end for each row, the last row's at least VG_ROW_TRUNCATED whatever it
// says; NULL: one episode, truncated. What was sensed after an episode's last action is not known then.
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
// Episodes of logs that were read.
int32_t vg_dataset_episodes(const vg_dataset *data);
// Over all rows and the split; not over where episodes end.
uint64_t vg_dataset_hash(const vg_dataset *data);

#ifdef __cplusplus
}
#endif
#endif
