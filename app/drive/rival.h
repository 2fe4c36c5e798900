// app/drive/rival.h -- a policy's car to race against: on the same road from the same start, beside the
// person's. The two do not touch. It is not recorded.
#ifndef VG_APP_DRIVE_RIVAL_H
#define VG_APP_DRIVE_RIVAL_H

#include "app/drive/session.h"

typedef struct vg_rival vg_rival; // opaque

// car: the policy's own where it was made for one, else this one. All are borrowed until destroy. Errors:
// those of vg_session_create.
VG_NODISCARD vg_err vg_rival_create(const vg_road *road, const vg_car *car, const vg_policy *policy,
                                    uint64_t seed, vg_rival **out, vg_diag *diag);
void vg_rival_destroy(vg_rival *rival); // NULL is fine

// One tick; restart: the person's car was put to the line before it, and so is the rival's. Off the road for
// two seconds, it is put back onto it. Errors: those of vg_session_tick. NULL is fine.
VG_NODISCARD vg_err vg_rival_tick(vg_rival *rival, bool restart, vg_diag *diag);

vg_session_view vg_rival_get(const vg_rival *rival);
const vg_car *vg_rival_car(const vg_rival *rival);

#endif
