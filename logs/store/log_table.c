#include "logs/store/log_table.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/config.h"
#include "sim/base/hash.h"

static_assert(sizeof(vg_who) == 4 && sizeof(vg_end) == 4 && sizeof(vg_event) == 4, "enums bind as int32_t");

const char *vg_who_word(vg_who who) {
    static const char *const words[] = {
#define X(name, word) word,
        VG_WHOS(X)
#undef X
    };
    return (unsigned)who < sizeof words / sizeof *words ? words[who] : "?";
}

const char *vg_end_word(vg_end end) {
    static const char *const words[] = {
#define X(name, word) word,
        VG_ENDS(X)
#undef X
    };
    return (unsigned)end < sizeof words / sizeof *words ? words[end] : "?";
}

bool vg_end_terminated(vg_end end) { return end == VG_END_OFF_ROAD || end == VG_END_COLLISION; }

// The types of VG_STATE_COLUMNS as kinds of column.
#define VG_LOG_COLUMN_double VG_LOG_COLUMN_DOUBLE
#define VG_LOG_COLUMN_float  VG_LOG_COLUMN_FLOAT

// COL(row struct, field, column name, type, further initialisers)
#define COL(row, field, column, kind, ...)                                                                   \
    { .name = column, .type = VG_LOG_COLUMN_##kind, .at = offsetof(row, field), __VA_ARGS__ }
#define ID   .least = 1, .most = 9007199254740992.0 // 2^53: exact as a double, for JSON
#define TICK .least = 0, .most = 1125899906842624.0 // 2^50
#define UNIT .least = -1, .most = 1
#define NAME .most = 4096

static const vg_log_column road_columns[] = {
    COL(vg_road_row, id, "id", INT64, ID),
    COL(vg_road_row, name, "name", TEXT, NAME),
    COL(vg_road_row, hash, "hash", HASH),
    COL(vg_road_row, closed, "closed", BOOL),
    COL(vg_road_row, spacing, "spacing", DOUBLE, .least = 1e-6, .most = 1e6),
    COL(vg_road_row, x, "x", BLOB),
    COL(vg_road_row, y, "y", BLOB),
    COL(vg_road_row, right, "right", BLOB),
    COL(vg_road_row, left, "left", BLOB),
    COL(vg_road_row, obstacles, "obstacles", BLOB, .since = 5),
};

static const vg_log_column car_columns[] = {COL(vg_car_row, id, "id", INT64, ID),
                                            COL(vg_car_row, name, "name", TEXT, .most = VG_KEY_TEXT_SIZE - 1),
                                            COL(vg_car_row, hash, "hash", HASH),
#define X(field, unit, least, most, standard, help) COL(vg_car_row, car.field, #field, FLOAT),
                                            VG_CAR_BODY_FIELDS(X)
#undef X
#define X(field, unit, least, most, standard, help) COL(vg_car_row, car.field, #field, FLOAT, .since = 3),
                                                VG_CAR_GRIP_FIELDS(X)
#undef X
};

static const vg_log_column episode_columns[] = {
    COL(vg_episode_row, e.id, "id", INT64, ID),
    COL(vg_episode_row, e.road, "road", INT64, ID, .refers = "road(id)"),
    COL(vg_episode_row, e.car, "car", INT64, ID, .refers = "car(id)"),
    COL(vg_episode_row, e.tick_num, "tick_num", INT32, .least = 1, .most = INT32_MAX),
    COL(vg_episode_row, e.tick_den, "tick_den", INT32, .least = 1, .most = INT32_MAX),
    COL(vg_episode_row, e.ticks_per_action, "ticks_per_action", INT32, .least = 1, .most = INT32_MAX),
    COL(vg_episode_row, e.seed, "seed", WORD),
    COL(vg_episode_row, e.policy, "policy", TEXT, NAME),
    COL(vg_episode_row, e.policy_hash, "policy_hash", HASH, .null = true),
    COL(vg_episode_row, e.version, "version", TEXT, NAME),
    COL(vg_episode_row, e.started, "started", TEXT, NAME),
    COL(vg_episode_row, e.tags, "tags", TEXT, NAME),
    COL(vg_episode_row, e.source, "source", TEXT, NAME),
    COL(vg_episode_row, e.source_start, "source_start", DOUBLE, .null = true),
    COL(vg_episode_row, e.previous[0], "previous_steer", FLOAT, UNIT),
    COL(vg_episode_row, e.previous[1], "previous_accel", FLOAT, UNIT),
    COL(vg_episode_row, delay_line, "delay_line", BLOB),
    COL(vg_episode_row, e.end, "end", INT32, .least = VG_END_OPEN, .most = VG_END_COLLISION,
        .most_before = VG_END_STOPPED),
    COL(vg_episode_row, e.ticks, "ticks", INT64, TICK, .null = true),
#define X(type, field, unit, label) COL(vg_episode_row, e.final.field, "final_" #field, type, .null = true),
    VG_STATE_COLUMNS(X)
#undef X
        COL(vg_episode_row, steps_hash, "steps_hash", HASH, .null = true),
    COL(vg_episode_row, hash, "hash", HASH, .null = true),
};

static const vg_log_column actor_columns[] = {
    COL(vg_actor_row, episode, "episode", INT64, ID, .refers = "episode(id)"),
    COL(vg_actor_row, id, "id", INT64, .least = 0, .most = 1 << 24),
    COL(vg_actor_row, name, "name", TEXT, NAME),
};

static const vg_log_column step_columns[] = {
    COL(vg_step_row, episode, "episode", INT64, ID, .refers = "episode(id)"),
    COL(vg_step_row, actor, "actor", INT64, .least = 0, .most = 1 << 24),
    COL(vg_step_row, tick, "tick", INT64, TICK),
#define X(type, field, unit, label) COL(vg_step_row, step.state.field, #field, type),
    VG_STATE_COLUMNS(X)
#undef X
        COL(vg_step_row, step.command[0], "command_steer", FLOAT, UNIT),
    COL(vg_step_row, step.command[1], "command_accel", FLOAT, UNIT),
    COL(vg_step_row, step.applied[0], "applied_steer", FLOAT),
    COL(vg_step_row, step.applied[1], "applied_accel", FLOAT),
    COL(vg_step_row, step.input[0], "input_steer", FLOAT),
    COL(vg_step_row, step.input[1], "input_accel", FLOAT),
    COL(vg_step_row, step.label[0], "label_steer", FLOAT, UNIT, .null = true),
    COL(vg_step_row, step.label[1], "label_accel", FLOAT, UNIT, .null = true),
    COL(vg_step_row, step.who, "who", INT32, .least = VG_WHO_POLICY, .most = VG_WHO_HUMAN),
    COL(vg_step_row, step.gust, "gust", FLOAT, .null = true, .since = 2),
    COL(vg_step_row, step.bridged, "bridged", BOOL, .since = 4),
};

static const vg_log_column event_columns[] = {
    COL(vg_event_row, episode, "episode", INT64, ID, .refers = "episode(id)"),
    COL(vg_event_row, actor, "actor", INT64, .least = 0, .most = 1 << 24),
    COL(vg_event_row, event.tick, "tick", INT64, TICK),
    COL(vg_event_row, event.event, "event", INT32, .least = VG_EVENT_OFF, .most = VG_EVENT_COLLISION,
        .most_before = VG_EVENT_FINISH),
    COL(vg_event_row, event.s, "s", DOUBLE),
    COL(vg_event_row, event.offset, "offset", DOUBLE),
};

static const vg_log_column sample_columns[] = {
    COL(vg_sample_row, episode, "episode", INT64, ID, .refers = "episode(id)"),
    COL(vg_sample_row, row, "row", INT64, TICK),
#define SAMPLE(field) COL(vg_sample_row, sample.field, #field, DOUBLE, .null = true)
    SAMPLE(t),
    SAMPLE(x),
    SAMPLE(y),
    SAMPLE(heading),
    SAMPLE(speed),
    SAMPLE(steer),
    SAMPLE(throttle),
    SAMPLE(brake),
    COL(vg_sample_row, sample.sd, "sd", DOUBLE, .null = true, .since = 4),
};

#define TABLE(title, primary)                                                                                \
    { #title, title##_columns, (int32_t)(sizeof title##_columns / sizeof *title##_columns), primary }
const vg_log_table vg_log_tables[VG_LOG_TABLE_COUNT] = {
    [VG_LOG_TABLE_ROAD] = TABLE(road, "id"),
    [VG_LOG_TABLE_CAR] = TABLE(car, "id"),
    [VG_LOG_TABLE_EPISODE] = TABLE(episode, "id"),
    [VG_LOG_TABLE_ACTOR] = TABLE(actor, "episode, id"),
    [VG_LOG_TABLE_STEP] = TABLE(step, "episode, actor, tick"),
    [VG_LOG_TABLE_EVENT] = TABLE(event, "episode, actor, tick, event"),
    [VG_LOG_TABLE_SAMPLE] = {"source_sample", sample_columns, sizeof sample_columns / sizeof *sample_columns,
                             "episode, row"},
};

static bool is_text(vg_log_column_type type) {
    return type == VG_LOG_COLUMN_TEXT || type == VG_LOG_COLUMN_HASH;
}
static bool is_real(vg_log_column_type type) {
    return type == VG_LOG_COLUMN_DOUBLE || type == VG_LOG_COLUMN_FLOAT;
}
static bool is_ranged(const vg_log_column *c) { return c->type != VG_LOG_COLUMN_TEXT && c->least < c->most; }

const char *vg_log_column_sql_type(vg_log_column_type type) {
    return is_text(type) ? "TEXT" : is_real(type) ? "ANY" : type == VG_LOG_COLUMN_BLOB ? "BLOB" : "INTEGER";
}

int32_t vg_log_columns(const vg_log_table *table, int32_t version) {
    int32_t count = table->count;
    while (table->columns[count - 1].since > version) count--;
    return count;
}

void vg_log_create_sql(const vg_log_table *table, int32_t version, vg_text *out) {
    vg_text_add(out, "CREATE TABLE \"%s\" (", table->name);
    for (int32_t i = 0; i < vg_log_columns(table, version); i++) {
        const vg_log_column *c = &table->columns[i];
        vg_text_add(out, "\"%s\" %s%s", c->name, vg_log_column_sql_type(c->type), c->null ? "" : " NOT NULL");
        if (c->refers) vg_text_add(out, " REFERENCES %s", c->refers);
        if (is_real(c->type))
            vg_text_add(out, " CHECK (typeof(\"%s\") %s)", c->name,
                        c->null ? "IN ('real', 'null')" : "= 'real'");
        else if (is_ranged(c))
            vg_text_add(out, " CHECK (\"%s\" BETWEEN %.0f AND %.0f)", c->name, c->least,
                        version < VG_LOG_WIDENED && c->most_before > 0 ? c->most_before : c->most);
        vg_text_add(out, ", ");
    }
    vg_text_add(out, "PRIMARY KEY (%s)) STRICT%s", table->key,
                strcmp(table->key, "id") ? ", WITHOUT ROWID" : "");
}

void vg_log_insert_sql(const vg_log_table *table, vg_text *out) {
    vg_text_add(out, "INSERT INTO \"%s\" VALUES (", table->name);
    for (int32_t i = 0; i < table->count; i++) vg_text_add(out, i ? ", ?" : "?");
    vg_text_add(out, ")");
}

void vg_log_select_sql(const vg_log_table *table, int32_t columns, const char *tail, vg_text *out) {
    for (int32_t i = 0; i < columns; i++)
        vg_text_add(out, "%s\"%s\"", i ? ", " : "SELECT ", table->columns[i].name);
    vg_text_add(out, " FROM \"%s\" %s", table->name, tail);
}

// The field as its C type.
#define FIELD(type, row, column) (*(const type *)((const char *)(row) + (column)->at))
#define INTO(type, row, column)  (*(type *)((char *)(row) + (column)->at))

static int bind_real(sqlite3_stmt *statement, int at, double value) {
    return isnan(value) ? sqlite3_bind_null(statement, at) : sqlite3_bind_double(statement, at, value);
}

static int bind_int(sqlite3_stmt *statement, int at, const vg_log_column *column, int64_t value) {
    return column->null && value == -1 ? sqlite3_bind_null(statement, at)
                                       : sqlite3_bind_int64(statement, at, value);
}

int vg_log_column_bind(sqlite3_stmt *statement, int at, const vg_log_column *column, const void *row) {
    switch (column->type) {
    case VG_LOG_COLUMN_INT32: return bind_int(statement, at, column, FIELD(int32_t, row, column));
    case VG_LOG_COLUMN_INT64: return bind_int(statement, at, column, FIELD(int64_t, row, column));
    case VG_LOG_COLUMN_WORD: return sqlite3_bind_int64(statement, at, (int64_t)FIELD(uint64_t, row, column));
    case VG_LOG_COLUMN_BOOL: return sqlite3_bind_int(statement, at, FIELD(bool, row, column));
    case VG_LOG_COLUMN_DOUBLE: return bind_real(statement, at, FIELD(double, row, column));
    case VG_LOG_COLUMN_FLOAT: return bind_real(statement, at, FIELD(float, row, column));
    case VG_LOG_COLUMN_TEXT:
        return sqlite3_bind_text(statement, at, FIELD(char *, row, column), -1, SQLITE_STATIC);
    case VG_LOG_COLUMN_BLOB: {
        const vg_log_blob *blob = &FIELD(vg_log_blob, row, column);
        if (!blob->size) return sqlite3_bind_zeroblob(statement, at, 0);
        return sqlite3_bind_blob64(statement, at, blob->bytes, (sqlite3_uint64)blob->size, SQLITE_STATIC);
    }
    case VG_LOG_COLUMN_HASH: break;
    }
    uint64_t hash = FIELD(uint64_t, row, column);
    if (column->null && !hash) return sqlite3_bind_null(statement, at);
    char digits[17];
    return sqlite3_bind_text(statement, at, vg_hash_format(hash, digits), 16, SQLITE_TRANSIENT);
}

// Well-formed UTF-8 without control characters: safe for a terminal and for JSON.
static bool is_clean_text(const char *text, int64_t size) {
    const unsigned char *p = (const unsigned char *)text, *end = p + size;
    while (p < end) {
        int more = *p < 0x80 ? 0 : *p < 0xc2 ? -1 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : *p < 0xf5 ? 3 : -1;
        if (more < 0 || more >= end - p || *p < 0x20 || *p == 0x7f) return false;
        if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) || (*p == 0xf0 && p[1] < 0x90) ||
            (*p == 0xf4 && p[1] >= 0x90) || (*p == 0xc2 && p[1] < 0xa0))
            return false;
        for (p++; more; more--, p++)
            if ((*p & 0xc0) != 0x80) return false;
    }
    return true;
}

