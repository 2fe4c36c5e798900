// logs/store/rows.h -- rows of a dataset and their episodes: windows of past and future rows for policies
// with a history or action chunks, and transitions to the next state for offline RL.
#ifndef VG_LOGS_STORE_ROWS_H
#define VG_LOGS_STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    VG_ROW_ACTIONS = 2,      // values of a row's action
    VG_ROWS_PIECE = 1 << 16, // rows: what a reader of rows in a file has in memory
};

// What comes after a row.
typedef enum vg_row_end {
    VG_ROW_GOES_ON,    // the next row, one action later
    VG_ROW_TRUNCATED,  // no more data, though the drive continued or could have: a horizon, a cut, the end of
                       // an open road, another driver
    VG_ROW_TERMINATED, // nothing: the car had left the road
} vg_row_end;

// Consecutive rows, one action apart.
typedef struct vg_rows_episode {
    int64_t first, count; // rows, count >= 1
    vg_row_end end;       // of its last row, never VG_ROW_GOES_ON
    int64_t final;        // its index in vg_rows.finals; -1: what was sensed at the end is not known
    int32_t log, number;  // where it was read: which of the logs, and which of its episodes, from 0; -1: not
                          // from a log
    int64_t tick;         // of its first row, in the log's episode
} vg_rows_episode;

// Borrowed from a dataset, valid until the next add.
typedef struct vg_rows {
    const float *inputs;  // [count][width]
    const float *actions; // [count][2]
    int64_t count;
    int32_t width;                   // vg_sense_size
    const vg_rows_episode *episodes; // [episode_count], in order, without gaps over all rows
    int64_t episode_count;
    const float *finals; // [...][width] what was sensed after the last action of an episode
    // The folder of the file that inputs and actions lie in, because they are too many for memory; NULL: they
    // are in memory.
    const char *folder;
} vg_rows;

// Rows [first, first + count) will not be read for a while: where they lie in a file, the memory behind them
// is given back. They can be read as before.
void vg_rows_rest(const vg_rows *rows, int64_t first, int64_t count);

// The episode of a row, as an index into rows->episodes. row: 0 .. count - 1.
int64_t vg_rows_episode_of(const vg_rows *rows, int64_t row);

// How many observations a policy sees and how many actions it gives at once (Chi et al. 2023: observation
// horizon; Zhao et al. 2023: chunk size). With 1 and 1 a window is just the row.
typedef struct vg_window {
    int32_t n_obs_steps; // past rows including the present one, >= 1
    int32_t chunk_size;  // actions, from the present one on, >= 1
} vg_window;

// The window at a row, into the caller's arrays, each of which may be NULL. It never crosses the bounds of
// the episode: places beyond them hold the episode's nearest row, and their is_pad is 1, so that a loss can
// ignore them. Does not allocate.
//   inputs [n_obs_steps][width], oldest first, the row's own last;  input_is_pad [n_obs_steps]
//   actions [chunk_size][2], the row's own first;                   action_is_pad [chunk_size]
void vg_rows_window(const vg_rows *rows, int64_t row, const vg_window *window, float *inputs,
                    uint8_t *input_is_pad, float *actions, uint8_t *action_is_pad);

// (s, a, s', terminated, truncated), as in Gymnasium.
typedef struct vg_transition {
    const float *input, *action; // [width], [2]; borrowed from the rows
    const float *next;           // [width]; NULL: not known, which is only possible at the end of an episode
    bool terminated;             // no value follows
    bool truncated;              // the value at `next` follows, though the data ends
} vg_transition;
vg_transition vg_rows_transition(const vg_rows *rows, int64_t row);

#ifdef __cplusplus
}
#endif
#endif
