// eval/figures/palette.h -- colours by their role, for light and for dark paper.
#ifndef VG_EVAL_FIGURES_PALETTE_H
#define VG_EVAL_FIGURES_PALETTE_H

#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

// X(name, CSS name, light, dark). The series follow Okabe and Ito (2008), which are safe for colour-blind
// readers, and are lightened for dark paper. The ramp has equal steps in Oklab (Ottosson 2020); its order can
// be seen from lightness alone, and its strong end contrasts with the paper in both themes.
#define VG_ROLES(X)                                                                                          \
    X(PAPER, "paper", 0xffffff, 0x14171a)                                                                    \
    X(TEXT, "text", 0x1b1f24, 0xe8eaed)                                                                      \
    X(MUTED, "muted", 0x5f6973, 0x9aa4ae)                                                                    \
    X(GRID, "grid", 0xe6e9ec, 0x2a3036)                                                                      \
    X(AXIS, "axis", 0x8d969f, 0x66707a)                                                                      \
    X(ROAD, "road", 0xe9ebee, 0x272d33)                                                                      \
    X(EDGE, "edge", 0x9aa3ab, 0x5c666f)                                                                      \
    X(CENTRE, "centre", 0xc3c9cf, 0x434b53)                                                                  \
    X(START, "start", 0x1b1f24, 0xe8eaed)                                                                    \
    X(REFERENCE, "reference", 0x0b8a5f, 0x3ccf9a)                                                            \
    X(EXIT, "exit", 0xe8402a, 0xff5a45)                                                                      \
    X(SERIES_0, "series-0", 0x0072b2, 0x56a9e6)                                                              \
    X(SERIES_1, "series-1", 0xd55e00, 0xff8a4c)                                                              \
    X(SERIES_2, "series-2", 0x008f68, 0x35c99b)                                                              \
    X(SERIES_3, "series-3", 0xb0559a, 0xe38fcf)                                                              \
    X(SERIES_4, "series-4", 0xd99000, 0xf5b942)                                                              \
    X(SERIES_5, "series-5", 0x3ea6dd, 0x9bd6f7)                                                              \
    X(SERIES_6, "series-6", 0x7a2048, 0xd2668f)                                                              \
    X(SERIES_7, "series-7", 0x6b7177, 0xa9afb5)                                                              \
    X(RAMP_0, "ramp-0", 0x63bfe1, 0x0d5c91)                                                                  \
    X(RAMP_1, "ramp-1", 0x57a6e3, 0x4860b5)                                                                  \
    X(RAMP_2, "ramp-2", 0x5d8ce0, 0x795eca)                                                                  \
    X(RAMP_3, "ramp-3", 0x6b71d7, 0xa75eca)                                                                  \
    X(RAMP_4, "ramp-4", 0x7f55c6, 0xcf61bb)                                                                  \
    X(RAMP_5, "ramp-5", 0x8e39ab, 0xf167a2)                                                                  \
    X(RAMP_6, "ramp-6", 0x971489, 0xff7985)                                                                  \
    X(RAMP_7, "ramp-7", 0x91005e, 0xff956d)                                                                  \
    X(RAMP_8, "ramp-8", 0x830035, 0xffb562)                                                                  \
    X(RAMP_9, "ramp-9", 0x6f000b, 0xffd772)

typedef enum vg_role {
    VG_ROLE_NONE, // not painted
#define X(name, css, light, dark) VG_ROLE_##name,
    VG_ROLES(X)
#undef X
        VG_ROLE_COUNT
} vg_role;

enum { VG_SERIES_COUNT = 8, VG_RAMP_COUNT = 10 };

// AUTO: an SVG follows the reader's preference; a PNG is light.
typedef enum vg_theme { VG_THEME_LIGHT, VG_THEME_DARK, VG_THEME_AUTO } vg_theme;

// 0xrrggbb. role is not VG_ROLE_NONE.
uint32_t vg_role_colour(vg_role role, vg_theme theme);
// "series-0"; "none" for VG_ROLE_NONE.
const char *vg_role_name(vg_role role);

// The role of the i-th series; it starts again after VG_SERIES_COUNT.
vg_role vg_role_series(int32_t i);
// The role of a level in [0, 1], clamped; a NaN counts as 1.
vg_role vg_role_ramp(double level);

// The CSS that a page with embedded SVGs puts into its <style>, once: the variables --vg-ROLE for light, for
// dark if the reader prefers it or under [data-theme="dark"], and the classes .vg-f-ROLE (fill), .vg-s-ROLE
// (stroke) that the SVGs use.
void vg_palette_css(vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
