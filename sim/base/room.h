// sim/base/room.h -- an array that grows: in memory while it is small, then in a file without a name, whose
// pages cost memory only while somebody looks at them (spill.h).
#ifndef VG_SIM_BASE_ROOM_H
#define VG_SIM_BASE_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/spill.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_ROOM_MEMORY = 32 << 20 }; // bytes: what larger arrays have in memory while they are written or read

// Start from all zeros.
typedef struct vg_room {
    void *bytes;    // aligned to 64; NULL: none yet
    int64_t size;   // bytes
    vg_spill spill; // where it lies in a file
} vg_room;

// Makes room for `size` bytes, never less than there is; the first `used` bytes are kept, the others are
// zero. An array of more than `most` bytes lies in a file in `folder`; NULL: always in memory. On failure the
// room stays as it was. Errors: VG_ERR_MEMORY, those of vg_spill_new.
VG_NODISCARD vg_err vg_room_grow(vg_room *room, const char *folder, int64_t most, int64_t used, int64_t size,
                                 vg_diag *diag);
void vg_room_free(vg_room *room); // all zeros are fine

static inline bool vg_room_in_file(const vg_room *room) { return room->spill.bytes != NULL; }

#ifdef __cplusplus
}
#endif
#endif
