// The cache of the landscape: what a picture needs is painted once.
#include "app/scene/ground.h"

#include <math.h>

#include "sim/base/memory.h"
#include "tests/roads.h"

static vg_diag diag;

// A picture of a camera with `pixels` a metre, turned by `turn`, whose middle is at (x, y).
static vg_ground_view view_of(int32_t width, int32_t height, double pixels, double turn, double x, double y) {
    double c = cos(turn) / pixels, s = sin(turn) / pixels;
    return (vg_ground_view){.x0 = x - 0.5 * (c * width + s * height),
                            .xx = c,
                            .xy = s,
                            .y0 = y - 0.5 * (s * width - c * height),
                            .yx = s,
                            .yy = -c};
}

// A camera that follows a car and moves away as the car gets faster, and back again: few of its frames paint
// a tile. Each frame that painted all would take some 0.4 s.
static void follow(int32_t width, int32_t height) {
    vg_road *road = circle_road(200, 6);
    vg_landscape landscape;
    vg_ground *ground;
    uint32_t *pixels = vg_new(uint32_t, (int64_t)width * height);
    ck_ok(vg_landscape_open(&landscape, road, &diag));
    ck_ok(vg_ground_open(&landscape, &ground, &diag));
    int64_t first = 0;
    for (int frame = 0; frame < 12; frame++) {
        double zoom = 12 * (1 - 0.1 * sin(frame * 0.5));
        vg_ground_view view = view_of(width, height, zoom, 0.02 * frame, 0.5 * frame, 0);
        ck_ok(vg_ground_paint(ground, &view, pixels, width, height, width, &diag));
        if (frame == 0) first = vg_ground_painted(ground);
    }
    ck_assert_int_gt(first, 10);
    ck_assert_msg(vg_ground_painted(ground) < 3 * first, "%d tiles for the first picture, %d for all",
                  (int)first, (int)vg_ground_painted(ground));
    vg_ground_close(ground);
    vg_landscape_close(&landscape);
    vg_free(pixels);
    vg_road_destroy(road);
}

START_TEST(a_camera_that_moves_paints_few_tiles) {
    follow(1280, 720);
    follow(3840, 2160);
}
END_TEST

CK_MAIN("ground", a_camera_that_moves_paints_few_tiles)
