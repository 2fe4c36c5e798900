// agents/training/comparisons.h -- pairs of laps of which one is better, and snippets drawn from them.
#ifndef VG_AGENTS_TRAINING_COMPARISONS_H
#define VG_AGENTS_TRAINING_COMPARISONS_H

#include "agents/training/bradley_terry.h"
#include "agents/training/laps.h"
#include "sim/base/random.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct vg_lap_pair {
    int32_t a, b;    // laps
    double a_better; // 1: a is better; 0.5: they are equal; 0: b is better
    bool held_out;
} vg_lap_pair;

// Start from zero.
typedef struct vg_lap_pairs {
    vg_lap_pair *pairs; // [count] those to train on first, then the held-out ones, once they are split
    int64_t count, capacity;
    int64_t training; // how many are to train on
} vg_lap_pairs;

enum { VG_LAP_PAIRS_MOST = 4000000 };

// Errors: VG_ERR_MEMORY, VG_ERR_ARGUMENT (more than VG_LAP_PAIRS_MOST).
VG_NODISCARD vg_err vg_lap_pairs_add(vg_lap_pairs *pairs, const vg_lap_pair *pair, vg_diag *diag);
void vg_lap_pairs_free(vg_lap_pairs *pairs); // a zeroed one is fine

// Hold out `share` of the laps, drawn by the seed: at least two of five or more laps, none of fewer. A pair
// of two held-out laps is held out, a pair of one is dropped, so that no snippet of a held-out lap is trained
// on. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lap_pairs_split_laps(vg_lap_pairs *pairs, int32_t laps, double share, uint64_t seed,
                                            vg_diag *diag);
// Hold out `share` of the pairs, drawn by the seed: at least one of five or more, none of fewer. For
// judgements by people, of which there are too few to drop any. Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_lap_pairs_split_pairs(vg_lap_pairs *pairs, double share, uint64_t seed, vg_diag *diag);

// How the two snippets of a pair are drawn. ANYWHERE: each somewhere in its lap (Brown et al. 2019).
// SAME_PLACE: the second at the place along the road where the first is, so that the road is the same for
// both.
typedef enum vg_alignment { VG_ALIGN_SAME_PLACE, VG_ALIGN_ANYWHERE } vg_alignment;

// A comparison of snippets of `length` rows; of fewer, the same number in both, where a lap has no so long
// stretch. `at` gives the draws: its draw is set here.
vg_comparison vg_lap_pair_draw(const vg_laps *laps, const vg_lap_pair *pair, int32_t length,
                               vg_alignment alignment, vg_draw at);

#ifdef __cplusplus
}
#endif
#endif
