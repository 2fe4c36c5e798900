// app/commands/gate_places.h -- where `verge gate` writes its report, and which policies it may open for
// pictures.
#ifndef VG_APP_COMMANDS_GATE_PLACES_H
#define VG_APP_COMMANDS_GATE_PLACES_H

#include "agents/policy_open.h"
#include "sim/base/file.h"

// Where a report goes in addition to stdout. NULL: not written.
typedef struct vg_gate_places {
    const char *junit;  // file
    const char *folder; // gate.json, gate.md, junit.xml, and a page with pictures of the worst episodes
    vg_overwrite overwrite;
    bool json; // stdout shows the JSON document, not the summary
    // The terms on which the two policies are opened again, for the pictures.
    vg_policy_terms result, baseline;
} vg_gate_places;

#endif
