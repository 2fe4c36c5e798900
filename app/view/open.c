#include "app/view/open.h"

#include <stdio.h>
#include <string.h>

#include "agents/policy_open.h"
#include "app/view/finish.h"
#include "app/view/logs.h"
#include "app/view/open_result.h"
#include "app/view/open_suite.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

typedef enum kind { KIND_LOG, KIND_RESULT } kind;

// A log is a database; a result is a JSON document or the folder that holds one.
static vg_err kind_of(const char *path, kind *out, vg_diag *diag) {
    char head[32] = "";
    FILE *file = fopen(path, "rb");
    if (!file) return vg_fail_at(diag, VG_ERR_NOT_FOUND, path, 0, NULL, "cannot be opened: %m");
    size_t got = fread(head, 1, sizeof head - 1, file);
    bool folder = ferror(file);
    fclose(file);
    if (got >= 16 && memcmp(head, "SQLite format 3", 16) == 0) {
        *out = KIND_LOG;
        return VG_OK;
    }
    *out = KIND_RESULT;
    if (folder || head[strspn(head, " \t\r\n")] == '{') return VG_OK;
    bool policy = got > 9 && head[8] == '{' && head[7] == 0;
    return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL,
                      policy ? "is a policy: show it with --policy, on a --suite, on a --road or beside a log"
                             : "is neither a log (.vlog) nor a result (result.json)");
}

// --- logs ------------------------------------------------------------------------------------------------

static vg_err parse_episodes(const vg_list *list, int32_t *numbers, vg_diag *diag) {
    for (int32_t i = 0; i < list->count; i++) {
        int64_t number;
        if (!vg_parse_int(list->items[i], &number) || number < 0 || number > INT32_MAX)
            return vg_fail(diag, VG_ERR_ARGUMENT,
                           "--episode %.60s: the episode of a log is a number from 0 on", list->items[i]);
        numbers[i] = (int32_t)number;
    }
    return VG_OK;
}

// "monday on spa", "2 logs on spa, monza".
static void name_roads(vg_view *view, int32_t logs) {
    if (logs > 1) snprintf(view->title, sizeof view->title, "%d logs", logs);
    for (int32_t r = 0; r < view->road_count; r++) {
        size_t used = strlen(view->title);
        snprintf(view->title + used, sizeof view->title - used, "%s%.45s", r ? ", " : " on ",
                 view->roads[r].name);
    }
}

// Whatever drives or is compared beside a log's cars does so on their road.
static vg_err check_one_road(const vg_view *view, const char *what, vg_diag *diag) {
    if (view->road_count == 1) return VG_OK;
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "%s is shown beside logs of one road, and these are on %d ('%.60s', '%.60s'%s): choose one by "
        "--road",
        what, view->road_count, view->roads[0].name, view->roads[1].name,
        view->road_count > 2 ? ", ..." : "");
}

static vg_err add_logs(const vg_view_request *request, const kind *kinds, int32_t logs, vg_view *view,
                       int32_t *hidden, vg_diag *diag) {
    int32_t *numbers = vg_new(int32_t, request->episodes.count);
    if (!numbers) return vg_fail_memory(diag);
    vg_view_choice choice = {
        .pick = {numbers, request->episodes.count}, .road = request->road, .stems = logs > 1};
    vg_err err = parse_episodes(&request->episodes, numbers, diag);
    for (int32_t i = 0; i < request->files.count && !err; i++) {
        if (kinds[i] != KIND_LOG) continue;
        err = vg_view_add_log(view, request->files.items[i], &choice, hidden, diag);
        if (!err && !view->title[0]) vg_view_stem(request->files.items[i], view->title);
    }
    if (!err && view->road_count == 0)
        err = vg_fail(diag, VG_ERR_NOT_FOUND, "no log has an episode on the road '%.80s'", request->road);
    if (!err) name_roads(view, logs);
    vg_free(numbers);
    return err;
}

static vg_err add_beside(const vg_view_request *request, vg_view *view, vg_diag *diag) {
    vg_view_driver *drivers;
    vg_err err = check_one_road(view, "--policy", diag);
    if (err) return err;
    err = vg_view_drivers_open(&request->policies, &drivers, diag);
    if (!err) err = vg_view_drive_beside(view, drivers, request->policies.count, request->threads, diag);
    vg_view_drivers_close(drivers, request->policies.count);
    return err;
}

// --- all -------------------------------------------------------------------------------------------------

static vg_err check(const vg_view_request *request, vg_diag *diag) {
    if (request->files.count && request->suite)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--suite works only without a log or a result");
    if (request->files.count && request->car)
        return vg_fail(diag, VG_ERR_ARGUMENT, "--car works only for policies on a suite or a road");
    if (request->files.count || (request->policies.count && (request->suite || request->road))) return VG_OK;
    if (request->policies.count)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "neither --suite nor --road given: the policies need a road to drive on");
    return vg_fail(diag, VG_ERR_ARGUMENT, "%s",
                   request->suite || request->road
                       ? "no --policy given: give the policy that drives"
                       : "nothing to show: give logs, a result, or --policy with --suite or --road");
}

static vg_err fill(const vg_view_request *request, kind *kinds, vg_view *view, int32_t *hidden,
                   vg_diag *diag) {
    int32_t logs = 0, results = 0;
    vg_err err = check(request, diag);
    for (int32_t i = 0; i < request->files.count && !err; i++) {
        err = kind_of(request->files.items[i], &kinds[i], diag);
        kinds[i] == KIND_LOG ? logs++ : results++;
    }
    if (err) return err;
    if (request->files.count == 0) return vg_view_add_suite(request, view, diag);
    if (!results && request->start >= 0)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "--start works for a suite, a road or a result; for a log choose by --episode");
    if (logs) err = add_logs(request, kinds, logs, view, hidden, diag);
    if (!err && logs && results) err = check_one_road(view, "a result", diag);
    if (!err && logs && !results && request->policies.count) err = add_beside(request, view, diag);
    for (int32_t i = 0; i < request->files.count && !err; i++)
        if (kinds[i] == KIND_RESULT)
            err = vg_view_add_result(request, request->files.items[i], logs == 0, view, hidden, diag);
    return err;
}

vg_err vg_view_open(const vg_view_request *request, vg_view *out, int32_t *hidden, vg_diag *diag) {
    *out = (vg_view){0};
    *hidden = 0;
    kind *kinds = vg_new(kind, request->files.count);
    vg_err err = kinds ? fill(request, kinds, out, hidden, diag) : vg_fail_memory(diag);
    if (!err) err = vg_view_finish(out, diag);
    vg_free(kinds);
    if (err) vg_view_free(out);
    return err;
}
