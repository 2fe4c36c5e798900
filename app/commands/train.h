// app/commands/train.h -- what `verge train LEARNER` does, whichever the learner; app/commands/cmd_train.c
// makes a command of each row of the registry.
#ifndef VG_APP_COMMANDS_TRAIN_H
#define VG_APP_COMMANDS_TRAIN_H

#include "app/cli/args.h"

// A command's options; a learner that does not take one leaves it at 0.
typedef struct vg_train_options {
    vg_list logs, roads, valid;
    const char *out, *expert, *reward, *car, *record, *events;
    bool resume;
    double config[]; // the learner's own
} vg_train_options;

// For vg_command's run: train the learner that the command is called as. Errors: those of its training, of
// loading what it is given and of writing.
vg_err vg_train_run(const vg_call *call, int *status, vg_diag *diag);

#endif
