#include "logs/import/clean.h"

#include <stdio.h>
#include <string.h>

#include "logs/import/clean_steps.h"
#include "sim/base/exact.h"
#include "sim/base/memory.h"

#define GAP_MOST    1.0  // s between fixes, or ...
#define GAP_SHARE   1.5  // times the usual interval, if that is at most ...
#define SLOW_MOST   1.1  // s
#define GRID        0.1  // s: between fixes farther apart than ...
#define GRID_FROM   0.3  // s ... samples are made so far apart
#define QUIET       0.03 // m of noise: less is not smoothed away
#define BRIDGE_MOST 60.0 // s that may be asked for
#define MOVES       0.5  // m/s: below it a path has no direction
enum { MOMENTS_MOST = 1 << 22 };

vg_clean_def vg_clean_default(void) { return (vg_clean_def){.speed = VG_CLEAN_AS_IS}; }

const char *vg_clean_speed_word(int32_t i) {
    static const char *const words[] = {
#define X(name, word, meaning) word,
        VG_CLEAN_SPEEDS(X)
#undef X
    };
    return i >= 0 && i < (int32_t)(sizeof words / sizeof *words) ? words[i] : NULL;
}

// --- rows, and moments between them ----------------------------------------------------------------------

// The cleaned drive under way: the moments, and for each the row it is, or the row before it.
typedef struct work {
    vg_motion_point *m;
    int32_t *row;
    bool *made, *bridged; // [count]
    int32_t count;
    double interval;
} work;

static void work_free(work *w) {
    vg_free(w->m);
    vg_free(w->row);
    vg_free(w->made);
    vg_free(w->bridged);
}

static vg_err few(const vg_recording *r, int32_t fixes, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->count ? r->rows[r->count - 1].line : 0, r->place,
                      "%d fixes; expected at least %d", fixes, VG_CLEAN_FEWEST);
}

// How far apart two fixes may be, s.
static double gap_most(double interval) {
    return interval <= SLOW_MOST ? fmax(GAP_MOST, GAP_SHARE * interval) : GAP_MOST;
}

// How many moments to add before row i, whose fix follows that of row `before`. Refuses a gap that may not be
// bridged.
static vg_err gap(const vg_clean_def *def, const vg_recording *r, const work *w, int32_t before, int32_t i,
                  int32_t *add, bool *bridged, vg_diag *diag) {
    double length = r->rows[i].value.t - r->rows[before].value.t, most = gap_most(w->interval);
    *bridged = length > most;
    *add = length > GRID_FROM ? (int32_t)(length / GRID - 1e-6) : 0;
    if (length <= most || length <= def->bridge) return VG_OK;
    char way[80] = "";
    if (length <= BRIDGE_MOST)
        snprintf(way, sizeof way, " (--bridge %.3g bridges it by a model of motion)", ceil(length * 10) / 10);
    return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->rows[i].line, r->time,
                      "a gap of %.3g s without a fix before this sample; expected at most %.3g s%s", length,
                      most, way);
}

static void add_moment(work *w, const vg_recording *r, int32_t row, double t, bool made, bool bridged) {
    const vg_log_sample *s = &r->rows[row].value;
    w->m[w->count] =
        made ? (vg_motion_point){.t = t, .x = NAN, .y = NAN, .speed = NAN, .heading = NAN}
             : (vg_motion_point){.t = t, .x = s->x, .y = s->y, .speed = s->speed, .heading = s->heading};
    w->row[w->count] = row, w->made[w->count] = made, w->bridged[w->count++] = bridged;
}

// The moments from after the fix `before` up to that of row i: rows without a fix keep what they measured,
// grid points go between.
static void fill(work *w, const vg_recording *r, int32_t before, int32_t i, int32_t add, bool bridged) {
    double from = r->rows[before].value.t, step = (r->rows[i].value.t - from) / (add + 1);
    int32_t j = before + 1, k = 1;
    while (j < i || k <= add) {
        double grid = k <= add ? from + k * step : INFINITY;
        // A row nearer than this to a grid point would make a step of no length.
        if (j < i && r->rows[j].value.t < grid - 1e-3)
            add_moment(w, r, j, r->rows[j].value.t, false, bridged), j++;
        else if (j < i && r->rows[j].value.t < grid + 1e-3)
            add_moment(w, r, j, r->rows[j].value.t, false, bridged), w->made[w->count - 1] = true, j++, k++;
        else
            add_moment(w, r, before, grid, true, bridged), k++;
    }
    add_moment(w, r, i, r->rows[i].value.t, false, bridged);
}

