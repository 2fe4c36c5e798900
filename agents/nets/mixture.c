#include "agents/nets/mixture.h"

#include "agents/nets/log_space.h"
#include "sim/base/exact.h"

static const double HALF_LOG_TAU = 0.9189385332046727; // log(2 pi) / 2

// The derivative of softplus.
static double sigmoid(double x) {
    double e = vg_exp(-vg_abs(x));
    return x > 0 ? 1 / (1 + e) : e / (1 + e);
}

void vg_mixture_read(const vg_mixture_def *def, const float *outputs, vg_mixture *out) {
    const float *mean = outputs + def->modes, *std = mean + def->modes * def->dims;
    for (int32_t m = 0; m < def->modes; m++) out->log_weight[m] = (double)outputs[m];
    double total = vg_log_sum_exp(out->log_weight, def->modes);
    for (int32_t m = 0; m < def->modes; m++) {
        out->log_weight[m] -= total;
        for (int32_t d = 0; d < def->dims; d++) {
            out->mean[m][d] = vg_tanh((double)mean[m * def->dims + d]);
            out->std[m][d] = vg_softplus((double)std[m * def->dims + d]) + def->min_std;
        }
    }
}

double vg_mixture_nll(const vg_mixture_def *def, const vg_mixture *mixture, const float *target,
                      double *by_mode) {
    double joint[VG_MIXTURE_MODES_MOST]; // log of weight times density
    for (int32_t m = 0; m < def->modes; m++) {
        joint[m] = mixture->log_weight[m];
        for (int32_t d = 0; d < def->dims; d++) {
            double away = ((double)target[d] - mixture->mean[m][d]) / mixture->std[m][d];
            joint[m] -= 0.5 * away * away + vg_ln(mixture->std[m][d]) + HALF_LOG_TAU;
        }
    }
    double log_likelihood = vg_log_sum_exp(joint, def->modes), total = 0;
    for (int32_t m = 0; by_mode && m < def->modes; m++)
        total += by_mode[m] = vg_exp(joint[m] - log_likelihood);
    for (int32_t m = 0; by_mode && m < def->modes; m++) by_mode[m] /= total; // rounding, far from all modes
    return -log_likelihood;
}

// Derivatives of the negative log likelihood by the outputs, times share:
//     by a logit        weight - responsibility
//     by a mean         responsibility (mean - target) / std^2, times 1 - mean^2 of tanh
//     by a deviation    responsibility (1 - away^2) / std, times the sigmoid of softplus
static void backward(const vg_mixture_def *def, const vg_mixture *mixture, const float *outputs,
                     const float *target, const double *by_mode, double share, float *deltas) {
    float *mean = deltas + def->modes, *std = mean + def->modes * def->dims;
    const float *raw_std = outputs + def->modes + def->modes * def->dims;
    for (int32_t m = 0; m < def->modes; m++) {
        deltas[m] = (float)(share * (vg_exp(mixture->log_weight[m]) - by_mode[m]));
        for (int32_t d = 0; d < def->dims; d++) {
            double deviation = mixture->std[m][d], centre = mixture->mean[m][d];
            double away = ((double)target[d] - centre) / deviation, weight = share * by_mode[m] / deviation;
            mean[m * def->dims + d] = (float)(-weight * away * (1 - centre * centre));
            std[m * def->dims + d] =
                (float)(weight * (1 - away * away) * sigmoid((double)raw_std[m * def->dims + d]));
        }
    }
}

double vg_mixture_loss(void *context, const vg_loss_rows *rows) {
    const vg_mixture_def *def = context;
    double sum = 0, by_mode[VG_MIXTURE_MODES_MOST];
    for (int32_t r = 0; r < rows->count; r++) {
        const float *y = rows->y + r * rows->stride;
        const float *target = rows->batch->targets + vg_batch_row(rows->batch, rows->begin + r) * def->dims;
        vg_mixture mixture;
        vg_mixture_read(def, y, &mixture);
        sum += vg_mixture_nll(def, &mixture, target, by_mode);
        if (rows->deltas)
            backward(def, &mixture, y, target, by_mode, 1 / rows->total, rows->deltas + r * rows->stride);
    }
    return sum / rows->total;
}

// --- drawing -----------------------------------------------------------------------------------------------

int32_t vg_mixture_likeliest(const vg_mixture_def *def, const vg_mixture *mixture) {
    int32_t best = 0;
    for (int32_t m = 1; m < def->modes; m++)
        if (mixture->log_weight[m] > mixture->log_weight[best]) best = m;
    return best;
}

int32_t vg_mixture_draw_mode(const vg_mixture_def *def, const vg_mixture *mixture, vg_draw at) {
    double left = vg_random_uniform(&at);
    int32_t last = def->modes - 1;
    for (int32_t m = 0; m < last; m++) {
        left -= vg_exp(mixture->log_weight[m]);
        if (left < 0) return m;
    }
    return last;
}

void vg_mixture_draw(const vg_mixture_def *def, const vg_mixture *mixture, int32_t mode, double std,
                     vg_draw at, float *out) {
    double normal[2] = {0};
    for (int32_t d = 0; d < def->dims; d++) {
        if (d % 2 == 0) vg_random_normal2(&at, normal), at.draw++;
        double deviation = std > 0 ? std : mixture->std[mode][d];
        out[d] = (float)(mixture->mean[mode][d] + deviation * normal[d % 2]);
    }
}
