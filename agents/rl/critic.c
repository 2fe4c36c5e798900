#include "agents/rl/critic.h"

#include <math.h>

#include "sim/base/memory.h"

vg_err vg_critic_create(const vg_critic_def *def, int64_t rows, vg_critic *out, vg_diag *diag) {
    *out = (vg_critic){.def = *def};
    out->def.like = NULL;
    vg_network_shape shape = {.inputs = vg_network_shape_of(def->like)->inputs, .outputs = 1};
    vg_err err = vg_network_create_like(def->like, &shape, &out->value, diag);
    if (err) return err;
    vg_network_init(out->value, vg_random_seed(def->seed, 1));
    vg_adam_def adam = vg_adam_default();
    adam.rate = def->rate;
    adam.epsilon = 1e-5;
    adam.clip = def->norm;
    int64_t most = def->batch < rows ? def->batch : rows;
    err = vg_adam_create(&adam, vg_network_count(out->value), &out->adam, diag);
    if (!err) err = vg_gradient_create(out->value, VG_LOSS_MSE, most, 1, &out->workspace, diag);
    if (!err) {
        out->gradient = vg_new(float, vg_network_count(out->value));
        out->order = vg_new(int64_t, rows);
        if (!out->gradient || !out->order) err = vg_fail_memory(diag);
    }
    if (err) vg_critic_destroy(out);
    return err;
}

void vg_critic_destroy(vg_critic *critic) {
    vg_network_destroy(critic->value);
    vg_adam_destroy(&critic->adam);
    vg_gradient_destroy(critic->workspace);
    vg_free(critic->gradient);
    vg_free(critic->order);
    *critic = (vg_critic){0};
}

void vg_critic_state(vg_critic *critic, vg_checkpoint *c) {
    vg_checkpoint_floats(c, "value", vg_network_parameters(critic->value), vg_network_count(critic->value));
    vg_checkpoint_adam(c, "value", &critic->adam);
}

vg_err vg_critic_fit(vg_critic *critic, const vg_rollout_buffer *x, uint32_t round, double share,
                     double *loss, vg_diag *diag) {
    critic->adam.def.rate = critic->def.rate * share;
    for (int64_t epoch = 0; epoch < critic->def.epochs; epoch++) {
        vg_draw at = {critic->def.seed, VG_STREAM_SHUFFLE, 2, round, 0, (uint32_t)epoch};
        vg_random_shuffle(at, x->rows, critic->order);
        double sum = 0;
        for (int64_t first = 0; first < x->rows; first += critic->def.batch) {
            int64_t left = x->rows - first, count = left < critic->def.batch ? left : critic->def.batch;
            vg_batch batch = {
                .inputs = x->inputs, .targets = x->returns, .order = critic->order + first, .count = count};
            double mean = vg_gradient_run(critic->workspace, critic->value, &batch, critic->gradient);
            if (!isfinite(mean))
                return vg_fail(diag, VG_ERR_POLICY,
                               "the training diverged: the value network's loss is %g; "
                               "try a smaller learning rate",
                               mean);
            vg_adam_step(&critic->adam, critic->gradient, vg_network_parameters(critic->value));
            vg_network_pack(critic->value);
            sum += mean * (double)count;
        }
        *loss = sum / (double)x->rows;
    }
    return VG_OK;
}
