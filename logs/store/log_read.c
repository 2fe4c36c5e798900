#include <assert.h>
#include <math.h>
#include <string.h>

#include "logs/store/log_cursor.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"
#include "sim/road_share.h"

// Blobs hold little-endian numbers, and are read and written without conversion.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "swap the bytes of blobs first");

enum { OBSTACLE_DOUBLES = 6 };
static_assert(sizeof(vg_obstacle) == OBSTACLE_DOUBLES * sizeof(double), "stored as it is in memory");

static vg_err make_road(const vg_log_cursor *cursor, const vg_road_row *row, vg_road **out, vg_diag *diag) {
    const vg_log_blob *const blobs[] = {&row->x, &row->y, &row->right, &row->left};
    int64_t size = row->x.size, count = size / (int64_t)sizeof(double);
    bool fit = size % (int64_t)sizeof(double) == 0;
    for (int i = 1; i < 4; i++) fit &= blobs[i]->size == size;
    if (!fit)
        return vg_log_cursor_fail(cursor, "x", "and y, right and left are not as many doubles each", diag);
    int64_t bytes = row->obstacles.size, obstacles = bytes / (int64_t)sizeof(vg_obstacle);
    if (bytes % (int64_t)sizeof(vg_obstacle) != 0 || obstacles > VG_OBSTACLES_MOST)
        return vg_log_cursor_fail(cursor, "obstacles", "are not six doubles each, at most 1024 times", diag);
    // An aligned copy, because blobs may not be aligned.
    double *columns = vg_new(double, 4 * count + OBSTACLE_DOUBLES * obstacles);
    if (!columns) return vg_fail_memory(diag);
    if (bytes) memcpy(columns + 4 * count, row->obstacles.bytes, (size_t)bytes);
    for (int i = 0; i < 4 && count; i++) memcpy(columns + i * count, blobs[i]->bytes, (size_t)size);
    const vg_road_def def = {.name = row->name,
                             .x = columns,
                             .y = columns + count,
                             .right = columns + 2 * count,
                             .left = columns + 3 * count,
                             .count = (int32_t)count, // a blob is under 2 GiB
                             .closed = row->closed,
                             .spacing = row->spacing,
                             .obstacles = (const vg_obstacle *)(columns + 4 * count),
                             .obstacle_count = (int32_t)obstacles};
    vg_diag inner = {0};
    bool sound = vg_log_hash_road(&def) == row->hash;
    vg_err err = sound ? vg_road_create(&def, out, &inner) : VG_OK;
    vg_free(columns);
    if (!sound) return vg_log_cursor_fail(cursor, "hash", "does not fit the road: the row is damaged", diag);
    if (err == VG_ERR_MEMORY) return vg_fail_memory(diag);
    return err ? vg_log_cursor_fail(cursor, inner.field[0] ? inner.field : "x", inner.text, diag) : VG_OK;
}

static vg_err read_road(vg_log *log, int64_t id, vg_road **out, vg_diag *diag) {
    vg_log_cursor cursor;
    vg_road_row row = {0}; // columns that an older version does not have stay 0
    bool more = false;
    vg_err err = vg_log_cursor_open(log, VG_LOG_TABLE_ROAD, 0, "WHERE id = ?1", id, &cursor, diag);
    if (!err) err = vg_log_cursor_next(&cursor, &row, &more, diag);
    if (!err && !more)
        err =
            vg_fail_at(diag, VG_ERR_NOT_FOUND, log->path, 0, "road", "there is no road %lld", (long long)id);
    if (!err) err = make_road(&cursor, &row, out, diag);
    vg_log_cursor_close(&cursor);
    return err;
}

vg_err vg_log_road(vg_log *log, int64_t id, vg_road **out, vg_diag *diag) {
    *out = NULL;
    if (!log->road || log->road_id != id) {
        vg_road *road = NULL;
        vg_err err = read_road(log, id, &road, diag);
        if (err) return err;
        vg_road_destroy(log->road);
        log->road = road, log->road_id = id;
    }
    *out = vg_road_share(log->road);
    return VG_OK;
}

vg_err vg_log_car(vg_log *log, int64_t id, vg_car *out, vg_diag *diag) {
    vg_log_cursor cursor;
    vg_car_row row = {0};
    bool more = false;
    vg_err err = vg_log_cursor_open(log, VG_LOG_TABLE_CAR, 0, "WHERE id = ?1", id, &cursor, diag);
    if (!err) err = vg_log_cursor_next(&cursor, &row, &more, diag);
    if (!err && !more)
        err = vg_fail_at(diag, VG_ERR_NOT_FOUND, log->path, 0, "car", "there is no car %lld", (long long)id);
    if (!err) err = vg_log_take_car(&cursor, &row, diag);
    if (!err) *out = row.car;
    vg_log_cursor_close(&cursor);
    return err;
}

