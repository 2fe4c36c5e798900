#include "agents/training/imitation.h"

#include <math.h>
#include <string.h>

#include "sim/base/random.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { ROWS = 100 };

typedef struct made {
    vg_imitation_config config;
    vg_imitation im;
    vg_dataset *data;
} made;

// Drivers that steer by the offset and push by the speed.
static void make(made *m, int64_t rows, int64_t held) {
    static const struct { const char *name, *value; } set[] = {{"sense", "offset,speed"}};
    static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_imitation_config, , "", __VA_ARGS__)
        VG_NETWORK_KEYS(X)
#undef X
#define X(...) VG_KEY_ROW(vg_imitation_config, bc., "bc.", __VA_ARGS__)
            VG_BC_KEYS(X)
#undef X
    };
    static const vg_schema schema = {"x", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};
    *m = (made){0};
    vg_config_default(&schema, &m->config);
    ck_ok(vg_config_set(&schema, &m->config, set[0].name, set[0].value, "", 0, &diag));
    ck_ok(vg_config_set(&schema, &m->config, "hidden_sizes", "8", "", 0, &diag));
    ck_ok(vg_config_set(&schema, &m->config, "scaling", "zscore", "", 0, &diag));
    ck_ok(vg_config_set(&schema, &m->config, "bc.batch_size", "32", "", 0, &diag));
    ck_ok(vg_imitation_open(&m->im, &m->config, 3, &diag));
    vg_dataset_def def = vg_imitation_dataset(&m->config, 1, m->im.sense);
    vg_car car = vg_car_default();
    ck_ok(vg_dataset_create(&def, &car, &m->data, &diag));
    for (int64_t r = 0; r < rows + held; r++) {
        float in[] = {(float)(r % 7) - 3, 10 + (float)(r % 5)};
        float out[] = {-0.1f * in[0], 0.1f * (12 - in[1])};
        ck_ok(vg_dataset_add(m->data, in, out, NULL, 1, r >= rows, &diag));
    }
    vg_rows all = vg_dataset_train(m->data);
    vg_imitation_scale(&m->im, &car, &all);
}

static void unmake(made *m) {
    vg_dataset_destroy(m->data);
    vg_imitation_close(&m->im);
}

// Offsets of -3 to 3 have a deviation of 2, speeds of 10 to 14 one of sqrt(2); offsets of 0.001 m times that
// have 0.002. Physical scales are 1 / 5 m and 1 / 55 m/s.
START_TEST(caps_the_scales) {
    made m;
    make(&m, 70, 0);
    ck_assert_float_eq_tol(m.im.scale[0], 0.5f, 1e-6f);      // below 3 / 5
    ck_assert_float_eq_tol(m.im.scale[1], 3 / 55.0f, 1e-6f); // 0.71 without a cap
    ck_assert_float_eq_tol(m.im.mean[1], 12, 1e-5f);
    vg_car car = vg_car_default();
    vg_rows rows = vg_dataset_train(m.data);
    static const struct {
        double cap;
        float first, second;
    } cases[] = {
        {0, 0.5f, 0.70710678f}, {1, 0.2f, 1 / 55.0f}, {2.5, 0.5f, 2.5f / 55}, {1e6, 0.5f, 0.70710678f}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        m.config.scaling_cap = cases[i].cap;
        vg_imitation_scale(&m.im, &car, &rows);
        ck_assert_float_eq_tol(m.im.scale[0], cases[i].first, 1e-6f);
        ck_assert_float_eq_tol(m.im.scale[1], cases[i].second, 1e-6f);
    }
    rows.count = 1; // no deviation at all
    m.config.scaling_cap = 3;
    vg_imitation_scale(&m.im, &car, &rows);
    ck_assert_float_eq_tol(m.im.scale[0], 0.6f, 1e-6f);
    m.config.scaling_cap = 0;
    vg_imitation_scale(&m.im, &car, &rows);
    ck_assert(m.im.scale[0] == 1);
    unmake(&m);
}
END_TEST

START_TEST(fits_by_steps_to_the_last) {
    made m;
    make(&m, ROWS, 20); // four batches an epoch
    vg_fit_def fit = {.data = m.data, .steps = 10, .seed = 1, .threads = 1};
    vg_supervised_status status;
    ck_ok(vg_imitation_fit(&m.im, &fit, m.im.net, &status, &diag));
    ck_assert_int_eq(status.step, 10);
    ck_assert_int_eq(status.steps, 10);
    ck_assert_int_eq(status.epoch, 3); // the third was cut short
    ck_assert_int_eq(status.best_epoch, 3);
    ck_assert(status.best_loss == status.valid_loss && status.train_loss < 10);
    fit.steps = 2000;
    ck_ok(vg_imitation_fit(&m.im, &fit, m.im.net, &status, &diag));
    ck_assert(status.valid_loss < 1e-3);
    unmake(&m);
}
END_TEST

