#include "agents/policy/heads.h"

#include <string.h>

#include "agents/nets/mlp.h"
#include "tests/check.h"

static vg_diag diag;

static vg_network *network(int32_t inputs, int32_t outputs, bool log_std) {
    vg_mlp_def def = vg_mlp_default();
    def.inputs = inputs, def.outputs = outputs, def.log_std = log_std;
    vg_network *net;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    return net;
}

START_TEST(are_found_by_name) {
    const vg_head *head;
    int32_t count = 0;
    for (; vg_head_at(count); count++) {
        ck_ok(vg_head_find(vg_head_at(count)->name, &head, &diag));
        ck_assert_ptr_eq(head, vg_head_at(count));
    }
    ck_assert_int_ge(count, 2);
    ck_assert_ptr_null(vg_head_at(-1));
    ck_fails(vg_head_find("gausian", &head, &diag), VG_ERR_FORMAT, "gaussian");
    ck_assert_ptr_null(head);
}
END_TEST

START_TEST(follow_the_network_by_default) {
    vg_network *plain = network(4, VG_CAR_ACTIONS, false), *noisy = network(4, VG_CAR_ACTIONS, true);
    ck_assert_str_eq(vg_head_default(plain)->name, "mean");
    ck_assert_str_eq(vg_head_default(noisy)->name, "gaussian");
    vg_network_destroy(plain);
    vg_network_destroy(noisy);
}
END_TEST

START_TEST(refuse_a_network_that_does_not_fit) {
    vg_network *plain = network(4, VG_CAR_ACTIONS, false), *wide = network(4, VG_CAR_ACTIONS + 1, false);
    const vg_head *mean = vg_head_default(plain), *gaussian;
    ck_ok(vg_head_find("gaussian", &gaussian, &diag));
    ck_ok(vg_head_check(mean, NULL, plain, 4, &diag));
    ck_fails(vg_head_check(mean, NULL, plain, 5, &diag), VG_ERR_MISMATCH, "sense: a network of 4 inputs");
    ck_fails(vg_head_check(mean, NULL, wide, 4, &diag), VG_ERR_MISMATCH, "3 outputs");
    ck_fails(vg_head_check(gaussian, NULL, plain, 4, &diag), VG_ERR_MISMATCH,
             "'gaussian' needs a network with log_std");
    vg_network_destroy(plain);
    vg_network_destroy(wide);
}
END_TEST

CK_MAIN("heads", are_found_by_name, follow_the_network_by_default, refuse_a_network_that_does_not_fit)
