#include "tracks/library.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/embedded.h"
#include "tracks/formats.h"

static const char folder[] = "tracks/library/";

const char *vg_library_name(int32_t i, char *buffer) {
    for (const vg_embedded *file = vg_embedded_files; file->path; file++)
        if (vg_embedded_name(file, folder, ".csv", buffer) && i-- == 0) return buffer;
    return NULL;
}

// The file does not exist: list the names of library roads.
static vg_err fail_unknown(const char *name, vg_diag *diag) {
    char names[400] = "", stem[64];
    for (int32_t i = 0; vg_library_name(i, stem); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", stem);
    }
    return vg_fail_at(diag, VG_ERR_NOT_FOUND, name, 0, NULL, "no such file, nor a library road: %s", names);
}

vg_err vg_track_read(const char *name_or_path, const vg_warnings *warnings, vg_track *out, vg_diag *diag) {
    return vg_track_read_as(&(vg_track_options){0}, name_or_path, warnings, out, diag);
}

vg_err vg_track_read_as(const vg_track_options *options, const char *name_or_path,
                        const vg_warnings *warnings, vg_track *out, vg_diag *diag) {
    *out = (vg_track){0};
    char path[512];
    snprintf(path, sizeof path, "%s%.200s.csv", folder, name_or_path);
    const vg_embedded *file = vg_embedded_find(path);
    if (!file) {
        vg_err err = vg_track_read_file_as(options, name_or_path, warnings, out, diag);
        return err == VG_ERR_NOT_FOUND ? fail_unknown(name_or_path, diag) : err;
    }
    vg_err err =
        vg_track_parse_as(options, file->bytes, (int64_t)file->size, file->path, warnings, out, diag);
    if (!err) snprintf(out->name, sizeof out->name, "%.63s", name_or_path);
    return err;
}

vg_err vg_track_load_warned(const char *name_or_path, const vg_warnings *warnings, vg_road **out,
                            vg_diag *diag) {
    *out = NULL;
    vg_track track;
    vg_err err = vg_track_read(name_or_path, warnings, &track, diag);
    if (err) return err;
    err = vg_track_road(&track, out, diag);
    if (!err) vg_track_check(&track, *out, warnings);
    vg_track_free(&track);
    return err;
}

vg_err vg_track_load(const char *name_or_path, vg_road **out, vg_diag *diag) {
    return vg_track_load_warned(name_or_path, NULL, out, diag);
}
