// Generative adversarial imitation learning.
//
//   Ho & Ermon 2016, "Generative adversarial imitation learning", NIPS. A clone learns actions only on the
//   states of the log. This learner is rewarded for visiting the demonstrator's states and taking the
//   demonstrator's actions there, as judged by a discriminator that is trained alongside. So it matches
//   the occupancy of states and actions (proposition 3.2), and it learns to come back to the states of the
//   log.
//
// Their algorithm 1; the code below follows these steps:
//
//     for i = 0, 1, 2, ...
//         sample trajectories tau_i ~ pi_i
//         update the discriminator's parameters by the gradient of eq. 17
//             E_tau[grad log D(s, a)] + E_expert[grad log(1 - D(s, a))]
//         a policy step that decreases the cost log D, with the causal entropy's weight lambda (eq. 18)
//
// D here is the other way round than in the paper: the probability that the demonstrator drove, as in GANs
// and in the library `imitation`, so that a larger D is a larger reward.
//
// These keep it from the usual failures:
// - It begins with a clone of the logs.
// - The discriminator's gradient or the norms of its layers are limited, its labels are smoothed, and the
//   learner's rows are drawn from several rounds.
// - Rewards may have either sign.
// - After a termination the episode is in an absorbing state for ever, whose reward is learned as any other's
//   (Kostrikov et al. 2019, "Discriminator-actor-critic", section 4.2), so that neither going on nor ending
//   is rewarded by itself.
// - An episode that is cut short goes on by the value of its last observation.
// - The selected weights leave the validation roads least and drive most as the demonstrator does.
#include "agents/learners/gail.h"

#include <math.h>
#include <string.h>

#include "agents/learners/gail_state.h"
#include "agents/rewards/network_reward.h"
#include "sim/base/exact.h"

// Results of a round.
typedef struct tally {
    vg_actor_critic_round learned;
    vg_discriminator_step disc; // means over the round's steps
    vg_selection driven;        // on the validation roads; NaN: not driven
    double error;               // mean squared error of the actions on the demonstrations; NaN: not measured
    vg_gail_collapse collapse;
} tally;

// Update the discriminator (eq. 17) on the logs and the last rounds.
static vg_err update_discriminator(vg_gail *g, tally *t, vg_diag *diag) {
    const vg_rollout_buffer *x = &g->learner.rollout_buffer;
    float *rows = vg_gail_round_rows(g);
    for (int64_t r = 0; r < x->rows; r++)
        vg_gail_discriminator_row(g, x->seen + r * x->observation, x->action + r * x->actions,
                                  rows + r * g->stride);
    int64_t terminations = 0;
    for (int64_t r = 0; r < x->rows; r++) terminations += x->ending[r] == VG_ENDING_TERMINATED;
    g->terminations[g->run.round % g->config->disc.replay_rounds] = (float)terminations;
    int64_t rounds =
        g->run.round + 1 < g->config->disc.replay_rounds ? g->run.round + 1 : g->config->disc.replay_rounds;
    vg_side expert = {g->expert, g->expert_rows}, learner = {g->replay, rounds * x->rows};
    double share = 1.0 / (double)g->config->disc.n_updates;
    for (int64_t i = 0; i < g->config->disc.n_updates; i++) {
        vg_discriminator_step step;
        vg_err err = vg_discriminator_learn(g->discriminator, &expert, &learner, (uint32_t)g->run.round,
                                            (uint32_t)i, &step, diag);
        if (err) return err;
        t->disc.loss += share * step.loss, t->disc.penalty += share * step.penalty;
        t->disc.right_expert += share * step.right_expert;
        t->disc.right_learner += share * step.right_learner;
        g->run.report.steps++;
    }
    return VG_OK;
}

// The share of one side's rows that are in the absorbing state. It goes on for ever, so that, discounted, a
// termination counts as 1 / (1 - discount) rows there.
static double share_absorbed(const vg_gail *g, double terminations, double rows) {
    double absorbed = terminations / (1 - g->config->rl.gamma);
    return absorbed / (rows + absorbed);
}

