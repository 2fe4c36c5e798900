#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_store.h"
#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- one row ---------------------------------------------------------------------------------------------

// Report an error in a row that the caller gave. line: 1-based number of the row, 0: none.
static vg_err check_row(const vg_log *log, vg_log_table_id id, const void *row, int64_t line, vg_diag *diag) {
    const vg_log_table *table = &vg_log_tables[id];
    char why[96], field[64];
    for (int32_t i = 0; i < table->count; i++) {
        if (vg_log_column_valid(&table->columns[i], row, why)) continue;
        snprintf(field, sizeof field, "%s.%s", table->name, table->columns[i].name);
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, line, field, "%s", why);
    }
    return VG_OK;
}

static vg_err bind_and_step(vg_log *log, sqlite3_stmt *statement, const vg_log_table *table, int32_t first,
                            int32_t end, const void *row, vg_diag *diag) {
    int code = SQLITE_OK;
    for (int32_t i = first; i < end && !code; i++)
        code = vg_log_column_bind(statement, i - first + 1, &table->columns[i], row);
    if (!code) code = sqlite3_step(statement);
    vg_err err = VG_OK;
    if ((code & 0xff) == SQLITE_CONSTRAINT) // nothing was written: the row exists already
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, table->name, "%s", sqlite3_errmsg(log->db));
    else if (code != SQLITE_DONE)
        err = log->broken = vg_log_sql_error(log, code, "write it", diag);
    sqlite3_reset(statement);
    return err;
}

static vg_err insert_row(vg_log *log, vg_log_table_id id, const void *row, vg_diag *diag) {
    const vg_log_table *table = &vg_log_tables[id];
    if (!log->insert[id]) {
        vg_text sql = {0};
        vg_log_insert_sql(table, &sql);
        vg_err err = vg_log_prepare(log, &sql, &log->insert[id], diag);
        if (err) return log->broken = err;
    }
    return bind_and_step(log, log->insert[id], table, 0, table->count, row, diag);
}

static vg_err check_building(const vg_log *log, bool wants_episode, vg_diag *diag) {
    if (log->mode == VG_LOG_READ)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "was opened to read, not to write");
    if (log->broken)
        return vg_fail_at(diag, log->broken, log->path, 0, NULL,
                          "an earlier write failed, so nothing more is written");
    if (wants_episode && !log->under.e.id)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "no episode has begun");
    return VG_OK;
}

// --- roads and cars --------------------------------------------------------------------------------------

// The id of a row with the same content and name, or 0.
static int64_t find_known(const vg_log_list *list, uint64_t hash, const char *name) {
    uint64_t identity = vg_hash_text(hash, name);
    for (int32_t i = 0; i < list->count; i++)
        if (list->items[i].hash == hash && list->items[i].identity == identity) return list->items[i].id;
    return 0;
}

vg_err vg_log_add_road(vg_log *log, const vg_road *road, int64_t *id, vg_diag *diag) {
    vg_err err = check_building(log, false, diag);
    if (err) return err;
    vg_road_def from = vg_road_source(road);
    int64_t size = (int64_t)from.count * (int64_t)sizeof(double);
    vg_road_row row = {.id = log->roads.count + 1,
                       .name = from.name ? from.name : "",
                       .hash = vg_log_hash_road(&from),
                       .closed = from.closed,
                       .spacing = from.spacing,
                       .x = {from.x, size},
                       .y = {from.y, size},
                       .right = {from.right, size},
                       .left = {from.left, size},
                       .obstacles = {from.obstacles, from.obstacle_count * (int64_t)sizeof *from.obstacles}};
    *id = find_known(&log->roads, row.hash, row.name);
    if (*id) return VG_OK;
    err = check_row(log, VG_LOG_TABLE_ROAD, &row, 0, diag);
    if (!err) err = insert_row(log, VG_LOG_TABLE_ROAD, &row, diag);
    if (!err) err = log->broken = vg_log_list_add(&log->roads, row.id, row.hash, row.name, diag);
    if (!err) *id = row.id;
    return err;
}

vg_err vg_log_add_car(vg_log *log, const vg_car *car, int64_t *id, vg_diag *diag) {
    vg_err err = check_building(log, false, diag);
    if (err) return err;
    err = vg_car_check(car, diag);
    if (err) return err;
    vg_car_row row = {.id = log->cars.count + 1, .name = car->name, .hash = vg_car_hash(car), .car = *car};
    *id = find_known(&log->cars, row.hash, row.name);
    if (*id) return VG_OK;
    err = check_row(log, VG_LOG_TABLE_CAR, &row, 0, diag);
    if (!err) err = insert_row(log, VG_LOG_TABLE_CAR, &row, diag);
    if (!err) err = log->broken = vg_log_list_add(&log->cars, row.id, row.hash, row.name, diag);
    if (!err) *id = row.id;
    return err;
}

