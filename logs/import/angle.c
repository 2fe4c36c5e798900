#include "logs/import/angle.h"

#include <string.h>
#include <strings.h>

typedef struct scan {
    const char *at, *end;
    char decimal;
} scan;

static void skip_blanks(scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t')) s->at++;
}

static char letter_at(const char *at) {
    const char *found = memchr("NSEWnsew", *at, 8);
    return (char)(found ? *found & ~0x20 : 0);
}

char vg_angle_letter(const vg_field *field) { return (char)(field->size == 1 ? letter_at(field->at) : 0); }

// Go past this sign.
static bool take(scan *s, const char *sign) {
    size_t size = strlen(sign);
    skip_blanks(s);
    bool there = (size_t)(s->end - s->at) >= size && strncasecmp(s->at, sign, size) == 0;
    if (there) s->at += size;
    return there;
}

static bool take_any(scan *s, const char *const *signs) {
    while (*signs && !take(s, *signs)) signs++;
    return *signs != NULL;
}

// Digits with at most one decimal sign.
static bool take_number(scan *s, double *value) {
    skip_blanks(s);
    vg_field number = {s->at, 0};
    while (s->at < s->end && (memchr("+-.,", *s->at, 4) || (*s->at >= '0' && *s->at <= '9'))) s->at++;
    number.size = s->at - number.at;
    return number.size > 0 && vg_field_number(&number, s->decimal, value);
}

// Minutes and seconds of arc behind the degrees: each below 60, and decimals only in the last of them.
static bool take_parts(scan *s, double *value) {
    static const char *const minutes[] = {"'", "\xE2\x80\xB2", "\xE2\x80\x99", NULL};
    static const char *const seconds[] = {"\"", "''", "\xE2\x80\xB3", "\xE2\x80\x9D", NULL};
    double size = *value < 0 ? -1 : 1, part, scale = 60;
    for (int i = 0; i < 2; i++, scale *= 60) {
        const char *begin = s->at;
        skip_blanks(s);
        if (s->at == s->end || letter_at(s->at)) return true;
        if (!take_number(s, &part) || !(part >= 0 && part < 60)) return false;
        // At the field's end the last sign may be lost with the quotes around a field.
        bool signed_ = take_any(s, i ? seconds : minutes);
        skip_blanks(s);
        if (!signed_ && s->at != s->end && !letter_at(s->at)) return s->at = begin, false;
        *value += size * part / scale;
    }
    return true;
}

bool vg_angle_read(const vg_field *field, char decimal, vg_angle *out) {
    static const char *const degrees[] = {"\xC2\xB0", "\xC2\xBA", "\xB0", "deg", NULL};
    scan s = {field->at, field->at + field->size, decimal};
    *out = (vg_angle){0};
    if (field->size == 0) return false;
    if ((out->letter = letter_at(s.at))) s.at++;
    if (!take_number(&s, &out->value)) return false;
    out->degrees = take_any(&s, degrees);
    if (out->degrees && !take_parts(&s, &out->value)) return false;
    skip_blanks(&s);
    if (s.at < s.end && !out->letter && (out->letter = letter_at(s.at))) s.at++;
    skip_blanks(&s);
    return s.at == s.end && (out->letter || out->degrees) && !(out->letter && out->value < 0);
}
