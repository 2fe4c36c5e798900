// logs/import/field.h -- the fields of a line of text, as slices of the file: nothing is copied.
#ifndef VG_LOGS_IMPORT_FIELD_H
#define VG_LOGS_IMPORT_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A part of a file, without blanks and quotes around it. Doubled quotes inside stay doubled.
typedef struct vg_field {
    const char *at;
    int64_t size;
} vg_field;

// Cut the line that begins at `at` into fields, of which the first `most` are kept; returns how many there
// are in all. The line ends at a line feed or at `end`; *next is where the line behind it begins. A separator
// between quotes is part of the field; quotes end with their line. separator ' ': any run of blanks and tabs
// separates, and an empty line has no field. Otherwise an empty line is one empty field.
int vg_field_cut(const char *at, const char *end, char separator, int most, vg_field *fields,
                 const char **next);

// The same characters, whatever their case (ASCII)?
bool vg_field_is(const vg_field *field, const char *text);

// A finite decimal number that is the whole field, rounded to the nearest double. decimal: '.' or ',', or 0
// for either. Rejects what vg_parse_double rejects.
bool vg_field_number(const vg_field *field, char decimal, double *value);

// A time of day, a duration or a date with a time.
typedef struct vg_field_time {
    int64_t seconds; // since 1970-01-01 UTC if dated; else since midnight, or the duration
    double fraction; // s, 0 up to 1
    bool dated;
} vg_field_time;

// Read "2024-05-04T13:00:01.25Z" ('/' or '.' between year, month and day, or day.month.year; a blank before
// the time; an offset like +02:00; without one it is taken as UTC), "13:00:01.25", "1:23.456" (minutes and
// seconds), "0 days 00:01:23.456"; "11:48:00 PM", with or without a date. False for anything else.
bool vg_field_clock(const vg_field *field, vg_field_time *out);
// Read hhmmss with or without decimals: "130001.25".
bool vg_field_hhmmss(const vg_field *field, vg_field_time *out);

#ifdef __cplusplus
}
#endif
#endif
