#include "logs/import/import_csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/memory.h"

#define HEADER "t_s,x_m,y_m,heading_rad,speed_mps[,steer][,throttle][,brake]"

enum { LINE_MOST = 4096, ROWS_MOST = 1 << 20, COLUMNS_MOST = 64 };

// X(column's name, field of vg_log_sample, least, most, what is expected)
#define LAP_COLUMNS(X)                                                                                       \
    X("t_s", t, -1e12, 1e12, "seconds")                                                                      \
    X("x_m", x, -1e7, 1e7, "metres, at most 1e7 either way")                                                 \
    X("y_m", y, -1e7, 1e7, "metres, at most 1e7 either way")                                                 \
    X("heading_rad", heading, -1e4, 1e4, "radians, at most 1e4 either way")                                  \
    X("speed_mps", speed, 0, 1000, "0 to 1000 m/s (the car does not reverse)")                               \
    X("steer", steer, -1e4, 1e4, "radians of the steering wheel, at most 1e4 either way")                    \
    X("throttle", throttle, 0, 1, "0 to 1")                                                                  \
    X("brake", brake, 0, 1, "0 to 1")

typedef struct column {
    const char *name;
    size_t at; // of the value in vg_log_sample
    double least, most;
    const char *expected;
} column;

static const column columns[] = {
#define X(name, field, least, most, expected) {name, offsetof(vg_log_sample, field), least, most, expected},
    LAP_COLUMNS(X)
#undef X
};

enum { COLUMNS = sizeof columns / sizeof *columns, REQUIRED = 5 };

typedef struct reader {
    const char *at, *end;
    const char *file;
    int64_t line;
    char text[LINE_MOST];              // the line under way, cut in place
    char *fields[COLUMNS_MOST];        // trimmed
    char header[64];                   // the beginning of the first line, for messages
    const column *place[COLUMNS_MOST]; // what the file's i-th column is; NULL: left out
    int count;                         // columns of the file
    const vg_warnings *warnings;
} reader;

static char *trim(char *text) {
    while (*text == ' ' || *text == '\t') text++;
    char *end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) *--end = 0;
    return text;
}

// The next line into r->text. Only called where there is one.
static vg_err next_line(reader *r, vg_diag *diag) {
    r->line++;
    const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
    size_t size = (size_t)((stop ? stop : r->end) - r->at);
    if (memchr(r->at, 0, size))
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, NULL, "a zero byte; expected text");
    if (size >= LINE_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, NULL,
                          "a line of %zu characters; expected %s", size, r->count ? "numbers" : HEADER);
    memcpy(r->text, r->at, size);
    r->text[size] = 0;
    r->at += size + (stop != NULL);
    return VG_OK;
}

// Cut the line at commas into at most COLUMNS_MOST fields; returns how many there are in all.
static int cut(reader *r) {
    int count = 0;
    for (char *next = r->text; next; count++) {
        char *field = next;
        next = strchr(field, ',');
        if (next) *next++ = 0;
        if (count < COLUMNS_MOST) r->fields[count] = trim(field);
    }
    return count;
}

static const column *column_named(const char *name) {
    for (int i = 0; i < COLUMNS; i++)
        if (strcmp(columns[i].name, name) == 0) return &columns[i];
    return NULL;
}

// The columns that are none of a lap's, in one warning.
static void tell_left_out(const reader *r, int count) {
    char names[200] = "";
    for (int i = 0; i < count; i++) {
        size_t used = strlen(names);
        if (!r->place[i])
            snprintf(names + used, sizeof names - used, "%s'%.40s'", used ? ", " : "", r->fields[i]);
    }
    if (names[0])
        vg_track_warn(r->warnings, "%s:%lld: no column of a lap, left out: %s", r->file, (long long)r->line,
                      names);
}

static vg_err take_header(reader *r, vg_diag *diag) {
    vg_err err = next_line(r, diag);
    if (err) return err;
    snprintf(r->header, sizeof r->header, "%.63s", r->text);
    int count = cut(r);
    if (count > COLUMNS_MOST)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, NULL,
                          "a header of %d columns; expected at most %d, among them %s", count, COLUMNS_MOST,
                          HEADER);
    for (int i = 0; i < count; i++) {
        r->place[i] = column_named(r->fields[i]);
        for (int j = 0; r->place[i] && j < i; j++)
            if (r->place[j] == r->place[i])
                return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, r->fields[i],
                                  "a column twice; expected the header %s", HEADER);
    }
    for (int j = 0; j < REQUIRED; j++) {
        bool there = false;
        for (int i = 0; i < count; i++) there |= r->place[i] == &columns[j];
        if (!there)
            return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, columns[j].name,
                              "the column is missing from '%.60s%s'; expected the header %s", r->header,
                              strlen(r->header) > 60 ? "..." : "", HEADER);
    }
    tell_left_out(r, count);
    r->count = count;
    return VG_OK;
}

