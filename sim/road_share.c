#include "sim/road_share.h"

#include "sim/road_private.h"

vg_road *vg_road_share(vg_road *road) {
    atomic_fetch_add(&road->shares, 1);
    return road;
}
