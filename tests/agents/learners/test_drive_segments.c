#include "agents/learners/drive_segments.h"

#include <math.h>

#include "agents/nets/mlp.h"
#include "agents/rl/gaussian_policy.h"
#include "sim/base/memory.h"
#include "tests/check.h"

static vg_diag diag;

enum { LANES = 2, STEPS = 10, ROWS = LANES * STEPS, SEGMENT = 3 };

typedef struct made {
    vg_reward_input input;
    float seen[ROWS], action[2 * ROWS], inputs[ROWS * 16];
    uint8_t ending[ROWS];
    vg_rollout_buffer x;
    vg_drive_segments s;
} made;

// Two lanes of ten steps; row r senses r.
static void make(made *m, int64_t room) {
    *m = (made){0};
    for (int r = 0; r < ROWS; r++) {
        m->seen[r] = (float)r, m->inputs[r * vg_net_stride(1)] = 0.1f * (float)r;
        m->action[2 * r] = 0.1f * (float)(r % 5), m->action[2 * r + 1] = -0.2f;
    }
    m->ending[4] = VG_ENDING_TERMINATED; // of the second segment after two steps
    m->ending[9] = m->ending[19] = VG_ENDING_TRUNCATED;
    m->ending[14] = VG_ENDING_TRUNCATED; // in the middle of a segment: it is dropped
    m->x = (vg_rollout_buffer){.lanes = LANES,
                               .steps = STEPS,
                               .observation = 1,
                               .actions = 2,
                               .rows = ROWS,
                               .stride = vg_net_stride(1),
                               .seen = m->seen,
                               .inputs = m->inputs,
                               .action = m->action,
                               .ending = m->ending};
    ck_ok(vg_reward_input_open(&m->input, "offset", false, false, &diag));
    ck_ok(vg_drive_segments_open(&m->s, &m->input, 1, SEGMENT, room, &diag));
}

static void free_made(made *m) {
    vg_drive_segments_free(&m->s);
    vg_reward_input_free(&m->input);
}

START_TEST(cuts_episodes_from_their_beginnings) {
    // First rows of the segments: 0; 3 (ends after 4); 5; lane 2: 10 (13, 14 are dropped); 15 (18, 19 are).
    static const int first[] = {0, 3, 5, 10, 15}, live[] = {3, 2, 3, 3, 3};
    made m;
    make(&m, 9);
    ck_assert_int_eq(vg_drive_segments_put_round(&m.s, 2, 7, &m.x), 5);
    for (int j = 0; j < 5; j++) {
        ck_assert(m.s.live[2 + j] == (float)live[j]);
        for (int t = 0; t < SEGMENT; t++) {
            float sensed = m.s.rows[((2 + j) * SEGMENT + t) * m.s.stride];
            ck_assert_msg(sensed == (t < live[j] ? (float)(first[j] + t) : 0), "segment %d, step %d: %g", j,
                          t, (double)sensed);
        }
    }
    ck_assert_int_eq(vg_drive_segments_put_round(&m.s, 0, 2, &m.x), 2); // no more than there is room for
    free_made(&m);
}
END_TEST

// The log density of a segment is the sum over the steps before its end, under a policy and under the prior.
START_TEST(adds_up_densities_before_the_end) {
    made m;
    double by_policy[5], by_prior[5];
    vg_mlp_def def = {.inputs = 1, .outputs = 2, .log_std = true};
    vg_network *net;
    vg_gradient *workspace;
    make(&m, 9);
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_parameters(net)[0] = 0.5f, vg_network_parameters(net)[1] = -1;
    vg_gaussian_set(net, -0.5);
    vg_network_pack(net);
    ck_ok(vg_gradient_create(net, VG_LOSS_OWN, 8, 1, &workspace, &diag));
    vg_drive_segments_put_round(&m.s, 2, 7, &m.x);
    vg_drive_segments_densities(&m.s, 2, 5, workspace, net, by_policy);
    vg_drive_segments_prior(&m.s, 2, 5, 0.5, by_prior);
    vg_gaussian g = vg_gaussian_of(net);
    double policy = 0, prior = 0;
    for (int r = 3; r < 5; r++) { // the segment that ends
        const float *a = m.action + 2 * r, mean[] = {0.5f * 0.1f * (float)r, -0.1f * (float)r};
        policy += vg_gaussian_log_prob(&g, mean, a);
        for (int k = 0; k < 2; k++) prior += -0.5 * pow((double)a[k] / 0.5, 2) - log(0.5 * sqrt(2 * M_PI));
    }
    ck_assert_double_eq_tol(by_policy[1], policy, 1e-5);
    ck_assert_double_eq_tol(by_prior[1], prior, 1e-9);
    vg_drive_segments_densities(&m.s, 0, 0, workspace, net, by_policy); // none
    vg_gradient_destroy(workspace);
    vg_network_destroy(net);
    free_made(&m);
}
END_TEST

CK_MAIN("drive_segments", cuts_episodes_from_their_beginnings, adds_up_densities_before_the_end)
