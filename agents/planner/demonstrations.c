#include "agents/planner/demonstrations.h"

#include <math.h>
#include <string.h>

#include "logs/store/log.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// More room for an array; *array stays as it is where there is no memory.
static bool grow(void *array, int32_t old, int32_t count, size_t size) {
    void *block;
    memcpy(&block, array, sizeof block);
    block = vg_realloc(block, old, count, size);
    if (block) memcpy(array, &block, sizeof block);
    return block != NULL;
}

// The stretch that is being read.
typedef struct stretch {
    vg_demonstration at;    // road, car, log, episode; its first station
    double *offset, *speed; // [room] so far
    int32_t count, room;
} stretch;

typedef struct reading {
    const vg_demonstrations_def *def;
    vg_demonstrations *out;
    stretch under_way;
    double longest; // m, of all stretches
    vg_diag *diag;
} reading;

// --- roads and cars, each once -----------------------------------------------------------------------------

static vg_err find_road(reading *r, vg_log *log, int64_t id, int32_t *index) {
    vg_demonstrations *d = r->out;
    vg_road *road;
    vg_err err = vg_log_road(log, id, &road, r->diag);
    for (*index = 0; !err && *index < d->road_count; ++*index)
        if (vg_road_hash(d->roads[*index]) == vg_road_hash(road)) {
            vg_road_destroy(road);
            return VG_OK;
        }
    if (err) return err;
    if (!grow(&d->roads, d->road_count, d->road_count + 1, sizeof *d->roads) ||
        !grow(&d->stations, d->road_count, d->road_count + 1, sizeof *d->stations)) {
        vg_road_destroy(road);
        return vg_fail_memory(r->diag);
    }
    d->stations[d->road_count] = (vg_stations){0};
    d->roads[d->road_count++] = road;
    return vg_stations_open(road, r->def->spacing, 0, &d->stations[*index], r->diag);
}

static vg_err find_car(reading *r, vg_log *log, int64_t id, int32_t *index) {
    vg_demonstrations *d = r->out;
    vg_car car;
    vg_err err = vg_log_car(log, id, &car, r->diag);
    for (*index = 0; !err && *index < d->car_count; ++*index)
        if (vg_car_hash(&d->cars[*index]) == vg_car_hash(&car)) return VG_OK;
    if (err) return err;
    if (!grow(&d->cars, d->car_count, d->car_count + 1, sizeof *d->cars)) return vg_fail_memory(r->diag);
    d->cars[d->car_count++] = car;
    return VG_OK;
}

// --- stretches ---------------------------------------------------------------------------------------------

static vg_err keep(reading *r) {
    vg_demonstrations *d = r->out;
    stretch *s = &r->under_way;
    const vg_stations *road = &d->stations[s->at.road];
    int32_t count = s->count;
    s->count = 0;
    r->longest = fmax(r->longest, (count - 1) * road->spacing);
    if (count < VG_STATIONS_LEAST) return VG_OK;
    if (d->count == d->room) {
        int32_t room = d->room ? 2 * d->room : 16;
        if (!grow(&d->items, d->room, room, sizeof *d->items)) return vg_fail_memory(r->diag);
        d->room = room;
    }
    vg_demonstration *item = &d->items[d->count];
    *item = s->at;
    if (!(item->offset = vg_new(double, 2 * (int64_t)count))) return vg_fail_memory(r->diag);
    d->count++;
    item->speed = item->offset + count;
    memcpy(item->offset, s->offset, sizeof(double) * (size_t)count);
    memcpy(item->speed, s->speed, sizeof(double) * (size_t)count);
    return vg_stations_cut(road, item->first, count, &item->stations, r->diag);
}

static vg_err add_station(reading *r, int64_t station, double offset, double speed) {
    stretch *s = &r->under_way;
    if (s->count == s->room) {
        int32_t room = s->room ? 2 * s->room : 512;
        if (!grow(&s->offset, s->room, room, sizeof *s->offset) ||
            !grow(&s->speed, s->room, room, sizeof *s->speed))
            return vg_fail_memory(r->diag);
        s->room = room;
    }
    if (!s->count) s->at.first = station;
    s->offset[s->count] = offset, s->speed[s->count++] = speed;
    return s->count == r->out->stations[s->at.road].count ? keep(r) : VG_OK;
}

