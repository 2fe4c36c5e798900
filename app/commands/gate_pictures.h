// app/commands/gate_pictures.h -- the worst episodes before and after, as pictures.
#ifndef VG_APP_COMMANDS_GATE_PICTURES_H
#define VG_APP_COMMANDS_GATE_PICTURES_H

#include "app/commands/gate_places.h"
#include "eval/gate/report.h"

// Writes worst-1.png and so on into the folder of the places: the result's car and the baseline's from the
// same start, shortly before the departure, each driven again. If the baseline's policy is missing or was
// changed, the picture leaves it out and a warning says so. A build without figures draws nothing. Errors:
// those of writing.
VG_NODISCARD vg_err vg_gate_pictures(const vg_gate_report *report, const vg_gate_places *places,
                                     vg_diag *diag);

#endif
