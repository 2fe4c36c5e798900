#include "logs/store/log_check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_cursor.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

enum { LEAST_STEP_BYTES = 128 }; // of a row of `step` in the file: 16 reals of 8 bytes

// --- is it a log? ----------------------------------------------------------------------------------------

// Read one number; NULL gives `null`.
static vg_err read_number(vg_log *log, const char *sql, int64_t key, int64_t null, int64_t *out,
                          vg_diag *diag) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(log->db, sql, -1, &statement, NULL);
    if (!code && sqlite3_bind_parameter_count(statement) > 0) sqlite3_bind_int64(statement, 1, key);
    if (!code) code = sqlite3_step(statement);
    vg_err err = code == SQLITE_ROW ? VG_OK : vg_log_sql_error(log, code, "read it", diag);
    if (!err)
        *out = sqlite3_column_type(statement, 0) == SQLITE_NULL ? null : sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return err;
}

static vg_err check_kind(vg_log *log, vg_diag *diag) {
    int64_t application, version;
    vg_err err = read_number(log, "PRAGMA application_id", 0, 0, &application, diag);
    if (err) return err;
    if (application != VG_LOG_APPLICATION_ID)
        return vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, NULL,
                          "is not a verge log: application id 0x%08x, must be 0x%08x", (unsigned)application,
                          (unsigned)VG_LOG_APPLICATION_ID);
    err = read_number(log, "PRAGMA user_version", 0, 0, &version, diag);
    if (err) return err;
    log->version = (int32_t)version;
    if (version >= 1 && version <= VG_LOG_VERSION) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, NULL,
                      "has schema version %lld, this verge reads 1 to %d", (long long)version,
                      VG_LOG_VERSION);
}

// A table differs from its declaration: find the column.
static vg_err explain_table(vg_log *log, const vg_log_table *table, vg_diag *diag) {
    vg_text sql = {0};
    char field[64];
    vg_text_add(&sql, "SELECT name, type FROM pragma_table_xinfo('%s') ORDER BY cid", table->name);
    sqlite3_stmt *statement;
    vg_err err = vg_log_prepare(log, &sql, &statement, diag);
    for (int32_t i = 0; i < vg_log_columns(table, log->version) && !err; i++) {
        const vg_log_column *column = &table->columns[i];
        snprintf(field, sizeof field, "%s.%s", table->name, column->name);
        int code = sqlite3_step(statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            err = vg_log_sql_error(log, code, "read its tables", diag);
        else if (code == SQLITE_DONE)
            err = vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, field, "is missing");
        else {
            const char *name = (const char *)sqlite3_column_text(statement, 0);
            const char *type = (const char *)sqlite3_column_text(statement, 1);
            if (!name || !type)
                err = vg_fail_memory(diag);
            else if (strcmp(name, column->name))
                err = vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, field, "is missing: found '%.64s'", name);
            else if (strcmp(type, vg_log_column_sql_type(column->type)))
                err = vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, field, "is declared %.64s, must be %s",
                                 type, vg_log_column_sql_type(column->type));
        }
    }
    sqlite3_finalize(statement);
    if (err) return err;
    return vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, table->name,
                      "is not declared as schema version %d has it", log->version);
}

// A table with exactly the declaration that we would write needs no further check.
static vg_err check_table(vg_log *log, const vg_log_table *table, vg_diag *diag) {
    vg_text sql = {0}, wanted = {0};
    vg_text_add(&sql, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = '%s'", table->name);
    sqlite3_stmt *statement;
    vg_err err = vg_log_prepare(log, &sql, &statement, diag);
    if (err) return err;
    vg_log_create_sql(table, log->version, &wanted);
    int code = sqlite3_step(statement);
    bool same = false;
    if (code == SQLITE_ROW && !wanted.failed) {
        const char *found = (const char *)sqlite3_column_text(statement, 0);
        if (!found && sqlite3_errcode(log->db) == SQLITE_NOMEM) code = SQLITE_NOMEM;
        same = found && !strcmp(found, wanted.bytes);
    }
    if (wanted.failed)
        err = vg_fail_memory(diag);
    else if (code == SQLITE_DONE)
        err = vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, table->name, "is missing: no such table");
    else if (code != SQLITE_ROW)
        err = vg_log_sql_error(log, code, "read its tables", diag);
    sqlite3_finalize(statement);
    vg_text_free(&wanted);
    return err || same ? err : explain_table(log, table, diag);
}