// --- episodes --------------------------------------------------------------------------------------------

static void set_no_final(vg_state *state) {
#define X(type, name, unit, label) state->name = NAN;
    VG_STATE_COLUMNS(X)
#undef X
}

static vg_err check_delay_line(const vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    if (e->delay_ticks < 0)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, "episode.delay_line",
                          "has %d ticks, must have 0 or more", e->delay_ticks);
    for (int32_t i = 0; e->delay_line && i < 2 * e->delay_ticks; i++)
        if (!(e->delay_line[i] >= -1 && e->delay_line[i] <= 1))
            return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, i / 2 + 1, "episode.delay_line",
                              "is %.9g, must be in [-1, 1]", e->delay_line[i]);
    return VG_OK;
}

static vg_err insert_episode(vg_log *log, vg_episode_row *row, vg_diag *diag) {
    const vg_log_episode *e = &row->e;
    float *zeros = NULL;
    row->delay_line = (vg_log_blob){e->delay_line, (int64_t)e->delay_ticks * 2 * (int64_t)sizeof(float)};
    if (e->delay_ticks && !e->delay_line) {
        zeros = vg_new(float, 2 * (int64_t)e->delay_ticks);
        if (!zeros) return vg_fail_memory(diag);
        row->delay_line.bytes = zeros;
    }
    vg_err err = insert_row(log, VG_LOG_TABLE_EPISODE, row, diag);
    vg_free(zeros);
    const vg_actor_row ego = {.episode = e->id, .id = 0, .name = "ego"};
    return err ? err : insert_row(log, VG_LOG_TABLE_ACTOR, &ego, diag);
}

vg_err vg_log_begin(vg_log *log, vg_log_episode *episode, vg_diag *diag) {
    vg_err err = check_building(log, false, diag);
    if (err) return err;
    if (log->under.e.id)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "episode %lld has not ended",
                          (long long)log->under.e.id);
    const vg_log_known *road = vg_log_list_find(&log->roads, episode->road);
    const vg_log_known *car = vg_log_list_find(&log->cars, episode->car);
    if (!road || !car)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, road ? "episode.car" : "episode.road",
                          "is %lld, which was not added", (long long)(road ? episode->car : episode->road));
    vg_episode_row row = {.e = *episode};
    row.e.id = log->last_id + 1;
    row.e.end = VG_END_OPEN;
    row.e.ticks = -1;
    row.e.has_final = false;
    set_no_final(&row.e.final);
    err = check_delay_line(log, &row.e, diag);
    if (!err) err = check_row(log, VG_LOG_TABLE_EPISODE, &row, 0, diag);
    if (!err) err = insert_episode(log, &row, diag);
    if (err) return err;
    log->head_hash = vg_log_hash_head(&row.e, road->hash, car->hash);
    log->under = row;
    log->under.e.ticks = 0;
    log->samples = 0;
    episode->id = log->last_id = row.e.id;
    return VG_OK;
}

static void step_row(const vg_log *log, const vg_log_step *step, int64_t tick, vg_step_row *row) {
    *row = (vg_step_row){.episode = log->under.e.id, .actor = 0, .tick = tick, .step = *step};
    if (!step->has_label) row->step.label[0] = row->step.label[1] = NAN;
    if (step->gust == 0) row->step.gust = NAN;
}

vg_err vg_log_append(vg_log *log, const vg_log_step *steps, int64_t count, vg_diag *diag) {
    vg_err err = check_building(log, true, diag);
    vg_step_row row;
    // All rows are checked before the first is written.
    for (int64_t i = 0; i < count && !err; i++) {
        int64_t tick = log->under.e.ticks + i;
        step_row(log, &steps[i], tick, &row);
        err = check_row(log, VG_LOG_TABLE_STEP, &row, tick + 1, diag);
        if (!err && steps[i].has_label && (isnan(steps[i].label[0]) || isnan(steps[i].label[1])))
            err = vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, tick + 1, "step.label",
                             "is NaN, must be in [-1, 1]");
        if (!err && isnan(steps[i].gust))
            err = vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, tick + 1, "step.gust", "is NaN");
    }
    for (int64_t i = 0; i < count && !err; i++) {
        step_row(log, &steps[i], log->under.e.ticks, &row);
        err = insert_row(log, VG_LOG_TABLE_STEP, &row, diag);
        if (err) return err;
        log->under.steps_hash = vg_log_hash_step(log->under.steps_hash, &steps[i]);
        log->under.e.ticks++;
    }
    return err;
}

