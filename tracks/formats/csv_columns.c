#include "tracks/formats/csv_columns.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/text.h"

// --- fields ------------------------------------------------------------------------------------------------

// Behind the field that begins at text: the separator or the end.
static char *field_end(char *text, char separator) {
    char quote = 0;
    for (; *text; text++) {
        if (quote ? *text == quote : *text == '"')
            quote = quote ? 0 : *text;
        else if (!quote && (*text == separator || (separator == ' ' && *text == '\t')))
            break;
    }
    return text;
}

static char *unquote(char *field) {
    field = vg_csv_trim(field);
    size_t length = strlen(field);
    if (length >= 2 && (*field == '"' || *field == '\'') && field[length - 1] == *field) {
        field[length - 1] = 0;
        field = vg_csv_trim(field + 1);
    }
    return field;
}

int vg_csv_fields(char *text, char separator, char **fields) {
    int count = 0;
    for (char *next = vg_csv_trim(text); next; count++) {
        while (separator == ' ' && (*next == ' ' || *next == '\t')) next++;
        char *field = next, *end = field_end(field, separator);
        next = *end ? end + 1 : NULL;
        *end = 0;
        field = unquote(field);
        if (!next && !*field && count > 0) break;
        if (count < VG_CSV_COLUMNS) fields[count] = field;
    }
    if (separator == ',' && count > 0 && count <= VG_CSV_COLUMNS) { // "1,2;"
        char *last = fields[count - 1], *end = last + strlen(last);
        if (end > last && end[-1] == ';') end[-1] = 0;
    }
    return count;
}

// Is there a tab that is no blank beside a comma?
static bool has_tabs(const char *text) {
    for (const char *tab = text; (tab = strchr(tab, '\t')); tab++)
        if (tab > text && tab[-1] != ',' && tab[1] != ',') return true;
    return false;
}

char vg_csv_separator(const char *text) {
    const char *order = has_tabs(text) ? "\t;, " : ";, ";
    for (const char *s = order; *s; s++) {
        char copy[VG_CSV_LINE_MOST], *fields[VG_CSV_COLUMNS];
        snprintf(copy, sizeof copy, "%s", text);
        if (vg_csv_fields(copy, *s, fields) >= 2) return *s;
    }
    return ',';
}

bool vg_csv_number(char *field, char separator, double *value) {
    char *comma = strchr(field, ',');
    if (comma && separator != ',' && !strchr(field, '.')) *comma = '.';
    return vg_parse_double(field, value);
}

// --- by their names ----------------------------------------------------------------------------------------

// What the words of a name say.
typedef struct words {
    bool x, y, width, border, other, line;
    char side; // 'l', 'r', 'i' (inner), 'o' (outer)
} words;

static bool among(const char *word, const char *list) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
    return false;
}

static void take_word(const char *word, words *out) {
    if (among(word, "x xs"))
        out->x = true;
    else if (among(word, "y ys"))
        out->y = true;
    else if (among(word, "w width widths tr half"))
        out->width = true;
    else if (among(word, "left l"))
        out->side = 'l';
    else if (among(word, "right r"))
        out->side = 'r';
    else if (among(word, "inner inside i"))
        out->side = 'i';
    else if (among(word, "outer outside o"))
        out->side = 'o';
    else if (among(word, "border bound boundary edge limit"))
        out->border = true;
    else if (among(word, "ref pos position center centre centerline line coord point waypoint wp track road"))
        out->line = true;
    else
        out->other = true;
}

static double unit_of(const char *word) {
    return among(word, "m meter meters metre metres") ? 1
           : among(word, "cm")                        ? 0.01
           : among(word, "mm")                        ? 0.001
           : among(word, "km")                        ? 1000
           : among(word, "ft feet")                   ? 0.3048
                                                      : 0;
}

// Split a name into words of letters; its last one may be a unit.
static words words_of(const char *name, double *scale) {
    words out = {0};
    char word[40] = "";
    size_t length = 0;
    *scale = 1;
    for (const char *c = name;; c++) {
        if (isalnum((unsigned char)*c) && length + 1 < sizeof word) {
            word[length++] = (char)tolower((unsigned char)*c);
            word[length] = 0;
            continue;
        }
        if (length) {
            const char *rest = c;
            while (*rest && !isalnum((unsigned char)*rest)) rest++;
            double unit = *rest ? 0 : unit_of(word);
            if (unit > 0)
                *scale = unit;
            else
                take_word(word, &out);
        }
        if (!*c) return out;
        length = 0;
        word[0] = 0;
    }
}

