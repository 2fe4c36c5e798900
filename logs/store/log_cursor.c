#include "logs/store/log_cursor.h"
#include "sim/base/text.h"

#include <stdio.h>

vg_err vg_log_cursor_open(vg_log *log, vg_log_table_id table, int32_t columns, const char *tail, int64_t key,
                          vg_log_cursor *out, vg_diag *diag) {
    *out = (vg_log_cursor){.log = log, .table = &vg_log_tables[table]};
    if (log->mode != VG_LOG_READ)
        return vg_fail_at(diag, VG_ERR_ARGUMENT, log->path, 0, NULL, "is being written: close it, then read");
    out->columns = columns ? columns : vg_log_columns(out->table, log->version);
    vg_text sql = {0};
    vg_log_select_sql(out->table, out->columns, tail, &sql);
    vg_err err = vg_log_prepare(log, &sql, &out->statement, diag);
    if (!err && sqlite3_bind_parameter_count(out->statement) > 0)
        sqlite3_bind_int64(out->statement, 1, key); // cannot fail for a number
    return err;
}

vg_err vg_log_cursor_fail(const vg_log_cursor *cursor, const char *column, const char *why, vg_diag *diag) {
    char field[64];
    snprintf(field, sizeof field, "%.20s.%.40s", cursor->table->name, column);
    return vg_fail_at(diag, VG_ERR_FORMAT, cursor->log->path, cursor->row, field, "%s", why);
}

vg_err vg_log_cursor_next(vg_log_cursor *cursor, void *row, bool *more, vg_diag *diag) {
    vg_log *log = cursor->log;
    char why[96];
    int code = sqlite3_step(cursor->statement);
    *more = code == SQLITE_ROW;
    if (code == SQLITE_DONE) return VG_OK;
    if (code != SQLITE_ROW) return vg_log_sql_error(log, code, "read it", diag);
    cursor->row++;
    for (int32_t i = 0; i < cursor->columns; i++) {
        const vg_log_column *column = &cursor->table->columns[i];
        if (vg_log_column_read(cursor->statement, i, column, row, why)) continue;
        if (sqlite3_errcode(log->db) == SQLITE_NOMEM) return vg_fail_memory(diag);
        return vg_log_cursor_fail(cursor, column->name, why, diag);
    }
    return VG_OK;
}

void vg_log_cursor_close(vg_log_cursor *cursor) { sqlite3_finalize(cursor->statement); }

vg_err vg_log_take_car(const vg_log_cursor *cursor, vg_car_row *row, vg_diag *diag) {
    vg_diag inner;
    snprintf(row->car.name, sizeof row->car.name, "%s", row->name);
    if (vg_car_check(&row->car, &inner))
        return vg_log_cursor_fail(cursor, inner.field[0] ? inner.field : "name", inner.text, diag);
    if (vg_car_hash(&row->car) != row->hash)
        return vg_log_cursor_fail(cursor, "hash", "does not fit the car: the row is damaged", diag);
    return VG_OK;
}
