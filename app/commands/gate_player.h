// app/commands/gate_player.h -- what the page of a gate plays its episodes with.
#ifndef VG_APP_COMMANDS_GATE_PLAYER_H
#define VG_APP_COMMANDS_GATE_PLAYER_H

#include "app/commands/player_kit.h"
#include "eval/gate/report.h"

// Fills a kit with the result and the baseline, which a page drives side by side from the same start; closed.
// A page runs no programs and no shared libraries, and takes along what VG_KIT_MOST lets it. A warning names
// what is left out: without the baseline the result drives alone, and without the result or a road nothing
// plays (kit->found is false then). Errors: those of vg_player_kit_open, VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_gate_player_open(const vg_gate_report *report, vg_player_kit *kit, vg_diag *diag);

#endif
