#define _GNU_SOURCE // memmem
#include "logs/import/import_csv.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/csv_lines.h"
#include "sim/base/file.h"

#define HEADER "t_s,x_m,y_m,heading_rad,speed_mps[,steer][,throttle][,brake]"

enum { ROWS_MOST = 1 << 20, COLUMNS_MOST = 64 };

typedef struct reader {
    vg_csv_lines lines;          // the line under way is cut in place
    char *fields[COLUMNS_MOST];  // trimmed
    char header[64];             // the beginning of the first line, for messages
    int32_t place[COLUMNS_MOST]; // which of the telemetry's columns the file's i-th column is; -1: left out
    int count;                   // columns of the file
    vg_telemetry *out;
    const vg_warnings *warnings;
} reader;

// What the file's i-th column is called in a lap; NULL: it is left out.
static const char *name_of(const reader *r, int i) {
    return r->place[i] < 0 ? NULL : r->out->columns[r->place[i]].name;
}

// Warn once of all columns that are not a lap's.
static void tell_left_out(const reader *r, int count) {
    char names[200] = "";
    for (int i = 0; i < count; i++) {
        size_t used = strlen(names);
        if (r->place[i] < 0)
            snprintf(names + used, sizeof names - used, "%s'%.40s'", used ? ", " : "", r->fields[i]);
    }
    if (names[0])
        vg_track_warn(r->warnings, "%s:%lld: no column of a lap, left out: %s", r->lines.file,
                      (long long)r->lines.line, names);
}

static vg_err next_line(reader *r, vg_diag *diag) {
    return vg_csv_next(&r->lines, r->count ? "numbers" : HEADER, diag);
}

static vg_err take_header(reader *r, vg_diag *diag) {
    vg_err err = next_line(r, diag);
    if (err) return err;
    snprintf(r->header, sizeof r->header, "%.63s", r->lines.text);
    int count = vg_csv_cut(r->lines.text, ',', COLUMNS_MOST, r->fields);
    if (count > COLUMNS_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                          "a header of %d columns; expected at most %d, among them %s", count, COLUMNS_MOST,
                          HEADER);
    bool there[VG_QUANTITY_COUNT + 1] = {false};
    for (int i = 0; i < count; i++) {
        vg_quantity quantity = vg_quantity_named(r->fields[i]);
        r->place[i] = -1;
        if (quantity == VG_QUANTITY_COUNT) continue;
        if (there[quantity])
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, r->fields[i],
                              "a column twice; expected the header %s", HEADER);
        there[quantity] = true;
        r->place[i] = r->out->count;
        vg_telemetry_add(r->out, quantity, r->fields[i]);
    }
    for (int q = 0; q < VG_QUANTITY_COUNT; q++)
        if (!there[q] && q != VG_QUANTITY_LATITUDE && q != VG_QUANTITY_LONGITUDE && q <= VG_QUANTITY_SPEED)
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line,
                              vg_quantity_get((vg_quantity)q)->name,
                              "the column is missing from '%.60s%s'; expected the header %s", r->header,
                              strlen(r->header) > 60 ? "..." : "", HEADER);
    tell_left_out(r, count);
    r->count = count;
    return VG_OK;
}

static vg_err take_row(reader *r, vg_diag *diag) {
    int count = vg_csv_cut(r->lines.text, ',', COLUMNS_MOST, r->fields);
    if (count != r->count)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line,
                          count < r->count ? name_of(r, count) : NULL,
                          "%d fields; expected %d, as in the header", count, r->count);
    for (int i = 0; i < count; i++) {
        if (r->place[i] < 0) continue;
        vg_telemetry_column *column = &r->out->columns[r->place[i]];
        if (!vg_parse_double(r->fields[i], &column->values[r->out->rows]))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, column->name,
                              "'%.60s' is not a finite number; expected %s", r->fields[i],
                              vg_quantity_get(column->quantity)->expected);
    }
    r->out->lines[r->out->rows++] = r->lines.line;
    return VG_OK;
}

static bool only_blanks(const char *at, const char *end) {
    for (; at < end; at++)
        if (!strchr(" \t\r\n", *at) || !*at) return false;
    return true;
}

// Digits behind the point; 0 if there is no point.
static int decimals(const char *field) {
    const char *point = strchr(field, '.');
    return point ? (int)strspn(point + 1, "0123456789") : 0;
}

// Called when the last row has no line end: either its writer never writes one, or the file was cut off in
// its last field. If every other row has as many decimals there, fewer decimals mean that it was cut off.
static vg_err judge_end(const reader *r, int least_decimals, vg_diag *diag) {
    const char *field = r->fields[r->count - 1];
    if (decimals(field) < least_decimals)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, name_of(r, r->count - 1),
            "'%.40s' and no line end: the file was cut off; expected %d decimals, as in the other "
            "rows, and a line end",
            field, least_decimals);
    vg_track_warn(
        r->warnings,
        "%s:%lld: the last row has no line end; if the file was cut off, its last field '%.40s' may be "
        "short",
        r->lines.file, (long long)r->lines.line, field);
    return VG_OK;
}

static vg_err take_rows(reader *r, vg_diag *diag) {
    int least_decimals = 0, before = 0; // of the last field; before the last row
    vg_err err = VG_OK;
    while (!err && !only_blanks(r->lines.at, r->lines.end)) {
        err = next_line(r, diag);
        if (!err) err = take_row(r, diag);
        if (err) return err;
        int now = decimals(r->fields[r->count - 1]);
        before = least_decimals;
        if (r->out->rows == 1 || now < least_decimals) least_decimals = now;
    }
    if (r->out->rows == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->lines.file, r->lines.line, NULL,
                          "a header and no rows; expected samples");
    return r->lines.at == r->lines.end && r->lines.end[-1] != '\n' ? judge_end(r, before, diag) : VG_OK;
}

static vg_err read(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    const char *bytes = source->bytes, *file = source->file, *end = bytes + source->size;
    *out = (vg_telemetry){.file = file};
    reader r = {.warnings = source->warnings, .out = out};
    vg_csv_begin(&r.lines, bytes, source->size, file, VG_CSV_LINE_MOST);
    bytes = r.lines.at;
    int64_t lines = 1;
    for (const char *c = bytes; c < end; c++) lines += *c == '\n';
    vg_err err = VG_OK;
    if (only_blanks(bytes, end))
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "the file is empty; expected the header %s",
                         HEADER);
    else if (lines > ROWS_MOST)
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "%lld lines; expected at most 2^20",
                         (long long)lines);
    if (!err) err = take_header(&r, diag);
    if (!err) err = vg_telemetry_reserve(out, (int32_t)lines, diag);
    if (!err) err = take_rows(&r, diag);
    if (err) vg_telemetry_free(out);
    return err;
}

// Does the first line have a time column?
static bool sniff(const char *head, int64_t size) {
    const char *stop = memchr(head, '\n', (size_t)size);
    size_t line = (size_t)((stop ? stop : head + size) - head);
    return !memchr(head, 0, line) && memmem(head, line, "t_s", 3);
}

const vg_lap_format vg_lap_format_csv = {
    .about = {.name = "csv",
              .endings = "csv",
              .summary = "laps as CSV: " HEADER,
              .help = "A file is one lap. Its columns may have any order; columns of other names are left\n"
                      "out with a warning. Metres, seconds, radians; x east, y north, in the road's frame.",
              .examples = "verge import csv lap*.csv --road circuit.csv --car kart --out kart.vlog",
              .sniff = sniff},
    .read = read,
};
