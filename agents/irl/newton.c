#include "agents/irl/newton.h"

#include <math.h>
#include <string.h>

#include "sim/base/blocks.h"

enum { MOST = VG_NEWTON_MOST, HALVINGS = 8 };
static const double DIFFERENCE = 1e-5; // of a variable; at least of a hundredth of the largest, or of 0.001

typedef struct newton {
    const vg_ascent *of;
    double value, gradient[MOST];
    double curvature[MOST][MOST]; // minus the second derivatives
    double direction[MOST];
    int32_t free[MOST], free_count; // variables that are not held
    const double *x;
    double most;         // the largest variable
    vg_diag diags[MOST]; // of the probes
    bool probed[MOST];   // has the function a value there?
} newton;

static void find_free(newton *n, const double *x) {
    n->free_count = 0;
    for (int32_t i = 0; i < n->of->count; i++)
        if (x[i] > 0 || n->gradient[i] > 0) n->free[n->free_count++] = i;
}

// The gradient a little further along free variable `a`: a row of the curvature.
static vg_err probe(void *context, int64_t a, int64_t begin, int64_t end) {
    newton *n = context;
    double moved[MOST], gradient[MOST], value = -INFINITY;
    int32_t i = n->free[a];
    double step = DIFFERENCE * fmax(fmax(n->x[i], 0.01 * n->most), 0.001);
    (void)begin, (void)end;
    memcpy(moved, n->x, (size_t)n->of->count * sizeof *moved);
    moved[i] += step;
    vg_err err = n->of->fn(n->of->context, moved, &value, gradient, &n->diags[a]);
    n->probed[a] = !err && isfinite(value);
    for (int32_t b = 0; b < n->free_count && n->probed[a]; b++)
        n->curvature[a][b] = (n->gradient[n->free[b]] - gradient[n->free[b]]) / step;
    return err;
}

// The curvature of the free variables, as differences of the gradient to one side, within x >= 0.
static vg_err find_curvature(newton *n, const double *x, int32_t threads, vg_diag *diag) {
    n->x = x, n->most = 0;
    memset(n->curvature, 0, sizeof n->curvature);
    for (int32_t i = 0; i < n->of->count; i++) n->most = fmax(n->most, x[i]);
    vg_err err = vg_blocks_run(n->free_count, 1, threads, probe, n);
    for (int32_t a = n->free_count - 1; a >= 0 && err && diag; a--)
        if (n->diags[a].code) *diag = n->diags[a];
    for (int32_t a = 0; a < n->free_count; a++)
        for (int32_t b = 0; b < a; b++)
            n->curvature[a][b] = n->curvature[b][a] = (n->curvature[a][b] + n->curvature[b][a]) / 2;
    return err;
}

// Solves (curvature + damping * its diagonal) d = gradient over the free variables, by Cholesky. A pivot that
// is no positive number becomes one.
static void find_direction(newton *n, double damping) {
    double l[MOST][MOST], scale[MOST], d[MOST], most = 0;
    int32_t count = n->free_count;
    for (int32_t i = 0; i < count; i++) most = fmax(most, n->curvature[i][i]);
    for (int32_t i = 0; i < count; i++) scale[i] = fmax(n->curvature[i][i], 1e-9 * most);
    for (int32_t i = 0; i < count; i++)
        for (int32_t j = 0; j <= i; j++) {
            double x = i == j ? (1 + damping) * scale[i] : n->curvature[i][j];
            for (int32_t k = 0; k < j; k++) x -= l[i][k] * l[j][k];
            if (i == j && !(x > 1e-8 * scale[i])) x = fmax(1e-8 * scale[i], 1e-300);
            l[i][j] = i == j ? sqrt(x) : x / l[j][j];
        }
    for (int32_t i = 0; i < count; i++) {
        d[i] = n->gradient[n->free[i]];
        for (int32_t k = 0; k < i; k++) d[i] -= l[i][k] * d[k];
        d[i] /= l[i][i];
    }
    for (int32_t i = count - 1; i >= 0; i--) {
        for (int32_t k = i + 1; k < count; k++) d[i] -= l[k][i] * d[k];
        d[i] /= l[i][i];
    }
    memset(n->direction, 0, sizeof n->direction);
    for (int32_t i = 0; i < count; i++) n->direction[n->free[i]] = d[i];
}

// A part of the step, within 0 and three times of what each variable is: a quadratic says little farther on.
static double move(const newton *n, const double *x, double length, double *trial) {
    double slope = 0;
    for (int32_t i = 0; i < n->of->count; i++) {
        trial[i] = fmin(fmax(x[i] + length * n->direction[i], 0), 3 * x[i] + 0.3);
        slope += (trial[i] - x[i]) * n->gradient[i];
    }
    return slope;
}

// *moves: false where no part of the direction goes up.
static vg_err search(newton *n, double *x, bool *moves, vg_diag *diag) {
    double trial[MOST], gradient[MOST], length = 1;
    size_t size = (size_t)n->of->count * sizeof *x;
    for (int32_t halving = 0; halving < HALVINGS; halving++, length *= 0.5) {
        double value = -INFINITY, slope = move(n, x, length, trial);
        if (!(slope > 0)) continue;
        vg_err err = n->of->fn(n->of->context, trial, &value, gradient, diag);
        if (err) return err;
        if (!(value >= n->value + 1e-4 * slope)) continue;
        memcpy(x, trial, size);
        memcpy(n->gradient, gradient, size);
        n->value = value;
        *moves = true;
        return VG_OK;
    }
    return VG_OK;
}

// A Newton step; where none of it goes up, one that is more and more like a step along the gradient (as
// Levenberg and Marquardt do).
static vg_err step(newton *n, double *x, bool *moves, vg_diag *diag) {
    static const double dampings[] = {0, 0.1, 10, 1000};
    vg_err err = VG_OK;
    for (size_t i = 0; i < sizeof dampings / sizeof *dampings && !err && !*moves; i++) {
        find_direction(n, dampings[i]);
        err = search(n, x, moves, diag);
    }
    return err;
}

vg_err vg_newton_ascend(const vg_ascent *ascent, int32_t threads, double *x, vg_ascent_end *end,
                        vg_diag *diag) {
    newton n = {.of = ascent, .value = -INFINITY};
    *end = (vg_ascent_end){0};
    if (ascent->count < 1 || ascent->count > MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT, "%d variables; expected 1 to %d", ascent->count, MOST);
    vg_err err = ascent->fn(ascent->context, x, &n.value, n.gradient, diag);
    if (!err && !isfinite(n.value))
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "there is no value where the search begins; expected a finite one");
    for (bool moves = true; !err && moves; end->steps += moves) {
        end->done = ascent->done(ascent->context, end->steps, n.gradient);
        if (end->done || end->steps == ascent->steps) break;
        moves = false;
        find_free(&n, x);
        err = find_curvature(&n, x, threads, diag);
        if (err) break;
        err = step(&n, x, &moves, diag);
    }
    end->value = n.value;
    return err;
}
