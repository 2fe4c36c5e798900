// eval/figures/drift.h -- how far cars drift, and how many are still on the road, over time.
#ifndef VG_EVAL_FIGURES_DRIFT_H
#define VG_EVAL_FIGURES_DRIFT_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// Quantiles of |drift| over all cars at each time; a departed car counts as at the edge.
typedef struct vg_drift_series {
    const char *label;             // the policy
    const double *t;               // [count] s, rising
    const double *q50, *q90, *q99; // [count] in the figure's unit; NaN: unknown
    int64_t count;
} vg_drift_series;

// Everything is borrowed. Start from vg_drift_default().
typedef struct vg_drift_figure {
    const char *title, *subtitle;  // NULL: none
    const vg_drift_series *series; // [series_count], 1 to 8
    int32_t series_count;
    double edge; // position of the road's edge, in the figure's unit; 0 (default): not drawn
    const char *x_label, *y_label; // default "time (s)", "distance from the reference line (m)"
    bool share;                    // the unit is the half width, shown in percent
    int32_t colour;                // of a single series: as that of the series with this index; default 0
} vg_drift_figure;
vg_drift_figure vg_drift_default(void);

// A funnel. A single series is drawn as nested bands up to its quantiles 50, 90 and 99. Several series are
// drawn as a median line each, in a band up to the quantile 90, with a dotted line for 99. A quantile that
// departed cars pin at the edge is not drawn there but named "at edge". picture NULL: vg_picture_default().
// Errors: VG_ERR_ARGUMENT (no series, or more than 8), those of vg_picture_write.
VG_NODISCARD vg_err vg_drift_write(const vg_drift_figure *figure, const char *path, const vg_picture *picture,
                                   vg_diag *diag);

// The share of cars that never left the road, as steps.
typedef struct vg_alive_series {
    const char *label;        // the policy
    const double *t, *alive;  // [count] s, rising; in [0, 1]; alive[i] holds from t[i] on
    const double *low, *high; // [count] an interval, NULL: none
    int64_t count;
} vg_alive_series;

typedef struct vg_alive_figure {
    const char *title, *subtitle;
    const vg_alive_series *series; // [series_count], 1 to 8
    int32_t series_count;
    const char *interval; // meaning of low and high, "95 % interval"; NULL: not shown
    int32_t focus; // 1 to series_count: this one has colour and interval, the others are thin and grey, none
                   // is named; 0 (default): all have both
} vg_alive_figure;

// Errors: as vg_drift_write.
VG_NODISCARD vg_err vg_alive_write(const vg_alive_figure *figure, const char *path, const vg_picture *picture,
                                   vg_diag *diag);

// The paint functions of these figures, for vg_picture_svg in a page.
vg_err vg_drift_paint(vg_canvas *canvas, const void *vg_drift_figure_, vg_diag *diag);
vg_err vg_alive_paint(vg_canvas *canvas, const void *vg_alive_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
