// app/drive/menu_paint.h -- draws the menu of `verge drive` over a scene. It only paints.
#ifndef VG_APP_DRIVE_MENU_PAINT_H
#define VG_APP_DRIVE_MENU_PAINT_H

#include "app/drive/menu.h"
#include "app/scene/scene.h"

// Between begin and end of a frame of the scene that the layout was made for.
void vg_menu_paint(vg_scene *scene, const vg_menu *menu, const vg_menu_layout *layout);

#endif
