#ifdef VG_WITH_HDF5
#include "logs/export/log_group.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_store.h"
#include "sim/base/config.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// A part of a table's row struct: the columns whose fields lie in `size` bytes from `at` on.
typedef struct part {
    const vg_log_table *table;
    size_t at, size;
} part;

#define PART(id, row, field) ((part){&vg_log_tables[id], offsetof(row, field), sizeof(((row *)0)->field)})
static part head_part(void) { return PART(VG_LOG_TABLE_EPISODE, vg_episode_row, e); }
static part car_part(void) { return PART(VG_LOG_TABLE_CAR, vg_car_row, car); }
static part step_part(void) { return PART(VG_LOG_TABLE_STEP, vg_step_row, step); }
static part event_part(void) { return PART(VG_LOG_TABLE_EVENT, vg_event_row, event); }
static part sample_part(void) { return PART(VG_LOG_TABLE_SAMPLE, vg_sample_row, sample); }

static bool inside(const part *p, const vg_log_column *column) {
    return column->at >= p->at && column->at < p->at + p->size && column->type != VG_LOG_COLUMN_BLOB;
}

// libhdf5's type of a column in memory.
static hid_t native(const vg_hdf5 *h, vg_log_column_type type) {
    switch (type) {
    case VG_LOG_COLUMN_INT32: return h->lib->i32;
    case VG_LOG_COLUMN_INT64: return h->lib->i64;
    case VG_LOG_COLUMN_BOOL: return h->lib->u8;
    case VG_LOG_COLUMN_DOUBLE: return h->lib->f64;
    case VG_LOG_COLUMN_FLOAT: return h->lib->f32;
    default: return h->lib->u64;
    }
}

// --- rows as a compound -----------------------------------------------------------------------------------

// The compound of a part, as it lies in memory; packed for a file.
static hid_t compound(const vg_hdf5 *h, const part *p, bool packed) {
    hid_t type = h->lib->H5Tcreate(H5T_COMPOUND, p->size);
    for (int32_t i = 0; i < p->table->count; i++) {
        const vg_log_column *c = &p->table->columns[i];
        if (inside(p, c)) h->lib->H5Tinsert(type, c->name, c->at - p->at, native(h, c->type));
    }
    if (packed) h->lib->H5Tpack(type);
    return type;
}

static void put_rows(vg_hdf5 *h, hid_t group, const part *p, const char *name, const void *rows,
                     int64_t count) {
    hid_t stored = compound(h, p, true), type = compound(h, p, false);
    vg_hdf5_array(h, group, name, stored, type, count, 0, rows);
    h->lib->H5Tclose(stored);
    h->lib->H5Tclose(type);
}

static void *get_rows(vg_hdf5 *h, hid_t group, const part *p, const char *name, int64_t *count) {
    hid_t type = compound(h, p, false);
    void *rows = vg_hdf5_get_rows(h, group, name, type, p->size, count);
    h->lib->H5Tclose(type);
    return rows;
}

// --- fields as attributes ---------------------------------------------------------------------------------

static bool is_final(const vg_log_column *c) { return strncmp(c->name, "final_", 6) == 0; }
// What a group and its place say already.
static bool is_implied(const vg_log_column *c) {
    return strcmp(c->name, "id") == 0 || c->refers || strcmp(c->name, "ticks") == 0;
}

// row: the part's own struct.
static void put_fields(vg_hdf5 *h, hid_t group, const part *p, const void *row, bool final) {
    for (int32_t i = 0; i < p->table->count; i++) {
        const vg_log_column *c = &p->table->columns[i];
        const char *field = (const char *)row + (c->at - p->at);
        if (!inside(p, c) || is_implied(c) || (is_final(c) && !final)) continue;
        if (c->type == VG_LOG_COLUMN_TEXT)
            vg_hdf5_text(h, group, c->name, *(const char *const *)field);
        else
            vg_hdf5_attribute(h, group, c->name, native(h, c->type), field);
    }
}

