#include "agents/rewards/reward_draft.h"

#include <string.h>

#include "tests/scratch.h"

static vg_diag diag;

static void read_draft(vg_reward_draft *draft, vg_safetensors *file) {
    char path[256];
    snprintf(path, sizeof path, "%s", scratch("reward.safetensors"));
    ck_ok(vg_safetensors_write(path, VG_REPLACE, draft->tensors, draft->tensor_count, draft->pairs,
                               draft->pair_count, &diag));
    ck_ok(vg_safetensors_read(path, file, &diag));
}

START_TEST(comes_back_as_it_went) {
    static const float weights[] = {1.5f, -2, 0.1f};
    static vg_reward_draft draft;
    vg_reward_put_text(&draft, "kind", "test");
    vg_reward_put_number(&draft, "discount", 0.1);
    vg_reward_put_number(&draft, "terminal", -5e-300);
    vg_reward_put_floats(&draft, "weights", weights, 3);
    vg_safetensors file;
    read_draft(&draft, &file);
    ck_assert_str_eq(vg_safetensors_text(&file, "kind"), "test");
    double number;
    ck_ok(vg_reward_get_number(&file, "r", "discount", &number, &diag));
    ck_assert(number == 0.1);
    ck_ok(vg_reward_get_number(&file, "r", "terminal", &number, &diag));
    ck_assert(number == -5e-300);
    const float *read;
    ck_ok(vg_reward_get_floats(&file, "r", "weights", 3, &read, &diag));
    ck_assert_mem_eq(read, weights, sizeof weights);
    vg_safetensors_free(&file);
}
END_TEST

START_TEST(names_what_is_missing_or_wrong) {
    static const float weights[] = {1, 2};
    static vg_reward_draft draft;
    vg_reward_put_text(&draft, "discount", "much");
    vg_reward_put_floats(&draft, "weights", weights, 2);
    vg_safetensors file;
    read_draft(&draft, &file);
    double number;
    const float *read;
    ck_fails(vg_reward_get_number(&file, "r", "terminal", &number, &diag), VG_ERR_FORMAT,
             "r: terminal: is missing");
    ck_fails(vg_reward_get_number(&file, "r", "discount", &number, &diag), VG_ERR_FORMAT,
             "r: discount: 'much' is not a number");
    ck_fails(vg_reward_get_floats(&file, "r", "bias", 2, &read, &diag), VG_ERR_FORMAT, "bias: is missing");
    ck_fails(vg_reward_get_floats(&file, "r", "weights", 3, &read, &diag), VG_ERR_FORMAT,
             "weights: has 2 values, expected 3");
    vg_safetensors_free(&file);
}
END_TEST

CK_MAIN("reward_draft", comes_back_as_it_went, names_what_is_missing_or_wrong)
