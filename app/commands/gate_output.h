// app/commands/gate_output.h -- what `verge gate` prints, and the files that it writes.
#ifndef VG_APP_COMMANDS_GATE_OUTPUT_H
#define VG_APP_COMMANDS_GATE_OUTPUT_H

#include "app/commands/gate_places.h"
#include "eval/gate/report.h"

// Checks that the files may be written. Errors: those of vg_file_may_write.
VG_NODISCARD vg_err vg_gate_may_write(const vg_gate_places *places, vg_diag *diag);

// Prints the summary (ten lines with six metrics) and the worst episodes on stdout, and writes the files.
// Under GitHub Actions also prints annotations, and adds the Markdown to the file that GITHUB_STEP_SUMMARY
// names.
VG_NODISCARD vg_err vg_gate_print(const vg_gate_report *report, const vg_gate_places *places, vg_diag *diag);

#endif
