// tests/agents/policy/file_fixture.h -- a policy that says something in every field that a file keeps.
#ifndef VG_TESTS_AGENTS_POLICY_FILE_FIXTURE_H
#define VG_TESTS_AGENTS_POLICY_FILE_FIXTURE_H

#include "tests/agents/policy/network_fixture.h"

enum { WIDTH = 5 }; // of what is sensed

static const float mean[WIDTH] = {0, 0.5f, -1, 0, 2}, scale[WIDTH] = {0.2f, 1, 0.02f, 20, 20};

static inline made make_to_keep(const char *sense, int32_t hidden, bool gaussian, vg_activation activation) {
    vg_mlp_def def = vg_mlp_default();
    def.inputs = WIDTH, def.outputs = 2, def.hidden[0] = 20, def.hidden[1] = 7, def.hidden_count = hidden;
    def.log_std = gaussian, def.activation = activation;
    made m = make_network(sense, &def, mean, scale);
    m.info.learner = "bc", m.info.config = "batch: 256\n", m.info.data = "0123456789abcdef";
    m.info.seed = UINT64_MAX, m.info.car.wheelbase = 1.05f;
    return m;
}

#endif
