#include "agents/irl/min_norm_point.h"

#include <math.h>

#include "agents/irl/planning.h"
#include "sim/base/memory.h"

typedef struct hull {
    const double *points;
    int32_t count, size;
    double *gram;    // [count][count] products of the points
    double scale;    // the largest squared distance
    int32_t *corral; // [kept] corners in use
    int32_t kept;
    double *shares;          // [count]
    double *factor, *affine; // [kept][kept] Cholesky; [kept] shares of the affine hull's nearest point
} hull;

static vg_err open_hull(hull *h, vg_diag *diag) {
    int64_t n = h->count;
    h->gram = vg_new(double, n *n);
    h->factor = vg_new(double, n *n);
    h->affine = vg_new(double, n);
    h->corral = vg_new(int32_t, n);
    if (!h->gram || !h->factor || !h->affine || !h->corral) return vg_fail_memory(diag);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            double product = vg_dot(h->points + i * h->size, h->points + j * h->size, h->size);
            if (!isfinite(product))
                return vg_fail(diag, VG_ERR_ARGUMENT, "point %lld of the hull is not finite", (long long)i);
            h->gram[i * n + j] = h->gram[j * n + i] = product;
            if (i == j && product > h->scale) h->scale = product;
        }
    return VG_OK;
}

static void close_hull(hull *h) {
    vg_free(h->gram);
    vg_free(h->factor);
    vg_free(h->affine);
    vg_free(h->corral);
}

// The product of the present point with corner i.
static double along(const hull *h, int32_t i) {
    return vg_dot(h->gram + (int64_t)i * h->count, h->shares, h->count);
}

// Shares of the point of the corral's affine hull that is nearest to the origin: (G + scale 1 1') u = 1, then
// u over its sum. False where the corners depend on each other.
static bool affine_nearest(hull *h) {
    double *l = h->factor, sum = 0;
    int64_t n = h->kept;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            double x = h->gram[(int64_t)h->corral[i] * h->count + h->corral[j]] + h->scale;
            for (int64_t k = 0; k < j; k++) x -= l[i * n + k] * l[j * n + k];
            if (i == j && !(x > 1e-13 * h->scale)) return false;
            l[i * n + j] = i == j ? sqrt(x) : x / l[j * n + j];
        }
    for (int64_t i = 0; i < n; i++) {
        double x = 1;
        for (int64_t k = 0; k < i; k++) x -= l[i * n + k] * h->affine[k];
        h->affine[i] = x / l[i * n + i];
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        for (int64_t k = i + 1; k < n; k++) h->affine[i] -= l[k * n + i] * h->affine[k];
        h->affine[i] /= l[i * n + i];
        sum += h->affine[i];
    }
    for (int64_t i = 0; i < n; i++) h->affine[i] /= sum;
    return true;
}

// Goes towards the affine hull's nearest point as far as no share becomes negative; drops the corners whose
// share is 0 there. True when it went all the way.
static bool step_inside(hull *h) {
    double part = 1;
    for (int32_t i = 0; i < h->kept; i++) {
        double share = h->shares[h->corral[i]], fall = share - h->affine[i];
        if (h->affine[i] <= 0 && fall > 0 && share / fall < part) part = share / fall;
    }
    int32_t kept = 0;
    for (int32_t i = 0; i < h->kept; i++) {
        double *share = &h->shares[h->corral[i]];
        *share += part * (h->affine[i] - *share);
        if (*share <= 1e-15 && h->affine[i] <= 0)
            *share = 0;
        else
            h->corral[kept++] = h->corral[i];
    }
    bool all = kept == h->kept;
    h->kept = kept;
    return all;
}

static void minor_cycle(hull *h) {
    for (int32_t n = 0; n <= h->count; n++) {
        if (!affine_nearest(h)) {
            h->kept--; // the corner added last adds nothing
            return;
        }
        if (step_inside(h)) return;
    }
}

static void major_cycle(hull *h) {
    for (int32_t n = 0; n < 50 * (h->count + 2); n++) {
        double square = 0, least = INFINITY;
        int32_t nearest = 0;
        bool inside = false;
        for (int32_t i = 0; i < h->count; i++) {
            double x = along(h, i);
            square += h->shares[i] * x;
            if (x < least) least = x, nearest = i;
        }
        for (int32_t i = 0; i < h->kept; i++) inside |= h->corral[i] == nearest;
        if (inside || least >= square - 1e-12 * h->scale) return;
        h->corral[h->kept++] = nearest;
        minor_cycle(h);
    }
}

vg_err vg_min_norm_point(const double *points, int32_t count, int32_t size, double *shares, double *nearest,
                         vg_diag *diag) {
    hull h = {.points = points, .count = count, .size = size, .shares = shares};
    vg_err err = open_hull(&h, diag);
    if (!err) {
        int32_t first = 0;
        for (int32_t i = 0; i < count; i++) {
            shares[i] = 0;
            if (h.gram[(int64_t)i * count + i] < h.gram[(int64_t)first * count + first]) first = i;
        }
        shares[first] = 1, h.corral[0] = first, h.kept = 1;
        major_cycle(&h);
        for (int32_t k = 0; k < size; k++) {
            nearest[k] = 0;
            for (int32_t i = 0; i < count; i++) nearest[k] += shares[i] * points[(int64_t)i * size + k];
        }
    }
    close_hull(&h);
    return err;
}
