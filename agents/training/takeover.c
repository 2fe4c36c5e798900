#include "agents/training/takeover.h"

#include <math.h>

#include "sim/base/exact.h"

double vg_takeover_time_to_edge(const vg_takeover_view *at) {
    double sine, cosine;
    vg_sincos(at->heading, &sine, &cosine);
    double sideways = at->speed * sine; // m/s to the left
    double room = sideways > 0 ? at->left - at->offset : at->right + at->offset;
    if (at->offset >= at->left || -at->offset >= at->right) return 0;
    return sideways != 0 ? room / fabs(sideways) : INFINITY;
}

static bool is_calm(const vg_takeover_def *def, const vg_takeover_view *at) {
    double half = at->offset > 0 ? at->left : at->right;
    return fabs(at->offset) <= def->calm_offset * half && fabs(at->heading) <= def->calm_heading;
}

bool vg_takeover_step(const vg_takeover_def *def, vg_takeover *takeover, const vg_takeover_view *at,
                      double seconds) {
    bool danger = vg_takeover_time_to_edge(at) < def->edge_time;
    if (!takeover->expert) {
        takeover->expert = danger;
        takeover->calm = 0;
        return danger;
    }
    if (danger || !is_calm(def, at)) {
        takeover->calm = 0;
        return false;
    }
    // The car was safe at the start of this action: hand back if it has been so for long enough. Half an
    // action of slack allows for rounding.
    if (takeover->calm + 0.5 * seconds >= def->calm_time) *takeover = (vg_takeover){0};
    takeover->calm += takeover->expert ? seconds : 0;
    return false;
}
