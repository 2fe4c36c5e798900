// verge._core.Cars.render and .show: a car and its road from above, by app/scene; in a window by app/window.
#include "bindings/python/src/cars_render.h"

#include "bindings/python/src/cars_state.h"
#include "sim/base/memory.h"

#ifdef VG_WITH_FIGURES

#include "app/scene/scene.h"
#include "bindings/python/src/pixels.h"
#ifdef VG_WITH_SDL2
#include "app/window/window.h"
#endif

// The scene of one road at a time: another road's is made when a car of that road is drawn.
typedef struct vgp_picture {
    vg_scene *scene;
    const vg_road *road;
    uint32_t *pixels; // [height][width]
    int64_t room;
#ifdef VG_WITH_SDL2
    vg_window *window;
#endif
} picture;

void vgp_picture_free(picture *p) {
    if (!p) return;
#ifdef VG_WITH_SDL2
    vg_window_close(p->window);
#endif
    vg_scene_destroy(p->scene);
    vg_free(p->pixels);
    vg_free(p);
}

static vg_err open_picture(vgp_cars *c, const vg_road *road, vg_diag *diag) {
    if (!c->picture) c->picture = vg_new(picture, 1);
    picture *p = c->picture;
    if (!p) return vg_fail_memory(diag);
    if (p->road == road) return VG_OK;
    vg_scene_destroy(p->scene);
    p->scene = NULL, p->road = NULL;
    vg_err err = vg_scene_create(road, &p->scene, diag);
    if (!err) p->road = road;
    return err;
}

static vg_err paint(vgp_cars *c, int32_t lane, const vg_scene_picture *to, vg_diag *diag) {
    int32_t i;
    const vg_world *world = vg_driving_world(c->driving, lane, &i);
    if (!world) return vg_fail(diag, VG_ERR_ARGUMENT, "no episode has begun: call reset first");
    vg_err err = open_picture(c, vg_world_road(world, i), diag);
    if (err) return err;
    const vg_state now = vg_world_state(world, i);
    vg_camera camera = {0}; // it does not turn slowly: a picture depends on the state alone
    const vg_camera_target target = {now.x, now.y, now.yaw, (double)now.speed,
                                     (double)vg_world_car(world, i)->length};
    vg_camera_follow(&camera, VG_CAMERA_CHASE, &target, 1, to->height / to->scale, -1);
    err = vg_scene_begin(c->picture->scene, to, &camera, diag);
    if (err) return err;
    const vg_scene_car car = {.car = vg_world_car(world, i),
                              .x = now.x,
                              .y = now.y,
                              .yaw = now.yaw,
                              .steer = (double)now.steer,
                              .braking = now.accel < 0};
    vg_scene_cars(c->picture->scene, &car, 1);
    double side = 0.28 * vg_scene_height(c->picture->scene);
    vg_scene_minimap(c->picture->scene, vg_scene_width(c->picture->scene) - side - 8, 8, side, side, &car, 1);
    return vg_scene_end(c->picture->scene, diag);
}

static vg_err render(vgp_cars *c, int32_t lane, const vg_scene_picture *size, uint8_t *out, vg_diag *diag) {
    int64_t count = (int64_t)size->width * size->height;
    if (!c->picture) c->picture = vg_new(picture, 1);
    if (!c->picture) return vg_fail_memory(diag);
    if (c->picture->room < count) {
        vg_free(c->picture->pixels);
        c->picture->pixels = vg_new(uint32_t, count);
        c->picture->room = c->picture->pixels ? count : 0;
    }
    if (!c->picture->pixels) return vg_fail_memory(diag);
    vg_scene_picture to = *size;
    to.pixels = c->picture->pixels;
    vg_err err = paint(c, lane, &to, diag);
    if (!err) vgp_pixels_rgb(to.pixels, count, out);
    return err;
}

// A car's number, with the cars entered, or an exception.
static bool enter_car(vgp_cars *c, int lane) {
    if (!vgp_cars_enter(c, true)) return false;
    if (lane >= 0 && lane < c->env->count) return true;
    c->busy = false;
    PyErr_Format(PyExc_ValueError, "car %d, expected 0 to %d", lane, c->env->count - 1);
    return false;
}

PyObject *vgp_cars_render(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    PyObject *array;
    Py_buffer view;
    int lane;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "iO:render", &lane, &array) || !enter_car(c, lane)) return NULL;
    if (!vgp_pixels_take(array, &view)) {
        c->busy = false;
        return NULL;
    }
    const vg_scene_picture size = {NULL, (int32_t)view.shape[1], (int32_t)view.shape[0], view.shape[1], 1};
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = render(c, lane, &size, view.buf, &diag);
    Py_END_ALLOW_THREADS;
    c->busy = false;
    PyBuffer_Release(&view);
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

#ifdef VG_WITH_SDL2

static vg_err show(vgp_cars *c, int32_t lane, int32_t width, int32_t height, bool *closed, vg_diag *diag) {
    if (!c->picture) c->picture = vg_new(picture, 1);
    if (!c->picture) return vg_fail_memory(diag);
    const vg_window_def def = {"verge/Drive-v0", width, height, 1, false};
    vg_err err = c->picture->window ? VG_OK : vg_window_open(&def, &c->picture->window, diag);
    vg_scene_picture to;
    if (!err) *closed = vg_window_pump(c->picture->window)->quit;
    if (!err) err = vg_window_frame(c->picture->window, &to, diag);
    if (!err) err = paint(c, lane, &to, diag);
    return err ? err : vg_window_present(c->picture->window, diag);
}

PyObject *vgp_cars_show(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    int lane, width, height;
    bool closed = false;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "iii:show", &lane, &width, &height) || !enter_car(c, lane)) return NULL;
    vg_err err = show(c, lane, width, height, &closed, &diag); // a window's thread is the one that opened it
    c->busy = false;
    if (err) return vgp_raise(err, &diag);
    return PyBool_FromLong(closed);
}

#endif

#else

void vgp_picture_free(struct vgp_picture *picture) { (void)picture; }

PyObject *vgp_cars_render(PyObject *self, PyObject *args) {
    (void)self, (void)args;
    PyErr_SetString(PyExc_RuntimeError, VGP_NO_FIGURES);
    return NULL;
}

#endif

#ifndef VG_WITH_SDL2
PyObject *vgp_cars_show(PyObject *self, PyObject *args) {
    (void)self, (void)args;
    PyErr_SetString(PyExc_RuntimeError, "this build of verge has no window: it was built without SDL2");
    return NULL;
}
#endif
