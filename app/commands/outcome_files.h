// app/commands/outcome_files.h -- the files that `verge eval` and `verge study` write, and the tables that
// they print.
#ifndef VG_APP_COMMANDS_OUTCOME_FILES_H
#define VG_APP_COMMANDS_OUTCOME_FILES_H

#include "eval/outcome/outcome.h"
#include "sim/base/file.h"

// Writes into `folder`: episodes.csv, junit.xml, the pictures and the page (in a build with figures), and
// result.json as the last: if it exists, all files are complete. Errors: VG_ERR_ARGUMENT (folder too long),
// those of the writers and of vg_file_write.
VG_NODISCARD vg_err vg_outcome_write(const vg_outcome *outcome, const char *folder, vg_overwrite overwrite,
                                     vg_diag *diag);
// Checks that the files may be written, to refuse before hours of driving. Errors: those of
// vg_file_may_write.
VG_NODISCARD vg_err vg_outcome_may_write(const char *folder, vg_overwrite overwrite, vg_diag *diag);

// Prints the table of arms and floors with 95 % intervals, and the comparisons below it, on stdout.
VG_NODISCARD vg_err vg_outcome_print_table(const vg_outcome *outcome, vg_diag *diag);

// The files that vg_outcome_write writes, for the line that names them.
#ifdef VG_WITH_FIGURES
#define VG_OUTCOME_FILES "result.json, episodes.csv, junit.xml, the page, and pictures as PNG and SVG"
#else
#define VG_OUTCOME_FILES                                                                                     \
    "result.json, episodes.csv, junit.xml; no pictures, since this build was made without Cairo"
#endif

#endif
