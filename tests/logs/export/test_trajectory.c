#include "logs/export/trajectory.h"

#include "logs/store/dataset.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

#define SENSE "offset,heading,speed,steer,curvature@0:5,previous"

static vg_sense *sense_of(const char *text) {
    vg_diag diag = {0};
    vg_sense *sense;
    ck_ok(vg_sense_create(text, &sense, &diag));
    return sense;
}

static vg_log *open_log(const char *path) {
    vg_diag diag = {0};
    vg_log *log;
    ck_ok(vg_log_open(path, &log, &diag));
    return log;
}

// What is sensed is what the dataset senses, which has its own tests; the action is what was driven, though
// an expert was asked; and there is an observation more than actions.
START_TEST(has_what_was_sensed_and_driven) {
    vg_diag diag = {0};
    const char *path = fixture_log("a.vlog");
    vg_sense *sense = sense_of(SENSE);
    vg_dataset_def def = vg_dataset_default();
    vg_dataset *data;
    def.sense = sense, def.validation = 0;
    ck_ok(vg_dataset_read(&def, &path, 1, &data, &diag));
    vg_rows rows = vg_dataset_train(data);
    vg_log *log = open_log(path);
    for (int32_t i = 0, row = 0; i < 3; i++) {
        static const int64_t counts[] = {80, 80, 33};
        vg_log_episode e;
        vg_trajectory t;
        ck_ok(vg_log_episode_at(log, i, &e, &diag));
        ck_ok(vg_trajectory_read(log, &e, sense, &t, &diag));
        ck_assert(t.count == counts[i] && t.observed == t.count + 1 && t.width == rows.width &&
                  !t.terminated);
        size_t bytes = sizeof(float) * (size_t)t.width;
        ck_assert(!memcmp(t.observations, rows.inputs + row * t.width, (size_t)t.count * bytes));
        ck_assert(!memcmp(t.observations + t.count * t.width, rows.finals + i * t.width, bytes));
        for (int32_t k = 0; k < t.count; k++, row++) {
            float command[2];
            bool asked = 3 * k % 5 == 0;
            fixture_command(k, i, command);
            ck_assert(!memcmp(t.actions + 2 * k, command, sizeof command));
            ck_assert(asked ? t.labels[2 * k] == 0.25f
                            : isnan(t.labels[2 * k]) && isnan(t.labels[2 * k + 1]));
            ck_assert(t.who[k] == VG_WHO_EXPERT && !t.bridged[k] && t.rewards[k] == 0);
        }
        vg_trajectory_free(&t);
    }
    ck_ok(vg_log_close(log, &diag));
    vg_dataset_destroy(data);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// An episode whose end is not known has an action less; one without a tick has none.
START_TEST(an_end_that_nobody_saw) {
    vg_diag diag = {0};
    const char *path = scratch("open.vlog");
    vg_road *road = fixture_road(60);
    vg_car car = fixture_car(0);
    vg_sense *sense = sense_of(SENSE);
    vg_log *log;
    vg_log_episode e = vg_log_episode_default();
    ck_ok(vg_log_create(path, VG_KEEP, &log, &diag));
    ck_ok(vg_log_add_road(log, road, &e.road, &diag));
    ck_ok(vg_log_add_car(log, &car, &e.car, &diag));
    e.policy = "nobody";
    for (int ticks = 0; ticks < 8; ticks += 7) {
        ck_ok(vg_log_begin(log, &e, &diag));
        for (int i = 0; i < ticks; i++) {
            vg_log_step step = {.state = {.x = 60, .y = 0.1 * i, .yaw = 1.57, .speed = 6}};
            ck_ok(vg_log_append(log, &step, 1, &diag));
        }
        ck_ok(vg_log_end(log, VG_END_OPEN, NULL, &diag));
    }
    ck_ok(vg_log_close(log, &diag));
    log = open_log(path);
    for (int i = 0; i < 2; i++) {
        vg_trajectory t;
        ck_ok(vg_log_episode_at(log, i, &e, &diag));
        ck_ok(vg_trajectory_read(log, &e, sense, &t, &diag));
        ck_assert_int_eq(t.count, i ? 2 : 0);
        ck_assert_int_eq(t.observed, i ? 3 : 0);
        vg_trajectory_free(&t);
    }
    ck_ok(vg_log_close(log, &diag));
    vg_road_destroy(road);
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(out_of_memory) {
    vg_diag diag = {0};
    vg_sense *sense = sense_of(SENSE);
    vg_log *log = open_log(fixture_log("a.vlog"));
    vg_log_episode e;
    vg_trajectory t;
    ck_ok(vg_log_episode_at(log, 2, &e, &diag));
    vg_road *road;
    ck_ok(vg_log_road(log, e.road, &road, &diag)); // the log keeps it
    vg_road_destroy(road);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_trajectory_read(log, &e, sense, &t, &diag);
        ck_assert(!turn.err == !!t.observations);
        if (!turn.err) vg_trajectory_free(&t);
    }
    ck_ok(vg_log_close(log, &diag));
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("trajectory", has_what_was_sensed_and_driven, an_end_that_nobody_saw, out_of_memory)
