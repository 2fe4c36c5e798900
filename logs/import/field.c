#include "logs/import/field.h"

#include <string.h>
#include <strings.h>

#include "sim/base/text.h"

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static vg_field trimmed(const char *at, const char *stop) {
    while (at < stop && is_blank(*at)) at++;
    while (stop > at && (is_blank(stop[-1]) || stop[-1] == '\r')) stop--;
    if (stop - at >= 2 && *at == '"' && stop[-1] == '"') {
        at++, stop--;
        while (at < stop && is_blank(*at)) at++;
        while (stop > at && is_blank(stop[-1])) stop--;
    }
    return (vg_field){at, stop - at};
}

// Past the quotes that begin at `at`: behind the closing one, or at the end of the line.
static const char *past_quotes(const char *at, const char *end) {
    for (at++; at < end && *at != '\n'; at++) {
        if (*at != '"') continue;
        if (at + 1 < end && at[1] == '"')
            at++;
        else
            return at + 1;
    }
    return at;
}

static int cut_at_blanks(const char *at, const char *end, int most, vg_field *fields, const char **next) {
    int count = 0;
    for (;;) {
        while (at < end && (is_blank(*at) || *at == '\r')) at++;
        if (at == end || *at == '\n') break;
        const char *begin = at;
        if (*at == '"') at = past_quotes(at, end);
        while (at < end && !is_blank(*at) && *at != '\r' && *at != '\n') at++;
        if (count++ < most) fields[count - 1] = trimmed(begin, at);
    }
    *next = at + (at < end);
    return count;
}

int vg_field_cut(const char *at, const char *end, char separator, int most, vg_field *fields,
                 const char **next) {
    if (separator == ' ') return cut_at_blanks(at, end, most, fields, next);
    int count = 0;
    for (;; at++) {
        const char *begin = at;
        while (at < end && is_blank(*at) && *at != separator) at++;
        if (at < end && *at == '"') at = past_quotes(at, end);
        while (at < end && *at != separator && *at != '\n') at++;
        if (count++ < most) fields[count - 1] = trimmed(begin, at);
        if (at == end || *at == '\n') break;
    }
    *next = at + (at < end);
    return count;
}

bool vg_field_is(const vg_field *field, const char *text) {
    return strlen(text) == (size_t)field->size && strncasecmp(field->at, text, (size_t)field->size) == 0;
}

// --- numbers ----------------------------------------------------------------------------------------------

// The powers of ten that a double holds without rounding.
static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool slow_number(const vg_field *field, char decimal, double *value) {
    char text[400];
    if (field->size >= (int64_t)sizeof text) return false;
    bool comma = false;
    for (int64_t i = 0; i < field->size; i++) {
        char c = field->at[i];
        if (c == '.' && decimal == ',') return false;
        if (c == ',' && decimal == '.') return false;
        if (c == ',' && comma) return false;
        comma |= c == ',';
        text[i] = c == ',' ? '.' : c;
    }
    text[field->size] = 0;
    return vg_parse_double(text, value);
}

// A sign, digits with at most one decimal sign, nothing else, and few enough of them: digits below 2^53 over
// a power of ten up to 1e22 are one exact division, rounded once, which is the nearest double (Clinger 1990).
bool vg_field_number(const vg_field *field, char decimal, double *value) {
    const char *at = field->at, *end = at + field->size;
    bool minus = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    uint64_t digits = 0;
    int count = 0, places = -1;
    for (; at < end; at++) {
        unsigned digit = (unsigned char)*at - '0';
        if (digit <= 9) {
            digits = 10 * digits + digit;
            count++, places += places >= 0;
        } else if (places < 0 && (*at == '.' || *at == ',') && (!decimal || *at == decimal)) {
            places = 0;
        } else {
            return slow_number(field, decimal, value);
        }
        if (count > 18) return slow_number(field, decimal, value);
    }
    if (count == 0) return false;
    if (digits >> 53) return slow_number(field, decimal, value);
    double read = places > 0 ? (double)digits / tens[places] : (double)digits;
    *value = minus ? -read : read;
    return true;
}

// --- times ------------------------------------------------------------------------------------------------

typedef struct scan {
    const char *at, *end;
} scan;

// A whole number of `least` to `most` digits.
static bool take_digits(scan *s, int least, int most, int64_t *value) {
    int count = 0;
    for (*value = 0; s->at < s->end && count < most && *s->at >= '0' && *s->at <= '9'; count++)
        *value = 10 * *value + (*s->at++ - '0');
    return count >= least;
}

static bool take(scan *s, char c) {
    bool there = s->at < s->end && *s->at == c;
    s->at += there;
    return there;
}

// Decimals behind the seconds, if there are any.
static bool take_fraction(scan *s, double *fraction) {
    *fraction = 0;
    if (!take(s, '.') && !take(s, ',')) return true;
    vg_field digits = {s->at, 0};
    while (s->at < s->end && *s->at >= '0' && *s->at <= '9') s->at++, digits.size++;
    if (digits.size == 0 || digits.size > 18) return false;
    double value;
    if (!vg_field_number(&digits, '.', &value)) return false;
    *fraction = value / tens[digits.size];
    return *fraction < 1;
}

