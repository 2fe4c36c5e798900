#include "eval/outcome/pairs.h"

#include <math.h>

#include "eval/stats/statistics.h"
#include "sim/base/memory.h"

// A metric that is compared: its cells in both arms.
typedef struct compared {
    const char *name;
    const double *a, *b;
    bool share; // of episodes
    bool more_is_better;
} compared;

static vg_crossed table_of(const vg_analysis *a, const double *cells) {
    return (vg_crossed){.cells = cells, .seeds = a->seeds, .units = a->units, .episodes = a->each};
}

static vg_err compare(const vg_analysis *x, const vg_analysis *y, const compared *metric, uint64_t draws,
                      vg_difference *out, vg_diag *diag) {
    vg_crossed left = table_of(x, metric->a), right = table_of(y, metric->b);
    vg_err err = vg_crossed_difference(&left, &right, VG_SCALE_RATE, draws, out, diag);
    if (!err && metric->share)
        err = vg_crossed_share_difference(&left, &right, &out->difference, &out->p, diag);
    if (err || !metric->more_is_better) return err;
    vg_estimate less = out->improvement_interval;
    out->improvement = 1 - out->improvement;
    out->improvement_interval = (vg_estimate){1 - less.value, 1 - less.high, 1 - less.low};
    return VG_OK;
}

vg_err vg_outcome_compare(const vg_outcome_arm *arms, int32_t a, int32_t b, uint64_t draws,
                          vg_outcome_pair *pairs, int32_t *count, vg_diag *diag) {
    const vg_analysis *x = &arms[a].analysis, *y = &arms[b].analysis;
    const compared metrics[VG_PAIR_METRICS] = {
        {"success", x->success_cells, y->success_cells, true, true},
        {"off_road", x->off_cells, y->off_cells, true, false},
        {"stalled", x->stalled_cells, y->stalled_cells, true, false},
        {"excess", x->excess_cells, y->excess_cells, false, false},
    };
    vg_err err = VG_OK;
    for (int m = 0; m < (x->has_b && y->has_b ? VG_PAIR_METRICS : VG_PAIR_METRICS - 1) && !err; m++) {
        vg_outcome_pair *pair = &pairs[(*count)++];
        *pair = (vg_outcome_pair){.a = a, .b = b, .metric = metrics[m].name, .p_holm = NAN};
        err = compare(x, y, &metrics[m], draws, &pair->result, diag);
    }
    return err;
}

vg_err vg_outcome_correct(vg_outcome_pair *pairs, int32_t count, vg_diag *diag) {
    if (count == 0) return VG_OK;
    double *p = vg_new(double, 2 * (int64_t)count), *adjusted = p ? p + count : NULL;
    if (!p) return vg_fail_memory(diag);
    for (int32_t i = 0; i < count; i++) p[i] = pairs[i].result.p;
    vg_err err = vg_holm(p, count, adjusted, diag);
    for (int32_t i = 0; i < count && !err; i++) pairs[i].p_holm = adjusted[i];
    vg_free(p);
    return err;
}
