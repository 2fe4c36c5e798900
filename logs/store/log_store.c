#include "logs/store/log_store.h"

#include <string.h>

#include "sim/base/hash.h"
#include "sim/base/memory.h"

// --- SQLite ----------------------------------------------------------------------------------------------

vg_err vg_log_sql_error(const vg_log *log, int code, const char *what, vg_diag *diag) {
    if (code == SQLITE_IOERR_NOMEM) return vg_fail_memory(diag);
    const char *reason = log->db ? sqlite3_errmsg(log->db) : sqlite3_errstr(code);
    switch (code & 0xff) {
    case SQLITE_NOMEM: return vg_fail_memory(diag);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_NOLFS: return vg_fail_at(diag, VG_ERR_IO, log->path, 0, NULL, "cannot %s: %s", what, reason);
    case SQLITE_NOTADB:
        return vg_fail_at(diag, VG_ERR_FORMAT, log->path, 0, NULL, "is not a verge log: %s", reason);
    default:
        return vg_fail_at(diag, log->mode == VG_LOG_READ ? VG_ERR_FORMAT : VG_ERR_IO, log->path, 0, NULL,
                          "cannot %s: %s", what, reason);
    }
}

vg_err vg_log_run(vg_log *log, const char *sql, const char *what, vg_diag *diag) {
    int code = sqlite3_exec(log->db, sql, NULL, NULL, NULL);
    return code ? vg_log_sql_error(log, code, what, diag) : VG_OK;
}

vg_err vg_log_prepare(vg_log *log, vg_text *sql, sqlite3_stmt **out, vg_diag *diag) {
    *out = NULL;
    vg_err err = sql->failed ? vg_fail_memory(diag) : VG_OK;
    int code =
        err ? SQLITE_OK : sqlite3_prepare_v3(log->db, sql->bytes, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    if (code) err = vg_log_sql_error(log, code, "prepare a statement", diag);
    vg_text_free(sql);
    return err;
}

// --- the database ----------------------------------------------------------------------------------------

// SQLite's option is part of a URI, and plain names depend on its build, so everything but plain letters is
// escaped.
static void add_uri(vg_text *uri, const char *path, const char *options) {
    vg_text_add(uri, path[0] == '/' ? "file://" : "file:");
    for (const char *p = path; *p; p++) {
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
                     (*p && strchr("/._-", *p));
        if (plain)
            vg_text_bytes(uri, p, 1);
        else
            vg_text_add(uri, "%%%02x", (unsigned char)*p);
    }
    vg_text_add(uri, "%s", options);
}

vg_err vg_log_open_database(vg_log *log, const char *path, const char *options, int flags, vg_diag *diag) {
    vg_text uri = {0};
    add_uri(&uri, path, options);
    if (uri.failed) {
        vg_text_free(&uri);
        return vg_fail_memory(diag);
    }
    flags |= SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(uri.bytes, &log->db, flags, NULL);
    vg_text_free(&uri);
    if (code) return vg_log_sql_error(log, code, "open it", diag);
    // Who closes last does not remove the write-ahead log, which the file's header still promises
    // (log_place.h).
    int keep = 1;
    if (flags & SQLITE_OPEN_READWRITE) sqlite3_file_control(log->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    // Nothing that a file says is run: no triggers, no views, no functions with side effects.
    sqlite3_db_config(log->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(log->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(log->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(log->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return VG_OK;
}

// --- roads and cars known --------------------------------------------------------------------------------

vg_err vg_log_list_add(vg_log_list *list, int64_t id, uint64_t hash, const char *name, vg_diag *diag) {
    if (list->count == list->capacity) {
        int32_t capacity = list->capacity ? list->capacity * 2 : 8;
        vg_log_known *items = vg_realloc(list->items, list->count, capacity, sizeof *items);
        if (!items) return vg_fail_memory(diag);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = (vg_log_known){id, hash, vg_hash_text(hash, name)};
    return VG_OK;
}

// They stand in the order of their ids.
const vg_log_known *vg_log_list_find(const vg_log_list *list, int64_t id) {
    int32_t low = 0, high = list->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (list->items[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->items[low].id == id ? &list->items[low] : NULL;
}

// --- hashes ----------------------------------------------------------------------------------------------

uint64_t vg_log_hash_road(const vg_road_def *points) {
    const int64_t numbers[] = {points->count, points->closed};
    uint64_t h = vg_hash_int(0, numbers, 2);
    h = vg_hash_double(h, &points->spacing, 1);
    h = vg_hash_double(h, points->x, points->count);
    h = vg_hash_double(h, points->y, points->count);
    h = vg_hash_double(h, points->right, points->count);
    h = vg_hash_double(h, points->left, points->count);
    // A road without obstacles keeps the hash that it had before version 5 brought them.
    return vg_obstacles_hash(h, points->obstacles, points->obstacle_count);
}

uint64_t vg_log_hash_head(const vg_log_episode *e, uint64_t road_hash, uint64_t car_hash) {
    const int64_t numbers[] = {
        (int64_t)road_hash, (int64_t)car_hash,       e->tick_num,   e->tick_den, e->ticks_per_action,
        (int64_t)e->seed,   (int64_t)e->policy_hash, e->delay_ticks};
    uint64_t h = vg_hash_int(0, numbers, sizeof numbers / sizeof *numbers);
    h = vg_hash_text(h, e->policy);
    h = vg_hash_float(h, e->previous, 2);
    // No delay line means zeros, so both forms have the same hash.
    const float zeros[2] = {0};
    for (int32_t i = 0; i < e->delay_ticks; i++)
        h = vg_hash_float(h, e->delay_line ? e->delay_line + 2 * i : zeros, 2);
    return h;
}

uint64_t vg_log_hash_step(uint64_t h, const vg_log_step *step) {
    const float label[2] = {step->has_label ? step->label[0] : 0, step->has_label ? step->label[1] : 0};
    const double row[] = {
#define X(type, name, unit, help) step->state.name,
        VG_STATE_COLUMNS(X)
#undef X
            step->command[0],
        step->command[1],
        step->applied[0],
        step->applied[1],
        step->input[0],
        step->input[1],
        label[0],
        label[1],
        step->has_label,
        step->who};
    h = vg_hash_double(h, row, sizeof row / sizeof *row);
    // A row without a gust adds nothing, so that a log without gusts has the hash that version 1 gave it.
    if (step->gust != 0) h = vg_hash_float(h, &step->gust, 1);
    // Nor does one that is not in a gap, which version 4 brought.
    return step->bridged ? vg_hash_text(h, "bridged") : h;
}

uint64_t vg_log_hash_episode(uint64_t head, uint64_t steps, const vg_log_episode *e) {
    const int64_t numbers[] = {(int64_t)head, (int64_t)steps, e->ticks, e->end, e->has_final};
    uint64_t h = vg_hash_int(0, numbers, sizeof numbers / sizeof *numbers);
    if (!e->has_final) return h;
    const double final[] = {
#define X(type, name, unit, help) e->final.name,
        VG_STATE_COLUMNS(X)
#undef X
    };
    return vg_hash_double(h, final, sizeof final / sizeof *final);
}
