// eval/study/study_card.h -- what a file of a study is, written beside it: so that no file of another recipe,
// study or seed is taken for it.
//
// A card is a JSON object whose keys say all that decides the file's content, and the content's own hash. It
// protects from a mistake (a file copied over another, a cell left behind by another version), not from
// somebody who edits both.
#ifndef VG_EVAL_STUDY_STUDY_CARD_H
#define VG_EVAL_STUDY_STUDY_CARD_H

#include <jansson.h>

#include "sim/base/error.h"

#ifdef __cplusplus
extern "C" {
#endif

// A hash as a card has it: 16 hexadecimal digits.
json_t *vg_study_card_hash(uint64_t hash);

// Write a card whole. It is given away; NULL: memory ran out. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_study_card_write(json_t *card, const char *path, vg_diag *diag);

// Errors: those of vg_file_read, VG_ERR_FORMAT (no JSON object).
VG_NODISCARD vg_err vg_study_card_read(const char *path, json_t **out, vg_diag *diag);

// Does the card at path say the same for each key of `expected`? That is given away; NULL: memory ran out.
// what: "cell", "log". Errors: VG_ERR_MISMATCH naming the file, the first key that differs, and the way out.
VG_NODISCARD vg_err vg_study_card_check(const json_t *card, json_t *expected, const char *path,
                                        const char *what, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
