// sim/sense_private.h -- a sense's internals, for the loops that evaluate it.
#ifndef VG_SIM_SENSE_PRIVATE_H
#define VG_SIM_SENSE_PRIVATE_H

#include "sim/base/level.h"
#include "sim/sense.h"
#include "sim/world_private.h"

// X(name, values without a list, values per look-ahead, help). Frozen: a change of meaning needs a new name.
#define VG_SENSE_FEATURES(X)                                                                                 \
    X(offset, 1, 0)                                                                                          \
    X(heading, 1, 0)                                                                                         \
    X(speed, 1, 0)                                                                                           \
    X(steer, 1, 0)                                                                                           \
    X(accel, 1, 0)                                                                                           \
    X(previous, 2, 0)                                                                                        \
    X(curvature, 0, 1)                                                                                       \
    X(width, 2, 2)                                                                                           \
    X(lidar, 0, 0)                                                                                           \
    X(obstacles, 0, 0)

typedef enum vg_feature {
#define X(name, alone, each) VG_FEATURE_##name,
    VG_SENSE_FEATURES(X)
#undef X
        VG_FEATURE_COUNT
} vg_feature;

enum { VG_BEAMS_MOST = VG_SENSE_MOST };

typedef struct vg_sense_part {
    vg_feature feature;
    int32_t column, size; // place in the row, number of values
    int32_t first, count; // look-aheads in sense->metres and sense->seconds; beams of a lidar; obstacles
    float degrees, range; // lidar
} vg_sense_part;

struct vg_sense {
    char *text;
    vg_sense_part parts[VG_FEATURE_COUNT];
    int32_t part_count, size;
    // A look-ahead is metres + seconds * speed; one of the two is 0. There are seven more, because they are
    // read in eights.
    float metres[VG_SENSE_MOST + 7], seconds[VG_SENSE_MOST + 7];
    // Unit vectors of the beams in the car's frame; beam b looks at angle first_beam + b / beams_a_radian.
    float beam_x[VG_BEAMS_MOST], beam_y[VG_BEAMS_MOST];
    float first_beam, beams_a_radian;
};

typedef struct vg_sense_kernel {
    // Cars [begin, end), end - begin <= VG_WORLD_BLOCK, into rows out[i - begin][size].
    void (*observe)(const vg_sense *sense, const vg_world *world, int32_t begin, int32_t end, float *out);
} vg_sense_kernel;

VG_HOT_DECLARE(vg_sense_kernel, vg_sense_kernel_table);

#endif
