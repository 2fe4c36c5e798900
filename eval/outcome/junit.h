// eval/outcome/junit.h -- junit.xml: the outcome in the format of build servers.
#ifndef VG_EVAL_OUTCOME_JUNIT_H
#define VG_EVAL_OUTCOME_JUNIT_H

#include "eval/outcome/outcome.h"
#include "sim/base/text.h"

#ifdef __cplusplus
extern "C" {
#endif

// One testsuite for each arm, one testcase for each training seed, with its numbers as properties. No
// testcase fails, because a result is neither good nor bad until a gate compares it with a limit or a
// baseline. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_junit(const vg_outcome *outcome, vg_text *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
