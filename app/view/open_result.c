#include "app/view/open_result.h"

#include <stdio.h>
#include <string.h>

#include "app/cli/interrupt.h"
#include "app/view/drive.h"
#include "app/view/result_file.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// Opens an episode of a result.
typedef struct showing {
    const vg_view_request *request;
    vg_result_file file;
    int32_t road, start;
    int32_t arms[VG_VIEW_GROUPS], arm_count;
    vg_view_driver drivers[VG_VIEW_GROUPS];
} showing;

// --- which episode ---------------------------------------------------------------------------------------

static vg_err set_start(showing *s, int64_t start, vg_diag *diag) {
    if (start < 0 || start >= s->file.config.starts)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, s->file.path, 0, NULL,
                          "has no start %lld: there are %d a road, numbered from 0", (long long)start,
                          (int)s->file.config.starts);
    s->start = (int32_t)start;
    return VG_OK;
}

// "seed 1003:5", or the number of a row of the table of episodes.
static vg_err parse_episode(showing *s, const char *text, vg_diag *diag) {
    char name[VG_KEY_TEXT_SIZE];
    const char *colon = strrchr(text, ':');
    int64_t number;
    if (colon && vg_parse_int(colon + 1, &number)) {
        snprintf(name, sizeof name, "%.*s", (int)(colon - text), text);
        vg_err err = vg_result_file_find_road(&s->file, name, &s->road, diag);
        return err ? err : set_start(s, number, diag);
    }
    int64_t starts = s->file.config.starts, episodes = starts * s->file.road_count;
    if (!vg_parse_int(text, &number))
        return vg_fail(diag, VG_ERR_ARGUMENT, "--episode '%.80s', expected ROAD:START or a number", text);
    if (number < 0 || number >= episodes)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, s->file.path, 0, NULL,
                          "has no episode %lld: there are %lld, numbered from 0", (long long)number,
                          (long long)episodes);
    s->road = (int32_t)(number / starts), s->start = (int32_t)(number % starts);
    return VG_OK;
}

// Finds the road that the model already has, by its content.
static vg_err same_road(showing *s, const vg_view *view, vg_diag *diag) {
    char hash[17];
    vg_hash_format(vg_road_hash(view->roads[0].road), hash);
    for (s->road = 0; s->road < s->file.road_count; s->road++) {
        const json_t *road = json_array_get(s->file.roads, (size_t)s->road);
        if (strcmp(json_string_value(json_object_get(road, "hash")), hash) == 0) return VG_OK;
    }
    return vg_fail_at(
        diag, VG_ERR_MISMATCH, s->file.path, 0, NULL,
        "was not scored on the road '%.80s', which is shown already; cars are shown on one road",
        view->roads[0].name);
}

static vg_err choose_episode(showing *s, bool choose, const vg_view *view, vg_diag *diag) {
    const vg_list *episodes = &s->request->episodes;
    vg_err err = VG_OK;
    if (choose && episodes->count > 1)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d episodes of a result, expected one, because all cars start together",
                       episodes->count);
    if (choose && episodes->count)
        err = parse_episode(s, episodes->items[0], diag);
    else if (s->request->road && !view->road_count)
        err = vg_result_file_find_road(&s->file, s->request->road, &s->road, diag);
    if (!err && s->request->start >= 0) err = set_start(s, s->request->start, diag);
    if (!err && view->road_count) err = same_road(s, view, diag);
    return err;
}

// --- which drivers -----------------------------------------------------------------------------------------

static vg_err choose_arms(showing *s, const vg_view *view, int32_t *hidden, vg_diag *diag) {
    int32_t room = VG_VIEW_GROUPS - view->group_count, wanted = s->request->policies.count;
    vg_err err = VG_OK;
    if (wanted > room)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d policies, but at most %d are shown at once%s: name the others in another view",
                       wanted, room, view->group_count ? " beside what is shown already" : "");
    if (wanted == 0) {
        int32_t all = s->file.arm_count;
        s->arm_count = all < room ? all : room;
        *hidden += all - s->arm_count;
        for (int32_t i = 0; i < s->arm_count; i++) s->arms[i] = i;
        return VG_OK;
    }
    for (int32_t i = 0; i < wanted && !err; i++)
        err =
            vg_result_file_find_arm(&s->file, s->request->policies.items[i], &s->arms[s->arm_count++], diag);
    return err;
}

static bool taken(const vg_view *view, const char *label) {
    for (int32_t g = 0; g < view->group_count; g++)
        if (strcmp(view->groups[g].label, label) == 0) return true;
    return false;
}

static vg_err open_drivers(showing *s, const vg_view *view, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < s->arm_count && !err; i++) {
        const char *label = vg_result_file_label(&s->file, s->arms[i]);
        if (taken(view, label))
            snprintf(s->drivers[i].label, 64, "%.24s: %.36s", s->file.name, label);
        else
            snprintf(s->drivers[i].label, 64, "%.63s", label);
        err = vg_result_file_policy(&s->file, s->arms[i], (uint64_t)s->request->training_seed,
                                    &s->request->of_file, &s->drivers[i].policy, diag);
    }
    return err;
}

// --- drive -------------------------------------------------------------------------------------------------

static vg_err drive(const showing *s, vg_view *view, vg_diag *diag) {
    vg_suite suite = {.config = s->file.config, .car = s->file.car};
    vg_rollout_def def = vg_suite_rollout(&suite);
    if (s->request->seed_given) def.seed = s->request->seed;
    def.threads = s->request->threads, def.stop = vg_interrupted;
    int32_t first = view->group_count;
    vg_start *given = NULL;
    vg_err err = VG_OK;
    if (s->file.config.start_states) {
        def.given = given = vg_new(vg_start, def.starts);
        err = given ? vg_result_file_starts(&s->file, s->road, given, diag) : vg_fail_memory(diag);
    }
    if (!err) err = vg_view_drive_all(view, &def, s->start, s->drivers, s->arm_count, diag);
    for (int32_t i = 0; i < s->arm_count && !err; i++)
        err = vg_result_file_curves(&s->file, s->arms[i], &view->groups[first + i].curves, diag);
    vg_free(given);
    return err;
}

static vg_err show(showing *s, bool choose, vg_view *view, int32_t *hidden, vg_diag *diag) {
    vg_err err = choose_episode(s, choose, view, diag);
    if (!err) err = choose_arms(s, view, hidden, diag);
    if (!err) err = open_drivers(s, view, diag);
    if (err) return err;
    if (!view->road_count) {
        const char *name = vg_result_file_road(&s->file, s->road);
        vg_road *road;
        err = vg_result_file_make_road(&s->file, s->road, &road, diag);
        if (err) return err;
        vg_view_add_road(view, road, name);
        snprintf(view->title, sizeof view->title, "%.60s, %.100s, start %d", s->file.name, name, s->start);
    }
    return drive(s, view, diag);
}

vg_err vg_view_add_result(const vg_view_request *request, const char *path, bool choose, vg_view *view,
                          int32_t *hidden, vg_diag *diag) {
    showing s = {.request = request};
    vg_err err = vg_result_file_open(path, &s.file, diag);
    if (!err) err = show(&s, choose, view, hidden, diag);
    for (int32_t i = 0; i < VG_VIEW_GROUPS; i++) vg_policy_destroy(s.drivers[i].policy);
    vg_result_file_close(&s.file);
    return err;
}
