#include "logs/export/minari.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "logs/export/minari_json.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "tracks/library.h"

#ifdef VG_WITH_HDF5
#include "logs/export/log_group.h"
#include "logs/export/set_folder.h"

enum { ROADS_MOST = 256 };
static const char main_name[] = "data/main_data.hdf5", json_name[] = "data/metadata.json";

typedef struct writing {
    const vg_minari_def *def;
    vg_hdf5 h;
    vg_minari_facts facts;
    vg_log_groups groups;
    vg_minari_report *report;
    char road_names[ROADS_MOST][256];
    uint64_t road_hashes[ROADS_MOST];
    bool roads_known; // each of them is a library road, so far
    int32_t tick_num, tick_den, ticks_per_action;
    const char *first; // the first log
    hid_t flag;        // the type of a bool
} writing;

// Minari's own check, and no way out of a folder.
static vg_err check_id(const char *id, vg_diag *diag) {
    const char *version = id ? strstr(id, "-v") : NULL;
    for (const char *next; version && (next = strstr(version + 2, "-v"));) version = next;
    bool good = version && version > id && version[2] &&
                strspn(version + 2, "0123456789") == strlen(version + 2) && strlen(version + 2) < 9 &&
                id[0] != '/' && version[-1] != '/';
    for (const char *c = id; good && c < version; c++)
        good = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
               *c == '-' || *c == '_' || (*c == '/' && c[1] != '/');
    if (good) return VG_OK;
    return vg_fail_at(
        diag, VG_ERR_ARGUMENT, NULL, 0, "id",
        "'%.100s', expected letters, digits, _, - and /, and a version at the end, such as verge/laps-v0",
        id ? id : "");
}

static vg_err check_same(writing *w, vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    vg_car car;
    vg_err err = vg_log_car(log, e->car, &car, diag);
    if (err) return err;
    if (!w->first) {
        w->first = vg_log_path(log), w->facts.car = car;
        w->tick_num = e->tick_num, w->tick_den = e->tick_den, w->ticks_per_action = e->ticks_per_action;
    }
    const char *differs = vg_car_hash(&car) != vg_car_hash(&w->facts.car)            ? "car"
                          : e->tick_num != w->tick_num || e->tick_den != w->tick_den ? "tick"
                          : e->ticks_per_action != w->ticks_per_action               ? "ticks_per_action"
                                                                                     : NULL;
    if (!differs) return VG_OK;
    return vg_fail_at(diag, VG_ERR_MISMATCH, vg_log_path(log), 0, differs,
                      "is another than in the episodes before; a data set is of one car and one clock");
}

// Is what a name or a path stands for this road?
static bool is_road(const char *name, uint64_t hash) {
    vg_road *known;
    if (vg_track_load(name, &known, NULL)) return false;
    bool same = vg_road_hash(known) == hash;
    vg_road_destroy(known);
    return same;
}

// What the environment is to call a road: its library name, or one of those given; NULL: nothing.
static const char *name_of(const writing *w, const vg_road *road) {
    const char *own = vg_road_get(road).name;
    uint64_t hash = vg_road_hash(road);
    char listed[64];
    for (int32_t i = 0; vg_library_name(i, listed); i++)
        if (strcmp(listed, own) == 0 && is_road(own, hash)) return own;
    for (int32_t i = 0; i < w->def->road_count; i++)
        if (strlen(w->def->roads[i]) < sizeof w->road_names[0] && is_road(w->def->roads[i], hash))
            return w->def->roads[i];
    return NULL;
}

// Note the road, once by its content.
static vg_err note_road(writing *w, vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    vg_road *road;
    if (!w->roads_known) return VG_OK;
    vg_err err = vg_log_road(log, e->road, &road, diag);
    if (err) return err;
    uint64_t hash = vg_road_hash(road);
    int32_t i = 0, count = w->facts.road_count;
    while (i < count && w->road_hashes[i] != hash) i++;
    const char *name = i < count ? "" : i < ROADS_MOST ? name_of(w, road) : NULL;
    if (!name) {
        const char *own = vg_road_get(road).name;
        w->roads_known = false;
        snprintf(w->report->unknown_road, sizeof w->report->unknown_road, "%s",
                 own[0] ? own : "(a road without a name)");
    } else if (i == count) {
        snprintf(w->road_names[i], sizeof w->road_names[i], "%s", name);
        w->road_hashes[i] = hash;
        w->facts.road_count++;
    }
    vg_road_destroy(road);
    return VG_OK;
}

