// logs/store/log_cursor.h -- rows of a log's tables, each checked; internal to logs/.
#ifndef VG_LOGS_STORE_LOG_CURSOR_H
#define VG_LOGS_STORE_LOG_CURSOR_H

#include "logs/store/log_store.h"

// Reads rows of a table, one after the other, and checks each column.
typedef struct vg_log_cursor {
    vg_log *log;
    const vg_log_table *table;
    int32_t columns;
    sqlite3_stmt *statement;
    int64_t row; // 1-based number of the current row
} vg_log_cursor;

// The first `columns` (0: all that the log's version has) of a table's columns. Fields of columns that the
// version does not have keep their old values. tail: "WHERE id = ?" or similar; `key` is bound to all of its
// parameters.
vg_err vg_log_cursor_open(vg_log *log, vg_log_table_id table, int32_t columns, const char *tail, int64_t key,
                          vg_log_cursor *out, vg_diag *diag);
// *more is false after the last row. Texts and blobs are valid until the next call.
vg_err vg_log_cursor_next(vg_log_cursor *cursor, void *row, bool *more, vg_diag *diag);
void vg_log_cursor_close(vg_log_cursor *cursor);
// Report that a column of the current row is wrong.
vg_err vg_log_cursor_fail(const vg_log_cursor *cursor, const char *column, const char *why, vg_diag *diag);

// Check a row of `car` and fill in its name.
vg_err vg_log_take_car(const vg_log_cursor *cursor, vg_car_row *row, vg_diag *diag);

#endif
