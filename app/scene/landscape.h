// app/scene/landscape.h -- the parts of the scene that do not move: the road and its surroundings, painted
// one tile at a time. Internal to app/scene.
//
// Plants and textures are a function of their position and of the road's hash, so tiles fit together in
// whatever order they are painted.
#ifndef VG_APP_SCENE_LANDSCAPE_H
#define VG_APP_SCENE_LANDSCAPE_H

#include "sim/road.h"

enum { VG_TILE = 128 }; // pixels a side

// Nodes first to first + count (a closed road's may run over its end) with the box around them.
typedef struct vg_stretch {
    int32_t first, count;
    double least_x, most_x, least_y, most_y; // m, of centreline and edges
} vg_stretch;

typedef struct vg_landscape {
    const vg_road *road;
    vg_road_view view;
    uint64_t seed;
    vg_stretch *stretches; // [stretch_count]
    int32_t stretch_count;
    uint8_t *grain; // [VG_TILE][VG_TILE] fine noise, the same in every tile
    double half;    // m, the widest half width
} vg_landscape;

// Errors: VG_ERR_MEMORY.
VG_NODISCARD vg_err vg_landscape_open(vg_landscape *landscape, const vg_road *road, vg_diag *diag);
void vg_landscape_close(vg_landscape *landscape);

// A tile being painted.
typedef struct vg_tile {
    const vg_landscape *landscape;
    struct _cairo *cairo;            // user space: m, x east, y north
    double density;                  // pixels a metre
    double west, east, south, north; // m
} vg_tile;

// A pseudo-random number that depends on the two coordinates, the road and `salt`.
uint32_t vg_landscape_random(const vg_landscape *landscape, int32_t i, int32_t j, uint32_t salt);
// Smooth noise in [0, 1] that changes over `size` m.
double vg_landscape_noise(const vg_landscape *landscape, double x, double y, double size, uint32_t salt);

#endif
