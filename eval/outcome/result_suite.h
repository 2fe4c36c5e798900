// eval/outcome/result_suite.h -- the suite and the car that a result or a baseline was scored with, as its
// JSON has them.
#ifndef VG_EVAL_OUTCOME_RESULT_SUITE_H
#define VG_EVAL_OUTCOME_RESULT_SUITE_H

#include "eval/outcome/json.h"
#include "eval/score/suite.h"

#ifdef __cplusplus
extern "C" {
#endif

// The keys of `suite`, an object; path is named by errors. Relative paths of roads are taken from the working
// folder. Errors: VG_ERR_FORMAT (a key that is missing, or no value of the suite's).
VG_NODISCARD vg_err vg_result_suite(const char *path, const json_t *suite, vg_suite_config *out,
                                    vg_diag *diag);

// A suite of one of its roads, as the list of its test roads has it ("train-1", "seed 7"), with a sedan for a
// car: the car comes by value. Errors: those of vg_suite_build.
VG_NODISCARD vg_err vg_result_suite_of_road(const vg_suite_config *config, const char *name, const char *road,
                                            const char *folder, vg_suite *out, vg_diag *diag);

// The car, by value. Errors: VG_ERR_FORMAT, VG_ERR_MISMATCH (its hash), those of vg_car_check.
VG_NODISCARD vg_err vg_result_car(const char *path, const json_t *car, vg_car *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