// Texts become the caller's (vg_free), also after an error.
static void get_fields(vg_hdf5 *h, hid_t group, const part *p, void *row, bool final) {
    for (int32_t i = 0; i < p->table->count && !h->err; i++) {
        const vg_log_column *c = &p->table->columns[i];
        char *field = (char *)row + (c->at - p->at);
        uint8_t flag = 0;
        if (!inside(p, c) || is_implied(c) || is_final(c) != final) continue;
        if (c->type == VG_LOG_COLUMN_TEXT)
            *(char **)field = vg_hdf5_get_text(h, group, c->name, (int64_t)c->most + 1);
        else if (c->type == VG_LOG_COLUMN_BOOL)
            vg_hdf5_get(h, group, c->name, h->lib->u8, &flag), *(bool *)field = flag;
        else
            vg_hdf5_get(h, group, c->name, native(h, c->type), field);
    }
}

// --- roads and cars ---------------------------------------------------------------------------------------

static const char *const road_columns[] = {"x", "y", "right", "left"};
enum { OBSTACLE_DOUBLES = 6 };
static_assert(sizeof(vg_obstacle) == OBSTACLE_DOUBLES * sizeof(double), "stored as it is in memory");

static void put_road(vg_hdf5 *h, hid_t group, const vg_road *road) {
    vg_road_def def = vg_road_source(road);
    const double *const columns[] = {def.x, def.y, def.right, def.left};
    uint8_t closed = def.closed;
    hid_t own = vg_hdf5_group(h, group, "road");
    if (!h->err) {
        vg_hdf5_text(h, own, "name", def.name ? def.name : "");
        vg_hdf5_attribute(h, own, "closed", h->lib->u8, &closed);
        vg_hdf5_attribute(h, own, "spacing", h->lib->f64, &def.spacing);
    }
    for (int i = 0; i < 4; i++)
        vg_hdf5_array(h, own, road_columns[i], h->lib->f64, h->lib->f64, def.count, 0, columns[i]);
    if (def.obstacle_count)
        vg_hdf5_array(h, own, "obstacles", h->lib->f64, h->lib->f64,
                      (int64_t)OBSTACLE_DOUBLES * def.obstacle_count, 0, def.obstacles);
    if (own >= 0) h->lib->H5Gclose(own);
}

static void put_car(vg_hdf5 *h, hid_t group, const vg_car *car) {
    part p = car_part();
    hid_t own = vg_hdf5_group(h, group, "car");
    if (!h->err) vg_hdf5_text(h, own, "name", car->name);
    put_fields(h, own, &p, car, true);
    if (own >= 0) h->lib->H5Gclose(own);
}

void vg_log_groups_free(vg_log_groups *groups) {
    vg_free(groups->items);
    *groups = (vg_log_groups){0};
}

static bool grow(vg_log_groups *g) {
    if (g->count < g->capacity) return true;
    int64_t wider = g->capacity ? 2 * g->capacity : 16;
    void *more = vg_realloc(g->items, g->count, wider, sizeof *g->items);
    if (more) g->items = more, g->capacity = wider;
    return more;
}

// Link the road or the car if it was written before.
static bool link_known(vg_hdf5 *h, hid_t group, const vg_log_groups *g, const char *name, uint64_t hash,
                       bool road) {
    char target[64];
    for (int64_t i = 0; i < g->count; i++) {
        if ((road ? g->items[i].road : g->items[i].car) != hash) continue;
        snprintf(target, sizeof target, "%s/%s", g->items[i].path, name);
        vg_hdf5_link(h, target, group, name);
        return true;
    }
    return false;
}

