#include <string.h>

#include "logs/import/angle.h"
#include "tests/check.h"

static bool read(const char *text, char decimal, vg_angle *out) {
    const vg_field field = {text, (int64_t)strlen(text)};
    return vg_angle_read(&field, decimal, out);
}

static void is(const char *text, double value, char letter, bool degrees) {
    vg_angle angle;
    ck_assert_msg(read(text, '.', &angle), "'%s' is refused", text);
    ck_assert_double_eq_tol(angle.value, value, 1e-12);
    ck_assert_msg(angle.letter == letter && angle.degrees == degrees, "'%s'", text);
}

START_TEST(as_people_write_it) {
    is("52.07N", 52.07, 'N', false);
    is("N 52.07", 52.07, 'N', false);
    is("1.5 w", 1.5, 'W', false);
    is("5204.36S", 5204.36, 'S', false);
    is("-52.5\xC2\xB0", -52.5, 0, true);
    is("52.5 deg E", 52.5, 'E', true);
    is("52\xC2\xB0"
       "4'21.6\"N",
       52.072666666666667, 'N', true);
    is("-1\xC2\xB0 30' 36\"", -1.51, 0, true);
    is("W 1\xB0 30.6'", 1.51, 'W', true);
    is("1\xC2\xB0 30' 36", 1.51, 0, true); // its last quote went with those around the field
    vg_angle angle;
    ck_assert(read("52,5N", ',', &angle) && angle.value == 52.5);
}
END_TEST

START_TEST(what_it_is_not) {
    static const char *const none[] = {"",        "52.07",          "N",
                                       "abc",     "-52.07S",        "N52.07S",
                                       "52N7",    "52\xB0 61'",     "52\xB0 4' 61\"",
                                       "52.1.2N", "52\xB0 4' 3' N", "52\xB0 -4'"};
    vg_angle angle;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(!read(none[i], '.', &angle), "'%s' is read", none[i]);
    ck_assert(!read("52,5N", '.', &angle));
}
END_TEST

START_TEST(a_letter_alone) {
    ck_assert(vg_angle_letter(&(vg_field){"W", 1}) == 'W' && vg_angle_letter(&(vg_field){"n", 1}) == 'N');
    ck_assert(!vg_angle_letter(&(vg_field){"X", 1}) && !vg_angle_letter(&(vg_field){"NE", 2}));
    ck_assert(!vg_angle_letter(&(vg_field){"", 0}));
}
END_TEST

CK_MAIN("angle", as_people_write_it, what_it_is_not, a_letter_alone)
