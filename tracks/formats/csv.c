#define _GNU_SOURCE // memmem
#include "tracks/formats/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/csv_lines.h"
#include "sim/base/memory.h"

enum { COLUMNS = 4, LINE_MOST = 1024 };

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
    vg_csv_lines lines; // the line under way is cut in place
    bool recipe;        // corners are wanted, not points
    char *fields[COLUMNS];
    int place[COLUMNS]; // which value of a point column i holds
    const char *const *names;
    char separator;
} reader;

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
    if (strncmp(text, "name: ", 6) != 0) return VG_OK;
    if (strlen(text + 6) >= sizeof track->name)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, "name",
                          "the road's name has %zu bytes, expected at most %zu", strlen(text + 6),
                          sizeof track->name - 1);
    vg_name_of(track->name, sizeof track->name, text + 6, strlen(text + 6));
    return VG_OK;
}

static bool is_header(const char *text) { return strstr(text, "x_m") != NULL; }

// Do the fields name these columns, in any order? If so, the reader uses that order.
static bool matches(reader *r, const char *const *names) {
    unsigned seen = 0;
    for (int i = 0; i < COLUMNS; i++)
        for (int j = 0; j < COLUMNS; j++)
            if (strcmp(r->fields[i], names[j]) == 0) {
                r->place[i] = j;
                seen |= 1U << j;
            }
    if (seen != (1U << COLUMNS) - 1) return false;
    r->names = names;
    return true;
}

static const char *expected_header(const reader *r) {
    return r->recipe ? "x_m,y_m,radius_m,width_m"
                     : "x_m,y_m,w_right_m,w_left_m or x_m,y_m,w_tr_right_m,w_tr_left_m";
}

static vg_err take_header(reader *r, char *text, vg_diag *diag) {
    r->separator = strchr(text, ';') ? ';' : ',';
    int count = vg_csv_cut(text, r->separator, COLUMNS, r->fields);
    if (count != COLUMNS)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                          "a header of %d columns; expected %s", count, expected_header(r));
    for (int i = r->recipe ? RECIPE : TUM; i <= (r->recipe ? RECIPE : PLAIN); i++)
        if (matches(r, spellings[i])) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                      "the header '%.40s, %.40s, %.40s, %.40s'; expected %s", r->fields[0], r->fields[1],
                      r->fields[2], r->fields[3], expected_header(r));
}

static vg_err take_row(reader *r, char *text, vg_track *track, vg_diag *diag) {
    double value[COLUMNS];
    int count = vg_csv_cut(text, r->separator, COLUMNS, r->fields);
    if (count != COLUMNS) {
        const char *missing = count < COLUMNS ? r->names[r->place[count]] : NULL;
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, missing,
                          "%d fields; expected %d, separated by '%c'", count, COLUMNS, r->separator);
    }
    for (int i = 0; i < COLUMNS; i++) {
        const char *name = r->names[r->place[i]];
        double *v = &value[r->place[i]];
        if (!vg_parse_double(r->fields[i], v))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, name,
                              "'%.60s' is not a finite number; expected metres", r->fields[i]);
        if (r->place[i] < 2 && !(fabs(*v) <= 1e7))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, name,
                              "%g m; expected at most 1e7 m either way", *v);
        if (r->place[i] >= 2 && !(*v > 0 && *v <= 1000))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, name,
                              "%g m; expected above 0, at most 1000 m", *v);
    }
    int32_t last = track->count - 1;
    if (last >= 0 && track->x[last] == value[0] && track->y[last] == value[1])
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, r->names[0],
                          "the point (%g, %g) again, as in line %lld; expected neighbours to differ",
                          value[0], value[1], (long long)track->line[last]);
    vg_track_add(track, value[0], value[1], value[2], value[3]);
    track->line[track->count - 1] = r->lines.line;
    return VG_OK;
}

