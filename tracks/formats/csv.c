#include "tracks/formats/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/base/memory.h"
#include "tracks/borders.h"
#include "tracks/formats/csv_columns.h"
#include "tracks/obstacles.h"

enum { COLUMNS = 4, LINE_MOST = 2048 };

// X(place in a point, TUM's name of the column, the plain name, a recipe's name)
#define COLUMN_NAMES(X)                                                                                      \
    X(0, "x_m", "x_m", "x_m")                                                                                \
    X(1, "y_m", "y_m", "y_m")                                                                                \
    X(2, "w_tr_right_m", "w_right_m", "radius_m")                                                            \
    X(3, "w_tr_left_m", "w_left_m", "width_m")

typedef enum spelling { TUM, PLAIN, RECIPE, SPELLINGS } spelling;

static const char *const spellings[SPELLINGS][COLUMNS] = {
#define X(i, tum, plain, recipe) tum,
    {COLUMN_NAMES(X)},
#undef X
#define X(i, tum, plain, recipe) plain,
    {COLUMN_NAMES(X)},
#undef X
#define X(i, tum, plain, recipe) recipe,
    {COLUMN_NAMES(X)},
#undef X
};

// What reading has come to.
typedef struct reader {
    const vg_track_source *source;
    vg_csv_lines lines; // the line under way is cut in place
    bool recipe;        // corners are wanted, not points
    bool known;         // what the columns are
    vg_csv_columns columns;
    char *fields[VG_CSV_COLUMNS];
    int count;             // of the fields in the line
    char nothing[1];       // an empty cell
    vg_points left, right; // borders, if the table holds these
} reader;

static vg_err fail(const reader *r, const char *field, vg_diag *diag, const char *format, ...)
    VG_PRINTF(4, 5);
static vg_err fail(const reader *r, const char *field, vg_diag *diag, const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, field, "%s", text);
}

static bool one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcmp(text, *words) == 0) return true;
    return false;
}

// Read what a comment says about the road, if anything.
static vg_err take_comment(const reader *r, const char *text, vg_track *track, vg_diag *diag) {
    static const char *const opens[] = {"open",      "closed: no", "closed: false",
                                        "open: yes", "open: true", NULL};
    static const char *const closes[] = {"closed",   "closed: yes", "closed: true",
                                         "open: no", "open: false", NULL};
    if (one_of(text, opens)) track->closed = false;
    if (one_of(text, closes)) track->closed = true;
    if (strncmp(text, "obstacle:", 9) == 0)
        return r->recipe ? fail(r, "obstacle", diag, "a recipe of corners has none")
                         : vg_track_take_obstacle(track, text + 9, r->lines.file, r->lines.line, diag);
    if (strncmp(text, "name: ", 6) != 0) return VG_OK;
    if (strlen(text + 6) >= sizeof track->name)
        return fail(r, "name", diag, "the road's name has %zu bytes, expected at most %zu", strlen(text + 6),
                    sizeof track->name - 1);
    vg_name_of(track->name, sizeof track->name, text + 6, strlen(text + 6));
    return VG_OK;
}

// --- the header --------------------------------------------------------------------------------------------

static const char *expected_header(const reader *r) {
    return r->recipe ? "x_m,y_m,radius_m,width_m"
                     : "x_m,y_m,w_right_m,w_left_m or x_m,y_m,w_tr_right_m,w_tr_left_m";
}

static bool has(const reader *r, vg_csv_role role) { return r->columns.at[role] >= 0; }

static bool has_borders(const reader *r) {
    return has(r, VG_CSV_LEFT_X) && has(r, VG_CSV_LEFT_Y) && has(r, VG_CSV_RIGHT_X) &&
           has(r, VG_CSV_RIGHT_Y) && !(has(r, VG_CSV_X) && has(r, VG_CSV_Y));
}

