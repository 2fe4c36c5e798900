#include "app/cli/output.h"
#include "tests/check.h"

static void prints(const char *const *cells, int32_t count, const char *expected) {
    static const char *const titles[] = {"name", "laps", "note"};
    vg_table table;
    vg_text text = {0};
    vg_table_begin(&table, 3, titles);
    for (int32_t i = 0; i < count; i++) vg_table_cell(&table, "%s", cells[i]);
    vg_table_text(&table, &text);
    ck_assert_str_eq(text.bytes, expected);
    vg_text_free(&text);
    vg_table_free(&table);
}

START_TEST(numbers_stand_right_and_words_left) {
    static const char *const cells[] = {"bc", "7", "x", "dagger", "120 %", "longer"};
    prints(cells, 6,
           "name     laps  note\n"
           "bc          7  x\n"
           "dagger  120 %  longer\n");
}
END_TEST

// What stands for a missing number moves no column; a date or a share is no number.
START_TEST(tells_a_number_from_a_word) {
    static const char *const missing[] = {"a", "-", "x", "b", "12", "y"};
    prints(missing, 6, "name  laps  note\na        -  x\nb       12  y\n");
    static const char *const share[] = {"a", "3/4", "x", "b", "12", "y"};
    prints(share, 6, "name  laps  note\na     3/4   x\nb     12    y\n");
}
END_TEST

START_TEST(counts_characters_not_bytes) {
    static const char *const cells[] = {"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f", "1", "x", "abcd", "2", "y"};
    prints(cells, 6, "name  laps  note\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f     1  x\nabcd     2  y\n");
}
END_TEST

START_TEST(only_titles) { prints(NULL, 0, "name  laps  note\n"); }
END_TEST

CK_MAIN("table", numbers_stand_right_and_words_left, tells_a_number_from_a_word, counts_characters_not_bytes,
        only_titles)