// hours:minutes:seconds or minutes:seconds, with decimals.
static bool take_clock(scan *s, vg_field_time *out) {
    int64_t a, b, c;
    if (!take_digits(s, 1, 6, &a) || !take(s, ':') || !take_digits(s, 2, 2, &b) || b > 59) return false;
    out->seconds = 60 * a + b;
    if (take(s, ':')) {
        if (!take_digits(s, 2, 2, &c) || c > 60) return false;
        out->seconds = 60 * out->seconds + c;
    }
    return take_fraction(s, &out->fraction);
}

// The clock of twelve hours: AM or PM behind hours, minutes and seconds. False: the hours are none of its.
static bool take_half(scan *s, vg_field_time *out) {
    scan ahead = *s;
    while (take(&ahead, ' ')) {
    }
    bool afternoon = take(&ahead, 'P') || take(&ahead, 'p');
    if (!afternoon && !take(&ahead, 'A') && !take(&ahead, 'a')) return true;
    if (!take(&ahead, 'M') && !take(&ahead, 'm')) return true;
    int64_t hours = out->seconds / 3600;
    if (hours < 1 || hours > 12) return false;
    out->seconds += 3600 * ((hours == 12 ? -12 : 0) + (afternoon ? 12 : 0));
    *s = ahead;
    return true;
}

// Days since 1970-01-01 in the Gregorian calendar, which repeats every 400 years of 146097 days; a year is
// counted from March, so that the leap day is its last.
static int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
    year -= month <= 2;
    int64_t cycle = year / 400, rest = year % 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return cycle * 146097 + rest * 365 + rest / 4 - rest / 100 + day_of_year - 719468;
}

static bool take_date(scan *s, int64_t *days) {
    int64_t year, month, day;
    const char *begin = s->at;
    if (!take_digits(s, 1, 4, &year) || s->at == s->end) return false;
    char between = *s->at++;
    if (!strchr("-/.", between) || !take_digits(s, 1, 2, &month) || !take(s, between)) return false;
    if (!take_digits(s, 1, 4, &day)) return false;
    if (between == '.' && s->at - begin >= 8 && day > 31) { // 31.12.2024
        int64_t swapped = year;
        year = day, day = swapped;
    }
    if (year < 1900 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    *days = days_since_1970(year, month, day);
    return true;
}

// Z, +02:00, -0500 or nothing: seconds to add for UTC.
static bool take_zone(scan *s, int64_t *add) {
    *add = 0;
    while (take(s, ' ')) {
    }
    if (s->at == s->end || take(s, 'Z') || take(s, 'z')) return s->at == s->end;
    int sign = take(s, '+') ? -1 : take(s, '-') ? 1 : 0;
    int64_t hours, minutes = 0;
    if (!sign || !take_digits(s, 2, 2, &hours)) return false;
    take(s, ':');
    if (s->at < s->end && !take_digits(s, 2, 2, &minutes)) return false;
    *add = sign * (3600 * hours + 60 * minutes);
    return s->at == s->end;
}

// "0 days 00:01:23.456"
static bool read_days(scan s, vg_field_time *out) {
    static const char word[] = " days ";
    int64_t days;
    if (!take_digits(&s, 1, 5, &days)) return false;
    if (s.end - s.at < (int64_t)sizeof word - 1 || memcmp(s.at, word, sizeof word - 1) != 0) return false;
    s.at += sizeof word - 1;
    if (!take_clock(&s, out) || s.at != s.end) return false;
    out->seconds += 86400 * days;
    return true;
}

bool vg_field_clock(const vg_field *field, vg_field_time *out) {
    const scan whole = {field->at, field->at + field->size};
    scan s = whole;
    *out = (vg_field_time){0};
    if (take_clock(&s, out)) return take_half(&s, out) && s.at == s.end;
    if (read_days(whole, out)) return true;
    int64_t days, add;
    s = whole;
    if (!take_date(&s, &days)) return false;
    if (!take(&s, 'T') && !take(&s, 't') && !take(&s, ' ')) return false;
    while (take(&s, ' ')) {
    }
    if (!take_clock(&s, out) || !take_half(&s, out) || !take_zone(&s, &add)) return false;
    out->seconds += 86400 * days + add;
    out->dated = true;
    return true;
}

bool vg_field_hhmmss(const vg_field *field, vg_field_time *out) {
    scan s = {field->at, field->at + field->size};
    int64_t digits;
    *out = (vg_field_time){0};
    if (!take_digits(&s, 1, 6, &digits) || !take_fraction(&s, &out->fraction) || s.at != s.end) return false;
    int64_t hours = digits / 10000, minutes = digits / 100 % 100, seconds = digits % 100;
    out->seconds = 3600 * hours + 60 * minutes + seconds;
    return minutes < 60 && seconds <= 60;
}
