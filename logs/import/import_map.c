#include "logs/import/import_map.h"

#include <string.h>

#include "logs/import/fix_filled.h"
#include "logs/import/fix_times.h"
#include "logs/import/map_reading.h"
#include "sim/base/memory.h"

static vg_err check_bytes(const vg_telemetry_source *source, vg_diag *diag) {
    const char *bytes = source->bytes;
    int64_t size = source->size;
    const char *zero = size ? memchr(bytes, 0, (size_t)size) : NULL;
    if (zero) {
        int64_t line = 1;
        for (const char *at = bytes; at < zero; at++) line += *at == '\n';
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, line, NULL, "a zero byte; expected text");
    }
    if (size && memchr(bytes, '\r', (size_t)size) && !memchr(bytes, '\n', (size_t)size))
        return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 1, NULL,
                          "its lines end in CR alone, as of old Macs; expected LF or CR LF (tr '\\r' '\\n')");
    for (int64_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n", bytes[i])) return VG_OK;
    return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL,
                      "the file is empty; expected a header and rows");
}

vg_err vg_map_read(const vg_column_map *map, const vg_telemetry_source *source, vg_telemetry *out,
                   vg_diag *diag) {
    static const char decimals[] = {0, '.', ','};
    *out = (vg_telemetry){0};
    vg_err err = check_bytes(source, diag);
    if (err) return err;
    vg_map_reading *r = vg_new(vg_map_reading, 1);
    if (!r) return vg_fail_memory(diag);
    out->file = source->file;
    bool marked = source->size >= 3 && memcmp(source->bytes, "\xEF\xBB\xBF", 3) == 0;
    r->map = map, r->source = source, r->out = out;
    r->at = source->bytes + (marked ? 3 : 0), r->end = source->bytes + source->size;
    r->decimal = decimals[map->decimal];
    err = vg_map_header(r, diag);
    if (!err) vg_map_peek(r);
    if (!err) vg_map_tell_left_out(r);
    if (!err) err = vg_map_rows(r, diag);
    if (!err) err = vg_map_gather(r, diag);
    if (!err) err = vg_map_settle_units(r, diag);
    if (!err && map->fix.filled) err = vg_fix_filled(out, source->warnings, diag);
    if (!err && map->fix.times_by_speed) err = vg_fix_times(out, source->warnings, diag);
    vg_free(r);
    if (err)
        vg_telemetry_free(out);
    else
        vg_telemetry_drop_empty(out);
    return err;
}

vg_err vg_map_read_named(const char *name_or_path, const vg_telemetry_source *source, vg_telemetry *out,
                         vg_diag *diag) {
    *out = (vg_telemetry){0};
    vg_column_map *map = vg_new(vg_column_map, 1);
    if (!map) return vg_fail_memory(diag);
    vg_err err = vg_column_map_load(name_or_path, map, diag);
    if (!err) err = vg_map_read(map, source, out, diag);
    vg_free(map);
    return err;
}
