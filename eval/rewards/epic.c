#include "eval/rewards/epic.h"

#include <math.h>

void vg_epic_canonicalise(double *table, int32_t n, double discount, double *means) {
    double all = 0;
    for (int32_t i = 0; i < n; i++) {
        double sum = 0;
        for (int32_t j = 0; j < n; j++) sum += table[(int64_t)i * n + j];
        means[i] = sum / n;
        all += means[i] / n;
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            table[(int64_t)i * n + j] += discount * means[j] - means[i] - discount * all;
}

double vg_pearson(const double *a, const double *b, int64_t count) {
    double mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0, size_a = 0, size_b = 0;
    for (int64_t i = 0; i < count; i++) {
        mean_a += a[i] / (double)count, mean_b += b[i] / (double)count;
        size_a = fmax(size_a, fabs(a[i])), size_b = fmax(size_b, fabs(b[i]));
    }
    // Each is scaled by its largest value: squares neither overflow nor vanish.
    for (int64_t i = 0; i < count; i++) {
        double x = size_a > 0 ? (a[i] - mean_a) / size_a : 0, y = size_b > 0 ? (b[i] - mean_b) / size_b : 0;
        aa += x * x, bb += y * y, ab += x * y;
    }
    const double rounding = 1e-24; // of a constant: its spread is some 1e-15 of its size
    if (!(aa > rounding * (double)count) || !(bb > rounding * (double)count)) return NAN;
    double r = ab / sqrt(aa * bb);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

double vg_pearson_distance(double correlation) { return sqrt((1 - correlation) / 2); }
