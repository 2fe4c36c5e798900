// app/view/loop.h -- the window of `verge view`: keys and the mouse.
#ifndef VG_APP_VIEW_LOOP_H
#define VG_APP_VIEW_LOOP_H

#include "app/view/film.h"
#include "app/view/rank.h"

// Shows the view until the window is closed; once: until it has played to its end. The film gives the view's
// options, its first time, the size of the window in units, and the provenance of snapshots. rank: the view
// is its view; keys judge its pairs, until all are judged or the window is closed; NULL: nothing is judged.
// Errors: VG_ERR_ARGUMENT (no display), VG_ERR_INTERRUPTED, VG_ERR_MEMORY; those of vg_rank_judge.
VG_NODISCARD vg_err vg_view_loop(const vg_film *film, bool once, vg_rank *rank, vg_diag *diag);

#endif
