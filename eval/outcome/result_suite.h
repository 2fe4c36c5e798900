// eval/outcome/result_suite.h -- the suite and the car that a result or a baseline was scored with, read from
// its JSON.
#ifndef VG_EVAL_OUTCOME_RESULT_SUITE_H
#define VG_EVAL_OUTCOME_RESULT_SUITE_H

#include "eval/outcome/json.h"
#include "eval/score/suite.h"

#ifdef __cplusplus
extern "C" {
#endif

// Reads the keys of `suite`, an object; errors name `path`. Relative paths of roads are relative to the
// working folder. Errors: VG_ERR_FORMAT (a key is missing, or a value does not fit the suite's keys).
VG_NODISCARD vg_err vg_result_suite(const char *path, const json_t *suite, vg_suite_config *out,
                                    vg_diag *diag);

// Makes a suite of one of its roads, named as in the list of its test roads ("train-1", "seed 7"), with a
// sedan as the car: the real car is passed by value. Errors: those of vg_suite_build.
VG_NODISCARD vg_err vg_result_suite_of_road(const vg_suite_config *config, const char *name, const char *road,
                                            const char *folder, vg_suite *out, vg_diag *diag);

// Reads the car, by value. Errors: VG_ERR_FORMAT, VG_ERR_MISMATCH (its hash), those of vg_car_check.
VG_NODISCARD vg_err vg_result_car(const char *path, const json_t *car, vg_car *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
