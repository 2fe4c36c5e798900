#include "logs/export/csv_table.h"

#include <stdlib.h>

#include "sim/base/file.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

// The cells of a line, in place; returns their number.
static int cells(char *line, char *out[40]) {
    int count = 0;
    for (char *at = line; at && count < 40;) {
        out[count++] = at;
        at = strchr(at, ',');
        if (at) *at++ = 0;
    }
    return count;
}

static char *next_line(char **at) {
    char *line = *at, *end = strchr(line, '\n');
    ck_assert_ptr_nonnull(end);
    *end = 0;
    *at = end + 1;
    return line;
}

// Every number reads back to its bits.
START_TEST(ticks_to_the_bit) {
    const char *log = fixture_log("a.vlog"), *path = scratch("a.csv");
    const vg_csv_def def = {.ticks = true};
    char *bytes, *cell[40];
    int64_t rows, size;
    vg_log *from;
    ck_ok(vg_csv_write(&def, &log, 1, path, VG_KEEP, &rows, &diag));
    ck_assert_int_eq(rows, 240 + 240 + 99);
    ck_fails(vg_csv_write(&def, &log, 1, path, VG_KEEP, &rows, &diag), VG_ERR_EXISTS, "exist");
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    ck_ok(vg_log_open(log, &from, &diag));
    char *at = bytes;
    ck_assert_int_eq(cells(next_line(&at), cell), 21);
    ck_assert_str_eq(cell[2], "x");
    ck_assert_str_eq(cell[20], "bridged");
    for (int i = 0; i < 3; i++) {
        vg_log_episode e;
        vg_log_step *steps;
        int64_t count;
        ck_ok(vg_log_episode_at(from, i, &e, &diag));
        ck_ok(vg_log_steps(from, e.id, &steps, &count, &diag));
        for (int64_t t = 0; t < count; t++) {
            ck_assert_int_eq(cells(next_line(&at), cell), 21);
            double y = strtod(cell[3], NULL);
            float speed = strtof(cell[7], NULL), steer = strtof(cell[10], NULL),
                  label = strtof(cell[16], NULL);
            ck_assert(atoi(cell[0]) == i && atoi(cell[1]) == t);
            ck_assert(!memcmp(&y, &steps[t].state.y, sizeof y) &&
                      !memcmp(&speed, &steps[t].state.speed, sizeof speed));
            ck_assert(!memcmp(&steer, &steps[t].command[0], sizeof steer)); // -0, too
            ck_assert(steps[t].has_label ? label == steps[t].label[0] : !cell[16][0]);
        }
        vg_free(steps);
    }
    ck_assert_int_eq(*at, 0);
    vg_free(bytes);
    ck_ok(vg_log_close(from, &diag));
}
END_TEST

START_TEST(a_row_an_action) {
    const char *logs[2] = {fixture_log("a.vlog"), NULL}, *path = scratch("a.csv");
    vg_sense *sense;
    char *bytes, *cell[40];
    int64_t rows, size;
    vg_log *log;
    vg_log_episode e;
    vg_trajectory t;
    logs[1] = logs[0];
    ck_ok(vg_sense_create("steer,speed", &sense, &diag));
    const vg_csv_def def = {.sense = sense};
    ck_ok(vg_csv_write(&def, logs, 2, path, VG_KEEP, &rows, &diag));
    ck_assert_int_eq(rows, 2 * (80 + 80 + 33));
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    char *at = bytes;
    ck_assert_str_eq(next_line(&at),
                     "episode,action,t,steer_angle,speed,steer,accel,expert_steer,expert_accel,who,"
                     "bridged,reward,terminated,truncated");
    ck_ok(vg_log_open(logs[0], &log, &diag));
    ck_ok(vg_log_episode_at(log, 0, &e, &diag));
    ck_ok(vg_trajectory_read(log, &e, sense, &t, &diag));
    for (int64_t i = 0; i < rows; i++) {
        ck_assert_int_eq(cells(next_line(&at), cell), 14);
        bool last = i == 79 || i == 159 || i == 192 || i == 272 || i == 352 || i == 385;
        ck_assert_int_eq(atoi(cell[0]), i < 80    ? 0
                                        : i < 160 ? 1
                                        : i < 193 ? 2
                                        : i < 273 ? 3
                                        : i < 353 ? 4
                                                  : 5);
        ck_assert(atoi(cell[12]) == 0 && atoi(cell[13]) == last);
        if (i >= 80) continue;
        ck_assert(strtof(cell[4], NULL) == t.observations[2 * i + 1] &&
                  strtof(cell[5], NULL) == t.actions[2 * i]);
        ck_assert_str_eq(cell[9], "expert");
        ck_assert_double_eq_tol(strtod(cell[2], NULL), (double)i * 0.05, 1e-12);
    }
    vg_trajectory_free(&t);
    ck_ok(vg_log_close(log, &diag));
    vg_free(bytes);
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(faults) {
    const char *log = fixture_log("a.vlog"), *path = scratch("a.csv"), *none = "none.vlog";
    const vg_csv_def def = {.ticks = true};
    int64_t rows, live = vg_memory_live();
    ck_fails(vg_csv_write(&def, &none, 1, path, VG_KEEP, &rows, &diag), VG_ERR_NOT_FOUND, "none.vlog");
    for (int n = 1; n < 3; n++) {
        vg_file_fail_after(n);
        ck_assert_int_eq(vg_csv_write(&def, &log, 1, path, VG_KEEP, &rows, &diag), VG_ERR_IO);
        vg_file_fail_never();
    }
    ck_assert_int_eq(vg_memory_live(), live);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        ck_assert_int_ne(access(path, F_OK), 0);
        turn.err = vg_csv_write(&def, &log, 1, path, VG_KEEP, &rows, &diag);
    }
}
END_TEST

CK_MAIN("csv_table", ticks_to_the_bit, a_row_an_action, faults)
