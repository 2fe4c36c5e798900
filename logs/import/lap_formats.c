#include "logs/import/lap_formats.h"

#include "logs/import/import_commonroad.h"
#include "logs/import/import_gpx.h"
#include "logs/import/import_motec_ld.h"
#include "logs/import/import_tracinginsights.h"
#include "logs/import/kinds.h"
#include "logs/import/text_formats.h"
#include "sim/base/file.h"
#include "sim/base/memory.h"

// If the content fits no format and several have the file's ending, the first of them reads it.
const vg_format *const vg_lap_formats[] = {&vg_lap_format_csv.about,
                                           &vg_lap_format_fastf1.about,
                                           &vg_lap_format_racechrono.about,
                                           &vg_lap_format_vbox.about,
                                           &vg_lap_format_gpx.about,
                                           &vg_lap_format_trackaddict.about,
                                           &vg_lap_format_aim.about,
                                           &vg_lap_format_motec_csv.about,
                                           &vg_lap_format_motec_ld.about,
                                           &vg_lap_format_deepracer.about,
                                           &vg_lap_format_tracinginsights.about,
                                           &vg_lap_format_ngsim.about,
                                           &vg_lap_format_commonroad.about,
                                           NULL};

enum { FORMATS = sizeof vg_lap_formats / sizeof *vg_lap_formats - 1 };

const vg_lap_format *vg_lap_format_at(int32_t i) {
    return i >= 0 && i < FORMATS ? (const vg_lap_format *)vg_lap_formats[i] : NULL;
}

static vg_err fail_unknown(const char *file, vg_diag *diag) {
    vg_text names = {0};
    vg_format_list(vg_lap_formats, &names);
    vg_err err = names.failed ? vg_fail_memory(diag)
                              : vg_fail_at(diag, VG_ERR_FORMAT, file, 0, NULL,
                                           "is not a lap in a format that verge reads: %s", names.bytes);
    vg_text_free(&names);
    return err;
}

vg_err vg_telemetry_parse(const vg_lap_format *format, const vg_telemetry_source *source, vg_telemetry *out,
                          vg_diag *diag) {
    *out = (vg_telemetry){0};
    int64_t head = source->size < VG_FORMAT_HEAD ? source->size : VG_FORMAT_HEAD;
    const char *kind = vg_foreign_kind(source->bytes, head);
    if (kind) return vg_fail_at(diag, VG_ERR_FORMAT, source->file, 0, NULL, "%s", kind);
    if (!format)
        format =
            (const vg_lap_format *)vg_format_of(vg_lap_formats, source->file, source->bytes, source->size);
    if (!format) return fail_unknown(source->file, diag);
    if (source->map && !format->takes_map)
        return vg_fail(diag, VG_ERR_ARGUMENT, "the format '%s' knows its columns: it takes no column map",
                       format->about.name);
    return format->read(source, out, diag);
}

vg_err vg_telemetry_read(const vg_lap_format *format, const char *path, const char *map,
                         const vg_warnings *warnings, vg_telemetry *out, vg_diag *diag) {
    *out = (vg_telemetry){0};
    char *bytes;
    int64_t size;
    vg_err err = vg_file_read(path, 0, &bytes, &size, diag);
    if (err) return err;
    const vg_telemetry_source source = {bytes, size, path, map, warnings};
    err = vg_telemetry_parse(format, &source, out, diag);
    vg_free(bytes);
    return err;
}

static vg_err to_lap(vg_err err, vg_telemetry *telemetry, vg_lap *out, vg_diag *diag) {
    *out = (vg_lap){0};
    if (!err) err = vg_telemetry_lap(telemetry, out, diag);
    vg_telemetry_free(telemetry);
    return err;
}

vg_err vg_lap_parse(const vg_lap_format *format, const char *bytes, int64_t size, const char *file,
                    const vg_warnings *warnings, vg_lap *out, vg_diag *diag) {
    const vg_telemetry_source source = {bytes, size, file, NULL, warnings};
    vg_telemetry telemetry;
    vg_err err = vg_telemetry_parse(format, &source, &telemetry, diag);
    return to_lap(err, &telemetry, out, diag);
}

vg_err vg_lap_read(const vg_lap_format *format, const char *path, const vg_warnings *warnings, vg_lap *out,
                   vg_diag *diag) {
    vg_telemetry telemetry;
    vg_err err = vg_telemetry_read(format, path, NULL, warnings, &telemetry, diag);
    return to_lap(err, &telemetry, out, diag);
}
