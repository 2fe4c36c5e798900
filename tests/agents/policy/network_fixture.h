// tests/agents/policy/network_fixture.h -- a network with what a policy of it must say, for tests of
// policies.
#ifndef VG_TESTS_AGENTS_POLICY_NETWORK_FIXTURE_H
#define VG_TESTS_AGENTS_POLICY_NETWORK_FIXTURE_H

#include "agents/nets/mlp.h"
#include "agents/policy/network_policy.h"
#include "tests/check.h"

static vg_diag diag;

typedef struct made {
    vg_sense *sense;
    vg_network *net;
    vg_policy_info info;
} made;

// A network by def, with random weights. mean and scale [values of the sense] must outlive it.
static inline made make_network(const char *sense, const vg_mlp_def *def, const float *mean,
                                const float *scale) {
    made m = {0};
    ck_ok(vg_sense_create(sense, &m.sense, &diag));
    ck_ok(vg_mlp_create(def, &m.net, &diag));
    vg_network_init(m.net, 5);
    m.info = (vg_policy_info){.sense = m.sense,
                              .mean = mean,
                              .scale = scale,
                              .car = vg_car_default(),
                              .tick_num = 1,
                              .tick_den = 60,
                              .ticks_per_action = 3,
                              .learner = "test",
                              .config = "",
                              .data = ""};
    return m;
}

static inline void free_made(made *m) {
    vg_network_destroy(m->net);
    vg_sense_destroy(m->sense);
}

#endif
