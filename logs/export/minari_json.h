// logs/export/minari_json.h -- the environment of a data set, and the metadata of a Minari one, as JSON.
// Internal to logs/export.
#ifndef VG_LOGS_EXPORT_MINARI_JSON_H
#define VG_LOGS_EXPORT_MINARI_JSON_H

#include "sim/base/text.h"
#include "sim/sense.h"

// What stands in it. Everything is borrowed.
typedef struct vg_minari_facts {
    const char *id, *reward, *author; // as in vg_minari_def
    const vg_sense *sense;
    vg_car car;
    const char *car_name; // what the environment calls it: a preset or a path; NULL: nothing
    char (*roads)[256];   // [road_count] library names; NULL: not all roads have one
    int32_t road_count;
    char policies[512]; // names of the drivers
    int64_t episodes, steps;
    int64_t bytes; // of the HDF5 file
} vg_minari_facts;

// The preset that is this car, by its values: its name in buffer[64], or NULL.
const char *vg_minari_preset(const vg_car *car, char *buffer);

// The spec of the environment that gymnasium.make takes, with its keywords. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_minari_env_spec(const vg_minari_facts *facts, vg_text *out, vg_diag *diag);

// What robomimic makes the environment of (its type 2: Gym). Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_minari_env_args(const vg_minari_facts *facts, vg_text *out, vg_diag *diag);

// metadata.json. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_minari_metadata(const vg_minari_facts *facts, vg_text *out, vg_diag *diag);

#endif
