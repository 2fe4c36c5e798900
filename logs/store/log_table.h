// logs/store/log_table.h -- the tables of a log, internal to logs/. Each column is named once, and from that
// it is declared to SQLite, bound, read and checked, and explained in docs/log-format.md.
#ifndef VG_LOGS_STORE_LOG_TABLE_H
#define VG_LOGS_STORE_LOG_TABLE_H

#include <sqlite3.h>

#include "logs/store/log.h"
#include "sim/base/text.h"

// How a C field is stored in a column. In a nullable column these values stand for NULL: -1 (INT32, INT64), 0
// (HASH), NaN (DOUBLE, FLOAT).
typedef enum vg_log_column_type {
    VG_LOG_COLUMN_INT32,  // int32_t, bool and enums: INTEGER
    VG_LOG_COLUMN_INT64,  // int64_t: INTEGER
    VG_LOG_COLUMN_WORD,   // uint64_t: INTEGER with the same 64 bits
    VG_LOG_COLUMN_HASH,   // uint64_t: TEXT of 16 hexadecimal digits
    VG_LOG_COLUMN_BOOL,   // bool: INTEGER, 0 or 1
    VG_LOG_COLUMN_DOUBLE, // double: ANY holding a real. A REAL column would turn -0.0 into 0.0
    VG_LOG_COLUMN_FLOAT,  // float, widened: as DOUBLE
    VG_LOG_COLUMN_TEXT,   // const char *: TEXT in UTF-8 without control characters
    VG_LOG_COLUMN_BLOB,   // vg_log_blob: BLOB
} vg_log_column_type;

typedef struct vg_log_blob {
    const void *bytes;
    int64_t size;
} vg_log_blob;

typedef struct vg_log_column {
    const char *name;
    vg_log_column_type type;
    size_t at;          // offsetof the field in the row's struct
    bool null;          // may be NULL
    double least, most; // closed range of a number when least < most; most bytes of a text
    const char *refers; // "road(id)", or NULL
    int32_t since;      // schema version that added it; 0: the first. Later columns come last
    double most_before; // of an integer: what `most` was before version VG_LOG_WIDENED; 0: the same
} vg_log_column;

enum { VG_LOG_WIDENED = 5 };

typedef struct vg_log_table {
    const char *name;
    const vg_log_column *columns;
    int32_t count;
    const char *key; // the primary key, as SQL; "id" makes it SQLite's own row number
} vg_log_table;

typedef enum vg_log_table_id {
    VG_LOG_TABLE_ROAD,
    VG_LOG_TABLE_CAR,
    VG_LOG_TABLE_EPISODE,
    VG_LOG_TABLE_ACTOR,
    VG_LOG_TABLE_STEP,
    VG_LOG_TABLE_EVENT,
    VG_LOG_TABLE_SAMPLE,
    VG_LOG_TABLE_COUNT
} vg_log_table_id;

extern const vg_log_table vg_log_tables[VG_LOG_TABLE_COUNT];

// The rows, one struct per table. Texts and blobs are borrowed.
typedef struct vg_road_row {
    int64_t id;
    const char *name;
    uint64_t hash;
    bool closed;
    double spacing;
    vg_log_blob x, y, right, left; // little-endian doubles
    vg_log_blob obstacles;         // six of them each: x, y, radius, heading, length, width
} vg_road_row;
enum { VG_ROAD_ROW_HEAD = 5 }; // columns before the blobs

typedef struct vg_car_row {
    int64_t id;
    const char *name;
    uint64_t hash;
    vg_car car;
} vg_car_row;

typedef struct vg_episode_row {
    vg_log_episode e;
    vg_log_blob delay_line; // little-endian floats
    uint64_t steps_hash, hash;
} vg_episode_row;

typedef struct vg_actor_row {
    int64_t episode, id;
    const char *name;
} vg_actor_row;

typedef struct vg_step_row {
    int64_t episode, actor, tick;
    vg_log_step step; // label is NaN if there is none; gust is 0 without a gust
} vg_step_row;

typedef struct vg_event_row {
    int64_t episode, actor;
    vg_log_incident event;
} vg_event_row;

typedef struct vg_sample_row {
    int64_t episode, row;
    vg_log_sample sample;
} vg_sample_row;

// "INTEGER", "ANY", "TEXT", "BLOB".
const char *vg_log_column_sql_type(vg_log_column_type type);

// Number of columns of a table in a schema version.
int32_t vg_log_columns(const vg_log_table *table, int32_t version);

// As schema version `version` has it: "CREATE TABLE ..."; as the latest has it: "INSERT INTO ... VALUES (?,
// ...)", "SELECT <first columns> FROM ... <tail>".
void vg_log_create_sql(const vg_log_table *table, int32_t version, vg_text *out);
void vg_log_insert_sql(const vg_log_table *table, vg_text *out);
void vg_log_select_sql(const vg_log_table *table, int32_t columns, const char *tail, vg_text *out);

// Bind column c of *row to parameter `at` (counted from 1). Returns SQLite's code. Texts and blobs must stay
// valid until the step.
int vg_log_column_bind(sqlite3_stmt *statement, int at, const vg_log_column *column, const void *row);

// Would a reader accept the field? If not, why[96] says what is wrong with it.
bool vg_log_column_valid(const vg_log_column *column, const void *row, char why[96]);

// Read column `at` (counted from 0) of the statement's row into the field, and check it. On failure it
// returns false, and why[96] says what was found and expected; the reason may also be that SQLite has no
// memory: see sqlite3_errcode.
bool vg_log_column_read(sqlite3_stmt *statement, int at, const vg_log_column *column, void *row,
                        char why[96]);

#endif
