#include "eval/outcome/claims.h"

#include "tests/check.h"
#include "tests/out_of_memory.h"
#include "tests/outcome_fixture.h"

enum { SEEDS = 2, ROADS = 3, SAMPLES = 9 };

// Two arms of two seeds on three roads of one start: "bad" leaves the road at these times, "good" once, late.
// "good" stalls once, after 100 s. On the third road it falls behind after 60 s.
typedef struct fixture {
    vg_outcome_arm arms[2];
    vg_arm_seed seeds[2][SEEDS];
    vg_rollout rollouts[2][SEEDS];
    vg_episode episodes[2][SEEDS][ROADS];
    vg_trace_point trace[2][SEEDS][ROADS][SAMPLES];
    double open[2][SEEDS], drift[SEEDS * ROADS], record[3 * SEEDS * 3];
    char names[3][64];
    vg_outcome_record rounds;
    vg_human_likeness human_likeness[SEEDS];
    double regret[SEEDS * ROADS], epic[SEEDS];
    vg_reward_score reward;
} fixture;

static void drive(fixture *f, int arm, int seed, int road, double off_time) {
    bool stalls = arm == 1 && seed == 1 && road == 0, slow = arm == 1 && road == 2;
    vg_episode *row = &f->episodes[arm][seed][road];
    *row = (vg_episode){.off_time = off_time, .stall_time = stalls ? 100 : -1, .duration = 160};
    row->success = off_time < 0 && !stalls && !slow;
    row->outcome = off_time >= 0 ? VG_OUTCOME_OFF_ROAD : stalls ? VG_OUTCOME_STALLED : VG_OUTCOME_ON_ROAD;
    row->lap_time = arm == 1 && road == 1 ? -1 : 50 + 10 * road + seed; // on the second road: no whole lap
    for (int k = 0; k < SAMPLES; k++)
        f->trace[arm][seed][road][k] =
            (vg_trace_point){.progress = slow && k > 3 ? 600 : 200 * (float)k, .expected = 200 * (float)k};
}

static void setup(fixture *f) {
    static const double times[2][SEEDS][ROADS] = {{{10, 20, 70}, {5, 61, -1}}, {{-1, -1, -1}, {-1, 61, -1}}};
    static const double record[] = {4,   2,   1,   8,   4,   NAN, 0.5, 0.5, 0.5,
                                    0.5, 0.5, 0.5, 100, 200, 300, 100, 200, NAN};
    memset(f, 0, sizeof *f);
    for (int a = 0; a < 2; a++) {
        for (int s = 0; s < SEEDS; s++) {
            for (int r = 0; r < ROADS; r++) drive(f, a, s, r, times[a][s][r]);
            f->rollouts[a][s] = (vg_rollout){.count = ROADS,
                                             .samples = SAMPLES,
                                             .sample_seconds = 20,
                                             .episodes = f->episodes[a][s],
                                             .trace = f->trace[a][s][0]};
            f->seeds[a][s] = (vg_arm_seed){.rollout = &f->rollouts[a][s], .held_out = a ? 0.01 : 0.04 + s};
            f->open[a][s] = 0.5;
        }
        f->arms[a].label = a ? "good" : "bad, 2";
        f->arms[a].arm = (vg_arm){f->arms[a].label, f->seeds[a], SEEDS, ROADS, 1, 160, 1};
        vg_analysis *an = &f->arms[a].analysis;
        *an = (vg_analysis){.seeds = SEEDS, .units = ROADS, .each = 1};
        an->open_seeds = f->open[a], an->drift_cells = f->drift;
        an->error_ratio = (vg_estimate){3, 2, 4};
        an->survival.rising_p = a ? NAN : 0.01;
        f->arms[a].training.labels = 800;
    }
    memcpy(f->record, record, sizeof record);
    strcpy(f->names[0], "departures_per_lap"), strcpy(f->names[1], "beta"), strcpy(f->names[2], "actions");
    f->rounds = (vg_outcome_record){f->names, 3, SEEDS, 3, f->record};
    f->arms[0].record = &f->rounds;
    f->human_likeness[0].distance[VG_OCCUPANCY_TURN] = 0.5,
    f->human_likeness[1].distance[VG_OCCUPANCY_TURN] = 1;
    f->arms[0].human_likeness = f->human_likeness;
    for (int i = 0; i < SEEDS * ROADS; i++) f->regret[i] = 0.1 * i;
    f->epic[0] = 0.02, f->epic[1] = 0.06;
    f->reward.cells[VG_REWARD_regret] = f->regret, f->reward.cells[VG_REWARD_epic] = f->epic;
    f->arms[1].reward = &f->reward;
}

