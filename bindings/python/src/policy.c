// verge._core.Policy: a policy of the library, driven by batches of observations; and a callable of Python as
// a policy.
#include "agents/policy_open.h"
#include "bindings/python/src/binding.h"
#include "bindings/python/src/called.h"
#include "bindings/python/src/network.h"
#include "sim/base/memory.h"

// --- a callable as a policy -------------------------------------------------------------------------------

static vg_err open_lanes(const vg_policy *policy, int32_t count, void **state, vg_diag *diag) {
    (void)policy;
    int32_t *lanes = vg_new(int32_t, 1);
    if (!lanes) return vg_fail_memory(diag);
    *lanes = count;
    *state = lanes;
    return VG_OK;
}

static void close_lanes(void *state) { vg_free(state); }

static void reset_lane(const vg_policy *policy, void *state, int32_t car, const vg_episode_key *key) {
    (void)policy, (void)state, (void)car, (void)key;
}

// Ask the callable, with the interpreter's lock held. It gets a copy, which it may keep.
static bool ask(const vgp_called *called, int32_t count, const float *observed, float *out) {
    Py_ssize_t size = (Py_ssize_t)sizeof(float) * count * vg_sense_size(called->policy.sense);
    PyObject *rows = PyByteArray_FromStringAndSize((const char *)observed, size);
    PyObject *actions = rows ? PyObject_CallFunctionObjArgs(called->callable, rows, NULL) : NULL;
    Py_buffer view;
    bool good =
        actions && vgp_array(actions, "the policy's actions", "f", count, VG_CAR_ACTIONS, false, &view);
    if (good) {
        const float *values = view.buf;
        for (int32_t i = 0; i < count * VG_CAR_ACTIONS; i++) out[i] = values[i];
        PyBuffer_Release(&view);
    }
    Py_XDECREF(actions);
    Py_XDECREF(rows);
    return good;
}

static vg_err act(const vg_policy *policy, void *state, const float *observed, const vg_world *world,
                  float *out) {
    (void)world;
    vgp_called *called = (vgp_called *)policy; // what it raised is all that ever changes
    PyGILState_STATE held = PyGILState_Ensure();
    bool good = !called->type && !PyErr_Occurred() && ask(called, *(const int32_t *)state, observed, out);
    if (!good && !called->type) PyErr_Fetch(&called->type, &called->value, &called->trace);
    PyGILState_Release(held);
    return good ? VG_OK : VG_ERR_POLICY;
}

static const char *trouble(const vg_policy *policy) {
    (void)policy;
    return "raised an exception";
}

vgp_called vgp_called_policy(PyObject *callable, const char *name, const vg_sense *sense) {
    static const vg_policy_ops ops = {
        .open = open_lanes, .close = close_lanes, .reset = reset_lane, .act = act, .trouble = trouble};
    return (vgp_called){.policy = {.ops = &ops, .name = name, .sense = sense}, .callable = callable};
}

bool vgp_called_raise(vgp_called *called) {
    if (!called->type) return false;
    PyErr_Restore(called->type, called->value, called->trace);
    called->type = called->value = called->trace = NULL;
    return true;
}

// --- a policy by its name or path -------------------------------------------------------------------------

typedef struct loaded {
    PyObject ob_base;
    vg_policy *policy;
    vg_driver driver; // of the last batch's size; zero: none yet
} loaded;

static PyObject *policy_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"path", NULL};
    const char *path;
    vg_diag diag = {0};
    if (!PyArg_ParseTupleAndKeywords(args, names, "s:Policy", keys, &path)) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    loaded *p = (loaded *)allocate(type, 0); // zeroed
    if (!p) return NULL;
    vg_policy_terms terms = {.trust = VG_NAMED_BY_FILE}; // no programs
    vg_err err = vg_policy_open(path, &terms, &p->policy, &diag);
    if (!err) return (PyObject *)p;
    Py_DECREF(p);
    return vgp_raise(err, &diag);
}

static void policy_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    loaded *p = (loaded *)self;
    vg_driver_close(&p->driver);
    vg_policy_destroy(p->policy);
    release(self);
    Py_DECREF(type);
}

