// A fit gets the same rows from a stream as from memory: in any order, at any size of the buckets; and a
// learner whose rows lie in a file writes the same policy.
#include "agents/training/row_stream.h"

#include <string.h>

#include "agents/learners/registry.h"
#include "agents/nets/mlp.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/base/random.h"
#include "tests/log_fixture.h"
#include "tests/resume.h"

enum { ROWS = 1500, IN = 5, OUT = 2, BATCH = 48 };

static vg_diag diag;

typedef struct rows {
    float *inputs, *targets;
    int32_t parts[ROWS];
    int64_t order[ROWS];
} rows;

static void read_row(const void *context, int64_t row, float *inputs, float *targets, int32_t *parts) {
    const rows *r = context;
    memcpy(inputs, r->inputs + row * vg_net_stride(IN), sizeof(float) * IN);
    memcpy(targets, r->targets + row * OUT, sizeof(float) * OUT);
    if (parts) *parts = r->parts[row];
}

static rows *make_rows(void) {
    rows *r = vg_new(rows, 1);
    r->inputs = vg_new(float, ROWS *vg_net_stride(IN));
    r->targets = vg_new(float, ROWS *OUT);
    for (int64_t i = 0; i < ROWS; i++) {
        for (int k = 0; k < IN; k++) r->inputs[i * vg_net_stride(IN) + k] = (float)(i * 7 + k) / 1000;
        for (int k = 0; k < OUT; k++) r->targets[i * OUT + k] = (float)(i * 3 % 101 - k) / 50;
        r->parts[i] = (int32_t)(i % 3);
    }
    vg_random_shuffle((vg_draw){.seed = 4, .stream = VG_STREAM_SHUFFLE}, ROWS, r->order);
    return r;
}

static void free_rows(rows *r) {
    vg_free(r->inputs), vg_free(r->targets);
    vg_free(r);
}

static vg_row_stream *open_stream(const rows *r, int64_t bucket) {
    vg_row_stream *s;
    scratch("x");
    vg_row_source source = {.read = read_row,
                            .context = r,
                            .count = ROWS,
                            .inputs = IN,
                            .target_width = OUT,
                            .parts = true,
                            .folder = scratch_folder,
                            .bucket = bucket};
    ck_ok(vg_row_stream_create(&source, BATCH, &s, &diag));
    return s;
}

static const int64_t buckets[] = {1, 100, 700, 5000};

