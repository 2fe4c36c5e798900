#include "logs/import/clean_steps.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

enum { MOVE_MOST = 16 };   // rows that one may stand out of order
#define JITTER_LEAST 0.02  // of the interval: less is no jitter worth a thought
#define JITTER_MOST  0.25  // s off the grid, and at most three quarters of an interval
#define CLOCK_PHASE  0.1   // how far the clock that is followed goes with a row, and
#define CLOCK_RATE   0.003 // how far its interval does
#define JITTER_GAIN  0.7   // the noise must fall to this share, or the clock was right

static double way(const vg_recorded *a, const vg_recorded *b) {
    return vg_recorded_fix(a) && vg_recorded_fix(b) ? vg_recorded_between(a, b) : 0;
}

static vg_err refuse(const vg_recording *r, int32_t i, double before, vg_diag *diag) {
    double t = r->rows[i].value.t;
    return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->rows[i].line, r->time,
                      "time %s, from %.9g to %.9g s; expected it to rise (up to %g s is mended)",
                      t < before ? "runs backwards" : "stands still", before, t, VG_CLEAN_TIME_MOST);
}

// Is it the row before that is wrong: far ahead of the rows on both sides of it?
static bool jumped_ahead(const vg_recording *r, int32_t i) {
    const vg_recorded *rows = r->rows;
    return i >= 2 && rows[i].value.t > rows[i - 2].value.t &&
           rows[i - 1].value.t - rows[i].value.t > VG_CLEAN_TIME_MOST &&
           !(i + 1 < r->count && rows[i + 1].value.t < rows[i].value.t);
}

static vg_err refuse_ahead(const vg_recording *r, int32_t i, vg_diag *diag) {
    return vg_fail_at(
        diag, VG_ERR_FORMAT, r->file, r->rows[i].line, r->time,
        "time jumps from %.9g to %.9g s here and comes back; expected it to rise evenly (up to %g s is "
        "mended)",
        r->rows[i - 1].value.t, r->rows[i].value.t, VG_CLEAN_TIME_MOST);
}

// Row i has an earlier time than the row before it. Was it written late, or was the clock wrong? The order in
// which the way is shorter is the right one.
static vg_err mend_back(vg_recording *r, int32_t i, vg_clean_report *report, vg_diag *diag) {
    vg_recorded *rows = r->rows, row = rows[i];
    if (jumped_ahead(r, i)) return refuse_ahead(r, i - 1, diag);
    int32_t to = i;
    while (to > 0 && i - to < MOVE_MOST && rows[to - 1].value.t > row.value.t) to--;
    bool fits = to == 0 || rows[to - 1].value.t <= row.value.t;
    if (!fits || rows[i - 1].value.t - row.value.t > VG_CLEAN_TIME_MOST)
        return refuse(r, i, rows[i - 1].value.t, diag);
    const vg_recorded *next = i + 1 < r->count ? &rows[i + 1] : NULL;
    double as_is =
        way(&rows[i - 1], &row) + (next ? way(&row, next) : 0) + (to ? way(&rows[to - 1], &rows[to]) : 0);
    double moved =
        (to ? way(&rows[to - 1], &row) : 0) + way(&row, &rows[to]) + (next ? way(&rows[i - 1], next) : 0);
    if (moved <= as_is) {
        memmove(&rows[to + 1], &rows[to], (size_t)(i - to) * sizeof *rows);
        rows[to] = row;
        vg_rows_add(&report->reordered, row.line);
        return VG_OK;
    }
    if (!next || !(next->value.t > rows[i - 1].value.t)) return refuse(r, i, rows[i - 1].value.t, diag);
    rows[i].value.t = (rows[i - 1].value.t + next->value.t) / 2;
    vg_rows_add(&report->clock, row.line);
    return VG_OK;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

// Two rows of one time: are they the same row written twice?
static bool twice(const vg_recorded *a, const vg_recorded *b) {
    return same(a->value.x, b->value.x) && same(a->value.y, b->value.y) &&
           same(a->value.speed, b->value.speed);
}

// Drop rows that stand twice.
static void drop_twice(vg_recording *r, vg_clean_report *report) {
    int32_t kept = 0;
    for (int32_t i = 0; i < r->count; i++) {
        if (kept && r->rows[i].value.t == r->rows[kept - 1].value.t && twice(&r->rows[i], &r->rows[kept - 1]))
            vg_rows_add(&report->repeated, r->rows[i].line);
        else
            r->rows[kept++] = r->rows[i];
    }
    r->count = kept;
}

// The rows i .. end - 1 have one time: a clock that counts in steps coarser than the rows. Spread them up to
// the next time, or as far apart as those of the run before.
static vg_err spread(vg_recording *r, int32_t i, int32_t end, double step_before, vg_clean_report *report,
                     vg_diag *diag) {
    double t = r->rows[i].value.t, next = end < r->count ? r->rows[end].value.t : NAN;
    double step = end < r->count ? (next - t) / (end - i) : step_before;
    if (!(step > 0) || step * (end - i) > VG_CLEAN_TIME_MOST + 1e-9) return refuse(r, i + 1, t, diag);
    for (int32_t k = i + 1; k < end; k++) {
        r->rows[k].value.t = t + (k - i) * step;
        vg_rows_add(&report->clock, r->rows[k].line);
    }
    return VG_OK;
}

static vg_err check_finite(const vg_recording *r, vg_diag *diag) {
    for (int32_t i = 0; i < r->count; i++)
        if (!isfinite(r->rows[i].value.t))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->rows[i].line, r->time,
                              "no time; expected seconds");
    return VG_OK;
}

