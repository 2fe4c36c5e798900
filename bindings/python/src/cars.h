// bindings/python/src/cars.h -- what the parts of verge._core.Cars share.
#ifndef VG_BINDINGS_PYTHON_CARS_H
#define VG_BINDINGS_PYTHON_CARS_H

#include "agents/rl/driving_env.h"
#include "bindings/python/src/binding.h"

struct vgp_picture;

typedef struct vgp_cars {
    PyObject ob_base;
    vg_suite suite; // its test split has the roads that are driven
    vg_sense *sense;
    vg_reward *reward;
    vg_policy *expert;   // NULL: none
    vg_driving *driving; // NULL: closed
    const vg_environment *env;
    uint8_t *ending; // [cars]
    float *last;     // [cars][observation]
    int32_t threads;
    struct vgp_picture *picture; // NULL: nothing was drawn yet
    bool begun, never;           // a round was begun; lanes begin anew only when told
    bool busy;                   // a call is under way without the interpreter's lock
} vgp_cars;

// May a call begin? It has the cars for itself until it sets busy to false. Else an exception is set.
bool vgp_cars_enter(vgp_cars *cars, bool needs_round);

// render(car, pixels): paint what is around a car, from above, into uint8 [height][width][3].
PyObject *vgp_cars_render(PyObject *self, PyObject *args);
// show(car, width, height): the same in a window, which is opened by the first call.
PyObject *vgp_cars_show(PyObject *self, PyObject *args);
void vgp_picture_free(struct vgp_picture *picture); // NULL is fine

#endif
