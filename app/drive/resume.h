// app/drive/resume.h -- a drive goes on where its journal ends: it is driven again, to the bit.
#ifndef VG_APP_DRIVE_RESUME_H
#define VG_APP_DRIVE_RESUME_H

#include "app/drive/rival.h"

// Gives the orders of a journal to a new session of the same road, car, policy, seed and disturbance, whose
// own journal is empty and then holds what `kept` holds: laps, the ghost and the policy are where they were.
// What stands at the end of `kept` without its order is dropped. rival: a new one, which is where it was,
// too; NULL: none. Errors: VG_ERR_MISMATCH (this is not how it was driven: another version, road, car or
// policy; kept can still be written as a log), those of tick.
VG_NODISCARD vg_err vg_session_resume(vg_session *session, vg_rival *rival, vg_journal *journal,
                                      const vg_journal *kept, vg_diag *diag);

#endif
