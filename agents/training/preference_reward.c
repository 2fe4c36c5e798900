#include "agents/training/preference_reward.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agents/rewards/network_reward.h"
#include "agents/rewards/reward_file.h"
#include "sim/base/memory.h"

// --- opening -----------------------------------------------------------------------------------------------

// Networks of the shape that the configuration asks for, each with its own first weights.
static vg_err open_members(vg_preference *p, vg_diag *diag) {
    vg_imitation_config shape = {0};
    vg_imitation like = {0};
    snprintf(shape.sense, sizeof shape.sense, "%s", p->config->sense);
    snprintf(shape.hidden_sizes, sizeof shape.hidden_sizes, "%s", p->config->hidden_sizes);
    shape.activation = p->config->activation;
    vg_err err = vg_imitation_open(&like, &shape, 0, diag);
    vg_adam_def adam = vg_adam_default();
    adam.rate = p->config->learning_rate, adam.decay = p->config->weight_decay;
    for (int64_t m = 0; m < p->config->ensemble_size && !err; m++) {
        vg_preference_member *one = &p->members[p->member_count++];
        const vg_network_shape in_out = {.inputs = p->input.count, .outputs = 1};
        err = vg_network_create_like(like.net, &in_out, &one->net, diag);
        if (err) break;
        vg_network_init(one->net, vg_random_seed(p->run.def->seed, (uint64_t)m));
        err = vg_adam_create(&adam, vg_network_count(one->net), &one->adam, diag);
        if (!err && !(one->best = vg_new(float, vg_network_count(one->net)))) err = vg_fail_memory(diag);
    }
    vg_imitation_close(&like);
    return err;
}

vg_err vg_preference_open(vg_preference *p, const vg_learner *learner, const vg_learner_def *def,
                          const vg_preference_config *config, vg_diag *diag) {
    p->config = config;
    p->run.rounds = config->rounds, p->run.watches_rounds = true;
    p->best_loss = INFINITY;
    vg_err err = vg_run_open(&p->run, learner, def, diag);
    if (!err) err = vg_reward_input_open(&p->input, config->sense, config->action, config->lateral, diag);
    return err ? err : open_members(p, diag);
}

void vg_preference_close(vg_preference *p) {
    for (int64_t m = 0; m < p->member_count; m++) {
        vg_network_destroy(p->members[m].net);
        vg_adam_destroy(&p->members[m].adam);
        vg_free(p->members[m].best);
    }
    vg_bradley_terry_destroy(p->workspace);
    vg_reward_input_free(&p->input);
    vg_laps_free(&p->laps);
    vg_lap_pairs_free(&p->pairs);
    vg_run_close(&p->run);
    vg_free(p->rows);
    vg_free(p->batch);
    vg_free(p->gradient);
    vg_free(p->scratch);
    *p = (vg_preference){0};
}

// --- beginning ---------------------------------------------------------------------------------------------

// The normaliser, and all rows as the networks are given them.
static vg_err scale_rows(vg_preference *p, vg_diag *diag) {
    vg_rows rows = vg_dataset_train(p->laps.data);
    const double least = 0.05;
    int64_t stride = vg_net_stride(p->input.count);
    vg_err err = vg_reward_input_fit(&p->input, vg_dataset_car(p->laps.data), least, &rows, 1, diag);
    if (err) return err;
    p->rows = vg_new(float, rows.count *stride);
    float *row = vg_new(float, p->input.count);
    for (int64_t r = 0; r < rows.count && p->rows && row; r++) {
        vg_reward_input_row(&p->input, rows.inputs + r * rows.width, rows.actions + VG_CAR_ACTIONS * r, row);
        memcpy(p->rows + r * stride, row, sizeof *row * (size_t)p->input.count);
    }
    vg_free(row);
    return p->rows && row ? VG_OK : vg_fail_memory(diag);
}

static void list_state(vg_preference *p) {
    vg_checkpoint *all = &p->run.state;
    for (int64_t m = 0; m < p->member_count; m++) {
        char name[16], best[16];
        snprintf(name, sizeof name, "g%d", (int)m);
        snprintf(best, sizeof best, "best%d", (int)m);
        vg_preference_member *one = &p->members[m];
        vg_checkpoint_floats(all, name, vg_network_parameters(one->net), vg_network_count(one->net));
        vg_checkpoint_floats(all, best, one->best, vg_network_count(one->net));
        vg_checkpoint_adam(all, name, &one->adam);
    }
    vg_checkpoint_double(all, "best_loss", &p->best_loss);
    vg_checkpoint_double(all, "train_loss", &p->run.report.train_loss);
    vg_checkpoint_int(all, "steps", &p->run.report.steps);
}

