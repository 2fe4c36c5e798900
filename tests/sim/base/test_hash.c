#include "sim/base/hash.h"

#include <string.h>

#include "tests/check.h"

START_TEST(is_xxh3) {
    // XXH3_64bits of nothing, as published in xxHash's own tests (seed 0).
    ck_assert_uint_eq(vg_hash_bytes(0, "", 0), 0x2d06800538d394c2u);
    char digits[17];
    ck_assert_str_eq(vg_hash_format(0x2d06800538d394c2u, digits), "2d06800538d394c2");
    ck_assert_str_eq(vg_hash_format(1, digits), "0000000000000001");
}
END_TEST

START_TEST(reads_numbers_little_endian) {
    const double two[] = {1.0, -0.0};
    const unsigned char two_bytes[] = {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x80};
    ck_assert_uint_eq(vg_hash_double(7, two, 2), vg_hash_bytes(7, two_bytes, 16));
    const float one[] = {1.0f};
    const unsigned char one_bytes[] = {0, 0, 0x80, 0x3f};
    ck_assert_uint_eq(vg_hash_float(7, one, 1), vg_hash_bytes(7, one_bytes, 4));
    const int64_t whole[] = {0x0102030405060708};
    const unsigned char whole_bytes[] = {8, 7, 6, 5, 4, 3, 2, 1};
    ck_assert_uint_eq(vg_hash_int(7, whole, 1), vg_hash_bytes(7, whole_bytes, 8));
}
END_TEST

START_TEST(chains) {
    uint64_t ab_c = vg_hash_text(vg_hash_text(0, "ab"), "c");
    ck_assert_uint_ne(ab_c, vg_hash_text(vg_hash_text(0, "a"), "bc"));
    ck_assert_uint_ne(ab_c, vg_hash_text(0, "abc"));
    ck_assert_uint_eq(ab_c, vg_hash_bytes(vg_hash_bytes(0, "ab", 2), "c", 1));
    const double zero = 0.0, minus_zero = -0.0;
    ck_assert_uint_ne(vg_hash_double(0, &zero, 1), vg_hash_double(0, &minus_zero, 1));
}
END_TEST

CK_MAIN("hash", is_xxh3, reads_numbers_little_endian, chains)
