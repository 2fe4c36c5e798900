// bindings/python/src/cars_state.h -- the state of a verge._core.Cars, and who may use it.
#ifndef VG_BINDINGS_PYTHON_CARS_STATE_H
#define VG_BINDINGS_PYTHON_CARS_STATE_H

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
static inline bool vgp_cars_enter(vgp_cars *c, bool needs_round) {
    if (!c->driving)
        PyErr_SetString(PyExc_ValueError, "the environment is closed");
    else if (c->busy)
        PyErr_SetString(PyExc_RuntimeError,
                        "another thread uses this environment now; give each thread its own");
    else if (needs_round && !c->begun)
        PyErr_SetString(PyExc_ValueError, "no episode has begun: call reset first");
    else
        return c->busy = true;
    return false;
}

#endif
