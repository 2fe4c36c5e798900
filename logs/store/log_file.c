#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/store/log_check.h"
#include "logs/store/log_live.h"
#include "logs/store/log_place.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/base/version.h"

enum { PATIENCE = 2000 }; // ms that a reader waits for who has the file locked

vg_log_episode vg_log_episode_default(void) {
    return (vg_log_episode){.tick_num = 1,
                            .tick_den = 60,
                            .ticks_per_action = 3,
                            .policy = "",
                            .version = VG_VERSION,
                            .started = "",
                            .tags = "",
                            .source = "",
                            .source_start = NAN};
}

const char *vg_log_path(const vg_log *log) { return log->path; }

// --- open, create, close -----------------------------------------------------------------------------------

static vg_log *new_log(const char *path, vg_log_mode mode) {
    vg_log *log = vg_new(vg_log, 1);
    if (!log) return NULL;
    log->mode = mode;
    log->lock = -1;
    log->path = vg_strdup(path);
    if (log->path) return log;
    vg_free(log);
    return NULL;
}

static void free_log(vg_log *log) {
    for (int32_t i = 0; i < VG_LOG_TABLE_COUNT; i++) sqlite3_finalize(log->insert[i]);
    sqlite3_finalize(log->finish);
    sqlite3_close(log->db);
    vg_file_unlock(log->lock); // after SQLite, whose own locks closing the file would drop
    for (int32_t i = 0; i < log->episode_count; i++) {
        const vg_log_episode *e = &log->episodes[i].e;
        vg_free((char *)e->policy);
        vg_free((char *)e->version);
        vg_free((char *)e->started);
        vg_free((char *)e->tags);
        vg_free((char *)e->source);
        vg_free((float *)e->delay_line);
    }
    vg_free(log->episodes);
    vg_road_destroy(log->road);
    vg_free(log->roads.items);
    vg_free(log->cars.items);
    vg_free(log->path);
    vg_free(log);
}

static vg_err build_tables(vg_log *log, vg_diag *diag) {
    // No other process sees the file before it is complete and synced, so its journal needs no disk. Each row
    // was checked column by column before it comes here; SQLite's CHECK constraints, which are for other
    // writers, would double the time.
    char pragmas[256];
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA page_size=4096; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; "
             "PRAGMA locking_mode=EXCLUSIVE; PRAGMA ignore_check_constraints=ON; PRAGMA application_id=%d; "
             "PRAGMA user_version=%d; BEGIN",
             VG_LOG_APPLICATION_ID, VG_LOG_VERSION);
    vg_err err = vg_log_run(log, pragmas, "begin it", diag);
    for (int32_t i = 0; i < VG_LOG_TABLE_COUNT && !err; i++) {
        vg_text sql = {0};
        vg_log_create_sql(&vg_log_tables[i], VG_LOG_VERSION, &sql);
        err = sql.failed ? vg_fail_memory(diag) : vg_log_run(log, sql.bytes, "make its tables", diag);
        vg_text_free(&sql);
    }
    return err;
}

vg_err vg_log_create(const char *path, vg_overwrite overwrite, vg_log **out, vg_diag *diag) {
    *out = NULL;
    vg_log *log = new_log(path, VG_LOG_BUILD);
    if (!log) return vg_fail_memory(diag);
    log->overwrite = overwrite;
    vg_err err = vg_log_may_replace(path, overwrite, diag);
    if (!err) err = vg_file_temporary(path, overwrite, log->temporary, diag);
    if (err) {
        free_log(log);
        return err;
    }
    err = vg_log_open_database(log, log->temporary, "", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, diag);
    if (!err) err = build_tables(log, diag);
    if (err)
        vg_log_discard(log);
    else
        *out = log;
    return err;
}

// What is written meanwhile is not seen: all is read in one transaction. SQLite reads a write-ahead log with
// a file of shared memory beside it, which a folder that may not be written has no room for: there the log is
// read without.
static vg_err open_unclosed(vg_log *log, vg_diag *diag) {
    static const char *const ways[] = {"", "?vfs=unix-none"};
    static const char *const begins[] = {
        "BEGIN; SELECT count(*) FROM sqlite_schema",
        "PRAGMA locking_mode=EXCLUSIVE; BEGIN; SELECT count(*) FROM sqlite_schema"};
    int code = SQLITE_OK;
    for (int i = 0; i < 2; i++) {
        vg_err err = vg_log_open_database(log, log->path, ways[i], SQLITE_OPEN_READONLY, diag);
        if (err) return err;
        sqlite3_busy_timeout(log->db, PATIENCE);
        code = sqlite3_exec(log->db, begins[i], NULL, NULL, NULL);
        bool no_room = (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY;
        if (i == 1 || !no_room) break;
        sqlite3_close(log->db);
        log->db = NULL;
    }
    return code ? vg_log_sql_error(log, code, "read it", diag) : VG_OK;
}

static vg_err open_one(const char *path, bool *unclosed, vg_log **out, vg_diag *diag) {
    *out = NULL;
    vg_log_place place;
    vg_err err = vg_log_look(path, &place, diag);
    if (err) return err;
    vg_log *log = new_log(path, VG_LOG_READ);
    if (!log) return vg_fail_memory(diag);
    *unclosed = place.unclosed;
    log->bytes = place.bytes;
    // A log at rest is opened without locks, on any medium.
    if (place.unclosed)
        err = open_unclosed(log, diag);
    else
        err = vg_log_open_database(log, path, "?immutable=1", SQLITE_OPEN_READONLY, diag);
    if (!err) err = vg_log_check(log, diag);
    if (err)
        free_log(log);
    else
        *out = log;
    return err;
}

vg_err vg_log_open(const char *path, vg_log **out, vg_diag *diag) {
    bool unclosed = false;
    vg_err err = open_one(path, &unclosed, out, diag);
    if (err || !unclosed) return err;
    free_log(*out);
    vg_log_recover(path);
    return open_one(path, &unclosed, out, diag);
}

void vg_log_discard(vg_log *log) {
    if (!log) return;
    char temporary[sizeof log->temporary];
    memcpy(temporary, log->temporary, sizeof temporary);
    bool building = log->mode == VG_LOG_BUILD;
    free_log(log); // closes the file first
    if (building) vg_file_discard(temporary);
}

static vg_err finish_file(vg_log *log, vg_diag *diag) {
    if (log->broken)
        return vg_fail_at(diag, log->broken, log->path, 0, NULL,
                          "an earlier write failed, so the log was not kept");
    if (log->under.e.id) {
        vg_err err = vg_log_end(log, VG_END_OPEN, NULL, diag);
        if (err) return err;
    }
    return vg_log_run(log, "COMMIT", "write it", diag);
}

vg_err vg_log_close(vg_log *log, vg_diag *diag) {
    if (!log) return VG_OK;
    if (log->mode != VG_LOG_BUILD) {
        vg_err err = log->mode == VG_LOG_LIVE ? vg_log_live_finish(log, diag) : VG_OK;
        free_log(log);
        return err;
    }
    vg_err err = finish_file(log, diag);
    char *path = log->path, temporary[sizeof log->temporary];
    memcpy(temporary, log->temporary, sizeof temporary);
    vg_overwrite overwrite = log->overwrite;
    log->path = NULL;
    free_log(log);
    if (err)
        vg_file_discard(temporary);
    else
        err = vg_log_put(temporary, path, overwrite, false, diag);
    vg_free(path);
    return err;
}
