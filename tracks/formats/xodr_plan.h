// tracks/formats/xodr_plan.h -- the reference line of an OpenDRIVE road: line, arc, spiral, poly3, paramPoly3
// (ASAM OpenDRIVE 1.8, section 9, "Geometry").
#ifndef VG_TRACKS_FORMATS_XODR_PLAN_H
#define VG_TRACKS_FORMATS_XODR_PLAN_H

#include "sim/base/xml_read.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum vg_xodr_kind {
    VG_XODR_LINE,
    VG_XODR_ARC,    // p[0]: curvature, 1/m
    VG_XODR_SPIRAL, // p[0], p[1]: curvature at its begin and end
    VG_XODR_POLY3,  // p[0..3]: v = a + b u + c u^2 + d u^3
    VG_XODR_PARAM,  // p[0..3]: u, p[4..7]: v, of a parameter from 0 to `range`
} vg_xodr_kind;

typedef struct vg_xodr_geometry {
    double s, x, y, heading, length; // where it begins; m, rad
    vg_xodr_kind kind;
    double p[8], range;
} vg_xodr_geometry;

typedef struct vg_xodr_plan {
    vg_xodr_geometry *items; // [count], by rising s
    int32_t count;
} vg_xodr_plan;

// Read <planView> of a road. Errors: VG_ERR_FORMAT (a geometry of no kind, a number missing, no geometry),
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_xodr_plan_read(const vg_xml *xml, const vg_xml_node *road, vg_xodr_plan *out,
                                      vg_diag *diag);
void vg_xodr_plan_free(vg_xodr_plan *plan);

// Where one is on the line. Zero-initialise; ask for rising s, for it goes on from the place before.
typedef struct vg_xodr_place {
    double x, y, heading; // m, rad
    int32_t at;           // the geometry
    double along;         // m, of it
    double u, v;          // m, in its own frame
    bool begun;
} vg_xodr_place;
void vg_xodr_plan_walk(const vg_xodr_plan *plan, double s, vg_xodr_place *place);

#ifdef __cplusplus
}
#endif
#endif
