// sim/base/spill.h -- large arrays that lie in a file rather than in memory: mapped, without a name, gone
// with the process. What nobody looks at costs no memory; the system reads it again when somebody does.
#ifndef VG_SIM_BASE_SPILL_H
#define VG_SIM_BASE_SPILL_H

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_spill {
    void *bytes; // zeroed at first, aligned to a page; NULL: none
    int64_t size;
} vg_spill;

// Makes one in a folder, with all of its space on the disk, so that a full disk is an error here and nowhere
// later. Errors: VG_ERR_ARGUMENT (size < 1), VG_ERR_IO (the folder, the disk), VG_ERR_MEMORY (no addresses
// are left).
VG_NODISCARD vg_err vg_spill_new(const char *folder, int64_t size, vg_spill *out, vg_diag *diag);

// The memory behind it is given back; the content stays in the file.
void vg_spill_rest(const vg_spill *spill);

// The same for a part of one: the whole pages of [bytes, bytes + size).
void vg_spill_rest_part(const void *bytes, int64_t size);

// All of [bytes, bytes + size) is read soon: the system may begin.
void vg_spill_fetch(const void *bytes, int64_t size);

void vg_spill_free(vg_spill *spill); // all zeros are fine

#ifdef __cplusplus
}
#endif
#endif
