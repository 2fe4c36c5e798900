// The cells of a study: each training seed of each arm, trained where it is missing.
#include <stdio.h>
#include <string.h>

#include "eval/study_private.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

void vg_study_cell_path(const vg_study *s, const vg_study_arm *arm, int32_t seed, const char *extension,
                        char path[VG_STUDY_PATH]) {
    char slug[VG_KEY_TEXT_SIZE];
    snprintf(slug, sizeof slug, "%s", arm->label);
    for (char *c = slug; *c; c++)
        if (strchr(" ,=/\\:*?\"<>|@", *c)) *c = '-';
    snprintf(path, VG_STUDY_PATH, "%.1030s/%s-seed-%d%.20s", s->folder, slug, seed + 1, extension);
}

uint64_t vg_study_cell_seed(const vg_study *s, const vg_study_arm *arm, int32_t seed) {
    // What --seed of a command may be: 63 bits.
    return vg_random_seed(vg_random_seed((uint64_t)s->config.seed, arm->hash), (uint64_t)seed) >> 1;
}

vg_err vg_study_cell_loss(const vg_study *s, const vg_study_arm *arm, int32_t seed, double *loss,
                          vg_diag *diag) {
    char path[VG_STUDY_PATH], *bytes;
    int64_t size;
    vg_study_cell_path(s, arm, seed, ".loss", path);
    vg_err err = vg_file_read(path, 256, &bytes, &size, diag);
    if (err) return err;
    if (strcmp(bytes, "none\n") == 0)
        *loss = __builtin_nan("");
    else if (!vg_parse_double(bytes, loss))
        err =
            vg_fail_at(diag, VG_ERR_FORMAT, path, 1, NULL, "is no number; delete it to train the cell anew");
    vg_free(bytes);
    return err;
}

static bool keep_on(void *context, int64_t done, int64_t total) {
    const vg_study *s = context;
    (void)done, (void)total;
    return !s->def.stop || !s->def.stop();
}

static vg_err write_loss(const vg_study *s, const vg_study_arm *arm, int32_t seed, double loss,
                         vg_diag *diag) {
    char path[VG_STUDY_PATH], text[40];
    vg_study_cell_path(s, arm, seed, ".loss", path);
    if (loss < 1e300)
        vg_format_double(loss, text);
    else
        strcpy(text, "none");
    strcat(text, "\n");
    return vg_file_write(path, text, (int64_t)strlen(text), VG_REPLACE, diag);
}

static vg_err train_cell(vg_study *s, const vg_study_arm *arm, int32_t seed, vg_diag *diag) {
    char log[VG_STUDY_PATH], policy[VG_STUDY_PATH], checkpoint[VG_STUDY_PATH];
    vg_learner_report report = {0};
    vg_study_log_path(s, arm->budget, s->lap_count ? 0 : seed, log);
    vg_study_cell_path(s, arm, seed, ".safetensors", policy);
    vg_study_cell_path(s, arm, seed, ".checkpoint", checkpoint);
    vg_learner_def def = {.config = arm->config,
                          .seed = vg_study_cell_seed(s, arm, seed),
                          .logs = &(const char *){log},
                          .log_count = 1,
                          .threads = 1,
                          .watch = keep_on,
                          .context = s,
                          .checkpoint = checkpoint,
                          .resume = true,
                          .out = policy,
                          .overwrite = VG_REPLACE};
    vg_err err = arm->learner->train(&def, &report, diag);
    if (err == VG_ERR_INTERRUPTED) err = vg_study_check_stop(s, diag);
    return err ? err : write_loss(s, arm, seed, report.held_out_loss, diag);
}

typedef struct training_cells {
    vg_study *study;
    vg_diag *diags; // [cell_count]
} training_cells;

static vg_err run_cell(void *context, int64_t block, int64_t begin, int64_t end) {
    training_cells *t = context;
    vg_study *s = t->study;
    (void)block, (void)end;
    const vg_study_arm *arm = s->arms;
    while (arm->first_cell < 0 || begin >= arm->first_cell + arm->seeds) arm++;
    int32_t seed = (int32_t)begin - arm->first_cell;
    vg_diag *diag = &t->diags[begin];
    double loss;
    vg_err err = vg_study_check_stop(s, diag);
    if (!err) {
        err = vg_study_cell_loss(s, arm, seed, &loss, diag);
        if (err == VG_ERR_NOT_FOUND) err = train_cell(s, arm, seed, diag);
    }
    if (!err) vg_study_tell(s);
    return err;
}

vg_err vg_study_train(vg_study *s, vg_diag *diag) {
    vg_err err = vg_study_make_logs(s, diag);
    if (err || s->cell_count == 0) return err;
    training_cells t = {.study = s, .diags = vg_new(vg_diag, s->cell_count)};
    if (!t.diags) return vg_fail_memory(diag);
    err = vg_blocks_run(s->cell_count, 1, s->def.threads, run_cell, &t);
    for (int32_t i = 0; err && diag && i < s->cell_count; i++)
        if (t.diags[i].code == err) {
            *diag = t.diags[i];
            break;
        }
    vg_free(t.diags);
    return err;
}
