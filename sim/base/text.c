#define _GNU_SOURCE // strtod_l
#include "sim/base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/memory.h"

// Make space for `more` bytes and a zero.
static bool reserve(vg_text *text, int64_t more) {
    if (text->failed) return false;
    if (text->capacity - text->size > more) return true;
    int64_t capacity = text->capacity ? text->capacity : 256;
    while (capacity - text->size <= more) {
        if (capacity > INT64_MAX / 2) return !(text->failed = true);
        capacity *= 2;
    }
    char *bytes = vg_realloc(text->bytes, text->size, capacity, 1);
    if (!bytes) return !(text->failed = true);
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void vg_text_add(vg_text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0) text->failed = true;
    if (reserve(text, length)) {
        vsnprintf(text->bytes + text->size, (size_t)length + 1, format, again);
        text->size += length;
    }
    va_end(again);
    va_end(args);
}

void vg_text_bytes(vg_text *text, const void *bytes, int64_t size) {
    if (size == 0 || !reserve(text, size)) return;
    memcpy(text->bytes + text->size, bytes, (size_t)size);
    text->size += size;
    text->bytes[text->size] = 0;
}

void vg_text_free(vg_text *text) {
    vg_free(text->bytes);
    *text = (vg_text){0};
}

// strtod in the C locale, whatever the caller's locale. (glibc's "C" locale is a static object, so nothing
// can fail and nothing needs freeing.)
static double read_decimal(const char *text) {
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = strtod_l(text, NULL, c);
    freelocale(c);
    return value;
}

// Replace the decimal point that printf wrote in the caller's locale by '.'.
static void plain_point(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (strchr("0123456789+-e", *from))
            *to++ = *from;
        else if (to == text || to[-1] != '.')
            *to++ = '.';
    }
    *to = 0;
}

static char *not_finite(double value, char *buffer) {
    return strcpy(buffer, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
}

// A decimal with up to 15 digits is preserved by a normal double, with up to 6 by a float: so the first try
// already gives the shortest one of those. A subnormal number has fewer digits, so it starts at 1.
char *vg_format_double(double value, char *buffer) {
    if (!isfinite(value)) return not_finite(value, buffer);
    for (int digits = isnormal(value) ? 15 : 1; digits <= 17; digits++) {
        snprintf(buffer, 32, "%.*g", digits, value);
        plain_point(buffer);
        if (read_decimal(buffer) == value) break;
    }
    return buffer;
}

char *vg_format_float(float value, char *buffer) {
    if (!isfinite(value)) return not_finite((double)value, buffer);
    for (int digits = isnormal(value) ? 6 : 1; digits <= 9; digits++) {
        snprintf(buffer, 32, "%.*g", digits, (double)value);
        plain_point(buffer);
        if ((float)read_decimal(buffer) == value) break;
    }
    return buffer;
}

static const char *skip_blanks(const char *text) { return text + strspn(text, " \t\r\n"); }

static const char *skip_digits(const char *text, int *count) {
    size_t n = strspn(text, "0123456789");
    *count += n > 0;
    return text + n;
}

static const char *skip_sign(const char *text) { return text + (*text == '+' || *text == '-'); }

bool vg_parse_double(const char *text, double *value) {
    text = skip_blanks(text);
    int digits = 0, exponent_digits = 0;
    const char *end = skip_digits(skip_sign(text), &digits);
    if (*end == '.') end = skip_digits(end + 1, &digits);
    if (!digits) return false;
    if (*end == 'e' || *end == 'E') {
        end = skip_digits(skip_sign(end + 1), &exponent_digits);
        if (!exponent_digits) return false;
    }
    if (*skip_blanks(end)) return false;
    double read = read_decimal(text);
    if (!isfinite(read)) return false;
    *value = read;
    return true;
}

bool vg_parse_int(const char *text, int64_t *value) {
    text = skip_blanks(text);
    int digits = 0;
    const char *end = skip_digits(skip_sign(text), &digits);
    if (!digits || *skip_blanks(end)) return false;
    errno = 0;
    long long read = strtoll(text, NULL, 10);
    if (errno == ERANGE) return false;
    *value = read;
    return true;
}

vg_err vg_parse_counts(const char *name, const char *text, char separator, int32_t most, int32_t room,
                       int32_t *values, int32_t *count, vg_diag *diag) {
    *count = 0;
    for (const char *from = text, *end; from; from = end ? end + 1 : NULL) {
        char part[24];
        int64_t value;
        end = strchr(from, separator);
        size_t length = end ? (size_t)(end - from) : strlen(from);
        if (*count == room || length >= sizeof part)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, name, "more than %d numbers", room);
        memcpy(part, from, length);
        part[length] = 0;
        if (!vg_parse_int(part, &value) || value < 1 || value > most)
            return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, name,
                              "'%.40s', expected a whole number in [1, %d]", part, most);
        values[(*count)++] = (int32_t)value;
    }
    return VG_OK;
}