static vg_claim judge(const fixture *f, const char *condition) {
    char list[VG_KEY_LIST_SIZE];
    vg_claims claims;
    vg_diag diag;
    snprintf(list, sizeof list, "1: it is so: %s", condition);
    ck_ok(vg_claims_check(list, f->arms, 2, &diag));
    ck_ok(vg_claims_judge(list, f->arms, 2, 1, &claims, &diag));
    ck_assert_int_eq(claims.count, 1);
    vg_claim claim = claims.rows[0];
    vg_claims_free(&claims);
    ck_assert_str_eq(claim.id, "1");
    ck_assert_str_eq(claim.text, "it is so");
    return claim;
}

START_TEST(judges_by_hand_worked_values) {
    static const struct {
        const char *condition;
        double value;
        bool holds;
    } cases[] = {
        {"off_road@60(bad; 2) > 0.49", 0.5, true},
        {"off_road@60(bad; 2) > 0.5", 0.5, false},
        {"off_road@60(bad; 2) >= 0.5", 0.5, true},
        {"off_road@61(bad; 2) < 0.7", 4.0 / 6, true},
        {"off_road(bad; 2) <= 0.8", 5.0 / 6, false},
        {"off_road(good) <= 0.2", 1.0 / 6, true},
        {"off_road@60(good) <= 0", 0, true},
        {"high off_road@60(good) <= 0.01", 0, false}, // no failure seen does not mean a failure rate of 0
        {"off_road@60(bad; 2) - off_road@60(good) > 0", 0.5, true},
        {"low off_road@60(good) - off_road@60(bad; 2) > 0", -0.5, false},
        {"held_out(bad; 2) / held_out(good) >= 54", 54, true},
        {"held_out(good) <= 0.01", 0.01, true},
        {"error_ratio(bad; 2) > 1", 3, true},
        {"low error_ratio(bad; 2) > 2.5", 3, false},
        {"rising_p(bad; 2) < 0.05", 0.01, true},
        {"rising_p(good) < 0.05", NAN, false}, // a claim about something that was not measured does not hold
        {"labels(good) <= 800", 800, true},
        {"record.departures_per_lap@1(bad; 2) > 5", 6, true},
        {"record.departures_per_lap(bad; 2) < 3", 2.5, true}, // each seed's own last round
        {"record.departures_per_lap@3(bad; 2) < 3", NAN, false},
        {"record.beta@7(bad; 2) < 3", NAN, false},
        {"record.beta(good) < 3", NAN, false},
        {"until.departures_per_lap@3(bad; 2) <= 100", 100, true}, // from the first round on
        {"until.departures_per_lap@5(bad; 2) > 199", 200, true},  // never in one seed, which drove 300
        {"until.departures_per_lap@9(bad; 2) >= 250", 250, true}, // never: all that each drove
        {"until.beta@0.5(good) > 1", NAN, false},                 // there is no record
        {"usable@60(good) >= 1", 1, true},
        {"usable(good) >= 1", 0, false}, // on the third road both fall behind later
        {"success@60(good) >= 1", 1, true},
        {"success@60(bad; 2) >= 0.5", 0.5, true},
        {"success@99(good) >= 0.5", 0.5, true},
        {"success(good) > 0.3", 2.0 / 6, true},
        {"stalled@99(good) <= 0", 0, true},
        {"stalled@100(good) > 0.1", 1.0 / 6, true},
        {"success(good) - success(bad; 2) > 0.1", 1.0 / 6, true},
        {"stalled(bad; 2) <= 0", 0, true},
        {"usable@60(bad; 2) > 0", 0, false},
        {"wasserstein_turn(bad; 2) < 0.8", 0.75, true},
        {"wasserstein_turn(good) < 9", NAN, false},
        {"lap_time_on_road(bad; 2) > 130", (5 * 160 + 71) / 6.0, true}, // all but one left the road
        {"lap_time_on_road(good) < 120", (50 + 160 + 70 + 160 + 160 + 71) / 6.0, true}, // one stalled
        {"best_lap(good) - lap_time_on_road(bad; 2) < 0", (671 - 871) / 6.0, true},
        {"regret(good) <= 0.25", 0.25, true},
        {"epic(good) <= 0.03", 0.04, false},
        {"cosine(good) > 0", NAN, false},
        {"regret(bad; 2) <= 1", NAN, false},
    };
    fixture f;
    setup(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        vg_claim claim = judge(&f, cases[i].condition);
        ck_assert_msg(claim.holds == cases[i].holds, "%s", cases[i].condition);
        if (isnan(cases[i].value))
            ck_assert_msg(isnan(claim.estimate.value), "%s", cases[i].condition);
        else
            ck_assert_msg(fabs(claim.estimate.value - cases[i].value) < 1e-12, "%s: %g", cases[i].condition,
                          claim.estimate.value);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(refuses_what_cannot_be_judged) {
    static const char *const bad[][2] = {
        {"off_road(good) < 1", "expected 'ID: text: CONDITION'"},
        {"1: off_road(good) < 1", "expected 'ID: text: CONDITION'"},
        {"1: so: off_road(best) < 1", "no arm with that label"},
        {"1: so: off_rode(good) < 1", "no metric with that name"},
        {"1: so: wasserstein_nose(good) < 1", "no metric with that name"},
        {"1: so: off_road@x(good) < 1", "is not a number"},
        {"1: so: off_road(good", "expected METRIC(ARM)"},
        {"1: so: off_road < 1", "expected METRIC(ARM)"},
        {"1: so: off_road(good) = 1", "expected <, <=, > or >="},
        {"1: so: off_road(good) <> 1", "expected <, <=, > or >="},
        {"1: so: off_road(good) < one", "expected a number"},
        {"1: so: off_road(good) < 1 %", "expected a number"},
        {"1: so: labels(good) - labels(good) < 1", "cannot be part of a difference"},
    };
    fixture f;
    vg_claims claims;
    vg_diag diag;
    setup(&f);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_fails(vg_claims_check(bad[i][0], f.arms, 2, &diag), VG_ERR_FORMAT, bad[i][1]);
        ck_fails(vg_claims_judge(bad[i][0], f.arms, 2, 1, &claims, &diag), VG_ERR_FORMAT, bad[i][1]);
        ck_assert_int_eq(claims.count, 0);
    }
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err =
            vg_claims_judge("1: so: off_road(bad; 2) - off_road(good) > 0", f.arms, 2, 1, &claims, &diag);
        if (!turn.err) vg_claims_free(&claims);
    }
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

// An expert's one row is compared with every training seed.
START_TEST(compares_seeds_with_an_expert) {
    fixture f;
    setup(&f);
    const double drift[SEEDS * ROADS] = {2, 4, 6, 2, 4, 6}, alone[ROADS] = {1, 2, 3};
    memcpy(f.drift, drift, sizeof drift);
    double one[ROADS];
    memcpy(one, alone, sizeof one);
    f.arms[1].analysis.seeds = 1, f.arms[1].arm.seed_count = 1, f.arms[1].analysis.drift_cells = one;
    vg_claim claim = judge(&f, "drift(bad; 2) / drift(good) <= 2");
    ck_assert(claim.holds && fabs(claim.estimate.value - 2) < 1e-9);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

CK_MAIN("claims", judges_by_hand_worked_values, refuses_what_cannot_be_judged, compares_seeds_with_an_expert)
