#include "sim/base/random.h"

#include <math.h>

#include "sim/base/exact.h"
#include "tests/golden.h"

enum { DRAWS = 200000 };

static vg_draw draw_of(const uint32_t counter[4], const uint32_t key[2]) {
    return (vg_draw){.seed = (uint64_t)key[1] << 32 | key[0],
                     .stream = (vg_stream)(counter[0] >> 24),
                     .entity = counter[0] & 0xffffff,
                     .episode = counter[1],
                     .step = counter[2],
                     .draw = counter[3]};
}

// Random123 1.14, tests/kat_vectors, "philox4x32 10". So the key and counter stand where random.h says.
START_TEST(philox_gives_its_published_answers) {
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int i = 0; i < 3; i++) {
        vg_draw at = draw_of(cases[i].counter, cases[i].key);
        uint32_t out[4];
        vg_random_bits(&at, out);
        for (int k = 0; k < 4; k++) ck_assert_uint_eq(out[k], cases[i].out[k]);
    }
}
END_TEST

START_TEST(units_stay_inside_the_open_interval) {
    ck_assert(vg_random_unit(0, 0) == 0x1p-53);
    ck_assert(vg_random_unit(0xffffffff, 0xffffffff) == 1 - 0x1p-53);
    ck_assert(vg_random_unit(0x80000000, 0) == 0.5 + 0x1p-53);
    // and so the widest normal is finite
    ck_assert(sqrt(-2 * vg_ln(vg_random_unit(0, 0))) < 8.6);
}
END_TEST

// Sample moments of n draws are within 5 standard errors of the true ones (fixed seed: the test is
// deterministic).
START_TEST(uniforms_are_uniform) {
    vg_draw at = {.seed = 1};
    double sum = 0, squares = 0;
    int tenths[10] = {0};
    for (at.step = 0; at.step < DRAWS; at.step++) {
        double u = vg_random_uniform(&at);
        if (!(u > 0 && u < 1)) ck_abort_msg("step %u: %a", at.step, u);
        sum += u - 0.5, squares += (u - 0.5) * (u - 0.5);
        tenths[(int)(10 * u)]++;
    }
    ck_assert_double_lt(fabs(sum / DRAWS), 5 * sqrt(1.0 / 12 / DRAWS));
    ck_assert_double_lt(fabs(squares / DRAWS - 1.0 / 12), 5 * sqrt(1.0 / 180 / DRAWS));
    double chi = 0;
    for (int i = 0; i < 10; i++)
        chi += (tenths[i] - DRAWS / 10.0) * (tenths[i] - DRAWS / 10.0) / (DRAWS / 10.0);
    ck_assert_double_lt(chi, 33.7); // 9 degrees of freedom, p = 1e-4
}
END_TEST

START_TEST(normals_are_normal) {
    vg_draw at = {.seed = 2};
    double sum = 0, squares = 0, cubes = 0, fourths = 0, product = 0;
    int beyond = 0;
    for (at.episode = 0; at.episode < DRAWS; at.episode++) {
        double z[2];
        vg_random_normal2(&at, z);
        product += z[0] * z[1];
        for (int k = 0; k < 2; k++) {
            double square = z[k] * z[k];
            sum += z[k], squares += square, cubes += square * z[k], fourths += square * square;
            beyond += z[k] > 1.959963984540054;
        }
    }
    double n = 2.0 * DRAWS;
    ck_assert_double_lt(fabs(sum / n), 5 / sqrt(n));
    ck_assert_double_lt(fabs(squares / n - 1), 5 * sqrt(2 / n));
    ck_assert_double_lt(fabs(cubes / n), 5 * sqrt(15 / n));
    ck_assert_double_lt(fabs(fourths / n - 3), 5 * sqrt(96 / n));
    ck_assert_double_lt(fabs(beyond / n - 0.025), 5 * sqrt(0.025 * 0.975 / n));
    ck_assert_double_lt(fabs(product / DRAWS), 5 / sqrt(DRAWS));
}
END_TEST

// Correlation of two sequences of uniforms that differ in one coordinate of the draw.
static double correlation(vg_draw a, vg_draw b) {
    double product = 0;
    for (uint32_t step = 0; step < DRAWS; step++) {
        a.step = step;
        b.step++;
        product += (vg_random_uniform(&a) - 0.5) * (vg_random_uniform(&b) - 0.5);
    }
    return product / DRAWS * 12;
}

