// app/cli/github.h -- what GitHub Actions is told, where the program runs under it.
#ifndef VG_APP_CLI_GITHUB_H
#define VG_APP_CLI_GITHUB_H

#include "sim/base/text.h"

// Workflow commands, a line each, where GITHUB_ACTIONS is "true": on stdout, or on stderr where stdout has a
// document (both are read). Errors: VG_ERR_MEMORY when the text had failed.
VG_NODISCARD vg_err vg_github_annotate(const vg_text *commands, bool document, vg_diag *diag);

// Markdown, to the end of the file that GITHUB_STEP_SUMMARY names, where it names one. Errors: VG_ERR_MEMORY,
// VG_ERR_IO.
VG_NODISCARD vg_err vg_github_summary(const vg_text *markdown, vg_diag *diag);

#endif
