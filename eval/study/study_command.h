// eval/study/study_command.h -- an arm whose learner is a program of the user's: `command:PROGRAM`.
//
// It is called once for each training seed, as
//   PROGRAM --logs LOG --seed N --out POLICY
// in the working folder, and must write a policy file (agents/policy/policy_file.h) to POLICY and end with
// exit status 0. What it prints goes to stderr. The same log and seed should give the same policy: verge
// cannot see to that.
#ifndef VG_EVAL_STUDY_STUDY_COMMAND_H
#define VG_EVAL_STUDY_STUDY_COMMAND_H

#include "eval/study/study_private.h"

// X(field, type, unit, least, most, default, choices, help)
#define VG_COMMAND_KEYS(X)                                                                                   \
    X(program, TEXT, "", 0, 255, "", NULL, "what is run; set by the arm")                                    \
    X(program_hash, TEXT, "", 0, 16, "", NULL, "of its content; set by the arm")                             \
    X(seconds, DOUBLE, "s", 1, 1000000, "3600", NULL, "a training that takes longer is ended: an error")

typedef struct vg_command_config {
#define X(field, type, unit, least, most, standard, choices, help) VG_FIELD_##type(field);
    VG_COMMAND_KEYS(X)
#undef X
} vg_command_config;

// The program of an arm's word, "command:./train.sh"; NULL: the word is no command.
const char *vg_study_command_of(const char *word);

// Makes such an arm's learner and configuration. Errors: VG_ERR_ARGUMENT (nobody said --allow-exec),
// VG_ERR_NOT_FOUND (there is no such program), VG_ERR_FORMAT (it cannot be run), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_study_command_begin(const vg_study *study, const char *program, vg_study_arm *arm,
                                           vg_diag *diag);

bool vg_study_is_command(const vg_study_arm *arm);

// Runs it for a training that def describes; the policy is at def->out only if all went well. Errors:
// VG_ERR_POLICY with the program and what became of it: it ended with another exit status, was killed, took
// too long, wrote no policy; VG_ERR_INTERRUPTED.
VG_NODISCARD vg_err vg_study_command_train(const vg_study *study, const vg_study_arm *arm,
                                           const vg_learner_def *def, vg_learner_report *report,
                                           vg_diag *diag);

#endif
