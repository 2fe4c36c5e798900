// Guided cost learning.
//
//   Finn, Levine & Abbeel 2016, "Guided cost learning: deep inverse optimal control via policy optimization",
//   ICML. Maximum entropy: drivers drive tau with the density p0(tau) e^R(tau) / Z. Z is a sum over all
//   drives; it is estimated from those of a policy, which is improved for the reward learned so far and so
//   drives where the sum is large.
//
// Their algorithm; the code below follows these steps:
//
//     obtain the demonstrations; begin with a policy q_1
//     for i = 1, 2, ...
//         drive with q_i, and add its segments to the samples
//         fit the reward: gradient steps on the likelihood of the demonstrations, Z by importance sampling
//             with the mixture of all samplers (guided_cost.h)
//         improve the policy for the reward, and for entropy: it maximises E[r] - KL(q || p0)
//
// Where it goes beyond the paper, or has to take care:
// - What belongs to the policy is as in gail.c; the paper uses linear-Gaussian controllers.
// - The reward is that of an action: what the paper calls cost is -r.
// - p0, actions about 0 whatever is sensed, stands for the paper's cost of an action: without it every action
//   counts the same however large it is, and Z is infinite.
// - The demonstrations are samples, too, as in the paper; their density is the clone's, with a standard
//   deviation that is given, for a demonstrator's own is not known.
// - Segments have equal lengths: the end of an episode is the absorbing state, with a reward of its own.
#include "agents/learners/gcl.h"

#include <math.h>
#include <string.h>

#include "agents/learners/drive_segments.h"
#include "agents/learners/guided_cost.h"
#include "agents/rewards/network_reward.h"
#include "agents/rl/gaussian_policy.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

static const vg_key keys[] = {VG_GENERATOR_ROWS
#define X(...) VG_KEY_ROW(vg_gcl_config, , "", __VA_ARGS__)
                                  VG_GCL_KEYS(X)
#undef X
                                      VG_GENERATOR_CHECKPOINT_ROWS
#define X(...) VG_KEY_ROW(vg_gcl_config, cost., "cost.", __VA_ARGS__)
                                          VG_GCL_COST_KEYS(X)
#undef X
                                              VG_GENERATOR_VALIDATION_ROWS};
const vg_schema vg_gcl_schema = {"gcl", keys, sizeof keys / sizeof *keys, vg_imitation_check_text};

enum { REWARD_LEARNED, INPUT_SENSE_ACTION = 0 };

// The state of a training. Samplers: the demonstrator (0), then the policies of the last rounds; the policy
// of round r is sampler 1 + r % replay_rounds, and its segments are in that place of `driven`.
typedef struct gcl {
    vg_generator generator; // the policy and all that trains it
    const vg_gcl_config *config;
    vg_reward_input input; // what the reward is shown
    vg_guided_cost *cost;
    vg_drive_segments shown, driven;
    int64_t each;           // places of a round in `driven`
    int32_t samplers;       // at most
    float *weights;         // [samplers][vg_network_count] of their policies
    float *counts;          // [samplers] segments of each: whole numbers, as floats for checkpoints
    double *shares;         // [samplers]
    vg_network *sampler;    // one of them
    vg_gradient *densities; // the workspace of log q
    double *log_density;    // [samplers] of one segment, after [samplers][each or shown.room] of all
    double *log_ratio; // [shown.room + driven.room] log p0 - log q: the demonstrated, then the driven ones
    int64_t *order;    // [driven.room] the places that are in use
    float *paid, *paid_rows; // [rows a round] r, and [rows a round][stride] what it is of
    double *returns;         // [shown.room]
    double level, worst;     // of the demonstrations: mean r of a step; that of the worst segment
    int64_t thin;            // consecutive rounds in which Z rested on hardly more than one segment
} gcl;

// Results of a round.
typedef struct tally {
    vg_actor_critic_round learned;
    vg_guided_cost_step cost; // means over the round's steps
    vg_generator_drive drive; // on the validation roads
    vg_gcl_collapse collapse;
} tally;

// --- opening -----------------------------------------------------------------------------------------------

