// app/commands/irl_figure.h -- rewards and policies on a table world, side by side.
#ifndef VG_APP_COMMANDS_IRL_FIGURE_H
#define VG_APP_COMMANDS_IRL_FIGURE_H

#include "agents/irl/table_world.h"
#include "eval/figures/picture.h"

// A column: the reward on top; below how often each state is visited, with arrows for the actions.
typedef struct vg_irl_column {
    const char *name;
    const double *reward, *occupancy; // [states]
    const double *policy;             // [states * actions]
} vg_irl_column;

enum { VG_IRL_COLUMNS_MOST = 8 };

typedef struct vg_irl_figure {
    const char *title;
    const vg_table_world *world;
    vg_irl_column columns[VG_IRL_COLUMNS_MOST];
    int32_t count; // 1 or more
} vg_irl_figure;

// Errors: those of vg_picture_write.
VG_NODISCARD vg_err vg_irl_figure_write(const vg_irl_figure *figure, const char *path, vg_overwrite overwrite,
                                        vg_diag *diag);

#endif
