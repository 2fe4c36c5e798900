// A log, changed by the input's instructions: bytes flipped, pages copied, values of wrong types and ranges,
// rows and tables gone or doubled, schema and write-ahead log tampered with. What is read in spite of it is
// what was written; for events and samples, which no hash covers, that they are within their ranges.
#include <math.h>
#include <sqlite3.h>

#include "logs/store/log_store.h"
#include "tests/check.h"
#include "tests/fuzz/fuzz.h"

// The fixture's own checks, outside of Check.
#undef ck_assert_msg
#undef ck_abort_msg
#define ck_assert_msg(condition, ...) FUZZ_ASSERT(condition)
#define ck_abort_msg(...)             (fprintf(stderr, __VA_ARGS__), abort())
#include "sim/base/file.h"
#include "tests/log_fixture.h"

enum { EPISODES = 3, PAGE = 4096 };

// What was written.
static char *base;
static int64_t base_size;
static struct {
    int64_t ticks;
    uint64_t steps, road, car;
} truth[EPISODES];

static char path[320], beside[340];

// --- what was read ---------------------------------------------------------------------------------------

typedef struct taken {
    int64_t ticks;
    uint64_t steps, road, car;
} taken;

static vg_err read_road_and_car(vg_log *log, const vg_log_episode *e, taken *out, vg_diag *diag) {
    vg_road *road = NULL;
    vg_car car;
    vg_err err = vg_log_road(log, e->road, &road, diag);
    if (!err) err = vg_log_car(log, e->car, &car, diag);
    if (!err) out->road = vg_road_hash(road), out->car = vg_car_hash(&car);
    vg_road_destroy(road);
    return err;
}

static vg_err read_rest(vg_log *log, const vg_log_episode *e, vg_diag *diag) {
    vg_log_incident *events = NULL;
    vg_log_sample *samples = NULL;
    int64_t count = 0;
    vg_err err = vg_log_events(log, e->id, &events, &count, diag);
    for (int64_t i = 0; !err && i < count; i++) {
        FUZZ_ASSERT(events[i].tick >= 0 && events[i].tick <= e->ticks);
        FUZZ_ASSERT(isfinite(events[i].s) && isfinite(events[i].offset));
    }
    if (!err) err = vg_log_read_samples(log, e->id, &samples, &count, diag);
    for (int64_t i = 0; !err && i < count; i++) FUZZ_ASSERT(!isinf(samples[i].t) && !isinf(samples[i].x));
    vg_free(samples);
    vg_free(events);
    return err;
}

static vg_err read_episode(vg_log *log, const vg_log_episode *e, taken *out, vg_diag *diag) {
    vg_log_step *steps = NULL;
    vg_err err = read_road_and_car(log, e, out, diag);
    if (!err) err = vg_log_steps(log, e->id, &steps, &out->ticks, diag);
    out->steps = 0;
    for (int64_t i = 0; !err && i < out->ticks; i++) out->steps = vg_log_hash_step(out->steps, &steps[i]);
    vg_free(steps);
    return err ? err : read_rest(log, e, diag);
}

// An episode without an end has no hash yet: a killed recorder's.
static bool was_written(const vg_log_episode *e, const taken *t) {
    if (e->end == VG_END_OPEN) return true;
    for (int i = 0; i < EPISODES; i++)
        if (truth[i].ticks == t->ticks && truth[i].steps == t->steps && truth[i].road == t->road &&
            truth[i].car == t->car)
            return true;
    return false;
}

static void read_all(void) {
    vg_diag diag = {0};
    vg_log *log;
    int32_t count;
    if (!fuzz_took(vg_log_open(path, &log, &diag), &diag)) return;
    vg_err err = vg_log_count(log, &count, &diag);
    for (int32_t i = 0; !err && i < count; i++) {
        vg_log_episode e;
        taken t = {0};
        err = vg_log_episode_at(log, i, &e, &diag);
        if (!err && fuzz_took(read_episode(log, &e, &t, &diag), &diag)) FUZZ_ASSERT(was_written(&e, &t));
    }
    fuzz_took(err, &diag);
    FUZZ_ASSERT(vg_log_close(log, &diag) == VG_OK);
}

