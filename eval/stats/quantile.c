#include "eval/stats/quantile.h"

static float middle_of(float a, float b, float c) {
    if (a > b) {
        float t = a;
        a = b, b = t;
    }
    return c < a ? a : c > b ? b : c;
}

float vg_select(float *values, int64_t n, int64_t k) {
    int64_t low = 0, high = n - 1;
    while (low < high) {
        float pivot = middle_of(values[low], values[low + (high - low) / 2], values[high]);
        int64_t i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i > j) break;
            float t = values[i];
            values[i++] = values[j], values[j--] = t;
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break; // between them all are the pivot
    }
    return values[k];
}

double vg_quantile(float *values, int64_t n, double q) {
    double rank = q * (double)(n - 1);
    int64_t at = (int64_t)rank, i = at + 1;
    double low = vg_select(values, n, at), next = low;
    if (i < n) {
        float least = values[i]; // the smallest of the rest
        while (++i < n)
            if (values[i] < least) least = values[i];
        next = least;
    }
    return low + (rank - (double)at) * (next - low);
}
