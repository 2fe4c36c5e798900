#include "agents/training/run.h"

#include <math.h>
#include <string.h>

#include "agents/experts/expert.h"
#include "agents/learners/bc.h"
#include "agents/nets/mlp.h"
#include "sim/base/memory.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

typedef struct made {
    vg_bc_config config;
    vg_road *road, *other;
    const vg_road *roads[2];
    vg_policy *expert;
    vg_network *net;
    vg_learner_def def;
    vg_run run;
    double mine; // a number of the learner's own state
    int reports, watched, stop_at;
    double last[4];
} made;

static void on_round(void *context, const vg_learner_round *round) {
    made *m = context;
    ck_assert_int_eq(round->round, m->reports++);
    for (int32_t i = 0; i < round->count; i++) m->last[i] = round->values[i];
}

static bool watch(void *context, int64_t done, int64_t total) {
    made *m = context;
    ck_assert_int_eq(total, 5);
    m->watched++;
    return done != m->stop_at;
}

static void open_run(made *m) {
    m->run = (vg_run){.rounds = 5, .watches_rounds = true};
    vg_checkpoint_double(&m->run.state, "mine", &m->mine);
    ck_ok(vg_run_open(&m->run, &vg_learner_bc, &m->def, &diag));
    ck_ok(vg_run_select_from(&m->run, m->net, &diag));
    ck_ok(vg_run_identify(&m->run, &(vg_car){0}, 7, &diag));
}

static void make(made *m) {
    *m = (made){.road = stadium_road(60, 20, 4), .other = stadium_road(90, 20, 4)};
    m->roads[0] = m->road, m->roads[1] = m->other;
    vg_config_default(&vg_bc_schema, &m->config);
    ck_ok(vg_expert_create("pursuit", &m->expert, &diag));
    vg_mlp_def shape = vg_mlp_default();
    shape.inputs = 2, shape.outputs = 2, shape.hidden_count = 0;
    ck_ok(vg_mlp_create(&shape, &m->net, &diag));
    vg_network_init(m->net, 1);
    m->def = (vg_learner_def){.config = &m->config,
                              .seed = 1,
                              .logs = &(const char *){"a.vlog"},
                              .log_count = 1,
                              .out = scratch("p.safetensors"),
                              .checkpoint = scratch("p.checkpoint"),
                              .on_round = on_round,
                              .watch = watch,
                              .context = m};
    open_run(m);
}

static void free_made(made *m) {
    vg_run_close(&m->run);
    vg_network_destroy(m->net);
    vg_policy_destroy(m->expert);
    vg_road_destroy(m->road);
    vg_road_destroy(m->other);
}

static uint64_t identity(made *m, const vg_learner *learner, uint64_t data) {
    vg_run run = {.learner = learner, .def = &m->def};
    vg_car car = vg_car_default();
    ck_ok(vg_run_identify(&run, &car, data, &diag));
    return run.identity;
}

// Everything that decides the path of a training changes its identity; the number of threads does not.
START_TEST(identity_is_of_all_that_decides) {
    made m;
    make(&m);
    uint64_t seen[16];
    int n = 0;
    vg_learner renamed = vg_learner_bc;
    renamed.name = "cb";
    seen[n++] = identity(&m, &vg_learner_bc, 7);
    m.def.threads = 3;
    ck_assert_uint_eq(identity(&m, &vg_learner_bc, 7), seen[0]);
    seen[n++] = identity(&m, &vg_learner_bc, 8);
    seen[n++] = identity(&m, &renamed, 7);
    m.def.seed = 2, seen[n++] = identity(&m, &vg_learner_bc, 7), m.def.seed = 1;
    m.config.bc.batch_size++, seen[n++] = identity(&m, &vg_learner_bc, 7), m.config.bc.batch_size--;
    m.def.expert = m.expert, seen[n++] = identity(&m, &vg_learner_bc, 7), m.def.expert = NULL;
    m.def.disturbance.delay = 0.1f, seen[n++] = identity(&m, &vg_learner_bc, 7), m.def.disturbance.delay = 0;
    m.def.roads = m.roads, m.def.road_count = 1, seen[n++] = identity(&m, &vg_learner_bc, 7);
    m.def.road_count = 2, seen[n++] = identity(&m, &vg_learner_bc, 7);
    m.def.road_count = 1, m.def.valid = m.roads + 1, m.def.valid_count = 1;
    seen[n++] = identity(&m, &vg_learner_bc, 7); // the same two roads, one of them for validation
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) ck_assert_msg(seen[i] != seen[k], "%d and %d", i, k);
    free_made(&m);
}
END_TEST

