#include "agents/rl/driving_env.h"

#include <math.h>
#include <string.h>

#include "agents/drive/pace.h"
#include "agents/drive/rollout.h"
#include "agents/nets/mlp.h"
#include "agents/policy_open.h"
#include "agents/rewards/linear.h"
#include "agents/rewards/network_reward.h"
#include "agents/rewards/progress.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "tests/golden.h"
#include "tests/out_of_memory.h"
#include "tests/roads.h"

static vg_diag diag;

enum { CARS = 6, WIDTH = 3, BLOCKS = 2 }; // blocks of four

typedef struct made {
    vg_road *roads[2];
    const vg_road *borrowed[2];
    vg_car car;
    vg_sense *sense;
    vg_driving_def def;
    vg_reward *reward;
    vg_driving *driving;
    const vg_environment *env;
    float seen[CARS * WIDTH], last[CARS * WIDTH], rewards[CARS];
    uint8_t ending[CARS];
} made;

static void make(made *m, vg_road *first, vg_road *second, float spread) {
    m->roads[0] = first, m->roads[1] = second;
    m->borrowed[0] = first, m->borrowed[1] = second;
    m->car = vg_car_default();
    ck_ok(vg_sense_create("offset,heading,speed", &m->sense, &diag));
    m->def = vg_driving_default();
    m->def.roads = m->borrowed, m->def.road_count = second ? 2 : 1;
    m->def.car = &m->car, m->def.sense = m->sense;
    vg_progress_def progress = vg_progress_default();
    ck_ok(vg_progress_create(&progress, &m->reward, &diag));
    m->def.reward = m->reward;
    m->def.cars = CARS, m->def.start_spread = spread, m->def.seed = 3, m->def.threads = 1;
    ck_ok(vg_driving_create(&m->def, &m->driving, &diag));
    m->env = vg_driving_environment(m->driving);
}

static void free_made(made *m) {
    vg_driving_destroy(m->driving);
    vg_reward_destroy(m->reward);
    vg_sense_destroy(m->sense);
    vg_road_destroy(m->roads[0]), vg_road_destroy(m->roads[1]);
}

// The environment anew, by what m->def says now.
static void remake(made *m) {
    vg_driving_destroy(m->driving);
    ck_ok(vg_driving_create(&m->def, &m->driving, &diag));
    m->env = vg_driving_environment(m->driving);
}

static void pay_by(made *m, vg_reward *reward) {
    vg_reward_destroy(m->reward);
    m->def.reward = m->reward = reward;
    remake(m);
}

static void begin(made *m, uint32_t round) {
    for (int64_t b = 0; b < BLOCKS; b++)
        ck_ok(m->env->begin(m->env->context, b, round, m->seen + b * m->env->block * WIDTH, &diag));
}

static void step(made *m, float steer, float accel) {
    float actions[CARS * 2];
    for (int i = 0; i < CARS; i++) actions[2 * i] = steer, actions[2 * i + 1] = accel;
    for (int64_t b = 0; b < BLOCKS; b++) {
        int64_t from = b * m->env->block;
        vg_step out = {m->seen + from * WIDTH, m->last + from * WIDTH, m->rewards + from, m->ending + from};
        ck_ok(m->env->step(m->env->context, b, actions + 2 * from, &out, &diag));
    }
}

START_TEST(starts_as_a_rollout_does) {
    made m;
    make(&m, circle_road(60, 4), NULL, 0.5f);
    ck_assert(m.env->count == CARS && m.env->observation == WIDTH && m.env->actions == 2 &&
              m.env->block == 4);
    begin(&m, 0);
    float speed = vg_careful_speed(m.roads[0], &m.car, 0);
    double least = 1, most = -1;
    for (int i = 0; i < CARS; i++) {
        double offset = (double)m.seen[i * WIDTH];
        ck_assert(fabs(offset) <= 0.5 && fabs((double)m.seen[i * WIDTH + 1]) <= 0.02 + 1e-6);
        ck_assert_double_eq_tol((double)m.seen[i * WIDTH + 2], (double)speed, 0.2);
        least = fmin(least, offset), most = fmax(most, offset);
    }
    ck_assert(most - least > 0.2);
    free_made(&m);
}
END_TEST