static void put_scene(vg_hdf5 *h, hid_t group, const char *path, vg_log *log, const vg_log_episode *e,
                      vg_log_groups *g) {
    vg_road *road = NULL;
    vg_car car;
    if (!h->err) h->err = vg_log_road(log, e->road, &road, h->diag);
    if (!h->err) h->err = vg_log_car(log, e->car, &car, h->diag);
    if (!h->err && !grow(g)) h->err = vg_fail_memory(h->diag);
    if (!h->err) {
        vg_road_def def = vg_road_source(road);
        struct vg_log_place_written here = {vg_hash_text(vg_log_hash_road(&def), def.name ? def.name : "") |
                                                1,
                                            vg_hash_text(vg_car_hash(&car), car.name) | 1, ""};
        snprintf(here.path, sizeof here.path, "%s", path);
        if (link_known(h, group, g, "road", here.road, true))
            here.road = 0;
        else
            put_road(h, group, road);
        if (link_known(h, group, g, "car", here.car, false))
            here.car = 0;
        else
            put_car(h, group, &car);
        if (here.road || here.car) g->items[g->count++] = here;
    }
    vg_road_destroy(road);
}

static bool same_road(const vg_road *road, const vg_road_def *def) {
    if (!road) return false;
    vg_road_def source = vg_road_source(road);
    return strcmp(vg_road_get(road).name, def->name) == 0 &&
           vg_log_hash_road(&source) == vg_log_hash_road(def);
}

// The road of these points becomes *last, which is kept: the next episode is often on the same road.
static void make_road(vg_hdf5 *h, hid_t group, const vg_road_def *def, vg_road **last) {
    vg_diag inner = {0};
    if (same_road(*last, def)) return;
    vg_road_destroy(*last);
    vg_err err = vg_road_create(def, last, &inner);
    if (err == VG_ERR_MEMORY)
        h->err = vg_fail_memory(h->diag);
    else if (err)
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, "road", "%s", inner.text);
}

// What stands on the road, if anything does; the caller frees it.
static vg_obstacle *get_obstacles(vg_hdf5 *h, hid_t own, vg_road_def *def) {
    int64_t count = 0;
    if (h->err || !vg_hdf5_has(h, own, "obstacles")) return NULL;
    vg_obstacle *all = vg_hdf5_get_rows(h, own, "obstacles", h->lib->f64, sizeof(double), &count);
    if (!h->err && (count % OBSTACLE_DOUBLES || count / OBSTACLE_DOUBLES > VG_OBSTACLES_MOST))
        vg_hdf5_fail(h, VG_ERR_FORMAT, own, "obstacles", "%lld values, expected six each, at most %d times",
                     (long long)count, VG_OBSTACLES_MOST);
    def->obstacles = all, def->obstacle_count = (int32_t)(count / OBSTACLE_DOUBLES);
    return all;
}

static void get_road(vg_hdf5 *h, hid_t group, vg_log *log, vg_road **last, int64_t *id, uint64_t *hash) {
    double *columns[4] = {0};
    int64_t counts[4] = {0};
    uint8_t closed = 0;
    vg_road_def def = {0};
    hid_t own = vg_hdf5_group_of(h, group, "road");
    char *name = vg_hdf5_get_text(h, own, "name", 4096);
    vg_hdf5_get(h, own, "closed", h->lib->u8, &closed);
    vg_hdf5_get(h, own, "spacing", h->lib->f64, &def.spacing);
    for (int i = 0; i < 4; i++)
        columns[i] = vg_hdf5_get_rows(h, own, road_columns[i], h->lib->f64, sizeof(double), &counts[i]);
    vg_obstacle *obstacles = get_obstacles(h, own, &def);
    for (int i = 1; i < 4 && !h->err; i++)
        if (counts[i] != counts[0])
            vg_hdf5_fail(h, VG_ERR_FORMAT, own, road_columns[i], "%lld values, x has %lld",
                         (long long)counts[i], (long long)counts[0]);
    if (!h->err) {
        def.name = name, def.closed = closed, def.count = (int32_t)counts[0];
        def.x = columns[0], def.y = columns[1], def.right = columns[2], def.left = columns[3];
        make_road(h, group, &def, last);
        *hash = vg_log_hash_road(&def);
    }
    if (!h->err) h->err = vg_log_add_road(log, *last, id, h->diag);
    for (int i = 0; i < 4; i++) vg_free(columns[i]);
    vg_free(obstacles);
    vg_free(name);
    if (own >= 0) h->lib->H5Gclose(own);
}