// May the stretch go on from one tick to the next?
static bool goes_on(const vg_road *road, const vg_log_step *from, const vg_log_step *to, double metres) {
    vg_road_point here = vg_road_at(road, to->state.s);
    double offset = (double)to->state.offset, half = offset > 0 ? here.left : here.right;
    return !from->bridged && !to->bridged && metres >= 0 && fabs(offset) < 2 * half &&
           (double)to->state.speed >= VG_DEMONSTRATION_SLOWEST &&
           metres < 20 * fmax(1, (double)to->state.speed); // no jump
}

static vg_err read_steps(reading *r, const vg_log_step *steps, int64_t count) {
    stretch *s = &r->under_way;
    const vg_road *road = r->out->roads[s->at.road];
    double spacing = r->out->stations[s->at.road].spacing, at = count ? steps[0].state.s : 0;
    vg_err err = VG_OK;
    for (int64_t k = 1; k < count && !err; k++) {
        double metres = vg_road_between(road, steps[k - 1].state.s, steps[k].state.s);
        if (!goes_on(road, &steps[k - 1], &steps[k], metres)) {
            err = keep(r);
            at += metres;
            continue;
        }
        int64_t next = (int64_t)floor(at / spacing) + 1; // the stations in (at, at + metres]
        for (; next * spacing <= at + metres && !err; next++) {
            double share = (next * spacing - at) / metres;
            double n = (double)steps[k - 1].state.offset, v = (double)steps[k - 1].state.speed;
            err = add_station(r, next, n + share * ((double)steps[k].state.offset - n),
                              v + share * ((double)steps[k].state.speed - v));
        }
        at += metres;
        r->out->used++;
    }
    return err ? err : keep(r);
}

// --- logs --------------------------------------------------------------------------------------------------

static vg_err read_episode(reading *r, vg_log *log, int32_t number) {
    vg_log_episode episode;
    vg_log_step *steps = NULL;
    int64_t count = 0;
    uint64_t hash = 0;
    vg_demonstration *at = &r->under_way.at;
    at->episode = number;
    vg_err err = vg_log_episode_at(log, number, &episode, r->diag);
    if (!err) err = find_road(r, log, episode.road, &at->road);
    if (!err) err = find_car(r, log, episode.car, &at->car);
    if (!err) err = vg_log_episode_hash(log, number, &hash, r->diag);
    if (!err) err = vg_log_steps(log, episode.id, &steps, &count, r->diag);
    if (!err) err = read_steps(r, steps, count);
    r->out->hash = vg_hash_int(r->out->hash, &(int64_t){(int64_t)hash}, 1);
    r->out->rows += count, r->out->episodes++;
    vg_free(steps);
    return err;
}

static vg_err read_log(reading *r, int32_t number) {
    vg_log *log;
    int32_t count = 0;
    r->under_way.at.log = number;
    vg_err err = vg_log_open(r->def->paths[number], &log, r->diag);
    if (err) return err;
    err = vg_log_count(log, &count, r->diag);
    for (int32_t i = 0; i < count && !err; i++) err = read_episode(r, log, i);
    vg_err closed = vg_log_close(log, err ? NULL : r->diag);
    return err ? err : closed;
}

vg_err vg_demonstrations_read(const vg_demonstrations_def *def, vg_demonstrations *out, vg_diag *diag) {
    *out = (vg_demonstrations){0};
    reading r = {.def = def, .out = out, .diag = diag};
    vg_err err = VG_OK;
    for (int32_t i = 0; i < def->path_count && !err; i++) err = read_log(&r, i);
    if (!err && !out->count)
        err = vg_fail(diag, VG_ERR_MISMATCH,
                      "the logs hold no drive to learn from: the longest stretch has %.1f m, expected %d "
                      "stations, %.3g m apart",
                      fmax(0, r.longest), VG_STATIONS_LEAST, def->spacing);
    vg_free(r.under_way.offset);
    vg_free(r.under_way.speed);
    if (err) vg_demonstrations_close(out);
    return err;
}

void vg_demonstrations_close(vg_demonstrations *d) {
    for (int32_t i = 0; i < d->count; i++) {
        vg_stations_close(&d->items[i].stations);
        vg_free(d->items[i].offset);
    }
    for (int32_t i = 0; i < d->road_count; i++) {
        vg_stations_close(&d->stations[i]);
        vg_road_destroy(d->roads[i]);
    }
    vg_free(d->items);
    vg_free(d->roads);
    vg_free(d->stations);
    vg_free(d->cars);
    *d = (vg_demonstrations){0};
}
