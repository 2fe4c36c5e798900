#include "app/scene/shot.h"

#include "eval/figures/png.h"

vg_err vg_scene_save(const vg_scene_picture *picture, const char *software, const char *path,
                     vg_overwrite overwrite, vg_diag *diag) {
    vg_text png = {0};
    vg_image image = {picture->width, picture->height, picture->stride, picture->pixels};
    const vg_png_text from = {"Software", software};
    vg_err err = vg_png_encode(&image, picture->scale, &from, 1, &png, diag);
    if (!err) err = vg_file_write(path, png.bytes, png.size, overwrite, diag);
    vg_text_free(&png);
    return err;
}
