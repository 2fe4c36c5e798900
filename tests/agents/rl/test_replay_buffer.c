#include "agents/rl/replay_buffer.h"

#include <string.h>

#include "agents/nets/network.h"
#include "agents/rewards/driving.h"
#include "agents/rewards/progress.h"
#include "agents/rl/driving_env.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"
#include "tests/scratch.h"

static vg_diag diag;

enum { STEPS = 160 };

// One car of the environment, an action a tick, beside the log of the same drive.
typedef struct recorded {
    vg_road *road;
    vg_car car;
    vg_sense *sense;
    vg_reward *reward;
    const char *path;
    int32_t count;
    float seen[STEPS + 1][3], rewards[STEPS], actions[STEPS][2];
    uint8_t ending[STEPS];
} recorded;

// Commands by the number of the action: sway, then steer off the road, or brake.
typedef void (*commands)(int32_t i, float command[2]);
static void leave(int32_t i, float command[2]) {
    command[0] = i < 40 ? 0.2f * (float)(i % 5 - 2) : 0.9f, command[1] = 0.3f;
}
static void brake(int32_t i, float command[2]) {
    command[0] = 0.02f * (float)(i % 3 - 1), command[1] = -0.9f;
}

static vg_log_step step_of(const vg_state *state, const float command[2]) {
    vg_log_step step = {.state = *state, .who = VG_WHO_POLICY};
    memcpy(step.command, command, sizeof step.command);
    memcpy(step.input, command, sizeof step.input);
    return step;
}

static vg_log_episode begin(vg_log *log, const recorded *r, int32_t k) {
    vg_log_episode episode = vg_log_episode_default();
    ck_ok(vg_log_add_road(log, r->road, &episode.road, &diag));
    ck_ok(vg_log_add_car(log, &r->car, &episode.car, &diag));
    episode.tick_den = 20, episode.ticks_per_action = k, episode.policy = "sway";
    ck_ok(vg_log_begin(log, &episode, &diag));
    return episode;
}

