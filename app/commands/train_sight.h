// app/commands/train_sight.h -- is a learner shown enough of the road for the speed of its laps?
#ifndef VG_APP_COMMANDS_TRAIN_SIGHT_H
#define VG_APP_COMMANDS_TRAIN_SIGHT_H

#include "agents/training/learner.h"
#include "tracks/track.h"

// Warns if the laps' car, from the fastest that the laps were driven to their slowest, needs more road to
// brake than the learner's sense (key `sense`) shows it at that speed. Fastest and slowest are the 0.99 and
// 0.05 quantiles of at most 64 episodes. Errors: those of reading the logs, VG_ERR_MEMORY; a sense that
// cannot be read is left to the learner.
VG_NODISCARD vg_err vg_train_sight(const vg_learner *learner, const vg_learner_def *def,
                                   const vg_warnings *warnings, vg_diag *diag);

#endif
