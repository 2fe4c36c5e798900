// app/commands/gate_output.h -- what `verge gate` says, and where it leaves it.
#ifndef VG_APP_COMMANDS_GATE_OUTPUT_H
#define VG_APP_COMMANDS_GATE_OUTPUT_H

#include "app/commands/gate_places.h"
#include "eval/gate/report.h"

// May they be written? Errors: those of vg_file_may_write.
VG_NODISCARD vg_err vg_gate_may_write(const vg_gate_places *places, vg_diag *diag);

// The summary (ten lines with six metrics) and the worst episodes on stdout; the files; under GitHub Actions
// also annotations, and the Markdown at the end of the file that GITHUB_STEP_SUMMARY names.
VG_NODISCARD vg_err vg_gate_print(const vg_gate_report *report, const vg_gate_places *places, vg_diag *diag);

#endif
