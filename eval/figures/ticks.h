// eval/figures/ticks.h -- ranges of axes, their ticks and the numbers beside them.
#ifndef VG_EVAL_FIGURES_TICKS_H
#define VG_EVAL_FIGURES_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_axis {
    const char *label;  // with its unit, "time (s)"; NULL: none
    double least, most; // NaN: open; taken from the included values, and begin widens it to a round number
    bool log;           // true: logarithmic; the range must be above 0, else it is taken as [0.1, 1]
    bool percent;       // 0.25 is shown as "25 %"
    bool tight;         // if no tick is near, an open range ends with the data
    double low, high;   // least and largest included value; NaN: nothing included yet
} vg_axis;

// Makes the range include these values. NaN, infinities and, on a log axis, values of 0 or less are ignored.
void vg_axis_include(vg_axis *axis, const double *values, int64_t count);
// Writes ticks of a range into ticks[room]: round numbers, about one for every `pitch` of `length`. Returns
// how many; for a linear axis *decimals is the number of decimals that they need.
int32_t vg_axis_ticks(const vg_axis *axis, double length, double pitch, double *ticks, int32_t room,
                      int32_t *decimals);
// A number with a fixed count of decimals and a true minus sign, locale-free. buffer[32]. Returns buffer.
char *vg_axes_number(double value, int32_t decimals, char *buffer);
// The largest of 1, 2, 5 times a power of ten that is at most `most` (> 0).
double vg_nice_below(double most);

#ifdef __cplusplus
}
#endif
#endif
