#include "agents/rewards/reward_file.h"

#include <math.h>
#include <string.h>

#include "agents/nets/safetensors.h"
#include "agents/rewards/linear.h"
#include "agents/rewards/progress.h"
#include "tests/scratch.h"

static vg_diag diag;

static const float mean[] = {1, 2, 3}, scale[] = {0.5f, 0.25f, 1}, weights[] = {-1, 0.1f, 7};

static vg_linear_def linear_def(void) {
    return (vg_linear_def){.sense = "offset,speed,steer",
                           .mean = mean,
                           .scale = scale,
                           .weights = weights,
                           .action_weights = {0.5f, -2},
                           .bias = 0.75f,
                           .discount = 0.97,
                           .terminal = -3.1,
                           .absorbing = 1.0 / 3};
}

static vg_reward *progress_reward(void) {
    vg_progress_def def = vg_progress_default();
    vg_reward *reward;
    def.offset = 1.0 / 3;
    ck_ok(vg_progress_create(&def, &reward, &diag));
    return reward;
}

static vg_reward *linear_reward(void) {
    vg_linear_def def = linear_def();
    vg_reward *reward;
    ck_ok(vg_linear_create(&def, &reward, &diag));
    return reward;
}

// What is read back is the same to the bit, and writes the same bytes again.
START_TEST(comes_back_to_the_bit) {
    for (int kind = 0; kind < 2; kind++) {
        vg_reward *first = kind ? linear_reward() : progress_reward(), *again;
        const char *path = scratch(kind ? "linear" : "progress"), *copy = scratch("copy");
        char *bytes[2];
        int64_t size[2];
        ck_ok(vg_reward_write(path, VG_REPLACE, first, &diag));
        ck_ok(vg_reward_load(path, &again, &diag));
        ck_assert(first->hash && again->hash == first->hash);
        ck_assert_str_eq(again->kind, first->kind);
        ck_assert(again->discount == first->discount && again->terminal == first->terminal);
        ck_assert(again->absorbing == first->absorbing && !again->sense == !first->sense);
        ck_ok(vg_reward_write(copy, VG_REPLACE, again, &diag));
        ck_ok(vg_file_read(path, 0, &bytes[0], &size[0], &diag));
        ck_ok(vg_file_read(copy, 0, &bytes[1], &size[1], &diag));
        ck_assert(size[0] == size[1] && memcmp(bytes[0], bytes[1], (size_t)size[0]) == 0);
        vg_free(bytes[0]), vg_free(bytes[1]);
        vg_reward_destroy(first), vg_reward_destroy(again);
    }
}
END_TEST

// A learned reward tells where it comes from, and has another hash than one without a history.
START_TEST(tells_its_origin) {
    vg_reward *plain = progress_reward(), *learned = progress_reward(), *again;
    const vg_reward_origin origin = {"maxent", "l2: 0.1\n", 0x1234};
    const char *path = scratch("learned");
    vg_safetensors file;
    ck_ok(vg_reward_write(scratch("plain"), VG_REPLACE, plain, &diag));
    ck_ok(vg_reward_write_from(path, VG_REPLACE, learned, &origin, &diag));
    ck_assert(plain->hash != learned->hash);
    ck_ok(vg_reward_load(path, &again, &diag));
    ck_assert(again->hash == learned->hash);
    ck_ok(vg_safetensors_read(path, &file, &diag));
    ck_assert_str_eq(vg_safetensors_text(&file, "learner"), "maxent");
    ck_assert_str_eq(vg_safetensors_text(&file, "config"), "l2: 0.1\n");
    ck_assert_str_eq(vg_safetensors_text(&file, "data"), "0000000000001234");
    vg_safetensors_free(&file);
    vg_reward_destroy(plain), vg_reward_destroy(learned), vg_reward_destroy(again);
}
END_TEST

