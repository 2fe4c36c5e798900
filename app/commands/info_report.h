// app/commands/info_report.h -- facts about what an evaluation or a study writes, and about the YAML it is
// asked by.
#ifndef VG_APP_COMMANDS_INFO_REPORT_H
#define VG_APP_COMMANDS_INFO_REPORT_H

#include "app/cli/facts.h"

// A PNG or SVG picture, a page, JUnit XML, episodes as CSV, a suite or a study: *known says whether it was
// one of them; nothing is told otherwise. head: the file's first bytes, zero-terminated. Errors:
// VG_ERR_FORMAT (cut off, a row that is not whole), those of the readers.
VG_NODISCARD vg_err vg_info_report(const char *path, const char *head, vg_facts *facts, bool *known,
                                   vg_diag *diag);

#endif
