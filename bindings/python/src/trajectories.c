// verge._core.Trajectories: the episodes of a log one after another, as driven, so that no more than one is
// in memory.
#include "agents/rewards/logged.h"
#include "agents/rewards/reward_open.h"
#include "bindings/python/src/binding.h"

typedef struct trajectories {
    PyObject ob_base;
    vg_sense *sense;
    vg_reward *reward;
    vg_log *log;
    int32_t count, next;
    bool busy; // a thread is reading without the interpreter's lock
} trajectories;

static vg_err open_log(const char *path, const char *sense, const char *reward, trajectories *t,
                       vg_diag *diag) {
    vg_err err = vg_sense_create(sense, &t->sense, diag);
    if (!err) err = vgp_reward_open(reward, &t->reward, diag);
    if (!err) err = vg_log_open(path, &t->log, diag);
    return err ? err : vg_log_count(t->log, &t->count, diag);
}

static PyObject *trajectories_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"log", "sense", "reward", NULL};
    const char *path, *sense, *reward;
    vg_diag diag = {0};
    if (!PyArg_ParseTupleAndKeywords(args, names, "sss:Trajectories", keys, &path, &sense, &reward))
        return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    trajectories *t = (trajectories *)allocate(type, 0); // zeroed
    if (!t) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = open_log(path, sense, reward, t, &diag);
    Py_END_ALLOW_THREADS;
    if (!err) return (PyObject *)t;
    Py_DECREF(t);
    return vgp_raise(err, &diag);
}

static void trajectories_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    trajectories *t = (trajectories *)self;
    vg_log_discard(t->log);
    vg_reward_destroy(t->reward);
    vg_sense_destroy(t->sense);
    release(self);
    Py_DECREF(type);
}

#define FLOATS(values, count) (const char *)(values), (Py_ssize_t)((count) * (int64_t)sizeof(float))

static PyObject *episode_of(const vg_trajectory *t, const vg_log_episode *e) {
    return Py_BuildValue("{s:y#,s:y#,s:y#,s:y#,s:y#,s:y#,s:O,s:s,s:d}", "observations",
                         FLOATS(t->observations, t->observed * t->width), "actions",
                         FLOATS(t->actions, 2 * t->count), "labels", FLOATS(t->labels, 2 * t->count),
                         "rewards", FLOATS(t->rewards, t->count), "who", (const char *)t->who,
                         (Py_ssize_t)t->count, "bridged", (const char *)t->bridged, (Py_ssize_t)t->count,
                         "terminated", t->terminated ? Py_True : Py_False, "policy", e->policy, "seconds",
                         (double)e->ticks_per_action * e->tick_num / e->tick_den);
}

static vg_err read_next(const trajectories *t, vg_log_episode *e, vg_trajectory *one, vg_diag *diag) {
    vg_err err = vg_log_episode_at(t->log, t->next, e, diag);
    if (!err) err = vg_trajectory_read(t->log, e, t->sense, one, diag);
    return err ? err : vg_rewards_logged(t->reward, t->log, e, one, diag);
}

static PyObject *trajectories_next(PyObject *self) {
    trajectories *t = (trajectories *)self;
    vg_log_episode e;
    vg_trajectory one = {0};
    vg_diag diag = {0};
    if (t->busy) {
        PyErr_SetString(PyExc_RuntimeError, "another thread is reading this log");
        return NULL;
    }
    if (t->next >= t->count) return NULL;
    vg_err err;
    t->busy = true;
    Py_BEGIN_ALLOW_THREADS;
    err = read_next(t, &e, &one, &diag);
    Py_END_ALLOW_THREADS;
    t->busy = false;
    PyObject *episode = err ? vgp_raise(err, &diag) : episode_of(&one, &e);
    if (episode) t->next++;
    vg_trajectory_free(&one);
    return episode;
}

PyObject *vgp_trajectories_type(void) {
    static PyType_Slot slots[] = {{Py_tp_new, trajectories_new},
                                  {Py_tp_dealloc, trajectories_dealloc},
                                  {Py_tp_iter, PyObject_SelfIter},
                                  {Py_tp_iternext, trajectories_next},
                                  {Py_tp_doc, "Trajectories(log, sense, reward): the episodes of a log one "
                                              "after another, as driven."},
                                  {0}};
    static PyType_Spec spec = {.name = "verge._core.Trajectories",
                               .basicsize = sizeof(trajectories),
                               .flags = Py_TPFLAGS_DEFAULT,
                               .slots = slots};
    return PyType_FromSpec(&spec);
}
