// MoTeC's .ld. MoTeC publishes no description; this follows what others found out and the files at hand agree
// with: a header with the place of the first channel at byte 8; 124 bytes a channel, linked: previous, next,
// place of the data, number of samples (4 bytes each), a counter, kind and size of a sample, samples a
// second, shift, multiplier, scale, decimals (2 bytes each), name (32), short name (8), unit (12); all
// little-endian.
#include "logs/import/import_motec_ld.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/import/column_map.h"
#include "logs/import/field.h"
#include "sim/base/memory.h"

enum { CHANNEL_SIZE = 124, CHANNELS_MOST = 4096, HEADER_LEAST = 16 };

typedef struct channel {
    int64_t at, count, size; // of its samples in the file; their number; bytes a sample
    bool real;               // a sample is a float, else a whole number
    int64_t rate;            // Hz
    double shift, multiplier, scale, power;
    char name[33], unit[13];
    int64_t next; // sample, while rows are made
} channel;

typedef struct reader {
    const vg_telemetry_source *source;
    vg_column_map *map;
    vg_telemetry *out;
    channel taken[VG_QUANTITY_COUNT];
    int place[VG_QUANTITY_COUNT]; // of the telemetry's column; -1: no channel
} reader;

static uint64_t whole(const reader *r, int64_t at, int size) {
    const unsigned char *bytes = (const unsigned char *)r->source->bytes + at;
    uint64_t value = 0;
    for (int i = size; i-- > 0;) value = value << 8 | bytes[i];
    return value;
}

static double short_at(const reader *r, int64_t at) { return (double)(int16_t)whole(r, at, 2); }

static void text_at(const reader *r, int64_t at, int size, char *to) {
    memcpy(to, r->source->bytes + at, (size_t)size);
    to[size] = 0;
    for (size_t end = strlen(to); end > 0 && to[end - 1] == ' ';) to[--end] = 0;
}

static vg_err fail(const reader *r, const char *channel, const char *text, vg_diag *diag) {
    return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, channel, "%s", text);
}

static vg_err read_channel(const reader *r, int64_t at, channel *c, vg_diag *diag) {
    static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    *c = (channel){.at = (int64_t)whole(r, at + 8, 4), .count = (int64_t)whole(r, at + 12, 4)};
    int kind = (int)whole(r, at + 18, 2);
    c->size = (int64_t)whole(r, at + 20, 2), c->rate = (int64_t)whole(r, at + 22, 2);
    c->shift = short_at(r, at + 24), c->multiplier = short_at(r, at + 26), c->scale = short_at(r, at + 28);
    double decimals = short_at(r, at + 30);
    text_at(r, at + 32, 32, c->name);
    text_at(r, at + 72, 12, c->unit);
    c->real = kind == 7;
    if (!(kind == 7 || kind == 0 || kind == 3 || kind == 5) || (c->size != 2 && c->size != 4))
        return fail(r, c->name,
                    "samples of an unknown type; expected whole numbers or floats of 2 or 4 bytes", diag);
    if (c->rate == 0) return fail(r, c->name, "0 samples a second; expected 1 or more", diag);
    if (c->scale == 0 || fabs(decimals) > 9)
        return fail(r, c->name,
                    "a scale that makes no numbers; expected a scale other than 0 and up to 9 decimals",
                    diag);
    if (c->at > r->source->size || c->count > (r->source->size - c->at) / c->size)
        return fail(r, c->name, "the file was cut off: the channel's samples lie behind its end", diag);
    c->power = decimals < 0 ? 1 / tens[(int)-decimals] : tens[(int)decimals];
    return VG_OK;
}

static double half(uint16_t bits) {
    int exponent = bits >> 10 & 31;
    double value = (bits & 1023) / 1024.0;
    if (exponent == 31) return NAN;
    value = exponent ? ldexp(1 + value, exponent - 15) : ldexp(value, -14);
    return bits >> 15 ? -value : value;
}

