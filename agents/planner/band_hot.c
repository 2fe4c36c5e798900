// agents/planner/band_hot.c -- the Cholesky factor of a band. Lanes are columns; each entry takes its
// products in the order of the columns before it, as a sum from left to right does.
#include <math.h>

#include "agents/planner/band_private.h"

static int32_t factor(double *values, int32_t count, int32_t width) {
    double column[VG_BAND_WIDEST];
    for (int32_t k = 0; k < count; k++) {
        double *pivot = values + (int64_t)k * (width + 1) + width;
        int32_t rows = count - 1 - k < width ? count - 1 - k : width;
        if (!(*pivot > 0 && *pivot < INFINITY)) return k;
        *pivot = sqrt(*pivot);
        for (int32_t i = 0; i < rows; i++) { // of row k + 1 + i the entry in column k
            double *row = pivot + (int64_t)(i + 1) * width;
            column[i] = *row /= *pivot;
        }
        for (int32_t i = 0; i < rows; i++) {
            double *row = pivot + (int64_t)(i + 1) * width + 1, share = column[i];
            if (share == 0) continue; // half of the band, where a closed road is numbered from both ends
            for (int32_t j = 0; j <= i; j++) row[j] -= share * column[j];
        }
    }
    return -1;
}

const vg_band_kernel VG_HOT_NAME(vg_band_kernel) = {factor};
