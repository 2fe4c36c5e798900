// What a study finds of an earlier training: a cell's report, and the rounds it told of.
#include <math.h>

#include "eval/study/study_private.h"
#include "tests/fuzz/fuzz.h"

enum { SEEDS = 2 };

static char folder[64], links[SEEDS + 1][VG_STUDY_PATH];

static void tidy(void) {
    for (int i = 0; i <= SEEDS; i++) unlink(links[i]);
    rmdir(folder);
}

// A study's folder in which every file is the input.
static void make_folder(vg_study *study, vg_study_arm *arm, const char *input) {
    snprintf(study->folder, sizeof study->folder, "%s", folder);
    static vg_study_budget budget = {.name = "2", .teacher = "pursuit", .count = 2};
    static uint64_t log_hashes[SEEDS];
    static char recipe[] = "bc";
    static char config[1 << 18];
    arm->recipe = recipe, arm->config = config, arm->seeds = SEEDS;
    FUZZ_ASSERT(vg_learner_find("bc", &arm->learner, NULL) == VG_OK &&
                arm->learner->config_size <= sizeof config);
    vg_config_default(arm->learner->schema, config);
    study->budgets = &budget, study->log_hashes = log_hashes, study->config.seeds = SEEDS;
    if (folder[0]) return;
    snprintf(folder, sizeof folder, "/tmp/verge-fuzz-XXXXXX");
    FUZZ_ASSERT(mkdtemp(folder));
    snprintf(study->folder, sizeof study->folder, "%s", folder);
    for (int i = 0; i <= SEEDS; i++) {
        vg_study_cell_path(study, arm, i % SEEDS, i < SEEDS ? ".rounds" : ".json", links[i]);
        FUZZ_ASSERT(symlink(input, links[i]) == 0);
    }
    atexit(tidy);
}

static void check_record(const vg_outcome_record *record) {
    FUZZ_ASSERT(record->seeds == SEEDS && record->rounds >= 0);
    for (int32_t n = 0; n < record->name_count; n++) {
        FUZZ_ASSERT(strlen(record->names[n]) < sizeof record->names[n]);
        const double *of_name = record->values + (int64_t)n * SEEDS * record->rounds;
        for (int32_t i = 0; i < record->rounds; i++) { // both seeds are the same file
            double a = of_name[i], b = of_name[record->rounds + i];
            FUZZ_ASSERT(a == b || (isnan(a) && isnan(b)));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static vg_study study;
    static vg_study_arm arm;
    vg_diag diag = {0};
    vg_outcome_record record;
    vg_learner_report report;
    make_folder(&study, &arm, fuzz_path(data, size));
    int64_t live = vg_memory_live();
    if (fuzz_took(vg_study_read_record(&study, &arm, &record, &diag), &diag)) check_record(&record);
    vg_study_free_record(&record);
    fuzz_took(vg_study_cell_report(&study, &arm, 0, &report, &diag), &diag);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
