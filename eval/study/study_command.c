#include "eval/study/study_command.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agents/policy/policy_file.h"
#include "agents/policy/subprocess.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_command_config, , "", __VA_ARGS__)
    VG_COMMAND_KEYS(X)
#undef X
};
static const vg_schema schema = {"command", keys, sizeof keys / sizeof *keys, NULL};

// Not in the registry: a study alone may call it, and only where its user trusts the file.
static const vg_learner learner = {.name = "command",
                                   .schema = &schema,
                                   .config_size = sizeof(vg_command_config),
                                   .needs = VG_LEARNER_LOGS,
                                   .round = "round",
                                   .summary = "a program of the user's"};

const char *vg_study_command_of(const char *word) {
    return strncmp(word, "command:", 8) == 0 ? word + 8 : NULL;
}

bool vg_study_is_command(const vg_study_arm *arm) { return arm->learner == &learner; }

// A cell is bound to the program that made it, so its content is part of the recipe.
static vg_err describe(vg_command_config *config, const char *program, vg_diag *diag) {
    char *bytes, hash[17];
    int64_t size;
    vg_err err = vg_file_read(program, 0, &bytes, &size, diag);
    if (err) return err;
    vg_hash_format(vg_hash_bytes(0, bytes, (size_t)size), hash);
    vg_free(bytes);
    if (access(program, X_OK) != 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, program, 0, NULL, "is not a program: chmod +x makes it one");
    snprintf(config->program, sizeof config->program, "%s", program);
    snprintf(config->program_hash, sizeof config->program_hash, "%s", hash);
    return VG_OK;
}

vg_err vg_study_command_begin(const vg_study *s, const char *program, vg_study_arm *arm, vg_diag *diag) {
    if (s->def.terms.trust != VG_NAMED_BY_USER)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "'command:%.200s' runs code, and a file names it, not you: read the file and the "
                       "program, then say --allow-exec",
                       program);
    arm->learner = &learner;
    if (!(arm->config = vg_new(vg_command_config, 1))) return vg_fail_memory(diag);
    vg_config_default(&schema, arm->config);
    return describe(arm->config, program, diag);
}

// --- running it --------------------------------------------------------------------------------------------

// Its line for a shell. A name without a folder is that of a file here, as it was read, not one of PATH.
static void add_line(vg_text *line, const vg_command_config *config, const vg_learner_def *def,
                     const char *out) {
    bool bare = !strchr(config->program, '/');
    char program[VG_KEY_TEXT_SIZE + 2];
    snprintf(program, sizeof program, "%s%s", bare ? "./" : "", config->program);
    vg_text_add(line, "exec ");
    vg_text_word(line, program);
    vg_text_add(line, " --logs");
    for (int32_t i = 0; i < def->log_count; i++) {
        vg_text_add(line, " ");
        vg_text_word(line, def->logs[i]);
    }
    vg_text_add(line, " --seed %llu --out ", (unsigned long long)def->seed);
    vg_text_word(line, out);
    vg_text_add(line, " </dev/null 1>&2"); // stdout may be a table's
}

// The program is still the one that the arm's cells are called by.
static vg_err check_program(const vg_command_config *config, vg_diag *diag) {
    vg_command_config now;
    vg_err err = describe(&now, config->program, diag);
    if (err || strcmp(now.program_hash, config->program_hash) == 0) return err;
    return vg_fail_at(diag, VG_ERR_MISMATCH, config->program, 0, NULL,
                      "has the hash %s, and had %s when the study began", now.program_hash,
                      config->program_hash);
}

static vg_err run(const vg_study *s, const vg_study_arm *arm, const char *line, vg_diag *diag) {
    const vg_command_config *config = arm->config;
    vg_subprocess child;
    vg_subprocess_trouble trouble = "";
    vg_err err = vg_subprocess_start("exec", line, s->def.stop, &child, diag);
    if (err) return err;
    err = vg_subprocess_finish(&child, config->seconds, trouble);
    vg_subprocess_stop(&child, 0);
    if (err == VG_ERR_INTERRUPTED) return vg_fail(diag, err, "stopped");
    return err ? vg_fail(diag, err, "%.200s: command:%.200s %s", arm->label, config->program, trouble)
               : VG_OK;
}

// What it wrote, as the policy of the cell. The error names what made it, and then what is wrong with it.
static vg_err take_policy(const vg_study_arm *arm, const char *made, const char *out, vg_diag *diag) {
    vg_policy *policy = NULL;
    vg_diag own = {0};
    char said[600];
    const vg_command_config *config = arm->config;
    vg_err err = vg_policy_load(made, &policy, &own);
    vg_policy_destroy(policy);
    if (!err) return vg_file_commit(made, out, VG_REPLACE, diag);
    if (err == VG_ERR_MEMORY) return vg_fail_memory(diag);
    return vg_fail(diag, VG_ERR_POLICY, "%.200s: command:%.200s wrote no policy: %.500s", arm->label,
                   config->program, vg_diag_format(&own, said, sizeof said));
}

vg_err vg_study_command_train(const vg_study *s, const vg_study_arm *arm, const vg_learner_def *def,
                              vg_learner_report *report, vg_diag *diag) {
    char made[VG_STUDY_PATH + 20];
    vg_text line = {0};
    *report = (vg_learner_report){.train_loss = NAN, .held_out_loss = NAN};
    snprintf(made, sizeof made, "%s.command", def->out);
    unlink(made); // of a run that was stopped
    add_line(&line, arm->config, def, made);
    vg_err err = line.failed ? vg_fail_memory(diag) : check_program(arm->config, diag);
    if (!err) err = run(s, arm, line.bytes, diag);
    if (!err) err = take_policy(arm, made, def->out, diag);
    if (err) unlink(made);
    vg_text_free(&line);
    return err;
}
