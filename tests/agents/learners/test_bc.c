#include "agents/learners/bc.h"

#include <math.h>
#include <string.h>

#include "sim/base/level.h"
#include "sim/base/random.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

#define SENSE "offset,heading,speed"
enum { WIDTH = 3, ROWS = 700 };

static char out[300], checkpoint[320];

// A driver to clone: steers back to the line, holds 10 m/s; a few rows are held out.
typedef struct made {
    vg_sense *sense;
    vg_dataset *data;
    vg_bc_def def;
} made;

static void add_rows(vg_dataset *data, uint32_t first, int64_t count, bool validation) {
    float inputs[ROWS * WIDTH], actions[ROWS * 2];
    for (int64_t r = 0; r < count; r++) {
        vg_draw at = {.seed = 9, .entity = first + (uint32_t)r};
        double draws[WIDTH];
        for (; at.step < WIDTH; at.step++) draws[at.step] = 2 * vg_random_uniform(&at) - 1;
        float *input = inputs + r * WIDTH, *action = actions + r * 2;
        input[0] = (float)(2 * draws[0]), input[1] = (float)(0.3 * draws[1]);
        input[2] = (float)(10 + 5 * draws[2]);
        action[0] = -0.2f * input[0] - 0.8f * input[1];
        action[1] = 0.1f * (10 - input[2]);
    }
    ck_ok(vg_dataset_add(data, inputs, actions, NULL, count, validation, &diag));
}

static made make(int64_t valid_rows) {
    snprintf(out, sizeof out, "%s", scratch("bc.safetensors"));
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", out);
    unlink(checkpoint);
    made m = {0};
    vg_car car = vg_car_default();
    vg_config_default(&vg_bc_schema, &m.def.config);
    snprintf(m.def.config.sense, sizeof m.def.config.sense, SENSE);
    snprintf(m.def.config.hidden_sizes, sizeof m.def.config.hidden_sizes, "16,8");
    m.def.config.bc.n_epochs = 12;
    m.def.config.bc.batch_size = 64;
    m.def.config.bc.learning_rate = 0.01;
    ck_ok(vg_sense_create(SENSE, &m.sense, &diag));
    vg_dataset_def def = vg_imitation_dataset(&m.def.config, 1, m.sense);
    ck_ok(vg_dataset_create(&def, &car, &m.data, &diag));
    add_rows(m.data, 0, ROWS, false);
    if (valid_rows) add_rows(m.data, ROWS, valid_rows, true);
    m.def.seed = 1;
    m.def.data = m.data;
    m.def.threads = 1;
    m.def.out = out;
    m.def.overwrite = VG_REPLACE;
    return m;
}

static void free_made(made *m) {
    vg_dataset_destroy(m->data);
    vg_sense_destroy(m->sense);
    unlink(out), unlink(checkpoint);
}

static char *read_out(int64_t *size) {
    char *bytes;
    ck_ok(vg_file_read(out, 0, &bytes, size, &diag));
    return bytes;
}

static uint64_t hash_of_policy(void) {
    vg_policy *policy;
    ck_ok(vg_policy_load(out, &policy, &diag));
    uint64_t hash = policy->hash;
    vg_policy_destroy(policy);
    return hash;
}

