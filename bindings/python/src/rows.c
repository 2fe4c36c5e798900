// verge._core.read_rows: what was sensed and done in logs, episode by episode.
#include <string.h>

#include "bindings/python/src/binding.h"
#include "logs/store/dataset.h"
#include "sim/base/memory.h"

// (observations, actions, the last observation or None, terminated), the first two as bytes of float32.
static PyObject *episode_of(const vg_rows *rows, const vg_rows_episode *e) {
    Py_ssize_t width = (Py_ssize_t)(rows->width * (int64_t)sizeof(float));
    const float *final = e->final >= 0 ? rows->finals + e->final * rows->width : NULL;
    return Py_BuildValue(
        "(y#y#y#O)", (const char *)(rows->inputs + e->first * rows->width), (Py_ssize_t)e->count * width,
        (const char *)(rows->actions + e->first * VG_CAR_ACTIONS),
        (Py_ssize_t)(e->count * VG_CAR_ACTIONS * (int64_t)sizeof(float)), (const char *) final,
        final ? width : 0, e->end == VG_ROW_TERMINATED ? Py_True : Py_False);
}

static PyObject *list_episodes(const vg_dataset *data) {
    vg_rows rows = vg_dataset_train(data);
    PyObject *list = PyList_New(0);
    for (int64_t i = 0; list && i < rows.episode_count; i++) {
        PyObject *row = episode_of(&rows, &rows.episodes[i]);
        if (!row || PyList_Append(list, row)) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

const char **vgp_paths(PyObject *tuple, Py_ssize_t count) {
    const char **paths = vg_new(const char *, count + 1);
    if (!paths) PyErr_NoMemory();
    for (Py_ssize_t i = 0; paths && i < count; i++) {
        Py_ssize_t size;
        paths[i] = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(tuple, i), &size);
        if (paths[i] && strlen(paths[i]) == (size_t)size) continue;
        if (paths[i]) PyErr_SetString(PyExc_ValueError, "embedded null character");
        vg_free(paths);
        return NULL;
    }
    return paths;
}

static vg_err read_rows(const char *const *paths, int32_t count, const char *text, vg_sense **sense,
                        vg_dataset **data, vg_diag *diag) {
    vg_err err = vg_sense_create(text, sense, diag);
    vg_dataset_def def = vg_dataset_default();
    def.sense = *sense, def.validation = 0;
    return err ? err : vg_dataset_read(&def, paths, count, data, diag);
}

PyObject *vgp_read_rows(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *tuple, *list = NULL;
    const char *text;
    vg_sense *sense = NULL;
    vg_dataset *data = NULL;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "O!s:read_rows", &PyTuple_Type, &tuple, &text)) return NULL;
    Py_ssize_t count = PyTuple_Size(tuple);
    const char **paths = vgp_paths(tuple, count);
    if (!paths) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = read_rows(paths, (int32_t)count, text, &sense, &data, &diag);
    Py_END_ALLOW_THREADS;
    if (err)
        vgp_raise(err, &diag);
    else
        list = list_episodes(data);
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    vg_free(paths);
    return list;
}
