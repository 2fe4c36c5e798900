// tracks/formats/xodr_road.h -- a road of an OpenDRIVE file: its reference line, its lanes, its links.
#ifndef VG_TRACKS_FORMATS_XODR_ROAD_H
#define VG_TRACKS_FORMATS_XODR_ROAD_H

#include "tracks/formats/xodr_plan.h"

#ifdef __cplusplus
extern "C" {
#endif

// A cubic from `s` on: a + b t + c t^2 + d t^3, t = s - where it begins.
typedef struct vg_xodr_cubic {
    double s, p[4];
} vg_xodr_cubic;

typedef struct vg_xodr_lane {
    int id;               // above 0: left of the reference line, below: right
    bool driving;         // a lane for cars
    bool border;          // the cubics give its outer border, not its width
    int32_t first, count; // of its cubics; s from the section's begin
    int after,
        before; // ids of the lanes that it is linked to in the next and the last section or road; 0: none
} vg_xodr_lane;

typedef struct vg_xodr_section {
    double s;
    bool one_side;        // it holds for the side that it has lanes on, and the section before for the other
    int32_t first, count; // of its lanes: left ones outwards, then right ones outwards
    int32_t left;         // how many of them are left ones
} vg_xodr_section;

typedef struct vg_xodr_road {
    const vg_xml_node *node; // NULL: not read
    const vg_xml *xml;
    const char *id;
    double length;
    bool left_hand; // traffic keeps left
    vg_xodr_plan plan;
    vg_xodr_cubic *offsets; // of lane 0
    vg_xodr_cubic *cubics;  // of all lanes
    vg_xodr_section *sections;
    vg_xodr_lane *lanes;
    int32_t offset_count, cubic_count, section_count, lane_count;
} vg_xodr_road;

// Errors: VG_ERR_FORMAT with file, line and field; VG_ERR_MEMORY. On failure *out is zeroed.
VG_NODISCARD vg_err vg_xodr_road_read(const vg_xml *xml, const vg_xml_node *node, vg_xodr_road *out,
                                      vg_diag *diag);
void vg_xodr_road_free(vg_xodr_road *road);

// The section that holds at s for the left lanes, or for the right ones; s may lie at its end with `end`.
int32_t vg_xodr_section_at(const vg_xodr_road *road, double s, bool left, bool end);
const vg_xodr_lane *vg_xodr_lane_of(const vg_xodr_road *road, int32_t section, int id); // NULL: none

// How far a lane's inner and outer border lie to the left of the reference line at s, m.
void vg_xodr_lane_borders(const vg_xodr_road *road, int32_t section, int id, double s, double *inner,
                          double *outer);

// Has the road a lane for cars on this side, anywhere?
bool vg_xodr_has_driving(const vg_xodr_road *road, bool left);

#ifdef __cplusplus
}
#endif
#endif
