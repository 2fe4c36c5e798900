// Windows and transitions over rows whose episodes are known: of 3, 1 and 4 rows.
#include "logs/store/rows.h"

#include "tests/check.h"

// Row r: input {r, -r}, action {10 r, 10 r + 1}. The first and the last episode have a final sense.
enum { ROWS = 8, LONGEST = 9 };
static float inputs[ROWS][2], actions[ROWS][2];
static const float finals[2][2] = {{100, 101}, {200, 201}};
static const vg_rows_episode episodes[] = {{0, 3, VG_ROW_TERMINATED, 1, -1, -1, 0},
                                           {3, 1, VG_ROW_TRUNCATED, -1, -1, -1, 0},
                                           {4, 4, VG_ROW_TRUNCATED, 0, -1, -1, 0}};

static vg_rows made(void) {
    for (int r = 0; r < ROWS; r++) {
        inputs[r][0] = (float)r, inputs[r][1] = (float)-r;
        actions[r][0] = (float)(10 * r), actions[r][1] = (float)(10 * r + 1);
    }
    return (vg_rows){.inputs = *inputs,
                     .actions = *actions,
                     .count = ROWS,
                     .width = 2,
                     .episodes = episodes,
                     .episode_count = 3,
                     .finals = *finals};
}

START_TEST(rows_know_their_episode) {
    vg_rows rows = made();
    static const int wanted[ROWS] = {0, 0, 0, 1, 2, 2, 2, 2};
    for (int r = 0; r < ROWS; r++) ck_assert_int_eq(vg_rows_episode_of(&rows, r), wanted[r]);
}
END_TEST

// The window at `row`: the rows in it; a letter p behind a digit means padding.
static void window_is(int64_t row, int32_t past, int32_t chunk, const char *past_rows,
                      const char *chunk_rows) {
    vg_rows rows = made();
    float in[LONGEST + 1][2], out[LONGEST + 1][2];
    uint8_t in_pad[LONGEST + 1], out_pad[LONGEST + 1];
    in[past][0] = out[chunk][0] = 77,
    in_pad[past] = out_pad[chunk] = 77; // behind the window: must not change
    vg_rows_window(&rows, row, &(vg_window){past, chunk}, *in, in_pad, *out, out_pad);
    for (int32_t i = 0; i < past; i++) {
        float r = (float)(*past_rows++ - '0');
        bool pad = *past_rows == 'p';
        past_rows += pad;
        ck_assert_msg(in[i][0] == r && in[i][1] == -r && in_pad[i] == pad, "row %d, place %d of the past",
                      (int)row, (int)i);
    }
    for (int32_t i = 0; i < chunk; i++) {
        float r = (float)(*chunk_rows++ - '0');
        bool pad = *chunk_rows == 'p';
        chunk_rows += pad;
        ck_assert_msg(out[i][0] == 10 * r && out[i][1] == 10 * r + 1 && out_pad[i] == pad,
                      "row %d, place %d of the chunk", (int)row, (int)i);
    }
    ck_assert(in[past][0] == 77 && out[chunk][0] == 77 && in_pad[past] == 77 && out_pad[chunk] == 77);
}

START_TEST(windows_stay_inside_an_episode) {
    window_is(0, 1, 1, "0", "0");
    window_is(0, 3, 3, "0p0p0", "012"); // the first row of the data: no past
    window_is(2, 3, 3, "012", "22p2p"); // the last of its episode: no future
    window_is(1, 2, 2, "01", "12");
    window_is(3, 2, 4, "3p3", "33p3p3p"); // both longer than the shortest episode
    window_is(4, 3, 4, "4p4p4", "4567");  // the first of an episode in the middle
    window_is(7, 5, 2, "4p4567", "77p");  // the last row of the data
    window_is(6, 9, 9, "4p4p4p4p4p4p456", "677p7p7p7p7p7p7p");
}
END_TEST

START_TEST(what_is_not_asked_for_is_left_out) {
    vg_rows rows = made();
    float out[2][2];
    uint8_t pad[2];
    vg_rows_window(&rows, 7, &(vg_window){4, 2}, NULL, NULL, *out, NULL);
    ck_assert(out[0][0] == 70 && out[1][0] == 70);
    vg_rows_window(&rows, 7, &(vg_window){2, 2}, NULL, pad, NULL, NULL);
    ck_assert(!pad[0] && !pad[1]);
}
END_TEST

START_TEST(transitions_end_where_episodes_do) {
    vg_rows rows = made();
    for (int r = 0; r < ROWS; r++) {
        vg_transition t = vg_rows_transition(&rows, r);
        ck_assert(t.input == inputs[r] && t.action == actions[r]);
        ck_assert(t.terminated == (r == 2) && t.truncated == (r == 3 || r == 7));
        if (r == 2)
            ck_assert(t.next[0] == 200 && t.next[1] == 201);
        else if (r == 7)
            ck_assert(t.next[0] == 100);
        else if (r == 3)
            ck_assert_ptr_null(t.next);
        else
            ck_assert_ptr_eq(t.next, inputs[r + 1]);
    }
}
END_TEST

CK_MAIN("rows", rows_know_their_episode, windows_stay_inside_an_episode, what_is_not_asked_for_is_left_out,
        transitions_end_where_episodes_do)
