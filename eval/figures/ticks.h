// eval/figures/ticks.h -- ranges, their ticks and the numbers beside them.
#ifndef VG_EVAL_FIGURES_TICKS_H
#define VG_EVAL_FIGURES_TICKS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_axis {
    const char *label;  // with its unit, "time (s)"; NULL: none
    double least, most; // NaN: from what was included; begin widens what is left to a nice number
    bool log;           // the range must then be above 0, else it is taken as [0.1, 1]
    bool percent;       // 0.25 shows as "25 %"
    bool tight;         // where no tick is near, an open range ends with the data
    double low, high;   // what was included so far; NaN: nothing yet
} vg_axis;

// Make the range hold these values. NaN, infinities and, on a log axis, what is not above 0 are passed over.
void vg_axis_include(vg_axis *axis, const double *values, int64_t count);
// Ticks of a range into ticks[room]: nice ones, about one every `pitch` of `length`. Returns how many; for a
// linear axis *decimals is how many decimals show them.
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
