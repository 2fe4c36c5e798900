// bindings/python/src/binding.h -- what the parts of the extension module verge._core share. It is written
// for CPython's stable ABI of 3.11, so that one build serves all later versions; it knows nothing of NumPy
// but Python's buffers.
#ifndef VG_BINDINGS_PYTHON_BINDING_H
#define VG_BINDINGS_PYTHON_BINDING_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "agents/rewards/reward.h"
#include "eval/score/suite.h"

// What a build without figures says where something is to be drawn.
#define VGP_NO_FIGURES "this build of verge draws nothing: it was built without Cairo, Pango and libpng"

// Raise what *diag tells: MemoryError, FileNotFoundError, FileExistsError, OSError, KeyboardInterrupt,
// RuntimeError (a policy failed), else ValueError. Returns NULL.
PyObject *vgp_raise(vg_err err, const vg_diag *diag);

// An array of a caller: a C-contiguous buffer of `rows` rows of `columns` values (columns 0: one dimension),
// whose format is one of the characters of `formats` ("f": float32, "?B": bool or uint8). Raises TypeError or
// ValueError, which names the array, and returns false; else the view is to be released.
bool vgp_array(PyObject *object, const char *name, const char *formats, Py_ssize_t rows, Py_ssize_t columns,
               bool writable, Py_buffer *view);

// The types verge._core.Cars, Policy, Film and Trajectories (an iterator of dicts of bytes, float32 and
// uint8, as logs/export/trajectory.h has them), new references.
PyObject *vgp_cars_type(void);
PyObject *vgp_policy_type(void);
PyObject *vgp_film_type(void);
PyObject *vgp_trajectories_type(void);

// evaluate(source, callable or None, suite, sense, threads): the text of result.json, and the figures of its
// page, {name: (title, SVG)}.
PyObject *vgp_evaluate(PyObject *module, PyObject *args);

// read_rows(paths, sense): the episodes of logs, a list of (observations, actions, the last observation or
// None, terminated), the arrays as bytes of float32.
PyObject *vgp_read_rows(PyObject *module, PyObject *args);

// The paths of a tuple of texts, borrowed from it; vg_free the list. NULL with an exception set.
const char **vgp_paths(PyObject *tuple, Py_ssize_t count);

// Policies and logs in the formats of other tools. export_onnx(policy, path, replace); import_onnx(path,
// policy, sense or None, car or None, replace); export_minari(logs, folder, id, sense, reward, author or
// None, roads, car or None, replace): (episodes, steps, a road that has no name or "", whether the car has
// none); import_minari(folder, log, replace): episodes.
PyObject *vgp_export_onnx(PyObject *module, PyObject *args);
PyObject *vgp_import_onnx(PyObject *module, PyObject *args);
PyObject *vgp_export_minari(PyObject *module, PyObject *args);
PyObject *vgp_import_minari(PyObject *module, PyObject *args);

// A reward as exports take it: "progress", "constant", "driving", or the path of a reward file.
vg_err vgp_reward_open(const char *name, vg_reward **reward, vg_diag *diag);

#endif
