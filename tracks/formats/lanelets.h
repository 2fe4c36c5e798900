// tracks/formats/lanelets.h -- lanelets (Bender et al. 2014): pieces of lanes between a left and a right
// bound, linked to those behind them; and a road along a chain of them.
#ifndef VG_TRACKS_FORMATS_LANELETS_H
#define VG_TRACKS_FORMATS_LANELETS_H

#include "tracks/points.h"
#include "tracks/track_format.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VG_LANELET_LINKS = 16 };

// Links are indices; -1: none.
typedef struct vg_lanelet {
    const char *id;                               // borrowed
    vg_points left, right;                        // bounds, m, in the driving direction
    int32_t after[VG_LANELET_LINKS], after_count; // those that it leads into; more are left out
    int32_t to_left, to_right;                    // its neighbours in the same direction
    bool has_before;                              // another one leads into it
} vg_lanelet;

typedef struct vg_lanelets {
    vg_lanelet *items; // [count]
    int32_t count, capacity;
    int32_t *order; // [count] by id; made by vg_lanelets_sort
} vg_lanelets;

// Append one without bounds and links. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lanelets_add(vg_lanelets *lanelets, const char *id, vg_diag *diag);
void vg_lanelets_free(vg_lanelets *lanelets);
// Sort by id, so that vg_lanelets_find works. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lanelets_sort(vg_lanelets *lanelets, vg_diag *diag);
int32_t vg_lanelets_find(const vg_lanelets *lanelets, const char *id); // -1: none
void vg_lanelets_link(vg_lanelets *lanelets, int32_t from, int32_t to);

// The road. options.route: ids separated by commas; from one to the next the way with the fewest lanelets is
// taken; NULL: the longest chain, at forks as straight as possible. options.lanes: "all" takes in all
// neighbours of the same direction; NULL or "one" takes the lanelets alone. Closed where the last leads into
// the first. Errors: VG_ERR_FORMAT (no lanelet, an unknown id, no way), VG_ERR_ARGUMENT (lanes), those of
// vg_track_between.
VG_NODISCARD vg_err vg_lanelets_track(const vg_lanelets *lanelets, const vg_track_source *source,
                                      vg_track *out, vg_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
