#include "agents/learners/transitions.h"

#include <string.h>

#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { STEPS = 4, SENSED = 2 };

// Two lanes: the first terminates after its second step, the second is only cut short at its end.
START_TEST(a_row_knows_what_followed_it) {
    vg_reward_input input = {0};
    vg_transitions t = {0};
    float seen[2 * STEPS * SENSED], last[2 * STEPS * SENSED], action[2 * STEPS * 2] = {0};
    float inputs[2 * STEPS * 16] = {0};
    uint8_t ending[2 * STEPS] = {0};
    for (int i = 0; i < 2 * STEPS * SENSED; i++) seen[i] = (float)i, last[i] = 100 + (float)i;
    for (int i = 0; i < 2 * STEPS; i++) inputs[i * vg_net_stride(SENSED)] = (float)i;
    ending[1] = VG_ENDING_TERMINATED, ending[3] = ending[7] = VG_ENDING_TRUNCATED;
    vg_rollout_buffer x = {.observation = SENSED,
                           .actions = 2,
                           .rows = 2 * STEPS,
                           .stride = vg_net_stride(SENSED),
                           .seen = seen,
                           .last = last,
                           .inputs = inputs,
                           .action = action,
                           .ending = ending};
    ck_ok(vg_reward_input_open(&input, "offset,speed", false, true, &diag));
    input.mean[0] = 1, input.scale[0] = 2;
    ck_ok(vg_transitions_open(&t, &input, SENSED, 3 * STEPS, &diag));
    vg_transitions_put_round(&t, STEPS, &x);
    vg_airl_side side = vg_transitions_side(&t, STEPS, 2 * STEPS);
    for (int r = 0; r < 2 * STEPS; r++) {
        const float *now = side.h + r * t.h_stride, *next = side.next + r * t.h_stride;
        ck_assert(now[0] == 2 * (seen[r * SENSED] - 1) && now[1] == seen[r * SENSED + 1]);
        ck_assert(side.goes_on[r] == (r == 1 ? 0 : 1));
        const float *follows = ending[r] ? last + r * SENSED : seen + (r + 1) * SENSED;
        if (r != 1) ck_assert(next[0] == 2 * (follows[0] - 1) && next[1] == follows[1]);
        if (r == 1) ck_assert(next[0] == 0 && next[1] == 0);
        ck_assert(t.inputs[(STEPS + r) * t.actor_stride] == (float)r);
    }
    vg_transitions_free(&t);
    vg_reward_input_free(&input);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    vg_reward_input input = {0};
    ck_ok(vg_reward_input_open(&input, "offset,speed", true, false, &diag));
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_transitions t = {0};
        turn.err = vg_transitions_open(&t, &input, SENSED, 10, &diag);
        vg_transitions_free(&t);
    }
    vg_reward_input_free(&input);
}
END_TEST

CK_MAIN("transitions", a_row_knows_what_followed_it, out_of_memory_leaves_nothing)
