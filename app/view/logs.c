#include "app/view/logs.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/memory.h"

void vg_view_stem(const char *path, char *out) {
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path, *dot = strrchr(stem, '.');
    bool cut = dot && dot != stem && (!strcmp(dot, ".vlog") || !strcmp(dot, ".safetensors"));
    vg_name_of(out, 64, stem, cut ? (size_t)(dot - stem) : strlen(stem));
}

// A log while it is read.
typedef struct reading {
    vg_view *view;
    const char *path;
    const vg_view_choice *choice;
    vg_log *log;
    int32_t count, added,
        elsewhere; // episodes; episodes taken; episodes on another road than the requested one
    int32_t *hidden;
    char other[80]; // the name of a road that was not requested
    int32_t road;   // the index of the current episode's road in the view
} reading;

static const char *name_of(const vg_road *road) {
    const char *name = vg_road_get(road).name;
    return name[0] ? name : "without a name";
}

static vg_err fail_roads(const reading *r, int32_t index, const vg_road *road, vg_diag *diag) {
    char names[4 * VG_VIEW_ROADS * 24] = "";
    for (int32_t i = 0; i < r->view->road_count; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s'%.80s'", i ? ", " : "", r->view->roads[i].name);
    }
    return vg_fail_at(
        diag, VG_ERR_MISMATCH, r->path, 0, NULL,
        "episode %d is on the road '%.80s', the ones before it on %s; at most %d roads are shown "
        "side by side: choose one by --road, or the episodes by --episode",
        index, name_of(road), names, VG_VIEW_ROADS);
}

// Finds the episode's road among those that are shown; a new one is added, and taken over.
static vg_err fit_road(reading *r, int32_t index, vg_road *road, bool *fits, vg_diag *diag) {
    const char *wanted = r->choice->road;
    vg_view *view = r->view;
    *fits = !wanted || strcmp(vg_road_get(road).name, wanted) == 0;
    if (!*fits) {
        r->elsewhere++;
        snprintf(r->other, sizeof r->other, "%s", name_of(road));
        vg_road_destroy(road);
        return VG_OK;
    }
    for (r->road = 0; r->road < view->road_count; r->road++)
        if (vg_road_hash(view->roads[r->road].road) == vg_road_hash(road)) {
            vg_road_destroy(road);
            return VG_OK;
        }
    if (view->road_count < VG_VIEW_ROADS) {
        r->road = vg_view_add_road(view, road, name_of(road));
        return VG_OK;
    }
    vg_err err = fail_roads(r, index, road, diag);
    vg_road_destroy(road);
    return err;
}

// One moment for each tick, and the state after the last.
static vg_err take_moments(reading *r, const vg_log_episode *episode, vg_moment **out, int64_t *count,
                           vg_diag *diag) {
    vg_log_step *steps = NULL;
    vg_log_incident *incidents = NULL;
    int64_t ticks = 0, events = 0;
    double tick = (double)episode->tick_num / episode->tick_den;
    vg_err err = vg_log_steps(r->log, episode->id, &steps, &ticks, diag);
    if (!err) err = vg_log_events(r->log, episode->id, &incidents, &events, diag);
    *count = ticks + (ticks > 0 && episode->has_final);
    *out = err ? NULL : vg_new(vg_moment, *count);
    if (!err && !*out) err = vg_fail_memory(diag);
    for (int64_t i = 0; i < *count && !err; i++)
        (*out)[i] = (vg_moment){.t = (double)i * tick, .state = i < ticks ? steps[i].state : episode->final};
    for (int64_t i = 0; i < events && !err; i++)
        if (incidents[i].tick >= 0 && incidents[i].tick < *count)
            (*out)[incidents[i].tick].events |= (uint8_t)incidents[i].event;
    vg_free(steps);
    vg_free(incidents);
    return err;
}

// The drive, and the car that shows it.
static vg_err add_episode(reading *r, int32_t index, const vg_log_episode *episode, vg_diag *diag) {
    vg_car car;
    vg_moment *moments;
    int64_t count;
    char label[64], shown[80];
    vg_view_stem(r->choice->stems ? r->path : episode->policy, label);
    vg_err err = vg_log_car(r->log, episode->car, &car, diag);
    if (!err) err = take_moments(r, episode, &moments, &count, diag);
    if (err) return err;
    if (count == 0) {
        vg_free(moments);
        return VG_OK;
    }
    vg_view_group *group = vg_view_group_of(r->view, r->road, label, &car);
    if (!group) {
        vg_free(moments);
        return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL,
                          "has one driver, '%s', more than the %d that can be shown: choose by --episode",
                          label, VG_VIEW_GROUPS);
    }
    group->hash = episode->policy_hash;
    vg_view_stem(episode->policy, group->driver);
    err = vg_view_add_drive(r->view, group, moments, count, -1, diag);
    if (err) return err;
    r->added++;
    snprintf(shown, sizeof shown, r->count > 1 ? "%s %d" : "%s", label, index);
    *r->hidden += !vg_view_show(r->view, group, group->drive_count - 1, shown);
    return VG_OK;
}

static vg_err read_episode(reading *r, int32_t index, vg_diag *diag) {
    vg_log_episode episode;
    vg_road *road = NULL;
    bool fits = false;
    vg_err err = vg_log_episode_at(r->log, index, &episode, diag);
    if (!err && episode.ticks == 0) return VG_OK;
    if (!err) err = vg_log_road(r->log, episode.road, &road, diag);
    if (!err) err = fit_road(r, index, road, &fits, diag);
    return err || !fits ? err : add_episode(r, index, &episode, diag);
}

static vg_err read_all(reading *r, vg_diag *diag) {
    const vg_log_pick *pick = &r->choice->pick;
    vg_err err = vg_log_count(r->log, &r->count, diag);
    if (!err && r->count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, NULL,
                          "has no episodes: nothing was recorded, so there is nothing to show");
    int32_t wanted = pick->count ? pick->count : r->count;
    for (int32_t i = 0; i < wanted && !err; i++)
        err = read_episode(r, pick->count ? pick->episodes[i] : i, diag);
    if (err || r->added) return err;
    if (r->elsewhere && r->choice->stems) return VG_OK; // another log may have one
    if (r->elsewhere)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, r->path, 0, NULL,
                          "has no episode on the road '%.80s', but some on '%s'", r->choice->road, r->other);
    return vg_fail_at(diag, VG_ERR_FORMAT, r->path, 0, NULL, "has no episode with a tick");
}

vg_err vg_view_add_log(vg_view *view, const char *path, const vg_view_choice *choice, int32_t *hidden,
                       vg_diag *diag) {
    reading r = {.view = view, .path = path, .choice = choice, .hidden = hidden};
    vg_err err = vg_log_open(path, &r.log, diag);
    if (!err) err = read_all(&r, diag);
    vg_log_discard(r.log);
    return err;
}
