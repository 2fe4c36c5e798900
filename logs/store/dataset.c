#include "logs/store/dataset.h"

#include <string.h>

#include "logs/store/held_out.h"
#include "logs/store/row_store.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

enum { BATCH = 512 };        // rows sensed at once, each as a car of a world
enum { WHOLE_SECONDS = 20 }; // an episode as long as this is held out as a whole, or not at all

struct vg_dataset {
    vg_dataset_def def;
    int32_t width;
    vg_car car;
    bool has_car;
    int32_t tick_num, tick_den, ticks_per_action;
    int32_t episodes;
    vg_row_store train, validation;
};

vg_dataset_def vg_dataset_default(void) {
    return (vg_dataset_def){.validation = 0.2, .anyone = true, .memory = VG_ROOM_MEMORY};
}

static vg_err check_def(const vg_dataset_def *def, vg_diag *diag) {
    if (!def->sense) return vg_fail(diag, VG_ERR_ARGUMENT, "a dataset needs a sense");
    if (!(def->validation >= 0 && def->validation < 1))
        return vg_fail(diag, VG_ERR_ARGUMENT, "validation is %g, must be in [0, 1)", def->validation);
    if (def->limit < 0)
        return vg_fail(diag, VG_ERR_ARGUMENT, "limit is %lld, must be 0 or more", (long long)def->limit);
    return VG_OK;
}

vg_err vg_dataset_create(const vg_dataset_def *def, const vg_car *car, vg_dataset **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = check_def(def, diag);
    if (err) return err;
    vg_dataset *data = vg_new(vg_dataset, 1);
    if (!data) return vg_fail_memory(diag);
    data->def = *def;
    data->width = vg_sense_size(def->sense);
    data->tick_num = 1, data->tick_den = 60, data->ticks_per_action = 3;
    data->has_car = car != NULL;
    if (car) data->car = *car;
    const vg_rows_episode none = {.end = VG_ROW_TRUNCATED, .final = -1, .log = -1, .number = -1};
    data->train = data->validation =
        (vg_row_store){.width = data->width, .folder = def->folder, .memory = def->memory, .origin = none};
    data->train.limit = def->limit;
    *out = data;
    return VG_OK;
}

void vg_dataset_destroy(vg_dataset *data) {
    if (!data) return;
    vg_row_store_free(&data->train);
    vg_row_store_free(&data->validation);
    vg_free(data);
}

vg_err vg_dataset_add(vg_dataset *data, const float *inputs, const float *actions, const uint8_t *ends,
                      int64_t rows, bool validation, vg_diag *diag) {
    vg_row_store *p = validation ? &data->validation : &data->train;
    vg_err err = VG_OK;
    for (int64_t first = 0, last; first < rows && !err; first = last + 1) {
        for (last = first; last + 1 < rows && !(ends && ends[last]);) last++;
        vg_row_end end = ends && ends[last] == VG_ROW_TERMINATED ? VG_ROW_TERMINATED : VG_ROW_TRUNCATED;
        err =
            vg_row_store_append(p, inputs + first * data->width, actions + 2 * first, last + 1 - first, diag);
        if (!err) err = vg_row_store_end(p, end, NULL, diag);
    }
    return err;
}

vg_rows vg_dataset_train(const vg_dataset *data) { return vg_row_store_rows(&data->train); }
vg_rows vg_dataset_validation(const vg_dataset *data) { return vg_row_store_rows(&data->validation); }
const vg_car *vg_dataset_car(const vg_dataset *data) { return data->has_car ? &data->car : NULL; }
int32_t vg_dataset_episodes(const vg_dataset *data) { return data->episodes; }

void vg_dataset_clock(const vg_dataset *data, int32_t *tick_num, int32_t *tick_den,
                      int32_t *ticks_per_action) {
    *tick_num = data->tick_num;
    *tick_den = data->tick_den;
    *ticks_per_action = data->ticks_per_action;
}

uint64_t vg_dataset_hash(const vg_dataset *data) {
    uint64_t h = vg_hash_text(0, vg_sense_text(data->def.sense));
    return vg_row_store_hash(vg_row_store_hash(h, &data->train), &data->validation);
}

// --- reading logs ----------------------------------------------------------------------------------------

// An episode that has rows, found in the first pass.
typedef struct source {
    int32_t path, index; // index of the log, and index in it
    int64_t rows;
} source;

