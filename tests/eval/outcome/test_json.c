#include "eval/outcome/json.h"

#include <math.h>

#include "tests/check.h"

static void writes(json_t *value, const char *expected) {
    vg_text text = {0};
    vg_json_text(value, &text);
    ck_assert_str_eq(text.bytes, expected);
    vg_text_free(&text);
    json_decref(value);
}

START_TEST(writes_plain_values) {
    writes(json_null(), "null\n");
    writes(json_true(), "true\n");
    writes(json_integer(-7), "-7\n");
    writes(json_real(5), "5.0\n");
    writes(json_real(0.1), "0.1\n");
    writes(json_string("a\"b\\c\n\xc3\xa4"), "\"a\\\"b\\\\c\\u000a\xc3\xa4\"\n");
}
END_TEST

START_TEST(indents_what_is_nested) {
    writes(json_object(), "{}\n");
    writes(json_pack("[i i s]", 1, 2, "x"), "[1, 2, \"x\"]\n");
    writes(json_pack("{s i s [[i] [i i]]}", "z", 1, "a", 2, 3, 4),
           "{\n  \"z\": 1,\n  \"a\": [\n    [2],\n    [3, 4]\n  ]\n}\n");
}
END_TEST

// A float is written as the shortest decimal that gives it back, not as the double it widens to.
START_TEST(keeps_numbers_short_and_finite) {
    writes(vg_json_float(0.1f), "0.1\n");
    writes(vg_json_number(0.25), "0.25\n");
    writes(vg_json_number(NAN), "null\n");
    writes(vg_json_float(-INFINITY), "null\n");
}
END_TEST

CK_MAIN("json", writes_plain_values, indents_what_is_nested, keeps_numbers_short_and_finite)
