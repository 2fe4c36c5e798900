// eval/figures/canvas_private.h -- the functions that a backend of the canvas provides. Private to
// eval/figures.
#ifndef VG_EVAL_FIGURES_CANVAS_PRIVATE_H
#define VG_EVAL_FIGURES_CANVAS_PRIVATE_H

#include "eval/figures/canvas.h"
#include "sim/base/memory.h"

enum { VG_CANVAS_DEPTH = 16 };

#define VG_FONT_FAMILIES "Inter", "Helvetica Neue", "Arial", "DejaVu Sans", "sans-serif"

typedef enum vg_path_op { VG_PATH_MOVE, VG_PATH_LINE, VG_PATH_CURVE, VG_PATH_CLOSE } vg_path_op;

// All points are canvas units; opacities are resolved; texts are clean UTF-8.
typedef struct vg_canvas_ops {
    void (*draw)(vg_canvas *canvas, const vg_ink *ink); // reads the path below
    void (*write)(vg_canvas *canvas, double x, double y, const char *text, const vg_type *type);
    void (*begin)(vg_canvas *canvas, const vg_group *group);
    void (*end)(vg_canvas *canvas);
    void (*destroy)(vg_canvas *canvas); // frees the backend's memory, and the canvas itself
} vg_canvas_ops;

// The first member of each backend's struct.
struct vg_canvas {
    const vg_canvas_ops *ops;
    double width, height;
    vg_theme theme;
    bool failed; // memory ran out at some time
    vg_transform transform, saved[VG_CANVAS_DEPTH];
    int32_t depth;

    uint8_t *path_ops; // [op_count] vg_path_op
    int64_t op_count, op_room;
    double *points; // [point_count][2], one for a move or line, three for a curve
    int64_t point_count, point_room;
};

// Checks the def and fills the common part. Errors: VG_ERR_ARGUMENT.
VG_NODISCARD vg_err vg_canvas_setup(vg_canvas *canvas, const vg_canvas_ops *ops, const vg_canvas_def *def,
                                    vg_diag *diag);
void vg_canvas_teardown(vg_canvas *canvas);

// Appends clean UTF-8 without control characters.
void vg_clean_text(vg_text *out, const char *text);

#endif