static PyObject *policy_reset(PyObject *self, PyObject *none) {
    (void)none;
    loaded *p = (loaded *)self;
    for (int32_t i = 0; i < p->driver.count; i++)
        vg_driver_reset(&p->driver, i, &(vg_episode_key){0, (uint32_t)i, 0});
    Py_RETURN_NONE;
}

// A driver for a batch of this size; another size begins anew.
static vg_err fit_driver(loaded *p, int32_t rows, vg_diag *diag) {
    if (p->driver.count == rows) return VG_OK;
    vg_driver_close(&p->driver);
    p->driver = (vg_driver){0};
    vg_err err = vg_driver_open(p->policy, rows, &p->driver, diag);
    for (int32_t i = 0; i < rows && !err; i++)
        vg_driver_reset(&p->driver, i, &(vg_episode_key){0, (uint32_t)i, 0});
    return err;
}

static PyObject *policy_act(PyObject *self, PyObject *args) {
    loaded *p = (loaded *)self;
    PyObject *objects[2];
    Py_buffer seen, actions;
    vg_diag diag = {0};
    int rows;
    if (!PyArg_ParseTuple(args, "iOO:act", &rows, &objects[0], &objects[1])) return NULL;
    const vg_sense *sense = p->policy->sense;
    if (rows < 1 || rows > 1 << 24 || !sense) {
        if (sense)
            PyErr_Format(PyExc_ValueError, "%d observations, expected 1 to 2^24", rows);
        else
            PyErr_SetString(PyExc_ValueError, "an expert drives by the world itself, not by observations");
        return NULL;
    }
    if (p->policy->needs_world) {
        PyErr_SetString(PyExc_ValueError,
                        "a policy of setpoints drives by a controller that looks at the world, "
                        "not by observations alone: use verge.evaluate");
        return NULL;
    }
    int32_t width = vg_sense_size(sense);
    if (!vgp_array(objects[0], "observations", "f", rows, width, false, &seen)) return NULL;
    if (!vgp_array(objects[1], "actions", "f", rows, VG_CAR_ACTIONS, true, &actions)) {
        PyBuffer_Release(&seen);
        return NULL;
    }
    vg_err err = fit_driver(p, rows, &diag); // under the interpreter's lock: one thread at a time
    const float *values = seen.buf;
    for (int64_t i = 0; i < (int64_t)rows * width && !err; i++) p->driver.observed[i] = values[i];
    if (!err) err = vg_driver_decide(&p->driver, NULL, actions.buf);
    PyBuffer_Release(&seen);
    PyBuffer_Release(&actions);
    if (err == VG_ERR_POLICY)
        vg_fail(&diag, err, "policy '%s' %s", p->policy->name, vg_policy_trouble(p->policy));
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static PyObject *policy_facts(PyObject *self, PyObject *none) {
    (void)none;
    const vg_policy *p = ((loaded *)self)->policy;
    return Py_BuildValue("{s:s,s:K,s:z,s:i,s:z}", "name", p->name, "hash", (unsigned long long)p->hash,
                         "sense", p->sense ? vg_sense_text(p->sense) : NULL, "observation",
                         p->sense ? vg_sense_size(p->sense) : 0, "car", p->car ? p->car->name : NULL);
}

static PyObject *policy_tensors(PyObject *self, PyObject *none) {
    (void)none;
    return vgp_network_tensors(((loaded *)self)->policy);
}

PyObject *vgp_policy_type(void) {
    static PyMethodDef methods[] = {
        {"act", policy_act, METH_VARARGS, "act(rows, observations, actions): one action for each row."},
        {"reset", policy_reset, METH_NOARGS, "Begin new episodes in all rows."},
        {"tensors", policy_tensors, METH_NOARGS,
         "(name, rows, columns or 0, bytes) of each tensor of a file."},
        {"facts", policy_facts, METH_NOARGS, "Name, hash, sense and car, as a dict."},
        {0}};
    static PyType_Slot slots[] = {{Py_tp_new, policy_new},
                                  {Py_tp_dealloc, policy_dealloc},
                                  {Py_tp_methods, methods},
                                  {Py_tp_doc, "A policy file or an expert."},
                                  {0}};
    static PyType_Spec spec = {.name = "verge._core.Policy",
                               .basicsize = sizeof(loaded),
                               .flags = Py_TPFLAGS_DEFAULT,
                               .slots = slots};
    return PyType_FromSpec(&spec);
}