START_TEST(rewards_progress_and_the_middle) {
    made m;
    make(&m, circle_road(200, 4), NULL, 0);
    begin(&m, 0);
    float before = m.seen[2];
    step(&m, 0, 0);
    // A twentieth of a second at that speed, a tenth of a reward a metre; hardly off the middle.
    for (int i = 0; i < CARS; i++) {
        ck_assert_int_eq(m.ending[i], VG_ENDING_NONE);
        ck_assert_double_eq_tol((double)m.rewards[i], 0.1 * (double)before * 0.05, 0.01);
    }
    free_made(&m);
    make(&m, circle_road(200, 4), NULL, 2);
    vg_progress_def offset_only = vg_progress_default();
    offset_only.progress = 0, offset_only.offset = 1;
    vg_reward *reward;
    ck_ok(vg_progress_create(&offset_only, &reward, &diag));
    pay_by(&m, reward);
    begin(&m, 0);
    step(&m, 0, 0);
    for (int i = 0; i < CARS; i++) {
        double share = (double)m.seen[i * WIDTH] / 4;
        ck_assert_double_eq_tol((double)m.rewards[i], -share * share, 1e-4);
    }
    free_made(&m);
}
END_TEST

// 200 actions towards the edge: the reward of each is as wanted, by the speeds before and after it and
// whether the car left the road, which some do. No step allocates.
static void ck_pays(made *m, double tolerance, double (*wanted)(double before, double after, bool died)) {
    begin(m, 0);
    int terminations = 0;
    for (int t = 0; t < 200; t++) {
        float before[CARS];
        for (int i = 0; i < CARS; i++) before[i] = m->seen[i * WIDTH + 2];
        int64_t allocations = vg_memory_count();
        step(m, 1, 0);
        ck_assert(vg_memory_count() == allocations);
        for (int i = 0; i < CARS; i++) {
            bool died = m->ending[i] == VG_ENDING_TERMINATED;
            double after = (double)m->seen[i * WIDTH + 2];
            ck_assert_double_eq_tol((double)m->rewards[i], wanted((double)before[i], after, died), tolerance);
            terminations += died;
        }
    }
    ck_assert(terminations > 0);
}

static double pay_before(double before, double after, bool died) {
    (void)after;
    return 1 + 0.5 * before + 2 + (died ? -50 : 0);
}
static double pay_nothing(double before, double after, bool died) {
    (void)before, (void)after, (void)died;
    return 0;
}
static double pay_potential(double before, double after, bool died) {
    return 0.25 - (1 + 2 * before) + (died ? -50 : 0.9 * (1 + 2 * after));
}

// A reward with a sense of its own gets what was sensed before the action; without a reward, rewards are 0.
START_TEST(asks_a_reward_with_its_own_sense) {
    const float zero[2] = {0}, one[2] = {1, 1}, weights[2] = {0.5f, 0};
    vg_linear_def def = {.sense = "speed,heading",
                         .mean = zero,
                         .scale = one,
                         .weights = weights,
                         .action_weights = {2, 0},
                         .bias = 1,
                         .discount = 0.9,
                         .terminal = -50};
    made m;
    vg_reward *reward;
    make(&m, circle_road(60, 4), NULL, 0);
    ck_ok(vg_linear_create(&def, &reward, &diag));
    pay_by(&m, reward);
    ck_pays(&m, 1e-4, pay_before);
    pay_by(&m, NULL);
    ck_pays(&m, 1e-4, pay_nothing);
    free_made(&m);
}
END_TEST