static vg_err take_row(reader *r, vg_lap *lap, vg_diag *diag) {
    int count = cut(r);
    if (count != r->count)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line,
                          count < r->count && r->place[count] ? r->place[count]->name : NULL,
                          "%d fields; expected %d, as in the header", count, r->count);
    vg_log_sample sample = {.steer = NAN, .throttle = NAN, .brake = NAN};
    for (int i = 0; i < count; i++) {
        const column *c = r->place[i];
        if (!c) continue;
        double value;
        if (!vg_parse_double(r->fields[i], &value))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, c->name,
                              "'%.60s' is not a finite number; expected %s", r->fields[i], c->expected);
        if (!(value >= c->least && value <= c->most))
            return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, c->name, "found %g; expected %s", value,
                              c->expected);
        *(double *)((char *)&sample + c->at) = value;
    }
    if (lap->count && !(sample.t > lap->samples[lap->count - 1].t)) {
        double before = lap->samples[lap->count - 1].t;
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, "t_s",
                          "time %s, from %.9g to %.9g s; expected it to rise",
                          sample.t < before ? "runs backwards" : "stands still", before, sample.t);
    }
    lap->samples[lap->count++] = sample;
    return VG_OK;
}

static bool only_blanks(const char *at, const char *end) {
    for (; at < end; at++)
        if (!strchr(" \t\r\n", *at) || !*at) return false;
    return true;
}

// Digits behind the point, 0 without one.
static int decimals(const char *field) {
    const char *point = strchr(field, '.');
    return point ? (int)strspn(point + 1, "0123456789") : 0;
}

// The last row has no line end: either its writer does without, or the file was cut off in its last field.
// Where every other row has as many decimals there, fewer mean that it was cut off.
static vg_err judge_end(const reader *r, int least_decimals, vg_diag *diag) {
    const char *field = r->fields[r->count - 1];
    const column *c = r->place[r->count - 1];
    if (decimals(field) < least_decimals)
        return vg_fail_at(
            diag, VG_ERR_FORMAT, r->file, r->line, c ? c->name : NULL,
            "'%.40s' and no line end: the file was cut off; expected %d decimals, as in the other "
            "rows, and a line end",
            field, least_decimals);
    vg_track_warn(
        r->warnings,
        "%s:%lld: the last row has no line end; if the file was cut off, its last field '%.40s' may be "
        "short",
        r->file, (long long)r->line, field);
    return VG_OK;
}

static vg_err take_rows(reader *r, vg_lap *lap, vg_diag *diag) {
    lap->first_line = r->line + 1;
    int least_decimals = 0, before = 0; // of the last field; before the last row
    vg_err err = VG_OK;
    while (!err && !only_blanks(r->at, r->end)) {
        err = next_line(r, diag);
        if (!err) err = take_row(r, lap, diag);
        if (err) return err;
        int now = decimals(r->fields[r->count - 1]);
        before = least_decimals;
        if (lap->count == 1 || now < least_decimals) least_decimals = now;
    }
    if (lap->count == 0)
        return vg_fail_at(diag, VG_ERR_FORMAT, r->file, r->line, NULL,
                          "a header and no rows; expected samples");
    return r->at == r->end && r->end[-1] != '\n' ? judge_end(r, before, diag) : VG_OK;
}

vg_err vg_import_csv_parse(const char *bytes, int64_t size, const char *file, const vg_warnings *warnings,
                           vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){.file = file};
    if (size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) bytes += 3, size -= 3;
    reader r = {.at = bytes, .end = bytes + size, .file = file, .warnings = warnings};
    int64_t lines = 1;
    for (const char *c = bytes; c < r.end; c++) lines += *c == '\n';
    vg_err err = VG_OK;
    if (only_blanks(bytes, r.end))
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "the file is empty; expected the header %s",
                         HEADER);
    else if (lines > ROWS_MOST)
        err = vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL, "%lld lines; expected at most 2^20",
                         (long long)lines);
    else if (!(out->samples = vg_new(vg_log_sample, lines)))
        err = vg_fail_memory(diag);
    if (!err) err = take_header(&r, diag);
    if (!err) err = take_rows(&r, out, diag);
    if (err) vg_lap_free(out);
    return err;
}

vg_err vg_import_csv_read(const char *path, const vg_warnings *warnings, vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    err = vg_import_csv_parse(bytes, size, path, warnings, out, diag);
    vg_free(bytes);
    return err;
}
