#include "logs/import/column_map.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sim/base/embedded.h"
#include "sim/base/memory.h"

#define NAMES "its column: the first of these names that the file has"
#define MOST  "a greater number in the file means: not measured"
#define UNIT  "its unit, if the file gives none; of several: the one by which speeds and positions agree"

static const vg_key keys[] = {
#define X(...) VG_KEY_ROW(vg_column_map, , "", __VA_ARGS__)
    VG_MAP_KEYS(X)
#undef X
#define X(quantity, key)                                                                                     \
    {                                                                                                        \
        #key ".names",                                                                                       \
        VG_KEY_LIST,                                                                                         \
        offsetof(vg_column_map, columns[VG_QUANTITY_##quantity].names),                                      \
        "",                                                                                                  \
        0,                                                                                                   \
        0,                                                                                                   \
        "",                                                                                                  \
        NULL,                                                                                                \
        NAMES},                                                                                              \
        {#key ".unit", VG_KEY_LIST, offsetof(vg_column_map, columns[VG_QUANTITY_##quantity].unit),           \
         "",           0,           0,                                                                       \
         "",           NULL,        UNIT},                                                                   \
        {#key ".most", VG_KEY_DOUBLE, offsetof(vg_column_map, columns[VG_QUANTITY_##quantity].most),         \
         "",           -1e300,        1e300,                                                                 \
         "1e+300",     NULL,          MOST},
        VG_MAP_COLUMNS(X)
#undef X
            {"fix.names", VG_KEY_LIST, offsetof(vg_column_map, fix.names), "", 0, 0, "", NULL,
             "the column that says whether the position is a new fix; none: it always is"},
    {"fix.values", VG_KEY_LIST, offsetof(vg_column_map, fix.values), "", 0, 0, "1", NULL,
     "what it holds where the position is"},
    {"fix.of", VG_KEY_LIST, offsetof(vg_column_map, fix.of), "", 0, 0, "x, y, latitude, longitude", NULL,
     "what is taken from such rows alone"},
    {"fix.filled", VG_KEY_BOOL, offsetof(vg_column_map, fix.filled), "", 0, 0, "false", NULL,
     "positions between fixes may have been filled in on straight lines: find the fixes"},
    {"fix.times_by_speed", VG_KEY_BOOL, offsetof(vg_column_map, fix.times_by_speed), "", 0, 0, "false", NULL,
     "the times of fixes jitter: move them so that distances agree with the speeds"},
};
const vg_schema vg_column_map_schema = {"column map", keys, sizeof keys / sizeof *keys, NULL};

// --- units ------------------------------------------------------------------------------------------------

// How files write units. X(spelling, verge's name)
static const char *const spellings[][2] = {
    {"sec", "s"},           {"secs", "s"},          {"second", "s"},     {"seconds", "s"},
    {"unix time", "s"},     {"unix", "s"},          {"msec", "ms"},      {"millis", "ms"},
    {"metre", "m"},         {"metres", "m"},        {"meter", "m"},      {"meters", "m"},
    {"feet", "ft"},         {"kmh", "km/h"},        {"kph", "km/h"},     {"km/hr", "km/h"},
    {"mps", "m/s"},         {"m/sec", "m/s"},       {"mi/h", "mph"},     {"knots", "kn"},
    {"knot", "kn"},         {"kts", "kn"},          {"kt", "kn"},        {"degree", "deg"},
    {"degrees", "deg"},     {"\xC2\xB0", "deg"},    {"\xB0", "deg"},     {"radian", "rad"},
    {"radians", "rad"},     {"percent", "%"},       {"ratio", "1"},      {"minutes", "arcmin"},
    {"feet/s", "ft/s"},     {"minutes", "min"},     {"minute", "min"},   {"mins", "min"},
    {"milliseconds", "ms"}, {"microseconds", "us"}, {"\xC2\xB5s", "us"}, {"nanoseconds", "ns"},
    {"days", "d"},          {"kmph", "km/h"},
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

// The name of a unit of this quantity, from the table of units; NULL if it is none.
static const char *known(vg_quantity quantity, const char *name, int64_t size) {
    static const char *const units[][2] = {
#define X(name, of, factor, shift) {name, of},
        VG_UNITS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i][1], vg_quantity_get(quantity)->unit) == 0 &&
            strlen(units[i][0]) == (size_t)size && strncasecmp(units[i][0], name, (size_t)size) == 0)
            return units[i][0];
    return NULL;
}

const char *vg_map_unit(vg_quantity quantity, const char *spelling, int64_t size, const char *expected) {
    for (int i = 0; i < SPELLINGS; i++) {
        const char *unit = spellings[i][1];
        if (strlen(spellings[i][0]) != (size_t)size ||
            strncasecmp(spellings[i][0], spelling, (size_t)size) != 0 ||
            !known(quantity, unit, (int64_t)strlen(unit)))
            continue;
        spelling = unit, size = (int64_t)strlen(unit);
        break;
    }
    if (size > 40) return NULL;
    // A file says "deg" of a compass heading too: the direction in which it counts is the map's.
    char compass[64];
    if (expected && quantity == VG_QUANTITY_HEADING) {
        const char *way = strncmp(expected, "compass", 7) == 0    ? "compass %.*s"
                          : strstr(expected, "clockwise") != NULL ? "%.*s clockwise"
                                                                  : "%.*s";
        size = snprintf(compass, sizeof compass, way, (int)size, spelling);
        spelling = compass;
    }
    return known(quantity, spelling, size);
}

// --- a map ------------------------------------------------------------------------------------------------

static vg_err check_unit(const vg_column_map *map, const vg_key *key, vg_quantity quantity, vg_diag *diag) {
    const char *list = map->columns[quantity].unit;
    char unit[VG_KEY_TEXT_SIZE];
    for (int32_t i = 0; vg_config_item(list, i, unit); i++) {
        bool time =
            quantity == VG_QUANTITY_TIME && (strcmp(unit, "date") == 0 || strcmp(unit, "hhmmss") == 0);
        bool minutes = (quantity == VG_QUANTITY_LATITUDE || quantity == VG_QUANTITY_LONGITUDE) &&
                       strcmp(unit, "ddmm") == 0;
        if (!time && !minutes && !known(quantity, unit, (int64_t)strlen(unit)))
            return vg_fail_at(diag, VG_ERR_FORMAT, map->file, 0, key->name,
                              "'%.40s' is no unit of it; docs/formats.md lists them", unit);
    }
    return VG_OK;
}

static vg_err check(const vg_column_map *map, vg_diag *diag) {
    vg_err err = VG_OK;
#define X(quantity, key)                                                                                     \
    if (!err)                                                                                                \
        err = check_unit(map, vg_config_key(&vg_column_map_schema, #key ".unit"), VG_QUANTITY_##quantity,    \
                         diag);
    VG_MAP_COLUMNS(X)
#undef X
    if (err) return err;
    const vg_map_column *c = map->columns;
    if (!c[VG_QUANTITY_TIME].names[0])
        return vg_fail_at(diag, VG_ERR_FORMAT, map->file, 0, "time.names",
                          "no names; expected those of the column of times");
    bool plane = c[VG_QUANTITY_X].names[0] && c[VG_QUANTITY_Y].names[0];
    bool globe = c[VG_QUANTITY_LATITUDE].names[0] && c[VG_QUANTITY_LONGITUDE].names[0];
    if (!plane && !globe)
        return vg_fail_at(diag, VG_ERR_FORMAT, map->file, 0, NULL,
                          "no names for a position; expected those of x and y, or of latitude and longitude");
    return VG_OK;
}

static vg_err fail_name(const char *name, vg_diag *diag) {
    char maps[32][64];
    const char *list[32];
    int32_t count = 0;
    for (const vg_embedded *file = vg_embedded_files; file->path && count < 32; file++)
        if (vg_embedded_name(file, "assets/formats/", ".yaml", maps[count]))
            list[count] = maps[count], count++;
    char text[500] = "";
    for (int32_t i = 0; i < count; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", i ? ", " : "", list[i]);
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, NULL, 0, NULL,
                      "no column map and no file '%.80s', expected one of %s or a YAML file", name, text);
}

vg_err vg_column_map_load(const char *name_or_path, vg_column_map *map, vg_diag *diag) {
    vg_config_default(&vg_column_map_schema, map);
    char path[512];
    snprintf(path, sizeof path, "assets/formats/%s.yaml", name_or_path);
    const vg_embedded *own = vg_embedded_find(path);
    vg_err err;
    if (own) {
        err = vg_config_parse(&vg_column_map_schema, map, own->bytes, (int64_t)own->size, own->path, diag);
    } else {
        err = vg_config_read(&vg_column_map_schema, map, name_or_path, diag);
        if (err == VG_ERR_NOT_FOUND) return fail_name(name_or_path, diag);
    }
    snprintf(map->file, sizeof map->file, "%s", own ? own->path : name_or_path);
    return err ? err : check(map, diag);
}