static bool stop_at(void *context, const vg_supervised_status *status) {
    return status->step != *(const int64_t *)context;
}

START_TEST(resumes_by_steps) {
    made m;
    make(&m, ROWS, 20);
    const char *path = scratch("fit");
    vg_fit_def fit = {.data = m.data, .steps = 11, .seed = 1, .threads = 1};
    size_t size = sizeof(float) * (size_t)vg_network_count(m.im.net);
    float *whole = vg_alloc(1, size);
    ck_ok(vg_imitation_fit(&m.im, &fit, m.im.net, NULL, &diag));
    memcpy(whole, vg_network_read(m.im.net), size);
    for (int64_t stop = 1; stop <= 11; stop++) {
        fit.watch = stop_at, fit.watch_context = &stop, fit.checkpoint = path, fit.resume = false;
        vg_network_init(m.im.net, 3);
        ck_fails(vg_imitation_fit(&m.im, &fit, m.im.net, NULL, &diag), VG_ERR_INTERRUPTED, "stopped");
        fit.watch = NULL, fit.resume = true;
        ck_ok(vg_imitation_fit(&m.im, &fit, m.im.net, NULL, &diag));
        ck_assert_msg(memcmp(whole, vg_network_read(m.im.net), size) == 0, "stopped at %d", (int)stop);
    }
    vg_free(whole);
    unmake(&m);
}
END_TEST

START_TEST(acts_by_the_network_as_it_is) {
    made m;
    make(&m, ROWS, 0);
    vg_imitation_origin origin = {
        .learner = "x", .car = vg_car_default(), .tick_num = 1, .tick_den = 60, .ticks_per_action = 3};
    vg_policy *policy;
    vg_driver driver;
    float action[3][2];
    ck_ok(vg_imitation_policy(&m.im, &origin, m.im.net, &policy, &diag));
    ck_assert(policy->sense == m.im.sense && policy->ticks_per_action == 3 && !vg_policy_file_info(policy));
    ck_ok(vg_driver_open(policy, 1, &driver, &diag));
    for (int i = 0; i < 3; i++) {
        driver.observed[0] = 1, driver.observed[1] = 11;
        ck_ok(vg_driver_decide(&driver, NULL, action[i]));
        vg_network_init(m.im.net, i == 0 ? 4 : 3);
    }
    ck_assert(action[0][0] != action[1][0] && action[0][0] == action[2][0]);
    vg_driver_close(&driver);
    vg_policy_destroy(policy);
    unmake(&m);
}
END_TEST

// Each column less its mean, over its deviation; but one that hardly varies is not blown up to vary as much.
START_TEST(scales_by_mean_and_deviation) {
    enum { COUNT = 70 };
    made m;
    make(&m, ROWS, 0);
    float inputs[2 * COUNT];
    for (int r = 0; r < COUNT; r++) {
        inputs[2 * r] = 5 + 0.5f * (float)(r % 7 - 3); // mean 5, variance 0.25 * 4
        inputs[2 * r + 1] = r % 2 ? 12 : nextafterf(12, 13);
    }
    vg_rows rows = {.inputs = inputs, .count = COUNT, .width = 2};
    vg_car car = vg_car_default();
    m.config.scaling_cap = 0;
    vg_imitation_scale(&m.im, &car, &rows);
    ck_assert_float_eq_tol(m.im.mean[0], 5, 1e-5f);
    ck_assert_float_eq_tol(m.im.scale[0], 1, 1e-5f);
    ck_assert_float_eq_tol(m.im.mean[1], 12, 1e-5f);
    ck_assert_float_le(m.im.scale[1], 1);
    unmake(&m);
}
END_TEST

START_TEST(refuses_a_single_row) {
    made m;
    make(&m, 1, 0);
    vg_fit_def fit = {.data = m.data};
    ck_fails(vg_imitation_fit(&m.im, &fit, m.im.net, NULL, &diag), VG_ERR_FORMAT,
             "only one row to learn from, expected at least 2");
    unmake(&m);
}
END_TEST

CK_MAIN("imitation", scales_by_mean_and_deviation, caps_the_scales, fits_by_steps_to_the_last,
        resumes_by_steps, acts_by_the_network_as_it_is, refuses_a_single_row)
