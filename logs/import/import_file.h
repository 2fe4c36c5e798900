// logs/import/import_file.h -- a file of recorded drives as episodes of a log, in five steps: read, clean,
// place, cut, fit. What cannot be taken is told, and the rest is taken.
#ifndef VG_LOGS_IMPORT_IMPORT_FILE_H
#define VG_LOGS_IMPORT_IMPORT_FILE_H

#include "logs/import/cut.h"
#include "logs/import/import.h"
#include "logs/import/lap_formats.h"
#include "logs/import/place.h"

#ifdef __cplusplus
extern "C" {
#endif

// Start from vg_import_file_default().
typedef struct vg_import_file_def {
    vg_import_def import;      // the log, the road, the car; its warnings are those of all steps
    vg_clean_def clean;        // its warnings are not used
    vg_cut_by cut;             // default VG_CUT_AUTO
    const vg_start_line *line; // default NULL: that of the road
    bool align;  // lay drives that are not on the road onto it, turned and moved; those of latitude and
                 // longitude are in any case
    bool framed; // the road was made of this file: latitudes and longitudes need not be laid onto it
    // Told of each lap, drive or file that cannot be taken. Default NULL: the first such is the call's error.
    void (*bad)(void *context, const vg_diag *diag);
    // Gives the log when the first lap is ready for it, so that none is begun for nothing; used where
    // import.log is NULL. Called for each lap.
    vg_err (*log)(void *context, vg_log **out, vg_diag *diag);
    void *context; // of both
} vg_import_file_def;
vg_import_file_def vg_import_file_default(void);

// A lap that became an episode.
typedef struct vg_import_file_lap {
    int32_t drive; // index of its drive
    vg_piece piece;
    vg_import_report report;
    int64_t worst_row; // of the file: the sample that the car followed worst
} vg_import_file_lap;

// A drive that was cleaned.
typedef struct vg_import_file_drive {
    int32_t number; // in its file, from 1; 0: the only one
    vg_clean_report clean;
    bool placed; // by `placing`
    vg_placing placing;
    vg_cleaned *samples; // [count], in the road's frame
    int32_t count;
} vg_import_file_drive;

// What came of a file. Zero-initialise; vg_import_file_free when done.
typedef struct vg_import_file_report {
    vg_import_file_drive *drives;
    int32_t drive_count, drive_capacity;
    vg_import_file_lap *laps;
    int32_t lap_count, lap_capacity;
    int32_t bad; // laps, drives or files told of
} vg_import_file_report;
void vg_import_file_free(vg_import_file_report *report);

// Import a file. format and map: as vg_telemetry_read. Errors: VG_ERR_MEMORY and those of writing the log,
// after which it is to be discarded; without `bad` also those of vg_telemetry_read, vg_recordings_take,
// vg_clean, vg_place_find, vg_lap_locate, vg_lap_check and vg_import_lap, after which the log is sound.
VG_NODISCARD vg_err vg_import_file(const vg_import_file_def *def, const vg_lap_format *format,
                                   const char *path, const char *map, vg_import_file_report *out,
                                   vg_diag *diag);

// The same from a file's columns. Errors: as above, but for vg_telemetry_read's.
VG_NODISCARD vg_err vg_import_telemetry(const vg_import_file_def *def, vg_telemetry *telemetry,
                                        vg_import_file_report *out, vg_diag *diag);

// The road of a session driven the other way: its points in the opposite order. Errors: those of
// vg_road_create.
VG_NODISCARD vg_err vg_road_reversed(const vg_road *road, vg_road **out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
