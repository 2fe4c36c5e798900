// agents/learners/trex.h -- T-REX: a reward from laps that are ranked, by their time or by a person.
#ifndef VG_AGENTS_LEARNERS_TREX_H
#define VG_AGENTS_LEARNERS_TREX_H

#include "agents/training/preference_reward.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, type, unit, least, most, default, choices, help)
#define VG_TREX_KEYS(X)                                                                                      \
    X(preferences, TEXT, "", 0, 255, "", NULL,                                                               \
      "file in which a person said which of two laps is better; empty: laps are ranked by their time")       \
    X(tie, DOUBLE, "s", 0, 1e6, "0", NULL, "lap times that differ by no more count as equal")

typedef struct vg_trex_config {
    vg_preference_config base;
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_TREX_KEYS(X)
#undef X
} vg_trex_config;

extern const vg_schema vg_trex_schema;
extern const vg_learner vg_learner_trex;

// All pairs of laps that can be compared by time (vg_lap_compare). Errors: VG_ERR_FORMAT saying why there is
// none (a single lap, no lap came to its end, each lap on a road of its own, all laps equal), VG_ERR_MEMORY,
// VG_ERR_ARGUMENT (too many).
VG_NODISCARD vg_err vg_trex_rank_by_time(const vg_laps *laps, double tie, vg_lap_pairs *out, vg_diag *diag);

// The pairs of laps in a file of preferences. Errors: those of vg_preferences_read; VG_ERR_MISMATCH with the
// line (a lap that no log holds), VG_ERR_FORMAT (no preference, or each says that both are equal),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_trex_rank_by_person(const vg_laps *laps, const char *path, vg_lap_pairs *out,
                                           vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
