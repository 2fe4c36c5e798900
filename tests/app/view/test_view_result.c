// verge view opens a result that verge wrote: every episode is driven again as it was scored, and a result
// whose files have changed is refused.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/drive/recorded_starts.h"
#include "agents/policy_open.h"
#include "app/view/open.h"
#include "app/view/result_file.h"
#include "eval/outcome/result.h"
#include "sim/base/exact.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/scratch.h"

static vg_diag diag;

// Two drivers on three roads, in disturbance; one of them draws noise of its own and leaves the road now and
// then.
enum { ARMS = 2, ROADS = 3, STARTS = 3, EPISODES = ROADS * STARTS };
static const char *const drivers[ARMS] = {"pursuit", "pursuit-noisy:noise=2"};

typedef struct scored {
    vg_suite suite;
    vg_policy *policies[ARMS];
    vg_rollout rollouts[ARMS];
    const char *path;
    vg_recorded_starts *recorded;
} scored;

static void write_result(scored *s, const vg_outcome_arm *arms) {
    vg_outcome outcome = {.kind = "evaluation",
                          .name = "tiny",
                          .about = "",
                          .command = "verge eval",
                          .configuration = "",
                          .suite = &s->suite,
                          .reference = "centreline",
                          .arms = arms,
                          .arm_count = ARMS};
    vg_text text = {0};
    ck_ok(vg_result_json(&outcome, false, &text, &diag));
    s->path = scratch("result.json");
    ck_ok(vg_file_write(s->path, text.bytes, text.size, VG_REPLACE, &diag));
    vg_text_free(&text);
}

// A slow lap of a road, left of its middle.
static vg_recorded_starts *lap_of(const vg_road *road) {
    enum { TICKS = 200 };
    static vg_log_step steps[TICKS];
    vg_recorded_starts *starts;
    for (int i = 0; i < TICKS; i++) {
        double s = vg_road_get(road).length * i / TICKS, sine, cosine;
        vg_road_point at = vg_road_at(road, s);
        vg_sincos(at.heading, &sine, &cosine);
        steps[i].state = (vg_state){.s = s, .yaw = at.heading, .speed = 5.1f + 0.01f * (float)i};
        steps[i].state.x = at.x - 0.7 * sine, steps[i].state.y = at.y + 0.7 * cosine;
    }
    ck_ok(vg_recorded_starts_create(road, &starts, &diag));
    ck_ok(vg_recorded_starts_add(starts, road, steps, TICKS, &diag));
    vg_recorded_starts_finish(starts);
    return starts;
}

// recorded: on the first road episodes start in states of a lap.
static scored score_from(bool recorded) {
    static const char yaml[] =
        "test: [hairpins, seeds 5..6]\nroad_length: 800\nstarts: 3\nhorizon: 12\n"
        "start_spread: 3\nsample_interval: 0.5\nseed: 7\ngust: 0.1\nactuation_noise: 0.3\ndelay: 0.05\n"
        "reference: \"\"\n";
    scored s = {0};
    vg_suite_config config;
    vg_arm_seed seeds[ARMS];
    vg_outcome_arm arms[ARMS];
    vg_config_default(&vg_suite_schema, &config);
    ck_ok(vg_config_parse(&vg_suite_schema, &config, yaml, sizeof yaml - 1, "s.yaml", &diag));
    config.start_states = recorded;
    ck_ok(vg_suite_build(&config, "tiny", NULL, 1, &s.suite, &diag));
    if (recorded) s.suite.recorded = s.recorded = lap_of(s.suite.test.roads[0]);
    for (int i = 0; i < ARMS; i++) {
        ck_ok(vg_policy_open(drivers[i], &(vg_policy_terms){0}, &s.policies[i], &diag));
        vg_rollout_def def = vg_suite_rollout(&s.suite);
        def.policy = s.policies[i];
        ck_ok(vg_rollout_run(&def, &s.rollouts[i], &diag));
        seeds[i] = (vg_arm_seed){.hash = s.policies[i]->hash, .rollout = &s.rollouts[i], .held_out = NAN};
        arms[i] =
            (vg_outcome_arm){.label = drivers[i], .kind = "expert", .source = drivers[i], .budget = NAN};
        arms[i].arm = (vg_arm){drivers[i], &seeds[i], 1, ROADS, STARTS, s.suite.config.horizon, 1};
        ck_ok(vg_analysis_run(&arms[i].arm, 1, &arms[i].analysis, &diag));
    }
    write_result(&s, arms);
    for (int i = 0; i < ARMS; i++) vg_analysis_free(&arms[i].analysis);
    return s;
}

