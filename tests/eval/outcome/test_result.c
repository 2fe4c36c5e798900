#include "eval/outcome/result.h"

#include "tests/check.h"
#include "tests/outcome_fixture.h"

static json_t *at(json_t *object, const char *key) {
    json_t *value = json_object_get(object, key);
    ck_assert_msg(value != NULL, "no key '%s'", key);
    return value;
}

static json_t *document(const vg_outcome *outcome, bool episodes) {
    vg_text first = {0}, second = {0};
    vg_diag diag;
    ck_ok(vg_result_json(outcome, episodes, &first, &diag));
    ck_ok(vg_result_json(outcome, episodes, &second, &diag));
    ck_assert_str_eq(first.bytes, second.bytes);
    json_t *root = json_loads(first.bytes, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(root);
    vg_text_free(&first);
    vg_text_free(&second);
    return root;
}

START_TEST(writes_what_was_run) {
    outcome_fixture f;
    fixture_outcome(&f);
    json_t *root = document(&f.outcome, false), *suite = at(root, "suite");
    ck_assert_str_eq(json_string_value(at(root, "kind")), "verge result");
    ck_assert_int_eq(json_integer_value(at(root, "schema_version")), VG_RESULT_VERSION);
    ck_assert_str_eq(json_string_value(at(root, "of")), "evaluation");
    ck_assert(json_is_null(at(root, "study_hash")));
    ck_assert_str_eq(json_string_value(at(suite, "name")), "tiny");
    ck_assert_int_eq(json_integer_value(at(suite, "starts")), f.suite.config.starts);
    ck_assert_str_eq(json_string_value(at(suite, "costs")), "all");
    ck_assert_int_eq(json_array_size(at(suite, "test")), 2);
    json_t *road = json_array_get(at(root, "roads"), 0);
    ck_assert_str_eq(json_string_value(at(road, "name")), "the \"oval\", wet");
    ck_assert(json_is_true(at(road, "closed")));
    ck_assert_int_eq(json_object_size(at(root, "costs")), 3);
    ck_assert_int_eq(json_array_size(at(root, "arms")), 2);
    json_decref(root);
    fixture_outcome_free(&f);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(writes_what_came_out) {
    outcome_fixture f;
    fixture_outcome(&f);
    json_t *root = document(&f.outcome, false), *arm = json_array_get(at(root, "arms"), 0);
    json_t *summary = at(arm, "summary"), *off = at(summary, "off_road");
    ck_assert_int_eq(json_object_size(summary), VG_METRIC_COUNT);
    ck_assert(json_real_value(at(off, "value")) == 0.5 && json_real_value(at(off, "high")) == 0.75);
    ck_assert(json_is_null(at(at(summary, "mean_speed"), "low")));
    ck_assert(json_is_null(at(summary, "excess"))); // NaN
    ck_assert(json_is_true(at(at(arm, "pinned"), "drift_99")));
    ck_assert_int_eq(json_array_size(at(arm, "seeds")), 2);
    ck_assert_str_eq(json_string_value(at(json_array_get(at(arm, "seeds"), 0), "hash")), "0000000000000abc");
    ck_assert_int_eq(json_array_size(at(at(arm, "curves"), "alive_low")), 2);
    json_t *slopes = at(at(at(arm, "growth"), "a"), "slope");
    ck_assert_str_eq(json_string_value(json_array_get(slopes, 0)), "no fit");
    ck_assert(json_is_null(at(at(arm, "growth"), "b")));
    ck_assert_ptr_null(json_object_get(arm, "episodes"));
    json_t *expert = json_array_get(at(root, "arms"), 1), *pair = json_array_get(at(root, "comparisons"), 0);
    ck_assert(json_is_null(at(expert, "sense")) && json_is_null(at(expert, "budget")));
    ck_assert_str_eq(json_string_value(at(pair, "a")), "pursuit");
    ck_assert(json_real_value(at(pair, "p_holm")) == 0.02);
    json_decref(root);

    root = document(&f.outcome, true);
    json_t *rows = at(json_array_get(at(root, "arms"), 0), "episodes");
    ck_assert_int_eq(json_array_size(rows), 4); // two seeds of two
    ck_assert_int_eq(json_integer_value(at(json_array_get(rows, 2), "seed")), 2);
    ck_assert(json_is_null(at(json_array_get(rows, 0), "off_time")));
    ck_assert(json_real_value(at(json_array_get(rows, 1), "start_offset")) ==
              -1); // -1 is a position here, not "none"
    json_decref(root);
    fixture_outcome_free(&f);
}
END_TEST

static int64_t jansson_left;
static void *jansson_malloc(size_t size) { return jansson_left-- > 0 ? malloc(size) : NULL; }

// Whatever jansson fails to allocate, the error is lack of memory, not a bad text.
START_TEST(tells_memory_from_text) {
    outcome_fixture f;
    fixture_outcome(&f);
    vg_diag diag;
    json_set_alloc_funcs(jansson_malloc, free);
    bool done = false;
    int64_t n = 0;
    for (; !done; n += n < 300 ? 1 : 97) {
        vg_text text = {0};
        jansson_left = n;
        vg_err err = vg_result_json(&f.outcome, false, &text, &diag);
        done = err == VG_OK;
        if (!done) ck_assert_int_eq(err, VG_ERR_MEMORY);
        vg_text_free(&text);
    }
    json_set_alloc_funcs(malloc, free);
    ck_assert_int_gt(n, 300);
    fixture_outcome_free(&f);
}
END_TEST

START_TEST(refuses_what_is_no_text) {
    outcome_fixture f;
    fixture_outcome(&f);
    f.arms[1].label = "\xff";
    vg_text text = {0};
    vg_diag diag;
    ck_fails(vg_result_json(&f.outcome, false, &text, &diag), VG_ERR_ARGUMENT, "UTF-8");
    vg_text_free(&text);
    uint64_t before = vg_result_score_hash(&f.rollout);
    f.episodes[1].off_time = 1.25;
    ck_assert(vg_result_score_hash(&f.rollout) != before);
    fixture_outcome_free(&f);
}
END_TEST

CK_MAIN("result", writes_what_was_run, writes_what_came_out, refuses_what_is_no_text, tells_memory_from_text)