// A network without hidden layers: its weights, and its bias.
static vg_network *linear_network(int32_t inputs, const float *weights) {
    vg_network *net;
    vg_mlp_def def = vg_mlp_default();
    def.inputs = inputs, def.outputs = 1, def.hidden_count = 0;
    ck_ok(vg_mlp_create(&def, &net, &diag));
    vg_network_take(net, weights);
    return net;
}

// A reward with a potential sees what follows each action; where an episode terminates, the potential is 0.
START_TEST(asks_a_reward_that_looks_after_the_action) {
    const float g[] = {0, 0, 0.25f}, h[] = {2, 0, 1};
    vg_reward_input input = {0};
    vg_network *nets[] = {linear_network(2, g), linear_network(2, h)};
    made m;
    make(&m, circle_road(60, 4), NULL, 0);
    ck_ok(vg_reward_input_open(&input, "speed,heading", false, false, &diag));
    vg_network_reward_def def = vg_network_reward_default();
    def.input = &input, def.g = (const vg_network *const *)nets, def.members = 1, def.h = nets[1];
    def.discount = 0.9, def.terminal = -50;
    vg_reward *reward;
    ck_ok(vg_network_reward_create(&def, &reward, &diag));
    pay_by(&m, reward);
    ck_pays(&m, 1e-3, pay_potential);
    vg_network_destroy(nets[0]), vg_network_destroy(nets[1]);
    vg_reward_input_free(&input);
    free_made(&m);
}
END_TEST

// A car that leaves the road terminates, is punished once, and begins anew; its last observation is kept.
START_TEST(dies_off_the_road_and_begins_anew) {
    made m;
    make(&m, circle_road(60, 4), NULL, 0);
    begin(&m, 0);
    int terminations = 0;
    for (int t = 0; t < 200; t++) {
        memset(m.last, 0, sizeof m.last);
        int64_t allocations = vg_memory_count();
        step(&m, 1, 0);
        ck_assert(vg_memory_count() == allocations);
        for (int i = 0; i < CARS; i++) {
            if (m.ending[i] != VG_ENDING_TERMINATED) continue;
            terminations++;
            ck_assert(fabs((double)m.last[i * WIDTH]) > 3.9);
            ck_assert(fabs((double)m.seen[i * WIDTH]) < 1e-6);
            ck_assert((double)m.rewards[i] < -9);
        }
    }
    ck_assert(terminations >= CARS);
    free_made(&m);
}
END_TEST

START_TEST(cuts_an_open_road_short) {
    made m;
    double x[30], y[30] = {0};
    for (int i = 0; i < 30; i++) x[i] = 10.0 * i;
    make(&m, road_from(x, y, 30, 5, false), NULL, 0);
    begin(&m, 0);
    int cut = 0, died = 0;
    for (int t = 0; t < 600; t++) {
        step(&m, 0, 1);
        for (int i = 0; i < CARS; i++) {
            cut += m.ending[i] == VG_ENDING_TRUNCATED, died += m.ending[i] == VG_ENDING_TERMINATED;
        }
    }
    ck_assert(cut >= CARS && died == 0);
    free_made(&m);
}
END_TEST

static uint64_t drive(made *m, uint32_t round, int steps) {
    uint64_t hash = 0;
    begin(m, round);
    for (int t = 0; t < steps; t++) {
        step(m, 0.3f, 0.2f);
        hash = vg_hash_float(vg_hash_float(hash, m->seen, CARS * WIDTH), m->rewards, CARS);
    }
    return hash;
}

// A round does not depend on the rounds before it; lanes change roads from round to round.
START_TEST(begins_a_round_from_its_number_alone) {
    made m, other;
    make(&m, circle_road(60, 4), stadium_road(80, 20, 4), 0.5f);
    make(&other, circle_road(60, 4), stadium_road(80, 20, 4), 0.5f);
    uint64_t first = drive(&m, 0, 60);
    drive(&m, 1, 60);
    uint64_t third = drive(&m, 2, 60);
    ck_assert(drive(&other, 2, 60) == third && drive(&other, 0, 60) == first && first != third);
    ck_golden("driving_env/rounds", third);
    free_made(&m), free_made(&other);
}
END_TEST