// Drive in the environment until the episode terminates, and write what its world was into a log.
static void record(recorded *r, commands drive) {
    vg_log *log;
    vg_driving *driving;
    vg_driving_def def = vg_driving_default();
    int32_t car;
    float seen[3], last[3];
    r->road = circle_road(60, 4), r->car = vg_car_default(), r->path = scratch("drive.vlog");
    ck_ok(vg_sense_create("offset,heading,speed", &r->sense, &diag));
    def.roads = (const vg_road *const *)&r->road, def.road_count = 1, def.car = &r->car;
    def.sense = r->sense, def.cars = 1, def.reward = r->reward, def.stall = r->reward->stall;
    def.tick_den = 20, def.ticks_per_action = 1, def.autoreset = VG_AUTORESET_NEVER, def.threads = 1;
    ck_ok(vg_driving_create(&def, &driving, &diag));
    const vg_environment *env = vg_driving_environment(driving);
    ck_ok(vg_log_create(r->path, VG_REPLACE, &log, &diag));
    begin(log, r, 1);
    ck_ok(env->begin(env->context, 0, 0, r->seen[0], &diag));
    const vg_world *world = vg_driving_world(driving, 0, &car);
    for (; r->count < STEPS; r->count++) {
        int32_t i = r->count;
        drive(i, r->actions[i]);
        vg_state state = vg_world_state(world, car);
        vg_log_step step = step_of(&state, r->actions[i]);
        ck_ok(vg_log_append(log, &step, 1, &diag));
        vg_step out = {seen, last, &r->rewards[i], &r->ending[i]};
        ck_ok(env->step(env->context, 0, r->actions[i], &out, &diag));
        memcpy(r->seen[i + 1], seen, sizeof seen);
        if (r->ending[i]) break;
    }
    ck_assert(r->ending[r->count] == VG_ENDING_TERMINATED);
    r->count++;
    vg_state final = vg_world_state(world, car);
    bool off = vg_world_get(world).off_road[car];
    if (off) ck_ok(vg_log_event(log, r->count, VG_EVENT_OFF, final.s, (double) final.offset, &diag));
    ck_ok(vg_log_end(log, off ? VG_END_OFF_ROAD : VG_END_STOPPED, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_driving_destroy(driving);
}

static void free_recorded(recorded *r) {
    vg_road_destroy(r->road);
    vg_sense_destroy(r->sense);
    vg_reward_destroy(r->reward);
}

static void is_what_the_environment_gave(recorded *r, commands drive) {
    vg_replay_buffer b = {0};
    record(r, drive);
    ck_ok(vg_replay_buffer_read(&b, &r->path, 1, r->sense, r->reward, &diag));
    ck_assert_int_eq(b.count, r->count);
    ck_assert_mem_eq(b.rewards, r->rewards, sizeof(float) * (size_t)r->count);
    ck_assert_mem_eq(b.ending, r->ending, (size_t)r->count);
    ck_assert_mem_eq(b.seen, r->seen, sizeof(float) * 3 * (size_t)r->count);
    ck_assert_mem_eq(b.next, r->seen[1], sizeof(float) * 3 * (size_t)(r->count - 1));
    ck_assert_mem_eq(b.actions, r->actions, sizeof(float) * 2 * (size_t)r->count);
    ck_assert(b.next[3 * (b.count - 1)] == 0 && b.episodes == 1 && b.terminations == 1);
    vg_replay_buffer_free(&b);
    free_recorded(r);
}

START_TEST(rewards_are_the_environments_bit_for_bit) {
    recorded left = {0}, dear = {0}, stalled = {0};
    vg_progress_def progress = vg_progress_default();
    vg_driving_reward_def driving = vg_driving_reward_default();
    ck_ok(vg_progress_create(&progress, &left.reward, &diag));
    is_what_the_environment_gave(&left, leave);
    driving.pay = 0.3;
    ck_ok(vg_driving_reward_create(&driving, &dear.reward, &diag));
    is_what_the_environment_gave(&dear, leave);
    ck_ok(vg_progress_create(&progress, &stalled.reward, &diag));
    stalled.reward->stall = 3;
    is_what_the_environment_gave(&stalled, brake);
}
END_TEST

// --- drives that go on -------------------------------------------------------------------------------------

// A drive of `ticks` that goes on when it has left the road, and comes back.
static const char *wander(recorded *r, const char *name, int64_t ticks, bool cut) {
    const char *path = scratch(name);
    vg_log *log;
    vg_world *world;
    vg_world_def def = vg_world_default();
    const vg_start start = {.s = 5, .offset = 3, .heading = 0.3f, .speed = 9};
    def.roads = (const vg_road *const *)&r->road, def.road_count = 1, def.cars = &r->car, def.car_count = 1;
    def.stop_off_road = false, def.tick_den = 20, def.threads = 1;
    ck_ok(vg_world_create(&def, &world, &diag));
    ck_ok(vg_world_reset(world, NULL, &start, 1));
    ck_ok(vg_log_create(path, VG_REPLACE, &log, &diag));
    begin(log, r, 3);
    int64_t t = 0;
    for (bool off = false; t < ticks && !(cut && off); t++) {
        const float command[2] = {t < 6 ? 0.2f : -0.3f, 0.2f};
        vg_state state = vg_world_state(world, 0);
        vg_log_step step = step_of(&state, command);
        ck_ok(vg_log_append(log, &step, 1, &diag));
        ck_ok(vg_world_command(world, command));
        ck_ok(vg_world_tick(world));
        off = vg_world_get(world).events[0] & VG_EVENT_OFF;
        for (int bit = VG_EVENT_OFF; bit <= VG_EVENT_BACK; bit *= 2)
            if (vg_world_get(world).events[0] & bit)
                ck_ok(vg_log_event(log, t + 1, (vg_event)bit, 0, 0, &diag));
    }
    vg_state final = vg_world_state(world, 0);
    ck_ok(vg_log_end(log, cut ? VG_END_OFF_ROAD : VG_END_HORIZON, &final, &diag));
    ck_ok(vg_log_close(log, &diag));
    vg_world_destroy(world);
    return path;
}

// What comes after a departure is another episode; until the car is back there is none.
START_TEST(a_departure_ends_an_episode) {
    recorded r = {.road = circle_road(60, 4), .car = vg_car_default()};
    vg_progress_def progress = vg_progress_default();
    ck_ok(vg_progress_create(&progress, &r.reward, &diag));
    ck_ok(vg_sense_create("offset", &r.sense, &diag));
    const char *paths[] = {wander(&r, "whole.vlog", 120, false), wander(&r, "cut.vlog", 120, true)};
    vg_replay_buffer whole = {0}, cut = {0};
    ck_ok(vg_replay_buffer_read(&whole, &paths[0], 1, r.sense, r.reward, &diag));
    ck_ok(vg_replay_buffer_read(&cut, &paths[1], 1, r.sense, r.reward, &diag));
    ck_assert(cut.count > 2 && cut.ending[cut.count - 1] == VG_ENDING_TERMINATED);
    ck_assert_mem_eq(whole.rewards, cut.rewards, sizeof(float) * (size_t)cut.count);
    ck_assert_mem_eq(whole.ending, cut.ending, (size_t)cut.count);
    ck_assert((double)cut.rewards[cut.count - 1] < -9);
    ck_assert(whole.count > cut.count + 3 && whole.count < 38); // some of 40 actions were off the road
    for (int64_t i = 0; i < whole.count; i++) ck_assert_float_lt(whole.seen[i] * whole.seen[i], 16);
    ck_assert_int_ge(whole.episodes, 2);
    double returns[8];
    int64_t first[8];
    vg_replay_buffer_returns(&whole, returns, first);
    ck_assert(first[0] == 0 && first[1] == cut.count && returns[0] < 0);
    vg_replay_buffer_free(&whole);
    vg_replay_buffer_free(&cut);
    free_recorded(&r);
}
END_TEST

// --- minibatches -------------------------------------------------------------------------------------------

START_TEST(draws_every_row_alike) {
    enum { ROWS = 4, DRAWN = 4000 };
    const float seen[ROWS] = {1, 2, 3, 4}, actions[ROWS * 2] = {0, 1, 0, 2, 0, 3, 0, 4};
    const float rewards[ROWS] = {-1, 3, 0, 4}, next[ROWS] = {2, 3, 4, 9}, mean = 1, scale = 2;
    const uint8_t ending[ROWS] = {VG_ENDING_NONE, VG_ENDING_TERMINATED, VG_ENDING_NONE, VG_ENDING_TRUNCATED};
    vg_replay_buffer b = {.width = 1, .after = -2};
    vg_minibatch m;
    int32_t times[ROWS] = {0};
    ck_ok(vg_replay_buffer_add(&b, ROWS, seen, actions, rewards, next, ending, &diag));
    ck_assert_double_eq(vg_replay_buffer_reward_size(&b), 2);
    ck_ok(vg_replay_buffer_scale(&b, &mean, &scale, &diag));
    ck_ok(vg_minibatch_open(&m, DRAWN, 1, &diag));
    vg_minibatch_draw(&m, &b, (vg_draw){.seed = 1, .stream = VG_STREAM_REPLAY}, 0.5);
    for (int64_t i = 0; i < DRAWN; i++) {
        int64_t r = m.rows[i];
        times[r]++;
        const float *pair = m.pairs + i * m.pair_stride;
        ck_assert(pair[0] == 2 * (seen[r] - 1) && pair[1] == 0 && pair[2] == actions[2 * r + 1]);
        ck_assert(m.inputs[i * m.stride] == pair[0] && m.goes_on[i] == (r == 1 ? 0 : 1));
        ck_assert(m.rewards[i] == 0.5f * (rewards[r] - (r == 1 ? 2 : 0)));
        ck_assert(m.next_pairs[i * m.pair_stride] == (r == 1 ? -2 : 2 * (next[r] - 1)));
        ck_assert(m.next[i * m.stride] == m.next_pairs[i * m.pair_stride]);
    }
    for (int r = 0; r < ROWS; r++) ck_assert(times[r] > 900 && times[r] < 1100);
    vg_minibatch_free(&m);
    vg_replay_buffer_free(&b);
}
END_TEST

// By hand: two episodes of three rows; the first is cut short, the second terminates.
START_TEST(looks_ahead_within_an_episode) {
    enum { ROWS = 6 };
    const float seen[ROWS] = {0, 1, 2, 10, 11, 12}, next[ROWS] = {1, 2, 3, 11, 12, 99}, mean = 0, scale = 1;
    const float actions[2 * ROWS] = {0}, rewards[ROWS] = {1, 2, 4, 8, 16, 32};
    uint8_t ending[ROWS] = {0, 0, VG_ENDING_TRUNCATED, 0, 0, VG_ENDING_TERMINATED};
    // Of two steps, discounted by 1/2; `after` is 100.
    const float sums[ROWS] = {2, 4, 4, 16, 16 + 0.5f * 132, 132}, go_on[ROWS] = {0.5f, 0.5f, 1, 0.5f, 0, 0};
    const float follow[ROWS] = {2, 3, 3, 12, 0, 0};
    for (int64_t steps = 1; steps <= 2; steps++) {
        vg_replay_buffer b = {.width = 1, .after = 100};
        vg_minibatch m;
        ck_ok(vg_replay_buffer_add(&b, ROWS, seen, actions, rewards, next, ending, &diag));
        ck_ok(vg_replay_buffer_look_ahead(&b, steps, 0.5, &diag));
        ck_assert(!b.ahead == (steps == 1));
        ck_ok(vg_replay_buffer_scale(&b, &mean, &scale, &diag));
        ck_ok(vg_minibatch_open(&m, ROWS, 1, &diag));
        for (int64_t i = 0; i < ROWS; i++) m.rows[i] = i;
        vg_minibatch_take(&m, &b, 3);
        for (int i = 0; i < ROWS && steps == 2; i++) {
            ck_assert(m.rewards[i] == 3 * sums[i] && m.goes_on[i] == go_on[i]);
            ck_assert(m.next[i * m.stride] == follow[i] && m.next_pairs[i * m.pair_stride] == follow[i]);
        }
        for (int i = 0; i < ROWS && steps == 1; i++)
            ck_assert(m.rewards[i] == 3 * (rewards[i] + (i == 5 ? 100 : 0)) && m.goes_on[i] == (i < 5));
        vg_minibatch_free(&m), vg_replay_buffer_free(&b);
    }
    vg_replay_buffer b = {.width = 1};
    ck_ok(vg_replay_buffer_add(&b, ROWS, seen, actions, rewards, next, ending, &diag));
    ck_ok(vg_replay_buffer_look_ahead(&b, 1000, 1, &diag)); // to the end of each episode, whatever follows
    ck_assert(b.ahead[0] == 7 && b.ahead[3] == 56 && b.ahead_row[0] == 2 && b.share[0] == 1 && !b.share[3]);
    vg_replay_buffer_free(&b);
    vg_memory_fail_after(2);
    ck_assert_int_eq(vg_replay_buffer_look_ahead(&b, 2, 1, NULL), VG_ERR_MEMORY);
    vg_memory_fail_never();
    vg_replay_buffer_free(&b);
}
END_TEST

START_TEST(out_of_memory) {
    recorded r = {0};
    vg_progress_def progress = vg_progress_default();
    ck_ok(vg_progress_create(&progress, &r.reward, &diag));
    record(&r, leave);
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        vg_replay_buffer b = {0};
        turn.err = vg_replay_buffer_read(&b, &r.path, 1, r.sense, r.reward, &diag);
        vg_replay_buffer_free(&b);
    }
    free_recorded(&r);
}
END_TEST

START_TEST(nothing_is_learned_from_one_action) {
    recorded r = {.road = circle_road(60, 4), .car = vg_car_default(), .path = scratch("one.vlog")};
    vg_progress_def progress = vg_progress_default();
    vg_replay_buffer b = {0};
    vg_state state = {.yaw = 1.57, .speed = 5};
    const vg_log_step step = step_of(&state, (float[]){0, 0});
    vg_log *log;
    ck_ok(vg_progress_create(&progress, &r.reward, &diag));
    ck_ok(vg_sense_create("offset,heading,speed", &r.sense, &diag));
    ck_ok(vg_log_create(r.path, VG_REPLACE, &log, &diag));
    begin(log, &r, 1);
    ck_ok(vg_log_append(log, &step, 1, &diag));
    ck_ok(vg_log_end(log, VG_END_STOPPED, &state, &diag));
    ck_ok(vg_log_close(log, &diag));
    ck_fails(vg_replay_buffer_read(&b, &r.path, 1, r.sense, r.reward, &diag), VG_ERR_FORMAT,
             "step: only one action of the logs");
    vg_replay_buffer_free(&b);
    free_recorded(&r);
}
END_TEST

// A bounded buffer keeps the last rows and their counts, and takes no further memory; a checkpoint restores
// it.
START_TEST(a_bounded_buffer_keeps_the_last_rows) {
    enum { MOST = 5, ADDED = 13 };
    vg_replay_buffer b = {.width = 1}, restored = {.width = 1};
    vg_checkpoint state = {0}, again = {0};
    const char *path = scratch("ring.safetensors");
    ck_ok(vg_replay_buffer_bound(&b, MOST, &diag));
    ck_ok(vg_replay_buffer_bound(&restored, MOST, &diag));
    const int64_t before = vg_memory_count();
    for (int i = 0; i < ADDED; i++) {
        const float seen = (float)i, action[2] = {0.5f, (float)i}, reward = 0, next = seen + 1;
        const uint8_t ending = (uint8_t)(i % 4 == 2 ? VG_ENDING_TERMINATED : i % 3 == 0);
        ck_ok(vg_replay_buffer_add(&b, 1, &seen, action, &reward, &next, &ending, &diag));
    }
    ck_assert_int_eq(vg_memory_count(), before);
    vg_replay_buffer_state(&b, "own", &state);
    ck_ok(vg_checkpoint_write(&state, path, "test", 1, &diag));
    vg_replay_buffer_state(&restored, "own", &again);
    ck_ok(vg_checkpoint_read(&again, path, "test", 1, &diag));
    ck_ok(vg_replay_buffer_restored(&restored, &diag));
    const vg_replay_buffer *both[] = {&b, &restored};
    for (int k = 0; k < 2; k++) {
        int64_t endings = 0, terminations = 0;
        ck_assert_int_eq(both[k]->count, MOST);
        for (int64_t at = 0; at < MOST; at++) {
            const int i = (int)both[k]->seen[at]; // 8 .. 12, each where its number says
            ck_assert(i >= ADDED - MOST && i < ADDED && at == i % MOST);
            const uint8_t ending = (uint8_t)(i % 4 == 2 ? VG_ENDING_TERMINATED : i % 3 == 0);
            ck_assert(both[k]->ending[at] == ending && both[k]->actions[2 * at + 1] == (float)i);
            endings += ending != VG_ENDING_NONE, terminations += ending == VG_ENDING_TERMINATED;
        }
        ck_assert(both[k]->episodes == endings && both[k]->terminations == terminations);
    }
    restored.count = MOST + 1;
    ck_fails(vg_replay_buffer_restored(&restored, &diag), VG_ERR_FORMAT, "6 rows, expected 0 to 5");
    vg_replay_buffer_free(&b), vg_replay_buffer_free(&restored);
}
END_TEST

CK_MAIN("replay_buffer", a_bounded_buffer_keeps_the_last_rows, rewards_are_the_environments_bit_for_bit,
        a_departure_ends_an_episode, draws_every_row_alike, looks_ahead_within_an_episode, out_of_memory,
        nothing_is_learned_from_one_action)
