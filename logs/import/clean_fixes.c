#include "logs/import/clean_steps.h"

#include "sim/base/memory.h"

#define MOVING     1.0  // m/s: a car that is faster does not stay in one place
#define REACH_MORE 10.0 // m/s, and ...
#define REACH_FAR  5.0  // m: beyond what the speed allows
#define LOST_MOST  0.2  // share of the fixes
// A jump that is not taken back for so long is no lost fix: the receiver moved its frame, or rows are
// missing.
#define STAYS 10.0 // s
enum { STRETCHES = 4096 };

// How fast the car may have been: twice the speed of most steps, and more.
static double fastest(const vg_recording *r, double *room) {
    int32_t steps = 0, before = -1;
    for (int32_t i = 0; i < r->count; i++) {
        if (!vg_recorded_fix(&r->rows[i])) continue;
        if (before >= 0)
            room[steps++] = vg_recorded_between(&r->rows[before], &r->rows[i]) /
                            (r->rows[i].value.t - r->rows[before].value.t);
        before = i;
    }
    if (!steps) return INFINITY;
    vg_median(room, steps);
    return 2 * room[steps - 1 - steps / 10] + REACH_MORE;
}

static bool reaches(const vg_recording *r, int32_t a, int32_t b, double fast) {
    return vg_recorded_between(&r->rows[a], &r->rows[b]) <=
           fast * fabs(r->rows[b].value.t - r->rows[a].value.t) + REACH_FAR;
}

// --- positions written more often than measured ----------------------------------------------------------

// Did the car move while rows i .. end - 1 gave one position? Where nothing tells, as it did before:
// `others`.
static bool moved(const vg_recording *r, int32_t i, int32_t end, bool others) {
    const vg_recorded *first = &r->rows[i];
    double speeds = 0;
    int32_t told = 0;
    for (int32_t k = i; k < end; k++)
        if (!isnan(r->rows[k].value.speed)) speeds += r->rows[k].value.speed, told++;
    if (told) return speeds / told > MOVING;
    while (end < r->count && !vg_recorded_fix(&r->rows[end])) end++;
    if (end == r->count) return others;
    const vg_recorded *next = &r->rows[end];
    return vg_recorded_between(first, next) > MOVING * (next->value.t - first->value.t);
}

static void clear(vg_recorded *row) { row->value.x = row->value.y = NAN; }

// Is the position of rows i .. end - 1 one that nobody drove to? Then it is lost, and no measurement that is
// held.
static bool lost_run(const vg_recording *r, int32_t i, int32_t end, double fast) {
    int32_t before = i - 1, after = end;
    while (before >= 0 && !vg_recorded_fix(&r->rows[before])) before--;
    while (after < r->count && !vg_recorded_fix(&r->rows[after])) after++;
    if (before >= 0) return !reaches(r, before, i, fast);
    return after < r->count && !reaches(r, i, after, fast);
}

vg_err vg_clean_held(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    double *room = vg_new(double, r->count);
    if (!room) return vg_fail_memory(diag);
    double fast = fastest(r, room);
    vg_free(room);
    int32_t fixes = 0;
    for (int32_t i = 0, end; i < r->count; i = end) {
        end = i + 1;
        if (!vg_recorded_fix(&r->rows[i])) continue;
        fixes++;
        while (end < r->count && r->rows[end].value.x == r->rows[i].value.x &&
               r->rows[end].value.y == r->rows[i].value.y)
            end++;
        if (end - i == 1 || lost_run(r, i, end, fast) || !moved(r, i, end, report->held.count > 0)) continue;
        for (int32_t k = i + 1; k < end; k++) {
            vg_rows_add(&report->held, r->rows[k].line);
            clear(&r->rows[k]);
        }
    }
    if (report->held.count)
        vg_track_warn(
            def->warnings,
            "%s: %s: positions are repeated while the car moves: %d of %d rows were thinned to %d fixes",
            r->file, r->place, report->held.count, r->count, fixes);
    return VG_OK;
}

// --- lost fixes ------------------------------------------------------------------------------------------

