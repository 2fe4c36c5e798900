#include "agents/rl/rollout_buffer.h"

#include <math.h>
#include <string.h>

#include "agents/rl/gae.h"
#include "agents/rl/gaussian_policy.h"
#include "sim/base/blocks.h"
#include "sim/base/memory.h"

// What driving fills. X(type, name, columns)
#define DRIVEN(X)                                                                                            \
    X(float, seen, x->observation)                                                                           \
    X(float, last, x->observation)                                                                           \
    X(float, inputs, x->stride)                                                                              \
    X(float, last_inputs, x->stride)                                                                         \
    X(float, action, x->actions)                                                                             \
    X(float, mean, x->actions)                                                                               \
    X(float, log_prob, 1)                                                                                    \
    X(float, rewards, 1)                                                                                     \
    X(uint8_t, ending, 1)

// The arrays of a rollout_buffer. X(type, name, columns)
#define ARRAYS(X)                                                                                            \
    DRIVEN(X)                                                                                                \
    X(float, values, 1)                                                                                      \
    X(float, next, 1)                                                                                        \
    X(float, advantages, 1)                                                                                  \
    X(float, returns, 1)

vg_err vg_rollout_buffer_create(const vg_environment *env, int32_t steps, vg_rollout_buffer *out,
                                vg_diag *diag) {
    *out = (vg_rollout_buffer){0};
    if (env->count < 1 || env->block < 1 || steps < 1 || env->actions > VG_ENVIRONMENT_ACTIONS_MOST)
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "%d lanes of %d steps and %d actions, expected 1 or more, and %d "
                       "actions at most",
                       env->count, steps, env->actions, VG_ENVIRONMENT_ACTIONS_MOST);
    vg_rollout_buffer made = {.lanes = env->count,
                              .steps = steps,
                              .observation = env->observation,
                              .actions = env->actions,
                              .rows = (int64_t)env->count * steps,
                              .stride = vg_net_stride(env->observation)},
                      *x = &made;
    bool failed = false;
#define X(type, name, columns) failed |= !(x->name = vg_new(type, x->rows * (columns)));
    ARRAYS(X)
#undef X
    if (failed) {
        vg_rollout_buffer_destroy(x);
        return vg_fail_memory(diag);
    }
    *out = made;
    return VG_OK;
}

void vg_rollout_buffer_destroy(vg_rollout_buffer *x) {
#define X(type, name, columns) vg_free(x->name);
    ARRAYS(X)
#undef X
    *x = (vg_rollout_buffer){0};
}

// --- driving -----------------------------------------------------------------------------------------------

typedef struct driving {
    vg_rollout_buffer *x;
    const vg_environment *env;
    const vg_network *policy;
    const vg_scaler *scaler;
    vg_gaussian gaussian;
    uint64_t seed;
    uint32_t round;
    vg_diag *diags; // [blocks]
} driving;

// What one block owns.
typedef struct cell {
    float *scratch;                         // of the policy's network
    float *seen, *last, *actions, *rewards; // as vg_step has them
    uint8_t *ending;
} cell;

static vg_err open_cell(cell *c, const driving *d, vg_diag *diag) {
    int64_t n = d->env->block;
    c->scratch = vg_new(float, vg_network_scratch(d->policy, false));
    c->seen = vg_new(float, n * d->env->observation);
    c->last = vg_new(float, n * d->env->observation);
    c->actions = vg_new(float, n * d->env->actions);
    c->rewards = vg_new(float, n);
    c->ending = vg_new(uint8_t, n);
    bool whole = c->scratch && c->seen && c->last && c->actions && c->rewards && c->ending;
    return whole ? VG_OK : vg_fail_memory(diag);
}

static void close_cell(cell *c) {
    vg_free(c->scratch);
    vg_free(c->seen);
    vg_free(c->last);
    vg_free(c->actions);
    vg_free(c->rewards);
    vg_free(c->ending);
}