static void say_number(const vg_log_column *column, double value, char why[96]) {
    if (isfinite(value))
        snprintf(why, 96, "is %.9g, must be in [%.9g, %.9g]", value, column->least, column->most);
    else
        snprintf(why, 96, "is %s, must be a finite number",
                 isnan(value)  ? "NaN"
                 : value < 0.0 ? "-infinity"
                               : "infinity");
}

// Of each number of each row: short, so that it is inlined.
static inline bool number_valid(const vg_log_column *column, double value, char why[96]) {
    if (isfinite(value) && (!is_ranged(column) || (value >= column->least && value <= column->most)))
        return true;
    say_number(column, value, why);
    return false;
}

static bool text_valid(const vg_log_column *column, const char *text, int64_t size, char why[96]) {
    if ((double)size > column->most) {
        snprintf(why, 96, "has %lld bytes, may have %.0f", (long long)size, column->most);
        return false;
    }
    if (is_clean_text(text, size)) return true;
    snprintf(why, 96, "is not UTF-8 text without control characters");
    return false;
}

bool vg_log_column_valid(const vg_log_column *column, const void *row, char why[96]) {
    switch (column->type) {
    case VG_LOG_COLUMN_INT32: {
        int32_t value = FIELD(int32_t, row, column);
        return (column->null && value == -1) || number_valid(column, value, why);
    }
    case VG_LOG_COLUMN_INT64: {
        int64_t value = FIELD(int64_t, row, column);
        return (column->null && value == -1) || number_valid(column, (double)value, why);
    }
    case VG_LOG_COLUMN_DOUBLE: {
        double value = FIELD(double, row, column);
        return (column->null && isnan(value)) || number_valid(column, value, why);
    }
    case VG_LOG_COLUMN_FLOAT: {
        float value = FIELD(float, row, column);
        return (column->null && isnan(value)) || number_valid(column, value, why);
    }
    case VG_LOG_COLUMN_TEXT: {
        const char *text = FIELD(char *, row, column);
        return text_valid(column, text, (int64_t)strlen(text), why);
    }
    default: return true;
    }
}

