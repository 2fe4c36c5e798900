#include "agents/drive/disturbance.h"

#include <math.h>
#include <string.h>

#include "tests/golden.h"

static vg_diag diag;

START_TEST(refuses_what_cannot_be) {
    static const struct {
        vg_disturbance disturbance;
        const char *part;
    } bad[] = {{{.gust = 0.1f}, "gust_time: disturbance's value '0', expected 0.01..100 s"},
               {{.gust = -1, .gust_time = 1}, "gust: disturbance's value '-1', expected 0..10 rad/s"},
               {{.gust = 9, .gust_time = 1}, "too strong for ticks"},
               {{.actuation_noise = 11}, "actuation_noise: disturbance's value '11'"},
               {{.observation_noise = NAN}, "observation_noise: disturbance's value 'nan'"},
               {{.delay = 3}, "delay: disturbance's value '3', expected 0..2 s"}};
    vg_disturbance_process process;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_fails(vg_disturbance_process_make(&bad[i].disturbance, 1.0 / 30, 0.1, &process, &diag),
                 VG_ERR_ARGUMENT, bad[i].part);
    ck_ok(vg_disturbance_process_make(&(vg_disturbance){0}, 1.0 / 60, 0.05, &process, &diag));
}
END_TEST

// The car's own delay in whole ticks, plus the disturbance's in whole ticks.
START_TEST(adds_delay_in_ticks) {
    vg_car car = vg_car_default();
    car.delay = 0.042f;
    vg_disturbance_process late = {.disturbance = {.delay = 0.058f}}, still = {0};
    ck_assert_double_eq_tol(vg_disturbance_car(&late, &car, 0.02).delay, 0.1, 1e-6); // 2 and 3 ticks
    ck_assert_str_eq(vg_disturbance_car(&late, &car, 0.02).name, "sedan, late by 0.058 s");
    ck_assert(vg_disturbance_car(&still, &car, 0.02).delay == car.delay);
    ck_assert_str_eq(vg_disturbance_car(&still, &car, 0.02).name, "sedan");
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
    vg_disturbance_process process = {.disturbance = {.observation_noise = 0.1f, .actuation_noise = 0.3f}};
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

// Every field counts, each in its own place, and so does the hash to be extended.
START_TEST(hash_is_of_every_field) {
    enum { MOST = 32 };
    const vg_schema *schema = &vg_disturbance_schema;
    uint64_t seen[MOST] = {vg_disturbance_hash(0, &(vg_disturbance){0})};
    int32_t count = 1;
    ck_assert_int_eq(schema->count, 5);
    ck_assert_uint_eq(sizeof(vg_disturbance), sizeof(float) * 5);
    for (int32_t i = 0; i < schema->count; i++) {
        vg_disturbance one = {0};
        ck_ok(vg_config_set(schema, &one, schema->keys[i].name, "0.25", "test", 0, &diag));
        seen[count++] = vg_disturbance_hash(0, &one);
    }
    seen[count++] = vg_disturbance_hash(1, &(vg_disturbance){0});
    for (int32_t i = 0; i < count; i++)
        for (int32_t k = 0; k < i; k++) ck_assert_uint_ne(seen[i], seen[k]);
    // The hash is part of the identity of checkpoints: if it changes, old checkpoints are refused.
    ck_golden("disturbance/hash", vg_disturbance_hash(0, &(vg_disturbance){0.1f, 0.5f, 0.05f, 0.01f, 0.2f}));
}
END_TEST

CK_MAIN("disturbance", hash_is_of_every_field, refuses_what_cannot_be, adds_delay_in_ticks, blows_as_it_says,
        blurs_and_shakes)
