#include "agents/irl/lattice_drives.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "logs/store/log.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// A road with a car, as the logs have it.
typedef struct place {
    vg_road *road;
    vg_car car;
    uint64_t road_hash, car_hash;
    double spacing;
    int32_t stations;
    vg_lattice *lattice;
} place;

// A drive over consecutive stations, read off at each.
typedef struct piece {
    int32_t place, first, steps;
    double *offsets, *speeds; // [steps + 1]
    int64_t order;            // as read
} piece;

typedef struct reading {
    const vg_lattice_drives_def *def;
    vg_lattice_drives *out;
    place *places;
    int32_t place_count;
    piece *pieces;
    int64_t piece_count;
    // The piece under way.
    int64_t station, begun; // the last one passed, counted over laps; the first one; -1: none
    int64_t read, room;     // stations read off
    double *offsets, *speeds;
    double recorded[VG_DRIVING_COUNT], pending[VG_DRIVING_COUNT];
    double used; // s
} reading;

vg_lattice_drives_def vg_lattice_drives_default(void) {
    return (vg_lattice_drives_def){.slowest = 0.7, .fastest = 1.3, .least_steps = 10};
}

// --- pieces ------------------------------------------------------------------------------------------------

static vg_err keep_piece(reading *r, int32_t place, vg_diag *diag) {
    piece *pieces = vg_realloc(r->pieces, r->piece_count, r->piece_count + 1, sizeof *pieces);
    if (!pieces) return vg_fail_memory(diag);
    r->pieces = pieces;
    piece *p = &pieces[r->piece_count];
    *p = (piece){.place = place,
                 .first = (int32_t)(r->begun % r->places[place].stations),
                 .steps = (int32_t)(r->read - 1),
                 .offsets = vg_new(double, r->read),
                 .speeds = vg_new(double, r->read),
                 .order = r->piece_count};
    r->piece_count++;
    if (!p->offsets || !p->speeds) return vg_fail_memory(diag);
    memcpy(p->offsets, r->offsets, (size_t)r->read * sizeof *p->offsets);
    memcpy(p->speeds, r->speeds, (size_t)r->read * sizeof *p->speeds);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) r->out->recorded[k] += r->recorded[k];
    r->used += r->recorded[VG_DRIVING_time];
    return VG_OK;
}

// Ends the piece under way at the last station passed; keeps it where it is long enough.
static vg_err end_piece(reading *r, int32_t place, vg_diag *diag) {
    vg_err err = r->read > r->def->least_steps ? keep_piece(r, place, diag) : VG_OK;
    r->read = 0, r->begun = -1;
    return err;
}

static vg_err pass_station(reading *r, int32_t place, int64_t station, double offset, double speed,
                           vg_diag *diag) {
    if (r->read == r->room) {
        int64_t room = r->room ? 2 * r->room : 512;
        double *offsets = vg_realloc(r->offsets, r->room, room, sizeof *offsets);
        if (!offsets) return vg_fail_memory(diag);
        r->offsets = offsets;
        double *speeds = vg_realloc(r->speeds, r->room, room, sizeof *speeds);
        if (!speeds) return vg_fail_memory(diag);
        r->speeds = speeds, r->room = room;
    }
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) {
        r->recorded[k] = r->read ? r->recorded[k] + r->pending[k] : 0;
        r->pending[k] = 0;
    }
    if (!r->read) r->begun = station;
    r->offsets[r->read] = offset, r->speeds[r->read++] = speed;
    bool closed = vg_road_get(r->places[place].road).closed;
    if (!closed || station % r->places[place].stations || r->read < 2) return VG_OK;
    vg_err err = end_piece(r, place, diag); // the start line: this lap ends, the next one begins
    return err ? err : pass_station(r, place, station, offset, speed, diag);
}

// Is this state part of a drive that can be followed?
static bool drives(const vg_road *road, const vg_log_step *step) {
    vg_road_point at = vg_road_at(road, step->state.s);
    double half = step->state.offset > 0 ? at.left : at.right;
    return !step->bridged && step->state.speed >= 1 && fabs((double)step->state.offset) <= 1.5 * half;
}

// From one state to the next, `ahead` m on; `at` is where it began, in metres over all laps.
static vg_err move(reading *r, int32_t place, const vg_state *from, const vg_state *to, double at,
                   double ahead, vg_diag *diag) {
    double spacing = r->places[place].spacing;
    vg_err err = VG_OK;
    for (int64_t k = (int64_t)floor(at / spacing) + 1; k * spacing <= at + ahead && !err; k++) {
        double share = ahead > 0 ? (k * spacing - at) / ahead : 0;
        double offset = (double)from->offset + share * ((double)to->offset - (double)from->offset);
        double speed = (double)from->speed + share * ((double)to->speed - (double)from->speed);
        err = pass_station(r, place, k, offset, speed, diag);
    }
    return err;
}

