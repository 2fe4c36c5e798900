#include "agents/rl/environment.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;

enum { LANES = 5, BLOCK = 2 };

// An environment that shows the round, the block and the last action.
typedef struct fake {
    int32_t steps[3];
    vg_err fails;
} fake;

static vg_err begin(void *context, int64_t block, uint32_t round, float *seen, vg_diag *told) {
    (void)told;
    fake *f = context;
    int32_t n = block == 2 ? 1 : 2;
    for (int32_t i = 0; i < n; i++) seen[2 * i] = (float)round, seen[2 * i + 1] = (float)block;
    return block == 1 ? f->fails : VG_OK;
}

static vg_err step(void *context, int64_t block, const float *actions, vg_step *out, vg_diag *told) {
    (void)told;
    fake *f = context;
    f->steps[block]++;
    int32_t n = block == 2 ? 1 : 2;
    for (int32_t i = 0; i < n; i++) {
        out->seen[2 * i] = out->last[2 * i] = actions[i];
        out->seen[2 * i + 1] = out->last[2 * i + 1] = (float)block;
        out->rewards[i] = 10 * actions[i];
        out->ending[i] = (uint8_t)block;
    }
    return block == 1 ? f->fails : VG_OK;
}

static vg_environment environment(fake *f) { return (vg_environment){LANES, BLOCK, 2, 1, f, begin, step}; }

START_TEST(steps_every_lane) {
    for (int32_t threads = 1; threads <= 3; threads++) {
        fake f = {0};
        vg_environment env = environment(&f);
        float seen[2 * LANES], last[2 * LANES], rewards[LANES];
        const float actions[LANES] = {0, 1, 2, 3, 4};
        uint8_t ending[LANES];
        vg_step out = {seen, last, rewards, ending};
        ck_ok(vg_environment_begin(&env, 7, threads, seen, &diag));
        for (int i = 0; i < LANES; i++) ck_assert(seen[2 * i] == 7 && seen[2 * i + 1] == (float)(i / BLOCK));
        ck_ok(vg_environment_step(&env, threads, actions, &out, &diag));
        for (int i = 0; i < LANES; i++) {
            ck_assert(seen[2 * i] == (float)i && last[2 * i + 1] == (float)(i / BLOCK));
            ck_assert(rewards[i] == 10 * (float)i && ending[i] == i / BLOCK);
        }
    }
}
END_TEST

START_TEST(moves_none_when_an_action_is_no_number) {
    fake f = {0};
    vg_environment env = environment(&f);
    float seen[2 * LANES], last[2 * LANES], rewards[LANES];
    const float actions[LANES] = {0, 1, 2, NAN, 4};
    uint8_t ending[LANES];
    vg_step out = {seen, last, rewards, ending};
    ck_fails(vg_environment_step(&env, 1, actions, &out, &diag), VG_ERR_ARGUMENT, "lane 3");
    ck_assert(f.steps[0] == 0 && f.steps[1] == 0 && f.steps[2] == 0);
}
END_TEST

START_TEST(passes_errors_on) {
    fake f = {.fails = VG_ERR_MEMORY};
    vg_environment env = environment(&f);
    float seen[2 * LANES], last[2 * LANES], rewards[LANES];
    const float actions[LANES] = {0};
    uint8_t ending[LANES];
    vg_step out = {seen, last, rewards, ending};
    ck_assert_int_eq(vg_environment_begin(&env, 0, 1, seen, &diag), VG_ERR_MEMORY);
    f.fails = VG_ERR_ARGUMENT;
    ck_fails(vg_environment_begin(&env, 3, 1, seen, &diag), VG_ERR_ARGUMENT, "round 3");
    ck_fails(vg_environment_step(&env, 1, actions, &out, &diag), VG_ERR_ARGUMENT, "step failed");
}
END_TEST

CK_MAIN("environment", steps_every_lane, moves_none_when_an_action_is_no_number, passes_errors_on)
