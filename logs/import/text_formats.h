// logs/import/text_formats.h -- the text formats: each is a column map in assets/formats/, and a row here
// that recognises its files.
#ifndef VG_LOGS_IMPORT_TEXT_FORMATS_H
#define VG_LOGS_IMPORT_TEXT_FORMATS_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Rows of the table of formats. Errors of their readers: those of vg_map_read.
extern const vg_lap_format vg_lap_format_csv; // the only one that takes another map
extern const vg_lap_format vg_lap_format_fastf1, vg_lap_format_racechrono, vg_lap_format_vbox,
    vg_lap_format_trackaddict, vg_lap_format_aim, vg_lap_format_motec_csv, vg_lap_format_deepracer,
    vg_lap_format_ngsim;

// Do these bytes hold the word, whatever its case (ASCII)?
bool vg_head_has(const char *head, int64_t size, const char *word);

#ifdef __cplusplus
}
#endif
#endif
