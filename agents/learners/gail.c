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

#include "agents/learners/absorbing.h"
#include "agents/learners/gail_state.h"
#include "agents/rewards/network_reward.h"

enum { REWARD_CONSTANT = VG_REWARD_LOGIT + 1 };

// Results of a round.
typedef struct tally {
    vg_actor_critic_round learned;
    vg_discriminator_step disc; // means over the round's steps
    vg_generator_drive drive;   // on the validation roads
    vg_gail_collapse collapse;
} tally;

// Update the discriminator (eq. 17) on the logs and the last rounds.
static vg_err update_discriminator(vg_gail *g, tally *t, vg_diag *diag) {
    const vg_rollout_buffer *x = &g->generator.learner.rollout_buffer;
    vg_run *run = &g->generator.run;
    float *rows = vg_gail_round_rows(g);
    for (int64_t r = 0; r < x->rows; r++)
        vg_reward_input_row(&g->input, x->seen + r * x->observation, x->action + r * x->actions,
                            rows + r * g->stride);
    int64_t terminations = 0;
    for (int64_t r = 0; r < x->rows; r++) terminations += x->ending[r] == VG_ENDING_TERMINATED;
    g->terminations[run->round % g->config->disc.replay_rounds] = (float)terminations;
    g->died += terminations;
    int64_t rounds =
        run->round + 1 < g->config->disc.replay_rounds ? run->round + 1 : g->config->disc.replay_rounds;
    vg_side expert = {g->expert, g->expert_rows}, learner = {g->replay, rounds * x->rows};
    double share = 1.0 / (double)g->config->disc.n_updates;
    for (int64_t i = 0; i < g->config->disc.n_updates; i++) {
        vg_discriminator_step step;
        vg_err err = vg_discriminator_learn(g->discriminator, &expert, &learner, (uint32_t)run->round,
                                            (uint32_t)i, &step, diag);
        if (err) return err;
        vg_discriminator_step_add(&t->disc, &step, share);
        run->report.steps++;
    }
    return VG_OK;
}

// The logit of the absorbing state, after so many terminations in so many rows of the learner.
static double logit_absorbed(const vg_gail *g, double terminations, double rows) {
    const vg_gail_config *c = g->config;
    double gamma = c->generator.rl.gamma, expert = (double)g->generator.driven.terminations;
    return vg_absorbing_logit(c->disc.expert_label, vg_absorbing_share(expert, (double)g->expert_rows, gamma),
                              vg_absorbing_share(terminations, rows, gamma));
}

// The reward of an action in the absorbing state, by the rounds in the replay.
static double reward_absorbed(const vg_gail *g) {
    const vg_gail_config *c = g->config;
    double terminations = 0, rows = 0;
    for (int64_t i = 0; i < c->disc.replay_rounds && i <= g->generator.run.round; i++)
        terminations += (double)g->terminations[i], rows += (double)g->generator.learner.rollout_buffer.rows;
    return vg_reward_of((vg_reward_form)c->reward, logit_absorbed(g, terminations, rows), c->reward_clip);
}

// The discriminator as it is now, as a reward file. Over the whole training the learner counts as having died
// at least once: if nobody ever did, an end would else be worth as much as the best driving.
static vg_err write_reward(const vg_gail *g, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    const vg_network *f = vg_discriminator_network(g->discriminator);
    const vg_run *run = &g->generator.run;
    double rows = (double)(run->round * g->generator.learner.rollout_buffer.rows);
    double logit = logit_absorbed(g, g->died > 1 ? (double)g->died : 1, rows);
    vg_network_reward_def def = vg_network_reward_default();
    vg_reward *reward = NULL;
    def.input = &g->input, def.g = &f, def.members = 1, def.clip = c->reward_clip;
    def.form = c->reward == REWARD_CONSTANT ? VG_REWARD_LOGIT : (vg_reward_form)c->reward;
    def.discount = c->generator.rl.gamma;
    def.absorbing = c->absorbing_state ? vg_reward_of(def.form, logit, def.clip) : 0;
    vg_err err = vg_network_reward_create(&def, &reward, diag);
    if (!err) reward->stall = g->generator.stall;
    if (!err) err = vg_run_write_reward(run, &g->generator.origin, reward, run->def->reward_out, diag);
    vg_reward_destroy(reward);
    return err;
}

