#include "agents/rewards/logged.h"

#include "agents/rewards/progress.h"
#include "tests/log_fixture.h"
#include "tests/out_of_memory.h"

// Progress along the road, less the square of the offset's share of the width; and the cost of leaving the
// road, once.
START_TEST(rewards_what_was_driven) {
    vg_diag diag = {0};
    vg_sense *sense;
    vg_reward *reward;
    vg_log *log;
    vg_progress_def def = {.progress = 0.5, .offset = 2, .off_road = 7, .discount = 0.9};
    ck_ok(vg_sense_create("speed", &sense, &diag));
    ck_ok(vg_progress_create(&def, &reward, &diag));
    ck_ok(vg_log_open(fixture_log("a.vlog"), &log, &diag));
    for (int i = 0; i < 3; i++) {
        vg_log_episode e;
        vg_trajectory t;
        vg_log_step *steps;
        vg_road *road;
        int64_t ticks;
        ck_ok(vg_log_episode_at(log, i, &e, &diag));
        ck_ok(vg_log_steps(log, e.id, &steps, &ticks, &diag));
        ck_ok(vg_log_road(log, e.road, &road, &diag));
        ck_ok(vg_trajectory_read(log, &e, sense, &t, &diag));
        t.terminated = i == 1; // as if it had left the road at last
        ck_ok(vg_rewards_logged(reward, log, &e, &t, &diag));
        for (int64_t k = 0; k < t.count; k++) {
            int64_t next = 3 * (k + 1);
            const vg_state *a = &steps[3 * k].state, *b = next < ticks ? &steps[next].state : &e.final;
            vg_road_point here = vg_road_at(road, b->s);
            double share = (double)b->offset / (b->offset > 0 ? here.left : here.right);
            double wanted = 0.5 * vg_road_between(road, a->s, b->s) - 2 * share * share;
            if (i == 1 && k + 1 == t.count) wanted -= 7;
            ck_assert_double_eq_tol((double)t.rewards[k], wanted, 1e-5);
        }
        vg_trajectory_free(&t);
        vg_road_destroy(road);
        vg_free(steps);
    }
    ck_ok(vg_log_close(log, &diag));
    vg_reward_destroy(reward);
    vg_sense_destroy(sense);
    ck_assert_int_eq(vg_memory_live(), 0);
}
END_TEST

START_TEST(out_of_memory) {
    vg_diag diag = {0};
    vg_sense *sense;
    vg_reward *reward;
    vg_log *log;
    vg_log_episode e;
    vg_trajectory t;
    vg_progress_def def = vg_progress_default();
    ck_ok(vg_sense_create("speed", &sense, &diag));
    ck_ok(vg_progress_create(&def, &reward, &diag));
    ck_ok(vg_log_open(fixture_log("a.vlog"), &log, &diag));
    ck_ok(vg_log_episode_at(log, 2, &e, &diag));
    ck_ok(vg_trajectory_read(log, &e, sense, &t, &diag));
    for (oom turn = {.diag = &diag}; oom_next(&turn);)
        turn.err = vg_rewards_logged(reward, log, &e, &t, &diag);
    vg_trajectory_free(&t);
    ck_ok(vg_log_close(log, &diag));
    vg_reward_destroy(reward);
    vg_sense_destroy(sense);
}
END_TEST

CK_MAIN("logged", rewards_what_was_driven, out_of_memory)