vg_err vg_clean_times(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    vg_err err = check_finite(r, diag);
    for (int32_t i = 1; i < r->count && !err; i++)
        if (r->rows[i].value.t < r->rows[i - 1].value.t) err = mend_back(r, i, report, diag);
    if (err) return err;
    drop_twice(r, report);
    double step = 0;
    for (int32_t i = 0, end; i < r->count && !err; i = end) {
        end = i + 1;
        while (end < r->count && r->rows[end].value.t == r->rows[i].value.t) end++;
        if (end - i > 1) err = spread(r, i, end, step, report, diag);
        if (end < r->count) step = (r->rows[end].value.t - r->rows[i].value.t) / (end - i);
    }
    char text[VG_ROWS_TEXT];
    if (report->repeated.count)
        vg_track_warn(def->warnings, "%s: %s stand%s twice: left out once", r->file,
                      vg_rows_text(&report->repeated, text), report->repeated.count == 1 ? "s" : "");
    if (report->reordered.count)
        vg_track_warn(def->warnings, "%s: %s: %s out of order: put in order of time", r->file, r->time,
                      vg_rows_text(&report->reordered, text));
    if (report->clock.count)
        vg_track_warn(def->warnings,
                      "%s: %s: time stands still or runs backwards at %s: mended from the rows beside",
                      r->file, r->time, vg_rows_text(&report->clock, text));
    return err;
}

// --- clock jitter ----------------------------------------------------------------------------------------

// The fixes as moments with times of their own. Returns their number.
static int32_t fixes_of(const vg_recording *r, vg_motion_point *out, int32_t *row) {
    int32_t count = 0;
    for (int32_t i = 0; i < r->count; i++) {
        const vg_log_sample *s = &r->rows[i].value;
        if (isnan(s->x)) continue;
        row[count] = i;
        out[count++] = (vg_motion_point){.t = s->t, .x = s->x, .y = s->y, .speed = NAN, .heading = NAN};
    }
    return count;
}

// Regular times near those of the moments; returns the largest deviation, INFINITY if there is none. Times
// that are regular already give 0.
static double regular(const vg_motion_point *m, int32_t count, double interval, double *t, double *rms) {
    double k = 0, sk = 0, st = 0, skk = 0, skt = 0, most = 0, sum = 0, clock = m[0].t;
    for (int32_t i = 0; i < count; i++) {
        // The clock is followed as a whole, so that one late row does not shift all behind it.
        double ticks = i ? fmax(1, floor((m[i].t - clock) / interval + 0.5)) : 0;
        k += ticks, clock += ticks * interval;
        interval += CLOCK_RATE * (m[i].t - clock), clock += CLOCK_PHASE * (m[i].t - clock);
        double at = m[i].t - m[0].t;
        t[i] = k, sk += k, st += at, skk += k * k, skt += k * at;
    }
    double det = count * skk - sk * sk;
    if (!(det > 0)) return INFINITY;
    double step = (count * skt - sk * st) / det, first = (st - step * sk) / count;
    for (int32_t i = 0; i < count; i++) {
        t[i] = m[0].t + first + step * t[i];
        double off = fabs(t[i] - m[i].t);
        sum += off * off;
        if (off > most) most = off;
    }
    *rms = sqrt(sum / count);
    return *rms < JITTER_LEAST * interval ? 0 : most;
}

static vg_err try_regular(vg_recording *r, vg_motion_point *m, int32_t *row, double *t,
                          vg_clean_report *report, vg_diag *diag) {
    double interval = vg_recording_interval(r, t), rms = 0, as_is, mended;
    int32_t count = fixes_of(r, m, row);
    if (count < VG_CLEAN_FEWEST || !(interval > 0)) return VG_OK;
    double most = regular(m, count, interval, t, &rms);
    if (most == 0 || most > fmin(JITTER_MOST, 0.75 * interval)) return VG_OK;
    vg_err err = vg_smooth_noise(m, count, &as_is, diag);
    for (int32_t i = 0; i < count; i++) m[i].t = t[i];
    if (!err) err = vg_smooth_noise(m, count, &mended, diag);
    if (err || !(mended < JITTER_GAIN * as_is)) return err;
    // Rows between fixes stay between them.
    for (int32_t i = 0; i < count; i++) {
        double from = r->rows[row[i]].value.t, to = i + 1 < count ? r->rows[row[i + 1]].value.t : INFINITY;
        int32_t end = i + 1 < count ? row[i + 1] : r->count;
        for (int32_t j = row[i] + 1; j < end; j++) {
            double share = (r->rows[j].value.t - from) / (to - from);
            r->rows[j].value.t =
                i + 1 < count ? t[i] + share * (t[i + 1] - t[i]) : r->rows[j].value.t + t[i] - from;
        }
    }
    for (int32_t j = 0; j < row[0]; j++) r->rows[j].value.t += t[0] - r->rows[row[0]].value.t;
    for (int32_t i = 0; i < count; i++) r->rows[row[i]].value.t = t[i];
    report->jitter = rms;
    return VG_OK;
}

vg_err vg_clean_jitter(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    vg_motion_point *m = vg_new(vg_motion_point, r->count);
    int32_t *row = vg_new(int32_t, r->count);
    double *t = vg_new(double, r->count);
    vg_err err = m && row && t ? try_regular(r, m, row, t, report, diag) : vg_fail_memory(diag);
    if (!err && report->jitter > 0)
        vg_track_warn(
            def->warnings,
            "%s: %s: the clock jitters by %.3g s (rms): the fixes lie on a smoother path at regular "
            "times, which were taken",
            r->file, r->time, report->jitter);
    vg_free(m);
    vg_free(row);
    vg_free(t);
    return err;
}
