#include "logs/store/log_writer.h"

#include <stddef.h>

void vg_log_writer_begin(vg_log_writer *w, const vg_log_episode *episode) { w->pending = episode; }

static vg_err write_head(vg_log_writer *w, vg_diag *diag) {
    vg_log_episode e = *w->pending;
    e.road = w->road, e.car = w->car;
    vg_err err = vg_log_begin(w->log, &e, diag);
    w->pending = NULL;
    w->written = true;
    w->ticks = 0;
    return err;
}

vg_err vg_log_writer_tick(vg_log_writer *w, const vg_log_step *step, uint32_t events, double s, double offset,
                          vg_diag *diag) {
    vg_err err = w->pending ? write_head(w, diag) : VG_OK;
    if (!err) err = vg_log_append(w->log, step, 1, diag);
    w->ticks++;
    for (uint32_t bit = 1; bit <= VG_EVENT_COLLISION && !err; bit <<= 1)
        if (events & bit) err = vg_log_event(w->log, w->ticks, (vg_event)bit, s, offset, diag);
    return err;
}

vg_err vg_log_writer_end(vg_log_writer *w, vg_end end, const vg_state *final, vg_diag *diag) {
    w->pending = NULL;
    if (!w->written) return VG_OK;
    w->written = false;
    return vg_log_end(w->log, end, final, diag);
}
