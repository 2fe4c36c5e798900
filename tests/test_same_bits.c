// Same seed, same bits, on a large scale: a thousand cars that sense everything and act on it, at any number
// of threads, batch size and level; and a replay of the sample logs.
#include <math.h>

#include "agents/experts/expert.h"
#include "eval/score/score.h"
#include "logs/store/replay.h"
#include "sim/base/hash.h"
#include "sim/sense.h"
#include "tests/golden.h"
#include "tests/levels.h"
#include "tests/roads.h"
#include "tracks/generator.h"

enum { CARS = 1000, ROADS = 4, KINDS = 3, ALL_STEPS = 3200, FEW_STEPS = 40 };

static const char everything[] = "offset,heading,speed,steer,accel,curvature@0:3:6:12:20:0.5s:2s,width@"
                                 "5:20,previous,lidar@32x180deg:50m";

// Instrumented, emulated or not optimised, the long run would take minutes.
#if defined(__SANITIZE_ADDRESS__) || defined(VG_EMULATED) || !defined(__OPTIMIZE__)
enum { SLOW_BUILD = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { SLOW_BUILD = 1 };
#else
enum { SLOW_BUILD = 0 };
#endif
#else
enum { SLOW_BUILD = 0 };
#endif

static vg_diag diag;
static const vg_road *roads[ROADS];
static vg_car cars[KINDS];
static vg_sense *sense;

static void setup(void) {
    static const char *const kinds[KINDS] = {"sedan", "kart", "formula"};
    vg_generator settings = vg_generator_default();
    roads[0] = stadium_road(60, 15, 4);
    for (int i = 1; i < ROADS; i++) {
        vg_road *road;
        settings.seed = (uint64_t)i;
        ck_ok(vg_road_generate(&settings, &road, &diag));
        roads[i] = road;
    }
    for (int i = 0; i < KINDS; i++) ck_ok(vg_car_load(kinds[i], &cars[i], &diag));
    cars[1].delay = 0.1f;
    ck_ok(vg_sense_create(everything, &sense, &diag));
}

// A car's next action: all sensed values count, each column with its own weight.
static void act(const float *seen, int32_t size, float action[2]) {
    float steer = -0.1f * seen[0] - 1.2f * seen[1] + 2 * seen[7], accel = 0.2f * (14 - seen[2]);
    for (int32_t c = 0; c < size; c++) {
        steer += 1e-3f * (float)(c * 7 % 11 - 5) * seen[c];
        accel += 1e-3f * (float)(c * 5 % 13 - 6) * seen[c];
    }
    action[0] = fminf(1, fmaxf(-1, steer));
    action[1] = fminf(1, fmaxf(-1, accel));
}

static vg_world *world_of(int32_t first, int32_t count, int32_t threads) {
    vg_world_def def = vg_world_default();
    vg_world *world;
    int32_t road_of[CARS], car_of[CARS];
    vg_start starts[CARS];
    for (int32_t i = 0; i < count; i++) {
        int32_t n = first + i;
        road_of[i] = n % ROADS, car_of[i] = n % KINDS;
        starts[i] =
            (vg_start){0.3 * n, 0.004f * (float)(n % 500 - 250), 0.0002f * (float)(n % 99), (float)(n % 20)};
    }
    def.count = count, def.threads = threads, def.stop_off_road = false;
    def.roads = roads, def.road_count = ROADS, def.road_of = road_of;
    def.cars = cars, def.car_count = KINDS, def.car_of = car_of;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_ok(vg_world_reset(world, NULL, starts, count));
    return world;
}

static uint64_t hash_state(uint64_t hash, const vg_state *state) {
    const double row[] = {
#define X(type, name, unit, label) state->name,
        VG_STATE_COLUMNS(X)
#undef X
    };
    return vg_hash_double(hash, row, sizeof row / sizeof *row);
}

// Drive the cars from `first` on: hashes[i] covers everything that car i sensed, and its final state.
static void drive(int32_t first, int32_t count, int32_t threads, int32_t steps, uint64_t *hashes) {
    vg_world *world = world_of(first, count, threads);
    int32_t size = vg_sense_size(sense);
    float *seen = vg_new(float, (int64_t)count *size), *actions = vg_new(float, 2 * (int64_t)count);
    memset(hashes, 0, (size_t)count * sizeof *hashes);
    for (int32_t t = 0; t < steps; t++) {
        vg_sense_observe(sense, world, seen);
        for (int32_t i = 0; i < count; i++) {
            hashes[i] = vg_hash_float(hashes[i], seen + (int64_t)i * size, size);
            act(seen + (int64_t)i * size, size, actions + 2 * i);
        }
        ck_ok(vg_world_step(world, actions));
    }
    for (int32_t i = 0; i < count; i++) {
        vg_state state = vg_world_state(world, i);
        hashes[i] = hash_state(hashes[i], &state);
    }
    vg_free(seen);
    vg_free(actions);
    vg_world_destroy(world);
}

// All cars, `batch` at a time.
static uint64_t drive_all(int32_t batch, int32_t threads, int32_t steps) {
    uint64_t hashes[CARS];
    for (int32_t first = 0; first < CARS; first += batch)
        drive(first, first + batch > CARS ? CARS - first : batch, threads, steps, hashes + first);
    return vg_hash_int(0, (const int64_t *)hashes, CARS);
}

START_TEST(a_thousand_cars_at_any_threads_batch_and_level) {
    static const int32_t threads[] = {1, 2, 3, 7}, batches[] = {1, 63, 64, CARS};
    setup();
    uint64_t hash = drive_all(CARS, 1, FEW_STEPS);
    ck_golden("same_bits/world-short", hash);
    for (int t = 0; t < 4; t++)
        for (int b = 0; b < 4; b++) ck_assert_uint_eq(drive_all(batches[b], threads[t], FEW_STEPS), hash);
    for (vg_level level = VG_LEVEL_BASE; ck_level(level); level++)
        ck_assert_uint_eq(drive_all(CARS, 2, FEW_STEPS), hash);
}
END_TEST

START_TEST(a_thousand_cars_for_long) {
    static const int32_t others[][2] = {{1, 1}, {63, 2}, {64, 3}, {CARS, 7}}; // batch, threads
    bool thorough = getenv("VERGE_THOROUGH");
    if (SLOW_BUILD && !thorough) {
        printf("SKIP: 3,200 steps, in this build\n");
        return;
    }
    setup();
    uint64_t hash = drive_all(CARS, 1, ALL_STEPS);
    ck_golden("same_bits/world", hash);
    for (int i = 0; i < 4 && thorough; i++)
        ck_assert_uint_eq(drive_all(others[i][0], others[i][1], ALL_STEPS), hash);
}
END_TEST

// Each expert at its defaults; the follower of a log has a golden of its own.
START_TEST(experts) {
    static const char *const names[] = {"pursuit", "pursuit-noisy", "human_model"};
    static const int32_t threads[] = {1, 2, 3, 7};
    setup();
    int64_t hash = 0;
    for (int e = 0; e < 3; e++) {
        vg_policy *policy;
        uint64_t first = 0;
        ck_ok(vg_expert_create(names[e], &policy, &diag));
        for (int t = 0; t < 4; t++) {
            vg_rollout_def def = vg_rollout_def_default();
            vg_rollout rollout;
            def.policy = policy, def.roads = roads, def.road_count = ROADS;
            def.starts = 9, def.start_spread = 1, def.horizon = 10, def.threads = threads[t];
            ck_ok(vg_rollout_run(&def, &rollout, &diag));
            vg_score score;
            ck_ok(vg_score_rollout(&rollout, &score, &diag));
            uint64_t again = vg_score_hash(&rollout, &score);
            if (t == 0) first = again;
            ck_assert_uint_eq(again, first);
            vg_score_free(&score);
            vg_rollout_free(&rollout);
        }
        const int64_t both[] = {hash, (int64_t)first};
        hash = (int64_t)vg_hash_int(0, both, 2);
        vg_policy_destroy(policy);
    }
    ck_golden("same_bits/experts", (uint64_t)hash);
}
END_TEST

START_TEST(replays) {
    static const char *const logs[] = {"hairpins", "chicane"};
    int64_t hash = 0;
    for (int l = 0; l < 2; l++) {
        char path[512];
        vg_log *log;
        int32_t count;
        snprintf(path, sizeof path, "%s/assets/logs/human_model-%s.vlog", VG_ROOT, logs[l]);
        ck_ok(vg_log_open(path, &log, &diag));
        ck_ok(vg_log_count(log, &count, &diag));
        for (int32_t i = 0; i < count; i++) {
            vg_log_episode episode;
            vg_replay_report report;
            ck_ok(vg_log_episode_at(log, i, &episode, &diag));
            ck_ok(vg_replay_episode(log, &episode, &report, &diag));
            ck_assert_int_eq(report.first_differing, -1);
            const int64_t both[] = {hash, (int64_t)report.hash};
            hash = (int64_t)vg_hash_int(0, both, 2);
        }
        ck_ok(vg_log_close(log, &diag));
    }
    ck_golden("same_bits/replay", (uint64_t)hash);
}
END_TEST

CK_MAIN("same_bits", a_thousand_cars_at_any_threads_batch_and_level, a_thousand_cars_for_long, experts,
        replays)
