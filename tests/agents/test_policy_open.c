#include "agents/policy_open.h"

#include <string.h>
#include <unistd.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(finds_experts_and_files) {
    vg_policy *policy;
    ck_ok(vg_policy_open("pursuit", &(vg_policy_terms){0}, &policy, &diag));
    ck_assert_ptr_null(policy->sense);
    vg_policy_destroy(policy);
    ck_fails(vg_policy_open("persuit", &(vg_policy_terms){0}, &policy, &diag), VG_ERR_NOT_FOUND,
             "no expert and no file 'persuit'; experts are pursuit, pursuit-noisy");
    ck_fails(vg_policy_open("none.safetensors", &(vg_policy_terms){0}, &policy, &diag), VG_ERR_NOT_FOUND,
             "none.safetensors: ");
    ck_fails(vg_policy_open("./pursuit", &(vg_policy_terms){0}, &policy, &diag), VG_ERR_NOT_FOUND,
             "./pursuit: ");
    ck_fails(vg_policy_open(VG_ROOT "/LICENSE", &(vg_policy_terms){0}, &policy, &diag), VG_ERR_FORMAT,
             "LICENSE: not a safetensors file");
    ck_assert_ptr_null(policy);
}
END_TEST

// What a file names does not run, and what runs is what it was.
START_TEST(data_does_not_run) {
    static const char *const foreign[] = {"exec:touch " VG_ROOT "/ran", "so:./none.so", "exec:", "so:"};
    vg_policy *policy;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        ck_fails(vg_policy_open(foreign[i], &(vg_policy_terms){0}, &policy, &diag), VG_ERR_ARGUMENT,
                 "--allow-exec");
        ck_fails(vg_policy_may_open(foreign[i], VG_NAMED_BY_FILE, &diag), VG_ERR_ARGUMENT, "--allow-exec");
        ck_ok(vg_policy_may_open(foreign[i], VG_NAMED_BY_USER, &diag));
        ck_assert_ptr_null(policy);
    }
    ck_ok(vg_policy_may_open("pursuit", VG_NAMED_BY_FILE, &diag));
    ck_ok(vg_policy_may_open("execs.safetensors", VG_NAMED_BY_FILE, &diag));
    ck_assert_int_ne(access(VG_ROOT "/ran", F_OK), 0);
}
END_TEST

START_TEST(the_hash_is_compared_first) {
    vg_policy *policy;
    vg_policy_terms terms = {.trust = VG_NAMED_BY_USER, .hash = "0123456789abcdef"};
    // A file that no linker would load: its hash is looked at before.
    ck_fails(vg_policy_open("so:" VG_ROOT "/LICENSE", &terms, &policy, &diag), VG_ERR_MISMATCH,
             "expected '0123456789abcdef'");
    ck_fails(vg_policy_open("exec:exit 9", &terms, &policy, &diag), VG_ERR_MISMATCH, "another by now");
    ck_fails(vg_policy_open("pursuit", &terms, &policy, &diag), VG_ERR_MISMATCH, "another by now");
    ck_assert_ptr_null(policy);
    terms.hash = "";
    ck_ok(vg_policy_open("pursuit", &terms, &policy, &diag));
    vg_policy_destroy(policy);
}
END_TEST

CK_MAIN("policy open", finds_experts_and_files, data_does_not_run, the_hash_is_compared_first)