// The columns of a recipe have fixed names; the radius lies where a road has its right half width.
static bool find_recipe(reader *r, char *text) {
    static const vg_csv_role roles[COLUMNS] = {VG_CSV_X, VG_CSV_Y, VG_CSV_RIGHT, VG_CSV_LEFT};
    vg_csv_columns *c = &r->columns;
    (void)vg_csv_header_columns(text, c, NULL);
    int found = 0;
    for (int i = 0; i < VG_CSV_ROLE_COUNT; i++) c->at[i] = -1;
    for (int i = 0; i < c->count && i < VG_CSV_COLUMNS; i++)
        for (int k = 0; k < COLUMNS; k++)
            if (strcmp(c->names[i], spellings[RECIPE][k]) == 0 && c->at[roles[k]] < 0) {
                c->at[roles[k]] = i;
                c->scale[i] = 1;
                found++;
            }
    return found == COLUMNS && c->count == COLUMNS;
}

static bool is_recipe_header(const char *text) {
    return strstr(text, "x_m") != NULL || strstr(text, "y_m") != NULL;
}

// Columns that nothing is known of are left out, aloud.
static void warn_left_out(const reader *r) {
    vg_text names = {0};
    for (int i = 0; i < r->columns.count; i++) {
        bool used = false;
        for (int role = 0; role < VG_CSV_ROLE_COUNT; role++) used = used || r->columns.at[role] == i;
        if (!used) vg_text_add(&names, "%s'%s'", names.size ? ", " : "", r->columns.names[i]);
    }
    if (names.size && !names.failed)
        vg_track_warn(r->source->warnings, "%s: no column of a road, left out: %.300s", r->lines.file,
                      names.bytes);
    vg_text_free(&names);
}

// Is the line a header? If so, the columns are known; *err tells one that cannot be used.
static bool take_header(reader *r, const char *text, bool comment, vg_err *err, vg_diag *diag) {
    char copy[LINE_MOST], twice[40];
    snprintf(copy, sizeof copy, "%s", text);
    if (r->recipe) {
        if (!is_recipe_header(text)) return false;
        if (!(r->known = find_recipe(r, copy)))
            *err = fail(r, NULL, diag, "the header '%.100s'; expected %s", text, expected_header(r));
        return true;
    }
    // A sentence about x and y is no header.
    if (!vg_csv_header_columns(copy, &r->columns, twice) || (comment && r->columns.separator == ' '))
        return false;
    r->known = true;
    if (*twice)
        *err = fail(r, twice, diag, "a second such column in the header '%.100s'; expected one", text);
    else if (!has_borders(r) && has(r, VG_CSV_RIGHT) != has(r, VG_CSV_LEFT))
        *err = fail(r, NULL, diag, "the header '%.100s' has one side's width; expected %s", text,
                    expected_header(r));
    else
        warn_left_out(r);
    return true;
}

static vg_err guess_columns(reader *r, const char *text, vg_diag *diag) {
    r->known = !r->recipe && vg_csv_guess_columns(&r->lines, &r->columns);
    if (!r->known)
        return fail(r, NULL, diag, "'%.60s' before any header; expected %s%s", text, expected_header(r),
                    r->recipe ? "" : ", or two columns of numbers and more");
    if (r->columns.count != 2 && r->columns.count != COLUMNS)
        vg_track_warn(r->source->warnings, "%s:%lld: no header; '%s' and '%s' of %d are taken for x and y%s",
                      r->lines.file, (long long)r->lines.line, r->columns.names[r->columns.at[VG_CSV_X]],
                      r->columns.names[r->columns.at[VG_CSV_Y]], r->columns.count,
                      has(r, VG_CSV_RIGHT) ? ", the next two for half widths" : "");
    return VG_OK;
}

// --- rows --------------------------------------------------------------------------------------------------

// The number with a role in this line, in metres. A column that the file has not is 0.
static vg_err take_number(const reader *r, vg_csv_role role, double *value, vg_diag *diag) {
    int at = r->columns.at[role];
    *value = 0;
    if (at < 0) return VG_OK;
    const char *name = r->columns.names[at];
    if (!vg_csv_number(r->fields[at], r->columns.separator, value))
        return fail(r, name, diag, "'%.60s' is not a finite number; expected metres", r->fields[at]);
    *value *= r->columns.scale[at];
    bool width = role == VG_CSV_RIGHT || role == VG_CSV_LEFT || role == VG_CSV_WIDTH;
    if (!width && !(fabs(*value) <= 1e7))
        return fail(r, name, diag, "%g m; expected at most 1e7 m either way", *value);
    if (width && !(*value > 0 && *value <= 1000))
        return fail(r, name, diag, "%g m; expected above 0, at most 1000 m%s", *value,
                    *value > 1000 ? " (centimetres?)" : "");
    return VG_OK;
}

