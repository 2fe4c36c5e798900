// app/info.h -- facts about a file, for `verge info`: what it is, where it came from, whether it is sound.
#ifndef VG_APP_INFO_H
#define VG_APP_INFO_H

#include <jansson.h>

#include "sim/base/error.h"

// Named facts in the order they were told. A value that could not be made (no memory) sets `failed`.
typedef struct vg_facts {
    json_t *object;
    bool failed;
} vg_facts;

void vg_fact(vg_facts *facts, const char *name, json_t *value); // takes the value over
void vg_fact_text(vg_facts *facts, const char *name, const char *format, ...) VG_PRINTF(3, 4);
void vg_fact_hash(vg_facts *facts, const char *name, uint64_t hash);

// Tell what the file at path is. Its "kind" comes first and is told even of a file that then proves unsound.
// Errors: those of the kind's reader; VG_ERR_FORMAT when it is nothing that verge knows.
VG_NODISCARD vg_err vg_info_file(const char *path, vg_facts *facts, vg_diag *diag);

// A kind each, in app/info_*.c.
VG_NODISCARD vg_err vg_info_log(const char *path, vg_facts *facts, vg_diag *diag);
VG_NODISCARD vg_err vg_info_policy(const char *path, vg_facts *facts, vg_diag *diag);

#endif
