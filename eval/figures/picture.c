#include "eval/figures/picture.h"

#include <string.h>

#include "eval/figures/png.h"

vg_picture vg_picture_default(void) {
    return (vg_picture){.canvas = vg_canvas_default(), .overwrite = VG_KEEP};
}

vg_picture vg_picture_titled(const vg_picture *given, const char *title, const char *desc) {
    vg_picture picture = given ? *given : vg_picture_default();
    if (!picture.canvas.title) picture.canvas.title = title;
    if (!picture.canvas.desc) picture.canvas.desc = desc;
    return picture;
}

void vg_paint_paper(vg_canvas *canvas) {
    vg_rect(canvas, 0, 0, vg_canvas_width(canvas), vg_canvas_height(canvas));
    vg_draw(canvas, (vg_ink){.fill = VG_ROLE_PAPER});
}

vg_err vg_picture_svg(const vg_picture *picture, vg_paint_fn paint, const void *figure, vg_text *out,
                      vg_diag *diag) {
    vg_canvas *canvas;
    vg_err err = vg_canvas_svg(&picture->canvas, &canvas, diag);
    if (err) return err;
    err = paint(canvas, figure, diag);
    if (!err) err = vg_canvas_svg_finish(canvas, picture->texts, picture->count, out, diag);
    vg_canvas_destroy(canvas);
    return err;
}

static vg_err paint_png(const vg_picture *picture, vg_paint_fn paint, const void *figure, vg_text *out,
                        vg_diag *diag) {
    vg_canvas *canvas;
    vg_image image;
    vg_err err = vg_canvas_cairo(&picture->canvas, &canvas, diag);
    if (err) return err;
    err = paint(canvas, figure, diag);
    if (!err) err = vg_canvas_cairo_image(canvas, &image, diag);
    if (!err) err = vg_png_encode(&image, picture->canvas.scale, picture->texts, picture->count, out, diag);
    vg_canvas_destroy(canvas);
    return err;
}

vg_err vg_picture_write(const vg_picture *picture, vg_paint_fn paint, const void *figure, const char *path,
                        vg_diag *diag) {
    const char *dot = strrchr(path, '.');
    bool png = dot && !strcmp(dot, ".png"), svg = dot && !strcmp(dot, ".svg");
    if (!png && !svg)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, path, 0, NULL, "a picture's name must end in .png or .svg");
    vg_err err = vg_file_may_write(path, picture->overwrite, diag);
    if (err) return err;
    vg_text bytes = {0};
    err = png ? paint_png(picture, paint, figure, &bytes, diag)
              : vg_picture_svg(picture, paint, figure, &bytes, diag);
    if (!err) err = vg_file_write(path, bytes.bytes, bytes.size, picture->overwrite, diag);
    vg_text_free(&bytes);
    return err;
}
