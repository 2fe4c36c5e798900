// bindings/python/src/cars_render.h -- verge._core.Cars.render and .show.
#ifndef VG_BINDINGS_PYTHON_CARS_RENDER_H
#define VG_BINDINGS_PYTHON_CARS_RENDER_H

#include "bindings/python/src/binding.h"

struct vgp_picture;

// render(car, pixels): paint what is around a car, from above, into uint8 [height][width][3].
PyObject *vgp_cars_render(PyObject *self, PyObject *args);
// show(car, width, height): the same in a window, which is opened by the first call.
PyObject *vgp_cars_show(PyObject *self, PyObject *args);
void vgp_picture_free(struct vgp_picture *picture); // NULL is fine

#endif