// Check the structure of the file. Values are checked by the cursors, which name the row.
static vg_err check_integrity(vg_log *log, vg_diag *diag) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_exec(log->db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    if (!code) code = sqlite3_prepare_v2(log->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
    if (!code) code = sqlite3_step(statement);
    vg_err err = code == SQLITE_ROW ? VG_OK : vg_log_sql_error(log, code, "check it", diag);
    if (!err) {
        const char *verdict = (const char *)sqlite3_column_text(statement, 0);
        if (!verdict)
            err = vg_fail_memory(diag);
        else if (strcmp(verdict, "ok"))
            err = vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, NULL, "is damaged: %.200s", verdict);
    }
    sqlite3_finalize(statement);
    return err;
}

// --- what every reader needs -----------------------------------------------------------------------------

static vg_err load_roads(vg_log *log, vg_diag *diag) {
    vg_log_cursor cursor;
    vg_road_row row;
    bool more;
    vg_err err =
        vg_log_cursor_open(log, VG_LOG_TABLE_ROAD, VG_ROAD_ROW_HEAD, "ORDER BY id", 0, &cursor, diag);
    while (!err && !(err = vg_log_cursor_next(&cursor, &row, &more, diag)) && more)
        err = vg_log_list_add(&log->roads, row.id, row.hash, row.name, diag);
    vg_log_cursor_close(&cursor);
    return err;
}

static vg_err load_cars(vg_log *log, vg_diag *diag) {
    vg_log_cursor cursor;
    vg_car_row row = {0};
    bool more;
    vg_err err = vg_log_cursor_open(log, VG_LOG_TABLE_CAR, 0, "ORDER BY id", 0, &cursor, diag);
    while (!err && !(err = vg_log_cursor_next(&cursor, &row, &more, diag)) && more) {
        err = vg_log_take_car(&cursor, &row, diag);
        if (!err) err = vg_log_list_add(&log->cars, row.id, row.hash, row.name, diag);
    }
    vg_log_cursor_close(&cursor);
    return err;
}

// Copy the commands under way.
static vg_err take_delay_line(const vg_log_cursor *cursor, vg_episode_row *row, vg_diag *diag) {
    vg_log_episode *e = &row->e;
    int64_t size = row->delay_line.size, each = 2 * (int64_t)sizeof(float);
    e->delay_line = NULL;
    if (size % each)
        return vg_log_cursor_fail(cursor, "delay_line", "is not a whole number of pairs of floats", diag);
    e->delay_ticks = (int32_t)(size / each);
    if (!size) return VG_OK;
    float *line = vg_new(float, 2 * (int64_t)e->delay_ticks);
    if (!line) return vg_fail_memory(diag);
    memcpy(line, row->delay_line.bytes, (size_t)size);
    e->delay_line = line;
    for (int32_t i = 0; i < 2 * e->delay_ticks; i++)
        if (!(line[i] >= -1 && line[i] <= 1))
            return vg_log_cursor_fail(cursor, "delay_line", "has a number outside [-1, 1]", diag);
    return VG_OK;
}

// Copy the row's texts. All of them are set, if only to NULL, so that freeing the log is safe.
static vg_err take_texts(vg_log_episode *e, vg_diag *diag) {
    const char **const texts[] = {&e->policy, &e->version, &e->started, &e->tags, &e->source};
    bool failed = false;
    for (int i = 0; i < 5; i++) failed |= !(*texts[i] = vg_strdup(*texts[i]));
    return failed ? vg_fail_memory(diag) : VG_OK;
}