static vg_err open_arrays(gcl *g, vg_diag *diag) {
    int64_t count = vg_network_count(g->generator.actor), shown = g->shown.room;
    int64_t most = shown > g->each ? shown : g->each;
    g->weights = vg_new(float, g->samplers *count), g->counts = vg_new(float, g->samplers);
    g->shares = vg_new(double, g->samplers);
    g->log_density = vg_new(double, g->samplers *most);
    g->log_ratio = vg_new(double, shown + g->driven.room), g->order = vg_new(int64_t, g->driven.room);
    int64_t rows = g->generator.learner.rollout_buffer.rows;
    g->paid = vg_new(float, rows), g->paid_rows = vg_new(float, rows * g->driven.stride);
    g->returns = vg_new(double, shown);
    bool whole =
        g->paid_rows && g->weights && g->counts && g->shares && g->log_density && g->log_ratio && g->paid;
    return whole && g->returns && g->order ? VG_OK : vg_fail_memory(diag);
}

static vg_err open_samplers(gcl *g, vg_diag *diag) {
    const vg_rollout_buffer *x = &g->generator.learner.rollout_buffer;
    const vg_network *actor = g->generator.actor;
    int32_t steps = (int32_t)g->config->segment_steps, width = g->generator.im.width;
    if (x->steps < steps)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, NULL, 0, "segment_steps", "%d, but a round has %d: n_steps",
                          steps, x->steps);
    g->samplers = 1 + (int32_t)g->config->cost.replay_rounds;
    g->each = 2 * (x->rows / steps) + x->lanes;
    vg_err err = vg_drive_segments_of_logs(&g->shown, &g->generator, &g->input, steps, diag);
    if (!err)
        err = vg_drive_segments_open(&g->driven, &g->input, width, steps, g->each * (g->samplers - 1), diag);
    if (!err) err = open_arrays(g, diag);
    if (!err) err = vg_network_create_like(actor, vg_network_shape_of(actor), &g->sampler, diag);
    if (err) return err;
    vg_network_take(g->sampler, vg_network_read(actor)); // the clone, with the demonstrator's deviations
    vg_gaussian_set(g->sampler, vg_ln(g->config->demo_action_std));
    memcpy(g->weights, vg_network_read(g->sampler), sizeof(float) * (size_t)vg_network_count(actor));
    g->counts[0] = (float)g->shown.room;
    return vg_gradient_create(actor, VG_LOSS_OWN, x->rows, g->generator.run.def->threads, &g->densities,
                              diag);
}

static vg_err open_cost(gcl *g, vg_diag *diag) {
    const vg_gcl_config *c = g->config;
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(&g->generator, parts);
    vg_err err = vg_reward_input_open(&g->input, vg_sense_text(g->generator.im.sense),
                                      c->cost.input == INPUT_SENSE_ACTION, true, diag);
    if (!err)
        err = vg_reward_input_fit(&g->input, &g->generator.origin.car, c->cost.min_std, parts,
                                  VG_GENERATOR_PARTS, diag);
    if (err) return err;
    vg_guided_cost_def def = vg_guided_cost_default();
    def.shape.inputs = g->input.count;
    def.shape.hidden[0] = def.shape.hidden[1] = (int32_t)c->cost.hidden_size;
    def.steps = (int32_t)c->segment_steps;
    def.demos = c->cost.demo_batch_size, def.samples = c->cost.sample_batch_size;
    def.rate = c->cost.learning_rate, def.decay = c->cost.weight_decay;
    def.lcr = c->cost.lcr_weight, def.mono = c->cost.mono_weight;
    def.seed = g->generator.run.def->seed, def.threads = g->generator.run.def->threads;
    return vg_guided_cost_create(&def, &g->cost, diag);
}

static void list_segments(gcl *g) {
    vg_checkpoint *state = &g->generator.run.state;
    vg_drive_segments *s = &g->driven;
#define X(array, floats) vg_checkpoint_floats(state, "driven." #array, s->array, s->room *(floats));
    VG_DRIVE_SEGMENTS(X)
#undef X
    vg_checkpoint_floats(state, "samplers", g->weights, g->samplers * vg_network_count(g->sampler));
    vg_checkpoint_floats(state, "samplers.counts", g->counts, g->samplers);
}

