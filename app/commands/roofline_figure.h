// app/commands/roofline_figure.h -- pieces of verge bench under the roofs of a core.
#ifndef VG_APP_COMMANDS_ROOFLINE_FIGURE_H
#define VG_APP_COMMANDS_ROOFLINE_FIGURE_H

#include "bench/roofline.h"
#include "eval/figures/picture.h"

// Everything is borrowed.
typedef struct vg_roofline_figure {
    const bench_roofs *roofs;
    const bench_share *shares; // [count]
    int32_t count;
    const char *subtitle; // the machine
} vg_roofline_figure;

// Draws flops a cycle over flops a byte, both axes logarithmic: the roofs of the first- and second-level
// cache and of the multiply-adds; and each piece twice, once by all bytes that its instructions move, once by
// the bytes beyond the first level. Errors: those of vg_picture_write.
VG_NODISCARD vg_err vg_roofline_write(const vg_roofline_figure *figure, const char *path,
                                      const vg_picture *picture, vg_diag *diag);

#endif