static vg_err check_final(const vg_log_cursor *cursor, vg_log_episode *e, vg_diag *diag) {
    int have = 0, all = 0;
#define X(type, name, unit, label) have += !isnan(e->final.name), all++;
    VG_STATE_COLUMNS(X)
#undef X
    e->has_final = have == all;
    if (have != (e->end == VG_END_OPEN ? 0 : all))
        return vg_log_cursor_fail(cursor, "final_x",
                                  "and the other final_* columns must be all NULL or all set, as 'end' says",
                                  diag);
    if (!e->has_final) e->final = (vg_state){0};
    return VG_OK;
}

// The number of ticks, which a killed recorder had no time to write. It cannot exceed the file's size.
static vg_err check_ticks(const vg_log_cursor *cursor, vg_log_episode *e, vg_diag *diag) {
    vg_log *log = cursor->log;
    if (e->ticks < 0 && e->end != VG_END_OPEN)
        return vg_log_cursor_fail(cursor, "ticks", "is NULL, must be a number", diag);
    vg_err err = VG_OK;
    if (e->ticks < 0)
        err = read_number(log, "SELECT max(tick) + 1 FROM step WHERE episode = ?1 AND actor = 0", e->id, 0,
                          &e->ticks, diag);
    if (!err && (e->ticks < 0 || e->ticks > log->bytes / LEAST_STEP_BYTES))
        err = vg_log_cursor_fail(cursor, "ticks", "is more than the file can hold", diag);
    return err;
}

static vg_err check_episode(const vg_log_cursor *cursor, vg_episode_row *row, vg_diag *diag) {
    vg_log *log = cursor->log;
    vg_log_episode *e = &row->e;
    const vg_log_known *road = vg_log_list_find(&log->roads, e->road);
    const vg_log_known *car = vg_log_list_find(&log->cars, e->car);
    if (!road) return vg_log_cursor_fail(cursor, "road", "is a road that is not in the log", diag);
    if (!car) return vg_log_cursor_fail(cursor, "car", "is a car that is not in the log", diag);
    vg_err err = check_final(cursor, e, diag);
    if (!err) err = check_ticks(cursor, e, diag);
    if (err || (!row->hash && e->end == VG_END_OPEN)) return err;
    uint64_t head = vg_log_hash_head(e, road->hash, car->hash);
    if (vg_log_hash_episode(head, row->steps_hash, e) != row->hash)
        return vg_log_cursor_fail(cursor, "hash", "does not fit the episode: the row is damaged", diag);
    return VG_OK;
}

static vg_err load_episodes(vg_log *log, vg_diag *diag) {
    vg_log_cursor cursor;
    bool more;
    vg_err err = vg_log_cursor_open(log, VG_LOG_TABLE_EPISODE, 0, "ORDER BY id", 0, &cursor, diag);
    for (;;) {
        vg_episode_row row = {0};
        if (err || (err = vg_log_cursor_next(&cursor, &row, &more, diag)) || !more) break;
        if (log->episode_count == log->episode_capacity) {
            int32_t capacity = log->episode_capacity ? log->episode_capacity * 2 : 16;
            vg_episode_row *rows = vg_realloc(log->episodes, log->episode_count, capacity, sizeof row);
            if (!rows) err = vg_fail_memory(diag);
            if (err) break;
            log->episodes = rows;
            log->episode_capacity = capacity;
        }
        vg_episode_row *kept = &log->episodes[log->episode_count++]; // freed with the log from here on
        row.e.delay_line = NULL;
        *kept = row;
        err = take_texts(&kept->e, diag);
        if (!err) err = take_delay_line(&cursor, kept, diag);
        if (!err) err = check_episode(&cursor, kept, diag);
    }
    vg_log_cursor_close(&cursor);
    return err;
}

vg_err vg_log_check(vg_log *log, vg_diag *diag) {
    vg_err err = check_kind(log, diag);
    for (int32_t i = 0; i < VG_LOG_TABLE_COUNT && !err; i++) err = check_table(log, &vg_log_tables[i], diag);
    if (!err) err = check_integrity(log, diag);
    if (!err) err = load_roads(log, diag);
    if (!err) err = load_cars(log, diag);
    if (!err) err = load_episodes(log, diag);
    return err;
}
