#include "agents/training/checkpoint.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { COUNT = 3 };

// Every sort of thing that a checkpoint may hold.
typedef struct everything {
    int64_t whole;
    double none, far;
    float values[COUNT];
    float *grown;
    int64_t grown_count;
    vg_adam adam;
} everything;

static vg_checkpoint list(everything *e) {
    vg_checkpoint all = {0};
    vg_checkpoint_int(&all, "whole", &e->whole);
    vg_checkpoint_double(&all, "none", &e->none);
    vg_checkpoint_double(&all, "far", &e->far);
    vg_checkpoint_floats(&all, "values", e->values, COUNT);
    vg_checkpoint_floats(&all, "nothing", e->values, 0);
    vg_checkpoint_grown(&all, "grown", &e->grown, &e->grown_count);
    vg_checkpoint_adam(&all, "adam", &e->adam);
    return all;
}

static everything make(float first) {
    everything e = {.whole = -7, .none = NAN, .far = -INFINITY, .values = {first, -0.0f, 3e-40f}};
    vg_adam_def def = vg_adam_default();
    ck_ok(vg_adam_create(&def, COUNT, &e.adam, &diag));
    return e;
}

static void free_everything(everything *e) {
    vg_adam_destroy(&e->adam);
    vg_free(e->grown);
}

START_TEST(gives_back_what_was_listed) {
    for (int64_t grown = 0; grown < 3; grown++) {
        const char *path = scratch("a.checkpoint");
        everything first = make(1.5f), again = make(0);
        first.grown_count = grown;
        first.grown = vg_new(float, grown);
        for (int64_t i = 0; i < grown; i++) first.grown[i] = 2.5f;
        first.adam.step = 9, first.adam.power1 = 0.5, first.adam.first[1] = 4, first.adam.second[2] = 5;
        again.whole = 3, again.none = again.far = 0;
        vg_checkpoint out = list(&first), in = list(&again);
        ck_ok(vg_checkpoint_write(&out, path, "some-kind", 0xfedcba9876543210u, &diag));
        ck_ok(vg_checkpoint_read(&in, path, "some-kind", 0xfedcba9876543210u, &diag));
        ck_assert(again.whole == -7 && isnan(again.none) && again.far == -INFINITY);
        ck_assert(memcmp(again.values, first.values, sizeof first.values) == 0);
        ck_assert(again.grown_count == grown && (grown == 0 || again.grown[grown - 1] == 2.5f));
        ck_assert(again.adam.step == 9 && again.adam.power1 == 0.5);
        ck_assert(again.adam.first[1] == 4 && again.adam.second[2] == 5);
        free_everything(&first);
        free_everything(&again);
    }
}
END_TEST

START_TEST(refuses_others) {
    const char *path = scratch("b.checkpoint");
    everything e = make(1);
    vg_checkpoint all = list(&e);
    ck_ok(vg_checkpoint_write(&all, path, "some-kind", 1, &diag));
    ck_fails(vg_checkpoint_read(&all, path, "kind", 1, &diag), VG_ERR_FORMAT, "no checkpoint of such");
    ck_fails(vg_checkpoint_read(&all, path, "some-kind", 2, &diag), VG_ERR_MISMATCH, "another training");
    ck_fails(vg_checkpoint_read(&all, scratch("none"), "some-kind", 1, &diag), VG_ERR_NOT_FOUND, "none");
    free_everything(&e);
}
END_TEST

START_TEST(names_what_is_missing) {
    const char *path = scratch("c.checkpoint");
    everything e = make(1);
    vg_checkpoint all = list(&e);
    ck_ok(vg_checkpoint_write(&all, path, "some-kind", 1, &diag));
    vg_checkpoint more = all, other = all, larger = {0}, filled = {0};
    vg_checkpoint_int(&more, "more", &e.whole);
    ck_fails(vg_checkpoint_read(&more, path, "some-kind", 1, &diag), VG_ERR_FORMAT, "more: is not a number");
    vg_checkpoint_floats(&other, "other", e.values, COUNT);
    ck_fails(vg_checkpoint_read(&other, path, "some-kind", 1, &diag), VG_ERR_FORMAT, "other: is missing");
    vg_checkpoint_floats(&larger, "values", e.values, COUNT - 1);
    ck_fails(vg_checkpoint_read(&larger, path, "some-kind", 1, &diag), VG_ERR_FORMAT,
             "values: is missing or has");
    vg_checkpoint_floats(&filled, "values", e.values, 0); // it has values: not what was listed then
    ck_fails(vg_checkpoint_read(&filled, path, "some-kind", 1, &diag), VG_ERR_FORMAT,
             "values: is missing or has");
    free_everything(&e);
}
END_TEST

// One bit of it, wherever: of a number, a name, a story.
START_TEST(refuses_a_flipped_bit) {
    const char *path = scratch("d.checkpoint"), *broken = scratch("e.checkpoint");
    everything e = make(1);
    vg_checkpoint all = {.story = "bc.n_epochs: 3\n--seed: 1\n"};
    char *bytes;
    int64_t size;
    vg_checkpoint_int(&all, "whole", &e.whole);
    vg_checkpoint_floats(&all, "values", e.values, COUNT);
    ck_ok(vg_checkpoint_write(&all, path, "some-kind", 1, &diag));
    ck_ok(vg_checkpoint_read(&all, path, "some-kind", 1, &diag));
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    int taken = 0;
    for (int64_t bit = 0; bit < 8 * size; bit += 11) { // each costs a sync
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        ck_ok(vg_file_write(broken, bytes, size, VG_REPLACE, &diag));
        taken += vg_checkpoint_read(&all, broken, "some-kind", 1, &diag) == VG_OK;
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    ck_assert_int_le(taken, 8 * 3); // but for blanks of the header, which mean nothing
    vg_free(bytes);
    free_everything(&e);
}
END_TEST

START_TEST(says_what_differs) {
    const char *path = scratch("f.checkpoint");
    everything e = make(1);
    vg_checkpoint all = list(&e);
    all.story = "bc.n_epochs: 3\nsense: \"a\"\n--seed: 1\n";
    ck_ok(vg_checkpoint_write(&all, path, "some-kind", 1, &diag));
    ck_ok(vg_checkpoint_check_story(path, all.story, &diag));
    ck_fails(vg_checkpoint_check_story(path, "bc.n_epochs: 30\nsense: \"a\"\n--seed: 2\nx: y\n", &diag),
             VG_ERR_MISMATCH,
             "another training: bc.n_epochs is 3 in it and 30 here, --seed is 1 in it and 2 here, x is none "
             "in it and y "
             "here");
    all.story = NULL; // nothing to hold against it
    ck_ok(vg_checkpoint_write(&all, path, "some-kind", 1, &diag));
    ck_ok(vg_checkpoint_check_story(path, "bc.n_epochs: 30\n", &diag));
    free_everything(&e);
}
END_TEST

CK_MAIN("checkpoint", refuses_a_flipped_bit, says_what_differs, gives_back_what_was_listed, refuses_others,
        names_what_is_missing)
