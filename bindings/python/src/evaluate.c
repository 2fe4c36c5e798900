// verge._core.evaluate: what `verge eval POLICY --suite SUITE` does, for a policy by its name or for a
// callable.
#include <stdio.h>
#include <string.h>

#include "agents/policy_open.h"
#include "bindings/python/src/called.h"
#include "eval/outcome/evaluation.h"
#include "eval/outcome/result.h"
#include "sim/base/memory.h"
#ifdef VG_WITH_FIGURES
#include "eval/report/page.h"
#endif

typedef struct evaluate {
    const char *source, *suite_name, *sense_text;
    int threads;
    vg_suite suite;
    vg_policy *policy; // NULL: the callable's
    vg_policy *expert; // of the reference
    vg_reference *reference;
    vg_sense *sense;
    vgp_called called;
    char label[VG_KEY_TEXT_SIZE];
    vg_evaluation evaluation;
    vg_text command, result;
} evaluate;

// Asked now and then by the rollouts: has a signal's handler raised (Ctrl-C)? Only the main thread's call can
// find one, and it keeps the exception.
static bool interrupted(void) {
    PyGILState_STATE held = PyGILState_Ensure();
    bool raised = PyErr_Occurred() || PyErr_CheckSignals();
    PyGILState_Release(held);
    return raised;
}

static vg_err open_suite(evaluate *e, vg_diag *diag) {
    char name[VG_KEY_TEXT_SIZE], folder[VG_SUITE_FOLDER];
    vg_suite_config *config = vg_new(vg_suite_config, 1); // too large for a stack
    if (!config) return vg_fail_memory(diag);
    vg_err err = vg_suite_read(e->suite_name, config, name, diag);
    if (!err) err = vg_suite_folder(e->suite_name, folder, diag);
    if (!err)
        err = vg_suite_build_scored(config, name, folder[0] ? folder : NULL, e->threads, &e->suite, diag);
    vg_free(config);
    return err;
}

static vg_err open_policies(evaluate *e, PyObject *callable, vg_diag *diag) {
    vg_policy_terms terms = {.trust = VG_NAMED_BY_FILE}; // no programs
    vg_err err = vg_evaluation_label(e->source, e->label, diag);
    if (!err && callable == Py_None) err = vg_policy_open(e->source, &terms, &e->policy, diag);
    if (!err && callable != Py_None) err = vg_sense_create(e->sense_text, &e->sense, diag);
    if (!err && e->sense) e->called = vgp_called_policy(callable, e->label, e->sense);
    const char *reference = e->suite.config.reference;
    if (err || !reference[0]) return err;
    err = vg_policy_open(reference, &terms, &e->expert, diag);
    return err ? err : vg_suite_reference(&e->suite, e->expert, e->threads, interrupted, &e->reference, diag);
}

// The line of the program that gives the same, or of Python where it knows no such policy.
static void set_command(evaluate *e) {
    vg_text_add(&e->command, e->policy ? "verge eval " : "verge.evaluate ");
    vg_text_word(&e->command, e->source);
    vg_text_add(&e->command, " --suite ");
    vg_text_word(&e->command, e->suite_name);
}

static vg_err drive(evaluate *e, vg_diag *diag) {
    const vg_evaluated entry = {e->policy ? e->policy : &e->called.policy, e->label, e->source};
    const vg_evaluation_def def = {.suite = &e->suite,
                                   .policies = &entry,
                                   .count = 1,
                                   .reference = e->reference,
                                   .threads = e->threads,
                                   .stop = interrupted};
    vg_err err = vg_evaluation_run(&def, &e->evaluation, diag);
    set_command(e);
    if (!err && e->command.failed) err = vg_fail_memory(diag);
    if (err) return err;
    e->evaluation.outcome.command = e->command.bytes;
    return vg_result_json(&e->evaluation.outcome, true, &e->result, diag);
}

static void close_all(evaluate *e) {
    vg_evaluation_free(&e->evaluation);
    vg_reference_destroy(e->reference);
    vg_policy_destroy(e->expert);
    vg_policy_destroy(e->policy);
    vg_sense_destroy(e->sense);
    vg_suite_free(&e->suite);
    vg_text_free(&e->command);
    vg_text_free(&e->result);
    Py_XDECREF(e->called.type);
    Py_XDECREF(e->called.value);
    Py_XDECREF(e->called.trace);
    vg_free(e);
}

// False: the warning was made an exception.
static bool warn_of_car(const evaluate *e) {
    const vg_car *own = e->policy ? e->policy->car : NULL;
    if (!own || vg_car_hash(own) == vg_car_hash(&e->suite.car)) return true;
    return !PyErr_WarnFormat(PyExc_UserWarning, 1,
                             "policy '%s' was trained for the car '%s', and drives '%s' here", e->label,
                             own->name, e->suite.car.name);
}

#ifdef VG_WITH_FIGURES
// Adds name: (title, svg) to a dict; after an exception nothing more is added.
static void take_figure(void *dict, const char *name, const char *title, const char *svg) {
    if (PyErr_Occurred()) return;
    PyObject *row = Py_BuildValue("(ss)", title, svg);
    if (row) PyDict_SetItemString(dict, name, row);
    Py_XDECREF(row);
}
#endif

// The text of result.json, and the figures of its page: a dict, empty in a build without figures. NULL: an
// exception is set.
static PyObject *result_of(const evaluate *e) {
    PyObject *figures = PyDict_New();
#ifdef VG_WITH_FIGURES
    vg_diag diag = {0};
    vg_err err = figures ? vg_report_figures(&e->evaluation.outcome, take_figure, figures, &diag) : VG_OK;
    if (err && !PyErr_Occurred()) vgp_raise(err, &diag);
#endif
    PyObject *both = PyErr_Occurred()
                         ? NULL
                         : Py_BuildValue("(s#O)", e->result.bytes, (Py_ssize_t)e->result.size, figures);
    Py_XDECREF(figures);
    return both;
}

PyObject *vgp_evaluate(PyObject *module, PyObject *args) {
    (void)module;
    PyObject *callable, *result = NULL;
    vg_diag diag = {0};
    evaluate *e = vg_new(evaluate, 1);
    if (!e) return PyErr_NoMemory();
    if (!PyArg_ParseTuple(args, "sOssi:evaluate", &e->source, &callable, &e->suite_name, &e->sense_text,
                          &e->threads)) {
        vg_free(e);
        return NULL;
    }
    vg_err err;
    Py_BEGIN_ALLOW_THREADS;
    err = open_suite(e, &diag);
    if (!err) err = open_policies(e, callable, &diag);
    Py_END_ALLOW_THREADS;
    bool warned = err || warn_of_car(e);
    if (warned && !err) {
        Py_BEGIN_ALLOW_THREADS;
        err = drive(e, &diag);
        Py_END_ALLOW_THREADS;
    }
    // An exception of the callable or of a signal's handler says more than the library's error.
    if (warned && !PyErr_Occurred() && !vgp_called_raise(&e->called)) {
        if (err)
            vgp_raise(err, &diag);
        else
            result = result_of(e);
    }
    close_all(e);
    return result;
}
