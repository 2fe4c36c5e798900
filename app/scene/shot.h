// app/scene/shot.h -- a picture of the scene as a PNG.
#ifndef VG_APP_SCENE_SHOT_H
#define VG_APP_SCENE_SHOT_H

#include "app/scene/scene.h"

// software: who made it ("verge drive"), kept inside. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_scene_save(const vg_scene_picture *picture, const char *software, const char *path,
                                  vg_overwrite overwrite, vg_diag *diag);

#endif
