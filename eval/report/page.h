// eval/report/page.h -- the result of an evaluation as one page to read.
#ifndef VG_EVAL_REPORT_PAGE_H
#define VG_EVAL_REPORT_PAGE_H

#include "eval/outcome/outcome.h"
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

// The page's figures one by one, each as an SVG document of its own with its provenance; take is called with
// the name that the page has it by, its title, and its text, which is borrowed for the call. Errors:
// VG_ERR_MEMORY.
typedef void (*vg_report_take)(void *context, const char *name, const char *title, const char *svg);
VG_NODISCARD vg_err vg_report_figures(const vg_outcome *outcome, vg_report_take take, void *context,
                                      vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