// A row of both borders; where one is shorter, its cells are empty.
static vg_err take_borders(reader *r, vg_diag *diag) {
    vg_err err = VG_OK;
    for (int side = 0; side < 2 && !err; side++) {
        vg_csv_role x = side ? VG_CSV_RIGHT_X : VG_CSV_LEFT_X, y = x + 1;
        double px, py;
        if (!*r->fields[r->columns.at[x]] && !*r->fields[r->columns.at[y]]) continue;
        err = take_number(r, x, &px, diag);
        if (!err) err = take_number(r, y, &py, diag);
        if (!err) err = vg_points_add(side ? &r->right : &r->left, px, py, diag);
    }
    return err;
}

static vg_err take_point(reader *r, vg_track *track, vg_diag *diag) {
    double x, y, right, left, width;
    vg_err err = take_number(r, VG_CSV_X, &x, diag);
    if (!err) err = take_number(r, VG_CSV_Y, &y, diag);
    if (!err) err = take_number(r, VG_CSV_RIGHT, &right, diag);
    if (!err) err = take_number(r, VG_CSV_LEFT, &left, diag);
    if (!err) err = take_number(r, VG_CSV_WIDTH, &width, diag);
    if (err) return err;
    if (!has(r, VG_CSV_RIGHT)) right = left = width / 2;
    int32_t last = track->count - 1;
    if (last >= 0 && track->x[last] == x && track->y[last] == y)
        return fail(r, r->columns.names[r->columns.at[VG_CSV_X]], diag,
                    "the point (%g, %g) again, as in line %lld; expected neighbours to differ", x, y,
                    (long long)track->line[last]);
    vg_track_add(track, x, y, right, left);
    track->line[track->count - 1] = r->lines.line;
    return VG_OK;
}

static vg_err take_row(reader *r, char *text, vg_track *track, vg_diag *diag) {
    char blanks = r->columns.separator == ' ' ? ' ' : r->columns.separator;
    r->count = vg_csv_fields(text, blanks, r->fields);
    // Empty cells at the end of a line may be left away in a table of borders.
    while (has_borders(r) && r->count < r->columns.count) r->fields[r->count++] = r->nothing;
    if (r->count != r->columns.count)
        return fail(r, r->count < r->columns.count ? r->columns.names[r->count] : NULL, diag,
                    "%d fields; expected %d, separated by %s", r->count, r->columns.count,
                    blanks == '\t'  ? "tabs"
                    : blanks == ' ' ? "blanks"
                    : blanks == ';' ? "';'"
                                    : "','");
    return has_borders(r) ? take_borders(r, diag) : take_point(r, track, diag);
}

static vg_err take_line(reader *r, vg_track *track, vg_diag *diag) {
    char *text = vg_csv_trim(r->lines.text);
    if (!*text || (!r->known && strncmp(text, "sep=", 4) == 0)) return VG_OK;
    bool comment = *text == '#';
    if (comment) text = vg_csv_trim(text + 1);
    vg_err err = VG_OK;
    if (!r->known && take_header(r, text, comment, &err, diag)) return err;
    if (comment) return take_comment(r, text, track, diag);
    if (!r->known) err = guess_columns(r, text, diag);
    return err ? err : take_row(r, text, track, diag);
}

// --- the whole ---------------------------------------------------------------------------------------------

