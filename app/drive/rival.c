#include "app/drive/rival.h"

#include "sim/base/memory.h"

enum { PATIENCE = 120 }; // ticks off the road

struct vg_rival {
    vg_session *session;
    int32_t lost; // ticks for which it has been off the road
};

vg_err vg_rival_create(const vg_road *road, const vg_car *car, const vg_policy *policy, uint64_t seed,
                       vg_rival **out, vg_diag *diag) {
    *out = NULL;
    vg_rival *r = vg_new(vg_rival, 1);
    if (!r) return vg_fail_memory(diag);
    vg_session_def def = {
        .road = road, .car = policy->car ? policy->car : car, .policy = policy, .seed = seed};
    vg_err err = vg_session_create(&def, &r->session, diag);
    if (err)
        vg_rival_destroy(r);
    else
        *out = r;
    return err;
}

void vg_rival_destroy(vg_rival *r) {
    if (!r) return;
    vg_session_destroy(r->session);
    vg_free(r);
}

vg_err vg_rival_tick(vg_rival *r, bool restart, vg_diag *diag) {
    if (!r) return VG_OK;
    r->lost = vg_session_get(r->session).off_road ? r->lost + 1 : 0;
    if (restart) vg_session_restart(r->session);
    if (r->lost == PATIENCE) vg_session_to_road(r->session);
    return vg_session_tick(r->session, &(vg_control){0}, diag);
}

vg_session_view vg_rival_get(const vg_rival *r) { return vg_session_get(r->session); }
const vg_car *vg_rival_car(const vg_rival *r) { return vg_session_car(r->session); }
