#include "agents/training/checkpoint.h"

#include <math.h>
#include <string.h>

#include "tests/scratch.h"

static vg_diag diag;

START_TEST(gives_back_what_was_put) {
    const char *path = scratch("a.checkpoint");
    const float values[] = {1.5f, -0.0f, 3e-40f};
    vg_checkpoint_draft draft;
    vg_checkpoint_begin(&draft, "some-kind", 0xfedcba9876543210u);
    vg_checkpoint_put_int(&draft, "whole", -7);
    vg_checkpoint_put_double(&draft, "none", NAN);
    vg_checkpoint_put_double(&draft, "far", -INFINITY);
    vg_checkpoint_put_floats(&draft, "values", values, 3);
    vg_checkpoint_put_floats(&draft, "nothing", values, 0);
    ck_ok(vg_checkpoint_write(&draft, path, &diag));

    vg_checkpoint file;
    int64_t whole;
    double real;
    const float *read;
    ck_ok(vg_checkpoint_open(path, "some-kind", 0xfedcba9876543210u, &file, &diag));
    ck_ok(vg_checkpoint_int(&file, "whole", &whole, &diag));
    ck_assert_int_eq(whole, -7);
    ck_ok(vg_checkpoint_double(&file, "none", &real, &diag));
    ck_assert(isnan(real));
    ck_ok(vg_checkpoint_double(&file, "far", &real, &diag));
    ck_assert(real == -INFINITY);
    ck_ok(vg_checkpoint_floats(&file, "values", 3, &read, &diag));
    ck_assert(memcmp(read, values, sizeof values) == 0);
    ck_ok(vg_checkpoint_floats(&file, "nothing", 0, &read, &diag));
    ck_fails(vg_checkpoint_floats(&file, "values", 2, &read, &diag), VG_ERR_FORMAT, "of another size");
    ck_fails(vg_checkpoint_floats(&file, "other", 2, &read, &diag), VG_ERR_FORMAT, "other: missing");
    ck_fails(vg_checkpoint_int(&file, "other", &whole, &diag), VG_ERR_FORMAT, "other: no number");
    vg_checkpoint_close(&file);
}
END_TEST

START_TEST(refuses_others) {
    const char *path = scratch("b.checkpoint");
    vg_checkpoint_draft draft;
    vg_checkpoint file;
    const float value = 1;
    vg_checkpoint_begin(&draft, "some-kind", 1);
    vg_checkpoint_put_floats(&draft, "value", &value, 1);
    ck_ok(vg_checkpoint_write(&draft, path, &diag));
    ck_fails(vg_checkpoint_open(path, "kind", 1, &file, &diag), VG_ERR_FORMAT, "no checkpoint of such");
    ck_fails(vg_checkpoint_open(path, "some-kind", 2, &file, &diag), VG_ERR_MISMATCH, "another training");
    ck_fails(vg_checkpoint_open(scratch("none"), "some-kind", 1, &file, &diag), VG_ERR_NOT_FOUND, "none");
}
END_TEST

CK_MAIN("checkpoint", gives_back_what_was_put, refuses_others)
