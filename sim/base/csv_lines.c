#include "sim/base/csv_lines.h"

#include <string.h>

void vg_csv_begin(vg_csv_lines *lines, const char *bytes, int64_t size, const char *file, int64_t most) {
    bool marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    lines->at = bytes + (marked ? 3 : 0);
    lines->end = bytes + size;
    lines->file = file;
    lines->most = most;
    lines->line = 0;
    lines->text[0] = 0;
}

vg_err vg_csv_next(vg_csv_lines *lines, const char *expected, vg_diag *diag) {
    lines->line++;
    const char *stop = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
    size_t size = (size_t)((stop ? stop : lines->end) - lines->at);
    if (memchr(lines->at, 0, size))
        return vg_fail_at(diag, VG_ERR_FORMAT, lines->file, lines->line, NULL, "a zero byte; expected text");
    if (size >= (size_t)lines->most)
        return vg_fail_at(diag, VG_ERR_FORMAT, lines->file, lines->line, NULL,
                          "a line of %zu characters; expected %s", size, expected);
    memcpy(lines->text, lines->at, size);
    lines->text[size] = 0;
    lines->at += size + (stop != NULL);
    return VG_OK;
}

char *vg_csv_trim(char *text) {
    while (*text == ' ' || *text == '\t') text++;
    char *end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) *--end = 0;
    return text;
}

int vg_csv_cut(char *text, char separator, int most, char **fields) {
    int count = 0;
    for (char *next = text; next; count++) {
        char *field = next;
        next = strchr(field, separator);
        if (next) *next++ = 0;
        if (count < most) fields[count] = vg_csv_trim(field);
    }
    return count;
}