static vg_err work_new(work *w, int64_t room, vg_diag *diag) {
    w->m = vg_new(vg_motion_point, room);
    w->row = vg_new(int32_t, room);
    w->made = vg_new(bool, room);
    w->bridged = vg_new(bool, room);
    return w->m && w->row && w->made && w->bridged ? VG_OK : vg_fail_memory(diag);
}

// First fix to last. Two passes: the gaps and their number, then the moments.
static vg_err lay(const vg_clean_def *def, const vg_recording *r, work *w, vg_clean_report *report,
                  vg_diag *diag) {
    int64_t room = 0;
    vg_err err = VG_OK;
    for (int pass = 0; pass < 2 && !err; pass++) {
        int32_t before = -1;
        for (int32_t i = 0; i < r->count && !err; i++) {
            if (!vg_recorded_fix(&r->rows[i])) continue;
            int32_t add = 0;
            bool bridged = false;
            if (before >= 0) err = gap(def, r, w, before, i, &add, &bridged, diag);
            if (err) break;
            double length = before >= 0 ? r->rows[i].value.t - r->rows[before].value.t : 0;
            if (!pass)
                room += before >= 0 ? i - before + add : 1;
            else if (before < 0)
                add_moment(w, r, i, r->rows[i].value.t, false, false);
            else
                fill(w, r, before, i, add, bridged);
            if (!pass && bridged) {
                report->bridges++, report->bridged += length;
                report->longest = fmax(report->longest, length);
            }
            before = i;
        }
        if (!pass && !err && room > MOMENTS_MOST)
            err = vg_fail_at(diag, VG_ERR_FORMAT, r->file, 0, r->time, "%lld samples; expected at most %d",
                             (long long)room, MOMENTS_MOST);
        if (!pass && !err) err = work_new(w, room, diag);
    }
    return err;
}

// --- the samples -----------------------------------------------------------------------------------------

static double speed_of(const vg_motion_point *m) {
    return sqrt(m->velocity[0] * m->velocity[0] + m->velocity[1] * m->velocity[1]);
}

static vg_cleaned sample(const vg_recording *r, const work *w, int32_t i, bool left_alone, double *heading) {
    const vg_motion_point *m = &w->m[i];
    const vg_recorded *row = &r->rows[w->row[i]];
    bool made = w->made[i];
    double speed = speed_of(m);
    if (speed > MOVES) *heading = vg_atan2(m->velocity[1], m->velocity[0]);
    vg_cleaned out = {.value = row->value,
                      .lap = row->lap,
                      .sd = m->sd,
                      .line = row->line,
                      .made = made,
                      .bridged = w->bridged[i],
                      .raw_x = m->x,
                      .raw_y = m->y,
                      .raw_speed = m->speed};
    if (made) out.value = (vg_log_sample){.heading = NAN, .steer = NAN, .throttle = NAN, .brake = NAN};
    out.value.t = m->t;
    if (made || !left_alone || isnan(m->speed)) out.value.speed = speed;
    if (made || !left_alone) out.value.x = m->at[0], out.value.y = m->at[1];
    if (isnan(out.value.heading)) out.value.heading = *heading;
    return out;
}

// The direction of the first movement, for a car that stands at first.
static double first_heading(const work *w) {
    for (int32_t i = 0; i < w->count; i++)
        if (speed_of(&w->m[i]) > MOVES) return vg_atan2(w->m[i].velocity[1], w->m[i].velocity[0]);
    return 0;
}

