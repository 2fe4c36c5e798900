#include "tests/scratch.h"
#include "tests/tracks/formats/format_test.h"

static vg_diag diag;

// A ring: free between 8 and 12 m from the centre, at 0.1 m a pixel; beyond it free too, but behind a wall.
enum { SIZE = 320 };

static void write_ring(const char *path, double inner, bool negate) {
    static char bytes[SIZE * SIZE + 64];
    int head = sprintf(bytes, "P5\n# made for a test\n%d %d\n255\n", SIZE, SIZE);
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++) {
            double dx = (x + 0.5 - SIZE / 2) * 0.1, dy = (y + 0.5 - SIZE / 2) * 0.1,
                   r = sqrt(dx * dx + dy * dy);
            bool is_free = (r > inner && r < 12) || (x < 5 && y < 50);
            bytes[head + y * SIZE + x] = (char)(is_free != negate ? 254 : r > 13 ? 205 : 0);
            if (negate && !is_free) bytes[head + y * SIZE + x] = (char)255;
        }
    ck_ok(vg_file_write(path, bytes, head + SIZE * SIZE, VG_REPLACE, &diag));
}

static vg_err read_map(const char *yaml, vg_track *out) {
    char path[400];
    snprintf(path, sizeof path, "%s", scratch("map.yaml"));
    ck_ok(vg_file_write(path, yaml, (int64_t)strlen(yaml), VG_REPLACE, &diag));
    return vg_track_read_file(path, NULL, out, &diag);
}

START_TEST(finds_the_ring) {
    for (int n = 0; n < 2; n++) {
        char yaml[300];
        vg_track track;
        write_ring(scratch("ring.pgm"), 8, n);
        snprintf(
            yaml, sizeof yaml,
            "image: ring.pgm\nresolution: 0.1 # m\norigin: [-6.0, 84.0, 0.0]\nnegate: %d\noccupied_thresh: "
            "0.65\nfree_thresh: 0.196\n",
            n);
        ck_ok(read_map(yaml, &track));
        ck_assert(track.closed && strcmp(track.name, "map") == 0);
        ck_assert_double_eq_tol(track_length(&track), 2 * 3.14159 * 10, 1);
        double area = 0;
        for (int32_t i = 0; i < track.count; i++) {
            double x = track.x[i] - 10, y = track.y[i] - 100; // the centre of the picture
            int32_t next = (i + 1) % track.count;
            double r = sqrt(x * x + y * y);
            ck_assert_double_eq_tol(r, 10, 0.2);
            ck_assert_double_eq_tol(r - track.left[i], 8, 0.08);
            ck_assert_double_eq_tol(r + track.right[i], 12, 0.08);
            area += x * (track.y[next] - 100) - (track.x[next] - 10) * y;
        }
        ck_assert_double_gt(area, 0); // to the left
        vg_track_free(&track);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// A PNG of one bit a pixel, as map servers write them.
START_TEST(reads_png) {
    vg_track track;
    vg_err err = vg_track_read_file(VG_FIXTURES "/roads/ring.yaml", NULL, &track, &diag);
    if (err && strstr(diag.text, "without libpng")) {
        printf("SKIP: PNG, built without libpng\n");
        return;
    }
    ck_ok(err);
    ck_assert(track.closed);
    for (int32_t i = 0; i < track.count; i++) {
        double r = sqrt(track.x[i] * track.x[i] + track.y[i] * track.y[i]);
        ck_assert_double_eq_tol(r - track.left[i], 3, 0.08);
        ck_assert_double_eq_tol(r + track.right[i], 5, 0.08);
    }
    vg_track_free(&track);
}
END_TEST

START_TEST(refuses_bad_maps) {
    vg_track track;
#define REST "resolution: 0.1\norigin: [0, 0, 0]\n"
    write_ring(scratch("disc.pgm"), 0, false);
    ck_fails(read_map("image: disc.pgm\n" REST, &track), VG_ERR_FORMAT, "no island in it, so it is no loop");
    ck_fails(read_map("image: none.pgm\n" REST, &track), VG_ERR_NOT_FOUND, "none.pgm");
    ck_fails(read_map("image: disc.pgm\nresolution: 0\norigin: [0, 0, 0]\n", &track), VG_ERR_FORMAT,
             "map.yaml:2: resolution: '0'; expected metres a pixel");
    ck_fails(read_map("image: disc.pgm\nresolution: 1\norigin: [0, 0]\n", &track), VG_ERR_FORMAT,
             "map.yaml:3: origin");
    ck_ok(vg_file_write(scratch("bad.pgm"), "P5 9 9 255\n123", 14, VG_REPLACE, &diag));
    ck_fails(read_map("image: bad.pgm\n" REST, &track), VG_ERR_FORMAT, "bad.pgm: a damaged PGM picture");
    ck_ok(vg_file_write(scratch("bad.png"), "GIF89a...", 9, VG_REPLACE, &diag));
    ck_fails(read_map("image: bad.png\n" REST, &track), VG_ERR_FORMAT, "bad.png: neither PNG nor PGM");
    ck_ok(vg_file_write(scratch("white.pgm"), "P2 2 2 1\n0 0 0 0\n", 17, VG_REPLACE, &diag));
    ck_fails(read_map("image: white.pgm\n" REST, &track), VG_ERR_FORMAT, "no free space");
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("ros_map", finds_the_ring, reads_png, refuses_bad_maps)
