// logs/import/import_motec_ld.h -- MoTeC's binary log (.ld).
#ifndef VG_LOGS_IMPORT_IMPORT_MOTEC_LD_H
#define VG_LOGS_IMPORT_IMPORT_MOTEC_LD_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its row in the table. The channels are those of the column map motec-csv, each at its own rate: a row is an
// instant at which one of them was sampled. Warns where positions are stored so coarsely that it matters (a
// 4-byte longitude has steps of up to 1.7 m). Errors of its reader: VG_ERR_FORMAT with file and channel (cut
// off, channels without an end, a type or a rate that is none, no channel for a position), VG_ERR_MEMORY.
extern const vg_lap_format vg_lap_format_motec_ld;

#ifdef __cplusplus
}
#endif
#endif
