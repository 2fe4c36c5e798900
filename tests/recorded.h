// tests/recorded.h -- a log of a policy's drives, for tests that learn from one.
#ifndef VG_TESTS_RECORDED_H
#define VG_TESTS_RECORDED_H

#include "agents/drive/record.h"
#include "agents/experts/expert.h"
#include "tests/check.h"

// The drives of def as a new log at path.
static inline void ck_record(const char *path, const vg_record_def *def) {
    vg_log *log;
    vg_diag diag;
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    ck_ok(vg_record_run(def, log, NULL, NULL, &diag));
    ck_ok(vg_log_close(log, &diag));
}

// The same, driven by an expert in place of def's policy.
static inline void ck_record_expert(const char *path, const char *expert, vg_record_def def) {
    vg_policy *policy;
    vg_diag diag;
    ck_ok(vg_expert_create(expert, &policy, &diag));
    def.policy = policy;
    ck_record(path, &def);
    vg_policy_destroy(policy);
}

#endif
