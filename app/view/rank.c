#include "app/view/rank.h"

#include <stdio.h>
#include <string.h>

#include "app/view/finish.h"
#include "app/view/logs.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"

void vg_rank_free(vg_rank *r) {
    vg_preferences_free(&r->preferences);
    vg_view_free(&r->view);
    vg_free(r->laps);
    vg_free(r->pairs);
    *r = (vg_rank){0};
}

// --- showing a pair ----------------------------------------------------------------------------------------

static vg_err add_lap(vg_rank *r, int32_t lap, const char *side, vg_diag *diag) {
    const vg_rank_lap *l = &r->laps[lap];
    const vg_view_choice choice = {.pick = {&l->episode, 1}};
    vg_view *view = &r->view;
    int32_t hidden = 0;
    vg_err err = vg_view_add_log(view, r->files->items[l->file], &choice, &hidden, diag);
    if (err) return err;
    // A group of its own, whoever drove.
    snprintf(view->groups[view->group_count - 1].label, sizeof view->groups->label, "%s", side);
    snprintf(view->cars[view->car_count - 1].label, sizeof view->cars->label, "%s", side);
    return VG_OK;
}

static vg_err show(vg_rank *r, vg_diag *diag) {
    const vg_rank_pair *pair = &r->pairs[r->at];
    vg_view_free(&r->view);
    vg_err err = add_lap(r, pair->left, "left", diag);
    if (!err) err = add_lap(r, pair->right, "right", diag);
    if (!err)
        snprintf(r->view.title, sizeof r->view.title, "pair %lld of %lld on %.100s", (long long)r->at + 1,
                 (long long)r->count, r->view.roads[0].name);
    return err ? err : vg_view_finish(&r->view, diag);
}

// --- the laps ----------------------------------------------------------------------------------------------

static vg_err note_lap(vg_rank *r, vg_log *log, int32_t file, int32_t episode, const char *wanted,
                       vg_diag *diag) {
    vg_log_episode e;
    vg_road *road = NULL;
    vg_rank_lap lap = {.file = file, .episode = episode};
    vg_err err = vg_log_episode_at(log, episode, &e, diag);
    if (err || e.ticks == 0) return err;
    err = vg_log_road(log, e.road, &road, diag);
    if (!err) err = vg_log_episode_hash(log, episode, &lap.hash, diag);
    bool taken = !err && (!wanted || strcmp(vg_road_get(road).name, wanted) == 0);
    if (taken) lap.road = vg_road_hash(road);
    vg_road_destroy(road);
    for (int32_t i = 0; i < r->lap_count && taken; i++) taken = r->laps[i].hash != lap.hash; // a copy
    if (!taken) return err;
    if (r->lap_count == VG_RANK_LAPS)
        return vg_fail(diag, VG_ERR_ARGUMENT, "more than %d laps to compare: choose some by --episode",
                       VG_RANK_LAPS);
    r->laps[r->lap_count++] = lap;
    return VG_OK;
}

static vg_err read_log(vg_rank *r, int32_t file, const vg_list *episodes, const char *road, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    vg_err err = vg_log_open(r->files->items[file], &log, diag);
    if (!err) err = vg_log_count(log, &count, diag);
    for (int32_t i = 0; i < (episodes->count ? episodes->count : count) && !err; i++) {
        int64_t number = i;
        if (episodes->count && (!vg_parse_int(episodes->items[i], &number) || number < 0 || number >= count))
            err =
                vg_fail_at(diag, VG_ERR_NOT_FOUND, r->files->items[file], 0, NULL,
                           "--episode %.40s: expected a number from 0 to %d", episodes->items[i], count - 1);
        if (!err) err = note_lap(r, log, file, (int32_t)number, road, diag);
    }
    vg_log_discard(log);
    return err;
}

// --- the pairs ---------------------------------------------------------------------------------------------

static int64_t count_pairs(const vg_rank *r, vg_rank_pair *out, int64_t *judged) {
    int64_t count = 0;
    *judged = 0;
    for (int32_t a = 0; a < r->lap_count; a++)
        for (int32_t b = a + 1; b < r->lap_count; b++) {
            if (r->laps[a].road != r->laps[b].road) continue;
            if (vg_preferences_find(&r->preferences, r->laps[a].hash, r->laps[b].hash) >= 0) {
                ++*judged;
                continue;
            }
            if (out) out[count] = (vg_rank_pair){a, b};
            count++;
        }
    return count;
}

