// What the first rows of a text file tell of its columns: letters beside positions, and decimal commas.
#include <string.h>

#include "logs/import/angle.h"
#include "logs/import/map_reading.h"

enum { PEEKED = 200 }; // rows

static bool is_position(const vg_map_reading *r, const vg_map_taken *t) {
    vg_quantity quantity = r->out->columns[t->place].quantity;
    return quantity == VG_QUANTITY_LATITUDE || quantity == VG_QUANTITY_LONGITUDE;
}

static bool is_taken(const vg_map_reading *r, int column) {
    for (int k = 0; k < r->taken_count; k++)
        if (r->taken[k].column == column) return true;
    return column == r->fix;
}

// NMEA's way: the letter stands in the next column. Is the first field there that holds something one?
static bool letter_behind(vg_map_reading *r, int column) {
    if (column >= r->columns || is_taken(r, column)) return false;
    for (int i = 0; i < PEEKED && vg_map_next_line(r); i++)
        if (column < r->count && r->fields[column].size > 0) return vg_angle_letter(&r->fields[column]) != 0;
    return false;
}

// Digits and one comma with other than three digits behind it (-1: a number that cannot be one with a decimal
// comma; 0: it tells nothing; 1: it must be).
static int comma_of(const vg_field *field) {
    const char *comma = memchr(field->at, ',', (size_t)field->size);
    double value;
    if (!vg_field_number(field, ',', &value)) return memchr(field->at, '.', (size_t)field->size) ? -1 : 0;
    int64_t behind = comma ? field->at + field->size - comma - 1 : 0;
    return comma && behind != 3;
}

static bool has_decimal_commas(vg_map_reading *r) {
    bool found = false;
    for (int i = 0; i < PEEKED && vg_map_next_line(r); i++)
        for (int k = 0; k < r->taken_count; k++) {
            if (r->taken[k].column >= r->count) continue;
            int comma = comma_of(&r->fields[r->taken[k].column]);
            if (comma < 0) return false;
            found |= comma;
        }
    return found;
}

void vg_map_peek(vg_map_reading *r) {
    const char *at = r->at, *text = r->text;
    int64_t line = r->line;
    for (int k = 0; k < r->taken_count; k++) {
        vg_map_taken *t = &r->taken[k];
        t->letter = is_position(r, t) && letter_behind(r, t->column + 1) ? t->column + 1 : -1;
        r->at = at, r->line = line;
    }
    // Between commas a comma within quotes may be the mark of thousands: "1,500" is, or is not.
    if (!r->map->decimal && r->separator == ',') {
        r->decimal = has_decimal_commas(r) ? ',' : '.';
        if (r->decimal == ',')
            vg_track_warn(r->source->warnings, "%s: the comma within fields is taken as the decimal sign",
                          r->source->file);
    }
    r->at = at, r->line = line, r->text = text;
}
