#include "tests/golden.h"

// A golden file for this process only, chosen through the environment.
static void scratch(const char *content) {
    char path[] = "/tmp/verge-golden-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    close(fd);
    setenv("VERGE_GOLDEN_FILE", path, 1);
}

static void holds(const char *content) {
    char text[512] = "";
    FILE *file = fopen(golden_path(), "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unlink(golden_path());
    ck_assert_str_eq(text, content);
}

START_TEST(reads_the_file_in_git) {
    unsetenv("VERGE_GOLDEN");
    ck_golden("golden/self", 0x0123456789abcdef);
}
END_TEST

START_TEST(finds_by_the_whole_name) {
    scratch("# a 1\nab 2\na 3\n\nb 4\nb 5\n");
    FILE *file = fopen(golden_path(), "r");
    uint64_t value = 0;
    ck_assert_int_eq(golden_find(file, "a", &value), 1);
    ck_assert_uint_eq(value, 3);
    ck_assert_int_eq(golden_find(file, "b", &value), 2);
    ck_assert_int_eq(golden_find(file, "c", &value), 0);
    fclose(file);
    unlink(golden_path());
}
END_TEST

START_TEST(update_keeps_the_order) {
    setenv("VERGE_GOLDEN", "update", 1);
    scratch("# head\nb 0000000000000001\nd 0000000000000002\n");
    ck_golden("c", 3);
    ck_golden("a", 4);
    ck_golden("d", 5);
    ck_golden("e", 6);
    holds("# head\na 0000000000000004\nb 0000000000000001\nc 0000000000000003\nd 0000000000000005\n"
          "e 0000000000000006\n");
}
END_TEST

CK_MAIN("golden", reads_the_file_in_git, finds_by_the_whole_name, update_keeps_the_order)