static void add_recorded(reading *r, const place *p, const vg_state *from, const vg_state *to,
                         double seconds) {
    vg_driving_limits limits;
    double f[VG_DRIVING_COUNT];
    vg_driving_segment segment = vg_driving_between(&p->car, p->road, from, to, seconds, &limits);
    vg_driving_features(&limits, &segment, f);
    for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) r->pending[k] += f[k];
}

static vg_err split(reading *r, int32_t place_index, const vg_log_episode *episode, const vg_log_step *steps,
                    int64_t count, vg_diag *diag) {
    const place *p = &r->places[place_index];
    double at = count ? steps[0].state.s : 0, tick = (double)episode->tick_num / episode->tick_den;
    int64_t last = 0;
    vg_err err = VG_OK;
    r->read = 0;
    // A lap's episode begins just past the start line: that counts as on it.
    double station = floor(at / p->spacing);
    if (count && at - station * p->spacing <= 0.1 * p->spacing && drives(p->road, &steps[0]))
        err = pass_station(r, place_index, (int64_t)station, (double)steps[0].state.offset,
                           (double)steps[0].state.speed, diag);
    for (int64_t t = 1; t < count && !err; t++) {
        double ahead = vg_road_between(p->road, steps[t - 1].state.s, steps[t].state.s);
        bool goes_on = drives(p->road, &steps[t - 1]) && drives(p->road, &steps[t]) && ahead >= -0.01 &&
                       ahead <= 3 * (double)steps[t].state.speed * tick + 1;
        if (t - last >= episode->ticks_per_action || t + 1 == count) {
            add_recorded(r, p, &steps[last].state, &steps[t].state, (double)(t - last) * tick);
            last = t;
        }
        if (goes_on)
            err = move(r, place_index, &steps[t - 1].state, &steps[t].state, at, fmax(ahead, 0), diag);
        else
            err = end_piece(r, place_index, diag);
        at = goes_on ? at + fmax(ahead, 0) : steps[t].state.s;
    }
    return err ? err : end_piece(r, place_index, diag);
}

// --- logs --------------------------------------------------------------------------------------------------

static vg_err find_place(reading *r, vg_log *log, const vg_log_episode *episode, int32_t *index,
                         vg_diag *diag) {
    place fresh = {0};
    vg_err err = vg_log_car(log, episode->car, &fresh.car, diag);
    if (!err) err = vg_log_road(log, episode->road, &fresh.road, diag);
    if (err) return err;
    fresh.road_hash = vg_road_hash(fresh.road), fresh.car_hash = vg_car_hash(&fresh.car);
    vg_lattice_def def = {.road = fresh.road, .car = &fresh.car, .spacing = r->def->spacing};
    fresh.stations = vg_lattice_stations(&def, &fresh.spacing);
    int32_t i = 0;
    while (i < r->place_count &&
           (r->places[i].road_hash != fresh.road_hash || r->places[i].car_hash != fresh.car_hash))
        i++;
    place *places = i == r->place_count ? vg_realloc(r->places, i, i + 1, sizeof *places) : NULL;
    if (places) {
        r->places = places;
        r->places[r->place_count++] = fresh;
    } else {
        vg_road_destroy(fresh.road);
        if (i == r->place_count) return vg_fail_memory(diag);
    }
    *index = i;
    if (fabs((double)vg_car_scale(&r->places[i].car) - (double)vg_car_scale(&r->places[0].car)) > 1e-6)
        return vg_fail_at(diag, VG_ERR_MISMATCH, vg_log_path(log), 0, NULL,
                          "a car of scale %.3g beside one of scale %.3g; expected cars of one size",
                          (double)vg_car_scale(&r->places[i].car), (double)vg_car_scale(&r->places[0].car));
    return VG_OK;
}

// The state after the last tick, as a step.
static vg_err add_final(const vg_log_episode *episode, vg_log_step **steps, int64_t *count, vg_diag *diag) {
    if (!episode->has_final) return VG_OK;
    vg_log_step *more = vg_realloc(*steps, *count, *count + 1, sizeof *more);
    if (!more) return vg_fail_memory(diag);
    more[*count] = (vg_log_step){.state = episode->final};
    *steps = more, *count += 1;
    return VG_OK;
}

