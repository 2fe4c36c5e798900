// agents/experts/planner.h -- drives by a driving reward, on any road and with any car: the only expert whose
// reward is known.
//
// The first time it is asked about a road and a car, it plans the best line and the best speeds there
// (agents/planner/plan.h), and follows them (agents/experts/followed_line.h). Off its line its label is the
// follower's way back, not the best drive from there.
#ifndef VG_AGENTS_EXPERTS_PLANNER_H
#define VG_AGENTS_EXPERTS_PLANNER_H

#include "agents/experts/followed_line.h"
#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(field, unit, least, most, default, help)
#define VG_PLANNER_TEXTS(X)                                                                                  \
    X(reward, "", 0, 0, "", "the reward that it drives by: driving, or a file of that kind")
#define VG_PLANNER_FIELDS(X)                                                                                 \
    X(grip, "1", 0.05, 1, "0.9", "share of the grip and of the steering's rate that a plan may use")         \
    X(margin, "m", 0, 50, "0.5", "kept from the road's edges, less for model cars")                          \
    X(spacing, "m", 0, 100, "0", "between the stations of a plan; 0: 5 m, less for model cars")

typedef struct vg_planner {
#define X(field, unit, least, most, standard, help) char field[VG_KEY_TEXT_SIZE];
    VG_PLANNER_TEXTS(X)
#undef X
#define X(field, unit, least, most, standard, help) float field;
    VG_PLANNER_FIELDS(X)
#undef X
    vg_following following;
} vg_planner;

extern const vg_schema vg_planner_schema;

// An act or a label fails with VG_ERR_POLICY, and vg_policy_trouble says why, where there is no plan: a road
// too short, a car of another size than the reward was made with, no memory. Errors: VG_ERR_ARGUMENT (no
// reward given); VG_ERR_MISMATCH (a reward of another kind: it says what to do with it); VG_ERR_MEMORY; those
// of vg_reward_open.
VG_NODISCARD vg_err vg_planner_create(const vg_planner *settings, vg_policy **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
