// eval/outcome/json.h -- JSON as verge writes it: indented, keys in the order they were set, numbers as short
// as possible.
#ifndef VG_EVAL_OUTCOME_JSON_H
#define VG_EVAL_OUTCOME_JSON_H

#include <jansson.h>

#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// Appends value and a newline. A list of plain values is written on one line.
void vg_json_text(const json_t *value, vg_text *out);

// A number, or null for NaN and infinities. A float is written as its own shortest decimal, not as that of
// the double.
json_t *vg_json_number(double value);
json_t *vg_json_float(float value);

// What a document of ours holds, as one number: over its text as vg_json_text writes it, without its keys
// "version" and "content_hash". Blanks and line ends of a file are not in it. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_json_content_hash(const json_t *document, uint64_t *hash, vg_diag *diag);

// Set "content_hash", as the last key. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_json_seal(json_t *document, vg_diag *diag);
// Does "content_hash" fit? Errors: VG_ERR_FORMAT (it is missing, or the document was changed after it was
// written), VG_ERR_MEMORY. path: for the message.
VG_NODISCARD vg_err vg_json_check_seal(const char *path, const json_t *document, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
