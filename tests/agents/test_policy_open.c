#include "agents/policy_open.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(finds_experts_and_files) {
    vg_policy *policy;
    ck_ok(vg_policy_open("pursuit", &policy, &diag));
    ck_assert_ptr_null(policy->sense);
    vg_policy_destroy(policy);
    ck_fails(vg_policy_open("persuit", &policy, &diag), VG_ERR_NOT_FOUND,
             "no expert and no file 'persuit'; experts are pursuit, pursuit-noisy");
    ck_fails(vg_policy_open("none.safetensors", &policy, &diag), VG_ERR_NOT_FOUND, "none.safetensors: ");
    ck_fails(vg_policy_open("./pursuit", &policy, &diag), VG_ERR_NOT_FOUND, "./pursuit: ");
    ck_fails(vg_policy_open(VG_ROOT "/LICENSE", &policy, &diag), VG_ERR_FORMAT,
             "LICENSE: no safetensors file");
    ck_assert_ptr_null(policy);
}
END_TEST

CK_MAIN("find", finds_experts_and_files)
