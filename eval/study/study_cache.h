// eval/study/study_cache.h -- a study's cells in a store that studies share (eval/study/cell_store.h).
#ifndef VG_EVAL_STUDY_STUDY_CACHE_H
#define VG_EVAL_STUDY_STUDY_CACHE_H

#include "eval/study/study_private.h"

// Everything that decides a cell's files, as a text; the arm's label, and what the arm is scored on, are not
// in it. Empty: the cell cannot be cached, for a program takes part in it, of which nobody knows what it
// does. Its log has been made before. Errors: those of opening the teacher and the rewards, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_study_cell_identity(const vg_study *study, const vg_study_arm *arm, int32_t seed,
                                           vg_text *out, vg_diag *diag);

// Takes a cell's files out of the store: *first is the report of the first of its two trainings, if it has
// two. Errors: VG_ERR_NOT_FOUND (it is not there; a damaged one is warned of), those of writing.
VG_NODISCARD vg_err vg_study_cache_take(const vg_study *study, const vg_study_arm *arm, int32_t seed,
                                        const char *identity, vg_learner_report *first,
                                        vg_learner_report *report, vg_diag *diag);

// Puts a finished cell's files into the store. Where that fails, it is warned of: the cell itself is good.
void vg_study_cache_put(const vg_study *study, const vg_study_arm *arm, int32_t seed, const char *identity,
                        const vg_learner_report *first, const vg_learner_report *report);

#endif