static void scale_row(const driving *d, const float *seen, float *inputs) {
    const vg_scaler *s = d->scaler;
    for (int32_t i = 0; i < d->env->observation; i++) {
        float value = (seen[i] - s->mean[i]) * s->scale[i];
        inputs[i] = value < -s->limit ? -s->limit : value > s->limit ? s->limit : value;
    }
}

// Draw actions for lanes [first, first + n) at step t, and note them in the rollout_buffer.
static vg_err draw_actions(const driving *d, cell *c, int32_t first, int32_t n, int32_t t) {
    vg_rollout_buffer *x = d->x;
    int64_t stride = vg_net_stride(x->actions);
    for (int32_t from = 0; from < n; from += VG_NETWORK_BLOCK) {
        int32_t rows = n - from < VG_NETWORK_BLOCK ? n - from : VG_NETWORK_BLOCK;
        float *inputs = vg_network_inputs(d->policy, c->scratch);
        for (int32_t i = 0; i < rows; i++) {
            int64_t row = (int64_t)(first + from + i) * x->steps + t;
            const float *seen = c->seen + (int64_t)(from + i) * x->observation;
            memcpy(x->seen + row * x->observation, seen, sizeof(float) * (size_t)x->observation);
            scale_row(d, seen, x->inputs + row * x->stride);
            memcpy(inputs + i * x->stride, x->inputs + row * x->stride, sizeof(float) * (size_t)x->stride);
        }
        vg_network_forward(d->policy, rows, c->scratch);
        for (int32_t i = 0; i < rows; i++) {
            int64_t row = (int64_t)(first + from + i) * x->steps + t;
            const float *mean = vg_network_outputs(d->policy, c->scratch) + i * stride;
            float *action = c->actions + (int64_t)(from + i) * x->actions;
            vg_draw at = {d->seed, VG_STREAM_EXPLORE, (uint32_t)(first + from + i), d->round, (uint32_t)t, 0};
            vg_gaussian_sample(&d->gaussian, mean, at, action);
            x->log_prob[row] = (float)vg_gaussian_log_prob(&d->gaussian, mean, action);
            if (!isfinite(x->log_prob[row])) return VG_ERR_POLICY;
            memcpy(x->mean + row * x->actions, mean, sizeof(float) * (size_t)x->actions);
            memcpy(x->action + row * x->actions, action, sizeof(float) * (size_t)x->actions);
        }
    }
    return VG_OK;
}

static void note_step(const driving *d, cell *c, int32_t first, int32_t n, int32_t t) {
    vg_rollout_buffer *x = d->x;
    for (int32_t i = 0; i < n; i++) {
        int64_t row = (int64_t)(first + i) * x->steps + t, width = x->observation;
        bool end = t == x->steps - 1 && !c->ending[i];
        x->rewards[row] = c->rewards[i];
        x->ending[row] = end ? VG_ENDING_TRUNCATED : c->ending[i];
        if (!x->ending[row]) continue;
        memcpy(x->last + row * width, (end ? c->seen : c->last) + i * width, sizeof(float) * (size_t)width);
        scale_row(d, x->last + row * width, x->last_inputs + row * x->stride);
    }
}

static vg_err drive_block(void *context, int64_t block, int64_t begin, int64_t end) {
    const driving *d = context;
    vg_diag *diag = &d->diags[block];
    cell c = {0};
    int32_t first = (int32_t)begin, n = (int32_t)(end - begin);
    vg_err err = open_cell(&c, d, diag);
    if (!err) err = d->env->begin(d->env->context, block, d->round, c.seen, diag);
    vg_step step = {c.seen, c.last, c.rewards, c.ending};
    for (int32_t t = 0; t < d->x->steps && !err; t++) {
        if (draw_actions(d, &c, first, n, t))
            err = vg_fail(diag, VG_ERR_POLICY, "the policy's actions are no longer numbers, in round %u",
                          d->round);
        if (!err) err = d->env->step(d->env->context, block, c.actions, &step, diag);
        if (!err) note_step(d, &c, first, n, t);
    }
    close_cell(&c);
    return err;
}

