// eval/report/import_page.h -- what an import read, changed and found, as one page to look at.
#ifndef VG_EVAL_REPORT_IMPORT_PAGE_H
#define VG_EVAL_REPORT_IMPORT_PAGE_H

#include "logs/import/import_file.h"
#include "sim/base/overwrite.h"

#ifdef __cplusplus
extern "C" {
#endif

// Everything is borrowed.
typedef struct vg_import_page {
    const char *log; // its path
    const vg_road *road;
    const char *const *files;             // [count]
    const vg_import_file_report *reports; // [count]
    int32_t count;
    const char *told; // all warnings and errors, one a line; "": none
} vg_import_page;

// Writes folder/index.html, which loads nothing, and its figures again as folder/figures/*.png. Of each
// drive: the raw fixes and the cleaned line on the road; how far the fixes are from the line, over time and
// along the road, and its standard deviation; the speed channel against the path's own; the share of samples
// beyond the edges. Figures show the first 12 drives, tables all. The page is written last and whole. Errors:
// VG_ERR_EXISTS (with VG_KEEP: the page or a figure exists), VG_ERR_ARGUMENT (a path too long),
// VG_ERR_MEMORY, those of vg_file_write.
VG_NODISCARD vg_err vg_import_page_write(const vg_import_page *what, const char *folder,
                                         vg_overwrite overwrite, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
