// agents/drive/reference_line.h -- what a rollout needs of a reference: its line, its pace, and the expert
// that labels. agents/drive/reference.h makes references.
#ifndef VG_AGENTS_DRIVE_REFERENCE_LINE_H
#define VG_AGENTS_DRIVE_REFERENCE_LINE_H

#include "agents/drive/pace.h"
#include "agents/policy/policy.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_reference vg_reference; // opaque, immutable, shared by threads

// Signed offset of the reference at s on road `road`; reference NULL: 0, the centreline.
float vg_reference_offset(const vg_reference *reference, int32_t road, double s);
// The reference's pace on road `road`; NULL if it is not known.
const vg_pace *vg_reference_pace(const vg_reference *reference, int32_t road);
// The expert that gives labels, or NULL.
const vg_policy *vg_reference_expert(const vg_reference *reference);

#ifdef __cplusplus
}
#endif
#endif
