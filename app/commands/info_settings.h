// app/commands/info_settings.h -- YAML files of settings that no other kind claims: a gate's margins, a
// column map of telemetry, an expert's settings.
#ifndef VG_APP_INFO_SETTINGS_H
#define VG_APP_INFO_SETTINGS_H

#include "app/cli/facts.h"
#include "sim/base/config.h"

#ifdef __cplusplus
extern "C" {
#endif

// The kind is the one whose schema has most of the file's top-level keys; a car wins where several have as
// many. *known: false if that is a car, or no schema has any of the keys. Errors: those of the kind's own
// reader.
VG_NODISCARD vg_err vg_info_settings(const char *path, const char *text, vg_facts *facts, bool *known,
                                     vg_diag *diag);

// Add every key of a schema with its value, as text.
void vg_info_keys(const vg_schema *schema, const void *config, vg_facts *facts);

#ifdef __cplusplus
}
#endif
#endif
