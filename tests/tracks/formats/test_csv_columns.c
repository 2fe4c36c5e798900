#include "tracks/formats/csv_columns.h"

#include <string.h>

#include "tests/check.h"

START_TEST(cuts_fields_as_people_write_them) {
    char *fields[VG_CSV_COLUMNS];
    char quoted[] = "\"x, y\" , ' b ',\"\",3;", blanks[] = "  1\t 2   3 ", tabs[] = "a b\tc\t", one[] = "";
    ck_assert_int_eq(vg_csv_fields(quoted, ',', fields), 4);
    ck_assert_str_eq(fields[0], "x, y");
    ck_assert_str_eq(fields[1], "b");
    ck_assert_str_eq(fields[2], "");
    ck_assert_str_eq(fields[3], "3");
    ck_assert_int_eq(vg_csv_fields(blanks, ' ', fields), 3);
    ck_assert_str_eq(fields[2], "3");
    ck_assert_int_eq(vg_csv_fields(tabs, '\t', fields), 2);
    ck_assert_str_eq(fields[0], "a b");
    ck_assert_int_eq(vg_csv_fields(one, ',', fields), 1);
    char many[200] = "";
    for (int i = 0; i < 50; i++) strcat(many, "1,");
    ck_assert_int_eq(vg_csv_fields(many, ',', fields), 50);
}
END_TEST

START_TEST(finds_the_separator) {
    ck_assert_int_eq(vg_csv_separator("1,2,3"), ',');
    ck_assert_int_eq(vg_csv_separator("1,5;2,5"), ';');
    ck_assert_int_eq(vg_csv_separator("1,5\t2,5"), '\t');
    ck_assert_int_eq(vg_csv_separator("x ,\ty,\tz"), ',');
    ck_assert_int_eq(vg_csv_separator("1 2 3"), ' ');
    ck_assert_int_eq(vg_csv_separator("1,2;"), ',');
    ck_assert_int_eq(vg_csv_separator("1"), ',');
}
END_TEST

START_TEST(knows_columns_by_their_names) {
    static const struct {
        const char *header;
        int x, y, right, left, width;
    } cases[] = {
        {"x_m,y_m,w_tr_right_m,w_tr_left_m", 0, 1, 2, 3, -1},
        {"\"X [m]\";\"Y [m]\";\"Width Left [m]\";\"Width Right [m]\"", 0, 1, 3, 2, -1},
        {"s_m; x_m; y_m; psi_rad; kappa_radpm; vx_mps; ax_mps2", 1, 2, -1, -1, -1},
        {"x_ref_m; y_ref_m; width_right_m; width_left_m; x_normvec_m; y_normvec_m; alpha_m", 0, 1, 2, 3, -1},
        {"y\tx\twidth", 1, 0, -1, -1, 2},
        {"center_x,center_y", 0, 1, -1, -1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char copy[200], twice[40];
        vg_csv_columns c;
        strcpy(copy, cases[i].header);
        ck_assert_msg(vg_csv_header_columns(copy, &c, twice), "case %zu", i);
        ck_assert_str_eq(twice, "");
        const int expected[] = {cases[i].x, cases[i].y, cases[i].right, cases[i].left, cases[i].width};
        for (int role = VG_CSV_X; role <= VG_CSV_WIDTH; role++)
            ck_assert_msg(c.at[role] == expected[role], "case %zu, role %d: %d", i, role, c.at[role]);
    }
    char units[] = "x_cm,y_ft,w_right_mm,w_left_km", twice[40];
    vg_csv_columns c;
    ck_assert(vg_csv_header_columns(units, &c, twice));
    ck_assert(c.scale[0] == 0.01 && c.scale[1] == 0.3048 && c.scale[2] == 0.001 && c.scale[3] == 1000);
    char again[] = "x,y,X [m]";
    ck_assert(vg_csv_header_columns(again, &c, twice));
    ck_assert_str_eq(twice, "X [m]");
    static const char *const none[] = {"1,2,3", "lat,lon", "x only", "t,vx,vy", ""};
    for (int i = 0; i < 5; i++) {
        char copy[40];
        strcpy(copy, none[i]);
        ck_assert_msg(!vg_csv_header_columns(copy, &c, NULL), "%s", none[i]);
    }
}
END_TEST

START_TEST(knows_borders_by_their_names) {
    static const char *const headers[] = {"left_x,left_y,right_x,right_y",
                                          "x_left_m;y_left_m;x_right_m;y_right_m",
                                          "left_border_x,left_border_y,right_border_x,right_border_y",
                                          "X_i,Y_i,X_o,Y_o", "inner x,inner y,outer x,outer y"};
    for (int i = 0; i < 5; i++) {
        char copy[100];
        vg_csv_columns c;
        strcpy(copy, headers[i]);
        ck_assert_msg(vg_csv_header_columns(copy, &c, NULL), "%s", headers[i]);
        for (int k = 0; k < 4; k++) ck_assert_int_eq(c.at[VG_CSV_LEFT_X + k], k);
        ck_assert_int_eq(c.sides_unknown, i >= 3);
    }
}
END_TEST

static vg_csv_columns guess(const char *text) {
    vg_csv_lines lines;
    vg_csv_columns columns;
    vg_diag diag;
    vg_csv_begin(&lines, text, (int64_t)strlen(text), "f", 200);
    ck_ok(vg_csv_next(&lines, "", &diag));
    if (!vg_csv_guess_columns(&lines, &columns)) columns.count = 0;
    return columns;
}

START_TEST(guesses_by_numbers) {
    vg_csv_columns c = guess("1,2\n3,4\n5,6\n");
    ck_assert(c.at[VG_CSV_X] == 0 && c.at[VG_CSV_Y] == 1 && c.at[VG_CSV_RIGHT] == -1);
    c = guess("1,0.5,2\n3,0.5,4\n5,0.5,6\n"); // the second is a height
    ck_assert(c.at[VG_CSV_X] == 0 && c.at[VG_CSV_Y] == 2 && c.count == 3);
    c = guess("1 2 3 4\n\n# comment\n3 4 3 4\n");
    ck_assert(c.at[VG_CSV_RIGHT] == 2 && c.at[VG_CSV_LEFT] == 3 && c.separator == ' ');
    c = guess("0;10;20;0.1;0.2;8;0\n5;13;24;0.1;0.2;8;0\n10;16;28;0.1;0.2;8;0\n"); // arc length, x, y
    ck_assert(c.at[VG_CSV_X] == 1 && c.at[VG_CSV_Y] == 2 && c.at[VG_CSV_RIGHT] == -1);
    c = guess("1,5;2,5;6;6\n3,5;4,5;6;6\n");
    ck_assert(c.count == 4 && c.separator == ';');
    ck_assert_int_eq(guess("word,2\n").count, 0);
    ck_assert_int_eq(guess("1\n").count, 0);
}
END_TEST

CK_MAIN("csv_columns", cuts_fields_as_people_write_them, finds_the_separator, knows_columns_by_their_names,
        knows_borders_by_their_names, guesses_by_numbers)
