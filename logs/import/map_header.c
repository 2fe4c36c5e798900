// The part of a text file above its rows: where the header is, and which column is what.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "logs/import/map_reading.h"

enum { SEARCHED = 200 }; // lines among which the header must be

static bool blank(const char *at, const char *stop) {
    while (at < stop && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '"')) at++;
    return at == stop;
}

// What separates the fields of this line: the first of tab, ';' and ',' that it has.
static char separator_of(const vg_column_map *map, const char *at, const char *stop) {
    static const char chosen[] = {0, ',', ';', '\t', ' '};
    if (map->separator) return chosen[map->separator];
    size_t size = (size_t)(stop - at);
    return memchr(at, '\t', size) ? '\t' : memchr(at, ';', size) ? ';' : ',';
}

bool vg_map_next_line(vg_map_reading *r) {
    size_t comment = strlen(r->map->comment);
    while (r->at < r->end) {
        const char *begin = r->at;
        r->line++;
        if (*begin != '\r' && *begin != '\n' && *begin != ' ' && *begin != '\t' && *begin != '"' &&
            !(comment && *begin == *r->map->comment)) { // a row, most likely
            r->text = begin;
            r->count = vg_field_cut(begin, r->end, r->separator, VG_MAP_COLUMNS_MOST, r->fields, &r->at);
            return true;
        }
        const char *stop = memchr(begin, '\n', (size_t)(r->end - begin));
        if (!stop) stop = r->end;
        r->at = stop + (stop < r->end);
        if (blank(begin, stop)) continue;
        while (*begin == ' ' || *begin == '\t') begin++;
        if (comment && (size_t)(stop - begin) >= comment && memcmp(begin, r->map->comment, comment) == 0)
            continue;
        r->text = begin;
        r->count = vg_field_cut(begin, r->end, r->separator, VG_MAP_COLUMNS_MOST, r->fields, &r->at);
        return true;
    }
    return false;
}

bool vg_map_listed(const char *list, const vg_field *field) {
    char item[VG_KEY_TEXT_SIZE];
    for (int32_t i = 0; vg_config_item(list, i, item); i++)
        if (vg_field_is(field, item)) return true;
    return false;
}

// --- names ------------------------------------------------------------------------------------------------

// A name without what stands in brackets behind it, and that.
static vg_field split_unit(const vg_field *name, vg_field *unit) {
    *unit = (vg_field){name->at, 0};
    if (name->size < 3 || (name->at[name->size - 1] != ')' && name->at[name->size - 1] != ']')) return *name;
    char open = name->at[name->size - 1] == ')' ? '(' : '[';
    int64_t at = name->size - 1;
    while (at > 0 && name->at[at] != open) at--;
    if (at == 0) return *name;
    *unit = (vg_field){name->at + at + 1, name->size - at - 2};
    vg_field plain = {name->at, at};
    while (plain.size > 0 && plain.at[plain.size - 1] == ' ') plain.size--;
    return plain;
}

// Does the source ("100: gps") begin or end with this word, or is it this word?
static bool is_source(const vg_field *source, const char *word) {
    size_t size = strlen(word);
    return source->size >= (int64_t)size && strncasecmp(source->at + source->size - size, word, size) == 0;
}

static bool is_named(const vg_map_reading *r, int i, const char *name) {
    if (!r->map->header) return strtol(name, NULL, 10) == i + 1;
    vg_field unit, plain = split_unit(&r->names[i], &unit);
    if (vg_field_is(&r->names[i], name) || vg_field_is(&plain, name)) return true;
    const char *at = strrchr(name, '@');
    if (!at || !r->map->source_row || at - name != plain.size) return false;
    return strncasecmp(plain.at, name, (size_t)plain.size) == 0 && is_source(&r->sources[i], at + 1);
}

static bool same_name(const vg_field *a, const vg_field *b) {
    return a->size == b->size && strncasecmp(a->at, b->at, (size_t)a->size) == 0;
}

// The file's column with one of these names, and whether a second one has the same; -1 if there is none.
static int find_named(const vg_map_reading *r, const char *names, bool *twice) {
    char name[VG_KEY_TEXT_SIZE];
    *twice = false;
    for (int32_t k = 0; vg_config_item(names, k, name); k++) {
        int found = -1;
        for (int i = 0; i < r->columns; i++) {
            if (!is_named(r, i, name)) continue;
            if (found < 0)
                found = i;
            else
                *twice |= same_name(&r->names[found], &r->names[i]);
        }
        if (found >= 0) return found;
    }
    return -1;
}

