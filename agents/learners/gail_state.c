#include "agents/learners/gail_state.h"

#include "sim/base/memory.h"

static vg_err make_rows(vg_gail *g, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    int64_t rows = g->generator.learner.rollout_buffer.rows;
    vg_rows parts[VG_GENERATOR_PARTS];
    vg_generator_rows(&g->generator, parts);
    vg_err err = vg_reward_input_open(&g->input, vg_sense_text(g->generator.im.sense),
                                      c->disc.input == VG_DISCRIMINATOR_SENSE_ACTION, true, diag);
    if (!err)
        err = vg_reward_input_fit(&g->input, &g->generator.origin.car, c->disc.min_std, parts,
                                  VG_GENERATOR_PARTS, diag);
    if (err) return err;
    g->stride = vg_net_stride(g->input.count);
    g->expert_rows = parts[0].count + parts[1].count;
    g->expert = vg_new(float, g->expert_rows * g->stride);
    g->replay = vg_new(float, c->disc.replay_rounds *rows * g->stride);
    g->f = vg_new(float, rows);
    g->terminations = vg_new(float, c->disc.replay_rounds);
    if (!g->expert || !g->replay || !g->f || !g->terminations) return vg_fail_memory(diag);
    float *row = g->expert;
    for (int p = 0; p < VG_GENERATOR_PARTS; p++)
        for (int64_t r = 0; r < parts[p].count; r++, row += g->stride)
            vg_reward_input_row(&g->input, parts[p].inputs + r * g->input.sensed,
                                parts[p].actions + r * VG_CAR_ACTIONS, row);
    return VG_OK;
}

static vg_err make_discriminator(vg_gail *g, vg_diag *diag) {
    const vg_gail_config *c = g->config;
    const vg_learner_def *learner = g->generator.run.def;
    vg_discriminator_def def = vg_discriminator_default();
    def.shape.inputs = g->input.count;
    def.shape.hidden[0] = def.shape.hidden[1] = (int32_t)c->disc.hidden_size;
    def.rate = c->disc.learning_rate, def.decay = c->disc.weight_decay, def.batch = c->disc.batch_size,
    def.label = c->disc.expert_label;
    def.smooth = (vg_smoothing)c->disc.regularization, def.penalty = c->disc.gradient_penalty,
    def.slope = c->disc.gradient_target;
    def.bound = c->disc.spectral_norm, def.seed = learner->seed, def.threads = learner->threads;
    return vg_discriminator_create(&def, &g->discriminator, diag);
}

float *vg_gail_round_rows(const vg_gail *g) {
    return g->replay + g->generator.run.round % g->config->disc.replay_rounds *
                           g->generator.learner.rollout_buffer.rows * g->stride;
}

static vg_err restore(vg_gail *g, vg_diag *diag) {
    vg_checkpoint *state = &g->generator.run.state;
    int64_t rounds = g->config->disc.replay_rounds;
    vg_discriminator_state(g->discriminator, state);
    vg_checkpoint_floats(state, "replay", g->replay,
                         rounds * g->generator.learner.rollout_buffer.rows * g->stride);
    vg_checkpoint_floats(state, "terminations", g->terminations, rounds);
    vg_checkpoint_int(state, "died", &g->died);
    vg_checkpoint_int(state, "pinned", &g->pinned);
    vg_err err = vg_generator_restore(&g->generator, diag);
    if (err || !g->generator.run.resumed) return err;
    vg_discriminator_restored(g->discriminator);
    return VG_OK;
}

vg_err vg_gail_open(vg_gail *g, const vg_learner *learner, const vg_learner_def *def, vg_diag *diag) {
    g->config = def->config;
    vg_err err = vg_generator_open(&g->generator, learner, def, diag);
    if (!err) err = make_rows(g, diag);
    if (!err) err = make_discriminator(g, diag);
    return err ? err : restore(g, diag);
}

void vg_gail_close(vg_gail *g) {
    vg_discriminator_destroy(g->discriminator);
    vg_reward_input_free(&g->input);
    vg_free(g->expert);
    vg_free(g->replay);
    vg_free(g->f);
    vg_free(g->terminations);
    vg_generator_close(&g->generator);
}
