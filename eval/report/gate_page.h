// eval/report/gate_page.h -- the verdict of a gate as one page to look at.
#ifndef VG_EVAL_REPORT_GATE_PAGE_H
#define VG_EVAL_REPORT_GATE_PAGE_H

#include "eval/gate/report.h"
#include "eval/report/player.h"
#include "sim/base/overwrite.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes folder/index.html, in the look of an evaluation's page: the verdict in a sentence, each metric with
// its bounds and margin, and the worst episodes, each with its command and, where folder/worst-N.png exists,
// that picture. player: plays the episodes, under the seed of their pass, result and baseline side by side;
// NULL: nothing plays. The page is written whole. Errors: VG_ERR_EXISTS (with VG_KEEP), VG_ERR_ARGUMENT (a
// path too long), VG_ERR_MEMORY, those of vg_file_write.
VG_NODISCARD vg_err vg_gate_page_write(const vg_gate_report *report, const vg_report_player *player,
                                       const char *folder, vg_overwrite overwrite, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
