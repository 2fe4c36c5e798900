// bindings/python/src/network.h -- policy files from and to Python's arrays.
#ifndef VG_BINDINGS_PYTHON_NETWORK_H
#define VG_BINDINGS_PYTHON_NETWORK_H

#include "agents/policy/policy.h"
#include "bindings/python/src/binding.h"

// save_network(path, sense, car, hidden, activation, parameters, mean, scale, learner, data, seed, replace):
// write a policy file of a multilayer perceptron whose outputs are the action.
PyObject *vgp_save_network(PyObject *module, PyObject *args);

// The tensors of a policy file: a list of (name, rows, columns or 0, bytes of float32); empty for a policy
// that is none.
PyObject *vgp_network_tensors(const vg_policy *policy);

#endif
