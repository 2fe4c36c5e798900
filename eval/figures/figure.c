#include "eval/figures/figure_private.h"

#include <math.h>

vg_err vg_figure_check(int32_t count, int32_t most, const char *what, vg_diag *diag) {
    if (count >= 1 && count <= most) return VG_OK;
    return vg_fail(diag, VG_ERR_ARGUMENT, "a figure of %d %s: 1 to %d are possible", (int)count, what,
                   (int)most);
}

const char *vg_figure_text(const char *text) { return text ? text : ""; }

double vg_figure_last(const vg_axis *axis, const double *values, int64_t count) {
    while (count > 0 && (!isfinite(values[count - 1]) || (axis->log && values[count - 1] <= 0))) count--;
    return count > 0 ? values[count - 1] : NAN;
}

void vg_figure_pad(vg_axis *axis, double share) {
    if (isnan(axis->low)) return;
    if (axis->log) {
        double factor = axis->high > axis->low ? pow(axis->high / axis->low, share) : 2;
        if (isnan(axis->least)) axis->least = axis->low / factor;
        if (isnan(axis->most)) axis->most = axis->high * factor;
        return;
    }
    double from = isnan(axis->least) ? axis->low : axis->least;
    double to = isnan(axis->most) ? axis->high : axis->most;
    double room = to > from ? share * (to - from) : fmax(0.1 * fabs(from), 1e-3);
    if (isnan(axis->least)) axis->least = axis->low - room;
    if (isnan(axis->most)) axis->most = axis->high + room;
}

static const char *note_of(const vg_axis *axis, const double *y, int64_t count, const char *note) {
    return !note && isnan(vg_figure_last(axis, y, count)) ? "no data" : note;
}

void vg_figure_name(vg_axes *axes, const double *y, int64_t count, const char *label, const char *note,
                    vg_role role) {
    double last = vg_figure_last(&axes->y, y, count);
    vg_axes_name_note(axes, isnan(last) ? axes->y.least : last, vg_figure_text(label),
                      note_of(&axes->y, y, count, note), role);
}

void vg_figure_name_room(vg_axes *axes, const double *y, int64_t count, const char *label, const char *note) {
    axes->name_room =
        fmax(axes->name_room, vg_axes_note_width(vg_figure_text(label), note_of(&axes->y, y, count, note)));
}
