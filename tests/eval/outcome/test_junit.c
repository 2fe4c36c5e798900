#include "eval/outcome/junit.h"

#include "tests/check.h"
#include "tests/outcome_fixture.h"

START_TEST(tells_and_does_not_judge) {
    outcome_fixture f;
    fixture_outcome(&f);
    f.arms[1].source = "a&b\x01\n";
    vg_text text = {0};
    vg_diag diag;
    ck_ok(vg_junit(&f.outcome, &text, &diag));
    static const char *const parts[] = {
        "<testsuites name=\"tiny\" tests=\"3\" failures=\"0\"",
        "<testsuite name=\"bc 2, &lt;z&gt;\" tests=\"2\" failures=\"0\"",
        "<testcase classname=\"bc 2, &lt;z&gt;\" name=\"seed 2\"",
        "<testcase classname=\"pursuit\" name=\"pursuit\"",
        "<property name=\"policy_hash\" value=\"0000000000000abc\"/>",
        "<property name=\"off_road_high\" value=\"0.75\"/>",
        "<property name=\"source\" value=\"a&amp;b?&#10;\"/>",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ck_assert_msg(strstr(text.bytes, parts[i]) != NULL, "no %s", parts[i]);
    ck_assert_ptr_null(strstr(text.bytes, "nan"));
    ck_assert_ptr_null(strstr(text.bytes, "<failure"));
    vg_text_free(&text);
    fixture_outcome_free(&f);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("junit", tells_and_does_not_judge)