static vg_err read_episode(reading *r, vg_log *log, int32_t index, vg_diag *diag) {
    vg_log_episode episode;
    vg_log_step *steps = NULL;
    int64_t count = 0;
    int32_t place = 0;
    vg_err err = vg_log_episode_at(log, index, &episode, diag);
    if (!err) err = find_place(r, log, &episode, &place, diag);
    if (!err) err = vg_log_steps(log, episode.id, &steps, &count, diag);
    if (!err) err = add_final(&episode, &steps, &count, diag);
    if (!err) {
        r->out->episodes++;
        r->out->seconds += (double)episode.ticks * episode.tick_num / episode.tick_den;
        err = split(r, place, &episode, steps, count, diag);
    }
    vg_free(steps);
    return err;
}

static vg_err read_log(reading *r, const char *path, vg_diag *diag) {
    vg_log *log;
    int32_t count = 0;
    vg_err err = vg_log_open(path, &log, diag);
    if (err) return err;
    err = vg_log_count(log, &count, diag);
    for (int32_t i = 0; i < count && !err; i++) err = read_episode(r, log, i, diag);
    vg_err closed = vg_log_close(log, err ? NULL : diag);
    return err ? err : closed;
}

// --- lattices ----------------------------------------------------------------------------------------------

// The mean speed of the pieces at each station; where none came, that of all stations.
static void mean_pace(const reading *r, int32_t index, double *pace, double *times) {
    int32_t stations = r->places[index].stations;
    double all = 0, passed = 0;
    for (int64_t i = 0; i < r->piece_count; i++)
        for (int32_t k = 0; k <= r->pieces[i].steps && r->pieces[i].place == index; k++) {
            int32_t station = (r->pieces[i].first + k) % stations;
            pace[station] += r->pieces[i].speeds[k], times[station]++;
            all += r->pieces[i].speeds[k], passed++;
        }
    for (int32_t i = 0; i < stations; i++)
        pace[i] = times[i] > 0 ? pace[i] / times[i] : passed > 0 ? all / passed : 1;
}

static vg_err make_lattice(reading *r, int32_t index, vg_diag *diag) {
    place *p = &r->places[index];
    vg_lattice_def def = {
        .road = p->road, .car = &p->car, .spacing = r->def->spacing, .slowest = r->def->slowest};
    double *pace = vg_new(double, p->stations), *times = vg_new(double, p->stations);
    vg_err err = pace && times ? VG_OK : vg_fail_memory(diag);
    if (!err) {
        mean_pace(r, index, pace, times);
        def.pace = pace, def.fastest = r->def->fastest;
        for (int64_t i = 0; i < r->piece_count; i++)
            for (int32_t k = 0; k <= r->pieces[i].steps && r->pieces[i].place == index; k++) {
                double share = r->pieces[i].speeds[k] / pace[(r->pieces[i].first + k) % p->stations];
                def.slowest = fmax(fmin(def.slowest, share), 0.05);
                def.fastest = fmin(fmax(def.fastest, share), 10);
            }
        err = vg_lattice_create(&def, &p->lattice, diag);
    }
    vg_free(pace);
    vg_free(times);
    if (!err) r->out->lattices[r->out->lattice_count++] = p->lattice;
    return err;
}

// --- groups ------------------------------------------------------------------------------------------------

