// app/cli/github.h -- output for GitHub Actions, if the program runs there.
#ifndef VG_APP_CLI_GITHUB_H
#define VG_APP_CLI_GITHUB_H

#include "sim/base/text.h"

// Prints workflow commands, one a line, if GITHUB_ACTIONS is "true": on stdout, or on stderr if stdout holds
// a document (GitHub reads both). Errors: VG_ERR_MEMORY if the text had failed.
VG_NODISCARD vg_err vg_github_annotate(const vg_text *commands, bool document, vg_diag *diag);

// Appends Markdown to the file that GITHUB_STEP_SUMMARY names, if it names one. Errors: VG_ERR_MEMORY,
// VG_ERR_IO.
VG_NODISCARD vg_err vg_github_summary(const vg_text *markdown, vg_diag *diag);

#endif