vg_err vg_log_event(vg_log *log, int64_t tick, vg_event event, double s, double offset, vg_diag *diag) {
    vg_err err = check_building(log, true, diag);
    if (err) return err;
    if (event != VG_EVENT_OFF && event != VG_EVENT_BACK && event != VG_EVENT_LAP &&
        event != VG_EVENT_FINISH && event != VG_EVENT_COLLISION)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, "event.event", "is %d, must be one event",
                          (int)event);
    const vg_event_row row = {.episode = log->under.e.id, .actor = 0, .event = {tick, event, s, offset}};
    err = check_row(log, VG_LOG_TABLE_EVENT, &row, 0, diag);
    return err ? err : insert_row(log, VG_LOG_TABLE_EVENT, &row, diag);
}

vg_err vg_log_samples(vg_log *log, const vg_log_sample *samples, int64_t count, vg_diag *diag) {
    vg_err err = check_building(log, true, diag);
    vg_sample_row row = {.episode = log->under.e.id};
    for (int64_t i = 0; i < count && !err; i++) {
        row.row = log->samples + i;
        row.sample = samples[i];
        if (!(row.sample.sd > 0)) row.sample.sd = NAN;
        err = check_row(log, VG_LOG_TABLE_SAMPLE, &row, row.row + 1, diag);
    }
    for (int64_t i = 0; i < count && !err; i++) {
        row.row = log->samples;
        row.sample = samples[i];
        if (!(row.sample.sd > 0)) row.sample.sd = NAN;
        err = insert_row(log, VG_LOG_TABLE_SAMPLE, &row, diag);
        if (!err) log->samples++;
    }
    return err;
}

// "UPDATE episode SET <the columns from `first` on> WHERE id = ?".
static vg_err prepare_finish(vg_log *log, const vg_log_table *table, int32_t first, vg_diag *diag) {
    vg_text sql = {0};
    for (int32_t i = first; i < table->count; i++)
        vg_text_add(&sql, "%s\"%s\" = ?", i == first ? "UPDATE episode SET " : ", ", table->columns[i].name);
    vg_text_add(&sql, " WHERE id = ?");
    return vg_log_prepare(log, &sql, &log->finish, diag);
}

static vg_err finish_episode(vg_log *log, const vg_episode_row *row, vg_diag *diag) {
    const vg_log_table *table = &vg_log_tables[VG_LOG_TABLE_EPISODE];
    int32_t first = 0;
    while (strcmp(table->columns[first].name, "end")) first++;
    vg_err err = log->finish ? VG_OK : prepare_finish(log, table, first, diag);
    int code = err ? SQLITE_OK : sqlite3_bind_int64(log->finish, table->count - first + 1, row->e.id);
    if (code) err = vg_log_sql_error(log, code, "write it", diag);
    if (err) return log->broken = err;
    return bind_and_step(log, log->finish, table, first, table->count, row, diag);
}

vg_err vg_log_end(vg_log *log, vg_end end, const vg_state *final, vg_diag *diag) {
    vg_err err = check_building(log, true, diag);
    if (err) return err;
    if (!final != (end == VG_END_OPEN))
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, "episode.end", "is '%s' %s a final state",
                          vg_end_word(end), final ? "with" : "without");
    vg_episode_row row = log->under;
    row.e.policy = row.e.version = row.e.started = row.e.tags = row.e.source = ""; // written by begin
    row.e.end = end;
    row.e.has_final = final != NULL;
    if (final) row.e.final = *final;
    row.hash = vg_log_hash_episode(log->head_hash, row.steps_hash, &row.e);
    err = check_row(log, VG_LOG_TABLE_EPISODE, &row, 0, diag);
#define X(type, name, unit, label)                                                                           \
    if (!err && final && !isfinite(final->name))                                                             \
        err = vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, "episode.final_" #name, "is not finite");
    VG_STATE_COLUMNS(X)
#undef X
    if (!err) err = finish_episode(log, &row, diag);
    if (!err) log->under = (vg_episode_row){0};
    return err;
}
