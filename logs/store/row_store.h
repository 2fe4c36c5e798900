// logs/store/row_store.h -- the rows of one part of a dataset, one after the other, and their episodes. Rows
// that are too many for memory lie in a file without a name, which is mapped: the same numbers at the same
// places, but what nobody reads costs no memory. Who reads such rows in order calls vg_rows_rest behind.
#ifndef VG_LOGS_STORE_ROW_STORE_H
#define VG_LOGS_STORE_ROW_STORE_H

#include "logs/store/rows.h"
#include "sim/base/room.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero, then set the first five.
typedef struct vg_row_store {
    int32_t width;          // of the inputs
    int64_t limit;          // rows at most; 0: any number
    const char *folder;     // for the file; borrowed; NULL: always in memory
    int64_t memory;         // bytes of inputs, and of actions, that lie in memory at most
    vg_rows_episode origin; // log, number, tick, end and final of the next episode that is begun
    vg_room inputs, actions;
    int64_t count, capacity;
    int64_t rested; // rows from here on may be in memory, though they lie in a file
    vg_rows_episode *episodes;
    int64_t episode_count, episode_capacity;
    float *finals;
    int64_t final_count, final_capacity;
    bool open; // more rows may be added to the last episode
} vg_row_store;

void vg_row_store_free(vg_row_store *store);

// Room for `count` rows in all. Errors: those of vg_room_grow.
VG_NODISCARD vg_err vg_row_store_reserve(vg_row_store *store, int64_t count, vg_diag *diag);
// Append rows of the episode that is open, else of a new one. Rows beyond the limit are left out, and the
// episode ends there. Errors: VG_ERR_MEMORY, those of vg_room_grow.
VG_NODISCARD vg_err vg_row_store_append(vg_row_store *store, const float *inputs, const float *actions,
                                        int64_t rows, vg_diag *diag);
// End the episode that is open, if one is. final: what was sensed then, [width]; NULL: not known.
VG_NODISCARD vg_err vg_row_store_end(vg_row_store *store, vg_row_end end, const float *final, vg_diag *diag);

// Borrowed, valid until the next append.
vg_rows vg_row_store_rows(const vg_row_store *store);

// Hash of the number of rows, of all inputs and of all actions.
uint64_t vg_row_store_hash(uint64_t h, const vg_row_store *store);

#ifdef __cplusplus
}
#endif
#endif
