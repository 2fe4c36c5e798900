// app/commands/train.h -- runs `verge train LEARNER` for every learner; app/commands/cmd_train.c makes a
// command of each row of the registry.
#ifndef VG_APP_COMMANDS_TRAIN_H
#define VG_APP_COMMANDS_TRAIN_H

#include "app/cli/args.h"

// The options of a command. Options that a learner does not take stay 0.
typedef struct vg_train_options {
    vg_list logs, roads, valid;
    const char *out, *policy, *reward_out, *expert, *reward, *car, *record, *events;
    bool resume;
    double config[]; // the learner's own configuration
} vg_train_options;

// For vg_command's run: trains the learner whose command was called. Errors: those of its training, of
// loading its inputs and of writing.
vg_err vg_train_run(const vg_call *call, int *status, vg_diag *diag);

#endif