static scored score(void) { return score_from(false); }

static void free_scored(scored *s) {
    vg_recorded_starts_destroy(s->recorded);
    for (int i = 0; i < ARMS; i++) {
        vg_rollout_free(&s->rollouts[i]);
        vg_policy_destroy(s->policies[i]);
    }
    vg_suite_free(&s->suite);
}

static vg_err open_episode(const char *path, const char *episode, vg_view *out) {
    int32_t hidden;
    const char *files[] = {path}, *episodes[] = {episode};
    vg_view_request request = {
        .files = {files, 1}, .episodes = {episodes, 1}, .start = -1, .training_seed = 1};
    return vg_view_open(&request, out, &hidden, &diag);
}

// The moments that a trace has are equal to the trace's, to the bit.
static int32_t same_drive(const vg_view_drive *drive, const vg_rollout *r, int32_t e) {
    int32_t found = 0;
    const vg_trace_point *trace = r->trace + (int64_t)e * r->samples;
    for (int64_t i = 0; i < drive->count; i++) {
        const vg_moment *m = &drive->moments[i];
        int32_t k = (int32_t)(m->t / r->sample_seconds + 0.5);
        if (m->events & VG_EVENT_OFF || fabs(m->t - k * r->sample_seconds) > 1e-9) continue;
        ck_assert_float_eq(m->state.offset, trace[k].offset);
        ck_assert_float_eq(m->state.speed, trace[k].speed);
        ck_assert_float_eq((float)m->state.s, trace[k].s);
        found++;
    }
    ck_assert_double_eq(drive->off_time, r->episodes[e].off_time);
    return found;
}

// Every episode of a result, driven again: the number of departures.
static int32_t drive_again(const scored *of) {
    const scored s = *of;
    int32_t departures = 0;
    for (int32_t e = 0; e < EPISODES; e++) {
        vg_view view;
        char name[VG_KEY_TEXT_SIZE + 16];
        snprintf(name, sizeof name, "%s:%d", s.suite.test.names[e / STARTS], e % STARTS);
        ck_ok(open_episode(s.path, name, &view));
        ck_assert_uint_eq(vg_road_hash(view.roads[0].road), vg_road_hash(s.suite.test.roads[e / STARTS]));
        ck_assert_int_eq(view.car_count, ARMS);
        for (int i = 0; i < ARMS; i++) {
            ck_assert_int_eq(same_drive(vg_view_drive_of(&view, i), &s.rollouts[i], e),
                             s.rollouts[i].samples);
            ck_assert_str_eq(view.cars[i].label, drivers[i]);
        }
        departures += view.departure_count;
        vg_view_free(&view);
    }
    return departures;
}

START_TEST(every_episode_is_driven_as_it_was_scored) {
    scored s = score();
    ck_assert_int_gt(drive_again(&s), 3);
    free_scored(&s);
}
END_TEST

// The result is enough: the laps that the starts come from are gone.
START_TEST(recorded_starts_are_in_the_result) {
    scored s = score_from(true);
    ck_assert_float_lt(s.rollouts[0].episodes[0].start_speed, 7.2f);
    drive_again(&s);
    vg_result_file file;
    vg_start starts[STARTS];
    ck_ok(vg_result_file_open(s.path, &file, &diag));
    ck_ok(vg_result_file_starts(&file, 0, starts, &diag));
    ck_assert(starts[1].speed == s.rollouts[0].episodes[1].start_speed);
    json_array_set_new(json_array_get(json_object_get(file.root, "recorded_starts"), 0), 2, json_null());
    ck_fails(vg_result_file_starts(&file, 0, starts, &diag), VG_ERR_FORMAT, "recorded_starts");
    vg_result_file_close(&file);
    free_scored(&s);
}
END_TEST

