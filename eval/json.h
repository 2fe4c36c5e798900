// eval/json.h -- JSON as verge writes it: indented, keys in the order they were set, numbers at their
// shortest.
#ifndef VG_EVAL_JSON_H
#define VG_EVAL_JSON_H

#include <jansson.h>

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Append value and a newline. A list of plain values stands on one line.
void vg_json_text(const json_t *value, vg_text *out);

#ifdef __cplusplus
}
#endif
#endif
