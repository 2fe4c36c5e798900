// Models: written and read again, and those of PyTorch's exporter (tests/fixtures/onnx/make.py).
#include <math.h>
#include <string.h>

#include "agents/policy/head_mean.h"
#include "agents/policy/onnx.h"
#include "agents/policy/policy_file.h"
#include "sim/base/random.h"
#include "tests/agents/policy/file_fixture.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

#define SENSE   "offset,heading,speed,curvature@0:5"
#define FIXTURE VG_FIXTURES "/onnx/"
enum { ROWS = 16 };

static vg_sense *sense_of(const char *text) {
    vg_sense *sense;
    ck_ok(vg_sense_create(text, &sense, &diag));
    return sense;
}

// The actions of a policy for rows of what is sensed.
static void act(const vg_policy *policy, int32_t rows, const float *observed, float *actions) {
    vg_driver driver;
    ck_ok(vg_driver_open(policy, rows, &driver, &diag));
    for (int32_t i = 0; i < rows; i++) vg_driver_reset(&driver, i, &(vg_episode_key){0});
    memcpy(driver.observed, observed, sizeof(float) * (size_t)rows * WIDTH);
    ck_assert_int_eq(vg_driver_decide(&driver, NULL, actions), VG_OK);
    vg_driver_close(&driver);
}

static made make(int32_t hidden, bool gaussian, vg_activation activation) {
    made m = make_to_keep(SENSE, hidden, gaussian, activation);
    m.info.tick_den = 50, m.info.ticks_per_action = 2, m.info.config = "batch: 256\n# \xc3\xa4\n";
    return m;
}

// The same policy: its content is, to the hash.
START_TEST(reads_what_it_wrote) {
    const char *path = scratch("p.onnx");
    for (int k = 0; k < 8; k++) {
        made m = make(k % 4 == 3 ? 0 : k % 3, k >= 4, k % 2 ? VG_ACTIVATION_RELU : VG_ACTIVATION_TANH);
        vg_policy *policy;
        ck_ok(vg_onnx_write(path, VG_REPLACE, &m.info, m.net, &diag));
        ck_ok(vg_onnx_read(path, &(vg_onnx_def){0}, &policy, &diag));
        ck_assert_uint_eq(policy->hash, vg_policy_content(&m.info, m.net));
        ck_assert_str_eq(vg_policy_file_info(policy)->config, m.info.config);
        vg_policy_destroy(policy);
        free_made(&m);
    }
}
END_TEST

START_TEST(keeps_a_file) {
    const char *path = scratch("p.onnx");
    made m = make(2, false, VG_ACTIVATION_TANH);
    char *first, *second;
    int64_t size, again;
    ck_ok(vg_onnx_write(path, VG_KEEP, &m.info, m.net, &diag));
    ck_fails(vg_onnx_write(path, VG_KEEP, &m.info, m.net, &diag), VG_ERR_EXISTS, "exist");
    ck_ok(vg_file_read(path, 0, &first, &size, &diag));
    ck_ok(vg_onnx_write(path, VG_REPLACE, &m.info, m.net, &diag));
    ck_ok(vg_file_read(path, 0, &second, &again, &diag));
    ck_assert(size == again && !memcmp(first, second, (size_t)size));
    vg_free(first);
    vg_free(second);
    free_made(&m);
}
END_TEST

// What the caller says holds: another car, and another sense of as many values.
START_TEST(takes_what_is_given) {
    const char *path = scratch("p.onnx");
    made m = make(1, false, VG_ACTIVATION_TANH);
    vg_sense *other = sense_of("offset,heading,speed,curvature@0:9"), *wide = sense_of("offset,heading");
    vg_car car = vg_car_default();
    vg_policy *policy;
    ck_ok(vg_onnx_write(path, VG_KEEP, &m.info, m.net, &diag));
    ck_ok(vg_onnx_read(path, &(vg_onnx_def){.sense = other, .car = &car}, &policy, &diag));
    ck_assert_str_eq(vg_sense_text(policy->sense), vg_sense_text(other));
    ck_assert(vg_car_hash(policy->car) == vg_car_hash(&car));
    vg_policy_destroy(policy);
    ck_fails(vg_onnx_read(path, &(vg_onnx_def){.sense = wide}, &policy, &diag), VG_ERR_MISMATCH,
             "p.onnx: observation: 5 values, the sense has 2");
    ck_assert_ptr_null(policy);
    vg_sense_destroy(other);
    vg_sense_destroy(wide);
    free_made(&m);
}
END_TEST

START_TEST(acts_as_pytorch_does) {
    static const char *const names[] = {"tanh", "scaled", "squashed", "opset9", "linear"};
    vg_sense *sense = sense_of(SENSE);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        char path[500];
        float observed[ROWS * WIDTH], wanted[ROWS * 2], actions[ROWS * 2];
        vg_policy *policy;
        snprintf(path, sizeof path, FIXTURE "%s.txt", names[k]);
        FILE *file = fopen(path, "r");
        ck_assert_ptr_nonnull(file);
        for (int i = 0; i < ROWS; i++) {
            for (int c = 0; c < WIDTH; c++) ck_assert_int_eq(fscanf(file, "%f", &observed[i * WIDTH + c]), 1);
            for (int c = 0; c < 2; c++) ck_assert_int_eq(fscanf(file, "%f", &wanted[i * 2 + c]), 1);
        }
        fclose(file);
        snprintf(path, sizeof path, FIXTURE "%s.onnx", names[k]);
        ck_fails(vg_onnx_read(path, &(vg_onnx_def){0}, &policy, &diag), VG_ERR_ARGUMENT, "give a sense");
        ck_ok(vg_onnx_read(path, &(vg_onnx_def){.sense = sense}, &policy, &diag));
        act(policy, ROWS, observed, actions);
        int within = 0; // so that not all of them are clamped
        for (int i = 0; i < 2 * ROWS; i++) {
            ck_assert_float_eq_tol(actions[i], wanted[i], 2e-6f);
            within += fabsf(actions[i]) < 0.999f;
        }
        ck_assert_int_ge(within, 4);
        vg_policy_destroy(policy);
    }
    vg_sense_destroy(sense);
}
END_TEST

