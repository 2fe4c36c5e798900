// logs/store/log_writer.h -- a drive as it happens, into a log: an episode begins, ticks, ends. Who records
// gives one call after the other: the recorder's thread, or whoever reads a kept drive. Not thread-safe.
#ifndef VG_LOGS_STORE_LOG_WRITER_H
#define VG_LOGS_STORE_LOG_WRITER_H

#include "logs/store/log.h"

// Start with log, road and car, the rest zero.
typedef struct vg_log_writer {
    vg_log *log;       // borrowed
    int64_t road, car; // ids in it
    const vg_log_episode
        *pending;  // an episode that has begun, without a tick so far; borrowed until its first
    bool written;  // an episode is under way in the log
    int64_t ticks; // of it
} vg_log_writer;

// The next tick belongs to this episode; its road and car are the writer's. Nothing is written before that
// tick, so that there are no episodes without one.
void vg_log_writer_begin(vg_log_writer *writer, const vg_log_episode *episode);
// A tick, and the events (bits of vg_event) at its end, where the car was at s and offset, m. Errors: those
// of vg_log_begin, vg_log_append and vg_log_event.
VG_NODISCARD vg_err vg_log_writer_tick(vg_log_writer *writer, const vg_log_step *step, uint32_t events,
                                       double s, double offset, vg_diag *diag);
// The episode has ended; one without a tick is dropped. Errors: those of vg_log_end.
VG_NODISCARD vg_err vg_log_writer_end(vg_log_writer *writer, vg_end end, const vg_state *final,
                                      vg_diag *diag);

#endif