static vg_err restore(gcl *g, vg_diag *diag) {
    vg_checkpoint *state = &g->generator.run.state;
    vg_guided_cost_state(g->cost, state);
    list_segments(g);
    vg_checkpoint_double(state, "level", &g->level);
    vg_checkpoint_double(state, "worst", &g->worst);
    vg_checkpoint_int(state, "thin", &g->thin);
    vg_err err = vg_generator_restore(&g->generator, diag);
    if (err || !g->generator.run.resumed) return err;
    vg_guided_cost_restored(g->cost);
    return VG_OK;
}

static vg_err open_all(gcl *g, const vg_learner_def *def, vg_diag *diag) {
    g->config = def->config;
    vg_err err = vg_generator_open(&g->generator, &vg_learner_gcl, def, diag);
    if (!err) err = open_cost(g, diag);
    if (!err) err = open_samplers(g, diag);
    return err ? err : restore(g, diag);
}

static void close_all(gcl *g) {
    vg_drive_segments_free(&g->shown), vg_drive_segments_free(&g->driven);
    vg_free(g->weights), vg_free(g->counts), vg_free(g->shares);
    vg_free(g->log_density), vg_free(g->log_ratio), vg_free(g->order);
    vg_free(g->paid), vg_free(g->paid_rows), vg_free(g->returns);
    vg_network_destroy(g->sampler);
    vg_gradient_destroy(g->densities);
    vg_guided_cost_destroy(g->cost);
    vg_reward_input_free(&g->input);
    vg_generator_close(&g->generator);
}

// --- the samplers ------------------------------------------------------------------------------------------

// This round's policy and its segments take the place of the oldest.
static void add_sampler(gcl *g) {
    int64_t count = vg_network_count(g->sampler), slot = g->generator.run.round % (g->samplers - 1);
    memcpy(g->weights + (slot + 1) * count, vg_network_read(g->generator.actor),
           sizeof(float) * (size_t)count);
    g->counts[slot + 1] = (float)vg_drive_segments_put_round(&g->driven, slot * g->each, g->each,
                                                             &g->generator.learner.rollout_buffer);
}

// log p0 - log q of segments [first, first + count) of a side, q the mixture of all samplers.
static void ratio_of(gcl *g, vg_drive_segments *side, int64_t first, int64_t count, double *log_ratio) {
    int64_t parameters = vg_network_count(g->sampler);
    double one[128];
    for (int32_t k = 0; k < g->samplers; k++) {
        if (g->counts[k] == 0) continue;
        vg_network_take(g->sampler, g->weights + k * parameters);
        vg_drive_segments_densities(side, first, count, g->densities, g->sampler, g->log_density + k * count);
    }
    vg_drive_segments_prior(side, first, count, g->config->prior_std, log_ratio);
    for (int64_t j = 0; j < count; j++) {
        for (int32_t k = 0; k < g->samplers; k++) one[k] = g->log_density[k * count + j];
        log_ratio[j] -= vg_log_mixture(one, g->shares, g->samplers);
    }
}

// The ratios of all segments, and the order of the driven ones. Returns how many those are.
static int64_t weigh_segments(gcl *g) {
    double all = 0;
    int64_t count = 0;
    for (int32_t k = 0; k < g->samplers; k++) all += (double)g->counts[k];
    for (int32_t k = 0; k < g->samplers; k++) g->shares[k] = (double)g->counts[k] / all;
    ratio_of(g, &g->shown, 0, g->shown.room, g->log_ratio);
    for (int32_t k = 1; k < g->samplers; k++) {
        int64_t first = (k - 1) * g->each, found = (int64_t)g->counts[k];
        ratio_of(g, &g->driven, first, found, g->log_ratio + g->shown.room + first);
        for (int64_t j = 0; j < found; j++) g->order[count++] = first + j;
    }
    return count;
}

// --- the reward --------------------------------------------------------------------------------------------