static vg_csv_role role_of(const char *name, double *scale, bool *sides_unknown) {
    words w = words_of(name, scale);
    if (w.other || (w.x && w.y)) return VG_CSV_ROLE_COUNT;
    bool left = w.side == 'l' || w.side == 'i';
    if (w.x || w.y) {
        if (w.width) return VG_CSV_ROLE_COUNT;
        if (!w.side) return w.border ? VG_CSV_ROLE_COUNT : w.x ? VG_CSV_X : VG_CSV_Y;
        if (w.side == 'i' || w.side == 'o') *sides_unknown = true;
        return left ? (w.x ? VG_CSV_LEFT_X : VG_CSV_LEFT_Y) : (w.x ? VG_CSV_RIGHT_X : VG_CSV_RIGHT_Y);
    }
    if (!w.width || w.side == 'i' || w.side == 'o') return VG_CSV_ROLE_COUNT;
    return w.side == 'l' ? VG_CSV_LEFT : w.side == 'r' ? VG_CSV_RIGHT : VG_CSV_WIDTH;
}

static void begin_columns(vg_csv_columns *out, int count, char separator) {
    memset(out, 0, sizeof *out);
    out->count = count;
    out->separator = separator;
    for (int r = 0; r < VG_CSV_ROLE_COUNT; r++) out->at[r] = -1;
    for (int i = 0; i < VG_CSV_COLUMNS; i++) out->scale[i] = 1;
}

bool vg_csv_header_columns(char *text, vg_csv_columns *out, char twice[40]) {
    char *fields[VG_CSV_COLUMNS], separator = vg_csv_separator(text);
    int count = vg_csv_fields(text, separator, fields);
    begin_columns(out, count, separator);
    if (twice) *twice = 0;
    if (count > VG_CSV_COLUMNS) return false;
    for (int i = 0; i < count; i++) {
        vg_name_of(out->names[i], sizeof out->names[i], fields[i], strlen(fields[i]));
        vg_csv_role role = role_of(fields[i], &out->scale[i], &out->sides_unknown);
        if (role == VG_CSV_ROLE_COUNT) continue;
        if (out->at[role] >= 0 && twice && !*twice) snprintf(twice, 40, "%s", out->names[i]);
        if (out->at[role] < 0) out->at[role] = i;
    }
    bool borders = true;
    for (int r = VG_CSV_LEFT_X; r <= VG_CSV_RIGHT_Y; r++) borders = borders && out->at[r] >= 0;
    return borders || (out->at[VG_CSV_X] >= 0 && out->at[VG_CSV_Y] >= 0);
}

// --- by their numbers --------------------------------------------------------------------------------------

enum { LOOKED_AT = 60, NUMBERS = 12 };

typedef struct rows {
    double value[LOOKED_AT][NUMBERS];
    int count, columns;
} rows;

// Read the next rows as far as they are numbers.
static void look_at_rows(vg_csv_lines lines, char separator, rows *out) {
    while (out->count < LOOKED_AT) {
        char *fields[VG_CSV_COLUMNS], *text = vg_csv_trim(lines.text);
        if (*text && *text != '#') {
            int count = vg_csv_fields(text, separator, fields);
            if (out->count == 0) out->columns = count;
            if (count != out->columns || count < 2 || count > VG_CSV_COLUMNS) return;
            for (int i = 0; i < count && i < NUMBERS; i++)
                if (!vg_csv_number(fields[i], separator, &out->value[out->count][i])) return;
            out->count++;
        }
        vg_diag none;
        if (lines.at >= lines.end || vg_csv_next(&lines, "", &none)) return;
    }
}

static bool is_constant(const rows *rows, int column) {
    for (int i = 1; i < rows->count; i++)
        if (rows->value[i][column] != rows->value[0][column]) return false;
    return rows->count > 1;
}

// Is the first column the arc length of the next two, to a twentieth?
static bool is_arc(const rows *rows) {
    for (int i = 1; i < rows->count; i++) {
        const double *a = rows->value[i - 1], *b = rows->value[i];
        double step = sqrt((b[1] - a[1]) * (b[1] - a[1]) + (b[2] - a[2]) * (b[2] - a[2])), s = b[0] - a[0];
        if (!(s > 0 && fabs(step - s) <= 0.05 * s)) return false;
    }
    return rows->count > 2;
}

bool vg_csv_guess_columns(const vg_csv_lines *from, vg_csv_columns *out) {
    rows rows = {.count = 0};
    char separator = vg_csv_separator(from->text);
    look_at_rows(*from, separator, &rows);
    begin_columns(out, rows.columns, separator);
    if (rows.count == 0) return false;
    for (int i = 0; i < rows.columns; i++) snprintf(out->names[i], sizeof out->names[i], "column %d", i + 1);
    int x = 0, y = 1;
    if (rows.columns >= 4 && is_arc(&rows))
        x = 1, y = 2;
    else if (rows.columns == 3 && is_constant(&rows, 1) && !is_constant(&rows, 2))
        y = 2;
    else if (rows.columns >= 4)
        out->at[VG_CSV_RIGHT] = 2, out->at[VG_CSV_LEFT] = 3;
    out->at[VG_CSV_X] = x;
    out->at[VG_CSV_Y] = y;
    return true;
}
