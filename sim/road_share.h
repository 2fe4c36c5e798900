// sim/road_share.h -- several owners of one road, for those that keep a road which they also hand out.
#ifndef VG_SIM_ROAD_SHARE_H
#define VG_SIM_ROAD_SHARE_H

#include "sim/road.h"

// Another owner of the same road, without a copy: the road is freed when each owner, in whichever thread, has
// called vg_road_destroy. Returns the road.
vg_road *vg_road_share(vg_road *road);

#endif
