#include "eval/figures/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void vg_axis_include(vg_axis *axis, const double *values, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        double v = values[i];
        if (!isfinite(v) || (axis->log && v <= 0)) continue;
        if (!(axis->low <= v)) axis->low = v;
        if (!(axis->high >= v)) axis->high = v;
    }
}

double vg_nice_below(double most) {
    double power = pow(10, floor(log10(most)));
    double lead = most / power * (1 + 1e-12);
    return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

static double nice_above(double least) {
    double step = vg_nice_below(least);
    if (step >= least * (1 - 1e-12)) return step;
    double power = pow(10, floor(log10(step) + 1e-9)), lead = step / power;
    return power * (lead < 1.5 ? 2 : lead < 3 ? 5 : 10);
}

static int32_t add_tick(const vg_axis *axis, double value, double *ticks, int32_t count, int32_t room) {
    double slack = axis->log ? 0 : (axis->most - axis->least) * 1e-9;
    if (count >= room || value < axis->least - slack || value > axis->most + slack) return count;
    ticks[count] = value;
    return count + 1;
}

static int32_t log_ticks(const vg_axis *axis, int32_t wanted, double *ticks, int32_t room) {
    int32_t first = (int32_t)floor(log10(axis->least) + 1e-9), last = (int32_t)ceil(log10(axis->most) - 1e-9);
    int32_t stride = (last - first + wanted - 1) / (wanted > 0 ? wanted : 1), count = 0;
    bool between = (last - first) * 3 <= wanted + 1;
    for (int32_t k = first; k <= last; k += stride > 1 ? stride : 1)
        for (int32_t lead = 1; lead <= 5; lead = lead == 1 ? 2 : lead == 2 ? 5 : 10) {
            // A division gives the double closest to 0.2; a product with 0.1 would not.
            double value = k >= 0 ? lead * pow(10, k) : lead / pow(10, -k);
            if (lead == 1 || between) count = add_tick(axis, value, ticks, count, room);
        }
    return count;
}

int32_t vg_axis_ticks(const vg_axis *axis, double length, double pitch, double *ticks, int32_t room,
                      int32_t *decimals) {
    int32_t wanted = (int32_t)fmax(2, floor(length / pitch)), count = 0;
    *decimals = 0;
    if (axis->log) return log_ticks(axis, wanted, ticks, room);
    double step = nice_above((axis->most - axis->least) / wanted);
    double shown = axis->percent ? 100 * step : step;
    *decimals = (int32_t)fmin(12, fmax(0, ceil(-log10(shown) - 1e-9)));
    double first = ceil(axis->least / step - 1e-9), last = floor(axis->most / step + 1e-9);
    for (double k = first; k <= last && count < room; k++)
        count = add_tick(axis, k * step, ticks, count, room);
    return count;
}

char *vg_axes_number(double value, int32_t decimals, char *buffer) {
    double power = pow(10, decimals);
    if (!(fabs(value) * power < 9e15)) return snprintf(buffer, 32, "?"), buffer;
    long long left = llround(fabs(value) * power);
    const char *sign = value < 0 && left > 0 ? "\xe2\x88\x92" : "";
    char digits[32];
    int32_t at = sizeof digits, placed = 0;
    digits[--at] = 0;
    for (; left > 0 || placed <= decimals; placed++, left /= 10) {
        if (placed == decimals && decimals > 0) digits[--at] = '.';
        digits[--at] = (char)('0' + left % 10);
    }
    snprintf(buffer, 32, "%.4s%.24s", sign, digits + at);
    return buffer;
}
