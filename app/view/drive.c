#include "app/view/drive.h"

#include <math.h>

#include "app/cli/interrupt.h"
#include "sim/base/blocks.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

// All redrives of all drivers: [drivers][driven].
typedef struct job {
    const vg_rollout_def *def;
    const vg_view_driver *drivers;
    int32_t shown, driven; // shown: the start that the cars show; driven: the number of starts
    vg_redrive *drives;
    vg_diag *diags;
} job;

// The k-th start that is driven: the first ones, and the start that is shown.
static int32_t start_of(const job *j, int32_t k) {
    return k == j->driven - 1 && j->shown >= j->driven ? j->shown : k;
}

static vg_err drive_one(void *context, int64_t block, int64_t begin, int64_t end) {
    const job *j = context;
    (void)block, (void)end;
    vg_rollout_def def = *j->def;
    def.policy = j->drivers[begin / j->driven].policy;
    int32_t start = start_of(j, (int32_t)(begin % j->driven));
    return vg_redrive_run(&def, start, &j->drives[begin], &j->diags[begin]);
}

static vg_err drive_job(const job *j, int32_t total, vg_diag *diag) {
    vg_err err = vg_blocks_run(total, 1, j->def->threads, drive_one, (void *)j);
    for (int32_t i = 0; err && diag && i < total; i++)
        if (j->diags[i].code == err) {
            *diag = j->diags[i];
            break;
        }
    return err;
}

static vg_err fail_many(int32_t count, vg_diag *diag) {
    return vg_fail(
        diag, VG_ERR_ARGUMENT,
        "%d drivers, but at most %d are shown at once: name so many by --policy, and the others in "
        "another view",
        count, VG_VIEW_GROUPS);
}

static vg_err give(vg_view *view, const job *j, int32_t driver, vg_diag *diag) {
    const vg_view_driver *d = &j->drivers[driver];
    vg_car car = j->def->car ? *j->def->car : d->policy->car ? *d->policy->car : vg_car_default();
    vg_view_group *group = vg_view_group_of(view, 0, d->label, &car);
    if (!group) return fail_many(view->group_count + 1, diag);
    if (group->drive_count > 0)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "two drivers are called '%s'; rename a file, or give an expert a setting", d->label);
    group->hash = d->policy->hash;
    for (int32_t k = 0; k < j->driven; k++) {
        vg_redrive *drive = &j->drives[driver * j->driven + k];
        vg_moment *moments = drive->moments;
        drive->moments = NULL;
        vg_err err = vg_view_add_drive(view, group, moments, drive->count, drive->row.stall_time, diag);
        if (err) return err;
    }
    int32_t shown = j->shown < j->driven ? j->shown : j->driven - 1;
    if (!vg_view_show(view, group, shown, d->label))
        return vg_fail(diag, VG_ERR_ARGUMENT, "more than %d cars: choose by --policy", VG_VIEW_CARS);
    return VG_OK;
}

static vg_err drive_starts(vg_view *view, const job *j, int32_t count, vg_diag *diag) {
    vg_err err = drive_job(j, count * j->driven, diag);
    for (int32_t d = 0; d < count && !err; d++) err = give(view, j, d, diag);
    return err;
}

vg_err vg_view_drive_all(vg_view *view, const vg_rollout_def *def, int32_t start,
                         const vg_view_driver *drivers, int32_t count, vg_diag *diag) {
    if (view->group_count + count > VG_VIEW_GROUPS) return fail_many(view->group_count + count, diag);
    vg_rollout_def own = *def;
    job j = {.def = &own, .drivers = drivers, .shown = start};
    int32_t most = view->starts_most > 0 ? view->starts_most : VG_VIEW_STARTS;
    j.driven = def->starts < most ? def->starts : most;
    int32_t total = count * j.driven;
    j.drives = vg_new(vg_redrive, total);
    j.diags = vg_new(vg_diag, total);
    own.roads = (const vg_road *const *)&view->roads[0].road, own.road_count = 1;
    vg_err err = j.drives && j.diags ? drive_starts(view, &j, count, diag) : vg_fail_memory(diag);
    for (int32_t i = 0; j.drives && i < total; i++) vg_redrive_free(&j.drives[i]);
    vg_free(j.drives);
    vg_free(j.diags);
    return err;
}

vg_err vg_view_drive_beside(vg_view *view, const vg_view_driver *drivers, int32_t count, int32_t threads,
                            vg_diag *diag) {
    const vg_state *from = &vg_view_drive_of(view, 0)->moments[0].state;
    vg_road_point here = vg_road_at(view->roads[0].road, from->s);
    double heading = from->yaw - here.heading, longest = 0;
    heading -= 2 * VG_PI * floor(heading / (2 * VG_PI) + 0.5);
    if (from->offset > here.left || from->offset < -here.right)
        return vg_fail(diag, VG_ERR_MISMATCH,
                       "'%s' does not start on the road, so no policy can start beside it",
                       view->cars[0].label);
    for (int32_t c = 0; c < view->car_count; c++) {
        const vg_view_drive *drive = vg_view_drive_of(view, c);
        longest = fmax(longest, drive->moments[drive->count - 1].t);
    }
    vg_start start = {from->s, from->offset, (float)heading, from->speed};
    vg_car car = view->groups[view->cars[0].group].car;
    vg_rollout_def def = vg_rollout_def_default();
    def.starts = 1, def.given = &start;
    def.car = &car, def.horizon = longest, def.threads = threads, def.stop = vg_interrupted;
    return vg_view_drive_all(view, &def, 0, drivers, count, diag);
}
