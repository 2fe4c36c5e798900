// Where the files of a cell lie; opens the policy of an arm, and sets the disturbance in which it drives.
#include <stdio.h>

#include "agents/policy/policy_file.h"
#include "eval/study/study_private.h"
#include "sim/base/random.h"

void vg_study_cell_path(const vg_study *s, const vg_study_arm *arm, int32_t seed, const char *extension,
                        char path[VG_STUDY_PATH]) {
    char slug[VG_STUDY_SLUG];
    snprintf(path, VG_STUDY_PATH, "%.1040s/%s-seed-%d%.20s", s->folder,
             vg_study_slug(arm->recipe, arm->cells, slug), seed + 1, extension);
}

uint64_t vg_study_cell_seed(const vg_study *s, const vg_study_arm *arm, int32_t seed) {
    // The range of a command's --seed: 63 bits.
    return vg_random_seed(vg_random_seed((uint64_t)s->config.seed, arm->hash), (uint64_t)seed) >> 1;
}

bool vg_study_reward_path(const vg_study *s, const vg_study_arm *arm, int32_t seed,
                          char path[VG_STUDY_PATH]) {
    if (!arm->learner || (arm->learner->writes != VG_WRITES_REWARD && !arm->then)) return false;
    vg_study_cell_path(s, arm, seed, ".reward.safetensors", path);
    return true;
}

vg_err vg_study_load_policy(const vg_study *s, const vg_study_arm *arm, int32_t seed, vg_policy **out,
                            vg_diag *diag) {
    char path[VG_STUDY_PATH + VG_KEY_TEXT_SIZE];
    if (!arm->learner) {
        vg_study_expert(s, arm->recipe, vg_study_largest(s), path);
        return vg_policy_open(path, &s->def.terms, out, diag);
    }
    // Where a learner writes nothing but a reward, that is of kind "driving", and a planner drives it; of
    // other kinds the error says so.
    bool planned = arm->learner->writes == VG_WRITES_REWARD && !arm->then &&
                   !(arm->learner->needs & VG_LEARNER_POLICY_TOO) && vg_study_reward_path(s, arm, seed, path);
    if (!planned) vg_study_cell_path(s, arm, seed, ".safetensors", path);
    return planned ? vg_policy_open(path, &s->def.terms, out, diag) : vg_policy_load(path, out, diag);
}

vg_rollout_def vg_study_rollout(const vg_study *s, const vg_study_arm *arm) {
    vg_rollout_def def = vg_suite_rollout(&s->suite);
    if (arm->scored) {
        def.disturbance = vg_suite_disturbance(arm->scored);
        def.start_spread = (float)arm->scored->start_spread;
    }
    return def;
}