typedef struct reader {
    vg_dataset *data;
    const char *const *paths;
    source *sources;
    int32_t count, capacity;
    vg_stretch *stretches; // of the sources, in order
    int32_t stretch_count;
    const vg_stretch *now;  // the one that is read
    const char *first_path; // the log whose clock and car all others must have

    // State of the second pass over an open log: a world in which the logged car is placed on its road.
    vg_log *log;
    vg_road *road;
    vg_world *world;
    int64_t road_id;
    float *inputs, *actions; // [BATCH]
    vg_row_end *ends;        // [BATCH] VG_ROW_GOES_ON: a row; else the state at which an episode ended
    int64_t *ticks;          // [BATCH] of the log's episode
    int64_t tick;            // of the state that is placed next
} reader;

// Where nobody knows what was driven there is nothing to learn.
static bool wanted(const vg_dataset_def *def, const vg_log_step *step) {
    return !step->bridged && (def->anyone || step->who == def->who);
}

static vg_err count_rows(const vg_dataset *data, vg_log *log, const vg_log_episode *episode, int64_t *rows,
                         vg_diag *diag) {
    int64_t k = episode->ticks_per_action, count;
    *rows = (episode->ticks + k - 1) / k;
    // Only an import has gaps.
    if (!*rows || (data->def.anyone && !episode->source[0])) return VG_OK;
    vg_log_step *steps;
    vg_err err = vg_log_steps(log, episode->id, &steps, &count, diag);
    *rows = 0;
    for (int64_t t = 0; t < count && !err; t += k) *rows += wanted(&data->def, &steps[t]);
    vg_free(steps);
    return err;
}

static vg_err differs(const reader *r, const char *path, const char *what, double first, double here,
                      vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_MISMATCH, path, 0, what,
                      "is %.9g here and %.9g in %s; import or record one of them again with the other's car "
                      "and clock",
                      here, first, r->first_path);
}