static void note_policy(writing *w, const char *name) {
    char *all = w->facts.policies;
    size_t used = strlen(all), length = strlen(name);
    const char *at = strstr(all, name);
    bool there = at && (at == all || at[-1] == ' ') && (at[length] == 0 || at[length] == ',');
    if (!there && used + length + 3 < sizeof w->facts.policies)
        snprintf(all + used, sizeof w->facts.policies - used, "%s%s", used ? ", " : "", name);
}

// What Gymnasium's `info` would have said: one more row than actions, the first before any.
static void put_infos(writing *w, hid_t episode, const vg_trajectory *t) {
    int64_t rows = t->observed;
    float *labels = vg_new(float, 2 * rows);
    uint8_t *flags = vg_new(uint8_t, 2 * rows);
    hid_t group = vg_hdf5_group(&w->h, episode, "infos");
    if (!w->h.err && (!labels || !flags)) w->h.err = vg_fail_memory(w->h.diag);
    if (!w->h.err) {
        for (int64_t i = 0; i < 2 * rows; i++) labels[i] = i < 2 * t->count ? t->labels[i] : NAN;
        memcpy(flags, t->who, (size_t)t->count);
        memcpy(flags + rows, t->bridged, (size_t)t->count);
        vg_hdf5_array(&w->h, group, "expert_action", w->h.lib->f32, w->h.lib->f32, rows, 2, labels);
        vg_hdf5_array(&w->h, group, "who", w->h.lib->u8, w->h.lib->u8, rows, 0, flags);
        vg_hdf5_array(&w->h, group, "bridged", w->flag, w->flag, rows, 0, flags + rows);
    }
    if (group >= 0) w->h.lib->H5Gclose(group);
    vg_free(labels);
    vg_free(flags);
}

static void put_trajectory(writing *w, hid_t group, const vg_trajectory *t) {
    uint8_t *ends = vg_new(uint8_t, 2 * t->count);
    if (!w->h.err && !ends) w->h.err = vg_fail_memory(w->h.diag);
    if (w->h.err) {
        vg_free(ends);
        return;
    }
    if (t->count) ends[t->terminated ? t->count - 1 : 2 * t->count - 1] = 1;
    vg_hdf5_array(&w->h, group, "observations", w->h.lib->f32, w->h.lib->f32, t->observed, t->width,
                  t->observations);
    vg_hdf5_array(&w->h, group, "actions", w->h.lib->f32, w->h.lib->f32, t->count, VG_CAR_ACTIONS,
                  t->actions);
    vg_hdf5_array(&w->h, group, "rewards", w->h.lib->f32, w->h.lib->f32, t->count, 0, t->rewards);
    vg_hdf5_array(&w->h, group, "terminations", w->flag, w->flag, t->count, 0, ends);
    vg_hdf5_array(&w->h, group, "truncations", w->flag, w->flag, t->count, 0, ends + t->count);
    put_infos(w, group, t);
    vg_free(ends);
}

static vg_err write_episode(writing *w, vg_log *log, int32_t index, vg_diag *diag) {
    vg_log_episode e;
    vg_trajectory t = {0};
    char name[32];
    int64_t number = w->report->episodes;
    snprintf(name, sizeof name, "episode_%lld", (long long)number);
    vg_err err = vg_log_episode_at(log, index, &e, diag);
    if (!err) err = check_same(w, log, &e, diag);
    if (!err) err = note_road(w, log, &e, diag);
    if (!err) err = vg_trajectory_read(log, &e, w->def->sense, &t, diag);
    if (!err && w->def->rewards) err = w->def->rewards(w->def->rewards_context, log, &e, &t, diag);
    if (err) return vg_trajectory_free(&t), err;
    note_policy(w, e.policy);
    hid_t group = vg_hdf5_group(&w->h, w->h.file, name);
    vg_hdf5_attribute(&w->h, group, "id", w->h.lib->i64, &number);
    vg_hdf5_attribute(&w->h, group, "seed", w->h.lib->u64, &e.seed);
    vg_hdf5_attribute(&w->h, group, "total_steps", w->h.lib->i64, &t.count);
    put_trajectory(w, group, &t);
    vg_log_group_write(&w->h, group, name, log, index, &w->groups);
    if (group >= 0) w->h.lib->H5Gclose(group);
    w->report->episodes++, w->report->steps += t.count;
    vg_trajectory_free(&t);
    return w->h.err;
}