static bool read_null(const vg_log_column *column, void *row) {
    switch (column->type) {
    case VG_LOG_COLUMN_INT32: INTO(int32_t, row, column) = -1; return column->null;
    case VG_LOG_COLUMN_INT64: INTO(int64_t, row, column) = -1; return column->null;
    case VG_LOG_COLUMN_HASH: INTO(uint64_t, row, column) = 0; return column->null;
    case VG_LOG_COLUMN_DOUBLE: INTO(double, row, column) = NAN; return column->null;
    case VG_LOG_COLUMN_FLOAT: INTO(float, row, column) = NAN; return column->null;
    default: return false;
    }
}

static bool read_int(int64_t value, const vg_log_column *column, void *row, char why[96]) {
    if (column->type == VG_LOG_COLUMN_WORD) {
        INTO(uint64_t, row, column) = (uint64_t)value;
        return true;
    }
    if (column->type == VG_LOG_COLUMN_BOOL) {
        INTO(bool, row, column) = value != 0;
        if (value == 0 || value == 1) return true;
        snprintf(why, 96, "is %lld, must be 0 or 1", (long long)value);
        return false;
    }
    if (!number_valid(column, (double)value, why)) return false;
    if (column->type == VG_LOG_COLUMN_INT32)
        INTO(int32_t, row, column) = (int32_t)value;
    else
        INTO(int64_t, row, column) = value;
    return true;
}

