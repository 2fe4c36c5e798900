// The inverse of the car, on drives whose commands are known.
#include <math.h>
#include <string.h>

#include "logs/fit/fit.h"
#include "sim/base/hash.h"
#include "sim/base/random.h"
#include "sim/car_tick.h"
#include "tests/check.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"

static vg_diag diag;

enum { TICKS = 2400, SAMPLES_MOST = 4096 }; // 40 s

// A drive of known commands, and samples of it.
typedef struct scene {
    vg_car car;
    vg_motion truth[TICKS + 1];
    vg_log_sample samples[SAMPLES_MOST];
    int32_t count;
} scene;

// Smooth commands: curves to both sides and a changing speed.
static void drive(scene *s, double swing, double speed) {
    vg_car_tick_constants c = vg_car_tick_prepare(&s->car, 1, 60);
    vg_motion m = {.x = 100, .y = -50, .yaw = 3, .speed = (float)speed};
    for (int t = 0; t <= TICKS; t++) {
        s->truth[t] = m;
        double time = t / 60.0;
        double steer = swing * (0.7 * vg_sin(0.9 * time) + 0.3 * vg_sin(2.3 * time + 1));
        double wave = vg_sin(0.5 * time),
               accel = 1.5 * wave / (wave > 0 ? s->car.accel_max : s->car.brake_max);
        m = vg_car_tick(&c, m, (float)(steer / s->car.steer_max), (float)accel, 0.0f, 1.0f);
    }
}

// Sample `rate` times a second, with noise in place and speed that samples within the same tenth of a second
// share.
static void sample(scene *s, double rate, double noise) {
    for (s->count = 0; s->count / rate <= TICKS / 60.0 && s->count < SAMPLES_MOST; s->count++) {
        double t = s->count / rate, at = t * 60;
        int tick = at < TICKS ? (int)at : TICKS - 1;
        const vg_motion *a = &s->truth[tick], *b = a + 1;
        double share = at - tick, place[2], speed[2];
        vg_draw draw = {.seed = 7, .stream = VG_STREAM_START, .step = (uint32_t)(t * 10 + 1e-9)};
        vg_random_normal2(&draw, place);
        draw.draw = 1;
        vg_random_normal2(&draw, speed);
        s->samples[s->count] = (vg_log_sample){.t = 5 + t,
                                               .x = a->x + share * (b->x - a->x) + noise * place[0],
                                               .y = a->y + share * (b->y - a->y) + noise * place[1],
                                               .heading = a->yaw,
                                               .speed = fmax(0, a->speed + 2 * noise * speed[0]),
                                               .steer = NAN,
                                               .throttle = NAN,
                                               .brake = NAN};
    }
}

static scene *scene_new(const char *car) {
    scene *s = vg_new(scene, 1);
    ck_ok(vg_car_load(car, &s->car, &diag));
    return s;
}

static vg_fit_def def_of(const scene *s) {
    vg_fit_def def = vg_fit_default();
    def.car = &s->car;
    def.samples = s->samples;
    def.count = s->count;
    return def;
}

// Simulate a fit by its commands alone, as a replay would; [ticks + 1].
static vg_state *simulate(const vg_fit *fit, const vg_car *car, int32_t k) {
    vg_state *states = vg_new(vg_state, fit->ticks + 1);
    vg_car_tick_constants c = vg_car_tick_prepare(car, 1, 60);
    const vg_state *z = &fit->start;
    vg_motion m = {z->x, z->y, z->yaw, z->speed, z->steer, z->accel};
    for (int32_t t = 0; t <= fit->ticks; t++) {
        states[t] = (vg_state){
            .x = m.x, .y = m.y, .yaw = m.yaw, .speed = m.speed, .steer = m.steer, .accel = m.accel};
        if (t == fit->ticks) break;
        int32_t given = t - fit->delay_ticks;
        const float *command = given < 0 ? &fit->delay_line[2 * t] : &fit->commands[2 * (given / k)];
        ck_assert(fabsf(command[0]) <= 1 && fabsf(command[1]) <= 1);
        m = vg_car_tick(&c, m, command[0], command[1], 0.0f, 1.0f);
    }
    return states;
}

