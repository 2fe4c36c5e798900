// app/scene/shot.h -- a picture of the scene as a PNG.
#ifndef VG_APP_SCENE_SHOT_H
#define VG_APP_SCENE_SHOT_H

#include "app/scene/scene.h"

struct vg_png_text; // eval/figures/canvas.h

// texts [count]: provenance, stored in the file. Errors: those of vg_png_encode and vg_file_write.
VG_NODISCARD vg_err vg_scene_save_texts(const vg_scene_picture *picture, const struct vg_png_text *texts,
                                        int32_t count, const char *path, vg_overwrite overwrite,
                                        vg_diag *diag);
// The same with the program as its only provenance, "verge drive".
VG_NODISCARD vg_err vg_scene_save(const vg_scene_picture *picture, const char *software, const char *path,
                                  vg_overwrite overwrite, vg_diag *diag);

// Saves it as PREFIX-HHMMSS.png and writes a line about it for the user, of at most `size` bytes: the file's
// name, or what went wrong.
void vg_scene_keep(const vg_scene_picture *picture, const char *software, const char *prefix, char *said,
                   int32_t size);

#endif