// A reward that no float can hold is named, before it spoils a training.
START_TEST(refuses_an_endless_reward) {
    const float zero[1] = {0}, one[1] = {1}, weights[1] = {3e38f};
    vg_linear_def def = {.sense = "speed", .mean = zero, .scale = one, .weights = weights, .discount = 0.9};
    float actions[CARS * 2] = {0};
    made m;
    make(&m, circle_road(60, 4), NULL, 0);
    vg_reward *reward;
    ck_ok(vg_linear_create(&def, &reward, &diag));
    pay_by(&m, reward);
    begin(&m, 0);
    vg_step out = {m.seen, m.last, m.rewards, m.ending};
    ck_fails(m.env->step(m.env->context, 0, actions, &out, &diag), VG_ERR_POLICY,
             "a reward of kind 'linear' pays");
    free_made(&m);
}
END_TEST

START_TEST(refuses_what_it_cannot_do) {
    made m;
    vg_driving *driving;
    make(&m, circle_road(60, 4), NULL, 0.5f);
    vg_driving_def def = m.def;
    def.road_count = 0;
    ck_fails(vg_driving_create(&def, &driving, &diag), VG_ERR_ARGUMENT, "no roads");
    def = m.def, def.start_spread = -1;
    ck_fails(vg_driving_create(&def, &driving, &diag), VG_ERR_ARGUMENT, "spread of -1");
    def = m.def, def.block = 0;
    ck_fails(vg_driving_create(&def, &driving, &diag), VG_ERR_ARGUMENT, "0 cars a block");
    def = m.def, def.horizon = -1;
    ck_fails(vg_driving_create(&def, &driving, &diag), VG_ERR_ARGUMENT, "horizon of -1");
    for (oom turn = {.diag = &diag}; oom_next(&turn);) {
        turn.err = vg_driving_create(&m.def, &driving, &diag);
        vg_driving_destroy(turn.err ? NULL : driving);
    }
    free_made(&m);
}
END_TEST

// If a stall speed is set, the episode of a car that brakes to a stand ends after a second.
START_TEST(dies_where_it_stands) {
    for (int asked = 0; asked < 2; asked++) {
        made m;
        make(&m, circle_road(60, 4), NULL, 0);
        m.def.stall = asked ? 1 : 0;
        remake(&m);
        begin(&m, 0);
        int slow = 0, ended = 0;
        for (int t = 0; t < 200 && !ended; t++) {
            float before = m.seen[2];
            step(&m, 0.08f, -1);
            ended = m.ending[0];
            if (!ended && m.seen[2] < 1) slow++;
            if (ended) ck_assert(before < 1 && m.last[2] < 1 && m.seen[2] > 5);
        }
        ck_assert_int_eq(ended, asked ? VG_ENDING_TERMINATED : VG_ENDING_NONE);
        ck_assert(asked ? slow == 19 : slow > 50); // 20 actions are a second
        free_made(&m);
    }
}
END_TEST