START_TEST(every_content_has_a_hash_of_its_own) {
    uint64_t seen[5];
    for (int i = 0; i < 5; i++) {
        vg_linear_def def = linear_def();
        float other[3];
        memcpy(other, weights, sizeof other);
        if (i == 1) other[2] = 8, def.weights = other;
        if (i == 2) def.terminal = -3;
        if (i == 3) def.bias = 0;
        if (i == 4) def.sense = "offset,speed,heading";
        vg_reward *reward;
        ck_ok(vg_linear_create(&def, &reward, &diag));
        ck_ok(vg_reward_write(scratch("hash"), VG_REPLACE, reward, &diag));
        seen[i] = reward->hash;
        for (int k = 0; k < i; k++) ck_assert(seen[k] != seen[i]);
        vg_reward_destroy(reward);
    }
}
END_TEST

// A file with one thing changed.
static const char *changed(const char *key, const char *value, const char *without) {
    static char path[256];
    vg_safetensors file;
    vg_reward *reward = linear_reward();
    snprintf(path, sizeof path, "%s", scratch("changed"));
    ck_ok(vg_reward_write(path, VG_REPLACE, reward, &diag));
    ck_ok(vg_safetensors_read(path, &file, &diag));
    for (int32_t i = 0; i < file.metadata_count; i++)
        if (!strcmp(file.metadata[i].key, key)) file.metadata[i].value = value;
    vg_tensor tensors[8];
    int32_t count = 0;
    for (int32_t i = 0; i < file.tensor_count; i++)
        if (!without || strcmp(file.tensors[i].name, without) != 0) tensors[count++] = file.tensors[i];
    ck_ok(vg_safetensors_write(path, VG_REPLACE, tensors, count, file.metadata, file.metadata_count, &diag));
    vg_safetensors_free(&file);
    vg_reward_destroy(reward);
    return path;
}

START_TEST(refuses_what_is_no_reward) {
    static const struct {
        const char *key, *value, *without, *says;
    } cases[] = {
        {"format", "verge-policy", NULL, "format: 'verge-policy', expected 'verge-reward'"},
        {"format_version", "2", NULL, "format_version: '2', this verge reads 1"},
        {"kind", "gold", NULL, "kind: 'gold' is unknown, expected one of: progress, linear, driving"},
        {"discount", "1", NULL, "discount: 1, expected at least 0"},
        {"discount", "nan", NULL, "discount: 'nan' is not a number"},
        {"terminal", "", NULL, "terminal: '' is not a number"},
        {"sense", "offset,sonar", NULL, "sonar"},
        {"sense", "offset", NULL, "normaliser.mean: has 3 values, expected 1"},
        {"", "", "weights", "weights: is missing"},
        {"", "", "bias", "bias: is missing"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_reward *reward;
        const char *path = changed(cases[i].key, cases[i].value, cases[i].without);
        ck_fails(vg_reward_load(path, &reward, &diag), VG_ERR_FORMAT, cases[i].says);
        ck_assert_ptr_null(reward);
        ck_assert_str_eq(diag.file, path);
    }
}
END_TEST

START_TEST(refuses_values_that_are_none) {
    vg_linear_def def = linear_def();
    vg_progress_def plain = vg_progress_default();
    vg_reward *reward;
    def.bias = NAN;
    ck_fails(vg_linear_create(&def, &reward, &diag), VG_ERR_ARGUMENT, "not finite");
    def = linear_def(), def.absorbing = INFINITY;
    ck_fails(vg_linear_create(&def, &reward, &diag), VG_ERR_ARGUMENT, "absorbing: is not finite");
    plain.discount = -0.1;
    ck_fails(vg_progress_create(&plain, &reward, &diag), VG_ERR_ARGUMENT, "discount: -0.1");
    plain = vg_progress_default(), plain.offset = NAN;
    ck_fails(vg_progress_create(&plain, &reward, &diag), VG_ERR_ARGUMENT, "offset: is not finite");
}
END_TEST

CK_MAIN("reward_file", comes_back_to_the_bit, tells_its_origin, every_content_has_a_hash_of_its_own,
        refuses_what_is_no_reward, refuses_values_that_are_none)
