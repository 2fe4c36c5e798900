// eval/figures/hazard.h -- how often cars leave the road, over the time they have driven.
#ifndef VG_EVAL_FIGURES_HAZARD_H
#define VG_EVAL_FIGURES_HAZARD_H

#include "eval/figures/picture.h"

#ifdef __cplusplus
extern "C" {
#endif

// Departures per minute driven, in each bin of time.
typedef struct vg_hazard_series {
    const char *label;        // name of the policy
    const double *edges;      // [count + 1] s, rising: bin i is from edges[i] to edges[i + 1]
    const double *rate;       // [count] 1/min; NaN: unknown, and without an interval
    const double *low, *high; // [count] an interval; NaN: none in this bin; NULL: no intervals
    int64_t count;
    double constant; // 1/min, a constant hazard to compare with; 0 (default): none
} vg_hazard_series;

// Everything is borrowed. Start from vg_hazard_default().
typedef struct vg_hazard_figure {
    const char *title, *subtitle;   // NULL: none
    const vg_hazard_series *series; // [series_count], 1 to 8
    int32_t series_count;
    const char *interval;          // meaning of low and high, "95 % interval"; NULL (default): not shown
    const char *x_label, *y_label; // default "time (s)", "departures per minute"
    int32_t focus;                 // as in vg_alive_figure
} vg_hazard_figure;
vg_hazard_figure vg_hazard_default(void);

// Each series is a step line, with a band for its interval and a dotted level for its constant hazard. The
// scale ends at three times the highest rate; a wider interval is cut there. picture NULL:
// vg_picture_default(). Errors: VG_ERR_ARGUMENT (no series, or more than 8), those of vg_picture_write.
VG_NODISCARD vg_err vg_hazard_write(const vg_hazard_figure *figure, const char *path,
                                    const vg_picture *picture, vg_diag *diag);

// The paint function of this figure, for vg_picture_svg in a page.
vg_err vg_hazard_paint(vg_canvas *canvas, const void *vg_hazard_figure_, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
