// bindings/python/src/called.h -- a callable of Python as a policy of the library.
#ifndef VG_BINDINGS_PYTHON_CALLED_H
#define VG_BINDINGS_PYTHON_CALLED_H

#include "agents/policy/policy.h"
#include "bindings/python/src/binding.h"

typedef struct vgp_called {
    vg_policy policy; // first: the contract
    PyObject *callable;
    PyObject *type, *value, *trace; // the first exception that was raised; NULL: none
} vgp_called;

// The callable is given a bytearray of float32 [rows][sense size] and returns a float32 array [rows][2]; it
// is called with the interpreter's lock, from any thread. Everything is borrowed.
vgp_called vgp_called_policy(PyObject *callable, const char *name, const vg_sense *sense);

// Raise what the callable raised, if it did.
bool vgp_called_raise(vgp_called *called);

#endif
