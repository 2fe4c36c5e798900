#include "agents/rl/twin_q.h"

#include <string.h>

#include "sim/base/memory.h"

static vg_err open_one(const vg_twin_q_def *def, vg_twin_q *twin, int i, vg_diag *diag) {
    vg_err err = vg_trained_net_open(&twin->q[i], def->like, def->width + VG_CAR_ACTIONS, 1,
                                     vg_random_seed(def->seed, 10 + (uint64_t)i), def->loss, def->rate,
                                     def->most, diag);
    if (err) return err;
    err = vg_network_create_like(def->like, vg_network_shape_of(twin->q[i].net), &twin->target[i], diag);
    if (err) return err;
    vg_network_take(twin->target[i], vg_network_read(twin->q[i].net));
    twin->values[i] = vg_new(float, def->most);
    twin->scratch[i] = vg_new(float, vg_network_scratch(twin->q[i].net, true));
    return twin->values[i] && twin->scratch[i] ? VG_OK : vg_fail_memory(diag);
}

vg_err vg_twin_q_create(const vg_twin_q_def *def, vg_twin_q *out, vg_diag *diag) {
    *out = (vg_twin_q){.width = def->width, .most = def->most};
    vg_err err = open_one(def, out, 0, diag);
    return err ? err : open_one(def, out, 1, diag);
}

void vg_twin_q_destroy(vg_twin_q *twin) {
    for (int i = 0; i < 2; i++) {
        vg_trained_net_close(&twin->q[i]);
        vg_network_destroy(twin->target[i]);
        vg_free(twin->values[i]);
        vg_free(twin->scratch[i]);
    }
    *twin = (vg_twin_q){0};
}

void vg_twin_q_state(vg_twin_q *twin, vg_checkpoint *state) {
    static const char *const names[][2] = {{"q.0", "target.0"}, {"q.1", "target.1"}};
    for (int i = 0; i < 2; i++) {
        vg_trained_net_state(&twin->q[i], names[i][0], state);
        vg_checkpoint_floats(state, names[i][1], vg_network_parameters(twin->target[i]),
                             vg_network_count(twin->target[i]));
    }
}

void vg_twin_q_pack(vg_twin_q *twin) {
    for (int i = 0; i < 2; i++) vg_network_pack(twin->q[i].net), vg_network_pack(twin->target[i]);
}

// --- values ------------------------------------------------------------------------------------------------

// Ask one network for values and, unless NULL, their derivatives by the actions.
static void ask(vg_twin_q *twin, bool target, int i, const float *pairs, int64_t count, float *slopes) {
    const vg_network *net = target ? twin->target[i] : twin->q[i].net;
    float *scratch = twin->scratch[i];
    int64_t in = vg_net_stride(twin->width + VG_CAR_ACTIONS), out = vg_net_stride(1);
    for (int64_t first = 0; first < count; first += VG_NETWORK_BLOCK) {
        int32_t rows = (int32_t)(count - first < VG_NETWORK_BLOCK ? count - first : VG_NETWORK_BLOCK);
        memcpy(vg_network_inputs(net, scratch), pairs + first * in, sizeof(float) * (size_t)(rows * in));
        vg_network_forward(net, rows, scratch);
        for (int32_t r = 0; r < rows; r++)
            twin->values[i][first + r] = vg_network_outputs(net, scratch)[r * out];
        if (!slopes) continue;
        for (int32_t r = 0; r < rows; r++) vg_network_deltas(net, scratch)[r * out] = 1;
        vg_network_backward_inputs(net, rows, scratch, false, NULL);
        for (int32_t r = 0; r < rows; r++)
            memcpy(slopes + (first + r) * VG_CAR_ACTIONS,
                   vg_network_input_deltas(net, scratch) + r * in + twin->width,
                   sizeof(float) * VG_CAR_ACTIONS);
    }
}

void vg_twin_q_values(vg_twin_q *twin, bool target, const float *pairs, int64_t count, float *least) {
    for (int i = 0; i < 2; i++) ask(twin, target, i, pairs, count, NULL);
    for (int64_t i = 0; i < count; i++)
        least[i] = twin->values[1][i] < twin->values[0][i] ? twin->values[1][i] : twin->values[0][i];
}

void vg_twin_q_slopes(vg_twin_q *twin, bool first, const float *pairs, int64_t count, float *values,
                      float *slopes) {
    float *other = slopes + count * VG_CAR_ACTIONS; // room for the second network's
    ask(twin, false, 0, pairs, count, slopes);
    if (!first) ask(twin, false, 1, pairs, count, other);
    for (int64_t i = 0; i < count; i++) {
        bool second = !first && twin->values[1][i] < twin->values[0][i];
        values[i] = twin->values[second][i];
        if (second)
            memcpy(slopes + i * VG_CAR_ACTIONS, other + i * VG_CAR_ACTIONS, sizeof(float) * VG_CAR_ACTIONS);
    }
}

// --- fitting -----------------------------------------------------------------------------------------------

double vg_twin_q_fit_own(vg_twin_q *twin, const vg_batch batch[2]) {
    double loss = vg_trained_net_step(&twin->q[0], &batch[0]);
    return 0.5 * (loss + vg_trained_net_step(&twin->q[1], &batch[1]));
}

double vg_twin_q_fit(vg_twin_q *twin, const float *pairs, const float *targets, int64_t count) {
    const vg_batch batch = {.inputs = pairs, .targets = targets, .count = count};
    return vg_twin_q_fit_own(twin, (const vg_batch[]){batch, batch});
}

void vg_twin_q_follow(vg_twin_q *twin, double tau) {
    for (int i = 0; i < 2; i++) vg_polyak_step(twin->target[i], twin->q[i].net, tau);
}
