// app/commands/gate_places.h -- where `verge gate` leaves what it says, and whom it may ask for pictures.
#ifndef VG_APP_COMMANDS_GATE_PLACES_H
#define VG_APP_COMMANDS_GATE_PLACES_H

#include "agents/policy_open.h"
#include "sim/base/file.h"

// Where a report goes beside stdout. NULL: nowhere.
typedef struct vg_gate_places {
    const char *junit;  // file
    const char *folder; // gate.json, gate.md, junit.xml, and pictures of the worst episodes
    vg_overwrite overwrite;
    bool json; // stdout has the document, not the summary
    // On which the two policies are opened again, for the pictures.
    vg_policy_terms result, baseline;
} vg_gate_places;

#endif