// The reward of an action in the absorbing state.
static double reward_absorbed(const vg_gail *g) {
    const vg_gail_config *c = g->config;
    double terminations = 0, rows = 0;
    for (int64_t i = 0; i < c->disc.replay_rounds && i <= g->run.round; i++)
        terminations += (double)g->terminations[i], rows += (double)g->learner.rollout_buffer.rows;
    double f = vg_discriminator_apart(
        g->discriminator, share_absorbed(g, (double)g->driven.terminations, (double)g->expert_rows),
        share_absorbed(g, terminations, rows));
    return vg_reward_of((vg_reward_form)c->reward, f, c->reward_clip);
}

// Reward the round, and step (eq. 18).
static vg_err update_learner(vg_gail *g, tally *t, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    vg_rollout_buffer *x = &g->learner.rollout_buffer;
    vg_reward_form form = (vg_reward_form)c->reward;
    vg_discriminator_judge(g->discriminator, vg_gail_round_rows(g), x->rows, g->f);
    for (int64_t r = 0; r < x->rows; r++)
        x->rewards[r] = (float)vg_reward_of(form, (double)g->f[r], c->reward_clip);
    double absorbing = c->absorbing_state ? reward_absorbed(g) : 0;
    vg_err err = vg_actor_critic_learn(&g->learner, absorbing, &t->learned, diag);
    g->run.report.steps += t->learned.change.steps;
    return err;
}

// --- selection ---------------------------------------------------------------------------------------------

// Drive on the validation roads; `round` is 1-based, 0 for the clone. A lower cost is better: what
// the driving score falls short of 1, plus the distance to the demonstrator's driving. So a policy that
// crawls along is not selected for staying on the road.
static vg_err validate(vg_gail *g, int64_t round, tally *t, vg_diag *diag) {
    const vg_learner_def *def = g->run.def;
    int32_t roads = def->valid_count ? def->valid_count : def->road_count;
    int64_t each = g->config->validation.n_episodes / roads;
    vg_selection_def how = {.starts = (int32_t)(each > 1 ? each : 1),
                            .seconds = g->config->validation.seconds,
                            .start_spread = (float)g->config->start_spread,
                            .seed = vg_random_seed(def->seed, 3),
                            .shown = &g->driven};
    vg_err err = vg_run_validate(&g->run, &how, g->policy, &t->driven, diag);
    if (err) return err;
    t->error = vg_gradient_run(g->workspace, g->actor, &g->shown, NULL);
    double cost = 1 - t->driven.driving_score + t->driven.distance;
    if (!(cost < g->best_cost)) return VG_OK;
    g->best_cost = cost;
    vg_run_select(&g->run, round);
    return VG_OK;
}

enum { PINNED_ROUNDS = 20 };

static vg_gail_collapse look_for_collapse(vg_gail *g, const tally *t) {
    const vg_actor_critic_config *c = &g->config->rl;
    bool pinned = t->disc.right_expert > 0.99 && t->disc.right_learner > 0.99;
    g->pinned = pinned ? g->pinned + 1 : 0;
    if (g->pinned >= PINNED_ROUNDS) return VG_GAIL_PINNED;
    double least =
        2 * (vg_ln(c->action_std_min < c->action_std_init ? c->action_std_min : c->action_std_init) +
             1.4189385332046727);
    return c->action_std_min < c->action_std_init && t->learned.change.entropy < least + 1e-3 ? VG_GAIL_FROZEN
                                                                                              : VG_GAIL_SOUND;
}