static double sample(const reader *r, const channel *c, int64_t i) {
    int64_t at = c->at + i * c->size;
    double raw;
    if (c->real && c->size == 4) {
        uint32_t bits = (uint32_t)whole(r, at, 4);
        float value;
        memcpy(&value, &bits, sizeof value);
        raw = (double)value;
    } else if (c->real) {
        raw = half((uint16_t)whole(r, at, 2));
    } else {
        raw = c->size == 4 ? (double)(int32_t)whole(r, at, 4) : short_at(r, at);
    }
    double value = (raw / c->scale / c->power + c->shift) * c->multiplier;
    return isfinite(value) ? value : NAN;
}

// Which of the map's names is this? The quantity, and its rank among the quantity's names, to prefer the
// first.
static vg_quantity quantity_of(const reader *r, const char *name, int *rank) {
    const vg_field field = {name, (int64_t)strlen(name)};
    char listed[VG_KEY_TEXT_SIZE];
    for (int q = VG_QUANTITY_TIME + 1; q < VG_QUANTITY_COUNT; q++)
        for (int32_t i = 0; vg_config_item(r->map->columns[q].names, i, listed); i++)
            if (vg_field_is(&field, listed)) return *rank = i, (vg_quantity)q;
    return VG_QUANTITY_COUNT;
}

static vg_err find_channels(reader *r, vg_diag *diag) {
    int ranks[VG_QUANTITY_COUNT], count = 0, rank;
    for (int q = 0; q < VG_QUANTITY_COUNT; q++) ranks[q] = 1000;
    if (r->source->size < HEADER_LEAST) return fail(r, NULL, "the file was cut off in its header", diag);
    for (int64_t at = (int64_t)whole(r, 8, 4); at; at = (int64_t)whole(r, at + 4, 4)) {
        if (at > r->source->size - CHANNEL_SIZE)
            return fail(r, NULL, "the file was cut off: a channel lies behind its end", diag);
        if (count++ == CHANNELS_MOST)
            return fail(r, NULL, "over 4096 channels; expected their list to end", diag);
        char name[33];
        text_at(r, at + 32, 32, name);
        vg_quantity q = quantity_of(r, name, &rank);
        if (q == VG_QUANTITY_COUNT || rank >= ranks[q]) continue;
        channel c;
        vg_err err = read_channel(r, at, &c, diag);
        if (err) return err;
        if (c.count > 0) r->taken[q] = c, ranks[q] = rank;
    }
    for (int q = 0; q < VG_QUANTITY_COUNT; q++) r->place[q] = ranks[q] < 1000 ? 0 : -1;
    if (r->place[VG_QUANTITY_LATITUDE] < 0 || r->place[VG_QUANTITY_LONGITUDE] < 0)
        return fail(r, "GPS Latitude", "no channel for a position; expected GPS Latitude and GPS Longitude",
                    diag);
    return VG_OK;
}

static vg_err add_columns(reader *r, int64_t *rows, vg_diag *diag) {
    *rows = 0;
    vg_telemetry_add(r->out, VG_QUANTITY_TIME, "time");
    for (int q = VG_QUANTITY_TIME + 1; q < VG_QUANTITY_COUNT; q++) {
        if (r->place[q] < 0) continue;
        const channel *c = &r->taken[q];
        char first[VG_KEY_TEXT_SIZE] = "";
        vg_config_item(r->map->columns[q].unit, 0, first);
        const char *unit = vg_map_unit((vg_quantity)q, c->unit, (int64_t)strlen(c->unit), first);
        if (!unit && !c->unit[0]) unit = vg_map_unit((vg_quantity)q, first, (int64_t)strlen(first), NULL);
        bool needed = q == VG_QUANTITY_LATITUDE || q == VG_QUANTITY_LONGITUDE || q == VG_QUANTITY_SPEED;
        if (!unit && c->unit[0] && needed)
            return vg_fail_at(diag, VG_ERR_FORMAT, r->source->file, 0, c->name,
                              "is in '%s'; expected a unit as %s", c->unit,
                              vg_quantity_get((vg_quantity)q)->unit);
        if (!unit && c->unit[0]) { // a pressure, for example
            r->place[q] = -1;
            continue;
        }
        r->place[q] = r->out->count;
        vg_telemetry_column *column = vg_telemetry_add(r->out, (vg_quantity)q, c->name);
        if (unit) column->unit = unit;
        *rows += c->count;
    }
    return VG_OK;
}

