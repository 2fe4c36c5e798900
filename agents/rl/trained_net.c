#include "agents/rl/trained_net.h"

#include "sim/base/memory.h"

vg_err vg_trained_net_borrow(vg_trained_net *t, vg_network *net, vg_loss loss, double rate, int64_t most,
                             vg_diag *diag) {
    vg_adam_def adam = vg_adam_default();
    adam.rate = rate;
    t->net = net, t->borrowed = true;
    vg_err err = vg_adam_create(&adam, vg_network_count(net), &t->adam, diag);
    if (!err) err = vg_gradient_create(net, loss, most, 1, &t->workspace, diag);
    if (!err && !(t->gradient = vg_new(float, vg_network_count(net)))) err = vg_fail_memory(diag);
    return err;
}

vg_err vg_trained_net_open(vg_trained_net *t, const vg_network *like, int32_t inputs, int32_t outputs,
                           uint64_t seed, vg_loss loss, double rate, int64_t most, vg_diag *diag) {
    const vg_network_shape shape = {.inputs = inputs, .outputs = outputs};
    vg_network *net;
    vg_err err = vg_network_create_like(like, &shape, &net, diag);
    if (err) return err;
    vg_network_init(net, seed);
    err = vg_trained_net_borrow(t, net, loss, rate, most, diag);
    t->borrowed = false;
    return err;
}

void vg_trained_net_close(vg_trained_net *t) {
    if (!t->borrowed) vg_network_destroy(t->net);
    vg_adam_destroy(&t->adam);
    vg_gradient_destroy(t->workspace);
    vg_free(t->gradient);
    *t = (vg_trained_net){0};
}

void vg_trained_net_state(vg_trained_net *t, const char *name, vg_checkpoint *state) {
    vg_checkpoint_floats(state, name, vg_network_parameters(t->net), vg_network_count(t->net));
    vg_checkpoint_adam(state, name, &t->adam);
}

void vg_trained_net_descend(vg_trained_net *t) {
    vg_adam_step(&t->adam, t->gradient, vg_network_parameters(t->net));
    vg_network_pack(t->net);
}

double vg_trained_net_step(vg_trained_net *t, const vg_batch *batch) {
    double loss = vg_gradient_run(t->workspace, t->net, batch, t->gradient);
    vg_trained_net_descend(t);
    return loss;
}

void vg_polyak_step(vg_network *target, const vg_network *net, double tau) {
    float *to = vg_network_parameters(target);
    const float *from = vg_network_read(net);
    const float share = (float)tau, rest = (float)(1 - tau);
    for (int64_t i = 0; i < vg_network_count(net); i++) to[i] = share * from[i] + rest * to[i];
    vg_network_pack(target);
}