START_TEST(curves_are_the_results_own) {
    scored s = score();
    vg_view view;
    ck_ok(open_episode(s.path, "0", &view));
    const vg_view_curves *c = &view.groups[1].curves;
    ck_assert_int_eq(c->count, s.rollouts[1].samples);
    ck_assert_double_eq(c->alive[0], 1);
    int32_t gone = 0;
    for (int32_t e = 0; e < EPISODES; e++) gone += s.rollouts[1].episodes[e].off_time >= 0;
    ck_assert_int_gt(gone, 0);
    ck_assert_double_eq_tol(c->alive[c->count - 1], 1 - (double)gone / EPISODES, 1e-9);
    ck_assert_str_eq(c->about, "3 roads, 3 starts");
    ck_assert_str_eq(view.title, "tiny, hairpins, start 0");
    vg_view_free(&view);
    free_scored(&s);
}
END_TEST

// What a gate's page plays holds no curves: they are those of the drive that is shown.
START_TEST(an_arm_without_curves_is_shown) {
    scored s = score();
    vg_view view;
    json_t *root = json_load_file(s.path, 0, NULL);
    ck_assert_ptr_nonnull(root);
    for (size_t i = 0; i < ARMS; i++)
        json_object_del(json_array_get(json_object_get(root, "arms"), i), "curves");
    const char *path = scratch("bare.json");
    ck_assert_int_eq(json_dump_file(root, path, 0), 0);
    json_decref(root);
    ck_ok(open_episode(path, "hairpins:1", &view));
    ck_assert_int_eq(view.group_count, ARMS);
    for (int g = 0; g < ARMS; g++) ck_assert_int_gt(view.groups[g].curves.count, 1);
    vg_view_free(&view);
    free_scored(&s);
}
END_TEST

// If a key that is read is removed or set to nonsense, the error has the key's name or a message; it never
// crashes.
START_TEST(bad_results_are_refused) {
    static const char *const keys[] = {"kind", "schema_version", "name", "suite", "car", "roads", "arms"};
    scored s = score();
    json_t *root = json_load_file(s.path, 0, NULL);
    ck_assert_ptr_nonnull(root);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (int kind = 0; kind < 5; kind++) {
            json_t *bad = json_deep_copy(root);
            if (kind == 0) json_object_del(bad, keys[i]);
            if (kind == 1) json_object_set_new(bad, keys[i], json_integer(-77));
            if (kind == 2) json_object_set_new(bad, keys[i], json_null());
            if (kind == 3) json_object_set_new(bad, keys[i], json_array());
            if (kind == 4) json_object_set_new(bad, keys[i], json_pack("[{s:i}]", "label", 3));
            const char *path = scratch("bad.json");
            ck_assert_int_eq(json_dump_file(bad, path, 0), 0);
            vg_result_file file;
            ck_assert_int_eq(vg_result_file_open(path, &file, &diag), VG_ERR_FORMAT);
            ck_assert_str_eq(diag.file, path);
            ck_assert_ptr_null(file.root);
            json_decref(bad);
        }
    json_decref(root);
    free_scored(&s);
}
END_TEST

START_TEST(no_memory_is_told) {
    scored s = score();
    for (oom turn = {.share = 30, .diag = &diag}; oom_next(&turn);) {
        vg_view view;
        turn.err = open_episode(s.path, "hairpins:1", &view);
        if (!turn.err) vg_view_free(&view);
    }
    free_scored(&s);
}
END_TEST

CK_MAIN("view result", every_episode_is_driven_as_it_was_scored, recorded_starts_are_in_the_result,
        curves_are_the_results_own, an_arm_without_curves_is_shown, bad_results_are_refused,
        no_memory_is_told)