static bool has(const vg_map_reading *r, vg_quantity quantity) {
    bool twice;
    return find_named(r, r->map->columns[quantity].names, &twice) >= 0;
}

static bool has_position(const vg_map_reading *r) {
    return (has(r, VG_QUANTITY_X) && has(r, VG_QUANTITY_Y)) ||
           (has(r, VG_QUANTITY_LATITUDE) && has(r, VG_QUANTITY_LONGITUDE));
}

// --- the header -------------------------------------------------------------------------------------------

static void take_names(vg_map_reading *r, vg_field *to) {
    for (int i = 0; i < VG_MAP_COLUMNS_MOST; i++)
        to[i] = i < r->count ? r->fields[i] : (vg_field){r->text, 0};
}

// The first name of a quantity, for messages.
static const char *first_name(const vg_map_reading *r, vg_quantity quantity, char name[VG_KEY_TEXT_SIZE]) {
    return vg_config_item(r->map->columns[quantity].names, 0, name) ? name : vg_quantity_get(quantity)->name;
}

static vg_err fail_header(const vg_map_reading *r, int64_t line, const char *text, vg_diag *diag) {
    char time[VG_KEY_TEXT_SIZE], x[VG_KEY_TEXT_SIZE], y[VG_KEY_TEXT_SIZE];
    bool plane = r->map->columns[VG_QUANTITY_X].names[0];
    first_name(r, VG_QUANTITY_TIME, time);
    first_name(r, plane ? VG_QUANTITY_X : VG_QUANTITY_LATITUDE, x);
    first_name(r, plane ? VG_QUANTITY_Y : VG_QUANTITY_LONGITUDE, y);
    const char *lacks = !has(r, VG_QUANTITY_TIME)                               ? time
                        : !has(r, plane ? VG_QUANTITY_X : VG_QUANTITY_LATITUDE) ? x
                                                                                : y;
    const char *stop = memchr(text, '\n', (size_t)(r->end - text));
    int size = (int)((stop ? stop : r->end) - text);
    while (size > 0 && text[size - 1] == '\r') size--;
    double number;
    if (r->map->header && r->columns > 0 && vg_field_number(&r->names[0], r->decimal, &number))
        return vg_fail_at(
            diag, VG_ERR_FORMAT, r->source->file, line, NULL,
            "begins with numbers; expected a header with %.40s, %.40s, %.40s, or a column map (--map) "
            "with `header: false`",
            time, x, y);
    bool line_of_places = has_position(r) && lacks == time;
    return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, line, lacks,
                      "the column is missing from '%.*s%s'; expected a header with %.40s, %.40s, %.40s, or a "
                      "column map (--map) that says which column is what%s",
                      size > 60 ? 60 : size, text, size > 60 ? "..." : "", time, x, y,
                      line_of_places ? " (places without times can be a road, --road, but no lap)" : "");
}

// "Beacon Markers",12.3,45.6 or "Beacon Markers","12.3 45.6"
static void take_lap_ends(vg_map_reading *r) {
    if (!r->map->lap_ends[0] || !vg_field_is(&r->fields[0], r->map->lap_ends)) return;
    for (int i = 1; i < r->count && i < VG_MAP_COLUMNS_MOST; i++) {
        const char *at = r->fields[i].at, *stop = at + r->fields[i].size;
        while (at < stop && r->lap_end_count < VG_MAP_LAPS_MOST) {
            while (at < stop && *at == ' ') at++;
            vg_field one = {at, 0};
            while (at < stop && *at != ' ') at++, one.size++;
            double *end = &r->lap_ends[r->lap_end_count];
            r->lap_end_count += one.size > 0 && vg_field_number(&one, r->decimal, end);
        }
    }
}

// Go on behind the line that is this text; false if there is none.
static bool find_line(vg_map_reading *r, const char *text) {
    while (r->at < r->end) {
        const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
        vg_field line = {r->at, (stop ? stop : r->end) - r->at};
        r->at = stop ? stop + 1 : r->end;
        r->line++;
        while (line.size > 0 && strchr(" \t\r", line.at[line.size - 1])) line.size--;
        if (vg_field_is(&line, text)) return true;
    }
    return false;
}

