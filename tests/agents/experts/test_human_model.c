#include "agents/experts/human_model.h"

#include "sim/base/embedded.h"
#include "tests/experts.h"
#include "tests/scratch.h"

// A lap of library roads from 1,000 starts. The kart on the narrow road, and the formula anywhere, start with
// straight wheels in a curve or towards an edge, at speeds they would not choose. That needs a reaction
// faster than a person's: see docs/experts.md.
START_TEST(keeps_a_lap_from_a_thousand_starts) {
    ck_long();
    static const char *const roads[] = {"chicane", "hairpins", "sweepers", "test-1", "test-2", "narrow"};
    vg_diag diag;
    vg_policy *policy = expert("human_model");
    vg_car kart;
    ck_ok(vg_car_load("kart", &kart, &diag));
    for (int32_t r = 0; r < (getenv("VERGE_THOROUGH") ? 6 : 1); r++) {
        vg_road *road = library_road(roads[r]);
        ck_assert_int_eq(departures_of_a_lap(policy, road, NULL, 1000, r == 0 ? 160 : 300), 0);
        if (r < 5) ck_assert_int_eq(departures_of_a_lap(policy, road, &kart, 1000, r == 0 ? 125 : 250), 0);
        vg_road_destroy(road);
    }
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(keeps_on_open_and_crossing_roads) {
    vg_diag diag;
    vg_policy *policy = expert("human_model");
    vg_road *roads[] = {open_road(4), eight_road(120, 4), circle_road(30, 4), stadium_road(200, 12, 4)};
    vg_car formula;
    ck_ok(vg_car_load("formula", &formula, &diag));
    for (int i = 0; i < 4; i++) {
        vg_rollout_def def = vg_rollout_def_default();
        vg_rollout out;
        const vg_road *road = roads[i];
        def.policy = policy, def.roads = &road, def.road_count = 1, def.trace = false, def.horizon = 40;
        for (int c = 0; c < 2; c++) {
            def.car = c ? &formula : NULL, def.start_spread = c ? 0.5f : 2.5f;
            ck_ok(vg_rollout_run(&def, &out, &diag));
            for (int32_t e = 0; e < out.count; e++) {
                ck_assert_double_lt(out.episodes[e].off_time, 0);
                ck_assert_double_gt(out.episodes[e].distance, 3 * out.episodes[e].duration);
            }
            vg_rollout_free(&out);
        }
        vg_road_destroy(roads[i]);
    }
    vg_policy_destroy(policy);
}
END_TEST

START_TEST(same_seed_same_bits) {
    vg_policy *policy = expert("human_model"), *calm = expert("human_model:noise=0");
    vg_road *road = stadium_road(150, 20, 5);
    uint64_t hash = drive_hash(policy, road, 7, 1);
    ck_golden("human_model/drive", hash);
    ck_assert_uint_eq(drive_hash(policy, road, 7, 3), hash);
    ck_assert_uint_ne(drive_hash(policy, road, 8, 1), hash);
    ck_assert_uint_ne(drive_hash(calm, road, 7, 1), hash);
    vg_policy_destroy(policy);
    vg_policy_destroy(calm);
    vg_road_destroy(road);
}
END_TEST

// The label is the action of a driver without delay, noise and dead band.
START_TEST(labels_move_nothing) {
    ck_labels_move_nothing("human_model", "human_model:noise=0,reaction=0,band=0", 400);
}
END_TEST

// Round a circle at a constant speed: v^2 (k + curve_error) = lateral * grip, and in its middle.
START_TEST(chooses_its_speed_by_the_bend) {
    vg_diag diag;
    vg_road *road = circle_road(80, 5);
    vg_policy *policy = expert("human_model:noise=0,lateral=0.3,curve_error=0.004");
    vg_rollout_def def = vg_rollout_def_default();
    vg_rollout out;
    const vg_road *roads[] = {road};
    def.policy = policy, def.roads = roads, def.road_count = 1, def.starts = 1, def.horizon = 60;
    ck_ok(vg_rollout_run(&def, &out, &diag));
    const vg_trace_point *end = &out.trace[out.samples - 1];
    ck_assert_double_eq_tol(end->speed, sqrt(0.3 * 8 / (1 / 80.0 + 0.004)), 0.5);
    ck_assert_double_lt(fabsf(end->offset), 0.1);
    vg_rollout_free(&out);
    vg_policy_destroy(policy);
    vg_road_destroy(road);
}
END_TEST

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(reads_every_parameter_from_yaml) {
    vg_diag diag;
    vg_human_model standard, read;
    const vg_embedded *preset = vg_embedded_find("assets/experts/human_model.yaml");
    ck_assert_ptr_nonnull(preset);
    vg_config_default(&vg_human_model_schema, &standard);
    memset(&read, 0, sizeof read);
    ck_ok(vg_config_parse(&vg_human_model_schema, &read, preset->bytes, (int64_t)preset->size, "preset",
                          &diag));
    ck_assert_int_eq(memcmp(&read, &standard, sizeof read),
                     0); // the file names every setting, at its default

    vg_policy *a = expert("human_model:config=human_model"), *b;
    ck_assert_uint_eq(a->hash, 0);
    vg_policy_destroy(a);
    const char *path = scratch("driver.yaml");
    char text[400];
    write_text(path, "reaction: 0.2\nnoise: 0.02\n");
    snprintf(text, sizeof text, "human_model:config=%s,noise=0.03", path);
    a = expert(text), b = expert("human_model:reaction=0.2,noise=0.03");
    ck_assert_uint_ne(a->hash, 0);
    ck_assert_uint_eq(a->hash, b->hash); // settings behind the file override it
    vg_policy_destroy(a);
    vg_policy_destroy(b);
    write_text(path, "reaction: 0.2\nnose: 0.02\n");
    ck_fails(vg_expert_create(text, &a, &diag), VG_ERR_FORMAT, "driver.yaml:2");
    ck_fails(vg_expert_create("human_model:config=gone.yaml", &a, &diag), VG_ERR_NOT_FOUND, "gone.yaml");
    ck_fails(vg_expert_create("human_model:reaction=0.9", &a, &diag), VG_ERR_FORMAT, "0..0.5 s");
    ck_fails(vg_expert_create("human_model:noise", &a, &diag), VG_ERR_FORMAT, "expected key=value");
    vg_memory_fail_after(1);
    ck_assert_int_eq(vg_expert_create("human_model", &a, &diag), VG_ERR_MEMORY);
    vg_memory_fail_never();
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("human_model", keeps_a_lap_from_a_thousand_starts, keeps_on_open_and_crossing_roads,
        same_seed_same_bits, labels_move_nothing, chooses_its_speed_by_the_bend,
        reads_every_parameter_from_yaml)
