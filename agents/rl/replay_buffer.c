#include "agents/rl/replay_buffer.h"

#include <stdio.h>
#include <string.h>

#include "agents/nets/network.h"
#include "agents/rewards/logged.h"
#include "agents/rl/environment.h"
#include "logs/export/trajectory.h"
#include "sim/base/exact.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

void vg_replay_buffer_free(vg_replay_buffer *b) {
    vg_free(b->seen);
    vg_free(b->next);
    vg_free(b->actions);
    vg_free(b->rewards);
    vg_free(b->ending);
    vg_free(b->inputs);
    vg_free(b->next_inputs);
    vg_free(b->kept);
    vg_free(b->ahead), vg_free(b->share), vg_free(b->ahead_row);
    *b = (vg_replay_buffer){0};
}

// --- adding rows -------------------------------------------------------------------------------------------

static bool widen(float **values, int64_t old, int64_t count, int64_t width) {
    float *wider = vg_realloc(*values, old, count, (size_t)width * sizeof **values);
    if (wider) *values = wider;
    return wider != NULL;
}

static vg_err reserve(vg_replay_buffer *b, int64_t rows, vg_diag *diag) {
    if (rows <= b->capacity) return VG_OK;
    int64_t old = b->capacity, wider = 2 * old > rows ? 2 * old : rows;
    bool whole = widen(&b->seen, old, wider, b->width) && widen(&b->next, old, wider, b->width) &&
                 widen(&b->actions, old, wider, VG_CAR_ACTIONS) && widen(&b->rewards, old, wider, 1);
    uint8_t *ending = whole ? vg_realloc(b->ending, old, wider, sizeof *ending) : NULL;
    if (!ending) return vg_fail_memory(diag);
    b->ending = ending;
    b->capacity = wider;
    return VG_OK;
}

// The place of a further row. Of a full buffer, that of the oldest, which is forgotten.
static int64_t place_of(vg_replay_buffer *b) {
    if (!b->most || b->count < b->most) return b->count++;
    int64_t at = b->oldest;
    b->oldest = (at + 1) % b->most;
    b->episodes -= b->ending[at] != VG_ENDING_NONE;
    b->terminations -= b->ending[at] == VG_ENDING_TERMINATED;
    return at;
}

vg_err vg_replay_buffer_add(vg_replay_buffer *b, int64_t rows, const float *seen, const float *actions,
                            const float *rewards, const float *next, const uint8_t *ending, vg_diag *diag) {
    vg_err err = b->most ? VG_OK : reserve(b, b->count + rows, diag);
    if (err) return err;
    const size_t row = sizeof(float) * (size_t)b->width;
    for (int64_t i = 0; i < rows; i++) {
        int64_t at = place_of(b);
        memcpy(b->seen + at * b->width, seen + i * b->width, row);
        if (ending[i] == VG_ENDING_TERMINATED)
            memset(b->next + at * b->width, 0, row);
        else
            memcpy(b->next + at * b->width, next + i * b->width, row);
        memcpy(b->actions + at * VG_CAR_ACTIONS, actions + i * VG_CAR_ACTIONS,
               sizeof(float) * VG_CAR_ACTIONS);
        b->rewards[at] = rewards[i];
        b->ending[at] = ending[i];
        if (b->kept) b->kept[at] = ending[i];
        b->episodes += ending[i] != VG_ENDING_NONE;
        b->terminations += ending[i] == VG_ENDING_TERMINATED;
    }
    return VG_OK;
}

vg_err vg_replay_buffer_bound(vg_replay_buffer *b, int64_t most, vg_diag *diag) {
    vg_err err = reserve(b, most, diag);
    if (!err && !(b->kept = vg_new(float, most))) err = vg_fail_memory(diag);
    b->most = most;
    return err;
}

void vg_replay_buffer_state(vg_replay_buffer *b, const char *name, vg_checkpoint *state) {
    char key[VG_CHECKPOINT_NAME];
    const struct {
        const char *what;
        float *values;
        int64_t width;
    } arrays[] = {{"seen", b->seen, b->width},
                  {"next", b->next, b->width},
                  {"actions", b->actions, VG_CAR_ACTIONS},
                  {"rewards", b->rewards, 1},
                  {"ending", b->kept, 1}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        snprintf(key, sizeof key, "%.20s.%s", name, arrays[i].what);
        vg_checkpoint_floats(state, key, arrays[i].values, b->most * arrays[i].width);
    }
    const struct {
        const char *what;
        int64_t *value;
    } numbers[] = {{"count", &b->count}, {"oldest", &b->oldest}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        snprintf(key, sizeof key, "%.20s.%s", name, numbers[i].what);
        vg_checkpoint_int(state, key, numbers[i].value);
    }
}

