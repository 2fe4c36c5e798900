// logs/import/import_commonroad.h -- the moving obstacles of a CommonRoad scenario (2018b, 2020a): recorded
// traffic, each vehicle a drive.
#ifndef VG_LOGS_IMPORT_IMPORT_COMMONROAD_H
#define VG_LOGS_IMPORT_IMPORT_COMMONROAD_H

#include "logs/import/telemetry.h"

#ifdef __cplusplus
extern "C" {
#endif

// Its row in the table. Taken: the states of an obstacle's trajectory that have an exact position,
// orientation, velocity and time. Positions are of the vehicle's centre. Errors of its reader: VG_ERR_FORMAT
// with file, line and field (not well-formed, no time step, no obstacle that moves, a state without an exact
// position or time), VG_ERR_MEMORY.
extern const vg_lap_format vg_lap_format_commonroad;

#ifdef __cplusplus
}
#endif
#endif
