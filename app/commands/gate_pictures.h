// app/commands/gate_pictures.h -- the worst episodes before and after, as pictures.
#ifndef VG_APP_COMMANDS_GATE_PICTURES_H
#define VG_APP_COMMANDS_GATE_PICTURES_H

#include "app/commands/gate_places.h"
#include "eval/gate/report.h"

// worst-1.png and so on into the folder of the places: the result's car and the baseline's from the same
// start, shortly before the departure, each driven again. A baseline whose policy is not there any more, or
// is another by now, is left out, and said; in a build without figures nothing is drawn. Errors: those of
// writing.
VG_NODISCARD vg_err vg_gate_pictures(const vg_gate_report *report, const vg_gate_places *places,
                                     vg_diag *diag);

#endif
