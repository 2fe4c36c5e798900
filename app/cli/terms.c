#include "app/cli/terms.h"

#include "app/cli/interrupt.h"

vg_policy_terms vg_terms_named(void) {
    return (vg_policy_terms){.trust = VG_NAMED_BY_USER, .stop = vg_interrupted};
}

vg_policy_terms vg_terms_of_file(const vg_call *call) {
    return (vg_policy_terms){.trust = call->allow_exec ? VG_NAMED_BY_USER : VG_NAMED_BY_FILE,
                             .stop = vg_interrupted};
}
