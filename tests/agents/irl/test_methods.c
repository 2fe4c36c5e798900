#include "agents/irl/methods.h"

#include <math.h>
#include <string.h>

#include "agents/irl/planning.h"
#include "sim/base/hash.h"
#include "tests/golden.h"

static vg_irl_score run(const char *world_name, const char *method, bool soft) {
    vg_diag diag = {0};
    vg_table_world world;
    vg_world_expert expert;
    vg_irl_scale scale;
    vg_irl_result result;
    vg_irl_settings settings = vg_irl_settings_default();
    int32_t index;
    settings.lambda = 4;
    ck_ok(vg_irl_method_find(method, &index, &diag));
    ck_ok(vg_table_world_open(world_name, &(vg_table_world_def){.seed = 1}, &world, &diag));
    ck_ok(vg_world_expert_open(&world, soft, 0, 1, &expert, &diag));
    ck_ok(vg_irl_scale_open(&world, &scale, &diag));
    ck_ok(vg_irl_run(index, &world, &expert, &settings, &result, &diag));
    vg_irl_score score = vg_irl_score_of(&world, &expert, &scale, &result);
    vg_irl_result_close(&result);
    vg_irl_scale_close(&scale);
    vg_world_expert_close(&expert);
    vg_table_world_destroy(&world);
    return score;
}

// With lambda 4 the linear program finds the true reward of the corner: no gap, no regret, correlation 1.
START_TEST(a_perfect_method_has_a_perfect_score) {
    vg_irl_score score = run("corner", "linear", false);
    ck_assert_double_le(score.gap, 1e-9);
    ck_assert_double_eq_tol(score.regret, 0, 1e-9);
    ck_assert_double_eq_tol(score.correlation, 1, 1e-9);
}
END_TEST

START_TEST(every_method_is_better_than_chance) {
    for (int32_t i = 0; vg_irl_method_name(i); i++) {
        bool linear = !strcmp(vg_irl_method_name(i), "linear");
        vg_irl_score score = run("corner", vg_irl_method_name(i), !linear);
        ck_assert(strlen(vg_irl_method_summary(i)) > 10);
        ck_assert_double_lt(score.regret, 0.9);
        ck_assert_double_ge(score.regret, -1e-9); // the best cannot be beaten
    }
    int32_t index;
    vg_diag diag = {0};
    ck_fails(vg_irl_method_find("magic", &index, &diag), VG_ERR_NOT_FOUND,
             "expected one of linear, projection");
}
END_TEST

START_TEST(random_actions_have_a_regret_of_one) {
    vg_diag diag = {0};
    vg_table_world world;
    vg_world_expert expert;
    vg_irl_scale scale;
    vg_irl_result result;
    ck_ok(vg_table_world_open("objects", &(vg_table_world_def){.seed = 1}, &world, &diag));
    ck_ok(vg_world_expert_open(&world, false, 0, 1, &expert, &diag));
    ck_ok(vg_irl_scale_open(&world, &scale, &diag));
    ck_ok(vg_irl_result_open(&world, 1, &result, &diag));
    memcpy(result.occupancy, scale.visited, (size_t)world.mdp.states * sizeof(double));
    vg_irl_score score = vg_irl_score_of(&world, &expert, &scale, &result);
    ck_assert_double_eq_tol(score.regret, 1, 1e-12);
    ck_assert(isnan(score.correlation)); // a reward of 0 everywhere
    vg_irl_result_close(&result);
    vg_irl_scale_close(&scale);
    vg_world_expert_close(&expert);
    vg_table_world_destroy(&world);
}
END_TEST

// Every method's bits on a world, and which methods it refuses.
static uint64_t hash_of(const char *world_name) {
    vg_diag diag = {0};
    vg_table_world world;
    vg_world_expert expert;
    vg_irl_settings settings = vg_irl_settings_default();
    bool squares = strcmp(world_name, "macrocells") == 0 || strcmp(world_name, "objects") == 0;
    bool one_size = strncmp(world_name, "highway", 7) == 0 || strcmp(world_name, "corner") == 0;
    vg_table_world_def def = {.size = one_size ? 0 : squares ? 8 : 4, .discount = 0.6, .seed = 1};
    uint64_t h = 0;
    settings.iterations = 2, settings.lambda = 4;
    ck_ok(vg_table_world_open(world_name, &def, &world, &diag));
    ck_ok(vg_world_expert_open(&world, false, 0, 1, &expert, &diag));
    for (int32_t i = 0; vg_irl_method_name(i); i++) {
        // A linear programme of 64 squares takes three seconds.
        if (squares && strcmp(vg_irl_method_name(i), "linear") == 0) continue;
        vg_irl_result result;
        vg_err err = vg_irl_run(i, &world, &expert, &settings, &result, &diag);
        h = vg_hash_int(h, &(int64_t){err}, 1);
        if (!err)
            h = vg_hash_double(vg_hash_double(h, result.weights, world.features), result.mu, world.features);
        vg_irl_result_close(&result);
    }
    vg_world_expert_close(&expert);
    vg_table_world_destroy(&world);
    return h;
}

START_TEST(same_bits_on_every_world) {
    for (int32_t i = 0; vg_world_name(i); i++) {
        char name[80];
        snprintf(name, sizeof name, "irl/%s", vg_world_name(i));
        ck_golden(name, hash_of(vg_world_name(i)));
    }
}
END_TEST

CK_MAIN("methods", a_perfect_method_has_a_perfect_score, every_method_is_better_than_chance,
        random_actions_have_a_regret_of_one, same_bits_on_every_world)