// The mean reward of a step of the demonstrations, and that of their worst segment.
static void look_at_demonstrations(gcl *g, const vg_segments *shown) {
    double steps = (double)g->shown.steps;
    vg_guided_cost_returns(g->cost, shown, g->returns);
    g->level = 0, g->worst = INFINITY;
    for (int64_t j = 0; j < shown->count; j++) {
        double mean = g->returns[j] / steps;
        g->level += mean / (double)shown->count;
        if (mean < g->worst) g->worst = mean;
    }
}

// Fit the reward to the demonstrations and to what all samplers drove.
static vg_err update_reward(gcl *g, tally *t, vg_diag *diag) {
    vg_run *run = &g->generator.run;
    add_sampler(g);
    int64_t count = weigh_segments(g);
    vg_segments shown = {g->shown.rows, g->shown.live, g->log_ratio, g->shown.room, NULL},
                driven = {g->driven.rows, g->driven.live, g->log_ratio + g->shown.room, count, g->order};
    if (count == 0)
        return vg_fail(diag, VG_ERR_POLICY, "no drive of round %lld is as long as a segment",
                       (long long)run->round + 1);
    double share = 1.0 / (double)g->config->cost.n_updates;
    for (int64_t i = 0; i < g->config->cost.n_updates; i++) {
        vg_guided_cost_step step;
        vg_err err =
            vg_guided_cost_learn(g->cost, &shown, &driven, (uint32_t)run->round, (uint32_t)i, &step, diag);
        if (err) return err;
        t->cost.loss += share * step.loss, t->cost.penalty += share * step.penalty;
        t->cost.log_z += share * step.log_z, t->cost.ess += share * step.ess;
        t->cost.shown += share * step.shown, t->cost.driven += share * step.driven;
        run->report.steps++;
    }
    look_at_demonstrations(g, &shown);
    return VG_OK;
}

// The reward of an action in the absorbing state: as learned, but no more than that of the worst segment of
// the demonstrations, for where nobody dies nothing is learned about it.
static double absorbing(const gcl *g) {
    double learned = vg_guided_cost_absorbing(g->cost);
    return learned < g->worst ? learned : g->worst;
}

static double cut(const gcl *g, double reward) {
    return vg_reward_of(VG_REWARD_LOGIT, reward - g->level, g->config->reward_clip);
}

// Pay r + log p0 - log pi, and improve the policy.
static vg_err update_learner(gcl *g, tally *t, vg_diag *diag) {
    const vg_gcl_config *c = g->config;
    vg_rollout_buffer *x = &g->generator.learner.rollout_buffer;
    int64_t stride = g->driven.stride;
    float *rows = g->paid_rows;
    for (int64_t r = 0; r < x->rows; r++)
        vg_reward_input_row(&g->input, x->seen + r * x->observation, x->action + r * x->actions,
                            rows + r * stride);
    vg_guided_cost_rewards(g->cost, rows, x->rows, g->paid);
    for (int64_t r = 0; r < x->rows; r++) {
        double wants = vg_prior_log_prob(x->action + r * x->actions, c->prior_std) - (double)x->log_prob[r];
        x->rewards[r] = c->reward == REWARD_LEARNED ? (float)(cut(g, (double)g->paid[r]) + wants) : 1;
    }
    double end = c->reward == REWARD_LEARNED ? cut(g, absorbing(g)) : 0;
    vg_err err = vg_actor_critic_learn(&g->generator.learner, end, &t->learned, diag);
    g->generator.run.report.steps += t->learned.change.steps;
    return err;
}

// The file is written last, so that it is there only where all is.
static vg_err make_reward(gcl *g, vg_reward **out, vg_diag *diag) {
    const vg_network *net = vg_guided_cost_network(g->cost);
    vg_network_reward_def def = vg_network_reward_default();
    def.input = &g->input, def.g = &net, def.members = 1;
    def.discount = g->config->generator.rl.gamma, def.absorbing = absorbing(g);
    vg_err err = vg_network_reward_create(&def, out, diag);
    if (!err) (*out)->stall = g->generator.stall;
    return err;
}

// --- diagnosis ---------------------------------------------------------------------------------------------

enum { THIN_ROUNDS = 20 };

