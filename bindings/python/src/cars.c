// verge._core.Cars: the driving environment of agents/rl/driving_env.h on the roads of a suite.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/policy_open.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_open.h"
#include "bindings/python/src/cars_render.h"
#include "bindings/python/src/cars_state.h"
#include "sim/base/memory.h"

// --- making -----------------------------------------------------------------------------------------------

typedef struct arguments {
    const char *suite, *split, *roads, *car, *sense, *reward, *expert;
    int count, autoreset, threads;
    double horizon, start_spread; // start_spread < 0: the suite's
} arguments;

// The roads to drive become the config's test split, and no other split is made.
static vg_err choose_split(vg_suite_config *config, const char *split, vg_diag *diag) {
    const char *from = strcmp(split, "train") == 0        ? config->train
                       : strcmp(split, "validation") == 0 ? config->validation
                       : strcmp(split, "test") == 0       ? config->test
                                                          : NULL;
    if (!from)
        return vg_fail(diag, VG_ERR_ARGUMENT, "split '%.40s', expected train, validation or test", split);
    if (!from[0]) return vg_fail(diag, VG_ERR_ARGUMENT, "the suite has no roads in its split '%s'", split);
    if (from != config->test) memcpy(config->test, from, sizeof config->test);
    config->train[0] = config->validation[0] = 0;
    return VG_OK;
}

static vg_err build_roads(vgp_cars *c, const arguments *a, vg_suite_config *config, vg_diag *diag) {
    char name[VG_KEY_TEXT_SIZE] = "roads", folder[VG_SUITE_FOLDER] = "";
    vg_err err = VG_OK;
    if (a->roads) {
        vg_config_default(&vg_suite_schema, config);
        err = vg_config_set(&vg_suite_schema, config, "test", a->roads, "roads", 0, diag);
    } else {
        err = vg_suite_read(a->suite, config, name, diag);
        if (!err) err = vg_suite_folder(a->suite, folder, diag);
        if (!err) err = choose_split(config, a->split, diag);
    }
    if (!err && a->car) // not the suite's, whose path may be relative to its folder
        err = vg_config_set(&vg_suite_schema, config, "car", "sedan", "car", 0, diag);
    if (!err)
        err = vg_suite_build_scored(config, name, folder[0] ? folder : NULL, a->threads, &c->suite, diag);
    if (!err && a->car) err = vg_car_load(a->car, &c->suite.car, diag);
    return err;
}

static vg_err open_reward(vgp_cars *c, const arguments *a, vg_diag *diag) {
    return vg_reward_open(a->reward, vg_progress_default().discount, &c->reward, diag);
}

static vg_err open_expert(vgp_cars *c, const arguments *a, vg_diag *diag) {
    vg_policy_terms terms = {.trust = VG_NAMED_BY_FILE}; // no programs
    vg_err err = a->expert ? vg_policy_open(a->expert, &terms, &c->expert, diag) : VG_OK;
    if (!err && c->expert && !c->expert->ops->label)
        err = vg_fail(diag, VG_ERR_ARGUMENT, "'%.200s' is no expert that can be asked for an action",
                      a->expert);
    return err;
}

static vg_err open_driving(vgp_cars *c, const arguments *a, vg_diag *diag) {
    vg_driving_def def = vg_driving_default();
    def.roads = (const vg_road *const *)c->suite.test.roads, def.road_count = c->suite.test.count;
    def.car = &c->suite.car, def.sense = c->sense, def.reward = c->reward, def.expert = c->expert;
    def.cars = a->count;
    def.start_spread = a->start_spread < 0 ? (float)c->suite.config.start_spread : (float)a->start_spread;
    def.disturbance = vg_suite_disturbance(&c->suite.config);
    def.horizon = a->horizon;
    def.autoreset = (vg_autoreset)a->autoreset;
    def.block = 64; // a vector's lanes are cars of one block; a block is one thread's
    def.threads = c->threads = a->threads;
    c->never = def.autoreset == VG_AUTORESET_NEVER;
    vg_err err = vg_driving_create(&def, &c->driving, diag);
    if (err) return err;
    c->env = vg_driving_environment(c->driving);
    c->ending = vg_new(uint8_t, c->env->count);
    c->last = vg_new(float, (int64_t)c->env->count * c->env->observation);
    return c->ending && c->last ? VG_OK : vg_fail_memory(diag);
}

