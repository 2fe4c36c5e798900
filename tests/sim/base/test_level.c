#include "sim/base/level.h"

#include <string.h>

#include "tests/check.h"

// Each test is a process of its own, so the choice is still open when it starts.

START_TEST(has_names) {
    ck_assert_str_eq(vg_level_name(VG_LEVEL_BASE), "base");
    ck_assert_str_eq(vg_level_name(VG_LEVEL_V3), "v3");
    ck_assert_str_eq(vg_level_name(VG_LEVEL_V4), "v4");
}
END_TEST

START_TEST(is_the_best_unless_told) {
    unsetenv("VERGE_LEVEL");
    ck_assert_int_eq(vg_level_now(), vg_level_best());
    ck_assert_int_lt(vg_level_best(), VG_LEVEL_COUNT);
}
END_TEST

START_TEST(can_be_forced_down_and_back) {
    vg_level best = vg_level_best();
    for (int level = 0; level <= (int)best; level++) {
        ck_assert_int_eq(vg_level_force((vg_level)level), 1);
        ck_assert_int_eq(vg_level_now(), level);
    }
    ck_assert_int_eq(vg_level_best(), best); // forcing does not move it
}
END_TEST

START_TEST(refuses_what_the_cpu_lacks) {
    ck_assert_int_eq(vg_level_force(VG_LEVEL_BASE), 1);
    for (int level = (int)vg_level_best() + 1; level <= VG_LEVEL_COUNT; level++)
        ck_assert_int_eq(vg_level_force((vg_level)level), 0);
    ck_assert_int_eq(vg_level_now(), VG_LEVEL_BASE); // a refusal changes nothing
}
END_TEST

START_TEST(obeys_the_environment) {
    setenv("VERGE_LEVEL", "base", 1);
    ck_assert_int_eq(vg_level_now(), VG_LEVEL_BASE);
    setenv("VERGE_LEVEL", "v3", 1); // read once
    ck_assert_int_eq(vg_level_now(), VG_LEVEL_BASE);
}
END_TEST

START_TEST(takes_the_best_for_what_it_lacks_or_does_not_know) {
    setenv("VERGE_LEVEL", "v9", 1);
    ck_assert_int_eq(vg_level_now(), vg_level_best());
}
END_TEST

// What a hot file does with the macros: one table a level.
typedef struct table {
    int level;
} table;
const table numbers_base = {VG_LEVEL_BASE};
#if defined(__x86_64__)
const table numbers_v3 = {VG_LEVEL_V3}, numbers_v4 = {VG_LEVEL_V4};
#endif
VG_HOT_DECLARE(table, numbers);

START_TEST(picks_the_table_of_the_level) {
    for (int level = 0; level <= (int)vg_level_best(); level++) {
        ck_assert_int_eq(vg_level_force((vg_level)level), 1);
        const table *picked = VG_HOT_PICK(numbers);
        ck_assert_int_eq(picked->level, level);
    }
}
END_TEST

CK_MAIN("level", has_names, is_the_best_unless_told, can_be_forced_down_and_back, refuses_what_the_cpu_lacks,
        obeys_the_environment, takes_the_best_for_what_it_lacks_or_does_not_know,
        picks_the_table_of_the_level)
