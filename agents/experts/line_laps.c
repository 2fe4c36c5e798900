#include "agents/experts/line_laps.h"

#include <math.h>
#include <string.h>

#include "logs/import/lap_line.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

static const double BIN = 3, PASSED = 0.95; // m; share of the bins that the laps must pass

typedef enum choice { MEAN = -2, BEST = -1 } choice; // else an episode's number

typedef struct reading {
    const vg_line_laps_def *set;
    vg_log *log;
    vg_line_laps *out;
    vg_lap_line *line; // of the laps so far, or the best one's
    int64_t first;     // road and car of the first lap
    int64_t car;
    int64_t ticks; // of the best lap
    int32_t choice;
} reading;

static vg_err read_choice(const vg_line_laps_def *set, int32_t *choice, vg_diag *diag) {
    int64_t number;
    *choice = strcmp(set->lap, "mean") == 0 ? MEAN : BEST;
    if (*choice == MEAN || strcmp(set->lap, "best") == 0) return VG_OK;
    if (!vg_parse_int(set->lap, &number) || number < 0 || number > INT32_MAX)
        return vg_fail_at(diag, VG_ERR_FORMAT, "line_follower", 0, "lap",
                          "'%s', expected mean, best or an episode's number", set->lap);
    *choice = (int32_t)number;
    return VG_OK;
}

static bool wanted(const reading *r, int32_t index, const vg_log_episode *episode) {
    const char *word = r->set->driver, *slash = strrchr(episode->source, '/');
    if (r->choice >= 0) return index == r->choice;
    if (vg_end_terminated(episode->end) || episode->ticks == 0) return false;
    return !word[0] || strstr(episode->policy, word) || strstr(episode->tags, word) ||
           strstr(slash ? slash : episode->source, word);
}

static vg_err take_road_and_car(reading *r, const vg_log_episode *episode, vg_diag *diag) {
    if (r->out->laps > 0) {
        if (episode->road == r->first && episode->car == r->car) return VG_OK;
        return vg_fail_at(diag, VG_ERR_MISMATCH, r->set->log, 0, NULL,
                          "has laps on several roads or with several cars; name a driver or a lap, or drop "
                          "some (verge log drop)");
    }
    r->first = episode->road, r->car = episode->car;
    vg_err err = vg_log_road(r->log, episode->road, &r->out->road, diag);
    return err ? err : vg_log_car(r->log, episode->car, &r->out->car, diag);
}

static bool passed(const vg_lap_line *line) {
    return vg_lap_line_unseen(line) <= (1 - PASSED) * vg_lap_line_bins(line);
}

// Add a lap to the mean, or let it replace a slower one.
static vg_err add_lap(reading *r, const vg_log_episode *episode, vg_diag *diag) {
    vg_log_step *steps = NULL;
    int64_t count = 0;
    vg_lap_line *lap = r->choice == BEST ? NULL : r->line;
    vg_err err = vg_log_steps(r->log, episode->id, &steps, &count, diag);
    if (!err && !lap) err = vg_lap_line_create(r->out->road, BIN, &lap, diag);
    if (!err) vg_lap_line_add(lap, steps, count);
    vg_free(steps);
    if (err) return err;
    bool better = r->choice != BEST || !r->line || (passed(lap) && (!passed(r->line) || count < r->ticks));
    vg_lap_line *drop = better ? r->line : lap;
    if (better) r->line = lap, r->ticks = count;
    if (drop != r->line) vg_lap_line_destroy(drop);
    r->out->laps++;
    return VG_OK;
}

static vg_err add_laps(reading *r, vg_diag *diag) {
    int32_t count = 0;
    vg_err err = vg_log_count(r->log, &count, diag);
    for (int32_t i = 0; i < count && !err; i++) {
        vg_log_episode episode;
        err = vg_log_episode_at(r->log, i, &episode, diag);
        if (err || !wanted(r, i, &episode)) continue;
        err = take_road_and_car(r, &episode, diag);
        if (!err) err = add_lap(r, &episode, diag);
    }
    if (!err && r->out->laps == 0)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, r->set->log, 0, NULL,
                          "no lap to follow: of %d episodes, none is %s%s%s%s (verge log list shows them)",
                          count, r->choice >= 0 ? "number " : "a lap on the road",
                          r->choice >= 0 ? r->set->lap : "", r->set->driver[0] ? " of " : "", r->set->driver);
    return err;
}

// Three running means, around a closed road.
static vg_err smooth(float *values, int32_t count, bool closed, int32_t half, vg_diag *diag) {
    float *old = vg_new(float, count);
    if (!old) return vg_fail_memory(diag);
    for (int32_t pass = 0; pass < 3 && half > 0; pass++) {
        memcpy(old, values, sizeof *old * (size_t)count);
        for (int32_t i = 0; i < count; i++) {
            double sum = 0;
            for (int32_t k = i - half; k <= i + half; k++) {
                int32_t at = closed ? (k % count + count) % count : k < 0 ? 0 : k < count ? k : count - 1;
                sum += old[at];
            }
            values[i] = (float)(sum / (2 * half + 1));
        }
    }
    vg_free(old);
    return VG_OK;
}

static vg_err take_means(reading *r, vg_diag *diag) {
    vg_line_laps *out = r->out;
    vg_road_view view = vg_road_get(out->road);
    out->bins = vg_lap_line_bins(r->line);
    if (!passed(r->line))
        return vg_fail_at(
            diag, VG_ERR_MISMATCH, r->set->log, 0, NULL,
            "its laps pass %.0f %% of the road '%s', expected %.0f or more: there is no line to "
            "follow elsewhere",
            100 - 100.0 * vg_lap_line_unseen(r->line) / out->bins, view.name, 100 * PASSED);
    out->offset = vg_new(float, out->bins);
    out->speed = vg_new(float, out->bins);
    if (!out->offset || !out->speed) return vg_fail_memory(diag);
    vg_lap_line_means(r->line, out->offset, out->speed);
    int32_t half = (int32_t)(r->set->smooth / 2 / (view.length / out->bins) + 0.5);
    vg_err err = smooth(out->offset, out->bins, view.closed, half, diag);
    return err ? err : smooth(out->speed, out->bins, view.closed, half, diag);
}

vg_err vg_line_laps_read(const vg_line_laps_def *def, vg_line_laps *out, vg_diag *diag) {
    *out = (vg_line_laps){0};
    reading r = {.set = def, .out = out};
    if (!def->log[0])
        return vg_fail(diag, VG_ERR_ARGUMENT,
                       "line_follower has no line: give a log, as in line_follower:log=laps.vlog");
    vg_err err = read_choice(def, &r.choice, diag);
    if (!err) err = vg_log_open(def->log, &r.log, diag);
    if (err) return err;
    err = add_laps(&r, diag);
    if (!err) err = take_means(&r, diag);
    vg_lap_line_destroy(r.line);
    vg_err closed = vg_log_close(r.log, err ? NULL : diag);
    if (!err) err = closed;
    if (err) vg_line_laps_free(out);
    return err;
}

void vg_line_laps_free(vg_line_laps *laps) {
    vg_road_destroy(laps->road);
    vg_free(laps->offset);
    vg_free(laps->speed);
    *laps = (vg_line_laps){0};
}