enum { WORD = 64 };

// Edit distance with swaps of neighbours (optimal string alignment; Damerau 1964), over WORD bytes at most.
static int distance(const char *a, const char *b) {
    int n = (int)strnlen(a, WORD), m = (int)strnlen(b, WORD);
    int rows[3][WORD + 1];
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int j = 0; j <= m; j++) last[j] = j;
    for (int i = 1; i <= n; i++) {
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        int *spare = before;
        before = last, last = now, now = spare;
    }
    return last[m];
}

const char *vg_nearest(const char *word, const char *const *words, size_t stride, int32_t count) {
    const char *nearest = NULL;
    int least = 1 + (int)strnlen(word, WORD) / 3; // a larger distance is not a typing error
    for (int32_t i = 0; i < count; i++) {
        const char *candidate = *(const char *const *)((const char *)words + (size_t)i * stride);
        if (!candidate) continue;
        int d = distance(word, candidate);
        if (d > least || (nearest && d == least)) continue;
        nearest = candidate;
        least = d;
    }
    return nearest;
}

// Bytes of the UTF-8 sequence at s; 0 if it is not valid (overlong, surrogate, beyond U+10FFFF, cut short).
static int sequence(const unsigned char *s) {
    int n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : 4;
    if (n == 1) return s[0] >= 0x20 && s[0] != 0x7f;
    if (n == 4 && (s[0] < 0xf0 || s[0] > 0xf4)) return 0;
    for (int i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)) return 0;
    if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)) return 0;
    if (s[0] == 0xc2 && s[1] < 0xa0) return 0;                           // C1 controls
    if (s[0] == 0xe2 && s[1] == 0x80 && (s[2] & 0xfe) == 0xa8) return 0; // U+2028, U+2029: line ends to YAML
    if (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe) return 0;          // U+FFFE, U+FFFF
    return n;
}

int vg_printable_bytes(const char *text) { return *text ? sequence((const unsigned char *)text) : 0; }

// A mark that turns the direction of writing: a line would not read as it stands (U+202A..202E,
// U+2066..2069).
static bool turns(const unsigned char *s) {
    return s[0] == 0xe2 &&
           ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

void vg_make_harmless(char *text, int64_t size, bool lines) {
    for (int64_t i = 0; i < size;) {
        unsigned char *s = (unsigned char *)text + i;
        // What is cut off at the end has no zero behind it that would stop `sequence`.
        int64_t left = size - i;
        int n = s[0] < 0x80                                                             ? 1
                : left >= 4 || (left == 3 && s[0] < 0xf0) || (left == 2 && s[0] < 0xe0) ? sequence(s)
                                                                                        : 0;
        bool control = s[0] < 0x20 || s[0] == 0x7f;
        if (control && !(lines && s[0] == '\n')) s[0] = ' ';
        if (n == 0 || (n > 1 && turns(s))) s[0] = '?', n = 1;
        i += n;
    }
}

void vg_text_line(vg_text *out, const char *text, int64_t length) {
    int64_t from = out->size;
    vg_text_bytes(out, text, length);
    if (!out->failed) vg_make_harmless(out->bytes + from, out->size - from, false);
}

void vg_text_word(vg_text *out, const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=,@%+-";
    if (*text && !text[strspn(text, plain)]) {
        vg_text_add(out, "%s", text);
        return;
    }
    vg_text_add(out, "'");
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            vg_text_add(out, "'\\''");
        else
            vg_text_bytes(out, c, 1);
    }
    vg_text_add(out, "'");
}

bool vg_is_printable(const char *text) {
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        int n = sequence(s);
        if (!n) return false;
        s += n;
    }
    return true;
}

void vg_name_of(char *to, size_t size, const char *text, size_t length) {
    const unsigned char *s = (const unsigned char *)text;
    size_t end = strnlen(text, length), n = 0;
    for (size_t i = 0; i < end;) {
        size_t bytes = (size_t)sequence(s + i);
        bool whole = bytes && i + bytes <= end;
        if (!whole) bytes = 1;
        if (n + bytes >= size) break;
        if (whole)
            memcpy(to + n, s + i, bytes);
        else
            to[n] = '_';
        n += bytes, i += bytes;
    }
    to[n] = 0;
}

vg_err vg_fail_unknown(vg_diag *diag, const char *field, const char *name, const char *const *known,
                       int32_t count) {
    char list[200] = "";
    for (int32_t i = 0; i < count; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known[i]);
    }
    const char *near = vg_nearest(name, known, sizeof *known, count);
    return vg_fail_at(diag, VG_ERR_FORMAT, NULL, 0, field, "'%.40s' is unknown, expected one of: %s%s%s%s",
                      name, list, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}
