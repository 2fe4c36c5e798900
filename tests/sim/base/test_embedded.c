#include "sim/base/embedded.h"

#include <string.h>

#include "tests/check.h"

START_TEST(finds_each_file_by_its_path) {
    int count = 0;
    for (const vg_embedded *file = vg_embedded_files; file->path; file++, count++) {
        ck_assert_ptr_eq(vg_embedded_find(file->path), file);
        ck_assert_uint_eq(strlen(file->bytes), file->size);
        if (count) ck_assert_str_lt(file[-1].path, file->path);
    }
    ck_assert_int_gt(count, 0);
    ck_assert_ptr_null(vg_embedded_find("assets/cars/none.yaml"));
}
END_TEST

START_TEST(names_a_file_of_its_kind) {
    char name[64];
    vg_embedded file = {.path = "assets/cars/sedan.yaml"};
    ck_assert(vg_embedded_name(&file, "assets/cars/", ".yaml", name));
    ck_assert_str_eq(name, "sedan");
    ck_assert(!vg_embedded_name(&file, "assets/experts/", ".yaml", name));
    ck_assert(!vg_embedded_name(&file, "assets/cars/", ".csv", name));
    file.path = "assets/cars/.yaml";
    ck_assert(!vg_embedded_name(&file, "assets/cars/", ".yaml", name));
    char path[128];
    for (int size = 63; size <= 64; size++) {
        snprintf(path, sizeof path, "f/%.*s.y", size,
                 "0123456789012345678901234567890123456789012345678901234567890123");
        file.path = path;
        ck_assert(vg_embedded_name(&file, "f/", ".y", name) == (size == 63));
    }
}
END_TEST

CK_MAIN("embedded", finds_each_file_by_its_path, names_a_file_of_its_kind)
