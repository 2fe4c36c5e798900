// app/scene/box.h -- a box on the screen, in units.
#ifndef VG_APP_SCENE_BOX_H
#define VG_APP_SCENE_BOX_H

#include <stdbool.h>

typedef struct vg_view_box {
    double x, y, width, height;
} vg_view_box;

static inline bool vg_box_has(const vg_view_box *box, double x, double y) {
    return x >= box->x && y >= box->y && x < box->x + box->width && y < box->y + box->height;
}

#endif
