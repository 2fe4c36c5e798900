#include "eval/outcome/evaluation.h"

#include <string.h>

#include "agents/experts/expert.h"
#include "eval/outcome/pairs.h"
#include "eval/outcome/result.h"
#include "sim/base/memory.h"
#include "tests/check.h"

static vg_diag diag;

typedef struct made {
    vg_suite suite;
    vg_policy *pursuit, *human;
    vg_reference *reference;
    vg_evaluated policies[2];
    vg_evaluation_def def;
    int32_t told; // how many policies were driven
} made;

static void tell(void *context, int32_t count) {
    made *m = context;
    ck_assert_int_eq(count, m->told + 1);
    m->told = count;
}

static bool at_once(void) { return true; }

static void make(made *m) {
    static const char yaml[] =
        "test: seeds 1001..1002\nroad_length: 600\nstarts: 2\nhorizon: 5\nsample_interval: 0.5\n";
    vg_suite_config config;
    *m = (made){0};
    vg_config_default(&vg_suite_schema, &config);
    ck_ok(vg_config_parse(&vg_suite_schema, &config, yaml, sizeof yaml - 1, "s.yaml", &diag));
    ck_ok(vg_suite_build_scored(&config, "tiny", NULL, 1, &m->suite, &diag));
    ck_ok(vg_expert_create("pursuit", &m->pursuit, &diag));
    ck_ok(vg_expert_create("human_model", &m->human, &diag));
    ck_ok(vg_suite_reference(&m->suite, m->pursuit, 1, NULL, &m->reference, &diag));
    m->policies[0] = (vg_evaluated){m->pursuit, "pursuit", "pursuit"};
    m->policies[1] = (vg_evaluated){m->human, "second", "human_model"};
    m->def = (vg_evaluation_def){.suite = &m->suite,
                                 .policies = m->policies,
                                 .count = 2,
                                 .reference = m->reference,
                                 .threads = 1,
                                 .driven = tell,
                                 .context = m};
}

static void free_made(made *m) {
    vg_reference_destroy(m->reference);
    vg_policy_destroy(m->pursuit);
    vg_policy_destroy(m->human);
    vg_suite_free(&m->suite);
    ck_assert_int_eq(vg_memory_live(), 0);
}

START_TEST(drives_scores_and_compares) {
    made m;
    vg_evaluation e;
    make(&m);
    ck_ok(vg_evaluation_run(&m.def, &e, &diag));
    const vg_outcome *o = &e.outcome;
    ck_assert_int_eq(m.told, 2);
    ck_assert(o->arm_count == 2 && o->pair_count == VG_PAIR_METRICS);
    ck_assert_str_eq(o->kind, "evaluation");
    ck_assert_str_eq(o->name, "tiny");
    ck_assert_str_eq(o->reference, "pursuit");
    ck_assert_ptr_nonnull(strstr(o->configuration, "road_length: 600"));
    for (int p = 0; p < 2; p++) {
        ck_assert_str_eq(o->arms[p].label, p ? "second" : "pursuit");
        ck_assert_str_eq(o->arms[p].source, p ? "human_model" : "pursuit");
        ck_assert_str_eq(o->arms[p].kind, "expert");
        ck_assert_int_eq(o->arms[p].arm.seeds[0].rollout->count, 4);
        ck_assert_ptr_nonnull(o->arms[p].arm.seeds[0].open_error);
    }
    ck_assert(o->pairs[0].a == 1 && o->pairs[0].b == 0);
    vg_evaluation_free(&e);
    free_made(&m);
}
END_TEST

START_TEST(measures_from_the_centreline_without_a_reference) {
    made m;
    vg_evaluation e;
    make(&m);
    m.def.reference = NULL, m.def.count = 1, m.def.driven = NULL;
    ck_ok(vg_evaluation_run(&m.def, &e, &diag));
    ck_assert_str_eq(e.outcome.reference, "centreline");
    ck_assert(e.outcome.arm_count == 1 && e.outcome.pair_count == 0);
    ck_assert_ptr_null(e.outcome.arms[0].arm.seeds[0].open_error);
    vg_evaluation_free(&e);
    free_made(&m);
}
END_TEST

static void text_of(made *m, int32_t threads, vg_text *text) {
    vg_evaluation e;
    m->def.threads = threads, m->told = 0;
    ck_ok(vg_evaluation_run(&m->def, &e, &diag));
    ck_ok(vg_result_json(&e.outcome, true, text, &diag));
    vg_evaluation_free(&e);
}

START_TEST(same_text_at_any_thread_count) {
    made m;
    vg_text one = {0}, two = {0};
    make(&m);
    text_of(&m, 1, &one);
    text_of(&m, 2, &two);
    ck_assert_str_eq(one.bytes, two.bytes);
    vg_text_free(&one);
    vg_text_free(&two);
    free_made(&m);
}
END_TEST

START_TEST(stops_and_survives_failed_allocations) {
    made m;
    vg_evaluation e;
    make(&m);
    m.def.stop = at_once;
    int64_t live = vg_memory_live();
    ck_assert_int_eq(vg_evaluation_run(&m.def, &e, &diag), VG_ERR_INTERRUPTED);
    ck_assert_int_eq(vg_memory_live(), live);
    m.def.stop = NULL, m.def.driven = NULL;
    for (int64_t n = 1; n < 40; n++) {
        vg_memory_fail_after(n);
        vg_err err = vg_evaluation_run(&m.def, &e, &diag);
        vg_memory_fail_never();
        ck_assert_int_eq(err, VG_ERR_MEMORY);
        ck_assert_int_eq(vg_memory_live(), live);
    }
    free_made(&m);
}
END_TEST

START_TEST(labels) {
    char label[VG_KEY_TEXT_SIZE], longer[VG_KEY_TEXT_SIZE + 1];
    static const char *const cases[][2] = {{"out/kart-bc.safetensors", "kart-bc"},
                                           {"pursuit", "pursuit"},
                                           {"pursuit-noisy:noise=0.05", "pursuit-noisy_noise=0.05"},
                                           {"a b/c d", "c_d"}};
    for (int i = 0; i < 4; i++) {
        ck_ok(vg_evaluation_label(cases[i][0], label, &diag));
        ck_assert_str_eq(label, cases[i][1]);
    }
    memset(longer, 'x', VG_KEY_TEXT_SIZE);
    longer[VG_KEY_TEXT_SIZE] = 0;
    ck_fails(vg_evaluation_label(longer, label, &diag), VG_ERR_ARGUMENT, "shorter one");
    ck_fails(vg_evaluation_label("\xff", label, &diag), VG_ERR_ARGUMENT, "UTF-8");
}
END_TEST

CK_MAIN("evaluation", drives_scores_and_compares, measures_from_the_centreline_without_a_reference,
        same_text_at_any_thread_count, stops_and_survives_failed_allocations, labels)