// --- among ranks -------------------------------------------------------------------------------------------

static void bounds(const driving *d, int64_t block, int64_t *begin, int64_t *end) {
    *begin = block * d->env->block;
    *end = *begin + d->env->block < d->env->count ? *begin + d->env->block : d->env->count;
}

// A block, and for rank 0 its rows as they lie in memory.
static vg_err drive_piece(void *context, int64_t block, vg_text *result, vg_diag *diag) {
    const driving *d = context;
    const vg_rollout_buffer *x = d->x;
    int64_t begin, end;
    bounds(d, block, &begin, &end);
    vg_err err = drive_block(context, block, begin, end);
    if (err) *diag = d->diags[block];
    if (err || !result) return err;
    const int64_t first = begin * x->steps, rows = (end - begin) * x->steps;
#define X(type, name, columns)                                                                               \
    vg_text_bytes(result, x->name + first * (columns), rows * (columns) * (int64_t)sizeof(type));
    DRIVEN(X)
#undef X
    return VG_OK;
}

static vg_err take_piece(void *context, int64_t block, const char *bytes, int64_t size, vg_diag *diag) {
    const driving *d = context;
    vg_rollout_buffer *x = d->x;
    int64_t begin, end, wanted = 0;
    bounds(d, block, &begin, &end);
    const int64_t first = begin * x->steps, rows = (end - begin) * x->steps;
#define X(type, name, columns) wanted += rows * (columns) * (int64_t)sizeof(type);
    DRIVEN(X)
#undef X
    if (size != wanted)
        return vg_fail(diag, VG_ERR_IO, "a rank sent %lld bytes of a block of cars", (long long)size);
#define X(type, name, columns)                                                                               \
    memcpy(x->name + first * (columns), bytes, (size_t)(rows * (columns)) * sizeof(type));                   \
    bytes += rows * (columns) * (int64_t)sizeof(type);
    DRIVEN(X)
#undef X
    return VG_OK;
}

static vg_err drive_among_ranks(driving *d, int64_t blocks, int32_t threads, vg_diag *diag) {
    vg_rollout_buffer *x = d->x;
    vg_err err = vg_ranks_run(x->ranks, blocks, threads, drive_piece, take_piece, d, diag);
#define X(type, name, columns)                                                                               \
    if (!err) err = vg_ranks_share(x->ranks, x->name, x->rows * (columns) * (int64_t)sizeof(type), diag);
    DRIVEN(X)
#undef X
    return err;
}

vg_err vg_rollout_buffer_collect(vg_rollout_buffer *x, const vg_environment *env, const vg_network *policy,
                                 const vg_scaler *scaler, uint64_t seed, uint32_t round, int32_t threads,
                                 vg_diag *diag) {
    driving d = {.x = x,
                 .env = env,
                 .policy = policy,
                 .scaler = scaler,
                 .gaussian = vg_gaussian_of(policy),
                 .seed = seed,
                 .round = round};
    int64_t blocks = vg_blocks_count(env->count, env->block);
    if (!(d.diags = vg_new(vg_diag, blocks))) return vg_fail_memory(diag);
    vg_err err = VG_OK;
    if (vg_ranks_many(x->ranks))
        err = drive_among_ranks(&d, blocks, threads, diag);
    else
        err = vg_blocks_run(env->count, env->block, threads, drive_block, &d);
    for (int64_t b = 0; err && diag && b < blocks; b++)
        if (d.diags[b].code == err) {
            *diag = d.diags[b];
            break;
        }
    vg_free(d.diags);
    return err;
}

// --- what it is worth --------------------------------------------------------------------------------------

