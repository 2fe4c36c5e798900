#include <string.h>

#include "tests/check.h"

START_TEST(says_where_and_what) {
    vg_diag diag;
    char text[1024];
    ck_assert_int_eq(vg_fail_at(&diag, VG_ERR_FORMAT, "a.csv", 7, "x_m", "'%s' is not a number", "abc"),
                     VG_ERR_FORMAT);
    ck_assert_str_eq(vg_diag_format(&diag, text, sizeof text), "a.csv:7: x_m: 'abc' is not a number");
    ck_assert_int_eq(vg_fail(&diag, VG_ERR_ARGUMENT, "count is %d, must be 1 or more", 0), VG_ERR_ARGUMENT);
    ck_assert_str_eq(vg_diag_format(&diag, text, sizeof text), "count is 0, must be 1 or more");
    ck_assert_int_eq(vg_fail_memory(NULL), VG_ERR_MEMORY);
}
END_TEST

START_TEST(truncates_long_texts) {
    vg_diag diag;
    char long_text[4000], text[100];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    (void)vg_fail_at(&diag, VG_ERR_IO, long_text, 1, long_text, "%s", long_text);
    vg_diag_format(&diag, text, sizeof text);
    ck_assert_uint_eq(strlen(text), sizeof text - 1);
}
END_TEST

START_TEST(maps_to_exit_statuses) {
    ck_assert_int_eq(vg_err_exit_status(VG_OK), 0);
    ck_assert_int_eq(vg_err_exit_status(VG_ERR_FORMAT), 2);
    ck_assert_int_eq(vg_err_exit_status(VG_ERR_IO), 4);
    ck_assert_int_eq(vg_err_exit_status(VG_ERR_INTERRUPTED), 130);
}
END_TEST

START_TEST(an_argument_out_of_a_file_is_the_files_fault) {
    vg_diag diag;
    ck_assert_int_eq(vg_fail_of_file(vg_fail(&diag, VG_ERR_ARGUMENT, "3 heads"), &diag), VG_ERR_FORMAT);
    ck_assert_int_eq(diag.code, VG_ERR_FORMAT);
    ck_assert_str_eq(diag.text, "3 heads");
    ck_assert_int_eq(vg_fail_of_file(vg_fail_memory(&diag), &diag), VG_ERR_MEMORY);
    ck_assert_int_eq(diag.code, VG_ERR_MEMORY);
    ck_assert_int_eq(vg_fail_of_file(VG_OK, &diag), VG_OK);
    ck_assert_int_eq(vg_fail_of_file(VG_ERR_ARGUMENT, NULL), VG_ERR_FORMAT);
}
END_TEST

CK_MAIN("error", says_where_and_what, an_argument_out_of_a_file_is_the_files_fault, truncates_long_texts,
        maps_to_exit_statuses)