static vg_err write_logs(writing *w, const char *const *logs, int32_t count, vg_diag *diag) {
    vg_err err = w->h.err;
    for (int32_t i = 0; i < count && !err; i++) {
        vg_log *log;
        int32_t episodes = 0;
        err = vg_log_open(logs[i], &log, diag);
        if (!err) err = vg_log_count(log, &episodes, diag);
        for (int32_t k = 0; k < episodes && !err; k++) err = write_episode(w, log, k, diag);
        vg_log_discard(log);
    }
    if (!err && !w->report->episodes)
        err = vg_fail_at(diag, VG_ERR_FORMAT, count ? logs[0] : NULL, 0, "episode", "no episodes to write");
    return err;
}

static vg_err write_metadata(writing *w, const vg_set_folder *folder, vg_diag *diag) {
    char path[VG_SET_PATH];
    struct stat info;
    vg_text json = {0};
    char car[64];
    if (!stat(vg_set_folder_path(folder, main_name, path), &info)) w->facts.bytes = info.st_size;
    if (w->roads_known) w->facts.roads = w->road_names;
    vg_car given;
    if (w->def->car && !vg_car_load(w->def->car, &given, NULL) &&
        vg_car_hash(&given) == vg_car_hash(&w->facts.car))
        w->facts.car_name = w->def->car;
    else
        w->facts.car_name = vg_minari_preset(&w->facts.car, car);
    w->report->unknown_car = !w->facts.car_name;
    w->facts.episodes = w->report->episodes, w->facts.steps = w->report->steps;
    vg_err err = vg_minari_metadata(&w->facts, &json, diag);
    if (!err)
        err =
            vg_file_write(vg_set_folder_path(folder, json_name, path), json.bytes, json.size, VG_KEEP, diag);
    vg_text_free(&json);
    return err;
}

vg_err vg_minari_write(const vg_minari_def *def, const char *const *logs, int32_t log_count,
                       const char *folder, vg_overwrite overwrite, vg_minari_report *report, vg_diag *diag) {
    static const char *const files[] = {main_name, json_name, NULL};
    vg_set_folder set = {.name = folder, .overwrite = overwrite, .folder = "data", .files = files};
    char path[VG_SET_PATH];
    *report = (vg_minari_report){0};
    vg_err err = check_id(def->id, diag);
    writing *w = err ? NULL : vg_new(writing, 1);
    if (!w) return err ? err : vg_fail_memory(diag);
    w->def = def, w->report = report, w->roads_known = true;
    w->facts =
        (vg_minari_facts){.id = def->id, .sense = def->sense, .reward = def->reward, .author = def->author};
    err = vg_set_folder_begin(&set, diag);
    if (!err) {
        vg_hdf5_create(&w->h, vg_set_folder_path(&set, main_name, path), folder, diag);
        w->flag = vg_hdf5_bool(&w->h);
        err = write_logs(w, logs, log_count, diag);
        if (w->flag >= 0) w->h.lib->H5Tclose(w->flag);
        vg_err closed = vg_hdf5_close(&w->h);
        if (!err) err = closed;
    }
    if (!err) err = write_metadata(w, &set, diag);
    if (!err) err = vg_set_folder_commit(&set, diag);
    vg_set_folder_end(&set);
    vg_log_groups_free(&w->groups);
    vg_free(w);
    return err;
}

#else

vg_err vg_minari_write(const vg_minari_def *def, const char *const *logs, int32_t log_count,
                       const char *folder, vg_overwrite overwrite, vg_minari_report *report, vg_diag *diag) {
    (void)def, (void)logs, (void)log_count, (void)folder, (void)overwrite;
    *report = (vg_minari_report){0};
    return vg_fail(diag, VG_ERR_ARGUMENT, "this build is without HDF5: it was made without libhdf5");
}
#endif