enum { VALUE_CHUNK = 8 * VG_NETWORK_BLOCK };

typedef struct valuing {
    vg_rollout_buffer *x;
    const vg_network *value;
    float *scratch; // [chunks][floats]
    int64_t floats;
    float absorbing;
} valuing;

// Values of `count` rows of inputs, read at rows[i] and written to values at the same places.
static void value_rows(const valuing *v, float *scratch, const float *inputs, const int64_t *rows,
                       int32_t count, float *values) {
    int64_t stride = v->x->stride, out = vg_net_stride(1);
    for (int32_t i = 0; i < count; i++)
        vg_net_copy_row(vg_network_inputs(v->value, scratch) + i * stride, inputs + rows[i] * stride, stride);
    vg_network_forward(v->value, count, scratch);
    for (int32_t i = 0; i < count; i++) values[rows[i]] = vg_network_outputs(v->value, scratch)[i * out];
}

static vg_err value_chunk(void *context, int64_t block, int64_t begin, int64_t end) {
    const valuing *v = context;
    const vg_rollout_buffer *x = v->x;
    float *scratch = v->scratch + block * v->floats;
    int64_t rows[VG_NETWORK_BLOCK];
    int32_t cut = 0;
    for (int64_t first = begin; first < end; first += VG_NETWORK_BLOCK) {
        int32_t count = (int32_t)(end - first < VG_NETWORK_BLOCK ? end - first : VG_NETWORK_BLOCK);
        for (int32_t i = 0; i < count; i++) rows[i] = first + i;
        value_rows(v, scratch, x->inputs, rows, count, x->values);
    }
    for (int64_t r = begin; r < end; r++) {
        if (x->ending[r] == VG_ENDING_TRUNCATED) rows[cut++] = r;
        if (cut == VG_NETWORK_BLOCK || (r == end - 1 && cut > 0)) {
            value_rows(v, scratch, x->last_inputs, rows, cut, x->next);
            cut = 0;
        }
        if (x->ending[r] == VG_ENDING_TERMINATED) x->next[r] = v->absorbing;
    }
    return VG_OK;
}

vg_err vg_rollout_buffer_values(vg_rollout_buffer *x, const vg_network *value, double absorbing,
                                int32_t threads, vg_diag *diag) {
    valuing v = {.x = x, .value = value, .absorbing = (float)absorbing};
    v.floats = vg_network_scratch(value, false);
    v.scratch = vg_new(float, v.floats *vg_blocks_count(x->rows, VALUE_CHUNK));
    if (!v.scratch) return vg_fail_memory(diag);
    vg_err err = vg_blocks_run(x->rows, VALUE_CHUNK, threads, value_chunk, &v);
    vg_free(v.scratch);
    for (int64_t r = 0; r < x->rows; r++)
        if (x->ending[r] == VG_ENDING_NONE) x->next[r] = x->values[r + 1];
    return err;
}

void vg_rollout_buffer_advantages(vg_rollout_buffer *x, double gamma, double lambda, bool normalise) {
    for (int32_t lane = 0; lane < x->lanes; lane++) {
        int64_t at = (int64_t)lane * x->steps;
        vg_gae_lane rows = {x->steps, x->rewards + at, x->values + at, x->next + at, x->ending + at};
        vg_gae(&rows, gamma, lambda, x->advantages + at, x->returns + at);
    }
    if (!normalise) return;
    double sum = 0, squares = 0;
    for (int64_t r = 0; r < x->rows; r++) sum += (double)x->advantages[r];
    double mean = sum / (double)x->rows;
    for (int64_t r = 0; r < x->rows; r++) {
        double away = (double)x->advantages[r] - mean;
        squares += away * away;
    }
    double scale = 1 / (sqrt(squares / (double)x->rows) + 1e-8);
    for (int64_t r = 0; r < x->rows; r++)
        x->advantages[r] = (float)(((double)x->advantages[r] - mean) * scale);
}
