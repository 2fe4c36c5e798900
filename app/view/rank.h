// app/view/rank.h -- pairs of laps that a person compares, one after the other, and the file that the
// judgements go to. It knows no window.
#ifndef VG_APP_VIEW_RANK_H
#define VG_APP_VIEW_RANK_H

#include "app/cli/args.h"
#include "app/view/model.h"
#include "logs/store/preferences.h"

enum { VG_RANK_LAPS = 500 }; // most laps at once

typedef struct vg_rank_lap {
    int32_t file, episode;
    uint64_t hash, road; // content of the episode, and of its road
} vg_rank_lap;

typedef struct vg_rank_pair {
    int32_t left, right; // laps
} vg_rank_pair;

// Start from zero; free it after an error too.
typedef struct vg_rank {
    const vg_list *files; // borrowed
    const char *path;     // borrowed; of the preferences
    vg_preferences preferences;
    vg_rank_lap *laps; // [lap_count]
    int32_t lap_count;
    vg_rank_pair *pairs; // [count] that nobody had judged when it was opened, in the order in which they are
                         // shown: drawn by the seed, and so are their sides
    int64_t count, at;   // the pair that is shown; count: all are judged
    vg_view view;        // its two cars: car 0 on the left, car 1 on the right, called so, so that nothing
                         // but the driving tells whose laps they are
} vg_rank;

// Read which laps the logs have (episodes [count]: of every log only these; none: all), and the judgements
// that there are already; then show the first pair. road: only laps on the road of this name; NULL: any, but
// only laps of the same road are compared. Errors: VG_ERR_ARGUMENT (fewer than two laps that can be compared,
// or more than VG_RANK_LAPS; every pair is judged already), VG_ERR_NOT_FOUND (an episode that no log has),
// those of vg_log_open and vg_preferences_read; VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_rank_open(vg_rank *rank, const vg_list *files, const vg_list *episodes,
                                 const char *road, const char *path, uint64_t seed, vg_diag *diag);
void vg_rank_free(vg_rank *rank);

// Note the judgement of the pair that is shown, write the file, and show the next pair; if there is none, at
// is count and the view stays as it was. Errors: those of vg_preferences_write, after which the judgement is
// not noted; those of vg_view_add_log.
VG_NODISCARD vg_err vg_rank_judge(vg_rank *rank, vg_preferred preferred, vg_diag *diag);
// Take back the last judgement and show its pair again; at the first pair, nothing. Errors: as vg_rank_judge.
VG_NODISCARD vg_err vg_rank_back(vg_rank *rank, vg_diag *diag);

#endif