// rms over the ticks of the distance to the true drive, and of the steering's error.
static void against_truth(const scene *s, const vg_state *states, int32_t ticks, double *distance,
                          double *steer) {
    double place = 0, angle = 0;
    int32_t n = ticks < TICKS ? ticks : TICKS;
    for (int32_t t = 0; t <= n; t++) {
        place += pow(states[t].x - s->truth[t].x, 2) + pow(states[t].y - s->truth[t].y, 2);
        angle += pow(states[t].steer - s->truth[t].steer, 2);
    }
    *distance = sqrt(place / (n + 1)), *steer = sqrt(angle / (n + 1));
}

// Fit, simulate by the commands alone, and check the fit's own measures.
static vg_fit_measure fitted(const scene *s, double *distance, double *steer) {
    vg_fit_def def = def_of(s);
    vg_fit fit;
    ck_ok(vg_fit_run(&def, &fit, &diag));
    ck_assert_int_eq(fit.ticks, fit.actions * 3);
    ck_assert_int_ge(fit.ticks, (int)((s->count - 1) * (TICKS / (s->count - 1.0)) - 30));
    vg_state *states = simulate(&fit, &s->car, 3);
    vg_fit_measure again, told = fit.measure;
    ck_ok(vg_fit_judge(&def, states, fit.ticks, &again, &diag));
    ck_assert_mem_eq(&again.rms, &told.rms, sizeof told.rms);
    ck_assert_mem_eq(&again.steer_rate, &told.steer_rate, sizeof told.steer_rate);
    against_truth(s, states, fit.ticks, distance, steer);
    vg_free(states);
    vg_fit_free(&fit);
    return told;
}

START_TEST(clean_samples) {
    scene *s = scene_new("sedan");
    drive(s, 0.07, 15); // within its grip: what the tyres cut off leaves no trace
    sample(s, 10, 0);
    double distance, steer;
    vg_fit_measure m = fitted(s, &distance, &steer);
    ck_assert_int_eq(m.samples, s->count);
    ck_assert_double_lt(m.worst, 0.05);
    ck_assert_double_lt(distance, 0.02);
    ck_assert_double_lt(steer, 0.003);
    ck_assert_double_lt(m.steer_rate, 1.05 * m.path_rate);
    ck_assert_double_gt(m.steer_rate, 0.9 * m.path_rate);
    vg_free(s);
}
END_TEST

START_TEST(noisy_samples_do_not_ring) {
    // Within the noise of the true drive, and its steering moves as much; path_rate is that of noisy samples,
    // so it is not compared.
    scene *s = scene_new("sedan");
    drive(s, 0.12, 15);
    sample(s, 10, 0);
    double distance, steer, quiet = fitted(s, &distance, &steer).steer_rate;
    sample(s, 10, 0.05);
    vg_fit_measure m = fitted(s, &distance, &steer);
    ck_assert_double_lt(m.p95, 0.15);
    ck_assert_double_lt(distance, 0.05);
    ck_assert_double_lt(steer, 0.01);
    ck_assert_double_lt(m.steer_rate, 1.2 * quiet);
    vg_free(s);
}
END_TEST

START_TEST(other_rates) {
    static const double rates[] = {10, 4, 7, 25, 60, 100};
    double quiet = 0;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        scene *s = scene_new("sedan");
        drive(s, 0.12, 15);
        sample(s, rates[i], 0.05);
        double distance, steer;
        vg_fit_measure m = fitted(s, &distance, &steer);
        if (i == 0) quiet = m.steer_rate;
        ck_assert_double_lt(m.p95, 0.15);
        ck_assert_double_lt(distance, 0.06);
        ck_assert_double_lt(steer, 0.012);
        ck_assert_double_lt(m.steer_rate,
                            1.1 * quiet); // ten times the samples do not carry ten times the information
        vg_free(s);
    }
}
END_TEST

// The scene is sampled with noise and must be followed: no sample farther off than `worst`, the drive within
// `distance` of the truth (rms). Frees the scene.
static void stays_close(scene *s, double noise, double worst, double distance) {
    double found, steer;
    sample(s, 10, noise);
    vg_fit_measure m = fitted(s, &found, &steer);
    ck_assert_double_lt(m.p95, 0.15);
    ck_assert_double_lt(m.worst, worst);
    ck_assert_double_lt(found, distance);
    vg_free(s);
}