// How much of what a header must have this line has.
static int score(const vg_map_reading *r) {
    int sum = 0;
    for (int q = VG_QUANTITY_TIME; q <= VG_QUANTITY_LONGITUDE; q++) sum += has(r, (vg_quantity)q);
    return sum;
}

// The next line that is not blank, cut; behind a comment's sign too, if `comments`, for the names of columns
// may stand there.
static bool next_candidate(vg_map_reading *r, bool comments) {
    size_t comment = strlen(r->map->comment);
    while (r->at < r->end) {
        const char *begin = r->at, *stop = memchr(begin, '\n', (size_t)(r->end - begin));
        if (!stop) stop = r->end;
        r->line++;
        r->text = begin;
        while (begin < stop && (*begin == ' ' || *begin == '\t')) begin++;
        bool commented =
            comment && (size_t)(stop - begin) >= comment && memcmp(begin, r->map->comment, comment) == 0;
        if (commented) begin += comment;
        r->at = stop + (stop < r->end);
        if (blank(begin, stop) || (commented && !comments)) continue;
        r->separator = separator_of(r->map, begin, stop);
        r->count = vg_field_cut(commented ? begin : r->text, r->end, r->separator, VG_MAP_COLUMNS_MOST,
                                r->fields, &r->at);
        return true;
    }
    return false;
}

// Find the first line that names a time and a position.
static vg_err find_header(vg_map_reading *r, vg_diag *diag) {
    int64_t best_line = 1;
    const char *best = r->at;
    int best_score = 0;
    for (int i = 0; i < SEARCHED && next_candidate(r, true); i++) {
        double number;
        take_lap_ends(r);
        if (i > 0 && vg_field_number(&r->fields[0], r->decimal, &number)) continue; // a row
        r->columns = r->count < VG_MAP_COLUMNS_MOST ? r->count : VG_MAP_COLUMNS_MOST;
        take_names(r, r->names);
        if (has(r, VG_QUANTITY_TIME) && has_position(r)) return VG_OK;
        if (i == 0) best = r->text, best_line = r->line;
        if (score(r) > best_score) best_score = score(r), best = r->text, best_line = r->line;
    }
    r->columns = 0;
    r->at = best;
    if (next_candidate(r, true)) {
        r->columns = r->count < VG_MAP_COLUMNS_MOST ? r->count : VG_MAP_COLUMNS_MOST;
        take_names(r, r->names);
    }
    return fail_header(r, best_line, best, diag);
}

static vg_err find_named_header(vg_map_reading *r, vg_diag *diag) {
    if (!find_line(r, r->map->header_after))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, NULL,
                          "there is no line '%s'; expected it before the names of the columns",
                          r->map->header_after);
    if (!next_candidate(r, false))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, r->line, NULL,
                          "'%s' is the last line; expected the names of the columns behind it",
                          r->map->header_after);
    take_names(r, r->names);
    r->columns = r->count < VG_MAP_COLUMNS_MOST ? r->count : VG_MAP_COLUMNS_MOST;
    return has(r, VG_QUANTITY_TIME) && has_position(r) ? VG_OK : fail_header(r, r->line, r->text, diag);
}

// The file has no header: its first row tells how many columns there are.
static vg_err count_columns(vg_map_reading *r, vg_diag *diag) {
    if (!next_candidate(r, false))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, NULL, "no rows; expected samples");
    r->columns = r->count < VG_MAP_COLUMNS_MOST ? r->count : VG_MAP_COLUMNS_MOST;
    if (!has(r, VG_QUANTITY_TIME) || !has_position(r)) return fail_header(r, r->line, r->text, diag);
    r->at = r->text, r->line--;
    return VG_OK;
}

// Is there no number in the line under way?
static bool is_of_units(const vg_map_reading *r) {
    double value;
    vg_field_time time;
    for (int i = 0; i < r->count && i < r->columns; i++)
        if (vg_field_number(&r->fields[i], r->decimal, &value) || vg_field_clock(&r->fields[i], &time))
            return false;
    return true;
}

