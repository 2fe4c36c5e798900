#include "bindings/python/src/binding.h"
#include "bindings/python/src/network.h"
#include "sim/base/version.h"

static int add_type(PyObject *module, const char *name, PyObject *type) {
    int failed = type ? PyModule_AddObjectRef(module, name, type) : -1;
    Py_XDECREF(type);
    return failed;
}

static int fill(PyObject *module) {
    if (add_type(module, "Cars", vgp_cars_type()) || add_type(module, "Policy", vgp_policy_type()) ||
        add_type(module, "Film", vgp_film_type()) ||
        add_type(module, "Trajectories", vgp_trajectories_type()))
        return -1;
#if defined VG_WITH_SDL2
    const char *modes = "human,rgb_array";
#elif defined VG_WITH_FIGURES
    const char *modes = "rgb_array";
#else
    const char *modes = "";
#endif
    if (PyModule_AddStringConstant(module, "RENDER_MODES", modes)) return -1;
    if (PyModule_AddStringConstant(module, "SENSE_DEFAULT", VG_SENSE_DEFAULT)) return -1;
    return PyModule_AddStringConstant(module, "VERSION", VG_VERSION);
}

static PyObject *sense_size(PyObject *module, PyObject *args) {
    (void)module;
    const char *text;
    vg_sense *sense;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "s:sense_size", &text)) return NULL;
    vg_err err = vg_sense_create(text, &sense, &diag);
    if (err) return vgp_raise(err, &diag);
    int32_t size = vg_sense_size(sense);
    vg_sense_destroy(sense);
    return PyLong_FromLong(size);
}

static PyObject *sense_columns(PyObject *module, PyObject *args) {
    (void)module;
    const char *text;
    char name[48];
    vg_sense *sense;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "s:sense_columns", &text)) return NULL;
    vg_err err = vg_sense_create(text, &sense, &diag);
    if (err) return vgp_raise(err, &diag);
    PyObject *list = PyList_New(0);
    for (int32_t i = 0; list && i < vg_sense_size(sense); i++) {
        PyObject *one = PyUnicode_FromString(vg_sense_column(sense, i, name));
        if (!one || PyList_Append(list, one)) Py_CLEAR(list);
        Py_XDECREF(one);
    }
    vg_sense_destroy(sense);
    return list;
}

PyMODINIT_FUNC PyInit__core(void) {
    static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};
    static PyMethodDef functions[] = {
        {"evaluate", vgp_evaluate, METH_VARARGS,
         "evaluate(source, callable, suite, sense, threads): the text of result.json."},
        {"export_minari", vgp_export_minari, METH_VARARGS,
         "export_minari(logs, folder, id, sense, reward, author, roads, car, replace): write a data set."},
        {"export_onnx", vgp_export_onnx, METH_VARARGS, "export_onnx(policy, path, replace): write a model."},
        {"import_minari", vgp_import_minari, METH_VARARGS,
         "import_minari(folder, log, replace): write a log."},
        {"import_onnx", vgp_import_onnx, METH_VARARGS,
         "import_onnx(path, policy, sense, car, replace): write a policy file."},
        {"read_rows", vgp_read_rows, METH_VARARGS, "read_rows(paths, sense): the episodes of logs."},
        {"save_network", vgp_save_network, METH_VARARGS,
         "save_network(path, sense, car, hidden, activation, parameters, mean, scale, learner, data, seed, "
         "replace): write a policy file."},
        {"sense_columns", sense_columns, METH_VARARGS, "sense_columns(sense): the names of its values."},
        {"sense_size", sense_size, METH_VARARGS, "sense_size(sense): values that a sense shows."},
        {0}};
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, .m_name = "_core", .m_doc = "The C library verge.",
                              .m_methods = functions, .m_slots = slots};
    return PyModuleDef_Init(&def);
}
