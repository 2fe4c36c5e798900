#include "agents/learners/registry.h"

#include <string.h>

#include "agents/learners/act.h"
#include "agents/learners/airl.h"
#include "agents/learners/apprenticeship_learner.h"
#include "agents/learners/bc.h"
#include "agents/learners/bc_gmm.h"
#include "agents/learners/cql.h"
#include "agents/learners/dagger.h"
#include "agents/learners/dart.h"
#include "agents/learners/diffusion.h"
#include "agents/learners/drex.h"
#include "agents/learners/dril.h"
#include "agents/learners/filtered_bc.h"
#include "agents/learners/flow.h"
#include "agents/learners/gail.h"
#include "agents/learners/gcl.h"
#include "agents/learners/hg_dagger.h"
#include "agents/learners/iq_learn.h"
#include "agents/learners/iql.h"
#include "agents/learners/max_margin_learner.h"
#include "agents/learners/maxent.h"
#include "agents/learners/mce.h"
#include "agents/learners/ppo_learner.h"
#include "agents/learners/sqil.h"
#include "agents/learners/td3_bc.h"
#include "agents/learners/trex.h"
#include "sim/base/text.h"

static const vg_learner *const learners[] = {&vg_learner_bc,
                                             &vg_learner_bc_gmm,
                                             &vg_learner_act,
                                             &vg_learner_diffusion,
                                             &vg_learner_flow,
                                             &vg_learner_dart,
                                             &vg_learner_dagger,
                                             &vg_learner_hg_dagger,
                                             &vg_learner_gail,
                                             &vg_learner_dril,
                                             &vg_learner_sqil,
                                             &vg_learner_iq_learn,
                                             &vg_learner_filtered_bc,
                                             &vg_learner_iql,
                                             &vg_learner_td3_bc,
                                             &vg_learner_cql,
                                             &vg_learner_ppo,
                                             &vg_learner_trpo,
                                             &vg_learner_airl,
                                             &vg_learner_gcl,
                                             &vg_learner_trex,
                                             &vg_learner_drex,
                                             &vg_learner_maxent,
                                             &vg_learner_mce,
                                             &vg_learner_max_margin_planning,
                                             &vg_learner_apprenticeship};
enum { LEARNERS = sizeof learners / sizeof *learners };

const vg_learner *vg_learner_at(int32_t i) { return i >= 0 && i < LEARNERS ? learners[i] : NULL; }

vg_err vg_learner_find(const char *name, const vg_learner **out, vg_diag *diag) {
    vg_text names = {0};
    for (int32_t i = 0; i < LEARNERS; i++) {
        if (strcmp(learners[i]->name, name) == 0) {
            *out = learners[i];
            vg_text_free(&names);
            return VG_OK;
        }
        vg_text_add(&names, "%s%s", i ? ", " : "", learners[i]->name);
    }
    *out = NULL;
    vg_err err = names.failed ? vg_fail_memory(diag)
                              : vg_fail(diag, VG_ERR_NOT_FOUND, "no learner '%.60s'; there are: %s", name,
                                        names.bytes);
    vg_text_free(&names);
    return err;
}
