// agents/drive/recorded_starts.h -- the recorded states of one road's laps, from which episodes start.
//
// A driver that starts where a person was, at that person's speed, meets states that the person met. A speed
// derived from the car's limits may be one that nobody ever drove there.
#ifndef VG_AGENTS_DRIVE_RECORDED_STARTS_H
#define VG_AGENTS_DRIVE_RECORDED_STARTS_H

#include "logs/store/log.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_recorded_starts vg_recorded_starts; // opaque; threads share a finished one

// An empty set. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recorded_starts_create(const vg_road *road, vg_recorded_starts **out, vg_diag *diag);
void vg_recorded_starts_destroy(vg_recorded_starts *starts); // NULL is fine
// Add the states of a lap's ticks. Those beyond an edge are left out: an episode starts on the road. Errors:
// VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_recorded_starts_add(vg_recorded_starts *starts, const vg_road *road,
                                           const vg_log_step *steps, int64_t count, vg_diag *diag);
// Call once, after the last lap and before a rollout.
void vg_recorded_starts_finish(vg_recorded_starts *starts);

int64_t vg_recorded_starts_count(const vg_recorded_starts *starts); // states held
uint64_t vg_recorded_starts_hash(const vg_recorded_starts *starts); // over the road and the states
// Is it of this road (by its content), with at least one state? starts NULL: no.
bool vg_recorded_starts_of(const vg_recorded_starts *starts, const vg_road *road);

// One of the states between the arc lengths from and to (m), each with the same chance; u in (0, 1) is the
// draw. If there is none, the next one ahead, on from the road's begin if need be. The set must not be empty.
vg_start vg_recorded_starts_draw(const vg_recorded_starts *starts, double from, double to, double u);

#ifdef __cplusplus
}
#endif
#endif