static int compare(const void *a, const void *b) {
    const piece *x = a, *y = b;
    if (x->place != y->place) return x->place < y->place ? -1 : 1;
    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    if (x->steps != y->steps) return x->steps < y->steps ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void add_loss(vg_lattice_drives *out, const vg_lattice_loss *loss, int32_t steps) {
    out->loss.offset_rms += loss->offset_rms * loss->offset_rms * (steps + 1);
    out->loss.speed_rms += loss->speed_rms * loss->speed_rms * (steps + 1);
    out->loss.offset_most = fmax(out->loss.offset_most, loss->offset_most);
    out->loss.speed_most = fmax(out->loss.speed_most, loss->speed_most);
}

static vg_err fill_group(vg_lattice_drives *out, vg_lattice_group *g, const piece *pieces, vg_diag *diag) {
    int32_t length = g->span.steps + 1;
    g->paths = vg_new(int32_t, (int64_t)g->count * length);
    g->starts = vg_new(double, VG_LATTICE_STATES);
    if (!g->paths || !g->starts) return vg_fail_memory(diag);
    for (int32_t i = 0; i < g->count; i++) {
        int32_t *path = g->paths + (int64_t)i * length;
        vg_lattice_loss loss;
        double f[VG_DRIVING_COUNT];
        vg_err err =
            vg_lattice_project(g->lattice, g->span, pieces[i].offsets, pieces[i].speeds, path, &loss, diag);
        if (err) return err;
        vg_lattice_path_features(g->lattice, g->span, path, f);
        for (int32_t k = 0; k < VG_DRIVING_COUNT; k++) g->features[k] += f[k], out->features[k] += f[k];
        g->starts[path[0]]++;
        add_loss(out, &loss, g->span.steps);
        out->drives++, out->steps += g->span.steps;
        out->metres += g->span.steps * vg_lattice_get(g->lattice).spacing;
        out->hash = vg_hash_double(out->hash, pieces[i].offsets, length);
        out->hash = vg_hash_double(out->hash, pieces[i].speeds, length);
    }
    return VG_OK;
}

static vg_err make_groups(reading *r, vg_diag *diag) {
    vg_lattice_drives *out = r->out;
    out->groups = vg_new(vg_lattice_group, r->piece_count);
    if (!out->groups) return vg_fail_memory(diag);
    qsort(r->pieces, (size_t)r->piece_count, sizeof *r->pieces, compare);
    vg_err err = VG_OK;
    for (int64_t i = 0, end; i < r->piece_count && !err; i = end) {
        const piece *p = &r->pieces[i];
        for (end = i + 1; end < r->piece_count && r->pieces[end].place == p->place &&
                          r->pieces[end].first == p->first && r->pieces[end].steps == p->steps;)
            end++;
        vg_lattice_group *g = &out->groups[out->group_count++];
        *g = (vg_lattice_group){.lattice = r->places[p->place].lattice,
                                .span = {p->first, p->steps},
                                .count = (int32_t)(end - i)};
        const int64_t key[] = {(int64_t)r->places[p->place].road_hash, (int64_t)r->places[p->place].car_hash,
                               p->first, p->steps};
        out->hash = vg_hash_int(out->hash, key, 4);
        err = fill_group(out, g, p, diag);
    }
    double n = (double)(out->steps + out->drives);
    out->loss.offset_rms = sqrt(out->loss.offset_rms / n),
    out->loss.speed_rms = sqrt(out->loss.speed_rms / n);
    return err;
}

static void close_reading(reading *r) {
    for (int32_t i = 0; i < r->place_count; i++) vg_road_destroy(r->places[i].road);
    for (int64_t i = 0; i < r->piece_count; i++) vg_free(r->pieces[i].offsets), vg_free(r->pieces[i].speeds);
    vg_free(r->places);
    vg_free(r->pieces);
    vg_free(r->offsets);
    vg_free(r->speeds);
}

static vg_err nothing_found(const reading *r, vg_diag *diag) {
    return vg_fail(
        diag, VG_ERR_FORMAT,
        "no drive of the %lld episode%s (%.1f s) passes %d stations of the lattice in a row, %.1f m "
        "apart; expected longer drives on the road",
        (long long)r->out->episodes, r->out->episodes == 1 ? "" : "s", r->out->seconds,
        r->def->least_steps + 1, r->place_count ? r->places[0].spacing : 0.0);
}

vg_err vg_lattice_drives_read(const vg_lattice_drives_def *def, vg_lattice_drives *out, vg_diag *diag) {
    reading r = {.def = def, .out = out, .begun = -1};
    *out = (vg_lattice_drives){0};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < def->log_count && !err; i++) err = read_log(&r, def->logs[i], diag);
    if (!err && !r.piece_count) err = nothing_found(&r, diag);
    if (!err && !(out->lattices = vg_new(vg_lattice *, r.place_count))) err = vg_fail_memory(diag);
    for (int32_t i = 0; i < r.place_count && !err; i++) err = make_lattice(&r, i, diag);
    if (!err) err = make_groups(&r, diag);
    if (!err) out->car_scale = (double)vg_car_scale(&r.places[0].car);
    out->left_out = out->seconds - r.used;
    close_reading(&r);
    return err;
}

void vg_lattice_drives_free(vg_lattice_drives *d) {
    for (int32_t i = 0; i < d->group_count; i++) vg_free(d->groups[i].paths), vg_free(d->groups[i].starts);
    for (int32_t i = 0; i < d->lattice_count; i++) vg_lattice_destroy(d->lattices[i]);
    vg_free(d->groups);
    vg_free(d->lattices);
    *d = (vg_lattice_drives){0};
}
