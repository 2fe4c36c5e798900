#include "eval/score/human_likeness.h"

#include <stddef.h>

vg_err vg_human_likeness_measure(const vg_rollout_def *def, const vg_occupancy *shown, vg_human_likeness *out,
                                 vg_diag *diag) {
    vg_rollout_def drive = *def;
    vg_rollout driven;
    vg_occupancy occupancy = {0};
    *out = (vg_human_likeness){0};
    drive.trace = true, drive.sample_interval = VG_OCCUPANCY_SECONDS;
    drive.reference = NULL, drive.costs = VG_COSTS_ABSORBING;
    vg_err err = vg_rollout_run(&drive, &driven, diag);
    if (err) return err;
    err = vg_occupancy_add_rollout(&occupancy, &driven, def->roads, diag);
    vg_occupancy_sort(&occupancy);
    for (int i = 0; i < VG_OCCUPANCY_COUNT && !err; i++)
        out->distance[i] = vg_occupancy_wasserstein(&occupancy, shown, i);
    vg_occupancy_free(&occupancy);
    vg_rollout_free(&driven);
    return err;
}
