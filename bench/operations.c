#include "bench/operations.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/memory.h"
#include "sim/base/text.h"

#define X(column, what) "," #column
static const char header[] = "piece,unit" BENCH_OPERATIONS(X);
#undef X
enum { FIELD_MOST = 31, LIMIT = 1 << 16 };

// The next field of *at, cut off; NULL: there is none.
static char *take(char **at) {
    char *field = *at;
    if (!field) return NULL;
    *at = strchr(field, ',');
    if (*at) *(*at)++ = '\0';
    return field;
}

static bool take_text(char **at, char out[FIELD_MOST + 1]) {
    const char *field = take(at);
    if (!field || !field[0] || strlen(field) > FIELD_MOST) return false;
    strcpy(out, field);
    return true;
}

static bool take_number(char **at, double *out) {
    const char *field = take(at);
    return field && vg_parse_double(field, out) && *out >= 0;
}

static bool parse_row(char *line, bench_operations *row) {
    bool good = take_text(&line, row->piece) && take_text(&line, row->unit);
#define X(column, what) good = good && take_number(&line, &row->column);
    BENCH_OPERATIONS(X)
#undef X
    return good && !line;
}

static vg_err parse(char *text, const char *path, bench_operations *rows, int32_t *count, vg_diag *diag) {
    int32_t number = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        if (number++ == 0) {
            if (strcmp(line, header) != 0)
                return vg_fail_at(diag, VG_ERR_FORMAT, path, number, NULL, "expected the header %s", header);
            continue;
        }
        if (*count == BENCH_OPERATIONS_MOST)
            return vg_fail_at(diag, VG_ERR_FORMAT, path, number, NULL, "more than %d pieces",
                              BENCH_OPERATIONS_MOST);
        if (!parse_row(line, &rows[(*count)++]))
            return vg_fail_at(diag, VG_ERR_FORMAT, path, number, NULL,
                              "expected a piece, its unit and five numbers of 0 or more");
    }
    if (*count == 0) return vg_fail_at(diag, VG_ERR_FORMAT, path, 0, NULL, "holds no piece");
    return VG_OK;
}

vg_err bench_operations_read(const char *path, bench_operations *rows, int32_t *count, vg_diag *diag) {
    char *text = NULL;
    int64_t size;
    *count = 0;
    vg_err err = vg_file_read(path, LIMIT, &text, &size, diag);
    if (!err) err = parse(text, path, rows, count, diag);
    vg_free(text);
    return err;
}