// Rows of the laps that are trained on, and of those held out.
static vg_err count_rows(vg_preference *p, vg_diag *diag) {
    uint8_t *in = vg_new(uint8_t, p->laps.count);
    if (!in) return vg_fail_memory(diag);
    for (int64_t i = 0; i < p->pairs.count; i++) {
        const vg_lap_pair *pair = &p->pairs.pairs[i];
        for (int k = 0; k < 2; k++) in[k ? pair->b : pair->a] |= pair->held_out ? 1 : 2;
    }
    for (int32_t l = 0; l < p->laps.count; l++) {
        if (in[l] & 2) p->run.report.labels += p->laps.laps[l].count;
        if (in[l] == 1) p->run.report.held_out_rows += p->laps.laps[l].count;
        p->run.report.episodes += in[l] != 0;
    }
    vg_free(in);
    return VG_OK;
}

vg_err vg_preference_begin(vg_preference *p, uint64_t data, vg_diag *diag) {
    const vg_preference_config *c = p->config;
    if (p->pairs.training < 1)
        return vg_fail(diag, VG_ERR_FORMAT, "no pair of laps to learn from, expected 1 or more");
    const vg_bradley_terry_def def = {.length = (int32_t)c->snippet_length,
                                      .most = (int32_t)c->batch_size,
                                      .label_noise = c->label_noise,
                                      .threads = p->run.def->threads};
    const vg_network *net = p->members[0].net;
    p->data = data;
    vg_err err = scale_rows(p, diag);
    if (!err) err = count_rows(p, diag);
    if (!err) err = vg_bradley_terry_create(&def, net, &p->workspace, diag);
    if (err) return err;
    p->batch = vg_new(vg_comparison, c->batch_size);
    p->gradient = vg_new(float, vg_network_count(net));
    p->scratch = vg_new(float, vg_network_scratch(net, false));
    if (!p->batch || !p->gradient || !p->scratch) return vg_fail_memory(diag);
    list_state(p);
    err = vg_run_identify(&p->run, vg_dataset_car(p->laps.data), data, diag);
    if (!err) err = vg_run_restore(&p->run, diag);
    for (int64_t m = 0; m < p->member_count; m++) vg_network_pack(p->members[m].net);
    return err;
}

// --- rounds ------------------------------------------------------------------------------------------------

// Comparison i of a network's round. Held-out ones are the same in every round and for every network.
static vg_comparison draw(const vg_preference *p, bool held_out, int64_t member, int64_t i) {
    vg_draw at = {.seed = p->run.def->seed,
                  .stream = VG_STREAM_SNIPPET,
                  .entity = held_out ? 0xffffff : (uint32_t)member,
                  .episode = held_out ? 0 : (uint32_t)p->run.round,
                  .step = (uint32_t)i,
                  .draw = 2};
    int64_t first = held_out ? p->pairs.training : 0,
            count = held_out ? p->pairs.count - first : p->pairs.training;
    const vg_lap_pair *pair = &p->pairs.pairs[first + (int64_t)vg_random_below(&at, (uint64_t)count)];
    return vg_lap_pair_draw(&p->laps, pair, (int32_t)p->config->snippet_length,
                            (vg_alignment)p->config->alignment, at);
}

typedef struct tally {
    double loss, right; // sums over comparisons
} tally;

static vg_err train_member(vg_preference *p, int64_t m, tally *sum, vg_diag *diag) {
    const vg_preference_config *c = p->config;
    vg_preference_member *one = &p->members[m];
    for (int64_t first = 0; first < c->n_pairs; first += c->batch_size) {
        int32_t count = (int32_t)(c->n_pairs - first < c->batch_size ? c->n_pairs - first : c->batch_size);
        double right, loss;
        for (int32_t i = 0; i < count; i++) p->batch[i] = draw(p, false, m, first + i);
        loss = vg_bradley_terry_run(p->workspace, one->net, p->rows, p->batch, count, p->gradient, &right);
        if (!isfinite(loss))
            return vg_fail(diag, VG_ERR_POLICY,
                           "the training diverged: the loss is %g in round %lld; try a smaller learning rate",
                           loss, (long long)p->run.round + 1);
        vg_adam_step(&one->adam, p->gradient, vg_network_parameters(one->net));
        vg_network_pack(one->net);
        sum->loss += loss * count, sum->right += right;
        p->run.report.steps++;
    }
    return VG_OK;
}