static vg_err open_all(vgp_cars *c, const arguments *a, vg_diag *diag) {
    if (a->autoreset < 0 || a->autoreset > VG_AUTORESET_NEVER || a->threads < 0 || a->threads > 4096)
        return vg_fail(diag, VG_ERR_ARGUMENT, "autoreset %d with %d threads, expected 0 to 2 and 0 to 4096",
                       a->autoreset, a->threads);
    vg_suite_config *config = vg_new(vg_suite_config, 1); // too large for a stack
    if (!config) return vg_fail_memory(diag);
    vg_err err = build_roads(c, a, config, diag);
    vg_free(config);
    if (!err) err = vg_sense_create(a->sense, &c->sense, diag);
    if (!err) err = open_reward(c, a, diag);
    if (!err) err = open_expert(c, a, diag);
    return err ? err : open_driving(c, a, diag);
}

static void close_all(vgp_cars *c) {
    vgp_picture_free(c->picture);
    vg_driving_destroy(c->driving);
    vg_reward_destroy(c->reward);
    vg_policy_destroy(c->expert);
    vg_sense_destroy(c->sense);
    vg_suite_free(&c->suite);
    vg_free(c->ending);
    vg_free(c->last);
    c->picture = NULL, c->driving = NULL, c->reward = NULL, c->expert = NULL, c->sense = NULL,
    c->ending = NULL, c->last = NULL, c->env = NULL;
}

static PyObject *cars_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"num_envs", "suite",        "split",     "roads",   "car",    "sense", "reward",
                           "horizon",  "start_spread", "autoreset", "threads", "expert", NULL};
    arguments a = {.suite = "standard",
                   .split = "train",
                   .sense = VG_SENSE_DEFAULT,
                   .reward = "progress",
                   .horizon = 60,
                   .start_spread = -1};
    vg_diag diag = {0};
    if (!PyArg_ParseTupleAndKeywords(args, names, "i|sszzssddiiz:Cars", keys, &a.count, &a.suite, &a.split,
                                     &a.roads, &a.car, &a.sense, &a.reward, &a.horizon, &a.start_spread,
                                     &a.autoreset, &a.threads, &a.expert))
        return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    vgp_cars *c = (vgp_cars *)allocate(type, 0); // zeroed
    if (!c) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = open_all(c, &a, &diag);
    Py_END_ALLOW_THREADS;
    if (!err) return (PyObject *)c;
    Py_DECREF(c);
    return vgp_raise(err, &diag);
}

static void cars_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    close_all((vgp_cars *)self);
    release(self);
    Py_DECREF(type);
}

// --- driving ----------------------------------------------------------------------------------------------

