#include "agents/nets/ensemble.h"

#include <math.h>
#include <string.h>

#include "agents/nets/mlp.h"
#include "sim/base/memory.h"

vg_err vg_ensemble_create(const vg_network *member, int32_t members, vg_network **out, vg_diag *diag) {
    const vg_mlp_def *def;
    *out = NULL;
    vg_err err = vg_mlp_need(member, "merging an ensemble into one network", &def, diag);
    if (err) return err;
    vg_mlp_def shape = *def;
    for (int32_t i = 0; i < shape.hidden_count; i++) shape.hidden[i] *= members;
    return vg_mlp_create(&shape, out, diag);
}

// Copy tensor t of a member into the merged network. The first layer's inputs are shared. The last layer's
// outputs are averaged, and so is what follows it (log_std).
static void place(const vg_network *member, int32_t m, int32_t members, int32_t t, vg_network *into) {
    vg_network_tensor from = vg_network_tensor_at(member, t), to = vg_network_tensor_at(into, t);
    int32_t layers = vg_mlp_layers(member);
    bool first = t / 2 == 0, last = t / 2 >= layers - 1;
    int64_t rows = from.shape[0], columns = from.rank == 2 ? from.shape[1] : 1;
    int64_t row = last ? 0 : m * rows, column = first || from.rank == 1 ? 0 : m * columns;
    int64_t stride = to.rank == 2 ? to.shape[1] : 1;
    float share = last ? 1.0f / (float)members : 1;
    const float *source = vg_network_read(member) + from.at;
    float *target = vg_network_parameters(into) + to.at;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            target[(row + r) * stride + column + c] += share * source[r * columns + c];
}

void vg_ensemble_merge(const vg_network *const *member, int32_t members, vg_network *into) {
    memset(vg_network_parameters(into), 0, sizeof(float) * (size_t)vg_network_count(into));
    for (int32_t m = 0; m < members; m++)
        for (int32_t t = 0; t < vg_network_tensors(into); t++) place(member[m], m, members, t, into);
    vg_network_pack(into);
}

// What is made of the variances of the outputs: their sum, or their Euclidean norm.
typedef enum doubt { DOUBT_TRACE, DOUBT_NORM } doubt;

// For one block of rows: sums of the members' outputs, and of the squared distances from their mean.
static void doubt_block(doubt kind, vg_network *const *member, int32_t members, const float *inputs,
                        int32_t rows, float *const *scratch, double *out) {
    const vg_network_shape *shape = vg_network_shape_of(member[0]);
    int64_t in = vg_net_stride(shape->inputs), across = vg_net_stride(shape->outputs);
    for (int32_t m = 0; m < members; m++) {
        memcpy(vg_network_inputs(member[m], scratch[m]), inputs, sizeof(float) * (size_t)(rows * in));
        vg_network_forward(member[m], rows, scratch[m]);
    }
    for (int32_t r = 0; r < rows; r++) {
        double sum = 0;
        for (int32_t o = 0; o < shape->outputs; o++) {
            double mean = 0, variance = 0;
            for (int32_t m = 0; m < members; m++)
                mean += (double)vg_network_outputs(member[m], scratch[m])[r * across + o] / members;
            for (int32_t m = 0; m < members; m++) {
                double away = (double)vg_network_outputs(member[m], scratch[m])[r * across + o] - mean;
                variance += away * away / members;
            }
            sum += kind == DOUBT_TRACE ? variance : variance * variance;
        }
        out[r] = kind == DOUBT_TRACE ? sum : sqrt(sum);
    }
}

static vg_err doubt_rows(doubt kind, vg_network *const *member, int32_t members, const float *inputs,
                         int64_t count, double *out, vg_diag *diag) {
    float **scratch = vg_new(float *, members);
    vg_err err = scratch ? VG_OK : vg_fail_memory(diag);
    for (int32_t m = 0; m < members && !err; m++)
        if (!(scratch[m] = vg_new(float, vg_network_scratch(member[m], false)))) err = vg_fail_memory(diag);
    int64_t stride = vg_net_stride(vg_network_shape_of(member[0])->inputs);
    for (int64_t first = 0; first < count && !err; first += VG_NETWORK_BLOCK) {
        int32_t rows = (int32_t)(count - first < VG_NETWORK_BLOCK ? count - first : VG_NETWORK_BLOCK);
        doubt_block(kind, member, members, inputs + first * stride, rows, scratch, out + first);
    }
    for (int32_t m = 0; scratch && m < members; m++) vg_free(scratch[m]);
    vg_free(scratch);
    return err;
}

vg_err vg_ensemble_variance(vg_network *const *member, int32_t members, const float *inputs, int64_t count,
                            double *out, vg_diag *diag) {
    return doubt_rows(DOUBT_TRACE, member, members, inputs, count, out, diag);
}

vg_err vg_ensemble_uncertainty(vg_network *const *member, int32_t members, const float *inputs, int64_t count,
                               double *out, vg_diag *diag) {
    return doubt_rows(DOUBT_NORM, member, members, inputs, count, out, diag);
}
