#include "sim/base/room.h"

#include <string.h>

#include "sim/base/memory.h"

// Copies piece by piece, so that neither file is ever in memory as a whole.
static void copy(void *to, const void *from, int64_t size, bool from_file) {
    enum { PIECE = 4 << 20 };
    for (int64_t at = 0; at < size; at += PIECE) {
        int64_t piece = size - at < PIECE ? size - at : PIECE;
        memcpy((char *)to + at, (const char *)from + at, (size_t)piece);
        vg_spill_rest_part((char *)to + at, piece);
        if (from_file) vg_spill_rest_part((const char *)from + at, piece);
    }
}

vg_err vg_room_grow(vg_room *room, const char *folder, int64_t most, int64_t used, int64_t size,
                    vg_diag *diag) {
    if (room->bytes && size <= room->size) return VG_OK;
    if (!folder || size <= most) {
        void *bytes = vg_realloc(room->bytes, used, size, 1);
        if (!bytes) return vg_fail_memory(diag);
        room->bytes = bytes, room->size = size;
        return VG_OK;
    }
    vg_spill larger;
    vg_err err = vg_spill_new(folder, size, &larger, diag);
    if (err) return err;
    copy(larger.bytes, room->bytes, used, vg_room_in_file(room));
    vg_room_free(room);
    *room = (vg_room){larger.bytes, size, larger};
    return VG_OK;
}

void vg_room_free(vg_room *room) {
    if (vg_room_in_file(room))
        vg_spill_free(&room->spill);
    else
        vg_free(room->bytes);
    *room = (vg_room){0};
}
