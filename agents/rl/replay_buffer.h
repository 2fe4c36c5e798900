// agents/rl/replay_buffer.h -- transitions (s, a, r, s', terminated) to learn from, whoever drove them: read
// from logs, with the rewards that the simulator would have given.
//
// Read from a log, an action is the one that was driven, not the label of an expert who was asked there. An
// episode of the buffer ends
// - terminated, where the car left the road, and, under a reward that says how slow a stalled car is, where
//   it was slower for a second: no value follows;
// - truncated, where the log, the road, or what is known of the drive ends: the value of s' follows.
// Rows off the road and rows of a stalled car are left out: in the simulator there are none. The next episode
// begins where the car is back on the road, or moves again.
#ifndef VG_AGENTS_RL_REPLAY_BUFFER_H
#define VG_AGENTS_RL_REPLAY_BUFFER_H

#include "agents/rewards/reward.h"
#include "agents/training/checkpoint.h"
#include "logs/store/log.h"
#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from zero; free it after an error too. Rows of an episode follow each other.
typedef struct vg_replay_buffer {
    int64_t count, capacity; // rows
    int32_t width;           // values sensed
    float *seen, *next;      // [count][width] before and after the action; next of a terminated row: zeros
    float *actions;          // [count][VG_CAR_ACTIONS] in [-1, 1]
    float *rewards;          // [count]
    uint8_t *ending;         // [count] vg_ending (agents/rl/environment.h)
    int64_t episodes;        // that ended, one way or the other
    double after;            // what a terminated row is worth beside its reward (rewards after it); default 0
    int64_t terminations;    // of which terminated
    float *inputs,
        *next_inputs; // [count][vg_net_stride(width)] as a network is given them; NULL until scaled
    int64_t most;     // rows kept: a further one overwrites the oldest; 0: all are kept
    int64_t oldest;   // with `most`: row that is overwritten next
    float *kept;      // [most] with `most`: `ending`, for a checkpoint
    // Of vg_replay_buffer_look_ahead, [count] each; NULL: one action is looked ahead.
    double *ahead;      // rewards of the actions ahead, discounted, with `after`
    double *share;      // how much what follows them counts beside gamma: 0 where a termination is among them
    int64_t *ahead_row; // the last of these actions
} vg_replay_buffer;

void vg_replay_buffer_free(vg_replay_buffer *buffer);

// Append the rows of every episode of these logs. They must have been checked to be of one car and one clock
// (vg_dataset_read does). Errors: those of vg_log_open, vg_log_steps and vg_rewards_between; VG_ERR_FORMAT
// (fewer than two actions of the logs are followed by a state).
VG_NODISCARD vg_err vg_replay_buffer_read(vg_replay_buffer *buffer, const char *const *paths,
                                          int32_t path_count, const vg_sense *sense, const vg_reward *reward,
                                          vg_diag *diag);
// Append rows; next of a row that does not terminate is what was sensed after it. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_replay_buffer_add(vg_replay_buffer *buffer, int64_t rows, const float *seen,
                                         const float *actions, const float *rewards, const float *next,
                                         const uint8_t *ending, vg_diag *diag);

// An empty buffer, its width set, that keeps the last `most` rows. All memory is taken now, and
// vg_replay_buffer_add takes none. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_replay_buffer_bound(vg_replay_buffer *buffer, int64_t most, vg_diag *diag);
// List a bounded buffer for a checkpoint under names that begin with `name`; call _restored after it was
// read. Errors of the latter: VG_ERR_FORMAT (its counts do not fit it).
void vg_replay_buffer_state(vg_replay_buffer *buffer, const char *name, vg_checkpoint *state);
VG_NODISCARD vg_err vg_replay_buffer_restored(vg_replay_buffer *buffer, vg_diag *diag);

// Fill inputs and next_inputs: (value - mean) * scale, column by column. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_replay_buffer_scale(vg_replay_buffer *buffer, const float *mean, const float *scale,
                                           vg_diag *diag);
// From now on minibatches have the sum of up to `steps` >= 1 rewards, discounted by gamma, and what follows
// the last of these actions; fewer where the episode ends before that. `after` must be set, and no row be
// added later. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_replay_buffer_look_ahead(vg_replay_buffer *buffer, int64_t steps, double gamma,
                                                vg_diag *diag);
// Mean size of a reward; 1 if all are 0.
double vg_replay_buffer_reward_size(const vg_replay_buffer *buffer);
// The sum of the rewards of each episode, in order, and where it begins; arrays of [episodes], or NULL.
void vg_replay_buffer_returns(const vg_replay_buffer *buffer, double *returns, int64_t *first);
// Hash over all rows.
uint64_t vg_replay_buffer_hash(const vg_replay_buffer *buffer);

// Some rows, next to each other, as networks are given them. Start from zero; free it after an error too.
typedef struct vg_minibatch {
    int64_t count;
    int32_t width;
    int64_t stride, pair_stride; // floats of a row of inputs and next, and of pairs
    float *inputs, *next;        // [count][stride]
    float *pairs, *next_pairs;   // [count][pair_stride] the values of `inputs`, then the action; of `next`,
                                 // then room for an action
    float *actions;              // [count][VG_CAR_ACTIONS]
    float *rewards, *goes_on; // [count]; 0 where the row terminated, else 1 (of rewards looked ahead: less)
    int64_t *rows;            // [count] which rows of the buffer they are
} vg_minibatch;
VG_NODISCARD vg_err vg_minibatch_open(vg_minibatch *batch, int64_t count, int32_t width, vg_diag *diag);
void vg_minibatch_free(vg_minibatch *batch);
// Copy the rows that batch->rows names from a scaled buffer; rewards (with `after`) are multiplied by
// `factor`.
void vg_minibatch_take(vg_minibatch *batch, const vg_replay_buffer *buffer, double factor);
// The same for rows drawn uniformly, with replacement: row i by draw i.
void vg_minibatch_draw(vg_minibatch *batch, const vg_replay_buffer *buffer, vg_draw at, double factor);
// Put an action into a row of pairs.
static inline void vg_pair_put(float *pairs, int64_t pair_stride, int32_t width, int64_t row,
                               const float action[VG_CAR_ACTIONS]) {
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) pairs[row * pair_stride + width + a] = action[a];
}

#ifdef __cplusplus
}
#endif
#endif
