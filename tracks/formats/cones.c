#include "tracks/formats/cones.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/base/memory.h"
#include "tracks/formats/csv_columns.h"
#include "tracks/formats/lines.h"

enum { LINE_MOST = 1024 };

static bool one_of(const char *text, const char *const *words) {
    for (; *words; words++)
        if (strcasecmp(text, *words) == 0) return true;
    return false;
}

// The column that tells the colour; -1: none.
static int find_tag(const vg_csv_columns *columns) {
    static const char *const names[] = {"tag",  "color", "colour", "cone_color",
                                        "type", "side",  "class",  NULL};
    for (int i = 0; i < columns->count; i++)
        if (one_of(columns->names[i], names)) return i;
    return -1;
}

// 0: left, 1: right, -1: another kind of cone.
static int side_of(const char *tag) {
    static const char *const left[] = {"blue", "left", "b", "l", NULL}, *const right[] = {"yellow", "right",
                                                                                          "y", "r", NULL};
    return one_of(tag, left) ? 0 : one_of(tag, right) ? 1 : -1;
}

// --- order -------------------------------------------------------------------------------------------------

static double step(const vg_points *p, int32_t i, int32_t j) {
    double dx = p->x[j] - p->x[i], dy = p->y[j] - p->y[i];
    return sqrt(dx * dx + dy * dy);
}

static void swap(vg_points *p, int32_t i, int32_t j) {
    double x = p->x[i], y = p->y[i];
    p->x[i] = p->x[j], p->y[i] = p->y[j];
    p->x[j] = x, p->y[j] = y;
}

// Is each cone nearer to the one before it than to most others? Then the file is in order.
static bool in_order(const vg_points *p) {
    double longest = 0, mean = 0;
    for (int32_t i = 1; i < p->count; i++) {
        longest = fmax(longest, step(p, i - 1, i));
        double least = INFINITY;
        for (int32_t j = 0; j < p->count; j++)
            if (j != i) least = fmin(least, step(p, i, j));
        mean += least / p->count;
    }
    return longest < 4 * mean;
}

// From the first cone on: the next is near, and rather ahead than back.
static void put_in_order(vg_points *p) {
    for (int32_t i = 0; i + 1 < p->count; i++) {
        int32_t best = i + 1;
        double least = INFINITY;
        for (int32_t j = i + 1; j < p->count; j++) {
            double length = step(p, i, j), ahead = 1;
            if (i > 0)
                ahead = ((p->x[j] - p->x[i]) * (p->x[i] - p->x[i - 1]) +
                         (p->y[j] - p->y[i]) * (p->y[i] - p->y[i - 1])) /
                        (length * step(p, i - 1, i));
            double cost = length * (2 - ahead);
            if (cost < least) least = cost, best = j;
        }
        swap(p, i + 1, best);
    }
}

// --- reading -----------------------------------------------------------------------------------------------

static vg_err take_row(vg_csv_lines *lines, const vg_csv_columns *columns, int tag, vg_points sides[2],
                       vg_diag *diag) {
    char *fields[VG_CSV_COLUMNS];
    int count = vg_csv_fields(lines->text, columns->separator, fields);
    int x = columns->at[VG_CSV_X], y = columns->at[VG_CSV_Y], most = x > y ? x : y;
    double value[2];
    if (count <= (most > tag ? most : tag))
        return vg_fail_at(diag, VG_ERR_FORMAT, lines->file, lines->line, NULL, "%d fields; expected %d",
                          count, columns->count);
    int side = side_of(fields[tag]);
    if (side < 0) return VG_OK;
    for (int k = 0; k < 2; k++)
        if (!vg_csv_number(fields[k ? y : x], columns->separator, &value[k]) || !(fabs(value[k]) <= 1e7))
            return vg_fail_at(diag, VG_ERR_FORMAT, lines->file, lines->line, k ? "y" : "x",
                              "'%.40s'; expected metres, at most 1e7 either way", fields[k ? y : x]);
    return vg_points_add(&sides[side], value[0] * columns->scale[x], value[1] * columns->scale[y], diag);
}

static vg_err take_rows(const vg_track_source *source, vg_points sides[2], vg_diag *diag) {
    vg_csv_lines lines;
    vg_csv_columns columns;
    int tag = -1;
    vg_err err = VG_OK;
    vg_csv_begin(&lines, source->bytes, source->size, source->file, LINE_MOST);
    while (!err && lines.at < lines.end) {
        err = vg_csv_next(&lines, "a cone", diag);
        char *text = err ? NULL : vg_csv_trim(lines.text);
        if (err || !*text || *text == '#') continue;
        if (tag >= 0)
            err = take_row(&lines, &columns, tag, sides, diag);
        else if (!vg_csv_header_columns(text, &columns, NULL) || (tag = find_tag(&columns)) < 0)
            err = vg_fail_at(diag, VG_ERR_FORMAT, source->file, lines.line, NULL,
                             "no header; expected columns x, y and tag (or color)");
    }
    return err;
}

static vg_err read(const vg_track_source *source, vg_track *out, vg_diag *diag) {
    vg_points sides[2] = {0};
    vg_lines lines = {.source = source};
    *out = (vg_track){0};
    vg_err err = take_rows(source, sides, diag);
    for (int side = 0; side < 2 && !err; side++) {
        if (sides[side].count > 20000)
            err = vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "over 20,000 cones on one side");
        else if (sides[side].count > 2 && !in_order(&sides[side]))
            put_in_order(&sides[side]);
        if (!err) err = vg_lines_begin(&lines, side ? "right" : "left", false, diag);
        for (int32_t i = 0; i < sides[side].count && !err; i++)
            err = vg_lines_add(&lines, sides[side].x[i], sides[side].y[i], 0, diag);
    }
    if (!err && (sides[0].count < 2 || sides[1].count < 2))
        err = vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL,
                         "%d blue or left and %d yellow or right cones; expected at least 2 each",
                         sides[0].count, sides[1].count);
    if (!err) err = vg_lines_track(&lines, out, diag);
    for (int side = 0; side < 2; side++) vg_points_free(&sides[side]);
    vg_lines_free(&lines);
    return err;
}

static bool is_cones(const char *head, int64_t size) {
    vg_csv_lines lines;
    vg_csv_columns columns;
    vg_diag none;
    vg_csv_begin(&lines, head, size, "", LINE_MOST);
    while (lines.at < lines.end && !vg_csv_next(&lines, "", &none)) {
        char *text = vg_csv_trim(lines.text);
        if (!*text || *text == '#') continue;
        return vg_csv_header_columns(text, &columns, NULL) && find_tag(&columns) >= 0;
    }
    return false;
}

const vg_track_format vg_track_format_cones = {
    .about = {.name = "cones",
              .endings = "csv",
              .summary = "cones by their colour, blue to the left and yellow to the right: tag,x,y",
              .sniff = is_cones},
    .read = read,
};
