// eval/outcome/json.h -- JSON as verge writes it: indented, keys in the order they were set, numbers at their
// shortest.
#ifndef VG_EVAL_OUTCOME_JSON_H
#define VG_EVAL_OUTCOME_JSON_H

#include <jansson.h>

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Append value and a newline. A list of plain values stands on one line.
void vg_json_text(const json_t *value, vg_text *out);

// A number, or null for what is none (NaN, an infinity). A float as its shortest decimal, not as the double
// it widens to.
json_t *vg_json_number(double value);
json_t *vg_json_float(float value);

#ifdef __cplusplus
}
#endif
#endif
