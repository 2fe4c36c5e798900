// Fields of a line: where they end, and what they hold, to the last bit.
#include "logs/import/field.h"

#include <math.h>
#include <string.h>

#include "sim/base/text.h"
#include "tests/check.h"

static vg_field of(const char *text) { return (vg_field){text, (int64_t)strlen(text)}; }

static void cuts(const char *line, char separator, const char *expected) {
    vg_field fields[8];
    const char *next;
    char joined[200] = "";
    int count = vg_field_cut(line, line + strlen(line), separator, 8, fields, &next);
    for (int i = 0; i < count && i < 8; i++)
        sprintf(joined + strlen(joined), "%s%.*s", i ? "|" : "", (int)fields[i].size, fields[i].at);
    ck_assert_str_eq(joined, expected);
}

START_TEST(lines_are_cut) {
    cuts("a,b,c\nd", ',', "a|b|c");
    cuts(" a , b\t,c \r\n", ',', "a|b|c");
    cuts("\"a,1\", \" b \" ,\"say \"\"x\"\"\"", ',', "a,1|b|say \"\"x\"\"");
    cuts("\"a\"\",b\",c", ',', "a\"\",b|c");
    cuts("\"open, to the end\nnext", ',', "\"open, to the end");
    cuts("", ',', "");
    cuts("a,,\n", ',', "a||");
    cuts("a\t\tb", '\t', "a||b");
    cuts("  a \t b  \"c d\" \r\n", ' ', "a|b|c d");
    vg_field one[1];
    const char *next, *line = "1,2,3\n4";
    ck_assert_int_eq(vg_field_cut(line, line + 7, ',', 1, one, &next), 3);
    ck_assert_ptr_eq(next, line + 6);
    line = "  \n";
    ck_assert_int_eq(vg_field_cut(line, line + 3, ' ', 1, one, &next), 0);
}
END_TEST

START_TEST(numbers_to_the_bit) {
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "1",
                                          "+1.5",
                                          "-12.375",
                                          ".5",
                                          "5.",
                                          "0.1",
                                          "1e3",
                                          "1.7E-308",
                                          "1270.6180555",
                                          "9007199254740993",
                                          "123456789012345678",
                                          "0.1234567890123456789",
                                          "174.6481289",
                                          "1714816801.05",
                                          "4.9406564584124654e-324",
                                          "00012"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double fast, slow;
        const vg_field field = of(numbers[i]);
        ck_assert(vg_field_number(&field, 0, &fast) && vg_parse_double(numbers[i], &slow));
        ck_assert_msg(memcmp(&fast, &slow, sizeof fast) == 0, "%s: %.17g, not %.17g", numbers[i], fast, slow);
    }
    // Many of them, with every number of digits behind the point.
    char text[40];
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        snprintf(text, sizeof text, "%.*f", i % 12, (double)(int64_t)(state >> 20) / 1e7 - 5e5);
        double fast, slow;
        const vg_field field = of(text);
        ck_assert(vg_field_number(&field, '.', &fast) && vg_parse_double(text, &slow));
        ck_assert_msg(fast == slow, "%s", text);
    }
}
END_TEST

START_TEST(what_is_no_number) {
    static const char *const words[] = {"",      "-",     ".",    "1x",    "nan", "inf", "1e",
                                        "1.2.3", "1,2,3", "0x10", "1e999", "1 2", "--1", "1,2.3"};
    double value;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const vg_field field = of(words[i]);
        ck_assert_msg(!vg_field_number(&field, 0, &value), "%s", words[i]);
    }
    const vg_field comma = of("1,5"), point = of("1.5"), long_comma = of("1,5e1");
    ck_assert(vg_field_number(&comma, 0, &value) && value == 1.5);
    ck_assert(vg_field_number(&comma, ',', &value) && !vg_field_number(&comma, '.', &value));
    ck_assert(vg_field_number(&point, '.', &value) && !vg_field_number(&point, ',', &value));
    ck_assert(vg_field_number(&long_comma, ',', &value) && value == 15 &&
              !vg_field_number(&long_comma, '.', &value));
}
END_TEST

static void clock_is(const char *text, int64_t seconds, double fraction, bool dated) {
    vg_field_time time;
    const vg_field field = of(text);
    ck_assert_msg(vg_field_clock(&field, &time), "%s", text);
    ck_assert_msg(time.seconds == seconds && time.fraction == fraction && time.dated == dated,
                  "%s: %lld + %g", text, (long long)time.seconds, time.fraction);
}

START_TEST(times) {
    clock_is("1970-01-01T00:00:00Z", 0, 0, true);
    clock_is("2024-02-29 23:59:59.5", 1709251199, 0.5, true);
    clock_is("2024/03/01 00:00:00", 1709251200, 0, true);
    clock_is("1.3.2024 00:00:00", 1709251200, 0, true);
    clock_is("2000-03-01T00:00:00+01:30", 951868800 - 5400, 0, true);
    clock_is("1969-12-31T23:59:59-0000", -1, 0, true);
    clock_is("13:00:01.25", 46801, 0.25, false);
    clock_is("1:23.456", 83, 0.456, false);
    clock_is("0 days 00:01:23.456000", 83, 0.456, false);
    clock_is("2 days 00:00:01", 172801, 0, false);
    clock_is("11:48:00.5 PM", 23 * 3600 + 48 * 60, 0.5, false);
    clock_is("12:00:01 am", 1, 0, false);
    clock_is("12:00:01PM", 43201, 0, false);
    clock_is("2024-02-29 11:59:59 PM", 1709251199, 0, true);
    static const char *const none[] = {"",
                                       "12",
                                       "1:2",
                                       "1:60",
                                       "25",
                                       "2024-05-04",
                                       "04/05/2024 10:00:00",
                                       "2024-13-01T00:00:00",
                                       "1:23x",
                                       "13:00:00 PM",
                                       "0:00:00 AM",
                                       "11:48:00 P",
                                       "2024-05-04T10:00:00+",
                                       "1:23:4"};
    vg_field_time time;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const vg_field field = of(none[i]);
        ck_assert_msg(!vg_field_clock(&field, &time), "%s", none[i]);
    }
    vg_field field = of("140151.30");
    ck_assert(vg_field_hhmmss(&field, &time) && time.seconds == 14 * 3600 + 111 && time.fraction == 0.3 &&
              !time.dated);
    field = of("146151");
    ck_assert(!vg_field_hhmmss(&field, &time)); // 61 minutes
    field = of("1401:5");
    ck_assert(!vg_field_hhmmss(&field, &time));
}
END_TEST

START_TEST(words) {
    const vg_field field = of("GPS Speed");
    ck_assert(vg_field_is(&field, "gps speed") && !vg_field_is(&field, "gps") &&
              !vg_field_is(&field, "gps speeds"));
}
END_TEST

CK_MAIN("field", lines_are_cut, numbers_to_the_bit, what_is_no_number, times, words)