enum { HELD_OUT_LEAST = 256 }; // comparisons that a round is judged by

// Mean loss of the networks on held-out snippets, and how often they are right; NaN without held-out pairs.
static tally look(vg_preference *p) {
    if (p->pairs.count == p->pairs.training) return (tally){NAN, NAN};
    int64_t batch = p->config->batch_size, batches = (HELD_OUT_LEAST + batch - 1) / batch;
    tally sum = {0};
    for (int64_t b = 0; b < batches; b++) {
        for (int64_t i = 0; i < batch; i++) p->batch[i] = draw(p, true, 0, b * batch + i);
        for (int64_t m = 0; m < p->member_count; m++) {
            double right;
            sum.loss += vg_bradley_terry_run(p->workspace, p->members[m].net, p->rows, p->batch,
                                             (int32_t)batch, NULL, &right);
            sum.right += right / (double)batch;
        }
    }
    double looks = (double)(batches * p->member_count);
    return (tally){sum.loss / looks, sum.right / looks};
}

// The mean output of networks from .. to - 1 at each row of the laps.
static void judge(vg_preference *p, int64_t from, int64_t to, double *out) {
    const int64_t stride = vg_net_stride(p->input.count);
    for (int64_t r = 0; r < p->laps.rows; r++) out[r] = 0;
    for (int64_t m = from; m < to; m++) {
        const vg_network *net = p->members[m].net;
        for (int64_t first = 0; first < p->laps.rows; first += VG_NETWORK_BLOCK) {
            int64_t left = p->laps.rows - first, count = left < VG_NETWORK_BLOCK ? left : VG_NETWORK_BLOCK;
            memcpy(vg_network_inputs(net, p->scratch), p->rows + first * stride,
                   sizeof(float) * (size_t)(count * stride));
            vg_network_forward(net, (int32_t)count, p->scratch);
            const float *y = vg_network_outputs(net, p->scratch);
            for (int64_t i = 0; i < count; i++)
                out[first + i] += (double)y[i * vg_net_stride(1)] / (double)(to - from);
        }
    }
}

void vg_preference_judge(vg_preference *p, double *out) { judge(p, 0, p->member_count, out); }

static double mean_of(const double *rewards, int64_t first, int64_t count) {
    double sum = 0;
    for (int64_t r = first; r < first + count; r++) sum += rewards[r];
    return sum / (double)count;
}

// The share of the held-out pairs whose better lap has the higher mean reward.
static vg_err look_at_laps(vg_preference *p, double *right, vg_diag *diag) {
    double *rewards = vg_new(double, p->laps.rows), sum = 0;
    int64_t count = 0;
    if (!rewards) return vg_fail_memory(diag);
    vg_preference_judge(p, rewards);
    for (int64_t i = p->pairs.training; i < p->pairs.count; i++) {
        const vg_lap_pair *pair = &p->pairs.pairs[i];
        const vg_lap *a = &p->laps.laps[pair->a], *b = &p->laps.laps[pair->b];
        if (pair->a_better == 0.5) continue;
        double more = mean_of(rewards, a->first, a->count) - mean_of(rewards, b->first, b->count);
        sum += more == 0 ? 0.5 : (more > 0) == (pair->a_better > 0.5);
        count++;
    }
    *right = count ? sum / (double)count : NAN;
    vg_free(rewards);
    return VG_OK;
}

static void keep(vg_preference *p, double loss) {
    p->best_loss = loss;
    p->run.report.best_round = p->run.round + 1;
    p->run.report.held_out_loss = loss;
    for (int64_t m = 0; m < p->member_count; m++)
        memcpy(p->members[m].best, vg_network_read(p->members[m].net),
               sizeof(float) * (size_t)vg_network_count(p->members[m].net));
}