vg_err vg_replay_buffer_restored(vg_replay_buffer *b, vg_diag *diag) {
    if (b->count < 0 || b->count > b->most || b->oldest < 0 || b->oldest >= b->most)
        return vg_fail(diag, VG_ERR_FORMAT, "a replay buffer of %lld rows, expected 0 to %lld",
                       (long long)b->count, (long long)b->most);
    b->episodes = b->terminations = 0;
    for (int64_t i = 0; i < b->count; i++) {
        b->ending[i] = (uint8_t)b->kept[i];
        b->episodes += b->ending[i] != VG_ENDING_NONE;
        b->terminations += b->ending[i] == VG_ENDING_TERMINATED;
    }
    return VG_OK;
}

// --- reading logs ------------------------------------------------------------------------------------------

// An episode of a log under way into the buffer.
typedef struct reading {
    const vg_reward *reward;
    const vg_log_episode *episode;
    const vg_log_step *steps;
    vg_trajectory t;
    vg_log_incident *events;
    int64_t event_count;
    int64_t event;              // the first one that is later than the tick asked for last
    bool off;                   // off the road then
    int64_t *from, *to;         // [t.count] as in vg_logged_actions
    uint8_t *terminal, *ending; // [t.count]
    int64_t *which;             // [t.count] the action of the episode that a row is
    float *rewards;             // [t.count]
    int64_t rows;
} reading;

// Was the car off the road at this tick? Ticks must be asked for in order. *leaves: if it was not, the tick
// after it at which it leaves, INT64_MAX if it never does.
static bool off_road(reading *r, int64_t tick, int64_t *leaves) {
    const vg_log_incident *events = r->events;
    for (; r->event < r->event_count && events[r->event].tick <= tick; r->event++)
        if (events[r->event].event == VG_EVENT_OFF || events[r->event].event == VG_EVENT_BACK)
            r->off = events[r->event].event == VG_EVENT_OFF;
    *leaves = INT64_MAX;
    for (int64_t i = r->event; i < r->event_count && *leaves == INT64_MAX; i++) {
        if (events[i].event == VG_EVENT_OFF) *leaves = events[i].tick;
        if (events[i].tick > tick + r->episode->ticks_per_action) break; // beyond this action
    }
    return r->off;
}

static float speed_at(const reading *r, int64_t tick) {
    return tick < r->episode->ticks ? r->steps[tick].state.speed : r->episode->final.speed;
}

// Which actions are rows, to what they led, and which of them end an episode.
static void find_rows(reading *r) {
    const vg_log_episode *e = r->episode;
    const int64_t k = e->ticks_per_action;
    const double action = (double)e->tick_num / e->tick_den * (double)k;
    const int32_t patience = (int32_t)(1 / action + 0.5); // as agents/rl/driving_env.c has it
    int32_t slow = 0;
    bool stalled = false;
    for (int64_t i = 0; i < r->t.count; i++) {
        int64_t from = i * k, to = from + k < e->ticks ? from + k : e->ticks, leaves;
        bool off = off_road(r, from, &leaves);
        if (stalled) stalled = (double)speed_at(r, from) < r->reward->stall;
        if (off || stalled || r->t.bridged[i]) {
            if (r->rows && !r->ending[r->rows - 1]) r->ending[r->rows - 1] = VG_ENDING_TRUNCATED;
            slow = 0;
            continue;
        }
        bool left = leaves <= to || (r->t.terminated && i + 1 == r->t.count);
        if (leaves < to) to = leaves;
        slow = (double)speed_at(r, to) < r->reward->stall ? slow + 1 : 0;
        stalled = !left && slow >= patience;
        if (stalled) slow = 0;
        r->from[r->rows] = from, r->to[r->rows] = to, r->which[r->rows] = i;
        r->terminal[r->rows] = left || stalled;
        r->ending[r->rows++] = left || stalled ? VG_ENDING_TERMINATED : VG_ENDING_NONE;
    }
    if (r->rows && !r->ending[r->rows - 1]) r->ending[r->rows - 1] = VG_ENDING_TRUNCATED;
}

static vg_err add_rows(const reading *r, vg_replay_buffer *b, vg_diag *diag) {
    vg_err err = reserve(b, b->count + r->rows, diag);
    for (int64_t i = 0; i < r->rows && !err; i++) {
        const float *seen = r->t.observations + r->which[i] * b->width;
        float action[VG_CAR_ACTIONS];
        for (int32_t a = 0; a < VG_CAR_ACTIONS; a++) {
            float given = r->t.actions[VG_CAR_ACTIONS * r->which[i] + a];
            action[a] = given < -1 ? -1 : given > 1 ? 1 : given;
        }
        err = vg_replay_buffer_add(b, 1, seen, action, &r->rewards[i], seen + b->width, &r->ending[i], diag);
    }
    return err;
}

