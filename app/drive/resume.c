#include "app/drive/resume.h"

#include <string.h>

vg_err vg_session_resume(vg_session *session, vg_rival *rival, vg_journal *journal, const vg_journal *kept,
                         vg_diag *diag) {
    vg_journal_entry entry = {0};
    vg_err err = VG_OK;
    int64_t at = 0;
    journal->again = kept;
    while (!err && vg_journal_read(kept, &at, &entry) != VG_JOURNAL_DONE) {
        if (entry.kind != VG_JOURNAL_ORDER) continue;
        int64_t from = journal->size;
        err = vg_session_repeat(session, &entry.order, diag);
        if (!err) err = vg_rival_tick(rival, entry.order.asked == VG_ASKS_RESTART, diag);
        int64_t to = journal->size < kept->size ? journal->size : kept->size;
        if (!err && to > from && memcmp(journal->bytes + from, kept->bytes + from, (size_t)(to - from)))
            err = vg_fail(diag, VG_ERR_MISMATCH, "driven again, tick %lld is not the one that was kept",
                          (long long)journal->ticks);
    }
    journal->again = NULL;
    return err;
}
