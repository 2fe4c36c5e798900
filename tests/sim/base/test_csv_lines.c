#include "sim/base/csv_lines.h"

#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(gives_line_after_line) {
    const char text[] = "\xEF\xBB\xBF"
                        "a,b\r\n\nlast";
    vg_csv_lines lines;
    vg_csv_begin(&lines, text, sizeof text - 1, "f.csv", 16);
    static const char *const expected[] = {"a,b\r", "", "last"};
    for (int i = 0; i < 3; i++) {
        ck_assert(lines.at < lines.end);
        ck_ok(vg_csv_next(&lines, "text", &diag));
        ck_assert_str_eq(lines.text, expected[i]);
        ck_assert_int_eq(lines.line, i + 1);
    }
    ck_assert(lines.at == lines.end);
}
END_TEST

START_TEST(refuses_what_is_no_text) {
    vg_csv_lines lines;
    vg_csv_begin(&lines, "good\na\0b\n", 9, "f.csv", 16);
    ck_ok(vg_csv_next(&lines, "numbers", &diag));
    ck_fails(vg_csv_next(&lines, "numbers", &diag), VG_ERR_FORMAT, "f.csv:2: a zero byte; expected text");
    vg_csv_begin(&lines, "12345\n123456\n", 13, "f.csv", 6);
    ck_ok(vg_csv_next(&lines, "numbers", &diag));
    ck_fails(vg_csv_next(&lines, "numbers", &diag), VG_ERR_FORMAT,
             "f.csv:2: a line of 6 characters; expected numbers");
}
END_TEST

START_TEST(cuts_fields) {
    char *fields[3];
    char three[] = " a ;\tb c\t;\r", five[] = "1,2,3,4,5", none[] = "";
    ck_assert_int_eq(vg_csv_cut(three, ';', 3, fields), 3);
    ck_assert_str_eq(fields[0], "a");
    ck_assert_str_eq(fields[1], "b c");
    ck_assert_str_eq(fields[2], "");
    ck_assert_int_eq(vg_csv_cut(five, ',', 3, fields), 5);
    ck_assert_str_eq(fields[2], "3");
    ck_assert_int_eq(vg_csv_cut(none, ',', 3, fields), 1);
    ck_assert_str_eq(fields[0], "");
}
END_TEST

CK_MAIN("csv_lines", gives_line_after_line, refuses_what_is_no_text, cuts_fields)
