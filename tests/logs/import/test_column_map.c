// Column maps: those of verge are whole, and a bad one is told with its key.
#include "logs/import/column_map.h"

#include <string.h>
#include <unistd.h>

#include "sim/base/embedded.h"
#include "sim/base/file.h"
#include "tests/check.h"

static vg_diag diag;

START_TEST(those_of_verge) {
    vg_column_map *map = vg_new(vg_column_map, 1);
    int count = 0;
    char name[64];
    for (const vg_embedded *file = vg_embedded_files; file->path; file++) {
        if (!vg_embedded_name(file, "assets/formats/", ".yaml", name)) continue;
        ck_ok(vg_column_map_load(name, map, &diag));
        ck_assert_str_eq(map->file, file->path);
        ck_assert(map->columns[VG_QUANTITY_TIME].names[0]);
        count++;
    }
    ck_assert_int_ge(count, 10);
    ck_ok(vg_column_map_load("vbox", map, &diag));
    ck_assert_str_eq(map->columns[VG_QUANTITY_LONGITUDE].unit, "arcmin west");
    ck_assert_str_eq(map->header_after, "[column names]");
    ck_assert_int_eq(map->separator, VG_MAP_BLANK);
    ck_assert_int_eq(map->units_row, VG_MAP_NO);
    vg_free(map);
}
END_TEST

static void refused(const char *text, const char *part) {
    char path[] = "/tmp/verge-map-XXXXXX";
    int fd = mkstemp(path);
    ck_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
    vg_column_map *map = vg_new(vg_column_map, 1);
    ck_fails(vg_column_map_load(path, map, &diag), VG_ERR_FORMAT, part);
    vg_free(map);
    unlink(path);
}

START_TEST(the_page_has_every_key) {
    char *page, row[80];
    int64_t size;
    ck_ok(vg_file_read(VG_ROOT "/docs/formats.md", 0, &page, &size, &diag));
    for (int32_t i = 0; i < vg_column_map_schema.count; i++) {
        const char *name = vg_column_map_schema.keys[i].name;
        if (strchr(name, '.') && strncmp(name, "fix.", 4) != 0) continue; // Q.names, Q.unit
        snprintf(row, sizeof row, "`%s`", name);
        ck_assert_msg(strstr(page, row), "docs/formats.md lacks the key %s", row);
    }
    vg_free(page);
}
END_TEST

START_TEST(bad_maps) {
    refused("time: {names: [t]}\n",
            "no names for a position; expected those of x and y, or of latitude and longitude");
    refused("x: {names: [a]}\ny: {names: [b]}\n", "time.names: no names");
    refused("time: {names: [t], unit: furlong}\n", "time.unit: 'furlong' is no unit of it");
    refused("speed: {names: [v], unit: [m/s, m]}\n", "speed.unit: 'm' is no unit of it");
    refused("sped: {names: [v]}\n", "sped");
    refused("separator: colon\n", "separator");
    vg_column_map *map = vg_new(vg_column_map, 1);
    ck_fails(vg_column_map_load("nothing", map, &diag), VG_ERR_NOT_FOUND,
             "no column map and no file 'nothing', expected one of aim, csv, ");
    vg_free(map);
}
END_TEST

static const char *unit(vg_quantity quantity, const char *spelling, const char *expected) {
    const char *found = vg_map_unit(quantity, spelling, (int64_t)strlen(spelling), expected);
    return found ? found : "none";
}

START_TEST(units_as_files_spell_them) {
    ck_assert_str_eq(unit(VG_QUANTITY_SPEED, "Km/h", NULL), "km/h");
    ck_assert_str_eq(unit(VG_QUANTITY_SPEED, "KPH", NULL), "km/h");
    ck_assert_str_eq(unit(VG_QUANTITY_SPEED, "deg", NULL), "none");
    ck_assert_str_eq(unit(VG_QUANTITY_LATITUDE, "degrees", NULL), "deg");
    ck_assert_str_eq(unit(VG_QUANTITY_TIME, "unix time", NULL), "s");
    ck_assert_str_eq(unit(VG_QUANTITY_HEADING, "deg", "compass deg"), "compass deg");
    ck_assert_str_eq(unit(VG_QUANTITY_HEADING, "rad", "compass deg"), "compass rad");
    ck_assert_str_eq(unit(VG_QUANTITY_HEADING, "\xC2\xB0", "deg clockwise"), "deg clockwise");
    ck_assert_str_eq(unit(VG_QUANTITY_HEADING, "deg", "rad"), "deg");
    ck_assert_str_eq(unit(VG_QUANTITY_THROTTLE, "percent", NULL), "%");
}
END_TEST

CK_MAIN("column_map", those_of_verge, the_page_has_every_key, bad_maps, units_as_files_spell_them)
