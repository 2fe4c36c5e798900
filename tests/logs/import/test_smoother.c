// The smoother against the truth of simulated laps: between the fixes too, which is where it could fool
// itself.
#include "logs/import/smoother.h"

#include <string.h>

#include "tests/out_of_memory.h"
#include "tests/truth.h"

static vg_diag diag;

typedef struct found {
    vg_smoothed by;
    double rms;     // m, distance to the truth at every 20th of a second
    double covered; // share of these within the stated 95 % (2.45 standard deviations, for two coordinates)
    double raw;     // m, rms of the fixes themselves
} found;

// Fixes of the receiver, and moments without one at 20 Hz between them.
static int32_t moments_of(const truth *t, const receiver *r, double heading_noise, vg_motion_point *out) {
    double error[2] = {0}, fix[4], end = truth_seconds(t);
    int32_t count = 0, per = (int32_t)(20 / r->rate);
    for (int i = 0; i / r->rate < end; i++) {
        bool got = receive(t, r, i, error, fix), last = (i + 1) / r->rate >= end;
        if (i == 0 || last) got = true;
        const vg_draw at = {.seed = 12, .stream = VG_STREAM_CHAIN, .step = (uint32_t)i};
        double normal[2];
        vg_random_normal2(&at, normal);
        vg_motion_point m = {.t = fix[0], .x = NAN, .y = NAN, .speed = NAN, .heading = NAN};
        if (got) m.x = fix[1], m.y = fix[2], m.speed = fix[3];
        if (got && !isnan(heading_noise))
            m.heading = t->steps[(int64_t)(fix[0] * 60)].state.yaw + heading_noise * normal[0];
        out[count++] = m;
        m.x = m.y = m.speed = m.heading = NAN;
        for (int32_t k = 1; k < per && !last; k++) m.t = fix[0] + 0.05 * k, out[count++] = m;
    }
    return count;
}

static found smooth(const truth *t, receiver r, double heading_noise) {
    int32_t room = (int32_t)(truth_seconds(t) * 20) + 40, inside = 0, fixes = 0;
    vg_motion_point *m = vg_new(vg_motion_point, room);
    double sum = 0, raw = 0;
    int32_t count = moments_of(t, &r, heading_noise, m);
    found f = {0};
    ck_ok(vg_smooth(m, count, &f.by, &diag));
    for (int32_t i = 0; i < count; i++) {
        double x, y, v;
        truth_at(t, m[i].t, &x, &y, &v);
        double off = hypot(m[i].at[0] - x, m[i].at[1] - y);
        sum += off * off;
        inside += off < 2.45 * m[i].sd;
        if (!isnan(m[i].x)) raw += pow(m[i].x - x, 2) + pow(m[i].y - y, 2), fixes++;
    }
    f.rms = sqrt(sum / count), f.covered = (double)inside / count, f.raw = sqrt(raw / fixes);
    if (getenv("VERGE_SAY"))
        fprintf(stderr,
                "%5.1f Hz %.2f m: fixes %.3f found %.3f covered %.3f noise %.3f speed %.3f heading %.4f\n",
                r.rate, r.noise, f.raw, f.rms, f.covered, f.by.noise, f.by.speed_noise, f.by.heading_noise);
    vg_free(m);
    return f;
}

static truth kart_lap(void) { return truth_drive("human_model", "kart", "train-1"); }