// The disturbance acts: gusts turn a car that goes straight on; noise acts on the sense and on actions; the
// same round gives the same again, and without a disturbance the result is the old one.
START_TEST(drives_in_disturbance) {
    static const vg_disturbance disturbances[] = {{0},
                                                  {.gust = 0.1f, .gust_time = 1},
                                                  {.actuation_noise = 0.3f},
                                                  {.observation_noise = 0.1f},
                                                  {.delay = 0.2f}};
    float heading[5] = {0}, offset[5] = {0};
    for (int w = 0; w < 5; w++) {
        for (int again = 0; again < 2; again++) {
            made m;
            make(&m, stadium_road(200, 60, 8), NULL, 0);
            m.def.disturbance = disturbances[w];
            remake(&m);
            begin(&m, 1);
            if (w == 3) ck_assert(m.seen[0] != 0);
            for (int t = 0; t < 10; t++) step(&m, 0.02f, 0);
            if (again) ck_assert(m.seen[0] == offset[w] && m.seen[1] == heading[w]);
            offset[w] = m.seen[0], heading[w] = m.seen[1];
            free_made(&m);
        }
        if (w) ck_assert(offset[w] != offset[0] || heading[w] != heading[0]);
    }
    made m;
    make(&m, circle_road(60, 4), stadium_road(80, 20, 4), 0.5f);
    m.def.disturbance = (vg_disturbance){0.1f, 0.5f, 0.1f, 0.05f, 0.05f};
    remake(&m);
    ck_golden("driving_env/disturbed",
              vg_hash_int(drive(&m, 0, 60), &(int64_t){(int64_t)drive(&m, 1, 60)}, 1));
    free_made(&m);
    make(&m, stadium_road(200, 60, 8), NULL, 0);
    vg_driving *driving;
    m.def.disturbance.gust = 1;
    ck_fails(vg_driving_create(&m.def, &driving, &diag), VG_ERR_ARGUMENT, "gust_time");
    free_made(&m);
}
END_TEST

// --- a loop of one's own ----------------------------------------------------------------------------------

static uint64_t drive_all(made *m, int steps) {
    float actions[CARS * 2];
    vg_step out = {m->seen, m->last, m->rewards, m->ending};
    uint64_t hash = 0;
    ck_ok(vg_environment_begin(m->env, 1, 2, m->seen, &diag));
    for (int t = 0; t < steps; t++) {
        for (int i = 0; i < CARS; i++) actions[2 * i] = 0.1f * (float)(i - 2), actions[2 * i + 1] = 0.2f;
        ck_ok(vg_environment_step(m->env, 2, actions, &out, &diag));
        hash = vg_hash_float(vg_hash_float(hash, m->seen, CARS * WIDTH), m->rewards, CARS);
    }
    return hash;
}

START_TEST(same_bits_in_blocks_of_any_size) {
    made m;
    make(&m, circle_road(60, 4), stadium_road(80, 20, 4), 0.5f);
    m.def.disturbance = (vg_disturbance){0.1f, 0.5f, 0.1f, 0.05f, 0.05f};
    remake(&m);
    uint64_t first = drive_all(&m, 100);
    for (int block = 1; block <= 7; block += 3) {
        m.def.block = block;
        remake(&m);
        ck_assert(drive_all(&m, 100) == first);
    }
    free_made(&m);
}
END_TEST

// A car that leaves the road is shown where it left; the step after it is ignored, rewards nothing and shows
// the start.
START_TEST(begins_anew_in_the_next_step) {
    made m;
    make(&m, circle_road(60, 4), NULL, 0);
    m.def.autoreset = VG_AUTORESET_NEXT_STEP;
    remake(&m);
    begin(&m, 0);
    int terminations = 0;
    bool ended[CARS] = {false};
    for (int t = 0; t < 200; t++) {
        step(&m, 1, 0);
        for (int i = 0; i < CARS; i++) {
            if (ended[i]) {
                ck_assert(m.ending[i] == VG_ENDING_NONE && m.rewards[i] == 0);
                ck_assert(fabs((double)m.seen[i * WIDTH]) < 1e-6);
            }
            ended[i] = m.ending[i] == VG_ENDING_TERMINATED;
            ck_assert(vg_driving_ended(m.driving, i) == ended[i]);
            if (!ended[i]) continue;
            terminations++;
            ck_assert(fabs((double)m.seen[i * WIDTH]) > 3.9 && m.rewards[i] < -9);
        }
    }
    ck_assert(terminations >= CARS);
    free_made(&m);
}
END_TEST