START_TEST(refuses_other_graphs_by_the_node) {
    static const char *const refused[][2] = {
        {"branches", "/b/Gemm: Gemm: does not take '/a/Gemm_output_0'"},
        {"recurrent", "/Unsqueeze: Unsqueeze: an operator that"},
        {"sigmoid", "/1/Sigmoid: Sigmoid: an operator that"},
        {"two-kinds", "/3/Tanh: Tanh: Tanh and Relu in one network"},
        {"clamp", "/Clip: Clip: clamps to [0, 1], expected [-1, 1]"},
        {"outputs", "actions: 3 values, expected 2"},
    };
    vg_sense *sense = sense_of(SENSE);
    for (size_t k = 0; k < sizeof refused / sizeof *refused; k++) {
        char path[500];
        vg_policy *policy;
        snprintf(path, sizeof path, FIXTURE "refused-%s.onnx", refused[k][0]);
        ck_fails(vg_onnx_read(path, &(vg_onnx_def){.sense = sense}, &policy, &diag),
                 k == 5 ? VG_ERR_MISMATCH : VG_ERR_FORMAT, refused[k][1]);
        ck_assert_ptr_null(policy);
    }
    vg_sense_destroy(sense);
}
END_TEST

// Any prefix, and any byte changed, gives a policy or an error; what is read is finite.
START_TEST(survives_damage) {
    const char *path = scratch("p.onnx"), *bad = scratch("bad.onnx");
    made m = make(1, true, VG_ACTIVATION_RELU);
    char *bytes;
    int64_t size, live = vg_memory_live(), taken = 0;
    ck_ok(vg_onnx_write(path, VG_KEEP, &m.info, m.net, &diag));
    ck_ok(vg_file_read(path, 0, &bytes, &size, &diag));
    for (int64_t i = 0; i < size; i += 19) {
        vg_policy *policy;
        char before = bytes[i];
        bool cut = i % 2;
        bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
        ck_ok(vg_file_write(bad, bytes, cut ? i : size, VG_REPLACE, &diag));
        bytes[i] = before;
        vg_err err = vg_onnx_read(bad, &(vg_onnx_def){0}, &policy, &diag);
        ck_assert(!err == (policy != NULL) && err != VG_ERR_IO && err != VG_ERR_MEMORY);
        taken += !err;
        vg_policy_destroy(policy);
    }
    ck_assert_int_gt(taken, 0);
    vg_free(bytes);
    ck_assert_int_eq(vg_memory_live(), live);
    free_made(&m);
}
END_TEST

// A file of two bytes a message asks for much more memory than it has bytes: it is refused first.
START_TEST(refuses_a_flood_of_messages) {
    const char *path = scratch("flood.onnx");
    enum { NODES = 1 << 20 };
    vg_text flood = {0};
    vg_policy *policy;
    static const char graph[] = {0x3a, (char)0x80, (char)0x80, (char)0x80, 0x01}, node[] = {0x0a, 0x00};
    vg_text_bytes(&flood, graph, sizeof graph); // field 7, 2 MiB
    for (int i = 0; i < NODES; i++) vg_text_bytes(&flood, node, sizeof node);
    ck_ok(vg_file_write(path, flood.bytes, flood.size, VG_KEEP, &diag));
    ck_fails(vg_onnx_read(path, &(vg_onnx_def){0}, &policy, &diag), VG_ERR_FORMAT, "more messages than");
    vg_text_free(&flood);
}
END_TEST

START_TEST(out_of_memory_and_disk) {
    const char *path = scratch("p.onnx");
    made m = make(1, true, VG_ACTIVATION_TANH);
    for (oom turn = {.diag = &diag}; oom_next(&turn);)
        turn.err = vg_onnx_write(path, VG_REPLACE, &m.info, m.net, &diag);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_policy *policy = NULL;
        turn.err = vg_onnx_read(path, &(vg_onnx_def){0}, &policy, &diag);
        vg_policy_destroy(policy);
    }
    vg_file_fail_after(1);
    ck_fails(vg_onnx_write(scratch("q.onnx"), VG_KEEP, &m.info, m.net, &diag), VG_ERR_IO, "q.onnx");
    vg_file_fail_never();
    free_made(&m);
}
END_TEST

int main(void) {
    vg_policy *policy;
    vg_diag said;
    if (vg_onnx_read("", &(vg_onnx_def){0}, &policy, &said) == VG_ERR_ARGUMENT) {
        printf("SKIP: %s\n", said.text);
        return 77;
    }
    const TTest *const tests[] = {reads_what_it_wrote,    keeps_a_file,
                                  takes_what_is_given,    acts_as_pytorch_does,
                                  survives_damage,        refuses_other_graphs_by_the_node,
                                  out_of_memory_and_disk, refuses_a_flood_of_messages};
    return ck_run("onnx", tests, sizeof tests / sizeof *tests);
}
