// tests/tracks/formats/format_test.h -- what the tests of road formats share.
#ifndef VG_TESTS_TRACKS_FORMATS_FORMAT_TEST_H
#define VG_TESTS_TRACKS_FORMATS_FORMAT_TEST_H

#include <math.h>
#include <string.h>

#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tracks/formats.h"

// Read a text by the table of formats: it must be detected as `format`.
static inline vg_err read_text(const char *format, const char *text, const vg_track_options *options,
                               vg_track *out, vg_diag *diag) {
    const vg_track_options none = {0};
    int64_t size = (int64_t)strlen(text);
    const vg_format *found = vg_format_of(vg_track_formats, "road", text, size);
    ck_assert_msg(found && strcmp(found->name, format) == 0, "detected as %s", found ? found->name : "none");
    return vg_track_parse_as(options ? options : &none, text, size, "road", NULL, out, diag);
}

static inline double track_length(const vg_track *track) {
    vg_diag diag;
    vg_road *road;
    ck_ok(vg_track_road(track, &road, &diag));
    double length = vg_road_get(road).length;
    vg_road_destroy(road);
    return length;
}

// A track that was written and read again: its edges lie within `tolerance` (m) of what they were. The first
// and the last `skip` points are left out, where an open road's edges have no other side.
static inline void ck_edges_come_back(const vg_track *written, const vg_track *read, int32_t skip,
                                      double tolerance) {
    vg_diag diag;
    vg_road *truth, *made;
    ck_assert_int_eq(read->closed, written->closed);
    ck_ok(vg_track_road(written, &truth, &diag));
    ck_ok(vg_track_road(read, &made, &diag));
    vg_road_view view = vg_road_get(made);
    double length = vg_road_get(truth).length;
    ck_assert_double_eq_tol(view.length, length, 0.02 * length);
    for (int32_t i = skip; i < view.count - skip; i++) {
        vg_road_place left = vg_road_locate(truth, view.left_x[i], view.left_y[i]);
        vg_road_place right = vg_road_locate(truth, view.right_x[i], view.right_y[i]);
        ck_assert_double_eq_tol(left.offset, vg_road_at(truth, left.s).left, tolerance);
        ck_assert_double_eq_tol(right.offset, -vg_road_at(truth, right.s).right, tolerance);
    }
    vg_road_destroy(made);
    vg_road_destroy(truth);
}

// A reader under lack of memory: each allocation fails once. Some readers do without a warning then.
static inline void check_memory(const char *format, const char *text, const vg_track_options *options) {
    vg_diag diag;
    for (oom turn = {.spares = true, .diag = &diag}; oom_next(&turn);) {
        vg_track track;
        turn.err = read_text(format, text, options, &track, &diag);
        vg_track_free(&track);
    }
}

// A text cut short and with bytes changed: a road or an error, never more.
static inline void check_damage(const char *text, const vg_track_options *options) {
    int64_t size = (int64_t)strlen(text);
    char *copy = malloc((size_t)size + 1);
    uint32_t state = 1;
    for (int round = 0; round < 1500; round++) {
        int64_t length = size;
        memcpy(copy, text, (size_t)size + 1);
        for (int k = 0; k < 3; k++) {
            state = state * 1664525u + 1013904223u;
            int64_t at = (int64_t)(state >> 8) % size;
            static const char bytes[] = "<>/\"'=0-9.e[]{},: \n";
            if (round % 10 == 0 && k == 0)
                length = at;
            else
                copy[at] = bytes[(state >> 3) % (sizeof bytes - 1)];
        }
        copy[length] = 0;
        vg_track track;
        vg_diag diag = {0};
        vg_err err = vg_track_parse_as(options, copy, length, "road.xml", NULL, &track, &diag);
        ck_assert(err == VG_OK || diag.text[0]);
        vg_track_free(&track);
    }
    free(copy);
}

#endif
