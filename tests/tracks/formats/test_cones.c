#include "sim/base/exact.h"
#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

// A ring of 20 m radius, 4 m wide, driven to the left: blue inside. `stride`: how the cones are mixed up.
static char *ring(int stride) {
    static char text[8000];
    char *at = text + sprintf(text, "tag,x,y,direction\nbig_orange,18,0,0\n");
    for (int i = 0; i < 37; i++) {
        double angle = 2 * VG_PI * (i * stride % 37) / 37, x = vg_cos(angle), y = vg_sin(angle);
        at += sprintf(at, "blue,%.4f,%.4f,0\nyellow,%.4f,%.4f,0\n", 18 * x, 18 * y, 22 * x, 22 * y);
    }
    return text;
}

START_TEST(reads_cones_in_any_order) {
    for (int stride = 1; stride < 8; stride += 3) {
        vg_track track;
        ck_ok(read_text("cones", ring(stride), NULL, &track, &diag));
        ck_assert(track.closed);
        ck_assert_double_eq_tol(track_length(&track), 2 * VG_PI * 20, 1);
        for (int32_t i = 0; i < track.count; i++) {
            ck_assert_double_eq_tol(track.left[i], 2, 0.15);
            ck_assert_double_eq_tol(track.right[i], 2, 0.15);
        }
        double area = track.x[0] * track.y[5] - track.x[5] * track.y[0];
        ck_assert_double_gt(area, 0); // to the left
        vg_track_free(&track);
    }
    check_memory("cones", ring(1), NULL);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_what_are_no_cones) {
    vg_track track;
    ck_fails(read_text("cones", "x,y,color\n1,2,blue\n3,4,blue\n", NULL, &track, &diag), VG_ERR_FORMAT,
             "2 blue or left and 0 yellow or right cones; expected at least 2 each");
    ck_fails(read_text("cones", "x,y,color\n1,a,blue\n", NULL, &track, &diag), VG_ERR_FORMAT,
             "road:2: y: 'a'");
    ck_fails(read_text("cones", "x,y,color\n1,2\n", NULL, &track, &diag), VG_ERR_FORMAT, "road:2: 2 fields");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("cones", reads_cones_in_any_order, refuses_what_are_no_cones)
