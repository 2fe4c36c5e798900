#include "agents/policy/head_mean.h"

static int32_t outputs(const void *hyperparameters) {
    (void)hyperparameters;
    return VG_CAR_ACTIONS;
}

static vg_err act(const vg_head_block *b) {
    const float *y = vg_network_outputs(b->net, b->scratch);
    vg_network_scale(b->observed, b->rows, b->width, b->mean, b->scale,
                     vg_network_inputs(b->net, b->scratch));
    vg_network_forward(b->net, b->rows, b->scratch);
    for (int32_t r = 0; r < b->rows; r++)
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
            b->actions[r * VG_CAR_ACTIONS + a] = y[r * vg_net_stride(VG_CAR_ACTIONS) + a];
    return VG_OK;
}

const vg_head vg_head_mean = {
    .name = "mean", .help = "the outputs are the action", .outputs = outputs, .act = act};

const vg_head vg_head_gaussian = {.name = "gaussian",
                                  .help = "the outputs are the mean of a Gaussian, which is the action",
                                  .log_std = true,
                                  .outputs = outputs,
                                  .act = act};
