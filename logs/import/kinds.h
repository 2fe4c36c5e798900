// logs/import/kinds.h -- files that are no telemetry, or none with positions, and what to do with them: for
// messages that name what was given.
#ifndef VG_LOGS_IMPORT_KINDS_H
#define VG_LOGS_IMPORT_KINDS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One sentence of what a file is that begins with these bytes (at most VG_FORMAT_HEAD), if it is none that a
// lap can be read from; else NULL.
const char *vg_foreign_kind(const char *head, int64_t size);

#ifdef __cplusplus
}
#endif
#endif
