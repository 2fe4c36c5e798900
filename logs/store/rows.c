#include "logs/store/rows.h"

#include <assert.h>
#include <string.h>

#include "sim/base/spill.h"

void vg_rows_rest(const vg_rows *rows, int64_t first, int64_t count) {
    if (!rows->folder || count <= 0) return;
    const int64_t page = 4096; // the pages that it shares with the rows before are given back, too
    int64_t row = rows->width * (int64_t)sizeof(float), action = VG_ROW_ACTIONS * (int64_t)sizeof(float);
    int64_t margin = first * action < page ? first : (page - 1) / action + 1;
    first -= margin, count += margin;
    vg_spill_rest_part(rows->inputs + first * rows->width, count * row);
    vg_spill_rest_part(rows->actions + first * VG_ROW_ACTIONS, count * action);
    // Who reads in order reads as many rows after them.
    first += count;
    if (count > rows->count - first) count = rows->count - first;
    if (count <= 0) return;
    vg_spill_fetch(rows->inputs + first * rows->width, count * row);
    vg_spill_fetch(rows->actions + first * VG_ROW_ACTIONS, count * action);
}

int64_t vg_rows_episode_of(const vg_rows *rows, int64_t row) {
    assert(row >= 0 && row < rows->count);
    int64_t low = 0, high = rows->episode_count - 1; // the episode is between these
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (rows->episodes[middle].first <= row)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

// Copy `count` places of `width` numbers from row `from` on; places outside the episode get its nearest row.
static void fill(const vg_rows_episode *episode, const float *values, int32_t width, int64_t from,
                 int32_t count, float *out, uint8_t *is_pad) {
    int64_t last = episode->first + episode->count - 1;
    for (int32_t i = 0; i < count; i++) {
        int64_t row = from + i, nearest = row;
        if (row < episode->first) nearest = episode->first;
        if (row > last) nearest = last;
        if (out) memcpy(out + (int64_t)i * width, values + nearest * width, sizeof *out * (size_t)width);
        if (is_pad) is_pad[i] = nearest != row;
    }
}

void vg_rows_window(const vg_rows *rows, int64_t row, const vg_window *window, float *inputs,
                    uint8_t *input_is_pad, float *actions, uint8_t *action_is_pad) {
    assert(window->n_obs_steps >= 1 && window->chunk_size >= 1);
    const vg_rows_episode *episode = &rows->episodes[vg_rows_episode_of(rows, row)];
    fill(episode, rows->inputs, rows->width, row - window->n_obs_steps + 1, window->n_obs_steps, inputs,
         input_is_pad);
    fill(episode, rows->actions, 2, row, window->chunk_size, actions, action_is_pad);
}

vg_transition vg_rows_transition(const vg_rows *rows, int64_t row) {
    const vg_rows_episode *episode = &rows->episodes[vg_rows_episode_of(rows, row)];
    vg_transition t = {.input = rows->inputs + row * rows->width, .action = rows->actions + row * 2};
    if (row + 1 < episode->first + episode->count) {
        t.next = t.input + rows->width;
        return t;
    }
    if (episode->final >= 0) t.next = rows->finals + episode->final * rows->width;
    t.terminated = episode->end == VG_ROW_TERMINATED;
    t.truncated = !t.terminated;
    return t;
}