// Fixes one after the other, each within reach of the one before.
typedef struct stretch {
    int32_t first, last; // rows
    int32_t fixes, best; // in it; in the best chain of stretches that ends with it
    int32_t before;      // the stretch before it in that chain, -1: none
} stretch;

static int32_t cut_stretches(const vg_recording *r, double fast, stretch *out, int32_t room) {
    int32_t count = 0;
    for (int32_t i = 0; i < r->count; i++) {
        if (!vg_recorded_fix(&r->rows[i])) continue;
        bool on = count && reaches(r, out[count - 1].last, i, fast);
        if (!on && count == room) return room + 1;
        if (!on) out[count++] = (stretch){i, i, 0, 0, -1};
        out[count - 1].last = i;
        out[count - 1].fixes++;
    }
    return count;
}

// The chain of stretches with the most fixes, in which each can be reached from the one before. Returns its
// last stretch.
static int32_t best_chain(const vg_recording *r, double fast, stretch *s, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 0; i < count; i++) {
        s[i].best = s[i].fixes;
        for (int32_t j = 0; j < i; j++)
            if (s[j].best + s[i].fixes > s[i].best && reaches(r, s[j].last, s[i].first, fast))
                s[i].best = s[j].best + s[i].fixes, s[i].before = j;
        if (s[i].best > s[best].best) best = i;
    }
    return best;
}

static vg_err too_many(const vg_recording *r, int32_t row, double fast, vg_diag *diag) {
    return vg_fail_at(
        diag, VG_ERR_FORMAT, r->file, r->rows[row].line, r->place,
        "the positions jump about from here on: too many cannot be reached from the one before at "
        "%.0f m/s",
        fast);
}

static vg_err drop_stretch(vg_recording *r, const stretch *s, vg_clean_report *report, vg_diag *diag) {
    const vg_recorded *first = &r->rows[s->first];
    if (r->rows[s->last].value.t - first->value.t > STAYS)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, first->line, r->place,
                          "the position jumps here, to %.6g, %.6g, and does not come back within %g s",
                          first->value.x, first->value.y, STAYS);
    for (int32_t i = s->first; i <= s->last; i++) {
        if (!vg_recorded_fix(&r->rows[i])) continue;
        vg_rows_add(&report->lost, r->rows[i].line);
        clear(&r->rows[i]);
    }
    return VG_OK;
}

static vg_err drop_lost(vg_recording *r, double *room, stretch *s, vg_clean_report *report, vg_diag *diag) {
    double fast = fastest(r, room);
    int32_t count = cut_stretches(r, fast, s, STRETCHES), fixes = 0;
    if (count > STRETCHES) return too_many(r, s[0].last, fast, diag);
    for (int32_t i = 0; i < count; i++) fixes += s[i].fixes;
    if (count < 2) return VG_OK;
    vg_err err = VG_OK;
    int32_t last = best_chain(r, fast, s, count);
    if (fixes - s[last].best > LOST_MOST * fixes) return too_many(r, s[0].last, fast, diag);
    for (int32_t i = last; i >= 0; i = s[i].before) s[i].fixes = 0; // kept
    for (int32_t i = 0; i < count && !err; i++)
        if (s[i].fixes) err = drop_stretch(r, &s[i], report, diag);
    return err;
}

vg_err vg_clean_lost(const vg_clean_def *def, vg_recording *r, vg_clean_report *report, vg_diag *diag) {
    double *room = vg_new(double, r->count);
    stretch *lost = vg_new(stretch, STRETCHES);
    vg_err err = room && lost ? drop_lost(r, room, lost, report, diag) : vg_fail_memory(diag);
    char text[VG_ROWS_TEXT];
    if (!err && report->lost.count)
        vg_track_warn(def->warnings, "%s: %s: %s: lost fix%s, far from where the car can have been: left out",
                      r->file, r->place, vg_rows_text(&report->lost, text),
                      report->lost.count == 1 ? "" : "es");
    vg_free(room);
    vg_free(lost);
    return err;
}
