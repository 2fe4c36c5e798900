#include <cairo.h>
#include <math.h>

#include "eval/figures/canvas_text_private.h"

// Cairo allocates memory itself.
typedef struct vg_canvas_cairo_back {
    vg_canvas base;
    cairo_surface_t *surface;
    cairo_t *cairo;
    vg_canvas_letters *letters; // NULL: this machine has no font
} cairo_back;

static void put_path(const cairo_back *back) {
    const vg_canvas *canvas = &back->base;
    cairo_t *cairo = back->cairo;
    const double *p = canvas->points;
    cairo_new_path(cairo);
    for (int64_t i = 0; i < canvas->op_count; i++) {
        switch ((vg_path_op)canvas->path_ops[i]) {
        case VG_PATH_MOVE: cairo_move_to(cairo, p[0], p[1]), p += 2; break;
        case VG_PATH_LINE: cairo_line_to(cairo, p[0], p[1]), p += 2; break;
        case VG_PATH_CURVE: cairo_curve_to(cairo, p[0], p[1], p[2], p[3], p[4], p[5]), p += 6; break;
        case VG_PATH_CLOSE: cairo_close_path(cairo); break;
        }
    }
}

static void cairo_back_draw(vg_canvas *canvas, const vg_ink *ink) {
    cairo_back *back = (cairo_back *)canvas;
    cairo_t *cairo = back->cairo;
    put_path(back);
    if (ink->fill) {
        vg_canvas_cairo_colour(cairo, canvas->theme, ink->fill, ink->fill_opacity);
        cairo_fill_preserve(cairo);
    }
    if (ink->stroke) {
        vg_canvas_cairo_colour(cairo, canvas->theme, ink->stroke, ink->stroke_opacity);
        cairo_set_line_width(cairo, ink->width);
        cairo_set_line_cap(cairo, ink->cap == VG_CAP_ROUND ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
        cairo_set_line_join(cairo,
                            ink->join == VG_JOIN_MITER ? CAIRO_LINE_JOIN_MITER : CAIRO_LINE_JOIN_ROUND);
        bool dashed = ink->dash > 0 || ink->gap > 0;
        cairo_set_dash(cairo, (double[]){ink->dash, ink->gap}, dashed ? 2 : 0, 0);
        cairo_stroke(cairo);
    }
    cairo_new_path(cairo);
}

static void cairo_back_write(vg_canvas *canvas, double x, double y, const char *text, const vg_type *type) {
    cairo_back *back = (cairo_back *)canvas;
    if (back->letters) vg_canvas_letters_write(back->letters, back->cairo, canvas->theme, x, y, text, type);
}

static void cairo_back_begin(vg_canvas *canvas, const vg_group *group) {
    cairo_t *cairo = ((cairo_back *)canvas)->cairo;
    cairo_save(cairo);
    if (!group->clip) return;
    cairo_new_path(cairo);
    cairo_rectangle(cairo, group->x, group->y, group->clip_width, group->clip_height);
    cairo_clip(cairo);
}

static void cairo_back_end(vg_canvas *canvas) { cairo_restore(((cairo_back *)canvas)->cairo); }

static void cairo_back_destroy(vg_canvas *canvas) {
    cairo_back *back = (cairo_back *)canvas;
    vg_canvas_letters_close(back->letters);
    if (back->cairo) cairo_destroy(back->cairo);
    if (back->surface) cairo_surface_destroy(back->surface);
    vg_canvas_teardown(canvas);
    vg_free(back);
}

static const vg_canvas_ops cairo_ops = {cairo_back_draw, cairo_back_write, cairo_back_begin, cairo_back_end,
                                        cairo_back_destroy};

vg_err vg_canvas_cairo(const vg_canvas_def *def, vg_canvas **out, vg_diag *diag) {
    *out = NULL;
    cairo_back *back = vg_new(cairo_back, 1);
    if (!back) return vg_fail_memory(diag);
    vg_err err = vg_canvas_setup(&back->base, &cairo_ops, def, diag);
    if (err) goto fail;
    double scale = def->scale, width = ceil(def->width * scale), height = ceil(def->height * scale);
    if (!(scale > 0 && scale <= 16 && width * height <= 0x1p26 && width <= 32767 && height <= 32767)) {
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "a picture of %g x %g at scale %g: scale must be in (0, 16] and the "
                      "pixels 2^26 at most",
                      def->width, def->height, scale);
        goto fail;
    }
    back->surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)width, (int)height);
    back->cairo = cairo_create(back->surface);
    if (cairo_status(back->cairo)) {
        err = vg_fail_memory(diag);
        goto fail;
    }
    cairo_scale(back->cairo, scale, scale);
    back->letters = vg_canvas_letters_open();
    *out = &back->base;
    return VG_OK;
fail:
    cairo_back_destroy(&back->base);
    return err;
}

vg_err vg_canvas_cairo_image(vg_canvas *canvas, vg_image *out, vg_diag *diag) {
    cairo_back *back = (cairo_back *)canvas;
    if (canvas->failed || cairo_status(back->cairo)) return vg_fail_memory(diag);
    cairo_surface_flush(back->surface);
    *out = (vg_image){.width = cairo_image_surface_get_width(back->surface),
                      .height = cairo_image_surface_get_height(back->surface),
                      .stride = cairo_image_surface_get_stride(back->surface) / 4,
                      .pixels = (const uint32_t *)cairo_image_surface_get_data(back->surface)};
    return VG_OK;
}