START_TEST(gives_the_rows_in_the_order_asked_for) {
    rows *r = make_rows();
    for (size_t b = 0; b < sizeof buckets / sizeof *buckets; b++) {
        vg_row_stream *s = open_stream(r, buckets[b]);
        for (int pass = 0; pass < 2; pass++) {
            ck_ok(vg_row_stream_shuffle(s, r->order, &diag));
            for (int64_t first = 0; first < ROWS; first += BATCH) {
                vg_batch got = {0};
                vg_row_stream_step(s, first, ROWS - first < BATCH ? ROWS - first : BATCH, &got);
                for (int64_t i = 0; i < got.count; i++) {
                    int64_t row = r->order[first + i];
                    ck_assert_int_eq(vg_batch_name(&got, i), row);
                    ck_assert(!memcmp(got.inputs + i * vg_net_stride(IN), r->inputs + row * vg_net_stride(IN),
                                      sizeof(float) * (size_t)vg_net_stride(IN)));
                    ck_assert(!memcmp(got.targets + i * OUT, r->targets + row * OUT, sizeof(float) * OUT));
                    ck_assert_int_eq(got.parts[i], row % 3);
                }
            }
            vg_random_shuffle((vg_draw){.seed = 5, .stream = VG_STREAM_SHUFFLE}, ROWS, r->order);
        }
        vg_row_stream_destroy(s);
    }
    free_rows(r);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(loss_and_hash_are_those_of_rows_in_memory) {
    vg_mlp_def def = vg_mlp_default();
    vg_network *net;
    vg_gradient *workspace;
    rows *r = make_rows();
    def.inputs = IN, def.outputs = OUT, def.hidden_count = 1, def.hidden[0] = 7;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_init(net, 3);
    ck_ok(vg_gradient_create(net, VG_LOSS_MSE, BATCH, 1, &workspace, &diag));
    vg_batch all = {.inputs = r->inputs, .targets = r->targets, .count = ROWS};
    double loss = vg_gradient_run(workspace, net, &all, NULL);
    uint64_t hash =
        vg_hash_float(vg_hash_float(9, r->inputs, ROWS * vg_net_stride(IN)), r->targets, ROWS * OUT);
    for (size_t b = 0; b < sizeof buckets / sizeof *buckets; b++) {
        vg_row_stream *s = open_stream(r, buckets[b]);
        double streamed = vg_row_stream_loss(s, workspace, net, &(vg_batch){0});
        ck_assert_msg(streamed == loss, "%.17g, expected %.17g", streamed, loss);
        ck_assert_uint_eq(vg_row_stream_hash(s, 9), hash);
        vg_row_stream_destroy(s);
    }
    vg_gradient_destroy(workspace);
    vg_network_destroy(net);
    free_rows(r);
}
END_TEST

START_TEST(a_full_disk_is_an_error) {
    rows *r = make_rows();
    vg_row_stream *s;
    vg_row_source source = {.read = read_row, .context = r, .count = ROWS, .inputs = IN, .target_width = OUT};
    source.folder = "none/there";
    ck_ok(vg_row_stream_create(&source, BATCH, &s, &diag));
    ck_fails(vg_row_stream_shuffle(s, r->order, &diag), VG_ERR_IO, "none/there");
    vg_row_stream_destroy(s);
    source.count = (int64_t)1 << 32;
    ck_fails(vg_row_stream_create(&source, BATCH, &s, &diag), VG_ERR_ARGUMENT, "less than 2^32");
    free_rows(r);
}
END_TEST

// --- learners ----------------------------------------------------------------------------------------------

static bool keep_on(void *context, int64_t done, int64_t total) {
    int64_t *left = context;
    (void)done, (void)total;
    return !left || --*left != 0;
}

static char *train(const vg_learner *learner, vg_learner_def def, int64_t stop_after, int64_t *size) {
    vg_learner_report report;
    char checkpoint[400];
    def.out = scratch("policy.safetensors");
    snprintf(checkpoint, sizeof checkpoint, "%s.checkpoint", def.out);
    def.checkpoint = checkpoint, def.watch = keep_on;
    def.context = stop_after ? &stop_after : NULL;
    if (stop_after) { // stopped with its rows in memory, resumed with them in a file
        const char *folder = def.folder;
        def.folder = NULL;
        ck_fails(learner->train(&def, &report, &diag), VG_ERR_INTERRUPTED, "stopped after step");
        def.folder = folder, def.context = NULL, def.resume = true;
    }
    ck_ok(learner->train(&def, &report, &diag));
    return ck_read(def.out, size);
}

static void check_learner(const vg_learner *learner, const char *log) {
    static const char *const settings[][2] = {{"bc.n_epochs", "2"},  {"hidden_sizes", "4"},
                                              {"chunk_size", "8"},   {"bc.batch_size", "32"},
                                              {"scaling", "zscore"}, {"latent_dim", "2"}};
    void *config = vg_alloc(1, learner->config_size);
    vg_config_default(learner->schema, config);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (vg_config_key(learner->schema, settings[i][0]))
            ck_ok(vg_config_set(learner->schema, config, settings[i][0], settings[i][1], "", 0, &diag));
    vg_learner_def def = {.config = config, .seed = 2, .logs = &log, .log_count = 1, .threads = 1};
    int64_t size, other;
    char *memory = train(learner, def, 0, &size);
    def.folder = scratch_folder, def.row_memory = 100;
    for (int64_t stop = 0; stop <= 7; stop += 7) {
        char *file = train(learner, def, stop, &other);
        ck_assert_msg(size == other && !memcmp(memory, file, (size_t)size), "%s, stopped after %d",
                      learner->name, (int)stop);
        vg_free(file);
    }
    vg_free(memory);
    vg_free(config);
}

// What draws by a row's number (act, diffusion) must draw by the same.
START_TEST(a_policy_does_not_know_where_its_rows_lay) {
    static const char *const names[] = {"bc", "act", "diffusion", "bc-gmm"};
    char log[300];
    snprintf(log, sizeof log, "%s", fixture_log("rows.vlog"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const vg_learner *learner;
        ck_ok(vg_learner_find(names[i], &learner, &diag));
        check_learner(learner, log);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

int main(void) {
    const TTest *const tests[] = {gives_the_rows_in_the_order_asked_for,
                                  loss_and_hash_are_those_of_rows_in_memory, a_full_disk_is_an_error,
                                  a_policy_does_not_know_where_its_rows_lay};
    return ck_run("row_stream", tests, sizeof tests / sizeof *tests);
}