static vg_err check_reading(const vg_log *log, vg_diag *diag) {
    if (log->mode == VG_LOG_READ) return VG_OK;
    return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "is being written: close it, then read");
}

vg_err vg_log_count(vg_log *log, int32_t *count, vg_diag *diag) {
    *count = log->episode_count;
    return check_reading(log, diag);
}

vg_err vg_log_episode_at(vg_log *log, int32_t index, vg_log_episode *out, vg_diag *diag) {
    vg_err err = check_reading(log, diag);
    if (err) return err;
    if (index < 0 || index >= log->episode_count)
        return vg_fail_at(diag, VG_ERR_NOT_FOUND, log->path, 0, NULL,
                          "there is no episode %d: the log has %d, numbered from 0", index,
                          log->episode_count);
    *out = log->episodes[index].e;
    return VG_OK;
}

static vg_err find_episode(vg_log *log, int64_t id, const vg_episode_row **out, vg_diag *diag) {
    vg_err err = check_reading(log, diag);
    *out = NULL;
    int32_t low = 0, high = log->episode_count; // by id
    while (!err && low < high) {
        int32_t middle = low + (high - low) / 2;
        if (log->episodes[middle].e.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (!err && low < log->episode_count && log->episodes[low].e.id == id) *out = &log->episodes[low];
    if (err || *out) return err;
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, log->path, 0, NULL, "there is no episode with id %lld",
                      (long long)id);
}

static vg_err take_step(const vg_log_cursor *cursor, vg_step_row *row, int64_t tick, vg_diag *diag) {
    if (row->tick != tick)
        return vg_log_cursor_fail(cursor, "tick", "is not the next: rows are missing", diag);
    bool none = isnan(row->step.label[0]);
    if (none != isnan(row->step.label[1]))
        return vg_log_cursor_fail(cursor, "label_steer", "or label_accel is NULL, but the other is not",
                                  diag);
    row->step.has_label = !none;
    if (none) row->step.label[0] = row->step.label[1] = 0;
    if (isnan(row->step.gust)) row->step.gust = 0;
    return VG_OK;
}

static vg_err read_steps(vg_log_cursor *cursor, const vg_episode_row *episode, vg_log_step *steps,
                         vg_diag *diag) {
    uint64_t hash = 0;
    vg_step_row row = {0};
    bool more;
    for (int64_t tick = 0;; tick++) {
        vg_err err = vg_log_cursor_next(cursor, &row, &more, diag);
        if (!err && more != (tick < episode->e.ticks))
            err = vg_log_cursor_fail(cursor, "tick",
                                     more ? "is beyond episode.ticks" : "ends before episode.ticks", diag);
        if (!err && more) err = take_step(cursor, &row, tick, diag);
        if (err) return err;
        if (!more) break;
        steps[tick] = row.step;
        hash = vg_log_hash_step(hash, &row.step);
    }
    if (!episode->hash || hash == episode->steps_hash) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, cursor->log->path, 0, "episode.steps_hash",
                      "does not fit the steps of episode %lld: a row is damaged", (long long)episode->e.id);
}

vg_err vg_log_steps(vg_log *log, int64_t episode, vg_log_step **steps, int64_t *count, vg_diag *diag) {
    *steps = NULL;
    *count = 0;
    const vg_episode_row *row;
    vg_err err = find_episode(log, episode, &row, diag);
    if (err) return err;
    *steps = vg_new(vg_log_step, row->e.ticks);
    if (!*steps) return vg_fail_memory(diag);
    vg_log_cursor cursor;
    err = vg_log_cursor_open(log, VG_LOG_TABLE_STEP, 0, "WHERE episode = ?1 AND actor = 0 ORDER BY tick",
                             episode, &cursor, diag);
    if (!err) err = read_steps(&cursor, row, *steps, diag);
    vg_log_cursor_close(&cursor);
    if (!err) *count = row->e.ticks;
    if (err) vg_free(*steps), *steps = NULL;
    return err;
}

// Read the rows of an episode whose number is not known in advance: `size` bytes at `at` of each row's
// struct.
typedef struct vg_collection {
    vg_log_table_id table;
    const char *tail;
    size_t at, size;
    vg_err (*check)(const vg_log_cursor *cursor, const vg_log_episode *episode, const void *part,
                    int64_t index, vg_diag *diag);
} vg_collection;