static vg_gcl_collapse look_for_collapse(gcl *g, const tally *t) {
    g->thin = t->cost.ess < 2 ? g->thin + 1 : 0;
    if (g->thin >= THIN_ROUNDS) return VG_GCL_THIN;
    return vg_generator_frozen(&g->generator, &t->learned) ? VG_GCL_FROZEN : VG_GCL_SOUND;
}

static const char *diagnose(const vg_learner_round *round, int32_t *last) {
    static const char *const texts[] = {
        NULL,
        "the partition function rests on fewer than two segments of a step, so its gradient is chance: try a "
        "larger cost.sample_batch_size, a smaller segment_steps, or a prior_std nearer to the policy's",
        VG_GENERATOR_FROZEN_TEXT};
    return vg_learner_diagnosis(round, "collapsed", texts, last);
}

// --- rounds ------------------------------------------------------------------------------------------------

static void note(gcl *g, const tally *t) {
    vg_run *run = &g->generator.run;
    vg_generator_note(&g->generator, &t->drive);
    vg_run_note(run, "cost_loss", t->cost.loss);
    vg_run_note(run, "cost_penalty", t->cost.penalty);
    vg_run_note(run, "log_z", t->cost.log_z);
    vg_run_note(run, "ess", t->cost.ess);
    vg_run_note(run, "reward_expert", t->cost.shown);
    vg_run_note(run, "reward_learner", t->cost.driven);
    vg_run_note(run, "absorbing", absorbing(g));
    vg_generator_note_update(&g->generator, &t->learned);
    vg_run_note(run, "collapsed", t->collapse);
}

static vg_err one_round(gcl *g, vg_diag *diag) {
    tally t = {.drive = vg_generator_not_driven};
    vg_run *run = &g->generator.run;
    vg_err err = vg_actor_critic_drive(&g->generator.learner, diag); // drive with q_i
    if (!err) err = update_reward(g, &t, diag);
    if (!err) err = update_learner(g, &t, diag);
    if (!err) err = vg_generator_end_update(&g->generator, &t.drive, diag);
    if (err) return err;
    t.collapse = look_for_collapse(g, &t);
    note(g, &t);
    return vg_run_end_round(run, g->config->generator.checkpoint_every, diag);
}

static vg_err train(const vg_learner_def *def, vg_learner_report *report, vg_diag *diag) {
    gcl g = {0};
    vg_run *run = &g.generator.run;
    vg_reward *reward = NULL;
    vg_err err = open_all(&g, def, diag);
    if (!err) err = vg_generator_begin(&g.generator, diag);
    while (!err && run->round < run->rounds) err = one_round(&g, diag);
    if (!err) err = make_reward(&g, &reward, diag);
    if (!err) err = vg_run_finish(run, &g.generator.im, &g.generator.origin, diag);
    if (!err) err = vg_run_write_reward(run, &g.generator.origin, reward, def->out, diag);
    vg_reward_destroy(reward);
    vg_generator_report(&g.generator);
    *report = run->report;
    close_all(&g);
    return err;
}

const vg_learner vg_learner_gcl = {
    .name = "gcl",
    .schema = &vg_gcl_schema,
    .config_size = sizeof(vg_gcl_config),
    .needs = VG_LEARNER_LOGS | VG_LEARNER_ROADS | VG_LEARNER_POLICY_TOO,
    .writes = VG_WRITES_REWARD,
    .round = "round",
    .summary =
        "why they drove so: a reward by maximum entropy, its partition function from a policy's drives",
    .details =
        "Guided cost learning (Finn, Levine & Abbeel 2016). A network gives the reward under which the "
        "demonstrated drives are the most likely ones. What they are compared with is a sum over all "
        "drives, estimated from the drives of a policy that is improved for the reward along the way. "
        "--out is the last round's reward; --policy is the policy that drove best on the validation "
        "roads. The same input gives the same bytes, also when stopped and resumed.",
    .examples = "verge train gcl --logs demo.vlog --roads train-1 train-2 --out why.safetensors\n"
                "verge train gcl --logs demo.vlog --out why.safetensors --policy p.safetensors\n"
                "verge train ppo --reward why.safetensors --roads train-1 --car kart --out q.safetensors",
    .diagnose = diagnose,
    .train = train};