// Reward the round, and step (eq. 18).
static vg_err update_learner(vg_gail *g, tally *t, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    vg_rollout_buffer *x = &g->generator.learner.rollout_buffer;
    bool constant = c->reward == REWARD_CONSTANT;
    vg_reward_form form = (vg_reward_form)c->reward;
    vg_discriminator_judge(g->discriminator, vg_gail_round_rows(g), x->rows, g->f);
    for (int64_t r = 0; r < x->rows; r++)
        x->rewards[r] = constant ? 1 : (float)vg_reward_of(form, (double)g->f[r], c->reward_clip);
    double absorbing = c->absorbing_state && !constant ? reward_absorbed(g) : 0;
    vg_err err = vg_actor_critic_learn(&g->generator.learner, absorbing, &t->learned, diag);
    g->generator.run.report.steps += t->learned.change.steps;
    return err;
}

// --- diagnosis ---------------------------------------------------------------------------------------------

static vg_gail_collapse look_for_collapse(vg_gail *g, const tally *t) {
    bool pinned = vg_discriminator_pinned(&t->disc, &g->pinned);
    if (pinned) return VG_GAIL_PINNED;
    return vg_generator_frozen(&g->generator, &t->learned) ? VG_GAIL_FROZEN : VG_GAIL_SOUND;
}

static const char *diagnose(const vg_learner_round *round, int32_t *last) {
    static const char *const texts[] = {
        NULL,
        "the discriminator is right about nearly every row, so its rewards no longer guide: try a "
        "smaller disc.learning_rate or a larger disc.gradient_penalty",
        VG_GENERATOR_FROZEN_TEXT};
    return vg_learner_diagnosis(round, "collapsed", texts, last);
}

// --- rounds ------------------------------------------------------------------------------------------------

static void note(vg_gail *g, const tally *t) {
    vg_run *run = &g->generator.run;
    vg_generator_note(&g->generator, &t->drive);
    vg_run_note(run, "disc_acc_expert", t->disc.right_expert);
    vg_run_note(run, "disc_acc_learner", t->disc.right_learner);
    vg_run_note(run, "disc_loss", t->disc.loss);
    vg_run_note(run, "gradient_penalty", t->disc.penalty);
    vg_generator_note_update(&g->generator, &t->learned);
    vg_run_note(run, "collapsed", t->collapse);
}

static vg_err one_round(vg_gail *g, vg_diag *diag) {
    tally t = {.drive = vg_generator_not_driven};
    vg_run *run = &g->generator.run;
    vg_err err = vg_actor_critic_drive(&g->generator.learner, diag); // sample trajectories
    if (!err) err = update_discriminator(g, &t, diag);
    if (!err) err = update_learner(g, &t, diag);
    if (!err) err = vg_generator_end_update(&g->generator, &t.drive, diag);
    if (err) return err;
    t.collapse = look_for_collapse(g, &t);
    note(g, &t);
    return vg_run_end_round(run, g->config->generator.checkpoint_every, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    vg_gail g = {0};
    vg_run *run = &g.generator.run;
    vg_err err = vg_gail_open(&g, &vg_learner_gail, def, diag);
    if (!err) err = vg_generator_begin(&g.generator, diag);
    while (!err && run->round < run->rounds) err = one_round(&g, diag);
    if (!err && def->reward_out) err = write_reward(&g, diag);
    if (!err) err = vg_run_finish(run, &g.generator.im, &g.generator.origin, diag);
    vg_generator_report(&g.generator);
    *report = run->report;
    vg_gail_close(&g);
    return err;
}

const vg_learner vg_learner_gail = {
    .name = "gail",
    .schema = &vg_gail_schema,
    .config_size = sizeof(vg_gail_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS | VG_LEARNER_REWARD_TOO | VG_LEARNER_SPREADS,
    .round = "round",
    .summary = "imitation from logs and the simulator alone, rewarded by a discriminator",
    .details = "Begins with a clone of the logs, then drives on the roads. A discriminator is trained "
               "along to tell the learner's driving from that of the logs, and the learner is rewarded "
               "where the discriminator takes it for the driver of the logs (Ho & Ermon 2016). It needs "
               "no expert. The round that drives best on the validation roads is kept. The same input gives "
               "the same bytes, also when stopped and resumed.",
    .examples = "verge train gail --logs demo.vlog --roads train-1 train-2 --out gail.safetensors\n"
                "verge train gail --logs demo.vlog --roads train-1 --valid train-2 --out gail.safetensors "
                "--set algorithm=trpo\n"
                "verge train gail --logs demo.vlog --out gail.safetensors --reward-out why.safetensors",
    .diagnose = diagnose,
    .train = train};