static PyObject *cars_begin(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    unsigned int round;
    unsigned long long seed;
    PyObject *seen;
    Py_buffer view;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "KIO:begin", &seed, &round, &seen) || !vgp_cars_enter(c, false)) return NULL;
    if (!vgp_array(seen, "observations", "f", c->env->count, c->env->observation, true, &view)) {
        c->busy = false;
        return NULL;
    }
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    vg_driving_reseed(c->driving, seed);
    err = vg_environment_begin(c->env, round, c->threads, view.buf, &diag);
    Py_END_ALLOW_THREADS;
    c->busy = false;
    c->begun = !err;
    PyBuffer_Release(&view);
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static PyObject *cars_restart(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    PyObject *mask, *seen;
    Py_buffer which, view;
    vg_diag diag = {0};
    vg_err err = VG_OK;
    bool fits = false;
    if (!PyArg_ParseTuple(args, "OO:restart", &mask, &seen) || !vgp_cars_enter(c, true)) return NULL;
    if (vgp_array(mask, "reset_mask", "?B", c->env->count, 0, false, &which)) {
        fits = vgp_array(seen, "observations", "f", c->env->count, c->env->observation, true, &view);
        if (fits) {
            err = vg_driving_restart(c->driving, which.buf, view.buf, &diag);
            PyBuffer_Release(&view);
        }
        PyBuffer_Release(&which);
    }
    c->busy = false;
    if (!fits) return NULL;
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static PyObject *cars_label(PyObject *self, PyObject *array) {
    vgp_cars *c = (vgp_cars *)self;
    Py_buffer view;
    vg_diag diag = {0};
    if (!vgp_cars_enter(c, true)) return NULL;
    if (!vgp_array(array, "actions", "f", c->env->count, c->env->actions, true, &view)) {
        c->busy = false;
        return NULL;
    }
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = vg_driving_label(c->driving, view.buf, &diag);
    Py_END_ALLOW_THREADS;
    c->busy = false;
    PyBuffer_Release(&view);
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

// The arrays of a step. The last may be None.
enum { ACTIONS, SEEN, REWARDS, TERMINATED, TRUNCATED, LAST, ARRAYS };

static void release(Py_buffer *views, int count) {
    for (int k = 0; k < count; k++)
        if (views[k].obj) PyBuffer_Release(&views[k]);
}

static bool take_arrays(const vgp_cars *c, PyObject *const *objects, Py_buffer *views) {
    static const char *const names[] = {"actions",    "observations", "rewards",
                                        "terminated", "truncated",    "final_obs"};
    const Py_ssize_t columns[] = {c->env->actions, c->env->observation, 0, 0, 0, c->env->observation};
    for (int k = 0; k < ARRAYS; k++) {
        bool flags = k == TERMINATED || k == TRUNCATED;
        if (k == LAST && objects[k] == Py_None) continue;
        if (vgp_array(objects[k], names[k], flags ? "?B" : "f", c->env->count, columns[k], k != ACTIONS,
                      &views[k]))
            continue;
        views[k].obj = NULL;
        release(views, k);
        return false;
    }
    return true;
}

// A caller may give one array for both: then it has what was truncated, as if one were written after the
// other.
static void split_flags(int32_t count, const uint8_t *restrict ending, uint8_t *terminated,
                        uint8_t *truncated) {
    for (int32_t i = 0; i < count; i++) terminated[i] = ending[i] == VG_ENDING_TERMINATED;
    for (int32_t i = 0; i < count; i++) truncated[i] = ending[i] == VG_ENDING_TRUNCATED;
}

static vg_err step(vgp_cars *c, Py_buffer *views, vg_diag *diag) {
    for (int32_t i = 0; c->never && i < c->env->count; i++)
        if (vg_driving_ended(c->driving, i))
            return vg_fail(diag, VG_ERR_ARGUMENT, "the episode of car %d has ended: reset it first", i);
    vg_step out = {views[SEEN].buf, views[LAST].obj ? views[LAST].buf : c->last, views[REWARDS].buf,
                   c->ending};
    vg_err err = vg_environment_step(c->env, c->threads, views[ACTIONS].buf, &out, diag);
    if (!err) split_flags(c->env->count, c->ending, views[TERMINATED].buf, views[TRUNCATED].buf);
    return err;
}

static PyObject *cars_step(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    PyObject *objects[ARRAYS] = {[LAST] = Py_None};
    Py_buffer views[ARRAYS] = {0};
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "OOOOO|O:step", &objects[ACTIONS], &objects[SEEN], &objects[REWARDS],
                          &objects[TERMINATED], &objects[TRUNCATED], &objects[LAST]) ||
        !vgp_cars_enter(c, true))
        return NULL;
    if (!take_arrays(c, objects, views)) {
        c->busy = false;
        return NULL;
    }
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = step(c, views, &diag);
    Py_END_ALLOW_THREADS;
    c->busy = false;
    release(views, ARRAYS);
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

// --- facts ------------------------------------------------------------------------------------------------

static PyObject *cars_bounds(PyObject *self, PyObject *args) {
    vgp_cars *c = (vgp_cars *)self;
    PyObject *objects[2];
    Py_buffer low, high;
    if (!PyArg_ParseTuple(args, "OO:bounds", &objects[0], &objects[1]) || !vgp_cars_enter(c, false))
        return NULL;
    c->busy = false;
    if (!vgp_array(objects[0], "low", "f", c->env->observation, 0, true, &low)) return NULL;
    if (!vgp_array(objects[1], "high", "f", c->env->observation, 0, true, &high)) {
        PyBuffer_Release(&low);
        return NULL;
    }
    float *least = low.buf, *most = high.buf;
    vg_sense_bounds(c->sense, &c->suite.car, least, most);
    bool noisy = vg_suite_disturbance(&c->suite.config).observation_noise > 0;
    for (int32_t i = 0; noisy && i < c->env->observation; i++) least[i] = -INFINITY, most[i] = INFINITY;
    PyBuffer_Release(&low);
    PyBuffer_Release(&high);
    Py_RETURN_NONE;
}

static PyObject *cars_scale(PyObject *self, PyObject *array) {
    vgp_cars *c = (vgp_cars *)self;
    Py_buffer view;
    if (!vgp_cars_enter(c, false)) return NULL;
    c->busy = false;
    if (!vgp_array(array, "scale", "f", c->env->observation, 0, true, &view)) return NULL;
    vg_sense_physical(c->sense, &c->suite.car, view.buf);
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}

static PyObject *cars_columns(PyObject *self, PyObject *none) {
    (void)none;
    vgp_cars *c = (vgp_cars *)self;
    char name[48];
    if (!vgp_cars_enter(c, false)) return NULL;
    c->busy = false;
    PyObject *list = PyList_New(c->env->observation);
    for (int32_t i = 0; list && i < c->env->observation; i++) {
        PyObject *text = PyUnicode_FromString(vg_sense_column(c->sense, i, name));
        if (!text || PyList_SetItem(list, i, text)) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

static PyObject *cars_facts(PyObject *self, PyObject *none) {
    (void)none;
    vgp_cars *c = (vgp_cars *)self;
    if (!vgp_cars_enter(c, false)) return NULL;
    c->busy = false;
    return Py_BuildValue("{s:i,s:i,s:i,s:s,s:s,s:i,s:d,s:d}", "num_envs", c->env->count, "observation",
                         c->env->observation, "actions", c->env->actions, "sense", vg_sense_text(c->sense),
                         "car", c->suite.car.name, "roads", c->suite.test.count, "seconds", 3.0 / 60.0,
                         "discount", c->reward->discount);
}

static PyObject *cars_close(PyObject *self, PyObject *none) {
    (void)none;
    vgp_cars *c = (vgp_cars *)self;
    if (c->busy) {
        PyErr_SetString(PyExc_RuntimeError, "another thread uses this environment now; close it afterwards");
        return NULL;
    }
    close_all(c);
    Py_RETURN_NONE;
}

PyObject *vgp_cars_type(void) {
    static PyMethodDef methods[] = {
        {"begin", cars_begin, METH_VARARGS, "begin(seed, round, observations): begin a round of episodes."},
        {"restart", cars_restart, METH_VARARGS,
         "restart(reset_mask, observations): begin the next episode of the masked cars."},
        {"step", cars_step, METH_VARARGS,
         "step(actions, observations, rewards, terminated, truncated, final_obs=None): one action of every "
         "car."},
        {"label", cars_label, METH_O, "label(actions): what the expert would do now."},
        {"render", vgp_cars_render, METH_VARARGS,
         "render(car, pixels): a picture, uint8 [height][width][3]."},
        {"show", vgp_cars_show, METH_VARARGS, "show(car, width, height): the picture in a window."},
        {"scale", cars_scale, METH_O, "scale(scale): the physical normaliser of each observed value."},
        {"bounds", cars_bounds, METH_VARARGS, "bounds(low, high): the range of each observed value."},
        {"columns", cars_columns, METH_NOARGS, "The names of the observed values."},
        {"facts", cars_facts, METH_NOARGS, "Sizes, sense, car and discount, as a dict."},
        {"close", cars_close, METH_NOARGS, "Free the cars and roads; may be called again."},
        {0}};
    static PyType_Slot slots[] = {{Py_tp_new, cars_new},
                                  {Py_tp_dealloc, cars_dealloc},
                                  {Py_tp_methods, methods},
                                  {Py_tp_doc, "Cars on the roads of a suite, stepped together."},
                                  {0}};
    static PyType_Spec spec = {.name = "verge._core.Cars",
                               .basicsize = sizeof(vgp_cars),
                               .flags = Py_TPFLAGS_DEFAULT,
                               .slots = slots};
    return PyType_FromSpec(&spec);
}