static const char *diagnose(const vg_learner_round *round, int32_t *last) {
    static const char *const texts[] = {
        NULL,
        "the discriminator is right about nearly every row, so its rewards no longer guide: try a "
        "smaller disc.learning_rate or a larger disc.gradient_penalty",
        "no entropy is left, every standard deviation is at its minimum: try a larger action_std_min "
        "or ent_coef"};
    int32_t before = *last;
    for (int32_t i = 0; i < round->count; i++)
        if (strcmp(round->names[i], "collapsed") == 0) *last = (int32_t)round->values[i];
    return *last != before ? texts[*last] : NULL;
}

// --- rounds ------------------------------------------------------------------------------------------------

static void note(vg_gail *g, const tally *t) {
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"distance", t->driven.distance},
                   {"error", t->error},
                   {"disc_acc_expert", t->disc.right_expert},
                   {"disc_acc_learner", t->disc.right_learner},
                   {"disc_loss", t->disc.loss},
                   {"gradient_penalty", t->disc.penalty},
                   {"kl", t->learned.change.kl},
                   {"entropy", t->learned.change.entropy},
                   {"reward", t->learned.reward},
                   {"value_loss", t->learned.value_loss},
                   {"terminations", (double)t->learned.terminated},
                   {"actions", (double)g->run.report.actions},
                   {"collapsed", t->collapse}};
    vg_run_note_driving(&g->run, &t->driven);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        vg_run_note(&g->run, numbers[i].name, numbers[i].value);
}

static vg_err one_round(vg_gail *g, vg_diag *diag) {
    tally t = {.driven = vg_selection_none, .error = NAN};
    int64_t number = g->run.round + 1;
    vg_err err = vg_actor_critic_drive(&g->learner, diag); // sample trajectories
    if (!err) err = update_discriminator(g, &t, diag);
    if (!err) err = update_learner(g, &t, diag);
    if (err) return err;
    g->run.report.actions = number * g->learner.rollout_buffer.rows;
    if (number % g->config->validation.every == 0 || number == g->run.rounds)
        err = validate(g, number, &t, diag);
    if (err) return err;
    t.collapse = look_for_collapse(g, &t);
    note(g, &t);
    return vg_run_end_round(&g->run, g->config->checkpoint_every, diag);
}

static void fill_report(vg_gail *g) {
    vg_learner_report *report = &g->run.report;
    report->rounds = g->run.round;
    report->actions = g->run.round * g->learner.rollout_buffer.rows;
    if (!g->data) return;
    report->labels = vg_dataset_train(g->data).count;
    report->held_out_rows = vg_dataset_validation(g->data).count;
    report->episodes = vg_dataset_episodes(g->data);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_gail g = {0};
    tally clone;
    vg_err err = vg_gail_open(&g, &vg_learner_gail, def, diag);
    if (!err && isinf(g.best_cost)) err = validate(&g, 0, &clone, diag);
    while (!err && g.run.round < g.run.rounds) err = one_round(&g, diag);
    if (!err) err = vg_run_finish(&g.run, &g.im, &g.origin, diag);
    fill_report(&g);
    *report = g.run.report;
    vg_gail_close(&g);
    return err;
}

const vg_learner vg_learner_gail = {
    .name = "gail",
    .schema = &vg_gail_schema,
    .config_size = sizeof(vg_gail_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS,
    .round = "round",
    .summary = "imitation from logs and the simulator alone, rewarded by a discriminator",
    .details = "Begins with a clone of the logs, then drives on the roads. A discriminator is trained "
               "along to tell the learner's driving from that of the logs, and the learner is rewarded "
               "where the discriminator takes it for the driver of the logs (Ho & Ermon 2016). It needs "
               "no expert. The round that drives best on the validation roads is kept. The same input gives "
               "the same bytes, also when stopped and resumed.",
    .examples = "verge train gail --logs demo.vlog --roads train-1 train-2 --out gail.safetensors\n"
                "verge train gail --logs demo.vlog --roads train-1 --valid train-2 --out gail.safetensors "
                "--set algorithm=trpo",
    .diagnose = diagnose,
    .train = train};