START_TEST(streams_are_independent) {
    const vg_draw base = {
        .seed = 7, .stream = VG_STREAM_ROAD, .entity = 3, .episode = 5, .step = 0, .draw = 1};
    vg_draw other[8];
    for (int i = 0; i < 8; i++) other[i] = base, other[i].step = UINT32_MAX; // step 0 first
    other[0].seed = 8;
    other[1].seed = 7 | (uint64_t)1 << 32;
    other[2].stream = VG_STREAM_EXPERT;
    other[3].entity = 4;
    other[4].episode = 6;
    other[5].step = 0; // one step ahead
    other[6].draw = 2;
    other[7].entity = 3 + (1 << 23); // the highest bit that counts
    for (int i = 0; i < 8; i++)
        ck_assert_msg(fabs(correlation(base, other[i])) < 5 / sqrt(DRAWS), "coordinate %d", i);
}
END_TEST

// Every coordinate changes the draw, and an entity does not change the stream's bits.
START_TEST(a_draw_is_a_function_of_its_place) {
    const vg_draw base = {
        .seed = 9, .stream = VG_STREAM_POLICY, .entity = 1, .episode = 2, .step = 3, .draw = 4};
    vg_draw same = base, far = base;
    ck_assert(vg_random_uniform(&base) == vg_random_uniform(&same));
    far.entity += 1u << 24; // out of range: wraps, never another stream
    ck_assert(vg_random_uniform(&base) == vg_random_uniform(&far));
}
END_TEST

START_TEST(below_is_in_range_and_even) {
    vg_draw at = {.seed = 3};
    int seen[7] = {0};
    for (at.draw = 0; at.draw < 70000; at.draw++) {
        uint64_t k = vg_random_below(&at, 7);
        if (k >= 7 || vg_random_below(&at, 1) != 0) ck_abort_msg("draw %u: out of range", at.draw);
        seen[k]++;
    }
    for (int k = 0; k < 7; k++) ck_assert_int_lt(abs(seen[k] - 10000), 500);
    at.draw = 0;
    ck_assert_uint_lt(vg_random_below(&at, UINT64_MAX), UINT64_MAX);
}
END_TEST

START_TEST(derived_seeds_differ) {
    uint64_t seeds[2000];
    for (uint64_t i = 0; i < 1000; i++) {
        seeds[i] = vg_random_seed(42, i);
        seeds[1000 + i] = vg_random_seed(42, i << 32 | 0xffffffff);
    }
    for (int i = 0; i < 2000; i++)
        for (int k = 0; k < i; k++)
            if (seeds[i] == seeds[k]) ck_abort_msg("seeds %d and %d are one", i, k);
    ck_assert(vg_random_seed(42, 1) == seeds[1] && vg_random_seed(43, 1) != seeds[1]);
}
END_TEST

START_TEST(golden) {
    uint64_t hash = 0xcbf29ce484222325;
    vg_draw at = {.seed = 0x0123456789abcdef, .stream = VG_STREAM_WEIGHTS, .entity = 5, .episode = 6};
    for (at.step = 0; at.step < 1000; at.step++) {
        double z[2];
        vg_random_normal2(&at, z);
        const uint64_t bits[] = {vg_bits_of_double(z[0]), vg_bits_of_double(z[1]),
                                 vg_bits_of_double(vg_random_uniform(&at)), vg_random_below(&at, 1000),
                                 vg_random_seed(at.seed, at.step)};
        for (int i = 0; i < 5; i++) hash = (hash ^ bits[i]) * 0x100000001b3;
    }
    ck_golden("random/draws", hash);
}
END_TEST

// Every order of three rows comes up, each about as often (5 standard errors of a sixth of the draws).
START_TEST(shuffles_evenly) {
    enum { TIMES = 12000 };
    int seen[27] = {0}, even = 0;
    for (uint32_t episode = 0; episode < TIMES; episode++) {
        int64_t order[3];
        vg_random_shuffle((vg_draw){.seed = 4, .stream = VG_STREAM_SHUFFLE, .episode = episode}, 3, order);
        ck_assert_int_eq(1 << order[0] | 1 << order[1] | 1 << order[2], 7);
        seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    for (int i = 0; i < 27; i++) even += abs(seen[i] - TIMES / 6) < 5 * sqrt(TIMES * 5 / 36.0);
    ck_assert_int_eq(even, 6);
}
END_TEST

CK_MAIN("random", philox_gives_its_published_answers, units_stay_inside_the_open_interval,
        uniforms_are_uniform, normals_are_normal, streams_are_independent, a_draw_is_a_function_of_its_place,
        below_is_in_range_and_even, derived_seeds_differ, golden, shuffles_evenly)
