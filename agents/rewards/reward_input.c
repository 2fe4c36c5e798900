#include "agents/rewards/reward_input.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

vg_err vg_reward_input_open(vg_reward_input *input, const char *sense, bool action, bool lateral,
                            vg_diag *diag) {
    char name[48];
    vg_err err = vg_sense_create(sense, &input->sense, diag);
    if (err) return err;
    input->sensed = vg_sense_size(input->sense);
    input->action = action, input->lateral = lateral;
    input->count = input->sensed + (action ? VG_CAR_ACTIONS : 0);
    input->speed_at = -1;
    input->curvature = vg_new(uint8_t, input->sensed);
    input->mean = vg_new(float, input->count);
    input->scale = vg_new(float, input->count);
    if (!input->curvature || !input->mean || !input->scale) return vg_fail_memory(diag);
    for (int32_t i = 0; i < input->count; i++) input->scale[i] = 1;
    for (int32_t i = 0; i < input->sensed; i++) {
        vg_sense_column(input->sense, i, name);
        if (strcmp(name, "speed") == 0) input->speed_at = i;
        input->curvature[i] = strncmp(name, "curvature@", 10) == 0;
    }
    return VG_OK;
}

void vg_reward_input_free(vg_reward_input *input) {
    vg_sense_destroy(input->sense);
    vg_free(input->curvature);
    vg_free(input->mean);
    vg_free(input->scale);
    *input = (vg_reward_input){0};
}

static bool shown_lateral(const vg_reward_input *input, int32_t i) {
    return input->lateral && input->speed_at >= 0 && i < input->sensed && input->curvature[i];
}

static float clamped(float value) { return value < -1 ? -1 : value > 1 ? 1 : value; }

float vg_reward_input_value(const vg_reward_input *input, const float *sensed, const float *action,
                            int32_t i) {
    if (i >= input->sensed) return clamped(action[i - input->sensed]);
    if (!shown_lateral(input, i)) return sensed[i];
    return sensed[i] * sensed[input->speed_at] * sensed[input->speed_at];
}

void vg_reward_input_row(const vg_reward_input *input, const float *sensed, const float *action, float *row) {
    for (int32_t i = 0; i < input->count; i++)
        row[i] = (vg_reward_input_value(input, sensed, action, i) - input->mean[i]) * input->scale[i];
}

void vg_reward_input_state(const vg_reward_input *input, const float *sensed, float *row) {
    for (int32_t i = 0; i < input->sensed; i++)
        row[i] = (vg_reward_input_value(input, sensed, NULL, i) - input->mean[i]) * input->scale[i];
}

void vg_reward_input_put_action(const vg_reward_input *input, int32_t k, float action, float *row) {
    int32_t i = input->sensed + k;
    row[i] = (clamped(action) - input->mean[i]) * input->scale[i];
}

// --- the normaliser ----------------------------------------------------------------------------------------

static void fit_value(vg_reward_input *input, double least, const vg_rows *parts, int32_t part_count,
                      int32_t i) {
    double sum = 0, squares = 0, count = 0;
    for (int32_t p = 0; p < part_count; p++) count += (double)parts[p].count;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t p = 0; p < part_count; p++)
            for (int64_t r = 0; r < parts[p].count; r++) {
                double value = (double)vg_reward_input_value(input, parts[p].inputs + r * input->sensed,
                                                             parts[p].actions + r * VG_CAR_ACTIONS, i);
                double away = value - sum / count;
                if (pass)
                    squares += away * away;
                else
                    sum += value;
            }
    double deviation = sqrt(squares / count);
    if (deviation < least) deviation = least;
    input->mean[i] = (float)(sum / count);
    input->scale[i] = (float)(1 / (deviation > 1e-6 ? deviation : 1e-6));
}

vg_err vg_reward_input_fit(vg_reward_input *input, const vg_car *car, double min_std, const vg_rows *parts,
                           int32_t part_count, vg_diag *diag) {
    float *physical = vg_new(float, input->sensed);
    if (!physical) return vg_fail_memory(diag);
    vg_sense_physical(input->sense, car, physical);
    for (int32_t i = 0; i < input->count; i++) {
        double scale = i < input->sensed ? (double)physical[i] : 1;
        double least = shown_lateral(input, i) ? min_std * 9.81 : min_std / scale;
        fit_value(input, least, parts, part_count, i);
    }
    vg_free(physical);
    return VG_OK;
}