static vg_err read_episode(vg_replay_buffer *b, vg_log *log, int32_t index, const vg_sense *sense,
                           const vg_reward *reward, vg_diag *diag) {
    vg_log_episode episode;
    vg_log_step *steps = NULL;
    int64_t ticks;
    reading r = {.reward = reward, .episode = &episode};
    vg_err err = vg_log_episode_at(log, index, &episode, diag);
    if (err) return err;
    err = vg_log_steps(log, episode.id, &steps, &ticks, diag);
    r.steps = steps;
    if (!err) err = vg_trajectory_read(log, &episode, sense, &r.t, diag);
    if (!err) err = vg_log_events(log, episode.id, &r.events, &r.event_count, diag);
    r.from = vg_new(int64_t, r.t.count), r.to = vg_new(int64_t, r.t.count);
    r.which = vg_new(int64_t, r.t.count), r.rewards = vg_new(float, r.t.count);
    r.terminal = vg_new(uint8_t, r.t.count), r.ending = vg_new(uint8_t, r.t.count);
    bool whole = r.from && r.to && r.which && r.rewards && r.terminal && r.ending;
    if (!err && !whole) err = vg_fail_memory(diag);
    if (!err) {
        find_rows(&r);
        const vg_logged_actions actions = {r.rows, r.from, r.to, r.terminal};
        err = vg_rewards_between(reward, log, &episode, steps, &actions, r.rewards, diag);
    }
    if (!err) err = add_rows(&r, b, diag);
    vg_trajectory_free(&r.t);
    vg_free(r.events), vg_free(r.from), vg_free(r.to), vg_free(r.which);
    vg_free(r.rewards), vg_free(r.terminal), vg_free(r.ending);
    vg_free(steps);
    return err;
}

vg_err vg_replay_buffer_read(vg_replay_buffer *b, const char *const *paths, int32_t path_count,
                             const vg_sense *sense, const vg_reward *reward, vg_diag *diag) {
    vg_err err = VG_OK;
    b->width = vg_sense_size(sense);
    for (int32_t p = 0; p < path_count && !err; p++) {
        vg_log *log = NULL;
        int32_t count = 0;
        err = vg_log_open(paths[p], &log, diag);
        if (!err) err = vg_log_count(log, &count, diag);
        for (int32_t i = 0; i < count && !err; i++) err = read_episode(b, log, i, sense, reward, diag);
        vg_log_discard(log);
    }
    if (!err && b->count < 2)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path_count > 0 ? paths[0] : NULL, 0, "step",
                         "%s action of the logs is followed by a state on the road, expected at least 2",
                         b->count ? "only one" : "no");
    return err;
}

// --- as a whole --------------------------------------------------------------------------------------------

vg_err vg_replay_buffer_scale(vg_replay_buffer *b, const float *mean, const float *scale, vg_diag *diag) {
    int64_t stride = vg_net_stride(b->width);
    vg_free(b->inputs), vg_free(b->next_inputs);
    b->inputs = vg_new(float, b->count *stride);
    b->next_inputs = vg_new(float, b->count *stride);
    if (!b->inputs || !b->next_inputs) return vg_fail_memory(diag);
    vg_network_scale(b->seen, b->count, b->width, mean, scale, b->inputs);
    vg_network_scale(b->next, b->count, b->width, mean, scale, b->next_inputs);
    return VG_OK;
}

vg_err vg_replay_buffer_look_ahead(vg_replay_buffer *b, int64_t steps, double gamma, vg_diag *diag) {
    if (steps == 1) return VG_OK;
    b->ahead = vg_new(double, b->count), b->share = vg_new(double, b->count);
    b->ahead_row = vg_new(int64_t, b->count);
    if (!b->ahead || !b->share || !b->ahead_row) return vg_fail_memory(diag);
    for (int64_t i = 0; i < b->count; i++) {
        double factor = 1, sum = 0;
        int64_t r = i;
        for (;; r++, factor *= gamma) {
            sum += factor * (double)b->rewards[r];
            if (b->ending[r] != VG_ENDING_NONE || r + 1 == b->count || r + 1 - i == steps) break;
        }
        bool terminated = b->ending[r] == VG_ENDING_TERMINATED;
        b->ahead[i] = sum + (terminated ? factor * b->after : 0);
        b->share[i] = terminated ? 0 : factor;
        b->ahead_row[i] = r;
    }
    return VG_OK;
}

