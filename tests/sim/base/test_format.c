#include "sim/base/format.h"

#include <string.h>

#include "tests/check.h"

static bool begins_with(const char *head, int64_t size, const char *what) {
    return size >= (int64_t)strlen(what) && memcmp(head, what, strlen(what)) == 0;
}
static bool is_apple(const char *head, int64_t size) { return begins_with(head, size, "apple"); }
static bool is_pear(const char *head, int64_t size) { return begins_with(head, size, "pear"); }
// Needs more than the head, which nobody is shown.
static bool is_long(const char *head, int64_t size) {
    (void)head;
    return size > VG_FORMAT_HEAD;
}

static const vg_format apple = {.name = "apple", .endings = "csv", .summary = "red", .sniff = is_apple};
static const vg_format pear = {.name = "pear", .endings = "csv pr", .summary = "green", .sniff = is_pear};
static const vg_format melon = {.name = "melon", .endings = "xml", .summary = "big", .sniff = is_long};
static const vg_format *const table[] = {&apple, &pear, &melon, NULL};

static const vg_format *of(const char *path, const char *bytes) {
    return vg_format_of(table, path, bytes, (int64_t)strlen(bytes));
}

START_TEST(what_a_file_holds_counts_before_its_name) {
    ck_assert_ptr_eq(of("a.csv", "apple"), &apple);
    ck_assert_ptr_eq(of("a.csv", "pear"), &pear);
    ck_assert_ptr_eq(of("a.xml", "pear"), &pear);
    ck_assert_ptr_eq(of("a", "pear"), &pear);
    ck_assert_ptr_eq(of("a.csv", "plum"), &apple); // the first with that ending: it says what is wrong
    ck_assert_ptr_eq(of("a.PR", "plum"), &pear);
    ck_assert_ptr_eq(of("a.XML", ""), &melon);
    ck_assert_ptr_null(of("a.txt", "plum"));
    ck_assert_ptr_null(of("a.csv/plum", "plum")); // a folder's ending is not the file's
    ck_assert_ptr_null(of("csv", "plum"));
    ck_assert_ptr_null(of("a.cs", "plum"));
    char large[VG_FORMAT_HEAD + 10];
    memset(large, 'x', sizeof large);
    ck_assert_ptr_null(vg_format_of(table, "a", large, sizeof large));
}
END_TEST

START_TEST(by_name) {
    ck_assert_ptr_eq(vg_format_named(table, "pear"), &pear);
    ck_assert_ptr_null(vg_format_named(table, "pea"));
    ck_assert_ptr_null(vg_format_named(table, ""));
}
END_TEST

START_TEST(lists_itself) {
    vg_text text = {0};
    vg_format_list(table, &text);
    ck_assert_str_eq(text.bytes, "apple (.csv), pear (.csv .pr), melon (.xml)");
    vg_text_free(&text);
    vg_format_help(table, &text);
    ck_assert_str_eq(text.bytes, "  apple  red (.csv)\n  pear   green (.csv .pr)\n  melon  big (.xml)\n");
    vg_text_free(&text);
}
END_TEST

CK_MAIN("format", what_a_file_holds_counts_before_its_name, by_name, lists_itself)
