// verge._core.save_network, and a loaded policy's network: policy files from and to Python's arrays.
#include "bindings/python/src/network.h"
#include "agents/nets/mlp.h"
#include "agents/policy/policy_file.h"
#include "bindings/python/src/binding.h"
#include "sim/base/memory.h"

typedef struct saving {
    const char *path, *sense_text, *car_name, *activation, *learner, *data;
    unsigned long long seed;
    int replace;
    vg_mlp_def def;
    PyObject *hidden, *parameters, *mean, *scale;
    vg_sense *sense;
    vg_network *net;
} saving;

// The units of the hidden layers, a tuple.
static bool take_hidden(saving *s) {
    Py_ssize_t count = PyTuple_Size(s->hidden);
    if (count > VG_MLP_HIDDEN_MOST) {
        PyErr_Format(PyExc_ValueError, "%zd hidden layers, expected at most %d", count, VG_MLP_HIDDEN_MOST);
        return false;
    }
    s->def.hidden_count = (int32_t)count;
    for (Py_ssize_t i = 0; i < count; i++) {
        long units = PyLong_AsLong(PyTuple_GetItem(s->hidden, i));
        if (units == -1 && PyErr_Occurred()) return false;
        if (units < 1 || units > VG_NETWORK_WIDTH_MOST) {
            PyErr_Format(PyExc_ValueError, "a hidden layer of %ld units, expected 1 to %d", units,
                         VG_NETWORK_WIDTH_MOST);
            return false;
        }
        s->def.hidden[i] = (int32_t)units;
    }
    return true;
}

static bool take_parameters(saving *s) {
    Py_buffer view;
    int64_t count = vg_network_count(s->net);
    if (!vgp_array(s->parameters, "parameters", "f", (Py_ssize_t)count, 0, false, &view)) return false;
    vg_network_take(s->net, view.buf);
    PyBuffer_Release(&view);
    return true;
}

static vg_err open_network(saving *s, vg_diag *diag) {
    s->def.inputs = 1, s->def.outputs = VG_CAR_ACTIONS;
    s->def.activation = s->activation[0] == 'r' ? VG_ACTIVATION_RELU : VG_ACTIVATION_TANH;
    vg_err err = vg_sense_create(s->sense_text, &s->sense, diag);
    if (!err) s->def.inputs = vg_sense_size(s->sense);
    return err ? err : vg_mlp_create(&s->def, &s->net, diag);
}

static vg_err write_policy(const saving *s, const float *mean, const float *scale, vg_diag *diag) {
    const vg_policy_info info = {.sense = s->sense,
                                 .normaliser = VG_NORMALISER_ZSCORE,
                                 .mean = mean,
                                 .scale = scale,
                                 .car = vg_car_default(),
                                 .tick_num = 1,
                                 .tick_den = 60,
                                 .ticks_per_action = 3,
                                 .learner = s->learner,
                                 .config = "",
                                 .data = s->data,
                                 .seed = s->seed};
    vg_policy_info own = info;
    vg_err err = vg_car_load(s->car_name, &own.car, diag);
    return err ? err : vg_policy_write(s->path, s->replace ? VG_REPLACE : VG_KEEP, &own, s->net, diag);
}

// False with an exception set.
static bool save(saving *s) {
    vg_diag diag = {0};
    Py_buffer mean, scale;
    vg_err err = open_network(s, &diag);
    if (err) {
        vgp_raise(err, &diag);
        return false;
    }
    if (!take_parameters(s) || !vgp_array(s->mean, "mean", "f", s->def.inputs, 0, false, &mean)) return false;
    if (!vgp_array(s->scale, "scale", "f", s->def.inputs, 0, false, &scale)) {
        PyBuffer_Release(&mean);
        return false;
    }
    err = write_policy(s, mean.buf, scale.buf, &diag);
    PyBuffer_Release(&mean);
    PyBuffer_Release(&scale);
    if (err) vgp_raise(err, &diag);
    return !err;
}

PyObject *vgp_save_network(PyObject *module, PyObject *args) {
    (void)module;
    saving s = {0};
    if (!PyArg_ParseTuple(args, "sssO!sOOOssKp:save_network", &s.path, &s.sense_text, &s.car_name,
                          &PyTuple_Type, &s.hidden, &s.activation, &s.parameters, &s.mean, &s.scale,
                          &s.learner, &s.data, &s.seed, &s.replace) ||
        !take_hidden(&s))
        return NULL;
    bool saved = save(&s);
    vg_network_destroy(s.net);
    vg_sense_destroy(s.sense);
    if (!saved) return NULL;
    Py_RETURN_NONE;
}

// --- out of a policy --------------------------------------------------------------------------------------

static bool add_tensor(PyObject *list, const char *name, int32_t rank, const int64_t *shape,
                       const float *values, int64_t count) {
    PyObject *row = Py_BuildValue("(sLLy#)", name, (long long)shape[0], (long long)(rank > 1 ? shape[1] : 0),
                                  (const char *)values, (Py_ssize_t)(count * (int64_t)sizeof *values));
    bool added = row && !PyList_Append(list, row);
    Py_XDECREF(row);
    return added;
}

PyObject *vgp_network_tensors(const vg_policy *policy) {
    const vg_network *net = vg_policy_file_network(policy);
    const vg_policy_info *info = vg_policy_file_info(policy);
    PyObject *list = PyList_New(0);
    if (!list || !net) return list;
    bool whole = true;
    for (int32_t i = 0; i < vg_network_tensors(net) && whole; i++) {
        vg_network_tensor t = vg_network_tensor_at(net, i);
        whole = add_tensor(list, t.name, t.rank, t.shape, vg_network_read(net) + t.at, t.count);
    }
    const int64_t width = vg_sense_size(info->sense);
    whole = whole && add_tensor(list, "normaliser.mean", 1, &width, info->mean, width) &&
            add_tensor(list, "normaliser.scale", 1, &width, info->scale, width);
    if (whole) return list;
    Py_DECREF(list);
    return NULL;
}
