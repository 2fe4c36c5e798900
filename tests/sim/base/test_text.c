#include "sim/base/text.h"

#include <locale.h>
#include <math.h>
#include <string.h>

#include "sim/base/hash.h"
#include "tests/check.h"

static const double numbers[] = {0,         -0.0,
                                 0.1,       1.0 / 3,
                                 1e21,      123456789.125,
                                 5e-324,    2.2250738585072014e-308,
                                 1e-5,      -2.5e9,
                                 0x1p-1022, 1e300,
                                 0.3,       9007199254740993.0,
                                 1e23,      100,
                                 4.35,      M_PI,
                                 1e15,      1.7976931348623157e308};

static void round_trips(void) {
    char text[32];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double back = NAN;
        ck_assert(vg_parse_double(vg_format_double(numbers[i], text), &back));
        ck_assert_msg(memcmp(&back, &numbers[i], sizeof back) == 0, "%s", text);
    }
    for (int64_t i = 0; i < 20000; i++) {
        uint64_t bits = vg_hash_int(0, &i, 1); // any bits at all
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            ck_assert(vg_parse_double(vg_format_double(value, text), &back));
            ck_assert_msg(memcmp(&back, &value, sizeof back) == 0, "%s", text);
        }
        float single;
        memcpy(&single, &bits, sizeof single);
        if (!isfinite(single)) continue;
        ck_assert(vg_parse_double(vg_format_float(single, text), &back));
        float single_back = (float)back;
        ck_assert_msg(memcmp(&single_back, &single, sizeof single) == 0, "%s", text);
    }
}

START_TEST(numbers_round_trip) { round_trips(); }
END_TEST

START_TEST(numbers_do_not_know_the_locale) {
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) {
        printf("SKIP: no locale with a decimal comma is installed\n");
        return;
    }
    char text[32];
    ck_assert_str_eq(vg_format_double(0.5, text), "0.5");
    ck_assert_str_eq(vg_format_float(-1234.5f, text), "-1234.5");
    round_trips();
}
END_TEST

START_TEST(numbers_are_short) {
    char text[32];
    ck_assert_str_eq(vg_format_double(0.1, text), "0.1");
    ck_assert_str_eq(vg_format_double(-0.0, text), "-0");
    ck_assert_str_eq(vg_format_double(5e-324, text), "5e-324");
    ck_assert_str_eq(vg_format_double(1.0 / 3, text), "0.3333333333333333");
    ck_assert_str_eq(vg_format_double(1e21, text), "1e+21");
    ck_assert_str_eq(vg_format_float(0.1f, text), "0.1");
    ck_assert_str_eq(vg_format_float(1e-45f, text), "1e-45");
    ck_assert_str_eq(vg_format_float(16777216.0f, text), "16777216");
    ck_assert_str_eq(vg_format_double(NAN, text), "nan");
    ck_assert_str_eq(vg_format_double(-NAN, text), "nan");
    ck_assert_str_eq(vg_format_double(INFINITY, text), "inf");
    ck_assert_str_eq(vg_format_float(-INFINITY, text), "-inf");
}
END_TEST

START_TEST(only_decimal_numbers_parse) {
    double d = 42;
    const char *const good[] = {"1", " 1 ", "-1.5e3", "+.5", "5.", "1E-400", "0001", "\t2\r\n"};
    const double values[] = {1, 1, -1500, 0.5, 5, 0, 1, 2};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(vg_parse_double(good[i], &d), "%s", good[i]);
        ck_assert(d == values[i]);
    }
    const char *const bad[] = {"",   " ",   ".",   "-",     "nan", "inf", "1x",  "60x", "0x10", "1e",
                               "e5", "1e+", "1,5", "1e400", "1 2", "--1", "+-1", "1_0", "1f",   "infinity"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        d = 42;
        ck_assert_msg(!vg_parse_double(bad[i], &d), "%s", bad[i]);
        ck_assert(d == 42);
    }
    int64_t n = 42;
    ck_assert(vg_parse_int(" -9223372036854775808 ", &n));
    ck_assert(n == INT64_MIN);
    const char *const no_int[] = {"", "1.0", "1e3", "9223372036854775808", "0x1", "1 1", "-", "two"};
    for (size_t i = 0; i < sizeof no_int / sizeof *no_int; i++)
        ck_assert_msg(!vg_parse_int(no_int[i], &n), "%s", no_int[i]);
}
END_TEST

