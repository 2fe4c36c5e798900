// app/view/result_file.h -- reads result.json: enough to drive its episodes again.
#ifndef VG_APP_VIEW_RESULT_FILE_H
#define VG_APP_VIEW_RESULT_FILE_H

#include <jansson.h>

#include "agents/policy_open.h"
#include "app/view/model.h"
#include "eval/score/suite.h"

// Start from zero.
typedef struct vg_result_file {
    char path[1024], folder[1024]; // folder of result.json; "" : the working folder
    json_t *root, *roads, *arms;   // the last two are lists within the root
    const char *name;              // "demo"
    vg_suite_config config;        // the suite as it was scored, except for the roads and the car
    char suite[VG_KEY_TEXT_SIZE];
    vg_car car;
    int32_t road_count, arm_count;
} vg_result_file;

// path: the file, or its folder. Errors: VG_ERR_FORMAT (not a result; another schema version; a key is
// missing or wrong), those of vg_file_read.
VG_NODISCARD vg_err vg_result_file_open(const char *path, vg_result_file *out, vg_diag *diag);
void vg_result_file_close(vg_result_file *result); // zeroed is fine

const char *vg_result_file_road(const vg_result_file *result, int32_t i);
const char *vg_result_file_label(const vg_result_file *result, int32_t arm);
// By name, or by number. Errors: VG_ERR_NOT_FOUND with the names in the result.
VG_NODISCARD vg_err vg_result_file_find_road(const vg_result_file *result, const char *name, int32_t *out,
                                             vg_diag *diag);
VG_NODISCARD vg_err vg_result_file_find_arm(const vg_result_file *result, const char *label, int32_t *out,
                                            vg_diag *diag);

// Makes road i again. Errors: VG_ERR_MISMATCH (its hash has changed), those of vg_suite_build.
VG_NODISCARD vg_err vg_result_file_make_road(const vg_result_file *result, int32_t i, vg_road **out,
                                             vg_diag *diag);

// Where the episodes of a road of a suite with recorded starts begin, into starts[starts a road]. Errors:
// VG_ERR_FORMAT.
VG_NODISCARD vg_err vg_result_file_starts(const vg_result_file *result, int32_t road, vg_start *starts,
                                          vg_diag *diag);

// The policy of an arm's training seed. `seed` is its number from 1 on, or the seed itself; it is ignored if
// the arm has one policy only. A study's policy is searched by its hash in the folder of cells, an
// evaluation's at its old path. terms: those for policies that a file names; their hash is not used. Errors:
// VG_ERR_NOT_FOUND (no such seed, or the file is gone), VG_ERR_MISMATCH (the file has another hash), those of
// vg_policy_open.
VG_NODISCARD vg_err vg_result_file_policy(const vg_result_file *result, int32_t arm, uint64_t seed,
                                          const vg_policy_terms *terms, vg_policy **out, vg_diag *diag);

// The arm's curves over all roads, starts and training seeds. An arm without any (a gate's, in its page)
// leaves *out as it is. Errors: VG_ERR_FORMAT, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_result_file_curves(const vg_result_file *result, int32_t arm, vg_view_curves *out,
                                          vg_diag *diag);

#endif