static vg_err take_line(reader *r, vg_track *track, vg_diag *diag) {
    char *text = vg_csv_trim(r->lines.text);
    if (!*text) return VG_OK;
    bool comment = *text == '#';
    if (comment) text = vg_csv_trim(text + 1);
    if (!r->names && is_header(text)) return take_header(r, text, diag);
    if (comment) return take_comment(r, text, track, diag);
    if (!r->names)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                          "'%.60s' before any header; expected %s", text, expected_header(r));
    return take_row(r, text, track, diag);
}

static vg_err check_whole(reader *r, vg_track *track, vg_diag *diag) {
    if (!r->names)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, 0, NULL,
                          "%s; expected the header %s and points",
                          r->lines.line ? "no header" : "the file is empty", expected_header(r));
    int32_t last = track->count - 1;
    if (track->closed && last > 0 && track->x[last] == track->x[0] && track->y[last] == track->y[0])
        track->count--;
    if (track->count < 3)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                          "%d points; expected at least 3", track->count);
    return VG_OK;
}

static vg_err parse(bool recipe, const char *bytes, int64_t size, const char *file, vg_track *out,
                    vg_diag *diag) {
    *out = (vg_track){0};
    reader r = {.recipe = recipe};
    vg_csv_begin(&r.lines, bytes, size, file, LINE_MOST);
    int64_t lines = 1;
    for (const char *c = r.lines.at; c < r.lines.end; c++) lines += *c == '\n';
    if (lines > 1 << 24) return vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "more than 2^24 lines");
    vg_err err = vg_track_alloc((int32_t)lines, out, diag);
    if (err) return err;
    snprintf(out->file, sizeof out->file, "%s", file);
    while (!err && r.lines.at < r.lines.end) {
        err = vg_csv_next(&r.lines, "4 fields", diag);
        if (!err) err = take_line(&r, out, diag);
    }
    if (!err) err = check_whole(&r, out, diag);
    if (err) vg_track_free(out);
    return err;
}

vg_err vg_csv_parse(const char *bytes, int64_t size, const char *file, vg_track *out, vg_diag *diag) {
    return parse(false, bytes, size, file, out, diag);
}

vg_err vg_csv_read_corners(const char *path, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = parse(true, bytes, size, path, out, diag);
    vg_free(bytes);
    if (!err) vg_track_name_by_file(out, path);
    return err;
}

void vg_csv_format(const vg_track *track, vg_csv_header header, vg_text *out) {
    const char *const *names = spellings[header == VG_CSV_TUM ? TUM : PLAIN];
    vg_text_add(out, "%s%s,%s,%s,%s\n", header == VG_CSV_TUM ? "# " : "", names[0], names[1], names[2],
                names[3]);
    if (!track->closed) vg_text_add(out, "# open\n");
    for (int32_t i = 0; i < track->count; i++) {
        char text[COLUMNS][32];
        vg_text_add(out, "%s,%s,%s,%s\n", vg_format_double(track->x[i], text[0]),
                    vg_format_double(track->y[i], text[1]), vg_format_double(track->right[i], text[2]),
                    vg_format_double(track->left[i], text[3]));
    }
}

// --- rows of the table -------------------------------------------------------------------------------------

// Do the first bytes contain a header with this column?
static bool has_column(const char *head, int64_t size, const char *name) {
    if (memchr(head, 0, (size_t)size)) return false;
    return memmem(head, (size_t)size, "x_m", 3) && memmem(head, (size_t)size, name, strlen(name));
}
static bool is_tum(const char *head, int64_t size) { return has_column(head, size, spellings[TUM][2]); }
static bool is_plain(const char *head, int64_t size) { return has_column(head, size, spellings[PLAIN][2]); }

static vg_err read_row(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    return vg_csv_parse(source->bytes, source->size, source->file, out, diag);
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
};
const vg_track_format vg_track_format_plain = {
    .about = {.name = "plain",
              .endings = "csv",
              .summary = "the same with the header x_m,y_m,w_right_m,w_left_m",
              .sniff = is_plain},
    .read = read_row,
    .write = write_plain,
};