START_TEST(grows) {
    vg_text text = {0};
    for (int i = 0; i < 1000; i++) vg_text_add(&text, "%d,", i % 10);
    vg_text_bytes(&text, "\0x", 2);
    vg_text_bytes(&text, "", 0);
    ck_assert(!text.failed);
    ck_assert_int_eq(text.size, 2002);
    ck_assert_int_eq(text.bytes[2002], 0);
    ck_assert_int_eq(memcmp(text.bytes, "0,1,2,", 6), 0);
    vg_text_free(&text);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(remembers_that_memory_ran_out) {
    for (int n = 1; n < 6; n++) {
        vg_text text = {0};
        vg_memory_fail_after(n);
        for (int i = 0; i < 2000; i++) vg_text_add(&text, "0123456789");
        vg_memory_fail_never();
        ck_assert(text.failed);
        int64_t size = text.size;
        vg_text_add(&text, "more");
        vg_text_bytes(&text, "more", 4);
        ck_assert_int_eq(text.size, size);
        vg_text_free(&text);
        ck_assert_int_eq(vg_memory_live(), 0);
    }
}
END_TEST

START_TEST(finds_what_was_meant) {
    const struct {
        int other;
        const char *name;
    } rows[] = {{0, "steer_max"}, {0, "steer_lag"}, {0, NULL}, {0, "wheelbase"}};
#define NEAREST(word) vg_nearest(word, &rows[0].name, sizeof *rows, 4)
    ck_assert_str_eq(NEAREST("steer_max"), "steer_max");
    ck_assert_str_eq(NEAREST("steer-lag"), "steer_lag");
    ck_assert_str_eq(NEAREST("wheelbsae"), "wheelbase");
    ck_assert_str_eq(NEAREST("whelbase"), "wheelbase");
    ck_assert_ptr_null(NEAREST("colour"));
    ck_assert_ptr_null(NEAREST("x"));
    char long_word[500];
    memset(long_word, 'w', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = 0;
    ck_assert_ptr_null(NEAREST(long_word));
}
END_TEST

START_TEST(knows_printable_text) {
    ck_assert(vg_is_printable(""));
    ck_assert(vg_is_printable("N\xc3\xbcrburgring \xe2\x80\x93 \xf0\x9f\x8f\x81"));
    const char *const bad[] = {
        "\n",       "\x7f",     "\xff", "\xc0\x80",     "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xe2\x80", "\xc2\x85", "\x80", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) ck_assert_msg(!vg_is_printable(bad[i]), "%zu", i);
}
END_TEST

START_TEST(names_are_printable) {
    char name[8];
    struct {
        const char *text, *name;
        size_t length;
    } cases[] = {{"road", "road", 99},
                 {"road", "ro", 2},
                 {"a-long-name", "a-long-", 99},
                 {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9\xc3\xa9",
                  99}, // not half of a fourth character
                 {"\xc3\xa9", "_", 1},
                 {"a\nb\x1b\xff", "a_b__", 99},
                 {"\xf0\x9f\x8f", "___", 99},
                 {"", "", 99}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_name_of(name, sizeof name, cases[i].text, cases[i].length);
        ck_assert_str_eq(name, cases[i].name);
        ck_assert(vg_is_printable(name));
    }
}
END_TEST

START_TEST(counts_parse_with_a_separator) {
    static const struct {
        const char *text, *says; // NULL: good
        int32_t count;
    } cases[] = {
        {"1/60", NULL, 2},
        {"7", NULL, 1},
        {"3/1/2", NULL, 3},
        {"1/2/3/4", "width: more than 3 numbers", 0},
        {"", "width: '', expected a whole number in [1, 60]", 0},
        {"1/", "width: '', expected", 0},
        {"1/x", "width: 'x', expected a whole number in [1, 60]", 0},
        {"0", "width: '0', expected", 0},
        {"61", "width: '61', expected", 0},
        {"-1", "width: '-1', expected", 0},
        {"1,2", "width: '1,2', expected", 0},
        {"000000000000000000000000000001", "width", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_diag diag;
        int32_t values[3] = {0}, count = 0;
        if (cases[i].says) {
            ck_fails(vg_parse_counts("width", cases[i].text, '/', 60, 3, values, &count, &diag),
                     VG_ERR_FORMAT, cases[i].says);
        } else {
            ck_ok(vg_parse_counts("width", cases[i].text, '/', 60, 3, values, &count, &diag));
            ck_assert_int_eq(count, cases[i].count);
        }
    }
    int32_t values[2], count;
    ck_assert_int_eq(vg_parse_counts("tick", "1/60", '/', 60, 2, values, &count, NULL), VG_OK);
    ck_assert(values[0] == 1 && values[1] == 60);
}
END_TEST

START_TEST(an_unknown_name_is_told_the_known_ones) {
    static const char *const known[] = {"mean", "gaussian"};
    vg_diag diag;
    ck_fails(vg_fail_unknown(&diag, "head", "chunk", known, 2), VG_ERR_FORMAT,
             "head: 'chunk' is unknown, expected one of: mean, gaussian");
    ck_fails(vg_fail_unknown(&diag, "head", "gausian", known, 2), VG_ERR_FORMAT, "did you mean 'gaussian'?");
    const char *many[80];
    for (int i = 0; i < 80; i++) many[i] = "a_name_that_is_long";
    ck_fails(vg_fail_unknown(&diag, "head", "x", many, 80), VG_ERR_FORMAT, "a_name_that_is_long");
}
END_TEST

START_TEST(is_made_harmless) {
    const struct {
        const char *text, *line;
    } cases[] = {
        {"plain \u00e9 \u4e2d \U0001f600", "plain \u00e9 \u4e2d \U0001f600"},
        {"a\033[31m\a\t\177b", "a [31m   b"},
        {"a\nb\r", "a b "},
        {"\xc2\x9b"
         "2J",
         "??2J"},
        {"\xff\xc0\xaf\xe2\x82", "?????"},
        {"x\u202ey\u2066z", "x???y???z"},
        {"\xef\xbf\xbe\xef\xbf\xbf", "??????"},
        {"\u2028", "???"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_text out = {0};
        vg_text_line(&out, cases[i].text, (int64_t)strlen(cases[i].text));
        ck_assert_str_eq(out.bytes, cases[i].line);
        vg_text_free(&out);
    }
    char lines[] = "a\n\033b\xf0\x9f"; // cut within a character
    vg_make_harmless(lines, (int64_t)strlen(lines), true);
    ck_assert_str_eq(lines, "a\n b??");
    ck_assert(!vg_is_printable("\xef\xbf\xbe") && vg_is_printable("\xef\xbf\xbd"));
}
END_TEST

START_TEST(words_are_quoted_for_a_shell) {
    const char *const cases[][2] = {{"out/a-1.vlog", "out/a-1.vlog"}, {"", "''"},         {"a b", "'a b'"},
                                    {"it's", "'it'\\''s'"},           {"$(x)", "'$(x)'"}, {"~", "'~'"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_text out = {0};
        vg_text_word(&out, cases[i][0]);
        ck_assert_str_eq(out.bytes, cases[i][1]);
        vg_text_free(&out);
    }
}
END_TEST

CK_MAIN("text", is_made_harmless, words_are_quoted_for_a_shell, numbers_round_trip,
        numbers_do_not_know_the_locale, numbers_are_short, only_decimal_numbers_parse, grows,
        remembers_that_memory_ran_out, finds_what_was_meant, knows_printable_text, names_are_printable,
        counts_parse_with_a_separator, an_unknown_name_is_told_the_known_ones)