static vg_err check_whole(reader *r, vg_track *track, vg_diag *diag) {
    if (!r->known)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, 0, NULL,
                          "%s; expected the header %s and points",
                          r->lines.line ? "no header" : "the file is empty", expected_header(r));
    if (has_borders(r)) {
        const vg_borders borders = {r->left, r->right, r->columns.sides_unknown};
        bool closed = track->closed && (vg_points_meet(&r->left) || vg_points_meet(&r->right));
        vg_track_obstacle *obstacles = track->obstacles;
        int32_t obstacle_count = track->obstacle_count;
        track->obstacles = NULL;
        vg_track_free(track);
        vg_err err = vg_track_between(&borders, closed, r->lines.file, track, diag);
        if (err)
            vg_free(obstacles);
        else
            track->obstacles = obstacles, track->obstacle_count = obstacle_count;
        if (!err) snprintf(track->file, sizeof track->file, "%s", r->lines.file);
        return err;
    }
    if (r->recipe) {
        int32_t last = track->count - 1;
        if (last > 0 && track->x[last] == track->x[0] && track->y[last] == track->y[0]) track->count--;
    } else {
        vg_track_drop_repeat(track);
    }
    if (track->count < 3) return fail(r, NULL, diag, "%d points; expected at least 3", track->count);
    return VG_OK;
}

static vg_err parse(bool recipe, const vg_track_source *source, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    reader r = {.recipe = recipe, .source = source};
    vg_csv_begin(&r.lines, source->bytes, source->size, source->file, LINE_MOST);
    int64_t lines = 1;
    for (const char *c = r.lines.at; c < r.lines.end; c++) lines += *c == '\n';
    if (lines > 1 << 24)
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "more than 2^24 lines");
    vg_err err = vg_track_alloc((int32_t)lines, out, diag);
    if (err) return err;
    snprintf(out->file, sizeof out->file, "%s", source->file);
    while (!err && r.lines.at < r.lines.end) {
        err = vg_csv_next(&r.lines, "numbers", diag);
        if (!err) err = take_line(&r, out, diag);
    }
    if (!err) err = check_whole(&r, out, diag);
    if (err) vg_track_free(out);
    vg_points_free(&r.left);
    vg_points_free(&r.right);
    return err;
}

vg_err vg_csv_parse(const char *bytes, int64_t size, const char *file, vg_track *out, vg_diag *diag) {
    const vg_track_source source = {.bytes = bytes, .size = size, .file = file};
    return parse(false, &source, out, diag);
}

vg_err vg_csv_read_corners(const char *path, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    const vg_track_source source = {.bytes = bytes, .size = size, .file = path};
    err = parse(true, &source, out, diag);
    vg_free(bytes);
    if (!err) vg_track_name_by_file(out, path);
    return err;
}

void vg_csv_format(const vg_track *track, vg_csv_header header, vg_text *out) {
    const char *const *names = spellings[header == VG_CSV_TUM ? TUM : PLAIN];
    vg_text_add(out, "%s%s,%s,%s,%s\n", header == VG_CSV_TUM ? "# " : "", names[0], names[1], names[2],
                names[3]);
    if (!track->closed) vg_text_add(out, "# open\n");
    vg_track_write_obstacles(track, out);
    for (int32_t i = 0; i < track->count; i++) {
        char text[COLUMNS][32];
        vg_text_add(out, "%s,%s,%s,%s\n", vg_format_double(track->x[i], text[0]),
                    vg_format_double(track->y[i], text[1]), vg_format_double(track->right[i], text[2]),
                    vg_format_double(track->left[i], text[3]));
    }
}

// --- rows of the table -------------------------------------------------------------------------------------

// The first line of the file's beginning that is neither empty nor a comment without columns into `lines`,
// and its columns. false: there is none, or it is that of another kind of table.
static bool find_header(const char *head, int64_t size, vg_csv_lines *lines, vg_csv_columns *columns) {
    vg_diag none;
    vg_csv_begin(lines, head, size, "", LINE_MOST);
    while (lines->at < lines->end && !vg_csv_next(lines, "", &none)) {
        char copy[LINE_MOST], *text = vg_csv_trim(lines->text);
        bool comment = *text == '#';
        if (!*text || strncmp(text, "sep=", 4) == 0) continue;
        if (comment) text = vg_csv_trim(text + 1);
        snprintf(copy, sizeof copy, "%s", text);
        bool found = vg_csv_header_columns(copy, columns, NULL);
        if (found && !(comment && columns->separator == ' ')) return true;
        if (!comment) return false;
    }
    return false;
}