// The next line, if it is one of words below the names, into `to`.
static void take_words(vg_map_reading *r, bool surely, vg_field *to) {
    const char *at = r->at;
    int64_t line = r->line;
    if (vg_map_next_line(r) && (surely || is_of_units(r)))
        take_names(r, to);
    else
        r->at = at, r->line = line;
}

static void take_rows_below(vg_map_reading *r) {
    if (r->map->units_row != VG_MAP_NO) take_words(r, r->map->units_row == VG_MAP_YES, r->units);
    if (r->map->source_row) take_words(r, false, r->sources);
}

// --- binding ----------------------------------------------------------------------------------------------

// Of a column without which the file is of no use?
static bool needed(vg_quantity q) { return q <= VG_QUANTITY_LONGITUDE || q == VG_QUANTITY_SPEED; }

// The units that the map gives for a quantity.
static void units_of_map(const char *list, vg_quantity quantity, vg_map_taken *taken) {
    char unit[VG_KEY_TEXT_SIZE];
    int count = 0;
    for (int32_t i = 0; count < VG_MAP_UNITS_MOST && vg_config_item(list, i, unit); i++) {
        taken->units[count] = vg_map_unit(quantity, unit, (int64_t)strlen(unit), NULL);
        if (!taken->units[count] && strcmp(unit, "date") == 0) taken->units[count] = "date";
        if (!taken->units[count] && strcmp(unit, "hhmmss") == 0) taken->units[count] = "hhmmss";
        if (!taken->units[count] && strcmp(unit, "ddmm") == 0) taken->units[count] = "ddmm";
        count += taken->units[count] != NULL;
    }
    if (!count) taken->units[0] = vg_quantity_get(quantity)->unit;
}

// The unit at the end of a name: "speed_kmh".
static const char *suffix_unit(const vg_map_reading *r, int column, vg_quantity quantity, const char *first) {
    const vg_field *name = &r->names[column];
    int64_t at = r->map->header ? name->size : 0;
    while (at > 0 && name->at[at - 1] != '_') at--;
    return at > 0 ? vg_map_unit(quantity, name->at + at, name->size - at, first) : NULL;
}

// The column's unit: the file's, else the map's. False: the file's is none of this quantity.
static bool find_units(const vg_map_reading *r, int column, vg_quantity quantity, vg_map_taken *taken,
                       vg_field *stated) {
    const char *list = r->map->columns[quantity].unit;
    char first[VG_KEY_TEXT_SIZE] = "";
    vg_config_item(list, 0, first);
    vg_field bracket;
    if (r->map->header)
        split_unit(&r->names[column], &bracket);
    else
        bracket = (vg_field){0};
    *stated = r->units[column];
    if (stated->size > 2 && (*stated->at == '[' || *stated->at == '(')) stated->at++, stated->size -= 2;
    const char *unit = bracket.size ? vg_map_unit(quantity, bracket.at, bracket.size, first) : NULL;
    if (!unit && stated->size) unit = vg_map_unit(quantity, stated->at, stated->size, first);
    if (!unit && !stated->size) unit = suffix_unit(r, column, quantity, first);
    units_of_map(list, quantity, taken);
    if (unit) {
        memset(taken->units, 0, sizeof taken->units);
        taken->units[0] = unit;
    }
    taken->told = unit != NULL;
    bool count = quantity == VG_QUANTITY_LAP || quantity == VG_QUANTITY_DRIVE;
    return unit || !stated->size || count || (quantity == VG_QUANTITY_TIME && list[0]);
}

static bool taken_by_fix(const vg_map_reading *r, const char *key) {
    vg_field field = {key, (int64_t)strlen(key)};
    return r->fix >= 0 && vg_map_listed(r->map->fix.of, &field);
}

