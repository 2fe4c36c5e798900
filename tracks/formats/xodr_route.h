// tracks/formats/xodr_route.h -- which roads of an OpenDRIVE file are driven one after the other, and which
// way.
#ifndef VG_TRACKS_FORMATS_XODR_ROUTE_H
#define VG_TRACKS_FORMATS_XODR_ROUTE_H

#include "sim/base/xml_read.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_xodr_step {
    int32_t road;                  // index in the network
    bool backwards;                // against its s
    const vg_xml_node *connection; // of the junction that leads into it; NULL: linked directly
} vg_xodr_step;

typedef struct vg_xodr_network {
    const vg_xml *xml;
    const vg_xml_node **roads; // [count], by their ids
    bool *used;                // [count], in the route
    int32_t count;
    vg_xodr_step *steps; // [step_count] the route
    int32_t step_count;
    bool closed; // the last step leads into the first
} vg_xodr_network;

// All roads of the file. Errors: VG_ERR_FORMAT (no road, two of one id), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_xodr_network_read(const vg_xml *xml, vg_xodr_network *out, vg_diag *diag);
void vg_xodr_network_free(vg_xodr_network *net);

// The route: roads by their ids, separated by commas; a road that lies between two of them in a junction need
// not be named. NULL: the longest road, and on from both of its ends as far as links lead, in junctions as
// straight as possible. Errors: VG_ERR_FORMAT (an unknown road, roads without a link), VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_xodr_route(vg_xodr_network *net, const char *ids, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