START_TEST(learns_what_the_driver_does) {
    static const char *const settings[][2] = {{"bc.loss", "mse"},       {"bc.loss", "gaussian"},
                                              {"scaling", "zscore"},    {"activation", "relu"},
                                              {"hidden_sizes", "none"}, {"bc.max_grad_norm", "0.5"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        made m = make(100);
        m.def.config.bc.n_epochs = 150;
        ck_ok(vg_config_set(&vg_bc_schema, &m.def.config, settings[i][0], settings[i][1], "", 0, &diag));
        vg_supervised_status status;
        ck_ok(vg_bc_train(&m.def, &status, &diag));
        vg_policy *policy;
        ck_ok(vg_policy_load(out, &policy, &diag));
        vg_rows rows = vg_dataset_validation(m.data);
        void *state;
        float *actions = vg_new(float, rows.count * 2);
        ck_ok(policy->ops->open(policy, (int32_t)rows.count, &state, &diag));
        ck_ok(policy->ops->act(policy, state, rows.inputs, NULL, actions));
        double worst = 0;
        for (int64_t j = 0; j < rows.count * 2; j++)
            worst = fmax(worst, fabs((double)actions[j] - (double)rows.actions[j]));
        ck_assert_msg(worst < 0.1, "%s %s: worst error %g", settings[i][0], settings[i][1], worst);
        ck_assert_int_eq(status.epoch_ended, true);
        policy->ops->close(state);
        vg_free(actions);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(same_bytes_at_any_thread_count) {
    char *first = NULL;
    int64_t first_size = 0;
    for (int32_t threads = 1; threads <= 3; threads++) {
        made m = make(300);
        m.def.threads = threads;
        m.def.config.bc.batch_size = 600; // three chunks
        ck_ok(vg_bc_train(&m.def, NULL, &diag));
        int64_t size;
        char *bytes = read_out(&size);
        if (first) ck_assert(size == first_size && !memcmp(bytes, first, (size_t)size));
        ck_golden("bc/policy", hash_of_policy());
        if (first)
            vg_free(bytes);
        else
            first = bytes, first_size = size;
        free_made(&m);
    }
    vg_free(first);
}
END_TEST

START_TEST(same_bytes_at_any_level) {
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++) {
        made m = make(60);
        m.def.config.bc.n_epochs = 2;
        ck_ok(vg_bc_train(&m.def, NULL, &diag));
        ck_golden("bc/policy-short", hash_of_policy());
        free_made(&m);
    }
}
END_TEST

static bool stop_at(void *context, const vg_supervised_status *status) {
    return status->step != *(const int64_t *)context;
}

// Stopped after any step and resumed with another number of threads: the same file.
START_TEST(resumes_to_the_same_bytes) {
    made m = make(60);
    m.def.config.bc.patience = 4;
    ck_ok(vg_bc_train(&m.def, NULL, &diag));
    int64_t size, resumed_size;
    char *whole = read_out(&size);
    static const int64_t stops[] = {1, 5, 11, 12, 13, 60, 131};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        unlink(out);
        vg_bc_def def = m.def;
        def.checkpoint = checkpoint;
        def.watch = stop_at;
        def.watch_context = (void *)&stops[i];
        ck_fails(vg_bc_train(&def, NULL, &diag), VG_ERR_INTERRUPTED, "stopped after step");
        ck_assert(access(out, F_OK) != 0);
        ck_assert(access(checkpoint, F_OK) == 0);
        def.watch = NULL;
        def.resume = true;
        def.threads = 2;
        ck_ok(vg_bc_train(&def, NULL, &diag));
        ck_assert(access(checkpoint, F_OK) != 0);
        char *resumed = read_out(&resumed_size);
        ck_assert_msg(size == resumed_size && !memcmp(whole, resumed, (size_t)size), "stopped at %d",
                      (int)stops[i]);
        vg_free(resumed);
    }
    vg_free(whole);
    free_made(&m);
}
END_TEST

// A kill between checkpoints loses only what came after the last checkpoint.
START_TEST(resumes_from_an_older_checkpoint) {
    made m = make(60);
    int64_t size, resumed_size;
    ck_ok(vg_bc_train(&m.def, NULL, &diag));
    char *whole = read_out(&size);
    vg_bc_def def = m.def;
    int64_t stop = 17;
    def.checkpoint = checkpoint;
    def.watch = stop_at;
    def.watch_context = &stop;
    ck_fails(vg_bc_train(&def, NULL, &diag), VG_ERR_INTERRUPTED, "step 17");
    char *old;
    int64_t old_size;
    ck_ok(vg_file_read(checkpoint, 0, &old, &old_size, &diag));
    stop = 30, def.resume = true;
    ck_fails(vg_bc_train(&def, NULL, &diag), VG_ERR_INTERRUPTED, "step 30");
    ck_ok(vg_file_write(checkpoint, old, old_size, VG_REPLACE, &diag));
    def.watch = NULL;
    ck_ok(vg_bc_train(&def, NULL, &diag));
    char *resumed = read_out(&resumed_size);
    ck_assert(size == resumed_size && !memcmp(whole, resumed, (size_t)size));
    vg_free(whole), vg_free(resumed), vg_free(old);
    free_made(&m);
}
END_TEST

START_TEST(refuses_a_foreign_checkpoint) {
    made m = make(60);
    int64_t stop = 9;
    m.def.checkpoint = checkpoint;
    m.def.watch = stop_at;
    m.def.watch_context = &stop;
    ck_fails(vg_bc_train(&m.def, NULL, &diag), VG_ERR_INTERRUPTED, "step 9");
    m.def.watch = NULL;
    m.def.resume = true;
    m.def.seed = 2;
    ck_fails(vg_bc_train(&m.def, NULL, &diag), VG_ERR_MISMATCH, "a checkpoint of another training");
    m.def.seed = 1, m.def.config.bc.learning_rate = 0.02;
    ck_fails(vg_bc_train(&m.def, NULL, &diag), VG_ERR_MISMATCH, "another training");
    m.def.config.bc.learning_rate = 0.01;
    ck_ok(vg_file_write(checkpoint, "nonsense", 8, VG_REPLACE, &diag));
    ck_fails(vg_bc_train(&m.def, NULL, &diag), VG_ERR_FORMAT, ".checkpoint");
    unlink(checkpoint); // killed before the first checkpoint: from the start
    ck_ok(vg_bc_train(&m.def, NULL, &diag));
    free_made(&m);
}
END_TEST

static bool note_best(void *context, const vg_supervised_status *status) {
    double *best = context;
    if (status->epoch_ended && status->valid_loss < *best) *best = status->valid_loss;
    return true;
}

START_TEST(stops_early_and_keeps_the_best) {
    made m = make(8); // a few rows are easily overfitted
    m.def.config.bc.n_epochs = 400;
    m.def.config.bc.patience = 5;
    double best = INFINITY;
    m.def.watch = note_best;
    m.def.watch_context = &best;
    vg_supervised_status status;
    ck_ok(vg_bc_train(&m.def, &status, &diag));
    ck_assert(status.epoch < 400);
    ck_assert_int_eq(status.epoch, status.best_epoch + 5);
    ck_assert(status.best_loss == best);
    free_made(&m);
    m = make(0); // nothing held out: all epochs, the last weights
    ck_ok(vg_bc_train(&m.def, &status, &diag));
    ck_assert(status.epoch == 12 && status.best_epoch == 12 && isnan(status.valid_loss));
    free_made(&m);
}
END_TEST

START_TEST(refuses_bad_configurations) {
    made m = make(60);
    static const struct {
        const char *key, *value, *says;
    } cases[] = {{"hidden_sizes", "64,x", "hidden_sizes: '64,x'"},
                 {"hidden_sizes", "64,", "hidden"},
                 {"hidden_sizes", "0", "hidden"},
                 {"hidden_sizes", "1,1,1,1,1,1,1,1,1", "hidden"},
                 {"sense", "offset,sonar", "sonar"},
                 {"sense", "offset", "rows of 3 values, the sense has 1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_bc_def def = m.def;
        // Filled by hand, past the schema, which refuses it by itself and says where it was read.
        const vg_key *key = vg_config_key(&vg_bc_schema, cases[i].key);
        snprintf((char *)&def.config + key->at, VG_KEY_TEXT_SIZE, "%s", cases[i].value);
        diag = (vg_diag){0};
        ck_assert(vg_bc_train(&def, NULL, &diag) != VG_OK);
        char text[1024];
        vg_diag_format(&diag, text, sizeof text);
        ck_assert_msg(strstr(text, cases[i].says), "%s", text);
        ck_assert(access(out, F_OK) != 0);
    }
    vg_bc_def def = m.def;
    ck_fails(vg_config_set(&vg_bc_schema, &def.config, "hidden_sizes", "64,x", "--set", 0, &diag),
             VG_ERR_FORMAT, "--set: hidden_sizes: '64,x', expected");
    ck_fails(vg_config_set(&vg_bc_schema, &def.config, "sense", "offset,sonar", "y.yaml", 3, &diag),
             VG_ERR_FORMAT, "y.yaml:3: sense: unknown feature 'sonar'");
    def.config.bc.batch_size = 0;
    ck_fails(vg_bc_train(&def, NULL, &diag), VG_ERR_ARGUMENT, "batch");
    ck_ok(vg_file_write(out, "x", 1, VG_KEEP, &diag));
    def = m.def, def.overwrite = VG_KEEP;
    ck_fails(vg_bc_train(&def, NULL, &diag), VG_ERR_EXISTS, out);
    free_made(&m);
}
END_TEST

START_TEST(out_of_memory_leaves_nothing) {
    made m = make(20);
    m.def.config.bc.n_epochs = 1;
    m.def.checkpoint = checkpoint;
    m.def.config.bc.checkpoint_every = 3;
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        unlink(out);
        turn.err = vg_bc_train(&m.def, NULL, &diag);
        ck_assert(!turn.err == (access(out, F_OK) == 0));
    }
    free_made(&m);
}
END_TEST

CK_MAIN("bc", learns_what_the_driver_does, same_bytes_at_any_thread_count, same_bytes_at_any_level,
        resumes_to_the_same_bytes, resumes_from_an_older_checkpoint, refuses_a_foreign_checkpoint,
        stops_early_and_keeps_the_best, refuses_bad_configurations, out_of_memory_leaves_nothing)