// The next instant at which a channel was sampled: sample i of a channel of f Hz is at i / f. Compared as
// whole numbers, so that channels of two rates meet exactly.
static bool next_instant(const reader *r, int64_t *i, int64_t *rate) {
    bool any = false;
    for (int q = 0; q < VG_QUANTITY_COUNT; q++) {
        const channel *c = &r->taken[q];
        if (r->place[q] < 0 || c->next == c->count) continue;
        if (!any || c->next * *rate < *i * c->rate) *i = c->next, *rate = c->rate;
        any = true;
    }
    return any;
}

static void make_rows(reader *r) {
    int64_t i = 0, rate = 1;
    vg_telemetry *out = r->out;
    for (; next_instant(r, &i, &rate); out->rows++) {
        out->columns[0].values[out->rows] = (double)i / (double)rate;
        out->lines[out->rows] = out->rows + 1;
        for (int q = 0; q < VG_QUANTITY_COUNT; q++) {
            channel *c = &r->taken[q];
            if (r->place[q] < 0) continue;
            bool now = c->next < c->count && c->next * rate == i * c->rate;
            out->columns[r->place[q]].values[out->rows] = now ? sample(r, c, c->next) : NAN;
            c->next += now;
        }
    }
}

// The steps of a float of 4 bytes at the longitude of the first sample, on the equator.
static void tell_steps(const reader *r) {
    const channel *c = &r->taken[VG_QUANTITY_LONGITUDE];
    double degrees = fabs(sample(r, c, 0)), step = 0x1p-23;
    if (!c->real || c->size != 4) return;
    while (step * 0x1p24 <= degrees && step < 1) step *= 2;
    if (step * 111320 > 0.3)
        vg_track_warn(r->source->warnings,
                      "%s: %s: is stored in steps of %.2g degrees, up to %.1f m: positions are as coarse",
                      r->source->file, c->name, step, step * 111320);
}

static vg_err read_all(reader *r, vg_diag *diag) {
    int64_t rows;
    vg_err err = vg_column_map_load("motec-csv", r->map, diag);
    if (!err) err = find_channels(r, diag);
    if (!err) err = add_columns(r, &rows, diag);
    if (!err && rows > 1 << 28) err = fail(r, NULL, "over 2^28 samples", diag);
    if (!err) err = vg_telemetry_reserve(r->out, (int32_t)rows, diag);
    if (err) return err;
    make_rows(r);
    tell_steps(r);
    return VG_OK;
}

static vg_err read(const vg_telemetry_source *source, vg_telemetry *out, vg_diag *diag) {
    *out = (vg_telemetry){.file = source->file};
    reader *r = vg_new(reader, 1);
    if (!r) return vg_fail_memory(diag);
    *r = (reader){.source = source, .out = out, .map = vg_new(vg_column_map, 1)};
    vg_err err = r->map ? read_all(r, diag) : vg_fail_memory(diag);
    vg_free(r->map);
    vg_free(r);
    if (err) vg_telemetry_free(out);
    return err;
}

static bool sniff(const char *head, int64_t size) {
    return size >= HEADER_LEAST && memcmp(head, "\x40\0\0\0\0\0\0\0", 8) == 0;
}

const vg_lap_format vg_lap_format_motec_ld = {
    .about =
        {.name = "motec-ld",
         .endings = "ld",
         .summary = "MoTeC's binary log",
         .help = "Channels for position, speed, heading, pedals and the lap's number, each at its own rate.\n"
                 "Beacons are in a file of their own (.ldx), which is not read.",
         .examples = "verge import motec-ld session.ld --road circuit.csv --car gt --out session.vlog",
         .sniff = sniff},
    .read = read,
};