// --- the input's instructions ----------------------------------------------------------------------------

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static uint32_t take(input *in, int bytes) {
    uint32_t value = 0;
    for (; bytes > 0 && in->left; bytes--, in->left--) value = value << 8 | *in->at++;
    return value;
}

static const char *any_column(input *in, const vg_log_table *table) {
    return table->columns[take(in, 1) % (uint32_t)table->count].name;
}

static const char *any_value(input *in) {
    static const char *const values[] = {"NULL",
                                         "0",
                                         "1",
                                         "-1",
                                         "2",
                                         "3",
                                         "255",
                                         "9223372036854775807",
                                         "1e308",
                                         "9e999",
                                         "0.5",
                                         "-0.0",
                                         "''",
                                         "'x'",
                                         "'0123456789abcdef'",
                                         "char(27)",
                                         "CAST(x'c328' AS TEXT)",
                                         "printf('%5000d', 1)",
                                         "x''",
                                         "x'00'",
                                         "zeroblob(8)",
                                         "zeroblob(100000)",
                                         "randomblob(64)"};
    static char number[32];
    uint32_t which = take(in, 1) % 32;
    if (which < sizeof values / sizeof *values) return values[which];
    snprintf(number, sizeof number, which % 2 ? "%d" : "%d / 7.0", (int)take(in, 3) - (1 << 23));
    return number;
}

// One statement, as another tool might run it on a log.
static void add_sql(input *in, char sql[400]) {
    const vg_log_table *table = &vg_log_tables[take(in, 1) % VG_LOG_TABLE_COUNT];
    const char *name = table->name, *key = strcmp(table->key, "id") ? "rowid" : "id", *column;
    uint32_t step = take(in, 1) % 64 + 1, row = take(in, 1) % step;
    switch (take(in, 1) % 12) {
    case 0: snprintf(sql, 400, "DROP TABLE %s", name); return;
    case 1: snprintf(sql, 400, "DELETE FROM %s WHERE %s %% %u = %u", name, key, step, row); return;
    case 2: snprintf(sql, 400, "ALTER TABLE %s DROP COLUMN \"%s\"", name, any_column(in, table)); return;
    case 3:
        snprintf(sql, 400, "ALTER TABLE %s RENAME COLUMN \"%s\" TO other", name, any_column(in, table));
        return;
    case 4: snprintf(sql, 400, "CREATE VIEW v AS SELECT * FROM %s", name); return;
    case 5:
        snprintf(sql, 400, "CREATE TRIGGER t%u AFTER INSERT ON %s BEGIN SELECT 1; END", step, name);
        return;
    case 6:
        snprintf(sql, 400, "PRAGMA %s = %d", row % 2 ? "user_version" : "application_id", (int)take(in, 4));
        return;
    case 7:
        snprintf(sql, 400, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET %s = %s WHERE name = '%s'",
                 row % 2 ? "sql" : "rootpage", any_value(in), name);
        return;
    case 8: // two columns change places
        column = any_column(in, table);
        snprintf(sql, 400, "UPDATE OR IGNORE %s SET \"%s\" = \"%s\" WHERE %s %% %u = %u", name, column,
                 any_column(in, table), key, step, row);
        return;
    default:
        column = any_column(in, table);
        snprintf(sql, 400, "UPDATE OR IGNORE %s SET \"%s\" = %s WHERE %s %% %u = %u", name, column,
                 any_value(in), key, step, row);
    }
}

