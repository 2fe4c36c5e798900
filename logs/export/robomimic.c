#include "logs/export/robomimic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "logs/export/minari_json.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

vg_robomimic_def vg_robomimic_default(void) { return (vg_robomimic_def){.validation = 0.1, .seed = 1}; }

#ifdef VG_WITH_HDF5
#include "logs/export/hdf5_file.h"

enum { NAME_SIZE = 32, STATES = 8 };

typedef struct writing {
    const vg_robomimic_def *def;
    vg_hdf5 h;
    hid_t data;
    vg_minari_facts facts;
    int64_t demos, total;
} writing;

// --- one demonstration ------------------------------------------------------------------------------------

// The feature that a column belongs to: "curvature" of "curvature@0.5s".
static void feature_of(const vg_sense *sense, int32_t column, char feature[48]) {
    vg_sense_column(sense, column, feature);
    feature[strcspn(feature, "@.")] = 0;
}

// Observations first .. first + count - 1, one data set a feature.
static void put_observations(writing *w, hid_t demo, const char *name, const vg_trajectory *t, int64_t first,
                             int64_t count) {
    char feature[48], next[48];
    hid_t group = vg_hdf5_group(&w->h, demo, name);
    for (int32_t from = 0, to; from < t->width && !w->h.err; from = to) {
        feature_of(w->def->sense, from, feature);
        for (to = from + 1; to < t->width; to++) {
            feature_of(w->def->sense, to, next);
            if (strcmp(next, feature) != 0) break;
        }
        float *values = vg_new(float, count *(to - from));
        if (!values) w->h.err = vg_fail_memory(w->h.diag);
        for (int64_t i = 0; values && i < count; i++)
            memcpy(values + i * (to - from), t->observations + (first + i) * t->width + from,
                   sizeof(float) * (size_t)(to - from));
        if (values)
            vg_hdf5_array(&w->h, group, feature, w->h.lib->f32, w->h.lib->f32, count, to - from, values);
        vg_free(values);
    }
    if (group >= 0) w->h.lib->H5Gclose(group);
}

// The car's state before each action.
static void put_states(writing *w, hid_t demo, const vg_log_step *steps, int32_t k, int64_t first,
                       int64_t count) {
    double *states = vg_new(double, count *STATES);
    if (!states) w->h.err = vg_fail_memory(w->h.diag);
    for (int64_t i = 0; states && i < count; i++) {
        const vg_state *s = &steps[(first + i) * k].state;
        const double row[STATES] = {
#define X(type, name, unit, label) s->name,
            VG_STATE_COLUMNS(X)
#undef X
        };
        memcpy(states + i * STATES, row, sizeof row);
    }
    if (states) vg_hdf5_array(&w->h, demo, "states", w->h.lib->f64, w->h.lib->f64, count, STATES, states);
    vg_free(states);
}

// The actions first .. first + count - 1 of a trajectory.
static void put_demo(writing *w, const vg_trajectory *t, const vg_log_step *steps, int32_t k, int64_t first,
                     int64_t count) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "demo_%lld", (long long)w->demos);
    uint8_t *dones = vg_new(uint8_t, count);
    hid_t demo = vg_hdf5_group(&w->h, w->data, name);
    if (!w->h.err && !dones) w->h.err = vg_fail_memory(w->h.diag);
    if (!w->h.err) {
        dones[count - 1] = 1;
        vg_hdf5_attribute(&w->h, demo, "num_samples", w->h.lib->i64, &count);
        vg_hdf5_array(&w->h, demo, "actions", w->h.lib->f32, w->h.lib->f32, count, 2, t->actions + 2 * first);
        vg_hdf5_array(&w->h, demo, "rewards", w->h.lib->f32, w->h.lib->f32, count, 0, t->rewards + first);
        vg_hdf5_array(&w->h, demo, "dones", w->h.lib->u8, w->h.lib->u8, count, 0, dones);
    }
    if (!w->h.err) put_observations(w, demo, "obs", t, first, count);
    if (!w->h.err) put_observations(w, demo, "next_obs", t, first + 1, count);
    if (!w->h.err) put_states(w, demo, steps, k, first, count);
    if (demo >= 0) w->h.lib->H5Gclose(demo);
    vg_free(dones);
    w->demos++, w->total += count;
}

static vg_err write_episode(writing *w, vg_log *log, int32_t index, vg_diag *diag) {
    vg_log_episode e;
    vg_trajectory t = {0};
    vg_log_step *steps = NULL;
    int64_t ticks;
    vg_err err = vg_log_episode_at(log, index, &e, diag);
    if (!err && !w->facts.car.name[0]) err = vg_log_car(log, e.car, &w->facts.car, diag);
    if (!err) err = vg_trajectory_read(log, &e, w->def->sense, &t, diag);
    if (!err && w->def->rewards) err = w->def->rewards(w->def->rewards_context, log, &e, &t, diag);
    if (!err) err = vg_log_steps(log, e.id, &steps, &ticks, diag);
    for (int64_t first = 0, end; first < t.count && !err; first = end) {
        for (end = first; end < t.count && t.bridged[end] == t.bridged[first];) end++;
        if (!t.bridged[first]) put_demo(w, &t, steps, e.ticks_per_action, first, end - first);
        err = w->h.err;
    }
    vg_free(steps);
    vg_trajectory_free(&t);
    return err;
}

