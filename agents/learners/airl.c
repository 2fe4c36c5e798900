// Adversarial inverse reinforcement learning.
//
//   Fu, Luo & Levine 2018, "Learning robust rewards with adversarial inverse reinforcement learning", ICLR.
//   GAIL's discriminator forgets what the driver wants: at its optimum it says 1/2 everywhere. This one is
//   given the policy's density and must find the rest itself, f in
//
//       D(s, a, s') = exp f(s, a, s') / (exp f(s, a, s') + pi(a | s)),
//       f(s, a, s') = g(s) + gamma h(s') - h(s).
//
//   At its optimum f is the demonstrator's advantage. A potential h takes up what belongs to the way the car
//   moves, so that g, of the state alone, is the reward, which holds in another car, too.
//
// Their algorithm; the code below follows these steps:
//
//     obtain the demonstrations; begin with a policy pi and a discriminator D
//     for step t = 1, 2, ...
//         collect trajectories by driving with pi
//         train D to tell the demonstrations from the trajectories (logistic regression)
//         reward r(s, a, s') = log D - log(1 - D) = f - log pi
//         improve pi for r by any method of policy optimisation
//
// Where it goes beyond the paper, or has to take care:
// - What belongs to the policy (the clone it begins with, smoothed labels, rows of several rounds, selection)
//   is as in gail.c.
// - The potential is 0 where an episode terminated. The absorbing state that follows is told apart in closed
//   form (absorbing.h).
// - A driver who repeats an action exactly has no density, and log pi of its actions falls without bound as
//   the policy's noise shrinks. So demonstrations should be driven with noise on the actions (0.05 or more),
//   the policy's deviations have a minimum, and the discriminator judges the demonstrated actions with noise
//   of their own, drawn anew in each round.
#include "agents/learners/airl.h"

#include <math.h>

#include "agents/learners/absorbing.h"
#include "agents/learners/airl_discriminator.h"
#include "agents/learners/transitions.h"
#include "agents/rewards/network_reward.h"
#include "agents/rl/gaussian_policy.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_GENERATOR_ROWS
#define X(...) VG_KEY_ROW(vg_airl_config, , "", __VA_ARGS__)
                                  VG_AIRL_KEYS(X)
#undef X
                                      VG_GENERATOR_CHECKPOINT_ROWS
#define X(...) VG_KEY_ROW(vg_airl_config, disc., "disc.", __VA_ARGS__)
                                          VG_DISCRIMINATOR_FIRST_KEYS(X) VG_DISCRIMINATOR_PENALTY_KEYS(X)
                                              VG_DISCRIMINATOR_REPLAY_KEYS(X)
#undef X
                                                  VG_GENERATOR_VALIDATION_ROWS};