vg_err vg_preference_round(vg_preference *p, vg_diag *diag) {
    vg_run *run = &p->run;
    tally trained = {0};
    vg_err err = VG_OK;
    for (int64_t m = 0; m < p->member_count && !err; m++) err = train_member(p, m, &trained, diag);
    if (err) return err;
    double shown = (double)(p->config->n_pairs * p->member_count), laps = NAN;
    tally held = look(p);
    err = look_at_laps(p, &laps, diag);
    if (err) return err;
    if (!(held.loss >= p->best_loss)) keep(p, held.loss); // without held-out pairs: the last round
    run->report.train_loss = trained.loss / shown;
    vg_run_note(run, "train_loss", trained.loss / shown);
    vg_run_note(run, "train_accuracy", trained.right / shown);
    vg_run_note(run, "held_out_loss", held.loss);
    vg_run_note(run, "held_out_accuracy", held.right);
    vg_run_note(run, "held_out_lap_accuracy", laps);
    return vg_run_end_round(run, p->config->checkpoint_every, diag);
}

// --- the reward --------------------------------------------------------------------------------------------

// Shift and scale the output of each network to mean 0 and deviation 1 over the rows.
static vg_err standardise(vg_preference *p, double *rewards, vg_diag *diag) {
    for (int64_t m = 0; m < p->member_count; m++) {
        vg_network *net = p->members[m].net;
        judge(p, m, m + 1, rewards);
        double mean = mean_of(rewards, 0, p->laps.rows), squares = 0;
        for (int64_t r = 0; r < p->laps.rows; r++) squares += (rewards[r] - mean) * (rewards[r] - mean);
        double deviation = sqrt(squares / (double)p->laps.rows);
        if (!(deviation > 1e-9))
            return vg_fail(diag, VG_ERR_POLICY, "the reward that was learned is the same everywhere");
        float *parameters = vg_network_parameters(net);
        int32_t tensors = vg_network_tensors(net);
        vg_network_tensor weight = vg_network_tensor_at(net, tensors - 2),
                          bias = vg_network_tensor_at(net, tensors - 1);
        for (int64_t i = 0; i < weight.count; i++)
            parameters[weight.at + i] = (float)((double)parameters[weight.at + i] / deviation);
        parameters[bias.at] = (float)(((double)parameters[bias.at] - mean) / deviation);
        vg_network_pack(net);
    }
    return VG_OK;
}

// The reward after leaving the road, from the least and the largest mean reward of a snippet in the laps.
static double after_departure(const vg_preference *p, const double *rewards) {
    double least = INFINITY, most = -INFINITY;
    for (int32_t l = 0; l < p->laps.count; l++) {
        const vg_lap *lap = &p->laps.laps[l];
        for (int64_t r = lap->first; r < lap->first + lap->count;) {
            int64_t ahead = p->laps.ahead[r], length = p->config->snippet_length;
            if (ahead < length) length = ahead;
            double mean = mean_of(rewards, r, length);
            least = fmin(least, mean), most = fmax(most, mean);
            r += length;
        }
    }
    return least - p->config->departure_margin * (most - least);
}

static vg_err write(vg_preference *p, double absorbing, vg_diag *diag) {
    const vg_learner_def *def = p->run.def;
    vg_network_reward_def made = vg_network_reward_default();
    const vg_network *nets[VG_PREFERENCE_MEMBERS];
    for (int64_t m = 0; m < p->member_count; m++) nets[m] = p->members[m].net;
    made.input = &p->input, made.g = nets, made.members = (int32_t)p->member_count;
    made.discount = p->config->gamma, made.absorbing = absorbing;
    vg_text config = {0};
    vg_reward *reward = NULL;
    vg_config_write_yaml(p->run.learner->schema, def->config, &config);
    const vg_reward_origin origin = {p->run.learner->name, config.bytes, p->data};
    vg_err err = config.failed ? vg_fail_memory(diag) : vg_network_reward_create(&made, &reward, diag);
    if (!err) err = vg_reward_write_from(def->out, def->overwrite, reward, &origin, diag);
    vg_reward_destroy(reward);
    vg_text_free(&config);
    if (!err && def->checkpoint) vg_file_discard(def->checkpoint);
    return err;
}

vg_err vg_preference_finish(vg_preference *p, vg_diag *diag) {
    for (int64_t m = 0; m < p->member_count; m++) vg_network_take(p->members[m].net, p->members[m].best);
    double *rewards = vg_new(double, p->laps.rows);
    vg_err err = rewards ? standardise(p, rewards, diag) : vg_fail_memory(diag);
    if (!err) {
        vg_preference_judge(p, rewards);
        err = write(p, after_departure(p, rewards), diag);
    }
    vg_free(rewards);
    return err;
}
