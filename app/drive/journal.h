// app/drive/journal.h -- a drive as bytes in memory: what a person and their keys asked for in each tick, and
// what a recorder would be given. For where no thread can write a log while the drive happens, a page in a
// browser: whoever keeps the bytes as they come loses nothing.
//
// From the bytes the log is written (vg_journal_log), and the drive goes on where it was (resume.h). The
// bytes are in the machine's own order. Each entry has a check of its own: one that was cut off, or does not
// fit its check, ends the journal.
#ifndef VG_APP_DRIVE_JOURNAL_H
#define VG_APP_DRIVE_JOURNAL_H

#include "app/drive/input.h"
#include "logs/store/recorder.h"

typedef enum vg_asked { VG_ASKS_NOTHING, VG_ASKS_RESTART, VG_ASKS_ROAD } vg_asked;

// All that a tick depends on besides the state that the session is in.
typedef struct vg_order {
    vg_control control;
    vg_asked asked;
    bool person, labelling; // who is to drive; label mode
} vg_order;

// Start from zero. Whoever keeps the bytes sets safe and synced, in ticks.
typedef struct vg_journal {
    uint8_t *bytes; // [size], owned
    int64_t size, room;
    int64_t ticks, safe, synced;    // recorded; they survive the program; they survive a power cut
    const struct vg_journal *again; // the journal of the drive that is driven again: when its episodes began
                                    // is taken from there. NULL: none
} vg_journal;
void vg_journal_free(vg_journal *journal);

// Append an entry. After an error the journal is as before. Errors: VG_ERR_MEMORY; begin: VG_ERR_ARGUMENT (a
// text, or the delay, is too long).
VG_NODISCARD vg_err vg_journal_order(vg_journal *journal, const vg_order *order, vg_diag *diag);
VG_NODISCARD vg_err vg_journal_begin(vg_journal *journal, const vg_log_episode *episode, vg_diag *diag);
VG_NODISCARD vg_err vg_journal_push(vg_journal *journal, const vg_recorder_tick *tick, vg_diag *diag);
VG_NODISCARD vg_err vg_journal_end(vg_journal *journal, vg_end end, const vg_state *final, vg_diag *diag);

// --- reading ---------------------------------------------------------------------------------------------

typedef enum vg_journal_kind {
    VG_JOURNAL_DONE, // there is no further entry, or none that is whole
    VG_JOURNAL_ORDER,
    VG_JOURNAL_BEGIN,
    VG_JOURNAL_TICK,
    VG_JOURNAL_END
} vg_journal_kind;

enum { VG_JOURNAL_TEXT = 512, VG_JOURNAL_DELAY = 600 }; // bytes of a text; ticks of a delay line

typedef struct vg_journal_entry {
    vg_journal_kind kind;
    vg_order order;
    vg_log_episode episode; // its texts and delay line are below
    char policy[VG_JOURNAL_TEXT], started[VG_JOURNAL_TEXT], tags[VG_JOURNAL_TEXT];
    float line[2 * VG_JOURNAL_DELAY];
    vg_recorder_tick tick;
    vg_end end;
    vg_state final;
} vg_journal_entry;

// The entry at byte *at, and moves *at behind it. Of `out` only the kind and what belongs to it is set.
vg_journal_kind vg_journal_read(const vg_journal *journal, int64_t *at, vg_journal_entry *out);

// Writes the log of a drive on that road with that car (vg_session_car). final: where the car is now, at
// which an episode under way is then stopped; NULL: it is kept as open. *ticks: in the log. Errors: those of
// vg_log_create and of writing a log; VG_ERR_FORMAT (there is no tick).
VG_NODISCARD vg_err vg_journal_log(const vg_journal *journal, const vg_road *road, const vg_car *car,
                                   const vg_state *final, const char *path, vg_overwrite overwrite,
                                   int64_t *ticks, vg_diag *diag);

#endif