const vg_schema vg_airl_schema = {"airl", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { REWARD_LEARNED };

// The state of a training.
typedef struct airl {
    vg_generator generator; // the policy and all that trains it
    const vg_airl_config *config;
    vg_reward_input input; // what g is shown; h is shown the part of it that is sensed
    vg_airl_discriminator *discriminator;
    vg_transitions expert;  // the demonstrations
    float *demonstrated;    // [expert.room][VG_CAR_ACTIONS] their actions, without noise
    vg_transitions replay;  // [replay_rounds][rows a round], round r in place r % replay_rounds
    float *terminations;    // [replay_rounds] of the learner in those rounds
    float *f;               // [rows a round]
    vg_gradient *densities; // the workspace of log pi
    int64_t died;           // terminations of the learner so far, all rounds
    int64_t pinned;         // consecutive rounds in which the discriminator was nearly always right
} airl;

// Results of a round.
typedef struct tally {
    vg_actor_critic_round learned;
    vg_discriminator_step disc; // means over the round's steps
    vg_generator_drive drive;   // on the validation roads
    double likely;              // mean log pi of the demonstrated actions
    vg_airl_collapse collapse;
} tally;

// --- opening -----------------------------------------------------------------------------------------------

static vg_err open_rows(airl *a, vg_diag *diag) {
    const vg_airl_config *c = a->config;
    const vg_generator *g = &a->generator;
    int64_t rows = g->learner.rollout_buffer.rows;
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(g, parts);
    vg_err err = vg_reward_input_open(&a->input, vg_sense_text(g->im.sense),
                                      c->disc.input == VG_DISCRIMINATOR_SENSE_ACTION, true, diag);
    if (!err)
        err =
            vg_reward_input_fit(&a->input, &g->origin.car, c->disc.min_std, parts, VG_GENERATOR_PARTS, diag);
    if (!err) err = vg_transitions_demonstrated(g, &a->input, &a->expert, diag);
    if (!err)
        err = vg_transitions_open(&a->replay, &a->input, g->im.width, c->disc.replay_rounds * rows, diag);
    if (err) return err;
    a->demonstrated = vg_new(float, a->expert.room *VG_CAR_ACTIONS);
    a->terminations = vg_new(float, c->disc.replay_rounds);
    a->f = vg_new(float, rows);
    if (!a->demonstrated || !a->terminations || !a->f) return vg_fail_memory(diag);
    for (int64_t i = 0; i < a->expert.room * VG_CAR_ACTIONS; i++) a->demonstrated[i] = a->expert.actions[i];
    return vg_gradient_create(g->actor, VG_LOSS_OWN, rows, g->run.def->threads, &a->densities, diag);
}

static vg_err open_discriminator(airl *a, vg_diag *diag) {
    const vg_airl_config *c = a->config;
    const vg_learner_def *learner = a->generator.run.def;
    vg_airl_discriminator_def def = vg_airl_discriminator_default();
    def.g.inputs = a->input.count, def.h.inputs = a->input.sensed;
    def.g.hidden[0] = def.g.hidden[1] = (int32_t)c->disc.hidden_size;
    def.h.hidden[0] = def.h.hidden[1] = (int32_t)c->disc.hidden_size;
    def.discount = c->generator.rl.gamma;
    def.rate = c->disc.learning_rate, def.decay = c->disc.weight_decay, def.batch = c->disc.batch_size;
    def.label = c->disc.expert_label, def.penalty = c->disc.gradient_penalty;
    def.seed = learner->seed, def.threads = learner->threads;
    return vg_airl_discriminator_create(&def, &a->discriminator, diag);
}

static vg_err restore(airl *a, vg_diag *diag) {
    vg_checkpoint *state = &a->generator.run.state;
    vg_airl_discriminator_state(a->discriminator, state);
    vg_transitions_state(&a->replay, "replay", state);
    vg_checkpoint_floats(state, "terminations", a->terminations, a->config->disc.replay_rounds);
    vg_checkpoint_int(state, "died", &a->died);
    vg_checkpoint_int(state, "pinned", &a->pinned);
    vg_err err = vg_generator_restore(&a->generator, diag);
    if (!err && a->generator.run.resumed) vg_airl_discriminator_restored(a->discriminator);
    return err;
}

static vg_err open_all(airl *a, const vg_learner_def *def, vg_diag *diag) {
    a->config = def->config;
    vg_err err = vg_generator_open(&a->generator, &vg_learner_airl, def, diag);
    if (!err) err = open_rows(a, diag);
    if (!err) err = open_discriminator(a, diag);
    return err ? err : restore(a, diag);
}

static void close_all(airl *a) {
    vg_airl_discriminator_destroy(a->discriminator);
    vg_gradient_destroy(a->densities);
    vg_transitions_free(&a->expert);
    vg_transitions_free(&a->replay);
    vg_free(a->demonstrated);
    vg_free(a->terminations);
    vg_free(a->f);
    vg_reward_input_free(&a->input);
    vg_generator_close(&a->generator);
}

// --- the discriminator -------------------------------------------------------------------------------------

// The demonstrated actions with this round's noise, and their density under the policy.
static void draw_demonstrations(airl *a, tally *t) {
    vg_transitions *e = &a->expert;
    double std = a->config->demo_action_std, sum = 0;
    for (int64_t i = 0; i < e->room; i++) {
        vg_draw at = {a->generator.run.def->seed,
                      VG_STREAM_DISCRIMINATOR,
                      1,
                      (uint32_t)a->generator.run.round,
                      (uint32_t)i,
                      0};
        double normal[2];
        vg_random_normal2(&at, normal);
        for (int k = 0; k < VG_CAR_ACTIONS; k++) {
            float action = a->demonstrated[i * VG_CAR_ACTIONS + k] + (float)(std * normal[k]);
            e->actions[i * VG_CAR_ACTIONS + k] = action;
            if (a->input.action) vg_reward_input_put_action(&a->input, k, action, e->g + i * e->g_stride);
        }
    }
    vg_gaussian_log_probs(a->densities, a->generator.actor, e->inputs, e->actions, e->room, e->log_prob);
    for (int64_t i = 0; i < e->room; i++) sum += (double)e->log_prob[i];
    t->likely = sum / (double)e->room;
}

static int64_t rounds_kept(const airl *a) {
    int64_t done = a->generator.run.round + 1, most = a->config->disc.replay_rounds;
    return done < most ? done : most;
}

// Where this round's rows are in the replay.
static int64_t place(const airl *a) {
    return a->generator.run.round % a->config->disc.replay_rounds * a->generator.learner.rollout_buffer.rows;
}

// Logistic regression on the logs and the last rounds; log pi is of the policy as it is now.
static vg_err update_discriminator(airl *a, tally *t, vg_diag *diag) {
    const vg_rollout_buffer *x = &a->generator.learner.rollout_buffer;
    vg_run *run = &a->generator.run;
    int64_t kept = rounds_kept(a) * x->rows, terminations = 0;
    vg_transitions_put_round(&a->replay, place(a), x);
    for (int64_t r = 0; r < x->rows; r++) terminations += x->ending[r] == VG_ENDING_TERMINATED;
    a->terminations[run->round % a->config->disc.replay_rounds] = (float)terminations;
    a->died += terminations;
    draw_demonstrations(a, t);
    vg_gaussian_log_probs(a->densities, a->generator.actor, a->replay.inputs, a->replay.actions, kept,
                          a->replay.log_prob);
    vg_airl_side expert = vg_transitions_side(&a->expert, 0, a->expert.room),
                 learner = vg_transitions_side(&a->replay, 0, kept);
    double share = 1.0 / (double)a->config->disc.n_updates;
    for (int64_t i = 0; i < a->config->disc.n_updates; i++) {
        vg_discriminator_step step;
        vg_err err = vg_airl_discriminator_learn(a->discriminator, &expert, &learner, (uint32_t)run->round,
                                                 (uint32_t)i, &step, diag);
        if (err) return err;
        vg_discriminator_step_add(&t->disc, &step, share);
        run->report.steps++;
    }
    return VG_OK;
}

// --- the reward --------------------------------------------------------------------------------------------

// The logit of the absorbing state, after so many terminations in so many rows of the learner.
static double logit_absorbed(const airl *a, double terminations, double rows) {
    const vg_airl_config *c = a->config;
    double gamma = c->generator.rl.gamma, expert = (double)a->generator.driven.terminations;
    double logit =
        vg_absorbing_logit(c->disc.expert_label, vg_absorbing_share(expert, (double)a->expert.room, gamma),
                           vg_absorbing_share(terminations, rows, gamma));
    return vg_reward_of(VG_REWARD_LOGIT, logit, c->reward_clip);
}

// The same of the rounds in the replay.
static double logit_of_late(const airl *a) {
    double terminations = 0;
    for (int64_t i = 0; i < rounds_kept(a); i++) terminations += (double)a->terminations[i];
    return logit_absorbed(a, terminations,
                          (double)(rounds_kept(a) * a->generator.learner.rollout_buffer.rows));
}

// Pay f - log pi, and improve the policy.
static vg_err update_learner(airl *a, tally *t, vg_diag *diag) {
    const vg_airl_config *c = a->config;
    vg_rollout_buffer *x = &a->generator.learner.rollout_buffer;
    bool learned = c->reward == REWARD_LEARNED;
    vg_airl_side side = vg_transitions_side(&a->replay, place(a), x->rows);
    vg_airl_discriminator_judge(a->discriminator, &side, a->f);
    for (int64_t r = 0; r < x->rows; r++)
        x->rewards[r] =
            learned ? (float)vg_reward_of(VG_REWARD_LOGIT, (double)(a->f[r] - x->log_prob[r]), c->reward_clip)
                    : 1;
    double absorbing = c->absorbing_state && learned ? logit_of_late(a) : 0;
    vg_err err = vg_actor_critic_learn(&a->generator.learner, absorbing, &t->learned, diag);
    a->generator.run.report.steps += t->learned.change.steps;
    return err;
}

// f of the absorbing state, for the file. An action there has no effect, but is drawn as any other, so f is
// the logit less the entropy. Over the whole training the learner counts as having died at least once: if
// nobody ever did, an end would else be worth as much as the best driving.
static double absorbing_of_file(const airl *a) {
    if (!a->config->absorbing_state) return 0;
    vg_gaussian now = vg_gaussian_of(a->generator.actor);
    double rows = (double)(a->generator.run.round * a->generator.learner.rollout_buffer.rows);
    return logit_absorbed(a, a->died > 1 ? (double)a->died : 1, rows) - vg_gaussian_entropy(&now);
}

// The file is written last, so that it is there only where all is.
static vg_err make_reward(airl *a, vg_reward **out, vg_diag *diag) {
    const vg_network *g = vg_airl_discriminator_g(a->discriminator);
    vg_network_reward_def def = vg_network_reward_default();
    def.input = &a->input, def.g = &g, def.members = 1;
    def.h = a->config->write_potential ? vg_airl_discriminator_h(a->discriminator) : NULL;
    def.discount = a->config->generator.rl.gamma, def.absorbing = absorbing_of_file(a);
    vg_err err = vg_network_reward_create(&def, out, diag);
    if (!err) (*out)->stall = a->generator.stall;
    return err;
}

// --- diagnosis ---------------------------------------------------------------------------------------------

enum { UNLIKELY = -25 }; // nats; about seven standard deviations away

static vg_airl_collapse look_for_collapse(airl *a, const tally *t) {
    bool pinned = vg_discriminator_pinned(&t->disc, &a->pinned);
    if (t->likely < UNLIKELY) return VG_AIRL_UNLIKELY;
    if (pinned) return VG_AIRL_PINNED;
    return vg_generator_frozen(&a->generator, &t->learned) ? VG_AIRL_FROZEN : VG_AIRL_SOUND;
}

static const char *diagnose(const vg_learner_round *round, int32_t *last) {
    static const char *const texts[] = {
        NULL,
        "the discriminator is right about nearly every row, so its rewards no longer guide: try a smaller "
        "disc.learning_rate, a larger disc.gradient_penalty or a larger action_std_min",
        VG_GENERATOR_FROZEN_TEXT,
        "the policy gives the demonstrated actions hardly any density, so log pi decides alone: demonstrate "
        "with noise on the actions, or try a larger action_std_min"};
    return vg_learner_diagnosis(round, "collapsed", texts, last);
}

// --- rounds ------------------------------------------------------------------------------------------------

static void note(airl *a, const tally *t) {
    vg_run *run = &a->generator.run;
    vg_generator_note(&a->generator, &t->drive);
    vg_run_note(run, "disc_acc_expert", t->disc.right_expert);
    vg_run_note(run, "disc_acc_learner", t->disc.right_learner);
    vg_run_note(run, "disc_loss", t->disc.loss);
    vg_run_note(run, "gradient_penalty", t->disc.penalty);
    vg_run_note(run, "log_prob_expert", t->likely);
    vg_generator_note_update(&a->generator, &t->learned);
    vg_run_note(run, "collapsed", t->collapse);
}

static vg_err one_round(airl *a, vg_diag *diag) {
    tally t = {.drive = vg_generator_not_driven};
    vg_run *run = &a->generator.run;
    vg_err err = vg_actor_critic_drive(&a->generator.learner, diag); // collect trajectories
    if (!err) err = update_discriminator(a, &t, diag);
    if (!err) err = update_learner(a, &t, diag);
    if (!err) err = vg_generator_end_update(&a->generator, &t.drive, diag);
    if (err) return err;
    t.collapse = look_for_collapse(a, &t);
    note(a, &t);
    return vg_run_end_round(run, a->config->generator.checkpoint_every, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    airl a = {0};
    vg_run *run = &a.generator.run;
    vg_reward *reward = NULL;
    vg_err err = open_all(&a, def, diag);
    if (!err) err = vg_generator_begin(&a.generator, diag);
    while (!err && run->round < run->rounds) err = one_round(&a, diag);
    if (!err) err = make_reward(&a, &reward, diag);
    if (!err) err = vg_run_finish(run, &a.generator.im, &a.generator.origin, diag);
    if (!err) err = vg_run_write_reward(run, &a.generator.origin, reward, def->out, diag);
    vg_reward_destroy(reward);
    vg_generator_report(&a.generator);
    *report = run->report;
    close_all(&a);
    return err;
}

const vg_learner vg_learner_airl = {
    .name = "airl",
    .schema = &vg_airl_schema,
    .config_size = sizeof(vg_airl_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS | VG_LEARNER_POLICY_TOO,
    .writes = VG_WRITES_REWARD,
    .round = "round",
    .summary = "why they drove so: a reward of the state, found by a discriminator that knows the policy",
    .details = "Begins with a clone of the logs and drives, as gail does, but its discriminator is given the "
               "policy's density and so learns the reward itself, apart from a potential that belongs to "
               "how the car moves (Fu, Luo & Levine 2018). --out is the last round's reward, which policies "
               "can be trained on by ppo in another car and on other roads; --policy is the policy that "
               "drove best on the validation roads. Demonstrations should be driven with noise on the "
               "actions. The same input gives the same bytes, also when stopped and resumed.",
    .examples = "verge train airl --logs demo.vlog --roads train-1 train-2 --out why.safetensors\n"
                "verge train airl --logs demo.vlog --out why.safetensors --policy p.safetensors\n"
                "verge train ppo --reward why.safetensors --roads train-1 --car kart --out q.safetensors",
    .diagnose = diagnose,
    .train = train};