// Run statements on a copy of the base, in memory. The file's bytes; sqlite3_free them.
static unsigned char *run_sql(input *in, uint32_t count, int64_t *size) {
    sqlite3 *db;
    char sql[400];
    unsigned char *copy = sqlite3_malloc64((sqlite3_uint64)base_size);
    memcpy(copy, base, (size_t)base_size);
    FUZZ_ASSERT(sqlite3_open(":memory:", &db) == SQLITE_OK);
    FUZZ_ASSERT(sqlite3_deserialize(db, "main", copy, base_size, base_size,
                                    SQLITE_DESERIALIZE_RESIZEABLE | SQLITE_DESERIALIZE_FREEONCLOSE) ==
                SQLITE_OK);
    sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL);
    for (uint32_t i = 0; i < count; i++) {
        add_sql(in, sql);
        sqlite3_exec(db, sql, NULL, NULL, NULL);
    }
    sqlite3_int64 written = 0;
    unsigned char *bytes = sqlite3_serialize(db, "main", &written, 0);
    sqlite3_close(db);
    FUZZ_ASSERT(bytes);
    *size = written;
    return bytes;
}

// Flips and pages: each of what is left of the input.
static void change_bytes(input *in, unsigned char *bytes, int64_t *size) {
    while (in->left >= 4 && *size >= PAGE) {
        uint32_t what = take(in, 1);
        int64_t pages = *size / PAGE, page = take(in, 1) % pages, other = take(in, 1) % pages;
        int64_t at = page * PAGE + (what % 4 ? take(in, 2) % PAGE : take(in, 1));
        if (what < 240)
            bytes[at] = (unsigned char)(what % 2 ? bytes[at] ^ (1u << what / 2 % 8) : take(in, 1));
        else if (what < 246)
            memmove(bytes + page * PAGE, bytes + other * PAGE, PAGE);
        else if (what < 250)
            memset(bytes + at, what % 2 ? 0xff : 0, (size_t)((page + 1) * PAGE - at));
        else if (what == 250)
            *size = at;
    }
}

static void put(const char *name, const void *bytes, int64_t size) {
    FILE *file = fopen(name, "wb");
    FUZZ_ASSERT(file && fwrite(bytes, 1, (size_t)size, file) == (size_t)size && fclose(file) == 0);
}

static void make_base(void) {
    vg_road *roads[] = {fixture_road(14), fixture_road(11)};
    vg_car car = fixture_car(0.1f);
    vg_diag diag = {0};
    vg_log *log;
    vg_log_episode e;
    snprintf(path, sizeof path, "%s", scratch("fuzz.vlog"));
    snprintf(beside, sizeof beside, "%s-wal", path);
    FUZZ_ASSERT(vg_log_create(path, VG_REPLACE, &log, &diag) == VG_OK);
    for (int i = 0; i < EPISODES; i++)
        fixture_episode(log, roads[i % 2], &car, i, 20 + 7 * i, i ? "" : "good");
    FUZZ_ASSERT(vg_log_close(log, &diag) == VG_OK);
    FUZZ_ASSERT(vg_file_read(path, 0, &base, &base_size, &diag) == VG_OK);
    FUZZ_ASSERT(vg_log_open(path, &log, &diag) == VG_OK);
    for (int i = 0; i < EPISODES; i++) {
        taken t;
        FUZZ_ASSERT(vg_log_episode_at(log, i, &e, &diag) == VG_OK);
        FUZZ_ASSERT(read_episode(log, &e, &t, &diag) == VG_OK);
        truth[i].ticks = t.ticks, truth[i].steps = t.steps, truth[i].road = t.road, truth[i].car = t.car;
    }
    FUZZ_ASSERT(vg_log_close(log, &diag) == VG_OK);
    for (int i = 0; i < 2; i++) vg_road_destroy(roads[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!base) make_base();
    if (size < 1) return 0;
    int64_t live = vg_memory_live(), written = base_size;
    input in = {data + 1, size - 1};
    if (data[0] == 255) { // the input is the file
        put(path, in.at, (int64_t)in.left);
    } else {
        unsigned char *bytes = run_sql(&in, data[0] % 8, &written);
        if (data[0] >= 192) { // or its write-ahead log
            put(path, bytes, written);
            put(beside, in.at, (int64_t)in.left);
        } else {
            change_bytes(&in, bytes, &written);
            put(path, bytes, written);
        }
        sqlite3_free(bytes);
    }
    read_all();
    unlink(beside);
    FUZZ_ASSERT(vg_memory_live() == live);
    return 0;
}