// In an order of their own, the sides drawn by lot: who sits long before a window judges the last pairs
// otherwise than the first, and many prefer one side.
static vg_err draw_pairs(vg_rank *r, uint64_t seed, vg_diag *diag) {
    int64_t judged, *order = NULL;
    vg_rank_pair *pairs = NULL;
    r->count = count_pairs(r, NULL, &judged);
    if (r->count == 0 && judged)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, r->path, 0, NULL, "all %lld pairs of these laps are judged",
                          (long long)judged);
    if (r->count == 0)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d lap%s to compare, expected 2 or more on one road",
                       r->lap_count, r->lap_count == 1 ? "" : "s");
    r->pairs = vg_new(vg_rank_pair, r->count);
    pairs = vg_new(vg_rank_pair, r->count);
    order = vg_new(int64_t, r->count);
    vg_err err = r->pairs && pairs && order ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        count_pairs(r, pairs, &judged);
        vg_random_shuffle((vg_draw){.seed = seed, .stream = VG_STREAM_SHUFFLE}, r->count, order);
    }
    for (int64_t i = 0; i < r->count && !err; i++) {
        const vg_draw at = {.seed = seed, .stream = VG_STREAM_SNIPPET, .step = (uint32_t)i};
        const vg_rank_pair *p = &pairs[order[i]];
        r->pairs[i] = vg_random_below(&at, 2) ? (vg_rank_pair){p->right, p->left} : *p;
    }
    vg_free(pairs);
    vg_free(order);
    return err;
}

vg_err vg_rank_open(vg_rank *r, const vg_list *files, const vg_list *episodes, const char *road,
                    const char *path, uint64_t seed, vg_diag *diag) {
    *r = (vg_rank){.files = files, .path = path};
    r->laps = vg_new(vg_rank_lap, VG_RANK_LAPS);
    vg_err err = r->laps ? vg_preferences_read(path, &r->preferences, diag) : vg_fail_memory(diag);
    if (err == VG_ERR_NOT_FOUND) err = vg_file_may_write(path, VG_KEEP, diag); // the first judgement makes it
    for (int32_t i = 0; i < files->count && !err; i++) err = read_log(r, i, episodes, road, diag);
    if (!err) err = draw_pairs(r, seed, diag);
    return err ? err : show(r, diag);
}

// --- judging -----------------------------------------------------------------------------------------------

static void name_lap(const vg_rank *r, int32_t lap, char out[128]) {
    const char *path = r->files->items[r->laps[lap].file], *slash = strrchr(path, '/');
    char stem[100];
    vg_name_of(stem, sizeof stem, slash ? slash + 1 : path, strlen(slash ? slash + 1 : path));
    snprintf(out, 128, "%s:%d", stem, r->laps[lap].episode);
}

vg_err vg_rank_judge(vg_rank *r, vg_preferred preferred, vg_diag *diag) {
    if (r->at >= r->count) return VG_OK;
    const vg_rank_pair *pair = &r->pairs[r->at];
    vg_preference_row row = {
        .left = r->laps[pair->left].hash, .right = r->laps[pair->right].hash, .preferred = preferred};
    name_lap(r, pair->left, row.left_lap);
    name_lap(r, pair->right, row.right_lap);
    vg_err err = vg_preferences_set(&r->preferences, &row, diag);
    if (err) return err;
    err = vg_preferences_write(&r->preferences, r->path, diag);
    if (err) {
        vg_preferences_undo(&r->preferences);
        return err;
    }
    return ++r->at < r->count ? show(r, diag) : VG_OK;
}

vg_err vg_rank_back(vg_rank *r, vg_diag *diag) {
    if (r->at == 0) return VG_OK;
    const vg_preference_row last = r->preferences.rows[r->preferences.count - 1];
    vg_preferences_undo(&r->preferences);
    vg_err err = vg_preferences_write(&r->preferences, r->path, diag);
    if (err) { // it stands in the file still
        vg_err kept = vg_preferences_set(&r->preferences, &last, diag);
        return kept ? kept : err;
    }
    r->at--;
    return show(r, diag);
}