// Is there a column of time? Then it is a drive, not a road.
static bool has_time(const vg_csv_columns *columns) {
    static const char *const times[] = {"t", "t_s", "t [s]", "time", "time_s", "timestamp", "time [s]", NULL};
    for (int i = 0; i < columns->count; i++) {
        for (const char *const *t = times; *t; t++)
            if (strcasecmp(columns->names[i], *t) == 0) return true;
    }
    return false;
}

static bool has_width_named(const char *head, int64_t size, const char *name) {
    vg_csv_lines lines;
    vg_csv_columns columns;
    if (!find_header(head, size, &lines, &columns)) return false;
    int at = columns.at[VG_CSV_RIGHT];
    return at >= 0 && strcasecmp(columns.names[at], name) == 0;
}
static bool is_tum(const char *head, int64_t size) { return has_width_named(head, size, spellings[TUM][2]); }
static bool is_plain(const char *head, int64_t size) {
    return has_width_named(head, size, spellings[PLAIN][2]);
}

// A table of points with other names, or with numbers alone.
static bool is_points(const char *head, int64_t size) {
    vg_csv_lines lines;
    vg_csv_columns columns;
    if (find_header(head, size, &lines, &columns)) return !has_time(&columns);
    return lines.line > 0 && vg_csv_guess_columns(&lines, &columns);
}

static bool is_borders(const char *head, int64_t size) {
    vg_csv_lines lines;
    vg_csv_columns c;
    return find_header(head, size, &lines, &c) && c.at[VG_CSV_LEFT_X] >= 0 && c.at[VG_CSV_RIGHT_Y] >= 0;
}

// The edges at the road's nodes.
static void write_borders(const vg_track *track, vg_text *out) {
    vg_road *road;
    vg_diag diag;
    vg_err err = vg_track_road(track, &road, &diag);
    if (err == VG_ERR_MEMORY) out->failed = true;
    vg_text_add(out, "left_x_m,left_y_m,right_x_m,right_y_m\n");
    if (!track->closed) vg_text_add(out, "# open\n");
    vg_track_write_obstacles(track, out);
    if (err) return;
    vg_road_view view = vg_road_get(road);
    for (int32_t i = 0; i < view.count; i++) {
        char text[COLUMNS][32];
        vg_text_add(out, "%s,%s,%s,%s\n", vg_format_double(view.left_x[i], text[0]),
                    vg_format_double(view.left_y[i], text[1]), vg_format_double(view.right_x[i], text[2]),
                    vg_format_double(view.right_y[i], text[3]));
    }
    vg_road_destroy(road);
}

static vg_err read_row(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    return parse(false, source, out, diag);
}
static void write_tum(const vg_track *track, vg_text *out) { vg_csv_format(track, VG_CSV_TUM, out); }
static void write_plain(const vg_track *track, vg_text *out) { vg_csv_format(track, VG_CSV_PLAIN, out); }

const vg_track_format vg_track_format_tum = {
    .about = {.name = "tum",
              .endings = "csv",
              .summary = "the racetrack database's CSV, # x_m,y_m,w_tr_right_m,w_tr_left_m",
              .sniff = is_tum},
    .read = read_row,
    .write = write_tum,
    .obstacles = true,
};
const vg_track_format vg_track_format_plain = {
    .about = {.name = "plain",
              .endings = "csv",
              .summary = "the same with the header x_m,y_m,w_right_m,w_left_m",
              .sniff = is_plain},
    .read = read_row,
    .write = write_plain,
    .obstacles = true,
};
const vg_track_format vg_track_format_points = {
    .about = {.name = "points",
              .endings = "csv txt tsv",
              .summary =
                  "a table of points: a centre line, a raceline, two borders; with or without a header",
              .sniff = is_points},
    .read = read_row,
};
const vg_track_format vg_track_format_borders = {
    .about = {.name = "borders",
              .endings = "csv",
              .summary = "both borders as a table, left_x_m,left_y_m,right_x_m,right_y_m",
              .sniff = is_borders},
    .read = read_row,
    .approximate = true,
    .write = write_borders,
    .obstacles = true,
};