START_TEST(white_noise) {
    truth t = kart_lap();
    found f = smooth(&t, (receiver){.rate = 10, .noise = 0.3, .speed_noise = 0.1}, NAN);
    ck_assert_double_eq_tol(f.by.noise, 0.3, 0.02);
    ck_assert_double_eq_tol(f.by.speed_noise, 0.1, 0.08);
    ck_assert_double_lt(f.rms, 0.13); // of 0.42
    ck_assert(f.covered > 0.88 && f.covered <= 1);
    ck_assert(isnan(f.by.heading_noise));
    // Without speeds it knows less, and says so.
    found less = smooth(&t, (receiver){.rate = 10, .noise = 0.3, .speed_noise = NAN}, NAN);
    ck_assert(less.rms > f.rms && less.rms < 0.17 && less.covered > 0.88);
    ck_assert(isnan(less.by.speed_noise));
    // Half of the fixes are lost.
    found half = smooth(&t, (receiver){.rate = 10, .noise = 0.3, .lost = 0.5, .speed_noise = 0.1}, NAN);
    ck_assert(half.rms > f.rms && half.rms < 0.18 && half.covered > 0.88);
    vg_free(t.steps);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(a_phone_once_a_second) {
    truth t = kart_lap();
    const receiver phone = {.rate = 1, .noise = 0.3, .speed_noise = 0.1};
    found f = smooth(&t, phone, NAN);
    ck_assert(f.rms < 0.36 && f.covered > 0.88);
    // A heading of a degree tells most of where the car was between fixes.
    found with = smooth(&t, phone, 0.017);
    ck_assert_double_lt(with.rms, 0.9 * f.rms);
    ck_assert_double_lt(with.by.heading_noise, 0.06);
    // One that is wrong altogether changes nothing.
    found wrong = smooth(&t, phone, 2);
    ck_assert(isnan(wrong.by.heading_noise) && wrong.rms == f.rms);
    vg_free(t.steps);
}
END_TEST

// Exact fixes stay what they are; what is between them is found to centimetres.
START_TEST(no_noise) {
    truth t = kart_lap();
    found f = smooth(&t, (receiver){.rate = 10, .speed_noise = 0}, NAN);
    ck_assert_double_lt(f.by.noise, 0.001);
    ck_assert_double_lt(f.rms, 0.002);
    vg_free(t.steps);
}
END_TEST

// A receiver's drift looks like driving: it stays, and the standard deviation knows nothing of it.
START_TEST(drift_cannot_be_seen) {
    truth t = kart_lap();
    found f = smooth(
        &t, (receiver){.rate = 10, .noise = 0.05, .drift = 1, .drift_time = 30, .speed_noise = 0.1}, NAN);
    ck_assert_double_gt(f.rms, 0.9 * f.raw);
    ck_assert_double_lt(f.covered, 0.1);
    vg_free(t.steps);
}
END_TEST

// Along a straight line at 20 m/s, with noise of 0.1 m.
enum { LINE = 200 };
static void line(vg_motion_point *m) {
    for (int i = 0; i < LINE; i++) {
        const vg_draw at = {.seed = 5, .stream = VG_STREAM_CHAIN, .step = (uint32_t)i};
        double white[2];
        vg_random_normal2(&at, white);
        m[i] = (vg_motion_point){
            .t = 0.1 * i, .x = 2 * i + 0.1 * white[0], .y = 0.1 * white[1], .speed = 20, .heading = 0};
    }
}

START_TEST(far_fixes_count_little) {
    vg_motion_point m[LINE];
    vg_smoothed by;
    line(m);
    m[50].y += 5, m[120].x -= 4, m[121].x -= 4;
    ck_ok(vg_smooth(m, LINE, &by, &diag));
    ck_assert_int_eq(by.far, 3);
    ck_assert(m[50].weight < 0.1 && m[120].weight < 0.1 && m[80].weight > 0.5);
    ck_assert_double_lt(fabs(m[50].at[1]), 0.2);
    ck_assert_double_lt(fabs(m[121].at[0] - 242), 0.3);
    ck_assert_double_eq_tol(by.noise, 0.1, 0.03);
}
END_TEST

// A wheel that slips for a while, and a car that stands: the path is believed.
START_TEST(speeds_that_lie) {
    vg_motion_point m[LINE];
    vg_smoothed by;
    line(m);
    for (int i = 100; i < 110; i++) m[i].speed = 60;
    m[150].speed = 0;
    ck_ok(vg_smooth(m, LINE, &by, &diag));
    for (int i = 95; i < 155; i++) ck_assert_double_lt(fabs(m[i].at[0] - 2 * i), 0.3);
}
END_TEST

START_TEST(refuses) {
    vg_motion_point m[LINE];
    vg_smoothed by;
    double noise;
    line(m);
    ck_fails(vg_smooth(m, 5, &by, &diag), VG_ERR_ARGUMENT, "5 fixes; expected at least 6");
    m[7].t = m[6].t;
    ck_fails(vg_smooth(m, LINE, &by, &diag), VG_ERR_ARGUMENT, "a moment whose time does not rise");
    ck_assert_int_eq(diag.line, 8);
    line(m);
    m[9].y = NAN;
    ck_fails(vg_smooth(m, LINE, &by, &diag), VG_ERR_ARGUMENT, "not finite");
    line(m);
    m[9].speed = INFINITY;
    ck_fails(vg_smooth_noise(m, LINE, &noise, &diag), VG_ERR_ARGUMENT, "not finite");
    line(m);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) turn.err = vg_smooth(m, LINE, &by, &diag);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("smoother", white_noise, a_phone_once_a_second, no_noise, drift_cannot_be_seen,
        far_fixes_count_little, speeds_that_lie, refuses)
