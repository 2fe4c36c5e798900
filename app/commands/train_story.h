// app/commands/train_story.h -- what a training was asked for, as text: kept in its checkpoints, so that
// another one that would go on from them is told what differs; and what its logs hold more than once.
#ifndef VG_APP_COMMANDS_TRAIN_STORY_H
#define VG_APP_COMMANDS_TRAIN_STORY_H

#include "agents/rewards/reward.h"
#include "agents/training/learner.h"
#include "tracks/track.h"

// Lines of "key: value": the configuration, the flags, hashes of logs, roads, car and expert. Warns of a log
// that is given twice, by whatever name, and of episodes that are in the logs more than once: each counts as
// often as it is given. Errors: those of vg_log_open; VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_train_story(const vg_learner *learner, const vg_learner_def *def,
                                   const vg_warnings *warnings, vg_text *out, vg_diag *diag);

#endif
