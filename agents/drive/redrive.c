#include "agents/drive/redrive.h"

#include "agents/drive/rollout_private.h"
#include "sim/base/memory.h"

// The drive under way. All memory is taken before it starts: an action has at most two moments.
typedef struct keeper {
    vg_redrive *out;
    int64_t room;
} keeper;

static void keep(void *context, int64_t episode, const vg_moment *moment) {
    keeper *k = context;
    (void)episode;
    if (k->out->count < k->room) k->out->moments[k->out->count++] = *moment;
}

static vg_err drive(vg_rollout_plan *plan, int64_t episode, vg_redrive *out, vg_diag *diag) {
    keeper k = {out, 2 * (int64_t)plan->actions + 2};
    vg_rollout_watch watch = {.moment = keep, .context = &k};
    int64_t episodes = (int64_t)plan->def->road_count * plan->def->starts, asked = 0;
    vg_diag said = {0};
    vg_rollout table = {.count = (int32_t)episodes, .episodes = vg_new(vg_episode, episodes)};
    out->moments = vg_new(vg_moment, k.room);
    plan->out = &table, plan->watch = &watch, plan->diags = &said, plan->asked = &asked;
    vg_err err = table.episodes && out->moments ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        err = vg_rollout_drive_block(plan, 0, episode, episode + 1);
        if (err && diag) *diag = said;
    }
    if (!err) out->row = table.episodes[episode];
    vg_moment *fitting = err ? NULL : vg_realloc(out->moments, k.room, out->count, sizeof *fitting);
    if (fitting) out->moments = fitting; // if shrinking fails, the larger array stays
    vg_free(table.episodes);
    plan->out = NULL, plan->watch = NULL, plan->diags = NULL, plan->asked = NULL;
    return err;
}

vg_err vg_redrive_run(const vg_rollout_def *def, int64_t episode, vg_redrive *out, vg_diag *diag) {
    *out = (vg_redrive){0};
    if (episode < 0 || episode >= (int64_t)def->road_count * def->starts)
        return vg_fail(diag, VG_ERR_ARGUMENT, "episode %lld of %lld, expected 0 to %lld", (long long)episode,
                       (long long)def->road_count * def->starts,
                       (long long)def->road_count * def->starts - 1);
    vg_rollout_def own = *def;
    vg_rollout_plan plan;
    own.trace = false, own.sample_interval = 0, own.reference = NULL;
    if (own.costs == VG_COSTS_ALL) own.costs = VG_COSTS_DEPARTURES;
    vg_err err = vg_rollout_plan_make(&own, &plan, diag);
    if (!err) err = vg_rollout_open_paces(&plan, diag);
    if (!err) err = drive(&plan, episode, out, diag);
    vg_rollout_close_paces(&plan);
    if (err) vg_redrive_free(out);
    return err;
}

void vg_redrive_free(vg_redrive *redrive) {
    vg_free(redrive->moments);
    *redrive = (vg_redrive){0};
}
