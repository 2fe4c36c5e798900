#include "app/commands/train_sight.h"

#include <math.h>

#include "agents/experts/ahead.h"
#include "logs/store/log.h"
#include "sim/base/memory.h"
#include "sim/sense.h"

enum { EPISODES_MOST = 64, BINS = 2001 }; // a bin is a tenth of a m/s; cars drive up to 200 m/s

// The speeds of laps, and the car that drove the first of them.
typedef struct laps {
    int64_t ticks[BINS], count;
    int32_t episodes;
    vg_car car;
} laps;

static double speed_at(const laps *l, double share) {
    int64_t below = 0;
    for (int32_t i = 0; i < BINS; i++)
        if ((below += l->ticks[i]) > share * (double)l->count) return 0.1 * i;
    return 0;
}

static vg_err add_episode(laps *l, vg_log *log, int32_t i, vg_diag *diag) {
    vg_log_episode episode;
    vg_log_step *steps = NULL;
    int64_t count = 0;
    vg_err err = vg_log_episode_at(log, i, &episode, diag);
    if (!err && !l->episodes) err = vg_log_car(log, episode.car, &l->car, diag);
    if (!err) err = vg_log_steps(log, episode.id, &steps, &count, diag);
    for (int64_t k = 0; k < count && !err; k++) {
        double bin = floor(10 * (double)steps[k].state.speed);
        l->ticks[bin < 0 ? 0 : bin < BINS ? (int32_t)bin : BINS - 1]++;
    }
    l->count += err ? 0 : count;
    l->episodes++;
    vg_free(steps);
    return err;
}

static vg_err read_laps(laps *l, const vg_learner_def *def, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int32_t i = 0; i < def->log_count && l->episodes < EPISODES_MOST && !err; i++) {
        vg_log *log = NULL;
        int32_t count = 0;
        err = vg_log_open(def->logs[i], &log, diag);
        if (!err) err = vg_log_count(log, &count, diag);
        for (int32_t e = 0; e < count && l->episodes < EPISODES_MOST && !err; e++)
            err = add_episode(l, log, e, diag);
        vg_log_discard(log);
    }
    return err;
}

// m to slow down from one speed to another, with all of the brakes or of the grip along, as the mean of the
// two speeds allows.
static double way_to_brake(const vg_car *car, double fast, double slow) {
    return (fast * fast - slow * slow) / (2 * vg_ahead_brake(car, 0.5 * (fast + slow)));
}

vg_err vg_train_sight(const vg_learner *learner, const vg_learner_def *def, const vg_warnings *warnings,
                      vg_diag *diag) {
    char text[VG_KEY_LIST_SIZE];
    const vg_key *key = vg_config_key(learner->schema, "sense");
    vg_sense *sense;
    if (!key || !def->log_count || vg_sense_create(vg_config_value(key, def->config, text), &sense, NULL))
        return VG_OK;
    laps *l = vg_new(laps, 1);
    vg_err err = l ? read_laps(l, def, diag) : vg_fail_memory(diag);
    if (!err && l->count) {
        const vg_car *car = def->car ? def->car : &l->car;
        double fast = speed_at(l, 0.99), slow = speed_at(l, 0.05), sight = vg_sense_sight(sense, fast);
        double way = way_to_brake(car, fast, slow);
        if (way > sight)
            vg_track_warn(
                warnings,
                "the laps reach %.0f m/s, from where the %.60s needs %.0f m to slow down to their %.0f "
                "m/s; the learner is shown %.0f m of the road: it will see corners too late. Look "
                "farther ahead, in seconds: --set sense=offset,heading,speed,"
                "curvature@0s:0.25s:0.5s:1s:1.5s:2s:3s:4s",
                fast, car->name, way, slow, sight);
    }
    vg_sense_destroy(sense);
    vg_free(l);
    return err;
}