static void get_car(vg_hdf5 *h, hid_t group, vg_log *log, int64_t *id, uint64_t *hash) {
    part p = car_part();
    vg_car car = vg_car_default();
    vg_diag inner = {0};
    hid_t own = vg_hdf5_group_of(h, group, "car");
    char *name = vg_hdf5_get_text(h, own, "name", VG_KEY_TEXT_SIZE - 1);
    get_fields(h, own, &p, &car, false);
    if (!h->err) {
        snprintf(car.name, sizeof car.name, "%s", name);
        if (vg_car_check(&car, &inner))
            vg_hdf5_fail(h, VG_ERR_FORMAT, group, "car", "%s %s", inner.field, inner.text);
    }
    *hash = vg_car_hash(&car);
    if (!h->err) h->err = vg_log_add_car(log, &car, id, h->diag);
    vg_free(name);
    if (own >= 0) h->lib->H5Gclose(own);
}

// --- an episode -------------------------------------------------------------------------------------------

static void put_steps(vg_hdf5 *h, hid_t group, vg_log *log, const vg_log_episode *e) {
    part p = step_part();
    vg_log_step *steps = NULL;
    int64_t count = 0;
    if (!h->err) h->err = vg_log_steps(log, e->id, &steps, &count, h->diag);
    for (int64_t i = 0; i < count; i++)
        if (!steps[i].has_label) steps[i].label[0] = steps[i].label[1] = NAN;
    if (!h->err) put_rows(h, group, &p, "step", steps, count);
    vg_free(steps);
}

static void put_rest(vg_hdf5 *h, hid_t group, vg_log *log, const vg_log_episode *e) {
    part events = event_part(), samples = sample_part();
    vg_log_incident *event = NULL;
    vg_log_sample *sample = NULL;
    int64_t count = 0;
    if (!h->err) h->err = vg_log_events(log, e->id, &event, &count, h->diag);
    if (!h->err) put_rows(h, group, &events, "event", event, count);
    if (!h->err) h->err = vg_log_read_samples(log, e->id, &sample, &count, h->diag);
    if (!h->err) put_rows(h, group, &samples, "source_sample", sample, count);
    int64_t line = e->delay_line ? 2 * (int64_t)e->delay_ticks : 0;
    vg_hdf5_array(h, group, "delay_line", h->lib->f32, h->lib->f32, line, 0, e->delay_line);
    vg_free(event);
    vg_free(sample);
}

void vg_log_group_write(vg_hdf5 *h, hid_t parent, const char *path, vg_log *log, int32_t index,
                        vg_log_groups *groups) {
    part p = head_part();
    vg_log_episode e;
    uint64_t hash = 0;
    char own[48];
    snprintf(own, sizeof own, "%.40s/log", path);
    if (!h->err) h->err = vg_log_episode_at(log, index, &e, h->diag);
    if (!h->err) h->err = vg_log_episode_hash(log, index, &hash, h->diag);
    hid_t group = vg_hdf5_group(h, parent, "log");
    if (!h->err) put_fields(h, group, &p, &e, e.has_final);
    vg_hdf5_attribute(h, group, "content_hash", h->lib->u64, &hash);
    if (!h->err) put_scene(h, group, own, log, &e, groups);
    if (!h->err) put_steps(h, group, log, &e);
    if (!h->err) put_rest(h, group, log, &e);
    if (group >= 0) h->lib->H5Gclose(group);
}

// What an episode is read into.
typedef struct episode {
    vg_log_episode head;
    vg_log_step *steps;
    vg_log_incident *events;
    vg_log_sample *samples;
    float *line;
    int64_t step_count, event_count, sample_count;
    uint64_t hash, road, car;
} episode;