static vg_err bind(vg_map_reading *r, vg_quantity quantity, const char *key, vg_diag *diag) {
    bool twice;
    const char *file = r->source->file;
    int column = find_named(r, r->map->columns[quantity].names, &twice);
    if (column < 0) return VG_OK;
    char name[48];
    snprintf(name, sizeof name, "%.*s", r->map->header ? (int)r->names[column].size : 0, r->names[column].at);
    if (!r->map->header) snprintf(name, sizeof name, "%d", column + 1);
    if (twice && !r->map->source_row)
        return vg_fail_at(diag, VG_ERR_FORMAT, file, r->header_line, name,
                          "a column twice; expected one of this name");
    vg_map_taken taken = {.column = column,
                          .place = r->out->count,
                          .fix = taken_by_fix(r, key),
                          .most = r->map->columns[quantity].most};
    vg_field stated;
    if (!find_units(r, column, quantity, &taken, &stated)) {
        if (needed(quantity))
            return vg_fail_at(diag, VG_ERR_FORMAT, file, r->header_line, name,
                              "is in '%.*s'; expected a unit of its kind, as %s",
                              (int)(stated.size > 40 ? 40 : stated.size), stated.at,
                              vg_quantity_get(quantity)->unit);
        vg_track_warn(r->source->warnings, "%s:%lld: %s: is in '%.*s', left out; expected a unit as %s", file,
                      (long long)r->header_line, name, (int)(stated.size > 40 ? 40 : stated.size), stated.at,
                      vg_quantity_get(quantity)->unit);
        return VG_OK;
    }
    if (quantity == VG_QUANTITY_TIME) r->time = r->taken_count;
    r->taken[r->taken_count++] = taken;
    vg_telemetry_add(r->out, quantity, name)->unit = taken.units[0];
    return VG_OK;
}

// Warn once of all columns that are not a lap's.
void vg_map_tell_left_out(const vg_map_reading *r) {
    if (r->map->others != 0 || !r->map->header) return;
    char names[200] = "";
    int more = 0;
    for (int i = 0; i < r->columns; i++) {
        bool taken = i == r->fix;
        for (int k = 0; k < r->taken_count; k++) taken |= r->taken[k].column == i || r->taken[k].letter == i;
        size_t used = strlen(names);
        if (taken) continue;
        if (used > 140)
            more++;
        else
            snprintf(names + used, sizeof names - used, "%s'%.*s'", used ? ", " : "",
                     (int)(r->names[i].size > 40 ? 40 : r->names[i].size), r->names[i].at);
    }
    if (!names[0]) return;
    char rest[40] = "";
    if (more) snprintf(rest, sizeof rest, " and %d more", more);
    vg_track_warn(r->source->warnings, "%s:%lld: no column of a lap, left out: %s%s", r->source->file,
                  (long long)r->header_line, names, rest);
}

static vg_err bind_all(vg_map_reading *r, vg_diag *diag) {
    bool twice;
    vg_err err = VG_OK;
    r->fix = find_named(r, r->map->fix.names, &twice);
#define X(quantity, key)                                                                                     \
    if (!err) err = bind(r, VG_QUANTITY_##quantity, #key, diag);
    VG_MAP_COLUMNS(X)
#undef X
    if (err) return err;
    r->lap_place = -1;
    if (r->lap_end_count && !vg_telemetry_find(r->out, VG_QUANTITY_LAP)) {
        r->lap_place = r->out->count;
        vg_telemetry_add(r->out, VG_QUANTITY_LAP, r->map->lap_ends);
    }
    return VG_OK;
}

vg_err vg_map_header(vg_map_reading *r, vg_diag *diag) {
    for (int64_t i = 0; i < r->map->skip_rows && r->at < r->end; i++) {
        const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
        r->at = stop ? stop + 1 : r->end;
        r->line++;
    }
    vg_err err;
    for (int i = 0; i < VG_MAP_COLUMNS_MOST; i++) r->units[i] = r->sources[i] = (vg_field){r->at, 0};
    if (!r->map->header)
        err = count_columns(r, diag);
    else if (r->map->header_after[0])
        err = find_named_header(r, diag);
    else
        err = find_header(r, diag);
    if (err) return err;
    r->header_line = r->map->header ? r->line : 0;
    if (r->count > VG_MAP_COLUMNS_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, r->header_line, NULL,
                          "a header of %d columns; expected at most %d", r->count, VG_MAP_COLUMNS_MOST);
    if (r->map->header) take_rows_below(r);
    err = bind_all(r, diag);
    if (err || !r->map->rows_after[0]) return err;
    if (!find_line(r, r->map->rows_after))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, NULL,
                          "there is no line '%s'; expected it before the first row", r->map->rows_after);
    return VG_OK;
}
