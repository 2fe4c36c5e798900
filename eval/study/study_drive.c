// Opens the policy of an arm, and sets the disturbance in which it drives.
#include "agents/policy/policy_file.h"
#include "eval/study/study_private.h"

vg_err vg_study_load_policy(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_policy **out,
                            vg_diag *diag) {
    char path[VG_STUDY_PATH + VG_KEY_TEXT_SIZE];
    if (!arm->learner) {
        vg_study_expert(s, arm->recipe, vg_study_largest(s), path);
        return vg_policy_open(path, &s->def.terms, out, diag);
    }
    vg_study_cell_path(s, arm, seed, ".safetensors", path);
    return vg_policy_load(path, out, diag);
}

vg_rollout_def vg_study_rollout(const vg_study *s, const vg_study_arm *arm) {
    vg_rollout_def def = vg_suite_rollout(&s->suite);
    if (arm->scored) {
        def.disturbance = vg_suite_disturbance(arm->scored);
        def.start_spread = (float)arm->scored->start_spread;
    }
    return def;
}
