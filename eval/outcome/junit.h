// eval/outcome/junit.h -- junit.xml: the outcome as a build server shows it.
#ifndef VG_EVAL_OUTCOME_JUNIT_H
#define VG_EVAL_OUTCOME_JUNIT_H

#include "eval/outcome/outcome.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// A testsuite an arm, a testcase a training seed, with its numbers as properties. Nothing fails here: a
// result is neither good nor bad until a gate holds it against a limit or a baseline. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_junit(const vg_outcome *outcome, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
