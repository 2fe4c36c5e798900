#include "agents/rewards/reward.h"

#include <math.h>

#include "tests/check.h"

static vg_diag diag;
static int destroyed;

static void destroy(vg_reward *reward) {
    (void)reward;
    destroyed++;
}

START_TEST(refuses_values_out_of_range) {
    ck_ok(vg_reward_check(&(vg_reward){.discount = 0, .terminal = -100, .absorbing = -1}, &diag));
    ck_ok(vg_reward_check(&(vg_reward){.discount = 0.999}, &diag));
    static const double wrong[] = {1, -0.01, NAN, INFINITY};
    for (int i = 0; i < 4; i++)
        ck_fails(vg_reward_check(&(vg_reward){.discount = wrong[i]}, &diag), VG_ERR_ARGUMENT, "discount");
    ck_fails(vg_reward_check(&(vg_reward){.terminal = NAN}, &diag), VG_ERR_ARGUMENT,
             "terminal: is not finite");
    ck_fails(vg_reward_check(&(vg_reward){.stall = -1}, &diag), VG_ERR_ARGUMENT,
             "stall: -1, expected 0 to 200");
    ck_fails(vg_reward_check(&(vg_reward){.stall = NAN}, &diag), VG_ERR_ARGUMENT, "stall: ");
    ck_fails(vg_reward_check(&(vg_reward){.absorbing = INFINITY}, &diag), VG_ERR_ARGUMENT,
             "absorbing: is not finite");
}
END_TEST

START_TEST(is_destroyed_by_its_own_kind) {
    static const vg_reward_ops ops = {.destroy = destroy};
    vg_reward reward = {.ops = &ops};
    vg_reward_destroy(NULL);
    vg_reward_destroy(&reward);
    ck_assert_int_eq(destroyed, 1);
}
END_TEST

CK_MAIN("reward", refuses_values_out_of_range, is_destroyed_by_its_own_kind)
