// eval/outcome/episodes_csv.h -- episodes.csv: one row for each episode of all arms and training seeds.
#ifndef VG_EVAL_OUTCOME_EPISODES_CSV_H
#define VG_EVAL_OUTCOME_EPISODES_CSV_H

#include "eval/outcome/outcome.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// RFC 4180, but lines end in "\n": arm, kind, seed, road_name, start (the episode's index on its road), then
// VG_EPISODE_COLUMNS. "none" (-1, NaN) in a column of doubles is an empty field. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_episodes_csv(const vg_outcome *outcome, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
