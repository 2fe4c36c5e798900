#include <jansson.h>
#include <string.h>

#include "eval/result.h"
#include "tests/drivers.h"
#include "tests/roads.h"

START_TEST(writes_what_was_run) {
    const vg_road *road = stadium_road(60, 15, 4);
    vg_policy *policy = test_policy_create(0.1f, 8, false);
    vg_car car = vg_car_default();
    const char *source = "stadium.csv";
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout r;
    vg_score s;
    vg_diag diag;
    def.policy = policy, def.roads = &road, def.road_count = 1, def.starts = 3, def.horizon = 2,
    def.threads = 1;
    ck_ok(vg_rollout_run(&def, &r, &diag));
    ck_ok(vg_score_rollout(&r, &s, &diag));
    vg_result_policy row = {"good", "good.safetensors", policy, &r, &s};
    vg_result result = {&def, &car, &source, &row, 1};
    vg_text first = {0}, second = {0};
    ck_ok(vg_result_write(&result, &first, &diag));
    ck_ok(vg_result_write(&result, &second, &diag));
    ck_assert_str_eq(first.bytes, second.bytes);
    json_t *root = json_loads(first.bytes, 0, NULL), *policies = json_object_get(root, "policies");
    ck_assert_str_eq(json_string_value(json_object_get(root, "kind")), "verge result");
    ck_assert_int_eq(json_integer_value(json_object_get(root, "schema_version")), VG_RESULT_VERSION);
    json_t *p = json_array_get(policies, 0), *summary = json_object_get(p, "summary");
    ck_assert_int_eq(json_array_size(json_object_get(p, "episodes")), 3);
    ck_assert_double_eq(json_real_value(json_object_get(summary, "off_road")), 0);
    ck_assert(json_is_null(json_object_get(summary, "off_time")));
    ck_assert_str_eq(json_string_value(json_object_get(p, "sense")), "offset,heading,speed,curvature@0");
    ck_assert_int_eq(json_array_size(json_object_get(json_object_get(p, "curves"), "t")), 3);
    json_decref(root);
    vg_text_free(&first);
    vg_text_free(&second);
    vg_score_free(&s);
    vg_rollout_free(&r);
    vg_policy_destroy(policy);
    vg_road_destroy((vg_road *)road);
}
END_TEST

CK_MAIN("result", writes_what_was_run)