START_TEST(stops_and_goes_on) {
    made m;
    make(&m);
    m.stop_at = 2, m.mine = 4.5;
    for (int round = 0; round < 2; round++) {
        if (round == 0) vg_run_select(&m.run, 1);
        vg_run_note(&m.run, "one", round);
        vg_run_note(&m.run, "none", NAN);
        vg_err err = vg_run_end_round(&m.run, 100, &diag);
        ck_assert_int_eq(err, round == 1 ? VG_ERR_INTERRUPTED : VG_OK);
        ck_assert(m.last[0] == round && isnan(m.last[1]));
    }
    ck_assert(m.reports == 2 && m.watched == 2);
    float best = m.run.best_weights[0];
    vg_run_close(&m.run);
    m.def.resume = true, m.mine = 0;
    open_run(&m);
    m.run.best_weights[0] = best + 1;
    ck_ok(vg_run_restore(&m.run, &diag));
    ck_assert(m.run.resumed && m.run.round == 2 && m.mine == 4.5 && m.run.best_weights[0] == best);
    ck_assert_int_eq(m.run.report.best_round, 1);
    m.stop_at = 0, m.reports = 2;
    ck_ok(vg_run_end_round(&m.run, 100, &diag));
    vg_run_close(&m.run);
    m.def.seed = 2;
    open_run(&m);
    ck_fails(vg_run_restore(&m.run, &diag), VG_ERR_MISMATCH, "another training");
    free_made(&m);
}
END_TEST

// The last round is not an interruption, and a checkpoint is written when it is due.
START_TEST(writes_when_it_is_due) {
    made m;
    make(&m);
    m.stop_at = 5, m.def.resume = true;
    vg_file_discard(m.def.checkpoint);
    ck_ok(vg_run_restore(&m.run, &diag));
    ck_assert(!m.run.resumed);
    for (int round = 0; round < 5; round++) {
        vg_run_select(&m.run, round + 1);
        ck_ok(vg_run_end_round(&m.run, 3, &diag));
        bool there = vg_file_may_write(m.def.checkpoint, VG_KEEP, NULL) == VG_ERR_EXISTS;
        ck_assert(there == (round >= 2));
    }
    vg_run again = {.rounds = 5};
    vg_checkpoint_double(&again.state, "mine", &m.mine);
    ck_ok(vg_run_open(&again, &vg_learner_bc, &m.def, &diag));
    ck_ok(vg_run_select_from(&again, m.net, &diag));
    ck_ok(vg_run_identify(&again, &(vg_car){0}, 7, &diag));
    ck_ok(vg_run_restore(&again, &diag));
    ck_assert_int_eq(again.round, 5); // stopped at the end: written once more
    vg_run_close(&again);
    free_made(&m);
}
END_TEST

START_TEST(refuses_before_it_begins) {
    made m;
    make(&m);
    vg_run run = {0};
    m.def.log_count = 0;
    ck_fails(vg_run_open(&run, &vg_learner_bc, &m.def, &diag), VG_ERR_ARGUMENT, "bc learns from logs");
    m.def.log_count = 1, m.config.bc.batch_size = 0;
    ck_fails(vg_run_open(&run, &vg_learner_bc, &m.def, &diag), VG_ERR_ARGUMENT, "bc.batch_size");
    free_made(&m);
}
END_TEST

CK_MAIN("run", identity_is_of_all_that_decides, stops_and_goes_on, writes_when_it_is_due,
        refuses_before_it_begins)