static void get_episode(vg_hdf5 *h, hid_t group, episode *e) {
    part head = head_part(), step = step_part(), event = event_part(), sample = sample_part();
    int64_t line = 0;
    e->head = vg_log_episode_default();
    e->head.policy = e->head.version = e->head.started = e->head.tags = e->head.source = NULL;
    get_fields(h, group, &head, &e->head, false);
    vg_hdf5_get(h, group, "content_hash", h->lib->u64, &e->hash);
    e->head.has_final = e->head.end != VG_END_OPEN;
    if (!h->err && e->head.has_final) get_fields(h, group, &head, &e->head, true);
    e->steps = get_rows(h, group, &step, "step", &e->step_count);
    e->events = get_rows(h, group, &event, "event", &e->event_count);
    e->samples = get_rows(h, group, &sample, "source_sample", &e->sample_count);
    e->line = vg_hdf5_get_rows(h, group, "delay_line", h->lib->f32, sizeof(float), &line);
    if (!h->err && (line % 2 || line > 1 << 20))
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, "delay_line", "%lld values, expected two a tick",
                     (long long)line);
    e->head.delay_line = e->line, e->head.delay_ticks = (int32_t)(line / 2);
    e->head.ticks = e->step_count;
    for (int64_t i = 0; i < e->step_count && !h->err; i++) {
        uint8_t flag; // a file's byte may be neither 0 nor 1
        memcpy(&flag, &e->steps[i].bridged, 1);
        e->steps[i].bridged = flag != 0;
        e->steps[i].has_label = !isnan(e->steps[i].label[0]);
    }
}

static void check_hash(vg_hdf5 *h, hid_t group, const episode *e) {
    uint64_t steps = 0;
    for (int64_t i = 0; i < e->step_count; i++) steps = vg_log_hash_step(steps, &e->steps[i]);
    uint64_t found = vg_log_hash_episode(vg_log_hash_head(&e->head, e->road, e->car), steps, &e->head);
    if (found != e->hash)
        vg_hdf5_fail(h, VG_ERR_FORMAT, group, "content_hash",
                     "does not fit the values: they were changed after verge wrote them");
}

static void append(vg_hdf5 *h, episode *e, vg_log *log) {
    h->err = vg_log_begin(log, &e->head, h->diag);
    if (!h->err) h->err = vg_log_append(log, e->steps, e->step_count, h->diag);
    for (int64_t i = 0; i < e->event_count && !h->err; i++) {
        const vg_log_incident *x = &e->events[i];
        h->err = vg_log_event(log, x->tick, x->event, x->s, x->offset, h->diag);
    }
    if (!h->err) h->err = vg_log_samples(log, e->samples, e->sample_count, h->diag);
    if (!h->err) h->err = vg_log_end(log, e->head.end, e->head.has_final ? &e->head.final : NULL, h->diag);
}

// What the log store refuses is the file's fault: say where.
static void blame(vg_hdf5 *h, hid_t group) {
    if (h->err != VG_ERR_ARGUMENT || !h->diag) return;
    vg_diag inner = *h->diag;
    h->err = VG_OK;
    vg_hdf5_fail(h, VG_ERR_FORMAT, group, inner.field, "row %lld %s", (long long)inner.line, inner.text);
}

void vg_log_group_read(vg_hdf5 *h, hid_t parent, vg_log *log, vg_road **last) {
    episode e = {0};
    hid_t group = vg_hdf5_group_of(h, parent, "log");
    if (!h->err) get_episode(h, group, &e);
    if (!h->err) get_road(h, group, log, last, &e.head.road, &e.road);
    if (!h->err) get_car(h, group, log, &e.head.car, &e.car);
    if (!h->err) check_hash(h, group, &e);
    if (!h->err) append(h, &e, log);
    blame(h, group);
    vg_free((char *)e.head.policy);
    vg_free((char *)e.head.version);
    vg_free((char *)e.head.started);
    vg_free((char *)e.head.tags);
    vg_free((char *)e.head.source);
    vg_free(e.steps);
    vg_free(e.events);
    vg_free(e.samples);
    vg_free(e.line);
    if (group >= 0) h->lib->H5Gclose(group);
}
#endif