// All rows must mean the same: one clock and one car.
static vg_err check_same(reader *r, const char *path, vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    vg_dataset *data = r->data;
    vg_car car;
    vg_err err = vg_log_car(log, e->car, &car, diag);
    if (err) return err;
    if (!r->first_path) {
        r->first_path = path;
        data->car = car;
        data->has_car = true;
        data->tick_num = e->tick_num;
        data->tick_den = e->tick_den;
        data->ticks_per_action = e->ticks_per_action;
        return VG_OK;
    }
    if ((int64_t)e->tick_num * data->tick_den != (int64_t)data->tick_num * e->tick_den)
        return differs(r, path, "tick", (double)data->tick_num / data->tick_den,
                       (double)e->tick_num / e->tick_den, diag);
    if (e->ticks_per_action != data->ticks_per_action)
        return differs(r, path, "ticks_per_action", data->ticks_per_action, e->ticks_per_action, diag);
#define X(field, unit, least, most, standard, help)                                                          \
    if (car.field != data->car.field)                                                                        \
        return differs(r, path, "car." #field, data->car.field, car.field, diag);
    VG_CAR_FIELDS(X)
#undef X
    return VG_OK;
}

static vg_err add_source(reader *r, const source *s, vg_diag *diag) {
    if (r->count == r->capacity) {
        int32_t wider = r->capacity ? 2 * r->capacity : 64;
        source *more = vg_realloc(r->sources, r->count, wider, sizeof *more);
        if (!more) return vg_fail_memory(diag);
        r->sources = more;
        r->capacity = wider;
    }
    r->sources[r->count++] = *s;
    return VG_OK;
}

static vg_err survey_log(reader *r, int32_t path, vg_diag *diag) {
    vg_log *log;
    int32_t episodes = 0;
    vg_err err = vg_log_open(r->paths[path], &log, diag);
    if (!err) err = vg_log_count(log, &episodes, diag);
    for (int32_t i = 0; i < episodes && !err; i++) {
        vg_log_episode episode;
        source found = {.path = path, .index = i};
        const vg_dataset_def *def = &r->data->def;
        if (def->keep && !def->keep(def->keep_context, path, i)) continue;
        err = vg_log_episode_at(log, i, &episode, diag);
        if (!err) err = count_rows(r->data, log, &episode, &found.rows, diag);
        if (err || !found.rows) continue;
        err = check_same(r, r->paths[path], log, &episode, diag);
        if (!err) err = add_source(r, &found, diag);
    }
    vg_log_discard(log);
    return err;
}

// Which rows are held out.
static vg_err split(reader *r, vg_diag *diag) {
    const vg_dataset *data = r->data;
    double action = (double)data->tick_num / data->tick_den * data->ticks_per_action;
    int64_t longest = (int64_t)(WHOLE_SECONDS / action + 0.5);
    int64_t *rows = vg_new(int64_t, r->count);
    if (!rows) return vg_fail_memory(diag);
    for (int32_t i = 0; i < r->count; i++) rows[i] = r->sources[i].rows;
    vg_err err = vg_hold_out(rows, r->count, longest > 1 ? longest : 1, data->def.validation, data->def.seed,
                             &r->stretches, &r->stretch_count, diag);
    r->now = r->stretches;
    vg_free(rows);
    return err;
}

static vg_err reserve_all(reader *r, vg_diag *diag) {
    int64_t train = 0, validation = 0, limit = r->data->def.limit;
    for (int32_t i = 0; i < r->stretch_count; i++)
        *(r->stretches[i].held_out ? &validation : &train) += r->stretches[i].rows;
    if (limit && train > limit) train = limit;
    vg_err err = vg_row_store_reserve(&r->data->train, train, diag);
    return err ? err : vg_row_store_reserve(&r->data->validation, validation, diag);
}

static void close_log(reader *r) {
    vg_world_destroy(r->world);
    vg_road_destroy(r->road);
    vg_log_discard(r->log);
    r->world = NULL;
    r->road = NULL;
    r->log = NULL;
}

// A world on the episode's road, reused while the road stays the same.
static vg_err pose(reader *r, const vg_log_episode *e, vg_diag *diag) {
    if (r->world && r->road_id == e->road) return VG_OK;
    vg_world_destroy(r->world);
    vg_road_destroy(r->road);
    r->world = NULL;
    vg_err err = vg_log_road(r->log, e->road, &r->road, diag);
    if (err) return err;
    const vg_road *roads[] = {r->road};
    vg_world_def def = vg_world_default();
    def.count = BATCH;
    def.tick_num = e->tick_num;
    def.tick_den = e->tick_den;
    def.ticks_per_action = e->ticks_per_action;
    def.roads = roads;
    def.road_count = 1;
    def.cars = &r->data->car;
    def.car_count = 1;
    r->road_id = e->road;
    return vg_world_create(&def, &r->world, diag);
}

// Where the rows of a stretch go.
static vg_row_store *part_of(reader *r, const vg_stretch *stretch) {
    return stretch->held_out ? &r->data->validation : &r->data->train;
}

// Add the sensed batch to the dataset: rows, and what was sensed where an episode ended.
static vg_err sense_batch(reader *r, int32_t count, vg_diag *diag) {
    vg_dataset *data = r->data;
    vg_row_store *p = part_of(r, r->now);
    if (count) vg_sense_observe(data->def.sense, r->world, r->inputs);
    vg_err err = VG_OK;
    for (int32_t i = 0; i < count && !err; i++) {
        const float *sensed = r->inputs + (int64_t)i * data->width;
        p->origin.tick = r->ticks[i];
        float *action = r->actions + 2 * (int64_t)i;
        if (!r->ends[i] && data->def.relabel) data->def.relabel(r->world, i, action, action);
        err = r->ends[i] ? vg_row_store_end(p, r->ends[i], sensed, diag)
                         : vg_row_store_append(p, sensed, action, 1, diag);
    }
    return err;
}

// Place a state as car `filled` of the batch; a full batch is sensed.
static vg_err pose_state(reader *r, int32_t *filled, const vg_state *state, const float *previous,
                         vg_row_end end, vg_diag *diag) {
    if (*filled == BATCH) {
        vg_err err = sense_batch(r, *filled, diag);
        if (err) return err;
        *filled = 0;
    }
    if (vg_world_set(r->world, *filled, state, previous, NULL)) return VG_ERR_FORMAT;
    r->ticks[*filled] = r->tick;
    r->ends[(*filled)++] = end;
    return VG_OK;
}

static vg_err no_state(const reader *r, const vg_log_episode *e, int64_t tick, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, vg_log_path(r->log), tick + 1, "step",
                      "of episode %lld is not a state that a car on its road can have", (long long)e->id);
}

// The state in hand begins a stretch of the other part: it ends an episode of the one, and is the next row of
// the other.
static vg_err change_part(reader *r, int32_t *filled, const vg_state *state, const float *previous,
                          vg_diag *diag) {
    vg_err err = pose_state(r, filled, state, previous, VG_ROW_TRUNCATED, diag);
    if (!err) err = sense_batch(r, *filled, diag);
    *filled = 0;
    return err;
}

