// agents/rewards/reward_input.h -- what the networks of a learned reward are shown: a row made of what was
// sensed and, where asked for, done, scaled by a normaliser that never changes.
#ifndef VG_AGENTS_REWARDS_REWARD_INPUT_H
#define VG_AGENTS_REWARDS_REWARD_INPUT_H

#include "logs/store/rows.h"
#include "sim/sense.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero; free it after an error too.
typedef struct vg_reward_input {
    vg_sense *sense;     // owned
    int32_t sensed;      // values of the sense
    int32_t count;       // values of a row: those sensed and, with `action`, VG_CAR_ACTIONS more
    bool action;         // the action is shown too, clamped to [-1, 1]
    bool lateral;        // curvatures are shown as the lateral accelerations that they take at this speed
    int32_t speed_at;    // which value of the sense is the speed; -1: none, curvatures stay curvatures
    uint8_t *curvature;  // [sensed] which values are curvatures
    float *mean, *scale; // [count] the normaliser: (value - mean) * scale; 0 and 1 until they are set
} vg_reward_input;

// Shows a curvature as a lateral acceleration where `lateral` asks for it and the sense has a speed. That
// describes driving on any road: a curve that was never met looks like one that was, if it is driven the same
// way. Errors: VG_ERR_FORMAT (the sense), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reward_input_open(vg_reward_input *input, const char *sense, bool action, bool lateral,
                                         vg_diag *diag);
void vg_reward_input_free(vg_reward_input *input); // a zeroed one is fine

// Value i of a row before it is scaled. sensed: [sensed]; action: [VG_CAR_ACTIONS], not read where it is not
// shown.
float vg_reward_input_value(const vg_reward_input *input, const float *sensed, const float *action,
                            int32_t i);
// The row: [count].
void vg_reward_input_row(const vg_reward_input *input, const float *sensed, const float *action, float *row);

// Its first values, of what was sensed alone: [sensed].
void vg_reward_input_state(const vg_reward_input *input, const float *sensed, float *row);
// Its value for action k, 0 to VG_CAR_ACTIONS - 1, into a row that shows actions.
void vg_reward_input_put_action(const vg_reward_input *input, int32_t k, float action, float *row);

// Set the normaliser to the mean and the deviation of the rows of all parts together, 1 or more rows of this
// sense. A deviation is at least min_std times the value's physical scale for this car (an acceleration:
// times g), so that values which hardly vary do not become large. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_reward_input_fit(vg_reward_input *input, const vg_car *car, double min_std,
                                        const vg_rows *parts, int32_t part_count, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
