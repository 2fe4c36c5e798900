// eval/study/study_card.h -- the card of a study's file: a description written beside the file, so that no
// file of another recipe, study or seed is taken for it.
//
// A card is a JSON object with everything that determines the file's content, and the content's own hash. It
// protects against mistakes (a file copied over another, a cell left behind by another version), not against
// a person who edits both.
#ifndef VG_EVAL_STUDY_STUDY_CARD_H
#define VG_EVAL_STUDY_STUDY_CARD_H

#include <jansson.h>

#include "agents/training/learner.h"

#ifdef __cplusplus
extern "C" {
#endif

// A hash as written in a card: 16 hexadecimal digits.
json_t *vg_study_card_hash(uint64_t hash);

// Writes a card whole and takes ownership of it; NULL: memory ran out. Errors: those of vg_file_write.
VG_NODISCARD vg_err vg_study_card_write(json_t *card, const char *path, vg_diag *diag);

// Errors: those of vg_file_read, VG_ERR_FORMAT (not a JSON object).
VG_NODISCARD vg_err vg_study_card_read(const char *path, json_t **out, vg_diag *diag);

// Checks that the card at path has the same value for each key of `expected`. Takes ownership of `expected`;
// NULL: memory ran out. what: "cell", "log". Errors: VG_ERR_MISMATCH naming the file, the first key that
// differs, and what to do.
VG_NODISCARD vg_err vg_study_card_check(const json_t *card, json_t *expected, const char *path,
                                        const char *what, vg_diag *diag);

// A training's report as keys of a card, and back. False: memory ran out.
bool vg_study_card_put_report(json_t *card, const vg_learner_report *report);
void vg_study_card_report(const json_t *card, vg_learner_report *report);

#ifdef __cplusplus
}
#endif
#endif