static vg_err collect_rows(vg_log_cursor *cursor, const vg_collection *what, const vg_log_episode *episode,
                           char **items, int64_t *count, vg_diag *diag) {
    union {
        vg_event_row event;
        vg_sample_row sample;
    } row = {.sample = {0}}; // columns that an older version does not have stay 0
    const char *part = (const char *)&row + what->at;
    int64_t capacity = 0;
    for (bool more;;) {
        vg_err err = vg_log_cursor_next(cursor, &row, &more, diag);
        if (!err && more) err = what->check(cursor, episode, part, *count, diag);
        if (err) return err;
        if (*count == capacity) { // also when there are no rows at all
            int64_t wider = capacity ? 2 * capacity : 64;
            char *moved = vg_realloc(*items, capacity, wider, what->size);
            if (!moved) return vg_fail_memory(diag);
            *items = moved;
            capacity = wider;
        }
        if (!more) return VG_OK;
        memcpy(*items + *count * (int64_t)what->size, part, what->size);
        ++*count;
    }
}

static vg_err collect(vg_log *log, const vg_collection *what, int64_t episode, void **out, int64_t *count,
                      vg_diag *diag) {
    *out = NULL;
    *count = 0;
    const vg_episode_row *owner;
    vg_err err = find_episode(log, episode, &owner, diag);
    if (err) return err;
    vg_log_cursor cursor;
    char *items = NULL;
    err = vg_log_cursor_open(log, what->table, 0, what->tail, episode, &cursor, diag);
    if (!err) err = collect_rows(&cursor, what, &owner->e, &items, count, diag);
    vg_log_cursor_close(&cursor);
    if (err) {
        vg_free(items);
        *count = 0;
        return err;
    }
    *out = items;
    return VG_OK;
}

static vg_err check_event(const vg_log_cursor *cursor, const vg_log_episode *episode, const void *part,
                          int64_t index, vg_diag *diag) {
    const vg_log_incident *event = part;
    (void)index;
    if (event->event & (event->event - 1))
        return vg_log_cursor_fail(cursor, "event", "is not one event", diag);
    if (event->tick > episode->ticks)
        return vg_log_cursor_fail(cursor, "tick", "is beyond episode.ticks", diag);
    return VG_OK;
}

vg_err vg_log_events(vg_log *log, int64_t episode, vg_log_incident **events, int64_t *count, vg_diag *diag) {
    static const vg_collection what = {VG_LOG_TABLE_EVENT,
                                       "WHERE episode = ?1 AND actor = 0 ORDER BY tick, event",
                                       offsetof(vg_event_row, event), sizeof(vg_log_incident), check_event};
    return collect(log, &what, episode, (void **)events, count, diag);
}

static vg_err check_sample(const vg_log_cursor *cursor, const vg_log_episode *episode, const void *part,
                           int64_t index, vg_diag *diag) {
    const vg_sample_row *row = (const vg_sample_row *)((const char *)part - offsetof(vg_sample_row, sample));
    (void)episode;
    return row->row == index ? VG_OK
                             : vg_log_cursor_fail(cursor, "row", "is not the next: rows are missing", diag);
}

vg_err vg_log_read_samples(vg_log *log, int64_t episode, vg_log_sample **samples, int64_t *count,
                           vg_diag *diag) {
    static const vg_collection what = {VG_LOG_TABLE_SAMPLE, "WHERE episode = ?1 ORDER BY row",
                                       offsetof(vg_sample_row, sample), sizeof(vg_log_sample), check_sample};
    return collect(log, &what, episode, (void **)samples, count, diag);
}

// Of what the steps say, each of which is read.
static vg_err hash_episode(vg_log *log, const vg_log_episode *e, uint64_t *hash, vg_diag *diag) {
    vg_log_step *steps;
    int64_t count;
    uint64_t steps_hash = 0;
    vg_err err = vg_log_steps(log, e->id, &steps, &count, diag);
    for (int64_t t = 0; t < count && !err; t++) steps_hash = vg_log_hash_step(steps_hash, &steps[t]);
    vg_free(steps);
    uint64_t head = vg_log_hash_head(e, vg_log_list_find(&log->roads, e->road)->hash,
                                     vg_log_list_find(&log->cars, e->car)->hash);
    *hash = err ? 0 : vg_log_hash_episode(head, steps_hash, e);
    return err;
}

vg_err vg_log_episode_hash(vg_log *log, int32_t index, uint64_t *hash, vg_diag *diag) {
    vg_err err = check_reading(log, diag);
    *hash = 0;
    if (!err && (index < 0 || index >= log->episode_count))
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "there is no episode %d", index);
    if (err) return err;
    *hash = log->episodes[index].hash; // checked when the log was opened; 0 where the recorder was killed
    return *hash ? VG_OK : hash_episode(log, &log->episodes[index].e, hash, diag);
}

vg_err vg_log_hash(vg_log *log, uint64_t *hash, vg_diag *diag) {
    vg_err err = check_reading(log, diag);
    uint64_t h = 0;
    for (int32_t i = 0; i < log->episode_count && !err; i++) {
        uint64_t own;
        err = hash_episode(log, &log->episodes[i].e, &own, diag);
        h = vg_hash_int(h, &(int64_t){(int64_t)own}, 1);
    }
    *hash = err ? 0 : h;
    return err;
}
