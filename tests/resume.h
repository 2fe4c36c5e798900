// tests/resume.h -- what trainings in rounds tell and when they stop; and that one stopped after any round
// and resumed with another number of threads gives the same file.
#ifndef VG_TESTS_RESUME_H
#define VG_TESTS_RESUME_H

#include <string.h>
#include <unistd.h>

#include "agents/training/learner.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "tests/check.h"

// For a training's watch: go on until `stop_after` rounds are done; 0: to the end.
static inline bool resume_watch(int32_t stop_after, int64_t done, int64_t total) {
    ck_assert(done <= total);
    return !stop_after || done < stop_after;
}

// What a round tells under this name.
static inline double round_value(const vg_learner_round *round, const char *name) {
    for (int32_t i = 0; i < round->count; i++)
        if (!strcmp(round->names[i], name)) return round->values[i];
    ck_abort_msg("nothing was reported of %s", name);
}

static inline char *ck_read(const char *path, int64_t *size) {
    vg_diag diag;
    char *bytes;
    ck_ok(vg_file_read(path, 0, &bytes, size, &diag));
    return bytes;
}

// def's training of more than `rounds` rounds, whose watch stops it after *stop_after of them, 0: never.
static inline void ck_resumes(const vg_learner *learner, vg_learner_def *def, const char *checkpoint,
                              int32_t *stop_after, int32_t rounds, const char *what) {
    vg_learner_report report;
    vg_diag diag;
    int64_t size, resumed_size;
    ck_ok(learner->train(def, &report, &diag));
    char *whole = ck_read(def->out, &size);
    for (int32_t after = 1; after <= rounds; after++) {
        unlink(def->out);
        def->checkpoint = checkpoint, def->resume = false, def->threads = 1, *stop_after = after;
        ck_fails(learner->train(def, &report, &diag), VG_ERR_INTERRUPTED, "stopped after round");
        ck_assert(access(def->out, F_OK) != 0 && access(checkpoint, F_OK) == 0);
        def->resume = true, def->threads = 2, *stop_after = 0;
        ck_ok(learner->train(def, &report, &diag));
        ck_assert(access(checkpoint, F_OK) != 0);
        char *resumed = ck_read(def->out, &resumed_size);
        ck_assert_msg(size == resumed_size && !memcmp(whole, resumed, (size_t)size), "%s: stopped after %d",
                      what, (int)after);
        vg_free(resumed);
    }
    vg_free(whole);
}

#endif