// --- the file ---------------------------------------------------------------------------------------------

// Which demonstrations are held out: those with the smallest draws. held is [demos].
static bool hold_out(const writing *w, bool *held) {
    int64_t wanted = (int64_t)(w->def->validation * (double)w->demos + 0.5);
    if (w->def->validation > 0 && wanted < 1) wanted = 1;
    if (wanted > w->demos - 1) wanted = w->demos - 1;
    double *draws = vg_new(double, w->demos);
    if (!draws) return false;
    for (int64_t i = 0; i < w->demos; i++) {
        const vg_draw at = {.seed = w->def->seed,
                            .stream = VG_STREAM_SPLIT,
                            .entity = (uint32_t)i & 0xffffff,
                            .episode = (uint32_t)(i >> 24)};
        draws[i] = vg_random_uniform(&at);
    }
    for (; wanted > 0; wanted--) {
        int64_t least = -1;
        for (int64_t i = 0; i < w->demos; i++)
            if (!held[i] && (least < 0 || draws[i] < draws[least])) least = i;
        held[least] = true;
    }
    vg_free(draws);
    return true;
}

static void put_masks(writing *w) {
    bool *held = vg_new(bool, w->demos);
    char(*names)[NAME_SIZE] = (char(*)[NAME_SIZE])vg_alloc(w->demos, NAME_SIZE);
    const char **listed = vg_new(const char *, w->demos);
    hid_t group = vg_hdf5_group(&w->h, w->h.file, "mask");
    if (!w->h.err && (!held || !names || !listed || !hold_out(w, held))) w->h.err = vg_fail_memory(w->h.diag);
    for (int valid = 0; valid < 2 && !w->h.err; valid++) {
        int64_t count = 0;
        for (int64_t i = 0; i < w->demos; i++) {
            snprintf(names[i], NAME_SIZE, "demo_%lld", (long long)i);
            if (held[i] == valid) listed[count++] = names[i];
        }
        vg_hdf5_texts(&w->h, group, valid ? "valid" : "train", listed, count);
    }
    if (group >= 0) w->h.lib->H5Gclose(group);
    vg_free(held);
    vg_free(names);
    vg_free(listed);
}

static vg_err put_environment(writing *w, vg_diag *diag) {
    vg_text text = {0};
    char car[64];
    w->facts.car_name = vg_minari_preset(&w->facts.car, car);
    vg_err err = vg_minari_env_args(&w->facts, &text, diag);
    if (!err) vg_hdf5_text(&w->h, w->data, "env_args", text.bytes);
    vg_hdf5_attribute(&w->h, w->data, "total", w->h.lib->i64, &w->total);
    vg_text_free(&text);
    return err ? err : w->h.err;
}

static vg_err write_all(writing *w, const char *const *logs, int32_t count, vg_diag *diag) {
    w->data = vg_hdf5_group(&w->h, w->h.file, "data");
    vg_err err = w->h.err;
    for (int32_t i = 0; i < count && !err; i++) {
        vg_log *log;
        int32_t episodes = 0;
        err = vg_log_open(logs[i], &log, diag);
        if (!err) err = vg_log_count(log, &episodes, diag);
        for (int32_t k = 0; k < episodes && !err; k++) err = write_episode(w, log, k, diag);
        vg_log_discard(log);
    }
    if (!err && !w->demos)
        err = vg_fail_at(diag, VG_ERR_FORMAT, count ? logs[0] : NULL, 0, "episode", "no actions to write");
    if (!err) err = put_environment(w, diag);
    if (!err) put_masks(w);
    if (w->data >= 0) w->h.lib->H5Gclose(w->data);
    return err ? err : w->h.err;
}

vg_err vg_robomimic_write(const vg_robomimic_def *def, const char *const *logs, int32_t log_count,
                          const char *path, vg_overwrite overwrite, int64_t *demos, vg_diag *diag) {
    char temporary[1024];
    *demos = 0;
    if (!(def->validation >= 0 && def->validation < 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "validation is %g, must be in [0, 1)", def->validation);
    writing *w = vg_new(writing, 1);
    if (!w) return vg_fail_memory(diag);
    w->def = def, w->facts = (vg_minari_facts){.sense = def->sense, .reward = def->reward};
    vg_err err = vg_file_temporary(path, overwrite, temporary, diag);
    if (!err) {
        vg_hdf5_create(&w->h, temporary, path, diag);
        err = write_all(w, logs, log_count, diag);
        vg_err closed = vg_hdf5_close(&w->h);
        if (!err) err = closed;
        if (err)
            vg_file_discard(temporary);
        else
            err = vg_file_commit(temporary, path, overwrite, diag);
    }
    *demos = err ? 0 : w->demos;
    vg_free(w);
    return err;
}

#else

vg_err vg_robomimic_write(const vg_robomimic_def *def, const char *const *logs, int32_t log_count,
                          const char *path, vg_overwrite overwrite, int64_t *demos, vg_diag *diag) {
    (void)def, (void)logs, (void)log_count, (void)path, (void)overwrite;
    *demos = 0;
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build is without HDF5: it was made without libhdf5");
}
#endif