START_TEST(begins_anew_when_told_and_ends_at_the_horizon) {
    made m;
    const uint8_t which[CARS] = {0, 1, 0, 0, 0, 1};
    make(&m, circle_road(60, 4), NULL, 0.5f);
    m.def.autoreset = VG_AUTORESET_NEVER;
    m.def.horizon = 0.5; // 10 actions
    remake(&m);
    ck_fails(vg_driving_restart(m.driving, which, m.seen, &diag), VG_ERR_ARGUMENT, "no round was begun");
    begin(&m, 0);
    for (int t = 1; t <= 10; t++) {
        step(&m, 0.1f, 0);
        for (int i = 0; i < CARS; i++)
            ck_assert_int_eq(m.ending[i], t < 10 ? VG_ENDING_NONE : VG_ENDING_TRUNCATED);
    }
    float before[CARS * WIDTH];
    memcpy(before, m.seen, sizeof before);
    ck_ok(vg_driving_restart(m.driving, which, m.seen, &diag));
    for (int i = 0; i < CARS; i++) {
        ck_assert(vg_driving_ended(m.driving, i) == !which[i]);
        ck_assert(!memcmp(before + i * WIDTH, m.seen + i * WIDTH, sizeof(float) * WIDTH) == !which[i]);
    }
    vg_driving_reseed(m.driving, 99);
    begin(&m, 0);
    m.def.seed = 99;
    memcpy(before, m.seen, sizeof before);
    remake(&m);
    begin(&m, 0);
    ck_assert(memcmp(before, m.seen, sizeof before) == 0);
    free_made(&m);
}
END_TEST

START_TEST(asks_an_expert_without_moving_it) {
    made m;
    float actions[CARS * VG_CAR_ACTIONS], again[CARS * VG_CAR_ACTIONS];
    vg_policy *expert, *blind;
    make(&m, circle_road(60, 4), NULL, 0.5f);
    ck_fails(vg_driving_label(m.driving, actions, &diag), VG_ERR_ARGUMENT, "no expert");
    ck_ok(vg_policy_open("pursuit", &(vg_policy_terms){0}, &expert, &diag));
    m.def.expert = expert;
    remake(&m);
    ck_fails(vg_driving_label(m.driving, actions, &diag), VG_ERR_ARGUMENT, "no round was begun");
    begin(&m, 0);
    for (int t = 0; t < 100; t++) {
        ck_ok(vg_driving_label(m.driving, actions, &diag));
        ck_ok(vg_driving_label(m.driving, again, &diag));
        ck_assert(memcmp(actions, again, sizeof actions) == 0);
        vg_step out = {m.seen, m.last, m.rewards, m.ending};
        ck_ok(vg_environment_step(m.env, 1, actions, &out, &diag));
    }
    for (int i = 0; i < CARS; i++) ck_assert(fabs((double)m.seen[i * WIDTH]) < 0.3); // it holds the middle
    free_made(&m);
    vg_policy_destroy(expert);

    make(&m, circle_road(60, 4), NULL, 0.5f);
    ck_ok(vg_policy_open(VG_FIXTURES "/torch_policy.safetensors", &(vg_policy_terms){0}, &blind, &diag));
    m.def.expert = blind;
    remake(&m);
    begin(&m, 0);
    ck_fails(vg_driving_label(m.driving, actions, &diag), VG_ERR_ARGUMENT, "cannot be asked");
    free_made(&m);
    vg_policy_destroy(blind);
}
END_TEST

CK_MAIN("driving_env", asks_an_expert_without_moving_it, same_bits_in_blocks_of_any_size,
        begins_anew_in_the_next_step, begins_anew_when_told_and_ends_at_the_horizon,
        asks_a_reward_with_its_own_sense, asks_a_reward_that_looks_after_the_action,
        refuses_an_endless_reward, starts_as_a_rollout_does, rewards_progress_and_the_middle,
        dies_off_the_road_and_begins_anew, cuts_an_open_road_short, begins_a_round_from_its_number_alone,
        dies_where_it_stands, drives_in_disturbance, refuses_what_it_cannot_do)