// Fixes that are off by more than the bounds are refused, unless it is known how far off they may be; what is
// found then comes nearer to the truth than they are.
START_TEST(fixes_that_are_known_to_be_noisy) {
    scene *s = scene_new("sedan");
    drive(s, 0.12, 15);
    sample(s, 4, 0.4);
    vg_fit_def def = def_of(s);
    vg_fit fit;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "expected at most 0.5 and 0.15 m");
    for (int32_t i = 0; i < s->count; i++) s->samples[i].sd = 0.4;
    double distance, steer;
    vg_fit_measure m = fitted(s, &distance, &steer);
    ck_assert_double_gt(m.p95, 0.5);
    ck_assert_double_lt(m.p95_share, 1);
    ck_assert_double_eq_tol(m.worst_share, m.worst / (0.5 * 0.8 / 0.15), 1e-9);
    ck_assert_double_lt(distance, 0.3);
    s->samples[80].x += 6; // farther off than is known of it
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "2.7 and 0.8 m (fixes as noisy as these)");
    ck_assert_int_eq(diag.line, 81);
    vg_free(s);
}
END_TEST

START_TEST(with_a_delay) {
    // 5 ticks, not a multiple of the action's 3; and one longer than an action.
    static const float delays[] = {5.0f / 60, 12.0f / 60, 1.0f / 60};
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        scene *s = scene_new("sedan");
        drive(s, 0.12, 15);
        s->car.delay = delays[i];
        stays_close(s, 0.02, 0.15, 0.04);
    }
}
END_TEST

START_TEST(without_lags) {
    scene *s = scene_new("sedan");
    s->car.steer_lag = s->car.accel_lag = 0;
    drive(s, 0.12, 15);
    stays_close(s, 0.02, 0.15, 0.04);
}
END_TEST

START_TEST(a_drive_at_the_limits) {
    // The wheel turned from side to side as fast as possible, full throttle, full brake.
    scene *s = scene_new("sedan");
    vg_car_tick_constants c = vg_car_tick_prepare(&s->car, 1, 60);
    vg_motion m = {.yaw = 1, .speed = 8};
    for (int t = 0; t <= TICKS; t++) {
        s->truth[t] = m;
        float steer = t / 100 % 2 ? 0.3f : -0.3f, accel = t / 60 % 3 == 2 ? -1 : 1;
        m = vg_car_tick(&c, m, steer, accel, 0.0f, 1.0f);
    }
    stays_close(s, 0.02, 0.5, 0.1);
}
END_TEST

START_TEST(a_car_that_stands_still) {
    // Standing, driving, standing: neither standstill may stop the fit.
    scene *s = scene_new("sedan");
    vg_car_tick_constants c = vg_car_tick_prepare(&s->car, 1, 60);
    vg_motion m = {.yaw = -2};
    for (int t = 0; t <= TICKS; t++) {
        s->truth[t] = m;
        float accel = t < 300 ? 0 : t < 700 ? 0.4f : t < 1200 ? 0 : t < 2000 ? -0.3f : 0;
        m = vg_car_tick(&c, m, t < 600 ? 0 : 0.2f, accel, 0.0f, 1.0f);
    }
    stays_close(s, 0.01, 0.2, 0.05);
}
END_TEST

// Fit the scene to its car; it must be refused, naming the limit and a row where the true drive exceeds it.
static void too_much(scene *s, const char *field, const char *part) {
    vg_fit_def def = def_of(s);
    vg_fit fit;
    int64_t live = vg_memory_live();
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_LIMIT, part);
    ck_assert_str_eq(diag.field, field);
    ck_assert_int_ge(diag.line, 1);
    ck_assert_int_le(diag.line, s->count);
    ck_assert_ptr_null(fit.commands);
    ck_assert_int_eq(vg_memory_live(), live);
}

START_TEST(limits_are_named) {
    scene *s = scene_new("sedan");
    drive(s, 0.3, 15);
    sample(s, 10, 0.02);
    double fastest = 0;
    for (int t = 0; t <= TICKS; t++) fastest = fmax(fastest, s->truth[t].speed);
    s->car.speed_max = 12;
    too_much(s, "speed_max", "the sedan's limit is 12 m/s; take a car that gives it (verge car list)");
    ck_assert_double_gt(s->truth[6 * (diag.line - 1)].speed, 0.95 * fastest);
    vg_free(s);

    s = scene_new("sedan");
    drive(s, 0.3, 15);
    sample(s, 10, 0.02);
    s->car.steer_max = 0.15f;
    too_much(s, "steer_max", "the sedan's limit is 0.15 rad");
    ck_assert_double_gt(fabs(s->truth[6 * (diag.line - 1)].steer), 0.2);
    s->car.steer_max = 0.6f;
    s->car.steer_rate = 0.05f;
    too_much(s, "steer_rate", "the sedan's limit is 0.05 rad/s; if no car gives that, positions or times");
    s->car.steer_rate = 0.8f;
    s->car.accel_max = 0.5f;
    too_much(s, "accel_max", "the sedan's limit is 0.5 m/s^2");
    ck_assert_double_gt(s->truth[6 * (diag.line - 1)].accel, 0.5);
    s->car.accel_max = 4;
    s->car.brake_max = 0.5f;
    too_much(s, "brake_max", "the sedan's limit is 0.5 m/s^2");
    ck_assert_double_lt(s->truth[6 * (diag.line - 1)].accel, -0.5);
    s->car.brake_max = 8;
    s->car.lateral_max = 6;
    too_much(s, "lateral_max", "the sedan's limit is 6 m/s^2; if no car gives that, positions or times");
    s->car.lateral_max = 0;
    s->car.steer_lag = 2;
    s->car.steer_max = 0.32f;
    too_much(s, "steer_lag", "by its lags and limits together");
    vg_free(s);
}
END_TEST

