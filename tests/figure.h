// tests/figure.h -- what the tests of figures share.
#ifndef VG_TESTS_FIGURE_H
#define VG_TESTS_FIGURE_H

#include <string.h>

#include "eval/figures/picture.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/xml.h"

static vg_diag diag;

static inline vg_text figure_svg(vg_paint_fn paint, const void *figure, vg_theme theme) {
    vg_text svg = {0};
    vg_picture picture = vg_picture_default();
    picture.canvas.theme = theme;
    ck_ok(vg_picture_svg(&picture, paint, figure, &svg, &diag));
    ck_assert_msg(xml_is_well_formed(svg.bytes), "%s", svg.bytes);
    ck_assert(xml_ids_differ(svg.bytes));
    ck_assert_ptr_null(strstr(svg.bytes, "nan"));
    ck_assert_ptr_null(strstr(svg.bytes, "inf"));
    return svg;
}

// Draw in every theme; the picture must contain each of texts [count].
static inline void figure_shows(vg_paint_fn paint, const void *figure, const char *const *texts,
                                int32_t count) {
    for (vg_theme theme = VG_THEME_LIGHT; theme <= VG_THEME_AUTO; theme++) {
        vg_text svg = figure_svg(paint, figure, theme);
        for (int32_t i = 0; i < count; i++)
            ck_assert_msg(strstr(svg.bytes, texts[i]) != NULL, "no %s in %s", texts[i], svg.bytes);
        vg_text_free(&svg);
    }
}

static inline int32_t figure_count(vg_paint_fn paint, const void *figure, const char *text) {
    vg_text svg = figure_svg(paint, figure, VG_THEME_LIGHT);
    int32_t count = 0;
    for (const char *at = svg.bytes; (at = strstr(at, text)); at++) count++;
    vg_text_free(&svg);
    return count;
}

// The number of pieces of the paths of a class, such as "vg-s-series-0".
static inline int32_t figure_pieces(vg_paint_fn paint, const void *figure, const char *name) {
    vg_text svg = figure_svg(paint, figure, VG_THEME_LIGHT);
    int32_t count = 0;
    for (const char *at = svg.bytes; (at = strstr(at, "<path")); at++) {
        const char *end = strchr(at, '>'), *found = strstr(at, name);
        if (!found || found > end) continue;
        for (const char *c = strstr(at, " d=\""); c < end; c++) count += *c == 'M' || *c == 'm';
    }
    vg_text_free(&svg);
    return count;
}

static inline void figure_frees_all(vg_paint_fn paint, const void *figure) {
    vg_picture picture = vg_picture_default();
    for (oom turn = {0}; oom_next(&turn);) {
        vg_text svg = {0};
        turn.err = vg_picture_svg(&picture, paint, figure, &svg, NULL);
        vg_text_free(&svg);
    }
}

#endif
