// logs/store/log_store.h -- the base of the log store, internal to logs/: the open log, SQLite's errors,
// hashes.
#ifndef VG_LOGS_STORE_LOG_STORE_H
#define VG_LOGS_STORE_LOG_STORE_H

#include "logs/store/log_table.h"
#include "sim/base/text.h"

// BUILD: one transaction in a temporary file, which close commits. LIVE: under its own name with a
// write-ahead log, and a transaction whenever its writer wants one (log_live.h).
typedef enum vg_log_mode { VG_LOG_READ, VG_LOG_BUILD, VG_LOG_LIVE } vg_log_mode;

// How to recognise a road or a car that the log already holds.
typedef struct vg_log_known {
    int64_t id;
    uint64_t hash, identity; // of the content; of content and name
} vg_log_known;

typedef struct vg_log_list {
    vg_log_known *items;
    int32_t count, capacity;
} vg_log_list;

struct vg_log {
    sqlite3 *db;
    char *path; // as the caller gave it
    vg_log_mode mode;
    int32_t version; // of the schema; a log that is written has the latest
    vg_overwrite overwrite;
    char temporary[1024];
    int lock;      // of one that is written live, so that nobody replaces it; -1: none
    int64_t bytes; // size of an opened file: bounds what its numbers can promise
    vg_log_list roads, cars;

    // Building.
    sqlite3_stmt *insert[VG_LOG_TABLE_COUNT], *finish;
    vg_err broken;        // the first failure to write: the log can no longer be finished
    vg_episode_row under; // the episode under way, id 0: none. Its texts are invalid after begin
    int64_t last_id, samples;
    uint64_t head_hash;

    // For reading. The episodes' texts and delay lines are owned.
    vg_episode_row *episodes;
    int32_t episode_count, episode_capacity;
    vg_road
        *road; // the last one that was asked for, since the episodes of a log are often of one; NULL: none
    int64_t road_id;
};

// Convert a failure of SQLite to an error: out of memory, the disk, or a damaged file.
vg_err vg_log_sql_error(const vg_log *log, int code, const char *what, vg_diag *diag);
vg_err vg_log_run(vg_log *log, const char *sql, const char *what, vg_diag *diag);
// Open log->db with nothing that a file says being run. options: of SQLite's URI, "?immutable=1", or "".
vg_err vg_log_open_database(vg_log *log, const char *path, const char *options, int flags, vg_diag *diag);
// Compiles sql, which is freed either way.
vg_err vg_log_prepare(vg_log *log, vg_text *sql, sqlite3_stmt **out, vg_diag *diag);

vg_err vg_log_list_add(vg_log_list *list, int64_t id, uint64_t hash, const char *name, vg_diag *diag);
const vg_log_known *vg_log_list_find(const vg_log_list *list, int64_t id);

// Hash of the points that a road is made from, not of its nodes: a later version of verge may compute other
// nodes, and the log would still be sound.
uint64_t vg_log_hash_road(const vg_road_def *points);

// The content hash of an episode, in three parts: its head, its steps, how it ended.
uint64_t vg_log_hash_head(const vg_log_episode *episode, uint64_t road_hash, uint64_t car_hash);
uint64_t vg_log_hash_step(uint64_t h, const vg_log_step *step);
uint64_t vg_log_hash_episode(uint64_t head, uint64_t steps, const vg_log_episode *episode);

#endif
