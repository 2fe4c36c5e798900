// tests/agents/nets/own_loss.h -- the gradient of a loss of one's own (VG_LOSS_OWN), as vg_gradient_run
// computes it, held to central differences by every parameter.
#ifndef VG_TESTS_AGENTS_NETS_OWN_LOSS_H
#define VG_TESTS_AGENTS_NETS_OWN_LOSS_H

#include <math.h>

#include "agents/nets/gradient.h"
#include "sim/base/memory.h"
#include "tests/check.h"

// How far the gradient is from that of differences, as a share of its length; a float network leaves some
// noise in it. A step that carries an error over 0, where the loss has a bend, makes it larger.
static inline double own_loss_error(vg_gradient *workspace, vg_network *net, const vg_batch *batch) {
    const float step = 0x1p-8f;
    int64_t count = vg_network_count(net);
    float *gradient = vg_new(float, count), *w = vg_network_parameters(net);
    double square = 0, error = 0;
    vg_gradient_run(workspace, net, batch, gradient);
    for (int64_t i = 0; i < count; i++) {
        const float before = w[i];
        double loss[2];
        for (int side = 0; side < 2; side++) {
            w[i] = side ? before + step : before - step;
            vg_network_pack(net);
            loss[side] = vg_gradient_run(workspace, net, batch, NULL);
        }
        w[i] = before;
        double by = (loss[1] - loss[0]) / (2 * (double)step), away = by - (double)gradient[i];
        square += by * by, error += away * away;
    }
    vg_network_pack(net);
    vg_free(gradient);
    return sqrt(error / square);
}

#endif
