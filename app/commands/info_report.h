// app/commands/info_report.h -- facts about what an evaluation or a study writes, and about their YAML files.
#ifndef VG_APP_COMMANDS_INFO_REPORT_H
#define VG_APP_COMMANDS_INFO_REPORT_H

#include "app/cli/facts.h"

// A PNG or SVG picture, a page, JUnit XML, episodes as CSV, a suite or a study: *known says whether the file
// is one of them; if not, no facts are added. head: the file's first bytes, zero-terminated. Errors:
// VG_ERR_FORMAT (cut off, an incomplete row), those of the readers.
VG_NODISCARD vg_err vg_info_report(const char *path, const char *head, vg_facts *facts, bool *known,
                                   vg_diag *diag);

#endif
