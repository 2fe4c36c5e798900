// An expert by name with its settings, as on a command line.
#include "agents/experts/expert.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    vg_diag diag = {0};
    vg_policy *policy;
    int64_t live = vg_memory_live();
    char *text = fuzz_text(data, size);
    if (!strchr(text, '/') && fuzz_took(vg_expert_create(text, &policy, &diag), &diag)) {
        FUZZ_ASSERT(policy->name && policy->name[0] && vg_expert_known(text));
        vg_policy_destroy(policy);
    }
    free(text);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
