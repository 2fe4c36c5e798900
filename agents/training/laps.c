#include "agents/training/laps.h"

#include <math.h>
#include <string.h>

#include "sim/base/memory.h"

void vg_laps_free(vg_laps *laps) {
    vg_dataset_destroy(laps->data);
    vg_free(laps->laps);
    vg_free(laps->place);
    vg_free(laps->ahead);
    *laps = (vg_laps){0};
}

static vg_err reserve_rows(vg_laps *laps, int64_t rows, vg_diag *diag) {
    if (rows <= laps->row_capacity) return VG_OK;
    int64_t wider = 2 * laps->row_capacity > rows ? 2 * laps->row_capacity : rows;
    double *place = vg_realloc(laps->place, laps->rows, wider, sizeof *place);
    if (!place) return vg_fail_memory(diag);
    laps->place = place;
    int32_t *ahead = vg_realloc(laps->ahead, laps->rows, wider, sizeof *ahead);
    if (!ahead) return vg_fail_memory(diag);
    laps->ahead = ahead;
    laps->row_capacity = wider;
    return VG_OK;
}

static vg_err add_lap(vg_laps *laps, const vg_lap *lap, vg_diag *diag) {
    if (laps->count == laps->capacity) {
        int32_t wider = laps->capacity ? 2 * laps->capacity : 16;
        vg_lap *more = vg_realloc(laps->laps, laps->count, wider, sizeof *more);
        if (!more) return vg_fail_memory(diag);
        laps->laps = more;
        laps->capacity = wider;
    }
    laps->laps[laps->count++] = *lap;
    return VG_OK;
}

// Rows first .. first + count - 1 follow each other, one action apart.
static void note_stretch(vg_laps *laps, int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        laps->ahead[first + i] = (int32_t)(count - i < INT32_MAX ? count - i : INT32_MAX);
}

vg_err vg_laps_add(vg_laps *laps, const vg_lap *lap, const float *inputs, const float *actions,
                   const double *place, vg_diag *diag) {
    vg_lap added = *lap;
    added.first = laps->rows;
    vg_err err = reserve_rows(laps, laps->rows + lap->count, diag);
    if (!err) err = vg_dataset_add(laps->data, inputs, actions, NULL, lap->count, false, diag);
    if (!err) err = add_lap(laps, &added, diag);
    if (err) return err;
    memcpy(laps->place + added.first, place, (size_t)lap->count * sizeof *place);
    note_stretch(laps, added.first, lap->count);
    laps->rows += lap->count;
    return VG_OK;
}

// --- reading logs ----------------------------------------------------------------------------------------

// Whether and when the lap left the road: the tick of the first departure, or INT64_MAX.
static vg_err find_departure(vg_log *log, const vg_log_episode *e, int64_t *tick, vg_diag *diag) {
    vg_log_incident *events = NULL;
    int64_t count = 0;
    vg_err err = vg_log_events(log, e->id, &events, &count, diag);
    *tick = INT64_MAX;
    for (int64_t i = count - 1; i >= 0 && !err; i--)
        if (events[i].event == VG_EVENT_OFF || events[i].event == VG_EVENT_COLLISION) *tick = events[i].tick;
    if (*tick == INT64_MAX && vg_end_terminated(e->end)) *tick = e->ticks;
    vg_free(events);
    return err;
}

// Where each row was, and how far the lap came.
static void place_rows(vg_laps *laps, const vg_rows_episode *part, const vg_log_episode *e,
                       const vg_log_step *steps) {
    for (int64_t i = 0; i < part->count; i++)
        laps->place[part->first + i] = steps[part->tick + i * e->ticks_per_action].state.s;
    note_stretch(laps, part->first, part->count);
}

static double distance_until(const vg_road *road, const vg_log_episode *e, const vg_log_step *steps,
                             int64_t tick) {
    double sum = 0;
    for (int64_t t = 1; t < e->ticks && t < tick; t++)
        sum += vg_road_between(road, steps[t - 1].state.s, steps[t].state.s);
    return sum;
}