START_TEST(samples_that_no_car_can_follow) {
    scene *s = scene_new("sedan");
    drive(s, 0.12, 15);
    sample(s, 10, 0.3);
    vg_fit_def def = def_of(s);
    vg_fit fit;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "the samples jump about");
    sample(s, 10, 0.01);
    s->samples[200].x += 3;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "row 201: x_m: the samples jump about");
    vg_free(s);
}
END_TEST

START_TEST(bad_samples_and_definitions) {
    scene *s = scene_new("sedan");
    drive(s, 0.12, 15);
    sample(s, 10, 0);
    vg_fit_def def = def_of(s);
    vg_fit fit;
    vg_log_sample kept = s->samples[50];
#define BAD(field, value, part)                                                                              \
    s->samples[50].field = (value);                                                                          \
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, part);                                            \
    ck_assert_int_eq(diag.line, 51);                                                                         \
    s->samples[50] = kept
    BAD(t, NAN, "t_s: found nan");
    BAD(t, s->samples[49].t, "t_s: time stands still");
    BAD(t, s->samples[48].t, "t_s: time runs backwards");
    BAD(x, INFINITY, "x_m: found inf");
    BAD(y, NAN, "y_m: found nan");
    BAD(heading, 1e5, "heading_rad: found 100000");
    BAD(speed, -1, "speed_mps: found -1");
    for (int32_t i = 50; i < s->count; i++) s->samples[i].t += 1;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "row 51: t_s: a gap of 1.1 s");
    for (int32_t i = 50; i < s->count; i++) s->samples[i].t -= 1;
    def.count = 7;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_FORMAT, "7 samples; expected 8");
    def.count = s->count;
    def.ticks_per_action = 0;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_ARGUMENT, "0 ticks an action");
    def = def_of(s);
    def.usual = 0;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_ARGUMENT, "bounds");
    def = def_of(s);
    s->car.wheelbase = -1;
    ck_fails(vg_fit_run(&def, &fit, &diag), VG_ERR_ARGUMENT, "wheelbase");
    vg_free(s);
}
END_TEST

START_TEST(memory_runs_out) {
    scene *s = scene_new("sedan");
    drive(s, 0.12, 15);
    sample(s, 10, 0);
    s->car.delay = 0.1f;
    vg_fit_def def = def_of(s);
    def.count = 30;
    for (oom turn = {.least = 11, .diag = &diag}; oom_next(&turn);) {
        vg_fit fit;
        turn.err = vg_fit_run(&def, &fit, &diag);
        if (!turn.err) vg_fit_free(&fit);
    }
    vg_free(s);
}
END_TEST

START_TEST(same_bits) {
    scene *s = scene_new("kart");
    drive(s, 0.1, 12);
    sample(s, 10, 0.05);
    vg_fit_def def = def_of(s);
    vg_fit fit;
    ck_ok(vg_fit_run(&def, &fit, &diag));
    uint64_t hash = vg_hash_float(0, fit.commands, 2 * (int64_t)fit.actions);
    hash = vg_hash_double(hash, &fit.start.x, 1);
    ck_golden("fit/kart", hash);
    vg_fit_free(&fit);
    vg_free(s);
}
END_TEST

CK_MAIN("fit", clean_samples, noisy_samples_do_not_ring, other_rates, fixes_that_are_known_to_be_noisy,
        with_a_delay, without_lags, a_drive_at_the_limits, a_car_that_stands_still, limits_are_named,
        samples_that_no_car_can_follow, bad_samples_and_definitions, memory_runs_out, same_bits)
