// app/scene/scene.h -- a road and cars on it, seen from above, as `verge drive` and `verge view` show them.
// It knows no window: it paints into pixels that the caller owns. Except for fonts, the result is the same on
// every machine.
//
// A frame is begin (the ground: grass, trees, road, from a cache), then cars, lines and anything that the
// caller draws by Cairo (vg_scene_cairo, panel.h), then end. Lengths on the screen are units, that is, pixels
// of a plain screen; a picture has `scale` pixels a unit. Text and cars are drawn at the full resolution.
#ifndef VG_APP_SCENE_SCENE_H
#define VG_APP_SCENE_SCENE_H

#include "app/scene/camera.h"
#include "app/scene/scene_car.h"
#include "sim/world.h"

struct _cairo;

typedef struct vg_scene vg_scene; // opaque; one thread at a time

// Pixels to paint into: rows from the top, each pixel a 0xffRRGGBB word in the machine's byte order.
typedef struct vg_scene_picture {
    uint32_t *pixels;
    int32_t width, height; // pixels, in [16, 16384]
    int64_t stride;        // words from one row to the next
    double scale;          // pixels a unit, in [0.5, 8]
} vg_scene_picture;

// The road is borrowed until destroy. The same road gives the same trees. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_scene_create(const vg_road *road, vg_scene **out, vg_diag *diag);
void vg_scene_destroy(vg_scene *scene); // NULL is fine

// Begins a frame: paints the whole picture as the camera sees it. The camera and the pixels are borrowed
// until end. Errors: VG_ERR_ARGUMENT (sizes), VG_ERR_MEMORY; after an error no frame has begun.
VG_NODISCARD vg_err vg_scene_begin(vg_scene *scene, const vg_scene_picture *picture, const vg_camera *camera,
                                   vg_diag *diag);
// Ends it: the pixels hold the frame. Errors: VG_ERR_MEMORY, now or while drawing.
VG_NODISCARD vg_err vg_scene_end(vg_scene *scene, vg_diag *diag);

// For drawing by Cairo between begin and end: user space is units, y down.
struct _cairo *vg_scene_cairo(vg_scene *scene);
double vg_scene_width(const vg_scene *scene), vg_scene_height(const vg_scene *scene); // units
// The position of a point of the world on the screen, in units.
void vg_scene_project(const vg_scene *scene, double x, double y, double *screen_x, double *screen_y);

// Draws cars in order, the last on top, then all labels. A car that would be shorter than 9 units is drawn 9
// units long.
void vg_scene_cars(vg_scene *scene, const vg_scene_car *cars, int32_t count);

// A line over the ground through points of the world, m. A NaN interrupts it. width: m, but at least 1.5
// units.
typedef struct vg_scene_line {
    const double *x, *y; // [count]
    int64_t count;
    vg_role colour;
    double width, opacity; // opacity; 0 means 1
} vg_scene_line;
void vg_scene_draw_line(vg_scene *scene, const vg_scene_line *line);

// The whole road within a box of units, with the cars as dots; north is up.
void vg_scene_minimap(vg_scene *scene, double x, double y, double width, double height,
                      const vg_scene_car *cars, int32_t count);

#endif