static bool read_real(double value, const vg_log_column *column, void *row, char why[96]) {
    if (!number_valid(column, value, why)) return false;
    if (column->type == VG_LOG_COLUMN_DOUBLE) {
        INTO(double, row, column) = value;
        return true;
    }
    float narrow = (float)value;
    INTO(float, row, column) = narrow;
    if ((double)narrow == value) return true;
    snprintf(why, 96, "is %.17g, must be a single-precision number", value);
    return false;
}

static bool read_hash(const char *text, const vg_log_column *column, void *row, char why[96]) {
    uint64_t hash = 0;
    if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16) {
        snprintf(why, 96, "is '%.20s', must be 16 lower-case hexadecimal digits", text);
        return false;
    }
    for (int i = 0; i < 16; i++)
        hash = hash << 4 | (uint64_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
    INTO(uint64_t, row, column) = hash;
    return true;
}

static const char *type_word(int type) {
    static const char *const words[] = {"?", "an integer", "a real", "a text", "a blob", "NULL"};
    return words[type >= SQLITE_INTEGER && type <= SQLITE_NULL ? type : 0];
}

bool vg_log_column_read(sqlite3_stmt *statement, int at, const vg_log_column *column, void *row,
                        char why[96]) {
    int found = sqlite3_column_type(statement, at);
    int wanted = is_text(column->type)                ? SQLITE_TEXT
                 : is_real(column->type)              ? SQLITE_FLOAT
                 : column->type == VG_LOG_COLUMN_BLOB ? SQLITE_BLOB
                                                      : SQLITE_INTEGER;
    if (found == SQLITE_NULL && read_null(column, row)) return true;
    if (found != wanted) {
        snprintf(why, 96, "is %s, must be %s", type_word(found), type_word(wanted));
        return false;
    }
    if (wanted == SQLITE_INTEGER) return read_int(sqlite3_column_int64(statement, at), column, row, why);
    if (wanted == SQLITE_FLOAT) return read_real(sqlite3_column_double(statement, at), column, row, why);
    snprintf(why, 96, "cannot be read");
    if (wanted == SQLITE_BLOB) {
        vg_log_blob blob = {sqlite3_column_blob(statement, at), sqlite3_column_bytes(statement, at)};
        INTO(vg_log_blob, row, column) = blob;
        return blob.bytes || !blob.size;
    }
    const char *text = (const char *)sqlite3_column_text(statement, at);
    int size = sqlite3_column_bytes(statement, at);
    if (!text) return false;
    if (column->type == VG_LOG_COLUMN_HASH) return read_hash(text, column, row, why);
    INTO(const char *, row, column) = text;
    return text_valid(column, text, size, why); // a zero inside is a control character
}