// The lap of rows that begin with `part`, without its rows.
static vg_err describe(vg_log *log, const vg_rows_episode *part, const vg_log_episode *e,
                       const vg_log_step *steps, vg_lap *out, vg_diag *diag) {
    vg_road *road = NULL;
    int64_t left = INT64_MAX;
    vg_err err = vg_log_road(log, e->road, &road, diag);
    if (!err) err = find_departure(log, e, &left, diag);
    if (!err) err = vg_log_episode_hash(log, part->number, &out->hash, diag);
    if (!err) {
        vg_road_view line = vg_road_get(road);
        out->log = part->log, out->number = part->number;
        out->road = vg_road_hash(road);
        out->round = line.closed ? line.length : INFINITY;
        out->left_road = left != INT64_MAX;
        out->whole = e->end == VG_END_FINISH && !out->left_road;
        out->given_up = e->end == VG_END_HORIZON && !out->left_road;
        out->seconds = (double)e->ticks * e->tick_num / e->tick_den;
        out->distance = distance_until(road, e, steps, left);
        out->first = part->first;
    }
    vg_road_destroy(road);
    return err;
}

// Parts i .. *next - 1 of the rows are one lap.
static vg_err read_lap(vg_laps *laps, vg_log *log, const vg_rows *rows, int64_t i, int64_t *next,
                       vg_diag *diag) {
    const vg_rows_episode *part = &rows->episodes[i];
    vg_log_episode e;
    vg_log_step *steps = NULL;
    int64_t count;
    vg_lap lap = {0};
    vg_err err = vg_log_episode_at(log, part->number, &e, diag);
    if (!err) err = vg_log_steps(log, e.id, &steps, &count, diag);
    if (!err) err = describe(log, part, &e, steps, &lap, diag);
    for (*next = i; !err && *next < rows->episode_count; ++*next) {
        const vg_rows_episode *more = &rows->episodes[*next];
        if (more->log != part->log || more->number != part->number) break;
        place_rows(laps, more, &e, steps);
        lap.count += more->count;
    }
    vg_free(steps);
    return err ? err : add_lap(laps, &lap, diag);
}

vg_err vg_laps_read(const vg_sense *sense, const char *const *paths, int32_t path_count, vg_laps *out,
                    vg_diag *diag) {
    vg_dataset_def def = vg_dataset_default();
    def.sense = sense, def.validation = 0;
    *out = (vg_laps){0};
    vg_log *log = NULL;
    int32_t open = -1;
    vg_err err = vg_dataset_read(&def, paths, path_count, &out->data, diag);
    vg_rows rows = {0};
    if (!err) rows = vg_dataset_train(out->data);
    if (!err) err = reserve_rows(out, rows.count, diag);
    for (int64_t i = 0, next; i < rows.episode_count && !err; i = next) {
        next = i + 1;
        if (rows.episodes[i].log != open) {
            vg_log_discard(log);
            open = rows.episodes[i].log;
            err = vg_log_open(paths[open], &log, diag);
        }
        if (!err) err = read_lap(out, log, &rows, i, &next, diag);
    }
    vg_log_discard(log);
    if (!err) out->rows = rows.count;
    if (err) vg_laps_free(out);
    return err;
}

// --- comparing -------------------------------------------------------------------------------------------

static vg_lap_order by_number(double a, double b, double tie) {
    return fabs(a - b) <= tie ? VG_LAP_EQUAL : a < b ? VG_LAP_BETTER : VG_LAP_WORSE;
}

vg_lap_order vg_lap_compare(const vg_lap *a, const vg_lap *b, double tie) {
    if (a->road != b->road) return VG_LAP_UNRELATED;
    if (a->whole && b->given_up) return a->seconds <= b->seconds ? VG_LAP_BETTER : VG_LAP_UNRELATED;
    if (b->whole && a->given_up) return b->seconds <= a->seconds ? VG_LAP_WORSE : VG_LAP_UNRELATED;
    if (!(a->whole || a->left_road) || !(b->whole || b->left_road)) return VG_LAP_UNRELATED;
    if (a->whole && b->whole) return by_number(a->seconds, b->seconds, tie);
    if (a->whole != b->whole) return a->whole ? VG_LAP_BETTER : VG_LAP_WORSE;
    return by_number(-a->distance, -b->distance, 1);
}
