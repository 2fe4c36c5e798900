#include "agents/irl/lbfgs.h"

#include <math.h>
#include <string.h>

#include "agents/irl/planning.h"
#include "sim/base/memory.h"

enum { KEPT = 20, HALVINGS = 60 };

typedef struct search {
    const vg_ascent *of;
    double value, *gradient;                    // at x
    double *direction, *trial, *trial_gradient; // [count]
    double *moved, *bent; // [KEPT][count] the last steps, and by how much the slope fell
    double inverse[KEPT]; // 1 / (moved bent)
    int32_t kept;         // steps so far; the ring holds the last ones
} search;

static vg_err open_search(search *s, vg_diag *diag) {
    int64_t n = s->of->count;
    s->gradient = vg_new(double, n);
    s->direction = vg_new(double, n);
    s->trial = vg_new(double, n);
    s->trial_gradient = vg_new(double, n);
    s->moved = vg_new(double, KEPT *n);
    s->bent = vg_new(double, KEPT *n);
    return s->gradient && s->direction && s->trial && s->trial_gradient && s->moved && s->bent
               ? VG_OK
               : vg_fail_memory(diag);
}

static void close_search(search *s) {
    vg_free(s->gradient);
    vg_free(s->direction);
    vg_free(s->trial);
    vg_free(s->trial_gradient);
    vg_free(s->moved);
    vg_free(s->bent);
}

static void add(double *to, double times, const double *x, int32_t count) {
    for (int32_t i = 0; i < count; i++) to[i] += times * x[i];
}

// The two loops of algorithm 7.4: the gradient times the inverse curvature of the last steps.
static void find_direction(search *s) {
    int32_t n = s->of->count, first = s->kept > KEPT ? s->kept - KEPT : 0;
    double share[KEPT];
    memcpy(s->direction, s->gradient, (size_t)n * sizeof *s->direction);
    for (int32_t i = s->kept - 1; i >= first; i--) {
        int64_t at = i % KEPT;
        share[at] = s->inverse[at] * vg_dot(s->moved + at * n, s->direction, n);
        add(s->direction, -share[at], s->bent + at * n, n);
    }
    double scale = 1 / sqrt(vg_dot(s->gradient, s->gradient, n));
    if (s->kept) {
        int64_t at = (s->kept - 1) % KEPT;
        scale = 1 / (s->inverse[at] * vg_dot(s->bent + at * n, s->bent + at * n, n));
    }
    for (int32_t i = 0; i < n; i++) s->direction[i] *= scale;
    for (int32_t i = first; i < s->kept; i++) {
        int64_t at = i % KEPT;
        double other = s->inverse[at] * vg_dot(s->bent + at * n, s->direction, n);
        add(s->direction, share[at] - other, s->moved + at * n, n);
    }
}

// Remembers the step from x to the trial, and goes there.
static void take(search *s, double *x, double value) {
    int32_t n = s->of->count;
    int64_t at = s->kept % KEPT;
    double *moved = s->moved + at * n, *bent = s->bent + at * n;
    for (int32_t i = 0; i < n; i++) {
        moved[i] = s->trial[i] - x[i], bent[i] = s->gradient[i] - s->trial_gradient[i];
        x[i] = s->trial[i], s->gradient[i] = s->trial_gradient[i];
    }
    s->value = value;
    double curvature = vg_dot(moved, bent, n);
    if (curvature > 1e-14 * vg_dot(bent, bent, n))
        s->inverse[at] = 1 / curvature, s->kept++;
    else
        s->kept = 0;
}

// *moves: false where no step along the direction goes up.
static vg_err step(search *s, double *x, bool *moves, vg_diag *diag) {
    int32_t n = s->of->count;
    find_direction(s);
    double slope = vg_dot(s->direction, s->gradient, n), length = 1;
    if (!(slope > 0)) return VG_OK;
    for (int32_t i = 0; i < HALVINGS; i++, length *= 0.5) {
        double value = -INFINITY;
        for (int32_t k = 0; k < n; k++) s->trial[k] = x[k] + length * s->direction[k];
        vg_err err = s->of->fn(s->of->context, s->trial, &value, s->trial_gradient, diag);
        if (err) return err;
        if (value >= s->value + 1e-4 * length * slope) {
            take(s, x, value);
            *moves = true;
            return VG_OK;
        }
    }
    return VG_OK;
}

vg_err vg_ascend(const vg_ascent *ascent, double *x, vg_ascent_end *end, vg_diag *diag) {
    search s = {.of = ascent, .value = -INFINITY};
    *end = (vg_ascent_end){0};
    vg_err err = open_search(&s, diag);
    if (!err) err = ascent->fn(ascent->context, x, &s.value, s.gradient, diag);
    if (!err && !isfinite(s.value))
        err = vg_fail(diag, VG_ERR_ARGUMENT,
                      "there is no value where the search begins; expected a finite one");
    while (!err) {
        bool moves = false;
        end->done = ascent->done(ascent->context, end->steps, s.gradient);
        if (end->done || end->steps == ascent->steps) break;
        err = step(&s, x, &moves, diag);
        if (!moves && s.kept == 0) break; // not even straight up
        if (moves)
            end->steps++;
        else
            s.kept = 0; // forget, and try the gradient itself
    }
    end->value = s.value;
    close_search(&s);
    return err;
}
