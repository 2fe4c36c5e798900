// eval/stats/incidence_private.h -- lives by the time they end, for incidence.c and survival.c.
#ifndef VG_EVAL_STATS_INCIDENCE_PRIVATE_H
#define VG_EVAL_STATS_INCIDENCE_PRIVATE_H

#include "eval/stats/incidence.h"
#include "eval/stats/share.h"

typedef struct vg_ending {
    double time;
    int64_t cell;
    vg_cause cause;
} vg_ending;

typedef struct vg_endings {
    const vg_lives *lives; // borrowed
    vg_ending *rows;       // [count], by time; beyond the horizon nothing is seen
    int64_t count, size;   // lives, cells
    double *cells, *rest;  // [size] scratch
    vg_crossed table;      // of `cells`
    vg_share *share;
} vg_endings;

// Errors: VG_ERR_ARGUMENT, VG_ERR_MEMORY; nothing is held then.
VG_NODISCARD vg_err vg_endings_open(const vg_lives *lives, vg_endings *out, vg_diag *diag);
void vg_endings_close(vg_endings *endings);

// Whether an ending is one of the asked-for cause.
bool vg_endings_is(const vg_ending *ending, vg_cause asked);

// The incidence of `cause` by t and its 95 % interval; endings->cells hold the influence values about it.
vg_estimate vg_endings_incidence(vg_endings *endings, vg_cause cause, double t);

#endif
