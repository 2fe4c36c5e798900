// tests/agents/irl/irl_fixture.h -- a world, its expert, and a method's result, for tests of the methods.
#ifndef VG_TESTS_AGENTS_IRL_IRL_FIXTURE_H
#define VG_TESTS_AGENTS_IRL_IRL_FIXTURE_H

#include <math.h>
#include <string.h>

#include "agents/irl/irl_result.h"
#include "agents/irl/planning.h"
#include "tests/check.h"

typedef struct irl_case {
    vg_table_world world;
    vg_world_expert expert;
    vg_irl_result result;
    double *truth, weights[1024]; // the true reward [states] and weights, which the methods do not see
} irl_case;

static inline irl_case irl_open_seed(const char *name, int32_t size, double discount, bool soft,
                                     uint64_t seed) {
    vg_diag diag = {0};
    irl_case c = {0};
    ck_ok(vg_table_world_open(name, &(vg_table_world_def){size, discount, seed}, &c.world, &diag));
    ck_ok(vg_world_expert_open(&c.world, soft, 0, 1, &c.expert, &diag));
    c.truth = vg_new(double, c.world.mdp.states);
    memcpy(c.truth, c.world.reward, (size_t)c.world.mdp.states * sizeof *c.truth);
    for (int32_t s = 0; s < c.world.mdp.states; s++) c.world.reward[s] = NAN;
    for (int32_t k = 0; k < c.world.features && c.world.weights; k++)
        c.weights[k] = c.world.weights[k], c.world.weights[k] = NAN;
    return c;
}

static inline irl_case irl_open(const char *name, int32_t size, double discount, bool soft) {
    return irl_open_seed(name, size, discount, soft, 1);
}

// The true value of the method's policy as a share of the expert's.
static inline double irl_share(const irl_case *c) {
    return vg_dot(c->result.occupancy, c->truth, c->world.mdp.states) /
           vg_dot(c->expert.occupancy, c->truth, c->world.mdp.states);
}

static inline void irl_close(irl_case *c) {
    vg_irl_result_close(&c->result);
    vg_world_expert_close(&c->expert);
    vg_table_world_destroy(&c->world);
    vg_free(c->truth);
}

#endif
