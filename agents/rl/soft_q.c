#include "agents/rl/soft_q.h"

#include <string.h>

#include "agents/nets/soft_value.h"
#include "sim/base/memory.h"

// --- life --------------------------------------------------------------------------------------------------

vg_err vg_soft_q_open(vg_soft_q *s, const vg_soft_q_def *def, vg_diag *diag) {
    const vg_network_shape *shape = vg_network_shape_of(def->net);
    const int64_t rows = 2 * def->most;
    vg_adam_def adam = vg_adam_default();
    s->def = *def, s->inputs = shape->inputs, s->actions = shape->outputs;
    vg_err err = vg_trained_net_borrow(&s->q, def->net, VG_LOSS_OWN, def->rate, rows, diag);
    if (!err) err = vg_network_create_like(def->net, shape, &s->target, diag);
    adam.rate = def->rate;
    if (!err) err = vg_adam_create(&adam, 1, &s->absorbing_adam, diag);
    if (err) return err;
    vg_network_take(s->target, vg_network_read(def->net));
    s->both = vg_new(float, rows *vg_net_stride(s->inputs));
    s->outputs = vg_new(float, rows * s->actions), s->policies = vg_new(float, rows * s->actions);
    s->deltas = vg_new(float, rows * s->actions), s->values = vg_new(float, rows);
    bool whole = s->both && s->outputs && s->policies && s->deltas && s->values;
    return whole ? VG_OK : vg_fail_memory(diag);
}

void vg_soft_q_close(vg_soft_q *s) {
    vg_trained_net_close(&s->q);
    vg_network_destroy(s->target);
    vg_adam_destroy(&s->absorbing_adam);
    vg_free(s->both), vg_free(s->outputs), vg_free(s->policies), vg_free(s->deltas), vg_free(s->values);
    *s = (vg_soft_q){0};
}

void vg_soft_q_state(vg_soft_q *s, vg_checkpoint *state) {
    vg_trained_net_state(&s->q, "q", state);
    vg_checkpoint_floats(state, "target", vg_network_parameters(s->target), vg_network_count(s->target));
    vg_checkpoint_floats(state, "absorbing", &s->absorbing, 1);
    vg_checkpoint_floats(state, "absorbing.target", &s->absorbing_target, 1);
    vg_checkpoint_adam(state, "absorbing", &s->absorbing_adam);
}

void vg_soft_q_restored(vg_soft_q *s) { vg_network_pack(s->q.net), vg_network_pack(s->target); }

// --- a batch -----------------------------------------------------------------------------------------------

// Soft values and policies of rows from `first` on.
static void value_rows(vg_soft_q *s, int64_t first, int64_t count) {
    for (int64_t i = first; i < first + count; i++)
        s->values[i] = (float)vg_soft_value(s->outputs + i * s->actions, s->actions, s->def.temperature,
                                            s->policies + i * s->actions);
}

vg_soft_q_rows vg_soft_q_look(vg_soft_q *s, const vg_soft_q_batch *b) {
    const int64_t stride = vg_net_stride(s->inputs), n = b->count;
    const vg_network *after = s->def.target ? s->target : s->q.net;
    const double next_rate = (double)(s->def.target ? s->absorbing_target : s->absorbing);
    memcpy(s->both, b->inputs, sizeof(float) * (size_t)(n * stride));
    memcpy(s->both + n * stride, b->next, sizeof(float) * (size_t)(n * stride));
    vg_gradient_outputs(s->q.workspace, s->q.net, s->both, n, s->outputs);
    vg_gradient_outputs(s->q.workspace, after, s->both + n * stride, n, s->outputs + n * s->actions);
    value_rows(s, 0, 2 * n);
    for (int64_t i = 0; i < n; i++)
        if (!(b->goes_on[i] > 0)) s->values[n + i] = (float)(next_rate / (1 - s->def.gamma));
    return (vg_soft_q_rows){.count = n,
                            .experts = b->experts,
                            .actions = s->actions,
                            .gamma = s->def.gamma,
                            .temperature = s->def.temperature,
                            .q = s->outputs,
                            .taken = b->taken,
                            .goes_on = b->goes_on,
                            .next = s->outputs + n * s->actions,
                            .value = s->values,
                            .policy = s->policies,
                            .next_value = s->values + n,
                            .next_policy = s->policies + n * s->actions,
                            .absorbing = (double)s->absorbing,
                            .absorbing_next = next_rate};
}

double vg_soft_q_step(vg_soft_q *s, const vg_soft_q_batch *b, vg_soft_q_loss loss, const void *context,
                      double *numbers) {
    const int64_t cells = b->count * s->actions;
    const vg_soft_q_rows rows = vg_soft_q_look(s, b);
    vg_soft_q_slopes slopes = {.by_q = s->deltas, .by_next = s->def.target ? NULL : s->deltas + cells};
    memset(s->deltas, 0, sizeof(float) * (size_t)(2 * cells));
    double value = loss(context, &rows, &slopes, numbers);
    vg_gradient_by_outputs(s->q.workspace, s->q.net, s->both, s->def.target ? b->count : 2 * b->count,
                           s->deltas, s->q.gradient);
    vg_trained_net_descend(&s->q);
    const float by_absorbing = (float)slopes.by_absorbing;
    vg_adam_step(&s->absorbing_adam, &by_absorbing, &s->absorbing);
    vg_polyak_step(s->target, s->q.net, s->def.tau);
    s->absorbing_target =
        (float)(s->def.tau * (double)s->absorbing + (1 - s->def.tau) * (double)s->absorbing_target);
    return value;
}
