// Compares the driving of a study's arms with that of the human of the laps.
#include "eval/study/study_private.h"
#include "sim/base/memory.h"

// Reads all laps, once.
static vg_err look_at_human(vg_study *s, vg_diag *diag) {
    char path[VG_STUDY_PATH];
    int64_t seeds = 0;
    if (s->human_likeness) return VG_OK;
    for (int32_t i = 0; i < s->arm_count; i++) seeds += s->arms[i].seeds;
    if (!(s->human_likeness = vg_new(vg_human_likeness, seeds))) return vg_fail_memory(diag);
    vg_study_log_path(s, vg_study_largest(s), 0, path);
    vg_err err = vg_occupancy_add_logs(&s->human, &(const char *){path}, 1, diag);
    vg_occupancy_sort(&s->human);
    return err;
}

vg_err vg_study_compare_human(vg_study *s, int32_t i, vg_diag *diag) {
    const vg_study_arm *arm = &s->arms[i];
    bool here = false;
    for (int32_t r = 0; s->laps_road && r < s->suite.test.count; r++)
        here |= vg_road_hash(s->suite.test.roads[r]) == vg_road_hash(s->laps_road);
    if (!here) return VG_OK;
    vg_err err = look_at_human(s, diag);
    if (err) return err;
    vg_human_likeness *out = s->human_likeness;
    for (int32_t k = 0; k < i; k++) out += s->arms[k].seeds;
    for (int32_t k = 0; k < arm->seeds && !err; k++) {
        vg_policy *policy = NULL;
        vg_rollout_def def = vg_study_rollout(s, arm);
        err = vg_study_load_policy(s, arm, k, &policy, diag);
        def.policy = policy;
        def.roads = (const vg_road *const *)&s->laps_road, def.road_count = 1;
        def.threads = s->def.threads;
        if (!err) err = vg_human_likeness_measure(&def, &s->human, &out[k], diag);
        vg_policy_destroy(policy);
    }
    s->rows[i].human_likeness = out;
    return err;
}
