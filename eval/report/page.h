// eval/report/page.h -- the result of an evaluation as one page to read.
#ifndef VG_EVAL_REPORT_PAGE_H
#define VG_EVAL_REPORT_PAGE_H

#include "eval/outcome/outcome.h"
#include "eval/report/page_take.h"
#include "sim/base/file.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes folder/index.html: tables and figures in one file that loads nothing, light or dark as its reader
// prefers; and the figures again as folder/figures/*.png, with their provenance. The page is written last and
// whole: if anything fails before it, there is no page. Figures show the first 8 arms, tables all arms.
// Errors: VG_ERR_EXISTS (with VG_KEEP: the page or a figure exists), VG_ERR_ARGUMENT (a path too long),
// VG_ERR_MEMORY, those of vg_file_write.
VG_NODISCARD vg_err vg_report_page_write(const vg_outcome *outcome, const char *folder,
                                         vg_overwrite overwrite, vg_diag *diag);

// The page's figures one by one, each with its provenance, to `take`. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_report_figures(const vg_outcome *outcome, vg_report_take take, void *context,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