static vg_err read_rows(reader *r, const vg_log_episode *e, const vg_log_step *steps, vg_diag *diag) {
    int32_t filled = 0;
    bool going = false; // true: the row before was added
    int64_t in_all = 0; // rows of the episode so far
    vg_err err = VG_OK;
    for (int64_t t = 0; t < e->ticks && !err; t += e->ticks_per_action) {
        const vg_log_step *step = &steps[t];
        bool in = wanted(&r->data->def, step);
        if (!in && !going) continue;
        // At the time of sensing, the command before this action was in force.
        const float *previous = t ? steps[t - 1].command : e->previous;
        r->tick = t;
        if (in && in_all++ == r->now->first + r->now->rows) {
            bool changes = part_of(r, r->now) != part_of(r, r->now + 1);
            if (changes && going) err = change_part(r, &filled, &step->state, previous, diag);
            if (changes && !going) err = sense_batch(r, filled, diag), filled = 0;
            r->now++;
        }
        if (!err)
            err =
                pose_state(r, &filled, &step->state, previous, in ? VG_ROW_GOES_ON : VG_ROW_TRUNCATED, diag);
        if (err) return err == VG_ERR_FORMAT ? no_state(r, e, t, diag) : err;
        going = in;
        if (in)
            memcpy(r->actions + 2 * (filled - 1), step->has_label ? step->label : step->command,
                   2 * sizeof(float));
    }
    vg_row_end end = vg_end_terminated(e->end) ? VG_ROW_TERMINATED : VG_ROW_TRUNCATED;
    if (going && e->has_final)
        err = pose_state(r, &filled, &e->final, steps[e->ticks - 1].command, end, diag);
    // If the final state is not one that a car on the road can have, it is ignored: the rows are sound.
    if (err && err != VG_ERR_FORMAT) return err;
    err = sense_batch(r, filled, diag);
    return err ? err : vg_row_store_end(part_of(r, r->now++), end, NULL, diag);
}

// Rows that are read from now on come from here.
static void set_origin(reader *r, int32_t log, int32_t number) {
    vg_row_store *const parts[] = {&r->data->train, &r->data->validation};
    for (int i = 0; i < 2; i++)
        parts[i]->origin.log = log, parts[i]->origin.number = number, parts[i]->origin.tick = 0;
}

static vg_err read_source(reader *r, const source *s, vg_diag *diag) {
    vg_log_episode episode;
    vg_log_step *steps = NULL;
    int64_t count;
    vg_err err = vg_log_episode_at(r->log, s->index, &episode, diag);
    if (!err) err = pose(r, &episode, diag);
    if (!err) err = vg_log_steps(r->log, episode.id, &steps, &count, diag);
    set_origin(r, s->path, s->index);
    if (!err) err = read_rows(r, &episode, steps, diag);
    set_origin(r, -1, -1);
    vg_free(steps);
    return err;
}

static vg_err read_sources(reader *r, vg_diag *diag) {
    vg_err err = VG_OK;
    r->inputs = vg_new(float, (int64_t)BATCH * r->data->width);
    r->actions = vg_new(float, 2 * BATCH);
    r->ends = vg_new(vg_row_end, BATCH);
    r->ticks = vg_new(int64_t, BATCH);
    if (!r->inputs || !r->actions || !r->ends || !r->ticks) return vg_fail_memory(diag);
    for (int32_t i = 0; i < r->count && !err; i++) {
        if (i == 0 || r->sources[i].path != r->sources[i - 1].path) {
            close_log(r);
            err = vg_log_open(r->paths[r->sources[i].path], &r->log, diag);
        }
        if (!err) err = read_source(r, &r->sources[i], diag);
    }
    return err;
}

vg_err vg_dataset_read(const vg_dataset_def *def, const char *const *paths, int32_t path_count,
                       vg_dataset **out, vg_diag *diag) {
    *out = NULL;
    reader r = {.paths = paths};
    vg_err err = vg_dataset_create(def, NULL, &r.data, diag);
    for (int32_t i = 0; i < path_count && !err; i++) err = survey_log(&r, i, diag);
    if (!err && !r.count)
        err = vg_fail_at(diag, VG_ERR_FORMAT, path_count > 0 ? paths[0] : NULL, 0, "step",
                         "no rows to learn from%s%s", def->anyone ? "" : " by the driver ",
                         def->anyone ? "" : vg_who_word(def->who));
    if (!err) err = split(&r, diag);
    if (!err) err = reserve_all(&r, diag);
    if (!err) r.data->episodes = r.count;
    if (!err) err = read_sources(&r, diag);
    close_log(&r);
    vg_free(r.sources);
    vg_free(r.stretches);
    vg_free(r.inputs);
    vg_free(r.actions);
    vg_free(r.ends);
    vg_free(r.ticks);
    if (err)
        vg_dataset_destroy(r.data);
    else
        *out = r.data;
    return err;
}
