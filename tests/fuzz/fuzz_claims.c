// A list of claims: what is taken can be judged.
#include <math.h>

#include "eval/outcome/claims.h"
#include "tests/fuzz/fuzz.h"

enum { SEEDS = 2, ROADS = 2 };

static vg_outcome_arm arms[2];

// Two arms of two seeds on two roads.
static void make_arms(void) {
    static vg_arm_seed seeds[SEEDS];
    static vg_rollout rollout;
    static vg_episode episodes[ROADS];
    static double open[SEEDS] = {0.5, 0.7}, drift[SEEDS * ROADS] = {0.1, 0.2, 0.3, 0.4};
    static double record[2 * SEEDS * 3] = {4, 2, 1, 8, 4, NAN, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    static char names[2][64] = {"beta", "labels"};
    static vg_outcome_record rounds = {names, 2, SEEDS, 3, record};
    episodes[0].off_time = 12, episodes[1].off_time = -1;
    episodes[0].stall_time = episodes[1].stall_time = -1;
    rollout = (vg_rollout){.count = ROADS, .episodes = episodes, .tick_seconds = 1.0 / 60};
    for (int s = 0; s < SEEDS; s++) seeds[s] = (vg_arm_seed){.rollout = &rollout, .held_out = 0.1 * (s + 1)};
    for (int a = 0; a < 2; a++) {
        arms[a].label = a ? "good" : "bad, 2";
        arms[a].arm = (vg_arm){arms[a].label, seeds, SEEDS, ROADS, 1, 160, 1};
        arms[a].analysis = (vg_analysis){.seeds = SEEDS, .units = ROADS, .each = 1};
        arms[a].analysis.open_seeds = open, arms[a].analysis.drift_cells = drift;
        arms[a].record = a ? NULL : &rounds;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_claims claims;
    if (!arms[0].label) make_arms();
    if (size >= VG_KEY_LIST_SIZE) return 0; // what a list holds
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    bool sound = fuzz_took(vg_claims_check(text, arms, 2, &diag), &diag);
    vg_err err = sound && size < 600 ? vg_claims_judge(text, arms, 2, 1, &claims, &diag) : VG_ERR_FORMAT;
    if (!err) {
        for (int32_t i = 0; i < claims.count; i++)
            FUZZ_ASSERT(!claims.rows[i].holds || !isnan(claims.rows[i].estimate.value));
        vg_claims_free(&claims);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
