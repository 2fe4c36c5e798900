#include "agents/policy/head_chunk.h"

#include "agents/policy/history.h"
#include "sim/base/exact.h"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_chunk_config, , "", __VA_ARGS__)
    VG_CHUNK_KEYS(X)
#undef X
};
static const vg_schema schema = {"chunk", keys, sizeof keys / sizeof *keys, NULL};

// An action of the near future. Without ensembling `sum` is the action itself.
typedef struct planned {
    double sum[VG_CAR_ACTIONS], weight; // of the chunks so far
    int32_t chunks;                     // number of chunks so far
} planned;

// The state of a car: this, followed by planned[chunk_size] and the history.
typedef struct playing {
    int32_t next; // place in the chunk of the action to drive
    int32_t left; // actions until the network is asked again
} playing;

static planned *plan_of(playing *car) { return (planned *)(car + 1); }
static float *history_of(playing *car, const vg_chunk_config *config) {
    return (float *)(plan_of(car) + config->chunk_size);
}

vg_err vg_chunk_check(const vg_chunk_config *config, vg_diag *diag) {
    if (config->n_action_steps > config->chunk_size)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "n_action_steps",
                          "%lld, but a chunk has only %lld actions: it can be at most chunk_size",
                          (long long)config->n_action_steps, (long long)config->chunk_size);
    if (config->temporal_ensemble && config->n_action_steps > 1)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "n_action_steps",
                          "%lld, but temporal_ensemble asks the network at every action: set "
                          "n_action_steps=1 or temporal_ensemble=false",
                          (long long)config->n_action_steps);
    if (config->action_repeat > 1 && config->chunk_size > 1)
        return vg_fail_at(diag, VG_ERR_MISMATCH, NULL, 0, "action_repeat",
                          "%lld, but a chunk of %lld actions is not held: set chunk_size=1",
                          (long long)config->action_repeat, (long long)config->chunk_size);
    return VG_OK;
}

static vg_err check(const void *hyperparameters, vg_diag *diag) {
    return vg_chunk_check(hyperparameters, diag);
}

static int32_t inputs(const void *hyperparameters, int32_t sensed) {
    return (int32_t)((const vg_chunk_config *)hyperparameters)->n_obs_steps * sensed;
}

static int32_t outputs(const void *hyperparameters) {
    return (int32_t)((const vg_chunk_config *)hyperparameters)->chunk_size * VG_CAR_ACTIONS;
}

static int64_t state(const void *hyperparameters, int32_t sensed) {
    const vg_chunk_config *config = hyperparameters;
    return (int64_t)sizeof(playing) + config->chunk_size * (int64_t)sizeof(planned) +
           inputs(hyperparameters, sensed) * (int64_t)sizeof(float);
}

// Add a chunk's opinion on each action from now on. A place of the plan belongs to a moment, so its first
// chunk is the oldest.
static void add_chunk(const vg_chunk_config *config, const float *chunk, planned *plan) {
    for (int64_t i = 0; i < config->chunk_size; i++) {
        planned *p = &plan[i];
        double weight = p->chunks ? vg_exp(-config->temporal_ensemble_coeff * p->chunks) : 1;
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++)
            p->sum[a] += weight * (double)chunk[i * VG_CAR_ACTIONS + a];
        p->weight += weight;
        p->chunks++;
    }
}

// A moment has passed: the plan begins one action later.
static void advance(const vg_chunk_config *config, planned *plan) {
    memmove(plan, plan + 1, sizeof *plan * (size_t)(config->chunk_size - 1));
    plan[config->chunk_size - 1] = (planned){0};
}

// Actions driven of a chunk. By themselves 8 (at most all), as of a diffusion policy's chunk.
static int64_t driven_of(const vg_chunk_config *config) {
    if (config->n_action_steps) return config->n_action_steps;
    if (config->temporal_ensemble) return 1;
    return config->chunk_size < 8 ? config->chunk_size : 8;
}

// A new chunk of a car.
static void take(const vg_chunk_config *config, const float *chunk, playing *car) {
    if (!config->temporal_ensemble) memset(plan_of(car), 0, sizeof(planned) * (size_t)config->chunk_size);
    add_chunk(config, chunk, plan_of(car));
    car->next = 0;
    car->left = (int32_t)(config->chunk_size == 1 ? config->action_repeat : driven_of(config));
}

static void play(const vg_chunk_config *config, playing *car, float *action) {
    const planned *now = &plan_of(car)[car->next];
    for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) action[a] = (float)(now->sum[a] / now->weight);
    car->left--;
    if (config->temporal_ensemble && car->left == 0)
        advance(config, plan_of(car));
    else if (config->chunk_size > 1)
        car->next++;
}

// Sense, and list the cars that need a chunk as the first rows of the network's inputs.
static int32_t gather(const vg_head_block *b, int32_t asking[VG_NETWORK_BLOCK]) {
    const vg_chunk_config *config = b->hyperparameters;
    int32_t steps = (int32_t)config->n_obs_steps, count = 0;
    int64_t stride = vg_net_stride(steps * b->width);
    for (int32_t r = 0; r < b->rows; r++) {
        playing *car = vg_head_state(b, r);
        float *history = history_of(car, config);
        vg_history_push(history, steps, b->width, b->observed + (int64_t)r * b->width, b->cars[r].step == 0);
        if (car->left > 0) continue;
        vg_history_scale(history, steps, b->width, b->mean, b->scale,
                         vg_network_inputs(b->net, b->scratch) + count * stride);
        asking[count++] = r;
    }
    return count;
}

static vg_err act(const vg_head_block *b) {
    const vg_chunk_config *config = b->hyperparameters;
    int32_t asking[VG_NETWORK_BLOCK], count = gather(b, asking);
    int64_t stride = vg_net_stride(outputs(config));
    if (count) vg_network_forward(b->net, count, b->scratch);
    for (int32_t i = 0; i < count; i++)
        take(config, vg_network_outputs(b->net, b->scratch) + i * stride, vg_head_state(b, asking[i]));
    for (int32_t r = 0; r < b->rows; r++)
        play(config, vg_head_state(b, r), b->actions + (int64_t)r * VG_CAR_ACTIONS);
    return VG_OK;
}

const vg_head vg_head_chunk = {.name = "chunk",
                               .help = "the outputs are a chunk of actions, for now and the next steps",
                               .schema = &schema,
                               .inputs = inputs,
                               .outputs = outputs,
                               .check = check,
                               .state = state,
                               .act = act};
