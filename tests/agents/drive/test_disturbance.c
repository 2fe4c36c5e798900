#include "agents/drive/disturbance.h"

#include <math.h>
#include <string.h>

#include "tests/check.h"

static vg_diag diag;

START_TEST(refuses_what_cannot_be) {
    static const struct {
        vg_disturbance disturbance;
        const char *part;
    } bad[] = {{{.gust = 0.1f}, "time above 0"},
               {{.gust = -1, .gust_time = 1}, "gusts of -1"},
               {{.gust = 9, .gust_time = 1}, "too strong for ticks"},
               {{.action_noise = 11}, "noise of 11"},
               {{.sense_noise = NAN}, "on the sense"},
               {{.delay = 3}, "3 s more of delay"}};
    vg_disturbance_process process;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_fails(vg_disturbance_process_make(&bad[i].disturbance, 1.0 / 30, 0.1, &process, &diag),
                 VG_ERR_ARGUMENT, bad[i].part);
    ck_ok(vg_disturbance_process_make(&(vg_disturbance){0}, 1.0 / 60, 0.05, &process, &diag));
}
END_TEST

// Whole ticks of the car's own delay, and whole ticks more.
START_TEST(adds_delay_in_ticks) {
    vg_car car = vg_car_default();
    car.delay = 0.042f;
    vg_disturbance_process late = {.disturbance = {.delay = 0.058f}}, still = {0};
    ck_assert_double_eq_tol(vg_disturbance_car(&late, &car, 0.02).delay, 0.1, 1e-6); // 2 and 3 ticks
    ck_assert(vg_disturbance_car(&still, &car, 0.02).delay == car.delay);
}
END_TEST

// The discretised process keeps its deviation and forgets by its time constant.
START_TEST(blows_as_it_says) {
    enum { COUNT = 40000 };
    vg_disturbance disturbance = {.gust = 0.2f, .gust_time = 0.5f};
    vg_episode_key key = {.seed = 1};
    vg_disturbance_process process;
    ck_ok(vg_disturbance_process_make(&disturbance, 1.0 / 60, 0.05, &process, &diag));
    ck_assert_double_eq_tol(process.keep, exp(-0.1), 1e-7);
    double squares = 0, later = 0;
    float gust = 0, before = 0;
    for (uint32_t t = 0; t < COUNT; t++) {
        before = gust, gust = vg_disturbance_gust(&process, &key, t, t == 0, gust);
        squares += (double)gust * (double)gust, later += (double)gust * (double)before;
    }
    ck_assert_double_eq_tol(sqrt(squares / COUNT), 0.2, 0.01);
    ck_assert_double_eq_tol(later / squares, process.keep, 0.01);
}
END_TEST

START_TEST(blurs_and_shakes) {
    enum { COUNT = 4000 };
    vg_sense *sense;
    vg_car car = vg_car_default();
    vg_disturbance_process process = {.disturbance = {.sense_noise = 0.1f, .action_noise = 0.3f}};
    vg_episode_key key = {.seed = 2};
    float blur[3];
    double sensed[3] = {0}, shaken[2] = {0};
    ck_ok(vg_sense_create("offset,heading,speed", &sense, &diag));
    vg_disturbance_observation_scale(&process, sense, &car, blur);
    ck_assert_double_eq_tol(blur[0], 0.5, 1e-6); // a tenth of 5 m
    for (uint32_t t = 0; t < COUNT; t++) {
        float row[3] = {0}, command[2] = {0};
        vg_disturbance_observation(blur, 3, &key, t, row);
        vg_disturbance_actuation(&process, &key, t, command);
        for (int i = 0; i < 3; i++) sensed[i] += pow((double)row[i], 2) / COUNT;
        for (int i = 0; i < 2; i++) shaken[i] += pow((double)command[i], 2) / COUNT;
    }
    for (int i = 0; i < 3; i++) ck_assert_double_eq_tol(sqrt(sensed[i]) / (double)blur[i], 1, 0.05);
    for (int i = 0; i < 2; i++) ck_assert_double_eq_tol(sqrt(shaken[i]), 0.3, 0.02);
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("disturbance", refuses_what_cannot_be, adds_delay_in_ticks, blows_as_it_says, blurs_and_shakes)
