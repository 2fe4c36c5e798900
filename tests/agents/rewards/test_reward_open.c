#include "agents/rewards/reward_open.h"

#include <math.h>
#include <string.h>

#include "agents/rewards/constant.h"
#include "agents/rewards/reward_file.h"
#include "tests/scratch.h"

static vg_diag diag;

START_TEST(opens_each_by_its_name) {
    const char *name;
    uint64_t seen = 0;
    for (int32_t i = 0; (name = vg_reward_name(i)); i++) {
        vg_reward *reward;
        ck_ok(vg_reward_open(name, 0.95, &reward, &diag));
        ck_assert_str_eq(reward->kind, name);
        ck_assert(reward->discount == 0.95 && reward->hash && reward->hash != seen);
        seen = reward->hash;
        vg_reward_destroy(reward);
    }
    ck_assert(!vg_reward_name(-1) && seen);
}
END_TEST

START_TEST(a_constant_is_one_until_an_end_and_nothing_after) {
    vg_reward *reward, *again;
    double out[3] = {0};
    ck_ok(vg_reward_open("constant", 0.99, &reward, &diag));
    ck_assert(reward->terminal == 0 && reward->absorbing == 0 && !reward->sense);
    reward->ops->evaluate(reward, &(vg_reward_view){.count = 3}, out);
    for (int i = 0; i < 3; i++) ck_assert(out[i] == 1);
    vg_reward_destroy(reward);
    vg_constant_def def = {.value = -0.25, .discount = 0.5, .terminal = -3, .absorbing = 2};
    ck_ok(vg_constant_create(&def, &reward, &diag));
    const char *path = scratch("constant");
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_ok(vg_reward_open(path, 0.99, &again, &diag));
    again->ops->evaluate(again, &(vg_reward_view){.count = 2}, out);
    ck_assert(out[1] == -0.25 && again->discount == 0.5 && again->terminal == -3 && again->absorbing == 2);
    ck_assert(again->hash == reward->hash && again->stall == 0);
    uint64_t hash = reward->hash;
    vg_reward_destroy(again);
    reward->stall = 1.75; // any kind may end where a car stalls
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_ok(vg_reward_open(path, 0.99, &again, &diag));
    ck_assert(again->stall == 1.75 && again->hash == reward->hash && again->hash != hash);
    vg_reward_destroy(again);
    reward->stall = 500;
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_fails(vg_reward_open(path, 0.99, &again, &diag), VG_ERR_FORMAT, "stall: 500, expected 0 to 200");
    ck_assert_ptr_null(again);
    vg_reward_destroy(reward);
}
END_TEST

START_TEST(refuses_what_is_none) {
    vg_reward *reward;
    vg_constant_def def = vg_constant_default();
    ck_fails(vg_reward_open("konstant", 0.99, &reward, &diag), VG_ERR_NOT_FOUND,
             "konstant: there is no such file, nor is it one of: progress, constant, driving");
    ck_fails(vg_reward_open("constant", 1, &reward, &diag), VG_ERR_ARGUMENT, "discount: 1");
    def.value = NAN;
    ck_fails(vg_constant_create(&def, &reward, &diag), VG_ERR_ARGUMENT, "value: is not finite");
    ck_assert_ptr_null(reward);
}
END_TEST

CK_MAIN("reward_open", opens_each_by_its_name, a_constant_is_one_until_an_end_and_nothing_after,
        refuses_what_is_none)