// Does the fix of a moment lie far out, by more than the noise that is left alone?
static bool far_out(const vg_motion_point *m) {
    double dx = m->x - m->at[0], dy = m->y - m->at[1];
    return !isnan(m->x) && m->weight < 0.5 && dx * dx + dy * dy > 9 * QUIET * QUIET;
}

static vg_err samples(const vg_recording *r, const work *w, vg_clean_report *report, vg_cleaned **out,
                      int32_t *count, vg_diag *diag) {
    double heading = first_heading(w), *sd = vg_new(double, w->count);
    *out = vg_new(vg_cleaned, w->count);
    if (!*out || !sd) {
        vg_free(sd);
        return vg_fail_memory(diag);
    }
    int32_t known = 0;
    for (int32_t i = 0; i < w->count; i++) {
        const vg_motion_point *m = &w->m[i];
        if (far_out(m)) vg_rows_add(&report->far, r->rows[w->row[i]].line);
        // A row without a fix only told a speed, unless it stands for a point of the grid.
        if (isnan(m->x) && !w->made[i]) continue;
        vg_cleaned s = sample(r, w, i, report->left_alone, &heading);
        // A fix that lies far out is not what was driven, noise or not.
        if (far_out(m)) s.value.x = m->at[0], s.value.y = m->at[1];
        (*out)[(*count)++] = s;
        if (s.bridged && s.made) continue;
        sd[known++] = s.sd;
        report->sd_most = fmax(report->sd_most, s.sd);
    }
    report->sd_usual = known ? vg_median(sd, known) : 0;
    vg_free(sd);
    return VG_OK;
}

static void tell(const vg_clean_def *def, const vg_recording *r, const vg_clean_report *report) {
    char text[VG_ROWS_TEXT];
    if (report->far.count)
        vg_track_warn(def->warnings, "%s: %s: %s: far beside the path of the other fixes: counted little",
                      r->file, r->place, vg_rows_text(&report->far, text));
    if (report->bridges)
        vg_track_warn(
            def->warnings,
            "%s: %s: %d gap%s without fixes (%.3g s in all, the longest %.3g s): bridged by a model of "
            "motion, and marked as no data for training",
            r->file, r->time, report->bridges, report->bridges == 1 ? "" : "s", report->bridged,
            report->longest);
    if (!report->left_alone)
        vg_track_warn(
            def->warnings,
            "%s: %s: the fixes are noisy by %.2g m (standard deviation, each coordinate): smoothed, and "
            "the path is known to %.2g m",
            r->file, r->place, report->smoothing.noise, report->sd_usual);
}

static vg_err steps(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    vg_err err = vg_clean_times(def, r, report, diag);
    if (!err) err = vg_clean_held(def, r, report, diag);
    if (!err) err = vg_clean_lost(def, r, report, diag);
    int32_t fixes = 0;
    for (int32_t i = 0; i < r->count; i++) fixes += vg_recorded_fix(&r->rows[i]);
    if (!err && fixes < VG_CLEAN_FEWEST) err = few(r, fixes, diag);
    if (!err) err = vg_clean_jitter(def, r, report, diag);
    if (!err) err = vg_clean_speeds(def, r, report, diag);
    return err;
}

vg_err vg_clean(const vg_clean_def *def, vg_recording *r, vg_cleaned **out, int32_t *count,
                vg_clean_report *report, vg_diag *diag) {
    *out = NULL, *count = 0;
    *report = (vg_clean_report){.rows = r->count};
    work w = {0};
    vg_err err = steps(def, r, report, diag);
    double *room = err ? NULL : vg_new(double, r->count);
    if (!err && !room) err = vg_fail_memory(diag);
    if (!err) w.interval = vg_recording_interval(r, room);
    vg_free(room);
    if (!err) err = lay(def, r, &w, report, diag);
    if (!err) err = vg_smooth(w.m, w.count, &report->smoothing, diag);
    report->left_alone = report->smoothing.noise < QUIET;
    if (!err) err = samples(r, &w, report, out, count, diag);
    if (!err) tell(def, r, report);
    work_free(&w);
    if (err) vg_free(*out), *out = NULL, *count = 0;
    return err;
}