double vg_replay_buffer_reward_size(const vg_replay_buffer *b) {
    double sum = 0;
    for (int64_t i = 0; i < b->count; i++) sum += vg_abs((double)b->rewards[i]);
    return sum > 0 ? sum / (double)b->count : 1;
}

void vg_replay_buffer_returns(const vg_replay_buffer *b, double *returns, int64_t *first) {
    double sum = 0;
    int64_t episode = 0, begin = 0;
    for (int64_t i = 0; i < b->count; i++) {
        sum += (double)b->rewards[i];
        if (b->ending[i] == VG_ENDING_NONE) continue;
        if (returns) returns[episode] = sum;
        if (first) first[episode] = begin;
        episode++, sum = 0, begin = i + 1;
    }
}

uint64_t vg_replay_buffer_hash(const vg_replay_buffer *b) {
    uint64_t h = vg_hash_int(0, (const int64_t[]){b->count, b->width}, 2);
    h = vg_hash_float(h, b->seen, b->count * b->width);
    h = vg_hash_float(h, b->next, b->count * b->width);
    h = vg_hash_float(h, b->actions, b->count * VG_CAR_ACTIONS);
    h = vg_hash_float(h, b->rewards, b->count);
    return vg_hash_bytes(h, b->ending, (size_t)b->count);
}

// --- minibatches -------------------------------------------------------------------------------------------

vg_err vg_minibatch_open(vg_minibatch *m, int64_t count, int32_t width, vg_diag *diag) {
    *m = (vg_minibatch){.count = count,
                        .width = width,
                        .stride = vg_net_stride(width),
                        .pair_stride = vg_net_stride(width + VG_CAR_ACTIONS)};
    m->inputs = vg_new(float, count * m->stride), m->next = vg_new(float, count * m->stride);
    m->pairs = vg_new(float, count * m->pair_stride), m->next_pairs = vg_new(float, count * m->pair_stride);
    m->actions = vg_new(float, count *VG_CAR_ACTIONS);
    m->rewards = vg_new(float, count), m->goes_on = vg_new(float, count);
    m->rows = vg_new(int64_t, count);
    bool whole = m->inputs && m->next && m->pairs && m->next_pairs && m->actions && m->rewards &&
                 m->goes_on && m->rows;
    return whole ? VG_OK : vg_fail_memory(diag);
}

void vg_minibatch_free(vg_minibatch *m) {
    vg_free(m->inputs), vg_free(m->next), vg_free(m->pairs), vg_free(m->next_pairs);
    vg_free(m->actions), vg_free(m->rewards), vg_free(m->goes_on), vg_free(m->rows);
    *m = (vg_minibatch){0};
}

void vg_minibatch_take(vg_minibatch *m, const vg_replay_buffer *b, double factor) {
    const size_t seen = sizeof(float) * (size_t)m->width;
    for (int64_t i = 0; i < m->count; i++) {
        const int64_t r = m->rows[i];
        const int64_t last = b->ahead_row ? b->ahead_row[r] : r;
        const float *inputs = b->inputs + r * m->stride, *next = b->next_inputs + last * m->stride;
        vg_net_copy_row(m->inputs + i * m->stride, inputs, m->stride);
        vg_net_copy_row(m->next + i * m->stride, next, m->stride);
        memcpy(m->pairs + i * m->pair_stride, inputs, seen);
        memcpy(m->next_pairs + i * m->pair_stride, next, seen);
        vg_pair_put(m->pairs, m->pair_stride, m->width, i, b->actions + r * VG_CAR_ACTIONS);
        memcpy(m->actions + i * VG_CAR_ACTIONS, b->actions + r * VG_CAR_ACTIONS,
               sizeof(float) * VG_CAR_ACTIONS);
        bool terminated = b->ending[r] == VG_ENDING_TERMINATED;
        double reward = (double)b->rewards[r] + (terminated ? b->after : 0);
        m->rewards[i] = (float)(factor * (b->ahead ? b->ahead[r] : reward));
        m->goes_on[i] = b->share ? (float)b->share[r] : terminated ? 0 : 1;
    }
}

void vg_minibatch_draw(vg_minibatch *m, const vg_replay_buffer *b, vg_draw at, double factor) {
    for (int64_t i = 0; i < m->count; i++) {
        at.draw = (uint32_t)i;
        m->rows[i] = (int64_t)vg_random_below(&at, (uint64_t)b->count);
    }
    vg_minibatch_take(m, b, factor);
}
