#include "app/scene/shot.h"

#include <stdio.h>
#include <time.h>

#include "eval/figures/png.h"

vg_err vg_scene_save_texts(const vg_scene_picture *picture, const vg_png_text *texts, int32_t count,
                           const char *path, vg_overwrite overwrite, vg_diag *diag) {
    vg_text png = {0};
    vg_image image = {picture->width, picture->height, picture->stride, picture->pixels};
    vg_err err = vg_png_encode(&image, picture->scale, texts, count, &png, diag);
    if (!err) err = vg_file_write(path, png.bytes, png.size, overwrite, diag);
    vg_text_free(&png);
    return err;
}

vg_err vg_scene_save(const vg_scene_picture *picture, const char *software, const char *path,
                     vg_overwrite overwrite, vg_diag *diag) {
    const vg_png_text from = {"Software", software};
    return vg_scene_save_texts(picture, &from, 1, path, overwrite, diag);
}

void vg_scene_keep(const vg_scene_picture *picture, const char *software, const char *prefix, char *said,
                   int32_t size) {
    char path[1100], when[32];
    time_t now = time(NULL);
    struct tm local;
    vg_diag diag = {0};
    strftime(when, sizeof when, "%H%M%S", localtime_r(&now, &local));
    snprintf(path, sizeof path, "%s-%s.png", prefix, when);
    if (vg_scene_save(picture, software, path, VG_REPLACE, &diag))
        vg_diag_format(&diag, said, size);
    else
        snprintf(said, (size_t)size, "saved %s", path);
}
