// verge._core: policies and logs in the formats of other tools, as `verge export` and `verge import` write
// and read them.
#include <string.h>

#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "agents/policy_open.h"
#include "agents/rewards/logged.h"
#include "agents/rewards/progress.h"
#include "agents/rewards/reward_open.h"
#include "bindings/python/src/binding.h"
#include "logs/export/minari.h"
#include "sim/base/memory.h"

static vg_overwrite overwriting(int replace) { return replace ? VG_REPLACE : VG_KEEP; }

// --- ONNX -------------------------------------------------------------------------------------------------

static vg_err export_onnx(const char *policy_path, const char *out, int replace, vg_diag *diag) {
    const vg_policy_terms terms = {.trust = VG_NAMED_BY_FILE};
    vg_policy *policy;
    vg_err err = vg_policy_open(policy_path, &terms, &policy, diag);
    if (err) return err;
    const vg_policy_info *info = vg_network_policy_info(policy);
    if (info)
        err = vg_onnx_write(out, overwriting(replace), info, vg_network_policy_network(policy), diag);
    else
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, policy_path, 0, NULL,
                         "is no learned policy: an expert has no network");
    vg_policy_destroy(policy);
    return err;
}

PyObject *vgp_export_onnx(PyObject *module, PyObject *args) {
    (void)module;
    const char *policy, *out;
    int replace;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "ssp:export_onnx", &policy, &out, &replace)) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = export_onnx(policy, out, replace, &diag);
    Py_END_ALLOW_THREADS;
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

static vg_err import_onnx(const char *path, const char *out, const char *sense_text, const char *car_name,
                          int replace, vg_diag *diag) {
    vg_sense *sense = NULL;
    vg_policy *policy = NULL;
    vg_car car;
    vg_err err = sense_text ? vg_sense_create(sense_text, &sense, diag) : VG_OK;
    if (!err && car_name) err = vg_car_load(car_name, &car, diag);
    const vg_onnx_def def = {.sense = sense, .car = car_name ? &car : NULL};
    if (!err) err = vg_onnx_read(path, &def, &policy, diag);
    if (!err)
        err = vg_policy_write(out, overwriting(replace), vg_network_policy_info(policy),
                              vg_network_policy_network(policy), diag);
    vg_policy_destroy(policy);
    vg_sense_destroy(sense);
    return err;
}

PyObject *vgp_import_onnx(PyObject *module, PyObject *args) {
    (void)module;
    const char *path, *out, *sense, *car;
    int replace;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "sszzp:import_onnx", &path, &out, &sense, &car, &replace)) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = import_onnx(path, out, sense, car, replace, &diag);
    Py_END_ALLOW_THREADS;
    if (err) return vgp_raise(err, &diag);
    Py_RETURN_NONE;
}

// --- Minari -----------------------------------------------------------------------------------------------

vg_err vgp_reward_open(const char *name, vg_reward **reward, vg_diag *diag) {
    return vg_reward_open(name, vg_progress_default().discount, reward, diag);
}

typedef struct minari {
    const char *folder, *id, *sense, *reward, *author, *car;
    const char **roads;
    int32_t road_count;
    int replace;
    vg_minari_report report;
} minari;

static vg_err export_minari(minari *m, const char *const *logs, int32_t count, vg_diag *diag) {
    vg_sense *sense = NULL;
    vg_reward *reward = NULL;
    vg_err err = vg_sense_create(m->sense, &sense, diag);
    if (!err) err = vgp_reward_open(m->reward, &reward, diag);
    if (!err) {
        const vg_minari_def def = {.sense = sense,
                                   .id = m->id,
                                   .rewards = vg_rewards_logged,
                                   .rewards_context = reward,
                                   .reward = strcmp(m->reward, "progress") ? m->reward : NULL,
                                   .author = m->author,
                                   .roads = m->roads,
                                   .road_count = m->road_count,
                                   .car = m->car};
        err = vg_minari_write(&def, logs, count, m->folder, overwriting(m->replace), &m->report, diag);
    }
    vg_reward_destroy(reward);
    vg_sense_destroy(sense);
    return err;
}

PyObject *vgp_export_minari(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *logs, *roads;
    minari m = {0};
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "O!sssszO!zp:export_minari", &PyTuple_Type, &logs, &m.folder, &m.id, &m.sense,
                          &m.reward, &m.author, &PyTuple_Type, &roads, &m.car, &m.replace))
        return NULL;
    Py_ssize_t count = PyTuple_Size(logs);
    const char **paths = vgp_paths(logs, count);
    m.road_count = (int32_t)PyTuple_Size(roads);
    m.roads = paths ? vgp_paths(roads, m.road_count) : NULL;
    vg_err err = VG_OK;
    if (m.roads) {
        Py_BEGIN_ALLOW_THREADS;
        err = export_minari(&m, paths, (int32_t)count, &diag);
        Py_END_ALLOW_THREADS;
    }
    bool named = m.roads;
    vg_free(paths);
    vg_free(m.roads);
    if (!named) return NULL;
    if (err) return vgp_raise(err, &diag);
    return Py_BuildValue("(LLsO)", (long long)m.report.episodes, (long long)m.report.steps,
                         m.report.unknown_road, m.report.unknown_car ? Py_True : Py_False);
}

PyObject *vgp_import_minari(PyObject *module, PyObject *args) {
    (void)module;
    const char *folder, *log;
    int replace;
    int64_t episodes;
    vg_diag diag = {0};
    if (!PyArg_ParseTuple(args, "ssp:import_minari", &folder, &log, &replace)) return NULL;
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = vg_minari_read(folder, log, overwriting(replace), &episodes, &diag);
    Py_END_ALLOW_THREADS;
    if (err) return vgp_raise(err, &diag);
    return PyLong_FromLongLong((long long)episodes);
}
